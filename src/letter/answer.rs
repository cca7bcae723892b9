//! What is held, released, withheld and taken out: blocks 3 to 6, 8 and 13 of the letter.

use std::collections::{BTreeMap, BTreeSet};

use super::compose::{Facts, held_word, pointing};
use super::model::{Block, Draft, Table, capital, counted, listed, number, or_gap, sentence};
use super::relied::Relied;
use crate::case::calendar::in_words;
use crate::case::{Ground, Held, HiddenGroup, Item};
use crate::model::Stage;
use crate::record::{DocumentRecord, Outcome};
use crate::schedule::{self, ground_text};

/// Block 3: what is held, and how it was looked for.
pub(super) fn held(draft: &mut Draft, facts: &Facts<'_>) {
    draft.section("held", "What we hold");
    let total = facts.released + facts.withheld + facts.undecided;
    let here: Vec<&Item> = facts.case.request.items.iter().filter(|item| item.answered_here).collect();
    let of = |held: Held| here.iter().filter(|item| item.held == held).map(|item| item.no.clone()).collect::<Vec<_>>();
    let (yes, no, neither) = (of(Held::Yes), of(Held::No), of(Held::NeitherConfirmNorDeny));
    let all = |items: &[String]| items.len() == here.len();
    let mut search = Some(search(facts));
    let agree = if here.is_empty() { total > 0 } else { yes.is_empty() == (total == 0) };
    if !agree {
        // Documents are listed and no item is held, or the other way round: one of the two is wrong.
        let said = or_gap(None, "request.items.held");
        draft.paragraph(&format!("{said} {}", search.take().unwrap_or_default()));
    } else if total > 0 {
        let documents = counted(total, "document", "documents");
        let what = if all(&yes) { "this information".to_owned() } else { asked_for(&yes) };
        draft.paragraph(&format!("We hold {what}. It is in {documents}. {}", search.take().unwrap_or_default()));
    }
    if !no.is_empty() && (total == 0 || !yes.is_empty()) {
        draft.anchor("not-held");
        let what = if all(&no) { "this information".to_owned() } else { asked_for(&no) };
        draft.paragraph(&format!("We do not hold {what}. {} {}", search.take().unwrap_or_default(), not_held_notice(facts)));
    }
    if !neither.is_empty() {
        draft.anchor("neither");
        draft.paragraph(&format!("This is about {}. {}", items_named(&neither), facts.preset.say("ncnd", &[])));
    }
}

/// The information of some items: `the information that items 8 and 9 ask for`.
fn asked_for(items: &[String]) -> String {
    format!("the information that {} {} for", items_named(items), if items.len() == 1 { "asks" } else { "ask" })
}

fn items_named(items: &[String]) -> String {
    format!("{} {}", if items.len() == 1 { "item" } else { "items" }, listed(items))
}

/// The notice that something is not held, where the law has one.
pub(super) fn not_held_notice(facts: &Facts<'_>) -> String {
    let ground = facts.preset.refusal.iter().find(|ground| ground.ground == "not-held");
    ground.map_or_else(String::new, |ground| format!("This is a notice under {} that we do not hold it.", ground.cite))
}

/// How the search was made.
pub(super) fn search(facts: &Facts<'_>) -> String {
    let cutoff = facts.case.search.cutoff.map_or_else(String::new, |day| format!(" We looked at what was held on {}.", in_words(day)));
    format!("{}{cutoff}", sentence(&or_gap(facts.case.search.summary.as_deref(), "search.summary")))
}

/// Block 4 comes early, and is known late.
pub(super) fn reserve_summary(draft: &mut Draft) -> (usize, usize) {
    draft.section("summary", "Summary of our answer");
    (draft.reserve(), 0)
}

/// Fills block 4: one row for each item.
pub(super) fn fill_summary(draft: &mut Draft, facts: &Facts<'_>, place: (usize, usize)) {
    let documents = outcome(facts);
    let points = |held: Held| match held {
        Held::Yes => pointing(draft, &["held", "released", "withheld", "exemption", "hidden", "test", "balance"]),
        Held::No => pointing(draft, &["not-held"]),
        Held::NeitherConfirmNorDeny => pointing(draft, &["neither"]),
    };
    let items: Vec<_> = facts.case.request.items.iter().filter(|item| item.answered_here).collect();
    let rows = items
        .iter()
        .map(|item| {
            let outcome = if item.held == Held::Yes { documents.clone() } else { capital(held_word(item.held)) };
            vec![item.no.clone(), outcome, points(item.held)]
        })
        .collect();
    let table = Table {
        caption: "Our answer to each item of your request.".to_owned(),
        header: ["Item", "Outcome", "Paragraphs"].map(str::to_owned).to_vec(),
        rows,
        widths: vec![12, 50, 38],
        small: false,
    };
    draft.fill(place.0, Block::Table(table));
}

