//! Text operators (ISO 32000-2 §9.4): where each glyph of a shown string stands, and why it might not be seen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use lopdf::Dictionary;

use super::PdfFault;
use super::blend::Blend;
use super::colour::{Rgb, Space, alike};
use super::content::Op;
use super::font::Font;
use super::interpret::{Address, FontUse, Interpreter, Run, address, last};
use super::items::{Flaw, Glyph, Kind, Show};
use super::matrix::Matrix;
use super::open::Rect;
use super::state::State;
use super::value::Value;
use crate::error::DocError;

/// Glyphs of one page.
const GLYPHS_MAX: usize = 1_000_000;
/// Glyphs of all pages beside that, and those for each byte of the file: real files come to about two a byte.
const GLYPHS_OF_PAGES: u64 = 4_000_000;
const GLYPHS_PER_BYTE: u64 = 32;
/// Names of fonts that are remembered while a content stream is run, and bytes of one.
const NAMED_MAX: usize = 32;
/// Bytes of the texts of all glyphs.
const TEXT_BYTES_MAX: usize = 64 << 20;

/// How all letters of a string are painted.
struct LetterPaint {
    /// `None` where it is more than one, or cannot be told.
    colour: Rgb,
    blend: Blend,
    is_opaque: bool,
    /// How thick the lines are, in points of the page, of letters that are outlined alone.
    outline: Option<f64>,
    /// Why none of them is seen, wherever they stand.
    flaw: Option<Flaw>,
}

impl LetterPaint {
    /// Of a letter that is only outlined one sees what is under it, unless the line is as thick as the strokes.
    fn is_opaque_at(&self, size: f64) -> bool {
        self.is_opaque && self.outline.is_none_or(|width| width >= 0.1 * size)
    }
}

