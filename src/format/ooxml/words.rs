//! The words of a story that a reader sees: a sequence of captions may be named after one of them.

use std::cell::OnceCell;

use foldhash::HashSet;

use super::plan::Plan;
use crate::format::xml::{Ns, sym};

/// The words of a story as they stood when this was made. They are read when the first is asked for, and few documents ask.
#[derive(Debug)]
pub struct Words<'t> {
    story: Option<Plan<'t>>,
    words: OnceCell<HashSet<String>>,
}

impl<'t> Words<'t> {
    /// The words of a story; none where no field of the story has a sequence.
    pub fn of(plan: &Plan<'t>) -> Self {
        let story = names_a_sequence(plan).then(|| {
            let mut story = Plan::new(plan.part, &plan.name, plan.tape.clone());
            story.fate.clone_from(&plan.fate);
            story
        });
        Self { story, words: OnceCell::new() }
    }

    /// Whether a word, given in lower case, is among them.
    pub fn contains(&self, word: &str) -> bool {
        let Some(story) = &self.story else { return false };
        let words = self.words.get_or_init(|| {
            let text = story.living_text(story.tape.root);
            // Each word once, before anything is done with it: a long text has few.
            let words: HashSet<&str> = text.split(|character: char| !character.is_alphanumeric()).collect();
            words.into_iter().filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
        });
        words.contains(word)
    }
}

fn names_a_sequence(plan: &Plan<'_>) -> bool {
    let tape = &plan.tape;
    let mut instructions = String::new();
    for index in tape.named_any(&[sym::INSTR_TEXT, sym::DEL_INSTR_TEXT, sym::FLD_SIMPLE]) {
        let node = tape.node(index);
        if node.ns == Ns::W && matches!(node.name, sym::INSTR_TEXT | sym::DEL_INSTR_TEXT) {
            tape.inner_text_into(index, &mut instructions);
        } else if node.ns == Ns::W && node.name == sym::FLD_SIMPLE {
            instructions.push_str(&tape.attr(index, Ns::W, sym::INSTR).unwrap_or_default());
        }
    }
    instructions.make_ascii_lowercase();
    ["seq", "\\a", "\\c", "\\s"].iter().any(|word| instructions.contains(word))
}
