//! Which glyphs of an embedded font draw nothing: letters in such glyphs are in the file, and nobody sees them (OpenType 1.9 `glyf` and
//! `cmap`; Adobe TN 5176, TN 5177).

use super::{cff, sfnt};

/// Tables that tell it.
const TABLES: &[&[u8]] = &[b"head", b"maxp", b"loca", b"glyf", b"cmap", b"CFF ", b"post"];

/// Bytes of a map that is looked at.
const CMAP_BYTES_MAX: usize = 1 << 20;

/// What the glyphs of one font are.
#[derive(Debug)]
pub(super) struct Outlines {
    /// For each glyph, whether it draws nothing.
    is_empty: Vec<bool>,
    /// The map from characters of an sfnt font.
    cmap: Vec<u8>,
    /// What a bare CFF font calls its glyphs.
    names: Option<cff::Glyphs>,
}

impl Outlines {
    /// Reads a font program; `None` when no glyph of it draws nothing, or that is not told.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let tables = tables(data);
        let mut names = if tables.is_empty() { Some(cff::glyphs(data)?) } else { cff::glyphs(sfnt::table(&tables, b"CFF ")) };
        let is_empty = names.as_mut().map_or_else(|| sfnt::is_empty(&tables), |names| std::mem::take(&mut names.is_empty));
        let cmap = Some(sfnt::table(&tables, b"cmap")).filter(|cmap| cmap.len() <= CMAP_BYTES_MAX).unwrap_or_default();
        is_empty.contains(&true).then(|| Self { is_empty, cmap: cmap.to_vec(), names })
    }

    /// What asking about all codes of a simple font costs, in steps.
    pub(super) fn steps(&self) -> usize {
        self.cmap.len() / 4 + self.names.as_ref().map_or(0, |_| self.is_empty.len())
    }

    fn draws_nothing(&self, glyph: usize) -> bool {
        self.is_empty.get(glyph).copied().unwrap_or(false)
    }

    /// Whether all glyphs that a viewer may take for a code of a simple font draw nothing; `text` is what the encoding says of it.
    pub(super) fn is_blank_code(&self, code: u8, text: Option<&str>) -> bool {
        let named = self.names.iter().filter(|_| self.cmap.is_empty()).flat_map(|names| names.of(code, text));
        let mut glyphs = named.filter(|glyph| *glyph > 0).chain(sfnt::glyphs(&self.cmap, code, text)).peekable();
        glyphs.peek().is_some() && glyphs.all(|glyph| self.draws_nothing(glyph))
    }

    /// Whether a character of a composite font draws nothing; `glyphs` is the map from characters to glyphs, two bytes each, if there is one.
    pub(super) fn is_blank_character(&self, cid: u32, glyphs: Option<&[u8]>) -> bool {
        let cid = cid as usize;
        let glyph = match (glyphs, &self.names) {
            (Some(map), _) => match map.get(cid * 2..cid * 2 + 2) {
                Some([high, low]) => Some(usize::from(*high) << 8 | usize::from(*low)),
                _ => None,
            },
            (None, Some(names)) => names.of_character(cid),
            (None, None) => Some(cid),
        };
        glyph.is_some_and(|glyph| glyph > 0 && self.draws_nothing(glyph))
    }
}

/// The tables of an sfnt font that tell which glyphs it has and what they draw.
pub(super) fn tables(data: &[u8]) -> Vec<(&[u8], &[u8])> {
    let word = |at: usize| -> Option<usize> { Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?) as usize) };
    let is_sfnt = data.starts_with(b"OTTO") || data.starts_with(&[0, 1, 0, 0]) || data.starts_with(b"true");
    let count = if is_sfnt { data.get(4..6).map_or(0, |field| field.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))) } else { 0 };
    let table = |index: usize| {
        let at = 12 + index * 16;
        let tag = data.get(at..at + 4).filter(|tag| TABLES.contains(tag))?;
        let (offset, length) = (word(at + 8)?, word(at + 12)?);
        Some((tag, data.get(offset..offset.saturating_add(length).min(data.len())).unwrap_or_default()))
    };
    (0..count).filter_map(table).collect()
}
