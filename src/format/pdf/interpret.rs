//! Runs content streams and notes what they paint, in order: glyphs with their text and place, and what may lie under or over them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use lopdf::{Dictionary, Object, Stream};

use super::PdfFault;
use super::beside::Beside;
use super::blend::Blend;
use super::colour::Space;
use super::content::{self, Op, Ops};
use super::filter::Decoded;
use super::font::Font;
use super::items::{Group, Kind, PageItems, Picture, Replacement};
use super::layers::Layers;
use super::looks::Looks;
use super::matrix::Matrix;
use super::open::{Rect, Role, Source, value};
use super::pages::Page;
use super::state::{Path, State};
use super::strings::{says_the_same, text_string};
use super::value::Value;
use crate::error::DocError;

/// Nesting of form XObjects.
const FORM_DEPTH_MAX: usize = 24;
/// How far from what it is a transfer function may take a part of a colour.
const OFF_MAX: f64 = 0.25;
/// Depth of saved graphics states.
const SAVED_MAX: usize = 512;
/// Shapes of one page that are remembered.
pub(super) const PAINTS_MAX: usize = 400_000;
/// Spans of marked content in each other.
const SPANS_MAX: usize = 1_000_000;
/// Operators of all pages for each byte of the file, beside those that one page may have. Real files come to about one.
pub(super) const OPERATORS_PER_BYTE: u64 = 16;
/// Bytes of replacement texts that are remembered: as many as are searched for.
const REPLACED_BYTES_MAX: usize = 4_000_000;
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
    pub(super) others: RefCell<foldhash::HashMap<u32, Option<String>>>,
}

impl FontUse {
    /// Does something with the text of a code.
    #[inline]
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
            // A font has no more characters; what is shown again is asked for again.
            if others.len() > 1 << 17 {
                others.clear();
            }
            return what(others.entry(code).or_insert_with(make).as_deref().unwrap_or(NO_TEXT));
        }
        let mut texts = self.texts.borrow_mut();
        if let Some(Some(text)) = texts.get(code as usize) {
            return what(text.as_deref().unwrap_or(NO_TEXT));
        }
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
    actual: Option<Actual>,
}

/// Replacement text of a span.
#[derive(Debug)]
pub(super) struct Actual {
    text: String,
    /// Where the text and the glyphs of the span begin.
    start: (usize, usize),
    key: (Address, usize),
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
    /// What the pictures look like.
    pub(super) looks: Looks<'s, 'l>,
    /// Memory for the next page.
    spare: PageItems,
    pub(super) page_resources: Option<&'s Dictionary>,
    /// Resources of the forms that the current one is drawn in.
    around: Vec<&'s Dictionary>,
    pub(super) operators: u64,
    /// Operators that this page and those after it may have.
    operators_left: u64,
    /// Glyphs shown on all pages, and the bytes of their texts.
    pub(super) glyphs: u64,
    pub(super) text_bytes: usize,
    replaced_bytes: usize,
    pub(super) stack: Vec<Address>,
    pub(super) hidden: usize,
    /// The colour spaces for grey, RGB and CMYK.
    pub(super) device: [Rc<Space>; 3],
    /// Memory for the numbers of a colour.
    pub(super) numbers: Vec<f64>,
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
            looks: Looks::new(source),
            spare: PageItems::default(),
            page_resources: None,
            around: Vec::new(),
            operators: 0,
            operators_left: source.of_all_pages(source.limits.operators, OPERATORS_PER_BYTE),
            glyphs: 0,
            text_bytes: 0,
            replaced_bytes: 0,
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
        self.operators_left = self.operators_left.saturating_sub(self.operators);
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

