//! Field instructions: read into words, ruled by name, written anew (ECMA-376-1 §17.16.5).

use std::collections::BTreeSet;

use super::names::NameOf;
use crate::policy::Orders;

/// What happens to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// It stays, with this instruction.
    Keep(String),
    /// It becomes the text that it shows.
    Unlink,
}

/// Arguments that a switch takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Argument {
    /// None.
    No,
    /// A number, a range of numbers, or nothing.
    Number,
    /// A name of a bookmark.
    Bookmark,
    /// A name of a sequence of captions.
    Sequence,
    /// A separator of at most three characters.
    Separator,
}

/// Where a field's own argument leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    None,
    Bookmark,
    Sequence,
    /// The number of a heading level.
    Heading,
    /// A web address, by the policy for links.
    Link,
}

/// Fields that work without telling anything, with their own argument and their switches.
fn known(name: &str) -> Option<(Own, &'static [(&'static str, Argument)])> {
    use Argument::{Bookmark, No, Number, Separator, Sequence};
    Some(match name {
        "PAGE" | "NUMPAGES" | "SECTIONPAGES" | "SECTION" | "LISTNUM" | "FORMCHECKBOX" => (Own::None, &[]),
        "DATE" | "TIME" => (Own::None, &[("\\h", No), ("\\l", No), ("\\s", No), ("\\u", No)]),
        "REF" | "NOTEREF" | "PAGEREF" => (
            Own::Bookmark,
            &[("\\h", No), ("\\f", No), ("\\n", No), ("\\p", No), ("\\r", No), ("\\t", No), ("\\w", No), ("\\d", Separator)],
        ),
        "SEQ" => (Own::Sequence, &[("\\c", No), ("\\h", No), ("\\n", No), ("\\r", Number), ("\\s", Number)]),
        "STYLEREF" => (Own::Heading, &[("\\l", No), ("\\n", No), ("\\p", No), ("\\r", No), ("\\t", No), ("\\w", No)]),
        "HYPERLINK" => (Own::Link, &[("\\l", Bookmark), ("\\n", No), ("\\m", No)]),
        "TOC" => (
            Own::None,
            &[
                ("\\a", Sequence),
                ("\\b", Bookmark),
                ("\\c", Sequence),
                ("\\d", Separator),
                ("\\h", No),
                ("\\l", Number),
                ("\\n", Number),
                ("\\o", Number),
                ("\\p", Separator),
                ("\\s", Sequence),
                ("\\u", No),
                ("\\w", No),
                ("\\x", No),
                ("\\z", No),
            ],
        ),
        "INDEX" => (
            Own::None,
            &[
                ("\\c", Number),
                ("\\e", Separator),
                ("\\g", Separator),
                ("\\k", Separator),
                ("\\l", Separator),
                ("\\r", No),
                ("\\y", No),
                ("\\z", Number),
            ],
        ),
        _ => return None,
    })
}

/// Words that `\*` may name (§17.16.4.3).
const FORMATS: &[&str] = &[
    "mergeformat",
    "charformat",
    "arabic",
    "roman",
    "alphabetic",
    "cardtext",
    "ordtext",
    "ordinal",
    "hex",
    "dollartext",
    "caps",
    "firstcap",
    "lower",
    "upper",
    "arabicdash",
    "sbchar",
    "dbchar",
];

