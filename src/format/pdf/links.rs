//! Links (ISO 32000-2 §12.5.6.5): jumps inside the document and, by policy, public web addresses. No other action.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object};

use super::annots::PageAnnotations;
use super::interpret::{Address, address};
use super::open::{Rect, Source, value};
use super::pages::Page;
use super::rebuild::{Rebuild, rect};
use super::resources::{VALUE_BYTES, plain};
use crate::policy::Orders;

/// Depth of a name tree.
const TREE_DEPTH_MAX: usize = 32;
/// Values that a link counts for beside its numbers.
const LINK_VALUES: usize = 8;
/// Names of a name tree.
const NAMES_MAX: usize = 200_000;

/// Where jumps can go.
pub(super) struct Targets<'s> {
    pages: BTreeMap<Address, u32>,
    by_index: Vec<u32>,
    named: BTreeMap<Vec<u8>, &'s Object>,
}

impl<'s> Targets<'s> {
    /// Reads named destinations and notes which page becomes which object.
    pub(super) fn read(source: &'s Source, pages: &[Page<'s>], numbers: &[u32]) -> Self {
        let mut targets = Self { pages: BTreeMap::new(), by_index: numbers.to_vec(), named: BTreeMap::new() };
        for (page, number) in pages.iter().zip(numbers) {
            targets.pages.insert(address(page.dict), *number);
        }
        let Some(catalog) = source.catalog() else { return targets };
        if let Some(dests) = source.sub(catalog, b"Dests") {
            for (name, value) in dests {
                targets.named.insert(name.clone(), value);
            }
        }
        if let Some(tree) = source.sub(catalog, b"Names").and_then(|names| source.sub(names, b"Dests")) {
            targets.tree(source, tree, 0, &mut BTreeSet::new());
        }
        targets
    }

    /// `seen` are the nodes that were read: one that leads back to itself, or that many lead to, is read once.
    fn tree(&mut self, source: &'s Source, node: &'s Dictionary, depth: usize, seen: &mut BTreeSet<Address>) {
        if depth > TREE_DEPTH_MAX || self.named.len() > NAMES_MAX || !seen.insert(address(node)) {
            return;
        }
        let pairs = source.array(node, b"Names");
        if !source.budget.steps(pairs.len()) {
            return;
        }
        for pair in pairs.chunks_exact(2) {
            if let [name, value] = pair
                && let Object::String(name, _) = source.get(name)
            {
                self.named.insert(name.clone(), value);
            }
        }
        for kid in source.array(node, b"Kids").iter().take(NAMES_MAX) {
            if let Some(kid) = source.dict(kid) {
                self.tree(source, kid, depth + 1, seen);
            }
        }
    }

    /// An explicit destination in the new file (§12.3.2.2).
    pub(super) fn destination(&self, source: &'s Source, object: &'s Object, depth: usize) -> Option<Object> {
        if depth > 4 {
            return None;
        }
        match source.get(object) {
            Object::Array(items) => {
                let page = match items.first()? {
                    Object::Integer(index) => *self.by_index.get(usize::try_from(*index).ok()?)?,
                    object => *self.pages.get(&address(source.dict(object)?))?,
                };
                let mut copy = vec![Object::Reference((page, 0))];
                let Some(Object::Name(fit)) = items.get(1).map(|item| source.get(item)) else {
                    copy.push(Object::from("Fit"));
                    return Some(Object::Array(copy));
                };
                let (name, count) = match fit.as_slice() {
                    b"XYZ" => ("XYZ", 3),
                    b"FitH" => ("FitH", 1),
                    b"FitV" => ("FitV", 1),
                    b"FitR" => ("FitR", 4),
                    b"FitB" => ("FitB", 0),
                    b"FitBH" => ("FitBH", 1),
                    b"FitBV" => ("FitBV", 1),
                    _ => ("Fit", 0),
                };
                copy.push(Object::from(name));
                for index in 0..count {
                    let value = items.get(index + 2).and_then(|item| source.to_number(item));
                    copy.push(value.map_or(Object::Null, super::rebuild::number));
                }
                Some(Object::Array(copy))
            }
            Object::String(name, _) | Object::Name(name) => self.destination(source, self.named.get(name)?, depth + 1),
            Object::Dictionary(dict) => self.destination(source, dict.get(b"D").ok()?, depth + 1),
            _ => None,
        }
    }
}

/// The area of a link that a reader can follow: it has one, on the page, and is not hidden (§12.5.3).
fn area(source: &Source, page: Rect, link: &Dictionary) -> Option<Rect> {
    const HIDDEN: i64 = 2;
    const NO_VIEW: i64 = 32;
    let area = source.rect(link, b"Rect")?;
    let is_hidden = source.int(link, b"F").unwrap_or(0) & (HIDDEN | NO_VIEW) != 0;
    (!is_hidden && !area.is_empty() && !area.meet(page).is_empty()).then_some(area)
}

