//! The other image codecs: what draws the picture is kept, by the fields that the format accounts for; the rest goes. Data that does
//! not read as its format is `None`: it may hold anything.

use fax::decoder::{DecodeStatus, Group4Decoder};

use super::icc;

/// Longest marker segment of a JPEG 2000 header that is no list of packet headers, in bytes.
const SEGMENT_MAX: usize = 1024;

/// JPEG 2000 with the boxes that draw (ISO/IEC 15444-1 Annex I), or a bare codestream.
pub(super) fn jpx(data: &[u8]) -> Option<Vec<u8>> {
    if data.starts_with(&[0xff, 0x4f]) {
        return codestream(data);
    }
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    let mut has_picture = false;
    while let Some((kind, body, tail)) = next_box(rest) {
        match kind {
            b"jP  " => put_box(&mut out, kind, b"\r\n\x87\n"),
            b"ftyp" => put_box(&mut out, kind, b"jp2 \0\0\0\0jp2 "),
            b"jp2h" | b"jpch" | b"jplh" => put_box(&mut out, kind, &header_boxes(body, 0)?),
            b"jp2c" if !has_picture => {
                put_box(&mut out, kind, &codestream(body)?);
                has_picture = true;
            }
            _ => {}
        }
        rest = tail;
    }
    has_picture.then_some(out)
}

/// Two numbers of four bytes each that follow each other.
fn two(data: &[u8], at: usize) -> Option<[usize; 2]> {
    let word = |at: usize| -> Option<usize> { Some(u32::from_be_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize) };
    Some([word(at)?, word(at + 4)?])
}

/// What a picture is by its own header: width, height, and the components of a sample.
pub(super) type Shape = ([usize; 2], usize);

/// The shape of a JPEG, by the header of its frame (ITU-T T.81 §B.2.2).
pub(super) fn jpeg_shape(data: &[u8]) -> Option<Shape> {
    let short = |at: usize| -> Option<usize> { Some(usize::from(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?))) };
    let mut at = 2;
    loop {
        let [0xff, marker] = data.get(at..at + 2)? else { return None };
        match marker {
            0xff => at += 1,
            0xc4 | 0xc8 | 0xcc => at += 2 + short(at + 2)?,
            0xc0..=0xcf => return Some(([short(at + 7)?, short(at + 5)?], usize::from(*data.get(at + 9)?))),
            _ => at += 2 + short(at + 2)?,
        }
    }
}

/// The shape of a JPEG 2000 picture, by the header of its codestream (ISO/IEC 15444-1 §A.5.1).
pub(super) fn jpx_shape(data: &[u8]) -> Option<Shape> {
    let start = memchr::memmem::find(data, b"\xff\x4f\xff\x51")?;
    let ([right, bottom], [left, top]) = (two(data, start + 8)?, two(data, start + 16)?);
    let [high, low] = data.get(start + 40..start + 42)? else { return None };
    Some(([right.checked_sub(left)?, bottom.checked_sub(top)?], usize::from(u16::from_be_bytes([*high, *low]))))
}

/// Whether the samples of a JPEG 2000 picture are looked up in a palette of its own (§I.5.3.4).
pub(super) fn jpx_has_palette(data: &[u8]) -> bool {
    let header = data.get(..memchr::memmem::find(data, b"\xff\x4f\xff\x51").unwrap_or(0)).unwrap_or_default();
    memchr::memmem::find(header, b"pclr").is_some()
}

/// Width and height of a JBIG2 page, where it says them (ISO/IEC 14492 §7.4.8).
pub(super) fn jbig2_size(data: &[u8]) -> Option<[usize; 2]> {
    let mut at = 0;
    while let Some((kind, body, end)) = jbig2_segment(data, at) {
        if kind == 48 {
            return two(data, body).filter(|[_, height]| *height != u32::MAX as usize);
        }
        at = end;
    }
    None
}

