//! How many passages the texts of one family share, pair by pair.
//!
//! Merging two lists for every pair would read each text once for every other. Here each passage is read once for the whole
//! family: it gets the set of the texts that hold it, and equal sets are counted together. A line of drafts has few such sets.

use super::clues::Clues;
use super::shingles::shared;
use crate::model::Shingle;

/// Up to so many texts have a table; a set of texts is one number of 128 bits.
pub(super) const TABLE_MOST: usize = 128;

/// What two texts share, as numbers of passages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Overlap {
    /// In both texts.
    pub(super) common: usize,
    /// Of what the tracked changes of the first text bring in and take out: in the second text.
    pub(super) first_marks: (usize, usize),
    /// Of what the tracked changes of the second text bring in and take out: in the first text.
    pub(super) second_marks: (usize, usize),
}

impl Overlap {
    /// Counts for one pair.
    pub(super) fn between(one: &Clues<'_>, other: &Clues<'_>) -> Self {
        let marks = |marked: &Clues<'_>, other: &Clues<'_>| (shared(marked.added, other.shingles), shared(marked.removed, other.shingles));
        Self { common: shared(one.shingles, other.shingles), first_marks: marks(one, other), second_marks: marks(other, one) }
    }
}

/// The counts for every pair of one family.
#[derive(Debug, Clone, Default)]
pub(super) struct Overlaps {
    count: usize,
    common: Vec<u32>,
    added: Vec<u32>,
    removed: Vec<u32>,
}

impl Overlaps {
    /// Counts for all pairs of at most [`TABLE_MOST`] texts; of more, for none.
    pub(super) fn of(clues: &[Clues<'_>]) -> Self {
        if clues.len() > TABLE_MOST {
            return Self::default();
        }
        let cells = clues.len() * clues.len();
        let mut table = Self { count: clues.len(), common: vec![0; cells], added: vec![0; cells], removed: vec![0; cells] };
        for part in 0..PARTS {
            table.count_part(clues, part);
        }
        table
    }

    /// Counts the passages of one part.
    fn count_part(&mut self, clues: &[Clues<'_>], part: Shingle) {
        let holders = holders(clues, part);
        let mut sets: Vec<u128> = holders.iter().map(|(_, set)| *set).collect();
        sets.sort_unstable();
        for same in sets.chunk_by(|one, other| one == other) {
            let number = u32::try_from(same.len()).unwrap_or(u32::MAX);
            for one in same.first().copied().into_iter().flat_map(members) {
                for other in same.first().copied().into_iter().flat_map(members) {
                    add(&mut self.common, clues.len(), one, other, number);
                }
            }
        }
        for (one, clue) in clues.iter().enumerate() {
            for (marks, cells) in [(clue.added, &mut self.added), (clue.removed, &mut self.removed)] {
                for passage in in_part(marks, part) {
                    let Ok(at) = holders.binary_search_by_key(passage, |(shingle, _)| *shingle) else { continue };
                    for other in holders.get(at).map(|(_, set)| *set).into_iter().flat_map(members) {
                        add(cells, clues.len(), one, other, 1);
                    }
                }
            }
        }
    }

    /// The counts of one pair, if the table has them.
    pub(super) fn get(&self, one: usize, other: usize) -> Option<Overlap> {
        if one >= self.count || other >= self.count {
            return None;
        }
        let at = |cells: &[u32], one: usize, other: usize| cells.get(one * self.count + other).map(|number| *number as usize);
        let marks = |one: usize, other: usize| Some((at(&self.added, one, other)?, at(&self.removed, one, other)?));
        Some(Overlap { common: at(&self.common, one, other)?, first_marks: marks(one, other)?, second_marks: marks(other, one)? })
    }
}

/// Passages are counted part by part, by the leading bits of their hashes: all of a large family at once would take several times the
/// memory of their lists.
const PARTS: Shingle = 16;

/// The passages of one part; `hashes` are ascending.
fn in_part(hashes: &[Shingle], part: Shingle) -> &[Shingle] {
    let part_of = |hash: &Shingle| hash >> (Shingle::BITS - PARTS.ilog2());
    let (start, end) = (hashes.partition_point(|hash| part_of(hash) < part), hashes.partition_point(|hash| part_of(hash) <= part));
    hashes.get(start..end).unwrap_or_default()
}

/// Every passage of one part with the set of the texts that hold it, ascending.
#[allow(clippy::stable_sort_primitive, reason = "the list is one ascending run after the other, which the stable sort merges")]
fn holders(clues: &[Clues<'_>], part: Shingle) -> Vec<(Shingle, u128)> {
    let mut all: Vec<(Shingle, u8)> = Vec::with_capacity(clues.iter().map(|clue| in_part(clue.shingles, part).len()).sum());
    for (text, clue) in clues.iter().enumerate() {
        all.extend(in_part(clue.shingles, part).iter().map(|shingle| (*shingle, text as u8)));
    }
    all.sort();
    let set = |same: &[(Shingle, u8)]| same.iter().fold(0u128, |set, (_, text)| set | 1 << text);
    all.chunk_by(|one, other| one.0 == other.0).filter_map(|same| Some((same.first()?.0, set(same)))).collect()
}

/// The texts of a set, ascending.
fn members(set: u128) -> impl Iterator<Item = usize> {
    let mut left = set;
    std::iter::from_fn(move || {
        (left != 0).then(|| {
            let lowest = left.trailing_zeros() as usize;
            left &= left - 1;
            lowest
        })
    })
}

fn add(cells: &mut [u32], count: usize, one: usize, other: usize, number: u32) {
    if let Some(cell) = cells.get_mut(one * count + other) {
        *cell = cell.saturating_add(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers below 60 as hashes of all parts, in the same order.
    fn hashes(numbers: impl IntoIterator<Item = Shingle>) -> Vec<Shingle> {
        numbers.into_iter().map(|number| number * (Shingle::MAX / 60)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_table_says_what_merging_the_lists_says(texts in proptest::collection::vec((proptest::collection::btree_set(0u32..60, 0..40), 0u32..60, 0u32..60), 1..9)) {
            let lists: Vec<(Vec<Shingle>, Vec<Shingle>, Vec<Shingle>)> = texts
                .iter()
                .map(|(text, from, to)| {
                    let added = text.iter().copied().filter(|passage| passage >= from);
                    let removed = (*to..60).filter(|passage| !text.contains(passage));
                    (hashes(text.iter().copied()), hashes(added), hashes(removed))
                })
                .collect();
            let clues: Vec<Clues<'_>> =
                lists.iter().map(|(shingles, added, removed)| Clues { shingles, added, removed, ..Clues::default() }).collect();
            let table = Overlaps::of(&clues);
            for (one, first) in clues.iter().enumerate() {
                for (other, second) in clues.iter().enumerate() {
                    prop_assert_eq!(table.get(one, other), Some(Overlap::between(first, second)));
                }
            }
        }
    }

    #[test]
    fn more_texts_than_the_table_has_room_for_give_none() {
        let table = Overlaps::of(&vec![Clues::default(); TABLE_MOST + 1]);
        assert_eq!(table.get(0, 1), None);
        assert!(Overlaps::of(&vec![Clues::default(); TABLE_MOST]).get(0, TABLE_MOST - 1).is_some());
    }
}
