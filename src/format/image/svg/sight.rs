//! Whether the text of a picture is seen: its size, place, colour and what is painted over it, as far as they can be told.
//!
//! SVG 2 §8 (coordinates), §5 (`use`, `switch`), §11 (text), §13 (painting). Text of which nothing is seen refuses the picture: words are
//! never taken out of a drawing by guess. What is not followed here (clips other than rectangles, gradients) counts as seen.

use std::cell::Cell;
use std::collections::BTreeMap;

use kurbo::{Affine, BezPath, Circle, Ellipse, PathEl, Point, Rect, Shape as _};

use super::{ImageFault, local, unsupported};
use crate::format::xml::{Kind, Tape};

/// Below a thousandth of the picture nothing can be read.
const LEAST_SHARE: f64 = 0.001;
/// Of what is less opaque nothing is seen.
const LEAST_OPACITY: f64 = 0.05;
/// Elements that one picture may draw, counted as often as they are used.
const MOST_DRAWN: usize = 200_000;
const DEEPEST: usize = 64;
/// Steps for one picture: rules asked, shapes and texts held against each other, parts of paths.
const MOST_STEPS: usize = 20_000_000;
/// Shares of a text's length, as far as that is known, at which it is looked for.
const SAMPLES: [f64; 3] = [0.1, 0.5, 0.8];
/// An average letter is half as wide as it is high.
const LETTER_WIDTH: f64 = 0.5;

type Matrix = [f64; 6];
type Edges = [f64; 4];
type Rgb = [u8; 3];

/// What is painted.
#[derive(Clone, Copy, PartialEq)]
enum Ink {
    Colour(Rgb),
    None,
    /// A gradient, a pattern, a colour by a function.
    Other,
}

/// Where a text is from its place (SVG 2 §11.10.1).
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// What a shape takes up.
enum Area {
    Rectangle(Edges),
    Path(BezPath),
}

impl Area {
    fn contains(&self, x: f64, y: f64) -> bool {
        match self {
            Self::Rectangle(edges) => contains(*edges, x, y),
            Self::Path(path) => path.contains(Point::new(x, y)),
        }
    }

    /// How much work it is to ask.
    fn cost(&self) -> usize {
        match self {
            Self::Rectangle(_) => 1,
            Self::Path(path) => path.elements().len() * 8,
        }
    }
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    opacity: f64,
    fill: Ink,
    fill_opacity: f64,
    stroked: bool,
    font: f64,
    anchor: Anchor,
    /// Where anything is seen at all: left, top, right, bottom.
    clips: Vec<Edges>,
}

struct Sight<'t, 's> {
    tape: &'t Tape<'s>,
    ids: BTreeMap<String, usize>,
    rules: Vec<(String, String)>,
    frame: Option<Edges>,
    /// Shapes painted so far, with what they take up where that is known.
    painted: Vec<(Option<Area>, Ink)>,
    /// Places of the texts painted so far.
    texts: Vec<(f64, f64)>,
    drawn: usize,
    steps: Cell<usize>,
}

/// Through a gap of less, in shares of the size of letters, nothing is read.
const LEAST_GAP: f64 = 0.2;

fn unseen(what: &str) -> ImageFault {
    unsupported(&format!("text that is not seen: {what}"))
}

