//! Content -> format. Never the file name.
//!
//! A file that two readers could take for two things (a PDF that is also a ZIP archive) is [`Format::Unknown`]:
//! what one of them shows would never have been looked at.

use std::borrow::Cow;
use std::io;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::{Serialize, Serializer};

use super::content::Content;
use super::zip::{Archive, Budget};
use crate::limits::Limits;

/// What a file is, told by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// WordprocessingML document (ECMA-376), `.docx`.
    Docx,
    /// With macros, `.docm`.
    Docm,
    /// Template, `.dotx`.
    Dotx,
    /// Template with macros, `.dotm`.
    Dotm,
    /// Portable Document Format.
    Pdf,
    /// OpenDocument text.
    Odt,
    /// SpreadsheetML workbook.
    Xlsx,
    /// PresentationML presentation.
    Pptx,
    /// Another OpenDocument file.
    Odf,
    /// Another ZIP archive.
    Zip,
    /// OLE compound file holding an encrypted package.
    EncryptedOffice,
    /// Word 97 to 2003.
    Doc,
    /// Another OLE compound file.
    Ole,
    /// Rich Text Format.
    Rtf,
    /// HTML.
    Html,
    /// Electronic mail message.
    Email,
    /// Plain text.
    Text,
    /// A picture.
    Image,
    /// An owner lock file of a word processor.
    LockFile,
    /// No bytes.
    Empty,
    /// None of these.
    Unknown,
}

impl Format {
    /// Stable name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Docm => "docm",
            Self::Dotx => "dotx",
            Self::Dotm => "dotm",
            Self::Pdf => "pdf",
            Self::Odt => "odt",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Odf => "odf",
            Self::Zip => "zip",
            Self::EncryptedOffice => "encrypted-office",
            Self::Doc => "doc",
            Self::Ole => "ole",
            Self::Rtf => "rtf",
            Self::Html => "html",
            Self::Email => "email",
            Self::Text => "text",
            Self::Image => "image",
            Self::LockFile => "lock-file",
            Self::Empty => "empty",
            Self::Unknown => "unknown",
        }
    }

    /// What it is, in words for an officer.
    pub fn plain(self) -> &'static str {
        match self {
            Self::Docx => "Word document",
            Self::Docm => "Word document with macros",
            Self::Dotx => "Word template",
            Self::Dotm => "Word template with macros",
            Self::Pdf => "PDF",
            Self::Odt => "OpenDocument text",
            Self::Xlsx => "Excel workbook",
            Self::Pptx => "PowerPoint presentation",
            Self::Odf => "OpenDocument",
            Self::Zip => "ZIP archive",
            Self::EncryptedOffice => "encrypted Office",
            Self::Doc => "Word 97 to 2003",
            Self::Ole => "OLE compound (Office 97 to 2003, Outlook message)",
            Self::Rtf => "Rich Text Format",
            Self::Html => "HTML",
            Self::Email => "e-mail",
            Self::Text => "plain text",
            Self::Image => "picture",
            Self::LockFile => "owner lock",
            Self::Empty => "empty",
            Self::Unknown => "unknown or ambiguous",
        }
    }

    /// Whether it is one of the four WordprocessingML formats.
    pub fn is_word(self) -> bool {
        matches!(self, Self::Docx | Self::Docm | Self::Dotx | Self::Dotm)
    }

    /// The formats of which copies can be cleaned.
    pub const CLEANABLE: &[Self] = &[Self::Docx, Self::Docm, Self::Dotx, Self::Dotm, Self::Pdf];

    /// Whether copies of it can be cleaned.
    pub fn is_cleanable(self) -> bool {
        Self::CLEANABLE.contains(&self)
    }

    /// The format that a file name's extension promises, for those that can be inspected.
    pub fn promised_by(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "docx" => Some(Self::Docx),
            "docm" => Some(Self::Docm),
            "dotx" => Some(Self::Dotx),
            "dotm" => Some(Self::Dotm),
            "pdf" => Some(Self::Pdf),
            "odt" => Some(Self::Odt),
            _ => None,
        }
    }
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

const CFB_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP_LOCAL: &[u8] = b"PK\x03\x04";
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP_END_BYTES: usize = 22;
/// Last bytes of a file in which the record can begin: it may end with a comment of 64 KiB.
const ZIP_TAIL_BYTES: u64 = ZIP_END_BYTES as u64 + 0xffff;
/// A PDF header may stand anywhere in here (ISO 32000-1 Annex H.3.4.1 implementation note 13; readers accept it still).
const PDF_HEADER_WITHIN: usize = 1024;
/// As much of a text as is looked at to tell what it is.
const TEXT_SAMPLE_BYTES: usize = 64 << 10;
/// Largest `[Content_Types].xml` or `mimetype` that is looked at.
const TYPES_BYTES_MAX: u64 = 4 << 20;

