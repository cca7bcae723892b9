//! Objects of EMF+ (MS-EMFPLUS §2.2.1): which of their bytes mean something.

use std::ops::Range;

use super::super::ImageFault;
use super::super::bytes::{le16, le32};
use super::damaged;

pub(super) const BRUSH: u16 = 1;
const PEN: u16 = 2;
const PATH: u16 = 3;
const REGION: u16 = 4;
pub(super) const IMAGE: u16 = 5;
pub(super) const FONT: u16 = 6;
const STRING_FORMAT: u16 = 7;
const IMAGE_ATTRIBUTES: u16 = 8;
const LINE_CAP: u16 = 9;

/// Coordinates of two bytes each (§2.3.4: the flag C).
const COMPRESSED: u32 = 0x4000;
/// Coordinates as differences of one or two bytes (the flag P).
const RELATIVE: u32 = 0x0800;
/// Types of points in runs (§2.2.2.27: the flag R of paths).
const TYPE_RUNS: u32 = 0x1000;

pub(super) fn unsupported(what: &str) -> ImageFault {
    ImageFault::Unsupported { format: format!("EMF+ with {what}") }
}

/// Reads fields one after the other and remembers those that mean nothing.
pub(super) struct Cursor<'b> {
    bytes: &'b [u8],
    pub at: usize,
    /// Fields that are reserved, and ends of fields that are longer than what they hold.
    pub blank: Vec<Range<usize>>,
}

impl<'b> Cursor<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, blank: Vec::new() }
    }

    pub fn skip(&mut self, length: usize) -> Result<(), ImageFault> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        self.at = end.ok_or_else(|| damaged("an EMF+ record is too short"))?;
        Ok(())
    }

    pub fn blank(&mut self, length: usize) -> Result<(), ImageFault> {
        let from = self.at;
        self.skip(length)?;
        self.blank.push(from..self.at);
        Ok(())
    }

    pub fn number(&mut self) -> Result<u32, ImageFault> {
        let number = le32(self.bytes, self.at);
        self.skip(4)?;
        Ok(number.unwrap_or(0))
    }

    /// A number of items, then the items.
    pub fn list(&mut self, item: usize) -> Result<(), ImageFault> {
        let count = self.number()? as usize;
        self.skip(count.saturating_mul(item))
    }

    /// So many points, coded as the flags say.
    pub fn points(&mut self, count: u32, flags: u32) -> Result<(), ImageFault> {
        if flags & RELATIVE == 0 {
            return self.skip((count as usize).saturating_mul(if flags & COMPRESSED == 0 { 8 } else { 4 }));
        }
        // Integers of one byte, or of two where the first bit says so (§2.2.2.21, §2.2.2.22).
        for _ in 0..u64::from(count) * 2 {
            let wide = self.bytes.get(self.at).is_some_and(|byte| byte & 0x80 != 0);
            self.skip(if wide { 2 } else { 1 })?;
        }
        Ok(())
    }

    /// The version of the graphics (§2.2.2.19).
    fn version(&mut self) -> Result<(), ImageFault> {
        match self.number()? {
            0xdbc0_1001 | 0xdbc0_1002 => Ok(()),
            _ => Err(unsupported("a version that is not known")),
        }
    }
}

/// Reads a whole object of a kind (§2.1.1.22) other than a picture.
pub(super) fn object(cursor: &mut Cursor<'_>, kind: u16) -> Result<(), ImageFault> {
    match kind {
        BRUSH => brush(cursor),
        PEN => pen(cursor),
        PATH => path(cursor),
        REGION => region(cursor),
        // Size, unit, style, a reserved field, the length of the family and its name (§2.2.1.3).
        FONT => {
            cursor.version()?;
            cursor.skip(12)?;
            cursor.blank(4)?;
            cursor.list(2)
        }
        // Ten fields, tracking and trimming between them; then tab stops and ranges (§2.2.1.9).
        STRING_FORMAT => {
            cursor.version()?;
            cursor.skip(48)?;
            let (stops, ranges) = (cursor.number()? as usize, cursor.number()? as usize);
            cursor.skip(stops.saturating_mul(4).saturating_add(ranges.saturating_mul(8)))
        }
        IMAGE_ATTRIBUTES => {
            cursor.version()?;
            cursor.blank(4)?;
            cursor.skip(12)?;
            cursor.blank(4)
        }
        LINE_CAP => line_cap(cursor),
        _ => Err(unsupported("an object that is not known")),
    }
}

/// §2.2.1.1, §2.2.2.4 and its neighbours.
fn brush(cursor: &mut Cursor<'_>) -> Result<(), ImageFault> {
    const PATH_BOUNDARY: u32 = 0x01;
    const TRANSFORM: u32 = 0x02;
    const PRESET_COLOURS: u32 = 0x04;
    const BLEND_ACROSS: u32 = 0x08;
    const BLEND_DOWN: u32 = 0x10;
    const FOCUS_SCALES: u32 = 0x40;
    cursor.version()?;
    let kind = cursor.number()?;
    let flags = match kind {
        0 => return cursor.skip(4),
        1 => return cursor.skip(12),
        3 => {
            let flags = cursor.number()?;
            cursor.skip(16)?;
            cursor.list(4)?;
            if flags & PATH_BOUNDARY == 0 {
                cursor.list(8)?;
            } else {
                sized(cursor, path)?;
            }
            flags
        }
        4 => {
            let flags = cursor.number()?;
            cursor.skip(28)?;
            cursor.blank(8)?;
            flags
        }
        // BrushTypeTextureFill carries a picture of its own.
        2 => return Err(unsupported("textures")),
        _ => return Err(unsupported("a brush that is not known")),
    };
    if flags & TRANSFORM != 0 {
        cursor.skip(24)?;
    }
    if flags & PRESET_COLOURS != 0 {
        cursor.list(8)?;
    } else {
        if flags & BLEND_ACROSS != 0 {
            cursor.list(8)?;
        }
        if kind == 4 && flags & BLEND_DOWN != 0 {
            cursor.list(8)?;
        }
    }
    if kind == 3 && flags & FOCUS_SCALES != 0 {
        cursor.skip(12)?;
    }
    Ok(())
}

