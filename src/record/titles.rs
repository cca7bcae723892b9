//! Public numbers and titles: neutral by construction, never taken from a file.

use std::collections::BTreeMap;

use super::DocumentRecord;
use crate::case::Case;
use crate::model::Stage;

/// Sorts, numbers and entitles.
pub(super) fn number(documents: &mut [DocumentRecord], case: &Case) {
    documents.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut groups: BTreeMap<String, (String, u32)> = BTreeMap::new();
    let mut unnamed = 0;
    for document in documents.iter().filter(|document| document.listed) {
        let group = group(document);
        let drafts = u32::from(document.stage() != Stage::Final);
        let known = groups.entry(group).or_insert_with(|| {
            let title = document.report.and_then(|index| case.reports.get(index)).and_then(|report| report.title.clone());
            let title = title.unwrap_or_else(|| {
                unnamed += 1;
                format!("Further document {unnamed}")
            });
            (title, 0)
        });
        known.1 += drafts;
    }
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut next = 0;
    for document in documents.iter_mut() {
        if !document.listed {
            document.number = 0;
            document.public_title.clear();
            continue;
        }
        next += 1;
        document.number = next;
        let group = group(document);
        let (title, drafts) = groups.get(&group).cloned().unwrap_or_default();
        document.public_title = if document.stage() == Stage::Final {
            format!("{title}: published text")
        } else {
            let place = seen.entry(group).or_default();
            *place += 1;
            format!("{title}: draft {place} of {drafts}")
        };
    }
}

type Key<'a> = (bool, usize, Option<&'a str>, bool, u32, &'a str, &'a str);

fn key(document: &DocumentRecord) -> Key<'_> {
    (
        !document.listed,
        document.report.unwrap_or(usize::MAX),
        document.family.as_deref(),
        document.stage() == Stage::Final,
        document.rank.unwrap_or(u32::MAX),
        &document.path,
        &document.sha256,
    )
}

/// Documents of one report count together; without a report, those of one family; without a family, each alone.
fn group(document: &DocumentRecord) -> String {
    match (document.report, &document.family) {
        (Some(report), _) => format!("r{report}"),
        (None, Some(family)) => format!("f{family}"),
        (None, None) => format!("p{}", document.path),
    }
}

/// A version label as the public may see it: `v0.4`, `draft 3`; `None` when nothing neutral is left.
///
/// Only numbers and the words draft, version, final and rev survive: a label may hold initials of its author.
pub fn public_version(label: &str) -> Option<String> {
    let label = label.to_lowercase();
    let mut out: Vec<String> = Vec::new();
    for word in words(&label) {
        let digits = word.strip_prefix('v').unwrap_or(word).trim_matches('.');
        let number = digits.starts_with(|character: char| character.is_ascii_digit())
            && digits.len() <= 8
            && digits.chars().all(|character| character.is_ascii_digit() || character == '.');
        if number && digits.split('.').all(|part| part.len() <= 3) {
            out.push(if word.starts_with('v') { format!("v{digits}") } else { digits.to_owned() });
        } else if ["draft", "version", "final", "rev"].contains(&word) {
            out.push(word.to_owned());
        }
    }
    out.truncate(4);
    out.iter().any(|word| word.contains(|character: char| character.is_ascii_digit())).then(|| out.join(" "))
}

/// The words of a label; a run of digits and hyphens is a date, and none of its words count.
fn words(label: &str) -> Vec<&str> {
    let outer = label.split(|character: char| !(character.is_ascii_alphanumeric() || ".-".contains(character)));
    let dated = |word: &&str| word.contains('-') && word.chars().all(|character| character.is_ascii_digit() || "-.".contains(character));
    outer.filter(|word| !dated(word)).flat_map(|word| word.split('-')).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Report;
    use crate::record::{DecisionRecord, DocumentStage};

    fn draft(path: &str, rank: u32, stage: Stage) -> DocumentRecord {
        DocumentRecord {
            path: path.to_owned(),
            rank: Some(rank),
            report: Some(0),
            family: Some("F1".to_owned()),
            listed: true,
            stage: DocumentStage(stage),
            ..DocumentRecord::default()
        }
    }

    #[test]
    fn numbers_follow_the_order_of_drafts_and_titles_hold_nothing_of_the_files() {
        let case = Case { reports: vec![Report { title: Some("Making it fair".to_owned()), ..Report::default() }], ..Case::default() };
        let noise = DocumentRecord { path: "~$a.docx".to_owned(), ..DocumentRecord::default() };
        let mut record = DecisionRecord {
            documents: vec![
                draft("z SECRET.docx", 1, Stage::Early),
                noise,
                draft("p.docx", 3, Stage::Final),
                draft("a.docx", 2, Stage::Later),
            ],
            ..DecisionRecord::default()
        };
        record.number(&case);
        let titles: Vec<(u32, &str)> = record.documents.iter().map(|document| (document.number, document.public_title.as_str())).collect();
        assert_eq!(
            titles,
            [(1, "Making it fair: draft 1 of 2"), (2, "Making it fair: draft 2 of 2"), (3, "Making it fair: published text"), (0, "")]
        );
    }

    #[test]
    fn public_versions_hold_no_initials() {
        assert_eq!(public_version("v0.4 KM comments"), Some("v0.4".to_owned()));
        assert_eq!(public_version("Draft 3 (KM)"), Some("draft 3".to_owned()));
        assert_eq!(public_version("Smith"), None);
        assert_eq!(public_version("2018-03-01"), None, "a date is no version");
    }
}
