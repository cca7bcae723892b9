//! The outline of the letter: which sections, in which order.

use super::model::{Block, Composed, Draft, Table, capital, counted, listed, or_gap, sentence};
use super::{answer, grounds, other};
use crate::case::calendar::in_words;
use crate::case::{Case, Held, Preset, ResponseKind};
use crate::record::{DecisionRecord, Outcome};
use crate::schedule;

/// Everything that the sections look at.
pub(super) struct Facts<'a> {
    pub(super) record: &'a DecisionRecord,
    pub(super) case: &'a Case,
    pub(super) preset: &'a Preset,
    pub(super) released: usize,
    pub(super) withheld: usize,
    pub(super) undecided: usize,
}

/// Composes the letter.
pub fn compose(record: &DecisionRecord, case: &Case, preset: &Preset) -> Composed {
    let facts = Facts {
        record,
        case,
        preset,
        released: record.with(case, &[Outcome::Released, Outcome::ReleasedInPart]).len(),
        withheld: record.with(case, &[Outcome::Withheld]).len(),
        undecided: record.with(case, &[Outcome::Undecided]).len(),
    };
    let mut draft = Draft::default();
    head(&mut draft, &facts);
    receipt(&mut draft, &facts);
    match case.response.kind {
        ResponseKind::Decision => {
            answer::held(&mut draft, &facts);
            let summary = answer::reserve_summary(&mut draft);
            answer::released(&mut draft, &facts);
            answer::withheld(&mut draft, &facts);
            grounds::exemptions(&mut draft, &facts);
            answer::hidden(&mut draft, &facts);
            grounds::public_interest(&mut draft, &facts);
            answer::fill_summary(&mut draft, &facts, summary);
        }
        ResponseKind::NeitherConfirmNorDeny => other::neither(&mut draft, &facts),
        ResponseKind::Extension => other::extension(&mut draft, &facts),
        ResponseKind::AlreadyPublic => other::already_public(&mut draft, &facts),
        ResponseKind::NotHeld => other::not_held(&mut draft, &facts),
        ResponseKind::Cost | ResponseKind::Vexatious | ResponseKind::Repeated => other::refusal(&mut draft, &facts),
    }
    context(&mut draft, &facts);
    complaint(&mut draft, &facts);
    close(&mut draft, &facts);
    annexes(&mut draft, &facts);
    draft.finish()
}

fn head(draft: &mut Draft, facts: &Facts<'_>) {
    let case = facts.case;
    draft.push(Block::Authority(or_gap(case.authority.name.as_deref(), "authority.name")));
    let mut lines = case.authority.address.clone();
    if lines.is_empty() {
        lines.push(or_gap(None, "authority.address"));
    }
    lines.push(or_gap(case.authority.contact.as_deref(), "authority.contact"));
    draft.push(Block::Lines(lines));
    let date = case.letter.date.map(in_words);
    let mut lines = vec![
        format!("Date: {}", or_gap(date.as_deref(), "letter.date")),
        format!("Our reference: {}", or_gap(case.reference.as_deref(), "case.reference")),
    ];
    if let Some(issue) = case.letter.issue.filter(|issue| *issue > 1) {
        lines.push(format!("Issue {issue}, replacing the issue before it"));
    }
    draft.push(Block::Lines(lines));
    let mut lines = vec![or_gap(case.applicant.name.as_deref(), "applicant.name")];
    lines.extend(case.applicant.address.iter().cloned());
    draft.push(Block::Lines(lines));
    draft.push(Block::Plain(format!("Dear {}", or_gap(case.applicant.name.as_deref(), "applicant.name"))));
    let subject = or_gap(case.request.subject.as_deref(), "request.subject");
    draft.push(Block::Subject(format!("{}: {subject}", facts.preset.regime_name)));
}

