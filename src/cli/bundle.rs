//! `bundle`: the whole job, from the folder to the bag and its record.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::args::{BundleArgs, ReportFormat};
use super::progress::Progress;
use super::session::{self, Session};
use super::stop::{DONE, NEEDS_A_PERSON, Stop, shown};
use super::study::{Study, study};
use crate::bundle::{self, Contents, Signer, Targets, Written};
use crate::case::Case;
use crate::format::Spool;
use crate::letter::Letter;
use crate::model::Decision;
use crate::pipeline::cache::Cache;
use crate::pipeline::disclose::{self, Inputs};
use crate::pipeline::survey::Draft;
use crate::plan::{self, PlanKind};
use crate::policy::Policy;
use crate::record::{DecisionRecord, DocumentRecord, Outcome};
use crate::report::{csv, human, json};

/// Faults of a plan that are told: nobody mends more at a time.
const FAULTS_SHOWN: usize = 50;

/// A bundle that is not written yet, and the record behind it.
pub(super) struct Built {
    pub record: DecisionRecord,
    pub contents: Contents,
    pub letter: Letter,
}

pub(super) fn run(args: &BundleArgs, session: &Session) -> Result<u8, Stop> {
    let record_dir = record_dir(args);
    let roots = std::slice::from_ref(&args.dir);
    for target in [&args.out, &record_dir] {
        session::keep_outside(target, roots)?;
    }
    let targets = Targets { bundle: &args.out, record: &record_dir };
    bundle::make_way(&targets)?;
    let signer = args.sign.as_deref().map(Signer::open).transpose()?;
    let policy = session::policy(&args.policy)?;
    let (case, case_text) = session::case_with_text(args.case.as_deref())?;
    let plan = args.plan.as_deref().map(read_plan).transpose()?;
    let inputs = Inputs { policy: serde_json::to_vec_pretty(&policy).unwrap_or_default(), case: case_text.map(String::into_bytes), plan };
    let cache = session::cache(&args.cache, &[&args.dir, &args.out, &record_dir])?;
    let spool = Spool::beside(&args.out);
    let built = build(&args.dir, &policy, &case, &inputs, cache.as_ref(), &spool, session)?;
    let files = disclose::record_files(&built.record, &case, &inputs);
    let written = session.with_pool(|| bundle::write(&targets, &built.contents, &files, signer.as_ref()))??;
    let report = report(args, &record_dir, &built, &case, &written, session);
    session.publish(&report).map_err(|stop| stop.after(&[&args.out, &record_dir]))?;
    for gap in &built.letter.gaps {
        session.warn(&format!("the letter is a DRAFT: `{gap}` is missing in the case file"));
    }
    for lint in &built.letter.lints {
        session.warn(&format!("letter: {} ({}); {}", lint.message, lint.id, lint.help));
    }
    let undecided = !built.record.with(&case, &[Outcome::Undecided]).is_empty();
    Ok(if undecided || !built.letter.is_final() { NEEDS_A_PERSON } else { DONE })
}

/// The folder of the record: `BUNDLE-record`, where the call names none.
pub(super) fn record_dir(args: &BundleArgs) -> PathBuf {
    args.record.clone().unwrap_or_else(|| {
        let mut name = args.out.file_name().unwrap_or_default().to_os_string();
        name.push("-record");
        args.out.with_file_name(name)
    })
}

/// The plan file with its extension.
pub(super) fn read_plan(path: &Path) -> Result<(String, Vec<u8>), Stop> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    Ok((extension, session::read_bounded(path, plan::PLAN_BYTES as u64, "a plan")?))
}

