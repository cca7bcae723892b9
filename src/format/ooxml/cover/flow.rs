//! Blocks one below the other and cells side by side: how low and how wide they may be, and what a shape over them reaches.

use std::cell::OnceCell;
use std::ops::Range;

use super::{NARROWEST, SMALL_PICTURE, WIDE_LETTER};
use crate::format::ooxml::lengths::measure;
use crate::format::ooxml::look::Styles;
use crate::format::ooxml::plan::{self, Fate, Plan};
use crate::format::ooxml::stories::Context;
use crate::format::xml::{Kind, Ns, Sym, sym};

/// A line is at least so much higher than its letters, in hundredths.
const LEADING: i64 = 110;
/// What lines of an exact height, and blocks that are not looked into, have at least: 4 points.
const LEAST_LINE: i64 = 80;
/// A line holds at least as many letters.
pub(super) const LETTERS: i64 = 40;

/// How far a shape reaches.
pub(super) struct Span<'s> {
    /// What it is counted from across.
    pub(super) from: &'s str,
    /// Where it begins across, where that is known.
    pub(super) left: Option<i64>,
    pub(super) width: i64,
    /// How far below the top of the paragraph that it is anchored in it begins; `None` where it may be anywhere on the page.
    pub(super) top: Option<i64>,
    pub(super) height: i64,
}

/// The blocks of a body, a cell or a box, one below the other.
pub(super) struct Flow {
    /// In document order.
    pub(super) blocks: Vec<usize>,
    pub(super) letters: Vec<i64>,
    /// How far below the top of the first each begins at least, in twentieths of a point; one more than there are blocks.
    pub(super) tops: Vec<i64>,
    /// How many of the blocks before each have letters; one more than there are blocks.
    pub(super) texts: Vec<usize>,
    /// How high the pictures of each are that stand in its lines.
    pub(super) pictured: Vec<i64>,
    /// How many of the blocks before each have such pictures; one more than there are blocks.
    pub(super) pictures: Vec<usize>,
    /// The blocks that may be on one page with each.
    pub(super) pages: Vec<Range<usize>>,
    /// How wide the text of the blocks is at most, once somebody asked.
    pub(super) width: OnceCell<i64>,
}

/// A cell beside others.
pub(super) struct Beside {
    pub(super) cell: usize,
    /// How far from the beginning of the row it begins.
    pub(super) start: i64,
    width: Option<i64>,
    has_letters: bool,
}

/// The cells of a row, up to the first of which the width is not told in a measure.
pub(super) struct Row {
    pub(super) cells: Vec<Beside>,
    /// The row below.
    pub(super) below: Option<usize>,
}

/// No word processor writes more cells beside each other: Word has 63.
pub(super) const CELLS_MAX: usize = 256;
/// No page has a narrower margin that something is put into: half an inch.
const NARROW_MARGIN: i64 = 720;
/// What ends so far to the right of the edge of the text lies on none of it: 5 points.
const LEAST_SHARED: i64 = 100;

impl Span<'_> {
    /// Whether its place is known.
    pub(super) fn is_placed(&self) -> bool {
        self.top.is_some() && self.left.is_some()
    }

    /// Whether it begins where text may stand that is as wide as told.
    pub(super) fn may_lie_on(&self, width: impl Fn() -> i64) -> bool {
        let Some(left) = self.left else { return false };
        match self.from {
            "" | "column" | "margin" | "character" | "char" | "text" => left < width(),
            "page" => left.saturating_sub(NARROW_MARGIN) < width(),
            _ => false,
        }
    }

    /// Whether it lies in the margin, left of all text.
    pub(super) fn is_beside_text(&self) -> bool {
        let Some(left) = self.left else { return false };
        let end = left.saturating_add(self.width);
        match self.from {
            "" | "column" | "margin" | "character" | "char" | "text" => end <= LEAST_SHARED,
            "page" | "leftMargin" | "left-margin-area" => end <= NARROW_MARGIN,
            _ => false,
        }
    }
}

