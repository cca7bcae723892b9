//! CFF fonts without the words in them (Adobe TN 5176): names, notices, and strings that name no glyph.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A bare CFF font whose name and notices are overwritten in place, so that no offset moves (TN 5176 §7 to §10).
pub(super) fn strip(mut data: Vec<u8>) -> Option<Vec<u8>> {
    let mut read = cff_words(&data)?;
    for (start, end) in read.words {
        if let Some(words) = data.get_mut(start..end) {
            words.fill(b'x');
        }
    }
    // What no offset leads to.
    read.parts.sort_unstable();
    data.truncate(read.parts.iter().map(|(_, end)| *end).max()?);
    super::sfnt::keep_only(&mut data, &read.parts);
    Some(data)
}

/// What a CFF font is made of.
struct Read {
    /// Words that no reader asks for.
    words: Vec<(usize, usize)>,
    /// All that is read.
    parts: Vec<(usize, usize)>,
}

/// Start and end of each item of an INDEX, and where it ends.
fn cff_index(data: &[u8], at: usize) -> Option<(Vec<(usize, usize)>, usize)> {
    let count = usize::from(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?));
    if count == 0 {
        return Some((Vec::new(), at + 2));
    }
    let size = usize::from(*data.get(at + 2)?);
    if !(1..=4).contains(&size) {
        return None;
    }
    let base = at + 3 + (count + 1) * size - 1;
    let offset = |index: usize| -> Option<usize> {
        let bytes = data.get(at + 3 + index * size..at + 3 + (index + 1) * size)?;
        Some(base + bytes.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    let mut items = Vec::with_capacity(count);
    for index in 0..count {
        let (start, end) = (offset(index)?, offset(index + 1)?);
        if start > end || end > data.len() {
            return None;
        }
        items.push((start, end));
    }
    Some((items, offset(count)?))
}

fn cff_words(data: &[u8]) -> Option<Read> {
    // The major version, and the length of the header.
    let header = match data {
        [1, _, length @ 4..=u8::MAX, ..] => usize::from(*length),
        _ => return None,
    };
    let (names, next) = cff_index(data, header)?;
    let (tops, next) = cff_index(data, next)?;
    let (strings, next) = cff_index(data, next)?;
    let (_, next) = cff_index(data, next)?;
    let mut parts = vec![(0, next)];
    // A program in a PDF file is one font (ISO 32000-2 §9.9.2).
    let [top] = tops.as_slice() else { return None };
    let mut words = names;
    let told = dict_words(data, *top, &strings, &mut words);
    // A CID font names each of its parts, in a dictionary of its own.
    let mut fonts = vec![told.private];
    if let Some((list, end)) = told.parts.and_then(|at| cff_index(data, at)) {
        parts.extend(told.parts.map(|at| (at, end)));
        for part in list {
            fonts.push(dict_words(data, part, &strings, &mut words).private);
        }
    }
    for (size, at) in fonts.into_iter().flatten() {
        let end = at.checked_add(size).filter(|end| *end <= data.len())?;
        parts.push((at, end));
        let told = dict_words(data, (at, end), &strings, &mut Vec::new());
        if let Some(subroutines) = told.subroutines.and_then(|from| at.checked_add(from)) {
            parts.push((subroutines, cff_index(data, subroutines)?.1));
        }
    }
    parts.extend(lists(data, &told)?);
    // What no glyph has for a name is a word, too.
    if let Some(named) = named_strings(data, &told) {
        let is_named = |index: &usize| named.contains(&(index + STANDARD_STRINGS));
        words.extend(
            strings.iter().enumerate().filter(|(index, range)| !is_named(index) && !is_collection(data, **range)).map(|(_, range)| *range),
        );
    }
    Some(Read { words, parts })
}

/// Strings that every font has without writing them down (TN 5176 Appendix A).
const STANDARD_STRINGS: usize = 391;

/// What a DICT of a CFF font tells of where things are.
#[derive(Debug, Default)]
struct Told {
    is_cid: bool,
    charset: Option<usize>,
    encoding: Option<usize>,
    glyphs: Option<usize>,
    /// The list of the parts of a CID font, and which glyph is of which.
    parts: Option<usize>,
    choice: Option<usize>,
    /// Size and place of the private DICT, and in that where its subroutines are, counted from its start.
    private: Option<(usize, usize)>,
    subroutines: Option<usize>,
}

/// The glyphs of a font: what they are called, and which draw nothing.
#[derive(Debug)]
pub(super) struct Glyphs {
    pub(super) is_empty: Vec<bool>,
    /// Glyphs by character, in a CID font.
    characters: Option<BTreeMap<usize, usize>>,
    /// The texts of the names.
    texts: Vec<Option<Cow<'static, str>>>,
    /// Glyphs by code, in the encoding of the font.
    codes: Vec<usize>,
}

impl Glyphs {
    /// Glyphs that may be shown for a code of a simple font.
    pub(super) fn of(&self, code: u8, text: Option<&str>) -> impl Iterator<Item = usize> {
        let named = self.texts.iter().enumerate().filter(move |(_, own)| text.is_some() && own.as_deref() == text).map(|(glyph, _)| glyph);
        named.chain(self.codes.get(usize::from(code)).copied())
    }

    /// The glyph of a character of a composite font.
    pub(super) fn of_character(&self, cid: usize) -> Option<usize> {
        self.characters.as_ref().map_or(Some(cid), |characters| characters.get(&cid).copied())
    }
}

/// Reads what glyphs a bare CFF font has (TN 5176 §12 to §14).
pub(super) fn glyphs(data: &[u8]) -> Option<Glyphs> {
    let header = usize::from(*data.get(2)?);
    let (_, next) = cff_index(data, header)?;
    let (tops, next) = cff_index(data, next)?;
    let (strings, _) = cff_index(data, next)?;
    let told = dict_words(data, *tops.first()?, &strings, &mut Vec::new());
    let (outlines, _) = cff_index(data, told.glyphs?)?;
    let short = |at: usize| -> Option<usize> { Some(usize::from(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?))) };
    let is_empty = outlines.iter().map(|(start, end)| data.get(*start..*end).is_some_and(draws_nothing)).collect();
    let mut ids = vec![0];
    if let Some(start) = told.charset.filter(|start| *start > 2) {
        let (format, mut at) = (*data.get(start)?, start + 1);
        while ids.len() < outlines.len() {
            let more = match format {
                0 => 0,
                1 => usize::from(*data.get(at + 2)?),
                _ => short(at + 2)?,
            };
            let first = short(at)?;
            ids.extend(first..=first + more);
            at += 2 + usize::from(format.min(2));
        }
    } else {
        ids.extend(1..outlines.len());
    }
    let name = |id: &usize| super::font::glyph_text(data.get(string_range(&strings, Some(*id)).map(|(start, end)| start..end)?)?);
    let texts = if told.is_cid { Vec::new() } else { ids.iter().map(|id| standard(*id).or_else(|| name(id).map(Cow::Owned))).collect() };
    let mut codes = Vec::new();
    if let Some(start) = told.encoding.filter(|start| *start > 1) {
        codes.resize(256, 0);
        let (format, count) = (*data.get(start)? & 0x7f, usize::from(*data.get(start + 1)?));
        let mut glyph = 1;
        for index in 0..count {
            let (first, more) = match format {
                0 => (*data.get(start + 2 + index)?, 0),
                _ => (*data.get(start + 2 + 2 * index)?, *data.get(start + 3 + 2 * index)?),
            };
            for code in usize::from(first)..=usize::from(first) + usize::from(more) {
                if let Some(cell) = codes.get_mut(code) {
                    *cell = glyph;
                }
                glyph += 1;
            }
        }
    }
    let characters = told.is_cid.then(|| ids.into_iter().zip(0..).collect());
    Some(Glyphs { is_empty, characters, texts, codes })
}

