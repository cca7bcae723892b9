//! Golden letters: each outcome pattern from a case file and a list of documents.
//!
//! `CLEARDRAFT_BLESS=1 cargo test golden` writes the golden files anew; read the difference before you keep it.

use std::path::{Path, PathBuf};

use super::*;
use crate::record::sample;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/letters")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_default()
}

/// Case and record of a pattern.
fn pattern(name: &str) -> (Case, DecisionRecord) {
    let text = if name == "early-withheld-later-released" {
        include_str!("../../fixtures/case.toml").to_owned()
    } else {
        read(&format!("{name}.toml"))
    };
    let case = Case::parse(&text, name).unwrap_or_else(|error| panic!("{error}"));
    let record = sample::record(&read(&format!("{name}.documents.toml")), &case);
    (case, record)
}

const PATTERNS: &[&str] = &[
    "full-release",
    "early-withheld-later-released",
    "full-refusal",
    "neither-confirm-nor-deny",
    "extension",
    "already-public",
    "not-held",
    "cost",
    "vexatious",
];

#[test]
fn golden_letters_of_every_outcome_pattern() {
    for name in PATTERNS {
        let (case, record) = pattern(name);
        let preset = crate::record::preset_of(&case);
        let composed = compose(&record, &case, preset);
        let is = text(&composed);
        let path = folder().join(format!("{name}.txt"));
        if std::env::var_os("CLEARDRAFT_BLESS").is_some() {
            std::fs::write(&path, &is).unwrap();
        }
        assert_eq!(composed.gaps, Vec::<String>::new(), "{name}");
        assert_eq!(is, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
    }
}

#[test]
fn the_letter_is_the_same_bytes_every_time_and_carries_nothing_that_a_letter_should_not() {
    let (case, record) = pattern("early-withheld-later-released");
    let preset = crate::record::preset_of(&case);
    let one = docx(&record, &case, preset);
    let two = docx(&record, &case, preset);
    assert!(one.bytes == two.bytes && one.is_final(), "{:?}", one.lints);
    if let Some(folder) = std::env::var_os("CLEARDRAFT_LETTER_TO") {
        std::fs::write(Path::new(&folder).join("letter.docx"), &one.bytes).unwrap();
    }
    let limits = crate::Limits::default();
    let archive = crate::format::zip::Archive::open(&one.bytes, &limits).unwrap();
    let mut budget = crate::format::zip::Budget::new(&limits);
    let mut all = String::new();
    for entry in &archive.entries {
        assert!(!entry.name.starts_with("docProps") && !entry.name.contains("comments"), "{}", entry.name);
        all.push_str(&String::from_utf8(entry.inflate(&mut budget).unwrap().bytes).unwrap());
    }
    for word in ["rsid", "paraId", "J. Example", "P. Sample", "KM", "Drafts/", "creator", "<w:ins ", "<w:del "] {
        assert!(!all.contains(word), "{word}");
    }
    for word in ["<w:tblHeader/>", "w:val=\"en-GB\"", "heading 1"] {
        assert!(all.contains(word), "{word}");
    }
    for document in &record.documents {
        assert!(!all.contains(&document.sha256), "no digest of a source");
    }
}

#[test]
fn a_letter_with_a_gap_is_a_marked_draft() {
    let (mut case, record) = pattern("early-withheld-later-released");
    case.request.received = None;
    case.public_interest.later = None;
    let letter = docx(&record, &case, crate::record::preset_of(&case));
    assert!(!letter.is_final());
    assert_eq!(letter.gaps, ["public_interest.balance.later", "request.received"]);
    let empty = Case::parse("", "case.toml").unwrap();
    let letter = docx(&record, &empty, crate::record::preset_of(&empty));
    assert!(letter.gaps.contains(&"case.preset".to_owned()) && !letter.is_final());
}

#[test]
fn a_letter_that_decides_about_no_documents_lists_none() {
    for name in ["neither-confirm-nor-deny", "extension", "already-public", "not-held", "cost", "vexatious"] {
        let (case, record) = pattern(name);
        let preset = crate::record::preset_of(&case);
        assert!(crate::schedule::rows(&record, &case, preset).is_empty());
        assert!(!text(&compose(&record, &case, preset)).contains("Annex"), "{name}");
    }
}

#[test]
fn attachments_are_measured_in_pages_where_the_file_fixes_them() {
    let (case, mut record) = pattern("early-withheld-later-released");
    let preset = crate::record::preset_of(&case);
    let measured = |record: &DecisionRecord| text(&compose(record, &case, preset));
    assert!(measured(&record).contains("Attachment | Size in bytes | SHA-256"));
    let mut pages = [12, 1, 7].into_iter();
    for file in record.documents.iter_mut().filter_map(|document| document.released.as_mut()) {
        file.pages = pages.next();
    }
    assert!(pages.len() < 2, "the case releases two documents or more");
    let all = measured(&record);
    assert!(all.contains("Attachment | Pages | SHA-256") && all.contains(" | 12 | "), "{all}");
    if let Some(file) = record.documents.iter_mut().rev().find_map(|document| document.released.as_mut()) {
        file.pages = None;
    }
    let mixed = measured(&record);
    assert!(mixed.contains("Attachment | Pages or size | SHA-256") && mixed.contains("12 pages") && mixed.contains(" bytes | "), "{mixed}");
}
