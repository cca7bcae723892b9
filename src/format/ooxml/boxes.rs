//! Boxes that have a place and a size, and yet no room for their text: by margins, by the rectangle of the shape that text goes into, by a
//! scale of its letters, by a share of the page, or because they are turned away.
//!
//! ECMA-376-1 §20.1.9.22 (`a:rect`), §21.1.2.1.3 (`a:normAutofit`), ECMA-376-4 §19.1.2.14 (`v:path`), §19.1.2.22 (`v:textbox`), §19.2.2.7
//! (`o:extrusion`).

use foldhash::HashSet;

use super::geometry::shows_text;
use super::layers::entry;
use super::lengths::css_length;
use super::plan::Plan;
use super::report::Report;
use crate::format::xml::{Ns, Sym, Tape, sym};
use crate::model::FindingKind;

const NO_MARGINS: &str = "a text box whose margins leave no room";
const NO_RECTANGLE: &str = "a shape that has no room for text where text goes";
const SHRUNK: &str = "text that is shrunk until it cannot be read";
const SMALL_SHARE: &str = "a shape without room for its text";
const TURNED: &str = "a shape that is turned until nothing of it is seen";
const TWICE: &str = "a shape that is told twice where its text goes";

/// No text can be read in less, in twentieths of a point.
const LEAST_ROOM: i64 = 40;
/// Of a shape, or of the size of letters: programs offer nothing smaller than a quarter.
const LEAST_SHARE: f64 = 0.02;
const LEAST_SCALE: f64 = 0.2;
/// In thousandths of a page: word processors draw no box that is smaller.
const LEAST_OF_PAGE: i64 = 5;

