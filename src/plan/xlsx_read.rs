//! Reads a plan back from a workbook, as Excel or LibreOffice saved it. The only file that names calamine.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, DataType as _, Reader, Xlsx, XlsxCellReader, XlsxFormulaMetadata};

use super::{PlanFault, ReadCell, ReadRow, header};
use crate::format::zip::{Archive, Budget};
use crate::limits::Limits;

/// What a plan may inflate to. A plan of 100,000 rows stays far below.
const INFLATED_BYTES: u64 = 256 << 20;
/// Tags in all its parts, and strings that it may announce. A plan of 100,000 rows has some eight million.
const TAGS_MAX: u64 = 16 << 20;
/// Columns in which a plan may have cells: ours, and those that an officer put between them.
const COLUMNS_MAX: u32 = 256;
/// Rows among which the header is looked for.
const HEADER_ROWS: u32 = 20;

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
    let mut tags = 0;
    for entry in &archive.entries {
        let part = entry.inflate(&mut budget).map_err(fault)?.bytes;
        tags += memchr::memchr_iter(b'<', &part).count() as u64;
        // The parser makes room for as many strings as the part says that it has.
        let announced = memchr::memmem::find_iter(&part, b"uniqueCount").any(|at| number_after(&part, at) > TAGS_MAX);
        if tags > TAGS_MAX || announced || entry.name.ends_with(".xml") && part.contains(&0) {
            return Err(PlanFault::Unreadable { why: "the workbook is larger than any plan".to_owned() });
        }
    }
    Ok(())
}

/// The number that an attribute has whose name starts at a byte; 0 where it has none.
fn number_after(part: &[u8], at: usize) -> u64 {
    let value = part.get(at..).unwrap_or_default().iter().skip_while(|byte| byte.is_ascii_alphabetic());
    let digits = value.skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'' | b'+'));
    digits
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |number: u64, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

fn parse(bytes: &[u8]) -> Result<Vec<ReadRow>, PlanFault> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut names = book.sheet_names();
    // The sheet may have been renamed or moved; the one called Plan is tried first.
    names.sort_by_key(|name| !name.eq_ignore_ascii_case(super::xlsx_write::SHEET));
    let mut plan = None;
    for name in names {
        let cells = match book.worksheet_cells_reader(&name) {
            // A sheet that is a chart holds no rows.
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            cells => cells.map_err(unreadable)?,
        };
        let rows = Sheet::read(cells).and_then(|sheet| sheet.rows());
        match &plan {
            _ if matches!(rows, Err(PlanFault::NoHeader)) => {}
            None => plan = Some((name, rows)),
            // Which of them holds what was decided, nobody but the officer knows.
            Some((first, known)) if *known != rows => return Err(PlanFault::SheetTwice { one: first.clone(), other: name }),
            Some(_) => {}
        }
    }
    plan.map_or(Err(PlanFault::NoHeader), |(_, rows)| rows)
}

fn unreadable(error: calamine::XlsxError) -> PlanFault {
    PlanFault::Unreadable { why: error.to_string() }
}

/// The cells of a worksheet that hold something: one far away takes no more room than one that is near.
struct Sheet {
    /// Columns and texts by row; of two cells in one place the last counts.
    texts: BTreeMap<u32, Vec<(u32, String)>>,
    /// Rows and columns of formulas.
    formulas: BTreeSet<(u32, u32)>,
}

