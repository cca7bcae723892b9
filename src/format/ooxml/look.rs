//! How a run looks: hidden, colour, size; through styles of all kinds and document defaults. What is behind it is told in [`ground`].
//!
//! ECMA-376-1 §17.7.2 (style hierarchy), §17.7.3 (toggle properties), §17.7.6 (table styles), §17.3.2.41 (vanish).

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::colour::{Colour, Named, Palette, Rgb, WHITE, alike, highlight};
use super::ground::{self, Ground, Tables};
use super::lengths::css_length;
use super::plan::{Fate, Plan, is_on};
use super::styles::style_id;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};

/// Run properties that decide whether a reader can see the text; `None` where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Look {
    vanish: Option<bool>,
    /// Whether it is said that the text is hidden, and that it is not, or whether that is said where readers do not agree that it counts.
    doubt: bool,
    colour: Option<Colour>,
    /// The fill of the letters, which newer readers take for their colour.
    fill: Option<Colour>,
    highlight: Option<Colour>,
    shading: Option<Colour>,
    half_points: Option<u32>,
    /// Size of letters of complex scripts.
    complex_half_points: Option<u32>,
    /// Whether all letters are taken for those of a complex script.
    complex: Option<bool>,
    no_fill: Option<bool>,
    /// The line around the letters; [`Colour::Auto`] where it is said that there is none.
    outline: Option<Colour>,
    scale: Option<u32>,
}

impl Look {
    /// Reads a `w:rPr`; children that go are left out. `None` where it says nothing about visibility.
    fn of(tape: &Tape<'_>, palette: &Palette, properties: usize, goes: impl Fn(usize) -> bool) -> Option<Self> {
        let mut look = Self::default();
        let mut says = false;
        for child in tape.children(properties) {
            let node = tape.node(child);
            if !decides(node.ns, node.name) || goes(child) {
                continue;
            }
            match (node.ns, node.name) {
                (Ns::W, sym::VANISH) => {
                    let vanish = is_on(tape, child, Ns::W);
                    look.doubt |= look.vanish.is_some_and(|before| before != vanish);
                    look.vanish = Some(vanish);
                }
                (Ns::W, sym::COLOR) => look.colour = palette.of_text(tape, child, &Named::COLOR),
                (Ns::W, sym::HIGHLIGHT) => look.highlight = tape.attr(child, Ns::W, sym::VAL).and_then(|name| highlight(&name)),
                (Ns::W, sym::SHD) => look.shading = shading_of(tape, palette, child),
                (Ns::W, sym::SZ) => look.half_points = half_points(tape, child),
                (Ns::W, sym::SZ_CS) => look.complex_half_points = half_points(tape, child),
                (Ns::W, sym::CS | sym::RTL) if is_on(tape, child, Ns::W) => look.complex = Some(true),
                (Ns::W, sym::W) => look.scale = percent(tape, child),
                (Ns::W14, sym::TEXT_FILL) => {
                    let Some(fill) = tape.children(child).find(|fill| tape.node(*fill).kind == Kind::Element) else { continue };
                    let transparent = tape.is(fill, Ns::W14, sym::NO_FILL) || ground::is_transparent(tape, palette, fill);
                    look.no_fill = Some(transparent);
                    look.fill = palette.fill(tape, fill, WHITE);
                }
                (Ns::W14, sym::TEXT_OUTLINE) => look.outline = Some(outline(tape, palette, child)),
                _ => continue,
            }
            says = true;
        }
        says.then_some(look)
    }

    /// What this says, and where it says nothing what `under` says.
    fn over(self, under: Self) -> Self {
        Self {
            vanish: self.vanish.or(under.vanish),
            doubt: self.doubt || under.doubt && self.vanish.is_none(),
            colour: self.colour.or(under.colour),
            fill: self.fill.or(under.fill),
            highlight: self.highlight.or(under.highlight),
            shading: self.shading.or(under.shading),
            half_points: self.half_points.or(under.half_points),
            complex_half_points: self.complex_half_points.or(under.complex_half_points),
            complex: self.complex.or(under.complex),
            no_fill: self.no_fill.or(under.no_fill),
            outline: self.outline.or(under.outline),
            scale: self.scale.or(under.scale),
        }
    }

    /// Whether letters stand on a highlight that black ones cannot be told from.
    fn is_under_dark_highlight(&self) -> bool {
        self.highlight.is_some_and(|highlight| highlight.each().any(is_dark))
    }

