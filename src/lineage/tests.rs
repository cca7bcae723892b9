//! Placements of made-up folders.

use proptest::prelude::*;

use super::shingles::text_facts;
use super::*;
use crate::format::Format;
use crate::model::{Decision, DraftFacts, Marks, Stage, TextFacts, TimeSpan};
use crate::policy::{StageDecisions, StageRules};

mod contrary;

const DAY: i64 = 86_400;
/// 2018-01-01.
const START: i64 = 1_514_764_800;

/// One made-up file.
#[derive(Debug, Clone)]
struct File {
    path: String,
    sha256: String,
    format: Format,
    marks: Marks,
    facts: DraftFacts,
}

/// A passage of twelve words that no other number gives.
fn passage(number: u32) -> String {
    (0..12).map(|word| format!("w{}x{word}", number * 7 + word)).collect::<Vec<_>>().join(" ")
}

fn words(passages: impl IntoIterator<Item = u32>) -> Vec<String> {
    passages.into_iter().map(passage).collect()
}

/// A text with nothing beyond its body.
fn seen(text: TextFacts) -> TextFacts {
    TextFacts { beyond: Some(0), ..text }
}

fn file(path: &str, passages: impl IntoIterator<Item = u32>) -> File {
    let paragraphs = words(passages);
    let facts = DraftFacts {
        text: seen(text_facts(&paragraphs, None)),
        front_matter: paragraphs.iter().take(3).cloned().collect(),
        ..DraftFacts::default()
    };
    let marks = Marks { text_chars: paragraphs.iter().map(|text| text.len() as u64).sum(), ..Marks::default() };
    File {
        path: path.to_owned(),
        sha256: crate::model::sha256_hex(format!("{path}{paragraphs:?}").as_bytes()),
        format: Format::Docx,
        marks,
        facts,
    }
}

/// Drafts of one document: step after step a passage comes in, some go. Saved a day apart, with session ids.
fn drafts(count: u32) -> Vec<File> {
    (0..count)
        .map(|step| {
            let mut file = file(&format!("Drafts/n{:02}.docx", (step * 7) % 31), step..step + 20 + step / 2);
            file.facts.modified = Some(START + i64::from(step) * DAY);
            file.facts.created = Some(START - DAY);
            file.facts.rsids = (1..30 + step * 3).collect();
            file
        })
        .collect()
}

fn place(files: &[File], reports: &[ReportSpec]) -> Vec<Placement> {
    place_by(files, reports, &StageRules::default())
}

fn place_by(files: &[File], reports: &[ReportSpec], rules: &StageRules) -> Vec<Placement> {
    let drafts: Vec<Draft<'_>> = files
        .iter()
        .map(|file| Draft {
            path: &file.path,
            sha256: &file.sha256,
            format: file.format,
            marks: &file.marks,
            facts: &file.facts,
            readable: true,
        })
        .collect();
    classify(&drafts, reports, rules, &StageDecisions::default())
}

fn report(final_path: Option<&str>, milestone: Option<MilestoneAt>) -> Vec<ReportSpec> {
    vec![ReportSpec {
        title: "Housing".to_owned(),
        final_path: final_path.map(str::to_owned),
        milestone: milestone.map(|at| ("circulated for fact check".to_owned(), at)),
    }]
}

fn ranks(placements: &[Placement]) -> Vec<u32> {
    placements.iter().filter_map(|placement| placement.rank).collect()
}

#[test]
fn a_milestone_file_parts_early_from_later() {
    let files = drafts(9);
    let placements = place(&files, &report(Some(&files[8].path), Some(MilestoneAt::File(files[4].path.clone()))));
    assert_eq!(ranks(&placements), (1..=9).collect::<Vec<_>>());
    let stages: Vec<Stage> = placements.iter().map(|placement| placement.stage).collect();
    use Stage::{Early as E, Final as F, Later as L};
    assert_eq!(stages, [E, E, E, E, L, L, L, L, F]);
    assert!(placements[..4].iter().all(|placement| placement.decision == Decision::Withhold));
    assert!(placements[4..].iter().all(|placement| placement.decision == Decision::Release));
    assert!(
        placements[2].reasons[0].starts_with("Draft 3 of 9; before the milestone “circulated for fact check”"),
        "{:?}",
        placements[2].reasons
    );
    assert!(placements.iter().all(|placement| !placement.evidence.is_empty()));
}

