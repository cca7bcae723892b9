//! Attributes: what the standard gives the element, with a value of a closed kind, stays. Free text stays only where a
//! rule below says so; everything else goes.

use super::diagram::{CATEGORIES, is_guid, is_layout_name, is_office_urn, is_style_label};
use super::names::{COUNTED_UP, NameOf, Names};
use crate::format::xml::vocabulary::{ElementRule, is_plain};
use crate::format::xml::{Ns, Sym, sym};

/// What happens to an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttrRule {
    /// It stays as it is.
    Keep,
    /// It goes.
    Drop,
    /// A reference to a style, by its identifier.
    StyleId,
    /// The name of a style.
    StyleName,
    /// The name of a font.
    Font,
    /// The identifier of a relationship.
    Relationship,
    /// The identifier of a VML shape, or a reference to one with `#`.
    Shape,
    /// A list of CSS properties (VML).
    Css,
    /// A name in the layout of a diagram, by which the layout and the points of the diagram find each other.
    LayoutName,
    /// Names, formulas and coordinates of the guides of a shape.
    Geometry,
    /// An identifier that was drawn at random, by which elements of the document find each other.
    Number,
    /// The same of the points of a diagram.
    Point,
}

/// Attributes that carry what only the writer's application needs: sessions, identities, times.
pub fn is_fingerprint(ns: Ns, name: Sym) -> bool {
    match ns {
        Ns::W => matches!(
            name,
            sym::RSID_R
                | sym::RSID_RPR
                | sym::RSID_RDEFAULT
                | sym::RSID_P
                | sym::RSID_DEL
                | sym::RSID_SECT
                | sym::RSID_TR
                | sym::DATE
                | sym::INITIALS
        ),
        Ns::W14 | Ns::Wp14 => matches!(name, sym::PARA_ID | sym::TEXT_ID | sym::ANCHOR_ID | sym::EDIT_ID),
        _ => false,
    }
}

/// Whether an attribute is an editing session or paragraph identifier (for the count by kind).
pub fn is_session_id(ns: Ns, name: Sym) -> bool {
    is_fingerprint(ns, name) && !matches!(name, sym::DATE | sym::INITIALS)
}

/// Rules on one attribute of an element that the standard has.
pub fn rule(element_ns: Ns, element: Sym, rule: &ElementRule, ns: Ns, name: Sym, value: &str) -> AttrRule {
    if is_fingerprint(ns, name) {
        return AttrRule::Drop;
    }
    if ns == Ns::R || ns == Ns::O && name == sym::RELID {
        return AttrRule::Relationship;
    }
    if ns == Ns::Xml {
        return if name == sym::SPACE && matches!(value, "preserve" | "default") { AttrRule::Keep } else { AttrRule::Drop };
    }
    let Some(kinds) = rule.attribute(ns, name) else {
        // Strict documents and older writers leave the prefix out where it is implied.
        return AttrRule::Drop;
    };
    if !matches!(element_ns, Ns::V | Ns::Dgm) && is_identifier(element, name) && is_random(value) {
        return AttrRule::Number;
    }
    if kinds.accepts(value) && !(kinds.is_free() && element_ns == Ns::W && name == sym::NAME) {
        return AttrRule::Keep;
    }
    if !kinds.is_free() {
        return AttrRule::Drop;
    }
    free_text(element_ns, element, ns, name, value)
}

/// Attributes that hold nothing but the number of a thing of the document. Drawn at random, such a number names the thing in every draft.
fn is_identifier(element: Sym, name: Sym) -> bool {
    match name {
        sym::ID | sym::NUM_ID | sym::ABSTRACT_NUM_ID | sym::NUM_PIC_BULLET_ID => true,
        sym::VAL => {
            matches!(element, sym::NUM_ID | sym::ABSTRACT_NUM_ID | sym::LVL_PIC_BULLET_ID) || matches!(element.name(), "axId" | "crossAx")
        }
        _ => name.name() == "regroupid",
    }
}

/// Whether an identifier is a whole number larger than any that is counted up.
pub fn is_random(value: &str) -> bool {
    value.trim().parse::<i128>().is_ok_and(|number| number.unsigned_abs() > COUNTED_UP as u128)
}

