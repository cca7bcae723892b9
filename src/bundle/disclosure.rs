//! Reading `disclosure.json` and `schedule.csv` again, by code that does not share the path of what wrote them.
//!
//! Only what has to agree is read; fields that are not named here are left to their own readers.

use std::collections::BTreeMap;

use foldhash::HashSet;
use serde::Deserialize;

use crate::policy::TrackedChanges;

/// Name and version of the form that is understood.
pub const SCHEMA: &str = "cleardraft/disclosure/1";

/// What was released and what was done to it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Disclosure {
    /// Name and version of the form.
    pub schema: String,
    /// One row for each document that the schedule lists.
    pub documents: Vec<DisclosedDocument>,
    /// Totals, when the answer decides about documents.
    pub counts: Option<Counts>,
    /// State of the letter.
    pub letter: Option<LetterState>,
}

/// Totals over the listed documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Counts {
    /// All rows.
    pub listed: usize,
    /// Rows with a released copy, in part or not.
    pub released: usize,
    /// Rows whose copy lacks content that is withheld.
    pub released_in_part: usize,
    /// Rows without a copy by decision.
    pub withheld: usize,
    /// Rows that nobody has decided.
    pub undecided: usize,
}

/// Whether the letter may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LetterState {
    /// `final` or `draft`.
    pub status: String,
}

/// One listed document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DisclosedDocument {
    /// Public number.
    pub no: u64,
    /// Neutral title.
    pub title: String,
    /// `released`, `released in part`, `withheld`, `not decided`.
    pub decision: String,
    /// The released copy.
    pub file: Option<DisclosedFile>,
}

/// One released copy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DisclosedFile {
    /// Path inside the bundle: `data/documents/document-001.docx`.
    pub path: String,
    /// SHA-256 of the copy.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Stable name of the format.
    pub format: String,
    /// How tracked changes were resolved; a neutral redline may only stand where this (or the policy) says `keep`.
    pub tracked_changes: Option<TrackedChanges>,
}

impl DisclosedDocument {
    /// Whether the decision promises a copy.
    pub fn is_released(&self) -> bool {
        matches!(self.decision.as_str(), "released" | "released in part")
    }
}

impl Disclosure {
    /// The released copies by path.
    pub fn files(&self) -> BTreeMap<&str, &DisclosedFile> {
        self.documents.iter().filter_map(|document| document.file.as_ref()).map(|file| (file.path.as_str(), file)).collect()
    }

    /// Where the file disagrees with itself, in plain words.
    pub fn inner_differences(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut numbers = std::collections::BTreeSet::new();
        let mut paths = std::collections::BTreeSet::new();
        for document in &self.documents {
            if !numbers.insert(document.no) {
                out.push(format!("number {} stands twice", document.no));
            }
            if document.is_released() != document.file.is_some() {
                out.push(format!(
                    "number {} is `{}` and {} a copy",
                    document.no,
                    document.decision,
                    if document.file.is_some() { "has" } else { "lacks" }
                ));
            }
            if let Some(file) = &document.file
                && !paths.insert(&file.path)
            {
                out.push(format!("number {} names a copy that another number names", document.no));
            }
        }
        let count = |decisions: &[&str]| self.documents.iter().filter(|document| decisions.contains(&document.decision.as_str())).count();
        if let Some(counts) = self.counts {
            let is = Counts {
                listed: self.documents.len(),
                released: count(&["released", "released in part"]),
                released_in_part: count(&["released in part"]),
                withheld: count(&["withheld"]),
                undecided: count(&["not decided"]),
            };
            if is != counts {
                out.push("the counts are not those of its documents".into());
            }
        }
        out
    }

    /// Where `schedule.csv` says something else, in plain words.
    pub fn schedule_differences(&self, csv: &[u8]) -> Vec<String> {
        let mut out = Vec::new();
        let mut reader = csv::ReaderBuilder::new().from_reader(csv);
        let Ok(header) = reader.headers().cloned() else { return vec!["has no readable header line".into()] };
        let column = |name: &str| header.iter().position(|column| column == name);
        let wanted = ["no", "title", "decision", "format", "attachment", "sha256"].map(column);
        let [Some(no), Some(title), Some(decision), Some(format), Some(attachment), Some(sha256)] = wanted else {
            return vec!["lacks one of the columns no, title, decision, format, attachment, sha256".into()];
        };
        let mut rows = 0;
        for (index, row) in reader.records().enumerate() {
            let Ok(row) = row else {
                out.push(format!("row {} cannot be read", index + 1));
                continue;
            };
            rows += 1;
            let cell = |column: usize| row.get(column).unwrap_or_default();
            let Some(document) = self.documents.get(index) else {
                out.push(format!("row {} stands for no document of disclosure.json", index + 1));
                continue;
            };
            let file = document.file.as_ref();
            let name = file.map_or("", |file| file.path.rsplit('/').next().unwrap_or_default());
            let agrees = [
                cell(no) == document.no.to_string(),
                cell(title) == document.title || cell(title).strip_prefix('\'') == Some(document.title.as_str()),
                cell(decision) == document.decision,
                cell(format) == file.map_or("", |file| file.format.as_str()),
                cell(attachment) == name,
                cell(sha256) == file.map_or("", |file| file.sha256.as_str()),
            ];
            for (agrees, column) in agrees.iter().zip(["no", "title", "decision", "format", "attachment", "sha256"]) {
                if !agrees {
                    out.push(format!("row {}, column {column}, differs from disclosure.json", index + 1));
                }
            }
        }
        if rows < self.documents.len() {
            out.push(format!("has {rows} rows for {} documents", self.documents.len()));
        }
        out
    }

