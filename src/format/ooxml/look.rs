//! How a run looks: hidden, colour, size, background; through styles and document defaults.
//!
//! ECMA-376-1 §17.7.2 (style hierarchy), §17.7.3 (toggle properties), §17.3.2.41 (vanish).

use foldhash::{HashMap, HashMapExt as _};

use super::plan::{Fate, Plan, is_on};
use super::styles::style_id;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};

/// A colour as red, green, blue.
pub type Rgb = [u8; 3];

/// Run properties that decide whether a reader can see the text; `None` where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Look {
    vanish: Option<bool>,
    colour: Option<Colour>,
    highlight: Option<Rgb>,
    shading: Option<Colour>,
    half_points: Option<u32>,
    no_fill: Option<bool>,
    scale: Option<u32>,
}

/// A colour or "automatic", which a reader can always see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Colour {
    /// Chosen by the application to stand out.
    Auto,
    /// This one.
    Rgb(Rgb),
}

impl Look {
    /// Reads a `w:rPr`; children that go are left out.
    fn of(tape: &Tape<'_>, properties: usize, goes: impl Fn(usize) -> bool) -> Self {
        let mut look = Self::default();
        for child in tape.children(properties) {
            let node = tape.node(child);
            if node.kind != Kind::Element || goes(child) {
                continue;
            }
            match (node.ns, node.name) {
                (Ns::W, sym::VANISH) => look.vanish = Some(is_on(tape, child, Ns::W)),
                (Ns::W, sym::COLOR) => look.colour = colour_of(tape, child, sym::VAL, sym::THEME_COLOR),
                (Ns::W, sym::HIGHLIGHT) => look.highlight = tape.attr(child, Ns::W, sym::VAL).and_then(|name| highlight(&name)),
                (Ns::W, sym::SHD) => look.shading = shading_of(tape, child),
                (Ns::W, sym::SZ) => look.half_points = number(tape, child),
                (Ns::W, sym::W) => look.scale = number(tape, child),
                (Ns::W14, sym::TEXT_FILL) => {
                    look.no_fill = Some(tape.child(child, Ns::W14, sym::NO_FILL).is_some());
                    if let Some(solid) = tape.child(child, Ns::W14, sym::SOLID_FILL)
                        && let Some(rgb) = tape.child(solid, Ns::W14, sym::SRGB_CLR)
                    {
                        look.colour = tape.attr(rgb, Ns::W14, sym::VAL).and_then(|value| rgb_of(&value)).map(Colour::Rgb);
                        let transparent = tape.descendants(rgb).any(|inside| {
                            tape.node(inside).name.name() == "alpha"
                                && tape
                                    .attr(inside, Ns::W14, sym::VAL)
                                    .and_then(|value| value.trim_end_matches('%').parse::<f64>().ok())
                                    .is_some_and(|alpha| alpha >= 95_000.0)
                        });
                        if transparent {
                            look.no_fill = Some(true);
                        }
                    }
                }
                _ => {}
            }
        }
        look
    }

    /// What this says, and where it says nothing what `under` says.
    fn over(self, under: Self) -> Self {
        Self {
            vanish: self.vanish.or(under.vanish),
            colour: self.colour.or(under.colour),
            highlight: self.highlight.or(under.highlight),
            shading: self.shading.or(under.shading),
            half_points: self.half_points.or(under.half_points),
            no_fill: self.no_fill.or(under.no_fill),
            scale: self.scale.or(under.scale),
        }
    }
}

/// One style, as far as visibility goes.
#[derive(Debug, Clone, Default)]
struct Style {
    based_on: Option<String>,
    look: Look,
    paragraph_shading: Option<Colour>,
    /// Whether some cell has another colour than white.
    shades_cells: bool,
}

/// The styles of a document, as far as visibility goes.
#[derive(Debug, Clone, Default)]
pub struct Styles {
    by_id: HashMap<String, Style>,
    defaults: Look,
    default_paragraph: Option<String>,
    default_character: Option<String>,
}