/// Refuses a picture that has text of which nothing is seen.
pub(super) fn check(tape: &Tape<'_>) -> Result<(), ImageFault> {
    let has_text = tape.nodes.iter().enumerate().any(|(index, node)| node.kind == Kind::Element && local(tape, index) == "text");
    if !has_text {
        return Ok(());
    }
    let (mut ids, mut rules) = (BTreeMap::new(), Vec::new());
    for index in (0..tape.nodes.len()).filter(|index| tape.node(*index).kind == Kind::Element) {
        if let Some(id) = attribute(tape, index, "id") {
            ids.entry(id).or_insert(index);
        }
        match local(tape, index) {
            "style" => {
                for rule in tape.inner_text(index).split('}') {
                    let Some((selectors, body)) = rule.split_once('{') else { continue };
                    rules.extend(selectors.split(',').map(|selector| (selector.trim().to_owned(), body.to_owned())));
                }
            }
            "clipPath" | "mask" | "pattern" | "marker" if says_something(tape, index) => {
                return Err(unseen("it cuts or fills something else"));
            }
            "switch" => {
                let branches = tape.children(index).filter(|child| tape.node(*child).kind == Kind::Element).skip(1);
                if branches.into_iter().any(|branch| says_something(tape, branch)) {
                    return Err(unseen("a reader chooses another alternative"));
                }
            }
            _ => {}
        }
    }
    let number = |name: &str| attribute(tape, tape.root, name).and_then(|value| length(&value, 16.0));
    let box_of_view =
        attribute(tape, tape.root, "viewBox").and_then(|value| numbers(&value)).and_then(|view| <[f64; 4]>::try_from(view).ok());
    let frame = box_of_view
        .map(|[x, y, width, height]| [x, y, x + width, y + height])
        .or_else(|| Some([0.0, 0.0, number("width")?, number("height")?]))
        .filter(|[left, top, right, bottom]| left < right && top < bottom);
    let mut sight = Sight { tape, ids, rules, frame, painted: Vec::new(), texts: Vec::new(), drawn: 0, steps: Cell::new(0) };
    let state = State {
        matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        opacity: 1.0,
        fill: Ink::Colour([0; 3]),
        fill_opacity: 1.0,
        stroked: false,
        font: 16.0,
        anchor: Anchor::Start,
        clips: Vec::new(),
    };
    sight.draw(tape.root, &state, 0)
}

/// Whether there are words in an element.
pub(super) fn says_something(tape: &Tape<'_>, index: usize) -> bool {
    tape.descendants(index).chain([index]).any(|inside| {
        tape.node(inside).kind == Kind::Element
            && matches!(local(tape, inside), "text" | "tspan" | "textPath")
            && !tape.inner_text(inside).trim().is_empty()
    })
}

fn attribute(tape: &Tape<'_>, index: usize, wanted: &str) -> Option<String> {
    let found = tape.attrs(index).iter().find(|attr| super::attribute_name(tape, attr) == Some(wanted));
    found.map(|attr| tape.resolved_value(attr).into_owned())
}

impl Sight<'_, '_> {
    /// A property: of the style attribute, of the style sheet, of the attribute of its name.
    fn property(&self, index: usize, name: &str) -> Option<String> {
        self.work(1 + self.rules.len());
        let declared = |body: &str| {
            let found = body.split(';').filter_map(|part| part.split_once(':')).rfind(|(property, _)| property.trim() == name);
            found.map(|(_, value)| value.trim().trim_end_matches("!important").trim().to_owned())
        };
        let own = attribute(self.tape, index, "style").and_then(|style| declared(&style));
        let by_rule = || self.rules.iter().rev().filter(|(selector, _)| self.matches(index, selector)).find_map(|(_, body)| declared(body));
        own.or_else(by_rule).or_else(|| attribute(self.tape, index, name))
    }

    fn work(&self, steps: usize) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    fn bounded(&self) -> Result<(), ImageFault> {
        if self.drawn > MOST_DRAWN || self.steps.get() > MOST_STEPS {
            return Err(unsupported("more than can be followed"));
        }
        Ok(())
    }

    fn matches(&self, index: usize, selector: &str) -> bool {
        if let Some(id) = selector.strip_prefix('#') {
            return attribute(self.tape, index, "id").as_deref() == Some(id);
        }
        let (element, class) = selector.split_once('.').map_or((selector, None), |(element, class)| (element, Some(class)));
        let classes = attribute(self.tape, index, "class").unwrap_or_default();
        (element.is_empty() || element == local(self.tape, index))
            && class.is_none_or(|class| classes.split_ascii_whitespace().any(|one| one == class))
    }

