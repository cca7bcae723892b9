//! What the styles of a document say of how text looks (ECMA-376-1 §17.7).

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::lines::Line;
use super::properties::{Look, shading_of};
use super::{Number, UNSAID_HALF_POINTS, style_in};
use crate::format::ooxml::colour::{Colour, Named, Palette, WHITE};
use crate::format::ooxml::lengths::measure;
use crate::format::ooxml::plan::{Fate, Plan, is_on};
use crate::format::ooxml::styles::style_id;
use crate::format::xml::{Ns, Sym, Tape, sym};

/// What a style is of (§17.18.83).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Paragraph,
    Character,
    Table,
    Numbering,
}

/// What a style, or a part of a table style, says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Format {
    pub(super) look: Look,
    /// Shading of paragraphs.
    pub paragraph: Option<Colour>,
    /// The farthest tab stop of paragraphs, or where its words begin, in twentieths of a point.
    last_tab: Option<i64>,
    /// How high the lines of paragraphs are.
    line: Option<Line>,
    /// Whether something says that paragraphs of the style follow each other without space.
    is_close: bool,
    /// Shading of cells.
    pub cell: Option<Colour>,
    /// Shading of the table.
    pub table: Option<Colour>,
}

/// One style, as far as visibility goes.
#[derive(Debug, Clone)]
pub(super) struct Style {
    pub(super) of: Of,
    based_on: Option<String>,
    format: Format,
    /// Of a table style: what it says of some cells, by their kind.
    conditions: Vec<(String, Format)>,
    /// Rows and columns in a band.
    bands: (Option<u32>, Option<u32>),
}

/// The styles of a document, as far as visibility goes.
#[derive(Debug, Clone, Default)]
pub struct Styles {
    /// The colours of the theme.
    pub palette: Palette,
    /// Whether the colour of the page is shown (§17.15.1.25).
    shows_background: bool,
    pub(super) by_id: BTreeMap<String, Style>,
    /// Identifiers and names as a careless reader compares them -> identifiers.
    loosely: HashMap<String, String>,
    /// What the styles of paragraphs and characters say, with what they are based on.
    whole: HashMap<String, Format>,
    pub(super) defaults: Look,
    default_line: Option<Line>,
    /// What table styles say of the text in them: the smallest letters, and lines.
    smallest_in_tables: Option<u32>,
    lines_in_tables: Vec<Line>,
    pub(super) default_paragraph: Option<String>,
    pub(super) default_character: Option<String>,
    default_table: Option<String>,
}

/// Words that stand before their tab stop, as the page numbers of headers do, whose usual stops reach past small pages: 2 inches of them.
const BEFORE_STOP: i64 = 2 * 1440;
/// Stops that follow each other so closely, as those of preformatted text do, lead off the page where a line fills it.
const DENSE: i64 = 1000;
/// Table styles that are based on each other, one after the other; what more of them say is not asked.
const TABLE_STYLES_MAX: usize = 256;

impl Of {
    /// A style that names no kind is one of paragraphs (ECMA-376-1 §17.7.4.17).
    fn named(kind: Option<&str>) -> Self {
        match kind {
            Some("character") => Self::Character,
            Some("table") => Self::Table,
            Some("numbering") => Self::Numbering,
            _ => Self::Paragraph,
        }
    }
}

impl Format {
    fn of(tape: &Tape<'_>, palette: &Palette, style: usize, goes: impl Fn(usize) -> bool) -> Self {
        let shading = |properties: Sym| {
            let shading = tape.child(style, Ns::W, properties).and_then(|properties| tape.child(properties, Ns::W, sym::SHD));
            shading.and_then(|shading| shading_of(tape, palette, shading))
        };
        Self {
            look: tape.child(style, Ns::W, sym::R_PR).and_then(|properties| Look::of(tape, palette, properties, goes)).unwrap_or_default(),
            paragraph: shading(sym::P_PR),
            last_tab: last_tab(tape, style),
            line: line_in(tape, style),
            is_close: is_close(tape, style),
            cell: shading(sym::TC_PR),
            table: shading(sym::TBL_PR),
        }
    }

    fn over(self, under: Self) -> Self {
        Self {
            look: self.look.over(under.look),
            paragraph: self.paragraph.or(under.paragraph),
            last_tab: self.last_tab.max(under.last_tab),
            line: self.line.or(under.line),
            is_close: self.is_close || under.is_close,
            cell: self.cell.or(under.cell),
            table: self.table.or(under.table),
        }
    }
}

