//! Tracked changes: accept, reject, keep (ECMA-376-1 §17.13.5; MS-DOCX for the conflict elements).

use std::collections::BTreeSet;

use super::names::NameOf;
use super::plan::{Fate, Plan, Walk};
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;
use crate::policy::TrackedChanges;

/// What a mark says about the thing it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Inserted,
    Deleted,
}

fn mark_of(ns: Ns, name: Sym) -> Option<Mark> {
    match (ns, name) {
        (Ns::W, sym::INS | sym::MOVE_TO) | (Ns::W14, sym::CONFLICT_INS) => Some(Mark::Inserted),
        (Ns::W, sym::DEL | sym::MOVE_FROM) | (Ns::W14, sym::CONFLICT_DEL) => Some(Mark::Deleted),
        _ => None,
    }
}

/// Tracked changes of properties, and the properties that they are of and hold as they were.
pub const PROPERTY_CHANGES: [(Sym, Sym); 8] = [
    (sym::R_PR_CHANGE, sym::R_PR),
    (sym::P_PR_CHANGE, sym::P_PR),
    (sym::SECT_PR_CHANGE, sym::SECT_PR),
    (sym::TBL_PR_CHANGE, sym::TBL_PR),
    (sym::TBL_PR_EX_CHANGE, sym::TBL_PR_EX),
    (sym::TBL_GRID_CHANGE, sym::TBL_GRID),
    (sym::TR_PR_CHANGE, sym::TR_PR),
    (sym::TC_PR_CHANGE, sym::TC_PR),
];

fn is_property_change(name: Sym) -> bool {
    PROPERTY_CHANGES.iter().any(|(change, _)| *change == name)
}

/// Whether an element says that something was inserted, deleted or moved.
pub fn is_mark(ns: Ns, name: Sym) -> bool {
    mark_of(ns, name).is_some()
}

/// Whether an element marks where a tracked move, or a tracked change of tags, begins or ends.
pub fn is_range_marker(ns: Ns, name: Sym) -> bool {
    match ns {
        Ns::W => matches!(
            name,
            sym::MOVE_FROM_RANGE_START
                | sym::MOVE_FROM_RANGE_END
                | sym::MOVE_TO_RANGE_START
                | sym::MOVE_TO_RANGE_END
                | sym::CUSTOM_XML_INS_RANGE_START
                | sym::CUSTOM_XML_INS_RANGE_END
                | sym::CUSTOM_XML_DEL_RANGE_START
                | sym::CUSTOM_XML_DEL_RANGE_END
                | sym::CUSTOM_XML_MOVE_FROM_RANGE_START
                | sym::CUSTOM_XML_MOVE_FROM_RANGE_END
                | sym::CUSTOM_XML_MOVE_TO_RANGE_START
                | sym::CUSTOM_XML_MOVE_TO_RANGE_END
        ),
        Ns::W14 => matches!(
            name,
            sym::CUSTOM_XML_CONFLICT_INS_RANGE_START
                | sym::CUSTOM_XML_CONFLICT_INS_RANGE_END
                | sym::CUSTOM_XML_CONFLICT_DEL_RANGE_START
                | sym::CUSTOM_XML_CONFLICT_DEL_RANGE_END
        ),
        _ => false,
    }
}

/// Whether an element is a tracked change of any kind.
pub fn is_tracked(ns: Ns, name: Sym) -> bool {
    mark_of(ns, name).is_some()
        || is_range_marker(ns, name)
        || ns == Ns::W
            && (is_property_change(name) || matches!(name, sym::NUMBERING_CHANGE | sym::CELL_INS | sym::CELL_DEL | sym::CELL_MERGE))
}

