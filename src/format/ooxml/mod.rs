//! Office Open XML packages (ECMA-376).

pub mod facts;
pub mod package;
pub mod relationship;

crate::faults! {
    /// Faults of an Office Open XML package.
    OoxmlFault {
        NoContentTypes => "ooxml-no-content-types", File, "the package has no [Content_Types].xml", "ask the owner for a sound copy";
        NoMainPart => "ooxml-no-main-part", File, "no main document part is reachable from the package", "ask the owner for a sound copy";
        NotWordprocessing { is: String } => "ooxml-not-wordprocessing", File, "the main part is not a word-processing document but {is}", "convert it to .docx or PDF and put the copy in the folder";
        DoubledRelationship => "ooxml-doubled-relationship", File, "a relationship has no identifier, or one that another has", "open the document in a word processor and save a copy";
        MissingPart { target: String } => "ooxml-missing-part", File, "a relationship leads to {target}, which is not in the package", "open the document in a word processor and save a copy";
        UnknownContent { what: String } => "ooxml-unknown-content", File, "visible content of a kind that is not understood: {what}", "open the document in a word processor, replace that object by text or a picture, and save a copy";
    }
}
