//! What may stand in the attributes of diagrams: names that Office comes with, and identifiers (ECMA-376-1 §21.4).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::format::xml::Sym;
use crate::format::xml::vocabulary::is_plain;

/// Categories of the layouts, styles and colours that Office comes with (ECMA-376-1 §21.4.7.32).
pub const CATEGORIES: &[&str] = &[
    "list",
    "process",
    "cycle",
    "hierarchy",
    "relationship",
    "matrix",
    "pyramid",
    "picture",
    "convert",
    "other",
    "officeonline",
    "simple",
    "3D",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "colorful",
    "mainScheme",
];

/// A style label of a diagram (ECMA-376-1 §21.4.5.10): one of the stems that Office uses, and a digit.
pub fn is_style_label(value: &str) -> bool {
    const STEMS: &[&str] = &[
        "node",
        "lnNode",
        "vennNode",
        "alignNode",
        "fgImgPlace",
        "alignImgPlace",
        "bgImgPlace",
        "sibTrans2D",
        "fgSibTrans2D",
        "bgSibTrans2D",
        "sibTrans1D",
        "callout",
        "asst",
        "parChTrans2D",
        "parChTrans1D",
        "fgAcc",
        "conFgAcc",
        "alignAcc",
        "trAlignAcc",
        "bgAcc",
        "solidFgAcc",
        "solidAlignAcc",
        "solidBgAcc",
        "fgAccFollowNode",
        "alignAccFollowNode",
        "bgAccFollowNode",
        "bgShp",
        "dkBgShp",
        "trBgShp",
        "fgShp",
        "revTx",
        "imgPlace",
        "",
    ];
    STEMS.contains(&value.trim_end_matches(|character: char| character.is_ascii_digit())) && value.len() <= 20
}

/// Where the definition of a layout names its nodes and where these names are used (ECMA-376-1 §21.4.2, §21.4.3.6).
pub fn is_layout_name(element: Sym, name: Sym) -> bool {
    match name.name() {
        "name" => matches!(element.name(), "layoutNode" | "forEach" | "choose" | "if" | "else"),
        "ref" => element.name() == "forEach",
        "moveWith" => element.name() == "layoutNode",
        "forName" | "refForName" => matches!(element.name(), "constr" | "rule"),
        "presName" => element.name() == "prSet",
        _ => false,
    }
}

/// Identifiers of the points of a diagram, where they are no numbers (ECMA-376-1 §21.4.7.44).
pub fn is_guid(value: &str) -> bool {
    value.len() <= 38 && value.contains('-') && value.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'{' | b'}' | b'-'))
}

/// A layout, style or set of colours that Office comes with: `urn:microsoft.com/office/officeart/2005/8/layout/process1#2`.
pub fn is_office_urn(value: &str) -> bool {
    const SCHEMAS: &[&str] = &["diagram", "main", "chart", "picture", "lockedCanvas"];
    if let Some(schema) = value.strip_prefix("http://schemas.openxmlformats.org/drawingml/2006/") {
        return SCHEMAS.contains(&schema);
    }
    let Some(path) = value.strip_prefix("urn:microsoft.com/office/officeart/") else { return is_plain(value) };
    let mut steps = path.rsplit('/');
    let (last, kind) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
    let digits = |text: &str| text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (name, copy) = last.split_once('#').unwrap_or((last, ""));
    let (stem, number) = name.split_at(name.find(|letter: char| letter.is_ascii_digit()).unwrap_or(name.len()));
    // Styles are called by a number first: `3d1` to `3d9`.
    let is_known = OFFICE_ART.contains(stem) && number.len() <= 3 && number.split('_').all(digits)
        || name.strip_prefix("3d").is_some_and(|number| number.len() == 1 && digits(number));
    matches!(kind, "layout" | "quickstyle" | "colors") && steps.clone().count() <= 2 && steps.all(digits) && digits(copy) && is_known
}

/// Names of layouts, styles and colours of diagrams that Office comes with, without their numbers.
static OFFICE_ART: LazyLock<BTreeSet<&str>> = LazyLock::new(|| include_str!("office_art.txt").lines().collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagram_that_office_does_not_come_with_has_no_name() {
        for known in ["layout/process1", "layout/hierarchy3#2", "colors/accent1_2", "quickstyle/3d1", "layout/PictureGrid"] {
            assert!(is_office_urn(&format!("urn:microsoft.com/office/officeart/2005/8/{known}")), "{known}");
        }
        assert!(is_office_urn("http://schemas.openxmlformats.org/drawingml/2006/diagram"));
        for told in ["2005/8/layout/canary", "canary/8/layout/process1", "2005/8/canary/process1", "2005/8/layout/process1#canary"] {
            assert!(!is_office_urn(&format!("urn:microsoft.com/office/officeart/{told}")), "{told}");
        }
    }
}
