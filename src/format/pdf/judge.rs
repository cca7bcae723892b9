//! Tells text that a reader sees from text that is only in the file: off the page, clipped, without colour, covered.

use std::collections::HashMap;

use super::colour::alike;
use super::interpret::NO_TEXT;
use super::items::{Flaw, Glyph, Kind, PageItems, Paint};
use super::open::{Page, Rect};

/// Cells in each direction of the grid by which paints are found.
const GRID: usize = 48;
/// Share of the page from which on a picture counts as a scan of it.
const SCAN_SHARE: f64 = 0.5;

/// Why text is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Outside the media box.
    OffPage,
    /// Inside the media box, outside the crop box.
    OutsideCrop,
    /// Outside the clipping path.
    Clipped,
    /// Rendering mode without paint.
    Invisible,
    /// Fully transparent, or of a colorant that paints nothing.
    Transparent,
    /// Too small to read.
    Tiny,
    /// In a font that is not there.
    NoFont,
    /// Without any font.
    Unset,
    /// In letters whose drawing is empty.
    Blank,
    /// In the colour of what is behind.
    SameColour,
    /// Under a shape or picture painted later.
    Covered,
}

impl Reason {
    /// In words for an officer.
    pub(super) fn plain(self) -> &'static str {
        match self {
            Self::OffPage => "text outside the page",
            Self::OutsideCrop => "text cut off by the crop box",
            Self::Clipped => "text cut off by a clipping path",
            Self::Invisible => "text in an invisible rendering mode",
            Self::Transparent => "fully transparent text",
            Self::Tiny => "text too small to read",
            Self::NoFont => "text in a font that the file does not have",
            Self::Unset => "text without a font",
            Self::Blank => "text in letters that draw nothing",
            Self::SameColour => "text in the colour of its background",
            Self::Covered => "text under a shape or picture",
        }
    }
}

/// Text that is not seen.
#[derive(Debug, Clone)]
pub(super) struct Hidden {
    /// Why.
    pub(super) reason: Reason,
    /// Box around it.
    pub(super) rect: Rect,
    /// Characters.
    pub(super) count: u64,
    /// The words.
    pub(super) text: String,
    /// Longest run of letters and digits that follow each other.
    pub(super) run: usize,
    last: usize,
    run_now: usize,
    /// Its glyphs.
    pub(super) glyphs: Vec<usize>,
}

impl Hidden {
    /// Letters and digits in it.
    pub(super) fn letters(&self) -> usize {
        self.text.chars().filter(|character| is_letter(*character)).count()
    }

    /// Whether it holds no words to speak of: leader dots, letters cut by an edge, the stamp of a program, or a word that only says
    /// that something was taken out. Such scraps stay where they are; they are listed, and nobody is asked.
    ///
    /// A few letters are a scrap only at an edge. Under a shape, in white or without paint they may be a name or an amount.
    pub(super) fn is_scrap(&self) -> bool {
        const STAMPS: &[&str] = &["PoweredbyTCPDF(www.tcpdf.org)"];
        const WORDS: &[&str] = &["privileged", "confidential", "redacted", "sealed", "exempt", "withheld"];
        let bare: String = self.text.chars().filter(|character| character.is_alphanumeric() || is_private(*character)).collect();
        let bare = bare.to_lowercase();
        let is_label = !bare.is_empty() && WORDS.iter().any(|word| word.starts_with(&bare));
        // One letter over and over, as tests of fonts have it, says nothing.
        let is_one_letter = bare
            .chars()
            .next()
            .is_some_and(|first| (first.is_alphabetic() || is_private(first)) && bare.chars().all(|letter| letter == first));
        let is_cut = matches!(self.reason, Reason::OffPage | Reason::Clipped) && self.run <= 3 && self.letters() < 12;
        is_cut || self.letters() == 0 || is_one_letter || is_label || STAMPS.contains(&self.text.as_str())
    }

    fn add(&mut self, index: usize, rect: Rect, text: &str) {
        self.rect = self.rect.join(rect);
        self.count += 1;
        self.text.push_str(text);
        let letters = text.chars().filter(|character| is_letter(*character)).count();
        let follows = index.saturating_sub(self.last) <= 2;
        self.run_now = if letters == 0 {
            0
        } else if follows {
            self.run_now + letters
        } else {
            letters
        };
        self.run = self.run.max(self.run_now);
        self.last = index;
        self.glyphs.push(index);
    }
}

