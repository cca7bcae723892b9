//! What an enhanced metafile draws, record by record, as far as that decides what is seen of its text (MS-EMF §2.3).

use std::collections::BTreeMap;

use super::super::ImageFault;
use super::super::bytes::{le16, le32, le32i, slice};
use super::super::sheet::{
    BLACKNESS, Box4, Brush, COPY, PATTERN_COPY, Point, Rgb, Sheet, WHITENESS, around, colour, ellipse, line_of_text, rectangle, shared,
};
use super::place::Mapping;
use super::{FONT, SMALL_TEXT, TEXT_A, TEXT_W};

/// The pen that takes the place of what was there (MS-EMF §2.1.14 of binary raster operations).
const COPY_PEN: u32 = 13;

/// An object that records select by its number.
#[derive(Clone, Copy)]
enum Object {
    Brush(Brush),
    /// Height, and angle in tenths of a degree.
    Font(f64, f64),
    Other,
}

/// What counts for the records that follow, and is saved and restored.
#[derive(Clone)]
struct State {
    brush: Brush,
    font: (f64, f64),
    ink: Option<Rgb>,
    ground: Option<Rgb>,
    brings_ground: bool,
    align: u32,
    copies: bool,
    clip: Option<Box4>,
    current: Point,
}

/// A drawing under way.
pub(super) struct Drawn {
    pub(super) sheet: Sheet,
    objects: BTreeMap<u32, Object>,
    now: State,
    saved: Vec<State>,
    /// The outlines of the path that is under way or done.
    path: Vec<Vec<Point>>,
    in_path: bool,
}

impl Default for Drawn {
    fn default() -> Self {
        let now = State {
            brush: Brush::Solid(Some([255; 3])),
            font: (16.0, 0.0),
            ink: Some([0; 3]),
            ground: Some([255; 3]),
            brings_ground: true,
            align: 0,
            copies: true,
            clip: None,
            current: (0.0, 0.0),
        };
        Self { sheet: Sheet::default(), objects: BTreeMap::new(), now, saved: Vec::new(), path: Vec::new(), in_path: false }
    }
}

impl Drawn {
    /// Takes note of a record. Says what it writes, in UTF-16.
    pub(super) fn follow(&mut self, kind: u32, record: &[u8], mapping: &Mapping) -> Option<Vec<u8>> {
        let word = |at| le32(record, at).unwrap_or(0);
        match kind {
            18 => self.now.brings_ground = word(8) != 1,
            20 => self.now.copies = word(8) == COPY_PEN,
            22 => self.now.align = word(8),
            24 => self.now.ink = colour(word(8)),
            25 => self.now.ground = colour(word(8)),
            33 if self.saved.len() < 256 => self.saved.push(self.now.clone()),
            34 => {
                let steps = le32i(record, 8).unwrap_or(-1);
                let left = if steps < 0 { self.saved.len().checked_sub(steps.unsigned_abs() as usize) } else { None };
                if let Some(state) = left.and_then(|left| self.saved.drain(left..).next()) {
                    self.now = state;
                }
            }
            37 => self.select(word(8)),
            38 | 95 => drop(self.objects.insert(word(8), Object::Other)),
            39 => drop(self.objects.insert(word(8), Object::Brush(Brush::of(word(12), word(16))))),
            93 | 94 => drop(self.objects.insert(word(8), Object::Brush(Brush::Pattern))),
            FONT => {
                let number = |at| le32i(record, at).map_or(0.0, f64::from);
                self.objects.insert(word(8), Object::Font(number(12).abs(), number(20)));
            }
            40 => drop(self.objects.remove(&word(8))),
            TEXT_A | TEXT_W | SMALL_TEXT => return self.text(kind, record, mapping),
            26 | 28 | 29 | 30 | 67 | 75 => self.clip(kind, record, mapping),
            _ => self.shape(kind, record, mapping),
        }
        None
    }

