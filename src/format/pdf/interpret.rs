//! Runs content streams and notes what they paint, in order: glyphs with their text and place, and what may lie under or over them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use lopdf::{Dictionary, Object, Stream};

use super::PdfFault;
use super::colour::{Rgb, Space};
use super::content::{Op, Ops, Value};
use super::font::Font;
use super::layers::Layers;
use super::matrix::Matrix;
use super::open::{Page, Rect, Source};
use super::state::{Path, State};
use crate::error::DocError;

/// Nesting of form XObjects.
const FORM_DEPTH_MAX: usize = 24;
/// Depth of saved graphics states.
const SAVED_MAX: usize = 512;
/// Glyphs of one page.
const GLYPHS_MAX: usize = 1_000_000;
/// Shapes of one page that are remembered.
const PAINTS_MAX: usize = 400_000;
/// Points of outlines of one page that are remembered.
const OUTLINE_POINTS_TOTAL: usize = 2_000_000;

/// Identity of an object inside an open file.
pub(super) type Address = usize;

/// Where an object of an open file stands: good for maps, never printed.
pub(super) fn address<T>(object: &T) -> Address {
    std::ptr::from_ref(object).addr()
}

/// A font with the codes that were shown in it.
#[derive(Debug)]
pub(super) struct FontUse {
    /// The font.
    pub(super) font: Font,
    key: Address,
    /// Codes shown.
    pub(super) used: RefCell<BTreeSet<u32>>,
    texts: RefCell<HashMap<u32, Option<Rc<str>>>>,
}

impl FontUse {
    fn text(&self, code: u32) -> Option<Rc<str>> {
        self.texts.borrow_mut().entry(code).or_insert_with(|| self.font.text(code).map(Rc::from)).clone()
    }
}

/// Why a glyph cannot be seen, as far as it can be told while painting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flaw {
    /// Rendering mode 3.
    Mode,
    /// Rendering mode 7: only part of a clipping path.
    ClipMode,
    /// Alpha 0 or a colorant that paints nothing.
    Transparent,
    /// Less than a point high or wide.
    Tiny,
    /// Outside the clipping path.
    Clipped,
    /// Its font is missing.
    NoFont,
    /// No font was ever chosen: nothing can show it.
    Unset,
}

/// One glyph on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    start: u32,
    end: u32,
    /// Box around it, by font size and width.
    pub(super) rect: Rect,
    /// Point in its middle.
    pub(super) centre: (f64, f64),
    /// Start of its base line.
    pub(super) origin: (f64, f64),
    /// Where the next glyph would stand.
    pub(super) after: (f64, f64),
    /// Height of an em on the page.
    pub(super) size: f64,
    /// Its colour.
    pub(super) colour: Rgb,
    /// Place in the order of painting.
    pub(super) order: u32,
    /// Why it cannot be seen.
    pub(super) flaw: Option<Flaw>,
    /// The part of the content that shows it.
    pub(super) show: Show,
}

/// Bytes of a string in a content stream that show one glyph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Show {
    /// The content stream.
    pub(super) key: Address,
    /// End of the operator.
    pub(super) offset: usize,
    /// Index in the array of `TJ`, else 0.
    pub(super) piece: u32,
    /// First byte in the string.
    pub(super) byte: u32,
    /// Number of bytes.
    pub(super) length: u32,
    /// What the glyph advances, as a number for `TJ`.
    pub(super) shift: f64,
    /// Its font; 0 when that is missing.
    pub(super) font: Address,
    /// Its code.
    pub(super) code: u32,
}

/// What kind of paint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The inside of a path.
    Fill,
    /// A line.
    Stroke,
    /// A picture.
    Image,
    /// A stencil or a picture with holes.
    Stencil,
    /// A shading.
    Shade,
}

/// Something painted that is not a glyph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it can be seen, clipped.
    pub(super) rect: Rect,
    /// Where it would be without clipping.
    pub(super) whole: Rect,
    /// Its colour, when it has one that we know.
    pub(super) colour: Rgb,
    /// Whether it hides whatever is under its rectangle.
    pub(super) solid: bool,
    /// Place in the order of painting.
    pub(super) order: u32,
    /// Its outline, when it is no rectangle.
    outline: Option<u32>,
}

/// The closed lines around a shape, on the page.
pub(super) type Outline = Vec<Vec<(f64, f64)>>;

