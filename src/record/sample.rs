//! Records for tests, read from small TOML files: one `[[document]]` each.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{DecisionRecord, DocumentDecision, DocumentRecord, DocumentStage, ReleasedFile};
use crate::case::{Case, Preset};
use crate::model::{Decision, FindingKind, Removed, Stage};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    document: Vec<Document>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    path: String,
    stage: Stage,
    decision: Decision,
    exemption: Option<String>,
    version: Option<String>,
    date: Option<String>,
    pages: Option<u32>,
    #[serde(default)]
    removed: BTreeMap<String, u64>,
}

/// The record that a documents file describes, numbered and with invented digests.
pub(crate) fn record(text: &str, case: &Case) -> DecisionRecord {
    let file: File = toml::from_str(text).unwrap();
    let preset = case.preset().unwrap_or_else(Preset::absent);
    let mut record = DecisionRecord {
        tool_version: "0.0.0".to_owned(),
        policy_digest: crate::model::sha256_hex(b"policy"),
        case_digest: Some(case.digest.clone()),
        ..DecisionRecord::default()
    };
    for (index, document) in file.document.into_iter().enumerate() {
        let citation = document.exemption.map(|text| preset.exemption(&text).unwrap().1);
        let removed = document
            .removed
            .iter()
            .map(|(kind, count)| Removed {
                kind: FindingKind::from_name(kind).unwrap(),
                part: "word/document.xml".to_owned(),
                count: *count,
            })
            .collect();
        record.documents.push(DocumentRecord {
            sha256: crate::model::sha256_hex(document.path.as_bytes()),
            listed: true,
            bytes: 10_000 + index as u64,
            format: "docx".to_owned(),
            family: Some("F1".to_owned()),
            report: (!case.reports.is_empty()).then_some(0),
            rank: u32::try_from(index + 1).ok(),
            version_label: document.version,
            date: document.date.map(|date| date.parse().unwrap()),
            stage: DocumentStage(document.stage),
            proposed: DocumentDecision(document.decision),
            proposed_exemption: citation.clone(),
            decision: DocumentDecision(document.decision),
            exemption: citation,
            removed,
            path: document.path,
            ..DocumentRecord::default()
        });
        if document.decision == Decision::Release
            && let Some(last) = record.documents.last_mut()
        {
            last.released = Some(ReleasedFile {
                name: String::new(),
                sha256: crate::model::sha256_hex(last.path.to_uppercase().as_bytes()),
                bytes: 9_000 + index as u64,
                format: "docx".to_owned(),
                pages: document.pages,
            });
        }
    }
    record.number(case);
    for document in &mut record.documents {
        let name = document.released_name("docx");
        if let Some(file) = &mut document.released {
            file.name = name;
        }
    }
    record
}
