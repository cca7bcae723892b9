//! CFF fonts without the words in them (Adobe TN 5176): names, notices, and strings that name no glyph.

use std::collections::BTreeSet;

/// A bare CFF font whose name and notices are overwritten in place, so that no offset moves (TN 5176 §7 to §10).
pub(super) fn strip(mut data: Vec<u8>) -> Option<Vec<u8>> {
    let ranges = cff_words(&data)?;
    for (start, end) in ranges {
        if let Some(words) = data.get_mut(start..end) {
            words.fill(b'x');
        }
    }
    Some(data)
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

fn cff_words(data: &[u8]) -> Option<Vec<(usize, usize)>> {
    // The major version, and the length of the header.
    let header = match data {
        [1, _, length @ 4..=u8::MAX, ..] => usize::from(*length),
        _ => return None,
    };
    let (names, next) = cff_index(data, header)?;
    let (tops, next) = cff_index(data, next)?;
    let (strings, _) = cff_index(data, next)?;
    // A program in a PDF file is one font (ISO 32000-2 §9.9.2).
    let [top] = tops.as_slice() else { return None };
    let mut words = names;
    let told = dict_words(data, *top, &strings, &mut words);
    // A CID font names each of its parts, in a dictionary of its own.
    for part in told.parts.and_then(|at| cff_index(data, at)).map(|(parts, _)| parts).unwrap_or_default() {
        dict_words(data, part, &strings, &mut words);
    }
    // What no glyph has for a name is a word, too.
    if let Some(named) = named_strings(data, &told) {
        let is_named = |index: &usize| named.contains(&(index + STANDARD_STRINGS));
        words.extend(
            strings.iter().enumerate().filter(|(index, range)| !is_named(index) && !is_collection(data, **range)).map(|(_, range)| *range),
        );
    }
    Some(words)
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
    /// The list of the parts of a CID font.
    parts: Option<usize>,
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
        let data = [vec![1, 0, 4, 1], index(&[b"CANARYNAME"]), index(&[&top]), index(&[b"CANARYNOTE", b"glyphname"])].concat();
        let copy = strip(data.clone()).expect("a font");
        assert!(!holds(&copy, b"CANARY") && holds(&copy, b"glyphname"));
        assert_eq!(copy.len(), data.len());
        // A CID font: the name of its part is in a dictionary that the first one points to.
        let head = |at: usize| [vec![1, 0, 4, 1], index(&[b"N"]), index(&[&[28, 0, at as u8, 12, 36]]), index(&[b"CANARYPART"])].concat();
        let at = head(0).len();
        let copy = strip([head(at), index(&[&[248, 27, 12, 38]])].concat()).expect("a font");
        assert!(!holds(&copy, b"CANARY"));
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
