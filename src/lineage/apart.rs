//! Drafts of different reports on one template.
//!
//! The case file names files of two reports. Where the words put those into one family, what the named files of both reports share
//! is the template; by what is left, each text goes to the report whose texts it is nearest to.

use std::collections::{BTreeMap, BTreeSet};

use super::nodes::Node;
use super::shingles::shared;
use super::types::{Draft, MilestoneAt, ReportSpec};
use crate::model::Shingle;

/// Texts of one family that can be told apart; of more, a person must.
const MOST: usize = 400;
/// Jaccard index without the template that drafts of one report have at least.
const NEAR: f64 = 0.05;
/// How much nearer to its own report than to any other a text must be.
const CLEARLY: f64 = 2.0;

/// The reports that the case file names files of a family for, ascending. `has`: whether the family has a path.
pub(super) fn named_reports(reports: &[ReportSpec], has: impl Fn(&str) -> bool) -> Vec<usize> {
    let names = |report: &ReportSpec| {
        let at_file = matches!(&report.milestone, Some((_, MilestoneAt::File(path))) if has(path));
        at_file || report.final_path.as_deref().is_some_and(&has)
    };
    reports.iter().enumerate().filter(|(_, report)| names(report)).map(|(at, _)| at).collect()
}

/// Divides every group in which the case file names files of two reports: one group for each, one for what belongs to none surely.
pub(super) fn divide(drafts: &[Draft<'_>], nodes: &[Node], groups: Vec<Vec<usize>>, reports: &[ReportSpec]) -> Vec<Vec<usize>> {
    if reports.len() < 2 {
        return groups;
    }
    let mut node_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        node_of.extend(node.files.iter().filter_map(|file| Some((drafts.get(*file)?.path, at))));
    }
    let mut out: Vec<Vec<usize>> = groups.into_iter().flat_map(|group| divided(drafts, nodes, group, reports, &node_of)).collect();
    out.sort();
    out
}

fn divided(
    drafts: &[Draft<'_>],
    nodes: &[Node],
    group: Vec<usize>,
    reports: &[ReportSpec],
    node_of: &BTreeMap<&str, usize>,
) -> Vec<Vec<usize>> {
    let inside = |path: &str| node_of.get(path).copied().filter(|node| group.binary_search(node).is_ok());
    let named = named_reports(reports, |path| inside(path).is_some());
    if named.len() < 2 || group.len() > MOST {
        return vec![group];
    }
    let mut home: BTreeMap<usize, usize> = BTreeMap::new();
    for at in &named {
        let Some(report) = reports.get(*at) else { continue };
        let milestone =
            report.milestone.as_ref().and_then(|(_, at)| if let MilestoneAt::File(path) = at { Some(path.as_str()) } else { None });
        for node in [report.final_path.as_deref(), milestone].into_iter().flatten().filter_map(inside) {
            if home.insert(node, *at).is_some_and(|other| other != *at) {
                return vec![group]; // one text is named for both
            }
        }
    }
    let text = |node: usize| {
        nodes.get(node).and_then(|node| drafts.get(node.first())).map_or(&[][..], |draft| draft.facts.text.shingles.as_slice())
    };
    let template = template(&home, text);
    let own: BTreeMap<usize, Vec<Shingle>> = group
        .iter()
        .map(|node| (*node, text(*node).iter().copied().filter(|shingle| template.binary_search(shingle).is_err()).collect()))
        .collect();
    spread(&own, &mut home);
    let mut parts: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for node in &group {
        parts.entry(home.get(node).copied()).or_default().push(*node);
    }
    parts.into_values().collect()
}

/// What the named files of two reports share, ascending.
fn template<'t>(home: &BTreeMap<usize, usize>, text: impl Fn(usize) -> &'t [Shingle]) -> Vec<Shingle> {
    let mut holders: BTreeMap<Shingle, BTreeSet<usize>> = BTreeMap::new();
    for (node, report) in home {
        for shingle in text(*node) {
            holders.entry(*shingle).or_default().insert(*report);
        }
    }
    holders.into_iter().filter(|(_, reports)| reports.len() > 1).map(|(shingle, _)| shingle).collect()
}

/// Gives every text that is clearly nearest to one report that report: the nearest first, so that a row of drafts is followed.
fn spread(own: &BTreeMap<usize, Vec<Shingle>>, home: &mut BTreeMap<usize, usize>) {
    let index = |one: &[Shingle], other: &[Shingle]| {
        let common = shared(one, other);
        common as f64 / (one.len() + other.len() - common).max(1) as f64
    };
    let mut nearness: BTreeMap<usize, BTreeMap<usize, f64>> =
        own.keys().filter(|node| !home.contains_key(node)).map(|node| (*node, BTreeMap::new())).collect();
    let mut news: Vec<(usize, usize)> = home.iter().map(|(node, report)| (*node, *report)).collect();
    loop {
        for (known, report) in news.drain(..) {
            let Some(known) = own.get(&known) else { continue };
            for (node, reports) in &mut nearness {
                let near = own.get(node).map_or(0.0, |text| index(text, known));
                let best = reports.entry(report).or_default();
                *best = best.max(near);
            }
        }
        let clear = |reports: &BTreeMap<usize, f64>| {
            let (report, best) = reports.iter().max_by(|one, other| one.1.total_cmp(other.1))?;
            let rest = reports.iter().filter(|(other, _)| *other != report).map(|(_, near)| *near).fold(0.0, f64::max);
            (*best >= NEAR && *best >= CLEARLY * rest).then_some((*report, *best))
        };
        let next = nearness.iter().filter_map(|(node, reports)| Some((*node, clear(reports)?)));
        let Some((node, (report, _))) = next.max_by(|one, other| one.1.1.total_cmp(&other.1.1).then(other.0.cmp(&one.0))) else { break };
        nearness.remove(&node);
        home.insert(node, report);
        news.push((node, report));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_drafts_is_followed_and_what_is_near_to_both_stays_apart() {
        let text = |from: Shingle| (from..from + 100).collect::<Vec<Shingle>>();
        let both: Vec<Shingle> = (0..50).chain(1000..1050).collect();
        let own =
            BTreeMap::from([(0, text(0)), (1, text(60)), (2, text(120)), (3, text(1000)), (4, text(1050)), (5, both), (6, text(9000))]);
        let mut home = BTreeMap::from([(0, 0), (3, 1)]);
        spread(&own, &mut home);
        assert_eq!(home, BTreeMap::from([(0, 0), (1, 0), (2, 0), (3, 1), (4, 1)]));
    }
}
