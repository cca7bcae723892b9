//! Names of fonts: which ones tell nothing, and what stands in place of the others.
//!
//! Text asks for its font by name (ECMA-376-1 §17.3.2.26), so that a writer can put any words there. The families that systems, word
//! processors and foundries come with are listed in `fonts.txt` and stay, with what says weight, width and script. Any other
//! becomes a neutral name that keeps the words for its style, because readers choose a substitute by them.

use std::sync::LazyLock;

use foldhash::HashSet;
use unicode_normalization::UnicodeNormalization as _;

/// Longest name that is looked up, in bytes; Word allows 31 characters.
const NAME_BYTES_MAX: usize = 120;

/// Words for weight, width, slant, script and make that follow the name of a family.
const STYLES: &str = "\
    alternate arabic baltic bd big5 black bodycs body bold book bt caps caption ce cn com compressed condensed cond cyrillic cyr \
    demibold demi display expanded extended extrabold extralight extra ext ex fallback fb figures gb2312 gbk gras greek hairline \
    headings headline heavy hebrew hk inclined inline italic ita itc it jp kr lf light lt math medium monospaced mono ms mt narrow \
    neue new normal nova obl oblique office oldstyle one ornaments otf ot outline poster proportional pro psmt ps regular roman rom \
    rounded sans script semibold semi serif shadow slab smallcaps small std subhead swash symbol sc tc text thai thin titling tt tur \
    ui ultrabold ultralight ultra unicode variable vietnamese w1g w1 w2 w3 w4 w5 w6 w7 w8 w9 web western wide";

/// Words that a neutral name keeps: readers look for a substitute by them.
const KEPT: &[(&str, &str)] = &[
    ("black", "Black"),
    ("bold", "Bold"),
    ("book", "Book"),
    ("condensed", "Condensed"),
    ("extended", "Extended"),
    ("heavy", "Heavy"),
    ("italic", "Italic"),
    ("light", "Light"),
    ("medium", "Medium"),
    ("mono", "Mono"),
    ("narrow", "Narrow"),
    ("oblique", "Oblique"),
    ("sans", "Sans"),
    ("script", "Script"),
    ("serif", "Serif"),
    ("slab", "Slab"),
    ("symbol", "Symbol"),
    ("thin", "Thin"),
];

// The families of `fonts.txt`, sorted.
include!(concat!(env!("OUT_DIR"), "/fonts.rs"));

static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| FAMILIES.iter().map(key).collect());

/// A name without case, width, spaces and signs.
fn key(name: &str) -> String {
    let letters = |name: &str| name.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    if name.is_ascii() { letters(&name.to_ascii_lowercase()) } else { letters(&name.nfkc().collect::<String>().to_lowercase()) }
}

/// Whether the name of a font tells nothing: of a known family, with words for its style; a place in the theme; or a list of such.
pub(crate) fn is_known(name: &str) -> bool {
    if name.is_empty() || FAMILIES.holds(name) {
        return true;
    }
    name.len() <= NAME_BYTES_MAX && name.split([';', ',']).map(str::trim).all(is_known_alone)
}

fn is_known_alone(name: &str) -> bool {
    // A font of the theme (§20.1.4.1.24), and text turned for vertical lines.
    let name = name.trim_start_matches('@').trim_matches(['"', '\'']);
    if matches!(name, "+mn-lt" | "+mn-ea" | "+mn-cs" | "+mj-lt" | "+mj-ea" | "+mj-cs" | "inherit") {
        return true;
    }
    // What is left of a name after a wrong conversion.
    if !name.is_empty() && name.len() <= 12 && name.bytes().all(|byte| matches!(byte, b'?' | b' ')) {
        return true;
    }
    let key = key(name);
    // Writers number the fonts of a file.
    let bare = key.strip_suffix(|digit: char| digit.is_ascii_digit()).unwrap_or(&key);
    let of_family = |key: &str| {
        (1..=key.len())
            .rev()
            .any(|end| key.split_at_checked(end).is_some_and(|(family, styles)| KEYS.contains(family) && are_styles(styles)))
    };
    !key.is_empty() && (of_family(&key) || of_family(bare))
}

