//! What was taken out, what needs a person, which words went, and the neutral names that took the place of others.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::plan::Plan;
use crate::model::{Finding, FindingKind, Removed, Secret};

/// The account of one document.
#[derive(Debug, Default)]
pub struct Report {
    removed: BTreeMap<FindingKind, BTreeMap<String, u64>>,
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
    /// Author names on marks.
    pub authors: BTreeSet<String>,
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
        // One look-up for each attribute that goes: the name is copied for the first of a part only.
        let parts = self.removed.entry(kind).or_default();
        match parts.get_mut(part) {
            Some(sum) => *sum += count,
            None => {
                parts.insert(part.to_owned(), count);
            }
        }
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

    /// Keeps an author's name that goes.
    pub fn author(&mut self, part: &str, name: &str) {
        if name.is_empty() {
            return;
        }
        self.removed(FindingKind::AuthorName, part, 1);
        if (self.last_author.0.as_str(), self.last_author.1.as_str()) != (part, name) {
            self.authors.insert(name.to_owned());
            self.words(FindingKind::AuthorName, part, name);
            self.last_author = (part.to_owned(), name.to_owned());
        }
    }

    /// Counts by kind and part, sorted.
    pub fn removals(&self) -> Vec<Removed> {
        let of_kind = |(kind, parts): (&FindingKind, &BTreeMap<String, u64>)| -> Vec<Removed> {
            parts.iter().map(|(part, count)| Removed { kind: *kind, part: part.clone(), count: *count }).collect()
        };
        self.removed.iter().flat_map(of_kind).collect()
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
