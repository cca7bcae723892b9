//! Content controls that show what is stored in another part of the package: word processors put that in the place of the text in the
//! document whenever they open it, and only the text goes into the copy (ECMA-376-1 §17.5.2.6).

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;

use base64::Engine as _;

use super::package::{Package, Target};
use super::plan::{Plan, is_on};
use super::relationship::RelKind;
use super::report::Report;
use crate::Limits;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};
use crate::model::FindingKind;

/// The store of the core properties and that of the extended ones (MS-OI29500 §2.1.494).
const CORE: &str = "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}";
const EXTENDED: &str = "{6668398D-A668-4E3E-A5EB-62B293D839F1}";

/// Nodes of stores that the bindings of one story may look at. Real documents look at some thousands.
const LOOKS_MAX: u64 = 20_000_000;

/// Holds a story in which a control shows something else than the text that the document keeps for it.
pub fn check(plan: &Plan<'_>, package: &Package<'_>, limits: &Limits, report: &mut Report) {
    let mut stores = None;
    let left = Cell::new(LOOKS_MAX);
    let placeholders = OnceCell::new();
    for binding in plan.tape.named_any(&[sym::DATA_BINDING]) {
        if !matches!(plan.tape.node(binding).ns, Ns::W | Ns::W15) || !plan.alive(binding) {
            continue;
        }
        let Some(properties) = plan.tape.parent(binding).filter(|parent| plan.tape.is(*parent, Ns::W, sym::SDT_PR)) else { continue };
        let Some(element) = plan.tape.parent(properties) else { continue };
        let control = Control { plan, package, limits, element, properties, placeholders: &placeholders };
        let stores = stores.get_or_insert_with(|| Stores::read(package, limits));
        let why = match stored(plan, binding, stores.as_ref(), &left) {
            Some(stores) if stores.iter().all(|values| control.shows(values)) => continue,
            Some(_) => "a content control shows what is stored elsewhere in the file, and that is not its text",
            None => "a content control shows something from elsewhere in the file, in a way that is not understood",
        };
        report.hold(FindingKind::ContentControl, &plan.name, why);
        if left.get() == 0 {
            return;
        }
    }
}

/// What each store that has it gives for a binding: one value for each node that the path leads to. Nothing where no store has it: then the
/// text of the document is shown. `None` where the path or a store is not understood.
fn stored(plan: &Plan<'_>, binding: usize, stores: Option<&Stores<'_>>, left: &Cell<u64>) -> Option<Vec<Vec<String>>> {
    let value = |name: Sym| plan.tape.attr(binding, Ns::W, name).unwrap_or_default();
    let path = Path::read(&value(sym::XPATH), &value(sym::PREFIX_MAPPINGS))?;
    let wanted = value(sym::STORE_ITEM_ID).trim().to_ascii_uppercase();
    let stores = &stores?.all;
    let is_named = stores.iter().any(|(_, id)| *id == wanted);
    let mut found = Vec::new();
    for (tape, _) in stores.iter().filter(|(_, id)| !is_named || *id == wanted) {
        let values = path.values(tape, left)?;
        if !values.is_empty() {
            found.push(values);
        }
    }
    Some(found)
}

/// The parts that controls may show something of, with their identifiers in capital letters.
struct Stores<'p> {
    all: Vec<(Tape<'p>, String)>,
}