/// The outcome of an item as the summary says it: `Released in part: of five documents, three released and two withheld`.
fn outcome(facts: &Facts<'_>) -> String {
    let total = counted(facts.released + facts.withheld + facts.undecided, "document", "documents");
    let in_part = !facts.record.with(facts.case, &[Outcome::ReleasedInPart]).is_empty();
    match (facts.released, facts.withheld, facts.undecided) {
        (0, 0, 0) => "No document".to_owned(),
        (_, 0, 0) => format!("Released{}: {total}", if in_part { " in part" } else { "" }),
        (0, _, 0) => format!("Withheld: {total}"),
        (released, withheld, undecided) => {
            let mut parts: Vec<String> = Vec::new();
            for (count, word) in [(released, "released"), (withheld, "withheld")] {
                if count > 0 {
                    parts.push(format!("{} {word}", number(count)));
                }
            }
            if undecided > 0 {
                parts.push(format!("{} [GAP: plan.decision]", number(undecided)));
            }
            let lead = if released > 0 { "Released in part" } else { "Not decided" };
            format!("{lead}: of {total}, {}", listed(&parts))
        }
    }
}

/// Block 5: what is released.
pub(super) fn released(draft: &mut Draft, facts: &Facts<'_>) {
    if facts.released == 0 {
        return;
    }
    draft.section("released", "What we are releasing");
    let drafts = facts.record.with(facts.case, &[Outcome::Released, Outcome::ReleasedInPart]);
    let later = drafts.iter().all(|document| matches!(document.stage(), Stage::Later | Stage::Final));
    let mut formats: Vec<String> =
        drafts.iter().filter_map(|document| document.released.as_ref()).map(|file| format_name(&file.format)).collect();
    formats.sort();
    formats.dedup();
    let which = if later && facts.withheld > 0 { dated_from(facts, &drafts) } else { String::new() };
    let one = facts.released == 1;
    draft.paragraph(&format!(
        "We are releasing {}. {} attached, in {} format, and listed in Annex A.{}",
        counted(facts.released, "document", "documents"),
        if one { "It is" } else { "They are" },
        listed(&formats),
        if one { which.replace("They date", "It dates") } else { which }
    ));
    let groups = facts.record.removed_by_group();
    if groups.is_empty() {
        draft.paragraph("Nothing was taken out of the attached copies.");
    } else if facts.record.with(facts.case, &[Outcome::ReleasedInPart]).is_empty() {
        draft.paragraph(&format!(
            "No information within your request was taken out of the attached copies. What was taken out is {}.",
            listed(&groups.keys().map(|group| group.plain().to_owned()).collect::<Vec<_>>())
        ));
    } else {
        draft.paragraph("Content that a reader does not see in the normal view was taken out of the attached copies. Below we say what, how much, and on what ground.");
    }
}

/// The milestone from which later drafts date. Nothing is said when it has no name for one of their reports, or different ones.
fn dated_from(facts: &Facts<'_>, drafts: &[&DocumentRecord]) -> String {
    let reports: BTreeSet<Option<usize>> = drafts.iter().map(|document| document.report).collect();
    let name = |report: &Option<usize>| facts.case.reports.get((*report)?)?.milestone.as_ref()?.name.as_deref();
    let names: BTreeSet<Option<&str>> = reports.iter().map(name).collect();
    match names.first() {
        Some(Some(name)) if names.len() == 1 => {
            let which = if reports.len() == 1 { "the report was" } else { "their reports were" };
            format!(" They date from when {which} {name}, or later.")
        }
        _ => String::new(),
    }
}

fn format_name(format: &str) -> String {
    match format {
        "docx" => "Word".to_owned(),
        "pdf" => "PDF".to_owned(),
        "odt" => "OpenDocument".to_owned(),
        other => other.to_owned(),
    }
}

