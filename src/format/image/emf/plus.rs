//! EMF+ drawings inside comment records (MS-EMFPLUS 16.0): known records stay in place, their free data is set to zero.
//!
//! Word processors draw the EMF+ records where a file has both kinds, so they are part of what is seen. Sizes never change: a picture
//! inside is replaced by its clean form, filled up with zero bytes.

use std::ops::Range;

use super::super::bytes::{le16, le32, put_le32, zero};
use super::super::{ImageFault, Taken, clean_at_depth};
use super::both::Both;
use super::damaged;
use super::object::{self, BRUSH, Cursor, FONT, IMAGE, unsupported};
use crate::format::fonts;
use crate::limits::Limits;
use crate::model::FindingKind as K;

const COMMENT: u16 = 0x4003;
const OBJECT: u16 = 0x4008;

/// Objects that are spread over several records (§2.3.5.1: the continuation flag).
#[derive(Default)]
pub(super) struct Plus {
    pieces: Vec<Range<usize>>,
    /// Bytes in the pieces.
    have: usize,
    kind: u16,
    /// What is said in this drawing and in the plain one.
    pub(super) both: Both,
}

impl Plus {
    /// Looks through the comment record that starts at `start` of the output.
    pub(super) fn check(&mut self, out: &mut [u8], start: usize, limits: &Limits, taken: &mut Taken) -> Result<(), ImageFault> {
        let short = || damaged("an EMF+ record is too short");
        let length = le32(out, start.saturating_add(8)).ok_or_else(short)? as usize;
        let end = start.saturating_add(12).saturating_add(length);
        if end > out.len() {
            return Err(short());
        }
        let all = out.len();
        zero(out, end, all);
        let mut at = start.saturating_add(16);
        while at.saturating_add(12) <= end {
            let (kind, flags) = le16(out, at).zip(le16(out, at.saturating_add(2))).ok_or_else(short)?;
            let size = le32(out, at.saturating_add(4)).filter(|size| *size >= 12).ok_or_else(short)? as usize;
            let data =
                at.saturating_add(12)..at.saturating_add(12).saturating_add(le32(out, at.saturating_add(8)).ok_or_else(short)? as usize);
            let next = at.saturating_add(size);
            if next > end || data.end > next {
                return Err(short());
            }
            zero(out, data.end, next);
            self.both.plus(kind, out.get(data.clone()).unwrap_or_default());
            match kind {
                COMMENT => {
                    taken.words(K::ImageMetadata, out.get(data.clone()).unwrap_or_default());
                    zero(out, data.start, data.end);
                }
                OBJECT => self.object(out, flags, data, limits, taken)?,
                _ => {
                    let held = out.get(data.clone()).unwrap_or_default();
                    let used = drawing(kind, u32::from(flags), held)?;
                    let rest = data.start.saturating_add(used)..data.end;
                    taken.slack(out.get(rest.clone()).unwrap_or_default());
                    zero(out, rest.start, rest.end);
                }
            }
            at = next;
        }
        zero(out, at, end);
        Ok(())
    }

    /// One object record, or one piece of it.
    fn object(&mut self, out: &mut [u8], flags: u16, data: Range<usize>, limits: &Limits, taken: &mut Taken) -> Result<(), ImageFault> {
        let kind = (flags >> 8) & 0x7f;
        if flags & 0x8000 == 0 && self.pieces.is_empty() {
            return whole(out, &[data], kind, limits, taken);
        }
        if !self.pieces.is_empty() && kind != self.kind {
            return Err(damaged("an EMF+ object is cut off"));
        }
        self.kind = kind;
        let total = if flags & 0x8000 == 0 { None } else { le32(out, data.start) };
        let from = if total.is_some() { data.start.saturating_add(4).min(data.end) } else { data.start };
        self.have = self.have.saturating_add(data.end.saturating_sub(from));
        self.pieces.push(from..data.end);
        if total.is_none_or(|total| self.have >= total as usize) {
            self.have = 0;
            let pieces = std::mem::take(&mut self.pieces);
            return whole(out, &pieces, kind, limits, taken);
        }
        Ok(())
    }

    /// Nothing may be left over at the end.
    pub(super) fn finish(&self) -> Result<(), ImageFault> {
        if self.pieces.is_empty() { self.both.check() } else { Err(damaged("an EMF+ object is cut off")) }
    }
}

/// A complete object: pictures are cleaned, of any other object what its fields do not cover becomes zero.
fn whole(out: &mut [u8], pieces: &[Range<usize>], kind: u16, limits: &Limits, taken: &mut Taken) -> Result<(), ImageFault> {
    let mut object: Vec<u8> = pieces.iter().flat_map(|piece| out.get(piece.clone()).unwrap_or_default().iter().copied()).collect();
    match (kind, le32(&object, 4)) {
        (IMAGE, _) => picture(&mut object, limits, taken)?,
        // A texture: flags, how it repeats, a matrix where the flags say so, and the picture (§2.2.2.45).
        (BRUSH, Some(2)) => {
            let matrix = if le32(&object, 8).unwrap_or(0) & 2 == 0 { 0 } else { 24 };
            picture(object.get_mut(16 + matrix..).unwrap_or_default(), limits, taken)?;
        }
        _ => {
            blank_the_rest(&mut object, taken, |cursor| object::object(cursor, kind))?;
            if kind == FONT {
                make_font_neutral(&mut object, taken);
            }
        }
    }
    let mut rest = object.as_slice();
    for piece in pieces {
        let (head, tail) = rest.split_at(piece.len().min(rest.len()));
        if let Some(place) = out.get_mut(piece.clone()) {
            place.copy_from_slice(head);
        }
        rest = tail;
    }
    Ok(())
}

