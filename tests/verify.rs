//! What `verify` sees: every byte, every file, every disagreement; in formats that other tools read.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::needless_for_each,
    reason = "a test that cannot go on fails; what it skips it says"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cleardraft::bundle::{CheckId, Contents, Report, Signer, Targets, Trust, VerifyOptions, verify, write};
use cleardraft::format::Spool;
use cleardraft::limits::Limits;
use cleardraft::model::sha256_hex;
use cleardraft::pipeline::{self, Outcome, Releasable};
use cleardraft::policy::{Policy, TrackedChanges};
use cleardraft::report::{junit::junit, sarif::sarif, verdict};

/// A PDF of one page with these words and these further entries of the catalogue.
fn pdf(words: &str, catalogue: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 720 Td ({words}) Tj ET");
    let objects = [
        format!("<</Type /Catalog /Pages 2 0 R {catalogue}>>"),
        "<</Type /Pages /Kids [3 0 R] /Count 1>>".into(),
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>".into(),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>".into(),
    ];
    let mut out = String::from("%PDF-1.7\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = out.len();
    out += &format!("xref\n0 6\n{table}trailer\n<</Size 6 /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    out.into_bytes()
}

fn releasable(bytes: &[u8]) -> Releasable {
    let limits = Limits::default();
    let orders = Policy { tracked_changes: TrackedChanges::Accept, ..Policy::default() }.orders();
    let inspected = pipeline::inspect("", bytes, &limits);
    match pipeline::clean(bytes, &inspected, &orders, &limits, &Spool::in_memory()) {
        Ok(Outcome::Clean(clean)) => clean.copy,
        other => panic!("{other:?}"),
    }
}

/// A bundle of two documents with schedule and disclosure, in a folder of its own.
struct Bundle {
    dir: tempfile::TempDir,
}

impl Bundle {
    fn new(signer: Option<&Signer>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let documents: Vec<(String, Releasable)> = ["First words.", "Second words."]
            .iter()
            .enumerate()
            .map(|(index, words)| (format!("document-{:03}.pdf", index + 1), releasable(&pdf(words, ""))))
            .collect();
        let rows: Vec<serde_json::Value> = documents
            .iter()
            .enumerate()
            .map(|(index, (name, copy))| {
                serde_json::json!({
                    "no": index + 1, "title": format!("Draft {}", index + 1), "decision": "released",
                    "file": { "path": format!("data/documents/{name}"), "sha256": copy.sha256(), "bytes": copy.length(), "format": "pdf" },
                })
            })
            .collect();
        let mut csv = String::from("no,title,decision,format,attachment,sha256\r\n");
        let mut html = String::from("<!DOCTYPE html>\n");
        for (index, (name, copy)) in documents.iter().enumerate() {
            let digest = copy.sha256();
            csv += &format!("{0},Draft {0},released,pdf,{name},{digest}\r\n", index + 1);
            html += &format!("<a href=\"documents/{name}\">{name}</a> {digest}\n");
        }
        let counts = serde_json::json!({ "listed": 2, "released": 2, "released_in_part": 0, "withheld": 0, "undecided": 0 });
        let disclosure = serde_json::json!({ "schema": "cleardraft/disclosure/1", "documents": rows, "counts": counts });
        let contents = Contents {
            documents,
            payload: BTreeMap::from([("schedule.csv".into(), csv.into_bytes()), ("schedule.html".into(), html.into_bytes())]),
            disclosure: serde_json::to_vec_pretty(&disclosure).unwrap(),
            bag_info: vec![("External-Identifier".into(), "FOI-1".into())],
        };
        let bundle = Self { dir };
        let record = BTreeMap::from([("record.json".to_string(), b"{}".to_vec())]);
        write(&Targets { bundle: &bundle.path(""), record: &bundle.dir.path().join("record") }, &contents, &record, signer).unwrap();
        bundle
    }

    fn path(&self, inner: &str) -> PathBuf {
        let root = self.dir.path().join("out");
        if inner.is_empty() { root } else { root.join(inner) }
    }

    fn read(&self, inner: &str) -> Vec<u8> {
        std::fs::read(self.path(inner)).unwrap()
    }

    fn put(&self, inner: &str, bytes: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.path(inner).parent().unwrap()).unwrap();
        std::fs::write(self.path(inner), bytes).unwrap();
    }

    fn verify(&self) -> Report {
        verify(&self.path(""), &VerifyOptions::default()).unwrap()
    }

    fn trusting(&self, trust: &Trust) -> Report {
        verify(&self.path(""), &VerifyOptions { trust: Some(trust), ..VerifyOptions::default() }).unwrap()
    }

    #[track_caller]
    fn fails(&self, id: CheckId) {
        let report = self.verify();
        assert!(report.failures().any(|check| check.id == id), "{id:?} is missing among {:#?}", report.failures().collect::<Vec<_>>());
        assert_eq!((report.ok, report.exit_code()), (false, 1));
    }

    /// What a tamperer does who knows the format: both manifests written again over what is there now.
    fn rewrite_manifests(&self) {
        let list =
            |names: Vec<String>| -> String { names.iter().map(|name| format!("{}  {name}\n", sha256_hex(&self.read(name)))).collect() };
        let mut payload = Vec::new();
        for entry in walkdir::WalkDir::new(self.path("data")).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                payload.push(entry.path().strip_prefix(self.path("")).unwrap().to_str().unwrap().to_string());
            }
        }
        payload.sort();
        let bytes: usize = payload.iter().map(|name| self.read(name).len()).sum();
        self.put("bag-info.txt", format!("External-Identifier: FOI-1\nPayload-Oxum: {bytes}.{}\n", payload.len()));
        self.put("manifest-sha256.txt", list(payload));
        self.put(
            "tagmanifest-sha256.txt",
            list(["bag-info.txt", "bagit.txt", "disclosure.json", "manifest-sha256.txt"].map(String::from).to_vec()),
        );
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = walkdir::WalkDir::new(self.path("")).sort_by_file_name().into_iter().map(Result::unwrap);
        entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
    }
}

