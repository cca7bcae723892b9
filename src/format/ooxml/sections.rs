//! Pages, columns and cells that leave no room for the text in them, and headers and footers that no page has a place for.
//!
//! ECMA-376-1 §17.6.11 (margins), §17.6.13 (size of the page), §17.6.3 (columns), §17.6.5 (grid), §17.4.42 and §17.4.68 (margins of cells),
//! §17.4.43 to §17.4.45 (spacing of cells).

use foldhash::HashSet;

use super::lengths::measure;
use super::pages::USUAL_SIZE;
use super::plan::Plan;
use super::report::Report;
use crate::format::xml::{Ns, Sym, Tape, sym};
use crate::model::FindingKind;

/// No line can be read in less room: a quarter of an inch, in twentieths of a point.
const LEAST_ROOM: i64 = 360;
/// Characters that each take so much less room are printed over each other: 8 points, in 4096ths.
const CLOSEST: i64 = -32_768;
/// Cells that are nearer to each other stay on the page: programs offer a tenth of it.
const FAR_APART: i64 = 1_440;
/// Margins of a cell that are smaller leave room in any that has text.
const WIDE_MARGINS: i64 = 2_000;

/// Holds a story with a section or a cell in which its text has no room.
pub fn resolve(plan: &Plan<'_>, report: &mut Report) {
    for section in plan.living_named(Ns::W, sym::SECT_PR).collect::<Vec<_>>() {
        if let Some((kind, why)) = section_without_room(plan, section) {
            report.hold(kind, &plan.name, why);
        }
    }
    let spacing = plan.tape.named_any(&[Sym::of(b"tblCellSpacing")]);
    let is_far = |spacing: &usize| plan.alive(*spacing) && measure(&plan.tape, *spacing, "w").is_some_and(|space| space >= FAR_APART);
    if spacing.iter().any(is_far) {
        report.hold(FindingKind::OffPageContent, &plan.name, "cells that are so far apart that some lie off the page");
    }
    let margins = [Sym::of(b"tcMar"), Sym::of(b"tblCellMar")];
    let mut seen = HashSet::default();
    // One list of margins for all cells of a table: where there are more, a person looks anyway.
    let mut first = |margins: usize| {
        let table = plan.tape.parent(margins).and_then(|properties| plan.tape.parent(properties));
        plan.tape.is(margins, Ns::W, Sym::of(b"tcMar")) || seen.insert(table)
    };
    let mut wide = plan
        .tape
        .named_any(&margins)
        .into_iter()
        .filter(|margins| plan.alive(*margins) && first(*margins) && leaves_no_room(plan, *margins));
    if wide.next().is_some() {
        report.hold(FindingKind::InvisibleText, &plan.name, "a cell whose margins leave no room for text");
    }
}

fn section_without_room(plan: &Plan<'_>, section: usize) -> Option<(FindingKind, &'static str)> {
    let tape = &plan.tape;
    let child = |name: &str| tape.child(section, Ns::W, Sym::of(name.as_bytes()));
    let size = child("pgSz");
    let [width, height] =
        [("w", USUAL_SIZE[0]), ("h", USUAL_SIZE[1])].map(|(name, usual)| size.and_then(|size| measure(tape, size, name)).unwrap_or(usual));
    if width < 2 * LEAST_ROOM || height < 2 * LEAST_ROOM {
        return Some((FindingKind::InvisibleText, "pages that are too small for text"));
    }
    if let Some(margins) = child("pgMar") {
        let margin = |name: &str| measure(tape, margins, name).unwrap_or(0);
        let across = margin("left").saturating_add(margin("right")).saturating_add(margin("gutter").max(0));
        // Of a margin that must not grow with the header the number is negative.
        let down = margin("top").abs().saturating_add(margin("bottom").abs());
        let past = |start: i64, end: i64, page: i64| start >= page || end >= page || start <= -page || end <= -page;
        if width.saturating_sub(across) < LEAST_ROOM
            || height.saturating_sub(down) < LEAST_ROOM
            || past(margin("left"), margin("right"), width)
            || margin("left") < 0
            || margin("right") < 0
        {
            return Some((FindingKind::InvisibleText, "margins that leave no room for text"));
        }
        let is_off = |distance: i64| distance < 0 || distance > height.saturating_sub(LEAST_ROOM);
        if is_off(margin("header")) || is_off(margin("footer")) {
            return Some((FindingKind::OffPageContent, "a header or footer placed outside the page"));
        }
    }
    let columns = child("cols").into_iter().flat_map(|columns| tape.children(columns));
    let mut widths = columns.filter(|column| tape.is(*column, Ns::W, Sym::of(b"col"))).filter_map(|column| measure(tape, column, "w"));
    if widths.any(|width| width < LEAST_ROOM / 2) {
        return Some((FindingKind::InvisibleText, "a column without room for text"));
    }
    let grid = child("docGrid").filter(|grid| tape.attr(*grid, Ns::W, sym::TYPE).is_some_and(|kind| kind != "default" && kind != "lines"));
    let close = grid.and_then(|grid| measure(tape, grid, "charSpace")).is_some_and(|space| space <= CLOSEST);
    close.then_some((FindingKind::InvisibleText, "characters printed over each other"))
}

/// Whether margins at both sides are as wide as the cell that they are of, or as the page.
fn leaves_no_room(plan: &Plan<'_>, margins: usize) -> bool {
    let tape = &plan.tape;
    let side = |names: [&str; 2]| {
        let found = names.into_iter().find_map(|name| tape.child(margins, Ns::W, Sym::of(name.as_bytes())));
        found.and_then(|side| measure(tape, side, "w")).unwrap_or(0)
    };
    let taken = side(["left", "start"]).saturating_add(side(["right", "end"]));
    if taken < WIDE_MARGINS {
        return false;
    }
    let properties = tape.parent(margins);
    if tape.is(margins, Ns::W, Sym::of(b"tblCellMar")) {
        return taken >= properties.and_then(|properties| narrowest(tape, properties)).unwrap_or(USUAL_SIZE[0]) - LEAST_ROOM / 4;
    }
    let width = properties.and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"tcW")));
    let in_twips = width.filter(|width| tape.attr(*width, Ns::W, sym::TYPE).as_deref() == Some("dxa"));
    let width = in_twips.and_then(|width| measure(tape, width, "w")).filter(|width| *width > 0);
    taken >= width.unwrap_or(USUAL_SIZE[0]).saturating_sub(LEAST_ROOM / 4)
}

/// The narrowest column of a table whose columns do not grow with what is in them.
fn narrowest(tape: &Tape<'_>, properties: usize) -> Option<i64> {
    let layout = tape.child(properties, Ns::W, sym::TBL_LAYOUT)?;
    let fixed = tape.attr(layout, Ns::W, sym::TYPE).as_deref() == Some("fixed");
    let grid = tape.child(tape.parent(properties)?, Ns::W, sym::TBL_GRID).filter(|_| fixed)?;
    let columns = tape.children(grid).filter(|column| tape.is(*column, Ns::W, sym::GRID_COL));
    columns.filter_map(|column| measure(tape, column, "w")).filter(|width| *width > 0).min()
}
