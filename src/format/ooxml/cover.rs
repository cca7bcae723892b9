//! Shapes drawn over text: what is under them can be read out of the file, so that a person must look.
//!
//! Held is a drawing with a filled shape and without words of its own that floats before the text, which does not make room for it, and
//! that reaches a paragraph with text; so is a picture of one colour. Headers and footers, which are often built of shapes, are left out. How high paragraphs are is not
//! known here: they are taken for as low as they can be, so that the shape reaches far (ECMA-376-1 §20.4.2.3, §20.4.2.15; VML:
//! ECMA-376-4 §19.1.2).

use std::ops::Range;

use foldhash::HashMap;

use super::colour::{BLACK, Colour, WHITE, alike};
use super::geometry::{css_length, measure, shows_text};
use super::ground::{shape_fill, vml_fill};
use super::look::Styles;
use super::package::Target;
use super::plan::{Fate, Plan};
use super::report::Report;
use super::stories::Context;
use crate::format::image::is_plain;
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;
use crate::policy::Action;

/// Nothing narrower is drawn to cover words, boxes to tick are: 30 points, in twentieths of a point.
const NARROWEST: i64 = 600;
/// Nothing lower covers a line: 6 points.
const LOWEST: i64 = 120;
/// A line is at least so much higher than its letters, in hundredths.
const LEADING: i64 = 110;
/// What lines of an exact height, and blocks that are not looked into, have at least: 4 points.
const LEAST_LINE: i64 = 80;
/// "[redacted under section 40(2)]" and the like.
const LABEL_LETTERS: usize = 48;
/// Over less of a line it can still be read: 4 points.
const LEAST_OVERLAP: i64 = 80;
/// Few lines are higher: 18 points.
const HIGH_LINE: i64 = 360;
/// A line holds at least as many letters.
const LETTERS: i64 = 40;

/// Holds a story in which a shape may cover text.
pub fn resolve(plan: &Plan<'_>, context: &Context<'_>, report: &mut Report) {
    let edge = matches!(plan.tape.node(plan.tape.root).name, sym::HDR | sym::FTR);
    if edge || context.orders.action(FindingKind::CoveringShape) != Action::Hold {
        return;
    }
    let drawn = plan.tape.named_any(&[sym::ANCHOR, sym::PICT]);
    let mut flows = Flows { context, by_container: HashMap::default(), plain: HashMap::default(), pixels: 0 };
    let covers = drawn.into_iter().filter(|index| plan.alive(*index)).any(|index| match plan.tape.node(index).ns {
        Ns::Wp => drawing_covers(plan, index, &mut flows),
        Ns::W => picture_covers(plan, index, &mut flows),
        _ => false,
    });
    if covers {
        report.hold(FindingKind::CoveringShape, &plan.name, "a filled shape or a picture of one colour is drawn over text");
    }
}

/// Whether a drawing says nothing, or no more than what is written over something that is covered, in a place that is known. A box with more
/// words is content, as is one that is put somewhere on the page.
fn covers_as_label(plan: &Plan<'_>, drawing: usize, beside: Option<i64>) -> bool {
    !shows_text(plan, drawing) || beside.is_some() && plan.living_text(drawing).trim().chars().count() <= LABEL_LETTERS
}

