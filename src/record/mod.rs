//! The decision record: the one source from which schedule, letter, `disclosure.json` and the internal record are rendered.
//!
//! Fill [`DocumentRecord`]s from the scan, call [`DecisionRecord::number`] once, make the released copies under
//! [`DocumentRecord::released_name`], put them into [`DocumentRecord::released`], and render. Nobody types a count,
//! a title, an exemption or a digest a second time.

mod check;
mod disclosure;
mod html;
mod json;
mod redline;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
mod text;
mod titles;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::case::{Case, Citation, Ground, HiddenGroup, Preset};
use crate::model::{Decision, Finding, FindingKind, Marks, Proof, Removed, Secret, Shingle, Stage};
use crate::policy::TrackedChanges;

pub use check::{RecordFault, SourceState, check_sources};
pub use disclosure::disclosure_json;
pub use html::record_html;
pub use json::{check_log, record_json};
pub use redline::Redline;
pub use titles::public_version;

/// Everything that was found, proposed and decided about the documents of one request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DecisionRecord {
    /// Version of this program.
    pub tool_version: String,
    /// SHA-256 of the policy in canonical form.
    pub policy_digest: String,
    /// SHA-256 of the case file; `None` when there was none.
    pub case_digest: Option<String>,
    /// SHA-256 of the plan that was read back; `None` when the proposals were taken as they are.
    pub plan_digest: Option<String>,
    /// How tracked changes of released copies were resolved.
    pub tracked_changes: TrackedChanges,
    /// Every file of the folder, listed ones by number, the others after them by path.
    pub documents: Vec<DocumentRecord>,
}

/// Everything about one file. Internal, but for what [`crate::schedule`], [`disclosure_json`] and [`crate::letter`] take from it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DocumentRecord {
    /// Public number from 1; 0 until [`DecisionRecord::number`] has run, and for files that the schedule does not list.
    pub number: u32,
    /// Neutral public title, made by [`DecisionRecord::number`].
    pub public_title: String,
    /// Whether the schedule lists it. Lock files and files of the system are recorded, not listed.
    pub listed: bool,
    /// Path relative to the crawled folder, with `/`.
    pub path: String,
    /// SHA-256 of the source.
    pub sha256: String,
    /// Size of the source in bytes.
    pub bytes: u64,
    /// Sniffed format (`docx`, `pdf`).
    pub format: String,
    /// Family of drafts it belongs to.
    pub family: Option<String>,
    /// Index into the reports of the case file.
    pub report: Option<usize>,
    /// Place in the family, 1 = oldest; equal where no order can be told.
    pub rank: Option<u32>,
    /// Size of the family.
    pub of: Option<u32>,
    /// Version label as it was found. Never printed in public as it stands: see [`public_version`].
    pub version_label: Option<String>,
    /// Date of the draft, when the evidence gives one.
    pub date: Option<Date>,
    /// Stage.
    pub stage: DocumentStage,
    /// Path of the file that it repeats.
    pub duplicate_of: Option<String>,
    /// How it repeats it: `exact`, `text`, `resave`, `pdf-rendition`.
    pub duplicate_kind: Option<String>,
    /// Share of the published text, 0 to 1.
    pub share_of_final: Option<f64>,
    /// Marks in numbers.
    pub marks: Marks,
    /// What the source holds.
    pub findings: Vec<Finding>,
    /// Evidence for order and stage.
    pub evidence: Vec<EvidenceLine>,
    /// Decision proposed by the program.
    pub proposed: DocumentDecision,
    /// Exemption proposed.
    pub proposed_exemption: Option<Citation>,
    /// Decision in force.
    pub decision: DocumentDecision,
    /// Exemption in force.
    pub exemption: Option<Citation>,
    /// Who decided, for a row that differs from the proposal.
    pub decided_by: Option<String>,
    /// Notes of the officer. Internal.
    pub notes: Option<String>,
    /// The decision, where it could not be carried out and the document waits for a person instead.
    pub held_from: Option<Decision>,
    /// Why, in plain sentences. Internal.
    pub reasons: Vec<String>,
    /// Why the file could not be read or cleaned.
    pub refusal: Option<Refusal>,
    /// What the sanitiser took out of the released copy.
    pub removed: Vec<Removed>,
    /// The words that were taken out, or that hold the document. Internal.
    pub secrets: Vec<Secret>,
    /// Five-word sequences, as hashes, of what officers wrote for the public that stand in the text. Internal.
    pub echoes: Vec<Shingle>,
    /// What the re-inspection looked for.
    pub proof: Proof,
    /// The words of the source, marks and all, beside those of the released copy. Internal.
    pub redline: Option<Redline>,
    /// The released copy.
    pub released: Option<ReleasedFile>,
}

/// [`Stage`] that starts as unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentStage(pub Stage);

impl Default for DocumentStage {
    fn default() -> Self {
        Self(Stage::Unknown)
    }
}

/// [`Decision`] that starts as review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentDecision(pub Decision);

impl Default for DocumentDecision {
    fn default() -> Self {
        Self(Decision::Review)
    }
}

/// One piece of evidence for order or stage.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EvidenceLine {
    /// Source of the evidence (`rsid`, `modified`).
    pub kind: String,
    /// What was seen.
    pub value: String,
    /// What it says.
    pub says: String,
    /// How much it counts.
    pub weight: f64,
}

/// Why a file could not be read or cleaned.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// How to go on.
    pub help: String,
}

/// A released copy.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReleasedFile {
    /// File name under `data/documents/`.
    pub name: String,
    /// SHA-256 of the copy.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Format.
    pub format: String,
    /// Pages, when they can be told.
    pub pages: Option<u32>,
}

