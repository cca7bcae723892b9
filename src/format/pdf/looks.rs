//! What pictures look like, coarsely: how opaque they are where, and in which colour. Only pictures that lie over or under words are asked,
//! and only those whose samples are there without an image codec.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Object, Stream};

use super::colour::{Rgb, Space};
use super::interpret::{Address, address};
use super::items::Picture;
use super::open::Source;

/// Cells in each direction that a picture is cut into.
const CELLS: usize = 32;
/// Samples in each direction that are looked at in one cell.
const SAMPLES: usize = 2;
/// Samples of a picture that is looked at.
const SAMPLES_MAX: u64 = 1 << 24;

/// A value for each cell.
#[derive(Debug)]
struct Plane<T> {
    columns: usize,
    cells: Vec<T>,
}

impl<T: Copy> Plane<T> {
    fn at(&self, x: f64, y: f64) -> Option<T> {
        let rows = self.cells.len() / self.columns.max(1);
        let cell = |place: f64, count: usize| ((place * count as f64).max(0.0) as usize).min(count.saturating_sub(1));
        self.cells.get(cell(y, rows) * self.columns + cell(x, self.columns)).copied()
    }
}

/// Samples of an image stream with its filters off.
pub(super) struct Samples<'d> {
    pub(super) data: &'d [u8],
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bits: usize,
    pub(super) components: usize,
}

impl Samples<'_> {
    pub(super) fn at(&self, x: usize, y: usize, component: usize) -> u32 {
        let row = (self.width * self.components * self.bits).div_ceil(8);
        let bit = (x * self.components + component) * self.bits;
        let byte = |at: usize| u32::from(self.data.get(y * row + at).copied().unwrap_or(0));
        match self.bits {
            16 => byte(bit / 8) << 8 | byte(bit / 8 + 1),
            8 => byte(bit / 8),
            bits => byte(bit / 8) >> (8 - bits - bit % 8) & ((1 << bits) - 1),
        }
    }

    /// A value for each cell from some of its samples.
    fn plane<T>(&self, mut cell: impl FnMut(&[(usize, usize)]) -> T) -> Plane<T> {
        let (columns, rows) = (self.width.min(CELLS), self.height.min(CELLS));
        let (mut cells, mut places) = (Vec::with_capacity(columns * rows), Vec::new());
        let span = |index: usize, count: usize, size: usize| (index * size / count, ((index + 1) * size / count).min(size));
        for row in 0..rows {
            for column in 0..columns {
                let ((x0, x1), (y0, y1)) = (span(column, columns, self.width), span(row, rows, self.height));
                let step = |from: usize, to: usize| (to - from).div_ceil(SAMPLES).max(1);
                let xs = (x0..x1).step_by(step(x0, x1));
                places.clear();
                places.extend((y0..y1).step_by(step(y0, y1)).flat_map(|y| xs.clone().map(move |x| (x, y))));
                cells.push(cell(&places));
            }
        }
        Plane { columns, cells }
    }
}

/// The pictures of one file.
pub(super) struct Looks<'s, 'l> {
    source: &'s Source<'l>,
    streams: HashMap<Address, &'s Stream>,
    /// Opacity from 0 to 1 of those that were asked; `None` where it is not known.
    alphas: Known<f32>,
    colours: Known<Rgb>,
}

/// What is known of pictures, by their streams.
type Known<T> = RefCell<HashMap<Address, Option<Rc<Plane<T>>>>>;

impl<'s, 'l> Looks<'s, 'l> {
    /// For one file.
    pub(super) fn new(source: &'s Source<'l>) -> Self {
        Self { source, streams: HashMap::new(), alphas: RefCell::default(), colours: RefCell::default() }
    }

    /// Notes a picture, to be asked for later.
    pub(super) fn meet(&mut self, stream: &'s Stream) -> Address {
        let key = address(stream);
        self.streams.insert(key, stream);
        key
    }

    /// Opacity of a picture at a point of the page, when it is known.
    pub(super) fn alpha(&self, picture: &Picture, x: f64, y: f64) -> Option<f32> {
        let plane = self.alphas_of(picture.key)?;
        let (x, y) = picture.placement.inverse()?.point(x, y);
        // The first row is on top.
        plane.at(x, 1.0 - y)
    }

    /// Colour of a picture at a point of the page, when it is known.
    pub(super) fn colour(&self, picture: &Picture, x: f64, y: f64) -> Rgb {
        let plane = self.colours_of(picture.key)?;
        let (x, y) = picture.placement.inverse()?.point(x, y);
        plane.at(x, 1.0 - y).flatten()
    }

