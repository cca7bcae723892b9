//! The pages of a file, each with what it inherits (ISO 32000-2 §7.7.3).

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::PdfFault;
use super::open::{Rect, Source, value};
use crate::error::DocError;

/// Depth of the page tree.
const PAGE_TREE_DEPTH: usize = 128;

/// One page with the attributes that it inherits (ISO 32000-2 §7.7.3.4).
#[derive(Debug, Clone)]
pub(super) struct Page<'s> {
    /// The page dictionary itself.
    pub(super) dict: &'s Dictionary,
    /// Page boundary in default user space, normalised.
    pub(super) media: Rect,
    /// Visible part of it.
    pub(super) crop: Rect,
    /// Clockwise rotation: 0, 90, 180 or 270.
    pub(super) rotate: i64,
    /// Resources, own or inherited.
    pub(super) resources: Option<&'s Dictionary>,
    /// Unit of user space in 1/72 inch.
    pub(super) user_unit: f64,
}

impl Source<'_> {
    /// The pages in order, each with what it inherits.
    ///
    /// # Errors
    /// [`PdfFault::NoPages`], [`PdfFault::PageTreeLoop`] or [`PdfFault::TooManyPages`].
    pub(super) fn pages(&self) -> Result<Vec<Page<'_>>, DocError> {
        let catalog = self.catalog().ok_or_else(|| DocError::whole(PdfFault::NoPages))?;
        let root = catalog.get(b"Pages").map_err(|_| DocError::whole(PdfFault::NoPages))?;
        let mut walk = PageWalk { source: self, path: Vec::new(), seen: BTreeSet::new(), pages: Vec::new() };
        walk.node(root, &Inherited { leads_back: true, ..Inherited::default() }, 0)?;
        if walk.pages.is_empty() {
            return Err(DocError::whole(PdfFault::NoPages));
        }
        Ok(walk.pages)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Inherited<'s> {
    media: Option<Rect>,
    crop: Option<Rect>,
    rotate: Option<i64>,
    resources: Option<&'s Dictionary>,
    /// Whether each node names the one that leads to it as its parent.
    leads_back: bool,
}

impl<'s> Inherited<'s> {
    /// What a node gives to those below it, in the place of what it has from above.
    fn at(self, source: &'s Source, dict: &'s Dictionary) -> Self {
        // Of a page without room some viewers show nothing, and others a page of the size that they like.
        let area = |key: &[u8]| {
            let rect = source.rect(dict, key)?;
            if rect.is_empty() || source.array(dict, key).len() != 4 {
                source.misfit();
            }
            Some(rect).filter(|rect| !rect.is_empty())
        };
        // Some viewers turn a page by less than a quarter, or not by what is no integer.
        if !matches!(source.entry(dict, b"Rotate"), Object::Null | Object::Integer(_)) || source.int(dict, b"Rotate").unwrap_or(0) % 90 != 0
        {
            source.misfit();
        }
        Self {
            media: area(b"MediaBox").or(self.media),
            crop: area(b"CropBox").or(self.crop),
            rotate: source.int(dict, b"Rotate").or(self.rotate),
            resources: source.sub(dict, b"Resources").or(self.resources),
            leads_back: self.leads_back,
        }
    }

    /// Whether a page has the same from the parents that it names, by which some viewers go.
    fn is_told_by_parents(&self, source: &'s Source, dict: &'s Dictionary) -> bool {
        let mut chain = vec![dict];
        while let Some(parent) = chain.last().and_then(|dict| source.sub(dict, b"Parent")) {
            if chain.len() > PAGE_TREE_DEPTH || !source.budget.steps(1) {
                return false;
            }
            chain.push(parent);
        }
        let told = chain.into_iter().rev().fold(Self::default(), |above, dict| above.at(source, dict));
        let same_resources = match (self.resources, told.resources) {
            (Some(here), Some(there)) => std::ptr::eq(here, there),
            (here, there) => here.is_none() && there.is_none(),
        };
        same_resources && (self.media, self.crop, self.rotate.unwrap_or(0)) == (told.media, told.crop, told.rotate.unwrap_or(0))
    }
}

