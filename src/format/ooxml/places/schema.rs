//! What the schemas of ECMA-376-1 (Annex A) say of where an element stands, and how often.

use crate::format::xml::{Ns, Sym, sym};

/// What an element is as something that others stand in; a set of these is a number with their bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub(super) enum At {
    #[default]
    Other,
    /// What it is in stands around its content, as if it were not there.
    Tags,
    /// The same of alternatives.
    Alternatives,
    Document,
    Body,
    Cell,
    Note,
    Margin,
    TextBox,
    Control,
    ControlContent,
    Paragraph,
    Run,
    Table,
    Row,
    Ruby,
    RubyPart,
    Math,
    MathParagraph,
    MathObject,
    MathList,
    MathRun,
    ControlCharacters,
    Drawing,
    Placed,
    Graphic,
    GraphicData,
    DrawnGroup,
    DrawnShape,
    DrawnText,
    Frame,
    Picture,
    Object,
    VmlGroup,
    VmlShape,
    VmlText,
    CanvasText,
    CanvasShape,
    CanvasParagraph,
    CanvasRun,
    RunProperties,
    ParagraphProperties,
    TableProperties,
    RowProperties,
    CellProperties,
    SectionProperties,
    Change,
    Style,
    StylePart,
    Level,
    List,
    Lists,
    Notes,
    NoteProperties,
    ControlProperties,
    Default,
    Defaults,
    Styles,
    Chart,
    Axis,
    Series,
    ChartTitle,
    ChartLabels,
    ChartLabel,
    ChartText,
    ChartWords,
    ChartLine,
    ChartPoint,
    /// Nothing is: what is within it is a part of its own.
    Nowhere,
}

/// What blocks of text stand in.
const BLOCKS: u128 = set(&[At::Body, At::Cell, At::Note, At::Margin, At::TextBox]);
/// What says how something looks, with each of its children once.
const FORMATS: u128 = set(&[
    At::RunProperties,
    At::ParagraphProperties,
    At::TableProperties,
    At::RowProperties,
    At::CellProperties,
    At::SectionProperties,
    At::Style,
    At::StylePart,
    At::Default,
    At::Defaults,
]);

/// What holds each of its children once, whatever they are.
pub(super) const SINGLE: u128 = FORMATS
    | set(&[
        At::Document,
        At::Control,
        At::Ruby,
        At::MathObject,
        At::Placed,
        At::Graphic,
        At::GraphicData,
        At::DrawnShape,
        At::DrawnText,
        At::VmlText,
        At::Level,
    ]);

/// What says how something looks, and shows nothing itself.
pub(super) const PROPERTIES: u128 = FORMATS | At::ControlProperties.bit();
/// What holds many children of a name, each with an identifier of its own.
pub(super) const LISTS: u128 = set(&[At::List, At::Lists, At::Notes, At::ChartText]);
/// Properties that decide neither whether something is seen nor what it says: some programs write them twice.
pub(super) const HARMLESS: [&str; 26] = [
    "rFonts",
    "lang",
    "b",
    "bCs",
    "i",
    "iCs",
    "u",
    "kern",
    "noProof",
    "snapToGrid",
    "bdr",
    "pBdr",
    "tabs",
    "jc",
    "keepNext",
    "keepLines",
    "widowControl",
    "suppressAutoHyphens",
    "contextualSpacing",
    "textAlignment",
    "tblBorders",
    "tcBorders",
    "tblLook",
    "pgBorders",
    "docGrid",
    "formProt",
];

/// What the schemas say of an element.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rule {
    pub(super) is: At,
    /// What it may stand in; nothing where it is not asked.
    pub(super) within: u128,
    /// It is a property: only what it is in itself counts, no tags and no alternatives around it.
    pub(super) direct: bool,
    /// What it may stand in no more than once, besides what holds anything once.
    pub(super) once: u128,
}

impl At {
    pub(super) const fn bit(self) -> u128 {
        1 << self as u8
    }

