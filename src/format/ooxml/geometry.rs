//! Text that is there and has a place where nobody sees it: outside the page, in a box or row without room, overprinted.

use foldhash::HashMap;

use super::lengths::{BOUND, bounded, css_length, measure, raised};
use super::look::{Styles, TINY_HALF_POINTS};
use super::members::members;
use super::plan::{Fate, Plan};
use super::report::Report;
use super::squeezed::{self, Sizes};
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

/// The widest and highest page that word processors allow: 22 inches, in twentieths of a point.
const LARGEST_PAGE: i64 = 22 * 1440;
/// No margin is wider: 5 inches.
const LARGEST_MARGIN: i64 = 5 * 1440;
/// No line or picture can be read that is lower: 2 points.
const UNREADABLE: i64 = 40;
/// No line is thinner that can be seen: a quarter of a point.
const THINNEST_LINE: i64 = 5;
/// No text is raised or lowered as far: 2 inches, in half points.
const FAR_HALF_POINTS: i64 = 288;
pub const OVER_EACH_OTHER: &str = "characters printed over each other";
pub const NO_HEIGHT: &str = "lines without height";
/// Size that is assumed of a run that has none of its own: 24 points. Larger than nearly all, so that the doubt is small.
pub const ASSUMED_SIZE: i64 = 480;
/// Size that is taken for the letters of a run that has none of its own: 8 points, smaller than nearly all.
pub const SMALLEST_USUAL: i64 = 160;
/// What Word writes for a share that is not set.
const NO_SHARE: i64 = -10_001;
/// Lines of less are drawn over each other: a sixth of a line, in its 240ths.
const LEAST_LINE: i64 = 40;
/// Width of a letter that indents are counted in, in twentieths of a point: that of small print.
const NARROW_LETTER: i64 = SMALLEST_USUAL;
/// What a place is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Page,
    Margin,
    /// The text, a column, a paragraph, a margin at the far side: anywhere on the page.
    Text,
}

impl From {
    fn of(name: &str) -> Self {
        match name {
            "page" | "leftMargin" | "topMargin" | "left-margin-area" | "top-margin-area" => Self::Page,
            "margin" => Self::Margin,
            _ => Self::Text,
        }
    }
}

/// Whether something of a size at a place is wholly off a page.
fn outside(from: From, place: i64, size: i64, page: i64) -> bool {
    let end = place.saturating_add(size.max(0));
    match from {
        From::Page => place < 0 && end <= 0 || place >= page,
        From::Margin => end <= -LARGEST_MARGIN || place >= page,
        From::Text => end <= -LARGEST_PAGE || place >= LARGEST_PAGE,
    }
}

/// Finds the text of a story that has no place on its pages.
pub fn resolve(plan: &mut Plan<'_>, styles: &Styles, orders: &Orders, report: &mut Report) {
    let (page, margin) = (largest_page(plan), least_margin(plan));
    let (mut judged, mut sizes) = (Judged::default(), Sizes::new(styles));
    for index in placed(plan) {
        if !plan.alive(index) || judged.too_often(plan, index, report) {
            continue;
        }
        let found = match plan.tape.node(index).ns {
            Ns::W => paragraph_or_table(plan, index, page, margin)
                .or_else(|| squeezed::text(plan, index, &mut sizes, || judged.again(plan, index, report))),
            Ns::Wp => drawing(plan, index, page),
            Ns::V => shape(plan, index, page),
            _ => None,
        };
        let Some((kind, holder, why)) = found else { continue };
        if plan.tape.node(index).ns == Ns::W && judged.again(plan, index, report) {
            continue;
        }
        // A picture outside the page is hidden content too; elsewhere it is text that matters.
        let is_object = matches!(kind, FindingKind::OffPageContent | FindingKind::HiddenObject) && holder == index;
        let matters = is_object || shows_text(plan, holder);
        if !matters || !plan.alive(holder) {
            continue;
        }
        match orders.action(kind) {
            Action::Remove => {
                report.removed(kind, &plan.name, 1);
                report.words_in(kind, plan, holder);
                plan.drop_node(holder);
            }
            Action::Hold | Action::Keep => report.hold(kind, &plan.name, why),
        }
    }
}

/// How often something was asked about what properties apply to. Each property stands once, in one list of properties; each more of them
/// would be a look through all of a row, frame or run.
#[derive(Default)]
struct Judged {
    times: HashMap<usize, u32>,
}

impl Judged {
    const MAX: u32 = 32;