/// The boxes of a header that say how samples become colours, each as long as its fields.
fn header_boxes(data: &[u8], depth: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = data;
    while let Some((kind, body, tail)) = next_box(rest) {
        rest = tail;
        let short = |at: usize| -> Option<usize> { Some(usize::from(u16::from_be_bytes(body.get(at..at + 2)?.try_into().ok()?))) };
        let length = match kind {
            b"ihdr" => 14,
            b"bpcc" | b"cmap" if body.len() <= SEGMENT_MAX => body.len(),
            b"cdef" => 2 + 6 * short(0)?,
            b"pclr" => {
                let columns = usize::from(*body.get(2)?);
                let depths = body.get(3..3 + columns)?;
                let row: usize = depths.iter().map(|depth| (usize::from(depth & 0x7f) + 8) / 8).sum();
                3 + columns + row * short(0)?
            }
            b"colr" => {
                match body {
                    // CIELab has parameters.
                    [1, _, _, 0, 0, 0, 14, ..] => put_box(&mut out, kind, body.get(..35).or_else(|| body.get(..7))?),
                    [1, ..] => put_box(&mut out, kind, body.get(..7)?),
                    [2 | 3, _, _, profile @ ..] => put_box(&mut out, kind, &[body.get(..3)?, &icc::strip(profile)?].concat()),
                    _ => return None,
                }
                continue;
            }
            b"cgrp" if depth == 0 => {
                put_box(&mut out, kind, &header_boxes(body, depth + 1)?);
                continue;
            }
            _ => continue,
        };
        put_box(&mut out, kind, body.get(..length)?);
    }
    Some(out)
}

fn put_box(out: &mut Vec<u8>, kind: &[u8], body: &[u8]) {
    out.extend_from_slice(&((body.len() + 8) as u32).to_be_bytes());
    out.extend_from_slice(kind);
    out.extend_from_slice(body);
}

/// Kind, body and what follows.
fn next_box(data: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let length = u32::from_be_bytes(data.get(..4)?.try_into().ok()?) as usize;
    let kind = data.get(4..8)?;
    let (header, length) = match length {
        0 => (8, data.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(data.get(8..16)?.try_into().ok()?)).ok()?),
        length => (8, length),
    };
    let length = length.clamp(header, data.len().max(header));
    Some((kind, data.get(header..length)?, data.get(length..)?))
}

