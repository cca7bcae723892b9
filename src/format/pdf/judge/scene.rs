//! One page as it is painted: what lies over what, and what a reader sees at a place.

use super::{Budget, Reason, SAMPLES_MIN};
use crate::error::DocError;
use crate::format::pdf::blend::Blend;
use crate::format::pdf::colour::{Rgb, alike, is_bar, is_lost};
use crate::format::pdf::grid::Grid;
use crate::format::pdf::items::{Flaw, Glyph, Kind, PageItems, Paint};
use crate::format::pdf::looks::Looks;
use crate::format::pdf::open::Rect;
use crate::format::pdf::pages::Page;

/// Share of the page from which on a picture counts as a scan of it.
const SCAN_SHARE: f64 = 0.5;
/// Share of the page from which on a picture may be a scan over its recognised text.
const WHOLE_SHARE: f64 = 0.8;
/// Share of the page from which on a picture may have recognised text of its own.
const OWN_TEXT_SHARE: f64 = 0.05;
/// Difference in colour, from 0 to 1, below which nobody reads what a veil lies over.
const LEGIBLE: f32 = 0.16;
/// Paints over one point that are mixed with each other.
const LAYERS_MAX: usize = 64;

/// A page with what is asked about it.
pub(in crate::format::pdf) struct Scene<'p> {
    page: &'p Page<'p>,
    items: &'p PageItems,
    grid: Grid<'p>,
    looks: &'p Looks<'p, 'p>,
    /// Whether pictures take up most of the page.
    is_scan: bool,
    /// The last paint that is mixed with what is under it, by its place in the order.
    mixed: Option<u32>,
}

impl<'p> Scene<'p> {
    /// A page as it is painted on by `paints`.
    pub(in crate::format::pdf) fn new(page: &'p Page<'p>, items: &'p PageItems, paints: &'p [Paint], looks: &'p Looks<'p, 'p>) -> Self {
        let pictures: f64 = paints
            .iter()
            .filter(|paint| matches!(paint.kind, Kind::Image | Kind::Stencil))
            .map(|paint| paint.rect.meet(page.crop).area())
            .sum();
        let group_mixes = items.groups.iter().any(|group| group.blend != Blend::Normal);
        let is_mixed = |paint: &&Paint| paint.blend != Blend::Normal || group_mixes && paint.group.is_some();
        let mixed = paints.iter().rev().find(is_mixed).map(|paint| paint.order);
        Self { page, items, grid: Grid::new(paints, page.media), looks, is_scan: pictures > SCAN_SHARE * page.crop.area(), mixed }
    }

    pub(super) fn reason(&self, glyph: &Glyph) -> Option<Reason> {
        let (page, items, grid) = (self.page, self.items, &self.grid);
        let (x, y) = glyph.centre;
        if glyph.flaw == Some(Flaw::Unset) {
            return Some(Reason::Unset);
        }
        if !page.media.holds(x, y) {
            return Some(Reason::OffPage);
        }
        if !page.crop.holds(x, y) {
            return Some(Reason::OutsideCrop);
        }
        match glyph.flaw {
            Some(Flaw::Mode) => {
                // Text under or over a picture of itself is what character recognition leaves.
                return if self.is_recognised(x, y) { self.is_boxed(glyph).then_some(Reason::Covered) } else { Some(Reason::Invisible) };
            }
            Some(Flaw::ClipMode) => {
                let painted = grid.any(items, x, y, |paint| paint.order > glyph.order && paint.is_vague);
                return (!painted).then_some(Reason::Invisible);
            }
            Some(Flaw::Transparent) => return Some(Reason::Transparent),
            Some(Flaw::Tiny) => return Some(Reason::Tiny),
            Some(Flaw::NoFont) => return Some(Reason::NoFont),
            Some(Flaw::Clipped) => return Some(Reason::Clipped),
            Some(Flaw::Blank) => return Some(Reason::Blank),
            Some(Flaw::Hollow) => return Some(Reason::Hollow),
            Some(Flaw::Unset) | None => {}
        }
        if self.is_covered(glyph) {
            return Some(Reason::Covered);
        }
        if self.is_lost_on_paper(glyph) {
            return Some(Reason::Covered);
        }
        let (colour, ground) = (glyph.colour?, self.ground(glyph)?);
        // Bare paper is white for some viewers, and for others nothing to mix with.
        let is_bare = ground == [1.0; 3];
        let is_lost = is_lost(glyph.blend.over(ground, colour), ground) || is_bare && is_lost(colour, ground);
        is_lost.then_some(Reason::SameColour)
    }