/// What one page shows.
#[derive(Debug, Default)]
pub(super) struct PageItems {
    text: String,
    /// Glyphs in the order of painting.
    pub(super) glyphs: Vec<Glyph>,
    /// Shapes and pictures in the order of painting.
    pub(super) paints: Vec<Paint>,
    /// Glyphs and shapes on layers that are off.
    pub(super) layered: usize,
    /// Words on layers that are off.
    pub(super) layered_text: String,
    /// Marked-content spans whose replacement text differs from the glyphs.
    pub(super) replaced: usize,
    /// Those replacement texts.
    pub(super) replaced_text: Vec<String>,
    /// Streams that broke off.
    pub(super) damaged: usize,
    order: u32,
    outlines: Vec<(Outline, bool)>,
    outline_points: usize,
}

impl PageItems {
    /// Whether a point in the box of a paint is inside its outline (§8.5.3.3).
    pub(super) fn is_inside(&self, paint: &Paint, x: f64, y: f64) -> bool {
        let Some((outline, even_odd)) = paint.outline.and_then(|index| self.outlines.get(index as usize)) else { return true };
        let (mut winding, mut crossings) = (0i64, 0u64);
        for ring in outline {
            let mut last = ring.last().copied();
            for (bx, by) in ring.iter().copied() {
                if let Some((ax, ay)) = last
                    && (ay > y) != (by > y)
                    && x < (bx - ax) * (y - ay) / (by - ay) + ax
                {
                    winding += if by > ay { 1 } else { -1 };
                    crossings += 1;
                }
                last = Some((bx, by));
            }
        }
        if *even_odd { crossings % 2 == 1 } else { winding != 0 }
    }

    /// The text of a glyph.
    pub(super) fn text(&self, glyph: &Glyph) -> &str {
        self.text.get(glyph.start as usize..glyph.end as usize).unwrap_or_default()
    }
}

/// A span of marked content.
#[derive(Debug)]
struct Span {
    hidden: bool,
    actual: Option<(String, usize, (Address, usize))>,
}

/// Runs the pages of one file.
pub(super) struct Interpreter<'s, 'l> {
    source: &'s Source<'l>,
    layers: &'s Layers,
    fonts: BTreeMap<Address, Option<Rc<FontUse>>>,
    /// Spans whose replacement text says what the glyphs say, by content stream and offset.
    pub(super) faithful: BTreeMap<(Address, usize), bool>,
    /// Codes shown by each font.
    pub(super) shown: BTreeMap<Address, Rc<FontUse>>,
    spaces: HashMap<Address, Rc<Space>>,
    page: PageItems,
    page_resources: Option<&'s Dictionary>,
    operators: u64,
    stack: Vec<Address>,
    hidden: usize,
}

impl<'s, 'l> Interpreter<'s, 'l> {
    /// For one file.
    pub(super) fn new(source: &'s Source<'l>, layers: &'s Layers) -> Self {
        Self {
            source,
            layers,
            fonts: BTreeMap::new(),
            faithful: BTreeMap::new(),
            shown: BTreeMap::new(),
            spaces: HashMap::new(),
            page: PageItems::default(),
            page_resources: None,
            operators: 0,
            stack: Vec::new(),
            hidden: 0,
        }
    }

