//! `bundle` and `verify` on the shipped case.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::cli::{Folder, Ran, cleardraft, tree};
use support::{places_of, story};

fn fixtures(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).to_str().unwrap().to_owned()
}

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

fn bundle(drafts: &Path, out: &Path, more: &[&str]) -> Ran {
    let (case, policy) = (fixtures("case.toml"), fixtures("policy.toml"));
    let mut arguments =
        vec!["bundle", drafts.to_str().unwrap(), "--case", &case, "--policy", &policy, "--out", out.to_str().unwrap(), "--no-progress"];
    arguments.extend_from_slice(more);
    cleardraft(&arguments)
}

fn verify(out: &Path) -> Ran {
    cleardraft(&["verify", out.to_str().unwrap(), "--format", "json"])
}

/// A bundle of the shipped case, and the files in it.
fn made() -> (Folder, PathBuf, BTreeMap<String, Vec<u8>>) {
    let (folder, drafts) = laid_out(false);
    let out = folder.path("bundle");
    let ran = bundle(&drafts, &out, &[]);
    // The notes in another format wait for a person, so the exit code says so.
    assert_eq!(ran.code, 1, "{}\n{}", ran.stdout, ran.stderr);
    let files = tree(&out);
    (folder, out, files)
}

#[test]
fn the_bundle_is_a_bag_that_verifies() {
    let (_folder, out, files) = made();
    for name in [
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
        "disclosure.json",
        "data/schedule.csv",
        "data/schedule.html",
        "data/letter.docx",
    ] {
        assert!(files.contains_key(name), "{name} in {:?}", files.keys());
    }
    let manifest = String::from_utf8(files["manifest-sha256.txt"].clone()).unwrap();
    let listed: BTreeMap<&str, &str> =
        manifest.lines().map(|line| line.split_once("  ").unwrap()).map(|(hash, name)| (name, hash)).collect();
    let payload: Vec<&String> = files.keys().filter(|name| name.starts_with("data/")).collect();
    assert_eq!(listed.keys().copied().collect::<Vec<_>>(), payload);
    for name in payload {
        let hash = cleardraft::model::sha256_hex(&files[name]);
        assert_eq!(listed[name.as_str()], hash, "{name}");
    }
    let verdict = verify(&out).expect(0).json();
    assert_eq!(verdict["ok"], true, "{verdict:#}");
    assert_eq!(verdict["residue"].as_array().map(Vec::len), Some(0));
}

#[test]
fn only_the_released_drafts_are_in_it_and_they_tell_nothing() {
    let (_folder, _out, files) = made();
    let documents: Vec<&String> = files.keys().filter(|name| name.starts_with("data/documents/")).collect();
    assert_eq!(documents.len(), 3, "version 0.8, version 0.9 and the published text: {documents:?}");
    let hidden = [
        "Samir Osei",
        "Anneke Prins",
        "Rhys Kendrick",
        "I suggest we keep it",
        "their lawyers",
        "Inspection.dotm",
        "most cases reach trial in time",
        "2018-01-24T12",
    ];
    for name in &documents {
        for words in hidden {
            assert_eq!(places_of(&files[*name], words), Vec::<String>::new(), "{words} in {name}");
        }
        assert!(!places_of(&files[*name], "cases reach trial with their schedules complete").is_empty(), "{name} keeps its words");
    }
    for (name, bytes) in files.iter().filter(|(name, _)| !name.starts_with("data/documents/")) {
        let text = String::from_utf8_lossy(bytes);
        for words in ["I want this minuted", "go further than the team", "Samir", "Anneke", "Rhys"] {
            assert!(!text.contains(words), "{words} in {name}");
        }
    }
}