/// Whether a shape of a colour leaves nothing to be seen of what is behind it.
fn is_opaque(fill: impl Fn(Colour) -> Vec<Colour>) -> bool {
    let (light, dark) = (fill(Colour::One(WHITE)), fill(Colour::One(BLACK)));
    light.iter().zip(&dark).any(|(light, dark)| match (light, dark) {
        (Colour::Unknown, _) | (_, Colour::Unknown) => true,
        (light, dark) => light.each().count() > 0 && light.each().zip(dark.each()).all(|(light, dark)| alike(light, dark)),
    })
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
    if width < NARROWEST || height < LOWEST {
        return false;
    }
    let is_line = |shape: usize| {
        let geometry = tape.children(shape).find(|child| tape.node(*child).name == sym::SP_PR);
        let geometry = geometry.and_then(|properties| tape.child(properties, Ns::A, sym::PRST_GEOM));
        geometry
            .and_then(|geometry| tape.attr(geometry, Ns::None, Sym::of(b"prst")))
            .is_some_and(|name| name == "line" || name.contains("Connector"))
    };
    let filled = |shape: &usize| {
        tape.node(*shape).name == sym::WSP && !is_line(*shape) && is_opaque(|under| shape_fill(tape, palette, *shape, under))
    };
    let position = tape.child(anchor, Ns::Wp, sym::POSITION_V);
    let from = position.and_then(|position| tape.attr(position, Ns::None, sym::RELATIVE_FROM)).unwrap_or_default();
    let offset = position.and_then(|position| tape.child(position, Ns::Wp, sym::POS_OFFSET));
    let offset = offset.and_then(|offset| tape.inner_text(offset).trim().parse::<i64>().ok()).map(|emu| emu / 635);
    let beside = matches!(&*from, "paragraph" | "line").then_some(offset).flatten();
    if !covers_as_label(plan, anchor, beside) || !flows.text_is_reached(plan, anchor, beside, height) {
        return false;
    }
    // A picture is looked at when all else says that it may cover something.
    let mut pictures = plan.living_in(anchor).filter(|inside| tape.node(*inside).name == sym::BLIP);
    plan.living_in(anchor).any(|inside| filled(&inside))
        || pictures.any(|blip| tape.attr(blip, Ns::R, sym::EMBED).is_some_and(|id| flows.is_plain(plan, &id)))
}

fn picture_covers(plan: &Plan<'_>, picture: usize, flows: &mut Flows<'_>) -> bool {
    let tape = &plan.tape;
    for outer in plan.living_children(picture).filter(|child| tape.node(*child).ns == Ns::V) {
        let style = tape.attr(outer, Ns::None, sym::STYLE).unwrap_or_default();
        let value = |name: &str| {
            style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
        };
        let length = |name: &str| value(name).and_then(css_length);
        let floats = value("position") == Some("absolute") && value("z-index").is_none_or(|order| !order.starts_with('-'));
        let makes_room = tape.children(outer).any(|child| {
            tape.node(child).ns == Ns::W10
                && tape.node(child).name == sym::WRAP
                && tape.attr(child, Ns::None, sym::TYPE).is_some_and(|kind| kind != "none")
        });
        let (width, height) = (length("width").unwrap_or(0), length("height").unwrap_or(0));
        if !floats || makes_room || width < NARROWEST || height < LOWEST {
            continue;
        }
        let filled = plan.living_in(outer).any(|shape| {
            tape.node(shape).ns == Ns::V
                && matches!(tape.node(shape).name, sym::RECT | sym::ROUNDRECT | sym::OVAL | sym::SHAPE)
                && !tape.attrs(shape).iter().any(|attr| attr.ns == Ns::O && attr.name.name() == "connectortype")
                && !tape.children(shape).any(|child| matches!(tape.node(child).name, sym::IMAGEDATA | sym::TEXTPATH))
                && is_opaque(|under| vml_fill(tape, shape, under))
        });
        let relative = value("mso-position-vertical-relative").unwrap_or("text");
        let aligned = value("mso-position-vertical").is_some_and(|alignment| alignment != "absolute");
        let offset = length("margin-top").or_else(|| length("top")).unwrap_or(0);
        let beside = (!aligned && matches!(relative, "text" | "line" | "paragraph")).then_some(offset);
        if !covers_as_label(plan, outer, beside) {
            continue;
        }
        let mut pictures = plan.living_in(outer).filter(|inside| tape.is(*inside, Ns::V, sym::IMAGEDATA));
        if flows.text_is_reached(plan, picture, beside, height)
            && (filled || pictures.any(|data| tape.attr(data, Ns::R, sym::ID).is_some_and(|id| flows.is_plain(plan, &id))))
        {
            return true;
        }
    }
    false
}

