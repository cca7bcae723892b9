//! Numbering: the lists that the text uses stay, without names, and without the words of levels that no paragraph shows (ECMA-376-1 §17.9).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use foldhash::HashMap;

use super::blocks::has_content;
use super::instruction;
use super::look::{self, Sight, Viewer};
use super::plan::{Around, Fate, Plan, is_on};
use super::report::Report;
use super::styles::{Uses, child_value, style_id, used_definitions};
use crate::format::xml::{Ns, Sym, sym};
use crate::model::FindingKind;

/// What the styles say about numbering.
#[derive(Debug, Default)]
struct Styles {
    by_id: BTreeMap<String, Style>,
    default: Option<String>,
    /// Instances that styles of tables or the defaults name, whatever the level.
    anywhere: BTreeSet<String>,
}

/// What a style says about numbering, with what it takes over from those that it is based on.
#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    number: Option<String>,
    level: Option<String>,
    is_whole: bool,
}

impl Styles {
    fn read(plan: &Plan<'_>) -> Self {
        let tape = &plan.tape;
        let mut styles = Self::default();
        for child in tape.children(tape.root) {
            if tape.is(child, Ns::W, sym::DOC_DEFAULTS) {
                styles.anywhere.extend(values(plan, child, sym::NUM_ID));
            }
            let Some(id) = tape.is(child, Ns::W, sym::STYLE).then(|| style_id(tape, child)).flatten() else { continue };
            let kind = tape.attr(child, Ns::W, sym::TYPE);
            if kind.as_deref() == Some("table") {
                styles.anywhere.extend(values(plan, child, sym::NUM_ID));
                continue;
            }
            let properties = tape.child(child, Ns::W, sym::P_PR);
            let own = |name: Sym| properties.and_then(|properties| values(plan, properties, name).next());
            if kind.is_none_or(|kind| kind == "paragraph")
                && tape.attr(child, Ns::W, sym::DEFAULT).is_some_and(|value| !matches!(&*value, "0" | "false" | "off"))
            {
                styles.default = Some(id.clone());
            }
            styles.by_id.entry(id).or_insert(Style {
                based_on: child_value(plan, child, sym::BASED_ON),
                number: own(sym::NUM_ID),
                level: own(sym::ILVL),
                is_whole: false,
            });
        }
        styles.take_over();
        styles
    }

    /// Gives each style what it takes over. Chains can be as long as there are styles: each link is followed once.
    fn take_over(&mut self) {
        let ids: Vec<String> = self.by_id.keys().cloned().collect();
        for id in ids {
            let mut chain: Vec<String> = Vec::new();
            let mut next = Some(id);
            // A style that is met again, in a circle, adds nothing.
            while let Some(style) = next.as_ref().and_then(|id| self.by_id.get_mut(id)).filter(|style| !style.is_whole) {
                style.is_whole = true;
                let below = style.based_on.clone();
                chain.extend(std::mem::replace(&mut next, below));
            }
            for id in chain.iter().rev() {
                let below = next.as_ref().and_then(|id| self.by_id.get(id)).map(|below| (below.number.clone(), below.level.clone()));
                if let (Some((number, level)), Some(style)) = (below, self.by_id.get_mut(id)) {
                    style.number = style.number.take().or(number);
                    style.level = style.level.take().or(level);
                }
                next = Some(id.clone());
            }
        }
    }

    fn number_of(&self, id: &str) -> Option<&str> {
        self.by_id.get(id)?.number.as_deref()
    }
}

/// Values of the elements of a name that stay inside an element.
fn values<'p>(plan: &'p Plan<'_>, index: usize, name: Sym) -> impl Iterator<Item = String> + 'p {
    let named = plan.living_in(index).filter(move |inside| plan.tape.is(*inside, Ns::W, name));
    named.filter_map(|inside| plan.tape.attr(inside, Ns::W, sym::VAL).map(Cow::into_owned))
}

/// Identifiers of the styles that number their paragraphs.
pub fn numbered_styles(plan: &Plan<'_>) -> BTreeSet<String> {
    if plan.tape.named_any(&[sym::NUM_PR]).is_empty() {
        return BTreeSet::new();
    }
    let styles = Styles::read(plan);
    styles.by_id.keys().filter(|id| styles.number_of(id).is_some_and(|number| number != "0")).cloned().collect()
}

