//! From standings to the decision record, and from the record to what goes out and what stays inside. Pure, but for [`release`],
//! which reads the sources to be released once more.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use super::classify::Standing;
use super::pool::{Pool, PoolError};
use super::survey::Draft;
use super::{Clean, Outcome, Releasable, clean, crawl, weigh};
use crate::bundle::{Contents, Source, manifest};
use crate::case::{Case, Preset};
use crate::error::{DocError, FileFault};
use crate::format::{Format, PIECE_BYTES, Spool};
use crate::letter::{self, Letter};
use crate::limits::Limits;
use crate::policy::{Orders, Policy};
use crate::record::{
    DecisionRecord, DocumentDecision, DocumentRecord, DocumentStage, EvidenceLine, Redline, Refusal, ReleasedFile, disclosure_json,
    preset_of, record_html, record_json,
};
use crate::report::json::{day, duplicate_word};
use crate::schedule;

/// The record of what was found and is proposed, numbered and entitled; nothing is released yet.
pub fn record_of(drafts: &[Draft], standings: &[Standing], case: &Case, policy: &Policy) -> DecisionRecord {
    let documents = drafts.iter().zip(standings).map(|(draft, standing)| document(draft, standing)).collect();
    let mut record = DecisionRecord {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        policy_digest: policy.digest(),
        case_digest: (!case.digest.is_empty()).then(|| case.digest.clone()),
        plan_digest: None,
        tracked_changes: policy.tracked_changes,
        documents,
    };
    record.number(case);
    record
}

fn document(draft: &Draft, standing: &Standing) -> DocumentRecord {
    let placement = standing.placement.as_ref();
    let inspection = draft.inspection.as_ref().ok();
    let version = placement.and_then(|placement| placement.version.as_ref());
    let dated = version.and_then(|version| version.label.date.as_ref()?.parse::<jiff::civil::Date>().ok());
    let saved = inspection.and_then(|inspection| day(inspection.facts.as_ref()?.modified?));
    DocumentRecord {
        listed: is_listed(draft),
        path: draft.source.name.clone(),
        sha256: draft.sha256.clone().unwrap_or_default(),
        bytes: draft.source.bytes,
        format: draft.format.map_or("unread", Format::as_str).to_owned(),
        family: placement.and_then(|placement| placement.family.clone()),
        report: standing.report,
        rank: placement.and_then(|placement| placement.rank),
        of: placement.and_then(|placement| placement.of),
        version_label: version.and_then(|version| version.label.label.clone()),
        date: dated.or(saved),
        stage: placement.map(|placement| DocumentStage(placement.stage)).unwrap_or_default(),
        duplicate_of: placement.and_then(|placement| placement.duplicate_of.clone()),
        duplicate_kind: placement.and_then(|placement| placement.duplicate_kind).map(|kind| duplicate_word(kind).to_owned()),
        share_of_final: placement.and_then(|placement| placement.share_of_final),
        marks: inspection.map(|inspection| inspection.marks.clone()).unwrap_or_default(),
        findings: inspection.map(|inspection| inspection.findings.clone()).unwrap_or_default(),
        evidence: placement.map(|placement| placement.evidence.iter().map(line).collect()).unwrap_or_default(),
        proposed: DocumentDecision(standing.proposal.decision),
        proposed_exemption: standing.exemption.clone(),
        decision: DocumentDecision(standing.proposal.decision),
        exemption: standing.exemption.clone(),
        reasons: standing.proposal.reasons.clone(),
        refusal: draft.inspection.as_ref().err().map(refusal),
        echoes: draft.echoes.clone(),
        ..DocumentRecord::default()
    }
}

fn line(evidence: &crate::lineage::Evidence) -> EvidenceLine {
    let crate::lineage::Evidence { kind, value, says, weight } = evidence;
    EvidenceLine { kind: (*kind).to_owned(), value: value.clone(), says: says.clone(), weight: *weight }
}

fn refusal(error: &DocError) -> Refusal {
    Refusal { code: error.fault.code().to_owned(), message: error.to_string(), help: error.fault.help().to_owned() }
}

