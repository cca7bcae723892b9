//! Stages and decisions.

use serde::{Deserialize, Serialize};

/// Where a draft stands in the life of its report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Before the milestone.
    Early,
    /// At or after the milestone.
    Later,
    /// The published text.
    Final,
    /// The evidence does not say, or contradicts itself.
    Unknown,
}

impl Stage {
    /// The word used in reports and policy files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::Later => "later",
            Self::Final => "final",
            Self::Unknown => "unknown",
        }
    }
}

/// What happens to a draft. Proposed by the tool, made by the officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// A sanitised copy goes out.
    Release,
    /// Nothing of it goes out; the schedule lists it.
    Withhold,
    /// A person must look before anything else happens.
    Review,
}

impl Decision {
    /// The word used in reports, plans and policy files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Withhold => "withhold",
            Self::Review => "review",
        }
    }
}