/// Rules on one instruction. `visible` holds the words of the visible text, in lower case.
pub fn rule(instruction: &str, orders: &Orders, visible: &BTreeSet<String>) -> Ruling {
    let words = words(instruction);
    let Some((name, mut rest)) = words.split_first().map(|(name, rest)| (name.text.to_ascii_uppercase(), rest)) else {
        return Ruling::Unlink;
    };
    // A bare bookmark name is a REF field.
    let Some((own, switches)) = known(&name) else { return Ruling::Unlink };
    let mut out = vec![name];
    match own {
        Own::None => {}
        Own::Bookmark => match rest.split_first() {
            Some((bookmark, after)) if !bookmark.is_switch() => {
                out.push(NameOf::Bookmark.wanted(&bookmark.text));
                rest = after;
            }
            _ => return Ruling::Unlink,
        },
        Own::Sequence => match rest.split_first() {
            Some((sequence, after)) if !sequence.is_switch() => {
                out.push(sequence_name(&sequence.text, visible));
                rest = after;
                // An optional bookmark may follow.
                if let Some((bookmark, after)) = rest.split_first().filter(|(word, _)| !word.is_switch()) {
                    out.push(NameOf::Bookmark.wanted(&bookmark.text));
                    rest = after;
                }
            }
            _ => return Ruling::Unlink,
        },
        Own::Heading => match rest.split_first() {
            Some((level, after)) if is_heading(&level.text) => {
                out.push(if level.text.contains(' ') { format!("\"{}\"", level.text) } else { level.text.clone() });
                rest = after;
            }
            _ => return Ruling::Unlink,
        },
        Own::Link => {
            if let Some((target, after)) = rest.split_first().filter(|(word, _)| !word.is_switch()) {
                if !orders.links.keeps(&target.text) || target.text.contains(['"', '\\']) {
                    return Ruling::Unlink;
                }
                out.push(format!("\"{}\"", target.text));
                rest = after;
            }
        }
    }
    while let Some((switch, after)) = rest.split_first() {
        rest = after;
        let lower = switch.text.to_ascii_lowercase();
        let argument = rest.first().filter(|word| !word.is_switch());
        match lower.as_str() {
            "\\*" => {
                let Some(format) = argument.filter(|word| FORMATS.contains(&word.text.to_ascii_lowercase().as_str())) else {
                    return Ruling::Unlink;
                };
                out.extend([switch.text.clone(), format.text.clone()]);
                rest = &rest[1..];
            }
            "\\@" | "\\#" => {
                let Some(picture) = argument.filter(|word| is_picture(&word.text)) else { return Ruling::Unlink };
                out.extend([switch.text.clone(), format!("\"{}\"", picture.text)]);
                rest = &rest[1..];
            }
            "\\!" => out.push(switch.text.clone()),
            // The tip and the target window of a link.
            "\\o" | "\\t" if own == Own::Link => rest = if argument.is_some() { &rest[1..] } else { rest },
            // Table of contents by styles, by table entries: names that a writer chose.
            "\\t" | "\\f" if out[0] == "TOC" => return Ruling::Unlink,
            _ => {
                let Some((_, takes)) = switches.iter().find(|(known, _)| *known == lower) else { return Ruling::Unlink };
                out.push(switch.text.clone());
                let Some(argument) = argument.filter(|_| *takes != Argument::No) else { continue };
                rest = &rest[1..];
                let text = &argument.text;
                match takes {
                    Argument::No => {}
                    Argument::Number if text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
                        out.push(if argument.quoted { format!("\"{text}\"") } else { text.clone() });
                    }
                    Argument::Bookmark => out.push(if argument.quoted {
                        format!("\"{}\"", NameOf::Bookmark.wanted(text))
                    } else {
                        NameOf::Bookmark.wanted(text)
                    }),
                    Argument::Sequence => out.push(format!("\"{}\"", sequence_name(text, visible))),
                    Argument::Separator if text.chars().count() <= 3 && !text.contains(['"', '\\']) => out.push(format!("\"{text}\"")),
                    Argument::Number | Argument::Separator => return Ruling::Unlink,
                }
            }
        }
    }
    Ruling::Keep(same_words(instruction, &words, &out).unwrap_or_else(|| out.join(" ")))
}

/// The instruction as it was, when the words are the same: so that nothing is rewritten without need.
fn same_words(instruction: &str, words: &[Word], out: &[String]) -> Option<String> {
    let plain = |text: &str| text.trim_matches('"').to_owned();
    let same = words.len() == out.len()
        && words
            .iter()
            .zip(out)
            .all(|(word, out)| word.text.eq_ignore_ascii_case(&plain(out)) && (word.text == plain(out) || !word.is_switch()));
    same.then(|| instruction.to_owned())
}

