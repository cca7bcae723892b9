//! What one text says about its own age.

use super::label::{self, VersionLabel};
use super::nodes::Node;
use super::types::{Draft, Version};
use crate::model::TimeSpan;

const DAY: i64 = 86_400;
/// Lines of a title page that may name version and date.
const TITLE_LINES: usize = 16;
const LINE_CHARS: usize = 120;

/// The evidence of one text, made comparable.
#[derive(Debug, Clone, Default)]
pub(super) struct Clues<'a> {
    /// Shingles of the text, ascending.
    pub(super) shingles: &'a [u64],
    /// What its tracked changes bring in.
    pub(super) added: &'a [u64],
    /// What its tracked changes take out.
    pub(super) removed: &'a [u64],
    /// Session ids, ascending.
    pub(super) rsids: &'a [u32],
    /// Root and last session id where the application counts them up.
    pub(super) counted_session: Option<(u32, u32)>,
    /// Last modification that may be believed.
    pub(super) modified: Option<i64>,
    /// Why a modification time was not believed.
    pub(super) modified_doubt: Option<&'static str>,
    /// Creation time.
    pub(super) created: Option<i64>,
    /// The last tracked change or comment: the text was being worked on then.
    pub(super) last_mark: Option<i64>,
    /// The date on its title page, in its header or properties: first second of the day, and the date as text.
    pub(super) dated: Option<(i64, String)>,
    /// The version on its title page, in its header or properties.
    pub(super) written: Option<Version>,
    /// The versions in the names of its files.
    pub(super) named: Vec<&'a Version>,
    /// Saved as PDF only.
    pub(super) is_pdf: bool,
}

impl<'a> Clues<'a> {
    /// Collects the clues of a text. `names`: what the name of each file says.
    pub(super) fn of(node: &Node, drafts: &[Draft<'a>], names: &'a [Option<Version>]) -> Self {
        let files: Vec<&Draft<'a>> = node.files.iter().filter_map(|file| drafts.get(*file)).collect();
        let Some(first) = files.first() else { return Self::default() };
        let facts = first.facts;
        let last = |span: Option<TimeSpan>| span.map(|span| span.last);
        let last_mark = files.iter().filter_map(|draft| last(draft.facts.change_dates).max(last(draft.facts.comment_dates))).max();
        let dated = title_date(first);
        let most_marked = files.iter().rev().max_by_key(|draft| draft.facts.text.added.len() + draft.facts.text.removed.len());
        let marked = most_marked.map_or(facts, |draft| draft.facts);
        let mut clues = Self {
            shingles: &facts.text.shingles,
            added: &marked.text.added,
            removed: &marked.text.removed,
            rsids: &facts.rsids,
            counted_session: facts.rsid_root.zip(facts.rsid_last),
            created: facts.created,
            last_mark,
            dated,
            written: written(first),
            named: node.files.iter().filter_map(|file| names.get(*file)?.as_ref()).collect(),
            is_pdf: node.is_pdf(drafts),
            ..Self::default()
        };
        // A copy saved again later says nothing new: the earliest time that can be right is the text's.
        for draft in &files {
            match believable(draft, &clues) {
                Ok(time) => clues.modified = Some(clues.modified.map_or(time, |known| known.min(time))),
                Err(Some(doubt)) => clues.modified_doubt = Some(doubt),
                Err(None) => {}
            }
        }
        clues
    }
}

/// The modification time of a file, or why it cannot be right.
fn believable(draft: &Draft<'_>, clues: &Clues<'_>) -> Result<i64, Option<&'static str>> {
    let facts = draft.facts;
    let modified = facts.modified.ok_or(None)?;
    if facts.created.is_some_and(|created| modified < created - DAY) {
        return Err(Some("the file says it was modified before it was created"));
    }
    if clues.last_mark.is_some_and(|mark| modified < mark - DAY) {
        return Err(Some("the file says it was modified before its last tracked change or comment"));
    }
    if clues.dated.as_ref().is_some_and(|(dated, _)| modified < dated - 90 * DAY) {
        return Err(Some("the file says it was modified long before the date on its title page"));
    }
    Ok(modified)
}

/// The label in a file name.
pub(super) fn named(path: &str) -> Option<Version> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let label = label::parse(name);
    (!label.is_empty()).then_some(Version { label, source: "name" })
}