    fn number(&self, index: usize, name: &str, font: f64) -> Option<f64> {
        self.property(index, name).and_then(|value| length(value.split([',', ' ']).next().unwrap_or_default(), font))
    }

    /// The state inside an element.
    fn inside(&self, index: usize, around: &State) -> State {
        let mut state = around.clone();
        if let Some(font) = self.property(index, "font-size").and_then(|size| length(&size, around.font)) {
            state.font = font;
        }
        if let Some(share) = self.property(index, "opacity").and_then(|share| opacity_of(&share)) {
            state.opacity *= share;
        }
        if let Some(share) = self.property(index, "fill-opacity").and_then(|share| opacity_of(&share)) {
            state.fill_opacity = share;
        }
        if let Some(stroke) = self.property(index, "stroke") {
            state.stroked = !matches!(ink_of(&stroke), (Ink::None, _));
        }
        if let Some((fill, share)) = self.property(index, "fill").filter(|fill| fill != "inherit").map(|fill| ink_of(&fill)) {
            state.fill = fill;
            state.opacity *= share;
        }
        match self.property(index, "text-anchor").as_deref() {
            Some("start") => state.anchor = Anchor::Start,
            Some("middle") => state.anchor = Anchor::Middle,
            Some("end") => state.anchor = Anchor::End,
            _ => {}
        }
        match self.property(index, "transform").map(|transform| transformation(&transform)) {
            Some(Some(matrix)) => state.matrix = multiply(state.matrix, matrix),
            // Where it puts things cannot be told: nothing is looked at any more, and the picture is refused.
            Some(None) => self.work(MOST_STEPS.saturating_add(1)),
            None => {}
        }
        if let Some(edges) = self.clip(index, &state) {
            state.clips.push(edges);
        }
        state
    }

    /// The edges of a clip that is made of rectangles alone.
    fn clip(&self, index: usize, state: &State) -> Option<Edges> {
        let reference = self.property(index, "clip-path")?;
        let id = super::values::references(&reference).into_iter().next()?;
        let clip = *self.ids.get(&id)?;
        if self.property(clip, "transform").is_some() || self.property(clip, "clipPathUnits").is_some_and(|units| units != "userSpaceOnUse")
        {
            return None;
        }
        let mut all: Option<Edges> = None;
        for shape in self.tape.children(clip).filter(|child| self.tape.node(*child).kind == Kind::Element) {
            if local(self.tape, shape) != "rect" || self.property(shape, "transform").is_some() {
                return None;
            }
            let [left, top, right, bottom] = self.rectangle(shape, state)?;
            all = Some(
                all.map_or([left, top, right, bottom], |all| [all[0].min(left), all[1].min(top), all[2].max(right), all[3].max(bottom)]),
            );
        }
        // Through one of nothing, nothing is seen (CSS Masking 1 §6.1).
        Some(all.unwrap_or_default())
    }

    /// The edges of a rectangle whose sides stay upright.
    fn rectangle(&self, index: usize, state: &State) -> Option<Edges> {
        let side = |name: &str| self.number(index, name, state.font);
        let (x, y) = (side("x").unwrap_or(0.0), side("y").unwrap_or(0.0));
        let (width, height) = (side("width")?, side("height")?);
        let [_, b, c, _, _, _] = state.matrix;
        if b != 0.0 || c != 0.0 {
            return None;
        }
        let (one, other) = (place(state.matrix, x, y), place(state.matrix, x + width, y + height));
        Some([one.0.min(other.0), one.1.min(other.1), one.0.max(other.0), one.1.max(other.1)])
    }

