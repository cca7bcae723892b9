//! The order of one family: votes on pairs, added up to the order that fewest votes speak against.

use std::collections::BTreeMap;

use super::clues::Clues;
use super::overlap::{Overlap, Overlaps};
use super::path;
use super::trust::{Ballot, Stamp, Trust};
use super::votes::{self, Pair, Vote};
use crate::model::Shingle;

/// Up to so many texts are ordered at once; more in windows of this size.
const AT_ONCE: usize = 120;
/// Shingles that all texts of a family compared together may have on average, so that large families stay affordable.
const SHINGLES_COMPARED: usize = 400_000;
/// Weight of the row that the words alone give.
const PATH_WEIGHT: f64 = 1.5;
/// What a doubted time costs when the two directions of that row are weighed: as much as one contradicted vote on a time.
const DOUBT_COST: f64 = 3.0;
/// Evidence of this weight, the words left out, shows the direction of an order.
const DIRECTED: f64 = 1.0;
/// Below this balance two neighbours share a rank.
const TIE: f64 = 0.05;

/// The order of the texts of one family.
#[derive(Debug, Clone)]
pub(super) struct Order<'a> {
    clues: Vec<Clues<'a>>,
    /// Counts for `clues`; none for a large family.
    overlaps: Overlaps,
    positions: Option<Vec<f64>>,
    /// How much the times of each text count.
    trust: Trust,
    /// Whether anything in the drafts but their words shows which end of the order is the oldest.
    pub(super) directed: bool,
    /// Whether the published text shows it.
    pub(super) anchored: bool,
    /// Rank of each text, from 1.
    pub(super) ranks: Vec<u32>,
    /// The highest rank.
    pub(super) highest: u32,
}

impl<'a> Order<'a> {
    /// Orders the texts.
    pub(super) fn of(mut clues: Vec<Clues<'a>>) -> Self {
        doubt_shared_times(&mut clues);
        let thin = thinned(&clues);
        let trust = Trust::full(clues.len());
        let (ranks, overlaps) = (vec![1; clues.len()], Overlaps::default());
        let mut order = Self { ranks, highest: 1, positions: None, trust, directed: true, anchored: false, overlaps, clues };
        let all = thin.as_deref().unwrap_or(&order.clues);
        let (sequence, overlaps) = if all.len() <= AT_ONCE {
            let overlaps = Overlaps::of(all);
            let whole = whole(all, &overlaps);
            (order.positions, order.trust, order.directed) = (whole.positions, whole.trust, whole.directed);
            order.anchored = order.clues.iter().any(|clue| clue.is_published);
            (whole.sequence, overlaps)
        } else {
            (windows(all), Overlaps::default())
        };
        let direction = order.rank(thin.as_deref(), &overlaps, &sequence);
        if order.clues.len() > AT_ONCE {
            order.directed = direction >= DIRECTED;
        }
        // The nearest text before each is looked for among many, and the evidence counts whole texts.
        order.overlaps = if thin.is_none() { overlaps } else { Overlaps::of(&order.clues) };
        order
    }

