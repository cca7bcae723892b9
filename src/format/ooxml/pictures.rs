//! Pictures that stand on the page, and of which nothing, or little, is seen: by an effect, by the shape that cuts them out, by the room
//! that they fill, by soft edges, or because they are turned away.
//!
//! ECMA-376-1 §20.1.8 (effects of pictures), §20.1.9 (shapes), §20.1.5 (three dimensions), ECMA-376-4 §19.1.2.11 (VML).

use foldhash::HashSet;

use super::colour::{Rgb, alike, share_of};
use super::geometry::shows_text;
use super::layers::entry;
use super::lengths::{BOUND, css_length};
use super::plan::Plan;
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;

const OVERDONE: &str = "a picture with an effect by which nothing of it is seen";
const UNUSUAL: &str = "a picture with an effect that some readers do not draw";
const CUT_OUT: &str = "a picture that a shape cuts out: what is beside the shape is not seen";
const NO_ROOM: &str = "a picture that lies beside the shape it fills";
const SOFT: &str = "a picture that its soft edges leave nothing of";
const SCALED: &str = "a picture that fills a shape in pieces of a size at which it is not seen";
const FAINT: &str = "a picture that fills a shape too faintly to be seen";
const IN_LINE: &str = "a picture that fills a line";
const TURNED: &str = "a drawing that is turned until nothing of it is seen";

/// Effects that word processors do not offer: some readers draw them, and by each of them a picture can vanish.
const NOT_OFFERED: [&str; 10] =
    ["alphaBiLevel", "alphaCeiling", "alphaInv", "alphaMod", "alphaRepl", "blur", "clrRepl", "fillOverlay", "hsl", "tint"];

/// Shapes that show nearly all of a picture, wherever their handles are.
const WHOLE: [&str; 20] = [
    "rect",
    "roundRect",
    "round1Rect",
    "round2SameRect",
    "round2DiagRect",
    "snip1Rect",
    "snip2SameRect",
    "snip2DiagRect",
    "snipRoundRect",
    "ellipse",
    "plaque",
    "bevel",
    "foldedCorner",
    "octagon",
    "decagon",
    "dodecagon",
    "flowChartProcess",
    "flowChartAlternateProcess",
    "flowChartConnector",
    "flowChartTerminator",
];

/// Light, contrast or a threshold of as much, of at most 1, leaves one colour.
const NEARLY_ALL: f64 = 0.95;
/// Scales at which a shape is filled with a picture over and over.
const USUAL_SCALES: std::ops::RangeInclusive<f64> = 0.05..=4.0;
/// No picture can be seen that is smaller: 2 points.
const LEAST_PIECE: i64 = 40;
/// An ellipse shows four fifths of a picture.
const LEAST_SHOWN: f64 = 0.75;

/// Whether an element shows a picture, chart or diagram.
pub fn shows_picture(plan: &Plan<'_>, index: usize) -> bool {
    let leads_to_one = |inside: usize| {
        let mut attrs = plan.tape.attrs(inside).iter().filter(|attr| attr.ns == Ns::R || attr.ns == Ns::O && attr.name == sym::RELID);
        attrs.any(|attr| !matches!(plan.attrs.get(&(inside, attr.ns, attr.name)), Some(None)))
    };
    plan.living_in(index).any(|inside| {
        matches!(plan.tape.node(inside).name, sym::BLIP | sym::IMAGEDATA | sym::CHART | sym::REL_IDS | sym::FILL | sym::STROKE)
            && leads_to_one(inside)
    })
}

/// The height of what a `w:drawing`, `w:pict` or `w:object` draws in a line of text, in twentieths of a point; 0 where it floats
/// (ECMA-376-1 §20.4.2.8, ECMA-376-4 §19.1.2.19).
pub fn height_in_line(plan: &Plan<'_>, drawing: usize) -> i64 {
    size_in_line(plan, drawing).map_or(0, |[_, height]| height)
}

