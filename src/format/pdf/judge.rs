//! Tells text that a reader sees from text that is only in the file: off the page, clipped, without colour, covered.

use std::cell::Cell;
use std::collections::HashMap;

use super::PdfFault;
use super::blend::Blend;
use super::colour::{Rgb, alike, is_bar, is_lost};
use super::grid::Grid;
use super::interpret::NO_TEXT;
use super::items::{Flaw, Glyph, Kind, PageItems, Paint};
use super::looks::Looks;
use super::open::Rect;
use super::pages::Page;
use crate::error::DocError;

/// Share of the page from which on a picture counts as a scan of it.
const SCAN_SHARE: f64 = 0.5;
/// Share of the page from which on a picture may be a scan over its recognised text.
const WHOLE_SHARE: f64 = 0.8;
/// Share of the page from which on a picture may have recognised text of its own.
const OWN_TEXT_SHARE: f64 = 0.05;
/// Difference in colour, from 0 to 1, below which nobody reads what a veil lies over.
const LEGIBLE: f32 = 0.16;
/// Samples from which on a picture says something.
pub(super) const SAMPLES_MIN: u64 = 64;
/// Paints over one point that are mixed with each other.
const LAYERS_MAX: usize = 64;
/// Steps of one file that comparing what lies over what may take, for each operator that a page may have.
const STEPS: u64 = 25;

/// What comparing the paints of a file may still take, in steps.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<u64>,
    limit: u64,
}

impl Budget {
    /// For one file under a limit of operators.
    pub(super) fn new(operators: u64) -> Self {
        let limit = operators.saturating_mul(STEPS);
        Self { left: Cell::new(limit), limit }
    }

    /// Takes the steps off that a page counted.
    ///
    /// # Errors
    /// [`PdfFault::TooManyOperators`] when nothing is left: what was not compared could be hidden.
    pub(super) fn settle(&self, items: &PageItems) -> Result<(), DocError> {
        match self.left.get().checked_sub(items.work.take()) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(DocError::whole(PdfFault::TooManyOperators { limit: self.limit })),
        }
    }
}

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
    /// In glyphs of an embedded font that are empty.
    Hollow,
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
            Self::Blank | Self::Hollow => "text in letters that draw nothing",
            Self::SameColour => "text in the colour of its background",
            Self::Covered => "text under a shape, a picture or other text",
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
    /// Whether all of it is near the page.
    is_at_edge: bool,
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
        let is_label = WORDS.contains(&bare.as_str());
        // One letter over and over, as tests of fonts have it, says nothing. Under a shape it may be what a line of words was cut to.
        let is_one_letter = bare
            .chars()
            .next()
            .is_some_and(|first| (first.is_alphabetic() || is_private(first)) && bare.chars().all(|letter| letter == first))
            && self.reason != Reason::Covered;
        let is_cut = match self.reason {
            Reason::OffPage => self.is_at_edge,
            Reason::Clipped => true,
            _ => false,
        } && self.run <= 3
            && self.letters() < 12;
        // Arabic fonts have such glyphs between others.
        let is_joint = self.reason == Reason::Hollow && self.run <= 3;
        is_cut || is_joint || self.letters() == 0 || is_one_letter || is_label || STAMPS.contains(&self.text.as_str())
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
pub(super) fn is_letter(character: char) -> bool {
    character.is_alphanumeric() || character == char::REPLACEMENT_CHARACTER || is_private(character)
}

fn is_private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// The text that a glyph is judged by. A font has a few codes for spaces; where it says so of many, they draw letters.
pub(super) fn judged<'i>(items: &'i PageItems, glyph: &Glyph) -> &'i str {
    let text = items.text(glyph);
    if items.untold.is_empty() {
        return text;
    }
    if is_blank(text) && items.untold.contains(&glyph.show.font) { NO_TEXT } else { text }
}

/// Whether a text is white space. That of most glyphs is one letter.
#[inline]
fn is_blank(text: &str) -> bool {
    match text.as_bytes() {
        [byte] => char::from(*byte).is_whitespace(),
        _ => text.chars().all(char::is_whitespace),
    }
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

/// A page with what is asked about it.
pub(super) struct Scene<'p> {
    page: &'p Page<'p>,
    items: &'p PageItems,
    grid: Grid<'p>,
    looks: &'p Looks<'p, 'p>,
    /// Whether pictures take up most of the page.
    is_scan: bool,
    /// The last paint that is mixed with what is under it, by its place in the order.
    mixed: Option<u32>,
}

