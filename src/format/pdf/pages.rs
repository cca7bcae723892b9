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
        walk.node(root, &Inherited::default(), 0)?;
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
        // Of a page without room some viewers show nothing, and others a page of the size that they like.
        let area = |key: &[u8]| {
            let rect = source.rect(dict, key)?;
            if rect.is_empty() {
                source.misfit();
            }
            Some(rect).filter(|rect| !rect.is_empty())
        };
        let here = Inherited {
            media: area(b"MediaBox").or(inherited.media),
            crop: area(b"CropBox").or(inherited.crop),
            rotate: source.int(dict, b"Rotate").or(inherited.rotate),
            resources: source.sub(dict, b"Resources").or(inherited.resources),
        };
        let kids = match value(dict, b"Kids") {
            // One kid without its brackets.
            Some(kid) if matches!(source.get(kid), Object::Dictionary(_)) => std::slice::from_ref(kid),
            _ => source.array(dict, b"Kids"),
        };
        let is_page = match source.name(dict, b"Type") {
            Some(b"Page") => true,
            Some(b"Pages") => false,
            _ => kids.is_empty() && !dict.has(b"Kids"),
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
        if inherited.media.is_none() {
            self.source.misfit();
        }
        let media = inherited.media.unwrap_or(Rect { x0: 0.0, y0: 0.0, x1: 612.0, y1: 792.0 });
        let crop = inherited.crop.map_or(media, |crop| crop.meet(media));
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
