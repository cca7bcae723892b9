//! The pages that a story is laid out on, and whether something of a size and place is on them.
//!
//! ECMA-376-1 §17.6.11 (margins), §17.6.13 (size of the page), §17.6.4 (columns), §20.4.3.4 and §20.4.3.5 (what a place is counted from).

use super::lengths::measure;
use super::plan::Plan;
use crate::format::xml::{Ns, Sym, sym};

/// No margin is wider: 5 inches.
const LARGEST_MARGIN: i64 = 5 * 1440;
/// No page is less wide or high: an inch.
const LEAST_PAGE: i64 = 1440;
/// Width and height of the pages of a section that says none: those of a letter.
pub const USUAL_SIZE: [i64; 2] = [12_240, 15_840];
/// Margins of a section that says none: programs have an inch and a quarter, or less.
const USUAL_MARGIN: Span = Span { least: 0, most: 1800 };

/// The least and the largest that a length can be, in twentieths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub least: i64,
    pub most: i64,
}

impl Span {
    const fn of(length: i64) -> Self {
        Self { least: length, most: length }
    }

    fn and(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }
}

/// What a place is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The edge of the page, at the side where text begins.
    Page,
    /// Where the text begins.
    Margin,
    /// Where the text ends.
    FarMargin,
    /// The column, or the cell, that the text is in.
    Column,
    /// It does not say: readers take the page, or the column.
    Unsaid,
    /// A letter, a line, a paragraph: anywhere on the page.
    Text,
}

impl From {
    /// By the names of `DrawingML` and VML, and of frames and floating tables.
    pub fn of(name: &str, axis: Axis) -> Self {
        match name {
            // Of the two pages of a sheet, that where it is farther out.
            "page" | "leftMargin" | "topMargin" | "insideMargin" | "left-margin-area" | "top-margin-area" | "inner-margin-area" => {
                Self::Page
            }
            "margin" => Self::Margin,
            "rightMargin" | "bottomMargin" | "outsideMargin" | "right-margin-area" | "bottom-margin-area" | "outer-margin-area" => {
                Self::FarMargin
            }
            "column" | "text" if axis == Axis::Across => Self::Column,
            "" if axis == Axis::Across => Self::Unsaid,
            _ => Self::Text,
        }
    }
}

/// A direction on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    Across,
    Down,
}

/// Where something is along a direction; lengths in twentieths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub axis: Axis,
    pub from: From,
    /// How far from there it begins.
    pub at: i64,
    pub size: i64,
}

impl Place {
    /// That of a part of it.
    pub fn inner(self, by: i64, size: i64) -> Self {
        Self { at: self.at.saturating_add(by), size, ..self }
    }
}

/// One direction of the pages of a section, or of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The width or height of the page.
    pub size: Span,
    /// The margins where text begins and where it ends. Those at the left and at the right may change places from page to page.
    pub margin: Span,
    pub far_margin: Span,
}

impl Side {
    fn and(self, other: Self) -> Self {
        Self { size: self.size.and(other.size), margin: self.margin.and(other.margin), far_margin: self.far_margin.and(other.far_margin) }
    }

    /// Where on the page that may be which a place is counted from.
    fn origin(&self, from: From) -> Span {
        match from {
            From::Page => Span::of(0),
            From::Margin | From::Column => self.margin,
            From::FarMargin => Span { least: self.size.least - self.far_margin.most, most: self.size.most - self.far_margin.least },
            From::Unsaid => Span { least: 0, most: self.margin.most },
            From::Text => Span { least: 0, most: self.size.most },
        }
    }
}

/// The pages of a section, or of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub across: Side,
    pub down: Side,
    /// Whether the text runs in one column.
    pub has_one_column: bool,
}

impl Page {
    /// Those of a section; of none where a document has none.
    fn of_section(plan: &Plan<'_>, section: Option<usize>) -> Self {
        let tape = &plan.tape;
        let child = |name: Sym| tape.child(section?, Ns::W, name).filter(|child| plan.alive(*child));
        let (size, margins) = (child(sym::PG_SZ), child(sym::PG_MAR));
        let size = |name: &str, usual: i64| {
            let length = size.and_then(|size| measure(tape, size, name)).filter(|length| *length > LEAST_PAGE);
            Span::of(length.unwrap_or(usual))
        };
        // Of a margin that must not grow with the header the number is negative.
        let margin = |name: &str| margins.map(|margins| measure(tape, margins, name).unwrap_or(0).abs().min(LARGEST_MARGIN));
        let [left, right, top, bottom, gutter] = ["left", "right", "top", "bottom", "gutter"].map(margin);
        let sides = left.zip(right).map_or(USUAL_MARGIN, |(left, right)| Span {
            least: left.min(right),
            most: left.max(right).saturating_add(gutter.unwrap_or(0)),
        });
        let [top, bottom] = [top, bottom].map(|margin| margin.map_or(USUAL_MARGIN, Span::of));
        let columns = child(Sym::of(b"cols"));
        let count = columns.and_then(|columns| tape.attr(columns, Ns::W, Sym::of(b"num"))).map(|count| count.trim() == "1");
        let listed = columns.is_some_and(|columns| tape.children(columns).any(|column| tape.is(column, Ns::W, Sym::of(b"col"))));
        Self {
            across: Side { size: size("w", USUAL_SIZE[0]), margin: sides, far_margin: sides },
            down: Side { size: size("h", USUAL_SIZE[1]), margin: top, far_margin: bottom },
            has_one_column: count.unwrap_or(true) && !listed,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            across: self.across.and(other.across),
            down: self.down.and(other.down),
            has_one_column: self.has_one_column && other.has_one_column,
        }
    }

