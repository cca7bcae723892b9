//! The ZIP container: bounded reading, safe names, deterministic writing.
//!
//! Only the central directory counts. What lies between, before and after its entries is never read, so it cannot be
//! passed on; a member is copied without being deflated again only when its deflate stream ends where the member ends.

use std::cell::Cell;
use std::io;
use std::ops::Range;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::content::{Content, PIECE_BYTES, Sink};
use crate::error::DocError;
use crate::limits::Limits;

crate::faults! {
    /// Faults of a ZIP container (APPNOTE.TXT 6.3; ECMA-376-2 §7 for the package rules).
    ZipFault {
        Cut => "zip-cut", File, "the archive is cut off: it has no central directory", "ask the owner for the whole file";
        Damaged { what: String } => "zip-damaged", File, "the archive is damaged: {what}", "ask the owner for a sound copy";
        DuplicateEntry => "zip-duplicate-entry", File, "two entries have this name, and readers disagree which one counts", "open the document in a word processor, save a copy, and look at what changed";
        CaseTwins => "zip-case-twins", File, "two entries have names that differ only in case, and readers disagree which one counts", "treat the file as hostile; decide it by hand in the plan";
        UnsafeName => "zip-unsafe-name", File, "the entry's name leaves the package", "treat the file as hostile; decide it by hand in the plan";
        EncryptedEntry => "zip-encrypted-entry", File, "the entry is encrypted", "ask the owner for a copy without password";
        UnsupportedMethod { method: u16 } => "zip-unsupported-method", File, "the entry uses compression method {method}", "open the document in a word processor and save a copy";
        Checksum => "zip-checksum", File, "the entry does not match its checksum", "ask the owner for a sound copy";
        Bomb { ratio: u64 } => "zip-bomb", Limit, "the entry inflates more than {ratio} times", "treat the file as hostile; raise `limits.ratio` only if you know the sender";
        EntryTooLarge { limit: u64 } => "zip-entry-too-large", Limit, "the entry inflates past {limit} bytes", "raise `limits.part_bytes` in the policy if you trust the sender";
        SizeDiffers => "zip-size", File, "the entry inflates to more than the archive says", "treat the file as hostile; decide it by hand in the plan";
        TotalTooLarge { limit: u64 } => "zip-total-too-large", Limit, "the archive inflates past {limit} bytes", "raise `limits.total_bytes` in the policy if you trust the sender";
        TooManyEntries { limit: u64 } => "zip-too-many-entries", Limit, "the archive has more than {limit} entries", "raise `limits.members` in the policy if you trust the sender";
    }
}

/// How a member is compressed (APPNOTE.TXT §4.4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Method 0.
    Stored,
    /// Method 8.
    Deflated,
}

/// One member as the central directory lists it.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Name, valid UTF-8, no leading slash, no `..`, no backslash.
    pub name: String,
    /// The member as it is in the file.
    pub raw: Raw<'a>,
    /// How its bytes are compressed.
    pub method: Method,
    /// Checksum of the inflated bytes.
    pub crc32: u32,
    /// MS-DOS date and time, date in the upper half; 1980-01-01T00:00:00 is `0x0021_0000`.
    pub dos_time: u32,
    untrusted_len: u64,
}

/// A member as it is in the file, compressed or not.
#[derive(Debug, Clone)]
pub struct Raw<'a> {
    content: Content<'a>,
    range: Range<u64>,
}

impl Raw<'_> {
    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.range.end - self.range.start
    }

    fn in_memory(&self) -> Option<&[u8]> {
        self.content.in_memory().and_then(|bytes| bytes.get(self.range.start as usize..self.range.end as usize))
    }

    /// Calls `each` with the bytes, piece by piece.
    ///
    /// # Errors
    /// When the file cannot be read, and what `each` says.
    pub fn pieces(&self, each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.content.pieces(self.range.clone(), each)
    }
}

