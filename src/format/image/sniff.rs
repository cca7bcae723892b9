//! Content -> kind of picture. Never the name.

use std::io::Read as _;

use super::ImageFault;
use super::bytes::{le16, le32};
use crate::limits::Limits;

/// What a picture is, told by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageKind {
    /// Portable Network Graphics (ISO/IEC 15948).
    Png,
    /// JPEG (ITU-T T.81), in JFIF, EXIF or bare.
    Jpeg,
    /// Graphics Interchange Format 87a or 89a.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// Tagged Image File Format 6.0.
    Tiff,
    /// Enhanced metafile (MS-EMF).
    Emf,
    /// Windows metafile (MS-WMF), placeable or bare.
    Wmf,
    /// Scalable Vector Graphics.
    Svg,
    /// WebP.
    WebP,
    /// JPEG XR, HD Photo (`.wdp`).
    JpegXr,
    /// Macintosh picture.
    Pict,
    /// Windows icon or cursor.
    Icon,
    /// HEIF and AVIF.
    Heif,
    /// A gzip layer around a metafile or SVG.
    Gzip,
}

impl ImageKind {
    /// File extension without dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Emf => "emf",
            Self::Wmf => "wmf",
            Self::Svg => "svg",
            Self::WebP => "webp",
            Self::JpegXr => "wdp",
            Self::Pict => "pict",
            Self::Icon => "ico",
            Self::Heif => "heif",
            Self::Gzip => "gz",
        }
    }

    /// Media type for `[Content_Types].xml`, as Word writes it.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Emf => "image/x-emf",
            Self::Wmf => "image/x-wmf",
            Self::Svg => "image/svg+xml",
            Self::WebP => "image/webp",
            Self::JpegXr => "image/vnd.ms-photo",
            Self::Pict => "image/pict",
            Self::Icon => "image/vnd.microsoft.icon",
            Self::Heif => "image/heif",
            Self::Gzip => "application/gzip",
        }
    }

    /// Name for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Emf => "EMF",
            Self::Wmf => "WMF",
            Self::Svg => "SVG",
            Self::WebP => "WebP",
            Self::JpegXr => "JPEG XR",
            Self::Pict => "PICT",
            Self::Icon => "icon",
            Self::Heif => "HEIF",
            Self::Gzip => "gzip",
        }
    }
}

/// The kind of picture that the bytes are, or `None`.
pub fn sniff(bytes: &[u8]) -> Option<ImageKind> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    if starts(b"\x89PNG\r\n\x1a\n") {
        Some(ImageKind::Png)
    } else if starts(b"\xff\xd8\xff") {
        Some(ImageKind::Jpeg)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Some(ImageKind::Gif)
    } else if starts(b"II\xbc") {
        Some(ImageKind::JpegXr)
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Some(ImageKind::Tiff)
    } else if le32(bytes, 0) == Some(1) && at(40, b" EMF") {
        Some(ImageKind::Emf)
    } else if starts(b"\xd7\xcd\xc6\x9a") || is_bare_wmf(bytes) {
        Some(ImageKind::Wmf)
    } else if starts(b"BM") && le32(bytes, 14).is_some_and(|size| (12..=124).contains(&size)) {
        Some(ImageKind::Bmp)
    } else if starts(b"RIFF") && at(8, b"WEBP") {
        Some(ImageKind::WebP)
    } else if starts(b"\x1f\x8b\x08") {
        Some(ImageKind::Gzip)
    } else if starts(b"\0\0\x01\0") || starts(b"\0\0\x02\0") {
        Some(ImageKind::Icon)
    } else if at(4, b"ftyp") {
        Some(ImageKind::Heif)
    } else if at(522, b"\0\x11\x02\xff") || at(522, b"\x11\x01") {
        Some(ImageKind::Pict)
    } else if is_svg(bytes) {
        Some(ImageKind::Svg)
    } else {
        None
    }
}

/// `META_HEADER` (MS-WMF §2.3.2.2): type 1 or 2, nine words long, version 1.0 or 3.0.
fn is_bare_wmf(bytes: &[u8]) -> bool {
    matches!(le16(bytes, 0), Some(1 | 2)) && le16(bytes, 2) == Some(9) && matches!(le16(bytes, 4), Some(0x0100 | 0x0300))
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    // UTF-16 reads as ASCII once the zero bytes are gone; this is only a guess that the parser confirms.
    let head: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let text = head.strip_prefix(b"\xef\xbb\xbf").or_else(|| head.strip_prefix(b"\xff\xfe")).or_else(|| head.strip_prefix(b"\xfe\xff"));
    let text = text.unwrap_or(&head).trim_ascii_start();
    text.starts_with(b"<") && memchr::memmem::find(text, b"svg").is_some()
}

/// The inside of a gzip layer, within the budget for one part.
pub(super) fn inflate(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, ImageFault> {
    let damaged = || ImageFault::Damaged { format: "gzip".into(), what: "it does not inflate".into() };
    let budget = limits.part_bytes.min(limits.ratio.saturating_mul(bytes.len() as u64).max(1 << 20));
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes).take(budget.saturating_add(1)).read_to_end(&mut out).map_err(|_| damaged())?;
    if out.len() as u64 > budget { Err(damaged()) } else { Ok(out) }
}
