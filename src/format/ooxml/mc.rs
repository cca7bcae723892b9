//! Markup compatibility (ECMA-376-3): which of the alternatives a reader shows, and what every reader ignores.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;
use sha2::Digest as _;

use super::OoxmlFault;
use super::blocks::has_content;
use super::package::{Part, Relationship, Target};
use super::plan::{Fate, Plan};
use super::relationship::RelKind;
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym, vocabulary};
use crate::model::FindingKind;
use crate::{DocError, Limits};

/// Namespaces of choices that word processors show; any other choice is nobody's, and its fallback is what is shown.
fn is_shown(ns: Ns) -> bool {
    matches!(
        ns,
        Ns::Wps
            | Ns::Wpg
            | Ns::Wpc
            | Ns::Wp14
            | Ns::W14
            | Ns::W15
            | Ns::W16Se
            | Ns::A14
            | Ns::C14
            | Ns::W
            | Ns::Wp
            | Ns::M
            | Ns::C
            | Ns::V
            | Ns::O
            | Ns::A
            | Ns::Pic
    )
}

/// Resolves alternatives; drops comments, instructions, and elements that no standard we know has.
///
/// # Errors
/// [`OoxmlFault::UnknownContent`] when such an element holds something a reader may see.
pub fn resolve(plan: &mut Plan<'_>, report: &mut Report) -> Result<(), DocError> {
    for index in odd(&plan.tape) {
        if plan.fate[index] == Fate::Drop {
            continue;
        }
        let node = *plan.tape.node(index);
        match node.kind {
            Kind::Comment | Kind::Instruction => {
                report.removed(FindingKind::XmlComment, &plan.name, 1);
                report.words(FindingKind::XmlComment, &plan.name, plan.tape.inside(index));
                plan.drop_node(index);
            }
            Kind::Text | Kind::CData => {}
            Kind::Element => {
                if node.ns == Ns::Mc && node.name == sym::ALTERNATE_CONTENT {
                    choose(plan, index, report);
                } else if node.ns != Ns::Mc && vocabulary::element(node.ns, node.name).is_none() && plan.alive(index) {
                    foreign(plan, index, report)?;
                }
            }
        }
    }
    Ok(())
}

/// The nodes that [`resolve`] may rule on, in document order.
fn odd(tape: &Tape<'_>) -> Vec<usize> {
    let is_odd = |ns, name| if ns == Ns::Mc { name == sym::ALTERNATE_CONTENT } else { vocabulary::element(ns, name).is_none() };
    let mut names: Vec<Sym> = tape.element_names().filter(|(ns, name)| is_odd(*ns, *name)).map(|(_, name)| name).collect();
    names.sort_unstable();
    names.dedup();
    let mut odd = tape.named_any(&names);
    odd.extend(tape.asides());
    odd.sort_unstable();
    odd
}

fn choose(plan: &mut Plan<'_>, index: usize, report: &mut Report) {
    let children: Vec<usize> = plan.tape.children(index).filter(|child| plan.tape.node(*child).kind == Kind::Element).collect();
    let chosen = children.iter().copied().find(|child| {
        plan.tape.is(*child, Ns::Mc, sym::CHOICE)
            && plan.tape.attr(*child, Ns::None, sym::REQUIRES).is_some_and(|requires| {
                !requires.trim().is_empty() && requires.split_ascii_whitespace().all(|prefix| is_shown(namespace_of(plan, *child, prefix)))
            })
    });
    for child in children {
        let is_fallback = plan.tape.is(child, Ns::Mc, sym::FALLBACK);
        match chosen {
            Some(chosen) if child == chosen || is_fallback => {}
            None if is_fallback => plan.unwrap_node(child),
            _ => {
                report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
                report.words(FindingKind::ForeignMarkup, &plan.name, &plan.living_text(child));
                plan.drop_node(child);
            }
        }
    }
    if chosen.is_none() {
        plan.unwrap_node(index);
    }
}

/// The namespace that a prefix has at an element.
fn namespace_of(plan: &Plan<'_>, index: usize, prefix: &str) -> Ns {
    let mut at = Some(index);
    while let Some(node) = at {
        for attr in plan.tape.attrs(node) {
            if attr.ns == Ns::Xmlns && plan.tape.attr_name(attr).strip_prefix("xmlns:") == Some(prefix) {
                return Ns::of_uri(plan.tape.resolved_value(attr).as_bytes());
            }
        }
        at = plan.tape.parent(node);
    }
    Ns::Unknown
}

