//! The command line as an officer's script meets it: files, reports, exit codes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::needless_for_each,
    reason = "a test that cannot go on fails; what it skips it says"
)]

mod small;

use std::path::Path;

use small::{Docx, arg, code, json, put, run, tree};

/// A folder with one of everything that is no draft.
fn odd_folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "notes.txt", b"just notes");
    put(dir.path(), "empty.docx", b"");
    put(dir.path(), "cut.docx", b"PK\x03\x04 cut");
    put(dir.path(), "not.docx", b"<html><body>no</body></html>");
    put(dir.path(), "~$draft.docx", &[0; 162]);
    put(dir.path(), "sub/Thumbs.db", b"x");
    put(dir.path(), ".hidden/a.docx", b"x");
    put(dir.path(), "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    dir
}

const ODD_CODES: &[(&str, &str)] = &[
    (".hidden/a.docx", "file-hidden"),
    ("cut.docx", "zip-cut"),
    ("empty.docx", "file-empty"),
    ("not.docx", "format-mismatch"),
    ("notes.txt", "format-unsupported"),
    ("old.doc", "format-legacy-office"),
    ("sub/Thumbs.db", "file-temporary"),
    ("~$draft.docx", "file-owner-lock"),
];

fn codes(report: &serde_json::Value) -> Vec<(&str, &str)> {
    let files = report["files"].as_array().expect("files");
    files.iter().map(|file| (file["path"].as_str().unwrap(), file["refusal"]["code"].as_str().unwrap_or("none"))).collect()
}

