//! Golden letters: each outcome pattern from a case file and a list of documents.
//!
//! `CLEARDRAFT_BLESS=1 cargo test golden` writes the golden files anew; read the difference before you keep it.

use std::path::{Path, PathBuf};

use super::*;
use crate::record::sample;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/letters")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_default()
}

/// Case and record of a pattern.
fn pattern(name: &str) -> (Case, DecisionRecord) {
    let text = if name == "early-withheld-later-released" {
        include_str!("../../fixtures/case.toml").to_owned()
    } else {
        read(&format!("{name}.toml"))
    };
    let case = Case::parse(&text, name).unwrap_or_else(|error| panic!("{error}"));
    let record = sample::record(&read(&format!("{name}.documents.toml")), &case);
    (case, record)
}

const PATTERNS: &[&str] = &["early-withheld-later-released"];

#[test]
fn golden_letters_of_every_outcome_pattern() {
    for name in PATTERNS {
        let (case, record) = pattern(name);
        let preset = crate::record::preset_of(&case);
        let composed = compose(&record, &case, preset);
        let is = text(&composed);
        let path = folder().join(format!("{name}.txt"));
        if std::env::var_os("CLEARDRAFT_BLESS").is_some() {
            std::fs::write(&path, &is).unwrap();
            std::fs::write(path.with_extension("docx"), docx(&record, &case, preset).bytes).unwrap();
        }
        assert_eq!(composed.gaps, Vec::<String>::new(), "{name}");
        assert_eq!(is, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
    }
}