#[test]
fn a_day_and_a_label_part_them_too() {
    let mut files = drafts(9);
    let day = MilestoneAt::Date(jiff::civil::date(2018, 1, 5));
    let by_day: Vec<Stage> = place(&files, &report(None, Some(day))).iter().map(|placement| placement.stage).collect();
    assert_eq!(by_day.iter().filter(|stage| **stage == Stage::Early).count(), 4);
    assert_eq!(by_day[4], Stage::Later);
    for (step, file) in files.iter_mut().enumerate() {
        file.path = format!("Housing v0.{}.docx", step + 1);
    }
    let by_label: Vec<Stage> =
        place(&files, &report(None, Some(MilestoneAt::Label("v0.5".to_owned())))).iter().map(|placement| placement.stage).collect();
    assert_eq!(by_label, by_day);
    let lost = place(&files, &report(None, Some(MilestoneAt::Label("v0.77".to_owned()))));
    assert!(lost.iter().all(|placement| placement.stage == Stage::Unknown && placement.decision == Decision::Review));
}

#[test]
fn without_milestone_the_share_of_the_final_text_decides_or_nobody() {
    let files = vec![
        file("a.docx", 0..20),
        file("b.docx", (15..20).chain(100..111)),
        file("c.docx", (15..20).chain(100..120)),
        file("d.docx", 16..20),
    ];
    let rules = StageRules { later_share: 0.7, ..StageRules::default() };
    let mut files = files;
    for (step, file) in files.iter_mut().enumerate() {
        file.facts.modified = Some(START + step as i64 * DAY);
    }
    let placements = place_by(&files[..3], &report(Some("c.docx"), None), &rules);
    assert_eq!(placements.iter().map(|placement| placement.stage).collect::<Vec<_>>(), [Stage::Early, Stage::Unknown, Stage::Final]);
    assert_eq!(placements[1].decision, Decision::Review);
    let none = place(&files[..3], &[]);
    assert!(none.iter().all(|placement| placement.decision == Decision::Review));
}

#[test]
fn labels_decide_where_the_policy_says_so() {
    let mut files = drafts(4);
    for (step, file) in files.iter_mut().enumerate() {
        file.path = format!("Housing v0.{}.docx", step * 3 + 1);
    }
    let rules = StageRules { later_from: Some("0.7".to_owned()), ..StageRules::default() };
    let stages: Vec<Stage> = place_by(&files, &[], &rules).iter().map(|placement| placement.stage).collect();
    assert_eq!(stages, [Stage::Early, Stage::Early, Stage::Later, Stage::Later]);
}

#[test]
fn a_clock_that_was_never_set_does_not_move_a_draft() {
    let mut files = drafts(8);
    files[5].facts.modified = Some(946_684_800);
    let placements = place(&files, &report(None, Some(MilestoneAt::File(files[3].path.clone()))));
    assert_eq!(ranks(&placements), (1..=8).collect::<Vec<_>>());
    assert!(placements[5].reasons.iter().any(|reason| reason.contains("modification time does not count")), "{:?}", placements[5].reasons);
}

#[test]
fn evidence_that_contradicts_itself_across_the_milestone_goes_to_a_person() {
    let mut files = drafts(6);
    // Session ids and words say early, its clock and its marks say late.
    files[1].facts.modified = Some(START + 40 * DAY);
    files[1].facts.comment_dates = Some(TimeSpan { first: START + 39 * DAY, last: START + 39 * DAY });
    files[3].facts.comment_dates = Some(TimeSpan { first: START + 3 * DAY, last: START + 3 * DAY });
    let placements = place(&files, &report(None, Some(MilestoneAt::File(files[3].path.clone()))));
    assert_eq!((placements[1].stage, placements[1].decision), (Stage::Unknown, Decision::Review));
    assert!(placements[1].reasons.iter().any(|reason| reason.contains("contradicts itself")), "{:?}", placements[1].reasons);
}

#[test]
fn without_metadata_words_and_marks_tell_the_order() {
    let mut files = drafts(8);
    for file in &mut files {
        file.facts = DraftFacts { text: file.facts.text.clone(), ..DraftFacts::default() };
    }
    files[2].facts.comment_dates = Some(TimeSpan { first: START, last: START });
    files[5].facts.change_dates = Some(TimeSpan { first: START + DAY, last: START + 9 * DAY });
    assert_eq!(ranks(&place(&files, &[])), (1..=8).collect::<Vec<_>>());
}