/// An Ed25519 key pair as `ssh-keygen` makes them; `None` where there is no `ssh-keygen`.
fn key_pair(dir: &Path, name: &str) -> Option<(PathBuf, PathBuf)> {
    let key = dir.join(name);
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "officer@example.org", "-f"]).arg(&key).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("note: ssh-keygen is not installed; the test that needs it did nothing");
        return None;
    }
    Some((key.clone(), key.with_extension("pub")))
}

#[test]
fn a_fresh_bundle_passes_every_check() {
    let report = Bundle::new(None).verify();
    assert!(report.ok && report.residue.is_empty(), "{report:#?}");
    // It does not say which version wrote it; that of the shipped case is compared byte for byte in `tests/bundle.rs`.
    let warnings: Vec<&str> = report.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(matches!(warnings[..], [only] if only.contains("another version")), "{warnings:?}");
    for id in [CheckId::PayloadDigest, CheckId::Layout, CheckId::Canonical, CheckId::Disclosure, CheckId::Schedule, CheckId::Residue] {
        assert!(report.checks.iter().any(|check| check.id == id && check.ok));
    }
}

#[test]
fn other_tools_accept_the_bag() {
    let dir = tempfile::tempdir().unwrap();
    let signer = key_pair(dir.path(), "key").map(|(private, _)| Signer::open(&private).unwrap());
    let bundle = Bundle::new(signer.as_ref());
    for (tool, arguments) in [
        ("sha256sum", vec!["--check", "--strict", "manifest-sha256.txt"]),
        ("sha256sum", vec!["--check", "--strict", "tagmanifest-sha256.txt"]),
        ("bagit.py", vec!["--validate", "."]),
    ] {
        match Command::new(tool).args(arguments).current_dir(bundle.path("")).output() {
            Ok(output) => assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => eprintln!("note: {tool} is not installed; it was not asked"),
        }
    }
}