impl Styles {
    /// Reads the styles part.
    pub fn read(plan: &Plan<'_>) -> Self {
        let tape = &plan.tape;
        let goes = |index: usize| plan.fate[index] == Fate::Drop;
        let mut styles = Self::default();
        for child in tape.children(tape.root) {
            if tape.is(child, Ns::W, sym::DOC_DEFAULTS) {
                let properties = tape.child(child, Ns::W, sym::R_PR_DEFAULT).and_then(|default| tape.child(default, Ns::W, sym::R_PR));
                styles.defaults = properties.map(|properties| Look::of(tape, properties, goes)).unwrap_or_default();
            }
            if !tape.is(child, Ns::W, sym::STYLE) {
                continue;
            }
            let Some(id) = style_id(tape, child) else { continue };
            let value = |name| {
                tape.child(child, Ns::W, name).and_then(|element| tape.attr(element, Ns::W, sym::VAL)).map(std::borrow::Cow::into_owned)
            };
            let paragraph = tape.child(child, Ns::W, sym::P_PR);
            let style = Style {
                based_on: value(sym::BASED_ON),
                look: tape.child(child, Ns::W, sym::R_PR).map(|properties| Look::of(tape, properties, goes)).unwrap_or_default(),
                paragraph_shading: paragraph
                    .and_then(|properties| tape.child(properties, Ns::W, sym::SHD))
                    .and_then(|shading| shading_of(tape, shading)),
                shades_cells: tape
                    .descendants(child)
                    .filter(|inside| {
                        tape.is(*inside, Ns::W, sym::SHD)
                            && tape.parent(*inside).is_some_and(|parent| matches!(tape.node(parent).name, sym::TC_PR | sym::TBL_PR))
                    })
                    .filter_map(|shading| shading_of(tape, shading))
                    .any(|colour| matches!(colour, Colour::Rgb(rgb) if !alike(rgb, WHITE))),
            };
            let is_default = tape.attr(child, Ns::W, sym::DEFAULT).is_some_and(|value| !matches!(&*value, "0" | "false" | "off"));
            if is_default {
                match tape.attr(child, Ns::W, sym::TYPE).as_deref() {
                    // A style that names no kind is one of paragraphs (ECMA-376-1 §17.7.4.17).
                    Some("paragraph") | None => styles.default_paragraph = Some(id.clone()),
                    Some("character") => styles.default_character = Some(id.clone()),
                    _ => {}
                }
            }
            // Of two styles of one identifier the copy keeps the first.
            styles.by_id.entry(id).or_insert(style);
        }
        styles
    }

    /// A style with what it is based on, nearest first. Stops at a cycle.
    fn chain<'s>(&'s self, id: Option<&'s str>) -> Vec<&'s Style> {
        let mut out: Vec<&Style> = Vec::new();
        let mut at = id;
        while let Some(style) = at.and_then(|id| self.by_id.get(id)) {
            if out.len() > 32 {
                break;
            }
            out.push(style);
            at = style.based_on.as_deref();
        }
        out
    }

    fn look_of(&self, id: Option<&str>) -> Look {
        self.chain(id).into_iter().rev().fold(Look::default(), |under, style| style.look.over(under))
    }
}

/// What a reader sees of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Its text.
    Visible,
    /// Nothing: it is marked as hidden.
    Hidden,
    /// Nothing, although it is not marked as hidden; the reason.
    Invisible(&'static str),
}

/// Looks at the runs of one part.
pub struct Viewer<'v> {
    styles: &'v Styles,
    paragraph_looks: HashMap<Option<String>, Look>,
    character_looks: HashMap<String, Look>,
    /// The paragraph that was looked at last: a paragraph may hold any number of runs, and looking through all of them for each of them
    /// would take for ever.
    last_paragraph: Option<Paragraph>,
    page: Option<Rgb>,
}

/// What the runs of a paragraph take from it.
struct Paragraph {
    paragraph: Option<usize>,
    properties: Option<usize>,
    /// The number of the tag that names its style.
    style_tag: Option<usize>,
    style: Option<String>,
    look: Look,
    /// What is seen of a run without properties, where that does not depend on what is behind it.
    bare: Option<Sight>,
}

/// The element of properties that names a style, among what stays.
fn style_in(plan: &Plan<'_>, properties: Option<usize>, name: Sym) -> Option<usize> {
    let properties = properties?;
    let first = plan.tape.child(properties, Ns::W, name)?;
    if plan.fate[first] != Fate::Drop {
        return Some(first);
    }
    plan.tape.children(properties).find(|child| plan.tape.is(*child, Ns::W, name) && plan.fate[*child] != Fate::Drop)
}

