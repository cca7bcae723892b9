//! Everything that one pass over the pages tells: text, what is hidden, marks, and a digest by which a copy is compared.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::annots::{self, PageAnnotations, Remark};
use super::blend::Blend;
use super::interpret::Interpreter;
use super::items::{Kind, PageItems, Paint, Shape};
use super::judge::{self, Budget, Hidden, Reason, Scene};
use super::layers::Layers;
use super::lines::{self, Line};
use super::open::{Rect, Source};
use super::pages::Page;
use super::rebuild::{Removals, Seen};
use super::redline::{self, Redline};
use crate::error::{Blame, DocError};
use crate::model::FindingKind as K;
use crate::policy::{Action, Orders};

/// Width and height of the sign of a note that says nothing by its place, in points.
const SIGN: f64 = 26.0;

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
    /// Drawings that some viewers show and others do not, and words or pictures that are on paper alone.
    pub(super) disputed: usize,
    /// Glyphs in patterns, in soft masks and in the drawings of letters.
    pub(super) veiled: usize,
    /// Comments and changes printed into the page.
    pub(super) redline: Redline,
    /// Opaque remarks over text, with their boxes.
    pub(super) covers: Vec<Rect>,
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
    /// Digest of everything that each page paints, in order; empty when no copy is to be compared.
    pub(super) digests: Vec<[u8; 32]>,
}

/// Runs all pages. `for_copy`: whether a copy is to be compared with them.
pub(super) fn analyse<'s>(source: &'s Source<'_>, layers: &'s Layers, orders: &Orders, for_copy: bool) -> Result<Analysis<'s>, DocError> {
    let pages = source.pages()?;
    let annotations: Vec<PageAnnotations<'s>> = pages.iter().map(|page| annots::read(source, layers, page)).collect();
    let mut interpreter = Interpreter::new(source, layers);
    let budget = Budget::new(source.limits.operators);
    let mut facts = Vec::with_capacity(pages.len());
    let mut digests = Vec::new();
    let mut removals: Removals = BTreeMap::new();
    for (index, (page, annotations)) in pages.iter().zip(&annotations).enumerate() {
        let place = |mut fault: DocError| {
            if fault.place.part.is_empty() {
                fault.place.part = format!("page {}", index + 1);
            }
            fault
        };
        let mut items = interpreter.run_page(page, &annotations.fields).map_err(place)?;
        let verdict = judge::judge(page, &items, &interpreter.looks, &budget).map_err(place)?;
        let removed = remove(orders, &verdict.hidden, &items, &mut removals);
        for replacement in items.replacements.iter().filter(|replacement| {
            let (first, end) = replacement.glyphs;
            removed.range(first..end).next().is_some()
        }) {
            // It would say what is taken out.
            interpreter.faithful.insert(replacement.key, false);
        }
        interpreter.use_codes(items.glyphs.iter().enumerate().filter(|(index, _)| !removed.contains(index)).map(|(_, glyph)| &glyph.show));
        let mut lines = lines::lines(&items, |index, _| !verdict.is_hidden.get(index).copied().unwrap_or(false));
        let mut covers = Vec::new();
        for Remark { dict, subtype, appearance, .. } in annotations.remarks.iter().filter(|remark| remark.shown) {
            let own = appearance_of(source, &mut interpreter, dict, subtype, *appearance).map_err(place)?;
            let rect = source.rect(dict, b"Rect").unwrap_or(Rect::NONE);
            // The sign of a note lies over a letter or two wherever it was dropped.
            let is_sign =
                matches!(*subtype, b"Text" | b"FileAttachment" | b"Sound" | b"Caret") && rect.width() <= SIGN && rect.height() <= SIGN;
            if is_sign {
                continue;
            }
            if covers_something(page, &items, &own, *subtype == b"Redact", &interpreter.looks, &verdict.is_hidden) {
                covers.push(rect);
            }
            budget.settle(&own).map_err(place)?;
            budget.settle(&items).map_err(place)?;
        }
        let on_paper = annotations.on_paper.iter().map(|appearance| (appearance, true));
        for (appearance, is_on_paper) in annotations.disputed.iter().map(|appearance| (appearance, false)).chain(on_paper) {
            match interpreter.run_appearance(appearance.stream, appearance.placement) {
                Err(fault) if fault.fault.blame() == Blame::Limit => return Err(place(fault)),
                Err(_) => items.disputed += 1,
                Ok(own) => {
                    let is_blank = own.glyphs.is_empty() && own.pictures.is_empty() && (is_on_paper || own.paints.is_empty());
                    items.disputed += usize::from(!is_blank || own.veiled + own.damaged + own.disputed > 0);
                    budget.settle(&own).map_err(place)?;
                }
            }
        }
        let redline = redline::find(page, &items, &lines, &annotations.links, source, &budget).map_err(place)?;
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
            lines,
            layered_text: std::mem::take(&mut items.layered_text),
            replaced_text: std::mem::take(&mut items.replaced_text),
        });
        if for_copy {
            digests.push(digest(&items, &removed));
        }
        interpreter.recycle(items);
        source.budget.check()?;
    }
    let seen = Seen { fonts: interpreter.shown, faithful: interpreter.faithful, painted: interpreter.beside.into_painted(), removals };
    Ok(Analysis { pages, annotations, facts, seen, digests })
}

