//! Fields: the instruction is kept only where it is of a kind that works without telling anything, and is written anew
//! from its parts; any other field becomes the text that it shows (ECMA-376-1 §17.16).

mod pairing;

use std::collections::BTreeSet;

use pairing::{Mark, Pairing};

use super::blocks;
use super::instruction::{self, Ruling, rule};
use super::plan::{Fate, Plan};
use super::report::Report;
use super::tracked;
use super::words::Words;
use crate::format::xml::{Kind, Ns, sym};
use crate::model::FindingKind;
use crate::policy::Orders;

/// Fields in the instruction of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum InCode {
    None,
    Some,
    /// One has another result on each page.
    Varying,
}

/// Room for the instructions of most fields.
const CODE_BYTES_OF_MOST: usize = 48;

/// A complex field while its end has not been seen (§17.16.18).
struct OpenField {
    begin: usize,
    instruction: String,
    instruction_nodes: Vec<usize>,
    in_code: InCode,
    separate: Option<usize>,
    /// Whether readers show nothing of it, result or not.
    shows_nothing: bool,
    /// Whether it stands in the code of another field, or in a result that is not shown: it goes with that.
    unseen: bool,
    /// How many of its marks went with a change.
    gone: usize,
}

impl OpenField {
    /// Whether what follows is not shown: code, or a result that no reader shows.
    fn hides(&self) -> bool {
        self.unseen || self.separate.is_none() || self.shows_nothing
    }

    /// Whether nothing is left of it but what it shows.
    fn went(&self) -> bool {
        let marks = 2 + usize::from(self.separate.is_some());
        self.gone == marks && self.instruction_nodes.is_empty()
    }
}

/// The fields of one story under way.
struct Fields<'f> {
    orders: &'f Orders,
    visible: &'f Words<'f>,
    pairing: Pairing,
    blank: Blank,
    open: Vec<OpenField>,
    /// Begins and ends of tables of contents that become text.
    contents: Vec<(usize, usize)>,
    marks_gone: &'f mut BTreeSet<usize>,
    answers: &'f mut BTreeSet<String>,
    report: &'f mut Report,
}

/// Resolves the fields of one story.
///
/// After this no instruction stands outside a field, and every begin has its end. `marks_gone` takes the paragraphs whose mark stands in
/// code. `answers` takes the names, in lower case, of what `SET` and `ASK` store: it goes with them, and what refers to it becomes text.
pub fn resolve(
    plan: &mut Plan<'_>,
    orders: &Orders,
    visible: &Words<'_>,
    marks_gone: &mut BTreeSet<usize>,
    answers: &mut BTreeSet<String>,
    report: &mut Report,
) {
    let mut fields = Fields {
        orders,
        visible,
        pairing: Pairing::of(plan),
        blank: Blank::default(),
        open: Vec::new(),
        contents: Vec::new(),
        marks_gone,
        answers,
        report,
    };
    let mut before = plan.tape.root;
    for index in plan.tape.named_any(&[sym::FLD_CHAR, sym::INSTR_TEXT, sym::DEL_INSTR_TEXT, sym::FLD_SIMPLE]) {
        let node = *plan.tape.node(index);
        if node.ns != Ns::W {
            continue;
        }
        if fields.pairing.gone.binary_search(&index).is_ok() {
            fields.character(plan, index, true);
            continue;
        }
        if gone_after(plan, before, index) {
            continue;
        }
        before = index;
        match node.name {
            sym::FLD_CHAR => fields.character(plan, index, false),
            sym::FLD_SIMPLE if fields.open.last().is_some_and(OpenField::hides) => fields.account_for_simple(plan, index),
            sym::FLD_SIMPLE => fields.simple(plan, index),
            _ => match fields.open.last_mut() {
                Some(field) if field.separate.is_none() => {
                    plan.tape.inner_text_into(index, &mut field.instruction);
                    field.instruction_nodes.push(index);
                }
                // What is in a result that nobody sees goes with it.
                Some(field) if field.hides() => {}
                _ => {
                    fields.report.removed(FindingKind::FieldCode, &plan.name, 1);
                    plan.drop_node(index);
                }
            },
        }
    }
    fields.without_end(plan);
    let contents = fields.contents;
    show_in_every_view(plan, contents);
}

