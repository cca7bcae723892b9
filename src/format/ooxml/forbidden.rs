//! What the second look knows of word processing: its own list of what must not be in a copy, and of the little that may.

use std::sync::LazyLock;

use foldhash::{HashMap, HashSet};

use crate::model::FindingKind;

pub const W: [&str; 2] =
    ["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"];
pub const R: [&str; 2] =
    ["http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"];
pub const WORD_EXTENSIONS: &str = "http://schemas.microsoft.com/office/word/";

/// Tracked changes and the text that only they hold.
pub static TRACKED: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    [
        "ins",
        "del",
        "moveFrom",
        "moveTo",
        "moveFromRangeStart",
        "moveFromRangeEnd",
        "moveToRangeStart",
        "moveToRangeEnd",
        "customXmlInsRangeStart",
        "customXmlInsRangeEnd",
        "customXmlDelRangeStart",
        "customXmlDelRangeEnd",
        "customXmlMoveFromRangeStart",
        "customXmlMoveFromRangeEnd",
        "customXmlMoveToRangeStart",
        "customXmlMoveToRangeEnd",
        "rPrChange",
        "pPrChange",
        "sectPrChange",
        "tblPrChange",
        "tblPrExChange",
        "tblGridChange",
        "trPrChange",
        "tcPrChange",
        "numberingChange",
        "cellIns",
        "cellDel",
        "cellMerge",
        "delText",
        "delInstrText",
        "conflictIns",
        "conflictDel",
    ]
    .into_iter()
    .collect()
});

/// Elements that no copy may hold.
pub static FORBIDDEN: LazyLock<HashMap<&str, FindingKind>> = LazyLock::new(|| {
    [
        ("comment", FindingKind::Comment),
        ("comments", FindingKind::Comment),
        ("commentRangeStart", FindingKind::Comment),
        ("commentRangeEnd", FindingKind::Comment),
        ("commentReference", FindingKind::Comment),
        ("annotationRef", FindingKind::Comment),
        ("rsids", FindingKind::SessionId),
        ("rsid", FindingKind::SessionId),
        ("docVars", FindingKind::DocumentVariable),
        ("docVar", FindingKind::DocumentVariable),
        ("attachedTemplate", FindingKind::TemplatePath),
        ("mailMerge", FindingKind::MailMerge),
        ("documentProtection", FindingKind::Protection),
        ("writeProtection", FindingKind::Protection),
        ("permStart", FindingKind::Protection),
        ("dataBinding", FindingKind::CustomXml),
        ("alias", FindingKind::ContentControl),
        ("tag", FindingKind::ContentControl),
        ("listItem", FindingKind::ContentControl),
        ("smartTag", FindingKind::SmartTag),
        ("customXml", FindingKind::SmartTag),
        ("fldData", FindingKind::FieldCode),
        ("altChunk", FindingKind::LinkedDocument),
        ("subDoc", FindingKind::LinkedDocument),
        ("control", FindingKind::ActiveContent),
        ("OLEObject", FindingKind::EmbeddedObject),
        ("nsid", FindingKind::DocumentId),
        ("tmpl", FindingKind::DocumentId),
        ("docId", FindingKind::DocumentId),
        ("embedRegular", FindingKind::EmbeddedFont),
        ("externalData", FindingKind::ChartData),
        ("imgProps", FindingKind::PictureOriginal),
    ]
    .into_iter()
    .collect()
});

/// Attributes that no copy may hold.
pub static FORBIDDEN_ATTRIBUTES: LazyLock<HashMap<&str, FindingKind>> = LazyLock::new(|| {
    [
        ("date", FindingKind::AuthorName),
        ("initials", FindingKind::AuthorName),
        ("dateUtc", FindingKind::AuthorName),
        ("rsidR", FindingKind::SessionId),
        ("rsidRPr", FindingKind::SessionId),
        ("rsidRDefault", FindingKind::SessionId),
        ("rsidP", FindingKind::SessionId),
        ("rsidDel", FindingKind::SessionId),
        ("rsidSect", FindingKind::SessionId),
        ("rsidTr", FindingKind::SessionId),
        ("paraId", FindingKind::DocumentId),
        ("textId", FindingKind::DocumentId),
        ("tooltip", FindingKind::LinkTarget),
        ("docLocation", FindingKind::LinkTarget),
        ("gfxdata", FindingKind::PictureOriginal),
    ]
    .into_iter()
    .collect()
});

/// Elements in which characters stand (ECMA-376 Part 1, and `[MS-ODRAWXML]`): texts, codes of fields, places of drawings, and what charts
/// are drawn from.
pub const HOLDERS: &[&str] = &[
    "t",
    "delText",
    "delInstrText",
    "instrText",
    "align",
    "posOffset",
    "pctPosHOffset",
    "pctPosVOffset",
    "pctWidth",
    "pctHeight",
    "f",
    "formatCode",
    "name",
    "separator",
    "v",
    "ptidx",
    "x",
    "y",
    // Of the extended properties, which are compared as a whole.
    "Application",
    "AppVersion",
];

/// Last segments of the relationship types that a copy may hold.
pub const ALLOWED_RELATIONSHIPS: &[&str] = &[
    "officeDocument",
    "styles",
    "numbering",
    "settings",
    "fontTable",
    "theme",
    "footnotes",
    "endnotes",
    "header",
    "footer",
    "image",
    "hyperlink",
    "chart",
    "chartUserShapes",
    "diagramData",
    "diagramLayout",
    "diagramQuickStyle",
    "diagramColors",
    "diagramDrawing",
];