    /// Whether an element asks for such a look, and too many have before.
    fn too_often(&mut self, plan: &Plan<'_>, index: usize, report: &mut Report) -> bool {
        let node = plan.tape.node(index);
        let costs =
            node.ns == Ns::W && matches!(node.name.name(), "fitText" | "trHeight" | "framePr" | "tabs" | "tblpPr" | "tblInd" | "tblLayout");
        costs && self.again(plan, index, report)
    }

    fn again(&mut self, plan: &Plan<'_>, index: usize, report: &mut Report) -> bool {
        let Some(holder) = plan.tape.parent(index).and_then(|properties| plan.tape.parent(properties)) else { return false };
        let times = self.times.entry(holder).or_default();
        *times += 1;
        if *times > Self::MAX {
            report.hold(FindingKind::Unknown, &plan.name, "one property is given many times");
        }
        *times > Self::MAX
    }
}

/// As many as a page number has.
pub const FEW_LETTERS: usize = 6;

/// The elements of text that may say where something is.
const NAMES: [&str; 13] =
    ["position", "spacing", "fitText", "trHeight", "framePr", "ind", "tabs", "tblpPr", "tblInd", "tblLayout", "tcW", "wBefore", "hps"];

/// The elements that may say where something is, in document order: any that has a style, and those of some names.
fn placed(plan: &Plan<'_>) -> Vec<usize> {
    if plan.tape.attr_names().any(|attr| attr == (Ns::None, sym::STYLE)) {
        return plan.living().collect();
    }
    let mut names = NAMES.map(|name| Sym::of(name.as_bytes())).to_vec();
    names.extend([sym::ANCHOR, sym::INLINE]);
    plan.tape.named_any(&names)
}

/// Finds the styles or levels of lists that put text where nobody sees it. `plan` is the part, what is unused dropped.
pub fn resolve_definitions(plan: &Plan<'_>, report: &mut Report) {
    let mut judged = Judged::default();
    for index in placed(plan) {
        if plan.tape.node(index).ns != Ns::W || !plan.alive(index) || judged.too_often(plan, index, report) {
            continue;
        }
        if let Some((kind, _, why)) = paragraph_or_table(plan, index, (LARGEST_PAGE, LARGEST_PAGE), 0) {
            report.hold(kind, &plan.name, why);
        }
    }
}

