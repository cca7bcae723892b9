//! Windows bitmaps are kept as PNG: what is checked here only counts what their file has besides the pixels.

use super::bytes::{le32, slice};
use super::{ImageFault, Taken};
use crate::model::FindingKind as K;

/// Counts the bytes outside header, palette and pixels (BITMAPFILEHEADER `bfSize`, `bfOffBits`; MS-WMF §2.2.2.3).
pub(super) fn check(bytes: &[u8], taken: &mut Taken) -> Result<(), ImageFault> {
    let cut_off = || ImageFault::Damaged { format: "BMP".into(), what: "it is cut off".into() };
    let header = le32(bytes, 14).ok_or_else(cut_off)? as usize;
    let pixels = le32(bytes, 10).ok_or_else(cut_off)? as usize;
    if slice(bytes, 6, 4) != Some(&[0; 4]) {
        taken.count(K::ImageMetadata);
    }
    if header >= 40 {
        let size = le32(bytes, 34).unwrap_or(0) as usize;
        let end = pixels.saturating_add(size);
        if let Some(rest) = bytes.get(end..).filter(|rest| size > 0 && !rest.is_empty()) {
            taken.words(K::PictureOriginal, rest);
        }
    }
    Ok(())
}
