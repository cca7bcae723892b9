//! The bytes of a document: in memory while they are few, else in a file of which no more is read than somebody asks for.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{DocError, FileFault};

/// Bytes up to which a document is held in memory.
pub const IN_MEMORY_BYTES: u64 = 8 << 20;

/// Bytes that are read or copied at a time.
pub const PIECE_BYTES: usize = 64 << 10;

/// The bytes of a document. Clones are the same bytes.
#[derive(Debug, Clone)]
pub enum Content<'a> {
    /// In somebody's memory.
    Slice(&'a [u8]),
    /// In memory.
    Memory(Arc<Vec<u8>>),
    /// A stretch of a file.
    File(Stretch),
}

/// A stretch of a file that is open.
#[derive(Debug, Clone)]
pub struct Stretch {
    file: Arc<Mutex<File>>,
    start: u64,
    length: u64,
}

impl Content<'_> {
    /// The first `length` bytes of a file.
    pub fn of_file(file: File, length: u64) -> Self {
        Self::File(Stretch { file: Arc::new(Mutex::new(file)), start: 0, length })
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        match self {
            Self::Slice(bytes) => bytes.len() as u64,
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(stretch) => stretch.length,
        }
    }

    /// All bytes, when they are in memory.
    pub fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Self::Slice(bytes) => Some(bytes),
            Self::Memory(bytes) => Some(bytes),
            Self::File(_) => None,
        }
    }

    /// All bytes.
    ///
    /// # Errors
    /// When the file cannot be read, or has become shorter.
    pub fn whole(&self) -> io::Result<Cow<'_, [u8]>> {
        self.get(0..self.length())
    }

    /// All bytes, in memory of their own.
    ///
    /// # Errors
    /// As for [`whole`](Self::whole).
    pub fn into_bytes(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Memory(bytes) => Ok(Arc::unwrap_or_clone(bytes)),
            content => content.whole().map(Cow::into_owned),
        }
    }

    /// Some of the bytes.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] for a range that is not inside; otherwise as for [`whole`](Self::whole).
    pub fn get(&self, range: Range<u64>) -> io::Result<Cow<'_, [u8]>> {
        if range.start > range.end || range.end > self.length() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Self::File(stretch) = self {
            let mut bytes = vec![0; usize::try_from(range.end - range.start).map_err(|_| io::ErrorKind::OutOfMemory)?];
            stretch.read_exact(range.start, &mut bytes)?;
            return Ok(Cow::Owned(bytes));
        }
        let bytes = self.in_memory().and_then(|bytes| bytes.get(range.start as usize..range.end as usize));
        bytes.map(Cow::Borrowed).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Calls `each` with the bytes of a range, piece by piece.
    ///
    /// # Errors
    /// As for [`get`](Self::get), and what `each` says.
    pub fn pieces(&self, range: Range<u64>, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let Self::File(stretch) = self else { return each(&self.get(range)?) };
        if range.start > range.end || range.end > stretch.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let piece_bytes = usize::try_from(range.end - range.start).map_or(PIECE_BYTES, |length| length.min(PIECE_BYTES));
        let mut buffer = vec![0; piece_bytes];
        let mut at = range.start;
        while at < range.end {
            let length = usize::try_from(range.end - at).map_or(piece_bytes, |left| left.min(piece_bytes));
            let piece = buffer.get_mut(..length).unwrap_or_default();
            stretch.read_exact(at, piece)?;
            each(piece)?;
            at += length as u64;
        }
        Ok(())
    }

    /// SHA-256 in hexadecimal digits.
    ///
    /// # Errors
    /// As for [`whole`](Self::whole).
    pub fn sha256_hex(&self) -> io::Result<String> {
        use sha2::Digest as _;
        let mut digest = sha2::Sha256::new();
        self.pieces(0..self.length(), |piece| {
            digest.update(piece);
            Ok(())
        })?;
        Ok(crate::model::hex(&digest.finalize()))
    }
}

impl Stretch {
    fn read(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(at);
        let length = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if length == 0 {
            // A place past the end may be one that no file has.
            return Ok(0);
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.start.saturating_add(at)))?;
        file.read(buffer.get_mut(..length).unwrap_or_default())
    }

    fn read_exact(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.start.saturating_add(at)))?;
        file.read_exact(buffer)
    }
}

impl rawzip::ReaderAt for Content<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::Slice(bytes) => rawzip::ReaderAt::read_at(*bytes, buffer, offset),
            Self::Memory(bytes) => rawzip::ReaderAt::read_at(bytes.as_slice(), buffer, offset),
            Self::File(stretch) => stretch.read(offset, buffer),
        }
    }
}