    /// Evidence of one text.
    pub(super) fn clues(&self, at: usize) -> Option<&Clues<'a>> {
        self.clues.get(at)
    }

    /// All votes on a pair, with their figures.
    pub(super) fn votes(&self, one: usize, other: usize) -> Vec<Vote> {
        let Some(pair) = pair(&self.clues, &self.overlaps, one, other) else { return Vec::new() };
        let mut votes = votes::votes(&pair, true);
        votes.extend(self.path_vote(one, other));
        votes
    }

    /// Weight with which a vote on a pair counts: less where it rests on a doubted time.
    pub(super) fn counted(&self, vote: &Vote, one: usize, other: usize) -> f64 {
        self.trust.counted(&vote.ballot(), one, other)
    }

    /// The times of a text that much of the other evidence contradicts, in words.
    pub(super) fn doubted(&self, text: usize) -> impl Iterator<Item = &'static str> {
        let times = [
            (Stamp::Saved, "time of last save"),
            (Stamp::Marked, "last tracked change or comment"),
            (Stamp::Dated, "date on its title page"),
            (Stamp::SharedDate, "date on its title page"),
        ];
        times.into_iter().filter(move |(stamp, _)| self.trust.weight(text, *stamp) < 1.0).map(|(_, words)| words)
    }

    /// Number of passages that stand in only one of two texts.
    pub(super) fn distance(&self, one: usize, other: usize) -> usize {
        let Some(pair) = pair(&self.clues, &self.overlaps, one, other) else { return usize::MAX };
        pair.one.shingles.len() + pair.other.shingles.len() - 2 * pair.overlap.common
    }

    fn path_vote(&self, one: usize, other: usize) -> Option<Vote> {
        let positions = self.positions.as_ref()?;
        let (first, second) = (positions.get(one)?, positions.get(other)?);
        let order = second.total_cmp(first);
        order.is_ne().then(|| Vote {
            kind: "similarity",
            weight: PATH_WEIGHT * if order.is_gt() { 1.0 } else { -1.0 },
            stamps: [Stamp::Words; 2],
            value: format!("place {} and {} in the row in which the fewest passages come and go", first + 1.0, second + 1.0),
        })
    }

    /// Ranks along a sequence. `thin`: the clues that the sequence was made from, where they are not the whole ones.
    /// Returns by how much anything but the words says that the sequence runs from old to new.
    fn rank(&mut self, thin: Option<&[Clues<'_>]>, overlaps: &Overlaps, sequence: &[usize]) -> f64 {
        let (mut rank, mut direction) = (1, 0.0);
        for (place, text) in sequence.iter().enumerate() {
            if let Some(before) = place.checked_sub(1).and_then(|place| sequence.get(place)) {
                let pair = pair(thin.unwrap_or(&self.clues), overlaps, *before, *text);
                let votes = pair.map_or_else(Vec::new, |pair| votes::votes(&pair, false));
                let shown = votes.iter().filter(|vote| is_of_the_draft(&vote.stamps));
                direction += shown.map(|vote| self.counted(vote, *before, *text)).sum::<f64>();
                let votes: f64 = votes.iter().map(|vote| self.counted(vote, *before, *text)).sum();
                let balance = votes + self.path_vote(*before, *text).map_or(0.0, |vote| vote.weight);
                if balance.abs() >= TIE {
                    rank += 1;
                }
            }
            if let Some(slot) = self.ranks.get_mut(*text) {
                *slot = rank;
            }
        }
        self.highest = rank;
        direction
    }
}

/// Two texts with what they share, counted now where no table has it.
fn pair<'p, 'a>(clues: &'p [Clues<'a>], overlaps: &Overlaps, one: usize, other: usize) -> Option<Pair<'p, 'a>> {
    let (first, second) = (clues.get(one)?, clues.get(other)?);
    let overlap = overlaps.get(one, other).unwrap_or_else(|| Overlap::between(first, second));
    Some(Pair { one: first, other: second, overlap })
}

/// An order of texts and what it rests on.
struct Whole {
    sequence: Vec<usize>,
    /// Each text's place on the row that the words give.
    positions: Option<Vec<f64>>,
    trust: Trust,
    /// Whether anything in the texts but their words shows its direction.
    directed: bool,
}

