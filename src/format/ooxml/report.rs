//! What was taken out, what needs a person, which words went, and the neutral names that took the place of others.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::plan::Plan;
use crate::format::xml::{Ns, sym};
use crate::model::{Finding, FindingKind, Removed, Secret};

/// The account of one document.
#[derive(Debug, Default)]
pub struct Report {
    removed: BTreeMap<FindingKind, BTreeMap<String, u64>>,
    /// What of `removed` was counted last: one part is gone through after the other, and most of what goes is small and often there.
    counting: Counting,
    holds: BTreeMap<(FindingKind, String, &'static str), u64>,
    /// By kind and part.
    secrets: BTreeMap<FindingKind, BTreeMap<String, BTreeSet<String>>>,
    /// Words that stay where no text holds them.
    stays: BTreeSet<String>,
    /// Part and name of the author who was kept last: the marks of one stand together.
    last_author: (String, String),
    /// Whether the words are not kept: nothing is swept where no copy is made.
    counts_alone: bool,
    /// Whether words come to stand under other properties.
    rearranged: bool,
}

/// Counts of one part, by kind, not added up with the others yet.
#[derive(Debug, Default)]
struct Counting {
    part: String,
    by_kind: Vec<u64>,
}

impl Counting {
    fn add_to(&self, removed: &mut BTreeMap<FindingKind, BTreeMap<String, u64>>) {
        for (kind, count) in FindingKind::ALL.iter().zip(&self.by_kind).filter(|(_, count)| **count > 0) {
            *removed.entry(*kind).or_default().entry(self.part.clone()).or_default() += count;
        }
    }
}

impl Report {
    /// An account without the words.
    pub fn of_counts() -> Self {
        Self { counts_alone: true, ..Self::default() }
    }

    /// Counts something that goes.
    pub fn removed(&mut self, kind: FindingKind, part: &str, count: u64) {
        if count == 0 {
            return;
        }
        if self.counting.part != part || self.counting.by_kind.is_empty() {
            let by_kind = vec![0; FindingKind::ALL.len()];
            std::mem::replace(&mut self.counting, Counting { part: part.to_owned(), by_kind }).add_to(&mut self.removed);
        }
        self.counting.by_kind[kind as usize] += count;
    }

    /// Counts something that a person must see first.
    pub fn hold(&mut self, kind: FindingKind, part: &str, why: &'static str) {
        *self.holds.entry((kind, part.to_owned(), why)).or_default() += 1;
    }

    /// Keeps words that go, for the sweep and the record.
    pub fn words(&mut self, kind: FindingKind, part: &str, text: &str) {
        if self.counts_alone {
            return;
        }
        let mut tidy = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !tidy.is_empty() {
                tidy.push(' ');
            }
            tidy.push_str(word);
        }
        if tidy.is_empty() {
            return;
        }
        let parts = self.secrets.entry(kind).or_default();
        match parts.get_mut(part) {
            Some(texts) => drop(texts.insert(tidy)),
            None => drop(parts.insert(part.to_owned(), BTreeSet::from([tidy]))),
        }
    }

    /// Keeps the words of an element that goes.
    pub fn words_in(&mut self, kind: FindingKind, plan: &Plan<'_>, index: usize) {
        if !self.counts_alone {
            self.words(kind, &plan.name, &plan.living_text(index));
        }
    }

    /// Keeps words that stay though no text of the copy holds them, but a list, a chart or an instruction: what went elsewhere and is spelled
    /// like them is not looked for.
    pub fn stays(&mut self, words: &str) {
        if !self.counts_alone && !Names::is_wanted_in(words) && !self.stays.contains(words) {
            self.stays.insert(words.to_owned());
        }
    }

    /// Notes that words come to stand under other properties.
    pub fn rearranged(&mut self) {
        self.rearranged = true;
    }

    /// Whether they do.
    pub fn is_rearranged(&self) -> bool {
        self.rearranged
    }

    /// Counts the name of who made a mark, which goes, and keeps it as words.
    pub fn author(&mut self, plan: &Plan<'_>, mark: usize) {
        let tape = &plan.tape;
        let Some(author) = tape.attrs(mark).iter().find(|attr| attr.ns == Ns::W && attr.name == sym::AUTHOR) else { return };
        if author.value_start == author.value_end {
            return;
        }
        self.removed(FindingKind::AuthorName, &plan.name, 1);
        if self.counts_alone {
            return;
        }
        let name = tape.resolved_value(author);
        if (self.last_author.0.as_str(), self.last_author.1.as_str()) != (plan.name.as_str(), &*name) {
            self.words(FindingKind::AuthorName, &plan.name, &name);
            self.last_author = (plan.name.clone(), name.into_owned());
        }
    }

    /// Counts by kind and part, sorted.
    pub fn removals(&self) -> Vec<Removed> {
        let mut removed = self.removed.clone();
        self.counting.add_to(&mut removed);
        let of_kind =
            |(kind, parts): (FindingKind, BTreeMap<String, u64>)| parts.into_iter().map(move |(part, count)| Removed { kind, part, count });
        removed.into_iter().flat_map(of_kind).collect()
    }

    /// What needs a person, sorted.
    pub fn holds(&self) -> Vec<Finding> {
        self.holds.iter().map(|((kind, part, why), count)| Finding::new(*kind, part.clone(), *count, *why)).collect()
    }

    /// Words that [stay](Self::stays), sorted.
    pub fn beside_text(&self) -> Vec<String> {
        self.stays.iter().cloned().collect()
    }

    /// The words, sorted.
    pub fn secrets(&self) -> Vec<Secret> {
        let of_kind = |(kind, parts): (&FindingKind, &BTreeMap<String, BTreeSet<String>>)| -> Vec<Secret> {
            let of_part = |(part, texts): (&String, &BTreeSet<String>)| -> Vec<Secret> {
                texts.iter().map(|text| Secret { kind: *kind, part: part.clone(), text: text.clone() }).collect()
            };
            parts.iter().flat_map(of_part).collect()
        };
        self.secrets.iter().flat_map(of_kind).collect()
    }
}
