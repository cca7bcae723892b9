//! Findings that a person has looked at and accepts: each with a reason and a date on which it is looked at again.

use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use super::fault::{BundleError, show};
use super::report::{CheckId, Report, Warning};
use crate::model::{FindingKind, printable};

/// Checks that a suppression may name: findings that need judgement. What proves the bundle untouched cannot be suppressed.
pub const SUPPRESSIBLE: &[CheckId] = &[CheckId::Residue, CheckId::PublicFiles, CheckId::Names];

/// The file: `[[suppress]]` tables.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    suppress: Vec<Row>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    check: String,
    path: Option<String>,
    kind: Option<String>,
    reason: String,
    expires: toml::value::Datetime,
}

/// One accepted finding.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Suppression {
    check: CheckId,
    path: Option<String>,
    kind: Option<FindingKind>,
    reason: String,
    expires: Date,
}

/// All accepted findings of a file, and the day on which they are applied.
#[derive(Debug, Clone, Default)]
pub struct Suppressions {
    rows: Vec<Suppression>,
    today: Option<Date>,
}

impl Suppressions {
    /// Reads a suppressions file. `today` decides what has expired; without it nothing expires and a warning says so.
    ///
    /// # Errors
    /// [`BundleError::SuppressionsUnreadable`] for anything that is not understood: a typing error never widens or drops a suppression.
    pub fn open(path: &Path, today: Option<Date>) -> Result<Self, BundleError> {
        let fail = |why: String| BundleError::SuppressionsUnreadable { path: show(path), why: printable(&why) };
        let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        Self::parse(&text, today).map_err(fail)
    }

    /// As [`Suppressions::open`], from text.
    ///
    /// # Errors
    /// What is wrong, in plain words.
    pub fn parse(text: &str, today: Option<Date>) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.message().to_string())?;
        let rows =
            file.suppress.into_iter().enumerate().map(|(index, row)| check_row(row).map_err(|why| format!("entry {}: {why}", index + 1)));
        Ok(Self { rows: rows.collect::<Result<_, _>>()?, today })
    }

    /// Marks the failures that are accepted, and settles the verdict again.
    pub(crate) fn apply(&self, report: &mut Report) {
        let mut warnings = Vec::new();
        let mut warn = |message: String| warnings.push(Warning { id: CheckId::Suppressions, message, path: None });
        if self.today.is_none() && !self.rows.is_empty() {
            warn("no date was given, so no suppression was taken as expired".into());
        }
        for (index, row) in self.rows.iter().enumerate() {
            if self.today.is_some_and(|today| today > row.expires) {
                warn(format!("entry {} expired on {} and was not applied", index + 1, row.expires));
                continue;
            }
            let mut used = false;
            for check in report.checks.iter_mut().filter(|check| !check.ok && row.covers(check.id, check.path.as_deref(), check.kind)) {
                check.suppressed = Some(format!("{} (until {})", printable(&row.reason), row.expires));
                used = true;
            }
            if !used {
                warn(format!("entry {} covers nothing in this bundle", index + 1));
            }
        }
        report.warnings.append(&mut warnings);
        report.settle();
    }
}

impl Suppression {
    fn covers(&self, check: CheckId, path: Option<&str>, kind: Option<FindingKind>) -> bool {
        self.check == check
            && self.path.as_deref().is_none_or(|wanted| path == Some(wanted))
            && self.kind.is_none_or(|wanted| kind == Some(wanted))
    }
}

fn check_row(row: Row) -> Result<Suppression, String> {
    let check = SUPPRESSIBLE.iter().copied().find(|id| id.as_str() == row.check).ok_or_else(|| {
        let names: Vec<&str> = SUPPRESSIBLE.iter().map(|id| id.as_str()).collect();
        format!("`check` must be one of {}", names.join(", "))
    })?;
    let kind = match row.kind {
        None => None,
        Some(name) => Some(FindingKind::from_name(&name).ok_or("`kind` is not a kind of finding")?),
    };
    if check == CheckId::Residue && kind.is_none() {
        return Err("a suppression of document-residue needs a `kind`".into());
    }
    if row.reason.trim().is_empty() {
        return Err("`reason` is empty".into());
    }
    let expires = row.expires.to_string().parse::<Date>().map_err(|_| "`expires` is not a date such as 2027-01-31")?;
    Ok(Suppression { check, path: row.path, kind, reason: row.reason.trim().to_string(), expires })
}

#[cfg(test)]
mod tests {
    use super::super::report::Ledger;
    use super::*;
    use crate::model::Finding;

    const FILE: &str = "[[suppress]]\ncheck = \"document-residue\"\nkind = \"alt-text\"\npath = \"data/documents/0001.docx\"\nreason = \"read by the officer\"\nexpires = 2027-01-31\n";

    fn report() -> Report {
        let mut ledger = Ledger::default();
        ledger.found("data/documents/0001.docx", Finding::new(FindingKind::AltText, "word/document.xml", 1, ""));
        ledger.into_report()
    }

    #[test]
    fn an_accepted_finding_passes_until_its_date() {
        for (today, ok) in [(Some("2027-01-31"), true), (Some("2027-02-01"), false), (None, true)] {
            let mut report = report();
            assert!(!report.ok);
            Suppressions::parse(FILE, today.map(|day| day.parse().unwrap())).unwrap().apply(&mut report);
            assert_eq!(report.ok, ok, "{today:?}");
        }
    }

    #[test]
    fn a_suppression_covers_its_place_and_kind_only() {
        for (from, to) in [("alt-text", "comment"), ("0001", "0002")] {
            let mut report = report();
            Suppressions::parse(&FILE.replace(from, to), None).unwrap().apply(&mut report);
            assert!(!report.ok && !report.warnings.is_empty());
        }
    }

    #[test]
    fn what_proves_the_bundle_cannot_be_suppressed() {
        for bad in ["bag-payload-digest", "bundle-signature", "no-such-check"] {
            assert!(Suppressions::parse(&FILE.replace("document-residue", bad), None).is_err());
        }
        for bad in [
            FILE.replace("reason = \"read by the officer\"", "reason = \" \""),
            FILE.replace("kind = \"alt-text\"\n", ""),
            FILE.replace("path", "pth"),
        ] {
            assert!(Suppressions::parse(&bad, None).is_err());
        }
    }
}