fn keep_if(condition: bool) -> AttrRule {
    if condition { AttrRule::Keep } else { AttrRule::Drop }
}

fn free_text(element_ns: Ns, element: Sym, ns: Ns, name: Sym, value: &str) -> AttrRule {
    match element_ns {
        Ns::W => wordprocessing(element, name, value),
        Ns::W14 | Ns::W16Se if name == sym::FONT => AttrRule::Font,
        Ns::W14 | Ns::W16Se => AttrRule::Drop,
        Ns::M if element == sym::MATH_FONT => AttrRule::Font,
        Ns::M => keep_if(value.chars().count() <= 2),
        Ns::V | Ns::O | Ns::W10 => vml(element, ns, name, value),
        Ns::C | Ns::C14 | Ns::C15 | Ns::C16 => match name {
            sym::FORMAT_CODE => keep_if(is_number_format(value)),
            sym::VAL if element == sym::LANG => keep_if(is_language(value)),
            _ => keep_if(is_plain(value)),
        },
        _ => drawing(element_ns, element, name, value),
    }
}

fn wordprocessing(element: Sym, name: Sym, value: &str) -> AttrRule {
    match (element, name) {
        (
            sym::P_STYLE
            | sym::R_STYLE
            | sym::TBL_STYLE
            | sym::BASED_ON
            | sym::NEXT
            | sym::LINK
            | sym::STYLE_LINK
            | sym::NUM_STYLE_LINK
            | sym::CLICK_AND_TYPE_STYLE
            | sym::DEFAULT_TABLE_STYLE,
            sym::VAL,
        )
        | (sym::STYLE, sym::STYLE_ID) => AttrRule::StyleId,
        (sym::NAME, sym::VAL) => AttrRule::StyleName,
        (sym::R_FONTS | sym::SYM, _) | (sym::FONT, sym::NAME) => AttrRule::Font,
        (sym::LANG | sym::THEME_FONT_LANG, _) | (sym::LID, sym::VAL) => keep_if(is_language(value)),
        (sym::LVL_TEXT, sym::VAL) => AttrRule::Keep,
        // Characters that no line starts or ends with (ECMA-376-1 §17.15.1.58).
        _ if matches!(element.name(), "noLineBreaksAfter" | "noLineBreaksBefore") => {
            keep_if(if name == sym::LANG { is_language(value) } else { is_punctuation(value) })
        }
        (sym::DECIMAL_SYMBOL | sym::LIST_SEPARATOR, sym::VAL) => keep_if(value.chars().count() <= 2),
        (sym::COMPAT_SETTING, sym::URI) => keep_if(value == "http://schemas.microsoft.com/office/word"),
        (sym::COMPAT_SETTING, _) => keep_if(is_plain(value) || COMPATIBILITY.contains(&value)),
        (sym::DATE_FORMAT, sym::VAL) => {
            keep_if(value.len() <= 40 && value.chars().all(|character| "dDmMyYhHsSaApP/:.,- '年月日".contains(character)))
        }
        (sym::NUM_FMT, sym::FORMAT) => {
            keep_if(value.len() <= 40 && value.chars().all(|character| character.is_ascii_digit() || " ,.;-".contains(character)))
        }
        (sym::CNF_STYLE, sym::VAL) => keep_if(value.bytes().all(|byte| matches!(byte, b'0' | b'1'))),
        (_, sym::NAME | sym::ANCHOR | sym::INSTR | sym::TOOLTIP | sym::DOC_LOCATION | sym::TGT_FRAME | sym::AUTHOR) => AttrRule::Drop,
        _ => keep_if(is_plain(value)),
    }
}

/// Names of compatibility settings (MS-DOCX §2.15.4).
const COMPATIBILITY: &[&str] = &[
    "compatibilityMode",
    "overrideTableStyleFontSizeAndJustification",
    "enableOpenTypeFeatures",
    "doNotFlipMirrorIndents",
    "differentiateMultirowTableHeaders",
    "useWord2013TrackBottomHyphenation",
    "allowHyphenationAtTrackBottom",
    "allowTextAfterFloatingTableBreak",
];

