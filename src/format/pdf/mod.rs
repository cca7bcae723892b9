//! Portable Document Format (ISO 32000-2).

crate::faults! {
    /// Faults of a PDF file.
    PdfFault {
        NoPages => "pdf-no-pages", File, "the file has no pages", "ask the owner for a sound copy";
    }
}
