//! Shapes drawn over text: what is under them can be read out of the file, so that a person must look.
//!
//! Held is a drawing with a filled shape and without words of its own that floats before the text, which does not make room for it, and
//! that reaches a paragraph with text, or, where it points at nothing, with a picture; so are a picture of one colour, any opaque one
//! whose place is known, and a thick line. How high paragraphs are is not known here: they are taken for as low as they can be, so that
//! the shape reaches far (ECMA-376-1 §20.4.2.3, §20.4.2.15; VML: ECMA-376-4 §19.1.2). Drawings over drawings are judged in [`layers`].

mod flow;

use std::borrow::Cow;

use flow::{CELLS_MAX, Flow, LETTERS, Row, Span, text_width};
use foldhash::HashMap;

use super::colour::{BLACK, Colour, WHITE, alike};
use super::geometry::shows_text;
use super::ground::{shape_fill, vml_fill};
use super::layers::{self, entry};
use super::lengths::css_length;
use super::package::Target;
use super::plan::Plan;
use super::report::Report;
use super::stories::Context;
use crate::format::image::{Covering, covering};
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};
use crate::model::FindingKind;
use crate::policy::Action;

/// Nothing narrower is drawn to cover words, boxes to tick are: 30 points, in twentieths of a point.
pub const NARROWEST: i64 = 600;
/// Nothing lower covers a line: 6 points.
pub const LOWEST: i64 = 120;
/// "[redacted under section 40(2)]" and the like.
const LABEL_LETTERS: usize = 48;
/// Over less of a line it can still be read: 4 points.
const LEAST_OVERLAP: i64 = 80;
/// Few lines are higher: 18 points.
pub const HIGH_LINE: i64 = 360;
/// A line as thick as this covers letters: 8 points.
const THICK_LINE: i64 = 160;
/// A picture that is smaller shows no words: half an inch.
const SMALL_PICTURE: i64 = 720;
/// A letter is seldom wider: 6 points.
pub const WIDE_LETTER: i64 = 120;

/// Holds a story in which a shape may cover text.
pub fn resolve(plan: &Plan<'_>, context: &Context<'_>, report: &mut Report) {
    if context.orders.action(FindingKind::CoveringShape) != Action::Hold {
        return;
    }
    let drawn = plan.tape.named_any(&[sym::ANCHOR, sym::PICT]);
    let mut flows = Flows::new(context);
    let covers = drawn.into_iter().filter(|index| plan.alive(*index)).any(|index| match plan.tape.node(index).ns {
        Ns::Wp => drawing_covers(plan, index, &mut flows),
        Ns::W => picture_covers(plan, index, &mut flows),
        _ => false,
    });
    if covers {
        report.hold(FindingKind::CoveringShape, &plan.name, "a filled shape or a picture of one colour is drawn over text");
    } else if layers::hide_each_other(plan, &mut flows) {
        report.hold(FindingKind::CoveringShape, &plan.name, "a filled shape is drawn over a picture or over the words of another");
    }
}

/// Whether a drawing says nothing, or no more than what is written over something that is covered, in a place that is known. A box with more
/// words is content, as is one that is put somewhere on the page, or in a header or footer.
fn covers_as_label(plan: &Plan<'_>, drawing: usize, beside: Option<i64>) -> bool {
    !shows_text(plan, drawing) || beside.is_some() && !is_edge(plan) && plan.living_text(drawing).trim().chars().count() <= LABEL_LETTERS
}

/// Whether a story is a header or a footer.
fn is_edge(plan: &Plan<'_>) -> bool {
    matches!(plan.tape.node(plan.tape.root).name, sym::HDR | sym::FTR)
}

/// Whether a shape of a colour leaves nothing to be seen of what is behind it.
fn is_opaque(fill: impl Fn(Colour) -> Vec<Colour>) -> bool {
    let (light, dark) = (fill(Colour::One(WHITE)), fill(Colour::One(BLACK)));
    light.iter().zip(&dark).any(|(light, dark)| match (light, dark) {
        (Colour::Unknown, _) | (_, Colour::Unknown) => true,
        (light, dark) => light.each().count() > 0 && light.each().zip(dark.each()).all(|(light, dark)| alike(light, dark)),
    })
}