/// The text of one of the first standard strings, which are those of printable ASCII (TN 5176 Appendix A).
fn standard(id: usize) -> Option<Cow<'static, str>> {
    let code = u8::try_from(id.checked_add(31).filter(|code| (0x20..0x7f).contains(code))?).ok()?;
    // The quotes of PostScript are other ones.
    super::font::coded(b"StandardEncoding", code)
}

/// Whether a charstring ends without drawing (TN 5177 §4). One that calls a subroutine may draw.
fn draws_nothing(code: &[u8]) -> bool {
    let mut at = 0;
    let mut operands = 0;
    while let Some(byte) = code.get(at).copied() {
        at += match byte {
            28 => 3,
            32..=246 => 1,
            247..=254 => 2,
            255 => 5,
            // A width and no accented letter.
            14 => return operands < 4,
            // Stems, and moves from place to place.
            1 | 3 | 18 | 21 | 22 | 4 | 23 => {
                operands = 0;
                at += 1;
                continue;
            }
            _ => return false,
        };
        operands += 1;
    }
    code.is_empty()
}

/// Where the lists lie that a font has for its glyphs (TN 5176 §12 to §14, §19); `None` when one does not read.
fn lists(data: &[u8], told: &Told) -> Option<Vec<(usize, usize)>> {
    let short = |at: usize| -> Option<usize> { Some(usize::from(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?))) };
    let byte = |at: usize| data.get(at).copied().map(usize::from);
    let mut found = Vec::new();
    let Some(start) = told.glyphs else { return Some(found) };
    let glyphs = short(start)?;
    found.push((start, cff_index(data, start)?.1));
    if let Some(start) = told.charset.filter(|start| *start > 2) {
        let (format, mut at, mut count) = (byte(start)?, start + 1, 1);
        while count < glyphs {
            count += 1 + match format {
                0 => 0,
                1 => byte(at + 2)?,
                2 => short(at + 2)?,
                _ => return None,
            };
            at += 2 + format;
        }
        found.push((start, at.min(data.len())));
    }
    if let Some(start) = told.encoding.filter(|start| *start > 1) {
        let format = byte(start)?;
        let mut end = start + 2 + byte(start + 1)? * if matches!(format, 0 | 0x80) { 1 } else { 2 };
        if format & 0x80 != 0 {
            end += 1 + 3 * byte(end)?;
        }
        found.push((start, end.min(data.len())));
    }
    if let Some(start) = told.choice {
        let length = match byte(start)? {
            0 => 1 + glyphs,
            3 => 5 + 3 * short(start + 1)?,
            _ => return None,
        };
        found.push((start, (start + length).min(data.len())));
    }
    Some(found)
}

