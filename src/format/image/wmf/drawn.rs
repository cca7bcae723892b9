//! What a Windows metafile draws, record by record, as far as that decides what is seen of its text (MS-WMF §2.3).

use std::collections::BTreeSet;

use super::super::bytes::{le16, le32};
use super::super::sheet::{
    BLACKNESS, Box4, Brush, COPY, PATTERN_COPY, Point, Rgb, Sheet, WHITENESS, around, colour, ellipse, line_of_text, rectangle, shared,
};
use super::{EXTENDED_TEXT, FONT, REGION, TEXT, text_at};

/// The pen that takes the place of what was there (MS-WMF §2.1.1.2).
const COPY_PEN: u16 = 13;

/// An object that records select by its number.
#[derive(Clone, Copy)]
enum Object {
    Brush(Brush),
    /// Height, and angle in tenths of a degree.
    Font(f64, f64),
    Region,
    Other,
}

/// What counts for the records that follow, and is saved and restored.
#[derive(Clone)]
struct State {
    origin: Point,
    extent: Point,
    /// Axes that run upward.
    upward: bool,
    brush: Brush,
    font: (f64, f64),
    ink: Option<Rgb>,
    ground: Option<Rgb>,
    brings_ground: bool,
    align: u16,
    copies: bool,
    clip: Option<Box4>,
    current: Point,
}

/// A drawing under way.
pub(super) struct Drawn {
    pub(super) sheet: Sheet,
    /// By number; the lowest that is free is taken by the next (MS-WMF §3.1.4.1).
    objects: Vec<Option<Object>>,
    free: BTreeSet<usize>,
    now: State,
    saved: Vec<State>,
    /// Width and height of the first window, to whose measure all others are brought.
    measure: Option<Point>,
}

impl Default for Drawn {
    fn default() -> Self {
        let now = State {
            origin: (0.0, 0.0),
            extent: (0.0, 0.0),
            upward: false,
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
        Self { sheet: Sheet::default(), objects: Vec::new(), free: BTreeSet::new(), now, saved: Vec::new(), measure: None }
    }
}

impl Drawn {
    /// Takes note of a record.
    pub(super) fn follow(&mut self, function: u16, record: &[u8]) {
        let word = |at| le16(record, at).unwrap_or(0);
        let number = |at| le16(record, at).map_or(0.0, |number| f64::from(number.cast_signed()));
        match function {
            0x0102 => self.now.brings_ground = word(6) != 1,
            0x0103 => self.now.upward = matches!(word(6), 2..=6),
            0x0104 => self.now.copies = word(6) == COPY_PEN,
            0x0127 => {
                let steps = number(6);
                let left = if steps < 0.0 { self.saved.len().checked_sub(-steps as usize) } else { None };
                if let Some(state) = left.and_then(|left| self.saved.drain(left..).next()) {
                    self.now = state;
                }
            }
            0x001e if self.saved.len() < 256 => self.saved.push(self.now.clone()),
            0x012d => self.select(usize::from(word(6))),
            0x012e => self.now.align = word(6),
            0x0201 => self.now.ground = le32(record, 6).and_then(colour),
            0x0209 => self.now.ink = le32(record, 6).and_then(colour),
            0x020b => self.now.origin = (number(8), number(6)),
            0x020c => {
                self.now.extent = (number(8), number(6));
                self.measure = self.measure.or(Some((number(8).abs(), number(6).abs())));
            }
            0x020f => {
                self.now.origin.0 += number(8);
                self.now.origin.1 += number(6);
            }
            0x012c => self.now.clip = None,
            0x0416 => {
                let frame = self.boxed(record, 6);
                self.now.clip = Some(shared(self.now.clip, frame));
            }
            0x0213 | 0x0214 => self.now.current = (number(8), number(6)),
            0x01f0 => {
                let number = usize::from(word(6));
                if let Some(place) = self.objects.get_mut(number) {
                    *place = None;
                    self.free.insert(number);
                }
            }
            FONT => self.create(Object::Font(number(6).abs(), number(10))),
            0x02fc => self.create(Object::Brush(Brush::of(u32::from(word(6)), le32(record, 8).unwrap_or(0)))),
            0x0142 | 0x01f9 | 0x06fe => self.create(Object::Brush(Brush::Pattern)),
            REGION => self.create(Object::Region),
            0x02fa | 0x00f7 => self.create(Object::Other),
            TEXT | EXTENDED_TEXT => self.text(function, record),
            _ => self.shape(function, record),
        }
    }

