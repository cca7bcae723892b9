//! GIF 89a: header, palettes, frames with their timing, and the loop count; nothing else.
//!
//! Comments, plain text blocks (which no reader draws), other application blocks and everything behind the trailer go. Each
//! frame's pixels are compressed again, so that nothing rides behind them. Palette entries that no pixel uses become black.
//! A page shows the first frame; further frames stay only where the file says that it is an animation (loop count), for then
//! readers play them. What lies outside the canvas is cut away.

use super::bytes::{le16, slice, u8_at};
use super::{ImageFault, Taken, check_pixels};
use crate::limits::Limits;
use crate::model::FindingKind as K;

fn damaged(what: &str) -> ImageFault {
    ImageFault::Damaged { format: "GIF".into(), what: what.into() }
}

/// A palette and the entries that pixels use.
struct Palette {
    /// Where it stands in the output.
    at: usize,
    entries: usize,
    used: [bool; 256],
}

impl Palette {
    fn read(bytes: &[u8], at: &mut usize, flags: u8, out: &mut Vec<u8>) -> Result<Option<Self>, ImageFault> {
        if flags & 0x80 == 0 {
            return Ok(None);
        }
        let entries = 2usize << (flags & 7);
        out.extend_from_slice(slice(bytes, *at, entries * 3).ok_or_else(cut_off)?);
        *at = at.saturating_add(entries * 3);
        Ok(Some(Self { at: out.len().saturating_sub(entries * 3), entries, used: [false; 256] }))
    }

    /// Blackens what no pixel shows.
    fn close(&self, out: &mut [u8]) {
        for index in (0..self.entries).filter(|index| !self.used.get(*index).copied().unwrap_or(false)) {
            super::bytes::zero(out, self.at + index * 3, self.at + index * 3 + 3);
        }
    }

    fn add(&mut self, used: &[bool; 256]) {
        self.used.iter_mut().zip(used).for_each(|(mine, theirs)| *mine |= theirs);
    }
}

fn cut_off() -> ImageFault {
    damaged("it is cut off")
}

/// The clean picture.
pub(super) fn clean(bytes: &[u8], limits: &Limits, taken: &mut Taken) -> Result<Vec<u8>, ImageFault> {
    let mut gif = Gif::open(bytes, limits, taken)?;
    loop {
        match gif.byte()? {
            0x3b => return gif.close(),
            0x21 => gif.extension()?,
            0x2c => gif.image()?,
            // Some writers leave zero bytes between blocks.
            0 => gif.taken.count(K::PictureOriginal),
            _ => return Err(damaged("a block of an unknown kind")),
        }
    }
}

/// A picture, block by block.
struct Gif<'b, 't> {
    bytes: &'b [u8],
    /// Where the next block begins.
    at: usize,
    limits: &'b Limits,
    taken: &'t mut Taken,
    width: u16,
    height: u16,
    global: Option<Palette>,
    /// What the next frame is shown by (§23).
    control: Option<[u8; 4]>,
    frames: u32,
    pixels: u64,
    is_animated: bool,
    out: Vec<u8>,
}

impl<'b, 't> Gif<'b, 't> {
    fn open(bytes: &'b [u8], limits: &'b Limits, taken: &'t mut Taken) -> Result<Self, ImageFault> {
        let mut head = slice(bytes, 0, 13).ok_or_else(cut_off)?.to_vec();
        let (width, height) = le16(&head, 6).zip(le16(&head, 8)).ok_or_else(cut_off)?;
        check_pixels(u32::from(width), u32::from(height), limits)?;
        taken.decoded(u32::from(width), u32::from(height));
        let flags = u8_at(&head, 10).unwrap_or(0);
        // The background colour (§18) is not drawn by word processors, nor is the aspect ratio heeded.
        head.truncate(11);
        head.extend_from_slice(&[0, 0]);
        let mut out = Vec::with_capacity(bytes.len());
        out.extend_from_slice(&head);
        let mut at = 13;
        let global = Palette::read(bytes, &mut at, flags, &mut out)?;
        Ok(Self { bytes, at, limits, taken, width, height, global, control: None, frames: 0, pixels: 0, is_animated: false, out })
    }