/// Blocks 1 and 2: receipt and request.
fn receipt(draft: &mut Draft, facts: &Facts<'_>) {
    let case = facts.case;
    draft.section("receipt", "Your request");
    let received = case.request.received.map(in_words);
    let channel = case.request.channel.as_ref().map_or_else(String::new, |channel| format!(" by {channel}"));
    let name = if facts.preset.regime_short == facts.preset.regime_name {
        facts.preset.regime_name.clone()
    } else {
        format!("{} ({})", facts.preset.regime_name, facts.preset.regime_short)
    };
    draft.paragraph(&format!(
        "Thank you for your request under the {name}. We received it{channel} on {}.",
        or_gap(received.as_deref(), "request.received")
    ));
    for earlier in &case.request.earlier {
        let date = earlier.date.map(in_words);
        draft.paragraph(&format!(
            "We wrote to you about this request on {}. {}",
            or_gap(date.as_deref(), "request.earlier.date"),
            sentence(&or_gap(earlier.says.as_deref(), "request.earlier.says"))
        ));
    }
    clock(draft, facts);
    let here: Vec<_> = case.request.items.iter().filter(|item| item.answered_here).collect();
    let elsewhere = case.request.items.len() - here.len();
    let noun = if here.len() == 1 { "the item of your request" } else { "the items of your request" };
    let text = if elsewhere > 0 || !case.request.earlier.is_empty() {
        format!("This letter answers {noun} that {} still open. You asked for:", if here.len() == 1 { "was" } else { "were" })
    } else {
        "You asked for:".to_owned()
    };
    draft.paragraph(&text);
    if here.is_empty() {
        draft.push(Block::Quote(or_gap(None, "request.items")));
    }
    for item in here {
        draft.push(Block::Quote(format!("{}. {}", item.no, super::model::tidy(&item.text))));
    }
}

/// The statutory clock: due date, extension, lateness.
fn clock(draft: &mut Draft, facts: &Facts<'_>) {
    let Some(clock) = facts.case.clock() else { return };
    let mut text = String::new();
    if let Some(day) = facts.case.request.clarified.last() {
        text.push_str(&format!("You cleared up what you were asking for on {}. ", in_words(*day)));
    }
    text.push_str(&format!(
        "The law gave us {} {} to answer, until {}.",
        facts.preset.response_days,
        facts.preset.response_unit,
        in_words(clock.due)
    ));
    let extension = facts.case.request.extension.as_ref().filter(|_| facts.case.response.kind != ResponseKind::Extension);
    if let Some((sent, until)) = extension.and_then(|extension| extension.sent.zip(extension.until)) {
        text.push_str(&format!(" On {} we told you that we needed more time, until {}.", in_words(sent), in_words(until)));
    }
    if clock.days_late > 0 {
        let days = usize::try_from(clock.days_late).unwrap_or_default();
        text.push_str(&format!(" This letter is {} late, and we apologise for that.", counted(days, "day", "days")));
    }
    draft.paragraph(&text);
}

/// Blocks 14 and 15: context, advice and help.
fn context(draft: &mut Draft, facts: &Facts<'_>) {
    let case = facts.case;
    let published = case.publication.url.as_ref().filter(|_| case.response.kind == ResponseKind::Decision);
    if let Some(url) = published {
        draft.section("context", "The published report");
        let title = case
            .publication
            .title
            .as_ref()
            .map_or_else(|| "The final text".to_owned(), |title| format!("The final text, \u{201c}{title}\u{201d},"));
        let date = case.publication.date.map_or_else(String::new, |date| format!(" on {}", in_words(date)));
        draft.paragraph(&format!(
            "{title} was published{date}. You can read it at {url}. Drafts are working documents: they may hold errors that were mended later, and they are not our conclusions. Our conclusions are those of the published text."
        ));
    }
    let meeting = &case.meeting;
    if meeting.with.is_some() || !case.advice.is_empty() {
        draft.section("help", "Advice and help");
        for text in &case.advice {
            draft.paragraph(&sentence(text));
        }
        if let Some(with) = &meeting.with {
            let about = meeting.about.as_deref().unwrap_or("this request");
            draft.paragraph(&format!(
                "If you would find it helpful, you can meet {with} to discuss {about}. To take up this offer, please contact {}.",
                or_gap(meeting.contact.as_deref(), "meeting.contact")
            ));
        }
    }
}