#[test]
fn the_public_proof_tells_nothing_of_the_words_that_were_taken_out() {
    let (_folder, _out, files) = made();
    let disclosure: Value = serde_json::from_slice(&files["disclosure.json"]).unwrap();
    let proofs: Vec<&Value> = disclosure["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| &document["file"]["proof"])
        .filter(|proof| proof.is_array())
        .collect();
    let last = |proof: &Value| proof.as_array().unwrap().last().unwrap().as_str().unwrap().to_owned();
    assert!(proofs.len() > 1 && last(proofs[0]).contains("removed text"));
    assert!(proofs.iter().all(|proof| last(proof) == last(proofs[0])), "{proofs:?}");
}

#[test]
fn the_record_is_beside_the_bundle_and_names_every_source() {
    let (folder, _out, files) = made();
    let record = tree(&folder.path("bundle-record"));
    assert!(!record.is_empty());
    let all: String = record.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    for file in story::files() {
        let hash = cleardraft::model::sha256_hex(&file.bytes);
        assert!(all.contains(&hash), "{}", file.path);
    }
    assert!(files.keys().all(|name| !name.contains("record")));
}

#[test]
fn the_internal_page_shows_the_text_before_and_after() {
    let (folder, _out, _files) = made();
    let page = std::fs::read_to_string(folder.path("bundle-record/record.html")).unwrap();
    assert!(page.contains("INTERNAL. For the authority only"));
    assert!(page.contains("<h3>Text before and after</h3>") && page.contains("unchanged</p>"));
    // The draft with tracked changes is released with all of them accepted: what was deleted is struck out.
    assert!(page.matches("<del>").any(|_| true) && page.contains("within six months"), "{page}");
}

#[test]
fn zone_language_and_working_folder_change_nothing_and_verify_makes_the_bundle_again() {
    let (folder, out, reference) = made();
    let drafts = folder.path("drafts");
    let record = folder.path("bundle-record");
    for (number, (zone, language)) in
        [("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/St_Johns", "C"), ("", "de_DE.ISO-8859-1")].iter().enumerate()
    {
        let again = folder.path(&format!("again-{number}"));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cleardraft"));
        command.current_dir(folder.path("")).env_clear().envs([("TZ", zone), ("LC_ALL", language), ("LANG", language)]);
        command.args([
            "bundle",
            "drafts",
            "--case",
            &fixtures("case.toml"),
            "--policy",
            &fixtures("policy.toml"),
            "--no-progress",
            "--out",
        ]);
        assert_eq!(command.arg(&again).output().unwrap().status.code(), Some(1));
        assert!(tree(&again) == reference, "{zone} {language}");
        for jobs in ["1", "3"] {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cleardraft"));
            command.env_clear().envs([("TZ", zone), ("LC_ALL", language)]).arg("verify").arg(&again).arg("--sources").arg(&drafts);
            command.arg("--record").arg(&record).args(["--jobs", jobs, "--no-progress", "--format", "json"]);
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
            assert!(String::from_utf8_lossy(&output.stdout).contains("rebuild"));
        }
    }
    // A bundle that agrees with itself in every way, and is not what the sources give.
    let path = out.join("bag-info.txt");
    let other = std::fs::read_to_string(&path).unwrap().replacen("Source-Organization: ", "Source-Organization: The ", 1);
    std::fs::write(&path, other).unwrap();
    rewrite_manifests(&out);
    verify(&out).expect(0);
    let rebuilt = |drafts: &Path| {
        cleardraft(&[
            "verify",
            out.to_str().unwrap(),
            "--sources",
            drafts.to_str().unwrap(),
            "--record",
            record.to_str().unwrap(),
            "--format",
            "json",
        ])
    };
    let failed = |ran: &Ran| -> Vec<String> {
        let report = ran.json();
        let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false);
        checks.map(|check| format!("{} {}", check["id"].as_str().unwrap(), check["path"].as_str().unwrap_or_default())).collect()
    };
    let ran = rebuilt(&drafts).expect(1);
    assert_eq!(failed(&ran), ["bundle-rebuild bag-info.txt", "bundle-rebuild tagmanifest-sha256.txt"]);
}