/// The levels (`w:lvl`) of lists that nothing is at: neither a paragraph nor a style names their number, they name no style, and no field
/// numbers, which may be by any.
pub fn idle_levels<'p>(plan: &Plan<'_>, stories_and_styles: impl Iterator<Item = &'p Plan<'p>>) -> BTreeSet<usize> {
    let number =
        |plan: &Plan<'_>, index: usize, name: Sym| plan.tape.attr(index, Ns::W, name).and_then(|number| number.trim().parse().ok());
    // What is said without a level is of the first.
    let mut named: BTreeSet<i64> = BTreeSet::from([0]);
    for story in stories_and_styles {
        if !fields_that_number(story).is_empty() {
            return BTreeSet::new();
        }
        named.extend(story.living_named(Ns::W, sym::ILVL).filter_map(|level| number(story, level, sym::VAL)));
    }
    let is_idle = |level: &usize| {
        let around = plan.tape.parent(*level).filter(|parent| plan.tape.is(*parent, Ns::W, sym::LVL_OVERRIDE));
        let mut numbers = [Some(*level), around].into_iter().flatten().map(|element| number(plan, element, sym::ILVL));
        numbers.all(|number| number.is_some_and(|number| !named.contains(&number))) && child_value(plan, *level, sym::P_STYLE).is_none()
    };
    plan.living_named(Ns::W, sym::LVL).filter(is_idle).collect()
}

/// Keeps the used numbering; drops the names and fingerprints of definitions, and the words and pictures of levels that nothing shows.
///
/// `looks` tells what the styles hide.
pub fn resolve(
    plan: &mut Plan<'_>,
    stories: &[Plan<'_>],
    styles: Option<&Plan<'_>>,
    looks: &look::Styles,
    uses: &Uses,
    report: &mut Report,
) {
    let definitions = used_definitions(plan, uses);
    let mut levels = Vec::new();
    for child in plan.tape.children(plan.tape.root).collect::<Vec<_>>() {
        let used = match plan.tape.node(child).name {
            sym::NUM => plan.tape.attr(child, Ns::W, sym::NUM_ID).is_some_and(|id| uses.numbers.contains(&*id)),
            sym::ABSTRACT_NUM => plan.tape.attr(child, Ns::W, sym::ABSTRACT_NUM_ID).is_some_and(|id| definitions.contains(&*id)),
            _ => continue,
        };
        if !used {
            report.removed(FindingKind::UnusedStyle, &plan.name, 1);
            plan.drop_node(child);
            continue;
        }
        for inside in plan.tape.descendants(child) {
            let node = *plan.tape.node(inside);
            if node.ns != Ns::W {
                continue;
            }
            match node.name {
                sym::NSID | sym::TMPL => {
                    report.removed(FindingKind::DocumentId, &plan.name, 1);
                    plan.drop_node(inside);
                }
                sym::NAME => {
                    report.removed(FindingKind::StyleName, &plan.name, 1);
                    report.words(FindingKind::StyleName, &plan.name, &plan.tape.attr(inside, Ns::W, sym::VAL).unwrap_or_default());
                    plan.drop_node(inside);
                }
                sym::LVL => {
                    plan.set_attr(inside, Ns::W, Sym::of(b"tplc"), None);
                    if says_something(plan, inside) {
                        levels.push(inside);
                    }
                }
                _ => {}
            }
        }
    }
    if !levels.is_empty() {
        let lists = Lists::read(plan);
        if lists.is_crowded {
            report.hold(FindingKind::Unknown, &plan.name, "a list with more levels, or given more often, than any has");
        }
        let styles = styles.map(Styles::read).unwrap_or_default();
        let shown = shown_levels(plan, &lists, stories, &styles, looks, &levels);
        if shown.is_crowded {
            report.hold(FindingKind::Unknown, &plan.name, "more fields that number than can be looked at");
        }
        for level in levels {
            match shown.levels.get(&level) {
                Some(_) if is_hidden(plan, level) => wordless(plan, level, report),
                Some(_) if is_to_say_nothing(plan, level) => {
                    report.hold(FindingKind::InvisibleText, &plan.name, "numbering with words that are hidden to some readers");
                }
                Some(unseen) => {
                    report.stays(&text_of(plan, level));
                    if let Some(why) = unseen {
                        report.hold(FindingKind::InvisibleText, &plan.name, why);
                    }
                }
                None => wordless(plan, level, report),
            }
        }
    }
    picture_bullets(plan, report);
}

/// Whether a level shows words or a picture. One letter is a bullet of a symbol font.
fn says_something(plan: &Plan<'_>, level: usize) -> bool {
    let tape = &plan.tape;
    let picture = tape.child(level, Ns::W, sym::LVL_PIC_BULLET_ID).is_some();
    picture || has_words(&text_of(plan, level))
}

/// The text of a level, with the places of numbers; empty where it has none.
fn text_of<'p>(plan: &'p Plan<'_>, level: usize) -> Cow<'p, str> {
    let text = plan.tape.child(level, Ns::W, sym::LVL_TEXT).and_then(|text| plan.tape.attr(text, Ns::W, sym::VAL));
    text.unwrap_or_default()
}

fn has_words(text: &str) -> bool {
    text.chars().count() - signs_of(text).count() > 1
}

/// The text of a level without letters and digits, but with the places of numbers.
fn signs_of(text: &str) -> impl Iterator<Item = char> {
    let mut after_percent = false;
    text.chars().filter(move |character| {
        let is_place = std::mem::replace(&mut after_percent, *character == '%') && character.is_ascii_digit();
        is_place || !character.is_alphanumeric()
    })
}

fn is_hidden(plan: &Plan<'_>, level: usize) -> bool {
    let tape = &plan.tape;
    tape.child(level, Ns::W, sym::R_PR)
        .and_then(|properties| tape.child(properties, Ns::W, sym::VANISH))
        .is_some_and(|vanish| is_on(tape, vanish, Ns::W))
}

/// Whether a level says something and that it is to say nothing (§17.9.11).
fn is_to_say_nothing(plan: &Plan<'_>, level: usize) -> bool {
    let text = plan.tape.child(level, Ns::W, sym::LVL_TEXT);
    let null = text.and_then(|text| plan.tape.attr(text, Ns::W, Sym::of(b"null")));
    null.is_some_and(|null| !matches!(&*null, "0" | "false" | "off"))
}

/// The levels, among those that say something, that paragraphs are at.
struct Shown<'s> {
    styles: &'s Styles,
    looks: &'s look::Styles,
    lists: &'s Lists,
    /// How the wanted levels look that say words.
    wanted: BTreeMap<usize, Option<look::Number>>,
    /// Why some number of a level cannot be seen.
    levels: BTreeMap<usize, Option<&'static str>>,
    /// Paragraphs whose properties are spelled alike are at the same levels: by the tags that name style, level and instance.
    known: HashMap<[Option<usize>; 3], Rc<[usize]>>,
    /// There are more fields that number, for levels that say something, than were looked at.
    is_crowded: bool,
}

