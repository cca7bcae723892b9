//! Exemptions, tests and arguments: lints 2 to 6, 12, 13 and 18.

use jiff::civil::Date;

use super::super::relied::{balances, relied};
use super::{Lint, balance, expired, ground, irrelevant, likelihood, needs, parts, same_argument, test, test_not_needed};
use crate::case::preset::{Basis, Exemption, Need};
use crate::case::{Argument, BalanceFor, Case, Citation, Ground, Preset, Reliance, ResponseKind};
use crate::model::Stage;
use crate::record::{DecisionRecord, Outcome};

pub(super) fn check(record: &DecisionRecord, case: &Case, preset: &Preset, out: &mut Vec<Lint>) {
    if case.response.kind != ResponseKind::Decision {
        return;
    }
    documents(record, case, preset, out);
    stripped(record, case, out);
    let cited = record.exemptions(case);
    for citation in &cited {
        match preset.cited(citation) {
            None => out.push(ground(format!("{citation} is no {} of the preset {}", preset.ground_word, preset.id))),
            Some(exemption) => one(record, case, preset, (citation, exemption), out),
        }
    }
    let tested: Vec<&Citation> =
        cited.iter().filter(|citation| preset.cited(citation).is_some_and(|exemption| exemption.kind.needs_test())).collect();
    let interest = &case.public_interest;
    if tested.is_empty() {
        if !cited.is_empty() && (!interest.r#for.is_empty() || !interest.against.is_empty()) {
            out.push(test_not_needed("the case file has a public interest test, and no exemption relied on asks for one"));
        }
    } else {
        test_parts(record, case, &tested, out);
    }
    arguments(case, preset, out);
}

fn documents(record: &DecisionRecord, case: &Case, preset: &Preset, out: &mut Vec<Lint>) {
    for document in record.with(case, &[Outcome::Withheld]) {
        let number = document.number;
        let Some(citation) = &document.exemption else {
            out.push(ground(format!("document {number} is withheld without an {}", preset.ground_word)));
            continue;
        };
        let reliance = case.reliance(document.stage(), Some(citation));
        if reliance.is_none_or(|reliance| reliance.parts_considered.is_none()) {
            out.push(parts(format!("document {number} is withheld whole, and release of parts was not considered")));
        }
        let age = document.date.zip(case.letter.date).map(|(made, sent)| years_between(made, sent));
        if let (Some(age), Some(limit)) = (age, preset.cited(citation).and_then(|exemption| exemption.expires_after_years))
            && age >= i32::try_from(limit).unwrap_or(i32::MAX)
        {
            out.push(expired(format!("document {number} is {age} years old; {} applies for {limit} years", preset.cite(citation))));
        }
    }
}

fn years_between(from: Date, to: Date) -> i32 {
    let whole = i32::from(to.year()) - i32::from(from.year());
    if (to.month(), to.day()) < (from.month(), from.day()) { whole - 1 } else { whole }
}

/// Every kind of hidden content that was taken out has a ground.
fn stripped(record: &DecisionRecord, case: &Case, out: &mut Vec<Lint>) {
    for group in record.removed_by_group().keys() {
        match case.grounds.get(group) {
            None => out.push(ground(format!("{} were taken out without a ground", group.plain()))),
            Some(Ground::NotInScope(reason)) if reason.len() < 10 => {
                out.push(ground(format!("the reason why {} are not within the request is empty", group.plain())));
            }
            Some(_) => {}
        }
    }
}

fn one(record: &DecisionRecord, case: &Case, preset: &Preset, cited: (&Citation, &Exemption), out: &mut Vec<Lint>) {
    let (citation, exemption) = cited;
    if exemption.limb_required && citation.limb.is_none() {
        out.push(ground(format!("{} needs its limb", preset.cite(citation))));
    }
    let none = Reliance::default();
    for run in relied(record, case, citation) {
        words(case, preset, cited, run.words.unwrap_or(&none), out);
    }
}

