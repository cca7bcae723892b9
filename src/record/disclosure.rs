//! `disclosure.json`: what was released and what was done to it, for anyone who holds the bundle. Counts only.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{DecisionRecord, Outcome};
use crate::case::calendar::in_words;
use crate::case::{Case, HiddenGroup, Preset, ResponseKind};
use crate::letter;
use crate::schedule;

/// The schema that [`disclosure_json`] writes.
pub const SCHEMA: &str = "cleardraft/disclosure/1";

/// `disclosure.json`, UTF-8 with a final newline. Says of a withheld document what the schedule says, and no more.
pub fn disclosure_json(record: &DecisionRecord, case: &Case, preset: &Preset) -> Vec<u8> {
    let rows = schedule::rows(record, case, preset);
    let composed = letter::compose(record, case, preset);
    let lints = letter::lint::record(record, case, preset, &composed);
    let ready = composed.gaps.is_empty() && !lints.iter().any(|lint| lint.severity == letter::Severity::Error);
    let counted = |outcomes: &[Outcome]| rows.iter().filter(|row| outcomes.contains(&row.outcome)).count();
    let released: BTreeMap<u32, _> = record.released().map(|(document, file)| (document.number, (document, file))).collect();
    let documents: Vec<Value> = rows
        .iter()
        .map(|row| {
            let removed: Vec<Value> = row
                .removed_kinds
                .iter()
                .zip(&row.removed_grounds)
                .map(|((kind, count), ground)| json!({ "kind": kind, "group": HiddenGroup::of(*kind).key(), "count": count, "ground": ground }))
                .collect();
            let file = released.get(&row.number).map(|(document, file)| {
                json!({ "path": format!("data/documents/{}", file.name), "sha256": file.sha256, "bytes": file.bytes, "format": file.format, "pages": file.pages, "tracked_changes": document.keeps_redline(record.tracked_changes).then_some(record.tracked_changes), "proof": document.proof.public() })
            });
            json!({
                "no": row.number,
                "title": row.title,
                "date": row.date.map(|date| date.to_string()),
                "version": row.version,
                "decision": row.outcome.as_str(),
                "grounds": row.grounds,
                "reason": if row.reason.is_empty() { None } else { Some(&row.reason) },
                "removed": removed,
                "file": file,
            })
        })
        .collect();
    let listed = case.response.kind == ResponseKind::Decision;
    let value = json!({
        "schema": SCHEMA,
        "tool": { "name": "cleardraft", "version": record.tool_version },
        "reference": case.reference,
        "preset": { "id": preset.id, "digest": preset.digest, "regime": preset.regime_name },
        "response": case.response.kind.as_str(),
        "counts": if listed {
            json!({
                "listed": rows.len(),
                "released": counted(&[Outcome::Released, Outcome::ReleasedInPart]),
                "released_in_part": counted(&[Outcome::ReleasedInPart]),
                "withheld": counted(&[Outcome::Withheld]),
                "undecided": counted(&[Outcome::Undecided]),
            })
        } else { Value::Null },
        "hidden_content_asked_for": case.asks_for_hidden(),
        "letter": {
            "status": if ready { "final" } else { "draft" },
            "date": case.letter.date.map(in_words),
            "issue": case.letter.issue.unwrap_or(1),
        },
        "documents": documents,
    });
    pretty(&value)
}

/// JSON with two spaces of indent and a final newline.
pub(super) fn pretty(value: &impl serde::Serialize) -> Vec<u8> {
    let mut out = serde_json::to_vec_pretty(value).unwrap_or_default();
    out.push(b'\n');
    out
}