/// Holds a story with such a box.
pub fn check(plan: &Plan<'_>, report: &mut Report) {
    let names = [sym::TEXTBOX, sym::PATH, sym::RECT, Sym::of(b"extrusion"), Sym::of(b"normAutofit")];
    let mut seen = HashSet::default();
    for index in plan.tape.named_any(&names) {
        let node = plan.tape.node(index);
        let check: fn(&Tape<'_>, usize) -> Option<&'static str> = match (node.ns, node.name.name()) {
            (Ns::V, "textbox") => |tape, text| by_margins(tape, text).or_else(|| by_share(tape, text)),
            (Ns::V, "path") => by_rectangle,
            (Ns::O, "extrusion") => by_turn,
            (Ns::A, "rect") => by_rectangle_beside,
            (Ns::A, "normAutofit") => by_scale,
            _ => continue,
        };
        if !plan.alive(index) {
            continue;
        }
        let shape = around(plan, index);
        // Each of them stands once in a shape: which of two counts, readers do not agree on.
        if !seen.insert((shape, node.ns, node.name)) {
            report.hold(FindingKind::Unknown, &plan.name, TWICE);
            continue;
        }
        let Some(why) = check(&plan.tape, index) else { continue };
        // What a template says its shapes take over.
        if shape.is_some_and(|shape| plan.tape.is(shape, Ns::V, sym::SHAPETYPE) || shows_text(plan, shape)) {
            report.hold(FindingKind::InvisibleText, &plan.name, why);
        }
    }
}

/// The shape that something is a property of.
fn around(plan: &Plan<'_>, index: usize) -> Option<usize> {
    let tape = &plan.tape;
    let mut at = tape.parent(index);
    while let Some(shape) = at.filter(|shape| matches!(tape.node(*shape).name.name(), "custGeom" | "spPr" | "bodyPr" | "txPr")) {
        at = tape.parent(shape);
    }
    at
}

fn style_of(tape: &Tape<'_>, inside: usize) -> Option<String> {
    tape.parent(inside).and_then(|shape| tape.attr(shape, Ns::None, sym::STYLE)).map(std::borrow::Cow::into_owned)
}

fn by_margins(tape: &Tape<'_>, text: usize) -> Option<&'static str> {
    let inset = tape.attr(text, Ns::None, Sym::of(b"inset"))?;
    let style = style_of(tape, text)?;
    let sides: Vec<Option<i64>> = inset.split(',').map(|side| css_length(side.trim())).collect();
    if sides.iter().flatten().any(|side| *side < -LEAST_ROOM) {
        return Some(NO_MARGINS);
    }
    let leaves = |[start, end]: [usize; 2], usual: i64, size: &str, share: &str| {
        let said = [start, end].map(|at| sides.get(at).copied().flatten());
        let taken: i64 = said.iter().map(|side| side.unwrap_or(usual)).sum();
        let size = entry(&style, size).and_then(css_length).filter(|_| entry(&style, share).is_none());
        said.iter().all(Option::is_none) || size.is_none_or(|size| size.saturating_sub(taken) >= LEAST_ROOM)
    };
    let across = leaves([0, 2], 144, "width", "mso-width-percent");
    let fits = tape.attr(text, Ns::None, sym::STYLE).is_some_and(|style| entry(&style, "mso-fit-shape-to-text") == Some("t"));
    let down = fits || leaves([1, 3], 72, "height", "mso-height-percent");
    (!across || !down).then_some(NO_MARGINS)
}

fn by_share(tape: &Tape<'_>, text: usize) -> Option<&'static str> {
    let style = style_of(tape, text)?;
    let share = |name: &str| entry(&style, name).and_then(|share| share.trim().parse::<i64>().ok());
    let small = |name: &str| share(name).is_some_and(|share| (1..LEAST_OF_PAGE).contains(&share));
    (small("mso-width-percent") || small("mso-height-percent")).then_some(SMALL_SHARE)
}

/// The rectangle for text, where it is given in numbers, against the room that the shape counts in.
fn by_rectangle(tape: &Tape<'_>, path: usize) -> Option<&'static str> {
    let rectangles = tape.attr(path, Ns::None, Sym::of(b"textboxrect"))?;
    let numbers = |text: &str| -> Option<Vec<f64>> { text.split(',').map(|number| number.trim().parse().ok()).collect() };
    let shape = tape.parent(path)?;
    let size = tape.attr(shape, Ns::None, Sym::of(b"coordsize")).map_or(Some(vec![1000.0, 1000.0]), |size| numbers(&size));
    let origin = tape.attr(shape, Ns::None, Sym::of(b"coordorigin")).map_or(Some(vec![0.0, 0.0]), |origin| numbers(&origin));
    let ([width, height], [x, y]) = (<[f64; 2]>::try_from(size?).ok()?, <[f64; 2]>::try_from(origin?).ok()?);
    let [left, top, right, bottom] = <[f64; 4]>::try_from(numbers(rectangles.split(';').next()?)?).ok()?;
    let seen = |start: f64, end: f64, from: f64, size: f64| end.min(from + size) - start.max(from) >= size * LEAST_SHARE;
    (!seen(left, right, x, width) || !seen(top, bottom, y, height)).then_some(NO_RECTANGLE)
}

/// The same in DrawingML; a rectangle without size, which converters write, is taken for that of the shape.
fn by_rectangle_beside(tape: &Tape<'_>, rectangle: usize) -> Option<&'static str> {
    let shape = tape.parent(rectangle).filter(|shape| tape.is(*shape, Ns::A, sym::CUST_GEOM))?;
    let number = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes()))?.trim().parse::<f64>().ok();
    let place = tape.parent(shape).and_then(|properties| tape.child(properties, Ns::A, sym::XFRM));
    let extent = place.and_then(|place| tape.child(place, Ns::A, sym::EXT))?;
    let beside = |start: &str, end: &str, size: &str| {
        let size = number(extent, size)?;
        Some(number(rectangle, start)? >= size || number(rectangle, end)? < 0.0)
    };
    (beside("l", "r", "cx") == Some(true) || beside("t", "b", "cy") == Some(true)).then_some(NO_RECTANGLE)
}

fn by_scale(tape: &Tape<'_>, fit: usize) -> Option<&'static str> {
    let scale = tape.attr(fit, Ns::None, Sym::of(b"fontScale")).and_then(|scale| super::colour::share_of(&scale));
    scale.is_some_and(|scale| scale < LEAST_SCALE).then_some(SHRUNK)
}

fn by_turn(tape: &Tape<'_>, extrusion: usize) -> Option<&'static str> {
    let on = tape.attr(extrusion, Ns::None, sym::ON).is_some_and(|on| matches!(&*on, "t" | "true" | "1"));
    let angles = tape.attr(extrusion, Ns::None, Sym::of(b"rotationangle")).filter(|_| on)?;
    // In degrees, or in 65536ths of them.
    let angle = |text: &str| match text.trim().strip_suffix("fd") {
        Some(parts) => parts.parse::<f64>().ok().map(|parts| parts / 65_536.0),
        None => text.trim().parse::<f64>().ok(),
    };
    let edge_on = angles.split(',').filter_map(angle).any(|degrees| degrees.to_radians().cos().abs() < 0.05);
    edge_on.then_some(TURNED)
}
