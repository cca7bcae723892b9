//! Properties of runs, paragraphs, frames, rows and tables that leave no place where what they apply to is seen.

use std::borrow::Cow;

use super::flow::Text;
use super::tables::{cell_off_the_page, has_fixed_columns, height_of_merged, named_in_tags};
use super::{
    ASSUMED_SIZE, Found, NO_HEIGHT, OVER_EACH_OTHER, SMALLEST_USUAL, TAB_OFF, UNREADABLE, counted_from, goes_to_a_stop, height_shown,
    in_part, is_cut_off, is_merged, is_of_body, off, shows_text, unseen, width_of_cell,
};
use crate::format::ooxml::lengths::{BOUND, measure, raised};
use crate::format::ooxml::look::{TINY_HALF_POINTS, is_stop};
use crate::format::ooxml::pages::{Axis, Page, Place};
use crate::format::ooxml::pictures::widest_picture;
use crate::format::ooxml::plan::Plan;
use crate::format::xml::{Ns, Sym, Tape, sym};

/// The properties that may say where something is.
pub const NAMES: [&str; 13] =
    ["position", "spacing", "fitText", "trHeight", "framePr", "ind", "tabs", "tblpPr", "tblInd", "tblLayout", "tcW", "wBefore", "hps"];

/// No text is raised or lowered as far: 2 inches, in half points.
const FAR_HALF_POINTS: i64 = 288;
/// No paragraph of pictures has more nodes; one that has is taken for text.
const NODES_OF_A_PICTURE: usize = 4096;
/// Lines of less are drawn over each other: a sixth of a line, in its 240ths.
const LEAST_LINE: i64 = 40;
/// Width of a letter that indents are counted in, in twentieths of a point: that of small print.
const NARROW_LETTER: i64 = SMALLEST_USUAL;

/// What a property leaves no place for.
pub fn judge(plan: &Plan<'_>, index: usize, page: &Page, text: &Text<'_>) -> Option<Found> {
    if !NAMES.contains(&plan.tape.node(index).name.name()) {
        return None;
    }
    let list = plan.tape.parent(index)?;
    Property { plan, index, list, holder: plan.tape.parent(list)?, page, text }.found()
}

/// Whether one of the stops of a `w:tabs` is off the page.
pub fn has_stop_off_the_page(tape: &Tape<'_>, tabs: usize, page: &Page) -> bool {
    let mut stops = tape.children(tabs).filter(|stop| tape.is(*stop, Ns::W, sym::TAB) && is_stop(tape, *stop));
    stops.any(|stop| measure(tape, stop, "pos").is_some_and(|place| place >= page.end_of_lines()))
}

/// A property and what it applies to.
struct Property<'p, 't> {
    plan: &'p Plan<'t>,
    index: usize,
    /// The list of properties that it stands in.
    list: usize,
    /// What that is of.
    holder: usize,
    page: &'p Page,
    text: &'p Text<'p>,
}

impl<'p, 't> Property<'p, 't> {
    fn found(&self) -> Option<Found> {
        let of_run = self.tape().is(self.list, Ns::W, sym::R_PR);
        match self.tape().node(self.index).name.name() {
            "position" if of_run => self.position(),
            "spacing" if of_run => self.room_between_letters(),
            "spacing" => self.room_between_lines(),
            "fitText" if of_run => self.fitted(),
            "hps" => self.words_over_others(),
            "tcW" => self.width_of_cell(),
            "trHeight" if self.word("hRule") == "exact" => self.height_of_row(),
            "framePr" => self.frame(),
            "ind" => self.indents(),
            "tabs" => self.stops(),
            "wBefore" => self.room_before_row(),
            "tblpPr" => self.place_of_table(),
            "tblLayout" if self.word("type") == "fixed" => self.cell_off_the_page(),
            "tblInd" => self.cell_off_the_page(),
            _ => None,
        }
    }

    fn tape(&self) -> &'p Tape<'t> {
        &self.plan.tape
    }

