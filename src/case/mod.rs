//! The case: what only the officer knows, and the law it is decided under.

pub mod calendar;
pub(crate) mod keys;
mod model;
pub mod preset;
mod read;
mod starter;

use jiff::civil::Date;

pub use keys::{ConfigError, Problem};
pub use model::{
    Applicant, Argument, Authority, Balance, BalanceFor, Case, EarlierResponse, Extension, Ground, Held, HiddenGroup, Item, LetterFacts,
    Meeting, Milestone, MilestoneAt, Person, PersonalData, PublicInterest, Publication, QualifiedPerson, Reliance, Report, Request,
    Response, ResponseKind, Review, ScheduleRules, Search,
};
pub use preset::{Citation, Preset, presets};
pub use starter::{starter_case, starter_policy};

use crate::model::Stage;

/// What is wrong with a case file, with file, line, key and remedy.
pub type CaseError = ConfigError;

impl Case {
    /// Reads a case file. `file_name` is only for the messages.
    ///
    /// # Errors
    /// Every unknown key (with the nearest known one), wrong type, bad date, unknown preset and unknown exemption, all at once.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, CaseError> {
        read::case(text, file_name)
    }

    /// The preset, when the case names one.
    pub fn preset(&self) -> Option<&'static Preset> {
        self.preset.as_deref().and_then(Preset::by_id)
    }

    /// What the case says about the exemption of a draft: what it says for its stage, or else for the exemption wherever it is used. What
    /// is said for another stage or another limb was written about other words, and says nothing here.
    pub fn reliance(&self, stage: Stage, citation: Option<&Citation>) -> Option<&Reliance> {
        let of_stage = self.decisions.get(&stage);
        let Some(citation) = citation else { return of_stage };
        let of_citation = |reliance: &&Reliance| reliance.citation.as_ref() == Some(citation);
        of_stage.filter(of_citation).or_else(|| self.reliances.iter().find(of_citation))
    }

    /// Where that stands in the case file, or belongs.
    pub fn reliance_key(&self, stage: Stage, citation: Option<&Citation>) -> String {
        let of_stage = self.decisions.get(&stage).and_then(|reliance| reliance.citation.as_ref());
        let further = self.reliances.iter().any(|reliance| reliance.citation.as_ref() == citation);
        match citation {
            Some(citation) if of_stage != Some(citation) && (of_stage.is_some() || further) => format!("reliance({citation})"),
            _ => format!("decision.{}", stage.as_str()),
        }
    }

    /// What the case says about an exemption that depends on the authority and the law alone, wherever it stands.
    pub fn of_exemption<'a, T>(&'a self, citation: &Citation, said: impl Fn(&'a Reliance) -> Option<T>) -> Option<T> {
        let all = self.decisions.values().chain(&self.reliances);
        all.filter(|reliance| reliance.citation.as_ref().is_some_and(|known| known.code == citation.code)).find_map(said)
    }

    /// The exemption proposed for drafts of a stage.
    pub fn exemption_for(&self, stage: Stage) -> Option<&Citation> {
        self.decisions.get(&stage).and_then(|reliance| reliance.citation.as_ref())
    }

    /// Whether comments, tracked changes or other hidden content were asked for.
    pub fn asks_for_hidden(&self) -> bool {
        self.request.items.iter().any(|item| item.answered_here && item.asks_for_hidden)
    }

    /// The keys that the letter needs whatever the documents are, in the order of the file.
    ///
    /// What single exemptions need beside them is found when the letter is written, and printed there as named gaps.
    pub fn missing_for_letter(&self) -> Vec<&'static str> {
        let mut out = Vec::new();
        let mut need = |absent: bool, key: &'static str| {
            if absent {
                out.push(key);
            }
        };
        need(self.reference.is_none(), "case.reference");
        need(self.preset.is_none(), "case.preset");
        need(self.request.received.is_none(), "request.received");
        need(self.request.subject.is_none(), "request.subject");
        need(self.request.items.is_empty(), "request.items");
        need(self.authority.name.is_none(), "authority.name");
        need(self.authority.address.is_empty(), "authority.address");
        need(self.authority.contact.is_none(), "authority.contact");
        need(self.applicant.name.is_none(), "applicant.name");
        need(self.letter.date.is_none(), "letter.date");
        need(self.letter.role.is_none(), "letter.role");
        need(self.review.offered.unwrap_or(true) && self.review.contact.is_none(), "review.contact");
        need(self.decider.name.is_none() && self.decider.role.is_none(), "decider.name");
        need(self.approver.name.is_none() && self.approver.role.is_none(), "approver.name");
        match self.response.kind {
            ResponseKind::Decision | ResponseKind::NotHeld => need(self.search.summary.is_none(), "search.summary"),
            ResponseKind::Extension => {
                let extension = self.request.extension.as_ref();
                need(extension.and_then(|extension| extension.until).is_none(), "request.extension.until");
                need(extension.and_then(|extension| extension.exemption.as_ref()).is_none(), "request.extension.exemption");
            }
            ResponseKind::AlreadyPublic => need(self.response.r#where.is_none() && self.publication.url.is_none(), "publication.url"),
            ResponseKind::Cost | ResponseKind::Vexatious | ResponseKind::Repeated => {
                need(self.response.reason.is_none(), "response.reason");
            }
            ResponseKind::NeitherConfirmNorDeny => need(self.exemption_for(Stage::Unknown).is_none(), "decision.unknown.exemption"),
        }
        out
    }

    /// The clock of the request.
    pub fn clock(&self) -> Option<Clock> {
        let preset = self.preset()?;
        let received = self.request.received?;
        let calendar = preset.working_days()?;
        let start = self.request.clarified.last().copied().filter(|day| *day > received).unwrap_or(received);
        let due = if preset.response_unit == "working days" {
            calendar.working_days_after(start, preset.response_days)?
        } else {
            start.checked_add(jiff::Span::new().days(i64::from(preset.response_days))).ok()?
        };
        let extended = self
            .request
            .extension
            .as_ref()
            .filter(|extension| extension.sent.is_some_and(|sent| sent <= due))
            .and_then(|extension| extension.until);
        let last = extended.unwrap_or(due).max(due);
        let days_late = self.letter.date.filter(|date| *date > last).and_then(|date| last.until(date).ok()).map(|span| span.get_days());
        Some(Clock { due, extended, days_late: days_late.unwrap_or(0), covered: calendar.covers(start, due) })
    }
}

