//! What of the text of a metafile is seen: it has a place, a colour, and what was drawn before and after it.
//!
//! Text is taken for hidden where nothing of the middle of its line can be seen: all of it outside of what is clipped to, in the colour of
//! what is behind it, or under something drawn later through which nothing shows. What is not understood hides nothing.

use super::ImageFault;

/// A place on the sheet.
pub(super) type Point = (f64, f64);
/// Left, top, right, bottom.
pub(super) type Box4 = [f64; 4];
/// Red, green, blue.
pub(super) type Rgb = [u8; 3];

/// Pixels of the source take the place of what was there (MS-WMF §2.1.1.31).
pub(super) const COPY: u32 = 0x00cc_0020;
/// The brush does.
pub(super) const PATTERN_COPY: u32 = 0x00f0_0021;
/// All becomes black.
pub(super) const BLACKNESS: u32 = 0x42;
/// All becomes white.
pub(super) const WHITENESS: u32 = 0x00ff_0062;

const WHITE: Rgb = [255; 3];
/// A sign is built of parts in several colours, each a letter of a font of its own; more letters are words.
const PARTS_MAX: usize = 8;
/// Things filled that are kept in mind. Real drawings have some thousands.
const FILLS_MAX: usize = 500_000;
/// How many times something drawn is compared with a text. Real drawings need some thousands.
const LOOKS_MAX: u64 = 100_000_000;

/// Something filled.
struct Fill {
    outlines: Vec<Vec<Point>>,
    /// `None` where it cannot be told, as of a picture.
    colour: Option<Rgb>,
}

/// What was drawn so far.
#[derive(Default)]
pub(super) struct Sheet {
    fills: Vec<Fill>,
    /// A box around each of them.
    around_fills: Vec<Box4>,
    /// Places in each text.
    texts: Vec<[Point; 5]>,
    /// A box around those of each.
    around_texts: Vec<Box4>,
    looks: u64,
    /// Letters in the colour of what is behind them that stand alone.
    lost_parts: usize,
    hidden: Option<&'static str>,
}

impl Sheet {
    /// Something is filled; `opaque` where nothing shows through it.
    pub(super) fn fill(&mut self, outlines: Vec<Vec<Point>>, colour: Option<Rgb>, clip: Option<Box4>, opaque: bool) {
        let around = bounds(outlines.iter().flatten());
        if !around.iter().all(|edge| edge.is_finite()) {
            return;
        }
        let fill = Fill { outlines, colour };
        self.looks = self.looks.saturating_add(if opaque { self.texts.len() as u64 } else { 0 });
        // Past that nothing is compared any more: it cannot be told what is seen.
        if opaque && self.looks < LOOKS_MAX {
            let points = fill.outlines.iter().map(Vec::len).sum::<usize>() as u64;
            let enclosed = self.texts.iter().zip(&self.around_texts).filter(|(_, text)| encloses(around, **text));
            for (places, _) in enclosed {
                self.looks = self.looks.saturating_add(points);
                if self.looks >= LOOKS_MAX {
                    break;
                }
                if places.iter().all(|place| holds(clip, *place) && fill.is_at(*place)) {
                    self.hidden = Some("text that something is drawn over");
                }
            }
        }
        if self.fills.len() < FILLS_MAX {
            self.fills.push(fill);
            self.around_fills.push(around);
        } else {
            self.looks = LOOKS_MAX;
        }
    }

    /// A text of so many letters is drawn in a quadrangle; `own` is the colour behind it where it brings one.
    pub(super) fn text(&mut self, letters: usize, corners: [Point; 4], ink: Option<Rgb>, own: Option<Rgb>, clip: Option<Box4>) {
        let places = places_in(corners);
        let around = bounds(places.iter());
        if !around.iter().all(|edge| edge.is_finite()) {
            return;
        }
        let whole = bounds(corners.iter());
        if clip.is_some_and(|clip| whole[2] < clip[0] || whole[0] > clip[2] || whole[3] < clip[1] || whole[1] > clip[3]) {
            self.hidden = Some("text that is clipped away");
        }
        if let Some(ink) = ink {
            let lost = match own {
                Some(own) => alike(own, ink),
                None => places.iter().all(|place| self.behind(*place).is_some_and(|behind| alike(behind, ink))),
            };
            self.lost_parts = self.lost_parts.saturating_add(usize::from(lost && letters == 1));
            if lost && (letters > 1 || self.lost_parts > PARTS_MAX) {
                self.hidden = Some("text in the colour of what is behind it");
            }
        }
        self.texts.push(places);
        self.around_texts.push(around);
    }