/// Blocks 16 to 18: review, regulator, reuse.
fn complaint(draft: &mut Draft, facts: &Facts<'_>) {
    let (case, preset) = (facts.case, facts.preset);
    draft.section("review", "If you are unhappy with this answer");
    if case.review.offered.unwrap_or(true) {
        let terms = &preset.review;
        let answered = format!("We aim to answer within {}.", case.review.answered_in.as_deref().unwrap_or(&terms.answered_in));
        let reviewer = case.review.by.as_deref().map_or_else(String::new, |by| capital(&sentence(by)));
        draft.paragraph(&preset.say(
            "review",
            &[
                ("name", &terms.name),
                ("contact", &or_gap(case.review.contact.as_deref(), "review.contact")),
                ("within", case.review.within.as_deref().unwrap_or(&terms.within)),
                ("reference", &or_gap(case.reference.as_deref(), "case.reference")),
                ("reviewer", &reviewer),
                ("answered", &answered),
            ],
        ));
    } else {
        draft.paragraph(&preset.say("review_none", &[]));
    }
    let regulator = &preset.regulator;
    draft.subheading("regulator", &preset.say("regulator_heading", &[("name", &regulator.name)]));
    draft.paragraph(&preset.say(
        "regulator",
        &[("name", &regulator.name), ("short", &regulator.short), ("url", &regulator.url), ("address", &regulator.address.join(", "))],
    ));
    for appeal in &preset.appeal {
        draft.paragraph(&appeal.text.replace("{regulator}", &regulator.name));
    }
    if let Some(licence) = &case.licence {
        draft.section("reuse", "Using what we have released");
        draft.paragraph(&sentence(licence));
    }
}

fn close(draft: &mut Draft, facts: &Facts<'_>) {
    draft.push(Block::Plain("Yours sincerely".to_owned()));
    let mut lines: Vec<String> = facts.case.letter.signatory.iter().cloned().collect();
    lines.push(or_gap(facts.case.letter.role.as_deref(), "letter.role"));
    lines.push(or_gap(facts.case.authority.name.as_deref(), "authority.name"));
    draft.push(Block::Lines(lines));
}

/// Annexes A to C: schedule, digests, provisions.
fn annexes(draft: &mut Draft, facts: &Facts<'_>) {
    let rows = schedule::rows(facts.record, facts.case, facts.preset);
    if rows.is_empty() {
        return;
    }
    let anchors = draft.anchors().clone();
    draft.push(Block::NewPage);
    draft.push(Block::Heading(1, "Annex A: Schedule of documents".to_owned()));
    let mut table = Table {
        caption: "Every document within the request that we hold, and our decision on it.".to_owned(),
        header: ["No", "Document", "Version and date", "Decision", "Ground", "Taken out of the copy", "Attachment"]
            .map(str::to_owned)
            .to_vec(),
        widths: vec![6, 23, 13, 12, 14, 20, 12],
        small: true,
        ..Table::default()
    };
    for row in &rows {
        let mut version: Vec<String> = row.version.iter().cloned().collect();
        version.extend(row.date.map(in_words));
        let balance = row
            .balance_section
            .and_then(|section| anchors.get(section))
            .map_or_else(String::new, |(first, _)| format!(" (paragraph {first})"));
        table.rows.push(vec![
            row.number.to_string(),
            row.title.clone(),
            if version.is_empty() { "\u{2013}".to_owned() } else { version.join(", ") },
            capital(row.outcome.as_str()),
            if row.grounds.is_empty() { "\u{2013}".to_owned() } else { format!("{}{balance}", row.grounds.join("; ")) },
            if row.removed.is_empty() { "\u{2013}".to_owned() } else { row.removed.join("; ") },
            row.attachment.clone().unwrap_or_else(|| "\u{2013}".to_owned()),
        ]);
    }
    draft.push(Block::Table(table));
    let attached = digests(draft, facts);
    provisions(draft, facts, if attached { "C" } else { "B" });
}

