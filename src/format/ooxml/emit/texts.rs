//! Which characters a reader is shown, and what becomes of the others.

use super::Writer;
use crate::format::xml::{Ns, Sym, Tape, sym, vocabulary};
use crate::model::FindingKind;

impl Writer<'_, '_> {
    /// Whether the element around holds text, and stands where a reader shows it.
    pub(super) fn is_in_text(&mut self, index: usize) -> bool {
        let tape = &self.plan.tape;
        let Some(holder) = tape.parent(index) else { return false };
        let node = tape.node(holder);
        if (self.holds_text.0, self.holds_text.1) != (node.ns, node.name) {
            let holds = vocabulary::element(node.ns, node.name).is_some_and(|rule| rule.holds_text);
            self.holds_text = (node.ns, node.name, holds);
        }
        let run = tape.parent(holder).filter(|run| node.ns == Ns::W && tape.is(*run, Ns::W, sym::R));
        let around_run = run.and_then(|run| tape.parent(run));
        if around_run.is_some() && around_run == self.shows_runs {
            return self.holds_text.2;
        }
        // Most are in a paragraph beside the last one.
        let is_beside = |paragraph: usize| {
            let outer = tape.parent(paragraph);
            tape.is(paragraph, Ns::W, sym::P) && outer.is_some() && outer == self.out_of_properties
        };
        if self.shows_text && around_run.is_some_and(is_beside) {
            self.shows_runs = around_run;
            return self.holds_text.2;
        }
        if !self.holds_text.2 || !self.shows_text || !is_shown_in(tape, holder) {
            return false;
        }
        let above = tape.parent(holder).and_then(|run| tape.parent(run));
        let outer = above.and_then(|above| tape.parent(above));
        if outer != self.out_of_properties {
            if outer.is_some_and(|outer| is_in_properties(tape, outer)) {
                return false;
            }
            self.out_of_properties = outer;
        }
        if above.is_some_and(|above| is_properties(tape, above)) {
            return false;
        }
        if around_run.is_some() {
            self.shows_runs = around_run;
        }
        true
    }

    /// The one value that an element may hold stays. White space between tags says nothing to a reader, and goes without a word.
    pub(super) fn characters_out_of_text(&mut self, index: usize) {
        let tape = &self.plan.tape;
        let characters = tape.characters(index);
        let value = characters.trim_matches([' ', '\t', '\r', '\n']);
        if value.is_empty() {
            return;
        }
        let parent = tape.parent(index).map(|parent| tape.node(parent));
        if parent.and_then(|parent| vocabulary::element(parent.ns, parent.name)?.value).is_some_and(|kinds| kinds.accepts(value)) {
            self.write(value);
        } else {
            self.report.removed(FindingKind::ForeignMarkup, &self.plan.name, 1);
            self.report.words(FindingKind::ForeignMarkup, &self.plan.name, &characters);
        }
    }
}

/// The element around, alternatives and tracked changes passed over: in an equation these stand inside of the run.
fn around(tape: &Tape<'_>, index: usize) -> Option<usize> {
    let outer = tape.parent(index)?;
    let node = tape.node(outer);
    let is_change = node.ns == Ns::W && matches!(node.name, sym::INS | sym::DEL | sym::MOVE_FROM | sym::MOVE_TO);
    if node.ns == Ns::Mc || is_change { around(tape, outer) } else { Some(outer) }
}

/// Whether an element that holds text is part of what a reader shows: characters of a run or of a chart, not of a property.
fn is_shown_in(tape: &Tape<'_>, holder: usize) -> bool {
    let Some(outer) = around(tape, holder) else { return false };
    let (ns, name) = (tape.node(outer).ns, tape.node(outer).name);
    let above = || around(tape, outer).map(|above| tape.node(above));
    match tape.node(holder).ns {
        Ns::W | Ns::M => name == sym::R && matches!(ns, Ns::W | Ns::M) && above().is_some_and(|above| !above.name.name().ends_with("Pr")),
        Ns::A => matches!(name, sym::R | sym::FLD) && ns == Ns::A && above().is_some_and(|above| above.ns == Ns::A),
        _ => ns != Ns::W,
    }
}

fn is_properties(tape: &Tape<'_>, index: usize) -> bool {
    let node = tape.node(index);
    node.ns == Ns::W && node.name.name().ends_with("Pr")
}

/// Whether an element is or stands in properties, however deep: a reader shows nothing that is there.
fn is_in_properties(tape: &Tape<'_>, index: usize) -> bool {
    let mut at = Some(index);
    while let Some(index) = at {
        if is_properties(tape, index) {
            return true;
        }
        at = tape.parent(index);
    }
    false
}

/// Parts that define how something looks, and show no text of their own.
pub(super) fn defines_looks(root: Sym) -> bool {
    matches!(
        root.name(),
        "styles" | "fonts" | "numbering" | "settings" | "webSettings" | "theme" | "themeOverride" | "colorsDef" | "styleDef"
    )
}
