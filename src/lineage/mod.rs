//! Which draft is which: version labels, families, order, stage.
//!
//! Pure: the same drafts give the same placements, whatever their order. File names count as one source among several.

pub mod label;
pub mod shingles;

mod apart;
mod classify;
mod clues;
mod duplicates;
mod family;
mod forms;
mod nodes;
mod order;
mod overlap;
mod path;
mod reasons;
mod reports;
mod stage;
mod tree;
mod trust;
mod types;
mod votes;

pub use classify::classify;
pub use tree::tree;
pub use types::{Draft, DuplicateKind, Evidence, MilestoneAt, Placement, ReportSpec, Version};

#[cfg(test)]
mod tests;
