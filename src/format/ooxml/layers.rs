//! Drawings over drawings: a shape without words that hides a picture, or the words of another drawing; the colours of those that a text
//! box lies on.
//!
//! Where two drawings lie on each other can be told where both are counted from the same thing, in one group, or below paragraphs of
//! one flow, which are taken for as low as they can be (ECMA-376-1 §20.4.2.3, §20.1.7.5; VML: ECMA-376-4 §14.1.2.19). Arrows, lines,
//! callouts and shapes with words are what people put on figures, and hide nothing but what lies wholly under them.

use std::borrow::Cow;

use foldhash::HashMap;

use super::colour::{BLACK, Colour, Rgb, WHITE};
use super::cover::{Flows, HIGH_LINE, LOWEST, NARROWEST, WIDE_LETTER, blots, preset};
use super::geometry::shows_text;
use super::ground::{shape_fill, vml_fill};
use super::lengths::css_length;
use super::members::members;
use super::plan::Plan;
use crate::format::xml::{Kind, Ns, Sym, sym};

/// What Word writes for a share that is not set.
const NO_SHARE: &str = "-10001";
/// Pairs of drawings of a story that are looked at. Real documents have some hundreds.
const PAIRS_MAX: usize = 4_000_000;

/// Word processors make no boxes in boxes at all.
const NESTED_MAX: usize = 4;
/// With more colours behind it than this nothing is told of a text.
const COLOURS_MAX: usize = 6;

/// What a place is counted from along one axis: drawings with equal ones can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Base {
    name: String,
    /// A flow, a page, or a drawing of its own.
    of: usize,
}

/// A shape or picture in its place.
struct Placed {
    bases: [Base; 2],
    /// Left, top, width and height.
    place: [i64; 4],
    /// Which lies on which; where that is equal, the later one.
    order: (i64, usize),
    in_fallback: bool,
    /// Where it shows a picture or words, as far as that is known: top and height, counted from its own.
    shows: Option<[i64; 2]>,
}

/// Whether a shape of a story hides a picture or the words of another drawing. So does one where there are too many to tell.
pub fn hide_each_other(plan: &Plan<'_>, flows: &mut Flows<'_>) -> bool {
    let placed = read(plan, flows);
    let shown: Vec<&Placed> = placed.iter().filter(|one| one.shows.is_some()).collect();
    let covers: Vec<&Placed> = placed.iter().filter(|one| !shows_text(plan, one.order.1)).collect();
    if placed.len().saturating_mul(shown.len()) > PAIRS_MAX {
        return true;
    }
    // What a shape does to what is behind it is asked when all else says that it may hide something.
    covers.iter().any(|cover| shown.iter().any(|other| lies_over(cover, other)) && blots(plan, cover.order.1, flows))
        || placed.iter().any(|cover| shown.iter().any(|other| lies_over_all(cover, other)) && is_dense(plan, cover.order.1, flows))
}

/// Whether nothing shows through a shape or picture, whatever it shows itself.
fn is_dense(plan: &Plan<'_>, shape: usize, flows: &mut Flows<'_>) -> bool {
    if is_picture(plan, shape) {
        return flows.picture_hides(plan, shape, true);
    }
    painted(plan, shape, flows).is_some_and(|(_, opaque)| opaque) && is_upright(plan, shape, true)
}

/// Whether a shape is a picture.
fn is_picture(plan: &Plan<'_>, shape: usize) -> bool {
    plan.tape.node(shape).name == sym::PIC || plan.living_children(shape).any(|child| plan.tape.is(child, Ns::V, sym::IMAGEDATA))
}

/// The colours that may be behind the text of boxes which lie on other shapes, by the content of each box: those of the shapes below, down
/// to one that lies under all of the box, and through which nothing shows. Boxes of which there is none, or that are turned, are left out.
pub fn behind_boxes(plan: &Plan<'_>, flows: &mut Flows<'_>) -> HashMap<usize, Vec<Colour>> {
    let mut found = HashMap::default();
    if plan.tape.with_local_name(sym::TXBX_CONTENT).next().is_none() {
        return found;
    }
    let mut placed = read(plan, flows);
    placed.sort_by_key(|one| std::cmp::Reverse(one.order));
    let boxes: Vec<(usize, usize)> = placed.iter().enumerate().filter_map(|(at, one)| Some((at, content_of(plan, one.order.1)?))).collect();
    if boxes.len().saturating_mul(placed.len()) > PAIRS_MAX {
        return found;
    }
    let paints: Vec<Option<(Colour, bool)>> = placed.iter().map(|one| painted(plan, one.order.1, flows)).collect();
    for (at, content) in boxes {
        let Some(text_box) = placed.get(at) else { continue };
        let mut colours: Vec<Colour> = Vec::new();
        let mut is_whole = false;
        let below = placed.iter().zip(&paints).skip(at + 1).filter(|(shape, _)| touches(shape, text_box));
        for (shape, paint) in below {
            let Some((colour, opaque)) = *paint else { continue };
            if !colours.contains(&colour) {
                colours.push(colour);
            }
            is_whole = opaque && encloses(shape.place, text_box.place) && is_upright(plan, shape.order.1, true);
            if is_whole || colours.len() > COLOURS_MAX {
                break;
            }
        }
        if is_whole && is_upright(plan, text_box.order.1, false) {
            found.insert(content, colours);
        }
    }
    found
}

