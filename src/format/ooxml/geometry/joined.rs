//! Paragraphs that some readers show as one: a hidden mark ends no line (ECMA-376-1 §17.3.2.41), and what stands before it comes under the
//! properties of the paragraph behind it, or the other way round.

use foldhash::{HashSet, HashSetExt as _};

use super::shows_text;
use crate::format::ooxml::blocks::next_paragraph;
use crate::format::ooxml::look::Styles;
use crate::format::ooxml::pictures::holds_picture;
use crate::format::ooxml::plan::{Plan, is_on};
use crate::format::xml::{Ns, Sym, sym};

/// Paragraphs that have words or pictures of others in some reader.
pub fn joined(plan: &Plan<'_>, styles: &Styles) -> HashSet<usize> {
    let says = [sym::VANISH, sym::SPEC_VANISH];
    let mut found = HashSet::new();
    if !styles.hide_marks() && says.iter().all(|name| plan.tape.named(Ns::W, *name).next().is_none()) {
        return found;
    }
    let paragraphs = plan.living_named(Ns::W, sym::P).filter(|paragraph| hides_mark(plan, styles, *paragraph));
    let pairs: Vec<(usize, usize)> = paragraphs.filter_map(|first| Some((first, next_paragraph(plan, first)?))).collect();
    let (mut behind, mut before) = (HashSet::new(), HashSet::new());
    let shows = |paragraph: usize| shows_text(plan, paragraph) || holds_picture(plan, paragraph);
    for (first, second) in &pairs {
        if shows(*first) || behind.contains(first) {
            behind.insert(*second);
        }
    }
    for (first, second) in pairs.iter().rev() {
        if shows(*second) || before.contains(second) {
            before.insert(*first);
        }
    }
    found.extend(behind);
    found.extend(before);
    found
}

/// Whether the mark of a paragraph is hidden, always or where a paragraph of another style goes on in its line (§17.3.2.36).
pub fn hides_mark(plan: &Plan<'_>, styles: &Styles, paragraph: usize) -> bool {
    let tape = &plan.tape;
    let properties = tape.child(paragraph, Ns::W, sym::P_PR);
    let mark = properties.and_then(|properties| tape.child(properties, Ns::W, sym::R_PR));
    let is_hidden = |name: Sym| mark.and_then(|mark| tape.child(mark, Ns::W, name)).map(|hidden| is_on(tape, hidden, Ns::W));
    let by_style = || {
        let style = properties.and_then(|properties| tape.child(properties, Ns::W, sym::P_STYLE));
        styles.hides_marks(style.and_then(|style| tape.attr(style, Ns::W, sym::VAL)).as_deref())
    };
    is_hidden(sym::SPEC_VANISH) == Some(true) || is_hidden(sym::VANISH).unwrap_or_else(by_style)
}
