//! Checks of the letter: stable ids, each an error or a warning.
//!
//! [`record`] runs while the bundle is made and sees everything; [`public`] runs over a finished bundle and sees only what
//! the public sees.

mod grounds;
mod leak;
mod printed;
pub mod public;
mod read;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub(crate) use leak::printed_words;
pub use public::{PublicFiles, bundle};

use super::Composed;
use super::compose::held_word;
use super::model::{Block, counted};
use crate::case::calendar::in_words;
use crate::case::{Case, Held, Item, Preset, ResponseKind};
use crate::model::Decision;
use crate::record::{DecisionRecord, Outcome};

/// How bad a lint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    Warning,
    /// The letter may not be sent.
    Error,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// Stable id.
    pub id: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, for an officer. Never words of a document.
    pub message: String,
    /// How to mend it.
    pub help: &'static str,
}

macro_rules! rules {
    ($( $constant:ident $id:literal $severity:ident $help:literal; )*) => {
        /// Ids, severities and remedies of every lint.
        pub const RULES: &[(&str, Severity, &str)] = &[ $( ($id, Severity::$severity, $help) ),* ];
        $( pub(super) fn $constant(message: impl Into<String>) -> Lint {
            Lint { id: $id, severity: Severity::$severity, message: message.into(), help: $help }
        } )*
    };
}

rules! {
    items "letter-items" Error "give every item of the request a number and an answer";
    ground "letter-ground" Error "name an exemption of the preset, with its limb, in [decision], [grounds] or the plan";
    test "letter-test" Error "fill in [public_interest]: arguments for and against, balances, who decided and when";
    balance "letter-balance" Error "write the balance for what was decided, and name it: `{ text = \"...\", outcome = \"withheld\" }`, or `released`, or `both`";
    test_not_needed "letter-test-not-needed" Warning "take [public_interest] out, or check the exemption";
    likelihood "letter-likelihood" Error "set `likelihood` beside the exemption, in the words of the law";
    needs "letter-needs" Error "fill in what the exemption needs beside it; the plan's sheet Exemptions lists it";
    counts "letter-counts" Error "make the bundle again; nobody edits a bundle";
    attachments "letter-attachments" Error "make the bundle again; nobody edits a bundle";
    title_leak "letter-title-leak" Error "say it in words that name no file, nobody who wrote or reviewed a draft, and nothing that is withheld";
    late "letter-late" Warning "apologise, or record the extension that was sent under [request.extension]";
    order "letter-dates" Error "mend the dates in the case file";
    calendar "letter-calendar" Warning "check the due date by hand: the calendar has no data for that time";
    review "letter-review" Error "fill in [review]; name and link of the regulator come from the preset";
    same_argument "letter-same-argument" Warning "say why each argument applies to each outcome";
    irrelevant "letter-irrelevant-argument" Warning "leave out arguments that the law does not count";
    two_people "letter-two-people" Error "let another person approve, or set `two_people = false` under [case]";
    one_person "letter-one-person" Warning "let another person approve";
    unfinished "letter-unfinished" Error "fill in what stands in square brackets";
    draft "letter-draft" Warning "fill in what stands in square brackets, and make the bundle again";
    undecided "letter-undecided" Error "decide every document in the plan";
    residue "letter-residue" Error "make the bundle again; do not save the letter in a word processor";
    hidden_block "letter-hidden-block" Error "the request asked for comments or tracked changes: the letter must answer that";
    parts "letter-parts" Error "say in `parts_considered` how release of parts was considered";
    held "letter-held" Error "set `held` of the item, `kind` under [response], or `answered_here = false` and answer the item in another letter";
    wrong_kind "letter-wrong-kind" Error "leave no row of the plan at `release`, or set `kind = \"decision\"` under [response]";
    preset_unchecked "letter-preset-unchecked" Warning "have the authority's lawyer check the preset";
    expired "letter-expired" Warning "check whether the exemption still applies to a record of this age";
    preset_changed "letter-preset-changed" Warning "verify with the version of the program that made the bundle";
}