    /// Whether letters on bare paper are lost under later paints that are mixed with what is under them: most viewers take bare paper for
    /// nothing to mix with, so that there such a paint shows as it is.
    fn is_lost_on_paper(&self, glyph: &Glyph) -> bool {
        let is_mixed = |paint: &Paint| paint.order > glyph.order && self.effect(paint, glyph.order).1 != Blend::Normal;
        let (Some(colour), Some(last)) = (glyph.colour, self.mixed) else { return false };
        if last <= glyph.order || !self.grid.any(self.items, glyph.centre.0, glyph.centre.1, is_mixed) {
            return false;
        }
        std::iter::once(glyph.centre).chain(points(glyph)).all(|(x, y)| {
            let is_paint = |paint: &Paint| paint.alpha > 0.0 && paint.kind != Kind::Stroke;
            if self.grid.last(self.items, glyph.order, x, y, is_paint).is_some() {
                return false;
            }
            let mut later = Vec::new();
            self.grid.later(self.items, glyph.order, x, y, |paint| {
                later.push(*paint);
                later.len() < LAYERS_MAX
            });
            later.sort_unstable_by_key(|paint| paint.order);
            let mut letter = glyph.blend.over([1.0; 3], colour);
            let mut paper: Rgb = None;
            for paint in &later {
                let (alpha, blend) = self.effect(paint, glyph.order);
                let Some(with) = paint.colour.filter(|_| !paint.is_vague) else { return false };
                let mix = |under: [f32; 3], over: [f32; 3]| {
                    [0, 1, 2].map(|part: usize| {
                        let of = |colour: [f32; 3]| colour.get(part).copied().unwrap_or_default();
                        of(under) * (1.0 - alpha) + of(over) * alpha
                    })
                };
                letter = mix(letter, blend.over(letter, with));
                paper = Some(paper.map_or_else(|| mix([1.0; 3], with), |paper| mix(paper, blend.over(paper, with))));
            }
            paper.is_some_and(|paper| is_lost(letter, paper))
        })
    }

    /// How much a paint takes away and how it is mixed, with the groups around it that began later than some place in the order.
    fn effect(&self, paint: &Paint, order: u32) -> (f32, Blend) {
        let (mut alpha, mut blend) = (paint.alpha, paint.blend);
        let mut next = paint.group;
        while let Some(group) = next.and_then(|index| self.items.groups.get(index as usize)) {
            // Inside of a group the group as a whole changes nothing.
            if group.start <= order {
                break;
            }
            alpha *= group.alpha;
            if blend.is_plain() {
                blend = group.blend;
            }
            next = group.parent;
        }
        (alpha, blend)
    }

    /// Whether a picture that may be a scan shows at a point.
    fn is_recognised(&self, x: f64, y: f64) -> bool {
        let least = OWN_TEXT_SHARE * self.page.crop.area();
        self.grid.any(self.items, x, y, |paint| {
            matches!(paint.kind, Kind::Image | Kind::Stencil)
                && (self.is_scan || paint.rect.area() > least)
                && (paint.kind == Kind::Image || self.alpha(paint, x, y).is_none_or(|alpha| alpha > 0.02))
        })
    }

    /// How opaque a picture is at a point, when that is known.
    fn alpha(&self, paint: &Paint, x: f64, y: f64) -> Option<f32> {
        self.looks.alpha(self.items.pictures.get(paint.picture? as usize)?, x, y)
    }

