//! `sanitise`: proven copies of files and folders, without classification.

use std::path::{Path, PathBuf};

use super::args::{PolicyArgs, ReportFormat};
use super::progress::Progress;
use super::session::{self, Session};
use super::stop::{DONE, NEEDS_A_PERSON, Stop};
use super::stream::Lines;
use crate::bundle::{Body, Files, write_copies};
use crate::error::{DocError, FileFault};
use crate::format::Spool;
use crate::limits::Limits;
use crate::pipeline::crawl::{self, Source};
use crate::pipeline::{self, Clean, Outcome, Releasable, weigh};
use crate::policy::Orders;
use crate::report::json::{Refusal, Report, SanitiseReport, SanitiseStatus};
use crate::report::{csv, human, json};

pub(super) fn run(paths: &[PathBuf], out: &Path, policy: &PolicyArgs, format: ReportFormat, session: &Session) -> Result<u8, Stop> {
    let policy = session::policy(policy)?;
    session::keep_outside(out, paths)?;
    let sources = session::sources(paths)?;
    if let Some([one, other]) = sources.array_windows().find(|[one, other]| one.name == other.name) {
        let (one, other) = (super::stop::shown(&one.path), super::stop::shown(&other.path));
        return Err(Stop::call(format!("{one} and {other} would have the same name in the output"), "sanitise them in two calls"));
    }
    check_target(out)?;
    let orders = policy.orders();
    let progress = Progress::start(session, "sanitising", sources.len(), sources.iter().map(|source| source.bytes).sum());
    let lines = Lines::new(session.streams(format));
    let spool = Spool::beside(out);
    let results = session.pool().run(
        &sources,
        policy.limits.in_flight_bytes,
        |source| weigh::weight(source, &policy.limits),
        |source| sanitise(source, &orders, &policy.limits, &spool),
        |source| (refused(source, None, &FileFault::Panicked.into()), None),
        |index, (report, _)| {
            progress.tick(sources.get(index).map_or(0, |source| source.bytes));
            lines.put(index, || json::line(report));
        },
    )?;
    drop(progress);
    let (files, copies): (Vec<SanitiseReport>, Vec<Option<Releasable>>) = results.into_iter().unzip();
    let named: Files<'_> =
        files.iter().zip(&copies).filter_map(|(file, copy)| Some((file.output.clone()?, Body::Copy(copy.as_ref()?)))).collect();
    session.with_pool(|| write_copies(out, &named))??;
    lines.finish().map_err(|stop| stop.after(&[out]))?;
    let root = session::root_of(paths);
    let published = match format {
        ReportFormat::Table => session.publish(human::sanitised(&files, session.look()).as_bytes()),
        ReportFormat::Json => session.publish(&json::whole(&Report::new("cleardraft/sanitise/1", root, &files))),
        ReportFormat::Jsonl if session.streams(format) => Ok(()),
        ReportFormat::Jsonl => session.publish(&json::lines(&files)),
        ReportFormat::Csv => session.publish(csv::sanitised(&files).as_bytes()),
    };
    published.map_err(|stop| stop.after(&[out]))?;
    let attention = files.iter().any(|file| file.status != SanitiseStatus::Sanitised);
    Ok(if attention { NEEDS_A_PERSON } else { DONE })
}

/// Fails before any work when the copies could not be put in place anyway.
fn check_target(out: &Path) -> Result<(), Stop> {
    match std::fs::read_dir(out) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(Stop::call(
                format!("{} is not an empty folder", super::stop::shown(out)),
                "name a folder that is empty or does not exist yet",
            )),
            None => Ok(()),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Stop::unreadable(out, &error)),
    }
}

fn sanitise(source: &Source, orders: &Orders, limits: &Limits, spool: &Spool) -> (SanitiseReport, Option<Releasable>) {
    let content = if source.regular { crawl::read(source, limits) } else { Err(FileFault::Special) };
    let (content, sha256) = match content.and_then(|content| crawl::digest(&content).map(|sha256| (content, sha256))) {
        Ok(read) => read,
        Err(fault) => return (refused(source, None, &source.set_aside.clone().unwrap_or(fault).into()), None),
    };
    if let Some(fault) = &source.set_aside {
        return (refused(source, Some(sha256), &fault.clone().into()), None);
    }
    let outcome = pipeline::sanitise(&source.name, &content, orders, limits, spool);
    let unchanged = crawl::still(&content, &sha256).map_err(DocError::from);
    let sha256 = Some(sha256);
    match unchanged.and(outcome) {
        Err(error) => (refused(source, sha256, &error), None),
        Ok(Outcome::Held(held)) => {
            let report =
                SanitiseReport { status: SanitiseStatus::Review, reasons: held.reasons, residue: held.residue, ..empty(source, sha256) };
            (report, None)
        }
        Ok(Outcome::Clean(clean)) => {
            let Clean { copy, removed, proof, .. } = clean;
            let copy = copy.put_aside(spool);
            let report = SanitiseReport {
                output: Some(source.name.clone()),
                status: SanitiseStatus::Sanitised,
                output_sha256: Some(copy.sha256().to_owned()),
                removed,
                proof: proof.lines(),
                ..empty(source, sha256)
            };
            (report, Some(copy))
        }
    }
}

fn refused(source: &Source, sha256: Option<String>, error: &DocError) -> SanitiseReport {
    SanitiseReport { refusal: Some(Refusal::from(error)), ..empty(source, sha256) }
}

fn empty(source: &Source, sha256: Option<String>) -> SanitiseReport {
    SanitiseReport {
        path: source.name.clone(),
        output: None,
        status: SanitiseStatus::Refused,
        refusal: None,
        sha256,
        output_sha256: None,
        removed: Vec::new(),
        proof: Vec::new(),
        reasons: Vec::new(),
        residue: Vec::new(),
    }
}
