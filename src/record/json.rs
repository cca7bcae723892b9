//! `record.json`: the internal record. A log to which entries are only ever added; each carries the digest of the one before.

use std::io;

use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{DecisionRecord, DocumentRecord, preset_of};
use crate::case::{Case, Ground, HiddenGroup};

/// The schema that [`record_json`] writes.
pub const SCHEMA: &str = "cleardraft/record/1";

/// Writes `record.json`, UTF-8 with a final newline, piece by piece. Internal: it names sources, people and reasons. It holds no words of a document;
/// those are in the page that [`super::record_html`] makes.
///
/// # Errors
/// Those of `to`.
pub fn record_json(record: &DecisionRecord, case: &Case, mut to: &mut dyn io::Write) -> io::Result<()> {
    let preset = preset_of(case);
    let page = Page {
        schema: SCHEMA,
        tool: json!({ "name": "cleardraft", "version": record.tool_version }),
        notice: "Internal. Not part of the disclosure.",
        reference: json!(case.reference),
        case: json!({ "sha256": record.case_digest }),
        policy: json!({ "sha256": record.policy_digest }),
        plan: json!({ "sha256": record.plan_digest }),
        preset: json!({ "id": preset.id, "version": preset.version, "sha256": preset.digest }),
        decider: person(&case.decider),
        approver: person(&case.approver),
        documents: Documents(record),
        log: Entries { record, case },
    };
    serde_json::to_writer_pretty(&mut to, &page)?;
    to.write_all(b"\n")
}

/// The record as it is written: documents and entries one by one, so that a large folder is never held twice.
#[derive(Serialize)]
struct Page<'r> {
    schema: &'static str,
    tool: Value,
    notice: &'static str,
    reference: Value,
    case: Value,
    policy: Value,
    plan: Value,
    preset: Value,
    decider: Value,
    approver: Value,
    documents: Documents<'r>,
    log: Entries<'r>,
}

struct Documents<'r>(&'r DecisionRecord);

impl Serialize for Documents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.documents.iter().map(document))
    }
}

struct Entries<'r> {
    record: &'r DecisionRecord,
    case: &'r Case,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        log(self.record, self.case, &mut |entry| {
            if written.is_ok() {
                written = entries.serialize_element(&entry);
            }
        });
        written?;
        entries.end()
    }
}

fn person(person: &crate::case::Person) -> Value {
    json!({ "name": person.name, "role": person.role, "date": person.date.map(|date| date.to_string()) })
}

fn document(document: &DocumentRecord) -> Value {
    json!({
        "no": (document.number > 0).then_some(document.number),
        "title": (!document.public_title.is_empty()).then_some(&document.public_title),
        "listed": document.listed,
        "path": document.path,
        "sha256": document.sha256,
        "bytes": document.bytes,
        "format": document.format,
        "family": document.family,
        "rank": document.rank,
        "of": document.of,
        "version": document.version_label,
        "date": document.date.map(|date| date.to_string()),
        "stage": document.stage(),
        "duplicate_of": document.duplicate_of,
        "duplicate_kind": document.duplicate_kind,
        "share_of_final": document.share_of_final,
        "marks": {
            "insertions": document.marks.insertions,
            "deletions": document.marks.deletions,
            "moves": document.marks.moves,
            "format_changes": document.marks.format_changes,
            "comments": document.marks.comments,
            "authors": document.marks.authors.len(),
        },
        "decision": document.decision(),
        "exemption": document.exemption.as_ref().map(ToString::to_string),
        "released": document.released,
    })
}

