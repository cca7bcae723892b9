//! The ZIP container: bounded reading, safe names, deterministic writing.
//!
//! Only the central directory counts. What lies between, before and after its entries is never read, so it cannot be
//! passed on; a member is copied without being deflated again only when its deflate stream ends where the member ends.

mod inflate;
mod write;

use std::io;
use std::ops::Range;

pub use inflate::{Budget, InflateFault, Inflated, inflate_raw};
pub use write::{DOS_EPOCH, Deflated, Deflater, Writer};

use super::content::Content;
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

/// Most bytes of a record of the directory: three texts of 64 KiB, and what stands before them (APPNOTE.TXT §4.3.12).
const RECORD_BYTES_MAX: usize = (3 << 16) + 46;

/// Room that the reader of the directory wants whatever the file.
const RECORD_BYTES_MIN: usize = 1 << 10;

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

#[cfg(test)]
mod tests;
