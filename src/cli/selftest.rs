//! `selftest`: prove on this machine that hidden data is seen and taken out.

use serde::Serialize;

use super::args::ReportFormat;
use super::session::Session;
use super::stop::{DONE, NEEDS_A_PERSON, Stop};
use crate::report::{csv, json};
use crate::selftest::{self, Ending, Trial};

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    tool: json::Tool,
    ok: bool,
    trials: &'a [Trial],
}

pub(super) fn run(format: ReportFormat, session: &Session) -> Result<u8, Stop> {
    let trials = selftest::run();
    let ok = !trials.is_empty() && trials.iter().all(|trial| trial.ok);
    let output = match format {
        ReportFormat::Json => json::whole(&Report { schema: "cleardraft/selftest/1", tool: json::TOOL, ok, trials: &trials }),
        ReportFormat::Jsonl => json::lines(&trials),
        ReportFormat::Csv => {
            let header = ["format", "place", "kind", "seen", "ending", "left", "text_kept", "ok"];
            let cells = |trial: &Trial| {
                vec![
                    trial.format.as_str().to_owned(),
                    trial.place.to_owned(),
                    trial.kind.as_str().to_owned(),
                    trial.seen.to_string(),
                    trial.ending.as_str().to_owned(),
                    trial.left.to_string(),
                    trial.text_kept.to_string(),
                    trial.ok.to_string(),
                ]
            };
            csv::table(&header, &trials, cells).into_bytes()
        }
        ReportFormat::Table => table(&trials, session.look().verbose).into_bytes(),
    };
    session.publish(&output)?;
    Ok(if ok { DONE } else { NEEDS_A_PERSON })
}

fn table(trials: &[Trial], verbose: bool) -> String {
    let mut out = String::new();
    for trial in trials.iter().filter(|trial| verbose || !trial.ok) {
        let verdict = match (trial.ok, trial.ending) {
            (true, Ending::Cleaned) => "seen, and gone from the copy".to_owned(),
            (true, _) => "seen, and held for a person".to_owned(),
            (false, _) => {
                let seen = if trial.seen { "seen" } else { "NOT SEEN" };
                let kept = if trial.text_kept { "" } else { ", VISIBLE WORDS LOST" };
                format!("{seen}, {}, {} left{kept}", trial.ending.as_str(), trial.left)
            }
        };
        out.push_str(&format!("{} {}: {}: {verdict}\n", if trial.ok { "ok    " } else { "FAILED" }, trial.format.as_str(), trial.place));
    }
    let passed = trials.iter().filter(|trial| trial.ok).count();
    out.push_str(&format!("{passed} of {} hiding places are seen and emptied, or held for a person\n", trials.len()));
    out
}