    /// Runs one page with the appearances of its form fields.
    pub(super) fn run_page(&mut self, page: &Page<'s>, fields: &[super::annots::Appearance<'s>]) -> Result<PageItems, DocError> {
        self.page = PageItems::default();
        self.operators = 0;
        self.hidden = 0;
        self.page_resources = page.resources;
        let (data, damaged) = page_content(self.source, page.dict)?;
        self.page.damaged += usize::from(damaged);
        let mut state = State::new(page.crop);
        // What lies outside the crop box is noted too; the judge tells it apart.
        state.clip = Rect::ALL;
        self.run(&data, page.resources, state.clone(), address(page.dict))?;
        for field in fields {
            let mut state = state.clone();
            state.ctm = field.placement;
            self.form(field.stream, None, state)?;
        }
        Ok(std::mem::take(&mut self.page))
    }

    /// Runs one appearance stream on its own.
    pub(super) fn run_appearance(&mut self, stream: &'s Stream, placement: Matrix) -> Result<PageItems, DocError> {
        self.page = PageItems::default();
        self.operators = 0;
        self.hidden = 0;
        let mut state = State::new(Rect::ALL);
        state.ctm = placement;
        self.form(stream, None, state)?;
        Ok(std::mem::take(&mut self.page))
    }

    fn run(&mut self, data: &[u8], resources: Option<&'s Dictionary>, state: State, key: Address) -> Result<(), DocError> {
        let mut run = Run {
            state,
            saved: Vec::new(),
            path: Path::default(),
            here: (0.0, 0.0),
            user: (0.0, 0.0),
            clip_next: false,
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            spans: Vec::new(),
            resources,
            key,
        };
        let mut ops = Ops::new(data);
        while let Some(op) = ops.next() {
            self.operators += 1;
            if self.operators > self.source.limits.operators {
                return Err(DocError::whole(PdfFault::TooManyOperators { limit: self.source.limits.operators }));
            }
            self.step(&mut run, &op)?;
            ops.recycle(op);
        }
        // Spans that nobody closed end with the stream.
        while let Some(span) = run.spans.pop() {
            self.end_span(span);
        }
        Ok(())
    }

    fn next_order(&mut self) -> u32 {
        self.page.order += 1;
        self.page.order
    }

    fn step(&mut self, run: &mut Run<'s>, op: &Op<'_>) -> Result<(), DocError> {
        let n = |index: usize| op.operands.get(index).and_then(Value::number);
        let last = |count: usize| -> Option<Vec<f64>> {
            let from = op.operands.len().checked_sub(count)?;
            op.operands.get(from..)?.iter().map(Value::number).collect()
        };
        let state = &mut run.state;
        match op.name {
            b"q" => {
                if run.saved.len() < SAVED_MAX {
                    run.saved.push(run.state.clone());
                }
            }
            b"Q" => {
                if let Some(saved) = run.saved.pop() {
                    run.state = saved;
                }
            }
            b"cm" => {
                if let Some(numbers) = last(6) {
                    state.ctm = Matrix::from_slice(&numbers).then(state.ctm);
                }
            }
            b"w" => state.line_width = n(0).unwrap_or(1.0),
            b"gs" => self.ext_state(run, op),
            b"m" | b"l" => {
                if let Some([x, y]) = last(2).as_deref() {
                    let point = run.state.ctm.point(*x, *y);
                    run.user = (*x, *y);
                    if op.name == b"m" {
                        run.here = (*x, *y);
                        run.path.move_to(point);
                    } else {
                        run.path.line_to(point);
                    }
                }
            }
            b"c" | b"v" | b"y" => {
                let count = if op.name == b"c" { 6 } else { 4 };
                if let Some(numbers) = last(count) {
                    let points: Vec<(f64, f64)> =
                        numbers.chunks_exact(2).filter_map(|pair| Some(run.state.ctm.point(*pair.first()?, *pair.get(1)?))).collect();
                    run.path.curve(op.name, &points);
                }
            }
            b"h" => {
                let start = run.state.ctm.point(run.here.0, run.here.1);
                run.path.line_to(start);
            }
            b"re" => {
                if let Some([x, y, width, height]) = last(4).as_deref() {
                    let rect = run.state.ctm.rect(Rect::new(*x, *y, x + width, y + height));
                    let corners = [(*x, *y), (x + width, *y), (x + width, y + height), (*x, y + height)];
                    let corners = corners.map(|(x, y)| run.state.ctm.point(x, y));
                    run.path.rect(rect, &corners, run.state.ctm.is_upright());
                }
            }
            b"W" | b"W*" => run.clip_next = true,
            b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n" => self.paint(run, op.name),
            b"g" | b"rg" | b"k" | b"cs" | b"sc" | b"scn" | b"G" | b"RG" | b"K" | b"CS" | b"SC" | b"SCN" => self.colour(run, op),
            b"sh" => {
                let rect = run.state.clip;
                self.push_paint(Kind::Shade, rect, rect, None, false);
            }
            b"Do" => self.external(run, op)?,
            b"BI" => {
                let whole = run.state.ctm.rect(Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 });
                let dict = op.operands.first();
                let mask = dict.and_then(|dict| dict.get(b"IM").or_else(|| dict.get(b"ImageMask"))) == Some(&Value::Bool(true));
                let solid = !mask && run.is_opaque() && run.state.ctm.is_upright();
                self.push_paint(if mask { Kind::Stencil } else { Kind::Image }, whole.meet(run.state.clip), whole, None, solid);
            }
            b"BMC" => run.spans.push(self.begin_span(false, None)),
            b"BDC" => {
                let span = self.marked(run, op);
                run.spans.push(span);
            }
            b"EMC" => {
                if let Some(span) = run.spans.pop() {
                    self.end_span(span);
                }
            }
            _ => self.text_step(run, op)?,
        }
        Ok(())
    }

    fn text_step(&mut self, run: &mut Run<'s>, op: &Op<'_>) -> Result<(), DocError> {
        let n = |index: usize| op.operands.get(index).and_then(Value::number);
        match op.name {
            b"BT" => {
                run.text = Matrix::IDENTITY;
                run.line = Matrix::IDENTITY;
            }
            b"Tc" => run.state.char_space = n(0).unwrap_or(0.0),
            b"Tw" => run.state.word_space = n(0).unwrap_or(0.0),
            b"Tz" => run.state.stretch = n(0).unwrap_or(100.0) / 100.0,
            b"TL" => run.state.leading = n(0).unwrap_or(0.0),
            b"Ts" => run.state.rise = n(0).unwrap_or(0.0),
            b"Tr" => run.state.mode = n(0).unwrap_or(0.0) as i64,
            b"Tf" => {
                let Some(name) = op.operands.iter().find_map(Value::name) else { return Ok(()) };
                run.state.font_named = true;
                run.state.size = op.operands.iter().rev().find_map(Value::number).unwrap_or(0.0);
                let dict = run.resource(self.source, self.page_resources, b"Font", name).and_then(|object| self.source.dict(object));
                run.state.font = match dict {
                    Some(dict) => self.font(dict)?,
                    None => None,
                };
            }
            b"Td" | b"TD" => {
                if let (Some(x), Some(y)) = (n(0), n(1)) {
                    if op.name == b"TD" {
                        run.state.leading = -y;
                    }
                    run.next_line(x, y);
                }
            }
            b"Tm" => {
                if let Some(numbers) = op.operands.iter().map(Value::number).collect::<Option<Vec<f64>>>()
                    && numbers.len() >= 6
                {
                    run.text = Matrix::from_slice(numbers.get(numbers.len() - 6..).unwrap_or_default());
                    run.line = run.text;
                }
            }
            b"T*" => run.next_line(0.0, -run.state.leading),
            b"Tj" => {
                if let Some(bytes) = op.operands.last().and_then(Value::text) {
                    self.show(run, bytes, (op.offset, 0))?;
                }
            }
            b"'" => {
                run.next_line(0.0, -run.state.leading);
                if let Some(bytes) = op.operands.last().and_then(Value::text) {
                    self.show(run, bytes, (op.offset, 0))?;
                }
            }
            b"\"" => {
                run.state.word_space = n(0).unwrap_or(run.state.word_space);
                run.state.char_space = n(1).unwrap_or(run.state.char_space);
                run.next_line(0.0, -run.state.leading);
                if let Some(bytes) = op.operands.last().and_then(Value::text) {
                    self.show(run, bytes, (op.offset, 0))?;
                }
            }
            b"TJ" => {
                let Some(Value::Array(items)) = op.operands.last() else { return Ok(()) };
                // The rewriter keeps strings and numbers only, and so counts only these.
                let items = items.iter().filter(|item| matches!(item, Value::Text(_) | Value::Number(_)));
                for (piece, item) in items.enumerate() {
                    match item {
                        Value::Text(bytes) => self.show(run, bytes, (op.offset, piece as u32))?,
                        Value::Number(by) => run.advance(-by / 1000.0 * run.state.size),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Marks the code of a glyph that stays as used.
    pub(super) fn use_code(&self, show: &Show) {
        if let Some(font) = self.shown.get(&show.font) {
            font.used.borrow_mut().insert(show.code);
        }
    }

    /// A font by its dictionary, read once.
    pub(super) fn font(&mut self, dict: &'s Dictionary) -> Result<Option<Rc<FontUse>>, DocError> {
        let key = address(dict);
        if let Some(font) = self.fonts.get(&key) {
            return Ok(font.clone());
        }
        let font = Font::read(self.source, dict)?;
        let font = Rc::new(FontUse { font, key, used: RefCell::default(), texts: RefCell::default() });
        self.shown.insert(key, font.clone());
        self.fonts.insert(key, Some(font.clone()));
        Ok(Some(font))
    }

    fn show(&mut self, run: &mut Run<'s>, bytes: &[u8], place: (usize, u32)) -> Result<(), DocError> {
        let Some(font) = run.state.font.clone() else {
            // No reader agrees on what to show; the words are in the file all the same.
            let text: String =
                bytes.iter().map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '\u{fffd}' }).collect();
            let at = run.text.then(run.state.ctm).point(0.0, 0.0);
            let rect = Rect { x0: at.0, y0: at.1, x1: at.0 + 1.0, y1: at.1 + 1.0 };
            let show =
                Show { key: run.key, offset: place.0, piece: place.1, byte: 0, length: bytes.len() as u32, shift: 0.0, font: 0, code: 0 };
            self.push_glyph(
                &text,
                rect,
                at,
                at,
                at,
                run.state.size,
                None,
                Some(if run.state.font_named { Flaw::NoFont } else { Flaw::Unset }),
                show,
            );
            return Ok(());
        };
        let mut codes = Vec::new();
        font.font.codes(bytes, |shown| codes.push(shown));
        let mut byte = 0;
        for shown in codes {
            let first_byte = byte;
            byte += shown.length;
            if self.page.glyphs.len() >= GLYPHS_MAX {
                return Err(DocError::whole(PdfFault::TooManyOperators { limit: GLYPHS_MAX as u64 }));
            }
            let state = &run.state;
            let advance = shown.width * font.font.scale;
            let stretch = if font.font.vertical { 1.0 } else { state.stretch };
            let space = state.char_space + if shown.is_space { state.word_space } else { 0.0 };
            let matrix = Matrix([state.size * state.stretch, 0.0, 0.0, state.size, 0.0, state.rise]).then(run.text).then(state.ctm);
            let em = if font.font.type3 { advance.abs().max(0.5) } else { 1.0 };
            let (low, high) = if font.font.flipped { (-0.2, 0.8) } else { (-0.2, 0.8) };
            let local = if font.font.vertical {
                Rect { x0: -0.5, y0: -1.0, x1: 0.5, y1: 0.0 }
            } else {
                Rect { x0: 0.0, y0: low * em, x1: advance.max(0.01), y1: high * em }
            };
            let centre = matrix.point(f64::midpoint(local.x0, local.x1), if font.font.vertical { -0.5 } else { 0.3 * em });
            let rect = matrix.rect(local);
            let origin = matrix.point(0.0, 0.0);
            let top = matrix.point(0.0, em);
            let size = (top.0 - origin.0).hypot(top.1 - origin.1);
            let side = matrix.point(1.0, 0.0);
            let breadth = (side.0 - origin.0).hypot(side.1 - origin.1);
            let (colour, alpha) = match state.mode {
                1 | 5 => (state.stroke, state.stroke_alpha),
                _ => (state.fill, state.fill_alpha),
            };
            let nothing = matches!(*state.fill_space, Space::Nothing) && matches!(state.mode, 0 | 4);
            let flaw = if state.mode == 3 {
                Some(Flaw::Mode)
            } else if state.mode == 7 {
                Some(Flaw::ClipMode)
            } else if (alpha * state.group_alpha < 0.04 && matches!(state.mode, 0 | 1 | 4 | 5)) || nothing {
                Some(Flaw::Transparent)
            } else if !font.font.type3 && (size < 0.8 || breadth < 0.4) {
                Some(Flaw::Tiny)
            } else if !state.clip.holds(centre.0, centre.1) && state.clip.meet(rect).area() < 0.25 * rect.area() {
                Some(Flaw::Clipped)
            } else {
                None
            };
            let vertical = font.font.vertical;
            let step = (advance * state.size + space) * stretch;
            let per_size = if state.size == 0.0 { 0.0 } else { space * 1000.0 / state.size };
            let shift = if vertical { 1000.0 - per_size } else { -(advance * 1000.0 + per_size) };
            let show = Show {
                key: run.key,
                offset: place.0,
                piece: place.1,
                byte: first_byte,
                length: shown.length,
                shift,
                font: font.key,
                code: shown.code,
            };
            if vertical {
                run.text = Matrix::shift(0.0, space - state.size).then(run.text);
            } else {
                run.text = Matrix::shift(step, 0.0).then(run.text);
            }
            let after = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, run.state.rise]).then(run.text).then(run.state.ctm).point(0.0, 0.0);
            let text = font.text(shown.code);
            let text = text.as_deref().unwrap_or("\u{fffd}");
            self.push_glyph(text, rect, centre, origin, after, size, colour, flaw, show);
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "one glyph has these parts")]
    fn push_glyph(
        &mut self,
        text: &str,
        rect: Rect,
        centre: (f64, f64),
        origin: (f64, f64),
        after: (f64, f64),
        size: f64,
        colour: Rgb,
        flaw: Option<Flaw>,
        show: Show,
    ) {
        if self.hidden > 0 {
            self.page.layered += 1;
            self.page.layered_text.push_str(text);
            return;
        }
        let start = self.page.text.len() as u32;
        self.page.text.push_str(text);
        let end = self.page.text.len() as u32;
        let order = self.next_order();
        self.page.glyphs.push(Glyph { start, end, rect, centre, origin, after, size, colour, order, flaw, show });
    }

    fn push_paint(&mut self, kind: Kind, rect: Rect, whole: Rect, colour: Rgb, solid: bool) {
        if self.hidden > 0 {
            self.page.layered += 1;
            return;
        }
        let order = self.next_order();
        if self.page.paints.len() < PAINTS_MAX {
            self.page.paints.push(Paint { kind, rect, whole, colour, solid, order, outline: None });
        }
    }

    /// Notes the outline of the paint noted last.
    fn push_outline(&mut self, outline: Outline, even_odd: bool) {
        let points: usize = outline.iter().map(Vec::len).sum();
        if self.hidden > 0 || self.page.outline_points + points > OUTLINE_POINTS_TOTAL {
            if let Some(paint) = self.page.paints.last_mut() {
                paint.solid = false;
                paint.colour = None;
            }
            return;
        }
        self.page.outline_points += points;
        let index = self.page.outlines.len() as u32;
        if let Some(paint) = self.page.paints.last_mut() {
            paint.outline = Some(index);
            self.page.outlines.push((outline, even_odd));
        }
    }

    fn paint(&mut self, run: &mut Run<'s>, name: &[u8]) {
        if matches!(name, b"s" | b"b" | b"b*") {
            let start = run.state.ctm.point(run.here.0, run.here.1);
            run.path.line_to(start);
        }
        run.path.finish();
        let path = std::mem::take(&mut run.path);
        let clip = run.state.clip;
        if let Some(bounds) = path.bounds() {
            if matches!(name, b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*") {
                let solid = run.is_opaque() && run.state.fill.is_some();
                let even_odd = name.ends_with(b"*");
                if let Some(outline) = path.outline() {
                    let known = !outline.is_empty();
                    self.push_paint(Kind::Fill, bounds.meet(clip), bounds, run.state.fill.filter(|_| known), solid && known);
                    if known {
                        self.push_outline(outline, even_odd);
                    }
                } else {
                    for rect in &path.rects {
                        self.push_paint(Kind::Fill, rect.meet(clip), *rect, run.state.fill, solid);
                    }
                }
            }
            if matches!(name, b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*") {
                let half = (run.state.line_width * run.state.ctm.scale() / 2.0).max(0.05);
                let solid = run.is_opaque();
                for line in &path.segments {
                    let rect = Rect::new(line.x0, line.y0, line.x1, line.y1);
                    let flat = rect.height() < 0.05 * rect.width() || rect.width() < 0.05 * rect.height();
                    let rect = Rect { x0: rect.x0 - half, y0: rect.y0 - half, x1: rect.x1 + half, y1: rect.y1 + half };
                    self.push_paint(Kind::Stroke, rect.meet(clip), rect, run.state.stroke, solid && flat);
                }
            }
        }
        if run.clip_next {
            run.clip_next = false;
            run.state.clip = path.bounds().map_or(Rect::NONE, |bounds| clip.meet(bounds));
        }
    }

    fn colour(&mut self, run: &mut Run<'s>, op: &Op<'_>) {
        let numbers: Vec<f64> = op.operands.iter().filter_map(Value::number).collect();
        let stroke = op.name.first().is_some_and(u8::is_ascii_uppercase);
        let (space, colour) = match op.name {
            b"g" | b"G" => (Some(Space::Gray), Space::Gray.rgb(&numbers)),
            b"rg" | b"RG" => (Some(Space::Rgb), Space::Rgb.rgb(&numbers)),
            b"k" | b"K" => (Some(Space::Cmyk), Space::Cmyk.rgb(&numbers)),
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
                (None, space.rgb(&numbers))
            }
        };
        if stroke {
            run.state.stroke = colour;
            run.state.stroke_space = space.map_or_else(|| run.state.stroke_space.clone(), Rc::new);
        } else {
            run.state.fill = colour;
            run.state.fill_space = space.map_or_else(|| run.state.fill_space.clone(), Rc::new);
        }
    }

    fn ext_state(&mut self, run: &mut Run<'s>, op: &Op<'_>) {
        let name = op.operands.iter().find_map(Value::name).unwrap_or_default();
        let Some(dict) = run.resource(self.source, self.page_resources, b"ExtGState", name).and_then(|object| self.source.dict(object))
        else {
            return;
        };
        let source = self.source;
        if let Some(alpha) = source.number(dict, b"ca") {
            run.state.fill_alpha = alpha;
        }
        if let Some(alpha) = source.number(dict, b"CA") {
            run.state.stroke_alpha = alpha;
        }
        if let Some(width) = source.number(dict, b"LW") {
            run.state.line_width = width;
        }
        let plain = |name: &[u8]| matches!(name, b"Normal" | b"Compatible");
        match source.entry(dict, b"BM") {
            Object::Name(mode) => run.state.soft = !plain(mode),
            Object::Array(modes) => {
                run.state.soft = !modes.first().and_then(|mode| source.get(mode).as_name().ok()).is_none_or(plain);
            }
            _ => {}
        }
        match source.entry(dict, b"SMask") {
            Object::Dictionary(_) => run.state.soft = true,
            Object::Name(_) if !dict.has(b"BM") => run.state.soft = false,
            _ => {}
        }
        if let [font, size, ..] = source.array(dict, b"Font")
            && let Some(font) = source.dict(font)
        {
            run.state.font = self.font(font).ok().flatten();
            run.state.size = source.to_number(size).unwrap_or(0.0);
        }
    }

    fn external(&mut self, run: &mut Run<'s>, op: &Op<'_>) -> Result<(), DocError> {
        let name = op.operands.iter().find_map(Value::name).unwrap_or_default();
        let Some(Object::Stream(stream)) =
            run.resource(self.source, self.page_resources, b"XObject", name).map(|object| self.source.get(object))
        else {
            return Ok(());
        };
        let hidden = stream.dict.get(b"OC").is_ok_and(|layer| !self.layers.shows(self.source, layer));
        self.hidden += usize::from(hidden);
        match self.source.name(&stream.dict, b"Subtype") {
            Some(b"Image") => {
                let whole = run.state.ctm.rect(Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 });
                let holes = self.source.flag(&stream.dict, b"ImageMask")
                    || stream.dict.has(b"SMask")
                    || stream.dict.has(b"Mask")
                    || self.source.int(&stream.dict, b"SMaskInData").is_some_and(|kind| kind > 0);
                let solid = !holes && run.is_opaque() && run.state.ctm.is_upright();
                let kind = if holes { Kind::Stencil } else { Kind::Image };
                self.push_paint(kind, whole.meet(run.state.clip), whole, None, solid);
            }
            _ => self.form(stream, run.resources, run.state.clone())?,
        }
        self.hidden -= usize::from(hidden);
        Ok(())
    }

    /// Runs a form XObject (§8.10).
    fn form(&mut self, stream: &'s Stream, around: Option<&'s Dictionary>, mut state: State) -> Result<(), DocError> {
        let key = address(stream);
        if self.stack.len() >= FORM_DEPTH_MAX || self.stack.contains(&key) {
            return Err(DocError::whole(PdfFault::FormLoop));
        }
        let source = self.source;
        if let Some(matrix) = source.numbers(&stream.dict, b"Matrix", 6) {
            state.ctm = Matrix::from_slice(&matrix).then(state.ctm);
        }
        if let Some(bbox) = source.rect(&stream.dict, b"BBox") {
            state.clip = state.clip.meet(state.ctm.rect(bbox));
        }
        if stream.dict.has(b"Group") {
            state.group_alpha *= state.fill_alpha;
            state.fill_alpha = 1.0;
            state.stroke_alpha = 1.0;
        }
        let resources = source.sub(&stream.dict, b"Resources").or(around);
        let decoded = source.decode(stream)?;
        self.page.damaged += usize::from(decoded.damaged);
        self.stack.push(key);
        let outcome = self.run(&decoded.data, resources, state, key);
        self.stack.pop();
        outcome
    }

    fn begin_span(&mut self, hidden: bool, actual: Option<(String, usize, (Address, usize))>) -> Span {
        self.hidden += usize::from(hidden);
        Span { hidden, actual }
    }

    fn marked(&mut self, run: &Run<'s>, op: &Op<'_>) -> Span {
        let tag = op.operands.first().and_then(Value::name).unwrap_or_default();
        match op.operands.get(1) {
            Some(Value::Name(name)) => {
                let object = run.resource(self.source, self.page_resources, b"Properties", name);
                let hidden = tag == b"OC" && object.is_some_and(|object| !self.layers.shows(self.source, object));
                let actual =
                    object.and_then(|object| self.source.dict(object)).and_then(|dict| match self.source.entry(dict, b"ActualText") {
                        Object::String(bytes, _) => Some(text_string(bytes)),
                        _ => None,
                    });
                let actual = actual.map(|text| (text, self.page.text.len(), (run.key, op.offset)));
                self.begin_span(hidden, actual)
            }
            Some(dict @ Value::Dict(_)) => {
                let actual = dict.get(b"ActualText").and_then(Value::text).map(text_string);
                let actual = actual.map(|text| (text, self.page.text.len(), (run.key, op.offset)));
                self.begin_span(false, actual)
            }
            _ => self.begin_span(false, None),
        }
    }

    fn end_span(&mut self, span: Span) {
        if let Some((actual, start, key)) = span.actual {
            let shown = self.page.text.get(start..).unwrap_or_default();
            let faithful = says_the_same(&actual, shown);
            if !faithful {
                self.page.replaced += 1;
                if self.page.replaced_text.len() < 1000 {
                    self.page.replaced_text.push(actual);
                }
            }
            let entry = self.faithful.entry(key).or_insert(true);
            *entry &= faithful;
        }
        self.hidden -= usize::from(span.hidden);
    }
}

