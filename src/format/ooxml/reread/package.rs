//! Whether every relationship leads to a part, and every part is led to and has a content type.

use std::collections::BTreeSet;

use super::Reading;
use crate::model::FindingKind;

impl Reading<'_> {
    pub(super) fn relationships(&mut self, names: &[String]) {
        let links = std::mem::take(&mut self.links);
        let mut reached: BTreeSet<String> = BTreeSet::new();
        for (rels, target) in links {
            let folder = rels.rsplit_once("_rels/").map_or("", |(folder, _)| folder);
            let resolved = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("{folder}{target}"),
            };
            if names.contains(&resolved) {
                reached.insert(resolved);
            } else {
                self.found(FindingKind::UnknownPart, &rels, "a relationship to a part that is not there");
            }
        }
        for name in names {
            if name != "[Content_Types].xml" && !name.ends_with(".rels") && !reached.contains(name) {
                self.found(FindingKind::UnreachablePart, name, "a part that nothing leads to");
            }
        }
        let references = std::mem::take(&mut self.references);
        let defined: BTreeSet<&String> = references.iter().map(|(defined, _)| defined).filter(|defined| !defined.is_empty()).collect();
        let mut dangling = Vec::new();
        for (_, used) in references.iter().filter(|(_, used)| !used.is_empty()) {
            if !defined.contains(used) {
                dangling.push(used.split('#').next().unwrap_or_default().to_owned());
            }
        }
        for part in dangling {
            self.found(FindingKind::UnknownPart, &part, "a reference to a relationship that is not there");
        }
    }

    /// Whether the extended properties are those that tell how to draw charts, and those alone.
    pub(super) fn says_word_2007(&self) -> bool {
        const ALLOWED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Application>Microsoft Office Word</Application><AppVersion>12.0000</AppVersion></Properties>";
        self.bytes("docProps/app.xml").is_some_and(|bytes| *bytes == *ALLOWED.as_bytes())
    }

    pub(super) fn content_types(&mut self, names: &[String]) {
        let Some(types) = self.bytes("[Content_Types].xml").map(<[u8]>::to_vec) else {
            self.found(FindingKind::UnknownPart, "", "no content types");
            return;
        };
        let text = String::from_utf8_lossy(&types).into_owned();
        for word in [
            "comments",
            "people",
            "vbaProject",
            "oleObject",
            "customXmlProperties",
            "core-properties",
            "extended-properties",
            "custom-properties",
            "glossary",
            "webextension",
            "activeX",
        ] {
            if text.contains(word) && !(word == "extended-properties" && self.says_word_2007()) {
                self.found(FindingKind::UnknownPart, "[Content_Types].xml", "a content type that no copy may hold");
            }
        }
        for name in names {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            let typed = text.contains(&format!("PartName=\"/{name}\"")) || text.contains(&format!("Extension=\"{extension}\""));
            if !typed && name != "[Content_Types].xml" {
                self.found(FindingKind::UnknownPart, name, "a part without a content type");
            }
        }
        for name in text.split("PartName=\"/").skip(1).filter_map(|rest| rest.split('"').next()) {
            if !names.iter().any(|known| known == name) {
                self.found(FindingKind::UnknownPart, "[Content_Types].xml", "a content type of a part that is not there");
            }
        }
        if !names.iter().any(|name| name == "word/document.xml") {
            self.found(FindingKind::UnknownPart, "", "no main part");
        }
    }
}

/// Whether a part is named as in every copy: by what it is, and a number.
pub(super) fn is_name_of_every_copy(name: &str) -> bool {
    const STEMS: [&str; 11] = [
        "word/media/image",
        "word/header",
        "word/footer",
        "word/charts/chart",
        "word/drawings/drawing",
        "word/diagrams/data",
        "word/diagrams/layout",
        "word/diagrams/quickStyle",
        "word/diagrams/colors",
        "word/diagrams/drawing",
        "word/theme/theme",
    ];
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    matches!(extension, "xml" | "png" | "jpg" | "jpeg" | "gif" | "emf" | "wmf" | "svg")
        && STEMS.contains(&stem.trim_end_matches(|last: char| last.is_ascii_digit()))
}

pub(super) fn rels_name(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    format!("{folder}/_rels/{file}.rels")
}
