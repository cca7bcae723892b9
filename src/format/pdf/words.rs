//! The words of a copy, read a second time by a reader of its own: no geometry, no state but the font, and none of the code that
//! made the copy. What it finds is what a search in the copy would find.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::reread::Inflated;

/// Nesting of forms and of the page tree.
const DEPTH_MAX: usize = 32;
/// Codes that the ranges of one map are followed for; a font has fewer.
const RANGE_CODES_MAX: u32 = 1 << 20;
/// Fonts of one content stream whose names are remembered.
const NAMED_MAX: usize = 32;
/// A step back in a shown string, in thousandths of an em, that a reader takes for a space.
const SPACE: f64 = -180.0;

/// How the codes of one font become text.
struct Codes {
    bytes: usize,
    texts: HashMap<u32, String>,
    is_latin: bool,
}

/// Reads all pages, in order.
pub(super) struct Words<'d> {
    doc: &'d Document,
    inflated: &'d Inflated,
    fonts: BTreeMap<ObjectId, Codes>,
    forms: BTreeSet<ObjectId>,
    text: String,
    /// Pages read.
    pub(super) pages: usize,
}

impl<'d> Words<'d> {
    /// Reads a document.
    pub(super) fn read(inflated: &'d Inflated) -> Self {
        let doc = &inflated.doc;
        let mut words = Self { doc, inflated, fonts: BTreeMap::new(), forms: BTreeSet::new(), text: String::new(), pages: 0 };
        let root = doc.catalog().ok().and_then(|catalog| catalog.get(b"Pages").ok());
        if let Some(root) = root {
            words.node(root, None, 0, &mut BTreeSet::new());
        }
        words
    }

