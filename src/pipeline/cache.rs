//! Inspections kept from one run to the next, so that a draft that has not changed is hashed and not read again.
//!
//! An entry is named by everything that an inspection depends on: the bytes, what the extension promises, the limits, and the program
//! that looked. It holds what classification needs, and some of that is text: title pages, running headers, properties, names; and
//! hashes of five words that somebody could guess. So an entry is sealed with a key that follows from the bytes of the document: it
//! opens for whoever has the document, and tells nothing to anybody else. Documents that are refused are not kept.
//!
//! An entry that is missing, damaged or of another kind is made anew. Nothing is released on the word of an entry: a copy is made
//! from the document, and proved.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};
use chacha20::{ChaCha20, Key};
use sha2::{Digest as _, Sha256};

use super::{Inspected, crawl, look_at};
use crate::format::{Content, Format, sniff};
use crate::limits::Limits;
use crate::model::{Inspection, Wanted, hex};

/// The facts of a very long document take a few megabytes.
const ENTRY_BYTES_MAX: u64 = 256 << 20;
const CHECKSUM_BYTES: usize = 32;

/// A folder of sealed inspections.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    /// Digest of the program: other code may see something else.
    program: [u8; 32],
    unwritten: AtomicUsize,
}

impl Cache {
    /// Opens a cache, and makes its folder if need be.
    ///
    /// # Errors
    /// The system's error when the folder cannot be made, or the program not be read.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        let program = digest(&[env!("CARGO_PKG_VERSION").as_bytes(), &std::fs::read(std::env::current_exe()?)?]);
        Ok(Self { folder: folder.to_path_buf(), program, unwritten: AtomicUsize::new(0) })
    }

    /// As [`look_at`] with all facts, from the cache where it can be.
    ///
    /// `sha256` is that of the bytes.
    pub fn inspect<'a>(&self, name: &str, source: impl Into<Content<'a>>, sha256: &str, limits: &Limits) -> Inspected {
        let source = &source.into();
        let entry = self.entry(name, sha256, limits);
        let key = key(&entry, source).ok();
        if let Some(inspection) = key.and_then(|key| self.find(&entry, key)) {
            return Inspected { format: sniff(source), inspection: Ok(inspection) };
        }
        let inspected = look_at(name, source, Wanted::Facts, limits);
        if let Ok(inspection) = &inspected.inspection
            && crawl::still(source, sha256).is_ok()
            && key.is_none_or(|key| self.keep(&entry, key, inspection).is_err())
        {
            self.unwritten.fetch_add(1, Ordering::Relaxed);
        }
        inspected
    }

    /// How many inspections could not be written.
    pub fn unwritten(&self) -> usize {
        self.unwritten.load(Ordering::Relaxed)
    }

    fn entry(&self, name: &str, sha256: &str, limits: &Limits) -> [u8; 32] {
        let promised = Format::promised_by(name).map_or("", Format::as_str);
        let limits = serde_json::to_vec(limits).unwrap_or_default();
        digest(&[b"entry", &self.program, &limits, promised.as_bytes(), sha256.as_bytes()])
    }

    fn path(&self, entry: &[u8; 32]) -> PathBuf {
        let name = hex(entry);
        let (group, rest) = name.split_at(2);
        self.folder.join(group).join(rest)
    }

    fn find(&self, entry: &[u8; 32], key: [u8; 32]) -> Option<Inspection> {
        let mut sealed = Vec::new();
        let file = std::fs::File::open(self.path(entry)).ok()?;
        file.take(ENTRY_BYTES_MAX).read_to_end(&mut sealed).ok()?;
        seal(&mut sealed, key);
        let (checksum, kept) = sealed.split_at_checked(CHECKSUM_BYTES)?;
        if *checksum != digest(&[kept]) {
            return None;
        }
        serde_json::from_slice(kept).ok().filter(|inspection: &Inspection| inspection.facts.is_some())
    }

    /// Written aside and renamed: two runs may keep the same entry at one time, and a reader sees a whole one or none.
    fn keep(&self, entry: &[u8; 32], key: [u8; 32], inspection: &Inspection) -> std::io::Result<()> {
        let kept = serde_json::to_vec(inspection)?;
        let mut sealed = digest(&[&kept]).to_vec();
        sealed.extend_from_slice(&kept);
        seal(&mut sealed, key);
        let path = self.path(entry);
        let group = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(group)?;
        let mut file = tempfile::Builder::new().prefix(".").tempfile_in(group)?;
        file.write_all(&sealed)?;
        file.persist(&path)?;
        Ok(())
    }
}

/// The bytes come after something else: this digest does not follow from the digest of the bytes, which is no secret.
fn key(entry: &[u8; 32], source: &Content<'_>) -> std::io::Result<[u8; 32]> {
    let mut sum = Sha256::new();
    add(&mut sum, b"key");
    add(&mut sum, entry);
    sum.update(source.length().to_le_bytes());
    source.pieces(0..source.length(), |piece| {
        sum.update(piece);
        Ok(())
    })?;
    Ok(sum.finalize().into())
}

/// Seals, and opens what was sealed. One key seals one text only, so that the nonce can stay zero.
fn seal(bytes: &mut [u8], key: [u8; 32]) {
    ChaCha20::new(&Key::from(key), &[0; 12].into()).apply_keystream(bytes);
}

