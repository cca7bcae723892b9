//! Windows metafiles (MS-WMF 15.0): drawing records; nothing else.
//!
//! Escapes go (they carry comments and equations), as do bytes behind the last record. A whole enhanced metafile in escapes takes the
//! place of the plain records, as it does for readers. Records cannot be dropped when they create objects, because objects are
//! numbered by their order.

use super::bytes::{le16, le32, slice, u8_at};
use super::dib::{self, Dib};
use super::{ImageFault, Taken};
use crate::format::fonts;
use crate::limits::Limits;
use crate::model::FindingKind as K;

mod drawn;

const PLACEABLE: &[u8; 4] = b"\xd7\xcd\xc6\x9a";
const ESCAPE: u16 = 0x0626;
const FONT: u16 = 0x02fb;
const TEXT: u16 = 0x0521;
const EXTENDED_TEXT: u16 = 0x0a32;
const REGION: u16 = 0x06ff;

fn damaged(what: &str) -> ImageFault {
    ImageFault::Damaged { format: "WMF".into(), what: what.into() }
}

/// The clean metafile.
pub(super) fn clean(bytes: &[u8], limits: &Limits, taken: &mut Taken) -> Result<Vec<u8>, ImageFault> {
    let cut_off = || damaged("it is cut off");
    let mut out = Vec::with_capacity(bytes.len());
    let placeable = bytes.starts_with(PLACEABLE);
    if placeable {
        out.extend_from_slice(&placeable_header(bytes).ok_or_else(cut_off)?);
    }
    let start = out.len();
    let head = slice(bytes, start, 18).ok_or_else(cut_off)?;
    if le16(head, 2) != Some(9) {
        return Err(damaged("its header makes no sense"));
    }
    out.extend_from_slice(head);
    let mut drawn = drawn::Drawn::default();
    let (mut at, mut longest, mut records) = (start.saturating_add(18), 3u32, 0u64);
    loop {
        let words = le32(bytes, at).filter(|words| *words >= 3).ok_or_else(cut_off)?;
        let record = slice(bytes, at, (words as usize).saturating_mul(2)).ok_or_else(cut_off)?;
        let function = le16(record, 4).ok_or_else(cut_off)?;
        at = at.saturating_add(record.len());
        records = records.saturating_add(1);
        if records > limits.operators {
            return Err(damaged("it has too many records"));
        }
        if function == 0 {
            break;
        }
        if function == ESCAPE {
            taken.words(K::ImageMetadata, record.get(6..).unwrap_or_default());
            continue;
        }
        let length = length(function, record)
            .ok_or_else(|| ImageFault::Unsupported { format: format!("WMF with record type {function:#06x}") })?
            .next_multiple_of(2)
            .min(record.len());
        drawn.follow(function, record);
        let mut kept = record.get(..length).unwrap_or_default().to_vec();
        let mut dirty = record.get(length..).is_some_and(|rest| rest.iter().any(|byte| *byte != 0));
        if function == FONT {
            dirty |= clear_font_name(&mut kept);
        }
        dirty |= clear_text_rest(function, &mut kept);
        if let Some((bitmap, at)) = bitmap(function, &kept).zip(bitmap_at(function)) {
            let rows = at + bitmap.header..length;
            dirty |= bitmap.blank_unseen(&mut kept, at, rows);
        }
        if dirty {
            taken.count(K::ImageMetadata);
        }
        let words = (kept.len() / 2) as u32;
        super::bytes::put_le32(&mut kept, 0, words);
        longest = longest.max(words);
        out.extend_from_slice(&kept);
    }
    drawn.sheet.check("WMF")?;
    if let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        taken.words(K::PictureOriginal, rest);
    }
    out.extend_from_slice(&[3, 0, 0, 0, 0, 0]);
    let words = u32::try_from(out.len().saturating_sub(start) / 2).map_err(|_| damaged("it is too large"))?;
    super::bytes::put_le32(&mut out, start + 6, words);
    super::bytes::put_le32(&mut out, start + 12, longest);
    super::bytes::zero(&mut out, start + 16, start + 18);
    Ok(out)
}