#[test]
fn files_added_removed_renamed_or_swapped_are_seen() {
    let bundle = Bundle::new(None);
    bundle.put("data/documents/document-003.pdf", pdf("More.", ""));
    bundle.fails(CheckId::PayloadExtra);
    for stray in [".hidden", "notes.txt", "data/notes.txt", "data/documents/.~lock.x#", "data/documents/Thumbs.db", "empty-folder/x"] {
        let bundle = Bundle::new(None);
        bundle.put(stray, "x");
        assert!(!bundle.verify().ok, "{stray}");
    }
    let bundle = Bundle::new(None);
    std::fs::create_dir(bundle.path("data/documents/somebody")).unwrap();
    bundle.fails(CheckId::Layout);
    for file in Bundle::new(None).files() {
        let bundle = Bundle::new(None);
        let inner: Vec<&str> = file.to_str().unwrap().split("/out/").collect();
        std::fs::remove_file(bundle.path(inner.last().unwrap())).unwrap();
        assert!(!bundle.verify().ok, "{inner:?}");
    }
    let bundle = Bundle::new(None);
    std::fs::rename(bundle.path("data/documents/document-001.pdf"), bundle.path("data/documents/Document-001.pdf")).unwrap();
    bundle.fails(CheckId::PayloadMissing);
    let bundle = Bundle::new(None);
    let (one, two) = (bundle.read("data/documents/document-001.pdf"), bundle.read("data/documents/document-002.pdf"));
    bundle.put("data/documents/document-001.pdf", two);
    bundle.put("data/documents/document-002.pdf", one);
    bundle.fails(CheckId::PayloadDigest);
}

#[test]
fn rewritten_manifests_do_not_hide_what_the_parts_of_a_bundle_say_about_each_other() {
    let swapped = Bundle::new(None);
    let (one, two) = (swapped.read("data/documents/document-001.pdf"), swapped.read("data/documents/document-002.pdf"));
    swapped.put("data/documents/document-001.pdf", two);
    swapped.put("data/documents/document-002.pdf", one);
    swapped.rewrite_manifests();
    swapped.fails(CheckId::Disclosure);

    let added = Bundle::new(None);
    added.put("data/documents/document-003.pdf", pdf("More.", ""));
    added.rewrite_manifests();
    added.fails(CheckId::Disclosure);

    let rescheduled = Bundle::new(None);
    let csv = String::from_utf8(rescheduled.read("data/schedule.csv")).unwrap().replace("Draft 1", "Draft 7");
    rescheduled.put("data/schedule.csv", csv);
    rescheduled.rewrite_manifests();
    rescheduled.fails(CheckId::Schedule);

    let named = Bundle::new(None);
    let text = String::from_utf8(named.read("disclosure.json")).unwrap().replace("document-001", "Jane Doe draft");
    named.put("disclosure.json", text);
    std::fs::rename(named.path("data/documents/document-001.pdf"), named.path("data/documents/Jane Doe draft.pdf")).unwrap();
    named.rewrite_manifests();
    named.fails(CheckId::Names);
}

#[test]
fn a_disclosure_that_can_be_read_in_two_ways_and_a_missing_page_are_seen() {
    let twice = Bundle::new(None);
    let text = String::from_utf8(twice.read("disclosure.json")).unwrap();
    twice.put("disclosure.json", text.replacen("\"no\": 1,", "\"no\": 9,\n      \"no\": 1,", 1));
    twice.rewrite_manifests();
    twice.fails(CheckId::Canonical);

    let pageless = Bundle::new(None);
    std::fs::remove_file(pageless.path("data/schedule.html")).unwrap();
    pageless.rewrite_manifests();
    pageless.fails(CheckId::Layout);
}

#[test]
fn residue_in_a_released_document_is_found_though_everything_agrees() {
    let bundle = Bundle::new(None);
    let dirty = pdf("First words.", "/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>");
    let clean = bundle.read("data/documents/document-001.pdf");
    let text = String::from_utf8(bundle.read("disclosure.json")).unwrap();
    let text = text.replace(&sha256_hex(&clean), &sha256_hex(&dirty)).replacen(
        &format!("\"bytes\": {}", clean.len()),
        &format!("\"bytes\": {}", dirty.len()),
        1,
    );
    bundle.put("disclosure.json", text);
    for name in ["data/schedule.csv", "data/schedule.html"] {
        let text = String::from_utf8(bundle.read(name)).unwrap().replace(&sha256_hex(&clean), &sha256_hex(&dirty));
        bundle.put(name, text);
    }
    bundle.put("data/documents/document-001.pdf", dirty);
    bundle.rewrite_manifests();
    let report = bundle.verify();
    assert!(
        report.failures().all(|check| matches!(check.id, CheckId::Residue | CheckId::Unread)),
        "{:#?}",
        report.failures().collect::<Vec<_>>()
    );
    assert!(!report.ok);
    let unreadable = Bundle::new(None);
    unreadable.put("data/documents/document-001.pdf", "not a document");
    unreadable.rewrite_manifests();
    unreadable.fails(CheckId::Unread);
}