    /// The outline of a shape (SVG 2 §10, §9); `None` where it cannot be told.
    fn outline(&self, index: usize, name: &str, state: &State) -> Option<BezPath> {
        const TOLERANCE: f64 = 0.1;
        let side = |name: &str| self.number(index, name, state.font);
        let or_none = |name: &str| side(name).unwrap_or(0.0);
        let path = match name {
            "rect" | "image" => {
                let (x, y) = (or_none("x"), or_none("y"));
                Rect::new(x, y, x + side("width")?, y + side("height")?).to_path(TOLERANCE)
            }
            "circle" => Circle::new((or_none("cx"), or_none("cy")), side("r")?).to_path(TOLERANCE),
            "ellipse" => Ellipse::new((or_none("cx"), or_none("cy")), (side("rx")?, side("ry")?), 0.0).to_path(TOLERANCE),
            "path" => BezPath::from_svg(&self.property(index, "d").unwrap_or_default()).ok()?,
            _ => {
                let corners = numbers(&attribute(self.tape, index, "points")?)?;
                let mut path = BezPath::new();
                for (at, corner) in corners.chunks_exact(2).enumerate() {
                    let corner = Point::new(corner[0], corner[1]);
                    if at == 0 { path.move_to(corner) } else { path.line_to(corner) }
                }
                path
            }
        };
        self.work(path.elements().len());
        Some(Affine::new(state.matrix) * closed(&path))
    }

    fn draw(&mut self, index: usize, around: &State, depth: usize) -> Result<(), ImageFault> {
        self.drawn += 1;
        self.bounded()?;
        if depth > DEEPEST {
            return Err(unsupported("elements nested too deep"));
        }
        let name = local(self.tape, index);
        if matches!(name, "defs" | "clipPath" | "mask" | "pattern" | "marker" | "linearGradient" | "radialGradient" | "style") {
            return Ok(());
        }
        let mut state = self.inside(index, around);
        match name {
            "use" => return self.draw_used(index, &state, depth),
            "text" => return self.draw_text(index, &state),
            "svg" if depth > 0 => {
                let side = |name: &str| self.number(index, name, state.font);
                if says_something(self.tape, index)
                    && ["width", "height"].into_iter().any(|name| side(name).is_some_and(|size| size <= 0.0))
                {
                    return Err(unseen("it has no room"));
                }
                state.matrix = multiply(state.matrix, [1.0, 0.0, 0.0, 1.0, side("x").unwrap_or(0.0), side("y").unwrap_or(0.0)]);
                if let Some([x, y, width, height]) =
                    attribute(self.tape, index, "viewBox").and_then(|view| numbers(&view)).and_then(|view| <[f64; 4]>::try_from(view).ok())
                {
                    let scale = |size: Option<f64>, of: f64| size.filter(|_| of > 0.0).map_or(1.0, |size| size / of);
                    let (across, down) = (scale(side("width"), width), scale(side("height"), height));
                    state.matrix = multiply(state.matrix, [across, 0.0, 0.0, down, -x * across, -y * down]);
                }
            }
            "rect" | "path" | "circle" | "ellipse" | "polygon" | "polyline" | "image" => {
                if name == "image" {
                    state.fill = Ink::Other;
                }
                let area = match self.rectangle(index, &state) {
                    Some(edges) if matches!(name, "rect" | "image") => Some(Area::Rectangle(edges)),
                    _ => self.outline(index, name, &state).map(Area::Path),
                };
                self.paint(&state, area)?;
            }
            _ => {}
        }
        for child in self.tape.children(index).filter(|child| self.tape.node(*child).kind == Kind::Element).collect::<Vec<_>>() {
            // A symbol is drawn only where something uses it.
            if local(self.tape, child) != "symbol" {
                self.draw(child, &state, depth.saturating_add(1))?;
            }
        }
        Ok(())
    }

