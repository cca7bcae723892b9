//! Writing whole or not at all: built aside on the same file system, flushed to the disk, put in place by renaming.
//!
//! A bundle and its record are two targets. The record is put in place first and the bundle last, so that a bundle never stands
//! without its record; the two renames follow each other with nothing between them. When the second one fails the record is taken
//! back; when the process is killed between the two, the next run takes it back (see `staging`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

use super::fault::{BundleError, show};
use super::interrupt;
use super::paths::apart;
use super::render::{Body, Contents, Files, SIGNATURE, Source, TAG_MANIFEST, render};
use super::sign::Signer;
use super::staging::{Staging, sweep};
use crate::model::printable;

/// Name of the bundle inside the working folder; it is there until the bundle is in place.
pub(crate) const BUNDLE_STAGE: &str = "bundle";
const RECORD_STAGE: &str = "record";
const COPIES_STAGE: &str = "copies";

/// Where a bundle and its internal record go. Neither may exist, and their parent folders must.
#[derive(Debug, Clone, Copy)]
pub struct Targets<'a> {
    /// The public bundle.
    pub bundle: &'a Path,
    /// The internal record, never inside the bundle.
    pub record: &'a Path,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Files of the bundle.
    pub files: usize,
    /// Bytes of the bundle.
    pub bytes: u64,
    /// SHA-256 of the tag manifest: one number that stands for the whole bundle.
    pub fingerprint: String,
}

/// Writes a bundle and its record: both, or neither.
///
/// # Errors
/// [`BundleError::TargetExists`] and its kin when the call is wrong, [`BundleError::Disk`] when the machine failed,
/// [`BundleError::Interrupted`] after Ctrl-C. Nothing is left in sight in any of these cases.
pub fn write<S: Source>(
    targets: &Targets,
    contents: &Contents,
    record: &BTreeMap<String, S>,
    signer: Option<&Signer>,
) -> Result<Written, BundleError> {
    let mut files = render(contents)?;
    if let (Some(signer), Some(tag_manifest)) = (signer, files.get(TAG_MANIFEST)) {
        let signature = tag_manifest.bytes().map(|bytes| signer.sign(&bytes));
        let signature = signature.map_err(|error| BundleError::disk("signing", targets.bundle, &error))?;
        files.insert(SIGNATURE.into(), signature.into());
    }
    write_rendered(targets, &files, record, &save)
}

/// Takes back what a killed run left, and looks whether both targets are free: before a long job, so that it is not done in vain.
///
/// # Errors
/// As for [`write()`].
pub fn make_way(targets: &Targets) -> Result<(), BundleError> {
    let _writing = interrupt::writing();
    clear(targets).map(drop)
}

/// The real parent folders of bundle and record, in which neither is.
fn clear(targets: &Targets) -> Result<(PathBuf, PathBuf), BundleError> {
    apart(targets.bundle, targets.record)?;
    let bundle_parent = parent_of(targets.bundle)?;
    let record_parent = parent_of(targets.record)?;
    // Ahead of the rest: a record whose bundle is there is nothing that a killed run left.
    absent(targets.bundle)?;
    sweep(&bundle_parent, Some(targets.record));
    if record_parent != bundle_parent {
        sweep(&record_parent, None);
    }
    absent(targets.record)?;
    Ok((bundle_parent, record_parent))
}

