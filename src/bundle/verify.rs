//! Is a bundle complete, untouched, in agreement with itself, and free of residue.
//!
//! The bag is judged as any bag (`bag`). A disclosure bundle must also hold what the writer writes and nothing else, byte for byte
//! where the form is fixed, so that nothing can be added or spelt differently unseen; and every released document is read again.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;

use super::agree;
use super::bag::{Bag, examine};
use super::digest::Algorithm;
use super::disclosure::{DisclosedFile, Disclosure, SCHEMA};
use super::fault::{BundleError, show};
use super::manifest;
use super::render::{DECLARATION, DISCLOSURE, DOCUMENTS, Files, MANIFEST, SIGNATURE, TAG_MANIFEST};
use super::report::{CheckId, Ledger, Report};
use super::sign::{Trust, consistent};
use super::suppress::Suppressions;
use crate::error::{DocError, FileFault};
use crate::format::content::IN_MEMORY_BYTES;
use crate::format::{self, Content, Format};
use crate::letter::lint;
use crate::limits::Limits;
use crate::model::{Finding, printable};
use crate::policy::{Orders, TrackedChanges};
use crate::schedule;

/// The payload beside the documents.
const SCHEDULE: &str = "data/schedule.csv";
const PAGE: &str = "data/schedule.html";
const LETTER: &str = "data/letter.docx";
const PUBLIC_FILES: &[&str] = &[SCHEDULE, PAGE, LETTER];
/// Lints that say whether the public files agree and are clean, whatever state the letter is in.
const AGREEMENT: &[&str] = &["letter-counts", "letter-attachments", "letter-residue"];
const BAG_INFO: &str = "bag-info.txt";
const TAG_FILES: &[&str] = &["bagit.txt", BAG_INFO, DISCLOSURE, MANIFEST, TAG_MANIFEST];

/// Looks at one public file (path inside the bundle, bytes) and returns what it should not say, in plain words.
pub type Lint<'a> = dyn Fn(&str, &[u8]) -> Vec<String> + Sync + 'a;

/// What to check beside the bag.
#[derive(Default)]
pub struct VerifyOptions<'a> {
    /// Judge any BagIt bag, and nothing but the bag.
    pub bag_only: bool,
    /// Keys one of which must have signed the tag manifest.
    pub trust: Option<&'a Trust>,
    /// Orders that the re-inspection holds the documents against; the treatment of tracked changes comes from `disclosure.json`.
    pub orders: Orders,
    /// Budget for one document.
    pub limits: Limits,
    /// Accepted findings.
    pub suppressions: Option<&'a Suppressions>,
    /// More rules for schedule and letter.
    pub lint: Option<&'a Lint<'a>>,
    /// The bundle as it was made again in memory from the sources and the record.
    pub rebuilt: Option<&'a Files<'a>>,
}

/// Judges a bundle. Reads only.
///
/// # Errors
/// [`BundleError::NotAFolder`] when there is nothing to judge. Everything that is wrong with a bundle is in the report.
pub fn verify(bundle: &Path, options: &VerifyOptions) -> Result<Report, BundleError> {
    if !bundle.is_dir() {
        return Err(BundleError::NotAFolder { path: show(bundle) });
    }
    let mut ledger = Ledger::default();
    let bag = examine(bundle, &mut ledger);
    if !options.bag_only {
        ledger.harden();
        let mut judge = Judge { root: bundle, bag: &bag, options, ledger: &mut ledger };
        judge.layout();
        judge.canonical();
        judge.signature();
        let disclosure = judge.disclosure();
        let letter = judge.letter_files(disclosure.as_ref());
        let paths = judge.documents();
        let judge_ref = &judge;
        // The letter is held against the schedule while the documents are read again.
        let (looks, letter) = rayon::join(
            || judge_ref.looks(&paths, disclosure.as_ref()),
            || letter.map(|files| (files.is_draft, judge_ref.letter_lints(&files))),
        );
        judge.record_looks(looks);
        judge.public_files(disclosure.as_ref());
        if let Some((is_draft, lints)) = letter {
            judge.record_lints(is_draft, lints);
        }
        judge.lint_public_files();
        judge.rebuild();
    }
    let mut report = ledger.into_report();
    if let Some(suppressions) = options.suppressions {
        suppressions.apply(&mut report);
    }
    Ok(report)
}

struct Judge<'a> {
    root: &'a Path,
    bag: &'a Bag,
    options: &'a VerifyOptions<'a>,
    ledger: &'a mut Ledger,
}