    fn draw_used(&mut self, index: usize, state: &State, depth: usize) -> Result<(), ImageFault> {
        let target = attribute(self.tape, index, "href").and_then(|href| self.ids.get(href.trim_start_matches('#')).copied());
        let Some(target) = target else { return Ok(()) };
        let side = |name: &str| self.number(index, name, state.font);
        let sized = matches!(local(self.tape, target), "symbol" | "svg");
        if sized
            && says_something(self.tape, target)
            && ["width", "height"].into_iter().any(|name| side(name).is_some_and(|size| size <= 0.0))
        {
            return Err(unseen("it has no room"));
        }
        let mut state = state.clone();
        state.matrix = multiply(state.matrix, [1.0, 0.0, 0.0, 1.0, side("x").unwrap_or(0.0), side("y").unwrap_or(0.0)]);
        self.draw(target, &state, depth.saturating_add(1))
    }

    /// A shape; one that is painted over a text hides it.
    fn paint(&mut self, state: &State, area: Option<Area>) -> Result<(), ImageFault> {
        let opaque =
            matches!(state.fill, Ink::Colour(_)) && state.opacity * state.fill_opacity > 1.0 - LEAST_OPACITY && state.clips.is_empty();
        if area.is_none() && opaque && !self.texts.is_empty() {
            return Err(unseen("something may be painted over it"));
        }
        if let Some(area) = area.as_ref().filter(|_| opaque && !self.texts.is_empty()) {
            self.work(self.texts.len().saturating_mul(area.cost()));
            self.bounded()?;
            if self.texts.iter().any(|(x, y)| area.contains(*x, *y)) {
                return Err(unseen("something is painted over it"));
            }
        }
        self.painted.push((area, if opaque || state.fill == Ink::None { state.fill } else { Ink::Other }));
        Ok(())
    }

    fn draw_text(&mut self, index: usize, state: &State) -> Result<(), ImageFault> {
        let at = |name: &str| self.number(index, name, state.font).unwrap_or(0.0);
        let mut pen = (at("x") + at("dx"), at("y") + at("dy"));
        self.draw_letters(index, state, &mut pen, 0)
    }

    fn draw_letters(&mut self, index: usize, state: &State, pen: &mut (f64, f64), depth: usize) -> Result<(), ImageFault> {
        self.drawn += 1;
        self.bounded()?;
        if depth > DEEPEST {
            return Err(unsupported("elements nested too deep"));
        }
        for child in self.tape.children(index).collect::<Vec<_>>() {
            match self.tape.node(child).kind {
                Kind::Element => {
                    let inner = self.inside(child, state);
                    let at = |name: &str| self.number(child, name, inner.font);
                    pen.0 = at("x").unwrap_or(pen.0) + at("dx").unwrap_or(0.0);
                    pen.1 = at("y").unwrap_or(pen.1) + at("dy").unwrap_or(0.0);
                    self.draw_letters(child, &inner, pen, depth.saturating_add(1))?;
                }
                Kind::Text | Kind::CData => {
                    let letters = self.tape.characters(child).trim().chars().count();
                    // Along a path its letters are where the path is.
                    let on_path = local(self.tape, index) == "textPath";
                    if letters > 0 {
                        self.seen(index, state, *pen, letters as f64, on_path)?;
                    }
                }
                Kind::Comment | Kind::Instruction => {}
            }
        }
        Ok(())
    }

