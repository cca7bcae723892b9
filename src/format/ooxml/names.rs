//! Neutral names in place of those that a writer chose: the same name always becomes the same neutral one.
//!
//! Decisions only note that a name is wanted; the neutral name is given when the part is written, in the order of the
//! output. So a second run over a copy gives every name the number that it already has.

use std::borrow::Cow;
use std::collections::BTreeMap;

use foldhash::{HashMap, HashSet};

use crate::format::fonts;

// Characters that XML does not have: no name can hold one, and a place that nobody fills makes a copy that cannot be read.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

/// The next place for a name in a text: what stands before it, which name is wanted, what stands behind it.
fn next_wanted(text: &str) -> Option<(&str, &str, &str)> {
    let (before, after) = text.split_at_checked(memchr::memchr(OPEN as u8, text.as_bytes())?)?;
    let after = &after[OPEN.len_utf8()..];
    let (wanted, behind) = after.split_once(CLOSE).unwrap_or((after, ""));
    Some((before, wanted, behind))
}

/// The names that are wanted in a text.
fn all_wanted(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (_, wanted, behind) = next_wanted(text)?;
        text = behind;
        Some(wanted)
    })
}

/// Identifiers of word processors that count from 1 are below this; those that draw them at random are above.
pub const COUNTED_UP: usize = 99_999;

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameOf {
    /// A bookmark. Bookmark names compare without regard to case.
    Bookmark,
    /// A sequence of captions; without regard to case.
    Sequence,
    /// A tracked move.
    Move,
    /// A VML shape or shape type.
    Shape,
    /// A style, by its name; without regard to case.
    Style,
    /// A node, loop or choice in the layout of a diagram.
    Layout,
    /// A guide of a shape.
    Guide,
    /// A font that is not widely known; without regard to case.
    Font,
    /// A number by which elements find each other, larger than any that is counted up.
    Number,
    /// A point or a connection of a diagram, by its GUID.
    Point,
}

impl NameOf {
    fn letter(self) -> char {
        match self {
            Self::Bookmark => 'b',
            Self::Sequence => 'q',
            Self::Move => 'm',
            Self::Shape => 's',
            Self::Style => 't',
            Self::Layout => 'l',
            Self::Guide => 'g',
            Self::Font => 'f',
            Self::Number => 'n',
            Self::Point => 'p',
        }
    }

    /// A name as it is compared with others.
    pub fn key(self, name: &str) -> Cow<'_, str> {
        if !self.is_folded() || name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            return Cow::Borrowed(name);
        }
        let mut key = String::with_capacity(name.len());
        self.push_key(name, &mut key);
        Cow::Owned(key)
    }

    /// Adds a name as it is compared with others.
    pub fn push_key(self, name: &str, out: &mut String) {
        if self.is_folded() && !name.is_ascii() {
            return out.push_str(&name.to_lowercase());
        }
        let start = out.len();
        out.push_str(name);
        if self.is_folded() {
            out[start..].make_ascii_lowercase();
        }
    }

    /// Whether names compare without regard to case.
    fn is_folded(self) -> bool {
        match self {
            Self::Bookmark | Self::Sequence | Self::Style | Self::Font => true,
            Self::Move | Self::Shape | Self::Layout | Self::Guide | Self::Number | Self::Point => false,
        }
    }

    fn neutral(self, name: &str, number: usize) -> String {
        match self {
            Self::Bookmark => format!("_Place{number}"),
            Self::Sequence => format!("Sequence{number}"),
            Self::Move => format!("move{number}"),
            Self::Shape => format!("shape{number}"),
            Self::Layout => format!("name{number}"),
            Self::Guide => format!("guide{number}"),
            Self::Font => fonts::neutral(name, number),
            Self::Number => (COUNTED_UP + number).to_string(),
            Self::Point => format!("{{00000000-0000-4000-8000-{number:012X}}}"),
            // The names of styles that the copy has are settled beforehand.
            Self::Style => format!("Unused{number}"),
        }
    }

    /// A place in a text where the neutral name will stand.
    pub fn wanted(self, name: &str) -> String {
        let mut out = String::with_capacity(name.len() + 8);
        self.push_wanted(name, &mut out);
        out
    }

    /// The same in quotes.
    pub fn wanted_in_quotes(self, name: &str) -> String {
        let mut out = String::with_capacity(name.len() + 10);
        out.push('"');
        self.push_wanted(name, &mut out);
        out.push('"');
        out
    }

    fn push_wanted(self, name: &str, out: &mut String) {
        out.push(OPEN);
        out.push(self.letter());
        self.push_key(name, out);
        out.push(CLOSE);
    }
}

