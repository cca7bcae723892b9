//! Formats: a closed enum and a narrow trait.

pub mod image;
pub mod moment;
pub mod odf;
pub mod ooxml;
pub mod pdf;
pub mod sniff;
pub mod xml;
pub mod zip;

use crate::error::DocError;
use crate::limits::Limits;
use crate::model::{Cleaned, Inspection, Reread};
use crate::policy::Orders;
pub use sniff::{Format, sniff};

/// One document format. Everything here is a pure function of its arguments.
pub trait Backend: Sync {
    /// What the document holds.
    fn inspect(&self, bytes: &[u8], limits: &Limits) -> Result<Inspection, DocError>;
    /// A copy with the orders carried out.
    fn sanitise(&self, bytes: &[u8], orders: &Orders, limits: &Limits) -> Result<Cleaned, DocError>;
    /// [`Self::inspect`], and [`Self::sanitise`] where `admit` agrees to what was found, for a backend that can share work between the two.
    fn inspect_and_sanitise(
        &self,
        bytes: &[u8],
        orders: &Orders,
        limits: &Limits,
        admit: &mut dyn FnMut(&Inspection) -> bool,
    ) -> Result<Option<Cleaned>, DocError> {
        if admit(&self.inspect(bytes, limits)?) { self.sanitise(bytes, orders, limits).map(Some) } else { Ok(None) }
    }
    /// A second look at a copy, by code that does not share the sanitiser's path.
    fn reread(&self, bytes: &[u8], orders: &Orders, limits: &Limits) -> Result<Reread, DocError>;
}

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
