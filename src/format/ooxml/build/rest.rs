//! The account of parts that do not go along.

use std::collections::BTreeMap;

use super::Builder;
use crate::DocError;
use crate::format::ooxml::package::Target;
use crate::format::ooxml::relationship::RelKind;
use crate::model::FindingKind;

impl Builder<'_, '_> {
    /// Counts what does not go along, by what led to it.
    pub(super) fn account_for_the_rest(&mut self) -> Result<(), DocError> {
        let package = self.package;
        let mut kinds: BTreeMap<usize, RelKind> = BTreeMap::new();
        for rel in package.root_rels.iter().chain(package.rels.values().flatten()) {
            if let Target::Part(part) = rel.target {
                kinds.entry(part).or_insert(rel.kind);
            }
        }
        for (index, part) in package.parts.iter().enumerate() {
            if self.used_parts.contains(&index) || self.written.contains_key(&index) {
                continue;
            }
            let kind = kinds.get(&index).map_or(FindingKind::UnreachablePart, |kind| kind_of_part(*kind));
            // Comments are counted one by one.
            if kind != FindingKind::Comment {
                self.report.removed(kind, &part.name, 1);
            }
            if !matches!(kind, FindingKind::DocumentProperty | FindingKind::CustomProperty) {
                continue;
            }
            if let Ok(tape) = crate::format::xml::Tape::read(&part.name, &part.bytes(self.limits)?, self.limits) {
                for node in 0..tape.nodes.len() {
                    let text = tape.characters(node);
                    if !matches!(&*text, "Microsoft Office Word" | "12.0000") {
                        self.report.words(kind, &part.name, &text);
                    }
                }
            }
        }
        for rel in package.root_rels.iter().chain(package.rels.values().flatten()) {
            if rel.kind == RelKind::AttachedTemplate
                && let Target::External(target) = &rel.target
            {
                self.report.words(FindingKind::TemplatePath, "", target);
            }
        }
        self.report.removed(
            FindingKind::ContainerSlack,
            "",
            u64::from(package.slack.bytes > 0) + package.slack.records + package.tails + package.ghosts,
        );
        self.report.removed(FindingKind::ContainerTime, "", package.slack.times);
        Ok(())
    }
}

fn kind_of_part(kind: RelKind) -> FindingKind {
    match kind {
        RelKind::Comments => FindingKind::Comment,
        RelKind::CommentsExtended | RelKind::CommentsIds | RelKind::CommentsExtensible => FindingKind::DocumentId,
        // Who was given what to do.
        RelKind::People | RelKind::DocumentTasks => FindingKind::AuthorName,
        RelKind::CoreProperties | RelKind::CorePropertiesOffice | RelKind::ExtendedProperties | RelKind::ExtendedPropertiesStrict => {
            FindingKind::DocumentProperty
        }
        RelKind::CustomProperties | RelKind::CustomPropertiesStrict | RelKind::ClassificationLabels => FindingKind::CustomProperty,
        RelKind::Thumbnail => FindingKind::Thumbnail,
        RelKind::CustomXml | RelKind::CustomXmlProps => FindingKind::CustomXml,
        RelKind::GlossaryDocument => FindingKind::BuildingBlock,
        RelKind::OleObject | RelKind::EmbeddedPackage | RelKind::Video | RelKind::Audio | RelKind::Media => FindingKind::EmbeddedObject,
        RelKind::Font => FindingKind::EmbeddedFont,
        RelKind::AttachedTemplate => FindingKind::TemplatePath,
        RelKind::MailMergeSource | RelKind::MailMergeHeaderSource | RelKind::MailMergeRecipientData | RelKind::RecipientData => {
            FindingKind::MailMerge
        }
        // One that the text still imports is held by the text.
        RelKind::ImportedChunk | RelKind::SubDocument | RelKind::Frame => FindingKind::UnreachablePart,
        RelKind::Control
        | RelKind::ActiveXBinary
        | RelKind::VbaProject
        | RelKind::WordVbaData
        | RelKind::KeyMapCustomizations
        | RelKind::AttachedToolbars
        | RelKind::UiExtensibility
        | RelKind::UiExtensibility2007
        | RelKind::WebExtensionTaskpanes
        | RelKind::WebExtension => FindingKind::ActiveContent,
        RelKind::PrinterSettings => FindingKind::PrinterSettings,
        RelKind::Ink => FindingKind::Ink,
        RelKind::SignatureOrigin | RelKind::Signature | RelKind::SignatureCertificate => FindingKind::Signature,
        RelKind::Image => FindingKind::UnreachablePart,
        RelKind::Hdphoto => FindingKind::PictureOriginal,
        RelKind::ChartStyle | RelKind::ChartColorStyle | RelKind::ChartEx | RelKind::DiagramDrawing | RelKind::ThemeOverride => {
            FindingKind::ChartData
        }
        RelKind::Header | RelKind::Footer | RelKind::Footnotes | RelKind::Endnotes => FindingKind::UnusedText,
        RelKind::OfficeDocument
        | RelKind::Styles
        | RelKind::StylesWithEffects
        | RelKind::Numbering
        | RelKind::Settings
        | RelKind::WebSettings
        | RelKind::FontTable
        | RelKind::Theme
        | RelKind::Hyperlink
        | RelKind::Chart
        | RelKind::ChartUserShapes
        | RelKind::DiagramData
        | RelKind::DiagramLayout
        | RelKind::DiagramQuickStyle
        | RelKind::DiagramColors
        | RelKind::Transform => FindingKind::UnreachablePart,
        RelKind::Unknown => FindingKind::UnknownPart,
    }
}