#[test]
fn only_a_trusted_signature_proves_a_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let (Some((private, public)), Some((_, stranger))) = (key_pair(dir.path(), "key"), key_pair(dir.path(), "other")) else { return };
    let (trust, stranger) = (Trust::open(&public).unwrap(), Trust::open(&stranger).unwrap());
    let bundle = Bundle::new(Some(&Signer::open(&private).unwrap()));
    assert!(bundle.trusting(&trust).ok);
    assert!(!bundle.trusting(&stranger).ok);
    let unproved = bundle.verify();
    assert!(
        unproved.ok && unproved.warnings.iter().any(|warning| warning.id == CheckId::Signature && warning.message.contains("unproved"))
    );
    assert!(!Bundle::new(None).trusting(&trust).ok);
    // Everything rewritten to agree, down to the manifests: only the signature tells.
    let csv = String::from_utf8(bundle.read("data/schedule.csv")).unwrap();
    bundle.put("data/schedule.csv", csv.replace("\r\n", "\n"));
    bundle.rewrite_manifests();
    assert!(bundle.trusting(&trust).failures().any(|check| check.id == CheckId::Signature));
    assert!(bundle.verify().failures().any(|check| check.id == CheckId::Signature));
}

#[test]
fn ssh_keygen_reads_our_signatures_and_we_read_its() {
    let dir = tempfile::tempdir().unwrap();
    let Some((private, public)) = key_pair(dir.path(), "key") else { return };
    let bundle = Bundle::new(Some(&Signer::open(&private).unwrap()));
    let line = std::fs::read_to_string(&public).unwrap();
    let allowed = dir.path().join("allowed_signers");
    std::fs::write(&allowed, format!("officer@example.org {line}")).unwrap();
    let check = |message: &str| {
        let input = std::fs::File::open(bundle.path(message)).unwrap();
        let mut command = Command::new("ssh-keygen");
        command.args(["-Y", "verify", "-I", "officer@example.org", "-n", "cleardraft-bundle", "-f"]).arg(&allowed);
        command.arg("-s").arg(bundle.path("tagmanifest-sha256.txt.sig")).stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap().success()
    };
    assert!(check("tagmanifest-sha256.txt"));
    assert!(!check("manifest-sha256.txt"));
    // An allowed_signers file is a list of trusted keys, too; the signature is made again by ssh-keygen.
    let ours = bundle.read("tagmanifest-sha256.txt.sig");
    std::fs::remove_file(bundle.path("tagmanifest-sha256.txt.sig")).unwrap();
    let signed = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", "cleardraft-bundle", "-f"])
        .arg(&private)
        .arg(bundle.path("tagmanifest-sha256.txt"))
        .status();
    assert!(signed.unwrap().success());
    assert!(bundle.trusting(&Trust::open(&allowed).unwrap()).ok);
    assert_eq!(bundle.read("tagmanifest-sha256.txt.sig"), ours);
    // A signature made for another purpose is not one for this.
    std::fs::remove_file(bundle.path("tagmanifest-sha256.txt.sig")).unwrap();
    let signed = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", "file", "-f"])
        .arg(&private)
        .arg(bundle.path("tagmanifest-sha256.txt"))
        .status();
    assert!(signed.unwrap().success());
    assert!(!bundle.trusting(&Trust::open(&allowed).unwrap()).ok);
}

#[test]
fn keys_with_a_passphrase_or_of_another_kind_are_refused_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    if key_pair(dir.path(), "plain").is_none() {
        return;
    }
    for (name, arguments) in [("locked", ["-t", "ed25519", "-N", "secret"]), ("ecdsa", ["-t", "ecdsa", "-N", ""])] {
        let key = dir.path().join(name);
        assert!(Command::new("ssh-keygen").arg("-q").args(arguments).arg("-f").arg(&key).status().unwrap().success());
        let error = Signer::open(&key).unwrap_err();
        assert_eq!((error.code(), error.exit_code()), ("bundle-key", 2));
    }
    assert!(Trust::open(&dir.path().join("ecdsa.pub")).is_err());
    assert!(Trust::open(&dir.path().join("absent")).is_err());
}

