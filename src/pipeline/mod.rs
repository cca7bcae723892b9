//! From a folder to facts, rulings and proven copies.
//!
//! [`inspect`] and [`clean`] are functions of one document; [`pool`] runs them on many; [`crawl`], [`weigh`] and [`cache`] are the only
//! ones here that touch the disk by name. [`rescan`] alone can make a [`Releasable`].

pub mod cache;
pub mod classify;
pub mod crawl;
pub mod decide;
pub mod disclose;
pub mod pool;
pub mod rescan;
pub mod survey;
mod sweep;
pub mod weigh;

use std::collections::BTreeMap;

use crate::error::{DocError, FileFault};
use crate::format::ooxml::OoxmlFault;
use crate::format::zip::Archive;
use crate::format::{self, Content, Format, Spool};
use crate::limits::Limits;
use crate::model::{Cleaned, Finding, FindingKind, Inspection, Proof, Removed, Secret, Wanted, place_in_words, printable};
use crate::policy::{Action, Orders, TrackedChanges};
pub use rescan::Releasable;

/// What a file is, and what it holds when it can be read.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// Told by its content.
    pub format: Format,
    /// The facts, or why it is refused.
    pub inspection: Result<Inspection, DocError>,
}

/// The findings in one file. `name` only serves to notice a file that is not what its extension says.
pub fn inspect<'a>(name: &str, source: impl Into<Content<'a>>, limits: &Limits) -> Inspected {
    look_at(name, &source.into(), Wanted::Findings, limits)
}

/// As [`inspect`]; tells what is wanted.
pub fn look_at(name: &str, source: &Content<'_>, wanted: Wanted, limits: &Limits) -> Inspected {
    let format = format::sniff(source);
    let inspection = match (admit(name, format, source, limits), format::backend(format)) {
        (Err(error), _) => Err(error),
        (Ok(()), Some(backend)) => backend.inspect(source, wanted, limits),
        (Ok(()), None) => Err(DocError::whole(FileFault::FormatUnsupported { format: format.plain().into() })),
    };
    Inspected { format, inspection }
}

/// Refuses what cannot be read at all, each with its own code.
fn admit(name: &str, format: Format, source: &Content<'_>, limits: &Limits) -> Result<(), DocError> {
    let promised = Format::promised_by(name);
    match format {
        Format::Empty => Err(FileFault::Empty.into()),
        Format::LockFile => Err(FileFault::LockFile.into()),
        Format::EncryptedOffice => Err(FileFault::PasswordProtected.into()),
        Format::Doc => Err(FileFault::LegacyOffice { format: "Word".into() }.into()),
        Format::Ole => Err(FileFault::LegacyOffice { format: format.plain().into() }.into()),
        // Damaged archives look like this too: the reader says what is wrong with them.
        Format::Zip => match Archive::open(source, limits) {
            Err(error) => Err(error),
            Ok(_) if promised.is_some_and(Format::is_word) => Err(DocError::whole(OoxmlFault::NoMainPart)),
            Ok(_) => Ok(()),
        },
        format => match promised {
            Some(promised) if promised != format && !(promised.is_word() && format.is_word()) => {
                Err(FileFault::NotWhatItSays { says: promised.plain().into(), is: format.plain().into() }.into())
            }
            _ => Ok(()),
        },
    }
}

impl From<FileFault> for DocError {
    fn from(fault: FileFault) -> Self {
        Self::whole(fault)
    }
}

/// What came of cleaning one document.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A copy that the re-inspection found clean.
    Clean(Clean),
    /// No copy: a person must look first.
    Held(Held),
}

/// A proven copy and what was done to it.
#[derive(Debug, Clone)]
pub struct Clean {
    /// The copy.
    pub copy: Releasable,
    /// Its format.
    pub format: Format,
    /// Its pages, where the format fixes them.
    pub pages: Option<u32>,
    /// What was taken out, by kind and part, sorted.
    pub removed: Vec<Removed>,
    /// The words that were taken out: for the internal record only.
    pub secrets: Vec<Secret>,
    /// What the re-inspection looked for.
    pub proof: Proof,
}

/// Why there is no copy yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// In plain sentences for an officer; never words from the document.
    pub reasons: Vec<String>,
    /// What the re-inspection still found, when it is that which holds the document.
    pub residue: Vec<Finding>,
    /// The words that hold the document, as far as they were looked for: for the internal record only.
    pub words: Vec<Secret>,
}

impl Held {
    fn because(reasons: Vec<String>) -> Outcome {
        Outcome::Held(Self { reasons, residue: Vec::new(), words: Vec::new() })
    }
}

const TRACKED: &[FindingKind] =
    &[FindingKind::TrackedInsertion, FindingKind::TrackedDeletion, FindingKind::TrackedMove, FindingKind::TrackedFormat];

