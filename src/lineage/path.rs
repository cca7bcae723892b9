//! Texts in a row by their words alone.
//!
//! Words that come in stay for a while and go once. So the row in which the fewest passages come and go between neighbours
//! (the shortest path over the symmetric differences) is the likely order, up to its direction.

use super::clues::Clues;
use super::overlap::{Overlap, Overlaps};

/// Position of each text on the row; PDFs stand where the text nearest to them stands.
///
/// `None` when there are fewer than three texts to put in a row. The cost is cubic: callers bound the number.
pub(super) fn positions(clues: &[Clues<'_>], overlaps: &Overlaps) -> Option<Vec<f64>> {
    let anchors: Vec<usize> = anchors(clues);
    if anchors.len() < 3 {
        return None;
    }
    let distances = distances(clues, overlaps, &anchors);
    let row = shortest(&distances);
    let mut positions = vec![0.0; clues.len()];
    for (place, anchor) in row.iter().enumerate() {
        if let Some(slot) = anchors.get(*anchor).and_then(|at| positions.get_mut(*at)) {
            *slot = place as f64;
        }
    }
    for at in (0..clues.len()).filter(|at| !anchors.contains(at)) {
        let nearest = anchors.iter().max_by(|one, other| {
            contained(clues, overlaps, **one, at).total_cmp(&contained(clues, overlaps, **other, at)).then(other.cmp(one))
        });
        let place = nearest.and_then(|anchor| positions.get(*anchor).copied());
        if let (Some(place), Some(slot)) = (place, positions.get_mut(at)) {
            *slot = place;
        }
    }
    Some(positions)
}

/// The texts that make the row: those that are not PDFs only, whose extraction differs from the others' as a whole.
fn anchors(clues: &[Clues<'_>]) -> Vec<usize> {
    let native: Vec<usize> = (0..clues.len()).filter(|at| clues.get(*at).is_some_and(|clue| !clue.is_pdf)).collect();
    if native.len() < 2 { (0..clues.len()).collect() } else { native }
}

fn contained(clues: &[Clues<'_>], overlaps: &Overlaps, anchor: usize, at: usize) -> f64 {
    let (Some(text), Some(overlap)) = (clues.get(anchor), overlaps.get(anchor, at)) else { return 0.0 };
    overlap.common as f64 / text.shingles.len().max(1) as f64
}

/// Symmetric differences. A text with tracked changes counts as the nearer of its two wordings.
fn distances(clues: &[Clues<'_>], overlaps: &Overlaps, anchors: &[usize]) -> Vec<Vec<f64>> {
    let distance = |one: usize, other: usize| {
        let (first, second, overlap) = (clues.get(one)?, clues.get(other)?, overlaps.get(one, other)?);
        let Overlap { common, first_marks, second_marks } = overlap;
        let after = (first.shingles.len() + second.shingles.len() - 2 * common) as f64;
        Some(after.min(after + undone(first, first_marks)).min(after + undone(second, second_marks)).max(0.0))
    };
    anchors.iter().map(|one| anchors.iter().map(|other| distance(*one, *other).filter(|_| one != other).unwrap_or(0.0)).collect()).collect()
}

/// By how much the distance to another text changes when the tracked changes of `marked` are undone.
fn undone(marked: &Clues<'_>, there: (usize, usize)) -> f64 {
    let (added_there, removed_there) = (there.0 as f64, there.1 as f64);
    let (added_not, removed_not) = (marked.added.len() as f64 - added_there, marked.removed.len() as f64 - removed_there);
    added_there - added_not - removed_there + removed_not
}

/// A short path through all points: grown at both ends from each start, then improved by turning and moving pieces.
fn shortest(distances: &[Vec<f64>]) -> Vec<usize> {
    let count = distances.len();
    let between = |one: usize, other: usize| distances.get(one).and_then(|row| row.get(other)).copied().unwrap_or(0.0);
    let length = |row: &[usize]| row.windows(2).map(|pair| between(pair[0], pair[1])).sum::<f64>();
    let starts = 0..count.min(24);
    let grown = starts.map(|start| grow(count, start, &between));
    let Some(mut best) = grown.min_by(|one, other| length(one).total_cmp(&length(other)).then_with(|| one.cmp(other))) else {
        return Vec::new();
    };
    let mut rounds = 0;
    while rounds < 30 && (turn(&mut best, &between) | shift(&mut best, &between)) {
        rounds += 1;
    }
    best
}

fn grow(count: usize, start: usize, between: &impl Fn(usize, usize) -> f64) -> Vec<usize> {
    let mut row = std::collections::VecDeque::from([start]);
    let mut left: Vec<usize> = (0..count).filter(|at| *at != start).collect();
    while !left.is_empty() {
        let (Some(front), Some(back)) = (row.front().copied(), row.back().copied()) else { break };
        let nearest =
            |end: usize| left.iter().copied().min_by(|one, other| between(end, *one).total_cmp(&between(end, *other)).then(one.cmp(other)));
        let (Some(to_front), Some(to_back)) = (nearest(front), nearest(back)) else { break };
        let next = if between(back, to_back) <= between(front, to_front) {
            row.push_back(to_back);
            to_back
        } else {
            row.push_front(to_front);
            to_front
        };
        left.retain(|at| *at != next);
    }
    row.into_iter().collect()
}

/// The step between two places of the row, nothing at its ends.
fn step(row: &[usize], one: Option<usize>, other: usize, between: &impl Fn(usize, usize) -> f64) -> f64 {
    match (one.and_then(|at| row.get(at)), row.get(other)) {
        (Some(one), Some(other)) => between(*one, *other),
        _ => 0.0,
    }
}

/// Turns every piece around that makes the row shorter so.
fn turn(row: &mut [usize], between: &impl Fn(usize, usize) -> f64) -> bool {
    let mut improved = false;
    for from in 0..row.len() {
        for to in from + 1..row.len() {
            let before = step(row, from.checked_sub(1), from, between) + step(row, Some(to), to + 1, between);
            let after = step(row, from.checked_sub(1), to, between) + step(row, Some(from), to + 1, between);
            if after < before - 1e-9
                && let Some(piece) = row.get_mut(from..=to)
            {
                piece.reverse();
                improved = true;
            }
        }
    }
    improved
}

/// Moves pieces of one to three texts to where they make the row shorter.
fn shift(row: &mut Vec<usize>, between: &impl Fn(usize, usize) -> f64) -> bool {
    let mut improved = false;
    for size in 1..=3.min(row.len().saturating_sub(1)) {
        for from in 0..=row.len() - size {
            let gain = step(row, from.checked_sub(1), from, between) + step(row, Some(from + size - 1), from + size, between)
                - bridge(row, from.checked_sub(1), from + size, between);
            let piece: Vec<usize> = row.iter().copied().skip(from).take(size).collect();
            let rest: Vec<usize> = row.iter().take(from).chain(row.iter().skip(from + size)).copied().collect();
            let (Some(head), Some(tail)) = (piece.first().copied(), piece.last().copied()) else { continue };
            let cost = |place: usize| {
                let before = place.checked_sub(1).and_then(|at| rest.get(at)).copied();
                let after = rest.get(place).copied();
                let joint = |one: Option<usize>, other: Option<usize>| one.zip(other).map_or(0.0, |(one, other)| between(one, other));
                joint(before, Some(head)) + joint(Some(tail), after) - joint(before, after)
            };
            let best = (0..=rest.len()).min_by(|one, other| cost(*one).total_cmp(&cost(*other)).then(one.cmp(other)));
            if let Some(place) = best.filter(|place| *place != from && cost(*place) < gain - 1e-9) {
                row.clear();
                row.extend(rest.iter().take(place).chain(&piece).chain(rest.iter().skip(place)));
                improved = true;
            }
        }
    }
    improved
}

fn bridge(row: &[usize], one: Option<usize>, other: usize, between: &impl Fn(usize, usize) -> f64) -> f64 {
    step(row, one, other, between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Shingle;

    #[test]
    fn words_that_come_and_go_once_make_a_row() {
        let texts: Vec<Vec<Shingle>> = [3, 0, 5, 1, 4, 2].iter().map(|step| (step * 30..step * 30 + 100).collect()).collect();
        let clues: Vec<Clues<'_>> = texts.iter().map(|text| Clues { shingles: text, ..Clues::default() }).collect();
        let positions = positions(&clues, &Overlaps::of(&clues)).unwrap();
        let forward = [3.0, 0.0, 5.0, 1.0, 4.0, 2.0];
        let backward: Vec<f64> = forward.iter().map(|place| 5.0 - place).collect();
        assert!(positions == forward || positions == backward, "{positions:?}");
    }
}