/// Whether the schedule lists a file. What programs leave behind is recorded and holds no information within a request.
fn is_listed(draft: &Draft) -> bool {
    match &draft.source.set_aside {
        Some(FileFault::LockFile | FileFault::Temporary | FileFault::Hidden | FileFault::SymbolicLink | FileFault::Special) => false,
        _ => !matches!(draft.format, Some(Format::Empty | Format::LockFile)),
    }
}

/// A draft to be released: what came of it, and its words before and after for the internal record.
#[derive(Debug, Clone)]
pub struct Release {
    /// The proven copy, or why there is none.
    pub outcome: Outcome,
    /// The words of source and copy, compared; Word files only, since the pages of a PDF show the same before and after.
    pub redline: Option<Redline>,
}

/// Reads every draft that is to be released once more, cleans it, and proves the copy. In the order of `drafts`. Copies wait in the
/// spool.
///
/// # Errors
/// [`PoolError`] when the threads cannot be started.
pub fn release(
    pool: &Pool,
    drafts: &[&Draft],
    orders: &Orders,
    limits: &Limits,
    spool: &Spool,
    done: impl Fn(usize) + Sync,
) -> Result<Vec<Result<Release, DocError>>, PoolError> {
    let work = |draft: &&Draft| {
        let source = crawl::read(&draft.source, limits)?;
        let sha256 = crawl::digest(&source)?;
        if draft.sha256.as_ref() != Some(&sha256) {
            return Err(FileFault::Changed.into());
        }
        let outcome = clean(&source, &draft.inspected(), orders, limits, spool)?;
        let Outcome::Clean(clean) = outcome else { return Ok(Release { outcome, redline: None }) };
        let redline = if clean.format.is_word() { Redline::of_word(&source, clean.copy.content(), limits) } else { None };
        crawl::still(&source, &sha256)?;
        // As in the survey, what is kept is put elsewhere than among what was needed to make it.
        Ok(Release { outcome: Outcome::Clean(Clean { copy: clean.copy.put_aside(spool), ..clean }), redline }.clone())
    };
    pool.run(
        drafts,
        limits.in_flight_bytes,
        |draft| weigh::weight(&draft.source, limits),
        work,
        |_| Err(FileFault::Panicked.into()),
        |index, _| done(index),
    )
}

/// Writes into the record what came of a release. Returns the copy.
///
/// A draft of which no copy could be proved goes back to review, with the reason; nothing of it goes out.
pub fn settle(document: &mut DocumentRecord, release: Result<Release, DocError>) -> Option<(String, Releasable)> {
    let outcome = release.map(|release| {
        document.redline = release.redline;
        release.outcome
    });
    match outcome {
        Ok(Outcome::Clean(clean)) => {
            let name = document.released_name(clean.format.as_str());
            document.released = Some(ReleasedFile {
                name: name.clone(),
                sha256: clean.copy.sha256().to_owned(),
                bytes: clean.copy.length(),
                format: clean.format.as_str().to_owned(),
                pages: clean.pages,
            });
            document.removed = clean.removed;
            document.secrets = clean.secrets;
            document.proof = clean.proof;
            Some((name, clean.copy))
        }
        Ok(Outcome::Held(held)) => {
            document.hold();
            document.reasons.splice(0..0, held.reasons);
            document.secrets = held.words;
            None
        }
        Err(error) => {
            document.hold();
            document.reasons.insert(0, format!("{error}; {}", error.fault.help()));
            document.refusal = Some(refusal(&error));
            None
        }
    }
}

/// Everything that goes out, and the letter that it holds.
pub fn contents(record: &DecisionRecord, documents: Vec<(String, Releasable)>, case: &Case) -> (Contents, Letter) {
    let preset = preset_of(case);
    let letter = letter::docx(record, case, preset);
    let payload = BTreeMap::from([
        ("schedule.csv".to_owned(), schedule::csv(record, case, preset)),
        ("schedule.html".to_owned(), schedule::html(record, case, preset)),
        ("letter.docx".to_owned(), letter.bytes.clone()),
    ]);
    let disclosure = disclosure_json(record, case, preset);
    (Contents { documents, payload, disclosure, bag_info: bag_info(case, preset) }, letter)
}