/// The log: what was found, proposed, decided, taken out and released, document by document.
fn log(record: &DecisionRecord, case: &Case, write: &mut dyn FnMut(Value)) {
    let mut log = Log { entries: 0, last: String::new(), write };
    log.add(
        "started",
        None,
        json!({ "tool": record.tool_version, "policy": record.policy_digest, "case": record.case_digest, "plan": record.plan_digest }),
    );
    for (group, ground) in &case.grounds {
        let ground = match ground {
            Ground::Exempt(citation) => json!({ "exemption": citation.to_string() }),
            Ground::NotInScope(reason) => json!({ "not_in_scope": reason }),
        };
        log.add("ground", None, json!({ "group": group.key(), "ground": ground, "by": case.decider.name, "role": case.decider.role, "on": case.decider.date.map(|date| date.to_string()) }));
    }
    for document in &record.documents {
        let path = Some(document.path.as_str());
        log.add(
            "source",
            path,
            json!({ "sha256": document.sha256, "bytes": document.bytes, "format": document.format, "refusal": document.refusal }),
        );
        log.add("found", path, json!({ "findings": document.findings }));
        log.add("classified", path, json!({ "stage": document.stage(), "evidence": document.evidence }));
        log.add(
            "proposed",
            path,
            json!({ "decision": document.proposed.0, "exemption": document.proposed_exemption.as_ref().map(ToString::to_string), "reasons": document.reasons }),
        );
        let by = document.decided_by.clone().or_else(|| case.decider.name.clone()).or_else(|| case.decider.role.clone());
        log.add(
            "decided",
            path,
            json!({
                "decision": document.decided(),
                "exemption": document.exemption.as_ref().map(ToString::to_string),
                "changed": document.changed(),
                "by": by,
                "on": case.decider.date.map(|date| date.to_string()),
                "notes": document.notes,
            }),
        );
        if document.held_from.is_some() {
            log.add("held", path, json!({ "decision": document.decision(), "reasons": document.reasons }));
        }
        if let Some(file) = &document.released {
            let removed: Vec<Value> = document
                .removed
                .iter()
                .map(|removed| json!({ "kind": removed.kind, "group": HiddenGroup::of(removed.kind).key(), "part": removed.part, "count": removed.count }))
                .collect();
            log.add("taken out", path, json!({ "removed": removed, "proof": document.proof.lines() }));
            log.add("released", path, json!({ "no": document.number, "name": file.name, "sha256": file.sha256 }));
        }
    }
    if case.approver.name.is_some() || case.approver.role.is_some() {
        log.add("approved", None, person(&case.approver));
    }
    log.add(CLOSED, None, json!({ "documents": digest_of(record.documents.iter().map(document)) }));
}

/// The last entry of a log. It ties the documents of the record to the log.
pub(super) const CLOSED: &str = "closed";

/// SHA-256 over documents as a record holds them, one after the other.
pub(super) fn digest_of(documents: impl Iterator<Item = impl std::borrow::Borrow<Value>>) -> String {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    for document in documents {
        hash.update(serde_json::to_vec(document.borrow()).unwrap_or_default());
    }
    crate::model::hex(&hash.finalize())
}

struct Log<'w> {
    entries: usize,
    last: String,
    write: &'w mut dyn FnMut(Value),
}

impl Log<'_> {
    /// Adds an entry. Its digest covers the digest of the entry before, so that none can be taken out or changed unseen.
    fn add(&mut self, event: &str, path: Option<&str>, what: Value) {
        let mut entry = Map::new();
        self.entries += 1;
        entry.insert("seq".to_owned(), json!(self.entries));
        entry.insert("event".to_owned(), json!(event));
        entry.insert("path".to_owned(), json!(path));
        entry.insert("what".to_owned(), what);
        entry.insert("previous".to_owned(), json!(self.last));
        let digest = crate::model::sha256_hex(&serde_json::to_vec(&entry).unwrap_or_default());
        entry.insert("digest".to_owned(), json!(digest));
        self.last = digest;
        (self.write)(Value::Object(entry));
    }
}

/// Checks the chain of digests of a log.
///
/// # Errors
/// The number of the first entry that does not follow from the one before.
pub fn check_log(log: &[Value]) -> Result<(), usize> {
    let mut last = String::new();
    for (index, entry) in log.iter().enumerate() {
        let broken = Err(index + 1);
        let Some(map) = entry.as_object() else { return broken };
        let mut bare = map.clone();
        let digest = bare.shift_remove("digest");
        let expected = crate::model::sha256_hex(&serde_json::to_vec(&bare).unwrap_or_default());
        let follows = map.get("previous").and_then(Value::as_str) == Some(last.as_str()) && map.get("seq") == Some(&json!(index + 1));
        if !follows || digest.as_ref().and_then(Value::as_str) != Some(expected.as_str()) {
            return broken;
        }
        last = expected;
    }
    Ok(())
}
