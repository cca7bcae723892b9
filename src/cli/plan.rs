//! `plan`: the proposals as a worksheet that the officer edits.

use std::path::Path;

use super::args::{CacheArgs, PolicyArgs};
use super::session::{self, Session, write_whole};
use super::stop::{DONE, NEEDS_A_PERSON, Stop, shown};
use super::study::study;
use crate::pipeline::disclose;
use crate::plan::{self, PlanKind};
use crate::record::preset_of;
use crate::report::human::counted;
use crate::report::json::FileReport;

pub(super) fn run(
    dir: &Path,
    out: &Path,
    policy: &PolicyArgs,
    case: Option<&Path>,
    cache: &CacheArgs,
    session: &Session,
) -> Result<u8, Stop> {
    let policy = session::policy(policy)?;
    let case = session::case(case)?;
    let Some(kind) = out.file_name().and_then(|name| name.to_str()).and_then(PlanKind::from_name) else {
        return Err(Stop::call(format!("{}: the extension says no kind of plan", shown(out)), "end the name in .xlsx, .csv or .json"));
    };
    session::keep_outside(out, &[dir.to_path_buf()])?;
    if std::fs::symlink_metadata(out).is_ok() {
        return Err(Stop::call(
            format!("{} exists already", shown(out)),
            "name another file: a plan may hold decisions, and is never overwritten",
        ));
    }
    let cache = session::cache(cache, &[dir])?;
    let study = study(dir, &policy, &case, cache.as_ref(), session)?;
    let record = disclose::record_of(&study.drafts, &study.standings, &case, &policy);
    let bytes = plan::write(&plan::rows(&record), kind, preset_of(&case))?;
    write_whole(out, &bytes)?;
    session.say(&format!("wrote {} with {}", shown(out), counted(record.documents.len(), "row")));
    Ok(if study.files().iter().any(FileReport::needs_a_person) { NEEDS_A_PERSON } else { DONE })
}
