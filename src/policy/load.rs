//! `policy.toml`, key by key, checked against the table of rulings.

use std::collections::BTreeMap;

use super::{Action, LinkKeeping, Links, Policy, StageDecisions, StageRules, TrackedChanges, matrix};
use crate::case::ConfigError;
use crate::case::keys::{Reader, Table, nearest};
use crate::limits::Limits;
use crate::model::{Decision, FindingKind};

const TRACKED: &[(&str, TrackedChanges)] =
    &[("ask", TrackedChanges::Ask), ("accept", TrackedChanges::Accept), ("reject", TrackedChanges::Reject), ("keep", TrackedChanges::Keep)];
const DECISIONS: &[(&str, Decision)] = &[("release", Decision::Release), ("withhold", Decision::Withhold), ("review", Decision::Review)];
const KEEPING: &[(&str, LinkKeeping)] =
    &[("public-web", LinkKeeping::PublicWeb), ("listed", LinkKeeping::Listed), ("none", LinkKeeping::None)];
const ACTIONS: &[(&str, Action)] = &[("remove", Action::Remove), ("hold", Action::Hold), ("keep", Action::Keep)];

impl Policy {
    /// Reads a policy file. `file_name` is only for the messages.
    ///
    /// # Errors
    /// Every unknown key, unknown kind of finding, action that the table does not allow for its kind, and wrong type,
    /// each with line, key and remedy, all at once.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, ConfigError> {
        Reader::run(text.strip_prefix('\u{feff}').unwrap_or(text), file_name, root)
    }

    /// SHA-256 of the policy in canonical form: equal for files that mean the same.
    pub fn digest(&self) -> String {
        let canonical = serde_json::to_vec(self).unwrap_or_default();
        crate::model::sha256_hex(&canonical)
    }
}

fn root(root: &Table<'_, '_>) -> Policy {
    let mut policy = Policy { tracked_changes: root.word("tracked-changes", TRACKED).unwrap_or(TrackedChanges::Ask), ..Policy::default() };
    if let Some(table) = root.table("decide") {
        policy.decide = decide(&table);
        table.finish();
    }
    if let Some(table) = root.table("stage") {
        policy.stage = stage(&table);
        table.finish();
    }
    if let Some(table) = root.table("rulings") {
        policy.rulings = rulings(&table);
    }
    if let Some(table) = root.table("links") {
        policy.links = Links {
            keep: table.word("keep", KEEPING).unwrap_or_default(),
            allow_hosts: table.strings("allow-hosts"),
            drop_hosts: table.strings("drop-hosts"),
        };
        table.finish();
    }
    if let Some(table) = root.table("limits") {
        policy.limits = limits(&table);
        table.finish();
    }
    policy
}

fn decide(table: &Table<'_, '_>) -> StageDecisions {
    let usual = StageDecisions::default();
    StageDecisions {
        early: table.word("early", DECISIONS).unwrap_or(usual.early),
        later: table.word("later", DECISIONS).unwrap_or(usual.later),
        r#final: table.word("final", DECISIONS).unwrap_or(usual.r#final),
        unknown: table.word("unknown", DECISIONS).unwrap_or(usual.unknown),
    }
}

fn stage(table: &Table<'_, '_>) -> StageRules {
    let usual = StageRules::default();
    let rules = StageRules {
        early_share: table.share("early-share").unwrap_or(usual.early_share),
        later_share: table.share("later-share").unwrap_or(usual.later_share),
        tracked_share: table.share("tracked-share").unwrap_or(usual.tracked_share),
        later_from: table.string("later-from"),
    };
    if rules.later_from.as_deref().is_some_and(|from| crate::lineage::label::from_version(from).major.is_none()) {
        table.refuse("later-from", "no version number", "write the first number that counts as later, for example \"0.7\" or \"v2\"");
    }
    if rules.early_share >= rules.later_share {
        table.refuse("early-share", "`early-share` is not below `later-share`", "no draft may be early and later at once");
    }
    rules
}

