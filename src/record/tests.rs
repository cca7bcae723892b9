//! What the record keeps, and what the public never sees.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::case::Person;
use crate::model::Finding;
use crate::{letter, schedule};

const CASE: &str = include_str!("../../fixtures/case.toml");
const DOCUMENTS: &str = include_str!("../../fixtures/letters/early-withheld-later-released.documents.toml");

/// The shipped case with a canary in everything that must stay inside.
fn written(write: impl Fn(&mut dyn std::io::Write) -> std::io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    bytes
}

fn json_of(record: &DecisionRecord, case: &Case) -> Vec<u8> {
    written(|to| record_json(record, case, to))
}

fn with_canaries() -> (Case, DecisionRecord) {
    let mut case = Case::parse(CASE, "case.toml").unwrap();
    case.decider = Person { name: Some("CANARY-decider".to_owned()), ..case.decider };
    case.approver = Person { name: Some("CANARY-approver".to_owned()), ..case.approver };
    let mut record = sample::record(DOCUMENTS, &case);
    for (index, document) in record.documents.iter_mut().enumerate() {
        document.path = format!("CANARY-folder/CANARY-name-{index} <b>.docx");
        document.sha256 = crate::model::sha256_hex(format!("source {index}").as_bytes());
        document.version_label = Some(format!("v0.{index} CANARY-initials"));
        document.family = Some("CANARY-family".to_owned());
        document.marks.authors = vec!["CANARY-author".to_owned()];
        document.findings = vec![Finding::new(FindingKind::Comment, "CANARY-part", 1, "CANARY-note")];
        document.secrets = vec![Secret {
            kind: FindingKind::Comment,
            part: "p".to_owned(),
            text: format!("CANARY-comment-{index} & <script>alert(1)</script>"),
        }];
        document.reasons = vec!["CANARY-reason".to_owned()];
        document.evidence =
            vec![EvidenceLine { kind: "name".to_owned(), value: "CANARY-value".to_owned(), says: "CANARY-says".to_owned(), weight: 1.0 }];
        document.notes = Some("CANARY-officer-note".to_owned());
        document.decided_by = Some("CANARY-person".to_owned());
        document.duplicate_of = Some("CANARY-twin.docx".to_owned());
        document.redline = Some(Redline::of("The same.\nCANARY-before stays hidden.", "The same.\nIt stays hidden."));
    }
    (case, record)
}

fn inflated(docx: &[u8]) -> String {
    let limits = crate::Limits::default();
    let archive = crate::format::zip::Archive::open(docx, &limits).unwrap();
    let mut budget = crate::format::zip::Budget::new(&limits);
    archive
        .entries
        .iter()
        .map(|entry| format!("{}\n{}\n", entry.name, String::from_utf8_lossy(&entry.inflate(&mut budget).unwrap().bytes)))
        .collect()
}

#[test]
fn nothing_internal_reaches_a_public_file() {
    let (case, record) = with_canaries();
    let preset = preset_of(&case);
    let public = [
        String::from_utf8(schedule::csv(&record, &case, preset)).unwrap(),
        String::from_utf8(schedule::html(&record, &case, preset)).unwrap(),
        String::from_utf8(disclosure_json(&record, &case, preset)).unwrap(),
        inflated(&letter::docx(&record, &case, preset).bytes),
    ];
    for text in &public {
        assert!(
            !text.contains("CANARY"),
            "{}",
            text.get(text.find("CANARY").unwrap_or(0).saturating_sub(80)..).unwrap_or_default().chars().take(200).collect::<String>()
        );
        for document in &record.documents {
            assert!(!text.contains(&document.sha256), "the digest of a source");
            let shown = document.version_label.as_ref().and_then(|label| label.split(' ').next()).unwrap();
            assert!(document.decision() == Decision::Release || !text.contains(&format!("{shown},")), "the version of a withheld draft");
        }
    }
}

#[test]
fn the_internal_page_shows_the_words_safely_and_says_what_it_is() {
    let (case, record) = with_canaries();
    let page = String::from_utf8(written(|to| record_html(&record, &case, to))).unwrap();
    for part in [
        "INTERNAL",
        "CANARY-comment-0 &amp; &lt;script&gt;",
        "<del>CANARY-before</del>",
        "<ins>It</ins>",
        "1 paragraph unchanged",
        "CANARY-folder/CANARY-name-0 &lt;b&gt;.docx",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("http"));
}