/// Member contents after inflation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inflated {
    /// The contents.
    pub bytes: Vec<u8>,
    /// Bytes of the member after the end of its deflate stream.
    pub tail: usize,
}

/// What a container carries besides its members: carriers of hidden data that a rewritten copy does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slack {
    /// Bytes that belong to no listed member, header or directory record.
    pub bytes: u64,
    /// Archive and entry comments, extra fields, folder entries.
    pub records: u64,
    /// Entries with a time other than 1980-01-01T00:00:00.
    pub times: u64,
}

/// A container opened through its central directory.
#[derive(Debug, Clone)]
pub struct Archive<'a> {
    /// Members in the order of the directory, folders left out.
    pub entries: Vec<Entry<'a>>,
    /// What else it carries.
    pub slack: Slack,
    /// What the members inflate to, by the directory.
    pub promised_bytes: u64,
}

/// Inflated bytes that one document may still use.
#[derive(Debug)]
pub struct Budget<'l> {
    limits: &'l Limits,
    left: u64,
    /// One state for all members, and for all documents of a thread: a new one costs more than a small member takes.
    state: Option<Decompress>,
}

thread_local! {
    /// The state that nobody uses.
    static STATE: Cell<Option<Decompress>> = const { Cell::new(None) };
}

impl Drop for Budget<'_> {
    fn drop(&mut self) {
        // At the end of a thread there is no place left for it.
        let _ = STATE.try_with(|state| state.set(self.state.take()));
    }
}

impl<'l> Budget<'l> {
    /// The whole budget.
    pub fn new(limits: &'l Limits) -> Self {
        Self { limits, left: limits.total_bytes, state: STATE.take() }
    }

    /// The state, as new.
    fn fresh(&mut self) -> &mut Decompress {
        let state = self.state.get_or_insert_with(|| Decompress::new(false));
        state.reset(false);
        state
    }

    fn draw(&mut self, name: &str, bytes: u64) -> Result<(), DocError> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(DocError::part(name, ZipFault::TotalTooLarge { limit: self.limits.total_bytes })),
        }
    }
}

/// Bytes up to which it does not matter that a member is larger than the directory says: memory is set aside by what it says.
const SMALL_LIE_BYTES: u64 = 16 << 20;

/// Most bytes of a record of the directory: three texts of 64 KiB, and what stands before them (APPNOTE.TXT §4.3.12).
const RECORD_BYTES_MAX: usize = (3 << 16) + 46;

/// Room that the reader of the directory wants whatever the file.
const RECORD_BYTES_MIN: usize = 1 << 10;

/// The time of every entry that we write: the first that MS-DOS can say.
pub const DOS_EPOCH: u32 = 0x0021_0000;