    /// Whether a shape of one colour lies over the picture at a letter.
    fn is_boxed(&self, glyph: &Glyph) -> bool {
        points(glyph).iter().all(|(x, y)| {
            let is_such = |paint: &Paint| match paint.kind {
                Kind::Fill | Kind::Shade => paint.solid,
                Kind::Image | Kind::Stencil => true,
                Kind::Stroke => false,
            };
            self.grid.last(self.items, u32::MAX, *x, *y, is_such).is_some_and(|paint| matches!(paint.kind, Kind::Fill | Kind::Shade))
        })
    }

    /// What a letter stands on, when its colour is known.
    fn ground(&self, glyph: &Glyph) -> Rgb {
        if self.grid.paints.is_empty() {
            return Some([1.0; 3]);
        }
        let (x, y) = glyph.centre;
        // A line is a ground where it is about as thick as the letter is high.
        let is_ground = |paint: &Paint| {
            paint.alpha > 0.0
                && (paint.kind != Kind::Stroke || paint.solid && paint.rect.height().min(paint.rect.width()) > 0.7 * glyph.size)
        };
        match self.grid.last(self.items, glyph.order, x, y, is_ground) {
            Some(paint) if paint.solid && paint.kind == Kind::Image => self.plain_picture(paint, glyph),
            Some(paint) if paint.solid => paint.colour,
            Some(_) => None,
            None => Some([1.0; 3]),
        }
    }

    /// The colour of a picture under a letter, where it has one colour there. Pictures of many colours are not asked.
    fn plain_picture(&self, paint: &Paint, glyph: &Glyph) -> Rgb {
        let picture = self.items.pictures.get(paint.picture? as usize).filter(|picture| self.looks.is_simple(picture))?;
        let first = self.looks.colour(picture, glyph.centre.0, glyph.centre.1)?;
        let is_alike = |(x, y): &(f64, f64)| self.looks.colour(picture, *x, *y).is_some_and(|colour| alike(colour, first));
        points(glyph).iter().all(is_alike).then_some(first)
    }

    /// Whether later paints leave nothing of a letter that one could read.
    fn is_covered(&self, glyph: &Glyph) -> bool {
        if self.grid.last <= glyph.order {
            return false;
        }
        let (x, y) = glyph.centre;
        let left = self.left(glyph.order, x, y, true);
        if left.iter().all(|left| *left >= 1.0) {
            return false;
        }
        let contrast = match (glyph.colour, self.ground(glyph)) {
            (Some(one), Some(other)) => [0, 1, 2].map(|part: usize| {
                let of = |colour: [f32; 3]| colour.get(part).copied().unwrap_or_default();
                (of(one) - of(other)).abs()
            }),
            _ => [1.0; 3],
        };
        let most = |parts: [f32; 3]| parts.into_iter().fold(0.0, f32::max);
        let is_gone = |left: [f32; 3]| {
            let rest = most([contrast[0] * left[0], contrast[1] * left[1], contrast[2] * left[2]]);
            rest < LEGIBLE && rest < 0.5 * most(contrast)
        };
        is_gone(left) && points(glyph).iter().all(|(x, y)| is_gone(self.left(glyph.order, *x, *y, true)))
    }

    /// What paints after some place in the order leave of a difference in colour at a point. A picture whose opacity is not known
    /// counts as opaque or as clear.
    fn left(&self, order: u32, x: f64, y: f64, is_doubt_opaque: bool) -> [f32; 3] {
        let mut left = [1.0f32; 3];
        self.grid.later(self.items, order, x, y, |paint| {
            if is_doubt_opaque && self.is_page_scan(paint) {
                return true;
            }
            let leaves = self.leaves(paint, order, x, y, is_doubt_opaque);
            left = [left[0] * leaves[0], left[1] * leaves[1], left[2] * leaves[2]];
            left.iter().any(|left| *left > 0.001)
        });
        left
    }