/// The strings that name glyphs (TN 5176 §12, §13); `None` when that does not read.
fn named_strings(data: &[u8], told: &Told) -> Option<BTreeSet<usize>> {
    let mut named = BTreeSet::new();
    // The glyphs of a CID font have numbers.
    if told.is_cid {
        return Some(named);
    }
    let short = |at: usize| -> Option<usize> { Some(usize::from(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?))) };
    let glyphs = short(told.glyphs?)?;
    // The first three are those of Adobe, without strings of their own.
    if let Some(start) = told.charset.filter(|start| *start > 2) {
        let format = *data.get(start)?;
        let mut at = start + 1;
        let mut count = 1;
        while count < glyphs {
            let first = short(at)?;
            let more = match format {
                0 => 0,
                1 => usize::from(*data.get(at + 2)?),
                2 => short(at + 2)?,
                _ => return None,
            };
            named.extend(first..=first + more);
            count += 1 + more;
            at += 2 + usize::from(format);
        }
    }
    if let Some(start) = told.encoding.filter(|start| *start > 1) {
        let (format, length) = (*data.get(start)?, usize::from(*data.get(start + 1)?));
        if format & 0x80 != 0 {
            let at = start + 2 + length * if format == 0x80 { 1 } else { 2 };
            for supplement in 0..usize::from(*data.get(at)?) {
                named.insert(short(at + 2 + supplement * 3)?);
            }
        }
    }
    Some(named)
}

