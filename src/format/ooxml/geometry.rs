//! Text that is there and has a place where nobody sees it: outside the page, in a box or row without room, overprinted.

mod drawing;
mod flow;
mod joined;
mod tables;
mod vml;

use std::collections::BTreeSet;

use foldhash::{HashMap, HashSet};

use self::drawing::drawing;
use self::flow::Text;
use self::joined::joined;
use self::tables::{cell_off_the_page, has_fixed_columns, height_of_merged, named_in_tags};
use self::vml::shape;
use super::ground::holder;
use super::lengths::{BOUND, measure, raised};
use super::look::{Styles, TINY_HALF_POINTS, is_stop};
use super::pages::{Axis, From, Page, Pages, Place};
use super::pictures::{has_letters, holds_drawing, holds_picture, shows_picture, widest_picture};
use super::plan::Plan;
use super::report::Report;
use super::squeezed::{self, Sizes};
use crate::format::xml::{Ns, Sym, Tape, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

/// No line or picture can be read that is lower: 2 points.
const UNREADABLE: i64 = 40;
/// No line is thinner that can be seen: a quarter of a point.
const THINNEST_LINE: i64 = 5;
/// No text is raised or lowered as far: 2 inches, in half points.
const FAR_HALF_POINTS: i64 = 288;
pub const OVER_EACH_OTHER: &str = "characters printed over each other";
pub const NO_HEIGHT: &str = "lines without height";
const TAB_OFF: &str = "a tab stop off the page";
/// Size that is assumed of a run that has none of its own: 24 points. Larger than nearly all, so that the doubt is small.
pub const ASSUMED_SIZE: i64 = 480;
/// Size that is taken for the letters of a run that has none of its own: 8 points, smaller than nearly all.
pub const SMALLEST_USUAL: i64 = 160;
/// Places of a drawing along one direction: one for each alternative that readers choose from.
const PLACES_MAX: usize = 16;
/// No paragraph of pictures has more nodes; one that has is taken for text.
const NODES_OF_A_PICTURE: usize = 4096;
/// Room that boxes and cells leave before their text: a tenth of an inch.
const USUAL_INSET: i64 = 144;
/// Lines of less are drawn over each other: a sixth of a line, in its 240ths.
const LEAST_LINE: i64 = 40;
/// Width of a letter that indents are counted in, in twentieths of a point: that of small print.
const NARROW_LETTER: i64 = SMALLEST_USUAL;

/// Finds the text of a story that has no place on its pages.
pub fn resolve(plan: &mut Plan<'_>, pages: &Pages, styles: &Styles, orders: &Orders, report: &mut Report) {
    let (mut judged, mut sizes) = (Judged::default(), Sizes::new(styles));
    let text = Text::of(plan, styles);
    let mut frames = HashMap::default();
    let joined = joined(plan, styles);
    for index in placed(plan) {
        let page = pages.at(index);
        // Where a part of a drawing or table goes, another may be there.
        for time in 0.. {
            if !plan.alive(index) || judged.too_often(plan, index, report) {
                break;
            }
            let found = match plan.tape.node(index).ns {
                Ns::W => paragraph_or_table(plan, index, page, &text)
                    .or_else(|| frame_of_others(plan, index, &joined))
                    .or_else(|| crowded_frame(plan, index, page, &text, &mut frames))
                    .or_else(|| squeezed::text(plan, index, &mut sizes, || judged.again(plan, index, report))),
                Ns::Wp => drawing(plan, index, page, &text),
                Ns::V => shape(plan, index, page, &text),
                _ => None,
            };
            let Some(found) = found else { break };
            if plan.tape.node(index).ns == Ns::W && judged.again(plan, index, report) {
                break;
            }
            if joined.contains(&found.holder) {
                report.hold(found.kind, &plan.name, found.why);
                break;
            }
            if !removes(plan, index, found, orders, report) {
                break;
            }
            if time == Judged::MAX {
                report.hold(FindingKind::Unknown, &plan.name, "a drawing or table with many parts that are not seen");
                break;
            }
        }
    }
    tab_stops_of_styles(plan, pages, styles, report);
    let any = pages.at(plan.tape.root);
    if text.leaves_the_page(plan, any.across.size.most, any.down.size.most) {
        report.hold(FindingKind::OffPageContent, &plan.name, "a header or footer that is higher than its page");
    }
}

/// Does what the orders say about something that is not seen; whether it is gone.
fn removes(plan: &mut Plan<'_>, index: usize, found: Found, orders: &Orders, report: &mut Report) -> bool {
    let Found { kind, holder, why, in_part } = found;
    // A drawing outside the page is hidden content too, whatever it shows.
    let is_hidden = matches!(kind, FindingKind::OffPageContent | FindingKind::HiddenObject);
    let is_drawn = || holder == index || plan.tape.node(holder).ns != Ns::W && shows_picture(plan, holder);
    // How letters stand says nothing of what is drawn among them.
    let of_letters = kind == FindingKind::InvisibleText && plan.tape.is(holder, Ns::W, sym::R);
    let matters = if of_letters {
        has_letters(plan, holder)
    } else {
        is_hidden && is_drawn() || shows_text(plan, holder) || holds_picture(plan, holder)
    };
    if !matters || !plan.alive(holder) {
        return false;
    }
    if orders.action(kind) == Action::Remove && !in_part && !(of_letters && holds_drawing(plan, holder)) {
        report.removed(kind, &plan.name, 1);
        report.words_in(kind, plan, holder);
        plan.drop_node(holder);
        return true;
    }
    report.hold(kind, &plan.name, why);
    false
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

/// Finds the styles or levels of lists that put text where nobody sees it. `plan` is the part, what is unused dropped but for levels that
/// are `idle`; `pages` are those of the document.
pub fn resolve_definitions(plan: &Plan<'_>, pages: &Pages, styles: &Styles, idle: &BTreeSet<usize>, report: &mut Report) {
    let mut judged = Judged::default();
    let text = Text::of(plan, styles);
    for index in placed(plan) {
        let of_idle = || plan.tape.parent(index).and_then(|properties| plan.tape.parent(properties)).is_some_and(|of| idle.contains(&of));
        if plan.tape.node(index).ns != Ns::W || !plan.alive(index) || of_idle() || judged.too_often(plan, index, report) {
            continue;
        }
        if let Some(Found { kind, why, .. }) = paragraph_or_table(plan, index, pages.at(index), &text) {
            report.hold(kind, &plan.name, why);
        }
    }
}

/// What is not seen.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    kind: FindingKind,
    /// What holds it.
    holder: usize,
    why: &'static str,
    /// Whether a reader may see some of what the holder holds, so that it cannot go.
    in_part: bool,
}

/// Text that has a place where it is not seen.
pub fn unseen(holder: usize, why: &'static str) -> Found {
    Found { kind: FindingKind::InvisibleText, holder, why, in_part: false }
}

fn off(holder: usize, why: &'static str) -> Found {
    Found { kind: FindingKind::OffPageContent, ..unseen(holder, why) }
}

/// The same, where some of it may be seen.
fn in_part(found: Found) -> Found {
    Found { in_part: true, ..found }
}

/// A picture without words that is too small to be seen: a line may be a picture; one of a quarter of a point is none.
fn too_small(plan: &Plan<'_>, drawing: usize, [width, height]: [i64; 2]) -> Option<Found> {
    let is_small = width.max(height) < UNREADABLE || width.min(height) < THINNEST_LINE;
    let found = || Found { kind: FindingKind::HiddenObject, ..unseen(drawing, "a picture too small to be seen") };
    (is_small && shows_picture(plan, drawing) && !shows_text(plan, drawing)).then(found)
}

fn cut_by_its_line(drawing: usize) -> Found {
    Found { kind: FindingKind::HiddenObject, ..in_part(unseen(drawing, "a drawing cut off by the height of its line")) }
}

/// Properties of runs, paragraphs, frames, rows and tables; the holder is what they apply to.
fn paragraph_or_table(plan: &Plan<'_>, index: usize, page: &Page, text: &Text<'_>) -> Option<Found> {
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
            let fixed = plan.ancestor(holder, Ns::W, sym::TBL).is_some_and(|table| has_fixed_columns(plan, table));
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
            let mut cells = named_in_tags(plan, holder, sym::TC).into_iter();
            let cramped = cells.any(|cell| {
                let height = if is_merged(tape, cell) { height_of_merged(plan, holder, height) } else { height };
                text.overflows(plan, cell, width_of_cell(tape, cell, page.across.size.most), height_shown(page, height, false))
            });
            if cramped { Some(in_part(unseen(holder, "a row that has no room for all that is in it"))) } else { None }
        }
        "framePr" => {
            let (width, height) = (twips("w").unwrap_or(0), twips("h").unwrap_or(0));
            // An alignment decides before any distance.
            let aligned = |name: &str| !word(name).is_empty();
            let sides = [(Axis::Across, "xAlign", "hAnchor", "x", width), (Axis::Down, "yAlign", "vAnchor", "y", height)];
            for (axis, alignment, anchor, at, size) in sides {
                let from = counted_from(plan, holder, page, &word(anchor), axis);
                let place = Place { axis, from, at: twips(at).unwrap_or(0), size };
                let misses = page.misses(place);
                if !aligned(alignment) && (misses || size > 0 && is_cut_off(plan, holder, page, text, place, width)) {
                    return Some(Found { in_part: !misses, ..off(holder, "a frame placed outside the page") });
                }
            }
            let cramped = (1..UNREADABLE).contains(&width) || word("hRule") == "exact" && (1..UNREADABLE).contains(&height);
            if cramped { Some(unseen(holder, "a frame without room")) } else { None }
        }
        "ind" => {
            // In hundredths of letters, which count before any length (§17.3.1.12).
            let letters = |name: &str| twips(name).map(|hundredths| hundredths.saturating_mul(NARROW_LETTER) / 100);
            let far = |name: &str| letters(name).is_some_and(|place| place >= page.across.size.most);
            if ["leftChars", "startChars", "rightChars", "endChars", "firstLineChars"].into_iter().any(far) {
                return Some(in_part(off(holder, "a paragraph indented off the page")));
            }
            let start =
                letters("leftChars").or_else(|| letters("startChars")).or_else(|| twips("left")).or_else(|| twips("start")).unwrap_or(0);
            let hanging = || letters("hangingChars").or_else(|| twips("hanging")).map(|hanging| -hanging);
            let first = letters("firstLineChars").or_else(|| twips("firstLine")).or_else(hanging).unwrap_or(0);
            let end = twips("right").or_else(|| twips("end")).unwrap_or(0);
            let begins = start.min(start + first);
            let (width, margin, far_margin) = (page.across.size.most, page.across.margin, page.across.far_margin);
            let reach = if is_of_body(plan, holder) { page.end_of_lines() } else { width };
            let begins_off = begins < -margin.most || begins >= reach || end >= width || end < -far_margin.most;
            // Of a picture alone it is enough that some of it is on the page: those that fill it begin before it.
            let shows_some = || {
                let is_short = tape.node(holder).next as usize - holder <= NODES_OF_A_PICTURE;
                let picture = if is_short { widest_picture(plan, holder).filter(|_| !shows_text(plan, holder)) } else { None };
                picture.is_some_and(|picture| begins.saturating_add(picture) > -margin.most && begins < reach)
            };
            let is_off = begins_off && !shows_some();
            if is_off { Some(in_part(off(holder, "a paragraph indented off the page"))) } else { None }
        }
        // Some readers put what follows on the next line, others off the page.
        "tabs" => {
            let mut stops = tape.children(index).filter(|stop| tape.is(*stop, Ns::W, sym::TAB) && is_stop(tape, *stop));
            let far = stops.any(|stop| measure(tape, stop, "pos").is_some_and(|place| place >= page.end_of_lines()));
            // The words after a number go to a stop of its level.
            let reached = far && (tape.is(holder, Ns::W, sym::LVL) || goes_to_a_stop(plan, holder));
            if reached { Some(in_part(off(holder, TAB_OFF))) } else { None }
        }
        "wBefore" if word("type") != "pct" && twips("w")? >= page.end_of_lines() => Some(off(holder, "a row that starts off the page")),
        "tblpPr" => {
            let from = counted_from(plan, holder, page, &word("vertAnchor"), Axis::Down);
            let place = Place { axis: Axis::Down, from, at: twips("tblpY").unwrap_or(0), size: UNREADABLE };
            let below = word("tblpYSpec").is_empty() && page.misses(place);
            if below { Some(off(holder, "a table placed outside the page")) } else { cell_off_the_page(plan, holder, page, text) }
        }
        "tblLayout" if word("type") == "fixed" => cell_off_the_page(plan, holder, page, text),
        "tblInd" => cell_off_the_page(plan, holder, page, text),
        _ => None,
    }
}

