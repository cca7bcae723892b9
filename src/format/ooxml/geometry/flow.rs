//! How far down text goes at the least, in a row, frame, box or page that does not grow with it.
//!
//! Every length is a lower bound: words are held only where they lie below the edge in nearly any font.
//! ECMA-376-1 §17.3.1.33 (`w:spacing`), §17.4.80 (`w:trHeight`), §17.3.1.11 (`w:framePr`), §21.1.2.1.1 (`a:bodyPr`).

use std::cell::OnceCell;

use foldhash::HashSet;

use super::joined::hides_mark;
use super::tables::{has_fixed_columns, named_in_tags};
use super::{SMALLEST_USUAL, goes_to_a_stop, is_merged, shows_text, size_of_run, width_of_cell};
use crate::format::ooxml::layers::entry;
use crate::format::ooxml::lengths::{BOUND, css_length, measure};
use crate::format::ooxml::look::{Line, Styles, half_points, last_tab};
use crate::format::ooxml::pictures;
use crate::format::ooxml::plan::{Fate, Plan, letters};
use crate::format::xml::{Kind, Ns, Sym, sym};

/// Tables in tables; words in more of them count as cut off.
const NESTED_MAX: usize = 16;
/// No paragraph keeps more room before it: 22 inches.
const MOST_BEFORE: i64 = 31_680;
/// Of a picture so much is little: a quarter.
const LITTLE: i64 = 4;
/// What a shape keeps above its text where it says nothing: a twentieth of an inch.
const USUAL_INSET_ABOVE: i64 = 72;

/// What the height of the text of a story depends on.
pub struct Text<'s> {
    styles: &'s Styles,
    /// Paragraphs that go on in the line of the one before.
    joined: HashSet<usize>,
    /// Whether some lines of the story run up or down.
    is_turned: bool,
    /// Identifiers of the boxes in which the text of others goes on, and of the shapes of VML.
    linked: HashSet<String>,
    shapes: OnceCell<HashSet<String>>,
}

/// How far text has come down, in twentieths of a point.
struct Flow {
    /// Where what it stands in ends at the side, if words beside it are cut off.
    side: Option<i64>,
    /// Whether some words begin beside it.
    is_beside: bool,
    down: i64,
    /// The room that the last paragraph keeps after it.
    after: i64,
    /// Whether the last paragraph may go on in the line of the next.
    is_open: bool,
    /// Where the last line with words begins.
    last: Option<i64>,
}

/// Letters between two ends of lines.
#[derive(Default)]
struct Stretch {
    /// How far they go at the least.
    across: i64,
    /// Size of the smallest.
    size: Option<i64>,
    shows: bool,
    /// Height of the highest drawing in its line, and of the highest with a picture.
    drawn: i64,
    picture: i64,
}

/// A paragraph, as far as its height goes.
struct Paragraph {
    style: Option<String>,
    line: Option<Line>,
    before: i64,
    after: i64,
    /// Size of its mark.
    size: i64,
    /// Whether what follows may stand in its last line.
    is_open: bool,
}

impl<'s> Text<'s> {
    /// The text of a story.
    pub fn of(plan: &Plan<'_>, styles: &'s Styles) -> Self {
        let tape = &plan.tape;
        let joined = plan.chains.values().flat_map(|chain| chain.iter().skip(1).copied()).collect();
        let is_turned = tape.with_local_name(Sym::of(b"textDirection")).any(|direction| {
            let said = tape.attr(direction, Ns::W, sym::VAL);
            said.is_some_and(|said| !matches!(&*said, "lrTb" | "tb"))
        });
        let boxes = tape.named(Ns::Wps, sym::LINKED_TXBX).filter(|linked| plan.alive(*linked));
        let linked = boxes.filter_map(|linked| tape.attr(linked, Ns::None, Sym::of(b"id"))).map(std::borrow::Cow::into_owned).collect();
        Self { styles, joined, is_turned, linked, shapes: OnceCell::new() }
    }

    /// Whether some of the words in a cell, box or shape have no room in it, however narrow their letters are: a third of their size.
    /// Drawings inside are judged by themselves.
    pub fn overflows(&self, plan: &Plan<'_>, holder: usize, width: i64, height: i64) -> bool {
        if self.goes_on_elsewhere(plan, holder) {
            return false;
        }
        // Lines that run up or down have the other side to themselves.
        let longer = if self.is_turned || is_turned(plan, holder) { width.max(height) } else { 0 };
        // What floats in it stands beside its lines, and needs room as well.
        fills(plan, holder, width.saturating_mul(height)) || self.passes(plan, holder, width.max(longer), height.max(longer))
    }

