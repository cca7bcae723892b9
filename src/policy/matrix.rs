//! The release policy on one screen: kind of finding -> what happens to it in a released copy.

use serde::{Deserialize, Serialize};

use crate::model::FindingKind as K;

/// What happens to a kind of finding in a released copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is taken out (or made neutral where the text depends on it).
    Remove,
    /// It stays.
    Keep,
    /// The draft goes to `review`.
    Hold,
}

/// The ruling for one kind: the default, and what a policy file may say instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling {
    /// In force when the policy says nothing.
    pub default: Action,
    /// Everything that a policy may say, the default included.
    pub allowed: &'static [Action],
}

/// One row per kind and no `_` row: a new kind does not compile until somebody rules on it.
///
/// Tracked insertions, deletions, moves and formatting follow [`super::TrackedChanges`]; their rows say what a marked-up
/// copy needs before that question is answered.
pub fn ruling(kind: K) -> Ruling {
    const REMOVE: Ruling = Ruling { default: Action::Remove, allowed: &[Action::Remove, Action::Hold] };
    const REMOVE_OR_KEEP: Ruling = Ruling { default: Action::Remove, allowed: &[Action::Remove, Action::Hold, Action::Keep] };
    const HOLD: Ruling = Ruling { default: Action::Hold, allowed: &[Action::Hold] };
    const HOLD_OR_REMOVE: Ruling = Ruling { default: Action::Hold, allowed: &[Action::Hold, Action::Remove] };
    const KEEP_OR_REMOVE: Ruling = Ruling { default: Action::Keep, allowed: &[Action::Keep, Action::Remove, Action::Hold] };
    const HOLD_OR_KEEP: Ruling = Ruling { default: Action::Hold, allowed: &[Action::Hold, Action::Keep] };
    match kind {
        // Words that the reader does not see.
        K::Comment | K::AuthorName | K::EarlierVersion | K::HiddenText | K::HiddenObject | K::UnusedText | K::BuildingBlock | K::Ink => {
            REMOVE
        }
        K::TrackedInsertion | K::TrackedDeletion | K::TrackedMove | K::TrackedFormat => REMOVE,
        K::PrintedMarkup => HOLD,
        K::InvisibleText | K::OffPageContent => HOLD_OR_REMOVE,
        K::CoveringShape => HOLD_OR_KEEP,
        // Clipped ends of lines, leader dots, stamps of programs: listed, and nobody is asked.
        K::UnseenScrap => KEEP_OR_REMOVE,
        // Identities, paths, stored data.
        K::DocumentProperty | K::CustomProperty | K::Thumbnail | K::TemplatePath | K::DocumentVariable | K::MailMerge | K::Protection => {
            REMOVE
        }
        K::CustomXml | K::ContentControl | K::FormField | K::SmartTag | K::FieldCode | K::LinkTarget => REMOVE,
        K::ImageMetadata | K::CroppedPixels | K::PictureOriginal | K::EmbeddedObject | K::ChartData | K::ActiveContent | K::Signature => {
            REMOVE
        }
        K::PrinterSettings | K::EmbeddedFont => REMOVE,
        // Texts that serve some readers: out unless the officer has read them.
        K::AltText | K::BookmarkName | K::StyleName | K::Outline => REMOVE_OR_KEEP,
        // Whoever has the font sees the text in another one.
        K::FontName => REMOVE_OR_KEEP,
        // A copy has no structure tree that texts could be kept in.
        K::StructureText => REMOVE,
        // Fingerprints and the file itself.
        K::SessionId | K::DocumentId | K::ObjectName | K::UnusedStyle | K::XmlComment | K::ForeignMarkup | K::UnreachablePart => REMOVE,
        K::PartName | K::ContainerSlack | K::ContainerTime | K::FileId | K::UnusedResource | K::Encryption => REMOVE,
        K::UnknownPart => REMOVE,
        // Visible content that we cannot show to be clean.
        K::LinkedDocument | K::Unknown => HOLD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ruling_is_documented_and_allows_its_default_and_nothing_that_hides_words_may_be_kept() {
        for kind in K::ALL {
            let ruling = ruling(*kind);
            assert!(ruling.allowed.contains(&ruling.default), "{}", kind.as_str());
        }
        for kind in K::ALL {
            let words = |actions: &[Action]| {
                let words: Vec<String> = actions.iter().map(|action| format!("{action:?}").to_lowercase()).collect();
                if words.is_empty() { "-".to_owned() } else { words.join(", ") }
            };
            let Ruling { default, allowed } = ruling(*kind);
            let others: Vec<Action> = allowed.iter().copied().filter(|action| *action != default).collect();
            let row = format!("| `{}` | {} | {} | {} |", kind.as_str(), kind.plain(), words(&[default]), words(&others));
            assert!(include_str!("../../docs/policy.md").lines().any(|line| line == row), "docs/policy.md lacks {row}");
        }
        for kind in [K::Comment, K::HiddenText, K::EarlierVersion, K::AuthorName, K::Unknown] {
            assert!(!ruling(kind).allowed.contains(&Action::Keep));
        }
    }
}
