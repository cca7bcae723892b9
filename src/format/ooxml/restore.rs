//! The properties that a rejection brings back: they are put in place before anything looks at the part, so that what is seen, and
//! where, is judged by the properties that the copy has (ECMA-376-1 §17.13.5.29 to .37).

use std::collections::BTreeSet;
use std::ops::Range;

use super::plan::Plan;
use super::report::Report;
use super::tracked;
use crate::format::xml::{Kind, Ns, Tape, sym};
use crate::model::FindingKind;
use crate::{DocError, Limits};

/// Bytes of a part that other bytes of it take the place of.
struct Edit {
    at: Range<u32>,
    by: Range<u32>,
}

impl Edit {
    fn cut(at: Range<u32>) -> Self {
        Self { by: at.end..at.end, at }
    }
}

/// Puts the properties before each change in place of those after it.
///
/// A change that is not where the standard has it is left as it is.
///
/// # Errors
/// As [`Tape::read`], past the limits.
pub fn resolve(plan: &mut Plan<'_>, limits: &Limits, report: &mut Report) -> Result<(), DocError> {
    let mut edits = Vec::new();
    let mut restored = BTreeSet::new();
    for change in plan.tape.named_any_in(Ns::W, &tracked::PROPERTY_CHANGES.map(|(change, _)| change)) {
        let Some((properties, old)) = parts_of(&plan.tape, change) else { continue };
        if !restored.insert(properties) {
            report.hold(FindingKind::Unknown, &plan.name, "two tracked changes of the same properties");
            continue;
        }
        tracked::count(plan, change, report);
        restore(&plan.tape, properties, change, old, &mut edits);
    }
    if !edits.is_empty() {
        let text = edited(&plan.tape.text, edits);
        *plan = Plan::new(plan.part, &plan.name, Tape::read_decoded(&plan.name, text.into(), limits)?);
    }
    Ok(())
}

fn whole(tape: &Tape<'_>, index: usize) -> Range<u32> {
    tape.node(index).start..tape.node(index).end
}

fn declares(tape: &Tape<'_>, index: usize) -> bool {
    tape.attrs(index).iter().any(|attr| attr.ns == Ns::Xmlns)
}

/// The properties that a change is of, and the element that holds them as they were: neither has a namespace of its own to declare.
fn parts_of(tape: &Tape<'_>, change: usize) -> Option<(usize, usize)> {
    let (_, name) = tracked::PROPERTY_CHANGES.iter().find(|(name, _)| *name == tape.node(change).name)?;
    let properties = tape.parent(change).filter(|properties| tape.is(*properties, Ns::W, *name))?;
    let mut elements = tape.children(change).filter(|child| tape.node(*child).kind == Kind::Element);
    let old = elements.next().filter(|old| tape.is(*old, Ns::W, *name))?;
    (elements.next().is_none() && !declares(tape, change) && !declares(tape, old)).then_some((properties, old))
}

fn restore(tape: &Tape<'_>, properties: usize, change: usize, old: usize, edits: &mut Vec<Edit>) {
    let changed = tape.node(change).name;
    for sibling in tape.children(properties).filter(|sibling| *sibling != change) {
        let node = tape.node(sibling);
        let stays = node.ns == Ns::W
            && match changed {
                // The old paragraph properties never hold those of the mark or of the section.
                sym::P_PR_CHANGE => matches!(node.name, sym::R_PR | sym::SECT_PR),
                sym::SECT_PR_CHANGE => matches!(node.name, sym::HEADER_REFERENCE | sym::FOOTER_REFERENCE),
                _ => tracked::is_mark(node.ns, node.name) || matches!(node.name, sym::CELL_INS | sym::CELL_DEL | sym::CELL_MERGE),
            };
        if !stays {
            edits.push(Edit::cut(whole(tape, sibling)));
        }
    }
    let inner = tape.inner(old)..tape.inner_end(old);
    if changed == sym::P_PR_CHANGE {
        let first = tape.inner(properties);
        edits.push(Edit { at: first..first, by: inner });
        edits.push(Edit::cut(whole(tape, change)));
    } else {
        edits.push(Edit { at: whole(tape, change), by: inner });
    }
}

/// A text after its edits; what stands in a place that another edit takes is not looked at.
fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for Edit { at, by } in edits {
        if at.start < from {
            continue;
        }
        out.push_str(&text[from as usize..at.start as usize]);
        out.push_str(&text[by.start as usize..by.end as usize]);
        from = at.end;
    }
    out.push_str(&text[from as usize..]);
    out
}