/// Flips one bit of every `step`-th byte of every file, one at a time; returns detected and tried.
fn flip(bundle: &Bundle, step: usize) -> (usize, usize) {
    let (mut detected, mut tried) = (0, 0);
    for path in bundle.files() {
        let original = std::fs::read(&path).unwrap();
        for at in (0..original.len()).step_by(step) {
            let mut damaged = original.clone();
            // Bit 5 changes the case of a letter: the smallest change that a reader of hexadecimal digits does not see.
            damaged[at] ^= if at % 2 == 0 { 0x20 } else { 1 << (at % 8) };
            std::fs::write(&path, &damaged).unwrap();
            tried += 1;
            let seen = !bundle.verify().ok;
            detected += usize::from(seen);
            assert!(seen, "byte {at} of {}", path.display());
        }
        std::fs::write(&path, original).unwrap();
    }
    (detected, tried)
}

#[test]
fn flipped_bits_are_seen() {
    let dir = tempfile::tempdir().unwrap();
    let signer = key_pair(dir.path(), "key").map(|(private, _)| Signer::open(&private).unwrap());
    flip(&Bundle::new(signer.as_ref()), 13);
}

#[test]
#[ignore = "every byte of a bundle, some minutes: cargo test --test verify --release -- --ignored --nocapture"]
fn every_flipped_byte_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let signer = key_pair(dir.path(), "key").map(|(private, _)| Signer::open(&private).unwrap());
    let (detected, tried) = flip(&Bundle::new(signer.as_ref()), 1);
    println!("single-byte flips detected: {detected} of {tried}");
}

#[test]
fn every_format_says_the_same_and_is_safe_to_print() {
    let bundle = Bundle::new(None);
    bundle.put("data/\u{1b}[31m\u{202e}&<\u{ffff}.txt", "x");
    let report = bundle.verify();
    let failures = report.failures().count();
    let json: serde_json::Value = serde_json::from_slice(&verdict::json(&report, "out")).unwrap();
    assert_eq!((&json["schema"], &json["ok"]), (&"cleardraft/verify/1".into(), &false.into()));
    let log: serde_json::Value = serde_json::from_slice(&sarif(&report, "out")).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), failures);
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert!(result["ruleId"].as_str().unwrap().starts_with(rule["id"].as_str().unwrap()));
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("out/") && uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
        assert_eq!(result["partialFingerprints"]["cleardraft/v1"].as_str().unwrap().len(), 32);
    }
    let xml = junit(&report, "out");
    let mut reader = quick_xml::Reader::from_reader(xml.as_slice());
    let mut buffer = Vec::new();
    let mut found = 0;
    loop {
        match reader.read_event_into(&mut buffer).unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(element) if element.name().as_ref() == "failure" => found += 1,
            _ => {}
        }
    }
    assert_eq!(found, failures);
    let text = verdict::text(&report, "out", true);
    for output in [
        String::from_utf8(verdict::json(&report, "out")).unwrap(),
        String::from_utf8(sarif(&report, "out")).unwrap(),
        String::from_utf8(xml).unwrap(),
        text,
    ] {
        assert!(output.chars().all(|character| character == '\n' || !character.is_control()));
        assert!(!output.contains('\u{202e}') && !output.contains('\u{ffff}'));
    }
}

