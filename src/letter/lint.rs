//! Checks of the letter against the record: stable ids, each an error or a warning.

use serde::Serialize;

use super::Composed;
use crate::case::{Case, Preset};
use crate::record::DecisionRecord;

/// How bad a lint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    Warning,
    /// The letter may not be sent.
    Error,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// Stable id.
    pub id: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, for an officer.
    pub message: String,
    /// How to mend it.
    pub help: &'static str,
}

/// Checks that need the record.
pub fn record(_record: &DecisionRecord, _case: &Case, _preset: &Preset, _composed: &Composed) -> Vec<Lint> {
    Vec::new()
}