#[test]
fn every_file_is_accounted_for_with_a_code_of_its_own() {
    let dir = odd_folder();
    for command in ["inspect", "scan"] {
        let output = run(&[command, arg(dir.path()), "--format", "json"]);
        assert_eq!(code(&output), 1, "{command}");
        assert_eq!(codes(&json(&output)), ODD_CODES, "{command}");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let out = tempfile::tempdir().unwrap();
    let output = run(&["sanitise", arg(dir.path()), "--out", arg(&out.path().join("o")), "--format", "json"]);
    assert_eq!((code(&output), codes(&json(&output))), (1, ODD_CODES.to_vec()));
    assert!(tree(&out.path().join("o")).is_empty());
}

#[test]
fn every_line_of_jsonl_is_one_file_in_order() {
    let dir = odd_folder();
    for command in ["inspect", "scan"] {
        let output = run(&[command, arg(dir.path()), "--format", "jsonl", "--jobs", "4"]);
        let text = String::from_utf8(output.stdout).unwrap();
        let paths: Vec<String> = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["path"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(paths, ODD_CODES.iter().map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>(), "{command}");
    }
}

#[test]
fn a_wrong_call_writes_nothing_and_exits_with_2() {
    let dir = odd_folder();
    let work = tempfile::tempdir().unwrap();
    let missing = work.path().join("missing");
    let bad_policy = work.path().join("policy.toml");
    std::fs::write(&bad_policy, "trackd-changes = \"accept\"\n").unwrap();
    let before = tree(dir.path());
    let inside = dir.path().join("out");
    let new = work.path().join("new");
    for arguments in [
        vec!["nonsense"],
        vec!["scan", arg(&missing)],
        vec!["sanitise", arg(dir.path())],
        vec!["sanitise", arg(dir.path()), "--out", arg(&inside)],
        vec!["sanitise", arg(dir.path()), "--out", arg(work.path())],
        vec!["sanitise", arg(dir.path()), "--out", arg(&new), "--policy", arg(&bad_policy)],
        vec!["sanitise", arg(dir.path()), "--out", arg(&new), "--tracked-changes", "maybe"],
        vec!["scan", arg(dir.path()), "--output", arg(&inside)],
        vec!["bundle", arg(dir.path()), "--out", arg(&inside)],
        vec!["verify", arg(&missing)],
        vec!["presets", "nowhere"],
    ] {
        let output = run(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(tree(dir.path()), before);
    assert!(!new.exists());
    assert_eq!(tree(work.path()).len(), 1);
}

#[test]
fn labels_come_from_arguments_and_from_the_standard_input() {
    let output = run(&["label", "Report v0.3 draft.docx", "--format", "json"]);
    assert_eq!(code(&output), 0);
    let label = &json(&output)["labels"][0];
    assert_eq!((label["major"].as_u64(), label["minor"].as_u64(), label["stage"].as_str()), (Some(0), Some(3), Some("draft")));
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_cleardraft"))
        .args(["label", "-", "--format", "csv"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), b"a v1.docx\nb\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 3);
}

#[test]
fn init_writes_two_files_and_never_over_others_or_among_drafts() {
    let work = tempfile::tempdir().unwrap();
    let case = work.path().join("case");
    assert_eq!(code(&run(&["init", arg(&case)])), 0);
    let written = tree(&case);
    assert_eq!(written.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["case.toml", "policy.toml"]);
    assert_eq!(code(&run(&["init", arg(&case)])), 2);
    assert_eq!(tree(&case), written);
    put(work.path(), "drafts/sub/a.docx", b"x");
    for among in ["drafts", "drafts/sub", "drafts/sub/case", "drafts/sub/../sub/case"] {
        assert_eq!(code(&run(&["init", arg(&work.path().join(among))])), 2, "{among}");
    }
    assert_eq!(tree(&work.path().join("drafts")).len(), 1);
}

#[test]
fn no_report_goes_into_or_over_what_a_call_names_or_over_a_document() {
    let work = tempfile::tempdir().unwrap();
    let path = |name: &str| work.path().join(name);
    drafts(&path("drafts"));
    put(work.path(), "case.toml", b"[case]\n");
    put(work.path(), "policy.toml", b"");
    put(work.path(), "beside.docx", &Docx::new("Beside", "A", "2018-02-12T10:00:00Z").para("Words.").bytes());
    put(work.path(), "other.txt", b"%PDF-1.4");
    let source = path("drafts/Drafts/report v0.1.docx");
    let (drafts, case, policy, bundle) = (path("drafts"), path("case.toml"), path("policy.toml"), path("b"));
    let record = path("b-record");
    assert_eq!(code(&run(&["bundle", arg(&drafts), "--out", arg(&bundle)])), 1);
    let before = tree(work.path());
    let (into_bundle, into_record, new) = (path("b/report.txt"), record.join("record.json"), path("n"));
    let (into_new, into_new_record, nowhere) = (path("n/report.txt"), path("n-record/report.txt"), path("no/report.txt"));
    for (call, target) in [
        (vec!["verify", arg(&bundle), "--record", arg(&record), "--sources", arg(&drafts)], &source),
        (vec!["record", "verify", arg(&record), "--sources", arg(&drafts)], &source),
        (vec!["verify", arg(&bundle)], &into_bundle),
        (vec!["verify", arg(&bundle), "--record", arg(&record), "--sources", arg(&drafts)], &into_record),
        (vec!["scan", arg(&drafts), "--case", arg(&case)], &case),
        (vec!["scan", arg(&drafts), "--policy", arg(&policy)], &policy),
        (vec!["inspect", arg(&source)], &path("beside.docx")),
        (vec!["inspect", arg(&source)], &path("other.txt")),
        (vec!["label", "v1"], &path("beside.docx")),
        (vec!["bundle", arg(&drafts), "--out", arg(&new)], &new),
        (vec!["bundle", arg(&drafts), "--out", arg(&new)], &into_new),
        (vec!["bundle", arg(&drafts), "--out", arg(&new)], &into_new_record),
        (vec!["bundle", arg(&drafts), "--out", arg(&new)], &nowhere),
        (vec!["bundle", arg(&drafts), "--out", arg(&new)], &drafts),
        (vec!["sanitise", arg(&drafts), "--out", arg(&new)], &into_new),
    ] {
        let output = run(&[call.clone(), vec!["--output", arg(target)]].concat());
        assert_eq!(code(&output), 2, "{call:?} {}: {}", target.display(), String::from_utf8_lossy(&output.stderr));
        assert_eq!(tree(work.path()), before, "{call:?} {}", target.display());
    }
    let report = path("report.json");
    for _ in 0..2 {
        assert_eq!(code(&run(&["verify", arg(&bundle), "--format", "json", "--output", arg(&report)])), 0);
    }
}

#[test]
#[cfg(unix)]
fn a_report_is_as_private_as_the_process_makes_its_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let work = tempfile::tempdir().unwrap();
    for (mask, mode) in [("077", 0o600), ("022", 0o644)] {
        let report = work.path().join(mask);
        let script = format!("umask {mask}; exec \"$0\" label v1 --output \"$1\"");
        let status =
            std::process::Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_cleardraft"), arg(&report)]).status().unwrap();
        assert!(status.success());
        assert_eq!(std::fs::metadata(&report).unwrap().permissions().mode() & 0o777, mode);
    }
}

#[test]
fn what_was_written_is_named_when_only_the_report_fails() {
    if !std::path::Path::new("/dev/full").exists() {
        return println!("no /dev/full");
    }
    let work = tempfile::tempdir().unwrap();
    drafts(&work.path().join("drafts"));
    let bundle = work.path().join("b");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cleardraft"))
        .args(["bundle", arg(&work.path().join("drafts")), "--out", arg(&bundle)])
        .stdout(std::fs::File::options().write(true).open("/dev/full").unwrap())
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code(&output), 3, "{message}");
    assert!(bundle.is_dir() && message.contains("stand complete") && !message.contains("nothing was left"), "{message}");
}

#[test]
fn a_bag_alone_is_never_taken_for_signed() {
    let work = tempfile::tempdir().unwrap();
    put(work.path(), "key.pub", b"ssh-ed25519 AAAA x\n");
    let output = run(&["verify", arg(work.path()), "--bag-only", "--trust", arg(&work.path().join("key.pub"))]);
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be used with"));
}

#[test]
fn completions_and_the_manual_page_go_to_the_standard_output() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        assert!(code(&output) == 0 && output.stdout.len() > 1000, "{shell}");
    }
    let page = String::from_utf8(run(&["man"]).stdout).unwrap();
    assert!(page.contains(".TH") && page.contains("sanitise"));
}

#[test]
fn a_report_goes_whole_to_the_file_of_output() {
    let dir = odd_folder();
    let work = tempfile::tempdir().unwrap();
    let file = work.path().join("scan.json");
    let output = run(&["scan", arg(dir.path()), "--format", "json", "--output", arg(&file)]);
    assert!(code(&output) == 1 && output.stdout.is_empty());
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(report["schema"], "cleardraft/scan/1");
    assert_eq!(tree(work.path()).len(), 1);
}

#[test]
#[cfg(unix)]
fn output_to_a_link_or_a_pipe_leaves_it_what_it_is() {
    let dir = odd_folder();
    let work = tempfile::tempdir().unwrap();
    let (file, link, pipe) = (work.path().join("scan.json"), work.path().join("link"), work.path().join("pipe"));
    std::fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    run(&["scan", arg(dir.path()), "--format", "json", "--output", arg(&link)]);
    assert!(link.is_symlink() && std::fs::read_to_string(&file).unwrap().contains("cleardraft/scan/1"));

    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    run(&["scan", arg(dir.path()), "--format", "json", "--output", arg(&pipe)]);
    use std::os::unix::fs::FileTypeExt as _;
    assert!(std::fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
    assert!(reader.join().unwrap().contains("cleardraft/scan/1"));

    std::fs::remove_file(&link).unwrap();
    let source = dir.path().join("broken.docx");
    std::fs::write(&source, "evidence").unwrap();
    std::os::unix::fs::symlink(&source, &link).unwrap();
    assert_eq!(code(&run(&["scan", arg(dir.path()), "--output", arg(&link)])), 2);
    assert_eq!(code(&run(&["inspect", arg(&source), "--output", arg(&link)])), 2);
    assert_eq!(code(&run(&["inspect", arg(&source), "--output", arg(&dir.path().join("./broken.docx"))])), 2);
    assert_eq!(std::fs::read_to_string(&source).unwrap(), "evidence");
}

#[test]
fn the_table_fits_80_columns_and_shows_no_control_characters() {
    let dir = odd_folder();
    put(dir.path(), &format!("{}\u{1b}[31m\u{202e}.txt", "long name ".repeat(12)), b"x");
    let output = run(&["scan", arg(dir.path())]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
    assert!(text.lines().last().unwrap().contains("refused 9"), "{text}");
}

#[test]
fn sanitise_keeps_names_and_takes_comments_out() {
    let dir = tempfile::tempdir().unwrap();
    let draft = Docx::new("Report", "Quentin Canaryman", "2018-02-12T10:00:00Z")
        .para("The first finding stands.")
        .commented("The second finding stands.", "The minister will hate this");
    put(dir.path(), "sub/draft.docx", &draft.bytes());
    let before = tree(dir.path());
    let out = dir.path().parent().unwrap().join(format!("{}-out", dir.path().file_name().unwrap().to_string_lossy()));
    let output = run(&["sanitise", arg(dir.path()), "--out", arg(&out), "--format", "json"]);
    let report = json(&output);
    assert_eq!(code(&output), 0, "{report}");
    let file = &report["files"][0];
    assert_eq!((file["status"].as_str(), file["output"].as_str()), (Some("sanitised"), Some("sub/draft.docx")));
    let comments: u64 = file["removed"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|removed| removed["kind"] == "comment")
        .map(|removed| removed["count"].as_u64().unwrap())
        .sum();
    assert_eq!(comments, 1, "a comment counts once, not with its reference and its part");
    assert!(!file["proof"].as_array().unwrap().is_empty());
    let written = tree(&out);
    std::fs::remove_dir_all(&out).unwrap();
    assert_eq!(written.len(), 1);
    assert_eq!(file["output_sha256"].as_str().unwrap(), cleardraft::model::sha256_hex(&written[0].1));
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn tracked_changes_wait_for_a_choice() {
    let dir = tempfile::tempdir().unwrap();
    let work = tempfile::tempdir().unwrap();
    let draft = Docx::new("Report", "A", "2018-02-12T10:00:00Z").changed("the old wording", "the new wording");
    put(dir.path(), "draft.docx", &draft.bytes());
    let output = run(&["sanitise", arg(dir.path()), "--out", arg(&work.path().join("ask")), "--format", "json"]);
    let report = json(&output);
    assert_eq!((code(&output), report["files"][0]["status"].as_str()), (1, Some("review")));
    assert!(report["files"][0]["reasons"][0].as_str().unwrap().contains("tracked changes"));
    for how in ["accept", "reject", "keep"] {
        let output =
            run(&["sanitise", arg(dir.path()), "--out", arg(&work.path().join(how)), "--format", "json", "--tracked-changes", how]);
        assert_eq!((code(&output), json(&output)["files"][0]["status"].as_str()), (0, Some("sanitised")), "{how}");
    }
}

/// Nine sentences that make a draft; later versions say more of them.
const SENTENCES: [&str; 9] = [
    "The inspectors visited the agency in January and spoke with every manager of the disclosure unit.",
    "They read two hundred case files and compared the logs with the letters that had been sent.",
    "In one file of eight the log lacked the date on which the request had been received.",
    "Staff told the inspectors that the guidance had changed three times within a single year.",
    "The unit had no common way of recording why a document was withheld from the requester.",
    "Training was offered to new staff only and did not cover the handling of electronic drafts.",
    "The agency accepts that senior oversight of late cases was weaker than it should have been.",
    "A first recommendation is to record each decision together with the person who took it.",
    "A second recommendation is to review all late cases once a month with the head of the unit.",
];

/// Four versions of a report, the last one published; the third holds a comment, none a tracked change.
fn drafts(dir: &std::path::Path) {
    for (name, count, day) in [
        ("Drafts/report v0.1.docx", 3, 2),
        ("Drafts/report v0.4.docx", 6, 9),
        ("Drafts/report v0.8.docx", 8, 16),
        ("Published/report.docx", 9, 23),
    ] {
        let mut draft = Docx::new("Secret title canary", "Quentin Canaryman", &format!("2018-02-{day:02}T10:00:00Z"));
        for sentence in SENTENCES.iter().take(count) {
            draft = draft.para(sentence);
        }
        if count == 8 {
            draft = draft.commented("The minister has seen this text.", "Delete this before the minister canary sees it");
        }
        put(dir, name, &draft.bytes());
    }
}

const CASE: &str = r#"
[case]
reference = "FOI-2018-0142"
preset = "uk-foia-2000"

[[report]]
title = "Disclosure of records"
final = "Published/report.docx"
milestone = { name = "circulated for fact check", file = "Drafts/report v0.8.docx" }

[decision.early]
exemption = "s33(2)"
"#;

struct Case {
    work: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let work = tempfile::tempdir().unwrap();
        drafts(&work.path().join("in"));
        std::fs::write(work.path().join("case.toml"), CASE).unwrap();
        Self { work }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.work.path().join(name)
    }

    fn bundle(&self, out: &str, more: &[&str]) -> std::process::Output {
        let (dir, case, out) = (self.path("in"), self.path("case.toml"), self.path(out));
        run(&[&["bundle", arg(&dir), "--case", arg(&case), "--out", arg(&out), "--format", "json"], more].concat())
    }
}

#[test]
fn scan_places_drafts_by_the_milestone() {
    let case = Case::new();
    let output = run(&["scan", arg(&case.path("in")), "--case", arg(&case.path("case.toml")), "--format", "json"]);
    let report = json(&output);
    let seen: Vec<(&str, &str, u64)> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["stage"].as_str().unwrap(), file["decision"].as_str().unwrap(), file["rank"].as_u64().unwrap()))
        .collect();
    assert_eq!(seen, [("early", "withhold", 1), ("early", "withhold", 2), ("later", "release", 3), ("final", "release", 4)], "{report}");
    assert_eq!(code(&output), 0);
    let tree = run(&["scan", arg(&case.path("in")), "--tree"]);
    assert!(String::from_utf8_lossy(&tree.stdout).contains("report v0.4.docx"));
    let explained = run(&["scan", arg(&case.path("in")), "--explain", "Drafts/report v0.4.docx"]);
    assert!(String::from_utf8_lossy(&explained.stdout).contains("modified"));
    assert_eq!(code(&run(&["scan", arg(&case.path("in")), "--explain", "nowhere"])), 2);
}

#[test]
fn a_bundle_holds_what_is_released_and_nothing_of_the_rest() {
    let case = Case::new();
    let before = tree(&case.path("in"));
    let output = case.bundle("b", &[]);
    let report = json(&output);
    assert!(code(&output) <= 1, "{}", String::from_utf8_lossy(&output.stderr));
    let bundle = tree(&case.path("b"));
    let names: Vec<&str> = bundle.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "bag-info.txt",
            "bagit.txt",
            "data/documents/document-003.docx",
            "data/documents/document-004.docx",
            "data/letter.docx",
            "data/schedule.csv",
            "data/schedule.html",
            "disclosure.json",
            "manifest-sha256.txt",
            "tagmanifest-sha256.txt"
        ],
        "{report}"
    );
    let withheld: Vec<String> = before.iter().take(2).map(|(_, bytes)| cleardraft::model::sha256_hex(bytes)).collect();
    let mut secrets = vec!["report v0", "Canaryman", "Secret title canary", "minister canary", "Published/"];
    secrets.extend(withheld.iter().map(String::as_str));
    for (name, bytes) in &bundle {
        let parts = if name.ends_with(".docx") { inflated(bytes) } else { vec![bytes.clone()] };
        for secret in &secrets {
            assert!(!parts.iter().any(|part| String::from_utf8_lossy(part).contains(secret)), "{secret} in {name}");
        }
    }
    assert_eq!(tree(&case.path("in")), before);
    let record: Vec<String> = tree(&case.path("b-record")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(record, ["case.toml", "crosswalk.csv", "policy.json", "record.html", "record.json", "sources-sha256.txt"]);
}