impl<'p> Stores<'p> {
    /// `None` where one of them cannot be read: nobody knows what it would show.
    fn read(package: &'p Package<'_>, limits: &Limits) -> Option<Self> {
        let core = package.root_related(RelKind::CoreProperties).or_else(|| package.root_related(RelKind::CorePropertiesOffice));
        let extended =
            package.root_related(RelKind::ExtendedProperties).or_else(|| package.root_related(RelKind::ExtendedPropertiesStrict));
        let mut parts: Vec<(usize, String)> = core.map(|part| (part, CORE.to_owned())).into_iter().collect();
        parts.extend(extended.map(|part| (part, EXTENDED.to_owned())));
        let mut items: BTreeMap<usize, String> = BTreeMap::new();
        for rel in package.rels_of(package.main) {
            if let (RelKind::CustomXml, Target::Part(part)) = (rel.kind, &rel.target) {
                items.entry(*part).or_default();
            }
        }
        for (item, id) in &mut items {
            let Some(properties) = package.related(*item, RelKind::CustomXmlProps) else { continue };
            let tape = package.tape(properties, limits).ok()?;
            let named = tape.attrs(tape.root).iter().find(|attr| tape.attr_name(attr).rsplit(':').next() == Some("itemID"));
            *id = named.map(|attr| tape.resolved_value(attr).trim().to_ascii_uppercase()).unwrap_or_default();
        }
        parts.extend(items);
        let all: Option<Vec<_>> = parts.into_iter().map(|(part, id)| Some((package.tape(part, limits).ok()?, id))).collect();
        Some(Self { all: all? })
    }
}

/// A path as word processors write it: from the root, names with prefixes, each with a number or without.
#[derive(Debug, PartialEq, Eq)]
struct Path {
    steps: Vec<Step>,
    /// The attribute at the end: name of the namespace, local name.
    attribute: Option<(String, String)>,
}

#[derive(Debug, PartialEq, Eq)]
struct Step {
    /// Name of the namespace and local name; `None` stands for every element.
    name: Option<(String, String)>,
    /// From 1, among those of one parent.
    position: Option<usize>,
    /// Whether it is anywhere below, not a child alone.
    anywhere: bool,
}

impl Path {
    fn read(path: &str, mappings: &str) -> Option<Self> {
        let mut read = Self { steps: Vec::new(), attribute: None };
        let mut steps = path.trim().strip_prefix('/')?.split('/').peekable();
        let mut anywhere = false;
        while let Some(step) = steps.next() {
            let is_last = steps.peek().is_none();
            if step.is_empty() && !is_last && !anywhere {
                anywhere = true;
                continue;
            }
            if is_last && step == "text()" {
                break;
            }
            if let Some(attribute) = step.strip_prefix('@').filter(|_| !anywhere) {
                read.attribute = Some(qualified(attribute, mappings)?);
                return is_last.then_some(read);
            }
            let (name, position) = match step.strip_suffix(']') {
                Some(step) => {
                    let (name, number) = step.split_once('[')?;
                    (name, Some(number.trim().parse().ok()?))
                }
                None => (step, None),
            };
            let name = if name == "*" { None } else { Some(qualified(name, mappings)?) };
            if anywhere && position.is_some() {
                return None;
            }
            read.steps.push(Step { name, position, anywhere: std::mem::take(&mut anywhere) });
        }
        (!read.steps.is_empty()).then_some(read)
    }

