//! Proves from the released files alone that letter, schedule, `disclosure.json` and documents agree: lints 7, 8, 11, 15 to 17.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::read::{self, ReadLetter};
use super::{Lint, attachments, counts, draft, hidden_block, preset_changed, residue, review, sorted, unfinished};
use crate::case::Preset;
use crate::letter::model::{capital, counted, gaps_of};
use crate::model::{FindingKind, printable};
use crate::schedule::{COLUMNS, no_formula};

/// The public files of a bundle.
#[derive(Debug, Clone, Copy)]
pub struct PublicFiles<'a> {
    /// `data/schedule.csv`.
    pub schedule_csv: &'a [u8],
    /// `disclosure.json`.
    pub disclosure_json: &'a [u8],
    /// `data/letter.docx`.
    pub letter_docx: &'a [u8],
    /// SHA-256 of each file under `data/documents/`, by file name.
    pub documents: &'a BTreeMap<String, String>,
}

/// Compares the public files with each other. Empty: they agree.
pub fn bundle(files: &PublicFiles<'_>) -> Vec<Lint> {
    let mut out = Vec::new();
    let Ok(disclosure) = serde_json::from_slice::<Public>(files.disclosure_json) else {
        return vec![counts("disclosure.json cannot be read")];
    };
    let listed: Vec<Listed> = disclosure.documents.iter().map(listed).collect();
    match schedule_rows(files.schedule_csv) {
        Ok(rows) => schedule(&rows, &listed, &mut out),
        Err(why) => out.push(counts(format!("schedule.csv cannot be read: {why}"))),
    }
    on_disk(&listed, files.documents, &mut out);
    match read::letter(files.letter_docx) {
        Ok(letter) => check_letter(&letter, &disclosure, &listed, &mut out),
        Err(why) => out.push(counts(format!("letter.docx cannot be read: {why}"))),
    }
    sorted(out)
}

/// One document of `disclosure.json`.
struct Listed {
    number: String,
    title: String,
    decision: String,
    grounds: String,
    file: Option<(String, String)>,
    removed: BTreeMap<String, u64>,
}

