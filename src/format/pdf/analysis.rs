//! Everything that one pass over the pages tells: text, what is hidden, marks, and a digest by which a copy is compared.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::annots::{self, PageAnnotations};
use super::interpret::Interpreter;
use super::items::{Kind, PageItems};
use super::judge::{self, Hidden, Reason};
use super::layers::Layers;
use super::lines::{self, Line};
use super::open::{Page, Rect, Source};
use super::rebuild::{Removals, Seen};
use super::redline::{self, Redline};
use crate::error::DocError;
use crate::model::FindingKind as K;
use crate::policy::{Action, Orders};

/// What one page holds.
#[derive(Debug)]
pub(super) struct PageFacts {
    /// Visible lines in the order of reading.
    pub(super) lines: Vec<Line>,
    /// Page size after clipping to the crop box.
    pub(super) crop: Rect,
    /// Text that is in the file and not on the page.
    pub(super) hidden: Vec<Hidden>,
    /// Pictures that are in the file and not on the page.
    pub(super) pictures: Vec<(Reason, Rect)>,
    /// Glyphs and shapes on layers that are off.
    pub(super) layered: usize,
    /// The words among them.
    pub(super) layered_text: String,
    /// Replacement texts that differ from the glyphs.
    pub(super) replaced: usize,
    /// Those texts.
    pub(super) replaced_text: Vec<String>,
    /// Content streams that broke off.
    pub(super) damaged: usize,
    /// Drawings that some viewers show and others do not.
    pub(super) disputed: usize,
    /// Glyphs in patterns, in soft masks and in the drawings of letters.
    pub(super) veiled: usize,
    /// Comments and changes printed into the page.
    pub(super) redline: Redline,
    /// Opaque remarks over text, with their boxes.
    pub(super) covers: Vec<Rect>,
    /// Digest of everything painted, in order.
    pub(super) digest: [u8; 32],
}

/// What all pages hold.
pub(super) struct Analysis<'s> {
    /// The pages.
    pub(super) pages: Vec<Page<'s>>,
    /// Their annotations.
    pub(super) annotations: Vec<PageAnnotations<'s>>,
    /// Their facts.
    pub(super) facts: Vec<PageFacts>,
    /// What the rebuilding walk prunes by.
    pub(super) seen: Seen,
}

/// Runs all pages.
pub(super) fn analyse<'s>(source: &'s Source<'_>, layers: &'s Layers, orders: &Orders) -> Result<Analysis<'s>, DocError> {
    let pages = source.pages()?;
    let annotations: Vec<PageAnnotations<'s>> = pages.iter().map(|page| annots::read(source, layers, page)).collect();
    let mut interpreter = Interpreter::new(source, layers);
    let mut facts = Vec::with_capacity(pages.len());
    let mut removals: Removals = BTreeMap::new();
    for (index, (page, annotations)) in pages.iter().zip(&annotations).enumerate() {
        let place = |mut fault: DocError| {
            if fault.place.part.is_empty() {
                fault.place.part = format!("page {}", index + 1);
            }
            fault
        };
        let mut items = interpreter.run_page(page, &annotations.fields).map_err(place)?;
        let verdict = judge::judge(page, &items);
        let removed = remove(orders, &verdict.hidden, &items, &mut removals);
        interpreter.use_codes(items.glyphs.iter().enumerate().filter(|(index, _)| !removed.contains(index)).map(|(_, glyph)| &glyph.show));
        let mut lines = lines::lines(&items, |index, _| !verdict.is_hidden.get(index).copied().unwrap_or(false));
        let mut covers = Vec::new();
        for remark in annotations.remarks.iter().filter(|remark| remark.shown) {
            covers.extend(cover(source, &mut interpreter, remark, &items, &verdict.is_hidden));
        }
        let redline = redline::find(page, &items, &lines, &annotations.links, source);
        // What is kept of the lines are their words.
        lines.iter_mut().for_each(|line| line.glyphs = Vec::new());
        facts.push(PageFacts {
            redline,
            crop: page.crop,
            hidden: verdict.hidden,
            pictures: verdict.pictures,
            layered: items.layered,
            damaged: items.damaged,
            disputed: items.disputed,
            veiled: items.veiled,
            replaced: items.replaced,
            covers,
            digest: digest(&items, &removed),
            lines,
            layered_text: std::mem::take(&mut items.layered_text),
            replaced_text: std::mem::take(&mut items.replaced_text),
        });
        interpreter.recycle(items);
    }
    let seen = Seen { fonts: interpreter.shown, faithful: interpreter.faithful, painted: interpreter.beside.into_painted(), removals };
    Ok(Analysis { pages, annotations, facts, seen })
}

