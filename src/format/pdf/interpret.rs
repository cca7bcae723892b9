//! Runs content streams and notes what they paint, in order: glyphs with their text and place, and what may lie under or over them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use lopdf::{Dictionary, Object, Stream};

use super::PdfFault;
use super::beside::Beside;
use super::colour::{Rgb, Space};
use super::content::{self, Op, Ops, Value};
use super::filter::Decoded;
use super::font::Font;
use super::items::{Kind, Outline, PageItems, Paint};
use super::layers::Layers;
use super::matrix::Matrix;
use super::open::{Page, Rect, Source};
use super::state::{Path, State};
use super::strings::{says_the_same, text_string};
use crate::error::DocError;

/// Nesting of form XObjects.
pub(super) const FORM_DEPTH_MAX: usize = 24;
/// Depth of saved graphics states.
const SAVED_MAX: usize = 512;
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

/// The text of a code of which the font says none.
pub(super) const NO_TEXT: &str = "\u{fffd}";

/// Codes of one font: a bit each for those of one and two bytes.
#[derive(Debug, Default)]
pub(super) struct CodeSet {
    bits: Vec<u64>,
    longer: BTreeSet<u32>,
}

impl CodeSet {
    /// Adds a code.
    pub(super) fn insert(&mut self, code: u32) {
        let word = code as usize / 64;
        if code > 0xffff {
            self.longer.insert(code);
            return;
        }
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= 1 << (code % 64);
        }
    }

    /// All codes, ascending.
    pub(super) fn to_set(&self) -> BTreeSet<u32> {
        let words = (0u32..).zip(&self.bits);
        let short = words.flat_map(|(word, bits)| (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit));
        short.chain(self.longer.iter().copied()).collect()
    }
}

/// A font with the codes that were shown in it.
#[derive(Debug)]
pub(super) struct FontUse {
    /// The font.
    pub(super) font: Font,
    pub(super) key: Address,
    /// Codes shown.
    pub(super) used: RefCell<CodeSet>,
    /// Texts of one-byte codes, once asked for.
    #[allow(clippy::option_option, reason = "not asked for yet, or asked for and without text")]
    pub(super) texts: RefCell<Vec<Option<Option<String>>>>,
    /// Codes whose text is white space, of those shown.
    pub(super) spaces: Cell<u32>,
    /// Texts of longer codes.
    pub(super) others: RefCell<HashMap<u32, Option<String>>>,
}

impl FontUse {
    /// Does something with the text of a code.
    pub(super) fn with_text(&self, code: u32, what: impl FnOnce(&str)) {
        let make = || {
            let text = self.font.text(code);
            if text.as_deref().is_some_and(|text| text.chars().all(char::is_whitespace)) {
                self.spaces.set(self.spaces.get() + 1);
            }
            text
        };
        if code >= 256 {
            let mut others = self.others.borrow_mut();
            return what(others.entry(code).or_insert_with(make).as_deref().unwrap_or(NO_TEXT));
        }
        let mut texts = self.texts.borrow_mut();
        if texts.is_empty() {
            texts.resize(256, None);
        }
        let text = texts.get_mut(code as usize).and_then(|cell| cell.get_or_insert_with(make).as_deref());
        what(text.unwrap_or(NO_TEXT));
    }
}

/// A span of marked content.
#[derive(Debug)]
pub(super) struct Span {
    hidden: bool,
    actual: Option<(String, usize, (Address, usize))>,
}

