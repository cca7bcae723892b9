//! Decoding, cutting and lossless writing of pixels.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder as _, ImageFormat};

use super::png::{Header, write_rows};
use super::{Covering, Crop, ImageFault, ImageKind, Taken, bytes, check_pixels};
use crate::limits::Limits;
use crate::model::FindingKind as K;

/// What a cut picture returns: bytes, kind, and the crop that is left.
pub(super) type CutPicture = (Vec<u8>, ImageKind, Option<Crop>);

/// A crop in whole pixels, rounded outward so that nothing visible is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) left: u32,
    pub(super) top: u32,
    right: u32,
    bottom: u32,
    width: u32,
    height: u32,
    /// What is still to be cropped: less than a pixel at each edge.
    pub(super) rest: Option<Crop>,
}

impl Cut {
    /// Of a picture of `width` times `height` pixels.
    pub(super) fn of(crop: Crop, width: u32, height: u32) -> Self {
        let (left, right, rest_left, rest_right) = Self::edges(crop.left, crop.right, width);
        let (top, bottom, rest_top, rest_bottom) = Self::edges(crop.top, crop.bottom, height);
        let rest = Crop { left: rest_left, top: rest_top, right: rest_right, bottom: rest_bottom };
        Self { left, top, right, bottom, width, height, rest: (!rest.is_none()).then_some(rest) }
    }

    /// Pixels off both ends of a side of `size` pixels, and what is left of each crop on the new side, in 1/100000.
    fn edges(near: u32, far: u32, size: u32) -> (u32, u32, u32, u32) {
        let size = u64::from(size.max(1));
        let parts = |share: u32| u64::from(share.min(100_000)).saturating_mul(size);
        let near_pixels = (parts(near) / 100_000).min(size - 1);
        let far_pixels = (parts(far) / 100_000).min(size - 1 - near_pixels);
        let left_over = size - near_pixels - far_pixels;
        // Rounded down: a crop a little too small shows a sliver of a pixel that is shown anyway.
        let rest = |share: u32, pixels: u64| (parts(share).saturating_sub(pixels * 100_000) / left_over).min(100_000 / left_over) as u32;
        let whole = |rest: u32| if u64::from(rest) * left_over >= 100_000 { rest.saturating_sub(1) } else { rest };
        (near_pixels as u32, far_pixels as u32, whole(rest(near, near_pixels)), whole(rest(far, far_pixels)))
    }

    /// Whether any pixel goes.
    pub(super) fn cuts(&self) -> bool {
        self.left | self.top | self.right | self.bottom != 0
    }

    /// Pixels across that stay; at least one.
    pub(super) fn width(&self) -> u32 {
        self.width.saturating_sub(self.left).saturating_sub(self.right).max(1)
    }

    /// Pixels down that stay; at least one.
    pub(super) fn height(&self) -> u32 {
        self.height.saturating_sub(self.top).saturating_sub(self.bottom).max(1)
    }
}

fn damaged(kind: ImageKind) -> ImageFault {
    ImageFault::Damaged { format: kind.name().into(), what: "it does not decode".into() }
}

/// Width and height of a JPEG or GIF, from its header.
fn size_of(bytes: &[u8], kind: ImageKind) -> Result<(u32, u32), ImageFault> {
    let size = match kind {
        ImageKind::Gif => bytes::le16(bytes, 6).zip(bytes::le16(bytes, 8)).map(|(w, h)| (u32::from(w), u32::from(h))),
        _ => super::jpeg::size(bytes),
    };
    size.filter(|(width, height)| *width > 0 && *height > 0).ok_or_else(|| damaged(kind))
}

/// The crop if it cuts whole pixels; `None` if all of it is less than a pixel.
///
/// A crop of less than a pixel stays in the drawing: the caller gets it back unchanged.
pub(super) fn cuts_something(bytes: &[u8], kind: ImageKind, crop: Crop, limits: &Limits) -> Result<Option<Crop>, ImageFault> {
    let (width, height) = size_of(bytes, kind)?;
    check_pixels(width, height, limits)?;
    Ok(Cut::of(crop, width, height).cuts().then_some(crop))
}

