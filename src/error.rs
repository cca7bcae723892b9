//! What went wrong with one document: where, why, whose fault it is, and how to mend it.

use std::fmt;

/// Whose fault a [`Fault`] is. Decides the advice, never the outcome: any fault refuses the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The file itself is damaged, hostile, or of a kind we do not handle.
    File,
    /// A limit of the policy was reached; the file may be sound.
    Limit,
    /// The call, the policy or the case file asks for something that cannot be.
    Caller,
    /// The machine: reading, writing, permissions.
    Disk,
}

/// Where inside a document something is: a part (OOXML part name, PDF object) and a byte offset in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Part name without leading slash (`word/document.xml`), `object 12 0` in a PDF, empty for the whole file.
    pub part: String,
    /// Offset in bytes from the start of the part after inflation.
    pub byte: Option<u64>,
}

impl Place {
    /// The whole file.
    pub fn whole() -> Self {
        Self::default()
    }
    /// A part by its name.
    pub fn part(name: impl Into<String>) -> Self {
        Self { part: name.into(), byte: None }
    }
    /// A byte of a part.
    pub fn at(name: impl Into<String>, byte: usize) -> Self {
        Self { part: name.into(), byte: Some(byte as u64) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.part.is_empty(), self.byte) {
            (true, None) => f.write_str("file"),
            (true, Some(byte)) => write!(f, "byte {byte}"),
            (false, None) => f.write_str(&crate::model::printable(&self.part)),
            (false, Some(byte)) => write!(f, "{} byte {byte}", crate::model::printable(&self.part)),
        }
    }
}

/// Why one document cannot be read or cleaned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct DocError {
    /// Where it was noticed.
    pub place: Place,
    /// What is wrong.
    pub fault: Fault,
}

impl DocError {
    /// A fault of the whole file.
    pub fn whole(fault: impl Into<Fault>) -> Self {
        Self { place: Place::whole(), fault: fault.into() }
    }
    /// A fault in a part.
    pub fn part(part: impl Into<String>, fault: impl Into<Fault>) -> Self {
        Self { place: Place::part(part), fault: fault.into() }
    }
    /// A fault at a byte of a part.
    pub fn at(part: impl Into<String>, byte: usize, fault: impl Into<Fault>) -> Self {
        Self { place: Place::at(part, byte), fault: fault.into() }
    }
}

/// Declares a family of faults: variant, stable code, [`Blame`], what it says, how to mend it.
///
/// Codes never change meaning once released.
#[macro_export]
macro_rules! faults {
    ($(#[$meta:meta])* $name:ident { $( $variant:ident $( { $($field:ident : $type:ty),* } )? => $code:literal, $blame:ident, $says:literal, $help:literal; )* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[allow(missing_docs, reason = "each variant is described by its message")]
        pub enum $name { $( #[error($says)] $variant $( { $($field : $type),* } )?, )* }
        impl $name {
            /// Stable code for scripts.
            pub fn code(&self) -> &'static str { match self { $( Self::$variant $( { $($field: _),* } )? => $code, )* } }
            /// Whose fault it is.
            pub fn blame(&self) -> $crate::error::Blame { match self { $( Self::$variant $( { $($field: _),* } )? => $crate::error::Blame::$blame, )* } }
            /// How to mend it.
            pub fn help(&self) -> &'static str { match self { $( Self::$variant $( { $($field: _),* } )? => $help, )* } }
            /// Every code of this family, for the documentation and the tests.
            pub const CODES: &'static [&'static str] = &[ $( $code ),* ];
        }
    };
}

/// Every cause for refusing a document. One family for each reader, so that each stays beside its code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file as a whole.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The ZIP container.
    #[error(transparent)]
    Zip(#[from] crate::format::zip::ZipFault),
    /// One XML part.
    #[error(transparent)]
    Xml(#[from] crate::format::xml::XmlFault),
    /// An Office Open XML package.
    #[error(transparent)]
    Ooxml(#[from] crate::format::ooxml::OoxmlFault),
    /// A PDF file.
    #[error(transparent)]
    Pdf(#[from] crate::format::pdf::PdfFault),
    /// A picture inside a document.
    #[error(transparent)]
    Image(#[from] crate::format::image::ImageFault),
}

macro_rules! each_family {
    ($self:ident, $inner:ident => $value:expr) => {
        match $self {
            Fault::File($inner) => $value,
            Fault::Zip($inner) => $value,
            Fault::Xml($inner) => $value,
            Fault::Ooxml($inner) => $value,
            Fault::Pdf($inner) => $value,
            Fault::Image($inner) => $value,
        }
    };
}

impl Fault {
    /// Stable code for scripts and reports.
    pub fn code(&self) -> &'static str {
        each_family!(self, fault => fault.code())
    }
    /// Whose fault it is.
    pub fn blame(&self) -> Blame {
        each_family!(self, fault => fault.blame())
    }
    /// How to mend it, in one sentence for an officer.
    pub fn help(&self) -> &'static str {
        each_family!(self, fault => fault.help())
    }
}

faults! {
    /// Faults of a file before its format is known, or that any format can have.
    FileFault {
        FormatUnsupported { format: String } => "format-unsupported", File, "{format} files cannot be cleaned", "convert it to .docx or PDF and put the copy in the folder, or decide it by hand in the plan";
        Empty => "file-empty", File, "the file holds no bytes", "ask the owner for the real file; an empty file cannot be a draft";
        LockFile => "file-owner-lock", File, "an owner lock file, left by a word processor while somebody had the document open", "close the document; the draft itself is listed beside it";
        Temporary => "file-temporary", File, "a temporary or system file", "decide it by hand in the plan if it holds a draft";
        Hidden => "file-hidden", File, "a hidden file", "decide it by hand in the plan if it holds a draft";
        SymbolicLink => "file-symbolic-link", File, "a symbolic link; links are never followed", "put the file itself in the folder";
        Special => "file-special", File, "not a regular file", "remove it from the copy of the folder that you give to the tool";
        NameNotUnicode => "file-name-not-unicode", File, "the file name is not valid Unicode", "rename it in a copy of the folder; the source itself must not be changed";
        TooLarge { bytes: u64, limit: u64 } => "file-too-large", Limit, "the file has {bytes} bytes, the limit is {limit}", "raise `limits.file_bytes` in the policy if you trust the sender";
        PasswordProtected => "file-password-protected", File, "the document is protected by a password", "ask the owner for a copy without password";
        LegacyOffice { format: String } => "format-legacy-office", File, "a file of Office 97 to 2003 ({format})", "open it in the program that wrote it, save it as .docx or PDF beside the original, and scan again";
        NotWhatItSays { says: String, is: String } => "format-mismatch", File, "the name says {says}, the content is {is}", "find out what the file really is and decide it by hand in the plan";
        Unreadable { why: String } => "file-unreadable", Disk, "the file cannot be read: {why}", "check permissions and the disk";
        Changed => "file-changed", Disk, "the file changed while it was being worked on", "nobody may edit a requested record; run again when the folder is at rest";
        Panicked => "internal-error", File, "the document made the program stop in a place that it never should", "decide it by hand and report the case";
        Budget { what: String, limit: u64 } => "limit-work", Limit, "{what} goes past the limit of {limit}", "raise the limit in the policy if you trust the sender";
    }
}
