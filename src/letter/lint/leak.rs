//! Lint 9: what the public sees holds no source name, no author and no withheld words.

use std::collections::BTreeSet;

use super::{Lint, title_leak};
use crate::case::{Case, Reliance};
use crate::record::DecisionRecord;

/// Words of this length or more in a row that stand in both are a leak.
const SHINGLE: usize = 5;

pub(super) fn check(record: &DecisionRecord, case: &Case, out: &mut Vec<Lint>) {
    let public = public_texts(record, case);
    let authors: BTreeSet<String> =
        record.documents.iter().flat_map(|document| document.marks.authors.iter()).map(|name| name.to_lowercase()).collect();
    let secrets: Vec<BTreeSet<String>> = record
        .documents
        .iter()
        .flat_map(|document| document.secrets.iter())
        .map(|secret| shingles(&secret.text))
        .filter(|set| !set.is_empty())
        .collect();
    let titles: BTreeSet<String> =
        case.reports.iter().filter_map(|report| report.title.as_ref()).map(|title| title.to_lowercase()).collect();
    for (place, text) in &public {
        let lower = text.to_lowercase();
        for document in &record.documents {
            let name = document.path.rsplit('/').next().unwrap_or_default().to_lowercase();
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            // A file that bears the title of the report and nothing else tells nothing that the title does not tell.
            let telling = stem.chars().count() >= 4 && !titles.iter().any(|title| title.contains(stem));
            if name.chars().count() >= 4 && lower.contains(&name) || telling && lower.contains(stem) {
                let number = if document.number > 0 { format!("document {}", document.number) } else { "a file".to_owned() };
                out.push(title_leak(format!("{place} holds the file name of {number}")));
            }
        }
        if authors.iter().any(|author| author.chars().count() >= 4 && holds_words(&lower, author)) {
            out.push(title_leak(format!("{place} holds the name of an author or reviewer of the drafts")));
        }
        let own = shingles(text);
        if secrets.iter().any(|secret| secret.iter().any(|run| own.contains(run))) {
            out.push(title_leak(format!("{place} holds words that were taken out of a document")));
        }
    }
}

/// Everything that officers write and the public reads, with the place to mend it.
fn public_texts(record: &DecisionRecord, case: &Case) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> =
        record.listed().map(|document| (format!("the title of document {}", document.number), document.public_title.clone())).collect();
    let reliances = case.decisions.iter().map(|(stage, reliance)| (format!("decision.{}", stage.as_str()), reliance));
    for (key, reliance) in reliances.chain(case.reliances.iter().map(|reliance| ("reliance".to_owned(), reliance))) {
        for (name, text) in reliance_texts(reliance) {
            out.push((format!("{key}.{name}"), text.clone()));
        }
    }
    let interest = &case.public_interest;
    let arguments = interest.r#for.iter().chain(&interest.against).flat_map(|argument| [&argument.text, &argument.why, &argument.weight]);
    for text in arguments.chain([&interest.early, &interest.later, &interest.hidden]).flatten() {
        out.push(("public_interest".to_owned(), text.clone()));
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

fn shingles(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(SHINGLE).map(|run| run.join(" ")).collect()
}