/// Whether a shape hides what is behind it. Lines, arrows, callouts and the like, which point at something, do not.
pub fn blots(plan: &Plan<'_>, shape: usize, flows: &mut Flows<'_>) -> bool {
    let tape = &plan.tape;
    let palette = &flows.context.styles.palette;
    if tape.node(shape).ns == Ns::V {
        return vml_is_filled(plan, shape) && !vml_points(plan, shape);
    }
    if tape.node(shape).name == sym::PIC {
        return flows.picture_hides(plan, shape, false);
    }
    const POINTING: [&str; 9] = ["rrow", "allout", "race", "racket", "ine", "onnector", "star", "arc", "frame"];
    let geometry = preset(tape, shape).unwrap_or_default();
    tape.node(shape).name == sym::WSP
        && !POINTING.iter().any(|part| geometry.contains(part))
        && is_opaque(|under| shape_fill(tape, palette, shape, under))
}

/// The name of the outline of a shape in `DrawingML`.
pub fn preset<'t>(tape: &'t Tape<'_>, shape: usize) -> Option<Cow<'t, str>> {
    let properties = tape.children(shape).find(|child| tape.node(*child).name == sym::SP_PR)?;
    tape.attr(tape.child(properties, Ns::A, sym::PRST_GEOM)?, Ns::None, Sym::of(b"prst"))
}

/// How thick the line of a shape is, where nothing is seen through it, in twentieths of a point.
fn opaque_line(tape: &Tape<'_>, shape: usize) -> i64 {
    let properties = tape.children(shape).find(|child| tape.node(*child).name == sym::SP_PR);
    let Some(line) = properties.and_then(|properties| tape.child(properties, Ns::A, sym::LN)) else { return 0 };
    let seen_through = |inside: usize| matches!(tape.node(inside).name.name(), "noFill" | "alpha" | "alphaModFix");
    if tape.descendants(line).any(|inside| tape.node(inside).kind == Kind::Element && seen_through(inside)) {
        return 0;
    }
    let width = tape.attr(line, Ns::None, sym::W).and_then(|width| width.trim().parse::<i64>().ok());
    width.map_or(0, |emu| emu / 635)
}

fn drawing_covers(plan: &Plan<'_>, anchor: usize, flows: &mut Flows<'_>) -> bool {
    let (tape, context) = (&plan.tape, flows.context);
    let palette = &context.styles.palette;
    let number = |index: usize, name: &str| {
        tape.attr(index, Ns::None, Sym::of(name.as_bytes())).and_then(|value| value.trim().parse::<i64>().ok()).map(|emu| emu / 635)
    };
    let behind = tape.attr(anchor, Ns::None, sym::BEHIND_DOC).is_some_and(|value| matches!(&*value, "1" | "true" | "on"));
    let makes_room = tape
        .children(anchor)
        .any(|child| matches!(tape.node(child).name, sym::WRAP_SQUARE | sym::WRAP_TIGHT | sym::WRAP_THROUGH | sym::WRAP_TOP_AND_BOTTOM));
    let Some(extent) = tape.child(anchor, Ns::Wp, sym::EXTENT).filter(|_| !behind && !makes_room) else { return false };
    let (width, height) = (number(extent, "cx").unwrap_or(0), number(extent, "cy").unwrap_or(0));
    // A line that is as thick as a line of text, and any that is thick for its shape, covers like one that is filled.
    let is_line = |shape: usize| preset(tape, shape).is_some_and(|name| name == "line" || name.contains("Connector"));
    let shapes: Vec<usize> = plan.living_in(anchor).filter(|inside| tape.node(*inside).name == sym::WSP).collect();
    let line = shapes.iter().map(|shape| if is_line(*shape) || width.min(height) < 3 * THICK_LINE { opaque_line(tape, *shape) } else { 0 });
    let line = line.max().filter(|line| *line >= THICK_LINE && *line >= width.min(height) / 3).unwrap_or(0);
    let (width, height, above) = (width.max(line), height.max(line), (line - height).max(0) / 2);
    if width < NARROWEST || height < LOWEST {
        return false;
    }
    let filled = |shape: &usize| {
        line > 0 || tape.node(*shape).name == sym::WSP && !is_line(*shape) && is_opaque(|under| shape_fill(tape, palette, *shape, under))
    };
    let place = |axis: Sym| {
        let position = tape.child(anchor, Ns::Wp, axis);
        let from = position.and_then(|position| tape.attr(position, Ns::None, sym::RELATIVE_FROM)).unwrap_or_default();
        let offset = position.and_then(|position| tape.child(position, Ns::Wp, sym::POS_OFFSET));
        (from, offset.and_then(|offset| tape.inner_text(offset).trim().parse::<i64>().ok()).map(|emu| emu / 635))
    };
    let (from, offset) = place(sym::POSITION_V);
    let beside = matches!(&*from, "paragraph" | "line").then_some(offset).flatten().map(|offset| offset.saturating_sub(above));
    let (across, left) = place(sym::POSITION_H);
    let span = Span { from: &across, left, width, top: beside, height };
    let silent = !shows_text(plan, anchor);
    if !covers_as_label(plan, anchor, beside) || !flows.is_reached(plan, anchor, &span, silent) {
        return false;
    }
    // A picture is looked at when all else says that it may cover something.
    let on_text = flows.is_reached(plan, anchor, &span, false);
    shapes.iter().any(|shape| if on_text { filled(shape) } else { blots(plan, *shape, flows) })
        || flows.picture_hides(plan, anchor, on_text && span.is_placed())
}

