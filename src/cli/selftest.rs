//! `selftest`: canaries in every known hiding place, on the user's own machine.

use serde::Serialize;

use super::args::ReportFormat;
use super::session::Session;
use super::stop::{DONE, NEEDS_A_PERSON, Stop};
use crate::report::{csv, json};
use crate::selftest::{Ending, Trial, run as trials};

#[derive(Serialize)]
struct Trials<'a> {
    schema: &'static str,
    tool: json::Tool,
    ok: bool,
    trials: &'a [Trial],
}

pub(super) fn run(format: ReportFormat, session: &Session) -> Result<u8, Stop> {
    let trials = trials();
    let ok = trials.iter().all(|trial| trial.ok);
    match format {
        ReportFormat::Table => session.publish(table(&trials).as_bytes())?,
        ReportFormat::Json => {
            session.publish(&json::whole(&Trials { schema: "cleardraft/selftest/1", tool: json::TOOL, ok, trials: &trials }))?
        }
        ReportFormat::Jsonl => session.publish(&json::lines(&trials))?,
        ReportFormat::Csv => {
            let header = ["format", "place", "kind", "seen", "ending", "left", "text_kept", "ok"];
            let cells = |trial: &Trial| {
                let yes = |value: bool| if value { "yes" } else { "no" }.to_owned();
                vec![
                    trial.format.as_str().to_owned(),
                    trial.place.to_owned(),
                    trial.kind.as_str().to_owned(),
                    yes(trial.seen),
                    word(trial.ending).to_owned(),
                    trial.left.to_string(),
                    yes(trial.text_kept),
                    yes(trial.ok),
                ]
            };
            session.publish(csv::table(&header, &trials, cells).as_bytes())?;
        }
    }
    Ok(if ok { DONE } else { NEEDS_A_PERSON })
}

fn word(ending: Ending) -> &'static str {
    match ending {
        Ending::Cleaned => "cleaned",
        Ending::Held => "held",
        Ending::Refused => "refused",
    }
}

fn table(trials: &[Trial]) -> String {
    let mut out = String::new();
    for trial in trials {
        let fate = if trial.ok { "ok    " } else { "FAILED" };
        let mut faults = Vec::new();
        if !trial.seen {
            faults.push("not seen".to_owned());
        }
        if trial.left > 0 {
            faults.push(format!("{} left", trial.left));
        }
        if !trial.text_kept {
            faults.push("visible words lost".to_owned());
        }
        let faults = if faults.is_empty() { String::new() } else { format!(" ({})", faults.join(", ")) };
        out.push_str(&format!("{fate} {:<5} {}: {}{faults}\n", trial.format.as_str(), trial.place, word(trial.ending)));
    }
    let passed = trials.iter().filter(|trial| trial.ok).count();
    out.push_str(&format!("{passed} of {} hiding places seen and emptied\n", trials.len()));
    out
}
