//! The members of a copy, and what stands between them.

use std::io::{self, Read as _};

use super::Reading;
use crate::format::again::{Wrapping, inflate_whole};
use crate::format::content::{Content, PIECE_BYTES};
use crate::format::zip::ZipFault;
use crate::model::FindingKind;
use crate::{DocError, Limits};

/// Bytes that a copy may inflate to with all its parts held in memory.
const COPY_BYTES: u64 = 16 << 20;

/// Contents of a part, as this look holds them.
pub(super) enum Part {
    Bytes(Vec<u8>),
    /// Inflated once and found sound.
    Waits(Member),
}

/// Where a member is in the copy.
#[derive(Debug, Clone)]
pub(super) struct Member {
    range: std::ops::Range<u64>,
    is_deflated: bool,
    promised_bytes: u64,
}

impl Member {
    /// Whether a member of a copy that inflates to so many bytes is held only while it is looked at.
    fn waits(&self, name: &str, copy_bytes: u64) -> bool {
        let is_markup = name.ends_with(".xml") || name.ends_with(".rels");
        copy_bytes > COPY_BYTES && !is_markup && self.promised_bytes > PIECE_BYTES as u64
    }

    /// Calls `each` with the contents, piece by piece. Tells how many bytes of the member were read for it.
    ///
    /// # Errors
    /// When they cannot be read, or are more than `bound` bytes.
    fn pieces(&self, copy: &Content<'_>, bound: u64, mut each: impl FnMut(&[u8])) -> io::Result<u64> {
        let range = rawzip::RangeReader::new(copy, self.range.clone());
        if !self.is_deflated {
            copy.pieces(self.range.clone(), |piece| {
                each(piece);
                Ok(())
            })?;
            return if self.length() > bound { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(self.length()) };
        }
        let mut decoder = flate2::bufread::DeflateDecoder::new(io::BufReader::with_capacity(PIECE_BYTES, range));
        let mut buffer = vec![0; PIECE_BYTES];
        let mut made = 0_u64;
        loop {
            match decoder.read(&mut buffer)? {
                0 => return Ok(decoder.total_in()),
                length => {
                    made += length as u64;
                    if made > bound {
                        return Err(io::ErrorKind::FileTooLarge.into());
                    }
                    each(buffer.get(..length).unwrap_or_default());
                }
            }
        }
    }

    fn length(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// The contents.
    pub(super) fn inflated(&self, copy: &Content<'_>, limits: &Limits) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.pieces(copy, limits.part_bytes, |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }
}

impl Reading<'_> {
    /// Reads the members; returns names and records for the byte sweep.
    pub(super) fn container(&mut self, copy: &Content<'_>, limits: &Limits) -> Result<Vec<Vec<u8>>, DocError> {
        /// Names and extra fields of our own entries are short.
        const RECORD_BYTES: usize = 1 << 13;
        let damaged = |error: rawzip::Error| DocError::whole(ZipFault::Damaged { what: error.to_string() });
        let [mut buffer, mut promises, mut local_buffer] = [(); 3].map(|()| vec![0; RECORD_BYTES]);
        let located = rawzip::ZipLocator::new().locate_in_reader(copy, &mut buffer, copy.length());
        let archive = located.map_err(|(_, error)| damaged(error))?;
        let mut swept = Vec::new();
        if archive.comment().remaining() > 0 || archive.end_offset() != copy.length() {
            self.found(FindingKind::ContainerSlack, "", "bytes after the last record");
        }
        let mut promised = archive.entries(&mut promises);
        let mut copy_bytes = 0_u64;
        while let Some(record) = promised.next_entry().map_err(damaged)? {
            copy_bytes = copy_bytes.saturating_add(record.uncompressed_size_hint());
        }
        let mut expected_offset = 0;
        let mut left = limits.total_bytes;
        let mut entries = archive.entries(&mut buffer);
        while let Some(record) = entries.next_entry().map_err(damaged)? {
            let name = String::from_utf8_lossy(record.file_path().as_bytes()).into_owned();
            let entry = archive.get_entry(record.wayfinder()).map_err(damaged)?;
            let (start, end) = entry.compressed_data_range();
            if record.local_header_offset() != expected_offset {
                self.found(FindingKind::ContainerSlack, &name, "bytes before the entry");
            }
            expected_offset = end;
            let local = entry.local_header(&mut local_buffer).map_err(damaged)?;
            if record.extra_fields().next().is_some() || local.extra_fields().next().is_some() || !record.comment().as_bytes().is_empty() {
                self.found(FindingKind::ContainerSlack, &name, "an extra field or a comment");
            }
            let stamp = record.last_modified_dos();
            if (stamp.year(), stamp.month(), stamp.day(), stamp.hour(), stamp.minute()) != (1980, 1, 1, 0, 0) {
                self.found(FindingKind::ContainerTime, &name, "a time");
            }
            let promised_bytes = record.uncompressed_size_hint();
            let member = Member { range: start..end, is_deflated: record.compression_method().as_u16() == 8, promised_bytes };
            let bound = limits.part_bytes.min(left);
            let mut checksum = crc32fast::Hasher::new();
            let (mut contents, mut length) = (Vec::new(), 0_u64);
            let in_memory = copy.in_memory().map(|bytes| bytes.get(start as usize..end as usize).unwrap_or_default());
            let consumed = match in_memory {
                Some(raw) if !member.waits(&name, copy_bytes) => {
                    let whole = if member.is_deflated {
                        inflate_whole(raw, Wrapping::Bare, promised_bytes as usize, bound as usize)
                    } else {
                        (raw.len() as u64 <= bound).then(|| (raw.to_vec(), raw.len() as u64))
                    };
                    whole.map(|(whole, consumed)| {
                        checksum.update(&whole);
                        length = whole.len() as u64;
                        contents = whole;
                        consumed
                    })
                }
                Some(_) | None => {
                    let waits = member.waits(&name, copy_bytes);
                    let each = |piece: &[u8]| {
                        checksum.update(piece);
                        length += piece.len() as u64;
                        if !waits {
                            contents.extend_from_slice(piece);
                        }
                    };
                    member.pieces(copy, bound, each).ok()
                }
            };
            let Some(consumed) = consumed else {
                return Err(DocError::part(name, ZipFault::Damaged { what: "the copy cannot be inflated".into() }));
            };
            left = left.saturating_sub(length);
            if consumed != member.length() {
                self.found(FindingKind::ContainerSlack, &name, "bytes after the end of the deflate stream");
            }
            if checksum.finalize() != record.crc32() {
                return Err(DocError::part(name, ZipFault::Checksum));
            }
            swept.push(name.clone().into_bytes());
            let part = if member.waits(&name, copy_bytes) { Part::Waits(member) } else { Part::Bytes(contents) };
            if self.parts.insert(name.clone(), part).is_some() {
                self.found(FindingKind::ContainerSlack, &name, "two entries of one name");
            }
        }
        if archive.directory_offset() != expected_offset {
            self.found(FindingKind::ContainerSlack, "", "bytes before the directory");
        }
        Ok(swept)
    }
}
