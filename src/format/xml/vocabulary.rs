//! What the standards allow: the elements and attributes of each namespace, and the kinds of their values.

use foldhash::{HashSet, HashSetExt as _};
use std::sync::LazyLock;

use super::names::{Ns, Sym};

static TEXT: &str = include_str!("vocabulary.txt");

/// Kinds of values that an attribute may have, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueKinds(u8);

const BOOLEAN: u8 = 1;
const NUMBER: u8 = 2;
const HEX: u8 = 4;
const WORD: u8 = 8;
const DATE: u8 = 16;
const BASE64: u8 = 32;
const FREE: u8 = 64;
/// What a font says of its look: ten bytes (ECMA-376-1 §17.8.3.13).
const PANOSE: u8 = 128;

impl ValueKinds {
    fn parse(text: &str) -> Self {
        Self(text.bytes().fold(0, |kinds, letter| {
            kinds
                | match letter {
                    b'b' => BOOLEAN,
                    b'n' => NUMBER,
                    b'h' => HEX,
                    b'e' => WORD,
                    b'd' => DATE,
                    b'x' => BASE64,
                    b'p' => PANOSE,
                    _ => FREE,
                }
        }))
    }

    /// Whether a writer can put any text into the attribute (free text, dates, encoded data).
    pub fn is_free(self) -> bool {
        self.0 & (FREE | DATE | BASE64) != 0
    }

    /// Whether a value is one of the closed kinds: a truth value, a number, hexadecimal digits, a word of the standard.
    pub fn accepts(self, value: &str) -> bool {
        let value = value.trim();
        let is_hex = |digits_max: usize| value.len() <= digits_max && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.0 & BOOLEAN != 0 && matches!(value, "true" | "false" | "0" | "1" | "on" | "off" | "t" | "f" | "" | "True" | "False")
            || self.0 & NUMBER != 0 && is_number_list(value)
            || self.0 & HEX != 0 && is_hex(8)
            || self.0 & PANOSE != 0 && is_hex(20)
            || self.0 & WORD != 0 && value.split_ascii_whitespace().all(|word| VOCABULARY.words.contains(word))
    }
}

/// Numbers with a sign, a fraction and one of the units of the standards, separated by spaces or commas.
fn is_number_list(value: &str) -> bool {
    const UNITS: &[&str] = &["", "%", "mm", "cm", "in", "pt", "pc", "pi", "px", "em", "ex", "emu", "fd", "f", "g", "e"];
    value.len() <= 200
        && value.split([' ', ',']).all(|item| {
            let digits =
                item.trim_start_matches(['-', '+']).trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
            matches!(item, "INF" | "-INF" | "NaN")
                || UNITS.contains(&digits)
                || digits
                    .strip_prefix(['e', 'E'])
                    .is_some_and(|power| power.trim_start_matches(['-', '+']).bytes().all(|byte| byte.is_ascii_digit()))
        })
}

/// One element of a standard.
#[derive(Debug, Clone)]
pub struct ElementRule {
    /// Whether it holds text itself, any text.
    pub holds_text: bool,
    /// The kinds of the one value that it holds as its text.
    pub value: Option<ValueKinds>,
    attributes: Vec<(Ns, Sym, ValueKinds)>,
}

impl ElementRule {
    /// The kinds of an attribute's value; `None` for an attribute that the standard does not give the element.
    ///
    /// An attribute without prefix has namespace [`Ns::None`].
    pub fn attribute(&self, ns: Ns, name: Sym) -> Option<ValueKinds> {
        self.attributes.iter().find(|(its_ns, its_name, _)| *its_ns == ns && *its_name == name).map(|(_, _, kinds)| *kinds)
    }
}

struct Vocabulary {
    /// By namespace and name: where the rule is in `rules`, plus one; 0 where there is none. Asked for nearly every node.
    places: Vec<u16>,
    names: usize,
    rules: Vec<ElementRule>,
    words: HashSet<&'static str>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let names = Sym::count();
    let mut vocabulary = Vocabulary { places: Vec::new(), names, rules: Vec::new(), words: HashSet::new() };
    for (ns, line) in lines() {
        let Some(ns) = ns else {
            vocabulary.words.extend(line.split(' '));
            continue;
        };
        let mut items = line.split(' ');
        let name = items.next().unwrap_or_default();
        let (name, kinds) = name.split_once('!').map_or((name, None), |(name, kinds)| (name, Some(kinds)));
        let holds_text = kinds == Some("");
        let value = kinds.filter(|kinds| !kinds.is_empty()).map(ValueKinds::parse);
        let attributes = items
            .filter_map(|item| item.split_once('='))
            .map(|(name, kinds)| {
                let (ns, local) = name.split_once(':').map_or((Ns::None, name), |(prefix, local)| (Ns::of_prefix(prefix), local));
                (ns, Sym::of(local.as_bytes()), ValueKinds::parse(kinds))
            })
            .collect();
        let place = vocabulary.place(ns, Sym::of(name.as_bytes()));
        if vocabulary.places.len() <= place {
            vocabulary.places.resize(place + 1, 0);
        }
        vocabulary.rules.push(ElementRule { holds_text, value, attributes });
        vocabulary.places[place] = vocabulary.rules.len() as u16;
    }
    vocabulary
});