impl<'a> From<&'a [u8]> for Content<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Slice(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Content<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Slice(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Content<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Slice(bytes)
    }
}

impl<'a> From<&'a Cow<'_, [u8]>> for Content<'a> {
    fn from(bytes: &'a Cow<'_, [u8]>) -> Self {
        Self::Slice(bytes)
    }
}

impl<'a> From<&'a Content<'_>> for Content<'a> {
    fn from(content: &'a Content<'_>) -> Self {
        match content {
            Content::Slice(bytes) => Self::Slice(bytes),
            Content::Memory(bytes) => Self::Slice(bytes),
            Content::File(stretch) => Self::File(stretch.clone()),
        }
    }
}

impl From<Vec<u8>> for Content<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Memory(Arc::new(bytes))
    }
}

/// A document that cannot be read any more.
impl From<io::Error> for DocError {
    fn from(error: io::Error) -> Self {
        Self::whole(FileFault::Unreadable { why: error.kind().to_string() })
    }
}

/// Where bytes wait that are too many for the memory: in a file that has no name, which is gone with the process however that ends.
///
/// Clones are the same place.
#[derive(Debug, Clone)]
pub struct Spool(Arc<Mutex<Store>>);

#[derive(Debug)]
struct Store {
    /// Where the file is made; `None`: everything stays in memory.
    folder: Option<PathBuf>,
    /// Bytes that stay in memory.
    memory_bytes: u64,
    file: Option<Arc<Mutex<File>>>,
    in_memory: u64,
    in_file: u64,
}

impl Spool {
    /// Bytes that stay in memory of the copies that wait for each other.
    const COPIES_BYTES: u64 = 4 << 20;

    /// For what will be written to `target`, which need not exist yet. Nothing is made before it is needed.
    pub fn beside(target: &Path) -> Self {
        let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::new(Some(folder.to_path_buf()), Self::COPIES_BYTES)
    }

    /// For what is not written to any place: in the folder of temporary files.
    pub fn temporary() -> Self {
        Self::new(Some(std::env::temp_dir()), Self::COPIES_BYTES)
    }

    /// One that keeps everything in memory.
    pub fn in_memory() -> Self {
        Self::new(None, u64::MAX)
    }

    /// Another one at the same place, for the pieces of one document: gone when they are.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self::new(self.store().folder.clone(), IN_MEMORY_BYTES)
    }

    fn new(folder: Option<PathBuf>, memory_bytes: u64) -> Self {
        Self(Arc::new(Mutex::new(Store { folder, memory_bytes, file: None, in_memory: 0, in_file: 0 })))
    }

    fn store(&self) -> std::sync::MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts bytes aside. They stay in memory as long as they are few together, or when the disk takes none.
    pub fn put(&self, content: Content<'static>) -> Content<'static> {
        let mut store = self.store();
        let in_memory = store.in_memory.saturating_add(content.length());
        let is_in_file = matches!(content, Content::File(_));
        if (is_in_file || in_memory > store.memory_bytes)
            && let Ok(stretch) = store.write(&content)
        {
            return Content::File(stretch);
        }
        store.in_memory = in_memory;
        drop(store);
        match content {
            // Many may wait, and not with memory that they do not need.
            Content::Memory(mut bytes) => {
                if let Some(bytes) = Arc::get_mut(&mut bytes) {
                    bytes.shrink_to_fit();
                }
                Content::Memory(bytes)
            }
            content => content,
        }
    }

    /// A file that is written from its beginning to its end.
    pub fn sink(&self) -> Sink {
        Sink { folder: self.store().folder.clone(), bytes: Vec::new(), file: None, length: 0 }
    }
}

impl Store {
    fn write(&mut self, content: &Content<'_>) -> io::Result<Stretch> {
        let start = self.in_file;
        if self.file.is_none() {
            let folder = self.folder.as_ref().ok_or(io::ErrorKind::NotFound)?;
            self.file = Some(Arc::new(Mutex::new(tempfile::tempfile_in(folder)?)));
        }
        let file = self.file.clone().ok_or(io::ErrorKind::NotFound)?;
        let mut at = start;
        content.pieces(0..content.length(), |piece| {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(at))?;
            at += piece.len() as u64;
            file.write_all(piece)
        })?;
        self.in_file = at;
        Ok(Stretch { file, start, length: content.length() })
    }
}

/// Bytes that are written one after the other: in memory while they are few.
#[derive(Debug, Default)]
pub struct Sink {
    folder: Option<PathBuf>,
    /// All that was written, or what was written since the file took some.
    bytes: Vec<u8>,
    file: Option<File>,
    /// Bytes in the file.
    length: u64,
}

impl Sink {
    /// How many bytes were written.
    pub fn length(&self) -> u64 {
        self.length + self.bytes.len() as u64
    }

