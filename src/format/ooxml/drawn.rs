//! Text of drawings, charts and diagrams (`a:r`) that its reader does not see: too small, without fill, in the colour of what is behind it.
//!
//! ECMA-376-1 §21.1.2.3.9 (run properties). Colours of the document's theme are not followed here, but for black and white.

use super::colour::{Colour, Palette, WHITE, alike};
use super::plan::Plan;
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

/// Below 4 points, in hundredths.
const TINY: i64 = 400;

/// Holds what has text that nobody sees; a policy may have it taken out.
pub fn resolve(plan: &mut Plan<'_>, orders: &Orders, report: &mut Report) {
    if !plan.tape.element_names().any(|(ns, name)| ns == Ns::A && name == sym::R) {
        return;
    }
    let palette = Palette::default();
    for run in plan.tape.named(Ns::A, sym::R).collect::<Vec<_>>() {
        let why = if plan.alive(run) { unseen(&plan.tape, &palette, run) } else { None };
        let Some(why) = why.filter(|_| !plan.living_text(run).trim().is_empty()) else { continue };
        if orders.action(FindingKind::InvisibleText) == Action::Remove {
            report.words(FindingKind::InvisibleText, &plan.name, &plan.living_text(run));
            report.removed(FindingKind::InvisibleText, &plan.name, 1);
            plan.drop_node(run);
        } else {
            report.hold(FindingKind::InvisibleText, &plan.name, why);
        }
    }
}

fn unseen(tape: &Tape<'_>, palette: &Palette, run: usize) -> Option<&'static str> {
    let properties = tape.child(run, Ns::A, sym::R_PR)?;
    if tape.attr(properties, Ns::None, sym::SZ).and_then(|size| size.trim().parse::<i64>().ok()).is_some_and(|size| size < TINY) {
        return Some("text below 4 points");
    }
    let fill = fill_in(tape, properties)?;
    let outlined = tape.child(properties, Ns::A, sym::LN).is_some_and(|line| tape.child(line, Ns::A, sym::NO_FILL).is_none());
    if outlined {
        return None;
    }
    if tape.node(fill).name == sym::NO_FILL {
        return Some("text without fill");
    }
    let ground = ground(tape, palette, run)?;
    let under = ground.each().next()?;
    let ink = palette.fill(tape, fill, under)?;
    let lost = ink.each().count() > 0 && ink.each().all(|ink| ground.each().any(|ground| alike(ink, ground)));
    lost.then_some("text in the colour of its background")
}

/// The fill that properties name.
fn fill_in(tape: &Tape<'_>, properties: usize) -> Option<usize> {
    let is_fill =
        |name: Sym| matches!(name, sym::NO_FILL | sym::SOLID_FILL | sym::GRAD_FILL | sym::PATT_FILL | sym::BLIP_FILL | sym::GRP_FILL);
    tape.children(properties).find(|child| tape.node(*child).kind == Kind::Element && is_fill(tape.node(*child).name))
}

/// What is behind a text: the fill of the nearest shape or part of a chart that has one, at last white. `None` where it cannot be told,
/// as behind a label of data, which may stand on what it labels.
fn ground(tape: &Tape<'_>, palette: &Palette, run: usize) -> Option<Colour> {
    let mut at = tape.parent(run);
    while let Some(index) = at {
        if tape.node(index).ns == Ns::C && matches!(tape.node(index).name.name(), "dLbls" | "dLbl") {
            return None;
        }
        let child = |name: Sym| tape.children(index).find(|child| tape.node(*child).name == name);
        match child(sym::SP_PR).and_then(|properties| fill_in(tape, properties)) {
            Some(fill) if tape.node(fill).name == sym::NO_FILL => {}
            Some(fill) => return palette.fill(tape, fill, WHITE).filter(|colour| *colour != Colour::Unknown),
            None => {
                let reference = child(sym::STYLE).and_then(|style| tape.child(style, Ns::A, sym::FILL_REF));
                if reference.is_some_and(|reference| tape.attr(reference, Ns::None, sym::IDX).is_some_and(|index| index != "0")) {
                    return None;
                }
            }
        }
        at = tape.parent(index);
    }
    Some(Colour::One(WHITE))
}