fn decode(bytes: &[u8], kind: ImageKind, limits: &Limits) -> Result<DynamicImage, ImageFault> {
    let format = match kind {
        ImageKind::Jpeg => ImageFormat::Jpeg,
        ImageKind::Gif => ImageFormat::Gif,
        ImageKind::Bmp => ImageFormat::Bmp,
        ImageKind::Png => ImageFormat::Png,
        _ => ImageFormat::Tiff,
    };
    let mut budget = image::Limits::default();
    budget.max_alloc = Some(limits.total_bytes);
    let mut reader = image::ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(budget.clone());
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error, kind))?;
    let (width, height) = decoder.dimensions();
    check_pixels(width, height, limits)?;
    if decoder.total_bytes() > limits.total_bytes {
        let pixels = u64::from(width).saturating_mul(u64::from(height));
        return Err(ImageFault::TooLarge { pixels, limit: limits.pixels });
    }
    decoder.set_limits(budget).map_err(|error| refused(&error, kind))?;
    DynamicImage::from_decoder(decoder).map_err(|error| refused(&error, kind))
}

fn refused(error: &image::ImageError, kind: ImageKind) -> ImageFault {
    match error {
        image::ImageError::Unsupported(_) => {
            ImageFault::Unsupported { format: format!("{} with features that cannot be read", kind.name()) }
        }
        _ => damaged(kind),
    }
}

/// Whether all but a fiftieth of a picture is opaque, and whether that is of one colour.
pub(super) fn covering(bytes: &[u8], kind: ImageKind, limits: &Limits) -> Result<(Covering, u64), ImageFault> {
    const ALIKE: u8 = 24;
    let pixels = decode(bytes, kind, limits)?.into_rgba8();
    let count = u64::from(pixels.width()) * u64::from(pixels.height());
    // The commonest colour is among these, if one is as common as that.
    let step = (pixels.pixels().len() / 64).max(1);
    let alike = |one: &image::Rgba<u8>, other: &image::Rgba<u8>| one.0.iter().zip(other.0).all(|(one, other)| one.abs_diff(other) <= ALIKE);
    let others = |colour: &image::Rgba<u8>| {
        let is_like = |pixel: &image::Rgba<u8>| pixel.0[3] >= u8::MAX - ALIKE && alike(pixel, colour);
        pixels.pixels().filter(|pixel| !is_like(pixel)).take((count / 50) as usize + 1).count() as u64
    };
    let mut seen: Vec<&image::Rgba<u8>> = pixels.pixels().step_by(step).collect();
    seen.sort_unstable_by_key(|pixel| pixel.0);
    seen.dedup_by(|one, other| alike(one, other));
    // With many colours among so few there is none that is so common.
    let is_plain = seen.len() <= 16 && seen.into_iter().any(|colour| others(colour) <= count / 50);
    let through = pixels.pixels().filter(|pixel| pixel.0[3] < u8::MAX - ALIKE).take((count / 50) as usize + 1).count() as u64;
    Ok((Covering { plain: is_plain, opaque: through <= count / 50 }, count))
}

/// A BMP or TIFF (its first page, the only one a word processor shows) as PNG, cut if need be.
pub(super) fn to_png(
    bytes: &[u8],
    kind: ImageKind,
    crop: Option<Crop>,
    limits: &Limits,
    taken: &mut Taken,
) -> Result<CutPicture, ImageFault> {
    let picture = decode(bytes, kind, limits)?;
    if kind == ImageKind::Tiff {
        taken.words(K::ImageMetadata, &tiff_text(bytes));
    }
    finish(picture, crop, limits, taken)
}

/// A GIF cut to its crop: its first frame, as PNG.
pub(super) fn cut_gif(bytes: &[u8], crop: Crop, limits: &Limits, taken: &mut Taken) -> Result<CutPicture, ImageFault> {
    super::gif::clean(bytes, limits, taken)?;
    finish(decode(bytes, ImageKind::Gif, limits)?, Some(crop), limits, taken)
}

