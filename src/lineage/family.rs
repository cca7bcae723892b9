//! Families: texts that are drafts of one document.
//!
//! Consecutive drafts share most of their words, first and last draft may share few. So near texts are joined first, one by
//! one, and the groups that come out by the mean similarity of some members. Candidates come from the smallest shingles of
//! each text, which near texts share (Broder's bottom sketch); every join is decided on the whole shingle sets.

use std::collections::{BTreeMap, BTreeSet};

use super::nodes::Node;
use super::shingles::shared;
use super::types::Draft;
use crate::model::Shingle;

/// Two texts with at least this Jaccard index are drafts of one document.
const NEAR: f64 = 0.5;
/// Groups with at least this mean index are one family (average link).
const AVERAGE: f64 = 0.10;
/// Part of the smaller text that two groups share by chance besides a template.
const BEYOND_TEMPLATE: f64 = 0.02;
/// A small text of which this share stands in another belongs to its family.
const CONTAINED: f64 = 0.5;
/// Up to this many shingles a text is small.
const SMALL: usize = 400;
/// Smallest shingles of a text that find its candidates.
const SKETCH: usize = 128;
/// Shingles that two sketches share at least before the texts are compared: texts with an index of 0.10 share a dozen.
const COMMON_LEAST: usize = 3;
/// Texts with the index [`NEAR`] share half of their sketches; this part of a sketch is the least that is looked into.
const NEAR_PART: usize = 16;
/// Up to so many texts with the same shingle are all compared; of more, neighbours only.
const CROWD: usize = 12;
/// Members of a group that stand for it.
const SPOKESMEN: usize = 3;

/// Up to this many words a text can be a note that stands in a draft's place ("this supplement is now managed in ...").
const NOTE_WORDS: u32 = 80;
/// Lines at the head of a draft that hold its title.
const TITLE_LINES: usize = 8;

/// Families as lists of node indices, each ascending, sorted by their first; every node is in one. And the notes among the
/// nodes: short texts that share no passage with their family and only name it.
pub(super) fn families(drafts: &[Draft<'_>], nodes: &[Node]) -> (Vec<Vec<usize>>, BTreeSet<usize>) {
    let texts: Vec<&[Shingle]> =
        nodes.iter().map(|node| drafts.get(node.first()).map_or(&[][..], |draft| &draft.facts.text.shingles)).collect();
    let mut joined = Joined::new(nodes.len());
    join_all(&texts, &mut joined);
    let notes = join_notes(drafts, nodes, &mut joined);
    (joined.groups(), notes)
}

/// Puts a short text that stands alone into the one family whose title's short name it holds.
fn join_notes(drafts: &[Draft<'_>], nodes: &[Node], joined: &mut Joined) -> BTreeSet<usize> {
    let groups = joined.groups();
    let first = |node: usize| nodes.get(node).and_then(|node| drafts.get(node.first()));
    let is_short = |node: usize| first(node).is_some_and(|draft| draft.facts.text.words <= NOTE_WORDS);
    let mut families_of: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        for draft in group.iter().filter(|node| !is_short(**node)).filter_map(|node| first(*node)) {
            let lines = draft.facts.front_matter.iter().take(TITLE_LINES).map(String::as_str).chain(draft.facts.title.as_deref());
            for name in lines.flat_map(short_names) {
                families_of.entry(name.to_owned()).or_default().insert(at);
            }
        }
    }
    let mut notes = BTreeSet::new();
    for group in groups.iter().filter(|group| group.len() == 1) {
        let Some((node, draft)) = group.first().and_then(|node| Some((*node, first(*node).filter(|_| is_short(*node))?))) else { continue };
        let named: BTreeSet<usize> = draft
            .facts
            .front_matter
            .iter()
            .flat_map(|line| short_names(line))
            .filter_map(|name| families_of.get(name).filter(|known| known.len() == 1))
            .flatten()
            .copied()
            .collect();
        let home = named
            .first()
            .filter(|_| named.len() == 1)
            .and_then(|at| groups.get(*at))
            .filter(|home| home.len() > 1)
            .and_then(|home| home.first());
        if let Some(home) = home {
            joined.join(node, *home);
            notes.insert(node);
        }
    }
    notes
}

/// Words of a line that look like the short name of a document: three or more letters, most of them capitals.
fn short_names(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character: char| !character.is_alphanumeric()).filter(|word| {
        word.chars().count() >= 3 && word.chars().filter(|character| character.is_uppercase()).count() * 2 > word.chars().count()
    })
}

