//! Settings files and outputs follow the schemas that ship.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::needless_for_each,
    reason = "a test that cannot go on fails; what it skips it says"
)]

mod schema;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use schema::{faults, load};
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> PathBuf {
    root().join("fixtures").join(name)
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cleardraft")).args(arguments).current_dir(root()).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn follows(name: &str, value: &Value) {
    let found = faults(&load(name), value);
    assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
}

/// TOML as the JSON of the same keys; dates become texts.
fn toml_as_json(text: &str) -> Value {
    fn convert(value: toml::Value) -> Value {
        match value {
            toml::Value::String(text) => Value::String(text),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(flag) => flag.into(),
            toml::Value::Datetime(moment) => Value::String(moment.to_string()),
            toml::Value::Array(items) => items.into_iter().map(convert).collect(),
            toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, value)| (key, convert(value))).collect()),
        }
    }
    convert(toml::from_str(text).unwrap())
}

/// A starter file with every setting switched on.
fn switched_on(text: &str) -> String {
    text.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn case_files_follow_their_schema() {
    follows("case", &toml_as_json(&std::fs::read_to_string(fixture("case.toml")).unwrap()));
    follows("case", &toml_as_json(&switched_on(cleardraft::case::starter_case())));
    let mut letters = 0;
    for entry in std::fs::read_dir(fixture("letters")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".toml") && !name.ends_with(".documents.toml") {
            follows("case", &toml_as_json(&std::fs::read_to_string(&path).unwrap()));
            letters += 1;
        }
    }
    assert!(letters >= 8);
}

#[test]
fn policy_files_follow_their_schema() {
    follows("policy", &toml_as_json(&std::fs::read_to_string(fixture("policy.toml")).unwrap()));
    follows("policy", &toml_as_json(&switched_on(cleardraft::case::starter_policy())));
    follows("policy", &serde_json::to_value(cleardraft::policy::Policy::default()).unwrap());
}

#[test]
fn the_checker_refuses_what_a_schema_forbids() {
    let schema = load("policy");
    for wrong in
        [r#"{"tracked-changes":"maybe"}"#, r#"{"stage":{"early-share":2}}"#, r#"{"nothing":1}"#, r#"{"links":{"allow-hosts":[1]}}"#]
    {
        assert!(!faults(&schema, &serde_json::from_str(wrong).unwrap()).is_empty(), "{wrong}");
    }
}

#[test]
#[cfg(unix)]
fn reports_on_what_is_no_file_follow_their_schema() {
    let scratch = tempfile::tempdir().unwrap();
    let dir = scratch.path().join("odd");
    std::fs::create_dir(&dir).unwrap();
    std::os::unix::fs::symlink("nowhere", dir.join("link.docx")).unwrap();
    assert!(Command::new("mkfifo").arg(dir.join("pipe.docx")).status().unwrap().success());
    std::fs::write(dir.join("empty.docx"), "").unwrap();
    let dir = dir.to_str().unwrap();
    for command in ["scan", "inspect"] {
        follows(command, &json(&run(&[command, dir, "--format", "json"])));
    }
    let plan = scratch.path().join("plan.json");
    run(&["plan", dir, "--out", plan.to_str().unwrap()]);
    follows("plan", &serde_json::from_slice(&std::fs::read(&plan).unwrap()).unwrap());
}

#[test]
fn every_report_follows_its_schema() {
    let drafts = fixture("drafts");
    let drafts = drafts.to_str().unwrap();
    let case = fixture("case.toml");
    let policy = fixture("policy.toml");
    let settings = ["--case", case.to_str().unwrap(), "--policy", policy.to_str().unwrap()];
    let scratch = tempfile::tempdir().unwrap();
    let place = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();

    let scan = json(&run(&[&["scan", drafts, "--format", "json"], settings.as_slice()].concat()));
    follows("scan", &scan);
    follows("inspect", &json(&run(&["inspect", drafts, "--format", "json"])));
    let out = place("clean");
    follows("sanitise", &json(&run(&["sanitise", drafts, "--out", &out, "--policy", settings[3], "--format", "json"])));
    follows("label", &json(&run(&["label", "Report v0.3 KM comments", "nothing", "--format", "json"])));

    let plan = place("plan.json");
    let status = run(&[&["plan", drafts, "--out", &plan], settings.as_slice()].concat());
    assert!(status.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&status.stderr));
    follows("plan", &serde_json::from_slice(&std::fs::read(&plan).unwrap()).unwrap());

    follows("presets", &json(&run(&["presets", "--format", "json"])));
    follows("selftest", &json(&run(&["selftest", "--format", "json"])));

    let bundle = place("bundle");
    let made = run(&[&["bundle", drafts, "--out", &bundle, "--format", "json"], settings.as_slice()].concat());
    follows("bundle", &json(&made));
    assert!(made.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&made.stderr));
    let file = |path: &str| serde_json::from_slice(&std::fs::read(scratch.path().join(path)).unwrap()).unwrap();
    follows("disclosure", &file("bundle/disclosure.json"));
    follows("record", &file("bundle-record/record.json"));
    follows("verify", &json(&run(&["verify", &bundle, "--format", "json"])));
}
