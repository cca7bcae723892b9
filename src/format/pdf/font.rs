//! Fonts as far as text needs them: codes, text, widths (ISO 32000-2 §9).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::sync::OnceLock;

use lopdf::{Dictionary, Document, Object};

use super::PdfFault;
use super::cmap::{CMap, CODESPACES_MAX};
use super::metrics::Metrics;
use super::open::Source;
use super::outlines::Outlines;
use super::ranges::Ranges;
use crate::error::DocError;

/// Steps that a font costs, and those that the name of a glyph costs.
const FONT_STEPS: usize = 640;
const NAME_STEPS: usize = 16;

/// One character code that was shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// The code.
    pub(super) code: u32,
    /// Advance in thousandths of text space at size 1.
    pub(super) width: f64,
    /// Number of bytes of the code.
    pub(super) length: u32,
    /// Whether word spacing applies (a single byte 32, §9.3.3).
    pub(super) is_space: bool,
}

#[derive(Debug)]
enum Kind {
    Simple {
        texts: Vec<Option<Cow<'static, str>>>,
        widths: Vec<Option<f64>>,
        undefined: BTreeSet<u32>,
        unseen: Option<Box<Unseen>>,
    },
    Composite {
        encoding: Rc<CMap>,
        identity: bool,
        predefined: bool,
        unicode_codes: bool,
        widths: Rc<Ranges<f64>>,
        /// What its glyphs draw, and the map from characters to them.
        outlines: Option<(Rc<Outlines>, Option<Vec<u8>>)>,
    },
}

/// Which codes of a simple font its embedded program draws nothing for: told of those that somebody asks for.
#[derive(Debug)]
struct Unseen {
    outlines: Rc<Outlines>,
    known: [Cell<Option<bool>>; 256],
}

impl Unseen {
    fn is_blank(&self, code: u32, text: Option<&str>) -> bool {
        let Ok(byte) = u8::try_from(code) else { return false };
        let Some(known) = self.known.get(usize::from(byte)) else { return false };
        let is_blank = known.get().unwrap_or_else(|| self.outlines.is_blank_code(byte, text));
        known.set(Some(is_blank));
        is_blank
    }
}

/// A font.
#[derive(Debug)]
pub(super) struct Font {
    kind: Kind,
    to_unicode: Option<Rc<CMap>>,
    default_width: f64,
    /// Glyph space to text space; thousandths but for Type 3.
    pub(super) scale: f64,
    /// Whether writing is vertical.
    pub(super) vertical: bool,
    /// Whether glyphs are content streams.
    pub(super) type3: bool,
    /// Bytes of each code that was shown, where codes have several lengths.
    pub(super) lengths: RefCell<BTreeMap<u32, u32>>,
    /// Whether two codes of different lengths have the same number, or the map builds on one that is not read: what the codes mean
    /// is not told apart.
    pub(super) is_ambiguous: Cell<bool>,
}

impl Font {
    /// Reads a font dictionary.
    pub(super) fn read(source: &Source, dict: &Dictionary) -> Result<Self, DocError> {
        // What a simple font takes of the memory: a text and a width for each byte.
        source.budget.steps(FONT_STEPS);
        let subtype = source.name(dict, b"Subtype").unwrap_or_default();
        let to_unicode = match source.entry(dict, b"ToUnicode") {
            Object::Stream(stream) => Some(source.cmap(stream)?),
            _ => None,
        };
        let is_unicode =
            matches!(source.entry(dict, b"ToUnicode"), Object::Name(name) if matches!(name.as_slice(), b"Identity-H" | b"Identity-V"));
        if subtype == b"Type0" {
            return Self::composite(source, dict, to_unicode, is_unicode);
        }
        let type3 = subtype == b"Type3";
        let matrix = source.numbers(dict, b"FontMatrix", 6);
        let scale = if type3 { matrix.as_ref().and_then(|m| m.first().copied()).unwrap_or(0.001) } else { 0.001 };
        let descriptor = source.sub(dict, b"FontDescriptor");
        let default_width = descriptor.and_then(|descriptor| source.number(descriptor, b"MissingWidth")).unwrap_or(0.0);
        let first = source.int(dict, b"FirstChar").unwrap_or(0);
        let mut widths = vec![None; 256];
        for (index, width) in source.array(dict, b"Widths").iter().enumerate().take(256) {
            let code = usize::try_from(first.saturating_add(index as i64)).unwrap_or(usize::MAX);
            if let Some(cell) = widths.get_mut(code) {
                *cell = source.to_number(width);
            }
        }
        let texts = simple_texts(source, dict);
        let mut undefined = undefined(source, dict);
        // What viewers take for a font that is not in the file draws nothing for a space, whatever it is said to mean.
        let mut unseen = None;
        if let Some(descriptor) = descriptor.filter(|_| !type3)
            && let Some(outlines) = source.outlines(descriptor)?
            && source.budget.steps(outlines.steps())
        {
            unseen = Some(Box::new(Unseen { outlines, known: [const { Cell::new(None) }; 256] }));
        }
        if !type3 && !super::fontcopy::is_embedded(source, descriptor) {
            undefined.extend((0u32..).zip(&texts).filter(|(_, text)| is_space(text.as_deref())).map(|(code, _)| code));
        }
        if !type3 && source.array(dict, b"Widths").is_empty() {
            // One of the standard fonts, or one that viewers replace by one of them.
            let flags = descriptor.and_then(|descriptor| source.int(descriptor, b"Flags")).unwrap_or(0);
            let metrics = Metrics::pick(source.name(dict, b"BaseFont").unwrap_or_default(), flags);
            for (cell, text) in widths.iter_mut().zip(&texts) {
                *cell = Some(metrics.width(text.as_deref().unwrap_or_default()));
            }
        }
        Ok(Self {
            kind: Kind::Simple { texts, widths, undefined, unseen },
            to_unicode,
            default_width,
            scale,
            vertical: false,
            type3,
            lengths: RefCell::default(),
            is_ambiguous: Cell::new(false),
        })
    }