    fn select(&mut self, handle: u32) {
        if let Some(number) = handle.checked_sub(0x8000_0000) {
            match number {
                10..=17 => self.now.font = (16.0, 0.0),
                _ => self.now.brush = Brush::stock(number).unwrap_or(self.now.brush),
            }
            return;
        }
        match self.objects.get(&handle) {
            Some(Object::Brush(brush)) => self.now.brush = *brush,
            Some(Object::Font(height, angle)) => self.now.font = (*height, *angle),
            Some(Object::Other) | None => {}
        }
    }

    fn clip(&mut self, kind: u32, record: &[u8], mapping: &Mapping) {
        let word = |at| le32(record, at).unwrap_or(0);
        let (mode, bounds) = match kind {
            30 => (1, Some(boxed(record, 8, mapping))),
            67 => (word(8), Some(around(&std::mem::take(&mut self.path).concat()))),
            75 => {
                let edge = |at| le32i(record, at).map(f64::from);
                let region = || Some([edge(32)?, edge(36)?, edge(40)?, edge(44)?]);
                (word(12), if word(8) == 0 { None } else { region() })
            }
            // A hole in it, which is not followed.
            29 => return,
            _ => (0, None),
        };
        self.now.clip = match (mode, bounds) {
            (1, Some(bounds)) => Some(shared(self.now.clip, bounds)),
            (5, Some(bounds)) => Some(bounds),
            _ => None,
        };
    }

    /// Lines, shapes, paths and pictures.
    fn shape(&mut self, kind: u32, record: &[u8], mapping: &Mapping) {
        let word = |at| le32(record, at).unwrap_or(0);
        let number = |at| le32i(record, at).map_or(0.0, f64::from);
        match kind {
            27 | 54 => {
                let end = (number(8), number(12));
                let (from, to) = (mapping.device(self.now.current.0, self.now.current.1), mapping.device(end.0, end.1));
                self.now.current = end;
                if self.in_path && kind == 27 {
                    self.path.push(vec![to]);
                } else if self.in_path {
                    self.line_to(from, &[to]);
                }
            }
            59 => (self.in_path, self.path) = (true, Vec::new()),
            60 => self.in_path = false,
            68 => (self.in_path, self.path) = (false, Vec::new()),
            62 | 63 => {
                let path = std::mem::take(&mut self.path);
                self.fill(path);
            }
            42..=44 => {
                let frame = boxed(record, 8, mapping);
                self.outline(vec![if kind == 42 { ellipse(frame) } else { rectangle(frame) }], true);
            }
            2 | 4 | 85 | 87 => {
                let points = points(record, 28, word(24), kind >= 85, mapping);
                self.outline(vec![points], false);
            }
            3 | 86 => {
                let points = points(record, 28, word(24), kind == 86, mapping);
                self.outline(vec![points], true);
            }
            5 | 6 | 88 | 89 => {
                let points = points(record, 28, word(24), kind >= 88, mapping);
                let from = mapping.device(self.now.current.0, self.now.current.1);
                if self.in_path {
                    self.line_to(from, &points);
                }
            }
            7 | 8 | 90 | 91 => {
                let (outlines, wide) = (word(24) as usize, kind < 90);
                let mut at = outlines.saturating_mul(4).saturating_add(32);
                let mut all = Vec::new();
                for outline in 0..outlines {
                    let Some(count) = le32(record, outline.saturating_mul(4).saturating_add(32)) else { break };
                    all.push(points(record, at, count, !wide, mapping));
                    at = at.saturating_add((count as usize).saturating_mul(if wide { 8 } else { 4 }));
                    if at > record.len() {
                        break;
                    }
                }
                self.outline(all, matches!(kind, 8 | 91));
            }
            76 | 77 => self.block(record, 24, 32, word(40), false, mapping),
            78 | 79 | 114 | 116 => self.block(record, 24, 32, 0, true, mapping),
            81 => self.block(record, 24, 72, word(68), false, mapping),
            80 => {
                let corner = mapping.device(number(24), number(28));
                let frame = [corner.0, corner.1, corner.0 + number(40), corner.1 + number(44)];
                self.sheet.fill(vec![rectangle(frame)], None, self.now.clip, self.now.copies);
            }
            // Regions, slices, gradients: somewhere in their bounds, in a colour that is not followed.
            46 | 47 | 53 | 71 | 74 | 118 => {
                let edge = |at| le32i(record, at).map_or(0.0, f64::from);
                self.sheet.fill(vec![rectangle([edge(8), edge(12), edge(16), edge(20)])], None, self.now.clip, false);
            }
            _ => {}
        }
    }

