//! Prepares the drafts of a document for disclosure.
//!
//! An officer holds a folder of drafts. `cleardraft` inspects each, finds out which came before which,
//! proposes what to release and what to withhold, takes hidden data out of the copies to be released,
//! reads each copy again to prove it, and bundles the result with its schedule, letter and record.
//!
//! The three layers never mix: backends report *facts* ([`model::Finding`]), one table turns facts into
//! *rulings* ([`policy::matrix`]), and backends carry out *orders* ([`policy::Orders`]).

pub mod bundle;
pub mod case;
pub mod cli;
pub mod error;
pub mod format;
pub mod letter;
pub mod limits;
pub mod lineage;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod policy;
pub mod record;
pub mod report;
pub mod schedule;

pub use error::{Blame, DocError, Fault, Place};
pub use limits::Limits;
