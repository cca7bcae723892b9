//! JPEG (ITU-T T.81, JFIF in T.871): tables, frame, scans and the two application segments that readers need for colour.
//!
//! EXIF, XMP, IPTC, ICC profiles, previews, comments, further pictures (MPF) and everything between and behind the
//! segments goes. ICC goes because its description is free text and word processors draw without it. Scans are read to their last block
//! (`entropy`), so that nothing rides behind it, and tables stay as far as a scan uses them.

use super::bytes::{be16, slice, u8_at};
use super::{ImageFault, Taken, check_pixels, raster};
use crate::limits::Limits;
use crate::model::{FindingKind as K, sha256_hex};

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

mod entropy;

/// SHA-256 of the counts and symbols of the tables in Annex K.3.3.
const STANDARD_CODES: &[&str] = &[
    "2f66814c875b53173f057d784a16a34d0d1f9aa91cdfa7143c41be02c9c7b005",
    "602f734c8c12c1d9d049a18fd91d9ef3d3d8c402665f90db3d97721fc49e4804",
    "a6283a08f5d97906b66adcc812e32396ea83059e55dd4cc91934cf447559aeb6",
    "13f90e3c9dc476c66f24347f6ad29cea93262e99faed279970c2f74e0557f445",
];
/// Tables that a picture may define; writers make some for each scan.
const TABLES_MAX: usize = 1 << 10;

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

/// What will be written, in order. Tables are written once it is known which of them a scan has used.
enum Out<'a> {
    Segment(u8, std::borrow::Cow<'a, [u8]>),
    /// Tables of one segment, by number.
    Tables(u8, Vec<usize>),
    Scan(Vec<&'a [u8]>),
}

/// A table of any kind, without its head where it is for Huffman codes.
struct Table<'a> {
    head: u8,
    body: &'a [u8],
    is_used: bool,
    /// Codes that scans have used, by number; for Huffman codes alone.
    codes: [bool; 256],
}

/// The clean picture.
pub(super) fn clean(bytes: &[u8], limits: &Limits, taken: &mut Taken) -> Result<Vec<u8>, ImageFault> {
    let mut walk = Walk::new(bytes).ok_or_else(|| damaged("it does not begin with its marker"))?;
    let mut reader = Reader::default();
    let (mut jfif, mut adobe) = (false, false);
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
                    reader.out.push(Out::Segment(APP0, head.into()));
                }
                APP14 if body.starts_with(b"Adobe") && body.len() >= 12 && !adobe => {
                    adobe = true;
                    let transform = u8_at(body, 11).unwrap_or(0);
                    let head = [b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform];
                    reader.out.push(Out::Segment(APP14, head.to_vec().into()));
                }
                DQT | DHT | DRI => reader.tables(marker, body, taken)?,
                // The height stands in the frame.
                DNL => taken.count(K::PictureOriginal),
                SOS => reader.start_scan(body)?,
                0xc0..=0xc2 if reader.frame.is_none() => {
                    let read = Frame::read(marker, body).ok_or_else(|| damaged("its frame header makes no sense"))?;
                    check_pixels(u32::from(read.width), u32::from(read.height), limits)?;
                    taken.decoded(u32::from(read.width), u32::from(read.height));
                    reader.out.push(Out::Segment(marker, body.into()));
                    reader.begin(read, bytes.len() as u64);
                }
                _ if is_frame(marker) && reader.frame.is_none() => {
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
                reader.scan(data, taken)?;
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
    if reader.scans == 0 {
        return Err(damaged("it has no picture"));
    }
    Ok(reader.write(bytes.len(), taken))
}

/// Reads tables and scans, and notes which tables are used.
#[derive(Default)]
struct Reader<'a> {
    out: Vec<Out<'a>>,
    tables: Vec<Table<'a>>,
    /// Numbers of the tables in force: for quantisation, for DC and AC codes, and the restart interval.
    quantisers: [Option<usize>; 4],
    codes: [Option<usize>; 8],
    interval: Option<usize>,
    frame: Option<Frame>,
    scan: Option<Scan>,
    scans: u32,
    nonzero: entropy::Nonzero,
    budget: Option<entropy::Budget>,
}