impl<'a> Archive<'a> {
    /// Reads the central directory. No member is inflated yet.
    ///
    /// # Errors
    /// [`ZipFault`] for a damaged directory, an unsafe or doubled name, an encrypted entry, too many entries, or sizes past the limits.
    ///
    /// # Standard
    /// APPNOTE.TXT 6.3 §4.3; ECMA-376-2 §7.3.4 (names compare case-insensitively).
    pub fn open(content: impl Into<Content<'a>>, limits: &Limits) -> Result<Self, DocError> {
        let content = content.into();
        let length = content.length();
        let damaged = |error: rawzip::Error| DocError::whole(ZipFault::Damaged { what: error.to_string() });
        let buffer_bytes = usize::try_from(length).map_or(RECORD_BYTES_MAX, |length| length.clamp(RECORD_BYTES_MIN, RECORD_BYTES_MAX));
        let (mut buffer, mut local_buffer) = (vec![0; buffer_bytes], vec![0; buffer_bytes]);
        let located = rawzip::ZipLocator::new().locate_in_reader(&content, &mut buffer, length);
        let archive = located.map_err(|(_, error)| match error.kind() {
            rawzip::ErrorKind::MissingEndOfCentralDirectory => DocError::whole(ZipFault::Cut),
            _ => damaged(error),
        })?;
        let mut slack = Slack::default();
        let mut used: u64 = length - archive.directory_offset().min(length);
        slack.bytes += length.saturating_sub(archive.end_offset());
        slack.records += u64::from(archive.comment().remaining() > 0);
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let mut names = std::collections::BTreeMap::new();
        let mut listed = archive.entries(&mut buffer);
        let (mut count, mut promised) = (0_u64, 0_u64);
        while let Some(record) = listed.next_entry().map_err(damaged)? {
            count += 1;
            if count > limits.members {
                return Err(DocError::whole(ZipFault::TooManyEntries { limit: limits.members }));
            }
            let raw_name = record.file_path();
            let name = std::str::from_utf8(raw_name.as_bytes())
                .map_err(|_| DocError::whole(ZipFault::Damaged { what: "an entry's name is not UTF-8".into() }))?
                .to_owned();
            if record.flags().is_encrypted() {
                return Err(DocError::part(name, ZipFault::EncryptedEntry));
            }
            slack.records += u64::from(!record.comment().as_bytes().is_empty());
            let stamp = record.last_modified_dos();
            let date = u32::from(stamp.year().saturating_sub(1980)) << 9 | u32::from(stamp.month()) << 5 | u32::from(stamp.day());
            let time = u32::from(stamp.hour()) << 11 | u32::from(stamp.minute()) << 5 | u32::from(stamp.second() / 2);
            let dos_time = date << 16 | time;
            slack.times += u64::from(dos_time != DOS_EPOCH && dos_time != 0);
            if !is_safe_name(&name) {
                return Err(DocError::part(name, ZipFault::UnsafeName));
            }
            let outside = || DocError::part(name.clone(), ZipFault::Damaged { what: "the entry lies outside the file".into() });
            let entry = archive.get_entry(record.wayfinder()).map_err(|_| outside())?;
            let (start, end) = entry.compressed_data_range();
            if start > end || end > length {
                return Err(outside());
            }
            let local = entry.local_header(&mut local_buffer).map_err(|_| outside())?;
            if local.file_path().as_bytes() != raw_name.as_bytes() {
                return Err(DocError::part(name, ZipFault::Damaged { what: "the entry has two names".into() }));
            }
            slack.records += u64::from(local.extra_fields().next().is_some() || record.extra_fields().next().is_some());
            let descriptor = if record.flags().has_data_descriptor() { 16 } else { 0 };
            used += end.saturating_sub(record.local_header_offset()) + descriptor;
            if name.ends_with('/') {
                slack.records += 1;
                continue;
            }
            let method = match record.compression_method().as_u16() {
                0 => Method::Stored,
                8 => Method::Deflated,
                method => return Err(DocError::part(name, ZipFault::UnsupportedMethod { method })),
            };
            if let Some(twin) = names.insert(name.to_lowercase(), name.clone()) {
                let fault = if twin == name { ZipFault::DuplicateEntry } else { ZipFault::CaseTwins };
                return Err(DocError::part(name, fault));
            }
            let raw = Raw { content: content.clone(), range: start..end };
            let untrusted_len = record.uncompressed_size_hint();
            promised = promised.saturating_add(untrusted_len);
            if promised > limits.total_bytes {
                return Err(DocError::part(name, ZipFault::TotalTooLarge { limit: limits.total_bytes }));
            }
            entries.push(Entry { name, raw, method, crc32: record.crc32(), dos_time, untrusted_len });
        }
        // A data descriptor has 12 or 16 bytes, so the sum can be a little too large, never too small by more than slack.
        slack.bytes += length.saturating_sub(used);
        Ok(Self { entries, slack, promised_bytes: promised })
    }
}

