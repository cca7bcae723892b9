//! Forms on one template: documents that share with each other what all of them share, and nothing else.

use std::collections::HashMap;

use crate::model::Shingle;

/// Fewer texts show no pattern.
const TEXTS_MIN: usize = 4;
/// One of so many passages is counted: they are hashes, so this is a fair sample.
const SAMPLE: Shingle = 4;
/// Passages of a text, in percent, that no other text has. Drafts that many others follow keep nothing for themselves: of 3,300 choices of
/// drafts from 13 public families none had as much in each of them and as little in some.
const OWN_PERCENT: usize = 6;
/// Passages that some texts have, but not nearly all, in percent of those that one has alone.
const SOME_PERCENT: usize = 15;
/// Of so many texts, one may lack a passage of the template.
const ALL_BUT_ONE_OF: usize = 5;

/// Whether texts look like forms filled in by or for different people. `texts`: the passages of each as hashes.
pub(super) fn are_forms<'t>(texts: impl Iterator<Item = &'t [Shingle]> + Clone) -> bool {
    let text_count = texts.clone().count();
    if text_count < TEXTS_MIN {
        return false;
    }
    let sampled = |text: &'t [Shingle]| text.iter().filter(|passage| *passage % SAMPLE == 0);
    let mut counts: HashMap<Shingle, usize, foldhash::fast::FixedState> = HashMap::default();
    for passage in texts.clone().flat_map(sampled) {
        *counts.entry(*passage).or_default() += 1;
    }
    let count = |passage: &Shingle| counts.get(passage).copied().unwrap_or_default();
    let has_own = |text: &&'t [Shingle]| {
        let own = sampled(text).filter(|passage| count(passage) == 1).count();
        own * 100 >= sampled(text).count() * OWN_PERCENT && own > 0
    };
    // The template itself may be among them.
    let filled_count = texts.clone().filter(|text| has_own(text)).count();
    if filled_count < TEXTS_MIN || filled_count + 1 < text_count {
        return false;
    }
    let own = counts.values().filter(|count| **count == 1).count();
    let in_some = |count: usize| count > 1 && count < text_count - text_count / ALL_BUT_ONE_OF;
    let some: usize = counts.values().copied().filter(|count| in_some(*count)).sum();
    let all = counts.values().any(|count| *count > 1 && !in_some(*count));
    all && some * 100 <= own * SOME_PERCENT
}
