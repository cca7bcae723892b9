//! Which bytes of an EMF record are its fields.

use super::super::ImageFault;
use super::super::bytes::{le16, le32, put_le32};
use super::super::dib::{self, Dib};
use super::{FONT, SMALL_TEXT, TEXT_A, TEXT_W, damaged};

/// What happens to a record.
pub(super) enum Layout {
    /// It draws nothing that a page needs.
    Drop,
    /// It stays, reduced to these fields.
    Keep(Fields),
}

/// Byte ranges of a record that mean something, ascending by start.
pub(super) struct Fields {
    ranges: Vec<(usize, usize)>,
    /// Whether bytes after the last field may be cut off; else they become zero.
    cut: bool,
    /// Bitmaps, where their headers start and where their rows are.
    bitmaps: Vec<(Dib, usize, std::ops::Range<usize>)>,
}

impl Fields {
    fn fixed(length: usize) -> Self {
        Self { ranges: vec![(0, length)], cut: true, bitmaps: Vec::new() }
    }

    /// Zeroes or cuts everything else. Says whether any of it was not zero.
    pub(super) fn zero_rest(mut self, record: &mut Vec<u8>) -> bool {
        self.ranges.sort_unstable();
        let (mut at, mut dirty) = (0usize, false);
        for (from, to) in &self.ranges {
            dirty |= super::zero(record, at, *from);
            at = at.max(*to);
        }
        let length = record.len();
        dirty |= super::zero(record, at, length);
        for (bitmap, header, rows) in &self.bitmaps {
            dirty |= bitmap.blank_unseen(record, *header, rows.clone());
        }
        if self.cut {
            let end = at.next_multiple_of(4);
            if end < length {
                record.truncate(end);
                put_le32(record, 4, end as u32);
                dirty = true;
            }
        }
        dirty
    }
}

/// The layout of a record by its type (MS-EMF §2.1.1, §2.3).
pub(super) fn layout(kind: u32, record: &[u8]) -> Result<Layout, ImageFault> {
    let short = || damaged("a record is too short");
    let number = |at: usize| le32(record, at).map(|value| value as usize).ok_or_else(short);
    let points = |at: usize, size: usize| number(at).map(|count| count.saturating_mul(size).saturating_add(28));
    let length = match kind {
        28 | 33 | 52 | 59..=61 | 65 | 66 | 68 => 8,
        16..=22 | 24 | 25 | 34 | 37 | 40 | 48 | 57 | 58 | 67 | 115 => 12,
        9..=13 | 26 | 27 | 51 | 54 | 120 => 16,
        15 => 20,
        29..=32 | 39 | 42 | 43 | 53 | 62..=64 => 24,
        38 | 41 => 28,
        23 | 35 | 44 => 32,
        36 => 36,
        45..=47 | 55 => 40,
        2..=6 => points(24, 8)?,
        85..=89 => points(24, 4)?,
        7 | 8 => points(28, 8)?.saturating_add(4).saturating_add(number(24)?.saturating_mul(4)),
        90 | 91 => points(28, 4)?.saturating_add(4).saturating_add(number(24)?.saturating_mul(4)),
        56 => points(24, 9)?,
        92 => points(24, 5)?,
        49 => usize::from(le16(record, 14).ok_or_else(short)?).saturating_mul(4).saturating_add(16),
        50 => number(16)?.saturating_mul(4).saturating_add(20),
        71 => number(24)?.saturating_add(32),
        72 => number(24)?.saturating_add(40),
        73 | 74 => number(24)?.saturating_add(28),
        75 => number(8)?.saturating_add(16),
        118 => {
            let mesh = if number(32)? == 2 { 12 } else { 8 };
            number(24)?.saturating_mul(16).saturating_add(number(28)?.saturating_mul(mesh)).saturating_add(36)
        }
        FONT => {
            return if record.len() >= 104 {
                Ok(Layout::Keep(Fields { ranges: vec![(0, record.len())], cut: false, bitmaps: Vec::new() }))
            } else {
                Err(short())
            };
        }
        TEXT_A | TEXT_W => return text(kind, record).map(Layout::Keep),
        SMALL_TEXT => {
            let options = number(20)?;
            let bounds = if options & 0x100 == 0 { 16 } else { 0 };
            let character = if options & 0x200 == 0 { 2 } else { 1 };
            number(16)?.saturating_mul(character).saturating_add(36 + bounds)
        }
        76 => return bitmaps(record, 100, &[(84, 80)]).map(Layout::Keep),
        77 | 114 | 116 => return bitmaps(record, 108, &[(84, 80)]).map(Layout::Keep),
        78 => return bitmaps(record, 128, &[(84, 80), (112, 108)]).map(Layout::Keep),
        79 => return bitmaps(record, 140, &[(96, 92), (124, 120)]).map(Layout::Keep),
        80 => return bitmaps(record, 76, &[(48, 64)]).map(Layout::Keep),
        81 => return bitmaps(record, 80, &[(48, 64)]).map(Layout::Keep),
        93 | 94 => return bitmaps(record, 32, &[(16, 12)]).map(Layout::Keep),
        95 => return bitmaps(record, number(48)?.saturating_mul(4).saturating_add(52), &[(12, 40)]).map(Layout::Keep),
        // Colour management, OpenGL, escapes, font links: no drawing that a page needs.
        98..=106 | 109..=113 | 119 | 121 | 122 => return Ok(Layout::Drop),
        _ => return Err(ImageFault::Unsupported { format: format!("EMF with record type {kind}") }),
    };
    if record.len() < length { Err(short()) } else { Ok(Layout::Keep(Fields::fixed(length))) }
}