/// Tells the format of a file from its content.
///
/// # Standard
/// ECMA-376-2 §7.2.3 (content types), ODF 1.3 part 2 §3.3 (mimetype), ISO 32000-2 §7.5.2 (header), [MS-CFB] §2.2.
pub fn sniff<'a>(content: impl Into<Content<'a>>) -> Format {
    // What cannot be read is not known, and its reader says why.
    tell(&content.into()).unwrap_or(Format::Unknown)
}

fn tell(content: &Content<'_>) -> io::Result<Format> {
    let length = content.length();
    if length == 0 {
        return Ok(Format::Empty);
    }
    let in_memory = content.in_memory();
    let start = match in_memory {
        Some(bytes) => Cow::Borrowed(bytes),
        None => content.get(0..length.min(TEXT_SAMPLE_BYTES as u64))?,
    };
    let bytes = start.as_ref();
    let is_zip = bytes.starts_with(ZIP_LOCAL) || bytes.starts_with(ZIP_END);
    let tail = content.get(length.saturating_sub(ZIP_TAIL_BYTES)..length)?;
    let ends_as_zip = ends_as_zip(&tail);
    let head = bytes.get(..PDF_HEADER_WITHIN).unwrap_or(bytes);
    if let Some(offset) = memchr::memmem::find(head, b"%PDF-") {
        let other = is_zip || ends_as_zip || (offset > 0 && other_magic(bytes));
        return Ok(if other { Format::Unknown } else { Format::Pdf });
    }
    if is_zip {
        return Ok(zip_format(content));
    }
    if ends_as_zip {
        // Bytes before the first record that are no format of their own are slack, which no copy has.
        let format = zip_format(content);
        let alone = !other_magic(bytes) && !matches!(text_format(bytes), Format::Rtf | Format::Html | Format::Email);
        return Ok(if alone && format.is_word() { format } else { Format::Unknown });
    }
    if bytes.starts_with(CFB_MAGIC) {
        return Ok(compound_format(&content.whole()?));
    }
    if is_picture(bytes) {
        return Ok(Format::Image);
    }
    if is_owner_lock(bytes) {
        return Ok(Format::LockFile);
    }
    Ok(match text_format(bytes) {
        Format::Text | Format::Unknown if ends_as_pdf(&tail) && has_objects(&content.whole()?) => Format::Pdf,
        format => format,
    })
}

/// Whether a file that lost its first line has objects like a PDF. Viewers open such files.
fn has_objects(bytes: &[u8]) -> bool {
    !other_magic(bytes) && has(bytes, b" obj") && has(bytes, b"endobj")
}

/// Whether a file ends like a PDF, seen from its last bytes (ISO 32000-2 §7.5.5).
fn ends_as_pdf(tail: &[u8]) -> bool {
    let end = tail.get(tail.len().saturating_sub(PDF_HEADER_WITHIN)..).unwrap_or(tail);
    has(end, b"startxref") && has(end, b"%%EOF")
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(bytes, word).is_some()
}

/// Whether the file ends with a ZIP end record, seen from its last bytes: a reader that starts from the end takes it for an archive.
fn ends_as_zip(tail: &[u8]) -> bool {
    memchr::memmem::find_iter(tail, ZIP_END).any(|at| {
        let comment = tail.get(at + 20..at + ZIP_END_BYTES).and_then(|field| field.try_into().ok()).map(u16::from_le_bytes);
        comment.is_some_and(|length| at + ZIP_END_BYTES + usize::from(length) == tail.len())
    })
}

/// Whether the first bytes are those of something that is no PDF.
fn other_magic(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default();
    let trimmed = bytes.get(start..).unwrap_or_default();
    bytes.starts_with(CFB_MAGIC)
        || is_picture(bytes)
        || [b"MZ".as_slice(), b"\x7fELF", b"{\\rt", b"<", b"#!"].iter().any(|magic| trimmed.starts_with(magic))
}

