//! Files with the same words, taken together.

use std::collections::BTreeMap;

use super::types::{Draft, Version};
use crate::format::Format;

/// A text: every file that holds it.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Indices of the files; the first stands for the others.
    pub(super) files: Vec<usize>,
}

impl Node {
    /// The file that stands for the others.
    pub(super) fn first(&self) -> usize {
        self.files.first().copied().unwrap_or_default()
    }

    /// Whether every file is a PDF.
    pub(super) fn is_pdf(&self, drafts: &[Draft<'_>]) -> bool {
        self.files.iter().all(|file| drafts.get(*file).is_some_and(|draft| draft.format == Format::Pdf))
    }
}

/// Groups the files by their words, tracked insertions in and deletions out: a redline and its clean copy are one text.
/// Files without words are left out; a file that could not be read whole is placed by the words that were read.
///
/// `names`: what the name of each file says. The result does not depend on the order of the files, and on their names only where bytes are equal.
pub(super) fn group(drafts: &[Draft<'_>], names: &[Option<Version>]) -> Vec<Node> {
    let mut by_words: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        if let Some(digest) = draft.facts.text.digest {
            by_words.entry(digest).or_default().push(index);
        }
    }
    let nodes = by_words.into_values().map(|mut files| {
        files.sort_by_key(|file| {
            drafts.get(*file).map(|draft| {
                (
                    rank_of_format(draft),
                    !has_session_ids(draft),
                    draft.facts.modified.unwrap_or(i64::MAX),
                    draft.sha256,
                    name_key(*file, draft, names),
                )
            })
        });
        Node { files }
    });
    nodes.collect()
}

/// Of files with the same bytes the one whose name is no copy's comes first, then the one with the shorter path.
pub(super) fn name_key<'d>(file: usize, draft: &Draft<'d>, names: &[Option<Version>]) -> (bool, usize, &'d str) {
    let is_copy = names.get(file).and_then(Option::as_ref).is_some_and(|version| version.label.copy.is_some());
    (is_copy, draft.path.len(), draft.path)
}

fn rank_of_format(draft: &Draft<'_>) -> u8 {
    match draft.format {
        Format::Docx | Format::Docm | Format::Dotx | Format::Dotm => 0,
        Format::Odt => 1,
        _ => 2,
    }
}

fn has_session_ids(draft: &Draft<'_>) -> bool {
    !draft.facts.rsids.is_empty()
}