/// `EMR_EXTTEXTOUTA` and -W (§2.3.5.7, §2.3.5.8; `EmrText` §2.2.5).
fn text(kind: u32, record: &[u8]) -> Result<Fields, ImageFault> {
    let field = |at: usize| le32(record, at).map(|value| value as usize).ok_or_else(|| damaged("a text record is too short"));
    let count = field(44)?;
    let character = if kind == TEXT_W { 2 } else { 1 };
    let step = if field(52)? & 0x2000 == 0 { 4 } else { 8 };
    let mut ranges = vec![(0, 76)];
    if count > 0 {
        ranges.push(range(record, field(48)?, count.saturating_mul(character))?);
        if let spacing @ 1.. = field(72)? {
            ranges.push(range(record, spacing, count.saturating_mul(step))?);
        }
    }
    Ok(Fields { ranges, cut: true, bitmaps: Vec::new() })
}

fn range(record: &[u8], from: usize, length: usize) -> Result<(usize, usize), ImageFault> {
    from.checked_add(length)
        .filter(|end| *end <= record.len())
        .map(|end| (from, end))
        .ok_or_else(|| damaged("a record points outside itself"))
}

/// Records with device-independent bitmaps: at each of `places` stand offset and size of header and of bits, and where it
/// is said what the colours are (§2.3.1).
fn bitmaps(record: &[u8], fixed: usize, places: &[(usize, usize)]) -> Result<Fields, ImageFault> {
    let field = |at: usize| le32(record, at).map(|value| value as usize).ok_or_else(|| damaged("a bitmap record is too short"));
    let (mut ranges, mut pictures) = (vec![(0, fixed.min(record.len()))], Vec::new());
    for (place, usage) in places {
        let (header, header_size, bits, bits_size) = (field(*place)?, field(place + 4)?, field(place + 8)?, field(place + 12)?);
        if header_size == 0 && bits_size == 0 {
            continue;
        }
        let (header, end) = range(record, header, header_size)?;
        let unknown = || ImageFault::Unsupported { format: "EMF with a bitmap that is not understood".into() };
        let bitmap = dib::read(record.get(header..end).unwrap_or_default(), le16(record, *usage) == Some(1)).ok_or_else(unknown)?;
        ranges.push((header, end.min(header.saturating_add(bitmap.header))));
        let (from, to) = range(record, bits, bits_size)?;
        let rows = record.get(from..to).unwrap_or_default();
        let to = from + bitmap.length(rows);
        ranges.push((from, to));
        pictures.push((bitmap, header, from..to));
    }
    Ok(Fields { ranges, cut: true, bitmaps: pictures })
}
