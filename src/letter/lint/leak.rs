//! Lint 9: what officers write and the public reads holds no source name, no author and no withheld words.

use std::collections::{BTreeMap, BTreeSet};

use super::printed::Printed;
use super::{Lint, title_leak};
use crate::case::Case;
use crate::lineage::shingles::text_facts;
use crate::model::{Shingle, Stage};
use crate::record::DecisionRecord;

/// Words of this number in a row that stand in both are a leak.
const SHINGLE: usize = 5;
/// Words of this number in a row that stand in a document which is not released are a leak. Whole documents hold many usual turns of
/// phrase; longer runs are quotations.
const QUOTE: usize = 8;
/// Names shorter than this say nothing.
const NAME: usize = 4;
/// Names of files that any letter about drafts may hold as words.
const PLAIN_NAMES: &[&str] = &[
    "annex",
    "appendix",
    "article",
    "audit",
    "chapter",
    "comments",
    "copy",
    "decision",
    "document",
    "draft",
    "drafts",
    "evidence",
    "exemption",
    "final",
    "findings",
    "inspection",
    "letter",
    "notes",
    "report",
    "request",
    "response",
    "review",
    "schedule",
    "section",
    "staff",
    "summary",
    "text",
    "version",
    "work",
];
/// Names of authors that are nobody's.
const PLAIN_AUTHORS: &[&str] = &[
    "admin",
    "administrator",
    "author",
    "guest",
    "microsoft office user",
    "office",
    "reviewer",
    "unknown",
    "unknown author",
    "user",
    "windows user",
];

pub(super) fn check(record: &DecisionRecord, case: &Case, out: &mut Vec<Lint>) {
    let public = public_texts(record, case);
    file_names(record, case, &public, out);
    authors(record, case, &public, out);
    words(record, &public, out);
    withheld_words(record, case, &public, out);
}

fn file_names(record: &DecisionRecord, case: &Case, public: &BTreeMap<String, String>, out: &mut Vec<Lint>) {
    let known = known(case);
    let published = case.publication.title.as_deref().unwrap_or_default().to_lowercase();
    let all = public.keys().map(String::as_str).collect::<Vec<_>>().join("\n");
    for document in &record.documents {
        let name = document.path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let telling = stem.chars().count() >= NAME && !PLAIN_NAMES.contains(&stem) && !known.iter().any(|text| text.contains(stem));
        let telling = telling && !(document.stage() == Stage::Final && published.contains(stem));
        if !all.contains(stem) {
            continue;
        }
        for (text, place) in public {
            if name.chars().count() >= NAME && text.contains(&name) || telling && holds_words(text, stem) {
                let number = if document.number > 0 { format!("document {}", document.number) } else { "a file".to_owned() };
                out.push(title_leak(format!("{place} holds the file name of {number}")));
            }
        }
    }
}

/// What is public whatever the files are called: a file that bears the title of the report, words of the requester or the reference, and
/// nothing else, tells nothing that these do not tell.
fn known(case: &Case) -> BTreeSet<String> {
    let titles = case.reports.iter().filter_map(|report| report.title.as_ref());
    let asked = case.request.items.iter().map(|item| &item.text);
    titles.chain(asked).chain(&case.reference).map(|text| text.to_lowercase()).collect()
}

fn authors(record: &DecisionRecord, case: &Case, public: &BTreeMap<String, String>, out: &mut Vec<Lint>) {
    // A word processor that nobody told its owner signs with a word of its own; many are told the name of the authority.
    let authority = case.authority.name.as_deref().unwrap_or_default().to_lowercase();
    let names: BTreeSet<String> = record
        .documents
        .iter()
        .flat_map(|document| &document.marks.authors)
        .map(|name| name.to_lowercase())
        .filter(|name| name.chars().count() >= NAME && !PLAIN_AUTHORS.contains(&name.as_str()) && !holds_words(&authority, name))
        .collect();
    for (text, place) in public {
        if names.iter().any(|name| holds_words(text, name)) {
            out.push(title_leak(format!("{place} holds the name of an author or reviewer of the drafts")));
        }
    }
}

/// Runs of words that were taken out of a document. The public texts are few, the removed words may be many: those stream past.
fn words(record: &DecisionRecord, public: &BTreeMap<String, String>, out: &mut Vec<Lint>) {
    let mut runs: BTreeMap<String, &str> = BTreeMap::new();
    for (text, place) in public {
        for run in split(text).windows(SHINGLE) {
            runs.insert(run.join(" "), place);
        }
    }
    let mut places: BTreeSet<&str> = BTreeSet::new();
    for secret in record.documents.iter().flat_map(|document| &document.secrets) {
        let lower = secret.text.to_lowercase();
        places.extend(split(&lower).windows(SHINGLE).filter_map(|run| runs.get(&run.join(" "))));
    }
    for place in places {
        out.push(title_leak(format!("{place} holds words that were taken out of a document")));
    }
}

/// Runs of words that stand in a document of which nothing is released, and in no released copy nor in anything that is public anyway.
fn withheld_words(record: &DecisionRecord, case: &Case, public: &BTreeMap<String, String>, out: &mut Vec<Lint>) {
    let echoes = |released: bool| {
        let documents = record.documents.iter().filter(move |document| document.released.is_some() == released);
        documents.flat_map(|document| document.echoes.iter().copied()).collect::<BTreeSet<Shingle>>()
    };
    let kept = echoes(false);
    if kept.is_empty() {
        return;
    }
    let mut open = echoes(true);
    let known = known(case);
    open.extend(known.iter().chain(&case.publication.title).chain(&case.authority.name).flat_map(|text| hashes(text)));
    for (text, place) in public {
        let quoted = |run: &[&str]| {
            let run = hashes(&run.join(" "));
            run.iter().all(|hash| kept.contains(hash)) && run.iter().any(|hash| !open.contains(hash))
        };
        if split(text).windows(QUOTE).any(quoted) {
            out.push(title_leak(format!("{place} holds {QUOTE} words in a row of a document that is not released")));
        }
    }
}

fn hashes(text: &str) -> Vec<Shingle> {
    text_facts(&[text], None).shingles
}

/// The five-word sequences, as hashes, of everything that officers wrote for the public; ascending.
pub(crate) fn printed_words(case: &Case) -> Vec<Shingle> {
    let mut printed = Printed::default();
    printed.case(case);
    let all: BTreeSet<Shingle> = printed.0.keys().flat_map(|text| hashes(text)).collect();
    all.into_iter().collect()
}

/// Everything that officers write and the public reads.
fn public_texts(record: &DecisionRecord, case: &Case) -> BTreeMap<String, String> {
    let mut out = Printed::default();
    for document in record.listed().filter(|document| !document.public_title.starts_with("Further document ")) {
        // The number of the draft is ours, and the same title stands before thousands of numbers.
        let title = document
            .public_title
            .rsplit_once(": ")
            .filter(|(_, tail)| tail.starts_with("draft "))
            .map_or(document.public_title.as_str(), |(title, _)| title);
        out.add(&format!("the title of document {}", document.number), title);
    }
    out.case(case);
    out.0
}

fn holds_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|tail| tail.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn split(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}
