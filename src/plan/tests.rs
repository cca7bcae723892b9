//! The plan goes out, through other hands, and back.

use super::*;
use crate::case::Case;
use crate::record::sample;

const CASE: &str = include_str!("../../fixtures/case.toml");
const DOCUMENTS: &str = include_str!("../../fixtures/letters/early-withheld-later-released.documents.toml");

fn record() -> (Case, DecisionRecord) {
    let case = Case::parse(CASE, "case.toml").unwrap();
    let mut record = sample::record(DOCUMENTS, &case);
    if let Some(first) = record.documents.first_mut() {
        first.reasons = vec!["=HYPERLINK(\"http://x\")".to_owned(), "Second line,\nwith \"quotes\"; and more.".to_owned()];
        first.version_label = Some("2018-02-12".to_owned());
    }
    (case, record)
}

/// Changes one cell of a plan that was read back.
fn set(edits: &mut PlanEdits, path: &str, column: &str, text: &str) {
    let row = edits.rows.iter_mut().find(|row| row.cells.get("path").is_some_and(|cell| cell.text == path)).unwrap();
    row.cells.get_mut(column).unwrap().text = text.to_owned();
}

#[test]
fn every_kind_comes_back_as_it_went_out_and_twice_the_same() {
    let (case, record) = record();
    let preset = crate::record::preset_of(&case);
    for kind in [PlanKind::Xlsx, PlanKind::Csv, PlanKind::Json] {
        let bytes = write(&rows(&record), kind, preset).unwrap();
        assert_eq!(bytes, write(&rows(&record), kind, preset).unwrap(), "{kind:?}");
        let edits = read(&bytes, kind).unwrap_or_else(|fault| panic!("{kind:?}: {fault}"));
        let decided = apply(&rows(&record), &edits, &case).unwrap_or_else(|faults| panic!("{kind:?}: {faults:?}"));
        assert_eq!(decided.len(), record.documents.len());
        assert!(
            decided
                .iter()
                .zip(&record.documents)
                .all(|(decided, document)| decided.decision == document.decision() && decided.exemption == document.exemption)
        );
    }
}

#[test]
fn paths_that_look_alike_are_told_apart() {
    let (case, mut record) = record();
    let names =
        ["a b.docx", "a  b.docx", "a\u{a0}b.docx", "a\nb.docx", " a b.docx", "a b.docx ", "'-q.docx", "-q.docx", "a\\u{20}b.docx", "''x"];
    let template = record.documents.first().unwrap().clone();
    record.documents = names.iter().map(|name| crate::record::DocumentRecord { path: (*name).to_owned(), ..template.clone() }).collect();
    for kind in [PlanKind::Xlsx, PlanKind::Csv, PlanKind::Json] {
        let bytes = write(&rows(&record), kind, crate::record::preset_of(&case)).unwrap();
        let edits = read(&bytes, kind).unwrap();
        let decided = apply(&rows(&record), &edits, &case).unwrap_or_else(|faults| panic!("{kind:?}: {faults:?}"));
        assert_eq!(decided.len(), names.len(), "{kind:?}");
    }
}

#[test]
fn what_spreadsheet_programs_add_to_a_csv_is_no_fault_and_lines_are_named_as_they_show_them() {
    let (case, record) = record();
    let bytes = write(&rows(&record), PlanKind::Csv, crate::record::preset_of(&case)).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let digest = record.documents.first().unwrap().sha256.clone();
    let upper = text.replace(&digest, &digest.to_uppercase());
    for changed in [format!("sep=,\r\n{text}"), format!(",,,,\r\n\r\n{text}"), upper, text.replace("\r\n", "\n")] {
        let edits = read(changed.as_bytes(), PlanKind::Csv).unwrap();
        assert_eq!(apply(&rows(&record), &edits, &case).map(|decided| decided.len()), Ok(record.documents.len()));
    }
    let plain = text.replace("\r\n", "\n");
    for (changed, line) in [(&text, 2), (&plain, 2), (&format!("sep=,\r\n{text}"), 3)] {
        assert_eq!(read(changed.as_bytes(), PlanKind::Csv).unwrap().rows[0].at, format!("line {line}"));
    }
}

