//! Prints a composed letter as a WordprocessingML document, with docx-rs.
//!
//! Headings, lists and table headers are real, so that a screen reader finds its way; nothing is said by colour alone.

use docx_rs::{
    AbstractNumbering, AlignmentType, BreakType, BuildXML as _, Docx, Footer, Header, IndentLevel, Level, LevelJc, LevelText, LineSpacing,
    LineSpacingType, NumPages, NumberFormat, Numbering, NumberingId, PageMargin, PageNum, Paragraph, Run, RunFonts, Shading,
    SpecialIndentType, Start, Style, StyleType, TableBorder, TableBorderPosition, TableBorders, TableCell, TableCellMargins,
    TableLayoutType, TableRow, WidthType,
};

use super::model::{Block, Composed, Table};
use super::package;
use crate::case::Preset;

/// Width of the text on A4 with margins of 2.3 cm, in twentieths of a point.
const TEXT_WIDTH: usize = 9296;
const MARGIN: i32 = 1304;
const INK: &str = "1F3A4D";

/// The letter as `.docx`.
pub(super) fn write(composed: &Composed, preset: &Preset) -> Vec<u8> {
    let draft = composed.blocks.iter().any(|block| matches!(block, Block::DraftMark(_)));
    let mut document = styled(Docx::new()).footer(footer(composed));
    if draft {
        let mark = Run::new().add_text("DRAFT").bold().color("9C1C1C");
        document = document.header(Header::new().add_paragraph(Paragraph::new().align(AlignmentType::Right).add_run(mark)));
    }
    let mut new_page = false;
    for block in &composed.blocks {
        if *block == Block::NewPage {
            new_page = true;
            continue;
        }
        document = add(document, block, new_page);
        new_page = false;
    }
    let mut parts = document.build();
    let tables = composed.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    parts.document = with_rows(&parts.document, tables);
    package::write(parts, &preset.language)
}

/// The document with the rows of its tables, which [`grid`] leaves out: docx-rs keeps about 4 KiB for a cell until all is
/// written, and two tables list every document of a request.
fn with_rows<'a>(document: &[u8], tables: impl Iterator<Item = &'a Table>) -> Vec<u8> {
    const END: &[u8] = b"</w:tbl>";
    let mut out = Vec::with_capacity(document.len());
    let mut copied = 0;
    for (end, table) in memchr::memmem::find_iter(document, END).zip(tables) {
        out.extend_from_slice(document.get(copied..end).unwrap_or_default());
        for cells in &table.rows {
            out.extend(row(table, cells, false).build());
        }
        copied = end;
    }
    out.extend_from_slice(document.get(copied..).unwrap_or_default());
    out
}

fn styled(document: Docx) -> Docx {
    let heading = |id: &str, name: &str, size: usize, before: u32, level: usize| {
        Style::new(id, StyleType::Paragraph)
            .name(name)
            .based_on("Normal")
            .next("Normal")
            .q_format(true)
            .size(size)
            .bold()
            .color(INK)
            .outline_lvl(level)
            .line_spacing(LineSpacing::new().before(before).after(80))
    };
    let fonts = || RunFonts::new().ascii("Arial").hi_ansi("Arial").cs("Arial").east_asia("Arial");
    document
        .default_fonts(fonts())
        .default_size(22)
        .page_size(11906, 16838)
        .page_margin(PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN).header(680).footer(620))
        .default_line_spacing(LineSpacing::new().after(120).line(264).line_rule(LineSpacingType::Auto))
        .add_style(
            Style::new("Authority", StyleType::Paragraph)
                .name("Authority")
                .based_on("Normal")
                .size(32)
                .bold()
                .color(INK)
                .line_spacing(LineSpacing::new().after(60)),
        )
        .add_style(
            Style::new("Subject", StyleType::Paragraph)
                .name("Title")
                .based_on("Normal")
                .q_format(true)
                .size(26)
                .bold()
                .color(INK)
                .line_spacing(LineSpacing::new().before(120).after(160)),
        )
        .add_style(Style::new("Footer", StyleType::Paragraph).name("footer").based_on("Normal").size(17))
        .add_style(heading("Heading1", "heading 1", 26, 280, 0))
        .add_style(heading("Heading2", "heading 2", 23, 180, 1))
        .add_style(Style::new("Quote", StyleType::Paragraph).name("Quote").based_on("Normal").italic().indent(
            Some(964),
            None,
            Some(567),
            None,
        ))
        .add_style(
            Style::new("Caption", StyleType::Paragraph)
                .name("caption")
                .based_on("Normal")
                .size(20)
                .bold()
                .line_spacing(LineSpacing::new().before(120).after(60)),
        )
        .add_abstract_numbering(AbstractNumbering::new(1).add_level(
            Level::new(0, Start::new(1), NumberFormat::new("decimal"), LevelText::new("%1."), LevelJc::new("left")).indent(
                Some(567),
                Some(SpecialIndentType::Hanging(567)),
                None,
                None,
            ),
        ))
        .add_abstract_numbering(AbstractNumbering::new(2).add_level(
            Level::new(0, Start::new(1), NumberFormat::new("bullet"), LevelText::new("\u{2022}"), LevelJc::new("left")).indent(
                Some(964),
                Some(SpecialIndentType::Hanging(397)),
                None,
                None,
            ),
        ))
        .add_numbering(Numbering::new(1, 1))
        .add_numbering(Numbering::new(2, 2))
}