/// Whether a node, or something around it that does not hold the node before, has gone. What goes while fields in it are read does not
/// take the rest of them out of sight: the code of one may go on behind it.
fn gone_after(plan: &Plan<'_>, before: usize, index: usize) -> bool {
    let mut at = Some(index);
    while let Some(node) = at.filter(|node| *node > before) {
        if plan.fate[node] == Fate::Drop {
            return true;
        }
        at = plan.tape.parent(node);
    }
    false
}

/// The first node behind a node and all that is in it.
fn behind(plan: &Plan<'_>, index: usize) -> usize {
    plan.tape.node(index).next as usize
}

impl Fields<'_> {
    /// Takes a mark in; `gone`: it went with a change, and pairs as it did before.
    fn character(&mut self, plan: &mut Plan<'_>, index: usize, gone: bool) {
        match Mark::of(plan, index) {
            Some(Mark::Begin) => {
                let unseen = self.open.last().is_some_and(OpenField::hides);
                if let Some(outer) = self.open.last_mut().filter(|outer| outer.separate.is_none()) {
                    outer.in_code = outer.in_code.max(InCode::Some);
                }
                self.open.push(OpenField {
                    begin: index,
                    instruction: String::with_capacity(CODE_BYTES_OF_MOST),
                    instruction_nodes: Vec::new(),
                    in_code: InCode::None,
                    separate: None,
                    shows_nothing: false,
                    unseen,
                    gone: usize::from(gone),
                });
            }
            Some(Mark::Separate) => match self.open.last_mut() {
                Some(field) if field.separate.is_none() => {
                    field.separate = Some(index);
                    field.shows_nothing = instruction::shows_nothing(&field.instruction);
                    field.gone += usize::from(gone);
                }
                _ => plan.drop_node(index),
            },
            Some(Mark::End) => match self.open.pop() {
                Some(mut field) => {
                    field.gone += usize::from(gone);
                    let varies = field.in_code == InCode::Varying || instruction::varies_by_page(&field.instruction);
                    if let Some(outer) = self.open.last_mut().filter(|outer| varies && outer.separate.is_none()) {
                        outer.in_code = InCode::Varying;
                    }
                    self.close(plan, &field, index);
                }
                None => plan.drop_node(index),
            },
            None => plan.drop_node(index),
        }
    }

    fn close(&mut self, plan: &mut Plan<'_>, field: &OpenField, end: usize) {
        if field.went() {
            return;
        }
        if field.unseen {
            return self.account_for(plan, &field.instruction);
        }
        let story = |index: usize| plan.ancestor(index, Ns::W, sym::TXBX_CONTENT);
        if field.separate.into_iter().chain([end]).any(|index| story(index) != story(field.begin)) {
            self.report.hold(FindingKind::Unknown, &plan.name, "a field that is partly in a text box");
        }
        let stored = field.separate.is_some_and(|separate| self.blank.shows(plan, behind(plan, separate), end));
        let mut ruling = rule(&field.instruction, self.orders, self.visible);
        // Where a result is stored, readers show that: the instruction may say anything else.
        if field.in_code > InCode::None
            || stored && drawn_from_code(&field.instruction)
            || !stored && leads_only(&field.instruction)
            || field.gone > 0
            || self.refers_to_answer(&field.instruction)
        {
            ruling = Ruling::Unlink;
        }
        let on_each_page = matches!(plan.tape.node(plan.tape.root).name, sym::HDR | sym::FTR);
        if field.in_code == InCode::Varying && on_each_page {
            self.report.hold(FindingKind::Unknown, &plan.name, "a field shows another text on each page, and its instruction cannot stay");
        }
        if ruling == Ruling::Unlink && !stored && instruction::is_drawn_anew(&field.instruction) {
            self.report.hold(FindingKind::Unknown, &plan.name, "a field shows what is not stored, and its instruction cannot stay");
        }
        if self.pairing.is_broken && self.blank.shows(plan, behind(plan, field.begin), field.separate.unwrap_or(end)) {
            self.report.hold(FindingKind::Unknown, &plan.name, "words in the code of a field, and marks of fields without their others");
        }
        match ruling {
            Ruling::Keep(instruction) => {
                let Some((first, rest)) = field.instruction_nodes.split_first() else { return self.unlink(plan, field, Some(end)) };
                self.report.stays(&instruction);
                self.hide(plan, field.begin, field.separate.unwrap_or(end), &field.instruction_nodes);
                if instruction.trim() != field.instruction.trim() {
                    self.report.removed(FindingKind::FieldCode, &plan.name, 1);
                    set_text(plan, *first, instruction.trim());
                    for node in rest {
                        plan.drop_node(*node);
                    }
                }
                form_data(plan, field.begin, self.report);
            }
            Ruling::Unlink => self.unlink(plan, field, Some(end)),
        }
    }

    /// A field without an end: its code goes, what it shows stays.
    fn without_end(&mut self, plan: &mut Plan<'_>) {
        while let Some(field) = self.open.pop() {
            if field.unseen {
                self.account_for(plan, &field.instruction);
                continue;
            }
            if field.hides() {
                self.report.hold(FindingKind::Unknown, &plan.name, "a field without an end, which may hide what follows it");
            }
            self.unlink(plan, &field, None);
        }
    }

    /// Counts a field that goes with what it is in.
    fn account_for(&mut self, plan: &Plan<'_>, instruction: &str) {
        self.report.removed(FindingKind::FieldCode, &plan.name, 1);
        self.report.words(FindingKind::FieldCode, &plan.name, instruction);
    }

    fn account_for_simple(&mut self, plan: &Plan<'_>, index: usize) {
        let instruction = plan.tape.attr(index, Ns::W, sym::INSTR).unwrap_or_default();
        self.account_for(plan, &instruction);
    }

    /// Takes the code of a field away. What it shows stays as plain text.
    fn unlink(&mut self, plan: &mut Plan<'_>, field: &OpenField, end: Option<usize>) {
        self.account_for(plan, &field.instruction);
        self.answers.extend(instruction::stores(&field.instruction));
        let shown_by_data = shown_by_form_data(plan, field);
        let last = end.unwrap_or(plan.tape.nodes.len());
        let to = match field.separate {
            Some(separate) if !field.shows_nothing && shown_by_data.is_none() => separate,
            _ => last,
        };
        self.hide(plan, field.begin, to, &[]);
        for node in [field.begin].into_iter().chain(field.separate).chain(end) {
            plan.drop_node(node);
        }
        if instruction::makes_contents(&field.instruction) {
            self.contents.push((field.begin, last));
        }
        if let Some(text) = shown_by_data {
            let prefix = prefix_of(plan, field.begin);
            plan.replace.insert(field.begin, element_that_shows(&text, &prefix));
            plan.fate[field.begin] = Fate::Keep;
        }
    }

    /// Drops what stands between two nodes and is not shown, but for `kept`: all of it, whatever it is. Paragraphs whose mark is there join
    /// with what follows; bookmarks and the ends of sections stay.
    fn hide(&mut self, plan: &mut Plan<'_>, from: usize, to: usize, kept: &[usize]) {
        let mut around = plan.tape.parent(from);
        while let Some(paragraph) = around {
            if plan.tape.is(paragraph, Ns::W, sym::P) && behind(plan, paragraph) <= to {
                self.marks_gone.insert(paragraph);
            }
            around = plan.tape.parent(paragraph);
        }
        let mut at = behind(plan, from);
        while at < to {
            let node = *plan.tape.node(at);
            let next = node.next as usize;
            if plan.fate[at] == Fate::Drop || kept.binary_search(&at).is_ok() || tracked::is_range_marker(node.ns, node.name) {
                at = next;
                continue;
            }
            match (node.ns, node.name) {
                (Ns::W, sym::P) if next <= to => {
                    self.paragraph_in_code(plan, at);
                    at += 1;
                }
                (
                    Ns::W,
                    sym::R_PR
                    | sym::P_PR
                    | sym::SDT_PR
                    | sym::SDT_END_PR
                    | sym::TBL_PR
                    | sym::TBL_GRID
                    | sym::TBL_PR_EX
                    | sym::TR_PR
                    | sym::TC_PR
                    | sym::SECT_PR
                    | sym::BOOKMARK_START
                    | sym::BOOKMARK_END,
                ) => at = next,
                (
                    Ns::W,
                    sym::R
                    | sym::SDT
                    | sym::SDT_CONTENT
                    | sym::HYPERLINK
                    | sym::SMART_TAG
                    | sym::CUSTOM_XML
                    | sym::INS
                    | sym::DEL
                    | sym::MOVE_FROM
                    | sym::MOVE_TO
                    | sym::TR
                    | sym::TC,
                ) => at += 1,
                _ if node.kind != Kind::Element || next > to => at += 1,
                _ => {
                    let is_code = node.ns == Ns::W && matches!(node.name, sym::FLD_CHAR | sym::INSTR_TEXT);
                    if !is_code {
                        self.report.removed(FindingKind::FieldCode, &plan.name, 1);
                        self.report.words_in(FindingKind::FieldCode, plan, at);
                    }
                    plan.drop_node(at);
                    at = next;
                }
            }
        }
    }

    /// A paragraph in code is not one of the text: its mark goes, and with it what numbers it; one that ends a section stays for that.
    fn paragraph_in_code(&mut self, plan: &mut Plan<'_>, paragraph: usize) {
        let Some(properties) = plan.tape.child(paragraph, Ns::W, sym::P_PR) else {
            self.marks_gone.insert(paragraph);
            return;
        };
        if plan.tape.child(properties, Ns::W, sym::SECT_PR).is_none() {
            self.marks_gone.insert(paragraph);
            plan.drop_node(properties);
            return;
        }
        for child in plan.tape.children(properties).collect::<Vec<_>>() {
            if matches!(plan.tape.node(child).name, sym::P_STYLE | sym::NUM_PR) {
                plan.drop_node(child);
            }
        }
    }

    fn refers_to_answer(&self, instruction: &str) -> bool {
        !self.answers.is_empty() && instruction::refers_to(instruction).is_some_and(|name| self.answers.contains(&name))
    }

    fn simple(&mut self, plan: &mut Plan<'_>, index: usize) {
        let instruction = plan.tape.attr(index, Ns::W, sym::INSTR).unwrap_or_default().into_owned();
        if instruction::shows_nothing(&instruction) {
            self.account_for(plan, &instruction);
            self.answers.extend(instruction::stores(&instruction));
            self.report.words_in(FindingKind::FieldCode, plan, index);
            plan.drop_node(index);
            return;
        }
        let stored = blocks::has_content(plan, index, &[sym::FLD_SIMPLE]);
        let unlinks = if stored { drawn_from_code(&instruction) } else { leads_only(&instruction) } || self.refers_to_answer(&instruction);
        let ruling = if unlinks { Ruling::Unlink } else { rule(&instruction, self.orders, self.visible) };
        if ruling == Ruling::Unlink && !stored && instruction::is_drawn_anew(&instruction) {
            self.report.hold(FindingKind::Unknown, &plan.name, "a field shows what is not stored, and its instruction cannot stay");
        }
        for child in plan.tape.children(index).collect::<Vec<_>>() {
            if plan.tape.is(child, Ns::W, sym::FLD_DATA) {
                plan.drop_node(child);
            }
        }
        if let Ruling::Keep(kept) = &ruling {
            self.report.stays(kept);
        }
        match ruling {
            Ruling::Keep(kept) if kept.trim() == instruction.trim() => {
                plan.set_attr(index, Ns::W, sym::INSTR, Some(instruction));
            }
            Ruling::Keep(kept) => {
                self.report.removed(FindingKind::FieldCode, &plan.name, 1);
                plan.set_attr(index, Ns::W, sym::INSTR, Some(format!(" {} ", kept.trim())));
            }
            Ruling::Unlink => {
                self.account_for(plan, &instruction);
                plan.unwrap_node(index);
            }
        }
    }
}