fn content_of(plan: &Plan<'_>, shape: usize) -> Option<usize> {
    plan.living_in(shape).find(|inside| plan.tape.node(*inside).name == sym::TXBX_CONTENT)
}

/// The colour that a shape paints, and whether nothing shows through it; `None` where it paints nothing.
fn painted(plan: &Plan<'_>, shape: usize, flows: &Flows<'_>) -> Option<(Colour, bool)> {
    let tape = &plan.tape;
    if is_picture(plan, shape) {
        return Some((Colour::Unknown, false));
    }
    let over = |ground: Rgb| {
        let ground = Colour::One(ground);
        let fills = if tape.node(shape).ns == Ns::V {
            vml_fill(tape, shape, ground)
        } else {
            shape_fill(tape, &flows.context.styles.palette, shape, ground)
        };
        if let [Colour::One(only)] = fills.as_slice() { Some(*only) } else { None }
    };
    match (over(WHITE), over(BLACK)) {
        (Some(WHITE), Some(BLACK)) => None,
        (Some(light), Some(dark)) if light == dark => Some((Colour::One(light), true)),
        _ => Some((Colour::Unknown, false)),
    }
}

/// Whether a shape is not turned, and is a rectangle where that is asked for.
fn is_upright(plan: &Plan<'_>, shape: usize, as_rectangle: bool) -> bool {
    let tape = &plan.tape;
    let attr = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes()));
    let groups = std::iter::successors(Some(shape), |index| tape.parent(*index))
        .take_while(|index| tape.node(*index).ns == Ns::V || matches!(tape.node(*index).name, sym::WSP | sym::GRP_SP | sym::WGP));
    let turned = |index: usize| {
        let of_style = attr(index, "style").is_some_and(|style| entry(&style, "rotation").is_some());
        let properties = tape.children(index).find(|child| matches!(tape.node(*child).name, sym::SP_PR | sym::GRP_SP_PR));
        let place = properties.and_then(|properties| tape.child(properties, Ns::A, sym::XFRM));
        of_style || place.and_then(|place| attr(place, "rot")).is_some_and(|turn| turn.trim() != "0")
    };
    let is_rectangle = || match tape.node(shape).ns {
        Ns::V => tape.node(shape).name == sym::RECT,
        _ => preset(tape, shape).is_some_and(|name| name == "rect"),
    };
    !groups.into_iter().any(turned) && (!as_rectangle || is_rectangle())
}

fn encloses(outer: [i64; 4], inner: [i64; 4]) -> bool {
    let end = |place: [i64; 4], axis: usize| place[axis].saturating_add(place[axis + 2]);
    (0..2).all(|axis| outer[axis] <= inner[axis] && end(outer, axis) >= end(inner, axis))
}

fn touches(one: &Placed, other: &Placed) -> bool {
    one.in_fallback == other.in_fallback && one.bases == other.bases && (0..2).all(|axis| shared(&one.place, &other.place, axis) > 0)
}

/// The drawings of a story in their places. Those that stand in others too deeply are left out: each is gone through for all around it.
fn read(plan: &Plan<'_>, flows: &mut Flows<'_>) -> Vec<Placed> {
    let tape = &plan.tape;
    let mut placed = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    for index in tape.named_any(&[sym::ANCHOR, sym::INLINE, sym::PICT]) {
        while ends.last().is_some_and(|end| *end <= index) {
            ends.pop();
        }
        ends.push(tape.node(index).next as usize);
        if ends.len() > NESTED_MAX || !plan.alive(index) {
            continue;
        }
        match tape.node(index).ns {
            Ns::Wp => drawing(plan, index, flows, &mut placed),
            Ns::W => picture(plan, index, flows, &mut placed),
            _ => {}
        }
    }
    placed
}

