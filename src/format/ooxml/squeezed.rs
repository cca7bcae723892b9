//! Letters that cannot be read because they are too high for their line (ECMA-376-1 §17.3.1.33).

use foldhash::HashMap;

use super::geometry::{ASSUMED_SIZE, Found, NO_HEIGHT, SMALLEST_USUAL, shows_text, size_of_run, unseen};
use super::lengths::{BOUND, measure};
use super::look::Styles;
use super::plan::Plan;
use crate::format::xml::{Ns, Sym, Tape, sym};

/// Exact lines that are lower cut letters of usual sizes off: 8 points.
const LOW_LINE: i64 = 160;

/// Whether a `w:spacing` leaves the lines of its paragraph too little room. `too_often` is asked before a look at all of the text.
pub fn text(plan: &Plan<'_>, index: usize, sizes: &mut Sizes<'_>, mut too_often: impl FnMut() -> bool) -> Option<Found> {
    let tape = &plan.tape;
    if tape.node(index).name != sym::SPACING {
        return None;
    }
    let properties = tape.parent(index)?;
    let holder = tape.parent(properties)?;
    let line = measure(tape, index, "line").filter(|line| (1..LOW_LINE).contains(line))?;
    let exact = tape.attr(index, Ns::W, Sym::of(b"lineRule")).is_some_and(|rule| rule == "exact");
    let cut = exact && tape.is(holder, Ns::W, sym::P) && !too_often() && line * 3 <= smallest_letters(plan, holder, sizes);
    cut.then(|| unseen(holder, NO_HEIGHT))
}

/// Sizes of letters by the styles of paragraphs, each asked for once.
pub struct Sizes<'s> {
    styles: &'s Styles,
    by_paragraph: HashMap<Option<usize>, i64>,
}

impl<'s> Sizes<'s> {
    /// Sizes by some styles.
    pub fn new(styles: &'s Styles) -> Self {
        Self { styles, by_paragraph: HashMap::default() }
    }

    /// Size of the letters of a run that names none, by the style of its paragraph; the largest that is assumed where a style of its own
    /// may say another.
    fn of_run(&mut self, plan: &Plan<'_>, run: usize) -> i64 {
        let tape = &plan.tape;
        if is_styled(tape, run) {
            return ASSUMED_SIZE;
        }
        let paragraph = plan.ancestor(run, Ns::W, sym::P);
        let styles = self.styles;
        *self.by_paragraph.entry(paragraph).or_insert_with(|| {
            let properties = paragraph.and_then(|paragraph| tape.child(paragraph, Ns::W, sym::P_PR));
            let named = properties.and_then(|properties| tape.child(properties, Ns::W, sym::P_STYLE));
            let style = named.and_then(|style| tape.attr(style, Ns::W, sym::VAL));
            i64::from(styles.half_points(style.as_deref())).min(BOUND) * 10
        })
    }
}

/// The smallest letters of a paragraph; 0 where it has none.
fn smallest_letters(plan: &Plan<'_>, paragraph: usize, sizes: &mut Sizes<'_>) -> i64 {
    let tape = &plan.tape;
    let runs = plan.living_in(paragraph).filter(|run| tape.is(*run, Ns::W, sym::R) && shows_text(plan, *run));
    let size = |run: usize| {
        let said = tape.child(run, Ns::W, sym::R_PR).and_then(|properties| tape.child(properties, Ns::W, sym::SZ));
        match said {
            Some(_) => size_of_run(tape, run),
            None if is_styled(tape, run) => SMALLEST_USUAL,
            None => sizes.of_run(plan, run),
        }
    };
    runs.map(size).min().unwrap_or(0)
}

/// Whether a run names a style of its own.
fn is_styled(tape: &Tape<'_>, run: usize) -> bool {
    tape.child(run, Ns::W, sym::R_PR).is_some_and(|properties| tape.child(properties, Ns::W, sym::R_STYLE).is_some())
}
