//! What the end-to-end tests share: documents built in raw XML, a believable case, and a driver for the binary.

#![allow(dead_code, reason = "each test file uses its own share of this module")]
#![allow(clippy::unwrap_used, clippy::must_use_candidate, reason = "a test that cannot go on fails")]
#![allow(clippy::format_push_string, clippy::format_collect, reason = "small documents, built once; reads better than write!")]

pub mod cli;
pub mod docx;
pub mod story;
pub mod text;
#[cfg(target_os = "linux")]
pub mod watch;
pub mod zip;

/// Every member of an archive after inflation, and the archive's own bytes: where a byte search must look.
pub fn every_byte(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut out = zip::read(archive);
    out.push(("the archive itself".into(), archive.to_vec()));
    out
}

/// Whether bytes hold words in UTF-8, or in UTF-16 of either byte order.
pub fn holds(bytes: &[u8], words: &str) -> bool {
    let little: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
    [words.as_bytes(), &little, &big].iter().any(|needle| memchr::memmem::find(bytes, needle).is_some())
}

/// The parts of an archive that hold words, for messages.
pub fn places_of(archive: &[u8], words: &str) -> Vec<String> {
    every_byte(archive)
        .into_iter()
        .filter(|(name, bytes)| holds(bytes, words) || holds(name.as_bytes(), words))
        .map(|(name, _)| name)
        .collect()
}
