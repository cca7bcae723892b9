//! Device-independent bitmaps inside metafiles (MS-WMF §2.2.2.9): which of their bytes are header, colours and rows, and which mean nothing.

use std::ops::Range;

use super::bytes::{le16, le32, slice, zero};

/// `BitmapCoreHeader` (§2.2.2.2).
const CORE: usize = 12;
/// `BitmapInfoHeader` (§2.2.2.3).
const INFO: usize = 40;

/// A bitmap by its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dib {
    /// Bytes of the header with its masks and colours.
    pub header: usize,
    /// Where the colours are, counted from the header, and how many bytes one takes.
    colours: Range<usize>,
    colour: usize,
    width: usize,
    height: usize,
    bits: u16,
    run_length_encoded: bool,
}

/// Which numbers of colours a picture uses.
type Seen = [bool; 256];

/// Reads a header. `indices`: the colours are numbers of two bytes. `None` for a header that is none, or whose pixels are coded in a
/// way that is not understood.
pub(super) fn read(bytes: &[u8], indices: bool) -> Option<Dib> {
    let size = le32(bytes, 0)? as usize;
    if size == CORE {
        let bits = le16(bytes, 10)?;
        let most = if bits <= 8 { 1_usize << bits } else { 0 };
        let (width, height) = (usize::from(le16(bytes, 4)?), usize::from(le16(bytes, 6)?));
        return Dib::new(CORE, most, if indices { 2 } else { 3 }, [width, height], bits, false);
    }
    // The headers of the versions up to 5.
    if !matches!(size, INFO | 52 | 56 | 108 | 124) {
        return None;
    }
    let (width, height) = (le32(bytes, 4)? as usize, le32(bytes, 8)?.cast_signed().unsigned_abs() as usize);
    let (bits, compression, used) = (le16(bytes, 14)?, le32(bytes, 16)?, le32(bytes, 32)? as usize);
    let most = if bits <= 8 { 1_usize << bits } else { 0 };
    let colours = if used == 0 { most } else { used.min(most.max(256)) };
    let masks = if compression == 3 && size == INFO { 12 } else { 0 };
    let run_length_encoded = match (compression, bits) {
        (0 | 3, _) => false,
        (1, 8) | (2, 4) => true,
        _ => return None,
    };
    Dib::new(size + masks, colours, if indices { 2 } else { 4 }, [width, height], bits, run_length_encoded)
}

impl Dib {
    fn new(start: usize, colours: usize, colour: usize, size: [usize; 2], bits: u16, run_length_encoded: bool) -> Option<Self> {
        let [width, height] = size;
        let header = start + colours * colour;
        matches!(bits, 1 | 4 | 8 | 16 | 24 | 32).then_some(Self {
            header,
            colours: start..header,
            colour,
            width,
            height,
            bits,
            run_length_encoded,
        })
    }

    /// Bytes of a row: whole words of 32 bits.
    fn row(&self) -> usize {
        self.width.saturating_mul(usize::from(self.bits)).div_ceil(32).saturating_mul(4)
    }

    /// Length of the rows that `bits` starts with; all of it where rows are cut off, of which readers draw what is there.
    pub fn length(&self, bits: &[u8]) -> usize {
        if self.run_length_encoded {
            return runs(bits, self.bits, &mut [false; 256]);
        }
        self.row().saturating_mul(self.height).min(bits.len())
    }

    /// Overwrites what no reader draws: colour spaces and profiles, colours that no pixel has, ends of rows beyond the width. `at`: where in
    /// the record the header starts. Says whether any of it was there.
    pub fn blank_unseen(&self, record: &mut [u8], at: usize, rows: Range<usize>) -> bool {
        let mut seen = [false; 256];
        let mut dirty = blank_colour_space(record.get_mut(at..).unwrap_or_default());
        if self.run_length_encoded {
            // Pixels that are jumped over have the first colour.
            seen[0] = true;
            runs(record.get(rows).unwrap_or_default(), self.bits, &mut seen);
        } else if let row @ 1.. = self.row() {
            for row in record.get_mut(rows).unwrap_or_default().chunks_mut(row) {
                dirty |= self.blank_end(row);
                if self.bits <= 8 {
                    self.note_colours(row, &mut seen);
                }
            }
        }
        dirty | self.cover_colours(record, at + self.colours.start, &seen)
    }

    /// Colours that no pixel has become one that some pixel has: readers that scale a picture take the nearest of all colours.
    fn cover_colours(&self, record: &mut [u8], start: usize, seen: &Seen) -> bool {
        let is_seen = |number: usize| self.bits <= 8 && seen.get(number).is_some_and(|seen| *seen);
        let count = self.colours.len() / self.colour;
        let place = |number: usize| start + number * self.colour..start + (number + 1) * self.colour;
        let cover = (0..count).find(|number| is_seen(*number)).and_then(|number| record.get(place(number))).map(<[u8]>::to_vec);
        let cover = cover.unwrap_or_else(|| vec![0; self.colour]);
        let mut dirty = false;
        for number in (0..count).filter(|number| !is_seen(*number)) {
            if let Some(colour) = record.get_mut(place(number)).filter(|colour| *colour != cover) {
                colour.copy_from_slice(&cover);
                dirty = true;
            }
        }
        dirty
    }