/// How long the part of an axis is that two places share.
fn shared(one: &[i64; 4], other: &[i64; 4], axis: usize) -> i64 {
    let end = |place: &[i64; 4]| place[axis].saturating_add(place[axis + 2]);
    end(one).min(end(other)).saturating_sub(one[axis].max(other[axis]))
}

/// Whether one lies over what another shows.
fn lies_over(cover: &Placed, other: &Placed) -> bool {
    let shown = shown_by(other);
    is_before(cover, other) && shared(&cover.place, &shown, 0) >= NARROWEST && shared(&cover.place, &shown, 1) >= LOWEST
}

/// Whether one lies over nearly all of what another shows.
fn lies_over_all(cover: &Placed, other: &Placed) -> bool {
    let shown = shown_by(other);
    let most =
        |axis: usize| shown[axis + 2] > 0 && shared(&cover.place, &shown, axis).saturating_mul(100) >= shown[axis + 2].saturating_mul(97);
    is_before(cover, other) && most(0) && most(1)
}

/// Where something shows a picture or words.
fn shown_by(other: &Placed) -> [i64; 4] {
    let [left, top, width, height] = other.place;
    let [down, high] = other.shows.unwrap_or([0, height]);
    [left, top.saturating_add(down), width, high]
}

fn is_before(cover: &Placed, other: &Placed) -> bool {
    cover.order > other.order && cover.in_fallback == other.in_fallback && cover.bases == other.bases
}

/// The shapes and pictures of a drawing in `DrawingML`.
fn drawing(plan: &Plan<'_>, index: usize, flows: &mut Flows<'_>, placed: &mut Vec<Placed>) {
    let tape = &plan.tape;
    let attr = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes()));
    let twips = |value: Cow<'_, str>| value.trim().parse::<i64>().ok().map(|emu| emu / 635);
    let Some(extent) = tape.child(index, Ns::Wp, sym::EXTENT) else { return };
    let size = ["cx", "cy"].map(|name| attr(extent, name).and_then(twips).unwrap_or(0));
    let floats = tape.node(index).name == sym::ANCHOR;
    let order = attr(index, "relativeHeight").and_then(|order| order.trim().parse::<i64>().ok()).unwrap_or(0);
    let behind = attr(index, "behindDoc").is_some_and(|value| matches!(&*value, "1" | "true" | "on"));
    let axis = |axis: usize, flows: &mut Flows<'_>| {
        let unplaced = || (Base { name: String::new(), of: index }, 0);
        let Some(position) = tape.child(index, Ns::Wp, [sym::POSITION_H, sym::POSITION_V][axis]).filter(|_| floats) else {
            return unplaced();
        };
        let from = tape.attr(position, Ns::None, sym::RELATIVE_FROM).unwrap_or_default();
        let measure = tape.children(position).find(|child| tape.node(*child).ns == Ns::Wp);
        let said = measure.map(|measure| tape.inner_text(measure)).unwrap_or_default();
        let Some(offset) = twips(Cow::Borrowed(&*said)) else { return aligned(plan, index, &from, said.trim(), size[axis], flows) };
        base(plan, index, &from, axis, flows).map_or_else(unplaced, |(base, start)| (base, start.saturating_add(offset)))
    };
    let ((across, left), (down, top)) = (axis(0, flows), axis(1, flows));
    let mut add = |shape: usize, [x, y, width, height]: [i64; 4]| {
        let is_picture = plan.living_in(shape).any(|inside| tape.node(inside).name == sym::BLIP && tape.node(shape).name == sym::PIC);
        let words = shows_text(plan, shape);
        placed.push(Placed {
            bases: [across.clone(), down.clone()],
            place: [left.saturating_add(x), top.saturating_add(y), width, height],
            order: (if behind { order.saturating_sub(i64::MAX / 2) } else { order }, shape),
            in_fallback: plan.ancestor(index, Ns::Mc, sym::FALLBACK).is_some(),
            shows: if is_picture || is_chart(plan, shape) {
                Some([0, height])
            } else {
                words.then(|| text_in_box(plan, shape, width, height))
            },
        });
    };
    let members = members(tape, index, size);
    if members.is_empty() {
        let alone = |inside: &usize| matches!(tape.node(*inside).name, sym::WSP | sym::PIC);
        let shape = plan.living_in(index).find(alone).unwrap_or(index);
        add(shape, [0, 0, size[0], size[1]]);
    }
    for (member, place) in members {
        if plan.alive(member) {
            add(member, place);
        }
    }
}

fn is_chart(plan: &Plan<'_>, shape: usize) -> bool {
    let is_one = |inside: usize| matches!((plan.tape.node(inside).ns, plan.tape.node(inside).name.name()), (Ns::C, "chart") | (Ns::Dgm, _));
    plan.living_in(shape).any(is_one)
}