    fn byte(&mut self) -> Result<u8, ImageFault> {
        let byte = u8_at(self.bytes, self.at).ok_or_else(cut_off)?;
        self.at = self.at.saturating_add(1);
        Ok(byte)
    }

    /// A chain of sub-blocks with its terminator.
    fn blocks(&mut self) -> Result<&'b [u8], ImageFault> {
        let end = sub_blocks_end(self.bytes, self.at).ok_or_else(cut_off)?;
        let blocks = self.bytes.get(self.at..end).unwrap_or_default();
        self.at = end;
        Ok(blocks)
    }

    fn extension(&mut self) -> Result<(), ImageFault> {
        match (self.byte()?, self.blocks()?) {
            (0xf9, [4, a, b, c, d, 0]) => self.control = Some([*a & 0x1f, *b, *c, *d]),
            (0xff, whole @ [11, rest @ ..]) if is_loop(rest) && self.frames == 0 && !self.is_animated => {
                self.is_animated = true;
                self.out.extend_from_slice(&[0x21, 0xff]);
                self.out.extend_from_slice(whole);
            }
            (_, whole) => self.taken.words(K::ImageMetadata, &joined(whole)),
        }
        Ok(())
    }

    /// A frame with its control, its palette and its pixels (§20).
    fn image(&mut self) -> Result<(), ImageFault> {
        let mut frame = slice(self.bytes, self.at, 9).and_then(Frame::read).ok_or_else(cut_off)?;
        self.at = self.at.saturating_add(9);
        self.pixels = self.pixels.saturating_add(frame.pixels());
        if self.pixels > self.limits.pixels {
            return Err(ImageFault::TooLarge { pixels: self.pixels, limit: self.limits.pixels });
        }
        let start = self.out.len();
        let transparent = self.control.filter(|control| control[0] & 1 == 1).map(|control| control[3]);
        if let Some([flags, delay @ .., _]) = self.control.take() {
            self.out.extend_from_slice(&[0x21, 0xf9, 4, flags]);
            self.out.extend_from_slice(&delay);
            self.out.extend_from_slice(&[transparent.unwrap_or(0), 0]);
        }
        let descriptor = self.out.len();
        self.out.extend_from_slice(&[0; 10]);
        let mut local = Palette::read(self.bytes, &mut self.at, frame.flags, &mut self.out)?;
        let failed = || damaged("its pixels do not decode");
        let code_size = u8_at(self.bytes, self.at).filter(|size| (2..=8).contains(size)).ok_or_else(failed)?;
        self.at = self.at.saturating_add(1);
        let blocks = self.blocks()?;
        let is_inside = frame.left < self.width && frame.top < self.height && frame.pixels() > 0;
        if self.frames > 0 && !self.is_animated || !is_inside {
            self.taken.count(K::PictureOriginal);
            self.out.truncate(start);
            return Ok(());
        }
        self.frames = self.frames.saturating_add(1);
        let (mut data, behind) = decode(code_size, blocks, frame.pixels())?;
        if frame.clip(&mut data, self.width, self.height)? || behind {
            self.taken.count(K::PictureOriginal);
        }
        if let Some(place) = self.out.get_mut(descriptor..descriptor.saturating_add(10)) {
            place.copy_from_slice(&frame.write());
        }
        self.out.push(code_size);
        let packed = weezl::encode::Encoder::new(weezl::BitOrder::Lsb, code_size).encode(&data);
        sub_blocks(&mut self.out, &packed.map_err(|_| failed())?);
        let mut used = used_entries(&data);
        if let Some(flag) = transparent.and_then(|index| used.get_mut(usize::from(index))) {
            *flag = false;
        }
        if let Some(palette) = local.as_mut().or(self.global.as_mut()) {
            palette.add(&used);
        }
        if let Some(local) = local {
            local.close(&mut self.out);
        }
        Ok(())
    }

    fn close(mut self) -> Result<Vec<u8>, ImageFault> {
        if self.frames == 0 {
            return Err(damaged("it has no picture"));
        }
        if let Some(global) = self.global {
            global.close(&mut self.out);
        }
        if let Some(rest) = self.bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            self.taken.words(K::PictureOriginal, rest);
        }
        self.out.push(0x3b);
        Ok(self.out)
    }
}