#[test]
fn no_cell_of_the_csv_is_a_formula() {
    let (case, record) = record();
    let bytes = write(&rows(&record), PlanKind::Csv, crate::record::preset_of(&case)).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    for row in reader.records() {
        assert!(row.unwrap().iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])));
    }
}

#[test]
fn order_of_rows_and_columns_does_not_matter_and_own_columns_are_allowed() {
    let (case, record) = record();
    let bytes = write(&rows(&record), PlanKind::Csv, crate::record::preset_of(&case)).unwrap();
    let mut table: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes.as_slice())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    for row in &mut table {
        row.reverse();
        row.insert(3, "my own column".to_owned());
    }
    if let Some(body) = table.get_mut(1..) {
        body.reverse();
    }
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(b"\xef\xbb\xbf".to_vec());
    table.iter().for_each(|row| writer.write_record(row).unwrap());
    let edits = read(&writer.into_inner().unwrap(), PlanKind::Csv).unwrap();
    assert!(apply(&rows(&record), &edits, &case).is_ok());
}

#[test]
fn two_edited_cells_become_decisions_with_their_decider() {
    let (case, mut record) = record();
    let bytes = write(&rows(&record), PlanKind::Json, crate::record::preset_of(&case)).unwrap();
    let mut edits = read(&bytes, PlanKind::Json).unwrap();
    set(&mut edits, "Drafts/v0.9.docx", "decision", " Withhold ");
    set(&mut edits, "Drafts/v0.9.docx", "exemption", "s36(2)(b)(ii)");
    set(&mut edits, "Drafts/v0.1 KM.docx", "notes", "asked the author");
    decide(&mut record, &edits, &case).unwrap();
    let changed = record.documents.iter().find(|document| document.path == "Drafts/v0.9.docx").unwrap();
    assert_eq!(changed.decision(), Decision::Withhold);
    assert_eq!(changed.exemption.as_ref().map(ToString::to_string).as_deref(), Some("foia-s36(2)(b)(ii)"));
    assert_eq!(changed.decided_by.as_deref(), Some("J. Example"), "the decider of the case file");
    assert!(record.plan_digest.is_some());
}

#[test]
fn every_wrong_cell_is_named() {
    let (case, mut record) = record();
    if let Some(last) = record.documents.last_mut() {
        last.refusal = Some(crate::record::Refusal { code: "x".to_owned(), message: "cannot be read".to_owned(), help: "ask".to_owned() });
    }
    let bytes = write(&rows(&record), PlanKind::Xlsx, crate::record::preset_of(&case)).unwrap();
    let sound = read(&bytes, PlanKind::Xlsx).unwrap();
    let refused = |change: &dyn Fn(&mut PlanEdits)| {
        let mut edits = sound.clone();
        change(&mut edits);
        apply(&rows(&record), &edits, &case).unwrap_err().iter().map(|fault| (fault.code(), fault.to_string())).collect::<Vec<_>>()
    };
    let cases: &[(&str, &str, &str, &str, &str)] = &[
        ("Drafts/v0.9.docx", "stage", "early", "plan-evidence-edited", "F5: the column `stage`"),
        ("Drafts/v0.9.docx", "decision", "relase", "plan-decision-unknown", "J5: `relase` is no decision"),
        ("Drafts/v0.1 KM.docx", "exemption", "s33(7)", "plan-exemption-unknown", "K2: `s33(7)`"),
        ("Drafts/v0.9.docx", "sha256", "00", "plan-source-changed", "Q5:"),
        ("Drafts/v0.9.docx", "path", "Drafts/other.docx", "plan-file-unknown", "B5: the folder holds no file"),
        ("Published/Inspection report.docx", "decision", "release", "plan-not-releasable", "J6:"),
    ];
    for (path, column, text, code, words) in cases {
        let found = refused(&|edits| set(edits, path, column, text));
        assert!(found.iter().any(|(is, says)| is == code && says.contains(words)), "{code} {words}: {found:?}");
    }
    let found = refused(&|edits| {
        edits.rows.pop();
    });
    assert!(found.iter().any(|(code, _)| *code == "plan-row-missing"), "{found:?}");
    let found = refused(&|edits| {
        let copy = edits.rows.first().cloned().unwrap();
        edits.rows.push(copy);
    });
    assert!(found.iter().any(|(code, says)| *code == "plan-row-twice" && says.contains("B2")), "{found:?}");
    let found = refused(&|edits| {
        if let Some(cell) = edits.rows.first_mut().and_then(|row| row.cells.get_mut("decision")) {
            cell.formula = true;
        }
    });
    assert!(found.iter().any(|(code, says)| *code == "plan-formula" && says.contains("J2")), "{found:?}");
}