    fn create(&mut self, object: Object) {
        match self.free.pop_first().and_then(|number| self.objects.get_mut(number)) {
            Some(place) => *place = Some(object),
            None => self.objects.push(Some(object)),
        }
    }

    fn select(&mut self, number: usize) {
        match self.objects.get(number).copied().flatten() {
            Some(Object::Brush(brush)) => self.now.brush = brush,
            Some(Object::Font(height, angle)) => self.now.font = (height, angle),
            // A region is clipped to, in a way that is not followed.
            Some(Object::Region) => self.now.clip = None,
            Some(Object::Other) | None => {}
        }
    }

    /// How long a step along the axes is, in the measure of the first window; downward counts as more.
    fn scale(&self) -> Point {
        let one = |extent: f64, measure: Option<f64>| match measure {
            Some(measure) if extent != 0.0 && !self.now.upward => measure / extent,
            _ => 1.0,
        };
        let (x, y) = (one(self.now.extent.0, self.measure.map(|all| all.0)), one(self.now.extent.1, self.measure.map(|all| all.1)));
        (x, if self.now.upward { -y } else { y })
    }

    fn at(&self, x: f64, y: f64) -> Point {
        let scale = self.scale();
        ((x - self.now.origin.0) * scale.0, (y - self.now.origin.1) * scale.1)
    }

    /// A box whose bottom, right, top and left stand in a record.
    fn boxed(&self, record: &[u8], at: usize) -> Box4 {
        let number = |edge: usize| le16(record, at.saturating_add(edge)).map_or(0.0, |number| f64::from(number.cast_signed()));
        around(&[self.at(number(6), number(4)), self.at(number(2), number(0))])
    }

    fn shape(&mut self, function: u16, record: &[u8]) {
        let number = |at| le16(record, at).map_or(0.0, |number| f64::from(number.cast_signed()));
        let operation = le32(record, 6).unwrap_or(0);
        match function {
            0x041b => self.fill(vec![rectangle(self.boxed(record, 6))]),
            0x0418 => self.fill(vec![ellipse(self.boxed(record, 6))]),
            0x061c => self.fill(vec![rectangle(self.boxed(record, 10))]),
            0x0324 => {
                let outline = self.points(record, 8, usize::from(le16(record, 6).unwrap_or(0)));
                self.fill(vec![outline]);
            }
            0x0538 => {
                let outlines = usize::from(le16(record, 6).unwrap_or(0));
                let mut at = outlines.saturating_mul(2).saturating_add(8);
                let mut all = Vec::new();
                for outline in 0..outlines {
                    let count = usize::from(le16(record, outline.saturating_mul(2).saturating_add(8)).unwrap_or(0));
                    all.push(self.points(record, at, count));
                    at = at.saturating_add(count.saturating_mul(4));
                }
                self.fill(all);
            }
            0x061d => self.block(operation, (number(16), number(14)), (number(12), number(10))),
            0x0940 | 0x0922 => {
                let place = if record.len() <= 24 { 16 } else { 18 };
                let size = if record.len() <= 24 { 12 } else { 14 };
                self.block(operation, (number(place), number(place - 2)), (number(size), number(size - 2)));
            }
            0x0b41 | 0x0b23 => self.block(operation, (number(24), number(22)), (number(20), number(18))),
            0x0f43 => self.block(operation, (number(26), number(24)), (number(22), number(20))),
            _ => {}
        }
    }

