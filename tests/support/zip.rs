//! A ZIP writer that can do what no sane writer does, and a plain reader (APPNOTE.TXT 6.3).

use std::io::{Read as _, Write as _};

/// One member and the oddities around it.
#[derive(Clone, Default)]
pub struct Member {
    /// Name in both headers.
    pub name: String,
    /// Contents.
    pub bytes: Vec<u8>,
    /// Stored instead of deflated.
    pub stored: bool,
    /// Extra field of the local header.
    pub extra: Vec<u8>,
    /// Comment in the central directory.
    pub comment: Vec<u8>,
    /// Bytes before the local header that belong to nothing.
    pub gap: Vec<u8>,
    /// Bytes after the end of the deflate stream, counted as compressed data.
    pub behind: Vec<u8>,
    /// DOS time and date.
    pub stamp: (u16, u16),
    /// A wrong checksum.
    pub bad_crc: bool,
    /// Says that it is encrypted.
    pub encrypted: bool,
}

/// The bytes around the members.
#[derive(Clone, Default)]
pub struct Around {
    /// Before the first member.
    pub prefix: Vec<u8>,
    /// Archive comment.
    pub comment: Vec<u8>,
    /// After the end record.
    pub suffix: Vec<u8>,
}

/// Deflates, the same bytes for the same input.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Writes the archive.
pub fn write(members: &[Member], around: &Around) -> Vec<u8> {
    let mut out = around.prefix.clone();
    let mut directory = Vec::new();
    for member in members {
        out.extend_from_slice(&member.gap);
        let offset = out.len() as u32;
        let mut data = if member.stored { member.bytes.clone() } else { deflate(&member.bytes) };
        data.extend_from_slice(&member.behind);
        let crc = crc32fast::hash(&member.bytes) ^ u32::from(member.bad_crc);
        let mut shared = Vec::new();
        let flags = u16::from(member.encrypted) | if member.name.is_ascii() { 0 } else { 0x800 };
        for field in [flags, if member.stored { 0 } else { 8 }, member.stamp.0, member.stamp.1] {
            shared.extend_from_slice(&field.to_le_bytes());
        }
        for field in [crc, data.len() as u32, member.bytes.len() as u32] {
            shared.extend_from_slice(&field.to_le_bytes());
        }
        shared.extend_from_slice(&(member.name.len() as u16).to_le_bytes());
        out.extend_from_slice(b"PK\x03\x04\x14\0");
        out.extend_from_slice(&shared);
        out.extend_from_slice(&(member.extra.len() as u16).to_le_bytes());
        out.extend_from_slice(member.name.as_bytes());
        out.extend_from_slice(&member.extra);
        out.extend_from_slice(&data);
        directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0");
        directory.extend_from_slice(&shared);
        for field in [0, member.comment.len() as u16, 0, 0, 0, 0] {
            directory.extend_from_slice(&field.to_le_bytes());
        }
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(member.name.as_bytes());
        directory.extend_from_slice(&member.comment);
    }
    let start = out.len() as u32;
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    for field in [members.len() as u16, members.len() as u16] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    for field in [directory.len() as u32, start] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&(around.comment.len() as u16).to_le_bytes());
    out.extend_from_slice(&around.comment);
    out.extend_from_slice(&around.suffix);
    out
}

/// Every member's name and inflated bytes, by the central directory. For archives that are sound.
pub fn read(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([archive[at], archive[at + 1]]));
    let u32_at = |at: usize| u16_at(at) | u16_at(at + 2) << 16;
    let end = memchr::memmem::rfind(archive, b"PK\x05\x06").expect("an end record");
    let mut at = u32_at(end + 16);
    let mut out = Vec::new();
    for _ in 0..u16_at(end + 10) {
        assert_eq!(&archive[at..at + 4], b"PK\x01\x02");
        let (method, packed, local) = (u16_at(at + 10), u32_at(at + 20), u32_at(at + 42));
        let name = String::from_utf8(archive[at + 46..][..u16_at(at + 28)].to_vec()).unwrap();
        let data = &archive[local + 30 + u16_at(local + 26) + u16_at(local + 28)..][..packed];
        let mut bytes = Vec::new();
        match method {
            0 => bytes.extend_from_slice(data),
            _ => {
                flate2::read::DeflateDecoder::new(data).read_to_end(&mut bytes).unwrap();
            }
        }
        out.push((name, bytes));
        at += 46 + u16_at(at + 28) + u16_at(at + 30) + u16_at(at + 32);
    }
    out
}
