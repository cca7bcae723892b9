//! What `verify` says: a closed list of checks, each passed or failed with every place where it failed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use crate::model::{Finding, FindingKind, printable};

macro_rules! checks {
    ($( $(#[doc = $doc:literal])* $variant:ident $id:literal $passes:literal $help:literal; )*) => {
        /// One thing that is checked. The names are stable: they are rule ids in SARIF and keys of suppressions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CheckId { $( #[doc = $passes] $variant, )* }

        impl CheckId {
            /// Every check, in the order in which reports list them.
            pub const ALL: &'static [CheckId] = &[ $( CheckId::$variant ),* ];
            /// Stable name.
            pub fn as_str(self) -> &'static str { match self { $( Self::$variant => $id ),* } }
            /// What holds when the check passes.
            pub fn passes(self) -> &'static str { match self { $( Self::$variant => $passes ),* } }
            /// What to do when it fails.
            pub fn help(self) -> &'static str { match self { $( Self::$variant => $help ),* } }
        }
    };
}

checks! {
    Declaration "bag-declaration" "bagit.txt declares version and encoding as RFC 8493 asks" "the folder is not a bag, or bagit.txt was edited; get a fresh copy";
    TagText "bag-tag-text" "every tag file is text in the declared encoding" "a tag file was damaged or saved in another encoding; get a fresh copy";
    Info "bag-info" "bag-info.txt is well formed and its Payload-Oxum fits the payload" "bag-info.txt and the payload disagree; get a fresh copy";
    Manifests "bag-manifest" "the manifests are well formed and list every file once" "a manifest was damaged or edited; get a fresh copy";
    Paths "bag-path" "every listed path stays inside the bag" "a listed path leads out of the bag; do not unpack or trust this bag";
    FileTypes "bag-file-type" "the bag holds regular files and folders only" "links and special files can point anywhere; get a copy that holds the files themselves";
    Fetch "bag-fetch" "nothing is left to be fetched" "this tool never fetches; ask the sender for a bag that holds its payload and no fetch.txt";
    PayloadMissing "bag-payload-missing" "every listed payload file is there" "a file was removed or renamed; get a fresh copy";
    PayloadExtra "bag-payload-extra" "every payload file is listed" "a file was added or renamed; get a fresh copy";
    PayloadDigest "bag-payload-digest" "every payload file has its listed digest" "the file was changed or damaged; get a fresh copy";
    TagMissing "bag-tag-missing" "every listed tag file is there" "a tag file was removed or renamed; get a fresh copy";
    TagDigest "bag-tag-digest" "every tag file has its listed digest" "the tag file was changed or damaged; get a fresh copy";
    Layout "bundle-layout" "the bundle holds what a disclosure bundle holds and nothing else" "something was added, removed or renamed after the bundle was written; write it again";
    Canonical "bundle-canonical" "declaration and manifests are byte for byte as they are written" "a tag file was edited; get a fresh copy";
    Names "bundle-name" "released documents have neutral names" "the file name may tell something; write the bundle again";
    Disclosure "bundle-disclosure" "disclosure.json agrees with the documents" "disclosure.json and the documents disagree; write the bundle again";
    Schedule "bundle-schedule" "schedule.csv agrees with disclosure.json" "the schedule and the documents disagree; write the bundle again";
    Residue "document-residue" "the re-inspection of every released document finds nothing left" "do not publish; take the document out and look at the finding";
    Unread "document-unread" "every released document could be read again in full" "do not publish; a document that cannot be read cannot be proved clean";
    PublicFiles "public-file-lint" "letter and schedule tell nothing beyond what they must" "do not publish; correct the case file and write the bundle again";
    Signature "bundle-signature" "the tag manifest is signed by a trusted key" "do not rely on this bundle; ask the sender for a signed copy and for the key by another way";
    Rebuild "bundle-rebuild" "the same sources and record give the same bundle, byte for byte" "find out which source, plan, policy or tool version differs";
    Suppressions "suppressions" "no suppression is out of date or without effect" "remove or renew the suppression";
}

impl Serialize for CheckId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The outcome of one check, or one place where it failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Check {
    /// Which check.
    pub id: CheckId,
    /// Whether it passed.
    pub ok: bool,
    /// What holds, or what is wrong.
    pub message: String,
    /// Path inside the bundle with forward slashes, safe to print; absent when it concerns the whole bundle.
    pub path: Option<String>,
    /// What the re-inspection found there, when that is what failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<FindingKind>,
    /// Reason of the suppression that turned this failure into a known one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<String>,
}

/// Something a person should know that does not make the verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Warning {
    /// The check that noticed it.
    pub id: CheckId,
    /// What it is.
    pub message: String,
    /// Path inside the bundle, safe to print.
    pub path: Option<String>,
}

/// One thing that the re-inspection found in a released document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Residue {
    /// Path inside the bundle, safe to print.
    pub path: String,
    /// What was found; never the words.
    #[serde(flatten)]
    pub finding: Finding,
}

