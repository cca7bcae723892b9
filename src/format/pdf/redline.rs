//! Comments and tracked changes that a word processor printed into the page: balloons in the margin, struck and underlined colour.

use std::cell::OnceCell;
use std::sync::LazyLock;

use lopdf::Dictionary;
use regex::Regex;

use super::colour::{alike, is_chromatic};
use super::grid::Grid;
use super::items::{Glyph, Kind, PageItems, Paint};
use super::judge::Budget;
use super::lines::Line;
use super::open::{Rect, Source};
use super::pages::Page;
use crate::error::DocError;

/// What was printed into one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Redline {
    /// Comment balloons.
    pub(super) comments: u32,
    /// Printed insertions.
    pub(super) insertions: u32,
    /// Printed deletions.
    pub(super) deletions: u32,
    /// Printed formatting changes.
    pub(super) formats: u32,
}

/// Words at the head of a comment balloon in the languages of the word processors we know.
const COMMENTS: &[&str] = &[
    "Commented",
    "Comment",
    "Kommentiert",
    "Kommentar",
    "Commenté",
    "Commentaire",
    "Comentado",
    "Comentario",
    "Comentário",
    "Commentato",
    "Commento",
    "Opmerking",
    "Met opmerkingen",
    "Kommenterede",
    "Kommenterad",
    "Kommentoinut",
    "Skomentowano",
    "Komentarz",
];
/// Words at the head of a balloon for a change: deletions, insertions, moves, formats.
const CHANGES: [&[&str]; 4] = [
    &["Deleted", "Gelöscht", "Supprimé", "Eliminado", "Eliminato", "Verwijderd", "Usunięto", "Slettet", "Borttaget"],
    &["Inserted", "Eingefügt", "Inséré", "Insertado", "Inserito", "Ingevoegd"],
    &[
        "Moved",
        "Moved (insertion)",
        "Moved (deletion)",
        "Moved down",
        "Moved up",
        "Moved from here",
        "Moved to here",
        "Verschoben",
        "Déplacé",
    ],
    &["Formatted", "Formatiert", "Mis en forme", "Con formato", "Formattato", "Opgemaakt", "Field Code Changed", "Style Definition"],
];
/// Words that a line of a printed list of markup has behind the number of its page.
const LISTED: &[&str] = &["Deleted", "Inserted", "Comment", "Formatted", "Moved"];

/// The head of a comment balloon: a word, initials and number in brackets, a colon.
static COMMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?:^|\s)(?:{}) ?\[[\p{{L}}\p{{N}}.\- ]{{1,24}}\] ?:", COMMENTS.join("|"))).ok());
/// The head of a balloon for a change.
static CHANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = CHANGES.map(|words| words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("|"));
    Regex::new(&format!(r"^(?:({}))(?: ?\[\d{{1,4}}\])? ?:", words.join(")|("))).ok()
});
/// A date with a time and nothing else: the last line of a comment in the margin.
static STAMP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:\d{1,2}\.? )?\p{L}{3,10}\.? (?:\d{1,2},? )?\d{4}|Today|Yesterday),? (?:at )?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[APap]\.?[Mm]\.?)?$",
    )
    .ok()
});
/// A line of a printed list of markup.
static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^Page \d{1,5}: ?(?:\[\d{1,4}\] ?)?(?:Deleted|Inserted|Comment(?:ed)?(?: \[.{1,12}\])?|Formatted|Moved)\b").ok()
});
/// A line of a printed summary of comments.
static SUMMARY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bAuthor: ?.{1,60}\bSubject: ?.{1,60}\bDate: ?\d").ok());

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

// The patterns are dear to make, and few lines have all the signs that one of them asks for: those are looked for first.

/// Whether a bracket in a line stands behind a word for comments.
fn may_be_comment(text: &str) -> bool {
    text.match_indices('[').filter_map(|(at, _)| text.get(..at)).any(|head| {
        let head = head.strip_suffix(' ').unwrap_or(head);
        COMMENTS.iter().any(|word| head.ends_with(word))
    })
}

/// Whether a line begins with a word for changes.
fn may_be_change(text: &str) -> bool {
    text.contains(':') && CHANGES.iter().copied().flatten().any(|word| text.starts_with(word))
}

