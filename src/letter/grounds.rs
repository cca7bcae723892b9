//! Exemptions, prejudice and the public interest: blocks 7 and 9 to 12 of the letter.

use super::answer::applies_to;
use super::compose::Facts;
use super::model::{Draft, capital, listed, or_gap, sentence};
use crate::case::calendar::in_words;
use crate::case::preset::{Basis, Exemption, Need};
use crate::case::{Argument, Citation, Ground, Reliance};
use crate::model::Stage;
use crate::record::Outcome;

/// Blocks 7 to 7c, one run for each exemption relied on.
pub(super) fn exemptions(draft: &mut Draft, facts: &Facts<'_>) {
    let cited = facts.record.exemptions(facts.case);
    let bare = facts.record.with(facts.case, &[Outcome::Withheld]).iter().any(|document| document.exemption.is_none());
    if cited.is_empty() && !bare {
        return;
    }
    let word = &facts.preset.ground_word;
    let many = cited.len() > 1;
    draft.section("exemption", &if many { format!("The {word}s we rely on") } else { format!("The {word} we rely on") });
    if bare {
        draft.paragraph(&format!("[GAP: plan.exemption] A document is withheld without an {word}."));
    }
    for citation in &cited {
        let applies = applies_to(facts, citation);
        one(draft, facts, citation, &applies);
    }
}

/// One exemption, with everything it needs.
pub(super) fn one(draft: &mut Draft, facts: &Facts<'_>, citation: &Citation, applies: &str) {
    let Some(exemption) = facts.preset.cited(citation) else {
        draft.paragraph(&format!("[GAP: exemption {citation}]"));
        return;
    };
    let stage = stage_of(facts, citation);
    let reliance = facts.case.reliance(stage, Some(citation)).cloned().unwrap_or_default();
    let key = key_of(facts, stage, citation);
    draft.paragraph(&format!(
        "{} ({}) applies to {applies}. It protects {}.",
        capital(&facts.preset.cite(citation)),
        exemption.title,
        exemption.protects
    ));
    needs(draft, facts, exemption, &reliance, &key);
    if exemption.basis != Basis::Class {
        let subject =
            if citation.limb == exemption.ncnd_limb && citation.limb.is_some() { "To say whether it is held" } else { "Disclosure" };
        prejudice(draft, subject, exemption, &reliance, &key);
    }
    if !exemption.kind.needs_test() {
        draft.paragraph(&facts.preset.say("absolute_rule", &[]));
    }
}

/// The stage whose decision names the citation, or any.
fn stage_of(facts: &Facts<'_>, citation: &Citation) -> Stage {
    facts
        .case
        .decisions
        .iter()
        .find(|(_, reliance)| reliance.citation.as_ref() == Some(citation))
        .map_or(Stage::Unknown, |(stage, _)| *stage)
}

/// Where in the case file the facts of a citation belong.
pub(super) fn key_of(facts: &Facts<'_>, stage: Stage, citation: &Citation) -> String {
    let named = facts.case.decisions.get(&stage).is_some_and(|reliance| reliance.citation.as_ref() == Some(citation));
    if named { format!("decision.{}", stage.as_str()) } else { format!("reliance({citation})") }
}

fn needs(draft: &mut Draft, facts: &Facts<'_>, exemption: &Exemption, reliance: &Reliance, key: &str) {
    for need in &exemption.needs {
        match need {
            Need::Functions => {
                draft.paragraph(&format!(
                    "We are an authority that may rely on this {}. {}",
                    facts.preset.ground_word,
                    sentence(&or_gap(reliance.functions.as_deref(), &format!("{key}.functions")))
                ));
            }
            Need::QualifiedPerson => {
                let person = reliance.qualified_person.clone().unwrap_or_default();
                let date = person.date.map(in_words);
                draft.paragraph(&format!(
                    "The law asks for the reasonable opinion of a qualified person. For us that is the {}, whose opinion, given on {}, is {}. We consider it a reasonable opinion.",
                    or_gap(person.office.as_deref(), &format!("{key}.qualified_person.office")),
                    or_gap(date.as_deref(), &format!("{key}.qualified_person.date")),
                    or_gap(person.opinion.as_deref(), &format!("{key}.qualified_person.opinion")).trim_end_matches('.')
                ));
            }
            Need::Enactment => {
                draft.paragraph(&format!(
                    "Disclosure is forbidden by {}.",
                    or_gap(reliance.enactment.as_deref(), &format!("{key}.enactment"))
                ));
            }
            Need::ForeseeableHarm => {
                draft.paragraph(&format!(
                    "We reasonably foresee this harm from disclosure: {}",
                    sentence(&or_gap(reliance.foreseeable_harm.as_deref(), &format!("{key}.foreseeable_harm")))
                ));
            }
            Need::PersonalData => {
                let data = reliance.personal_data.clone().unwrap_or_default();
                let text = |value: &Option<String>, name: &str| sentence(&or_gap(value.as_deref(), &format!("{key}.personal_data.{name}")));
                draft.paragraph(&format!(
                    "This is personal data of people other than you. {} {} {}",
                    text(&data.interest, "interest"),
                    text(&data.necessity, "necessity"),
                    text(&data.balance, "balance")
                ));
            }
            Need::Completion => {
                let date = reliance.completed_on.map(in_words);
                draft.paragraph(&format!(
                    "The material is being completed by {}. We expect that to be done by {}.",
                    or_gap(reliance.completed_by.as_deref(), &format!("{key}.completed_by")),
                    or_gap(date.as_deref(), &format!("{key}.completed_on"))
                ));
            }
        }
    }
}

