//! From a folder to facts, rulings and proven copies.

pub mod rescan;

pub use rescan::Releasable;