/// As [`write`], for a bundle that is already rendered. `save` writes one new file and flushes it; tests hand in one that fails.
pub(crate) fn write_rendered<S: Source>(
    targets: &Targets,
    files: &Files,
    record: &BTreeMap<String, S>,
    save: &Save,
) -> Result<Written, BundleError> {
    let _writing = interrupt::writing();
    let (bundle_parent, record_parent) = clear(targets)?;
    let bundle_stage = Staging::new(&bundle_parent)?;
    let other_stage = if record_parent == bundle_parent { None } else { Some(Staging::new(&record_parent)?) };
    let staged_bundle = bundle_stage.path(BUNDLE_STAGE);
    let staged_record = other_stage.as_ref().unwrap_or(&bundle_stage).path(RECORD_STAGE);
    write_tree(&staged_bundle, files, save, Access::Public)?;
    write_tree(&staged_record, record, save, Access::Internal)?;
    bundle_stage.note(&staged_record, targets.record)?;
    if interrupt::raised() {
        return Err(BundleError::Interrupted);
    }
    rename_new(&staged_record, targets.record)?;
    if let Err(error) = rename_new(&staged_bundle, targets.bundle) {
        let _ = std::fs::rename(targets.record, &staged_record);
        return Err(error);
    }
    interrupt::committed();
    sync_folder(&bundle_parent);
    sync_folder(&record_parent);
    // Both targets are whole and in place: a working folder that cannot be removed is hidden, empty, and goes with the next run.
    let _ = bundle_stage.close();
    let _ = other_stage.map(Staging::close);
    let fingerprint = files.get(TAG_MANIFEST).map(Body::sha256).unwrap_or_default();
    Ok(Written { files: files.len(), bytes: files.values().map(Body::length).sum(), fingerprint })
}

/// Writes sanitised copies under their relative paths into `folder`: all of them, or none.
///
/// `folder` does not exist yet or is empty; its parent folder exists.
///
/// # Errors
/// As for [`write()`].
pub fn write_copies(folder: &Path, copies: &Files) -> Result<(), BundleError> {
    let _writing = interrupt::writing();
    let existing = match std::fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(BundleError::TargetNotEmpty { path: show(folder) });
            }
            // A link to an empty folder stands for that folder.
            Some(std::fs::canonicalize(folder).map_err(|error| BundleError::disk("resolving", folder, &error))?)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(BundleError::TargetExists { path: show(folder) }),
        Err(error) => return Err(BundleError::disk("reading", folder, &error)),
    };
    let target = existing.clone().unwrap_or_else(|| folder.to_path_buf());
    let parent = parent_of(&target)?;
    sweep(&parent, None);
    let stage = Staging::new(&parent)?;
    let staged = stage.path(COPIES_STAGE);
    write_tree(&staged, copies, &save, Access::Public)?;
    if interrupt::raised() {
        return Err(BundleError::Interrupted);
    }
    if existing.is_none() {
        rename_new(&staged, &target)?;
    } else {
        // Renaming onto an empty folder replaces it in one step, and fails when it is no longer empty.
        std::fs::rename(&staged, &target).map_err(|error| BundleError::disk("putting in place", &target, &error))?;
    }
    interrupt::committed();
    sync_folder(&parent);
    let _ = stage.close();
    Ok(())
}

/// Writes one new file and flushes it to the disk.
pub(crate) type Save<'a> = dyn Fn(&Path, &dyn Source, Access) -> io::Result<()> + Sync + 'a;

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// As the user's settings say.
    Public,
    /// The owner alone: the record holds words that are not released.
    Internal,
}

pub(crate) fn save(path: &Path, body: &dyn Source, access: Access) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if access == Access::Internal {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = access;
    let mut file = options.open(path)?;
    body.pieces(&mut |piece| file.write_all(piece))?;
    file.sync_all()
}

fn write_tree<S: Source>(root: &Path, files: &BTreeMap<String, S>, save: &Save, access: Access) -> Result<(), BundleError> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::from([root.to_path_buf()]);
    for name in files.keys() {
        let relative = Path::new(name);
        let plain = !name.is_empty() && relative.components().all(|component| matches!(component, Component::Normal(_)));
        if !plain {
            return Err(BundleError::BadName { path: printable(name) });
        }
        folders.extend(relative.ancestors().skip(1).map(|folder| root.join(folder)));
    }
    for folder in &folders {
        make_folder(folder, access).map_err(|error| BundleError::disk("making", folder, &error))?;
    }
    files.par_iter().try_for_each(|(name, body)| {
        if interrupt::raised() {
            return Err(BundleError::Interrupted);
        }
        let path = root.join(name);
        save(&path, body, access).map_err(|error| BundleError::disk("writing", &path, &error))
    })?;
    folders.iter().rev().for_each(|folder| sync_folder(folder));
    Ok(())
}

fn make_folder(folder: &Path, access: Access) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    // `root/` and `root` are one folder under two spellings of the empty relative path.
    builder.recursive(true);
    #[cfg(unix)]
    if access == Access::Internal {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    #[cfg(not(unix))]
    let _ = access;
    builder.create(folder)
}