/// How much of a box, frame or row of a height can be seen, which takes no room on a second page; whether it `grows` with its text.
fn height_shown(page: &Page, height: i64, grows: bool) -> i64 {
    let most = page.down.size.most;
    if grows { most } else { height.min(most) }
}

/// A frame that has words of a paragraph out of it in some readers, or the other way round.
fn frame_of_others(plan: &Plan<'_>, index: usize, joined: &HashSet<usize>) -> Option<Found> {
    let tape = &plan.tape;
    let paragraph = tape.parent(tape.parent(index).filter(|_| tape.node(index).name == sym::FRAME_PR)?)?;
    joined.contains(&paragraph).then(|| in_part(unseen(paragraph, "a frame beside a paragraph with a hidden mark, which runs on into it")))
}

/// A frame whose words go on below it, or below its page (§17.3.1.11). `ends`: by what they stand in, the first node behind the frames
/// that were looked at.
fn crowded_frame(plan: &Plan<'_>, index: usize, page: &Page, text: &Text<'_>, ends: &mut HashMap<Option<usize>, usize>) -> Option<Found> {
    let tape = &plan.tape;
    if tape.node(index).name != sym::FRAME_PR {
        return None;
    }
    let first = tape.parent(index).and_then(|properties| tape.parent(properties)).filter(|first| tape.is(*first, Ns::W, sym::P))?;
    let end = ends.entry(tape.parent(first)).or_insert(0);
    if index < *end {
        return None;
    }
    let exact = tape.attr(index, Ns::W, Sym::of(b"hRule")).is_some_and(|rule| rule == "exact");
    let height = height_shown(page, measure(tape, index, "h").unwrap_or(0), !exact);
    let width = measure(tape, index, "w").filter(|width| *width > 0).unwrap_or(page.across.size.most);
    let found;
    (found, *end) = text.frame_overflows(plan, first, width, height);
    found.map(|paragraph| in_part(unseen(paragraph, "a frame that has no room for all that is in it")))
}