#[test]
fn a_file_that_is_no_plan_is_refused_with_a_way_on() {
    for (bytes, kind) in [
        (b"PK\x03\x04rubbish".as_slice(), PlanKind::Xlsx),
        (b"a,b\n1,2\n", PlanKind::Csv),
        (b"\xff\xfe", PlanKind::Csv),
        (b"{\"schema\":\"x\"}", PlanKind::Json),
        (b"", PlanKind::Xlsx),
        (b"", PlanKind::Csv),
    ] {
        let fault = read(bytes, kind).unwrap_err();
        assert!(fault.code().starts_with("plan-") && !fault.help().is_empty());
    }
}

#[test]
fn a_format_that_cannot_be_cleaned_cannot_be_released() {
    let (case, mut record) = record();
    for (format, says) in [("docx", "yes"), ("docm", "yes"), ("pdf", "yes"), ("odt", "no"), ("unread", "no")] {
        record.documents[0].format = format.to_owned();
        assert_eq!(rows(&record)[0].cell("releasable"), says);
    }
    let bytes = write(&rows(&record), PlanKind::Json, crate::record::preset_of(&case)).unwrap();
    let mut edits = read(&bytes, PlanKind::Json).unwrap();
    edits.rows[0].cells.get_mut("decision").unwrap().text = "release".to_owned();
    let faults = apply(&rows(&record), &edits, &case).unwrap_err();
    assert!(matches!(&faults[..], [PlanFault::NotReleasable { .. }]), "{faults:?}");
}

#[test]
fn two_sheets_that_hold_different_plans_are_refused() {
    let (case, record) = record();
    let write = |decisions: &[&str]| {
        let mut book = rust_xlsxwriter::Workbook::new();
        for decision in decisions {
            let sheet = book.add_worksheet();
            for (index, column) in (0u16..).zip(COLUMNS) {
                sheet.write_string(0, index, column.name).unwrap();
                for (line, row) in (1u32..).zip(&rows(&record)) {
                    let text = if column.name == "decision" && line == 1 { decision } else { row.cell(column.name) };
                    sheet.write_string(line, index, text).unwrap();
                }
            }
        }
        book.save_to_buffer().unwrap()
    };
    let mut charted = rust_xlsxwriter::Workbook::new();
    let sheet = charted.add_worksheet();
    for (index, column) in (0u16..).zip(COLUMNS) {
        sheet.write_string(0, index, column.name).unwrap();
    }
    let mut chart = rust_xlsxwriter::Chart::new_bar();
    chart.add_series().set_values("Sheet1!$A$1:$A$2");
    charted.add_chartsheet().insert_chart(0, 0, &chart).unwrap();
    assert_eq!(read(&charted.save_to_buffer().unwrap(), PlanKind::Xlsx).map(|edits| edits.rows), Ok(Vec::new()));
    let same = read(&write(&["withhold", "withhold"]), PlanKind::Xlsx).unwrap();
    assert!(apply(&rows(&record), &same, &case).is_ok());
    let fault = read(&write(&["release", "withhold"]), PlanKind::Xlsx).unwrap_err();
    assert_eq!(fault, PlanFault::SheetTwice { one: "Sheet1".to_owned(), other: "Sheet2".to_owned() });
}