    /// Runs one appearance stream on its own, on what the page left of its operators.
    pub(super) fn run_appearance(&mut self, stream: &'s Stream, placement: Matrix) -> Result<PageItems, DocError> {
        self.page = PageItems::default();
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
            fonts: Vec::new(),
        };
        self.page.disputed += usize::from(resources.is_some_and(|resources| self.has_odd_defaults(resources)));
        let mut ops = Ops::new(data);
        let limit = self.source.limits.operators.min(self.operators_left);
        while let Some(op) = ops.next() {
            self.operators += 1;
            if self.operators > limit || run.spans.len() > SPANS_MAX {
                return Err(DocError::whole(PdfFault::TooManyOperators { limit }));
            }
            self.step(&mut run, &op)?;
            if self.page.overflows {
                // What is not remembered could lie over words.
                return Err(DocError::whole(PdfFault::TooManyOperators { limit: PAINTS_MAX as u64 }));
            }
        }
        if ops.is_crowded() {
            return Err(DocError::whole(PdfFault::TooManyOperators { limit: content::ITEMS_MAX as u64 }));
        }
        // Spans that nobody closed end with the stream.
        while let Some(span) = run.spans.pop() {
            self.end_span(span);
        }
        Ok(())
    }

    /// Whether resources put spaces of another kind in the place of those of the device (§8.6.5.6), which some viewers do and others do not.
    fn has_odd_defaults(&self, resources: &Dictionary) -> bool {
        let Some(spaces) = self.source.sub(resources, b"ColorSpace") else { return false };
        let is_other = |key: &[u8], is_same: fn(&Space) -> bool| {
            spaces.get(key).is_ok_and(|space| !is_same(&Space::read(self.source, space, None, 0)))
        };
        is_other(b"DefaultGray", |space| matches!(space, Space::Gray))
            || is_other(b"DefaultRGB", |space| matches!(space, Space::Rgb))
            || is_other(b"DefaultCMYK", |space| matches!(space, Space::Cmyk))
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
                } else {
                    // What is restored from here on is not what viewers restore.
                    self.page.disputed += 1;
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
            b"gs" => self.ext_state(run, op),
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
                if self.sets_colour(run, op) {
                    self.colour(run, op);
                    self.set_pattern(run, op);
                }
            }
            b"sh" => {
                let name = op.operands.iter().find_map(Value::name).unwrap_or_default();
                let shading = run.resource(self.source, self.page_resources, b"Shading", name).and_then(|object| self.source.dict(object));
                let (rect, outline) =
                    shading.map_or((Rect::ALL, None), |shading| super::shade::extent(self.source, shading, run.state.ctm));
                let rect = rect.meet(run.state.clip);
                let colour = shading.and_then(|shading| super::shade::one_colour(self.source, shading));
                self.push_paint(&run.state, Kind::Shade, rect, rect, colour, true);
                if let Some(outline) = outline {
                    self.push_outline(outline, false);
                }
            }
            b"Do" => self.external(run, op)?,
            b"BI" => {
                self.page.damaged += usize::from(content::is_short(op));
                let whole = run.state.ctm.rect(Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 });
                let dict = op.operands.first();
                let mask = dict.and_then(|dict| dict.get(b"IM").or_else(|| dict.get(b"ImageMask"))) == Some(&Value::Bool(true));
                let kind = if mask { Kind::Stencil } else { Kind::Image };
                let colour = run.state.fill.filter(|_| mask);
                self.note_far(whole);
                self.push_paint(&run.state, kind, whole.meet(run.state.clip), whole, colour, !mask);
                self.push_corners(run.state.ctm);
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

    fn ext_state(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) {
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
        match source.entry(dict, b"BM") {
            Object::Name(mode) => {
                let mode = Blend::by_name(mode);
                // For one that there is not some viewers keep the last one, and others take none.
                self.page.disputed += usize::from(mode.is_none());
                run.state.blend = mode.unwrap_or_default();
            }
            // The first one that a viewer knows.
            Object::Array(modes) => {
                let mut modes = modes.iter().map(|mode| source.get(mode).as_name().ok().and_then(Blend::by_name));
                let first = modes.next().flatten();
                // Others take none but the very first.
                self.page.disputed += usize::from(first.is_none());
                run.state.blend = first.or_else(|| modes.flatten().next()).unwrap_or_default();
            }
            _ => {}
        }
        // Some viewers send what is painted through a transfer function (§10.5), and others do not. Most correct light and dark a little.
        self.page.disputed += usize::from([&b"TR"[..], b"TR2"].iter().any(|key| self.is_far_off(source.entry(dict, key))));
        match source.entry(dict, b"SMask") {
            Object::Dictionary(_) => run.state.masked = true,
            Object::Name(_) => run.state.masked = false,
            _ => {}
        }
        if let [font, size, ..] = source.array(dict, b"Font")
            && let Some(font) = source.dict(font)
        {
            run.state.font = self.font(font, run.resources).ok().flatten();
            run.state.size = source.to_number(size).unwrap_or(0.0);
        }
        self.set_mask(run, op, dict);
    }

    /// Whether a transfer function makes something much lighter or darker than it is, so that it is lost or comes to light, or cannot be
    /// read.
    fn is_far_off(&self, transfer: &Object) -> bool {
        let is_far_off = |object: &Object| {
            let function = super::function::Function::read(self.source, object, 0);
            let at = |value: f64| function.as_ref()?.of(&[value])?.first().copied();
            (0..=16u8).map(|step| f64::from(step) / 16.0).any(|value| at(value).is_none_or(|changed| (changed - value).abs() > OFF_MAX))
        };
        match transfer {
            Object::Array(items) => items.iter().take(4).any(|item| !matches!(self.source.get(item), Object::Name(_)) && is_far_off(item)),
            Object::Dictionary(_) | Object::Stream(_) => is_far_off(transfer),
            _ => false,
        }
    }

    fn external(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) -> Result<(), DocError> {
        let name = op.operands.iter().find_map(Value::name).unwrap_or_default();
        let Some(Object::Stream(stream)) =
            run.resource(self.source, self.page_resources, b"XObject", name).map(|object| self.source.get(object))
        else {
            self.note_borrowed(b"XObject", name);
            return Ok(());
        };
        let hidden = value(&stream.dict, b"OC").is_some_and(|layer| !self.layers.shows(self.source, layer));
        self.hidden += usize::from(hidden);
        match self.source.name(&stream.dict, b"Subtype") {
            Some(b"Image") => {
                let whole = run.state.ctm.rect(Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 });
                let holes = self.source.flag(&stream.dict, b"ImageMask")
                    || stream.dict.has(b"SMask")
                    || stream.dict.has(b"Mask")
                    || self.source.int(&stream.dict, b"SMaskInData").is_some_and(|kind| kind > 0);
                let kind = if holes { Kind::Stencil } else { Kind::Image };
                let colour = run.state.fill.filter(|_| self.source.flag(&stream.dict, b"ImageMask"));
                self.note_far(whole);
                self.push_paint(&run.state, kind, whole.meet(run.state.clip), whole, colour, !holes);
                self.push_corners(run.state.ctm);
                if self.hidden == 0
                    && let Some(paint) = self.page.paints.last_mut()
                {
                    let size = |key: &[u8]| self.source.int(&stream.dict, key).and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
                    let samples = size(b"Width").saturating_mul(size(b"Height"));
                    paint.picture = Some(self.page.pictures.len() as u32);
                    self.page.pictures.push(Picture { key: self.looks.meet(stream), placement: run.state.ctm, samples });
                }
            }
            _ => self.form(stream, run.resources, run.state.clone())?,
        }
        self.hidden -= usize::from(hidden);
        Ok(())
    }

    /// Runs a form XObject (§8.10).
    pub(super) fn form(&mut self, stream: &'s Stream, around: Option<&'s Dictionary>, mut state: State) -> Result<(), DocError> {
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
            let bbox = state.ctm.rect(bbox);
            self.note_far(bbox);
            state.clip = state.clip.meet(bbox);
        }
        // Without a box, or with a matrix that is none, some viewers draw the form and others leave it out or place it elsewhere.
        let is_disputed = bbox.is_none() || matrix.is_none() && stream.dict.has(b"Matrix");
        let painted = (self.page.glyphs.len(), self.page.paints.len());
        // A group as a whole is under the mask that is set outside of it, whatever is set inside.
        let mask = if stream.dict.has(b"Group") { std::mem::take(&mut state.set.mask) } else { 0 };
        if stream.dict.has(b"Group") {
            let group = Group { parent: state.group, start: self.page.order + 1, alpha: state.fill_alpha as f32, blend: state.blend };
            state.group = Some(self.page.groups.len() as u32);
            self.page.groups.push(group);
            state.blend = Blend::Normal;
            state.group_alpha *= state.fill_alpha;
            state.group_veil = state.veil;
            state.fill_alpha = 1.0;
            state.stroke_alpha = 1.0;
        }
        let resources = source.sub(&stream.dict, b"Resources").or(around);
        let decoded = source.content(stream, Role::Drawing)?;
        self.page.damaged += usize::from(decoded.damaged);
        self.stack.push(key);
        self.around.extend(around);
        let outcome = self.run(&decoded.data, resources, state, key);
        self.around.truncate(self.around.len() - usize::from(around.is_some()));
        self.stack.pop();
        if painted != (self.page.glyphs.len(), self.page.paints.len()) {
            self.page.disputed += usize::from(is_disputed);
            self.beside.paint(mask);
        }
        outcome
    }

    /// Counts a resource that neither the form nor the page has, when a form around it has one of that name.
    pub(super) fn note_borrowed(&mut self, group: &[u8], name: &[u8]) {
        let source = self.source;
        let has = |resources: &&Dictionary| source.sub(resources, group).is_some_and(|group| group.has(name));
        self.page.disputed += usize::from(self.around.iter().any(has));
    }

    fn begin_span(&mut self, hidden: bool, actual: Option<Actual>) -> Span {
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
                        Object::String(bytes, _) => self.replacement(bytes),
                        _ => None,
                    });
                let actual = actual.map(|text| self.actual(text, (run.key, op.offset)));
                self.begin_span(hidden, actual)
            }
            Some(dict @ Value::Dict(_)) => {
                let actual = dict.get(b"ActualText").and_then(Value::text).and_then(|bytes| self.replacement(bytes));
                let actual = actual.map(|text| self.actual(text, (run.key, op.offset)));
                self.begin_span(false, actual)
            }
            _ => self.begin_span(false, None),
        }
    }

    fn actual(&self, text: String, key: (Address, usize)) -> Actual {
        Actual { text, start: (self.page.text.len(), self.page.glyphs.len()), key }
    }

    /// A replacement text. Each of the spans that are open keeps its own, and many may name one text.
    fn replacement(&self, bytes: &[u8]) -> Option<String> {
        self.source.budget.steps(bytes.len() / 8).then(|| text_string(bytes))
    }

    fn end_span(&mut self, span: Span) {
        if let Some(Actual { text, start: (start, first), key }) = span.actual {
            let shown = self.page.text.get(start..).unwrap_or_default();
            let faithful = self.source.budget.steps(shown.len() / 8) && says_the_same(&text, shown);
            if faithful {
                self.page.replacements.push(Replacement { key, glyphs: (first, self.page.glyphs.len()) });
            } else {
                self.page.replaced += 1;
                if self.page.replaced_text.len() < 1000 && self.replaced_bytes < REPLACED_BYTES_MAX {
                    self.replaced_bytes += text.trim().len();
                    self.page.replaced_text.push(text);
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
    if !source.budget.steps(parts.len()) {
        source.budget.check()?;
    }
    // Of a list with something else than streams some viewers draw the rest, and others nothing.
    if source.there(page, b"Contents").is_some() && parts.iter().any(|part| source.get(part).as_stream().is_err()) {
        source.misfit();
    }
    let mut streams = parts.iter().filter_map(|part| source.get(part).as_stream().ok());
    let content = match (streams.next(), streams.next()) {
        (Some(only), None) => source.content(only, Role::Page)?,
        (first, second) => {
            let (mut data, mut damaged) = (Vec::new(), false);
            for stream in first.into_iter().chain(second).chain(streams) {
                let decoded = source.content(stream, Role::Part)?;
                damaged |= decoded.damaged;
                data.extend_from_slice(&decoded.data);
                data.push(b'\n');
            }
            Rc::new(Decoded { data: data.into(), codec: None, damaged, deflated: None })
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
    /// Fonts that were named here.
    pub(super) fonts: Vec<(Vec<u8>, Rc<FontUse>)>,
}

impl<'s> Run<'s> {
    /// A resource by name. Where a form lacks it, readers look in the page that shows the form.
    pub(super) fn resource(&self, source: &'s Source<'_>, page: Option<&'s Dictionary>, group: &[u8], name: &[u8]) -> Option<&'s Object> {
        [self.resources, page].into_iter().flatten().find_map(|resources| value(source.sub(resources, group)?, name))
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
