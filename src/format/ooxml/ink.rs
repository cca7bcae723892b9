//! Ink: what somebody drew with a pen. It is a comment unless it says of itself that it is none, and the picture that readers show which
//! know no ink is that comment too (`[MS-ODRAWXML]` §2.3.3.7, `isComment`; in VML ECMA-376-4 §19.2.2.15, `annotation`).

use super::plan::{Fate, Plan};
use super::report::Report;
use crate::format::xml::{Kind, Ns, sym};
use crate::model::FindingKind;

/// Takes out comments in ink, each with the picture that stands in for it, and holds ink that cannot be told apart from other drawings.
pub fn resolve(plan: &mut Plan<'_>, report: &mut Report) {
    for index in plan.tape.named_any(&[sym::CONTENT_PART, sym::INK]) {
        let ns = plan.tape.node(index).ns;
        let is_vml = ns == Ns::O && plan.tape.node(index).name == sym::INK;
        let is_part = ns != Ns::W && plan.tape.node(index).name == sym::CONTENT_PART;
        if !(is_vml || is_part) || !plan.alive(index) {
            continue;
        }
        let is_comment = if is_vml { is_annotation(plan, index) } else { is_comment_part(plan, index) };
        let drawing = drawing_of(plan, index, is_vml);
        match drawing {
            Some(drawing) if is_comment => {
                let whole = alternatives_of(plan, drawing).unwrap_or(drawing);
                report.removed(FindingKind::Ink, &plan.name, 1);
                plan.drop_node(whole);
            }
            // A drawing in ink that is part of the page: readers that know no ink show the picture of it, and so does the copy.
            Some(drawing) if is_vml || alternatives_of(plan, drawing).is_some() => {}
            Some(_) => report.hold(FindingKind::Ink, &plan.name, "a drawing in ink, without a picture of it"),
            None if is_vml && !is_comment => {}
            None => report.hold(FindingKind::Ink, &plan.name, "ink among other drawings"),
        }
    }
}

fn is_comment_part(plan: &Plan<'_>, part: usize) -> bool {
    let properties = plan.tape.descendants(part).find(|inside| plan.tape.node(*inside).name == sym::C_NV_CONTENT_PART_PR);
    let said = properties.and_then(|properties| plan.tape.attr(properties, Ns::None, sym::IS_COMMENT));
    !matches!(said.as_deref().map(str::trim), Some("0" | "false"))
}

fn is_annotation(plan: &Plan<'_>, ink: usize) -> bool {
    !matches!(plan.tape.attr(ink, Ns::None, sym::ANNOTATION).as_deref().map(str::trim), None | Some("f" | "false" | "0" | ""))
}

/// The drawing that is this ink and nothing else.
fn drawing_of(plan: &Plan<'_>, ink: usize, is_vml: bool) -> Option<usize> {
    let tape = &plan.tape;
    if is_vml {
        let shape = tape.parent(ink)?;
        let picture = tape.parent(shape).filter(|picture| tape.is(*picture, Ns::W, sym::PICT))?;
        let others = elements(plan, picture).filter(|child| *child != shape && !tape.is(*child, Ns::V, sym::SHAPETYPE)).count();
        return Some(picture).filter(|_| others == 0);
    }
    let data = tape.parent(ink).filter(|data| tape.is(*data, Ns::A, sym::GRAPHIC_DATA))?;
    let drawing = plan.ancestor(data, Ns::W, sym::DRAWING)?;
    let is_alone = elements(plan, data).count() == 1 && elements(plan, drawing).count() == 1;
    Some(drawing).filter(|_| is_alone)
}

/// The alternatives of which a drawing is one by itself, with another for readers that do not know it (ECMA-376-3 §7.5).
fn alternatives_of(plan: &Plan<'_>, drawing: usize) -> Option<usize> {
    let tape = &plan.tape;
    let choice = tape.parent(drawing)?;
    let alternatives = tape.parent(choice).filter(|parent| tape.is(*parent, Ns::Mc, sym::ALTERNATE_CONTENT))?;
    let is_alone = elements(plan, choice).count() == 1;
    let has_other = elements(plan, alternatives).any(|other| other != choice && elements(plan, other).next().is_some());
    Some(alternatives).filter(|_| is_alone && has_other)
}

fn elements<'a>(plan: &'a Plan<'_>, parent: usize) -> impl Iterator<Item = usize> + 'a {
    plan.tape.children(parent).filter(|child| plan.tape.node(*child).kind == Kind::Element && plan.fate[*child] != Fate::Drop)
}