/// Lines that may name version and date, and where they stand: properties, title page, headers.
fn lines<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = (&'static str, &'d str)> {
    let facts = draft.facts;
    let properties = facts.version_properties.iter().map(|line| ("property", line.as_str()));
    let front = facts.front_matter.iter().take(TITLE_LINES).map(|line| ("title-page", line.as_str()));
    let running = facts.running_text.iter().map(|line| ("header", line.as_str()));
    let short = |line: &(&'static str, &str)| line.1.chars().count() <= LINE_CHARS && !line.1.contains("://") && !is_legal(line.1);
    front.chain(running).chain(properties).filter(short)
}

/// Copyright lines and templates carry dates of their own.
fn is_legal(line: &str) -> bool {
    let lower = line.to_lowercase();
    ["copyright", "©", "(c)", "all rights", "template", "supersedes", "previous", "replaces"].iter().any(|word| lower.contains(word))
}

/// The version that a text gives itself. Only lines that say so count: a bare number may be a heading's.
fn written(draft: &Draft<'_>) -> Option<Version> {
    lines(draft).filter(|(_, line)| says_version(line)).find_map(|(source, line)| {
        let label = label::parse(line);
        (label.major.is_some() || label.number.is_some()).then_some(Version { label, source })
    })
}

fn says_version(line: &str) -> bool {
    const WORDS: &[&str] = &["version", "draft", "revision", "rev", "issue", "v", "entwurf", "fassung"];
    line.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .any(|word| WORDS.contains(&word.trim_end_matches(|digit: char| digit.is_ascii_digit())))
}

/// The first whole date (or month) on the title page, then in headers.
fn title_date(draft: &Draft<'_>) -> Option<(i64, String)> {
    let dates = lines(draft).filter_map(|(_, line)| label::date(line)).filter(|(_, ambiguous)| !ambiguous).map(|(date, _)| date);
    let mut months = None;
    for date in dates {
        match date.len() {
            10 => return seconds(&date).map(|at| (at, date)),
            7 if months.is_none() => months = Some(date),
            _ => {}
        }
    }
    months.and_then(|month| Some((seconds(&format!("{month}-01"))?, month)))
}

/// First second of an ISO day.
pub(super) fn seconds(day: &str) -> Option<i64> {
    crate::format::moment::parse(day)
}

/// Which of two labels is earlier, when they count in the same way.
pub(super) fn compare(one: &VersionLabel, other: &VersionLabel) -> Option<std::cmp::Ordering> {
    let shape = |label: &VersionLabel| (label.major.is_some(), label.minor.is_some(), label.number.is_some());
    if shape(one) != shape(other) || shape(one) == (false, false, false) {
        return None;
    }
    if one.number.is_some() && one.stage != other.stage && (one.major, one.minor, one.patch) == (other.major, other.minor, other.patch) {
        return None; // "WD 03" and "CSD 01" are counted apart
    }
    let key = |label: &VersionLabel| (label.major, label.minor, label.patch.unwrap_or(0), label.number);
    Some(key(one).cmp(&key(other))).filter(|order| order.is_ne())
}

/// Which of two dates is earlier; partial dates only as far as both are known.
pub(super) fn compare_dates(one: &VersionLabel, other: &VersionLabel) -> Option<std::cmp::Ordering> {
    if one.date_ambiguous || other.date_ambiguous {
        return None;
    }
    let (one, other) = (one.date.as_deref()?, other.date.as_deref()?);
    let length = one.len().min(other.len());
    Some(one.get(..length)?.cmp(other.get(..length)?)).filter(|order| order.is_ne())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn labels_compare_only_where_they_count_alike() {
        let compared = |one: &str, other: &str| compare(&label::parse(one), &label::parse(other));
        assert_eq!(compared("v0.9", "v0.10"), Some(Ordering::Less));
        assert_eq!(compared("v1.0", "v0.10"), Some(Ordering::Greater));
        assert_eq!(compared("Draft 2", "Draft 3"), Some(Ordering::Less));
        assert_eq!(compared("v0.3", "v2"), None);
        assert_eq!(compared("v1.0 wd03", "v1.0 csd01"), None);
        assert_eq!(compared("v1.0", "v1.0"), None);
    }

    #[test]
    fn dates_compare_as_far_as_they_are_known() {
        let compared = |one: &str, other: &str| compare_dates(&label::parse(one), &label::parse(other));
        assert_eq!(compared("a 2018-03", "a 2018-04-12"), Some(Ordering::Less));
        assert_eq!(compared("a 2018-03", "a 2018-03-12"), None);
        assert_eq!(compared("a 03.04.2018", "a 2018-03-12"), None);
    }
}
