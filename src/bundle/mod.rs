//! The public bundle and the internal record: written whole or not at all, and judged again by anyone who holds one.
//!
//! This is one of the few places that touch the disk. Threads: writing with `fsync`, hashing and re-inspection are bound by the
//! disk and by inflating, file by file and without order, so they use `rayon` here; every result is sorted before anyone sees it.

mod agree;
pub mod bag;
pub mod digest;
pub mod disclosure;
mod fault;
pub mod interrupt;
pub mod manifest;
pub mod paths;
pub mod render;
pub mod report;
pub mod sign;
mod staging;
pub mod suppress;
pub mod verify;
pub mod write;

pub use disclosure::Disclosure;
pub use fault::BundleError;
pub use paths::{outside, resolve};
pub use render::{Body, Contents, Files, Source, render};
pub use report::{Check, CheckId, Report, Residue, Warning};
pub use sign::{Signer, Trust};
pub use suppress::Suppressions;
pub use verify::{VerifyOptions, verify};
pub use write::{Targets, Written, make_way, write, write_copies};
