//! What the standards allow: the elements and attributes of each namespace, and the kinds of their values.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::names::{Ns, Sym};

static TEXT: &str = include_str!("vocabulary.txt");

/// Kinds of values that an attribute may have, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueKinds {
    kinds: u16,
    /// Which of the choices of words it may be, plus one; 0 where any word of the standards will do.
    choice: u16,
}

const BOOLEAN: u16 = 1;
const NUMBER: u16 = 2;
const HEX: u16 = 4;
const WORD: u16 = 8;
const DATE: u16 = 16;
const BASE64: u16 = 32;
const FREE: u16 = 64;
/// What a font says of its look: ten bytes (ECMA-376-1 §17.8.3.13).
const PANOSE: u16 = 128;
/// `ST_TrueFalse` and `ST_TrueFalseBlank` (ECMA-376-4 §20.1.2.4, §20.1.2.5).
const VML_BOOLEAN: u16 = 256;
const LIST: u16 = 512;
/// `ST_HexColor` (ECMA-376-1 §17.18.38).
const COLOUR: u16 = 1024;

impl ValueKinds {
    /// `choices`: the number of each choice of enumerations that was met before, from 1.
    fn parse<'t>(text: &'t str, choices: &mut HashMap<&'t str, u16>) -> Self {
        let (letters, named) = text.split_once('(').map_or((text, None), |(letters, named)| (letters, Some(named.trim_end_matches(')'))));
        let kinds = letters.bytes().fold(0, |kinds, letter| {
            kinds
                | match letter {
                    b'b' => BOOLEAN,
                    b't' => VML_BOOLEAN,
                    b'n' => NUMBER,
                    b'h' => HEX,
                    b'e' => WORD,
                    b'd' => DATE,
                    b'x' => BASE64,
                    b'p' => PANOSE,
                    b'l' => LIST,
                    b'c' => COLOUR,
                    _ => FREE,
                }
        });
        let next = choices.len() as u16 + 1;
        let choice = named.map_or(0, |named| *choices.entry(named).or_insert(next));
        Self { kinds, choice }
    }

    /// Whether a writer can put any text into the attribute (free text, dates, encoded data).
    pub fn is_free(self) -> bool {
        self.kinds & (FREE | DATE | BASE64) != 0
    }

    /// Whether a value is one of the closed kinds: a truth value, a number, hexadecimal digits, a word of the standard.
    pub fn accepts(self, value: &str) -> bool {
        if self.kinds & LIST != 0 {
            let item = Self { kinds: self.kinds & !LIST, ..self };
            return value.split_ascii_whitespace().all(|value| item.accepts(value));
        }
        let value = value.trim();
        let may_be = |kind: u16| self.kinds & kind != 0;
        let is_hex = |digits_max: usize| value.len() <= digits_max && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_word = || match self.choice.checked_sub(1) {
            Some(choice) => VOCABULARY.choices[usize::from(choice)].contains(&value),
            None => value.split_ascii_whitespace().all(|word| VOCABULARY.words.contains(word)),
        };
        may_be(BOOLEAN) && matches!(value, "true" | "false" | "0" | "1" | "on" | "off")
            || may_be(VML_BOOLEAN) && matches!(value, "true" | "false" | "0" | "1" | "on" | "off" | "t" | "f" | "" | "True" | "False")
            || may_be(NUMBER)
                && is_number_list(value)
                && (value.bytes().any(|byte| byte.is_ascii_digit()) || matches!(value, "INF" | "-INF" | "NaN"))
            || may_be(HEX) && is_hex(8)
            || may_be(PANOSE) && is_hex(20)
            || may_be(COLOUR) && (value == "auto" || value.len() == 6 && is_hex(6))
            || may_be(WORD) && is_word()
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
    attributes: Vec<AttributeRule>,
}

/// One attribute of an element of a standard; without prefix it has namespace [`Ns::None`].
#[derive(Debug, Clone, Copy)]
pub struct AttributeRule {
    /// Its namespace.
    pub ns: Ns,
    /// Its local name.
    pub name: Sym,
    /// The kinds of its value.
    pub kinds: ValueKinds,
    /// Whether the element is not there without it.
    pub is_required: bool,
}

impl ElementRule {
    /// The kinds of an attribute's value; `None` for an attribute that the standard does not give the element.
    pub fn attribute(&self, ns: Ns, name: Sym) -> Option<ValueKinds> {
        self.attributes.iter().find(|its| its.ns == ns && its.name == name).map(|its| its.kinds)
    }

    /// All attributes that the standard gives the element.
    pub fn attributes(&self) -> &[AttributeRule] {
        &self.attributes
    }
}

