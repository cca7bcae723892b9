//! A folder -> the list of its files, sorted by name; every one of them is accounted for.
//!
//! Sources are evidence: they are opened for reading only, links are never followed, and what is set aside
//! (owner locks, temporary and hidden files, links, devices) is listed with its own code instead of being skipped.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::error::FileFault;
use crate::format::content::{Content, IN_MEMORY_BYTES};
use crate::limits::Limits;

/// Largest owner lock file: Word writes 162 bytes, Excel and PowerPoint 165, LibreOffice a line of text.
const LOCK_BYTES_MAX: u64 = 1024;

/// One file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path below the root, `/` between folders, folders that cannot be read end in `/`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Size in bytes when it was listed.
    pub bytes: u64,
    /// Why it is not looked at as a draft, told by its name and kind alone.
    pub set_aside: Option<FileFault>,
    /// Whether its bytes can be read for the hash: a regular file.
    pub regular: bool,
}

/// Lists every file below `root` in ascending byte order of names.
///
/// Folders that cannot be read are listed as refused, with a name that ends in `/`. `root` itself may be a link.
///
/// # Errors
/// The system's error when `root` cannot be read or is not a folder.
pub fn crawl(root: &Path) -> std::io::Result<Vec<Source>> {
    std::fs::read_dir(root)?;
    let mut sources: Vec<Source> = WalkDir::new(root)
        .min_depth(1)
        .into_iter()
        .filter_map(|step| match step {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) => Some(source_of(root, &entry)),
            Err(error) => unreadable(root, &error),
        })
        .collect();
    sources.sort_by(|one, other| (&one.name, &one.path).cmp(&(&other.name, &other.path)));
    name_apart(&mut sources);
    Ok(sources)
}

/// Gives every source a name of its own. Only names that are not Unicode can be shown like another one; it is they that give way.
fn name_apart(sources: &mut [Source]) {
    let mut known: BTreeSet<String> = sources.iter().filter(|source| is_true_name(source)).map(|source| source.name.clone()).collect();
    for source in sources.iter_mut().filter(|source| !is_true_name(source)) {
        let shown = source.name.clone();
        let mut number = 1;
        while !known.insert(source.name.clone()) {
            number += 1;
            source.name = format!("{shown} ({number})");
        }
    }
    sources.sort_by(|one, other| one.name.cmp(&other.name));
}

/// Whether the name is the path as the system has it.
fn is_true_name(source: &Source) -> bool {
    source.path.to_str().is_some()
}

/// One file that was named in the call, under its base name.
///
/// # Errors
/// The system's error when there is no such file.
pub fn single(path: &Path) -> std::io::Result<Source> {
    let kind = std::fs::symlink_metadata(path)?;
    let base = path.file_name().unwrap_or(path.as_os_str());
    let (name, unicode) = shown(Path::new(base));
    let fault = set_aside(&name, unicode, kind.file_type(), kind.len());
    Ok(Source { name, path: path.to_path_buf(), bytes: kind.len(), set_aside: fault, regular: kind.is_file() })
}

/// Reads a source, at most `limits.file_bytes` of it. A large one is only opened: see [`still`].
///
/// # Errors
/// [`FileFault::TooLarge`], [`FileFault::Unreadable`], [`FileFault::SymbolicLink`] and [`FileFault::Special`] when it has become one.
pub fn read(source: &Source, limits: &Limits) -> Result<Content<'static>, FileFault> {
    let unreadable = |error: std::io::Error| FileFault::Unreadable { why: error.kind().to_string() };
    let file = open(source)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > limits.file_bytes {
        return Err(FileFault::TooLarge { bytes: size, limit: limits.file_bytes });
    }
    if size > IN_MEMORY_BYTES {
        return Ok(Content::of_file(file, size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default().saturating_add(1));
    file.take(limits.file_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(FileFault::TooLarge { bytes: bytes.len() as u64, limit: limits.file_bytes });
    }
    Ok(bytes.into())
}

/// SHA-256 of a source in hexadecimal digits.
///
/// # Errors
/// When it cannot be read.
pub fn digest(source: &Content<'_>) -> Result<String, FileFault> {
    source.sha256_hex().map_err(|error| FileFault::Unreadable { why: error.kind().to_string() })
}

/// Makes sure that a source that was read piece by piece is still the one whose digest was taken.
///
/// # Errors
/// [`FileFault::Changed`], or when it cannot be read any more.
pub fn still(source: &Content<'_>, sha256: &str) -> Result<(), FileFault> {
    if source.in_memory().is_some() || digest(source)? == sha256 { Ok(()) } else { Err(FileFault::Changed) }
}

/// Opens a source for reading, unless it is no regular file any more. Where the system allows it, its time of access stays as it is.
pub(super) fn open(source: &Source) -> Result<File, FileFault> {
    let unreadable = |error: std::io::Error| FileFault::Unreadable { why: error.kind().to_string() };
    let kind = std::fs::symlink_metadata(&source.path).map_err(unreadable)?.file_type();
    if kind.is_symlink() {
        return Err(FileFault::SymbolicLink);
    }
    if !kind.is_file() {
        return Err(FileFault::Special);
    }
    let file = open_quietly(&source.path).map_err(unreadable)?;
    // What has taken its place meanwhile: a pipe would never end, a device is no draft.
    if file.metadata().map_err(unreadable)?.is_file() { Ok(file) } else { Err(FileFault::Special) }
}

/// Opens a file without following a link, waiting for a pipe, or marking it as read.
#[cfg(unix)]
fn open_quietly(path: &Path) -> std::io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let open = |flags: OFlags| File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    // Only its owner may read a file without a trace of it.
    #[cfg(target_os = "linux")]
    if let Ok(file) = open(flags | OFlags::NOATIME) {
        return Ok(file);
    }
    open(flags)
}

