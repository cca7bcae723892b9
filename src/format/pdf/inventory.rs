//! What a file holds besides its pages: findings by kind and place, and the words, for the sweep of the copy.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashSet;
use lopdf::{Dictionary, Object, ObjectId};

use super::analysis::{self, Analysis};
use super::annots::{Remark, Watermark};
use super::interpret::address;
use super::layers::Layers;
use super::open::{Rect, Source};
use super::raw::Traces;
use super::strings::text_string;
use crate::model::{Finding, FindingKind as K, Secret};
use crate::policy::{Action, Orders};

/// Strings collected in one place.
const STRINGS_MAX: usize = 2_000;
/// Characters of all secrets together.
const SECRET_CHARS_MAX: usize = 4_000_000;

/// Findings and secrets, counted together.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: BTreeMap<(K, String), (u64, String)>,
    secrets: BTreeSet<(K, String, String)>,
    chars: usize,
}

impl Tally {
    /// Counts something found.
    pub(super) fn add(&mut self, kind: K, part: &str, count: u64, note: &str) {
        if count > 0 {
            let entry = self.counts.entry((kind, part.to_owned())).or_insert_with(|| (0, note.to_owned()));
            entry.0 += count;
        }
    }

    /// Notes words that must not come back.
    pub(super) fn secret(&mut self, kind: K, part: &str, text: &str) {
        let text = text.trim();
        if !text.is_empty() && self.chars < SECRET_CHARS_MAX {
            self.chars += text.len();
            self.secrets.insert((kind, part.to_owned(), text.to_owned()));
        }
    }

    /// The findings, sorted.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.counts.iter().map(|((kind, part), (count, note))| Finding::new(*kind, part.clone(), *count, note.clone())).collect()
    }

    /// The secrets, sorted.
    pub(super) fn into_secrets(self) -> Vec<Secret> {
        self.secrets.into_iter().map(|(kind, part, text)| Secret { kind, part, text }).collect()
    }
}

/// Takes the inventory.
pub(super) fn take(source: &Source, layers: &Layers, analysis: &Analysis, traces: &Traces, orders: &Orders) -> Tally {
    let mut tally = Tally::default();
    file(source, layers, traces, &mut tally);
    catalog(source, orders, &mut tally);
    objects(source, &mut tally);
    form(source, &mut tally);
    for (index, annotations) in analysis.annotations.iter().enumerate() {
        let part = format!("page {}", index + 1);
        for remark in &annotations.remarks {
            remarks(source, &part, remark, &mut tally);
            if remark.appearance.is_some() && !ANNOTATIONS.contains(&remark.subtype) {
                tally.add(K::Unknown, &part, 1, "annotations of an unknown kind that draw something");
            }
        }
        for link in &annotations.links {
            let mut words = Vec::new();
            for key in [&b"Contents"[..], b"T", b"NM"] {
                strings(source, source.entry(link, key), &mut words, 0);
            }
            tally.add(K::AltText, &part, u64::from(!words.is_empty()), "descriptions of links");
            for word in words {
                tally.secret(K::AltText, &part, &word);
            }
            let crop = analysis.pages.get(index).map_or(Rect::ALL, |page| page.crop);
            if let Some(target) = super::links::dropped(source, orders, crop, link) {
                tally.add(K::LinkTarget, &part, 1, "link targets");
                // An address that may stay elsewhere is no secret.
                if !orders.links.keeps(&target) {
                    tally.secret(K::LinkTarget, &part, &target);
                }
            }
        }
        for widget in &annotations.widgets {
            widget_words(source, &part, widget, &mut tally);
        }
    }
    let mut seen = BTreeSet::new();
    for (index, page) in analysis.pages.iter().enumerate() {
        private_entries(source, &format!("page {}", index + 1), page.dict, &mut seen, &mut tally);
    }
    pages(analysis, orders, &mut tally);
    tally
}