    /// What is seen of letters of a colour before a ground: of those that have a line around them, that line.
    fn before(&self, ground: &Ground, ink: Colour) -> Sight {
        match (ground.hides(ink), self.outline) {
            (Sight::Invisible(why), Some(outline)) if outline != Colour::Auto => {
                if ground.hides(outline) == Sight::Visible {
                    Sight::Visible
                } else {
                    Sight::Invisible(why)
                }
            }
            (sight, _) => sight,
        }
    }

    /// Whether the letters have a line around them.
    fn is_outlined(&self) -> bool {
        self.outline.is_some_and(|outline| outline != Colour::Auto)
    }

    /// The same where readers do not agree that what hides text here hides it.
    fn doubted(self) -> Self {
        Self { vanish: None, doubt: self.doubt || self.vanish == Some(true), ..self }
    }

    /// The colour of the letters; `base` is that of letters for which nothing is said.
    fn ink(&self, base: Colour) -> Colour {
        match (self.fill, self.colour) {
            (Some(fill), Some(colour)) => fill.or(colour),
            (Some(fill), None) => fill,
            (None, colour) => colour.unwrap_or(base),
        }
    }
}

/// Whether an element of run properties decides how the run looks, or names the style that does: nothing else is looked at.
fn decides(ns: Ns, name: Sym) -> bool {
    let names = match ns {
        Ns::W => &[sym::VANISH, sym::COLOR, sym::HIGHLIGHT, sym::SHD, sym::SZ, sym::SZ_CS, sym::CS, sym::RTL, sym::W, sym::R_STYLE][..],
        Ns::W14 => &[sym::TEXT_FILL, sym::TEXT_OUTLINE],
        _ => &[],
    };
    names.contains(&name)
}

/// What a style is of (§17.18.83).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Paragraph,
    Character,
    Table,
    Numbering,
}

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

/// What a style, or a part of a table style, says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Format {
    look: Look,
    /// Shading of paragraphs.
    pub paragraph: Option<Colour>,
    /// Shading of cells.
    pub cell: Option<Colour>,
    /// Shading of the table.
    pub table: Option<Colour>,
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
            cell: shading(sym::TC_PR),
            table: shading(sym::TBL_PR),
        }
    }

    fn over(self, under: Self) -> Self {
        Self {
            look: self.look.over(under.look),
            paragraph: self.paragraph.or(under.paragraph),
            cell: self.cell.or(under.cell),
            table: self.table.or(under.table),
        }
    }
}

/// One style, as far as visibility goes.
#[derive(Debug, Clone)]
struct Style {
    of: Of,
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
    by_id: BTreeMap<String, Style>,
    /// Identifiers and names as a careless reader compares them -> identifiers.
    loosely: HashMap<String, String>,
    /// What the styles of paragraphs and characters say, with what they are based on.
    whole: HashMap<String, Format>,
    defaults: Look,
    default_paragraph: Option<String>,
    default_character: Option<String>,
    default_table: Option<String>,
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
    }

    /// What a style of a kind says; nothing where there is none of this name, or it is of another kind (§17.3.2.29, §17.3.1.27).
    fn whole(&self, id: Option<&str>, of: Of) -> Format {
        let is_one = |id: &&str| self.by_id.get(*id).is_some_and(|style| style.of == of);
        id.filter(is_one).and_then(|id| self.whole.get(id)).copied().unwrap_or_default()
    }

    /// Whether a reference leads to a style that hides text by its name, or where capitals and spaces do not count, and else to none.
    fn may_be_hidden_by(&self, reference: &str) -> bool {
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
        const UNSAID: u32 = 20;
        let named = paragraph_style.filter(|id| self.by_id.get(*id).is_some_and(|style| style.of == Of::Paragraph));
        let style = self.whole(named.or(self.default_paragraph.as_deref()), Of::Paragraph);
        style.look.half_points.or(self.defaults.half_points).unwrap_or(UNSAID)
    }

    /// Whether a style of paragraphs, or where there is none the default one, hides their marks.
    pub fn hides_marks(&self, paragraph_style: Option<&str>) -> bool {
        let named = paragraph_style.filter(|id| self.by_id.get(*id).is_some_and(|style| style.of == Of::Paragraph));
        let style = self.whole(named.or(self.default_paragraph.as_deref()), Of::Paragraph);
        style.look.vanish.or(self.defaults.vanish).unwrap_or(false)
    }

    /// Whether a style of characters says something by which text may not be seen.
    pub fn may_hide(&self, character_style: &str) -> bool {
        let look = self.whole(Some(character_style), Of::Character).look;
        look.vanish == Some(true)
            || look.no_fill == Some(true)
            || is_tiny(look.half_points)
            || look.colour.is_some_and(|colour| colour.each().any(|colour| alike(colour, WHITE)))
    }

    /// Whether the background of the page is shown.
    pub fn shows_background(&self) -> bool {
        self.shows_background
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
    character_looks: HashMap<String, Look>,
    tables: Tables,
    /// The paragraph that was looked at last: a paragraph may hold any number of runs, and looking through all of them for each of them
    /// would take for ever.
    last_paragraph: Option<Paragraph>,
    page: Colour,
    /// What the default style of characters says, which readers follow or not.
    default_character: Look,
    /// The tags of the properties that decided how the last run looks that had any.
    tags: Vec<usize>,
    /// The same of the run that is looked at.
    own_tags: Vec<usize>,
    /// Which tags of the part are those of such properties, once somebody asked.
    decides: Vec<bool>,
    /// What paragraphs of a style say that stand in no cell or text box, by the number of the tag that names the style.
    by_style: HashMap<Option<usize>, OfStyle>,
}