    /// Whether text that finds no room goes on in another box, which there is (MS-ODRAWXML, `wps:linkedTxbx`; ECMA-376-4 §19.1.2.19).
    fn goes_on_elsewhere(&self, plan: &Plan<'_>, holder: usize) -> bool {
        let tape = &plan.tape;
        let id_of = |index: usize| tape.attr(index, Ns::None, Sym::of(b"id"));
        let shapes = || {
            let shapes = plan.living().filter(|shape| tape.node(*shape).ns == Ns::V);
            shapes.filter_map(id_of).map(std::borrow::Cow::into_owned).collect::<HashSet<_>>()
        };
        own(plan, holder).any(|inside| match tape.node(inside).ns {
            Ns::Wps => tape.node(inside).name == sym::TXBX && id_of(inside).is_some_and(|id| self.linked.contains(&*id)),
            Ns::V => {
                let style = tape.attr(inside, Ns::None, sym::STYLE).unwrap_or_default();
                let next = entry(&style, "mso-next-textbox").and_then(|next| next.strip_prefix('#'));
                next.is_some_and(|next| self.shapes.get_or_init(shapes).contains(next))
            }
            _ => false,
        })
    }

    /// The same of a frame: of a paragraph and those after it that have the same frame. Returns the first of them with words that have no
    /// room, and the first node after all of them.
    pub fn frame_overflows(&self, plan: &Plan<'_>, first: usize, width: i64, height: i64) -> (Option<usize>, usize) {
        let tape = &plan.tape;
        let frame = |paragraph: usize| {
            let properties = tape.child(paragraph, Ns::W, sym::P_PR)?;
            Some(tape.source(tape.child(properties, Ns::W, sym::FRAME_PR)?))
        };
        let (own, mut flow, mut at, mut found) = (frame(first), Flow::new(None), first, None);
        let end = tape.parent(first).map_or(tape.nodes.len(), |parent| tape.node(parent).next as usize);
        let longer = if self.is_turned { width.max(height) } else { 0 };
        while at < end {
            if tape.node(at).kind == Kind::Element && plan.fate[at] != Fate::Drop {
                if !tape.is(at, Ns::W, sym::P) || frame(at) != own {
                    break;
                }
                self.paragraph(plan, at, width.max(longer), &mut flow);
                found = found.or_else(|| flow.last.filter(|last| *last >= height.max(longer)).map(|_| at));
            }
            at = tape.node(at).next as usize;
        }
        (found, at)
    }

    /// Whether a header or footer with words is higher than any page: it takes no room on a second one.
    pub fn leaves_the_page(&self, plan: &Plan<'_>, width: i64, height: i64) -> bool {
        let root = plan.tape.root;
        if self.is_turned {
            return false;
        }
        if plan.tape.is(root, Ns::W, sym::FTR) {
            // It grows upwards.
            let mut flow = Flow::new(None);
            self.blocks(plan, root, width, NESTED_MAX, &mut flow);
            return flow.last.is_some() && flow.down >= height;
        }
        plan.tape.is(root, Ns::W, sym::HDR) && self.ends_off(plan, root, None, width, height)
    }

    /// Whether the last words of an element begin below a height.
    fn passes(&self, plan: &Plan<'_>, holder: usize, width: i64, height: i64) -> bool {
        let tape = &plan.tape;
        if tape.is(holder, Ns::W, sym::TC) || tape.is(holder, Ns::W, sym::P) {
            return self.ends_off(plan, holder, None, width, height);
        }
        let mut boxes = plan.living_in(holder).filter(|inside| tape.is(*inside, Ns::W, sym::TXBX_CONTENT));
        let Some(content) = boxes.next() else { return false };
        if boxes.any(|other| !is_inside(plan, other, holder)) {
            // Of several each has a place of its own.
            return false;
        }
        let lines = if wraps(plan, holder) { width } else { BOUND };
        let height = height.saturating_sub(inset_above(plan, holder));
        self.ends_off(plan, content, Some(width), lines, height.saturating_mul(columns_of(plan, holder)))
    }

