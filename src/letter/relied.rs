//! Which words of the case file speak for which documents. Words that were written for another stage never do.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{BalanceFor, Case, Citation, Ground, HiddenGroup, Reliance};
use crate::model::{Decision, Stage};
use crate::record::{DecisionRecord, DocumentRecord, Outcome};

/// What an exemption is relied on for, by the words of the case file that were written for it.
#[derive(Debug, Default)]
pub(super) struct Relied<'a> {
    /// Where in the case file the words stand, or belong.
    pub(super) key: String,
    /// The words, when they were written.
    pub(super) words: Option<&'a Reliance>,
    /// How many documents are withheld.
    pub(super) documents: usize,
    /// What was taken out of released copies.
    pub(super) hidden: BTreeSet<HiddenGroup>,
}

impl<'a> Relied<'a> {
    /// The words for a stage, whatever stands under them.
    pub(super) fn for_stage(case: &'a Case, stage: Stage, citation: &Citation) -> Self {
        let words = case.reliance(stage, Some(citation));
        Self { key: case.reliance_key(stage, Some(citation)), words, ..Self::default() }
    }
}

/// Everything that stands under an exemption, by the words that speak for it.
pub(super) fn relied<'a>(record: &DecisionRecord, case: &'a Case, citation: &Citation) -> Vec<Relied<'a>> {
    let mut out: BTreeMap<String, Relied<'a>> = BTreeMap::new();
    let mut withheld_stages = BTreeSet::new();
    for document in record.with(case, &[Outcome::Withheld]) {
        if document.exemption.as_ref() == Some(citation) {
            withheld_stages.insert(document.stage());
            let found = Relied::for_stage(case, document.stage(), citation);
            out.entry(found.key.clone()).or_insert(found).documents += 1;
        }
    }
    for (document, _) in record.released() {
        for group in under(document, case, citation) {
            let found = for_hidden(case, document.stage(), &withheld_stages, citation);
            out.entry(found.key.clone()).or_insert(found).hidden.insert(group);
        }
    }
    out.into_values().collect()
}

/// The groups of hidden content that were taken out of a document under an exemption.
fn under(document: &DocumentRecord, case: &Case, citation: &Citation) -> Vec<HiddenGroup> {
    let exempt = |group: &HiddenGroup| matches!(case.grounds.get(group), Some(Ground::Exempt(known)) if known == citation);
    document.removed_by_group().into_keys().filter(exempt).collect()
}

/// The words for hidden content of a released draft: those of its own stage or of the exemption, or those that the same letter gives
/// for drafts which are withheld under the same exemption.
fn for_hidden<'a>(case: &'a Case, stage: Stage, withheld: &BTreeSet<Stage>, citation: &Citation) -> Relied<'a> {
    let own = std::iter::once(stage).chain(withheld.iter().copied());
    own.map(|stage| Relied::for_stage(case, stage, citation))
        .find(|found| found.words.is_some())
        .unwrap_or_else(|| Relied { key: format!("reliance({citation})"), ..Relied::default() })
}

/// What became of the documents of each stage, as far as that is decided.
fn outcomes(record: &DecisionRecord) -> BTreeMap<Stage, BalanceFor> {
    let withheld =
        record.listed().filter(|document| document.decision() == Decision::Withhold).map(|document| (document, BalanceFor::Withheld));
    let released = record.released().map(|(document, _)| (document, BalanceFor::Released));
    let mut out = BTreeMap::new();
    for (document, outcome) in withheld.chain(released) {
        out.entry(document.stage())
            .and_modify(|known| {
                if *known != outcome {
                    *known = BalanceFor::Both;
                }
            })
            .or_insert(outcome);
    }
    out
}

/// A balance that the letter has to give.
#[derive(Debug)]
pub(super) struct Weighed<'a> {
    /// The stage that it is about.
    pub(super) stage: Stage,
    /// What became of the documents of the stage.
    pub(super) outcome: BalanceFor,
    /// What the case file says, when it speaks for that outcome.
    pub(super) text: Option<&'a str>,
}

/// The balances of the stages, in the order of the stages.
///
/// A stage of which drafts are withheld under an exemption with a test needs one. A stage of which all drafts are released needs none,
/// but for later drafts beside others that are withheld: there the letter says why the two differ.
pub(super) fn balances<'a>(record: &DecisionRecord, case: &'a Case, tested: impl Fn(&Citation) -> bool) -> Vec<Weighed<'a>> {
    let withheld = record.with(case, &[Outcome::Withheld]);
    let weighed: BTreeSet<Stage> =
        withheld.iter().filter(|document| document.exemption.as_ref().is_some_and(&tested)).map(|document| document.stage()).collect();
    if weighed.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (stage, outcome) in outcomes(record) {
        let balance = case.public_interest.balances.get(&stage);
        let text = balance.filter(|balance| balance.outcome == outcome).map(|balance| balance.text.as_str());
        let needed = weighed.contains(&stage) || stage == Stage::Later && outcome == BalanceFor::Released;
        if needed || text.is_some() {
            out.push(Weighed { stage, outcome, text });
        }
    }
    out
}