/// The kind of a ZIP archive. One that cannot be opened is [`Format::Zip`]: its reader says what is wrong with it.
fn zip_format(content: &Content<'_>) -> Format {
    let Ok(archive) = Archive::open(content, &Limits { total_bytes: u64::MAX, ..Limits::default() }) else { return Format::Zip };
    let limits = Limits { part_bytes: TYPES_BYTES_MAX, total_bytes: TYPES_BYTES_MAX, ..Limits::default() };
    let mut budget = Budget::new(&limits);
    let mut member = |name: &str| {
        let entry = archive.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        let mut bytes = entry.inflate(&mut budget).ok()?.bytes;
        // A UTF-16 part of ASCII letters is the same part without its zero bytes.
        bytes.retain(|byte| *byte != 0);
        bytes.make_ascii_lowercase();
        Some(bytes)
    };
    match (member("[content_types].xml"), member("mimetype")) {
        (Some(_), Some(_)) => Format::Unknown,
        (Some(types), None) => package_format(&types),
        (None, Some(mime)) => match mime.trim_ascii() {
            b"application/vnd.oasis.opendocument.text" => Format::Odt,
            mime if mime.starts_with(b"application/vnd.oasis.opendocument.") => Format::Odf,
            _ => Format::Zip,
        },
        (None, None) => Format::Zip,
    }
}

/// The kind of an Office Open XML package from the content types it declares, in lower case.
///
/// Main parts of two applications in one package make it [`Format::Zip`]: readers disagree which one counts.
fn package_format(types: &[u8]) -> Format {
    const MAIN_TYPES: [(&[u8], Format); 13] = [
        (b"wordprocessingml.document.main+xml", Format::Docx),
        (b"ms-word.document.macroenabled.main+xml", Format::Docm),
        (b"wordprocessingml.template.main+xml", Format::Dotx),
        (b"ms-word.template.macroenabledtemplate.main+xml", Format::Dotm),
        (b"spreadsheetml.sheet.main+xml", Format::Xlsx),
        (b"spreadsheetml.template.main+xml", Format::Xlsx),
        (b"ms-excel.sheet.macroenabled.main+xml", Format::Xlsx),
        (b"ms-excel.template.macroenabled.main+xml", Format::Xlsx),
        (b"ms-excel.sheet.binary.macroenabled.main", Format::Xlsx),
        (b"presentationml.presentation.main+xml", Format::Pptx),
        (b"presentationml.slideshow.main+xml", Format::Pptx),
        (b"presentationml.template.main+xml", Format::Pptx),
        (b"ms-powerpoint.presentation.macroenabled.main+xml", Format::Pptx),
    ];
    static FINDERS: LazyLock<[(Finder<'static>, Format); 13]> =
        LazyLock::new(|| MAIN_TYPES.map(|(name, format)| (Finder::new(name), format)));
    let declared: Vec<Format> = FINDERS.iter().filter(|(name, _)| name.find(types).is_some()).map(|(_, format)| *format).collect();
    match declared.as_slice() {
        [] => Format::Zip,
        [first, rest @ ..] if rest.iter().all(|other| other == first || (first.is_word() && other.is_word())) => *first,
        _ => Format::Zip,
    }
}

/// The kind of an OLE compound file, from the names of its streams (UTF-16LE in the directory).
fn compound_format(bytes: &[u8]) -> Format {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &wide).is_some()
    };
    if holds("EncryptedPackage") {
        Format::EncryptedOffice
    } else if holds("WordDocument") {
        Format::Doc
    } else {
        Format::Ole
    }
}

fn is_picture(bytes: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"\xd7\xcd\xc6\x9a"];
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
        || (bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]))
        || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
        || (bytes.get(4..8) == Some(b"ftyp") && matches!(bytes.get(8..12), Some(b"heic" | b"heix" | b"mif1" | b"avif")))
}

/// The owner file that Word keeps beside an open document: the user name in one byte and in two, padded to 162 bytes.
fn is_owner_lock(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 162 | 165)
        && matches!((bytes.first(), bytes.get(54), bytes.get(55)), (Some(short), Some(wide), Some(0)) if short == wide && *short <= 52)
}

