//! ZIP archives.

use crate::support::docx::Docx;
use crate::support::zip::{Around, Member, deflate, write};
use crate::{Bomb, noise};

const MIB: usize = 1 << 20;

/// One member of an archive that is put together from raw data: what is said of it need not be true.
struct Raw {
    name: String,
    method: u16,
    crc: u32,
    packed: Vec<u8>,
    says_packed: u32,
    says_bytes: u32,
    /// Where the central directory says that it starts; `None`: where it does.
    says_offset: Option<u32>,
}

impl Raw {
    fn new(name: &str, packed: Vec<u8>, bytes: usize, crc: u32) -> Self {
        let says_packed = packed.len() as u32;
        Self { name: name.into(), method: 8, crc, packed, says_packed, says_bytes: bytes as u32, says_offset: None }
    }
}

fn raw(members: &[Raw], says_members: Option<u16>) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let offset = member.says_offset.unwrap_or(out.len() as u32);
        let mut shared = Vec::new();
        for field in [0_u16, member.method, 0, 0x21] {
            shared.extend_from_slice(&field.to_le_bytes());
        }
        for field in [member.crc, member.says_packed, member.says_bytes] {
            shared.extend_from_slice(&field.to_le_bytes());
        }
        shared.extend_from_slice(&(member.name.len() as u16).to_le_bytes());
        shared.extend_from_slice(&[0, 0]);
        if member.says_offset.is_none() {
            out.extend_from_slice(b"PK\x03\x04\x14\0");
            out.extend_from_slice(&shared);
            out.extend_from_slice(member.name.as_bytes());
            out.extend_from_slice(&member.packed);
        }
        directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0");
        directory.extend_from_slice(&shared);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(member.name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = says_members.unwrap_or(members.len() as u16);
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    for field in [directory.len() as u32, start] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&[0, 0]);
    out
}

/// The members of a sound document.
fn sound() -> Vec<Member> {
    Docx::new().para("Words.").members()
}

fn with(more: Vec<Member>) -> Vec<u8> {
    write(&sound().into_iter().chain(more).collect::<Vec<_>>(), &Around::default())
}

fn member(name: &str, bytes: Vec<u8>) -> Member {
    Member { name: name.into(), bytes, ..Member::default() }
}

/// Deflates to about a hundredth: below every ratio that gives a bomb away.
fn thin(count: usize) -> Vec<u8> {
    let mut bytes = vec![b' '; count];
    for (at, byte) in noise(count / 512).into_iter().enumerate() {
        bytes[at * 512] = byte & 0x7f | 1;
    }
    bytes
}

fn raw_sound() -> Vec<Raw> {
    let one = |member: Member| Raw::new(&member.name, deflate(&member.bytes), member.bytes.len(), crc32fast::hash(&member.bytes));
    sound().into_iter().map(one).collect()
}

/// The same deflated data under many names: the archive is small, what it inflates to is not.
fn repeated(count: usize, bytes: &[u8], overlapping: bool) -> Vec<u8> {
    let (packed, crc) = (deflate(bytes), crc32fast::hash(bytes));
    let mut members = raw_sound();
    let mut first_offset = 0;
    for number in 0..count {
        let mut member = Raw::new(&format!("word/media/image{number}.bin"), packed.clone(), bytes.len(), crc);
        if overlapping {
            if number == 0 {
                first_offset = members.iter().map(|member| 30 + member.name.len() as u32 + member.packed.len() as u32).sum();
            } else {
                member.says_offset = Some(first_offset);
            }
        }
        members.push(member);
    }
    raw(&members, None)
}

fn nested(levels: usize) -> Vec<u8> {
    let mut inner = deflate(&vec![0; 4 * MIB]);
    for _ in 0..levels {
        let copies = (0..10).map(|number| member(&format!("{number}.zip"), inner.clone())).collect::<Vec<_>>();
        inner = write(&copies, &Around::default());
    }
    inner
}

fn lying(says_bytes: u32) -> Vec<u8> {
    let bytes = thin(300 * MIB);
    let mut members = raw_sound();
    members.retain(|member| member.name != "word/document.xml");
    let mut lie = Raw::new("word/document.xml", deflate(&bytes), 0, crc32fast::hash(&bytes));
    lie.says_bytes = says_bytes;
    members.push(lie);
    raw(&members, None)
}

fn false_ends() -> Vec<u8> {
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend_from_slice(&[0xff; 12]);
    let comment: Vec<u8> = end.iter().copied().cycle().take(65_000).collect();
    write(&sound(), &Around { comment, ..Around::default() })
}

pub fn bombs() -> Vec<Bomb> {
    let mut document = sound();
    document.retain(|member| member.name != "word/document.xml");
    document.push(member("word/document.xml", vec![b' '; 400 * MIB]));
    let embedded = Docx::new().para("Words.").part("word/embeddings/oleObject1.zip", "application/zip", &nested(4)).build();
    vec![
        Bomb::new("zip-ratio.docx", "zip-bomb", write(&document, &Around::default())),
        Bomb::new("zip-lying-small.docx", "zip-size", lying(10)),
        Bomb::new("zip-lying-large.docx", "zip-total-too-large", lying(u32::MAX - 1)),
        Bomb::new("zip-entry-too-large.docx", "zip-entry-too-large", lying(300 * MIB as u32)),
        Bomb::new("zip-total.docx", "zip-total-too-large", repeated(12, &thin(200 * MIB), false)),
        Bomb::new("zip-overlapping.docx", "zip-damaged", repeated(4_000, &thin(MIB), true)),
        Bomb::new("zip-members.docx", "zip-too-many-entries", with((0..30_000).map(|n| member(&format!("a/{n}"), vec![])).collect())),
        Bomb::new(
            "zip-long-names.docx",
            "sanitised",
            with((0..300).map(|n| member(&format!("{}{n}", "n".repeat(60_000)), vec![])).collect()),
        ),
        Bomb::new("zip-same-names.docx", "zip-duplicate-entry", with((0..9_000).map(|_| member("a/b", vec![])).collect())),
        Bomb::new("zip-says-more-members.docx", "sanitised", raw(&raw_sound(), Some(60_000))),
        Bomb::new("zip-false-ends.docx", "zip-damaged", false_ends()),
        Bomb::new("zip-nested.zip", "format-unsupported", nested(5)),
        Bomb::new("zip-nested.docx", "ooxml-no-main-part", nested(5)),
        Bomb::new("zip-embedded-nest.docx", "sanitised", embedded),
    ]
}
