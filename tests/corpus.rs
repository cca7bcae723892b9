//! Every file of a folder of real documents through `inspect` and `sanitise`: no panic, no hang, bounded memory.
//!
//! `CLEARDRAFT_CORPUS=DIR cargo test --release --test corpus -- --nocapture` runs it over every regular file below DIR (several folders
//! are separated as in PATH), whatever the names; without the variable it runs over the documents that the project ships.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on fails; the figures are worth seeing")]
#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use support::cli::Folder;
use support::watch::{Watched, watch};

/// Peak of resident memory of one run.
const MEMORY_BYTES: u64 = 1 << 30;

/// Time for one file. Budgets count work, not seconds, so a build without optimisation gets more.
const FILE_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 90 } else { 10 });

fn corpus() -> Vec<PathBuf> {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drafts").into_os_string();
    let folders = std::env::var_os("CLEARDRAFT_CORPUS").unwrap_or_else(usual);
    let mut files: Vec<PathBuf> = std::env::split_paths(&folders)
        .flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name())
        .map(|entry| entry.expect("a folder that can be read"))
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    files.sort();
    files
}

/// Runs one command on one file; returns what it cost and what became of the file.
fn run(command: &str, file: &Path, scratch: &Folder) -> (Watched, Value) {
    let (report, out) = (scratch.path("report.json"), scratch.path("out"));
    let mut process = Command::new(env!("CARGO_BIN_EXE_cleardraft"));
    process.arg(command).arg(file).args(["--format", "json", "--no-progress", "--jobs", "1", "--tracked-changes", "accept", "--output"]);
    process.arg(&report);
    if command == "sanitise" {
        process.arg("--out").arg(&out);
    }
    let watched = watch(&mut process, FILE_TIME * 3);
    let result = std::fs::read(&report).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()).unwrap_or_default();
    let _ = (std::fs::remove_file(&report), std::fs::remove_dir_all(&out));
    (watched, result["files"][0].clone())
}

#[test]
fn every_file_of_the_corpus_ends_in_time_and_memory_and_without_a_panic() {
    let scratch = Folder::new();
    let files = corpus();
    assert!(!files.is_empty(), "CLEARDRAFT_CORPUS names folders without files");
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let (mut slowest, mut largest) = ((Duration::ZERO, String::new()), (0, String::new()));
    for file in &files {
        let name = file.to_string_lossy().into_owned();
        for command in ["inspect", "sanitise"] {
            let (watched, result) = run(command, file, &scratch);
            let code = result["refusal"]["code"].as_str().unwrap_or_default();
            *endings.entry(format!("{command} {} {code}", result["status"].as_str().unwrap_or("nothing"))).or_default() += 1;
            let ended = watched.code.is_some_and(|code| code <= 1) && result.is_object() && code != "internal-error";
            if !ended || watched.took > FILE_TIME || watched.peak_bytes > MEMORY_BYTES {
                let (seconds, mib) = (watched.took.as_secs_f64(), watched.peak_bytes >> 20);
                wrong.push(format!("{command} {name}: exit {:?}, {code}, {seconds:.1} s, {mib} MiB", watched.code));
            }
            slowest = slowest.max((watched.took, name.clone()));
            largest = largest.max((watched.peak_bytes, name.clone()));
        }
    }
    for (ending, count) in &endings {
        println!("{count:>6} {ending}");
    }
    println!("slowest {:.2} s {}; largest {} MiB {}", slowest.0.as_secs_f64(), slowest.1, largest.0 >> 20, largest.1);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("corpus files run: {}", files.len());
}