#[cfg(not(unix))]
fn open_quietly(path: &Path) -> std::io::Result<File> {
    File::open(path)
}

fn source_of(root: &Path, entry: &DirEntry) -> Source {
    let (name, unicode) = shown(entry.path().strip_prefix(root).unwrap_or(entry.path()));
    let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
    let fault = set_aside(&name, unicode, entry.file_type(), bytes);
    Source { name, path: entry.path().to_path_buf(), bytes, set_aside: fault, regular: entry.file_type().is_file() }
}

/// A folder or entry that the system would not show. An error of the root itself was reported before the walk.
fn unreadable(root: &Path, error: &walkdir::Error) -> Option<Source> {
    let path = error.path()?;
    let (name, _) = shown(path.strip_prefix(root).unwrap_or(path));
    let why = error.io_error().map_or_else(|| "unknown error".to_owned(), |error| error.kind().to_string());
    let fault = Some(FileFault::Unreadable { why });
    Some(Source { name: format!("{name}/"), path: path.to_path_buf(), bytes: 0, set_aside: fault, regular: false })
}

/// A relative path with `/` between folders, and whether it is valid Unicode as it stands.
fn shown(path: &Path) -> (String, bool) {
    let mut unicode = true;
    let parts: Vec<_> = path
        .components()
        .map(|part| {
            let part = part.as_os_str();
            unicode &= part.to_str().is_some();
            part.to_str().map_or_else(|| escaped(part), Cow::from)
        })
        .collect();
    (parts.join("/"), unicode)
}