/// The levels that paragraphs are at, and whether their numbers are seen.
fn shown_levels<'s>(
    plan: &Plan<'_>,
    lists: &'s Lists,
    stories: &[Plan<'_>],
    styles: &'s Styles,
    looks: &'s look::Styles,
    wanted: &[usize],
) -> Shown<'s> {
    /// Fields by levels.
    const PAIRS_MAX: usize = 1 << 16;
    let number =
        |level: usize| Some(text_of(plan, level)).filter(|text| has_words(text)).map(|text| looks.number(plan, level, text.into_owned()));
    let wanted = wanted.iter().map(|level| (*level, number(*level))).collect();
    let mut shown = Shown { styles, looks, lists, wanted, levels: BTreeMap::new(), known: HashMap::default(), is_crowded: false };
    let Some(main) = stories.first() else { return shown };
    let page = looks.page(main);
    for story in stories {
        let mut viewer = Viewer::new(looks, page);
        shown.known.clear();
        for paragraph in story.living_named(Ns::W, sym::P) {
            shown.paragraph(story, paragraph, &mut viewer);
        }
        let all: Vec<usize> = shown.wanted.keys().copied().collect();
        let fields = fields_that_number(story);
        shown.is_crowded |= fields.len().saturating_mul(all.len()) > PAIRS_MAX;
        for field in fields.iter().take(PAIRS_MAX / all.len().max(1)) {
            shown.show(&all, story, *field, &mut viewer);
        }
    }
    let mut viewer = Viewer::new(looks, page);
    for number in &styles.anywhere {
        let levels: Vec<usize> = lists.of(number, styles).into_iter().map(|level| level.element).collect();
        shown.show(&levels, main, main.tape.root, &mut viewer);
    }
    shown
}

