//! `inspect`: what files hold.

use std::path::PathBuf;

use super::args::{PolicyArgs, ReportFormat};
use super::progress::Progress;
use super::session::{self, Session};
use super::stop::{DONE, NEEDS_A_PERSON, Stop};
use crate::model::Wanted;
use crate::pipeline::reasons_to_hold;
use crate::pipeline::survey::{Draft, survey};
use crate::policy::Orders;
use crate::report::json::{FileReport, Report};
use crate::report::{csv, human, json};

pub(super) fn run(paths: &[PathBuf], policy: &PolicyArgs, format: ReportFormat, session: &Session) -> Result<u8, Stop> {
    let policy = session::policy(policy)?;
    let sources = session::sources(paths)?;
    let orders = policy.orders();
    let progress = Progress::start(session, "inspecting", sources.len(), sources.iter().map(|source| source.bytes).sum());
    let lines = super::stream::Lines::new(session.streams(format));
    let drafts = survey(&session.pool(), &sources, Wanted::Findings, &policy.limits, None, |index, draft: &Draft| {
        progress.tick(draft.source.bytes);
        lines.put(index, || json::line(&report(draft, &orders)));
    })?;
    drop(progress);
    lines.finish()?;
    let files: Vec<FileReport> = drafts.iter().map(|draft| report(draft, &orders)).collect();
    let root = session::root_of(paths);
    match format {
        ReportFormat::Table => session.publish(human::inspect(&files, session.look()).as_bytes())?,
        ReportFormat::Json => session.publish(&json::whole(&Report::new("cleardraft/inspect/1", root, &files)))?,
        ReportFormat::Jsonl if session.streams(format) => {}
        ReportFormat::Jsonl => session.publish(&json::lines(&files))?,
        ReportFormat::Csv => session.publish(csv::files(&files).as_bytes())?,
    }
    let attention = drafts.iter().any(|draft| draft.inspection.as_ref().map_or(true, |inspection| !inspection.unread.is_empty()));
    Ok(if attention { NEEDS_A_PERSON } else { DONE })
}

/// The facts of one draft and what would hold its release.
fn report(draft: &Draft, orders: &Orders) -> FileReport {
    let mut report = FileReport::of(draft);
    if let Ok(inspection) = &draft.inspection {
        report.reasons = reasons_to_hold(inspection, orders, orders.tracked_changes);
    }
    report
}