    /// Where `schedule.html` says something else, in plain words.
    pub fn page_differences(&self, html: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(html);
        let mut out = Vec::new();
        let files = self.files();
        // Digests stand there as words: the whole page is not searched for each of them.
        let words: HashSet<&str> = text.split(|character: char| !character.is_ascii_alphanumeric()).collect();
        for document in &self.documents {
            if document.file.as_ref().is_some_and(|file| !words.contains(file.sha256.as_str())) {
                out.push(format!("lacks the digest of number {}", document.no));
            }
        }
        for link in text.split("href=\"").skip(1).filter_map(|tail| tail.split('"').next()) {
            if !files.contains_key(format!("data/{link}").as_str()) {
                out.push("links to something that was not released".into());
            }
        }
        let lower = text.to_ascii_lowercase();
        for active in ["<script", "<!--", "src=", "http-equiv", "javascript:", "<iframe", "<object", "<form"] {
            if lower.contains(active) {
                out.push(format!("holds `{active}`, which a page that needs nothing else does not"));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Disclosure {
        serde_json::from_value(serde_json::json!({
            "schema": SCHEMA,
            "documents": [
                { "no": 1, "title": "=Draft 1", "decision": "released", "file": { "path": "data/documents/document-001.docx", "sha256": "ab", "bytes": 2, "format": "docx" } },
                { "no": 2, "title": "Draft 2", "decision": "withheld", "file": null }
            ],
            "counts": { "listed": 2, "released": 1, "released_in_part": 0, "withheld": 1, "undecided": 0 }
        }))
        .unwrap()
    }

    const CSV: &str =
        "no,title,date,decision,format,attachment,sha256\r\n1,'=Draft 1,,released,docx,document-001.docx,ab\r\n2,Draft 2,,withheld,,,\r\n";

    #[test]
    fn agreement_is_silent_and_each_difference_is_told() {
        let sound = sample();
        assert!(sound.inner_differences().is_empty());
        assert!(sound.schedule_differences(CSV.as_bytes()).is_empty());
        for (from, to) in [
            ("docx,document", "pdf,document"),
            (",ab", ",cd"),
            ("withheld", "released"),
            ("2,Draft 2,,withheld,,,\r\n", ""),
            ("Draft 2", "Draft 9"),
            ("sha256", "x"),
        ] {
            assert!(!sound.schedule_differences(CSV.replace(from, to).as_bytes()).is_empty(), "{from}");
        }
        assert!(!sound.schedule_differences(format!("{CSV}3,More,,withheld,,,\r\n").as_bytes()).is_empty());
    }

    #[test]
    fn a_file_that_contradicts_itself_is_told() {
        for change in [
            |disclosure: &mut Disclosure| disclosure.documents[1].no = 1,
            |disclosure: &mut Disclosure| disclosure.documents[0].file = None,
            |disclosure: &mut Disclosure| disclosure.documents[1].decision = "released".into(),
            |disclosure: &mut Disclosure| drop(disclosure.documents.pop()),
        ] {
            let mut disclosure = sample();
            change(&mut disclosure);
            assert!(!disclosure.inner_differences().is_empty());
        }
    }

    #[test]
    fn a_page_is_not_searched_for_each_digest() {
        let mut disclosure = sample();
        let document = disclosure.documents[0].clone();
        let numbered = |number: u64| {
            let mut document = document.clone();
            document.file.iter_mut().for_each(|file| file.sha256 = format!("{number:064x}"));
            document
        };
        disclosure.documents = (0..20_000).map(numbered).collect();
        assert_eq!(disclosure.page_differences("ab ".repeat(4_000_000).as_bytes()).len(), 20_000);
    }

    #[test]
    fn a_page_links_to_released_copies_only() {
        let sound = sample();
        assert!(sound.page_differences(b"<a href=\"documents/document-001.docx\">x</a> ab").is_empty());
        assert!(!sound.page_differences(b"ab <a href=\"documents/document-002.docx\">x</a>").is_empty());
        assert!(!sound.page_differences(b"ab <SCRIPT>").is_empty());
        assert!(!sound.page_differences(b"").is_empty());
        assert!(!sound.page_differences(b"<td>abc</td>").is_empty(), "a digest is a word, not a piece of one");
    }
}
