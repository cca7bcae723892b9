//! The second look at a copy: every object by itself, against a list of what a copy may hold. It does not know how the copy was made.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream};

use super::open::value;
use super::{raw, words};
use crate::error::DocError;
use crate::format::Content;
use crate::format::again::{Wrapping, inflate_whole};
use crate::limits::Limits;
use crate::model::{EachStream, Finding, FindingKind as K, Reread, Streams};
use crate::policy::{Action, Orders};

/// Keys that no object of a copy may have, with what they would mean.
const FORBIDDEN: &[(&[u8], K)] = &[
    (b"AA", K::ActiveContent),
    (b"JS", K::ActiveContent),
    (b"OpenAction", K::ActiveContent),
    (b"Metadata", K::DocumentProperty),
    (b"PieceInfo", K::CustomXml),
    (b"LastModified", K::CustomXml),
    (b"EF", K::EmbeddedObject),
    (b"EmbeddedFiles", K::EmbeddedObject),
    (b"AF", K::EmbeddedObject),
    (b"Collection", K::EmbeddedObject),
    (b"Thumb", K::Thumbnail),
    (b"Alternates", K::PictureOriginal),
    (b"OPI", K::PictureOriginal),
    (b"AcroForm", K::FormField),
    (b"XFA", K::FormField),
    (b"FT", K::FormField),
    (b"ByteRange", K::Signature),
    (b"DSS", K::Signature),
    (b"Perms", K::Signature),
    (b"StructTreeRoot", K::StructureText),
    (b"StructParents", K::StructureText),
    (b"StructParent", K::StructureText),
    (b"Alt", K::AltText),
    (b"Outlines", K::Outline),
    (b"PageLabels", K::Outline),
    (b"OCProperties", K::HiddenObject),
    (b"OCGs", K::HiddenObject),
    (b"OC", K::HiddenObject),
    (b"Popup", K::Comment),
    (b"IRT", K::Comment),
    (b"RC", K::Comment),
    (b"NM", K::Comment),
    (b"Encrypt", K::Encryption),
];
const CATALOG: &[&[u8]] = &[b"Type", b"Pages", b"Lang"];
const CATALOG_WITH_OUTLINE: &[&[u8]] = &[b"Type", b"Pages", b"Lang", b"Outlines", b"PageLabels"];
const BOOKMARK: &[&[u8]] = &[b"Title", b"Parent", b"Prev", b"Next", b"First", b"Last", b"Count", b"C", b"F", b"Dest"];
const PAGE: &[&[u8]] =
    &[b"Type", b"Parent", b"MediaBox", b"CropBox", b"Rotate", b"UserUnit", b"Resources", b"Contents", b"Group", b"Annots"];
const LINK: &[&[u8]] = &[b"Type", b"Subtype", b"Rect", b"Border", b"C", b"QuadPoints", b"BS", b"F", b"Dest", b"A"];
const TRAILER: &[&[u8]] = &[b"Size", b"Root", b"ID"];

struct Look {
    residue: Vec<Finding>,
    /// What is no secret beside the pages: targets of links and titles of bookmarks that the policy keeps, families of fonts.
    beside: Vec<String>,
}

impl Look {
    fn find(&mut self, kind: K, part: &str, note: &str) {
        if self.residue.len() < 1000 {
            self.residue.push(Finding::new(kind, part, 1, note));
        }
    }
    fn only(&mut self, dict: &Dictionary, allowed: &[&[u8]], part: &str) {
        for (key, _) in dict {
            if !allowed.contains(&key.as_slice()) {
                self.find(K::ForeignMarkup, part, "an entry that a copy does not have");
            }
        }
    }
}