/// The nodes of which a reader sees nothing, as far as they were asked about: a field in the result of another is not gone through again
/// with it.
#[derive(Default)]
struct Blank {
    /// By node: the next that was not asked about, or of which something is seen, where it is known to be another.
    next: Vec<u32>,
}

impl Blank {
    /// Whether a reader sees something of what stands between two nodes. What goes meanwhile may go; nothing may come back.
    fn shows(&mut self, plan: &Plan<'_>, from: usize, to: usize) -> bool {
        if self.next.is_empty() {
            self.next = (0..=plan.tape.nodes.len() as u32).collect();
        }
        let mut at = self.open_from(from);
        while at < to {
            let next = if plan.fate[at] == Fate::Drop {
                behind(plan, at)
            } else if blocks::is_seen(plan, at, &[sym::FLD_CHAR, sym::INSTR_TEXT, sym::FLD_SIMPLE]) {
                return true;
            } else {
                at + 1
            };
            self.next[at] = next as u32;
            at = self.open_from(next);
        }
        false
    }

    /// The first node from one on that is not known to be blank; shortens the way there.
    fn open_from(&mut self, from: usize) -> usize {
        let mut at = from;
        while self.next[at] as usize != at {
            let next = self.next[at] as usize;
            self.next[at] = self.next[next];
            at = next;
        }
        at
    }
}

