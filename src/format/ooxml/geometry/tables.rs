//! Where the cells of a table are (ECMA-376-1 §17.4).

use super::flow::Text;
use super::{Found, begins_before, counted_from, is_cut_off, off, shows_text};
use crate::format::ooxml::lengths::{BOUND, measure};
use crate::format::ooxml::pages::{Axis, From, Page, Place};
use crate::format::ooxml::pictures::holds_picture;
use crate::format::ooxml::plan::{Fate, Plan};
use crate::format::xml::{Kind, Ns, Sym, sym};

/// The elements of a name that stand in a table or row, or in controls and tags in it.
pub(super) fn named_in_tags(plan: &Plan<'_>, holder: usize, name: Sym) -> Vec<usize> {
    let (mut found, mut pending) = (Vec::new(), vec![plan.tape.children(holder)]);
    while let Some(children) = pending.last_mut() {
        let Some(child) = children.next() else {
            pending.pop();
            continue;
        };
        let node = plan.tape.node(child);
        if plan.fate[child] == Fate::Drop || node.kind != Kind::Element {
            continue;
        }
        if node.ns == Ns::W && node.name == name {
            found.push(child);
        } else if matches!(node.name.name(), "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" | "del" | "moveFrom") {
            pending.push(plan.tape.children(child));
        }
    }
    found
}

/// Rows below that are asked whether a cell goes on in them.
const ROWS_MAX: usize = 256;

/// How high a cell can be at the most that goes on in rows below (§17.4.84): as high as its row and those after it that have such a cell.
pub(super) fn height_of_merged(plan: &Plan<'_>, row: usize, height: i64) -> i64 {
    let tape = &plan.tape;
    let end = tape.parent(row).map_or(tape.nodes.len(), |table| tape.node(table).next as usize);
    let (mut total, mut at, mut rows) = (height, tape.node(row).next as usize, 0);
    while at < end && rows < ROWS_MAX {
        if tape.node(at).kind == Kind::Element && plan.fate[at] != Fate::Drop {
            let goes_on = tape.is(at, Ns::W, sym::TR) && named_in_tags(plan, at, sym::TC).into_iter().any(|cell| goes_on(plan, cell));
            if !goes_on {
                // What is around other rows may hold one.
                return if tape.is(at, Ns::W, sym::TR) { total } else { BOUND };
            }
            match exact_height(plan, at) {
                Some(height) => (total, rows) = (total.saturating_add(height), rows + 1),
                None => return BOUND,
            }
        }
        at = tape.node(at).next as usize;
    }
    total
}

/// Whether a cell goes on from the row above.
fn goes_on(plan: &Plan<'_>, cell: usize) -> bool {
    let tape = &plan.tape;
    let merge = tape.child(cell, Ns::W, sym::TC_PR).and_then(|properties| tape.child(properties, Ns::W, sym::V_MERGE));
    merge.is_some_and(|merge| tape.attr(merge, Ns::W, sym::VAL).is_none_or(|state| state != "restart"))
}

fn exact_height(plan: &Plan<'_>, row: usize) -> Option<i64> {
    let tape = &plan.tape;
    let height = tape.child(row, Ns::W, sym::TR_PR).and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"trHeight")))?;
    let is_exact = tape.attr(height, Ns::W, Sym::of(b"hRule")).is_some_and(|rule| rule == "exact");
    measure(tape, height, "val").filter(|_| is_exact).map(|height| height.max(0))
}

/// The first cell with words of a table that begins off the page, where the table has a place or fixed widths of its own.
pub(super) fn cell_off_the_page(plan: &Plan<'_>, table: usize, page: &Page, text: &Text<'_>) -> Option<Found> {
    let (cell, in_part) = beyond_the_page(plan, table, page, text)?;
    Some(Found { in_part, ..off(cell, "a cell that lies off the page") })
}

pub(super) fn has_fixed_columns(plan: &Plan<'_>, table: usize) -> bool {
    let tape = &plan.tape;
    let layout = tape.child(table, Ns::W, sym::TBL_PR).and_then(|properties| tape.child(properties, Ns::W, sym::TBL_LAYOUT));
    layout.is_some_and(|layout| tape.attr(layout, Ns::W, sym::TYPE).as_deref() == Some("fixed"))
}