impl Flow {
    pub(super) fn read(plan: &Plan<'_>, context: &Context<'_>, container: usize) -> Self {
        let styles = context.styles;
        let tape = &plan.tape;
        let is_block = |child: &usize| tape.node(*child).kind == Kind::Element && tape.node(*child).ns == Ns::W;
        let blocks: Vec<usize> = plan.living_children(container).filter(is_block).collect();
        let letters: Vec<i64> =
            blocks.iter().map(|block| letters(plan, *block).max(i64::from(is_numbered(plan, context, *block)))).collect();
        let pictured: Vec<i64> = blocks.iter().map(|block| inline_picture(plan, *block)).collect();
        let count = |of: &[i64]| {
            let so_far = of.iter().scan(0, |sum, one| {
                *sum += usize::from(*one > 0);
                Some(*sum)
            });
            std::iter::once(0).chain(so_far).collect::<Vec<usize>>()
        };
        let (texts, pictures) = (count(&letters), count(&pictured));
        let mut tops = vec![0];
        tops.extend(blocks.iter().scan(0_i64, |top, block| {
            *top = top.saturating_add(least_height(plan, styles, *block));
            Some(*top)
        }));
        let mut pages = Vec::with_capacity(blocks.len());
        let mut start = 0;
        for (at, block) in blocks.iter().enumerate() {
            // A block in which a page ends is on that page and on the next.
            if breaks_page(plan, *block) || at + 1 == blocks.len() {
                if let Some(shared) = pages.get_mut(start) {
                    let shared: &mut Range<usize> = shared;
                    shared.end = at + 1;
                }
                pages.resize(at + 1, start..at + 1);
                start = at;
            }
        }
        Self { blocks, letters, tops, texts, pictured, pictures, pages, width: OnceCell::new() }
    }

    /// Whether one of some blocks has letters, or pictures where those are asked for too.
    pub(super) fn shows(&self, blocks: Range<usize>, pictures: bool) -> bool {
        let end = blocks.end.min(self.blocks.len());
        let start = blocks.start.min(end);
        self.texts[end] > self.texts[start] || pictures && self.pictures[end] > self.pictures[start]
    }
}

impl Row {
    pub(super) fn read(plan: &Plan<'_>, row: usize) -> Self {
        let tape = &plan.tape;
        let width = |cell: usize| {
            let properties = tape.child(cell, Ns::W, sym::TC_PR);
            let width = properties.and_then(|properties| tape.child(properties, Ns::W, Sym::of(b"tcW")));
            width.filter(|width| tape.attr(*width, Ns::W, sym::TYPE).as_deref() == Some("dxa")).and_then(|width| measure(tape, width, "w"))
        };
        let mut cells = Vec::new();
        let mut start = 0_i64;
        for cell in plan.living_children(row).filter(|cell| tape.is(*cell, Ns::W, sym::TC)) {
            let width = width(cell);
            cells.push(Beside { cell, start, width, has_letters: letters(plan, cell) > 0 });
            let Some(width) = width else { break };
            start = start.saturating_add(width);
        }
        let end = tape.parent(row).map_or(0, |table| tape.node(table).next as usize);
        let behind = |one: &usize| Some(tape.node(*one).next as usize).filter(|next| *next < end);
        let mut rows = std::iter::successors(behind(&row), behind);
        let below = rows.find(|one| tape.is(*one, Ns::W, sym::TR) && plan.fate[*one] != Fate::Drop);
        Self { cells, below }
    }

    /// Whether something that begins so far from the beginning of the row lies over the text of a cell, but that one. So does it over one
    /// of more cells than there can be.
    pub(super) fn is_covered(&self, except: usize, left: i64, width: i64) -> bool {
        let lies_over = |beside: &Beside| {
            let Some(wide) = beside.width.filter(|_| beside.cell != except && beside.has_letters) else { return false };
            let end = beside.start.saturating_add(wide).min(left.saturating_add(width));
            end.saturating_sub(beside.start.max(left)) >= NARROWEST
        };
        self.cells.len() > CELLS_MAX || self.cells.iter().any(lies_over)
    }
}

/// How wide the text of blocks is at most, as far as it begins at the left; where it may not, there is no end to it.
pub(super) fn text_width(plan: &Plan<'_>, blocks: &[usize]) -> i64 {
    let tape = &plan.tape;
    let is_moved = |inside: usize| match tape.node(inside).name {
        sym::TAB => tape.parent(inside).is_some_and(|run| tape.is(run, Ns::W, sym::R)),
        sym::JC => !matches!(tape.attr(inside, Ns::W, sym::VAL).as_deref(), Some("left" | "start" | "both")),
        name => matches!(name.name(), "ptab" | "tbl" | "inline"),
    };
    let width = |block: &usize| {
        if plan.living_in(*block).any(is_moved) { i64::MAX } else { letters(plan, *block).saturating_mul(WIDE_LETTER) }
    };
    blocks.iter().map(width).max().unwrap_or(0)
}

