//! TrueType and OpenType fonts without the words in them (OpenType 1.9): only the tables that draw and map glyphs.

use super::{cff, sfnt};

/// Tables of an sfnt font that draw or map glyphs (ISO 32000-2 §9.9.1), and those that viewers want to find. All others go.
const TABLES: &[&[u8]] =
    &[b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"cvt ", b"fpgm", b"prep", b"OS/2", b"post", b"CFF "];

/// Whether a font program is sfnt or bare CFF.
pub(super) fn is_other(data: &[u8]) -> bool {
    matches!(data, [1, 0, 4..=64, 1..=4, ..]) || is_sfnt(data)
}

fn is_sfnt(data: &[u8]) -> bool {
    data.starts_with(b"OTTO") || data.starts_with(&[0, 1, 0, 0]) || data.starts_with(b"true")
}

/// A font program of unknown kind, sfnt or bare CFF, with only what draws and maps glyphs; `None` for what is neither.
pub(super) fn any(data: Vec<u8>) -> Option<Vec<u8>> {
    if is_sfnt(&data) {
        return tables_of(&data);
    }
    cff::strip(data)
}

/// A TrueType or OpenType font with only the tables that draw and map glyphs.
fn tables_of(data: &[u8]) -> Option<Vec<u8>> {
    let version = data.get(..4)?;
    if !matches!(version, [0, 1, 0, 0] | b"OTTO" | b"true") {
        return None;
    }
    let count = usize::from(u16::from_be_bytes(data.get(4..6)?.try_into().ok()?));
    let word = |at: usize| -> Option<usize> { Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?) as usize) };
    let mut tables: Vec<(&[u8], Vec<u8>)> = Vec::new();
    for index in 0..count {
        let at = 12 + index * 16;
        let tag = data.get(at..at + 4)?;
        let (offset, length) = (word(at + 8)?, word(at + 12)?);
        if !TABLES.contains(&tag) || tables.iter().any(|(known, _)| *known == tag) {
            continue;
        }
        // A cut table stays cut; viewers cope or do not, as before.
        let body = data.get(offset..offset.saturating_add(length).min(data.len())).unwrap_or_default();
        tables.push((tag, if tag == b"CFF " { cff::strip(body.to_vec())? } else { body.to_vec() }));
    }
    tables.sort_by(|one, other| one.0.cmp(other.0));
    if !tables.iter().any(|(tag, _)| matches!(*tag, b"glyf" | b"CFF ")) {
        return None;
    }
    sfnt::trim(&mut tables);
    let number = tables.len() as u16;
    let power = 15 - number.leading_zeros() as u16;
    let range = 16u16 << power;
    let mut out = version.to_vec();
    for value in [number, range, power, number * 16 - range] {
        out.extend_from_slice(&value.to_be_bytes());
    }
    let mut offset = 12 + tables.len() * 16;
    let mut body = Vec::new();
    for (tag, content) in &tables {
        out.extend_from_slice(tag);
        out.extend_from_slice(&checksum(content).to_be_bytes());
        out.extend_from_slice(&(offset as u32).to_be_bytes());
        out.extend_from_slice(&(content.len() as u32).to_be_bytes());
        body.extend_from_slice(content);
        body.resize(body.len().div_ceil(4) * 4, 0);
        offset = 12 + tables.len() * 16 + body.len();
    }
    out.extend_from_slice(&body);
    Some(out)
}

/// How many glyphs an sfnt font says to have.
pub(super) fn glyph_count(data: &[u8]) -> Option<u32> {
    let count = usize::from(u16::from_be_bytes(data.get(4..6)?.try_into().ok()?));
    let entry = (0..count).map(|index| 12 + index * 16).find(|at| data.get(*at..at + 4) == Some(b"maxp"))?;
    let offset = u32::from_be_bytes(data.get(entry + 8..entry + 12)?.try_into().ok()?) as usize;
    let field = data.get(offset.checked_add(4)?..)?.get(..2)?;
    Some(u32::from(u16::from_be_bytes(field.try_into().ok()?)))
}

fn checksum(content: &[u8]) -> u32 {
    content.chunks(4).fold(0u32, |sum, word| {
        let value = (0..4).fold(0u32, |value, index| value << 8 | u32::from(word.get(index).copied().unwrap_or(0)));
        sum.wrapping_add(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(data: &[u8], what: &[u8]) -> bool {
        memchr::memmem::find(data, what).is_some()
    }

    #[test]
    fn an_sfnt_font_loses_its_name_table() {
        let mut data = vec![0, 1, 0, 0, 0, 2, 0, 32, 0, 1, 0, 0];
        for (tag, offset) in [(b"glyf", 44u32), (b"name", 48)] {
            data.extend_from_slice(tag);
            data.extend_from_slice(&[0; 4]);
            data.extend_from_slice(&offset.to_be_bytes());
            data.extend_from_slice(&4u32.to_be_bytes());
        }
        data.extend_from_slice(b"DRAWCANA");
        let copy = any(data).expect("a font");
        assert!(holds(&copy, b"DRAW") && !holds(&copy, b"CANA") && !holds(&copy, b"name"));
        assert_eq!(any(copy.clone()), Some(copy));
        for odd in [&b"\0\x01\0\0\0\x01CANARY"[..], b"garbage CANARY", b"ttcf\0\x01\0\0\0\0\0\x01\0\0\0\x10name CANARY"] {
            assert_eq!(any(odd.to_vec()), None);
        }
    }
}
