//! How a run looks: hidden, colour, size; through styles of all kinds and document defaults. What is behind it is told in [`ground`].
//!
//! ECMA-376-1 §17.7.2 (style hierarchy), §17.7.3 (toggle properties), §17.7.6 (table styles), §17.3.2.41 (vanish).

mod lines;
mod properties;
mod styles;

use foldhash::{HashMap, HashMapExt as _};
pub use lines::Line;
use properties::{Look, decides, is_dark};
pub use properties::{half_points, shading_of};
use styles::Of;
pub use styles::{Format, Styles, is_stop, last_tab};

use super::colour::Colour;
use super::geometry::{FEW_LETTERS, OVER_EACH_OTHER};
use super::ground::{self, Ground, Tables};
use super::plan::{Fate, Plan, is_on};
use crate::format::xml::{Ns, Sym, sym};

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
    scene: Scene<'v>,
    character_looks: HashMap<String, Look>,
    /// The paragraph that was looked at last: a paragraph may hold any number of runs, and looking through all of them for each of them
    /// would take for ever.
    last_paragraph: Option<Paragraph>,
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

/// What the text of a part stands in.
struct Scene<'v> {
    styles: &'v Styles,
    tables: Tables,
    page: Colour,
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

/// How a level of a list makes its numbers look, and what it has them say.
#[derive(Debug, Clone)]
pub struct Number {
    /// What its properties say, and what the style of characters says that they name.
    direct: Look,
    named: Option<Look>,
    words: String,
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

/// Below 4 points.
pub const TINY_HALF_POINTS: u32 = 8;
/// Below a tenth of the width.
const NARROW_PERCENT: u32 = 10;
/// The width of letters of 4 half points, in hundredths of a half point: narrower ones are not read.
const NARROW: u32 = 400;
/// Of letters for which no size is told (§17.3.2.38).
const UNSAID_HALF_POINTS: u32 = 20;
const TINY: Sight = Sight::Invisible("text below 4 points");

impl<'v> Viewer<'v> {
    /// A viewer with the document's styles, on pages of a colour.
    pub fn new(styles: &'v Styles, page: Colour) -> Self {
        let default_character = styles.whole(styles.default_character.as_deref(), Of::Character).look.doubted();
        Self {
            scene: Scene { styles, tables: Tables::default(), page },
            character_looks: HashMap::new(),
            last_paragraph: None,
            default_character,
            tags: Vec::new(),
            own_tags: Vec::new(),
            decides: Vec::new(),
            by_style: HashMap::default(),
        }
    }

