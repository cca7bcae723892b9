//! The closed vocabulary of what can be found in a draft.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::printable;

/// How much a finding matters to a reader of the report. An argument, never a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Technical residue: fingerprints, times, names of parts.
    Low,
    /// Identities, paths, properties.
    Medium,
    /// Words that somebody wrote and the reader does not see.
    High,
}

macro_rules! finding_kinds {
    ($( $variant:ident $name:literal $severity:ident $plain:literal; )*) => {
        /// What can hide in a draft: one closed vocabulary for all formats and all commands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingKind { $( #[doc = $plain] $variant, )* }

        impl FindingKind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [FindingKind] = &[ $( FindingKind::$variant ),* ];
            /// Stable name in JSON, policy files and rule ids.
            pub fn as_str(self) -> &'static str { match self { $( Self::$variant => $name ),* } }
            /// What it is, in words for an officer (plural, lower case).
            pub fn plain(self) -> &'static str { match self { $( Self::$variant => $plain ),* } }
            /// How much it matters.
            pub fn severity(self) -> Severity { match self { $( Self::$variant => Severity::$severity ),* } }
            /// The kind of a stable name.
            pub fn from_name(name: &str) -> Option<Self> { match name { $( $name => Some(Self::$variant), )* _ => None } }
        }
    };
}

finding_kinds! {
    Comment "comment" High "comments";
    TrackedInsertion "tracked-insertion" High "tracked insertions";
    TrackedDeletion "tracked-deletion" High "tracked deletions";
    TrackedMove "tracked-move" High "tracked moves";
    TrackedFormat "tracked-format" Medium "tracked formatting changes";
    PrintedMarkup "printed-markup" High "comments and changes printed into the page";
    AuthorName "author-name" Medium "names of authors and reviewers";
    EarlierVersion "earlier-version" High "earlier versions kept inside the file";
    HiddenText "hidden-text" High "hidden text";
    InvisibleText "invisible-text" High "text that is there but cannot be seen (white, tiny, covered, transparent)";
    UnseenScrap "unseen-scrap" Low "a few unseen letters that make no word";
    OffPageContent "off-page-content" High "content placed outside the page";
    HiddenObject "hidden-object" High "hidden shapes, rows and layers";
    UnusedText "unused-text" High "notes, headers and cells that are never shown";
    DocumentProperty "document-property" Medium "document properties";
    CustomProperty "custom-property" Medium "custom properties and labels";
    Thumbnail "thumbnail" Medium "preview pictures of an earlier state";
    SessionId "session-id" Low "editing session identifiers";
    DocumentId "document-id" Low "identifiers that tie copies together";
    TemplatePath "template-path" Medium "paths of templates";
    DocumentVariable "document-variable" Medium "document variables";
    MailMerge "mail-merge" Medium "mail merge sources";
    Protection "protection" Medium "protection passwords and permissions";
    CustomXml "custom-xml" Medium "stored data behind the text";
    ContentControl "content-control" Medium "tags and choices of content controls";
    FormField "form-field" Medium "form field data";
    SmartTag "smart-tag" Medium "smart tags and custom markup";
    FieldCode "field-code" Medium "field instructions";
    LinkTarget "link-target" Medium "targets of links";
    BookmarkName "bookmark-name" Medium "bookmark names";
    AltText "alt-text" Medium "alternative texts and captions";
    ObjectName "object-name" Low "names of pictures and shapes";
    StyleName "style-name" Low "names of styles, lists and themes";
    FontName "font-name" Low "names of fonts that are not widely known";
    UnusedStyle "unused-style" Low "styles, lists and fonts that nothing uses";
    ImageMetadata "image-metadata" Medium "metadata in pictures";
    CroppedPixels "cropped-pixels" High "cropped parts of pictures";
    PictureOriginal "picture-original" High "originals kept behind pictures";
    EmbeddedObject "embedded-object" High "embedded files and objects";
    ChartData "chart-data" High "data behind charts and diagrams";
    ActiveContent "active-content" Medium "macros, scripts, controls and add-ins";
    Signature "signature" Medium "digital signatures";
    EmbeddedFont "embedded-font" Low "embedded fonts";
    LinkedDocument "linked-document" Medium "linked and imported documents";
    BuildingBlock "building-block" High "building blocks";
    PrinterSettings "printer-settings" Medium "printer settings";
    Ink "ink" High "ink";
    XmlComment "xml-comment" Medium "comments in the file's code";
    ForeignMarkup "foreign-markup" Medium "markup that no reader shows";
    UnreachablePart "unreachable-part" High "parts that nothing refers to";
    UnknownPart "unknown-part" High "parts of an unknown kind";
    PartName "part-name" Low "names inside the file";
    ContainerSlack "container-slack" High "bytes between, before and after the parts";
    ContainerTime "container-time" Low "times inside the file";
    StructureText "structure-text" Medium "texts of the structure tree";
    Outline "outline" Medium "outlines, page labels and named destinations";
    FileId "file-id" Low "file identifiers";
    UnusedResource "unused-resource" High "resources that no page uses";
    Encryption "encryption" Low "encryption";
    CoveringShape "covering-shape" High "shapes or pictures that may cover text";
    Unknown "unknown" High "content that is not understood";
}

impl Serialize for FindingKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for FindingKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| serde::de::Error::custom("no such kind of finding"))
    }
}

/// One kind of thing in one part. Never the words themselves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Part or place: `word/comments.xml`, `page 3`, empty for the whole file.
    pub part: String,
    /// How many.
    pub count: u64,
    /// How much it matters.
    pub severity: Severity,
    /// More about it in plain words; never words from the document.
    pub note: String,
}

impl Finding {
    /// A finding with the severity of its kind.
    pub fn new(kind: FindingKind, part: impl Into<String>, count: u64, note: impl Into<String>) -> Self {
        Self { kind, part: part.into(), count, severity: kind.severity(), note: note.into() }
    }
}

/// Where something is, for a sentence: in a part of a package, on a page, or nothing for the whole file.
pub fn place_in_words(part: &str) -> String {
    match part {
        "" => String::new(),
        page if page.starts_with("page ") => format!("on {}", printable(page)),
        part => format!("in {}", printable(part)),
    }
}

/// What the sanitiser took out of one part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Removed {
    /// What it was.
    pub kind: FindingKind,
    /// The part of the source it was in.
    pub part: String,
    /// How many.
    pub count: u64,
}

/// Words that were taken out: for the byte sweep of the copy and for the internal record, nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    /// What they were.
    pub kind: FindingKind,
    /// Where they were.
    pub part: String,
    /// The words.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_round_trip() {
        for kind in FindingKind::ALL {
            assert_eq!(FindingKind::from_name(kind.as_str()), Some(*kind));
        }
    }
}