/// Whether a shape of VML, or one in it, is filled so that nothing is seen through it.
fn vml_is_filled(plan: &Plan<'_>, outer: usize) -> bool {
    let tape = &plan.tape;
    plan.living_in(outer).any(|shape| {
        tape.node(shape).ns == Ns::V
            && matches!(tape.node(shape).name, sym::RECT | sym::ROUNDRECT | sym::OVAL | sym::SHAPE)
            && !tape.attrs(shape).iter().any(|attr| attr.ns == Ns::O && attr.name.name() == "connectortype")
            && !tape.children(shape).any(|child| matches!(tape.node(child).name, sym::IMAGEDATA | sym::TEXTPATH))
            && is_opaque(|under| vml_fill(tape, shape, under))
    })
}

/// Whether a shape of VML is of a kind that points at something: anything but boxes, ovals and what has no name.
fn vml_points(plan: &Plan<'_>, shape: usize) -> bool {
    const BOXES: [&str; 12] = ["0", "1", "2", "3", "4", "10", "75", "109", "116", "176", "202", "21"];
    let kind = plan.tape.attr(shape, Ns::None, sym::TYPE);
    let number = kind.as_deref().and_then(|kind| kind.trim_start_matches('#').strip_prefix("_x0000_t"));
    number.is_some_and(|number| !BOXES.contains(&number))
}

/// How thick the line of a shape of VML is, where nothing is seen through it, in twentieths of a point.
fn vml_opaque_line(plan: &Plan<'_>, shape: usize) -> i64 {
    let tape = &plan.tape;
    let attr = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes()));
    let off = |value: Option<Cow<'_, str>>| matches!(value.as_deref(), Some("f" | "false" | "0" | "off"));
    let stroke = tape.child(shape, Ns::V, sym::STROKE);
    if off(attr(shape, "stroked")) || stroke.is_some_and(|stroke| off(attr(stroke, "on")) || attr(stroke, "opacity").is_some()) {
        return 0;
    }
    let weight = stroke.and_then(|stroke| attr(stroke, "weight")).or_else(|| attr(shape, "strokeweight"));
    weight.and_then(|weight| css_length(weight.trim())).unwrap_or(0)
}

