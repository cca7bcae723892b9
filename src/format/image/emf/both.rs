//! The two drawings that an enhanced metafile may have: readers of EMF+ leave out the plain records, but those that follow a record which
//! asks for them (MS-EMFPLUS §2.3.3.2). What only the plain ones say is not seen in word processors.

use std::collections::BTreeMap;

use super::super::ImageFault;
use super::super::bytes::{le16, le32, slice};

const DEVICE: u16 = 0x4004;
const STRING: u16 = 0x401c;
const GLYPHS: u16 = 0x4036;

/// The letters of both drawings.
#[derive(Default)]
pub(super) struct Both {
    /// How often a letter stands in EMF+, less how often in plain records that readers of EMF+ leave out.
    letters: BTreeMap<u16, i64>,
    /// Glyphs of EMF+ of which only their numbers in a font are told.
    glyphs: i64,
    has_plus: bool,
    asks_for_plain: bool,
}

impl Both {
    /// Takes note of an EMF+ record.
    pub(super) fn plus(&mut self, kind: u16, data: &[u8]) {
        self.has_plus = true;
        self.asks_for_plain = kind == DEVICE;
        let count = |at| le32(data, at).unwrap_or(0) as usize;
        let text = match kind {
            STRING => slice(data, 28, count(8).saturating_mul(2)),
            GLYPHS if count(4) & 1 == 0 => {
                self.glyphs = self.glyphs.saturating_add(count(12) as i64);
                None
            }
            GLYPHS => slice(data, 16, count(12).saturating_mul(2)),
            _ => None,
        };
        self.add(text.unwrap_or_default(), 1);
    }

    /// Takes note of a text in UTF-16 of a plain record.
    pub(super) fn plain(&mut self, text: &[u8]) {
        if self.has_plus && !self.asks_for_plain {
            self.add(text, -1);
        }
    }

    fn add(&mut self, text: &[u8], how_often: i64) {
        let units = text.chunks_exact(2).filter_map(|unit| le16(unit, 0));
        for unit in units.filter(|unit| !matches!(unit, 0 | 9 | 10 | 13 | 32 | 0xa0)) {
            let sum = self.letters.entry(unit).or_default();
            *sum = sum.saturating_add(how_often);
        }
    }

    /// # Errors
    /// [`ImageFault::Unsafe`] where plain records say more than the EMF+ drawing does.
    pub(super) fn check(&self) -> Result<(), ImageFault> {
        let missing = self.letters.values().filter(|sum| **sum < 0).fold(0_i64, |all, sum| all.saturating_sub(*sum));
        if missing > self.glyphs {
            return Err(ImageFault::Unsafe { format: "EMF".into(), what: "text that only some readers draw".into() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn string(text: &str) -> Vec<u8> {
        [&[0; 8][..], &(text.len() as u32).to_le_bytes(), &[0; 16], &wide(text)].concat()
    }

    #[test]
    fn what_only_plain_records_say_is_told() {
        let says = |plus: &[(u16, &[u8])], plain: &str| {
            let mut both = Both::default();
            plus.iter().for_each(|(kind, data)| both.plus(*kind, data));
            both.plain(&wide(plain));
            both.check().is_ok()
        };
        assert!(says(&[], "Anything"), "there is one drawing");
        assert!(says(&[(STRING, &string("in two pieces"))], "pieces two in"));
        assert!(says(&[(0x4001, b""), (DEVICE, b"")], "Anything"));
        assert!(!says(&[(0x4001, b"")], "Anything") && !says(&[(DEVICE, b""), (0x4002, b"")], "Anything"));
    }
}