/// What is not seen: its kind, what holds it, and why.
pub type Found = (FindingKind, usize, &'static str);

/// Text that has a place where it is not seen.
pub fn unseen(holder: usize, why: &'static str) -> Found {
    (FindingKind::InvisibleText, holder, why)
}

fn off(holder: usize, why: &'static str) -> Found {
    (FindingKind::OffPageContent, holder, why)
}

/// Properties of runs, paragraphs, frames, rows and tables; the holder is what they apply to. `margin`: of the body, at the least.
fn paragraph_or_table(plan: &Plan<'_>, index: usize, page: (i64, i64), margin: i64) -> Option<Found> {
    let tape = &plan.tape;
    let name = tape.node(index).name.name();
    if !NAMES.contains(&name) {
        return None;
    }
    let properties = tape.parent(index)?;
    let holder = tape.parent(properties)?;
    let of_run = tape.is(properties, Ns::W, sym::R_PR);
    let twips = |name: &str| measure(tape, index, name);
    let word = |name: &str| tape.attr(index, Ns::W, Sym::of(name.as_bytes())).unwrap_or_default();
    match name {
        "position" if of_run && raised(tape, index)?.abs() >= FAR_HALF_POINTS => {
            // That of a mark moves the number.
            let moved = if tape.is(holder, Ns::W, sym::P_PR) { tape.parent(holder)? } else { holder };
            Some(off(moved, "text raised or lowered off its line"))
        }
        "spacing" if of_run => {
            let size = tape
                .child(properties, Ns::W, Sym::of(b"sz"))
                .and_then(|size| tape.attr(size, Ns::W, sym::VAL))
                .and_then(|value| value.parse::<i64>().ok())
                .map_or(ASSUMED_SIZE, |half_points| half_points.clamp(0, BOUND) * 10);
            if twips("val")? * 5 <= -4 * size { Some(unseen(holder, OVER_EACH_OTHER)) } else { None }
        }
        "spacing" if word("lineRule") == "exact" && (0..UNREADABLE).contains(&twips("line")?) => Some(unseen(holder, NO_HEIGHT)),
        "spacing" if matches!(&*word("lineRule"), "" | "auto") && (1..LEAST_LINE).contains(&twips("line")?) => {
            Some(unseen(holder, "lines printed over each other"))
        }
        "tcW" if word("type") == "dxa" && (1..UNREADABLE).contains(&twips("w")?) => {
            let table = plan.ancestor(holder, Ns::W, sym::TBL).and_then(|table| tape.child(table, Ns::W, sym::TBL_PR));
            let layout = table.and_then(|properties| tape.child(properties, Ns::W, sym::TBL_LAYOUT));
            let fixed = layout.is_some_and(|layout| tape.attr(layout, Ns::W, sym::TYPE).as_deref() == Some("fixed"));
            if fixed { Some(unseen(holder, "a cell without width")) } else { None }
        }
        // The size of the words over others, in half points (§17.3.3.12).
        "hps" if (0..i64::from(TINY_HALF_POINTS)).contains(&twips("val")?) => {
            let over = tape.children(holder).find(|child| tape.is(*child, Ns::W, sym::RT))?;
            Some(unseen(over, "words over others that are below 4 points"))
        }
        "fitText" if of_run => {
            let characters = plan.living_text(holder).trim().chars().count() as i64;
            if (1..characters * 10).contains(&twips("val")?) { Some(unseen(holder, "text fitted into almost no width")) } else { None }
        }
        "trHeight" if word("hRule") == "exact" => {
            let height = twips("val")?;
            if (0..UNREADABLE).contains(&height) {
                return Some(unseen(holder, "a row without height"));
            }
            let mut cells =
                tape.children(holder).filter(|cell| tape.is(*cell, Ns::W, sym::TC) && plan.alive(*cell) && !is_merged(tape, *cell));
            let cramped = cells.any(|cell| overflows(plan, cell, width_of_cell(tape, cell, page.0), height));
            if cramped { Some(unseen(holder, "a row that has no room for all of its text")) } else { None }
        }
        "framePr" => {
            let (width, height) = (twips("w").unwrap_or(0), twips("h").unwrap_or(0));
            // An alignment decides before any distance.
            let aligned = |name: &str| !word(name).is_empty();
            if !aligned("xAlign") && outside(From::of(&word("hAnchor")), twips("x").unwrap_or(0), width, page.0)
                || !aligned("yAlign") && outside(From::of(&word("vAnchor")), twips("y").unwrap_or(0), height, page.1)
            {
                return Some(off(holder, "a frame placed outside the page"));
            }
            let cramped = (1..UNREADABLE).contains(&width) || word("hRule") == "exact" && (1..UNREADABLE).contains(&height);
            if cramped {
                return Some(unseen(holder, "a frame without room"));
            }
            let full = word("hRule") == "exact" && overflows(plan, holder, if width > 0 { width } else { page.0 }, height);
            if full { Some(unseen(holder, "a frame that has no room for all of its text")) } else { None }
        }
        "ind" => {
            // In hundredths of letters, which count before any length (§17.3.1.12).
            let letters = |name: &str| twips(name).map(|hundredths| hundredths.saturating_mul(NARROW_LETTER) / 100);
            let far = |name: &str| letters(name).is_some_and(|place| place >= page.0);
            if ["leftChars", "startChars", "rightChars", "endChars", "firstLineChars"].into_iter().any(far) {
                return Some(off(holder, "a paragraph indented off the page"));
            }
            let start =
                letters("leftChars").or_else(|| letters("startChars")).or_else(|| twips("left")).or_else(|| twips("start")).unwrap_or(0);
            let hanging = || letters("hangingChars").or_else(|| twips("hanging")).map(|hanging| -hanging);
            let first = letters("firstLineChars").or_else(|| twips("firstLine")).or_else(hanging).unwrap_or(0);
            let end = twips("right").or_else(|| twips("end")).unwrap_or(0);
            let is_in_body = plan.ancestor_block(holder).is_some_and(|block| tape.is(block, Ns::W, sym::BODY));
            let reach = if is_in_body { page.0 - margin } else { page.0 };
            if start.min(start + first) <= -2 * LARGEST_MARGIN || start.min(start + first) >= reach || end >= page.0 {
                return Some(off(holder, "a paragraph indented off the page"));
            }
            None
        }
        // Some readers put what follows on the next line, others off the page.
        "tabs" => {
            let mut stops = tape.children(index).filter(|stop| tape.is(*stop, Ns::W, sym::TAB));
            let far = stops.any(|stop| {
                let stops = !matches!(tape.attr(stop, Ns::W, sym::VAL).as_deref(), Some("clear" | "bar"));
                stops && measure(tape, stop, "pos").is_some_and(|place| place >= page.0)
            });
            let mut inside = plan.living_in(holder);
            let reached =
                far && inside.any(|tab| tape.is(tab, Ns::W, sym::TAB) && tape.parent(tab).is_some_and(|run| tape.is(run, Ns::W, sym::R)));
            if reached { Some(off(holder, "a tab stop off the page")) } else { None }
        }
        "wBefore" if word("type") != "pct" && twips("w")? >= page.0 => Some(off(holder, "a row that starts off the page")),
        "tblpPr" => {
            let aligned = |name: &str| !word(name).is_empty();
            let width = width_of(tape, holder, page.0);
            let beside = !aligned("tblpXSpec") && outside(From::of(&word("horzAnchor")), twips("tblpX").unwrap_or(0), width, page.0);
            let below = !aligned("tblpYSpec") && outside(From::of(&word("vertAnchor")), twips("tblpY").unwrap_or(0), UNREADABLE, page.1);
            if beside || below {
                return Some(off(holder, "a table placed outside the page"));
            }
            None
        }
        "tblLayout" if word("type") == "fixed" => {
            // A row by its grid begins off the page with a cell that something stands before.
            beyond_the_page(plan, holder, page.0).map(|cell| off(cell, "a cell that lies off the page"))
        }
        "tblInd" => {
            let start = measure(tape, index, "w")?;
            if start <= -(width_of(tape, holder, page.0) + LARGEST_MARGIN) || start >= page.0 {
                Some(off(holder, "a table indented off the page"))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// The elements of a name that stand in a table or row, or in controls and tags in it.
fn named_in_tags(plan: &Plan<'_>, holder: usize, name: Sym) -> Vec<usize> {
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

/// Width of a table by its grid; that of the page where it has none.
fn width_of(tape: &Tape<'_>, table: usize, page: i64) -> i64 {
    let columns = tape.child(table, Ns::W, sym::TBL_GRID).into_iter().flat_map(|grid| tape.children(grid));
    let width: i64 = columns.filter(|column| tape.is(*column, Ns::W, sym::GRID_COL)).filter_map(|column| measure(tape, column, "w")).sum();
    if width > 0 { width } else { page }
}

/// The first cell with words of a table of fixed widths that begins where no page goes on (§17.4.52, §17.4.71, §17.4.16).
fn beyond_the_page(plan: &Plan<'_>, table: usize, page: i64) -> Option<usize> {
    let tape = &plan.tape;
    // Where the columns of the grid end.
    let columns = tape.child(table, Ns::W, sym::TBL_GRID).into_iter().flat_map(|grid| tape.children(grid));
    let mut end = 0_i64;
    let mut ends = vec![0];
    for column in columns.filter(|column| tape.is(*column, Ns::W, sym::GRID_COL)) {
        end = end.saturating_add(measure(tape, column, "w").unwrap_or(0).max(0));
        ends.push(end);
    }
    for row in named_in_tags(plan, table, sym::TR) {
        let before = |name: Sym| tape.child(row, Ns::W, sym::TR_PR).and_then(|properties| tape.child(properties, Ns::W, name));
        let columns = before(sym::GRID_BEFORE).and_then(|columns| tape.attr(columns, Ns::W, sym::VAL)?.trim().parse::<usize>().ok());
        let mut column = columns.unwrap_or(0).min(ends.len() - 1);
        let mut start = before(Sym::of(b"wBefore")).and_then(|width| measure(tape, width, "w")).unwrap_or(ends[column]);
        for cell in named_in_tags(plan, row, sym::TC) {
            if start >= page && shows_text(plan, cell) {
                return Some(cell);
            }
            let property = |name: Sym| tape.child(cell, Ns::W, sym::TC_PR).and_then(|properties| tape.child(properties, Ns::W, name));
            let span =
                property(sym::GRID_SPAN).and_then(|span| tape.attr(span, Ns::W, sym::VAL)?.trim().parse::<usize>().ok()).unwrap_or(1);
            let last = column.saturating_add(span.max(1)).min(ends.len() - 1);
            let by_grid = ends[last] - ends[column.min(last)];
            column = last;
            let in_twips = property(sym::TC_W).filter(|width| tape.attr(*width, Ns::W, sym::TYPE).is_none_or(|unit| unit == "dxa"));
            let width = in_twips.and_then(|width| measure(tape, width, "w")).filter(|width| *width > 0).unwrap_or(by_grid);
            start = start.saturating_add(width);
        }
    }
    None
}

/// A drawing in `DrawingML`: its extent, and where it floats (ECMA-376-1 §20.4.2).
fn drawing(plan: &Plan<'_>, index: usize, page: (i64, i64)) -> Option<Found> {
    let tape = &plan.tape;
    let name = tape.node(index).name;
    if !matches!(name.name(), "anchor" | "inline") {
        return None;
    }
    let emu = |index: usize, name: &str| {
        tape.attr(index, Ns::None, Sym::of(name.as_bytes()))?.trim().parse::<i64>().ok().map(|emu| emu.clamp(-BOUND, BOUND))
    };
    let extent = tape.child(index, Ns::Wp, sym::EXTENT)?;
    let size = |name: &str| emu(extent, name).unwrap_or(0) / 635;
    let picture_alone = || {
        let mut shapes = plan.living_in(index).filter(|inside| matches!(tape.node(*inside).name, sym::PIC | sym::WSP)).peekable();
        shapes.peek().is_some() && shapes.all(|shape| tape.node(shape).name == sym::PIC)
    };
    let (narrow, broad) = (size("cx").min(size("cy")), size("cx").max(size("cy")));
    // A line may be a picture; one of a quarter of a point is none.
    if (broad < UNREADABLE || narrow < THINNEST_LINE) && picture_alone() {
        return Some((FindingKind::HiddenObject, index, "a picture too small to be seen"));
    }
    // A box that grows shows a page number or the like, however narrow it is: a letter a line.
    let is_of_number = |letter: char| !letter.is_alphabetic() || "ivxlcIVXLC".contains(letter);
    let shows_a_number = || {
        let text = plan.living_text(index);
        text.trim().chars().count() <= FEW_LETTERS && text.chars().all(is_of_number)
    };
    let fits = grows(plan, index) && shows_a_number();
    if size("cx") < UNREADABLE && !fits || size("cy") < UNREADABLE && !grows(plan, index) {
        return Some(unseen(index, "a drawing without room for its text"));
    }
    let axes = [(sym::POSITION_H, size("cx"), page.0), (sym::POSITION_V, size("cy"), page.1)];
    if !grows(plan, index) && overflows(plan, index, size("cx"), size("cy")) {
        return Some(unseen(index, "a drawing that has no room for all of its text"));
    }
    if !fits && cramped_by_insets(plan, index, size("cx"), size("cy")) {
        return Some(unseen(index, "a text box whose margins leave no room"));
    }
    let simple = tape.attr(index, Ns::None, sym::SIMPLE_POS).is_some_and(|value| matches!(&*value, "1" | "true" | "on"));
    let corner = tape.child(index, Ns::Wp, sym::SIMPLE_POS).filter(|_| simple);
    let places = axes.map(|(axis, _, page)| match corner {
        Some(corner) => (From::Page, emu(corner, if axis == sym::POSITION_H { "x" } else { "y" }).unwrap_or(0) / 635),
        None => place_on(plan, index, axis, page),
    });
    let is_off = |(from, place): (From, i64), size: i64, page: i64| outside(from, place, size, page);
    if places.iter().zip(&axes).any(|(place, (_, size, page))| is_off(*place, *size, *page)) {
        return Some(off(index, "a drawing placed outside the page"));
    }
    for (member, [left, top, width, height]) in members(tape, index, [size("cx"), size("cy")]) {
        if !plan.alive(member) || !shows_text(plan, member) {
            continue;
        }
        if width < UNREADABLE || height < UNREADABLE {
            return Some(unseen(member, "a shape without room for its text"));
        }
        let shifted = |place: (From, i64), by: i64| (place.0, place.1.saturating_add(by));
        if is_off(shifted(places[0], left), width, page.0) || is_off(shifted(places[1], top), height, page.1) {
            return Some(off(member, "a shape placed outside the page"));
        }
    }
    None
}

/// Where a drawing is along an axis: a length, or a share of what it is counted from (MS-DOCX §2.25.5). Of the alternatives that readers
/// choose from, the one that lies farthest off.
fn place_on(plan: &Plan<'_>, drawing: usize, axis: Sym, page: i64) -> (From, i64) {
    let tape = &plan.tape;
    let end = tape.child(drawing, Ns::A, sym::GRAPHIC).unwrap_or(tape.node(drawing).next as usize);
    let mut farthest = (From::Text, 0_i64);
    for position in (drawing + 1..end).filter(|index| tape.is(*index, Ns::Wp, axis) && plan.alive(*index)) {
        let from = From::of(&tape.attr(position, Ns::None, sym::RELATIVE_FROM).unwrap_or_default());
        for measure in tape.children(position).filter(|child| tape.node(*child).kind == Kind::Element) {
            let Some(number) = tape.inner_text(measure).trim().parse::<i64>().ok().map(|number| number.clamp(-BOUND, BOUND)) else {
                continue;
            };
            let place = match tape.node(measure).ns {
                Ns::Wp => number / 635,
                _ => number.saturating_mul(page) / 100_000,
            };
            if place.abs() >= farthest.1.abs() {
                farthest = (from, place);
            }
        }
    }
    farthest
}

/// Whether the margins inside a text box that stands alone leave no room for a line (ECMA-376-1 §21.1.2.1.1).
fn cramped_by_insets(plan: &Plan<'_>, drawing: usize, width: i64, height: i64) -> bool {
    let tape = &plan.tape;
    let mut bodies = plan.living_in(drawing).filter(|inside| tape.node(*inside).name == sym::BODY_PR);
    let (Some(body), None) = (bodies.next(), bodies.next()) else { return false };
    let inset = |name: &str| {
        let emu = tape.attr(body, Ns::None, Sym::of(name.as_bytes())).and_then(|value| value.trim().parse::<i64>().ok());
        emu.map(|emu| emu.clamp(-BOUND, BOUND) / 635)
    };
    let leaves = |sides: [&str; 2], usual: i64, size: i64| {
        let said = sides.map(inset);
        let taken: i64 = said.iter().map(|inset| inset.unwrap_or(usual)).sum();
        said.iter().all(Option::is_none) || size.saturating_sub(taken) >= UNREADABLE
    };
    !leaves(["lIns", "rIns"], 144, width) || !grows(plan, drawing) && !leaves(["tIns", "bIns"], 72, height)
}

/// Whether the text in an element needs more room than there is, however narrow its letters are and however its lines run: a third of
/// their size for each letter, seven tenths of it for each line. Drawings inside are judged by themselves.
fn overflows(plan: &Plan<'_>, holder: usize, width: i64, height: i64) -> bool {
    let tape = &plan.tape;
    let room = width.saturating_mul(height);
    let (mut area, mut lines, mut line) = (0_i64, 0_i64, None);
    let mut index = holder + 1;
    while index < tape.node(holder).next as usize {
        let node = tape.node(index);
        if plan.fate[index] == Fate::Drop || node.ns == Ns::W && matches!(node.name, sym::DRAWING | sym::PICT | sym::OBJECT) {
            index = node.next as usize;
            continue;
        }
        // Text that goes on in another box has its room there.
        let style = || tape.attr(index, Ns::None, sym::STYLE).unwrap_or_default();
        if node.name.name() == "linkedTxbx" || node.ns == Ns::V && style().contains("mso-next-textbox") {
            return false;
        }
        if tape.is(index, Ns::W, sym::P) {
            lines = lines.saturating_add(line.take().unwrap_or(0));
        } else if tape.is(index, Ns::W, sym::T) {
            let size = tape.parent(index).map_or(SMALLEST_USUAL, |run| size_of_run(tape, run));
            let characters = tape.inner_text(index).chars().count() as i64;
            area = area.saturating_add(characters.saturating_mul(size / 3).saturating_mul(size * 7 / 10));
            let least = size * 7 / 10;
            line = line.map_or((characters > 0).then_some(least), |line: i64| Some(line.min(least)));
        }
        // Lines that run up or down have the other side to themselves.
        if area > room || lines > width.max(height) {
            return true;
        }
        index += 1;
    }
    lines.saturating_add(line.unwrap_or(0)) > width.max(height)
}

/// Size of the letters of a run, in twentieths of a point; that of small print where it has none of its own.
pub fn size_of_run(tape: &Tape<'_>, run: usize) -> i64 {
    let size = tape.child(run, Ns::W, sym::R_PR).and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"sz")));
    let half_points = size.and_then(|size| tape.attr(size, Ns::W, sym::VAL)).and_then(|value| value.parse::<i64>().ok());
    half_points.map_or(SMALLEST_USUAL, |half_points| half_points.clamp(0, 3276) * 10)
}

/// Whether a cell goes on in the rows below.
fn is_merged(tape: &Tape<'_>, cell: usize) -> bool {
    tape.child(cell, Ns::W, sym::TC_PR).is_some_and(|properties| tape.child(properties, Ns::W, sym::V_MERGE).is_some())
}

/// Width of a cell; that of the page where it says none.
fn width_of_cell(tape: &Tape<'_>, cell: usize, page: i64) -> i64 {
    let width = tape.child(cell, Ns::W, sym::TC_PR).and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"tcW")));
    let in_twips = width.filter(|width| tape.attr(*width, Ns::W, sym::TYPE).as_deref() == Some("dxa"));
    in_twips.and_then(|width| measure(tape, width, "w")).filter(|width| *width > 0).unwrap_or(page)
}