/// Orders all texts at once.
///
/// The row that the words give has no direction. Both are tried; the one that leaves less evidence contradicted is taken.
fn whole(clues: &[Clues<'_>], overlaps: &Overlaps) -> Whole {
    let ballots = Ballots::of(clues, overlaps);
    let Some(row) = path::positions(clues, overlaps) else { return ballots.order(None).1 };
    let highest = row.iter().copied().fold(0.0, f64::max);
    let reversed: Vec<f64> = row.iter().map(|place| highest - place).collect();
    let (forth, back) = (ballots.order(Some(row)), ballots.order(Some(reversed)));
    match back.0 - forth.0 {
        gain if gain.abs() < TIE => ballots.order(None).1,
        gain if gain < 0.0 => back.1,
        _ => forth.1,
    }
}

/// The votes on every pair.
struct Ballots {
    count: usize,
    pairs: Vec<Vec<Ballot>>,
}

impl Ballots {
    fn of(clues: &[Clues<'_>], overlaps: &Overlaps) -> Self {
        let votes = |(one, other)| {
            pair(clues, overlaps, one, other).map_or_else(Vec::new, |pair| votes::votes(&pair, false).iter().map(Vote::ballot).collect())
        };
        Self { count: clues.len(), pairs: pairs(clues.len()).map(votes).collect() }
    }

    /// Place of a pair in the list; `one` below `other`.
    fn at(&self, one: usize, other: usize) -> usize {
        one * (2 * self.count - one - 1) / 2 + other - one - 1
    }

    /// The best order with a row, and the weight that speaks against it.
    fn order(&self, positions: Option<Vec<f64>>) -> (f64, Whole) {
        let count = self.count;
        let mut all = self.pairs.clone();
        for (one, other) in pairs(count) {
            let weight = PATH_WEIGHT * positions.as_ref().map_or(0.0, |positions| direction(positions, one, other));
            if let Some(ballots) = all.get_mut(self.at(one, other)).filter(|_| weight != 0.0) {
                ballots.push(Ballot { weight, stamps: [Stamp::Words; 2] });
            }
        }
        let ballots = |one: usize, other: usize| all.get(self.at(one, other)).map_or(&[][..], Vec::as_slice);
        let trust = Trust::of(count, &ballots);
        let mut balance = vec![vec![0.0; count]; count];
        for (one, other) in pairs(count) {
            add(&mut balance, one, other, ballots(one, other).iter().map(|ballot| trust.counted(ballot, one, other)).sum());
        }
        let first = sequence_by_wins(&balance);
        let second = positions.as_ref().map(|positions| by_key(count, |at| positions.get(at).copied().unwrap_or_default()));
        let improved = [Some(first), second].into_iter().flatten().map(|sequence| improve(&balance, sequence));
        let sequence = improved.min_by(|one, other| against(&balance, one).total_cmp(&against(&balance, other))).unwrap_or_default();
        let mut places = vec![0; count];
        for (place, text) in sequence.iter().enumerate() {
            if let Some(slot) = places.get_mut(*text) {
                *slot = place;
            }
        }
        let (mut contradicted, mut direction) = (0.0, 0.0);
        for (one, other) in pairs(count) {
            let forth = places.get(one) < places.get(other);
            for ballot in ballots(one, other) {
                let weight = trust.counted(ballot, one, other);
                contradicted += if (weight > 0.0) == forth { 0.0 } else { weight.abs() };
                if is_of_the_draft(&ballot.stamps) {
                    direction += if forth { weight } else { -weight };
                }
            }
        }
        let directed = count < 2 || direction >= DIRECTED;
        (contradicted + DOUBT_COST * trust.doubted() as f64, Whole { sequence, positions, trust, directed })
    }
}

/// Whether a vote rests on what two drafts say about themselves, and not on the words that they share, on a day that others name too or
/// on the case file.
fn is_of_the_draft(stamps: &[Stamp; 2]) -> bool {
    [Stamp::Words, Stamp::SharedDate, Stamp::Published].iter().all(|other| !stamps.contains(other))
}

/// Times that say nothing about one text, because several different texts have them.
///
/// A modification time that three or more share was set by something other than their last save; so were those of most of a family
/// that lie within an hour: a move to another server saves one file after the other. A date on the title pages of two or more may be the
/// day on which something is planned or was visited, or the one of a template: it helps to order, and shows neither age nor direction.
fn doubt_shared_times(clues: &mut [Clues<'_>]) {
    const BATCH: i64 = 3_600;
    let mut times: Vec<i64> = clues.iter().filter_map(|clue| clue.modified).collect();
    times.sort_unstable();
    let shared: Vec<i64> =
        times.chunk_by(|one, other| one == other).filter(|same| same.len() >= 3).filter_map(|same| same.first().copied()).collect();
    let most = (times.len() / 2 + 1).max(3);
    let batch = times.iter().zip(times.iter().skip(most - 1)).find(|(first, last)| **last - **first <= BATCH).map(|(first, _)| *first);
    let in_batch = |time: i64| batch.is_some_and(|first| (first..=first + BATCH).contains(&time));
    for clue in clues.iter_mut() {
        let Some(time) = clue.modified else { continue };
        let doubt = match time {
            time if shared.contains(&time) => "several different texts say that they were last saved at the same moment",
            time if in_batch(time) => "most of the drafts say that they were last saved within the same hour",
            _ => continue,
        };
        (clue.modified, clue.modified_doubt) = (None, Some(doubt));
    }
    let mut dates: BTreeMap<String, usize> = BTreeMap::new();
    for (_, date) in clues.iter().filter_map(|clue| clue.dated.as_ref()) {
        *dates.entry(date.clone()).or_default() += 1;
    }
    for clue in clues.iter_mut() {
        clue.date_is_shared = clue.dated.as_ref().is_some_and(|(_, date)| dates.get(date).is_some_and(|count| *count > 1));
    }
}

/// The clues with fewer shingles for large families: the smallest hashes, which is a fair sample and the same for every text.
/// `None`: there is nothing to thin out.
fn thinned<'a>(clues: &[Clues<'a>]) -> Option<Vec<Clues<'a>>> {
    let mean = clues.iter().map(|clue| clue.shingles.len()).sum::<usize>() / clues.len().max(1);
    let wanted = SHINGLES_COMPARED / clues.len().max(1);
    if mean <= wanted.max(1_000) {
        return None;
    }
    let bound = (Shingle::MAX / Shingle::try_from(mean).unwrap_or(Shingle::MAX))
        .saturating_mul(Shingle::try_from(wanted.max(1_000)).unwrap_or(Shingle::MAX));
    let mut thin = clues.to_vec();
    for clue in &mut thin {
        clue.shingles = below(clue.shingles, bound);
        clue.added = below(clue.added, bound);
        clue.removed = below(clue.removed, bound);
    }
    Some(thin)
}

