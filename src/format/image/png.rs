//! PNG (ISO/IEC 15948:2004): critical chunks, transparency and the chunks that place colours; nothing else.
//!
//! iCCP goes: its name and the profile's description are free text, and word processors draw without it. bKGD, sBIT, hIST
//! and sPLT change nothing on a page. What is left of the pixels is what can be seen: colours of fully transparent
//! pixels, unused palette entries and unused bits at the end of rows tell nothing any more.

use std::io::Read as _;

use super::bytes::{be32, slice, u8_at};
use super::raster::{self, Cut};
use super::{Crop, ImageFault, Taken, check_pixels};
use crate::limits::Limits;
use crate::model::FindingKind as K;

pub(super) const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

fn damaged(what: &str) -> ImageFault {
    ImageFault::Damaged { format: "PNG".into(), what: what.into() }
}

/// IHDR (clause 11.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) depth: u8,
    pub(super) colour: u8,
    pub(super) interlaced: bool,
}

impl Header {
    fn read(data: &[u8]) -> Option<Self> {
        let [depth, colour, compression, filter, interlace] = <[u8; 5]>::try_from(data.get(8..13)?).ok()?;
        let header = Self { width: be32(data, 0)?, height: be32(data, 4)?, depth, colour, interlaced: interlace == 1 };
        let depth_fits = match colour {
            0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
            3 => matches!(depth, 1 | 2 | 4 | 8),
            2 | 4 | 6 => matches!(depth, 8 | 16),
            _ => false,
        };
        let size_fits =
            header.width > 0 && header.height > 0 && i32::try_from(header.width).is_ok() && i32::try_from(header.height).is_ok();
        (data.len() == 13 && compression == 0 && filter == 0 && interlace <= 1 && depth_fits && size_fits).then_some(header)
    }

    fn write(self) -> [u8; 13] {
        let mut out = [0; 13];
        out[..4].copy_from_slice(&self.width.to_be_bytes());
        out[4..8].copy_from_slice(&self.height.to_be_bytes());
        out[8..].copy_from_slice(&[self.depth, self.colour, 0, 0, u8::from(self.interlaced)]);
        out
    }

    fn channels(self) -> u64 {
        match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        }
    }

    pub(super) fn bits_per_pixel(self) -> u64 {
        self.channels().saturating_mul(u64::from(self.depth))
    }

    /// Bytes in one row of `width` pixels, without the filter byte.
    pub(super) fn row_bytes(self, width: u32) -> u64 {
        u64::from(width).saturating_mul(self.bits_per_pixel()).div_ceil(8)
    }

    /// Bytes of the inflated image data, filter bytes included (clauses 7.2 and 8.2).
    fn raw_bytes(self) -> u64 {
        let pass = |x: (u32, u32), y: (u32, u32)| {
            let columns = self.width.saturating_sub(x.0).div_ceil(x.1);
            let rows = self.height.saturating_sub(y.0).div_ceil(y.1);
            if columns == 0 { 0 } else { u64::from(rows).saturating_mul(self.row_bytes(columns).saturating_add(1)) }
        };
        if self.interlaced {
            let passes = [
                ((0, 8), (0, 8)),
                ((4, 8), (0, 8)),
                ((0, 4), (4, 8)),
                ((2, 4), (0, 4)),
                ((0, 2), (2, 4)),
                ((1, 2), (0, 2)),
                ((0, 1), (1, 2)),
            ];
            passes.into_iter().fold(0u64, |sum, (x, y)| sum.saturating_add(pass(x, y)))
        } else {
            pass((0, 1), (0, 1))
        }
    }
}

/// A PNG taken apart into what may stay.
struct Parsed {
    header: Header,
    palette: Option<Vec<u8>>,
    transparency: Option<Vec<u8>>,
    /// gAMA, cHRM, sRGB, pHYs: fixed-length numbers, in the order of the file.
    numbers: Vec<([u8; 4], Vec<u8>)>,
    data: Vec<u8>,
}