/// The same with the width before it.
pub fn size_in_line(plan: &Plan<'_>, drawing: usize) -> Option<[i64; 2]> {
    let tape = &plan.tape;
    plan.living_in(drawing).skip(1).find_map(|inside| {
        if tape.is(inside, Ns::Wp, sym::INLINE) {
            let extent = tape.child(inside, Ns::Wp, sym::EXTENT)?;
            let emu = |name: &str| tape.attr(extent, Ns::None, Sym::of(name.as_bytes()))?.trim().parse::<i64>().ok();
            return Some([emu("cx")?, emu("cy")?].map(|length| length.clamp(0, BOUND) / 635));
        }
        let is_outermost = tape.node(inside).ns == Ns::V && tape.parent(inside) == Some(drawing);
        let style = tape.attr(inside, Ns::None, sym::STYLE).filter(|_| is_outermost)?;
        let length = |name: &str| entry(&style, name).and_then(css_length).map(|length| length.clamp(0, BOUND));
        if entry(&style, "position").is_some() { None } else { Some([length("width")?, length("height")?]) }
    })
}

/// Whether something is drawn in an element: a shape, picture, chart or object.
pub fn holds_drawing(plan: &Plan<'_>, index: usize) -> bool {
    plan.living_in(index).any(|inside| {
        let node = plan.tape.node(inside);
        node.ns == Ns::W && matches!(node.name, sym::DRAWING | sym::PICT | sym::OBJECT)
    })
}

/// Whether a run has words of its own, besides those of what is drawn among them: how its letters look says nothing of these.
pub fn has_letters(plan: &Plan<'_>, run: usize) -> bool {
    plan.living_children(run).any(|child| shows_text(plan, child) && !holds_drawing(plan, child))
}

/// Whether a picture stands in the lines of an element.
pub fn holds_picture(plan: &Plan<'_>, index: usize) -> bool {
    widest_picture(plan, index).is_some()
}

/// The width of the widest picture in the lines of an element, in twentieths of a point.
pub fn widest_picture(plan: &Plan<'_>, index: usize) -> Option<i64> {
    let is_drawn = |inside: &usize| {
        let node = plan.tape.node(*inside);
        node.ns == Ns::W && matches!(node.name, sym::DRAWING | sym::PICT | sym::OBJECT)
    };
    let drawings = plan.living_in(index).filter(is_drawn);
    drawings.filter(|drawing| shows_picture(plan, *drawing)).filter_map(|drawing| size_in_line(plan, drawing)).map(|[width, _]| width).max()
}

/// Finds the pictures of a part of which nobody sees anything, and drawings that are turned away.
pub fn check(plan: &Plan<'_>, report: &mut Report) {
    let names =
        [sym::BLIP, sym::FILL_RECT, sym::IMAGEDATA, sym::FILL, sym::STROKE, Sym::of(b"tile"), Sym::of(b"softEdge"), Sym::of(b"camera")];
    // The shape of a picture, and its edges, are looked at once.
    let mut seen = HashSet::default();
    let mut first = |index: usize| {
        let around = plan.tape.parent(index).and_then(|around| plan.tape.parent(around));
        seen.insert((around, plan.tape.node(index).name))
    };
    for index in plan.tape.named_any(&names) {
        if !plan.alive(index) {
            continue;
        }
        let node = plan.tape.node(index);
        let why = match (node.ns, node.name.name()) {
            (Ns::A, "blip") => effect(plan, index).or_else(|| if first(index) { cut_out(plan, index) } else { None }),
            (Ns::A, "fillRect") if is_beside(plan, index) => Some(NO_ROOM),
            (Ns::A, "tile") if is_out_of_scale(plan, index) => Some(SCALED),
            (Ns::V, "fill") => faint_fill(plan, index),
            (Ns::V, "stroke") if shows_picture(plan, index) => Some(IN_LINE),
            // Which of two counts, readers do not agree on.
            (Ns::A, "softEdge") if !first(index) || is_all_edge(plan, index) => Some(SOFT),
            (Ns::A, "camera") if is_turned_away(plan, index) => Some(TURNED),
            (Ns::V, "imagedata") if is_bleached(plan, index) => Some(OVERDONE),
            _ => None,
        };
        if let Some(why) = why {
            let kind = if why == CUT_OUT { FindingKind::CroppedPixels } else { FindingKind::HiddenObject };
            report.hold(kind, &plan.name, why);
        }
    }
}

