//! The verdict of `verify` for people and as JSON. SARIF and `JUnit` have files of their own.

use std::fmt::Write as _;

use serde::Serialize;

use super::json::{TOOL, Tool};
use crate::bundle::Report;

/// The JSON form: `cleardraft/verify/1`.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: Tool,
    root: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

/// One JSON object with a line end. `root` is the bundle as the call named it, safe to print.
pub fn json(report: &Report, root: &str) -> Vec<u8> {
    super::json::whole(&Document { schema: "cleardraft/verify/1", tool: TOOL, root, report })
}

/// What, where, and how to mend it; the failures last, where a reader's eye is. `verbose` lists what passed as well.
pub fn text(report: &Report, root: &str, verbose: bool) -> String {
    let mut out = String::new();
    let failed = report.failures().count();
    let passed = report.checks.iter().filter(|check| check.ok).count();
    for check in report.checks.iter().filter(|check| check.ok && verbose) {
        let _ = writeln!(out, "ok      {}: {}", check.id.as_str(), check.message);
    }
    for warning in &report.warnings {
        let _ = writeln!(out, "warning {}: {}{}", warning.id.as_str(), place(warning.path.as_deref()), warning.message);
    }
    for check in &report.checks {
        if let Some(reason) = &check.suppressed {
            let _ = writeln!(out, "known   {}: {}{}; accepted: {reason}", check.id.as_str(), place(check.path.as_deref()), check.message);
        }
    }
    let mut helped = None;
    for check in report.failures() {
        if helped.is_some_and(|id| id != check.id) {
            help(&mut out, helped);
        }
        let _ = writeln!(out, "FAILED  {}: {}{}", check.id.as_str(), place(check.path.as_deref()), check.message);
        helped = Some(check.id);
    }
    help(&mut out, helped);
    let _ = if report.ok {
        writeln!(out, "{root}: all {passed} checks passed")
    } else {
        writeln!(out, "{root}: {failed} {}, {passed} checks passed", if failed == 1 { "difference" } else { "differences" })
    };
    out
}

fn place(path: Option<&str>) -> String {
    path.map_or_else(String::new, |path| format!("{path}: "))
}

fn help(out: &mut String, id: Option<crate::bundle::CheckId>) {
    if let Some(id) = id {
        let _ = writeln!(out, "        help: {}", id.help());
    }
}