/// Looks at a copy.
pub(super) fn reread<'c>(copy: &'c Content<'_>, orders: &Orders, limits: &Limits) -> Result<Reread<'c>, DocError> {
    let mut look = Look { residue: Vec::new(), beside: Vec::new() };
    let bytes = copy.whole()?;
    let traces = raw::traces(&bytes);
    for (count, note) in [
        (traces.earlier_versions, "an earlier version in the file"),
        (traces.leading_bytes, "bytes before the header"),
        (traces.trailing_bytes, "bytes after the end"),
        (traces.comments, "comments between objects"),
    ] {
        if count > 0 {
            look.find(K::ContainerSlack, "", note);
        }
    }
    let part_bytes = usize::try_from(limits.part_bytes).unwrap_or(usize::MAX);
    let options = LoadOptions { strict: true, max_decompressed_size: Some(part_bytes), ..LoadOptions::default() };
    let doc = Document::load_mem_with_options(&bytes, options)
        .map_err(|error| DocError::whole(super::PdfFault::Damaged { what: crate::model::printable(&error.to_string()) }))?;
    // The objects hold all data again.
    drop(bytes);
    look.only(&doc.trailer, TRAILER, "trailer");
    let reached = reach(&doc);
    for (id, object) in &doc.objects {
        let part = format!("object {} {}", id.0, id.1);
        if !reached.contains(id) {
            look.find(K::UnreachablePart, &part, "nothing refers to it");
        }
        object_look(&mut look, object, &part, orders, 0);
    }
    let inflated = Inflated::of(doc, part_bytes);
    let words = words::Words::read(&inflated);
    let pages = words.pages;
    if pages == 0 {
        return Err(DocError::whole(super::PdfFault::NoPages));
    }
    let mut visible = words.into_text();
    for text in &look.beside {
        visible.push_str(text);
        visible.push('\n');
    }
    let checks = vec![
        format!("{} objects, each against the list of entries that a copy may have", inflated.doc.objects.len()),
        "no object that nothing refers to, no earlier version, no bytes outside the objects".to_owned(),
        format!("the words of {pages} pages, by a reader of its own"),
    ];
    let page_count = u32::try_from(pages).ok();
    let others: EachStream<'c> = Box::new(move |each| {
        each(&copy.whole()?);
        inflated.each(each);
        Ok(())
    });
    let streams = Streams { at_hand: Vec::new(), others: Some(others) };
    Ok(Reread { residue: look.residue, streams, visible, pages: page_count, checks })
}

/// A copy with what its streams inflate to: some are kept, the others are inflated for each who asks.
pub(super) struct Inflated {
    pub(super) doc: Document,
    kept: BTreeMap<ObjectId, Option<Vec<u8>>>,
    limit: usize,
}

impl Inflated {
    /// Inflated bytes that are kept.
    const KEPT_BYTES: usize = 8 << 20;

    /// `limit` is the most that one stream may inflate to, in bytes.
    pub(super) fn of(doc: Document, limit: usize) -> Self {
        let mut kept = BTreeMap::new();
        let mut left = Self::KEPT_BYTES;
        for (id, object) in &doc.objects {
            let Object::Stream(stream) = object else { continue };
            // The first that does not fit is the last that is tried: what comes then is a large file.
            if stream.content.len() > left {
                break;
            }
            let plain = inflate(stream, limit).ok();
            let Some(rest) = left.checked_sub(plain.as_ref().map_or(0, Vec::len)) else { break };
            left = rest;
            kept.insert(*id, plain);
        }
        Self { doc, kept, limit }
    }

    /// What a stream inflates to; nothing when it does not, or is none.
    pub(super) fn get(&self, id: ObjectId) -> Cow<'_, [u8]> {
        match (self.kept.get(&id), self.doc.objects.get(&id)) {
            (Some(plain), _) => Cow::Borrowed(plain.as_deref().unwrap_or_default()),
            (None, Some(Object::Stream(stream))) => Cow::Owned(inflate(stream, self.limit).unwrap_or_default()),
            (None, _) => Cow::Borrowed(&[]),
        }
    }

    /// Calls `each` with what each stream inflates to; with its data as it is when it does not.
    fn each(&self, each: &mut dyn FnMut(&[u8])) {
        for (id, object) in &self.doc.objects {
            let Object::Stream(stream) = object else { continue };
            match self.kept.get(id) {
                Some(plain) => each(plain.as_deref().unwrap_or(&stream.content)),
                None => each(inflate(stream, self.limit).as_deref().unwrap_or(&stream.content)),
            }
        }
    }
}

/// What a stream inflates to. Those of a copy are deflated whole and plainly, or not at all.
fn inflate(stream: &Stream, limit: usize) -> lopdf::Result<Vec<u8>> {
    let plainly =
        !stream.dict.has(b"DecodeParms") && stream.dict.get(b"Filter").and_then(Object::as_name).is_ok_and(|name| name == b"FlateDecode");
    let hint = stream.content.len().saturating_mul(4).min(1 << 20);
    if plainly && let Some((whole, _)) = inflate_whole(&stream.content, Wrapping::Zlib, hint, limit) {
        return Ok(whole);
    }
    stream.get_plain_content_with_limit(limit)
}

