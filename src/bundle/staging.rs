//! A hidden working folder beside the target: what is being written until it is whole, and what a killed run leaves behind.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::fault::BundleError;
use super::paths::{identity, resolve};

/// How working folders are called: hidden, and recognisable by a person who finds one.
pub(crate) const PREFIX: &str = ".cleardraft-partial-";
const LOCK: &str = "in-use";
const LOCK_TEXT: &[u8] =
    b"Working folder of cleardraft. When no run is under way it is left over and can be deleted; the next run does so.\n";
const UNLOCKED_TEXT: &[u8] = b"Working folder of cleardraft. When no run is under way it is left over and can be deleted.\n";
const JOURNAL: &str = "journal.json";

/// A working folder of this run. Dropping it removes it with everything in it.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: tempfile::TempDir,
    /// Holds the advisory lock for as long as the run lives; the system lets go of it when the process is killed.
    _lock: File,
}

/// What has to be taken back when a run is killed between its two renames.
#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    /// Real path of the record.
    record: PathBuf,
    /// Device and file number of the record folder.
    identity: Option<(u64, u64)>,
}

impl Staging {
    /// A new working folder in `parent`, readable by its owner only.
    pub(crate) fn new(parent: &Path) -> Result<Self, BundleError> {
        const TRIES: usize = 16;
        let fail = |error: io::Error| BundleError::disk("making a working folder in", parent, &error);
        for _ in 0..TRIES {
            if let Some(staging) = Self::try_new(parent).map_err(fail)? {
                return Ok(staging);
            }
        }
        Err(fail(io::Error::other("other runs take it away")))
    }

    /// `None` where another run has taken the folder for a left-over before it was locked.
    fn try_new(parent: &Path) -> io::Result<Option<Self>> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let path = folder.path().join(LOCK);
        let mut lock = match File::create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            created => created?,
        };
        match lock.try_lock() {
            Ok(()) if !path.exists() => return Ok(None),
            Ok(()) => lock.write_all(LOCK_TEXT)?,
            Err(TryLockError::WouldBlock) => return Ok(None),
            // Some network file systems know no locks; then a left-over folder of a killed run stays, hidden, until a person removes it.
            Err(TryLockError::Error(_)) => lock.write_all(UNLOCKED_TEXT)?,
        }
        Ok(Some(Self { folder, _lock: lock }))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Notes that `staged` is about to be renamed to `record` before the bundle is in place.
    pub(crate) fn note(&self, staged: &Path, record: &Path) -> Result<(), BundleError> {
        let journal = Journal { record: resolve(record)?, identity: identity(staged) };
        let path = self.path(JOURNAL);
        let write = || -> io::Result<()> {
            let mut file = File::create(&path)?;
            file.write_all(&serde_json::to_vec(&journal)?)?;
            file.sync_all()
        };
        write().map_err(|error| BundleError::disk("writing", &path, &error))
    }

    /// Removes the folder now, so that a failure to do so is seen.
    pub(crate) fn close(self) -> io::Result<()> {
        remove(self.folder.path())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = remove(self.folder.path());
    }
}

/// Removes a working folder.
fn remove(folder: &Path) -> io::Result<()> {
    for path in contents(folder)? {
        if std::fs::symlink_metadata(&path)?.is_dir() {
            std::fs::remove_dir_all(path)?;
        } else {
            std::fs::remove_file(path)?;
        }
    }
    std::fs::remove_dir(folder)
}

/// What is in a working folder, in the order in which it goes. The lock is last: what a kill leaves of the folder is known by it, or empty.
fn contents(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort_by_key(|path| path.file_name().is_some_and(|name| name == LOCK));
    Ok(paths)
}

/// Removes working folders in `parent` whose run is gone.
///
/// A record that such a run put in place without its bundle is taken back, when it is this run's own `record` target and still the
/// same folder: nothing else that a journal names is ever touched. Where the record is another's, the folder stays until that one is
/// made again or moved away. Folders that are in use, or are not ours, stay too.
pub(crate) fn sweep(parent: &Path, record: Option<&Path>) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let ours =
            entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX)) && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if ours {
            sweep_one(&entry.path(), record);
        }
    }
}

