//! The properties that tracked changes decide: those that a rejection brings back (ECMA-376-1 §17.13.5.29 to .37), and those that a
//! paragraph takes over from the one that it joins when its mark goes (§17.13.5.15, §17.13.5.20).
//!
//! They are put in place before anything looks at the part, so that what is seen, and where, is judged by what the copy has.

use std::collections::BTreeSet;
use std::ops::Range;

use super::plan::{Fate, Plan};
use super::report::Report;
use super::{blocks, mc, tracked};
use crate::format::xml::{Kind, Ns, Tape, sym};
use crate::model::FindingKind;
use crate::policy::TrackedChanges;
use crate::{DocError, Limits};

/// Bytes that a part may grow by, beyond twice its length, while paragraphs take over properties.
const ROOM: usize = 1 << 20;

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

/// Puts the properties before each change in place of those after it, where changes are rejected, and the properties that a paragraph
/// takes over from the one that it joins in place of its own.
///
/// A change that is not where the standard has it is left as it is.
///
/// # Errors
/// As [`Tape::read`], past the limits.
pub fn resolve(plan: &mut Plan<'_>, treatment: TrackedChanges, limits: &Limits, report: &mut Report) -> Result<(), DocError> {
    if treatment == TrackedChanges::Reject {
        let edits = restored(plan, report);
        edit(plan, edits, limits)?;
    }
    if words_move(plan, treatment) {
        let edits = joined(plan, treatment, report)?;
        edit(plan, edits, limits)?;
    }
    Ok(())
}

fn edit(plan: &mut Plan<'_>, edits: Vec<Edit>, limits: &Limits) -> Result<(), DocError> {
    if !edits.is_empty() {
        let text = edited(&plan.tape.text, edits);
        *plan = Plan::new(plan.part, &plan.name, Tape::read_decoded(&plan.name, text.into(), limits)?);
    }
    Ok(())
}

/// What puts the properties before each change in their place.
fn restored(plan: &Plan<'_>, report: &mut Report) -> Vec<Edit> {
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
    edits
}

/// Whether words may come under the properties of another paragraph or section, by a look at each paragraph and the next: mostly, all
/// words of a paragraph go with its mark.
fn words_move(plan: &Plan<'_>, treatment: TrackedChanges) -> bool {
    let tape = &plan.tape;
    let own = |paragraph: usize| tape.child(paragraph, Ns::W, sym::P_PR);
    let texts = |paragraph: usize| own(paragraph).map(|properties| texts_of(tape, &shared(tape, properties))).unwrap_or_default();
    // The paragraph that words of those before end up in.
    let mut carried = None;
    for paragraph in tracked::paragraphs_without_mark(tape, treatment) {
        let ends_section = own(paragraph).is_some_and(|properties| tape.child(properties, Ns::W, sym::SECT_PR).is_some());
        let has_words = carried == Some(paragraph) || holds_words(plan, paragraph, treatment);
        let next = element_behind(tape, paragraph).filter(|next| tape.is(*next, Ns::W, sym::P));
        if ends_section || has_words && next.is_none_or(|next| texts(paragraph) != texts(next)) {
            return true;
        }
        carried = next.filter(|_| has_words);
    }
    false
}

/// The next element beside one.
fn element_behind(tape: &Tape<'_>, index: usize) -> Option<usize> {
    let end = tape.parent(index).map_or(0, |parent| tape.node(parent).next as usize);
    let mut at = tape.node(index).next as usize;
    while at < end && tape.node(at).kind != Kind::Element {
        at = tape.node(at).next as usize;
    }
    (at < end).then_some(at)
}

/// Whether a reader sees something in a paragraph besides what goes with a change.
fn holds_words(plan: &Plan<'_>, paragraph: usize, treatment: TrackedChanges) -> bool {
    let mut inside = paragraph + 1;
    while inside < plan.tape.node(paragraph).next as usize {
        if plan.tape.is(inside, Ns::W, sym::P_PR) || tracked::goes(&plan.tape, inside, treatment) {
            inside = plan.tape.node(inside).next as usize;
        } else if blocks::is_seen(plan, inside, &[]) {
            return true;
        } else {
            inside += 1;
        }
    }
    false
}

/// What gives each paragraph whose mark goes the properties of the one that it ends up in. Those of its own mark stay, for they say that
/// it goes; the section that it ends does not.
fn joined(plan: &Plan<'_>, treatment: TrackedChanges, report: &mut Report) -> Result<Vec<Edit>, DocError> {
    let mut trial = Plan::new(plan.part, &plan.name, plan.tape.clone());
    let mut unheard = Report::default();
    mc::resolve(&mut trial, &mut unheard)?;
    let marks_gone = tracked::resolve(&mut trial, treatment, &mut unheard);
    blocks::join_paragraphs(&mut trial, &marks_gone);
    let tape = &plan.tape;
    let own = |paragraph: usize| tape.child(paragraph, Ns::W, sym::P_PR);
    let mut edits = Vec::new();
    let mut room = tape.text.len() + ROOM;
    for paragraph in marks_gone.iter().filter(|paragraph| trial.fate[**paragraph] == Fate::Drop) {
        let section = own(*paragraph).and_then(|properties| tape.child(properties, Ns::W, sym::SECT_PR));
        edits.extend(section.map(|section| Edit::cut(whole(tape, section))));
    }
    for chain in marks_gone.iter().filter_map(|first| trial.chains.get(first)) {
        let Some((last, before)) = chain.split_last() else { continue };
        let taken: Vec<Range<u32>> = own(*last).map(|properties| shared(tape, properties)).unwrap_or_default();
        let wanted = texts_of(tape, &taken);
        let length: usize = wanted.iter().map(|text| text.len()).sum();
        for (member, properties) in before.iter().filter_map(|member| Some((*member, own(*member)?))) {
            let section = tape.child(properties, Ns::W, sym::SECT_PR);
            let is_alike = || wanted == texts_of(tape, &shared(tape, properties));
            if section.is_none() && (!blocks::has_content(&trial, member, &[]) || is_alike()) {
                continue;
            }
            let has_room = room.checked_sub(length);
            room = has_room.unwrap_or(0);
            if has_room.is_none() || own(*last).is_some_and(|properties| declares(tape, properties)) {
                report.hold(FindingKind::Unknown, &plan.name, "paragraphs that join one whose properties are too long, or declare names");
                continue;
            }
            let first = tape.inner(properties);
            edits.extend(taken.iter().map(|by| Edit { at: first..first, by: by.clone() }));
            let goes = |child: &usize| !tape.is(*child, Ns::W, sym::R_PR);
            edits.extend(tape.children(properties).filter(goes).map(|child| Edit::cut(whole(tape, child))));
        }
    }
    Ok(edits)
}

/// Where the properties are that a paragraph shares with those that join it: not those of its mark or of its section.
fn shared(tape: &Tape<'_>, properties: usize) -> Vec<Range<u32>> {
    let is_own = |child: usize| {
        let node = tape.node(child);
        node.ns == Ns::W && matches!(node.name, sym::R_PR | sym::SECT_PR | sym::P_PR_CHANGE)
    };
    let elements = tape.children(properties).filter(|child| tape.node(*child).kind == Kind::Element && !is_own(*child));
    elements.map(|child| whole(tape, child)).collect()
}

fn texts_of<'t>(tape: &'t Tape<'_>, ranges: &[Range<u32>]) -> Vec<&'t str> {
    ranges.iter().map(|range| &tape.text[range.start as usize..range.end as usize]).collect()
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