/// Whether an entry's name stays inside the package and means the same to every reader.
fn is_safe_name(name: &str) -> bool {
    let path = name.strip_suffix('/').unwrap_or(name);
    !path.is_empty()
        && !path.contains(['\\', '\0', ':'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}

impl Entry<'_> {
    /// What the member inflates to, by the directory.
    pub fn promised_bytes(&self) -> u64 {
        self.untrusted_len
    }

    /// Inflates the member, within the limits, and checks its checksum.
    ///
    /// # Errors
    /// [`ZipFault::Bomb`], [`ZipFault::EntryTooLarge`], [`ZipFault::TotalTooLarge`], [`ZipFault::SizeDiffers`],
    /// [`ZipFault::Checksum`], [`ZipFault::Damaged`], and when the file cannot be read.
    pub fn inflate(&self, budget: &mut Budget<'_>) -> Result<Inflated, DocError> {
        let bound = self.bound(budget)?;
        let Some(raw) = self.raw.in_memory() else {
            let mut bytes = Vec::with_capacity(self.untrusted_len.min(bound).min(self.raw.length().saturating_mul(32)) as usize);
            let (_, tail) = self.run(budget, |piece| bytes.extend_from_slice(piece))?;
            return Ok(Inflated { bytes, tail });
        };
        let inflated = match self.method {
            Method::Stored => Inflated { bytes: raw.to_vec(), tail: 0 },
            Method::Deflated => {
                inflate_by(budget.fresh(), raw, self.untrusted_len, bound).map_err(|fault| self.refused(fault, bound, budget))?
            }
        };
        if crc32fast::hash(&inflated.bytes) != self.crc32 {
            return Err(self.fault(ZipFault::Checksum));
        }
        budget.draw(&self.name, inflated.bytes.len() as u64)?;
        Ok(inflated)
    }

    /// As [`inflate`](Self::inflate), and lets go of the contents. Tells how many bytes there are, and how many after the end of the
    /// deflate stream.
    ///
    /// # Errors
    /// The same.
    pub fn check(&self, budget: &mut Budget<'_>) -> Result<(u64, usize), DocError> {
        self.run(budget, |_| {})
    }

    /// Inflates the member piece by piece.
    fn run(&self, budget: &mut Budget<'_>, mut each: impl FnMut(&[u8])) -> Result<(u64, usize), DocError> {
        let bound = self.bound(budget)?;
        let mut checksum = crc32fast::Hasher::new();
        let mut length = 0_u64;
        let mut take = |piece: &[u8]| {
            checksum.update(piece);
            length += piece.len() as u64;
            each(piece);
            if length > bound { Err(InflateFault::TooLarge) } else { Ok(()) }
        };
        let mut fault = None;
        let mut tail = 0;
        match self.method {
            Method::Stored => self.raw.pieces(|piece| {
                fault = fault.or(take(piece).err());
                Ok(())
            })?,
            Method::Deflated => {
                let mut inflating = Inflating { state: budget.fresh(), buffer: vec![0; PIECE_BYTES], tail: None };
                self.raw.pieces(|piece| {
                    if fault.is_none() {
                        fault = inflating.put(piece, &mut take).err();
                    }
                    Ok(())
                })?;
                match inflating.tail {
                    Some(bytes) => tail = bytes,
                    None => fault = fault.or(Some(InflateFault::Damaged)),
                }
            }
        }
        if let Some(fault) = fault {
            return Err(self.refused(fault, bound, budget));
        }
        if checksum.finalize() != self.crc32 {
            return Err(self.fault(ZipFault::Checksum));
        }
        budget.draw(&self.name, length)?;
        Ok((length, tail))
    }

    fn fault(&self, fault: ZipFault) -> DocError {
        DocError::part(self.name.clone(), fault)
    }

    /// Bytes up to which the member may inflate by its own size.
    fn ratio_bytes(&self, limits: &Limits) -> u64 {
        self.raw.length().saturating_mul(limits.ratio).max(1 << 20)
    }

    /// Bytes past which the member is not inflated.
    fn bound(&self, budget: &Budget<'_>) -> Result<u64, DocError> {
        let limits = budget.limits;
        if self.method == Method::Stored {
            let too_large = self.raw.length() > limits.part_bytes;
            return if too_large { Err(self.fault(ZipFault::EntryTooLarge { limit: limits.part_bytes })) } else { Ok(limits.part_bytes) };
        }
        let most = limits.part_bytes.min(self.ratio_bytes(limits));
        if self.untrusted_len > most {
            return Err(self.fault(self.too_large(limits)));
        }
        Ok(most.min(self.untrusted_len.max(SMALL_LIE_BYTES)).min(budget.left.saturating_add(1)))
    }

    fn too_large(&self, limits: &Limits) -> ZipFault {
        let by_ratio = self.ratio_bytes(limits) < limits.part_bytes;
        if by_ratio { ZipFault::Bomb { ratio: limits.ratio } } else { ZipFault::EntryTooLarge { limit: limits.part_bytes } }
    }

    fn refused(&self, fault: InflateFault, bound: u64, budget: &Budget<'_>) -> DocError {
        let limits = budget.limits;
        self.fault(match fault {
            InflateFault::TooLarge if bound > budget.left => ZipFault::TotalTooLarge { limit: limits.total_bytes },
            InflateFault::TooLarge if bound < limits.part_bytes.min(self.ratio_bytes(limits)) => ZipFault::SizeDiffers,
            InflateFault::TooLarge => self.too_large(limits),
            InflateFault::Damaged => ZipFault::Damaged { what: "the deflate stream cannot be read".into() },
        })
    }
}

/// A deflate stream that comes in pieces.
struct Inflating<'s> {
    state: &'s mut Decompress,
    buffer: Vec<u8>,
    /// Bytes after its end, once that was seen.
    tail: Option<usize>,
}

