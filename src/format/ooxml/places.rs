//! Where elements stand, and how often. What stands at a place that the standard does not have, or is given twice, some readers show and
//! others leave out; which of two properties counts, too, each decides in its way.
//!
//! The schemas of ECMA-376-1 (Annex A), as far as they decide what is seen.

mod schema;

use std::borrow::Cow;
use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt as _};
use schema::{At, HARMLESS, LISTS, PROPERTIES, Rule, SINGLE, rule};

use super::plan::{Fate, Plan};
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};
use crate::model::FindingKind;

const MISPLACED: &str = "something stands where the standard has no place for it: readers show it, or do not";
const TWICE: &str = "something is given twice where the standard has it once: readers do not agree which counts";

/// Holds a part in which something that may be seen stands at a place of none, or is given twice. What stands in properties goes: no reader
/// shows it.
pub fn check(plan: &mut Plan<'_>, report: &mut Report) {
    for index in look_through(plan, report) {
        report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
        report.words_in(FindingKind::ForeignMarkup, plan, index);
        plan.drop_node(index);
    }
}

/// What an element is to what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Context {
    is: At,
    /// What its content stands in.
    content: At,
    /// Of a control, what it stands in, as its content will.
    outer: At,
}

/// What an element of a name means in a context, the same wherever it is met there: the number of its own context, and some of the bits
/// below. Nothing where nobody has asked yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step(u32);

impl Step {
    const CONTEXT: u32 = 0xffff;
    const KNOWN: u32 = 1 << 16;
    const MISPLACED: u32 = 1 << 17;
    /// It may be there once.
    const ONCE: u32 = 1 << 18;
    const LISTED: u32 = 1 << 19;
    const PROPERTIES: u32 = 1 << 20;
    /// It is the properties of the last section.
    const LAST_SECTION: u32 = 1 << 21;

    #[inline]
    fn is(self, any: u32) -> bool {
        self.0 & any != 0
    }

    /// Whether an element is to be looked at: most are not.
    #[inline]
    fn asks(self) -> bool {
        self.is(!(Self::CONTEXT | Self::KNOWN))
    }
}

/// What the schemas say of the elements of a part.
struct Rules {
    /// By the number of a name.
    rules: Vec<Rule>,
    /// Whether it tells nothing when it is given twice, by the number of a name.
    is_harmless: Vec<bool>,
    /// The number of the name of each tag.
    numbers: Vec<u16>,
    contexts: Vec<Context>,
    /// By the number of a context, and in each by that of a name.
    steps: Vec<Step>,
}

impl Rules {
    fn of(tape: &Tape<'_>) -> Self {
        let mut names: HashMap<(Ns, Sym), u16> = HashMap::new();
        let (mut rules, mut is_harmless) = (Vec::new(), Vec::new());
        for (ns, name) in tape.element_names() {
            names.entry((ns, name)).or_insert_with(|| {
                rules.push(rule(ns, name));
                is_harmless.push(ns == Ns::W && HARMLESS.contains(&name.name()));
                rules.len() as u16 - 1
            });
        }
        let numbers = tape.by_tag(|ns, name| names.get(&(ns, name)).copied().unwrap_or_default());
        Self { rules, is_harmless, numbers, contexts: Vec::new(), steps: Vec::new() }
    }

    /// The number of the name of an element.
    fn number(&self, tape: &Tape<'_>, index: usize) -> usize {
        tape.tag(index).map_or(0, |tag| usize::from(self.numbers[tag]))
    }

    fn rule(&self, tape: &Tape<'_>, index: usize) -> Rule {
        self.rules[self.number(tape, index)]
    }

    fn context(&mut self, context: Context) -> u16 {
        let known = self.contexts.iter().position(|known| *known == context);
        known.unwrap_or_else(|| {
            self.contexts.push(context);
            self.steps.resize(self.steps.len() + self.rules.len(), Step(0));
            self.contexts.len() - 1
        }) as u16
    }

    #[inline]
    fn step(&mut self, context: u16, number: usize) -> Step {
        let place = usize::from(context) * self.rules.len() + number;
        let step = self.steps[place];
        if step.is(Step::KNOWN) { step } else { self.new_step(context, number, place) }
    }

