//! Prefixes of names: which of their declarations stay in a part.

use std::collections::BTreeSet;

use super::attributes::{AttrRule, is_session_id, rule};
use super::plan::{Fate, Plan};
use crate::format::xml::{Attr, Ns, Sym, Tape, sym, vocabulary};

/// A prefix as programs make them: a few small letters and digits. Whoever writes a file chooses them freely.
pub fn is_plain_prefix(prefix: &str) -> bool {
    Ns::of_prefix(prefix) != Ns::Unknown
        || prefix.len() <= 8 && prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Prefixes whose declaration stays: those of known namespaces that something left in the part uses, or that are in common use.
pub fn kept_prefixes<'t>(plan: &'t Plan<'_>) -> BTreeSet<&'t str> {
    let tape = &plan.tape;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let declared = declared_prefixes(tape);
    // Of a namespace that has one prefix only, nothing more is to be learnt once that is known; `xml` needs no declaration.
    let is_known = |ns: Ns, used: &BTreeSet<&str>| {
        let mut prefixes = declared.range((ns, "")..).take_while(|(other, _)| *other == ns).map(|(_, prefix)| *prefix);
        let only = prefixes.next();
        prefixes.next().is_none() && only.is_some_and(|only| only.is_empty() || (ns, only) == (Ns::Xml, "xml") || used.contains(only))
    };
    for (ns, name) in tape.element_names() {
        for index in tape.named(ns, name) {
            if is_known(ns, &used) {
                break;
            }
            if is_written(plan, index) {
                used.extend(prefix_of(tape.tag_name(index)));
            }
        }
    }
    let mut open = vec![false; Ns::ALL.len()];
    for (ns, _) in tape.attr_names().filter(|(ns, _)| !matches!(ns, Ns::None | Ns::Xmlns)) {
        open[ns as usize] = true;
    }
    for ns in Ns::ALL.iter().filter(|ns| is_known(**ns, &used)) {
        open[*ns as usize] = false;
    }
    // One after the other: a set that is collected would sort all of them first, and they have few names.
    let mut decided = BTreeSet::new();
    for ((_, ns, name), _) in plan.attrs.iter().filter(|(_, value)| value.is_some()) {
        decided.insert((*ns, *name));
    }
    let mut elements = living(plan, tape.with_attr(|ns, _| open[ns as usize]));
    while let Some(index) = elements.next().filter(|_| open.contains(&true)) {
        for attr in tape.attrs(index) {
            if open[attr.ns as usize] && (decided.contains(&(attr.ns, attr.name)) || !goes(tape, index, attr)) {
                used.extend(prefix_of(tape.attr_name(attr)));
                open[attr.ns as usize] = !is_known(attr.ns, &used);
            }
        }
    }
    for index in living(plan, tape.named(Ns::Mc, sym::CHOICE).collect()) {
        let required = tape.attrs(index).iter().filter(|attr| attr.name == sym::REQUIRES && attr.ns == Ns::None);
        used.extend(required.flat_map(|attr| tape.value(attr).split_ascii_whitespace()));
    }
    // What names prefixes stays where one of these stays.
    let stays = |prefix: &str| {
        let mut known = declared.iter().filter(|(ns, declared)| *declared == prefix && !matches!(ns, Ns::None | Ns::Unknown));
        known.any(|(ns, _)| ns.prefix() == prefix || used.contains(prefix))
    };
    let is_ignorable = |ns: Ns, name: Sym| ns == Ns::Mc && name == sym::IGNORABLE;
    let attrs = living(plan, tape.with_attr(is_ignorable)).flat_map(|index| tape.attrs(index));
    let naming = attrs.filter(|attr| is_ignorable(attr.ns, attr.name) && tape.value(attr).split_ascii_whitespace().any(stays));
    let naming: Vec<&str> = naming.filter_map(|attr| prefix_of(tape.attr_name(attr))).collect();
    used.extend(naming);
    used
}

/// Whether the tags of an element are written.
fn is_written(plan: &Plan<'_>, index: usize) -> bool {
    plan.fate[index] == Fate::Keep && plan.alive(index)
}

/// Whether an attribute goes for what it is, wherever it stands; those that name prefixes are asked about apart. Only of one with a prefix
/// that is not in common use that matters: the declarations of the others stay.
fn goes(tape: &Tape<'_>, index: usize, attr: &Attr) -> bool {
    if prefix_of(tape.attr_name(attr)) == Some(attr.ns.prefix()) {
        return false;
    }
    let node = tape.node(index);
    if attr.ns == Ns::Mc || is_session_id(attr.ns, attr.name) {
        return true;
    }
    let element = vocabulary::element(node.ns, node.name);
    element
        .is_none_or(|element| matches!(rule(node.ns, node.name, element, attr.ns, attr.name, &tape.resolved_value(attr)), AttrRule::Drop))
}

/// The elements that stay, one of those whose tags are spelled alike.
fn living(plan: &Plan<'_>, elements: Vec<usize>) -> impl Iterator<Item = usize> {
    let mut heard = vec![false; plan.tape.tag_total()];
    elements.into_iter().filter(move |index| {
        let heard = plan.tape.tag(*index).and_then(|tag| heard.get_mut(tag));
        heard.is_some_and(|heard| !*heard && is_written(plan, *index) && !std::mem::replace(heard, true))
    })
}

/// Namespaces with the prefixes that some tag of a part declares for them; an empty one for what has none.
fn declared_prefixes<'t>(tape: &'t Tape<'_>) -> BTreeSet<(Ns, &'t str)> {
    let declarations = tape.attrs_of_layouts().filter(|attr| attr.ns == Ns::Xmlns).map(|attr| {
        let prefix = tape.attr_name(attr).strip_prefix("xmlns:").unwrap_or_default();
        (Ns::of_uri(tape.resolved_value(attr).as_bytes()), prefix)
    });
    declarations.chain([(Ns::None, ""), (Ns::Xml, "xml")]).collect()
}

fn prefix_of(name: &str) -> Option<&str> {
    name.split_once(':').map(|(prefix, _)| prefix)
}