/// What a paragraph says that stands in no cell or text box, for its style.
#[derive(Default)]
struct OfStyle {
    format: Format,
    bare: Option<Sight>,
    /// What is seen of its runs that have properties, by their tags.
    runs: HashMap<Vec<usize>, Sight>,
}

/// What the runs of a paragraph take from it.
struct Paragraph {
    paragraph: Option<usize>,
    properties: Option<usize>,
    /// The number of the tag that names its style.
    style_tag: Option<usize>,
    /// The nearest cell or text box that it is in.
    holder: Option<usize>,
    /// What its style says.
    style: Format,
    /// What the style of the table around it says.
    table: Format,
    /// The colour of letters for which nothing is said.
    base: Colour,
    /// What is behind it, once somebody asked.
    ground: Option<Ground>,
    /// What is seen of a run without properties, where that does not depend on what is behind it.
    bare: Option<Sight>,
    /// What is seen of the last run that had properties, or its look where that depends on what is behind it.
    alike: Option<Result<Sight, Look>>,
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

/// Table styles that are based on each other, one after the other; what more of them say is not asked.
const TABLE_STYLES_MAX: usize = 256;
/// Below 4 points.
pub const TINY_HALF_POINTS: u32 = 8;
/// A line of less around letters is not seen: a quarter of a point, in 12,700ths.
const THINNEST_OUTLINE: i64 = 3175;
/// Below a tenth of the width.
const NARROW_PERCENT: u32 = 10;
const TINY: Sight = Sight::Invisible("text below 4 points");

impl<'v> Viewer<'v> {
    /// A viewer with the document's styles, on pages of a colour.
    pub fn new(styles: &'v Styles, page: Colour) -> Self {
        let default_character = styles.whole(styles.default_character.as_deref(), Of::Character).look.doubted();
        Self {
            styles,
            character_looks: HashMap::new(),
            tables: Tables::default(),
            last_paragraph: None,
            page,
            default_character,
            tags: Vec::new(),
            own_tags: Vec::new(),
            decides: Vec::new(),
            by_style: HashMap::default(),
        }
    }

    /// The colours of what text boxes lie on, by their content, where those are known.
    pub fn with_boxes_on(mut self, behind: HashMap<usize, Vec<Colour>>) -> Self {
        self.tables.behind = behind;
        self
    }

    /// What a reader sees of a `w:r` or `m:r`.
    pub fn sight(&mut self, plan: &Plan<'_>, run: usize) -> Sight {
        let tape = &plan.tape;
        let properties = tape.child(run, Ns::W, sym::R_PR);
        let around = plan.ancestor(run, Ns::W, sym::P);
        if self.last_paragraph.as_ref().is_none_or(|last| last.paragraph != around) {
            self.enter(plan, around);
        }
        match (properties, self.last_paragraph.as_ref().and_then(|paragraph| paragraph.bare)) {
            (None, Some(sight)) => sight,
            _ => self.sight_in(plan, run, properties),
        }
    }