/// Names without which a part has no tracked changes.
const NAMES: &[Sym] = &[
    sym::INS,
    sym::DEL,
    sym::MOVE_FROM,
    sym::MOVE_TO,
    sym::CONFLICT_INS,
    sym::CONFLICT_DEL,
    sym::R_PR_CHANGE,
    sym::P_PR_CHANGE,
    sym::SECT_PR_CHANGE,
    sym::TBL_PR_CHANGE,
    sym::TBL_PR_EX_CHANGE,
    sym::TBL_GRID_CHANGE,
    sym::TR_PR_CHANGE,
    sym::TC_PR_CHANGE,
    sym::NUMBERING_CHANGE,
    sym::CELL_INS,
    sym::CELL_DEL,
    sym::CELL_MERGE,
    sym::MOVE_FROM_RANGE_START,
    sym::MOVE_FROM_RANGE_END,
    sym::MOVE_TO_RANGE_START,
    sym::MOVE_TO_RANGE_END,
    sym::CUSTOM_XML_INS_RANGE_START,
    sym::CUSTOM_XML_INS_RANGE_END,
    sym::CUSTOM_XML_DEL_RANGE_START,
    sym::CUSTOM_XML_DEL_RANGE_END,
    sym::CUSTOM_XML_MOVE_FROM_RANGE_START,
    sym::CUSTOM_XML_MOVE_FROM_RANGE_END,
    sym::CUSTOM_XML_MOVE_TO_RANGE_START,
    sym::CUSTOM_XML_MOVE_TO_RANGE_END,
    sym::CUSTOM_XML_CONFLICT_INS_RANGE_START,
    sym::CUSTOM_XML_CONFLICT_INS_RANGE_END,
    sym::CUSTOM_XML_CONFLICT_DEL_RANGE_START,
    sym::CUSTOM_XML_CONFLICT_DEL_RANGE_END,
    sym::DEL_TEXT,
    sym::DEL_INSTR_TEXT,
];

/// Resolves the tracked changes of one part. Returns the paragraphs whose mark goes.
///
/// Paragraphs are joined later ([`super::blocks`]), when everything else that goes is known.
pub fn resolve(plan: &mut Plan<'_>, treatment: TrackedChanges, report: &mut Report) -> BTreeSet<usize> {
    let mut marks_gone = BTreeSet::new();
    let goes = match treatment {
        TrackedChanges::Accept => Mark::Deleted,
        TrackedChanges::Reject => Mark::Inserted,
        TrackedChanges::Keep | TrackedChanges::Ask => {
            neutralise(plan, report);
            return marks_gone;
        }
    };
    if plan.tape.named_any(NAMES).is_empty() {
        return marks_gone;
    }
    let accept = treatment == TrackedChanges::Accept;
    let is_ruled_on = plan.tape.by_tag(|ns, name| {
        is_tracked(ns, name) || ns == Ns::W && matches!(name, sym::SDT | sym::CUSTOM_XML | sym::DEL_TEXT | sym::DEL_INSTR_TEXT)
    });
    let mut tag_ranges = TagRanges::default();
    let mut once = Once::default();
    let mut index = plan.tape.root;
    while index < plan.tape.nodes.len() {
        if plan.fate[index] == Fate::Drop {
            index = plan.tape.node(index).next as usize;
            continue;
        }
        if !plan.tape.tag(index).is_some_and(|tag| is_ruled_on[tag]) {
            index += 1;
            continue;
        }
        let node = *plan.tape.node(index);
        count(plan, index, report);
        hold_stray(plan, index, report);
        if let Some(mark) = mark_of(node.ns, node.name) {
            resolve_mark(plan, index, mark == goes, &mut marks_gone, &mut once, report);
        } else if node.ns == Ns::W && is_property_change(node.name) {
            if !accept {
                report.hold(FindingKind::Unknown, &plan.name, "a tracked change of properties that stands in none");
            }
            plan.drop_node(index);
        } else if is_range_marker(node.ns, node.name) {
            tag_ranges.see(&plan.tape.attr(index, Ns::W, sym::ID).unwrap_or_default(), node.name, accept);
            plan.drop_node(index);
        } else if node.ns == Ns::W {
            match node.name {
                sym::NUMBERING_CHANGE => plan.drop_node(index),
                sym::CELL_INS | sym::CELL_DEL => {
                    let removed = (node.name == sym::CELL_DEL) == accept;
                    plan.drop_node(index);
                    if removed && let Some(cell) = plan.ancestor(index, Ns::W, sym::TC) {
                        report.words_in(FindingKind::TrackedDeletion, plan, cell);
                        plan.drop_node(cell);
                    }
                }
                sym::CELL_MERGE => once.of(plan, index, report, |plan, index| resolve_cell_merge(plan, index, accept)),
                sym::SDT | sym::CUSTOM_XML if tag_ranges.open() => untag(plan, index),
                sym::DEL_TEXT => {
                    if accept {
                        plan.drop_node(index);
                    } else {
                        plan.rename.insert(index, "t");
                    }
                }
                sym::DEL_INSTR_TEXT => {
                    if accept {
                        plan.drop_node(index);
                    } else {
                        plan.rename.insert(index, "instrText");
                    }
                }
                _ => {}
            }
        }
        index = if plan.fate[index] == Fate::Drop { node.next as usize } else { index + 1 };
    }
    marks_gone
}

