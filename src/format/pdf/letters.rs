//! The codes that the font of a form field has for letters: what a viewer draws of a value.

use std::cell::{Cell, OnceCell};

use foldhash::HashMap;
use lopdf::{Dictionary, Document, Object};

use super::budget::Budget;
use super::font;
use super::metrics::Metrics;

/// The font of a field.
pub(super) struct Letters<'d> {
    doc: &'d Document,
    /// `None` for Helvetica, which stands in for a font that the form does not have.
    font: Option<&'d Dictionary>,
    budget: &'d Budget,
    metrics: Metrics,
    codes: OnceCell<HashMap<char, u8>>,
    lost: Cell<bool>,
}

impl<'d> Letters<'d> {
    /// The font of a name among those of a form.
    pub(super) fn of(doc: &'d Document, fonts: &'d Dictionary, name: &[u8], budget: &'d Budget) -> Self {
        let font = fonts.get_deref(name, doc).ok().and_then(|font| font.as_dict().ok());
        let base = font.and_then(|font| font.get(b"BaseFont").and_then(Object::as_name).ok()).unwrap_or(b"Helvetica");
        Self { doc, font, budget, metrics: Metrics::pick(base, 0), codes: OnceCell::new(), lost: Cell::new(false) }
    }

    /// About how wide a line is in ems, by the standard font that is most like the field's.
    pub(super) fn width(&self, line: &str) -> f64 {
        let mut letter = [0; 4];
        line.chars().map(|character| self.metrics.width(character.encode_utf8(&mut letter))).sum::<f64>() / 1000.0
    }

    /// The codes that draw a line. Letters for which the font has none are left out, and [`Self::lost`] says so: some viewers leave them blank,
    /// others draw them in another font.
    pub(super) fn encode(&self, line: &str) -> Vec<u8> {
        let composite = self.font.is_some_and(|font| font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Type0"));
        let mut codes = Vec::with_capacity(line.len());
        for character in line.chars() {
            let code = match u8::try_from(character) {
                _ if composite => None,
                Ok(byte @ ..=0x7f) => Some(byte),
                _ => self.codes.get_or_init(|| self.read()).get(&character).copied().or(character.is_whitespace().then_some(b' ')),
            };
            match code {
                Some(code) => codes.push(code),
                None => self.lost.set(self.lost.get() || !draws_nothing(character)),
            }
        }
        codes
    }

    /// Whether a line had letters that the font does not have.
    pub(super) fn lost(&self) -> bool {
        self.lost.get()
    }

    /// The codes of letters beyond ASCII, by the font's encoding (ISO 32000-2 §9.6.5).
    fn read(&self) -> HashMap<char, u8> {
        let encoding = self.font.and_then(|font| font.get_deref(b"Encoding", self.doc).ok());
        let own = encoding.and_then(|encoding| encoding.as_dict().ok());
        let named = encoding.and_then(|encoding| encoding.as_name().ok());
        let named = named.or_else(|| own.and_then(|own| own.get_deref(b"BaseEncoding", self.doc).and_then(Object::as_name).ok()));
        let base: &[u8] = match named {
            _ if self.font.is_none() => b"WinAnsiEncoding",
            Some(name @ (b"WinAnsiEncoding" | b"MacRomanEncoding" | b"MacExpertEncoding")) => name,
            _ => b"StandardEncoding",
        };
        self.budget.steps(usize::from(u8::MAX));
        // Codes without a letter are bullets by a note of the standard (Annex D.2), and not in every viewer.
        let is_unused = |byte| base == b"WinAnsiEncoding" && matches!(byte, 0x7f | 0x81 | 0x8d | 0x8f | 0x90 | 0x9d);
        let text = |byte| font::coded(base, byte).filter(|_| !is_unused(byte)).map(Into::into);
        let mut texts: Vec<Option<String>> = (0..=u8::MAX).map(text).collect();
        let differences = own.and_then(|own| own.get_deref(b"Differences", self.doc).ok()).and_then(|items| items.as_array().ok());
        let differences = differences.filter(|items| self.budget.steps(items.len()));
        let mut code = 0_usize;
        for item in differences.into_iter().flatten() {
            match item {
                Object::Integer(first) => code = usize::try_from(*first).unwrap_or(texts.len()),
                Object::Name(name) => {
                    if let Some(text) = texts.get_mut(code) {
                        *text = font::glyph_text(name);
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
        let only = |text: &str| text.chars().next().filter(|first| first.len_utf8() == text.len());
        (0..=u8::MAX).zip(&texts).filter_map(|(code, text)| Some((only(text.as_deref()?)?, code))).collect()
    }
}

/// Whether a character without a glyph is no loss: controls, marks without width, variation selectors.
fn draws_nothing(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn letters_have_the_codes_of_their_font() {
        let encoded = |font: Option<&str>, line: &str| {
            let limits = Limits::default();
            let (doc, budget) = (Document::new(), Budget::new(&limits));
            let mut fonts = Dictionary::new();
            if let Some(encoding) = font {
                let mut font = Dictionary::new();
                font.set("Subtype", if encoding == "Type0" { "Type0" } else { "Type1" });
                match encoding.strip_prefix('/') {
                    Some(name) => {
                        let mut own = Dictionary::new();
                        own.set("Differences", vec![Object::Integer(129), Object::Name(name.as_bytes().to_vec())]);
                        font.set("Encoding", own);
                    }
                    None => font.set("Encoding", encoding),
                }
                fonts.set("F", font);
            }
            let letters = Letters::of(&doc, &fonts, b"F", &budget);
            (letters.encode(line), letters.lost())
        };
        assert_eq!(encoded(None, "O’Brien – é"), (b"O\x92Brien \x96 \xe9".to_vec(), false));
        assert_eq!(encoded(Some("WinAnsiEncoding"), "a\u{feff}b"), (b"ab".to_vec(), false));
        assert_eq!(encoded(Some("WinAnsiEncoding"), "aż"), (b"a".to_vec(), true));
        assert_eq!(encoded(Some("WinAnsiEncoding"), "a\u{2009}b•"), (b"a b\x95".to_vec(), false));
        assert_eq!(encoded(Some("MacRomanEncoding"), "é"), (b"\x8e".to_vec(), false));
        assert_eq!(encoded(Some("/zdotaccent"), "ż"), (b"\x81".to_vec(), false));
        assert_eq!(encoded(Some("Type0"), "a"), (Vec::new(), true));
    }
}
