//! How high lines are (ECMA-376-1 §17.3.1.33).

use crate::format::ooxml::lengths::measure;
use crate::format::xml::{Ns, Sym, Tape};

/// Lines of more are lines of this height: 22 inches.
const HIGHEST: i64 = 31_680;
/// The parts of a line in which a share is given.
const PARTS: i64 = 240;

/// What is said of the height of lines; lengths are in twentieths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    /// In 240ths of what the letters need.
    Share(i64),
    /// However high the letters are.
    Exact(i64),
    /// At the least.
    AtLeast(i64),
}

impl Default for Line {
    fn default() -> Self {
        Self::Share(PARTS)
    }
}

impl Line {
    /// What a `w:spacing` of a paragraph says.
    pub fn of(tape: &Tape<'_>, spacing: usize) -> Option<Self> {
        let line = measure(tape, spacing, "line")?.clamp(0, HIGHEST);
        Some(match tape.attr(spacing, Ns::W, Sym::of(b"lineRule")).as_deref() {
            Some("exact") => Self::Exact(line),
            Some("atLeast") => Self::AtLeast(line),
            _ => Self::Share(line),
        })
    }

    /// The least height of a line of letters of a size: hardly any font needs less than a tenth more than the size of its letters.
    pub fn least(self, size: i64) -> i64 {
        let needed = size.saturating_mul(11) / 10;
        match self {
            Self::Share(share) => needed.saturating_mul(share) / PARTS,
            Self::Exact(height) => height,
            Self::AtLeast(height) => height.max(needed),
        }
    }
}