fn drawing(element_ns: Ns, element: Sym, name: Sym, value: &str) -> AttrRule {
    match (element, name) {
        (_, sym::TYPEFACE) => AttrRule::Font,
        (_, sym::LANG) => keep_if(is_language(value)),
        _ if name.name() == "altLang" => keep_if(is_language(value)),
        _ if (element.name(), name.name()) == ("font", "script") => keep_if(SCRIPTS.contains(&value)),
        _ if element_ns == Ns::A && is_of_geometry(element) => AttrRule::Geometry,
        (sym::GRAPHIC_DATA, sym::URI) => keep_if(Ns::of_uri(value.as_bytes()) != Ns::Unknown),
        (_, sym::CHAR) => keep_if(value.chars().count() <= 2),
        _ if element.name() == "styleLbl" && name == sym::NAME || matches!(name.name(), "styleLbl" | "presStyleLbl") => {
            keep_if(is_style_label(value))
        }
        _ if element.name() == "cat" && name == sym::TYPE || matches!(name.name(), "loCatId" | "qsCatId" | "csCatId") => {
            keep_if(is_office_urn(value) || CATEGORIES.contains(&value))
        }
        _ if is_layout_name(element, name) => AttrRule::LayoutName,
        (_, sym::NAME | sym::DESCR | sym::TITLE | sym::TOOLTIP | sym::ACTION | sym::TGT_FRAME | sym::INVALID_URL) => AttrRule::Drop,
        _ if matches!(name.name(), "modelId" | "srcId" | "destId" | "parTransId" | "sibTransId" | "presAssocID" | "cxnId" | "id") => {
            if is_guid(value) {
                AttrRule::Point
            } else {
                keep_if(is_plain(value))
            }
        }
        // What a layout is called decides nothing, as long as the points find it.
        _ if matches!(name.name(), "loTypeId" | "qsTypeId" | "csTypeId" | "uniqueId" | "defStyle" | "minVer" | "presId") => {
            if is_office_urn(value) { AttrRule::Keep } else { AttrRule::LayoutName }
        }
        // What stands in a box until somebody writes into it.
        _ if name.name() == "phldrT" => AttrRule::Drop,
        _ => keep_if(is_plain(value)),
    }
}

/// Elements of a shape whose attributes are guides, or computed from them (ECMA-376-1 §20.1.9).
fn is_of_geometry(element: Sym) -> bool {
    matches!(element.name(), "gd" | "pt" | "pos" | "rect" | "ahXY" | "ahPolar" | "arcTo" | "cxn")
}

fn vml(element: Sym, ns: Ns, name: Sym, value: &str) -> AttrRule {
    if ns == Ns::O {
        // A title can be any word that a colour has, too.
        let is_told = matches!(name, sym::SPID | sym::TITLE | sym::HREF) && !value.is_empty();
        return keep_if((is_plain(value) || is_colour(value)) && !is_told && name != sym::GFXDATA);
    }
    match name {
        sym::ID => AttrRule::Shape,
        sym::TYPE => keep_or_shape(value),
        sym::STYLE => AttrRule::Css,
        sym::STRING if element == sym::TEXTPATH => AttrRule::Keep,
        sym::HREF | sym::TITLE | sym::ALT | sym::SRC => AttrRule::Drop,
        _ if is_vml_geometry_of(element, name) => keep_if(is_vml_geometry(value)),
        _ => keep_if(is_plain(value) || is_colour(value)),
    }
}

/// Attributes of VML that hold a path, a formula, or places computed by formulas (ECMA-376-4 §19.1.2).
fn is_vml_geometry_of(element: Sym, name: Sym) -> bool {
    match name.name() {
        "path" | "adj" | "coordsize" | "coordorigin" => matches!(element.name(), "shape" | "shapetype" | "group"),
        "v" | "limo" | "textboxrect" | "connectlocs" | "connectangles" => matches!(element.name(), "path" | "shape"),
        "eqn" => element.name() == "f",
        "position" | "polar" | "map" | "xrange" | "yrange" | "radiusrange" => element.name() == "h",
        "points" => element.name() == "polyline",
        "from" | "to" | "control1" | "control2" => matches!(element.name(), "line" | "curve"),
        _ => false,
    }
}

fn keep_or_shape(value: &str) -> AttrRule {
    if value.starts_with('#') { AttrRule::Shape } else { keep_if(is_plain(value)) }
}