    /// Goes on to another paragraph, which often has the style of the one before and stands in the same cell.
    fn enter(&mut self, plan: &Plan<'_>, paragraph: Option<usize>) {
        let tape = &plan.tape;
        let properties = paragraph.and_then(|paragraph| tape.child(paragraph, Ns::W, sym::P_PR));
        let named = style_in(plan, properties, sym::P_STYLE);
        let style_tag = named.and_then(|named| tape.tag(named));
        let holder = paragraph.and_then(|paragraph| ground::holder(tape, paragraph));
        match &mut self.last_paragraph {
            Some(last) if last.holder == holder && last.style_tag == style_tag => {
                (last.paragraph, last.properties, last.ground) = (paragraph, properties, None);
            }
            _ => self.last_paragraph = Some(self.paragraph(plan, paragraph, properties, named, holder)),
        }
    }

    /// A paragraph in `holder` with the properties, and the element that names its style.
    fn paragraph(
        &mut self,
        plan: &Plan<'_>,
        paragraph: Option<usize>,
        properties: Option<usize>,
        named: Option<usize>,
        holder: Option<usize>,
    ) -> Paragraph {
        let (tape, styles) = (&plan.tape, self.styles);
        let style_tag = named.and_then(|named| tape.tag(named));
        let last = self.last_paragraph.as_ref().filter(|last| last.holder == holder);
        let (table, base) = match (last, holder) {
            (Some(last), _) => (last.table, last.base),
            (None, None) => (Format::default(), Colour::Auto),
            (None, Some(holder)) if tape.is(holder, Ns::W, sym::TC) => (self.tables.format_of(plan, styles, holder), Colour::Auto),
            (None, Some(text_box)) => (Format::default(), ground::base_colour(tape, &styles.palette, text_box)),
        };
        let style = Format::default();
        let mut seen = Paragraph { paragraph, properties, style_tag, holder, style, table, base, ground: None, bare: None, alike: None };
        if let Some(known) = self.by_style.get(&style_tag).filter(|_| holder.is_none()) {
            (seen.style, seen.bare) = (known.format, known.bare);
            return seen;
        }
        let own = named.and_then(|named| tape.attr(named, Ns::W, sym::VAL));
        let doubt = own.as_deref().is_some_and(|id| styles.may_be_hidden_by(id));
        let own = own.as_deref().filter(|id| styles.by_id.get(*id).is_some_and(|style| style.of == Of::Paragraph));
        seen.style = styles.whole(own.or(styles.default_paragraph.as_deref()), Of::Paragraph);
        seen.style.look.doubt |= doubt;
        seen.bare = seen.by_looks(styles, Look::default(), self.default_character).ok();
        if holder.is_none() {
            self.by_style.insert(style_tag, OfStyle { format: seen.style, bare: seen.bare, runs: HashMap::default() });
        }
        seen
    }

    fn character_look(&mut self, style: &str) -> Look {
        if let Some(known) = self.character_looks.get(style) {
            return *known;
        }
        let is_one = self.styles.by_id.get(style).is_some_and(|style| style.of == Of::Character);
        let look = if is_one {
            self.styles.whole(Some(style), Of::Character).look
        } else {
            Look { doubt: self.default_character.doubt || self.styles.may_be_hidden_by(style), ..self.default_character }
        };
        self.character_looks.insert(style.to_owned(), look);
        look
    }

    /// What is seen of a run in the paragraph that was looked at last.
    fn sight_in(&mut self, plan: &Plan<'_>, run: usize, properties: Option<usize>) -> Sight {
        let told_by_tags = self.list_tags(plan, run, properties);
        let known = self.last_paragraph.as_ref().and_then(|paragraph| match (paragraph.bare, &paragraph.alike) {
            (Some(sight), _) if told_by_tags && self.own_tags.is_empty() => Some(Ok(sight)),
            (_, Some(seen)) if told_by_tags && self.own_tags == self.tags => Some(*seen),
            _ if told_by_tags && paragraph.holder.is_none() => {
                self.by_style.get(&paragraph.style_tag)?.runs.get(&self.own_tags).copied().map(Ok)
            }
            _ => None,
        });
        if let Some(Ok(sight)) = known {
            return sight;
        }
        let looks = known.is_none().then(|| self.looks_of(plan, run, properties));
        let Self { styles, tables, page, .. } = self;
        let Some(paragraph) = &mut self.last_paragraph else { return Sight::Visible };
        let seen = match (known, looks) {
            (Some(seen), _) => seen,
            (None, looks) => {
                let (direct, of_character) = looks.unwrap_or_default();
                paragraph.by_looks(styles, direct, of_character)
            }
        };
        if told_by_tags && known.is_none() {
            if let (None, Ok(sight)) = (paragraph.holder, seen) {
                let style = self.by_style.entry(paragraph.style_tag).or_default();
                style.runs.insert(self.own_tags.clone(), sight);
            }
            std::mem::swap(&mut self.tags, &mut self.own_tags);
            paragraph.alike = Some(seen);
        }
        seen.unwrap_or_else(|look| paragraph.against_ground(plan, run, &look, styles, tables, *page))
    }