    /// Writes some bytes. When the disk takes none they stay in memory.
    ///
    /// # Errors
    /// When the disk has taken some and takes no more.
    pub fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            let fits = self.length().saturating_add(bytes.len() as u64) <= IN_MEMORY_BYTES;
            if !fits && let Some(folder) = self.folder.take() {
                self.file = tempfile::tempfile_in(folder).ok();
            }
        }
        self.bytes.extend_from_slice(bytes);
        if self.file.is_some() && self.bytes.len() >= PIECE_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.write_all(&self.bytes)?;
            self.length += self.bytes.len() as u64;
            if self.bytes.capacity() > 16 * PIECE_BYTES { self.bytes = Vec::new() } else { self.bytes.clear() }
        }
        Ok(())
    }

    /// What was written.
    ///
    /// # Errors
    /// As for [`put`](Self::put).
    pub fn finish(mut self) -> io::Result<Content<'static>> {
        self.flush()?;
        Ok(match self.file {
            Some(file) => Content::of_file(file, self.length),
            None => Content::from(self.bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(length: u64) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn bytes_are_the_same_wherever_they_are() {
        let all = bytes(3 * PIECE_BYTES as u64 + 7);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&all).unwrap();
        let (memory, file) = (Content::from(&all), Content::of_file(file, all.len() as u64));
        for range in [0..all.len() as u64, 5..5, 70_000..140_001, all.len() as u64 - 1..all.len() as u64] {
            assert_eq!(memory.get(range.clone()).unwrap(), file.get(range.clone()).unwrap());
            let mut pieces = Vec::new();
            file.pieces(range.clone(), |piece| {
                pieces.extend_from_slice(piece);
                Ok(())
            })
            .unwrap();
            assert_eq!(pieces, all[range.start as usize..range.end as usize]);
        }
        assert_eq!(memory.sha256_hex().unwrap(), file.sha256_hex().unwrap());
        for content in [&memory, &file] {
            assert!(content.get(0..all.len() as u64 + 1).is_err());
            assert!(content.pieces(0..all.len() as u64 + 1, |_| Ok(())).is_err());
        }
        for content in [&memory, &file] {
            let read = |at| rawzip::ReaderAt::read_at(content, &mut [0; 8], at).unwrap();
            assert_eq!([read(0), read(all.len() as u64 - 3), read(all.len() as u64), read(u64::MAX)], [8, 3, 0, 0]);
        }
        let longer = Content::of_file(tempfile::tempfile().unwrap(), 1);
        assert!(longer.whole().is_err() && longer.sha256_hex().is_err());
    }

    #[test]
    fn what_is_too_much_for_the_memory_goes_to_a_file_that_nobody_sees() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::beside(&folder.path().join("out"));
        let is_in_file = |content: &Content<'_>| matches!(content, Content::File(_));
        assert!(!is_in_file(&spool.put(Content::from(b"a small copy".to_vec()))));
        let large = [7, 8].map(|byte| spool.put(Content::from(vec![byte; Spool::COPIES_BYTES as usize])));
        let small = spool.put(Content::from(b"another small one".to_vec()));
        assert!(large.iter().all(is_in_file) && !is_in_file(&small));
        assert_eq!(large[1].whole().unwrap(), vec![8; Spool::COPIES_BYTES as usize]);
        assert_eq!(large[0].whole().unwrap(), vec![7; Spool::COPIES_BYTES as usize]);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_sink_gives_back_what_it_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::beside(&folder.path().join("out"));
        let all = bytes(IN_MEMORY_BYTES + 12_345);
        for (spool, length, is_in_file) in [(&spool, all.len(), true), (&spool, 100_000, false), (&Spool::in_memory(), all.len(), false)] {
            let mut sink = spool.sink();
            for piece in all[..length].chunks(999) {
                sink.put(piece).unwrap();
            }
            assert_eq!(sink.length(), length as u64);
            let content = sink.finish().unwrap();
            assert_eq!(matches!(content, Content::File(_)), is_in_file);
            assert_eq!(*content.whole().unwrap(), all[..length]);
            // What is in a file of its own moves to that of the others.
            assert_eq!(*spool.put(content).whole().unwrap(), all[..length]);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn without_a_file_everything_stays_in_memory() {
        let spool = Spool::beside(Path::new("/no such folder/out"));
        let all = vec![1; 2 * Spool::COPIES_BYTES as usize];
        assert_eq!(spool.put(Content::from(all.clone())).whole().unwrap(), all);
        let mut sink = spool.sink();
        sink.put(&all).unwrap();
        assert_eq!(sink.finish().unwrap().whole().unwrap(), all);
    }
}
