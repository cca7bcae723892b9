//! Reads a TOML file key by key, so that every error names line, key and remedy, and all of them at once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One thing that is wrong with a settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Dotted key (`request.received`); empty when the file is no TOML at all.
    pub key: String,
    /// What is wrong.
    pub says: String,
    /// How to mend it.
    pub help: String,
}

/// Everything that is wrong with a case, policy or preset file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Name of the file as it was given.
    pub file: String,
    /// At least one, in the order of the file.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = crate::model::printable(&self.file);
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let key = crate::model::printable(&problem.key);
            let separator = if key.is_empty() { "" } else { ": " };
            write!(f, "{file}:{}: {key}{separator}{}\n  help: {}", problem.line, problem.says, problem.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// The text of a settings file and the problems met while reading it.
pub(crate) struct Reader<'t> {
    text: &'t str,
    problems: RefCell<Vec<Problem>>,
}

impl<'t> Reader<'t> {
    /// Parses the text and hands its root table to `read`; a problem anywhere makes the whole an error.
    pub(crate) fn run<T>(text: &'t str, file: &str, read: impl FnOnce(&Table<'_, 't>) -> T) -> Result<T, ConfigError> {
        let reader = Self { text, problems: RefCell::default() };
        let value = match DeTable::parse(text) {
            Ok(root) => {
                let table = Table { reader: &reader, path: String::new(), table: root.get_ref(), start: 0, known: RefCell::default() };
                let value = read(&table);
                table.finish();
                Some(value)
            }
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                reader.problem(
                    start,
                    "",
                    format!("not valid TOML: {}", error.message()),
                    "see https://toml.io; texts stand in quotes, dates without",
                );
                None
            }
        };
        let mut problems = reader.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            _ => Err(ConfigError { file: file.to_owned(), problems }),
        }
    }

    /// Whether no more problems are looked for: each costs a look through the text before it and through all known words.
    fn has_enough(&self) -> bool {
        self.problems.borrow().len() >= PROBLEMS_MAX
    }

    fn problem(&self, byte: usize, key: &str, says: impl Into<String>, help: impl Into<String>) {
        if self.has_enough() {
            return;
        }
        let head = self.text.as_bytes().get(..byte).unwrap_or(self.text.as_bytes());
        let line = 1 + head.iter().filter(|byte| **byte == b'\n').count();
        self.problems.borrow_mut().push(Problem { line, key: key.to_owned(), says: says.into(), help: help.into() });
    }
}

/// Problems that are told of one file: nobody mends more at a time.
const PROBLEMS_MAX: usize = 50;

/// One table of the file. Remembers which keys were asked for; [`Table::finish`] reports the others.
pub(crate) struct Table<'r, 't> {
    reader: &'r Reader<'t>,
    path: String,
    table: &'r DeTable<'t>,
    start: usize,
    known: RefCell<BTreeSet<String>>,
}