    /// Lists the tags of the properties that decide how a run looks. Whether they tell all: not where one of them has content of its own,
    /// or where there is a second list.
    fn list_tags(&mut self, plan: &Plan<'_>, run: usize, properties: Option<usize>) -> bool {
        let tape = &plan.tape;
        if self.decides.len() < tape.tag_total() {
            self.decides = tape.by_tag(decides);
        }
        self.own_tags.clear();
        let mut told = true;
        for list in tape.children(run).filter(|child| tape.is(*child, Ns::W, sym::R_PR)) {
            told &= Some(list) == properties;
            for child in tape.children(list) {
                let Some(tag) = tape.tag(child).filter(|tag| self.decides[*tag] && plan.fate[child] != Fate::Drop) else { continue };
                told &= tape.node(child).next as usize == child + 1;
                self.own_tags.push(tag);
            }
        }
        told
    }

    /// What the properties of a run say, and what the style says that they name.
    fn looks_of(&mut self, plan: &Plan<'_>, run: usize, properties: Option<usize>) -> (Look, Look) {
        let goes = |index: usize| plan.fate[index] == Fate::Drop;
        let tape = &plan.tape;
        let mut direct = properties.and_then(|properties| Look::of(tape, &self.styles.palette, properties, goes));
        // Some readers take the first of two, some the last, some a bit of each.
        for other in tape.children(run).filter(|child| tape.is(*child, Ns::W, sym::R_PR) && Some(*child) != properties) {
            let other = Look::of(tape, &self.styles.palette, other, goes);
            direct = if other == direct {
                direct
            } else {
                let look = other.unwrap_or_default().over(direct.unwrap_or_default());
                Some(Look { doubt: true, ..look })
            };
        }
        let named = style_in(plan, properties, sym::R_STYLE).and_then(|named| tape.attr(named, Ns::W, sym::VAL));
        (direct.unwrap_or_default(), named.map_or(self.default_character, |style| self.character_look(&style)))
    }
}

impl Paragraph {
    /// What is seen of a run by its colour and that of what is behind it, and by the script of its letters.
    fn against_ground(&mut self, plan: &Plan<'_>, run: usize, look: &Look, styles: &Styles, tables: &mut Tables, page: Colour) -> Sight {
        if is_tiny(look.complex_half_points) && plan.living_text(run).chars().any(is_of_complex_script) {
            return TINY;
        }
        let ink = if look.no_fill == Some(true) { Colour::Unknown } else { look.ink(self.base) };
        // Letters of no colour of their own turn light on a dark shading, and stay black on a highlight.
        if look.is_under_dark_highlight() && (ink == Colour::Auto || ink.each().any(is_dark)) {
            return Sight::Invisible("text in the colour of its background");
        }
        if ink == Colour::Auto {
            return Sight::Visible;
        }
        let own = [look.highlight, look.shading].into_iter().flatten().find(|colour| *colour != Colour::Auto);
        if let Some(own) = own {
            return look.before(&Ground::of(own), ink);
        }
        let ground = *self.ground.get_or_insert_with(|| {
            let shading = self.properties.and_then(|properties| plan.tape.child(properties, Ns::W, sym::SHD));
            let direct = shading.and_then(|shading| shading_of(&plan.tape, &styles.palette, shading));
            let shading = direct.or(self.style.paragraph).or(self.table.paragraph);
            tables.ground_of(plan, styles, self.paragraph.unwrap_or(run), shading, page)
        });
        look.before(&ground, ink)
    }

