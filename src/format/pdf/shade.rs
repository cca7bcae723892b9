//! Shadings (ISO 32000-2 §8.7.4.5): how far they reach, and whether they have one colour.

use lopdf::{Dictionary, Object};

use super::colour::{Rgb, Space, alike};
use super::function::Function;
use super::items::Outline;
use super::matrix::Matrix;
use super::open::{Rect, Source};

/// How far a shading without borders reaches, in points.
const FAR: f64 = 1e5;

/// The box that a shading paints in, on the page, and its outline when that is no upright rectangle.
pub(super) fn extent(source: &Source, shading: &Dictionary, matrix: Matrix) -> (Rect, Option<Outline>) {
    let limit = source.rect(shading, b"BBox").map_or(Rect::ALL, |limit| matrix.rect(limit));
    let extends = |end: usize| matches!(source.array(shading, b"Extend").get(end).map(|end| source.get(end)), Some(Object::Boolean(true)));
    let (before, behind) = (extends(0), extends(1));
    match source.int(shading, b"ShadingType") {
        Some(1) => {
            let domain =
                source.numbers(shading, b"Domain", 4).map_or(Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 }, |numbers| match &*numbers {
                    [x0, x1, y0, y1] => Rect::new(*x0, *y0, *x1, *y1),
                    _ => Rect::ALL,
                });
            let own = source.numbers(shading, b"Matrix", 6).map_or(Matrix::IDENTITY, |numbers| Matrix::from_slice(&numbers));
            (limit.meet(own.then(matrix).rect(domain)), None)
        }
        Some(2) if !(before && behind) => match source.numbers(shading, b"Coords", 4).as_deref() {
            Some([x0, y0, x1, y1]) => {
                let (x, y) = (x1 - x0, y1 - y0);
                let length = x.hypot(y).max(1e-9);
                let (x, y) = (x / length * FAR, y / length * FAR);
                let (x0, y0) = if before { (x0 - x, y0 - y) } else { (*x0, *y0) };
                let (x1, y1) = if behind { (x1 + x, y1 + y) } else { (*x1, *y1) };
                let corners = [(x0 - y, y0 + x), (x1 - y, y1 + x), (x1 + y, y1 - x), (x0 + y, y0 - x)].map(|(x, y)| matrix.point(x, y));
                (limit, Some(vec![corners.to_vec()]))
            }
            _ => (limit, None),
        },
        Some(3) if !(before && behind) => match source.numbers(shading, b"Coords", 6).as_deref() {
            Some([x0, y0, r0, x1, y1, r1]) => {
                let circle = |x: f64, y: f64, r: f64| Rect { x0: x - r, y0: y - r, x1: x + r, y1: y + r };
                (limit.meet(matrix.rect(circle(*x0, *y0, *r0).join(circle(*x1, *y1, *r1)))), None)
            }
            _ => (limit, None),
        },
        Some(4..=7) => match source.numbers(shading, b"Decode", 4).as_deref() {
            Some([x0, x1, y0, y1]) => (limit.meet(matrix.rect(Rect::new(*x0, *y0, *x1, *y1))), None),
            _ => (limit, None),
        },
        _ => (limit, None),
    }
}

/// The colour of an axial or radial shading that is of one colour all over.
pub(super) fn one_colour(source: &Source, shading: &Dictionary) -> Rgb {
    if !matches!(source.int(shading, b"ShadingType"), Some(2 | 3)) {
        return None;
    }
    let space = Space::read(source, shading.get(b"ColorSpace").ok()?, None, 0);
    let object = shading.get(b"Function").ok()?;
    let functions: Option<Vec<Function>> = match source.get(object) {
        Object::Array(each) => each.iter().map(|one| Function::read(source, one, 0)).collect(),
        _ => Function::read(source, object, 0).map(|one| vec![one]),
    };
    let functions = functions?;
    let (from, to) = match source.numbers(shading, b"Domain", 2).as_deref() {
        Some([from, to]) => (*from, *to),
        _ => (0.0, 1.0),
    };
    let colour = |step: u8| {
        let parts: Option<Vec<Vec<f64>>> = functions.iter().map(|one| one.of(&[from + (to - from) * f64::from(step) / 8.0])).collect();
        space.rgb(&parts?.concat())
    };
    let first = colour(0)?;
    (1..=8).all(|step| colour(step).is_some_and(|colour| alike(colour, first))).then_some(first)
}