impl Styles {
    /// Reads the styles, with the theme and the settings that they depend on.
    pub fn read(styles: Option<&Plan<'_>>, theme: Option<&Plan<'_>>, settings: Option<&Plan<'_>>) -> Self {
        let shows_background = settings.is_some_and(|plan| {
            let shown = plan.tape.child(plan.tape.root, Ns::W, sym::DISPLAY_BACKGROUND_SHAPE);
            shown.is_some_and(|shown| is_on(&plan.tape, shown, Ns::W))
        });
        let mut read = Self { palette: Palette::read(theme, settings), shows_background, ..Self::default() };
        if let Some(plan) = styles {
            read.add(plan);
            read.resolve();
        }
        read
    }

    fn add(&mut self, plan: &Plan<'_>) {
        let tape = &plan.tape;
        let goes = |index: usize| plan.fate[index] == Fate::Drop;
        for child in tape.children(tape.root) {
            if tape.is(child, Ns::W, sym::DOC_DEFAULTS) {
                let properties = tape.child(child, Ns::W, sym::R_PR_DEFAULT).and_then(|default| tape.child(default, Ns::W, sym::R_PR));
                self.defaults = properties.and_then(|properties| Look::of(tape, &self.palette, properties, goes)).unwrap_or_default();
                self.default_line = tape.child(child, Ns::W, sym::P_PR_DEFAULT).and_then(|default| line_in(tape, default));
            }
            if !tape.is(child, Ns::W, sym::STYLE) {
                continue;
            }
            let Some(id) = style_id(tape, child) else { continue };
            let of = Of::named(tape.attr(child, Ns::W, sym::TYPE).as_deref());
            let based_on = tape.child(child, Ns::W, sym::BASED_ON).and_then(|element| tape.attr(element, Ns::W, sym::VAL));
            let band = |name: Sym| {
                let size = tape.child(child, Ns::W, sym::TBL_PR).and_then(|properties| tape.child(properties, Ns::W, name));
                size.and_then(|size| tape.attr(size, Ns::W, sym::VAL)).and_then(|size| size.parse().ok())
            };
            let conditions = tape.children(child).filter(|inside| tape.is(*inside, Ns::W, sym::TBL_STYLE_PR)).filter_map(|condition| {
                let cells = tape.attr(condition, Ns::W, sym::TYPE)?.into_owned();
                Some((cells, Format::of(tape, &self.palette, condition, goes)))
            });
            let style = Style {
                of,
                based_on: based_on.map(std::borrow::Cow::into_owned),
                format: Format::of(tape, &self.palette, child, goes),
                conditions: conditions.collect(),
                bands: (band(sym::TBL_STYLE_ROW_BAND_SIZE), band(sym::TBL_STYLE_COL_BAND_SIZE)),
            };
            if tape.attr(child, Ns::W, sym::DEFAULT).is_some_and(|value| !matches!(&*value, "0" | "false" | "off")) {
                match of {
                    Of::Paragraph => self.default_paragraph = Some(id.clone()),
                    Of::Character => self.default_character = Some(id.clone()),
                    Of::Table => self.default_table = Some(id.clone()),
                    Of::Numbering => {}
                }
            }
            let name = tape.child(child, Ns::W, sym::NAME).and_then(|name| tape.attr(name, Ns::W, sym::VAL));
            for called in name.as_deref().into_iter().chain([id.as_str()]) {
                self.loosely.insert(loose(called), id.clone());
            }
            // Of two styles of one identifier the copy keeps the first.
            self.by_id.entry(id).or_insert(style);
        }
    }

    /// Adds up what each style of paragraphs or characters says, and what it is based on. One of another kind is none to be based on
    /// (§17.7.4.3), and neither is one that is under way already.
    fn resolve(&mut self) {
        let mut whole: HashMap<String, Format> = HashMap::with_capacity(self.by_id.len());
        for (id, style) in &self.by_id {
            let (mut pending, mut at, mut under_way) = (Vec::new(), Some((id, style)), HashSet::default());
            let mut base = Format::default();
            while let Some((id, style)) = at {
                if let Some(known) = whole.get(id) {
                    base = *known;
                    break;
                }
                if !under_way.insert(id) {
                    break;
                }
                pending.push((id, style));
                at = style.based_on.as_ref().and_then(|id| self.by_id.get_key_value(id)).filter(|(_, base)| base.of == style.of);
            }
            for (id, style) in pending.into_iter().rev() {
                base = style.format.over(base);
                whole.insert(id.clone(), base);
            }
        }
        self.whole = whole;
        let of_tables = self.by_id.values().filter(|style| style.of == Of::Table);
        let formats = of_tables.flat_map(|style| style.conditions.iter().map(|(_, format)| format).chain([&style.format]));
        for format in formats {
            let size = format.look.half_points.into_iter().chain(format.look.complex_half_points).min();
            self.smallest_in_tables = self.smallest_in_tables.into_iter().chain(size).min();
            self.lines_in_tables.extend(format.line);
        }
        self.lines_in_tables.sort_unstable();
        self.lines_in_tables.dedup();
    }