    fn seen(&mut self, index: usize, state: &State, pen: (f64, f64), letters: f64, on_path: bool) -> Result<(), ImageFault> {
        let [a, b, c, d, ..] = state.matrix;
        let scale = (a * d - b * c).abs().sqrt();
        let size = state.font.abs() * scale;
        let extent = self.frame.map_or(0.0, |frame| (frame[2] - frame[0]).max(frame[3] - frame[1]));
        if size <= extent * LEAST_SHARE || size == 0.0 {
            return Err(unseen("it is too small"));
        }
        if state.opacity * state.fill_opacity < LEAST_OPACITY && !state.stroked || state.opacity < LEAST_OPACITY {
            return Err(unseen("it is transparent"));
        }
        if self.number(index, "textLength", state.font).is_some_and(|length| length < letters * state.font * 0.1) {
            return Err(unseen("it is pressed together"));
        }
        if on_path {
            return Ok(());
        }
        let (x, y) = place(state.matrix, pen.0, pen.1);
        let reach = letters * size + 2.0 * size;
        for [left, top, right, bottom] in self.frame.iter().chain(&state.clips) {
            if x + reach < *left || x - reach > *right || y + reach < *top || y - reach > *bottom {
                return Err(unseen("it lies outside of the picture"));
            }
        }
        let narrow = |[left, top, right, bottom]: &Edges| (right - left).min(bottom - top) < size * LEAST_GAP;
        if state.clips.iter().any(narrow) {
            return Err(unseen("it is clipped away"));
        }
        let length = letters * state.font * LETTER_WIDTH;
        let start = pen.0
            - match state.anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => length / 2.0,
                Anchor::End => length,
            };
        let samples = SAMPLES.map(|share| place(state.matrix, start + length * share, pen.1 - state.font * 0.3));
        if let (Ink::Colour(ink), false) = (state.fill, state.stroked) {
            self.work(self.painted.iter().map(|(area, _)| area.as_ref().map_or(1, Area::cost)).sum());
            self.bounded()?;
            let lost = |(x, y): (f64, f64)| {
                let under =
                    |(area, fill): &&(Option<Area>, Ink)| *fill != Ink::None && area.as_ref().is_none_or(|area| area.contains(x, y));
                let under = self.painted.iter().rev().find(under);
                let ground = under.map_or(Ink::Colour([255; 3]), |(area, fill)| if area.is_some() { *fill } else { Ink::Other });
                matches!(ground, Ink::Colour(ground) if ink.iter().zip(ground).all(|(one, other)| one.abs_diff(other) <= 24))
            };
            if lost(samples[0]) || lost(samples[1]) {
                return Err(unseen("it has the colour of what is behind it"));
            }
        }
        self.texts.extend(samples);
        Ok(())
    }
}

/// The same with every part of it closed, as fills are (SVG 2 §13.4.1).
fn closed(path: &BezPath) -> BezPath {
    let mut out = BezPath::new();
    for element in path.elements() {
        if matches!(element, PathEl::MoveTo(_)) && !out.is_empty() {
            out.close_path();
        }
        out.push(*element);
    }
    if !out.is_empty() {
        out.close_path();
    }
    out
}

fn contains([left, top, right, bottom]: Edges, x: f64, y: f64) -> bool {
    left <= x && x <= right && top <= y && y <= bottom
}

fn place([a, b, c, d, e, f]: Matrix, x: f64, y: f64) -> (f64, f64) {
    (a * x + c * y + e, b * x + d * y + f)
}

/// The transformation that carries out `inner`, then `outer`.
fn multiply(outer: Matrix, inner: Matrix) -> Matrix {
    let (x, y, shift) = (place(outer, inner[0], inner[1]), place(outer, inner[2], inner[3]), place(outer, inner[4], inner[5]));
    let origin = (outer[4], outer[5]);
    [x.0 - origin.0, x.1 - origin.1, y.0 - origin.0, y.1 - origin.1, shift.0, shift.1]
}

