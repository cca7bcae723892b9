//! What classification takes and gives.

use serde::Serialize;

use super::label::VersionLabel;
use crate::format::Format;
use crate::model::{Decision, DraftFacts, Marks, Stage};

/// One file, as classification sees it.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// Relative to the folder, with `/`.
    pub path: &'a str,
    /// 64 lower-case hexadecimal digits.
    pub sha256: &'a str,
    /// What it is.
    pub format: Format,
    /// Tracked changes and comments.
    pub marks: &'a Marks,
    /// The evidence it holds.
    pub facts: &'a DraftFacts,
    /// Whether it could be read whole.
    pub readable: bool,
}

/// Where the milestone of a report lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MilestoneAt {
    /// At a file; its relative path with `/`.
    File(String),
    /// On a day.
    Date(jiff::civil::Date),
    /// At the first draft with this version label.
    Label(String),
}

/// What the officer knows about one report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportSpec {
    /// Title of the report.
    pub title: String,
    /// The published text: relative path with `/`.
    pub final_path: Option<String>,
    /// Name of the milestone ("circulated for fact check") and where it lies.
    pub milestone: Option<(String, MilestoneAt)>,
}

/// The version of one draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The fields.
    #[serde(flatten)]
    pub label: VersionLabel,
    /// Where they were read: `name`, `title-page`, `header`, `property`.
    pub source: &'static str,
}

/// In which way one file repeats another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DuplicateKind {
    /// The same bytes.
    Exact,
    /// The same words.
    Text,
    /// The same words, saved by another application or in another format.
    Resave,
    /// A PDF made from the draft.
    PdfRendition,
}

/// One piece of evidence on order or stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// `rsid`, `modified`, `change-date`, `text-date`, `text-version`, `name`, `tracked-text`, `similarity`, `share-of-final`, `milestone`.
    pub kind: &'static str,
    /// The figures.
    pub value: String,
    /// What follows from them, as a sentence.
    pub says: String,
    /// How much it counts; about 1 for a hint, 3 and more for strong evidence.
    pub weight: f64,
}

/// Where one file stands, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Placement {
    /// The file: relative path with `/`.
    pub path: String,
    /// What its name or title page says.
    pub version: Option<Version>,
    /// Its family; `None` for a file that belongs to none.
    pub family: Option<String>,
    /// 1 is the oldest of its family; equal where no order can be told or the words are the same.
    pub rank: Option<u32>,
    /// The highest rank in the family.
    pub of: Option<u32>,
    /// The file that it repeats.
    pub duplicate_of: Option<String>,
    /// In which way.
    pub duplicate_kind: Option<DuplicateKind>,
    /// Share of the five-word sequences of the final text that the draft has, 0 to 1.
    pub share_of_final: Option<f64>,
    /// Where it stands.
    pub stage: Stage,
    /// What is proposed.
    pub decision: Decision,
    /// Why, in sentences.
    pub reasons: Vec<String>,
    /// Every piece of evidence.
    pub evidence: Vec<Evidence>,
    /// The draft that it was most likely made from.
    #[serde(skip)]
    pub parent: Option<String>,
}