fn picture_covers(plan: &Plan<'_>, picture: usize, flows: &mut Flows<'_>) -> bool {
    let tape = &plan.tape;
    for outer in plan.living_children(picture).filter(|child| tape.node(*child).ns == Ns::V) {
        let style = tape.attr(outer, Ns::None, sym::STYLE).unwrap_or_default();
        let value = |name: &str| entry(&style, name);
        let length = |name: &str| value(name).and_then(css_length);
        let floats = value("position") == Some("absolute") && value("z-index").is_none_or(|order| !order.starts_with('-'));
        let makes_room = tape.children(outer).any(|child| {
            tape.node(child).ns == Ns::W10
                && tape.node(child).name == sym::WRAP
                && tape.attr(child, Ns::None, sym::TYPE).is_some_and(|kind| kind != "none")
        });
        let ends = ["from", "to"].map(|end| tape.attr(outer, Ns::None, Sym::of(end.as_bytes())));
        let ends = ends.map(|end| end.and_then(|end| end.split_once(',').map(|(x, y)| [x, y].map(|length| css_length(length.trim())))));
        let [start, end] = ends.map(|end| if let Some([Some(x), Some(y)]) = end { [x, y] } else { [0, 0] });
        let (width, height) =
            (length("width").unwrap_or(0).max((end[0] - start[0]).abs()), length("height").unwrap_or(0).max((end[1] - start[1]).abs()));
        let is_line = tape.node(outer).name.name() == "line";
        let line = if is_line || width.min(height) < 3 * THICK_LINE { vml_opaque_line(plan, outer) } else { 0 };
        let line = if line >= THICK_LINE && line >= width.min(height) / 3 { line } else { 0 };
        let (width, height, above) = (width.max(line), height.max(line), (line - height).max(0) / 2);
        if !floats || makes_room || width < NARROWEST || height < LOWEST {
            continue;
        }
        let relative = value("mso-position-vertical-relative").unwrap_or("text");
        let aligned = value("mso-position-vertical").is_some_and(|alignment| alignment != "absolute");
        let offset = length("margin-top").or_else(|| length("top")).unwrap_or(0).saturating_add(start[1].min(end[1]));
        let beside = (!aligned && matches!(relative, "text" | "line" | "paragraph")).then(|| offset.saturating_sub(above));
        if !covers_as_label(plan, outer, beside) {
            continue;
        }
        let across = value("mso-position-horizontal-relative").unwrap_or("text");
        let aligned = value("mso-position-horizontal").is_some_and(|alignment| alignment != "absolute");
        let left = length("margin-left").or_else(|| length("left")).unwrap_or(0).saturating_add(start[0].min(end[0]));
        let span = Span { from: across, left: (!aligned).then_some(left), width, top: beside, height };
        let silent = !shows_text(plan, outer);
        if !flows.is_reached(plan, picture, &span, silent) {
            continue;
        }
        let on_text = flows.is_reached(plan, picture, &span, false);
        if line > 0
            || vml_is_filled(plan, outer) && (on_text || !vml_points(plan, outer))
            || flows.picture_hides(plan, outer, on_text && span.is_placed())
        {
            return true;
        }
    }
    false
}

/// The flows of a story, as far as something was looked for in them: a story may hold any number of shapes.
pub struct Flows<'c> {
    pub context: &'c Context<'c>,
    by_container: HashMap<usize, Flow>,
    by_row: HashMap<usize, Row>,
    /// What the picture of a part does to what is behind it.
    covering: HashMap<usize, Covering>,
    /// Pixels that were looked at.
    pixels: u64,
}

impl<'c> Flows<'c> {
    /// Nothing was looked for yet.
    pub fn new(context: &'c Context<'c>) -> Self {
        Self { context, by_container: HashMap::default(), by_row: HashMap::default(), covering: HashMap::default(), pixels: 0 }
    }

    /// What the picture that a relationship leads to does to what is behind it. One for which there is no room left to look hides it.
    fn covering(&mut self, plan: &Plan<'_>, id: &str) -> Covering {
        let (package, limits) = (self.context.package, self.context.limits);
        let Some(Target::Part(part)) = package.rels_of(plan.part).by_id(id).map(|relationship| &relationship.target) else {
            return Covering::default();
        };
        if let Some(known) = self.covering.get(part) {
            return *known;
        }
        let looked = package.parts.get(*part).and_then(|part| part.bytes(limits).ok()).map(|bytes| covering(&bytes, limits));
        // One that cannot be read ends up with a person anyway.
        let (mut found, pixels) = looked.and_then(Result::ok).unwrap_or_default();
        self.pixels = self.pixels.saturating_add(pixels);
        found.plain |= self.pixels > limits.pixels;
        self.covering.insert(*part, found);
        found
    }

    /// Whether a picture in a drawing hides what is behind it: one of one colour, or any where that is asked for.
    pub fn picture_hides(&mut self, plan: &Plan<'_>, drawing: usize, of_any_colour: bool) -> bool {
        let tape = &plan.tape;
        let seen_through = |blip: usize| matches!(tape.node(blip).name.name(), "alphaModFix" | "clrChange" | "alphaMod" | "alphaOff");
        let pictures: Vec<(usize, String)> = plan
            .living_in(drawing)
            .filter_map(|inside| {
                let id = match tape.node(inside).name {
                    sym::BLIP => tape.attr(inside, Ns::R, sym::EMBED),
                    sym::IMAGEDATA => tape.attr(inside, Ns::R, sym::ID),
                    _ => None,
                };
                Some((inside, id?.into_owned()))
            })
            .collect();
        pictures.into_iter().any(|(picture, id)| {
            let covering = self.covering(plan, &id);
            covering.plain || of_any_colour && covering.opaque && !tape.children(picture).any(seen_through)
        })
    }

