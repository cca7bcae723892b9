//! Compares a record with sources as they are now.

use std::collections::BTreeMap;

use serde_json::Value;

use super::json::{CLOSED, SCHEMA, check_log, digest_of};

/// What became of one source since the record was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceState {
    /// As recorded.
    Same(String),
    /// Other content under the recorded path.
    Changed(String),
    /// Nothing under the recorded path.
    Missing(String),
    /// A file that the record does not know.
    New(String),
}

/// Why a record cannot be used for a comparison.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// Not JSON, or of another shape.
    #[error("record.json cannot be read: {0}")]
    Unreadable(String),
    /// The log was edited.
    #[error("entry {0} of the log does not follow from the one before: the record was changed after it was written")]
    LogBroken(usize),
    /// The documents are not those that the log closes with.
    #[error("the documents are not those that the log was closed with: the record was changed after it was written")]
    DocumentsChanged,
}

/// Compares `record.json` with the digests of the sources as they are now (path relative to the folder -> SHA-256).
///
/// The result is sorted by path; all is well when every state is [`SourceState::Same`].
///
/// # Errors
/// [`RecordFault`] when the record is no record, or its log was tampered with.
pub fn check_sources(record_json: &[u8], now: &BTreeMap<String, String>) -> Result<Vec<SourceState>, RecordFault> {
    let value: Value = serde_json::from_slice(record_json).map_err(|error| RecordFault::Unreadable(error.to_string()))?;
    if value.get("schema").and_then(Value::as_str) != Some(SCHEMA) {
        return Err(RecordFault::Unreadable(format!("its schema is not {SCHEMA}")));
    }
    let list = |key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let log = list("log");
    check_log(&log).map_err(RecordFault::LogBroken)?;
    let documents = list("documents");
    let closed = log.last().filter(|entry| entry.get("event").and_then(Value::as_str) == Some(CLOSED));
    let digest = closed.and_then(|entry| entry.get("what")?.get("documents")?.as_str());
    if digest != Some(digest_of(documents.iter()).as_str()) {
        return Err(RecordFault::DocumentsChanged);
    }
    let mut states = BTreeMap::new();
    for document in documents {
        let text = |key: &str| document.get(key).and_then(Value::as_str).map(str::to_owned);
        let (Some(path), Some(digest)) = (text("path"), text("sha256")) else {
            return Err(RecordFault::Unreadable("a document has no path or digest".to_owned()));
        };
        let state = match now.get(&path) {
            Some(found) if *found == digest => SourceState::Same(path.clone()),
            Some(_) => SourceState::Changed(path.clone()),
            None => SourceState::Missing(path.clone()),
        };
        states.insert(path, state);
    }
    for path in now.keys() {
        states.entry(path.clone()).or_insert_with(|| SourceState::New(path.clone()));
    }
    Ok(states.into_values().collect())
}