    /// The colour at a place, where it can be told.
    fn behind(&mut self, place: Point) -> Option<Rgb> {
        self.looks = self.looks.saturating_add(self.fills.len() as u64);
        if self.looks >= LOOKS_MAX {
            return None;
        }
        let near = self.fills.iter().zip(&self.around_fills).rev().filter(|(_, around)| holds(Some(**around), place));
        for (fill, _) in near {
            self.looks = self.looks.saturating_add(fill.outlines.iter().map(Vec::len).sum::<usize>() as u64);
            if self.looks >= LOOKS_MAX {
                return None;
            }
            if fill.is_at(place) {
                return fill.colour;
            }
        }
        Some(WHITE)
    }

    /// There is text that no reader sees, for a reason of its own.
    pub(super) fn hides(&mut self, why: &'static str) {
        self.hidden = Some(why);
    }

    /// Whether text was drawn.
    pub(super) fn has_text(&self) -> bool {
        !self.texts.is_empty()
    }

    /// # Errors
    /// [`ImageFault::Unsafe`] where there is text that nobody sees, or too much to tell.
    pub(super) fn check(&self, format: &str) -> Result<(), ImageFault> {
        let why = if self.looks >= LOOKS_MAX && self.has_text() {
            Some("more text and shapes than can be told from each other")
        } else {
            self.hidden
        };
        why.map_or(Ok(()), |what| Err(ImageFault::Unsafe { format: format.into(), what: what.into() }))
    }
}

impl Fill {
    /// Whether a place is inside, by the number of outlines around it.
    fn is_at(&self, (x, y): Point) -> bool {
        let crosses = |((x1, y1), (x2, y2)): (Point, Point)| (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1;
        self.outlines.iter().map(|outline| edges(outline).filter(|edge| crosses(*edge)).count()).sum::<usize>() % 2 == 1
    }
}

fn edges(outline: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    outline.iter().copied().zip(outline.iter().copied().cycle().skip(1))
}

fn holds(around: Option<Box4>, (x, y): Point) -> bool {
    around.is_none_or(|[left, top, right, bottom]| x >= left && x <= right && y >= top && y <= bottom)
}

fn encloses(outer: Box4, inner: Box4) -> bool {
    holds(Some(outer), (inner[0], inner[1])) && holds(Some(outer), (inner[2], inner[3]))
}

/// The middle of a text, and four places between it and the corners.
fn places_in(corners: [Point; 4]) -> [Point; 5] {
    let sum = corners.iter().fold((0.0, 0.0), |sum: Point, corner| (sum.0 + corner.0, sum.1 + corner.1));
    let middle = (sum.0 / 4.0, sum.1 / 4.0);
    let between = |corner: Point| (corner.0 * 0.6 + middle.0 * 0.4, corner.1 * 0.6 + middle.1 * 0.4);
    let [one, two, three, four] = corners.map(between);
    [middle, one, two, three, four]
}

fn bounds<'p>(points: impl Iterator<Item = &'p Point>) -> Box4 {
    points.fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |around, (x, y)| {
        [around[0].min(*x), around[1].min(*y), around[2].max(*x), around[3].max(*y)]
    })
}

/// What lies in both of two boxes.
pub(super) fn shared(one: Option<Box4>, other: Box4) -> Box4 {
    one.map_or(other, |one| [one[0].max(other[0]), one[1].max(other[1]), one[2].min(other[2]), one[3].min(other[3])])
}

/// A box around points.
pub(super) fn around(points: &[Point]) -> Box4 {
    bounds(points.iter())
}

/// An outline of the ellipse in a box.
pub(super) fn ellipse([left, top, right, bottom]: Box4) -> Vec<Point> {
    let (x, y) = (f64::midpoint(left, right), f64::midpoint(top, bottom));
    (0..24)
        .map(|step| f64::from(step) * std::f64::consts::TAU / 24.0)
        .map(|angle| (x + (right - left) / 2.0 * angle.cos(), y + (bottom - top) / 2.0 * angle.sin()))
        .collect()
}

/// The outline of a box.
pub(super) fn rectangle([left, top, right, bottom]: Box4) -> Vec<Point> {
    vec![(left, top), (right, top), (right, bottom), (left, bottom)]
}

/// The corners of a line of text: `start` is its upper left corner, `along` leads to its end and `down` to its lower edge.
pub(super) fn line_of_text(start: Point, along: Point, down: Point) -> [Point; 4] {
    let by = |point: Point, way: Point| (point.0 + way.0, point.1 + way.1);
    [start, by(start, along), by(by(start, along), down), by(start, down)]
}

/// Whether two colours cannot be told apart by a reader.
fn alike(one: Rgb, other: Rgb) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 24)
}