    fn composite(source: &Source, dict: &Dictionary, to_unicode: Option<Rc<CMap>>, is_unicode: bool) -> Result<Self, DocError> {
        let descendant = source.array(dict, b"DescendantFonts").first().and_then(|object| source.dict(object));
        let mut vertical = false;
        let mut unicode_codes = is_unicode;
        let (mut identity, mut named, mut partial) = (false, false, false);
        let encoding = match source.entry(dict, b"Encoding") {
            Object::Stream(stream) => {
                let map = source.cmap(stream)?;
                let told = source.int(&stream.dict, b"WMode").map(|mode| mode == 1);
                vertical = map.vertical || told == Some(true);
                if map.codespaces.len() > CODESPACES_MAX {
                    let what = format!("a character map has more than {CODESPACES_MAX} code spaces");
                    return Err(DocError::whole(PdfFault::Damaged { what }));
                }
                // The entries repeat what the map says itself (Table 118).
                // Without code spaces some viewers take codes of two bytes, and others none.
                // A map that builds on another, even on the simplest, not every viewer reads.
                partial = told.is_some_and(|told| told != map.vertical)
                    || map.codespaces.is_empty()
                    || map.is_partial()
                    || source.there(&stream.dict, b"UseCMap").is_some();
                map
            }
            Object::Name(name) => {
                vertical = name.ends_with(b"-V") || name == b"V";
                identity = name.starts_with(b"Identity");
                named = !identity;
                let contains = |part: &[u8]| name.windows(part.len()).any(|window| window == part);
                unicode_codes |= contains(b"UCS2") || contains(b"UTF16");
                Rc::new(predefined(name))
            }
            _ => Rc::new(predefined(b"Identity-H")),
        };
        let default_width = descendant.and_then(|font| source.number(font, b"DW")).unwrap_or(1000.0);
        let widths = descendant.map(|font| source.widths(font)).unwrap_or_default();
        let descriptor = descendant.and_then(|font| source.sub(font, b"FontDescriptor"));
        let outlines = match descriptor.map(|descriptor| source.outlines(descriptor)).transpose()?.flatten() {
            Some(outlines) => {
                let map = descendant.and_then(|font| source.stream(font, b"CIDToGIDMap"));
                Some((outlines, map.map(|map| source.decode(map)).transpose()?.map(|map| map.data.into_owned())))
            }
            None => None,
        };
        Ok(Self {
            kind: Kind::Composite { encoding, identity, predefined: named, unicode_codes, widths, outlines },
            to_unicode,
            default_width,
            scale: 0.001,
            vertical,
            type3: false,
            lengths: RefCell::default(),
            is_ambiguous: Cell::new(partial),
        })
    }

    /// The ToUnicode map, if there is one.
    pub(super) fn to_unicode(&self) -> Option<&CMap> {
        self.to_unicode.as_deref()
    }

    /// Length of a code in bytes, for the ToUnicode map that is written anew.
    pub(super) fn code_bytes(&self) -> usize {
        match &self.kind {
            Kind::Simple { .. } => 1,
            Kind::Composite { encoding, .. } => encoding.codespaces.iter().map(|(length, _, _)| *length).max().unwrap_or(2),
        }
    }