    /// The values at the end of the path. `None` once too many nodes were looked at.
    fn values(&self, tape: &Tape<'_>, left: &Cell<u64>) -> Option<Vec<String>> {
        // What stands above the root, seen from where `None` is.
        let mut nodes: Vec<Option<usize>> = vec![None];
        for step in &self.steps {
            let mut below: Vec<usize> = Vec::new();
            for node in nodes {
                let all: Box<dyn Iterator<Item = usize>> = match (node, step.anywhere) {
                    (None, false) => Box::new(std::iter::once(tape.root)),
                    (None, true) => Box::new(std::iter::once(tape.root).chain(tape.descendants(tape.root))),
                    (Some(node), false) => Box::new(tape.children(node)),
                    (Some(node), true) => Box::new(tape.descendants(node)),
                };
                let mut at = 0;
                for node in all {
                    spend(left, 1)?;
                    if tape.node(node).kind == Kind::Element && step.is_at(tape, node, left)? {
                        at += 1;
                        if step.position.is_none_or(|position| position == at) {
                            below.push(node);
                        }
                    }
                }
            }
            // What stands anywhere below two nodes of which one is in the other is met twice.
            below.sort_unstable();
            below.dedup();
            nodes = below.into_iter().map(Some).collect();
        }
        let mut values = Vec::new();
        for node in nodes.into_iter().flatten() {
            let Some((uri, local)) = &self.attribute else {
                // A value is read, and compared, each time that a control shows it.
                let bytes = tape.inner_end(node).saturating_sub(tape.inner(node));
                spend(left, (tape.node(node).next as usize - node) as u64 + u64::from(bytes) / 4)?;
                values.push(tape.inner_text(node));
                continue;
            };
            for attr in tape.attrs(node) {
                spend(left, 1)?;
                let name = tape.attr_name(attr);
                let (prefix, name) = name.split_once(':').map_or((None, name), |(prefix, name)| (Some(prefix), name));
                let is_it = name == local
                    && match prefix {
                        Some(prefix) => uri_of(tape, node, prefix, left)? == *uri,
                        None => uri.is_empty(),
                    };
                if is_it {
                    spend(left, tape.value(attr).len() as u64 / 4)?;
                    values.push(tape.resolved_value(attr).into_owned());
                    break;
                }
            }
        }
        Some(values)
    }
}

/// Takes from what may still be looked at; nothing once it is used up.
fn spend(left: &Cell<u64>, looks: u64) -> Option<()> {
    left.set(left.get().saturating_sub(looks));
    (left.get() > 0).then_some(())
}

impl Step {
    fn is_at(&self, tape: &Tape<'_>, element: usize, left: &Cell<u64>) -> Option<bool> {
        let Some((uri, local)) = &self.name else { return Some(true) };
        let name = tape.tag_name(element);
        let (prefix, name) = name.split_once(':').unwrap_or(("", name));
        Some(name == local && uri_of(tape, element, prefix, left)? == *uri)
    }
}

/// A name with its prefix resolved by mappings as attributes have them; `None` where it is none, or an expression.
fn qualified(name: &str, mappings: &str) -> Option<(String, String)> {
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|character| character.is_alphanumeric() || "_-.".contains(character));
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    if !is_name(local) || !prefix.is_empty() && !is_name(prefix) {
        return None;
    }
    if prefix.is_empty() {
        return Some((String::new(), local.to_owned()));
    }
    let mut rest = mappings;
    while let Some(at) = rest.find("xmlns:") {
        rest = rest.get(at + "xmlns:".len()..)?;
        let (declared, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (uri, behind) = after.get(1..)?.split_once(quote)?;
        if declared.trim() == prefix {
            return Some((uri.to_owned(), local.to_owned()));
        }
        rest = behind;
    }
    None
}

/// The name of the namespace that a prefix has at an element.
fn uri_of(tape: &Tape<'_>, element: usize, prefix: &str, left: &Cell<u64>) -> Option<String> {
    let mut at = Some(element);
    while let Some(node) = at {
        spend(left, 1 + tape.attrs(node).len() as u64)?;
        let declared = tape.attrs(node).iter().find(|attr| {
            let name = tape.attr_name(attr);
            if prefix.is_empty() { name == "xmlns" } else { name.strip_prefix("xmlns:") == Some(prefix) }
        });
        if let Some(declared) = declared {
            return Some(tape.resolved_value(declared).into_owned());
        }
        at = tape.parent(node);
    }
    Some(String::new())
}

/// A control that shows something stored elsewhere.
struct Control<'c> {
    plan: &'c Plan<'c>,
    package: &'c Package<'c>,
    limits: &'c Limits,
    element: usize,
    properties: usize,
    placeholders: &'c OnceCell<BTreeMap<String, String>>,
}