/// What the public is told about one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Released, and nothing within the request was taken out.
    Released,
    /// Released without its comments, tracked changes or other content that is withheld.
    ReleasedInPart,
    /// Nothing of it is released.
    Withheld,
    /// Nobody has decided; a letter that counts one of these is a draft.
    Undecided,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &'static [Self] = &[Self::Released, Self::ReleasedInPart, Self::Withheld, Self::Undecided];

    /// Stable word in schedule and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::ReleasedInPart => "released in part",
            Self::Withheld => "withheld",
            Self::Undecided => "not decided",
        }
    }
}

impl DocumentRecord {
    /// Stage.
    pub fn stage(&self) -> Stage {
        self.stage.0
    }

    /// Decision in force.
    pub fn decision(&self) -> Decision {
        self.decision.0
    }

    /// What was decided, whether or not it could be carried out.
    pub fn decided(&self) -> Decision {
        self.held_from.unwrap_or(self.decision.0)
    }

    /// Puts the document back to review, because no copy of it could be proved.
    pub fn hold(&mut self) {
        self.held_from = Some(self.decision.0);
        self.decision = DocumentDecision(Decision::Review);
    }

    /// What the public is told. A release without a released copy is not decided: nothing is claimed that is not there.
    pub fn outcome(&self, case: &Case) -> Outcome {
        match (self.decision(), &self.released) {
            (Decision::Withhold, _) => Outcome::Withheld,
            (Decision::Release, Some(_)) => {
                let withheld = self.removed_by_group().keys().any(|group| !matches!(case.grounds.get(group), Some(Ground::NotInScope(_))));
                if withheld { Outcome::ReleasedInPart } else { Outcome::Released }
            }
            (Decision::Release, None) | (Decision::Review, _) => Outcome::Undecided,
        }
    }

    /// Counts of what was taken out, by kind.
    pub fn removed_by_kind(&self) -> BTreeMap<FindingKind, u64> {
        let mut out = BTreeMap::new();
        for removed in self.removed.iter().filter(|removed| removed.count > 0) {
            *out.entry(removed.kind).or_default() += removed.count;
        }
        out
    }

    /// Counts of what was taken out, by group of the case file.
    pub fn removed_by_group(&self) -> BTreeMap<HiddenGroup, u64> {
        let mut out = BTreeMap::new();
        for (kind, count) in self.removed_by_kind() {
            *out.entry(HiddenGroup::of(kind)).or_default() += count;
        }
        out
    }

    /// Whether the released copy still shows its tracked changes, made neutral.
    pub fn keeps_redline(&self, treatment: TrackedChanges) -> bool {
        treatment == TrackedChanges::Keep && self.marks.tracked_changes() > 0 && self.released.is_some()
    }

    /// Neutral file name of the released copy: number and extension, nothing of the source.
    pub fn released_name(&self, extension: &str) -> String {
        format!("document-{:03}.{extension}", self.number)
    }

    /// Whether what was decided is another than the proposal.
    pub fn changed(&self) -> bool {
        self.proposed.0 != self.decided() || (self.proposed_exemption != self.exemption && self.exemption.is_some())
    }
}

impl DecisionRecord {
    /// Sorts the documents, numbers the listed ones from 1 and gives each its neutral title.
    ///
    /// The order is that of the reports in the case file, then families, then rank; it does not depend on file names
    /// except where nothing else tells two documents apart.
    pub fn number(&mut self, case: &Case) {
        titles::number(&mut self.documents, case);
    }

    /// The documents that the schedule lists, by number.
    pub fn listed(&self) -> impl Iterator<Item = &DocumentRecord> {
        self.documents.iter().filter(|document| document.listed && document.number > 0)
    }

    /// The listed documents of an outcome.
    pub fn with(&self, case: &Case, outcomes: &[Outcome]) -> Vec<&DocumentRecord> {
        self.listed().filter(|document| outcomes.contains(&document.outcome(case))).collect()
    }

    /// The documents with a released copy.
    pub fn released(&self) -> impl Iterator<Item = (&DocumentRecord, &ReleasedFile)> {
        self.listed()
            .filter(|document| document.decision() == Decision::Release)
            .filter_map(|document| document.released.as_ref().map(|file| (document, file)))
    }

    /// Counts of what was taken out of all released copies, by kind.
    pub fn removed_by_kind(&self) -> BTreeMap<FindingKind, u64> {
        let mut out = BTreeMap::new();
        for (document, _) in self.released() {
            for (kind, count) in document.removed_by_kind() {
                *out.entry(kind).or_default() += count;
            }
        }
        out
    }

    /// Counts of what was taken out of all released copies, by group.
    pub fn removed_by_group(&self) -> BTreeMap<HiddenGroup, u64> {
        let mut out = BTreeMap::new();
        for (kind, count) in self.removed_by_kind() {
            *out.entry(HiddenGroup::of(kind)).or_default() += count;
        }
        out
    }

    /// Every exemption relied on: for withheld documents and for what was taken out of released ones, sorted.
    pub fn exemptions(&self, case: &Case) -> Vec<Citation> {
        let mut out: Vec<Citation> =
            self.with(case, &[Outcome::Withheld]).iter().filter_map(|document| document.exemption.clone()).collect();
        for group in self.removed_by_group().keys() {
            if let Some(Ground::Exempt(citation)) = case.grounds.get(group) {
                out.push(citation.clone());
            }
        }
        out.sort();
        out.dedup();
        out
    }
}

/// The preset of a case, or one that prints a named gap wherever the law would stand.
pub fn preset_of(case: &Case) -> &'static Preset {
    case.preset().unwrap_or_else(Preset::absent)
}