/// Checks that need the record. Sorted by severity, errors first, then by id.
pub fn record(record: &DecisionRecord, case: &Case, preset: &Preset, composed: &Composed) -> Vec<Lint> {
    let mut out = Vec::new();
    unfinished_parts(record, case, composed, &mut out);
    answers(case, composed, &mut out);
    holding(record, case, &mut out);
    grounds::check(record, case, preset, &mut out);
    leak::check(record, case, &mut out);
    clock(case, &mut out);
    dates(case, &mut out);
    people(case, &mut out);
    complaint(case, preset, composed, &mut out);
    if preset.checked_by.is_empty() && !preset.id.is_empty() {
        out.push(preset_unchecked(format!("nobody has signed off the preset {} ({})", preset.id, preset.source_note)));
    }
    sorted(out)
}

fn sorted(mut lints: Vec<Lint>) -> Vec<Lint> {
    lints.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.id.cmp(b.id)).then(a.message.cmp(&b.message)));
    lints.dedup();
    lints
}

fn unfinished_parts(record: &DecisionRecord, case: &Case, composed: &Composed, out: &mut Vec<Lint>) {
    if !composed.gaps.is_empty() {
        out.push(unfinished(format!("the letter lacks {}", composed.gaps.join(", "))));
    }
    let undecided_count = record.with(case, &[Outcome::Undecided]).len();
    if undecided_count > 0 && case.response.kind == ResponseKind::Decision {
        out.push(undecided(format!("{} not decided", counted(undecided_count, "document is", "documents are"))));
    }
    let to_release = record.listed().filter(|document| document.decision() == Decision::Release).count();
    if to_release > 0 && !case.response.kind.releases() {
        out.push(wrong_kind(format!(
            "a letter of the kind {} releases nothing, and {} decided as `release`; no copy was made",
            case.response.kind.as_str(),
            counted(to_release, "document is", "documents are")
        )));
    }
}

/// What is said to be held is what is listed.
fn holding(record: &DecisionRecord, case: &Case, out: &mut Vec<Lint>) {
    let kind = case.response.kind;
    let here: Vec<&Item> = case.request.items.iter().filter(|item| item.answered_here).collect();
    for item in here.iter().filter(|item| !may_say(kind, item.held)) {
        out.push(held(format!("item {} is answered as {}, in a letter of the kind {}", item.no, held_word(item.held), kind.as_str())));
    }
    let count = record.listed().count();
    let documents = counted(count, "document is", "documents are");
    let yes = here.iter().any(|item| item.held == Held::Yes);
    match kind {
        ResponseKind::NotHeld if count > 0 => {
            out.push(held(format!("the letter says that nothing is held, and {documents} in the folder")));
        }
        ResponseKind::Decision if count > 0 && !yes && !here.is_empty() => {
            out.push(held(format!("no item of the request is answered as held, and {documents} listed")));
        }
        ResponseKind::Decision if count == 0 && yes => {
            out.push(held("an item of the request is answered as held, and no document is listed"));
        }
        _ => {}
    }
}

/// Whether an item may be answered so in a letter of a kind. `yes` is what an item says that says nothing.
fn may_say(kind: ResponseKind, held: Held) -> bool {
    match kind {
        // To neither confirm nor deny needs its exemption, its reasons and its test: a letter of its own.
        ResponseKind::Decision | ResponseKind::NotHeld => held != Held::NeitherConfirmNorDeny,
        ResponseKind::NeitherConfirmNorDeny => held != Held::No,
        ResponseKind::Extension | ResponseKind::AlreadyPublic => held == Held::Yes,
        ResponseKind::Cost | ResponseKind::Vexatious | ResponseKind::Repeated => true,
    }
}

