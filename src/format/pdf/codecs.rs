//! The other image codecs: what is not picture goes, the rest stays byte for byte.

/// JPEG 2000 without boxes that hold text (ISO/IEC 15444-1 Annex I): `xml `, `uuid`, `uinf`, `jp2i`, `asoc`, free space and unknown ones.
pub(super) fn jpx(data: &[u8]) -> Vec<u8> {
    const KEPT: &[&[u8]] = &[b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"jpch", b"jplh"];
    if data.starts_with(&[0xff, 0x4f]) {
        return codestream(data);
    }
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((kind, header, body, tail)) = next_box(rest) {
        if KEPT.contains(&kind) {
            if kind == b"jp2c" {
                let body = codestream(body);
                out.extend_from_slice(&((body.len() + 8) as u32).to_be_bytes());
                out.extend_from_slice(b"jp2c");
                out.extend_from_slice(&body);
            } else {
                out.extend_from_slice(header);
                out.extend_from_slice(body);
            }
        }
        rest = tail;
    }
    if out.is_empty() { data.to_vec() } else { out }
}

type Box<'d> = (&'d [u8], &'d [u8], &'d [u8], &'d [u8]);

/// Kind, header, body and what follows.
fn next_box(data: &[u8]) -> Option<Box<'_>> {
    let length = u32::from_be_bytes(data.get(..4)?.try_into().ok()?) as usize;
    let kind = data.get(4..8)?;
    let (header, length) = match length {
        0 => (8, data.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(data.get(8..16)?.try_into().ok()?)).ok()?),
        length => (8, length),
    };
    let length = length.clamp(header, data.len());
    Some((kind, data.get(..header)?, data.get(header..length)?, data.get(length..)?))
}

/// A JPEG 2000 codestream without comment segments in its main header, and nothing after its end.
fn codestream(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    out.extend_from_slice(data.get(..2).unwrap_or_default());
    let mut at = 2;
    while let Some([0xff, marker]) = data.get(at..at + 2) {
        if *marker == 0x90 {
            break;
        }
        let Some(length) = data.get(at + 2..at + 4).map(|two| usize::from(u16::from_be_bytes([two[0], two[1]]))) else { break };
        let Some(segment) = data.get(at..at + 2 + length) else { break };
        if *marker != 0x64 {
            out.extend_from_slice(segment);
        }
        at += 2 + length;
    }
    let rest = data.get(at..).unwrap_or_default();
    // The end marker cannot occur inside packet data (Annex A.1.5).
    let end = memchr::memmem::find(rest, b"\xff\xd9").map_or(rest.len(), |end| end + 2);
    out.extend_from_slice(rest.get(..end).unwrap_or(rest));
    out
}

/// JBIG2 segments without extension segments, which hold comments (ISO/IEC 14492 §7.4.15), and nothing after the last segment.
///
/// Data that does not read as segments to its end is copied up to the last one that did.
pub(super) fn jbig2(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some((kind, end)) = jbig2_segment(data, at) {
        if kind != 62 {
            out.extend_from_slice(data.get(at..end).unwrap_or_default());
        }
        at = end;
    }
    if out.is_empty() { data.to_vec() } else { out }
}

/// Type and end of the segment at an offset (§7.2).
fn jbig2_segment(data: &[u8], at: usize) -> Option<(u8, usize)> {
    let number = u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?);
    let flags = *data.get(at + 4)?;
    let count = *data.get(at + 5)?;
    let (references, mut cursor) = if count >> 5 == 7 {
        let long = u32::from_be_bytes(data.get(at + 5..at + 9)?.try_into().ok()?) as usize & 0x1fff_ffff;
        (long, at + 9 + (long + 8) / 8)
    } else {
        (usize::from(count >> 5), at + 6)
    };
    let size = if number <= 256 {
        1
    } else if number <= 65_536 {
        2
    } else {
        4
    };
    cursor = cursor.checked_add(references.checked_mul(size)?)?;
    cursor += if flags & 0x40 != 0 { 4 } else { 1 };
    let length = u32::from_be_bytes(data.get(cursor..cursor + 4)?.try_into().ok()?);
    cursor += 4;
    // An unknown length (an immediate generic region) runs to the end.
    let end = if length == u32::MAX { data.len() } else { cursor.checked_add(length as usize)?.min(data.len()) };
    Some((flags & 0x3f, end))
}

/// CCITT Group 4 data up to its end-of-facsimile-block code, which cannot occur before the end (ITU-T T.6 §2.2.5).
pub(super) fn fax(data: &[u8]) -> Vec<u8> {
    const END: u32 = 0x00_10_01;
    let mut window = u32::MAX;
    for (index, byte) in data.iter().enumerate() {
        for bit in (0..8).rev() {
            window = (window << 1 | u32::from(byte >> bit & 1)) & 0x00ff_ffff;
            if window == END && (index + 1) * 8 - bit >= 24 {
                return data.get(..=index).unwrap_or(data).to_vec();
            }
        }
    }
    data.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jpeg_2000_boxes_with_words_go() {
        let boxed = |kind: &[u8], body: &[u8]| [&((body.len() + 8) as u32).to_be_bytes()[..], kind, body].concat();
        let stream = b"\xff\x4f\xff\x51\0\x04ab\xff\x64\0\x07\0\x01CAN\xff\x90rest\xff\xd9CANARY";
        let data = [boxed(b"ftyp", b"jp2 "), boxed(b"xml ", b"CANARYXML"), boxed(b"uuid", b"CANARYUUID"), boxed(b"jp2c", stream)].concat();
        let copy = jpx(&data);
        assert!(memchr::memmem::find(&copy, b"CAN").is_none());
        assert!(memchr::memmem::find(&copy, b"\xff\x4f\xff\x51\0\x04ab\xff\x90rest\xff\xd9").is_some());
        assert_eq!(jpx(&copy), copy);
    }

    #[test]
    fn jbig2_comments_and_what_follows_the_last_segment_go() {
        let segment = |kind: u8, body: &[u8]| [&[0, 0, 0, 0, kind, 0, 1][..], &(body.len() as u32).to_be_bytes(), body].concat();
        let data = [segment(48, b"page"), segment(62, b"CANARY"), segment(49, b""), b"CANARY".to_vec()].concat();
        assert_eq!(jbig2(&data), [segment(48, b"page"), segment(49, b"")].concat());
    }

    #[test]
    fn fax_data_ends_with_its_end_code() {
        let data = [&[0x26, 0xa0, 0x00, 0x10, 0x01][..], b"CANARY"].concat();
        assert_eq!(fax(&data), [0x26, 0xa0, 0x00, 0x10, 0x01]);
        assert_eq!(fax(b"no end"), b"no end");
    }
}