    fn ends_off(&self, plan: &Plan<'_>, container: usize, side: Option<i64>, width: i64, height: i64) -> bool {
        let mut flow = Flow::new(side);
        if plan.tape.is(container, Ns::W, sym::P) {
            self.paragraph(plan, container, width, &mut flow);
        } else {
            self.blocks(plan, container, width, NESTED_MAX, &mut flow);
        }
        flow.is_beside || flow.last.is_some_and(|last| last >= height)
    }

    /// Blocks, and what is around them (§17.13.5, §17.5).
    fn blocks(&self, plan: &Plan<'_>, container: usize, width: i64, nested: usize, flow: &mut Flow) {
        let tape = &plan.tape;
        let mut pending = vec![tape.children(container)];
        while let Some(children) = pending.last_mut() {
            let Some(child) = children.next() else {
                pending.pop();
                continue;
            };
            let node = tape.node(child);
            if node.kind != Kind::Element || plan.fate[child] == Fate::Drop {
                continue;
            }
            let floats = |properties: Sym, place: Sym| {
                tape.child(child, Ns::W, properties).is_some_and(|properties| tape.child(properties, Ns::W, place).is_some())
            };
            match (node.ns, node.name) {
                (Ns::W, sym::P) if !floats(sym::P_PR, sym::FRAME_PR) => self.paragraph(plan, child, width, flow),
                (Ns::W, sym::TBL) if nested > 0 && !floats(sym::TBL_PR, sym::TBLP_PR) => self.table(plan, child, width, nested - 1, flow),
                (Ns::W, sym::TBL) if nested == 0 && shows_text(plan, child) => flow.last = Some(BOUND),
                (Ns::W, sym::P | sym::TBL) => {}
                _ => pending.push(tape.children(child)),
            }
        }
    }