    /// Whether a picture may be of few colours: it is small, or deflates to next to nothing. Others are not worth asking.
    pub(super) fn is_simple(&self, picture: &Picture) -> bool {
        const SMALL: u64 = 4_096;
        let stream = self.streams.get(&picture.key);
        picture.samples <= SMALL || stream.is_some_and(|stream| (stream.content.len() as u64) < picture.samples / 50)
    }

    /// Whether a picture is known to be of one colour all over.
    pub(super) fn is_uniform(&self, picture: &Picture) -> bool {
        self.is_simple(picture) && self.colours_of(picture.key).is_some_and(|plane| is_one_colour(&plane.cells))
    }

    /// Whether a picture may be a scan of words: fine enough to read them, and in black and white, or of few colours, but not of one.
    pub(super) fn may_be_scan(&self, picture: &Picture) -> bool {
        /// Samples of a page of which each is a point large.
        const SAMPLES_MIN: u64 = 400_000;
        let Some(stream) = self.streams.get(&picture.key) else { return false };
        let is_bilevel = self.source.int(&stream.dict, b"BitsPerComponent") == Some(1);
        picture.samples >= SAMPLES_MIN && (is_bilevel || self.is_simple(picture)) && !self.is_uniform(picture)
    }

    /// Whether a picture is known to be transparent all over.
    pub(super) fn is_clear(&self, picture: &Picture) -> bool {
        let Some(stream) = self.streams.get(&picture.key).copied() else { return false };
        let dict = &stream.dict;
        if let Object::Array(ranges) = self.source.entry(dict, b"Mask")
            && !dict.has(b"SMask")
        {
            return self.is_keyed_out(stream, ranges);
        }
        let is_clear = |plane: &Plane<f32>| !plane.cells.is_empty() && plane.cells.iter().all(|alpha| *alpha < 0.02);
        // The plane is of some samples; between them there may be words.
        self.alphas_of(picture.key).is_some_and(|plane| is_clear(&plane)) && {
            if self.source.flag(dict, b"ImageMask") {
                self.is_all(stream, Some(1), 1 - u32::from(self.is_inverted(stream)))
            } else if let Some(mask) = self.source.stream(dict, b"SMask") {
                self.is_all(mask, None, if self.is_inverted(mask) { u32::MAX } else { 0 })
            } else {
                self.source.stream(dict, b"Mask").is_some_and(|mask| self.is_all(mask, Some(1), 1 - u32::from(self.is_inverted(mask))))
            }
        }
    }

