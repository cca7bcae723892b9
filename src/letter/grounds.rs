//! Exemptions, prejudice and the public interest: blocks 7 and 9 to 12 of the letter.

use super::answer::{applies_to, listed_groups};
use super::compose::Facts;
use super::model::{Draft, capital, listed, or_gap, sentence, without_article};
use super::relied::{Relied, balances, relied};
use crate::case::calendar::in_words;
use crate::case::preset::{Basis, Exemption, Need};
use crate::case::{Argument, Citation, Ground, Reliance};
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
        let runs = relied(facts.record, facts.case, citation);
        one(draft, facts, citation, &applies_to(facts, &runs), &runs);
    }
}

/// One exemption, with everything it needs. Where the case file speaks of drafts of several stages, each is a run of its own.
pub(super) fn one(draft: &mut Draft, facts: &Facts<'_>, citation: &Citation, applies: &str, runs: &[Relied<'_>]) {
    let Some(exemption) = facts.preset.cited(citation) else {
        draft.paragraph(&format!("[GAP: exemption {citation}]"));
        return;
    };
    draft.paragraph(&format!(
        "{} ({}) applies to {applies}. It protects {}.",
        capital(&facts.preset.cite(citation)),
        exemption.title,
        exemption.protects
    ));
    of_authority(draft, facts, exemption, citation, runs);
    let none = Reliance::default();
    for run in runs {
        let words = run.words.unwrap_or(&none);
        if runs.len() > 1 && speaks_of_documents(exemption) {
            draft.paragraph(&format!("What follows is about {}.", about(run)));
        }
        needs(draft, exemption, words, &run.key);
        if exemption.basis != Basis::Class {
            let subject =
                if citation.limb == exemption.ncnd_limb && citation.limb.is_some() { "To say whether it is held" } else { "Disclosure" };
            prejudice(draft, subject, exemption, words, &run.key);
        }
    }
    if !exemption.kind.needs_test() {
        draft.paragraph(&facts.preset.say("absolute_rule", &[]));
    }
}

/// Whether the exemption asks for anything that differs from one document to the other.
fn speaks_of_documents(exemption: &Exemption) -> bool {
    let of_documents = |need: &Need| !matches!(need, Need::Functions | Need::Enactment);
    exemption.basis != Basis::Class || exemption.needs.iter().any(of_documents)
}

/// What a run is about: the withheld documents as the case file describes them, and what was taken out of others.
fn about(run: &Relied<'_>) -> String {
    let described = || or_gap(run.words.and_then(|words| words.description.as_deref()), &format!("{}.description", run.key));
    let mut out: Vec<String> = (run.documents > 0).then(described).into_iter().collect();
    if !run.hidden.is_empty() {
        out.push(format!("the {} that we have taken out of the attached copies", listed_groups(&run.hidden)));
    }
    listed(&out)
}

/// What an exemption needs that is the same for every document.
fn of_authority(draft: &mut Draft, facts: &Facts<'_>, exemption: &Exemption, citation: &Citation, runs: &[Relied<'_>]) {
    let key = runs.first().map_or_else(|| format!("reliance({citation})"), |run| run.key.clone());
    for need in &exemption.needs {
        match need {
            Need::Functions => {
                let functions = facts.case.of_exemption(citation, |words| words.functions.as_deref());
                draft.paragraph(&format!(
                    "We are an authority that may rely on this {}. {}",
                    facts.preset.ground_word,
                    sentence(&or_gap(functions, &format!("{key}.functions")))
                ));
            }
            Need::Enactment => {
                let enactment = facts.case.of_exemption(citation, |words| words.enactment.as_deref());
                draft.paragraph(&format!("Disclosure is forbidden by {}.", or_gap(enactment, &format!("{key}.enactment"))));
            }
            Need::QualifiedPerson | Need::ForeseeableHarm | Need::PersonalData | Need::Completion => {}
        }
    }
}

/// What an exemption needs that depends on the documents.
fn needs(draft: &mut Draft, exemption: &Exemption, reliance: &Reliance, key: &str) {
    for need in &exemption.needs {
        match need {
            Need::Functions | Need::Enactment => {}
            Need::QualifiedPerson => {
                let person = reliance.qualified_person.clone().unwrap_or_default();
                let date = person.date.map(in_words);
                draft.paragraph(&format!(
                    "The law asks for the reasonable opinion of a qualified person. For us that is the {}, whose opinion, given on {}, is {}. We consider it a reasonable opinion.",
                    without_article(&or_gap(person.office.as_deref(), &format!("{key}.qualified_person.office"))),
                    or_gap(date.as_deref(), &format!("{key}.qualified_person.date")),
                    or_gap(person.opinion.as_deref(), &format!("{key}.qualified_person.opinion")).trim_end_matches('.')
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
        let harm = exemption.harm_verb.clone().unwrap_or_else(|| format!("cause {} to", exemption.harm_word));
        format!("{subject} {likelihood} {harm} {interest}.")
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
    for balance in balances(facts.record, facts.case, tested) {
        draft.paragraph(&sentence(&or_gap(balance.text, &format!("public_interest.balance.{}", balance.stage.as_str()))));
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
    let rule = if cites.len() > 1 { "test_rule_several" } else { "test_rule" };
    let grounds = if cites.len() > 1 { format!("{}s", facts.preset.ground_word) } else { facts.preset.ground_word.clone() };
    draft.paragraph(&format!("This is about {}. {}", listed(&cites), facts.preset.say(rule, &[])));
    draft.subheading("test", "For disclosure");
    draft.paragraph("In favour of disclosure we have considered that:");
    arguments(draft, &interest.r#for, "public_interest.for");
    draft.subheading("test", &format!("For maintaining the {grounds}"));
    draft.paragraph(&format!("In favour of maintaining the {grounds} we have considered that:"));
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
        without_article(&or_gap(facts.case.decider.role.as_deref(), "decider.role")),
        or_gap(date.as_deref(), "public_interest.decided_on")
    ));
}