/// Block 7c: interest, harm, causal link, likelihood.
fn prejudice(draft: &mut Draft, subject: &str, exemption: &Exemption, reliance: &Reliance, key: &str) {
    if exemption.needs.contains(&Need::ForeseeableHarm) {
        return;
    }
    let interest = or_gap(reliance.interest.as_deref(), &format!("{key}.interest"));
    let likelihood = or_gap(reliance.likelihood.as_deref(), &format!("{key}.likelihood"));
    let lead = if likelihood.starts_with("required") {
        format!("The {} is {likelihood} {interest}.", "exemption")
    } else if likelihood == "would" || likelihood.ends_with(" to") || likelihood.starts_with('[') {
        format!("{subject} {likelihood} cause {} to {interest}.", exemption.harm_word)
    } else {
        format!("{subject} {likelihood} {interest}.")
    };
    draft.paragraph(&format!(
        "{lead} {} {}",
        sentence(&or_gap(reliance.prejudice.as_deref(), &format!("{key}.prejudice"))),
        sentence(&or_gap(reliance.link.as_deref(), &format!("{key}.link")))
    ));
}

/// Blocks 9 to 12: what the test asks, both sides, and the balances.
pub(super) fn public_interest(draft: &mut Draft, facts: &Facts<'_>) {
    let tested = |citation: &Citation| facts.preset.cited(citation).is_some_and(|exemption| exemption.kind.needs_test());
    let cited: Vec<Citation> = facts.record.exemptions(facts.case).into_iter().filter(tested).collect();
    if cited.is_empty() {
        return;
    }
    test(draft, facts, &cited);
    let interest = &facts.case.public_interest;
    draft.subheading("balance", "Where the balance lies");
    let withheld = facts.record.with(facts.case, &[Outcome::Withheld]);
    if withheld.iter().any(|document| document.exemption.as_ref().is_some_and(tested)) {
        draft.paragraph(&sentence(&or_gap(interest.early.as_deref(), "public_interest.balance.early")));
        if facts.released > 0 {
            draft.paragraph(&sentence(&or_gap(interest.later.as_deref(), "public_interest.balance.later")));
        }
    }
    let removed = facts.record.removed_by_group();
    let hidden = removed.keys().any(|group| matches!(facts.case.grounds.get(group), Some(Ground::Exempt(citation)) if tested(citation)));
    if hidden && facts.released > 0 {
        draft.paragraph(&sentence(&or_gap(interest.hidden.as_deref(), "public_interest.balance.hidden")));
    }
    decided(draft, facts);
}

/// Blocks 9 to 11.
pub(super) fn test(draft: &mut Draft, facts: &Facts<'_>, cited: &[Citation]) {
    let interest = &facts.case.public_interest;
    let name = facts.preset.wording.get("test_name").map_or("public interest test", String::as_str);
    draft.section("test", &format!("The {name}"));
    let cites: Vec<String> = cited.iter().map(|citation| facts.preset.cite(citation)).collect();
    draft.paragraph(&format!("This is about {}. {}", listed(&cites), facts.preset.say("test_rule", &[])));
    draft.subheading("test", "For disclosure");
    draft.paragraph("In favour of disclosure we have considered that:");
    arguments(draft, &interest.r#for, "public_interest.for");
    draft.subheading("test", &format!("For maintaining the {}", facts.preset.ground_word));
    draft.paragraph(&format!("In favour of maintaining the {} we have considered that:", facts.preset.ground_word));
    arguments(draft, &interest.against, "public_interest.against");
}

fn arguments(draft: &mut Draft, arguments: &[Argument], key: &str) {
    if arguments.is_empty() {
        draft.bullet(&or_gap(None, key));
    }
    for argument in arguments {
        let why = sentence(&or_gap(argument.why.as_deref(), &format!("{key}.why")));
        let weight = argument.weight.as_ref().map_or_else(String::new, |weight| format!(" Weight: {}", sentence(weight)));
        draft.bullet(&format!("{} {why}{weight}", sentence(&or_gap(argument.text.as_deref(), &format!("{key}.text")))));
    }
}

/// Who struck the balance, by role, and when.
fn decided(draft: &mut Draft, facts: &Facts<'_>) {
    let date = facts.case.public_interest.decided_on.or(facts.case.decider.date).map(in_words);
    draft.paragraph(&format!(
        "The {} decided this on {}.",
        or_gap(facts.case.decider.role.as_deref(), "decider.role"),
        or_gap(date.as_deref(), "public_interest.decided_on")
    ));
}