/// Where a table is that is as wide as said (§17.4.57, §17.4.50, §17.4.28).
fn place_of_table(plan: &Plan<'_>, table: usize, page: &Page, size: i64) -> Place {
    let tape = &plan.tape;
    let axis = Axis::Across;
    let property = |name: Sym| tape.child(table, Ns::W, sym::TBL_PR).and_then(|properties| tape.child(properties, Ns::W, name));
    if let Some(floats) = property(sym::TBLP_PR) {
        let said = |name: &str| tape.attr(floats, Ns::W, Sym::of(name.as_bytes())).unwrap_or_default();
        let at = measure(tape, floats, "tblpX").filter(|_| said("tblpXSpec").is_empty());
        let from = at.map_or(From::Text, |_| counted_from(plan, table, page, &said("horzAnchor"), axis));
        return Place { axis, from, at: at.unwrap_or(0), size };
    }
    // One that fits its columns to their content may be narrower than its grid.
    let room = if has_fixed_columns(plan, table) { page.whole(axis, From::Margin) } else { size };
    let at = match property(sym::JC).and_then(|aligned| tape.attr(aligned, Ns::W, sym::VAL)).as_deref() {
        Some("center") => (room - size).min(0) / 2,
        Some("right" | "end") => (room - size).min(0),
        _ => {
            let indent =
                property(Sym::of(b"tblInd")).filter(|indent| tape.attr(*indent, Ns::W, sym::TYPE).is_none_or(|unit| unit == "dxa"));
            indent.and_then(|indent| measure(tape, indent, "w")).unwrap_or(0)
        }
    };
    Place { axis, from: counted_from(plan, table, page, "column", axis), at, size }
}

/// The first cell with words that begins off the page, and whether some of it may be on it (§17.4.52, §17.4.71, §17.4.16).
fn beyond_the_page(plan: &Plan<'_>, table: usize, page: &Page, text: &Text<'_>) -> Option<(usize, bool)> {
    let tape = &plan.tape;
    // Where the columns of the grid end.
    let columns = tape.child(table, Ns::W, sym::TBL_GRID).into_iter().flat_map(|grid| tape.children(grid));
    let mut end = 0_i64;
    let mut ends = vec![0];
    for column in columns.filter(|column| tape.is(*column, Ns::W, sym::GRID_COL)) {
        end = end.saturating_add(measure(tape, column, "w").unwrap_or(0).max(0));
        ends.push(end);
    }
    let (place, is_fixed) = (place_of_table(plan, table, page, end), has_fixed_columns(plan, table));
    // However wide its columns turn out.
    let is_off = page.misses(place);
    for row in named_in_tags(plan, table, sym::TR) {
        let before = |name: Sym| tape.child(row, Ns::W, sym::TR_PR).and_then(|properties| tape.child(properties, Ns::W, name));
        let columns = before(sym::GRID_BEFORE).and_then(|columns| tape.attr(columns, Ns::W, sym::VAL)?.trim().parse::<usize>().ok());
        let mut column = columns.unwrap_or(0).min(ends.len() - 1);
        let mut start = before(Sym::of(b"wBefore")).and_then(|width| measure(tape, width, "w")).unwrap_or(ends[column]);
        for cell in named_in_tags(plan, row, sym::TC) {
            let property = |name: Sym| tape.child(cell, Ns::W, sym::TC_PR).and_then(|properties| tape.child(properties, Ns::W, name));
            let span =
                property(sym::GRID_SPAN).and_then(|span| tape.attr(span, Ns::W, sym::VAL)?.trim().parse::<usize>().ok()).unwrap_or(1);
            let last = column.saturating_add(span.max(1)).min(ends.len() - 1);
            let by_grid = ends[last] - ends[column.min(last)];
            column = last;
            let in_twips = property(sym::TC_W).filter(|width| tape.attr(*width, Ns::W, sym::TYPE).is_none_or(|unit| unit == "dxa"));
            let width = in_twips.and_then(|width| measure(tape, width, "w")).filter(|width| *width > 0).unwrap_or(by_grid);
            let place = place.inner(start, width);
            let misses = is_off || is_fixed && page.misses(place);
            let is_cut = || begins_before(page, place) || is_fixed && is_cut_off(plan, cell, page, text, place, width);
            if misses && holds_picture(plan, cell) || (misses || is_cut()) && shows_text(plan, cell) {
                return Some((cell, !misses));
            }
            start = start.saturating_add(width);
        }
    }
    None
}