    fn table(&self, plan: &Plan<'_>, table: usize, width: i64, nested: usize, flow: &mut Flow) {
        let tape = &plan.tape;
        flow.keep(0, 0, false);
        let side = flow.side.filter(|_| has_fixed_columns(plan, table));
        let properties = tape.child(table, Ns::W, sym::TBL_PR);
        let indent = properties.and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"tblInd")));
        let indent = indent.filter(|indent| tape.attr(*indent, Ns::W, sym::TYPE).is_none_or(|unit| unit == "dxa"));
        let begins = indent.and_then(|indent| measure(tape, indent, "w")).unwrap_or(0);
        for row in named_in_tags(plan, table, sym::TR) {
            let rule = tape.child(row, Ns::W, sym::TR_PR).and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"trHeight")));
            let said = rule.and_then(|rule| measure(tape, rule, "val")).unwrap_or(0).clamp(0, MOST_BEFORE);
            let is_exact = rule.and_then(|rule| tape.attr(rule, Ns::W, Sym::of(b"hRule"))).is_some_and(|rule| rule == "exact");
            let (mut tallest, mut start) = (said, begins);
            for cell in named_in_tags(plan, row, sym::TC) {
                let cell_width = width_of_cell(tape, cell, width);
                let mut inside = Flow::new(side.map(|side| side - start));
                self.blocks(plan, cell, cell_width, nested, &mut inside);
                start = start.saturating_add(width_of_cell(tape, cell, 0));
                flow.is_beside |= inside.is_beside || inside.last.is_some() && side.is_some() && begins < 0 && start <= 0;
                let last = inside.last.filter(|last| !is_exact || *last < said);
                flow.last = flow.last.max(last.map(|last| flow.down.saturating_add(last)));
                if !is_exact && !is_merged(tape, cell) {
                    tallest = tallest.max(inside.down);
                }
            }
            flow.down = flow.down.saturating_add(tallest);
        }
    }

    fn paragraph(&self, plan: &Plan<'_>, index: usize, width: i64, flow: &mut Flow) {
        let tape = &plan.tape;
        let paragraph = self.read(plan, index);
        flow.keep(paragraph.before, paragraph.after, paragraph.is_open);
        let before = flow.last;
        let (mut stretch, mut size, mut ended) = (Stretch::default(), paragraph.size, false);
        for inside in inline(plan, index) {
            match (tape.node(inside).ns, tape.node(inside).name) {
                (Ns::W | Ns::M, sym::R) => size = self.size_of(plan, inside, &paragraph),
                (Ns::W | Ns::M, sym::T) | (Ns::W, sym::DEL_TEXT | sym::SYM) => {
                    let words = letters(tape, inside);
                    stretch.across = stretch.across.saturating_add((words.chars().count() as i64).saturating_mul(size / 3));
                    stretch.shows |= !words.trim().is_empty();
                    stretch.size = stretch.size.into_iter().chain([size]).min();
                }
                (Ns::W, sym::DRAWING | sym::PICT | sym::OBJECT) => {
                    let height = pictures::height_in_line(plan, inside);
                    stretch.drawn = stretch.drawn.max(height);
                    if height > stretch.picture && pictures::shows_picture(plan, inside) {
                        stretch.picture = height;
                    }
                }
                (Ns::W, sym::CR) => self.end_stretch(std::mem::take(&mut stretch), &paragraph, size, width, flow),
                (Ns::W, sym::BR) if matches!(tape.attr(inside, Ns::W, sym::TYPE).as_deref(), None | Some("textWrapping")) => {
                    self.end_stretch(std::mem::take(&mut stretch), &paragraph, size, width, flow);
                    ended = true;
                }
                _ => {}
            }
        }
        if stretch.across > 0 || stretch.drawn > 0 || ended || !paragraph.is_open {
            self.end_stretch(stretch, &paragraph, paragraph.size, width, flow);
        }
        if flow.last > before
            && let Some(side) = flow.side
        {
            flow.is_beside |= side <= 0 || is_beside(plan, index, side);
        }
    }

    /// Goes down by the lines of a stretch, of whose letters none is smaller than said.
    fn end_stretch(&self, stretch: Stretch, paragraph: &Paragraph, size: i64, width: i64, flow: &mut Flow) {
        let size = stretch.size.unwrap_or(size);
        let height = paragraph.line.map_or_else(|| self.styles.least_line(paragraph.style.as_deref(), size), |line| line.least(size));
        let lines = (stretch.across - 1).max(0) / width.max(1) + 1;
        if stretch.shows {
            flow.last = flow.last.max(Some(flow.down.saturating_add(height.saturating_mul(lines - 1))));
        }
        // A line is as high as what is drawn in it, unless its height is fixed.
        let is_exact = self.exact_line(paragraph).is_some();
        let drawn = if is_exact { 0 } else { (stretch.drawn - height).max(0) };
        if stretch.picture > 0 && !is_exact {
            flow.last = flow.last.max(Some(flow.down.saturating_add(stretch.picture / LITTLE)));
        }
        flow.down = flow.down.saturating_add(height.saturating_mul(lines)).saturating_add(drawn);
    }

    /// Whether lines of a fixed height leave little of what is drawn in one of them.
    pub fn cuts_off(&self, plan: &Plan<'_>, drawing: usize, height: i64) -> bool {
        let Some(paragraph) = plan.ancestor(drawing, Ns::W, sym::P) else { return false };
        self.exact_line(&self.read(plan, paragraph)).is_some_and(|line| line.saturating_mul(LITTLE) <= height)
    }

    /// The height of the lines of a paragraph, where it does not grow with what is in them.
    fn exact_line(&self, paragraph: &Paragraph) -> Option<i64> {
        match paragraph.line.or_else(|| self.styles.line(paragraph.style.as_deref())) {
            Some(Line::Exact(height)) => Some(height),
            _ => None,
        }
    }

    fn read(&self, plan: &Plan<'_>, index: usize) -> Paragraph {
        let tape = &plan.tape;
        let properties = tape.child(index, Ns::W, sym::P_PR);
        let property = |name: Sym| properties.and_then(|properties| tape.child(properties, Ns::W, name));
        let style = property(sym::P_STYLE).and_then(|style| tape.attr(style, Ns::W, sym::VAL)).map(std::borrow::Cow::into_owned);
        let spacing = property(sym::SPACING);
        let is_close = property(Sym::of(b"contextualSpacing")).map_or_else(|| self.styles.is_close(style.as_deref()), |_| true);
        // Space that is counted in lines, or left to the reader, is another than the one in points.
        let room = |name: &str, instead: [&str; 2]| {
            let spacing = spacing.filter(|_| !is_close)?;
            let says = |name: &str| tape.attr(spacing, Ns::W, Sym::of(name.as_bytes())).is_some();
            measure(tape, spacing, name).filter(|_| !instead.into_iter().any(says))
        };
        let mut paragraph = Paragraph {
            line: spacing.and_then(|spacing| Line::of(tape, spacing)),
            before: room("before", ["beforeLines", "beforeAutospacing"]).unwrap_or(0).clamp(0, MOST_BEFORE),
            after: room("after", ["afterLines", "afterAutospacing"]).unwrap_or(0).clamp(0, MOST_BEFORE),
            size: 0,
            is_open: hides_mark(plan, self.styles, index) || self.joined.contains(&index) || plan.fate[index] == Fate::Unwrap,
            style,
        };
        paragraph.size = self.size_by(plan, property(sym::R_PR), &paragraph);
        paragraph
    }

    fn size_of(&self, plan: &Plan<'_>, run: usize, paragraph: &Paragraph) -> i64 {
        self.size_by(plan, plan.tape.child(run, Ns::W, sym::R_PR), paragraph)
    }

    /// Size of the letters by their own properties and the styles.
    fn size_by(&self, plan: &Plan<'_>, properties: Option<usize>, paragraph: &Paragraph) -> i64 {
        let tape = &plan.tape;
        let property = |name: Sym| properties.and_then(|own| tape.child(own, Ns::W, name));
        let said = |name: Sym| property(name).and_then(|size| half_points(tape, size)).map(|size| i64::from(size) * 10);
        let character = property(sym::R_STYLE).and_then(|style| tape.attr(style, Ns::W, sym::VAL));
        let by_style = || self.styles.least_size(paragraph.style.as_deref(), character.as_deref());
        match (said(sym::SZ), said(sym::SZ_CS)) {
            (Some(size), complex) => complex.unwrap_or(size).min(size),
            (None, complex) => complex.unwrap_or(i64::MAX).min(by_style()),
        }
    }
}

