//! `cargo bench --bench folder`: the command on a folder of drafts, with one and two workers, beside copying and hashing it.
//!
//! `CLEARDRAFT_BENCH_SIZES=10,100,1000,10000` sets the sizes of the growth table (default 10,100,1000).

#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "a bench that cannot go on stops; its documents are small"
)]
#![allow(clippy::print_stdout, reason = "the table is what a bench is for")]

mod harness;
#[path = "../tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::process::Command;

use harness::{Child, Seeded, best, child, heading, line};
use sha2::Digest as _;
use support::docx::Docx;

fn main() {
    let sizes = std::env::var("CLEARDRAFT_BENCH_SIZES").unwrap_or_else(|_| "10,100,1000".into());
    let sizes: Vec<usize> = sizes.split(',').filter_map(|size| size.trim().parse().ok()).collect();
    heading(&["drafts", "scan 1 s", "scan 2 s", "bundle 1 s", "bundle 2 s", "verify s", "copy s", "peak MiB", "bundle MiB"]);
    let mut scans = Vec::new();
    for size in sizes {
        let folder = tempfile::tempdir().unwrap();
        let drafts = folder.path().join("drafts");
        corpus(&drafts, size);
        let scan = |jobs: &str| run(&["scan", text(&drafts), "--jobs", jobs, "--format", "json"]);
        let bundle = |jobs: &str, out: &Path| {
            run(&[
                "bundle",
                text(&drafts),
                "--out",
                text(out),
                "--jobs",
                jobs,
                "--tracked-changes",
                "accept",
                "--policy",
                text(&folder.path().join("policy.toml")),
            ])
        };
        std::fs::write(folder.path().join("policy.toml"), "[decide]\nearly = \"release\"\nlater = \"release\"\nunknown = \"release\"\n")
            .unwrap();
        let (first, second) = (folder.path().join("bundle-1"), folder.path().join("bundle-2"));
        let (scan_1, scan_2) = (scan("1"), scan("2"));
        let (bundle_1, bundle_2) = (bundle("1", &first), bundle("2", &second));
        let verify = run(&["verify", text(&second), "--format", "json"]);
        let copied = best(|| copy_and_hash(&drafts, &folder.path().join("copy")));
        scans.push((size as f64, scan_1.cpu.as_secs_f64().max(0.005)));
        let peak = [&scan_1, &scan_2, &bundle_1, &bundle_2].iter().map(|child| child.peak_bytes).max().unwrap_or(0);
        let bundle_bytes: u64 = support::cli::tree(&second).values().map(|bytes| bytes.len() as u64).sum();
        let seconds = |child: &Child| format!("{:.2}/{:.2}", child.cpu.as_secs_f64(), child.wall.as_secs_f64());
        line(&[
            size.to_string(),
            seconds(&scan_1),
            seconds(&scan_2),
            seconds(&bundle_1),
            seconds(&bundle_2),
            seconds(&verify),
            format!("{:.2}", copied.as_secs_f64()),
            format!("{:.0}", peak as f64 / f64::from(1 << 20)),
            format!("{:.1}", bundle_bytes as f64 / f64::from(1 << 20)),
        ]);
    }
    println!("seconds are CPU/wall; copy is copying and SHA-256 of every source");
    if let [.., (small, before), (large, after)] = scans.as_slice() {
        println!("scan grows with the number of drafts to the power {:.2} (last two rows)", (after / before).ln() / (large / small).ln());
    }
}

fn run(arguments: &[&str]) -> Child {
    child(Command::new(env!("CARGO_BIN_EXE_cleardraft")).args(arguments).arg("--no-progress"))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn copy_and_hash(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for (number, entry) in
        walkdir::WalkDir::new(from).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()).enumerate()
    {
        let bytes = std::fs::read(entry.path()).unwrap();
        std::hint::black_box(sha2::Sha256::digest(&bytes));
        std::fs::write(to.join(number.to_string()), bytes).unwrap();
    }
}

/// Families of ten drafts each: every draft keeps most of the paragraphs of the one before it.
fn corpus(root: &Path, size: usize) {
    let mut random = Seeded(size as u64);
    let mut paragraphs: Vec<String> = Vec::new();
    for number in 0..size {
        let (family, draft) = (number / 10, number % 10);
        if draft == 0 {
            paragraphs = (0..30).map(|_| random.sentence()).collect();
        }
        for _ in 0..4 {
            let at = random.below(paragraphs.len());
            paragraphs[at] = random.sentence();
        }
        let sessions: Vec<u32> = (0..3 + draft as u32).map(|session| 0x0010_0000 + family as u32 * 64 + session).collect();
        let mut docx = Docx::new().by("A. Reviewer", "2026-03-02T09:30:00Z").rsids(&sessions);
        for paragraph in &paragraphs {
            docx = docx.para(paragraph);
        }
        let bytes = docx.inserted("A late thought.").comment("A remark.").core("<dc:creator>A. Reviewer</dc:creator>").build();
        let path = root.join(format!("Unit {:03}/Report {family} v0.{draft}.docx", family / 20));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
