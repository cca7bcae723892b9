//! Two texts side by side: what stands in both, what only in the source, what only in the released copy.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::text::text_of_word;
use crate::format::Content;
use crate::limits::Limits;

/// Paragraphs past which two texts are not compared but shown one after the other.
const PARAGRAPHS: usize = 20_000;
/// Words past which two paragraphs are not compared word by word.
const WORDS: usize = 4_000;

/// Two texts, compared. Of what stands in both no words are kept: a folder of long drafts would not fit into memory. What is kept stands in
/// one text, cut up by the marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redline {
    text: String,
    marks: Vec<Mark>,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// So many paragraphs that stand in both.
    Same(u32),
    /// So many bytes of a changed paragraph.
    Words(Side, u32),
    /// The end of a changed paragraph.
    End,
}

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// In both.
    Both,
    /// Only in the source.
    Source,
    /// Only in the copy.
    Copy,
}

/// One piece of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'r> {
    /// A run of paragraphs that stand in both; only their number is shown.
    Same(u32),
    /// One paragraph with its changes.
    Changed(Vec<(Side, &'r str)>),
}

impl Redline {
    /// Compares the words of a Word file with those of its released copy; `None` when one of them cannot be read.
    pub(crate) fn of_word(source: &Content<'_>, copy: &Content<'_>, limits: &Limits) -> Option<Self> {
        let (before, after) = (text_of_word(source, limits)?, text_of_word(copy, limits)?);
        Some(Self::of(&before, &after))
    }

    /// Compares two texts paragraph by paragraph, and changed paragraphs word by word.
    pub(super) fn of(before: &str, after: &str) -> Self {
        let (old, new): (Vec<&str>, Vec<&str>) = (paragraphs(before), paragraphs(after));
        let mut compared = Self::default();
        if old.len() + new.len() > PARAGRAPHS {
            compared.paragraph(&[(Side::Source, before)]);
            compared.paragraph(&[(Side::Copy, after)]);
            return compared;
        }
        for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (left, right) = (slice(&old, operation.old_range()), slice(&new, operation.new_range()));
            match operation {
                DiffOp::Equal { len, .. } => compared.marks.push(Mark::Same(u32::try_from(len).unwrap_or(u32::MAX))),
                _ => compared.changed(left, right),
            }
        }
        compared.text.shrink_to_fit();
        compared.marks.shrink_to_fit();
        compared
    }

    pub(super) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let (mut text, mut marks) = (self.text.as_str(), self.marks.iter());
        std::iter::from_fn(move || {
            let mut words = Vec::new();
            loop {
                match *marks.next()? {
                    Mark::Same(paragraphs) => return Some(Piece::Same(paragraphs)),
                    Mark::Words(side, bytes) => {
                        let (these, rest) = text.split_at_checked(bytes as usize)?;
                        words.push((side, these));
                        text = rest;
                    }
                    Mark::End => return Some(Piece::Changed(words)),
                }
            }
        })
    }

    /// Pairs changed paragraphs in order; what has no partner is wholly gone or wholly new.
    fn changed(&mut self, left: &[&str], right: &[&str]) {
        for index in 0..left.len().max(right.len()) {
            match (left.get(index), right.get(index)) {
                (Some(old), Some(new)) => self.words(old, new),
                (Some(old), None) => self.paragraph(&[(Side::Source, old)]),
                (None, Some(new)) => self.paragraph(&[(Side::Copy, new)]),
                (None, None) => {}
            }
        }
    }

    fn words(&mut self, old: &str, new: &str) {
        let (left, right): (Vec<&str>, Vec<&str>) = (old.split_whitespace().collect(), new.split_whitespace().collect());
        if left.len() + right.len() > WORDS {
            return self.paragraph(&[(Side::Source, old), (Side::Copy, new)]);
        }
        for operation in capture_diff_slices(Algorithm::Myers, &left, &right) {
            let (gone, fresh) = (slice(&left, operation.old_range()), slice(&right, operation.new_range()));
            if let DiffOp::Equal { .. } = operation {
                self.push(Side::Both, gone);
            } else {
                self.push(Side::Source, gone);
                self.push(Side::Copy, fresh);
            }
        }
        self.marks.push(Mark::End);
    }

    fn paragraph(&mut self, spans: &[(Side, &str)]) {
        for (side, text) in spans {
            self.push(*side, &[text]);
        }
        self.marks.push(Mark::End);
    }

    /// Adds words with a space between them, where there are any.
    fn push(&mut self, side: Side, words: &[&str]) {
        let before = self.text.len();
        for (number, word) in words.iter().enumerate() {
            if number > 0 {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
        // Both texts together are far shorter.
        if let Ok(bytes @ 1..) = u32::try_from(self.text.len() - before) {
            self.marks.push(Mark::Words(side, bytes));
        }
    }
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn slice<'a, 'b>(items: &'b [&'a str], range: std::ops::Range<usize>) -> &'b [&'a str] {
    items.get(range).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_went_and_words_that_stayed_are_told_apart() {
        let redline = Redline::of("One.\nThe service is very poor.\nThree.\nFour.", "One.\nThe service is fair.\nThree.");
        let spans = vec![(Side::Both, "The service is"), (Side::Source, "very poor."), (Side::Copy, "fair.")];
        let last = vec![(Side::Source, "Four.")];
        assert!(redline.pieces().eq([Piece::Same(1), Piece::Changed(spans), Piece::Same(1), Piece::Changed(last)]));
    }

    #[test]
    fn texts_of_too_many_paragraphs_are_shown_one_after_the_other() {
        let (before, after) = ("a\n".repeat(PARAGRAPHS), "b");
        let redline = Redline::of(&before, after);
        let whole = |side, text| Piece::Changed(vec![(side, text)]);
        assert!(redline.pieces().eq([whole(Side::Source, before.as_str()), whole(Side::Copy, after)]));
    }
}