    /// An attribute that is a measure, in twentieths of a point where its unit is a length.
    fn twips(&self, name: &str) -> Option<i64> {
        measure(self.tape(), self.index, name)
    }

    fn word(&self, name: &str) -> Cow<'p, str> {
        self.tape().attr(self.index, Ns::W, Sym::of(name.as_bytes())).unwrap_or_default()
    }

    fn unseen_if(&self, is_so: bool, why: &'static str) -> Option<Found> {
        is_so.then(|| unseen(self.holder, why))
    }

    fn position(&self) -> Option<Found> {
        if raised(self.tape(), self.index)?.abs() < FAR_HALF_POINTS {
            return None;
        }
        // That of a mark moves the number.
        let of_mark = self.tape().is(self.holder, Ns::W, sym::P_PR);
        let moved = if of_mark { self.tape().parent(self.holder)? } else { self.holder };
        Some(off(moved, "text raised or lowered off its line"))
    }

    fn room_between_letters(&self) -> Option<Found> {
        let size = self
            .tape()
            .child(self.list, Ns::W, Sym::of(b"sz"))
            .and_then(|size| self.tape().attr(size, Ns::W, sym::VAL))
            .and_then(|value| value.parse::<i64>().ok())
            .map_or(ASSUMED_SIZE, |half_points| half_points.clamp(0, BOUND) * 10);
        self.unseen_if(self.twips("val")? * 5 <= -4 * size, OVER_EACH_OTHER)
    }

    fn room_between_lines(&self) -> Option<Found> {
        let line = self.twips("line")?;
        match &*self.word("lineRule") {
            "exact" => self.unseen_if((0..UNREADABLE).contains(&line), NO_HEIGHT),
            "" | "auto" => self.unseen_if((1..LEAST_LINE).contains(&line), "lines printed over each other"),
            _ => None,
        }
    }

    fn fitted(&self) -> Option<Found> {
        let characters = self.plan.living_text(self.holder).trim().chars().count() as i64;
        self.unseen_if((1..characters * 10).contains(&self.twips("val")?), "text fitted into almost no width")
    }

    /// The size of the words over others, in half points (§17.3.3.12).
    fn words_over_others(&self) -> Option<Found> {
        if !(0..i64::from(TINY_HALF_POINTS)).contains(&self.twips("val")?) {
            return None;
        }
        let over = self.tape().children(self.holder).find(|child| self.tape().is(*child, Ns::W, sym::RT))?;
        Some(unseen(over, "words over others that are below 4 points"))
    }

    fn width_of_cell(&self) -> Option<Found> {
        if self.word("type") != "dxa" || !(1..UNREADABLE).contains(&self.twips("w")?) {
            return None;
        }
        let table = self.plan.ancestor(self.holder, Ns::W, sym::TBL)?;
        self.unseen_if(has_fixed_columns(self.plan, table), "a cell without width")
    }

    fn height_of_row(&self) -> Option<Found> {
        let height = self.twips("val")?;
        if (0..UNREADABLE).contains(&height) {
            return Some(unseen(self.holder, "a row without height"));
        }
        let (plan, page) = (self.plan, self.page);
        let mut cells = named_in_tags(plan, self.holder, sym::TC).into_iter();
        let is_cramped = cells.any(|cell| {
            let height = if is_merged(&plan.tape, cell) { height_of_merged(plan, self.holder, height) } else { height };
            let width = width_of_cell(&plan.tape, cell, page.across.size.most);
            self.text.overflows(plan, cell, width, height_shown(page, height, false))
        });
        self.unseen_if(is_cramped, "a row that has no room for all that is in it").map(in_part)
    }

    fn frame(&self) -> Option<Found> {
        let (plan, page, holder) = (self.plan, self.page, self.holder);
        let (width, height) = (self.twips("w").unwrap_or(0), self.twips("h").unwrap_or(0));
        let sides = [(Axis::Across, "xAlign", "hAnchor", "x", width), (Axis::Down, "yAlign", "vAnchor", "y", height)];
        for (axis, alignment, anchor, at, size) in sides {
            let from = counted_from(plan, holder, page, &self.word(anchor), axis);
            let place = Place { axis, from, at: self.twips(at).unwrap_or(0), size };
            let misses = page.misses(place);
            // An alignment decides before any distance.
            let is_aligned = !self.word(alignment).is_empty();
            if !is_aligned && (misses || size > 0 && is_cut_off(plan, holder, page, self.text, place, width)) {
                return Some(Found { in_part: !misses, ..off(holder, "a frame placed outside the page") });
            }
        }
        let is_low = self.word("hRule") == "exact" && (1..UNREADABLE).contains(&height);
        self.unseen_if((1..UNREADABLE).contains(&width) || is_low, "a frame without room")
    }

    fn indents(&self) -> Option<Found> {
        let page = self.page;
        // In hundredths of letters, which count before any length (§17.3.1.12).
        let letters = |name: &str| self.twips(name).map(|hundredths| hundredths.saturating_mul(NARROW_LETTER) / 100);
        let twips = |name: &str| self.twips(name);
        let is_off = || Some(in_part(off(self.holder, "a paragraph indented off the page")));
        let far = |name: &str| letters(name).is_some_and(|place| place >= page.across.size.most);
        if ["leftChars", "startChars", "rightChars", "endChars", "firstLineChars"].into_iter().any(far) {
            return is_off();
        }
        let start =
            letters("leftChars").or_else(|| letters("startChars")).or_else(|| twips("left")).or_else(|| twips("start")).unwrap_or(0);
        let hanging = || letters("hangingChars").or_else(|| twips("hanging")).map(|hanging| -hanging);
        let first = letters("firstLineChars").or_else(|| twips("firstLine")).or_else(hanging).unwrap_or(0);
        let end = twips("right").or_else(|| twips("end")).unwrap_or(0);
        let begins = start.min(start + first);
        let (width, margin, far_margin) = (page.across.size.most, page.across.margin, page.across.far_margin);
        let reach = if is_of_body(self.plan, self.holder) { page.end_of_lines() } else { width };
        let begins_off = begins < -margin.most || begins >= reach || end >= width || end < -far_margin.most;
        // Of a picture alone it is enough that some of it is on the page: those that fill it begin before it.
        let shows_some = || {
            let is_short = self.tape().node(self.holder).next as usize - self.holder <= NODES_OF_A_PICTURE;
            let alone = is_short && !shows_text(self.plan, self.holder);
            let picture = if alone { widest_picture(self.plan, self.holder) } else { None };
            picture.is_some_and(|picture| begins.saturating_add(picture) > -margin.most && begins < reach)
        };
        if begins_off && !shows_some() { is_off() } else { None }
    }

    /// Some readers put what follows on the next line, others off the page.
    fn stops(&self) -> Option<Found> {
        let tape = self.tape();
        let is_far = has_stop_off_the_page(tape, self.index, self.page);
        // The words after a number go to a stop of its level.
        let is_reached = is_far && (tape.is(self.holder, Ns::W, sym::LVL) || goes_to_a_stop(self.plan, self.holder));
        is_reached.then(|| in_part(off(self.holder, TAB_OFF)))
    }

    fn room_before_row(&self) -> Option<Found> {
        let is_off = self.word("type") != "pct" && self.twips("w")? >= self.page.end_of_lines();
        is_off.then(|| off(self.holder, "a row that starts off the page"))
    }

    fn place_of_table(&self) -> Option<Found> {
        let from = counted_from(self.plan, self.holder, self.page, &self.word("vertAnchor"), Axis::Down);
        let place = Place { axis: Axis::Down, from, at: self.twips("tblpY").unwrap_or(0), size: UNREADABLE };
        let is_below = self.word("tblpYSpec").is_empty() && self.page.misses(place);
        if is_below { Some(off(self.holder, "a table placed outside the page")) } else { self.cell_off_the_page() }
    }

    fn cell_off_the_page(&self) -> Option<Found> {
        cell_off_the_page(self.plan, self.holder, self.page, self.text)
    }
}
