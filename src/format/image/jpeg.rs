//! JPEG (ITU-T T.81, JFIF in T.871): tables, frame, scans and the two application segments that readers need for colour.
//!
//! EXIF, XMP, IPTC, ICC profiles, previews, comments, further pictures (MPF) and everything between and behind the
//! segments goes. ICC goes because its description is free text and word processors draw without it.

use super::bytes::{be16, slice, u8_at};
use super::{ImageFault, Taken, check_pixels, raster};
use crate::limits::Limits;
use crate::model::FindingKind as K;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;
const DNL: u8 = 0xdc;
const DRI: u8 = 0xdd;
const DHT: u8 = 0xc4;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP14: u8 = 0xee;
const COM: u8 = 0xfe;

fn damaged(what: &str) -> ImageFault {
    ImageFault::Damaged { format: "JPEG".into(), what: what.into() }
}

/// One marker segment or scan of the file.
enum Piece<'a> {
    /// Marker and the bytes after its length field.
    Segment(u8, &'a [u8]),
    /// Entropy-coded data with its restart markers.
    Scan(&'a [u8]),
    /// Bytes that belong to nothing.
    Gap(&'a [u8]),
    /// The end, and what follows it.
    End(&'a [u8]),
}

/// Walks the marker segments (T.81 Annex B.1).
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    in_scan: bool,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        bytes.starts_with(&[0xff, SOI]).then_some(Self { bytes, at: 2, in_scan: false })
    }

    fn piece(&mut self) -> Result<Piece<'a>, ImageFault> {
        if self.in_scan {
            self.in_scan = false;
            return Ok(Piece::Scan(self.until_marker(true)));
        }
        let gap = self.until_marker(false);
        if !gap.is_empty() {
            return Ok(Piece::Gap(gap));
        }
        // Any number of 0xff may stand before a marker (B.1.1.2).
        while u8_at(self.bytes, self.at.saturating_add(1)) == Some(0xff) {
            self.at = self.at.saturating_add(1);
        }
        let marker = u8_at(self.bytes, self.at.saturating_add(1)).ok_or_else(|| damaged("it is cut off"))?;
        self.at = self.at.saturating_add(2);
        match marker {
            EOI => Ok(Piece::End(self.bytes.get(self.at..).unwrap_or_default())),
            0x01 | 0xd0..=0xd7 => Ok(Piece::Gap(&[])),
            SOI => Err(damaged("a picture inside the picture")),
            _ => {
                let length = be16(self.bytes, self.at).filter(|length| *length >= 2).ok_or_else(|| damaged("a segment has no length"))?;
                let body = slice(self.bytes, self.at.saturating_add(2), usize::from(length) - 2).ok_or_else(|| damaged("it is cut off"))?;
                self.at = self.at.saturating_add(usize::from(length));
                self.in_scan = marker == SOS;
                Ok(Piece::Segment(marker, body))
            }
        }
    }

    /// The bytes up to the next marker. In a scan stuffed zeros and restart markers are data.
    fn until_marker(&mut self, scan: bool) -> &'a [u8] {
        let start = self.at;
        while let Some(found) = memchr::memchr(0xff, self.bytes.get(self.at..).unwrap_or_default()) {
            self.at = self.at.saturating_add(found);
            let inside = match u8_at(self.bytes, self.at.saturating_add(1)) {
                Some(0) | None => true,
                Some(0xd0..=0xd7) => scan,
                Some(_) => false,
            };
            if !inside {
                return self.bytes.get(start..self.at).unwrap_or_default();
            }
            self.at = self.at.saturating_add(2).min(self.bytes.len());
        }
        self.at = self.bytes.len();
        self.bytes.get(start..).unwrap_or_default()
    }
}

/// Width and height from the frame header.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    frame(bytes).and_then(|body| Some((u32::from(be16(body, 3)?), u32::from(be16(body, 1)?))))
}

/// Number of colour components.
pub(super) fn components(bytes: &[u8]) -> u8 {
    frame(bytes).and_then(|body| u8_at(body, 5)).unwrap_or(0)
}

/// Body of the first frame header.
fn frame(bytes: &[u8]) -> Option<&[u8]> {
    let mut walk = Walk::new(bytes)?;
    loop {
        match walk.piece().ok()? {
            Piece::Segment(marker, body) if is_frame(marker) => return Some(body),
            Piece::End(_) => return None,
            Piece::Segment(..) | Piece::Scan(_) | Piece::Gap(_) => {}
        }
    }
}

fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, DHT | 0xc8 | 0xcc)
}