impl<'a> Reader<'a> {
    fn begin(&mut self, frame: Frame, length: u64) {
        /// Blocks that may be read for each byte. The first scan takes a bit for each block at least, and a dozen scans are usual.
        const BLOCKS_PER_BYTE: u64 = 100;
        const BLOCKS_OF_ANY: u64 = 1 << 18;
        let blocks: Vec<usize> = (0..frame.components.len()).map(|component| frame.capacity(component)).collect();
        self.budget = Some(entropy::Budget(length.saturating_mul(BLOCKS_PER_BYTE).saturating_add(BLOCKS_OF_ANY)));
        if frame.progressive {
            self.nonzero = blocks.into_iter().map(|blocks| vec![0; blocks]).collect();
        }
        self.frame = Some(frame);
    }

    /// Takes the tables of a segment (B.2.4); bytes after the last table go.
    fn tables(&mut self, marker: u8, body: &'a [u8], taken: &mut Taken) -> Result<(), ImageFault> {
        let (mut rest, mut numbers) = (body, Vec::new());
        while let Some((head, table)) = next_table(marker, rest) {
            let number = self.tables.len();
            if number >= TABLES_MAX {
                return Err(damaged("more tables than any writer makes"));
            }
            let place = usize::from(head & 3);
            match marker {
                DQT => self.quantisers[place] = Some(number),
                DHT => self.codes[usize::from(head >> 4) * 4 + place] = Some(number),
                _ => self.interval = Some(number),
            }
            self.tables.push(Table { head, body: table, is_used: false, codes: [false; 256] });
            numbers.push(number);
            rest = rest.get(table.len() + usize::from(marker != DRI)..).unwrap_or_default();
            if marker == DRI {
                break;
            }
        }
        if numbers.is_empty() {
            return Err(damaged("a table makes no sense"));
        }
        if !rest.is_empty() {
            taken.words(K::PictureOriginal, rest);
        }
        self.out.push(Out::Tables(marker, numbers));
        Ok(())
    }

    fn start_scan(&mut self, body: &'a [u8]) -> Result<(), ImageFault> {
        let frame = self.frame.as_mut().ok_or_else(|| damaged("a scan before its frame"))?;
        let scan = frame.scan(body)?;
        for part in &scan.parts {
            if let Some(number) = frame.components.get(part.component).and_then(|component| self.quantisers[component.quantiser]) {
                self.tables[number].is_used = true;
            }
        }
        self.out.push(Out::Segment(SOS, body.into()));
        self.scan = Some(scan);
        self.scans = self.scans.saturating_add(1);
        Ok(())
    }

    fn scan(&mut self, data: &'a [u8], taken: &mut Taken) -> Result<(), ImageFault> {
        let (Some(frame), Some(scan), Some(budget)) = (&self.frame, self.scan.take(), &mut self.budget) else {
            return Err(damaged("a scan before its frame"));
        };
        let interval = self.interval.map(|number| &mut self.tables[number]);
        let restart = interval.map_or(0, |table| {
            table.is_used = true;
            be16(table.body, 0).unwrap_or(0)
        });
        let mut coders: [Option<entropy::Huffman>; 8] = self.codes.map(|number| entropy::Huffman::new(self.tables.get(number?)?.body));
        let pieces = entropy::scan(frame, &scan, &mut coders, restart, data, &mut self.nonzero, budget)?;
        for (number, coder) in self.codes.iter().zip(coders) {
            let Some((table, coder)) = number.and_then(|number| self.tables.get_mut(number)).zip(coder) else { continue };
            table.is_used |= coder.used.contains(&true);
            table.codes.iter_mut().zip(coder.used).for_each(|(all, used)| *all |= used);
        }
        let mut kept = Vec::new();
        let mut at = 0;
        for piece in pieces {
            let slack = data.get(at..piece.start).unwrap_or_default();
            if !slack.is_empty() {
                taken.words(K::PictureOriginal, slack);
            }
            at = piece.end;
            kept.extend(data.get(piece));
        }
        if let Some(slack) = data.get(at..).filter(|slack| !slack.is_empty()) {
            taken.words(K::PictureOriginal, slack);
        }
        self.out.push(Out::Scan(kept));
        Ok(())
    }