/// Block 6: what is withheld, described without revealing anything of it.
pub(super) fn withheld(draft: &mut Draft, facts: &Facts<'_>) {
    if facts.withheld > 0 {
        draft.section("withheld", "What we are withholding");
        let mut descriptions: BTreeMap<String, usize> = BTreeMap::new();
        let mut considered: BTreeSet<String> = BTreeSet::new();
        for document in facts.record.with(facts.case, &[Outcome::Withheld]) {
            let (stage, citation) = (document.stage(), document.exemption.as_ref());
            let words = facts.case.reliance(stage, citation);
            let key = facts.case.reliance_key(stage, citation);
            let description = or_gap(words.and_then(|words| words.description.as_deref()), &format!("{key}.description"));
            *descriptions.entry(description).or_default() += 1;
            let parts = or_gap(words.and_then(|words| words.parts_considered.as_deref()), &format!("{key}.parts_considered"));
            considered.insert(sentence(&parts));
        }
        let one = facts.withheld == 1;
        draft.paragraph(&format!(
            "We are withholding {}{} {} listed in Annex A {}.",
            counted(facts.withheld, "document", "documents"),
            described(&descriptions),
            if one { "It is" } else { "They are" },
            listed_how(facts)
        ));
        draft.paragraph(&considered.into_iter().collect::<Vec<_>>().join(" "));
    }
    if facts.undecided > 0 {
        draft.section("undecided", "What is not decided");
        draft.paragraph(&format!(
            "[GAP: plan.decision] {} still to be decided.",
            capital(&counted(facts.undecided, "document is", "documents are"))
        ));
    }
}

/// How the case file describes what is withheld. It describes many, so a single one is said to be of their kind.
fn described(descriptions: &BTreeMap<String, usize>) -> String {
    let several = descriptions.len() > 1;
    let each = |(text, count): (&String, &usize)| {
        if several { format!("{text} ({})", counted(*count, "document", "documents")) } else { text.clone() }
    };
    let all = listed(&descriptions.iter().map(each).collect::<Vec<_>>());
    if descriptions.values().sum::<usize>() == 1 { format!(". It is of this kind: {all}.") } else { format!(": {all}.") }
}

/// What the schedule shows of withheld documents.
fn listed_how(facts: &Facts<'_>) -> String {
    let rows = schedule::rows(facts.record, facts.case, facts.preset);
    let shown = |what: fn(&schedule::Row) -> bool| rows.iter().any(|row| row.outcome == Outcome::Withheld && what(row));
    let mut how = vec!["number".to_owned()];
    how.extend(shown(|row| row.version.is_some()).then(|| "version".to_owned()));
    how.extend(shown(|row| row.date.is_some()).then(|| "date".to_owned()));
    if how.len() == 1 { "by number only".to_owned() } else { format!("by {}", listed(&how)) }
}