fn join_all(texts: &[&[Shingle]], joined: &mut Joined) {
    let candidates = candidates(texts);
    for Candidate { one, other, common } in &candidates {
        let least = text(texts, *one).len().min(text(texts, *other).len()).min(SKETCH) / NEAR_PART;
        if *common >= least && joined.root(*one) != joined.root(*other) && jaccard(texts, *one, *other) >= NEAR {
            joined.join(*one, *other);
        }
    }
    join_groups(texts, &candidates, joined);
    join_small(texts, joined);
}

fn text<'t>(texts: &[&'t [Shingle]], at: usize) -> &'t [Shingle] {
    texts.get(at).copied().unwrap_or_default()
}

fn jaccard(texts: &[&[Shingle]], one: usize, other: usize) -> f64 {
    let (one, other) = (text(texts, one), text(texts, other));
    let common = shared(one, other);
    let all = one.len() + other.len() - common;
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}

/// Two texts whose sketches share some shingles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    one: usize,
    other: usize,
    /// How many were seen in both sketches; of a shingle that a crowd shares, only neighbours are seen.
    common: usize,
}

/// Pairs of texts that share enough small shingles to be worth a comparison, ascending. Long lists give neighbours only, so the
/// number stays linear; a single shingle in common, as any two texts in one language may have, gives none.
fn candidates(texts: &[&[Shingle]]) -> Vec<Candidate> {
    let mut postings: Vec<(Shingle, u32)> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        postings.extend(text.iter().take(SKETCH).map(|shingle| (*shingle, at as u32)));
    }
    postings.sort_unstable();
    let mut places: Vec<Vec<(u32, u8)>> = vec![Vec::new(); texts.len()];
    let mut start = 0u32;
    for list in postings.chunk_by(|one, other| one.0 == other.0) {
        for (step, (_, node)) in list.iter().enumerate() {
            let left = list.len() - step - 1;
            let reach = if list.len() <= CROWD { left } else { left.min(2) };
            if let Some(places) = places.get_mut(*node as usize).filter(|_| reach > 0) {
                places.push((start + step as u32, reach as u8));
            }
        }
        start += list.len() as u32;
    }
    let mut found = Vec::new();
    let mut near: Vec<u32> = Vec::new();
    for (one, places) in places.iter().enumerate() {
        near.clear();
        for (place, reach) in places {
            near.extend(postings.iter().skip(*place as usize + 1).take(usize::from(*reach)).map(|(_, node)| *node));
        }
        near.sort_unstable();
        for same in near.chunk_by(|one, other| one == other) {
            let Some(other) = same.first().map(|node| *node as usize) else { continue };
            let is_short = text(texts, one).len().min(text(texts, other).len()) < SKETCH / 2;
            if same.len() >= if is_short { 1 } else { COMMON_LEAST } {
                found.push(Candidate { one, other, common: same.len() });
            }
        }
    }
    found
}

/// Joins groups by average link, nearest first.
fn join_groups(texts: &[&[Shingle]], candidates_of_texts: &[Candidate], joined: &mut Joined) {
    let groups: Vec<Vec<usize>> = joined.groups();
    let spokesmen: Vec<Vec<usize>> = groups.iter().map(|group| spokesmen(texts, group)).collect();
    let mut pairs = candidate_groups(texts, &groups, &spokesmen, candidates_of_texts);
    pairs.sort_unstable();
    pairs.dedup();
    let mut links: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
    for (one, other) in pairs {
        let (Some(left), Some(right)) = (spokesmen.get(one), spokesmen.get(other)) else { continue };
        let sum: f64 = left.iter().flat_map(|a| right.iter().map(move |b| (*a, *b))).map(|(a, b)| jaccard(texts, a, b)).sum();
        let mean = sum / (left.len() * right.len()).max(1) as f64;
        if mean > 0.0 && !(mean >= AVERAGE && is_template(texts, left, right)) {
            links.entry(one).or_default().insert(other, mean);
            links.entry(other).or_default().insert(one, mean);
        }
    }
    let mut sizes: Vec<f64> = groups.iter().map(|group| group.len() as f64).collect();
    let mut queue: std::collections::BinaryHeap<Link> = links
        .iter()
        .flat_map(|(one, to)| {
            to.iter().filter(move |(other, _)| one < other).map(move |(other, mean)| Link { mean: *mean, one: *one, other: *other })
        })
        .filter(|link| link.mean >= AVERAGE)
        .collect();
    while let Some(link) = queue.pop() {
        if links.get(&link.one).and_then(|to| to.get(&link.other)) != Some(&link.mean) {
            continue; // one of the two has changed since
        }
        let (Some(first), Some(second)) =
            (groups.get(link.one).and_then(|group| group.first()), groups.get(link.other).and_then(|group| group.first()))
        else {
            continue;
        };
        joined.join(*first, *second);
        merge_links(&mut links, &mut sizes, &link, &mut queue);
    }
}