impl Control<'_> {
    /// Whether the text that the document keeps is what word processors show for these values.
    fn shows(&self, values: &[String]) -> bool {
        let Some(value) = values.first() else { return true };
        let tape = &self.plan.tape;
        if self.has(Ns::W15, sym::REPEATING_SECTION).is_some() {
            return self.items() == values.len();
        }
        if self.has(Ns::W, sym::PICTURE).is_some() {
            return value.trim().is_empty() || self.shows_picture(value);
        }
        let shown = squeezed(&self.plan.living_text(self.element));
        let is_placeholder = self.has(Ns::W, sym::SHOWING_PLC_HDR).is_some_and(|element| is_on(tape, element, Ns::W));
        if value.trim().is_empty() || is_placeholder {
            return value.trim().is_empty() && (is_placeholder || shown.is_empty() || self.is_placeholder(&shown));
        }
        if let Some(box_) = self.has(Ns::W14, sym::CHECKBOX) {
            let checked = tape.child(box_, Ns::W14, sym::CHECKED).is_some_and(|checked| is_on(tape, checked, Ns::W14));
            return checked == matches!(value.trim(), "1" | "true" | "on") && shown.chars().count() <= 2;
        }
        if let Some(list) = self.has(Ns::W, sym::DROP_DOWN_LIST).or_else(|| self.has(Ns::W, sym::COMBO_BOX)) {
            return shown == squeezed(&self.chosen(list, value));
        }
        if shown == squeezed(value) {
            return true;
        }
        if let Some(date) = self.has(Ns::W, sym::DATE) {
            let format = tape.child(date, Ns::W, sym::DATE_FORMAT).and_then(|format| tape.attr(format, Ns::W, sym::VAL));
            let shown = self.plan.living_text(self.element);
            return day_of(value).is_some_and(|day| shows_day(&shown, day, format.as_deref().unwrap_or("dddd d MMMM yyyy")));
        }
        value.trim_start().starts_with('<') && shown == squeezed(&text_of_package(value, self.limits).unwrap_or_default())
    }

    /// Whether a text is that of the building block which word processors show where there is nothing to be shown (ECMA-376-1 §17.5.2.25).
    fn is_placeholder(&self, shown: &str) -> bool {
        let tape = &self.plan.tape;
        let named = self.has(Ns::W, sym::PLACEHOLDER).and_then(|holder| tape.child(holder, Ns::W, sym::DOC_PART));
        let Some(name) = named.and_then(|named| tape.attr(named, Ns::W, sym::VAL)) else { return false };
        let placeholders = self.placeholders.get_or_init(|| placeholders(self.package, self.limits).unwrap_or_default());
        placeholders.get(&*name).is_some_and(|text| text == shown)
    }

    fn has(&self, ns: Ns, name: Sym) -> Option<usize> {
        self.plan.living_children(self.properties).find(|child| self.plan.tape.is(*child, ns, name))
    }

    /// How many items a section that repeats has.
    fn items(&self) -> usize {
        let plan = self.plan;
        let items = plan.living_in(self.element).filter(|inside| plan.tape.is(*inside, Ns::W15, sym::REPEATING_SECTION_ITEM));
        let controls = items.filter_map(|item| plan.ancestor(item, Ns::W, sym::SDT));
        controls.filter(|item| plan.ancestor(*item, Ns::W, sym::SDT) == Some(self.element)).count()
    }

    /// What a list shows for a value: the text of its entry, or the value.
    fn chosen(&self, list: usize, value: &str) -> String {
        let tape = &self.plan.tape;
        let attr = |item: usize, name: Sym| tape.attr(item, Ns::W, name).map(std::borrow::Cow::into_owned);
        let mut items = tape.children(list).filter(|item| tape.is(*item, Ns::W, sym::LIST_ITEM));
        let chosen = items.find(|item| attr(*item, sym::VALUE).as_deref() == Some(value));
        chosen.and_then(|item| attr(item, sym::DISPLAY_TEXT)).unwrap_or_else(|| value.to_owned())
    }

    fn shows_picture(&self, value: &str) -> bool {
        let plain: String = value.split_whitespace().collect();
        let Ok(stored) = base64::engine::general_purpose::STANDARD.decode(plain) else { return false };
        let rels = self.package.rels_of(self.plan.part);
        let ids = self.plan.living_in(self.element).flat_map(|node| self.plan.tape.attrs(node)).filter(|attr| super::drawing::refers(attr));
        let mut parts = ids.filter_map(|attr| {
            let rel = rels.by_id(self.plan.tape.value(attr)).filter(|rel| rel.kind == RelKind::Image)?;
            if let Target::Part(part) = rel.target { Some(&self.package.parts[part]) } else { None }
        });
        parts.all(|part| part.length == stored.len() as u64 && part.bytes(self.limits).is_ok_and(|bytes| *bytes == *stored))
    }
}