fn object_look(look: &mut Look, object: &Object, part: &str, orders: &Orders, depth: usize) {
    if depth > 64 {
        return look.find(K::Unknown, part, "nested without end");
    }
    let dict = match object {
        Object::Array(items) => {
            for item in items {
                object_look(look, item, part, orders, depth + 1);
            }
            return;
        }
        Object::Dictionary(dict) => dict,
        Object::Stream(stream) => &stream.dict,
        _ => return,
    };
    let kept_outline = orders.action(K::Outline) == Action::Keep;
    if dict.iter().any(|(key, _)| FORBIDDEN.iter().any(|(forbidden, _)| forbidden == key)) {
        for (_, kind) in FORBIDDEN.iter().filter(|(key, kind)| dict.has(key) && !(*kind == K::Outline && kept_outline)) {
            look.find(*kind, part, "an entry that a copy must not have");
        }
    }
    let name = |key: &[u8]| value(dict, key).and_then(|value| value.as_name().ok());
    match name(b"Type") {
        Some(b"Catalog") => look.only(dict, if kept_outline { CATALOG_WITH_OUTLINE } else { CATALOG }, part),
        Some(b"Page") => look.only(dict, PAGE, part),
        Some(b"Annot") => {
            if name(b"Subtype") == Some(b"Link") {
                look.only(dict, LINK, part);
            } else {
                look.find(K::Comment, part, "an annotation that is no link");
            }
        }
        Some(b"Metadata" | b"EmbeddedFile" | b"Filespec" | b"Sig" | b"OCG" | b"OCMD" | b"StructElem" | b"ObjStm") => {
            look.find(K::Unknown, part, "an object of a kind that a copy does not have");
        }
        _ => {}
    }
    if let Some(Object::String(title, _)) = value(dict, b"Title") {
        if kept_outline {
            look.only(dict, BOOKMARK, part);
            look.beside.push(super::strings::text_string(title));
        } else {
            look.find(K::Outline, part, "a title");
        }
    }
    // A family of fonts that every office has, named in the metadata too, is no secret.
    if let Some(Object::String(family, _)) = value(dict, b"FontFamily") {
        if super::fontname::is_plain_name(family) {
            look.beside.push(super::strings::text_string(family));
        } else {
            look.find(K::EmbeddedFont, part, "a family of fonts that is not widely known");
        }
    }
    for font in [&b"BaseFont"[..], b"FontName"].into_iter().filter_map(name).filter(|font| super::fontname::is_plain_name(font)) {
        look.beside.push(String::from_utf8_lossy(font).into_owned());
    }
    match name(b"S") {
        Some(b"URI") => {
            let target = value(dict, b"URI").and_then(|value| value.as_str().ok()).map(|value| String::from_utf8_lossy(value).into_owned());
            match target {
                Some(target) if orders.links.keeps(&target) => look.beside.push(target),
                _ => look.find(K::LinkTarget, part, "a link target that the policy does not keep"),
            }
        }
        Some(
            b"JavaScript" | b"Launch" | b"GoToR" | b"GoToE" | b"SubmitForm" | b"ImportData" | b"Rendition" | b"Named" | b"Hide" | b"Movie"
            | b"Sound",
        ) => {
            look.find(K::ActiveContent, part, "an action");
        }
        _ => {}
    }
    for (_, value) in dict {
        object_look(look, value, part, orders, depth + 1);
    }
}

fn reach(doc: &Document) -> BTreeSet<ObjectId> {
    let mut reached = BTreeSet::new();
    let mut todo: Vec<&Object> = doc.trailer.iter().map(|(_, value)| value).collect();
    while let Some(object) = todo.pop() {
        match object {
            Object::Reference(id) if reached.insert(*id) => todo.extend(doc.objects.get(id)),
            Object::Array(items) => todo.extend(items),
            Object::Dictionary(dict) => todo.extend(dict.iter().map(|(_, value)| value)),
            Object::Stream(stream) => todo.extend(stream.dict.iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    reached
}
