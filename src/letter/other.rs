//! Letters that release nothing: neither confirm nor deny, more time, already public, not held, refusal of the request.

use super::answer::{not_held_notice, search};
use super::compose::Facts;
use super::grounds;
use super::model::{Draft, capital, or_gap, sentence};
use super::relied::Relied;
use crate::case::calendar::in_words;
use crate::case::{BalanceFor, Citation, ResponseKind};
use crate::model::Stage;

/// Neither confirm nor deny. Nothing is counted, nothing is listed.
pub(super) fn neither(draft: &mut Draft, facts: &Facts<'_>) {
    draft.section("held", "Our answer");
    draft.paragraph(&facts.preset.say("ncnd", &[]));
    let Some(citation) = facts.case.exemption_for(Stage::Unknown).cloned() else {
        draft.paragraph(&or_gap(None, "decision.unknown.exemption"));
        return;
    };
    draft.section("exemption", &format!("The {} we rely on", facts.preset.ground_word));
    let run = Relied::for_stage(facts.case, Stage::Unknown, &citation);
    grounds::one(draft, facts, &citation, "the question whether the information is held", &[run]);
    if facts.preset.cited(&citation).is_some_and(|exemption| exemption.kind.needs_test()) {
        grounds::test(draft, facts, std::slice::from_ref(&citation));
        draft.subheading("balance", "Where the balance lies");
        let balance = facts.case.public_interest.balances.get(&Stage::Unknown);
        let balance = balance.filter(|balance| balance.outcome == BalanceFor::Withheld).map(|balance| balance.text.as_str());
        draft.paragraph(&sentence(&or_gap(balance, "public_interest.balance.unknown")));
    }
}

/// The first notice: more time for the test, no outcome.
pub(super) fn extension(draft: &mut Draft, facts: &Facts<'_>) {
    let extension = facts.case.request.extension.as_ref();
    draft.section("extension", "We need more time");
    let citation = extension.and_then(|extension| extension.exemption.as_ref());
    let until = extension.and_then(|extension| extension.until).map(in_words);
    draft.paragraph("We hold this information.");
    draft.paragraph(&facts.preset.say(
        "extension",
        &[
            ("cite", &or_gap(citation.map(|citation| named(facts, citation)).as_deref(), "request.extension.exemption")),
            ("test", facts.preset.wording.get("test_name").map_or("test", String::as_str)),
            ("until", &or_gap(until.as_deref(), "request.extension.until")),
        ],
    ));
    if let Some(exemption) = citation.and_then(|citation| facts.preset.cited(citation)) {
        draft.paragraph(&format!("This {} protects {}.", facts.preset.ground_word, exemption.protects));
    }
}

fn named(facts: &Facts<'_>, citation: &Citation) -> String {
    let title = facts.preset.cited(citation).map_or("", |exemption| exemption.title.as_str());
    format!("{} ({title})", facts.preset.cite(citation))
}

/// Everything is public already.
pub(super) fn already_public(draft: &mut Draft, facts: &Facts<'_>) {
    draft.section("held", "Our answer");
    draft.paragraph("We hold this information, and it is already public.");
    let place = facts.case.response.r#where.as_deref().or(facts.case.publication.url.as_deref());
    let title = facts.case.publication.title.as_ref().map_or_else(String::new, |title| format!(" under the title \u{201c}{title}\u{201d}"));
    draft.paragraph(&format!("You can read it at {}{title}.", or_gap(place, "publication.url")));
    if let Some(citation) = facts.case.exemption_for(Stage::Final).cloned() {
        draft.section("exemption", &format!("The {} we rely on", facts.preset.ground_word));
        let run = Relied::for_stage(facts.case, Stage::Final, &citation);
        grounds::one(draft, facts, &citation, "information that is already public", &[run]);
    }
}

/// Nothing is held.
pub(super) fn not_held(draft: &mut Draft, facts: &Facts<'_>) {
    draft.section("held", "Our answer");
    draft.paragraph(&format!("We do not hold this information. {}", search(facts)));
    let notice = not_held_notice(facts);
    if !notice.is_empty() {
        draft.paragraph(&notice);
    }
}

/// Refusal of the request as a whole: its own short form, without a test.
pub(super) fn refusal(draft: &mut Draft, facts: &Facts<'_>) {
    let ground = match facts.case.response.kind {
        ResponseKind::Cost => "cost",
        ResponseKind::Repeated => "repeated",
        _ => "vexatious",
    };
    draft.section("refusal", "Our answer");
    let cite = facts.preset.refusal.iter().find(|known| known.ground == ground).map(|known| format!("{} ({})", known.cite, known.title));
    draft.paragraph(&format!(
        "{} The ground is {}.",
        facts.preset.say(ground, &[]),
        or_gap(cite.as_deref(), &format!("preset.refusal.{ground}"))
    ));
    draft.paragraph(&sentence(&capital(&or_gap(facts.case.response.reason.as_deref(), "response.reason"))));
}