/// Whether a reader sees something of what stands between two nodes, of those that count.
fn shows_between(plan: &Plan<'_>, from: usize, to: usize, counts: impl Fn(usize) -> bool) -> bool {
    let mut at = from;
    while at < to {
        if plan.fate[at] == Fate::Drop {
            at = behind(plan, at);
            continue;
        }
        if blocks::is_seen(plan, at, &[sym::FLD_CHAR, sym::INSTR_TEXT, sym::FLD_SIMPLE]) && counts(at) {
            return true;
        }
        at += 1;
    }
    false
}

/// Fields whose instruction is what a reader sees.
fn drawn_from_code(instruction: &str) -> bool {
    matches!(&*instruction::name_of(instruction), "EQ" | "SYMBOL" | "MACROBUTTON" | "GOTOBUTTON")
}

/// Fields of which a reader sees nothing but what is stored: without that, where they lead is told to nobody (§17.16.5.25).
fn leads_only(instruction: &str) -> bool {
    instruction::name_of(instruction) == "HYPERLINK"
}

/// Shows in every view what tables of contents showed that are text now. Their page numbers are left out of web views alone (§17.3.2.44);
/// some readers leave them out of all views where no field is around them. `contents`: begins and ends.
fn show_in_every_view(plan: &mut Plan<'_>, mut contents: Vec<(usize, usize)>) {
    if contents.is_empty() {
        return;
    }
    contents.sort_unstable();
    let mut next = contents.into_iter().peekable();
    let mut end = 0;
    for index in plan.tape.named_any_in(Ns::W, &[sym::WEB_HIDDEN]) {
        while let Some((_, last)) = next.next_if(|(begin, _)| *begin < index) {
            end = end.max(last);
        }
        if index < end {
            plan.drop_node(index);
        }
    }
}