    /// The words, a line for each step that the text takes.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn get(&self, object: &'d Object) -> &'d Object {
        self.doc.dereference(object).map_or(object, |(_, object)| object)
    }

    fn dict(&self, object: &'d Object) -> Option<&'d Dictionary> {
        match self.get(object) {
            Object::Dictionary(dict) => Some(dict),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    fn node(&mut self, object: &'d Object, above: Option<&'d Dictionary>, depth: usize, seen: &mut BTreeSet<ObjectId>) {
        let Some(dict) = self.dict(object) else { return };
        if depth > DEPTH_MAX || object.as_reference().is_ok_and(|id| !seen.insert(id)) {
            return;
        }
        let resources = dict.get(b"Resources").ok().and_then(|resources| self.dict(resources)).or(above);
        if let Ok(Object::Array(kids)) = dict.get(b"Kids").map(|kids| self.get(kids)) {
            for kid in kids {
                self.node(kid, resources, depth + 1, seen);
            }
            return;
        }
        self.pages += 1;
        if let Ok(contents) = dict.get(b"Contents") {
            match self.get(contents) {
                Object::Array(parts) => {
                    let mut data = Vec::new();
                    for part in parts {
                        self.append(part, &mut data);
                    }
                    self.content(&data, resources, 0);
                }
                _ => self.content(&self.inflated(contents), resources, 0),
            }
        }
        self.text.push('\n');
    }

    fn append(&self, part: &'d Object, data: &mut Vec<u8>) {
        if let Object::Stream(_) = self.get(part) {
            data.extend_from_slice(&self.inflated(part));
            data.push(b'\n');
        }
    }

    /// What a stream inflates to; nothing for one that does not.
    fn inflated(&self, stream: &'d Object) -> Cow<'d, [u8]> {
        let id = self.doc.dereference(stream).ok().and_then(|(id, _)| id);
        id.map(|id| self.inflated.get(id)).unwrap_or_default()
    }

    fn content(&mut self, data: &[u8], resources: Option<&'d Dictionary>, depth: usize) {
        let mut scan = Scan { data, at: 0 };
        let mut font: Option<ObjectId> = None;
        // Content changes fonts all the time, between few.
        let mut named: Vec<(&[u8], Option<ObjectId>)> = Vec::new();
        let mut operands: Vec<Piece<'_>> = Vec::new();
        let mut base: Option<f64> = None;
        while let Some(piece) = scan.next() {
            let Piece::Word(word) = piece else {
                operands.push(piece);
                continue;
            };
            let number = |back: usize| operands.iter().rev().nth(back).and_then(Piece::number);
            match word {
                b"Tf" => {
                    font = operands.iter().find_map(Piece::name).and_then(|name| {
                        if let Some((_, font)) = named.iter().find(|(known, _)| *known == name) {
                            return *font;
                        }
                        let font = self.font(resources, name);
                        if named.len() < NAMED_MAX {
                            named.push((name, font));
                        }
                        font
                    });
                }
                b"Td" | b"TD" => self.step(number(0).is_some_and(|y| y.abs() < 0.01)),
                b"Tm" => {
                    let line = number(0);
                    self.step(line.is_some() && line == base);
                    base = line;
                }
                b"T*" | b"BT" | b"ET" => self.step(false),
                b"'" | b"\"" => {
                    self.step(false);
                    self.show(&operands, font);
                }
                b"Tj" | b"TJ" => self.show(&operands, font),
                b"Do" if depth < DEPTH_MAX => {
                    if let Some(name) = operands.iter().find_map(Piece::name) {
                        self.form(resources, name, depth);
                    }
                }
                _ => {}
            }
            operands.clear();
        }
    }

    fn step(&mut self, same_line: bool) {
        if !self.text.ends_with(['\n', ' ']) {
            self.text.push(if same_line { ' ' } else { '\n' });
        }
    }

    fn resource(&self, resources: Option<&'d Dictionary>, group: &[u8], name: &[u8]) -> Option<ObjectId> {
        let group = self.dict(resources?.get(group).ok()?)?;
        group.get(name).ok()?.as_reference().ok()
    }

    fn form(&mut self, resources: Option<&'d Dictionary>, name: &[u8], depth: usize) {
        let Some(id) = self.resource(resources, b"XObject", name) else { return };
        let Some(Object::Stream(stream)) = self.doc.objects.get(&id) else { return };
        let is_form = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form");
        // Words of a drawing that is used again are read once.
        if !is_form || !self.forms.insert(id) {
            return;
        }
        let own = stream.dict.get(b"Resources").ok().and_then(|own| self.dict(own)).or(resources);
        self.content(&self.inflated.get(id), own, depth + 1);
    }

    fn font(&mut self, resources: Option<&'d Dictionary>, name: &[u8]) -> Option<ObjectId> {
        let id = self.resource(resources, b"Font", name)?;
        if !self.fonts.contains_key(&id) {
            let dict = self.doc.get_dictionary(id).ok()?;
            let map = dict.get(b"ToUnicode").ok();
            let composite = dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Type0");
            let mut codes = Codes { bytes: if composite { 2 } else { 1 }, texts: HashMap::default(), is_latin: !composite };
            if let Some(map) = map {
                codes.read(&self.inflated(map));
            }
            self.fonts.insert(id, codes);
        }
        Some(id)
    }

    fn show(&mut self, operands: &[Piece<'_>], font: Option<ObjectId>) {
        let codes = font.and_then(|font| self.fonts.get(&font));
        for piece in operands {
            match piece {
                Piece::Text(bytes) => match codes {
                    Some(codes) => codes.text(bytes, &mut self.text),
                    None => self.text.extend(bytes.iter().map(|byte| char::from(*byte))),
                },
                Piece::Number(by) if *by < SPACE && !self.text.ends_with(['\n', ' ']) => self.text.push(' '),
                Piece::Number(_) | Piece::Name(_) | Piece::Word(_) => {}
            }
        }
    }
}

impl Codes {
    /// Reads a ToUnicode map: what stands between `beginbfchar` and `endbfchar`, and plain ranges.
    fn read(&mut self, map: &[u8]) {
        let mut scan = Scan { data: map, at: 0 };
        let mut texts: Vec<Cow<'_, [u8]>> = Vec::new();
        let mut left = RANGE_CODES_MAX;
        let value = |bytes: &[u8]| bytes.iter().take(4).fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        let wide = |bytes: &[u8]| {
            let units: Vec<u16> = bytes.chunks(2).map(value).map(|unit| unit as u16).collect();
            String::from_utf16_lossy(&units)
        };
        while let Some(piece) = scan.next() {
            match piece {
                Piece::Text(bytes) => texts.push(bytes),
                Piece::Word(b"endcodespacerange") => {
                    self.bytes = texts.first().map_or(self.bytes, |first| first.len().clamp(1, 4));
                    texts.clear();
                }
                Piece::Word(b"endbfchar") => {
                    for pair in texts.chunks_exact(2) {
                        if let [code, text] = pair {
                            self.texts.insert(value(code), wide(text));
                        }
                    }
                    texts.clear();
                }
                Piece::Word(b"endbfrange") => {
                    for triple in texts.chunks_exact(3) {
                        if let [low, high, text] = triple {
                            let count = value(high).saturating_sub(value(low)).saturating_add(1).min(left);
                            left -= count;
                            for code in value(low)..value(low).saturating_add(count) {
                                let shifted = char::from_u32(value(text).saturating_add(code - value(low)));
                                self.texts.extend(shifted.map(|shifted| (code, shifted.to_string())));
                            }
                        }
                    }
                    texts.clear();
                }
                Piece::Word(word) if word.starts_with(b"begin") => texts.clear(),
                Piece::Word(_) | Piece::Name(_) | Piece::Number(_) => {}
            }
        }
    }

    fn text(&self, bytes: &[u8], out: &mut String) {
        for code in bytes.chunks(self.bytes) {
            let code = code.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
            match self.texts.get(&code) {
                Some(text) => out.push_str(text),
                None if self.is_latin => out.extend(char::from_u32(code)),
                None => out.push(char::REPLACEMENT_CHARACTER),
            }
        }
    }
}

/// What this reader tells apart.
enum Piece<'d> {
    Text(Cow<'d, [u8]>),
    Name(&'d [u8]),
    Number(f64),
    Word(&'d [u8]),
}

impl<'d> Piece<'d> {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) | Self::Name(_) | Self::Word(_) => None,
        }
    }
    fn name(&self) -> Option<&'d [u8]> {
        match self {
            Self::Name(name) => Some(name),
            Self::Text(_) | Self::Number(_) | Self::Word(_) => None,
        }
    }
}

/// The number that a word is.
fn number(word: &[u8]) -> Option<f64> {
    if !matches!(word.first(), Some(b'0'..=b'9' | b'+' | b'-' | b'.')) {
        return None;
    }
    short_number(word).map(|(number, _)| number).or_else(|| std::str::from_utf8(word).ok()?.parse().ok())
}

/// A word that is a number of at most 15 digits, perhaps with a point among them, which one division reads exactly; and its length.
#[inline]
fn short_number(data: &[u8]) -> Option<(f64, usize)> {
    const TENS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (sign, digits) = data.strip_prefix(b"-").map_or((1.0, data), |digits| (-1.0, digits));
    let (mut whole, mut length, mut point) = (0u64, 0, None);
    for byte in digits.iter().take(TENS.len() + 1) {
        match byte {
            b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(length),
            byte if ends_word(*byte) => break,
            _ => return None,
        }
        length += 1;
    }
    let count = length - usize::from(point.is_some());
    let ten = TENS.get(point.map_or(0, |point| length - 1 - point))?;
    let is_short = (1..TENS.len()).contains(&count) && digits.get(length).is_none_or(|byte| ends_word(*byte));
    is_short.then(|| (sign * whole as f64 / ten, length + data.len() - digits.len()))
}

/// For each byte whether a word ends before it: white space and brackets of all kinds, the slash and the percent sign.
const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let signs = b"\0\t\n\x0c\r ()<>[]{}/%";
    let mut at = 0;
    while at < signs.len() {
        ends[signs[at] as usize] = true;
        at += 1;
    }
    ends
};

#[inline]
fn ends_word(byte: u8) -> bool {
    ENDS.get(usize::from(byte)).copied().unwrap_or(false)
}

struct Scan<'d> {
    data: &'d [u8],
    at: usize,
}