/// Makes a clean copy of a document that [`inspect`] could read, and reads it again.
///
/// # Errors
/// The reader's or the sanitiser's fault: the document is refused.
pub fn clean<'a>(
    source: impl Into<Content<'a>>,
    inspected: &Inspected,
    orders: &Orders,
    limits: &Limits,
    spool: &Spool,
) -> Result<Outcome, DocError> {
    let inspection = inspected.inspection.as_ref().map_err(DocError::clone)?;
    let backend = cleaner(inspected.format)?;
    let source = source.into();
    let reasons = reasons_to_hold(inspection, orders, orders.tracked_changes);
    if !reasons.is_empty() {
        let words = words_held(backend, &source, inspection, orders, limits, spool);
        return Ok(Outcome::Held(Held { reasons, residue: Vec::new(), words }));
    }
    let carried_out = carried_out(orders);
    let cleaned = backend.sanitise(&source, &carried_out, limits, spool)?;
    Ok(prove(backend, inspected.format, cleaned, orders, &carried_out, limits))
}

/// What [`inspect`] and [`clean`] say of one file, one after the other, from one reading where the format allows that.
///
/// # Errors
/// As for [`clean`].
pub fn sanitise<'a>(
    name: &str,
    source: impl Into<Content<'a>>,
    orders: &Orders,
    limits: &Limits,
    spool: &Spool,
) -> Result<Outcome, DocError> {
    let source = source.into();
    let format = format::sniff(&source);
    let Ok(backend) = cleaner(format) else { return clean(&source, &inspect(name, &source, limits), orders, limits, spool) };
    admit(name, format, &source, limits)?;
    let carried_out = carried_out(orders);
    let mut reasons = Vec::new();
    let (_, cleaned) = backend.process(&source, limits, spool, &mut |inspection| {
        reasons = reasons_to_hold(inspection, orders, orders.tracked_changes);
        reasons.is_empty().then(|| carried_out.clone())
    })?;
    match cleaned {
        Some(cleaned) => Ok(prove(backend, format, cleaned?, orders, &carried_out, limits)),
        None => Ok(Held::because(reasons)),
    }
}

/// Who cleans a format.
fn cleaner(format: Format) -> Result<&'static dyn format::Backend, DocError> {
    let unsupported = || DocError::from(FileFault::FormatUnsupported { format: format.plain().into() });
    Some(format).filter(|format| format.is_cleanable()).and_then(format::backend).ok_or_else(unsupported)
}

/// The orders for a document that nothing holds.
///
/// Where tracked changes wait for a choice nothing is tracked here as far as the inspection can tell. Accepting is a second lock on the
/// same door: if the sanitiser resolves anything after all, nobody has chosen that, and the document is held.
fn carried_out(orders: &Orders) -> Orders {
    match orders.tracked_changes {
        TrackedChanges::Ask => orders.clone().with_tracked_changes(TrackedChanges::Accept),
        TrackedChanges::Accept | TrackedChanges::Reject | TrackedChanges::Keep => orders.clone(),
    }
}

/// Reads a copy again, unless something about its making holds the document.
fn prove(
    backend: &dyn format::Backend,
    format: Format,
    cleaned: Cleaned,
    orders: &Orders,
    carried_out: &Orders,
    limits: &Limits,
) -> Outcome {
    if !cleaned.holds.is_empty() {
        return Held::because(cleaned.holds.iter().map(sentence).collect());
    }
    if orders.tracked_changes == TrackedChanges::Ask && cleaned.removed.iter().any(|removed| TRACKED.contains(&removed.kind)) {
        return Held::because(vec!["unresolved tracked changes: choose whether to accept, reject or keep them".to_owned()]);
    }
    rescan::prove(backend, format, cleaned, carried_out, limits)
}

/// Why a person must look at a document before anything of it is released, told from the facts alone. Empty: nothing holds it.
///
/// `tracked_changes` is the treatment in force, which may be another than that of the orders.
pub fn reasons_to_hold(inspection: &Inspection, orders: &Orders, tracked_changes: TrackedChanges) -> Vec<String> {
    let mut reasons = Vec::new();
    let tracked = inspection.marks.tracked_changes();
    if tracked > 0 && tracked_changes == TrackedChanges::Ask {
        reasons.push(format!("{tracked} unresolved tracked changes: choose whether to accept, reject or keep them"));
    }
    if let Some(first) = inspection.unread.first() {
        let places = inspection.unread.len();
        reasons.push(format!("{places} places could not be read, the first: {}", printable(first)));
    }
    let mut held: BTreeMap<FindingKind, Vec<&Finding>> = BTreeMap::new();
    for finding in inspection.findings.iter().filter(|finding| orders.action(finding.kind) == Action::Hold) {
        held.entry(finding.kind).or_default().push(finding);
    }
    reasons.extend(held.iter().map(|(kind, findings)| to_look_at(*kind, findings)));
    reasons
}

