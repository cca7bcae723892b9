//! Reports: one set of facts, printed as JSON, CSV or a table for people.
//!
//! Paths are relative with forward slashes; findings carry kind, place and count, never the words that were found.

pub mod csv;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod verdict;