/// Fields that stay and number by a level, which may be one of any list (§17.16.5.31): the runs that show their numbers. The name of one
/// may be split over runs.
fn fields_that_number(story: &Plan<'_>) -> Vec<usize> {
    let tape = &story.tape;
    let is_one = |code: &str| instruction::name_of(code) == "LISTNUM";
    let mut around = Around::default();
    let mut code = String::new();
    let mut found = Vec::new();
    for index in tape.named_any(&[sym::FLD_CHAR, sym::INSTR_TEXT, sym::FLD_SIMPLE]) {
        if tape.node(index).ns != Ns::W || !around.alive(story, index) {
            continue;
        }
        match tape.node(index).name {
            sym::INSTR_TEXT => {
                let written = |text: usize| story.replace.get(&text).map_or_else(|| tape.characters(text), |new| new.as_str().into());
                code.extend(tape.children(index).map(written));
                code.extend(story.append.get(&index).map(String::as_str));
            }
            sym::FLD_SIMPLE if tape.attr(index, Ns::W, sym::INSTR).is_some_and(|code| is_one(&code)) => found.push(index),
            sym::FLD_SIMPLE => {}
            _ if is_one(&code) => {
                found.extend(tape.parent(index));
                code.clear();
            }
            _ => code.clear(),
        }
    }
    found
}

impl Shown<'_> {
    /// Notes that a paragraph, or a field that numbers, shows levels.
    fn show(&mut self, levels: &[usize], story: &Plan<'_>, bearer: usize, viewer: &mut Viewer<'_>) {
        for level in levels {
            let unseen = self.levels.entry(*level).or_default();
            if let (None, Some(Some(number))) = (&unseen, self.wanted.get(level)) {
                *unseen = match viewer.sight_of_number(story, bearer, number) {
                    Sight::Visible => None,
                    Sight::Hidden => Some("numbering with words that are hidden to some readers"),
                    Sight::Invisible(why) => Some(why),
                };
            }
        }
    }

    fn paragraph(&mut self, story: &Plan<'_>, paragraph: usize, viewer: &mut Viewer<'_>) {
        let tape = &story.tape;
        let properties = tape.child(paragraph, Ns::W, sym::P_PR).filter(|properties| story.fate[*properties] != Fate::Drop);
        let [mut style, mut numbering] = [None; 2];
        let mut is_plain = true;
        for child in properties.into_iter().flat_map(|properties| tape.children(properties)) {
            match tape.node(child).name {
                sym::P_STYLE => style = Some(child),
                sym::NUM_PR => numbering = Some(child),
                sym::P_PR_CHANGE => is_plain = false,
                _ => {}
            }
        }
        if style.is_none() && numbering.is_none() && is_plain && self.styles.default.is_none() {
            return;
        }
        is_plain &= style.into_iter().chain(numbering).all(|element| story.fate[element] == Fate::Keep);
        let part = |name: Sym| numbering.and_then(|numbering| tape.child(numbering, Ns::W, name));
        let named = [style, part(sym::ILVL), part(sym::NUM_ID)];
        is_plain &= named.into_iter().flatten().all(|element| story.fate[element] == Fate::Keep);
        let levels = if is_plain {
            let key = named.map(|element| element.and_then(|element| tape.tag(element)));
            match self.known.get(&key) {
                Some(levels) if levels.is_empty() => return,
                Some(levels) => Rc::clone(levels),
                None => {
                    let levels: Rc<[usize]> = self.levels_of(story, properties).into();
                    self.known.insert(key, Rc::clone(&levels));
                    levels
                }
            }
        } else {
            self.levels_of(story, properties).into()
        };
        if levels.is_empty() || self.is_unseen(story, paragraph, properties) {
            return;
        }
        self.show(&levels, story, paragraph, viewer);
    }

    /// Whether nothing of a paragraph is seen, its number included: its mark is hidden, and nothing else is left of it.
    fn is_unseen(&self, story: &Plan<'_>, paragraph: usize, properties: Option<usize>) -> bool {
        let tape = &story.tape;
        let mark = properties.and_then(|properties| tape.child(properties, Ns::W, sym::R_PR));
        let said = mark.and_then(|mark| tape.child(mark, Ns::W, sym::VANISH)).map(|vanish| is_on(tape, vanish, Ns::W));
        let style = properties.and_then(|properties| child_value(story, properties, sym::P_STYLE));
        said.unwrap_or_else(|| self.looks.hides_marks(style.as_deref())) && !has_content(story, paragraph, &[])
    }

    /// The styles of a paragraph: two where a change of them is kept.
    fn names(&self, story: &Plan<'_>, properties: Option<usize>) -> Vec<String> {
        let mut names: Vec<String> = properties.map(|properties| values(story, properties, sym::P_STYLE).collect()).unwrap_or_default();
        if names.is_empty() {
            names.extend(self.styles.default.clone());
        }
        names
    }

    fn levels_of(&self, story: &Plan<'_>, properties: Option<usize>) -> Vec<usize> {
        let own = |name: Sym| -> Vec<String> { properties.map(|properties| values(story, properties, name).collect()).unwrap_or_default() };
        let names = self.names(story, properties);
        let named: Vec<(&String, Option<&Style>)> = names.iter().map(|name| (name, self.styles.by_id.get(name))).collect();
        let (own_numbers, own_levels) = (own(sym::NUM_ID), own(sym::ILVL));
        let inherited = named.iter().filter_map(|(_, style)| style.and_then(|style| style.number.as_ref()));
        let numbers: Vec<&String> = if own_numbers.is_empty() { inherited.collect() } else { own_numbers.iter().collect() };
        let mut found = Vec::new();
        for number in numbers.into_iter().filter(|number| *number != "0") {
            let list = self.lists.of(number, self.styles);
            let mut at: BTreeSet<&str> = own_levels.iter().map(String::as_str).collect();
            if at.is_empty() {
                for (name, style) in &named {
                    at.extend(list.iter().filter(|level| level.style.as_ref() == Some(name)).map(|level| level.number.as_str()));
                    at.extend(style.and_then(|style| style.level.as_deref()));
                }
                // What is said without a level is of the first.
                if at.is_empty() || !own_numbers.is_empty() {
                    at.insert("0");
                }
            }
            let seen = list.iter().filter(|level| at.contains(level.number.as_str()) && self.wanted.contains_key(&level.element));
            found.extend(seen.map(|level| level.element));
        }
        found
    }
}

