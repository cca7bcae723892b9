//! Letters under letters: words that others were typed over, blocks that are drawn as text, and letters so large that a stroke of one
//! hides words. What letters look like is not asked: where they lie over each other, their boxes count.

use foldhash::HashSet;
use unicode_normalization::char::is_combining_mark;

use super::colour::alike;
use super::grid::Grid;
use super::interpret::Address;
use super::items::{Glyph, Kind, PageItems, Paint};
use super::judge::{Budget, is_letter, judged, points};
use super::open::Rect;
use super::pages::Page;
use crate::error::DocError;

/// Letters that follow each other from which on they are words. Fewer lie over each other in accents, fractions and signs that are put
/// together.
const RUN_MIN: usize = 4;
/// How much larger a letter is whose strokes are as thick as others are high.
const LARGE: f64 = 5.0;
/// How small a letter may be, beside those that it lies over.
const SMALL: f64 = 0.7;
/// How far letters of a page lie over others, in sizes of theirs, from which on it is looked at closely, and how far of them does not count.
const OVER_MIN: f64 = 0.8;
const TOUCH_MAX: f64 = 0.2;
/// Size of a cell of a map of places, in points: its width, the height of a row where a first look is enough, and cells in each direction.
const CELL: f64 = 0.5;
const ROW: f64 = 1.0;
const CELLS_MAX: f64 = 4096.0;
/// Steps that it takes to hold one letter against another.
const STEPS_OF_A_LETTER: u64 = 8;

/// Letters that lie under others, by index, in order.
///
/// # Errors
/// As [`Budget::settle`].
pub(super) fn overprinted(page: &Page<'_>, items: &PageItems, budget: &Budget) -> Result<Vec<usize>, DocError> {
    let covers = over_others(page.crop, items);
    let mut found = Vec::new();
    if covers.is_empty() {
        return Ok(found);
    }
    let grid = Grid::new(&covers, page.media);
    let covering = |order: u32| items.glyphs.binary_search_by_key(&order, |glyph| glyph.order).ok().and_then(|at| items.glyphs.get(at));
    let mut run: Vec<usize> = Vec::new();
    let mut letters = 0;
    for (index, glyph) in items.glyphs.iter().enumerate().filter(|(_, glyph)| glyph.flaw.is_none()) {
        let glyph = &as_shown(items, index, glyph);
        let count = judged(items, glyph).chars().filter(|character| is_letter(*character)).count();
        let is_under = |x: f64, y: f64| {
            grid.any(items, x, y, |paint| {
                items.spend(STEPS_OF_A_LETTER);
                covering(paint.order).is_some_and(|other| lies_over(items, other, glyph))
            })
        };
        budget.settle(items)?;
        if count == 0 || !is_under(glyph.centre.0, glyph.centre.1) || !points(glyph).iter().all(|(x, y)| is_under(*x, *y)) {
            continue;
        }
        if run.last().is_some_and(|last| index - last > 2) {
            found.extend(run.drain(..).filter(|_| letters >= RUN_MIN));
            letters = 0;
        }
        run.push(index);
        letters += count;
    }
    found.extend(run.into_iter().filter(|_| letters >= RUN_MIN));
    budget.settle(items)?;
    Ok(found)
}

/// A letter no wider than the way to the next one on its line: some programs write down one width for all, and step back after each.
fn as_shown(items: &PageItems, index: usize, glyph: &Glyph) -> Glyph {
    let Some(next) = items.glyphs.get(index + 1) else { return *glyph };
    let (along, aside) = (next.origin.0 - glyph.origin.0, next.origin.1 - glyph.origin.1);
    let is_upright = (glyph.rect.x0 - glyph.origin.0).abs() < 0.01 && glyph.after.1 == glyph.origin.1;
    if !is_upright || aside != 0.0 || along <= 0.0 || along >= glyph.rect.width() {
        return *glyph;
    }
    let rect = Rect { x1: glyph.rect.x0 + along, ..glyph.rect };
    Glyph { rect, centre: (f64::midpoint(rect.x0, rect.x1), glyph.centre.1), ..*glyph }
}

/// Letters that follow each other on a line.
#[derive(Debug, Clone, Copy)]
struct Run {
    x0: f64,
    x1: f64,
    /// The base line, and the middle of the letters.
    base: f64,
    middle: f64,
    size: f64,
}