    fn points(&self, record: &[u8], at: usize, count: usize) -> Vec<Point> {
        let number = |at| le16(record, at).map(|number| f64::from(number.cast_signed()));
        let point = |point: usize| {
            let at = at.saturating_add(point.saturating_mul(4));
            Some(self.at(number(at)?, number(at.saturating_add(2))?))
        };
        (0..count).map_while(point).collect()
    }

    fn block(&mut self, operation: u32, (x, y): Point, (width, height): Point) {
        let frame = around(&[self.at(x, y), self.at(x + width, y + height)]);
        let (colour, opaque) = match (operation, self.now.brush) {
            (PATTERN_COPY, Brush::Nothing) => return,
            (PATTERN_COPY, Brush::Solid(colour)) => (colour, true),
            (BLACKNESS, _) => (Some([0; 3]), true),
            (WHITENESS, _) => (Some([255; 3]), true),
            (operation, _) => (None, operation == COPY),
        };
        self.sheet.fill(vec![rectangle(frame)], colour, self.now.clip, opaque);
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

    fn text(&mut self, function: u16, record: &[u8]) {
        let word = |at| le16(record, at).unwrap_or(0);
        let number = |at| le16(record, at).map_or(0.0, |number| f64::from(number.cast_signed()));
        let simple = function == TEXT;
        let count = usize::from(word(if simple { 6 } else { 10 }));
        let options = if simple { 0 } else { word(12) };
        let start = if simple { 8 } else { text_at(usize::from(options)) };
        let end = start.saturating_add(count.next_multiple_of(2));
        let place = if simple { (number(end.saturating_add(2)), number(end)) } else { (number(8), number(6)) };
        let frame = around(&[self.at(number(14), number(16)), self.at(number(18), number(20))]);
        if options & 2 != 0 {
            self.sheet.fill(vec![rectangle(frame)], self.now.ground, self.now.clip, true);
        }
        let bytes = record.get(start..start.saturating_add(count)).unwrap_or_default();
        if bytes.iter().all(|byte| matches!(byte, 0 | b' ' | 9 | 10 | 13)) {
            return;
        }
        let (height, angle) = self.now.font;
        let height = if height == 0.0 { 16.0 } else { height };
        let advances =
            if simple { None } else { record.get(end..end.saturating_add(count.saturating_mul(2))).filter(|all| !all.is_empty()) };
        let width = match advances {
            Some(advances) => (0..count).map(|at| f64::from(le16(advances, at.saturating_mul(2)).unwrap_or(0).cast_signed()).abs()).sum(),
            None => height * 0.5 * count as f64,
        };
        let from_current = self.now.align & 1 == 1;
        let (x, y) = if from_current { self.now.current } else { place };
        if from_current {
            self.now.current.0 += width;
        }
        let scale = self.scale();
        let (sine, cosine) = (angle / 10.0).to_radians().sin_cos();
        let (wide, deep) = (width * scale.0.abs(), height * scale.1.abs());
        let (along, down) = ((wide * cosine, -wide * sine), (deep * sine, deep * cosine));
        let back = match self.now.align & 6 {
            6 => 0.5,
            2 => 1.0,
            _ => 0.0,
        };
        let up = match self.now.align & 0x18 {
            0x18 => 0.8,
            8 => 1.0,
            _ => 0.0,
        };
        let start = self.at(x, y);
        let corner = (start.0 - along.0 * back - down.0 * up, start.1 - along.1 * back - down.1 * up);
        let mut clip = if options & 4 == 0 { self.now.clip } else { Some(shared(self.now.clip, frame)) };
        // Nothing is drawn outside of the window.
        if let Some(measure) = self.measure.filter(|measure| !self.now.upward && measure.0 > 0.0 && measure.1 > 0.0) {
            clip = Some(shared(clip, [0.0, 0.0, measure.0, measure.1]));
        }
        let ground = self.now.ground.filter(|_| self.now.brings_ground || options & 2 != 0);
        self.sheet.text(count, line_of_text(corner, along, down), self.now.ink.filter(|_| self.now.copies), ground, clip);
    }
}
