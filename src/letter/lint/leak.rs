//! Lint 9: what officers write and the public reads holds no source name, no author and no withheld words.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lint, title_leak};
use crate::case::{Case, Reliance};
use crate::record::DecisionRecord;

/// Words of this number in a row that stand in both are a leak.
const SHINGLE: usize = 5;
/// Names shorter than this say nothing.
const NAME: usize = 4;

pub(super) fn check(record: &DecisionRecord, case: &Case, out: &mut Vec<Lint>) {
    let public = public_texts(record, case);
    file_names(record, case, &public, out);
    authors(record, &public, out);
    words(record, &public, out);
}

fn file_names(record: &DecisionRecord, case: &Case, public: &BTreeMap<String, String>, out: &mut Vec<Lint>) {
    let titles: BTreeSet<String> =
        case.reports.iter().filter_map(|report| report.title.as_ref()).map(|title| title.to_lowercase()).collect();
    for document in &record.documents {
        let name = document.path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        // A file that bears the title of the report and nothing else tells nothing that the title does not tell.
        let telling = stem.chars().count() >= NAME && !titles.iter().any(|title| title.contains(stem));
        for (text, place) in public {
            if name.chars().count() >= NAME && text.contains(&name) || telling && text.contains(stem) {
                let number = if document.number > 0 { format!("document {}", document.number) } else { "a file".to_owned() };
                out.push(title_leak(format!("{place} holds the file name of {number}")));
            }
        }
    }
}

fn authors(record: &DecisionRecord, public: &BTreeMap<String, String>, out: &mut Vec<Lint>) {
    let names: BTreeSet<String> = record
        .documents
        .iter()
        .flat_map(|document| &document.marks.authors)
        .map(|name| name.to_lowercase())
        .filter(|name| name.chars().count() >= NAME)
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

/// Everything that officers write and the public reads, in lower case, with the place to mend it; equal texts once.
fn public_texts(record: &DecisionRecord, case: &Case) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for document in record.listed() {
        // The number of the draft is ours, and the same title stands before thousands of numbers.
        let title = document
            .public_title
            .rsplit_once(": ")
            .filter(|(_, tail)| tail.starts_with("draft "))
            .map_or(document.public_title.as_str(), |(title, _)| title);
        out.entry(title.to_lowercase()).or_insert_with(|| format!("the title of document {}", document.number));
    }
    let mut add = |place: String, text: &str| {
        out.entry(text.to_lowercase()).or_insert(place);
    };
    for (stage, reliance) in &case.decisions {
        reliance_texts(reliance).for_each(|(name, text)| add(format!("decision.{}.{name}", stage.as_str()), text));
    }
    for reliance in &case.reliances {
        reliance_texts(reliance).for_each(|(name, text)| add(format!("reliance.{name}"), text));
    }
    let interest = &case.public_interest;
    let arguments = interest.r#for.iter().chain(&interest.against).flat_map(|argument| [&argument.text, &argument.why, &argument.weight]);
    for text in arguments.flatten().chain(interest.balances.values().map(|balance| &balance.text)).chain(&interest.hidden) {
        add("public_interest".to_owned(), text);
    }
    for text in &case.advice {
        add("advice.text".to_owned(), text);
    }
    out
}

fn reliance_texts(reliance: &Reliance) -> impl Iterator<Item = (&'static str, &String)> {
    [
        ("description", &reliance.description),
        ("reason", &reliance.reason),
        ("parts_considered", &reliance.parts_considered),
        ("prejudice", &reliance.prejudice),
        ("link", &reliance.link),
        ("functions", &reliance.functions),
    ]
    .into_iter()
    .filter_map(|(name, text)| text.as_ref().map(|text| (name, text)))
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