fn below(shingles: &[Shingle], bound: Shingle) -> &[Shingle] {
    shingles.get(..shingles.partition_point(|shingle| *shingle <= bound)).unwrap_or(shingles)
}

/// For each ordered pair, by how much the votes say that the first is older.
type Balance = Vec<Vec<f64>>;

fn at(balance: &Balance, one: usize, other: usize) -> f64 {
    balance.get(one).and_then(|row| row.get(other)).copied().unwrap_or(0.0)
}

fn add(balance: &mut Balance, one: usize, other: usize, weight: f64) {
    for (from, to, weight) in [(one, other, weight), (other, one, -weight)] {
        if let Some(slot) = balance.get_mut(from).and_then(|row| row.get_mut(to)) {
            *slot += weight;
        }
    }
}

fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |one| (one + 1..count).map(move |other| (one, other)))
}

/// 1 when the first stands before the second, -1 when behind, 0 at one place.
fn direction(positions: &[f64], one: usize, other: usize) -> f64 {
    match (positions.get(one), positions.get(other)) {
        (Some(first), Some(second)) if first < second => 1.0,
        (Some(first), Some(second)) if first > second => -1.0,
        _ => 0.0,
    }
}

fn by_key(count: usize, key: impl Fn(usize) -> f64) -> Vec<usize> {
    let mut sequence: Vec<usize> = (0..count).collect();
    sequence.sort_by(|one, other| key(*one).total_cmp(&key(*other)).then(one.cmp(other)));
    sequence
}

/// The text that most others are younger than comes first (Copeland).
fn sequence_by_wins(balance: &Balance) -> Vec<usize> {
    let wins = |one: usize| {
        balance.get(one).map_or(0.0, |row| row.iter().map(|net| if net.abs() < TIE { 0.0 } else { net.signum() }).sum::<f64>())
    };
    by_key(balance.len(), |one| -wins(one))
}

/// Weight of the votes that a sequence contradicts.
fn against(balance: &Balance, sequence: &[usize]) -> f64 {
    pairs(sequence.len())
        .filter_map(|(one, other)| Some(-at(balance, *sequence.get(one)?, *sequence.get(other)?)))
        .filter(|net| *net > 0.0)
        .sum()
}