    fn of(&mut self, plan: &Plan<'_>, container: usize) -> &Flow {
        let context = self.context;
        self.by_container.entry(container).or_insert_with(|| Flow::read(plan, context, container))
    }

    /// The flow that the paragraph of a drawing stands in, how far below its top that begins at least, and the first block that may be on
    /// the same page.
    pub fn place_of(&mut self, plan: &Plan<'_>, anchored: usize) -> Option<(usize, i64, usize)> {
        let paragraph = plan.ancestor(anchored, Ns::W, sym::P)?;
        let container = plan.tape.parent(paragraph)?;
        let flow = self.of(plan, container);
        let at = flow.blocks.binary_search(&paragraph).ok()?;
        Some((container, flow.tops[at], flow.blocks[flow.pages[at].start]))
    }

    /// Whether something that is anchored in a paragraph may lie over text, or over a picture in a line where those are asked for too.
    fn is_reached(&mut self, plan: &Plan<'_>, anchored: usize, span: &Span<'_>, pictures: bool) -> bool {
        let pictures = pictures && !span.is_beside_text();
        let Some(paragraph) = plan.ancestor(anchored, Ns::W, sym::P) else { return false };
        let Some(container) = plan.tape.parent(paragraph) else { return false };
        let flow = self.of(plan, container);
        let Ok(at) = flow.blocks.binary_search(&paragraph) else { return false };
        // Headers and footers are often built of shapes beside their text: there both must be known to lie in one place.
        if is_edge(plan)
            && (span.top.is_none()
                || span.is_beside_text()
                || !span.may_lie_on(|| *flow.width.get_or_init(|| text_width(plan, &flow.blocks))))
        {
            return false;
        }
        let Some(offset) = span.top else { return flow.shows(flow.pages[at].clone(), pictures) };
        let own = flow.letters[at];
        let own_height = if own > 0 { (own / LETTERS + 1).saturating_mul(HIGH_LINE) } else { 0 };
        let own_height = if pictures { own_height.max(flow.pictured[at]) } else { own_height };
        if own_height > 0 && offset < own_height && offset.saturating_add(span.height) > 0 {
            return true;
        }
        let top = flow.tops[at];
        let bottom = top.saturating_add(offset).saturating_add(span.height) - LEAST_OVERLAP;
        // A block is reached when it may begin above the end of the shape, or end below its top.
        let below = flow.tops.partition_point(|top| *top < bottom);
        let above = flow.tops.partition_point(|end| *end <= top.saturating_add(offset).saturating_add(LEAST_OVERLAP)).saturating_sub(1);
        if flow.shows(at + 1..below.max(at + 1), pictures) || flow.shows(above.min(at)..at, pictures) {
            return true;
        }
        let left_over = bottom.saturating_sub(flow.tops.last().copied().unwrap_or(0));
        plan.tape.is(container, Ns::W, sym::TC) && self.reaches_next_cells(plan, container, span, left_over)
    }

    fn row(&mut self, plan: &Plan<'_>, row: usize) -> &Row {
        self.by_row.entry(row).or_insert_with(|| Row::read(plan, row))
    }

    /// Whether something in a cell lies over the text of the cells beside it, or so far below the end of its cell that over those below.
    fn reaches_next_cells(&mut self, plan: &Plan<'_>, cell: usize, span: &Span<'_>, left_over: i64) -> bool {
        let (Some(row), Some(left)) = (plan.tape.parent(cell), span.left.filter(|_| matches!(span.from, "" | "column" | "text"))) else {
            return false;
        };
        let beside = self.row(plan, row);
        // In a row of more cells than there can be none is looked for.
        if beside.cells.len() > CELLS_MAX {
            return true;
        }
        let Some(own) = beside.cells.iter().find(|beside| beside.cell == cell) else { return false };
        let left = own.start.saturating_add(left);
        let top = span.top.unwrap_or(0);
        if top < HIGH_LINE && top.saturating_add(span.height) > LEAST_OVERLAP && beside.is_covered(cell, left, span.width) {
            return true;
        }
        let below = beside.below.filter(|_| left_over > HIGH_LINE);
        below.is_some_and(|below| self.row(plan, below).is_covered(cell, left, span.width))
    }
}
