//! The paints of a page by place: what lies over or under a point.

use super::items::{PageItems, Paint};
use super::open::Rect;

/// Cells in each direction of the grid by which paints are found.
const GRID: usize = 48;
/// Cells of the grid that a paint may be listed in; one over more is looked at for every place.
const CELLS_MAX: usize = 128;

/// The paints of a page by place.
pub(super) struct Grid<'p> {
    /// Where the list of each cell begins, and where the last one ends; empty when nothing is listed.
    starts: Vec<u32>,
    /// The lists of all cells, one after the other: paints in the order of painting.
    listed: Vec<u32>,
    /// Paints over many cells.
    wide: Vec<u32>,
    pub(super) paints: &'p [Paint],
    corner: (f64, f64),
    /// Cells for each point.
    scale: (f64, f64),
    /// Where the last paint stands in the order of painting.
    pub(super) last: u32,
}

impl<'p> Grid<'p> {
    pub(super) fn new(paints: &'p [Paint], area: Rect) -> Self {
        let mut grid = Self {
            starts: Vec::new(),
            listed: Vec::new(),
            wide: Vec::new(),
            paints,
            corner: (area.x0, area.y0),
            scale: (GRID as f64 / area.width().max(1e-6), GRID as f64 / area.height().max(1e-6)),
            last: paints.last().map_or(0, |paint| paint.order),
        };
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
        // What is less than nothing, or no number, becomes nothing.
        let place = |value: f64, low: f64, scale: f64| (((value - low) * scale) as usize).min(GRID - 1);
        (place(x, self.corner.0, self.scale.0), place(y, self.corner.1, self.scale.1))
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
    pub(super) fn any(&self, items: &PageItems, x: f64, y: f64, mut is_such: impl FnMut(&Paint) -> bool) -> bool {
        let mut steps = 1;
        let found = self.list(x, y).iter().rev().chain(self.wide.iter().rev()).any(|index| {
            steps += 1;
            self.over(items, *index, x, y).is_some_and(&mut is_such)
        });
        items.spend(steps);
        found
    }

    /// The last paint over a point, before a place in the order of painting, that is such.
    pub(super) fn last(&self, items: &PageItems, order: u32, x: f64, y: f64, is_such: impl Fn(&Paint) -> bool) -> Option<&'p Paint> {
        let is_before = |index: &u32| self.paints.get(*index as usize).is_some_and(|paint| paint.order < order);
        let last_of = |list: &[u32]| {
            if list.is_empty() {
                items.spend(1);
                return None;
            }
            let before = list.get(..list.partition_point(is_before)).unwrap_or_default();
            let mut steps = 1;
            let found = before.iter().rev().find_map(|index| {
                steps += 1;
                self.over(items, *index, x, y).filter(|paint| is_such(paint))
            });
            items.spend(steps);
            found
        };
        [last_of(self.list(x, y)), last_of(&self.wide)].into_iter().flatten().max_by_key(|paint| paint.order)
    }

    /// Calls for each paint over a point that came after a place in the order of painting, the last one first, for as long as it asks for
    /// more.
    pub(super) fn later(&self, items: &PageItems, order: u32, x: f64, y: f64, mut wants_more: impl FnMut(&Paint) -> bool) {
        for list in [self.list(x, y), &self.wide] {
            let mut steps = 1;
            for index in list.iter().rev() {
                steps += 1;
                let Some(paint) = self.paints.get(*index as usize).filter(|paint| paint.order > order) else { break };
                if paint.rect.holds(x, y) && items.is_inside(paint, x, y) && !wants_more(paint) {
                    return items.spend(steps);
                }
            }
            items.spend(steps);
        }
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

#[cfg(test)]
mod tests {
    use super::super::items::Kind;
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
            items.paints.push(Paint::plain(kind, rect, None, order));
        }
        let grid = Grid::new(&items.paints, area);
        assert!(!grid.listed.is_empty() && !grid.wide.is_empty());
        for _ in 0..2_000 {
            let (x, y, before) = (next(700.0) - 50.0, next(900.0) - 50.0, next(400.0) as u32);
            let is_such = |paint: &Paint| paint.kind == Kind::Fill;
            let over = || items.paints.iter().filter(|paint| paint.rect.holds(x, y) && is_such(paint));
            assert_eq!(grid.any(&items, x, y, is_such), over().next().is_some());
            let last = over().rfind(|paint| paint.order < before).map(|paint| paint.order);
            assert_eq!(grid.last(&items, before, x, y, is_such).map(|paint| paint.order), last);
            let mut later = Vec::new();
            grid.later(&items, before, x, y, |paint| {
                later.push(paint.order);
                true
            });
            later.sort_unstable();
            let all = items.paints.iter().filter(|paint| paint.rect.holds(x, y) && paint.order > before);
            assert_eq!(later, all.map(|paint| paint.order).collect::<Vec<_>>());
        }
    }
}
