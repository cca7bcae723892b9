//! Writes the plan as a workbook: three sheets, evidence protected. The only file that names rust_xlsxwriter.

use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Formula, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::{COLUMNS, PlanRow};
use crate::case::Preset;
use crate::case::preset::Need;

/// Name of the sheet with the rows.
pub(super) const SHEET: &str = "Plan";

/// The workbook. Dates in its properties are fixed: the same rows give the same bytes.
pub(super) fn write(rows: &[PlanRow], preset: &Preset) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    book.set_properties(&properties);
    let codes = codes(preset);
    plan(book.add_worksheet(), rows, codes.len())?;
    exemptions(book.add_worksheet(), &codes)?;
    explanation(book.add_worksheet())?;
    book.save_to_buffer()
}

fn head() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color(Color::RGB(0x1F_3A4D))
        .set_font_color(Color::White)
        .set_border(FormatBorder::Thin)
}

fn plan(sheet: &mut Worksheet, rows: &[PlanRow], codes: usize) -> Result<(), XlsxError> {
    sheet.set_name(SHEET)?;
    let body = || {
        Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0xB8_C2C8))
            .set_num_format("@")
    };
    let evidence = body();
    let digest = Format::new()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0xB8_C2C8))
        .set_num_format("@");
    let own = body().set_unlocked().set_background_color(Color::RGB(0xFF_F9E3));
    for (index, column) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width(index, column.width)?;
        let title = if column.editable { head().set_background_color(Color::RGB(0x8A_5A00)) } else { head() };
        sheet.write_string_with_format(0, index, column.name, &title)?;
        for (line, row) in (1u32..).zip(rows) {
            let format = match column.name {
                "sha256" => &digest,
                _ if column.editable => &own,
                _ => &evidence,
            };
            sheet.write_string_with_format(line, index, row.cell(column.name), format)?;
        }
    }
    for (line, row) in (1u32..).zip(rows) {
        sheet.set_row_height(line, height(row))?;
    }
    sheet.set_row_height(0, 32)?;
    sheet.set_freeze_panes(1, 2)?;
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX).max(1);
    let width = u16::try_from(COLUMNS.len()).unwrap_or(1);
    sheet.autofilter(0, 0, last, width - 1)?;
    validations(sheet, last, codes)?;
    colours(sheet, last, width - 1)?;
    sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_columns: true,
        format_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    });
    Ok(())
}

/// Height of a row in points: as many lines as its longest cell wraps to, up to twelve. Programs do not all measure it themselves.
fn height(row: &PlanRow) -> f64 {
    let wrapped = COLUMNS.iter().filter(|column| column.name != "sha256").map(|column| {
        let width = usize::from(column.width).saturating_sub(1).max(1);
        row.cell(column.name).chars().count().div_ceil(width)
    });
    let lines = u32::try_from(wrapped.max().unwrap_or(1).clamp(1, 12)).unwrap_or(1);
    f64::from(lines) * 15.0
}

fn place(name: &str) -> u16 {
    COLUMNS.iter().position(|column| column.name == name).and_then(|index| u16::try_from(index).ok()).unwrap_or_default()
}

fn validations(sheet: &mut Worksheet, last: u32, codes: usize) -> Result<(), XlsxError> {
    let decisions = DataValidation::new()
        .allow_list_strings(&["release", "withhold", "review"])?
        .ignore_blank(false)
        .set_input_title("Decision")?
        .set_input_message("release: a cleaned copy goes out. withhold: nothing goes out. review: not decided yet.")?
        .set_error_title("No decision")?
        .set_error_message("Write release, withhold or review.")?;
    sheet.add_data_validation(1, place("decision"), last, place("decision"), &decisions)?;
    if codes > 0 {
        let exemptions = DataValidation::new()
            .allow_list_formula(Formula::new(format!("=Exemptions!$A$2:$A${}", codes + 1)))
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title("Unknown exemption")?
            .set_error_message("Choose one from the sheet Exemptions.")?;
        sheet.add_data_validation(1, place("exemption"), last, place("exemption"), &exemptions)?;
    }
    Ok(())
}

/// Rows are tinted by their decision; the word itself stands in the cell, so that colour says nothing alone.
fn colours(sheet: &mut Worksheet, last: u32, width: u16) -> Result<(), XlsxError> {
    let letter = char::from(b'A' + u8::try_from(place("decision")).unwrap_or_default());
    for (word, colour) in [("release", 0xE3_F2E6), ("withhold", 0xF8_E3E1), ("review", 0xFD_F0CF)] {
        let rule = ConditionalFormatFormula::new()
            .set_rule(Formula::new(format!("=${letter}2=\"{word}\"")))
            .set_format(Format::new().set_background_color(Color::RGB(colour)));
        sheet.add_conditional_format(1, 0, last, width, &rule)?;
    }
    Ok(())
}

fn codes(preset: &Preset) -> Vec<[String; 5]> {
    let listed = preset.codes().into_iter().filter_map(|code| {
        let (exemption, citation) = preset.exemption(&code).ok()?;
        let needs: Vec<&str> = exemption.needs.iter().map(need).collect();
        let kind = format!("{}, {}", exemption.kind.as_str(), exemption.basis.as_str());
        Some([citation.to_string(), preset.cite(&citation), exemption.title.clone(), kind, needs.join("; ")])
    });
    listed.collect()
}

fn need(need: &Need) -> &'static str {
    match need {
        Need::QualifiedPerson => "the opinion of a qualified person",
        Need::Enactment => "the law that forbids disclosure",
        Need::Functions => "why the authority may rely on it",
        Need::ForeseeableHarm => "the harm that is reasonably foreseen",
        Need::PersonalData => "the balance for personal data",
        Need::Completion => "who completes the material, and when",
    }
}

fn exemptions(sheet: &mut Worksheet, codes: &[[String; 5]]) -> Result<(), XlsxError> {
    sheet.set_name("Exemptions")?;
    let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (index, (title, width)) in
        (0u16..).zip([("code", 22), ("provision", 26), ("title", 50), ("kind", 24), ("needs in the case file", 40)])
    {
        sheet.set_column_width(index, width)?;
        sheet.write_string_with_format(0, index, title, &head())?;
    }
    for (line, code) in (1u32..).zip(codes) {
        for (index, text) in (0u16..).zip(code) {
            sheet.write_string_with_format(line, index, text, &body)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.protect();
    Ok(())
}

fn explanation(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("Columns")?;
    let body = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let bold = body.clone().set_bold();
    sheet.set_column_width(0, 22)?.set_column_width(1, 14)?.set_column_width(2, 100)?;
    for (index, title) in (0u16..).zip(["column", "who writes it", "what it says"]) {
        sheet.write_string_with_format(0, index, title, &head())?;
    }
    let mut line = 1;
    for column in COLUMNS {
        sheet.write_string_with_format(line, 0, column.name, &bold)?;
        sheet.write_string_with_format(line, 1, if column.editable { "you" } else { "the program" }, &body)?;
        sheet.write_string_with_format(line, 2, column.says, &body)?;
        line += 1;
    }
    for text in [
        "Change decision, exemption, notes and decided_by; every other cell is evidence, and a plan with edited evidence is refused.",
        "Rows and columns may be sorted, moved and hidden. Rows are known by path and sha256.",
        "Save as .xlsx, then: cleardraft bundle FOLDER --case case.toml --plan THIS-FILE --out BUNDLE",
    ] {
        line += 1;
        sheet.write_string_with_format(line, 2, text, &body)?;
    }
    sheet.protect();
    Ok(())
}
