//! Writes a part as decided. What no decision touches is copied in whole ranges.

mod output;
mod texts;
mod values;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashSet;
use output::Output;
pub use output::Written;
use texts::defines_looks;
use values::{Value, quoted};

use super::names::Names;
use super::plan::{Fate, Plan};
use super::prefixes::{is_plain_prefix, kept_prefixes};
use super::report::Report;
use crate::format::xml::{Attr, Kind, Ns, Sym, escape_into, sym};
use crate::model::FindingKind;

/// What the attributes of a part refer to.
#[derive(Debug, Default)]
pub struct References<'r> {
    /// Relationship identifiers of the source -> of the copy; what is not here goes.
    pub relationships: BTreeMap<String, String>,
    /// By element: identifiers that differ from those above (a picture cut to its frame).
    pub own_relationships: BTreeMap<usize, String>,
    /// Style identifiers of the source -> of the copy; what is not here goes with its element.
    pub styles: Option<&'r BTreeMap<String, String>>,
    /// Style names of the source -> of the copy.
    pub style_names: Option<&'r BTreeMap<String, String>>,
}

/// Whether a part is written, or only accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A copy and its account.
    Copy,
    /// The account alone.
    Account,
}

/// Writes one part. Returns `None` when it equals the source, or when only the account of it is wanted.
pub fn emit(plan: &Plan<'_>, references: &References<'_>, names: &mut Names, report: &mut Report, purpose: Purpose) -> Option<Written> {
    let text: &str = &plan.tape.text;
    let writes = purpose == Purpose::Copy;
    let mut writer = Writer {
        plan,
        references,
        names,
        report,
        out: Output::of(text),
        writes,
        pending: 0..0,
        changed: plan.rewritten,
        elsewhere: plan.chains.values().flat_map(|chain| chain.iter().skip(1).copied()).collect(),
        kept_prefixes: kept_prefixes(plan),
        decided: plan.fate.iter().map(|fate| *fate != Fate::Keep).collect(),
        tags: vec![TagRuling::None; plan.tape.tag_total()],
        known: vec![0; plan.tape.tag_total()],
        ruled: vec![None; plan.tape.attr_total()],
        values: Vec::new(),
        gone: vec![0; FindingKind::ALL.len()],
        holds_text: (Ns::None, Sym::UNKNOWN, false),
        out_of_properties: None,
        shows_runs: None,
        shows_text: !defines_looks(plan.tape.node(plan.tape.root).name),
    };
    writer.mark_decided();
    let root = *plan.tape.node(plan.tape.root);
    let prolog_end = plan.tape.nodes.first().map_or(root.start, |first| first.start);
    let prolog = &text[..prolog_end as usize];
    if is_plain_prolog(prolog) {
        writer.copy(0, prolog_end as usize);
    } else {
        writer.changed = true;
        writer.out.push("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    }
    if writer.kept_prefixes.iter().any(|prefix| !is_plain_prefix(prefix)) {
        writer.report.hold(FindingKind::ForeignMarkup, &plan.name, "a prefix of names that no word processor writes");
    }
    writer.node(plan.tape.root);
    writer.flush();
    writer.count_known();
    let Writer { out, changed, gone, report, writes, names, .. } = writer;
    for font in names.fresh_fonts() {
        report.removed(FindingKind::FontName, &plan.name, 1);
        report.words(FindingKind::FontName, &plan.name, &font);
    }
    for (kind, count) in FindingKind::ALL.iter().zip(gone) {
        report.removed(*kind, &plan.name, count);
    }
    if writes { out.finish(changed) } else { None }
}

/// An XML declaration as every writer makes it, or none.
fn is_plain_prolog(prolog: &str) -> bool {
    prolog.split(['"', '\'', ' ', '=', '<', '>', '?', '\r', '\n', '\t']).all(|word| {
        matches!(word.to_ascii_lowercase().as_str(), "" | "xml" | "version" | "1.0" | "encoding" | "utf-8" | "standalone" | "yes" | "no")
    })
}

struct Writer<'w, 't> {
    plan: &'w Plan<'t>,
    references: &'w References<'w>,
    names: &'w mut Names,
    report: &'w mut Report,
    out: Output<'w>,
    writes: bool,
    /// Range of the source that waits to be copied.
    pending: std::ops::Range<usize>,
    changed: bool,
    /// Paragraphs whose content is written in another one.
    elsewhere: HashSet<usize>,
    kept_prefixes: BTreeSet<&'w str>,
    /// Nodes that some decision is about.
    decided: Vec<bool>,
    /// What becomes of elements that nothing was decided about, by their tag.
    tags: Vec<TagRuling>,
    /// How many elements were written whose tag is ruled on in all its attributes, by tag.
    known: Vec<u32>,
    /// What was ruled on an attribute, where that follows from the tag alone.
    ruled: Vec<Option<Ruled>>,
    /// What takes the place of values, `=` and quotes included.
    values: Vec<String>,
    /// By kind: attributes that went, counted when the part is done.
    gone: Vec<u64>,
    /// The last element that was asked whether it holds text, and the answer.
    holds_text: (Ns, Sym, bool),
    /// What was last found to stand in no properties: most often something with more paragraphs.
    out_of_properties: Option<usize>,
    /// What was last found to show the text of its runs.
    shows_runs: Option<usize>,
    /// The part shows text of its own.
    shows_text: bool,
}

/// What becomes of an element that nothing was decided about, as far as its tag tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TagRuling {
    /// Nobody has asked yet, or it takes a look at each of them.
    None,
    /// The tag is written as it stands.
    Stays,
    /// Each of its attributes is ruled on.
    Known,
    /// It names a style that is gone, and goes with it.
    Goes,
}

/// A ruling on an attribute that is the same for every tag that is spelled alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ruled {
    Same,
    Gone(FindingKind),
    /// The name of a style or font that stays; where it changes, the number of the text that takes the place of the value.
    Named(Option<u32>),
}