    /// What a style of a kind says; nothing where there is none of this name, or it is of another kind (§17.3.2.29, §17.3.1.27).
    pub(super) fn whole(&self, id: Option<&str>, of: Of) -> Format {
        let is_one = |id: &&str| self.by_id.get(*id).is_some_and(|style| style.of == of);
        id.filter(is_one).and_then(|id| self.whole.get(id)).copied().unwrap_or_default()
    }

    /// Whether a reference leads to a style that hides text by its name, or where capitals and spaces do not count, and else to none.
    pub(super) fn may_be_hidden_by(&self, reference: &str) -> bool {
        let found = self.loosely.get(&loose(reference)).filter(|_| !self.by_id.contains_key(reference));
        found.and_then(|id| self.whole.get(id)).is_some_and(|format| format.look.vanish == Some(true))
    }

    /// A table style with what it is based on, nearest first. Stops at a cycle, and where no document goes.
    fn table_chain<'s>(&'s self, id: Option<&'s str>) -> Vec<&'s Style> {
        let (mut out, mut seen): (Vec<&Style>, HashSet<&str>) = (Vec::new(), HashSet::default());
        let known = |id: &str| self.by_id.get(id).is_some_and(|style| style.of == Of::Table);
        let mut at = id.filter(|id| known(id)).or(self.default_table.as_deref());
        while let Some((id, style)) = at.and_then(|id| Some((id, self.by_id.get(id)?))) {
            if style.of != Of::Table || out.len() == TABLE_STYLES_MAX || !seen.insert(id) {
                break;
            }
            out.push(style);
            at = style.based_on.as_deref();
        }
        out
    }

    /// Rows and columns in a band of a table style.
    pub fn bands(&self, table_style: Option<&str>) -> (u32, u32) {
        let chain = self.table_chain(table_style);
        let size = |of: fn(&Style) -> Option<u32>| chain.iter().find_map(|style| of(style)).unwrap_or(1).max(1);
        (size(|style| style.bands.0), size(|style| style.bands.1))
    }

    /// What a table style says of a cell that is of some kinds, the weakest first.
    pub fn of_cell(&self, table_style: Option<&str>, kinds: &[&str]) -> Format {
        let chain = self.table_chain(table_style);
        let mut whole = chain.iter().rev().fold(Format::default(), |under, style| style.format.over(under));
        whole.look.doubt |= chain.len() == TABLE_STYLES_MAX;
        kinds.iter().fold(whole, |under, kind| {
            let said = chain.iter().rev().flat_map(|style| &style.conditions).filter(|(cells, _)| cells == kind);
            said.fold(Format::default(), |under, (_, format)| format.over(under)).over(under)
        })
    }

    /// The colour of the pages of a document: that of its background where it is shown.
    pub fn page(&self, main: &Plan<'_>) -> Colour {
        let background = main.tape.child(main.tape.root, Ns::W, sym::BACKGROUND).filter(|_| self.shows_background);
        let colour = background.and_then(|background| self.palette.of_text(&main.tape, background, &Named::PATTERN));
        colour.filter(|colour| *colour != Colour::Auto).unwrap_or(Colour::One(WHITE))
    }

    /// Size of the letters of a paragraph, in half points, where neither it nor its text says another (§17.3.2.38).
    pub fn half_points(&self, paragraph_style: Option<&str>) -> u32 {
        self.of_paragraph(paragraph_style).look.half_points.or(self.defaults.half_points).unwrap_or(UNSAID_HALF_POINTS)
    }

    /// The smallest that letters can be of which styles say the size, in twentieths of a point.
    pub fn least_size(&self, paragraph_style: Option<&str>, character_style: Option<&str>) -> i64 {
        let paragraph = self.of_paragraph(paragraph_style).look;
        let character = self.whole(character_style, Of::Character).look;
        let default = self.whole(self.default_character.as_deref(), Of::Character).look;
        let least = |size: fn(&Look) -> Option<u32>| {
            let said = size(&character).or(size(&default)).or(size(&paragraph));
            said.or_else(|| size(&self.defaults).into_iter().chain(self.smallest_in_tables).min())
        };
        let size = least(|look| look.half_points).unwrap_or(self.smallest_in_tables.unwrap_or(u32::MAX).min(UNSAID_HALF_POINTS));
        i64::from(least(|look| look.complex_half_points).map_or(size, |complex| complex.min(size))) * 10
    }

    /// The least height of a line of letters of a size, both in twentieths of a point, in a paragraph that says none itself.
    pub fn least_line(&self, paragraph_style: Option<&str>, size: i64) -> i64 {
        if let Some(line) = self.of_paragraph(paragraph_style).line {
            return line.least(size);
        }
        let default = self.default_line.unwrap_or_default();
        self.lines_in_tables.iter().map(|line| line.least(size)).fold(default.least(size), i64::min)
    }