/// Judges one page.
///
/// # Errors
/// [`PdfFault::TooManyOperators`] when there is more to compare than the budget allows.
pub(super) fn judge(page: &Page<'_>, items: &PageItems, looks: &Looks<'_, '_>, budget: &Budget) -> Result<Verdict, DocError> {
    let letters = super::overprint::overprinted(page, items, budget)?;
    judge_with(page, items, looks, budget, letters)
}

/// Judges one page of a copy. Where letters lie over each other they do so in its source, whose boxes are the same.
///
/// # Errors
/// As [`judge`].
pub(super) fn judge_copy(page: &Page<'_>, items: &PageItems, looks: &Looks<'_, '_>, budget: &Budget) -> Result<Verdict, DocError> {
    judge_with(page, items, looks, budget, Vec::new())
}

/// `letters` lie under others.
fn judge_with(
    page: &Page<'_>,
    items: &PageItems,
    looks: &Looks<'_, '_>,
    budget: &Budget,
    letters: Vec<usize>,
) -> Result<Verdict, DocError> {
    let scene = Scene::new(page, items, &items.paints, looks);
    let mut verdict = Verdict { is_hidden: vec![false; items.glyphs.len()], ..Verdict::default() };
    let mut suspects: Vec<(usize, Reason)> = Vec::new();
    for (index, glyph) in items.glyphs.iter().enumerate() {
        if is_blank(judged(items, glyph)) {
            continue;
        }
        if let Some(reason) = scene.reason(glyph) {
            suspects.push((index, reason));
        }
        budget.settle(items)?;
    }
    // A letter that is seen alone may lie under others.
    let known = suspects.len();
    for index in letters {
        if suspects.get(..known).is_none_or(|known| known.binary_search_by_key(&index, |(index, _)| *index).is_err()) {
            suspects.push((index, Reason::Covered));
        }
    }
    suspects.sort_by_key(|(index, _)| *index);
    let twins = if suspects.is_empty() { Vec::new() } else { twins(items, &suspects, budget)? };
    for ((index, reason), is_twin) in suspects.into_iter().zip(twins) {
        let Some(glyph) = items.glyphs.get(index).filter(|_| !is_twin) else { continue };
        let text = judged(items, glyph);
        if let Some(flag) = verdict.is_hidden.get_mut(index) {
            *flag = true;
        }
        let hidden = match verdict.hidden.iter_mut().position(|hidden| hidden.reason == reason) {
            Some(known) => verdict.hidden.get_mut(known),
            None => {
                verdict.hidden.push(Hidden {
                    reason,
                    rect: glyph.rect,
                    count: 0,
                    text: String::new(),
                    run: 0,
                    last: index,
                    run_now: 0,
                    is_at_edge: true,
                    glyphs: Vec::new(),
                });
                verdict.hidden.last_mut()
            }
        };
        if let Some(hidden) = hidden {
            hidden.add(index, glyph.rect, text);
            hidden.is_at_edge &= page.media.wider(2.0 * glyph.size.max(10.0)).holds(glyph.centre.0, glyph.centre.1);
        }
    }
    verdict.pictures = scene.pictures(budget)?;
    verdict.pictures.extend(scene.boxes(budget)?);
    Ok(verdict)
}