    /// Whether a paint is a picture of a whole page in black and white, or nearly so, as scanners put over the text that they recognised.
    /// A photograph hides what it lies over.
    fn is_page_scan(&self, paint: &Paint) -> bool {
        paint.kind == Kind::Image
            && paint.rect.area() >= WHOLE_SHARE * self.page.crop.area()
            && paint
                .picture
                .and_then(|index| self.items.pictures.get(index as usize))
                .is_some_and(|picture| self.looks.may_be_scan(picture))
    }

    fn leaves(&self, paint: &Paint, order: u32, x: f64, y: f64, is_doubt_opaque: bool) -> [f32; 3] {
        if paint.is_vague && !is_doubt_opaque {
            return [1.0; 3];
        }
        let mut colour = paint.colour;
        let (mut alpha, blend) = self.effect(paint, order);
        if alpha > 0.0 && (paint.kind == Kind::Stencil || paint.kind == Kind::Image && !blend.is_plain()) {
            if paint.kind == Kind::Stencil {
                alpha *= self.alpha(paint, x, y).unwrap_or(if is_doubt_opaque { 1.0 } else { 0.0 });
            }
            if !blend.is_plain() {
                let picture = paint.picture.and_then(|index| self.items.pictures.get(index as usize));
                colour = colour.or_else(|| self.looks.colour(picture?, x, y));
            }
        }
        blend.leaves(alpha, colour)
    }

    /// Whether these paints, none of them of the page itself, would hide a letter or a part of a picture on the page.
    pub(in crate::format::pdf) fn hides(&self, glyph: &Glyph) -> bool {
        let is_gone = |(x, y): &(f64, f64)| self.left(0, *x, *y, true).iter().all(|left| *left < LEGIBLE);
        is_gone(&glyph.centre) && points(glyph).iter().all(is_gone)
    }

    /// Whether these paints hide most of a box.
    pub(in crate::format::pdf) fn hides_most_of(&self, rect: Rect) -> bool {
        let hidden = spread(rect, 5).filter(|(x, y)| self.left(0, *x, *y, true).iter().all(|left| *left < LEGIBLE)).count();
        hidden >= 13
    }

    /// Pictures that nothing shows: outside the page, clipped away, transparent, too small, or under later paints.
    pub(super) fn pictures(&self, budget: &Budget) -> Result<Vec<(Reason, Rect)>, DocError> {
        /// Samples in a square point that no printer shows: 4800 to the inch.
        const DENSE: f64 = 4444.0;
        let mut hidden = Vec::new();
        for paint in self.grid.paints {
            if !matches!(paint.kind, Kind::Image | Kind::Stencil) {
                continue;
            }
            let picture = paint.picture.and_then(|index| self.items.pictures.get(index as usize));
            let samples = picture.map_or(0, |picture| picture.samples);
            let area = paint.whole.area().min(picture.map_or(f64::MAX, |picture| picture.placement.area()));
            if samples >= SAMPLES_MIN && samples as f64 > DENSE * area && area < 1.0 {
                hidden.push((Reason::Tiny, paint.whole));
                continue;
            }
            if area < 16.0 && (area < 4.0 || samples < SAMPLES_MIN) {
                continue;
            }
            let seen = paint.rect.meet(self.page.crop);
            if paint.whole.meet(self.page.media).is_empty() {
                hidden.push((Reason::OffPage, paint.whole));
            } else if seen.is_empty() {
                hidden.push((Reason::Clipped, paint.whole));
            } else if paint.alpha < 0.02 || picture.is_some_and(|picture| paint.kind == Kind::Stencil && self.looks.is_clear(picture)) {
                hidden.push((Reason::Transparent, seen));
            } else if paint.clip.is_some() && spread(seen, 9).all(|(x, y)| !self.items.encloses(paint.clip, x, y)) {
                hidden.push((Reason::Clipped, seen));
            } else {
                let is_gone = |(x, y): (f64, f64)| self.left(paint.order, x, y, false).iter().all(|left| *left < 0.02);
                let middle = (f64::midpoint(seen.x0, seen.x1), f64::midpoint(seen.y0, seen.y1));
                if is_gone(middle) && spread(seen, 9).all(is_gone) && !self.is_painted_again(paint) {
                    hidden.push((Reason::Covered, seen));
                }
            }
            budget.settle(self.items)?;
            if hidden.len() > 200 {
                break;
            }
        }
        Ok(hidden)
    }

