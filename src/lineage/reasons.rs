//! What an officer can read out.

use super::classify::Family;
use super::stage::Staged;
use super::types::{Draft, DuplicateKind, Evidence, Placement};
use crate::model::printable;

/// One sentence for the place of a draft, one for each doubt.
pub(super) fn reasons(draft: &Draft<'_>, family: &Family<'_>, text: usize, share: Option<f64>, staged: &Staged) -> Vec<String> {
    let highest = family.order.highest;
    let place = if family.texts.len() < 2 {
        "The only draft of its document in this folder".to_owned()
    } else {
        format!("Draft {} of {highest}", family.rank(text))
    };
    let mut parts = vec![place];
    parts.extend(staged.because.clone());
    parts.extend(share.map(|share| format!("shares {:.0} % of the final text", (share * 100.0).floor())));
    let marks = draft.marks;
    parts.extend(counted(marks.tracked_changes(), "unresolved tracked change", "unresolved tracked changes"));
    parts.extend(counted(marks.comments, "comment", "comments"));
    let mut reasons = vec![format!("{}.", parts.join("; "))];
    reasons.extend(staged.doubts.iter().map(|doubt| format!("To be looked at: {doubt}.")));
    reasons.extend(staged.notes.iter().map(|note| format!("It is {note}.")));
    if let Some(doubt) = family.order.clues(text).and_then(|clues| clues.modified_doubt) {
        reasons.push(format!("Its modification time does not count: {doubt}."));
    }
    reasons.extend(family.order.doubted(text).map(|time| format!("Its {time} counts little: much of the other evidence contradicts it.")));
    if family.texts.len() > 1 && !family.order.directed {
        let end =
            if family.order.anchored { "the published text is taken for its youngest end" } else { "which end is the oldest is not shown" };
        reasons.push(format!("Only the words show the row of the drafts; {end}."));
    }
    let tied = family.of_rank(family.rank(text)).len().saturating_sub(1);
    if tied > 0 {
        reasons.push(format!(
            "Nothing shows which came first among it and {} of the same rank.",
            counted(tied as u32, "draft", "drafts").unwrap_or_default()
        ));
    }
    reasons
}

fn counted(number: u32, one: &str, many: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    }
}

/// Adds to the placement of a file that it repeats another. `sure`: not only that it is nearest to it.
pub(super) fn duplicate(placement: &mut Placement, of: &str, kind: DuplicateKind, sure: bool) {
    let of = printable(of);
    let (reason, value) = match kind {
        DuplicateKind::Exact => (format!("The same file as {of}."), "the same bytes"),
        DuplicateKind::Text => (format!("The same words as {of}."), "the same words"),
        DuplicateKind::Resave => (format!("The same words as {of}, saved again by another application."), "the same words"),
        DuplicateKind::PdfRendition if sure => (format!("A PDF made from {of}."), "the same passages"),
        DuplicateKind::PdfRendition => (format!("Of the drafts in this folder it is nearest to {of}."), "most of the passages"),
    };
    placement.evidence.push(Evidence {
        kind: "similarity",
        value: value.to_owned(),
        says: reason.trim_end_matches('.').to_owned(),
        weight: 4.0,
    });
    placement.reasons.push(reason);
}

/// Every vote for the place of a file: against the texts before and after it, then for its stage.
pub(super) fn evidence(
    file: usize,
    family: &Family<'_>,
    text: usize,
    drafts: &[Draft<'_>],
    share: Option<f64>,
    staged: Staged,
) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    if let Some(version) = family.version_of(file) {
        let kind = if version.source == "name" { "name" } else { "text-version" };
        let label = printable(version.label.label.as_deref().unwrap_or_default());
        evidence.push(Evidence { kind, value: label.clone(), says: format!("calls itself “{label}”"), weight: 0.0 });
    }
    for other in neighbours(family, text) {
        let Some(path) = family.first_file(other).and_then(|file| drafts.get(file)).map(|draft| printable(draft.path)) else { continue };
        for vote in family.order.votes(text, other) {
            let word = if vote.weight > 0.0 { "older" } else { "younger" };
            let weight = family.order.counted(&vote, text, other).abs();
            let doubted = if weight < vote.weight.abs() { ", which much of the other evidence contradicts" } else { "" };
            evidence.push(Evidence {
                kind: vote.kind,
                value: printable(&vote.value),
                says: format!("{word} than {path}{doubted}"),
                weight,
            });
        }
    }
    if family.texts.len() < 2 && family.files.len() < 2 {
        evidence.push(Evidence {
            kind: "similarity",
            value: "below the share that drafts of one document have".to_owned(),
            says: "no other file of the folder is a draft of the same document".to_owned(),
            weight: 1.0,
        });
    }
    let shown = staged.evidence.iter().any(|known| known.kind == "share-of-final");
    if let Some(share) = share.filter(|_| !shown) {
        evidence.push(Evidence {
            kind: "share-of-final",
            value: format!("{share:.3}"),
            says: "share of the final text".to_owned(),
            weight: 0.0,
        });
    }
    evidence.extend(staged.evidence);
    evidence
}

/// The texts next to a text in the order: of the rank before and of the rank after, and those of the same rank.
fn neighbours(family: &Family<'_>, text: usize) -> impl Iterator<Item = usize> {
    let rank = family.rank(text);
    [rank.saturating_sub(1), rank, rank + 1]
        .into_iter()
        .flat_map(move |rank| family.of_rank(rank).iter().copied().filter(move |other| *other != text).take(3))
}
