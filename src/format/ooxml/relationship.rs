//! Relationship types: a closed enum, transitional, strict and Microsoft names alike.

const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
const STRICT: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships/";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships/";

macro_rules! rel_kinds {
    ($( $variant:ident $base:ident $name:literal; )*) => {
        /// What a relationship is for (ECMA-376-1 §9.2, §11.3, §14.2; MS-DOCX; MS-ODRAWXML).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "named by the last segment of the relationship type")]
        pub enum RelKind { $( $variant, )* Unknown }

        impl RelKind {
            /// The kind of a relationship type (URI).
            pub fn of_uri(uri: &str) -> Self {
                let office = uri.strip_prefix(TRANSITIONAL).or_else(|| uri.strip_prefix(STRICT));
                $( if rel_kinds!(@is $base $name, office, uri) { return Self::$variant; } )*
                Self::Unknown
            }
            /// The relationship type to write, strict where the package is strict.
            pub fn uri(self, strict: bool) -> String {
                match self { $( Self::$variant => rel_kinds!(@uri $base $name, strict), )* Self::Unknown => String::new() }
            }
        }
    };
    (@is office $name:literal, $office:ident, $uri:ident) => { $office == Some($name) };
    (@is package $name:literal, $office:ident, $uri:ident) => { $uri.strip_prefix(PACKAGE) == Some($name) };
    (@is whole $name:literal, $office:ident, $uri:ident) => { $uri == $name };
    (@uri office $name:literal, $strict:ident) => { format!("{}{}", if $strict { STRICT } else { TRANSITIONAL }, $name) };
    (@uri package $name:literal, $strict:ident) => { format!("{PACKAGE}{}", $name) };
    (@uri whole $name:literal, $strict:ident) => { $name.to_owned() };
}

rel_kinds! {
    OfficeDocument office "officeDocument";
    Styles office "styles";
    StylesWithEffects whole "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects";
    Numbering office "numbering";
    Settings office "settings";
    WebSettings office "webSettings";
    FontTable office "fontTable";
    Theme office "theme";
    ThemeOverride office "themeOverride";
    Footnotes office "footnotes";
    Endnotes office "endnotes";
    Header office "header";
    Footer office "footer";
    Image office "image";
    Hdphoto whole "http://schemas.microsoft.com/office/2007/relationships/hdphoto";
    Hyperlink office "hyperlink";
    Chart office "chart";
    ChartEx whole "http://schemas.microsoft.com/office/2014/relationships/chartEx";
    ChartUserShapes office "chartUserShapes";
    ChartStyle whole "http://schemas.microsoft.com/office/2011/relationships/chartStyle";
    ChartColorStyle whole "http://schemas.microsoft.com/office/2011/relationships/chartColorStyle";
    DiagramData office "diagramData";
    DiagramLayout office "diagramLayout";
    DiagramQuickStyle office "diagramQuickStyle";
    DiagramColors office "diagramColors";
    DiagramDrawing whole "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing";
    Comments office "comments";
    CommentsExtended whole "http://schemas.microsoft.com/office/2011/relationships/commentsExtended";
    CommentsIds whole "http://schemas.microsoft.com/office/2016/09/relationships/commentsIds";
    CommentsExtensible whole "http://schemas.microsoft.com/office/2018/08/relationships/commentsExtensible";
    People whole "http://schemas.microsoft.com/office/2011/relationships/people";
    DocumentTasks whole "http://schemas.microsoft.com/office/2019/05/relationships/documenttasks";
    GlossaryDocument office "glossaryDocument";
    CustomXml office "customXml";
    CustomXmlProps office "customXmlProps";
    CoreProperties package "metadata/core-properties";
    CorePropertiesOffice office "metadata/core-properties";
    ExtendedProperties office "extended-properties";
    CustomProperties office "custom-properties";
    ExtendedPropertiesStrict office "extendedProperties";
    CustomPropertiesStrict office "customProperties";
    Thumbnail package "metadata/thumbnail";
    OleObject office "oleObject";
    EmbeddedPackage office "package";
    Font office "font";
    AttachedTemplate office "attachedTemplate";
    MailMergeSource office "mailMergeSource";
    MailMergeHeaderSource office "mailMergeHeaderSource";
    MailMergeRecipientData office "mailMergeRecipientData";
    RecipientData office "recipientData";
    ImportedChunk office "aFChunk";
    SubDocument office "subDocument";
    Control office "control";
    ActiveXBinary whole "http://schemas.microsoft.com/office/2006/relationships/activeXControlBinary";
    VbaProject whole "http://schemas.microsoft.com/office/2006/relationships/vbaProject";
    WordVbaData whole "http://schemas.microsoft.com/office/2006/relationships/wordVbaData";
    KeyMapCustomizations whole "http://schemas.microsoft.com/office/2006/relationships/keyMapCustomizations";
    AttachedToolbars whole "http://schemas.microsoft.com/office/2006/relationships/attachedToolbars";
    UiExtensibility whole "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility";
    UiExtensibility2007 whole "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility";
    WebExtensionTaskpanes whole "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes";
    WebExtension whole "http://schemas.microsoft.com/office/2011/relationships/webextension";
    PrinterSettings office "printerSettings";
    Video office "video";
    Audio office "audio";
    Media whole "http://schemas.microsoft.com/office/2007/relationships/media";
    Ink whole "http://schemas.microsoft.com/office/2006/relationships/ink";
    SignatureOrigin package "digital-signature/origin";
    Signature package "digital-signature/signature";
    SignatureCertificate package "digital-signature/certificate";
    Frame office "frame";
    Transform office "transform";
    ClassificationLabels whole "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_and_transitional_types_are_one_kind() {
        assert_eq!(RelKind::of_uri(&RelKind::Styles.uri(true)), RelKind::Styles);
        assert_eq!(RelKind::of_uri(&RelKind::Styles.uri(false)), RelKind::Styles);
        assert_eq!(RelKind::of_uri("urn:example:note"), RelKind::Unknown);
    }
}
