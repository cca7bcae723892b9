//! The response letter, rendered from the decision record and the case file.
//!
//! [`compose`] makes the blocks, [`text`] prints them plainly, [`docx`] as a Word document. What is not known prints as a
//! named gap and makes the letter a draft.

mod answer;
mod compose;
mod grounds;
pub mod lint;
mod model;
mod other;
mod package;
mod relied;
#[cfg(test)]
mod tests;
mod word;

pub use compose::compose;
pub use lint::{Lint, Severity};
pub use model::{Block, Composed, Table, gaps_of};

use crate::case::{Case, Preset};
use crate::record::DecisionRecord;

/// A letter as Word document, with what keeps it from being final.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// The `.docx` file; the same input gives the same bytes.
    pub bytes: Vec<u8>,
    /// Keys of the case file that are missing, sorted; each stands in the letter as `[GAP: key]`.
    pub gaps: Vec<String>,
    /// What the lints say.
    pub lints: Vec<Lint>,
}

impl Letter {
    /// Whether the letter may be sent: no gap, and no lint that is an error. A letter that is not final carries a DRAFT mark.
    pub fn is_final(&self) -> bool {
        self.gaps.is_empty() && !self.lints.iter().any(|lint| lint.severity == Severity::Error)
    }
}

/// Writes the letter as a Word document (ECMA-376, transitional).
pub fn docx(record: &DecisionRecord, case: &Case, preset: &Preset) -> Letter {
    let composed = compose(record, case, preset);
    let lints = lint::record(record, case, preset, &composed);
    let ready = composed.gaps.is_empty() && !lints.iter().any(|lint| lint.severity == Severity::Error);
    let composed = if ready { composed } else { marked(composed) };
    let bytes = word::write(&composed, preset);
    Letter { bytes, gaps: composed.gaps, lints }
}

/// The letter as plain text, for reading and for golden tests.
pub fn text(composed: &Composed) -> String {
    let mut out = String::new();
    for block in &composed.blocks {
        let line = match block {
            Block::Authority(text) | Block::Plain(text) => text.clone(),
            Block::Subject(text) | Block::Heading(_, text) => {
                format!("{}{text}", if matches!(block, Block::Heading(2, _)) { "## " } else { "# " })
            }
            Block::DraftMark(text) => format!("*** {text} ***"),
            Block::Lines(lines) => lines.join("\n"),
            Block::Paragraph(number, text) => format!("{number}. {text}"),
            Block::Quote(text) => format!("> {text}"),
            Block::Bullet(text) => format!("- {text}"),
            Block::Table(table) => {
                let mut rows = vec![table.caption.clone(), table.header.join(" | ")];
                rows.extend(table.rows.iter().map(|row| row.join(" | ")));
                rows.join("\n")
            }
            Block::NewPage => "----".to_owned(),
        };
        out.push_str(&line);
        out.push_str("\n\n");
    }
    format!("{}\n", out.trim_end())
}

/// What a letter that may not be sent says of itself.
pub const DRAFT_MARK: &str = "DRAFT: not to be sent. Parts in square brackets are still missing, or a check has failed.";

/// The letter under a visible mark.
pub fn marked(mut composed: Composed) -> Composed {
    composed.blocks.insert(0, Block::DraftMark(DRAFT_MARK.to_owned()));
    composed
}
