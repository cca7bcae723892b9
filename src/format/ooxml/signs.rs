//! Characters that are drawn as nothing. One of them joins letters, forbids a break or chooses a form; many in a row, or those that are
//! made after the letters, spell words that no reader shows.
//!
//! Unicode 16: §23.4 (variation selectors), §23.9 (tag characters), `Default_Ignorable_Code_Point` (UAX #44 §5.7.1); UTS #37 (ideographic
//! variation sequences), UTS #51 §1.4.6 (tag sequences of flags).

use super::plan::Plan;
use super::report::Report;
use crate::format::xml::{Ns, sym};
use crate::model::FindingKind;

const SPELLS: &str = "characters that no reader shows spell something";

/// As few as can spell one letter by two signs. Of writing that needs them, three or four stand together.
const SPELLING: usize = 8;

/// Finds the text of a part that is spelled by characters that no reader shows.
pub fn check(plan: &Plan<'_>, report: &mut Report) {
    if may_spell(plan.tape.text.as_bytes()) && spells_in(plan) {
        report.hold(FindingKind::Unknown, &plan.name, SPELLS);
    }
}

/// Whether some bytes may hold enough of such characters, themselves or as references; most parts have none of the bytes that they begin with.
fn may_spell(bytes: &[u8]) -> bool {
    let mut few = 0;
    for at in memchr::memchr3_iter(0xf3, 0xe2, b'#', bytes) {
        let next = |by: usize| bytes.get(at + by).copied().unwrap_or(0);
        few += match (bytes[at], next(1), next(2)) {
            (0xf3, 0xa0, _) => SPELLING,
            (b'#', ..) if at > 0 && bytes[at - 1] == b'&' => 1,
            (0xe2, 0x80, 0x8b..=0x8f | 0xaa..=0xae) | (0xe2, 0x81, 0xa0..=0xaf) => 1,
            _ => 0,
        };
        if few >= SPELLING / 2 {
            return true;
        }
    }
    false
}

fn spells_in(plan: &Plan<'_>) -> bool {
    let tape = &plan.tape;
    let mut text = Signs::default();
    for index in plan.living() {
        let node = tape.node(index);
        if node.name == sym::P {
            text = Signs::default();
        }
        if tape.children(index).any(|inside| text.spell(&tape.characters(inside))) {
            return true;
        }
        let said = match (node.ns, node.name) {
            (Ns::W, sym::LVL_TEXT) => tape.attr(index, Ns::W, sym::VAL),
            (Ns::V, sym::TEXTPATH) => tape.attr(index, Ns::None, sym::STRING),
            _ => None,
        };
        if said.is_some_and(|said| Signs::default().spell(&said)) {
            return true;
        }
    }
    false
}

/// What was read so far: the character before, and the unseen ones in a row.
#[derive(Debug, Default)]
struct Signs {
    before: Option<char>,
    /// The first of the row.
    first: Option<char>,
    /// How many there are, and whether they differ.
    row: usize,
    differ: bool,
    in_flag: bool,
}

impl Signs {
    /// Reads on; whether what was read spells something.
    fn spell(&mut self, text: &str) -> bool {
        text.chars().any(|character| self.take(character))
    }

    fn take(&mut self, character: char) -> bool {
        let before = self.before.replace(character);
        self.in_flag = character == BLACK_FLAG || self.in_flag && is_tag(character);
        if !is_unseen(character) {
            (self.first, self.row, self.differ) = (None, 0, false);
            return false;
        }
        let first = *self.first.get_or_insert(character);
        self.differ |= first != character;
        self.row += 1;
        if is_tag(character) {
            return !self.in_flag || self.row > FLAG_MAX;
        }
        let chooses = |sign: char| matches!(sign, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
        let doubled = chooses(character) && before.is_some_and(|before| chooses(before) && before != character);
        let of_no_ideograph = matches!(character, '\u{e0100}'..='\u{e01ef}') && !before.is_some_and(is_ideograph);
        doubled || of_no_ideograph || self.differ && self.row >= SPELLING
    }
}

const BLACK_FLAG: char = '\u{1f3f4}';
/// A region has up to six letters, and there is a sign for its end.
const FLAG_MAX: usize = 7;

fn is_tag(character: char) -> bool {
    matches!(character, '\u{e0000}'..='\u{e007f}')
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a character is drawn as nothing wherever it stands.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unseen_characters_that_spell_something_are_told_from_those_that_writing_needs() {
        let hidden = "secret";
        let shifted = |by: u32| hidden.chars().filter_map(|letter| char::from_u32(letter as u32 + by)).collect::<String>();
        let in_bits = |zero: char, one: char| {
            let bits = hidden.bytes().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
            bits.map(|bit| if bit { one } else { zero }).collect::<String>()
        };
        let spelled = [
            shifted(0xe0000),
            shifted(0xe0100),
            in_bits('\u{200b}', '\u{200c}'),
            in_bits('\u{2060}', '\u{feff}'),
            in_bits('\u{fe00}', '\u{fe01}'),
        ];
        for words in spelled {
            let text = format!("Minutes{words} of May");
            assert!(Signs::default().spell(&text), "{text:?}");
            assert!(may_spell(text.as_bytes()) || !text.contains(['\u{200b}', '\u{e0073}', '\u{e0173}']), "{text:?}");
        }
        for plain in [
            "می‌خواهم",
            "👩🏽‍❤️‍👩🏽 ❤️‍🔥",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿 and 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
            "葛\u{e0100}城",
            "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
            "\u{202b}\u{202a}10\u{202c}\u{202c}",
            "a\u{ad}b\u{ad}c",
            "क्‍ष",
            "\u{feff}\u{200b}x",
        ] {
            assert!(!Signs::default().spell(plain), "{plain:?}");
        }
    }
}
