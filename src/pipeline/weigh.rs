//! What a source may hold in memory while it is worked on, estimated before it is read.

use std::io::Read as _;

use super::crawl::{self, Source};
use crate::format::content::IN_MEMORY_BYTES;
use crate::format::ooxml::package;
use crate::format::pdf;
use crate::limits::Limits;

/// Memory for each inflated byte: what was read, what is written, and what is in between.
const COPIES: u64 = 3;

/// Memory in which a copy waits before it goes to a file, and pictures beside it.
const WAITING_BYTES: u64 = 2 * IN_MEMORY_BYTES;

/// Memory for each byte of markup: the text, the tape of its nodes, the copy.
const MARKUP_COPIES: u64 = 8;

/// Inflated bytes for each byte of a file that does not say how far it inflates.
const TYPICAL_RATIO: u64 = 8;

/// Memory for each number, name or other value of a PDF.
const VALUE_BYTES: u64 = 128;

/// Size of a PDF from which on its values are counted.
const COUNTED_BYTES: u64 = 1 << 20;

/// Estimated bytes in memory: the file unless it is large, and what it inflates to by the sizes its directory names, as far as the limits
/// let it.
pub fn weight(source: &Source, limits: &Limits) -> u64 {
    if !source.regular || source.set_aside.is_some() {
        return source.bytes;
    }
    if let Some(declared) = declared(source, limits) {
        return if source.bytes > IN_MEMORY_BYTES { declared } else { source.bytes.saturating_add(declared) };
    }
    // What is in a large file is inflated piece by piece.
    let inflated = source.bytes.min(IN_MEMORY_BYTES).saturating_mul(TYPICAL_RATIO).min(limits.total_bytes);
    let inflating = source.bytes.saturating_add(inflated.saturating_mul(COPIES));
    if source.bytes < COUNTED_BYTES {
        return inflating;
    }
    let of_values = values(source).unwrap_or_default().min(limits.values.saturating_mul(2)).saturating_mul(VALUE_BYTES);
    inflating.max(source.bytes.saturating_mul(COPIES).saturating_add(of_values))
}

/// What could be a value in a file, were it a PDF without a stream.
fn values(source: &Source) -> Option<u64> {
    let mut file = crawl::open(source).ok()?;
    let mut chunk = vec![0; 1 << 16];
    let mut total = 0;
    loop {
        match file.read(&mut chunk).ok()? {
            0 => return Some(total),
            length => total += pdf::values(chunk.get(..length)?),
        }
    }
}

/// What the members take by the inflated sizes in the central directory of a ZIP container (APPNOTE.TXT 6.3 §4.3.12), as far as the
/// limits let them; `None` for other files.
fn declared(source: &Source, limits: &Limits) -> Option<u64> {
    const LEAST: usize = 1 << 12;
    let buffer_bytes = usize::try_from(source.bytes).unwrap_or(usize::MAX).clamp(LEAST, rawzip::RECOMMENDED_BUFFER_SIZE);
    let mut buffer = vec![0; buffer_bytes];
    let archive = rawzip::ZipArchive::from_file(crawl::open(source).ok()?, &mut buffer).ok()?;
    let mut entries = archive.entries(&mut buffer);
    let (mut markup, mut other, mut small, mut largest) = (0_u64, 0_u64, 0_u64, 0_u64);
    while let Some(entry) = entries.next_entry().ok()? {
        let bytes = entry.uncompressed_size_hint();
        if [&b".xml"[..], b".rels"].iter().any(|end| entry.file_path().as_bytes().ends_with(end)) {
            markup = markup.saturating_add(bytes);
            continue;
        }
        other = other.saturating_add(bytes);
        largest = largest.max(bytes);
        if bytes <= package::PART_BYTES {
            small = small.saturating_add(bytes);
        }
    }
    let left = limits.total_bytes.saturating_sub(markup);
    let markup_bytes = markup.min(limits.total_bytes).saturating_mul(MARKUP_COPIES);
    // The large parts of a large package are inflated one at a time.
    let other_bytes = if markup.saturating_add(other) > package::PACKAGE_BYTES {
        small.saturating_add(largest).min(left).saturating_mul(COPIES).saturating_add(WAITING_BYTES)
    } else {
        other.min(left).saturating_mul(COPIES)
    };
    Some(markup_bytes.saturating_add(other_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::zip::Writer;

    #[test]
    fn an_archive_weighs_what_it_says_it_inflates_to_and_others_by_their_size() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Writer::new();
        archive.add("a.xml", &vec![b'a'; 100_000]);
        archive.add("b", &vec![b'b'; 50_000]);
        let (bytes, limits) = (archive.finish(), Limits::default());
        std::fs::write(folder.path().join("a.docx"), &bytes).unwrap();
        std::fs::write(folder.path().join("b.pdf"), b"%PDF-1.7").unwrap();
        let sources = super::super::crawl::crawl(folder.path()).unwrap();
        let weights: Vec<u64> = sources.iter().map(|source| weight(source, &limits)).collect();
        assert_eq!(weights, [bytes.len() as u64 + 8 * 100_000 + 3 * 50_000, 8 + 3 * 64]);
        let mut large = Writer::new();
        for name in ["a", "b", "c"] {
            large.add(name, &vec![b'a'; 7 << 20]);
        }
        large.add("d", b"small");
        let large = large.finish();
        std::fs::write(folder.path().join("d.docx"), &large).unwrap();
        let sources = super::super::crawl::crawl(folder.path()).unwrap();
        assert_eq!(weight(&sources[2], &limits), large.len() as u64 + 3 * ((7 << 20) + 5) + WAITING_BYTES);
        let dense = "0 ".repeat(1 << 20);
        std::fs::write(folder.path().join("c.pdf"), &dense).unwrap();
        let sources = super::super::crawl::crawl(folder.path()).unwrap();
        assert_eq!(weight(&sources[2], &limits), (1 << 20) * (2 * 3 + 128));
        // A scan of many pages: the file and its objects, of which a few are inflated at a time.
        let scan = std::fs::File::create(folder.path().join("e.pdf")).unwrap();
        scan.set_len(40 << 20).unwrap();
        let sources = super::super::crawl::crawl(folder.path()).unwrap();
        assert_eq!(weight(&sources[4], &limits), (40 << 20) + COPIES * TYPICAL_RATIO * IN_MEMORY_BYTES);
        let narrow = Limits { total_bytes: 1_000, ..limits };
        assert_eq!(weight(&sources[0], &narrow), bytes.len() as u64 + 8_000);
    }
}