const WHITE: Rgb = [255, 255, 255];
/// Below 4 points.
const TINY_HALF_POINTS: u32 = 8;
/// Below a tenth of the width.
const NARROW_PERCENT: u32 = 10;

impl<'v> Viewer<'v> {
    /// A viewer with the document's styles; `page` is the colour of the page when it has one.
    pub fn new(styles: &'v Styles, page: Option<Rgb>) -> Self {
        Self { styles, paragraph_looks: HashMap::new(), character_looks: HashMap::new(), last_paragraph: None, page }
    }

    /// What a reader sees of a `w:r` or `m:r`.
    pub fn sight(&mut self, plan: &Plan<'_>, run: usize) -> Sight {
        let tape = &plan.tape;
        let properties = tape.child(run, Ns::W, sym::R_PR);
        let around = plan.ancestor(run, Ns::W, sym::P);
        if self.last_paragraph.as_ref().is_none_or(|last| last.paragraph != around) {
            let last = self.last_paragraph.take();
            self.last_paragraph = Some(self.paragraph(plan, around, last));
        }
        match (properties, self.last_paragraph.as_ref().and_then(|paragraph| paragraph.bare)) {
            (None, Some(sight)) => sight,
            _ => self.sight_in(plan, run, properties),
        }
    }

    /// `last` is the paragraph before, which often has the same style.
    fn paragraph(&mut self, plan: &Plan<'_>, paragraph: Option<usize>, last: Option<Paragraph>) -> Paragraph {
        let styles = self.styles;
        let properties = paragraph.and_then(|paragraph| plan.tape.child(paragraph, Ns::W, sym::P_PR));
        let named = style_in(plan, properties, sym::P_STYLE);
        let style_tag = named.and_then(|named| plan.tape.tag(named));
        if let Some(last) = last.filter(|last| last.style_tag == style_tag) {
            return Paragraph { paragraph, properties, ..last };
        }
        let own_style = named.and_then(|named| plan.tape.attr(named, Ns::W, sym::VAL)).map(std::borrow::Cow::into_owned);
        let style = own_style.or_else(|| styles.default_paragraph.clone());
        let look = *self.paragraph_looks.entry(style.clone()).or_insert_with(|| styles.look_of(style.as_deref()));
        let bare = self.by_looks(Look::default(), Look::default(), look).ok();
        Paragraph { paragraph, properties, style_tag, style, look, bare }
    }

    fn character_look(&mut self, style: &str) -> Look {
        if let Some(known) = self.character_looks.get(style) {
            return *known;
        }
        let look = self.styles.look_of(Some(style));
        self.character_looks.insert(style.to_owned(), look);
        look
    }

    /// What is seen of a run in the paragraph that was looked at last.
    fn sight_in(&mut self, plan: &Plan<'_>, run: usize, properties: Option<usize>) -> Sight {
        let goes = |index: usize| plan.fate[index] == Fate::Drop;
        let direct = properties.map(|properties| Look::of(&plan.tape, properties, goes)).unwrap_or_default();
        let of_character = style_in(plan, properties, sym::R_STYLE)
            .and_then(|named| plan.tape.attr(named, Ns::W, sym::VAL))
            .map(|style| self.character_look(&style))
            .unwrap_or_default();
        let paragraph = self.last_paragraph.as_ref();
        let of_paragraph = paragraph.map(|paragraph| paragraph.look).unwrap_or_default();
        let (colour, look) = match self.by_looks(direct, of_character, of_paragraph) {
            Ok(sight) => return sight,
            Err(coloured) => coloured,
        };
        let background = match (look.highlight, look.shading) {
            (Some(highlight), _) => Some(highlight),
            (None, Some(Colour::Rgb(shading))) => Some(shading),
            _ => self.background(
                plan,
                run,
                paragraph.and_then(|paragraph| paragraph.properties),
                paragraph.and_then(|paragraph| paragraph.style.as_deref()),
            ),
        };
        if background.is_some_and(|background| alike(colour, background)) {
            return Sight::Invisible("text in the colour of its background");
        }
        Sight::Visible
    }