/// Runs all pages for what a copy paints: a digest of each, and whether it hides text that a person would have to look at.
pub(super) fn digests(source: &Source<'_>, layers: &Layers, orders: &Orders) -> Result<Vec<([u8; 32], bool)>, DocError> {
    let pages = source.pages()?;
    let fields: Vec<_> = pages.iter().map(|page| annots::read(source, layers, page).fields).collect();
    let mut interpreter = Interpreter::new(source, layers);
    let mut digests = Vec::with_capacity(pages.len());
    for (index, (page, fields)) in pages.iter().zip(&fields).enumerate() {
        let items = interpreter.run_page(page, fields).map_err(|mut fault| {
            fault.place.part = format!("page {}", index + 1);
            fault
        })?;
        let hides = judge::judge(page, &items).hidden.iter().any(|hidden| fate(orders, hidden) == Action::Hold);
        digests.push((digest(&items, &BTreeSet::new()), hides));
        interpreter.recycle(items);
    }
    Ok(digests)
}

/// What becomes of a group of hidden text.
pub(super) fn fate(orders: &Orders, hidden: &Hidden) -> Action {
    // No viewer can show it, so nothing is lost.
    if hidden.reason == Reason::Unset {
        return Action::Remove;
    }
    if kind(hidden) == K::UnseenScrap {
        return orders.action(K::UnseenScrap);
    }
    match orders.action(kind_of(hidden.reason)) {
        // Text under a shape may be a failed redaction: it is a person's to judge, whatever the orders say.
        Action::Remove if hidden.reason != Reason::Covered => Action::Remove,
        Action::Keep => Action::Keep,
        Action::Remove | Action::Hold => Action::Hold,
    }
}

/// The kind of finding that a group of hidden text makes.
pub(super) fn kind(hidden: &Hidden) -> K {
    if hidden.reason != Reason::Unset && hidden.is_scrap() {
        return K::UnseenScrap;
    }
    kind_of(hidden.reason)
}

fn kind_of(reason: Reason) -> K {
    match reason {
        Reason::OffPage | Reason::OutsideCrop | Reason::Clipped => K::OffPageContent,
        Reason::Covered => K::CoveringShape,
        Reason::Invisible | Reason::Transparent | Reason::Tiny | Reason::NoFont | Reason::Blank | Reason::SameColour => K::InvisibleText,
        Reason::Unset => K::HiddenText,
    }
}

/// Notes the glyphs that are taken out, and gives their indices.
fn remove(orders: &Orders, hidden: &[Hidden], items: &PageItems, removals: &mut Removals) -> BTreeSet<usize> {
    let mut removed = BTreeSet::new();
    for group in hidden.iter().filter(|group| fate(orders, group) == Action::Remove) {
        for index in &group.glyphs {
            if let Some(glyph) = items.glyphs.get(*index) {
                removed.insert(*index);
                removals
                    .entry((glyph.show.key, glyph.show.offset))
                    .or_default()
                    .insert((glyph.show.piece, glyph.show.byte), (glyph.show.length, glyph.show.shift));
            }
        }
    }
    removed
}