/// Whether a line ends as a time does: in digits behind a point or a colon, and perhaps in letters for the half of a day.
fn may_be_stamp(text: &str) -> bool {
    let time = text.trim_end_matches([' ', '.', 'A', 'P', 'a', 'p', 'M', 'm']);
    let hours = time.trim_end_matches(char::is_numeric);
    hours.len() < time.len() && hours.ends_with([':', '.'])
}

/// A page with what the patterns need to know about it.
struct Sheet<'p> {
    page: &'p Page<'p>,
    items: &'p PageItems,
    lines: &'p [Line],
    /// Its paints by place, once asked for.
    grid: OnceCell<Grid<'p>>,
    /// Size of most letters.
    body_size: f64,
    /// Left edge of most lines.
    body_left: f64,
}

/// Looks for printed markup on one page.
///
/// # Errors
/// That of [`Budget::settle`].
pub(super) fn find(
    page: &Page<'_>,
    items: &PageItems,
    lines: &[Line],
    links: &[&Dictionary],
    source: &Source<'_>,
    budget: &Budget,
) -> Result<Redline, DocError> {
    let sheet = Sheet { page, items, lines, grid: OnceCell::new(), body_size: body_size(lines), body_left: body_left(lines) };
    let mut redline = Redline::default();
    for line in lines {
        let has = |sign: &str| line.text.contains(sign);
        let may_be_summary = || has("Author:") && has("Subject:") && has("Date:");
        if may_be_comment(&line.text) && matches(&COMMENT, &line.text) || may_be_summary() && matches(&SUMMARY, &line.text) {
            redline.comments += 1;
        } else if line.text.starts_with("Page ") && LISTED.iter().any(|word| has(word)) && matches(&LIST, &line.text) {
            redline.comments += u32::from(line.text.contains("Comment"));
            redline.deletions += u32::from(!line.text.contains("Comment"));
        } else if sheet.is_balloon(line) {
            change(line, &mut redline);
            if may_be_stamp(&line.text) && matches(&STAMP, &line.text) && sheet.lines_above(line) >= 1 {
                redline.comments += 1;
            }
        }
        budget.settle(items)?;
    }
    sheet.coloured(links, source, budget, &mut redline)?;
    Ok(redline)
}

/// The size in which most characters are set.
fn body_size(lines: &[Line]) -> f64 {
    let mut sizes: Vec<(f64, usize)> = lines.iter().map(|line| (line.size, line.glyphs.len())).collect();
    sizes.sort_by(|one, other| one.0.total_cmp(&other.0));
    let half = sizes.iter().map(|(_, count)| count).sum::<usize>() / 2;
    let mut sum = 0;
    for (size, count) in sizes {
        sum += count;
        if sum > half {
            return size;
        }
    }
    12.0
}

/// Left edge of most text.
fn body_left(lines: &[Line]) -> f64 {
    let mut weights: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    for line in lines {
        *weights.entry((line.rect.x0 / 4.0).round() as i64).or_default() += line.glyphs.len();
    }
    weights.into_iter().max_by_key(|(_, weight)| *weight).map_or(0.0, |(place, _)| place as f64 * 4.0)
}