/// Holds deleted text that no deletion is around.
fn hold_stray(plan: &Plan<'_>, index: usize, report: &mut Report) {
    let node = plan.tape.node(index);
    if node.ns == Ns::W && matches!(node.name, sym::DEL_TEXT | sym::DEL_INSTR_TEXT) && !is_in_deletion(plan, index) {
        report.hold(FindingKind::Unknown, &plan.name, "deleted text outside of a deletion: some readers show it");
    }
}

/// Whether something stands in a deletion, or in what was moved away.
fn is_in_deletion(plan: &Plan<'_>, index: usize) -> bool {
    std::iter::successors(plan.tape.parent(index), |around| plan.tape.parent(*around)).any(|around| {
        let node = plan.tape.node(around);
        matches!((node.ns, node.name), (Ns::W, sym::DEL | sym::MOVE_FROM) | (Ns::W14, sym::CONFLICT_DEL))
    })
}

/// What properties can have one of: a second change of the same properties says something else than the first, and each would be looked
/// through all of them for.
#[derive(Default)]
struct Once {
    resolved: BTreeSet<(usize, Sym)>,
}

impl Once {
    fn of(&mut self, plan: &mut Plan<'_>, index: usize, report: &mut Report, resolve: impl Fn(&mut Plan<'_>, usize)) {
        if self.is_first(plan, index, report) {
            resolve(plan, index);
        } else {
            plan.drop_node(index);
        }
    }

    fn is_first(&mut self, plan: &Plan<'_>, index: usize, report: &mut Report) -> bool {
        let Some(properties) = plan.tape.parent(index) else { return true };
        let is_first = self.resolved.insert((properties, plan.tape.node(index).name));
        if !is_first {
            report.hold(FindingKind::Unknown, &plan.name, "two tracked changes of the same properties");
        }
        is_first
    }
}

/// Takes the tags of a content control or of custom XML away; what stands between them stays.
fn untag(plan: &mut Plan<'_>, index: usize) {
    plan.unwrap_node(index);
    for child in plan.tape.children(index).collect::<Vec<_>>() {
        match (plan.tape.node(child).ns, plan.tape.node(child).name) {
            (Ns::W, sym::SDT_PR | sym::SDT_END_PR | sym::CUSTOM_XML_PR) => plan.drop_node(child),
            (Ns::W, sym::SDT_CONTENT) => plan.unwrap_node(child),
            _ => {}
        }
    }
}

/// Tags of content controls and custom XML that were inserted or deleted by themselves (§17.13.5.4 to .11).
#[derive(Default)]
struct TagRanges {
    open: BTreeSet<String>,
}

impl TagRanges {
    fn see(&mut self, id: &str, name: Sym, accept: bool) {
        let starts = if accept {
            matches!(
                name,
                sym::CUSTOM_XML_DEL_RANGE_START | sym::CUSTOM_XML_MOVE_FROM_RANGE_START | sym::CUSTOM_XML_CONFLICT_DEL_RANGE_START
            )
        } else {
            matches!(name, sym::CUSTOM_XML_INS_RANGE_START | sym::CUSTOM_XML_MOVE_TO_RANGE_START | sym::CUSTOM_XML_CONFLICT_INS_RANGE_START)
        };
        if starts {
            self.open.insert(id.to_owned());
        } else {
            self.open.remove(id);
        }
    }
    fn open(&self) -> bool {
        !self.open.is_empty()
    }
}