fn inflated(docx: &[u8]) -> Vec<Vec<u8>> {
    let limits = cleardraft::Limits::default();
    let archive = cleardraft::format::zip::Archive::open(docx, &limits).unwrap();
    let mut budget = cleardraft::format::zip::Budget::new(&limits);
    archive.entries.iter().map(|entry| entry.inflate(&mut budget).unwrap().bytes).collect()
}

#[test]
fn the_same_input_gives_the_same_bundle_and_verify_proves_it() {
    let case = Case::new();
    case.bundle("one", &["--jobs", "1"]);
    case.bundle("two", &["--jobs", "4"]);
    assert_eq!(tree(&case.path("one")), tree(&case.path("two")));
    assert_eq!(tree(&case.path("one-record")), tree(&case.path("two-record")));
    let (bundle, sources, record) = (case.path("one"), case.path("in"), case.path("one-record"));
    let output = run(&["verify", arg(&bundle), "--sources", arg(&sources), "--record", arg(&record), "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(code(&run(&["record", "verify", arg(&record), "--sources", arg(&sources)])), 0);
    put(&sources, "Drafts/report v0.4.docx", b"edited");
    assert_eq!(code(&run(&["record", "verify", arg(&record), "--sources", arg(&sources)])), 1);
    put(&bundle, "data/documents/document-003.docx", b"edited");
    assert_eq!(code(&run(&["verify", arg(&bundle)])), 1);
    assert_eq!(code(&case.bundle("one", &[])), 2);
}

#[test]
fn a_plan_that_was_edited_decides() {
    let case = Case::new();
    for kind in ["csv", "json", "xlsx"] {
        let plan = case.path(&format!("plan.{kind}"));
        let output = run(&["plan", arg(&case.path("in")), "--case", arg(&case.path("case.toml")), "--out", arg(&plan)]);
        assert!(code(&output) <= 1 && output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(code(&run(&["plan", arg(&case.path("in")), "--out", arg(&plan)])), 2);
    }
    let text = std::fs::read_to_string(case.path("plan.json")).unwrap();
    let mut plan: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = plan["rows"].as_array_mut().expect("rows");
    let row = rows.iter_mut().find(|row| row["path"] == "Drafts/report v0.8.docx").expect("a row for each file");
    row["decision"] = "withhold".into();
    row["exemption"] = "s33(2)".into();
    row["decided_by"] = "A. Officer".into();
    std::fs::write(case.path("plan.json"), plan.to_string()).unwrap();
    let output = case.bundle("b", &["--plan", arg(&case.path("plan.json"))]);
    assert!(code(&output) <= 1, "{}", String::from_utf8_lossy(&output.stderr));
    let released: Vec<String> =
        tree(&case.path("b")).into_iter().map(|(name, _)| name).filter(|name| name.starts_with("data/documents")).collect();
    assert_eq!(released, ["data/documents/document-004.docx"]);
    std::fs::write(case.path("plan.json"), text.replace("early", "later")).unwrap();
    assert_eq!(code(&case.bundle("c", &["--plan", arg(&case.path("plan.json"))])), 2);
    assert!(!case.path("c").exists() && !case.path("c-record").exists());
}

#[test]
fn the_record_of_the_shipped_case_is_found_untouched() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let (drafts, case, policy) = (fixtures.join("drafts"), fixtures.join("case.toml"), fixtures.join("policy.toml"));
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let output = run(&["bundle", arg(&drafts), "--case", arg(&case), "--policy", arg(&policy), "--out", arg(&out)]);
    assert_eq!(code(&output), 1, "{}", String::from_utf8_lossy(&output.stderr));
    let output = run(&["record", "verify", arg(&dir.path().join("out-record")), "--sources", arg(&drafts)]);
    assert_eq!((code(&output), String::from_utf8_lossy(&output.stdout).as_ref()), (0, "13 of 13 sources are as recorded\n"));
}

#[test]
fn a_file_that_was_too_large_to_be_read_is_as_recorded() {
    let case = Case::new();
    put(case.work.path(), "policy.toml", b"[limits]\nfile_bytes = 100\n");
    case.bundle("out", &["--policy", arg(&case.path("policy.toml"))]);
    let output = run(&["record", "verify", arg(&case.path("out-record")), "--sources", arg(&case.path("in"))]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stdout));
}

#[cfg(target_os = "linux")]
#[test]
fn settings_are_read_once_and_not_without_end() {
    let case = Case::new();
    let output = run(&["scan", arg(&case.path("in")), "--case", "/dev/zero"]);
    assert_eq!(code(&output), 2);
    // A pipe gives its text once.
    let script = "exec \"$0\" bundle \"$1\" --out \"$2\" --case <(cat \"$3\") --quiet";
    let (sources, out, file) = (case.path("in"), case.path("piped"), case.path("case.toml"));
    let binary = env!("CARGO_BIN_EXE_cleardraft");
    let status = std::process::Command::new("bash").args(["-c", script, binary, arg(&sources), arg(&out), arg(&file)]).output().unwrap();
    assert!(matches!(status.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&status.stderr));
    case.bundle("named", &[]);
    assert_eq!(tree(&case.path("piped")), tree(&case.path("named")));
}