/// Whether some letters of a page may lie over the middle of others, or are far larger than others. Most pages have none, which is soon
/// seen.
fn is_suspicious(area: Rect, items: &PageItems) -> bool {
    let mut map = Map::new(area, CELL, ROW);
    let (mut least, mut most) = (f64::MAX, 0.0f64);
    let text = items.text.as_bytes();
    let mut run: Option<Run> = None;
    let mut over = 0.0;
    for glyph in &items.glyphs {
        let (x, y) = glyph.centre;
        if glyph.flaw.is_some() || text.get(glyph.start as usize) == Some(&b' ') || !area.holds(x, y) {
            continue;
        }
        (least, most) = (least.min(glyph.size), most.max(glyph.size));
        let Rect { x0, x1, .. } = glyph.rect;
        let is_upright = (x0 - glyph.origin.0).abs() < 0.01 && glyph.after.1 == glyph.origin.1;
        let base = if is_upright { glyph.origin.1 } else { f64::NAN };
        if let Some(run) = &mut run
            && run.base == base
            && run.size == glyph.size
            && x0 > run.x1 - 0.3 * glyph.size
            && x0 < run.x1 + 3.0 * glyph.size
        {
            run.x1 = x1;
            continue;
        }
        let across = 0.25 * (x1 - x0);
        let next = if is_upright {
            Run { x0, x1, base, middle: y, size: glyph.size }
        } else {
            Run { x0: x - across, x1: x + across, base, middle: y, size: glyph.size }
        };
        over += run.replace(next).map_or(0.0, |run| map.lay(run));
    }
    over += run.map_or(0.0, |run| map.lay(run));
    over >= OVER_MIN || most >= LARGE * least
}

/// The letters that lie over the middle of letters before them, and those that are far larger than others, as paints.
fn over_others(area: Rect, items: &PageItems) -> Vec<Paint> {
    if !is_suspicious(area, items) {
        return Vec::new();
    }
    let mut map = Map::new(area, CELL, CELL);
    let mut covers: Vec<(usize, Rect)> = Vec::new();
    let is_plain =
        |glyph: &Glyph| glyph.flaw.is_none() && area.holds(glyph.centre.0, glyph.centre.1) && !items.text(glyph).starts_with(' ');
    let plain = || items.glyphs.iter().enumerate().filter(|(_, glyph)| is_plain(glyph));
    let least = plain().fold(f64::MAX, |least, (_, glyph)| least.min(glyph.size));
    for (index, glyph) in plain() {
        let glyph = as_shown(items, index, glyph);
        let rect = glyph.rect;
        let (x, y) = (0.1 * rect.width(), 0.2 * rect.height());
        if map.holds_any(Rect { x0: rect.x0 + x, y0: rect.y0 + y, x1: rect.x1 - x, y1: rect.y1 - y }) || glyph.size >= LARGE * least {
            covers.push((index, rect));
        }
        map.add(glyph.centre.0, glyph.centre.1);
    }
    // Of a letter that is drawn again and again in one place and colour the last time counts for all.
    let mut known: HashSet<([u64; 4], [u32; 3], bool, Address, u32)> = HashSet::default();
    let mut last: Vec<Paint> = covers
        .into_iter()
        .rev()
        .filter_map(|(index, rect)| {
            let glyph = items.glyphs.get(index)?;
            let place = [rect.x0, rect.y0, rect.x1, rect.y1].map(f64::to_bits);
            let colour = glyph.colour.map_or([u32::MAX; 3], |colour| colour.map(f32::to_bits));
            let is_last = known.insert((place, colour, glyph.is_opaque, glyph.show.font, glyph.show.code));
            is_last.then(|| Paint::plain(Kind::Fill, rect, glyph.colour, glyph.order))
        })
        .collect();
    last.reverse();
    last
}

/// Places on a page, each a bit of a row.
struct Map {
    bits: Vec<u64>,
    /// Words of a row.
    words: usize,
    rows: usize,
    /// Cells for each point.
    scale: (f64, f64),
    corner: (f64, f64),
}

impl Map {
    fn new(area: Rect, width: f64, height: f64) -> Self {
        let (width, height) = (width.max(area.width() / CELLS_MAX), height.max(area.height() / CELLS_MAX));
        let (words, rows) = ((area.width() / width) as usize / 64 + 1, (area.height() / height) as usize + 1);
        Self { bits: vec![0; words * rows], words, rows, scale: (1.0 / width, 1.0 / height), corner: (area.x0, area.y0) }
    }