/// How high a picture or chart is that stands in a line of a block, where it is large enough to show words.
fn inline_picture(plan: &Plan<'_>, block: usize) -> i64 {
    let tape = &plan.tape;
    let number = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes()))?.trim().parse::<i64>().ok();
    let shows = |inline: usize| {
        plan.living_in(inline).any(|inside| tape.node(inside).name == sym::BLIP || matches!(tape.node(inside).ns, Ns::C | Ns::Dgm))
    };
    let inline = plan.living_in(block).filter(|inside| tape.is(*inside, Ns::Wp, sym::INLINE) && shows(*inside));
    let sizes = inline.filter_map(|inline| {
        let extent = tape.child(inline, Ns::Wp, sym::EXTENT)?;
        Some((number(extent, "cx")? / 635, number(extent, "cy")? / 635))
    });
    sizes.filter(|(width, height)| *width >= SMALL_PICTURE && *height >= SMALL_PICTURE).map(|(_, height)| height).max().unwrap_or(0)
}

/// Whether a paragraph has the number or sign of a list, by itself or by its style.
fn is_numbered(plan: &Plan<'_>, context: &Context<'_>, block: usize) -> bool {
    let tape = &plan.tape;
    let Some(properties) = tape.child(block, Ns::W, sym::P_PR).filter(|_| tape.is(block, Ns::W, sym::P)) else { return false };
    if let Some(list) = tape.child(properties, Ns::W, sym::NUM_PR) {
        let number = tape.child(list, Ns::W, sym::NUM_ID).and_then(|number| tape.attr(number, Ns::W, sym::VAL));
        return number.is_some_and(|number| number.trim() != "0");
    }
    let style = tape.child(properties, Ns::W, sym::P_STYLE).and_then(|style| tape.attr(style, Ns::W, sym::VAL));
    style.is_some_and(|style| context.numbered_styles.contains(&*style))
}

/// How high a block is at least, in twentieths of a point: a line of the letters that it is set in, or what stands in its line.
fn least_height(plan: &Plan<'_>, styles: &Styles, block: usize) -> i64 {
    let tape = &plan.tape;
    match tape.node(block).name {
        sym::P => {}
        sym::TBL => {
            let rows = plan.living_children(block).filter(|row| tape.is(*row, Ns::W, sym::TR)).count();
            return LEAST_LINE.saturating_mul(rows as i64);
        }
        sym::SDT => return LEAST_LINE,
        // A mark between blocks.
        _ => return 0,
    }
    let properties = tape.child(block, Ns::W, sym::P_PR);
    let property = |name: Sym| properties.and_then(|properties| tape.child(properties, Ns::W, name));
    // A paragraph in a frame stands beside the others.
    if property(sym::FRAME_PR).is_some() {
        return 0;
    }
    let exact = property(sym::SPACING).is_some_and(|spacing| tape.attr(spacing, Ns::W, Sym::of(b"lineRule")).as_deref() == Some("exact"));
    let style = property(sym::P_STYLE).and_then(|style| tape.attr(style, Ns::W, sym::VAL));
    let own = property(sym::R_PR).and_then(|mark| tape.child(mark, Ns::W, sym::SZ)).and_then(|size| measure(tape, size, "val"));
    let half_points = own.unwrap_or_else(|| i64::from(styles.half_points(style.as_deref())));
    let line = if exact { LEAST_LINE } else { half_points.clamp(0, 1000) * 10 * LEADING / 100 };
    let drawn = plan.living_in(block).filter(|inside| tape.is(*inside, Ns::Wp, sym::INLINE)).filter_map(|inline| {
        let extent = tape.child(inline, Ns::Wp, sym::EXTENT)?;
        tape.attr(extent, Ns::None, Sym::of(b"cy"))?.trim().parse::<i64>().ok().map(|emu| emu.max(0) / 635)
    });
    if exact { line } else { drawn.max().unwrap_or(0).max(line) }
}

/// Whether a page ends in a block.
fn breaks_page(plan: &Plan<'_>, block: usize) -> bool {
    plan.living_in(block).any(|inside| {
        let tape = &plan.tape;
        tape.is(inside, Ns::W, sym::SECT_PR)
            || tape.is(inside, Ns::W, sym::BR) && tape.attr(inside, Ns::W, sym::TYPE).as_deref() == Some("page")
    })
}

/// Letters of a block outside of what is drawn.
fn letters(plan: &Plan<'_>, block: usize) -> i64 {
    let tape = &plan.tape;
    let (mut count, mut index) = (0_i64, block);
    while index < tape.node(block).next as usize {
        let node = tape.node(index);
        if plan.fate[index] == Fate::Drop
            || node.ns == Ns::W && matches!(node.name, sym::DRAWING | sym::PICT | sym::OBJECT)
            || node.ns == Ns::Mc
        {
            index = node.next as usize;
            continue;
        }
        if node.ns == Ns::W && matches!(node.name, sym::T | sym::SYM) {
            count = count.saturating_add(plan::letters(tape, index).trim().chars().count() as i64);
        }
        index += 1;
    }
    count
}