impl Flow {
    fn new(side: Option<i64>) -> Self {
        Self { side, is_beside: false, down: 0, after: 0, is_open: false, last: None }
    }

    /// Begins a paragraph: of the room after one and before the next readers keep both, or the larger.
    fn keep(&mut self, before: i64, after: i64, is_open: bool) {
        if !self.is_open && !is_open {
            self.down = self.down.saturating_add(before.max(self.after));
        }
        (self.after, self.is_open) = (after, is_open);
    }
}

/// Whether the lines of a paragraph, or the words behind one of its tab stops, begin behind what it stands in (§17.3.1.12, §17.3.1.37).
fn is_beside(plan: &Plan<'_>, paragraph: usize, side: i64) -> bool {
    let tape = &plan.tape;
    let indents = tape.child(paragraph, Ns::W, sym::P_PR).and_then(|properties| tape.child(properties, Ns::W, sym::IND));
    let indent = |names: &[&str]| indents.and_then(|indents| names.iter().find_map(|name| measure(tape, indents, name))).unwrap_or(0);
    let (left, right) = (indent(&["left", "start"]), indent(&["right", "end"]));
    let first = left.saturating_add(indent(&["firstLine"])).saturating_sub(indent(&["hanging"]));
    let is_far = |begins: i64| begins >= side;
    is_far(left) || is_far(first) || is_far(right) || last_tab(tape, paragraph).is_some_and(is_far) && goes_to_a_stop(plan, paragraph)
}

/// What stands in the lines of a paragraph: what is said of it stands elsewhere, and so does what is in a drawing.
fn inline<'p>(plan: &'p Plan<'_>, paragraph: usize) -> impl Iterator<Item = usize> + 'p {
    let tape = &plan.tape;
    let end = tape.node(paragraph).next as usize;
    let mut at = paragraph + 1;
    std::iter::from_fn(move || {
        while at < end {
            let (index, node) = (at, tape.node(at));
            let beside = node.ns == Ns::W && matches!(node.name, sym::P_PR | sym::R_PR | sym::RT);
            if plan.fate[index] == Fate::Drop || node.kind != Kind::Element || beside {
                at = node.next as usize;
                continue;
            }
            let is_drawn = node.ns == Ns::W && matches!(node.name, sym::DRAWING | sym::PICT | sym::OBJECT);
            at = if is_drawn { node.next as usize } else { at + 1 };
            return Some(index);
        }
        None
    })
}

/// An element and what is in it, but for what is in drawings in its text.
fn own<'p>(plan: &'p Plan<'_>, holder: usize) -> impl Iterator<Item = usize> + 'p {
    std::iter::once(holder).chain(inline(plan, holder))
}

