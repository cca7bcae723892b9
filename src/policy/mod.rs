//! The release policy: what `policy.toml` may say, checked once, and the orders that follow from it.

mod load;
pub mod matrix;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::limits::Limits;
use crate::model::{Decision, FindingKind};
pub use matrix::Action;

/// How tracked changes of a released copy are resolved (ECMA-376-1 §17.13.5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackedChanges {
    /// Nobody has said yet: a draft that holds tracked changes goes to `review`.
    #[default]
    Ask,
    /// Insertions stay, deletions go.
    Accept,
    /// Deletions come back, insertions go.
    Reject,
    /// The redline stays, under a neutral author and without dates.
    Keep,
}

impl TrackedChanges {
    /// The word used in policy files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Keep => "keep",
        }
    }
}

/// Proposed decision for each stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct StageDecisions {
    /// For early drafts.
    pub early: Decision,
    /// For later drafts.
    pub later: Decision,
    /// For the published text.
    pub r#final: Decision,
    /// Where the stage is unknown.
    pub unknown: Decision,
}

impl Default for StageDecisions {
    fn default() -> Self {
        Self { early: Decision::Withhold, later: Decision::Release, r#final: Decision::Release, unknown: Decision::Review }
    }
}

/// The figures and labels by which a stage is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct StageRules {
    /// With a final and no milestone: at or below this share of the final text a draft is early.
    pub early_share: f64,
    /// With a final and no milestone: at or above this share it is later.
    pub later_share: f64,
    /// A near-final draft with more than this share of tracked text goes to review.
    pub tracked_share: f64,
    /// Version labels from this one on are later (`"0.8"`); absent: labels do not decide.
    pub later_from: Option<String>,
}

impl Default for StageRules {
    fn default() -> Self {
        Self { early_share: 0.30, later_share: 0.90, tracked_share: 0.05, later_from: None }
    }
}

/// Links that may stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Links {
    /// `public-web` keeps links to public web hosts, `none` drops every target outside the document.
    pub keep: LinkKeeping,
    /// Hosts whose links stay even if they look internal (`example.gov.uk`; subdomains included).
    pub allow_hosts: Vec<String>,
    /// Hosts whose links go (subdomains included).
    pub drop_hosts: Vec<String>,
}

/// Which outside links of a released copy stay clickable. The words of a link always stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKeeping {
    /// Links to public web hosts stay.
    #[default]
    PublicWeb,
    /// Only hosts on the allow list stay.
    Listed,
    /// No outside link stays.
    None,
}

impl Links {
    /// Whether the target of a link may stay: `http`, `https` or `mailto`-free public addresses only.
    ///
    /// Query strings, parameters of paths and of fragments, and user names go with the link: a target that carries one is dropped.
    pub fn keeps(&self, target: &str) -> bool {
        let Some((scheme, rest)) = target.split_once("://") else { return false };
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return false;
        }
        if !target.bytes().all(|byte| (0x21..0x7f).contains(&byte)) {
            return false;
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let in_fragment = rest.split_once('#').is_some_and(|(_, fragment)| fragment.contains('='));
        if authority.contains('@') || rest.contains(['?', ';']) || in_fragment {
            return false;
        }
        let host = authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let under = |list: &[String]| list.iter().any(|entry| is_under(&host, std::iter::once(entry.to_ascii_lowercase().as_str())));
        if under(&self.drop_hosts) {
            return false;
        }
        match self.keep {
            LinkKeeping::None => false,
            LinkKeeping::Listed => under(&self.allow_hosts),
            LinkKeeping::PublicWeb => under(&self.allow_hosts) || is_public_host(&host),
        }
    }
}

/// Services whose addresses open somebody's files, boards or meetings, or name who an address was sent to. What is public there nobody can tell
/// from the address.
const SHARING_HOSTS: &[&str] = &[
    "1drv.ms",
    "airtable.com",
    "asana.com",
    "atlassian.net",
    "basecamp.com",
    "box.com",
    "docs.google.com",
    "drive.google.com",
    "dropbox.com",
    "egnyte.com",
    "evernote.com",
    "figma.com",
    "huddle.com",
    "huddle.net",
    "icloud.com",
    "mail.google.com",
    "meet.google.com",
    "mega.nz",
    "mimecast.com",
    "mimecastprotect.com",
    "miro.com",
    "monday.com",
    "mural.co",
    "notion.site",
    "notion.so",
    "office365.com",
    "onedrive.com",
    "onedrive.live.com",
    "outlook.com",
    "outlook.live.com",
    "outlook.office.com",
    "sharefile.com",
    "sharefile.eu",
    "sharepoint.com",
    "slack.com",
    "smartsheet.com",
    "trello.com",
    "urldefense.com",
    "urldefense.proofpoint.com",
    "webex.com",
    "we.tl",
    "wetransfer.com",
    "zoom.us",
];

/// Whether a host is one of a list, or stands under one.
fn is_under<'l>(host: &str, mut list: impl Iterator<Item = &'l str>) -> bool {
    list.any(|entry| host == entry || host.strip_suffix(entry).is_some_and(|head| head.ends_with('.')))
}

