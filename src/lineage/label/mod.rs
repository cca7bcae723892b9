//! What a file name or a title says about the version.
//!
//! A name is cut into words and numbers. Dates go first, then numbers, from the most explicit spelling to the barest, then words
//! about stage and marks, then initials. What is left is the title and says nothing.

mod dates;
mod numbers;
mod tokens;
mod words;

use std::borrow::Cow;

pub use dates::DateOrder;
use serde::Serialize;
use tokens::{Tokens, Use};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The version fields of one text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct VersionLabel {
    /// The label as written, without the title: `v0.3 draft`.
    pub label: Option<String>,
    /// First number of a version.
    pub major: Option<u32>,
    /// Second number of a version.
    pub minor: Option<u32>,
    /// Third number of a version.
    pub patch: Option<u32>,
    /// Ordinal of a draft, working draft or release candidate.
    pub number: Option<u32>,
    /// Revision: letters, or digits as written.
    pub rev: Option<String>,
    /// A stage word in its standard form: `draft`, `final`, `fact-check`, ...
    pub stage: Option<String>,
    /// ISO date, as much of it as is known.
    pub date: Option<String>,
    /// Initials of people, in capitals, sorted.
    pub initials: Vec<String>,
    /// Number of a copy: `(2)`, `- Copy`.
    pub copy: Option<u32>,
    /// `clean`, `tracked`, `comments`, `edits`, `merged`, `updated`, `temp`; sorted.
    pub marks: Vec<String>,
    /// The date could be another: day and month the other way round, or the year first.
    pub date_ambiguous: bool,
    /// The dates that its digits could be, ISO; the first is `date`. Empty where the order of its parts is beyond doubt.
    #[serde(skip)]
    pub date_readings: Vec<(DateOrder, String)>,
    /// How many of them, the first ones, fit the other names of its family.
    #[serde(skip)]
    pub(super) settled_dates: usize,
    /// What is left: the words of the title in small letters. Labels under different titles do not compare.
    #[serde(skip)]
    pub title: String,
}

impl VersionLabel {
    /// Takes the dates in some orders for the likely ones. The others stay possible.
    pub(super) fn settle_date(&mut self, orders: &[DateOrder]) {
        self.date_readings.sort_by_key(|(order, _)| !orders.contains(order));
        self.settled_dates = self.date_readings.iter().filter(|(order, _)| orders.contains(order)).count();
        self.date = self.date_readings.first().map(|(_, day)| day.clone()).or(self.date.take());
    }

    /// Whether the text says nothing about a version.
    pub fn is_empty(&self) -> bool {
        self.label.is_none()
    }
}

/// Characters of a text that are looked at: more than any name or title has.
const TEXT_CHARS: usize = 600;

/// A text without white space around it, as far as it is looked at.
fn beginning(text: &str) -> &str {
    let text = text.trim();
    text.char_indices().nth(TEXT_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// Reads the version label of a file name (with or without extension) or of a title, of which the first 600 characters count.
pub fn parse(text: &str) -> VersionLabel {
    let mut label = VersionLabel::default();
    let text = composed(beginning(text));
    let text = text.as_ref();
    if text.starts_with("~$") || text.starts_with(".~lock.") {
        label.stage = Some("lock".to_owned());
        label.label = Some("lock".to_owned());
        return label;
    }
    let (stem, temporary) = stem(text);
    let mut tokens = Tokens::of(stem);
    if let Some(found) = dates::take(&mut tokens) {
        label.date = Some(found.iso);
        label.date_readings = found.readings;
        label.date_ambiguous = differ(&label.date_readings);
        label.settled_dates = label.date_readings.len();
    }
    numbers::take(&mut tokens, &mut label);
    words::take(&mut tokens, &mut label);
    numbers::short_draft(&mut tokens, &mut label);
    if temporary {
        label.marks.push("temp".to_owned());
    }
    label.label = written(&tokens, temporary);
    let title: Vec<&str> = tokens.iter().filter(|token| !token.used.is_label()).map(|token| token.lower.as_str()).collect();
    label.title = title.join(" ");
    label
}

/// Reads a bare version number, with or without a `v`: what `later-from` of a policy says.
pub fn from_version(text: &str) -> VersionLabel {
    parse(&format!("v{}", text.trim().trim_start_matches(['v', 'V'])))
}

/// The date that a name or a line holds, as in [`parse`]: what is known of it, and whether it could be another.
pub fn date(text: &str) -> Option<(String, bool)> {
    let text = composed(beginning(text));
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    dates::take(&mut Tokens::of(stem(&text).0)).map(|found| (found.iso, differ(&found.readings)))
}

/// Whether dates in digits could be different days.
fn differ(readings: &[(DateOrder, String)]) -> bool {
    readings.iter().any(|(_, day)| readings.first().is_some_and(|(_, first)| first != day))
}

/// The text with composed letters and plain digits: some systems and archives write é as two characters, some keyboards wide digits.
fn composed(text: &str) -> Cow<'_, str> {
    let is_wide = |character: char| ('０'..='９').contains(&character);
    if text.is_ascii() || (is_nfc(text) && !text.contains(is_wide)) {
        return Cow::Borrowed(text);
    }
    let plain = |character: char| {
        let digit = u32::from(character).wrapping_sub(u32::from('０'));
        char::from_digit(digit, 10).filter(|_| is_wide(character)).unwrap_or(character)
    };
    Cow::Owned(text.nfc().map(plain).collect())
}

/// The name without document extensions, and whether an extension says that it is a temporary file.
fn stem(name: &str) -> (&str, bool) {
    const EXTENSIONS: &[&str] = &[
        "docx", "docm", "dotx", "dotm", "doc", "dot", "odt", "ott", "rtf", "pdf", "txt", "md", "html", "htm", "xlsx", "xls", "pptx", "ppt",
        "ods", "odp", "msg", "eml",
    ];
    const TEMPORARY: &[&str] = &["tmp", "temp", "bak", "asd", "wbk"];
    let (mut rest, mut temporary) = match name.strip_suffix('~') {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    while let Some((head, extension)) = rest.rsplit_once('.') {
        let lower = extension.to_ascii_lowercase();
        if TEMPORARY.contains(&lower.as_str()) {
            temporary = true;
        } else if !EXTENSIONS.contains(&lower.as_str()) || head.is_empty() {
            break;
        }
        rest = head;
    }
    (rest, temporary)
}

/// The parts of the label as they stand in the text, one blank between parts that do not touch.
fn written(tokens: &Tokens, temporary: bool) -> Option<String> {
    let mut out = String::new();
    let mut joined = false;
    for token in tokens.iter() {
        if token.used.is_label() {
            let tight = token.gap.trim();
            if joined && matches!(tight, "." | "-" | "_" | "/") && token.used == Use::Number && token.digits {
                out.push_str(tight);
            } else if joined && !token.gap.is_empty() || (!joined && !out.is_empty()) {
                out.push(' ');
            }
            out.push_str(&token.text);
        }
        joined = token.used.is_label();
    }
    if temporary {
        out.push_str(if out.is_empty() { "temp" } else { " temp" });
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests;