    fn write(&self, room: usize, taken: &mut Taken) -> Vec<u8> {
        let mut out = Vec::with_capacity(room);
        out.extend_from_slice(&[0xff, SOI]);
        for piece in &self.out {
            match piece {
                Out::Segment(marker, body) => segment(&mut out, *marker, body),
                Out::Scan(pieces) => pieces.iter().for_each(|piece| out.extend_from_slice(piece)),
                Out::Tables(marker, numbers) => {
                    let mut body = Vec::new();
                    for table in numbers.iter().filter_map(|number| self.tables.get(*number)) {
                        if table.is_used {
                            table.write(*marker, &mut body, taken);
                        } else {
                            taken.words(K::PictureOriginal, table.body);
                        }
                    }
                    if !body.is_empty() {
                        segment(&mut out, *marker, &body);
                    }
                }
            }
        }
        out.extend_from_slice(&[0xff, EOI]);
        out
    }
}

impl Table<'_> {
    /// Codes that no scan uses mean nothing; those of the tables that the standard gives (Annex K.3) stay, for most writers use these.
    fn write(&self, marker: u8, out: &mut Vec<u8>, taken: &mut Taken) {
        if marker != DRI {
            out.push(self.head);
        }
        let start = out.len();
        out.extend_from_slice(self.body);
        if marker != DHT || STANDARD_CODES.contains(&sha256_hex(self.body).as_str()) {
            return;
        }
        let symbols = out.get_mut(start + 16..).unwrap_or_default();
        let unused = symbols.iter_mut().zip(self.codes).filter(|(symbol, used)| !used && **symbol != 0);
        let mut any = false;
        unused.for_each(|(symbol, _)| {
            *symbol = 0;
            any = true;
        });
        if any {
            taken.count(K::PictureOriginal);
        }
    }
}

/// The head of the table that a segment starts with, and the table behind it. A restart interval has no head.
fn next_table(marker: u8, body: &[u8]) -> Option<(u8, &[u8])> {
    if marker == DRI {
        return body.get(..2).map(|interval| (0, interval));
    }
    let (head, rest) = body.split_first()?;
    let (class, place) = (head >> 4, head & 15);
    if class > 1 || place > 3 {
        return None;
    }
    let length = if marker == DQT {
        64 + 64 * usize::from(class)
    } else {
        let symbols: usize = rest.get(..16)?.iter().map(|count| usize::from(*count)).sum();
        if symbols > 256 {
            return None;
        }
        16 + symbols
    };
    rest.get(..length).map(|table| (*head, table))
}

/// A component of the frame.
#[derive(Debug, Clone, Copy)]
struct Component {
    id: u8,
    /// Blocks of a unit, side by side and one below the other.
    across: usize,
    down: usize,
    quantiser: usize,
}

/// Frame header (T.81 B.2.2).
struct Frame {
    width: u16,
    height: u16,
    progressive: bool,
    components: Vec<Component>,
    /// By component and coefficient: the bit that was coded last, where any was.
    coded: Vec<[Option<u8>; 64]>,
}

/// What a scan codes of a component.
struct Part {
    component: usize,
    /// Tables for DC and AC codes.
    tables: [usize; 2],
}

/// Scan header (T.81 B.2.3).
struct Scan {
    parts: Vec<Part>,
    progressive: bool,
    /// First and last coefficient.
    first: u8,
    last: u8,
    /// Whether earlier scans have coded the higher bits.
    refines: bool,
}