/// For each suspect, whether the same letter is seen at its place.
///
/// The same letter is the same code in the same font, or the same text. Words under a shape go together: where other words were written
/// over them, some letters are the same ones.
fn twins(items: &PageItems, suspects: &[(usize, Reason)], budget: &Budget) -> Result<Vec<bool>, DocError> {
    let mut is_suspect = vec![false; items.glyphs.len()];
    // Letters by number, as text and as code.
    let mut texts: HashMap<&str, u32> = HashMap::new();
    let mut codes: HashMap<(usize, u32), u32> = HashMap::new();
    let mut classes: Vec<i32> = Vec::new();
    let reach = |glyph: &Glyph| 0.4 * glyph.size.max(1.0);
    let class = |glyph: &Glyph| reach(glyph).min(1e6).log2().ceil() as i32;
    let is_known =
        |text: &str| !text.is_empty() && !text.chars().any(|character| character == char::REPLACEMENT_CHARACTER || is_private(character));
    for (index, _) in suspects {
        let (Some(flag), Some(glyph)) = (is_suspect.get_mut(*index), items.glyphs.get(*index)) else { continue };
        *flag = true;
        let next = (texts.len() + codes.len()) as u32;
        codes.entry((glyph.show.font, glyph.show.code)).or_insert(next);
        let next = (texts.len() + codes.len()) as u32;
        if is_known(judged(items, glyph)) {
            texts.entry(judged(items, glyph)).or_insert(next);
        }
        if !classes.contains(&class(glyph)) {
            classes.push(class(glyph));
        }
    }
    // Places in cells as wide as a letter reaches, each cell with no more than the places that differ in it.
    const PLACES: f64 = 8.0;
    let mut seen: HashMap<(i32, u32, i64, i64), Vec<(f32, f32)>> = HashMap::new();
    for class in &classes {
        let size = f64::from(*class).exp2();
        for (glyph, _) in items.glyphs.iter().zip(&is_suspect).filter(|(_, is_suspect)| !**is_suspect) {
            let letters = [texts.get(judged(items, glyph)), codes.get(&(glyph.show.font, glyph.show.code))];
            let (x, y) = ((glyph.centre.0 / size * PLACES).round(), (glyph.centre.1 / size * PLACES).round());
            for letter in letters.into_iter().flatten() {
                let cell = seen.entry((*class, *letter, (x / PLACES).floor() as i64, (y / PLACES).floor() as i64)).or_default();
                let place = ((x / PLACES * size) as f32, (y / PLACES * size) as f32);
                if !cell.contains(&place) {
                    cell.push(place);
                }
                items.spend(cell.len() as u64 / 4 + 4);
            }
        }
        budget.settle(items)?;
    }
    let is_seen = |glyph: &Glyph| {
        let (class, reach) = (class(glyph), reach(glyph));
        let size = f64::from(class).exp2();
        let (column, row) = ((glyph.centre.0 / size).floor() as i64, (glyph.centre.1 / size).floor() as i64);
        let letters = [texts.get(judged(items, glyph)), codes.get(&(glyph.show.font, glyph.show.code))];
        letters.into_iter().flatten().any(|letter| {
            (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))).any(|(dx, dy)| {
                let cell = seen.get(&(class, *letter, column + dx, row + dy)).map_or(&[][..], Vec::as_slice);
                items.spend(cell.len() as u64 / 4 + 1);
                let is_near =
                    |(x, y): &(f32, f32)| (f64::from(*x) - glyph.centre.0).abs() < reach && (f64::from(*y) - glyph.centre.1).abs() < reach;
                cell.iter().any(is_near)
            })
        })
    };
    let mut twins = Vec::with_capacity(suspects.len());
    for (index, _) in suspects {
        twins.push(items.glyphs.get(*index).is_some_and(is_seen));
        budget.settle(items)?;
    }
    let mut start = 0;
    for end in 1..=suspects.len() {
        let goes_on = match (suspects.get(end - 1), suspects.get(end)) {
            (Some((before, one)), Some((index, other))) => one == other && index - before <= 2,
            _ => false,
        };
        if goes_on {
            continue;
        }
        if suspects.get(start).is_some_and(|(_, reason)| *reason == Reason::Covered)
            && let Some(run) = twins.get_mut(start..end)
            && run.contains(&false)
        {
            run.fill(false);
        }
        start = end;
    }
    Ok(twins)
}

impl<'p> Scene<'p> {
    /// A page as it is painted on by `paints`.
    pub(super) fn new(page: &'p Page<'p>, items: &'p PageItems, paints: &'p [Paint], looks: &'p Looks<'p, 'p>) -> Self {
        let pictures: f64 = paints
            .iter()
            .filter(|paint| matches!(paint.kind, Kind::Image | Kind::Stencil))
            .map(|paint| paint.rect.meet(page.crop).area())
            .sum();
        let group_mixes = items.groups.iter().any(|group| group.blend != Blend::Normal);
        let is_mixed = |paint: &&Paint| paint.blend != Blend::Normal || group_mixes && paint.group.is_some();
        let mixed = paints.iter().rev().find(is_mixed).map(|paint| paint.order);
        Self { page, items, grid: Grid::new(paints, page.media), looks, is_scan: pictures > SCAN_SHARE * page.crop.area(), mixed }
    }

