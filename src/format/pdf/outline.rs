//! Bookmarks and page labels for a policy that keeps them (ISO 32000-2 §12.3.3, §12.4.2): titles and jumps inside the document.
//! Web addresses, scripts, structure elements and every other entry stay behind.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, StringFormat};

use super::interpret::{Address, address};
use super::links::Targets;
use super::open::Source;
use super::rebuild::Rebuild;
use super::resources::{VALUE_BYTES, copy_plain};
use super::strings::text_string;

/// Depth of the tree of bookmarks.
const DEPTH_MAX: usize = 32;
/// Bookmarks, or page labels, of one document.
const ITEMS_MAX: usize = 50_000;

/// One bookmark of the source with its number in the copy.
struct Item<'s> {
    dict: &'s Dictionary,
    number: u32,
    below: Vec<Item<'s>>,
}

/// Writes the outline of the source into the copy; `None` when it has no bookmark.
pub(super) fn copy<'s>(build: &mut Rebuild<'s, '_>, targets: &Targets<'s>) -> Option<Object> {
    let source = build.source;
    let outlines = source.sub(source.catalog()?, b"Outlines")?;
    let root = build.reserve();
    let items = read(build, outlines, &mut BTreeSet::new(), 0);
    if items.is_empty() {
        // The number stays free for what comes next: an object that nothing refers to may not be in a copy.
        build.release(root);
        return None;
    }
    let mut dict = Dictionary::new();
    dict.set("Type", "Outlines");
    ends(&mut dict, &items);
    dict.set("Count", items.len() as i64);
    write(build, targets, &items, root);
    build.put(root, Object::Dictionary(dict));
    Some(Object::Reference((root, 0)))
}

fn read<'s>(build: &mut Rebuild<'s, '_>, parent: &'s Dictionary, seen: &mut BTreeSet<Address>, depth: usize) -> Vec<Item<'s>> {
    let source = build.source;
    let mut items = Vec::new();
    let mut next = source.sub(parent, b"First");
    while let Some(dict) = next {
        if depth > DEPTH_MAX || seen.len() >= ITEMS_MAX || !seen.insert(address(dict)) {
            break;
        }
        let number = build.reserve();
        let below = read(build, dict, seen, depth + 1);
        items.push(Item { dict, number, below });
        next = source.sub(dict, b"Next");
    }
    items
}

fn ends(dict: &mut Dictionary, items: &[Item<'_>]) {
    if let (Some(first), Some(last)) = (items.first(), items.last()) {
        dict.set("First", Object::Reference((first.number, 0)));
        dict.set("Last", Object::Reference((last.number, 0)));
    }
}

fn write<'s>(build: &mut Rebuild<'s, '_>, targets: &Targets<'s>, items: &[Item<'s>], parent: u32) {
    let source = build.source;
    for (index, item) in items.iter().enumerate() {
        let mut dict = Dictionary::new();
        dict.set("Title", title(source, item.dict));
        dict.set("Parent", Object::Reference((parent, 0)));
        let beside = |index: Option<usize>| index.and_then(|index| items.get(index)).map(|item| Object::Reference((item.number, 0)));
        for (key, other) in [("Prev", beside(index.checked_sub(1))), ("Next", beside(index.checked_add(1)))] {
            if let Some(other) = other {
                dict.set(key, other);
            }
        }
        ends(&mut dict, &item.below);
        if !item.below.is_empty() {
            let open = source.int(item.dict, b"Count").is_some_and(|count| count > 0);
            let count = item.below.len() as i64;
            dict.set("Count", if open { count } else { -count });
        }
        copy_plain(source, item.dict, &mut dict, &["C", "F"]);
        let jump = source.sub(item.dict, b"A").filter(|action| source.name(action, b"S") == Some(b"GoTo"));
        let target = item.dict.get(b"Dest").ok().or_else(|| jump.and_then(|action| action.get(b"D").ok()));
        if let Some(target) = target.and_then(|target| targets.destination(source, target, 0)) {
            dict.set("Dest", target);
        }
        write(build, targets, &item.below, item.number);
        build.put(item.number, Object::Dictionary(dict));
    }
}

fn title(source: &Source, dict: &Dictionary) -> Object {
    let text = match source.entry(dict, b"Title") {
        // Bookmarks may share a title.
        Object::String(bytes, _) if source.budget.values(bytes.len() / VALUE_BYTES) => text_string(bytes),
        _ => String::new(),
    };
    text_object(&text)
}

/// A text string in one canonical form (§7.9.2.2).
fn text_object(text: &str) -> Object {
    if text.is_ascii() {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    }
    let wide = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    Object::String(wide, StringFormat::Hexadecimal)
}

/// The page labels of the source as one flat number tree.
pub(super) fn labels(source: &Source) -> Option<Object> {
    let tree = source.sub(source.catalog()?, b"PageLabels")?;
    let mut found = std::collections::BTreeMap::new();
    ranges(source, tree, &mut found, 0, &mut BTreeSet::new());
    if found.is_empty() {
        return None;
    }
    let mut numbers = Vec::new();
    for (page, label) in found {
        let mut dict = Dictionary::new();
        if let Some(style @ (b"D" | b"R" | b"r" | b"A" | b"a")) = source.name(label, b"S") {
            dict.set("S", Object::Name(style.to_vec()));
        }
        if let Object::String(prefix, _) = source.entry(label, b"P")
            && source.budget.values(prefix.len() / VALUE_BYTES)
        {
            dict.set("P", text_object(&text_string(prefix)));
        }
        copy_plain(source, label, &mut dict, &["St"]);
        numbers.push(Object::Integer(page));
        numbers.push(Object::Dictionary(dict));
    }
    let mut dict = Dictionary::new();
    dict.set("Nums", numbers);
    Some(Object::Dictionary(dict))
}

/// `seen` are the nodes that were read: one that many lead to is read once.
fn ranges<'s>(
    source: &'s Source,
    node: &'s Dictionary,
    found: &mut std::collections::BTreeMap<i64, &'s Dictionary>,
    depth: usize,
    seen: &mut BTreeSet<Address>,
) {
    let pairs = source.array(node, b"Nums");
    if depth > DEPTH_MAX || found.len() > ITEMS_MAX || !seen.insert(address(node)) || !source.budget.steps(pairs.len()) {
        return;
    }
    for pair in pairs.chunks_exact(2) {
        if let [page, label] = pair
            && let (Object::Integer(page), Some(label)) = (source.get(page), source.dict(label))
            && *page >= 0
        {
            found.insert(*page, label);
        }
    }
    for kid in source.array(node, b"Kids").iter().take(1000) {
        if let Some(kid) = source.dict(kid) {
            ranges(source, kid, found, depth + 1, seen);
        }
    }
}
