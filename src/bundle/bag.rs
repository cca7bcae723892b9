//! Is a folder a BagIt bag, is it complete, is it valid: every difference listed, not the first.
//!
//! # Standard
//! RFC 8493 (version 1.0); the drafts 0.93 to 0.97 where their rules differ. `complete` is not `valid`: §3.
//!
//! Files are only ever opened under names that the walk of the bag itself gave, never under names that a manifest gives:
//! a listed path that leads out of the bag is reported and cannot be followed. Links are never followed, nothing is fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::digest::{Algorithm, hash_file};
use super::manifest::{Entry, decode, is_system_file, lines, parse_line, path_fault, portability_fault, unescape};
use super::report::{CheckId, Ledger};
use crate::model::printable;

/// Longest tag file that is read, in bytes: a manifest of about a million files.
const TAG_FILE_BYTES: u64 = 160 << 20;

/// Entries of one manifest: path to digest.
pub type Listing = BTreeMap<String, String>;

/// What the reading of a bag gave, beside the verdict.
#[derive(Debug, Default)]
pub struct Bag {
    /// Regular files by path with forward slashes, with their length in bytes.
    pub files: BTreeMap<String, u64>,
    /// Folders by path.
    pub folders: BTreeSet<String>,
    /// Declared version, when it could be read.
    pub version: Option<(u32, u32)>,
    /// Declared encoding of tag files.
    pub encoding: String,
    /// Payload manifests.
    pub manifests: BTreeMap<Algorithm, Listing>,
    /// Tag manifests.
    pub tag_manifests: BTreeMap<Algorithm, Listing>,
}

/// Reads a bag and writes every difference into the ledger.
pub(crate) fn examine(root: &Path, ledger: &mut Ledger) -> Bag {
    let mut examiner =
        Examiner { root: root.to_path_buf(), bag: Bag::default(), version_1: true, lost_system_files: BTreeSet::new(), ledger };
    examiner.walk();
    examiner.declaration();
    let payload = examiner.manifests("manifest-");
    let tags = examiner.manifests("tagmanifest-");
    examiner.completeness(&payload, &tags);
    examiner.fetch();
    examiner.info();
    examiner.bag
}

/// One manifest file: its name and what it lists.
struct Manifest {
    name: String,
    algorithm: Algorithm,
    /// Path to digest; paths that may not be followed are left out.
    listing: Listing,
    literals: BTreeMap<String, String>,
}

struct Examiner<'a> {
    root: PathBuf,
    bag: Bag,
    version_1: bool,
    /// Empty system files that are listed and not there: nothing is lost without them.
    lost_system_files: BTreeSet<String>,
    ledger: &'a mut Ledger,
}