impl Sheet<'_> {
    /// Whether a line stands in the margin beside the body, small or in a box of its own.
    fn is_balloon(&self, line: &Line) -> bool {
        let width = self.page.crop.width().max(1.0);
        let beside = line.rect.x0 > self.page.crop.x0 + 0.55 * width || line.rect.x1 < self.page.crop.x0 + 0.3 * width;
        if !beside || (line.rect.x0 - self.body_left).abs() < 4.0 {
            return false;
        }
        let small = line.size < 0.9 * self.body_size;
        small || self.is_boxed(line.rect)
    }

    /// Whether a filled or outlined box, smaller than half the page, lies behind a line.
    fn is_boxed(&self, rect: Rect) -> bool {
        let (x, y) = (f64::midpoint(rect.x0, rect.x1), f64::midpoint(rect.y0, rect.y1));
        self.grid.get_or_init(|| Grid::new(&self.items.paints, self.page.media)).any(self.items, x, y, |paint| {
            paint.kind == Kind::Fill
                && paint.rect.height() > 0.8 * rect.height()
                && paint.rect.x0 > self.page.crop.x0 + 0.4 * self.page.crop.width()
                && paint.rect.area() < 0.5 * self.page.crop.area()
        })
    }

    /// Lines in the same column right above a line.
    fn lines_above(&self, line: &Line) -> usize {
        self.items.spend(self.lines.len() as u64 / 4);
        self.lines
            .iter()
            .filter(|other| {
                let gap = other.rect.y0 - line.rect.y0;
                (other.rect.x0 - line.rect.x0).abs() < 6.0 && gap > 0.3 * line.size && gap < 3.5 * line.size
            })
            .count()
    }

    /// Coloured text with a line of its own colour through it or under it (Word and `LibreOffice` print changes so).
    fn coloured(&self, links: &[&Dictionary], source: &Source<'_>, budget: &Budget, redline: &mut Redline) -> Result<(), DocError> {
        let mut rules: Vec<&Paint> = self.items.paints.iter().filter(|paint| is_rule(paint)).collect();
        if rules.is_empty() {
            return Ok(());
        }
        rules.sort_by(|one, other| one.rect.y0.total_cmp(&other.rect.y0));
        let bars = self.change_bars();
        let areas: Vec<Rect> = links.iter().filter_map(|link| source.rect(link, b"Rect")).collect();
        let mut under: Vec<(bool, [f32; 3])> = Vec::new();
        let (mut deletions, mut styled) = (0u32, false);
        let mut authors: Vec<[f32; 3]> = Vec::new();
        for line in self.lines {
            // A rule is less than three points high.
            let lowest = rules.partition_point(|rule| rule.rect.y0 <= line.rect.y0 - line.size - 3.0);
            let level = rules.get(lowest..).unwrap_or_default();
            let level = level.get(..level.partition_point(|rule| rule.rect.y0 < line.rect.y1)).unwrap_or_default();
            let near: Vec<&Paint> = level
                .iter()
                .filter(|rule| {
                    rule.rect.y1 > line.rect.y0 - line.size
                        && rule.rect.y0 < line.rect.y1
                        && rule.rect.x1 > line.rect.x0
                        && rule.rect.x0 < line.rect.x1
                })
                .copied()
                .collect();
            self.items.spend((level.len() / 4 + line.glyphs.len() * near.len() / 2 + bars.len() / 4) as u64);
            budget.settle(self.items)?;
            if near.is_empty() {
                continue;
            }
            let glyphs: Vec<&Glyph> = line.glyphs.iter().filter_map(|index| self.items.glyphs.get(*index as usize)).collect();
            let ruled = |strike: bool| glyphs.iter().filter(|glyph| self.is_ruled(glyph, &near, strike)).copied().collect::<Vec<&Glyph>>();
            let struck = ruled(true);
            let coloured = struck.iter().filter(|glyph| glyph.colour.is_some_and(is_chromatic)).count();
            if coloured >= 2 {
                // A deletion has the colour of its author throughout; struck code or prose of the author's own has its own colours.
                styled |= coloured < struck.len();
                deletions += 1;
                authors.extend(struck.iter().filter_map(|glyph| glyph.colour));
            }
            let marked: Vec<&Glyph> = ruled(false).into_iter().filter(|glyph| glyph.colour.is_some_and(is_chromatic)).collect();
            self.items.spend((marked.len() * areas.len() / 4) as u64);
            let linked = marked.iter().all(|glyph| areas.iter().any(|area| area.holds(glyph.centre.0, glyph.centre.1)));
            if marked.len() >= 2 && !linked {
                let letters = glyphs.iter().filter(|glyph| !self.items.text(glyph).trim().is_empty()).count();
                let blue = marked.iter().all(|glyph| glyph.colour.is_some_and(|[r, g, b]| b > r + 0.1 && b > g + 0.1));
                let inside = marked.len() * 10 < letters * 9;
                let barred = bars.iter().any(|bar| bar.y0 < line.rect.y1 && bar.y1 > line.rect.y0);
                // Blue and underlined is what a link looks like, with or without a target.
                under.push(((inside || barred) && !blue, marked.first().and_then(|glyph| glyph.colour).unwrap_or_default()));
            }
        }
        if styled {
            deletions = 0;
        }
        redline.deletions += deletions;
        for (certain, colour) in under {
            self.items.spend(authors.len() as u64 / 4);
            budget.settle(self.items)?;
            let author = deletions > 0 && authors.iter().any(|own| alike(*own, colour));
            redline.insertions += u32::from(certain || author);
        }
        Ok(())
    }

    /// Whether a letter has a rule of its colour through its middle, or at its base line.
    fn is_ruled(&self, glyph: &Glyph, rules: &[&Paint], strike: bool) -> bool {
        let Some(colour) = glyph.colour else { return false };
        if self.items.text(glyph).trim().is_empty() {
            return false;
        }
        let band = if strike { (0.14, 0.5) } else { (-0.32, 0.06) };
        let base = glyph.origin.1;
        rules.iter().any(|rule| {
            let y = f64::midpoint(rule.rect.y0, rule.rect.y1);
            y > base + band.0 * glyph.size
                && y < base + band.1 * glyph.size
                && glyph.centre.0 > rule.rect.x0 - 0.5
                && glyph.centre.0 < rule.rect.x1 + 0.5
                && rule.rect.height() < 0.2 * glyph.size
                && rule.colour.is_some_and(|own| alike(own, colour))
        })
    }

    /// Upright lines beside all text, as printed next to changed lines.
    fn change_bars(&self) -> Vec<Rect> {
        let left = self.lines.iter().map(|line| line.rect.x0).fold(f64::MAX, f64::min);
        let right = self.lines.iter().map(|line| line.rect.x1).fold(f64::MIN, f64::max);
        self.items
            .paints
            .iter()
            .filter(|paint| matches!(paint.kind, Kind::Fill | Kind::Stroke) && paint.colour.is_some_and(|colour| !alike(colour, [1.0; 3])))
            .map(|paint| paint.rect)
            .filter(|rect| rect.width() < 3.0 && rect.height() > 6.0 && rect.height() < 0.8 * self.page.crop.height())
            .filter(|rect| rect.x1 < left - 2.0 || rect.x0 > right + 2.0)
            .collect()
    }
}