    #[cold]
    fn new_step(&mut self, context: u16, number: usize, at: usize) -> Step {
        let (around, rule) = (self.contexts[usize::from(context)], self.rules[number]);
        let place = if rule.direct { around.is } else { around.content };
        let content = match rule.is {
            At::ControlContent => around.outer,
            is if is.is_around() => place,
            is => is,
        };
        let outer = if rule.is == At::Control { around.content } else { At::Other };
        let own = self.context(Context { is: rule.is, content, outer });
        let bits = [
            (Step::KNOWN, true),
            (Step::MISPLACED, rule.within != 0 && rule.within & place.bit() == 0),
            (Step::ONCE, (SINGLE | rule.once) & around.is.bit() != 0 && !self.is_harmless[number]),
            (Step::LISTED, LISTS & around.is.bit() != 0),
            (Step::PROPERTIES, PROPERTIES & rule.is.bit() != 0),
            (Step::LAST_SECTION, rule.is == At::SectionProperties && around.is == At::Body),
        ];
        let step = Step(bits.iter().filter(|(_, is)| *is).fold(u32::from(own), |all, (bit, _)| all | bit));
        self.steps[at] = step;
        step
    }
}

/// Rules on the places of a part; returns what goes.
fn look_through(plan: &Plan<'_>, report: &mut Report) -> Vec<usize> {
    let tape = &plan.tape;
    let mut rules = Rules::of(tape);
    // Where an element of a name was met last.
    let mut last = vec![0_usize; rules.rules.len()];
    let (mut to_count, mut going) = (BTreeSet::new(), Vec::new());
    // Parts that say how something looks show no text of their own.
    let looks = matches!(tape.node(tape.root).name, sym::STYLES | sym::SETTINGS);
    let part = *tape.node(tape.root);
    let nodes = &tape.nodes[..part.next as usize];
    let fate = &plan.fate[..nodes.len()];
    let mut properties_end = if looks { part.next as usize } else { 0 };
    let mut last_section_of = None;
    let is = rules.rule(tape, tape.root).is;
    let root = Context { is, content: if is.is_around() { At::Other } else { is }, outer: At::Other };
    // The context of each element that was entered. That of an element whose tags go is the one of what it stands in.
    let mut contexts = vec![0_u16; nodes.len()];
    contexts[tape.root] = rules.context(root);
    let mut at = tape.root + 1;
    while let Some(node) = nodes.get(at) {
        let index = at;
        at += 1;
        let Some(tag) = node.tag() else { continue };
        let mut parent = node.parent as usize;
        let context = contexts[parent];
        match fate[index] {
            Fate::Keep => {}
            Fate::Drop => {
                at = node.next as usize;
                continue;
            }
            Fate::Unwrap => {
                contexts[index] = context;
                continue;
            }
        }
        let number = usize::from(rules.numbers[tag]);
        let step = rules.step(context, number);
        contexts[index] = (step.0 & Step::CONTEXT) as u16;
        if !step.asks() && last_section_of.is_none() {
            continue;
        }
        while plan.fate[parent] == Fate::Unwrap && parent != tape.root {
            parent = tape.node(parent).parent as usize;
        }
        let in_properties = index < properties_end;
        if step.is(Step::PROPERTIES) {
            properties_end = properties_end.max(node.next as usize);
        }
        // The properties of the last section end the body (§17.2.2).
        let is_behind = last_section_of == Some(parent) && rules.rules[number].is != At::Other;
        if step.is(Step::MISPLACED) || is_behind {
            if in_properties && is_text(tape, index, &rules.rules[number]) || is_bare(tape, index) {
                going.push(index);
                at = node.next as usize;
                continue;
            }
            report.hold(FindingKind::Unknown, &plan.name, MISPLACED);
        }
        if step.is(Step::LAST_SECTION) {
            last_section_of = Some(parent);
        }
        if step.is(Step::LISTED) || step.is(Step::ONCE) && std::mem::replace(&mut last[number], index) > parent {
            to_count.insert(parent);
        }
    }
    if to_count.into_iter().any(|parent| gives_twice(plan, parent, &rules)) {
        report.hold(FindingKind::Unknown, &plan.name, TWICE);
    }
    going
}