/// The clean picture.
pub(super) fn clean(bytes: &[u8], limits: &Limits, taken: &mut Taken) -> Result<Vec<u8>, ImageFault> {
    let mut walk = Walk::new(bytes).ok_or_else(|| damaged("it does not begin with its marker"))?;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(&[0xff, SOI]);
    let (mut frame, mut scans, mut jfif, mut adobe) = (None::<Frame>, 0u32, false, false);
    loop {
        match walk.piece()? {
            Piece::Segment(marker, body) => match marker {
                APP0 if body.starts_with(b"JFIF\0") && body.len() >= 14 && !jfif => {
                    jfif = true;
                    // Version, density unit and densities; the thumbnail becomes 0 x 0 (T.871 §10.1).
                    let mut head = body.get(..12).unwrap_or_default().to_vec();
                    head.extend_from_slice(&[0, 0]);
                    if body != head {
                        taken.count(K::Thumbnail);
                    }
                    segment(&mut out, APP0, &head);
                }
                APP14 if body.starts_with(b"Adobe") && body.len() >= 12 && !adobe => {
                    adobe = true;
                    let transform = u8_at(body, 11).unwrap_or(0);
                    segment(&mut out, APP14, &[b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform]);
                }
                DQT | DHT | DRI | DNL => segment(&mut out, marker, tables(marker, body, taken)?),
                SOS => {
                    let frame = frame.as_ref().ok_or_else(|| damaged("a scan before its frame"))?;
                    frame.check_scan(body)?;
                    scans = scans.saturating_add(1);
                    segment(&mut out, SOS, body);
                }
                0xc0..=0xc2 if frame.is_none() => {
                    let read = Frame::read(body).ok_or_else(|| damaged("its frame header makes no sense"))?;
                    check_pixels(u32::from(read.width), u32::from(read.height), limits)?;
                    segment(&mut out, marker, body);
                    frame = Some(read);
                }
                _ if is_frame(marker) && frame.is_none() => {
                    return Err(ImageFault::Unsupported { format: "JPEG with a coding that word processors do not show".into() });
                }
                _ if is_frame(marker) => return Err(damaged("two frames")),
                APP1 if body.starts_with(b"Exif\0\0") => {
                    taken.words(K::ImageMetadata, &raster::exif_text(body.get(6..).unwrap_or_default()));
                }
                APP0..=0xef | COM => taken.words(K::ImageMetadata, body),
                _ => return Err(damaged("a segment of an unknown kind")),
            },
            Piece::Scan(data) => {
                if data.is_empty() {
                    return Err(damaged("an empty scan"));
                }
                out.extend_from_slice(data);
            }
            Piece::Gap(rest) => {
                if !rest.is_empty() {
                    taken.words(K::PictureOriginal, rest);
                }
                if walk.at >= bytes.len() {
                    return Err(damaged("it is cut off"));
                }
            }
            Piece::End(rest) => {
                if !rest.is_empty() {
                    taken.words(K::PictureOriginal, rest);
                }
                break;
            }
        }
    }
    if frame.is_none() || scans == 0 {
        return Err(damaged("it has no picture"));
    }
    out.extend_from_slice(&[0xff, EOI]);
    Ok(out)
}

/// Frame header (T.81 B.2.2).
struct Frame {
    width: u16,
    height: u16,
    components: Vec<u8>,
}

impl Frame {
    fn read(body: &[u8]) -> Option<Self> {
        let count = usize::from(u8_at(body, 5)?);
        let (height, width) = (be16(body, 1)?, be16(body, 3)?);
        let listed = body.get(6..)?;
        // A height of 0 is given later by DNL, which word processors do not read.
        let sound = width > 0 && height > 0 && matches!(count, 1..=4) && listed.len() == count * 3;
        sound.then(|| Self { width, height, components: listed.chunks_exact(3).filter_map(|entry| entry.first().copied()).collect() })
    }

    /// Scan header (T.81 B.2.3): the components are the frame's and nothing follows.
    fn check_scan(&self, body: &[u8]) -> Result<(), ImageFault> {
        let count = usize::from(u8_at(body, 0).unwrap_or(0));
        let known = body
            .get(1..)
            .unwrap_or_default()
            .chunks_exact(2)
            .take(count)
            .all(|entry| entry.first().is_some_and(|id| self.components.contains(id)));
        if matches!(count, 1..=4) && body.len() == count * 2 + 4 && known { Ok(()) } else { Err(damaged("a scan header makes no sense")) }
    }
}

/// The part of a table segment that is tables (T.81 B.2.4); bytes after the last table go.
fn tables<'a>(marker: u8, body: &'a [u8], taken: &mut Taken) -> Result<&'a [u8], ImageFault> {
    let mut end = match marker {
        DRI | DNL => 2,
        _ => 0,
    };
    loop {
        if marker != DQT && marker != DHT {
            break;
        }
        let Some(head) = u8_at(body, end) else { break };
        let length = if marker == DQT {
            let wide = head >> 4;
            if wide > 1 || head & 0x0f > 3 {
                break;
            }
            65 + 64 * usize::from(wide)
        } else {
            let counts = slice(body, end.saturating_add(1), 16);
            let symbols: usize = counts.map_or(usize::MAX, |counts| counts.iter().map(|count| usize::from(*count)).sum());
            if head >> 4 > 1 || head & 0x0f > 3 || symbols > 256 {
                break;
            }
            17 + symbols
        };
        if end.saturating_add(length) > body.len() {
            break;
        }
        end = end.saturating_add(length);
    }
    let kept = body.get(..end).filter(|kept| !kept.is_empty()).ok_or_else(|| damaged("a table makes no sense"))?;
    if let Some(rest) = body.get(end..).filter(|rest| !rest.is_empty()) {
        taken.words(K::PictureOriginal, rest);
    }
    Ok(kept)
}

/// Appends a marker segment. Bodies come from segments or are shorter, so the length fits.
fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&(body.len().saturating_add(2) as u16).to_be_bytes());
    out.extend_from_slice(body);
}