fn prefix_of(plan: &Plan<'_>, index: usize) -> String {
    plan.tape.tag_name(index).rsplit_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"))
}

/// The content of a run that shows a text (§17.3.3.31).
fn element_that_shows(text: &str, prefix: &str) -> String {
    let mut out = format!("<{prefix}t xml:space=\"preserve\">");
    crate::format::xml::escape_into(&mut out, text);
    out.push_str(&format!("</{prefix}t>"));
    out
}

/// Writes an instruction into an `w:instrText`.
fn set_text(plan: &mut Plan<'_>, index: usize, instruction: &str) {
    let mut escaped = String::with_capacity(instruction.len() + 2);
    escaped.push(' ');
    crate::format::xml::escape_into(&mut escaped, instruction);
    escaped.push(' ');
    let end = plan.tape.node(index).next as usize;
    let mut child = index + 1;
    if child < end {
        plan.replace.insert(child, escaped);
        child = plan.tape.node(child).next as usize;
    } else {
        plan.append.insert(index, escaped);
    }
    while child < end {
        plan.drop_node(child);
        child = plan.tape.node(child).next as usize;
    }
    match plan.tape.attr(index, Ns::Xml, sym::SPACE).as_deref() {
        Some("preserve") => {}
        Some(_) => plan.set_attr(index, Ns::Xml, sym::SPACE, Some("preserve".to_owned())),
        None => plan.added.entry(index).or_default().push(("xml:space".into(), "preserve".into())),
    }
}

/// The chosen entry of a drop-down form field: it is shown, whatever result is stored (§17.16.9).
fn shown_by_form_data(plan: &Plan<'_>, field: &OpenField) -> Option<String> {
    if !field.instruction.trim_start().to_ascii_uppercase().starts_with("FORMDROPDOWN") {
        return None;
    }
    let tape = &plan.tape;
    let list = tape.descendants(field.begin).find(|index| tape.node(*index).name.name() == "ddList")?;
    let number = |name: &str| -> Option<usize> {
        let child = tape.children(list).find(|child| tape.node(*child).name.name() == name)?;
        tape.attr(child, Ns::W, sym::VAL)?.parse().ok()
    };
    let chosen = number("result").or_else(|| number("default")).unwrap_or(0);
    let entry = tape.children(list).filter(|child| tape.node(*child).name.name() == "listEntry").nth(chosen)?;
    Some(tape.attr(entry, Ns::W, sym::VAL)?.into_owned())
}

