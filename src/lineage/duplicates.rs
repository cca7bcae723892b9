//! Files that repeat others: the same bytes, the same words, a PDF made from a draft.

use std::collections::BTreeMap;

use super::nodes::{Node, name_key};
use super::shingles::shared;
use super::types::{Draft, DuplicateKind, Version};
use crate::format::Format;
use crate::model::{Shingle, TextFacts};

/// A PDF that holds this share of a draft's passages was made from it. Extraction loses some at line ends, page heads and line numbers.
const RENDITION: f64 = 0.75;
/// And this share of the PDF's own passages stands in the draft.
const RENDITION_BACK: f64 = 0.55;
/// Passages that extraction may lose or join by chance besides its usual part: two line ends.
const CHANCE: f64 = 8.0;
/// Drafts beside the nearest one that a PDF is held against.
const RIVALS: usize = 6;

/// The draft that a PDF was made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rendition {
    /// Node of the draft.
    pub(super) of: usize,
    /// Share of the draft's passages that the PDF holds. Extraction loses some, so it cannot prove that all words are the same.
    pub(super) share: f64,
    /// Whether the PDF agrees with this draft wherever the drafts beside it differ from it.
    pub(super) sure: bool,
}

impl Rendition {
    /// The share, where the PDF may have been made from another draft: one that is not in the folder.
    pub(super) fn doubtful(&self, later_share: f64) -> Option<f64> {
        (!self.sure || self.share < later_share).then_some(self.share)
    }
}

/// For each file that repeats another: which, and in which way.
pub(super) fn duplicates(
    drafts: &[Draft<'_>],
    nodes: &[Node],
    renditions: &BTreeMap<usize, Rendition>,
    names: &[Option<Version>],
) -> BTreeMap<usize, (usize, DuplicateKind)> {
    let mut found = BTreeMap::new();
    for node in nodes {
        // A redline and its clean copy have the same words and are not the same record: the words before the changes count too.
        // So do signs, notes, headers and boxes; where they are not known, nothing says that it is the same.
        let mut first_with: BTreeMap<(Option<u64>, u64, u64), usize> = BTreeMap::new();
        for file in &node.files {
            let Some(text) = drafts.get(*file).map(|draft| &draft.facts.text) else { continue };
            let Some(beyond) = text.beyond else { continue };
            let first = *first_with.entry((text.digest_before, text.signs, beyond)).or_insert(*file);
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
        same.sort_by_key(|file| drafts.get(*file).map(|draft| name_key(*file, draft, names)));
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
        let share = |common: usize, node: usize| common as f64 / shingles(node).len().max(1) as f64;
        let mut nearest: Vec<(usize, usize)> = others.iter().map(|node| (shared(shingles(pdf), shingles(*node)), *node)).collect();
        nearest.sort_by(|(one, first), (other, second)| share(*other, *second).total_cmp(&share(*one, *first)).then(first.cmp(second)));
        let Some((common, node)) = nearest.first().copied() else { continue };
        let (forth, back) = (share(common, node), share(common, pdf));
        if forth >= RENDITION && back >= RENDITION_BACK {
            let rivals = nearest.iter().skip(1).take(RIVALS);
            let text = nodes.get(node).and_then(|node| drafts.get(node.first())).map(|draft| &draft.facts.text);
            let sure = text.is_some_and(|text| rivals.clone().all(|(_, rival)| agrees(shingles(pdf), text, shingles(*rival))));
            found.insert(pdf, Rendition { of: node, share: forth, sure });
        }
    }
    found
}

/// Whether a PDF sides with a draft against a rival: where the two differ it has what the draft has, up to the part that extraction
/// loses of what they have in common, and nothing that the rival alone has. What tracked changes touch counts for neither: a PDF may
/// show them.
fn agrees(pdf: &[Shingle], draft: &TextFacts, rival: &[Shingle]) -> bool {
    let has = |list: &[Shingle], passage: &Shingle| list.binary_search(passage).is_ok();
    let (mut common, mut common_lost, mut own, mut own_lost) = (0.0, 0.0, 0.0, 0.0);
    for passage in &draft.shingles {
        let lost = f64::from(u8::from(!has(pdf, passage)));
        if has(rival, passage) {
            (common, common_lost) = (common + 1.0, common_lost + lost);
        } else if !has(&draft.added, passage) {
            (own, own_lost) = (own + 1.0, own_lost + lost);
        }
    }
    let expected = own * common_lost / f64::max(common, 1.0);
    let foreign =
        rival.iter().filter(|passage| has(pdf, passage) && !has(&draft.shingles, passage) && !has(&draft.removed, passage)).count();
    own_lost <= expected + 3.0 * expected.sqrt() + CHANCE && foreign as f64 <= CHANCE
}