    /// What is seen of a run, wherever it stands; its look where that depends on what is behind it, or on its letters.
    fn by_looks(&self, styles: &Styles, direct: Look, of_character: Look) -> Result<Sight, Look> {
        let defaults = styles.defaults;
        // A toggle property of several style levels is on when an odd number of them is on; direct formatting decides alone.
        let toggled = self.style.look.vanish.unwrap_or(false) ^ of_character.vanish.unwrap_or(false);
        if direct.vanish.unwrap_or(toggled || defaults.vanish.unwrap_or(false)) && !direct.doubt {
            return Ok(Sight::Hidden);
        }
        let look = direct.over(of_character.over(self.style.look.over(self.table.look.doubted().over(defaults))));
        if direct.doubt || direct.vanish.is_none() && look.doubt {
            return Ok(Sight::Invisible("text that is hidden to some readers"));
        }
        let no_fill = look.no_fill == Some(true);
        if no_fill && !look.is_outlined() {
            return Ok(Sight::Invisible("text without fill"));
        }
        let complex = look.complex == Some(true);
        if is_tiny(look.half_points) || complex && is_tiny(look.complex_half_points) {
            return Ok(TINY);
        }
        if look.scale.is_some_and(|scale| scale < NARROW_PERCENT) {
            return Ok(Sight::Invisible("text scaled to almost no width"));
        }
        let plain =
            !no_fill && look.ink(self.base) == Colour::Auto && !look.is_under_dark_highlight() && !is_tiny(look.complex_half_points);
        if plain { Ok(Sight::Visible) } else { Err(look) }
    }
}

/// The colour of the line that `w14:textOutline` draws around letters; [`Colour::Auto`] where it draws none that is seen. One of which no
/// width is told has none (MS-DOCX §2.6.3.36).
fn outline(tape: &Tape<'_>, palette: &Palette, outline: usize) -> Colour {
    let width = tape.attr(outline, Ns::W14, sym::W).and_then(|width| width.trim().parse::<i64>().ok());
    let fill = tape.children(outline).find_map(|fill| {
        let drawn = tape.node(fill).kind == Kind::Element && !tape.is(fill, Ns::W14, sym::NO_FILL);
        if drawn && !ground::is_transparent(tape, palette, fill) { palette.fill(tape, fill, WHITE) } else { None }
    });
    fill.filter(|_| width.is_some_and(|width| width >= THINNEST_OUTLINE)).unwrap_or(Colour::Auto)
}

/// A name as it is compared where capitals and spaces do not count.
fn loose(name: &str) -> String {
    name.split_whitespace().flat_map(str::chars).flat_map(char::to_lowercase).collect()
}

/// Whether a colour is black or nearly so: dark blue is, dark red and green are not.
fn is_dark([red, green, blue]: Rgb) -> bool {
    (54 * u32::from(red) + 183 * u32::from(green) + 18 * u32::from(blue)) / 255 < 16
}

fn is_tiny(half_points: Option<u32>) -> bool {
    half_points.is_some_and(|size| size < TINY_HALF_POINTS)
}

/// Whether a letter takes its size from that of complex scripts, whatever its run says (ECMA-376-1 §17.3.2.26).
fn is_of_complex_script(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{E00}'..='\u{FFF}' | '\u{1780}'..='\u{17FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

/// A size in half points, or with its unit (§17.18.42).
fn half_points(tape: &Tape<'_>, index: usize) -> Option<u32> {
    let value = tape.attr(index, Ns::W, sym::VAL)?;
    let value = value.trim();
    let in_half_points = || value.parse::<f64>().ok().map(|size| size.clamp(0.0, 1e6) as u32);
    in_half_points().or_else(|| css_length(value).map(|twips| (twips.max(0) / 10) as u32))
}

fn percent(tape: &Tape<'_>, index: usize) -> Option<u32> {
    tape.attr(index, Ns::W, sym::VAL)?.trim_end_matches('%').parse::<f64>().ok().map(|percent| percent.clamp(0.0, 1e6) as u32)
}

/// The colour of a `w:shd`: its fill, with as much of the pattern colour as the pattern covers (§17.3.5, §17.18.78).
pub fn shading_of(tape: &Tape<'_>, palette: &Palette, index: usize) -> Option<Colour> {
    let pattern = tape.attr(index, Ns::W, sym::VAL).unwrap_or_default();
    let fill = palette.of_text(tape, index, &Named::FILL);
    let covered = match &*pattern {
        "" | "clear" | "nil" => 0,
        "solid" => 100,
        other => other.strip_prefix("pct").and_then(|percent| percent.parse::<u32>().ok()).unwrap_or(50).min(100),
    };
    if covered == 0 {
        return fill;
    }
    let rgb = |colour: Option<Colour>, auto: Rgb| colour.and_then(|colour| colour.each().next()).unwrap_or(auto);
    let under = rgb(fill, WHITE);
    let over = rgb(palette.of_text(tape, index, &Named::PATTERN), [0, 0, 0]);
    let mixed = |at: usize| ((u32::from(under[at]) * (100 - covered) + u32::from(over[at]) * covered) / 100) as u8;
    Some(Colour::One([mixed(0), mixed(1), mixed(2)]))
}
