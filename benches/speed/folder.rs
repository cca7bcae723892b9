//! The command on a folder of drafts, and how that grows with their number.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::Digest as _;

use crate::harness::{Child, Row, Seeded, child, timed};
use crate::support::docx::Docx;
use crate::support::zip;

/// Of a folder with at least so many drafts one run is enough.
const LARGE: usize = 5_000;

/// A folder of drafts with what the command is given.
struct Folder {
    root: tempfile::TempDir,
    drafts: usize,
    inflated: u64,
    /// Bundles made so far.
    bundles: std::cell::Cell<usize>,
}

impl Folder {
    fn new(drafts: usize) -> Self {
        let root = tempfile::tempdir().unwrap();
        let inflated = corpus(&root.path().join("drafts"), drafts);
        Self { root, drafts, inflated, bundles: std::cell::Cell::new(0) }
    }

    /// The proposals, with everything decided for release.
    fn decide(&self) {
        self.command("plan", &["drafts", "--out", "plan.csv", "--tracked-changes", "accept"]).output().unwrap();
        let plan = std::fs::read_to_string(self.path("plan.csv")).unwrap();
        std::fs::write(self.path("plan.csv"), plan.replace(",review,,review,,,,", ",review,,release,,,An officer,")).unwrap();
    }

    fn command(&self, command: &str, arguments: &[&str]) -> Command {
        let mut run = Command::new(env!("CARGO_BIN_EXE_cleardraft"));
        run.current_dir(self.root.path()).args([command, "--no-progress"]).args(arguments);
        run
    }

    fn runs(&self) -> usize {
        if self.drafts < LARGE { 3 } else { 1 }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Child {
        child(self.runs(), || self.command(command, arguments))
    }

    fn scan(&self, jobs: &str) -> Child {
        self.run("scan", &["drafts", "--format", "json", "--jobs", jobs])
    }

    /// Bundles are never written over: each run has a folder of its own, and all stay to the end. File systems take their time to use the
    /// place of a file again that was just deleted.
    fn bundle(&self, jobs: &str) -> Child {
        child(self.runs(), || {
            self.bundles.set(self.bundles.get() + 1);
            let out = self.last_bundle();
            self.command("bundle", &["drafts", "--plan", "plan.csv", "--tracked-changes", "accept", "--jobs", jobs, "--out", &out])
        })
    }

    fn last_bundle(&self) -> String {
        format!("bundle-{}", self.bundles.get())
    }

    fn row(&self, what: &str, ran: Child, floor: Option<Duration>, note: String) {
        Row {
            what: format!("{what}, {} drafts", self.drafts),
            documents: self.drafts,
            cpu: Some(ran.cpu),
            wall: Some(ran.wall),
            inflated: self.inflated,
            floor,
            peak_bytes: ran.peak_bytes,
            note,
        }
        .print();
    }
}

/// One folder of a thousand drafts, with one thread and with two.
pub fn rows() {
    let folder = Folder::new(1_000);
    folder.decide();
    let sources = files(&folder.path("drafts"));
    let reading = timed(|| sources.iter().for_each(|path| read_and_hash(path))).best;
    let copying = timed(|| copy(&sources, &folder.path("copy"))).best;
    for jobs in ["1", "2"] {
        folder.row(&format!("scan, threads: {jobs}"), folder.scan(jobs), Some(reading), String::new());
    }
    let cached = || folder.run("scan", &["drafts", "--format", "json", "--jobs", "1", "--cache", "cache"]);
    cached();
    folder.row("scan again with a cache, threads: 1", cached(), Some(reading), String::new());
    for jobs in ["1", "2"] {
        folder.row(&format!("bundle, threads: {jobs}"), folder.bundle(jobs), Some(copying), String::new());
    }
    let last = folder.last_bundle();
    let bundle = files(&folder.path(&last));
    // Its bag and its documents: each file is read for both.
    let checking = timed(|| (0..2).for_each(|_| bundle.iter().for_each(|path| read_and_hash(path)))).best;
    folder.row("verify, threads: 2", folder.run("verify", &[&last, "--jobs", "2"]), Some(checking), String::new());
}

/// Scan and bundle of ever more drafts.
pub fn growth() {
    let sizes = std::env::var("CLEARDRAFT_BENCH_SIZES").unwrap_or_else(|_| "10,100,1000".into());
    let sizes: Vec<usize> = sizes.split(',').filter_map(|size| size.trim().parse().ok()).collect();
    let mut before: Option<(f64, [f64; 2])> = None;
    for size in sizes {
        let folder = Folder::new(size);
        folder.decide();
        let seconds = |ran: &Child| ran.cpu.best.as_secs_f64().max(0.001);
        let power = |at: usize, took: f64| {
            before.map(|(fewer, earlier)| format!("grows to the power {:.2}", (took / earlier[at]).ln() / (size as f64 / fewer).ln()))
        };
        let scanned = folder.scan("2");
        folder.row("scan", scanned, None, power(0, seconds(&scanned)).unwrap_or_default());
        let bundled = folder.bundle("2");
        let bundle_bytes: u64 = files(&folder.path(&folder.last_bundle())).iter().map(|path| std::fs::metadata(path).unwrap().len()).sum();
        let bundle_size = format!("bundle of {:.1} MiB", bundle_bytes as f64 / f64::from(1 << 20));
        folder.row(
            "bundle",
            bundled,
            None,
            [Some(bundle_size), power(1, seconds(&bundled))].into_iter().flatten().collect::<Vec<_>>().join("; "),
        );
        before = Some((size as f64, [seconds(&scanned), seconds(&bundled)]));
    }
}

fn files(root: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// The least work of looking at a draft: its bytes hashed, its members inflated.
fn read_and_hash(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    std::hint::black_box(sha2::Sha256::digest(&bytes));
    if bytes.starts_with(b"PK") {
        std::hint::black_box(zip::read(&bytes));
    }
}

/// The least work of releasing drafts: each inflated, deflated again, hashed before and after, written and flushed.
fn copy(sources: &[PathBuf], to: &Path) {
    use std::io::Write as _;
    std::fs::create_dir_all(to).unwrap();
    for (number, path) in sources.iter().enumerate() {
        let bytes = std::fs::read(path).unwrap();
        std::hint::black_box(sha2::Sha256::digest(&bytes));
        let out = zip::read(&bytes).iter().flat_map(|(_, bytes)| zip::deflate(bytes)).collect::<Vec<u8>>();
        std::hint::black_box(sha2::Sha256::digest(&out));
        let mut file = std::fs::File::create(to.join(number.to_string())).unwrap();
        file.write_all(&out).unwrap();
        file.sync_all().unwrap();
    }
}

/// Families of ten drafts each: every draft keeps most of the paragraphs of the one before it. Returns their size after inflation.
fn corpus(root: &Path, size: usize) -> u64 {
    let mut random = Seeded(size as u64);
    let mut paragraphs: Vec<String> = Vec::new();
    let mut inflated = 0;
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
        inflated += zip::read(&bytes).iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
        let path = root.join(format!("Unit {:03}/Report {family} v0.{draft}.docx", family / 20));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    inflated
}
