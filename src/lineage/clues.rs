//! What one text says about its own age.

use std::cmp::Ordering;

use foldhash::HashSet;

use super::label::{self, VersionLabel};
use super::nodes::Node;
use super::types::{Draft, Version};
use crate::model::{Shingle, TimeSpan};

const DAY: i64 = 86_400;
/// Lines of a title page that may name version and date.
const TITLE_LINES: usize = 16;
const LINE_CHARS: usize = 120;
/// Lines of the beginning that facts hold.
const FRONT_LINES: usize = 40;

/// The evidence of one text, made comparable.
#[derive(Debug, Clone, Default)]
pub(super) struct Clues<'a> {
    /// Shingles of the text, ascending.
    pub(super) shingles: &'a [Shingle],
    /// What its tracked changes bring in.
    pub(super) added: &'a [Shingle],
    /// What its tracked changes take out.
    pub(super) removed: &'a [Shingle],
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
    /// Another text names the same day: it may be the one of a plan, a visit or a template, and is no witness of this text's age.
    pub(super) date_is_shared: bool,
    /// The version on its title page, in its header or properties.
    pub(super) written: Option<Version>,
    /// The versions in the names of its files.
    pub(super) named: Vec<&'a Version>,
    /// The case file names it as the published text: the youngest.
    pub(super) is_published: bool,
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
        let history = History::of(first);
        let dated = title_date(first, &history);
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
            written: written(first, &history),
            named: distinct(node.files.iter().filter_map(|file| names.get(*file)?.as_ref()).collect()),
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

/// Each version once: a text may lie in a folder any number of times, under names that differ in the number of the copy.
fn distinct(mut versions: Vec<&Version>) -> Vec<&Version> {
    let mut seen = HashSet::default();
    if versions.len() > 1 {
        versions.retain(|version| seen.insert(VersionLabel { label: None, copy: None, ..version.label.clone() }));
    }
    versions
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
    Ok(modified)
}

/// The label in a file name.
pub(super) fn named(path: &str) -> Option<Version> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let label = label::parse(name);
    (!label.is_empty()).then_some(Version { label, source: "name" })
}

