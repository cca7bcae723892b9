//! Text that the reader does not see: marked as hidden (it goes), or invisible by colour or size (a person must see it).

use super::geometry::shows_text;
use super::look::{Sight, Viewer};
use super::pictures::{has_letters, holds_drawing};
use super::plan::{Around, Fate, Plan, is_on};
use super::report::Report;
use super::{blocks::has_content, tracked};
use std::collections::BTreeSet;

use crate::format::xml::{Ns, Sym, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders, TrackedChanges};

/// Takes hidden text, rows and equation parts out of one story; reports invisible text.
pub fn resolve(plan: &mut Plan<'_>, viewer: &mut Viewer<'_>, orders: &Orders, report: &mut Report) {
    let mut hidden_rows = Vec::new();
    let mut around = Around::default();
    for index in plan.tape.named_any(&[sym::R, sym::HIDDEN, sym::PHANT, sym::DEG_HIDE, sym::SUB_HIDE, sym::SUP_HIDE]) {
        if !around.alive(plan, index) {
            continue;
        }
        let node = *plan.tape.node(index);
        match (node.ns, node.name) {
            (Ns::W | Ns::M, sym::R) => run(plan, index, viewer, orders, report),
            (Ns::W, sym::HIDDEN)
                if plan.tape.parent(index).is_some_and(|parent| plan.tape.is(parent, Ns::W, sym::TR_PR))
                    && is_on(&plan.tape, index, Ns::W) =>
            {
                hidden_rows.extend(plan.ancestor(index, Ns::W, sym::TR));
            }
            (Ns::M, sym::PHANT) => phantom(plan, index, report),
            (Ns::M, sym::DEG_HIDE) => part_switched_off(plan, index, sym::DEG, report),
            (Ns::M, sym::SUB_HIDE) => part_switched_off(plan, index, sym::SUB, report),
            (Ns::M, sym::SUP_HIDE) => part_switched_off(plan, index, sym::SUP, report),
            _ => {}
        }
    }
    for row in hidden_rows {
        hidden_row(plan, row, orders, report);
    }
    merged_cells(plan, orders, report);
}

/// A row whose end is hidden is not displayed, unless a part of it is visible (ECMA-376-1 §17.4.20): then word processors show it or
/// not, each in its way.
fn hidden_row(plan: &mut Plan<'_>, row: usize, orders: &Orders, report: &mut Report) {
    if !plan.alive(row) {
        return;
    }
    let shows = |inside: usize| matches!(plan.tape.node(inside).name, sym::DRAWING | sym::PICT | sym::OBJECT);
    if !shows_text(plan, row) && !plan.living_in(row).any(shows) {
        goes(plan, row, FindingKind::HiddenText, report);
    } else if orders.action(FindingKind::InvisibleText) == Action::Remove {
        goes(plan, row, FindingKind::InvisibleText, report);
    } else {
        report.hold(FindingKind::InvisibleText, &plan.name, "a table row that is marked as hidden while its words are not");
    }
}

fn goes(plan: &mut Plan<'_>, index: usize, kind: FindingKind, report: &mut Report) {
    report.words_in(kind, plan, index);
    report.removed(kind, &plan.name, 1);
    plan.drop_node(index);
}

fn run(plan: &mut Plan<'_>, index: usize, viewer: &mut Viewer<'_>, orders: &Orders, report: &mut Report) {
    match viewer.sight(plan, index) {
        Sight::Visible => {}
        Sight::Hidden => goes(plan, index, FindingKind::HiddenText, report),
        Sight::Invisible(why) => {
            // An instruction can be what a reader sees (§17.16.5.18).
            let drawn = plan.living_in(index).any(|inside| plan.tape.is(inside, Ns::W, sym::INSTR_TEXT));
            if !has_letters(plan, index) && !drawn {
                return;
            }
            match orders.action(FindingKind::InvisibleText) {
                Action::Remove if !holds_drawing(plan, index) => goes(plan, index, FindingKind::InvisibleText, report),
                Action::Remove | Action::Hold | Action::Keep => report.hold(FindingKind::InvisibleText, &plan.name, why),
            }
        }
    }
}

/// A phantom that is not shown keeps a place free in an equation; its content goes (ECMA-376-1 §22.1.2.81).
fn phantom(plan: &mut Plan<'_>, index: usize, report: &mut Report) {
    let shown = plan
        .tape
        .child(index, Ns::M, sym::PHANT_PR)
        .and_then(|properties| plan.tape.child(properties, Ns::M, sym::SHOW))
        .is_none_or(|show| is_on(&plan.tape, show, Ns::M));
    if !shown {
        goes(plan, index, FindingKind::HiddenText, report);
    }
}

/// The degree of a root, or a limit of a sum, that is switched off: its place stays empty (ECMA-376-1 §22.1.2.27, §22.1.2.108, §22.1.2.111).
fn part_switched_off(plan: &mut Plan<'_>, switch: usize, part: Sym, report: &mut Report) {
    if !is_on(&plan.tape, switch, Ns::M) {
        return;
    }
    let object = plan.tape.parent(switch).and_then(|properties| plan.tape.parent(properties));
    let Some(part) = object.and_then(|object| plan.tape.child(object, Ns::M, part)).filter(|part| plan.alive(*part)) else { return };
    if !has_content(plan, part, &[]) {
        return;
    }
    report.words_in(FindingKind::HiddenText, plan, part);
    report.removed(FindingKind::HiddenText, &plan.name, 1);
    for inside in plan.tape.children(part).collect::<Vec<_>>() {
        plan.drop_node(inside);
    }
}