/// Whether a character may stand for a letter: one of private use, or none at all, shows whatever the font draws.
fn is_letter(character: char) -> bool {
    character.is_alphanumeric() || character == char::REPLACEMENT_CHARACTER || is_private(character)
}

fn is_private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// The text that a glyph is judged by. A font has a few codes for spaces; where it says so of many, they draw letters.
fn judged<'i>(items: &'i PageItems, glyph: &Glyph) -> &'i str {
    let text = items.text(glyph);
    let is_space = text.chars().all(char::is_whitespace);
    if is_space && items.untold.contains(&glyph.show.font) { NO_TEXT } else { text }
}

/// What the judge saw on one page.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Hidden text by reason.
    pub(super) hidden: Vec<Hidden>,
    /// For each glyph, whether it is hidden.
    pub(super) is_hidden: Vec<bool>,
    /// Pictures that cannot be seen at all, with the box.
    pub(super) pictures: Vec<(Reason, Rect)>,
}

/// Cells of the grid that a paint may be listed in; one over more is looked at for every place.
const CELLS_MAX: usize = 128;

struct Grid<'p> {
    /// Where the list of each cell begins, and where the last one ends; empty when nothing is listed.
    starts: Vec<u32>,
    /// The lists of all cells, one after the other: paints in the order of painting.
    listed: Vec<u32>,
    /// Paints over many cells.
    wide: Vec<u32>,
    paints: &'p [Paint],
    area: Rect,
}