fn parse(bytes: &[u8], limits: &Limits, taken: &mut Taken) -> Result<Parsed, ImageFault> {
    let mut at = SIGNATURE.len();
    let mut header = None;
    let (mut palette, mut transparency, mut numbers, mut data) = (None, None, Vec::<([u8; 4], Vec<u8>)>::new(), Vec::new());
    let mut ended = false;
    while !ended {
        let length = be32(bytes, at).ok_or_else(|| damaged("it is cut off"))? as usize;
        let kind: [u8; 4] =
            slice(bytes, at.saturating_add(4), 4).and_then(|name| name.try_into().ok()).ok_or_else(|| damaged("it is cut off"))?;
        let body = slice(bytes, at.saturating_add(8), length).ok_or_else(|| damaged("a chunk is longer than the file"))?;
        let sum = be32(bytes, at.saturating_add(8).saturating_add(length)).ok_or_else(|| damaged("it is cut off"))?;
        at = at.saturating_add(12).saturating_add(length);
        if header.is_none() && &kind != b"IHDR" {
            return Err(damaged("the first chunk is not IHDR"));
        }
        let critical = kind.first().is_some_and(u8::is_ascii_uppercase);
        if critical {
            let mut crc = crc32fast::Hasher::new();
            crc.update(&kind);
            crc.update(body);
            if crc.finalize() != sum {
                return Err(damaged("a chunk does not match its checksum"));
            }
        }
        match &kind {
            b"IHDR" if header.is_none() => {
                let read = Header::read(body).ok_or_else(|| damaged("its header makes no sense"))?;
                check_pixels(read.width, read.height, limits)?;
                taken.decoded(read.width, read.height);
                header = Some(read);
            }
            b"PLTE" if palette.is_none() && data.is_empty() => palette = Some(body.to_vec()),
            b"tRNS" if transparency.is_none() && data.is_empty() => transparency = Some(body.to_vec()),
            b"IDAT" => data.extend_from_slice(body),
            b"IEND" => ended = true,
            b"gAMA" | b"cHRM" | b"sRGB" | b"pHYs" => {
                let length = match &kind {
                    b"gAMA" => 4,
                    b"cHRM" => 32,
                    b"sRGB" => 1,
                    _ => 9,
                };
                if body.len() == length && data.is_empty() && !numbers.iter().any(|(name, _)| *name == kind) {
                    numbers.push((kind, body.to_vec()));
                } else {
                    taken.count(K::ImageMetadata);
                }
            }
            b"IHDR" | b"PLTE" => return Err(damaged("a chunk is there twice or in the wrong place")),
            b"fdAT" => taken.count(K::PictureOriginal),
            b"zTXt" | b"iTXt" | b"iCCP" => {
                taken.words(K::ImageMetadata, body);
                taken.words_only(&inflated_tail(body));
            }
            _ if critical => return Err(damaged("a critical chunk of an unknown kind")),
            b"acTL" | b"fcTL" | b"bKGD" | b"sBIT" | b"hIST" | b"tIME" | b"cICP" => taken.count(K::ImageMetadata),
            _ => taken.words(K::ImageMetadata, body),
        }
    }
    if let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        taken.words(K::PictureOriginal, rest);
    }
    let header = header.ok_or_else(|| damaged("it has no header"))?;
    Ok(Parsed { header, palette, transparency, numbers, data })
}

/// What a compressed text or profile chunk says, for the sweep: at most 64 KiB.
fn inflated_tail(body: &[u8]) -> Vec<u8> {
    let start = body.windows(2).position(|pair| matches!(pair, [0x78, 0x01 | 0x5e | 0x9c | 0xda]));
    let mut out = Vec::new();
    if let Some(zlib) = start.and_then(|start| body.get(start..)) {
        let _ = flate2::read::ZlibDecoder::new(zlib).take(1 << 16).read_to_end(&mut out);
    }
    out
}