    /// Black or white boxes with nothing in them, inside of a picture of half the page or more: perhaps parts of a scan that were to go.
    pub(super) fn boxes(&self, budget: &Budget) -> Result<Vec<(Reason, Rect)>, DocError> {
        let mut boxes = Vec::new();
        let page = self.page.crop;
        let is_large =
            |paint: &&Paint| matches!(paint.kind, Kind::Image | Kind::Stencil) && paint.rect.meet(page).area() > SCAN_SHARE * page.area();
        for picture in self.grid.paints.iter().filter(is_large).take(16) {
            for paint in self.grid.paints.iter().filter(|paint| paint.order > picture.order) {
                let rect = paint.rect.meet(picture.rect).meet(page);
                let is_box = paint.kind == Kind::Fill
                    && paint.solid
                    && paint.colour.is_some_and(is_bar)
                    && rect.width() > 8.0
                    && rect.height() > 5.0
                    && rect.area() < 0.5 * picture.rect.area();
                self.items.spend(1);
                if !is_box {
                    continue;
                }
                let is_over = |(x, y): (f64, f64)| {
                    let mut is_last = self.items.is_inside(paint, x, y);
                    self.grid.later(self.items, paint.order, x, y, |later| {
                        is_last &= later.alpha == 0.0;
                        is_last
                    });
                    is_last
                };
                self.items.spend(self.items.glyphs.len() as u64 / 4);
                let holds = |glyph: &Glyph| glyph.order > paint.order && glyph.flaw.is_none() && rect.holds(glyph.centre.0, glyph.centre.1);
                if spread(rect, 3).all(is_over) && !self.items.glyphs.iter().any(holds) && boxes.len() < 200 {
                    boxes.push((Reason::Covered, rect));
                }
                budget.settle(self.items)?;
            }
        }
        Ok(boxes)
    }

    /// Whether the same picture is painted at the same place once more.
    fn is_painted_again(&self, paint: &Paint) -> bool {
        let key = |paint: &Paint| paint.picture.and_then(|index| self.items.pictures.get(index as usize)).map(|picture| picture.key);
        let near = |one: f64, other: f64| (one - other).abs() < 1.0;
        let same = |later: &Paint| {
            later.order > paint.order
                && key(later).is_some()
                && key(later) == key(paint)
                && near(later.whole.x0, paint.whole.x0)
                && near(later.whole.y0, paint.whole.y0)
                && near(later.whole.x1, paint.whole.x1)
        };
        let middle = (f64::midpoint(paint.whole.x0, paint.whole.x1), f64::midpoint(paint.whole.y0, paint.whole.y1));
        self.grid.any(self.items, middle.0, middle.1, same)
    }
}

/// Places in the body of a letter, around its middle.
pub(in crate::format::pdf) fn points(glyph: &Glyph) -> [(f64, f64); 4] {
    let (x, y) = glyph.centre;
    let reach = 0.18 * glyph.size;
    let across = reach.min(0.25 * glyph.rect.width());
    let up = reach.min(0.25 * glyph.rect.height());
    [(x - across, y), (x + across, y), (x, y - up), (x, y + up)]
}

/// Points spread over a box, so many in each direction.
pub(in crate::format::pdf) fn spread(rect: Rect, count: u8) -> impl Iterator<Item = (f64, f64)> {
    let place = move |index: u8, from: f64, size: f64| from + size * (f64::from(index) + 0.5) / f64::from(count);
    (0..count).flat_map(move |row| (0..count).map(move |column| (place(column, rect.x0, rect.width()), place(row, rect.y0, rect.height()))))
}