/// Brings the manifests and the count of bytes into agreement with the files: what somebody would do who changes a bundle.
fn rewrite_manifests(out: &Path) {
    let files = tree(out);
    let payload = files.iter().filter(|(name, _)| name.starts_with("data/"));
    let octets: usize = payload.clone().map(|(_, bytes)| bytes.len()).sum();
    let info = String::from_utf8(files["bag-info.txt"].clone()).unwrap();
    let info: String = info
        .lines()
        .map(|line| {
            if line.starts_with("Payload-Oxum") {
                format!("Payload-Oxum: {octets}.{}\n", payload.clone().count())
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    std::fs::write(out.join("bag-info.txt"), info).unwrap();
    let list = |names: Vec<&String>| -> String {
        let lines =
            names.iter().map(|name| format!("{}  {name}\n", cleardraft::model::sha256_hex(&std::fs::read(out.join(name)).unwrap())));
        lines.collect()
    };
    std::fs::write(out.join("manifest-sha256.txt"), list(payload.map(|(name, _)| name).collect())).unwrap();
    let tags = files.keys().filter(|name| !name.contains('/') && !name.starts_with("tagmanifest"));
    std::fs::write(out.join("tagmanifest-sha256.txt"), list(tags.collect())).unwrap();
}

#[test]
fn the_same_case_gives_the_same_bytes() {
    let (_folder, _out, reference) = made();
    for (reversed, jobs) in [(false, "1"), (true, "2")] {
        let (folder, drafts) = laid_out(reversed);
        let out = folder.path("elsewhere");
        bundle(&drafts, &out, &["--jobs", jobs]).expect(1);
        let files = tree(&out);
        assert_eq!(files.keys().collect::<Vec<_>>(), reference.keys().collect::<Vec<_>>());
        for (name, bytes) in &reference {
            assert!(files[name] == *bytes, "{name} differs with {jobs} jobs");
        }
    }
}

#[test]
fn every_change_to_a_bundle_is_noticed() {
    let (_folder, out, files) = made();
    for name in files.keys() {
        let path = out.join(name);
        let bytes = std::fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        match changed.last_mut() {
            Some(last) => *last ^= 1,
            None => changed.push(b'x'),
        }
        std::fs::write(&path, changed).unwrap();
        let ran = verify(&out).expect(1);
        assert_eq!(ran.json()["ok"], false, "{name}");
        std::fs::remove_file(&path).unwrap();
        verify(&out).expect(1);
        std::fs::write(&path, bytes).unwrap();
    }
    std::fs::write(out.join("data/documents/more.docx"), b"x").unwrap();
    verify(&out).expect(1);
    std::fs::remove_file(out.join("data/documents/more.docx")).unwrap();
    verify(&out).expect(0);
}

#[test]
fn no_copy_goes_out_with_a_letter_that_releases_nothing() {
    let (folder, drafts) = laid_out(false);
    let shipped = std::fs::read_to_string(fixtures("case.toml")).unwrap();
    for kind in ["neither-confirm-nor-deny", "extension", "already-public", "not-held", "cost", "vexatious", "repeated"] {
        let (case, out) = (folder.path(&format!("{kind}.toml")), folder.path(kind));
        std::fs::write(&case, format!("{shipped}\n[response]\nkind = \"{kind}\"\n")).unwrap();
        let ran = cleardraft(&[
            "bundle",
            drafts.to_str().unwrap(),
            "--case",
            case.to_str().unwrap(),
            "--policy",
            &fixtures("policy.toml"),
            "--out",
            out.to_str().unwrap(),
            "--no-progress",
        ]);
        assert_eq!(ran.code, 1, "{kind}: {}", ran.stderr);
        assert!(ran.stderr.contains("letter-wrong-kind") && !out.join("data/documents").exists(), "{kind}: {}", ran.stderr);
        assert_eq!(verify(&out).code, 0, "{kind}: {}", verify(&out).stdout);
    }
}

#[test]
fn a_letter_that_quotes_a_withheld_draft_is_a_draft() {
    let (folder, drafts) = laid_out(false);
    let quoted = "Structure still to be agreed with the team";
    let shipped = std::fs::read_to_string(fixtures("case.toml")).unwrap();
    let (case, out) = (folder.path("case.toml"), folder.path("bundle"));
    for (words, leak) in
        [("Notes for a report on the visits of October 2017. Structure still to be agreed with the team.", true), ("It was early.", false)]
    {
        std::fs::write(&case, shipped.replace("parts_considered = \"We", &format!("parts_considered = \"{words} We"))).unwrap();
        let out = out.with_extension(leak.to_string());
        let ran = cleardraft(&[
            "bundle",
            drafts.to_str().unwrap(),
            "--case",
            case.to_str().unwrap(),
            "--policy",
            &fixtures("policy.toml"),
            "--out",
            out.to_str().unwrap(),
            "--no-progress",
        ]);
        assert_eq!(ran.stderr.contains("letter-title-leak"), leak, "{}", ran.stderr);
        assert!(!ran.stderr.contains(quoted), "a message never holds the words");
    }
}

#[test]
fn a_page_that_says_something_else_is_noticed_though_every_digest_fits() {
    let (_folder, out, files) = made();
    let page = String::from_utf8(files["data/schedule.html"].clone()).unwrap();
    let withheld = page.find("<td>withheld</td>").unwrap();
    let row = page[..withheld].rfind("<tr>").unwrap()..withheld + page[withheld..].find("</tr>").unwrap() + "</tr>".len();
    for changed in [
        page.replacen("<td>withheld</td>", "<td>released</td>", 1),
        page.replacen(&page[row], "", 1),
        page.replacen("<td>", "<td onclick=\"x()\">", 1),
        page.replacen("</main>", "<p hidden>Samir</p></main>", 1),
    ] {
        assert_ne!(changed, page);
        std::fs::write(out.join("data/schedule.html"), changed).unwrap();
        rewrite_manifests(&out);
        let ran = verify(&out);
        assert_eq!(ran.code, 1, "{}", ran.stdout);
        assert!(ran.stdout.contains("is not the page that disclosure.json gives"), "{}", ran.stdout);
    }
    std::fs::write(out.join("data/schedule.html"), page).unwrap();
    rewrite_manifests(&out);
    assert_eq!(verify(&out).code, 0);
}

#[test]
fn an_existing_target_and_a_target_among_the_drafts_are_errors() {
    let (folder, drafts) = laid_out(false);
    let taken = folder.path("taken");
    std::fs::create_dir(&taken).unwrap();
    std::fs::write(taken.join("mine.txt"), b"mine").unwrap();
    bundle(&drafts, &taken, &[]).expect(2);
    assert_eq!(tree(&taken).len(), 1);
    bundle(&drafts, &drafts.join("Bundle"), &[]).expect(2);
    bundle(&drafts, folder.path("").as_path(), &[]).expect(2);
    assert_eq!(tree(&drafts).len(), story::files().len());
}

#[test]
fn sources_are_untouched() {
    let (folder, drafts) = laid_out(false);
    let times = || -> Vec<std::time::SystemTime> {
        walkdir::WalkDir::new(&drafts)
            .sort_by_file_name()
            .into_iter()
            .map(|entry| entry.unwrap().metadata().unwrap().modified().unwrap())
            .collect()
    };
    let before = times();
    bundle(&drafts, &folder.path("bundle"), &[]);
    assert_eq!(times(), before);
    for file in story::files() {
        assert!(std::fs::read(drafts.join(&file.path)).unwrap() == file.bytes, "{}", file.path);
    }
}

#[test]
fn the_schedule_lists_every_draft_that_was_asked_for() {
    let (_folder, _out, files) = made();
    let disclosure: Value = serde_json::from_slice(&files["disclosure.json"]).unwrap();
    assert!(disclosure["schema"].as_str().unwrap().starts_with("cleardraft/disclosure/"), "{disclosure:#}");
    let schedule = String::from_utf8(files["data/schedule.csv"].clone()).unwrap();
    let count = |words: &str| schedule.lines().filter(|line| line.contains(words)).count();
    // Seven early drafts and a copy of one; two later drafts and the published text; the notes wait for a person.
    assert_eq!((count(",withheld,section 33(2),"), count(",released in part,"), count(",not decided,")), (8, 3, 1), "{schedule}");
}

#[test]
fn tracked_changes_that_nobody_has_settled_are_not_released() {
    let (folder, drafts) = laid_out(false);
    let (case, out) = (fixtures("case.toml"), folder.path("bundle"));
    cleardraft(&["bundle", drafts.to_str().unwrap(), "--case", &case, "--out", out.to_str().unwrap(), "--no-progress"]).expect(1);
    let files = tree(&out);
    assert_eq!(files.keys().filter(|name| name.starts_with("data/documents/")).count(), 2);
    assert!(files.iter().all(|(_, bytes)| places_or_bytes(bytes, "within six months").is_empty()), "the deleted words are nowhere");
    verify(&out).expect(0);
}

/// Where words stand: in a member of a package, or in the bytes of any other file.
fn places_or_bytes(bytes: &[u8], words: &str) -> Vec<String> {
    if bytes.starts_with(b"PK") {
        places_of(bytes, words)
    } else {
        support::holds(bytes, words).then(|| "the file".to_owned()).into_iter().collect()
    }
}