/// A picture as an object, with its version.
fn picture(object: &mut [u8], limits: &Limits, taken: &mut Taken) -> Result<(), ImageFault> {
    match (le32(object, 4), le32(object, 24)) {
        (Some(1), Some(1)) => clean_picture(object, limits, taken),
        (Some(1), Some(0)) => blank_the_rest(object, taken, object::open_pixels),
        _ => Err(unsupported("a metafile inside")),
    }
}

/// Zeroes what the fields of an object do not cover.
fn blank_the_rest(
    object: &mut [u8],
    taken: &mut Taken,
    read: impl FnOnce(&mut Cursor<'_>) -> Result<(), ImageFault>,
) -> Result<(), ImageFault> {
    let mut cursor = Cursor::new(object);
    read(&mut cursor)?;
    let Cursor { at, blank, .. } = cursor;
    for range in blank.into_iter().chain(std::iter::once(at..object.len())) {
        taken.slack(object.get(range.clone()).unwrap_or_default());
        zero(object, range.start, range.end);
    }
    Ok(())
}

/// A family that is not widely known gets a neutral name, within the room that its own name has.
fn make_font_neutral(object: &mut [u8], taken: &mut Taken) {
    let Some((start, units)) = object::family(object) else { return };
    let Some(neutral) = fonts::in_picture(&String::from_utf16_lossy(&units)) else { return };
    let fits = [neutral.as_str(), neutral.split(' ').next().unwrap_or_default(), ""];
    let name: Vec<u16> = fits.into_iter().find(|name| name.len() <= units.len()).unwrap_or_default().encode_utf16().collect();
    taken.count(K::ImageMetadata);
    zero(object, start, start.saturating_add(2 * units.len()));
    put_le32(object, 20, name.len() as u32);
    let places = object.get_mut(start..).unwrap_or_default().chunks_exact_mut(2);
    places.zip(name).for_each(|(place, unit)| place.copy_from_slice(&unit.to_le_bytes()));
}

/// Puts the clean form of a picture in the place of the picture.
fn clean_picture(object: &mut [u8], limits: &Limits, taken: &mut Taken) -> Result<(), ImageFault> {
    let Some(source) = object.get_mut(28..) else { return Err(damaged("an EMF+ record is too short")) };
    let used = source.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let clean = clean_at_depth(source, None, limits, 2)?;
    taken.decoded_inside(&clean, limits)?;
    if clean.bytes.len() > source.len() {
        return Err(unsupported("a picture that grows when it is cleaned"));
    }
    if clean.bytes.len() < used {
        clean.removed.iter().for_each(|(kind, _)| taken.count(*kind));
        taken.secrets.extend(clean.secrets);
    }
    source.fill(0);
    source.iter_mut().zip(&clean.bytes).for_each(|(place, byte)| *place = *byte);
    Ok(())
}

/// How many bytes of a record's data are its fields (§2.3, without comments and objects).
fn drawing(kind: u16, flags: u32, data: &[u8]) -> Result<usize, ImageFault> {
    let mut cursor = Cursor::new(data);
    let rectangle = if flags & 0x4000 == 0 { 16 } else { 8 };
    let counted = |cursor: &mut Cursor<'_>, fields: usize| {
        cursor.skip(fields)?;
        let count = cursor.number()?;
        cursor.points(count, flags)
    };
    match kind {
        // The end, device contexts, modes in the flags, clips by object.
        0x4002 | 0x4004 | 0x401e..=0x4024 | 0x402b | 0x4031 | 0x4033 | 0x4034 => {}
        0x4001 => cursor.skip(16)?,
        0x4009 | 0x4013..=0x4015 | 0x4025 | 0x4026 | 0x4028 | 0x4029 | 0x402f | 0x4030 => cursor.skip(4)?,
        0x401d | 0x402d | 0x402e | 0x4035 => cursor.skip(8)?,
        0x4032 => cursor.skip(16)?,
        0x402a | 0x402c => cursor.skip(24)?,
        0x4027 => cursor.skip(36)?,
        0x400a => {
            cursor.skip(4)?;
            cursor.list(rectangle)?;
        }
        0x400b => cursor.list(rectangle)?,
        0x400f => cursor.skip(rectangle)?,
        0x400e => cursor.skip(4 + rectangle)?,
        0x4010 => cursor.skip(12 + rectangle)?,
        0x4011 | 0x4012 => cursor.skip(8 + rectangle)?,
        0x400d | 0x4019 => counted(&mut cursor, 0)?,
        0x400c | 0x4017 => counted(&mut cursor, 4)?,
        0x4016 => counted(&mut cursor, 8)?,
        0x4018 => counted(&mut cursor, 12)?,
        0x401a => cursor.skip(24 + rectangle)?,
        0x401b => counted(&mut cursor, 24)?,
        // A text in a box: brush, format, length, box, characters.
        0x401c => {
            cursor.skip(8)?;
            let length = cursor.number()? as usize;
            cursor.skip(16)?;
            cursor.skip(length.saturating_mul(2))?;
        }
        // Glyphs with places of their own: brush, options, whether a matrix follows, glyphs, places.
        0x4036 => {
            cursor.skip(8)?;
            let matrix = cursor.number()?;
            let glyphs = cursor.number()? as usize;
            cursor.skip(glyphs.saturating_mul(2))?;
            let rest = data.len().saturating_sub(cursor.at);
            let places = glyphs.saturating_mul(8).saturating_add(if matrix == 0 { 0 } else { 24 });
            // Writers pad the glyphs to a whole word, or do not; of glyphs that follow each other only the first has a place.
            cursor.skip(rest.min(places.saturating_add(2 * (glyphs % 2))))?;
        }
        _ => return Err(unsupported(&format!("record type {kind:#06x}"))),
    }
    Ok(cursor.at)
}