/// Entries of a page, and of the nodes above it, that the standard does not have (Table 31). `seen` are the nodes that were looked at.
fn private_entries(source: &Source, part: &str, page: &Dictionary, seen: &mut BTreeSet<usize>, tally: &mut Tally) {
    const KNOWN: &[&[u8]] = &[
        b"Type",
        b"Parent",
        b"Kids",
        b"Count",
        b"LastModified",
        b"Resources",
        b"MediaBox",
        b"CropBox",
        b"BleedBox",
        b"TrimBox",
        b"ArtBox",
        b"BoxColorInfo",
        b"Contents",
        b"Rotate",
        b"Group",
        b"Thumb",
        b"B",
        b"Dur",
        b"Trans",
        b"Annots",
        b"AA",
        b"Metadata",
        b"PieceInfo",
        b"StructParents",
        b"ID",
        b"PZ",
        b"SeparationInfo",
        b"Tabs",
        b"TemplateInstantiated",
        b"PresSteps",
        b"UserUnit",
        b"VP",
        b"AF",
        b"OutputIntents",
        b"DPart",
    ];
    let mut node = Some(page);
    while let Some(dict) = node.filter(|dict| seen.insert(address(*dict))) {
        for (_, value) in dict.iter().filter(|(key, _)| !KNOWN.contains(&key.as_slice())) {
            tally.add(K::ForeignMarkup, part, 1, "private entries");
            all_words(source, K::ForeignMarkup, part, value, tally);
        }
        node = source.sub(dict, b"Parent");
    }
}

fn file(source: &Source, layers: &Layers, traces: &Traces, tally: &mut Tally) {
    tally.add(K::EarlierVersion, "", traces.earlier_versions, "saved states before the last one");
    tally.add(K::ContainerSlack, "", u64::from(traces.leading_bytes > 0), "bytes before the header");
    tally.add(K::ContainerSlack, "", u64::from(traces.trailing_bytes > 0), "bytes after the end");
    tally.add(K::XmlComment, "", traces.comments, "comments between objects");
    tally.add(K::Encryption, "", u64::from(source.was_encrypted), "encrypted without a password to open it");
    tally.add(K::ObjectName, "", layers.len() as u64, "names of layers");
    tally.add(K::FileId, "", u64::from(source.doc.trailer.has(b"ID")), "file identifier");
    let trailer = &source.doc.trailer;
    for (key, value) in trailer {
        if !matches!(
            key.as_slice(),
            b"Size"
                | b"Root"
                | b"Info"
                | b"ID"
                | b"Prev"
                | b"XRefStm"
                | b"Encrypt"
                | b"Type"
                | b"W"
                | b"Index"
                | b"Length"
                | b"Filter"
                | b"DecodeParms"
        ) {
            tally.add(K::ForeignMarkup, "trailer", 1, "private entries");
            all_words(source, K::ForeignMarkup, "trailer", value, tally);
        }
    }
    if let Some(info) = source.sub(trailer, b"Info") {
        for (key, value) in info {
            let kind = match key.as_slice() {
                b"Author" => K::AuthorName,
                b"Title" | b"Subject" | b"Keywords" | b"Creator" | b"Producer" | b"CreationDate" | b"ModDate" | b"Trapped" => {
                    K::DocumentProperty
                }
                _ => K::CustomProperty,
            };
            tally.add(kind, "", 1, "document information");
            all_words(source, kind, "", value, tally);
        }
    }
}

fn catalog(source: &Source, orders: &Orders, tally: &mut Tally) {
    let Some(catalog) = source.catalog() else { return };
    for (key, value) in catalog {
        let (kind, note) = match key.as_slice() {
            b"Type" | b"Pages" | b"Version" | b"Lang" | b"PageMode" | b"PageLayout" | b"ViewerPreferences" | b"MarkInfo" | b"Metadata"
            | b"Extensions" | b"NeedsRendering" | b"AcroForm" | b"Names" | b"OCProperties" | b"PieceInfo" | b"AA" => continue,
            b"OpenAction" => {
                // A view of a page is no action.
                if matches!(source.get(value), Object::Array(_)) {
                    continue;
                }
                (K::ActiveContent, "an action on opening")
            }
            b"StructTreeRoot" => (K::StructureText, "structure tree: reading aids for screen readers go with it"),
            b"Outlines" => (K::Outline, "bookmarks"),
            b"Dests" => (K::Outline, "named destinations"),
            b"PageLabels" => (K::Outline, "page labels"),
            b"OutputIntents" => (K::PrinterSettings, "output intents"),
            b"DSS" | b"Perms" | b"Legal" => (K::Signature, "signature data"),
            b"Collection" | b"AF" => (K::EmbeddedObject, "attached files"),
            b"Threads" | b"SpiderInfo" | b"URI" => (K::LinkTarget, "navigation data"),
            _ => (K::ForeignMarkup, "private entries"),
        };
        tally.add(kind, "", 1, note);
        // Titles that stay are no secrets.
        if kind != K::Outline || orders.action(kind) != Action::Keep {
            all_words(source, kind, "", value, tally);
        }
    }
    if let Some(names) = source.sub(catalog, b"Names") {
        for (key, value) in names {
            let (kind, note) = match key.as_slice() {
                b"EmbeddedFiles" => (K::EmbeddedObject, "attached files"),
                b"JavaScript" => (K::ActiveContent, "scripts"),
                b"Dests" => (K::Outline, "named destinations"),
                _ => (K::ForeignMarkup, "name trees"),
            };
            tally.add(kind, "", 1, note);
            all_words(source, kind, "", value, tally);
        }
    }
    if let Some(properties) = source.sub(catalog, b"OCProperties") {
        for group in source.array(properties, b"OCGs") {
            all_words(source, K::ObjectName, "", group, tally);
        }
        if let Some(config) = source.sub(properties, b"D") {
            for key in [&b"Name"[..], b"Creator"] {
                all_words(source, K::ObjectName, "", source.entry(config, key), tally);
            }
        }
    }
}

