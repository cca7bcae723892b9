//! Enhanced metafiles (MS-EMF 15.0): drawing records in their known layout; nothing else.
//!
//! Comments go, except EMF+ drawings, which readers prefer to the plain records. Escapes, colour profiles (which name files), OpenGL and the description in the header go. Bytes of a record that none of
//! its fields covers are set to zero, as are the rests of name buffers. Text drawn wholly outside the frame goes.

use super::bytes::{le16, le32, put_le32, slice, zero};
use super::{ImageFault, Taken};
use crate::format::fonts;
use crate::limits::Limits;
use crate::model::FindingKind as K;

mod both;
mod drawn;
mod layout;
mod object;
mod place;
mod plus;

use layout::{Layout, layout};
use place::Mapping;

const EOF: u32 = 14;
const COMMENT: u32 = 70;
const FONT: u32 = 82;
const TEXT_A: u32 = 83;
const TEXT_W: u32 = 84;
const SMALL_TEXT: u32 = 108;

pub(super) fn damaged(what: &str) -> ImageFault {
    ImageFault::Damaged { format: "EMF".into(), what: what.into() }
}

/// The clean metafile.
pub(super) fn clean(bytes: &[u8], limits: &Limits, taken: &mut Taken) -> Result<Vec<u8>, ImageFault> {
    let cut_off = || damaged("it is cut off");
    let header_size =
        le32(bytes, 4).filter(|size| *size >= 88 && size % 4 == 0).ok_or_else(|| damaged("its header makes no sense"))? as usize;
    let source_header = slice(bytes, 0, header_size).ok_or_else(cut_off)?;
    let mut out = header(source_header, taken).ok_or_else(cut_off)?;
    let mut mapping = Mapping::new(source_header);
    let mut plus = plus::Plus::default();
    let mut drawn = drawn::Drawn::default();
    let (mut at, mut records) = (header_size, 1u32);
    loop {
        let kind = le32(bytes, at).ok_or_else(cut_off)?;
        let size = le32(bytes, at.saturating_add(4))
            .filter(|size| *size >= 8 && size % 4 == 0)
            .ok_or_else(|| damaged("a record has no length"))?;
        let record = slice(bytes, at, size as usize).ok_or_else(cut_off)?;
        at = at.saturating_add(size as usize);
        if kind == EOF {
            break;
        }
        if u64::from(records) > limits.operators {
            return Err(damaged("it has too many records"));
        }
        if kind == COMMENT {
            // Its data are no longer than it says (§2.3.3).
            let said = le32(record, 8).unwrap_or(0) as usize;
            if said >= 4 && record.get(12..).is_some_and(|data| data.starts_with(b"EMF+")) {
                let start = out.len();
                out.extend_from_slice(record);
                plus.check(&mut out, start, limits, taken)?;
                records = records.saturating_add(1);
            } else {
                taken.words(K::ImageMetadata, record.get(12..).unwrap_or_default());
            }
            continue;
        }
        match layout(kind, record)? {
            Layout::Drop => taken.words(K::ImageMetadata, record.get(8..).unwrap_or_default()),
            Layout::Keep(fields) => {
                if mapping.follow(kind, record) {
                    taken.words(K::OffPageContent, record.get(8..).unwrap_or_default());
                    continue;
                }
                if let Some(text) = drawn.follow(kind, record, &mapping) {
                    plus.both.plain(&text);
                }
                let mut record = record.to_vec();
                let mut dirty = fields.zero_rest(&mut record);
                if kind == FONT {
                    dirty |= clear_font_names(&mut record);
                }
                if dirty {
                    taken.count(K::ImageMetadata);
                }
                out.extend_from_slice(&record);
                records = records.saturating_add(1);
            }
        }
    }
    plus.finish()?;
    drawn::check(&drawn, &mapping)?;
    if let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        taken.words(K::PictureOriginal, rest);
    }
    // EMR_EOF without palette (§2.3.4.1).
    out.extend([EOF, 20, 0, 16, 20].into_iter().flat_map(u32::to_le_bytes));
    let length = u32::try_from(out.len()).map_err(|_| damaged("it is too large"))?;
    put_le32(&mut out, 48, length);
    put_le32(&mut out, 52, records.saturating_add(1));
    Ok(out)
}

/// The header with its numbers and without description, palette and pixel format (§2.3.4.2).
fn header(source: &[u8], taken: &mut Taken) -> Option<Vec<u8>> {
    let size = match source.len() {
        108.. => 108,
        100.. => 100,
        _ => 88,
    };
    let described = le32(source, 60).unwrap_or(0) != 0;
    // Where a description stands right behind the first fields, the extensions are not there.
    let description_at = le32(source, 64).unwrap_or(0) as usize;
    let size = if described && description_at >= 88 {
        size.min(if description_at >= 108 {
            108
        } else if description_at >= 100 {
            100
        } else {
            88
        })
    } else {
        size
    };
    let mut out = source.get(..size)?.to_vec();
    if described || source.len() > size {
        taken.words(K::ImageMetadata, source.get(size..).unwrap_or_default());
    }
    put_le32(&mut out, 4, size as u32);
    zero(&mut out, 58, 72);
    zero(&mut out, 88, 100);
    Some(out)
}

/// `LogFont` and what follows it: the face name ends at its zero, and is neutral where it is not widely known; full name, style and
/// script go (§2.2.13, §2.2.16).
fn clear_font_names(record: &mut [u8]) -> bool {
    let name = 40..104;
    let end = name.clone().step_by(2).find(|at| le16(record, *at) == Some(0)).unwrap_or(name.end);
    let mut dirty = zero(record, end, name.end);
    dirty |= make_font_neutral(record, name.start..end, name.end);
    let length = record.len();
    dirty |= zero(record, name.end, length.min(if length >= 332 { 296 } else { length }));
    if length > 332 {
        dirty |= zero(record, 332, length);
    }
    dirty
}

/// Puts the neutral name in place of the one in UTF-16 at `name`, which may grow up to `room`.
fn make_font_neutral(record: &mut [u8], name: std::ops::Range<usize>, room: usize) -> bool {
    let units: Vec<u16> =
        record.get(name.clone()).unwrap_or_default().chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let Some(neutral) = fonts::in_picture(&String::from_utf16_lossy(&units)) else { return false };
    zero(record, name.start, name.end);
    let places = record.get_mut(name.start..room).unwrap_or_default().chunks_exact_mut(2);
    places.zip(neutral.encode_utf16()).for_each(|(place, unit)| place.copy_from_slice(&unit.to_le_bytes()));
    true
}