/// A name that is not Unicode, each byte that stands for no character as `\xff`.
fn escaped(name: &OsStr) -> Cow<'_, str> {
    let mut out = String::new();
    for piece in name.as_encoded_bytes().utf8_chunks() {
        out.push_str(piece.valid());
        out.extend(piece.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    out.into()
}

/// Why a file is no candidate for a draft, from its name, kind and size alone.
fn set_aside(name: &str, unicode: bool, kind: std::fs::FileType, bytes: u64) -> Option<FileFault> {
    if kind.is_symlink() {
        return Some(FileFault::SymbolicLink);
    }
    if !kind.is_file() {
        return Some(FileFault::Special);
    }
    if !unicode {
        return Some(FileFault::NameNotUnicode);
    }
    let base = name.rsplit('/').next().unwrap_or(name);
    let lower = base.to_ascii_lowercase();
    if (base.starts_with("~$") || (base.starts_with(".~lock.") && base.ends_with('#'))) && bytes <= LOCK_BYTES_MAX {
        return Some(FileFault::LockFile);
    }
    let temporary = base.starts_with("~$")
        || lower.rsplit_once('.').is_some_and(|(_, extension)| extension == "tmp" || extension == "temp")
        || ["thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store"].contains(&lower.as_str());
    if temporary {
        return Some(FileFault::Temporary);
    }
    name.split('/').any(|part| part.starts_with('.')).then_some(FileFault::Hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(source: &Source) -> Option<&'static str> {
        source.set_aside.as_ref().map(FileFault::code)
    }

    #[test]
    fn every_file_is_listed_in_order_and_what_is_no_draft_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        write("b/draft.docx", b"x");
        write("a.docx", b"x");
        write("~$a.docx", &[0; 162]);
        write("~$big.docx", &[0; 4096]);
        write("~WRL0001.tmp", b"x");
        write(".hidden/c.docx", b"x");
        write(".~lock.a.odt#", b",me,host;");
        write("Thumbs.db", b"x");
        let listed: Vec<_> = crawl(dir.path()).unwrap().into_iter().map(|source| (source.name.clone(), code(&source))).collect();
        let expected = [
            (".hidden/c.docx", Some("file-hidden")),
            (".~lock.a.odt#", Some("file-owner-lock")),
            ("Thumbs.db", Some("file-temporary")),
            ("a.docx", None),
            ("b/draft.docx", None),
            ("~$a.docx", Some("file-owner-lock")),
            ("~$big.docx", Some("file-temporary")),
            ("~WRL0001.tmp", Some("file-temporary")),
        ];
        assert_eq!(listed, expected.map(|(name, code)| (name.to_owned(), code)));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_listed_and_never_followed() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.docx"), b"x").unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("a.docx", dir.path().join("z.docx")).unwrap();
        let listed = crawl(dir.path()).unwrap();
        let codes: Vec<_> = listed.iter().map(|source| (source.name.as_str(), code(source))).collect();
        assert_eq!(codes, [("a.docx", None), ("loop", Some("file-symbolic-link")), ("z.docx", Some("file-symbolic-link"))]);
        assert_eq!(read(&listed[2], &Limits::default()).unwrap_err(), FileFault::SymbolicLink);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_unicode_is_listed_as_such() {
        use std::os::unix::ffi::OsStrExt as _;
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"dr\xff.docx")), b"x").unwrap();
        let listed = crawl(dir.path()).unwrap();
        assert_eq!(code(&listed[0]), Some("file-name-not-unicode"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn reading_leaves_the_time_of_access_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.docx");
        std::fs::write(&path, b"x").unwrap();
        let old = std::time::SystemTime::UNIX_EPOCH;
        File::options().write(true).open(&path).unwrap().set_times(std::fs::FileTimes::new().set_accessed(old)).unwrap();
        let source = &crawl(dir.path()).unwrap()[0];
        assert_eq!(*read(source, &Limits::default()).unwrap().whole().unwrap(), *b"x");
        assert_eq!(std::fs::metadata(&path).unwrap().accessed().unwrap(), old);
    }

    #[cfg(unix)]
    #[test]
    fn what_has_become_a_link_or_a_pipe_is_neither_followed_nor_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("b"), b"x").unwrap();
        std::os::unix::fs::symlink("b", dir.path().join("a")).unwrap();
        assert!(open_quietly(&dir.path().join("a")).is_err());
        rustix::fs::mkfifoat(rustix::fs::CWD, dir.path().join("pipe"), rustix::fs::Mode::RUSR).unwrap();
        assert!(open_quietly(&dir.path().join("pipe")).is_ok());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn no_two_sources_have_one_name() {
        use std::os::unix::ffi::OsStrExt as _;
        let dir = tempfile::tempdir().unwrap();
        for name in [&b"a\xff"[..], b"a\xfe", b"a\\xff", b"a\xef\xbf\xbd", b"a\\xff (2)"] {
            std::fs::write(dir.path().join(OsStr::from_bytes(name)), name).unwrap();
        }
        let listed = crawl(dir.path()).unwrap();
        let names: Vec<(&str, Option<&str>)> = listed.iter().map(|source| (source.name.as_str(), code(source))).collect();
        let not_unicode = Some("file-name-not-unicode");
        let expected = [("a\\xfe", not_unicode), ("a\\xff", None), ("a\\xff (2)", None), ("a\\xff (3)", not_unicode), ("a\u{fffd}", None)];
        assert_eq!(names, expected);
    }

    #[test]
    fn reading_stops_at_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.docx"), [0; 11]).unwrap();
        let listed = crawl(dir.path()).unwrap();
        let limits = Limits { file_bytes: 10, ..Limits::default() };
        assert_eq!(read(&listed[0], &limits).unwrap_err(), FileFault::TooLarge { bytes: 11, limit: 10 });
    }

    #[test]
    fn a_large_source_that_changes_while_it_is_read_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.docx");
        let mut bytes = vec![1; IN_MEMORY_BYTES as usize + 1];
        for (first, is_noticed) in [(1, false), (2, true)] {
            std::fs::write(&path, &bytes).unwrap();
            let content = read(&crawl(dir.path()).unwrap()[0], &Limits::default()).unwrap();
            let sha256 = digest(&content).unwrap();
            bytes[0] = first;
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(still(&content, &sha256).is_err(), is_noticed);
        }
        std::fs::write(&path, b"small").unwrap();
        let content = read(&crawl(dir.path()).unwrap()[0], &Limits::default()).unwrap();
        std::fs::write(&path, b"other").unwrap();
        // What is in memory is what was read.
        assert_eq!(*content.whole().unwrap(), *b"small");
        assert!(still(&content, &digest(&content).unwrap()).is_ok());
    }
}