/// The whole verdict of `verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether every check passed (a suppressed failure counts as passed).
    pub ok: bool,
    /// Every check that ran: one entry when it passed, one for each place where it failed.
    pub checks: Vec<Check>,
    /// What does not make the verdict.
    pub warnings: Vec<Warning>,
    /// What the re-inspection found.
    pub residue: Vec<Residue>,
}

impl Report {
    /// The failures that count.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.ok && check.suppressed.is_none())
    }

    /// The exit code: 0 or 1, whatever the output format.
    pub fn exit_code(&self) -> u8 {
        u8::from(!self.ok)
    }

    /// Recomputes the verdict after failures were suppressed.
    pub(crate) fn settle(&mut self) {
        let failed = self.failures().next().is_some();
        self.ok = !failed;
    }
}

/// Collects outcomes while the checks run; each check that ran is listed even when it passed.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    ran: BTreeSet<CheckId>,
    failed: BTreeMap<CheckId, Vec<Check>>,
    warnings: Vec<Warning>,
    residue: Vec<Residue>,
}

impl Ledger {
    pub(crate) fn ran(&mut self, id: CheckId) {
        self.ran.insert(id);
    }

    pub(crate) fn fail(&mut self, id: CheckId, path: Option<&str>, message: impl Into<String>) {
        self.ran(id);
        let check = Check { id, ok: false, message: printable(&message.into()), path: path.map(printable), kind: None, suppressed: None };
        self.failed.entry(id).or_default().push(check);
    }

    /// One finding of the re-inspection: a failure of its own and an entry of the residue.
    pub(crate) fn found(&mut self, path: &str, finding: Finding) {
        self.ran(CheckId::Residue);
        let place = if finding.part.is_empty() { String::new() } else { format!(" in {}", printable(&finding.part)) };
        let message = format!("{}{place} ({})", finding.kind.plain(), finding.count);
        let check =
            Check { id: CheckId::Residue, ok: false, message, path: Some(printable(path)), kind: Some(finding.kind), suppressed: None };
        self.failed.entry(CheckId::Residue).or_default().push(check);
        self.residue.push(Residue { path: printable(path), finding });
    }

    pub(crate) fn warn(&mut self, id: CheckId, path: Option<&str>, message: impl Into<String>) {
        self.warnings.push(Warning { id, message: printable(&message.into()), path: path.map(printable) });
    }

    /// Turns every warning into a failure: a bundle that we wrote gives cause for none.
    pub(crate) fn harden(&mut self) {
        for warning in std::mem::take(&mut self.warnings) {
            let check = Check { id: warning.id, ok: false, message: warning.message, path: warning.path, kind: None, suppressed: None };
            self.ran.insert(check.id);
            self.failed.entry(check.id).or_default().push(check);
        }
    }

    pub(crate) fn into_report(self) -> Report {
        let Self { ran, mut failed, mut warnings, mut residue } = self;
        let mut checks = Vec::new();
        for id in ran {
            match failed.remove(&id) {
                Some(mut places) => {
                    places.sort_by(|a, b| (&a.path, &a.message).cmp(&(&b.path, &b.message)));
                    places.dedup();
                    checks.append(&mut places);
                }
                None => checks.push(Check { id, ok: true, message: id.passes().to_string(), path: None, kind: None, suppressed: None }),
            }
        }
        warnings.sort();
        warnings.dedup();
        residue.sort();
        let mut report = Report { ok: false, checks, warnings, residue };
        report.settle();
        report
    }
}
