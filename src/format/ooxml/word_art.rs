//! Words along the path of a shape in VML (`WordArt`): whether something is seen of them.
//!
//! ECMA-376-4 §19.1.2.23 (`v:textpath`), §19.1.2.5 (`v:fill`), §19.1.2.21 (`v:stroke`), §19.1.2.19 (attributes of shapes).

use std::borrow::Cow;

use foldhash::{HashMap, HashSet};

use super::colour::{Colour, vml_colour};
use super::ground::{Ground, vml_fill};
use super::layers::entry;
use super::lengths::css_length;
use super::look::{Sight, Viewer};
use super::plan::Plan;
use super::report::Report;
use crate::format::xml::{Ns, Sym, Tape, sym};
use crate::model::FindingKind;

/// No letters can be read that are lower: 4 points, in twentieths.
const TINY: i64 = 80;
/// Nor are any that have less width each: a point.
const NARROW: i64 = 20;
/// A line of less around letters is not seen: a quarter of a point.
const THINNEST_LINE: i64 = 5;

/// Holds a story with words along a path that are not seen by their fill and line, or by their size.
pub fn check(plan: &Plan<'_>, viewer: &mut Viewer<'_>, report: &mut Report) {
    let tape = &plan.tape;
    let mut templates: Option<HashMap<Cow<'_, str>, Template>> = None;
    let mut seen = HashSet::default();
    for path in tape.named(Ns::V, sym::TEXTPATH).filter(|path| plan.alive(*path)) {
        // What is taken out of a copy has no text any more.
        let words = match plan.attrs.get(&(path, Ns::None, sym::STRING)) {
            Some(set) => set.clone().unwrap_or_default(),
            None => tape.attr(path, Ns::None, sym::STRING).unwrap_or_default().into_owned(),
        };
        let Some(shape) = tape.parent(path).filter(|shape| tape.node(*shape).name != sym::SHAPETYPE) else { continue };
        if words.trim().is_empty() {
            continue;
        }
        // A shape has one path for words: which of two counts, readers do not agree on.
        if !seen.insert(shape) {
            report.hold(FindingKind::Unknown, &plan.name, "a shape with words along more than one path");
            continue;
        }
        let name = tape.attr(shape, Ns::None, sym::TYPE).unwrap_or_default();
        let kind = templates.get_or_insert_with(|| all_templates(tape)).get(name.trim_start_matches('#')).copied();
        if let Some(why) = by_size(tape, path, shape, kind, &words).or_else(|| by_colour(plan, shape, kind, viewer)) {
            report.hold(FindingKind::InvisibleText, &plan.name, why);
        }
    }
}

/// What a template of shapes says that its shapes take over (§19.1.2.20).
#[derive(Debug, Clone, Copy)]
struct Template {
    /// Whether letters fit the path.
    fits: bool,
    /// Whether it says something of fill or line.
    has_colours: bool,
}

/// The templates of shapes by their names.
fn all_templates<'t>(tape: &'t Tape<'_>) -> HashMap<Cow<'t, str>, Template> {
    let colours = ["filled", "fillcolor", "stroked", "strokecolor", "opacity"];
    let read = |kind: usize| Template {
        fits: tape.children(kind).any(|path| fits_the_path(tape, path)),
        has_colours: colours.iter().any(|name| attr(tape, kind, name).is_some()) || tape.child(kind, Ns::V, sym::FILL).is_some(),
    };
    tape.named(Ns::V, sym::SHAPETYPE).filter_map(|kind| Some((tape.attr(kind, Ns::None, sym::ID)?, read(kind)))).collect()
}

fn fits_the_path(tape: &Tape<'_>, path: usize) -> bool {
    attr(tape, path, "fitshape").is_some_and(|value| !matches!(&*value, "f" | "false" | "0"))
}

