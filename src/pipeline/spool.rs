//! Copies that wait until all are made: in memory while they are small together, then in one file that has no name.
//!
//! The file lies beside the target, is seen by nobody, and is gone with the process, however that ends.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that stay in memory.
const MEMORY_BYTES: u64 = 32 << 20;

/// Where copies wait. Clones are the same place.
#[derive(Debug, Clone)]
pub struct Spool(Arc<Mutex<Store>>);

#[derive(Debug)]
struct Store {
    folder: PathBuf,
    file: Option<File>,
    /// Bytes of copies that stayed in memory, and in the file.
    in_memory: u64,
    in_file: u64,
}

impl Spool {
    /// For copies that will be written to `target`, which need not exist yet. Nothing is made before it is needed.
    pub fn beside(target: &Path) -> Self {
        let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self(Arc::new(Mutex::new(Store { folder: folder.to_path_buf(), file: None, in_memory: 0, in_file: 0 })))
    }

    /// Writes some bytes and tells where they are. `None`: they have to stay in memory, as long as they are few or when the disk is full.
    pub(super) fn put(&self, bytes: &[u8]) -> Option<u64> {
        let mut store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let in_memory = store.in_memory.saturating_add(bytes.len() as u64);
        if in_memory > MEMORY_BYTES
            && let Ok(offset) = store.write(bytes)
        {
            return Some(offset);
        }
        store.in_memory = in_memory;
        None
    }

    /// Reads bytes back.
    pub(super) fn get(&self, offset: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let file = store.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| io::ErrorKind::OutOfMemory)?];
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Store {
    fn write(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let offset = self.in_file;
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile_in(&self.folder)?);
        }
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)?;
        self.in_file = offset + bytes.len() as u64;
        Ok(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_for_the_memory_goes_to_a_file_that_nobody_sees() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::beside(&folder.path().join("out"));
        assert_eq!(spool.put(b"a small copy"), None);
        let [one, other] = [7, 8].map(|byte| vec![byte; MEMORY_BYTES as usize]);
        assert_eq!([spool.put(&one), spool.put(b"another small one"), spool.put(&other)], [Some(0), None, Some(MEMORY_BYTES)]);
        assert_eq!(spool.get(MEMORY_BYTES, MEMORY_BYTES).unwrap(), other);
        assert_eq!(spool.get(0, MEMORY_BYTES).unwrap(), one);
        assert!(spool.get(MEMORY_BYTES, 2 * MEMORY_BYTES).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn without_a_file_everything_stays_in_memory() {
        let spool = Spool::beside(Path::new("/no such folder/out"));
        assert_eq!(spool.put(&vec![0; 2 * MEMORY_BYTES as usize]), None);
        assert!(spool.get(0, 1).is_err());
    }
}