impl Vocabulary {
    fn place(&self, ns: Ns, name: Sym) -> usize {
        ns as usize * self.names + usize::from(name.0)
    }

    fn element(&self, ns: Ns, name: Sym) -> Option<&ElementRule> {
        let place = usize::from(*self.places.get(self.place(ns, name))?);
        self.rules.get(place.checked_sub(1)?)
    }
}

/// The element of a standard, if there is one of that name.
pub fn element(ns: Ns, name: Sym) -> Option<&'static ElementRule> {
    let find = |ns| VOCABULARY.element(ns, name);
    // Strict documents put the shapes of word processing into the namespace of its drawings.
    find(ns).or_else(|| if ns == Ns::Wp { [Ns::Wps, Ns::Wpg, Ns::Wpc].into_iter().find_map(find) } else { None })
}

/// Whether a value is made of numbers and of words of the standards only.
pub fn is_plain(value: &str) -> bool {
    ValueKinds(NUMBER | WORD | BOOLEAN).accepts(value)
}

/// Lines of the table with their namespace; `None` for the list of words.
fn lines() -> impl Iterator<Item = (Option<Ns>, &'static str)> {
    let mut section = None;
    TEXT.lines().filter(|line| !line.starts_with('#')).filter_map(move |line| {
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_end_matches(']');
            section = (name != "words").then(|| Ns::of_prefix(name));
            return None;
        }
        Some((section, line))
    })
}

/// Every local name of the table, for the numbering of names.
pub(super) fn local_names() -> impl Iterator<Item = &'static str> {
    lines().filter(|(ns, _)| ns.is_some()).flat_map(|(_, line)| {
        line.split(' ').map(|item| {
            let name = item.split('=').next().unwrap_or_default();
            name.rsplit(':').next().unwrap_or_default().split('!').next().unwrap_or_default()
        })
    })
}

/// Every element with its rule, and the names of its attributes.
#[cfg(test)]
pub fn all() -> Vec<(Ns, Sym, &'static ElementRule, Vec<(Ns, Sym)>)> {
    let named = |place: &usize| (place / VOCABULARY.names, Sym((place % VOCABULARY.names) as u16));
    let places = (0..VOCABULARY.places.len()).filter(|place| VOCABULARY.places[*place] > 0);
    let rules = places.map(|place| (named(&place), &VOCABULARY.rules[usize::from(VOCABULARY.places[place]) - 1]));
    let spaces: Vec<Ns> = lines().filter_map(|(ns, _)| ns).collect();
    let space = |number: usize| spaces.iter().copied().find(|ns| *ns as usize == number).unwrap_or(Ns::Unknown);
    let attributes = |rule: &ElementRule| rule.attributes.iter().map(|(ns, name, _)| (*ns, *name)).collect();
    rules.map(|((ns, name), rule)| (space(ns), name, rule, attributes(rule))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::names::sym;
    use super::*;

    #[test]
    fn the_table_knows_runs_and_their_attributes() {
        let jc = element(Ns::W, sym::JC).unwrap();
        let kinds = jc.attribute(Ns::W, sym::VAL).unwrap();
        assert!(kinds.accepts("center") && kinds.accepts("both") && !kinds.accepts("CANARY"));
        assert!(element(Ns::W, sym::T).unwrap().holds_text);
        assert!(element(Ns::W, sym::P).unwrap().attribute(Ns::W, Sym::of(b"note")).is_none());
    }

    #[test]
    fn kinds_of_styles_borders_and_frames_are_words_of_the_standard() {
        for word in ["table", "numbering", "paragraph", "dashed", "around", "btLr", "lowKashida", "inline", "thickThinMediumGap", "outset"]
        {
            assert!(is_plain(word), "{word}");
        }
    }

    #[test]
    fn numbers_may_have_units_but_no_words() {
        for good in ["12", "-3.5pt", "1e-3", "10 20", "100%", "0,5"] {
            assert!(is_number_list(good), "{good}");
        }
        for bad in ["CANARY", "12 apples", "0xZQ"] {
            assert!(!is_number_list(bad), "{bad}");
        }
    }

    #[test]
    fn every_section_is_a_namespace_that_we_know() {
        assert!(lines().all(|(ns, _)| ns != Some(Ns::Unknown)));
    }
}