/// Counts the change that the head of a balloon names.
fn change(line: &Line, redline: &mut Redline) {
    if !may_be_change(&line.text) {
        return;
    }
    let Some(found) = CHANGE.as_ref().and_then(|pattern| pattern.captures(&line.text)) else { return };
    redline.deletions += u32::from(found.get(1).is_some() || found.get(3).is_some());
    redline.insertions += u32::from(found.get(2).is_some());
    redline.formats += u32::from(found.get(4).is_some());
}

/// Whether a paint is a level line: a stroke, or a very flat box.
fn is_rule(paint: &Paint) -> bool {
    matches!(paint.kind, Kind::Fill | Kind::Stroke) && paint.rect.height() < 3.0 && paint.rect.width() > 2.5 * paint.rect.height().max(0.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_takes_passes_the_first_look_for_it() {
        for word in COMMENTS {
            for line in [format!("{word} [AB1]: text"), format!("a word [1] {word}[É. 2] :")] {
                assert!(may_be_comment(&line) && matches(&COMMENT, &line), "{line}");
            }
        }
        for word in CHANGES.iter().copied().flatten() {
            for line in [format!("{word}: text"), format!("{word} [12] : text")] {
                assert!(may_be_change(&line) && matches(&CHANGE, &line), "{line}");
            }
        }
        for line in [
            "1/2/24 9:05",
            "2024-03-02, 14.05.59",
            "Today at 9:05 AM",
            "Yesterday, 10:30pm",
            "3. März 2024, 10:15",
            "March 3, 2024 at 10:15:30 p.m.",
        ] {
            assert!(may_be_stamp(line) && matches(&STAMP, line), "{line}");
        }
        for line in ["Deleted", "[1]: Comment", "see [2]", "at 10 am", "in 2024", "10:15, said he"] {
            assert!(!may_be_comment(line) && !may_be_change(line) && !may_be_stamp(line), "{line}");
        }
    }
}