/// What is wrong with the effects of a picture.
fn effect(plan: &Plan<'_>, blip: usize) -> Option<&'static str> {
    let tape = &plan.tape;
    tape.children(blip).filter(|child| tape.node(*child).ns == Ns::A).find_map(|effect| {
        let share = |name: &str| tape.attr(effect, Ns::None, Sym::of(name.as_bytes())).and_then(|share| share_of(&share));
        match tape.node(effect).name.name() {
            "lum" => {
                let one_colour = share("bright").is_some_and(|bright| bright.abs() >= NEARLY_ALL)
                    || share("contrast").is_some_and(|contrast| contrast <= -NEARLY_ALL);
                one_colour.then_some(OVERDONE)
            }
            "biLevel" => share("thresh").is_some_and(|threshold| !(1.0 - NEARLY_ALL..NEARLY_ALL).contains(&threshold)).then_some(OVERDONE),
            "duotone" => is_of_one_colour(plan, effect).then_some(OVERDONE),
            name if NOT_OFFERED.contains(&name) => Some(UNUSUAL),
            _ => None,
        }
    })
}

/// Whether the two colours that a picture is drawn in are one.
fn is_of_one_colour(plan: &Plan<'_>, duotone: usize) -> bool {
    let tape = &plan.tape;
    let mut colours = tape.children(duotone).filter(|child| tape.node(*child).kind == Kind::Element);
    let (Some(one), Some(other)) = (colours.next(), colours.next()) else { return true };
    let rgb = |colour: usize| -> Option<Rgb> {
        let value = tape.attr(colour, Ns::None, sym::VAL)?;
        match (tape.node(colour).name.name(), &*value) {
            ("prstClr", "white") => Some([255; 3]),
            ("prstClr", "black") => Some([0; 3]),
            ("srgbClr", value) if tape.node(colour).next as usize == colour + 1 => {
                let [_, red, green, blue] = u32::from_str_radix(value, 16).ok()?.to_be_bytes();
                Some([red, green, blue])
            }
            _ => None,
        }
    };
    tape.source(one) == tape.source(other) || rgb(one).zip(rgb(other)).is_some_and(|(one, other)| alike(one, other))
}

/// Whether the shape of a picture leaves a good part of it out.
fn cut_out(plan: &Plan<'_>, blip: usize) -> Option<&'static str> {
    let tape = &plan.tape;
    let filled = tape.parent(blip).and_then(|fill| tape.parent(fill))?;
    let properties = match tape.node(filled).name {
        sym::PIC => tape.children(filled).find(|child| tape.node(*child).name == sym::SP_PR)?,
        sym::SP_PR => filled,
        // Hardly any reader draws it.
        sym::LN => return Some(IN_LINE),
        _ => return None,
    };
    if let Some(shape) = tape.child(properties, Ns::A, sym::PRST_GEOM) {
        let named = tape.attr(shape, Ns::None, Sym::of(b"prst")).unwrap_or_default();
        return (!WHOLE.contains(&&*named)).then_some(CUT_OUT);
    }
    let drawn = tape.child(properties, Ns::A, sym::CUST_GEOM)?;
    let size = size_of(plan, properties);
    let paths = plan.living_in(drawn).filter(|path| tape.is(*path, Ns::A, sym::PATH));
    let shown = paths.map(|path| share_of_path(plan, path, size).unwrap_or(0.0)).fold(0.0, f64::max);
    (shown < LEAST_SHOWN).then_some(CUT_OUT)
}

/// Width and height that a shape says it has.
fn size_of(plan: &Plan<'_>, properties: usize) -> Option<[f64; 2]> {
    let tape = &plan.tape;
    let extent = tape.child(properties, Ns::A, sym::XFRM).and_then(|place| tape.child(place, Ns::A, sym::EXT))?;
    let side = |name: &str| tape.attr(extent, Ns::None, Sym::of(name.as_bytes())).and_then(|side| side.parse::<f64>().ok());
    Some([side("cx")?, side("cy")?])
}

/// The share of its room that a path encloses, by its points; `None` where it is not filled, or has no numbers.
fn share_of_path(plan: &Plan<'_>, path: usize, size: Option<[f64; 2]>) -> Option<f64> {
    let tape = &plan.tape;
    let number = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes())).map(|value| value.parse::<f64>());
    if tape.attr(path, Ns::None, sym::FILL).is_some_and(|fill| fill == "none") {
        return None;
    }
    let [width, height] = match (number(path, "w"), number(path, "h")) {
        (Some(Ok(width)), Some(Ok(height))) if width > 0.0 && height > 0.0 => [width, height],
        _ => size?,
    };
    let points = plan.living_in(path).filter(|point| tape.is(*point, Ns::A, Sym::of(b"pt")));
    let points: Vec<[f64; 2]> = points
        .map(|point| Some([number(point, "x")?.ok()?.clamp(0.0, width), number(point, "y")?.ok()?.clamp(0.0, height)]))
        .collect::<Option<_>>()?;
    let next = points.iter().cycle().skip(1);
    let twice: f64 = points.iter().zip(next).map(|([x, y], [next_x, next_y])| x * next_y - next_x * y).sum();
    (width * height > 0.0).then(|| twice.abs() / 2.0 / (width * height))
}