/// Takes out one text after the other and puts it where the fewest votes speak against (local search for Kemeny's order).
///
/// Cycles need no special care: an order always comes out, and each move lowers the weight against it.
fn improve(balance: &Balance, mut sequence: Vec<usize>) -> Vec<usize> {
    for _ in 0..20 {
        let mut moved = false;
        for text in 0..balance.len() {
            let Some(place) = sequence.iter().position(|known| *known == text) else { continue };
            let rest: Vec<usize> = sequence.iter().copied().filter(|known| *known != text).collect();
            // Score of standing at each place: votes of those before it that it is younger, of those after that it is older.
            let mut score: f64 = rest.iter().map(|other| at(balance, text, *other)).sum();
            let (mut best, mut best_score, mut here_score) = (0, score, score);
            for (index, other) in rest.iter().enumerate() {
                score -= 2.0 * at(balance, text, *other);
                if score > best_score + 1e-9 {
                    (best, best_score) = (index + 1, score);
                }
                if index + 1 == place {
                    here_score = score;
                }
            }
            if best_score > here_score + 1e-9 && best != place {
                sequence = rest;
                sequence.insert(best, text);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    sequence
}

/// Orders a family that is too large for all pairs: sorted by votes, then window by window.
fn windows(clues: &[Clues<'_>]) -> Vec<usize> {
    let mut sequence = merge_sorted(clues, (0..clues.len()).collect());
    let mut from = 0;
    while from < sequence.len() {
        let to = (from + AT_ONCE).min(sequence.len());
        let window: Vec<usize> = sequence.get(from..to).unwrap_or_default().to_vec();
        let local: Vec<Clues<'_>> = window.iter().filter_map(|text| clues.get(*text).cloned()).collect();
        let order = whole(&local, &Overlaps::of(&local));
        let sorted: Vec<usize> = order.sequence.into_iter().filter_map(|place| window.get(place).copied()).collect();
        if let Some(slots) = sequence.get_mut(from..to).filter(|slots| slots.len() == sorted.len()) {
            slots.copy_from_slice(&sorted);
        }
        from += AT_ONCE / 2;
    }
    sequence
}

/// Merge sort by the votes on pairs; whatever the votes say, it ends.
fn merge_sorted(clues: &[Clues<'_>], texts: Vec<usize>) -> Vec<usize> {
    if texts.len() < 2 {
        return texts;
    }
    let (left, right) = texts.split_at(texts.len() / 2);
    let (left, right) = (merge_sorted(clues, left.to_vec()), merge_sorted(clues, right.to_vec()));
    let older = |one: usize, other: usize| pair(clues, &Overlaps::default(), one, other).is_none_or(|pair| votes::balance(&pair) >= 0.0);
    let mut merged = Vec::with_capacity(texts.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(one), Some(other)) if older(*one, *other) => left.next(),
            (Some(_), None) => left.next(),
            (_, Some(_)) => right.next(),
            (None, None) => return merged,
        };
        merged.extend(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_of_votes_gives_the_order_with_the_least_against_it() {
        let mut net = vec![vec![0.0; 3]; 3];
        add(&mut net, 0, 1, 3.0);
        add(&mut net, 1, 2, 3.0);
        add(&mut net, 2, 0, 1.0);
        assert_eq!(improve(&net, vec![2, 1, 0]), [0, 1, 2]);
    }

    #[test]
    fn an_impossible_time_is_outvoted_and_a_shared_one_ignored() {
        let ids: Vec<Vec<u32>> = (0..4).map(|step| (0..40 + step * 20).collect()).collect();
        let clues = |times: [i64; 4]| {
            let texts = ids.iter().zip(times);
            Order::of(texts.map(|(ids, time)| Clues { rsids: ids, modified: Some(time), ..Clues::default() }).collect())
        };
        assert_eq!(clues([1_000_000_000, 1_100_000_000, 946_684_800, 1_300_000_000]).ranks, [1, 2, 3, 4]);
        assert_eq!(clues([1_300_000_000, 1_300_000_000, 1_300_000_000, 946_684_800]).ranks, [1, 2, 3, 4]);
    }

    #[test]
    fn without_evidence_all_share_a_rank() {
        let order = Order::of(vec![Clues::default(), Clues::default()]);
        assert_eq!((order.ranks, order.highest), (vec![1, 1], 1));
    }

    #[test]
    fn a_large_family_is_ordered_in_windows() {
        let clues = (0..300i64).map(|step| Clues { modified: Some(1_000_000_000 + (step * 7919 % 300) * 86_400), ..Clues::default() });
        let order = Order::of(clues.collect());
        assert!((0..300usize).all(|step| order.ranks[step] as usize == step * 7919 % 300 + 1));
    }
}
