//! The plan: the officer's worksheet. Written as `.xlsx`, `.csv` or `.json` with the same columns, read back, and applied.
//!
//! Rows are known by path and digest of the source, never by their place. Four columns are the officer's; every other cell
//! is evidence, and a plan in which evidence was edited, a row is missing, or a source has changed since is refused.

mod apply;
mod csv_file;
mod fault;
mod json_file;
#[cfg(test)]
mod tests;
mod xlsx_read;
mod xlsx_write;

use std::collections::BTreeMap;

use crate::case::Preset;
use crate::format::Format;
use crate::model::{Decision, Marks};
use crate::record::{DecisionRecord, DocumentRecord};

pub use apply::{Decided, apply, decide};
pub use fault::PlanFault;

/// The schema of a plan in JSON.
pub const SCHEMA: &str = "cleardraft/plan/1";

/// One column of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Stable name: header cell and JSON key.
    pub name: &'static str,
    /// Whether the officer may write in it.
    pub editable: bool,
    /// Width in characters, for the spreadsheet.
    pub width: u16,
    /// What it says, for the sheet that explains the columns.
    pub says: &'static str,
}

const fn evidence(name: &'static str, width: u16, says: &'static str) -> Column {
    Column { name, editable: false, width, says }
}

const fn own(name: &'static str, width: u16, says: &'static str) -> Column {
    Column { name, editable: true, width, says }
}

/// Every column, in order. Names never change; new ones may be added.
pub const COLUMNS: &[Column] = &[
    evidence("no", 5, "Number in the schedule of documents. Empty: the schedule does not list the file."),
    evidence("path", 38, "The file, relative to the folder that was scanned."),
    evidence("version", 14, "What name and text say about the version."),
    evidence("family", 8, "Files with the same family are drafts of one document."),
    evidence("rank", 6, "Place in the family; 1 is the oldest. Equal numbers: no order can be told."),
    evidence("stage", 9, "early, later, final, or unknown."),
    evidence("marks", 22, "Tracked changes and comments in the file, counted."),
    evidence("proposed_decision", 11, "What the program proposes: release, withhold or review."),
    evidence("proposed_exemption", 14, "The exemption that the case file names for this stage."),
    own("decision", 11, "YOURS. release: a cleaned copy goes out. withhold: nothing goes out. review: not decided yet."),
    own("exemption", 16, "YOURS. The exemption for a withheld file; the list is on the sheet Exemptions."),
    own("notes", 30, "YOURS. Anything worth keeping; internal, never published."),
    own("decided_by", 18, "YOURS. Who decided, where the decision differs from the proposal. Empty: the decider of the case file."),
    evidence("releasable", 11, "no: the file could not be read or cleaned, and cannot be released whatever the decision says."),
    evidence("reasons", 60, "Why the program proposes what it proposes."),
    evidence("evidence", 60, "What order and stage rest on."),
    evidence("sha256", 20, "Digest of the file as it was scanned. Ties the row to the file."),
];

/// How a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanKind {
    /// Office Open XML workbook.
    Xlsx,
    /// Comma separated values (RFC 4180), UTF-8.
    Csv,
    /// JSON.
    Json,
}

impl PlanKind {
    /// The kind that a file name asks for by its extension.
    pub fn from_name(name: &str) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_lowercase();
        match extension.as_str() {
            "xlsx" => Some(Self::Xlsx),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// One row: the texts of its cells by column name. Every column is present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanRow {
    cells: BTreeMap<&'static str, String>,
}

impl PlanRow {
    /// The row of a document.
    pub fn of(document: &DocumentRecord) -> Self {
        let text = |value: Option<&String>| value.cloned().unwrap_or_default();
        let citation = |value: &Option<crate::case::Citation>| value.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut reasons = document.reasons.clone();
        if let Some(refusal) = &document.refusal {
            reasons.push(format!("{}. {}", refusal.message, refusal.help));
        }
        let evidence = document.evidence.iter().map(|line| format!("{}: {} ({})", line.kind, line.says, line.value)).collect::<Vec<_>>();
        let cells = [
            ("no", if document.number > 0 { document.number.to_string() } else { String::new() }),
            ("path", document.path.clone()),
            ("version", text(document.version_label.as_ref())),
            ("family", text(document.family.as_ref())),
            ("rank", document.rank.map(|rank| rank.to_string()).unwrap_or_default()),
            ("stage", document.stage().as_str().to_owned()),
            ("marks", marks(&document.marks)),
            ("proposed_decision", document.proposed.0.as_str().to_owned()),
            ("proposed_exemption", citation(&document.proposed_exemption)),
            ("decision", document.decision().as_str().to_owned()),
            ("exemption", citation(&document.exemption)),
            ("notes", text(document.notes.as_ref())),
            ("decided_by", text(document.decided_by.as_ref())),
            ("releasable", if is_releasable(document) { "yes" } else { "no" }.to_owned()),
            ("reasons", reasons.join(" ")),
            ("evidence", evidence.join("; ")),
            ("sha256", document.sha256.clone()),
        ];
        let shown = |name: &str, text: &str| if name == "path" { path_cell(text) } else { one_line(text) };
        Self { cells: cells.into_iter().map(|(name, text)| (name, shown(name, &text))).collect() }
    }

