//! Each lint on a case that is sound but for one thing.

use std::collections::BTreeMap;

use super::*;
use crate::case::{Argument, Balance, BalanceFor, Ground, Held, Item};
use crate::model::{Decision, FindingKind, Secret, Stage};
use crate::record::{DocumentDecision, disclosure_json, preset_of, sample};
use crate::schedule;

const CASE: &str = include_str!("../../../fixtures/case.toml");
const DOCUMENTS: &str = include_str!("../../../fixtures/letters/early-withheld-later-released.documents.toml");

fn sound() -> (Case, DecisionRecord) {
    let case = Case::parse(CASE, "case.toml").unwrap();
    let record = sample::record(DOCUMENTS, &case);
    (case, record)
}

fn early(case: &mut Case) -> &mut Balance {
    case.public_interest.balances.get_mut(&Stage::Early).unwrap()
}

fn item(case: &mut Case) -> &mut Item {
    case.request.items.first_mut().unwrap()
}

fn ids(case: &Case, decided: &DecisionRecord) -> Vec<&'static str> {
    let preset = preset_of(case);
    record(decided, case, preset, &super::super::compose(decided, case, preset)).iter().map(|lint| lint.id).collect()
}

#[test]
fn the_shipped_case_has_no_error() {
    let (case, record) = sound();
    assert_eq!(ids(&case, &record), ["letter-preset-unchecked"]);
}

#[test]
fn each_fault_of_the_case_is_found_under_its_id() {
    type Change = fn(&mut Case, &mut DecisionRecord);
    let cases: &[(&str, Change)] = &[
        ("letter-items", |case, _| case.request.items.clear()),
        ("letter-ground", |case, _| {
            case.grounds.remove(&crate::case::HiddenGroup::Comments);
        }),
        ("letter-ground", |_, record| {
            if let Some(first) = record.documents.first_mut() {
                first.exemption = None;
            }
        }),
        ("letter-test", |case, _| case.public_interest.r#for.clear()),
        ("letter-test", |case, _| {
            case.public_interest.balances.remove(&Stage::Later);
        }),
        ("letter-likelihood", |case, _| {
            if let Some(early) = case.decisions.get_mut(&Stage::Early) {
                early.likelihood = None;
            }
        }),
        ("letter-needs", |case, _| {
            if let Some(early) = case.decisions.get_mut(&Stage::Early) {
                early.functions = None;
            }
        }),
        ("letter-title-leak", |_, record| {
            if let Some(first) = record.documents.first_mut() {
                first.public_title = "Draft v0.1 KM.docx".to_owned();
            }
        }),
        ("letter-title-leak", |case, record| {
            if let Some(first) = record.documents.first_mut() {
                first.marks.authors = vec!["Karen Mason".to_owned()];
            }
            early(case).text = "As Karen Mason said, no.".to_owned();
        }),
        ("letter-title-leak", |case, record| {
            if let Some(last) = record.documents.last_mut() {
                let text = "they are hopeless at disclosure in every unit".to_owned();
                last.secrets = vec![Secret { kind: FindingKind::Comment, part: String::new(), text }];
            }
            early(case).text = "Because they are hopeless at disclosure.".to_owned();
        }),
        ("letter-late", |case, _| case.request.extension = None),
        ("letter-same-argument", |case, _| {
            let text = early(case).text.clone();
            case.public_interest.balances.insert(Stage::Later, Balance { text, outcome: BalanceFor::Released });
        }),
        ("letter-irrelevant-argument", |case, _| {
            case.public_interest.against.push(Argument {
                text: Some("It would be embarrassing.".to_owned()),
                why: Some("It is.".to_owned()),
                weight: None,
            });
        }),
        ("letter-two-people", |case, _| case.approver = case.decider.clone()),
        ("letter-one-person", |case, _| {
            case.approver = case.decider.clone();
            case.two_people = false;
        }),
        ("letter-unfinished", |case, _| case.applicant.name = None),
        ("letter-undecided", |_, record| {
            if let Some(first) = record.documents.first_mut() {
                first.decision = DocumentDecision(Decision::Review);
            }
        }),
        ("letter-parts", |case, _| {
            if let Some(early) = case.decisions.get_mut(&Stage::Early) {
                early.parts_considered = None;
            }
        }),
        ("letter-wrong-kind", |case, _| case.response.kind = ResponseKind::NotHeld),
        ("letter-dates", |case, _| case.letter.date = Some(jiff::civil::date(2018, 2, 11))),
        ("letter-dates", |case, _| {
            if let Some(extension) = &mut case.request.extension {
                extension.until = Some(jiff::civil::date(2018, 3, 11));
            }
        }),
        ("letter-dates", |case, _| case.publication.date = Some(jiff::civil::date(2018, 5, 1))),
        ("letter-held", |case, _| item(case).held = Held::No),
        ("letter-held", |case, _| item(case).held = Held::NeitherConfirmNorDeny),
        ("letter-held", |_, record| record.documents.clear()),
        ("letter-held", |case, record| {
            case.response.kind = ResponseKind::NotHeld;
            record.documents.iter_mut().for_each(|document| document.decision = DocumentDecision(Decision::Withhold));
        }),
        ("letter-held", |case, record| {
            case.response.kind = ResponseKind::Extension;
            item(case).held = Held::No;
            record.documents.clear();
        }),
        ("letter-calendar", |case, _| case.request.received = Some(jiff::civil::date(1999, 1, 4))),
        ("letter-ground", |case, _| {
            case.grounds.insert(crate::case::HiddenGroup::Residue, Ground::NotInScope("no".to_owned()));
        }),
    ];
    for (index, (id, change)) in cases.iter().enumerate() {
        let (mut case, mut record) = sound();
        change(&mut case, &mut record);
        let found = ids(&case, &record);
        assert!(found.contains(id), "{index}: {id} not in {found:?}");
    }
}

/// Every text of a TOML table, by the path of keys to it.
fn texts_of(value: &toml::Value, path: &str, out: &mut Vec<String>) {
    match value {
        toml::Value::String(_) => out.push(path.to_owned()),
        toml::Value::Array(all) => all.iter().enumerate().for_each(|(index, inner)| texts_of(inner, &format!("{path}/{index}"), out)),
        toml::Value::Table(table) => table.iter().for_each(|(key, inner)| texts_of(inner, &format!("{path}/{key}"), out)),
        _ => {}
    }
}

fn text_at<'a>(value: &'a mut toml::Value, path: &str) -> &'a mut String {
    let step = |value: &'a mut toml::Value, key: &str| match value {
        toml::Value::Array(all) => all.get_mut(key.parse::<usize>().unwrap()).unwrap(),
        other => other.get_mut(key).unwrap(),
    };
    match path.split('/').skip(1).fold(value, step) {
        toml::Value::String(text) => text,
        other => panic!("{path} is {other}"),
    }
}

