//! Two texts side by side: what stands in both, what only in the source, what only in the released copy.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::text::text_of_word;
use crate::format::Content;
use crate::limits::Limits;

/// Paragraphs past which two texts are not compared but shown one after the other.
const PARAGRAPHS: usize = 20_000;
/// Words past which two paragraphs are not compared word by word.
const WORDS: usize = 4_000;

/// Two texts, compared. Of what stands in both no words are kept: a folder of long drafts would not fit into memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redline(Vec<Piece>);

impl Redline {
    /// Compares the words of a Word file with those of its released copy; `None` when one of them cannot be read.
    pub(crate) fn of_word(source: &Content<'_>, copy: &Content<'_>, limits: &Limits) -> Option<Self> {
        let (before, after) = (text_of_word(source, limits)?, text_of_word(copy, limits)?);
        Some(Self::of(&before, &after))
    }

    /// Compares two texts.
    pub(super) fn of(before: &str, after: &str) -> Self {
        Self(compare(before, after))
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }
}

/// One piece of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A run of paragraphs that stand in both; only their number is shown.
    Same(usize),
    /// One paragraph with its changes.
    Changed(Vec<Span>),
}

/// A run of words of a changed paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    /// In both.
    Both(String),
    /// Only in the source.
    Gone(String),
    /// Only in the copy.
    New(String),
}

/// Compares two texts paragraph by paragraph, and changed paragraphs word by word.
fn compare(before: &str, after: &str) -> Vec<Piece> {
    let (old, new): (Vec<&str>, Vec<&str>) = (paragraphs(before), paragraphs(after));
    if old.len() + new.len() > PARAGRAPHS {
        return vec![Piece::Changed(vec![Span::Gone(before.to_owned())]), Piece::Changed(vec![Span::New(after.to_owned())])];
    }
    let mut out = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (left, right) = (slice(&old, operation.old_range()), slice(&new, operation.new_range()));
        match operation {
            DiffOp::Equal { len, .. } => out.push(Piece::Same(len)),
            DiffOp::Delete { .. } => out.extend(left.iter().map(|text| Piece::Changed(vec![Span::Gone((*text).to_owned())]))),
            DiffOp::Insert { .. } => out.extend(right.iter().map(|text| Piece::Changed(vec![Span::New((*text).to_owned())]))),
            DiffOp::Replace { .. } => replaced(left, right, &mut out),
        }
    }
    out
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn slice<'a, 'b>(items: &'b [&'a str], range: std::ops::Range<usize>) -> &'b [&'a str] {
    items.get(range).unwrap_or_default()
}

/// Pairs replaced paragraphs in order; what has no partner is wholly gone or wholly new.
fn replaced(left: &[&str], right: &[&str], out: &mut Vec<Piece>) {
    for index in 0..left.len().max(right.len()) {
        let spans = match (left.get(index), right.get(index)) {
            (Some(old), Some(new)) => words(old, new),
            (Some(old), None) => vec![Span::Gone((*old).to_owned())],
            (None, Some(new)) => vec![Span::New((*new).to_owned())],
            (None, None) => continue,
        };
        out.push(Piece::Changed(spans));
    }
}

fn words(old: &str, new: &str) -> Vec<Span> {
    let (left, right): (Vec<&str>, Vec<&str>) = (old.split_whitespace().collect(), new.split_whitespace().collect());
    if left.len() + right.len() > WORDS {
        return vec![Span::Gone(old.to_owned()), Span::New(new.to_owned())];
    }
    let mut out = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &left, &right) {
        let (gone, fresh) = (slice(&left, operation.old_range()).join(" "), slice(&right, operation.new_range()).join(" "));
        match operation {
            DiffOp::Equal { .. } => out.push(Span::Both(gone)),
            DiffOp::Delete { .. } => out.push(Span::Gone(gone)),
            DiffOp::Insert { .. } => out.push(Span::New(fresh)),
            DiffOp::Replace { .. } => out.extend([Span::Gone(gone), Span::New(fresh)]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_went_and_words_that_stayed_are_told_apart() {
        let pieces = compare("One.\nThe service is very poor.\nThree.", "One.\nThe service is fair.\nThree.");
        let spans = vec![Span::Both("The service is".into()), Span::Gone("very poor.".into()), Span::New("fair.".into())];
        assert_eq!(pieces, [Piece::Same(1), Piece::Changed(spans), Piece::Same(1)]);
    }
}
