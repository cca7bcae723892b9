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
    assert!(placements[2].evidence.iter().any(|vote| vote.says.contains("most of the other evidence contradicts")));
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
fn a_published_pdf_lends_the_words_of_the_draft_it_was_made_from() {
    let mut files = drafts(4);
    files.push(print_of("report.pdf", 3..24, 1));
    let placements = place(&files, &report(Some("report.pdf"), None));
    assert_eq!(placements[4].stage, Stage::Final);
    assert_eq!((placements[3].stage, placements[3].share_of_final), (Stage::Final, Some(1.0)));
    assert!(placements[3].reasons.iter().any(|reason| reason.contains("published text")), "{:?}", placements[3].reasons);
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
            file.facts.text = text_facts(&after, Some(&before));
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