    /// Codes that the encoding gives no drawing: those without a glyph, and in a font with too many spaces the spaces.
    pub(super) fn undrawn(&self, has_many_spaces: bool) -> BTreeSet<u32> {
        let Kind::Simple { texts, undefined, .. } = &self.kind else { return BTreeSet::new() };
        let mut codes = undefined.clone();
        if has_many_spaces {
            codes.extend((0u32..).zip(texts).filter(|(_, text)| is_space(text.as_deref())).map(|(code, _)| code));
        }
        codes
    }

    /// Whether the embedded program has a glyph for a code, and that draws nothing.
    pub(super) fn draws_nothing(&self, code: u32) -> bool {
        match &self.kind {
            Kind::Simple { texts, unseen, .. } => {
                let text = || texts.get(code as usize).and_then(Option::as_deref);
                unseen.as_ref().is_some_and(|unseen| unseen.is_blank(code, text()))
            }
            Kind::Composite { encoding, identity, predefined: false, outlines: Some((outlines, map)), .. } => {
                outlines.is_blank_character(if *identity { code } else { encoding.cid(code) }, map.as_deref())
            }
            Kind::Composite { .. } => false,
        }
    }

    /// Whether some glyph of its program draws nothing.
    pub(super) fn has_unseen(&self) -> bool {
        match &self.kind {
            Kind::Simple { unseen, .. } => unseen.is_some(),
            Kind::Composite { outlines, .. } => outlines.is_some(),
        }
    }

    /// Splits a shown string into codes.
    pub(super) fn codes(&self, bytes: &[u8], codes: &mut Vec<Shown>) {
        match &self.kind {
            Kind::Simple { widths, .. } => codes.extend(bytes.iter().map(|byte| {
                let width = widths.get(usize::from(*byte)).copied().flatten().unwrap_or(self.default_width);
                Shown { code: u32::from(*byte), width, length: 1, is_space: *byte == 32 }
            })),
            Kind::Composite { encoding, identity, predefined, widths, .. } => {
                let mut rest = bytes;
                let first = encoding.codespaces.first().map(|(length, _, _)| *length);
                let is_mixed = encoding.codespaces.iter().any(|(length, _, _)| Some(*length) != first);
                while !rest.is_empty() {
                    let length = encoding.code_len(rest).clamp(1, rest.len());
                    let (head, tail) = rest.split_at(length);
                    let code = head.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
                    let width = match (self.vertical, *predefined) {
                        (true, _) => 1000.0,
                        (false, true) => half_width(code, widths).unwrap_or(self.default_width),
                        (false, false) => {
                            let cid = if *identity { code } else { encoding.cid(code) };
                            widths.get(cid).copied().unwrap_or(self.default_width)
                        }
                    };
                    if is_mixed {
                        let known = *self.lengths.borrow_mut().entry(code).or_insert(length as u32);
                        self.is_ambiguous.set(self.is_ambiguous.get() || known != length as u32);
                    }
                    codes.push(Shown { code, width, length: length as u32, is_space: length == 1 && code == 32 });
                    rest = tail;
                }
            }
        }
    }

    /// The text of a code; `None` when the font does not say.
    pub(super) fn text(&self, code: u32) -> Option<String> {
        if let Some(text) = self.to_unicode.as_ref().and_then(|map| map.text(code)).filter(|text| !text.is_empty() && text != "\0") {
            return Some(text);
        }
        match &self.kind {
            Kind::Simple { texts, .. } => texts.get(code as usize).cloned().flatten().map(Cow::into_owned),
            Kind::Composite { unicode_codes, .. } => {
                if *unicode_codes {
                    char::from_u32(code).map(String::from)
                } else {
                    None
                }
            }
        }
    }
}

fn is_space(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.chars().all(char::is_whitespace))
}

/// Code lengths of the predefined CMaps (ISO 32000-2 Table 116), as far as splitting needs them.
fn predefined(name: &[u8]) -> CMap {
    let contains = |part: &[u8]| name.windows(part.len()).any(|window| window == part);
    let mut map = CMap::default();
    if contains(b"RKSJ") {
        map.codespaces = vec![(1, 0, 0x80), (1, 0xa0, 0xdf), (2, 0x8140, 0x9ffc), (2, 0xe040, 0xfcfc)];
    } else if contains(b"EUC") || contains(b"GBK") || contains(b"B5") || contains(b"KSC") || contains(b"HKscs") || contains(b"ETen") {
        map.codespaces = vec![(1, 0, 0x80), (2, 0x8140, 0xfefe)];
    } else {
        map.codespaces = vec![(2, 0, 0xffff)];
    }
    map
}