#[test]
fn the_log_is_a_chain_and_names_who_and_when() {
    let (case, record) = with_canaries();
    let bytes = json_of(&record, &case);
    assert_eq!(bytes, json_of(&record, &case));
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    let log = value.get("log").and_then(Value::as_array).cloned().unwrap();
    assert_eq!(check_log(&log), Ok(()));
    let decided = log.iter().find(|entry| entry.get("event").and_then(Value::as_str) == Some("decided")).unwrap();
    assert_eq!(decided.pointer("/what/by").and_then(Value::as_str), Some("CANARY-person"));
    assert_eq!(decided.pointer("/what/on").and_then(Value::as_str), Some("2018-04-10"));
    for index in [0, 3, log.len() - 1] {
        let mut edited = log.clone();
        if let Some(what) = edited.get_mut(index).and_then(|entry| entry.get_mut("what")) {
            *what = serde_json::json!({});
        }
        assert_eq!(check_log(&edited), Err(index + 1));
    }
    let mut shorter = log.clone();
    shorter.remove(2);
    assert_eq!(check_log(&shorter), Err(3));
}

#[test]
fn the_log_says_what_was_decided_and_that_it_could_not_be_done() {
    let (case, mut record) = with_canaries();
    let document = record.documents.iter_mut().find(|document| document.decision() == Decision::Withhold).unwrap();
    document.decision = DocumentDecision(Decision::Release);
    document.hold();
    assert!(document.changed());
    let path = document.path.clone();
    let value: Value = serde_json::from_slice(&json_of(&record, &case)).unwrap();
    let said = |event: &str| {
        let is = |entry: &&Value| entry["event"] == event && entry["path"] == path.as_str();
        value["log"].as_array().unwrap().iter().find(is).map(|entry| entry["what"]["decision"].clone())
    };
    assert_eq!((said("decided"), said("held")), (Some("release".into()), Some("review".into())));
}

#[test]
fn shares_and_weights_are_read_as_they_were_written() {
    let (case, mut record) = with_canaries();
    let template = record.documents.first().unwrap().clone();
    let share = |(part, whole): (u32, u32)| f64::from(part) / f64::from(whole);
    let shares = (1..60).flat_map(|whole| (0..=whole).map(move |part| (part, whole))).map(share);
    let document = |(index, share): (usize, f64)| {
        let evidence = template.evidence.iter().cloned().map(|line| EvidenceLine { weight: share * 4.0, ..line }).collect();
        DocumentRecord { path: index.to_string(), share_of_final: Some(share), evidence, ..template.clone() }
    };
    record.documents = shares.enumerate().map(document).collect();
    let now = record.documents.iter().map(|document| (document.path.clone(), document.sha256.clone())).collect();
    let states = check_sources(&json_of(&record, &case), &now).unwrap();
    assert!(states.iter().all(|state| matches!(state, SourceState::Same(_))));
}

#[test]
fn sources_are_compared_with_the_record() {
    let (case, record) = with_canaries();
    let bytes = json_of(&record, &case);
    let mut now: BTreeMap<String, String> =
        record.documents.iter().map(|document| (document.path.clone(), document.sha256.clone())).collect();
    assert!(check_sources(&bytes, &now).unwrap().iter().all(|state| matches!(state, SourceState::Same(_))));
    let digest = &record.documents.first().unwrap().sha256;
    let text = String::from_utf8(bytes.clone()).unwrap();
    let other = text.replacen(&format!("\"sha256\": \"{digest}\""), "\"sha256\": \"00\"", 1);
    let decided = text.replacen("\"decision\": \"withhold\"", "\"decision\": \"release\"", 1);
    for edited in [other, decided] {
        assert_ne!(edited, text);
        assert_eq!(check_sources(edited.as_bytes(), &now), Err(RecordFault::DocumentsChanged));
    }
    let (first, second) = (record.documents.first().unwrap().path.clone(), record.documents.get(1).unwrap().path.clone());
    now.insert(first.clone(), "00".to_owned());
    now.remove(&second);
    now.insert("new.docx".to_owned(), "11".to_owned());
    let states = check_sources(&bytes, &now).unwrap();
    assert!(states.contains(&SourceState::Changed(first)) && states.contains(&SourceState::Missing(second)));
    assert!(states.contains(&SourceState::New("new.docx".to_owned())));
    let edited = String::from_utf8(bytes).unwrap().replacen("CANARY-person", "Somebody", 2).into_bytes();
    assert!(matches!(check_sources(&edited, &now), Err(RecordFault::LogBroken(_))));
    assert!(matches!(check_sources(b"{}", &now), Err(RecordFault::Unreadable(_))));
}