/// What one run of words must say of its exemption.
fn words(case: &Case, preset: &Preset, (citation, exemption): (&Citation, &Exemption), reliance: &Reliance, out: &mut Vec<Lint>) {
    let cite = preset.cite(citation);
    let harm = exemption.needs.contains(&Need::ForeseeableHarm);
    if exemption.basis != Basis::Class && !harm {
        match &reliance.likelihood {
            None => out.push(likelihood(format!("{cite} does not say how likely the {} is", exemption.harm_word))),
            Some(word) if !exemption.likelihood_terms.contains(word) => {
                out.push(likelihood(format!("{cite} asks for one of: {}", exemption.likelihood_terms.join(", "))));
            }
            Some(_) => {}
        }
    }
    for need in &exemption.needs {
        let met = match need {
            Need::QualifiedPerson => {
                reliance.qualified_person.as_ref().is_some_and(|person| person.office.is_some() && person.date.is_some())
            }
            Need::Enactment => case.of_exemption(citation, |words| words.enactment.as_ref()).is_some(),
            Need::Functions => case.of_exemption(citation, |words| words.functions.as_ref()).is_some(),
            Need::ForeseeableHarm => reliance.foreseeable_harm.is_some(),
            Need::PersonalData => reliance.personal_data.as_ref().is_some_and(|data| data.balance.is_some()),
            Need::Completion => reliance.completed_by.is_some() && reliance.completed_on.is_some(),
        };
        if !met {
            let what = match need {
                Need::QualifiedPerson => "the opinion of a qualified person",
                Need::Enactment => "the law that forbids disclosure",
                Need::Functions => "that this authority has the functions it protects",
                Need::ForeseeableHarm => "the harm that is reasonably foreseen",
                Need::PersonalData => "the balance for personal data",
                Need::Completion => "who completes the material, and when",
            };
            out.push(needs(format!("{cite} needs {what}")));
        }
    }
}

/// A test has two sides, its balances, a person and a day.
fn test_parts(record: &DecisionRecord, case: &Case, tested: &[&Citation], out: &mut Vec<Lint>) {
    let interest = &case.public_interest;
    let mut missing = Vec::new();
    if interest.r#for.is_empty() {
        missing.push("an argument for disclosure");
    }
    if interest.against.is_empty() {
        missing.push("an argument for maintaining the exemption");
    }
    if interest.r#for.iter().chain(&interest.against).any(|argument| argument.why.is_none()) {
        missing.push("why each argument applies to this information");
    }
    for weighed in balances(record, case, |citation| tested.contains(&citation)).iter().filter(|weighed| weighed.text.is_none()) {
        let stage = weighed.stage.as_str();
        match interest.balances.get(&weighed.stage) {
            None => missing.push(stage_balance(weighed.stage)),
            Some(written) => out.push(balance(format!(
                "public_interest.balance.{stage} argues for `{}`, and of the documents of that stage {}",
                written.outcome.as_str(),
                became(weighed.outcome)
            ))),
        }
    }
    let hidden = record
        .removed_by_group()
        .keys()
        .any(|group| matches!(case.grounds.get(group), Some(Ground::Exempt(citation)) if tested.contains(&citation)));
    if hidden && interest.hidden.is_none() {
        missing.push("the balance for comments and tracked changes");
    }
    if case.decider.role.is_none() {
        missing.push("the role of the person who decided");
    }
    if interest.decided_on.or(case.decider.date).is_none() {
        missing.push("the day of the decision");
    }
    if !missing.is_empty() {
        out.push(test(format!("the public interest test lacks {}", missing.join(", "))));
    }
}

fn stage_balance(stage: Stage) -> &'static str {
    match stage {
        Stage::Early => "the balance for early drafts",
        Stage::Later => "the balance for later drafts",
        Stage::Final => "the balance for the published text",
        Stage::Unknown => "the balance for documents of no known stage",
    }
}

fn became(outcome: BalanceFor) -> &'static str {
    match outcome {
        BalanceFor::Withheld => "all are withheld",
        BalanceFor::Released => "all are released",
        BalanceFor::Both => "some are withheld and others released",
    }
}

fn arguments(case: &Case, preset: &Preset, out: &mut Vec<Lint>) {
    let interest = &case.public_interest;
    let words =
        |argument: &Argument| argument.text.clone().into_iter().chain(argument.why.clone()).map(|text| plain(&text)).collect::<Vec<_>>();
    let both: Vec<String> =
        interest.r#for.iter().flat_map(words).filter(|text| interest.against.iter().flat_map(words).any(|other| other == *text)).collect();
    let texts: Vec<String> =
        interest.balances.values().map(|balance| &balance.text).chain(&interest.hidden).map(|text| plain(text)).collect();
    let pasted = texts.iter().enumerate().any(|(index, text)| texts.iter().skip(index + 1).any(|other| other == text));
    if !both.is_empty() || pasted {
        out.push(same_argument("the same words argue for different outcomes"));
    }
    for argument in &interest.against {
        let text = words(argument).join(" ");
        for word in preset.irrelevant.iter().filter(|word| text.contains(&word.to_lowercase())) {
            out.push(irrelevant(format!("an argument for withholding speaks of \u{201c}{word}\u{201d}")));
        }
    }
}

fn plain(text: &str) -> String {
    super::super::model::tidy(&text.to_lowercase())
}