/// Runs all pages for what a copy paints: a digest of each, and whether it hides text that a person would have to look at.
pub(super) fn digests(source: &Source<'_>, layers: &Layers, orders: &Orders) -> Result<Vec<([u8; 32], bool)>, DocError> {
    let pages = source.pages()?;
    let fields: Vec<_> = pages.iter().map(|page| annots::read(source, layers, page).fields).collect();
    let mut interpreter = Interpreter::new(source, layers);
    let budget = Budget::new(source.limits.operators);
    let mut digests = Vec::with_capacity(pages.len());
    for (index, (page, fields)) in pages.iter().zip(&fields).enumerate() {
        let place = |mut fault: DocError| {
            fault.place.part = format!("page {}", index + 1);
            fault
        };
        let items = interpreter.run_page(page, fields).map_err(place)?;
        let hides = judge::judge_copy(page, &items, &interpreter.looks, &budget)
            .map_err(place)?
            .hidden
            .iter()
            .any(|hidden| fate(orders, hidden) == Action::Hold);
        digests.push((digest(&items, &BTreeSet::new()), hides));
        interpreter.recycle(items);
        source.budget.check()?;
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
        Reason::Invisible | Reason::Transparent | Reason::Tiny | Reason::NoFont | Reason::Blank | Reason::Hollow | Reason::SameColour => {
            K::InvisibleText
        }
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

/// What an annotation paints over its page: its appearance, or what viewers draw in place of one.
fn appearance_of<'s>(
    source: &'s Source<'_>,
    interpreter: &mut Interpreter<'s, '_>,
    dict: &'s lopdf::Dictionary,
    subtype: &[u8],
    appearance: Option<annots::Appearance<'s>>,
) -> Result<PageItems, DocError> {
    let rect = source.rect(dict, b"Rect").unwrap_or(Rect::NONE);
    let whole = |rect| PageItems { paints: vec![Paint::plain(Kind::Fill, rect, None, 1)], ..PageItems::default() };
    if subtype == b"Popup" {
        return Ok(PageItems::default());
    }
    Ok(match appearance {
        Some(appearance) => match interpreter.run_appearance(appearance.stream, appearance.placement) {
            Err(fault) if fault.fault.blame() == Blame::Limit => return Err(fault),
            // An appearance that cannot be run is taken to cover its rectangle.
            own => own.unwrap_or_else(|_| whole(rect)),
        },
        // A redaction that was marked and never applied: somebody meant this to go.
        None if subtype == b"Redact" => whole(rect),
        None => drawn_by_viewers(source, dict, subtype, rect),
    })
}

/// What viewers draw for an annotation without appearance, as far as it may hide something (§12.5.6).
fn drawn_by_viewers(source: &Source<'_>, dict: &lopdf::Dictionary, subtype: &[u8], rect: Rect) -> PageItems {
    let mut items = PageItems::default();
    let colour = |key: &[u8]| {
        let parts: Option<Vec<f64>> = source.array(dict, key).iter().take(5).map(|part| source.to_number(part)).collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| super::colour::by_count(&parts))
    };
    let alpha = source.number(dict, b"CA").unwrap_or(1.0).clamp(0.0, 1.0) as f32;
    let style = source.sub(dict, b"BS").and_then(|style| source.number(style, b"W"));
    let width = style.or_else(|| source.array(dict, b"Border").get(2).and_then(|width| source.to_number(width))).unwrap_or(1.0);
    let mut push = |rect: Rect, colour, blend, ring: Option<Vec<(f64, f64)>>| {
        let outline = ring.map(|ring| {
            items.outlines.push(Shape { rings: vec![ring], even_odd: false, within: None });
            items.outlines.len() as u32 - 1
        });
        let order = items.paints.len() as u32 + 1;
        items.paints.push(Paint { alpha, blend, outline, ..Paint::plain(Kind::Fill, rect, colour, order) });
    };
    // Many annotations can name one list of points: past the budget the document is refused.
    let points = |object: &lopdf::Object| -> Vec<(f64, f64)> {
        let list = object.as_array().map_or(&[][..], Vec::as_slice);
        if !source.budget.steps(list.len()) {
            return Vec::new();
        }
        let numbers: Vec<f64> = list.iter().filter_map(|number| source.to_number(number)).collect();
        numbers.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect()
    };
    let around = |ring: &[(f64, f64)]| ring.iter().fold(Rect::NONE, |sum, (x, y)| sum.join(Rect { x0: *x, y0: *y, x1: *x, y1: *y }));
    match subtype {
        b"Highlight" => {
            let quads = points(source.entry(dict, b"QuadPoints"));
            if let Some(colour) = colour(b"C") {
                quads.chunks_exact(4).for_each(|quad| push(around(quad), colour, Blend::Multiply, None));
            }
        }
        b"Square" | b"Circle" | b"Polygon" | b"FreeText" => {
            let inside = if subtype == b"FreeText" { colour(b"C") } else { colour(b"IC") };
            if let Some(colour) = inside {
                push(rect, colour, Blend::Normal, None);
            } else if width > 3.0
                && let Some(colour) = colour(b"C")
            {
                // A border is drawn inside of the rectangle.
                let (x, y) = (width.min(rect.width()), width.min(rect.height()));
                push(Rect { x1: rect.x0 + x, ..rect }, colour, Blend::Normal, None);
                push(Rect { x0: rect.x1 - x, ..rect }, colour, Blend::Normal, None);
                push(Rect { y1: rect.y0 + y, ..rect }, colour, Blend::Normal, None);
                push(Rect { y0: rect.y1 - y, ..rect }, colour, Blend::Normal, None);
            }
        }
        b"Ink" | b"Line" | b"PolyLine" if width > 3.0 => {
            let lines: Vec<Vec<(f64, f64)>> = match subtype {
                b"Ink" if !source.budget.steps(source.array(dict, b"InkList").len()) => Vec::new(),
                b"Ink" => source.array(dict, b"InkList").iter().map(|line| points(source.get(line))).collect(),
                b"Line" => vec![points(source.entry(dict, b"L"))],
                _ => vec![points(source.entry(dict, b"Vertices"))],
            };
            let colour = colour(b"C").unwrap_or(Some([0.0; 3]));
            for pair in lines.iter().flat_map(|line| line.windows(2)) {
                let [(x0, y0), (x1, y1)] = pair else { continue };
                let (x, y) = (x1 - x0, y1 - y0);
                let length = x.hypot(y).max(1e-9);
                let (x, y) = (x / length * width / 2.0, y / length * width / 2.0);
                let ring = vec![(x0 - x - y, y0 - y + x), (x1 + x - y, y1 + y + x), (x1 + x + y, y1 + y - x), (x0 - x + y, y0 - y - x)];
                push(around(&ring), colour, Blend::Normal, Some(ring));
            }
        }
        _ => {}
    }
    items
}