/// Lines that may name version and date, and where they stand: title page, headers, properties. `history`: the lines of a table of
/// versions, which name those before too.
fn lines<'d>(draft: &'d Draft<'_>, history: &'d History) -> impl Iterator<Item = (&'static str, &'d str)> {
    let facts = draft.facts;
    let properties = facts.version_properties.iter().map(|line| ("property", line.as_str()));
    let front = facts.front_matter.iter().enumerate().take(TITLE_LINES).filter(|(at, _)| !history.lines.contains(at));
    let front = front.map(|(_, line)| ("title-page", line.as_str()));
    let running = facts.running_text.iter().map(|line| ("header", line.as_str()));
    let short = |line: &(&'static str, &str)| line.1.chars().count() <= LINE_CHARS && !line.1.contains("://") && !is_legal(line.1);
    front.chain(running).chain(properties).filter(short)
}

/// A table of versions on the title page: one row for each draft, the oldest first or last.
#[derive(Debug, Clone, Default, PartialEq)]
struct History {
    /// Its lines, one for each cell.
    lines: std::ops::Range<usize>,
    /// The highest version in it.
    version: Option<VersionLabel>,
    /// The latest day in it: ISO.
    date: Option<String>,
}

impl History {
    /// Finds the table by the heads of its columns, or by two lines that are days and nothing else.
    ///
    /// Facts hold the first lines alone. A table that rises to the last of them goes on, and its latest row is not known.
    fn of(draft: &Draft<'_>) -> Self {
        const ROW: usize = 6;
        let lines = &draft.facts.front_matter;
        let days: Vec<(usize, (String, bool))> = lines.iter().enumerate().filter_map(|(at, line)| Some((at, bare_day(line)?))).collect();
        let versions: Vec<(usize, VersionLabel)> =
            lines.iter().enumerate().filter_map(|(at, line)| Some((at, bare_version(line)?))).collect();
        let is_head = |at: &usize| lines.get(*at).is_some_and(|line| is_version_head(line));
        let head = (0..lines.len()).find(is_head).filter(|head| {
            let near = |at: usize| at > *head && at <= head + 2 * ROW;
            days.iter().any(|(at, _)| near(*at)) || versions.iter().any(|(at, _)| near(*at))
        });
        let different = days.iter().any(|(_, day)| Some(day) != days.first().map(|(_, day)| day));
        let Some(start) = head.or_else(|| days.first().map(|(at, _)| *at).filter(|_| different)) else { return Self::default() };
        let after = |at: usize| at >= start;
        let last = days.iter().map(|(at, _)| *at).chain(versions.iter().map(|(at, _)| *at)).filter(|at| after(*at)).max().unwrap_or(start);
        let days: Vec<&(String, bool)> = days.iter().filter(|(at, _)| after(*at)).map(|(_, day)| day).collect();
        let versions: Vec<&VersionLabel> = versions.iter().filter(|(at, _)| after(*at)).map(|(_, version)| version).collect();
        let cut = lines.len() >= FRONT_LINES && last + 2 * ROW > lines.len();
        let falls =
            days.first() > days.last() || matches!((versions.first(), versions.last()), (Some(one), Some(other)) if key(one) > key(other));
        let known = !cut || falls;
        let surely = days.iter().all(|(_, ambiguous)| !ambiguous);
        Self {
            lines: start..last + ROW,
            version: versions.into_iter().max_by_key(|version| key(version)).cloned().filter(|_| known && head.is_some()),
            date: days.iter().map(|(day, _)| day.clone()).max().filter(|_| known && surely),
        }
    }
}

fn key(label: &VersionLabel) -> (Option<u32>, u32, u32) {
    (label.major, label.minor.unwrap_or(0), label.patch.unwrap_or(0))
}

/// Heads of a column of versions.
fn is_version_head(line: &str) -> bool {
    const HEADS: &[&str] =
        &["version", "version no", "version number", "ver", "issue", "issue no", "rev", "revision", "draft no", "fassung"];
    let line = line.trim().trim_end_matches([':', '.', '#']).trim().to_lowercase();
    HEADS.contains(&line.as_str())
}

/// A line that is a day and nothing else.
fn bare_day(line: &str) -> Option<(String, bool)> {
    let line = line.trim();
    let words = line.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    (line.len() <= 24 && words <= 3).then(|| label::date(line)).flatten().filter(|(day, _)| day.len() == 10)
}

/// A line that is a number with dots and nothing else.
fn bare_version(line: &str) -> Option<VersionLabel> {
    let number =
        line.trim().trim_start_matches(['v', 'V']).trim_start_matches('.').trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let parts: Vec<&str> = number.split('.').collect();
    let is_number = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    ((2..=3).contains(&parts.len()) && parts.iter().all(is_number)).then(|| label::parse(&format!("v{number}")))
}

/// Copyright lines and templates carry dates of their own.
fn is_legal(line: &str) -> bool {
    let lower = line.to_lowercase();
    ["copyright", "©", "(c)", "all rights", "template", "supersedes", "previous", "replaces"].iter().any(|word| lower.contains(word))
}

/// The version that a text gives itself. Only lines that say so count: a bare number may be a heading's. Of a table of versions the
/// highest counts.
fn written(draft: &Draft<'_>, history: &History) -> Option<Version> {
    let said = lines(draft, history).filter(|(_, line)| says_version(line)).find_map(|(source, line)| {
        let label = label::parse(line);
        (label.major.is_some() || label.number.is_some()).then_some(Version { label, source })
    });
    let in_table = || history.version.clone().map(|label| Version { label, source: "title-page" });
    match said {
        Some(version) if version.source == "title-page" => Some(version),
        other => in_table().or(other),
    }
}

fn says_version(line: &str) -> bool {
    const WORDS: &[&str] = &["version", "draft", "revision", "rev", "issue", "v", "entwurf", "fassung"];
    line.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .any(|word| WORDS.contains(&word.trim_end_matches(|digit: char| digit.is_ascii_digit())))
}

/// The latest day in a table of versions, else the first whole date (or month) on the title page, then in headers.
fn title_date(draft: &Draft<'_>, history: &History) -> Option<(i64, String)> {
    if let Some(day) = &history.date {
        return seconds(day).map(|at| (at, day.clone()));
    }
    let dates = lines(draft, history).filter_map(|(_, line)| label::date(line)).filter(|(_, ambiguous)| !ambiguous).map(|(date, _)| date);
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

/// First and last second of an ISO day, month or year.
pub(super) fn span(date: &str) -> Option<(i64, i64)> {
    let (year, month) = (date.get(..4)?, date.get(5..7));
    let (first, after) = match (date.len(), month.and_then(|month| month.parse::<i64>().ok())) {
        (10, _) => return seconds(date).map(|first| (first, first + DAY - 1)),
        (7, Some(12)) => (format!("{date}-01"), format!("{:04}-01-01", year.parse::<i64>().ok()? + 1)),
        (7, Some(month)) => (format!("{date}-01"), format!("{year}-{:02}-01", month + 1)),
        (4, _) => (format!("{year}-01-01"), format!("{:04}-01-01", year.parse::<i64>().ok()? + 1)),
        _ => return None,
    };
    Some((seconds(&first)?, seconds(&after)? - 1))
}

/// Which of two labels is earlier, when they count in the same way: by their numbers, and by their revisions where they have no others.
pub(super) fn compare(one: &VersionLabel, other: &VersionLabel) -> Option<Ordering> {
    let shape = |label: &VersionLabel| (label.major.is_some(), label.minor.is_some(), label.number.is_some());
    if shape(one) != shape(other) {
        return None;
    }
    if one.number.is_some() && one.stage != other.stage && (one.major, one.minor, one.patch) == (other.major, other.minor, other.patch) {
        return None; // "WD 03" and "CSD 01" are counted apart
    }
    let key = |label: &VersionLabel| (label.major, label.minor, label.patch.unwrap_or(0), label.number);
    let by_revision = || compare_revisions(one.rev.as_deref()?, other.rev.as_deref()?);
    Some(key(one).cmp(&key(other))).filter(|order| order.is_ne()).or_else(by_revision)
}

/// "B" before "C", "B2" before "B10", "3" before "12"; a letter and a number are counted apart.
fn compare_revisions(one: &str, other: &str) -> Option<Ordering> {
    let parts = |rev: &str| {
        let digits = rev.trim_start_matches(|letter: char| letter.is_alphabetic());
        let letters = rev.strip_suffix(digits).unwrap_or_default().to_uppercase();
        let number = if digits.is_empty() { Some(0) } else { digits.parse::<u32>().ok() };
        number.map(|number| (letters, number))
    };
    let (one, other) = (parts(one)?, parts(other)?);
    (one.0.is_empty() == other.0.is_empty() && one.0.len() == other.0.len()).then(|| one.cmp(&other)).filter(|order| order.is_ne())
}

/// Which of two dates is earlier; partial dates only as far as both are known, and dates that can be read in two ways only where all
/// readings agree.
pub(super) fn compare_dates(one: &VersionLabel, other: &VersionLabel) -> Option<Ordering> {
    let order = |one: &str, other: &str| {
        let length = one.len().min(other.len());
        Some(one.get(..length)?.cmp(other.get(..length)?))
    };
    let likely = |label: &'_ VersionLabel| label.settled_dates.max(1);
    let mut orders =
        readings(one).take(likely(one)).flat_map(|first| readings(other).take(likely(other)).map(move |second| order(first, second)));
    let known = orders.next()??;
    (known.is_ne() && orders.all(|order| order == Some(known))).then_some(known)
}

/// The days that a date can mean; none where there is no date.
pub(super) fn readings(label: &VersionLabel) -> impl Iterator<Item = &str> + Clone {
    label.date.iter().chain(label.date_readings.iter().skip(1).map(|(_, day)| day)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_a_file_say_no_more_than_one() {
        let versions = ["Report v0.1.docx", "Report v0.1 (2).docx", "Report v0.1 - Copy.docx", "Report v0.2.docx"].map(named);
        let numbers: Vec<_> = distinct(versions.iter().flatten().collect()).iter().map(|version| version.label.minor).collect();
        assert_eq!(numbers, [Some(1), Some(2)]);
    }

    #[test]
    fn labels_compare_only_where_they_count_alike() {
        let compared = |one: &str, other: &str| compare(&label::parse(one), &label::parse(other));
        assert_eq!(compared("v0.9", "v0.10"), Some(Ordering::Less));
        assert_eq!(compared("v1.0", "v0.10"), Some(Ordering::Greater));
        assert_eq!(compared("Draft 2", "Draft 3"), Some(Ordering::Less));
        assert_eq!(compared("v0.3", "v2"), None);
        assert_eq!(compared("v1.0 wd03", "v1.0 csd01"), None);
        assert_eq!(compared("v1.0", "v1.0"), None);
        assert_eq!(compared("rev A", "rev B"), Some(Ordering::Less));
        assert_eq!(compared("rev 2", "rev 10"), Some(Ordering::Less));
        assert_eq!(compared("rev C", "rev 1"), None);
        assert_eq!(compared("v0.3c", "v0.3b"), Some(Ordering::Greater));
    }

    #[test]
    fn dates_compare_as_far_as_they_are_known() {
        let compared = |one: &str, other: &str| compare_dates(&label::parse(one), &label::parse(other));
        assert_eq!(compared("a 2018-03", "a 2018-04-12"), Some(Ordering::Less));
        assert_eq!(compared("a 2018-03", "a 2018-03-12"), None);
        assert_eq!(compared("a 03.04.2018", "a 2018-03-12"), None);
        assert_eq!(compared("a 03.04.2018", "a 2018-05-12"), Some(Ordering::Less));
        assert_eq!(compared("a 05-02-2017", "a 05-02-2018"), Some(Ordering::Less));
        assert_eq!(compared("a 18-03-19", "a 18-04-12"), None);
        assert_eq!(compared("a 180319", "a 180512"), None);
    }
}
