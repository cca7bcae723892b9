//! Elements that would lose what the standard has them need: they go whole, for readers would guess about the rest.

use std::collections::BTreeSet;

use super::attributes::{self, AttrRule};
use super::emit::References;
use super::plan::{Fate, Plan};
use super::report::Report;
use crate::format::xml::vocabulary::{self, AttributeRule, ElementRule};
use crate::format::xml::{Attr, Ns, Sym};
use crate::model::FindingKind;

/// Drops the elements without content that need an attribute whose value cannot stay, or a part that is not in the copy (ECMA-376-1
/// Annex A).
pub fn drop_incomplete(plan: &mut Plan<'_>, references: &References<'_>, report: &mut Report) {
    let tape = &plan.tape;
    // By tag: what it needs, if anything. Those of one layout have the same name and attributes.
    let mut needs: Vec<Option<&ElementRule>> = Vec::with_capacity(tape.tag_total());
    let mut lose = vec![false; tape.tag_total()];
    let mut names = BTreeSet::new();
    for (tag, (ns, name, attrs, layout)) in tape.tags().enumerate() {
        let rule = needs.get(layout).copied().unwrap_or_else(|| {
            let rule = if ns == Ns::W { vocabulary::element(ns, name) } else { None };
            rule.filter(|rule| rule.attributes().iter().any(is_needed))
        });
        needs.push(rule);
        if rule.is_some_and(|rule| loses(plan, references, name, rule, attrs)) {
            lose[tag] = true;
            names.insert(name);
        }
    }
    for index in names.into_iter().flat_map(|name| tape.named(Ns::W, name)) {
        let loses = tape.tag(index).is_some_and(|tag| lose[tag]);
        let is_given = || {
            references.own_relationships.contains_key(&index)
                || tape.attrs(index).iter().any(|attr| plan.attrs.get(&(index, attr.ns, attr.name)).is_some_and(Option::is_some))
        };
        if loses && tape.node(index).next as usize == index + 1 && plan.fate[index] == Fate::Keep && !is_given() {
            report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
            plan.fate[index] = Fate::Drop;
        }
    }
}

fn is_needed(its: &AttributeRule) -> bool {
    its.is_required && its.kinds.is_free()
}

fn loses(plan: &Plan<'_>, references: &References<'_>, element: Sym, rule: &ElementRule, attrs: &[Attr]) -> bool {
    let needed = rule.attributes().iter().filter(|its| is_needed(its));
    needed.filter_map(|its| attrs.iter().find(|attr| attr.ns == its.ns && attr.name == its.name)).any(|attr| {
        let value = plan.tape.resolved_value(attr);
        match attributes::rule(Ns::W, element, rule, attr.ns, attr.name, &value) {
            AttrRule::Drop => true,
            AttrRule::Relationship => !references.relationships.contains_key(&*value),
            _ => false,
        }
    })
}