/// The building blocks of a document: their names, and their text without white space. Of two of one name neither counts.
fn placeholders(package: &Package<'_>, limits: &Limits) -> Option<BTreeMap<String, String>> {
    let tape = package.tape(package.related(package.main, RelKind::GlossaryDocument)?, limits).ok()?;
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for block in tape.named(Ns::W, sym::DOC_PART) {
        let properties = tape.child(block, Ns::W, Sym::of(b"docPartPr"));
        let name =
            properties.and_then(|properties| tape.child(properties, Ns::W, sym::NAME)).and_then(|name| tape.attr(name, Ns::W, sym::VAL));
        let (Some(name), Some(body)) = (name, tape.child(block, Ns::W, Sym::of(b"docPartBody"))) else { continue };
        let mut text = String::new();
        tape.descendants(body).filter(|inside| tape.is(*inside, Ns::W, sym::T)).for_each(|inside| tape.inner_text_into(inside, &mut text));
        found.entry(name.into_owned()).and_modify(|known| *known = None).or_insert_with(|| Some(squeezed(&text)));
    }
    Some(found.into_iter().filter_map(|(name, text)| Some((name, text?))).collect())
}

/// Text without white space, and without the hyphens that are elements in a document.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '\u{1e}' | '\u{1f}' | '\u{ad}' | '\u{2011}'))
        .collect()
}

/// The text of a whole document that is stored as one value (MS-DOCX §2.5.2.4).
fn text_of_package(value: &str, limits: &Limits) -> Option<String> {
    let tape = Tape::read("", value.trim_start().as_bytes(), limits).ok()?;
    let mut text = String::new();
    for body in tape.named_any(&[sym::BODY]) {
        for inside in tape.descendants(body).filter(|inside| tape.is(*inside, Ns::W, sym::T)) {
            tape.inner_text_into(inside, &mut text);
        }
    }
    Some(text)
}

/// Year, month and day at the beginning of a value. A year alone, or a year and a month, begin with their first day.
fn day_of(value: &str) -> Option<[u32; 3]> {
    let day = value.trim().split('T').next().unwrap_or_default().trim_end_matches('Z');
    let numbers: Option<Vec<u32>> = day.split('-').map(|number| number.parse().ok()).collect();
    match *numbers?.as_slice() {
        [year, month, day] => Some([year, month, day]),
        [year, month] => Some([year, month, 1]),
        [year] => Some([year, 1, 1]),
        _ => None,
    }
}