fn sweep_one(folder: &Path, record: Option<&Path>) {
    let lock_path = folder.join(LOCK);
    match std::fs::symlink_metadata(&lock_path) {
        Ok(metadata) if metadata.is_file() => {}
        // An empty one is left of a run that was killed before it locked it, or after it let go of it. Whoever is about to lock it makes another.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return drop(std::fs::remove_dir(folder)),
        _ => return,
    }
    let Ok(lock) = File::options().read(true).write(true).open(&lock_path) else { return };
    if lock.try_lock().is_err() {
        return;
    }
    // The text is written after the lock was taken: whoever is about to take it makes another folder.
    if !std::fs::read(&lock_path).is_ok_and(|text| LOCK_TEXT.starts_with(&text)) {
        return;
    }
    if let Some(lone) = lone_record(folder) {
        if !record.is_some_and(|record| resolve(record).is_ok_and(|real| real == lone)) {
            return;
        }
        // Into the left-over folder first, so that a second kill leaves nothing half removed in sight.
        if std::fs::rename(&lone, folder.join("taken-back")).is_err() {
            let _ = std::fs::remove_dir_all(&lone);
        }
    }
    let _ = remove(folder);
}

/// The record that the run of this folder put in place and whose bundle it did not.
fn lone_record(folder: &Path) -> Option<PathBuf> {
    let uncommitted = folder.join(super::write::BUNDLE_STAGE).is_dir();
    let journal: Journal = std::fs::read(folder.join(JOURNAL)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())?;
    let in_place = journal.identity.is_some() && identity(&journal.record) == journal.identity;
    (uncommitted && in_place).then_some(journal.record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_in_use_and_foreign_folders_stay_and_leftovers_go() {
        let dir = tempfile::tempdir().unwrap();
        let in_use = Staging::new(dir.path()).unwrap();
        let foreign = dir.path().join(format!("{PREFIX}mine"));
        std::fs::create_dir(&foreign).unwrap();
        std::fs::write(foreign.join("in-use"), "something else").unwrap();
        let leftover = dir.path().join(format!("{PREFIX}dead"));
        std::fs::create_dir_all(leftover.join("bundle/data")).unwrap();
        std::fs::write(leftover.join(LOCK), LOCK_TEXT).unwrap();
        sweep(dir.path(), None);
        assert!(in_use.path(LOCK).exists() && foreign.exists());
        assert!(!leftover.exists());
    }

    #[test]
    fn what_a_kill_leaves_of_a_folder_goes_too_whenever_it_came() {
        let dir = tempfile::tempdir().unwrap();
        let leftover = |name: &str| {
            let folder = dir.path().join(format!("{PREFIX}{name}"));
            std::fs::create_dir(&folder).unwrap();
            folder
        };
        let (just_made, just_locked, half_locked, without_lock) = (leftover("a"), leftover("b"), leftover("c"), leftover("d"));
        std::fs::write(just_locked.join(LOCK), "").unwrap();
        std::fs::write(half_locked.join(LOCK), &LOCK_TEXT[..9]).unwrap();
        // Not ours, or of a file system without locks: a person removes it.
        std::fs::write(without_lock.join("letter.docx"), "x").unwrap();
        sweep(dir.path(), None);
        assert!(!just_made.exists() && !just_locked.exists() && !half_locked.exists() && without_lock.exists());
    }

    #[test]
    fn the_lock_of_a_folder_goes_last() {
        let dir = tempfile::tempdir().unwrap();
        for name in [LOCK, "a", "z", JOURNAL, super::super::write::BUNDLE_STAGE] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        assert_eq!(contents(dir.path()).unwrap().last(), Some(&dir.path().join(LOCK)));
        let folder = dir.path().to_owned();
        remove(&folder).unwrap();
        assert!(!folder.exists() && remove(&folder).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_record_without_its_bundle_is_taken_back_and_no_other_folder_is() {
        let dir = tempfile::tempdir().unwrap();
        let record = dir.path().join("b-record");
        let other = dir.path().join("other");
        let leftover = |target: &Path| {
            let folder = dir.path().join(format!("{PREFIX}dead"));
            std::fs::create_dir_all(folder.join(super::super::write::BUNDLE_STAGE)).unwrap();
            std::fs::write(folder.join(LOCK), LOCK_TEXT).unwrap();
            let journal = Journal { record: resolve(target).unwrap(), identity: identity(target) };
            std::fs::write(folder.join(JOURNAL), serde_json::to_vec(&journal).unwrap()).unwrap();
        };
        std::fs::create_dir(&record).unwrap();
        std::fs::create_dir(&other).unwrap();
        leftover(&other);
        sweep(dir.path(), Some(&record));
        sweep(dir.path(), None);
        assert!(other.exists() && record.exists());
        // What tells that the other one is to be taken back stays until it is.
        sweep(dir.path(), Some(&other));
        assert!(!other.exists() && record.exists());
        std::fs::create_dir(&other).unwrap();
        leftover(&record);
        sweep(dir.path(), Some(&record));
        assert!(!record.exists() && other.exists());
    }
}