/// Whether a string names a character collection that viewers know, or who registered it.
fn is_collection(data: &[u8], (start, end): (usize, usize)) -> bool {
    let text = data.get(start..end).unwrap_or_default();
    text == b"Adobe" || super::fontcopy::COLLECTIONS.contains(&text)
}

/// Adds the words that a DICT refers to.
fn dict_words(data: &[u8], (start, end): (usize, usize), strings: &[(usize, usize)], words: &mut Vec<(usize, usize)>) -> Told {
    let mut told = Told::default();
    let mut operands: Vec<usize> = Vec::new();
    let mut at = start;
    let number = |range: std::ops::Range<usize>| -> usize {
        data.get(range).unwrap_or_default().iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    while let Some(byte) = data.get(at..end).and_then(|rest| rest.first().copied()) {
        at += 1;
        let last = operands.last().copied();
        match byte {
            12 => {
                let second = number(at..at + 1);
                at += 1;
                match second {
                    // Copyright, PostScript, BaseFontName, FontName.
                    0 | 21 | 22 | 38 => words.extend(string_range(strings, last)),
                    30 => {
                        told.is_cid = true;
                        let names = operands.iter().take(2).filter_map(|id| string_range(strings, Some(*id)));
                        words.extend(names.filter(|range| !is_collection(data, *range)));
                    }
                    36 => told.parts = last,
                    37 => told.choice = last,
                    _ => {}
                }
                operands.clear();
            }
            0..=21 => {
                match byte {
                    // version, Notice, FullName, FamilyName, Weight.
                    0..=4 => words.extend(string_range(strings, last)),
                    15 => told.charset = last,
                    16 => told.encoding = last,
                    17 => told.glyphs = last,
                    18 => {
                        told.private = match operands.as_slice() {
                            [.., size, at] => Some((*size, *at)),
                            _ => None,
                        }
                    }
                    19 => told.subroutines = last,
                    _ => {}
                }
                operands.clear();
            }
            28 => {
                operands.push(number(at..at + 2));
                at += 2;
            }
            29 => {
                operands.push(number(at..at + 4));
                at += 4;
            }
            30 => {
                while data.get(at).is_some_and(|byte| byte & 15 != 15 && byte >> 4 != 15) {
                    at += 1;
                }
                at += 1;
                operands.push(0);
            }
            32..=246 => operands.push(usize::from(byte).saturating_sub(139)),
            247..=250 => {
                operands.push((usize::from(byte) - 247) * 256 + number(at..at + 1) + 108);
                at += 1;
            }
            251..=254 => {
                operands.push(0);
                at += 1;
            }
            _ => {}
        }
    }
    told
}

fn string_range(strings: &[(usize, usize)], id: Option<usize>) -> Option<(usize, usize)> {
    strings.get(id?.checked_sub(STANDARD_STRINGS)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(data: &[u8], what: &[u8]) -> bool {
        memchr::memmem::find(data, what).is_some()
    }

    #[test]
    fn a_cff_font_loses_its_name_and_notice_in_place() {
        let index = |items: &[&[u8]]| -> Vec<u8> {
            let mut out = (items.len() as u16).to_be_bytes().to_vec();
            out.push(1);
            let mut offset = 1u8;
            out.push(offset);
            for item in items {
                offset += item.len() as u8;
                out.push(offset);
            }
            out.extend(items.iter().flat_map(|item| item.iter()));
            out
        };
        // Notice is string 391, the first of its own.
        let top = [248, 27, 1];
        let data = [vec![1, 0, 4, 1], index(&[b"CANARYNAME"]), index(&[&top]), index(&[b"CANARYNOTE", b"glyphname"]), vec![0, 0]].concat();
        let copy = strip(data.clone()).expect("a font");
        assert!(!holds(&copy, b"CANARY") && holds(&copy, b"glyphname"));
        assert_eq!(copy.len(), data.len());
        // A CID font: the name of its part is in a dictionary that the first one points to.
        let head = |at: usize| {
            [vec![1, 0, 4, 1], index(&[b"N"]), index(&[&[28, 0, at as u8, 12, 36]]), index(&[b"CANARYPART"]), vec![0, 0]].concat()
        };
        let at = head(0).len();
        let copy = strip([head(at), index(&[&[248, 27, 12, 38]])].concat()).expect("a font");
        assert!(!holds(&copy, b"CANARY"));
        // Between the parts that something leads to, and behind them, nothing stays.
        let gap = b"CANARYGAP";
        let list = index(&[&[248, 27, 12, 38, 139, 139, 18]]);
        let copy = strip([head(at + gap.len()), gap.to_vec(), list.clone(), b"CANARYEND".to_vec()].concat()).expect("a font");
        assert!(!holds(&copy, b"CANARY") && copy.ends_with(&list) && copy.len() == at + gap.len() + list.len());
        assert_eq!(strip(copy.clone()), Some(copy));
    }

    #[test]
    fn a_cff_font_keeps_of_its_strings_the_names_of_glyphs() {
        let index = |items: &[&[u8]]| -> Vec<u8> {
            let mut out = (items.len() as u16).to_be_bytes().to_vec();
            if items.is_empty() {
                return out;
            }
            out.push(1);
            let mut offset = 1u8;
            out.push(offset);
            for item in items {
                offset += item.len() as u8;
                out.push(offset);
            }
            out.extend(items.iter().flat_map(|item| item.iter()));
            out
        };
        let font = |top: &dyn Fn(usize) -> Vec<u8>, strings: &[&[u8]], rest: &[u8]| {
            let head = |at: usize| [vec![1, 0, 4, 1], index(&[b"N"]), index(&[&top(at)]), index(strings), index(&[])].concat();
            [head(head(0).len()), rest.to_vec()].concat()
        };
        // Two glyphs; the set of characters names string 392 for the second one.
        let glyphs = index(&[b"\x0e", b"\x0e"]);
        let rest = [&glyphs[..], &[0, 1, 136]].concat();
        let top = |at: usize| vec![28, 0, at as u8, 17, 28, 0, (at + glyphs.len()) as u8, 15];
        let copy = strip(font(&top, &[b"CANARYFREE", b"glyphname", b"CANARYLAST"], &rest)).expect("a font");
        assert!(!holds(&copy, b"CANARY") && holds(&copy, b"glyphname"));
        // The glyphs of a CID font have numbers; who registered them is known, or is a word.
        for (registry, is_kept) in [(&b"Adobe"[..], true), (b"CANARYINC", false)] {
            let cid = |at: usize| [vec![248, 27, 248, 28, 139, 12, 30], top(at)].concat();
            let copy = strip(font(&cid, &[registry, b"Identity", b"CANARYNAME"], &rest)).expect("a font");
            assert!(!holds(&copy, b"CANARY") && holds(&copy, b"Identity") && holds(&copy, b"Adobe") == is_kept);
        }
    }

    #[test]
    fn data_that_only_looks_like_a_cff_font_is_told() {
        let two = [&[1, 0, 4, 1, 0, 1, 1, 1, 2, b'N', 0, 2, 1, 1, 2, 3, 0, 0, 0, 0, 0, 0][..], b"CANARY"].concat();
        for odd in [b"\0\0\0\0\0\0\0\0\0\0CANARY".to_vec(), b"\x01\0\0\0\0\0\0CANARY".to_vec(), two] {
            assert_eq!(strip(odd), None);
        }
    }
}