/// A level of a definition, or one that an instance has in its place.
#[derive(Debug)]
struct Level {
    element: usize,
    number: String,
    /// The style that puts its paragraphs at this level (§17.9.23).
    style: Option<String>,
}

/// The lists of a document.
#[derive(Debug, Default)]
struct Lists {
    levels: Vec<Level>,
    /// Instance -> its definition and the levels of its own, by their place in `levels`.
    instances: BTreeMap<String, Vec<(Option<String>, Vec<usize>)>>,
    /// Definition -> its levels, and the style that has the levels instead (§17.9.21).
    definitions: BTreeMap<String, (Vec<usize>, Option<String>)>,
    /// There are more of something than any document has, and not all were read.
    is_crowded: bool,
}

impl Lists {
    /// Levels of a definition or instance: nine by the standard (§17.9.6).
    const LEVELS_MAX: usize = 36;
    /// Instances, or definitions, of one identifier.
    const SAME_MAX: usize = 4;

    fn read(plan: &Plan<'_>) -> Self {
        let tape = &plan.tape;
        let mut lists = Self::default();
        for child in plan.living_children(tape.root) {
            let mut own = Vec::new();
            for element in plan.living_in(child).filter(|inside| tape.is(*inside, Ns::W, sym::LVL)) {
                let around = tape.parent(element).filter(|parent| tape.is(*parent, Ns::W, sym::LVL_OVERRIDE)).unwrap_or(element);
                let number = tape.attr(around, Ns::W, sym::ILVL).or_else(|| tape.attr(element, Ns::W, sym::ILVL)).unwrap_or_default();
                if own.len() >= Self::LEVELS_MAX {
                    lists.is_crowded = true;
                    break;
                }
                own.push(lists.levels.len());
                lists.levels.push(Level { element, number: number.into_owned(), style: child_value(plan, element, sym::P_STYLE) });
            }
            if tape.is(child, Ns::W, sym::NUM) {
                let id = tape.attr(child, Ns::W, sym::NUM_ID).unwrap_or_default().into_owned();
                let same = lists.instances.entry(id).or_default();
                if same.len() < Self::SAME_MAX {
                    same.push((child_value(plan, child, sym::ABSTRACT_NUM_ID), own));
                } else {
                    lists.is_crowded = true;
                }
            } else if tape.is(child, Ns::W, sym::ABSTRACT_NUM) {
                let id = tape.attr(child, Ns::W, sym::ABSTRACT_NUM_ID).unwrap_or_default().into_owned();
                let definition = lists.definitions.entry(id).or_default();
                if definition.0.len() + own.len() <= Self::LEVELS_MAX * Self::SAME_MAX {
                    definition.0.extend(own);
                } else {
                    lists.is_crowded = true;
                }
                definition.1 = definition.1.take().or_else(|| child_value(plan, child, sym::NUM_STYLE_LINK));
            }
        }
        lists
    }