/// The elements of `bag-info.txt` that the case file can fill (RFC 8493 §2.2.2).
fn bag_info(case: &Case, preset: &Preset) -> Vec<(String, String)> {
    let elements = [
        ("Source-Organization", case.authority.name.clone()),
        ("External-Identifier", case.reference.clone()),
        ("External-Description", case.preset.is_some().then(|| format!("Response under the {}", preset.regime_name))),
        ("Bagging-Date", case.letter.date.map(|date| date.to_string())),
        ("Bag-Software-Agent", Some(format!("cleardraft {}", env!("CARGO_PKG_VERSION")))),
    ];
    elements.into_iter().filter_map(|(label, value)| Some((label.to_owned(), value?))).collect()
}

/// The inputs of a run, as the record keeps them so that anybody can make the bundle again.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The policy in force, canonical JSON.
    pub policy: Vec<u8>,
    /// The case file as it was given.
    pub case: Option<Vec<u8>>,
    /// The plan as it was given, with its extension.
    pub plan: Option<(String, Vec<u8>)>,
}

type Make<'r> = dyn Fn(&mut dyn io::Write) -> io::Result<()> + Sync + 'r;

/// A file of the internal record. It is made while it is written: of a large folder it is too long to be held.
pub struct RecordFile<'r>(Box<Make<'r>>);

impl<'r> RecordFile<'r> {
    fn made(make: impl Fn(&mut dyn io::Write) -> io::Result<()> + Sync + 'r) -> Self {
        Self(Box::new(make))
    }

    fn of(bytes: &'r [u8]) -> Self {
        Self::made(move |to| to.write_all(bytes))
    }
}

impl Source for RecordFile<'_> {
    fn pieces(&self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut to = io::BufWriter::with_capacity(PIECE_BYTES, Pieces(each));
        (self.0)(&mut to)?;
        to.flush()
    }
}

/// Calls a function with what is written.
struct Pieces<'e>(&'e mut dyn FnMut(&[u8]) -> io::Result<()>);

impl io::Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.0)(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The files of the internal record.
pub fn record_files<'r>(record: &'r DecisionRecord, case: &'r Case, inputs: &'r Inputs) -> BTreeMap<String, RecordFile<'r>> {
    let sources = move |to: &mut dyn io::Write| {
        let hashed = record.documents.iter().filter(|document| !document.sha256.is_empty());
        to.write_all(manifest::print(hashed.map(|document| (document.path.as_str(), document.sha256.as_str()))).as_bytes())
    };
    let mut files = BTreeMap::from([
        ("record.json".to_owned(), RecordFile::made(|to| record_json(record, case, to))),
        ("record.html".to_owned(), RecordFile::made(|to| record_html(record, case, to))),
        ("crosswalk.csv".to_owned(), RecordFile::made(|to| to.write_all(&crosswalk(record)))),
        ("sources-sha256.txt".to_owned(), RecordFile::made(sources)),
        ("policy.json".to_owned(), RecordFile::of(&inputs.policy)),
    ]);
    files.extend(inputs.case.iter().map(|bytes| ("case.toml".to_owned(), RecordFile::of(bytes))));
    files.extend(inputs.plan.iter().map(|(extension, bytes)| (format!("plan.{extension}"), RecordFile::of(bytes))));
    files
}

/// From source to released copy, and back.
fn crosswalk(record: &DecisionRecord) -> Vec<u8> {
    let header = ["no", "source", "source_sha256", "decision", "released_as", "released_sha256"];
    let text = crate::report::csv::table(&header, &record.documents, |document| {
        let released = document.released.as_ref();
        vec![
            if document.number > 0 { document.number.to_string() } else { String::new() },
            document.path.clone(),
            document.sha256.clone(),
            document.decision().as_str().to_owned(),
            released.map(|file| file.name.clone()).unwrap_or_default(),
            released.map(|file| file.sha256.clone()).unwrap_or_default(),
        ]
    });
    text.into_bytes()
}