/// What of `disclosure.json` letter and schedule have to agree with; whatever else it holds is not kept.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Public {
    documents: Vec<PublicDocument>,
    response: Option<String>,
    counts: Option<Totals>,
    hidden_content_asked_for: bool,
    preset: PublicPreset,
    letter: PublicLetter,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Totals {
    listed: Option<u64>,
    released: Option<u64>,
    withheld: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PublicPreset {
    id: String,
    digest: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PublicLetter {
    status: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PublicDocument {
    no: u64,
    title: String,
    decision: String,
    grounds: Vec<String>,
    file: Option<PublicFile>,
    removed: Vec<PublicRemoval>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PublicFile {
    path: String,
    sha256: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PublicRemoval {
    kind: String,
    count: u64,
}

fn listed(document: &PublicDocument) -> Listed {
    let plain = |kind: &str| FindingKind::from_name(kind).map_or(kind.to_owned(), |kind| kind.plain().to_owned());
    Listed {
        number: document.no.to_string(),
        title: document.title.clone(),
        decision: document.decision.clone(),
        grounds: document.grounds.join("; "),
        file: document.file.as_ref().map(|file| {
            let path = &file.path;
            (path.strip_prefix("data/documents/").unwrap_or(path).to_owned(), file.sha256.clone())
        }),
        removed: document.removed.iter().map(|entry| (plain(&entry.kind), entry.count)).collect(),
    }
}

type Rows = Vec<BTreeMap<String, String>>;

fn schedule_rows(bytes: &[u8]) -> Result<Rows, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header: Vec<String> = reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
    if let Some(missing) = COLUMNS.iter().find(|column| !header.iter().any(|name| name == *column)) {
        return Err(format!("the column `{missing}` is missing"));
    }
    let row = |record: csv::StringRecord| header.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| record.map(row).map_err(|error| error.to_string())).collect()
}

/// The schedule says of every document what `disclosure.json` says.
fn schedule(rows: &Rows, listed: &[Listed], out: &mut Vec<Lint>) {
    if rows.len() != listed.len() {
        out.push(counts(format!("schedule.csv lists {} documents, disclosure.json {}", rows.len(), listed.len())));
    }
    for (row, document) in rows.iter().zip(listed) {
        let (name, digest) = document.file.clone().unwrap_or_default();
        let removed = document.removed.iter().map(|(kind, count)| format!("{kind}: {count}"));
        let mut written: Vec<String> = row
            .get("removed")
            .map(|cell| cell.split("; ").filter(|part| !part.is_empty()).map(str::to_owned).collect())
            .unwrap_or_default();
        let mut expected: Vec<String> = removed.collect();
        written.sort();
        expected.sort();
        let pairs = [
            ("no", document.number.clone()),
            ("title", document.title.clone()),
            ("decision", document.decision.clone()),
            ("exemption", document.grounds.clone()),
            ("attachment", name),
            ("sha256", digest),
        ];
        for (column, value) in pairs {
            if row.get(column).is_none_or(|cell| *cell != no_formula(&value)) {
                out.push(counts(format!(
                    "document {}: schedule.csv and disclosure.json differ in `{column}`",
                    printable(&document.number)
                )));
            }
        }
        if written != expected {
            out.push(counts(format!(
                "document {}: schedule.csv and disclosure.json differ in what was taken out",
                printable(&document.number)
            )));
        }
    }
}

/// Every released file is there, as it was described, and no other.
fn on_disk(listed: &[Listed], documents: &BTreeMap<String, String>, out: &mut Vec<Lint>) {
    let named: BTreeMap<&str, &str> =
        listed.iter().filter_map(|document| document.file.as_ref()).map(|(name, digest)| (name.as_str(), digest.as_str())).collect();
    for (name, digest) in &named {
        match documents.get(*name) {
            None => out.push(attachments(format!("{} is named and not there", printable(name)))),
            Some(found) if found != digest => out.push(attachments(format!("{} is not the file that was described", printable(name)))),
            Some(_) => {}
        }
    }
    for name in documents.keys().filter(|name| !named.contains_key(name.as_str())) {
        out.push(attachments(format!("{} is there and not named", printable(name))));
    }
}

fn check_letter(letter: &ReadLetter, disclosure: &Public, listed: &[Listed], out: &mut Vec<Lint>) {
    for what in &letter.residue {
        out.push(residue(format!("the letter holds {what}")));
    }
    let text = letter.text();
    let cells: Vec<&String> = letter.tables.iter().flatten().flatten().collect();
    let gaps = gaps_of(&text).len() + cells.iter().map(|cell| gaps_of(cell).len()).sum::<usize>();
    let status = disclosure.letter.status.as_str();
    let marked = text.contains(crate::letter::DRAFT_MARK);
    match (status == "final", marked) {
        (false, true) => out.push(draft("the letter is a draft, and says so")),
        (true, true) => out.push(unfinished("the letter is marked as a draft, disclosure.json calls it final")),
        (false, false) => out.push(unfinished("the letter is a draft, and does not say so")),
        (true, false) if gaps > 0 => out.push(unfinished("something is still missing in a letter that is called final")),
        (true, false) => {}
    }
    schedule_annex(letter, listed, out);
    digests_annex(letter, listed, out);
    sentences(&text, disclosure, listed, out);
    taken_out(letter, listed, out);
    regulator(&text, disclosure, out);
}

/// The table whose first header cell is this.
fn table<'a>(letter: &'a ReadLetter, head: &[&str]) -> Option<&'a [Vec<String>]> {
    let found = letter.tables.iter().find(|table| {
        table.first().is_some_and(|row| head.iter().enumerate().all(|(index, name)| row.get(index).is_some_and(|cell| cell == name)))
    });
    found.and_then(|table| table.get(1..))
}

fn schedule_annex(letter: &ReadLetter, listed: &[Listed], out: &mut Vec<Lint>) {
    let rows = table(letter, &["No", "Document"]).unwrap_or_default();
    if rows.len() != listed.len() {
        out.push(counts(format!("annex A of the letter lists {} documents, disclosure.json {}", rows.len(), listed.len())));
    }
    for (row, document) in rows.iter().zip(listed) {
        let dash = "\u{2013}".to_owned();
        let name = document.file.as_ref().map_or(&dash, |(name, _)| name);
        let agrees = row.first() == Some(&document.number)
            && row.get(1) == Some(&document.title)
            && row.get(3) == Some(&capital(&document.decision))
            && row.get(6) == Some(name);
        if !agrees {
            out.push(counts(format!("document {}: annex A of the letter and disclosure.json differ", printable(&document.number))));
        }
    }
}

fn digests_annex(letter: &ReadLetter, listed: &[Listed], out: &mut Vec<Lint>) {
    let rows = table(letter, &["Attachment"]).unwrap_or_default();
    let written: Vec<(&str, &str)> = rows.iter().filter_map(|row| Some((row.first()?.as_str(), row.get(2)?.as_str()))).collect();
    let expected: Vec<(&str, &str)> =
        listed.iter().filter_map(|document| document.file.as_ref()).map(|(name, digest)| (name.as_str(), digest.as_str())).collect();
    if written != expected {
        out.push(attachments("annex B of the letter names other files or digests than disclosure.json"));
    }
}

/// The sentences with counts say what the list says.
fn sentences(text: &str, disclosure: &Public, listed: &[Listed], out: &mut Vec<Lint>) {
    if disclosure.response.as_deref() != Some("decision") {
        return;
    }
    let count = |decisions: &[&str]| listed.iter().filter(|document| decisions.contains(&document.decision.as_str())).count();
    let released = count(&["released", "released in part"]);
    let withheld = count(&["withheld"]);
    for (verb, number) in [("releasing", released), ("withholding", withheld)] {
        let sentence = format!("We are {verb} {}", counted(number, "document", "documents"));
        let said = text.lines().any(|line| line.strip_prefix(&sentence).is_some_and(|rest| rest.starts_with(['.', ':'])));
        if number > 0 && !said {
            out.push(counts(format!("the letter does not say \u{201c}{sentence}\u{201d}")));
        }
        if number == 0 && text.contains(&format!("We are {verb} ")) {
            out.push(counts(format!("the letter speaks of {verb}, and nothing is")));
        }
    }
    let stated = disclosure.counts.as_ref().map_or([None; 3], |counts| [counts.listed, counts.released, counts.withheld]);
    if stated != [listed.len(), released, withheld].map(|number| u64::try_from(number).ok()) {
        out.push(counts("disclosure.json does not count what it lists"));
    }
    if disclosure.hidden_content_asked_for && !text.lines().any(|line| line == "Comments and tracked changes") {
        out.push(hidden_block("the section on comments and tracked changes is missing"));
    }
}

/// The table of what was taken out adds up.
fn taken_out(letter: &ReadLetter, listed: &[Listed], out: &mut Vec<Lint>) {
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for (kind, count) in listed.iter().flat_map(|document| &document.removed) {
        *expected.entry(capital(kind)).or_default() += count;
    }
    let rows = table(letter, &["What", "How many"]).unwrap_or_default();
    let written: BTreeMap<String, u64> = rows.iter().filter_map(|row| Some((row.first()?.clone(), row.get(1)?.parse().ok()?))).collect();
    if written != expected {
        out.push(counts("the letter counts what was taken out otherwise than disclosure.json"));
    }
}

fn regulator(text: &str, disclosure: &Public, out: &mut Vec<Lint>) {
    let id = disclosure.preset.id.as_str();
    if id.is_empty() && disclosure.letter.status == "draft" {
        return;
    }
    let Some(preset) = Preset::by_id(id) else {
        out.push(review(format!("the preset `{}` is not known here", printable(id))));
        return;
    };
    if disclosure.preset.digest != preset.digest {
        out.push(preset_changed(format!("the preset {id} is not the one that this version of the program has")));
    }
    for (what, words) in [("the name of the regulator", &preset.regulator.name), ("the link to the regulator", &preset.regulator.url)] {
        if !text.contains(words.as_str()) {
            out.push(review(format!("the letter lacks {what}")));
        }
    }
    if !text.lines().any(|line| line == "If you are unhappy with this answer") {
        out.push(review("the letter does not say how to ask for a review"));
    }
}
