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
        let fail = |error: io::Error| BundleError::disk("making a working folder in", parent, &error);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).map_err(fail)?;
        let mut lock = File::create_new(folder.path().join(LOCK)).map_err(fail)?;
        // Some network file systems know no locks; then a left-over folder of a killed run stays, hidden, until a person removes it.
        let locked = lock.try_lock().is_ok();
        if locked {
            lock.write_all(LOCK_TEXT).map_err(fail)?;
        }
        Ok(Self { folder, _lock: lock })
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
        self.folder.close()
    }
}

/// Removes working folders in `parent` whose run is gone.
///
/// A record that such a run put in place without its bundle is taken back, when it is this run's own `record` target and still the
/// same folder: nothing else that a journal names is ever touched. Folders that are in use, or are not ours, stay.
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
    if !std::fs::symlink_metadata(&lock_path).is_ok_and(|metadata| metadata.is_file()) {
        return;
    }
    let Ok(lock) = File::options().read(true).write(true).open(&lock_path) else { return };
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return,
    }
    // The text is written after the lock was taken: a folder without it has only just been made.
    if !std::fs::read(&lock_path).is_ok_and(|text| text == LOCK_TEXT) {
        return;
    }
    if let Some(record) = record {
        take_back(folder, record);
    }
    let _ = std::fs::remove_dir_all(folder);
}

fn take_back(folder: &Path, record: &Path) {
    let uncommitted = folder.join(super::write::BUNDLE_STAGE).is_dir();
    let journal = std::fs::read(folder.join(JOURNAL)).ok().and_then(|bytes| serde_json::from_slice::<Journal>(&bytes).ok());
    let Some(journal) = journal.filter(|_| uncommitted) else { return };
    let is_ours = resolve(record).is_ok_and(|real| real == journal.record);
    if is_ours && journal.identity.is_some() && identity(record) == journal.identity {
        // Into the left-over folder first, so that a second kill leaves nothing half removed in sight.
        let aside = folder.join("taken-back");
        if std::fs::rename(record, &aside).is_err() {
            let _ = std::fs::remove_dir_all(record);
        }
    }
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
        assert!(other.exists() && record.exists());
        leftover(&record);
        sweep(dir.path(), Some(&record));
        assert!(!record.exists() && other.exists());
    }
}
