//! The JSON reports. Field names are a contract; schemas are in `docs/schema/`.

use serde::Serialize;

use crate::error::{DocError, Place};
use crate::format::Format;
use crate::lineage::{DuplicateKind, Evidence, Version};
use crate::model::{Decision, Finding, Marks, Removed, Stage, TimeSpan};
use crate::pipeline::survey::Draft;

/// Name and version of the program, in every report.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Tool {
    /// `cleardraft`.
    pub name: &'static str,
    /// Semantic version.
    pub version: &'static str,
}

/// This program.
pub const TOOL: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// One report.
#[derive(Debug, Serialize)]
pub struct Report<'a, T> {
    /// `cleardraft/scan/1` and so on.
    pub schema: &'static str,
    /// Who made it.
    pub tool: Tool,
    /// What was looked at, as the call named it.
    pub root: String,
    /// Its files, sorted by path.
    pub files: &'a [T],
}

impl<'a, T: Serialize> Report<'a, T> {
    /// A report by this program.
    pub fn new(schema: &'static str, root: String, files: &'a [T]) -> Self {
        Self { schema, tool: TOOL, root, files }
    }
}

/// A report as indented JSON with a line end.
pub fn whole(report: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(report).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// One element as a line of JSON.
pub fn line(element: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(element).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Elements as lines of JSON.
pub fn lines(elements: &[impl Serialize]) -> Vec<u8> {
    elements.iter().flat_map(line).collect()
}

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Stable code.
    pub code: &'static str,
    /// What and where.
    pub message: String,
    /// How to mend it.
    pub help: &'static str,
}

impl From<&DocError> for Refusal {
    fn from(error: &DocError) -> Self {
        let message = if error.place == Place::whole() { error.fault.to_string() } else { error.to_string() };
        Self { code: error.fault.code(), message: crate::model::printable(&message), help: error.fault.help() }
    }
}

/// Whether a file could be inspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It could.
    Ok,
    /// It could not.
    Refused,
}

/// Marks in numbers.
#[derive(Debug, Clone, Serialize)]
pub struct MarksReport {
    /// Tracked insertions.
    pub insertions: u32,
    /// Tracked deletions.
    pub deletions: u32,
    /// Ends of tracked moves.
    pub moves: u32,
    /// Tracked changes of formatting.
    pub format_changes: u32,
    /// Comments.
    pub comments: u32,
    /// Characters in insertions.
    pub inserted_chars: u64,
    /// Characters in deletions.
    pub deleted_chars: u64,
    /// Characters of the visible text.
    pub text_chars: u64,
    /// Number of authors of marks.
    pub authors: usize,
    /// First date on a mark, RFC 3339.
    pub first: Option<String>,
    /// Last date on a mark, RFC 3339.
    pub last: Option<String>,
}

impl From<&Marks> for MarksReport {
    fn from(marks: &Marks) -> Self {
        let moment = |which: fn(TimeSpan) -> i64| marks.dates.and_then(|span| rfc3339(which(span)));
        Self {
            insertions: marks.insertions,
            deletions: marks.deletions,
            moves: marks.moves,
            format_changes: marks.format_changes,
            comments: marks.comments,
            inserted_chars: marks.inserted_chars,
            deleted_chars: marks.deleted_chars,
            text_chars: marks.text_chars,
            authors: marks.authors.len(),
            first: moment(|span| span.first),
            last: moment(|span| span.last),
        }
    }
}

/// Seconds since 1970 as RFC 3339 in UTC; `None` outside the years that it can say.
pub fn rfc3339(seconds: i64) -> Option<String> {
    jiff::Timestamp::from_second(seconds).ok().map(|moment| moment.to_string())
}

/// The day of a moment, in UTC; `None` outside the years that RFC 3339 can say.
pub fn day(seconds: i64) -> Option<jiff::civil::Date> {
    rfc3339(seconds)?.get(..10)?.parse().ok()
}

/// The word for a kind of duplicate, as in JSON.
pub fn duplicate_word(kind: DuplicateKind) -> &'static str {
    match kind {
        DuplicateKind::Exact => "exact",
        DuplicateKind::Text => "text",
        DuplicateKind::Resave => "resave",
        DuplicateKind::PdfRendition => "pdf-rendition",
    }
}

/// One piece of evidence for order or stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvidenceReport {
    /// Where it comes from: `rsid`, `modified`, `name`, ...
    pub kind: &'static str,
    /// What it is.
    pub value: String,
    /// What it says.
    pub says: String,
    /// How much it counts.
    pub weight: f64,
}

impl From<&Evidence> for EvidenceReport {
    fn from(evidence: &Evidence) -> Self {
        let Evidence { kind, value, says, weight } = evidence;
        Self { kind, value: value.clone(), says: says.clone(), weight: (weight * 1000.0).round() / 1000.0 }
    }
}

