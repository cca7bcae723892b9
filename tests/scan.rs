//! `scan` on the shipped case: every file accounted for, order and stage told, nothing touched.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::cli::{Folder, Ran, cleardraft};
use support::story;

fn fixtures(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).to_str().unwrap().to_owned()
}

/// The case laid out in a folder, the files made in the order given.
fn laid_out(reversed: bool) -> (Folder, PathBuf) {
    let folder = Folder::new();
    let mut files = story::files();
    if reversed {
        files.reverse();
    }
    for file in files {
        folder.write(&format!("drafts/{}", file.path), &file.bytes);
    }
    let drafts = folder.path("drafts");
    (folder, drafts)
}

fn scan(drafts: &Path, more: &[&str]) -> Ran {
    let case = fixtures("case.toml");
    let mut arguments = vec!["scan", drafts.to_str().unwrap(), "--case", &case, "--no-progress"];
    arguments.extend_from_slice(more);
    cleardraft(&arguments)
}

fn by_path(ran: &Ran) -> BTreeMap<String, Value> {
    ran.files().into_iter().map(|file| (file["path"].as_str().unwrap().to_owned(), file)).collect()
}

#[test]
fn every_file_is_listed_and_what_is_no_draft_says_so() {
    let (_folder, drafts) = laid_out(false);
    let ran = scan(&drafts, &["--format", "json"]).expect(1);
    let files = by_path(&ran);
    assert_eq!(files.keys().cloned().collect::<Vec<_>>(), story::files().into_iter().map(|file| file.path).collect::<Vec<_>>());
    let refused: Vec<(&str, &str)> = files
        .iter()
        .filter(|(_, file)| file["status"] == "refused")
        .map(|(path, file)| (path.as_str(), file["refusal"]["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        refused,
        [("Drafts/Notes of the visit.rtf", "format-unsupported"), ("Drafts/~$spection report v0.9 tracked.docx", "file-owner-lock")]
    );
    let report = ran.json();
    assert_eq!(report["schema"], "cleardraft/scan/1");
    assert_eq!(report["tool"]["name"], "cleardraft");
}

#[test]
fn the_drafts_are_one_family_in_the_order_of_the_work() {
    let (_folder, drafts) = laid_out(false);
    let files = by_path(&scan(&drafts, &["--format", "json"]));
    let rank = |path: &str| files[path]["rank"].as_u64().unwrap_or_else(|| panic!("{path} has no rank: {:#}", files[path]));
    let order = [
        "Drafts/Inspection report v0.1 JM.docx",
        "Drafts/Inspection report v0.2.docx",
        "Drafts/Inspection report v0.3 SO comments.docx",
        "Drafts/Inspection report v0.4.docx",
        "Drafts/Inspection report v0.5 AP.docx",
        "Drafts/Inspection report v0.6.docx",
        "Drafts/Inspection report v0.8 for fact check.docx",
        "Drafts/Inspection report v0.9 tracked.docx",
        "Published/Inspection report.docx",
    ];
    assert!(order.windows(2).all(|pair| rank(pair[0]) < rank(pair[1])), "{:?}", order.map(rank));
    let families: Vec<&Value> = order.iter().map(|path| &files[*path]["family"]).collect();
    assert!(families.iter().all(|family| family.is_string() && *family == families[0]), "{families:?}");
    let branch = rank("Drafts/Inspection report v0.5 RK edits.docx");
    assert!(rank(order[3]) < branch && branch < rank(order[6]));
    let copy = &files["Drafts/Old/Copy of Inspection report v0.4.docx"];
    assert_eq!((copy["duplicate_of"].as_str(), copy["duplicate_kind"].as_str()), (Some(order[3]), Some("exact")));
}

#[test]
fn stage_and_decision_follow_the_milestone() {
    let (_folder, drafts) = laid_out(false);
    let files = by_path(&scan(&drafts, &["--format", "json", "--policy", &fixtures("policy.toml")]));
    for (path, stage, decision) in [
        ("Drafts/Inspection report v0.1 JM.docx", "early", "withhold"),
        ("Drafts/Inspection report v0.6.docx", "early", "withhold"),
        ("Drafts/Inspection report v0.5 RK edits.docx", "early", "withhold"),
        ("Drafts/Inspection report v0.8 for fact check.docx", "later", "release"),
        ("Drafts/Inspection report v0.9 tracked.docx", "later", "release"),
        ("Published/Inspection report.docx", "final", "release"),
    ] {
        let file = &files[path];
        assert_eq!((file["stage"].as_str(), file["decision"].as_str()), (Some(stage), Some(decision)), "{path}: {file:#}");
        assert!(!file["reasons"].as_array().unwrap().is_empty(), "{path} says why");
    }
}

#[test]
fn a_tracked_draft_waits_for_a_person_when_nobody_has_chosen() {
    let (_folder, drafts) = laid_out(false);
    let files = by_path(&scan(&drafts, &["--format", "json"]));
    let tracked = &files["Drafts/Inspection report v0.9 tracked.docx"];
    assert_eq!(tracked["needs_person"], true, "{tracked:#}");
    assert!(tracked["reasons"].to_string().contains("accept, reject or keep"));
    assert_eq!((tracked["marks"]["insertions"].as_u64(), tracked["marks"]["deletions"].as_u64()), (Some(1), Some(2)));
    assert_eq!(files["Drafts/Inspection report v0.3 SO comments.docx"]["marks"]["comments"], 1);
}

#[test]
fn workers_and_the_order_of_creation_change_nothing() {
    let (_one, first) = laid_out(false);
    let (_two, second) = laid_out(true);
    let report = |drafts: &Path, jobs: &str, format: &str| {
        let root = drafts.to_str().unwrap().to_owned();
        scan(drafts, &["--jobs", jobs, "--format", format]).stdout.replace(&root, "ROOT")
    };
    for format in ["json", "csv", "table"] {
        let reference = report(&first, "1", format);
        assert!(reference.contains("fact check") && reference == report(&first, "2", format), "{format}");
        assert!(reference == report(&second, "2", format), "{format}");
    }
    // One line a file, in the order of work done: the same lines.
    let lines = |jobs: &str| {
        let mut lines: Vec<String> = report(&first, jobs, "jsonl").lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines("1"), lines("2"));
    assert_eq!(lines("1").len(), story::files().len());
}

#[test]
fn reports_go_to_the_standard_output_and_nothing_else_does() {
    let (_folder, drafts) = laid_out(false);
    let case = fixtures("case.toml");
    let ran = cleardraft(&["scan", drafts.to_str().unwrap(), "--case", &case, "--format", "json"]);
    ran.json();
    assert!(!ran.stderr.contains('\r') && !ran.stderr.contains('\u{1b}'), "no bar and no colour in a pipe: {:?}", ran.stderr);
    let folder = Folder::new();
    let to_file = folder.path("report.json");
    let quiet = scan(&drafts, &["--format", "json", "--output", to_file.to_str().unwrap()]);
    assert_eq!(quiet.stdout, "");
    let _: Value = serde_json::from_slice(&std::fs::read(to_file).unwrap()).unwrap();
    let table = scan(&drafts, &[]).stdout;
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
}

#[test]
fn words_that_were_taken_out_never_stand_in_a_report() {
    let (_folder, drafts) = laid_out(false);
    for format in ["json", "csv", "table"] {
        let ran = scan(&drafts, &["--format", format, "-v"]);
        for words in ["I want this minuted", "Anneke Prins", "their lawyers have seen it", "Inspection.dotm"] {
            assert!(!ran.stdout.contains(words) && !ran.stderr.contains(words), "{format}: {words}");
        }
    }
}

#[cfg(unix)]
#[test]
fn sources_are_evidence() {
    use std::os::unix::fs::MetadataExt as _;
    let (_folder, drafts) = laid_out(false);
    let state = || -> Vec<(PathBuf, i64, i64, i64, i64, u64)> {
        let entries = walkdir::WalkDir::new(&drafts).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
        entries
            .map(|entry| {
                let data = entry.metadata().unwrap();
                (entry.path().to_owned(), data.mtime(), data.mtime_nsec(), data.ctime(), data.ctime_nsec(), data.size())
            })
            .collect()
    };
    let before = state();
    scan(&drafts, &["--format", "json"]);
    let out = Folder::new();
    let target = out.path("copies");
    cleardraft(&[
        "sanitise",
        drafts.to_str().unwrap(),
        "--out",
        target.to_str().unwrap(),
        "--tracked-changes",
        "accept",
        "--format",
        "json",
    ]);
    assert_eq!(state(), before);
    for file in story::files() {
        assert!(std::fs::read(drafts.join(&file.path)).unwrap() == file.bytes);
    }
}

#[test]
fn a_cache_changes_no_report_and_holds_no_words() {
    let (folder, drafts) = laid_out(false);
    let cache = folder.path("cache");
    let with_cache = ["--cache", cache.to_str().unwrap()];
    for format in ["json", "table", "csv"] {
        let plain = scan(&drafts, &["--format", format]).expect(1);
        for jobs in ["1", "3"] {
            let cached = scan(&drafts, &[&with_cache[..], &["--format", format, "--jobs", jobs]].concat()).expect(1);
            assert_eq!((&plain.stdout, &plain.stderr), (&cached.stdout, &cached.stderr));
        }
    }
    let kept = support::cli::tree(&cache);
    let files = story::files();
    let distinct: std::collections::BTreeSet<&[u8]> =
        files.iter().filter(|file| file.bytes.starts_with(b"PK")).map(|file| file.bytes.as_slice()).collect();
    assert_eq!(kept.len(), distinct.len());
    for (name, bytes) in &kept {
        for words in ["inspection", "Inspection", "Okonjo", "shingles", "docx"] {
            assert!(!support::holds(bytes, words) && !name.contains(words), "{words}");
        }
    }
    // A draft that has changed is read again, and nothing is left in the cache but whole entries.
    let changed = files.iter().find(|file| file.path.contains("v0.2")).unwrap();
    let other = files.iter().find(|file| file.path.contains("v0.3")).unwrap();
    std::fs::write(drafts.join(&changed.path), &other.bytes).unwrap();
    let plain = scan(&drafts, &["--format", "json"]);
    let cached = scan(&drafts, &[&with_cache[..], &["--format", "json"]].concat());
    assert_eq!(plain.stdout, cached.stdout);
    assert_eq!(support::cli::tree(&cache), kept);
}

#[test]
fn a_cache_never_lies_in_the_drafts_or_around_them() {
    let (folder, drafts) = laid_out(false);
    let before = support::cli::tree(&folder.path(""));
    for cache in [drafts.clone(), drafts.join("cache"), folder.path("")] {
        scan(&drafts, &["--cache", cache.to_str().unwrap()]).expect(2);
    }
    let out = Folder::new();
    let bundle = out.path("bundle");
    let inside = bundle.join("cache");
    cleardraft(&["bundle", drafts.to_str().unwrap(), "--out", bundle.to_str().unwrap(), "--cache", inside.to_str().unwrap()]).expect(2);
    assert_eq!(support::cli::tree(&folder.path("")), before);
    assert!(support::cli::tree(&out.path("")).is_empty() && !bundle.exists());
}

#[test]
fn wrong_calls_are_told_apart() {
    let folder = Folder::new();
    let missing = folder.path("nowhere");
    cleardraft(&["scan", missing.to_str().unwrap()]).expect(2);
    let bad = folder.write("policy.toml", b"tracked-changes = \"perhaps\"\n");
    let (_case, drafts) = laid_out(false);
    let ran = cleardraft(&["scan", drafts.to_str().unwrap(), "--policy", bad.to_str().unwrap()]).expect(2);
    assert!(ran.stderr.contains("tracked-changes"), "{}", ran.stderr);
    cleardraft(&["scan"]).expect(2);
}