/// The target outside the document that a copy does not keep.
pub(super) fn dropped<'s>(source: &'s Source<'_>, orders: &Orders, page: Rect, link: &'s Dictionary) -> Option<String> {
    let action = source.sub(link, b"A")?;
    match source.name(action, b"S") {
        Some(b"URI") => {
            let Object::String(target, _) = source.entry(action, b"URI") else { return None };
            // Pages may share their links.
            if !source.budget.steps(target.len() / 32) {
                return None;
            }
            let text = String::from_utf8_lossy(target).trim().to_owned();
            (area(source, page, link).is_none() || !orders.links.keeps(&text)).then_some(text)
        }
        Some(b"GoToR" | b"GoToE" | b"Launch") => {
            let file = source.entry(action, b"F");
            let named = |dict: &'s Dictionary| [&b"UF"[..], b"F"].into_iter().find_map(|key| source.entry(dict, key).as_str().ok());
            let name = file.as_str().ok().or_else(|| source.dict(file).and_then(named));
            Some(name.map(super::strings::text_string).unwrap_or_default())
        }
        _ => None,
    }
}

/// Width of the border of a link in points (Tables 166 and 168). Where neither entry is there viewers draw none, whatever the table says.
fn border_width(source: &Source, link: &Dictionary) -> f64 {
    let style = source.sub(link, b"BS").map(|style| source.number(style, b"W").unwrap_or(1.0));
    let border = source.array(link, b"Border").get(2).and_then(|width| source.to_number(width));
    style.or(border).unwrap_or(0.0)
}

/// Whether the border of a link is so thick that it covers what stands under it.
fn is_thick(source: &Source, link: &Dictionary) -> bool {
    const POINTS_MAX: f64 = 4.0;
    border_width(source, link) > POINTS_MAX
}

/// Whether viewers draw a border around a link that has no appearance.
fn has_border(source: &Source, link: &Dictionary) -> bool {
    let is_clear = matches!(source.entry(link, b"C"), Object::Array(parts) if parts.is_empty());
    border_width(source, link) > 0.0 && !is_clear
}

/// The links of a page that stay. Of one whose target goes the border stays, when it has one: a reader sees it. An appearance is drawn into the
/// page, in place of the border.
pub(super) fn rewrite<'s>(
    build: &mut Rebuild<'s, '_>,
    targets: &Targets<'s>,
    page: &Page<'s>,
    annotations: &PageAnnotations<'s>,
) -> Vec<Object> {
    let mut kept = Vec::new();
    for link in &annotations.links {
        let source = build.source;
        // Pages may share their links.
        if !source.budget.values(LINK_VALUES) {
            break;
        }
        let Some(area) = area(source, page.crop, link) else { continue };
        let action = source.sub(link, b"A");
        let jump = action.filter(|action| source.name(action, b"S") == Some(b"GoTo")).and_then(|action| action.get(b"D").ok());
        let destination = value(link, b"Dest").or(jump).and_then(|object| targets.destination(source, object, 0));
        let web = action.filter(|action| source.name(action, b"S") == Some(b"URI")).map(|action| source.entry(action, b"URI"));
        let mut copy = Dictionary::new();
        copy.set("Type", "Annot");
        copy.set("Subtype", "Link");
        copy.set("Rect", rect(area));
        let is_drawn = annotations.drawn_links.contains(&address(*link));
        for key in ["Border", "C", "QuadPoints"] {
            if let Some(value) = value(link, key.as_bytes()).and_then(|object| plain(source, object)) {
                copy.set(key, value);
            }
        }
        if is_drawn {
            copy.set("Border", vec![Object::Integer(0), Object::Integer(0), Object::Integer(0)]);
        } else if let Some(style) = source.sub(link, b"BS") {
            let mut inner = Dictionary::new();
            super::resources::copy_plain(source, style, &mut inner, &["W", "D"]);
            super::resources::copy_name(source, style, &mut inner, "S", &["S", "D", "B", "I", "U"]);
            copy.set("BS", inner);
        }
        copy.set("F", 4);
        if let Some(destination) = destination {
            copy.set("Dest", destination);
        } else if let Some(Object::String(target, _)) = web {
            if !source.budget.values(target.len() / VALUE_BYTES) {
                break;
            }
            let text = String::from_utf8_lossy(target).trim().to_owned();
            if build.orders.links.keeps(&text) {
                let mut action = Dictionary::new();
                action.set("Type", "Action");
                action.set("S", "URI");
                action.set("URI", Object::String(text.into_bytes(), lopdf::StringFormat::Literal));
                copy.set("A", action);
            }
        }
        if !copy.has(b"Dest") && !copy.has(b"A") && (is_drawn || !has_border(source, link)) {
            continue;
        }
        build.thick_borders += u64::from(!is_drawn && is_thick(source, link));
        kept.push(build.add(Object::Dictionary(copy)));
    }
    kept
}
