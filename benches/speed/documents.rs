//! Documents in memory: inspected, sanitised as the command does it (inspected, cleaned, read again and swept), and their copies verified (hashed
//! and read again).

use std::hint::black_box;
use std::io::Write as _;
use std::process::Command;

use cleardraft::Limits;
use cleardraft::format::{Content, Spool, backend, sniff};
use cleardraft::pipeline::{Clean, Outcome, inspect, sanitise};
use cleardraft::policy::{Orders, Policy, TrackedChanges};
use sha2::Digest as _;

use crate::harness::{Row, Seeded, Timing, child, timed};
use crate::support::docx::Docx;
use crate::support::{story, zip};

const CHILD: &str = "CLEARDRAFT_BENCH_DOCUMENTS";

type File = (String, Vec<u8>);

/// A row for each step on a set.
pub fn rows() {
    for at in 0.. {
        let Some((name, files)) = set(at) else { return };
        measure(at, &name, &files);
    }
}

/// The sets by number; none is made before it is asked for, so that it takes no memory of the others.
fn set(at: usize) -> Option<(String, Vec<File>)> {
    let one = |what: &str, name: &str, bytes: Vec<u8>| Some((what.to_owned(), vec![(name.to_owned(), bytes)]));
    match at {
        0 => one("small docx", "a.docx", document(40, 1)),
        1 => one("report docx", "a.docx", document(800, 2)),
        2 => one("large docx", "a.docx", document(12_000, 3)),
        3 => {
            let case = story::files().into_iter().map(|file| (file.path, file.bytes));
            Some(("docx of the shipped case".to_owned(), case.filter(|(name, _)| name.contains(".docx") && !name.contains('~')).collect()))
        }
        4 => one("pdf of 50 pages", "a.pdf", pdf(50)),
        _ => own_files(&std::env::var_os("CLEARDRAFT_BENCH_FILES")?).into_iter().nth(at - 5),
    }
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
            sets.entry(format!("{} of your own", inspected.format.as_str())).or_default().push((name, bytes));
        }
    }
    sets.into_iter().collect()
}

fn orders() -> Orders {
    Policy { tracked_changes: TrackedChanges::Accept, ..Policy::default() }.orders()
}

fn sanitised((name, bytes): &File, orders: &Orders, limits: &Limits) -> Option<Clean> {
    match sanitise(name, bytes, orders, limits, &Spool::in_memory()) {
        Ok(Outcome::Clean(clean)) => Some(clean),
        Ok(Outcome::Held(_)) | Err(_) => None,
    }
}

/// What `verify` does with a copy besides reading it from the disk.
fn verify(copy: &[u8], orders: &Orders, limits: &Limits) {
    black_box(sha2::Sha256::digest(copy));
    let copy = Content::from(copy);
    let reread = backend(sniff(&copy)).map(|backend| backend.reread(&copy, orders, limits));
    assert!(reread.is_some_and(|reread| reread.unwrap().residue.is_empty()), "a copy has residue");
}

fn measure(at: usize, name: &str, files: &[File]) {
    let (limits, orders) = (Limits::default(), orders());
    let inflated: u64 = files.iter().flat_map(|(_, bytes)| streams(bytes)).map(|stream| stream.len() as u64).sum();
    let inspecting = timed(|| files.iter().for_each(|(name, bytes)| drop(black_box(inspect(name, bytes, &limits)))));
    let reading = timed(|| files.iter().for_each(|(_, bytes)| drop(black_box(streams(bytes)))));
    let sanitising = timed(|| files.iter().for_each(|file| drop(black_box(sanitised(file, &orders, &limits)))));
    let rewriting = timed(|| files.iter().for_each(|(_, bytes)| rewrite(bytes)));
    let clean = files.iter().filter_map(|file| sanitised(file, &orders, &limits));
    let copies: Vec<Vec<u8>> = clean.map(|clean| clean.copy.bytes().unwrap().into_owned()).collect();
    let verifying = timed(|| copies.iter().for_each(|copy| verify(copy, &orders, &limits)));
    let read_and_hash = |copy: &[u8]| drop(black_box((sha2::Sha256::digest(copy), streams(copy))));
    let reading_twice = timed(|| (0..2).for_each(|_| copies.iter().for_each(|copy| read_and_hash(copy))));
    let peak = |step: &str| child(1, || as_child(&format!("{step},{at}"))).peak_bytes;
    let row = Row { documents: files.len(), inflated, ..Row::default() };
    Row { what: format!("inspect {name}"), cpu: Some(inspecting), floor: Some(reading.best), peak_bytes: peak("inspect"), ..row.clone() }
        .print();
    if at == 0 {
        let what = format!("inspect a {name}, a process of its own");
        Row { what, cpu: Some(alone(&files[0])), floor: Some(reading.best), ..row.clone() }.print();
    }
    Row {
        what: format!("sanitise {name}"),
        cpu: Some(sanitising),
        floor: Some(rewriting.best),
        peak_bytes: peak("sanitise"),
        note: if copies.len() == files.len() { String::new() } else { format!("{} copies", copies.len()) },
        ..row.clone()
    }
    .print();
    let copied: u64 = copies.iter().flat_map(|copy| streams(copy)).map(|stream| stream.len() as u64).sum();
    Row {
        what: format!("verify the copies of {name}"),
        cpu: Some(verifying),
        floor: Some(reading_twice.best),
        documents: copies.len(),
        inflated: copied,
        ..row.clone()
    }
    .print();
    let sources: Vec<&[u8]> = files.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    if let Some(took) = by_common_tools(&sources, "for archive; do unzip -tqq \"$archive\"; done") {
        Row { what: format!("`unzip -t` of {name}"), cpu: Some(took), floor: Some(reading.best), ..row.clone() }.print();
    }
    let copies: Vec<&[u8]> = copies.iter().map(Vec::as_slice).collect();
    let twice = "for archive in \"$@\" \"$@\"; do unzip -tqq \"$archive\"; done; sha256sum \"$@\" \"$@\" > /dev/null";
    if let Some(took) = by_common_tools(&copies, twice) {
        let what = format!("`unzip -t` and `sha256sum` of the copies of {name}, twice");
        Row { what, cpu: Some(took), floor: Some(reading_twice.best), documents: copies.len(), inflated: copied, ..row }.print();
    }
}

