//! Verdicts on bags: every rule of RFC 8493 and of the drafts before it that this tool leans on, each by a bag that breaks it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::needless_for_each,
    reason = "a test that cannot go on fails; what it skips it says"
)]

use std::path::Path;

use cleardraft::bundle::{CheckId, Report, VerifyOptions, verify};
use sha2::Digest as _;

fn judge(bag: &Path) -> Report {
    verify(bag, &VerifyOptions { bag_only: true, ..VerifyOptions::default() }).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A bag in a temporary folder, sound until a test changes it.
struct Bag {
    dir: tempfile::TempDir,
    version: &'static str,
}

impl Bag {
    fn new(version: &'static str, payload: &[(&str, &str)]) -> Self {
        let bag = Self { dir: tempfile::tempdir().unwrap(), version };
        bag.put("bagit.txt", format!("BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n"));
        std::fs::create_dir(bag.dir.path().join("data")).unwrap();
        let mut manifest = String::new();
        for (path, text) in payload {
            bag.put(path, text);
            manifest += &format!("{}  {path}\n", sha256(text.as_bytes()));
        }
        bag.put("manifest-sha256.txt", manifest);
        bag
    }

    fn one(version: &'static str) -> Self {
        Self::new(version, &[("data/a.txt", "words")])
    }

    fn put(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    fn manifest(&self, line: &str) -> &Self {
        let path = self.dir.path().join("manifest-sha256.txt");
        let text = std::fs::read_to_string(&path).unwrap() + line + "\n";
        std::fs::write(path, text).unwrap();
        self
    }

    /// Writes a tag manifest over these files.
    fn tags(&self, names: &[&str]) -> &Self {
        let lines: Vec<String> =
            names.iter().map(|name| format!("{}  {name}\n", sha256(&std::fs::read(self.dir.path().join(name)).unwrap()))).collect();
        self.put("tagmanifest-sha256.txt", lines.concat())
    }

    #[track_caller]
    fn passes(&self) -> &Self {
        let report = judge(self.dir.path());
        assert!(report.ok, "{}: {:#?}", self.version, report.failures().collect::<Vec<_>>());
        self
    }

    #[track_caller]
    fn warns(&self) -> &Self {
        self.passes();
        assert!(!judge(self.dir.path()).warnings.is_empty());
        self
    }

    #[track_caller]
    fn fails(&self, id: CheckId) -> &Self {
        let report = judge(self.dir.path());
        assert!(report.failures().any(|check| check.id == id), "{id:?} is missing among {:#?}", report.failures().collect::<Vec<_>>());
        assert!(!report.ok);
        self
    }
}

const WORDS: &str = "words";

#[test]
fn sound_bags_of_every_version_pass() {
    for version in ["0.93", "0.94", "0.95", "0.96", "0.97", "1.0"] {
        Bag::one(version).passes();
    }
}

#[test]
fn declarations_in_another_form_fail() {
    for bad in [
        "BagIt-Version: .97\nTag-File-Character-Encoding: UTF-8\n",
        "BagIt-Version : 1.0\nTag-File-Character-Encoding : UTF-8\n",
        "BagIt-Version: 1.0\n",
        "Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n",
        "\u{feff}BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nMore: x\n",
        "BagIt-Version: 7.0\nTag-File-Character-Encoding: UTF-8\n",
        "BagIt-Version: 1.0 \nTag-File-Character-Encoding: UTF-8\n",
        "bagit-version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "",
    ] {
        Bag::one("1.0").put("bagit.txt", bad).fails(CheckId::Declaration);
    }
    let bag = Bag::one("1.0");
    std::fs::remove_file(bag.dir.path().join("bagit.txt")).unwrap();
    bag.fails(CheckId::Declaration);
    Bag::one("1.0").put("bagit.txt", "BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8").passes();
}

#[test]
fn missing_extra_changed_and_renamed_payload_is_told_apart_and_listed_in_full() {
    let bag = Bag::new("1.0", &[("data/a", "1"), ("data/b", "2"), ("data/c", "3"), ("data/d", "4")]);
    bag.passes();
    std::fs::remove_file(bag.dir.path().join("data/a")).unwrap();
    std::fs::remove_file(bag.dir.path().join("data/b")).unwrap();
    bag.put("data/c", "5").put("data/d", "6").put("data/e", "7").put("data/f", "8");
    let report = judge(bag.dir.path());
    for (id, paths) in [
        (CheckId::PayloadMissing, ["data/a", "data/b"]),
        (CheckId::PayloadDigest, ["data/c", "data/d"]),
        (CheckId::PayloadExtra, ["data/e", "data/f"]),
    ] {
        let named: Vec<_> = report.failures().filter(|check| check.id == id).filter_map(|check| check.path.clone()).collect();
        assert_eq!(named, paths);
    }
    let bag = Bag::one("1.0");
    std::fs::rename(bag.dir.path().join("data/a.txt"), bag.dir.path().join("data/A.txt")).unwrap();
    bag.fails(CheckId::PayloadMissing).fails(CheckId::PayloadExtra);
}

#[test]
fn no_listed_path_leaves_the_bag() {
    for path in [
        "../../../README.md",
        "data/../../x",
        "/tmp/foo",
        "~/foo",
        "~root/foo",
        "C:\\Windows\\x",
        "\\\\host\\share\\x",
        "data/..\\..\\x",
        "other/x",
        "data//x",
    ] {
        for version in ["0.97", "1.0"] {
            Bag::one(version).manifest(&format!("{}  {path}", sha256(b""))).fails(CheckId::Paths);
            Bag::one(version).put("fetch.txt", format!("https://example.org/x - {path}\n")).fails(CheckId::Paths);
        }
    }
    // A tag manifest that reaches into the payload or out of the bag.
    Bag::one("1.0").put("tagmanifest-sha256.txt", format!("{}  data/a.txt\n", sha256(WORDS.as_bytes()))).fails(CheckId::Paths);
    Bag::one("1.0").put("tagmanifest-sha256.txt", format!("{}  ../x\n", sha256(b""))).fails(CheckId::Paths);
}

#[test]
fn entries_that_stand_twice() {
    let (same, other) = (sha256(WORDS.as_bytes()), sha256(b"other"));
    for version in ["0.97", "1.0"] {
        Bag::one(version).manifest(&format!("{other}  data/a.txt")).fails(CheckId::Manifests);
        Bag::one(version).manifest(&format!("{other}  ./data/a.txt")).fails(CheckId::Manifests);
    }
    Bag::one("0.97").manifest(&format!("{same}  data/a.txt")).warns();
    Bag::one("1.0").manifest(&format!("{same}  data/a.txt")).fails(CheckId::Manifests);
}

#[test]
fn names_that_differ_in_case_or_normalisation_only() {
    let same = sha256(WORDS.as_bytes());
    Bag::one("0.97").manifest(&format!("{same}  data/A.TXT")).warns();
    Bag::new("0.97", &[("data/Nu\u{301}n\u{303}ez", "")]).manifest(&format!("{}  data/N\u{fa}\u{f1}ez", sha256(b""))).warns();
    // The digests differ: one of the two files is lost.
    Bag::one("0.97").manifest(&format!("{}  data/A.TXT", sha256(b"other"))).fails(CheckId::PayloadMissing);
    // Listed composed, stored decomposed, as some file systems do.
    let bag = Bag::new("1.0", &[("data/N\u{fa}\u{f1}ez", "x")]);
    std::fs::rename(bag.dir.path().join("data/N\u{fa}\u{f1}ez"), bag.dir.path().join("data/Nu\u{301}n\u{303}ez")).unwrap();
    bag.warns();
    bag.put("data/Nu\u{301}n\u{303}ez", "y").fails(CheckId::PayloadDigest);
}

#[test]
fn percent_escapes_cover_line_ends_and_the_percent_sign_and_nothing_else() {
    let bag = |version, listed: &str, stored: &str| {
        let bag = Bag::new(version, &[]);
        bag.put(stored, "x").manifest(&format!("{}  {listed}", sha256(b"x")));
        bag
    };
    for version in ["0.97", "1.0"] {
        bag(version, "data/a%0Ab", "data/a\nb").passes();
        bag(version, "data/a%0Db", "data/a\rb").passes();
        bag(version, "data/%7Ea", "data/%7Ea").passes();
        bag(version, "data/%7Ea", "data/~a").fails(CheckId::PayloadMissing);
        bag(version, "data/a b c", "data/a b c").passes();
    }
    bag("1.0", "data/100%25", "data/100%").passes();
    bag("1.0", "data/100%25.txt", "data/100%25.txt").warns();
    bag("0.97", "data/100%25", "data/100%25").passes();
}

#[test]
fn tag_files_are_read_in_the_declared_encoding() {
    let declare = |encoding: &str| format!("BagIt-Version: 0.97\nTag-File-Character-Encoding: {encoding}\n");
    let line = format!("{}  data/N\u{fa}.txt\n", sha256(b"x"));
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(line.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let latin: Vec<u8> = line.chars().map(|character| character as u8).collect();
    for (encoding, bytes) in [("UTF-16", utf16), ("ISO-8859-1", latin.clone()), ("utf-8", line.clone().into_bytes())] {
        let bag = Bag::new("0.97", &[]);
        bag.put("data/N\u{fa}.txt", "x").put("bagit.txt", declare(encoding)).put("manifest-sha256.txt", bytes).passes();
    }
    let bag = Bag::new("0.97", &[]);
    bag.put("data/N\u{fa}.txt", "x").put("manifest-sha256.txt", latin).fails(CheckId::TagText);
    Bag::one("0.97").put("bagit.txt", declare("x-unheard-of")).fails(CheckId::TagText);
}

#[test]
fn every_manifest_lists_every_file_from_version_1_on() {
    let with_second = |version| {
        let bag = Bag::new(version, &[("data/a", "1"), ("data/b", "2")]);
        bag.put("manifest-md5.txt", "c4ca4238a0b923820dcc509a6f75849b  data/a\n");
        bag
    };
    with_second("0.97").passes();
    with_second("1.0").fails(CheckId::PayloadExtra);
    with_second("0.97").put("manifest-md5.txt", "00000000000000000000000000000000  data/a\n").fails(CheckId::PayloadDigest);
    Bag::new("0.97", &[("data/a", "1")]).put("data/b", "2").fails(CheckId::PayloadExtra);
}

#[test]
fn manifests_in_other_forms() {
    let bag = |text: String| {
        let bag = Bag::one("0.97");
        bag.put("manifest-sha256.txt", text);
        bag
    };
    let digest = sha256(WORDS.as_bytes());
    bag(format!("{digest} *data/a.txt\n")).warns();
    bag(format!("{digest} ./data/a.txt\n")).warns();
    bag(format!("{}\tdata/a.txt\r\n\r\n", digest.to_uppercase())).passes();
    bag(format!("{digest}\n")).fails(CheckId::Manifests);
    bag(format!("{}  data/a.txt\n", &digest[..40])).fails(CheckId::Manifests);
    bag(format!("data/a.txt  {digest}\n")).fails(CheckId::Manifests);
    let bag = Bag::one("1.0");
    std::fs::rename(bag.dir.path().join("manifest-sha256.txt"), bag.dir.path().join("manifest-whirlpool.txt")).unwrap();
    bag.fails(CheckId::Manifests);
    Bag::one("1.0").put("manifest-whirlpool.txt", "").warns();
}

#[test]
fn tag_manifests_guard_the_tag_files() {
    let bag = Bag::one("1.0");
    bag.put("bag-info.txt", "Payload-Oxum: 5.1\n").tags(&["bagit.txt", "bag-info.txt", "manifest-sha256.txt"]).passes();
    bag.put("bag-info.txt", "Payload-Oxum: 5.1\nX: y\n").fails(CheckId::TagDigest);
    std::fs::remove_file(bag.dir.path().join("bag-info.txt")).unwrap();
    bag.fails(CheckId::TagMissing);
    Bag::one("1.0").tags(&["bagit.txt"]).fails(CheckId::Manifests);
    Bag::one("0.97").tags(&["bagit.txt"]).passes();
}

#[test]
fn bag_info_is_read_and_held_against_the_payload() {
    let bag = |text: &str| {
        let bag = Bag::one("1.0");
        bag.put("bag-info.txt", text);
        bag
    };
    bag("Contact-Name: A\nContact-Name: B\nText: one\n  two\n\tthree\nPayload-Oxum: 5.1\n").passes();
    for bad in [
        "Payload-Oxum: 6.1\n",
        "Payload-Oxum: 5.2\n",
        "Payload-Oxum: x\n",
        "Payload-Oxum: 5.1\npayload-oxum: 5.1\n",
        "no colon\n",
        " continues nothing\n",
        "Label : x\n",
    ] {
        bag(bad).fails(CheckId::Info);
    }
    let old = Bag::one("0.97");
    old.put("bag-info.txt", "Test-Tag : 3\nTest-Tag    :   5\n").warns();
}

#[test]
fn nothing_is_fetched_and_a_bag_that_asks_for_it_is_not_complete() {
    let bag = Bag::one("1.0");
    bag.put("fetch.txt", "https://example.org/b 3 data/b.txt\n").manifest(&format!("{}  data/b.txt", sha256(b"abc")));
    bag.fails(CheckId::Fetch).fails(CheckId::PayloadMissing);
    bag.put("data/b.txt", "abc").fails(CheckId::Fetch);
    Bag::one("1.0").put("fetch.txt", "https://example.org/b x data/a.txt\n").fails(CheckId::Fetch);
}

#[test]
fn system_files_are_named_and_their_loss_matters_only_if_something_is_lost() {
    let bag = Bag::new("0.97", &[("data/a", "1"), ("data/Thumbs.db", "")]);
    bag.manifest(&format!("{}  data/.DS_Store", sha256(b""))).put("bag-info.txt", "Payload-Oxum: 1.3\n").warns();
    bag.put("bag-info.txt", "Payload-Oxum: 1.4\n").fails(CheckId::Info);
    Bag::new("0.97", &[("data/a", "1")]).manifest(&format!("{}  data/.DS_Store", sha256(b"x"))).fails(CheckId::PayloadMissing);
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_never_followed() {
    let bag = Bag::new("1.0", &[]);
    bag.put("outside-the-payload", WORDS);
    std::os::unix::fs::symlink(bag.dir.path().join("outside-the-payload"), bag.dir.path().join("data/a.txt")).unwrap();
    bag.manifest(&format!("{}  data/a.txt", sha256(WORDS.as_bytes())));
    bag.fails(CheckId::FileTypes).fails(CheckId::PayloadMissing);
    let bag = Bag::one("1.0");
    std::os::unix::fs::symlink("/etc", bag.dir.path().join("data/etc")).unwrap();
    bag.fails(CheckId::FileTypes);
    let bag = Bag::one("1.0");
    // A pipe would block a reader for ever.
    assert!(std::process::Command::new("mkfifo").arg(bag.dir.path().join("data/pipe")).status().unwrap().success());
    bag.fails(CheckId::FileTypes);
    let bag = Bag::one("1.0");
    let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"data/\xff\xfe");
    std::fs::write(bag.dir.path().join(name), "x").unwrap();
    bag.fails(CheckId::FileTypes);
}

#[test]
fn messages_are_safe_to_print() {
    let bag = Bag::one("1.0");
    bag.put("data/\u{1b}[31mred\u{202e}", "x");
    let text = serde_json::to_string(&judge(bag.dir.path())).unwrap();
    assert!(!text.contains('\u{1b}') && !text.contains("\\u001b[") && !text.contains('\u{202e}'));
}

/// Runs over a folder of conformance cases laid out as the Library of Congress lays them out: `BAGIT_CASES=DIR cargo test --test bagit -- --ignored`.
///
/// One verdict differs on purpose: a bag that still names payload to fetch is valid there and incomplete here.
#[test]
#[ignore = "needs the conformance suite"]
fn the_conformance_suite_gets_its_verdicts() {
    let root = std::path::PathBuf::from(std::env::var("BAGIT_CASES").unwrap());
    let (mut right, mut all) = (0, 0);
    for entry in walkdir::WalkDir::new(&root).min_depth(3).max_depth(3).sort_by_file_name() {
        let entry = entry.unwrap();
        let verdict = entry.path().parent().unwrap().file_name().unwrap().to_str().unwrap();
        let holey = entry.file_name() == "holey-bag";
        let report = judge(entry.path());
        let as_expected = match verdict {
            "valid" => report.ok != holey,
            "warning" => report.ok && !report.warnings.is_empty(),
            _ => !report.ok,
        };
        all += 1;
        right += usize::from(as_expected);
        if !as_expected {
            println!("{}: {:#?} {:#?}", entry.path().display(), report.failures().collect::<Vec<_>>(), report.warnings);
        }
    }
    println!("{right} of {all}");
    assert_eq!(right, all);
}
