//! `case.toml`, key by key.

use std::collections::BTreeMap;

use super::CaseError;
use super::keys::{Reader, Table, nearest};
use super::model::{
    Applicant, Argument, Authority, Balance, BalanceFor, Case, EarlierResponse, Extension, Ground, Held, HiddenGroup, Item, LetterFacts,
    Meeting, Milestone, MilestoneAt, Person, PersonalData, PublicInterest, Publication, QualifiedPerson, Reliance, Report, Request,
    Response, ResponseKind, Review, ScheduleRules, Search,
};
use super::preset::{Citation, Preset, presets};
use crate::model::Stage;

/// Reads a case file.
pub(super) fn case(text: &str, file_name: &str) -> Result<Case, CaseError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut case = Reader::run(text, file_name, root)?;
    case.digest = crate::model::sha256_hex(text.as_bytes());
    Ok(case)
}

fn root(root: &Table<'_, '_>) -> Case {
    let mut case = Case { two_people: true, ..Case::default() };
    let mut preset = None;
    if let Some(table) = root.table("case") {
        case.reference = table.string("reference");
        case.two_people = table.boolean("two_people").unwrap_or(true);
        case.preset = table.string("preset");
        if let Some(id) = &case.preset {
            preset = Preset::by_id(id);
            if preset.is_none() {
                let ids: Vec<&str> = presets().iter().map(|preset| preset.id.as_str()).collect();
                let near = nearest(id, ids.iter().copied()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
                table.refuse(
                    "preset",
                    format!("there is no preset `{}`", crate::model::printable(id)),
                    format!("{near}known: {}", ids.join(", ")),
                );
            }
        }
        table.finish();
    }
    case.reports = root.tables("report").iter().map(report).collect();
    case.request = with(root, "request", |table| request(table, preset));
    case.response = with(root, "response", |table| Response {
        kind: table.word("kind", ResponseKind::WORDS).unwrap_or_default(),
        reason: table.string("reason"),
        r#where: table.string("where"),
    });
    case.search = with(root, "search", |table| Search { summary: table.string("summary"), cutoff: table.date("cutoff") });
    case.authority = with(root, "authority", |table| Authority {
        name: table.string("name"),
        address: table.strings("address"),
        contact: table.string("contact"),
    });
    case.applicant = with(root, "applicant", |table| Applicant { name: table.string("name"), address: table.strings("address") });
    case.decisions = with(root, "decision", |table| decisions(table, preset));
    case.reliances = root.tables("reliance").iter().map(|table| reliance(table, preset)).collect();
    case.grounds = with(root, "grounds", |table| grounds(table, preset));
    case.public_interest = with(root, "public_interest", public_interest);
    case.decider = with(root, "decider", person);
    case.approver = with(root, "approver", person);
    case.letter = with(root, "letter", |table| LetterFacts {
        date: table.date("date"),
        issue: table.whole("issue"),
        signatory: table.string("signatory"),
        role: table.string("role"),
    });
    case.meeting = with(root, "meeting", |table| Meeting {
        with: table.string("with"),
        about: table.string("about"),
        contact: table.string("contact"),
    });
    case.review = with(root, "review", |table| Review {
        contact: table.string("contact"),
        within: table.string("within"),
        answered_in: table.string("answered_in"),
        by: table.string("by"),
        offered: table.boolean("offered"),
    });
    case.publication =
        with(root, "publication", |table| Publication { title: table.string("title"), url: table.string("url"), date: table.date("date") });
    case.schedule = with(root, "schedule", |table| ScheduleRules {
        withheld_dates: table.boolean("withheld_dates").unwrap_or(false),
        withheld_versions: table.boolean("withheld_versions").unwrap_or(false),
    });
    case.advice = with(root, "advice", |table| table.strings("text"));
    case.licence = with(root, "reuse", |table| table.string("licence"));
    case
}

/// Reads a table under the root, when it is there, and reports its unknown keys.
fn with<T: Default>(root: &Table<'_, '_>, key: &str, read: impl FnOnce(&Table<'_, '_>) -> T) -> T {
    root.table(key).map_or_else(T::default, |table| {
        let value = read(&table);
        table.finish();
        value
    })
}

fn report(table: &Table<'_, '_>) -> Report {
    let report = Report {
        title: table.line("title"),
        r#final: path(table, "final"),
        milestone: table.table("milestone").and_then(|inner| {
            let milestone = milestone(&inner);
            inner.finish();
            milestone
        }),
    };
    table.finish();
    report
}

/// A path relative to the crawled folder, with forward slashes.
fn path(table: &Table<'_, '_>, key: &str) -> Option<String> {
    let written = table.string(key)?.replace('\\', "/");
    let outside = written.starts_with('/') || written.split('/').any(|part| part == "..") || written.get(1..2) == Some(":");
    if outside {
        table.refuse(key, "the path leaves the folder of drafts", "write it relative to the folder that is scanned, with forward slashes");
        return None;
    }
    Some(written.strip_prefix("./").unwrap_or(&written).to_owned())
}

fn milestone(table: &Table<'_, '_>) -> Option<Milestone> {
    let name = table.string("name");
    let mut ways: Vec<MilestoneAt> = Vec::new();
    ways.extend(path(table, "file").map(MilestoneAt::File));
    ways.extend(table.date("date").map(MilestoneAt::Date));
    ways.extend(table.string("label").map(MilestoneAt::Label));
    let written = ["file", "date", "label"].iter().filter(|key| table.names().iter().any(|name| name == *key)).count();
    if written != 1 {
        table.refuse("file", "a milestone needs exactly one of `file`, `date` and `label`", "keep the one that you are surest of");
        return None;
    }
    ways.pop().map(|at| Milestone { name, at })
}

fn request(table: &Table<'_, '_>, preset: Option<&Preset>) -> Request {
    Request {
        received: table.date("received"),
        channel: table.string("channel"),
        subject: table.string("subject"),
        items: table.tables("items").iter().map(item).collect(),
        earlier: table
            .tables("earlier")
            .iter()
            .map(|inner| {
                let earlier = EarlierResponse { date: inner.date("date"), says: inner.string("says") };
                inner.finish();
                earlier
            })
            .collect(),
        clarified: table.date("clarified").into_iter().collect(),
        extension: table.table("extension").map(|inner| {
            let extension = Extension { sent: inner.date("sent"), until: inner.date("until"), exemption: citation(&inner, preset) };
            inner.finish();
            extension
        }),
    }
}

fn item(table: &Table<'_, '_>) -> Item {
    const HELD: &[(&str, Held)] = &[("yes", Held::Yes), ("no", Held::No), ("neither-confirm-nor-deny", Held::NeitherConfirmNorDeny)];
    let item = Item {
        no: table.string("no").unwrap_or_default(),
        text: table.string("text").unwrap_or_default(),
        asks_for_hidden: table.boolean("asks_for_hidden").unwrap_or(false),
        answered_here: table.boolean("answered_here").unwrap_or(true),
        held: table.word("held", HELD).unwrap_or_default(),
    };
    if item.no.is_empty() {
        table.refuse("no", "an item needs its number", "write `no = \"8\"`, as the requester numbered it; `no = \"1\"` if they did not");
    }
    if item.text.is_empty() {
        table.refuse("text", "an item needs its words", "copy the words of the requester");
    }
    table.finish();
    item
}

/// `exemption` and `limb` of a table, checked against the preset.
fn citation(table: &Table<'_, '_>, preset: Option<&Preset>) -> Option<Citation> {
    let written = table.string("exemption");
    let limb = table.string("limb");
    let written = written?;
    let Some(preset) = preset else {
        table.refuse(
            "exemption",
            "an exemption means nothing without a legal regime",
            "set `preset` under [case]; `cleardraft presets` lists them",
        );
        return None;
    };
    let whole = limb.as_ref().map_or_else(
        || written.clone(),
        |limb| if limb.starts_with('(') { format!("{written}{limb}") } else { format!("{written}, {limb}") },
    );
    match preset.exemption(&whole) {
        Ok((exemption, citation)) if exemption.limb_required && citation.limb.is_none() => {
            let help = format!("add `limb = \"...\"`; known: {}", exemption.limbs.join(", "));
            table.refuse("exemption", format!("{} needs its limb", preset.cite(&citation)), help);
            None
        }
        Ok((_, citation)) => Some(citation),
        Err(error) => {
            table.refuse(
                "exemption",
                format!("`{}` is no {} of {}", error.code, error.ground, error.preset),
                format!("nearest: {}", error.nearest),
            );
            None
        }
    }
}

fn reliance(table: &Table<'_, '_>, preset: Option<&Preset>) -> Reliance {
    let citation = citation(table, preset);
    let exemption = citation.as_ref().and_then(|citation| preset.and_then(|preset| preset.cited(citation)));
    let likelihood = table.string("likelihood");
    if let (Some(word), Some(exemption)) = (&likelihood, exemption)
        && !exemption.likelihood_terms.contains(word)
    {
        let help = if exemption.likelihood_terms.is_empty() {
            format!("{} asks for no likelihood; leave the key out", exemption.cite)
        } else {
            format!("known: {}", exemption.likelihood_terms.join(", "))
        };
        table.refuse("likelihood", format!("`{}` is no likelihood of this law", crate::model::printable(word)), help);
    }
    let reliance = Reliance {
        citation,
        functions: table.string("functions"),
        interest: table.string("interest"),
        prejudice: table.string("prejudice"),
        link: table.string("link"),
        likelihood,
        foreseeable_harm: table.string("foreseeable_harm"),
        enactment: table.string("enactment"),
        qualified_person: table.table("qualified_person").map(|inner| {
            let person = QualifiedPerson { office: inner.string("office"), date: inner.date("date"), opinion: inner.string("opinion") };
            inner.finish();
            person
        }),
        personal_data: table.table("personal_data").map(|inner| {
            let data =
                PersonalData { interest: inner.string("interest"), necessity: inner.string("necessity"), balance: inner.string("balance") };
            inner.finish();
            data
        }),
        completed_by: table.string("completed_by"),
        completed_on: table.date("completed_on"),
        parts_considered: table.string("parts_considered"),
        description: table.string("description"),
        reason: table.string("reason"),
    };
    table.finish();
    reliance
}

const STAGES: [Stage; 4] = [Stage::Early, Stage::Later, Stage::Final, Stage::Unknown];

fn decisions(table: &Table<'_, '_>, preset: Option<&Preset>) -> BTreeMap<Stage, Reliance> {
    STAGES.into_iter().filter_map(|stage| table.table(stage.as_str()).map(|inner| (stage, reliance(&inner, preset)))).collect()
}

fn grounds(table: &Table<'_, '_>, preset: Option<&Preset>) -> BTreeMap<HiddenGroup, Ground> {
    let mut out = BTreeMap::new();
    for (key, group) in HiddenGroup::KEYS {
        if !table.names().iter().any(|name| name == key) {
            table.string(key);
            continue;
        }
        if table.is_text(key) {
            let text = table.string(key);
            let read = text.as_ref().zip(preset).map(|(text, preset)| preset.exemption(text).map(|(_, citation)| citation));
            match read {
                Some(Ok(citation)) => {
                    out.insert(*group, Ground::Exempt(citation));
                }
                Some(Err(error)) => table.refuse(key, error.to_string(), "or write `{ not_in_scope = \"reason\" }`"),
                None => table.refuse(
                    key,
                    "a ground is an exemption or a reason",
                    "set `preset` under [case] and name an exemption, or write `{ not_in_scope = \"reason\" }`",
                ),
            }
            continue;
        }
        let Some(inner) = table.table(key) else { continue };
        let exempt = citation(&inner, preset);
        let reason = inner.string("not_in_scope");
        let named = inner.names().iter().any(|name| name == "exemption");
        match (named, exempt, reason) {
            (false, None, Some(reason)) => {
                out.insert(*group, Ground::NotInScope(reason));
            }
            (true, Some(citation), None) => {
                out.insert(*group, Ground::Exempt(citation));
            }
            (true, None, None) => {}
            _ => inner.refuse(
                "exemption",
                "a ground is either an exemption or a reason",
                "write `exemption = \"...\"` or `not_in_scope = \"...\"`, one of them",
            ),
        }
        inner.finish();
    }
    out
}

fn public_interest(table: &Table<'_, '_>) -> PublicInterest {
    let arguments = |key: &str| -> Vec<Argument> {
        table
            .tables(key)
            .iter()
            .map(|inner| {
                let argument = Argument { text: inner.string("text"), why: inner.string("why"), weight: inner.string("weight") };
                if argument.text.is_none() {
                    inner.refuse(
                        "text",
                        "an argument needs its words",
                        "write `text = \"...\"`, and `why = \"...\"` for why it applies here",
                    );
                }
                inner.finish();
                argument
            })
            .collect()
    };
    let mut interest = PublicInterest {
        r#for: arguments("for"),
        against: arguments("against"),
        decided_on: table.date("decided_on"),
        ..PublicInterest::default()
    };
    if let Some(balance) = table.table("balance") {
        interest.balances = STAGES.into_iter().filter_map(|stage| Some((stage, stage_balance(&balance, stage)?))).collect();
        interest.hidden = balance.string("hidden");
        balance.finish();
    }
    interest
}

/// A balance is its words, argued for the usual outcome of the stage, or a table with words and outcome.
fn stage_balance(table: &Table<'_, '_>, stage: Stage) -> Option<Balance> {
    let key = stage.as_str();
    if !table.names().iter().any(|name| name == key) || table.is_text(key) {
        return table.string(key).map(|text| Balance { text, outcome: BalanceFor::usual(stage) });
    }
    let inner = table.table(key)?;
    let outcome = inner.word("outcome", BalanceFor::WORDS).unwrap_or_else(|| BalanceFor::usual(stage));
    let text = inner.string("text");
    if text.is_none() {
        inner.refuse("text", "a balance needs its words", "write `text = \"...\"`, and `outcome = \"withheld\"` for what it argues for");
    }
    inner.finish();
    text.map(|text| Balance { text, outcome })
}

fn person(table: &Table<'_, '_>) -> Person {
    Person { name: table.string("name"), role: table.string("role"), date: table.date("date") }
}