    /// Whether what it is in stands around its content.
    pub(super) const fn is_around(self) -> bool {
        matches!(self, Self::Tags | Self::Alternatives | Self::ControlContent)
    }
}

impl Rule {
    const fn of(is: At) -> Self {
        Self { is, within: 0, direct: false, once: 0 }
    }

    const fn within(is: At, within: u128) -> Self {
        Self { within, ..Self::of(is) }
    }

    /// Properties that what they are of has once.
    const fn properties(is: At, of: u128) -> Self {
        Self { is, within: of, direct: true, once: of }
    }
}

const fn set(of: &[At]) -> u128 {
    let (mut bits, mut at) = (0, 0);
    while at < of.len() {
        bits |= of[at].bit();
        at += 1;
    }
    bits
}

pub(super) fn rule(ns: Ns, name: Sym) -> Rule {
    match ns {
        Ns::W => text(name),
        Ns::Wne if name == sym::TXBX_CONTENT => text(name),
        Ns::W14 => match name.name() {
            "conflictIns" | "conflictDel" => Rule::of(At::Tags),
            "textFill" | "textOutline" => Rule::properties(At::Other, set(&[At::RunProperties])),
            _ => Rule::default(),
        },
        Ns::Mc => Rule::of(At::Alternatives),
        Ns::M => math(name),
        Ns::V => vml(name),
        Ns::C => chart(name),
        _ => drawn(ns, name),
    }
}

/// Elements of text, and the properties that decide whether it is seen.
fn text(name: Sym) -> Rule {
    match name.name() {
        "document" => Rule::of(At::Document),
        "body" => Rule::within(At::Body, set(&[At::Document])),
        "footnotes" | "endnotes" => Rule::of(At::Notes),
        // These name the notes that separate others from the text.
        "footnotePr" | "endnotePr" => Rule::of(At::NoteProperties),
        "footnote" | "endnote" => Rule::within(At::Note, set(&[At::Notes, At::NoteProperties])),
        "hdr" | "ftr" => Rule::within(At::Margin, set(&[At::Nowhere])),
        "p" => Rule::within(At::Paragraph, BLOCKS),
        "tbl" => Rule::within(At::Table, BLOCKS),
        "tr" => Rule::within(At::Row, set(&[At::Table])),
        "tc" => Rule::within(At::Cell, set(&[At::Row])),
        "sdt" => Rule::of(At::Control),
        "sdtContent" => Rule { direct: true, ..Rule::within(At::ControlContent, set(&[At::Control])) },
        "sdtPr" | "sdtEndPr" => Rule::of(At::ControlProperties),
        "customXml" | "smartTag" | "hyperlink" | "fldSimple" | "dir" | "bdo" | "ins" | "del" | "moveFrom" | "moveTo" => Rule::of(At::Tags),
        "r" => Rule::within(At::Run, set(&[At::Paragraph, At::RubyPart])),
        "t" | "delText" | "instrText" | "delInstrText" | "sym" | "footnoteReference" | "endnoteReference" | "fldChar" => {
            Rule::within(At::Other, set(&[At::Run, At::MathRun]))
        }
        "ruby" => Rule::within(At::Ruby, set(&[At::Run])),
        "rt" | "rubyBase" => Rule::within(At::RubyPart, set(&[At::Ruby])),
        "drawing" => Rule::within(At::Drawing, set(&[At::Run, At::Object, At::Lists])),
        "pict" => Rule::within(At::Picture, set(&[At::Run, At::Lists])),
        "object" => Rule::within(At::Object, set(&[At::Run])),
        "txbxContent" => Rule::within(At::TextBox, set(&[At::DrawnText, At::VmlText])),
        "numPicBullet" | "background" => Rule::of(At::Tags),
        "numbering" => Rule::of(At::Lists),
        "abstractNum" | "num" => Rule::of(At::List),
        "lvlOverride" => Rule::of(At::Tags),
        "lvl" => Rule { direct: true, ..Rule::within(At::Level, set(&[At::List, At::Tags])) },
        "style" => Rule::of(At::Style),
        "tblStylePr" => Rule::of(At::StylePart),
        "styles" => Rule::of(At::Styles),
        "docDefaults" => Rule { once: set(&[At::Styles]), ..Rule::of(At::Defaults) },
        "rPrDefault" | "pPrDefault" => Rule::of(At::Default),
        "rPrChange" | "pPrChange" | "tblPrChange" | "tblPrExChange" | "trPrChange" | "tcPrChange" | "sectPrChange" => Rule::of(At::Change),
        _ => properties(name),
    }
}

