//! What a source may hold in memory while it is worked on, estimated before it is read.

use super::crawl::{self, Source};
use crate::limits::Limits;

/// Memory for each inflated byte: the text, the tape of its nodes, the copy.
const COPIES: u64 = 3;

/// Inflated bytes for each byte of a file that does not say how far it inflates.
const TYPICAL_RATIO: u64 = 8;

/// Estimated bytes in memory: the file, and what it inflates to by the sizes its directory names, as far as the limits let it.
pub fn weight(source: &Source, limits: &Limits) -> u64 {
    if !source.regular || source.set_aside.is_some() {
        return source.bytes;
    }
    let inflated = declared(source).unwrap_or_else(|| source.bytes.saturating_mul(TYPICAL_RATIO)).min(limits.total_bytes);
    source.bytes.saturating_add(inflated.saturating_mul(COPIES))
}

/// The sum of the inflated sizes in the central directory of a ZIP container (APPNOTE.TXT 6.3 §4.3.12); `None` for other files.
fn declared(source: &Source) -> Option<u64> {
    let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
    let archive = rawzip::ZipArchive::from_file(crawl::open(source).ok()?, &mut buffer).ok()?;
    let mut entries = archive.entries(&mut buffer);
    let mut total = 0_u64;
    while let Some(entry) = entries.next_entry().ok()? {
        total = total.saturating_add(entry.uncompressed_size_hint());
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::zip::Writer;

    #[test]
    fn an_archive_weighs_what_it_says_it_inflates_to_and_others_by_their_size() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Writer::new();
        archive.add("a", &vec![b'a'; 100_000]);
        archive.add("b", &vec![b'b'; 50_000]);
        let (bytes, limits) = (archive.finish(), Limits::default());
        std::fs::write(folder.path().join("a.docx"), &bytes).unwrap();
        std::fs::write(folder.path().join("b.pdf"), b"%PDF-1.7").unwrap();
        let sources = super::super::crawl::crawl(folder.path()).unwrap();
        let weights: Vec<u64> = sources.iter().map(|source| weight(source, &limits)).collect();
        assert_eq!(weights, [bytes.len() as u64 + 3 * 150_000, 8 + 3 * 64]);
        let narrow = Limits { total_bytes: 1_000, ..limits };
        assert_eq!(weight(&sources[0], &narrow), bytes.len() as u64 + 3_000);
    }
}