impl<'r, 't> Table<'r, 't> {
    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn get(&self, key: &str) -> Option<&'r Spanned<DeValue<'t>>> {
        self.known.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    /// Reports a problem with the value of a key (or with the table when it has no such key).
    pub(crate) fn refuse(&self, key: &str, says: impl Into<String>, help: impl Into<String>) {
        if self.reader.has_enough() {
            return;
        }
        let byte = self.table.iter().find(|(name, _)| name.get_ref().as_ref() == key).map_or(self.start, |(name, _)| name.span().start);
        self.reader.problem(byte, &self.name(key), says, help);
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, example: &str) {
        let is = match value.get_ref().type_str() {
            "string" => "a text",
            "integer" => "a whole number",
            "float" => "a number",
            "boolean" => "true or false",
            "datetime" => "a date",
            "array" => "a list",
            _ => "a table",
        };
        let help = format!("write `{key} = {example}`");
        self.reader.problem(value.span().start, &self.name(key), format!("this is {is}, {wanted} is needed"), help);
    }

    /// A text; surrounding white space goes, an empty text counts as absent.
    pub(crate) fn string(&self, key: &str) -> Option<String> {
        let value = self.get(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, "a text", "\"...\"");
            return None;
        };
        self.check_characters(key, value, text);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Refuses control characters, but for tabs and line ends: no letter holds them (XML 1.0 §2.2), or no reader sees them.
    fn check_characters(&self, key: &str, value: &Spanned<DeValue<'_>>, text: &str) {
        let is_no_character = |character: &char| matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
        if let Some(character) = text.chars().find(is_no_character) {
            let says = format!("the character {} cannot be printed", character.escape_unicode());
            self.reader.problem(value.span().start, &self.name(key), says, "take it out");
        }
    }

    /// A text of one line; line ends and runs of white space become one space.
    pub(crate) fn line(&self, key: &str) -> Option<String> {
        self.string(key).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A list of texts, or one text; empty ones go.
    pub(crate) fn strings(&self, key: &str) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let mut out = Vec::new();
        for item in items {
            match item.get_ref().as_str().map(str::trim) {
                Some("") => {}
                Some(text) => {
                    self.check_characters(key, item, text);
                    out.push(text.to_owned());
                }
                None => self.wrong_type(key, item, "a list of texts", "[\"...\", \"...\"]"),
            }
        }
        out
    }

    /// True or false.
    pub(crate) fn boolean(&self, key: &str) -> Option<bool> {
        let value = self.get(key)?;
        let answer = value.get_ref().as_bool();
        if answer.is_none() {
            self.wrong_type(key, value, "true or false", "true");
        }
        answer
    }

    /// A whole number that is not negative.
    pub(crate) fn whole(&self, key: &str) -> Option<u64> {
        let value = self.get(key)?;
        let number =
            value.get_ref().as_integer().and_then(|digits| u64::from_str_radix(&digits.as_str().replace('_', ""), digits.radix()).ok());
        if number.is_none() {
            self.wrong_type(key, value, "a whole number from 0", "1000");
        }
        number
    }

    /// A share between 0 and 1.
    pub(crate) fn share(&self, key: &str) -> Option<f64> {
        let value = self.get(key)?;
        let written = match value.get_ref() {
            DeValue::Float(float) => float.as_str().replace('_', "").parse::<f64>().ok(),
            DeValue::Integer(integer) => integer.as_str().parse::<f64>().ok(),
            _ => None,
        };
        let Some(number) = written else {
            self.wrong_type(key, value, "a share between 0 and 1", "0.9");
            return None;
        };
        if (0.0..=1.0).contains(&number) {
            return Some(number);
        }
        self.refuse(key, format!("{number} is no share"), "write a number between 0 and 1; 0.9 is ninety per cent");
        None
    }

    /// A date, as TOML date or as text `2026-03-01`.
    pub(crate) fn date(&self, key: &str) -> Option<Date> {
        let value = self.get(key)?;
        let written = match value.get_ref() {
            DeValue::Datetime(moment) => moment.to_string(),
            DeValue::String(text) => text.trim().to_owned(),
            _ => {
                self.wrong_type(key, value, "a date", "2026-03-01");
                return None;
            }
        };
        let date =
            written.get(..10).filter(|_| written.len() == 10 || written.as_bytes().get(10).is_some_and(|byte| b"Tt ".contains(byte)));
        let date = date.and_then(|day| day.parse::<Date>().ok());
        if date.is_none() {
            let help = "write year, month and day: 2026-03-01 for 1 March 2026";
            self.reader.problem(value.span().start, &self.name(key), format!("`{written}` is no date"), help);
        }
        date
    }

    /// One of the words of a list.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.string(key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let near = nearest(&text, all.iter().copied()).map_or(String::new(), |word| format!("did you mean `{word}`? "));
        self.refuse(key, format!("`{}` is not known here", crate::model::printable(&text)), format!("{near}known: {}", all.join(", ")));
        None
    }

    /// A table under this one.
    pub(crate) fn table(&self, key: &str) -> Option<Table<'r, 't>> {
        let value = self.get(key)?;
        let inner = self.as_table(key, value, self.name(key));
        if inner.is_none() {
            let help = format!("write the keys under a line `[{}]`", self.name(key));
            self.reader.problem(value.span().start, &self.name(key), "a table is needed", help);
        }
        inner
    }

    /// The tables of a list of tables; a single table counts as a list of one.
    pub(crate) fn tables(&self, key: &str) -> Vec<Table<'r, 't>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let found: Vec<Option<Table<'r, 't>>> = match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.as_table(key, item, format!("{}[{}]", self.name(key), index + 1)))
                .collect(),
            _ => vec![self.as_table(key, value, self.name(key))],
        };
        if found.iter().any(Option::is_none) {
            let help = format!("write each one under its own line `[[{}]]`", self.name(key));
            self.reader.problem(value.span().start, &self.name(key), "a list of tables is needed", help);
        }
        found.into_iter().flatten().collect()
    }

    fn as_table(&self, _key: &str, value: &'r Spanned<DeValue<'t>>, path: String) -> Option<Table<'r, 't>> {
        let table = value.get_ref().as_table()?;
        Some(Table { reader: self.reader, path, table, start: value.span().start, known: RefCell::default() })
    }

    /// Whether the key is a text (rather than a table), for keys that take both.
    pub(crate) fn is_text(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().as_str().is_some())
    }

    /// Whether so much is wrong with the file that nothing more is told.
    pub(crate) fn has_enough(&self) -> bool {
        self.reader.has_enough()
    }

    /// Names of all keys of the table, for tables whose keys are data.
    pub(crate) fn names(&self) -> Vec<String> {
        self.table.keys().map(|name| name.get_ref().to_string()).collect()
    }

    /// Reports every key that nobody asked for, with the nearest one that is known.
    pub(crate) fn finish(&self) {
        let known = self.known.borrow();
        for name in self.table.keys().filter(|name| !known.contains(name.get_ref().as_ref())) {
            if self.reader.has_enough() {
                return;
            }
            let near = nearest(name.get_ref(), known.iter().map(String::as_str));
            let all: Vec<&str> = known.iter().map(String::as_str).collect();
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", all.join(", ")),
            };
            self.reader.problem(name.span().start, &self.name(name.get_ref()), "unknown key", help);
        }
    }
}