/// Whether two groups share a template and nothing else: words that stand in all spokesmen of both. Drafts of one document share most
/// with their neighbours and less with those further off.
fn is_template(texts: &[&[Shingle]], left: &[usize], right: &[usize]) -> bool {
    if left.len() < 2 || right.len() < 2 {
        return false;
    }
    let all: Vec<&[Shingle]> = left.iter().chain(right).map(|node| text(texts, *node)).collect();
    let (first, rest) = (all.first().copied().unwrap_or_default(), all.get(1..).unwrap_or_default());
    let everywhere = first.iter().filter(|shingle| rest.iter().all(|text| text.binary_search(shingle).is_ok())).count();
    let mut pairs = left.iter().flat_map(|one| right.iter().map(move |other| (text(texts, *one), text(texts, *other))));
    pairs.all(|(one, other)| {
        let more = shared(one, other).saturating_sub(everywhere);
        more as f64 <= f64::max(10.0, BEYOND_TEMPLATE * one.len().min(other.len()) as f64)
    })
}

/// Pairs of groups whose members or spokesmen share a small shingle.
fn candidate_groups(
    texts: &[&[Shingle]],
    groups: &[Vec<usize>],
    spokesmen: &[Vec<usize>],
    candidates_of_texts: &[Candidate],
) -> Vec<(usize, usize)> {
    let group_of: BTreeMap<usize, usize> =
        groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |node| (*node, at))).collect();
    let speaking: Vec<usize> = spokesmen.iter().flatten().copied().collect();
    let sketches: Vec<&[Shingle]> = speaking.iter().map(|node| text(texts, *node)).collect();
    let among_spokesmen = candidates(&sketches).into_iter().filter_map(|pair| Some((*speaking.get(pair.one)?, *speaking.get(pair.other)?)));
    let pairs = among_spokesmen.chain(candidates_of_texts.iter().map(|pair| (pair.one, pair.other))).filter_map(|(one, other)| {
        let (one, other) = (*group_of.get(&one)?, *group_of.get(&other)?);
        (one != other).then_some((one.min(other), one.max(other)))
    });
    pairs.collect()
}

/// Puts the second group of a link into the first: means weighted by size (Lance and Williams).
fn merge_links(
    links: &mut BTreeMap<usize, BTreeMap<usize, f64>>,
    sizes: &mut [f64],
    link: &Link,
    queue: &mut std::collections::BinaryHeap<Link>,
) {
    let size = |at: usize, sizes: &[f64]| sizes.get(at).copied().unwrap_or(1.0);
    let (one_size, other_size) = (size(link.one, sizes), size(link.other, sizes));
    let one_links = links.remove(&link.one).unwrap_or_default();
    let other_links = links.remove(&link.other).unwrap_or_default();
    let third: BTreeSet<usize> =
        one_links.keys().chain(other_links.keys()).copied().filter(|at| *at != link.one && *at != link.other).collect();
    let mut merged = BTreeMap::new();
    for at in third {
        let mean = |links: &BTreeMap<usize, f64>| links.get(&at).copied().unwrap_or(0.0);
        let mean = (one_size * mean(&one_links) + other_size * mean(&other_links)) / (one_size + other_size);
        merged.insert(at, mean);
        if let Some(back) = links.get_mut(&at) {
            back.remove(&link.other);
            back.insert(link.one, mean);
        }
        if mean >= AVERAGE {
            queue.push(Link { mean, one: link.one.min(at), other: link.one.max(at) });
        }
    }
    links.insert(link.one, merged);
    if let Some(slot) = sizes.get_mut(link.one) {
        *slot = one_size + other_size;
    }
}