/// Flushes a folder's own entries. Not every system can; the files themselves are flushed by then.
fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
}

/// The folder that a target is made in, which must exist; the target must end in a name.
fn parent_of(target: &Path) -> Result<PathBuf, BundleError> {
    if target.file_name().is_none() {
        return Err(BundleError::NoName { path: show(target) });
    }
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match std::fs::canonicalize(parent) {
        Ok(real) if real.is_dir() => Ok(real),
        Ok(_) => Err(BundleError::NoParent { path: show(target) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(BundleError::NoParent { path: show(target) }),
        Err(error) => Err(BundleError::disk("resolving", parent, &error)),
    }
}

fn absent(target: &Path) -> Result<(), BundleError> {
    match std::fs::symlink_metadata(target) {
        Ok(_) => Err(BundleError::TargetExists { path: show(target) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BundleError::disk("looking at", target, &error)),
    }
}

/// Renames onto a name that must not be in use: looked at last here, and a folder with contents is never replaced by the system either.
fn rename_new(from: &Path, to: &Path) -> Result<(), BundleError> {
    absent(to)?;
    std::fs::rename(from, to).map_err(|error| match error.kind() {
        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            BundleError::TargetExists { path: show(to) }
        }
        _ => BundleError::disk("putting in place", to, &error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn files(names: &[&str]) -> Files<'static> {
        names.iter().map(|name| ((*name).to_string(), (*name).to_string().into())).collect()
    }

    fn sample() -> Contents {
        let payload =
            [("schedule.csv", "a,b\n"), ("schedule.html", "<p>")].map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()));
        let bag_info = vec![("Source-Organization".into(), "An\nAuthority\u{202e}".into()), ("External-Identifier".into(), "FOI-1".into())];
        Contents { documents: vec![], payload: payload.into(), disclosure: b"{}\n".to_vec(), bag_info }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_written_bundle_is_a_valid_bag_and_its_record_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let (bundle, record) = (dir.path().join("out"), dir.path().join("out-record"));
        let written =
            write(&Targets { bundle: &bundle, record: &record }, &sample(), &BTreeMap::from([("r.json".to_owned(), b"{}".to_vec())]), None)
                .unwrap();
        assert_eq!(written.files, 7);
        assert_eq!(names(dir.path()), ["out", "out-record"]);
        let options = super::super::VerifyOptions { bag_only: true, ..Default::default() };
        let report = super::super::verify(&bundle, &options).unwrap();
        assert!(report.ok && report.warnings.is_empty(), "{report:#?}");
        let info = std::fs::read_to_string(bundle.join("bag-info.txt")).unwrap();
        assert_eq!(info, "Source-Organization: An Authority\\u{202e}\nExternal-Identifier: FOI-1\nPayload-Oxum: 7.2\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&record), mode(&record.join("r.json"))), (0o700, 0o600));
        }
    }

    #[test]
    fn a_target_that_exists_is_an_error_and_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let (bundle, record) = (dir.path().join("out"), dir.path().join("out-record"));
        for taken in [&bundle, &record] {
            std::fs::create_dir(taken).unwrap();
            let error =
                write(&Targets { bundle: &bundle, record: &record }, &sample(), &BTreeMap::<String, Vec<u8>>::new(), None).unwrap_err();
            assert!(matches!(error, BundleError::TargetExists { .. }));
            assert_eq!(error.exit_code(), 2);
            assert_eq!(names(dir.path()).len(), 1);
            assert!(names(taken).is_empty());
            std::fs::remove_dir(taken).unwrap();
        }
        for (bundle, record) in [("out", "out/record"), ("rec/out", "rec"), ("out", "out"), ("..", "x"), ("no/out", "x")] {
            let (bundle, record) = (dir.path().join(bundle), dir.path().join(record));
            assert_eq!(
                write(&Targets { bundle: &bundle, record: &record }, &sample(), &BTreeMap::<String, Vec<u8>>::new(), None)
                    .unwrap_err()
                    .exit_code(),
                2
            );
        }
        assert!(names(dir.path()).is_empty());
    }

    #[test]
    fn whichever_file_cannot_be_written_nothing_is_left() {
        let bundle_files = files(&["bagit.txt", "data/a", "data/b/c", "data/b/d"]);
        let record_files = files(&["r.json", "s/t.json"]);
        // EINTR, EIO, EACCES, ENOSPC, EROFS, EDQUOT.
        for (fails_at, code) in (0..6).flat_map(|at| [4, 5, 13, 28, 30, 122].map(|code| (at, code))) {
            let dir = tempfile::tempdir().unwrap();
            let count = AtomicUsize::new(0);
            let failing = |path: &Path, body: &dyn Source, access: Access| {
                if count.fetch_add(1, Ordering::SeqCst) == fails_at {
                    let mut bytes = Vec::new();
                    body.pieces(&mut |piece| bytes.write_all(piece))?;
                    bytes.truncate(bytes.len() / 2);
                    save(path, &bytes, access)?;
                    return Err(io::Error::from_raw_os_error(code));
                }
                save(path, body, access)
            };
            let (bundle, record) = (dir.path().join("out"), dir.path().join("rec"));
            let error = write_rendered(&Targets { bundle: &bundle, record: &record }, &bundle_files, &record_files, &failing).unwrap_err();
            assert_eq!(error.exit_code(), 3, "{error}");
            assert!(names(dir.path()).is_empty());
            write_rendered(&Targets { bundle: &bundle, record: &record }, &bundle_files, &record_files, &save).unwrap();
            assert_eq!(names(dir.path()), ["out", "rec"]);
        }
    }

    #[test]
    fn a_bundle_that_cannot_be_put_in_place_takes_its_record_back() {
        let dir = tempfile::tempdir().unwrap();
        let (bundle, record) = (dir.path().join("out"), dir.path().join("rec"));
        // Somebody takes the bundle's name while the files are being written.
        let racing = |path: &Path, body: &dyn Source, access: Access| {
            std::fs::create_dir_all(dir.path().join("out"))?;
            save(path, body, access)
        };
        let error = write_rendered(&Targets { bundle: &bundle, record: &record }, &files(&["a"]), &files(&["r"]), &racing).unwrap_err();
        assert!(matches!(error, BundleError::TargetExists { .. }));
        assert_eq!(names(dir.path()), ["out"]);
        assert!(names(&bundle).is_empty());
    }

    #[test]
    fn copies_go_into_a_new_or_an_empty_folder_and_never_over_anything() {
        let dir = tempfile::tempdir().unwrap();
        let copies = files(&["a.docx", "~$odd/b.docx"]);
        let new = dir.path().join("new");
        write_copies(&new, &copies).unwrap();
        assert_eq!(std::fs::read(new.join("~$odd/b.docx")).unwrap(), b"~$odd/b.docx");
        assert!(matches!(write_copies(&new, &copies), Err(BundleError::TargetNotEmpty { .. })));
        let empty = dir.path().join("empty");
        std::fs::create_dir(&empty).unwrap();
        write_copies(&empty, &copies).unwrap();
        assert!(matches!(write_copies(&new.join("a.docx"), &copies), Err(BundleError::TargetExists { .. })));
        assert!(matches!(write_copies(&dir.path().join("no/where"), &copies), Err(BundleError::NoParent { .. })));
        assert!(matches!(write_copies(&dir.path().join("x"), &files(&["../y"])), Err(BundleError::BadName { .. })));
        assert_eq!(names(dir.path()), ["empty", "new"]);
    }

    #[test]
    fn the_same_contents_give_the_same_bytes_and_unsafe_names_are_refused() {
        let bytes = |contents: &Contents| -> Vec<_> {
            render(contents).unwrap().iter().map(|(path, body)| (path.clone(), body.bytes().unwrap().into_owned())).collect()
        };
        assert_eq!(bytes(&sample()), bytes(&sample()));
        for bad in ["../x", "a:b", "CON.docx", "a//b", ""] {
            let mut contents = sample();
            contents.payload.insert(bad.into(), vec![]);
            assert!(matches!(render(&contents), Err(BundleError::BadName { .. })), "{bad}");
        }
    }
}
