//! Word documents: whole packages, or the body of one.
#![no_main]

mod common;

use cleardraft::format::zip::Writer;
use libfuzzer_sys::fuzz_target;

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\"";

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let treatment = common::treatment(*choice);
    if rest.starts_with(b"PK") {
        common::round("a.docx", rest, treatment);
    } else if let Ok(body) = std::str::from_utf8(rest) {
        let mut archive = Writer::new();
        archive.add("[Content_Types].xml", TYPES.as_bytes());
        archive.add("_rels/.rels", RELS.as_bytes());
        archive.add("word/document.xml", format!("<w:document {NAMES}><w:body>{body}</w:body></w:document>").as_bytes());
        common::round("a.docx", &archive.finish(), treatment);
    }
});
