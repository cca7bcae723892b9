//! Files that repeat others: the same bytes, the same words, a PDF made from a draft.

use std::collections::BTreeMap;

use super::nodes::Node;
use super::shingles::shared;
use super::types::{Draft, DuplicateKind};
use crate::format::Format;

/// A PDF that holds this share of a draft's passages was made from it. Extraction loses some at line ends, page heads and line numbers.
const RENDITION: f64 = 0.75;
/// And this share of the PDF's own passages stands in the draft.
const RENDITION_BACK: f64 = 0.55;

/// The draft that a PDF was made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rendition {
    /// Node of the draft.
    pub(super) of: usize,
    /// Share of the draft's passages that the PDF holds. Extraction loses some, so it cannot prove that all words are the same.
    pub(super) share: f64,
}

/// For each file that repeats another: which, and in which way.
pub(super) fn duplicates(
    drafts: &[Draft<'_>],
    nodes: &[Node],
    renditions: &BTreeMap<usize, Rendition>,
) -> BTreeMap<usize, (usize, DuplicateKind)> {
    let mut found = BTreeMap::new();
    for node in nodes {
        // A redline and its clean copy have the same words and are not the same record: the words before the changes count too.
        let mut first_with: BTreeMap<Option<u64>, usize> = BTreeMap::new();
        for file in &node.files {
            let before = drafts.get(*file).and_then(|draft| draft.facts.text.digest_before);
            let first = *first_with.entry(before).or_insert(*file);
            if first != *file {
                found.insert(*file, (first, kind(drafts, first, *file)));
            }
        }
    }
    for (pdf, draft) in renditions {
        let (Some(pdf), Some(draft)) = (nodes.get(*pdf), nodes.get(draft.of)) else { continue };
        for file in &pdf.files {
            found.insert(*file, (last_saved(drafts, draft), DuplicateKind::PdfRendition));
        }
    }
    let mut by_bytes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate().filter(|(_, draft)| draft.format != Format::Empty && !draft.sha256.is_empty()) {
        by_bytes.entry(draft.sha256).or_default().push(index);
    }
    for mut same in by_bytes.into_values().filter(|same| same.len() > 1) {
        same.sort_by_key(|file| drafts.get(*file).map(|draft| draft.path));
        let first = same.first().copied().unwrap_or_default();
        for file in same.iter().skip(1) {
            found.insert(*file, (first, DuplicateKind::Exact));
        }
    }
    found
}

/// The file of a text that was saved last: what a PDF is usually made from.
fn last_saved(drafts: &[Draft<'_>], node: &Node) -> usize {
    let saved = |file: &usize| drafts.get(*file).and_then(|draft| draft.facts.modified);
    node.files.iter().copied().rev().max_by_key(saved).unwrap_or_default()
}

fn kind(drafts: &[Draft<'_>], first: usize, file: usize) -> DuplicateKind {
    let (Some(first), Some(file)) = (drafts.get(first), drafts.get(file)) else { return DuplicateKind::Text };
    if first.sha256 == file.sha256 {
        DuplicateKind::Exact
    } else if file.format == Format::Pdf && first.format != Format::Pdf {
        DuplicateKind::PdfRendition
    } else if first.format != file.format
        || (first.facts.rsids.is_empty() != file.facts.rsids.is_empty())
        || first.facts.application != file.facts.application
    {
        DuplicateKind::Resave
    } else {
        DuplicateKind::Text
    }
}

/// For each PDF of a family that was made from one of its drafts: that draft. Node indices.
pub(super) fn renditions(drafts: &[Draft<'_>], nodes: &[Node], family: &[usize]) -> BTreeMap<usize, Rendition> {
    let shingles = |node: usize| {
        nodes.get(node).and_then(|node| drafts.get(node.first())).map_or(&[][..], |draft| draft.facts.text.shingles.as_slice())
    };
    let (pdfs, others): (Vec<usize>, Vec<usize>) =
        family.iter().partition(|node| nodes.get(**node).is_some_and(|node| node.is_pdf(drafts)));
    let mut found = BTreeMap::new();
    for pdf in pdfs {
        let best = others.iter().map(|node| (shared(shingles(pdf), shingles(*node)), *node)).max_by(|(one, first), (other, second)| {
            let share = |common: usize, node: usize| common as f64 / shingles(node).len().max(1) as f64;
            share(*one, *first).total_cmp(&share(*other, *second)).then_with(|| second.cmp(first))
        });
        let Some((common, node)) = best else { continue };
        let (forth, back) = (common as f64 / shingles(node).len().max(1) as f64, common as f64 / shingles(pdf).len().max(1) as f64);
        if forth >= RENDITION && back >= RENDITION_BACK {
            found.insert(pdf, Rendition { of: node, share: forth });
        }
    }
    found
}
