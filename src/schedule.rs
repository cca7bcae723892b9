//! The schedule of documents: one row for each document within the request, public columns only.
//!
//! Everything here is public. A withheld document shows its number, its neutral title, and date or version only where the
//! case file allows it; never a source path, a digest of a source, or a word of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::Value;

use crate::case::calendar::in_words;
use crate::case::{Case, Ground, HiddenGroup, Preset, ResponseKind};
use crate::letter;
use crate::model::FindingKind;
use crate::record::{DecisionRecord, DocumentRecord, Outcome, public_version};

/// The columns of `schedule.csv`, in order. Names are stable.
pub const COLUMNS: &[&str] = &[
    "no",
    "title",
    "date",
    "version",
    "format",
    "pages",
    "decision",
    "exemption",
    "reason",
    "letter_paragraph",
    "removed",
    "removed_ground",
    "attachment",
    "sha256",
];

/// One row of the schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Public number, from 1.
    pub number: u32,
    /// Neutral title.
    pub title: String,
    /// Date of the draft, where it may be shown.
    pub date: Option<Date>,
    /// Neutral version label, where it may be shown.
    pub version: Option<String>,
    /// Format of the released copy.
    pub format: Option<String>,
    /// Pages of the released copy.
    pub pages: Option<u32>,
    /// What was decided.
    pub outcome: Outcome,
    /// Provisions relied on, as a letter cites them.
    pub grounds: Vec<String>,
    /// The public reason.
    pub reason: String,
    /// Section of the letter with the balance, when a test was needed.
    pub balance_section: Option<&'static str>,
    /// What was taken out of the copy, for people: `12 comments`.
    pub removed: Vec<String>,
    /// The same, by kind.
    pub removed_kinds: BTreeMap<FindingKind, u64>,
    /// Ground for each kind that was taken out, in the order of `removed_kinds`.
    pub removed_grounds: Vec<String>,
    /// File name of the released copy.
    pub attachment: Option<String>,
    /// SHA-256 of the released copy.
    pub sha256: Option<String>,
}

/// The rows, by number. Empty for letters that decide about no documents: those count and list nothing.
pub fn rows(record: &DecisionRecord, case: &Case, preset: &Preset) -> Vec<Row> {
    if case.response.kind != ResponseKind::Decision {
        return Vec::new();
    }
    record.listed().map(|document| row(document, case, preset)).collect()
}

fn row(document: &DocumentRecord, case: &Case, preset: &Preset) -> Row {
    let outcome = document.outcome(case);
    let released = document.released.as_ref().filter(|_| matches!(outcome, Outcome::Released | Outcome::ReleasedInPart));
    let (kinds, groups) =
        if released.is_some() { (document.removed_by_kind(), document.removed_by_group()) } else { (BTreeMap::new(), BTreeMap::new()) };
    let mut cited: Vec<_> = groups
        .keys()
        .filter_map(|group| match case.grounds.get(group) {
            Some(Ground::Exempt(citation)) => Some(citation.clone()),
            _ => None,
        })
        .collect();
    if outcome == Outcome::Withheld {
        cited = document.exemption.iter().cloned().collect();
    }
    cited.sort();
    cited.dedup();
    let tested = cited.iter().any(|citation| preset.cited(citation).is_some_and(|exemption| exemption.kind.needs_test()));
    let mut grounds: Vec<String> = cited.iter().map(|citation| preset.cite(citation)).collect();
    grounds.extend(groups.keys().filter(|group| !case.grounds.contains_key(group)).map(|group| ground_text(case, preset, *group)));
    if outcome == Outcome::Withheld && grounds.is_empty() {
        grounds.push("[GAP: plan.exemption]".to_owned());
    }
    if outcome == Outcome::Undecided {
        grounds.push("[GAP: plan.decision]".to_owned());
    }
    let reliance = case.reliance(document.stage(), document.exemption.as_ref());
    let shown = released.is_some();
    Row {
        number: document.number,
        title: document.public_title.clone(),
        date: document.date.filter(|_| shown || case.schedule.withheld_dates),
        version: document.version_label.as_deref().and_then(public_version).filter(|_| shown || case.schedule.withheld_versions),
        format: released.map(|file| file.format.clone()),
        pages: released.and_then(|file| file.pages),
        outcome,
        grounds,
        reason: if outcome == Outcome::Withheld {
            reliance.and_then(|reliance| reliance.reason.clone()).unwrap_or_default()
        } else {
            String::new()
        },
        balance_section: tested.then_some("balance"),
        removed: removed_lines(&groups),
        removed_grounds: kinds.keys().map(|kind| ground_text(case, preset, HiddenGroup::of(*kind))).collect(),
        removed_kinds: kinds,
        attachment: released.map(|file| file.name.clone()),
        sha256: released.map(|file| file.sha256.clone()),
    }
}

