//! Pictures inside documents, files of other formats, and traps in the folder itself.

use std::path::Path;

use crate::support::docx::{Docx, paragraph, run};
use crate::{Bomb, noise};

/// A document with one picture. `crop` cuts it, so that it has to be decoded.
fn picture(bytes: &[u8], extension: &str, content_type: &str) -> Vec<u8> {
    Docx::new().para("Words.").picture(bytes, extension, content_type, "l=\"25000\"", "").build()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = (data.len() as u32).to_be_bytes().to_vec();
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    out.extend_from_slice(&crc32fast::hash(&out[4..]).to_be_bytes());
    out
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn png(width: u32, height: u32, before_data: &[u8], data: &[u8]) -> Vec<u8> {
    let mut header = width.to_be_bytes().to_vec();
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), before_data.to_vec(), chunk(b"IDAT", data), chunk(b"IEND", b"")].concat()
}

/// A grey JPEG that says it has this size and holds one block.
pub fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut out = b"\xff\xd8\xff\xdb\0\x43\0".to_vec();
    out.extend_from_slice(&[1; 64]);
    out.extend_from_slice(b"\xff\xc0\0\x0b\x08");
    out.extend_from_slice(&height.to_be_bytes());
    out.extend_from_slice(&width.to_be_bytes());
    out.extend_from_slice(b"\x01\x01\x11\0");
    for class in [0x00, 0x10] {
        out.extend_from_slice(b"\xff\xc4\0\x14");
        out.extend_from_slice(&[class, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
    out.extend_from_slice(b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\0\0\xff\xd9");
    out
}

/// A progressive JPEG of many scans, each of which says in some bytes of all blocks that they have nothing.
fn jpeg_of_scans(side: u16) -> Vec<u8> {
    let mut out = b"\xff\xd8\xff\xc2\0\x0b\x08".to_vec();
    out.extend_from_slice(&[side.to_be_bytes(), side.to_be_bytes()].concat());
    out.extend_from_slice(b"\x01\x01\x11\0\xff\xc4\0\x14");
    // One code of one bit: the end of some ten thousand blocks, fourteen bits for how many.
    out.extend_from_slice(&[0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe0]);
    let blocks = u32::from(side).div_ceil(8).pow(2);
    let codes = blocks.div_ceil((1 << 14) + 0x2aaa);
    let mut data = Vec::new();
    for bit in 0..codes * 15 {
        if bit % 8 == 0 {
            data.push(0_u8);
        }
        let is_set = bit % 15 % 2 == 1;
        *data.last_mut().unwrap() |= u8::from(is_set) << (7 - bit % 8);
    }
    for bits in [0x0d_u8, 0xdc, 0xcb, 0xba, 0xa9, 0x98, 0x87, 0x76, 0x65, 0x54, 0x43, 0x32, 0x21, 0x10] {
        for coefficient in 1..64 {
            out.extend_from_slice(&[0xff, 0xda, 0, 8, 1, 1, 0, coefficient, coefficient, bits]);
            out.extend_from_slice(&data);
        }
    }
    out.extend_from_slice(b"\xff\xd9");
    out
}

fn gif(width: u16, height: u16, frames: usize) -> Vec<u8> {
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    let mut out = b"GIF89a".to_vec();
    out.extend_from_slice(&size);
    out.extend_from_slice(&[0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    for _ in 0..frames {
        out.extend_from_slice(b"\x21\xf9\x04\0\x05\0\0\0\x2c\0\0\0\0");
        out.extend_from_slice(&size);
        out.extend_from_slice(&[0, 2, 2, 0x44, 1, 0]);
    }
    out.push(0x3b);
    out
}

fn bmp(width: i32, height: i32) -> Vec<u8> {
    let mut out = b"BM".to_vec();
    for field in [58_u32, 0, 54, 40] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&width.to_le_bytes());
    out.extend_from_slice(&height.to_le_bytes());
    out.extend_from_slice(&[1, 0, 24, 0]);
    out.extend_from_slice(&[0; 28]);
    out
}

/// A TIFF whose directory names itself as the next one.
fn tiff_circle() -> Vec<u8> {
    let mut out = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    for (tag, value) in [(0x100_u16, 60_000_u32), (0x101, 60_000)] {
        out.extend_from_slice(&tag.to_le_bytes());
        out.extend_from_slice(&[4, 0, 1, 0, 0, 0]);
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend_from_slice(&8_u32.to_le_bytes());
    out
}

fn emf(records: u32) -> Vec<u8> {
    let mut out = Vec::new();
    for field in [1_u32, 88, 0, 0, 9, 9, 0, 0, 900, 900, 0x464d_4520, 0x1_0000, u32::MAX, records, 1, 0, 0, 0, 9, 9, 9, 9] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    for _ in 0..200_000 {
        out.extend_from_slice(&[33, 0, 0, 0, 8, 0, 0, 0]);
    }
    out
}

fn svg(inner: &str) -> Vec<u8> {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"9\" height=\"9\">{inner}</svg>")
        .into_bytes()
}

/// A drawing whose one object stands in pieces, of which there are never enough.
fn emf_in_pieces(pieces: usize) -> Vec<u8> {
    let record = |kind: u16, flags: u16, data: &[u8]| {
        let mut out = [kind.to_le_bytes(), flags.to_le_bytes()].concat();
        out.extend_from_slice(&(12 + data.len() as u32).to_le_bytes());
        out.extend_from_slice(&(data.len() as u32).to_le_bytes());
        out.extend_from_slice(data);
        out
    };
    let comment = |data: &[u8]| {
        let mut out = 70_u32.to_le_bytes().to_vec();
        out.extend_from_slice(&(16 + data.len() as u32).to_le_bytes());
        out.extend_from_slice(&(4 + data.len() as u32).to_le_bytes());
        out.extend_from_slice(b"EMF+");
        out.extend_from_slice(data);
        out
    };
    let start = record(0x4001, 0, &[0xdbc0_1002_u32, 0, 96, 96].map(u32::to_le_bytes).concat());
    let piece = record(0x4008, 0x8500, &[0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]);
    let drawing = [comment(&start), comment(&piece.repeat(pieces))].concat();
    let mut out = Vec::new();
    let size = 108 + drawing.len() as u32 + 20;
    for field in [1_u32, 108, 0, 0, 9, 9, 0, 0, 900, 900, 0x464d_4520, 0x1_0000, size, 4, 1, 0, 0, 0, 0, 1_000, 1_000, 300, 300] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.resize(108, 0);
    out.extend_from_slice(&drawing);
    out.extend_from_slice(&[14_u32, 20, 0, 16, 20].map(u32::to_le_bytes).concat());
    out
}

/// Pictures of five thousand by five thousand pixels, in some kilobytes each.
fn large_pictures(count: usize) -> Vec<u8> {
    let data = zlib(&vec![0; 5_001 * 5_000]);
    let one = |number: usize| png(5_000, 5_000, &chunk(b"tEXt", format!("a\0{number}").as_bytes()), &data);
    (0..count).fold(Docx::new(), |docx, number| docx.picture(&one(number), "png", "image/png", "", "")).build()
}

/// One such picture, cut in as many ways.
fn cut_again(count: usize) -> Vec<u8> {
    let data = zlib(&vec![0; 5_001 * 5_000]);
    let docx = Docx::new().picture(&png(5_000, 5_000, b"", &data), "png", "image/png", "", "");
    let shown = docx.document_xml();
    let start = shown.find("<w:drawing>").unwrap();
    let drawing = &shown[start..shown.find("</w:drawing>").unwrap() + "</w:drawing>".len()];
    let cut = |number: usize| drawing.replace("<a:srcRect />", &format!("<a:srcRect l=\"{}\"/>", 1_000 + number * 50));
    docx.raw(&paragraph(&(0..count).map(|number| format!("<w:r>{}</w:r>", cut(number))).collect::<String>())).build()
}

/// A compound file whose allocation table runs in a circle.
fn ole() -> Vec<u8> {
    let mut out = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    out.extend_from_slice(&[0; 16]);
    out.extend_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    out.extend_from_slice(&[0; 10]);
    for field in [1_u32, 0, 0, 0x1000, 0, 1, 0, 1, 0] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.resize(512, 0);
    for sector in 0..4_096_u32 {
        out.extend_from_slice(&(sector / 2).to_le_bytes());
    }
    out
}

pub fn bombs() -> Vec<Bomb> {
    let profile = chunk(b"iCCP", &[b"p\0\0".to_vec(), zlib(&vec![0; 300 << 20])].concat());
    let text = chunk(b"zTXt", &[b"k\0\0".to_vec(), zlib(&vec![b'a'; 300 << 20])].concat());
    let small = zlib(&[0, 255]);
    let uses: String = (1..40).map(|n| format!("<g id=\"g{n}\"><use href=\"#g{0}\"/><use href=\"#g{0}\"/></g>", n - 1)).collect();
    let lol = "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>";
    let words = || paragraph(&run("Words."));
    vec![
        Bomb::new("picture-size.docx", "review", picture(&png(2_000_000_000, 2_000_000_000, &[], &small), "png", "image/png")),
        Bomb::new("picture-large.docx", "review", picture(&png(60_000, 60_000, &[], &zlib(&vec![0; 200 << 20])), "png", "image/png")),
        Bomb::new("picture-inflates.docx", "sanitised", picture(&png(10, 10, &[], &zlib(&vec![0; 400 << 20])), "png", "image/png")),
        Bomb::new("picture-profile.docx", "sanitised", picture(&png(1, 1, &profile, &small), "png", "image/png")),
        Bomb::new("picture-text.docx", "sanitised", picture(&png(1, 1, &text, &small), "png", "image/png")),
        Bomb::new(
            "picture-chunks.docx",
            "sanitised",
            picture(&png(1, 1, &chunk(b"tEXt", b"a\0b").repeat(400_000), &small), "png", "image/png"),
        ),
        Bomb::new("picture-jpeg-scans.docx", "review", picture(&jpeg_of_scans(9_000), "jpeg", "image/jpeg")),
        Bomb::new(
            "picture-jpeg-tables.docx",
            "review",
            picture(&[b"\xff\xd8".to_vec(), b"\xff\xdd\0\x04\0\0".repeat(5_000_000)].concat(), "jpeg", "image/jpeg"),
        ),
        Bomb::new("picture-jpeg.docx", "review", picture(&jpeg(65_500, 65_500), "jpeg", "image/jpeg")),
        Bomb::new(
            "picture-jpeg-segments.docx",
            "review",
            picture(&[b"\xff\xd8".to_vec(), b"\xff\xe1\0\x02".repeat(2_000_000)].concat(), "jpeg", "image/jpeg"),
        ),
        Bomb::new("picture-gif.docx", "review", picture(&gif(65_535, 65_535, 3), "gif", "image/gif")),
        Bomb::new("picture-gif-frames.docx", "review", picture(&gif(2_000, 2_000, 5_000), "gif", "image/gif")),
        Bomb::new("picture-bmp.docx", "review", picture(&bmp(i32::MAX, i32::MIN), "bmp", "image/bmp")),
        Bomb::new("picture-tiff.docx", "review", picture(&tiff_circle(), "tiff", "image/tiff")),
        Bomb::new("picture-emf.docx", "review", picture(&emf(u32::MAX), "emf", "image/x-emf")),
        Bomb::new(
            "picture-svg-uses.docx",
            "review",
            picture(&svg(&format!("<g id=\"g0\"/>{uses}<use href=\"#g39\"/>")), "svg", "image/svg+xml"),
        ),
        Bomb::new(
            "picture-svg-entities.docx",
            "review",
            picture(&[lol.as_bytes().to_vec(), svg("<text>&b;</text>")].concat(), "svg", "image/svg+xml"),
        ),
        Bomb::new("picture-svg-deep.docx", "review", picture(&svg(&"<g>".repeat(500_000)), "svg", "image/svg+xml")),
        Bomb::new("picture-emf-pieces.docx", "review", picture(&emf_in_pieces(400_000), "emf", "image/x-emf")),
        Bomb::new("picture-many.docx", "review", large_pictures(60)),
        Bomb::new("picture-cut-again.docx", "review", cut_again(60)),
        Bomb::new("compound-circle.doc", "format-legacy-office", ole()),
        Bomb::new("compound-circle.docx", "format-legacy-office", ole()),
        Bomb::new("noise.docx", "format-mismatch", noise(64 << 20)),
        Bomb::new("nothing.pdf", "file-empty", Vec::new()),
        Bomb::new("properties.docx", "sanitised", Docx::new().raw(&words()).core(&"<dc:title>t</dc:title>".repeat(300_000)).build()),
    ]
}

/// What a folder can hold that is no bomb by itself: links in circles, a pipe that nobody writes into, folders in folders.
pub fn traps(folder: &Path) {
    std::os::unix::fs::symlink(folder, folder.join("loop")).unwrap();
    std::os::unix::fs::symlink("self", folder.join("self")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(folder.join("pipe.docx")).status().unwrap().success());
    let mut deep = folder.to_path_buf();
    while deep.as_os_str().len() < 3_500 {
        deep.push("folder-in-a-folder");
    }
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("deep.docx"), Docx::new().para("Words.").build()).unwrap();
}
