//! Packs the parts that docx-rs renders, without everything a letter should not carry.
//!
//! docx-rs numbers its paragraphs from a counter of the process and always writes properties, comments and settings parts.
//! Only the parts that the letter uses are packed, without those numbers, in fixed order and with the fixed time of
//! [`crate::format::zip`]: the same letter is the same bytes.

use docx_rs::XMLDocx;

use crate::format::zip::Writer;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The package (ECMA-376-2): document, styles, numbering, settings, header and footers.
pub(super) fn write(parts: XMLDocx, language: &str) -> Vec<u8> {
    let mut overrides = String::new();
    let mut relations = String::new();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut part = |kind: &str, name: String, id: String, bytes: Vec<u8>| {
        overrides.push_str(&format!("<Override PartName=\"/word/{name}\" ContentType=\"{TYPES}.{kind}+xml\"/>"));
        if kind != "document.main" {
            let relation = kind;
            relations.push_str(&format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{relation}\" Target=\"{name}\"/>"));
        }
        files.push((format!("word/{name}"), bytes));
    };
    part("document.main", "document.xml".to_owned(), String::new(), text(parts.document, document).into_bytes());
    part("styles", "styles.xml".to_owned(), "rId1".to_owned(), text(parts.styles, |xml| styles(xml, language)).into_bytes());
    part("numbering", "numbering.xml".to_owned(), "rId2".to_owned(), text(parts.numberings, plain).into_bytes());
    part("settings", "settings.xml".to_owned(), "rId3".to_owned(), settings(language).into_bytes());
    for (index, header) in parts.headers.into_iter().enumerate() {
        part("header", format!("header{}.xml", index + 1), format!("rIdHeader{}", index + 1), text(header, plain).into_bytes());
    }
    for (index, footer) in parts.footers.into_iter().enumerate() {
        part("footer", format!("footer{}.xml", index + 1), format!("rIdFooter{}", index + 1), text(footer, plain).into_bytes());
    }
    let types = format!(
        "{DECLARATION}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>{overrides}</Types>"
    );
    let rels = |inner: &str| {
        format!(
            "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inner}</Relationships>"
        )
    };
    let root = rels(&format!("<Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"word/document.xml\"/>"));
    let mut zip = Writer::new();
    zip.add("[Content_Types].xml", types.as_bytes());
    zip.add("_rels/.rels", root.as_bytes());
    zip.add("word/_rels/document.xml.rels", rels(&relations).as_bytes());
    for (name, bytes) in &files {
        zip.add(name, bytes);
    }
    zip.finish()
}

/// The part as text, edited. docx-rs renders UTF-8 always.
fn text(part: Vec<u8>, edit: impl FnOnce(String) -> String) -> String {
    edit(String::from_utf8(part).unwrap_or_default())
}

/// Drops the paragraph numbers that docx-rs takes from a counter.
fn plain(xml: String) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml.as_str();
    while let Some(at) = rest.find(" w14:paraId=\"") {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let value = tail.get(" w14:paraId=\"".len()..).unwrap_or_default();
        rest = value.split_once('"').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// Makes the first row of every table a header row, which repeats on every page (ECMA-376-1 §17.4.78).
fn document(xml: String) -> String {
    let mut out = String::new();
    for (index, piece) in plain(xml).split("<w:tbl>").enumerate() {
        if index == 0 {
            out.push_str(piece);
        } else {
            out.push_str("<w:tbl>");
            match piece.split_once("<w:cantSplit />") {
                Some((before, after)) => out.extend([before, "<w:cantSplit/><w:tblHeader/>", after]),
                None => out.push_str(piece),
            }
        }
    }
    out
}

/// Sets the language of the text (ECMA-376-1 §17.3.2.20) in the defaults of the run.
fn styles(xml: String, language: &str) -> String {
    plain(xml).replacen(
        "</w:rPr></w:rPrDefault>",
        &format!("<w:lang w:val=\"{language}\" w:eastAsia=\"{language}\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault>"),
        1,
    )
}

fn settings(language: &str) -> String {
    format!(
        "{DECLARATION}<w:settings xmlns:w=\"{WORD}\"><w:defaultTabStop w:val=\"709\"/><w:characterSpacingControl w:val=\"doNotCompress\"/><w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat><w:themeFontLang w:val=\"{language}\"/></w:settings>"
    )
}
