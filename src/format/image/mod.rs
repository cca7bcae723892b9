//! Pictures inside documents: kept to what the picture shows, nothing else.
//!
//! Every kind has an allow-list of segments, chunks, blocks, records or elements; what the list does not know goes,
//! and what cannot be told from the drawing itself refuses the picture. Raster formats that Word does not show as
//! they are kept on disk (TIFF, BMP) come back as PNG without loss. No compressed picture is ever decoded and
//! compressed again with loss, except a cropped JPEG that would grow too large as PNG.

mod bmp;
mod bytes;
mod dib;
mod emf;
mod gif;
mod jpeg;
mod png;
mod raster;
mod sheet;
mod sniff;
mod svg;
mod wmf;

use crate::error::DocError;
use crate::limits::Limits;
use crate::model::FindingKind;
pub use sniff::{ImageKind, sniff};

crate::faults! {
    /// Faults of a picture.
    ImageFault {
        Damaged { format: String, what: String } => "image-damaged", File, "a {format} picture is damaged: {what}", "open the document in a word processor, replace the picture, and save a copy";
        Unsupported { format: String } => "image-unsupported", File, "a picture of an unsupported kind: {format}", "open the document in a word processor, convert the picture to PNG, and save a copy";
        TooLarge { pixels: u64, limit: u64 } => "image-too-large", Limit, "a picture of {pixels} pixels, the limit is {limit}", "raise `limits.pixels` in the policy if you trust the sender";
        TooMuch { limit: u64 } => "image-total-too-large", Limit, "the pictures of the document have more than {limit} pixels together", "raise `limits.pixels` in the policy if you trust the sender: ten times as many are read of one document";
        CannotCut { format: String } => "image-cannot-cut", File, "a {format} picture is cropped, and its hidden parts cannot be cut away", "open the document in a word processor, choose \"delete cropped areas of pictures\" or replace the picture by a PNG, and save a copy";
        Unsafe { format: String, what: String } => "image-unsafe", File, "a {format} picture holds {what}", "open the document in a word processor, replace the picture by a PNG, and save a copy";
    }
}

/// How much of each edge is cropped away, in 1/100000 of the width or height (`a:srcRect`, ECMA-376-1 §20.1.8.55).
///
/// Negative values of `a:srcRect` add a margin and hide nothing; pass 0 for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Crop {
    /// Off the left edge.
    pub left: u32,
    /// Off the top edge.
    pub top: u32,
    /// Off the right edge.
    pub right: u32,
    /// Off the bottom edge.
    pub bottom: u32,
}

impl Crop {
    /// Whether nothing is cropped.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// A picture with nothing in it but what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanImage {
    /// The new file.
    pub bytes: Vec<u8>,
    /// Its kind; differs from the source's where the format was changed (TIFF, BMP and cropped GIF to PNG, unzipped metafiles).
    pub kind: ImageKind,
    /// What was taken out, with counts.
    pub removed: Vec<(FindingKind, u64)>,
    /// Words found in what was taken out, best effort; for the byte sweep only.
    pub secrets: Vec<String>,
    /// The part of the crop that is smaller than one pixel and still has to be applied by `a:srcRect`.
    /// Cutting again with it cuts nothing.
    pub crop: Option<Crop>,
    /// Width times height of all that was decoded for it.
    pub pixels: u64,
}

/// Collects what a format takes out while it writes the new file.
#[derive(Debug, Default)]
struct Taken {
    removed: std::collections::BTreeMap<FindingKind, u64>,
    secrets: Vec<String>,
    /// Width times height of all that was decoded.
    pixels: u64,
}

impl Taken {
    /// Counts the pixels of a picture that is decoded.
    fn decoded(&mut self, width: u32, height: u32) {
        self.pixels = self.pixels.saturating_add(u64::from(width).saturating_mul(u64::from(height)));
    }
    /// Counts the pixels of a picture inside.
    fn decoded_inside(&mut self, inside: &CleanImage, limits: &Limits) -> Result<(), ImageFault> {
        self.pixels = self.pixels.saturating_add(inside.pixels);
        within_document(self.pixels, limits)
    }
    /// Counts one thing.
    fn count(&mut self, kind: FindingKind) {
        let count = self.removed.entry(kind).or_default();
        *count = count.saturating_add(1);
    }
    /// Counts one thing and remembers the words in it.
    fn words(&mut self, kind: FindingKind, piece: &[u8]) {
        self.count(kind);
        self.words_only(piece);
    }
    /// Counts bytes that mean nothing, unless all are zero, and remembers the words in them.
    fn slack(&mut self, piece: &[u8]) {
        if piece.iter().any(|byte| *byte != 0) {
            self.words(FindingKind::ImageMetadata, piece);
        }
    }
    /// Remembers words of a thing that is already counted.
    fn words_only(&mut self, piece: &[u8]) {
        bytes::harvest(piece, &mut self.secrets);
    }
}