    #[inline]
    fn cell(&self, x: f64, y: f64) -> (usize, usize) {
        let place = |value: f64, low: f64, scale: f64, count: usize| (((value - low) * scale) as usize).min(count - 1);
        (place(x, self.corner.0, self.scale.0, self.words * 64), place(y, self.corner.1, self.scale.1, self.rows))
    }

    #[inline]
    fn add(&mut self, x: f64, y: f64) {
        let (column, row) = self.cell(x, y);
        if let Some(word) = self.bits.get_mut(row * self.words + column / 64) {
            *word |= 1 << (column % 64);
        }
    }

    /// Notes the places of letters on a line; how many of these were taken, in sizes of the letters.
    fn lay(&mut self, run: Run) -> f64 {
        let (up, band) = (0.2 * run.size, if run.base.is_nan() { 0.0 } else { 0.3 * run.size });
        let ((first, low), (last, high)) = (self.cell(run.x0, run.middle - up), self.cell(run.x1, run.middle + up));
        let common = (low..=high).map(|row| self.row(row, first, last).map(|(word, mask)| (*word & mask).count_ones()).sum::<u32>()).max();
        let common = f64::from(common.unwrap_or(0)) / self.scale.0 / run.size.max(0.1);
        let ((_, low), (_, high)) = (self.cell(run.x0, run.middle - band), self.cell(run.x0, run.middle + band));
        for row in low..=high {
            self.row(row, first, last).for_each(|(word, mask)| *word |= mask);
        }
        // Letters touch each other.
        if common > TOUCH_MAX { common } else { 0.0 }
    }

    /// The words of a row from one column to another, and which of their bits these are.
    fn row(&mut self, row: usize, first: usize, last: usize) -> impl Iterator<Item = (&mut u64, u64)> {
        let (start, end) = (first / 64, (last / 64).max(first / 64));
        let words = self.bits.get_mut(row * self.words + start..=row * self.words + end).unwrap_or_default();
        (start..=end).zip(words).map(move |(at, word)| {
            let head = if at == start { u64::MAX << (first % 64) } else { u64::MAX };
            let tail = if at == end { u64::MAX >> (63 - last % 64) } else { u64::MAX };
            (word, head & tail)
        })
    }

    #[inline]
    fn holds_any(&self, rect: Rect) -> bool {
        let ((first, low), (last, high)) = (self.cell(rect.x0, rect.y0), self.cell(rect.x1, rect.y1));
        let (start, end) = (first / 64, last / 64);
        let (head, tail) = (u64::MAX << (first % 64), u64::MAX >> (63 - last % 64));
        (low..=high).any(|row| {
            let words = self.bits.get(row * self.words + start..=row * self.words + end).unwrap_or_default();
            match words {
                [word] => word & head & tail != 0,
                [one, between @ .., other] => one & head != 0 || other & tail != 0 || between.iter().any(|word| *word != 0),
                [] => false,
            }
        })
    }
}

/// Whether one letter may hide another.
fn lies_over(items: &PageItems, over: &Glyph, under: &Glyph) -> bool {
    if over.order == under.order {
        return false;
    }
    let is_same_colour = || matches!((over.colour, under.colour), (Some(one), Some(other)) if alike(one, other));
    let hides = over.is_opaque && (over.order > under.order || is_same_colour());
    let text = items.text(over);
    let is_large = over.size >= LARGE * under.size;
    hides
        && (is_large || over.size >= SMALL * under.size && !text.chars().all(is_thin))
        && !text.chars().all(|character| character.is_whitespace() || is_combining_mark(character))
        && !is_twin(items, over, under)
}

/// Whether two letters are the same one at one place, drawn twice to look bold or to have a shadow.
fn is_twin(items: &PageItems, one: &Glyph, other: &Glyph) -> bool {
    let reach = 0.4 * other.size.max(1.0);
    let is_near = (one.centre.0 - other.centre.0).abs() < reach && (one.centre.1 - other.centre.1).abs() < reach;
    let is_code = (one.show.font, one.show.code) == (other.show.font, other.show.code);
    is_near && (is_code || items.text(one) == items.text(other))
}