    fn reason(&self, glyph: &Glyph) -> Option<Reason> {
        let (page, items, grid) = (self.page, self.items, &self.grid);
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
                return if self.is_recognised(x, y) { self.is_boxed(glyph).then_some(Reason::Covered) } else { Some(Reason::Invisible) };
            }
            Some(Flaw::ClipMode) => {
                let painted = grid.any(items, x, y, |paint| paint.order > glyph.order && paint.is_vague);
                return (!painted).then_some(Reason::Invisible);
            }
            Some(Flaw::Transparent) => return Some(Reason::Transparent),
            Some(Flaw::Tiny) => return Some(Reason::Tiny),
            Some(Flaw::NoFont) => return Some(Reason::NoFont),
            Some(Flaw::Clipped) => return Some(Reason::Clipped),
            Some(Flaw::Blank) => return Some(Reason::Blank),
            Some(Flaw::Hollow) => return Some(Reason::Hollow),
            Some(Flaw::Unset) | None => {}
        }
        if self.is_covered(glyph) {
            return Some(Reason::Covered);
        }
        if self.is_lost_on_paper(glyph) {
            return Some(Reason::Covered);
        }
        let (colour, ground) = (glyph.colour?, self.ground(glyph)?);
        // Bare paper is white for some viewers, and for others nothing to mix with.
        let is_bare = ground == [1.0; 3];
        let is_lost = is_lost(glyph.blend.over(ground, colour), ground) || is_bare && is_lost(colour, ground);
        is_lost.then_some(Reason::SameColour)
    }

    /// Whether letters on bare paper are lost under later paints that are mixed with what is under them: most viewers take bare paper for
    /// nothing to mix with, so that there such a paint shows as it is.
    fn is_lost_on_paper(&self, glyph: &Glyph) -> bool {
        let is_mixed = |paint: &Paint| paint.order > glyph.order && self.effect(paint, glyph.order).1 != Blend::Normal;
        let (Some(colour), Some(last)) = (glyph.colour, self.mixed) else { return false };
        if last <= glyph.order || !self.grid.any(self.items, glyph.centre.0, glyph.centre.1, is_mixed) {
            return false;
        }
        std::iter::once(glyph.centre).chain(points(glyph)).all(|(x, y)| {
            let is_paint = |paint: &Paint| paint.alpha > 0.0 && paint.kind != Kind::Stroke;
            if self.grid.last(self.items, glyph.order, x, y, is_paint).is_some() {
                return false;
            }
            let mut later = Vec::new();
            self.grid.later(self.items, glyph.order, x, y, |paint| {
                later.push(*paint);
                later.len() < LAYERS_MAX
            });
            later.sort_unstable_by_key(|paint| paint.order);
            let mut letter = glyph.blend.over([1.0; 3], colour);
            let mut paper: Rgb = None;
            for paint in &later {
                let (alpha, blend) = self.effect(paint, glyph.order);
                let Some(with) = paint.colour.filter(|_| !paint.is_vague) else { return false };
                let mix = |under: [f32; 3], over: [f32; 3]| {
                    [0, 1, 2].map(|part: usize| {
                        let of = |colour: [f32; 3]| colour.get(part).copied().unwrap_or_default();
                        of(under) * (1.0 - alpha) + of(over) * alpha
                    })
                };
                letter = mix(letter, blend.over(letter, with));
                paper = Some(paper.map_or_else(|| mix([1.0; 3], with), |paper| mix(paper, blend.over(paper, with))));
            }
            paper.is_some_and(|paper| is_lost(letter, paper))
        })
    }

    /// How much a paint takes away and how it is mixed, with the groups around it that began later than some place in the order.
    fn effect(&self, paint: &Paint, order: u32) -> (f32, Blend) {
        let (mut alpha, mut blend) = (paint.alpha, paint.blend);
        let mut next = paint.group;
        while let Some(group) = next.and_then(|index| self.items.groups.get(index as usize)) {
            // Inside of a group the group as a whole changes nothing.
            if group.start <= order {
                break;
            }
            alpha *= group.alpha;
            if blend.is_plain() {
                blend = group.blend;
            }
            next = group.parent;
        }
        (alpha, blend)
    }

    /// Whether a picture that may be a scan shows at a point.
    fn is_recognised(&self, x: f64, y: f64) -> bool {
        let least = OWN_TEXT_SHARE * self.page.crop.area();
        self.grid.any(self.items, x, y, |paint| {
            matches!(paint.kind, Kind::Image | Kind::Stencil)
                && (self.is_scan || paint.rect.area() > least)
                && (paint.kind == Kind::Image || self.alpha(paint, x, y).is_none_or(|alpha| alpha > 0.02))
        })
    }

    /// How opaque a picture is at a point, when that is known.
    fn alpha(&self, paint: &Paint, x: f64, y: f64) -> Option<f32> {
        self.looks.alpha(self.items.pictures.get(paint.picture? as usize)?, x, y)
    }

    /// Whether a shape of one colour lies over the picture at a letter.
    fn is_boxed(&self, glyph: &Glyph) -> bool {
        points(glyph).iter().all(|(x, y)| {
            let is_such = |paint: &Paint| match paint.kind {
                Kind::Fill | Kind::Shade => paint.solid,
                Kind::Image | Kind::Stencil => true,
                Kind::Stroke => false,
            };
            self.grid.last(self.items, u32::MAX, *x, *y, is_such).is_some_and(|paint| matches!(paint.kind, Kind::Fill | Kind::Shade))
        })
    }

    /// What a letter stands on, when its colour is known.
    fn ground(&self, glyph: &Glyph) -> Rgb {
        if self.grid.paints.is_empty() {
            return Some([1.0; 3]);
        }
        let (x, y) = glyph.centre;
        // A line is a ground where it is about as thick as the letter is high.
        let is_ground = |paint: &Paint| {
            paint.alpha > 0.0
                && (paint.kind != Kind::Stroke || paint.solid && paint.rect.height().min(paint.rect.width()) > 0.7 * glyph.size)
        };
        match self.grid.last(self.items, glyph.order, x, y, is_ground) {
            Some(paint) if paint.solid && paint.kind == Kind::Image => self.plain_picture(paint, glyph),
            Some(paint) if paint.solid => paint.colour,
            Some(_) => None,
            None => Some([1.0; 3]),
        }
    }

    /// The colour of a picture under a letter, where it has one colour there. Pictures of many colours are not asked.
    fn plain_picture(&self, paint: &Paint, glyph: &Glyph) -> Rgb {
        let picture = self.items.pictures.get(paint.picture? as usize).filter(|picture| self.looks.is_simple(picture))?;
        let first = self.looks.colour(picture, glyph.centre.0, glyph.centre.1)?;
        let is_alike = |(x, y): &(f64, f64)| self.looks.colour(picture, *x, *y).is_some_and(|colour| alike(colour, first));
        points(glyph).iter().all(is_alike).then_some(first)
    }

    /// Whether later paints leave nothing of a letter that one could read.
    fn is_covered(&self, glyph: &Glyph) -> bool {
        if self.grid.last <= glyph.order {
            return false;
        }
        let (x, y) = glyph.centre;
        let left = self.left(glyph.order, x, y, true);
        if left.iter().all(|left| *left >= 1.0) {
            return false;
        }
        let contrast = match (glyph.colour, self.ground(glyph)) {
            (Some(one), Some(other)) => [0, 1, 2].map(|part: usize| {
                let of = |colour: [f32; 3]| colour.get(part).copied().unwrap_or_default();
                (of(one) - of(other)).abs()
            }),
            _ => [1.0; 3],
        };
        let most = |parts: [f32; 3]| parts.into_iter().fold(0.0, f32::max);
        let is_gone = |left: [f32; 3]| {
            let rest = most([contrast[0] * left[0], contrast[1] * left[1], contrast[2] * left[2]]);
            rest < LEGIBLE && rest < 0.5 * most(contrast)
        };
        is_gone(left) && points(glyph).iter().all(|(x, y)| is_gone(self.left(glyph.order, *x, *y, true)))
    }

    /// What paints after some place in the order leave of a difference in colour at a point. A picture whose opacity is not known
    /// counts as opaque or as clear.
    fn left(&self, order: u32, x: f64, y: f64, is_doubt_opaque: bool) -> [f32; 3] {
        let mut left = [1.0f32; 3];
        self.grid.later(self.items, order, x, y, |paint| {
            if is_doubt_opaque && self.is_page_scan(paint) {
                return true;
            }
            let leaves = self.leaves(paint, order, x, y, is_doubt_opaque);
            left = [left[0] * leaves[0], left[1] * leaves[1], left[2] * leaves[2]];
            left.iter().any(|left| *left > 0.001)
        });
        left
    }

    /// Whether a paint is a picture of a whole page in black and white, or nearly so, as scanners put over the text that they recognised.
    /// A photograph hides what it lies over.
    fn is_page_scan(&self, paint: &Paint) -> bool {
        paint.kind == Kind::Image
            && paint.rect.area() >= WHOLE_SHARE * self.page.crop.area()
            && paint
                .picture
                .and_then(|index| self.items.pictures.get(index as usize))
                .is_some_and(|picture| self.looks.may_be_scan(picture))
    }

    fn leaves(&self, paint: &Paint, order: u32, x: f64, y: f64, is_doubt_opaque: bool) -> [f32; 3] {
        if paint.is_vague && !is_doubt_opaque {
            return [1.0; 3];
        }
        let mut colour = paint.colour;
        let (mut alpha, blend) = self.effect(paint, order);
        if alpha > 0.0 && (paint.kind == Kind::Stencil || paint.kind == Kind::Image && !blend.is_plain()) {
            if paint.kind == Kind::Stencil {
                alpha *= self.alpha(paint, x, y).unwrap_or(if is_doubt_opaque { 1.0 } else { 0.0 });
            }
            if !blend.is_plain() {
                let picture = paint.picture.and_then(|index| self.items.pictures.get(index as usize));
                colour = colour.or_else(|| self.looks.colour(picture?, x, y));
            }
        }
        blend.leaves(alpha, colour)
    }

    /// Whether these paints, none of them of the page itself, would hide a letter or a part of a picture on the page.
    pub(super) fn hides(&self, glyph: &Glyph) -> bool {
        let is_gone = |(x, y): &(f64, f64)| self.left(0, *x, *y, true).iter().all(|left| *left < LEGIBLE);
        is_gone(&glyph.centre) && points(glyph).iter().all(is_gone)
    }

    /// Whether these paints hide most of a box.
    pub(super) fn hides_most_of(&self, rect: Rect) -> bool {
        let hidden = spread(rect, 5).filter(|(x, y)| self.left(0, *x, *y, true).iter().all(|left| *left < LEGIBLE)).count();
        hidden >= 13
    }

    /// Pictures that nothing shows: outside the page, clipped away, transparent, too small, or under later paints.
    fn pictures(&self, budget: &Budget) -> Result<Vec<(Reason, Rect)>, DocError> {
        /// Samples in a square point that no printer shows: 4800 to the inch.
        const DENSE: f64 = 4444.0;
        let mut hidden = Vec::new();
        for paint in self.grid.paints {
            if !matches!(paint.kind, Kind::Image | Kind::Stencil) {
                continue;
            }
            let picture = paint.picture.and_then(|index| self.items.pictures.get(index as usize));
            let samples = picture.map_or(0, |picture| picture.samples);
            let area = paint.whole.area().min(picture.map_or(f64::MAX, |picture| picture.placement.area()));
            if samples >= SAMPLES_MIN && samples as f64 > DENSE * area && area < 1.0 {
                hidden.push((Reason::Tiny, paint.whole));
                continue;
            }
            if area < 16.0 && (area < 4.0 || samples < SAMPLES_MIN) {
                continue;
            }
            let seen = paint.rect.meet(self.page.crop);
            if paint.whole.meet(self.page.media).is_empty() {
                hidden.push((Reason::OffPage, paint.whole));
            } else if seen.is_empty() {
                hidden.push((Reason::Clipped, paint.whole));
            } else if paint.alpha < 0.02 || picture.is_some_and(|picture| paint.kind == Kind::Stencil && self.looks.is_clear(picture)) {
                hidden.push((Reason::Transparent, seen));
            } else if paint.clip.is_some() && spread(seen, 9).all(|(x, y)| !self.items.encloses(paint.clip, x, y)) {
                hidden.push((Reason::Clipped, seen));
            } else {
                let is_gone = |(x, y): (f64, f64)| self.left(paint.order, x, y, false).iter().all(|left| *left < 0.02);
                let middle = (f64::midpoint(seen.x0, seen.x1), f64::midpoint(seen.y0, seen.y1));
                if is_gone(middle) && spread(seen, 9).all(is_gone) && !self.is_painted_again(paint) {
                    hidden.push((Reason::Covered, seen));
                }
            }
            budget.settle(self.items)?;
            if hidden.len() > 200 {
                break;
            }
        }
        Ok(hidden)
    }

    /// Black or white boxes with nothing in them, inside of a picture of half the page or more: perhaps parts of a scan that were to go.
    fn boxes(&self, budget: &Budget) -> Result<Vec<(Reason, Rect)>, DocError> {
        let mut boxes = Vec::new();
        let page = self.page.crop;
        let is_large =
            |paint: &&Paint| matches!(paint.kind, Kind::Image | Kind::Stencil) && paint.rect.meet(page).area() > SCAN_SHARE * page.area();
        for picture in self.grid.paints.iter().filter(is_large).take(16) {
            for paint in self.grid.paints.iter().filter(|paint| paint.order > picture.order) {
                let rect = paint.rect.meet(picture.rect).meet(page);
                let is_box = paint.kind == Kind::Fill
                    && paint.solid
                    && paint.colour.is_some_and(is_bar)
                    && rect.width() > 8.0
                    && rect.height() > 5.0
                    && rect.area() < 0.5 * picture.rect.area();
                self.items.spend(1);
                if !is_box {
                    continue;
                }
                let is_over = |(x, y): (f64, f64)| {
                    let mut is_last = self.items.is_inside(paint, x, y);
                    self.grid.later(self.items, paint.order, x, y, |later| {
                        is_last &= later.alpha == 0.0;
                        is_last
                    });
                    is_last
                };
                self.items.spend(self.items.glyphs.len() as u64 / 4);
                let holds = |glyph: &Glyph| glyph.order > paint.order && glyph.flaw.is_none() && rect.holds(glyph.centre.0, glyph.centre.1);
                if spread(rect, 3).all(is_over) && !self.items.glyphs.iter().any(holds) && boxes.len() < 200 {
                    boxes.push((Reason::Covered, rect));
                }
                budget.settle(self.items)?;
            }
        }
        Ok(boxes)
    }

    /// Whether the same picture is painted at the same place once more.
    fn is_painted_again(&self, paint: &Paint) -> bool {
        let key = |paint: &Paint| paint.picture.and_then(|index| self.items.pictures.get(index as usize)).map(|picture| picture.key);
        let near = |one: f64, other: f64| (one - other).abs() < 1.0;
        let same = |later: &Paint| {
            later.order > paint.order
                && key(later).is_some()
                && key(later) == key(paint)
                && near(later.whole.x0, paint.whole.x0)
                && near(later.whole.y0, paint.whole.y0)
                && near(later.whole.x1, paint.whole.x1)
        };
        let middle = (f64::midpoint(paint.whole.x0, paint.whole.x1), f64::midpoint(paint.whole.y0, paint.whole.y1));
        self.grid.any(self.items, middle.0, middle.1, same)
    }
}

/// Places in the body of a letter, around its middle.
pub(super) fn points(glyph: &Glyph) -> [(f64, f64); 4] {
    let (x, y) = glyph.centre;
    let reach = 0.18 * glyph.size;
    let across = reach.min(0.25 * glyph.rect.width());
    let up = reach.min(0.25 * glyph.rect.height());
    [(x - across, y), (x + across, y), (x, y - up), (x, y + up)]
}

/// Points spread over a box, so many in each direction.
pub(super) fn spread(rect: Rect, count: u8) -> impl Iterator<Item = (f64, f64)> {
    let place = move |index: u8, from: f64, size: f64| from + size * (f64::from(index) + 0.5) / f64::from(count);
    (0..count).flat_map(move |row| (0..count).map(move |column| (place(column, rect.x0, rect.width()), place(row, rect.y0, rect.height()))))
}