/// Makes the whole bundle: the same input gives the same bytes. Copies wait in the spool.
pub(super) fn build(
    dir: &Path,
    policy: &Policy,
    case: &Case,
    inputs: &Inputs,
    cache: Option<&Cache>,
    spool: &Spool,
    session: &Session,
) -> Result<Built, Stop> {
    let Study { drafts: inspected, standings, .. } = study(dir, policy, case, cache, session)?;
    let mut record = disclose::record_of(&inspected, &standings, case, policy);
    drop(standings);
    if let Some((extension, bytes)) = &inputs.plan {
        apply_plan(&mut record, extension, bytes, case)?;
    }
    let by_path: BTreeMap<&str, &Draft> = inspected.iter().map(|draft| (draft.source.name.as_str(), draft)).collect();
    // A letter that releases nothing is never accompanied by a copy, whatever the rows say; a lint tells the officer that they say it.
    let goes_out = |document: &DocumentRecord| case.response.kind.releases() && document.listed && document.decision() == Decision::Release;
    let chosen: Vec<usize> = (0..record.documents.len()).filter(|index| record.documents.get(*index).is_some_and(goes_out)).collect();
    let drafts: Vec<&Draft> = chosen.iter().filter_map(|index| by_path.get(record.documents.get(*index)?.path.as_str()).copied()).collect();
    let progress = Progress::start(session, "sanitising", drafts.len(), drafts.iter().map(|draft| draft.source.bytes).sum());
    let tick = |index: usize| progress.tick(drafts.get(index).map_or(0, |draft| draft.source.bytes));
    let outcomes = disclose::release(&session.pool(), &drafts, &policy.orders(), &policy.limits, spool, tick)?;
    drop(progress);
    let mut copies = Vec::new();
    for (index, outcome) in chosen.into_iter().zip(outcomes) {
        copies.extend(record.documents.get_mut(index).and_then(|document| disclose::settle(document, outcome)));
    }
    let (contents, letter) = disclose::contents(&record, copies, case);
    Ok(Built { record, contents, letter })
}

fn apply_plan(record: &mut DecisionRecord, extension: &str, bytes: &[u8], case: &Case) -> Result<(), Stop> {
    let Some(kind) = PlanKind::from_name(&format!("plan.{extension}")) else {
        return Err(Stop::call(
            format!("a plan cannot be a .{extension} file"),
            "give the .xlsx, .csv or .json that `cleardraft plan` wrote",
        ));
    };
    let edits = plan::read(bytes, kind)?;
    plan::decide(record, &edits, case).map_err(|faults| {
        let mut lines: Vec<String> = faults.iter().take(FAULTS_SHOWN).map(|fault| format!("{fault}\n  help: {}", fault.help())).collect();
        if faults.len() > FAULTS_SHOWN {
            lines.push(format!("and {} faults more", faults.len() - FAULTS_SHOWN));
        }
        Stop::call(format!("the plan cannot be applied:\n{}", lines.join("\n")), "")
    })
}

/// What became of one file.
#[derive(Debug, Serialize)]
struct BundleFile<'a> {
    path: &'a str,
    sha256: Option<&'a str>,
    number: Option<u32>,
    title: Option<&'a str>,
    decision: Decision,
    exemption: Option<String>,
    outcome: Option<&'static str>,
    output: Option<&'a str>,
    refusal: Option<&'a crate::record::Refusal>,
    reasons: &'a [String],
}

#[derive(Debug, Serialize)]
struct BundleReport<'a> {
    schema: &'static str,
    tool: json::Tool,
    root: String,
    bundle: String,
    record: String,
    fingerprint: &'a str,
    letter: &'static str,
    gaps: &'a [String],
    files: Vec<BundleFile<'a>>,
}

fn file<'a>(document: &'a DocumentRecord, case: &Case) -> BundleFile<'a> {
    BundleFile {
        path: &document.path,
        sha256: Some(document.sha256.as_str()).filter(|digest| !digest.is_empty()),
        number: (document.number > 0).then_some(document.number),
        title: (document.number > 0).then_some(document.public_title.as_str()),
        decision: document.decision(),
        exemption: document.exemption.as_ref().map(ToString::to_string),
        outcome: document.listed.then(|| document.outcome(case).as_str()),
        output: document.released.as_ref().map(|file| file.name.as_str()),
        refusal: document.refusal.as_ref(),
        reasons: &document.reasons,
    }
}

