//! Times and names that say the contrary of the words, and words that say nothing of a row.

use super::*;

/// Eight drafts that come nearer to the final text, saved in the months that are given.
fn saved(months: [i64; 8], name: impl Fn(usize) -> String) -> Vec<File> {
    let draft = |(step, month): (u32, i64)| {
        let mut file = file(&name(step as usize), (0..=step * 4).chain(100 + step..132 - step * 3));
        file.facts.modified = Some(START + (month - 1) * 30 * DAY);
        file
    };
    (0..8).zip(months).map(draft).collect()
}

const BACKWARDS: [i64; 8] = [8, 7, 6, 5, 4, 3, 2, 1];
const SCRAMBLED: [i64; 8] = [1, 6, 3, 8, 5, 2, 7, 4];

fn released(placements: &[Placement]) -> Vec<usize> {
    (0..placements.len()).filter(|at| placements[*at].decision == Decision::Release).collect()
}

#[test]
fn a_day_releases_nothing_where_times_and_names_contradict_each_other() {
    let day = || Some(MilestoneAt::Date(jiff::civil::date(2018, 5, 1)));
    for months in [BACKWARDS, SCRAMBLED] {
        let files = saved(months, |step| format!("Report v0.{}.docx", step + 1));
        for published in [None, Some(files[7].path.as_str())] {
            let placements = place(&files, &report(published, day()));
            assert!(released(&placements).iter().all(|at| *at >= 4), "{months:?} {:?}", released(&placements));
            assert!(placements[1].reasons.join(" ").contains("the evidence contradicts itself"), "{:?}", placements[1].reasons);
        }
    }
    // One copy that was saved late does not hold the others up.
    let files = saved([1, 8, 3, 4, 5, 6, 7, 8], |step| format!("Report v0.{}.docx", step + 1));
    let placements = place(&files, &report(Some(&files[7].path), day()));
    assert_eq!(released(&placements), [4, 5, 6, 7]);
    assert_eq!(placements[1].decision, Decision::Review);
    let few: Vec<File> = [0, 3, 7].map(|at| files[at].clone()).into_iter().collect();
    let few: Vec<File> = few
        .into_iter()
        .zip([8, 3, 8])
        .map(|(mut file, month)| {
            file.facts.modified = Some(START + (month - 1) * 30 * DAY);
            file
        })
        .collect();
    assert_eq!(released(&place(&few, &report(Some(&few[2].path), day()))), [2]);
}

#[test]
fn a_day_releases_nothing_when_all_drafts_were_saved_again_after_it() {
    let files = saved([6, 7, 8, 9, 10, 11, 12, 13], |step| format!("Report v0.{}.docx", step + 1));
    let place_at = |month: i8| {
        let day = MilestoneAt::Date(jiff::civil::date(2018, month, 1));
        released(&place(&files, &report(Some(&files[7].path), Some(day))))
    };
    assert_eq!(place_at(5), [7]);
    assert_eq!(place_at(9), [4, 5, 6, 7], "the day divides them");
}

#[test]
fn a_draft_that_is_farther_from_the_final_text_than_those_before_the_milestone_is_not_released_for_its_time() {
    for months in [BACKWARDS, SCRAMBLED] {
        let files = saved(months, |step| format!("Report {}.docx", ["pine", "oak", "ash", "elm", "fir", "yew", "box", "bay"][step]));
        for milestone in [MilestoneAt::File(files[4].path.clone()), MilestoneAt::Date(jiff::civil::date(2018, 5, 1))] {
            let placements = place(&files, &report(Some(&files[7].path), Some(milestone)));
            assert!(released(&placements).iter().all(|at| *at >= 4), "{months:?} {:?}", released(&placements));
            let says = "shares less of the final text";
            assert!(months == SCRAMBLED || placements[1].reasons.join(" ").contains(says), "{:?}", placements[1].reasons);
        }
    }
}

#[test]
fn forms_on_one_template_are_no_drafts_of_each_other_and_drafts_are_no_forms() {
    let form = |person: u32| {
        let own = (0..6).map(move |field| 1_000 + person * 10 + field);
        let mut file = file(&format!("Form {}.docx", ["Miller", "Smith", "Jones", "Brown", "Green"][person as usize]), (0..30).chain(own));
        file.facts.modified = Some(START + i64::from(person) * 30 * DAY);
        file
    };
    let files: Vec<File> = (0..5).map(form).collect();
    let day = || Some(MilestoneAt::Date(jiff::civil::date(2018, 2, 15)));
    let placements = place(&files, &report(Some(&files[4].path), day()));
    assert_eq!(released(&placements), [4], "only the one that the case file names as published");
    assert!(placements[3].reasons.join(" ").contains("forms on one template"), "{:?}", placements[3].reasons);
    let with_template: Vec<File> = files.iter().cloned().chain([file("Form.docx", 0..30)]).collect();
    assert_eq!(released(&place(&with_template, &report(Some(&files[4].path), day()))), [4]);
    for count in [4, 6, 9] {
        let files = drafts(count);
        let placements = place(&files, &report(None, Some(MilestoneAt::File(files[2].path.clone()))));
        assert!(released(&placements).len() as u32 == count - 2, "{count}");
    }
}
