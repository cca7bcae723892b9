//! The archive reader.
#![no_main]

use cleardraft::Limits;
use cleardraft::format::zip::{Archive, Budget};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { part_bytes: 1 << 20, total_bytes: 4 << 20, members: 64, ..Limits::default() };
    if let Ok(archive) = Archive::open(bytes, &limits) {
        let mut budget = Budget::new(&limits);
        let mut total = 0;
        for entry in &archive.entries {
            if let Ok(inflated) = entry.inflate(&mut budget) {
                assert!(inflated.bytes.len() as u64 <= limits.part_bytes);
                total += inflated.bytes.len() as u64;
            }
        }
        assert!(total <= limits.total_bytes);
    }
});