/// The kind of a text.
fn text_format(bytes: &[u8]) -> Format {
    let sample = bytes.get(..TEXT_SAMPLE_BYTES).unwrap_or(bytes);
    let sample = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample).trim_ascii_start();
    let starts = |word: &str| sample.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()));
    if starts("{\\rtf") {
        return Format::Rtf;
    }
    if starts("<!doctype html") || starts("<html") {
        return Format::Html;
    }
    if sample.starts_with(b"\xff\xfe") || sample.starts_with(b"\xfe\xff") {
        return Format::Text;
    }
    if sample.iter().any(|byte| matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31)) {
        return Format::Unknown;
    }
    let mail = ["Return-Path:", "Received:", "From:", "Message-ID:", "MIME-Version:", "Delivered-To:", "Subject:", "Date:"];
    if mail.iter().any(|header| starts(header)) {
        return Format::Email;
    }
    Format::Text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::zip::Writer;

    fn archive(members: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = Writer::new();
        for (name, text) in members {
            writer.add(name, text.as_bytes());
        }
        writer.finish()
    }

    fn package(main: &str) -> Vec<u8> {
        archive(&[("[Content_Types].xml", &format!("<Types><Override ContentType='application/vnd.{main}'/></Types>")), ("a.xml", "<a/>")])
    }

    #[test]
    fn packages_are_told_by_their_main_content_type() {
        for (main, format) in [
            ("openxmlformats-officedocument.wordprocessingml.document.main+xml", Format::Docx),
            ("ms-word.document.macroEnabled.main+xml", Format::Docm),
            ("openxmlformats-officedocument.wordprocessingml.template.main+xml", Format::Dotx),
            ("ms-word.template.macroEnabledTemplate.main+xml", Format::Dotm),
            ("openxmlformats-officedocument.spreadsheetml.sheet.main+xml", Format::Xlsx),
            ("openxmlformats-officedocument.presentationml.presentation.main+xml", Format::Pptx),
            ("example.unknown+xml", Format::Zip),
        ] {
            assert_eq!(sniff(package(main)), format, "{main}");
        }
    }

    #[test]
    fn a_package_with_two_applications_or_two_containers_is_no_document() {
        let two =
            "openxmlformats-officedocument.wordprocessingml.document.main+xml'/><Override ContentType='x/spreadsheetml.sheet.main+xml";
        assert_eq!(sniff(package(two)), Format::Zip);
        let both = archive(&[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("[Content_Types].xml", "wordprocessingml.document.main+xml"),
        ]);
        assert_eq!(sniff(&both), Format::Unknown);
    }

    #[test]
    fn utf_16_content_types_are_read() {
        let text =
            "<Types><Override ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>";
        let wide: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let mut writer = Writer::new();
        writer.add("[Content_Types].xml", &wide);
        assert_eq!(sniff(writer.finish()), Format::Docx);
    }

    #[test]
    fn a_file_that_is_two_things_is_refused() {
        let docx = package("openxmlformats-officedocument.wordprocessingml.document.main+xml");
        let headless = b"5 0 obj<<>>endobj\nstartxref\n0\n%%EOF\n";
        assert_eq!(sniff(headless), Format::Pdf);
        let pdf_then_zip = [b"%PDF-1.7\n%%EOF\n".as_slice(), &docx].concat();
        let html_then_pdf = b"<html><!-- %PDF-1.4 -->".to_vec();
        let html_then_zip = [b"<html>".as_slice(), &docx].concat();
        let stored_pdf = archive(&[("a.pdf", "%PDF-1.7")]);
        for bytes in [pdf_then_zip, html_then_pdf, html_then_zip, stored_pdf] {
            assert_eq!(sniff(&bytes), Format::Unknown);
        }
    }

    #[test]
    fn bytes_of_no_format_before_a_package_are_slack() {
        let docx = package("openxmlformats-officedocument.wordprocessingml.document.main+xml");
        assert_eq!(sniff([b"CANARY\0\0".as_slice(), &docx].concat()), Format::Docx);
    }

    #[test]
    fn other_files_are_named_for_what_they_are() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let mut lock = vec![0_u8; 162];
        lock[0] = 5;
        lock[54] = 5;
        for (bytes, format) in [
            (Vec::new(), Format::Empty),
            (b"%PDF-1.7\n".to_vec(), Format::Pdf),
            (b"\n\n%PDF-1.7\n".to_vec(), Format::Pdf),
            ([CFB_MAGIC, &wide("EncryptedPackage")].concat(), Format::EncryptedOffice),
            ([CFB_MAGIC, &wide("WordDocument")].concat(), Format::Doc),
            (CFB_MAGIC.to_vec(), Format::Ole),
            (b"{\\rtf1\\ansi".to_vec(), Format::Rtf),
            (b"\xef\xbb\xbf <!DOCTYPE HTML>".to_vec(), Format::Html),
            (b"From: a@example.org\r\nSubject: x\r\n\r\n".to_vec(), Format::Email),
            (b"caf\xe9 notes".to_vec(), Format::Text),
            (b"\x89PNG\r\n\x1a\n....".to_vec(), Format::Image),
            (b"\x01\x02\x03".to_vec(), Format::Unknown),
            (b"PK\x03\x04 cut".to_vec(), Format::Zip),
            (archive(&[("mimetype", "application/vnd.oasis.opendocument.text")]), Format::Odt),
            (archive(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]), Format::Odf),
            (lock, Format::LockFile),
        ] {
            assert_eq!(sniff(&bytes), format);
        }
    }
}