/// Blocks 8 and 13: what was taken out of the released copies, by kind and count, with its ground.
pub(super) fn hidden(draft: &mut Draft, facts: &Facts<'_>) {
    let kinds = facts.record.removed_by_kind();
    let asked = facts.case.asks_for_hidden();
    if !asked && (kinds.is_empty() || facts.released == 0) {
        return;
    }
    draft.section("hidden", if asked { "Comments and tracked changes" } else { "What was taken out of the copies" });
    if asked {
        draft.paragraph(
            "You asked for comments and tracked changes. They are part of what we hold, and we have considered them like the text itself.",
        );
    }
    if facts.released == 0 {
        if facts.withheld > 0 {
            draft.paragraph(
                "The comments and tracked changes of the documents that we are withholding are withheld with them, on the same ground.",
            );
        }
        return;
    }
    let groups = facts.record.removed_by_group();
    let copies =
        if facts.released == 1 { "the attached document".to_owned() } else { format!("the {} attached documents", number(facts.released)) };
    if asked {
        let count = |group: HiddenGroup| usize::try_from(groups.get(&group).copied().unwrap_or_default()).unwrap_or(usize::MAX);
        let (comments, changes) = (count(HiddenGroup::Comments), count(HiddenGroup::TrackedChanges));
        let kept = facts.record.released().any(|(document, _)| document.keeps_redline(facts.record.tracked_changes));
        if kept {
            draft.paragraph(&format!("Tracked changes are left in {copies}, without the names of those who made them and without dates."));
        }
        if comments + changes == 0 && kept {
            draft.paragraph(&format!("No comments were in {copies}."));
        } else if comments + changes == 0 {
            draft.paragraph(&format!("There were no comments and no tracked changes in {copies}."));
        } else {
            let mut said = taken_out(facts, &copies, comments, changes);
            if comments == 0 {
                said.push_str(&format!(" There were no comments in {copies}."));
            } else if changes == 0 && !kept {
                said.push_str(&format!(" There were no tracked changes in {copies}."));
            }
            draft.paragraph(&said);
        }
    }
    if kinds.is_empty() {
        return;
    }
    let mut table = Table {
        caption: format!("What was taken out of {copies}, by kind. Nothing else was taken out."),
        header: ["What", "How many", "Ground"].map(str::to_owned).to_vec(),
        widths: vec![50, 18, 32],
        ..Table::default()
    };
    for (kind, count) in &kinds {
        let ground = ground_text(facts.case, facts.preset, HiddenGroup::of(*kind));
        table.rows.push(vec![capital(kind.plain()), count.to_string(), ground]);
    }
    draft.push(Block::Table(table));
    for group in groups.keys() {
        if let Some(Ground::NotInScope(reason)) = facts.case.grounds.get(group) {
            draft.paragraph(&format!(
                "{}: we do not regard this as information within your request. {}",
                capital(group.plain()),
                sentence(reason)
            ));
        }
    }
}

/// How many comments and tracked changes were taken out, each with its ground.
fn taken_out(facts: &Facts<'_>, copies: &str, comments: usize, changes: usize) -> String {
    let mut by_ground: Vec<(HiddenGroup, Vec<String>, usize)> = Vec::new();
    let grounds = &facts.case.grounds;
    let same = |one: HiddenGroup, other: HiddenGroup| match (grounds.get(&one), grounds.get(&other)) {
        (Some(Ground::NotInScope(_)), Some(Ground::NotInScope(_))) => true,
        (Some(one), Some(other)) => one == other,
        _ => false,
    };
    for (group, count) in [(HiddenGroup::Comments, comments), (HiddenGroup::TrackedChanges, changes)] {
        if count == 0 {
            continue;
        }
        let what = digits(count, group.plain_one(), group.plain());
        match by_ground.iter_mut().find(|(known, _, _)| same(*known, group)) {
            Some((_, all, total)) => {
                all.push(what);
                *total += count;
            }
            None => by_ground.push((group, vec![what], count)),
        }
    }
    let sentences = by_ground.iter().map(|(group, what, total)| {
        let one = *total == 1;
        let removed = format!("{} {} removed from {copies}", listed(what), if one { "was" } else { "were" });
        if matches!(grounds.get(group), Some(Ground::NotInScope(_))) {
            format!("{removed}; we do not regard {} as information within your request.", if one { "it" } else { "them" })
        } else {
            format!("{removed}, under {}.", ground_text(facts.case, facts.preset, *group))
        }
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// The counts of this paragraph are compared with the schedule, so they stand as digits.
fn digits(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What an exemption is relied on for.
pub(super) fn applies_to(facts: &Facts<'_>, runs: &[Relied<'_>]) -> String {
    let mut out = Vec::new();
    let documents: usize = runs.iter().map(|run| run.documents).sum();
    match documents {
        0 => {}
        1 if facts.withheld == 1 => out.push("the document that we are withholding".to_owned()),
        all if all == facts.withheld => out.push(format!("the {} that we are withholding", counted(all, "document", "documents"))),
        some => {
            let all = counted(facts.withheld, "document", "documents");
            out.push(format!("{} of the {all} that we are withholding", number(some)));
        }
    }
    let groups: BTreeSet<HiddenGroup> = runs.iter().flat_map(|run| run.hidden.iter().copied()).collect();
    if !groups.is_empty() {
        let to = if documents > 0 { "to " } else { "" };
        out.push(format!("{to}the {} that we have taken out of the attached copies", listed_groups(&groups)));
    }
    listed(&out)
}

/// Groups of hidden content as a sentence names them.
pub(super) fn listed_groups(groups: &BTreeSet<HiddenGroup>) -> String {
    listed(&groups.iter().map(|group| group.plain().to_owned()).collect::<Vec<_>>())
}