#[test]
fn repeats_are_found_and_share_a_rank() {
    let mut files = drafts(3);
    let mut exact = files[1].clone();
    exact.path = "copy.docx".to_owned();
    let mut resaved = files[1].clone();
    (resaved.path, resaved.sha256) = ("resaved.docx".to_owned(), "f".repeat(64));
    resaved.facts.rsids.clear();
    resaved.facts.modified = Some(START + 500 * DAY);
    let mut pdf = file("print.pdf", (1..21).chain([900]));
    pdf.format = Format::Pdf;
    pdf.facts.modified = Some(START + 600 * DAY);
    files.extend([exact, resaved, pdf]);
    let placements = place(&files, &[]);
    assert_eq!(ranks(&placements), [1, 2, 3, 2, 2, 2]);
    let kinds: Vec<Option<DuplicateKind>> = placements.iter().map(|placement| placement.duplicate_kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == Some(DuplicateKind::Exact)).count(), 1);
    assert_eq!(kinds[4], Some(DuplicateKind::Resave));
    assert_eq!(kinds[5], Some(DuplicateKind::PdfRendition));
    assert!(tree(&placements).contains("print.pdf (PDF of it)"));
}

#[test]
fn a_near_final_draft_full_of_tracked_changes_goes_to_a_person() {
    let mut files = drafts(4);
    files[2] = file("near.docx", 3..24);
    files[2].facts.modified = Some(START + 2 * DAY);
    files[2].marks.inserted_chars = files[2].marks.text_chars / 5;
    files[2].marks.insertions = 3;
    let placements = place(&files, &report(Some(&files[3].path), None));
    assert!(placements[2].share_of_final.unwrap() >= 0.9);
    assert_eq!((placements[2].stage, placements[2].decision), (Stage::Later, Decision::Review));
}

#[test]
fn a_label_that_the_others_contradict_goes_to_a_person() {
    let mut files = drafts(6);
    for (step, file) in files.iter_mut().enumerate() {
        file.path = format!("Housing v0.{}.docx", step + 2);
    }
    files[5].path = "Housing v0.1.docx".to_owned();
    let placements = place(&files, &report(None, Some(MilestoneAt::File(files[2].path.clone()))));
    assert_eq!(ranks(&placements), [1, 2, 3, 4, 5, 6]);
    assert_eq!(placements[5].decision, Decision::Review);
    assert_eq!(placements[4].decision, Decision::Release);
}

#[test]
fn what_cannot_be_read_or_stands_alone_is_never_released() {
    let mut files = drafts(3);
    files.push(file("other.docx", 500..520));
    files.push(File { facts: DraftFacts::default(), ..file("empty.docx", []) });
    let placements = place(&files, &report(None, Some(MilestoneAt::File(files[0].path.clone()))));
    assert_eq!(placements[3].decision, Decision::Review);
    assert_eq!((placements[4].family.as_deref(), placements[4].decision), (None, Decision::Review));
    assert_ne!(placements[3].family, placements[0].family);
}

#[test]
fn a_draft_that_was_not_read_whole_keeps_its_place_and_goes_to_a_person() {
    let files = drafts(4);
    let drafts: Vec<Draft<'_>> = files
        .iter()
        .enumerate()
        .map(|(at, file)| Draft {
            path: &file.path,
            sha256: &file.sha256,
            format: file.format,
            marks: &file.marks,
            facts: &file.facts,
            readable: at != 2,
        })
        .collect();
    let spec = report(None, Some(MilestoneAt::File(files[1].path.clone())));
    let placements = classify(&drafts, &spec, &StageRules::default(), &StageDecisions::default());
    assert_eq!(ranks(&placements), [1, 2, 3, 4]);
    assert_eq!(placements[2].decision, Decision::Review);
    assert_eq!(placements[3].decision, Decision::Release);
}

#[test]
fn two_branches_of_one_draft_are_shown_side_by_side() {
    let mut files = vec![
        file("v1.docx", 0..30),
        file("km.docx", (0..30).chain(100..104)),
        file("v2.docx", (0..30).chain(200..204)),
        file("v3.docx", (0..30).chain(200..208)),
    ];
    for (step, file) in files.iter_mut().enumerate() {
        file.facts.modified = Some(START + step as i64 * DAY);
    }
    let placements = place(&files, &[]);
    let shown = tree(&placements);
    assert!(shown.contains("├─   2  km.docx"), "{shown}");
    assert!(shown.lines().any(|line| line.starts_with("  4  v3.docx")), "{shown}");
    assert!(placements[1].evidence.iter().any(|vote| vote.says == "younger than v1.docx"));
}

