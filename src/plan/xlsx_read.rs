//! Reads a plan back from a workbook, as Excel or LibreOffice saved it. The only file that names calamine.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader, Xlsx};

use super::{PlanFault, ReadCell, ReadRow, header};
use crate::format::zip::{Archive, Budget};
use crate::limits::Limits;

/// What a plan may inflate to. A plan of 100,000 rows stays far below.
const INFLATED_BYTES: u64 = 256 << 20;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<ReadRow>, PlanFault> {
    bounded(bytes)?;
    // calamine is a foreign parser on a file that went through other hands: a panic of it is a fault of the file.
    let outcome = catch_unwind(AssertUnwindSafe(|| parse(bytes)));
    outcome.unwrap_or_else(|_| Err(PlanFault::Unreadable { why: "the workbook is damaged".to_owned() }))
}

/// Refuses a workbook that would inflate past the limit before the parser sees it.
fn bounded(bytes: &[u8]) -> Result<(), PlanFault> {
    let limits = Limits { part_bytes: INFLATED_BYTES, total_bytes: INFLATED_BYTES, members: 1_000, ..Limits::default() };
    let fault = |error: crate::error::DocError| PlanFault::Unreadable { why: error.to_string() };
    let archive = Archive::open(bytes, &limits).map_err(fault)?;
    let mut budget = Budget::new(&limits);
    for entry in &archive.entries {
        entry.inflate(&mut budget).map_err(fault)?;
    }
    Ok(())
}

fn parse(bytes: &[u8]) -> Result<Vec<ReadRow>, PlanFault> {
    let unreadable = |error: calamine::XlsxError| PlanFault::Unreadable { why: error.to_string() };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut names = book.sheet_names();
    // The sheet may have been renamed or moved; the one called Plan is tried first.
    names.sort_by_key(|name| !name.eq_ignore_ascii_case(super::xlsx_write::SHEET));
    let mut missing = PlanFault::NoHeader;
    for name in names {
        let values = book.worksheet_range(&name).map_err(unreadable)?;
        let formulas = book.worksheet_formula(&name).map_err(unreadable)?;
        match sheet(&values, &formulas) {
            Ok(rows) => return Ok(rows),
            Err(PlanFault::NoHeader) => {}
            Err(fault) => missing = fault,
        }
    }
    Err(missing)
}

/// The rows under the header row, wherever in the first twenty rows it stands.
fn sheet(values: &Range<Data>, formulas: &Range<String>) -> Result<Vec<ReadRow>, PlanFault> {
    let (top, left) = values.start().unwrap_or_default();
    let texts = |row: &[Data]| row.iter().map(text).collect::<Vec<String>>();
    let is_header = |cells: &[String]| {
        ["path", "sha256", "decision"].iter().all(|name| cells.iter().any(|cell| cell.trim().eq_ignore_ascii_case(name)))
    };
    let Some(at) = values.rows().take(20).position(|row| is_header(&texts(row))) else { return Err(PlanFault::NoHeader) };
    let columns = header(&values.rows().nth(at).map(texts).unwrap_or_default())?;
    let mut rows = Vec::new();
    for (index, cells) in values.rows().enumerate().skip(at + 1) {
        let row_index = top + u32::try_from(index).unwrap_or(u32::MAX);
        if cells.iter().all(|cell| text(cell).trim().is_empty()) {
            continue;
        }
        let mut row = ReadRow { at: format!("row {}", row_index + 1), ..ReadRow::default() };
        for (column, name) in &columns {
            let column_index = left + u32::try_from(*column).unwrap_or(u32::MAX);
            let formula = formulas.get_value((row_index, column_index)).is_some_and(|formula| !formula.is_empty());
            let text = cells.get(*column).map(text).unwrap_or_default().trim().to_owned();
            row.cells.insert((*name).to_owned(), ReadCell { at: format!("{}{}", letters(column_index), row_index + 1), text, formula });
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The text of a cell. Whole numbers are written without point, dates by the calendar, so that a cell which a spreadsheet
/// turned into a number or a date still compares with what we wrote.
fn text(cell: &Data) -> String {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(moment) => serial_date(moment.as_f64()),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

/// The date of a serial number of the 1900 system (ECMA-376-1 §18.17.4.1).
fn serial_date(serial: f64) -> String {
    if !(61.0..2_958_466.0).contains(&serial) {
        return serial.to_string();
    }
    let days = jiff::Span::new().days(serial.trunc() as i64);
    jiff::civil::date(1899, 12, 30).checked_add(days).map_or_else(|_| serial.to_string(), |date| date.to_string())
}

/// The letters of a column: 0 is A, 26 is AA.
fn letters(column: u32) -> String {
    let mut left = column;
    let mut out = Vec::new();
    loop {
        out.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        if left < 26 {
            break;
        }
        left = left / 26 - 1;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_serial_dates_are_named_as_spreadsheets_do() {
        let names: Vec<String> = [0, 25, 26, 701, 702].into_iter().map(letters).collect();
        assert_eq!(names, ["A", "Z", "AA", "ZZ", "AAA"]);
        assert_eq!(serial_date(43_143.0), "2018-02-12");
    }
}
