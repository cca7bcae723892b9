//! Glyphs joined into lines, in the order in which they are painted, which is the order of reading for files from word processors.

use super::items::{Flaw, Glyph, PageItems};
use super::open::Rect;

/// One line of text.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Its words.
    pub(super) text: String,
    /// Box around it.
    pub(super) rect: Rect,
    /// Size of its letters in points.
    pub(super) size: f64,
    /// Indices of its glyphs.
    pub(super) glyphs: Vec<u32>,
}

/// Joins the glyphs of a page. `keep` says which glyphs count.
pub(super) fn lines(items: &PageItems, keep: impl Fn(usize, &Glyph) -> bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut before: Option<&Glyph> = None;
    for (index, glyph) in items.glyphs.iter().enumerate() {
        if !keep(index, glyph) || matches!(glyph.flaw, Some(Flaw::NoFont | Flaw::Unset)) {
            continue;
        }
        let text = items.text(glyph);
        let gap = before.and_then(|before| gap(before, glyph));
        match (gap, lines.last_mut()) {
            (Some(gap), Some(line)) => {
                let spaced = line.text.ends_with(char::is_whitespace) || text.starts_with(char::is_whitespace);
                if gap > 0.19 * glyph.size && !spaced {
                    line.text.push(' ');
                }
                line.text.push_str(text);
                line.rect = line.rect.join(glyph.rect);
                line.size = line.size.max(glyph.size);
                line.glyphs.push(index as u32);
            }
            _ => lines.push(Line { text: text.to_owned(), rect: glyph.rect, size: glyph.size, glyphs: vec![index as u32] }),
        }
        before = Some(glyph);
    }
    for line in &mut lines {
        let mut parts = line.text.split(' ');
        let is_tidy = parts.all(|part| !part.is_empty() && !part.contains(char::is_whitespace));
        if !is_tidy {
            line.text = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

/// Distance along the base line from the end of one glyph to the start of the next; `None` when they are not on one line.
fn gap(before: &Glyph, glyph: &Glyph) -> Option<f64> {
    let along = (before.after.0 - before.origin.0, before.after.1 - before.origin.1);
    let length = if along.1 == 0.0 { along.0.abs() } else { along.0.hypot(along.1) };
    let unit = if length > 1e-6 { (along.0 / length, along.1 / length) } else { (1.0, 0.0) };
    let step = (glyph.origin.0 - before.after.0, glyph.origin.1 - before.after.1);
    let forward = step.0 * unit.0 + step.1 * unit.1;
    let aside = (step.0 * unit.1 - step.1 * unit.0).abs();
    let size = before.size.max(glyph.size).max(0.1);
    (aside < 0.45 * size && forward > -0.6 * size && forward < 3.0 * size).then_some(forward)
}