/// What the program takes for one file, its start included.
fn alone((name, bytes): &File) -> Timing {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let inspect = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cleardraft"));
        command.args(["inspect", "--jobs", "1"]).arg(&path);
        command
    };
    child(5, inspect).cpu
}

/// What a shell script takes that runs the tools that everybody has over the same archives, one after the other; `None` where they are not,
/// or for other files.
fn by_common_tools(archives: &[&[u8]], script: &str) -> Option<Timing> {
    if !archives.iter().all(|bytes| bytes.starts_with(b"PK")) || Command::new("unzip").arg("-v").output().is_err() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<_> = (0..archives.len()).map(|number| folder.path().join(number.to_string())).collect();
    for (path, bytes) in paths.iter().zip(archives) {
        std::fs::write(path, bytes).unwrap();
    }
    let all = || {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).args(&paths);
        command
    };
    Some(child(5, all).cpu)
}

fn as_child(order: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(CHILD, order);
    command
}

/// One step on one set, for the memory that it takes; whether this process was started for that.
pub fn work_as_child() -> bool {
    let Ok(order) = std::env::var(CHILD) else { return false };
    let (limits, orders) = (Limits::default(), orders());
    let Some((step, at)) = order.split_once(',') else { return true };
    let Some((_, files)) = set(at.parse().unwrap()) else { return true };
    for file in &files {
        match step {
            "inspect" => drop(black_box(inspect(&file.0, &file.1, &limits))),
            _ => drop(black_box(sanitised(file, &orders, &limits))),
        }
    }
    true
}

/// The least work of inspection: every member inflated, or the PDF loaded.
fn streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.starts_with(b"PK") {
        return zip::read(bytes).into_iter().map(|(_, bytes)| bytes).collect();
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
            out.extend(zip::deflate(&stream));
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
    paged((0..pages).map(|_| {
        let lines: String = (0..40).map(|_| format!("({}) Tj 0 -14 Td\n", random.sentence())).collect();
        let note = b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(a note)/T(A. Reviewer)>>".to_vec();
        (format!("BT /F1 5 Tf 40 800 Td\n{lines}ET").into_bytes(), Beside::Annotation, note)
    }))
}

/// What a page has besides its content.
#[derive(Clone, Copy)]
pub enum Beside {
    /// An annotation.
    Annotation,
    /// An external object that the content calls `A`.
    Drawing,
}

/// A file of pages: the content of each, and an object beside it.
pub fn paged(pages: impl Iterator<Item = (Vec<u8>, Beside, Vec<u8>)>) -> Vec<u8> {
    let (mut out, mut offsets, mut kids) = (b"%PDF-1.7\n".to_vec(), Vec::new(), Vec::new());
    let mut add = |number: usize, object: &[&[u8]]| {
        offsets.push((number, out.len()));
        out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        object.iter().for_each(|piece| out.extend_from_slice(piece));
        out.extend_from_slice(b"\nendobj\n");
    };
    add(1, &[b"<</Type/Catalog/Pages 2 0 R>>"]);
    add(3, &[b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]);
    for (at, (content, beside, object)) in pages.enumerate() {
        let page = 4 + at * 3;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(&content).unwrap();
        let content = encoder.finish().unwrap();
        let (annotations, drawings) = match beside {
            Beside::Annotation => (format!("/Annots[{} 0 R]", page + 2), String::new()),
            Beside::Drawing => (String::new(), format!("/XObject<</A {} 0 R>>", page + 2)),
        };
        let resources = format!("/Resources<</Font<</F1 3 0 R>>{drawings}>>");
        let dictionary = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R{resources}{annotations}>>", page + 1);
        add(page, &[dictionary.as_bytes()]);
        let length = format!("<</Length {}/Filter/FlateDecode>>stream\n", content.len());
        add(page + 1, &[length.as_bytes(), &content, b"\nendstream"]);
        add(page + 2, &[&object]);
        kids.push(format!("{page} 0 R"));
    }
    add(2, &[format!("<</Type/Pages/Kids[{}]/Count {}>>", kids.join(" "), kids.len()).as_bytes()]);
    offsets.sort_unstable();
    let table: String = offsets.iter().map(|(_, offset)| format!("{offset:010} 00000 n \n")).collect();
    let (start, size) = (out.len(), offsets.len() + 1);
    let trailer = format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    out.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}").as_bytes());
    out
}