fn properties(name: Sym) -> Rule {
    let of_styles = set(&[At::Style, At::StylePart, At::Change]);
    let of_numbers = set(&[At::Level, At::Default]);
    match name.name() {
        "rPr" => {
            let of = set(&[At::Run, At::ParagraphProperties, At::MathRun, At::ControlCharacters, At::ControlProperties, At::Tags]);
            Rule::properties(At::RunProperties, of | of_styles | of_numbers)
        }
        "pPr" => Rule::properties(At::ParagraphProperties, set(&[At::Paragraph]) | of_styles | of_numbers),
        "tblPr" | "tblPrEx" => Rule::properties(At::TableProperties, set(&[At::Table, At::Row]) | of_styles),
        "trPr" => Rule::properties(At::RowProperties, set(&[At::Row]) | of_styles),
        "tcPr" => Rule::properties(At::CellProperties, set(&[At::Cell]) | of_styles),
        "sectPr" => Rule::properties(At::SectionProperties, set(&[At::Body, At::ParagraphProperties, At::Change])),
        "vanish" | "color" | "highlight" | "sz" | "szCs" | "position" | "w" | "fitText" | "cs" | "rtl" | "rStyle" => {
            Rule::properties(At::Other, set(&[At::RunProperties]))
        }
        "framePr" | "ind" | "numPr" => Rule::properties(At::Other, set(&[At::ParagraphProperties])),
        "trHeight" => Rule::properties(At::Other, set(&[At::RowProperties])),
        "vMerge" | "hMerge" | "cellMerge" => Rule::properties(At::Other, set(&[At::CellProperties])),
        "lvlText" => Rule::properties(At::Other, set(&[At::Level])),
        _ => Rule::default(),
    }
}

fn math(name: Sym) -> Rule {
    let inside = set(&[At::Math]);
    match name.name() {
        "oMath" => Rule::within(At::Math, set(&[At::Paragraph, At::MathParagraph, At::RubyPart]) | BLOCKS),
        "oMathPara" => Rule::within(At::MathParagraph, set(&[At::Paragraph, At::RubyPart]) | BLOCKS),
        "r" => Rule::within(At::MathRun, inside),
        "t" => Rule::within(At::Other, set(&[At::MathRun])),
        "e" | "num" | "den" | "fName" | "lim" | "sub" | "sup" | "deg" => Rule::within(At::Math, set(&[At::MathObject, At::MathList])),
        "d" | "eqArr" | "m" => Rule::within(At::MathList, inside),
        "mr" => Rule::within(At::MathList, set(&[At::MathList])),
        "acc" | "bar" | "box" | "borderBox" | "f" | "func" | "groupChr" | "limLow" | "limUpp" | "nary" | "phant" | "rad" | "sPre"
        | "sSub" | "sSubSup" | "sSup" => Rule::within(At::MathObject, inside),
        "ctrlPr" => Rule::of(At::ControlCharacters),
        _ => Rule::default(),
    }
}

fn vml(name: Sym) -> Rule {
    let shapes = set(&[At::Picture, At::Object, At::VmlGroup, At::Document, At::Lists]);
    match name.name() {
        "group" => Rule::within(At::VmlGroup, shapes),
        "shape" | "rect" | "roundrect" | "oval" | "polyline" | "arc" => Rule::within(At::VmlShape, shapes),
        "line" | "curve" | "image" | "shapetype" | "background" => Rule::of(At::Other),
        "textbox" => Rule { once: set(&[At::VmlShape]), ..Rule::within(At::VmlText, set(&[At::VmlShape])) },
        "textpath" => Rule { once: set(&[At::VmlShape]), ..Rule::default() },
        _ => Rule::default(),
    }
}

