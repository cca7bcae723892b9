//! EMF+ drawings inside comment records (MS-EMFPLUS 16.0): known records stay in place, their free data is set to zero.
//!
//! Word processors draw the EMF+ records where a file has both kinds, so they are part of what is seen. Sizes never change: a picture
//! inside is replaced by its clean form, filled up with zero bytes.

use std::ops::Range;

use super::super::bytes::{le16, le32, zero};
use super::super::{ImageFault, Taken, clean_at_depth};
use super::damaged;
use crate::limits::Limits;
use crate::model::FindingKind as K;

const COMMENT: u16 = 0x4003;
const OBJECT: u16 = 0x4008;
const BRUSH: u16 = 1;
const IMAGE: u16 = 5;

fn unsupported(what: &str) -> ImageFault {
    ImageFault::Unsupported { format: format!("EMF+ with {what}") }
}

/// Objects that are spread over several records (§2.3.5.1: the continuation flag).
#[derive(Default)]
pub(super) struct Plus {
    pieces: Vec<Range<usize>>,
    kind: u16,
}

impl Plus {
    /// Looks through the comment record that starts at `start` of the output.
    pub(super) fn check(&mut self, out: &mut [u8], start: usize, limits: &Limits, taken: &mut Taken) -> Result<(), ImageFault> {
        let short = || damaged("an EMF+ record is too short");
        let length = le32(out, start.saturating_add(8)).ok_or_else(short)? as usize;
        let end = start.saturating_add(12).saturating_add(length);
        if end > out.len() {
            return Err(short());
        }
        let all = out.len();
        zero(out, end, all);
        let mut at = start.saturating_add(16);
        while at.saturating_add(12) <= end {
            let (kind, flags) = le16(out, at).zip(le16(out, at.saturating_add(2))).ok_or_else(short)?;
            let size = le32(out, at.saturating_add(4)).filter(|size| *size >= 12).ok_or_else(short)? as usize;
            let data =
                at.saturating_add(12)..at.saturating_add(12).saturating_add(le32(out, at.saturating_add(8)).ok_or_else(short)? as usize);
            let next = at.saturating_add(size);
            if next > end || data.end > next {
                return Err(short());
            }
            zero(out, data.end, next);
            match kind {
                COMMENT => {
                    taken.words(K::ImageMetadata, out.get(data.clone()).unwrap_or_default());
                    zero(out, data.start, data.end);
                }
                OBJECT => self.object(out, flags, data, limits, taken)?,
                0x4001 | 0x4002 | 0x4004 | 0x4009..=0x403a => {}
                _ => return Err(unsupported(&format!("record type {kind:#06x}"))),
            }
            at = next;
        }
        zero(out, at, end);
        Ok(())
    }

    /// One object record, or one piece of it.
    fn object(&mut self, out: &mut [u8], flags: u16, data: Range<usize>, limits: &Limits, taken: &mut Taken) -> Result<(), ImageFault> {
        let kind = (flags >> 8) & 0x7f;
        if flags & 0x8000 == 0 && self.pieces.is_empty() {
            return whole(out, &[data], kind, limits, taken);
        }
        if !self.pieces.is_empty() && kind != self.kind {
            return Err(damaged("an EMF+ object is cut off"));
        }
        self.kind = kind;
        let total = if flags & 0x8000 == 0 { None } else { le32(out, data.start) };
        let from = if total.is_some() { data.start.saturating_add(4).min(data.end) } else { data.start };
        self.pieces.push(from..data.end);
        let have: usize = self.pieces.iter().map(ExactSizeIterator::len).sum();
        if total.is_none_or(|total| have >= total as usize) {
            let pieces = std::mem::take(&mut self.pieces);
            return whole(out, &pieces, kind, limits, taken);
        }
        Ok(())
    }

    /// Nothing may be left over at the end.
    pub(super) fn finish(&self) -> Result<(), ImageFault> {
        if self.pieces.is_empty() { Ok(()) } else { Err(damaged("an EMF+ object is cut off")) }
    }
}

/// A complete object: pictures are cleaned, brushes with pictures refuse.
fn whole(out: &mut [u8], pieces: &[Range<usize>], kind: u16, limits: &Limits, taken: &mut Taken) -> Result<(), ImageFault> {
    if kind != IMAGE && kind != BRUSH {
        return Ok(());
    }
    let mut object: Vec<u8> = pieces.iter().flat_map(|piece| out.get(piece.clone()).unwrap_or_default().iter().copied()).collect();
    if kind == BRUSH {
        // BrushTypeTextureFill (§2.1.1.3) carries a picture of its own.
        return if le32(&object, 4) == Some(2) { Err(unsupported("textures")) } else { Ok(()) };
    }
    match (le32(&object, 4), le32(&object, 24)) {
        (Some(1), Some(0)) => return Ok(()),
        (Some(1), Some(1)) => {}
        _ => return Err(unsupported("a metafile inside")),
    }
    let Some(source) = object.get_mut(28..) else { return Err(damaged("an EMF+ record is too short")) };
    let used = source.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let clean = clean_at_depth(source, None, limits, 2)?;
    if clean.bytes.len() > source.len() {
        return Err(unsupported("a picture that grows when it is cleaned"));
    }
    if clean.bytes.len() < used {
        clean.removed.iter().for_each(|(kind, _)| taken.count(*kind));
        taken.secrets.extend(clean.secrets);
    }
    source.fill(0);
    source.iter_mut().zip(&clean.bytes).for_each(|(place, byte)| *place = *byte);
    let mut rest = object.as_slice();
    for piece in pieces {
        let (head, tail) = rest.split_at(piece.len().min(rest.len()));
        if let Some(place) = out.get_mut(piece.clone()) {
            place.copy_from_slice(head);
        }
        rest = tail;
    }
    Ok(())
}