/// Every item has an outcome and a paragraph; a request for comments or tracked changes is answered.
fn answers(case: &Case, composed: &Composed, out: &mut Vec<Lint>) {
    let items_here: Vec<_> = case.request.items.iter().filter(|item| item.answered_here).collect();
    if items_here.is_empty() {
        out.push(items("the letter answers no item of the request"));
    }
    let mut numbers: Vec<&str> = case.request.items.iter().map(|item| item.no.as_str()).collect();
    numbers.sort_unstable();
    if numbers.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        out.push(items("two items of the request have the same number"));
    }
    if case.response.kind == ResponseKind::Decision {
        let summary = composed.blocks.iter().find_map(|block| match block {
            Block::Table(table) if table.header.first().is_some_and(|cell| cell == "Item") => Some(table),
            _ => None,
        });
        for item in &items_here {
            let row = summary.and_then(|table| table.rows.iter().find(|row| row.first() == Some(&item.no)));
            if row.is_none_or(|row| row.iter().any(String::is_empty)) {
                out.push(items(format!("item {} has no outcome or no paragraph", item.no)));
            }
        }
        if case.asks_for_hidden() && !composed.anchors.contains_key("hidden") {
            out.push(hidden_block("the section on comments and tracked changes is missing"));
        }
    }
}

fn clock(case: &Case, out: &mut Vec<Lint>) {
    let Some(clock) = case.clock() else { return };
    if clock.days_late > 0 {
        out.push(late(format!(
            "the letter is {} late; an answer was due by {}",
            counted(usize::try_from(clock.days_late).unwrap_or_default(), "day", "days"),
            in_words(clock.due)
        )));
    }
    if !clock.covered {
        out.push(calendar("the calendar of the preset has no data for the time of this request"));
    }
}

/// Days that cannot follow each other as the case file has them.
fn dates(case: &Case, out: &mut Vec<Lint>) {
    let (request, sent) = (&case.request, case.letter.date);
    let extension = request.extension.as_ref();
    let (told, until) = (extension.and_then(|extension| extension.sent), extension.and_then(|extension| extension.until));
    let mut ordered = vec![
        ("request.received", request.received, "letter.date", sent),
        ("request.received", request.received, "request.extension.sent", told),
        ("request.extension.sent", told, "request.extension.until", until),
        ("request.extension.sent", told, "letter.date", sent),
        ("search.cutoff", case.search.cutoff, "letter.date", sent),
        ("publication.date", case.publication.date, "letter.date", sent),
        ("public_interest.decided_on", case.public_interest.decided_on, "letter.date", sent),
    ];
    for day in &request.clarified {
        ordered.push(("request.received", request.received, "request.clarified", Some(*day)));
        ordered.push(("request.clarified", Some(*day), "letter.date", sent));
    }
    for earlier in &request.earlier {
        ordered.push(("request.received", request.received, "request.earlier.date", earlier.date));
        ordered.push(("request.earlier.date", earlier.date, "letter.date", sent));
    }
    for person in case.decisions.values().chain(&case.reliances).filter_map(|reliance| reliance.qualified_person.as_ref()) {
        ordered.push(("qualified_person.date", person.date, "letter.date", sent));
    }
    for (first, one, then, other) in ordered {
        if let (Some(one), Some(other)) = (one, other)
            && one > other
        {
            out.push(order(format!("{first} ({one}) is after {then} ({other})")));
        }
    }
}

fn people(case: &Case, out: &mut Vec<Lint>) {
    let same = case.decider.name.is_some() && case.decider.name == case.approver.name
        || case.decider.name.is_none()
            && case.approver.name.is_none()
            && case.decider.role.is_some()
            && case.decider.role == case.approver.role;
    if same {
        let message = "the same person decided and approved";
        out.push(if case.two_people { two_people(message) } else { one_person(message) });
    }
    for person in [&case.decider, &case.approver] {
        if let (Some(done), Some(sent)) = (person.date, case.letter.date)
            && done > sent
        {
            out.push(late("the decision or the approval is dated after the letter"));
        }
    }
}

fn complaint(case: &Case, preset: &Preset, composed: &Composed, out: &mut Vec<Lint>) {
    for section in ["review", "regulator"] {
        if !composed.anchors.contains_key(section) {
            out.push(review(format!("the letter has no section on {section}")));
        }
    }
    if case.review.offered == Some(false) && preset.review.mandatory {
        out.push(review(format!("under the {} {} must be offered", preset.regime_name, preset.review.name)));
    }
}