/// §2.2.1.7, §2.2.2.33: the optional fields in the order of their flags, then the brush.
fn pen(cursor: &mut Cursor<'_>) -> Result<(), ImageFault> {
    cursor.version()?;
    cursor.skip(4)?;
    let flags = cursor.number()?;
    cursor.skip(8)?;
    for bit in 0..13 {
        if flags & 1 << bit == 0 {
            continue;
        }
        match bit {
            0 => cursor.skip(24)?,
            8 | 10 => cursor.list(4)?,
            11 | 12 => sized(cursor, line_cap)?,
            _ => cursor.skip(4)?,
        }
    }
    brush(cursor)
}

/// §2.2.1.6: points, and a type for each.
fn path(cursor: &mut Cursor<'_>) -> Result<(), ImageFault> {
    cursor.version()?;
    let (count, flags) = (cursor.number()?, cursor.number()?);
    cursor.points(count, flags)?;
    if flags & TYPE_RUNS == 0 {
        return cursor.skip(count as usize);
    }
    let mut left = count;
    while left > 0 {
        // Six bits of the first byte count the points of a run (§2.2.2.31).
        let run = cursor.bytes.get(cursor.at).map_or(0, |byte| u32::from(byte & 0x3f));
        cursor.skip(2)?;
        left = left.checked_sub(run.max(1)).ok_or_else(|| damaged("a path has more types than points"))?;
    }
    Ok(())
}

/// §2.2.1.8, §2.2.2.40: a tree of nodes, parents first.
fn region(cursor: &mut Cursor<'_>) -> Result<(), ImageFault> {
    cursor.version()?;
    // The number that is given does not count the root.
    cursor.skip(4)?;
    let mut open = 1_u64;
    while open > 0 {
        open -= 1;
        match cursor.number()? {
            1..=5 => open += 2,
            0x1000_0000 => cursor.skip(16)?,
            0x1000_0001 => sized(cursor, path)?,
            0x1000_0002 | 0x1000_0003 => {}
            _ => return Err(unsupported("a region that is not known")),
        }
    }
    Ok(())
}

/// §2.2.1.2: how a line ends, by outlines or as an arrow.
fn line_cap(cursor: &mut Cursor<'_>) -> Result<(), ImageFault> {
    cursor.version()?;
    match cursor.number()? {
        0 => {
            let flags = cursor.number()?;
            cursor.skip(44)?;
            for outline in [1, 2] {
                if flags & outline != 0 {
                    sized(cursor, path)?;
                }
            }
            Ok(())
        }
        1 => cursor.skip(52),
        _ => Err(unsupported("a line cap that is not known")),
    }
}

/// An object behind its size in bytes; what it does not fill means nothing.
fn sized(cursor: &mut Cursor<'_>, read: fn(&mut Cursor<'_>) -> Result<(), ImageFault>) -> Result<(), ImageFault> {
    let size = cursor.number()? as usize;
    let end = cursor.at.saturating_add(size);
    read(cursor)?;
    match end.checked_sub(cursor.at) {
        Some(rest) => cursor.blank(rest),
        None => Err(damaged("an EMF+ object is longer than it says")),
    }
}

/// Reads the header, colours and rows of a picture whose pixels lie open (§2.2.2.2); ends of rows beyond the width mean nothing.
pub(super) fn open_pixels(cursor: &mut Cursor<'_>) -> Result<(), ImageFault> {
    cursor.version()?;
    cursor.skip(4)?;
    let (width, height, stride) = (cursor.number()? as usize, cursor.number()? as usize, cursor.number()?.cast_signed());
    let format = cursor.number()?;
    cursor.skip(4)?;
    // PixelFormat: bits of a pixel in the second byte; the seventeenth bit says that pixels are numbers of colours (§2.1.1.26).
    if format & 0x1_0000 != 0 {
        cursor.skip(4)?;
        cursor.list(4)?;
    }
    let row = width.saturating_mul((format >> 8 & 0xff) as usize).div_ceil(8);
    let stride = usize::try_from(stride).ok().filter(|stride| *stride >= row && row > 0).ok_or_else(|| unsupported("rows that overlap"))?;
    if height > cursor.bytes.len() {
        return Err(damaged("an EMF+ record is too short"));
    }
    for _ in 0..height {
        cursor.skip(row)?;
        cursor.blank(stride - row)?;
    }
    Ok(())
}

/// Number of UTF-16 units in the name of a family, and where it starts.
pub(super) fn family(object: &[u8]) -> Option<(usize, Vec<u16>)> {
    let count = le32(object, 20)? as usize;
    let units = (0..count).map(|unit| le16(object, 24 + 2 * unit)).collect::<Option<_>>()?;
    Some((24, units))
}