/// Whether a text is made of words for a style alone. Each word is tried at each place once, so that no text takes long.
fn are_styles(text: &str) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for at in 0..text.len() {
        let Some(rest) = text.get(at..).filter(|_| reached[at]) else { continue };
        for style in STYLES.split_ascii_whitespace().filter(|style| rest.starts_with(style)) {
            reached[at + style.len()] = true;
        }
        // The numbers for weight and width that Univers began.
        if let [b'2'..=b'9', b'3'..=b'9', ..] = rest.as_bytes() {
            reached[at + 2] = true;
        }
    }
    reached[text.len()]
}

/// What a neutral name says of the style of `name`: nothing, or up to three words, each with a space before it.
fn style_words(name: &str) -> String {
    let key = key(name);
    let mut rest = key.as_str();
    let mut words = Vec::new();
    while let Some((word, kept)) = KEPT.iter().find(|(word, _)| rest.ends_with(word) && words.len() < 3) {
        rest = &rest[..rest.len() - word.len()];
        words.push(*kept);
    }
    words.iter().rev().fold(String::new(), |out, word| out + " " + word)
}

/// The name that stands in place of one that is not known.
pub(crate) fn neutral(name: &str, number: usize) -> String {
    format!("Font{number}{}", style_words(name))
}

/// The name of a font in a picture, where fonts have no numbers; `None` where the name stays as it is.
pub(crate) fn in_picture(name: &str) -> Option<String> {
    (!is_known(name) && !is_neutral(name)).then(|| neutral(name, 1))
}

/// Whether a name is one that [`neutral`] gives.
pub(crate) fn is_neutral(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("Font") else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (1..=6).contains(&digits) && rest[..digits].parse().is_ok_and(|number| neutral(name, number) == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use foldhash::HashSetExt as _;

    #[test]
    fn families_that_everybody_has_are_known_in_all_their_spellings() {
        for name in [
            "",
            "Arial",
            "arial narrow",
            "Times New Roman",
            "TimesNewRomanPSMT",
            "Times New Roman Bold",
            "@SimSun",
            "ＭＳ 明朝",
            "MS 明朝",
            "맑은 고딕",
            "HelveticaNeueLT Std 45 Lt",
            "Univers 55 Roman",
            "Calibri Light",
            "Times New Roman (Body CS)",
            "Arial CE",
            "+mn-lt",
            "Calibri1",
            "Nimbus Sans L;Arial",
            "\"Segoe UI\", sans-serif",
            "?? ????",
        ] {
            assert!(is_known(name), "{name}");
        }
    }

    #[test]
    fn what_a_writer_made_up_is_not() {
        for name in
            ["Canary", "Arial Canary", "CanaryArial", "Arial;Canary", "Canary Sans", "Arial 2019", "+mn-canary", "?canary?", "ABCDEF+Arial"]
        {
            assert!(!is_known(name), "{name}");
        }
        assert!(!is_known(&"Bold".repeat(60)));
    }

    #[test]
    fn a_neutral_name_keeps_the_style_and_is_given_again_for_itself() {
        assert_eq!(neutral("Canary Sans-BoldItalic", 3), "Font3 Sans Bold Italic");
        assert_eq!(neutral("Canary", 1), "Font1");
        for name in ["Font3 Sans Bold Italic", "Font1"] {
            assert!(is_neutral(name) && !is_known(name));
            assert_eq!(neutral(name, name[4..5].parse().unwrap()), name);
        }
        for name in ["Font", "Font01", "Font1Sans", "Font1 Canary", "Font1234567", "font1"] {
            assert!(!is_neutral(name), "{name}");
        }
    }

    #[test]
    fn the_list_names_each_family_once() {
        let mut seen = HashSet::new();
        for line in FAMILIES.iter() {
            assert!(!key(line).is_empty() && seen.insert(key(line)), "{line}");
        }
    }
}