/// The shortest, the middle and the longest text of a group: early, middle and late drafts.
fn spokesmen(texts: &[&[Shingle]], group: &[usize]) -> Vec<usize> {
    let mut by_length = group.to_vec();
    by_length.sort_by_key(|node| (text(texts, *node).len(), *node));
    let last = by_length.len().saturating_sub(1);
    let mut chosen: Vec<usize> = (0..SPOKESMEN).filter_map(|step| by_length.get(last * step / (SPOKESMEN - 1)).copied()).collect();
    chosen.dedup();
    chosen
}

/// Puts a small text that stands alone into the family of a text that holds most of it.
fn join_small(texts: &[&[Shingle]], joined: &mut Joined) {
    let alone: Vec<usize> = joined.groups().into_iter().filter(|group| group.len() == 1).flatten().collect();
    let small: Vec<usize> = alone.into_iter().filter(|node| (8..=SMALL).contains(&text(texts, *node).len())).collect();
    let mut wanted: BTreeMap<Shingle, Vec<usize>> = BTreeMap::new();
    for node in &small {
        for shingle in text(texts, *node) {
            wanted.entry(*shingle).or_default().push(*node);
        }
    }
    if wanted.is_empty() {
        return;
    }
    let mut best: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for node in text.iter().filter_map(|shingle| wanted.get(shingle)).flatten().filter(|node| **node != at) {
            *counts.entry(*node).or_default() += 1;
        }
        for (node, count) in counts {
            let known = best.entry(node).or_insert((0, at));
            if count > known.0 {
                *known = (count, at);
            }
        }
    }
    for (node, (count, at)) in best {
        if count as f64 >= CONTAINED * text(texts, node).len() as f64 {
            joined.join(node, at);
        }
    }
}

/// A link between two groups; the nearest comes first, then the one with the smaller numbers.
#[derive(Debug, Clone, PartialEq)]
struct Link {
    mean: f64,
    one: usize,
    other: usize,
}

impl Eq for Link {}

impl Ord for Link {
    fn cmp(&self, with: &Self) -> std::cmp::Ordering {
        self.mean.total_cmp(&with.mean).then_with(|| (with.one, with.other).cmp(&(self.one, self.other)))
    }
}

impl PartialOrd for Link {
    fn partial_cmp(&self, with: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(with))
    }
}

/// Disjoint sets; the smallest member is the root.
struct Joined {
    parents: Vec<usize>,
}

impl Joined {
    fn new(count: usize) -> Self {
        Self { parents: (0..count).collect() }
    }

    fn root(&mut self, node: usize) -> usize {
        let mut root = node;
        while let Some(parent) = self.parents.get(root).copied().filter(|parent| *parent != root) {
            root = parent;
        }
        let mut here = node;
        while let Some(slot) = self.parents.get_mut(here).filter(|slot| **slot != root) {
            here = std::mem::replace(slot, root);
        }
        root
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.parents.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }

    fn groups(&mut self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for node in 0..self.parents.len() {
            let root = self.root(node);
            groups.entry(root).or_default().push(node);
        }
        groups.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(texts: &[Vec<Shingle>]) -> Vec<Vec<usize>> {
        let texts: Vec<&[Shingle]> = texts.iter().map(Vec::as_slice).collect();
        let mut joined = Joined::new(texts.len());
        join_all(&texts, &mut joined);
        joined.groups()
    }

    /// Values that look like hashes.
    fn hashed(range: std::ops::Range<Shingle>) -> Vec<Shingle> {
        let mut values: Vec<Shingle> = range.map(|value| (value + 1).wrapping_mul(0x9e37_79b9) ^ (value << 17)).collect();
        values.sort_unstable();
        values
    }

    #[test]
    fn a_text_that_wanders_off_stays_in_its_family() {
        let texts: Vec<Vec<Shingle>> = (0..12).map(|step| hashed(step * 200..step * 200 + 1000)).chain([hashed(90_000..91_000)]).collect();
        assert_eq!(joined(&texts), [(0..12).collect::<Vec<_>>(), vec![12]]);
    }

    #[test]
    fn a_shared_template_joins_nobody() {
        let texts: Vec<Vec<Shingle>> = (1..9)
            .map(|document| {
                let mut values = hashed(document * 10_000..document * 10_000 + 900);
                values.extend(hashed(0..80));
                values.sort_unstable();
                values
            })
            .collect();
        assert_eq!(joined(&texts).len(), 8);
    }

    #[test]
    fn an_extract_joins_the_text_it_was_taken_from() {
        assert_eq!(joined(&[hashed(0..20_000), hashed(100..140), hashed(50_000..60_000)]), [vec![0, 1], vec![2]]);
    }
}
