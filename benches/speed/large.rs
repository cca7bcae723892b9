//! Single documents of hundreds of megabytes, for the memory that they take: the command itself, alone in its process.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use sha2::Digest as _;

use crate::documents::{Beside, paged};
use crate::harness::{Row, Seeded, child, timed};
use crate::support::docx::Docx;

/// A Word document full of pictures, and a PDF of scanned pages.
pub fn rows() {
    let folder = tempfile::tempdir().unwrap();
    for (what, name, bytes) in [("Word document of pictures", "a.docx", pictures(56)), ("PDF of scans", "a.pdf", scans(120))] {
        let source = folder.path().join(name);
        std::fs::write(&source, &bytes).unwrap();
        let reading = timed(|| _ = std::hint::black_box(sha2::Sha256::digest(&bytes))).best;
        drop(bytes);
        let megabytes = std::fs::metadata(&source).unwrap().len() / 1_000_000;
        for (command, arguments) in [("inspect", &[][..]), ("sanitise", &["--tracked-changes", "accept", "--out"][..])] {
            let ran = child(3, || run(folder.path(), command, &source, arguments));
            Row {
                what: format!("{command} a {what}, {megabytes} MB"),
                documents: 1,
                cpu: Some(ran.cpu),
                wall: Some(ran.wall),
                floor: Some(reading),
                peak_bytes: ran.peak_bytes,
                ..Row::default()
            }
            .print();
        }
    }
}

fn run(folder: &Path, command: &str, source: &Path, arguments: &[&str]) -> Command {
    let out = folder.join("out");
    let _ = std::fs::remove_dir_all(&out);
    let mut run = Command::new(env!("CARGO_BIN_EXE_cleardraft"));
    run.args([command, "--no-progress"]).args(arguments).args((command == "sanitise").then_some(out)).arg(source);
    run
}

/// Pictures of 3.6 MB each, every second one with a remark inside.
fn pictures(count: usize) -> Vec<u8> {
    let mut random = Seeded(5);
    let mut docx = Docx::new();
    for number in 0..count {
        docx = docx.picture(&png(1_900, number % 2 == 1, &mut random), "png", "image/png", "", "");
    }
    docx.build()
}

/// A grey square of noise.
fn png(side: usize, remark: bool, random: &mut Seeded) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::none());
    for _ in 0..side {
        encoder.write_all(&[0]).unwrap();
        encoder.write_all(&noise(side, random)).unwrap();
    }
    let pixels = encoder.finish().unwrap();
    let mut header = (side as u32).to_be_bytes().repeat(2);
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    let chunk = |name: &[u8], body: &[u8]| {
        let named = [name, body].concat();
        [&(body.len() as u32).to_be_bytes()[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
    };
    let remark = if remark { chunk(b"tEXt", b"Comment\0a remark") } else { Vec::new() };
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), remark, chunk(b"IDAT", &pixels), chunk(b"IEND", b"")].concat()
}

fn noise(length: usize, random: &mut Seeded) -> Vec<u8> {
    (0..length).map(|_| random.below(256) as u8).collect()
}

/// Pages that are a JPEG each.
fn scans(count: usize) -> Vec<u8> {
    const SIDE: usize = 1_100;
    let mut random = Seeded(6);
    paged((0..count).map(|_| {
        let mut jpeg = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 90);
        let pixels = noise(SIDE * SIDE, &mut random);
        image::ImageEncoder::write_image(encoder, &pixels, SIDE as u32, SIDE as u32, image::ExtendedColorType::L8).unwrap();
        let dictionary = format!(
            "/Type/XObject/Subtype/Image/Width {SIDE}/Height {SIDE}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode/Length {}",
            jpeg.len()
        );
        let picture = [format!("<<{dictionary}>>stream\n").as_bytes(), &jpeg, b"\nendstream"].concat();
        (b"q 500 0 0 500 40 200 cm /A Do Q".to_vec(), Beside::Drawing, picture)
    }))
}
