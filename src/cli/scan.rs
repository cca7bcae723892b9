//! `scan`: crawl, inspect, classify, propose.

use std::path::Path;

use super::args::{CacheArgs, PolicyArgs, ReportFormat};
use super::session::{self, Session};
use super::stop::{DONE, NEEDS_A_PERSON, Stop};
use super::study::study;
use crate::lineage;
use crate::report::json::{FileReport, Report};
use crate::report::{csv, human, json};

/// How a scan is shown.
pub(super) struct View<'a> {
    pub format: ReportFormat,
    pub explain: Option<&'a str>,
    pub tree: bool,
}

pub(super) fn run(
    dir: &Path,
    policy: &PolicyArgs,
    case: Option<&Path>,
    cache: &CacheArgs,
    view: &View<'_>,
    session: &Session,
) -> Result<u8, Stop> {
    let policy = session::policy(policy)?;
    let case = session::case(case)?;
    let cache = session::cache(cache, &[dir])?;
    let study = study(dir, &policy, &case, cache.as_ref(), session)?;
    let files = study.files();
    let root = dir.to_string_lossy().into_owned();
    if let Some(path) = view.explain {
        let Some(file) = files.iter().find(|file| file.path == path) else {
            let help = "give the path below the folder, with `/`, as `scan` prints it";
            return Err(Stop::call(format!("{}: no such file in the folder", crate::model::printable(path)), help));
        };
        match view.format {
            ReportFormat::Table | ReportFormat::Csv => session.publish(human::explain(file, session.look()).as_bytes())?,
            ReportFormat::Json => session.publish(&json::whole(&Report::new("cleardraft/scan/1", root, std::slice::from_ref(file))))?,
            ReportFormat::Jsonl => session.publish(&json::line(file))?,
        }
        return Ok(DONE);
    }
    match view.format {
        ReportFormat::Table if view.tree => {
            let placements: Vec<_> = study.standings.iter().filter_map(|standing| standing.placement.clone()).collect();
            session.publish(lineage::tree(&placements).as_bytes())?;
        }
        ReportFormat::Table => {
            session.publish(human::scan(&files, &|family| study.titles.get(family).cloned(), session.look()).as_bytes())?;
        }
        ReportFormat::Json => session.publish(&json::whole(&Report::new("cleardraft/scan/1", root, &files)))?,
        ReportFormat::Jsonl => session.publish(&json::lines(&files))?,
        ReportFormat::Csv => session.publish(csv::files(&files).as_bytes())?,
    }
    Ok(if files.iter().any(FileReport::needs_a_person) { NEEDS_A_PERSON } else { DONE })
}
