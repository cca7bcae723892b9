//! Tells text that a reader sees from text that is only in the file: off the page, clipped, without colour, covered.

mod scene;

use std::cell::Cell;
use std::collections::HashMap;

pub(super) use scene::{Scene, points, spread};

use super::PdfFault;
use super::interpret::NO_TEXT;
use super::items::{Glyph, PageItems};
use super::looks::Looks;
use super::open::Rect;
use super::pages::Page;
use crate::error::DocError;

/// Samples from which on a picture says something.
pub(super) const SAMPLES_MIN: u64 = 64;
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
                let cell = seen.get(&(class, *letter, column.saturating_add(dx), row.saturating_add(dy))).map_or(&[][..], Vec::as_slice);
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