    /// What is seen of a run, wherever it stands; its colour and look where that depends on what is behind it.
    fn by_looks(&self, direct: Look, of_character: Look, of_paragraph: Look) -> Result<Sight, (Rgb, Look)> {
        // A toggle property of several style levels is on when an odd number of them is on; direct formatting decides alone.
        let toggled = of_paragraph.vanish.unwrap_or(false) ^ of_character.vanish.unwrap_or(false);
        if direct.vanish.unwrap_or(toggled || self.styles.defaults.vanish.unwrap_or(false)) {
            return Ok(Sight::Hidden);
        }
        let look = direct.over(of_character.over(of_paragraph.over(self.styles.defaults)));
        if look.no_fill == Some(true) {
            return Ok(Sight::Invisible("text without fill"));
        }
        if look.half_points.is_some_and(|size| size < TINY_HALF_POINTS) {
            return Ok(Sight::Invisible("text below 4 points"));
        }
        if look.scale.is_some_and(|scale| scale < NARROW_PERCENT) {
            return Ok(Sight::Invisible("text scaled to almost no width"));
        }
        match look.colour {
            Some(Colour::Rgb(colour)) => Err((colour, look)),
            Some(Colour::Auto) | None => Ok(Sight::Visible),
        }
    }

    /// The colour behind a run that has none of its own; `None` where it cannot be told and is not the page.
    fn background(&self, plan: &Plan<'_>, run: usize, paragraph_properties: Option<usize>, paragraph_style: Option<&str>) -> Option<Rgb> {
        let tape = &plan.tape;
        let shading = paragraph_properties
            .and_then(|properties| tape.child(properties, Ns::W, sym::SHD))
            .and_then(|shading| shading_of(tape, shading))
            .or_else(|| self.styles.chain(paragraph_style).into_iter().find_map(|style| style.paragraph_shading));
        if let Some(Colour::Rgb(shading)) = shading {
            return Some(shading);
        }
        let mut at = tape.parent(run);
        while let Some(index) = at {
            let node = tape.node(index);
            match (node.ns, node.name) {
                (Ns::W, sym::TC) => {
                    let shading = tape
                        .child(index, Ns::W, sym::TC_PR)
                        .and_then(|properties| tape.child(properties, Ns::W, sym::SHD))
                        .and_then(|shading| shading_of(tape, shading));
                    if let Some(Colour::Rgb(shading)) = shading {
                        return Some(shading);
                    }
                }
                (Ns::W, sym::TBL) => {
                    let properties = tape.child(index, Ns::W, sym::TBL_PR);
                    let style = properties
                        .and_then(|properties| tape.child(properties, Ns::W, sym::TBL_STYLE))
                        .and_then(|style| tape.attr(style, Ns::W, sym::VAL));
                    // A table style that shades some of its cells: this one may be among them.
                    if self.styles.chain(style.as_deref()).iter().any(|style| style.shades_cells) {
                        return None;
                    }
                }
                // A text box has a fill of its own, or lies over something that has.
                (Ns::W | Ns::Wne, sym::TXBX_CONTENT) => return text_box_fill(tape, index),
                _ => {}
            }
            at = tape.parent(index);
        }
        Some(self.page.unwrap_or(WHITE))
    }
}

/// The fill of the shape that a text box belongs to; white when it has none.
fn text_box_fill(tape: &Tape<'_>, content: usize) -> Option<Rgb> {
    let mut at = tape.parent(content);
    while let Some(index) = at {
        let node = tape.node(index);
        if matches!(node.ns, Ns::Wps | Ns::Wp) && node.name == sym::WSP {
            let properties = tape.child(index, node.ns, sym::SP_PR)?;
            if let Some(solid) = tape.child(properties, Ns::A, sym::SOLID_FILL) {
                let rgb = tape
                    .child(solid, Ns::A, sym::SRGB_CLR)
                    .and_then(|colour| tape.attr(colour, Ns::None, sym::VAL))
                    .and_then(|value| rgb_of(&value));
                return rgb;
            }
            let plain = tape.child(properties, Ns::A, sym::NO_FILL).is_some() || tape.child(index, node.ns, sym::STYLE).is_none();
            let filled = tape
                .children(properties)
                .any(|child| matches!(tape.node(child).name.name(), "gradFill" | "blipFill" | "pattFill" | "grpFill"));
            return (plain && !filled).then_some(WHITE);
        }
        if node.ns == Ns::V && node.name != sym::TEXTBOX {
            return match tape.attr(index, Ns::None, crate::format::xml::Sym::of(b"fillcolor")) {
                Some(value) => rgb_of(value.trim_start_matches('#').split(' ').next().unwrap_or_default()),
                None => Some(WHITE),
            };
        }
        at = tape.parent(index);
    }
    Some(WHITE)
}