#[test]
fn a_finding_keeps_its_fingerprint_whatever_else_is_found() {
    let prints = |bundle: &Bundle| -> Vec<String> {
        let log: serde_json::Value = serde_json::from_slice(&sarif(&bundle.verify(), "/abs/out")).unwrap();
        log["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["partialFingerprints"]["cleardraft/v1"].to_string())
            .collect()
    };
    let bundle = Bundle::new(None);
    bundle.put("data/x", "x");
    let before = prints(&bundle);
    bundle.put("data/y", "y");
    let after = prints(&bundle);
    assert!(!before.is_empty() && after.len() > before.len());
    let kept = before.iter().filter(|print| after.contains(print)).count();
    // Only the count in Payload-Oxum moves with the second file.
    assert!(kept + 1 >= before.len(), "{before:?} {after:?}");
}

/// The bundle of the shipped case, and a copy of it to change.
struct Shipped {
    dir: tempfile::TempDir,
}

impl Shipped {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let status = Command::new(env!("CARGO_BIN_EXE_cleardraft"))
            .args(["bundle", "--quiet"])
            .arg(fixtures.join("drafts"))
            .arg("--case")
            .arg(fixtures.join("case.toml"))
            .arg("--policy")
            .arg(fixtures.join("policy.toml"))
            .arg("--out")
            .arg(dir.path().join("out"))
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1), "the notes of the visit are not decided");
        Self { dir }
    }

    /// The ids of the checks that fail when one file has other bytes (`None`: is gone) and both manifests and the Oxum say so.
    fn failures(&self, file: &str, edit: impl FnOnce(String) -> Option<String>) -> Vec<CheckId> {
        let root = self.dir.path().join("out");
        let whole: BTreeMap<PathBuf, Vec<u8>> = walkdir::WalkDir::new(&root)
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (entry.path().to_path_buf(), std::fs::read(entry.path()).unwrap()))
            .collect();
        match edit(String::from_utf8_lossy(&whole[&root.join(file)]).into_owned()) {
            Some(text) => std::fs::write(root.join(file), text).unwrap(),
            None => std::fs::remove_file(root.join(file)).unwrap(),
        }
        let list = |names: &[String]| -> String {
            names.iter().map(|name| format!("{}  {name}\n", sha256_hex(&std::fs::read(root.join(name)).unwrap()))).collect()
        };
        let mut payload: Vec<String> = Vec::new();
        for path in whole.keys().filter(|path| path.starts_with(root.join("data")) && path.exists()) {
            payload.push(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
        }
        payload.sort();
        let bytes: u64 = payload.iter().map(|name| std::fs::metadata(root.join(name)).unwrap().len()).sum();
        let info = std::fs::read_to_string(root.join("bag-info.txt")).unwrap();
        let oxum = format!("Payload-Oxum: {bytes}.{}", payload.len());
        let info: String = info
            .split_inclusive('\n')
            .map(|line| if line.starts_with("Payload-Oxum") { line.replace(line.trim_end(), &oxum) } else { line.to_owned() })
            .collect();
        std::fs::write(root.join("bag-info.txt"), info).unwrap();
        std::fs::write(root.join("manifest-sha256.txt"), list(&payload)).unwrap();
        let tags = ["bag-info.txt", "bagit.txt", "disclosure.json", "manifest-sha256.txt"].map(String::from);
        std::fs::write(root.join("tagmanifest-sha256.txt"), list(&tags)).unwrap();
        let report = verify(&root, &VerifyOptions::default()).unwrap();
        for (path, bytes) in whole {
            std::fs::write(path, bytes).unwrap();
        }
        report.failures().map(|check| check.id).collect()
    }
}

#[test]
fn what_follows_from_disclosure_json_is_held_against_it_to_the_last_byte() {
    let shipped = Shipped::new();
    assert!(shipped.failures("bag-info.txt", Some).is_empty());
    let replace = |from: &'static str, to: &'static str| {
        move |text: String| {
            assert!(text.contains(from), "{from}");
            Some(text.replacen(from, to, 1))
        }
    };
    let more = |line: &'static str| move |text: String| Some(text + line);
    assert_eq!(shipped.failures("bag-info.txt", more("Contact-Name: Jane Doe\n")), [CheckId::Canonical]);
    assert_eq!(shipped.failures("bag-info.txt", replace("Identifier: ", "Identifier: words ")), [CheckId::Canonical]);
    assert_eq!(shipped.failures("bag-info.txt", |text| Some(text.replace('\n', "\r\n"))), [CheckId::Canonical]);
    assert_eq!(shipped.failures("data/schedule.csv", replace("before fact check: ", "before fact check: words ")), [CheckId::Schedule]);
    assert_eq!(shipped.failures("data/schedule.csv", |text| Some(text.replace("\r\n", ",words\r\n"))), [CheckId::Schedule]);
    for (from, to) in [
        ("\"response\":", "\"note\": \"words\",\n  \"response\":"),
        ("      \"file\": null", "      \"source\": \"words\",\n      \"file\": null"),
        ("        \"bytes\":", "        \"author\": \"words\",\n        \"bytes\":"),
    ] {
        assert_eq!(shipped.failures("disclosure.json", replace(from, to)), [CheckId::Disclosure], "{from}");
    }
    assert_eq!(shipped.failures("data/letter.docx", |_| None), [CheckId::Layout]);
}