/// The blocks of a body, a cell or a box, one below the other.
struct Flow {
    /// In document order.
    blocks: Vec<usize>,
    letters: Vec<i64>,
    /// How far below the top of the first each begins at least, in twentieths of a point; one more than there are blocks.
    tops: Vec<i64>,
    /// How many of the blocks before each have letters; one more than there are blocks.
    texts: Vec<usize>,
    /// The blocks that may be on one page with each.
    pages: Vec<Range<usize>>,
}

impl Flow {
    fn read(plan: &Plan<'_>, styles: &Styles, container: usize) -> Self {
        let tape = &plan.tape;
        let is_block = |child: &usize| tape.node(*child).kind == Kind::Element && tape.node(*child).ns == Ns::W;
        let blocks: Vec<usize> = plan.living_children(container).filter(is_block).collect();
        let letters: Vec<i64> = blocks.iter().map(|block| letters(plan, *block)).collect();
        let mut texts = vec![0];
        texts.extend(letters.iter().scan(0, |sum, letters| {
            *sum += usize::from(*letters > 0);
            Some(*sum)
        }));
        let mut tops = vec![0];
        tops.extend(blocks.iter().scan(0_i64, |top, block| {
            *top = top.saturating_add(least_height(plan, styles, *block));
            Some(*top)
        }));
        let mut pages = Vec::with_capacity(blocks.len());
        let mut start = 0;
        for (at, block) in blocks.iter().enumerate() {
            // A block in which a page ends is on that page and on the next.
            if breaks_page(plan, *block) || at + 1 == blocks.len() {
                if let Some(shared) = pages.get_mut(start) {
                    let shared: &mut Range<usize> = shared;
                    shared.end = at + 1;
                }
                pages.resize(at + 1, start..at + 1);
                start = at;
            }
        }
        Self { blocks, letters, tops, texts, pages }
    }

    fn has_text(&self, blocks: Range<usize>) -> bool {
        let end = blocks.end.min(self.blocks.len());
        self.texts[end] > self.texts[blocks.start.min(end)]
    }
}

/// The flows of a story, as far as something was looked for in them: a story may hold any number of shapes.
struct Flows<'c> {
    context: &'c Context<'c>,
    by_container: HashMap<usize, Flow>,
    /// Whether the picture of a part is of one colour.
    plain: HashMap<usize, bool>,
    /// Pixels that were looked at.
    pixels: u64,
}

impl Flows<'_> {
    /// Whether the picture that a relationship leads to is of one colour all over. So is one for which there is no room left to look.
    fn is_plain(&mut self, plan: &Plan<'_>, id: &str) -> bool {
        let (package, limits) = (self.context.package, self.context.limits);
        let Some(Target::Part(part)) = package.rels_of(plan.part).by_id(id).map(|relationship| &relationship.target) else { return false };
        if let Some(known) = self.plain.get(part) {
            return *known;
        }
        let looked = package.parts.get(*part).and_then(|part| part.bytes(limits).ok()).map(|bytes| is_plain(&bytes, limits));
        // One that cannot be read ends up with a person anyway.
        let (mut plain, pixels) = looked.and_then(Result::ok).unwrap_or_default();
        self.pixels = self.pixels.saturating_add(pixels);
        plain |= self.pixels > limits.pixels;
        self.plain.insert(*part, plain);
        plain
    }

    /// Whether something that is anchored in a paragraph may lie over text. `offset` is how far below the top of that paragraph it
    /// begins; without one it may be anywhere on the page.
    fn text_is_reached(&mut self, plan: &Plan<'_>, anchored: usize, offset: Option<i64>, height: i64) -> bool {
        let Some(paragraph) = plan.ancestor(anchored, Ns::W, sym::P) else { return false };
        let Some(container) = plan.tape.parent(paragraph) else { return false };
        let flow = self.by_container.entry(container).or_insert_with(|| Flow::read(plan, self.context.styles, container));
        let Ok(at) = flow.blocks.binary_search(&paragraph) else { return false };
        let Some(offset) = offset else { return flow.has_text(flow.pages[at].clone()) };
        let own = flow.letters[at];
        let own_height = (own / LETTERS + 1).saturating_mul(HIGH_LINE);
        if own > 0 && offset < own_height && offset.saturating_add(height) > 0 {
            return true;
        }
        let top = flow.tops[at];
        let bottom = top.saturating_add(offset).saturating_add(height) - LEAST_OVERLAP;
        // A block is reached when it may begin above the end of the shape, or end below its top.
        let below = flow.tops.partition_point(|top| *top < bottom);
        let above = flow.tops.partition_point(|end| *end <= top.saturating_add(offset).saturating_add(LEAST_OVERLAP)).saturating_sub(1);
        flow.has_text(at + 1..below.max(at + 1)) || flow.has_text(above.min(at)..at)
    }
}

