//! Formats: a closed enum and a narrow trait.

mod again;
pub mod content;
mod fonts;
pub mod image;
mod list;
pub mod moment;
pub mod odf;
pub mod ooxml;
pub mod pdf;
pub mod sniff;
pub mod xml;
pub mod zip;

use crate::error::DocError;
use crate::limits::Limits;
use crate::model::{Cleaned, Inspection, Reread, Wanted};
use crate::policy::Orders;
pub use content::{Content, PIECE_BYTES, Spool};
pub use sniff::{Format, sniff};

/// One document format. What comes out follows from the arguments alone; large copies wait in the spool.
pub trait Backend: Sync {
    /// What the document holds: what is wanted of it, or more.
    fn inspect(&self, source: &Content<'_>, wanted: Wanted, limits: &Limits) -> Result<Inspection, DocError>;
    /// A copy with the orders carried out.
    fn sanitise(&self, source: &Content<'_>, orders: &Orders, limits: &Limits, spool: &Spool) -> Result<Cleaned, DocError>;
    /// The findings that `inspect` tells, and what `sanitise` makes under the orders that `choose` gives on the word of the inspection: for backends
    /// that need not read the document twice for it.
    fn process(&self, source: &Content<'_>, limits: &Limits, spool: &Spool, choose: Choose<'_>) -> Processed {
        let inspection = self.inspect(source, Wanted::Findings, limits)?;
        let orders = choose(&inspection);
        Ok((inspection, orders.map(|orders| self.sanitise(source, &orders, limits, spool))))
    }
    /// A second look at a copy, by code that does not share the sanitiser's path.
    fn reread<'c>(&self, copy: &'c Content<'_>, orders: &Orders, limits: &'c Limits) -> Result<Reread<'c>, DocError>;
}

/// Gives orders on the word of an inspection; `None`: no copy is wanted.
pub type Choose<'c> = &'c mut dyn FnMut(&Inspection) -> Option<Orders>;

/// An inspection, and the copy if one was asked for.
pub type Processed = Result<(Inspection, Option<Result<Cleaned, DocError>>), DocError>;

/// Who reads a format. `None`: the file is listed and refused.
pub fn backend(format: Format) -> Option<&'static dyn Backend> {
    match format {
        Format::Odt => Some(&odf::Odt),
        Format::Pdf => Some(&pdf::Pdf),
        Format::Docx | Format::Docm | Format::Dotx | Format::Dotm => Some(&ooxml::Word),
        Format::Xlsx
        | Format::Pptx
        | Format::Odf
        | Format::Zip
        | Format::EncryptedOffice
        | Format::Doc
        | Format::Ole
        | Format::Rtf
        | Format::Html
        | Format::Email
        | Format::Text
        | Format::Image
        | Format::LockFile
        | Format::Empty
        | Format::Unknown => None,
    }
}