impl<'d> Scan<'d> {
    #[allow(clippy::inline_always, reason = "a word of three letters costs less than a call")]
    #[inline(always)]
    fn next(&mut self) -> Option<Piece<'d>> {
        loop {
            let byte = *self.data.get(self.at)?;
            match byte {
                b'(' => return Some(Piece::Text(self.literal())),
                b'<' if self.data.get(self.at + 1) != Some(&b'<') => return Some(Piece::Text(Cow::Owned(self.hex()))),
                b'%' => self.at += self.run(|byte| !matches!(byte, b'\n' | b'\r')),
                b'/' => {
                    self.at += 1;
                    return Some(Piece::Name(self.word()));
                }
                0 | 9 | 10 | 12 | 13 | 32 | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b')' => self.at += 1,
                _ => {
                    let rest = self.data.get(self.at..).unwrap_or_default();
                    if let Some((number, length)) = short_number(rest) {
                        self.at += length;
                        return Some(Piece::Number(number));
                    }
                    let word = self.word();
                    return Some(number(word).map_or(Piece::Word(word), Piece::Number));
                }
            }
        }
    }

    fn run(&self, part: impl Fn(u8) -> bool) -> usize {
        self.data.get(self.at..).unwrap_or_default().iter().take_while(|byte| part(**byte)).count()
    }

    fn word(&mut self) -> &'d [u8] {
        let start = self.at;
        self.at += self.run(|byte| !ends_word(byte));
        self.data.get(start..self.at).unwrap_or_default()
    }

    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let length = self.run(|byte| byte != b'>');
        let digits: Vec<u8> = self
            .data
            .get(self.at..self.at + length)
            .unwrap_or_default()
            .iter()
            .filter_map(|byte| char::from(*byte).to_digit(16))
            .map(|digit| digit as u8)
            .collect();
        self.at += length + 1;
        digits.chunks(2).map(|pair| pair.first().copied().unwrap_or(0) << 4 | pair.get(1).copied().unwrap_or(0)).collect()
    }

    fn literal(&mut self) -> Cow<'d, [u8]> {
        let rest = self.data.get(self.at + 1..).unwrap_or_default();
        if let Some(end) = memchr::memchr3(b')', b'(', b'\\', rest)
            && rest.get(end) == Some(&b')')
        {
            self.at += end + 2;
            return Cow::Borrowed(rest.get(..end).unwrap_or_default());
        }
        let mut out = Vec::new();
        let mut depth = 0usize;
        while let Some(byte) = self.data.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth == 1 {
                        continue;
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        Cow::Owned(out)
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let octal = self.run(|byte| matches!(byte, b'0'..=b'7')).min(3);
        if octal > 0 {
            let digits = self.data.get(self.at..self.at + octal).unwrap_or_default();
            out.push(digits.iter().fold(0u32, |sum, digit| sum * 8 + u32::from(digit - b'0')) as u8);
            self.at += octal;
            return;
        }
        let Some(byte) = self.data.get(self.at).copied() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.data.get(self.at) == Some(&b'\n')),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    fn words(content: &str) -> String {
        let doc = Document::load_mem(&Fixture::new().page(content).build()).expect("a sound fixture");
        let inflated = Inflated::of(doc, 1 << 20);
        let words = Words::read(&inflated);
        assert_eq!(words.pages, 1);
        words.into_text()
    }

    #[test]
    fn steps_of_the_text_part_words_and_lines() {
        let text =
            words("BT /F1 12 Tf 72 700 Td (The \\(first\\)) Tj 40 0 Td [(li) 20 (ne) -250 <656E6473>] TJ 0 -14 Td (next \\101) Tj ET");
        assert_eq!(text.trim(), "The (first) line ends\nnext A");
    }

    #[test]
    fn maps_turn_codes_into_text() {
        let mut codes = Codes { bytes: 2, texts: HashMap::default(), is_latin: false };
        codes.read(b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0041> <00660069> endbfchar 1 beginbfrange <0050> <0052> <0061> endbfrange");
        let mut out = String::new();
        codes.text(&[0, 0x41, 0, 0x51, 0, 9], &mut out);
        assert_eq!(out, "fib\u{fffd}");
    }

    #[test]
    fn ranges_without_end_are_not_followed() {
        let mut codes = Codes { bytes: 4, texts: HashMap::default(), is_latin: false };
        codes.read("<00000000> <FFFFFFFF> <0061> endbfrange ".repeat(100_000).as_bytes());
        assert!(codes.texts.len() <= RANGE_CODES_MAX as usize);
    }

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        for word in [
            "0.5",
            "-.25",
            "12.",
            "-0.000123456789",
            "123456.789",
            "1.2.3",
            "-1-2.5",
            "1e3",
            "12",
            "-7",
            "+1.5",
            ".",
            "-.",
            "0.1234567890123456789",
        ] {
            assert_eq!(number(word.as_bytes()), word.parse().ok(), "{word}");
        }
    }

    #[test]
    fn broken_content_ends_quietly() {
        assert_eq!(words("BT (said) Tj (open \\").trim(), "said");
        assert_eq!(words(") > ] <41 Tj").trim(), "");
    }
}