/// Whether each text box of a drawing becomes as high as its text (ECMA-376-1 §21.1.2.1.2, `spAutoFit`; in VML
/// `mso-fit-shape-to-text`). A group does not grow with its members.
fn grows(plan: &Plan<'_>, drawing: usize) -> bool {
    let tape = &plan.tape;
    let mut boxes = plan.living_in(drawing).filter(|inside| tape.is(*inside, Ns::W, sym::TXBX_CONTENT)).peekable();
    boxes.peek().is_some()
        && boxes.all(|inside| {
            let Some(holder) = tape.parent(inside) else { return false };
            if tape.node(holder).ns == Ns::V {
                let style = tape.attr(holder, Ns::None, sym::STYLE).unwrap_or_default();
                return style.split(';').any(|entry| entry.trim() == "mso-fit-shape-to-text:t");
            }
            let shape = tape.parent(holder);
            let alone = shape.and_then(|shape| tape.parent(shape)).is_some_and(|around| tape.node(around).ns == Ns::A);
            let properties = shape.and_then(|shape| tape.children(shape).find(|child| tape.node(*child).name == sym::BODY_PR));
            alone && properties.is_some_and(|properties| tape.child(properties, Ns::A, Sym::of(b"spAutoFit")).is_some())
        })
}

/// A shape in VML, by its style (ECMA-376-4 §14.1.2.19). Inside a group the numbers are coordinates of the group.
fn shape(plan: &Plan<'_>, index: usize, page: (i64, i64)) -> Option<Found> {
    let tape = &plan.tape;
    let grouped = tape.parent(index).is_some_and(|parent| tape.node(parent).ns == Ns::V && tape.node(parent).name.name() == "group");
    let style = tape.attr(index, Ns::None, sym::STYLE)?;
    if matches!(tape.node(index).name, sym::TEXTBOX) {
        return None;
    }
    if grouped {
        return grouped_shape(plan, index, page);
    }
    let value = |name: &str| {
        style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
    };
    let length = |name: &str| value(name).and_then(css_length);
    let (width, height) = (length("width"), length("height"));
    let cramped = |size: Option<i64>, percent: &str| size.is_some_and(|size| size < UNREADABLE) && value(percent).is_none();
    if cramped(width, "mso-width-percent") || cramped(height, "mso-height-percent") && !grows(plan, index) {
        return Some(unseen(index, "a shape without room for its text"));
    }
    let fixed = |size: Option<i64>, percent: &str| size.filter(|_| value(percent).is_none());
    if let (Some(width), Some(height)) = (fixed(width, "mso-width-percent"), fixed(height, "mso-height-percent"))
        && !grows(plan, index)
        && overflows(plan, index, width, height)
    {
        return Some(unseen(index, "a shape that has no room for all of its text"));
    }
    let axis = |names: [&str; 2], direction: &str, size: Option<i64>, page: i64| {
        // An alignment decides before any distance.
        let aligned = value(&format!("mso-position-{direction}")).is_some_and(|alignment| alignment != "absolute");
        let relative = format!("mso-position-{direction}-relative");
        // A share, in thousandths of what it is counted from, comes before a length.
        let share = value(if direction == "horizontal" { "mso-left-percent" } else { "mso-top-percent" })
            .and_then(|share| share.parse::<i64>().ok())
            .filter(|share| *share != NO_SHARE);
        let share = share.map(|share| share.clamp(-BOUND, BOUND).saturating_mul(page) / 1000);
        let place = share.or_else(|| names.into_iter().find_map(length)).filter(|_| !aligned);
        place.is_some_and(|place| outside(From::of(value(&relative).unwrap_or_default()), place, size.unwrap_or(0), page))
    };
    let is_off = axis(["margin-left", "left"], "horizontal", width, page.0) || axis(["margin-top", "top"], "vertical", height, page.1);
    if is_off { Some(off(index, "a shape placed outside the page")) } else { None }
}

