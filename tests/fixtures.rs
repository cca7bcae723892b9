//! The case in `fixtures/drafts` is what the test code builds, byte for byte.
//!
//! After a change to `tests/support/story.rs`: `cargo test --test fixtures -- --ignored` writes the files anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::path::{Path, PathBuf};

use support::{cli, story};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drafts")
}

#[test]
fn the_shipped_case_is_the_built_case() {
    let shipped = cli::tree(&root());
    let built = story::files();
    assert_eq!(shipped.keys().cloned().collect::<Vec<_>>(), built.iter().map(|file| file.path.clone()).collect::<Vec<_>>());
    for file in &built {
        assert!(shipped[&file.path] == file.bytes, "{} differs; see the head of this file", file.path);
        assert!(file.bytes.len() < 20_000, "{} is too large for a fixture", file.path);
    }
}

#[test]
#[ignore = "writes into the source tree"]
fn regenerate() {
    if root().exists() {
        std::fs::remove_dir_all(root()).unwrap();
    }
    for file in story::files() {
        let path = root().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
}