impl Inflating<'_> {
    fn put(&mut self, mut piece: &[u8], take: &mut impl FnMut(&[u8]) -> Result<(), InflateFault>) -> Result<(), InflateFault> {
        if let Some(tail) = &mut self.tail {
            *tail += piece.len();
            return Ok(());
        }
        loop {
            let (consumed, made) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(piece, &mut self.buffer, FlushDecompress::None).map_err(|_| InflateFault::Damaged)?;
            let (consumed, made) = ((self.state.total_in() - consumed) as usize, (self.state.total_out() - made) as usize);
            piece = piece.get(consumed..).unwrap_or_default();
            take(self.buffer.get(..made).unwrap_or_default())?;
            if status == Status::StreamEnd {
                self.tail = Some(piece.len());
                return Ok(());
            }
            // A buffer that was not filled has taken all that there is to make of the piece.
            if made < self.buffer.len() {
                return if piece.is_empty() { Ok(()) } else { Err(InflateFault::Damaged) };
            }
        }
    }
}

/// Why a deflate stream was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InflateFault {
    /// It goes past the bound.
    TooLarge,
    /// It is not a deflate stream, or it is cut.
    Damaged,
}

/// Inflates a raw deflate stream (RFC 1951) to at most `bound` bytes.
///
/// `untrusted_len` is only a hint for the first allocation.
///
/// # Errors
/// [`InflateFault`].
pub fn inflate_raw(raw: &[u8], untrusted_len: u64, bound: u64) -> Result<Inflated, InflateFault> {
    inflate_by(&mut Decompress::new(false), raw, untrusted_len, bound)
}

