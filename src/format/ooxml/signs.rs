//! Characters that are drawn as nothing. One of them joins letters, forbids a break or chooses a form; many in a row, or those that are
//! made after the letters, spell words that no reader shows.
//!
//! Unicode 16: §23.4 (variation selectors), §23.9 (tag characters), `Default_Ignorable_Code_Point` (UAX #44 §5.7.1); UTS #37 (ideographic
//! variation sequences), UTS #51 §1.4.6 (tag sequences of flags).

use super::plan::Plan;
use super::report::Report;
use crate::format::xml::{Ns, Tape, sym};
use crate::model::FindingKind;

const SPELLS: &str = "characters that no reader shows spell something";

/// As few as can spell one letter by two signs. Of writing that needs them, three or four stand together.
const SPELLING: usize = 8;

/// Finds the text of a part that is spelled by characters that no reader shows.
pub fn check(plan: &Plan<'_>, report: &mut Report) {
    if may_spell(&plan.tape) && text_spells(plan) || attribute_spells(plan) {
        report.hold(FindingKind::Unknown, &plan.name, SPELLS);
    }
}

/// Whether the texts of a part have two such characters, or one that is made after a letter. Most have none.
fn may_spell(tape: &Tape<'_>) -> bool {
    let mut few = 0;
    for index in tape.texts_beyond_ascii() {
        for character in tape.characters(index).chars().filter(|character| !character.is_ascii() && is_unseen(*character)) {
            few += if character >= '\u{e0000}' { 2 } else { 1 };
            if few >= 2 {
                return true;
            }
        }
    }
    false
}

fn text_spells(plan: &Plan<'_>) -> bool {
    let tape = &plan.tape;
    let mut text = Signs::default();
    plan.living().any(|index| {
        if tape.node(index).name == sym::P {
            text = Signs::default();
        }
        tape.children(index).any(|inside| text.spell(&tape.characters(inside)))
    })
}

/// The same of attributes that hold words which a reader shows.
fn attribute_spells(plan: &Plan<'_>) -> bool {
    let tape = &plan.tape;
    tape.named_any(&[sym::LVL_TEXT, sym::TEXTPATH]).into_iter().filter(|index| plan.alive(*index)).any(|index| {
        let node = tape.node(index);
        let said = match (node.ns, node.name) {
            (Ns::W, sym::LVL_TEXT) => tape.attr(index, Ns::W, sym::VAL),
            (Ns::V, sym::TEXTPATH) => tape.attr(index, Ns::None, sym::STRING),
            _ => None,
        };
        said.is_some_and(|said| Signs::default().spell(&said))
    })
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

/// Whether a character is drawn as nothing wherever it stands: those with the property `Default_Ignorable_Code_Point`.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn may_spell_in(text: &str) -> bool {
        may_spell(&Tape::read("", format!("<a>{text}</a>").as_bytes(), &Limits::default()).unwrap())
    }

    #[test]
    fn unseen_characters_that_spell_something_are_told_from_those_that_writing_needs() {
        let hidden = "secret";
        let shifted = |by: u32| hidden.chars().filter_map(|letter| char::from_u32(letter as u32 + by)).collect::<String>();
        let in_bits = |zero: char, one: char| {
            let bits = hidden.bytes().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
            bits.map(|bit| if bit { one } else { zero }).collect::<String>()
        };
        let pairs = [
            ('\u{ad}', '\u{34f}'),
            ('\u{ad}', '\u{61c}'),
            ('\u{115f}', '\u{1160}'),
            ('\u{17b4}', '\u{17b5}'),
            ('\u{180b}', '\u{180c}'),
            ('\u{200b}', '\u{200c}'),
            ('\u{2060}', '\u{feff}'),
            ('\u{3164}', '\u{ffa0}'),
            ('\u{fe00}', '\u{fe01}'),
            ('\u{fff0}', '\u{fff8}'),
            ('\u{1bca0}', '\u{1bca3}'),
            ('\u{1d173}', '\u{1d17a}'),
        ];
        let in_pairs = pairs.map(|(zero, one)| in_bits(zero, one));
        for words in [shifted(0xe0000), shifted(0xe0100)].into_iter().chain(in_pairs) {
            let text = format!("Minutes{words} of May");
            assert!(Signs::default().spell(&text), "{text:?}");
            assert!(may_spell_in(&text), "{text:?}");
        }
        assert!(may_spell_in("&#xe0073;") && may_spell_in("x\u{e0101}") && may_spell_in("<![CDATA[\u{e0101}]]>"));
        assert!(may_spell_in("\u{ad}<b/>\u{200b}"));
        assert!(!may_spell_in("Minutes \u{2013} of \u{201c}May\u{201d}, co\u{ad}op &#8211;"));
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
