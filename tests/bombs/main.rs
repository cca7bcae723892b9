//! Files made to bring a reader down: each ends by itself, in bounded memory and time, and the sound files beside it are done.
//!
//! All are made here, in code, from a seed. `cargo test --release --test bombs -- --nocapture` runs all of them and prints what each one
//! cost. Without optimisation only the small ones are run, unless `CLEARDRAFT_BOMBS=all` asks for the rest; `CLEARDRAFT_BOMBS=NAME` runs
//! those whose names hold NAME.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on fails; what each bomb cost is worth seeing")]
#![cfg(target_os = "linux")]

#[path = "../support/mod.rs"]
mod support;

mod archive;
mod other;
mod page;
mod part;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use support::cli::{Folder, tree};
use support::docx::Docx;
use support::watch::{Watched, watch};

/// One hostile file and how it has to end.
pub struct Bomb {
    /// File name.
    name: &'static str,
    /// Contents.
    bytes: Vec<u8>,
    /// Code of the refusal; `review` when a person must look; `sanitised` when it only looked like a bomb.
    ending: &'static str,
}

impl Bomb {
    fn new(name: &'static str, ending: &'static str, bytes: Vec<u8>) -> Self {
        Self { name, bytes, ending }
    }
}

/// Peak of resident memory for one document, whatever it is.
const MEMORY_BYTES: u64 = 1 << 30;

/// Documents that are worked on at once.
const WORKERS: u64 = 2;

/// Time for one file. The budgets of the program count work, not seconds, so a build without optimisation gets more.
const SECONDS: u64 = if cfg!(debug_assertions) { 90 } else { 10 };

/// Size of the files that a build without optimisation can be asked to read again and again.
const SMALL_BYTES: usize = 64 << 10;

/// Bytes that look random and are the same every time.
pub fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..count.div_ceil(8)).flat_map(step).collect();
    bytes.truncate(count);
    bytes
}

/// Letters that look random: what deflates by little.
pub fn letters(count: usize) -> String {
    noise(count).into_iter().map(|byte| char::from(b'a' + byte % 26)).collect()
}

/// Runs `sanitise` on a file or folder; returns its report too.
fn sanitise(path: &Path, out: &Path) -> (Watched, Value) {
    let report_path = out.with_extension("json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cleardraft"));
    command.arg("sanitise").arg(path).arg("--out").arg(out).arg("--jobs").arg(WORKERS.to_string());
    command.args(["--format", "json", "--no-progress", "--output"]);
    let deadline_seconds = if path.is_dir() { SECONDS * 40 } else { SECONDS * 3 };
    let run = watch(command.arg(&report_path), Duration::from_secs(deadline_seconds));
    let report = std::fs::read(&report_path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    (run, report.unwrap_or_default())
}

/// How a file of a report ended.
fn ending(file: &Value) -> String {
    let code = file["refusal"]["code"].as_str();
    code.filter(|_| file["status"] == "refused").or(file["status"].as_str()).unwrap_or("nothing").to_owned()
}

fn bombs() -> Vec<Bomb> {
    [archive::bombs(), part::bombs(), page::bombs(), other::bombs()].into_iter().flatten().collect()
}

#[test]
fn every_bomb_ends_by_itself_in_bounded_memory_and_time() {
    let folder = Folder::new();
    let bombs = bombs();
    assert!(bombs.len() >= 40, "{}", bombs.len());
    let mut wrong = Vec::new();
    let wanted = std::env::var("CLEARDRAFT_BOMBS").unwrap_or_default();
    let is_run = |bomb: &&Bomb| match wanted.as_str() {
        "" => !cfg!(debug_assertions) || bomb.bytes.len() < SMALL_BYTES,
        "all" => true,
        name => bomb.name.contains(name),
    };
    let mut count = 0;
    for bomb in bombs.iter().filter(is_run) {
        count += 1;
        let path = folder.write(&format!("one/{}", bomb.name), &bomb.bytes);
        let (run, report) = sanitise(&path, &folder.path(&format!("out-{}", bomb.name)));
        let ended = report["files"][0].as_object().map_or_else(|| "no report".to_owned(), |_| ending(&report["files"][0]));
        let (seconds, mib) = (run.took.as_secs_f64(), run.peak_bytes >> 20);
        println!("{:<34} {:>9} bytes {seconds:>7.2} s {mib:>5} MiB  {ended}", bomb.name, bomb.bytes.len());
        let expected_code = Some(i32::from(bomb.ending != "sanitised"));
        if ended != bomb.ending || run.code != expected_code || run.peak_bytes > MEMORY_BYTES || run.took > Duration::from_secs(SECONDS) {
            wrong.push(format!("{}: {ended}, not {}; exit {:?}, {seconds:.1} s, {mib} MiB", bomb.name, bomb.ending, run.code));
        }
        std::fs::remove_file(path).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 0);
    println!("bombs survived: {count} of {count}");
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation: cargo test --release --test bombs")]
fn one_folder_of_all_bombs_still_gives_every_sound_copy() {
    let folder = Folder::new();
    let bombs = bombs();
    for bomb in &bombs {
        folder.write(&format!("in/bombs/{}", bomb.name), &bomb.bytes);
    }
    for number in 0..5 {
        let name = if number % 2 == 0 { format!("in/a{number}.docx") } else { format!("in/z{number}.docx") };
        folder.write(&name, &Docx::new().para("Words that go out.").comment("Words that do not.").build());
    }
    other::traps(&folder.path("in"));
    let out = folder.path("out");
    let (run, report) = sanitise(&folder.path("in"), &out);
    assert_eq!(run.code, Some(1));
    // Large documents wait for each other; what they gave back the allocator partly keeps.
    assert!(run.peak_bytes <= MEMORY_BYTES + MEMORY_BYTES / 4, "{} MiB", run.peak_bytes >> 20);
    let files = report["files"].as_array().unwrap();
    let endings: BTreeMap<&str, String> = files.iter().map(|file| (file["path"].as_str().unwrap(), ending(file))).collect();
    for bomb in &bombs {
        assert_eq!(endings[format!("bombs/{}", bomb.name).as_str()], bomb.ending, "{}", bomb.name);
    }
    for name in ["a0.docx", "z1.docx", "a2.docx", "z3.docx", "a4.docx"] {
        assert_eq!(endings[name], "sanitised", "{name}");
        assert!(tree(&out).contains_key(name));
    }
    for (name, code) in [("loop", "file-symbolic-link"), ("self", "file-symbolic-link"), ("pipe.docx", "file-special")] {
        assert_eq!(endings[name], code, "{name}");
    }
    println!("folder of {} files: {:.1} s, {} MiB", files.len(), run.took.as_secs_f64(), run.peak_bytes >> 20);
}
