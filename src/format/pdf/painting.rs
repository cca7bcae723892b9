//! What paths, lines and colours paint (ISO 32000-2 §8.5, §8.6.8), as far as telling what is seen needs them.

use std::rc::Rc;

use lopdf::Object;

use super::colour::{Rgb, Space};
use super::content::{AGREED_MAX, Op};
use super::interpret::{Interpreter, PAINTS_MAX, Run, address};
use super::items::{Kind, Outline, Paint, Shape};
use super::matrix::Matrix;
use super::open::Rect;
use super::state::{Filling, Segment, State};
use super::value::Value;

/// Half of the width from which on a line may hide letters, in points.
const THICK: f64 = 1.5;
/// Points of outlines of one page that are remembered.
const OUTLINE_POINTS_TOTAL: usize = 2_000_000;

impl<'s> Interpreter<'s, '_> {
    /// Notes a paint. `solid`: all of its shape is painted, in one colour where `colour` is one.
    pub(super) fn push_paint(&mut self, state: &State, kind: Kind, rect: Rect, whole: Rect, colour: Rgb, solid: bool) {
        if self.hidden > 0 {
            self.page.layered += 1;
            return;
        }
        match kind {
            Kind::Fill | Kind::Stencil => self.beside.paint(state.set.fill),
            Kind::Stroke => self.beside.paint(state.set.stroke),
            Kind::Image | Kind::Shade => {}
        }
        self.beside.paint(state.set.mask);
        let order = self.next_order();
        if self.page.paints.len() >= PAINTS_MAX {
            self.page.overflows = true;
            return;
        }
        let alpha = if kind == Kind::Stroke { state.stroke_alpha } else { state.fill_alpha };
        let is_vague = state.clip_unknown || state.masked;
        if matches!(kind, Kind::Image | Kind::Stencil) {
            self.beside.veils.picture(state.veil, self.page.paints.len());
        }
        self.page.paints.push(Paint {
            solid: solid && !is_vague && self.is_opaque(state, alpha),
            alpha: alpha.clamp(0.0, 1.0) as f32,
            blend: state.blend,
            is_vague,
            clip: state.clip_shape,
            group: state.group,
            whole,
            ..Paint::plain(kind, rect, colour, order)
        });
    }

    /// Whether what is painted in a state takes the place of what is under it.
    fn is_opaque(&self, state: &State, alpha: f64) -> bool {
        let mut groups = std::iter::successors(state.group, |group| self.page.groups.get(*group as usize)?.parent);
        let is_plain = |group: u32| self.page.groups.get(group as usize).is_none_or(|group| group.blend.is_plain());
        alpha * state.group_alpha > 0.98 && state.blend.is_plain() && groups.all(is_plain)
    }

    /// Notes the outline of the paint noted last.
    pub(super) fn push_outline(&mut self, outline: Outline, even_odd: bool) {
        if self.hidden > 0 {
            return;
        }
        let points: usize = outline.iter().map(Vec::len).sum();
        let Some(paint) = self.page.paints.last_mut() else { return };
        if self.page.outline_points + points > OUTLINE_POINTS_TOTAL {
            paint.solid = false;
            paint.colour = None;
            return;
        }
        self.page.outline_points += points;
        paint.outline = Some(self.page.outlines.len() as u32);
        self.page.outlines.push(Shape { rings: outline, even_odd, within: None });
    }

    /// Notes the corners of the unit square as the outline of the paint noted last, when they are no upright rectangle.
    pub(super) fn push_corners(&mut self, matrix: Matrix) {
        if !matrix.is_upright() {
            let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| matrix.point(x, y));
            self.push_outline(vec![corners.to_vec()], false);
        }
    }

    /// Notes that what is painted from now on shows only inside an outline.
    fn shape_clip(&mut self, state: &mut State, rings: Option<Outline>, even_odd: bool) {
        let rings = rings.filter(|rings| {
            let points: usize = rings.iter().map(Vec::len).sum();
            self.page.outline_points += points;
            self.page.outline_points <= OUTLINE_POINTS_TOTAL
        });
        match rings {
            Some(rings) => {
                let within = state.clip_shape.replace(self.page.outlines.len() as u32);
                self.page.outlines.push(Shape { rings, even_odd, within });
            }
            None => state.clip_unknown = true,
        }
    }

    /// Notes one piece of a line as wide as it is drawn.
    fn push_piece(&mut self, state: &State, line: Segment, half: f64, is_bend: bool) {
        let rect = Rect::new(line.x0, line.y0, line.x1, line.y1);
        let flat = rect.height() < 0.05 * rect.width() || rect.width() < 0.05 * rect.height();
        let rect = Rect { x0: rect.x0 - half, y0: rect.y0 - half, x1: rect.x1 + half, y1: rect.y1 + half };
        // A thin line hides nothing, and its box is not what it paints.
        let is_thick = half >= THICK;
        if is_bend && !is_thick {
            return;
        }
        self.push_paint(state, Kind::Stroke, rect.meet(state.clip), rect, state.stroke, flat || is_thick);
        if !flat && is_thick {
            let (x, y) = (line.x1 - line.x0, line.y1 - line.y0);
            let length = x.hypot(y).max(1e-9);
            let (x, y) = (x / length * half, y / length * half);
            let ring = vec![
                (line.x0 - x - y, line.y0 - y + x),
                (line.x1 + x - y, line.y1 + y + x),
                (line.x1 + x + y, line.y1 + y - x),
                (line.x0 - x + y, line.y0 - y - x),
            ];
            self.push_outline(vec![ring], false);
        } else if !flat
            && self.hidden == 0
            && let Some(paint) = self.page.paints.last_mut()
        {
            paint.alpha = 0.0;
        }
    }

    /// Counts a drawing that reaches so far that viewers differ in how much of it there is.
    pub(super) fn note_far(&mut self, Rect { x0, y0, x1, y1 }: Rect) {
        let is_far = [x0, y0, x1, y1].iter().any(|place| place.abs() > AGREED_MAX || place.is_nan());
        self.page.disputed += usize::from(is_far && self.hidden == 0);
    }

    pub(super) fn paint(&mut self, run: &mut Run<'s>, name: &[u8]) {
        let Run { state, path, here, clip_next, .. } = run;
        if matches!(name, b"s" | b"b" | b"b*") {
            path.line_to(state.ctm.point(here.0, here.1));
        }
        path.finish();
        let clip = state.clip;
        if let Some(bounds) = path.bounds().filter(|_| name != b"n" || clip_next.is_some()) {
            self.note_far(bounds);
        }
        let (fills, strokes) = (paints(name, b"fFBb"), paints(name, b"SsBb"));
        // Colorants that are none paint nothing (§8.6.6.4), and some viewers paint all the same.
        let is_none = |space: &Space| matches!(space, Space::Nothing(_));
        self.page.disputed += usize::from(
            self.hidden == 0 && path.bounds().is_some() && (fills && is_none(&state.fill_space) || strokes && is_none(&state.stroke_space)),
        );
        if let Some(bounds) = path.bounds() {
            if fills {
                let solid = state.fill.is_some();
                let even_odd = name.ends_with(b"*");
                let first = self.page.paints.len();
                if let Some(outline) = path.outline() {
                    let known = !outline.is_empty();
                    self.push_paint(state, Kind::Fill, bounds.meet(clip), bounds, state.fill.filter(|_| known), solid && known);
                    if known {
                        self.push_outline(outline, even_odd);
                    }
                } else {
                    for rect in &path.rects {
                        self.push_paint(state, Kind::Fill, rect.meet(clip), *rect, state.fill, solid);
                    }
                }
                // Between the figures of a pattern one sees what is under it.
                if matches!(*state.fill_space, Space::Pattern) && state.filling == Filling::Figures {
                    self.page.paints.iter_mut().skip(first).for_each(|paint| paint.alpha = 0.0);
                }
            }
            if strokes {
                let half = (state.line_width * state.ctm.scale() / 2.0).max(0.05);
                for (line, is_bend) in path.segments.iter().map(|line| (line, false)).chain(path.bends.iter().map(|line| (line, true))) {
                    self.push_piece(state, *line, half, is_bend);
                }
            }
        }
        if let Some(even_odd) = clip_next.take() {
            // A path of lines alone, such as one from corner to corner, has no inside.
            state.clip = path.bounds().filter(|_| path.has_inside()).map_or(Rect::NONE, |bounds| clip.meet(bounds));
            if !path.is_rectangle() {
                self.shape_clip(state, path.take_rings(), even_odd);
            }
        }
        path.clear();
    }

    /// Whether an operator of colour sets something. The name of a space that nothing explains changes nothing, for viewers and in the copy.
    pub(super) fn sets_colour(&self, run: &Run<'s>, op: &Op<'_, '_>) -> bool {
        if !matches!(op.name, b"cs" | b"CS") {
            return true;
        }
        let name = op.operands.iter().find_map(Value::name).unwrap_or_default();
        matches!(name, b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"Pattern")
            || run.resource(self.source, self.page_resources, b"ColorSpace", name).is_some()
    }

    pub(super) fn colour(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) {
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.clear();
        numbers.extend(op.operands.iter().filter_map(Value::number));
        self.colour_of(run, op, &numbers);
        self.numbers = numbers;
    }

    fn colour_of(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>, numbers: &[f64]) {
        let stroke = op.name.first().is_some_and(u8::is_ascii_uppercase);
        if !stroke {
            run.state.filling = Filling::Figures;
        }
        let (space, colour) = match op.name {
            b"g" | b"G" => (Some(&self.device[0]), Space::Gray.rgb(numbers)),
            b"rg" | b"RG" => (Some(&self.device[1]), Space::Rgb.rgb(numbers)),
            b"k" | b"K" => (Some(&self.device[2]), Space::Cmyk.rgb(numbers)),
            b"cs" | b"CS" => {
                let name = op.operands.iter().find_map(Value::name).unwrap_or_default().to_vec();
                let named = run.resources.and_then(|resources| self.source.sub(resources, b"ColorSpace"));
                let key = run.resource(self.source, self.page_resources, b"ColorSpace", &name).map(address);
                let space = match key.and_then(|key| self.spaces.get(&key)) {
                    Some(space) => space.clone(),
                    None => {
                        let space = Rc::new(Space::read(self.source, &Object::Name(name), named, 0));
                        if let Some(key) = key {
                            self.spaces.insert(key, space.clone());
                        }
                        space
                    }
                };
                let colour = space.initial();
                if stroke {
                    run.state.stroke_space = space;
                    run.state.stroke = colour;
                } else {
                    run.state.fill_space = space;
                    run.state.fill = colour;
                }
                return;
            }
            _ => {
                let space = if stroke { &run.state.stroke_space } else { &run.state.fill_space };
                if !stroke
                    && matches!(**space, Space::Pattern)
                    && let Some(name) = op.operands.last().and_then(Value::name)
                {
                    let pattern =
                        run.resource(self.source, self.page_resources, b"Pattern", name).and_then(|object| self.source.dict(object));
                    let shading = pattern.filter(|pattern| self.source.int(pattern, b"PatternType") == Some(2));
                    run.state.filling = if shading.is_some() { Filling::Shading } else { Filling::Figures };
                    let shading = shading.and_then(|pattern| self.source.sub(pattern, b"Shading"));
                    run.state.fill = shading.and_then(|shading| super::shade::one_colour(self.source, shading));
                    return;
                }
                // Of more or fewer parts than the space has viewers take other ones, or none.
                let names_pattern = op.operands.last().is_some_and(|last| last.name().is_some());
                let is_other = !names_pattern && space.components().is_some_and(|parts| parts != numbers.len());
                // Past the last colour of a table some viewers take that, and others none.
                let is_past =
                    numbers.first().is_some_and(|index| space.colours().is_some_and(|count| *index < 0.0 || *index >= count as f64));
                self.page.disputed += usize::from(is_other || is_past);
                (None, space.rgb(numbers))
            }
        };
        if stroke {
            run.state.stroke = colour;
            if let Some(space) = space {
                run.state.stroke_space = space.clone();
            }
        } else {
            run.state.fill = colour;
            if let Some(space) = space {
                run.state.fill_space = space.clone();
            }
        }
    }
}

/// Whether an operator that paints a path is one of some letters.
fn paints(name: &[u8], letters: &[u8]) -> bool {
    name.first().is_some_and(|letter| letters.contains(letter))
}