impl Sheet {
    fn read<R: Read + Seek>(mut cells: XlsxCellReader<'_, R>) -> Result<Self, PlanFault> {
        let mut sheet = Self { texts: BTreeMap::new(), formulas: BTreeSet::new() };
        let mut text_bytes = 0;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(unreadable)? {
            let (row, column) = cell.pos;
            let is_formula = match &cell.formula {
                Some(XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. }) => !formula.is_empty(),
                Some(_) => true,
                None => false,
            };
            if cell.value.is_empty() && !is_formula {
                continue;
            }
            if column >= COLUMNS_MAX {
                return Err(PlanFault::Unreadable {
                    why: format!("the cell {}{} lies outside of the plan", letters(column), u64::from(row) + 1),
                });
            }
            if is_formula {
                sheet.formulas.insert((row, column));
            }
            if cell.value.is_empty() {
                continue;
            }
            let text = text(&cell.value);
            // Many cells can share one long text.
            text_bytes += text.len() as u64;
            if text_bytes > INFLATED_BYTES {
                return Err(PlanFault::Unreadable { why: "the workbook is larger than any plan".to_owned() });
            }
            sheet.texts.entry(row).or_default().push((column, text));
        }
        Ok(sheet)
    }

    /// The rows under the header row, wherever in the first twenty rows it stands.
    fn rows(&self) -> Result<Vec<ReadRow>, PlanFault> {
        let first = self.texts.keys().next().copied().unwrap_or_default();
        let last_of_head = first.saturating_add(HEADER_ROWS - 1);
        let mut head = self.texts.range(first..=last_of_head).map(|(row, cells)| (*row, texts(cells)));
        let is_header = |cells: &[String]| {
            ["path", "sha256", "decision"].iter().all(|name| cells.iter().any(|cell| cell.trim().eq_ignore_ascii_case(name)))
        };
        let Some((at, names)) = head.find(|(_, cells)| is_header(cells)) else { return Err(PlanFault::NoHeader) };
        let columns = header(&names)?;
        let mut rows = Vec::new();
        for (row_index, cells) in self.texts.range(at.saturating_add(1)..) {
            if *row_index == at || cells.iter().all(|(_, text)| text.trim().is_empty()) {
                continue;
            }
            let cells = texts(cells);
            let number = u64::from(*row_index) + 1;
            let mut row = ReadRow { at: format!("row {number}"), ..ReadRow::default() };
            for (column, name) in &columns {
                let column_index = u32::try_from(*column).unwrap_or(u32::MAX);
                let formula = self.formulas.contains(&(*row_index, column_index));
                let text = cells.get(*column).map(|text| text.trim().to_owned()).unwrap_or_default();
                row.cells.insert((*name).to_owned(), ReadCell { at: format!("{}{number}", letters(column_index)), text, formula });
            }
            rows.push(row);
            if rows.len() > super::ROWS_MAX {
                break;
            }
        }
        Ok(rows)
    }
}

/// The texts of a row by column, empty where it has none.
fn texts(cells: &[(u32, String)]) -> Vec<String> {
    let width = cells.iter().map(|(column, _)| *column as usize + 1).max().unwrap_or_default();
    let mut out = vec![String::new(); width];
    for (column, text) in cells {
        if let Some(place) = out.get_mut(*column as usize) {
            place.clone_from(text);
        }
    }
    out
}

/// The text of a cell. Whole numbers are written without point, dates by the calendar, so that a cell which a spreadsheet
/// turned into a number or a date still compares with what we wrote.
fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(moment) => serial_date(moment.as_f64()),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
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

    /// A workbook whose last sheet has these rows, in the words of the format.
    fn workbook(rows: &str, strings: &str) -> Vec<u8> {
        let spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006";
        let mut out = crate::format::zip::Writer::new();
        for (name, part) in [
            (
                "[Content_Types].xml",
                format!("<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"),
            ),
            (
                "_rels/.rels",
                format!(
                    "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{related}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{spreadsheet}\" xmlns:r=\"{related}\"><sheets><sheet name=\"Plan\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{related}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            ("xl/sharedStrings.xml", strings.to_owned()),
            ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{spreadsheet}\"><sheetData>{rows}</sheetData></worksheet>")),
        ] {
            out.add(name, part.as_bytes());
        }
        out.finish()
    }

    /// A row of the format with our columns from B on.
    fn row(number: usize, text: impl Fn(&str) -> String) -> String {
        let cells = super::super::COLUMNS.iter().zip(1..).map(|(column, place)| {
            format!("<c r=\"{}{number}\" t=\"inlineStr\"><is><t>{}</t></is></c>", letters(place), text(column.name))
        });
        format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
    }

    #[test]
    fn a_cell_far_away_takes_no_more_room_than_one_that_is_near() {
        let head = row(3, str::to_owned);
        let far = row(1_048_576, |name| format!("{name}!"));
        let rows = read(&workbook(&format!("{head}{far}"), "<sst></sst>")).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(
            (rows[0].at.as_str(), rows[0].cells["path"].text.as_str(), rows[0].cells["path"].at.as_str()),
            ("row 1048576", "path!", "C1048576")
        );
        let outside = format!("{head}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>");
        assert!(read(&workbook(&outside, "<sst></sst>")).unwrap_err().to_string().contains("the cell XFD1048576 lies outside of the plan"));
        // A colour without a value is no cell.
        let coloured = format!("{head}<row r=\"9\"><c r=\"XFD9\" s=\"1\"></c></row>");
        assert_eq!(read(&workbook(&coloured, "<sst></sst>")).unwrap(), []);
    }

    #[test]
    fn no_room_is_made_for_what_a_workbook_only_announces() {
        let head = row(1, str::to_owned);
        let strings = "<sst uniqueCount = '99999999999999'></sst>";
        assert!(read(&workbook(&head, strings)).unwrap_err().to_string().contains("larger than any plan"));
        let shared =
            format!("{head}<row r=\"2\"><c r=\"B2\"><f t=\"shared\" si=\"99999999999999\" ref=\"B2:B3\">1+1</f><v>2</v></c></row>");
        assert!(read(&workbook(&shared, "<sst></sst>")).unwrap()[0].cells["no"].formula);
    }
}