impl<'s> Interpreter<'s, '_> {
    pub(super) fn text_step(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) -> Result<(), DocError> {
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
                run.state.font = self.font_named(run, name)?;
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
                if op.operands.iter().all(|operand| operand.number().is_some())
                    && let Some(numbers) = last(op)
                {
                    run.text = Matrix(numbers);
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

    /// Marks the codes of glyphs that stay as used.
    pub(super) fn use_codes<'g>(&self, shows: impl Iterator<Item = &'g Show>) {
        let mut last: Option<(Address, &FontUse)> = None;
        for show in shows {
            if last.is_none_or(|(key, _)| key != show.font) {
                last = self.shown.get(&show.font).map(|font| (show.font, font.as_ref()));
            }
            if let Some((_, font)) = last {
                font.used.borrow_mut().insert(show.code);
            }
        }
    }

    /// A font by its name in the resources. A page changes fonts all the time, between few.
    fn font_named(&mut self, run: &mut Run<'s>, name: &[u8]) -> Result<Option<Rc<FontUse>>, DocError> {
        if let Some((_, font)) = run.fonts.iter().find(|(known, _)| known == name) {
            return Ok(Some(font.clone()));
        }
        let dict = run.resource(self.source, self.page_resources, b"Font", name).and_then(|object| self.source.dict(object));
        let Some(dict) = dict else {
            self.note_borrowed(b"Font", name);
            return Ok(None);
        };
        let font = self.font(dict, run.resources)?;
        if run.fonts.len() < NAMED_MAX
            && name.len() < NAMED_MAX
            && let Some(font) = &font
        {
            run.fonts.push((name.to_vec(), font.clone()));
        }
        Ok(font)
    }

    /// A font by its dictionary, read once.
    pub(super) fn font(&mut self, dict: &'s Dictionary, around: Option<&'s Dictionary>) -> Result<Option<Rc<FontUse>>, DocError> {
        let key = address(dict);
        if let Some(font) = self.fonts.get(&key) {
            return Ok(font.clone());
        }
        let font = Font::read(self.source, dict)?;
        self.note_font(dict, around, &font);
        let font = Rc::new(FontUse {
            font,
            key,
            used: RefCell::default(),
            texts: RefCell::default(),
            spaces: Cell::new(0),
            others: RefCell::default(),
        });
        self.shown.insert(key, font.clone());
        self.fonts.insert(key, Some(font.clone()));
        Ok(Some(font))
    }

    fn show(&mut self, run: &mut Run<'s>, bytes: &[u8], place: (usize, u32)) -> Result<(), DocError> {
        let too_many = |limit: usize| Err(DocError::whole(PdfFault::TooManyOperators { limit: limit as u64 }));
        // A code has at most four bytes.
        if bytes.len() / 4 > GLYPHS_MAX {
            return too_many(GLYPHS_MAX);
        }
        if self.text_bytes > TEXT_BYTES_MAX {
            return Err(DocError::whole(PdfFault::TooManySteps { limit: TEXT_BYTES_MAX as u64 }));
        }
        let Some(font) = run.state.font.clone() else {
            self.show_without_font(run, bytes, place);
            return Ok(());
        };
        self.paint_text(&run.state);
        if run.state.mode >= 4 {
            // The shapes of these letters become part of the clip (§9.3.6).
            run.state.clip_unknown = true;
        }
        let of_all_pages =
            self.source.of_all_pages(GLYPHS_OF_PAGES, GLYPHS_PER_BYTE).min(self.source.limits.operators.max(GLYPHS_OF_PAGES));
        let mut codes = std::mem::take(&mut self.codes);
        codes.clear();
        font.font.codes(bytes, &mut codes);
        let mut byte = 0;
        // Showing moves the place of the next glyph and nothing else about it.
        let state = &run.state;
        let mut matrix = Matrix([state.size * state.stretch, 0.0, 0.0, state.size, 0.0, state.rise]).then(run.text).then(state.ctm);
        let [a, b, c, d, ..] = matrix.0;
        let (em_size, breadth) = (length(c, d), length(a, b));
        let (vertical, type3, scale) = (font.font.vertical, font.font.type3, font.font.scale);
        let paint = self.paint_of(state);
        for shown in codes.iter().copied() {
            let first_byte = byte;
            byte += shown.length;
            if self.page.glyphs.len() >= GLYPHS_MAX {
                return too_many(GLYPHS_MAX);
            }
            if self.glyphs >= of_all_pages || self.text_bytes > TEXT_BYTES_MAX {
                return Err(DocError::whole(PdfFault::TooManySteps { limit: of_all_pages }));
            }
            let state = &run.state;
            let advance = shown.width * scale;
            let stretch = if vertical { 1.0 } else { state.stretch };
            let space = state.char_space + if shown.is_space { state.word_space } else { 0.0 };
            let em = if type3 { advance.abs().max(0.5) } else { 1.0 };
            let local = if vertical {
                Rect { x0: -0.5, y0: -1.0, x1: 0.5, y1: 0.0 }
            } else {
                Rect { x0: 0.0, y0: -0.2 * em, x1: advance.max(0.01), y1: 0.8 * em }
            };
            let centre = matrix.point(f64::midpoint(local.x0, local.x1), if vertical { -0.5 } else { 0.3 * em });
            let rect = matrix.rect(local);
            let [.., x, y] = matrix.0;
            let origin = (x, y);
            let size = em * em_size;
            let is_tiny = !type3 && (size < 0.8 || breadth < 0.4);
            let flaw = paint.flaw.or_else(|| self.flaw_of_place(state, rect, centre, is_tiny));
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
            run.text = if vertical { run.text.moved(0.0, space - state.size) } else { run.text.moved(step, 0.0) };
            let (x, y) = run.text.point(0.0, run.state.rise);
            let after = run.state.ctm.point(x, y);
            matrix = Matrix([a, b, c, d, after.0, after.1]);
            let (colour, blend, is_opaque) = (paint.colour, paint.blend, paint.is_opaque_at(size));
            let glyph = Glyph { start: 0, end: 0, rect, centre, origin, after, size, colour, blend, order: 0, is_opaque, flaw, show };
            font.with_text(shown.code, |text| self.push_glyph(&run.state, text, glyph));
        }
        self.codes = codes;
        Ok(())
    }

    /// No reader agrees on what to show; the words are in the file all the same.
    fn show_without_font(&mut self, run: &mut Run<'s>, bytes: &[u8], place: (usize, u32)) {
        let text: String =
            bytes.iter().map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '\u{fffd}' }).collect();
        let at = run.text.then(run.state.ctm).point(0.0, 0.0);
        let show =
            Show { key: run.key, offset: place.0, piece: place.1, byte: 0, length: bytes.len() as u32, shift: 0.0, font: 0, code: 0 };
        let glyph = Glyph {
            start: 0,
            end: 0,
            rect: Rect { x0: at.0, y0: at.1, x1: at.0 + 1.0, y1: at.1 + 1.0 },
            centre: at,
            origin: at,
            after: at,
            size: run.state.size,
            colour: None,
            blend: Blend::Normal,
            order: 0,
            is_opaque: false,
            flaw: Some(if run.state.font_named { Flaw::NoFont } else { Flaw::Unset }),
            show,
        };
        self.push_glyph(&run.state, &text, glyph);
    }

    /// How letters are painted in a state (§9.3.6, §11.3.5).
    fn paint_of(&self, state: &State) -> LetterPaint {
        let (colour, alpha) = match state.mode {
            1 | 5 => (state.stroke, state.stroke_alpha),
            // Of letters with a line around them in another colour at least one is seen.
            2 | 6 if !matches!((state.fill, state.stroke), (Some(fill), Some(stroke)) if alike(fill, stroke)) => {
                (None, state.fill_alpha.max(state.stroke_alpha))
            }
            _ => (state.fill, state.fill_alpha),
        };
        let alpha = alpha * state.group_alpha;
        // White that darkens, or black that lightens, changes nothing.
        let changes_nothing = match state.blend {
            Blend::Multiply | Blend::Darken | Blend::ColorBurn => colour.is_some_and(|colour| alike(colour, [1.0; 3])),
            Blend::Screen | Blend::Lighten | Blend::ColorDodge => colour.is_some_and(|colour| alike(colour, [0.0; 3])),
            // How others look on their ground the judge tells.
            _ => false,
        };
        let has_nothing = match *state.fill_space {
            Space::Nothing(_) => true,
            // No pattern was ever chosen.
            Space::Pattern => state.set.fill == 0 && !self.beside.is_off,
            _ => false,
        } && matches!(state.mode, 0 | 4);
        let is_transparent = (alpha < 0.04 && matches!(state.mode, 0..=2 | 4..=6)) || has_nothing || changes_nothing;
        LetterPaint {
            colour,
            blend: state.blend,
            is_opaque: alpha > 0.9 && state.blend.is_plain() && !state.masked,
            outline: matches!(state.mode, 1 | 5).then(|| state.line_width * state.ctm.scale()),
            flaw: match state.mode {
                3 => Some(Flaw::Mode),
                7 => Some(Flaw::ClipMode),
                _ => is_transparent.then_some(Flaw::Transparent),
            },
        }
    }

    /// Why a letter is not seen where it stands, if it is not.
    #[inline]
    fn flaw_of_place(&self, state: &State, rect: Rect, centre: (f64, f64), is_tiny: bool) -> Option<Flaw> {
        let is_clipped = || {
            !state.clip.holds(centre.0, centre.1) && state.clip.meet(rect).area() < 0.25 * rect.area()
                || state.clip_shape.is_some() && self.is_cut_off(state, rect, centre)
        };
        if is_tiny { Some(Flaw::Tiny) } else { is_clipped().then_some(Flaw::Clipped) }
    }

    /// Whether the clip leaves nothing of a glyph: neither its middle nor a place around it.
    fn is_cut_off(&self, state: &State, rect: Rect, (x, y): (f64, f64)) -> bool {
        let (across, up) = (0.35 * rect.width(), 0.35 * rect.height());
        [(0.0, 0.0), (across, up), (-across, up), (across, -up), (-across, -up), (0.0, up), (0.0, -up), (across, 0.0), (-across, 0.0)]
            .iter()
            .all(|(dx, dy)| !self.page.encloses(state.clip_shape, x + dx, y + dy))
    }

    /// Notes a glyph, of which the place of its text and that in the order of painting are still to be told.
    #[inline]
    fn push_glyph(&mut self, state: &State, text: &str, mut glyph: Glyph) {
        self.glyphs += 1;
        self.text_bytes += text.len();
        if self.hidden > 0 {
            self.page.layered += 1;
            self.page.layered_text.push_str(text);
            return;
        }
        if glyph.flaw.is_none() && text.len() == BLOCK_BYTES && is_block(text) {
            // It lies over and under words as a shape does.
            let block = Rect { y0: glyph.rect.y0 + 0.2 * glyph.rect.height(), ..glyph.rect };
            self.push_paint(state, Kind::Fill, block.meet(state.clip), block, glyph.colour, true);
            glyph.colour = None;
        }
        self.beside.veils.glyph(state.veil, self.page.glyphs.len());
        glyph.start = self.page.text.len() as u32;
        match text.as_bytes() {
            // Nearly all texts are one letter, which is dear to copy as a string.
            [byte] => self.page.text.push(char::from(*byte)),
            _ => self.page.text.push_str(text),
        }
        glyph.end = self.page.text.len() as u32;
        glyph.order = self.next_order();
        self.page.glyphs.push(glyph);
    }
}

/// How long a step is. Most go along one axis.
#[inline]
fn length(x: f64, y: f64) -> f64 {
    if x == 0.0 {
        y.abs()
    } else if y == 0.0 {
        x.abs()
    } else {
        x.hypot(y)
    }
}

/// Bytes of a sign that is all ink.
const BLOCK_BYTES: usize = '\u{2588}'.len_utf8();

/// Whether a text is one sign that is all ink: blocks, squares and discs.
fn is_block(text: &str) -> bool {
    matches!(text, "\u{2588}" | "\u{2589}" | "\u{25a0}" | "\u{25ac}" | "\u{25ae}" | "\u{25cf}" | "\u{2b1b}" | "\u{2b24}" | "\u{25fc}")
}