/// Whether the letters of an element cover more than a room, however its lines run: each line takes seven tenths of their size.
fn fills(plan: &Plan<'_>, holder: usize, room: i64) -> bool {
    let tape = &plan.tape;
    let mut area = 0_i64;
    for run in words_of(plan, holder) {
        let size = tape.parent(run).map_or(SMALLEST_USUAL, |run| size_of_run(tape, run));
        let characters = letters(tape, run).chars().count() as i64;
        area = area.saturating_add(characters.saturating_mul(size / 3).saturating_mul(size * 7 / 10));
    }
    area > room
}

/// The texts and symbols of an element but for those of drawings in it.
fn words_of<'p>(plan: &'p Plan<'_>, holder: usize) -> impl Iterator<Item = usize> + 'p {
    inline(plan, holder).filter(|index| plan.tape.is(*index, Ns::W, sym::T) || plan.tape.is(*index, Ns::W, sym::SYM))
}

/// Whether the lines in an element may not run across it: they, or it, are turned, or it stands in a box, which may be.
pub(super) fn is_turned(plan: &Plan<'_>, holder: usize) -> bool {
    let tape = &plan.tape;
    plan.ancestor(holder, Ns::W, sym::TXBX_CONTENT).is_some()
        || own(plan, holder).any(|inside| {
            let said = |name: &str| tape.attr(inside, Ns::None, Sym::of(name.as_bytes()));
            match tape.node(inside).name {
                sym::BODY_PR => said("vert").is_some_and(|vert| vert != "horz"),
                sym::XFRM => said("rot").is_some_and(|turn| turn.trim() != "0"),
                _ if tape.node(inside).ns == Ns::V => {
                    said("style").is_some_and(|style| style.contains("layout-flow") || entry(&style, "rotation").is_some())
                }
                _ => false,
            }
        })
}

/// Whether a box stands in another one that is in the holder.
fn is_inside(plan: &Plan<'_>, content: usize, holder: usize) -> bool {
    plan.ancestor(content, Ns::W, sym::TXBX_CONTENT).is_some_and(|outer| outer > holder)
}

/// Whether the lines in a shape end at its side (§21.1.2.1.1; ECMA-376-4 §14.1.2.19).
fn wraps(plan: &Plan<'_>, holder: usize) -> bool {
    let tape = &plan.tape;
    !own(plan, holder).any(|inside| match tape.node(inside).name {
        sym::BODY_PR => tape.attr(inside, Ns::None, Sym::of(b"wrap")).is_some_and(|wrap| wrap == "none"),
        _ if tape.node(inside).ns == Ns::V => {
            tape.attr(inside, Ns::None, sym::STYLE).is_some_and(|style| entry(&style, "mso-wrap-style") == Some("none"))
        }
        _ => false,
    })
}

/// The room that a shape keeps above its text (§21.1.2.1.1; ECMA-376-4 §19.1.2.22).
fn inset_above(plan: &Plan<'_>, holder: usize) -> i64 {
    let tape = &plan.tape;
    let inset = own(plan, holder).find_map(|inside| match (tape.node(inside).ns, tape.node(inside).name) {
        (_, sym::BODY_PR) => {
            let emu = tape.attr(inside, Ns::None, Sym::of(b"tIns")).and_then(|inset| inset.trim().parse::<i64>().ok());
            Some(emu.map_or(USUAL_INSET_ABOVE, |emu| emu / 635))
        }
        (Ns::V, sym::TEXTBOX) => {
            let sides = tape.attr(inside, Ns::None, Sym::of(b"inset"));
            Some(sides.and_then(|sides| css_length(sides.split(',').nth(1)?.trim())).unwrap_or(USUAL_INSET_ABOVE))
        }
        _ => None,
    });
    inset.unwrap_or(0).clamp(0, MOST_BEFORE)
}

/// Columns of the text in a shape.
fn columns_of(plan: &Plan<'_>, holder: usize) -> i64 {
    let tape = &plan.tape;
    let body = own(plan, holder).find(|inside| tape.node(*inside).name == sym::BODY_PR);
    let columns = body.and_then(|body| tape.attr(body, Ns::None, Sym::of(b"numCol"))?.trim().parse::<i64>().ok());
    columns.unwrap_or(1).clamp(1, 16)
}