impl Judge<'_> {
    /// Nothing but what the writer writes: no stray, hidden or temporary file, no empty folder.
    fn layout(&mut self) {
        self.ledger.ran(CheckId::Layout);
        self.ledger.ran(CheckId::Names);
        for path in self.bag.files.keys() {
            if let Some(name) = path.strip_prefix(DOCUMENTS) {
                if !is_neutral(name) {
                    self.ledger.fail(
                        CheckId::Names,
                        Some(path),
                        "is not a neutral name: small letters, digits and hyphens with one extension",
                    );
                }
            } else if !PUBLIC_FILES.contains(&path.as_str()) && !TAG_FILES.contains(&path.as_str()) && path != SIGNATURE {
                self.ledger.fail(CheckId::Layout, Some(path), "does not belong into a bundle");
            }
        }
        for required in TAG_FILES.iter().chain([&SCHEDULE, &PAGE]).filter(|path| !self.bag.files.contains_key(**path)) {
            self.ledger.fail(CheckId::Layout, Some(required), "is not there");
        }
        for folder in &self.bag.folders {
            let known = folder == "data" || *folder == DOCUMENTS.trim_end_matches('/');
            let prefix = format!("{folder}/");
            let holds_files = self.bag.files.range(prefix.clone()..).next().is_some_and(|(path, _)| path.starts_with(&prefix));
            if !known && !holds_files {
                self.ledger.fail(CheckId::Layout, Some(folder), "does not belong into a bundle");
            }
        }
    }

    /// The parts whose form is fixed are as the writer writes them: no other spelling of the same meaning.
    fn canonical(&mut self) {
        self.ledger.ran(CheckId::Canonical);
        if self.read("bagit.txt").is_some_and(|bytes| bytes != DECLARATION.as_bytes()) {
            self.ledger.fail(CheckId::Canonical, Some("bagit.txt"), "differs from the declaration of every bundle");
        }
        let only_sha256 = |listings: &BTreeMap<Algorithm, _>| listings.keys().eq([Algorithm::Sha256].iter());
        if !only_sha256(&self.bag.manifests) || !only_sha256(&self.bag.tag_manifests) {
            self.ledger.fail(CheckId::Canonical, None, "a bundle has one payload manifest and one tag manifest, by SHA-256");
        }
        for (name, listings) in [(MANIFEST, &self.bag.manifests), (TAG_MANIFEST, &self.bag.tag_manifests)] {
            let Some(listing) = listings.get(&Algorithm::Sha256) else { continue };
            let printed = manifest::print(listing.iter().map(|(path, digest)| (path.as_str(), digest.as_str())));
            if self.read(name).is_some_and(|bytes| bytes != printed.as_bytes()) {
                self.ledger.fail(CheckId::Canonical, Some(name), "is not sorted and spelt as manifests of a bundle are");
            }
        }
        // A key that stands twice is read as its last value by some, as its first by others.
        let is_spelt = |bytes: &[u8]| {
            let value = serde_json::from_slice::<serde_json::Value>(bytes).ok();
            value.and_then(|value| serde_json::to_vec_pretty(&value).ok()).is_none_or(|printed| printed == bytes.trim_ascii_end())
        };
        if self.read(DISCLOSURE).is_some_and(|bytes| !is_spelt(&bytes)) {
            self.ledger.fail(CheckId::Canonical, Some(DISCLOSURE), "is not spelt as the writer spells it");
        }
        if let Some(tags) = self.bag.tag_manifests.get(&Algorithm::Sha256) {
            for name in TAG_FILES.iter().filter(|name| **name != TAG_MANIFEST && !tags.contains_key(**name)) {
                self.ledger.fail(CheckId::Canonical, Some(name), "is not listed in the tag manifest");
            }
        }
    }

    fn signature(&mut self) {
        let there = self.bag.files.contains_key(SIGNATURE);
        let message = self.read(TAG_MANIFEST).unwrap_or_default();
        let signature = self.read(SIGNATURE).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let verdict = match (self.options.trust, there) {
            (None, false) => return,
            (Some(_), false) => Err("is not there: the bundle is not signed"),
            (Some(trust), true) => trust.check(&message, &signature),
            (None, true) => consistent(&message, &signature),
        };
        match verdict {
            Err(why) => self.ledger.fail(CheckId::Signature, Some(SIGNATURE), why),
            Ok(()) if self.options.trust.is_some() => self.ledger.ran(CheckId::Signature),
            Ok(()) => {
                self.ledger.warn(CheckId::Signature, Some(SIGNATURE), "a signature is present but unproved: no trusted key was given");
            }
        }
    }

    fn disclosure(&mut self) -> Option<Disclosure> {
        self.ledger.ran(CheckId::Disclosure);
        let bytes = self.read(DISCLOSURE)?;
        let disclosure = match serde_json::from_slice::<Disclosure>(&bytes) {
            Ok(disclosure) if disclosure.schema == SCHEMA => disclosure,
            Ok(_) => {
                self.ledger.fail(CheckId::Disclosure, Some(DISCLOSURE), format!("is not of the form {SCHEMA}"));
                return None;
            }
            Err(error) => {
                self.ledger.fail(
                    CheckId::Disclosure,
                    Some(DISCLOSURE),
                    format!("cannot be read: line {} column {}", error.line(), error.column()),
                );
                return None;
            }
        };
        if disclosure.letter.is_some() && !self.bag.files.contains_key(LETTER) {
            self.ledger.fail(CheckId::Layout, Some(LETTER), "is not there");
        }
        for difference in disclosure.inner_differences() {
            self.ledger.fail(CheckId::Disclosure, Some(DISCLOSURE), difference);
        }
        let empty = BTreeMap::new();
        let listing = self.bag.manifests.get(&Algorithm::Sha256).unwrap_or(&empty);
        let named = disclosure.files();
        for (path, file) in &named {
            match self.bag.files.get(*path) {
                _ if !path.starts_with(DOCUMENTS) => {
                    self.ledger.fail(CheckId::Disclosure, Some(path), "is called a released document and lies elsewhere");
                }
                None => self.ledger.fail(CheckId::Disclosure, Some(path), "stands in disclosure.json and is not there"),
                Some(length) if file.bytes != *length => {
                    self.ledger.fail(CheckId::Disclosure, Some(path), "has another length than disclosure.json says");
                }
                Some(_) if listing.get(*path) != Some(&file.sha256) => {
                    self.ledger.fail(CheckId::Disclosure, Some(path), "has another digest in disclosure.json than in the manifest");
                }
                Some(_) => {}
            }
        }
        for path in self.bag.files.keys().filter(|path| path.starts_with(DOCUMENTS) && !named.contains_key(path.as_str())) {
            self.ledger.fail(CheckId::Disclosure, Some(path), "does not stand in disclosure.json");
        }
        Some(disclosure)
    }

    /// Every released document, and the letter, which is one more document that goes out, with their sizes.
    fn documents(&mut self) -> Vec<(String, u64)> {
        self.ledger.ran(CheckId::Residue);
        self.ledger.ran(CheckId::Unread);
        let files = self.bag.files.iter().filter(|(path, _)| path.starts_with(DOCUMENTS) || *path == LETTER);
        files.map(|(path, length)| (path.clone(), *length)).collect()
    }

    /// Reads them again.
    fn looks(&self, paths: &[(String, u64)], disclosure: Option<&Disclosure>) -> Vec<(String, Result<Look, String>)> {
        let known = disclosure.map(Disclosure::files).unwrap_or_default();
        let (root, options) = (self.root, self.options);
        let look = |(path, length): &(String, u64)| (path.clone(), look(root, path, *length, known.get(path.as_str()).copied(), options));
        paths.par_iter().map(look).collect()
    }

    fn record_looks(&mut self, looks: Vec<(String, Result<Look, String>)>) {
        for (path, look) in looks {
            match look {
                Err(why) => self.ledger.fail(CheckId::Unread, Some(&path), why),
                Ok(look) => {
                    for finding in look.residue {
                        self.ledger.found(&path, finding);
                    }
                    for difference in look.differences {
                        self.ledger.fail(CheckId::Disclosure, Some(&path), difference);
                    }
                }
            }
        }
    }

    fn public_files(&mut self, disclosure: Option<&Disclosure>) {
        if let Some(disclosure) = disclosure {
            self.ledger.ran(CheckId::Schedule);
            for (path, differences) in [
                (SCHEDULE, self.read(SCHEDULE).map(|csv| disclosure.schedule_differences(&csv))),
                (PAGE, self.read(PAGE).map(|html| disclosure.page_differences(&html))),
            ] {
                for difference in differences.unwrap_or_default() {
                    self.ledger.fail(CheckId::Schedule, Some(path), difference);
                }
            }
        }
        self.written_alike();
        self.ledger.ran(CheckId::PublicFiles);
    }

    /// Schedule, page and `bag-info.txt` say what `disclosure.json` says, byte for byte as this version writes them, and that file holds
    /// nothing that its schema does not have.
    fn written_alike(&mut self) {
        let Some(disclosure) = self.read(DISCLOSURE) else { return };
        let Ok(disclosure) = serde_json::from_slice::<serde_json::Value>(&disclosure) else { return };
        if disclosure.pointer("/tool/version").and_then(serde_json::Value::as_str) != Some(env!("CARGO_PKG_VERSION")) {
            self.ledger.warn(CheckId::Schedule, Some(PAGE), "was written by another version, so it is compared in parts only");
            return;
        }
        for key in agree::foreign_keys(&disclosure) {
            self.ledger.fail(CheckId::Disclosure, Some(DISCLOSURE), format!("`{}` does not belong there", printable(&key)));
        }
        if self.read(PAGE).is_some_and(|page| schedule::html_of(&disclosure).is_none_or(|written| written != page)) {
            self.ledger.fail(CheckId::Schedule, Some(PAGE), "is not the page that disclosure.json gives");
        }
        if self.read(SCHEDULE).is_some_and(|csv| schedule::csv_of(&disclosure, &csv).is_none_or(|written| written != csv)) {
            self.ledger.fail(CheckId::Schedule, Some(SCHEDULE), "is not the schedule that disclosure.json gives");
        }
        let is_info = |info: Vec<u8>| String::from_utf8(info).is_ok_and(|info| agree::is_info_of(&disclosure, &info));
        if self.read(BAG_INFO).is_some_and(|info| !is_info(info)) {
            self.ledger.fail(CheckId::Canonical, Some(BAG_INFO), "is not what disclosure.json gives");
        }
    }

    fn lint_public_files(&mut self) {
        let Some(lint) = self.options.lint else { return };
        for path in PUBLIC_FILES.iter().chain([&BAG_INFO, &DISCLOSURE]).filter(|path| self.bag.files.contains_key(**path)) {
            let Some(bytes) = self.read(path) else { continue };
            for says in lint(path, &bytes) {
                self.ledger.fail(CheckId::PublicFiles, Some(path), says);
            }
        }
    }

    /// What the letter is held against. `None` when there is no letter, or one of the files cannot be read.
    fn letter_files(&mut self, disclosure: Option<&Disclosure>) -> Option<LetterFiles> {
        let is_draft = disclosure?.letter.as_ref()?.status == "draft";
        let (disclosure, schedule, letter) = (self.read(DISCLOSURE)?, self.read(SCHEDULE)?, self.read(LETTER)?);
        Some(LetterFiles { is_draft, disclosure, schedule, letter })
    }

    /// Holds letter, schedule, `disclosure.json` and the documents against each other.
    fn letter_lints(&self, files: &LetterFiles) -> Vec<lint::Lint> {
        let empty = BTreeMap::new();
        let listing = self.bag.manifests.get(&Algorithm::Sha256).unwrap_or(&empty);
        let documents =
            listing.iter().filter_map(|(path, digest)| Some((path.strip_prefix(DOCUMENTS)?.to_owned(), digest.clone()))).collect();
        lint::bundle(&lint::PublicFiles {
            schedule_csv: &files.schedule,
            disclosure_json: &files.disclosure,
            letter_docx: &files.letter,
            documents: &documents,
        })
    }

    /// What keeps a letter from being sent is a failure only when it says that it is final: a draft says itself that it is not.
    fn record_lints(&mut self, is_draft: bool, lints: Vec<lint::Lint>) {
        for found in lints {
            let says = format!("{} ({})", found.message, found.id);
            match found.severity {
                lint::Severity::Error if is_draft && !AGREEMENT.contains(&found.id) => {
                    self.ledger.warn(CheckId::PublicFiles, Some(LETTER), says);
                }
                lint::Severity::Error => self.ledger.fail(CheckId::PublicFiles, Some(LETTER), says),
                lint::Severity::Warning => self.ledger.warn(CheckId::PublicFiles, Some(LETTER), says),
            }
        }
    }

    /// Compares with the bundle that the sources give today, by digests of all bytes; the signature is not part of what is rebuilt.
    fn rebuild(&mut self) {
        let Some(rebuilt) = self.options.rebuilt else { return };
        self.ledger.ran(CheckId::Rebuild);
        let there: BTreeSet<&str> = self.bag.files.keys().map(String::as_str).filter(|path| *path != SIGNATURE).collect();
        for path in there.iter().filter(|path| !rebuilt.contains_key(**path)) {
            self.ledger.fail(CheckId::Rebuild, Some(path), "is in the bundle and would not be made again");
        }
        for (path, body) in rebuilt.iter().filter(|(path, _)| *path != SIGNATURE) {
            if !there.contains(path.as_str()) {
                self.ledger.fail(CheckId::Rebuild, Some(path), "would be made again and is not in the bundle");
            } else if self.digest(path).is_none_or(|is| is != body.sha256()) {
                self.ledger.fail(CheckId::Rebuild, Some(path), "differs from what the sources give");
            }
        }
    }

    fn digest(&mut self, path: &str) -> Option<String> {
        let length = *self.bag.files.get(path)?;
        let digest = open_bounded(self.root, path, length, self.options.limits.file_bytes)
            .and_then(|file| file.sha256_hex().map_err(|error| format!("cannot be read: {}", error.kind())));
        digest.map_err(|why| self.ledger.fail(CheckId::FileTypes, Some(path), why)).ok()
    }

    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        let length = *self.bag.files.get(path)?;
        match read_bounded(self.root, path, length, self.options.limits.file_bytes) {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                self.ledger.fail(CheckId::FileTypes, Some(path), why);
                None
            }
        }
    }
}