/// `#rrggbb`, a colour word, or a colour computed from another; an index of the palette may follow.
fn is_colour(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "white",
        "black",
        "red",
        "green",
        "blue",
        "yellow",
        "gray",
        "silver",
        "maroon",
        "purple",
        "fuchsia",
        "lime",
        "olive",
        "navy",
        "teal",
        "aqua",
        "window",
        "windowtext",
        "infobackground",
        "infotext",
        "buttonface",
        "none",
        "fill",
        "line",
        "this",
        "darken",
        "lighten",
        "add",
        "mirror",
        "shadow",
        "highlight",
        "menu",
        "orange",
        "auto",
    ];
    value.len() <= 40
        && value.split([' ', '(', ')', '[', ']', ',']).filter(|word| !word.is_empty()).all(|word| {
            word.strip_prefix('#').is_some_and(|hex| hex.len() <= 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
                || word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'%')
                || WORDS.contains(&word.to_ascii_lowercase().as_str())
                || is_plain(word)
        })
}

/// Words of formulas, paths and guides, as the standards and the shapes that come with applications spell them; digits may follow.
const GEOMETRY: &[&str] = &[
    "abs",
    "adj",
    "atan",
    "bottomRight",
    "cat",
    "center",
    "connsiteX",
    "connsiteY",
    "cos",
    "cosatan",
    "ellipse",
    "emuHeight",
    "emuWidth",
    "hasFill",
    "hasStroke",
    "height",
    "lineDrawn",
    "max",
    "maxAdj",
    "mid",
    "min",
    "mod",
    "pin",
    "pixelHeight",
    "pixelLineWidth",
    "pixelWidth",
    "prod",
    "sat",
    "sin",
    "sinatan",
    "sqrt",
    "sum",
    "sumangle",
    "tan",
    "textAreaBottom",
    "textAreaLeft",
    "textAreaRight",
    "textAreaTop",
    "topLeft",
    "val",
    "width",
    "xcenter",
    "xlimo",
    "ycenter",
    "ylimo",
];

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Numbers (`3cd4` is one, a part of a circle), names of a letter or two, and words of geometry.
fn is_geometry_word(word: &str) -> bool {
    let name = word.trim_end_matches(|character: char| character.is_ascii_digit());
    let number = name.trim_start_matches(|character: char| character.is_ascii_digit());
    number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_alphabetic()) && word.is_ascii() || GEOMETRY.contains(&name)
}

fn is_geometry_sign(character: char) -> bool {
    "@#,.-+ ;:*/?%&<>=()".contains(character)
}

/// Guides, formulas and coordinates of a shape (ECMA-376-1 §20.1.9): names that a writer chose become neutral, the same everywhere.
/// Nothing, where the value is none of these.
pub fn geometry(value: &str, names: &mut Names) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|character| is_word_character(character) != is_word_character(first)).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(length);
        if !is_word_character(first) {
            out.push_str(Some(piece).filter(|signs| signs.chars().all(is_geometry_sign))?);
        } else if is_geometry_word(piece) {
            out.push_str(piece);
        } else {
            out.push_str(&names.give(NameOf::Guide, piece));
        }
        rest = behind;
    }
    Some(out)
}

/// A path, a formula or a place of VML: numbers, signs, words of geometry, and letters that are commands of a path (ECMA-376-4 §19.1.2.19).
fn is_vml_geometry(value: &str) -> bool {
    fn are_commands(letters: &str) -> bool {
        const COMMANDS: &[&str] = &[
            "ae", "al", "ar", "at", "ha", "hb", "hc", "hd", "he", "hf", "hg", "hh", "hi", "nf", "ns", "qb", "qx", "qy", "wa", "wr", "c",
            "e", "l", "m", "r", "t", "v", "x",
        ];
        letters.is_empty() || COMMANDS.iter().any(|command| letters.strip_prefix(command).is_some_and(are_commands))
    }
    value
        .split(|character: char| !character.is_ascii_alphabetic())
        .all(|word| word.len() <= 6 && are_commands(word) || is_geometry_word(word))
        && value.chars().all(|character| character.is_ascii_alphanumeric() || is_geometry_sign(character))
}

