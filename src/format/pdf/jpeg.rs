//! JPEG streams without metadata (ISO/IEC 10918-1 Annex B).

/// Copies a JPEG stream without comments, application segments and bytes after its end.
///
/// Kept: a bare JFIF header, and the Adobe segment, which says how colours are coded. A stream that is not understood to its
/// end is cut where understanding ends, so that nothing travels along unseen.
pub(super) fn strip(data: &[u8]) -> Vec<u8> {
    let Some(start) = memchr::memmem::find(data, b"\xff\xd8") else { return Vec::new() };
    let mut out = vec![0xff, 0xd8];
    let mut at = start + 2;
    while let Some((marker, body)) = segment(data, &mut at) {
        match marker {
            0xd9 => {
                out.extend_from_slice(&[0xff, 0xd9]);
                return out;
            }
            0xe0 if body.starts_with(b"JFIF\0") && body.len() >= 14 => {
                // Without the thumbnail that may follow.
                out.extend_from_slice(&[0xff, 0xe0, 0, 16]);
                out.extend_from_slice(body.get(..12).unwrap_or_default());
                out.extend_from_slice(&[0, 0]);
            }
            0xee if body.starts_with(b"Adobe") && body.len() >= 12 => {
                out.extend_from_slice(&[0xff, 0xee, 0, 14]);
                out.extend_from_slice(body.get(..12).unwrap_or_default());
            }
            0xd0..=0xd7 | 0x01 => out.extend_from_slice(&[0xff, marker]),
            0xda => {
                push(&mut out, marker, body);
                let scan = scan_length(data.get(at..).unwrap_or_default());
                out.extend_from_slice(data.get(at..at + scan).unwrap_or_default());
                at += scan;
            }
            0xc0..=0xcf | 0xdb..=0xdf => push(&mut out, marker, body),
            // Comments, application segments and reserved markers carry nothing that a decoder uses.
            _ => {}
        }
    }
    out.extend_from_slice(&[0xff, 0xd9]);
    out
}

fn push(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&((body.len() + 2) as u16).to_be_bytes());
    out.extend_from_slice(body);
}

/// The next marker with its segment; moves past it.
fn segment<'d>(data: &'d [u8], at: &mut usize) -> Option<(u8, &'d [u8])> {
    // Bytes between segments are skipped, as decoders do.
    while *data.get(*at)? != 0xff || matches!(data.get(*at + 1), Some(0 | 0xff)) {
        *at += 1;
    }
    let marker = *data.get(*at + 1)?;
    *at += 2;
    if matches!(marker, 0x01 | 0xd0..=0xd9) {
        return Some((marker, &[]));
    }
    let length = usize::from(u16::from_be_bytes([*data.get(*at)?, *data.get(*at + 1)?]));
    let body = data.get(*at + 2..*at + length.max(2)).or_else(|| data.get(*at + 2..))?;
    *at += 2 + body.len();
    Some((marker, body))
}

/// Length of entropy-coded data up to the next marker that is no restart.
fn scan_length(data: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = data.get(at..).and_then(|rest| memchr::memchr(0xff, rest)) {
        at += found;
        match data.get(at + 1) {
            Some(0 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => return at,
            None => return data.len(),
        }
    }
    data.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(marker: u8, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        push(&mut out, marker, body);
        out
    }

    #[test]
    fn only_what_draws_stays() {
        let mut data = b"\xff\xd8".to_vec();
        data.extend(framed(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01CANARYTHUMB"));
        data.extend(framed(0xe1, b"Exif\0\0CANARYEXIF"));
        data.extend(framed(0xfe, b"CANARYCOMMENT"));
        data.extend(framed(0xee, b"Adobe\0\x64\0\0\0\0\x01CANARYADOBE"));
        data.extend(framed(0xdb, &[1; 65]));
        data.extend(framed(0xda, b"\x01\x01\0\0\x3f\0"));
        data.extend_from_slice(b"scan\xff\x00data\xff\xd0more");
        data.extend_from_slice(b"\xff\xd9CANARYTAIL");
        let copy = strip(&data);
        assert!(memchr::memmem::find(&copy, b"CANARY").is_none());
        assert!(memchr::memmem::find(&copy, b"scan\xff\x00data\xff\xd0more\xff\xd9").is_some());
        assert!(memchr::memmem::find(&copy, b"Adobe").is_some());
        assert_eq!(strip(&copy), copy);
    }
}