/// Whether a run of a paragraph goes to a tab stop.
fn goes_to_a_stop(plan: &Plan<'_>, paragraph: usize) -> bool {
    let tape = &plan.tape;
    let mut inside = plan.living_in(paragraph);
    inside.any(|tab| tape.is(tab, Ns::W, sym::TAB) && tape.parent(tab).is_some_and(|run| tape.is(run, Ns::W, sym::R)))
}

/// Holds a story with words behind a tab stop off the page that only a style has.
fn tab_stops_of_styles(plan: &Plan<'_>, pages: &Pages, styles: &Styles, report: &mut Report) {
    if styles.farthest_tab().is_none_or(|farthest| farthest < pages.narrowest()) {
        return;
    }
    let tape = &plan.tape;
    for paragraph in plan.living_named(Ns::W, sym::P) {
        let properties = tape.child(paragraph, Ns::W, sym::P_PR);
        let style = properties.and_then(|properties| tape.child(properties, Ns::W, sym::P_STYLE));
        let style = style.and_then(|style| tape.attr(style, Ns::W, sym::VAL));
        let is_far = styles.last_tab(style.as_deref()).is_some_and(|last| last >= pages.at(paragraph).end_of_lines());
        if is_far && goes_to_a_stop(plan, paragraph) && (shows_text(plan, paragraph) || holds_picture(plan, paragraph)) {
            report.hold(FindingKind::OffPageContent, &plan.name, TAB_OFF);
        }
    }
}

