//! Glyphs joined into lines, in the order in which they are painted, which is the order of reading for files from word processors.

use super::items::{Flaw, Glyph, PageItems};
use super::open::Rect;

/// Letters that a line has room for at first.
const LETTERS: usize = 64;

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
                let is_spaced = || line.text.ends_with(char::is_whitespace) || text.starts_with(char::is_whitespace);
                if gap > 0.19 * glyph.size && !is_spaced() {
                    line.text.push(' ');
                }
                match text.as_bytes() {
                    // Nearly all texts are one letter, which is dear to copy as a string.
                    [byte] => line.text.push(char::from(*byte)),
                    _ => line.text.push_str(text),
                }
                line.rect = line.rect.join(glyph.rect);
                line.size = line.size.max(glyph.size);
                line.glyphs.push(index as u32);
            }
            _ => {
                let mut line =
                    Line { text: String::with_capacity(LETTERS), rect: glyph.rect, size: glyph.size, glyphs: Vec::with_capacity(LETTERS) };
                line.text.push_str(text);
                line.glyphs.push(index as u32);
                lines.push(line);
            }
        }
        before = Some(glyph);
    }
    for line in &mut lines {
        if !is_tidy(&line.text) {
            line.text = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

/// Whether there is one space, and no other white space, between words and nowhere else.
fn is_tidy(text: &str) -> bool {
    if !text.is_ascii() {
        return text.split(' ').all(|part| !part.is_empty() && !part.contains(char::is_whitespace));
    }
    let bytes = text.as_bytes();
    let is_single = |pair: &[u8]| pair != b"  ";
    !text.is_empty()
        && !bytes.starts_with(b" ")
        && !bytes.ends_with(b" ")
        && bytes.windows(2).all(is_single)
        && !bytes.iter().any(|byte| matches!(byte, 9..=13))
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