/// A shape in a group of VML: where it is by the coordinates of the groups around it (ECMA-376-4 §14.1.2.7).
fn grouped_shape(plan: &Plan<'_>, shape: usize, page: (i64, i64)) -> Option<Found> {
    let tape = &plan.tape;
    if tape.node(shape).name == sym::GROUP {
        return None;
    }
    let style_of = |index: usize| tape.attr(index, Ns::None, sym::STYLE).unwrap_or_default();
    let number = |index: usize, names: [&str; 2]| {
        let style = style_of(index);
        let value = |name: &str| {
            let entry = style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name);
            entry.and_then(|(_, value)| value.trim().parse::<f64>().ok())
        };
        names.into_iter().find_map(value)
    };
    let mut place = [
        number(shape, ["left", "margin-left"]).unwrap_or(0.0),
        number(shape, ["top", "margin-top"]).unwrap_or(0.0),
        number(shape, ["width", "width"])?,
        number(shape, ["height", "height"])?,
    ];
    let mut at = tape.parent(shape);
    for _ in 0..64 {
        let group = at.filter(|group| tape.node(*group).ns == Ns::V && tape.node(*group).name == sym::GROUP)?;
        // Of a pair either half may be left out.
        let pair = |name: &str, usual: f64| {
            let value = tape.attr(group, Ns::None, Sym::of(name.as_bytes())).unwrap_or_default();
            let mut halves = value.split(',').map(|half| half.trim().parse::<f64>().unwrap_or(usual));
            [halves.next().unwrap_or(usual), halves.next().unwrap_or(usual)]
        };
        let (origin, size) = (pair("coordorigin", 0.0), pair("coordsize", 1000.0));
        let outermost = tape.parent(group).is_none_or(|parent| tape.node(parent).ns != Ns::V);
        let style = style_of(group);
        let length = |names: [&str; 2]| {
            let find = |name: &str| style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name);
            names.into_iter().find_map(find).and_then(|(_, value)| css_length(value.trim())).map(|twips| twips as f64)
        };
        let room: [Option<f64>; 2] = if outermost {
            [length(["width", "width"]), length(["height", "height"])]
        } else {
            [number(group, ["width", "width"]), number(group, ["height", "height"])]
        };
        let corner = if outermost { [0.0, 0.0] } else { [number(group, ["left", "left"])?, number(group, ["top", "top"])?] };
        for axis in 0..2 {
            let scale = if size[axis] == 0.0 { 0.0 } else { room[axis]? / size[axis] };
            place[axis] = corner[axis] + (place[axis] - origin[axis]) * scale;
            place[axis + 2] *= scale;
        }
        if outermost {
            let [left, top, width, height] = place.map(bounded);
            if width < UNREADABLE || height < UNREADABLE {
                return Some(unseen(shape, "a shape without room for its text"));
            }
            let is_off = outside(From::Text, left, width, page.0) || outside(From::Text, top, height, page.1);
            return is_off.then(|| off(shape, "a shape placed outside the page"));
        }
        at = tape.parent(group);
    }
    None
}

