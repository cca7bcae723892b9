//! Transformation matrices (ISO 32000-2 §8.3.3).

use super::open::Rect;

/// `[a b c d e f]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    /// Changes nothing.
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// From six numbers; the identity when they are not six.
    pub(super) fn from_slice(numbers: &[f64]) -> Self {
        match numbers {
            [a, b, c, d, e, f, ..] => Self([*a, *b, *c, *d, *e, *f]),
            _ => Self::IDENTITY,
        }
    }
    /// A move.
    pub(super) fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }
    /// First `self`, then `next`.
    pub(super) fn then(self, next: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [na, nb, nc, nd, ne, nf] = next.0;
        Self([a * na + b * nc, a * nb + b * nd, c * na + d * nc, c * nb + d * nd, e * na + f * nc + ne, e * nb + f * nd + nf])
    }
    /// Where a point goes.
    pub(super) fn point(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
    /// The way back; `None` when it flattens the plane.
    pub(super) fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let area = a * d - b * c;
        let inverse = [d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area];
        inverse.iter().all(|number| number.is_finite()).then_some(Self(inverse))
    }
    /// A move first, then `self`.
    pub(super) fn moved(self, x: f64, y: f64) -> Self {
        let [a, b, c, d, ..] = self.0;
        let (x, y) = self.point(x, y);
        Self([a, b, c, d, x, y])
    }
    /// The box around a transformed rectangle.
    #[inline]
    pub(super) fn rect(self, rect: Rect) -> Rect {
        let [a, b, c, d, e, f] = self.0;
        if b == 0.0 && c == 0.0 {
            // As below, from two corners.
            let around = |one: f64, other: f64| (Rect::NONE.x0.min(one).min(other), Rect::NONE.x1.max(one).max(other));
            let (x0, x1) = around(a * rect.x0 + e, a * rect.x1 + e);
            let (y0, y1) = around(d * rect.y0 + f, d * rect.y1 + f);
            return Rect { x0, y0, x1, y1 };
        }
        [(rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x0, rect.y1), (rect.x1, rect.y1)]
            .into_iter()
            .map(|(x, y)| self.point(x, y))
            .fold(Rect::NONE, |sum, (x, y)| sum.join(Rect { x0: x, y0: y, x1: x, y1: y }))
    }
    /// Whether rectangles stay rectangles: no rotation but by quarter turns, no skew.
    pub(super) fn is_upright(self) -> bool {
        let [a, b, c, d, ..] = self.0;
        let small = |value: f64| value.abs() < 1e-3 * (a.abs() + b.abs() + c.abs() + d.abs());
        (small(b) && small(c)) || (small(a) && small(d))
    }
    /// What becomes of the area of the unit square.
    pub(super) fn area(self) -> f64 {
        let [a, b, c, d, ..] = self.0;
        (a * d - b * c).abs()
    }
    /// Mean factor of lengths.
    pub(super) fn scale(self) -> f64 {
        self.area().sqrt()
    }
}