    /// A block of pixels: `place` is where its corner is said, and `size` its width and height.
    fn block(&mut self, record: &[u8], place: usize, size: usize, operation: u32, mixes: bool, mapping: &Mapping) {
        let number = |at: usize| le32i(record, at).map_or(0.0, f64::from);
        let (x, y) = (number(place), number(place.saturating_add(4)));
        let far = (x + number(size), y + number(size.saturating_add(4)));
        let frame = around(&[mapping.device(x, y), mapping.device(far.0, far.1)]);
        let (colour, opaque) = match (operation, self.now.brush) {
            (PATTERN_COPY, Brush::Nothing) => return,
            (PATTERN_COPY, Brush::Solid(colour)) => (colour, true),
            (BLACKNESS, _) => (Some([0; 3]), true),
            (WHITENESS, _) => (Some([255; 3]), true),
            (operation, _) => (None, operation == COPY && !mixes),
        };
        self.sheet.fill(vec![rectangle(frame)], colour, self.now.clip, opaque);
    }

    /// An outline, which becomes part of the path that is under way, or is filled where it is closed.
    fn outline(&mut self, outlines: Vec<Vec<Point>>, closed: bool) {
        if self.in_path {
            self.path.extend(outlines);
        } else if closed {
            self.fill(outlines);
        }
    }

    fn fill(&mut self, outlines: Vec<Vec<Point>>) {
        match self.now.brush {
            Brush::Nothing => {}
            Brush::Solid(colour) => {
                let known = colour.filter(|_| self.now.copies);
                self.sheet.fill(outlines, known, self.now.clip, self.now.copies);
            }
            Brush::Pattern => self.sheet.fill(outlines, None, self.now.clip, false),
        }
    }

    fn line_to(&mut self, from: Point, points: &[Point]) {
        match self.path.last_mut() {
            Some(outline) => outline.extend_from_slice(points),
            None => self.path.push([&[from], points].concat()),
        }
    }

    fn text(&mut self, kind: u32, record: &[u8], mapping: &Mapping) -> Option<Vec<u8>> {
        let word = |at| le32(record, at).unwrap_or(0);
        let number = |at| le32i(record, at).map_or(0.0, f64::from);
        let small = kind == SMALL_TEXT;
        let (x, y) = if small { (number(8), number(12)) } else { (number(36), number(40)) };
        let (count, options) = if small { (word(16) as usize, word(20)) } else { (word(44) as usize, word(52)) };
        let frame = match (small, options & 0x100 == 0) {
            (false, _) => boxed(record, 56, mapping),
            (true, true) => boxed(record, 36, mapping),
            (true, false) => [0.0; 4],
        };
        // A box that is filled behind the text, or that the text is cut to (MS-EMF §2.1.11).
        if options & 2 != 0 {
            self.sheet.fill(vec![rectangle(frame)], self.now.ground, self.now.clip, true);
        }
        let wide = kind == TEXT_W || small && options & 0x200 == 0;
        let characters = match (small, options & 0x100 == 0) {
            (false, _) => word(48) as usize,
            (true, true) => 52,
            (true, false) => 36,
        };
        let bytes = slice(record, characters, count.saturating_mul(if wide { 2 } else { 1 })).unwrap_or_default();
        let blank = bytes.iter().all(|byte| matches!(byte, 0 | b' ' | 9 | 10 | 13));
        // Numbers of glyphs are no letters.
        if blank && options & 0x10 == 0 {
            return None;
        }
        if self.in_path {
            self.sheet.hides("text that is drawn as a path");
        }
        let (height, angle) = self.now.font;
        let height = if height == 0.0 { 16.0 } else { height };
        let spacing = if small { 0 } else { word(72) as usize };
        let step = if options & 0x2000 == 0 { 4_usize } else { 8 };
        let advances = slice(record, spacing, count.saturating_mul(step)).filter(|_| spacing > 0);
        let width: f64 = match advances {
            Some(advances) => (0..count).map(|at| le32i(advances, at.saturating_mul(step)).map_or(0.0, |step| f64::from(step).abs())).sum(),
            None => height * 0.5 * count as f64,
        };
        let place = if self.now.align & 1 == 1 { self.now.current } else { (x, y) };
        if self.now.align & 1 == 1 {
            self.now.current.0 += width;
        }
        let clip = if options & 4 == 0 { self.now.clip } else { Some(shared(self.now.clip, frame)) };
        let ground = self.now.ground.filter(|_| self.now.brings_ground || options & 2 != 0);
        let corners = corners(mapping, place, (width, height), angle, self.now.align);
        self.sheet.text(count, corners, self.now.ink.filter(|_| self.now.copies), ground, clip);
        Some(if wide { bytes.to_vec() } else { bytes.iter().flat_map(|byte| [*byte, 0]).collect() })
    }
}