/// What a place that a block or drawing has is counted from; a cell or a box may be anywhere on the page.
fn counted_from(plan: &Plan<'_>, index: usize, page: &Page, name: &str, axis: Axis) -> From {
    match From::of(name, axis) {
        From::Column | From::Unsaid if !page.has_one_column || holder(&plan.tape, index).is_some() => From::Text,
        from => from,
    }
}

/// Whether something begins before the page does, so that its first letters are not on it.
fn begins_before(page: &Page, place: Place) -> bool {
    page.begin_at_the_most(place).saturating_add(USUAL_INSET) < 0
}

/// Whether some of the words in an element are not on the page, which has some of it: it begins before the page does, or its lines go on
/// where the page has ended. `width`: of the element.
fn is_cut_off(plan: &Plan<'_>, index: usize, page: &Page, text: &Text<'_>, place: Place, width: i64) -> bool {
    if !shows_text(plan, index) {
        return false;
    }
    if begins_before(page, place) {
        return true;
    }
    let room = page.before_its_end(place);
    if room >= place.size {
        return false;
    }
    match place.axis {
        Axis::Across => has_longer_lines(plan, index, room),
        Axis::Down => text.overflows(plan, index, width, room),
    }
}

/// Whether a paragraph in an element goes on behind a width, if it is all in one line.
fn has_longer_lines(plan: &Plan<'_>, index: usize, width: i64) -> bool {
    plan.living_in(index).filter(|inside| plan.tape.is(*inside, Ns::W, sym::P)).any(|paragraph| {
        let letters = plan.living_text(paragraph).trim().chars().count() as i64;
        letters.saturating_mul(SMALLEST_USUAL / 2) > width
    })
}

/// Whether a block stands in the body, or is what a style or a level of a list says of blocks that may.
fn is_of_body(plan: &Plan<'_>, holder: usize) -> bool {
    let tape = &plan.tape;
    matches!(tape.node(holder).name, sym::STYLE | sym::LVL | sym::P_PR_DEFAULT)
        || plan.ancestor_block(holder).is_some_and(|block| tape.is(block, Ns::W, sym::BODY))
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

/// Whether an element shows characters: text, symbols of a font, or the words along a path.
pub fn shows_text(plan: &Plan<'_>, index: usize) -> bool {
    !plan.living_text(index).trim().is_empty()
        || plan.living_in(index).any(|inside| {
            plan.tape.node(inside).name == sym::TEXTPATH
                && plan.tape.attr(inside, Ns::None, sym::STRING).is_some_and(|text| !text.is_empty())
        })
}