/// Form field data of a field that stays: of a check box, what draws it; nothing else (§17.16.17).
fn form_data(plan: &mut Plan<'_>, begin: usize, report: &mut Report) {
    for child in plan.tape.children(begin).collect::<Vec<_>>() {
        let name = plan.tape.node(child).name;
        if name == sym::FLD_DATA {
            report.removed(FindingKind::FieldCode, &plan.name, 1);
            plan.drop_node(child);
        } else if name == sym::FF_DATA {
            let check_box = plan.tape.children(child).find(|inside| plan.tape.node(*inside).name.name() == "checkBox");
            let others: Vec<usize> = plan
                .tape
                .children(child)
                .filter(|inside| Some(*inside) != check_box && plan.tape.node(*inside).kind == Kind::Element)
                .collect();
            for other in others {
                if !matches!(plan.tape.node(other).name.name(), "enabled" | "calcOnExit") {
                    report.removed(FindingKind::FormField, &plan.name, 1);
                    plan.drop_node(other);
                }
            }
            if check_box.is_none() {
                plan.drop_node(child);
            }
        }
    }
}

/// The text of a paragraph without its text boxes, and without what fields show that is nothing but a number: that of a page.
pub fn text_without_numbers(plan: &Plan<'_>, index: usize) -> String {
    let tape = &plan.tape;
    // Where the results of the fields that are open begin.
    let mut open: Vec<usize> = Vec::new();
    let mut out = String::new();
    for node in plan.living_in(index) {
        let element = tape.node(node);
        if tape.is(node, Ns::W, sym::FLD_CHAR) {
            match tape.attr(node, Ns::W, sym::FLD_CHAR_TYPE).as_deref() {
                Some("begin") => open.push(out.len()),
                Some("end") => {
                    if let Some(from) = open.pop().filter(|from| is_number(out.get(*from..).unwrap_or_default())) {
                        out.truncate(from);
                    }
                }
                _ => {}
            }
        } else if element.name == sym::T && plan.ancestor(node, Ns::W, sym::P) == Some(index) {
            let text: String = tape.children(node).map(|child| tape.characters(child)).collect();
            if !is_number(&text) || plan.ancestor(node, Ns::W, sym::FLD_SIMPLE).is_none() {
                out.push_str(&text);
            }
        }
    }
    out
}

fn is_number(text: &str) -> bool {
    text.chars().all(|character| character.is_ascii_digit() || character.is_whitespace())
}

/// Whether the instruction of a field that stays says something that its result may not show.
pub fn tells(instruction: &str) -> bool {
    let name = instruction::name_of(instruction);
    matches!(&*name, "HYPERLINK") || drawn_from_code(instruction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::xml::Tape;

    #[test]
    fn code_goes_on_behind_something_that_went_with_another_field() {
        let mark = |kind: &str| format!("<w:fldChar w:fldCharType=\"{kind}\"/>");
        let (begin, separate, end) = (mark("begin"), mark("separate"), mark("end"));
        // The drawing is code of the first field and goes with it, while the second begins in it.
        let text = format!(
            "<w:p xmlns:w=\"{}\">{begin}<w:instrText>FILENAME</w:instrText><w:drawing>{end}{begin}</w:drawing><w:instrText>FILENAME</w:instrText>\
             <w:t>CODE</w:t>{separate}<w:t>shown</w:t>{end}<w:t>after</w:t></w:p>",
            Ns::W.uri()
        );
        let mut plan = Plan::new(0, "part.xml", Tape::read("part.xml", text.as_bytes(), &crate::Limits::default()).unwrap());
        let visible = Words::of(&plan);
        resolve(&mut plan, &Orders::default(), &visible, &mut BTreeSet::new(), &mut BTreeSet::new(), &mut Report::default());
        assert_eq!(plan.living_text(plan.tape.root), "shownafter");
    }
}
