//! Version labels in file names.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = cleardraft::lineage::label::parse(text);
});