/// The enhanced metafile that the escapes of a metafile carry in pieces (§2.3.6.1), which readers draw instead of the plain records;
/// `None` when there is none, or not the whole of it.
pub(super) fn enhanced(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    const CARRIES_ENHANCED: u16 = 0x000f;
    let mut at = if bytes.starts_with(PLACEABLE) { 40_usize } else { 18 };
    let (mut out, mut whole) = (Vec::new(), None);
    for _ in 0..limits.operators {
        let words = le32(bytes, at).filter(|words| *words >= 3)?;
        let record = slice(bytes, at, (words as usize).saturating_mul(2))?;
        at = at.saturating_add(record.len());
        let function = le16(record, 4)?;
        if function == 0 {
            break;
        }
        if function == ESCAPE && le16(record, 6) == Some(CARRIES_ENHANCED) && slice(record, 10, 4) == Some(b"WMFC") {
            let size = le32(record, 32)? as usize;
            whole = Some(le32(record, 40)? as usize);
            out.extend_from_slice(slice(record, 44, size)?);
        }
    }
    (whole == Some(out.len())).then_some(out)
}

/// `META_PLACEABLE` (§2.3.2.3) with handle and reserved field at zero and its checksum made again.
fn placeable_header(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = slice(bytes, 0, 22)?.to_vec();
    super::bytes::zero(&mut out, 4, 6);
    super::bytes::zero(&mut out, 16, 20);
    let sum = (0..10).filter_map(|word| le16(&out, word * 2)).fold(0, |sum, word| sum ^ word);
    out.truncate(20);
    out.extend_from_slice(&sum.to_le_bytes());
    Some(out)
}

/// Bytes of a record that its function reads, the head of six included; `None` for functions that are not known and for bitmaps that are
/// not understood (§2.1.1.1, §2.3).
fn length(function: u16, record: &[u8]) -> Option<usize> {
    let number = |at: usize| le16(record, at).map(usize::from);
    let words = |count: usize| Some(6 + 2 * count);
    match function {
        0x001e | 0x0035 => words(0),
        0x0102..=0x0108 | 0x0127 | 0x0139 | 0x0149 | 0x012a..=0x012e | 0x01f0 | 0x0234 => words(1),
        0x0201 | 0x0209..=0x020f | 0x0211 | 0x0213 | 0x0214 | 0x0220 | 0x0228 | 0x0231 => words(2),
        0x0410 | 0x0412 | 0x0415 | 0x0416 | 0x0418 | 0x041b | 0x041f | 0x0419 | 0x0429 | 0x02fc => words(4),
        0x02fa | 0x0548 => words(5),
        0x061c | 0x061d => words(6),
        0x0817 | 0x081a | 0x0830 => words(8),
        // A polygon, lines: points (§2.3.3.14, §2.3.3.15).
        0x0324 | 0x0325 => Some(8 + 4 * number(6)?),
        // Polygons: points of each, then all points (§2.3.3.16).
        0x0538 => {
            let polygons = number(6)?;
            let points = (0..polygons).map(|polygon| number(8 + 2 * polygon)).sum::<Option<usize>>()?;
            Some(8 + 2 * polygons + 4 * points)
        }
        // A text and its place (§2.3.3.20).
        TEXT => Some(8 + number(6)?.next_multiple_of(2) + 4),
        // A place, a text, a box where the options ask for one, distances of characters (§2.3.3.5).
        EXTENDED_TEXT => {
            let (characters, options) = (number(10)?, number(12)?);
            Some(text_at(options) + characters.next_multiple_of(2) + 2 * characters)
        }
        // Start, number and colours of a palette (§2.2.1.3).
        0x00f7 | 0x0037 | 0x0436 => Some(10 + 4 * number(8)?),
        FONT => Some(6 + 18 + 32),
        REGION => region(record),
        // Bitmaps of devices (§2.2.2.1), and patterns of them.
        0x0922 => Some(bitmap16(record, 22)?),
        0x0b23 => Some(bitmap16(record, 26)?),
        0x0142 | 0x0940 | 0x0b41 | 0x0f43 | 0x0d33 => {
            let at = bitmap_at(function)?;
            // A copy inside of the picture has no bitmap, but an empty field before the last four (§2.3.1).
            if matches!(function, 0x0940 | 0x0b41) && record.len() <= at + 2 {
                return Some(at + 2);
            }
            let bitmap = bitmap(function, record)?;
            let rows = at + bitmap.header;
            Some(rows + bitmap.length(record.get(rows..).unwrap_or_default()))
        }
        _ => None,
    }
}