impl Frame {
    fn read(marker: u8, body: &[u8]) -> Option<Self> {
        let count = usize::from(u8_at(body, 5)?);
        let (height, width) = (be16(body, 1)?, be16(body, 3)?);
        let components: Vec<Component> = body
            .get(6..)?
            .chunks_exact(3)
            .filter_map(|entry| match entry {
                [id, factors, quantiser @ 0..=3] => {
                    let (across, down) = (usize::from(factors >> 4), usize::from(factors & 15));
                    let sound = (1..=4).contains(&across) && (1..=4).contains(&down);
                    sound.then_some(Component { id: *id, across, down, quantiser: usize::from(*quantiser) })
                }
                _ => None,
            })
            .collect();
        // A height of 0 is given later by DNL, which word processors do not read.
        let sound = width > 0 && height > 0 && matches!(count, 1..=4) && components.len() == count && body.len() == 6 + 3 * count;
        let coded = vec![[None; 64]; count];
        sound.then_some(Self { width, height, progressive: marker == 0xc2, components, coded })
    }

    /// Units of a scan of several components, in a row and in a column (A.2.3).
    fn units(&self) -> (usize, usize) {
        let (across, down) = self.largest();
        (usize::from(self.width).div_ceil(8 * across), usize::from(self.height).div_ceil(8 * down))
    }

    fn largest(&self) -> (usize, usize) {
        let most = |factor: fn(&Component) -> usize| self.components.iter().map(factor).max().unwrap_or(1);
        (most(|component| component.across), most(|component| component.down))
    }

    /// Blocks of a component in a scan of its own, in a row and in a column (A.2.2).
    fn blocks(&self, component: usize) -> (usize, usize) {
        let (across, down) = self.largest();
        let own = self.components[component];
        let count = |size: u16, own: usize, most: usize| (usize::from(size) * own).div_ceil(most).div_ceil(8);
        (count(self.width, own.across, across), count(self.height, own.down, down))
    }

    /// Blocks of a component in a row of whole units.
    fn stride(&self, component: usize) -> usize {
        self.units().0 * self.components[component].across
    }

    /// Blocks of a component in whole units.
    fn capacity(&self, component: usize) -> usize {
        self.stride(component) * self.units().1 * self.components[component].down
    }

    /// Reads a scan header. Each coefficient is coded once, and once more for each lower bit (G.1.1.1): of pictures over pictures viewers
    /// show this one or that.
    fn scan(&mut self, body: &[u8]) -> Result<Scan, ImageFault> {
        let no_sense = || damaged("a scan header makes no sense");
        let count = usize::from(u8_at(body, 0).unwrap_or(0));
        if !matches!(count, 1..=4) || body.len() != count * 2 + 4 {
            return Err(no_sense());
        }
        let mut parts: Vec<Part> = Vec::new();
        for entry in body.get(1..).unwrap_or_default().chunks_exact(2).take(count) {
            let [id, tables] = [entry[0], entry[1]];
            let component = self.components.iter().position(|component| component.id == id).ok_or_else(no_sense)?;
            if tables >> 4 > 3 || tables & 15 > 3 || parts.iter().any(|part| part.component == component) {
                return Err(no_sense());
            }
            parts.push(Part { component, tables: [usize::from(tables >> 4), usize::from(tables & 15)] });
        }
        let [.., first, last, bits] = body else { return Err(no_sense()) };
        let (first, last, bits) = if self.progressive { (*first, *last, *bits) } else { (0, 63, 0) };
        let (high, low) = (bits >> 4, bits & 15);
        let sound = first <= last && last <= 63 && (!self.progressive || if first == 0 { last == 0 } else { count == 1 });
        if !sound || (high != 0 && high != low + 1) {
            return Err(no_sense());
        }
        for part in &parts {
            let Some(coded) = self.coded.get_mut(part.component) else { continue };
            for bit in &mut coded[usize::from(first)..=usize::from(last)] {
                if *bit != (high != 0).then_some(high) {
                    return Err(damaged("two pictures, one over the other"));
                }
                *bit = Some(low);
            }
        }
        Ok(Scan { parts, progressive: self.progressive, first, last, refines: high != 0 })
    }
}

/// Appends a marker segment. Bodies come from segments or are shorter, so the length fits.
fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&(body.len().saturating_add(2) as u16).to_be_bytes());
    out.extend_from_slice(body);
}