/// NETSCAPE2.0 and ANIMEXTS1.0 with nothing but the loop count.
fn is_loop(rest: &[u8]) -> bool {
    (rest.starts_with(b"NETSCAPE2.0") || rest.starts_with(b"ANIMEXTS1.0")) && matches!(rest.get(11..), Some([3, 1, _, _, 0]))
}

/// Where a chain of sub-blocks ends, its terminator included (§15).
fn sub_blocks_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = u8_at(bytes, at)?;
        at = at.checked_add(1)?.checked_add(usize::from(length))?;
        if length == 0 {
            return Some(at);
        }
    }
}

/// The bytes of a chain of sub-blocks.
fn joined(blocks: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(blocks.len());
    let mut at = 0;
    while let Some(length) = u8_at(blocks, at).map(usize::from) {
        out.extend_from_slice(slice(blocks, at.saturating_add(1), length).unwrap_or_default());
        at = at.saturating_add(1).saturating_add(length);
    }
    out
}

/// Image descriptor (§20).
struct Frame {
    left: u16,
    top: u16,
    width: u16,
    height: u16,
    flags: u8,
}

impl Frame {
    fn read(place: &[u8]) -> Option<Self> {
        let field = |at| le16(place, at);
        Some(Self { left: field(0)?, top: field(2)?, width: field(4)?, height: field(6)?, flags: u8_at(place, 8)? & 0xc7 })
    }

    fn write(&self) -> [u8; 10] {
        let mut out = [0x2c, 0, 0, 0, 0, 0, 0, 0, 0, self.flags];
        for (at, field) in [self.left, self.top, self.width, self.height].into_iter().enumerate() {
            out[1 + at * 2..3 + at * 2].copy_from_slice(&field.to_le_bytes());
        }
        out
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width).saturating_mul(u64::from(self.height))
    }

    /// Cuts what lies outside the canvas. Says whether there was anything.
    fn clip(&mut self, data: &mut Vec<u8>, canvas_width: u16, canvas_height: u16) -> Result<bool, ImageFault> {
        let width = self.width.min(canvas_width.saturating_sub(self.left));
        let height = self.height.min(canvas_height.saturating_sub(self.top));
        if (width, height) == (self.width, self.height) {
            return Ok(false);
        }
        if self.flags & 0x40 != 0 {
            return Err(ImageFault::CannotCut { format: "interlaced GIF".into() });
        }
        let rows = data.chunks_exact(usize::from(self.width).max(1)).take(usize::from(height));
        *data = rows.flat_map(|row| row.iter().take(usize::from(width)).copied()).collect();
        (self.width, self.height) = (width, height);
        Ok(true)
    }
}

/// The palette indexes of one frame, and whether bytes stand behind them.
fn decode(code_size: u8, blocks: &[u8], count: u64) -> Result<(Vec<u8>, bool), ImageFault> {
    let failed = || damaged("its pixels do not decode");
    let data = joined(blocks);
    let mut pixels = vec![0; usize::try_from(count).map_err(|_| failed())?.saturating_add(1)];
    let mut decoder = weezl::decode::Decoder::new(weezl::BitOrder::Lsb, code_size);
    let (mut read, mut written) = (0usize, 0usize);
    while !decoder.has_ended() && written < pixels.len() {
        let step = decoder.decode_bytes(data.get(read..).unwrap_or_default(), pixels.get_mut(written..).unwrap_or_default());
        if step.status.is_err() || (step.consumed_in == 0 && step.consumed_out == 0) {
            break;
        }
        read = read.saturating_add(step.consumed_in);
        written = written.saturating_add(step.consumed_out);
    }
    if (written as u64) < count {
        return Err(damaged("pixels are missing"));
    }
    let behind = written as u64 > count || read < data.len();
    pixels.truncate(usize::try_from(count).map_err(|_| failed())?);
    Ok((pixels, behind))
}

fn used_entries(pixels: &[u8]) -> [bool; 256] {
    let mut used = [false; 256];
    for pixel in pixels {
        if let Some(flag) = used.get_mut(usize::from(*pixel)) {
            *flag = true;
        }
    }
    used
}

fn sub_blocks(out: &mut Vec<u8>, data: &[u8]) {
    for block in data.chunks(255) {
        out.push(block.len() as u8);
        out.extend_from_slice(block);
    }
    out.push(0);
}
