//! Drawings in `DrawingML`: their size and where they float (ECMA-376-1 §20.4.2).

use super::flow::{Text, is_turned};
use super::{
    FEW_LETTERS, Found, PLACES_MAX, UNREADABLE, USUAL_INSET, counted_from, cut_by_its_line, grows, has_longer_lines, height_shown, in_part,
    is_cut_off, off, shows_text, too_small, unseen,
};
use crate::format::ooxml::lengths::BOUND;
use crate::format::ooxml::members::{canvas, members};
use crate::format::ooxml::pages::{Axis, From, Page, Place};
use crate::format::ooxml::pictures::shows_picture;
use crate::format::ooxml::plan::Plan;
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;

/// A drawing in `DrawingML`: its extent, and where it floats (ECMA-376-1 §20.4.2).
pub(super) fn drawing(plan: &Plan<'_>, index: usize, page: &Page, text: &Text<'_>) -> Option<Found> {
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
    if let Some(found) = too_small(plan, index, [size("cx"), size("cy")]) {
        return Some(found);
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
    if name == sym::INLINE && text.cuts_off(plan, index, size("cy")) && (shows_text(plan, index) || shows_picture(plan, index)) {
        return Some(cut_by_its_line(index));
    }
    if text.overflows(plan, index, size("cx"), height_shown(page, size("cy"), grows(plan, index))) {
        return Some(in_part(unseen(index, "a drawing that has no room for all that is in it")));
    }
    if !fits && cramped_by_insets(plan, index, size("cx"), size("cy")) {
        return Some(unseen(index, "a text box whose margins leave no room"));
    }
    let simple = tape.attr(index, Ns::None, sym::SIMPLE_POS).is_some_and(|value| matches!(&*value, "1" | "true" | "on"));
    let corner = tape.child(index, Ns::Wp, sym::SIMPLE_POS).filter(|_| simple);
    let places =
        [(Axis::Across, sym::POSITION_H, "x", "cx"), (Axis::Down, sym::POSITION_V, "y", "cy")].map(|(axis, position, side, length)| {
            let size = size(length);
            match corner {
                Some(corner) => vec![Place { axis, from: From::Page, at: emu(corner, side).unwrap_or(0) / 635, size }],
                None => places_on(plan, index, position, axis, size, page),
            }
        });
    if places.iter().any(|places| places.len() > PLACES_MAX) {
        return Some(Found { kind: FindingKind::Unknown, ..unseen(index, "a drawing that is given many places") });
    }
    let members = members(tape, index, [size("cx"), size("cy")]);
    let has_words = members.is_empty() && shows_text(plan, index);
    if places.iter().flatten().any(|place| page.misses(*place)) {
        // Where readers choose from several places, some may show it.
        let is_nowhere = places.iter().any(|places| !places.is_empty() && places.iter().all(|place| page.misses(*place)));
        return Some(Found { in_part: !is_nowhere, ..off(index, "a drawing placed outside the page") });
    }
    if has_words && places.iter().flatten().any(|place| is_cut_off(plan, index, page, text, *place, size("cx"))) {
        return Some(in_part(off(index, "a drawing placed outside the page")));
    }
    let canvas = canvas(tape, index).map(|_| [size("cx"), size("cy")]);
    let turned = !members.is_empty() && is_turned(plan, index);
    // One that stands in a line may be anywhere on the page.
    let [across, down] = [Axis::Across, Axis::Down].map(|axis| {
        let found: Vec<&Place> = places.iter().flatten().filter(|place| place.axis == axis).collect();
        if found.is_empty() { vec![Place { axis, from: From::Text, at: 0, size: 0 }] } else { found.into_iter().copied().collect() }
    });
    members.into_iter().filter(|(shape, _)| plan.alive(*shape)).find_map(|(shape, place)| {
        let member = Member { shape, place, turned, canvas, has_one_place: across.len() == 1 && down.len() == 1 };
        member.unseen(plan, page, text, across.iter().chain(&down))
    })
}

/// A shape or picture of a group or canvas.
struct Member {
    shape: usize,
    /// Left, top, width and height, from the corner of the drawing.
    place: [i64; 4],
    /// Whether something in the drawing is turned.
    turned: bool,
    /// Width and height of the canvas that it is in.
    canvas: Option<[i64; 2]>,
    /// Whether readers do not choose from several places of the drawing.
    has_one_place: bool,
}

impl Member {
    /// Why it is not seen, whole or in part.
    fn unseen<'p>(&self, plan: &Plan<'_>, page: &Page, text: &Text<'_>, places: impl Iterator<Item = &'p Place>) -> Option<Found> {
        let (shape, [left, top, width, height]) = (self.shape, self.place);
        let has_words = shows_text(plan, shape);
        if !has_words && !shows_picture(plan, shape) {
            return None;
        }
        if has_words && (width < UNREADABLE || height < UNREADABLE) {
            return Some(unseen(shape, "a shape without room for its text"));
        }
        if let Some(found) = too_small(plan, shape, [width, height]) {
            return Some(found);
        }
        if has_words && !self.turned && text.overflows(plan, shape, width, height_shown(page, height, fits_its_text(plan, shape))) {
            return Some(in_part(unseen(shape, "a shape that has no room for all that is in it")));
        }
        self.is_off_canvas(plan, text, has_words).or_else(|| {
            places.into_iter().find_map(|place| {
                let place = match place.axis {
                    Axis::Across => place.inner(left, width),
                    Axis::Down => place.inner(top, height),
                };
                let misses = page.misses(place);
                let is_off = misses || is_cut_off(plan, shape, page, text, place, width);
                is_off.then(|| Found { in_part: !misses || !self.has_one_place, ..off(shape, "a shape placed outside the page") })
            })
        })
    }

    /// Whether it lies outside of its canvas, or its words go on there.
    fn is_off_canvas(&self, plan: &Plan<'_>, text: &Text<'_>, has_words: bool) -> Option<Found> {
        let [across, down] = self.canvas?;
        let [left, top, width, height] = self.place;
        let misses = left >= across || top >= down || left.saturating_add(width) <= 0 || top.saturating_add(height) <= 0;
        let is_cut = || {
            let before = left < -USUAL_INSET || top < -USUAL_INSET;
            let room = [across - left, down - top];
            before
                || room[0] < width && has_longer_lines(plan, self.shape, room[0])
                || room[1] < height && !self.turned && text.overflows(plan, self.shape, width, room[1])
        };
        (misses || has_words && is_cut()).then(|| Found { in_part: !misses, ..off(self.shape, "a shape placed outside of its canvas") })
    }
}