/// Marker segments from an offset on, up to one of the markers that end a header; gives its offset.
///
/// Comments go, and so do lists of lengths, which readers can do without.
fn segments(data: &[u8], mut at: usize, ends: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    /// Sizes, coding and quantization, regions, order of progression, capabilities.
    const KEPT: &[u8] = &[0x50, 0x51, 0x52, 0x53, 0x5c, 0x5d, 0x5e, 0x5f];
    const PACKED_HEADERS: &[u8] = &[0x60, 0x61];
    const DROPPED: &[u8] = &[0x55, 0x57, 0x58, 0x63, 0x64];
    loop {
        let Some([0xff, marker]) = data.get(at..at + 2) else { return None };
        if ends.contains(marker) {
            return Some(at);
        }
        let length = usize::from(u16::from_be_bytes(data.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = data.get(at..at + 2 + length)?;
        if PACKED_HEADERS.contains(marker) || KEPT.contains(marker) && (length <= SEGMENT_MAX || *marker == 0x51) {
            out.extend_from_slice(segment);
        } else if !DROPPED.contains(marker) {
            return None;
        }
        at += 2 + length;
    }
}

/// A JPEG 2000 codestream: its headers without comments, the data of its tiles, and nothing after its end (ISO/IEC 15444-1 Annex A).
fn codestream(data: &[u8]) -> Option<Vec<u8>> {
    const TILE: u8 = 0x90;
    const DATA: u8 = 0x93;
    const END: &[u8] = &[0xff, 0xd9];
    let mut out = Vec::with_capacity(data.len());
    out.extend_from_slice(data.get(..2)?);
    let mut at = segments(data, 2, &[TILE], &mut out)?;
    while let Some([0xff, TILE]) = data.get(at..at + 2) {
        let head = data.get(at..at + 12)?;
        let length = u32::from_be_bytes(head.get(6..10)?.try_into().ok()?) as usize;
        let start = out.len();
        out.extend_from_slice(head);
        let Some(body) = segments(data, at + 12, &[DATA], &mut out) else {
            // Cut inside the head of a tile: viewers show the tiles before it.
            out.truncate(start);
            break;
        };
        let end = match length {
            // The last one runs to the end marker, which packet data cannot hold (Annex A.1.5).
            0 => memchr::memmem::find(data.get(body..)?, END).map_or(data.len(), |end| body + end),
            _ => at.checked_add(length)?.min(data.len()).max(body),
        };
        out.extend_from_slice(data.get(body..end)?);
        if length > 0 {
            let dropped = (body - at) - (out.len() - start - (end - body));
            let length = u32::try_from(length.checked_sub(dropped)?).ok()?;
            out.get_mut(start + 6..start + 10)?.copy_from_slice(&length.to_be_bytes());
        }
        at = end;
    }
    if data.get(at..at + 2) == Some(END) {
        out.extend_from_slice(END);
    }
    Some(out)
}

/// JBIG2 segments that draw, up to the end of their page (ISO/IEC 14492 §7.3, §7.4). Comments, profiles and what follows go.
pub(super) fn jbig2(data: &[u8]) -> Option<Vec<u8>> {
    const PAGE_END: u8 = 49;
    const FILE_END: u8 = 51;
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some((kind, body, end)) = jbig2_segment(data, at) {
        match kind {
            0 | 4 | 6 | 7 | 16 | 20 | 22 | 23 | 36 | 38..=40 | 42 | 43 | 53 => out.extend_from_slice(data.get(at..end)?),
            // Fields of a known length.
            48 if end - body <= 19 => out.extend_from_slice(data.get(at..end)?),
            50 if end - body <= 4 => out.extend_from_slice(data.get(at..end)?),
            PAGE_END if end == body => {
                out.extend_from_slice(data.get(at..end)?);
                return Some(out);
            }
            FILE_END => return Some(out),
            52 | 62 => {}
            _ => return None,
        }
        at = end;
    }
    (data.is_empty() || !out.is_empty()).then_some(out)
}

/// Type of the segment at an offset, and where its data begins and ends (§7.2).
fn jbig2_segment(data: &[u8], at: usize) -> Option<(u8, usize, usize)> {
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
    let end = if length == u32::MAX { unknown_end(data, cursor)? } else { cursor.checked_add(length as usize)?.min(data.len()) };
    Some((flags & 0x3f, cursor, end))
}

/// Where an immediate generic region of unknown length ends: a mark by its coding, then the number of its rows (§7.2.7).
fn unknown_end(data: &[u8], body: usize) -> Option<usize> {
    const REGION_BYTES: usize = 18;
    let is_mmr = data.get(body + REGION_BYTES - 1)? & 1 == 1;
    let mark: &[u8] = if is_mmr { &[0, 0] } else { &[0xff, 0xac] };
    let rest = data.get(body + REGION_BYTES..)?;
    Some(memchr::memmem::find(rest, mark).map_or(data.len(), |found| (body + REGION_BYTES + found + 6).min(data.len())))
}

/// How CCITT data is coded (§7.4.6).
#[derive(Debug, Clone, Copy)]
pub(super) struct Fax {
    /// `/K`: Group 4 below 0, Group 3 else.
    pub(super) k: i64,
    pub(super) columns: usize,
    pub(super) rows: Option<usize>,
    /// Whether rows begin with a byte.
    pub(super) aligned: bool,
    /// Whether an end code may end the data.
    pub(super) ends: bool,
}

/// CCITT data up to its end: the end code, else the last row.
pub(super) fn fax(data: &[u8], how: Fax) -> Option<Vec<u8>> {
    let end = match how {
        Fax { k: ..0, ends: true, .. } => end_code(data, 24, 0x00_10_01),
        // Six ends of lines, two of which come together nowhere else.
        Fax { k: 0, ends: true, .. } => end_code(data, 24, 0x00_10_01).map(|end| end + ends_of_lines(data, end)),
        Fax { ends: true, .. } => end_code(data, 26, 0x00_60_03).map(|end| end + ends_of_lines(data, end)),
        Fax { .. } => None,
    };
    match (end, how) {
        // Behind its last row viewers do not look.
        (Some(end), Fax { k: ..0, aligned: false, rows: Some(_), .. })
            if group4_end(data, how).is_some_and(|last| last + END_BYTES < end) =>
        {
            None
        }
        (Some(end), _) => data.get(..end).map(<[u8]>::to_vec),
        (None, Fax { k: ..0, aligned: false, .. }) => group4_end(data, how).and_then(|end| data.get(..end)).map(<[u8]>::to_vec),
        (None, _) => None,
    }
}

/// Bytes of an end code, and those that a decoder is behind.
const END_BYTES: usize = 5;

/// Where a code of some bits ends that cannot occur before the end of the data (ITU-T T.4 §4.1.4, T.6 §2.2.5), in bytes.
fn end_code(data: &[u8], bits: usize, code: u64) -> Option<usize> {
    let mask = (1u64 << bits) - 1;
    let mut window = u64::MAX;
    for (index, byte) in data.iter().enumerate() {
        for bit in (0..8).rev() {
            window = (window << 1 | u64::from(byte >> bit & 1)) & mask;
            if window == code && (index + 1) * 8 - bit >= bits {
                return Some(index + 1);
            }
        }
    }
    None
}

/// Bytes that hold no more than the rest of six ends of lines.
fn ends_of_lines(data: &[u8], at: usize) -> usize {
    const BYTES_MAX: usize = 7;
    let rest = data.get(at..).unwrap_or_default().iter();
    rest.take(BYTES_MAX).take_while(|byte| byte.count_ones() <= 2).count()
}

/// Where the last row of Group 4 data ends, in bytes; nothing when there are more rows than the picture has, or fewer.
fn group4_end(data: &[u8], how: Fax) -> Option<usize> {
    /// Bytes that the decoder reads ahead.
    const AHEAD: usize = 4;
    let rows = how.rows?;
    let taken = std::cell::Cell::new(0usize);
    let bytes = data.iter().inspect(|_| taken.set(taken.get() + 1)).map(|byte| Ok::<u8, std::convert::Infallible>(*byte));
    let Ok(mut decoder) = Group4Decoder::new(bytes, u16::try_from(how.columns).ok()?);
    for _ in 0..rows {
        match decoder.advance() {
            Ok(DecodeStatus::Incomplete) => {}
            Ok(DecodeStatus::End) => break,
            // Data that ends early shows what it has.
            Err(_) if taken.get() + AHEAD >= data.len() => return Some(data.len()),
            Err(_) => return None,
        }
    }
    Some(taken.get())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(data in proptest::collection::vec(any::<u8>(), 0..600), columns in 1usize..70_000, rows in 0usize..90) {
            for (k, aligned, ends) in [(-1, false, true), (-1, false, false), (-1, true, false), (0, false, true), (4, false, true)] {
                let how = Fax { k, columns, rows: Some(rows), aligned, ends };
                let copy = fax(&data, how);
                prop_assert!(copy.is_none_or(|copy| data.starts_with(&copy)));
            }
            for start in [&b""[..], b"\xff\x4f\xff\x90\0\x0a\0\0", b"\0\0\0\x20jp2h\0\0\0\x18pclr", b"\0\0\0\0\x26\0\x01"] {
                let odd = [start, &data].concat();
                prop_assert!(jpx(&odd).is_none_or(|copy| copy.len() <= odd.len() + 40));
                prop_assert!(jbig2(&odd).is_none_or(|copy| copy.len() <= odd.len()));
            }
            let profile = [&[0; 36][..], b"acsp", &[0; 88], &data].concat();
            prop_assert!(icc::strip(&profile).is_none_or(|copy| copy.len() <= 6 * profile.len() + 400));
        }
    }

    fn holds(data: &[u8], what: &[u8]) -> bool {
        memchr::memmem::find(data, what).is_some()
    }

    #[test]
    fn jpeg_2000_keeps_what_draws_and_counts_its_tiles_anew() {
        let boxed = |kind: &[u8], body: &[u8]| [&((body.len() + 8) as u32).to_be_bytes()[..], kind, body].concat();
        let comment = b"\xff\x64\0\x09\0\x01CANAR";
        let tile =
            |length: u32, inner: &[u8]| [b"\xff\x90\0\x0a\0\0".as_slice(), &length.to_be_bytes(), &[0, 1], inner, b"\xff\x93data"].concat();
        let start = b"\xff\x4f\xff\x51\0\x04ab";
        let noted = [&start[..], comment, &tile(29, comment), b"\xff\xd9CANARY"].concat();
        let plain = [&start[..], &tile(18, b""), b"\xff\xd9"].concat();
        assert_eq!(codestream(&noted).expect("a codestream"), plain);
        let header = [boxed(b"ihdr", &[7; 20]), boxed(b"xml ", b"CANARY"), boxed(b"colr", b"\x01\0\0\0\0\0\x10CANARY")].concat();
        let data = [
            boxed(b"jP  ", b"\r\n\x87\nCANARY"),
            boxed(b"ftyp", b"CANARY"),
            boxed(b"xml ", b"CANARY"),
            boxed(b"jp2h", &header),
            boxed(b"jp2c", &noted),
        ]
        .concat();
        let copy = jpx(&data).expect("a picture");
        assert!(!holds(&copy, b"CANAR") && holds(&copy, &plain) && holds(&copy, &[7; 14]) && !holds(&copy, &[7; 15]));
        assert_eq!(jpx(&copy), Some(copy));
        let unknown = [&start[..], b"\xff\x30\0\x08CANARY", &tile(18, b"")].concat();
        for odd in [&b"CANARY"[..], &boxed(b"jp2h", &header), &unknown, b"\xff\x4fCANARY"] {
            assert_eq!(jpx(odd), None);
        }
    }

    #[test]
    fn jbig2_ends_with_its_page_and_knows_its_segments() {
        let segment = |kind: u8, body: &[u8]| [&[0, 0, 0, 0, kind, 0, 1][..], &(body.len() as u32).to_be_bytes(), body].concat();
        let page = [segment(48, &[0; 19]), segment(38, b"region"), segment(49, b"")].concat();
        let data = [segment(48, &[0; 19]), segment(62, b"CANARY"), segment(38, b"region"), segment(49, b""), segment(38, b"CANARY")];
        assert_eq!(jbig2(&data.concat()), Some(page.clone()));
        assert_eq!(jbig2(&[page.as_slice(), b"CANARY"].concat()), Some(page));
        for odd in [segment(63, b"CANARY"), segment(48, &[0; 40]), segment(49, b"CANARY"), b"CANARY".to_vec()] {
            assert_eq!(jbig2(&odd), None);
        }
        let endless = [&[0, 0, 0, 0, 38, 0, 1, 255, 255, 255, 255][..], &[0; 18], b"rows\xff\xac\0\0\0\x01"].concat();
        assert_eq!(jbig2(&[&endless[..], b"CANARY"].concat()), Some(endless));
    }

    #[test]
    fn pictures_say_how_large_they_are_and_of_what_samples() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc4\0\x03x\xff\xc2\0\x0b\x08\0\x30\0\x40\x01";
        assert_eq!(jpeg_shape(jpeg), Some(([64, 48], 1)));
        assert_eq!(jpeg_shape(b"\xff\xd8\xff"), None);
        let siz: Vec<u8> = [70u32, 50, 6, 2, 64, 48, 0, 0].iter().flat_map(|value| value.to_be_bytes()).collect();
        let jpx = [b"pclrbox\xff\x4f\xff\x51\0\x2f\0\0", &siz[..], &[0, 3]].concat();
        assert_eq!((jpx_shape(&jpx), jpx_has_palette(&jpx), jpx_has_palette(&jpx[4..])), (Some(([64, 48], 3)), true, false));
        let page = |height: u32| [&[0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19][..], &64u32.to_be_bytes(), &height.to_be_bytes(), &[0; 11]].concat();
        assert_eq!([jbig2_size(&page(48)), jbig2_size(&page(u32::MAX))], [Some([64, 48]), None]);
    }

    #[test]
    fn fax_data_ends_with_its_end_code_or_its_last_row() {
        let how = Fax { k: -1, columns: 8, rows: Some(4), aligned: false, ends: true };
        let data = [&[0x26, 0xa0, 0x00, 0x10, 0x01][..], b"CANARY"].concat();
        assert_eq!(fax(&data, how), Some(vec![0x26, 0xa0, 0x00, 0x10, 0x01]));
        // Four white rows are four times the code for no change, a bit each.
        let rows = [&[0xf8, 0, 0, 0, 0][..], b"a long CANARY"].concat();
        let copy = fax(&rows, Fax { ends: false, ..how }).expect("rows");
        assert!(copy.starts_with(&[0xf8]) && !holds(&copy, b"CANARY"));
        assert_eq!(fax(b"CANARY without rows", Fax { ends: false, rows: None, ..how }), None);
        assert_eq!(fax(b"CANARY", Fax { k: 0, ..how }), None);
    }
}
