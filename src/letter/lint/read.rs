//! Reads a letter of ours back: paragraphs and tables as text, and what a letter should not hold.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::format::zip::{Archive, Budget};
use crate::limits::Limits;

/// A letter as a reader of the file sees it.
#[derive(Debug, Default)]
pub(super) struct ReadLetter {
    /// Paragraphs outside tables, in order.
    pub(super) paragraphs: Vec<String>,
    /// Tables: rows of cells.
    pub(super) tables: Vec<Vec<Vec<String>>>,
    /// What should not be there, in plain words.
    pub(super) residue: Vec<String>,
}

impl ReadLetter {
    /// Everything, for searches.
    pub(super) fn text(&self) -> String {
        self.paragraphs.join("\n")
    }
}

/// Parts of a letter that we write; any other is residue.
const PARTS: &[&str] = &[
    "[Content_Types].xml",
    "_rels/.rels",
    "word/_rels/document.xml.rels",
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/settings.xml",
];
/// Elements that mark comments, tracked changes and hidden text (ECMA-376-1 §17.13.4, §17.13.5, §17.3.2.41).
const MARKS: &[&str] = &[
    "ins",
    "del",
    "moveFrom",
    "moveTo",
    "rPrChange",
    "pPrChange",
    "commentRangeStart",
    "commentReference",
    "vanish",
    "attachedTemplate",
    "rsids",
];

/// Reads `letter.docx`.
pub(super) fn letter(bytes: &[u8]) -> Result<ReadLetter, String> {
    let limits = Limits { part_bytes: 64 << 20, total_bytes: 128 << 20, members: 100, ..Limits::default() };
    let archive = Archive::open(bytes, &limits).map_err(|error| error.to_string())?;
    let mut budget = Budget::new(&limits);
    let mut out = ReadLetter::default();
    for entry in &archive.entries {
        let part = entry.inflate(&mut budget).map_err(|error| error.to_string())?;
        let running = ["word/header", "word/footer"].iter().any(|start| entry.name.starts_with(start));
        if !PARTS.contains(&entry.name.as_str()) && !running {
            out.residue.push(format!("the part {}", crate::model::printable(&entry.name)));
        }
        if entry.name.ends_with(".xml") {
            let xml = std::str::from_utf8(&part.bytes).map_err(|error| error.to_string())?;
            read_part(xml, entry.name == "word/document.xml", &mut out)?;
        }
    }
    Ok(out)
}

fn read_part(xml: &str, body: bool, out: &mut ReadLetter) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    let mut words = String::new();
    let mut depth_in_table = 0usize;
    let mut cell: Option<Vec<String>> = None;
    let mut in_text = false;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Eof => return Ok(()),
            Event::Start(element) | Event::Empty(element) if MARKS.contains(&element.local_name().as_ref()) => {
                out.residue.push(format!("the mark {}", crate::model::printable(element.local_name().as_ref())));
            }
            Event::Start(element) => match element.local_name().as_ref() {
                "tbl" => {
                    depth_in_table += 1;
                    out.tables.push(Vec::new());
                }
                "tr" => out.tables.last_mut().map(|table| table.push(Vec::new())).unwrap_or_default(),
                "tc" => cell = Some(Vec::new()),
                "p" => words.clear(),
                "t" => in_text = true,
                _ => {}
            },
            Event::Empty(element) if element.local_name().as_ref() == "br" => words.push('\n'),
            Event::Text(text) if in_text => words.push_str(&text),
            Event::GeneralRef(reference) if in_text => words.push_str(&entity(&reference)),
            Event::End(element) => match element.local_name().as_ref() {
                "t" => in_text = false,
                "p" if body => match &mut cell {
                    Some(lines) => lines.push(std::mem::take(&mut words)),
                    None => out.paragraphs.push(std::mem::take(&mut words)),
                },
                "tc" => {
                    let text = cell.take().unwrap_or_default().join("\n");
                    if let Some(row) = out.tables.last_mut().and_then(|table| table.last_mut()) {
                        row.push(text);
                    }
                }
                "tbl" => depth_in_table = depth_in_table.saturating_sub(1),
                _ => {}
            },
            _ => {}
        }
        if depth_in_table > 8 {
            return Err("tables are nested too deep".to_owned());
        }
    }
}

/// The character of a reference; those that XML names and those given by number.
fn entity(name: &str) -> String {
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        _ => {
            let number = name.strip_prefix('#').and_then(|digits| {
                digits.strip_prefix('x').map_or_else(|| digits.parse::<u32>().ok(), |hex| u32::from_str_radix(hex, 16).ok())
            });
            number.and_then(char::from_u32).map_or_else(String::new, |character| character.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_nested_paragraphs_are_kept_once() {
        let words = "word ".repeat(200_000);
        let xml = format!("<a>{}<w:r><w:t>{words}</w:t></w:r>{}</a>", "<w:p>".repeat(20_000), "</w:p>".repeat(20_000));
        let mut letter = ReadLetter::default();
        read_part(&xml, true, &mut letter).unwrap();
        assert_eq!(letter.text().len(), words.len() + 19_999);
    }
}