/// Whether the zlib stream holds exactly the rows of the picture: no byte after them, none after the stream.
fn is_exact(data: &[u8], expected: u64) -> Result<bool, ImageFault> {
    let mut inflate = flate2::Decompress::new(true);
    let mut window = vec![0; 1 << 16];
    loop {
        let before = (inflate.total_in(), inflate.total_out());
        let rest = usize::try_from(before.0).ok().and_then(|from| data.get(from..)).unwrap_or_default();
        let status =
            inflate.decompress(rest, &mut window, flate2::FlushDecompress::None).map_err(|_| damaged("its pixels do not inflate"))?;
        if inflate.total_out() > expected {
            return Ok(false);
        }
        if status == flate2::Status::StreamEnd {
            if inflate.total_out() < expected {
                return Err(damaged("pixels are missing"));
            }
            return Ok(inflate.total_in() == data.len() as u64);
        }
        if before == (inflate.total_in(), inflate.total_out()) {
            return if inflate.total_out() == expected { Ok(false) } else { Err(damaged("pixels are missing")) };
        }
    }
}

/// The clean picture and the part of the crop that is smaller than a pixel.
pub(super) fn clean(bytes: &[u8], crop: Option<Crop>, limits: &Limits, taken: &mut Taken) -> Result<(Vec<u8>, Option<Crop>), ImageFault> {
    let mut png = parse(bytes, limits, taken)?;
    let header = png.header;
    match header.colour {
        3 => {
            let palette = png.palette.as_ref().ok_or_else(|| damaged("it has no palette"))?;
            if palette.is_empty() || palette.len() % 3 != 0 || palette.len() > 768 {
                return Err(damaged("its palette makes no sense"));
            }
            if let Some(alpha) = &mut png.transparency {
                alpha.truncate(palette.len() / 3);
            }
        }
        colour => {
            if png.palette.take().is_some() {
                taken.count(K::ImageMetadata);
            }
            let wanted = match colour {
                0 => 2,
                2 => 6,
                _ => 0,
            };
            png.transparency = png.transparency.filter(|samples| wanted > 0 && samples.len() == wanted);
            if let Some(samples) = png.transparency.as_mut().filter(|_| header.depth < 16) {
                // Samples are 16 bits wide whatever the depth (clause 11.3.2.1); the bits above are nobody's.
                let mask = (1u16 << header.depth) - 1;
                for pair in samples.chunks_exact_mut(2) {
                    if let Some(value) = super::bytes::be16(pair, 0) {
                        pair.copy_from_slice(&(value & mask).to_be_bytes());
                    }
                }
            }
        }
    }
    let cut = crop.map(|crop| Cut::of(crop, header.width, header.height));
    let exact = is_exact(&png.data, header.raw_bytes())?;
    if !exact {
        taken.count(K::PictureOriginal);
    }
    let cuts = cut.is_some_and(|cut| cut.cuts());
    if !exact || cuts || header.depth < 8 || matches!(header.colour, 3 | 4 | 6) {
        let mut rows = decode(&png, limits)?;
        if let Some(cut) = cut.filter(Cut::cuts) {
            rows = rows.cut(&cut);
            taken.count(K::CroppedPixels);
        }
        let hidden = rows.clear_hidden(&mut png.palette, &mut png.transparency);
        if hidden {
            taken.count(K::PictureOriginal);
        }
        if !exact || cuts || hidden {
            png.header = rows.header;
            png.data = raster::deflate_rows(rows.header, &rows.bytes)?;
        }
    }
    Ok((write(&png), cut.and_then(|cut| cut.rest)))
}

fn write(png: &Parsed) -> Vec<u8> {
    let mut out = Vec::with_capacity(png.data.len().saturating_add(256));
    out.extend_from_slice(SIGNATURE);
    chunk(&mut out, *b"IHDR", &png.header.write());
    for (name, body) in &png.numbers {
        chunk(&mut out, *name, body);
    }
    if let Some(palette) = &png.palette {
        chunk(&mut out, *b"PLTE", palette);
    }
    if let Some(transparency) = png.transparency.as_ref().filter(|samples| !samples.is_empty()) {
        chunk(&mut out, *b"tRNS", transparency);
    }
    chunk(&mut out, *b"IDAT", &png.data);
    chunk(&mut out, *b"IEND", &[]);
    out
}

/// Appends one chunk (clause 5.3).
pub(super) fn chunk(out: &mut Vec<u8>, name: [u8; 4], body: &[u8]) {
    out.extend_from_slice(&(body.len() as u32).to_be_bytes());
    out.extend_from_slice(&name);
    out.extend_from_slice(body);
    let mut crc = crc32fast::Hasher::new();
    crc.update(&name);
    crc.update(body);
    out.extend_from_slice(&crc.finalize().to_be_bytes());
}

