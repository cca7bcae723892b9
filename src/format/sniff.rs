//! Content -> format. Never the file name.

use serde::{Serialize, Serializer};

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
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