/// What of a chart holds words.
fn chart(name: Sym) -> Rule {
    match name.name() {
        "chart" => Rule::of(At::Chart),
        "catAx" | "valAx" | "dateAx" | "serAx" => Rule::of(At::Axis),
        "ser" => Rule::of(At::Series),
        "title" => Rule { once: set(&[At::Chart, At::Axis]), ..Rule::within(At::ChartTitle, set(&[At::Chart, At::Axis])) },
        "legend" | "plotArea" => Rule { once: set(&[At::Chart]), ..Rule::within(At::Other, set(&[At::Chart])) },
        "trendline" => Rule::of(At::ChartLine),
        "name" => Rule { once: set(&[At::ChartLine]), ..Rule::within(At::Other, set(&[At::ChartLine])) },
        "dLbls" => Rule { once: set(&[At::Series]), ..Rule::of(At::ChartLabels) },
        "dLbl" | "trendlineLbl" | "dispUnitsLbl" => Rule::of(At::ChartLabel),
        "separator" => Rule::within(At::Other, set(&[At::ChartLabels, At::ChartLabel])),
        "tx" => {
            let of = set(&[At::Series, At::ChartTitle, At::ChartLabel]);
            Rule { once: of, ..Rule::within(At::ChartText, of) }
        }
        "cat" | "val" | "xVal" | "yVal" | "bubbleSize" => Rule { once: set(&[At::Series]), ..Rule::default() },
        "rich" | "txPr" => Rule::of(At::ChartWords),
        "pt" => Rule::of(At::ChartPoint),
        "v" => Rule { once: set(&[At::ChartPoint]), ..Rule::within(At::Other, set(&[At::ChartText, At::ChartPoint])) },
        _ => Rule::default(),
    }
}

fn drawn(ns: Ns, name: Sym) -> Rule {
    match (ns, name.name()) {
        (Ns::Wp, "inline" | "anchor") => Rule::within(At::Placed, set(&[At::Drawing])),
        (Ns::A, "graphic") => Rule::within(At::Graphic, set(&[At::Placed, At::Frame])),
        (Ns::A, "graphicData") => Rule::within(At::GraphicData, set(&[At::Graphic])),
        (Ns::Wps | Ns::Wp, "wsp") => Rule::within(At::DrawnShape, set(&[At::GraphicData, At::DrawnGroup])),
        (Ns::Wpg | Ns::Wp, "wgp" | "grpSp") | (Ns::Wpc | Ns::Wp, "wpc") => {
            Rule::within(At::DrawnGroup, set(&[At::GraphicData, At::DrawnGroup]))
        }
        (Ns::Wps | Ns::Wp, "txbx") => Rule::within(At::DrawnText, set(&[At::DrawnShape])),
        (Ns::Wpg | Ns::Wpc | Ns::Wp, "graphicFrame") => Rule::of(At::Frame),
        (Ns::A, "txSp") => Rule::of(At::CanvasShape),
        (Ns::Cdr, "txBody") => Rule::of(At::CanvasText),
        (Ns::Cdr, "graphicFrame") => Rule::of(At::Frame),
        (Ns::A, "txBody") => Rule::within(At::CanvasText, set(&[At::CanvasShape])),
        (Ns::A, "p") => Rule::within(At::CanvasParagraph, set(&[At::CanvasText, At::ChartWords])),
        (Ns::A, "r" | "fld") => Rule::within(At::CanvasRun, set(&[At::CanvasParagraph])),
        (Ns::A, "t") => Rule::within(At::Other, set(&[At::CanvasRun])),
        _ => Rule::default(),
    }
}