/// Whether a sign is no more than a line or a dot: what it lies over can be read.
fn is_thin(character: char) -> bool {
    matches!(
        character,
        '_' | '-' | '.' | ',' | ':' | ';' | '\'' | '"' | '`' | '|' | '/' | '\\' | '^' | '~' | '=' | '+' | '\u{a8}' | '\u{ad}' | '\u{af}' | '\u{b4}' | '\u{b7}' | '\u{b8}'
            | '\u{2c6}'..='\u{2dd}' | '\u{2010}'..='\u{2027}' | '\u{203e}' | '\u{2044}' | '\u{2190}'..='\u{21ff}' | '\u{2212}' | '\u{2215}' | '\u{221a}' | '\u{2500}'..='\u{250b}'
    )
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Fixture, text};
    use super::super::tests::{clean, kinds};
    use crate::model::FindingKind as K;

    const WORDS: &str = "BT /F1 12 Tf 72 700 Td (secret price) Tj ET";

    fn held(fonts: &str, content: &str) -> Vec<K> {
        let mut file = Fixture::new();
        let black = file.stream("", b"1000 0 0 0 1000 1000 d1 0 0 1000 1000 re f");
        let box_font = file.object(format!(
            "<</Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 65 /Widths [1000] \
             /Encoding <</Differences [65 /A]>> /CharProcs <</A {black} 0 R>>>>"
        ));
        let dingbats = file.object("<</Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats>>");
        file.resources =
            format!("/Font <</F1 3 0 R /B {box_font} 0 R /D {dingbats} 0 R {fonts}>> /ExtGState <</T <</ca 0.4>> /X <</BM /Multiply>>>>");
        kinds(&clean(&file.page(&format!("{} {content}", text("approved", 72, 60))).build()))
    }

    #[test]
    fn words_under_other_letters_wait_for_a_person() {
        for content in [
            "BT /F1 12 Tf 72 700 Td (XXXXXXXXXXXX) Tj ET",
            "BT /F1 14 Tf 70 699 Td (MMMMMMMMMMMM) Tj ET",
            "BT /D 20 Tf 66 695 Td (nnnnnnn) Tj ET",
            "BT /D 300 Tf 50 600 Td (n) Tj ET",
            "BT /D 300 Tf 50 600 Td (l) Tj ET",
            "BT /B 60 Tf 60 680 Td (AAA) Tj ET",
            "BT /F1 600 Tf 50 560 Td (M) Tj ET",
            "BT /F1 100 Tf 40 668 Td (\\227\\227) Tj ET",
            "1 0 0 rg BT /F1 500 Tf 40 600 Td (O) Tj ET",
            "1 Tr 60 w BT /F1 40 Tf 60 690 Td (XXXXXX) Tj ET",
        ] {
            assert_eq!(held("", &format!("{WORDS} {content}")), [K::CoveringShape], "{content}");
        }
        // Under the words, in their colour.
        assert_eq!(held("", &format!("BT /B 60 Tf 60 680 Td (AAA) Tj ET {WORDS}")), [K::CoveringShape]);
    }

    #[test]
    fn letters_that_leave_words_readable_need_nobody() {
        for content in [
            // Bold by printing twice, and a shadow.
            WORDS,
            "0.5 g BT /F1 12 Tf 73 699 Td (secret price) Tj ET",
            // Lines of signs, accents, and letters put together.
            "BT /F1 12 Tf 72 700 Td (____________) Tj ET",
            "BT /F1 12 Tf 72 700 Td (----------------) Tj ET",
            "BT /F1 12 Tf 72 700 Td (OO) Tj ET",
            // Beside the words, and in lines that are close.
            "BT /F1 60 Tf 10 640 Td (D) Tj ET",
            "BT /F1 12 Tf 72 692 Td (of the committee) Tj ET",
            // What can be seen through.
            "/T gs BT /F1 200 Tf 40 640 Td (DRAFT) Tj ET",
            "/X gs 0.8 g BT /F1 200 Tf 40 640 Td (DRAFT) Tj ET",
            "1 Tr BT /F1 200 Tf 40 640 Td (DRAFT) Tj ET",
        ] {
            assert_eq!(held("", &format!("{WORDS} {content}")), [], "{content}");
        }
        // A mark of another colour under the words.
        assert_eq!(held("", &format!("0.8 g BT /F1 200 Tf 40 640 Td (DRAFT) Tj ET 0 g {WORDS}")), []);
    }
}