impl<'p> Grid<'p> {
    fn new(paints: &'p [Paint], area: Rect) -> Self {
        let mut grid = Self { starts: Vec::new(), listed: Vec::new(), wide: Vec::new(), paints, area };
        let mut small: Vec<(u32, Cells)> = Vec::new();
        for (index, paint) in (0u32..).zip(paints).filter(|(_, paint)| !paint.rect.is_empty()) {
            let (x0, y0) = grid.cell(paint.rect.x0, paint.rect.y0);
            let (x1, y1) = grid.cell(paint.rect.x1, paint.rect.y1);
            // A box of numbers that are none has no cells.
            let count = (x1 + 1).saturating_sub(x0) * (y1 + 1).saturating_sub(y0);
            if count > CELLS_MAX {
                grid.wide.push(index);
            } else if count > 0 {
                small.push((index, Cells { x0, y0, x1, y1 }));
            }
        }
        if small.is_empty() {
            return grid;
        }
        // First the length of each list, then where each begins, then the lists.
        let mut ends = vec![0u32; GRID * GRID + 1];
        for cell in small.iter().flat_map(|(_, cells)| cells.indices()) {
            if let Some(count) = ends.get_mut(cell + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        grid.starts.clone_from(&ends);
        grid.listed.resize(sum as usize, 0);
        for (index, cells) in &small {
            for cell in cells.indices() {
                let Some(next) = ends.get_mut(cell) else { continue };
                if let Some(place) = grid.listed.get_mut(*next as usize) {
                    *place = *index;
                }
                *next += 1;
            }
        }
        grid
    }
    fn cell(&self, x: f64, y: f64) -> (usize, usize) {
        let place = |value: f64, low: f64, size: f64| (((value - low) / size.max(1e-6) * GRID as f64).max(0.0) as usize).min(GRID - 1);
        (place(x, self.area.x0, self.area.width()), place(y, self.area.y0, self.area.height()))
    }
    fn list(&self, x: f64, y: f64) -> &[u32] {
        if self.listed.is_empty() {
            return &[];
        }
        let (x, y) = self.cell(x, y);
        match self.starts.get(y * GRID + x..y * GRID + x + 2) {
            Some([start, end]) => self.listed.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
    /// Whether some paint over a point is such.
    fn any(&self, items: &PageItems, x: f64, y: f64, mut is_such: impl FnMut(&Paint) -> bool) -> bool {
        self.list(x, y).iter().chain(&self.wide).any(|index| self.over(items, *index, x, y).is_some_and(&mut is_such))
    }
    /// The last paint over a point that is such.
    fn last(&self, items: &PageItems, x: f64, y: f64, is_such: impl Fn(&Paint) -> bool) -> Option<&'p Paint> {
        let last_of = |list: &[u32]| list.iter().rev().find_map(|index| self.over(items, *index, x, y).filter(|paint| is_such(paint)));
        [last_of(self.list(x, y)), last_of(&self.wide)].into_iter().flatten().max_by_key(|paint| paint.order)
    }
    fn over(&self, items: &PageItems, index: u32, x: f64, y: f64) -> Option<&'p Paint> {
        self.paints.get(index as usize).filter(|paint| paint.rect.holds(x, y) && items.is_inside(paint, x, y))
    }
}

/// A block of cells of the grid.
#[derive(Debug, Clone, Copy)]
struct Cells {
    x0: usize,
    y0: usize,
    x1: usize,
    y1: usize,
}

impl Cells {
    fn indices(self) -> impl Iterator<Item = usize> {
        (self.y0..=self.y1).flat_map(move |y| (self.x0..=self.x1).map(move |x| y * GRID + x))
    }
}

/// Judges one page.
pub(super) fn judge(page: &Page<'_>, items: &PageItems) -> Verdict {
    let grid = Grid::new(&items.paints, page.media);
    let mut verdict = Verdict { is_hidden: vec![false; items.glyphs.len()], ..Verdict::default() };
    let mut suspects: Vec<(usize, Reason)> = Vec::new();
    for (index, glyph) in items.glyphs.iter().enumerate() {
        if judged(items, glyph).chars().all(char::is_whitespace) {
            continue;
        }
        if let Some(reason) = reason(page, items, &grid, glyph) {
            suspects.push((index, reason));
        }
    }
    let seen = if suspects.is_empty() { HashMap::new() } else { visible_twins(items, &suspects) };
    for (index, reason) in suspects {
        let Some(glyph) = items.glyphs.get(index) else { continue };
        let text = judged(items, glyph);
        let twin = seen.get(text).is_some_and(|places| {
            places.iter().any(|(x, y)| {
                (x - glyph.centre.0).abs() < 0.4 * glyph.size.max(1.0) && (y - glyph.centre.1).abs() < 0.4 * glyph.size.max(1.0)
            })
        });
        if twin {
            continue;
        }
        if let Some(flag) = verdict.is_hidden.get_mut(index) {
            *flag = true;
        }
        match verdict.hidden.iter_mut().find(|hidden| hidden.reason == reason) {
            Some(hidden) => hidden.add(index, glyph.rect, text),
            None => {
                let mut hidden =
                    Hidden { reason, rect: glyph.rect, count: 0, text: String::new(), run: 0, last: index, run_now: 0, glyphs: Vec::new() };
                hidden.add(index, glyph.rect, text);
                verdict.hidden.push(hidden);
            }
        }
    }
    verdict.pictures = pictures(page, items);
    verdict
}

/// Places of every glyph that is no suspect, by its text.
fn visible_twins<'i>(items: &'i PageItems, suspects: &[(usize, Reason)]) -> HashMap<&'i str, Vec<(f64, f64)>> {
    let mut is_suspect = vec![false; items.glyphs.len()];
    for (index, _) in suspects {
        if let Some(flag) = is_suspect.get_mut(*index) {
            *flag = true;
        }
    }
    let mut seen: HashMap<&str, Vec<(f64, f64)>> = HashMap::new();
    for (glyph, suspect) in items.glyphs.iter().zip(is_suspect) {
        if !suspect {
            seen.entry(items.text(glyph)).or_default().push(glyph.centre);
        }
    }
    seen
}

