//! Windows metafiles (MS-WMF 15.0): drawing records; nothing else.
//!
//! Escapes go (they carry comments and equations), as do bytes behind the last record. A whole enhanced metafile in escapes takes the
//! place of the plain records, as it does for readers. Records cannot be dropped when they create objects, because objects are
//! numbered by their order.

use super::bytes::{le16, le32, slice, u8_at};
use super::{ImageFault, Taken};
use crate::format::fonts;
use crate::limits::Limits;
use crate::model::FindingKind as K;

const PLACEABLE: &[u8; 4] = b"\xd7\xcd\xc6\x9a";
const ESCAPE: u16 = 0x0626;
const FONT: u16 = 0x02fb;

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
        let mut kept = match parameters(function)
            .ok_or_else(|| ImageFault::Unsupported { format: format!("WMF with record type {function:#06x}") })?
        {
            Parameters::Fixed(fixed) => record.get(..record.len().min(6 + 2 * fixed)).unwrap_or_default().to_vec(),
            Parameters::Varying => record.to_vec(),
        };
        let mut dirty = kept.len() < record.len() && record.get(kept.len()..).is_some_and(|rest| rest.iter().any(|byte| *byte != 0));
        if function == FONT {
            dirty |= clear_font_name(&mut kept);
        }
        dirty |= clear_text_rest(function, &mut kept);
        if dirty {
            taken.count(K::ImageMetadata);
        }
        let words = (kept.len() / 2) as u32;
        super::bytes::put_le32(&mut kept, 0, words);
        longest = longest.max(words);
        out.extend_from_slice(&kept);
    }
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

/// Parameters of a record.
enum Parameters {
    /// So many words.
    Fixed(usize),
    /// As many as the record has.
    Varying,
}

/// The parameters of a drawing function; `None` for unknown ones (§2.1.1.1).
fn parameters(function: u16) -> Option<Parameters> {
    Some(match function {
        0x0324 | 0x0325 | 0x0538 | 0x0521 | 0x0a32 // Polygons and text.
        | 0x0940 | 0x0b41 | 0x0f43 | 0x0922 | 0x0b23 | 0x0d33 | 0x0142 | 0x01f9 // Bitmaps.
        | 0x00f7 | 0x0037 | 0x0436 | FONT | 0x06ff => Parameters::Varying, // Palettes, fonts, regions.
        0x001e | 0x0035 => Parameters::Fixed(0),
        0x0102..=0x0108 | 0x0127 | 0x0139 | 0x0149 | 0x012a..=0x012e | 0x01f0 | 0x0234 => Parameters::Fixed(1),
        0x0201 | 0x0209..=0x020f | 0x0211 | 0x0213 | 0x0214 | 0x0220 | 0x0228 | 0x0231 => Parameters::Fixed(2),
        0x0410 | 0x0412 | 0x0415 | 0x0416 | 0x0418 | 0x041b | 0x041f | 0x0419 | 0x0429 | 0x02fc => Parameters::Fixed(4),
        0x02fa | 0x0548 => Parameters::Fixed(5),
        0x061c | 0x061d => Parameters::Fixed(6),
        0x0817 | 0x081a | 0x0830 => Parameters::Fixed(8),
        _ => return None,
    })
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

/// Bytes behind the string of `META_TEXTOUT` (§2.3.3.20): the odd one that pads it to a word.
fn clear_text_rest(function: u16, record: &mut [u8]) -> bool {
    if function != 0x0521 {
        return false;
    }
    let length = usize::from(le16(record, 6).unwrap_or(0));
    length % 2 == 1 && u8_at(record, 8 + length).is_some() && super::bytes::zero(record, 8 + length, 9 + length)
}