fn numbers(value: &str) -> Option<Vec<f64>> {
    value.split([',', ' ', '\t', '\n', '\r']).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

/// A list such as `translate(1 2) scale(3)` (SVG 2 §8.5).
fn transformation(value: &str) -> Option<Matrix> {
    let mut matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    for step in value.split(')').map(str::trim).filter(|step| !step.is_empty()) {
        let (name, arguments) = step.trim_start_matches(',').split_once('(')?;
        let given = numbers(arguments)?;
        let argument = |at: usize| given.get(at).copied();
        let turn = |degrees: f64| degrees.to_radians().sin_cos();
        let next = match name.trim() {
            "matrix" => <[f64; 6]>::try_from(given).ok()?,
            "translate" => [1.0, 0.0, 0.0, 1.0, argument(0)?, argument(1).unwrap_or(0.0)],
            "scale" => [argument(0)?, 0.0, 0.0, argument(1).or(argument(0))?, 0.0, 0.0],
            "rotate" => {
                let (sine, cosine) = turn(argument(0)?);
                let (x, y) = (argument(1).unwrap_or(0.0), argument(2).unwrap_or(0.0));
                [cosine, sine, -sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y]
            }
            "skewX" => [1.0, 0.0, argument(0)?.to_radians().tan(), 1.0, 0.0, 0.0],
            "skewY" => [1.0, argument(0)?.to_radians().tan(), 0.0, 1.0, 0.0, 0.0],
            _ => return None,
        };
        matrix = multiply(matrix, next);
    }
    Some(matrix)
}

/// A length in user units; `None` for shares of what is not known here.
fn length(value: &str, font: f64) -> Option<f64> {
    let value = value.trim();
    let digits = value.trim_end_matches(|character: char| character.is_ascii_alphabetic() || character == '%');
    let number: f64 = digits.trim().parse().ok()?;
    let unit = value.get(digits.len()..)?;
    Some(
        number
            * match unit {
                "" | "px" => 1.0,
                "pt" => 4.0 / 3.0,
                "pc" => 16.0,
                "mm" => 96.0 / 25.4,
                "cm" => 96.0 / 2.54,
                "in" => 96.0,
                "em" | "rem" => font,
                "ex" => font / 2.0,
                _ => return None,
            },
    )
}

fn opacity_of(value: &str) -> Option<f64> {
    let value = value.trim();
    let share = value
        .strip_suffix('%')
        .map_or_else(|| value.parse::<f64>().ok(), |percent| percent.trim().parse::<f64>().ok().map(|share| share / 100.0));
    share.map(|share| share.clamp(0.0, 1.0))
}

/// A paint, and how opaque it is by itself.
fn ink_of(value: &str) -> (Ink, f64) {
    let value = value.trim().to_ascii_lowercase();
    let hex = |at: usize, length: usize| value.get(1 + at..1 + at + length).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let colour = |parts: [Option<u8>; 3]| match parts {
        [Some(red), Some(green), Some(blue)] => Ink::Colour([red, green, blue]),
        _ => Ink::Other,
    };
    if value.starts_with('#') {
        return match value.len() {
            4 | 5 => {
                let part = |at: usize| hex(at, 1).map(|part| part.saturating_mul(17));
                (
                    colour([part(0), part(1), part(2)]),
                    if value.len() == 5 { part(3).map_or(1.0, |part| f64::from(part) / 255.0) } else { 1.0 },
                )
            }
            7 | 9 => (
                colour([hex(0, 2), hex(2, 2), hex(4, 2)]),
                if value.len() == 9 { hex(6, 2).map_or(1.0, |part| f64::from(part) / 255.0) } else { 1.0 },
            ),
            _ => (Ink::Other, 1.0),
        };
    }
    if let Some((name, arguments)) = value.trim_end_matches(')').split_once('(') {
        let given: Vec<&str> = arguments.split([',', ' ', '/']).filter(|part| !part.is_empty()).collect();
        let opacity = given.get(3).and_then(|share| opacity_of(share)).unwrap_or(1.0);
        let part = |at: usize| given.get(at).and_then(|part| part.parse::<f64>().ok()).map(|part| part.clamp(0.0, 255.0) as u8);
        let ink = if name.starts_with("rgb") { colour([part(0), part(1), part(2)]) } else { Ink::Other };
        return (ink, opacity);
    }
    match value.as_str() {
        "none" => (Ink::None, 1.0),
        "transparent" => (Ink::None, 0.0),
        "white" => (Ink::Colour([255; 3]), 1.0),
        "black" => (Ink::Colour([0; 3]), 1.0),
        _ => (Ink::Other, 1.0),
    }
}
