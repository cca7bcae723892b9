//! Whether the text of a picture is seen: its size, place, colour and what is painted over it, as far as they can be told.
//!
//! SVG 2 §8 (coordinates), §5 (`use`, `switch`), §11 (text), §13 (painting). Text of which nothing is seen refuses the picture: words are
//! never taken out of a drawing by guess. What is not followed here (paths as clips, gradients) counts as seen.

use std::collections::BTreeMap;

use super::{ImageFault, local, unsupported};
use crate::format::xml::{Kind, Tape};

/// Below a thousandth of the picture nothing can be read.
const LEAST_SHARE: f64 = 0.001;
/// Of what is less opaque nothing is seen.
const LEAST_OPACITY: f64 = 0.05;
/// Elements that one picture may draw, counted as often as they are used.
const MOST_DRAWN: usize = 200_000;
const DEEPEST: usize = 64;

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

#[derive(Clone)]
struct State {
    matrix: Matrix,
    opacity: f64,
    fill: Ink,
    fill_opacity: f64,
    stroked: bool,
    font: f64,
    /// Where anything is seen at all: left, top, right, bottom.
    clips: Vec<Edges>,
}

struct Sight<'t, 's> {
    tape: &'t Tape<'s>,
    ids: BTreeMap<String, usize>,
    rules: Vec<(String, String)>,
    frame: Option<Edges>,
    /// Shapes painted so far, with their edges where these are known.
    painted: Vec<(Option<Edges>, Ink)>,
    /// Places of the texts painted so far.
    texts: Vec<(f64, f64)>,
    drawn: usize,
}

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
    let mut sight = Sight { tape, ids, rules, frame, painted: Vec::new(), texts: Vec::new(), drawn: 0 };
    let state = State {
        matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        opacity: 1.0,
        fill: Ink::Colour([0; 3]),
        fill_opacity: 1.0,
        stroked: false,
        font: 16.0,
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
        let declared = |body: &str| {
            let found = body.split(';').filter_map(|part| part.split_once(':')).rfind(|(property, _)| property.trim() == name);
            found.map(|(_, value)| value.trim().trim_end_matches("!important").trim().to_owned())
        };
        let own = attribute(self.tape, index, "style").and_then(|style| declared(&style));
        let by_rule = || self.rules.iter().rev().filter(|(selector, _)| self.matches(index, selector)).find_map(|(_, body)| declared(body));
        own.or_else(by_rule).or_else(|| attribute(self.tape, index, name))
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
        if let Some(matrix) = self.property(index, "transform").and_then(|transform| transformation(&transform)) {
            state.matrix = multiply(state.matrix, matrix);
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
        all
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

    fn draw(&mut self, index: usize, around: &State, depth: usize) -> Result<(), ImageFault> {
        self.drawn += 1;
        if depth > DEEPEST || self.drawn > MOST_DRAWN {
            return Err(unsupported("elements used too often"));
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
            "rect" => {
                let edges = self.rectangle(index, &state);
                self.paint(&state, edges)?;
            }
            "path" | "circle" | "ellipse" | "polygon" | "polyline" | "image" => {
                let fill = if name == "image" { Ink::Other } else { state.fill };
                self.painted.push((None, fill));
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

    /// A shape of known edges; one that is painted over a text hides it.
    fn paint(&mut self, state: &State, edges: Option<Edges>) -> Result<(), ImageFault> {
        let opaque =
            matches!(state.fill, Ink::Colour(_)) && state.opacity * state.fill_opacity > 1.0 - LEAST_OPACITY && state.clips.is_empty();
        let covers = |edges: Edges| self.texts.iter().any(|(x, y)| contains(edges, *x, *y));
        if edges.filter(|_| opaque).is_some_and(covers) {
            return Err(unseen("something is painted over it"));
        }
        self.painted.push((edges, if opaque || state.fill == Ink::None { state.fill } else { Ink::Other }));
        Ok(())
    }

    fn draw_text(&mut self, index: usize, state: &State) -> Result<(), ImageFault> {
        let at = |name: &str| self.number(index, name, state.font).unwrap_or(0.0);
        let mut pen = (at("x") + at("dx"), at("y") + at("dy"));
        self.draw_letters(index, state, &mut pen, 0)
    }

    fn draw_letters(&mut self, index: usize, state: &State, pen: &mut (f64, f64), depth: usize) -> Result<(), ImageFault> {
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
        let first = place(state.matrix, pen.0 + state.font * 0.2, pen.1 - state.font * 0.3);
        if let (Ink::Colour(ink), false) = (state.fill, state.stroked) {
            let under = self
                .painted
                .iter()
                .rev()
                .find(|(edges, fill)| *fill != Ink::None && edges.is_none_or(|edges| contains(edges, first.0, first.1)));
            let ground = under.map_or(Ink::Colour([255; 3]), |(edges, fill)| if edges.is_some() { *fill } else { Ink::Other });
            if let Ink::Colour(ground) = ground
                && ink.iter().zip(ground).all(|(one, other)| one.abs_diff(other) <= 24)
            {
                return Err(unseen("it has the colour of what is behind it"));
            }
        }
        self.texts.push(first);
        Ok(())
    }
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