fn add(sum: &mut Sha256, thing: &[u8]) {
    sum.update((thing.len() as u64).to_le_bytes());
    sum.update(thing);
}

/// SHA-256 of several things, each after its length.
fn digest(things: &[&[u8]]) -> [u8; 32] {
    let mut sum = Sha256::new();
    for thing in things {
        add(&mut sum, thing);
    }
    sum.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sha256_hex;

    fn document(words: &str) -> Vec<u8> {
        let mut zip = crate::format::zip::Writer::new();
        let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
        zip.add("[Content_Types].xml", types.as_bytes());
        zip.add("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#);
        let body = format!(
            r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:ins w:author="Quilter"><w:r><w:t>{words}</w:t></w:r></w:ins></w:p></w:body></w:document>"#
        );
        zip.add("word/document.xml", body.as_bytes());
        zip.finish()
    }

    fn entries(folder: &Path) -> Vec<PathBuf> {
        let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        entries.map(walkdir::DirEntry::into_path).collect()
    }

    fn same(one: &Inspected, other: &Inspected) -> bool {
        one.format == other.format && one.inspection == other.inspection
    }

    const WORDS: &str = "The early schedules were late in November 2018";

    #[test]
    fn an_entry_holds_all_facts() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let (bytes, limits) = (document(WORDS), Limits::default());
        let sha256 = sha256_hex(&bytes);
        let words = |inspected: Inspected| inspected.inspection.unwrap().facts.unwrap().text.words;
        assert_eq!(words(cache.inspect("a.docx", &bytes, &sha256, &limits)), 8);
        assert_eq!(words(cache.inspect("a.docx", &bytes, &sha256, &limits)), 8);
        let entry = cache.entry("a.docx", &sha256, &limits);
        let source = Content::from(&bytes);
        let findings = look_at("a.docx", &source, Wanted::Findings, &limits).inspection.unwrap();
        cache.keep(&entry, key(&entry, &source).unwrap(), &findings).unwrap();
        assert_eq!(words(cache.inspect("a.docx", &bytes, &sha256, &limits)), 8);
    }

    #[test]
    fn an_entry_gives_back_the_inspection_and_tells_no_words() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let bytes = document(WORDS);
        let sha256 = sha256_hex(&bytes);
        let limits = Limits::default();
        let plain = look_at("a.docx", &Content::from(&bytes), Wanted::Facts, &limits);
        assert!(same(&plain, &cache.inspect("a.docx", &bytes, &sha256, &limits)));
        let [entry] = &entries(dir.path())[..] else { panic!("one entry") };
        let sealed = std::fs::read(entry).unwrap();
        // What lies there opens with the document, and holds the words then.
        let mut opened = sealed.clone();
        seal(&mut opened, key(&cache.entry("a.docx", &sha256, &limits), &Content::from(&bytes)).unwrap());
        for word in ["schedules", "Quilter", "shingles"] {
            assert!(memchr::memmem::find(&sealed, word.as_bytes()).is_none());
            assert!(memchr::memmem::find(&opened, word.as_bytes()).is_some());
        }
        assert!(same(&plain, &cache.inspect("b.docx", &bytes, &sha256, &limits)));
        assert_eq!(entries(dir.path()).len(), 1, "another name of the same kind needs no entry of its own");
    }

    #[test]
    fn a_damaged_entry_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let bytes = document(WORDS);
        let look = || cache.inspect("a.docx", &bytes, &sha256_hex(&bytes), &Limits::default());
        let plain = look();
        let entry = entries(dir.path()).remove(0);
        let whole = std::fs::read(&entry).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for damaged in [&b""[..], &whole[..10], &whole[..whole.len() - 1], &flipped, b"something else that is long enough to be an entry"] {
            std::fs::write(&entry, damaged).unwrap();
            assert!(same(&plain, &look()));
            assert_eq!(std::fs::read(&entry).unwrap(), whole);
        }
        assert_eq!(cache.unwritten(), 0);
    }

    #[test]
    fn other_bytes_limits_or_promises_are_other_entries_and_a_refusal_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let limits = Limits::default();
        let look = |name: &str, bytes: &[u8], limits: &Limits| cache.inspect(name, bytes, &sha256_hex(bytes), limits).inspection;
        let bytes = document(WORDS);
        assert!(look("a.docx", &bytes, &limits).is_ok());
        assert!(look("a.pdf", &bytes, &limits).is_err());
        assert!(look("a.docx", &bytes[..40], &limits).is_err());
        assert!(look("a.docx", &bytes, &Limits { nodes: 2, ..limits.clone() }).is_err());
        assert_eq!(entries(dir.path()).len(), 1);
        assert!(look("a.docx", &document("Other words"), &limits).is_ok());
        assert_eq!(entries(dir.path()).len(), 2);
    }

    #[test]
    fn a_cache_that_cannot_be_written_says_so_and_spoils_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(&dir.path().join("cache")).unwrap();
        std::fs::remove_dir(dir.path().join("cache")).unwrap();
        std::fs::write(dir.path().join("cache"), b"in the way").unwrap();
        let bytes = document(WORDS);
        assert!(cache.inspect("a.docx", &bytes, &sha256_hex(&bytes), &Limits::default()).inspection.is_ok());
        assert_eq!(cache.unwritten(), 1);
    }
}