#[test]
fn whatever_officers_write_for_the_public_names_no_file_and_no_author() {
    // Codes and words of a closed list, names that no letter prints, and what the requester wrote.
    let closed = ["preset", "exemption", "limb", "likelihood", "file", "final"];
    let internal = ["/applicant/", "/decider/name", "/approver/", "/request/items/", "/letter/signatory"];
    let rest = "[response]\nreason = \"R\"\nwhere = \"W\"\n[advice]\ntext = [\"Advice.\"]\n[decision.later]\nexemption = \"s36\"\nlimb = \"(2)(c)\"\n\
        foreseeable_harm = \"H\"\nenactment = \"E\"\ncompleted_by = \"C\"\nqualified_person = { office = \"O\", opinion = \"P\" }\n";
    let shipped: toml::Value = toml::Value::Table(toml::from_str(&format!("{CASE}\n{rest}")).unwrap());
    let mut paths = Vec::new();
    texts_of(&shipped, "", &mut paths);
    paths.retain(|path| !closed.iter().any(|key| path.ends_with(&format!("/{key}"))) && !internal.iter().any(|key| path.starts_with(key)));
    assert!(paths.len() > 50, "{paths:?}");
    for path in &paths {
        for leak in ["Visits v0.3 SO comments", "Samir Osei"] {
            // What is public itself may bear the name of a file, not of a person; authors may sign as the authority.
            let open: &[&str] = if leak.starts_with("Visits") { &["/case/reference", "/report/0/title"] } else { &["/authority/name"] };
            if open.contains(&path.as_str()) {
                continue;
            }
            let mut leaky = shipped.clone();
            text_at(&mut leaky, path).push_str(&format!(" {leak}"));
            let case = Case::parse(&toml::to_string(&leaky).unwrap(), "case.toml").unwrap_or_else(|error| panic!("{path}: {error}"));
            let mut record = sample::record(DOCUMENTS, &case);
            if let Some(first) = record.documents.first_mut() {
                first.path = "Drafts/Visits v0.3 SO comments.docx".to_owned();
                first.marks.authors = vec!["Samir Osei".to_owned()];
            }
            assert!(ids(&case, &record).contains(&"letter-title-leak"), "{path}: {leak}");
        }
    }
}