fn resolve_mark(plan: &mut Plan<'_>, index: usize, removed: bool, marks_gone: &mut BTreeSet<usize>, once: &mut Once, report: &mut Report) {
    let Some(parent) = plan.tape.parent(index) else { return };
    let node = *plan.tape.node(parent);
    match (node.ns, node.name) {
        // The mark of a paragraph, or (in a run) of the run.
        (Ns::W, sym::R_PR) => {
            plan.drop_node(index);
            let Some(owner) = plan.tape.parent(parent) else { return };
            if removed && plan.tape.is(owner, Ns::W, sym::P_PR) {
                marks_gone.extend(plan.tape.parent(owner));
            } else if removed && (plan.tape.is(owner, Ns::W, sym::R) || plan.tape.is(owner, Ns::M, sym::R)) {
                plan.drop_node(owner);
            }
        }
        // A row.
        (Ns::W, sym::TR_PR) => {
            plan.drop_node(index);
            if removed && let Some(row) = plan.tape.parent(parent) {
                report.words_in(FindingKind::TrackedDeletion, plan, row);
                plan.drop_node(row);
            }
        }
        // Numbering that was added to a paragraph.
        (Ns::W, sym::NUM_PR) => plan.drop_node(if removed { parent } else { index }),
        // The control characters of an equation's object.
        (Ns::M, sym::CTRL_PR) => {
            if removed {
                let object = plan.tape.parent(parent).and_then(|properties| plan.tape.parent(properties));
                let object = object.filter(|_| once.is_first(plan, index, report));
                plan.drop_node(index);
                if let Some(object) = object.filter(|object| plan.tape.node(*object).ns == Ns::M && plan.living_text(*object).is_empty()) {
                    plan.drop_node(object);
                }
            } else {
                plan.unwrap_node(index);
            }
        }
        // A run of an equation: the mark stands beside the text, or around it.
        (Ns::M, sym::R) if !plan.tape.descendants(index).any(|inside| plan.tape.is(inside, Ns::M, sym::T)) => {
            if removed {
                report.words_in(FindingKind::TrackedDeletion, plan, parent);
                plan.drop_node(parent);
            } else {
                plan.unwrap_node(index);
            }
        }
        _ => {
            if removed {
                report.words_in(FindingKind::TrackedDeletion, plan, index);
                plan.drop_node(index);
            } else {
                plan.unwrap_node(index);
            }
        }
    }
}

/// The state of a cell that starts a merge.
pub const MERGE_STARTS: &str = "restart";

