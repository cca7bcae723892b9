//! The plan as CSV (RFC 4180), safe to open in a spreadsheet.

use super::{COLUMNS, PlanFault, PlanRow, ReadCell, ReadRow, header};
use crate::schedule::no_formula;

/// UTF-8 with CRLF; cells that a spreadsheet would take for a formula begin with an apostrophe, and so do those that begin with one.
pub(super) fn write(rows: &[PlanRow]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(COLUMNS.iter().map(|column| column.name));
    for row in rows {
        let _ = writer.write_record(COLUMNS.iter().map(|column| guarded(row.cell(column.name))));
    }
    writer.into_inner().unwrap_or_default()
}

/// Reads a CSV file with commas, semicolons or tabs.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<ReadRow>, PlanFault> {
    let unreadable = |why: &str| PlanFault::Unreadable { why: why.to_owned() };
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8; choose \u{201c}CSV UTF-8\u{201d} when saving"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Spreadsheet programs write a line that names the separator, and empty ones.
    let is_preamble = |line: &&str| line.starts_with("sep=") || line.trim_matches([',', ';', '\t', '"', ' ']).is_empty();
    let preamble: usize = text.split_inclusive('\n').take_while(|line| is_preamble(&line.trim_end())).map(str::len).sum();
    let (before, text) = text.split_at(preamble);
    let lines_before = before.matches('\n').count() as u64;
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t', b','].into_iter().max_by_key(|byte| first.bytes().filter(|other| other == byte).count()).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut columns = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error.to_string()))?;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        let Some(known) = &columns else {
            if !cells.iter().any(|cell| cell.trim().eq_ignore_ascii_case("sha256")) {
                return Err(PlanFault::NoHeader);
            }
            columns = Some(header(&cells)?);
            continue;
        };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // With CRLF a record begins, for the reader, at the end of the line before.
        let ends_before = record.position().is_some_and(|at| text.as_bytes().get(at.byte() as usize) == Some(&b'\n'));
        let line = record.position().map_or(0, csv::Position::line) + u64::from(ends_before) + lines_before;
        let mut row = ReadRow { at: format!("line {line}"), ..ReadRow::default() };
        for (column, name) in known {
            let text = cells.get(*column).map(|cell| unguarded(cell)).unwrap_or_default();
            let formula = text.starts_with('=') && *name != "notes" && *name != "reasons" && *name != "evidence" && *name != "path";
            row.cells.insert((*name).to_owned(), ReadCell { at: format!("line {line}, column {name}"), text, formula });
        }
        rows.push(row);
    }
    if columns.is_none() { Err(PlanFault::NoHeader) } else { Ok(rows) }
}

fn guarded(cell: &str) -> String {
    if cell.starts_with('\'') { format!("'{cell}") } else { no_formula(cell) }
}

/// Takes the apostrophe off that [`guarded`] put before a cell.
fn unguarded(cell: &str) -> String {
    let rest = cell.strip_prefix('\'').filter(|rest| guarded(rest) != *rest);
    rest.unwrap_or(cell).trim().to_owned()
}