/// A JPEG cut to its crop: as PNG, or again as JPEG where the PNG would be more than six times the source and past 2 MiB.
pub(super) fn cut_jpeg(bytes: &[u8], crop: Crop, limits: &Limits, taken: &mut Taken) -> Result<CutPicture, ImageFault> {
    const LARGE: usize = 2 << 20;
    let plain = super::jpeg::clean(bytes, limits, taken)?;
    if super::jpeg::components(&plain) > 3 {
        return Err(ImageFault::CannotCut { format: "CMYK JPEG".into() });
    }
    let picture = decode(&plain, ImageKind::Jpeg, limits)?;
    let colour = picture.color();
    let (png, kind, rest) = finish(picture, Some(crop), limits, taken)?;
    if png.len() <= LARGE || png.len() <= bytes.len().saturating_mul(6) {
        return Ok((png, kind, rest));
    }
    let again = image::load_from_memory_with_format(&png, ImageFormat::Png).map_err(|_| damaged(ImageKind::Png))?;
    let again = if colour.has_color() { DynamicImage::from(again.into_rgb8()) } else { DynamicImage::from(again.into_luma8()) };
    let mut out = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 95).encode_image(&again).map_err(|_| damaged(ImageKind::Jpeg))?;
    Ok((super::jpeg::clean(&out, limits, &mut Taken::default())?, ImageKind::Jpeg, rest))
}

/// Cuts, drops an alpha channel that hides nothing, and writes PNG.
fn finish(picture: DynamicImage, crop: Option<Crop>, limits: &Limits, taken: &mut Taken) -> Result<CutPicture, ImageFault> {
    taken.decoded(picture.width(), picture.height());
    let cut = crop.map(|crop| Cut::of(crop, picture.width(), picture.height()));
    let picture = match cut.filter(Cut::cuts) {
        Some(cut) => {
            taken.count(K::CroppedPixels);
            picture.crop_imm(cut.left, cut.top, cut.width(), cut.height())
        }
        None => picture,
    };
    let (width, height) = (picture.width(), picture.height());
    let header = |depth: u8, colour: u8| Header { width, height, depth, colour, interlaced: false };
    let png = match picture {
        DynamicImage::ImageLuma8(pixels) => write_rows(header(8, 0), pixels.as_raw()),
        DynamicImage::ImageRgb8(pixels) => write_rows(header(8, 2), pixels.as_raw()),
        DynamicImage::ImageLuma16(pixels) => write_rows(header(16, 0), &big_endian(pixels.as_raw())),
        DynamicImage::ImageRgb16(pixels) => write_rows(header(16, 2), &big_endian(pixels.as_raw())),
        other => {
            let mut pixels = other.into_rgba8();
            if pixels.pixels().all(|pixel| pixel.0[3] == 0) {
                // Bitmaps of 32 bits often leave the fourth byte zero; readers show them opaque.
                pixels.pixels_mut().for_each(|pixel| pixel.0[3] = 0xff);
            }
            if pixels.pixels().all(|pixel| pixel.0[3] == 0xff) {
                write_rows(header(8, 2), DynamicImage::from(pixels).into_rgb8().as_raw())
            } else {
                write_rows(header(8, 6), pixels.as_raw())
                    .and_then(|png| super::png::clean(&png, None, limits, &mut Taken::default()))
                    .map(|(png, _)| png)
            }
        }
    }?;
    Ok((png, ImageKind::Png, cut.and_then(|cut| cut.rest)))
}

fn big_endian(samples: &[u16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_be_bytes()).collect()
}