/// When the answer is due, and whether the letter keeps to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Due date by the working-day calendar of the preset, counted from the day after receipt (or after clarification).
    pub due: Date,
    /// Later date of an extension that was recorded as sent by the due date.
    pub extended: Option<Date>,
    /// Calendar days between the last day allowed and the letter; 0 when in time or when the letter has no date.
    pub days_late: i32,
    /// Whether the calendar has data for the whole time.
    pub covered: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const WHOLE: &str = include_str!("../../fixtures/case.toml");

    #[test]
    fn the_shortest_case_is_a_reference_and_a_report() {
        let case = Case::parse("[case]\nreference = \"A\"\npreset = \"uk-foia-2000\"\n[[report]]\ntitle = \"T\"\nfinal = \"P/f.docx\"\nmilestone = { name = \"sent\", date = 2018-02-12 }\n", "case.toml").unwrap();
        assert_eq!(
            case.reports.first().and_then(|report| report.milestone.as_ref()).map(|milestone| &milestone.at),
            Some(&MilestoneAt::Date(date(2018, 2, 12)))
        );
        assert!(case.missing_for_letter().contains(&"request.received"));
        assert!(Case::parse("", "case.toml").is_ok());
    }

    #[test]
    fn the_shipped_case_lacks_nothing() {
        let case = Case::parse(WHOLE, "case.toml").unwrap();
        assert_eq!(case.missing_for_letter(), Vec::<&str>::new());
        assert!(case.asks_for_hidden());
    }

    #[test]
    fn errors_name_the_line_and_the_nearest_code() {
        let text = "[case]\npreset = \"uk-foia-2000\"\n[decision.early]\nexemption = \"s33\"\nlimb = \"(9)\"\nlikelihood = \"maybe\"\n[grounds]\ncomments = \"s99\"\n[[report]]\nmilestone = { name = \"x\" }\nfinal = \"../x.docx\"\n[request]\nitems = [{ no = \"8\" }]\n";
        let error = Case::parse(text, "case.toml").unwrap_err().to_string();
        for part in [
            "case.toml:4: decision.early.exemption: `s33(9)` is no exemption of uk-foia-2000\n  help: nearest: s33(2)",
            "case.toml:8: grounds.comments:",
            "a milestone needs exactly one of `file`, `date` and `label`",
            "case.toml:11: report[1].final: the path leaves the folder of drafts",
            "request.items[1].text: an item needs its words",
        ] {
            assert!(error.contains(part), "{part}\n--- in\n{error}");
        }
        assert!(Case::parse("[case]\npreset = \"uk-foi-2000\"\n", "c").unwrap_err().to_string().contains("did you mean `uk-foia-2000`?"));
        let error = Case::parse("[case]\npreset = \"uk-foia-2000\"\n[decision.early]\nexemption = \"s33\"\n", "c").unwrap_err().to_string();
        assert!(error.contains("section 33 needs its limb") && error.contains("known: (2), (3)"), "{error}");
    }

    #[test]
    fn the_clock_counts_from_receipt_and_knows_a_recorded_extension() {
        let text = "[case]\npreset = \"uk-foia-2000\"\n[request]\nreceived = 2018-02-12\n[letter]\ndate = 2018-04-12\n";
        let clock = Case::parse(text, "c").unwrap().clock().unwrap();
        assert_eq!((clock.due, clock.days_late, clock.covered), (date(2018, 3, 12), 31, true));
        let text = format!("{text}[request.extension]\nsent = 2018-03-12\nuntil = 2018-04-13\n");
        let clock = Case::parse(&text, "c").unwrap().clock().unwrap();
        assert_eq!((clock.extended, clock.days_late), (Some(date(2018, 4, 13)), 0));
    }
}

#[cfg(test)]
mod properties {
    use super::*;
    use crate::plan::{self, PlanKind};
    use crate::policy::Policy;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_settings_file_and_no_plan_makes_a_reader_panic(text in "\\PC*", bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Case::parse(&text, "case.toml");
            let _ = Policy::parse(&text, "policy.toml");
            for kind in [PlanKind::Xlsx, PlanKind::Csv, PlanKind::Json] {
                let _ = plan::read(&bytes, kind);
                let _ = plan::read(text.as_bytes(), kind);
            }
        }

        #[test]
        fn a_case_with_one_line_gone_or_doubled_is_read_or_refused(index in 0usize..140, twice in any::<bool>()) {
            let lines: Vec<&str> = include_str!("../../fixtures/case.toml").lines().collect();
            let mut edited = lines.clone();
            let index = index % lines.len();
            if twice { edited.insert(index, lines[index]); } else { edited.remove(index); }
            if let Err(error) = Case::parse(&edited.join("\n"), "case.toml") {
                prop_assert!(error.problems.iter().all(|problem| problem.line >= 1 && problem.line <= edited.len() + 1 && !problem.help.is_empty()));
            }
        }
    }
}