/// The word of a list that is nearest to a mistyped one, if any is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 2).clamp(1, 3);
    words
        .into_iter()
        .map(|candidate| (distance(&word.to_lowercase().replace('-', "_"), &candidate.to_lowercase().replace('-', "_")), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The words of a list that are nearest to one, nearest first, at most `count`.
pub(crate) fn nearest_few<'a>(word: &str, words: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<&'a str> {
    let mut all: Vec<(usize, &str)> =
        words.into_iter().map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate)).collect();
    all.sort_unstable();
    all.into_iter().map(|(_, candidate)| candidate).take(count).collect()
}

/// Levenshtein distance in characters; the words are cut at 64, which no key reaches.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().take(64).enumerate() {
        let mut next = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let cost = usize::from(left != *right);
            let best = [row.get(j).map(|v| v + cost), row.get(j + 1).map(|v| v + 1), next.get(j).map(|v| v + 1)];
            next.push(best.into_iter().flatten().min().unwrap_or_default());
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ConfigError {
        Reader::run(text, "x.toml", |root| {
            root.table("request").map(|request| {
                request.date("received");
                request.string("subject");
                request.boolean("open");
                request.whole("count");
                request.share("share");
                request.finish();
            });
            root.tables("report").iter().for_each(|report| {
                report.string("title");
                report.finish();
            });
        })
        .unwrap_err()
    }

    #[test]
    fn characters_that_cannot_be_printed_are_refused() {
        let text = read("[request]\nsubject = \"a\\u0007b\"\nopen = true\n").to_string();
        assert!(text.contains("x.toml:2: request.subject: the character \\u{7} cannot be printed"), "{text}");
    }

    #[test]
    fn every_error_names_line_key_and_remedy() {
        let error =
            read("[request]\nrecieved = 2018-02-12\nsubject = 3\nopen = \"yes\"\ncount = -1\nshare = 40\n[[report]]\ntitel = \"x\"\n");
        let text = error.to_string();
        for part in [
            "x.toml:2: request.recieved: unknown key\n  help: did you mean `received`?",
            "x.toml:3: request.subject: this is a whole number, a text is needed\n  help: write `subject = \"...\"`",
            "x.toml:4: request.open: this is a text, true or false is needed",
            "x.toml:5: request.count: this is a whole number, a whole number from 0 is needed",
            "x.toml:6: request.share: 40 is no share",
            "x.toml:8: report[1].titel: unknown key\n  help: did you mean `title`?",
        ] {
            assert!(text.contains(part), "{part}\n--- in\n{text}");
        }
    }

    #[test]
    fn a_file_in_which_nothing_is_right_is_not_read_to_its_end() {
        let keys: String = (0..400_000).map(|number| format!("key{number} = 1\n")).collect();
        assert_eq!(read(&format!("[request]\n{keys}")).problems.len(), PROBLEMS_MAX);
        let tables: String = (0..100_000).map(|number| format!("[[report]]\nbad{number} = 1\n")).collect();
        assert_eq!(read(&tables).problems.len(), PROBLEMS_MAX);
    }

    #[test]
    fn dates_are_checked_by_the_calendar() {
        assert!(read("[request]\nreceived = \"2018-02-30\"\n").to_string().contains("x.toml:2: request.received: `2018-02-30` is no date"));
        assert!(read("[request]\nreceived = \"12/02/2018\"\n").to_string().contains("2026-03-01 for 1 March 2026"));
    }

    #[test]
    fn a_file_that_is_no_toml_names_the_line() {
        let error = read("[request]\nreceived = \n");
        assert_eq!(error.problems.first().map(|problem| problem.line), Some(2), "{error}");
    }
}