/// Filters and deflates packed rows; the zlib stream of an IDAT chunk.
pub(super) fn deflate_rows(header: Header, rows: &[u8]) -> Result<Vec<u8>, ImageFault> {
    use png_codec::{BitDepth, ColorType, Compression, Filter};
    let failed = || ImageFault::Damaged { format: "PNG".into(), what: "it cannot be written".into() };
    let mut out = Vec::new();
    let mut encoder = png_codec::Encoder::new(&mut out, header.width, header.height);
    encoder.set_depth(BitDepth::from_u8(header.depth).ok_or_else(failed)?);
    encoder.set_color(ColorType::from_u8(header.colour).ok_or_else(failed)?);
    if header.colour == 3 {
        // Only the data is taken; the writer puts the real palette beside it.
        encoder.set_palette(vec![0; 3usize << header.depth]);
    }
    encoder.set_compression(Compression::Balanced);
    if header.depth < 8 || header.colour == 3 {
        encoder.set_filter(Filter::NoFilter);
    } else {
        encoder.set_filter(Filter::Adaptive);
    }
    let mut writer = encoder.write_header().map_err(|_| failed())?;
    writer.write_image_data(rows).map_err(|_| failed())?;
    writer.finish().map_err(|_| failed())?;
    let mut data = Vec::new();
    let mut at = super::png::SIGNATURE.len();
    while let Some(length) = bytes::be32(&out, at) {
        if bytes::slice(&out, at.saturating_add(4), 4) == Some(b"IDAT") {
            data.extend_from_slice(bytes::slice(&out, at.saturating_add(8), length as usize).ok_or_else(failed)?);
        }
        at = at.saturating_add(12).saturating_add(length as usize);
    }
    Ok(data)
}

/// Values of the text tags of a TIFF's directories, for the sweep: types ASCII and UNDEFINED or BYTE of at most 4 KiB.
fn tiff_text(bytes: &[u8]) -> Vec<u8> {
    exif_text(bytes)
}

/// Text values of the directories of a TIFF structure (TIFF 6.0 §2; EXIF 2.32 §4.6), each followed by a zero byte.
pub(super) fn exif_text(tiff: &[u8]) -> Vec<u8> {
    let little = tiff.starts_with(b"II");
    let u16_at = |at| if little { bytes::le16(tiff, at) } else { bytes::be16(tiff, at) };
    let u32_at = |at| if little { bytes::le32(tiff, at) } else { bytes::be32(tiff, at) };
    let mut out = Vec::new();
    let mut waiting: Vec<u32> = u32_at(4).into_iter().collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(offset) = waiting.pop() {
        if seen.len() > 16 || !seen.insert(offset) {
            continue;
        }
        let at = offset as usize;
        let entries = usize::from(u16_at(at).unwrap_or(0)).min(512);
        for index in 0..entries {
            let entry = at.saturating_add(2).saturating_add(index * 12);
            let (Some(tag), Some(kind), Some(count)) = (u16_at(entry), u16_at(entry + 2), u32_at(entry + 4)) else { break };
            let value_at = entry.saturating_add(8);
            match (tag, kind) {
                (0x8769 | 0x8825 | 0xa005, 4) => waiting.extend(u32_at(value_at)),
                (_, 1 | 2 | 7) if count <= 4096 => {
                    let from = if count <= 4 { value_at } else { u32_at(value_at).unwrap_or(0) as usize };
                    out.extend_from_slice(bytes::slice(tiff, from, count as usize).unwrap_or_default());
                    out.push(0);
                }
                _ => {}
            }
        }
        waiting.extend(u32_at(at.saturating_add(2).saturating_add(entries * 12)).filter(|next| *next != 0));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crop_is_rounded_outward_and_what_is_left_cuts_nothing() {
        for size in [1u32, 2, 3, 7, 16, 99, 1000, 4096] {
            for near in [0u32, 1, 999, 33_333, 50_000, 70_000, 99_999, 100_000, 400_000] {
                for far in [0u32, 1, 25_000, 66_667, 100_000] {
                    let crop = Crop { left: near, right: far, ..Crop::default() };
                    let cut = Cut::of(crop, size, 1);
                    assert!(cut.width() >= 1);
                    assert!(u64::from(cut.left) * 100_000 <= u64::from(near.min(100_000)) * u64::from(size));
                    if let Some(rest) = cut.rest {
                        let again = Cut::of(rest, cut.width(), 1);
                        assert!(!again.cuts(), "{size} {near} {far} {rest:?}");
                        assert_eq!(again.rest, Some(rest));
                    }
                }
            }
        }
    }
}