/// Runs the pages of one file.
pub(super) struct Interpreter<'s, 'l> {
    pub(super) source: &'s Source<'l>,
    pub(super) layers: &'s Layers,
    pub(super) fonts: BTreeMap<Address, Option<Rc<FontUse>>>,
    /// Spans whose replacement text says what the glyphs say, by content stream and offset.
    pub(super) faithful: BTreeMap<(Address, usize), bool>,
    /// Codes shown by each font.
    pub(super) shown: BTreeMap<Address, Rc<FontUse>>,
    pub(super) spaces: HashMap<Address, Rc<Space>>,
    pub(super) page: PageItems,
    /// Memory for the next page.
    spare: PageItems,
    pub(super) page_resources: Option<&'s Dictionary>,
    /// Resources of the forms that the current one is drawn in.
    around: Vec<&'s Dictionary>,
    pub(super) operators: u64,
    pub(super) stack: Vec<Address>,
    pub(super) hidden: usize,
    /// The colour spaces for grey, RGB and CMYK.
    device: [Rc<Space>; 3],
    /// Memory for the numbers of a colour.
    numbers: Vec<f64>,
    /// What is drawn by the way.
    pub(super) beside: Beside<'s>,
    /// Memory for the codes of one string.
    pub(super) codes: Vec<super::font::Shown>,
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
            spare: PageItems::default(),
            page_resources: None,
            around: Vec::new(),
            operators: 0,
            stack: Vec::new(),
            hidden: 0,
            device: [Space::Gray, Space::Rgb, Space::Cmyk].map(Rc::new),
            numbers: Vec::new(),
            beside: Beside::default(),
            codes: Vec::new(),
        }
    }

    /// Runs one page with the appearances of its form fields.
    pub(super) fn run_page(&mut self, page: &Page<'s>, fields: &[super::annots::Appearance<'s>]) -> Result<PageItems, DocError> {
        self.page = std::mem::take(&mut self.spare);
        self.operators = 0;
        self.hidden = 0;
        self.page_resources = page.resources;
        let content = page_content(self.source, page.dict)?;
        self.page.damaged += usize::from(content.damaged);
        let mut state = State::new(page.crop);
        // What lies outside the crop box is noted too; the judge tells it apart.
        state.clip = Rect::ALL;
        self.run(&content.data, page.resources, state.clone(), address(page.dict))?;
        for field in fields {
            let mut state = state.clone();
            state.ctm = field.placement;
            self.form(field.stream, None, state)?;
        }
        self.finish_beside()?;
        Ok(std::mem::take(&mut self.page))
    }

    /// Takes a page back that is done with: the next one is noted in its memory.
    pub(super) fn recycle(&mut self, page: PageItems) {
        self.spare = page.cleared();
    }

    /// Runs one appearance stream on its own.
    pub(super) fn run_appearance(&mut self, stream: &'s Stream, placement: Matrix) -> Result<PageItems, DocError> {
        self.page = PageItems::default();
        self.operators = 0;
        self.hidden = 0;
        let mut state = State::new(Rect::ALL);
        state.ctm = placement;
        // No copy has it, nor what it draws by the way.
        self.beside.is_off = true;
        let outcome = self.form(stream, None, state);
        self.beside.is_off = false;
        outcome?;
        Ok(std::mem::take(&mut self.page))
    }

    pub(super) fn run(&mut self, data: &[u8], resources: Option<&'s Dictionary>, state: State, key: Address) -> Result<(), DocError> {
        let mut run = Run {
            state,
            saved: Vec::new(),
            path: Path::default(),
            here: (0.0, 0.0),
            clip_next: None,
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
        }
        // Spans that nobody closed end with the stream.
        while let Some(span) = run.spans.pop() {
            self.end_span(span);
        }
        Ok(())
    }

    pub(super) fn next_order(&mut self) -> u32 {
        self.page.order += 1;
        self.page.order
    }

    fn step(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) -> Result<(), DocError> {
        let n = |index: usize| op.operands.get(index).and_then(Value::number);
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
                if let Some(numbers) = last(op) {
                    state.ctm = Matrix(numbers).then(state.ctm);
                }
            }
            b"w" => state.line_width = n(0).unwrap_or(1.0),
            b"gs" => self.ext_state(run, op)?,
            b"m" | b"l" => {
                if let Some([x, y]) = last(op) {
                    let point = run.state.ctm.point(x, y);
                    if op.name == b"m" {
                        run.here = (x, y);
                        run.path.move_to(point);
                    } else {
                        run.path.line_to(point);
                    }
                }
            }
            b"c" => {
                if let Some([ax, ay, bx, by, x, y]) = last(op) {
                    let points = [(ax, ay), (bx, by), (x, y)].map(|(x, y)| run.state.ctm.point(x, y));
                    run.path.curve(op.name, &points);
                }
            }
            b"v" | b"y" => {
                if let Some([ax, ay, x, y]) = last(op) {
                    let points = [(ax, ay), (x, y)].map(|(x, y)| run.state.ctm.point(x, y));
                    run.path.curve(op.name, &points);
                }
            }
            b"h" => {
                let start = run.state.ctm.point(run.here.0, run.here.1);
                run.path.line_to(start);
            }
            b"re" => {
                if let Some([x, y, width, height]) = last(op) {
                    let rect = run.state.ctm.rect(Rect::new(x, y, x + width, y + height));
                    let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
                    let corners = corners.map(|(x, y)| run.state.ctm.point(x, y));
                    run.path.rect(rect, &corners, run.state.ctm.is_upright());
                }
            }
            b"W" | b"W*" => run.clip_next = Some(op.name == b"W*"),
            b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n" => self.paint(run, op.name),
            b"g" | b"rg" | b"k" | b"cs" | b"sc" | b"scn" | b"G" | b"RG" | b"K" | b"CS" | b"SC" | b"SCN" => {
                self.colour(run, op);
                self.set_pattern(run, op)?;
            }
            b"sh" => {
                let rect = run.state.clip;
                self.push_paint(&run.state, Kind::Shade, rect, rect, None, false);
            }
            b"Do" => self.external(run, op)?,
            b"BI" => {
                self.page.damaged += usize::from(content::is_short(op));
                let whole = run.state.ctm.rect(Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 });
                let dict = op.operands.first();
                let mask = dict.and_then(|dict| dict.get(b"IM").or_else(|| dict.get(b"ImageMask"))) == Some(&Value::Bool(true));
                let solid = !mask && run.is_opaque() && run.state.ctm.is_upright();
                self.push_paint(&run.state, if mask { Kind::Stencil } else { Kind::Image }, whole.meet(run.state.clip), whole, None, solid);
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

    fn push_paint(&mut self, state: &State, kind: Kind, rect: Rect, whole: Rect, colour: Rgb, solid: bool) {
        let (clip, solid) = (state.clip_shape, solid && !state.clip_unknown);
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
        if self.page.paints.len() < PAINTS_MAX {
            self.page.paints.push(Paint { kind, rect, whole, colour, solid, order, outline: None, clip });
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

    /// Notes that what is painted from now on shows only inside an outline.
    fn shape_clip(&mut self, run: &mut Run<'s>, rings: Option<Outline>, even_odd: bool) {
        let rings = rings.filter(|rings| {
            let points: usize = rings.iter().map(Vec::len).sum();
            self.page.outline_points += points;
            self.page.outline_points <= OUTLINE_POINTS_TOTAL
        });
        match (rings, run.state.clip_shape) {
            (Some(rings), None) => {
                run.state.clip_shape = Some(self.page.outlines.len() as u32);
                self.page.outlines.push((rings, even_odd));
            }
            // One outline in another: which part shows is not followed up.
            _ => run.state.clip_unknown = true,
        }
    }

    fn paint(&mut self, run: &mut Run<'s>, name: &[u8]) {
        if matches!(name, b"s" | b"b" | b"b*") {
            let start = run.state.ctm.point(run.here.0, run.here.1);
            run.path.line_to(start);
        }
        run.path.finish();
        let mut path = std::mem::take(&mut run.path);
        let clip = run.state.clip;
        if let Some(bounds) = path.bounds() {
            if matches!(name, b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*") {
                let solid = run.is_opaque() && run.state.fill.is_some();
                let even_odd = name.ends_with(b"*");
                if let Some(outline) = path.outline() {
                    let known = !outline.is_empty();
                    self.push_paint(&run.state, Kind::Fill, bounds.meet(clip), bounds, run.state.fill.filter(|_| known), solid && known);
                    if known {
                        self.push_outline(outline, even_odd);
                    }
                } else {
                    for rect in &path.rects {
                        self.push_paint(&run.state, Kind::Fill, rect.meet(clip), *rect, run.state.fill, solid);
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
                    self.push_paint(&run.state, Kind::Stroke, rect.meet(clip), rect, run.state.stroke, solid && flat);
                }
            }
        }
        if let Some(even_odd) = run.clip_next.take() {
            run.state.clip = path.bounds().map_or(Rect::NONE, |bounds| clip.meet(bounds));
            if !path.is_rectangle() {
                self.shape_clip(run, path.take_rings(), even_odd);
            }
        }
        path.clear();
        run.path = path;
    }

    fn colour(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) {
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.clear();
        numbers.extend(op.operands.iter().filter_map(Value::number));
        self.colour_of(run, op, &numbers);
        self.numbers = numbers;
    }

    fn colour_of(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>, numbers: &[f64]) {
        let stroke = op.name.first().is_some_and(u8::is_ascii_uppercase);
        let (space, colour) = match op.name {
            b"g" | b"G" => (Some(&self.device[0]), Space::Gray.rgb(numbers)),
            b"rg" | b"RG" => (Some(&self.device[1]), Space::Rgb.rgb(numbers)),
            b"k" | b"K" => (Some(&self.device[2]), Space::Cmyk.rgb(numbers)),
            b"cs" | b"CS" => {
                let name = op.operands.iter().find_map(Value::name).unwrap_or_default().to_vec();
                let named = run.resources.and_then(|resources| self.source.sub(resources, b"ColorSpace"));
                let key = run.resource(self.source, self.page_resources, b"ColorSpace", &name).map(address);
                // A name that nothing explains changes nothing, for viewers and in the copy.
                if key.is_none() && !matches!(name.as_slice(), b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"Pattern") {
                    return;
                }
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

    fn ext_state(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) -> Result<(), DocError> {
        let name = op.operands.iter().find_map(Value::name).unwrap_or_default();
        let Some(dict) = run.resource(self.source, self.page_resources, b"ExtGState", name).and_then(|object| self.source.dict(object))
        else {
            return Ok(());
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
            run.state.font = self.font(font, run.resources).ok().flatten();
            run.state.size = source.to_number(size).unwrap_or(0.0);
        }
        self.set_mask(run, op, dict)
    }

    fn external(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) -> Result<(), DocError> {
        let name = op.operands.iter().find_map(Value::name).unwrap_or_default();
        let Some(Object::Stream(stream)) =
            run.resource(self.source, self.page_resources, b"XObject", name).map(|object| self.source.get(object))
        else {
            self.note_borrowed(b"XObject", name);
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
                self.push_paint(&run.state, kind, whole.meet(run.state.clip), whole, None, solid);
            }
            _ => self.form(stream, run.resources, run.state.clone())?,
        }
        self.hidden -= usize::from(hidden);
        Ok(())
    }

    /// Runs a form XObject (§8.10).
    fn form(&mut self, stream: &'s Stream, around: Option<&'s Dictionary>, mut state: State) -> Result<(), DocError> {
        let key = address(stream);
        if self.stack.contains(&key) {
            // A drawing inside itself: viewers leave it out, and so does the copy.
            return Ok(());
        }
        if self.stack.len() >= FORM_DEPTH_MAX {
            return Err(DocError::whole(PdfFault::FormLoop));
        }
        let source = self.source;
        let matrix = source.numbers(&stream.dict, b"Matrix", 6);
        if let Some(matrix) = &matrix {
            state.ctm = Matrix::from_slice(matrix).then(state.ctm);
        }
        let bbox = source.rect(&stream.dict, b"BBox");
        if let Some(bbox) = bbox {
            state.clip = state.clip.meet(state.ctm.rect(bbox));
        }
        // Without a box, or with a matrix that is none, some viewers draw the form and others leave it out or place it elsewhere.
        let is_disputed = bbox.is_none() || matrix.is_none() && stream.dict.has(b"Matrix");
        let painted = (self.page.glyphs.len(), self.page.paints.len());
        if stream.dict.has(b"Group") {
            state.group_alpha *= state.fill_alpha;
            state.fill_alpha = 1.0;
            state.stroke_alpha = 1.0;
        }
        let resources = source.sub(&stream.dict, b"Resources").or(around);
        let decoded = source.content(stream, false)?;
        self.page.damaged += usize::from(decoded.damaged);
        self.stack.push(key);
        self.around.extend(around);
        let outcome = self.run(&decoded.data, resources, state, key);
        self.around.truncate(self.around.len() - usize::from(around.is_some()));
        self.stack.pop();
        self.page.disputed += usize::from(is_disputed && painted != (self.page.glyphs.len(), self.page.paints.len()));
        outcome
    }

    /// Counts a resource that neither the form nor the page has, when a form around it has one of that name.
    pub(super) fn note_borrowed(&mut self, group: &[u8], name: &[u8]) {
        let source = self.source;
        let has = |resources: &&Dictionary| source.sub(resources, group).is_some_and(|group| group.has(name));
        self.page.disputed += usize::from(self.around.iter().any(has));
    }

    fn begin_span(&mut self, hidden: bool, actual: Option<(String, usize, (Address, usize))>) -> Span {
        self.hidden += usize::from(hidden);
        Span { hidden, actual }
    }

    fn marked(&mut self, run: &Run<'s>, op: &Op<'_, '_>) -> Span {
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

/// The last operands of an operator, when they are so many numbers.
pub(super) fn last<const COUNT: usize>(op: &Op<'_, '_>) -> Option<[f64; COUNT]> {
    let mut numbers = [0.0; COUNT];
    let from = op.operands.len().checked_sub(COUNT)?;
    for (to, operand) in numbers.iter_mut().zip(op.operands.get(from..)?) {
        *to = operand.number()?;
    }
    Some(numbers)
}

/// The content of a page: its streams joined, with white space between (§7.8.2), and whether one broke off.
pub(super) fn page_content(source: &Source, page: &Dictionary) -> Result<Rc<Decoded<'static>>, DocError> {
    let parts = match source.entry(page, b"Contents") {
        Object::Array(items) => items,
        object => std::slice::from_ref(object),
    };
    let mut streams = parts.iter().filter_map(|part| source.get(part).as_stream().ok());
    let content = match (streams.next(), streams.next()) {
        (Some(only), None) => source.content(only, true)?,
        (first, second) => {
            let (mut data, mut damaged) = (Vec::new(), false);
            for stream in first.into_iter().chain(second).chain(streams) {
                let decoded = source.content(stream, false)?;
                damaged |= decoded.damaged;
                data.extend_from_slice(&decoded.data);
                data.push(b'\n');
            }
            Rc::new(Decoded { data: data.into(), codec: None, damaged })
        }
    };
    if content.data.len() as u64 > source.limits.part_bytes {
        return Err(DocError::whole(PdfFault::StreamTooLarge { limit: source.limits.part_bytes }));
    }
    Ok(content)
}

/// The state of one content stream at work.
pub(super) struct Run<'s> {
    pub(super) state: State,
    pub(super) saved: Vec<State>,
    pub(super) path: Path,
    pub(super) here: (f64, f64),
    /// Whether the next path becomes the clip, and by which rule.
    pub(super) clip_next: Option<bool>,
    pub(super) text: Matrix,
    pub(super) line: Matrix,
    pub(super) spans: Vec<Span>,
    pub(super) resources: Option<&'s Dictionary>,
    pub(super) key: Address,
}

impl<'s> Run<'s> {
    /// A resource by name. Where a form lacks it, readers look in the page that shows the form.
    pub(super) fn resource(&self, source: &'s Source<'_>, page: Option<&'s Dictionary>, group: &[u8], name: &[u8]) -> Option<&'s Object> {
        [self.resources, page].into_iter().flatten().find_map(|resources| source.sub(resources, group)?.get(name).ok())
    }
    fn is_opaque(&self) -> bool {
        self.state.fill_alpha * self.state.group_alpha > 0.98 && !self.state.soft
    }
    pub(super) fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(self.line);
        self.text = self.line;
    }
    pub(super) fn advance(&mut self, by: f64) {
        let vertical = self.state.font.as_ref().is_some_and(|font| font.font.vertical);
        let shift = if vertical { Matrix::shift(0.0, by) } else { Matrix::shift(by * self.state.stretch, 0.0) };
        self.text = shift.then(self.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_all_lengths_are_kept_in_order() {
        let codes = [0x0001_0000, 65, 0, 63, 64, 0xffff, 65, 0x00ff_ffff];
        let mut set = CodeSet::default();
        codes.iter().for_each(|code| set.insert(*code));
        assert_eq!(set.to_set(), codes.into_iter().collect());
    }
}
