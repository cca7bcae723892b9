//! Shapes drawn over text: what is under them can be read out of the file, so that a person must look.
//!
//! Held is a drawing with a filled shape and without words of its own that floats before the text, which does not make room for it, and
//! that reaches a paragraph with text. Headers and footers, which are often built of shapes, are left out. How high paragraphs are is not known here: they are taken for as low as they can be, so that the shape reaches
//! far (ECMA-376-1 §20.4.2.3, §20.4.2.15; VML: ECMA-376-4 §19.1.2).

use super::colour::{BLACK, Colour, Palette, WHITE, alike};
use super::geometry::{css_length, shows_text};
use super::ground::{shape_fill, vml_fill};
use super::plan::{Fate, Plan};
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

/// Nothing narrower is drawn to cover words, boxes to tick are: 30 points, in twentieths of a point.
const NARROWEST: i64 = 600;
/// Nothing lower covers a line: 6 points.
const LOWEST: i64 = 120;
/// No line of text is lower: 8 points.
const LEAST_LINE: i64 = 160;
/// Few lines are higher: 18 points.
const HIGH_LINE: i64 = 360;
/// A line holds at least as many letters.
const LETTERS: i64 = 40;

/// Holds a story in which a shape may cover text.
pub fn resolve(plan: &Plan<'_>, palette: &Palette, orders: &Orders, report: &mut Report) {
    let edge = matches!(plan.tape.node(plan.tape.root).name, sym::HDR | sym::FTR);
    if edge || orders.action(FindingKind::CoveringShape) != Action::Hold {
        return;
    }
    let drawn = plan.tape.named_any(&[sym::ANCHOR, sym::PICT]);
    let says_nothing = |index: &usize| plan.alive(*index) && !shows_text(plan, *index);
    let covers = drawn.into_iter().filter(says_nothing).any(|index| match plan.tape.node(index).ns {
        Ns::Wp => drawing_covers(plan, palette, index),
        Ns::W => picture_covers(plan, index),
        _ => false,
    });
    if covers {
        report.hold(FindingKind::CoveringShape, &plan.name, "a filled shape is drawn over text");
    }
}

/// Whether a shape of a colour leaves nothing to be seen of what is behind it.
fn is_opaque(fill: impl Fn(Colour) -> Vec<Colour>) -> bool {
    let (light, dark) = (fill(Colour::One(WHITE)), fill(Colour::One(BLACK)));
    light.iter().zip(&dark).any(|(light, dark)| match (light, dark) {
        (Colour::Unknown, _) | (_, Colour::Unknown) => true,
        (light, dark) => light.each().count() > 0 && light.each().zip(dark.each()).all(|(light, dark)| alike(light, dark)),
    })
}

fn drawing_covers(plan: &Plan<'_>, palette: &Palette, anchor: usize) -> bool {
    let tape = &plan.tape;
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
    if !plan.living_in(anchor).any(|inside| filled(&inside)) {
        return false;
    }
    let position = tape.child(anchor, Ns::Wp, sym::POSITION_V);
    let from = position.and_then(|position| tape.attr(position, Ns::None, sym::RELATIVE_FROM)).unwrap_or_default();
    let offset = position.and_then(|position| tape.child(position, Ns::Wp, sym::POS_OFFSET));
    let offset = offset.and_then(|offset| tape.inner_text(offset).trim().parse::<i64>().ok()).map(|emu| emu / 635);
    let beside = matches!(&*from, "paragraph" | "line").then_some(offset).flatten();
    reaches_text(plan, anchor, beside, height)
}

fn picture_covers(plan: &Plan<'_>, picture: usize) -> bool {
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
        if filled && reaches_text(plan, picture, beside, height) {
            return true;
        }
    }
    false
}

/// Whether something that is anchored in a paragraph may lie over text. `offset` is how far below the top of that paragraph it begins;
/// without one it may be anywhere on the page.
fn reaches_text(plan: &Plan<'_>, anchored: usize, offset: Option<i64>, height: i64) -> bool {
    let tape = &plan.tape;
    let Some(paragraph) = plan.ancestor(anchored, Ns::W, sym::P) else { return false };
    let Some(container) = tape.parent(paragraph) else { return false };
    let blocks: Vec<usize> =
        plan.living_children(container).filter(|child| tape.node(*child).kind == Kind::Element && tape.node(*child).ns == Ns::W).collect();
    let Some(at) = blocks.iter().position(|block| *block == paragraph) else { return false };
    let (before, after) = blocks.split_at(at);
    let Some(offset) = offset else {
        let on_page = |block: &&usize| !breaks_page(plan, **block);
        let texts = before.iter().rev().take_while(on_page).chain(after.iter().take_while(on_page));
        return texts.copied().any(|block| letters(plan, block) > 0);
    };
    let own = letters(plan, paragraph);
    let own_height = (own / LETTERS + 1).saturating_mul(HIGH_LINE);
    if own > 0 && offset < own_height && offset.saturating_add(height) > 0 {
        return true;
    }
    let reached = |reach: i64| usize::try_from(reach / LEAST_LINE).unwrap_or(0);
    let below = after.iter().skip(1).take(reached(offset.saturating_add(height)));
    let above = before.iter().rev().take(reached(offset.saturating_neg()));
    below.chain(above).any(|block| letters(plan, *block) > 0)
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