/// A colour as metafiles write it; `None` for a number of a palette (MS-WMF §2.2.2.8).
pub(super) fn colour(value: u32) -> Option<Rgb> {
    let [red, green, blue, kind] = value.to_le_bytes();
    (kind == 0 || kind == 2).then_some([red, green, blue])
}

/// What a brush paints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brush {
    /// Nothing.
    Nothing,
    /// A colour, where it is known.
    Solid(Option<Rgb>),
    /// Something that may be seen through.
    Pattern,
}

impl Brush {
    /// A brush by its style, colour and nothing else (MS-WMF §2.1.1.4).
    pub(super) fn of(style: u32, value: u32) -> Self {
        match style {
            0 => Self::Solid(colour(value)),
            1 => Self::Nothing,
            _ => Self::Pattern,
        }
    }

    /// The brushes that every device has (MS-EMF §2.1.31).
    pub(super) fn stock(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Solid(Some(WHITE)),
            1 => Self::Solid(Some([192; 3])),
            2 => Self::Solid(Some([128; 3])),
            3 => Self::Solid(Some([64; 3])),
            4 => Self::Solid(Some([0; 3])),
            5 => Self::Nothing,
            18 => Self::Pattern,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: [Point; 4] = [(10.0, 10.0), (50.0, 10.0), (50.0, 20.0), (10.0, 20.0)];
    const BLACK: Option<Rgb> = Some([0; 3]);

    fn is_hidden(draw: impl Fn(&mut Sheet)) -> bool {
        let mut sheet = Sheet::default();
        draw(&mut sheet);
        sheet.check("EMF").is_err()
    }

    #[test]
    fn text_is_hidden_by_what_is_drawn_over_it_and_by_nothing_else() {
        let over = |outline: Vec<Point>, opaque: bool, clip: Option<Box4>| {
            is_hidden(|sheet| {
                sheet.text(5, LINE, BLACK, None, None);
                sheet.fill(vec![outline.clone()], Some(WHITE), clip, opaque);
            })
        };
        let page = rectangle([0.0, 0.0, 100.0, 100.0]);
        assert!(over(page.clone(), true, None) && over(ellipse([-40.0, -20.0, 100.0, 50.0]), true, None));
        assert!(!over(page.clone(), false, None) && !over(page.clone(), true, Some([60.0, 0.0, 100.0, 100.0])));
        assert!(!over(rectangle([0.0, 0.0, 30.0, 100.0]), true, None), "half of it is seen");
        assert!(!is_hidden(|sheet| {
            sheet.fill(vec![page.clone()], Some(WHITE), None, true);
            sheet.text(5, LINE, BLACK, None, None);
        }));
        // A frame around it is two outlines.
        let frame = vec![page.clone(), rectangle([5.0, 5.0, 60.0, 60.0])];
        assert!(!is_hidden(|sheet| {
            sheet.text(5, LINE, BLACK, None, None);
            sheet.fill(frame.clone(), BLACK, None, true);
        }));
    }

    #[test]
    fn text_is_hidden_in_the_colour_of_what_is_behind_it() {
        let before = |ground: Option<Option<Rgb>>, own: Option<Rgb>, ink: Option<Rgb>| {
            is_hidden(|sheet| {
                if let Some(colour) = ground {
                    sheet.fill(vec![rectangle([0.0, 0.0, 100.0, 100.0])], colour, None, true);
                }
                sheet.text(5, LINE, ink, own, None);
            })
        };
        assert!(before(None, None, Some(WHITE)) && before(Some(BLACK), None, BLACK) && before(Some(BLACK), Some(WHITE), Some(WHITE)));
        assert!(!before(None, None, BLACK) && !before(Some(BLACK), None, Some(WHITE)) && !before(None, BLACK, Some(WHITE)));
        assert!(!before(Some(None), None, Some(WHITE)) && !before(None, None, None), "what cannot be told hides nothing");
    }

    #[test]
    fn parts_of_a_sign_are_no_words() {
        let times = |times: usize| is_hidden(|sheet| (0..times).for_each(|_| sheet.text(1, LINE, Some(WHITE), None, None)));
        assert!(!times(PARTS_MAX) && times(PARTS_MAX + 1));
    }

    #[test]
    fn text_is_hidden_outside_of_what_is_clipped_to() {
        let clipped = |clip: Box4| is_hidden(|sheet| sheet.text(5, LINE, BLACK, None, Some(clip)));
        assert!(clipped([60.0, 0.0, 100.0, 100.0]) && clipped([0.0, 30.0, 100.0, 100.0]));
        assert!(!clipped([0.0, 0.0, 100.0, 100.0]) && !clipped([40.0, 0.0, 100.0, 100.0]));
    }
}
