//! Placements of made-up folders.

use proptest::prelude::*;

use super::shingles::text_facts;
use super::*;
use crate::format::Format;
use crate::model::{Decision, DraftFacts, Marks, Stage, TimeSpan};
use crate::policy::{StageDecisions, StageRules};

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

fn file(path: &str, passages: impl IntoIterator<Item = u32>) -> File {
    let paragraphs = words(passages);
    let facts = DraftFacts {
        text: text_facts(&paragraphs, None),
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
    assert!(explain(&placements[1]).contains("younger than v1.docx"));
}

#[test]
fn hostile_names_are_escaped() {
    let mut files = drafts(2);
    files[0].path = "a\u{1b}[31m.docx".to_owned();
    let placements = place(&files, &[]);
    let shown = tree(&placements) + &explain(&placements[0]) + &explain(&placements[1]);
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

/// Everything but the names.
fn shape(placement: &Placement) -> (Option<u32>, Option<String>, Stage, Decision, Option<DuplicateKind>) {
    (placement.rank, placement.family.clone(), placement.stage, placement.decision, placement.duplicate_kind)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_the_files_changes_nothing(seed in any::<u64>(), count in 2u32..9) {
        let mut files = drafts(count);
        files.push(file("other.docx", 700..720));
        let spec = report(None, Some(MilestoneAt::File(files[1].path.clone())));
        let mut straight: Vec<Placement> = place(&files, &spec);
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(seed | 1).rotate_left(29));
        let mut shuffled = place(&order.iter().map(|at| files[*at].clone()).collect::<Vec<_>>(), &spec);
        straight.sort_by(|one, other| one.path.cmp(&other.path));
        shuffled.sort_by(|one, other| one.path.cmp(&other.path));
        prop_assert_eq!(straight, shuffled);
    }

    #[test]
    fn names_that_say_nothing_change_nothing(seed in any::<u64>(), count in 2u32..9) {
        let mut files = drafts(count);
        files.push(file("other.docx", 700..720));
        let mark = |files: &[File]| report(None, Some(MilestoneAt::File(files[1].path.clone())));
        let before: Vec<_> = place(&files, &mark(&files)).iter().map(shape).collect();
        for (at, file) in files.iter_mut().enumerate() {
            file.path = format!("n{:04}.docx", (at as u64 + 3).wrapping_mul(seed | 1) % 9973 * 16 + at as u64);
        }
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