/// Whether an element shows characters: text, or the words along a path.
pub fn shows_text(plan: &Plan<'_>, index: usize) -> bool {
    !plan.living_text(index).trim().is_empty()
        || plan.living_in(index).any(|inside| {
            plan.tape.node(inside).name == sym::TEXTPATH
                && plan.tape.attr(inside, Ns::None, sym::STRING).is_some_and(|text| !text.is_empty())
        })
}

/// Width and height of the largest page that the part sets up; of the largest there is, where it sets up none.
fn largest_page(plan: &Plan<'_>) -> (i64, i64) {
    let mut largest: Option<(i64, i64)> = None;
    for size in plan.living_named(Ns::W, sym::PG_SZ) {
        let (width, height) = largest.unwrap_or((0, 0));
        let of = |name: &str| measure(&plan.tape, size, name).filter(|size| *size > 1440).unwrap_or(LARGEST_PAGE);
        largest = Some((width.max(of("w")), height.max(of("h"))));
    }
    largest.unwrap_or((LARGEST_PAGE, LARGEST_PAGE))
}

/// The least margin of a story at either side: text of the body begins behind it.
fn least_margin(plan: &Plan<'_>) -> i64 {
    let margins = plan.living_named(Ns::W, sym::PG_MAR);
    let sides =
        margins.flat_map(|margins| ["left", "right"].map(|side| measure(&plan.tape, margins, side).unwrap_or(0).clamp(0, LARGEST_MARGIN)));
    sides.min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_judged_by_what_it_is_counted_from() {
        assert!(outside(From::Page, -2000, 1000, 12_240) && outside(From::Page, 12_240, 1000, 12_240));
        assert!(!outside(From::Page, 0, 0, 12_240) && !outside(From::Page, -2000, 2001, 12_240));
        assert!(outside(From::Margin, -9000, 1000, 12_240) && !outside(From::Margin, -7000, 1000, 12_240));
        assert!(!outside(From::Text, -20_000, 0, 12_240) && outside(From::Text, -40_000, 100, 12_240));
        assert!(outside(From::Text, BOUND, 100, 12_240));
    }
}