/// Looks at every object by itself, reachable or not.
fn objects(source: &Source, tally: &mut Tally) {
    let reached = reachable(source);
    for (id, object) in &source.doc.objects {
        let part = format!("object {} {}", id.0, id.1);
        let dict = match object {
            Object::Dictionary(dict) => dict,
            Object::Stream(stream) => &stream.dict,
            _ => {
                if !reached.contains(id) {
                    tally.add(K::UnreachablePart, "", 1, "objects that nothing refers to");
                    all_words(source, K::UnreachablePart, "", object, tally);
                }
                continue;
            }
        };
        let kind = source.name(dict, b"Type");
        if matches!(kind, Some(b"XRef" | b"ObjStm")) || dict.has(b"Linearized") {
            continue;
        }
        if !reached.contains(id) {
            tally.add(K::UnreachablePart, "", 1, "objects that nothing refers to");
            all_words(source, K::UnreachablePart, "", object, tally);
        }
        if kind == Some(b"Metadata") {
            tally.add(K::DocumentProperty, &part, 1, "metadata stream");
            metadata_words(source, object, &part, tally);
        }
        nested(source, &part, dict, tally, 0);
    }
}

/// Keys that stand for a finding wherever they are.
fn nested(source: &Source, part: &str, dict: &Dictionary, tally: &mut Tally, depth: usize) {
    if depth > 8 {
        return;
    }
    for (key, value) in dict {
        let found = match key.as_slice() {
            b"PieceInfo" => Some((K::CustomXml, "data of an application")),
            b"Thumb" => Some((K::Thumbnail, "preview of a page")),
            b"Alternates" | b"OPI" => Some((K::PictureOriginal, "other versions of a picture")),
            b"EF" => Some((K::EmbeddedObject, "attached files")),
            b"JS" => Some((K::ActiveContent, "scripts")),
            b"AA" => Some((K::ActiveContent, "actions")),
            b"XFA" => Some((K::FormField, "XFA form")),
            b"ByteRange" => Some((K::Signature, "digital signature")),
            _ => None,
        };
        if let Some((kind, note)) = found {
            tally.add(kind, part, 1, note);
            all_words(source, kind, part, value, tally);
        }
        match value {
            Object::Dictionary(inner) => nested(source, part, inner, tally, depth + 1),
            Object::Array(items) => {
                for item in items {
                    if let Object::Dictionary(inner) = item {
                        nested(source, part, inner, tally, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }
}

fn form(source: &Source, tally: &mut Tally) {
    let Some(form) = source.catalog().and_then(|catalog| source.sub(catalog, b"AcroForm")) else { return };
    let mut seen = BTreeSet::new();
    let mut todo: Vec<(&Object, usize)> = source.array(form, b"Fields").iter().map(|field| (field, 0)).collect();
    while let Some((field, depth)) = todo.pop() {
        let Some(dict) = source.dict(field) else { continue };
        if depth > 64 || !seen.insert(address(dict)) {
            continue;
        }
        tally.add(K::FormField, "", 1, "form fields");
        if source.name(dict, b"FT") == Some(b"Sig") {
            tally.add(K::Signature, "", 1, "signature fields");
        }
        widget_words(source, "", dict, tally);
        todo.extend(source.array(dict, b"Kids").iter().map(|kid| (kid, depth + 1)));
    }
}

fn widget_words(source: &Source, part: &str, dict: &Dictionary, tally: &mut Tally) {
    // Values that the page shows stay on the page; the rest are words that nobody sees.
    for key in [&b"T"[..], b"TU", b"TM", b"DV", b"V", b"Opt", b"MK", b"RV", b"A", b"AA"] {
        let mut words = Vec::new();
        strings(source, source.entry(dict, key), &mut words, 0);
        for word in words {
            tally.secret(K::FormField, part, &word);
        }
    }
}

/// Kinds of annotations that are neither links nor fields (ISO 32000-2 §12.5.6.1, table 171).
const ANNOTATIONS: &[&[u8]] = &[
    b"Text",
    b"FreeText",
    b"Line",
    b"Square",
    b"Circle",
    b"Polygon",
    b"PolyLine",
    b"Highlight",
    b"Underline",
    b"Squiggly",
    b"StrikeOut",
    b"Caret",
    b"Stamp",
    b"Ink",
    b"Popup",
    b"FileAttachment",
    b"Sound",
    b"Movie",
    b"Screen",
    b"PrinterMark",
    b"TrapNet",
    b"Watermark",
    b"3D",
    b"Redact",
    b"Projection",
    b"RichMedia",
];

fn remarks(source: &Source, part: &str, remark: &Remark<'_>, tally: &mut Tally) {
    let dict = remark.dict;
    let (kind, note) = match remark.subtype {
        b"FileAttachment" => (K::EmbeddedObject, "attached files"),
        b"Sound" | b"Movie" | b"Screen" | b"3D" | b"RichMedia" => (K::ActiveContent, "media"),
        b"Watermark" | b"PrinterMark" | b"TrapNet" => (K::HiddenObject, "marks that are not part of the page"),
        b"Popup" => (K::ForeignMarkup, "pop-up windows of comments"),
        _ => (K::Comment, "comments"),
    };
    match remark.watermark {
        None => tally.add(kind, part, 1, note),
        Some(Watermark::Drawn) => {}
        Some(Watermark::Disputed) => {
            tally.add(K::Unknown, part, 1, "a watermark that not every viewer shows in the same place");
        }
    }
    if let Object::String(author, _) = source.entry(dict, b"T") {
        tally.add(K::AuthorName, part, 1, "names on comments");
        tally.secret(K::AuthorName, part, &text_string(author));
    }
    let mut words = Vec::new();
    for (key, value) in dict {
        if !matches!(key.as_slice(), b"P" | b"Parent" | b"Popup" | b"IRT" | b"T" | b"AP" | b"Dest") {
            strings(source, value, &mut words, 0);
        }
    }
    for word in words {
        tally.secret(kind, part, &word);
    }
}

/// What the pages themselves hide.
fn pages(analysis: &Analysis, orders: &Orders, tally: &mut Tally) {
    use super::judge::Reason;
    for (index, facts) in analysis.facts.iter().enumerate() {
        let part = format!("page {}", index + 1);
        for hidden in &facts.hidden {
            let kind = analysis::kind(hidden);
            let note = format!("{}, {}", hidden.reason.plain(), boxed(hidden.rect));
            if analysis::fate(orders, hidden) == Action::Remove {
                tally.secret(kind, &part, &hidden.text);
            }
            tally.add(kind, &part, hidden.count, &note);
        }
        for (reason, rect) in &facts.pictures {
            let (kind, note) = match reason {
                Reason::Covered => (K::CoveringShape, "a picture under a shape"),
                _ => (K::OffPageContent, "a picture outside what the page shows"),
            };
            tally.add(kind, &part, 1, &format!("{note}, {}", boxed(*rect)));
        }
        for rect in &facts.covers {
            tally.add(K::CoveringShape, &part, 1, &format!("a comment that lies over text, {}", boxed(*rect)));
        }
        tally.add(K::HiddenObject, &part, facts.layered as u64, "content on layers that are off");
        tally.secret(K::HiddenObject, &part, &facts.layered_text);
        tally.add(K::AltText, &part, facts.replaced as u64, "replacement texts that differ from what is shown");
        for text in &facts.replaced_text {
            tally.secret(K::AltText, &part, text);
        }
        let redline = &facts.redline;
        let printed = redline.comments + redline.insertions + redline.deletions + redline.formats;
        tally.add(K::PrintedMarkup, &part, u64::from(printed), "comments or changes printed into the page");
        tally.add(K::Unknown, &part, facts.damaged as u64, "content that breaks off");
        tally.add(
            K::Unknown,
            &part,
            facts.disputed as u64,
            "drawings that not every viewer shows, or not in the same place, or on paper alone",
        );
        tally.add(
            K::Unknown,
            &part,
            facts.veiled as u64,
            "letters in a pattern, in a mask or under one that is not understood, or in the drawing of another letter",
        );
    }
}

/// A box in points from the lower left corner.
fn boxed(rect: super::open::Rect) -> String {
    let whole = |value: f64| value.clamp(-99_999.0, 99_999.0).round() as i64;
    format!("box {} {} {} {}", whole(rect.x0), whole(rect.y0), whole(rect.x1), whole(rect.y1))
}

fn all_words(source: &Source, kind: K, part: &str, object: &Object, tally: &mut Tally) {
    let mut words = Vec::new();
    strings(source, object, &mut words, 0);
    for word in words {
        tally.secret(kind, part, &word);
    }
}

/// Strings under an object, pages and parents left out.
fn strings(source: &Source, object: &Object, words: &mut Vec<String>, depth: usize) {
    strings_under(source, object, words, &mut BTreeMap::new(), depth);
}

/// `seen` are the objects that were looked into, with the least depth that they were met at: none is looked into again from below that.
fn strings_under(source: &Source, object: &Object, words: &mut Vec<String>, seen: &mut BTreeMap<ObjectId, usize>, depth: usize) {
    if depth > 8 || words.len() >= STRINGS_MAX || !source.budget.steps(1) {
        return;
    }
    if let Object::Reference(id) = object {
        if seen.get(id).is_some_and(|least| *least <= depth) {
            return;
        }
        seen.insert(*id, depth);
    }
    let mut entries = |dict: &Dictionary, words: &mut Vec<String>| {
        if matches!(source.name(dict, b"Type"), Some(b"Page" | b"Pages" | b"Font")) {
            return;
        }
        for (key, value) in dict {
            if !matches!(key.as_slice(), b"Parent" | b"P" | b"Pg" | b"Prev" | b"IRT" | b"Popup" | b"Resources" | b"DA") {
                strings_under(source, value, words, seen, depth + 1);
            }
        }
    };
    match source.get(object) {
        Object::String(bytes, _) if source.budget.steps(bytes.len() / 32) => words.push(text_string(bytes)),
        Object::Array(items) => {
            for item in items {
                strings_under(source, item, words, seen, depth + 1);
            }
        }
        Object::Dictionary(dict) => entries(dict, words),
        Object::Stream(stream) => entries(&stream.dict, words),
        _ => {}
    }
}

/// Texts between the tags of a metadata stream.
fn metadata_words(source: &Source, object: &Object, part: &str, tally: &mut Tally) {
    let Object::Stream(stream) = object else { return };
    let Ok(decoded) = source.decode(stream) else { return };
    let text = String::from_utf8_lossy(&decoded.data);
    for piece in text.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim()) {
        if piece.len() > 2 {
            tally.secret(K::DocumentProperty, part, piece);
        }
    }
}

/// References to objects that are not there.
pub(super) fn dangling(source: &Source) -> BTreeSet<ObjectId> {
    reachable(source).into_iter().filter(|id| !source.doc.objects.contains_key(id)).collect()
}

/// Whether something leads to an object of which readers differ in what it says, or in which one it is: of several generations of one number some
/// take the last, and others the one that is asked for, or none; so where the table gives another generation, or calls the object free (ISO
/// 32000-2 §7.3.10, §7.5.4).
pub(super) fn reaches_guessed(source: &Source) -> bool {
    use lopdf::xref::XrefEntry;
    let objects = &source.doc.objects;
    let is_disputed = |(number, generation): ObjectId| {
        let is_there = objects.contains_key(&(number, generation));
        let is_denied = match source.doc.reference_table.get(number) {
            Some(XrefEntry::Free | XrefEntry::UnusableFree) => true,
            Some(XrefEntry::Normal { generation: listed, .. }) => *listed != generation,
            Some(XrefEntry::Compressed { .. }) | None => false,
        };
        let least = if is_there { generation.saturating_add(1) } else { 0 };
        is_there && is_denied || objects.range((number, least)..=(number, u16::MAX)).any(|((_, other), _)| *other != generation)
    };
    reachable(source).into_iter().any(|id| source.guessed.contains(&id) || is_disputed(id))
}

/// Everything that can be reached from the trailer.
fn reachable(source: &Source) -> HashSet<ObjectId> {
    let mut reached = HashSet::default();
    let leads = |value: &&Object| matches!(value, Object::Reference(_) | Object::Array(_) | Object::Dictionary(_) | Object::Stream(_));
    let mut todo: Vec<&Object> = source.doc.trailer.iter().map(|(_, value)| value).collect();
    while let Some(object) = todo.pop() {
        match object {
            Object::Reference(id) => {
                if reached.insert(*id)
                    && let Some(next) = source.doc.objects.get(id)
                {
                    todo.push(next);
                }
            }
            Object::Array(items) => todo.extend(items.iter().filter(leads)),
            Object::Dictionary(dict) => todo.extend(dict.iter().map(|(_, value)| value).filter(leads)),
            Object::Stream(stream) => todo.extend(stream.dict.iter().map(|(_, value)| value).filter(leads)),
            _ => {}
        }
    }
    reached
}
