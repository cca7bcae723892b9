//! `cargo bench --bench documents`: inspect and sanitise by format and size, each beside the least work that it could be.
//!
//! `CLEARDRAFT_BENCH_FILES=DIR` adds every file of a folder of your own, summed by format.

#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "a bench that cannot go on stops; its documents are small"
)]

mod harness;
#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::io::Write as _;

use cleardraft::Limits;
use cleardraft::pipeline::{Outcome, clean, inspect};
use cleardraft::policy::{Policy, TrackedChanges};
use harness::{Seeded, best, heading, line, per_byte};
use sha2::Digest as _;
use support::docx::Docx;

fn main() {
    let mut sets = vec![
        ("docx small".to_owned(), vec![named("a.docx", document(40, 1))]),
        ("docx report".to_owned(), vec![named("a.docx", document(800, 2))]),
        ("docx large".to_owned(), vec![named("a.docx", document(12_000, 3))]),
        (
            "docx shipped case".to_owned(),
            support::story::files()
                .into_iter()
                .map(|file| named(&file.path, file.bytes))
                .filter(|(name, _)| name.contains(".docx") && !name.contains('~'))
                .collect(),
        ),
        ("pdf 50 pages".to_owned(), vec![named("a.pdf", pdf(50))]),
    ];
    if let Some(folder) = std::env::var_os("CLEARDRAFT_BENCH_FILES") {
        sets.extend(own_files(&folder));
    }
    heading(&["set", "files", "bytes", "inflated", "inspect", "floor", "sanitise", "floor", "ratio", "files/s"]);
    heading(&["", "", "", "", "ns/B", "ns/B", "ns/B", "ns/B", "", ""]);
    for (name, files) in sets {
        measure(&name, &files);
    }
}

type File = (String, Vec<u8>);

fn named(name: &str, bytes: Vec<u8>) -> File {
    (name.to_owned(), bytes)
}

fn own_files(folder: &std::ffi::OsStr) -> Vec<(String, Vec<File>)> {
    let mut sets = std::collections::BTreeMap::<String, Vec<File>>::new();
    for entry in
        walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file())
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let bytes = std::fs::read(entry.path()).unwrap();
        let inspected = inspect(&name, &bytes, &Limits::default());
        if inspected.inspection.is_ok() {
            sets.entry(format!("yours: {}", inspected.format.as_str())).or_default().push((name, bytes));
        }
    }
    sets.into_iter().collect()
}

fn measure(name: &str, files: &[File]) {
    let limits = Limits::default();
    let orders = Policy { tracked_changes: TrackedChanges::Accept, ..Policy::default() }.orders();
    let bytes: u64 = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    let inflated: u64 = files.iter().flat_map(|(_, bytes)| streams(bytes)).map(|stream| stream.len() as u64).sum();
    let inspecting = best(|| files.iter().for_each(|(name, bytes)| drop(black_box(inspect(name, bytes, &limits)))));
    let reading = best(|| files.iter().for_each(|(_, bytes)| drop(black_box(streams(bytes)))));
    let inspections: Vec<_> = files.iter().map(|(name, bytes)| inspect(name, bytes, &limits)).collect();
    let mut cleaned = 0usize;
    let sanitising = best(|| {
        cleaned = files
            .iter()
            .zip(&inspections)
            .filter(|((_, bytes), inspected)| matches!(clean(bytes, inspected, &orders, &limits), Ok(Outcome::Clean(_))))
            .count();
    });
    let rewriting = best(|| files.iter().for_each(|(_, bytes)| rewrite(bytes)));
    line(&[
        name.to_owned(),
        format!("{cleaned}/{}", files.len()),
        bytes.to_string(),
        inflated.to_string(),
        format!("{:.2}", per_byte(inspecting, inflated)),
        format!("{:.2}", per_byte(reading, inflated)),
        format!("{:.2}", per_byte(sanitising, inflated)),
        format!("{:.2}", per_byte(rewriting, inflated)),
        format!("{:.1}", sanitising.as_secs_f64() / rewriting.as_secs_f64()),
        format!("{:.0}", files.len() as f64 / sanitising.as_secs_f64()),
    ]);
}

/// The least work of inspection: every member inflated, or the PDF loaded.
fn streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.starts_with(b"PK") {
        return support::zip::read(bytes).into_iter().map(|(_, bytes)| bytes).collect();
    }
    black_box(lopdf::Document::load_mem(bytes).ok());
    vec![bytes.to_vec()]
}

/// The least work of sanitising: read, deflate again at the same level (or save the PDF), hash both.
fn rewrite(bytes: &[u8]) {
    black_box(sha2::Sha256::digest(bytes));
    let mut out = Vec::new();
    if bytes.starts_with(b"PK") {
        for stream in streams(bytes) {
            out.extend(support::zip::deflate(&stream));
        }
    } else if let Ok(mut document) = lopdf::Document::load_mem(bytes) {
        document.save_to(&mut out).unwrap();
    }
    black_box(sha2::Sha256::digest(&out));
}

/// A report of so many paragraphs, every tenth with a tracked change, every twentieth with a comment.
fn document(paragraphs: usize, seed: u64) -> Vec<u8> {
    let mut random = Seeded(seed);
    let mut docx = Docx::new().by("A. Reviewer", "2026-03-02T09:30:00Z").rsids(&[0x00a4_1c07, 0x00b5_2d18]);
    for number in 0..paragraphs {
        let text = random.sentence();
        docx = match number % 20 {
            0 => docx.comment(&text),
            5 => docx.inserted(&text),
            15 => docx.deleted(&text),
            _ => docx
                .raw(&format!("<w:p w:rsidR=\"00A41C07\"><w:r w:rsidRPr=\"00B52D18\"><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>")),
        };
    }
    docx.core("<dc:creator>A. Reviewer</dc:creator>").build()
}

/// Pages of text with an annotation each, content streams deflated.
fn pdf(pages: usize) -> Vec<u8> {
    let mut random = Seeded(4);
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", 4 + page * 3)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{}]/Count {pages}>>", kids.join(" ")).into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ];
    for page in 0..pages {
        let lines: String = (0..40).map(|_| format!("({}) Tj 0 -14 Td\n", random.sentence())).collect();
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(format!("BT /F1 10 Tf 40 800 Td\n{lines}ET").as_bytes()).unwrap();
        let content = encoder.finish().unwrap();
        let next = 5 + page * 3;
        objects.push(
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {next} 0 R/Resources<</Font<</F1 3 0 R>>>>/Annots[{} 0 R]>>",
                next + 1
            )
            .into_bytes(),
        );
        objects.push([format!("<</Length {}/Filter/FlateDecode>>stream\n", content.len()).as_bytes(), &content, b"\nendstream"].concat());
        objects.push(b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(a note)/T(A. Reviewer)>>".to_vec());
    }
    let (mut out, mut offsets) = (b"%PDF-1.7\n".to_vec(), Vec::new());
    for (number, object) in objects.iter().enumerate() {
        offsets.push(format!("{:010} 00000 n \n", out.len()));
        out.extend_from_slice(format!("{} 0 obj\n", number + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    let size = objects.len() + 1;
    out.extend_from_slice(
        format!(
            "xref\n0 {size}\n0000000000 65535 f \n{}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
            offsets.concat()
        )
        .as_bytes(),
    );
    out
}