struct PageWalk<'s, 'l> {
    source: &'s Source<'l>,
    path: Vec<ObjectId>,
    seen: BTreeSet<ObjectId>,
    pages: Vec<Page<'s>>,
}

impl<'s> PageWalk<'s, '_> {
    fn node(&mut self, object: &'s Object, inherited: &Inherited<'s>, depth: usize) -> Result<(), DocError> {
        if depth > PAGE_TREE_DEPTH {
            return Err(DocError::whole(PdfFault::PageTreeLoop));
        }
        let id = match object {
            Object::Reference(id) => Some(*id),
            _ => None,
        };
        if let Some(id) = id
            && self.path.contains(&id)
        {
            return Err(DocError::whole(PdfFault::PageTreeLoop));
        }
        let source = self.source;
        let Some(dict) = source.dict(object) else {
            // Viewers count it as a page, of which they show nothing or their own.
            source.misfit();
            return Ok(());
        };
        let parent = value(dict, b"Parent").and_then(|parent| parent.as_reference().ok());
        let leads_back = inherited.leads_back && (depth == 0 || parent.is_some() && parent.as_ref() == self.path.last());
        let here = Inherited { leads_back, ..inherited.at(source, dict) };
        let kids = match value(dict, b"Kids") {
            // One kid without its brackets.
            Some(kid) if matches!(source.get(kid), Object::Dictionary(_)) => std::slice::from_ref(kid),
            _ => source.array(dict, b"Kids"),
        };
        let is_page = match source.name(dict, b"Type") {
            Some(b"Page") => true,
            Some(b"Pages") => false,
            other => {
                if other.is_some() {
                    source.misfit();
                }
                kids.is_empty() && !dict.has(b"Kids")
            }
        };
        if is_page && (!dict.has(b"Kids") || dict.has(b"Contents")) {
            return self.page(dict, &here);
        }
        if let Some(id) = id {
            // A node that two parents share would multiply the work without end.
            if !self.seen.insert(id) {
                return Err(DocError::whole(PdfFault::PageTreeLoop));
            }
            self.path.push(id);
        }
        let before = self.pages.len();
        for kid in kids {
            self.node(kid, &here, depth + 1)?;
        }
        // Some viewers go by the count, and show fewer pages, or none (ISO 32000-1 §7.7.3.2).
        if source.int(dict, b"Count") != i64::try_from(self.pages.len() - before).ok() {
            source.misfit();
        }
        if id.is_some() {
            self.path.pop();
        }
        Ok(())
    }

    fn page(&mut self, dict: &'s Dictionary, inherited: &Inherited<'s>) -> Result<(), DocError> {
        if self.pages.len() as u64 >= self.source.limits.pages {
            return Err(DocError::whole(PdfFault::TooManyPages { limit: self.source.limits.pages }));
        }
        if inherited.media.is_none() || !inherited.leads_back && !inherited.is_told_by_parents(self.source, dict) {
            self.source.misfit();
        }
        let media = inherited.media.unwrap_or(Rect { x0: 0.0, y0: 0.0, x1: 612.0, y1: 792.0 });
        let crop = inherited.crop.map_or(media, |crop| crop.meet(media));
        // Of a page that shows nothing of its paper viewers show the paper, the box, or nothing.
        if crop.is_empty() && inherited.crop.is_some_and(|crop| !crop.is_empty()) {
            self.source.misfit();
        }
        self.pages.push(Page {
            dict,
            media,
            crop: if crop.is_empty() { media } else { crop },
            rotate: inherited.rotate.map_or(0, |rotate| (rotate / 90 * 90).rem_euclid(360)),
            resources: inherited.resources,
            user_unit: self.source.number(dict, b"UserUnit").filter(|unit| (0.01..=1000.0).contains(unit)).unwrap_or(1.0),
        });
        Ok(())
    }
}