/// Whether a replacement text adds nothing to the glyphs: equal but for white space, hyphens and forms of letters.
fn says_the_same(actual: &str, shown: &str) -> bool {
    use unicode_normalization::UnicodeNormalization as _;
    let bare = |text: &str| -> String {
        text.nfkc()
            .filter(|character| {
                !character.is_whitespace() && !matches!(character, '-' | '\u{ad}' | '\u{2010}' | '\u{2011}' | '\u{200b}' | '\0')
            })
            .collect()
    };
    if bare(actual) == bare(shown) {
        return true;
    }
    // Pictures of characters, such as flags and smileys: the glyphs say nothing, the replacement holds no letters.
    let says_nothing = |character: char| matches!(character, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
    !shown.is_empty() && shown.chars().all(says_nothing) && !actual.chars().any(char::is_alphanumeric) && actual.chars().count() <= 16
}

/// A text string as text (ISO 32000-2 §7.9.2.2).
pub(super) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes([*pair.first()?, *pair.get(1)?]))).collect();
            String::from_utf16_lossy(&units)
        }
        [0xff, 0xfe, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes([*pair.first()?, *pair.get(1)?]))).collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ if bytes.is_ascii() => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => {
            let object = Object::String(bytes.to_vec(), lopdf::StringFormat::Literal);
            lopdf::decode_text_string(&object).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect())
        }
    }
}