/// Where the text of a box stands: top and height. All of it where the text runs up or down, or along a path.
fn text_in_box(plan: &Plan<'_>, shape: usize, width: i64, height: i64) -> [i64; 2] {
    let tape = &plan.tape;
    let attr = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes()));
    let body = plan.living_in(shape).find(|inside| tape.node(*inside).name == sym::BODY_PR);
    let styles = [Some(shape), plan.living_in(shape).find(|inside| tape.is(*inside, Ns::V, sym::TEXTBOX))];
    let style: String = styles.into_iter().flatten().filter_map(|index| attr(index, "style")).map(|style| format!("{style};")).collect();
    let turned = body.is_some_and(|body| attr(body, "vert").is_some_and(|vert| vert != "horz")) || style.contains("layout-flow");
    let along = plan.living_in(shape).any(|inside| tape.node(inside).name == sym::TEXTPATH);
    if along || width <= 0 {
        return [0, height];
    }
    if turned {
        let [above, below] = insets(plan, shape, body);
        return if above.saturating_add(below) < height { [above, height - above - below] } else { [0, height] };
    }
    let paragraphs = plan.living_in(shape).filter(|inside| tape.is(*inside, Ns::W, sym::P));
    let lines: i64 = paragraphs
        .map(|paragraph| (plan.living_text(paragraph).chars().count() as i64).saturating_mul(WIDE_LETTER) / width + 1)
        .fold(0, i64::saturating_add);
    let high = lines.saturating_mul(HIGH_LINE).saturating_add(HIGH_LINE).min(height);
    let anchor = body.and_then(|body| attr(body, "anchor")).map(Cow::into_owned);
    let anchor = anchor.unwrap_or_else(|| entry(&style, "v-text-anchor").unwrap_or("t").to_owned());
    match anchor.as_str() {
        "ctr" | "middle" | "middle-center" => [(height - high) / 2, high],
        "b" | "bottom" | "bottom-center" => [height - high, high],
        _ => [0, high],
    }
}

/// How far the text of a box keeps from the top and from the bottom of it, as far as that is said (ECMA-376-1 §21.1.2.1.1; VML:
/// ECMA-376-4 §14.1.2.22). `body` is what `DrawingML` says of the text.
fn insets(plan: &Plan<'_>, shape: usize, body: Option<usize>) -> [i64; 2] {
    let tape = &plan.tape;
    let attr = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes()));
    let of_body = |name: &str| attr(body?, name)?.trim().parse::<i64>().ok().map(|emu| emu / 635);
    let in_vml = plan.living_in(shape).find(|inside| tape.is(*inside, Ns::V, sym::TEXTBOX)).and_then(|text| attr(text, "inset"));
    let of_vml = |side: usize| css_length(in_vml.as_ref()?.split(',').nth(side)?.trim());
    [of_body("tIns").or_else(|| of_vml(1)), of_body("bIns").or_else(|| of_vml(3))].map(|inset| inset.unwrap_or(0).clamp(0, 1_000_000))
}

/// What a place is counted from, and how far from its beginning that begins.
fn base(plan: &Plan<'_>, drawing: usize, from: &str, axis: usize, flows: &mut Flows<'_>) -> Option<(Base, i64)> {
    let (container, top, page) = flows.place_of(plan, drawing)?;
    let in_body = plan.tape.node(container).name == sym::BODY;
    let base = |name: &str, of: usize| Base { name: name.to_owned(), of };
    Some(match (axis, from) {
        (0, "" | "column" | "text") if in_body => (base("margin", 0), 0),
        (0, "" | "column" | "text") => (base("column", container), 0),
        (0, "character" | "char") => (base("character", drawing), 0),
        (0, from) => (base(from, 0), 0),
        (_, "" | "paragraph" | "line" | "text") => (base("flow", container), top),
        (_, from) => (base(from, page), 0),
    })
}

/// The place of a drawing that is put at a side or in the middle of something.
fn aligned(plan: &Plan<'_>, drawing: usize, from: &str, side: &str, size: i64, flows: &mut Flows<'_>) -> (Base, i64) {
    let start = match side {
        "center" => -size / 2,
        "right" | "bottom" | "outside" => -size,
        _ => 0,
    };
    let page = flows.place_of(plan, drawing).map_or(drawing, |(_, _, page)| page);
    (Base { name: format!("{from} {side}"), of: page }, start)
}

