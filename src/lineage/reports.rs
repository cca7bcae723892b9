//! Which report of the case file a family belongs to, and where its milestone lies in it.

use std::collections::BTreeSet;

use super::apart;
use super::classify::Family;
use super::clues;
use super::label;
use super::stage::Split;
use super::types::{Draft, MilestoneAt, ReportSpec};
use crate::model::printable;

/// The milestone, as far as a family has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Milestone {
    /// The report has none.
    None,
    /// At a text of the family.
    At {
        /// Name of the milestone.
        name: String,
        /// Index of the text in the family.
        text: usize,
        /// Index of the file that says so.
        file: usize,
    },
    /// On a day.
    On {
        /// Name of the milestone.
        name: String,
        /// First second of the day.
        seconds: i64,
        /// Where the day falls in the order.
        split: Option<Split>,
    },
    /// The report has one, the family has no text for it.
    Lost {
        /// Name of the milestone.
        name: String,
    },
}

/// Why no report of the case file can be held against a family: files of two are in it.
pub(super) fn contested(family: &Family<'_>, drafts: &[Draft<'_>], reports: &[ReportSpec]) -> Option<String> {
    if reports.len() < 2 {
        return None;
    }
    let paths: BTreeSet<&str> = family.files.iter().filter_map(|file| drafts.get(*file)).map(|draft| draft.path).collect();
    let named = apart::named_reports(reports, |path| paths.contains(path));
    let titles: Vec<String> =
        named.iter().filter_map(|at| reports.get(*at)).map(|report| format!("“{}”", printable(&report.title))).collect();
    (titles.len() > 1).then(|| {
        format!(
            "it stands among files that the case file names for different reports ({}), and the words do not tell them apart",
            titles.join(", ")
        )
    })
}

/// The report of each family, by the files that the report names, else by its title.
pub(super) fn report_of(family: &Family<'_>, families: usize, drafts: &[Draft<'_>], reports: &[ReportSpec]) -> Option<usize> {
    let holds = |path: &str| family.files.iter().any(|file| drafts.get(*file).is_some_and(|draft| draft.path == path));
    let by_file = reports.iter().position(|report| {
        let at_file = matches!(&report.milestone, Some((_, MilestoneAt::File(path))) if holds(path));
        at_file || report.final_path.as_deref().is_some_and(holds)
    });
    by_file.or_else(|| {
        let nameless = |report: &ReportSpec| report.final_path.is_none() && !matches!(report.milestone, Some((_, MilestoneAt::File(_))));
        let lines = if reports.iter().any(nameless) { naming_lines(family, drafts) } else { BTreeSet::new() };
        let mut by_title = reports
            .iter()
            .enumerate()
            .filter(|(_, report)| nameless(report))
            .map(|(at, report)| (title_match(&report.title, &lines), at))
            .collect::<Vec<_>>();
        by_title.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let best = by_title.first().filter(|(share, _)| *share >= 0.6).map(|(_, at)| *at);
        best.or_else(|| (reports.len() == 1 && families == 1 && reports.first().is_some_and(nameless)).then_some(0))
    })
}

/// Words of three letters and more, in lower case.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .map(str::to_owned)
        .collect()
}

/// The words of each name, title property and first line of the family; drafts repeat them, so each line counts once.
fn naming_lines(family: &Family<'_>, drafts: &[Draft<'_>]) -> BTreeSet<Vec<String>> {
    let lines: BTreeSet<&str> = family
        .files
        .iter()
        .filter_map(|file| drafts.get(*file))
        .flat_map(|draft| {
            let front = draft.facts.front_matter.iter().take(6).map(String::as_str);
            front.chain(draft.facts.title.as_deref()).chain([draft.path])
        })
        .collect();
    lines.into_iter().map(words).collect()
}

/// The largest share of the title's words that one line holds.
fn title_match(title: &str, lines: &BTreeSet<Vec<String>>) -> f64 {
    let title = words(title);
    let share = |known: &Vec<String>| title.iter().filter(|word| known.contains(word)).count() as f64 / title.len().max(1) as f64;
    if title.is_empty() { 0.0 } else { lines.iter().map(share).fold(0.0, f64::max) }
}

/// Where the milestone of a report lies in a family.
pub(super) fn milestone(report: &ReportSpec, family: &Family<'_>, drafts: &[Draft<'_>]) -> Milestone {
    let Some((name, place)) = &report.milestone else { return Milestone::None };
    let name = if name.is_empty() { "milestone".to_owned() } else { name.clone() };
    let found = match place {
        MilestoneAt::Date(date) => {
            return clues::seconds(&date.to_string()).map_or(Milestone::Lost { name: name.clone() }, |seconds| Milestone::On {
                name,
                seconds,
                split: Split::of(family, seconds),
            });
        }
        MilestoneAt::File(path) => family.files.iter().copied().find(|file| drafts.get(*file).is_some_and(|draft| draft.path == path)),
        MilestoneAt::Label(text) => first_with_label(text, family, drafts),
    };
    match found.and_then(|file| Some((family.text_of(file)?, file))) {
        Some((text, file)) => Milestone::At { name, text, file },
        None => Milestone::Lost { name },
    }
}

/// The oldest file whose name (or, failing that, title page) carries a label.
fn first_with_label(text: &str, family: &Family<'_>, drafts: &[Draft<'_>]) -> Option<usize> {
    let wanted = label::parse(text);
    let fits = |label: &label::VersionLabel| {
        let numbers =
            [(wanted.major, label.major), (wanted.minor, label.minor), (wanted.patch, label.patch), (wanted.number, label.number)];
        let words = [(&wanted.rev, &label.rev), (&wanted.stage, &label.stage), (&wanted.date, &label.date)];
        !wanted.is_empty()
            && numbers.iter().all(|(want, has)| want.is_none() || want == has)
            && words.iter().all(|(want, has)| want.is_none() || want == has)
    };
    let named = |file: &usize| family.named(*file).is_some_and(|version| fits(&version.label));
    let written = |file: &usize| {
        family.text_of(*file).and_then(|text| family.order.clues(text)?.written.clone()).is_some_and(|version| fits(&version.label))
    };
    let oldest =
        |files: Vec<usize>| files.into_iter().min_by_key(|file| (family.rank_of(*file), drafts.get(*file).map(|draft| draft.path)));
    oldest(family.files.iter().copied().filter(named).collect()).or_else(|| oldest(family.files.iter().copied().filter(written).collect()))
}