/// Whether a host name can be on the public web: a name with a dot, no address, no reserved or internal label, no service for sharing.
fn is_public_host(host: &str) -> bool {
    const INTERNAL_LABELS: &[&str] = &[
        "intranet",
        "internal",
        "extranet",
        "sharepoint",
        "portal",
        "sites",
        "teams",
        "wiki",
        "dms",
        "edrm",
        "edrms",
        "share",
        "files",
        "fileserver",
        "files1",
        "corp",
        "lan",
        "local",
        "localhost",
        "localdomain",
        "home",
        "private",
        "test",
        "invalid",
        "onion",
        "confluence",
        "jira",
        "staging",
        "dev",
        "vpn",
    ];
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        && labels.last().is_some_and(|label| label.len() >= 2 && label.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && !labels.iter().any(|label| INTERNAL_LABELS.contains(label))
        && !is_under(host, SHARING_HOSTS.iter().copied())
}

/// What `policy.toml` says, with defaults that hold rather than pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// How tracked changes of released copies are resolved.
    pub tracked_changes: TrackedChanges,
    /// Proposed decision by stage.
    pub decide: StageDecisions,
    /// How a stage is told.
    pub stage: StageRules,
    /// Rulings moved from the table, by kind of finding; only what the table allows for that kind.
    pub rulings: BTreeMap<String, Action>,
    /// Links that may stay.
    pub links: Links,
    /// Budget for one document.
    pub limits: Limits,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            tracked_changes: TrackedChanges::Ask,
            decide: StageDecisions::default(),
            stage: StageRules::default(),
            rulings: BTreeMap::new(),
            links: Links::default(),
            limits: Limits::default(),
        }
    }
}

/// What a backend is told to do with one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Orders {
    /// Treatment of tracked changes. Never [`TrackedChanges::Ask`] when a sanitiser runs over a draft that holds some.
    pub tracked_changes: TrackedChanges,
    /// Links that may stay.
    pub links: Links,
    actions: BTreeMap<FindingKind, Action>,
}

impl Orders {
    /// The same orders with another treatment of tracked changes.
    #[must_use]
    pub fn with_tracked_changes(mut self, treatment: TrackedChanges) -> Self {
        self.tracked_changes = treatment;
        self
    }

    /// The same orders with these kinds taken out, those that may be; `None` where none of them may.
    pub fn removing(mut self, kinds: &[FindingKind]) -> Option<Self> {
        let removable = |kind: &&FindingKind| matrix::ruling(**kind).allowed.contains(&Action::Remove);
        let removed: Vec<_> = kinds.iter().filter(removable).map(|kind| (*kind, Action::Remove)).collect();
        let any = !removed.is_empty();
        self.actions.extend(removed);
        any.then_some(self)
    }

    /// What to do with a kind of finding.
    pub fn action(&self, kind: FindingKind) -> Action {
        self.actions.get(&kind).copied().unwrap_or_else(|| matrix::ruling(kind).default)
    }
}

impl Policy {
    /// The orders that follow from this policy.
    pub fn orders(&self) -> Orders {
        let actions = FindingKind::ALL
            .iter()
            .map(|kind| {
                let ruling = matrix::ruling(*kind);
                let asked = self.rulings.get(kind.as_str()).copied().filter(|action| ruling.allowed.contains(action));
                (*kind, asked.unwrap_or(ruling.default))
            })
            .collect();
        Orders { tracked_changes: self.tracked_changes, links: self.links.clone(), actions }
    }
}

impl Default for Orders {
    fn default() -> Self {
        Policy::default().orders()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_web_links_stay() {
        let links = Links::default();
        for target in ["https://www.gov.uk/guidance", "https://www.google.com/", "https://notdropbox.com/a#part-2"] {
            assert!(links.keeps(target), "{target}");
        }
        let shared = Links { allow_hosts: vec!["docs.google.com".into()], ..Links::default() };
        assert!(shared.keeps("https://docs.google.com/document/d/1abc/edit"));
        for target in [
            "file:///S:/a.docx",
            "https://intranet.dept.example/x",
            "http://server/x",
            "https://10.0.0.1/",
            "https://u:p@www.gov.uk/",
            "https://www.gov.uk/?user=x",
            "mailto:a@b.uk",
            "javascript:alert(1)",
            "https://dept.sharepoint.com/s",
            "https://1drv.ms/w/s!Aabc",
            "https://docs.google.com/document/d/1abc/edit",
            "https://url.uk.m.mimecastprotect.com/s/abc",
            "https://urldefense.com/v3/__https://www.gov.uk/__;!!abc$",
            "https://www.gov.uk/page;jsessionid=0A1B",
            "https://www.gov.uk/page#user=x",
        ] {
            assert!(!links.keeps(target), "{target}");
        }
        let closed = Links { keep: LinkKeeping::Listed, allow_hosts: vec!["gov.uk".into()], drop_hosts: vec!["secret.gov.uk".into()] };
        assert!(closed.keeps("https://www.gov.uk/a"));
        assert!(!closed.keeps("https://a.secret.gov.uk/a"));
        assert!(!closed.keeps("https://www.example.org/a"));
    }
}