/// Scripts for which a theme has fonts, and which a language tag may name (ISO 15924).
const SCRIPTS: &[&str] = &[
    "Arab", "Armn", "Beng", "Bopo", "Bugi", "Cans", "Cher", "Cyrl", "Deva", "Ethi", "Geor", "Grek", "Gujr", "Guru", "Hang", "Hans", "Hant",
    "Hebr", "Java", "Jpan", "Khmr", "Knda", "Kore", "Laoo", "Latn", "Lisu", "Mlym", "Mong", "Mymr", "Nkoo", "Olck", "Orya", "Osma", "Phag",
    "Sinh", "Sora", "Syre", "Syrc", "Syrj", "Syrn", "Tale", "Talu", "Taml", "Telu", "Tfng", "Thaa", "Thai", "Tibt", "Uigh", "Viet", "Yiii",
];

/// Characters of which no word can be made.
pub(super) fn is_punctuation(value: &str) -> bool {
    !value.chars().any(char::is_alphanumeric)
}

/// A language tag of BCP 47: a language of two or three letters, then at most one script, one region and the one variant in use.
pub(super) fn is_language(value: &str) -> bool {
    if value.is_empty() || value == "x-none" {
        return true;
    }
    let mut tags = value.split(['-', '_']).peekable();
    let language = tags.next().unwrap_or_default();
    let is_region = |tag: &str| {
        tag.len() == 2 && tag.bytes().all(|byte| byte.is_ascii_alphabetic())
            || tag.len() == 3 && tag.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_language = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    tags.next_if(|tag| SCRIPTS.iter().any(|script| script.eq_ignore_ascii_case(tag)));
    tags.next_if(|tag| is_region(tag));
    tags.next_if_eq(&"tradnl");
    is_language && tags.next().is_none()
}

/// A number format of a chart: digits, signs and date letters, with no words in it.
pub fn is_number_format(value: &str) -> bool {
    const WORDS: &[&str] = &["General", "Standard", "Red", "Blue", "Black", "Green", "mmmm", "dddd", "yyyy", "AM", "PM"];
    value.len() <= 80
        && value
            .split(|character: char| !character.is_alphabetic())
            .all(|word| word.len() <= 4 && word.chars().all(|letter| "dmyhsDMYHSEeAP".contains(letter)) || WORDS.contains(&word))
}

/// CSS properties of VML shapes that decide where and how they are drawn; shapes and fonts under their names in the copy.
pub fn css(value: &str, names: &mut Names) -> String {
    const PROPERTIES: &[&str] = &[
        "position",
        "left",
        "top",
        "width",
        "height",
        "margin-left",
        "margin-top",
        "margin-right",
        "margin-bottom",
        "z-index",
        "rotation",
        "flip",
        "visibility",
        "text-align",
        "vertical-align",
        "layout-flow",
        "v-text-anchor",
        "text-indent",
        "direction",
        "font-family",
        "font-size",
        "font-weight",
        "font-style",
        "font",
        "text-decoration",
        "tab-interval",
        "v-text-align",
        "v-text-kern",
        "v-text-reverse",
        "v-text-spacing",
        "v-text-spacing-mode",
        "v-rotate-letters",
        "v-same-letter-heights",
        "x-scale",
        "y-scale",
        "text-transform",
        "color",
    ];
    let mut out = Vec::new();
    for item in value.split(';') {
        let Some((name, value)) = item.split_once(':') else { continue };
        let (name, value) = (name.trim(), value.trim());
        let lower = name.to_ascii_lowercase();
        if lower == "mso-next-textbox" {
            out.push(format!("{name}:#{}", names.give(NameOf::Shape, value.trim_start_matches('#'))));
            continue;
        }
        let known = PROPERTIES.contains(&lower.as_str()) || lower.starts_with("mso-") && lower.len() < 40;
        if !known {
            continue;
        }
        // In the short form the family comes last (CSS 2.1 §15.8).
        let family_at = match lower.as_str() {
            "font-family" => Some(0),
            "font" => Some(value.split_inclusive(' ').take_while(|word| word.trim_end().split('/').all(is_css_word)).map(str::len).sum()),
            _ => None,
        };
        if let Some(at) = family_at {
            let (style, family) = value.split_at(at);
            let bare = family.trim_matches(['"', '\'']);
            match names.font(bare) {
                None => out.push(format!("{name}:{value}")),
                Some(neutral) => {
                    let quote = if family.contains(['"', '\'']) { "\"" } else { "" };
                    out.push(format!("{name}:{style}{quote}{neutral}{quote}"));
                }
            }
        } else if value.split([' ', ',']).all(is_css_word) {
            out.push(format!("{name}:{value}"));
        }
    }
    out.join(";")
}

fn is_css_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "absolute",
        "relative",
        "static",
        "visible",
        "inherit",
        "inside",
        "outside",
        "margin",
        "page",
        "text",
        "char",
        "line",
        "column",
        "auto",
        "square",
        "none",
        "tight",
        "through",
        "baseline",
        "top",
        "middle",
        "bottom",
        "center",
        "left",
        "right",
        "left-margin-area",
        "right-margin-area",
        "top-margin-area",
        "bottom-margin-area",
        "inner-margin-area",
        "outer-margin-area",
        "vertical",
        "horizontal",
        "vertical-ideographic",
        "horizontal-ideographic",
        "x",
        "y",
        "xy",
        "yx",
        "t",
        "f",
        "bottom-to-top",
        "top-to-bottom",
        "ltr",
        "rtl",
        "context",
        "shape-to-fit-text",
        "word",
        "top-center",
        "middle-center",
        "bottom-center",
        "top-baseline",
        "bottom-baseline",
        "tightening",
        "tracking",
        "letter-justify",
        "stretch-justify",
        "justify",
        "normal",
        "bold",
        "italic",
        "block",
    ];
    let number = word.trim_start_matches(['-', '+']).trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
    word.is_empty()
        || WORDS.contains(&word.to_ascii_lowercase().as_str())
        || is_plain(word)
        || number.len() < word.len() && matches!(number, "" | "pt" | "px" | "in" | "mm" | "cm" | "%" | "em" | "fd" | "pc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_keeps_what_places_the_shape() {
        let cleaned = |value: &str| css(value, &mut Names::default());
        assert_eq!(
            cleaned("position:absolute;margin-left:0;width:40pt;mso-title:CANARY;visibility:visible"),
            "position:absolute;margin-left:0;width:40pt;visibility:visible"
        );
        assert_eq!(cleaned("width:CANARY"), "");
        assert_eq!(cleaned("mso-next-textbox:#CANARY"), "mso-next-textbox:#shape1");
        let fonts = "font-family:\"Arial Black\";font-size:12pt;font-weight:bold;font:italic 10pt/12pt Georgia, serif";
        assert_eq!(cleaned(fonts), fonts);
        assert_eq!(
            cleaned("font-family:\"CANARY Mono\";font-size:CANARY;font:bold 9pt CANARY"),
            "font-family:\"Font1 Mono\";font:bold 9pt Font2"
        );
    }

    #[test]
    fn free_text_of_a_known_shape_only() {
        assert!(is_language("en-GB") && is_language("zh-Hant-TW") && !is_language("canary") && !is_language("en-CANARY"));
        assert!(
            is_language("sr-Latn-RS") && is_language("es-ES_tradnl") && !is_language("joe-dunn-lied-to-us") && !is_language("en-Fire-US")
        );
        for geometry in ["m,l,21600r21600,l21600,xe", "val #0", "sum @1 10800 0", "m10800,qx0@0l0,21600xnfe", "topLeft,#0", "prod #0 1 2"] {
            assert!(is_vml_geometry(geometry), "{geometry}");
        }
        assert!(!is_vml_geometry("CANARY") && !is_vml_geometry("Joe Dunn: by 4/5") && !is_vml_geometry("fire joe"));
        let mut names = Names::new(false);
        for (written, cleaned) in [
            ("*/ w 1 2", "*/ w 1 2"),
            ("pin 0 adj1 maxAdj", "pin 0 adj1 maxAdj"),
            ("+- 3cd4 connsiteX0 x12", "+- 3cd4 connsiteX0 x12"),
            ("*/ Joe Dunn lied", "*/ guide1 guide2 guide3"),
            ("+- guide1 Joe lied_1", "+- guide4 guide1 guide5"),
        ] {
            assert_eq!(geometry(written, &mut names).as_deref(), Some(cleaned));
        }
        assert_eq!(geometry("a \"b\"", &mut names), None);
        assert!(is_colour("#4472c4 [3204]") && is_colour("fill darken(118)") && !is_colour("canary"));
        assert!(is_number_format("#,##0.00") && is_number_format("dd/mm/yyyy") && !is_number_format("\"CANARY\"0"));
    }

    fn ruled(element_ns: Ns, element: &str, ns: Ns, name: &str, value: &str) -> AttrRule {
        let element = Sym::of(element.as_bytes());
        let known = crate::format::xml::vocabulary::element(element_ns, element).unwrap();
        rule(element_ns, element, known, ns, Sym::of(name.as_bytes()), value)
    }

    #[test]
    fn a_title_of_colours_and_numbers_is_a_title() {
        for title in ["731846290", "red orange", "Joe Dunn"] {
            assert_eq!(ruled(Ns::V, "imagedata", Ns::O, "title", title), AttrRule::Drop, "{title}");
        }
        assert_eq!(ruled(Ns::V, "imagedata", Ns::O, "title", ""), AttrRule::Keep);
    }

    #[test]
    fn the_original_of_a_shape_goes_also_where_it_is_empty_or_a_plain_word() {
        for original in ["", "12", "auto", "UEsDBBQABgAIAAAAIQ=="] {
            assert_eq!(ruled(Ns::V, "line", Ns::O, "gfxdata", original), AttrRule::Drop, "{original}");
        }
    }

    #[test]
    fn identifiers_that_are_counted_up_stay_and_others_are_given_anew() {
        for (ns, element, its_ns, name) in [
            (Ns::Wp, "docPr", Ns::None, "id"),
            (Ns::W, "bookmarkStart", Ns::W, "id"),
            (Ns::W, "numId", Ns::W, "val"),
            (Ns::C, "axId", Ns::None, "val"),
        ] {
            assert_eq!(ruled(ns, element, its_ns, name, "12"), AttrRule::Keep);
            assert_eq!(ruled(ns, element, its_ns, name, "731846290"), AttrRule::Number);
        }
        assert_eq!(ruled(Ns::W, "pgSz", Ns::W, "w", "731846290"), AttrRule::Keep);
        assert_eq!(ruled(Ns::Dgm, "pt", Ns::None, "modelId", "{0D540088-96BB-4126-8FD0-C20FC4B05131}"), AttrRule::Point);
        assert_eq!(ruled(Ns::Dgm, "pt", Ns::None, "modelId", "7"), AttrRule::Keep);
        assert_eq!(ruled(Ns::Dgm, "prSet", Ns::None, "phldrT", "7318"), AttrRule::Drop);
        // Twice as many digits as a colour has could spell a word.
        assert_eq!(ruled(Ns::W, "shd", Ns::W, "fill", "5A515843414E4152"), AttrRule::Drop);
    }

    /// What a writer can put any text into, of all that the standards know: each is seen by a reader.
    #[test]
    fn no_attribute_and_no_element_holds_any_text_but_those_that_show_it() {
        let mut attributes = Vec::new();
        let mut elements = Vec::new();
        for (ns, name, rule_of, its) in crate::format::xml::vocabulary::all() {
            let known = |ns: Ns, name: Sym| format!("{}:{}", ns.prefix(), name.name());
            let around = [(Ns::Xml, sym::SPACE), (Ns::None, Sym::UNKNOWN), (Ns::Unknown, Sym::UNKNOWN)];
            for (attr_ns, attr) in its.into_iter().chain(around) {
                if rule(ns, name, rule_of, attr_ns, attr, "Canary") == AttrRule::Keep {
                    attributes.push(format!("{} {}", known(ns, name), attr.name()));
                }
            }
            if rule_of.holds_text || rule_of.value.is_some_and(|kinds| kinds.accepts("Canary")) {
                elements.push(known(ns, name));
            }
        }
        assert_eq!(attributes, ["w:lvlText val", "v:textpath string"]);
        // Instructions and formulas are written anew.
        let ruled = ["w:delInstrText", "w:instrText", "c:f", "c:formatCode"];
        elements.retain(|element| !ruled.contains(&element.as_str()));
        assert_eq!(elements, ["w:t", "w:delText", "m:t", "a:t", "c:name", "c:separator", "c:v"]);
    }
}