/// One file of `inspect` and `scan`.
#[derive(Debug, Clone, Serialize)]
pub struct FileReport {
    /// Relative path.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// Hash, when it could be read.
    pub sha256: Option<String>,
    /// Format by content, when it could be read.
    pub format: Option<Format>,
    /// Whether it could be inspected.
    pub status: Status,
    /// Why not.
    pub refusal: Option<Refusal>,
    /// Marks in numbers.
    pub marks: MarksReport,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What it says about its version.
    pub version: Option<Version>,
    /// Family id.
    pub family: Option<String>,
    /// Place in the family, 1 is the oldest.
    pub rank: Option<u32>,
    /// Highest rank of the family.
    pub of: Option<u32>,
    /// The file that has the same words.
    pub duplicate_of: Option<String>,
    /// How it is the same.
    pub duplicate_kind: Option<DuplicateKind>,
    /// Share of the final text, 0 to 1.
    pub share_of_final: Option<f64>,
    /// Early, later, final.
    pub stage: Stage,
    /// What is proposed.
    pub decision: Decision,
    /// Exemption code for withholding.
    pub exemption: Option<String>,
    /// The proposal is a release that waits for somebody: tracked changes to be resolved, a damaged picture to be mended.
    pub needs_person: bool,
    /// Plain sentences.
    pub reasons: Vec<String>,
    /// Every vote on order and stage.
    pub evidence: Vec<EvidenceReport>,
}

impl FileReport {
    /// The facts of one draft; nothing is classified yet, so a person has to decide.
    pub fn of(draft: &Draft) -> Self {
        let refusal = draft.inspection.as_ref().err().map(Refusal::from);
        let inspection = draft.inspection.as_ref().ok();
        let label = crate::lineage::label::parse(draft.source.name.rsplit('/').next().unwrap_or_default());
        Self {
            path: draft.source.name.clone(),
            bytes: draft.source.bytes,
            sha256: draft.sha256.clone(),
            format: draft.format,
            status: if refusal.is_some() { Status::Refused } else { Status::Ok },
            reasons: refusal.iter().map(|refusal| format!("{}; {}", refusal.message, refusal.help)).collect(),
            refusal,
            marks: inspection.map_or_else(|| MarksReport::from(&Marks::default()), |inspection| MarksReport::from(&inspection.marks)),
            findings: inspection.map(|inspection| inspection.findings.clone()).unwrap_or_default(),
            version: (!label.is_empty()).then_some(Version { label, source: "name" }),
            family: None,
            rank: None,
            of: None,
            duplicate_of: None,
            duplicate_kind: None,
            share_of_final: None,
            stage: Stage::Unknown,
            decision: Decision::Review,
            exemption: None,
            needs_person: false,
            evidence: Vec::new(),
        }
    }

    /// Whether a person has to look.
    pub fn needs_a_person(&self) -> bool {
        self.status == Status::Refused || self.decision == Decision::Review || self.needs_person
    }

    /// Marks as a person writes them: `12 changes, 3 comments`.
    pub fn marks_in_words(&self) -> String {
        let changes = self.marks.insertions + self.marks.deletions + self.marks.moves + self.marks.format_changes;
        let word = |count: u32, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
        match (changes, self.marks.comments) {
            (0, 0) => "-".to_owned(),
            (changes, 0) => word(changes, "change"),
            (0, comments) => word(comments, "comment"),
            (changes, comments) => format!("{}, {}", word(changes, "change"), word(comments, "comment")),
        }
    }
}

/// What came of sanitising one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SanitiseStatus {
    /// A proven copy was written.
    Sanitised,
    /// A person must look first.
    Review,
    /// It cannot be read or cleaned.
    Refused,
}

impl SanitiseStatus {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sanitised => "sanitised",
            Self::Review => "review",
            Self::Refused => "refused",
        }
    }
}

/// One file of `sanitise`.
#[derive(Debug, Clone, Serialize)]
pub struct SanitiseReport {
    /// Relative path of the source.
    pub path: String,
    /// Relative path of the copy; null unless sanitised.
    pub output: Option<String>,
    /// What came of it.
    pub status: SanitiseStatus,
    /// Why it is refused.
    pub refusal: Option<Refusal>,
    /// Hash of the source.
    pub sha256: Option<String>,
    /// Hash of the copy.
    pub output_sha256: Option<String>,
    /// What was taken out.
    pub removed: Vec<Removed>,
    /// What the re-inspection looked for and found.
    pub proof: Vec<String>,
    /// Why a person must look.
    pub reasons: Vec<String>,
    /// What the re-inspection still found.
    pub residue: Vec<Finding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339_in_utc() {
        assert_eq!(rfc3339(1_518_393_600).as_deref(), Some("2018-02-12T00:00:00Z"));
        assert_eq!(rfc3339(i64::MAX), None);
        assert_eq!(day(1_518_393_600), Some(jiff::civil::date(2018, 2, 12)));
    }
}