/// A sequence is named after the caption it numbers; any other name tells something.
fn sequence_name(name: &str, visible: &BTreeSet<String>) -> String {
    let plain = name.chars().all(char::is_alphanumeric);
    if plain && visible.contains(&name.to_lowercase()) { name.to_owned() } else { NameOf::Sequence.wanted(name) }
}

fn is_heading(text: &str) -> bool {
    let level = text.strip_prefix("Heading ").or_else(|| text.strip_prefix("heading ")).unwrap_or(text);
    level.len() == 1 && level.bytes().all(|byte| byte.is_ascii_digit()) || text.eq_ignore_ascii_case("title")
}

/// A date or number picture: letters that stand for parts of a date, digits, signs.
fn is_picture(text: &str) -> bool {
    text.len() <= 40 && text.chars().all(|character| "dDmMyYhHsSaApP/:.,-– '#0x%$€£+();".contains(character)) && !text.contains('"')
}

/// One word of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    quoted: bool,
}

impl Word {
    fn is_switch(&self) -> bool {
        !self.quoted && self.text.starts_with('\\') && self.text.chars().count() == 2
    }
}

/// Splits an instruction at white space outside quotes; `\"` and `\\` inside quotes stand for themselves.
fn words(instruction: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut characters = instruction.chars().peekable();
    while let Some(&first) = characters.peek() {
        if first.is_whitespace() {
            characters.next();
            continue;
        }
        let quoted = matches!(first, '"' | '\u{201c}' | '\u{201d}');
        let mut text = String::new();
        if quoted {
            characters.next();
        }
        while let Some(&character) = characters.peek() {
            let ends =
                if quoted { matches!(character, '"' | '\u{201c}' | '\u{201d}') } else { character.is_whitespace() || character == '"' };
            if ends {
                break;
            }
            characters.next();
            if quoted && character == '\\' && matches!(characters.peek(), Some('"' | '\\')) {
                text.extend(characters.next());
            } else {
                text.push(character);
            }
        }
        if quoted {
            characters.next();
        }
        words.push(Word { text, quoted });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruled(instruction: &str) -> Ruling {
        let visible = BTreeSet::from(["figure".to_owned()]);
        match rule(instruction, &Orders::default(), &visible) {
            Ruling::Keep(text) => Ruling::Keep(crate::format::ooxml::names::Names::default().fill(&text)),
            Ruling::Unlink => Ruling::Unlink,
        }
    }

    #[test]
    fn fields_that_tell_nothing_stay_as_they_are() {
        for instruction in [
            " PAGE ",
            " NUMPAGES  \\* MERGEFORMAT ",
            " TOC \\o \"1-3\" \\h \\z \\u ",
            " SEQ Figure \\* ARABIC ",
            " DATE \\@ \"d MMMM yyyy\" ",
            " HYPERLINK \"https://www.gov.uk/\" ",
        ] {
            assert_eq!(ruled(instruction), Ruling::Keep(instruction.to_owned()));
        }
    }

    #[test]
    fn names_in_fields_become_neutral() {
        assert_eq!(ruled(" REF CANARY \\h "), Ruling::Keep("REF _Place1 \\h".to_owned()));
        assert_eq!(ruled(" SEQ CANARY \\* ARABIC "), Ruling::Keep("SEQ Sequence1 \\* ARABIC".to_owned()));
        assert_eq!(ruled(" HYPERLINK \\l \"CANARY\" \\o \"CANARY\" "), Ruling::Keep("HYPERLINK \\l \"_Place1\"".to_owned()));
    }

    #[test]
    fn fields_that_could_tell_something_become_text() {
        for instruction in [
            "AUTHOR CANARY",
            "INCLUDETEXT \"\\\\\\\\srv\\\\CANARY\"",
            "IF 1 = 1 \"a\" \"CANARY\"",
            "ADDIN ZOTERO {}",
            "DOCVARIABLE CANARY",
            "HYPERLINK \"file:///S:/CANARY\"",
            "PAGE \\* CANARY",
            "DATE \\@ \"CANARY\"",
            "CANARY",
            "",
            "TOC \\t \"CANARY,1\"",
            "PAGE CANARY",
        ] {
            assert_eq!(ruled(instruction), Ruling::Unlink, "{instruction}");
        }
    }
}