/// The files that the letter has to agree with, and the letter.
struct LetterFiles {
    is_draft: bool,
    disclosure: Vec<u8>,
    schedule: Vec<u8>,
    letter: Vec<u8>,
}

/// What the second look at one document saw.
struct Look {
    residue: Vec<Finding>,
    differences: Vec<&'static str>,
}

fn look(root: &Path, path: &str, length: u64, disclosed: Option<&DisclosedFile>, options: &VerifyOptions) -> Result<Look, String> {
    let copy = open_bounded(root, path, length, options.limits.file_bytes)?;
    let is = format::sniff(&copy);
    // Its digest was held against the manifest by `examine`, and the manifest against disclosure.json by `disclosure`.
    let of_another_format = disclosed.is_some_and(|disclosed| disclosed.format != is.as_str());
    let differences = of_another_format.then_some("is of another format than disclosure.json says").into_iter().collect();
    let mut orders = options.orders.clone();
    // A redline may stay only where bundle or policy say that it was kept on purpose; the letter never has one.
    orders.tracked_changes = match disclosed {
        Some(file) => file.tracked_changes.unwrap_or(orders.tracked_changes),
        None => TrackedChanges::Accept,
    };
    let residue = reinspect(&copy, is, &orders, &options.limits).map_err(|error| error.to_string())?;
    Ok(Look { residue, differences })
}