/// Whether letters or pictures that are seen on the page lie under what an annotation paints.
fn covers_something(
    page: &Page<'_>,
    items: &PageItems,
    own: &PageItems,
    is_redaction: bool,
    looks: &super::looks::Looks<'_, '_>,
    hidden: &[bool],
) -> bool {
    let area = own.paints.iter().fold(Rect::NONE, |sum, paint| sum.join(paint.rect));
    if area.is_empty() {
        return false;
    }
    let scene = Scene::new(page, own, &own.paints, looks);
    items.spend((items.glyphs.len() + items.paints.len()) as u64 / 8);
    let covers_glyph = items.glyphs.iter().zip(hidden).any(|(glyph, hidden)| {
        !hidden
            && area.holds(glyph.centre.0, glyph.centre.1)
            && !items.text(glyph).chars().all(char::is_whitespace)
            && (is_redaction || scene.hides(glyph))
    });
    covers_glyph
        || items.paints.iter().filter(|paint| matches!(paint.kind, Kind::Image | Kind::Stencil)).any(|picture| {
            let common = picture.rect.meet(area);
            common.area() > 16.0 && (is_redaction || scene.hides_most_of(common))
        })
}

/// Marks in the digest of a page: in front of a whole box, and in place of a number that is far away.
const WHOLE: i32 = -1;
const FAR: i32 = i32::MIN;
/// Widths of the steps from box to box, and of boxes, that one number tells both of.
const STEP_MAX: i64 = 1 << 14;
const WIDTH_MAX: i64 = 1 << 16;

