//! Copies of PDF files before other programs: `qpdf` finds no fault in them, `pdftotext` reads in them what it reads in the source.
//!
//! Where the two are not installed, and `CI` is not set, the test says so and ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::path::Path;
use std::process::Command;

use support::cli::{Folder, cleardraft};

/// A file of numbered objects, the first the catalog, with one cross-reference table.
fn file(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, body) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend_from_slice(format!("{} 0 obj\n{body}\nendobj\n", index + 1).as_bytes());
    }
    let end = format!("{table}trailer\n<</Size {} /Root 1 0 R>>\nstartxref\n{}\n%%EOF\n", objects.len() + 1, out.len());
    out.extend_from_slice(end.as_bytes());
    out
}

fn stream(entries: &str, data: &str) -> String {
    format!("<<{entries} /Length {}>>\nstream\n{data}\nendstream", data.len())
}

/// Pages that inherit their size and fonts, one of them turned; object 3 is a standard font, object 4 one whose letters are drawn.
fn pages(contents: &[&str], page: &str, more: &[String]) -> Vec<u8> {
    let kids: Vec<String> = (0..contents.len()).map(|index| format!("{} 0 R", 6 + 2 * index)).collect();
    let mut objects = vec![
        "<</Type /Catalog /Pages 2 0 R /AcroForm <<>>>>".to_owned(),
        format!(
            "<</Type /Pages /Kids [{}] /Count {} /MediaBox [0 0 500 400] /Resources <</Font <</F1 3 0 R /T3 4 0 R>>>>>>",
            kids.join(" "),
            kids.len()
        ),
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>".to_owned(),
        "<</Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0] /Encoding /WinAnsiEncoding \
         /FirstChar 97 /LastChar 98 /Widths [1000 1000] /CharProcs <</a 5 0 R /b 5 0 R>> /Resources <<>>>>"
            .to_owned(),
        stream("", "1000 0 0 0 750 750 d1 0 0 750 750 re f"),
    ];
    for (index, content) in contents.iter().enumerate() {
        let turn = if index % 2 == 1 { "/Rotate 90" } else { "" };
        objects.push(format!("<</Type /Page /Parent 2 0 R /Contents {} 0 R {turn} {page}>>", 7 + 2 * index));
        objects.push(stream("", content));
    }
    objects.extend_from_slice(more);
    file(&objects)
}

fn documents() -> Vec<(&'static str, Vec<u8>, usize)> {
    let text = "BT /F1 12 Tf 50 350 Td (Report of the committee) Tj 0 -20 Td [(sec) -20 (ond) -400 (line)] TJ ET";
    let field = [
        "<</Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (shown value) /Rect [50 200 250 220] /AP <</N 9 0 R>> /F 4>>".to_owned(),
        stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources <</Font <</F1 3 0 R>>>>",
            "/Tx BMC q BT /F1 10 Tf 2 5 Td (shown value) Tj ET Q EMC",
        ),
        "<</Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents (a remark)>>".to_owned(),
    ];
    vec![
        ("pages", pages(&[text, text, text], "", &[]), 3),
        ("field", pages(&[text], "/Annots [8 0 R 10 0 R]", &field), 1),
        ("drawn-letters", pages(&["BT /T3 20 Tf 50 300 Td (abba) Tj ET"], "", &[]), 1),
        ("inline-image", pages(&[&format!("q 40 0 0 40 50 100 cm BI /W 2 /H 2 /BPC 8 /CS /G ID abEI EI Q {text}")], "", &[]), 1),
        ("spoken", pages(&["/Span <</ActualText (Report)>> BDC BT /F1 12 Tf 50 350 Td (REPORT) Tj ET EMC"], "", &[]), 1),
    ]
}

fn run(program: &str, arguments: &[&str], path: &Path) -> (i32, String) {
    let out = Command::new(program).args(arguments).arg(path).args(if program == "pdftotext" { &["-"][..] } else { &[] }).output().unwrap();
    (out.status.code().unwrap(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
}

#[test]
fn other_programs_find_the_copies_sound_and_read_the_same_in_them() {
    let missing = ["qpdf", "pdftotext"].iter().any(|program| Command::new(program).arg("--version").output().is_err());
    if missing && std::env::var_os("CI").is_none() {
        eprintln!("qpdf and poppler are not installed: nothing was compared");
        return;
    }
    let folder = Folder::new();
    let out = folder.path("out");
    for (name, bytes, _) in documents() {
        folder.write(&format!("in/{name}.pdf"), &bytes);
    }
    let source = folder.path("in");
    cleardraft(&["sanitise", source.to_str().unwrap(), "--out", out.to_str().unwrap(), "--no-progress", "-q"]).expect(0);
    for (name, _, count) in documents() {
        let (source, copy) = (source.join(format!("{name}.pdf")), out.join(format!("{name}.pdf")));
        let (code, said) = run("qpdf", &["--check"], &copy);
        assert_eq!(code, 0, "{name}: {said}");
        assert_eq!(run("qpdf", &["--show-npages"], &copy).1.trim(), count.to_string(), "{name}");
        let (code, words) = run("pdftotext", &["-q"], &copy);
        assert_eq!((code, &words), (0, &run("pdftotext", &["-q"], &source).1), "{name}");
        assert!(!words.trim().is_empty(), "{name}");
        let again = folder.path("again");
        let _ = std::fs::remove_dir_all(&again);
        cleardraft(&["sanitise", copy.to_str().unwrap(), "--out", again.to_str().unwrap(), "--no-progress", "-q"]).expect(0);
        assert_eq!(std::fs::read(again.join(format!("{name}.pdf"))).unwrap(), std::fs::read(&copy).unwrap(), "{name}: twice is once");
    }
}
