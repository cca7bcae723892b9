//! Writing containers: every byte follows from the members (APPNOTE.TXT §4.3).

use std::io;

use flate2::{Compress, Compression, FlushCompress, Status};

use super::{Method, Raw};
use crate::format::content::{Content, Sink};

/// The time of every entry that we write: the first that MS-DOS can say.
pub const DOS_EPOCH: u32 = 0x0021_0000;

/// Writes a container: entries in the order given, one fixed time, no extra fields, no comments, sizes in the local headers.
///
/// Every byte follows from the entries (a general-purpose writer streams and leaves the sizes to data descriptors).
#[derive(Debug, Default)]
pub struct Writer {
    out: Sink,
    directory: Vec<u8>,
    entries: u32,
    state: Option<Compress>,
    /// Why the disk takes no more.
    failed: Option<io::Error>,
}

impl Writer {
    /// An empty container in memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty container.
    pub fn to(out: Sink) -> Self {
        Self { out, ..Self::default() }
    }

    /// Adds a member, deflated at level 6, or stored when that is not longer.
    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        let crc32 = crc32fast::hash(bytes);
        let deflated = deflate(&mut self.state, bytes);
        if deflated.len() < bytes.len() {
            self.member(name, Method::Deflated, deflated.len() as u64, bytes.len() as u64, crc32, |out| out.put(&deflated));
        } else {
            self.member(name, Method::Stored, bytes.len() as u64, bytes.len() as u64, crc32, |out| out.put(bytes));
        }
    }

    /// Adds a member that was deflated on its way.
    pub fn add_deflated(&mut self, name: &str, member: &Deflated) {
        let raw_length = member.bytes.len() as u64;
        self.member(name, Method::Deflated, raw_length, member.length, member.crc32, |out| out.put(&member.bytes));
    }

    /// Adds a member whose bytes are already compressed. The caller has inflated them to `length` bytes and found no tail.
    pub fn add_raw(&mut self, name: &str, method: Method, raw: &Raw<'_>, length: u64, crc32: u32) {
        self.member(name, method, raw.length(), length, crc32, |out| raw.pieces(|piece| out.put(piece)));
    }

    fn member(
        &mut self,
        name: &str,
        method: Method,
        raw_length: u64,
        length: u64,
        crc32: u32,
        write: impl FnOnce(&mut Sink) -> io::Result<()>,
    ) {
        let offset = self.out.length();
        let method: u16 = if method == Method::Deflated { 8 } else { 0 };
        let flags: u16 = if name.is_ascii() { 0 } else { 1 << 11 };
        let mut fixed = Vec::with_capacity(26);
        fixed.extend_from_slice(&20_u16.to_le_bytes());
        fixed.extend_from_slice(&flags.to_le_bytes());
        fixed.extend_from_slice(&method.to_le_bytes());
        fixed.extend_from_slice(&DOS_EPOCH.to_le_bytes());
        fixed.extend_from_slice(&crc32.to_le_bytes());
        fixed.extend_from_slice(&(raw_length as u32).to_le_bytes());
        fixed.extend_from_slice(&(length as u32).to_le_bytes());
        fixed.extend_from_slice(&(name.len() as u16).to_le_bytes());
        fixed.extend_from_slice(&[0, 0]);
        let header = [b"PK\x03\x04", fixed.as_slice(), name.as_bytes()].concat();
        if self.failed.is_none() {
            self.failed = self.out.put(&header).and_then(|()| write(&mut self.out)).err();
        }
        self.directory.extend_from_slice(b"PK\x01\x02\x14\0");
        self.directory.extend_from_slice(&fixed);
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&(offset as u32).to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.entries += 1;
    }

    /// The finished file.
    ///
    /// # Errors
    /// When the disk does not take it, or a member cannot be read any more.
    ///
    /// Below 4 GiB and 65,535 entries, which the limits of the reader guarantee, every number fits its field.
    pub fn close(mut self) -> io::Result<Content<'static>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let offset = self.out.length() as u32;
        let size = self.directory.len() as u32;
        let mut end = std::mem::take(&mut self.directory);
        end.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        end.extend_from_slice(&(self.entries as u16).to_le_bytes());
        end.extend_from_slice(&(self.entries as u16).to_le_bytes());
        end.extend_from_slice(&size.to_le_bytes());
        end.extend_from_slice(&offset.to_le_bytes());
        end.extend_from_slice(&[0, 0]);
        self.out.put(&end)?;
        self.out.finish()
    }

    /// The finished file, in memory.
    ///
    /// Empty when a member could not be read: never for members given as bytes.
    pub fn finish(self) -> Vec<u8> {
        self.close().and_then(Content::into_bytes).unwrap_or_default()
    }
}

/// Bytes of a member that are deflated as they come, so that they need not be in memory together.
pub struct Deflater {
    state: Compress,
    crc32: crc32fast::Hasher,
    out: Vec<u8>,
}

/// Deflated bytes of a member.
pub struct Deflated {
    bytes: Vec<u8>,
    /// How many bytes they inflate to.
    length: u64,
    crc32: u32,
}

impl Default for Deflater {
    fn default() -> Self {
        Self { state: level_6(), crc32: crc32fast::Hasher::new(), out: Vec::new() }
    }
}

impl Deflater {
    /// Takes some bytes in. Which bytes come out follows from where the pieces end, too.
    pub fn put(&mut self, bytes: &[u8]) {
        self.crc32.update(bytes);
        compress(&mut self.state, bytes, &mut self.out, FlushCompress::None);
    }

    /// Takes the last bytes in.
    pub fn finish(mut self, last: &[u8]) -> Deflated {
        self.crc32.update(last);
        compress(&mut self.state, last, &mut self.out, FlushCompress::Finish);
        self.out.shrink_to_fit();
        Deflated { bytes: self.out, length: self.state.total_in(), crc32: self.crc32.finalize() }
    }
}

/// Deflates at level 6 (RFC 1951). The state is made once for all members, and starts anew with each.
pub(super) fn deflate(state: &mut Option<Compress>, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 3 + 64);
    let state = state.get_or_insert_with(level_6);
    state.reset();
    compress(state, bytes, &mut out, FlushCompress::Finish);
    out
}

fn level_6() -> Compress {
    Compress::new(Compression::new(6), false)
}

/// Takes all bytes in; with [`FlushCompress::Finish`] all of them come out.
fn compress(state: &mut Compress, bytes: &[u8], out: &mut Vec<u8>, flush: FlushCompress) {
    let before = state.total_in();
    loop {
        let consumed = (state.total_in() - before) as usize;
        let status = state.compress_vec(bytes.get(consumed..).unwrap_or_default(), out, flush);
        let taken = (state.total_in() - before) as usize == bytes.len();
        if matches!(status, Ok(Status::StreamEnd)) || taken && matches!(flush, FlushCompress::None) {
            return;
        }
        out.reserve((bytes.len() / 4).max(1 << 10));
    }
}