/// A cell that continues a vertical merge is not shown, whatever it holds (ECMA-376-1 §17.4.84). Of one that continues a horizontal merge
/// (§17.4.22) some word processors show the text.
///
/// A cell that claims to continue a merge which the row above does not have starts one, and is shown.
fn merged_cells(plan: &mut Plan<'_>, orders: &Orders, report: &mut Report) {
    let tables: Vec<usize> = plan.living_named(Ns::W, sym::TBL).collect();
    if tables.is_empty() || plan.tape.named_any(&[sym::V_MERGE, sym::H_MERGE, sym::CELL_MERGE]).is_empty() {
        return;
    }
    for table in tables {
        let mut above = BTreeSet::new();
        let rows: Vec<usize> = plan
            .living_in(table)
            .filter(|index| plan.tape.is(*index, Ns::W, sym::TR) && plan.ancestor(*index, Ns::W, sym::TBL) == Some(table))
            .collect();
        for row in rows {
            let mut merged = BTreeSet::new();
            let mut column = property(plan, row, sym::TR_PR, sym::GRID_BEFORE);
            let mut beside = false;
            let cells: Vec<usize> = plan
                .living_in(row)
                .filter(|index| plan.tape.is(*index, Ns::W, sym::TC) && plan.ancestor(*index, Ns::W, sym::TR) == Some(row))
                .collect();
            for cell in cells {
                if let Some(starts) = starts_merge(plan, cell, orders) {
                    merged.insert(column);
                    if !starts && above.contains(&column) {
                        empty_cell(plan, cell, report);
                    }
                }
                let wide = merge_of(plan, cell, sym::H_MERGE);
                if beside && wide == Some(false) && has_content(plan, cell, &[]) {
                    let why = "a cell that is merged into the one beside it holds something: word processors show it, or do not";
                    report.hold(FindingKind::UnusedText, &plan.name, why);
                }
                beside = wide.is_some();
                column = column.saturating_add(property(plan, cell, sym::TC_PR, sym::GRID_SPAN).max(1));
            }
            above = merged;
        }
    }
}

/// Whether a cell starts a vertical merge or continues one, with the tracked changes resolved; `None` where it is of no merge.
fn starts_merge(plan: &Plan<'_>, cell: usize, orders: &Orders) -> Option<bool> {
    let properties = plan.tape.child(cell, Ns::W, sym::TC_PR)?;
    if let Some(tracked) = plan.tape.child(properties, Ns::W, sym::CELL_MERGE) {
        let accept = match orders.tracked_changes {
            TrackedChanges::Accept => true,
            TrackedChanges::Reject => false,
            TrackedChanges::Keep | TrackedChanges::Ask => return merge_of(plan, cell, sym::V_MERGE),
        };
        return tracked::merge_left(plan, tracked, accept).map(|state| state == tracked::MERGE_STARTS);
    }
    merge_of(plan, cell, sym::V_MERGE)
}

/// Whether a cell starts a merge by an element of this name or continues one.
fn merge_of(plan: &Plan<'_>, cell: usize, name: Sym) -> Option<bool> {
    let properties = plan.tape.child(cell, Ns::W, sym::TC_PR)?;
    let stands_in = |inside: usize| {
        let mut around = plan.tape.parent(inside).filter(|around| *around != properties);
        while let Some(tags) = around {
            if plan.fate[tags] != Fate::Unwrap {
                return false;
            }
            around = plan.tape.parent(tags).filter(|around| *around != properties);
        }
        true
    };
    let merge = plan.living_in(properties).find(|inside| plan.tape.is(*inside, Ns::W, name) && stands_in(*inside))?;
    Some(plan.tape.attr(merge, Ns::W, sym::VAL).is_some_and(|value| value == "restart"))
}

/// The number in a child of the properties of a row or cell; 0 when there is none.
fn property(plan: &Plan<'_>, index: usize, properties: Sym, name: Sym) -> u32 {
    let tape = &plan.tape;
    tape.child(index, Ns::W, properties)
        .and_then(|properties| tape.child(properties, Ns::W, name))
        .and_then(|child| tape.attr(child, Ns::W, sym::VAL))
        .and_then(|value| value.parse().ok())
        .unwrap_or(0)
}

fn empty_cell(plan: &mut Plan<'_>, cell: usize, report: &mut Report) {
    if !has_content(plan, cell, &[]) {
        return;
    }
    let text = plan.living_text(cell);
    report.words(FindingKind::UnusedText, &plan.name, &text);
    report.removed(FindingKind::UnusedText, &plan.name, 1);
    for block in plan.tape.children(cell).collect::<Vec<_>>() {
        if !plan.tape.is(block, Ns::W, sym::TC_PR) {
            plan.drop_node(block);
        }
    }
}