    /// How high lines are by the style of a paragraph, or by the defaults.
    pub fn line(&self, paragraph_style: Option<&str>) -> Option<Line> {
        self.of_paragraph(paragraph_style).line.or(self.default_line)
    }

    /// Whether paragraphs of a style may follow each other without the space that they ask for (§17.3.1.9).
    pub fn is_close(&self, paragraph_style: Option<&str>) -> bool {
        self.of_paragraph(paragraph_style).is_close
    }

    /// What a style of paragraphs, or where there is none the default one, says.
    fn of_paragraph(&self, style: Option<&str>) -> Format {
        let named = style.filter(|id| self.by_id.get(*id).is_some_and(|style| style.of == Of::Paragraph));
        self.whole(named.or(self.default_paragraph.as_deref()), Of::Paragraph)
    }

    /// The farthest tab stop that a style of paragraphs, or where there is none the default one, says or takes over.
    pub fn last_tab(&self, paragraph_style: Option<&str>) -> Option<i64> {
        self.of_paragraph(paragraph_style).last_tab
    }

    /// The farthest tab stop of all.
    pub fn farthest_tab(&self) -> Option<i64> {
        self.whole.values().filter_map(|format| format.last_tab).max()
    }

    /// Whether a style of paragraphs, or where there is none the default one, hides their marks.
    pub fn hides_marks(&self, paragraph_style: Option<&str>) -> bool {
        self.of_paragraph(paragraph_style).look.vanish.or(self.defaults.vanish).unwrap_or(false)
    }

    /// Whether some style of paragraphs does.
    pub fn hide_marks(&self) -> bool {
        self.defaults.vanish == Some(true) || self.whole.values().any(|format| format.look.vanish == Some(true))
    }

    /// How a level of a list (`w:lvl`) of a part makes numbers look that say some words.
    pub fn number(&self, plan: &Plan<'_>, level: usize, words: String) -> Number {
        let tape = &plan.tape;
        let properties = tape.child(level, Ns::W, sym::R_PR);
        let goes = |index: usize| plan.fate[index] == Fate::Drop;
        let direct = properties.and_then(|properties| Look::of(tape, &self.palette, properties, goes)).unwrap_or_default();
        let style = style_in(plan, properties, sym::R_STYLE).and_then(|named| tape.attr(named, Ns::W, sym::VAL));
        let named = style.map(|style| {
            let look = self.whole(Some(&style), Of::Character).look;
            Look { doubt: look.doubt || self.may_be_hidden_by(&style), ..look }
        });
        Number { direct, named, words }
    }

    /// Whether the background of the page is shown.
    pub fn shows_background(&self) -> bool {
        self.shows_background
    }
}

/// How high the lines of paragraphs are by a style or the defaults.
fn line_in(tape: &Tape<'_>, style: usize) -> Option<Line> {
    let properties = tape.child(style, Ns::W, sym::P_PR)?;
    Line::of(tape, tape.child(properties, Ns::W, sym::SPACING)?)
}

fn is_close(tape: &Tape<'_>, style: usize) -> bool {
    let properties = tape.child(style, Ns::W, sym::P_PR);
    let close = properties.and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"contextualSpacing")));
    close.is_some_and(|close| is_on(tape, close, Ns::W))
}

/// The farthest tab stop of a paragraph, or of those of a style, that text does not come to step by step (§17.3.1.37).
pub fn last_tab(tape: &Tape<'_>, style: usize) -> Option<i64> {
    let stops = tape.child(style, Ns::W, sym::P_PR).and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"tabs")))?;
    let stops = tape.children(stops).filter(|stop| tape.is(*stop, Ns::W, sym::TAB) && is_stop(tape, *stop));
    let begins = |stop: usize| {
        let place = measure(tape, stop, "pos")?;
        let begins_there = matches!(tape.attr(stop, Ns::W, sym::VAL).as_deref(), None | Some("left" | "start" | "num"));
        Some(if begins_there { place } else { place - BEFORE_STOP })
    };
    let mut places: Vec<i64> = stops.filter_map(begins).collect();
    places.sort_unstable();
    let mut before = 0;
    places.into_iter().filter(|place| place - std::mem::replace(&mut before, *place) > DENSE).last()
}

/// Whether a `w:tab` of a list of stops is one that text goes to (§17.18.84).
pub fn is_stop(tape: &Tape<'_>, tab: usize) -> bool {
    !matches!(tape.attr(tab, Ns::W, sym::VAL).as_deref(), Some("clear" | "bar"))
}

/// A name as it is compared where capitals and spaces do not count.
fn loose(name: &str) -> String {
    name.split_whitespace().flat_map(str::chars).flat_map(char::to_lowercase).collect()
}