fn rulings(table: &Table<'_, '_>) -> BTreeMap<String, Action> {
    let mut out = BTreeMap::new();
    for name in table.names() {
        if table.has_enough() {
            break;
        }
        let Some(kind) = FindingKind::from_name(&name) else {
            table.string(&name);
            let near = nearest(&name, FindingKind::ALL.iter().map(|kind| kind.as_str()));
            let help = near.map_or_else(|| "`cleardraft inspect` shows the kinds".to_owned(), |near| format!("did you mean `{near}`?"));
            table.refuse(&name, "unknown kind of finding", help);
            continue;
        };
        let Some(action) = table.word(&name, ACTIONS) else { continue };
        let ruling = matrix::ruling(kind);
        if ruling.allowed.contains(&action) {
            out.insert(name, action);
        } else {
            let word = |action: &Action| ACTIONS.iter().find(|(_, known)| known == action).map_or("", |(word, _)| *word);
            let allowed: Vec<&str> = ruling.allowed.iter().map(word).collect();
            table.refuse(
                &name,
                format!("`{}` is not allowed for {}", word(&action), kind.plain()),
                format!("allowed: {}", allowed.join(", ")),
            );
        }
    }
    out
}

fn limits(table: &Table<'_, '_>) -> Limits {
    let usual = Limits::default();
    Limits {
        file_bytes: table.whole("file_bytes").unwrap_or(usual.file_bytes),
        part_bytes: table.whole("part_bytes").unwrap_or(usual.part_bytes),
        total_bytes: table.whole("total_bytes").unwrap_or(usual.total_bytes),
        ratio: table.whole("ratio").unwrap_or(usual.ratio),
        members: table.whole("members").unwrap_or(usual.members),
        depth: table.whole("depth").unwrap_or(usual.depth),
        nodes: table.whole("nodes").unwrap_or(usual.nodes),
        objects: table.whole("objects").unwrap_or(usual.objects),
        values: table.whole("values").unwrap_or(usual.values),
        pages: table.whole("pages").unwrap_or(usual.pages),
        operators: table.whole("operators").unwrap_or(usual.operators),
        pixels: table.whole("pixels").unwrap_or(usual.pixels),
        in_flight_bytes: table.whole("in_flight_bytes").unwrap_or(usual.in_flight_bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_line_key_and_remedy() {
        let text = "tracked-changes = \"acept\"\n[rulings]\ncomment = \"keep\"\ncoment = \"remove\"\nalt-text = 3\n[limits]\npixel = 4\n[stage]\nearly-share = 0.95\n";
        let error = Policy::parse(text, "policy.toml").unwrap_err().to_string();
        for part in [
            "policy.toml:1: tracked-changes: `acept` is not known here\n  help: did you mean `accept`? known: ask, accept, reject, keep",
            "policy.toml:3: rulings.comment: `keep` is not allowed for comments\n  help: allowed: remove, hold",
            "policy.toml:4: rulings.coment: unknown kind of finding\n  help: did you mean `comment`?",
            "policy.toml:5: rulings.alt-text: this is a whole number, a text is needed",
            "policy.toml:7: limits.pixel: unknown key\n  help: did you mean `pixels`?",
            "policy.toml:9: stage.early-share: `early-share` is not below `later-share`",
        ] {
            assert!(error.contains(part), "{part}\n--- in\n{error}");
        }
    }

    #[test]
    fn policies_that_mean_the_same_have_the_same_digest() {
        let empty = Policy::parse("", "p").unwrap();
        let spelt_out = Policy::parse("tracked-changes = \"ask\" # comment\n[links]\nkeep = \"public-web\"\n", "p").unwrap();
        let other = Policy::parse("tracked-changes = \"accept\"\n", "p").unwrap();
        assert_eq!(empty.digest(), spelt_out.digest());
        assert_ne!(empty.digest(), other.digest());
    }
}