/// The state that a tracked vertical merge or split leaves a cell in: `None` where it is of no merge.
pub fn merge_left(plan: &Plan<'_>, index: usize, accept: bool) -> Option<&'static str> {
    let name = if accept { sym::V_MERGE } else { sym::V_MERGE_ORIG };
    plan.tape.attr(index, Ns::W, name).map(|value| if value == "rest" { MERGE_STARTS } else { "continue" })
}

/// A tracked vertical merge or split (§17.13.5.3): the state that is left becomes a plain `w:vMerge`.
fn resolve_cell_merge(plan: &mut Plan<'_>, index: usize, accept: bool) {
    let state = merge_left(plan, index, accept);
    plan.drop_node(index);
    let Some(properties) = plan.tape.parent(index) else { return };
    for child in plan.tape.children(properties).collect::<Vec<_>>() {
        if plan.tape.is(child, Ns::W, sym::V_MERGE) {
            plan.drop_node(child);
        }
    }
    let Some(state) = state else { return };
    let before = plan.tape.children(properties).find(|child| {
        plan.fate[*child] == Fate::Keep
            && plan.tape.node(*child).kind == Kind::Element
            && !matches!(plan.tape.node(*child).name, sym::CNF_STYLE | sym::TC_W | sym::GRID_SPAN | sym::H_MERGE)
    });
    let prefix = plan.tape.tag_name(index).rsplit_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
    let element = format!("<{prefix}vMerge {prefix}val=\"{state}\"/>");
    match before {
        Some(before) => {
            plan.before.entry(before).or_default().push_str(&element);
        }
        None => plan.append.entry(properties).or_default().push_str(&element),
    }
}

/// Keeps the redline under a neutral author and without dates.
fn neutralise(plan: &mut Plan<'_>, report: &mut Report) {
    let mut walk = Walk::of(plan);
    while let Some(index) = walk.step(plan) {
        let node = *plan.tape.node(index);
        hold_stray(plan, index, report);
        if !is_tracked(node.ns, node.name) {
            continue;
        }
        if let Some(author) = plan.tape.attr(index, Ns::W, sym::AUTHOR) {
            if author != NEUTRAL_AUTHOR {
                report.author(plan, index);
            }
            // Said also where it is neutral already: an author that nobody has ruled on is free text, and goes.
            plan.set_attr(index, Ns::W, sym::AUTHOR, Some(NEUTRAL_AUTHOR.to_owned()));
        }
        if plan.tape.attr(index, Ns::W, sym::NAME).is_some() {
            let name = NameOf::Move.wanted(&plan.tape.attr(index, Ns::W, sym::NAME).unwrap_or_default());
            plan.set_attr(index, Ns::W, sym::NAME, Some(name));
        }
    }
}

/// The author of a redline that is kept.
pub const NEUTRAL_AUTHOR: &str = "Author";

/// Counts a tracked change as removed.
pub fn count(plan: &Plan<'_>, index: usize, report: &mut Report) {
    let node = plan.tape.node(index);
    let kind = match (node.ns, node.name) {
        (Ns::W, sym::MOVE_FROM | sym::MOVE_TO) => FindingKind::TrackedMove,
        (ns, name) => match mark_of(ns, name) {
            Some(Mark::Inserted) => FindingKind::TrackedInsertion,
            Some(Mark::Deleted) => FindingKind::TrackedDeletion,
            None if ns != Ns::W => return,
            None if is_property_change(name) || name == sym::NUMBERING_CHANGE => FindingKind::TrackedFormat,
            None if name == sym::CELL_INS => FindingKind::TrackedInsertion,
            None if name == sym::CELL_DEL => FindingKind::TrackedDeletion,
            None if name == sym::CELL_MERGE => FindingKind::TrackedFormat,
            None => return,
        },
    };
    report.removed(kind, &plan.name, 1);
    report.author(plan, index);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::xml::Tape;

    #[test]
    fn an_object_is_judged_by_the_first_mark_on_its_control_characters() {
        const MANY: usize = 60_000;
        let (marks, runs) = ("<w:del/>".repeat(MANY), "<m:r><m:t>x</m:t></m:r>".repeat(MANY));
        let text = format!(
            "<m:f xmlns:m=\"{}\" xmlns:w=\"{}\"><m:fPr><m:ctrlPr>{marks}</m:ctrlPr></m:fPr><m:num>{runs}</m:num></m:f>",
            Ns::M.uri(),
            Ns::W.uri()
        );
        let mut plan = Plan::new(0, "part.xml", Tape::read("part.xml", text.as_bytes(), &crate::Limits::default()).unwrap());
        let mut report = Report::default();
        resolve(&mut plan, TrackedChanges::Accept, &mut report);
        assert_eq!(plan.living_text(plan.tape.root).len(), MANY);
        assert_eq!(report.holds().len(), 1);
    }

    #[test]
    fn every_tracked_change_has_one_of_the_names() {
        for name in (0..Sym::count() as u16).map(Sym) {
            let tracked = is_tracked(Ns::W, name) || is_tracked(Ns::W14, name);
            assert!(!tracked || NAMES.contains(&name), "{}", name.name());
        }
    }
}