#[test]
fn hostile_names_are_escaped() {
    let mut files = drafts(2);
    files[0].path = "a\u{1b}[31m.docx".to_owned();
    let placements = place(&files, &[]);
    let said = placements.iter().flat_map(|placement| placement.evidence.iter().map(|vote| vote.says.clone() + &vote.value));
    let shown = tree(&placements) + &said.collect::<String>();
    assert!(shown.contains("a\\u{1b}[31m.docx") && !shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn a_draft_saved_again_long_after_keeps_its_place() {
    let mut files = drafts(9);
    for file in &mut files {
        file.facts.rsids.clear();
    }
    files[2].facts.modified = Some(START + 700 * DAY);
    let placements = place(&files, &[]);
    assert_eq!(ranks(&placements), (1..=9).collect::<Vec<_>>());
    assert!(placements[2].reasons.iter().any(|reason| reason.contains("time of last save counts little")), "{:?}", placements[2].reasons);
    assert!(placements[2].evidence.iter().any(|vote| vote.says.contains("much of the other evidence contradicts")));
    // The doubt moves the place, not the decision: across a milestone a person still looks.
    let across = place(&files, &report(None, Some(MilestoneAt::File(files[4].path.clone()))));
    assert_ne!(across[2].decision, Decision::Release);
}

#[test]
fn words_alone_release_nothing_across_a_milestone() {
    let mut files: Vec<File> = (0..6).map(|step| file(&format!("n{step}.docx"), step..step + 20)).collect();
    let at = MilestoneAt::File(files[3].path.clone());
    let placements = place(&files, &report(None, Some(at.clone())));
    let decisions = |placements: &[Placement]| placements.iter().map(|placement| placement.decision).collect::<Vec<_>>();
    use Decision::{Release, Review, Withhold};
    assert_eq!(decisions(&placements), [Review, Review, Review, Release, Review, Review]);
    (files[0].facts.modified, files[5].facts.modified) = (Some(START), Some(START + 9 * DAY));
    assert_eq!(decisions(&place(&files, &report(None, Some(at)))), [Withhold, Withhold, Withhold, Release, Release, Release]);
}

#[test]
fn a_folder_whose_times_were_all_set_anew_is_ordered_by_the_rest() {
    let mut files = drafts(10);
    for (step, file) in files.iter_mut().enumerate() {
        file.facts.modified = Some(START + 900 * DAY + (step as i64 * 7 % 10) * 600);
    }
    assert_eq!(ranks(&place(&files, &[])), (1..=10).collect::<Vec<_>>());
}

/// A PDF of a draft, as extraction gives it: some passages are lost at line ends.
fn print_of(path: &str, passages: std::ops::Range<u32>, lost: usize) -> File {
    let kept: Vec<u32> = passages.clone().filter(|number| (*number - passages.start) as usize >= lost).collect();
    File { format: Format::Pdf, ..file(path, kept) }
}

#[test]
fn a_published_pdf_makes_no_draft_final() {
    let mut files = drafts(4);
    files.push(print_of("report.pdf", 3..24, 1));
    let placements = place(&files, &report(Some("report.pdf"), None));
    assert_eq!((placements[4].stage, placements[4].share_of_final), (Stage::Final, Some(1.0)));
    // The nearest draft is held against what was published, not against itself.
    assert_eq!((placements[3].stage, placements[3].share_of_final), (Stage::Later, Some(1.0)));
    let day = MilestoneAt::Date(jiff::civil::date(2018, 2, 1));
    let before = place(&files, &report(Some("report.pdf"), Some(day)));
    assert_eq!((before[3].stage, before[3].decision), (Stage::Early, Decision::Withhold), "{:?}", before[3].reasons);
}

#[test]
fn a_pdf_that_lacks_much_of_the_nearest_draft_is_not_taken_for_it() {
    let mut files = drafts(4);
    files.push(print_of("report.pdf", 3..24, 4));
    let published = place(&files, &report(Some("report.pdf"), None));
    assert_eq!(published[4].duplicate_kind, Some(DuplicateKind::PdfRendition));
    assert_ne!(published[3].stage, Stage::Final);
    let early = place(&files, &report(Some(&files[3].path), Some(MilestoneAt::File(files[3].path.clone()))));
    assert_eq!((early[3].stage, early[4].decision), (Stage::Final, Decision::Review), "{:?}", early[4].reasons);
}

/// Drafts that lose as much as they gain, without metadata: nothing but the words shows their row.
fn stripped(count: u32) -> Vec<File> {
    (0..count).map(|step| file(&format!("n{:02}.docx", (step * 7) % 31), step * 2..step * 2 + 30)).collect()
}

fn on(year: i16, month: i8, day: i8) -> Vec<ReportSpec> {
    report(None, Some(MilestoneAt::Date(jiff::civil::date(year, month, day))))
}

fn stages(placements: &[Placement]) -> Vec<Stage> {
    placements.iter().map(|placement| placement.stage).collect()
}

#[test]
fn a_day_releases_nothing_in_a_row_without_direction() {
    for turned in [false, true] {
        let mut files = stripped(8);
        if turned {
            files.reverse();
        }
        files[7].facts.modified = Some(START + 90 * DAY);
        let placements = place(&files, &on(2018, 2, 1));
        assert!(placements[..7].iter().all(|placement| placement.decision == Decision::Review), "{:?}", stages(&placements));
        let reasons = &placements[2].reasons;
        assert!(reasons.iter().any(|reason| reason.contains("only the words show its place")), "{reasons:?}");
        assert!(reasons.iter().any(|reason| reason.contains("which end is the oldest is not shown")), "{reasons:?}");
    }
}

#[test]
fn the_published_text_is_the_youngest() {
    for turned in [false, true] {
        let mut files = stripped(8);
        if turned {
            files.reverse();
        }
        let placements = place(&files, &report(Some(&files[7].path), None));
        assert_eq!(ranks(&placements), (1..=8).collect::<Vec<_>>());
        // Its time is no witness for the drafts before it.
        files[7].facts.modified = Some(START + 90 * DAY);
        let mut spec = on(2018, 2, 1);
        spec[0].final_path = Some(files[7].path.clone());
        let dated = place(&files, &spec);
        assert!(dated[..7].iter().all(|placement| placement.decision == Decision::Review), "{:?}", stages(&dated));
    }
}

#[test]
fn a_name_that_can_be_read_in_one_way_tells_the_likely_dates_of_its_family_and_releases_none() {
    let date_of = |names: [&str; 2]| {
        let mut files = drafts(2);
        for (file, name) in files.iter_mut().zip(names) {
            file.path = name.to_owned();
        }
        let label = place(&files, &[]).swap_remove(0).version.map(|version| version.label);
        label.map(|label| (label.date.unwrap_or_default(), label.date_ambiguous)).unwrap_or_default()
    };
    assert_eq!(date_of(["Report 05-04-18.docx", "Report 06-05-18.docx"]), ("2018-04-05".to_owned(), true));
    assert_eq!(date_of(["Report 05-04-18.docx", "Report 31-03-18.docx"]), ("2018-04-05".to_owned(), true));
    assert_eq!(date_of(["Report 05-04-18.docx", "Report 03-31-18.docx"]), ("2018-05-04".to_owned(), true));
    assert_eq!(date_of(["Report 18-04-15.docx", "Report 18-04-16.docx"]), ("2015-04-18".to_owned(), true));
    assert_eq!(date_of(["Report 18-04-15.docx", "Report 18-03-31.docx"]), ("2018-04-15".to_owned(), true));
    assert_eq!(date_of(["Report 18-04-15.docx", "Report 180331.docx"]), ("2018-04-15".to_owned(), true));
    assert_eq!(date_of(["Report 31-03-18.docx", "Report 03-31-18.docx"]), ("2018-03-31".to_owned(), false));
    // Of April or of May: a milestone between the two is decided by nobody's habits.
    let decided = |name: &str| {
        let mut files = stripped(6);
        for (step, file) in files.iter_mut().enumerate() {
            file.path = format!("Report {}-{:02}-2018.docx", 14 + step, step + 1);
        }
        files[4].path = name.to_owned();
        place(&files, &on(2018, 4, 20)).swap_remove(4).decision
    };
    assert_eq!([decided("Report 04-05-2018.docx"), decided("Report 24-05-2018.docx")], [Decision::Review, Decision::Release]);
}

#[test]
fn a_day_that_all_title_pages_name_is_no_drafts_own() {
    use Stage::{Early as E, Later as L};
    let mut files = stripped(8);
    for (step, file) in files.iter_mut().enumerate() {
        file.facts.front_matter.insert(1, "30 September 2018".to_owned());
        file.facts.modified = Some(START + step as i64 * 20 * DAY);
    }
    // Saves from January to May, all long before the day that was planned.
    assert_eq!(stages(&place(&files, &on(2018, 4, 1))), [E, E, E, E, E, L, L, L]);
    for file in &mut files {
        file.facts.modified = None;
    }
    assert!(place(&files, &on(2018, 4, 1)).iter().all(|placement| placement.decision == Decision::Review));
}

/// Drafts whose title pages hold a table of versions, a row more in each.
fn with_history(oldest_first: bool) -> Vec<File> {
    let mut files = stripped(6);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (step, file) in files.iter_mut().enumerate() {
        let row = [format!("0.{}", step + 1), format!("{} March 2018", step * 4 + 3), "KM".to_owned(), "First draft".to_owned()].to_vec();
        if oldest_first {
            rows.push(row);
        } else {
            rows.insert(0, row);
        }
        let head = ["Making it fair", "Document control", "Version", "Date", "Author", "Change"].map(str::to_owned);
        file.facts.front_matter = head.into_iter().chain(rows.iter().flatten().cloned()).collect();
    }
    files
}

#[test]
fn the_latest_row_of_a_table_of_versions_is_the_drafts() {
    use Stage::{Early as E, Later as L};
    for oldest_first in [true, false] {
        let files = with_history(oldest_first);
        let placements = place(&files, &on(2018, 3, 14));
        assert_eq!(stages(&placements), [E, E, E, L, L, L]);
        let minors: Vec<Option<u32>> = placements.iter().map(|placement| placement.version.as_ref().unwrap().label.minor).collect();
        assert_eq!(minors, (1..=6).map(Some).collect::<Vec<_>>());
    }
}

#[test]
fn a_table_of_versions_that_goes_on_unseen_shows_no_day() {
    let mut files = with_history(true);
    for file in &mut files {
        let rows = (0..12).flat_map(|row| [format!("0.{row}"), format!("{} February 2018", row + 1), "KM".to_owned(), "Edits".to_owned()]);
        file.facts.front_matter = ["Version", "Date", "Author", "Change"].map(str::to_owned).into_iter().chain(rows).take(40).collect();
    }
    assert!(place(&files, &on(2018, 3, 14)).iter().all(|placement| placement.decision == Decision::Review));
}

#[test]
fn times_on_both_sides_of_a_milestone_send_a_draft_to_a_person() {
    let day = |step: usize| format!("{} {} 2018", 15, ["January", "February", "March", "April", "May", "June"][step]);
    let resaved = || {
        let mut files = stripped(6);
        for (step, file) in files.iter_mut().enumerate() {
            file.facts.modified = Some(START + (2000 + step as i64 * 2) * DAY);
        }
        files
    };
    let (mut named, mut titled, mut marked, mut turned) = (resaved(), resaved(), resaved(), resaved());
    for step in 0..6 {
        // Day first or month first, the name is on the same side.
        turned[step].path = format!("Report 0{}-0{}-18.docx", if step == 2 { 1 } else { step + 2 }, step + 1);
        named[step].path = format!("Report 2018-{:02}-15.docx", step + 1);
        titled[step].facts.front_matter.insert(0, day(step));
        let mark = START + (14 + 31 * step as i64) * DAY;
        marked[step].facts.change_dates = Some(TimeSpan { first: mark, last: mark });
    }
    for files in [named, titled, marked, turned] {
        let placements = place(&files, &on(2018, 4, 1));
        assert!(placements[..3].iter().all(|placement| placement.decision == Decision::Review), "{:?}", stages(&placements));
        assert!(placements[0].reasons.iter().any(|reason| reason.contains("contradicts itself")), "{:?}", placements[0].reasons);
        assert!(placements[3..].iter().all(|placement| placement.decision == Decision::Release), "{:?}", stages(&placements));
    }
}

#[test]
fn saves_of_a_whole_folder_within_an_hour_are_a_move_and_no_work() {
    let mut files = stripped(6);
    for (step, file) in files.iter_mut().enumerate() {
        file.facts.modified = Some(START + 2000 * DAY + step as i64 * 420);
    }
    let placements = place(&files, &on(2018, 4, 1));
    assert!(placements.iter().all(|placement| placement.decision == Decision::Review), "{:?}", stages(&placements));
    assert!(placements[0].reasons.iter().any(|reason| reason.contains("within the same hour")), "{:?}", placements[0].reasons);
}

#[test]
fn a_pdf_of_a_draft_that_is_not_here_takes_no_stage_from_its_neighbour() {
    let mut files = drafts(6);
    // All of the draft at the milestone but what it has beyond the one before.
    let own = |step: u32| step..step + 20 + step / 2;
    let unseen: Vec<u32> = own(3).filter(|number| own(2).contains(number)).chain([777]).collect();
    files.push(File { format: Format::Pdf, ..file("circulated.pdf", unseen) });
    let placements = place(&files, &report(None, Some(MilestoneAt::File(files[3].path.clone()))));
    assert_eq!(placements[6].decision, Decision::Review);
    assert!(placements[6].reasons.iter().all(|reason| !reason.contains("made from n")), "{:?}", placements[6].reasons);
    let surely = File { format: Format::Pdf, ..file("circulated.pdf", own(3).chain([777])) };
    files[6] = surely;
    let placements = place(&files, &report(None, Some(MilestoneAt::File(files[3].path.clone()))));
    assert_eq!((placements[6].stage, placements[6].duplicate_kind), (Stage::Later, Some(DuplicateKind::PdfRendition)));
}

#[test]
fn notes_headers_boxes_and_signs_count_for_the_same_words() {
    type Change = fn(&mut TextFacts);
    let changes: [Change; 3] = [|text| text.beyond = Some(7), |text| text.signs = 7, |text| text.beyond = None];
    for change in changes {
        let mut files = drafts(4);
        let mut published = files[1].clone();
        (published.path, published.sha256) = ("published.docx".to_owned(), "f".repeat(64));
        published.facts.modified = Some(START + 90 * DAY);
        files.push(published);
        let mut spec = on(2018, 2, 1);
        spec[0].final_path = Some("published.docx".to_owned());
        let same = place(&files, &spec);
        assert_eq!((same[1].stage, same[4].duplicate_kind), (Stage::Final, Some(DuplicateKind::Text)));
        change(&mut files[1].facts.text);
        let other = place(&files, &spec);
        assert_ne!(other[1].stage, Stage::Final, "{:?}", other[1].reasons);
        assert_ne!(other[1].decision, Decision::Release, "{:?}", other[1].reasons);
        assert_eq!((other[1].duplicate_kind, other[4].duplicate_kind), (None, None));
    }
}

/// Two reports on one template, each with six drafts and a published text.
fn on_one_template() -> (Vec<File>, Vec<ReportSpec>) {
    let mut files = Vec::new();
    for (name, from, month) in [("Ash", 100, 0), ("Beech", 500, 120)] {
        for step in 0..7 {
            let mut file = file(&format!("{name} {step}.docx"), (0..20).chain(from + step..from + step + 40));
            file.facts.modified = Some(START + (month + i64::from(step) * 3) * DAY);
            files.push(file);
        }
    }
    let spec = |name: &str| ReportSpec {
        title: format!("Inspection of {name} House"),
        final_path: Some(format!("{name} 6.docx")),
        milestone: Some(("fact check".to_owned(), MilestoneAt::File(format!("{name} 4.docx")))),
    };
    (files, vec![spec("Ash"), spec("Beech")])
}

#[test]
fn each_of_two_reports_on_one_template_has_its_own_milestone() {
    use Stage::{Early as E, Final as F, Later as L};
    let (files, mut reports) = on_one_template();
    let placements = place(&files, &reports);
    assert_eq!(stages(&placements), [[E, E, E, E, L, L, F]; 2].concat());
    assert!(placements[..7].iter().all(|one| placements[7..].iter().all(|other| one.family != other.family)));
    // Named for both, nothing tells them apart.
    reports[1].final_path = Some("Ash 6.docx".to_owned());
    let contested = place(&files, &reports);
    assert!(contested[..7].iter().all(|placement| placement.decision == Decision::Review), "{:?}", stages(&contested));
}

#[test]
fn a_report_that_the_case_file_does_not_name_is_not_judged_by_another_ones_milestone() {
    let (files, reports) = on_one_template();
    let placements = place(&files, &reports[..1]);
    assert!(placements[7..].iter().all(|placement| placement.decision == Decision::Review), "{:?}", stages(&placements));
}

#[test]
fn the_copy_is_said_to_repeat_the_file_and_not_the_other_way_round() {
    let mut files = drafts(2);
    files[0].path = "Report v0.1.docx".to_owned();
    let mut copy = files[0].clone();
    copy.path = "Copy of Report v0.1.docx".to_owned();
    files.push(copy);
    let placements = place(&files, &[]);
    assert_eq!((placements[0].duplicate_of.as_deref(), placements[2].duplicate_of.as_deref()), (None, Some("Report v0.1.docx")));
}

/// Everything but the names.
fn shape(placement: &Placement) -> (Option<u32>, Option<String>, Stage, Decision, Option<DuplicateKind>) {
    (placement.rank, placement.family.clone(), placement.stage, placement.decision, placement.duplicate_kind)
}

/// One file of a messy folder: step, day of the last save, day of the last comment, session ids, another format, label.
type Mess = (u32, Option<i64>, Option<i64>, bool, u8, u8);

fn mess() -> impl Strategy<Value = Vec<Mess>> {
    let day = || proptest::option::weighted(0.7, 0i64..40);
    proptest::collection::vec((0u32..12, day(), day(), any::<bool>(), 0u8..6, 0u8..6), 1..14)
}

/// Two documents, drafts with the same words, PDFs, redlines, wrong clocks, labels that fit and labels that do not.
fn messy(mess: &[Mess]) -> Vec<File> {
    let files = mess.iter().enumerate().map(|(at, (step, saved, marked, ids, format, label))| {
        let name = match label {
            0..=2 => format!("n{at}.docx"),
            3 => format!("Housing v0.{step} {at}x.docx"),
            4 => format!("Housing draft {at}.docx"),
            _ => format!("Housing FINAL ({at}).docx"),
        };
        let from = if step % 5 == 4 { 400 } else { 0 };
        let mut file = file(&name, from + step..from + step + 20);
        if *format == 0 {
            file.format = Format::Pdf;
        }
        if *format == 1 {
            let (after, before) = (words(from + step..from + step + 20), words(from + step.saturating_sub(1)..from + step + 19));
            file.facts.text = seen(text_facts(&after, Some(&before)));
            file.marks.insertions = 1;
        }
        file.facts.modified = saved.map(|day| START + day * DAY);
        file.facts.comment_dates = marked.map(|day| TimeSpan { first: START + day * DAY, last: START + day * DAY });
        file.facts.rsids = if *ids { (1..30 + step * 3).collect() } else { Vec::new() };
        file
    });
    files.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_the_files_changes_nothing(mess in mess(), seed in any::<u64>()) {
        let files = messy(&mess);
        let spec = report(None, Some(MilestoneAt::File(files[0].path.clone())));
        let mut straight: Vec<Placement> = place(&files, &spec);
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(seed | 1).rotate_left(29));
        let mut shuffled = place(&order.iter().map(|at| files[*at].clone()).collect::<Vec<_>>(), &spec);
        straight.sort_by(|one, other| one.path.cmp(&other.path));
        shuffled.sort_by(|one, other| one.path.cmp(&other.path));
        prop_assert_eq!(straight, shuffled);
    }

    #[test]
    fn names_that_say_nothing_change_nothing(mess in mess(), seed in any::<u64>()) {
        let mut files = messy(&mess);
        let mark = |files: &[File]| report(None, Some(MilestoneAt::File(files[0].path.clone())));
        let rename = |files: &mut [File], seed: u64| {
            for (at, file) in files.iter_mut().enumerate() {
                file.path = format!("n{:04}.docx", (at as u64 + 3).wrapping_mul(seed | 1) % 624 * 16 + at as u64);
            }
        };
        rename(&mut files, 1);
        let before: Vec<_> = place(&files, &mark(&files)).iter().map(shape).collect();
        rename(&mut files, seed);
        let after: Vec<_> = place(&files, &mark(&files)).iter().map(shape).collect();
        prop_assert_eq!(before, after);
    }

    #[test]
    fn wild_evidence_stops_nothing_and_releases_nothing_without_a_report(times in proptest::collection::vec(any::<i64>(), 1..12), steps in proptest::collection::vec(0u32..40, 12)) {
        let files: Vec<File> = times.iter().zip(&steps).enumerate().map(|(at, (time, step))| {
            let mut file = file(&format!("{at} v{step}.docx"), *step..*step + 15);
            file.facts.modified = Some(time / 4);
            file.facts.change_dates = Some(TimeSpan { first: time / 8, last: time / 8 });
            file
        }).collect();
        let placements = place(&files, &[]);
        prop_assert!(placements.iter().all(|placement| placement.decision == Decision::Review));
    }
}