/// How high a block is at least, in twentieths of a point: a line of the letters that it is set in, or what stands in its line.
fn least_height(plan: &Plan<'_>, styles: &Styles, block: usize) -> i64 {
    let tape = &plan.tape;
    match tape.node(block).name {
        sym::P => {}
        sym::TBL => {
            let rows = plan.living_children(block).filter(|row| tape.is(*row, Ns::W, sym::TR)).count();
            return LEAST_LINE.saturating_mul(rows as i64);
        }
        sym::SDT => return LEAST_LINE,
        // A mark between blocks.
        _ => return 0,
    }
    let properties = tape.child(block, Ns::W, sym::P_PR);
    let property = |name: Sym| properties.and_then(|properties| tape.child(properties, Ns::W, name));
    // A paragraph in a frame stands beside the others.
    if property(sym::FRAME_PR).is_some() {
        return 0;
    }
    let exact = property(sym::SPACING).is_some_and(|spacing| tape.attr(spacing, Ns::W, Sym::of(b"lineRule")).as_deref() == Some("exact"));
    let style = property(sym::P_STYLE).and_then(|style| tape.attr(style, Ns::W, sym::VAL));
    let own = property(sym::R_PR).and_then(|mark| tape.child(mark, Ns::W, sym::SZ)).and_then(|size| measure(tape, size, "val"));
    let half_points = own.unwrap_or_else(|| i64::from(styles.half_points(style.as_deref())));
    let line = if exact { LEAST_LINE } else { half_points.clamp(0, 1000) * 10 * LEADING / 100 };
    let drawn = plan.living_in(block).filter(|inside| tape.is(*inside, Ns::Wp, sym::INLINE)).filter_map(|inline| {
        let extent = tape.child(inline, Ns::Wp, sym::EXTENT)?;
        tape.attr(extent, Ns::None, Sym::of(b"cy"))?.trim().parse::<i64>().ok().map(|emu| emu.max(0) / 635)
    });
    if exact { line } else { drawn.max().unwrap_or(0).max(line) }
}

/// Whether a page ends in a block.
fn breaks_page(plan: &Plan<'_>, block: usize) -> bool {
    plan.living_in(block).any(|inside| {
        let tape = &plan.tape;
        tape.is(inside, Ns::W, sym::SECT_PR)
            || tape.is(inside, Ns::W, sym::BR) && tape.attr(inside, Ns::W, sym::TYPE).as_deref() == Some("page")
    })
}

/// Letters of a block outside of what is drawn.
fn letters(plan: &Plan<'_>, block: usize) -> i64 {
    let tape = &plan.tape;
    let (mut count, mut index) = (0_i64, block);
    while index < tape.node(block).next as usize {
        let node = tape.node(index);
        if plan.fate[index] == Fate::Drop
            || node.ns == Ns::W && matches!(node.name, sym::DRAWING | sym::PICT | sym::OBJECT)
            || node.ns == Ns::Mc
        {
            index = node.next as usize;
            continue;
        }
        if tape.is(index, Ns::W, sym::T) {
            count = count.saturating_add(tape.inner_text(index).trim().chars().count() as i64);
        }
        index += 1;
    }
    count
}