/// Whether two colours cannot be told apart by a reader.
fn alike(one: Rgb, other: Rgb) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 24)
}

fn number(tape: &Tape<'_>, index: usize) -> Option<u32> {
    tape.attr(index, Ns::W, sym::VAL)?.trim_end_matches('%').parse().ok()
}

fn colour_of(tape: &Tape<'_>, index: usize, value: crate::format::xml::Sym, theme: crate::format::xml::Sym) -> Option<Colour> {
    if let Some(name) = tape.attr(index, Ns::W, theme) {
        let shaded = tape
            .attrs(index)
            .iter()
            .any(|attr| matches!(attr.name.name(), "themeShade" | "themeTint" | "themeFillShade" | "themeFillTint"));
        if matches!(&*name, "background1" | "light1") && !shaded {
            return Some(Colour::Rgb(WHITE));
        }
    }
    let value = tape.attr(index, Ns::W, value)?;
    if value == "auto" { Some(Colour::Auto) } else { rgb_of(&value).map(Colour::Rgb) }
}

/// The colour of a `w:shd`: its fill, with as much of the pattern colour as the pattern covers (§17.3.5, §17.18.78).
fn shading_of(tape: &Tape<'_>, index: usize) -> Option<Colour> {
    let pattern = tape.attr(index, Ns::W, sym::VAL).unwrap_or_default();
    let fill = colour_of(tape, index, sym::FILL, sym::THEME_FILL);
    let covered = match &*pattern {
        "" | "clear" | "nil" => 0,
        "solid" => 100,
        other => other.strip_prefix("pct").and_then(|percent| percent.parse::<u32>().ok()).unwrap_or(50).min(100),
    };
    if covered == 0 {
        return fill;
    }
    let rgb = |colour: Option<Colour>, auto: Rgb| match colour {
        Some(Colour::Rgb(rgb)) => rgb,
        Some(Colour::Auto) | None => auto,
    };
    let under = rgb(fill, WHITE);
    let over = rgb(colour_of(tape, index, sym::COLOR, sym::THEME_COLOR), [0, 0, 0]);
    let mixed = |at: usize| ((u32::from(under[at]) * (100 - covered) + u32::from(over[at]) * covered) / 100) as u8;
    Some(Colour::Rgb([mixed(0), mixed(1), mixed(2)]))
}

/// `RRGGBB`, or one of the colour names that VML files use.
pub fn rgb_of(value: &str) -> Option<Rgb> {
    match value {
        "white" | "window" => return Some(WHITE),
        "black" | "windowText" => return Some([0, 0, 0]),
        _ => {}
    }
    let byte = |at: usize| value.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    (value.len() == 6).then(|| Some([byte(0)?, byte(2)?, byte(4)?]))?
}

/// The colours of `w:highlight` (§17.18.40).
fn highlight(name: &str) -> Option<Rgb> {
    Some(match name {
        "black" => [0, 0, 0],
        "blue" => [0, 0, 255],
        "cyan" => [0, 255, 255],
        "darkBlue" => [0, 0, 139],
        "darkCyan" => [0, 139, 139],
        "darkGray" => [169, 169, 169],
        "darkGreen" => [0, 100, 0],
        "darkMagenta" => [128, 0, 128],
        "darkRed" => [139, 0, 0],
        "darkYellow" => [128, 128, 0],
        "green" => [0, 255, 0],
        "lightGray" => [211, 211, 211],
        "magenta" => [255, 0, 255],
        "red" => [255, 0, 0],
        "white" => WHITE,
        "yellow" => [255, 255, 0],
        _ => return None,
    })
}
