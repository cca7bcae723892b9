//! Why a bundle could not be written or judged.

use std::io;
use std::path::Path;

use crate::error::Blame;
use crate::faults;
use crate::model::printable;

faults! {
    /// Why a bundle could not be written or judged. The call's fault or the machine's; documents have faults of their own.
    BundleError {
        TargetExists { path: String } => "bundle-target-exists", Caller, "{path} exists already", "choose another name, or move the old one away: nothing is ever overwritten";
        TargetNotEmpty { path: String } => "bundle-target-not-empty", Caller, "{path} is not an empty folder", "choose a folder that is empty or does not exist yet: nothing is ever overwritten";
        NoName { path: String } => "bundle-target-name", Caller, "{path} does not end in a name", "give the path of the folder to be made";
        NoParent { path: String } => "bundle-target-parent", Caller, "the folder that {path} should be made in does not exist", "make that folder first";
        InsideSource { target: String, source_dir: String } => "bundle-inside-source", Caller, "{target} is inside the source folder {source_dir}", "write somewhere else: the source folder is evidence and is never written to";
        AroundSource { target: String, source_dir: String } => "bundle-around-source", Caller, "the source folder {source_dir} is inside {target}", "write somewhere else: the source folder is evidence and is never written to";
        SameTarget { path: String } => "bundle-same-target", Caller, "the record would lie in the public bundle, or the bundle in the record: {path}", "keep the internal record apart from what is published";
        BadName { path: String } => "bundle-member-name", Caller, "{path} cannot be a path inside the bundle", "report this: names inside the bundle are made by the tool";
        NotAFolder { path: String } => "bundle-not-a-folder", Caller, "{path} is not a folder", "give the path of an unpacked bundle";
        KeyUnreadable { path: String, why: String } => "bundle-key", Caller, "the key {path} cannot be used: {why}", "use an Ed25519 key as `ssh-keygen -t ed25519` makes them, without passphrase for signing";
        SuppressionsUnreadable { path: String, why: String } => "suppressions-unreadable", Caller, "{path} cannot be used: {why}", "each entry needs `check`, `reason` and `expires`";
        Disk { doing: String, path: String, why: String } => "bundle-disk", Disk, "{doing} {path}: {why}", "check space, permissions and the disk; nothing partial was left behind";
        Interrupted => "interrupted", Caller, "interrupted; nothing was written", "run it again";
    }
}

impl BundleError {
    /// What the file system said while doing something.
    pub(crate) fn disk(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self::Disk { doing: doing.to_string(), path: show(path), why: printable(&error.to_string()) }
    }

    /// Exit code of the command: 2 when the call is wrong, 3 when the machine failed, 130 after an interrupt.
    pub fn exit_code(&self) -> u8 {
        match (self, self.blame()) {
            (Self::Interrupted, _) => 130,
            (_, Blame::Disk) => 3,
            (_, Blame::Caller | Blame::File | Blame::Limit) => 2,
        }
    }
}

/// A path, safe to print.
pub(crate) fn show(path: &Path) -> String {
    printable(&path.to_string_lossy())
}