/// Where a drawing is along an axis: a length, or a share of what it is counted from (MS-DOCX §2.25.5), in each of the alternatives that
/// readers choose from.
fn places_on(plan: &Plan<'_>, drawing: usize, position: Sym, axis: Axis, size: i64, page: &Page) -> Vec<Place> {
    let tape = &plan.tape;
    let end = tape.child(drawing, Ns::A, sym::GRAPHIC).unwrap_or(tape.node(drawing).next as usize);
    let mut found = Vec::new();
    for position in (drawing + 1..end).filter(|index| tape.is(*index, Ns::Wp, position) && plan.alive(*index)) {
        let from = counted_from(plan, drawing, page, &tape.attr(position, Ns::None, sym::RELATIVE_FROM).unwrap_or_default(), axis);
        for measure in tape.children(position).filter(|child| tape.node(*child).kind == Kind::Element) {
            let Some(number) = tape.inner_text(measure).trim().parse::<i64>().ok().map(|number| number.clamp(-BOUND, BOUND)) else {
                continue;
            };
            let at = match tape.node(measure).ns {
                Ns::Wp => number / 635,
                _ => number.saturating_mul(page.whole(axis, from)) / 100_000,
            };
            found.push(Place { axis, from, at, size });
        }
    }
    found
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
    let is_outside = ["lIns", "rIns", "tIns", "bIns"].into_iter().filter_map(inset).any(|inset| inset < -UNREADABLE);
    is_outside || !leaves(["lIns", "rIns"], 144, width) || !grows(plan, drawing) && !leaves(["tIns", "bIns"], 72, height)
}

/// Whether a shape of a group says that it is as high as its text: it is, but for other fonts.
fn fits_its_text(plan: &Plan<'_>, member: usize) -> bool {
    plan.living_in(member).any(|inside| plan.tape.is(inside, Ns::A, Sym::of(b"spAutoFit")))
}