impl Ruled {
    fn stays_as_it_is(self) -> bool {
        matches!(self, Self::Same | Self::Named(None))
    }
}

impl Writer<'_, '_> {
    /// Nothing was decided about most nodes of a part: they need not be looked up in one list after another.
    fn mark_decided(&mut self) {
        let plan = self.plan;
        let texts = plan.replace.keys().chain(plan.before.keys()).chain(plan.append.keys());
        let others = plan.rename.keys().chain(plan.added.keys()).chain(plan.chains.keys());
        let attrs = plan.attrs.keys().map(|(index, ..)| index);
        texts.chain(others).chain(attrs).chain(&self.elsewhere).for_each(|index| self.decided[*index] = true);
    }

    fn copy(&mut self, start: usize, end: usize) {
        if start == end || !self.writes {
            return;
        }
        if self.pending.end == start {
            self.pending.end = end;
        } else {
            self.flush();
            self.pending = start..end;
        }
    }

    fn flush(&mut self) {
        let range = std::mem::replace(&mut self.pending, 0..0);
        if self.writes {
            self.out.push(&self.plan.tape.text[range]);
        }
    }

    fn write(&mut self, text: &str) {
        self.flush();
        let filled = self.filled(text);
        self.out.push(&filled);
    }

    /// A text with the names that it wants; nothing where it is not written.
    fn filled<'n>(&mut self, text: &'n str) -> Cow<'n, str> {
        if !Names::is_wanted_in(text) {
            Cow::Borrowed(if self.writes { text } else { "" })
        } else if self.writes {
            Cow::Owned(self.names.fill(text))
        } else {
            self.names.note(text);
            Cow::Borrowed("")
        }
    }

    fn node(&mut self, index: usize) {
        let plan = self.plan;
        if self.decided[index] {
            if let Some(text) = plan.before.get(&index) {
                self.write(text);
            }
            if self.elsewhere.contains(&index) {
                return;
            }
            if let Some(text) = plan.replace.get(&index).filter(|_| plan.fate[index] != Fate::Drop) {
                self.write(text);
                return;
            }
        }
        if plan.fate[index] == Fate::Drop {
            return;
        }
        let node = *plan.tape.node(index);
        match node.kind {
            Kind::Element => self.element(index),
            Kind::Text | Kind::CData => {
                if self.is_in_text(index) {
                    self.copy(node.start as usize, node.end as usize);
                } else {
                    self.characters_out_of_text(index);
                }
            }
            Kind::Comment | Kind::Instruction => {}
        }
    }

    fn element(&mut self, index: usize) {
        let plan = self.plan;
        let node = *plan.tape.node(index);
        if plan.fate[index] == Fate::Unwrap {
            self.content(index);
            return;
        }
        if self.goes_with_its_reference(index) {
            return;
        }
        let empty = plan.tape.inner(index) == node.end;
        if !self.decided[index] {
            self.plain_start_tag(index);
            if !empty {
                self.content(index);
                self.copy(plan.tape.inner_end(index) as usize, node.end as usize);
            }
            return;
        }
        let rename = plan.rename.get(&index).copied();
        let appended = plan.append.get(&index);
        self.start_tag(index, rename, empty && appended.is_some());
        if let Some(chain) = plan.chains.get(&index) {
            self.chain(chain);
        } else {
            self.content(index);
        }
        if let Some(text) = appended {
            self.write(text);
        }
        if !empty || appended.is_some() {
            self.end_tag(index, rename, empty);
        }
    }

    /// What is in an element, at any depth. What nothing was decided about is passed over as far as it stays, and copied with what
    /// stands around it.
    fn content(&mut self, index: usize) {
        let tape = &self.plan.tape;
        let element = tape.node(index);
        let mut copied = tape.inner(index);
        let mut inside = index + 1;
        while inside < element.next as usize {
            if !self.writes {
                inside = self.count_on(inside, element.next as usize);
            }
            let Some(node) = tape.nodes[..element.next as usize].get(inside) else { break };
            let ruling = match node.kind {
                _ if self.decided[inside] => None,
                Kind::Element => Some(self.ruling(inside)),
                Kind::Text | Kind::CData => self.is_in_text(inside).then_some(TagRuling::Stays),
                Kind::Comment | Kind::Instruction => None,
            };
            match ruling {
                Some(TagRuling::Stays) => inside += 1,
                Some(TagRuling::None | TagRuling::Known) => {
                    self.copy(copied as usize, node.start as usize);
                    self.plain_start_tag(inside);
                    copied = tape.inner(inside);
                    inside += 1;
                }
                Some(TagRuling::Goes) | None => {
                    self.copy(copied as usize, node.start as usize);
                    if ruling.is_none() {
                        self.node(inside);
                    }
                    copied = node.end;
                    inside = node.next as usize;
                }
            }
        }
        self.copy(copied as usize, tape.inner_end(index) as usize);
    }

    /// Goes on to the first node before `end` about whose tag, where nothing is written, more remains to be done than to count it.
    fn count_on(&mut self, mut index: usize, end: usize) -> usize {
        let (nodes, decided) = (&self.plan.tape.nodes[..end], &self.decided[..end]);
        let rulings = &self.tags[..];
        let known = &mut self.known[..rulings.len()];
        while index < end && !decided[index] {
            match nodes[index].tag().map(|tag| (tag, rulings[tag])) {
                Some((tag, TagRuling::Known)) => known[tag] += 1,
                Some((_, TagRuling::Stays)) => {}
                _ => break,
            }
            index += 1;
        }
        index
    }

    /// What becomes of an element that nothing was decided about.
    fn ruling(&mut self, index: usize) -> TagRuling {
        let tag = self.plan.tape.tag(index).unwrap_or_default();
        if self.tags[tag] == TagRuling::None && self.goes_with_its_reference(index) {
            self.tags[tag] = TagRuling::Goes;
        }
        self.tags[tag]
    }

    /// The content of several paragraphs in one: properties of the last, then the content of each.
    fn chain(&mut self, chain: &[usize]) {
        let properties = |paragraph: usize| self.plan.tape.child(paragraph, Ns::W, sym::P_PR);
        let last = chain.last().and_then(|last| properties(*last));
        let all: Vec<Option<usize>> = chain.iter().map(|paragraph| properties(*paragraph)).collect();
        if let Some(last) = last {
            self.node(last);
        }
        for (paragraph, properties) in chain.iter().zip(all) {
            for child in self.plan.tape.children(*paragraph) {
                if Some(child) != properties {
                    self.node(child);
                }
            }
        }
    }

    /// A style that is gone takes the elements along that only name it.
    fn goes_with_its_reference(&self, index: usize) -> bool {
        let tape = &self.plan.tape;
        let node = tape.node(index);
        let Some(styles) = self.references.styles.filter(|_| names_a_style(node.ns, node.name)) else { return false };
        let is_value = |attr: &Attr| attr.ns == Ns::W && attr.name == sym::VAL;
        let Some(at) = tape.attrs(index).iter().position(is_value) else { return true };
        let number = tape.attr_range(index).start + at;
        !matches!(self.ruled[number], Some(Ruled::Named(_))) && !styles.contains_key(&*tape.resolved_value(&tape.all_attrs()[number]))
    }

    /// The start tag of an element that nothing but its fate was decided about.
    fn plain_start_tag(&mut self, index: usize) {
        let tape = &self.plan.tape;
        let tag = tape.tag(index).unwrap_or_default();
        if self.tags[tag] == TagRuling::None {
            self.rule_by_layout(tag);
        }
        if self.tags[tag] == TagRuling::Known {
            self.known[tag] += 1;
            if !self.writes {
                return;
            }
        }
        // One that stays is copied by the same rulings.
        self.start_tag(index, None, false);
        let ruled = &self.ruled[tape.attr_range(index)];
        if ruled.iter().all(|ruled| ruled.is_some_and(Ruled::stays_as_it_is)) {
            self.tags[tag] = TagRuling::Stays;
        } else if ruled.iter().all(Option::is_some) {
            self.tags[tag] = TagRuling::Known;
        }
    }

    /// Rules on a tag as on the one that it is laid out like, where all attributes go whatever their values are.
    fn rule_by_layout(&mut self, tag: usize) {
        let tape = &self.plan.tape;
        let (own, layout) = (tape.attrs_of_tag(tag), tape.attrs_of_tag(tape.layout_of_tag(tag)));
        let goes = Some(Ruled::Gone(FindingKind::SessionId));
        if !own.is_empty() && own != layout && self.ruled[layout].iter().all(|ruled| *ruled == goes) {
            self.ruled[own].fill(goes);
            self.tags[tag] = TagRuling::Known;
        }
    }

    /// Counts the attributes that went with tags that were known.
    fn count_known(&mut self) {
        for (tag, elements) in self.known.iter().enumerate().filter(|(_, elements)| **elements > 0) {
            for ruled in &self.ruled[self.plan.tape.attrs_of_tag(tag)] {
                if let Some(Ruled::Gone(kind)) = ruled {
                    self.gone[*kind as usize] += u64::from(*elements);
                }
            }
        }
    }

    fn start_tag(&mut self, index: usize, rename: Option<&str>, open_up: bool) {
        let plan = self.plan;
        let tape = &plan.tape;
        let node = *tape.node(index);
        let name_end = node.start as usize + 1 + tape.tag_name_len(index);
        match rename {
            Some(local) => {
                self.copy(node.start as usize, name_end - local_part(tape.tag_name(index)).len());
                self.write(local);
            }
            None => self.copy(node.start as usize, name_end),
        }
        let mut at = name_end;
        // The offsets are those of the first tag that is spelled like this one; there, too, the first attribute follows the name.
        let first = tape.attrs(index).first().map_or(0, |attr| attr.start as usize);
        let here = |offset: u32| name_end + (offset as usize - first);
        for (number, attr) in tape.attr_range(index).zip(tape.attrs(index)) {
            let (start, end) = (here(attr.start), here(attr.value_end) + 1);
            if start > at {
                self.copy(at, start);
            }
            match self.attribute(index, number, attr) {
                Value::Same => self.copy(start, end),
                Value::Gone => self.changed = true,
                Value::New(_) | Value::Known(_) if !self.writes => {}
                Value::New(value) => {
                    self.copy(start, here(attr.name_end));
                    self.write(&quoted(&value));
                }
                Value::Known(number) => {
                    self.copy(start, here(attr.name_end));
                    self.flush();
                    self.out.push(&self.values[number as usize]);
                }
            }
            at = end;
        }
        if let Some(added) = self.plan.added.get(&index) {
            for (name, value) in added {
                let mut text = format!(" {name}=\"");
                escape_into(&mut text, value);
                text.push('"');
                self.write(&text);
            }
        }
        if open_up {
            self.write(">");
        } else {
            self.copy(at, tape.inner(index) as usize);
        }
    }

    fn end_tag(&mut self, index: usize, rename: Option<&str>, opened_up: bool) {
        let tape = &self.plan.tape;
        let node = *tape.node(index);
        match rename {
            None if !opened_up => self.copy(tape.inner_end(index) as usize, node.end as usize),
            _ => {
                let name = tape.tag_name(index);
                let prefix = &name[..name.len() - local_part(name).len()];
                let text = format!("</{prefix}{}>", rename.unwrap_or(local_part(name)));
                self.write(&text);
            }
        }
    }
}

/// Whether an element does nothing but name a style.
fn names_a_style(ns: Ns, name: Sym) -> bool {
    ns == Ns::W
        && matches!(
            name,
            sym::P_STYLE | sym::R_STYLE | sym::TBL_STYLE | sym::BASED_ON | sym::NEXT | sym::LINK | sym::STYLE_LINK | sym::NUM_STYLE_LINK
        )
}

fn local_part(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
