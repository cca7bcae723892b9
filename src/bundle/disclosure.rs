//! `disclosure.json`: what was released and what was done to it, in numbers. A tag file of the public bundle.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::format::Format;
use crate::model::{Removed, sha256_hex};
use crate::policy::TrackedChanges;

/// Name and version of the form.
pub const SCHEMA: &str = "cleardraft/disclosure/1";

/// The whole file. Nothing in it speaks of what was not released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What made the bundle.
    pub tool: Tool,
    /// Reference of the request, when the case file gives one.
    pub reference: Option<String>,
    /// Released documents, by path.
    pub documents: Vec<DisclosedDocument>,
    /// Schedule and letter, by path.
    pub files: Vec<PublicFile>,
}

/// Name and version of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// One released document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosedDocument {
    /// Path inside the bundle: `data/documents/0001.docx`.
    pub path: String,
    /// Stable name of the format.
    pub format: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the released copy.
    pub sha256: String,
    /// How tracked changes were resolved; the re-inspection allows a neutral redline only where this says `keep`.
    pub tracked_changes: TrackedChanges,
    /// What was taken out: kind of finding to number.
    pub removed: BTreeMap<String, u64>,
    /// What the re-inspection looked for, in plain words.
    pub checks: Vec<String>,
}

/// Schedule or letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicFile {
    /// Path inside the bundle: `data/schedule.csv`.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: String,
}

impl Disclosure {
    /// The file for these documents and this other payload (path below `data/` to bytes); sorts both by path.
    pub fn new(reference: Option<String>, mut documents: Vec<DisclosedDocument>, payload: &BTreeMap<String, Vec<u8>>) -> Self {
        documents.sort_by(|a, b| a.path.cmp(&b.path));
        let files = payload.iter().map(|(path, bytes)| PublicFile { path: format!("data/{path}"), sha256: sha256_hex(bytes) }).collect();
        let tool = Tool { name: env!("CARGO_PKG_NAME").into(), version: env!("CARGO_PKG_VERSION").into() };
        Self { schema: SCHEMA.into(), tool, reference, documents, files }
    }
}

impl DisclosedDocument {
    /// One released copy under its neutral name.
    pub fn new(name: &str, copy: &[u8], format: Format, tracked_changes: TrackedChanges, removed: &[Removed], checks: Vec<String>) -> Self {
        let mut totals: BTreeMap<String, u64> = BTreeMap::new();
        for entry in removed {
            *totals.entry(entry.kind.as_str().to_string()).or_default() += entry.count;
        }
        Self {
            path: format!("{}{name}", super::render::DOCUMENTS),
            format: format.as_str().into(),
            bytes: copy.len() as u64,
            sha256: sha256_hex(copy),
            tracked_changes,
            removed: totals,
            checks,
        }
    }
}
