//! Field instructions: read into words, ruled by name, written anew (ECMA-376-1 §17.16.5).

use std::borrow::Cow;

use super::names::NameOf;
use super::styles::is_built_in;
use super::words::Words;
use crate::format::fonts;
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

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
    /// Names of styles, each with a level.
    Styles,
    /// The name of a font.
    Font,
    /// A name that means nothing once what it refers to is gone: the switch goes with it.
    Gone,
}

/// Where a field's own argument leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    None,
    Bookmark,
    Sequence,
    /// The name of a style, or the number of a heading level.
    Style,
    /// A web address, by the policy for links.
    Link,
    /// A character, or its code.
    Code,
    /// A list that word processors come with, or none.
    List,
}

/// Fields that work without telling anything, with their own argument and their switches.
fn known(name: &str) -> Option<(Own, &'static [(&'static str, Argument)])> {
    use Argument::{Bookmark, Font, Gone, No, Number, Separator, Sequence, Styles};
    Some(match name {
        "PAGE" | "NUMPAGES" | "SECTIONPAGES" | "SECTION" | "BIDIOUTLINE" | "FORMCHECKBOX" => (Own::None, &[]),
        "LISTNUM" => (Own::List, &[("\\l", Number), ("\\s", Number)]),
        "AUTONUM" | "AUTONUMLGL" | "AUTONUMOUT" => (Own::None, &[("\\e", No), ("\\s", Separator)]),
        "ADVANCE" => (Own::None, &[("\\d", Number), ("\\l", Number), ("\\r", Number), ("\\u", Number), ("\\x", Number), ("\\y", Number)]),
        "DATE" | "TIME" => (Own::None, &[("\\h", No), ("\\l", No), ("\\s", No), ("\\u", No)]),
        "REF" | "NOTEREF" | "PAGEREF" => (
            Own::Bookmark,
            &[("\\h", No), ("\\f", No), ("\\n", No), ("\\p", No), ("\\r", No), ("\\t", No), ("\\w", No), ("\\d", Separator)],
        ),
        "SYMBOL" => (Own::Code, &[("\\a", No), ("\\f", Font), ("\\h", No), ("\\j", No), ("\\s", Number), ("\\u", No)]),
        "SEQ" => (Own::Sequence, &[("\\c", No), ("\\h", No), ("\\n", No), ("\\r", Number), ("\\s", Number)]),
        "STYLEREF" => (Own::Style, &[("\\l", No), ("\\n", No), ("\\p", No), ("\\r", No), ("\\t", No), ("\\w", No)]),
        "HYPERLINK" => (Own::Link, &[("\\l", Bookmark), ("\\n", No), ("\\m", No)]),
        "TOC" => (
            Own::None,
            &[
                ("\\a", Sequence),
                ("\\b", Bookmark),
                ("\\c", Sequence),
                ("\\d", Separator),
                // Table entries are fields of their own, and are gone.
                ("\\f", Gone),
                ("\\h", No),
                ("\\l", Number),
                ("\\n", Number),
                ("\\o", Number),
                ("\\p", Separator),
                ("\\s", Sequence),
                ("\\t", Styles),
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
                ("\\f", Gone),
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

/// The name of the field that an instruction is of, in capital letters.
pub fn name_of(instruction: &str) -> Cow<'_, str> {
    let instruction = instruction.trim_start();
    let letters = instruction.bytes().take_while(u8::is_ascii_uppercase).count();
    if matches!(instruction.as_bytes().get(letters), None | Some(b' ' | b'"')) {
        return Cow::Borrowed(&instruction[..letters]);
    }
    let ends = |character: char| character.is_whitespace() || matches!(character, '"' | '\u{201c}' | '\u{201d}');
    uppercase(instruction.split(ends).next().unwrap_or_default())
}

/// Fields that have no value for a reader: what is stored as their result is never shown (§17.16.5).
pub fn shows_nothing(instruction: &str) -> bool {
    matches!(&*name_of(instruction), "SET" | "ASK" | "XE" | "TC" | "TA" | "RD" | "PRIVATE" | "NEXT" | "NEXTIF" | "SKIPIF" | "PRINT")
}

/// Fields that have another result on each page of a header.
pub fn varies_by_page(instruction: &str) -> bool {
    matches!(&*name_of(instruction), "PAGE" | "SECTION" | "SECTIONPAGES" | "STYLEREF")
}

/// Fields that readers work out whenever they show them, whether a result is stored or not.
pub fn is_drawn_anew(instruction: &str) -> bool {
    matches!(
        &*name_of(instruction),
        "PAGE"
            | "NUMPAGES"
            | "SECTION"
            | "SECTIONPAGES"
            | "AUTONUM"
            | "AUTONUMLGL"
            | "AUTONUMOUT"
            | "BIDIOUTLINE"
            | "LISTNUM"
            | "EQ"
            | "SYMBOL"
            | "DISPLAYBARCODE"
            | "MERGEBARCODE"
    )
}

/// Whether the result is a table of contents (§17.16.5.68).
pub fn makes_contents(instruction: &str) -> bool {
    name_of(instruction) == "TOC"
}

/// The name, in lower case, under which a `SET` or `ASK` field stores its answer (§17.16.5.3, §17.16.5.57).
pub fn stores(instruction: &str) -> Option<String> {
    matches!(&*name_of(instruction), "SET" | "ASK").then(|| words(instruction).get(1).map(|word| word.text.to_lowercase())).flatten()
}

/// The name, in lower case, of the bookmark that a field shows.
pub fn refers_to(instruction: &str) -> Option<String> {
    matches!(&*name_of(instruction), "REF" | "PAGEREF" | "NOTEREF")
        .then(|| words(instruction).get(1).map(|word| word.text.to_lowercase()))
        .flatten()
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

/// Rules on one instruction. `visible` holds the words of the visible text.
pub fn rule(instruction: &str, orders: &Orders, visible: &Words<'_>) -> Ruling {
    let words = words(instruction);
    let Some((name, mut rest)) = words.split_first().map(|(name, rest)| (uppercase(&name.text), rest)) else {
        return Ruling::Unlink;
    };
    match &*name {
        // The whole of an equation is in its instruction, and is drawn (§17.16.5.18).
        "EQ" => return Ruling::Keep(instruction.to_owned()),
        "MACROBUTTON" | "GOTOBUTTON" => return button(&name, instruction).map_or(Ruling::Unlink, Ruling::Keep),
        _ => {}
    }
    // A bare bookmark name is a REF field.
    let Some((own, switches)) = known(&name) else { return Ruling::Unlink };
    let mut out: Vec<Cow<'_, str>> = Vec::with_capacity(words.len());
    out.push(name);
    match own {
        Own::None => {}
        Own::Bookmark => match rest.split_first() {
            Some((bookmark, after)) if !bookmark.is_switch() => {
                out.push(NameOf::Bookmark.wanted(&bookmark.text).into());
                rest = after;
            }
            _ => return Ruling::Unlink,
        },
        Own::Sequence => match rest.split_first() {
            Some((sequence, after)) if !sequence.is_switch() => {
                out.push(sequence_name(&sequence.text, visible).into());
                rest = after;
                // An optional bookmark may follow.
                if let Some((bookmark, after)) = rest.split_first().filter(|(word, _)| !word.is_switch()) {
                    out.push(NameOf::Bookmark.wanted(&bookmark.text).into());
                    rest = after;
                }
            }
            _ => return Ruling::Unlink,
        },
        Own::Code => match rest.split_first() {
            Some((code, after)) if is_code(&code.text) => {
                out.push(Cow::Borrowed(&code.text));
                rest = after;
            }
            _ => return Ruling::Unlink,
        },
        Own::Style => match rest.split_first() {
            Some((style, after)) if !style.is_switch() => {
                let name = style_name(&style.text);
                out.push(if style.quoted { format!("\"{name}\"").into() } else { name.into() });
                rest = after;
            }
            _ => return Ruling::Unlink,
        },
        Own::List => {
            if let Some((list, after)) = rest.split_first().filter(|(word, _)| !word.is_switch()) {
                if !LISTS.iter().any(|known| list.text.eq_ignore_ascii_case(known)) {
                    return Ruling::Unlink;
                }
                out.push(Cow::Borrowed(&list.text));
                rest = after;
            }
        }
        Own::Link => {
            if let Some((target, after)) = rest.split_first().filter(|(word, _)| !word.is_switch()) {
                if !orders.links.keeps(&target.text) || target.text.contains(['"', '\\']) {
                    return Ruling::Unlink;
                }
                out.push(format!("\"{}\"", target.text).into());
                rest = after;
            }
        }
    }
    while let Some((switch, after)) = rest.split_first() {
        rest = after;
        let lower = lowercase(&switch.text);
        let argument = rest.first().filter(|word| !word.is_switch());
        match &*lower {
            "\\*" => {
                let Some(format) = argument.filter(|word| FORMATS.contains(&&*lowercase(&word.text))) else {
                    return Ruling::Unlink;
                };
                out.extend([Cow::Borrowed(&*switch.text), Cow::Borrowed(&format.text)]);
                rest = &rest[1..];
            }
            "\\@" | "\\#" => {
                let Some(picture) = argument.filter(|word| is_picture(&word.text)) else { return Ruling::Unlink };
                out.extend([Cow::Borrowed(&*switch.text), format!("\"{}\"", picture.text).into()]);
                rest = &rest[1..];
            }
            "\\!" => out.push(Cow::Borrowed(&switch.text)),
            // The tip and the target window of a link.
            "\\o" | "\\t" if own == Own::Link => rest = if argument.is_some() { &rest[1..] } else { rest },
            _ => {
                let Some((_, takes)) = switches.iter().find(|(known, _)| *known == lower) else { return Ruling::Unlink };
                if *takes == Argument::Gone {
                    rest = if argument.is_some() { &rest[1..] } else { rest };
                    continue;
                }
                out.push(Cow::Borrowed(&switch.text));
                let Some(argument) = argument.filter(|_| *takes != Argument::No) else { continue };
                rest = &rest[1..];
                let text = &argument.text;
                match takes {
                    Argument::No | Argument::Gone => {}
                    Argument::Font if fonts::is_known(text) || orders.action(FindingKind::FontName) == Action::Keep => {
                        out.push(format!("\"{text}\"").into());
                    }
                    Argument::Font => out.push(NameOf::Font.wanted_in_quotes(text).into()),
                    Argument::Styles => match styles_with_levels(text) {
                        Some(list) => out.push(format!("\"{list}\"").into()),
                        None => {
                            out.pop();
                        }
                    },
                    Argument::Number if text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
                        out.push(if argument.quoted { format!("\"{text}\"").into() } else { Cow::Borrowed(text) });
                    }
                    Argument::Bookmark if argument.quoted => out.push(NameOf::Bookmark.wanted_in_quotes(text).into()),
                    Argument::Bookmark => out.push(NameOf::Bookmark.wanted(text).into()),
                    Argument::Sequence => out.push(format!("\"{}\"", sequence_name(text, visible)).into()),
                    Argument::Separator if text.chars().count() <= 3 && !text.contains(['"', '\\']) => {
                        out.push(format!("\"{text}\"").into());
                    }
                    Argument::Number | Argument::Separator => return Ruling::Unlink,
                }
            }
        }
    }
    Ruling::Keep(same_words(instruction, &words, &out).unwrap_or_else(|| out.join(" ")))
}

/// A word in small letters: switches and formats are most often written so.
fn lowercase(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(word.to_ascii_lowercase()) } else { Cow::Borrowed(word) }
}

/// A word in capital letters: names of fields are most often written so.
fn uppercase(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_lowercase()) { Cow::Owned(word.to_ascii_uppercase()) } else { Cow::Borrowed(word) }
}

/// The instruction as it was, when the words are the same: so that nothing is rewritten without need.
fn same_words(instruction: &str, words: &[Word<'_>], out: &[Cow<'_, str>]) -> Option<String> {
    let plain = |text| str::trim_matches(text, '"');
    let same = words.len() == out.len()
        && words
            .iter()
            .zip(out)
            .all(|(word, out)| word.text.eq_ignore_ascii_case(plain(out)) && (word.text == plain(out) || !word.is_switch()));
    same.then(|| instruction.to_owned())
}

/// A sequence is named after the caption it numbers; any other name tells something.
fn sequence_name(name: &str, visible: &Words<'_>) -> String {
    let plain = name.chars().all(char::is_alphanumeric);
    if plain && visible.contains(&name.to_lowercase()) { name.to_owned() } else { NameOf::Sequence.wanted(name) }
}

/// The lists that a `LISTNUM` field may name without a definition in the document (§17.16.5.31).
const LISTS: [&str; 3] = ["NumberDefault", "OutlineDefault", "LegalDefault"];

/// A character, or its code: a number, or one in hexadecimal digits after `0x`.
fn is_code(text: &str) -> bool {
    if text.chars().count() == 1 {
        return !text.starts_with(['"', '\\']);
    }
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => (1..=7).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// A style by its name in the copy; the number of a heading level stays.
fn style_name(name: &str) -> String {
    let level = name.len() == 1 && name.bytes().all(|byte| byte.is_ascii_digit());
    if level || is_built_in(name) || is_local_heading(name) { name.to_owned() } else { NameOf::Style.wanted(name) }
}

/// Whether a name is that of a heading level, or of the title, as word processors of other languages call these: files name the style in
/// English, and fields as the user interface does.
fn is_local_heading(name: &str) -> bool {
    const HEADINGS: [&str; 33] = [
        "Überschrift",
        "Titre",
        "Título",
        "Titolo",
        "Kop",
        "Rubrik",
        "Overskrift",
        "Otsikko",
        "Nagłówek",
        "Nadpis",
        "Címsor",
        "Заголовок",
        "Επικεφαλίδα",
        "Başlık",
        "Titlu",
        "Naslov",
        "Заглавие",
        "Pealkiri",
        "Virsraksts",
        "Antraštė",
        "Títol",
        "Izenburua",
        "Pennawd",
        "Ceannteideal",
        "Fyrirsögn",
        "見出し",
        "标题",
        "標題",
        "제목",
        "כותרת",
        "عنوان",
        "العنوان",
        "Tiêu đề",
    ];
    const TITLES: [&str; 12] =
        ["Titel", "Titre", "Título", "Titolo", "Tytuł", "Název", "Názov", "Cím", "Название", "Τίτλος", "Konu Başlığı", "表題"];
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let is_level = name.len() == stem.len() + 1;
    is_level && HEADINGS.contains(&stem.trim_end()) || TITLES.contains(&name)
}

/// Names of styles and their levels, by turns (§17.16.5.68, switch `\t`); `None` for what is not such a list.
fn styles_with_levels(text: &str) -> Option<String> {
    let separator = if text.contains(';') { ';' } else { ',' };
    let items: Vec<&str> = text.split(separator).map(str::trim).collect();
    let mut out = Vec::new();
    for pair in items.chunks(2) {
        let [name, level] = pair else { return None };
        if level.len() != 1 || !level.bytes().all(|byte| byte.is_ascii_digit()) || name.contains('"') {
            return None;
        }
        out.extend([style_name(name), (*level).to_owned()]);
    }
    Some(out.join(&separator.to_string()))
}

/// A button: the name of its macro or place, then the text that it shows (§17.16.5.25, §17.16.5.34).
fn button(name: &str, instruction: &str) -> Option<String> {
    let (_, after) = instruction.trim_start().split_once(char::is_whitespace)?;
    let (target, text) = after.trim_start().split_once(char::is_whitespace)?;
    let text = text.trim();
    // A macro is gone with its project; templates call one that does nothing by this name.
    let target = if name == "GOTOBUTTON" { NameOf::Bookmark.wanted(target) } else { "NoMacro".to_owned() };
    (!text.is_empty()).then(|| format!("{name} {target} {text}"))
}

/// A date or number picture: letters that stand for parts of a date, digits, signs.
fn is_picture(text: &str) -> bool {
    text.len() <= 40 && text.chars().all(|character| "dDmMyYhHsSaApP/:.,-– '#0x%$€£+();".contains(character)) && !text.contains('"')
}

/// One word of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word<'i> {
    text: Cow<'i, str>,
    quoted: bool,
}

impl Word<'_> {
    fn is_switch(&self) -> bool {
        !self.quoted && self.text.starts_with('\\') && self.text.chars().count() == 2
    }
}

/// Splits an instruction at white space outside quotes; `\"` and `\\` inside quotes stand for themselves.
fn words(instruction: &str) -> Vec<Word<'_>> {
    const WORDS_OF_MOST: usize = 8;
    let plain = |word| Word { text: Cow::Borrowed(word), quoted: false };
    // A vertical tab, the one white space that these do not agree about, is no character of XML.
    if instruction.is_ascii() && !instruction.as_bytes().contains(&b'"') {
        let mut words = Vec::with_capacity(WORDS_OF_MOST);
        words.extend(instruction.split_ascii_whitespace().map(plain));
        return words;
    }
    if !instruction.contains(['"', '\u{201c}', '\u{201d}']) {
        return instruction.split_whitespace().map(plain).collect();
    }
    let is_quote = |character: char| matches!(character, '"' | '\u{201c}' | '\u{201d}');
    let mut words = Vec::with_capacity(WORDS_OF_MOST);
    let mut rest = instruction.trim_start();
    while let Some(first) = rest.chars().next() {
        if !is_quote(first) {
            let end = rest.find(|character: char| character.is_whitespace() || character == '"').unwrap_or(rest.len());
            words.push(plain(&rest[..end]));
            rest = rest[end..].trim_start();
            continue;
        }
        let inside = &rest[first.len_utf8()..];
        let mut unescaped = String::new();
        let (mut from, mut after_backslash) = (0, false);
        let mut end = inside.len();
        for (at, character) in inside.char_indices() {
            if after_backslash && matches!(character, '"' | '\\') {
                // The backslash before it goes.
                unescaped.push_str(&inside[from..at - 1]);
                (from, after_backslash) = (at, false);
            } else if is_quote(character) {
                end = at;
                break;
            } else {
                after_backslash = character == '\\';
            }
        }
        let text = if from == 0 {
            Cow::Borrowed(&inside[..end])
        } else {
            unescaped.push_str(&inside[from..end]);
            Cow::Owned(unescaped)
        };
        words.push(Word { text, quoted: true });
        let closing = inside[end..].chars().next().map_or(0, char::len_utf8);
        rest = inside[end + closing..].trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ooxml::plan::Plan;
    use crate::format::xml::{Ns, Tape};

    fn ruled(instruction: &str) -> Ruling {
        let text = format!("<w:p xmlns:w=\"{}\"><w:fldSimple w:instr=\"SEQ\"/><w:t>Figure 1</w:t></w:p>", Ns::W.uri());
        let tape = Tape::read("part.xml", text.as_bytes(), &crate::Limits::default()).unwrap();
        let visible = Words::of(&Plan::new(0, "part.xml", tape));
        match rule(instruction, &Orders::default(), &visible) {
            Ruling::Keep(text) => Ruling::Keep(crate::format::ooxml::names::Names::default().fill(&text)),
            Ruling::Unlink => Ruling::Unlink,
        }
    }

    #[test]
    fn quotes_hold_a_word_together_and_a_backslash_in_them_stands_before_quotes_and_backslashes_alone() {
        let word = |text: &str, quoted| (text.to_owned(), quoted);
        for (instruction, wanted) in [
            ("", vec![]),
            (" \t ", vec![]),
            ("\"", vec![word("", true)]),
            (r#" HYPERLINK \l "a b"c "#, vec![word("HYPERLINK", false), word("\\l", false), word("a b", true), word("c", false)]),
            (r#"a"b c"#, vec![word("a", false), word("b c", true)]),
            (r#""say \"so\" and \\" x"#, vec![word(r#"say "so" and \"#, true), word("x", false)]),
            (r#""\\\"\d\""#, vec![word(r#"\"\d""#, true)]),
            (r#""c:\dir\\file""#, vec![word(r"c:\dir\file", true)]),
            ("\u{201c}curly\\\u{201d} a\u{201d}b", vec![word("curly\\", true), word("a\u{201d}b", false)]),
            ("ünquoted\u{a0}\"ö\"", vec![word("ünquoted", false), word("ö", true)]),
        ] {
            let read: Vec<_> = words(instruction).into_iter().map(|word| (word.text.into_owned(), word.quoted)).collect();
            assert_eq!(read, wanted, "{instruction}");
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
        assert_eq!(
            ruled(" TOC \\t \"CANARY,1,heading 2,3\" \\f CANARY \\h "),
            Ruling::Keep("TOC \\t \"Unused1,1,heading 2,3\" \\h".to_owned())
        );
        assert_eq!(ruled(" TOC \\h \\t \"CANARY\" "), Ruling::Keep("TOC \\h".to_owned()));
        assert_eq!(ruled(" STYLEREF \"CANARY Title\" \\n "), Ruling::Keep("STYLEREF \"Unused1\" \\n".to_owned()));
        assert_eq!(ruled(" STYLEREF 1 "), Ruling::Keep(" STYLEREF 1 ".to_owned()));
        assert_eq!(ruled(" SEQ CANARY \\* ARABIC "), Ruling::Keep("SEQ Sequence1 \\* ARABIC".to_owned()));
        assert_eq!(ruled(" HYPERLINK \\l \"CANARY\" \\o \"CANARY\" "), Ruling::Keep("HYPERLINK \\l \"_Place1\"".to_owned()));
    }

    #[test]
    fn fields_drawn_from_their_instruction_keep_what_they_show() {
        assert_eq!(ruled(" SYMBOL 211 \\f \"Symbol\" "), Ruling::Keep(" SYMBOL 211 \\f \"Symbol\" ".to_owned()));
        assert_eq!(ruled("SYMBOL 0x80 \\u"), Ruling::Keep("SYMBOL 0x80 \\u".to_owned()));
        assert_eq!(ruled("SYMBOL CANARY"), Ruling::Unlink);
        assert_eq!(ruled("SYMBOL facade"), Ruling::Unlink);
        assert_eq!(ruled(" MACROBUTTON  CANARY press here "), Ruling::Keep("MACROBUTTON NoMacro press here".to_owned()));
        assert_eq!(ruled(" GOTOBUTTON CANARY press here "), Ruling::Keep("GOTOBUTTON _Place1 press here".to_owned()));
        assert_eq!(ruled(" MACROBUTTON CANARY "), Ruling::Unlink);
        assert_eq!(ruled("EQ \\f(1,2)"), Ruling::Keep("EQ \\f(1,2)".to_owned()));
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
            "PAGE CANARY",
        ] {
            assert_eq!(ruled(instruction), Ruling::Unlink, "{instruction}");
        }
    }
}