/// What of one kind a person must look at: how often, why, and where the first few of it are.
fn to_look_at(kind: FindingKind, findings: &[&Finding]) -> String {
    const NAMED_MAX: usize = 3;
    let count: u64 = findings.iter().map(|finding| finding.count).sum();
    let place = |finding: &&Finding| {
        let words = [printable(&finding.note), place_in_words(&finding.part)]
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        if findings.len() > 1 { format!("{words} ({})", finding.count) } else { words }
    };
    let mut places: Vec<String> = findings.iter().take(NAMED_MAX).map(place).filter(|place| !place.is_empty()).collect();
    if findings.len() > NAMED_MAX {
        places.push(format!("and {} more places", findings.len() - NAMED_MAX));
    }
    places.push("a person must look".to_owned());
    format!("{} ({count}): {}", kind.plain(), places.join("; "))
}

/// The words that hold a document because nobody sees them. The copy that is made without them is not kept: what goes with them is for
/// the person to say.
fn words_held(
    backend: &dyn format::Backend,
    source: &Content<'_>,
    inspection: &Inspection,
    orders: &Orders,
    limits: &Limits,
    spool: &Spool,
) -> Vec<Secret> {
    let held = |kind: &FindingKind| inspection.findings.iter().any(|finding| finding.kind == *kind) && orders.action(*kind) == Action::Hold;
    let kinds: Vec<FindingKind> = FindingKind::ALL.iter().copied().filter(held).collect();
    let Some(without) = carried_out(orders).removing(&kinds) else { return Vec::new() };
    let cleaned = backend.sanitise(source, &without, limits, spool);
    let words = cleaned.map(|cleaned| cleaned.secrets).unwrap_or_default();
    words.into_iter().filter(|secret| kinds.contains(&secret.kind)).collect()
}

/// Whether a place that could not be read can hold words of the draft. A damaged picture stops a release, but leaves no doubt
/// about which text comes before which.
pub fn holds_words(place: &str) -> bool {
    !place.split(": ").next().unwrap_or(place).contains("/media/")
}

/// A finding in one line.
fn sentence(finding: &Finding) -> String {
    let note = if finding.note.is_empty() { String::new() } else { format!(": {}", printable(&finding.note)) };
    format!("{} ({}) {}", finding.kind.plain(), finding.count, place_in_words(&finding.part)).trim_end().to_owned() + &note
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, bytes: &[u8]) -> &'static str {
        inspect(name, bytes, &Limits::default()).inspection.unwrap_err().fault.code()
    }

    #[test]
    fn each_kind_of_unreadable_file_has_its_own_code() {
        assert_eq!(code("a.docx", b""), "file-empty");
        assert_eq!(code("a.docx", b"PK\x03\x04 cut"), "zip-cut");
        assert_eq!(code("a.docx", b"just text"), "format-mismatch");
        assert_eq!(code("a.txt", b"just text"), "format-unsupported");
        assert_eq!(code("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "format-legacy-office");
    }

    #[test]
    fn what_the_policy_holds_is_a_reason_and_what_it_removes_is_not() {
        let finding = |kind| Finding::new(kind, "p", 2, "");
        let inspection =
            Inspection { findings: vec![finding(FindingKind::Comment), finding(FindingKind::Unknown)], ..Inspection::default() };
        let reasons = reasons_to_hold(&inspection, &Orders::default(), TrackedChanges::Ask);
        assert_eq!(reasons, ["content that is not understood (2): in p; a person must look"]);
    }

    #[test]
    fn a_person_is_told_why_and_where_to_look() {
        let finding = |part: &str, count, note: &str| Finding::new(FindingKind::InvisibleText, part, count, note);
        let says = |findings: &[Finding]| to_look_at(FindingKind::InvisibleText, &findings.iter().collect::<Vec<_>>());
        let plain = FindingKind::InvisibleText.plain();
        assert_eq!(says(&[finding("page 3", 2, "white")]), format!("{plain} (2): white, on page 3; a person must look"));
        assert_eq!(says(&[finding("", 2, "")]), format!("{plain} (2): a person must look"));
        let many = ["a", "b", "c", "d", "e"].map(|part| finding(part, 1, ""));
        assert_eq!(says(&many), format!("{plain} (5): in a (1); in b (1); in c (1); and 2 more places; a person must look"));
    }

    #[test]
    fn a_damaged_picture_hides_no_words() {
        assert!(!holds_words("word/media/image1.png: a PNG picture is damaged: it is cut off"));
        assert!(holds_words("word/document.xml: not well-formed XML"));
        assert!(holds_words("page 3"));
    }

    #[test]
    fn tracked_changes_wait_for_a_choice() {
        let mut inspection = Inspection::default();
        inspection.marks.deletions = 3;
        let orders = Orders::default();
        assert_eq!(reasons_to_hold(&inspection, &orders, TrackedChanges::Ask).len(), 1);
        assert!(reasons_to_hold(&inspection, &orders, TrackedChanges::Accept).is_empty());
    }
}