struct Vocabulary {
    /// By namespace and name: where the rule is in `rules`, plus one; 0 where there is none. Asked for nearly every node.
    places: Vec<u16>,
    names: usize,
    rules: Vec<ElementRule>,
    words: HashSet<&'static str>,
    /// The words of each choice of enumerations.
    choices: Vec<Vec<&'static str>>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let names = Sym::count();
    let (places, rules) = (Vec::new(), Vec::new());
    let mut vocabulary = Vocabulary { places, names, rules, words: HashSet::new(), choices: Vec::new() };
    let mut choices = HashMap::new();
    let mut enumerations = HashMap::new();
    for (section, line) in lines() {
        let mut items = line.split(' ');
        let ns = match section {
            Section::Words => {
                vocabulary.words.extend(items);
                continue;
            }
            Section::Enumerations => {
                let name = items.next().unwrap_or_default();
                enumerations.insert(name, items.clone());
                vocabulary.words.extend(items);
                continue;
            }
            Section::Elements(ns) => ns,
        };
        let name = items.next().unwrap_or_default();
        let (name, kinds) = name.split_once('!').map_or((name, None), |(name, kinds)| (name, Some(kinds)));
        let holds_text = kinds == Some("");
        let value = kinds.filter(|kinds| !kinds.is_empty()).map(|kinds| ValueKinds::parse(kinds, &mut choices));
        let attributes = items
            .filter_map(|item| item.split_once('='))
            .map(|(name, kinds)| {
                let (name, is_required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
                let (ns, local) = name.split_once(':').map_or((Ns::None, name), |(prefix, local)| (Ns::of_prefix(prefix), local));
                AttributeRule { ns, name: Sym::of(local.as_bytes()), kinds: ValueKinds::parse(kinds, &mut choices), is_required }
            })
            .collect();
        let place = vocabulary.place(ns, Sym::of(name.as_bytes()));
        if vocabulary.places.len() <= place {
            vocabulary.places.resize(place + 1, 0);
        }
        vocabulary.rules.push(ElementRule { holds_text, value, attributes });
        vocabulary.places[place] = vocabulary.rules.len() as u16;
    }
    vocabulary.choices = vec![Vec::new(); choices.len()];
    for (choice, number) in choices.iter().collect::<BTreeMap<_, _>>() {
        let words = choice.split(',').filter_map(|name| enumerations.get(name)).flat_map(Clone::clone);
        vocabulary.choices[usize::from(*number) - 1] = words.collect();
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
    is_number_list(value.trim()) || ValueKinds { kinds: WORD | VML_BOOLEAN, choice: 0 }.accepts(value)
}

/// What the lines of a part of the table are.
#[derive(Debug, Clone, Copy)]
enum Section {
    Elements(Ns),
    Enumerations,
    Words,
}

impl Section {
    fn ns(self) -> Option<Ns> {
        if let Self::Elements(ns) = self { Some(ns) } else { None }
    }
}

/// Lines of the table with what they are.
fn lines() -> impl Iterator<Item = (Section, &'static str)> {
    let mut section = Section::Words;
    TEXT.lines().filter(|line| !line.starts_with('#')).filter_map(move |line| {
        if let Some(name) = line.strip_prefix('[') {
            section = match name.trim_end_matches(']') {
                "enumerations" => Section::Enumerations,
                "words" => Section::Words,
                prefix => Section::Elements(Ns::of_prefix(prefix)),
            };
            return None;
        }
        Some((section, line))
    })
}

/// Every local name of the table, for the numbering of names.
pub(super) fn local_names() -> impl Iterator<Item = &'static str> {
    lines().filter(|(section, _)| section.ns().is_some()).flat_map(|(_, line)| {
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
    let spaces: Vec<Ns> = lines().filter_map(|(section, _)| section.ns()).collect();
    let space = |number: usize| spaces.iter().copied().find(|ns| *ns as usize == number).unwrap_or(Ns::Unknown);
    let attributes = |rule: &ElementRule| rule.attributes.iter().map(|its| (its.ns, its.name)).collect();
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
    fn a_word_is_one_of_the_enumerations_that_the_attribute_has() {
        assert!(VOCABULARY.choices.iter().all(|words| !words.is_empty()));
        let kinds = element(Ns::W, Sym::of(b"fldChar")).unwrap().attribute(Ns::W, Sym::of(b"fldCharType")).unwrap();
        assert!(kinds.accepts("begin") && kinds.accepts(" end ") && !kinds.accepts("begin end") && !kinds.accepts("center"));
        let known: Vec<&str> = lines().filter(|(section, _)| matches!(section, Section::Enumerations)).map(|(_, line)| line).collect();
        let named = lines().filter(|(section, _)| section.ns().is_some()).flat_map(|(_, line)| line.split(['(', ')']).skip(1).step_by(2));
        for name in named.flat_map(|names| names.split(',')) {
            assert!(known.iter().any(|line| line.starts_with(&format!("{name} "))), "{name}");
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
        assert!(lines().all(|(section, _)| section.ns() != Some(Ns::Unknown)));
    }
}
