//! Graphics state and paths, as far as text and what covers it need them (ISO 32000-2 §8.4, §8.5, §9.3).

use std::rc::Rc;

use super::blend::Blend;
use super::colour::{Rgb, Space};
use super::interpret::FontUse;
use super::matrix::Matrix;
use super::open::Rect;

/// Segments and rectangles kept of one path; beyond it only its box counts.
const PATH_PIECES_MAX: usize = 20_000;

/// A kind of pattern (§8.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filling {
    /// Figures side by side, with gaps or not.
    Figures,
    /// A shading, without gaps.
    Shading,
}

/// Which operators set what is painted with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Set {
    pub(super) fill: u32,
    pub(super) stroke: u32,
    pub(super) mask: u32,
}

/// The graphics state.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) ctm: Matrix,
    /// Box around the clipping path.
    pub(super) clip: Rect,
    /// The outline of the clipping path when it is no rectangle.
    pub(super) clip_shape: Option<u32>,
    /// Whether more than that limits what shows: outlines in outlines, or the shapes of letters.
    pub(super) clip_unknown: bool,
    pub(super) fill_space: Rc<Space>,
    pub(super) stroke_space: Rc<Space>,
    pub(super) fill: Rgb,
    pub(super) stroke: Rgb,
    /// Where the patterns for filling and stroking and the soft mask were set, as [`super::beside::Beside`] numbers it; 0 for none.
    pub(super) set: Set,
    pub(super) fill_alpha: f64,
    pub(super) stroke_alpha: f64,
    /// Alpha of the groups around.
    pub(super) group_alpha: f64,
    /// How colours are mixed with what is under them.
    pub(super) blend: Blend,
    /// Whether a soft mask is in force.
    pub(super) masked: bool,
    /// That mask, and the one over the group around, as [`super::veil::Veils`] numbers them; 0 for none.
    pub(super) veil: u32,
    pub(super) group_veil: u32,
    /// The transparency group around.
    pub(super) group: Option<u32>,
    /// What shapes are filled with while the colour is a pattern.
    pub(super) filling: Filling,
    pub(super) line_width: f64,
    pub(super) font: Option<Rc<FontUse>>,
    /// Whether a font was asked for, found or not.
    pub(super) font_named: bool,
    pub(super) size: f64,
    pub(super) char_space: f64,
    pub(super) word_space: f64,
    pub(super) stretch: f64,
    pub(super) leading: f64,
    pub(super) rise: f64,
    pub(super) mode: i64,
}

impl State {
    /// The state at the start of a page.
    pub(super) fn new(clip: Rect) -> Self {
        Self {
            ctm: Matrix::IDENTITY,
            clip,
            clip_shape: None,
            clip_unknown: false,
            fill_space: Rc::new(Space::Gray),
            stroke_space: Rc::new(Space::Gray),
            fill: Some([0.0; 3]),
            stroke: Some([0.0; 3]),
            set: Set::default(),
            fill_alpha: 1.0,
            stroke_alpha: 1.0,
            group_alpha: 1.0,
            blend: Blend::Normal,
            masked: false,
            veil: 0,
            group_veil: 0,
            group: None,
            filling: Filling::Figures,
            line_width: 1.0,
            font: None,
            font_named: false,
            size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        }
    }
}

/// A straight piece of a path, on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) x0: f64,
    pub(super) y0: f64,
    pub(super) x1: f64,
    pub(super) y1: f64,
}

/// Points kept of one outline; a longer one counts as unknown.
const OUTLINE_POINTS_MAX: usize = 20_000;

/// The current path, on the page.
#[derive(Debug, Default)]
pub(super) struct Path {
    points: Vec<(f64, f64)>,
    curved: bool,
    rings: Vec<Vec<(f64, f64)>>,
    ring_points: usize,
    /// Rectangles among the subpaths.
    pub(super) rects: Vec<Rect>,
    /// Straight pieces.
    pub(super) segments: Vec<Segment>,
    /// Pieces of curves, each nearly straight.
    pub(super) bends: Vec<Segment>,
    bounds: Option<Rect>,
    shapeless: bool,
    /// Memory of lines that are done with.
    spare: Vec<Vec<(f64, f64)>>,
}

