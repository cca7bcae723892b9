//! `verify` and `record verify`: judge what is there; write nothing.

use std::path::Path;

use super::args::{VerifyArgs, VerifyFormat};
use super::bundle::{Built, build, digests};
use super::session::{self, Session};
use super::stop::{DONE, NEEDS_A_PERSON, Stop, shown};
use crate::bundle::{Suppressions, Trust, VerifyOptions, render, verify};
use crate::case::Case;
use crate::format::Spool;
use crate::pipeline::disclose::Inputs;
use crate::policy::Policy;
use crate::record::{SourceState, check_sources};
use crate::report::json::day;
use crate::report::{junit, sarif, verdict};

/// A record has some ten kilobytes a draft.
const RECORD_BYTES_MAX: u64 = 4 << 30;

#[allow(clippy::disallowed_methods, reason = "a suppression ends on a day; nothing that is written depends on the clock")]
pub(super) fn run(args: &VerifyArgs, session: &Session) -> Result<u8, Stop> {
    let policy = session::policy(&args.policy)?;
    let trust = args.trust.as_deref().map(Trust::open).transpose()?;
    // The day on which suppressions are judged; nothing else that is printed depends on it.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok();
    let today = now.and_then(|now| day(i64::try_from(now.as_secs()).ok()?));
    let suppressions = args.suppress.as_deref().map(|path| Suppressions::open(path, today)).transpose()?;
    let built = match (&args.sources, &args.record) {
        (Some(sources), Some(record)) => Some(again(sources, record, session)?),
        _ => None,
    };
    let rebuilt = built.as_ref().map(|built| session.with_pool(|| render(&built.contents))).transpose()?.transpose()?;
    let options = VerifyOptions {
        bag_only: args.bag_only,
        trust: trust.as_ref(),
        orders: policy.orders(),
        limits: policy.limits.clone(),
        suppressions: suppressions.as_ref(),
        rebuilt: rebuilt.as_ref(),
        ..VerifyOptions::default()
    };
    let report = session.with_pool(|| verify(&args.bundle, &options))??;
    let root = shown(&args.bundle);
    let text = match args.format {
        VerifyFormat::Text => verdict::text(&report, &root, session.look().verbose).into_bytes(),
        VerifyFormat::Json => verdict::json(&report, &root),
        VerifyFormat::Sarif => sarif::sarif(&report, &root),
        VerifyFormat::Junit => junit::junit(&report, &root),
    };
    session.publish(&text)?;
    Ok(report.exit_code())
}

/// Makes the bundle again from the sources and from the inputs that the record keeps.
fn again(sources: &Path, record: &Path, session: &Session) -> Result<Built, Stop> {
    let policy = read_policy(&record.join("policy.json"))?;
    let case_path = record.join("case.toml");
    let (case, case_bytes) = if case_path.exists() {
        let text = session::settings_text(&case_path)?;
        (Case::parse(&text, &case_path.to_string_lossy())?, Some(text.into_bytes()))
    } else {
        (session::case(None)?, None)
    };
    let mut plan = None;
    for extension in ["xlsx", "csv", "json"] {
        let path = record.join(format!("plan.{extension}"));
        if path.exists() {
            plan = Some(super::bundle::read_plan(&path)?);
        }
    }
    build(sources, &policy, &case, &Inputs { policy: Vec::new(), case: case_bytes, plan }, None, &Spool::temporary(), session)
}

/// The policy that a record keeps.
fn read_policy(path: &Path) -> Result<Policy, Stop> {
    let bytes = session::read_bounded(path, RECORD_BYTES_MAX, "a record")?;
    let broken =
        |error: serde_json::Error| Stop::call(format!("{}: {error}", shown(path)), "give the record that was written with the bundle");
    serde_json::from_slice(&bytes).map_err(broken)
}

/// Whether the sources are still what the record says, and the record is untouched.
pub(super) fn record(record: &Path, sources: &Path, session: &Session) -> Result<u8, Stop> {
    let path = if record.is_dir() { record.join("record.json") } else { record.to_path_buf() };
    let bytes = session::read_bounded(&path, RECORD_BYTES_MAX, "a record")?;
    // A file that was too large to be read then has no digest in the record.
    let policy = path.with_file_name("policy.json");
    let limits = if policy.exists() { read_policy(&policy)?.limits } else { crate::Limits::default() };
    let now = digests(sources, &limits, session)?;
    let states = match check_sources(&bytes, &now) {
        Ok(states) => states,
        Err(fault) => {
            session.publish(format!("FAILED  {}: {fault}\n", shown(&path)).as_bytes())?;
            return Ok(NEEDS_A_PERSON);
        }
    };
    let mut out = String::new();
    let mut same = 0;
    for state in &states {
        let (word, name) = match state {
            SourceState::Same(_) => {
                same += 1;
                continue;
            }
            SourceState::Changed(name) => ("CHANGED", name),
            SourceState::Missing(name) => ("MISSING", name),
            SourceState::New(name) => ("NEW", name),
        };
        out.push_str(&format!("{word:<8}{}\n", crate::model::printable(name)));
    }
    out.push_str(&format!("{same} of {} sources are as recorded\n", states.len()));
    session.publish(out.as_bytes())?;
    Ok(if same == states.len() { DONE } else { NEEDS_A_PERSON })
}