fn foreign(plan: &mut Plan<'_>, index: usize, report: &mut Report) -> Result<(), DocError> {
    let node = *plan.tape.node(index);
    // Extensions are made to be ignored by readers that do not know them; so is all that a part declares ignorable.
    let ignorable =
        !matches!(node.ns, Ns::Unknown | Ns::None | Ns::W | Ns::M | Ns::A | Ns::V | Ns::Wp | Ns::Pic) || is_ignorable(plan, index);
    if !ignorable && has_content(plan, index) {
        return Err(DocError::at(
            plan.name.clone(),
            node.start as usize,
            OoxmlFault::UnknownContent { what: crate::model::printable(plan.tape.tag_name(index)) },
        ));
    }
    report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
    let text = plan.tape.inner_text(index);
    report.words(FindingKind::ForeignMarkup, &plan.name, &text);
    plan.drop_node(index);
    Ok(())
}

/// Whether an element's prefix is declared ignorable where it stands (ECMA-376-3 §7.2).
fn is_ignorable(plan: &Plan<'_>, index: usize) -> bool {
    let Some((prefix, _)) = plan.tape.tag_name(index).split_once(':') else { return false };
    let mut at = Some(index);
    while let Some(node) = at {
        if plan
            .tape
            .attr(node, Ns::Mc, sym::IGNORABLE)
            .is_some_and(|value| value.split_ascii_whitespace().any(|ignorable| ignorable == prefix))
        {
            return true;
        }
        at = plan.tape.parent(node);
    }
    false
}

/// The characters of symbols that newer readers show in the place of text (MS-DOCX, `w16se:symEx`).
fn symbols(plan: &Plan<'_>, index: usize) -> impl Iterator<Item = String> {
    plan.living_in(index).filter(|inside| plan.tape.node(*inside).name.name() == "symEx").filter_map(|symbol| {
        let code = plan.tape.attrs(symbol).iter().find(|attr| attr.name == sym::CHAR)?;
        u32::from_str_radix(plan.tape.value(code), 16).ok().and_then(char::from_u32).map(String::from)
    })
}

/// Drops a fallback that says something else than the choice that readers show, or shows another picture.
pub fn reconcile_fallbacks(plan: &mut Plan<'_>, rels: &[Relationship], parts: &[Part<'_>], limits: &Limits, report: &mut Report) {
    let alternatives: Vec<usize> =
        plan.living_named(Ns::Mc, sym::ALTERNATE_CONTENT).filter(|index| plan.fate[*index] == Fate::Keep).collect();
    if alternatives.is_empty() {
        return;
    }
    let pictures_by_id = pictures_by_id(rels, parts, limits);
    for index in alternatives {
        let children: Vec<usize> = plan.living_children(index).collect();
        let choice = children.iter().copied().find(|child| plan.tape.is(*child, Ns::Mc, sym::CHOICE));
        let fallback = children.iter().copied().find(|child| plan.tape.is(*child, Ns::Mc, sym::FALLBACK));
        let (Some(choice), Some(fallback)) = (choice, fallback) else { continue };
        let squeezed =
            |index: usize| plan.living_text(index).split_whitespace().map(str::to_owned).chain(symbols(plan, index)).collect::<String>();
        let pictures = |index: usize| -> BTreeSet<usize> {
            let ids = plan.living_in(index).flat_map(|node| plan.tape.attrs(node)).filter(|attr| super::drawing::refers(attr));
            ids.filter_map(|attr| pictures_by_id.get(plan.tape.value(attr)).copied()).collect()
        };
        if squeezed(choice) != squeezed(fallback) || !pictures(fallback).is_subset(&pictures(choice)) {
            report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
            report.words(FindingKind::ForeignMarkup, &plan.name, &plan.living_text(fallback));
            plan.drop_node(fallback);
        }
    }
}

/// The picture that each relationship leads to. Writers store the picture of each alternative by itself: of parts with the same bytes it is
/// the first.
fn pictures_by_id<'r>(rels: &'r [Relationship], parts: &[Part<'_>], limits: &Limits) -> HashMap<&'r str, usize> {
    let led_to = |rel: &'r Relationship| match rel.target {
        Target::Part(part) if rel.kind == RelKind::Image => Some((rel.id.as_str(), part)),
        _ => None,
    };
    // Nobody finds two texts of one digest; checksums are found easily, and are asked first because they are there.
    let mut alike: BTreeMap<(u32, u64), BTreeSet<usize>> = BTreeMap::new();
    for (_, part) in rels.iter().filter_map(led_to) {
        alike.entry((parts[part].crc32(), parts[part].length)).or_default().insert(part);
    }
    let mut firsts: HashMap<usize, usize> = HashMap::default();
    for group in alike.values().filter(|group| group.len() > 1) {
        let mut by_digest = BTreeMap::new();
        for part in group {
            if let Ok(bytes) = parts[*part].bytes(limits) {
                firsts.insert(*part, *by_digest.entry(sha2::Sha256::digest(&bytes)).or_insert(*part));
            }
        }
    }
    let mut pictures = HashMap::default();
    for (id, part) in rels.iter().filter_map(led_to) {
        pictures.entry(id).or_insert_with(|| firsts.get(&part).copied().unwrap_or(part));
    }
    pictures
}