fn removed_lines(groups: &BTreeMap<HiddenGroup, u64>) -> Vec<String> {
    groups.iter().map(|(group, count)| format!("{count} {}", if *count == 1 { group.plain_one() } else { group.plain() })).collect()
}

/// The ground on which a group of hidden content is taken out, as letter and schedule write it.
pub fn ground_text(case: &Case, preset: &Preset, group: HiddenGroup) -> String {
    match case.grounds.get(&group) {
        Some(Ground::Exempt(citation)) => preset.cite(citation),
        Some(Ground::NotInScope(_)) => "not within the request".to_owned(),
        None => format!("[GAP: grounds.{}]", group.key()),
    }
}

/// `schedule.csv` (RFC 4180, UTF-8). Kinds that were taken out are written `comments: 12; tracked insertions: 3`.
pub fn csv(record: &DecisionRecord, case: &Case, preset: &Preset) -> Vec<u8> {
    let composed = letter::compose(record, case, preset);
    let paragraph = |row: &Row| row.balance_section.and_then(|section| composed.anchors.get(section)).map(|(first, _)| first.to_string());
    table(rows(record, case, preset).into_iter().map(|row| (paragraph(&row).unwrap_or_default(), row)))
}

/// Rows with the paragraph of the letter that each points to.
fn table(rows: impl Iterator<Item = (String, Row)>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut records = vec![COLUMNS.iter().map(|column| (*column).to_owned()).collect::<Vec<String>>()];
    for (paragraph, row) in rows {
        records.push(vec![
            row.number.to_string(),
            row.title,
            row.date.map(|date| date.to_string()).unwrap_or_default(),
            row.version.unwrap_or_default(),
            row.format.unwrap_or_default(),
            row.pages.map(|pages| pages.to_string()).unwrap_or_default(),
            row.outcome.as_str().to_owned(),
            row.grounds.join("; "),
            row.reason,
            paragraph,
            row.removed_kinds.iter().map(|(kind, count)| format!("{}: {count}", kind.plain())).collect::<Vec<_>>().join("; "),
            grounds_once(&row.removed_grounds),
            row.attachment.unwrap_or_default(),
            row.sha256.unwrap_or_default(),
        ]);
    }
    for record in records {
        // Writing into memory does not fail.
        let _ = writer.write_record(record.iter().map(|cell| no_formula(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

fn grounds_once(grounds: &[String]) -> String {
    let mut out: Vec<&str> = grounds.iter().map(String::as_str).collect();
    out.sort_unstable();
    out.dedup();
    out.join("; ")
}

/// A cell that no spreadsheet program takes for a formula: an apostrophe goes before `=`, `+`, `-`, `@`, tab and return.
pub fn no_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Text as HTML text or attribute value.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

const STYLE: &str = "body{font:1rem/1.5 Arial,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#111;background:#fff}\
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold;padding:.5rem 0}\
th,td{border:1px solid #555;padding:.4rem .5rem;text-align:left;vertical-align:top}thead th{background:#e8ecef}\
td.digest{font-family:monospace;font-size:.8rem;overflow-wrap:anywhere}\
@media print{body{margin:0;max-width:none}thead{display:table-header-group}tr{break-inside:avoid}}";

/// `schedule.html`: one page that needs nothing else, with table headers for screen readers and print.
pub fn html(record: &DecisionRecord, case: &Case, preset: &Preset) -> Vec<u8> {
    page(&rows(record, case, preset), case.reference.as_deref(), preset)
}

/// `schedule.html` as `disclosure.json` gives it; nothing, where that is of another form.
pub fn html_of(disclosure: &Value) -> Option<Vec<u8>> {
    let preset = disclosure.pointer("/preset/id")?.as_str()?;
    let preset = Preset::by_id(preset).or_else(|| Some(Preset::absent()).filter(|absent| absent.id == preset))?;
    let rows: Option<Vec<Row>> = disclosure.get("documents")?.as_array()?.iter().map(row_of).collect();
    Some(page(&rows?, disclosure.get("reference")?.as_str(), preset))
}

/// The `schedule.csv` that a `disclosure.json` gives. Which paragraph of the letter a row points to is taken from the `written` one, since it
/// stands nowhere else. `None` when one of the two is not of a form that is understood.
pub fn csv_of(disclosure: &Value, written: &[u8]) -> Option<Vec<u8>> {
    let column = COLUMNS.iter().position(|name| *name == "letter_paragraph")?;
    let is_number = |cell: &str| cell.len() < 5 && cell.bytes().all(|byte| byte.is_ascii_digit());
    let mut reader = csv::Reader::from_reader(written);
    let paragraphs: Option<Vec<String>> =
        reader.records().map(|row| Some(row.ok()?.get(column).filter(|cell| is_number(cell))?.to_owned())).collect();
    let rows: Vec<Row> = disclosure.get("documents")?.as_array()?.iter().map(row_of).collect::<Option<_>>()?;
    let paragraphs = paragraphs.filter(|paragraphs| paragraphs.len() == rows.len())?;
    Some(table(paragraphs.into_iter().zip(rows)))
}

/// A row of the schedule, without the section of the letter.
fn row_of(document: &Value) -> Option<Row> {
    let text = |key: &str| document.get(key).and_then(Value::as_str).map(str::to_owned);
    let removed = document.get("removed")?.as_array()?;
    let texts = |key: &str| document.get(key)?.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    let kinds: Option<BTreeMap<FindingKind, u64>> =
        removed.iter().map(|entry| Some((FindingKind::from_name(entry.get("kind")?.as_str()?)?, entry.get("count")?.as_u64()?))).collect();
    let grounds: Option<Vec<String>> = removed.iter().map(|entry| entry.get("ground")?.as_str().map(str::to_owned)).collect();
    let file = document.get("file").filter(|file| file.is_object());
    let of_file = |key: &str| file.and_then(|file| file.get(key)?.as_str());
    let decision = text("decision")?;
    Some(Row {
        number: u32::try_from(document.get("no")?.as_u64()?).ok()?,
        title: text("title")?,
        date: text("date").map(|date| date.parse()).transpose().ok()?,
        version: text("version"),
        format: of_file("format").map(str::to_owned),
        pages: file.and_then(|file| u32::try_from(file.get("pages")?.as_u64()?).ok()),
        outcome: *Outcome::ALL.iter().find(|outcome| outcome.as_str() == decision)?,
        grounds: texts("grounds")?,
        reason: text("reason").unwrap_or_default(),
        balance_section: None,
        removed: Vec::new(),
        removed_kinds: kinds?,
        removed_grounds: grounds?,
        attachment: of_file("path").map(|path| path.trim_start_matches("data/documents/").to_owned()),
        sha256: of_file("sha256").map(str::to_owned),
    })
}

fn page(rows: &[Row], reference: Option<&str>, preset: &Preset) -> Vec<u8> {
    let reference = reference.unwrap_or("[GAP: case.reference]");
    let mut out = String::new();
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Schedule of documents, {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Schedule of documents</h1>\n<p>Reference {}. {}.</p>\n",
        escape(&preset.language),
        escape(reference),
        escape(reference),
        escape(&preset.regime_name)
    );
    if rows.is_empty() {
        out.push_str("<p>No documents are listed.</p>\n");
    } else {
        out.push_str("<table>\n<caption>Every document within the request, and the decision on it</caption>\n<thead>\n<tr>");
        for head in [
            "No",
            "Document",
            "Date",
            "Version",
            "Decision",
            "Ground",
            "Reason",
            "Taken out of the copy",
            "Attachment",
            "SHA-256 of the attachment",
        ] {
            let _ = write!(out, "<th scope=\"col\">{head}</th>");
        }
        out.push_str("</tr>\n</thead>\n<tbody>\n");
        for row in rows {
            html_row(&mut out, row);
        }
        out.push_str("</tbody>\n</table>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out.into_bytes()
}

fn html_row(out: &mut String, row: &Row) {
    let _ = write!(out, "<tr><td>{}</td><th scope=\"row\">{}</th>", row.number, escape(&row.title));
    let removed = row
        .removed_kinds
        .iter()
        .zip(&row.removed_grounds)
        .map(|((kind, count), ground)| format!("{}: {count} ({ground})", kind.plain()))
        .collect::<Vec<_>>()
        .join("; ");
    let attachment = row.attachment.as_ref().map(|name| format!("<a href=\"documents/{0}\">{0}</a>", escape(name)));
    for cell in [
        row.date.map(in_words).unwrap_or_default(),
        row.version.clone().unwrap_or_default(),
        row.outcome.as_str().to_owned(),
        row.grounds.join("; "),
        row.reason.clone(),
        removed,
    ] {
        let _ = write!(out, "<td>{}</td>", if cell.is_empty() { "&#8211;".to_owned() } else { escape(&cell) });
    }
    let dash = || "&#8211;".to_owned();
    let _ = writeln!(
        out,
        "<td>{}</td><td class=\"digest\">{}</td></tr>",
        attachment.unwrap_or_else(dash),
        row.sha256.as_deref().map_or_else(dash, escape)
    );
}