#[test]
fn the_letter_quotes_no_document_that_is_not_released() {
    let (mut case, mut record) = sound();
    let quoted = "the inspectors thought that the unit at Exampleton was hopeless throughout";
    early(&mut case).text.push_str(&format!(" As we wrote, {quoted}."));
    let told = crate::lineage::shingles::text_facts(&[quoted], None).shingles;
    assert_eq!(ids(&case, &record), ["letter-preset-unchecked"]);
    record.documents[0].echoes.clone_from(&told);
    assert!(ids(&case, &record).contains(&"letter-title-leak"));
    // A released copy says the same; then the words are no secret.
    record.documents[3].echoes = told;
    assert_eq!(ids(&case, &record), ["letter-preset-unchecked"]);
}

#[test]
fn names_that_are_nobodys_and_plain_words_are_no_leak() {
    let (case, mut record) = sound();
    for (index, name) in ["report", "Drafts", "Inspection report", "request"].iter().enumerate() {
        record.documents[index].path = format!("Drafts/{name}.docx");
        record.documents[index].marks.authors = ["Author", "Inspectorate of Prosecution Services"].map(str::to_owned).to_vec();
    }
    assert_eq!(ids(&case, &record), ["letter-preset-unchecked"]);
}

/// The public files of the shipped case.
struct Bundle {
    schedule: Vec<u8>,
    disclosure: Vec<u8>,
    letter: Vec<u8>,
    documents: BTreeMap<String, String>,
}

impl Bundle {
    fn new() -> Self {
        let (case, record) = sound();
        Self::of(&case, &record)
    }
    fn of(case: &Case, record: &DecisionRecord) -> Self {
        let preset = preset_of(case);
        Self {
            schedule: schedule::csv(record, case, preset),
            disclosure: disclosure_json(record, case, preset),
            letter: crate::letter::docx(record, case, preset).bytes,
            documents: record.released().map(|(_, file)| (file.name.clone(), file.sha256.clone())).collect(),
        }
    }
    fn ids(&self) -> Vec<&'static str> {
        let files = PublicFiles {
            schedule_csv: &self.schedule,
            disclosure_json: &self.disclosure,
            letter_docx: &self.letter,
            documents: &self.documents,
        };
        bundle(&files).iter().map(|lint| lint.id).collect()
    }
    fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(from), "{from}");
        *bytes = text.replacen(from, to, 1).into_bytes();
    }
}

#[test]
fn public_files_of_one_record_agree() {
    assert_eq!(Bundle::new().ids(), Vec::<&str>::new());
}

#[test]
fn any_public_file_that_was_changed_disagrees_with_the_others() {
    let mut bundle = Bundle::new();
    Bundle::replace(&mut bundle.schedule, "comments: 3", "comments: 2");
    assert_eq!(bundle.ids(), ["letter-counts"]);

    let mut bundle = Bundle::new();
    Bundle::replace(&mut bundle.disclosure, "\"withheld\": 2", "\"withheld\": 1");
    assert_eq!(bundle.ids(), ["letter-counts"]);

    let mut bundle = Bundle::new();
    bundle.documents.insert("document-009.docx".to_owned(), "00".to_owned());
    bundle.documents.remove("document-003.docx");
    assert_eq!(bundle.ids(), ["letter-attachments", "letter-attachments"]);

    let mut bundle = Bundle::new();
    bundle.documents.insert("document-003.docx".to_owned(), "00".to_owned());
    assert_eq!(bundle.ids(), ["letter-attachments"]);

    let (case, mut record) = sound();
    let other = {
        record.documents.retain(|document| document.number != 4);
        Bundle::of(&case, &record)
    };
    let mut bundle = Bundle::new();
    bundle.letter = other.letter;
    let found = bundle.ids();
    assert!(found.contains(&"letter-counts") && found.contains(&"letter-attachments"), "{found:?}");

    let mut bundle = Bundle::new();
    bundle.letter = b"no letter".to_vec();
    assert_eq!(bundle.ids(), ["letter-counts"]);
}

#[test]
fn a_draft_letter_is_seen_from_outside() {
    let (mut case, record) = sound();
    case.request.received = None;
    let mut bundle = Bundle::of(&case, &record);
    assert_eq!(bundle.ids(), ["letter-draft"]);
    Bundle::replace(&mut bundle.disclosure, "\"status\": \"draft\"", "\"status\": \"final\"");
    assert_eq!(bundle.ids(), ["letter-unfinished"]);
    let nothing = Case::parse("", "case.toml").unwrap();
    let mut record = record;
    record.number(&nothing);
    assert_eq!(Bundle::of(&nothing, &record).ids(), ["letter-draft"], "a bundle without a case file agrees with itself");
}

#[test]
fn ids_are_unique() {
    let mut all: Vec<&str> = RULES.iter().map(|(id, _, _)| *id).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), RULES.len());
}