impl Examiner<'_> {
    fn walk(&mut self) {
        self.ledger.ran(CheckId::FileTypes);
        for entry in walkdir::WalkDir::new(&self.root).follow_links(false).follow_root_links(true).min_depth(1).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().map(|path| self.relative(path).unwrap_or_else(|lossy| lossy));
                    self.ledger.fail(CheckId::FileTypes, path.as_deref(), "cannot be read");
                    continue;
                }
            };
            let path = match self.relative(entry.path()) {
                Ok(path) => path,
                Err(lossy) => {
                    self.ledger.fail(CheckId::FileTypes, Some(&lossy), "the name is not valid Unicode");
                    continue;
                }
            };
            let kind = entry.file_type();
            if kind.is_dir() {
                self.bag.folders.insert(path);
            } else if kind.is_file() {
                match entry.metadata() {
                    Ok(metadata) => drop(self.bag.files.insert(path, metadata.len())),
                    Err(_) => self.ledger.fail(CheckId::FileTypes, Some(&path), "cannot be read"),
                }
            } else if kind.is_symlink() {
                self.ledger.fail(CheckId::FileTypes, Some(&path), "is a symbolic link; links are never followed");
            } else {
                self.ledger.fail(CheckId::FileTypes, Some(&path), "is not a regular file");
            }
        }
        if !self.bag.folders.contains("data") {
            self.ledger.fail(CheckId::PayloadMissing, Some("data"), "the payload folder is not there");
        }
    }

    /// Path below the root with forward slashes; `Err` holds a lossy form of a name that is not Unicode.
    fn relative(&self, path: &Path) -> Result<String, String> {
        let tail = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Option<Vec<&str>> = tail.iter().map(|part| part.to_str()).collect();
        parts.map(|parts| parts.join("/")).ok_or_else(|| tail.to_string_lossy().into_owned())
    }

    fn read(&mut self, name: &str, id: CheckId) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = std::fs::File::open(self.root.join(name)).and_then(|file| file.take(TAG_FILE_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) if bytes.len() as u64 > TAG_FILE_BYTES => {
                self.ledger.fail(id, Some(name), format!("has more than {TAG_FILE_BYTES} bytes"));
                None
            }
            Ok(_) => Some(bytes),
            Err(error) => {
                self.ledger.fail(id, Some(name), format!("cannot be read: {}", error.kind()));
                None
            }
        }
    }

    /// Text of a tag file in the declared encoding.
    fn text(&mut self, name: &str) -> Option<String> {
        self.ledger.ran(CheckId::TagText);
        let bytes = self.read(name, CheckId::TagText)?;
        match decode(&bytes, &self.bag.encoding) {
            Ok((text, marked)) => {
                if marked && self.bag.encoding.eq_ignore_ascii_case("utf-8") {
                    self.ledger.warn(CheckId::TagText, Some(name), "starts with a byte order mark");
                }
                Some(text)
            }
            Err(why) => {
                self.ledger.fail(CheckId::TagText, Some(name), why);
                None
            }
        }
    }

    /// `bagit.txt`: two lines in fixed form, UTF-8 without a byte order mark (RFC 8493 §2.1.1).
    fn declaration(&mut self) {
        const NAME: &str = "bagit.txt";
        self.ledger.ran(CheckId::Declaration);
        self.bag.encoding = "UTF-8".into();
        if !self.bag.files.contains_key(NAME) {
            self.ledger.fail(CheckId::Declaration, Some(NAME), "is not there");
            return;
        }
        let Some(bytes) = self.read(NAME, CheckId::Declaration) else { return };
        if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
            self.ledger.fail(CheckId::Declaration, Some(NAME), "starts with a byte order mark");
        }
        let Ok(text) = String::from_utf8(bytes) else {
            self.ledger.fail(CheckId::Declaration, Some(NAME), "is not UTF-8");
            return;
        };
        let text = text.trim_start_matches('\u{feff}');
        let all: Vec<&str> = lines(text).map(|(_, line)| line).collect();
        let (first, second) = (all.first().copied().unwrap_or_default(), all.get(1).copied().unwrap_or_default());
        self.bag.version = first.strip_prefix("BagIt-Version: ").and_then(|value| version(value.trim_end()));
        self.version_1 = self.bag.version.is_none_or(|version| version >= (1, 0));
        match self.bag.version {
            None => self.ledger.fail(CheckId::Declaration, Some(NAME), "the first line is not `BagIt-Version: M.N`"),
            Some((0, 93..=99) | (1, 0)) => {}
            Some((major, minor)) => self.ledger.fail(CheckId::Declaration, Some(NAME), format!("version {major}.{minor} is not known")),
        }
        match second.strip_prefix("Tag-File-Character-Encoding: ").map(str::trim_end).filter(|value| !value.is_empty()) {
            Some(encoding) => self.bag.encoding = encoding.to_string(),
            None => {
                self.ledger.fail(CheckId::Declaration, Some(NAME), "the second line is not `Tag-File-Character-Encoding: ENCODING`");
            }
        }
        let says = if all.iter().skip(2).any(|line| !line.trim().is_empty()) {
            "has more than two lines"
        } else if [first, second].iter().any(|line| line.ends_with([' ', '\t'])) || all.len() > 2 {
            "has white space after its two lines"
        } else {
            return;
        };
        if self.version_1 {
            self.ledger.fail(CheckId::Declaration, Some(NAME), says);
        } else {
            self.ledger.warn(CheckId::Declaration, Some(NAME), says);
        }
    }

    /// All manifests whose names start so. `prefix` ends in a hyphen.
    fn manifests(&mut self, prefix: &str) -> Vec<Manifest> {
        self.ledger.ran(CheckId::Manifests);
        self.ledger.ran(CheckId::Paths);
        let names: Vec<(String, String)> = self
            .bag
            .files
            .keys()
            .filter_map(|name| Some((name.clone(), name.strip_prefix(prefix)?.strip_suffix(".txt")?.to_string())))
            .filter(|(name, _)| !name.contains('/'))
            .collect();
        let mut manifests = Vec::new();
        let mut unknown = false;
        for (name, label) in names {
            if let Some(algorithm) = Algorithm::from_name(&label) {
                let manifest = self.manifest(name, algorithm, prefix == "tagmanifest-");
                let bag_side = if prefix == "manifest-" { &mut self.bag.manifests } else { &mut self.bag.tag_manifests };
                bag_side.insert(algorithm, manifest.listing.clone());
                manifests.push(manifest);
            } else {
                unknown = true;
                self.ledger.warn(CheckId::Manifests, Some(&name), "names a digest algorithm that is not known; it was not used");
            }
        }
        if manifests.is_empty() && (prefix == "manifest-" || unknown) {
            self.ledger.fail(CheckId::Manifests, None, format!("there is no {prefix}ALGORITHM.txt that can be used"));
        }
        manifests
    }

    fn manifest(&mut self, name: String, algorithm: Algorithm, of_tags: bool) -> Manifest {
        let text = self.text(&name).unwrap_or_default();
        let mut manifest = Manifest { name, algorithm, listing: Listing::new(), literals: BTreeMap::new() };
        for (line_number, line) in lines(&text) {
            match parse_line(line_number, line, algorithm, self.version_1) {
                Ok(None) => {}
                Ok(Some(entry)) => self.entry(&mut manifest, entry, of_tags),
                Err(why) => self.ledger.fail(CheckId::Manifests, Some(&manifest.name), format!("line {line_number} {why}")),
            }
        }
        let mut folds: BTreeMap<String, &str> = BTreeMap::new();
        for path in manifest.listing.keys() {
            if let Some(other) = folds.insert(fold(path), path) {
                let message = format!("differs from {} only in case or Unicode normalisation", printable(other));
                self.ledger.warn(CheckId::Manifests, Some(path), message);
            }
            if let Some(why) = portability_fault(path) {
                self.ledger.warn(CheckId::Manifests, Some(path), why);
            }
            if is_system_file(path) {
                self.ledger.warn(CheckId::Manifests, Some(path), "is a file that an operating system leaves behind");
            }
        }
        manifest
    }

    fn entry(&mut self, manifest: &mut Manifest, entry: Entry, of_tags: bool) {
        let place = format!("{} line {}", manifest.name, entry.line_number);
        for oddity in &entry.oddities {
            self.ledger.warn(CheckId::Manifests, Some(&entry.path), format!("{place}: {oddity}"));
        }
        if let Some(why) = path_fault(&entry.path) {
            self.ledger.fail(CheckId::Paths, Some(&entry.path), format!("{place}: the path {why}"));
            return;
        }
        if of_tags == entry.path.starts_with("data/") {
            let kind = if of_tags { "a tag manifest lists a payload file" } else { "a payload manifest lists a file outside data/" };
            self.ledger.fail(CheckId::Paths, Some(&entry.path), format!("{place}: {kind}"));
            return;
        }
        if of_tags && self.version_1 && entry.path.starts_with("tagmanifest-") {
            self.ledger.fail(CheckId::Manifests, Some(&entry.path), format!("{place}: a tag manifest lists a tag manifest"));
            return;
        }
        if let Some(digest) = manifest.listing.get(&entry.path) {
            let same = *digest == entry.digest;
            let message = format!("{place}: listed twice, with {}", if same { "the same digest" } else { "different digests" });
            if same && !self.version_1 {
                self.ledger.warn(CheckId::Manifests, Some(&entry.path), message);
            } else {
                self.ledger.fail(CheckId::Manifests, Some(&entry.path), message);
            }
            return;
        }
        if let Some(literal) = entry.literal {
            manifest.literals.insert(entry.path.clone(), literal);
        }
        manifest.listing.insert(entry.path, entry.digest);
    }

    /// Every listed file is there, every payload file is listed, every digest fits (RFC 8493 §3).
    fn completeness(&mut self, payload: &[Manifest], tags: &[Manifest]) {
        let mut wanted: BTreeMap<String, BTreeMap<Algorithm, String>> = BTreeMap::new();
        for manifest in payload {
            let found = self.locate(manifest, CheckId::PayloadMissing, &mut wanted);
            if self.version_1 {
                self.unlisted(&found, &manifest.name);
            }
        }
        self.ledger.ran(CheckId::PayloadExtra);
        if !self.version_1 {
            let found: BTreeSet<String> = wanted.keys().cloned().collect();
            self.unlisted(&found, "any manifest");
        }
        for manifest in tags {
            self.locate(manifest, CheckId::TagMissing, &mut wanted);
            for required in payload.iter().filter(|_| self.version_1) {
                if !manifest.listing.contains_key(&required.name) {
                    self.ledger.fail(CheckId::Manifests, Some(&manifest.name), format!("does not list {}", required.name));
                }
            }
        }
        self.digests(&wanted);
    }

    /// Finds the file of each entry and returns what was found; what is missing goes into the ledger.
    fn locate(
        &mut self,
        manifest: &Manifest,
        missing: CheckId,
        wanted: &mut BTreeMap<String, BTreeMap<Algorithm, String>>,
    ) -> BTreeSet<String> {
        self.ledger.ran(missing);
        let mut by_fold: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut found = BTreeSet::new();
        let mut want = |path: &str, digest: &str| {
            found.insert(path.to_string());
            wanted.entry(path.to_string()).or_default().insert(manifest.algorithm, digest.to_string());
        };
        for (path, digest) in &manifest.listing {
            if self.bag.files.contains_key(path) {
                want(path, digest);
                continue;
            }
            if let Some(literal) = manifest.literals.get(path).filter(|literal| self.bag.files.contains_key(*literal)) {
                self.ledger.warn(CheckId::Manifests, Some(literal), "a percent sign in the name is not escaped");
                want(literal, digest);
                continue;
            }
            if by_fold.is_empty() {
                for file in self.bag.files.keys() {
                    by_fold.entry(fold(file)).or_default().push(file.clone());
                }
            }
            let twins = by_fold.get(&fold(path)).map(Vec::as_slice).unwrap_or_default();
            // A file system that folds case or normalises names keeps one file for two entries, or one under another form of its name.
            // The contents are accounted for as long as the digests say so.
            let listed_twin = twins.iter().any(|twin| manifest.listing.get(twin) == Some(digest));
            let renormalised = twins.iter().find(|twin| !manifest.listing.contains_key(*twin) && twin.nfc().eq(path.nfc()));
            if listed_twin {
                self.ledger.warn(
                    missing,
                    Some(path),
                    "is not there under this form of its name; a listed file differs only in case or normalisation",
                );
            } else if let Some(twin) = renormalised {
                self.ledger.warn(missing, Some(path), "is there under another Unicode normalisation of its name");
                want(twin, digest);
            } else if is_system_file(path) && *digest == manifest.algorithm.of_nothing() {
                self.ledger.warn(missing, Some(path), "an empty system file is not there; nothing is lost");
                self.lost_system_files.insert(path.clone());
            } else {
                self.ledger.fail(missing, Some(path), format!("is listed in {} and is not there", manifest.name));
            }
        }
        found
    }

    fn unlisted(&mut self, found: &BTreeSet<String>, by: &str) {
        for path in self.bag.files.keys().filter(|path| path.starts_with("data/") && !found.contains(*path)) {
            self.ledger.fail(CheckId::PayloadExtra, Some(path), format!("is not listed in {by}"));
        }
    }

    /// Hashes every listed file once, whatever the number of its digests.
    ///
    /// Verification is bound by reading and hashing, file by file and without order, so it runs on all cores here; the ledger sorts what it is told.
    fn digests(&mut self, wanted: &BTreeMap<String, BTreeMap<Algorithm, String>>) {
        let root = &self.root;
        let differences: Vec<(&String, String)> = wanted
            .par_iter()
            .filter_map(|(path, digests)| {
                let algorithms: Vec<Algorithm> = digests.keys().copied().collect();
                match hash_file(&root.join(path), &algorithms) {
                    Ok(is) if is == *digests => None,
                    Ok(is) => {
                        let differing: Vec<&str> = digests
                            .iter()
                            .filter(|(algorithm, digest)| is.get(algorithm) != Some(digest))
                            .map(|(a, _)| a.plain())
                            .collect();
                        Some((path, format!("the {} digest differs from the listed one", differing.join(" and "))))
                    }
                    Err(error) => Some((path, format!("cannot be read: {}", error.kind()))),
                }
            })
            .collect();
        self.ledger.ran(CheckId::PayloadDigest);
        if !self.bag.tag_manifests.is_empty() {
            self.ledger.ran(CheckId::TagDigest);
        }
        for (path, message) in differences {
            let id = if path.starts_with("data/") { CheckId::PayloadDigest } else { CheckId::TagDigest };
            self.ledger.fail(id, Some(path), message);
        }
    }

    /// `fetch.txt` (RFC 8493 §2.2.3). Nothing is ever fetched, and a bag that still names what to fetch is not taken as complete.
    fn fetch(&mut self) {
        const NAME: &str = "fetch.txt";
        self.ledger.ran(CheckId::Fetch);
        if !self.bag.files.contains_key(NAME) {
            return;
        }
        let text = self.text(NAME).unwrap_or_default();
        for (line_number, line) in lines(&text).filter(|(_, line)| !line.trim().is_empty()) {
            let mut rest = line.trim_start_matches([' ', '\t']);
            let mut word = || {
                let (word, tail) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
                rest = tail.trim_start_matches([' ', '\t']);
                word
            };
            let (url, length) = (word(), word());
            let length_is_sound = length == "-" || (!length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit()));
            let path = unescape(rest.strip_prefix("./").unwrap_or(rest), self.version_1);
            if url.is_empty() || !length_is_sound || path.is_empty() {
                self.ledger.fail(CheckId::Fetch, Some(NAME), format!("line {line_number} is not `URL LENGTH PATH`"));
                continue;
            }
            if let Some(why) = path_fault(&path).or((!path.starts_with("data/")).then_some("is outside data/")) {
                self.ledger.fail(CheckId::Paths, Some(&path), format!("{NAME} line {line_number}: the path {why}"));
                continue;
            }
            if self.bag.manifests.values().any(|listing| !listing.contains_key(&path)) {
                self.ledger.fail(CheckId::Fetch, Some(&path), format!("{NAME} line {line_number}: not every manifest lists the file"));
            }
            let state = if self.bag.files.contains_key(&path) { "a file of that name is there" } else { "it is not there" };
            self.ledger.fail(
                CheckId::Fetch,
                Some(&path),
                format!("is still to be fetched from elsewhere, which this tool never does ({state})"),
            );
        }
    }

    /// `bag-info.txt` (RFC 8493 §2.2.2), `package-info.txt` up to version 0.95.
    fn info(&mut self) {
        let old = self.bag.version.is_some_and(|version| version < (0, 96));
        let name = if old { "package-info.txt" } else { "bag-info.txt" };
        if !self.bag.files.contains_key(name) {
            return;
        }
        self.ledger.ran(CheckId::Info);
        let text = self.text(name).unwrap_or_default();
        let mut oxums = Vec::new();
        let mut has_element = false;
        for (line_number, line) in lines(&text).filter(|(_, line)| !line.trim().is_empty()) {
            if line.starts_with([' ', '\t']) {
                if !has_element {
                    self.ledger.fail(CheckId::Info, Some(name), format!("line {line_number} continues nothing"));
                }
                continue;
            }
            let Some((label, value)) = line.split_once(':') else {
                self.ledger.fail(CheckId::Info, Some(name), format!("line {line_number} has no colon"));
                continue;
            };
            has_element = true;
            if label.trim_end() != label || !value.starts_with([' ', '\t']) {
                let message = format!("line {line_number} has unusual white space at its colon");
                if self.version_1 && label.trim_end() != label {
                    self.ledger.fail(CheckId::Info, Some(name), message);
                } else {
                    self.ledger.warn(CheckId::Info, Some(name), message);
                }
            }
            if label.trim_end().eq_ignore_ascii_case("Payload-Oxum") {
                oxums.push(value.trim().to_string());
            }
        }
        self.payload_oxum(name, &oxums);
    }

    /// `Payload-Oxum: OCTETS.FILES`.
    fn payload_oxum(&mut self, name: &str, oxums: &[String]) {
        let payload = self.bag.files.iter().filter(|(path, _)| path.starts_with("data/"));
        let (bytes, count) = payload.fold((0_u64, 0_u64), |(bytes, count), (_, length)| (bytes.saturating_add(*length), count + 1));
        if oxums.len() > 1 {
            if self.version_1 {
                self.ledger.fail(CheckId::Info, Some(name), "Payload-Oxum stands more than once");
            } else {
                self.ledger.warn(CheckId::Info, Some(name), "Payload-Oxum stands more than once");
            }
        }
        for oxum in oxums {
            let says = oxum.split_once('.').and_then(|(bytes, count)| Some((bytes.parse::<u64>().ok()?, count.parse::<u64>().ok()?)));
            match says {
                None => self.ledger.fail(CheckId::Info, Some(name), "Payload-Oxum is not two numbers"),
                Some(says) if says == (bytes, count) || says == (bytes, count + self.lost_system_files.len() as u64) => {}
                Some(says) => {
                    let message = format!("Payload-Oxum says {} bytes in {} files, the payload has {bytes} in {count}", says.0, says.1);
                    self.ledger.fail(CheckId::Info, Some(name), message);
                }
            }
        }
    }
}

fn version(value: &str) -> Option<(u32, u32)> {
    let (major, minor) = value.split_once('.')?;
    let number = |text: &str| (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten();
    Some((number(major)?, number(minor)?))
}

/// One form for names that some file system takes as equal: case and Unicode normalisation folded.
pub(crate) fn fold(path: &str) -> String {
    path.nfc().flat_map(char::to_lowercase).nfc().collect()
}
