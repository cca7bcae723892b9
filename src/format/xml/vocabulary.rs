//! What the standards allow: the elements and attributes of each namespace, and the kinds of their values.

use super::names::{Ns, Sym};

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
            Some(choice) => CHOICES[usize::from(choice)].iter().any(|word| WORDS.get(usize::from(*word)) == Some(value)),
            None => value.split_ascii_whitespace().all(|word| WORDS.holds(word)),
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
    /// Where its attributes begin and end in `ATTRIBUTES`.
    attributes: (u16, u16),
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
        self.attributes().iter().find(|its| its.ns == ns && its.name == name).map(|its| its.kinds)
    }

    /// All attributes that the standard gives the element.
    pub fn attributes(&self) -> &'static [AttributeRule] {
        &ATTRIBUTES[usize::from(self.attributes.0)..usize::from(self.attributes.1)]
    }
}

// What the build script makes of `vocabulary.txt`: `RULES` in the order of the names of their elements, of which each has those from its
// place in `FIRST` up to the next, and `ATTRIBUTES` of all of them; `CHOICES`, the words that each choice of enumerations has, by their
// numbers in `WORDS`, which are all there are in order.
include!(concat!(env!("OUT_DIR"), "/vocabulary.rs"));

/// The element of a standard, if there is one of that name.
pub fn element(ns: Ns, name: Sym) -> Option<&'static ElementRule> {
    let at = usize::from(name.0);
    let rules = &RULES[usize::from(FIRST[at])..usize::from(FIRST[at + 1])];
    let find = |ns| rules.iter().find(|(its, _)| *its == ns).map(|(_, rule)| rule);
    // Strict documents put the shapes of word processing into the namespace of its drawings.
    find(ns).or_else(|| if ns == Ns::Wp { [Ns::Wps, Ns::Wpg, Ns::Wpc].into_iter().find_map(find) } else { None })
}

/// Whether a value is made of numbers and of words of the standards only.
pub fn is_plain(value: &str) -> bool {
    is_number_list(value.trim()) || ValueKinds { kinds: WORD | VML_BOOLEAN, choice: 0 }.accepts(value)
}

/// Every element with its rule, and the names of its attributes, in the order of namespaces and names.
#[cfg(test)]
pub fn all() -> Vec<(Ns, Sym, &'static ElementRule, Vec<(Ns, Sym)>)> {
    let rules = |name: usize| &RULES[usize::from(FIRST[name])..usize::from(FIRST[name + 1])];
    let attributes = |rule: &ElementRule| rule.attributes().iter().map(|its| (its.ns, its.name)).collect();
    let of = |name: usize| rules(name).iter().map(move |(ns, rule)| (*ns, Sym(name as u16), rule, attributes(rule)));
    let mut all: Vec<_> = (0..Sym::count()).flat_map(of).collect();
    all.sort_by_key(|(ns, name, ..)| (*ns, *name));
    all
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
        assert!(CHOICES.iter().all(|words| !words.is_empty()));
        let kinds = element(Ns::W, Sym::of(b"fldChar")).unwrap().attribute(Ns::W, Sym::of(b"fldCharType")).unwrap();
        assert!(kinds.accepts("begin") && kinds.accepts(" end ") && !kinds.accepts("begin end") && !kinds.accepts("center"));
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
}
