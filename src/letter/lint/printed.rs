//! Everything that officers write into the case file and the public reads.
//!
//! Each structure is taken apart by name, without `..`: a new key does not compile until somebody has said whether it is printed.

use std::collections::BTreeMap;

use crate::case::{
    Argument, Authority, Balance, Case, EarlierResponse, Extension, Ground, LetterFacts, Meeting, Milestone, Person, PersonalData,
    PublicInterest, Publication, QualifiedPerson, Reliance, Report, Request, Response, Review, Search,
};

/// Texts in lower case, each with the place to mend it; equal texts once.
#[derive(Default)]
pub(super) struct Printed(pub(super) BTreeMap<String, String>);

impl Printed {
    /// Adds a text. The first place of equal texts stays.
    pub(super) fn add(&mut self, place: &str, text: &str) {
        self.0.entry(text.to_lowercase()).or_insert_with(|| place.to_owned());
    }

    fn some<'a>(&mut self, place: &str, texts: impl IntoIterator<Item = &'a String>) {
        texts.into_iter().for_each(|text| self.add(place, text));
    }

    /// The texts of a case file. What the requester wrote is theirs, and a name under the letter is given by whoever signs it.
    pub(super) fn case(&mut self, case: &Case) {
        let Case {
            reference,
            preset: _,
            two_people: _,
            reports,
            request,
            response: Response { kind: _, reason, r#where },
            search: Search { summary, cutoff: _ },
            authority: Authority { name, address, contact },
            applicant: _,
            decisions,
            reliances,
            grounds,
            public_interest,
            decider: Person { name: _, role: decider, date: _ },
            approver: _,
            letter: LetterFacts { date: _, issue: _, signatory: _, role },
            meeting: Meeting { with, about, contact: meeting_contact },
            review: Review { contact: review_contact, within, answered_in, by, offered: _ },
            publication: Publication { title, url, date: _ },
            schedule: _,
            advice,
            licence,
            digest: _,
        } = case;
        for (place, text) in [
            ("case.reference", reference),
            ("response.reason", reason),
            ("response.where", r#where),
            ("search.summary", summary),
            ("authority.name", name),
            ("authority.contact", contact),
            ("decider.role", decider),
            ("letter.role", role),
            ("meeting.with", with),
            ("meeting.about", about),
            ("meeting.contact", meeting_contact),
            ("review.contact", review_contact),
            ("review.within", within),
            ("review.answered_in", answered_in),
            ("review.by", by),
            ("publication.title", title),
            ("publication.url", url),
            ("reuse.licence", licence),
        ] {
            self.some(place, text);
        }
        self.some("authority.address", address);
        self.some("advice.text", advice);
        self.request(request);
        for Report { title: _, r#final: _, milestone } in reports {
            let name = milestone.as_ref().and_then(|Milestone { name, at: _ }| name.as_ref());
            self.some("report.milestone.name", name);
        }
        decisions.iter().for_each(|(stage, reliance)| self.reliance(&format!("decision.{}", stage.as_str()), reliance));
        reliances.iter().for_each(|reliance| self.reliance("reliance", reliance));
        for (group, ground) in grounds {
            match ground {
                Ground::NotInScope(reason) => self.add(&format!("grounds.{}", group.key()), reason),
                Ground::Exempt(_) => {}
            }
        }
        self.public_interest(public_interest);
    }

    fn request(&mut self, request: &Request) {
        let Request { received: _, channel, subject, items: _, earlier, clarified: _, extension } = request;
        self.some("request.channel", channel);
        self.some("request.subject", subject);
        for EarlierResponse { date: _, says } in earlier {
            self.some("request.earlier.says", says);
        }
        if let Some(Extension { sent: _, until: _, exemption: _ }) = extension {}
    }

    fn reliance(&mut self, place: &str, reliance: &Reliance) {
        let Reliance {
            citation: _,
            functions,
            interest,
            prejudice,
            link,
            likelihood: _,
            foreseeable_harm,
            enactment,
            qualified_person,
            personal_data,
            completed_by,
            completed_on: _,
            parts_considered,
            description,
            reason,
        } = reliance;
        for (name, text) in [
            ("functions", functions),
            ("interest", interest),
            ("prejudice", prejudice),
            ("link", link),
            ("foreseeable_harm", foreseeable_harm),
            ("enactment", enactment),
            ("completed_by", completed_by),
            ("parts_considered", parts_considered),
            ("description", description),
            ("reason", reason),
        ] {
            self.some(&format!("{place}.{name}"), text);
        }
        if let Some(QualifiedPerson { office, date: _, opinion }) = qualified_person {
            self.some(&format!("{place}.qualified_person"), office.iter().chain(opinion));
        }
        if let Some(PersonalData { interest, necessity, balance }) = personal_data {
            self.some(&format!("{place}.personal_data"), interest.iter().chain(necessity).chain(balance));
        }
    }

    fn public_interest(&mut self, interest: &PublicInterest) {
        let PublicInterest { r#for, against, balances, hidden, decided_on: _ } = interest;
        for Argument { text, why, weight } in r#for.iter().chain(against) {
            self.some("public_interest", text.iter().chain(why).chain(weight));
        }
        for (stage, Balance { text, outcome: _ }) in balances {
            self.add(&format!("public_interest.balance.{}", stage.as_str()), text);
        }
        self.some("public_interest.balance.hidden", hidden);
    }
}