fn reason(page: &Page<'_>, items: &PageItems, grid: &Grid<'_>, glyph: &Glyph) -> Option<Reason> {
    let (x, y) = glyph.centre;
    if glyph.flaw == Some(Flaw::Unset) {
        return Some(Reason::Unset);
    }
    if !page.media.holds(x, y) {
        return Some(Reason::OffPage);
    }
    if !page.crop.holds(x, y) {
        return Some(Reason::OutsideCrop);
    }
    match glyph.flaw {
        Some(Flaw::Mode) => {
            // Text under or over a picture of itself is what character recognition leaves.
            let scanned = grid.any(items, x, y, |paint| matches!(paint.kind, Kind::Image | Kind::Stencil));
            return (!scanned).then_some(Reason::Invisible);
        }
        Some(Flaw::ClipMode) => {
            let painted = grid.any(items, x, y, |paint| paint.order > glyph.order);
            return (!painted).then_some(Reason::Invisible);
        }
        Some(Flaw::Transparent) => return Some(Reason::Transparent),
        Some(Flaw::Tiny) => return Some(Reason::Tiny),
        Some(Flaw::NoFont) => return Some(Reason::NoFont),
        Some(Flaw::Clipped) => return Some(Reason::Clipped),
        Some(Flaw::Blank) => return Some(Reason::Blank),
        Some(Flaw::Unset) | None => {}
    }
    let page_area = page.crop.area().max(1.0);
    let covered = grid.any(items, x, y, |paint| {
        paint.order > glyph.order
            && paint.solid
            && match paint.kind {
                Kind::Fill => paint.rect.width() > 0.5 && paint.rect.height() > 0.35 * glyph.size,
                Kind::Stroke => paint.rect.height().min(paint.rect.width()) > 0.35 * glyph.size,
                // A scan painted over its recognised text.
                Kind::Image => paint.rect.area() < SCAN_SHARE * page_area,
                Kind::Stencil | Kind::Shade => false,
            }
    });
    if covered {
        return Some(Reason::Covered);
    }
    let colour = glyph.colour?;
    let behind = grid.last(items, x, y, |paint| paint.order < glyph.order && paint.kind != Kind::Stroke);
    let ground = match behind {
        Some(paint) if paint.solid => paint.colour?,
        Some(_) => return None,
        None => [1.0; 3],
    };
    alike(colour, ground).then_some(Reason::SameColour)
}

/// Pictures of some size that nothing shows: outside the page, clipped away, or under a later shape.
fn pictures(page: &Page<'_>, items: &PageItems) -> Vec<(Reason, Rect)> {
    let mut hidden = Vec::new();
    for paint in &items.paints {
        if !matches!(paint.kind, Kind::Image | Kind::Stencil) || paint.whole.area() < 16.0 {
            continue;
        }
        let seen = paint.rect.meet(page.crop);
        if paint.whole.meet(page.media).is_empty() {
            hidden.push((Reason::OffPage, paint.whole));
        } else if seen.is_empty() {
            hidden.push((Reason::Clipped, paint.whole));
        } else {
            let (width, height) = (seen.width(), seen.height());
            let points = [(0.5, 0.5), (0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)];
            let points = points.map(|(x, y)| (seen.x0 + x * width, seen.y0 + y * height));
            let covered = items.paints.iter().any(|later| {
                later.order > paint.order
                    && later.solid
                    && later.kind == Kind::Fill
                    && later.rect.meet(seen).area() > 0.9 * seen.area()
                    && points.iter().all(|(x, y)| items.is_inside(later, *x, *y))
            });
            if covered {
                hidden.push((Reason::Covered, seen));
            }
        }
        if hidden.len() > 200 {
            break;
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_finds_what_a_look_at_all_paints_finds() {
        let area = Rect { x0: 0.0, y0: 0.0, x1: 600.0, y1: 800.0 };
        let mut state = 7u64;
        let mut next = |most: f64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(u32::MAX >> 1) * most
        };
        let mut items = PageItems::default();
        for order in 1..400 {
            // Small ones, large ones, some beyond the page, some without a place.
            let size = if order % 5 == 0 { 900.0 } else { 60.0 };
            let (x, y) = (next(700.0) - 50.0, next(900.0) - 50.0);
            let mut rect = Rect { x0: x, y0: y, x1: x + next(size), y1: y + next(size) };
            if order % 50 == 0 {
                rect.x1 = f64::NAN;
            }
            let kind = if order % 3 == 0 { Kind::Stroke } else { Kind::Fill };
            items.paints.push(Paint { kind, rect, whole: rect, colour: None, solid: true, order, outline: None, clip: None });
        }
        let grid = Grid::new(&items.paints, area);
        assert!(!grid.listed.is_empty() && !grid.wide.is_empty());
        for _ in 0..2_000 {
            let (x, y, before) = (next(700.0) - 50.0, next(900.0) - 50.0, next(400.0) as u32);
            let is_such = |paint: &Paint| paint.order < before && paint.kind == Kind::Fill;
            let over = || items.paints.iter().filter(|paint| paint.rect.holds(x, y) && is_such(paint));
            assert_eq!(grid.any(&items, x, y, is_such), over().next().is_some());
            assert_eq!(grid.last(&items, x, y, is_such).map(|paint| paint.order), over().next_back().map(|paint| paint.order));
        }
    }
}