fn by_size(tape: &Tape<'_>, path: usize, shape: usize, kind: Option<Template>, words: &str) -> Option<&'static str> {
    let style = |index: usize| tape.attr(index, Ns::None, sym::STYLE).unwrap_or_default();
    let length = |index: usize, name: &str| entry(&style(index), name).and_then(css_length);
    let is_of_group = tape.parent(shape).is_some_and(|around| tape.node(around).name == sym::GROUP);
    let small = |name: &str, least: i64| !is_of_group && length(shape, name).is_some_and(|length| length < least);
    let letters = words.trim().chars().count() as i64;
    // Letters fit the path, whatever size is said, where it or its template says so.
    let fits = kind.is_some_and(|kind| kind.fits) || fits_the_path(tape, path);
    let are_small = || length(path, "font-size").is_some_and(|size| size < TINY);
    let is_tiny = small("height", TINY) || small("width", letters.saturating_mul(NARROW)) || !fits && are_small();
    is_tiny.then_some("words along a path that are too small to be read")
}

fn by_colour(plan: &Plan<'_>, shape: usize, kind: Option<Template>, viewer: &mut Viewer<'_>) -> Option<&'static str> {
    let tape = &plan.tape;
    if kind.is_some_and(|kind| kind.has_colours) {
        return Some("words along a path in the colour of a template");
    }
    let page = viewer.page();
    let is_floating = entry(&tape.attr(shape, Ns::None, sym::STYLE).unwrap_or_default(), "position") == Some("absolute");
    let grounds = [Some(viewer.ground_behind(plan, shape)), is_floating.then(|| Ground::of(page))];
    // A fill that turns into another shows the letters by either.
    let mut inks = vml_fill(tape, shape, page);
    inks.extend(line(tape, shape));
    inks.extend(shadow(tape, shape));
    let hidden = |ground: Ground| {
        let sights = inks.iter().map(|ink| ground.hides(*ink));
        sights.reduce(|first, sight| if first == Sight::Visible || sight != Sight::Visible { first } else { sight })
    };
    grounds.into_iter().flatten().filter_map(hidden).find_map(|sight| match sight {
        Sight::Invisible(why) => Some(why),
        Sight::Visible | Sight::Hidden => None,
    })
}

fn attr<'t>(tape: &'t Tape<'_>, index: usize, name: &str) -> Option<Cow<'t, str>> {
    tape.attr(index, Ns::None, Sym::of(name.as_bytes()))
}

/// The colour of the line around the letters of a shape, where it has one that can be seen.
fn line(tape: &Tape<'_>, shape: usize) -> Option<Colour> {
    let is_off = |value: Option<Cow<'_, str>>| value.is_some_and(|value| matches!(&*value, "f" | "false" | "0" | "off"));
    let stroke = tape.child(shape, Ns::V, sym::STROKE);
    let of_stroke = |name: &str| stroke.and_then(|stroke| attr(tape, stroke, name));
    let weight = of_stroke("weight").or_else(|| attr(tape, shape, "strokeweight"));
    let is_thin = weight.is_some_and(|weight| css_length(&weight).is_none_or(|weight| weight < THINNEST_LINE));
    if is_off(attr(tape, shape, "stroked")) || is_off(of_stroke("on")) || of_stroke("opacity").is_some() || is_thin {
        return None;
    }
    let colour = of_stroke("color").or_else(|| attr(tape, shape, "strokecolor"));
    Some(colour.map_or(Colour::One([0; 3]), |colour| vml_colour(&colour).map_or(Colour::Unknown, Colour::One)))
}

/// The colour of the shadow of a shape, where it has a plain one beside it that can be seen (§19.1.2.18).
fn shadow(tape: &Tape<'_>, shape: usize) -> Option<Colour> {
    let shadow = tape.child(shape, Ns::V, Sym::of(b"shadow"))?;
    let is_on = attr(tape, shadow, "on").is_some_and(|value| matches!(&*value, "t" | "true" | "1" | "on"));
    let is_plain = ["type", "opacity", "obscured", "matrix"].into_iter().all(|name| attr(tape, shadow, name).is_none());
    let is_beside = attr(tape, shadow, "offset")
        .is_some_and(|offset| offset.split(',').filter_map(css_length).any(|length| length.abs() >= THINNEST_LINE));
    let colour = attr(tape, shadow, "color")?;
    (is_on && is_plain && is_beside).then(|| vml_colour(&colour).map(Colour::One)).flatten()
}
