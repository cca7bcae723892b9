//! Times that the rest of the evidence contradicts.
//!
//! A draft that was opened and saved again years later, a clock that was wrong, a file server that set every time anew: such a
//! time is wrong against many texts at once, while the rest of the evidence about those texts agrees. So for each text and each
//! of its times, the votes that rest on it are held against all other votes on the same pairs. The time with the largest share
//! against it loses most of its weight, and the rest is looked at again without it.

/// On which time of a text a vote rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// On none.
    Other,
    /// Its last save.
    Saved,
    /// Its last tracked change or comment.
    Marked,
    /// The date on its title page.
    Dated,
    /// On what the texts share, which shows what stands beside what and hardly which is the older one.
    Words,
    /// On the case file, which names the published text.
    Published,
    /// On a date on its title page that another text names too.
    SharedDate,
}

/// One vote on a pair of texts, reduced to what counting needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ballot {
    /// Positive: the first text is the older one.
    pub(super) weight: f64,
    /// On which time of the first and of the second text it rests.
    pub(super) stamps: [Stamp; 2],
}

/// The times that stand or fall together.
const TIMES: [&[Stamp]; 5] = [&[Stamp::Saved], &[Stamp::Marked], &[Stamp::Dated], &[Stamp::SharedDate], &[Stamp::Saved, Stamp::Marked]];
/// What is left of the weight of a doubted time.
const DOUBTED: f64 = 0.2;
/// Share of the other evidence that must speak against a time.
const AGAINST: f64 = 0.35;
/// Weight that one pair of texts can have in that share.
const PAIR_MOST: f64 = 3.0;

/// How much each time of each text counts: 1, or less where the rest of the evidence contradicts it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trust {
    weights: Vec<[f64; 7]>,
}

impl Trust {
    /// Full trust in every time.
    pub(super) fn full(count: usize) -> Self {
        Self { weights: vec![[1.0; 7]; count] }
    }

    /// Weight of a time.
    pub(super) fn weight(&self, text: usize, stamp: Stamp) -> f64 {
        self.weights.get(text).and_then(|weights| weights.get(stamp as usize)).copied().unwrap_or(1.0)
    }

    /// Number of doubted times.
    pub(super) fn doubted(&self) -> usize {
        self.weights.iter().flatten().filter(|weight| **weight < 1.0).count()
    }

    fn doubt(&mut self, text: usize, stamps: &[Stamp]) {
        for stamp in stamps {
            if let Some(weight) = self.weights.get_mut(text).and_then(|weights| weights.get_mut(*stamp as usize)) {
                *weight = DOUBTED;
            }
        }
    }

    /// Weight of a vote on a pair.
    pub(super) fn counted(&self, ballot: &Ballot, one: usize, other: usize) -> f64 {
        let [first, second] = ballot.stamps;
        ballot.weight * self.weight(one, first) * self.weight(other, second)
    }

    /// Finds the times that the rest contradicts. `ballots` of (one, other): the votes on a pair, `one` below `other`.
    pub(super) fn of<'b>(count: usize, ballots: &impl Fn(usize, usize) -> &'b [Ballot]) -> Self {
        let mut trust = Self::full(count);
        for _ in 0..3 * count {
            let mut worst: Option<(f64, usize, &[Stamp])> = None;
            for text in 0..count {
                for stamps in TIMES {
                    if stamps.iter().any(|stamp| trust.weight(text, *stamp) < 1.0) {
                        continue;
                    }
                    let Some(share) = trust.against(text, stamps, count, ballots) else { continue };
                    if worst.is_none_or(|(most, _, _)| share > most) {
                        worst = Some((share, text, stamps));
                    }
                }
            }
            match worst.filter(|(share, _, _)| *share >= AGAINST) {
                Some((_, text, stamps)) => trust.doubt(text, stamps),
                None => break,
            }
        }
        trust
    }

    /// Share of the other evidence that speaks against some times of a text; `None` where too little does.
    fn against<'b>(&self, text: usize, stamps: &[Stamp], count: usize, ballots: &impl Fn(usize, usize) -> &'b [Ballot]) -> Option<f64> {
        let (mut with, mut against, mut pairs) = (0.0, 0.0, 0);
        for other in (0..count).filter(|other| *other != text) {
            let (one, two, side) = if text < other { (text, other, 0) } else { (other, text, 1) };
            let (mut own, mut rest) = (0.0, 0.0);
            for ballot in ballots(one, two) {
                let weight = self.counted(ballot, one, two);
                if ballot.stamps.get(side).is_some_and(|stamp| stamps.contains(stamp)) { own += weight } else { rest += weight }
            }
            if own == 0.0 || rest == 0.0 {
                continue;
            }
            let weight = rest.abs().min(PAIR_MOST);
            if (own > 0.0) == (rest > 0.0) {
                with += weight;
            } else {
                against += weight;
                pairs += 1;
            }
        }
        (pairs >= 2).then(|| against / (with + against))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Votes by time of save (as given) and by words (in the order of the numbers).
    fn trust(saved: &[i64]) -> Trust {
        let pairs: Vec<Vec<Vec<Ballot>>> = (0..saved.len())
            .map(|one| {
                (0..saved.len())
                    .map(|other| {
                        let by_time = if saved[one] < saved[other] { 3.0 } else { -3.0 };
                        let by_words = Ballot { weight: 1.5, stamps: [Stamp::Other; 2] };
                        vec![Ballot { weight: by_time, stamps: [Stamp::Saved; 2] }, by_words]
                    })
                    .collect()
            })
            .collect();
        Trust::of(saved.len(), &|one, other| pairs[one][other].as_slice())
    }

    fn doubted(saved: &[i64]) -> Vec<usize> {
        let trust = trust(saved);
        (0..saved.len()).filter(|text| trust.weight(*text, Stamp::Saved) < 1.0).collect()
    }

    #[test]
    fn the_one_time_that_all_others_contradict_is_doubted() {
        assert_eq!(doubted(&[10, 20, 30, 40, 50, 60]), [0usize; 0]);
        assert_eq!(doubted(&[10, 90, 30, 40, 50, 60]), [1]);
        assert_eq!(doubted(&[10, 20, 30, 40, 5, 60]), [4]);
    }

    #[test]
    fn two_neighbours_in_the_wrong_order_are_no_reason_for_doubt() {
        assert_eq!(doubted(&[10, 30, 20, 40, 50, 60]), [0usize; 0]);
    }

    #[test]
    fn times_set_anew_in_any_order_are_nearly_all_doubted() {
        assert!(doubted(&[50, 10, 70, 20, 80, 60, 30, 40]).len() >= 4);
    }
}