/// Whether an element holds text, and is no property.
fn is_text(tape: &Tape<'_>, index: usize, rule: &Rule) -> bool {
    !rule.direct || tape.is(index, Ns::W, sym::LVL_TEXT)
}

/// Characters beside runs, and text of drawings out of any, are in no place of their own, and go wherever they are.
fn is_bare(tape: &Tape<'_>, index: usize) -> bool {
    let node = tape.node(index);
    match node.ns {
        Ns::A => matches!(node.name, sym::P | sym::R | sym::FLD | sym::T),
        Ns::W => matches!(node.name, sym::T | sym::DEL_TEXT),
        ns => ns == Ns::C && node.name == sym::V,
    }
}

/// Whether two children say something else under one name, or under one identifier.
fn gives_twice(plan: &Plan<'_>, parent: usize, rules: &Rules) -> bool {
    let tape = &plan.tape;
    let its = rules.rule(tape, parent).is.bit();
    let mut first: HashMap<(Ns, Sym, Option<Cow<'_, str>>), usize> = HashMap::new();
    for child in plan.living_children(parent) {
        let node = tape.node(child);
        let number = rules.number(tape, child);
        let is_single = (LISTS | SINGLE | rules.rules[number].once) & its != 0 && !rules.is_harmless[number];
        if node.kind != Kind::Element || node.ns == Ns::Mc || !is_single {
            continue;
        }
        let id = |name: &str| tape.attr(child, Ns::W, Sym::of(name.as_bytes()));
        let key = match node.name.name() {
            // One of each kind (§17.10.1, §17.7.6.6).
            "headerReference" | "footerReference" | "tblStylePr" => id("type"),
            "footnote" | "endnote" => id("id"),
            "abstractNum" => id("abstractNumId"),
            "num" => id("numId"),
            "numPicBullet" => id("numPicBulletId"),
            "lvl" | "lvlOverride" => id("ilvl"),
            _ => None,
        };
        // The words of a chart are written, or taken from one place.
        let name = if its == At::ChartText.bit() { sym::TX } else { node.name };
        if first.insert((node.ns, name, key), child).is_some_and(|before| !says_the_same(tape, before, child)) {
            return true;
        }
    }
    false
}

/// Whether two elements are spelled alike, or have the same attributes and no content.
fn says_the_same(tape: &Tape<'_>, one: usize, other: usize) -> bool {
    let attrs = |index: usize| {
        let attrs = tape.attrs(index).iter().map(|attr| (attr.ns, tape.attr_name(attr), tape.resolved_value(attr)));
        attrs.collect::<BTreeSet<_>>()
    };
    let is_leaf = |index: usize| tape.node(index).next as usize == index + 1;
    tape.source(one) == tape.source(other) || is_leaf(one) && is_leaf(other) && attrs(one) == attrs(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(xml: &str) -> usize {
        let spaces =
            [Ns::W, Ns::M, Ns::V, Ns::Mc, Ns::Wp, Ns::A, Ns::Wps, Ns::W14].map(|ns| format!(" xmlns:{}=\"{}\"", ns.prefix(), ns.uri()));
        let text = format!("<w:document{}><w:body>{xml}</w:body></w:document>", spaces.concat());
        let mut plan = Plan::new(0, "part.xml", Tape::read("part.xml", text.as_bytes(), &crate::Limits::default()).unwrap());
        let mut report = Report::default();
        check(&mut plan, &mut report);
        report.holds().len()
    }

    const RUN: &str = "<w:r><w:rPr><w:b/></w:rPr><w:t>x</w:t></w:r>";

    #[test]
    fn what_the_schemas_have_is_at_its_place() {
        for xml in [
            format!("<w:p>{RUN}<w:hyperlink>{RUN}<w:ins>{RUN}</w:ins></w:hyperlink></w:p>"),
            format!("<w:sdt><w:sdtPr/><w:sdtContent><w:p>{RUN}</w:p></w:sdtContent></w:sdt>"),
            format!("<w:p><w:sdt><w:sdtContent>{RUN}</w:sdtContent></w:sdt></w:p>"),
            format!("<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc><w:p>{RUN}</w:p></w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>"),
            "<w:p><m:oMath><m:d><m:e><m:r><m:t>a</m:t></m:r></m:e><m:e/></m:d></m:oMath></w:p>".to_owned(),
            "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"w14\"><w:t>x</w:t></mc:Choice></mc:AlternateContent></w:r></w:p>"
                .to_owned(),
            "<w:p><w:pPr><w:tabs><w:tab/><w:tab/></w:tabs></w:pPr></w:p>".to_owned(),
            "<w:numbering><w:numPicBullet><w:drawing><wp:inline/></w:drawing></w:numPicBullet></w:numbering>".to_owned(),
            "<w:p><w:r><w:rPr><w:color w:val=\"FFFFFF\"/><w:color w:val=\"FFFFFF\"/></w:rPr></w:r></w:p>".to_owned(),
            // As LibreOffice writes them.
            "<w:p><w:pPr><w:pBdr/><w:pBdr><w:top w:val=\"single\"/></w:pBdr></w:pPr><w:r><w:rPr><w:rFonts w:ascii=\"A\" w:cs=\"B\"/>\
             <w:rFonts w:eastAsia=\"C\"/><w:shd w:val=\"clear\" w:fill=\"FFFFFF\"/><w:shd w:fill=\"FFFFFF\" w:val=\"clear\"/></w:rPr></w:r></w:p>"
                .to_owned(),
        ] {
            assert_eq!(holds(&xml), 0, "{xml}");
        }
    }

    #[test]
    fn what_they_do_not_have_is_not() {
        for xml in [
            RUN.to_owned(),
            format!("<w:p><w:p>{RUN}</w:p></w:p>"),
            format!("<w:p><w:r>{RUN}</w:r></w:p>"),
            format!("<w:hyperlink>{RUN}</w:hyperlink>"),
            format!("<w:p><w:sdt>{RUN}</w:sdt></w:p>"),
            format!("<w:sdt><w:sdtContent>{RUN}</w:sdtContent></w:sdt>"),
            format!("<w:tbl><w:tr><w:p>{RUN}</w:p></w:tr></w:tbl>"),
            format!("<w:hdr><w:p>{RUN}</w:p></w:hdr>"),
            "<w:p><m:r><m:t>x</m:t></m:r></w:p>".to_owned(),
            "<w:p><w:r><m:t>x</m:t></w:r></w:p>".to_owned(),
            "<w:p><w:r><w:lvlText w:val=\"x\"/></w:r></w:p>".to_owned(),
            format!("<w:p><w:r><w:pict><v:line><v:textbox><w:txbxContent><w:p>{RUN}</w:p></w:txbxContent></v:textbox></v:line></w:pict></w:r></w:p>"),
            "<w:p><w:r><w:rPr><mc:AlternateContent><mc:Choice Requires=\"w14\"><w:vanish/></mc:Choice></mc:AlternateContent></w:rPr></w:r></w:p>"
                .to_owned(),
        ] {
            assert_eq!(holds(&xml), 1, "{xml}");
        }
    }

    #[test]
    fn what_is_given_twice_is_found_whatever_stands_between() {
        let twice = |inner: &str| holds(&format!("<w:p>{inner}</w:p>"));
        assert_eq!(twice("<w:pPr><w:jc w:val=\"left\"/></w:pPr><w:pPr/>"), 1);
        assert_eq!(
            twice(
                "<w:r><w:rPr><w:sz w:val=\"1\"/><w:rPrChange><w:rPr><w:sz w:val=\"3\"/></w:rPr></w:rPrChange><w:sz w:val=\"2\"/></w:rPr></w:r>"
            ),
            1
        );
        assert_eq!(twice("<w:sdt><w:sdtContent/><w:sdtContent><w:r/></w:sdtContent></w:sdt>"), 1);
        assert_eq!(holds("<w:sectPr><w:pgSz w:w=\"1\"/><w:pgSz w:w=\"2\"/></w:sectPr>"), 1);
        assert_eq!(holds("<w:sectPr><w:headerReference w:type=\"first\"/><w:headerReference w:type=\"even\"/></w:sectPr>"), 0);
    }
}