/// The box of a remark whose removal would uncover text.
fn cover<'s>(
    source: &'s Source<'_>,
    interpreter: &mut Interpreter<'s, '_>,
    remark: &annots::Remark<'s>,
    items: &PageItems,
    hidden: &[bool],
) -> Option<Rect> {
    if matches!(
        remark.subtype,
        b"Popup"
            | b"Text"
            | b"Highlight"
            | b"Underline"
            | b"Squiggly"
            | b"StrikeOut"
            | b"Caret"
            | b"FileAttachment"
            | b"Sound"
            | b"Ink"
            | b"Line"
            | b"PolyLine"
    ) {
        return None;
    }
    let mut shapes: Vec<Rect> = Vec::new();
    match &remark.appearance {
        Some(appearance) => {
            // An appearance that cannot be run is taken to cover its rectangle.
            match interpreter.run_appearance(appearance.stream, appearance.placement) {
                Ok(own) => {
                    shapes.extend(own.paints.iter().filter(|paint| paint.solid && paint.kind != Kind::Stroke).map(|paint| paint.rect));
                }
                Err(_) => shapes.push(remark.rect),
            }
        }
        None => {
            let filled = ["IC", "C"]
                .iter()
                .any(|key| (*key == "IC" || remark.subtype == b"FreeText") && !source.array(remark.dict, key.as_bytes()).is_empty());
            let opaque = source.number(remark.dict, b"CA").is_none_or(|alpha| alpha > 0.98);
            if filled && opaque {
                shapes.push(remark.rect);
            }
        }
    }
    // A redaction that was marked and never applied: somebody meant this text to go.
    if remark.subtype == b"Redact" {
        shapes.push(remark.rect);
    }
    let covered = items.glyphs.iter().zip(hidden).any(|(glyph, hidden)| {
        !hidden
            && !items.text(glyph).chars().all(char::is_whitespace)
            && shapes.iter().any(|shape| shape.holds(glyph.centre.0, glyph.centre.1) && shape.height() > 0.3 * glyph.size)
    });
    covered.then_some(remark.rect)
}

/// Digest of what a page paints: texts and boxes in order. Equal for a page and its faithful copy.
fn digest(items: &PageItems, removed: &BTreeSet<usize>) -> [u8; 32] {
    let mut sum = Sha256::new();
    let mut block: Vec<u8> = Vec::with_capacity(8192);
    let mut put = |rect: Rect| {
        // Rounded half away from zero.
        let whole = [rect.x0, rect.y0, rect.x1, rect.y1].map(|value| (value * 20.0 + 0.5f64.copysign(value)) as i64);
        let short = whole.map(|value| i32::try_from(value).unwrap_or(i32::MIN));
        let mut bytes = [0; 16];
        for (to, value) in bytes.chunks_exact_mut(4).zip(short) {
            to.copy_from_slice(&value.to_le_bytes());
        }
        block.extend_from_slice(&bytes);
        // Places that far away are written in full behind a mark.
        if short.contains(&i32::MIN) {
            block.extend(whole.into_iter().flat_map(i64::to_le_bytes));
        }
        if block.len() >= 8144 {
            sum.update(&block);
            block.clear();
        }
    };
    let mut paints = items.paints.iter().peekable();
    let mut texts = String::new();
    for (index, glyph) in items.glyphs.iter().enumerate() {
        if !removed.is_empty() {
            if removed.contains(&index) {
                continue;
            }
            texts.push_str(items.text(glyph));
        }
        while let Some(paint) = paints.next_if(|paint| paint.order < glyph.order) {
            put(paint.rect);
        }
        put(glyph.rect);
    }
    for paint in paints {
        put(paint.rect);
    }
    sum.update(&block);
    // The texts of all glyphs lie one after the other.
    sum.update(if removed.is_empty() { &items.text } else { &texts });
    sum.finalize().into()
}

/// Lines that stand at the top or bottom of several pages, digits aside: headers and footers.
pub(super) fn running(facts: &[PageFacts]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for page in facts {
        let mut here: Vec<String> = page.lines.iter().filter(|line| in_margin(page, line)).map(|line| bare(&line.text)).collect();
        here.sort();
        here.dedup();
        for line in here {
            *counts.entry(line).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= 2);
    counts
}

/// Whether a line is in the top or bottom tenth of its page.
pub(super) fn in_margin(page: &PageFacts, line: &Line) -> bool {
    let band = 0.1 * page.crop.height();
    line.rect.y0 > page.crop.y1 - band || line.rect.y1 < page.crop.y0 + band
}

/// A line without its digits.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|character| !character.is_ascii_digit()).collect()
}