/// Neutral names given so far.
#[derive(Debug, Default)]
pub struct Names {
    keep_fonts: bool,
    /// Names of fonts that became neutral since somebody asked.
    fresh_fonts: Vec<String>,
    given: BTreeMap<NameOf, HashMap<String, String>>,
    counts: BTreeMap<NameOf, usize>,
}

impl Names {
    /// No name given yet. `keep_fonts`: whether fonts stay under the names that they have.
    pub fn new(keep_fonts: bool) -> Self {
        Self { keep_fonts, ..Self::default() }
    }

    /// Settles a neutral name before any is given.
    pub fn settle(&mut self, of: NameOf, name: &str, neutral: &str) {
        self.given.entry(of).or_default().insert(of.key(name).into_owned(), neutral.to_owned());
    }

    /// The neutral name, given at the first call.
    pub fn give(&mut self, of: NameOf, name: &str) -> String {
        let key = of.key(name);
        let given = self.given.entry(of).or_default();
        if let Some(known) = given.get(&*key) {
            return known.clone();
        }
        let count = self.counts.entry(of).or_default();
        *count += 1;
        let neutral = of.neutral(name, *count);
        if of == NameOf::Font && !neutral.eq_ignore_ascii_case(name) {
            self.fresh_fonts.push(name.to_owned());
        }
        given.insert(key.into_owned(), neutral.clone());
        neutral
    }

    /// The name of a font in the copy; `None` where the name stays as it is.
    pub fn font(&mut self, name: &str) -> Option<String> {
        if self.keep_fonts || fonts::is_known(name) {
            return None;
        }
        let upright = name.trim_start_matches('@');
        let neutral = format!("{}{}", &name[..name.len() - upright.len()], self.give(NameOf::Font, upright));
        (neutral != name).then_some(neutral)
    }

    /// The names of fonts that became neutral since the last call, each once.
    pub fn fresh_fonts(&mut self) -> Vec<String> {
        std::mem::take(&mut self.fresh_fonts)
    }

    /// Whether a text has places for neutral names.
    pub fn is_wanted_in(text: &str) -> bool {
        memchr::memchr(OPEN as u8, text.as_bytes()).is_some()
    }

    /// Writes the neutral names into a text.
    pub fn fill(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, wanted, behind)) = next_wanted(rest) {
            out.push_str(before);
            let mut letters = wanted.chars();
            let of = match letters.next() {
                Some('b') => NameOf::Bookmark,
                Some('q') => NameOf::Sequence,
                Some('m') => NameOf::Move,
                Some('t') => NameOf::Style,
                Some('l') => NameOf::Layout,
                Some('f') => NameOf::Font,
                Some('n') => NameOf::Number,
                Some('p') => NameOf::Point,
                _ => NameOf::Shape,
            };
            out.push_str(&self.give(of, letters.as_str()));
            rest = behind;
        }
        out.push_str(rest);
        out
    }

    /// As [`Names::fill`] where the text itself is not wanted: of its names only those of fonts are told of.
    pub fn note(&mut self, text: &str) {
        for font in all_wanted(text).filter_map(|wanted| wanted.strip_prefix(NameOf::Font.letter())) {
            self.give(NameOf::Font, font);
        }
    }
}

/// Bookmarks that a text wants, in lower case.
pub fn wanted_bookmarks(text: &str, into: &mut HashSet<String>) {
    for name in all_wanted(text).filter_map(|wanted| wanted.strip_prefix(NameOf::Bookmark.letter())) {
        if !into.contains(name) {
            into.insert(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_given_in_the_order_of_writing() {
        let mut names = Names::default();
        let text = format!("REF {} and {}", NameOf::Bookmark.wanted("CANARY-2"), NameOf::Bookmark.wanted("canary-1"));
        assert_eq!(names.fill(&text), "REF _Place1 and _Place2");
        assert_eq!(names.give(NameOf::Bookmark, "Canary-1"), "_Place2");
        let mut wanted = HashSet::default();
        wanted_bookmarks(&text, &mut wanted);
        let fonts = format!("SYMBOL 1 \\f {} {}", NameOf::Font.wanted("Canary Sans"), NameOf::Bookmark.wanted("canary-3"));
        let mut accounted = Names::default();
        accounted.note(&fonts);
        names.fill(&fonts);
        assert_eq!((accounted.fresh_fonts(), accounted.counts.len()), (names.fresh_fonts(), 1));
        assert_eq!(wanted, HashSet::from_iter(["canary-1".to_owned(), "canary-2".to_owned()]));
    }
}