/// Whether the room that a picture is stretched to is next to nothing of the shape, or none of it (§20.1.8.30).
fn is_beside(plan: &Plan<'_>, rectangle: usize) -> bool {
    let side = |name: Sym| plan.tape.attr(rectangle, Ns::None, name).and_then(|share| share_of(&share)).unwrap_or(0.0);
    side(sym::L) + side(sym::R) >= NEARLY_ALL || side(sym::T) + side(sym::B) >= NEARLY_ALL
}

/// Whether the pieces that fill a shape are too small to be seen, or so large that the shape shows next to nothing of one (§20.1.8.58).
fn is_out_of_scale(plan: &Plan<'_>, tile: usize) -> bool {
    let scale = |name: &str| plan.tape.attr(tile, Ns::None, Sym::of(name.as_bytes())).and_then(|share| share_of(&share));
    ["sx", "sy"].into_iter().filter_map(scale).any(|scale| !USUAL_SCALES.contains(&scale.abs()))
}

/// Whether a picture fills a shape of VML and is not seen (ECMA-376-4 §19.1.2.5).
fn faint_fill(plan: &Plan<'_>, fill: usize) -> Option<&'static str> {
    if !shows_picture(plan, fill) {
        return None;
    }
    let said = |name: &str| plan.tape.attr(fill, Ns::None, Sym::of(name.as_bytes()));
    let faint = said("opacity").and_then(|opacity| vml_share(&opacity)).is_some_and(|opacity| opacity < 1.0 - NEARLY_ALL);
    let small = said("size").is_some_and(|size| size.split(',').filter_map(css_length).any(|side| side < LEAST_PIECE));
    if faint { Some(FAINT) } else { small.then_some(SCALED) }
}

/// A share as VML writes it: of 1, or in 65536ths.
fn vml_share(value: &str) -> Option<f64> {
    let (number, whole) = value.strip_suffix('f').map_or((value, 1.0), |number| (number, 65_536.0));
    number.trim().parse::<f64>().ok().map(|number| number / whole)
}

/// Whether soft edges meet in the middle of a shape (§20.1.8.53).
fn is_all_edge(plan: &Plan<'_>, edge: usize) -> bool {
    let tape = &plan.tape;
    let radius = tape.attr(edge, Ns::None, Sym::of(b"rad")).and_then(|radius| radius.parse::<f64>().ok());
    let size = tape.parent(edge).and_then(|effects| tape.parent(effects)).and_then(|properties| size_of(plan, properties));
    radius.zip(size).is_some_and(|(radius, [width, height])| radius * 2.0 >= width.min(height))
}

/// Whether a drawing shows its edge, by its turn around the axis that goes across or up (§20.1.5.11), in 60,000ths of a degree.
fn is_turned_away(plan: &Plan<'_>, camera: usize) -> bool {
    let tape = &plan.tape;
    let Some(turn) = tape.child(camera, Ns::A, Sym::of(b"rot")) else { return false };
    let edge_on = |name: &str| {
        let angle = tape.attr(turn, Ns::None, Sym::of(name.as_bytes())).and_then(|angle| angle.parse::<f64>().ok());
        angle.is_some_and(|angle| (angle / 60_000.0).to_radians().cos().abs() < 1.0 - NEARLY_ALL)
    };
    edge_on("lat") || edge_on("lon")
}

/// Whether a VML picture is so light, dark or faint that it is one colour.
fn is_bleached(plan: &Plan<'_>, picture: usize) -> bool {
    let share = |name: &str| vml_share(&plan.tape.attr(picture, Ns::None, Sym::of(name.as_bytes()))?);
    share("blacklevel").is_some_and(|light| light.abs() * 2.0 >= NEARLY_ALL) || share("gain").is_some_and(|gain| gain < 1.0 - NEARLY_ALL)
}