/// Where the bitmap of a record starts.
fn bitmap_at(function: u16) -> Option<usize> {
    match function {
        0x0142 => Some(10),
        0x0940 => Some(22),
        0x0b41 => Some(26),
        0x0f43 => Some(28),
        0x0d33 => Some(24),
        _ => None,
    }
}

fn bitmap(function: u16, record: &[u8]) -> Option<Dib> {
    let usage_at = match function {
        0x0142 => Some(8),
        0x0f43 => Some(10),
        0x0d33 => Some(6),
        _ => None,
    };
    let indices = usage_at.and_then(|at| le16(record, at)) == Some(1);
    dib::read(record.get(bitmap_at(function)?..)?, indices)
}

/// A bitmap of a device: kind, width, height, bytes of a row, planes, bits of a pixel, rows. Without it there is an empty field before the
/// last four.
fn bitmap16(record: &[u8], at: usize) -> Option<usize> {
    if record.len() <= at + 2 {
        return Some(at + 2);
    }
    let number = |field: usize| le16(record, at + field).map(usize::from);
    Some(at + 10 + number(4)?.checked_mul(number(6)?)?)
}

/// A region: a head of 22 bytes and scans of a count, top, bottom, ends and the count again (§2.2.1.5, §2.2.2.21).
fn region(record: &[u8]) -> Option<usize> {
    let mut at = 28_usize;
    for _ in 0..le16(record, 16)? {
        at = at.checked_add(usize::from(le16(record, at)?).checked_mul(2)?)?.checked_add(8)?;
    }
    Some(at)
}

/// Where the characters of an extended text start: behind the box where it is opaque or clips.
fn text_at(options: usize) -> usize {
    if options & 0x0006 == 0 { 14 } else { 22 }
}

/// The face name of a font ends at its zero, and is neutral where it is not widely known (§2.2.1.2).
fn clear_font_name(record: &mut [u8]) -> bool {
    let at = 24;
    let end = record.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0)).map_or(record.len(), |zero| at + zero);
    let length = record.len();
    let dirty = super::bytes::zero(record, end, length);
    let (Some(charset), Some(place)) = (u8_at(record, 19), record.get_mut(at..)) else { return dirty };
    let (name, _) = code_page(charset).decode_without_bom_handling(place.get(..end - at).unwrap_or_default());
    let Some(neutral) = fonts::in_picture(&name) else { return dirty };
    // A record may have less room than a name may need.
    let neutral = if neutral.len() < place.len() { neutral.as_str() } else { neutral.split(' ').next().unwrap_or_default() };
    place.fill(0);
    if neutral.len() <= place.len() {
        place.iter_mut().zip(neutral.bytes()).for_each(|(place, byte)| *place = byte);
    }
    true
}

/// The code page of a character set (§2.1.1.5).
fn code_page(charset: u8) -> &'static encoding_rs::Encoding {
    match charset {
        128 => encoding_rs::SHIFT_JIS,
        129 | 130 => encoding_rs::EUC_KR,
        134 => encoding_rs::GBK,
        136 => encoding_rs::BIG5,
        161 => encoding_rs::WINDOWS_1253,
        162 => encoding_rs::WINDOWS_1254,
        163 => encoding_rs::WINDOWS_1258,
        177 => encoding_rs::WINDOWS_1255,
        178 => encoding_rs::WINDOWS_1256,
        186 => encoding_rs::WINDOWS_1257,
        204 => encoding_rs::WINDOWS_1251,
        222 => encoding_rs::WINDOWS_874,
        238 => encoding_rs::WINDOWS_1250,
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// The byte that pads an odd string to a word.
fn clear_text_rest(function: u16, record: &mut [u8]) -> bool {
    let number = |at: usize| usize::from(le16(record, at).unwrap_or(0));
    let (start, length) = match function {
        TEXT => (8, number(6)),
        EXTENDED_TEXT => (text_at(number(12)), number(10)),
        _ => return false,
    };
    length % 2 == 1 && super::bytes::zero(record, start + length, start + length + 1)
}