/// Width of a Latin letter in one of the predefined CJK character maps, whose tables are not at hand: the Adobe collections have
/// the printable ASCII characters at CID 1, and those of half an em at CID 231 (Japan1), 814 (GB1) or 8094 (Korea1).
fn half_width(code: u32, widths: &Ranges<f64>) -> Option<f64> {
    let offset = code.checked_sub(0x20).filter(|offset| *offset < 0x5f)?;
    [1, 231, 814, 8094].iter().find_map(|first| widths.get(first + offset).copied())
}

/// The widths of a font of many characters, by character (§9.7.4.3).
pub(super) fn cid_widths(source: &Source, font: &Dictionary) -> Ranges<f64> {
    let mut widths = Ranges::default();
    let items = source.array(font, b"W");
    // Of two widths of one character some viewers take the first, and others the last.
    let is_other = |widths: &Ranges<f64>, cid: u32, width: f64| widths.get(cid).is_some_and(|known| *known != width);
    let mut index = 0;
    while let Some(first) = items.get(index).and_then(|item| source.to_number(item)) {
        let first = first.clamp(0.0, 1e6) as u32;
        match items.get(index + 1).map(|item| source.get(item)) {
            Some(Object::Array(list)) => {
                if !source.budget.steps(list.len() / 4) {
                    break;
                }
                for (cid, width) in (first..).zip(list).take(65_536) {
                    if let Some(width) = source.to_number(width) {
                        if is_other(&widths, cid, width) {
                            source.misfit();
                        }
                        widths.set(cid, cid, width);
                    }
                }
                index += 2;
            }
            Some(last) => {
                let (Some(last), Some(width)) = (source.to_number(last), items.get(index + 2).and_then(|item| source.to_number(item)))
                else {
                    break;
                };
                let last = last.clamp(0.0, 65_535.0) as u32;
                if is_other(&widths, first, width) || is_other(&widths, last, width) {
                    source.misfit();
                }
                widths.set(first, last, width);
                index += 3;
            }
            None => break,
        }
        if widths.len() > 200_000 {
            break;
        }
    }
    if index < items.len() {
        source.misfit();
    }
    widths
}

/// The text of each code of a simple font, from its encoding (§9.6.5).
fn simple_texts(source: &Source, dict: &Dictionary) -> Vec<Option<Cow<'static, str>>> {
    let (base, differences) = match source.entry(dict, b"Encoding") {
        Object::Name(name) => (Some(name.as_slice()), &[][..]),
        Object::Dictionary(encoding) => (source.name(encoding, b"BaseEncoding"), source.array(encoding, b"Differences")),
        _ => (None, &[][..]),
    };
    let base = match base {
        Some(base @ (b"WinAnsiEncoding" | b"MacRomanEncoding" | b"MacExpertEncoding")) => base,
        _ if source.name(dict, b"Subtype") == Some(b"TrueType") => b"WinAnsiEncoding",
        _ => b"StandardEncoding",
    };
    let mut texts: Vec<_> = (0..=255u8).map(|byte| coded(base, byte)).collect();
    let mut code = 0usize;
    if !source.budget.steps(differences.len() / 4) {
        return texts;
    }
    for item in differences {
        match source.get(item) {
            Object::Integer(value) => code = usize::try_from(*value).unwrap_or(256),
            Object::Name(name) => {
                if let Some(cell) = texts.get_mut(code) {
                    // To ask about a name is dear.
                    if !source.budget.steps(NAME_STEPS) {
                        break;
                    }
                    *cell = glyph_text(name).map(Cow::Owned);
                }
                code += 1;
            }
            _ => {}
        }
    }
    texts
}

/// Codes that the differences of a Type 1 font name as having no glyph, or a space for one. Other fonts find glyphs by other ways too.
fn undefined(source: &Source, dict: &Dictionary) -> BTreeSet<u32> {
    let encoding = source.sub(dict, b"Encoding").filter(|_| matches!(source.name(dict, b"Subtype"), Some(b"Type1" | b"MMType1")));
    let codes = encoding.map(|encoding| super::fontcopy::differences_of(source, encoding)).unwrap_or_default();
    codes.into_iter().filter(|(_, name)| matches!(*name, b".notdef" | b"space" | b"nbspace")).map(|(code, _)| code).collect()
}

