//! Fields: the instruction is kept only where it is of a kind that works without telling anything, and is written anew
//! from its parts; any other field becomes the text that it shows (ECMA-376-1 §17.16).

use super::instruction::{Ruling, rule};
use super::plan::{Fate, Plan};
use super::report::Report;
use super::words::Words;
use crate::format::xml::{Kind, Ns, sym};
use crate::model::FindingKind;
use crate::policy::Orders;

/// A complex field while its end has not been seen (§17.16.18).
struct OpenField {
    begin: usize,
    /// Nodes between begin and separator (or end): instruction runs, and whatever else stands there.
    code: Vec<usize>,
    instruction: String,
    instruction_nodes: Vec<usize>,
    nested_in_code: bool,
    separate: Option<usize>,
}

/// Resolves the fields of one story.
///
/// After this no instruction stands outside a field, and every begin has its end.
pub fn resolve(plan: &mut Plan<'_>, orders: &Orders, visible: &Words<'_>, report: &mut Report) {
    let mut open: Vec<OpenField> = Vec::new();
    let mut before = plan.tape.root;
    for index in plan.tape.named_any(&[sym::FLD_CHAR, sym::INSTR_TEXT, sym::DEL_INSTR_TEXT, sym::FLD_SIMPLE]) {
        let node = *plan.tape.node(index);
        if node.ns != Ns::W || gone_after(plan, before, index) {
            continue;
        }
        if let Some(field) = open.last_mut().filter(|field| field.separate.is_none()) {
            field.code.extend(shown_between(plan, before, index));
        }
        before = index;
        match node.name {
            sym::FLD_CHAR => field_character(plan, index, &mut open, orders, visible, report),
            sym::FLD_SIMPLE => simple(plan, index, orders, visible, report),
            _ => match open.last_mut() {
                Some(field) if field.separate.is_none() => {
                    plan.tape.inner_text_into(index, &mut field.instruction);
                    field.instruction_nodes.push(index);
                    field.code.push(index);
                }
                _ => {
                    report.removed(FindingKind::FieldCode, &plan.name, 1);
                    plan.drop_node(index);
                }
            },
        }
    }
    if let Some(field) = open.last_mut().filter(|field| field.separate.is_none()) {
        field.code.extend(shown_between(plan, before, plan.tape.nodes.len()));
    }
    // A field without an end: its code goes, what it shows stays.
    while let Some(field) = open.pop() {
        unlink(plan, &field, None, report);
    }
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

/// Content between two nodes that stays.
fn shown_between(plan: &Plan<'_>, from: usize, to: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = from + 1;
    while at < to {
        let node = plan.tape.node(at);
        if plan.fate[at] == Fate::Drop {
            at = node.next as usize;
            continue;
        }
        let shows = match node.ns {
            Ns::W => {
                matches!(node.name, sym::T | sym::TAB | sym::BR | sym::CR | sym::SYM | sym::DRAWING | sym::PICT | sym::OBJECT)
            }
            Ns::Mc => node.name == sym::ALTERNATE_CONTENT,
            _ => false,
        };
        if shows {
            found.push(at);
        }
        at += 1;
    }
    found
}

fn field_character(
    plan: &mut Plan<'_>,
    index: usize,
    open: &mut Vec<OpenField>,
    orders: &Orders,
    visible: &Words<'_>,
    report: &mut Report,
) {
    match plan.tape.attr(index, Ns::W, sym::FLD_CHAR_TYPE).as_deref() {
        Some("begin") => {
            if let Some(outer) = open.last_mut().filter(|outer| outer.separate.is_none()) {
                outer.nested_in_code = true;
            }
            open.push(OpenField {
                begin: index,
                code: Vec::new(),
                instruction: String::new(),
                instruction_nodes: Vec::new(),
                nested_in_code: false,
                separate: None,
            });
        }
        Some("separate") => match open.last_mut() {
            Some(field) if field.separate.is_none() => field.separate = Some(index),
            _ => plan.drop_node(index),
        },
        Some("end") => match open.pop() {
            Some(field) => {
                close(plan, &field, index, orders, visible, report);
                // A field inside the code of another one goes or stays with that code. What has gone with it already is not handed on:
                // fields can be nested in any number, and each would carry all that those inside it held.
                if let Some(outer) = open.last_mut().filter(|outer| outer.separate.is_none()) {
                    let own = [Some(field.begin), field.separate, Some(index)].into_iter().flatten();
                    let shown = field.separate.into_iter().flat_map(|separate| between(plan, separate, index));
                    outer.code.extend(field.code.into_iter().chain(own).chain(shown).filter(|node| plan.alive(*node)));
                }
            }
            None => plan.drop_node(index),
        },
        _ => plan.drop_node(index),
    }
}

/// Content elements between two nodes.
fn between(plan: &Plan<'_>, from: usize, to: usize) -> Vec<usize> {
    (from + 1..to)
        .filter(|index| {
            let node = plan.tape.node(*index);
            node.kind == Kind::Element
                && node.ns == Ns::W
                && matches!(node.name, sym::T | sym::TAB | sym::BR | sym::CR | sym::SYM | sym::DRAWING | sym::PICT | sym::OBJECT)
        })
        .collect()
}

fn close(plan: &mut Plan<'_>, field: &OpenField, end: usize, orders: &Orders, visible: &Words<'_>, report: &mut Report) {
    let mut ruling = rule(&field.instruction, orders, visible);
    if drawn_from_code(&field.instruction) && ruling != Ruling::Unlink {
        if field.separate.is_some() {
            // Where a result is stored, readers show that: the instruction may say anything else.
            ruling = Ruling::Unlink;
        } else if field.nested_in_code {
            // What such a field shows is its instruction, and that is made of other fields.
            report.hold(FindingKind::Unknown, &plan.name, "a field shows what other fields inside its instruction yield");
        }
    }
    if field.nested_in_code {
        ruling = Ruling::Unlink;
    }
    match ruling {
        Ruling::Keep(instruction) => {
            let Some((first, rest)) = field.instruction_nodes.split_first() else { return unlink(plan, field, Some(end), report) };
            // They were met in the order of the document.
            for node in field.code.iter().filter(|node| field.instruction_nodes.binary_search(node).is_err()) {
                report.removed(FindingKind::FieldCode, &plan.name, 1);
                report.words(FindingKind::FieldCode, &plan.name, &plan.living_text(*node));
                plan.drop_node(*node);
            }
            if instruction.trim() != field.instruction.trim() {
                report.removed(FindingKind::FieldCode, &plan.name, 1);
                set_text(plan, *first, &format!(" {} ", instruction.trim()));
                for node in rest {
                    plan.drop_node(*node);
                }
            }
            form_data(plan, field.begin, report);
        }
        Ruling::Unlink => unlink(plan, field, Some(end), report),
    }
}

/// Fields whose instruction is what a reader sees.
fn drawn_from_code(instruction: &str) -> bool {
    let name = instruction.split_whitespace().next().unwrap_or_default();
    ["EQ", "SYMBOL", "MACROBUTTON", "GOTOBUTTON"].iter().any(|drawn| name.eq_ignore_ascii_case(drawn))
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
fn set_text(plan: &mut Plan<'_>, index: usize, text: &str) {
    let mut escaped = String::new();
    crate::format::xml::escape_into(&mut escaped, text);
    let children: Vec<usize> = plan.tape.children(index).collect();
    match children.split_first() {
        Some((first, rest)) => {
            plan.replace.insert(*first, escaped);
            for child in rest {
                plan.drop_node(*child);
            }
        }
        None => {
            plan.append.insert(index, escaped);
        }
    }
    if plan.tape.attr(index, Ns::Xml, sym::SPACE).is_some() {
        plan.set_attr(index, Ns::Xml, sym::SPACE, Some("preserve".to_owned()));
    } else {
        plan.added.entry(index).or_default().push(("xml:space".to_owned(), "preserve".to_owned()));
    }
}

/// Takes the code of a field away. What it shows stays as plain text.
fn unlink(plan: &mut Plan<'_>, field: &OpenField, end: Option<usize>, report: &mut Report) {
    report.removed(FindingKind::FieldCode, &plan.name, 1);
    report.words(FindingKind::FieldCode, &plan.name, &field.instruction);
    let shown_by_data = shown_by_form_data(plan, field);
    for node in field.code.iter().copied().chain([field.begin]).chain(field.separate).chain(end) {
        if !plan.tape.is(node, Ns::W, sym::FLD_CHAR) && !plan.tape.is(node, Ns::W, sym::INSTR_TEXT) {
            report.words(FindingKind::FieldCode, &plan.name, &plan.living_text(node));
        }
        plan.drop_node(node);
    }
    if let Some(text) = shown_by_data {
        let prefix = prefix_of(plan, field.begin);
        plan.replace.insert(field.begin, element_that_shows(&text, &prefix));
        plan.fate[field.begin] = Fate::Keep;
    }
}

/// The chosen entry of a drop-down form field that keeps no result in the text (§17.16.9).
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

fn simple(plan: &mut Plan<'_>, index: usize, orders: &Orders, visible: &Words<'_>, report: &mut Report) {
    let instruction = plan.tape.attr(index, Ns::W, sym::INSTR).unwrap_or_default().into_owned();
    let stored = drawn_from_code(&instruction) && !plan.living_text(index).is_empty();
    match if stored { Ruling::Unlink } else { rule(&instruction, orders, visible) } {
        Ruling::Keep(kept) => {
            if kept.trim() == instruction.trim() {
                plan.set_attr(index, Ns::W, sym::INSTR, Some(instruction));
            } else {
                report.removed(FindingKind::FieldCode, &plan.name, 1);
                plan.set_attr(index, Ns::W, sym::INSTR, Some(format!(" {} ", kept.trim())));
            }
            for child in plan.tape.children(index).collect::<Vec<_>>() {
                if plan.tape.is(child, Ns::W, sym::FLD_DATA) {
                    plan.drop_node(child);
                }
            }
        }
        Ruling::Unlink => {
            report.removed(FindingKind::FieldCode, &plan.name, 1);
            report.words(FindingKind::FieldCode, &plan.name, &instruction);
            for child in plan.tape.children(index).collect::<Vec<_>>() {
                if plan.tape.is(child, Ns::W, sym::FLD_DATA) {
                    plan.drop_node(child);
                }
            }
            plan.unwrap_node(index);
        }
    }
}

/// The text of a paragraph without what its fields show and without its text boxes.
pub fn text_outside(plan: &Plan<'_>, index: usize) -> String {
    let tape = &plan.tape;
    let mut depth = 0_usize;
    let mut out = String::new();
    for node in plan.living_in(index) {
        if tape.is(node, Ns::W, sym::FLD_CHAR) {
            match tape.attr(node, Ns::W, sym::FLD_CHAR_TYPE).as_deref() {
                Some("begin") => depth += 1,
                Some("end") => depth = depth.saturating_sub(1),
                _ => {}
            }
        } else if depth == 0
            && tape.node(node).name == sym::T
            && plan.ancestor(node, Ns::W, sym::FLD_SIMPLE).is_none()
            && plan.ancestor(node, Ns::W, sym::P) == Some(index)
        {
            out.extend(tape.children(node).map(|child| tape.characters(child)));
        }
    }
    out
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
        resolve(&mut plan, &Orders::default(), &visible, &mut Report::default());
        assert_eq!(plan.living_text(plan.tape.root), "shownafter");
    }
}