/// The backend's independent reader over a copy; a panic in it is a document that could not be read.
pub(crate) fn reinspect(copy: &Content<'_>, is: Format, orders: &Orders, limits: &Limits) -> Result<Vec<Finding>, DocError> {
    let backend = format::backend(is).ok_or_else(|| DocError::whole(FileFault::FormatUnsupported { format: is.plain().into() }))?;
    let reread = catch_unwind(AssertUnwindSafe(|| backend.reread(copy, orders, limits).map(|reread| reread.residue)));
    reread.map_err(|_| DocError::whole(FileFault::Panicked))?
}

/// As [`read_bounded`]; a large file is only opened.
fn open_bounded(root: &Path, path: &str, length: u64, limit: u64) -> Result<Content<'static>, String> {
    if length <= IN_MEMORY_BYTES || length > limit {
        return read_bounded(root, path, length, limit).map(Content::from);
    }
    let file = std::fs::File::open(root.join(path)).map_err(|error| format!("cannot be read: {}", error.kind()))?;
    Ok(Content::of_file(file, length))
}

fn read_bounded(root: &Path, path: &str, length: u64, limit: u64) -> Result<Vec<u8>, String> {
    use std::io::Read as _;
    if length > limit {
        return Err(format!("has {length} bytes, the limit is {limit}"));
    }
    let mut bytes = Vec::with_capacity(length as usize + 1);
    let file = std::fs::File::open(root.join(path)).map_err(|error| format!("cannot be read: {}", error.kind()))?;
    file.take(limit).read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {}", error.kind()))?;
    Ok(bytes)
}

/// Small letters, digits and hyphens, and one short extension: nothing that tells where a document came from.
fn is_neutral(name: &str) -> bool {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    name.split_once('.').is_some_and(|(stem, extension)| {
        plain(stem) && plain(extension) && (1..=60).contains(&stem.len()) && (2..=5).contains(&extension.len()) && !stem.starts_with('-')
    })
}