/// Annex B. Whether there is one.
fn digests(draft: &mut Draft, facts: &Facts<'_>) -> bool {
    let files: Vec<_> = facts.record.released().map(|(_, file)| file).collect();
    if files.is_empty() {
        return false;
    }
    draft.push(Block::Heading(1, "Annex B: Attachments and how to check them".to_owned()));
    draft.push(Block::Plain(
        "Each attachment has a SHA-256 checksum: a number that changes when anything in the file changes. To check that a file is the one we sent, compute its checksum and compare it with this table. On Windows use certutil -hashfile NAME SHA256, on macOS and Linux shasum -a 256 NAME.".to_owned(),
    ));
    // The pages of a PDF are fixed; those of a Word file depend on the program and the printer of whoever opens it.
    let with_pages = files.iter().filter(|file| file.pages.is_some()).count();
    let head = match with_pages {
        0 => "Size in bytes",
        all if all == files.len() => "Pages",
        _ => "Pages or size",
    };
    let mut table = Table {
        caption: "The attachments and their checksums.".to_owned(),
        header: vec!["Attachment".to_owned(), head.to_owned(), "SHA-256".to_owned()],
        widths: vec![19, 12, 69],
        small: true,
        ..Table::default()
    };
    for file in &files {
        let size = match file.pages {
            Some(pages) if with_pages == files.len() => pages.to_string(),
            Some(1) => "1 page".to_owned(),
            Some(pages) => format!("{pages} pages"),
            None if with_pages == 0 => file.bytes.to_string(),
            None => format!("{} bytes", file.bytes),
        };
        table.rows.push(vec![file.name.clone(), size, file.sha256.clone()]);
    }
    draft.push(Block::Table(table));
    true
}

fn provisions(draft: &mut Draft, facts: &Facts<'_>, letter: &str) {
    let cited = facts.record.exemptions(facts.case);
    let known: Vec<_> = cited.iter().filter_map(|citation| facts.preset.cited(citation).map(|exemption| (citation, exemption))).collect();
    if known.is_empty() {
        return;
    }
    draft.push(Block::Heading(1, format!("Annex {letter}: The provisions we rely on")));
    draft.push(Block::Table(Table {
        caption: format!("Provisions of the {}.", facts.preset.regime_name),
        header: ["Provision", "Title", "Kind", "What it protects"].map(str::to_owned).to_vec(),
        rows: known
            .iter()
            .map(|(citation, exemption)| {
                vec![
                    capital(&facts.preset.cite(citation)),
                    exemption.title.clone(),
                    capital(exemption.kind.as_str()),
                    capital(&exemption.protects),
                ]
            })
            .collect(),
        widths: vec![18, 24, 14, 44],
        small: true,
    }));
}

/// What is held for an item, as a word of the summary.
pub(super) fn held_word(held: Held) -> &'static str {
    match held {
        Held::Yes => "held",
        Held::No => "not held",
        Held::NeitherConfirmNorDeny => "neither confirmed nor denied",
    }
}

/// The paragraphs of some sections, as a summary points at them: `4 to 7 and 9`.
pub(super) fn pointing(draft: &Draft, sections: &[&str]) -> String {
    let mut spans: Vec<(u32, u32)> = sections.iter().filter_map(|section| draft.anchors().get(section).copied()).collect();
    spans.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (first, last) in spans {
        match joined.last_mut() {
            Some(known) if known.1 + 1 >= first => known.1 = known.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    let written = joined.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") });
    listed(&written.collect::<Vec<_>>())
}