fn inflate_by(state: &mut Decompress, raw: &[u8], untrusted_len: u64, bound: u64) -> Result<Inflated, InflateFault> {
    const FIRST: u64 = 1 << 16;
    let mut out = Vec::with_capacity(untrusted_len.min(bound).min(FIRST.max(raw.len() as u64 * 32)) as usize + 1);
    loop {
        if out.len() == out.capacity() {
            out.reserve((out.len()).clamp(1 << 12, 1 << 24));
        }
        let consumed = state.total_in() as usize;
        let before = out.len();
        let status = state.decompress_vec(raw.get(consumed..).unwrap_or_default(), &mut out, FlushDecompress::None);
        if out.len() as u64 > bound {
            return Err(InflateFault::TooLarge);
        }
        match status {
            Ok(Status::StreamEnd) => {
                let tail = raw.len().saturating_sub(state.total_in() as usize);
                return Ok(Inflated { bytes: out, tail });
            }
            Ok(Status::Ok | Status::BufError) => {
                let stuck = out.len() == before && state.total_in() as usize == consumed && out.len() < out.capacity();
                if stuck {
                    return Err(InflateFault::Damaged);
                }
            }
            Err(_) => return Err(InflateFault::Damaged),
        }
    }
}

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

/// Deflates at level 6 (RFC 1951). The state is made once for all members, and starts anew with each.
fn deflate(state: &mut Option<Compress>, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 3 + 64);
    let state = state.get_or_insert_with(|| Compress::new(Compression::new(6), false));
    state.reset();
    loop {
        let consumed = state.total_in() as usize;
        let status = state.compress_vec(bytes.get(consumed..).unwrap_or_default(), &mut out, FlushCompress::Finish);
        if matches!(status, Ok(Status::StreamEnd)) {
            return out;
        }
        out.reserve((bytes.len() / 4).max(1 << 10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut writer = Writer::new();
        writer.add("a.txt", b"hello hello hello hello hello hello");
        writer.add("dir/b.bin", &[1, 2, 3]);
        writer.finish()
    }

    #[test]
    fn what_is_written_is_read_back_without_slack() {
        let bytes = sample();
        let limits = Limits::default();
        let archive = Archive::open(&bytes, &limits).unwrap();
        let mut budget = Budget::new(&limits);
        let contents: Vec<_> = archive.entries.iter().map(|entry| (entry.name.clone(), entry.inflate(&mut budget).unwrap())).collect();
        assert_eq!(contents[0].0, "a.txt");
        assert_eq!(contents[0].1, Inflated { bytes: b"hello hello hello hello hello hello".to_vec(), tail: 0 });
        assert_eq!(contents[1].1.bytes, [1, 2, 3]);
        assert_eq!(archive.slack, Slack::default());
    }

    #[test]
    fn bytes_before_after_and_between_are_counted() {
        let limits = Limits::default();
        let mut after = sample();
        after.extend_from_slice(b"CANARY");
        assert_eq!(Archive::open(&after, &limits).unwrap().slack.bytes, 6);
    }

    #[test]
    fn unsafe_and_doubled_names_are_refused() {
        let limits = Limits::default();
        for (names, code) in [
            (vec!["../a"], "zip-unsafe-name"),
            (vec!["/a"], "zip-unsafe-name"),
            (vec!["a\\b"], "zip-unsafe-name"),
            (vec!["a", "a"], "zip-duplicate-entry"),
            (vec!["a", "A"], "zip-case-twins"),
        ] {
            let mut writer = Writer::new();
            for name in names {
                writer.add(name, b"x");
            }
            let bytes = writer.finish();
            assert_eq!(Archive::open(&bytes, &limits).unwrap_err().fault.code(), code);
        }
    }

    #[test]
    fn a_bomb_stops_at_the_ratio_and_a_cut_stream_is_damaged() {
        let limits = Limits { ratio: 100, ..Limits::default() };
        let mut writer = Writer::new();
        writer.add("bomb", &vec![0; 64 << 20]);
        let bytes = writer.finish();
        let archive = Archive::open(&bytes, &limits).unwrap();
        let error = archive.entries[0].inflate(&mut Budget::new(&limits)).unwrap_err();
        assert_eq!(error.fault.code(), "zip-bomb");
        assert_eq!(inflate_raw(&deflate(&mut None, b"some words, some words")[..5], 100, 1000), Err(InflateFault::Damaged));
    }

    #[test]
    fn one_state_gives_the_bytes_of_a_new_one_whatever_came_before() {
        let texts: Vec<Vec<u8>> = (0..6)
            .map(|number| (0..number * 30_000_u32).flat_map(|at| (at.wrapping_mul(at) % (number + 3)).to_le_bytes()).collect())
            .collect();
        let (mut state, limits) = (None, Limits::default());
        let mut budget = Budget::new(&limits);
        for text in &texts {
            let deflated = deflate(&mut state, text);
            assert_eq!(deflated, deflate(&mut None, text));
            let entry = |raw: &[u8]| Entry {
                name: String::new(),
                raw: Raw { content: Content::from(raw.to_vec()), range: 0..raw.len() as u64 },
                method: Method::Deflated,
                crc32: crc32fast::hash(text),
                dos_time: 0,
                untrusted_len: 0,
            };
            assert!(entry(&deflated[..deflated.len() - 1]).inflate(&mut budget).is_err());
            assert_eq!(entry(&deflated).inflate(&mut budget).unwrap().bytes, *text);
        }
    }

    #[test]
    fn a_member_is_the_same_from_memory_and_from_a_file_piece_by_piece() {
        let limits = Limits { part_bytes: 3 << 20, total_bytes: 16 << 20, ratio: 100, ..Limits::default() };
        let text: Vec<u8> = (0..800_000_u32).flat_map(|at| (at.wrapping_mul(at) >> 7).to_le_bytes()).take(2 << 20).collect();
        let mut writer = Writer::new();
        writer.add("text", &text);
        writer.add("noise", &text.iter().enumerate().map(|(at, byte)| byte ^ ((at * at) >> 3) as u8).collect::<Vec<_>>());
        writer.add("zeros", &vec![0; 2 << 20]);
        writer.add("too large", &text.repeat(2));
        writer.add("nothing", b"");
        let whole = writer.finish();
        let codes = |archive: &Archive<'_>| -> Vec<Result<(u64, usize), &'static str>> {
            let mut budget = Budget::new(&limits);
            let checks = archive.entries.iter().map(|entry| entry.check(&mut budget).map_err(|error| error.fault.code()));
            let checks: Vec<_> = checks.collect();
            let mut budget = Budget::new(&limits);
            for (entry, check) in archive.entries.iter().zip(&checks) {
                let inflated = entry.inflate(&mut budget).map_err(|error| error.fault.code());
                assert_eq!(inflated.map(|inflated| (inflated.bytes.len() as u64, inflated.tail)), *check, "{}", entry.name);
            }
            checks
        };
        let mut faults = std::collections::BTreeSet::new();
        // Whole, and with one byte of the members changed.
        for at in std::iter::once(None).chain((60..whole.len() - 600).step_by(whole.len() / 40).map(Some)) {
            let mut bytes = whole.clone();
            at.iter().for_each(|at| bytes[*at] ^= 0x10);
            let mut file = tempfile::tempfile().unwrap();
            std::io::Write::write_all(&mut file, &bytes).unwrap();
            let (memory, file) = (Content::from(&bytes), Content::of_file(file, bytes.len() as u64));
            let opened = [&memory, &file].map(|content| Archive::open(content, &limits).map_err(|error| error.fault.code()));
            let [Ok(memory), Ok(file)] = &opened else {
                assert_eq!(opened[0].as_ref().err(), opened[1].as_ref().err());
                continue;
            };
            let said = codes(memory);
            assert_eq!(said, codes(file));
            faults.extend(said.into_iter().filter_map(Result::err));
        }
        assert_eq!(faults.into_iter().collect::<Vec<_>>(), ["zip-bomb", "zip-checksum", "zip-damaged", "zip-entry-too-large"]);
    }

    #[test]
    fn a_tail_after_the_deflate_stream_is_told() {
        let mut raw = deflate(&mut None, b"some words, some words, some words");
        raw.extend_from_slice(b"CANARY");
        assert_eq!(inflate_raw(&raw, 34, 1000).unwrap().tail, 6);
    }
}