impl Path {
    /// Begins the next path in the memory of this one.
    pub(super) fn clear(&mut self) {
        const SPARE_MAX: usize = 64;
        const SPARE_POINTS_MAX: usize = 256;
        let Self { points, rings, rects, segments, bends, spare, .. } = self;
        for ring in rings.drain(..).filter(|ring| ring.capacity() <= SPARE_POINTS_MAX).take(SPARE_MAX.saturating_sub(spare.len())) {
            spare.push(ring);
        }
        points.clear();
        rects.clear();
        segments.clear();
        bends.clear();
        (self.curved, self.ring_points, self.bounds, self.shapeless) = (false, 0, None, false);
    }
    /// An empty line.
    fn line(&mut self) -> Vec<(f64, f64)> {
        let mut line = self.spare.pop().unwrap_or_default();
        line.clear();
        line
    }
    fn widen(&mut self, x: f64, y: f64) {
        let point = Rect { x0: x, y0: y, x1: x, y1: y };
        self.bounds = Some(self.bounds.map_or(point, |bounds| bounds.join(point)));
    }
    fn push(&mut self, point: (f64, f64)) {
        self.ring_points += 1;
        if self.ring_points < OUTLINE_POINTS_MAX || self.points.len() < 6 {
            self.points.push(point);
        }
    }
    /// `m`.
    pub(super) fn move_to(&mut self, point: (f64, f64)) {
        self.finish();
        self.points.push(point);
    }
    /// `l`.
    pub(super) fn line_to(&mut self, (x, y): (f64, f64)) {
        if let Some((px, py)) = self.points.last().copied() {
            self.widen(px, py);
            if self.segments.len() < PATH_PIECES_MAX {
                self.segments.push(Segment { x0: px, y0: py, x1: x, y1: y });
            }
        }
        self.widen(x, y);
        self.push((x, y));
    }
    /// `c`, `v`, `y`: the curve as a few straight pieces (§8.5.2.2).
    pub(super) fn curve(&mut self, name: &[u8], points: &[(f64, f64)]) {
        self.curved = true;
        let start = self.points.last().copied();
        let (one, two, end) = match (name, points) {
            (b"c", [one, two, end]) => (*one, *two, *end),
            (b"v", [two, end]) => (start.unwrap_or(*two), *two, *end),
            (_, [one, end]) => (*one, *end, *end),
            _ => return,
        };
        let start = start.unwrap_or(one);
        self.widen(start.0, start.1);
        let mut before = start;
        for step in 1..=4u8 {
            let t = f64::from(step) / 4.0;
            let u = 1.0 - t;
            let mix = |a: f64, b: f64, c: f64, d: f64| u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d;
            let point = (mix(start.0, one.0, two.0, end.0), mix(start.1, one.1, two.1, end.1));
            self.widen(point.0, point.1);
            self.push(point);
            if self.bends.len() < PATH_PIECES_MAX {
                self.bends.push(Segment { x0: before.0, y0: before.1, x1: point.0, y1: point.1 });
            }
            before = point;
        }
    }
    /// `re`.
    pub(super) fn rect(&mut self, rect: Rect, corners: &[(f64, f64)], upright: bool) {
        self.finish();
        self.widen(rect.x0, rect.y0);
        self.widen(rect.x1, rect.y1);
        if upright && self.rects.len() < PATH_PIECES_MAX {
            self.rects.push(rect);
        } else {
            self.shapeless = true;
        }
        self.ring_points += corners.len();
        let mut ring = self.line();
        ring.extend_from_slice(corners);
        self.rings.push(ring);
        if self.segments.len() < PATH_PIECES_MAX {
            self.segments.push(Segment { x0: rect.x0, y0: rect.y0, x1: rect.x1, y1: rect.y0 });
            self.segments.push(Segment { x0: rect.x0, y0: rect.y1, x1: rect.x1, y1: rect.y1 });
        }
    }
    /// Ends a subpath.
    pub(super) fn finish(&mut self) {
        let curved = std::mem::take(&mut self.curved);
        if self.points.len() < 2 {
            return self.points.clear();
        }
        let next = self.line();
        let points = std::mem::replace(&mut self.points, next);
        let same = |one: f64, other: f64| (one - other).abs() < 0.05;
        let square = points.windows(2).all(|pair| match pair {
            [(ax, ay), (bx, by)] => same(*ax, *bx) || same(*ay, *by),
            _ => false,
        });
        let bounds = points.iter().fold(Rect::NONE, |sum, (x, y)| sum.join(Rect { x0: *x, y0: *y, x1: *x, y1: *y }));
        let corners =
            points.iter().all(|(x, y)| (same(*x, bounds.x0) || same(*x, bounds.x1)) && (same(*y, bounds.y0) || same(*y, bounds.y1)));
        if !curved && (4..=6).contains(&points.len()) && square && corners && self.rects.len() < PATH_PIECES_MAX {
            self.rects.push(bounds);
        } else if points.len() > 2 && !bounds.is_empty() {
            self.shapeless = true;
        }
        if self.ring_points < OUTLINE_POINTS_MAX {
            self.rings.push(points);
        }
    }
    /// The box around everything.
    pub(super) fn bounds(&self) -> Option<Rect> {
        self.bounds
    }
    /// Whether the inside is one rectangle, or nothing.
    pub(super) fn is_rectangle(&self) -> bool {
        !self.shapeless && self.rects.len() <= 1
    }
    /// Whether it encloses anything.
    pub(super) fn has_inside(&self) -> bool {
        self.shapeless || !self.rects.is_empty()
    }
    /// All closed lines; `None` when they are too long to keep.
    pub(super) fn take_rings(&mut self) -> Option<super::items::Outline> {
        (self.ring_points < OUTLINE_POINTS_MAX).then(|| std::mem::take(&mut self.rings))
    }
    /// The outline when the inside is not just rectangles; empty when it is too long to keep.
    ///
    /// Rectangles inside rectangles may be a frame, and so count as an outline.
    pub(super) fn outline(&self) -> Option<super::items::Outline> {
        let nested = (2..=64).contains(&self.rects.len())
            && self.rects.iter().enumerate().any(|(index, one)| {
                self.rects.iter().enumerate().any(|(other_index, other)| index != other_index && one.meet(*other) == *other)
            });
        if !self.shapeless && !nested {
            None
        } else if self.ring_points < OUTLINE_POINTS_MAX {
            Some(self.rings.clone())
        } else {
            Some(Vec::new())
        }
    }
}
