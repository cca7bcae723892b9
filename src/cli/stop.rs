//! Why a command ends before its work is done, and the exit code that says so.

use std::fmt;
use std::path::Path;

use crate::bundle::BundleError;
use crate::case::ConfigError;
use crate::error::Blame;
use crate::model::printable;
use crate::pipeline::pool::PoolError;
use crate::plan::PlanFault;

/// All done, nothing needs attention.
pub(super) const DONE: u8 = 0;
/// Done, and something needs a person.
pub(super) const NEEDS_A_PERSON: u8 = 1;
const CALL: u8 = 2;
const MACHINE: u8 = 3;
const INTERRUPTED: u8 = 130;

/// Why a command stops. Nothing it was to write is left behind.
#[derive(Debug)]
pub(super) enum Stop {
    /// The call or a file that it names is wrong.
    Call { message: String, help: String },
    /// The machine failed.
    Machine { message: String, help: String },
    /// Ctrl-C arrived while something was being written.
    Interrupted,
}

impl Stop {
    /// The call is wrong.
    pub(super) fn call(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Call { message: message.into(), help: help.into() }
    }

    /// The machine failed at a path.
    pub(super) fn disk(path: &Path, error: &std::io::Error) -> Self {
        Self::Machine {
            message: format!("{}: {error}", shown(path)),
            help: "check permissions and free space; nothing was left behind".into(),
        }
    }

    /// The same where these were written and stand: only the report about them is missing.
    pub(super) fn after(self, written: &[&Path]) -> Self {
        let stands = written.iter().map(|path| shown(path)).collect::<Vec<_>>().join(" and ");
        match self {
            Self::Call { message, .. } | Self::Machine { message, .. } => {
                Self::Machine { message, help: format!("{stands} stand complete; only the report about them was not written") }
            }
            Self::Interrupted => Self::Interrupted,
        }
    }

    /// A path that the call names cannot be read.
    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::call(format!("{}: {error}", shown(path)), "name a file or folder that exists and that you may read")
    }

    /// The exit code.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Call { .. } => CALL,
            Self::Machine { .. } => MACHINE,
            Self::Interrupted => INTERRUPTED,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { message, help } | Self::Machine { message, help } if help.is_empty() => f.write_str(message),
            Self::Call { message, help } | Self::Machine { message, help } => write!(f, "{message}\nhelp: {help}"),
            Self::Interrupted => f.write_str("interrupted; nothing was written"),
        }
    }
}

impl From<PoolError> for Stop {
    fn from(error: PoolError) -> Self {
        Self::Machine { message: error.to_string(), help: "try again with --jobs 1".into() }
    }
}

impl From<BundleError> for Stop {
    fn from(error: BundleError) -> Self {
        let (message, help) = (error.to_string(), error.help().to_owned());
        match (&error, error.blame()) {
            (BundleError::Interrupted, _) => Self::Interrupted,
            (_, Blame::Disk) => Self::Machine { message, help },
            (_, Blame::Caller | Blame::File | Blame::Limit) => Self::Call { message, help },
        }
    }
}

impl From<PlanFault> for Stop {
    fn from(fault: PlanFault) -> Self {
        Self::call(fault.to_string(), fault.help())
    }
}

impl From<ConfigError> for Stop {
    fn from(error: ConfigError) -> Self {
        Self::call(error.to_string(), "")
    }
}

/// A path that is safe to show.
pub(super) fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}