    /// Whether all samples of a mask are about the same: that value, or the greatest of all.
    fn is_all(&self, mask: &Stream, bits: Option<usize>, value: u32) -> bool {
        let is_near = |samples: &Samples<'_>| {
            let most = ((1u64 << samples.bits) - 1) as u32;
            let (value, slack) = (value.min(most), most / 50);
            let is_such = |sample: u32| sample.abs_diff(value) <= slack;
            (0..samples.height).all(|y| (0..samples.width).all(|x| is_such(samples.at(x, y, 0))))
        };
        self.with(mask, bits, 1, is_near).unwrap_or(false)
    }

    /// Whether the colours that are left out (§8.9.6.4) are those of all samples.
    fn is_keyed_out(&self, stream: &Stream, ranges: &[Object]) -> bool {
        let Some(components) = stream.dict.get(b"ColorSpace").ok().and_then(|space| Space::read(self.source, space, None, 0).components())
        else {
            return false;
        };
        let ranges: Vec<f64> = ranges.iter().filter_map(|item| self.source.to_number(item)).collect();
        let pairs: Vec<&[f64]> = ranges.chunks_exact(2).take(components).collect();
        let is_out = |samples: &Samples<'_>, x, y| {
            (0..components).zip(&pairs).all(|(component, pair)| {
                let sample = f64::from(samples.at(x, y, component));
                pair.first().is_some_and(|low| *low <= sample) && pair.last().is_some_and(|high| sample <= *high)
            })
        };
        pairs.len() == components
            && self
                .with(stream, None, components, |samples| (0..samples.height).all(|y| (0..samples.width).all(|x| is_out(samples, x, y))))
                .unwrap_or(false)
    }

    fn alphas_of(&self, key: Address) -> Option<Rc<Plane<f32>>> {
        let stream = *self.streams.get(&key)?;
        ask(&self.alphas, key, || if self.source.flag(&stream.dict, b"ImageMask") { self.stencil(stream) } else { self.mask(stream) })
    }

    fn colours_of(&self, key: Address) -> Option<Rc<Plane<Rgb>>> {
        let stream = *self.streams.get(&key)?;
        ask(&self.colours, key, || self.shades(stream))
    }

    /// Opacity of a picture that is no stencil.
    fn mask(&self, stream: &Stream) -> Option<Plane<f32>> {
        let dict = &stream.dict;
        if let Some(mask) = self.source.stream(dict, b"SMask") {
            return self.grey(mask);
        }
        match self.source.entry(dict, b"Mask") {
            Object::Stream(mask) => self.stencil(mask),
            Object::Array(_) => None,
            _ if self.source.int(dict, b"SMaskInData").is_some_and(|kind| kind > 0) => None,
            _ => Some(Plane { columns: 1, cells: vec![1.0] }),
        }
    }

    fn with<T>(&self, stream: &Stream, bits: Option<usize>, components: usize, what: impl FnOnce(&Samples<'_>) -> T) -> Option<T> {
        let size = |key: &[u8]| self.source.int(&stream.dict, key).and_then(|size| u64::try_from(size).ok()).filter(|size| *size > 0);
        let (width, height) = (size(b"Width")?, size(b"Height")?);
        if width.checked_mul(height)? > SAMPLES_MAX {
            return None;
        }
        let bits = bits.or_else(|| usize::try_from(self.source.int(&stream.dict, b"BitsPerComponent")?).ok())?;
        if !matches!(bits, 1 | 2 | 4 | 8 | 16) {
            return None;
        }
        let decoded = self.source.decode(stream).ok().filter(|decoded| decoded.codec.is_none())?;
        let samples =
            Samples { data: &decoded.data, width: usize::try_from(width).ok()?, height: usize::try_from(height).ok()?, bits, components };
        Some(what(&samples))
    }

    /// Whether samples count the other way round.
    fn is_inverted(&self, stream: &Stream) -> bool {
        self.source.array(&stream.dict, b"Decode").first().and_then(|low| self.source.to_number(low)).is_some_and(|low| low > 0.5)
    }

    /// Opacity of a stencil: it paints where its samples are 0 (§8.9.6.2).
    fn stencil(&self, stream: &Stream) -> Option<Plane<f32>> {
        let paints = u32::from(self.is_inverted(stream));
        self.with(stream, Some(1), 1, |samples| {
            samples.plane(|places| mean(places.iter().map(|(x, y)| if samples.at(*x, *y, 0) == paints { 1.0 } else { 0.0 })))
        })
    }

    /// Opacity by a soft mask (§11.6.5.2).
    fn grey(&self, stream: &Stream) -> Option<Plane<f32>> {
        let is_inverted = self.is_inverted(stream);
        self.with(stream, None, 1, |samples| {
            let most = ((1u64 << samples.bits) - 1) as f32;
            samples.plane(|places| {
                let mean = mean(places.iter().map(|(x, y)| samples.at(*x, *y, 0) as f32 / most));
                if is_inverted { 1.0 - mean } else { mean }
            })
        })
    }

    fn shades(&self, stream: &Stream) -> Option<Plane<Rgb>> {
        let space = Space::read(self.source, stream.dict.get(b"ColorSpace").ok()?, None, 0);
        let components = space.components()?;
        let is_indexed = matches!(space, Space::Indexed(..));
        if matches!(space, Space::Lab) || is_indexed && stream.dict.has(b"Decode") {
            return None;
        }
        let is_inverted = self.is_inverted(stream);
        self.with(stream, None, components, |samples| {
            let most = ((1u64 << samples.bits) - 1) as f64;
            samples.plane(|places| {
                let mut sum = [0.0f32; 3];
                for (x, y) in places {
                    let parts: Vec<f64> = (0..components)
                        .map(|component| f64::from(samples.at(*x, *y, component)))
                        .map(|value| if is_indexed { value } else { value / most })
                        .map(|value| if is_inverted { 1.0 - value } else { value })
                        .collect();
                    let colour = space.rgb(&parts)?;
                    sum.iter_mut().zip(colour).for_each(|(sum, part)| *sum += part);
                }
                Some(sum.map(|sum| sum / places.len().max(1) as f32))
            })
        })
    }
}

/// What is known, or is found out now.
fn ask<T>(known: &Known<T>, key: Address, find: impl FnOnce() -> Option<Plane<T>>) -> Option<Rc<Plane<T>>> {
    if let Some(plane) = known.borrow().get(&key) {
        return plane.clone();
    }
    let plane = find().map(Rc::new);
    known.borrow_mut().insert(key, plane.clone());
    plane
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0.0f32), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}

fn is_one_colour(cells: &[Rgb]) -> bool {
    let first = cells.first().copied().flatten();
    first.is_some_and(|first| cells.iter().all(|cell| cell.is_some_and(|cell| super::colour::alike(cell, first))))
}