/// A whole PNG of packed rows, without palette.
pub(super) fn write_rows(header: Header, rows: &[u8]) -> Result<Vec<u8>, ImageFault> {
    let data = raster::deflate_rows(header, rows)?;
    Ok(write(&Parsed { header, palette: None, transparency: None, numbers: Vec::new(), data }))
}

/// Packed rows of a picture, not interlaced, without filter bytes.
struct Rows {
    header: Header,
    bytes: Vec<u8>,
}

fn decode(png: &Parsed, limits: &Limits) -> Result<Rows, ImageFault> {
    let header = png.header;
    let row_bytes = header.row_bytes(header.width);
    let total = row_bytes.saturating_mul(u64::from(header.height));
    if total > limits.total_bytes {
        return Err(ImageFault::TooLarge {
            pixels: u64::from(header.width).saturating_mul(u64::from(header.height)),
            limit: limits.pixels,
        });
    }
    // Our own chunks only, so that the decoder meets nothing that we have not looked at.
    let plain = write(&Parsed { header, palette: png.palette.clone(), transparency: None, numbers: Vec::new(), data: png.data.clone() });
    let mut decoder = png_codec::Decoder::new_with_limits(
        std::io::Cursor::new(plain),
        png_codec::Limits { bytes: usize::try_from(limits.total_bytes).unwrap_or(usize::MAX) },
    );
    decoder.set_transformations(png_codec::Transformations::IDENTITY);
    let mut reader = decoder.read_info().map_err(|_| damaged("it does not decode"))?;
    let mut bytes = vec![0; usize::try_from(total).unwrap_or(usize::MAX)];
    reader.next_frame(&mut bytes).map_err(|_| damaged("its pixels do not decode"))?;
    Ok(Rows { header: Header { interlaced: false, ..header }, bytes })
}

impl Rows {
    fn row_bytes(&self) -> usize {
        self.header.row_bytes(self.header.width) as usize
    }

    /// The rows and columns that a crop leaves.
    fn cut(&self, cut: &Cut) -> Self {
        let header = Header { width: cut.width(), height: cut.height(), ..self.header };
        let bits = self.header.bits_per_pixel() as usize;
        let mut bytes = Vec::new();
        for row in self.bytes.chunks_exact(self.row_bytes()).skip(cut.top as usize).take(cut.height() as usize) {
            let from_bit = (cut.left as usize).saturating_mul(bits);
            let (skip, shift) = (from_bit / 8, from_bit % 8);
            let wanted = header.row_bytes(header.width) as usize;
            let source = row.get(skip..).unwrap_or_default();
            bytes.extend((0..wanted).map(|index| {
                let high = u8_at(source, index).unwrap_or(0);
                let low = u8_at(source, index.saturating_add(1)).unwrap_or(0);
                if shift == 0 { high } else { (high << shift) | (low >> (8 - shift)) }
            }));
        }
        Self { header, bytes }
    }

    /// Zeroes what no reader can see. Says whether there was anything.
    fn clear_hidden(&mut self, palette: &mut Option<Vec<u8>>, transparency: &mut Option<Vec<u8>>) -> bool {
        let mut dirty = self.clear_row_ends();
        let sample = usize::from(self.header.depth / 8);
        match self.header.colour {
            4 => dirty |= self.clear_transparent(sample, sample),
            6 => dirty |= self.clear_transparent(sample * 3, sample),
            3 => dirty |= self.clear_palette(palette, transparency),
            _ => {}
        }
        dirty
    }

    /// Bits after the last pixel of a row (clause 7.2: their content is not specified).
    fn clear_row_ends(&mut self) -> bool {
        let used = (u64::from(self.header.width).saturating_mul(self.header.bits_per_pixel()) % 8) as u32;
        if used == 0 {
            return false;
        }
        let mask = 0xffu8.checked_shl(8 - used).unwrap_or(0xff);
        let row_bytes = self.row_bytes();
        let mut dirty = false;
        for last in self.bytes.chunks_exact_mut(row_bytes).filter_map(|row| row.last_mut()) {
            dirty |= *last & !mask != 0;
            *last &= mask;
        }
        dirty
    }