    /// The bits of a row beyond the width.
    fn blank_end(&self, row: &mut [u8]) -> bool {
        let used = self.width * usize::from(self.bits);
        let mut dirty = false;
        if let Some(last) = row.get_mut(used / 8).filter(|_| !used.is_multiple_of(8)) {
            let kept = *last & !(0xff >> (used % 8));
            dirty = kept != *last;
            *last = kept;
        }
        let length = row.len();
        zero(row, used.div_ceil(8), length) | dirty
    }

    fn note_colours(&self, row: &[u8], seen: &mut Seen) {
        let bits = usize::from(self.bits);
        for pixel in 0..self.width {
            let byte = row.get(pixel * bits / 8).copied().unwrap_or(0);
            let shift = 8 - bits - pixel * bits % 8;
            seen[usize::from(byte >> shift & (0xff_u8 >> (8 - bits)))] = true;
        }
    }
}

/// What the header of a newer version says of colour spaces and profiles: pixels are drawn as they are.
fn blank_colour_space(bytes: &mut [u8]) -> bool {
    // `LCS_sRGB` (§2.1.1.14).
    const PLAIN: [u8; 4] = *b"BGRs";
    let size = le32(bytes, 0).unwrap_or(0) as usize;
    let Some(place) = bytes.get_mut(56..60).filter(|_| size >= 108) else { return false };
    let dirty = place != PLAIN;
    place.copy_from_slice(&PLAIN);
    zero(bytes, 60, size) | dirty
}

/// Length of run-length encoded rows up to and with the mark of their end (§3.1.6), and the colours in them.
fn runs(bits: &[u8], depth: u16, seen: &mut Seen) -> usize {
    let mut note = |byte: u8| {
        if depth == 4 {
            seen[usize::from(byte >> 4)] = true;
            seen[usize::from(byte & 15)] = true;
        } else {
            seen[usize::from(byte)] = true;
        }
    };
    let mut at = 0_usize;
    while let Some(pair) = slice(bits, at, 2) {
        at += 2;
        match (pair[0], pair[1]) {
            (0, 1) => return at,
            (0, 0) => {}
            (0, 2) => at += 2,
            (0, pixels) => {
                let length = if depth == 4 { usize::from(pixels).div_ceil(2) } else { usize::from(pixels) };
                bits.iter().skip(at).take(length).for_each(|byte| note(*byte));
                at += length.next_multiple_of(2);
            }
            (_, colour) => note(colour),
        }
    }
    bits.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(bits: u16, compression: u32, width: u32, height: i32, colours: u32) -> Vec<u8> {
        let mut out = [40, width].map(u32::to_le_bytes).concat();
        out.extend(height.to_le_bytes());
        out.extend([1, bits].map(u16::to_le_bytes).concat());
        out.extend(compression.to_le_bytes());
        out.resize(32, 0);
        out.extend(colours.to_le_bytes());
        out.resize(40, 0);
        out
    }

    #[test]
    fn rows_end_where_width_height_and_depth_say() {
        let sizes = |header: &[u8]| read(header, false).map(|bitmap| (bitmap.header, bitmap.length(&[0; 99])));
        assert_eq!(sizes(&header(1, 0, 33, -2, 0)), Some((48, 16)));
        assert_eq!(sizes(&header(24, 0, 3, 2, 0)), Some((40, 24)));
        assert_eq!(sizes(&header(16, 3, 2, 1, 0)), Some((52, 4)));
        assert_eq!(sizes(&header(8, 0, 200, 200, 3)), Some((52, 99)));
        assert_eq!(sizes(&header(8, 4, 2, 1, 0)), None);
        assert_eq!(sizes(&header(7, 0, 2, 1, 0)), None);
        assert_eq!(sizes(b""), None);
    }

    #[test]
    fn runs_end_at_their_mark() {
        let coded = read(&header(8, 1, 9, 2, 0), true).unwrap();
        assert_eq!(coded.header, 40 + 512);
        assert_eq!(coded.length(&[9, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 2, 1, 1, 0, 1, 7, 7]), 16);
        assert_eq!(coded.length(&[9, 1, 0, 0]), 4);
        assert_eq!(read(&header(4, 2, 9, 2, 0), false).unwrap().length(&[0, 5, 1, 1, 1, 0, 0, 1, 9]), 8);
    }

    #[test]
    fn colours_that_no_pixel_has_and_ends_of_rows_tell_nothing() {
        // Three pixels of four bits with the colours 0, 2 and 2, then five bits more.
        let mut record = [header(4, 0, 3, 1, 4), [[1; 4], [2; 4], [3; 4], [4; 4]].concat(), vec![0x02, 0x2f, 7, 7]].concat();
        let bitmap = read(&record, false).unwrap();
        assert!(bitmap.blank_unseen(&mut record, 0, 56..60));
        assert_eq!(record[40..], [1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 1, 1, 1, 1, 0x02, 0x20, 0, 0]);
        assert!(!bitmap.blank_unseen(&mut record, 0, 56..60));
        let mut coded = [header(8, 1, 3, 1, 3), [[1; 4], [2; 4], [3; 4]].concat(), vec![3, 2, 0, 1]].concat();
        let bitmap = read(&coded, false).unwrap();
        assert!(bitmap.blank_unseen(&mut coded, 0, 52..56));
        assert_eq!(coded[40..52], [1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3]);
    }
}