/// Digest of what a page paints: texts and boxes in order. Equal for a page and its faithful copy.
fn digest(items: &PageItems, removed: &BTreeSet<usize>) -> [u8; 32] {
    const BLOCK: usize = 8192;
    let mut sum = Sha256::new();
    let mut block: Vec<u8> = Vec::with_capacity(2 * BLOCK);
    let is_far = |value: i32| matches!(value, FAR | i32::MAX);
    let mut last = [FAR; 4];
    let mut last_is_far = true;
    let mut line = ((f64::NAN, f64::NAN), [0; 2], false);
    let mut put = |rect: Rect| {
        // Rounded half away from zero.
        let twentieths = |value: f64| value * 20.0 + 0.5f64.copysign(value);
        let round = |value: f64| twentieths(value) as i32;
        // Letters on a line have the same height.
        if line.0 != (rect.y0, rect.y1) {
            let (y0, y1) = (round(rect.y0), round(rect.y1));
            line = ((rect.y0, rect.y1), [y0, y1], is_far(y0) || is_far(y1));
        }
        let (x0, [y0, y1], x1) = (round(rect.x0), line.1, round(rect.x1));
        let short_is_far = line.2 || is_far(x0) || is_far(x1);
        // Letters follow each other on a line: of a box beside the last one the step and the width tell all, in a number that is no mark.
        let (step, width) = (i64::from(x0) - i64::from(last[2]) + STEP_MAX, i64::from(x1) - i64::from(x0));
        let is_beside = y0 == last[1] && y1 == last[3] && (0..2 * STEP_MAX).contains(&step) && (0..WIDTH_MAX).contains(&width);
        if is_beside && !short_is_far && !last_is_far {
            block.extend_from_slice(&((step * WIDTH_MAX + width) as u32).to_le_bytes());
        } else {
            let mut bytes = [0; 20];
            for (to, value) in bytes.chunks_exact_mut(4).zip([WHOLE, x0, y0, x1, y1]) {
                to.copy_from_slice(&value.to_le_bytes());
            }
            block.extend_from_slice(&bytes);
        }
        // Places that far away are written in full.
        if short_is_far {
            let whole = [rect.x0, rect.y0, rect.x1, rect.y1].map(|value| twentieths(value) as i64);
            block.extend(whole.into_iter().flat_map(i64::to_le_bytes));
        }
        last = [x0, y0, x1, y1];
        last_is_far = short_is_far;
        if block.len() >= BLOCK {
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
