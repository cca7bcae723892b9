//! The order of one family: votes on pairs, added up to the order that fewest votes speak against.

use super::clues::Clues;
use super::path;
use super::votes::{self, Vote};

/// Up to so many texts are ordered at once; more in windows of this size.
const AT_ONCE: usize = 120;
/// Shingles that all texts of a family compared together may have on average, so that large families stay affordable.
const SHINGLES_COMPARED: usize = 400_000;
/// Weight of the row that the words alone give.
const PATH_WEIGHT: f64 = 1.5;
/// Below this balance two neighbours share a rank.
const TIE: f64 = 0.05;

/// The order of the texts of one family.
#[derive(Debug, Clone)]
pub(super) struct Order<'a> {
    clues: Vec<Clues<'a>>,
    positions: Option<Vec<f64>>,
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
        let mut order = Self { ranks: vec![1; clues.len()], highest: 1, positions: None, clues };
        let sequence = if thin.len() <= AT_ONCE { order.whole(&thin) } else { windows(&thin) };
        order.rank(&thin, &sequence);
        order
    }

    /// Evidence of one text.
    pub(super) fn clues(&self, at: usize) -> Option<&Clues<'a>> {
        self.clues.get(at)
    }

    /// All votes on a pair, with their figures.
    pub(super) fn votes(&self, one: usize, other: usize) -> Vec<Vote> {
        self.votes_on(&self.clues, one, other, true)
    }

    /// Number of passages that stand in only one of two texts.
    pub(super) fn distance(&self, one: usize, other: usize) -> usize {
        let (Some(one), Some(other)) = (self.clues.get(one), self.clues.get(other)) else { return usize::MAX };
        one.shingles.len() + other.shingles.len() - 2 * super::shingles::shared(one.shingles, other.shingles)
    }

    fn votes_on(&self, clues: &[Clues<'_>], one: usize, other: usize, talk: bool) -> Vec<Vote> {
        let (Some(first), Some(second)) = (clues.get(one), clues.get(other)) else { return Vec::new() };
        let mut votes = votes::votes(first, second, talk);
        votes.extend(self.path_vote(one, other));
        votes
    }

    fn path_vote(&self, one: usize, other: usize) -> Option<Vote> {
        let positions = self.positions.as_ref()?;
        let (first, second) = (positions.get(one)?, positions.get(other)?);
        let order = second.total_cmp(first);
        order.is_ne().then(|| Vote {
            kind: "similarity",
            weight: PATH_WEIGHT * if order.is_gt() { 1.0 } else { -1.0 },
            value: format!("place {} and {} in the row in which the fewest passages come and go", first + 1.0, second + 1.0),
        })
    }

    /// Orders all texts at once and keeps the row that the words give.
    fn whole(&mut self, clues: &[Clues<'_>]) -> Vec<usize> {
        let count = clues.len();
        let mut balance = balance(clues);
        if let Some(mut positions) = path::positions(&clues.iter().collect::<Vec<_>>()) {
            let agreement: f64 = pairs(count).map(|(one, other)| at(&balance, one, other) * direction(&positions, one, other)).sum();
            if agreement < 0.0 {
                positions.iter_mut().for_each(|place| *place = -*place);
            }
            let lowest = positions.iter().copied().fold(f64::INFINITY, f64::min);
            positions.iter_mut().for_each(|place| *place -= lowest);
            for (one, other) in pairs(count) {
                let weight = PATH_WEIGHT * direction(&positions, one, other);
                add(&mut balance, one, other, weight);
            }
            self.positions = Some(positions);
        }
        let first = sequence_by_wins(&balance);
        let second = self.positions.as_ref().map(|positions| by_key(count, |at| positions.get(at).copied().unwrap_or_default()));
        let improved = [Some(first), second].into_iter().flatten().map(|sequence| improve(&balance, sequence));
        improved.min_by(|one, other| against(&balance, one).total_cmp(&against(&balance, other))).unwrap_or_default()
    }

    fn rank(&mut self, clues: &[Clues<'_>], sequence: &[usize]) {
        let mut rank = 1;
        for (place, text) in sequence.iter().enumerate() {
            if let Some(before) = place.checked_sub(1).and_then(|place| sequence.get(place)) {
                let balance: f64 = self.votes_on(clues, *before, *text, false).iter().map(|vote| vote.weight).sum();
                if balance.abs() >= TIE {
                    rank += 1;
                }
            }
            if let Some(slot) = self.ranks.get_mut(*text) {
                *slot = rank;
            }
        }
        self.highest = rank;
    }
}

/// A modification time that three or more different texts share was set by something other than their last save.
fn doubt_shared_times(clues: &mut [Clues<'_>]) {
    let mut times: Vec<i64> = clues.iter().filter_map(|clue| clue.modified).collect();
    times.sort_unstable();
    let shared: Vec<i64> =
        times.chunk_by(|one, other| one == other).filter(|same| same.len() >= 3).filter_map(|same| same.first().copied()).collect();
    for clue in clues.iter_mut().filter(|clue| clue.modified.is_some_and(|time| shared.contains(&time))) {
        clue.modified = None;
        clue.modified_doubt = Some("several different texts say that they were last saved at the same moment");
    }
}

/// The clues with fewer shingles for large families: the smallest hashes, which is a fair sample and the same for every text.
fn thinned<'a>(clues: &[Clues<'a>]) -> Vec<Clues<'a>> {
    let mean = clues.iter().map(|clue| clue.shingles.len()).sum::<usize>() / clues.len().max(1);
    let wanted = SHINGLES_COMPARED / clues.len().max(1);
    let mut thin = clues.to_vec();
    if mean > wanted.max(1_000) {
        let bound = (u64::MAX / mean as u64).saturating_mul(wanted.max(1_000) as u64);
        for clue in &mut thin {
            clue.shingles = below(clue.shingles, bound);
            clue.added = below(clue.added, bound);
            clue.removed = below(clue.removed, bound);
        }
    }
    thin
}

fn below(shingles: &[u64], bound: u64) -> &[u64] {
    shingles.get(..shingles.partition_point(|shingle| *shingle <= bound)).unwrap_or(shingles)
}

/// For each ordered pair, by how much the votes say that the first is older.
type Balance = Vec<Vec<f64>>;

fn balance(clues: &[Clues<'_>]) -> Balance {
    let mut balance = vec![vec![0.0; clues.len()]; clues.len()];
    for (one, first) in clues.iter().enumerate() {
        for (other, second) in clues.iter().enumerate().skip(one + 1) {
            let sum = votes::votes(first, second, false).iter().map(|vote| vote.weight).sum();
            add(&mut balance, one, other, sum);
        }
    }
    balance
}

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
        let mut order = Order { ranks: vec![1; local.len()], highest: 1, positions: None, clues: Vec::new() };
        let sorted: Vec<usize> = order.whole(&local).into_iter().filter_map(|place| window.get(place).copied()).collect();
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
    let older = |one: usize, other: usize| match (clues.get(one), clues.get(other)) {
        (Some(first), Some(second)) => votes::votes(first, second, false).iter().map(|vote| vote.weight).sum::<f64>() >= 0.0,
        _ => true,
    };
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