    /// Colours of pixels whose alpha is zero. One colour for all of them says nothing and stays, because readers that scale without
    /// weighing by alpha mix it into the edges; otherwise each takes the colour of the next visible pixel, for the same reason.
    fn clear_transparent(&mut self, colour_bytes: usize, alpha_bytes: usize) -> bool {
        let size = colour_bytes + alpha_bytes;
        let hidden = |pixel: &[u8]| pixel.get(colour_bytes..).is_some_and(|alpha| alpha.iter().all(|byte| *byte == 0));
        let mut colours = self.bytes.chunks_exact(size).filter(|pixel| hidden(pixel)).map(|pixel| pixel.get(..colour_bytes));
        let first = colours.next();
        if first.is_none() || colours.all(|colour| Some(colour) == first) {
            return false;
        }
        let row_bytes = self.row_bytes();
        let mut dirty = false;
        let mut above = vec![0; row_bytes];
        for row in self.bytes.chunks_exact_mut(row_bytes) {
            // The nearest visible colour to the left, else to the right, else what the row above has.
            let first_seen =
                row.chunks_exact(size).find(|pixel| !hidden(pixel)).map(|pixel| pixel.get(..colour_bytes).unwrap_or_default().to_vec());
            let mut last = first_seen;
            for (pixel, over) in row.chunks_exact_mut(size).zip(above.chunks_exact(size)) {
                if !hidden(pixel) {
                    last = pixel.get(..colour_bytes).map(<[u8]>::to_vec);
                    continue;
                }
                let new = last.as_deref().unwrap_or(over.get(..colour_bytes).unwrap_or_default());
                if let Some(colour) = pixel.get_mut(..colour_bytes).filter(|colour| *colour != new) {
                    colour.copy_from_slice(new);
                    dirty = true;
                }
            }
            above.copy_from_slice(row);
        }
        dirty
    }

    /// Unused palette entries become black, unused ones at the end go, and pixels that cannot be seen share one entry (its colour tells nothing).
    fn clear_palette(&mut self, palette: &mut Option<Vec<u8>>, transparency: &mut Option<Vec<u8>>) -> bool {
        let (Some(palette), depth) = (palette, usize::from(self.header.depth)) else { return false };
        let invisible = |index: usize| transparency.as_ref().and_then(|alpha| alpha.get(index)) == Some(&0);
        let first_invisible = (0..256).find(|index| invisible(*index));
        let mut dirty = false;
        let mut used = [false; 256];
        let mask = 0xffu8 >> (8 - depth);
        let per_byte = 8 / depth;
        let (width, row_bytes) = (self.header.width as usize, self.row_bytes());
        for row in self.bytes.chunks_exact_mut(row_bytes) {
            for (position, byte) in row.iter_mut().enumerate() {
                for slot in 0..per_byte.min(width.saturating_sub(position * per_byte)) {
                    let shift = 8 - depth * (slot + 1);
                    let index = usize::from((*byte >> shift) & mask);
                    let shared = match first_invisible {
                        Some(first) if index != first && invisible(index) => first,
                        _ => index,
                    };
                    if shared != index {
                        *byte = (*byte & !(mask << shift)) | ((shared as u8) << shift);
                        dirty = true;
                    }
                    if let Some(flag) = used.get_mut(shared) {
                        *flag = true;
                    }
                }
            }
        }
        for (index, entry) in palette.chunks_exact_mut(3).enumerate() {
            if !used.get(index).is_some_and(|used| *used) && entry.iter().any(|byte| *byte != 0) {
                entry.fill(0);
            }
        }
        let entries = used.iter().rposition(|used| *used).map_or(1, |last| last + 1);
        palette.truncate(entries * 3);
        if let Some(alpha) = transparency {
            for (index, value) in alpha.iter_mut().enumerate() {
                if !used.get(index).is_some_and(|used| *used) {
                    *value = 0xff;
                }
            }
            alpha.truncate(entries);
            while alpha.last() == Some(&0xff) {
                alpha.pop();
            }
        }
        dirty
    }
}