    /// The text of a cell; empty for an unknown column.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Whether a copy of it could be made at all.
fn is_releasable(document: &DocumentRecord) -> bool {
    document.refusal.is_none() && Format::CLEANABLE.iter().any(|format| format.as_str() == document.format)
}

/// A path as a cell holds it: no two paths alike. What a spreadsheet may lose, and what nobody sees, is written as `\\u{..}`.
fn path_cell(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path.chars().peekable();
    let mut before = ' ';
    while let Some(character) = rest.next() {
        let is_lost = character == ' ' && (before == ' ' || rest.peek().is_none()) || character != ' ' && character.is_whitespace();
        let is_escape = character == '\\' && rest.peek() == Some(&'u');
        if is_lost || is_escape {
            out.extend(character.escape_unicode());
        } else {
            out.push_str(&crate::model::printable(character.encode_utf8(&mut [0; 4])));
        }
        before = character;
    }
    out
}

/// Text as a cell holds it: control characters made visible, white space single, at most what a spreadsheet cell takes.
fn one_line(text: &str) -> String {
    let single = crate::model::printable(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    single.chars().take(30_000).collect()
}

fn marks(marks: &Marks) -> String {
    let counted = |count: u32, one: &str, many: &str| (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }));
    let parts = [
        counted(marks.insertions, "insertion", "insertions"),
        counted(marks.deletions, "deletion", "deletions"),
        counted(marks.moves, "move", "moves"),
        counted(marks.format_changes, "format change", "format changes"),
        counted(marks.comments, "comment", "comments"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// The rows of a record, in its order.
pub fn rows(record: &DecisionRecord) -> Vec<PlanRow> {
    record.documents.iter().map(PlanRow::of).collect()
}

/// Writes a plan. The same rows give the same bytes.
///
/// # Errors
/// [`PlanFault::Unwritable`] when there are more rows than a worksheet takes.
pub fn write(rows: &[PlanRow], kind: PlanKind, preset: &Preset) -> Result<Vec<u8>, PlanFault> {
    match kind {
        PlanKind::Xlsx => xlsx_write::write(rows, preset).map_err(|error| PlanFault::Unwritable { why: error.to_string() }),
        PlanKind::Csv => Ok(csv_file::write(rows)),
        PlanKind::Json => Ok(json_file::write(rows)),
    }
}

/// A cell of a plan that was read back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadCell {
    /// Where it is, as the officer finds it (`D7`, `line 7, column decision`).
    pub at: String,
    /// Its text.
    pub text: String,
    /// Whether a formula made it.
    pub formula: bool,
}

/// A row of a plan that was read back: cells by column name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadRow {
    /// Where it is (`row 7`).
    pub at: String,
    /// Its cells; columns that we do not know are left out.
    pub cells: BTreeMap<String, ReadCell>,
}

/// A plan that was read back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanEdits {
    /// Its rows, in the order of the file.
    pub rows: Vec<ReadRow>,
    /// SHA-256 of the file.
    pub digest: String,
}

/// Largest plan that is read, in bytes. A plan has about a kilobyte a draft.
pub const PLAN_BYTES: usize = 512 << 20;

/// Rows that a plan may have.
const ROWS_MAX: usize = 250_000;

/// Reads a plan.
///
/// # Errors
/// [`PlanFault`] when the file is no plan, or a column is missing.
pub fn read(bytes: &[u8], kind: PlanKind) -> Result<PlanEdits, PlanFault> {
    if bytes.len() > PLAN_BYTES {
        return Err(PlanFault::TooLarge { bytes: bytes.len() });
    }
    let rows = match kind {
        PlanKind::Xlsx => xlsx_read::read(bytes)?,
        PlanKind::Csv => csv_file::read(bytes)?,
        PlanKind::Json => json_file::read(bytes)?,
    };
    if rows.len() > ROWS_MAX {
        return Err(PlanFault::Unreadable { why: format!("it has more than {ROWS_MAX} rows") });
    }
    Ok(PlanEdits { rows, digest: crate::model::sha256_hex(bytes) })
}

/// Which header cells name which columns. Columns may stand in any order, and others may stand between them.
fn header(cells: &[String]) -> Result<BTreeMap<usize, &'static str>, PlanFault> {
    let mut out = BTreeMap::new();
    for column in COLUMNS {
        let mut found = cells.iter().enumerate().filter(|(_, cell)| cell.trim().eq_ignore_ascii_case(column.name));
        let Some((index, _)) = found.next() else { return Err(PlanFault::ColumnMissing { column: column.name.to_owned() }) };
        if found.next().is_some() {
            return Err(PlanFault::ColumnTwice { column: column.name.to_owned() });
        }
        out.insert(index, column.name);
    }
    Ok(out)
}

/// The decision that a cell names.
fn decision_of(text: &str) -> Option<Decision> {
    match text.trim().to_lowercase().as_str() {
        "release" => Some(Decision::Release),
        "withhold" => Some(Decision::Withhold),
        "review" => Some(Decision::Review),
        _ => None,
    }
}
