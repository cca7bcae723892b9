//! The archive reader: from memory, and piece by piece from a file, which say the same.
#![no_main]

use std::io::{Seek as _, Write as _};

use cleardraft::Limits;
use cleardraft::format::Content;
use cleardraft::format::zip::{Archive, Budget};
use libfuzzer_sys::fuzz_target;

type Said = Result<Vec<Result<(u64, usize), &'static str>>, &'static str>;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { part_bytes: 1 << 20, total_bytes: 4 << 20, members: 64, ..Limits::default() };
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).and_then(|()| file.rewind()).expect("a temporary file is written");
    let in_file = Content::of_file(file, bytes.len() as u64);
    let inflated = said(&bytes.into(), &limits, |archive| {
        let mut budget = Budget::new(&limits);
        let inflated = archive.entries.iter().map(|entry| entry.inflate(&mut budget));
        inflated.map(|inflated| inflated.map(|inflated| (inflated.bytes.len() as u64, inflated.tail)).map_err(code)).collect()
    });
    let checked = said(&in_file, &limits, |archive| {
        let mut budget = Budget::new(&limits);
        archive.entries.iter().map(|entry| entry.check(&mut budget).map_err(code)).collect()
    });
    assert_eq!(inflated, checked);
    let lengths = inflated.iter().flatten().filter_map(|said| said.as_ref().ok()).map(|(length, _)| *length);
    assert!(lengths.clone().all(|length| length <= limits.part_bytes));
    assert!(lengths.sum::<u64>() <= limits.total_bytes);
});

fn said(content: &Content<'_>, limits: &Limits, look: impl FnOnce(&Archive<'_>) -> Vec<Result<(u64, usize), &'static str>>) -> Said {
    Archive::open(content, limits).map(|archive| look(&archive)).map_err(code)
}

fn code(error: cleardraft::DocError) -> &'static str {
    error.fault.code()
}
