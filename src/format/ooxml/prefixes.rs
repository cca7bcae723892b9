//! Prefixes of names: which of their declarations stay in a part.

use std::collections::BTreeSet;

use super::plan::Plan;
use crate::format::xml::{Attr, Ns, Tape, sym};

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
            if plan.alive(index) {
                used.extend(prefix_of(tape.tag_name(index)));
            }
        }
    }
    let mut open: Vec<bool> = Ns::ALL.iter().map(|ns| !matches!(ns, Ns::None | Ns::Xmlns) && !is_known(*ns, &used)).collect();
    for index in living_with(plan, |attr| open[attr.ns as usize]) {
        for attr in tape.attrs(index) {
            if open[attr.ns as usize] {
                used.extend(prefix_of(tape.attr_name(attr)));
                open[attr.ns as usize] = !is_known(attr.ns, &used);
            }
        }
    }
    let requires = |attr: &Attr| attr.name == sym::REQUIRES && attr.ns == Ns::None;
    for index in living_with(plan, requires).into_iter().filter(|index| tape.is(*index, Ns::Mc, sym::CHOICE)) {
        let required = tape.attrs(index).iter().filter(|attr| requires(attr));
        used.extend(required.flat_map(|attr| tape.value(attr).split_ascii_whitespace()));
    }
    used
}

/// Elements that stay and have an attribute of some kind, one for all tags that are spelled alike.
fn living_with(plan: &Plan<'_>, wanted: impl Fn(&Attr) -> bool) -> Vec<usize> {
    let tape = &plan.tape;
    let mut heard = vec![false; tape.tag_total()];
    let mut is_new = |index: usize| {
        let heard = tape.tag(index).and_then(|tag| heard.get_mut(tag));
        heard.is_some_and(|heard| !*heard && plan.alive(index) && !std::mem::replace(heard, true))
    };
    let mut found = tape.with_attr(wanted);
    found.retain(|index| is_new(*index));
    found
}

/// Namespaces with the prefixes that some tag of a part declares for them; an empty one for what has none.
fn declared_prefixes<'t>(tape: &'t Tape<'_>) -> BTreeSet<(Ns, &'t str)> {
    let declarations = tape.all_attrs().iter().filter(|attr| attr.ns == Ns::Xmlns).map(|attr| {
        let prefix = tape.attr_name(attr).strip_prefix("xmlns:").unwrap_or_default();
        (Ns::of_uri(tape.resolved_value(attr).as_bytes()), prefix)
    });
    declarations.chain([(Ns::None, ""), (Ns::Xml, "xml")]).collect()
}

fn prefix_of(name: &str) -> Option<&str> {
    name.split_once(':').map(|(prefix, _)| prefix)
}