fn footer(composed: &Composed) -> Footer {
    let reference = composed.blocks.iter().find_map(|block| match block {
        Block::Lines(lines) => lines.iter().find(|line| line.starts_with("Our reference: ")).cloned(),
        _ => None,
    });
    let small = |text: &str| Run::new().add_text(text).size(17);
    let paragraph = Paragraph::new()
        .style("Footer")
        .align(AlignmentType::Center)
        .add_run(small(&format!("{}    Page ", reference.unwrap_or_default())))
        .add_page_num(PageNum::new())
        .add_run(small(" of "))
        .add_num_pages(NumPages::new());
    Footer::new().add_paragraph(paragraph)
}

fn add(document: Docx, block: &Block, new_page: bool) -> Docx {
    let text = |text: &str| Run::new().add_text(text);
    match block {
        Block::Authority(name) => document.add_paragraph(Paragraph::new().style("Authority").add_run(text(name))),
        Block::Lines(lines) => {
            let mut run = Run::new();
            for (index, line) in lines.iter().enumerate() {
                if index > 0 {
                    run = run.add_break(BreakType::TextWrapping);
                }
                run = run.add_text(line);
            }
            document.add_paragraph(Paragraph::new().line_spacing(LineSpacing::new().before(60).after(200)).keep_lines(true).add_run(run))
        }
        Block::DraftMark(mark) => {
            let run = text(mark).bold().color("9C1C1C").shading(Shading::new().fill("FBE9E7"));
            document.add_paragraph(Paragraph::new().add_run(run))
        }
        Block::Subject(subject) => document.add_paragraph(Paragraph::new().style("Subject").keep_next(true).add_run(text(subject))),
        Block::Plain(line) if line == "Yours sincerely" => document
            .add_paragraph(Paragraph::new().keep_next(true).line_spacing(LineSpacing::new().before(280).after(500)).add_run(text(line))),
        Block::Plain(line) => document.add_paragraph(Paragraph::new().add_run(text(line))),
        Block::Heading(level, heading) => {
            let style = if *level == 1 { "Heading1" } else { "Heading2" };
            document.add_paragraph(Paragraph::new().style(style).keep_next(true).page_break_before(new_page).add_run(text(heading)))
        }
        Block::Paragraph(_, words) => {
            let lead = words.ends_with(':');
            document
                .add_paragraph(Paragraph::new().numbering(NumberingId::new(1), IndentLevel::new(0)).keep_next(lead).add_run(text(words)))
        }
        Block::Quote(words) => document.add_paragraph(Paragraph::new().style("Quote").add_run(text(words))),
        Block::Bullet(words) => {
            document.add_paragraph(Paragraph::new().numbering(NumberingId::new(2), IndentLevel::new(0)).add_run(text(words)))
        }
        Block::Table(table) => {
            let document = document.add_paragraph(Paragraph::new().style("Caption").keep_next(true).add_run(text(&table.caption)));
            document.add_table(grid(table)).add_paragraph(Paragraph::new().line_spacing(LineSpacing::new().after(0)))
        }
        Block::NewPage => document,
    }
}

fn widths(table: &Table) -> impl Iterator<Item = usize> {
    table.widths.iter().map(|share| share * TEXT_WIDTH / 100)
}

/// A row, never split between pages.
fn row(table: &Table, cells: &[String], header: bool) -> TableRow {
    let size = if table.small { 17 } else { 20 };
    let cell = |(text, width): (&String, usize)| {
        let mut run = Run::new().add_text(text).size(size);
        if header {
            run = run.bold();
        }
        let paragraph = Paragraph::new().line_spacing(LineSpacing::new().before(30).after(30)).keep_lines(true).add_run(run);
        let cell = TableCell::new().add_paragraph(paragraph).width(width, WidthType::Dxa);
        if header { cell.shading(Shading::new().fill("E4EAEE")) } else { cell }
    };
    TableRow::new(cells.iter().zip(widths(table).chain(std::iter::repeat(0))).map(cell).collect()).cant_split()
}

/// A table with its header alone, see [`with_rows`]; `package` makes the first row the one that repeats on every page.
fn grid(table: &Table) -> docx_rs::Table {
    use TableBorderPosition as P;
    let border = |position| TableBorder::new(position).color("8A99A3").size(4);
    let mut borders = TableBorders::with_empty();
    for position in [P::Top, P::Bottom, P::Left, P::Right, P::InsideH, P::InsideV] {
        borders = borders.set(border(position));
    }
    docx_rs::Table::new(vec![row(table, &table.header, true)])
        .set_grid(widths(table).collect())
        .width(widths(table).sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(20, 80, 20, 80))
        .set_borders(borders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_gets_its_own_rows_before_its_end() {
        let table = |cells: &[&str]| Table {
            rows: cells.iter().map(|cell| vec![(*cell).to_owned()]).collect(),
            widths: vec![100],
            ..Table::default()
        };
        let tables = [table(&["one", "</w:tbl>"]), table(&[]), table(&["three"])];
        let out = with_rows(b"a<w:tbl>A</w:tbl>b<w:tbl>B</w:tbl>c<w:tbl>C</w:tbl>d", tables.iter());
        let out = String::from_utf8(out).unwrap();
        let pieces: Vec<&str> = out.split("</w:tbl>").collect();
        let [first, second, third, after] = pieces.as_slice() else { panic!("{out}") };
        assert!(first.starts_with("a<w:tbl>A<w:tr>") && first.ends_with("</w:tr>"), "{first}");
        assert!(first.find("one") < first.find("&lt;/w:tbl") && first.matches("<w:tr>").count() == 2, "{first}");
        assert_eq!((*second, *after), ("b<w:tbl>B", "d"));
        assert!(third.starts_with("c<w:tbl>C<w:tr>") && third.contains("three"), "{third}");
    }
}
