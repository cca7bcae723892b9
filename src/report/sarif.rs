//! The verdict of `verify` as SARIF 2.1.0, for code review in CI.
//!
//! # Standard
//! OASIS SARIF 2.1.0: §3.14 run, §3.19 tool component, §3.27 result, §3.35 suppression. Rule ids are the names of checks; a finding
//! of the re-inspection adds its kind (`document-residue/comment`, a hierarchical id as of §3.27.5).

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::TOOL;
use crate::bundle::{Check, CheckId, Report, Warning};
use crate::model::{FindingKind, sha256_hex};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Message<'a>,
    help: Message<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message<'a>,
    locations: [Location; 1],
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    status: &'static str,
    justification: &'a str,
}

/// One SARIF log with one run. `root` is the bundle as the call named it; a relative one makes the locations relative to the
/// working folder, as code-review services want them, an absolute one leaves them relative to the bundle.
pub fn sarif(report: &Report, root: &str) -> Vec<u8> {
    let root = root.trim_start_matches("./").trim_end_matches('/');
    let outside = root.is_empty() || root == "." || root.starts_with(['/', '\\']) || root.contains("..") || root.contains(':');
    let prefix = if outside { String::new() } else { format!("{root}/") };
    let failures = report.checks.iter().filter(|check| !check.ok).map(|check| failure(check, &prefix));
    let warnings = report.warnings.iter().map(|warning| warned(warning, &prefix));
    let run = Run {
        tool: Tool { driver: Driver { name: TOOL.name, version: TOOL.version, semantic_version: TOOL.version, rules: rules() } },
        invocations: [Invocation { execution_successful: true, exit_code: report.exit_code() }],
        column_kind: "unicodeCodePoints",
        results: failures.chain(warnings).collect(),
    };
    super::json::whole(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// Every rule, always in the same place, whatever this run found.
fn rules() -> Vec<Rule<'static>> {
    let rule = |id: &CheckId| Rule { id: id.as_str(), short_description: Message { text: id.passes() }, help: Message { text: id.help() } };
    CheckId::ALL.iter().map(rule).collect()
}

fn failure<'a>(check: &'a Check, prefix: &str) -> SarifResult<'a> {
    let suppressions = check.suppressed.iter().map(|reason| Suppression { kind: "external", status: "accepted", justification: reason });
    // The number of findings in a place may change without the finding being another one.
    let detail = check.kind.map_or(check.message.as_str(), |_| check.message.rsplit_once(" (").map_or("", |(head, _)| head));
    let mut result = result(check.id, check.kind, "error", &check.message, check.path.as_deref(), detail, prefix);
    result.suppressions = suppressions.collect();
    result
}

fn warned<'a>(warning: &'a Warning, prefix: &str) -> SarifResult<'a> {
    result(warning.id, None, "warning", &warning.message, warning.path.as_deref(), &warning.message, prefix)
}

fn result<'a>(
    id: CheckId,
    kind: Option<FindingKind>,
    level: &'static str,
    text: &'a str,
    path: Option<&str>,
    detail: &str,
    prefix: &str,
) -> SarifResult<'a> {
    let rule_id = kind.map_or_else(|| id.as_str().to_string(), |kind| format!("{}/{}", id.as_str(), kind.as_str()));
    // What concerns the bundle as a whole is shown at its declaration.
    let path = path.unwrap_or("bagit.txt");
    let fingerprint = sha256_hex(format!("{rule_id}\0{path}\0{detail}").as_bytes());
    SarifResult {
        rule_index: CheckId::ALL.iter().position(|known| *known == id).unwrap_or_default(),
        level,
        message: Message { text },
        locations: [Location {
            physical_location: PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(&format!("{prefix}{path}")) } },
        }],
        partial_fingerprints: BTreeMap::from([("cleardraft/v1", fingerprint.chars().take(32).collect())]),
        suppressions: Vec::new(),
        rule_id,
    }
}

/// A relative URI reference: everything but unreserved characters and slashes is percent-encoded (RFC 3986 §2.1).
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_relative_and_percent_encoded() {
        assert_eq!(uri("out/data/N\u{fa} 100%.docx"), "out/data/N%C3%BA%20100%25.docx");
        assert_eq!(uri("a:b"), "a%3Ab");
    }
}