/// The content of a page: its streams joined, with white space between (§7.8.2), and whether one broke off.
pub(super) fn page_content(source: &Source, page: &Dictionary) -> Result<(Vec<u8>, bool), DocError> {
    let mut data = Vec::new();
    let mut damaged = false;
    let mut add = |object: &Object| -> Result<(), DocError> {
        if let Object::Stream(stream) = source.get(object) {
            let decoded = source.decode(stream)?;
            damaged |= decoded.damaged;
            data.extend_from_slice(&decoded.data);
            data.push(b'\n');
        }
        Ok(())
    };
    match source.entry(page, b"Contents") {
        Object::Array(items) => {
            for item in items {
                add(item)?;
            }
        }
        object => add(object)?,
    }
    if data.len() as u64 > source.limits.part_bytes {
        return Err(DocError::whole(PdfFault::StreamTooLarge { limit: source.limits.part_bytes }));
    }
    Ok((data, damaged))
}

struct Run<'s> {
    state: State,
    saved: Vec<State>,
    path: Path,
    here: (f64, f64),
    user: (f64, f64),
    clip_next: bool,
    text: Matrix,
    line: Matrix,
    spans: Vec<Span>,
    resources: Option<&'s Dictionary>,
    key: Address,
}

impl<'s> Run<'s> {
    /// A resource by name. Where a form lacks it, readers look in the page that shows the form.
    fn resource(&self, source: &'s Source<'_>, page: Option<&'s Dictionary>, group: &[u8], name: &[u8]) -> Option<&'s Object> {
        [self.resources, page].into_iter().flatten().find_map(|resources| source.sub(resources, group)?.get(name).ok())
    }
    fn is_opaque(&self) -> bool {
        self.state.fill_alpha * self.state.group_alpha > 0.98 && !self.state.soft
    }
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(self.line);
        self.text = self.line;
    }
    fn advance(&mut self, by: f64) {
        let vertical = self.state.font.as_ref().is_some_and(|font| font.font.vertical);
        let shift = if vertical { Matrix::shift(0.0, by) } else { Matrix::shift(by * self.state.stretch, 0.0) };
        self.text = shift.then(self.text);
    }
}