/// The shapes and pictures of a drawing in VML.
fn picture(plan: &Plan<'_>, picture: usize, flows: &mut Flows<'_>, placed: &mut Vec<Placed>) {
    let tape = &plan.tape;
    let in_fallback = plan.ancestor(picture, Ns::Mc, sym::FALLBACK).is_some();
    for outer in plan.living_children(picture).filter(|child| tape.node(*child).ns == Ns::V).collect::<Vec<_>>() {
        let style = tape.attr(outer, Ns::None, sym::STYLE).unwrap_or_default();
        let length = |name: &str| entry(&style, name).and_then(css_length);
        let size = ["width", "height"].map(|name| length(name).unwrap_or(0));
        let floats = entry(&style, "position") == Some("absolute");
        let axis = |axis: usize, flows: &mut Flows<'_>| {
            let unplaced = || (Base { name: String::new(), of: outer }, 0);
            // A share of the page comes before any length.
            let share = entry(&style, ["mso-left-percent", "mso-top-percent"][axis]).is_some_and(|share| share != NO_SHARE);
            if !floats || share {
                return unplaced();
            }
            let direction = ["horizontal", "vertical"][axis];
            let from = entry(&style, &format!("mso-position-{direction}-relative")).unwrap_or("text");
            if let Some(side) = entry(&style, &format!("mso-position-{direction}")).filter(|side| *side != "absolute") {
                return aligned(plan, outer, from, side, size[axis], flows);
            }
            let offset = length(["margin-left", "margin-top"][axis]).or_else(|| length(["left", "top"][axis])).unwrap_or(0);
            base(plan, outer, from, axis, flows).map_or_else(unplaced, |(base, start)| (base, start.saturating_add(offset)))
        };
        let ((across, left), (down, top)) = (axis(0, flows), axis(1, flows));
        let order = entry(&style, "z-index").and_then(|order| order.parse::<i64>().ok()).unwrap_or(0);
        let mut members = Vec::new();
        vml_members(plan, outer, [0.0, 0.0, size[0] as f64, size[1] as f64], 0, &mut members);
        for (shape, place) in members {
            let [x, y, width, height] = place.map(|length| length.clamp(-1e9, 1e9) as i64);
            let is_picture = plan.living_children(shape).any(|inside| tape.is(inside, Ns::V, sym::IMAGEDATA));
            let words = shows_text(plan, shape);
            placed.push(Placed {
                bases: [across.clone(), down.clone()],
                place: [left.saturating_add(x), top.saturating_add(y), width, height],
                order: (order, shape),
                in_fallback,
                shows: if is_picture { Some([0, height]) } else { words.then(|| text_in_box(plan, shape, width, height)) },
            });
        }
    }
}

/// The shapes in a shape of VML, itself where it is no group, with their places in the drawing (ECMA-376-4 §14.1.2.7).
fn vml_members(plan: &Plan<'_>, shape: usize, room: [f64; 4], depth: usize, found: &mut Vec<(usize, [f64; 4])>) {
    let tape = &plan.tape;
    if tape.node(shape).name != sym::GROUP || depth > 64 {
        found.push((shape, room));
        return;
    }
    let pair = |name: &str, usual: f64| {
        let value = tape.attr(shape, Ns::None, Sym::of(name.as_bytes())).unwrap_or_default();
        let mut halves = value.split(',').map(|half| half.trim().parse::<f64>().unwrap_or(usual));
        [halves.next().unwrap_or(usual), halves.next().unwrap_or(usual)]
    };
    let (origin, size) = (pair("coordorigin", 0.0), pair("coordsize", 1000.0));
    for child in plan.living_children(shape).filter(|child| tape.node(*child).kind == Kind::Element && tape.node(*child).ns == Ns::V) {
        let style = tape.attr(child, Ns::None, sym::STYLE).unwrap_or_default();
        let number = |names: [&str; 2]| names.into_iter().find_map(|name| entry(&style, name)?.parse::<f64>().ok());
        let Some((width, height)) = number(["width", "width"]).zip(number(["height", "height"])) else { continue };
        let at = [number(["left", "margin-left"]).unwrap_or(0.0), number(["top", "margin-top"]).unwrap_or(0.0)];
        let scale = [0, 1].map(|axis| if size[axis] == 0.0 { 0.0 } else { room[axis + 2] / size[axis] });
        let place =
            [room[0] + (at[0] - origin[0]) * scale[0], room[1] + (at[1] - origin[1]) * scale[1], width * scale[0], height * scale[1]];
        vml_members(plan, child, place, depth + 1, found);
    }
}

/// A value of a style in VML.
pub fn entry<'s>(style: &'s str, name: &str) -> Option<&'s str> {
    style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}
