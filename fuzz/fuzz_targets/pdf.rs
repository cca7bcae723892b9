//! PDF files.
#![no_main]

mod common;

use cleardraft::policy::TrackedChanges;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| common::round("a.pdf", bytes, TrackedChanges::Accept));