#[test]
fn an_exemption_of_a_file_to_be_released_is_a_contradiction_unless_it_was_proposed() {
    let (case, record) = record();
    let bytes = write(&rows(&record), PlanKind::Csv, crate::record::preset_of(&case)).unwrap();
    let edits = read(&bytes, PlanKind::Csv).unwrap();
    let (mut left, mut typed) = (edits.clone(), edits);
    set(&mut left, "Drafts/v0.1 KM.docx", "decision", "release");
    let decided = apply(&rows(&record), &left, &case).unwrap();
    assert!(decided.iter().any(|decided| decided.path == "Drafts/v0.1 KM.docx" && decided.exemption.is_none()));
    set(&mut typed, "Drafts/v0.9.docx", "exemption", "s36(2)(b)(ii)");
    let faults = apply(&rows(&record), &typed, &case).unwrap_err();
    assert!(matches!(&faults[..], [PlanFault::ExemptionOfRelease { path, .. }] if path == "Drafts/v0.9.docx"), "{faults:?}");
}

#[test]
fn what_follows_from_a_changed_file_is_not_told_beside_it() {
    let (case, record) = record();
    let bytes = write(&rows(&record), PlanKind::Csv, crate::record::preset_of(&case)).unwrap();
    let mut edits = read(&bytes, PlanKind::Csv).unwrap();
    set(&mut edits, "Drafts/v0.1 KM.docx", "sha256", "00");
    set(&mut edits, "Drafts/v0.9.docx", "reasons", "other");
    let faults = apply(&rows(&record), &edits, &case).unwrap_err();
    assert!(matches!(&faults[..], [PlanFault::SourceChanged { .. }]), "{faults:?}");
}

/// A workbook as another program might save it: other order, a hidden column, a column of its own, lines above the header,
/// numbers and dates where we wrote texts, and a formula if one is asked for.
fn foreign_workbook(rows: &[PlanRow], formula: bool) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Notes to self").unwrap().write_string(0, 0, "nothing").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Sheet1").unwrap();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let columns: Vec<&Column> = COLUMNS.iter().rev().collect();
    sheet.set_column_hidden(1).unwrap();
    for (index, column) in (2u16..).zip(&columns) {
        sheet.write_string(2, index, column.name).unwrap();
        for (line, row) in (3u32..).zip(rows) {
            let text = row.cell(column.name);
            if formula && column.name == "decision" && line == 3 {
                sheet.write_formula(line, index, rust_xlsxwriter::Formula::new("=\"release\"").set_result("release")).unwrap();
            } else if let Ok(number) = text.parse::<f64>() {
                sheet.write_number(line, index, number).unwrap();
            } else if text == "2018-02-12" {
                sheet.write_number_with_format(line, index, 43_143.0, &date).unwrap();
            } else {
                sheet.write_string(line, index, text).unwrap();
            }
        }
    }
    sheet.write_string(2, 0, "my column").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_that_another_program_saved_is_read_by_its_headers() {
    let (case, record) = record();
    let rows = rows(&record);
    let edits = read(&foreign_workbook(&rows, false), PlanKind::Xlsx).unwrap();
    let decided = apply(&rows, &edits, &case).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(decided.len(), rows.len());

    let edits = read(&foreign_workbook(&rows, true), PlanKind::Xlsx).unwrap();
    let faults = apply(&rows, &edits, &case).unwrap_err();
    assert_eq!(faults.iter().map(PlanFault::code).collect::<Vec<_>>(), ["plan-formula"]);
    assert!(faults.iter().any(|fault| fault.to_string().starts_with("J4: ")), "{faults:?}");
}

#[test]
fn a_flipped_decision_without_anybody_to_name_is_refused() {
    let (mut case, record) = record();
    case.decider = crate::case::Person::default();
    let rows = rows(&record);
    let bytes = write(&rows, PlanKind::Csv, crate::record::preset_of(&case)).unwrap();
    let mut edits = read(&bytes, PlanKind::Csv).unwrap();
    set(&mut edits, "Drafts/v0.9.docx", "decision", "review");
    let codes: Vec<&str> = apply(&rows, &edits, &case).unwrap_err().iter().map(PlanFault::code).collect();
    assert_eq!(codes, ["plan-decider-missing"]);
    set(&mut edits, "Drafts/v0.9.docx", "decided_by", "Q. Person");
    assert!(apply(&rows, &edits, &case).is_ok());
}
