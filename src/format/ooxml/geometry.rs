//! Text that is there and has a place where nobody sees it: outside the page, in a box or row without room, overprinted.

mod drawing;
mod flow;
mod joined;
mod property;
mod tables;
mod vml;

use std::collections::BTreeSet;

use foldhash::{HashMap, HashSet};

use self::drawing::drawing;
use self::flow::Text;
use self::joined::joined;
use self::vml::shape;
use super::ground::holder;
use super::lengths::measure;
use super::look::Styles;
use super::pages::{Axis, From, Page, Pages, Place};
use super::pictures::{has_letters, holds_drawing, holds_picture, shows_picture};
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
pub const OVER_EACH_OTHER: &str = "characters printed over each other";
pub const NO_HEIGHT: &str = "lines without height";
const TAB_OFF: &str = "a tab stop off the page";
/// Size that is assumed of a run that has none of its own: 24 points. Larger than nearly all, so that the doubt is small.
pub const ASSUMED_SIZE: i64 = 480;
/// Size that is taken for the letters of a run that has none of its own: 8 points, smaller than nearly all.
pub const SMALLEST_USUAL: i64 = 160;
/// Places of a drawing along one direction: one for each alternative that readers choose from.
const PLACES_MAX: usize = 16;
/// Room that boxes and cells leave before their text: a tenth of an inch.
const USUAL_INSET: i64 = 144;

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
                Ns::W => property::judge(plan, index, page, &text)
                    .or_else(|| place_of_others(plan, index, page, &joined))
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

/// The elements that may say where something is, in document order: any that has a style, and those of some names.
fn placed(plan: &Plan<'_>) -> Vec<usize> {
    if plan.tape.attr_names().any(|attr| attr == (Ns::None, sym::STYLE)) {
        return plan.living().collect();
    }
    let mut names = property::NAMES.map(|name| Sym::of(name.as_bytes())).to_vec();
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
        if let Some(Found { kind, why, .. }) = property::judge(plan, index, pages.at(index), &text) {
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

/// How much of a box, frame or row of a height can be seen, which takes no room on a second page; whether it `grows` with its text.
fn height_shown(page: &Page, height: i64, grows: bool) -> i64 {
    let most = page.down.size.most;
    if grows { most } else { height.min(most) }
}

/// A paragraph that has words of another in some readers, or the other way round, and puts them into a frame, into lines of one height or
/// behind a tab stop off the page.
fn place_of_others(plan: &Plan<'_>, index: usize, page: &Page, joined: &HashSet<usize>) -> Option<Found> {
    let tape = &plan.tape;
    let paragraph = tape.parent(tape.parent(index).filter(|_| !joined.is_empty())?).filter(|paragraph| joined.contains(paragraph))?;
    let moves = match tape.node(index).name.name() {
        "framePr" => true,
        "spacing" => tape.attr(index, Ns::W, Sym::of(b"lineRule")).is_some_and(|rule| rule == "exact"),
        "tabs" => property::has_stop_off_the_page(tape, index, page),
        _ => false,
    };
    moves.then(|| {
        in_part(unseen(paragraph, "words that a hidden paragraph mark joins to a frame, to lines of one height or to a far tab stop"))
    })
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
