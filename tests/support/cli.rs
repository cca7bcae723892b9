//! Runs the command as a script would.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// What a run said.
pub struct Ran {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }
    /// The elements of `files`.
    pub fn files(&self) -> Vec<Value> {
        self.json()["files"].as_array().expect("files").clone()
    }
    /// Fails unless the exit code is the expected one.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// Runs `cleardraft` with arguments.
pub fn cleardraft<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Ran {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_cleardraft")).args(arguments).env_remove("RUST_BACKTRACE").output().expect("the binary runs");
    Ran {
        code: status.code().expect("an exit code, not a signal"),
        stdout: String::from_utf8(stdout).expect("output in UTF-8"),
        stderr: String::from_utf8(stderr).expect("messages in UTF-8"),
    }
}

/// A folder for one test, gone at its end.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }
    /// A path inside, with folders made as needed.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    /// Writes a file.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(&path, bytes).expect("the file is written");
        path
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

/// Every file below a folder: relative path with forward slashes, and contents.
pub fn tree(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            (name, std::fs::read(entry.path()).expect("a readable file"))
        })
        .collect()
}