fn report(args: &BundleArgs, record_dir: &Path, built: &Built, case: &Case, written: &Written, session: &Session) -> Vec<u8> {
    let files: Vec<BundleFile<'_>> = built.record.documents.iter().map(|document| file(document, case)).collect();
    match args.format {
        ReportFormat::Json => json::whole(&BundleReport {
            schema: "cleardraft/bundle/1",
            tool: json::TOOL,
            root: args.dir.to_string_lossy().into_owned(),
            bundle: args.out.to_string_lossy().into_owned(),
            record: record_dir.to_string_lossy().into_owned(),
            fingerprint: &written.fingerprint,
            letter: if built.letter.is_final() { "final" } else { "draft" },
            gaps: &built.letter.gaps,
            files,
        }),
        ReportFormat::Jsonl => json::lines(&files),
        ReportFormat::Csv => {
            let header = ["number", "path", "title", "decision", "exemption", "outcome", "output", "refusal", "reasons"];
            let table = csv::table(&header, &files, |file| {
                vec![
                    file.number.map(|number| number.to_string()).unwrap_or_default(),
                    file.path.to_owned(),
                    file.title.unwrap_or_default().to_owned(),
                    file.decision.as_str().to_owned(),
                    file.exemption.clone().unwrap_or_default(),
                    file.outcome.unwrap_or_default().to_owned(),
                    file.output.unwrap_or_default().to_owned(),
                    file.refusal.map(|refusal| refusal.code.clone()).unwrap_or_default(),
                    file.reasons.join(" | "),
                ]
            });
            table.into_bytes()
        }
        ReportFormat::Table => {
            let rows: Vec<human::BundleRow<'_>> = files
                .iter()
                .map(|file| human::BundleRow {
                    number: file.number,
                    path: file.path,
                    outcome: file.outcome.unwrap_or("not listed"),
                    output: file.output,
                    reason: file.reasons.first().map(String::as_str),
                })
                .collect();
            let mut text = human::bundle(&rows, session.look());
            text.push_str(&format!(
                "bundle {} ({} files, {} bytes), fingerprint {}\nrecord {} (internal: never publish it)\n",
                shown(&args.out),
                written.files,
                written.bytes,
                written.fingerprint,
                shown(record_dir)
            ));
            text.into_bytes()
        }
    }
}

/// The sources as they are now, for a comparison with the record. `limits`: what the run read that made it.
pub(super) fn digests(dir: &Path, limits: &crate::Limits, session: &Session) -> Result<BTreeMap<String, String>, Stop> {
    let sources = session::folder(dir)?;
    let read = |source: &crate::pipeline::crawl::Source| {
        let content = if source.regular { crate::pipeline::crawl::read(source, limits).ok() } else { None };
        (source.name.clone(), content.and_then(|content| content.sha256_hex().ok()).unwrap_or_default())
    };
    let digests = session.pool().run(
        &sources,
        limits.in_flight_bytes,
        |source| source.bytes,
        read,
        |source| (source.name.clone(), String::new()),
        |_, _| {},
    )?;
    Ok(digests.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_of_a_hundred_thousand_drafts_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plan.CSV");
        std::fs::write(&path, b"no header\n").unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_len(88 << 20).unwrap();
        let (extension, bytes) = read_plan(&path).unwrap_or_else(|stop| panic!("{stop}"));
        assert_eq!((extension.as_str(), bytes.len()), ("csv", 88 << 20));
        // It is no plan, but not for its size.
        assert!(matches!(plan::read(&bytes, PlanKind::Csv), Err(plan::PlanFault::NoHeader)));
        file.set_len(plan::PLAN_BYTES as u64 + 1).unwrap();
        assert!(read_plan(&path).is_err());
    }
}
