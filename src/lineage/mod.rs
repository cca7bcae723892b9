//! Which draft is which: version labels, families, order, stage.

pub mod label;
pub mod shingles;