/// The picture without metadata, slack, previews, hidden pixels and, where `crop` says so, without the parts that are cropped away.
///
/// Deterministic, and cleaning twice equals cleaning once. EXIF orientation goes with the other metadata: a word processor shows the
/// stored pixels and keeps rotation in the drawing (`a:xfrm/@rot`), so the page looks the same.
///
/// # Errors
/// [`ImageFault`] when the picture is damaged, too large, of an unsupported kind, holds something unsafe, or cannot be cut.
pub fn clean(bytes: &[u8], crop: Option<Crop>, limits: &Limits) -> Result<CleanImage, DocError> {
    clean_at_depth(bytes, crop.filter(|crop| !crop.is_none()), limits, 0).map_err(DocError::whole)
}

/// `depth` counts pictures inside pictures (SVG).
fn clean_at_depth(bytes: &[u8], crop: Option<Crop>, limits: &Limits, depth: u8) -> Result<CleanImage, ImageFault> {
    let Some(kind) = sniff(bytes) else { return Err(ImageFault::Unsupported { format: "unknown".into() }) };
    let mut taken = Taken::default();
    let cut_vector = || match crop {
        Some(_) => Err(ImageFault::CannotCut { format: kind.name().into() }),
        None => Ok(()),
    };
    let (bytes, kind, crop) = match kind {
        ImageKind::Png => png::clean(bytes, crop, limits, &mut taken).map(|(bytes, rest)| (bytes, kind, rest))?,
        ImageKind::Jpeg => match crop.and_then(|crop| raster::cuts_something(bytes, kind, crop, limits).transpose()).transpose()? {
            Some(crop) => raster::cut_jpeg(bytes, crop, limits, &mut taken)?,
            None => (jpeg::clean(bytes, limits, &mut taken)?, kind, crop),
        },
        ImageKind::Gif => match crop.and_then(|crop| raster::cuts_something(bytes, kind, crop, limits).transpose()).transpose()? {
            Some(crop) => raster::cut_gif(bytes, crop, limits, &mut taken)?,
            None => (gif::clean(bytes, limits, &mut taken)?, kind, crop),
        },
        ImageKind::Bmp => {
            bmp::check(bytes, &mut taken)?;
            raster::to_png(bytes, kind, crop, limits, &mut taken)?
        }
        ImageKind::Tiff => raster::to_png(bytes, kind, crop, limits, &mut taken)?,
        ImageKind::Emf => cut_vector().and_then(|()| emf::clean(bytes, limits, &mut taken)).map(|bytes| (bytes, kind, None))?,
        ImageKind::Wmf => match (cut_vector()?, wmf::enhanced(bytes, limits)) {
            ((), Some(drawing)) => {
                taken.count(FindingKind::PictureOriginal);
                (emf::clean(&drawing, limits, &mut taken)?, ImageKind::Emf, None)
            }
            ((), None) => (wmf::clean(bytes, limits, &mut taken)?, kind, None),
        },
        ImageKind::Svg => cut_vector().and_then(|()| svg::clean(bytes, limits, depth, &mut taken)).map(|bytes| (bytes, kind, None))?,
        ImageKind::Gzip => return sniff::inflate(bytes, limits).and_then(|inner| clean_unzipped(&inner, crop, limits, depth)),
        ImageKind::WebP | ImageKind::JpegXr | ImageKind::Pict | ImageKind::Icon | ImageKind::Heif => {
            return Err(ImageFault::Unsupported { format: kind.name().into() });
        }
    };
    Ok(CleanImage { bytes, kind, removed: taken.removed.into_iter().collect(), secrets: taken.secrets, crop, pixels: taken.pixels })
}

/// A metafile or SVG that was stored zipped (`.emz`, `.wmz`, `.svgz`): the header of the zip layer may name a file.
fn clean_unzipped(inner: &[u8], crop: Option<Crop>, limits: &Limits, depth: u8) -> Result<CleanImage, ImageFault> {
    match sniff(inner) {
        Some(ImageKind::Emf | ImageKind::Wmf | ImageKind::Svg) => clean_at_depth(inner, crop, limits, depth),
        _ => Err(ImageFault::Unsupported { format: "gzip".into() }),
    }
}

/// What a picture does to what is behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Covering {
    /// Nearly all of it is opaque and of one colour.
    pub plain: bool,
    /// Nearly all of it is opaque.
    pub opaque: bool,
}

/// What a picture does to what is behind it, and its number of pixels. A drawing made of records or shapes covers nothing.
///
/// # Errors
/// [`ImageFault`] when the picture is damaged or too large.
pub fn covering(bytes: &[u8], limits: &Limits) -> Result<(Covering, u64), ImageFault> {
    match sniff(bytes) {
        Some(kind @ (ImageKind::Png | ImageKind::Jpeg | ImageKind::Gif | ImageKind::Bmp | ImageKind::Tiff)) => {
            raster::covering(bytes, kind, limits)
        }
        _ => Ok((Covering::default(), 0)),
    }
}

/// The pixels that the pictures of one document have together against the budget: ten times that of one picture.
///
/// # Errors
/// [`ImageFault::TooMuch`].
pub fn within_document(pixels: u64, limits: &Limits) -> Result<(), ImageFault> {
    let limit = limits.pixels.saturating_mul(10);
    if pixels > limit { Err(ImageFault::TooMuch { limit }) } else { Ok(()) }
}

/// Width and height in pixels against the budget.
fn check_pixels(width: u32, height: u32, limits: &Limits) -> Result<(), ImageFault> {
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if pixels > limits.pixels { Err(ImageFault::TooLarge { pixels, limit: limits.pixels }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