    /// The colours of what text boxes lie on, by their content, where those are known.
    pub fn with_boxes_on(mut self, behind: HashMap<usize, Vec<Colour>>) -> Self {
        self.scene.tables.behind = behind;
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

    /// What a reader sees of the number of a paragraph, or of a field that numbers: it looks as the mark of the paragraph or the run of the
    /// field does, but for what its level says (§17.9.24).
    pub fn sight_of_number(&mut self, plan: &Plan<'_>, bearer: usize, number: &Number) -> Sight {
        let tape = &plan.tape;
        let is_paragraph = tape.is(bearer, Ns::W, sym::P);
        let paragraph = if is_paragraph { Some(bearer) } else { plan.ancestor(bearer, Ns::W, sym::P) };
        if self.last_paragraph.as_ref().is_none_or(|last| last.paragraph != paragraph) {
            self.enter(plan, paragraph);
        }
        let stays = |index: &usize| plan.fate[*index] != Fate::Drop;
        let holder = if is_paragraph { tape.child(bearer, Ns::W, sym::P_PR).filter(stays) } else { Some(bearer) };
        let properties = holder.and_then(|holder| tape.child(holder, Ns::W, sym::R_PR)).filter(stays);
        let (mut own, of_character) =
            holder.map_or((Look::default(), self.default_character), |holder| self.looks_of(plan, holder, properties));
        if is_paragraph && own.vanish == Some(true) {
            // Text goes on in the same line after the number (§17.3.2.36). Readers do not agree what else hides the number.
            let runs_on = properties.and_then(|properties| tape.child(properties, Ns::W, sym::SPEC_VANISH));
            own.doubt |= runs_on.is_none_or(|runs_on| !is_on(tape, runs_on, Ns::W));
            own.vanish = Some(false);
        }
        let Some(paragraph) = &mut self.last_paragraph else { return Sight::Visible };
        let named = number.named.unwrap_or_default();
        // Of what the style of the level and the mark say, readers may take either.
        let looks = [(number.direct.over(own), named.over(of_character)), (number.direct.over(named).over(own), of_character)];
        let sights = looks.map(|(direct, of_character)| {
            let seen = paragraph.by_looks(self.scene.styles, direct, of_character);
            seen.unwrap_or_else(|look| paragraph.against_ground(plan, bearer, || number.words.clone(), &look, &mut self.scene))
        });
        sights.into_iter().find(|sight| *sight != Sight::Visible).unwrap_or(Sight::Visible)
    }

    /// The colour of the pages.
    pub fn page(&self) -> Colour {
        self.scene.page
    }

    /// What is behind something that is drawn in the line of a paragraph.
    pub fn ground_behind(&mut self, plan: &Plan<'_>, drawn: usize) -> Ground {
        let around = plan.ancestor(drawn, Ns::W, sym::P);
        if self.last_paragraph.as_ref().is_none_or(|last| last.paragraph != around) {
            self.enter(plan, around);
        }
        let page = self.scene.page;
        self.last_paragraph.as_mut().map_or_else(|| Ground::of(page), |paragraph| paragraph.ground(plan, drawn, &mut self.scene))
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
        let (tape, styles) = (&plan.tape, self.scene.styles);
        let style_tag = named.and_then(|named| tape.tag(named));
        let last = self.last_paragraph.as_ref().filter(|last| last.holder == holder);
        let (table, base) = match (last, holder) {
            (Some(last), _) => (last.table, last.base),
            (None, None) => (Format::default(), Colour::Auto),
            (None, Some(holder)) if tape.is(holder, Ns::W, sym::TC) => (self.scene.tables.format_of(plan, styles, holder), Colour::Auto),
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
        let is_one = self.scene.styles.by_id.get(style).is_some_and(|style| style.of == Of::Character);
        let look = if is_one {
            self.scene.styles.whole(Some(style), Of::Character).look
        } else {
            Look { doubt: self.default_character.doubt || self.scene.styles.may_be_hidden_by(style), ..self.default_character }
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
        let Some(paragraph) = &mut self.last_paragraph else { return Sight::Visible };
        let seen = match (known, looks) {
            (Some(seen), _) => seen,
            (None, looks) => {
                let (direct, of_character) = looks.unwrap_or_default();
                paragraph.by_looks(self.scene.styles, direct, of_character)
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
        seen.unwrap_or_else(|look| paragraph.against_ground(plan, run, || plan.living_text(run), &look, &mut self.scene))
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
        let mut direct = properties.and_then(|properties| Look::of(tape, &self.scene.styles.palette, properties, goes));
        // Some readers take the first of two, some the last, some a bit of each.
        for other in tape.children(run).filter(|child| tape.is(*child, Ns::W, sym::R_PR) && Some(*child) != properties) {
            let other = Look::of(tape, &self.scene.styles.palette, other, goes);
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
    fn against_ground(&mut self, plan: &Plan<'_>, run: usize, words: impl Fn() -> String, look: &Look, scene: &mut Scene<'_>) -> Sight {
        if is_tiny(look.complex_half_points) && words().chars().any(is_of_complex_script) {
            return TINY;
        }
        if look.is_squeezed() && has_many_narrow_letters(&words()) {
            return Sight::Invisible(OVER_EACH_OTHER);
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
        look.before(&self.ground(plan, run, scene), ink)
    }

    /// What is behind the paragraph, or behind a run that is in none.
    fn ground(&mut self, plan: &Plan<'_>, run: usize, Scene { styles, tables, page }: &mut Scene<'_>) -> Ground {
        *self.ground.get_or_insert_with(|| {
            let shading = self.properties.and_then(|properties| plan.tape.child(properties, Ns::W, sym::SHD));
            let direct = shading.and_then(|shading| shading_of(&plan.tape, &styles.palette, shading));
            let shading = direct.or(self.style.paragraph).or(self.table.paragraph);
            tables.ground_of(plan, styles, self.paragraph.unwrap_or(run), shading, *page)
        })
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
        let size = look.half_points.unwrap_or(UNSAID_HALF_POINTS);
        if look.scale.is_some_and(|scale| scale < NARROW_PERCENT || scale.saturating_mul(size) < NARROW) {
            return Ok(Sight::Invisible("text scaled to almost no width"));
        }
        let plain = !look.is_squeezed()
            && !no_fill
            && look.ink(self.base) == Colour::Auto
            && !look.is_under_dark_highlight()
            && !is_tiny(look.complex_half_points);
        if plain { Ok(Sight::Visible) } else { Err(look) }
    }
}

/// Whether there are more letters than a page number has, of a script whose letters are mostly no wider than half of their size.
fn has_many_narrow_letters(words: &str) -> bool {
    words.bytes().filter(u8::is_ascii_alphabetic).count() > FEW_LETTERS
}

fn is_tiny(half_points: Option<u32>) -> bool {
    half_points.is_some_and(|size| size < TINY_HALF_POINTS)
}

/// Whether a letter takes its size from that of complex scripts, whatever its run says (ECMA-376-1 §17.3.2.26).
fn is_of_complex_script(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{E00}'..='\u{FFF}' | '\u{1780}'..='\u{17FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}