/// Whether a text is a day in a format: no number that is not of the day, and no more words than the format has. Names of months and of days
/// of the week are in any language.
fn shows_day(shown: &str, [year, month, day]: [u32; 3], format: &str) -> bool {
    let is_time = |letters: &str| letters.chars().all(|letter| "hHmstap".contains(letter));
    let letters: Vec<&str> = format.split(|character: char| !character.is_alphabetic()).filter(|letters| !letters.is_empty()).collect();
    let is_number = |letters: &&&str| matches!(**letters, "d" | "dd" | "M" | "MM") || letters.chars().all(|letter| letter == 'y');
    let words = letters.len() - letters.iter().filter(is_number).count();
    let timed = letters.iter().any(|letters| letters.contains(['h', 'H']) && is_time(letters));
    let numbers: Vec<Option<u32>> = shown
        .split(|character: char| !character.is_numeric())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.parse().ok())
        .collect();
    let of_day = |number: u32| [year, year % 100, month, day].contains(&number) || timed && number < 60;
    numbers.iter().all(|number| number.is_some_and(of_day))
        && (!letters.iter().any(|letters| letters.starts_with('y'))
            || numbers.iter().any(|number| *number == Some(year) || *number == Some(year % 100)))
        && (!letters.iter().any(|letters| matches!(*letters, "d" | "dd")) || numbers.contains(&Some(day)))
        && !numbers.is_empty()
        && shown.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty()).count() <= words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_what_word_processors_find_there() {
        let text = "<a xmlns='urn:x'><b>one</b><b c='three'>two</b><o xmlns='urn:y'>four</o></a>";
        let tape = Tape::read("item.xml", text.as_bytes(), &Limits::default()).unwrap();
        let looks = Cell::new(LOOKS_MAX);
        let values = |path: &str| Path::read(path, "xmlns:n='urn:x' xmlns:m=\"urn:y\"").and_then(|path| path.values(&tape, &looks));
        let found = |values: &[&str]| Some(values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        assert_eq!(values("/n:a[1]/n:b[2]"), found(&["two"]));
        assert_eq!(values("/n:a/n:b"), found(&["one", "two"]));
        assert_eq!(values("/n:a/n:b[2]/@c"), found(&["three"]));
        assert_eq!(values("/*[1]/m:o/text()"), found(&["four"]));
        assert_eq!(values("/a/b"), found(&[]));
        assert_eq!(values("//n:b"), found(&["one", "two"]));
        assert_eq!(values("/n:a//m:o"), found(&["four"]));
        for path in ["//n:b[1]", "///n:b", "/n:a/n:b[@c='three']", "n:a", "/n:a/count(n:b)", "/unknown:a", "/"] {
            assert_eq!(values(path), None, "{path}");
        }
    }

    #[test]
    fn a_path_that_meets_nodes_again_and_again_ends() {
        let (depth, steps) = (60, 40);
        let text = format!("{}x{}", "<a>".repeat(depth), "</a>".repeat(depth));
        let tape = Tape::read("item.xml", text.as_bytes(), &Limits::default()).unwrap();
        let path = Path::read(&"//a".repeat(steps), "").unwrap();
        assert_eq!(path.values(&tape, &Cell::new(LOOKS_MAX)).map(|values| values.len()), Some(depth - steps + 1));
        assert_eq!(path.values(&tape, &Cell::new(1_000)), None);
    }

    #[test]
    fn a_day_is_shown_in_its_format_and_with_no_other_words() {
        let shows = |shown: &str, format: &str| shows_day(shown, day_of("2024-03-09T00:00:00").unwrap(), format);
        for (shown, format) in [
            ("9 March 2024", "d MMMM yyyy"),
            ("Saturday, 9. März 2024", "dddd, d. MMMM yyyy"),
            ("9 de marzo de 2024", "d' de 'MMMM' de 'yyyy"),
            ("03/09/24", "MM/dd/yy"),
            ("2024", "yyyy"),
            ("March 2024", "MMMM yyyy"),
        ] {
            assert!(shows(shown, format), "{shown}");
        }
        for (shown, format) in [
            ("10 March 2024", "d MMMM yyyy"),
            ("9 March 2023", "d MMMM yyyy"),
            ("she lied on 9 March 2024", "d MMMM yyyy"),
            ("March", "d MMMM yyyy"),
            ("never", "MMMM"),
        ] {
            assert!(!shows(shown, format), "{shown}");
        }
    }
}