/// The text of a byte in one of the standard encodings, by `lopdf`'s tables (ISO 32000-2 Annex D).
pub(super) fn coded(encoding: &[u8], byte: u8) -> Option<Cow<'static, str>> {
    const NAMES: [&[u8]; 4] = [b"StandardEncoding", b"WinAnsiEncoding", b"MacRomanEncoding", b"MacExpertEncoding"];
    const ASCII: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    static TABLES: [OnceLock<Vec<Option<String>>>; 4] = [const { OnceLock::new() }; 4];
    if byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'`') || byte == b' ' {
        return ASCII.get(usize::from(byte - b' ')..=usize::from(byte - b' ')).map(Cow::Borrowed);
    }
    match NAMES.iter().position(|name| *name == encoding).and_then(|index| TABLES.get(index)) {
        Some(table) => table.get_or_init(|| looked_up(encoding, 0..=255)).get(usize::from(byte))?.as_deref().map(Cow::Borrowed),
        None => looked_up(encoding, byte..=byte).pop().flatten().map(Cow::Owned),
    }
}

/// The texts of some bytes. A font is built to ask, which is dear.
fn looked_up(encoding: &[u8], bytes: RangeInclusive<u8>) -> Vec<Option<String>> {
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Encoding", Object::Name(encoding.to_vec()));
    let doc = Document::new();
    let encoding = font.get_font_encoding(&doc).ok();
    let text = |byte| encoding.as_ref()?.bytes_to_string(&[byte]).ok().filter(|text| !text.is_empty());
    bytes.map(text).collect()
}

/// The text of a glyph name (Adobe Glyph List Specification §2), suffix after a full stop ignored.
pub(super) fn glyph_text(name: &[u8]) -> Option<String> {
    let stem = name.split(|byte| *byte == b'.').next().filter(|stem| !stem.is_empty())?;
    if let Some(text) = listed_glyph(stem) {
        return Some(text);
    }
    let text = std::str::from_utf8(stem).ok()?;
    let hex = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from);
    if let Some(digits) = text.strip_prefix("uni")
        && digits.len() >= 4
        && let Some(digits) = digits.get(..4)
    {
        return hex(digits);
    }
    match text.strip_prefix('u') {
        Some(digits) if (4..=6).contains(&digits.len()) => hex(digits),
        _ => None,
    }
}

/// A name of the Adobe Glyph List, by `lopdf`'s table.
pub(super) fn listed_glyph(name: &[u8]) -> Option<String> {
    match name {
        [byte] if byte.is_ascii_alphabetic() => return Some(char::from(*byte).to_string()),
        b"ff" => return Some("ff".to_owned()),
        b"fi" => return Some("fi".to_owned()),
        b"fl" => return Some("fl".to_owned()),
        b"ffi" => return Some("ffi".to_owned()),
        b"ffl" => return Some("ffl".to_owned()),
        _ => {}
    }
    // The fonts of a file have their names in common, and building a font to ask about one is dear.
    KNOWN_GLYPHS.with_borrow_mut(|known| {
        if let Some(text) = known.get(name) {
            return text.clone();
        }
        let text = listed(name);
        if known.len() < KNOWN_GLYPHS_MAX && name.len() <= KNOWN_GLYPH_BYTES_MAX {
            known.insert(name.to_vec(), text.clone());
        }
        text
    })
}

/// Names of glyphs that are remembered, and the longest of them.
const KNOWN_GLYPHS_MAX: usize = 4096;
const KNOWN_GLYPH_BYTES_MAX: usize = 32;

thread_local! {
    static KNOWN_GLYPHS: RefCell<HashMap<Vec<u8>, Option<String>>> = RefCell::default();
}

fn listed(name: &[u8]) -> Option<String> {
    let mut encoding = Dictionary::new();
    encoding.set("Differences", vec![Object::Integer(1), Object::Name(name.to_vec())]);
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Encoding", encoding);
    let doc = Document::new();
    // An unknown name falls back to the standard encoding, where code 1 has no glyph.
    let text = font.get_font_encoding(&doc).ok()?.bytes_to_string(&[1]).ok()?;
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_characters_are_their_own_texts() {
        for byte in (b' '..=b'~').filter(|byte| !matches!(byte, b'\'' | b'`')) {
            assert_eq!(coded(b"WinAnsiEncoding", byte), Some(char::from(byte).to_string().into()));
        }
        assert_eq!(coded(b"StandardEncoding", b'\'').as_deref(), Some("\u{2019}"));
        assert_eq!(coded(b"WinAnsiEncoding", 0x80).as_deref(), Some("\u{20ac}"));
    }
}