    /// The levels of an instance.
    fn of(&self, number: &str, styles: &Styles) -> Vec<&Level> {
        let mut found: Vec<&Level> = Vec::new();
        let mut next = Some(number.to_owned());
        // A definition may lead to the list of a style, and that to another.
        for _ in 0..8 {
            let Some(number) = next.take() else { break };
            for (definition, own) in self.instances.get(&number).into_iter().flatten() {
                let own: Vec<&Level> = own.iter().map(|at| &self.levels[*at]).collect();
                let Some((levels, link)) = definition.as_ref().and_then(|definition| self.definitions.get(definition)) else {
                    found.extend(own);
                    continue;
                };
                let replaced = |level: &&Level| own.iter().chain(&found).any(|other| other.number == level.number);
                let rest: Vec<&Level> = levels.iter().map(|at| &self.levels[*at]).filter(|level| !replaced(level)).collect();
                found.extend(own.into_iter().chain(rest));
                next = link.as_ref().and_then(|style| styles.number_of(style)).filter(|other| *other != number).map(str::to_owned);
            }
        }
        found
    }
}

/// Takes the words out of the text of a level that no paragraph shows (§17.9.11), and its picture. Signs and the places of numbers stay, so
/// that the level still works.
fn wordless(plan: &mut Plan<'_>, level: usize, report: &mut Report) {
    if let Some(picture) = plan.tape.child(level, Ns::W, sym::LVL_PIC_BULLET_ID) {
        plan.drop_node(picture);
    }
    let Some(element) = plan.tape.child(level, Ns::W, sym::LVL_TEXT) else { return };
    let text = text_of(plan, level).into_owned();
    if has_words(&text) {
        report.removed(FindingKind::UnusedText, &plan.name, 1);
        report.words(FindingKind::UnusedText, &plan.name, &text);
        plan.set_attr(element, Ns::W, sym::VAL, Some(signs_of(&text).collect()));
    }
}

/// Keeps the pictures that levels show, and of each nothing but the picture (§17.9.20).
fn picture_bullets(plan: &mut Plan<'_>, report: &mut Report) {
    let shown: BTreeSet<String> = plan
        .living_named(Ns::W, sym::LVL_PIC_BULLET_ID)
        .filter_map(|bullet| plan.tape.attr(bullet, Ns::W, sym::VAL))
        .map(Cow::into_owned)
        .collect();
    for bullet in plan.tape.children(plan.tape.root).collect::<Vec<_>>() {
        if !plan.tape.is(bullet, Ns::W, sym::NUM_PIC_BULLET) {
            continue;
        }
        if plan.tape.attr(bullet, Ns::W, sym::NUM_PIC_BULLET_ID).is_none_or(|id| !shown.contains(&*id)) {
            plan.drop_node(bullet);
            continue;
        }
        for inside in plan.living_in(bullet).collect::<Vec<_>>() {
            if matches!(plan.tape.node(inside).name, sym::TEXTBOX | sym::TEXTPATH | sym::TXBX) {
                report.removed(FindingKind::UnusedText, &plan.name, 1);
                report.words_in(FindingKind::UnusedText, plan, inside);
                plan.drop_node(inside);
            }
        }
    }
}