    fn side(&self, axis: Axis) -> &Side {
        match axis {
            Axis::Across => &self.across,
            Axis::Down => &self.down,
        }
    }

    /// Where the page ends at the most, counted from where its text begins.
    pub fn end_of_lines(&self) -> i64 {
        self.across.size.most - self.across.margin.least
    }

    /// The length that a share is of, of what a place is counted from: the page, or the room between its margins.
    pub fn whole(&self, axis: Axis, from: From) -> i64 {
        let side = self.side(axis);
        match from {
            From::Margin | From::Column => side.size.most - side.margin.least - side.far_margin.least,
            From::FarMargin => side.far_margin.most,
            From::Page | From::Unsaid | From::Text => side.size.most,
        }
    }

    /// Whether something is wholly off the page, wherever that is which its place is counted from.
    pub fn misses(&self, place: Place) -> bool {
        let side = self.side(place.axis);
        let start = self.begin_at_the_most(place);
        let is_past = place.at.saturating_add(side.origin(place.from).least) >= side.size.most;
        start < 0 && start.saturating_add(place.size.max(0)) <= 0 || is_past
    }

    /// Where on the page something begins at the most; before it, where that is negative.
    pub fn begin_at_the_most(&self, place: Place) -> i64 {
        place.at.saturating_add(self.side(place.axis).origin(place.from).most)
    }

    /// How much of something there is at the most before the page ends.
    pub fn before_its_end(&self, place: Place) -> i64 {
        let side = self.side(place.axis);
        side.size.most.saturating_sub(place.at.saturating_add(side.origin(place.from).least)).min(place.size)
    }
}

/// The pages of a document, section by section.
#[derive(Debug, Clone)]
pub struct Pages {
    /// Where each section ends in the main text, and what its pages are like.
    sections: Vec<(usize, Page)>,
    any: Page,
}

impl Pages {
    /// The pages of the main text.
    pub fn of(main: &Plan<'_>) -> Self {
        let tape = &main.tape;
        let mut sections: Vec<(usize, Page)> = Vec::new();
        let mut end = 0;
        for section in main.living_named(Ns::W, sym::SECT_PR) {
            let Some(holder) = tape.parent(section) else { continue };
            // The paragraph that has the properties is the last of its section (§17.6.18).
            let last = match tape.node(holder).name {
                sym::BODY => section,
                sym::P_PR => tape.parent(holder).unwrap_or(holder),
                _ => continue,
            };
            end = end.max(tape.node(last).next as usize);
            sections.push((end, Page::of_section(main, Some(section))));
        }
        let any = sections.iter().map(|(_, page)| *page).reduce(Page::and).unwrap_or_else(|| Page::of_section(main, None));
        Self { sections, any }
    }

    /// The same for what stands on any of them: headers, footers, notes, definitions.
    pub fn anywhere(&self) -> Self {
        Self { sections: Vec::new(), any: self.any }
    }

    /// Where the narrowest page ends, counted from where its text begins.
    pub fn narrowest(&self) -> i64 {
        self.sections.iter().map(|(_, page)| page).chain([&self.any]).map(Page::end_of_lines).min().unwrap_or(0)
    }

    /// The pages that a node of the story is on.
    pub fn at(&self, index: usize) -> &Page {
        let section = self.sections.partition_point(|(end, _)| *end <= index);
        self.sections.get(section).map_or(&self.any, |(_, page)| page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_judged_by_what_it_is_counted_from() {
        let margin = Span { least: 1000, most: 1440 };
        let side = Side { size: Span::of(12_240), margin, far_margin: margin };
        let page = Page { across: side, down: side, has_one_column: true };
        let misses = |from: From, at: i64, size: i64| page.misses(Place { axis: Axis::Across, from, at, size });
        assert!(misses(From::Page, -2000, 1000) && misses(From::Page, 12_240, 1000));
        assert!(!misses(From::Page, 0, 0) && !misses(From::Page, -2000, 2001));
        assert!(misses(From::Margin, -3000, 1000) && !misses(From::Margin, -2400, 1000));
        assert!(misses(From::Column, 11_240, 1000) && !misses(From::Column, 11_000, 1000));
        assert!(misses(From::FarMargin, 1440, 1000) && !misses(From::FarMargin, 900, 1000));
        assert!(misses(From::Unsaid, -3000, 1000) && !misses(From::Unsaid, 11_240, 1000));
        assert!(!misses(From::Text, -12_000, 0) && misses(From::Text, -14_000, 100));
        assert!(misses(From::Text, 1 << 40, 100));
        assert_eq!(page.before_its_end(Place { axis: Axis::Across, from: From::Margin, at: 11_000, size: 3000 }), 240);
    }
}