/// The corners of a line of text that is aligned to a place (MS-WMF §2.1.2.3).
fn corners(mapping: &Mapping, place: Point, size: Point, angle: f64, align: u32) -> [Point; 4] {
    let start = mapping.device(place.0, place.1);
    let (right, below) = mapping.upright();
    let (sine, cosine) = (angle / 10.0).to_radians().sin_cos();
    let length = |way: Point| way.0.hypot(way.1);
    let along = (right.0 * cosine + right.1 * sine, right.1 * cosine - right.0 * sine);
    let along = (along.0 * size.0, along.1 * size.0);
    let unit = if length(along) == 0.0 { (1.0, 0.0) } else { (along.0 / length(along), along.1 / length(along)) };
    let deep = length(below) * size.1;
    let down = (-unit.1 * deep, unit.0 * deep);
    let back = match align & 6 {
        6 => 0.5,
        2 => 1.0,
        _ => 0.0,
    };
    let up = match align & 0x18 {
        0x18 => 0.8,
        8 => 1.0,
        _ => 0.0,
    };
    let corner = (start.0 - along.0 * back - down.0 * up, start.1 - along.1 * back - down.1 * up);
    line_of_text(corner, along, down)
}

/// A box in device units: left, top, right and bottom at `at`.
fn boxed(record: &[u8], at: usize, mapping: &Mapping) -> Box4 {
    let number = |edge: usize| le32i(record, at.saturating_add(edge)).map_or(0.0, f64::from);
    around(&[mapping.device(number(0), number(4)), mapping.device(number(8), number(12))])
}

/// Points in device units, of two bytes for a number or of four.
fn points(record: &[u8], at: usize, count: u32, short: bool, mapping: &Mapping) -> Vec<Point> {
    let size = if short { 4 } else { 8 };
    let Some(bytes) = slice(record, at, (count as usize).saturating_mul(size)) else { return Vec::new() };
    let point = |bytes: &[u8]| {
        let (x, y) = if short {
            let number = |at| le16(bytes, at).map_or(0.0, |number| f64::from(number.cast_signed()));
            (number(0), number(2))
        } else {
            let number = |at| le32i(bytes, at).map_or(0.0, f64::from);
            (number(0), number(4))
        };
        mapping.device(x, y)
    };
    bytes.chunks_exact(size).map(point).collect()
}

/// What an enhanced metafile draws in which text may be seen or not, checked when all of it was followed.
///
/// # Errors
/// [`ImageFault::Unsafe`] where there is text that nobody sees, or that stands in a place which cannot be told.
pub(super) fn check(drawn: &Drawn, mapping: &Mapping) -> Result<(), ImageFault> {
    if drawn.sheet.has_text() && !mapping.is_followed() {
        return Err(ImageFault::Unsafe { format: "EMF".into(), what: "text in a place that cannot be told".into() });
    }
    drawn.sheet.check("EMF")
}
