//! What is written of a part: nothing while it is as the source, and deflated on its way once it is much.

use crate::format::zip::{Deflated, Deflater};

/// Bytes of a part that are deflated together. A part that is no longer waits as it is.
const PIECE_BYTES: usize = 256 << 10;

/// A part that was written.
pub enum Written {
    /// All of its bytes.
    Whole(Vec<u8>),
    /// Deflated, because they are many.
    Deflated(Deflated),
}

/// A part on its way.
pub(super) struct Output<'s> {
    source: &'s [u8],
    /// How much of the source was written before anything else. Until there is something else, it is kept nowhere.
    alike: usize,
    differs: bool,
    piece: Vec<u8>,
    deflater: Option<Deflater>,
}

impl<'s> Output<'s> {
    pub(super) fn of(source: &'s str) -> Self {
        Self { source: source.as_bytes(), alike: 0, differs: false, piece: Vec::new(), deflater: None }
    }

    pub(super) fn push(&mut self, text: &str) {
        if !self.differs {
            if self.source[self.alike..].starts_with(text.as_bytes()) {
                self.alike += text.len();
                return;
            }
            self.begin();
        }
        self.write(text.as_bytes());
    }

    /// What was written; `None` when that is the source, and `anew` is not asked for.
    pub(super) fn finish(mut self, anew: bool) -> Option<Written> {
        if !self.differs {
            if !anew && self.alike == self.source.len() {
                return None;
            }
            self.begin();
        }
        Some(match self.deflater {
            Some(deflater) => Written::Deflated(deflater.finish(&self.piece)),
            None => Written::Whole(self.piece),
        })
    }

    fn begin(&mut self) {
        self.differs = true;
        self.piece = Vec::with_capacity(self.source.len().min(PIECE_BYTES));
        self.write(&self.source[..self.alike]);
    }

    fn write(&mut self, mut bytes: &[u8]) {
        while self.piece.len() + bytes.len() > PIECE_BYTES {
            let (now, later) = bytes.split_at(PIECE_BYTES - self.piece.len());
            self.piece.extend_from_slice(now);
            self.deflater.get_or_insert_default().put(&self.piece);
            self.piece.clear();
            bytes = later;
        }
        self.piece.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::format::zip::{Archive, Budget, Writer};

    /// What somebody reads who opens the package.
    fn read_back(written: &Written) -> Vec<u8> {
        let mut writer = Writer::new();
        match written {
            Written::Whole(bytes) => writer.add("part", bytes),
            Written::Deflated(deflated) => writer.add_deflated("part", deflated),
        }
        let (file, limits) = (writer.finish(), Limits::default());
        let archive = Archive::open(&file, &limits).unwrap();
        archive.entries[0].inflate(&mut Budget::new(&limits)).unwrap().bytes
    }

    #[test]
    fn all_that_is_written_is_there_however_much_it_is() {
        let source: String = (0..200_000).map(|number| format!("{number} ")).collect();
        for length in [0, 10, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 3 * PIECE_BYTES + 7] {
            for (same, step) in [(0, 999), (0, length + 1), (length / 2, 4_099), (length, 1)] {
                // The same up to some byte, and then one more.
                let wanted = format!("{}!{}", &source[..same], &source[same..length]);
                let mut out = Output::of(&source[..length]);
                out.push(&wanted[..same]);
                wanted.as_bytes()[same..].chunks(step).for_each(|piece| out.push(std::str::from_utf8(piece).unwrap()));
                let written = out.finish(false).unwrap();
                assert_eq!(matches!(written, Written::Deflated(_)), wanted.len() > PIECE_BYTES);
                assert!(read_back(&written) == wanted.as_bytes(), "{length} bytes, {same} alike, {step} at a time");
            }
        }
    }

    #[test]
    fn a_part_that_is_as_its_source_is_not_written_unless_it_must_be() {
        let source = "some words and some more";
        let written = |words: &[&str], anew| {
            let mut out = Output::of(source);
            words.iter().for_each(|word| out.push(word));
            out.finish(anew).map(|written| String::from_utf8(read_back(&written)).unwrap())
        };
        assert_eq!(written(&["some words", " and some more"], false), None);
        assert_eq!(written(&["some words", " and some more"], true).as_deref(), Some(source));
        assert_eq!(written(&["some words"], false).as_deref(), Some("some words"));
        assert_eq!(written(&["some words", " and some more", "!"], false).as_deref(), Some("some words and some more!"));
    }
}
