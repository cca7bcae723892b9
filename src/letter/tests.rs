//! Golden letters: each outcome pattern from a case file and a list of documents.
//!
//! `CLEARDRAFT_BLESS=1 cargo test golden` writes the golden files anew; read the difference before you keep it.

use std::path::{Path, PathBuf};

use super::*;
use crate::record::sample;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/letters")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_default()
}

/// Case and record of a pattern.
fn pattern(name: &str) -> (Case, DecisionRecord) {
    let text = if name == "early-withheld-later-released" {
        include_str!("../../fixtures/case.toml").to_owned()
    } else {
        read(&format!("{name}.toml"))
    };
    let case = Case::parse(&text, name).unwrap_or_else(|error| panic!("{error}"));
    let record = sample::record(&read(&format!("{name}.documents.toml")), &case);
    (case, record)
}

const PATTERNS: &[&str] = &[
    "full-release",
    "early-withheld-later-released",
    "full-refusal",
    "neither-confirm-nor-deny",
    "extension",
    "already-public",
    "not-held",
    "cost",
    "vexatious",
];

#[test]
fn golden_letters_of_every_outcome_pattern() {
    for name in PATTERNS {
        let (case, record) = pattern(name);
        let preset = crate::record::preset_of(&case);
        let composed = compose(&record, &case, preset);
        let is = text(&composed);
        let path = folder().join(format!("{name}.txt"));
        if std::env::var_os("CLEARDRAFT_BLESS").is_some() {
            std::fs::write(&path, &is).unwrap();
        }
        assert_eq!(composed.gaps, Vec::<String>::new(), "{name}");
        assert_eq!(is, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
    }
}

#[test]
fn a_letter_that_withholds_nothing_speaks_of_no_withheld_comments() {
    let (case, mut record) = pattern("full-refusal");
    let says = |record: &DecisionRecord| text(&compose(record, &case, crate::record::preset_of(&case))).contains("are withheld with them");
    assert!(says(&record));
    for document in &mut record.documents {
        document.decision = crate::record::DocumentDecision(crate::model::Decision::Review);
    }
    assert!(!says(&record));
}

#[test]
fn the_letter_is_the_same_bytes_every_time_and_carries_nothing_that_a_letter_should_not() {
    let (case, record) = pattern("early-withheld-later-released");
    let preset = crate::record::preset_of(&case);
    let one = docx(&record, &case, preset);
    let two = docx(&record, &case, preset);
    assert!(one.bytes == two.bytes && one.is_final(), "{:?}", one.lints);
    if let Some(folder) = std::env::var_os("CLEARDRAFT_LETTER_TO") {
        std::fs::write(Path::new(&folder).join("letter.docx"), &one.bytes).unwrap();
    }
    let limits = crate::Limits::default();
    let archive = crate::format::zip::Archive::open(&one.bytes, &limits).unwrap();
    let mut budget = crate::format::zip::Budget::new(&limits);
    let mut all = String::new();
    for entry in &archive.entries {
        assert!(!entry.name.starts_with("docProps") && !entry.name.contains("comments"), "{}", entry.name);
        all.push_str(&String::from_utf8(entry.inflate(&mut budget).unwrap().bytes).unwrap());
    }
    for word in ["rsid", "paraId", "J. Example", "P. Sample", "KM", "Drafts/", "creator", "<w:ins ", "<w:del "] {
        assert!(!all.contains(word), "{word}");
    }
    for word in ["<w:tblHeader/>", "w:val=\"en-GB\"", "heading 1"] {
        assert!(all.contains(word), "{word}");
    }
    for document in &record.documents {
        assert!(!all.contains(&document.sha256), "no digest of a source");
    }
}

#[test]
fn a_letter_with_a_gap_is_a_marked_draft() {
    let (mut case, record) = pattern("early-withheld-later-released");
    case.request.received = None;
    case.public_interest.balances.remove(&crate::model::Stage::Later);
    let letter = docx(&record, &case, crate::record::preset_of(&case));
    assert!(!letter.is_final());
    assert_eq!(letter.gaps, ["public_interest.balance.later", "request.received"]);
    let empty = Case::parse("", "case.toml").unwrap();
    let letter = docx(&record, &empty, crate::record::preset_of(&empty));
    assert!(letter.gaps.contains(&"case.preset".to_owned()) && !letter.is_final());
}

#[test]
fn a_letter_that_decides_about_no_documents_lists_none() {
    for name in ["neither-confirm-nor-deny", "extension", "already-public", "not-held", "cost", "vexatious"] {
        let (case, record) = pattern(name);
        let preset = crate::record::preset_of(&case);
        assert!(crate::schedule::rows(&record, &case, preset).is_empty());
        assert!(!text(&compose(&record, &case, preset)).contains("Annex"), "{name}");
    }
}

#[test]
fn attachments_are_measured_in_pages_where_the_file_fixes_them() {
    let (case, mut record) = pattern("early-withheld-later-released");
    let preset = crate::record::preset_of(&case);
    let measured = |record: &DecisionRecord| text(&compose(record, &case, preset));
    assert!(measured(&record).contains("Attachment | Size in bytes | SHA-256"));
    let mut pages = [12, 1, 7].into_iter();
    for file in record.documents.iter_mut().filter_map(|document| document.released.as_mut()) {
        file.pages = pages.next();
    }
    assert!(pages.len() < 2, "the case releases two documents or more");
    let all = measured(&record);
    assert!(all.contains("Attachment | Pages | SHA-256") && all.contains(" | 12 | "), "{all}");
    if let Some(file) = record.documents.iter_mut().rev().find_map(|document| document.released.as_mut()) {
        file.pages = None;
    }
    let mixed = measured(&record);
    assert!(mixed.contains("Attachment | Pages or size | SHA-256") && mixed.contains("12 pages") && mixed.contains(" bytes | "), "{mixed}");
}

/// The shipped case with drafts of these stages, decisions and exemptions; released copies lose a comment.
fn decided(case: &Case, rows: &[(&str, &str)]) -> DecisionRecord {
    let mut text = String::new();
    for (index, (stage, decision)) in rows.iter().enumerate() {
        let (decision, exemption) = decision.split_once(' ').unwrap_or((decision, ""));
        text.push_str(&format!("[[document]]\npath = \"Drafts/{index}.docx\"\nstage = \"{stage}\"\ndecision = \"{decision}\"\n"));
        text.push_str(&if exemption.is_empty() {
            "removed = { comment = 1 }\n".to_owned()
        } else {
            format!("exemption = \"{exemption}\"\n")
        });
    }
    sample::record(&text, case)
}

/// The shipped case, with more of it.
fn shipped(more: &str) -> Case {
    Case::parse(&format!("{}\n{more}", include_str!("../../fixtures/case.toml")), "case.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn letter_of(case: &Case, record: &DecisionRecord) -> (String, Letter) {
    let preset = crate::record::preset_of(case);
    (text(&compose(record, case, preset)), docx(record, case, preset))
}

const LATER: &str = "[decision.later]\nexemption = \"s33\"\nlimb = \"(2)\"\nlikelihood = \"would\"\ninterest = \"our later work\"\n\
    prejudice = \"Later harm.\"\nlink = \"Later link.\"\nparts_considered = \"Later parts.\"\ndescription = \"drafts after the fact check\"\n\
    reason = \"Later draft\"\n";

#[test]
fn nothing_that_was_written_of_one_stage_is_said_of_another() {
    let case = shipped("");
    let early = ["before the report was circulated", "each early draft", "For early drafts"];
    let later = ["The later drafts are attached", "For later drafts"];
    // All withheld: the words for early drafts speak for one of two.
    let record = decided(&case, &[("early", "withhold s33(2)"), ("later", "withhold s33(2)")]);
    let (said, letter) = letter_of(&case, &record);
    assert!(!letter.is_final() && later.iter().all(|words| !said.contains(words)), "{said}");
    for key in ["description", "parts_considered", "interest", "likelihood", "prejudice", "link"] {
        assert!(letter.gaps.contains(&format!("decision.later.{key}")), "{key}: {:?}", letter.gaps);
    }
    assert!(letter.gaps.contains(&"public_interest.balance.later".to_owned()));
    assert!(said.contains("We are withholding two documents: [GAP: decision.later.description] (one document) and drafts from the stage"));
    // Only a later draft, or the published text, is withheld: nothing of what was written of early drafts is left.
    for stage in ["later", "final", "unknown"] {
        let record = decided(&case, &[("early", "release"), (stage, "withhold s33(2)")]);
        let (said, letter) = letter_of(&case, &record);
        assert!(!letter.is_final() && early.iter().chain(&later).all(|words| !said.contains(words)), "{stage}: {said}");
        assert!(letter.gaps.contains(&format!("decision.{stage}.description")), "{:?}", letter.gaps);
        let schedule = crate::schedule::csv(&record, &case, crate::record::preset_of(&case));
        assert!(!String::from_utf8(schedule).unwrap().contains("Early draft"), "{stage}");
    }
    // Another exemption than that of the stage, or another limb, has words of its own.
    let record = decided(&case, &[("early", "withhold s42"), ("later", "release")]);
    let (said, letter) = letter_of(&case, &record);
    assert!(!letter.is_final() && letter.gaps.contains(&"reliance(foia-s42).description".to_owned()), "{said}");
}

#[test]
fn a_balance_speaks_for_the_outcome_that_it_was_written_for() {
    let case = shipped(LATER);
    let rows = [("early", "withhold s33(2)"), ("later", "withhold s33(2)"), ("later", "release"), ("final", "release")];
    let ids = |letter: &Letter| letter.lints.iter().map(|lint| lint.id).collect::<Vec<_>>();
    // Some of the later drafts are withheld; the balance speaks of all as attached.
    let (said, letter) = letter_of(&case, &decided(&case, &rows));
    assert_eq!(letter.gaps, ["public_interest.balance.later"]);
    assert!(ids(&letter).contains(&"letter-balance") && !said.contains("The later drafts are attached"), "{said}");
    // Balances that name their outcome are printed where it came to be, and nowhere else.
    for (outcome, count, printed) in [("both", 4, true), ("withheld", 2, true), ("withheld", 4, false), ("released", 2, false)] {
        let text = include_str!("../../fixtures/case.toml")
            .replace("later = \"For later drafts", &format!("later = {{ outcome = \"{outcome}\", text = \"For later drafts"));
        let text = text.replace("The later drafts are attached.\"", "Some of them.\" }");
        let case = Case::parse(&format!("{text}\n{LATER}"), "case.toml").unwrap_or_else(|error| panic!("{error}"));
        let (said, letter) = letter_of(&case, &decided(&case, &rows[..count]));
        assert_eq!((said.contains("Some of them."), letter.is_final()), (printed, printed), "{outcome} {count}: {:?}", letter.lints);
    }
    // An early draft is released beside later ones that are withheld: no balance is borrowed for it.
    let (said, letter) = letter_of(&case, &decided(&case, &[("early", "release"), ("later", "withhold s33(2)")]));
    assert!(!said.contains("For early drafts") && letter.gaps == ["public_interest.balance.later"], "{:?}", letter.gaps);
}

#[test]
fn an_exemption_that_covers_drafts_of_two_stages_says_of_each_what_was_written_for_it() {
    let case = shipped(LATER);
    let record = decided(&case, &[("early", "withhold s33(2)"), ("early", "withhold s33(2)"), ("later", "withhold s33(2)")]);
    let (said, _) = letter_of(&case, &record);
    let at = |words: &str| said.find(words).unwrap_or_else(|| panic!("{words} not in {said}"));
    assert!(said.contains("We are withholding three documents: drafts after the fact check (one document) and drafts from the stage before the report was circulated for fact check (two documents)."));
    assert!(at("What follows is about drafts from the stage before") < at("Inspectors would hold back"));
    assert!(at("Inspectors would hold back") < at("What follows is about drafts after the fact check."));
    assert!(at("What follows is about drafts after") < at("Disclosure would cause prejudice to our later work. Later harm. Later link."));
    assert_eq!(said.matches("We are an authority that may rely on this exemption").count(), 1);
}

#[test]
fn hidden_content_takes_the_words_of_its_own_stage_or_those_of_the_exemption() {
    // Comments of later drafts, and nothing withheld whole: the words for early drafts say nothing of them.
    let case = shipped("");
    let (said, letter) = letter_of(&case, &decided(&case, &[("later", "release")]));
    assert!(letter.gaps.contains(&"reliance(foia-s33(2)).prejudice".to_owned()) && !said.contains("Early drafts record"), "{said}");
    let further = LATER.replace("[decision.later]", "[[reliance]]");
    let case = shipped(&further);
    let (said, letter) = letter_of(&case, &decided(&case, &[("later", "release")]));
    assert!(letter.is_final() && said.contains("Later harm."), "{:?}", letter.lints);
}

#[test]
fn each_item_is_answered_as_held_or_not_as_the_case_file_says() {
    let item = |no: &str, held: &str| format!("[[request.items]]\nno = \"{no}\"\ntext = \"Words.\"\nheld = \"{held}\"\n");
    let rows = [("early", "withhold s33(2)"), ("later", "release")];
    let case = shipped(&(item("9", "no") + &item("11", "yes")));
    let (said, letter) = letter_of(&case, &decided(&case, &rows));
    assert!(letter.is_final(), "{:?}", letter.lints);
    assert!(said.contains("We hold the information that items 8 and 11 ask for. It is in two documents. We searched"), "{said}");
    assert!(said.contains("6. We do not hold the information that item 9 asks for."), "{said}");
    assert!(
        said.contains("9 | Not held | 6\n") && said.contains("11 | Released in part: of two documents, one released and one withheld | 5")
    );

    // Neither confirmed nor denied beside documents: its paragraph is there, and the letter is no final one.
    let case = shipped(&item("10", "neither-confirm-nor-deny"));
    let (said, letter) = letter_of(&case, &decided(&case, &rows));
    assert!(!letter.is_final() && said.contains("We hold the information that item 8 asks for."), "{said}");
    assert!(
        said.contains("6. This is about item 10. We neither confirm nor deny") && said.contains("10 | Neither confirmed nor denied | 6"),
        "{said}"
    );

    // No item is held, and documents are released: the letter says neither.
    let none = include_str!("../../fixtures/case.toml").replace("asks_for_hidden = true", "held = \"no\"");
    let case = Case::parse(&none, "case.toml").unwrap();
    let (said, letter) = letter_of(&case, &decided(&case, &rows));
    assert!(letter.gaps == ["request.items.held"] && !said.contains("We do not hold") && !said.contains("We hold"), "{said}");
    let (said, letter) = letter_of(&case, &decided(&case, &[]));
    assert!(letter.is_final() && said.contains("We do not hold this information. We searched"), "{:?}\n{said}", letter.lints);
}

#[test]
fn every_regime_says_where_its_decisions_can_be_taken() {
    for preset in crate::case::presets() {
        let case = Case::parse(&format!("[case]\npreset = \"{}\"\n", preset.id), "case.toml").unwrap();
        let said = text(&compose(&DecisionRecord::default(), &case, preset));
        for appeal in &preset.appeal {
            assert!(said.contains(&appeal.text.replace("{regulator}", &preset.regulator.name)), "{}", preset.id);
        }
        assert!(!said.contains('{') && said.contains(&preset.regulator.name), "{}", preset.id);
    }
    let said = |id: &str| {
        let case = Case::parse(&format!("[case]\npreset = \"{id}\"\n"), "case.toml").unwrap();
        text(&compose(&DecisionRecord::default(), &case, crate::record::preset_of(&case)))
    };
    assert!(said("uk-foisa-2002").contains("within six months") && said("uk-foisa-2002").contains("Court of Session"));
    assert!(said("au-foi-1982").contains("to review our decision, within 60 days"));
    assert!(said("us-foia").contains("## Mediation by the Office of Government Information Services"));
}

#[test]
fn the_milestone_of_one_report_is_not_said_of_drafts_of_another() {
    let more = "[[report]]\ntitle = \"Beta\"\nmilestone = { date = 2018-02-15 }\n";
    let rows = [("early", "withhold s33(2)"), ("later", "release"), ("later", "release")];
    let dated = |case: &Case, of_last: Option<usize>| {
        let mut record = decided(case, &rows);
        record.documents.last_mut().unwrap().report = of_last;
        letter_of(case, &record).0
    };
    let case = shipped(more);
    assert!(dated(&case, Some(0)).contains("They date from when the report was circulated for fact check, or later."));
    for other in [Some(1), None] {
        assert!(!dated(&case, other).contains("They date from"));
    }
    let case = shipped(&more.replace("{ date", "{ name = \"circulated for fact check\", date"));
    assert!(dated(&case, Some(1)).contains("They date from when their reports were circulated for fact check, or later."));
}

#[test]
fn what_was_taken_out_is_said_with_the_ground_of_each_kind() {
    let rows = "[[document]]\npath = \"a.docx\"\nstage = \"later\"\ndecision = \"release\"\nremoved = { REMOVED }\n";
    let said = |comments: &str, changes: &str, removed: &str| {
        let text = include_str!("../../fixtures/case.toml");
        let text = text.replace("comments = { exemption = \"s33\", limb = \"(2)\" }", &format!("comments = {{ {comments} }}"));
        let text = text.replace("tracked-changes = { exemption = \"s33\", limb = \"(2)\" }", &format!("tracked-changes = {{ {changes} }}"));
        let case = Case::parse(&text, "case.toml").unwrap_or_else(|error| panic!("{error}"));
        letter_of(&case, &sample::record(&rows.replace("REMOVED", removed), &case)).0
    };
    let (exempt, outside) = ("exemption = \"s33\", limb = \"(2)\"", "not_in_scope = \"They tell nothing of it.\"");
    let copy = "from the attached document";
    for (comments, changes, removed, expected) in [
        (
            exempt,
            exempt,
            "comment = 9",
            format!("9 comments were removed {copy}, under section 33(2). There were no tracked changes in the attached document."),
        ),
        (
            exempt,
            exempt,
            "tracked-move = 1",
            format!("1 tracked change was removed {copy}, under section 33(2). There were no comments in the attached document."),
        ),
        (
            exempt,
            exempt,
            "comment = 1, tracked-move = 2",
            format!("1 comment and 2 tracked changes were removed {copy}, under section 33(2)."),
        ),
        (
            outside,
            outside,
            "comment = 1, tracked-move = 2",
            format!("1 comment and 2 tracked changes were removed {copy}; we do not regard them as information within your request."),
        ),
        (
            exempt,
            outside,
            "comment = 1, tracked-move = 1",
            format!(
                "1 comment was removed {copy}, under section 33(2). 1 tracked change was removed {copy}; we do not regard it as information within your request."
            ),
        ),
    ] {
        let said = said(comments, changes, removed);
        assert!(said.contains(&format!(". {expected}\n")) && !said.contains("under not"), "{expected}\n---\n{said}");
    }
}

#[test]
fn an_exemption_says_of_how_many_documents_it_speaks_and_several_are_plural() {
    let further = LATER
        .replace("[decision.later]", "[[reliance]]")
        .replace("exemption = \"s33\"\nlimb = \"(2)\"\nlikelihood = \"would\"", "exemption = \"s42\"");
    let case = shipped(&further);
    let rows = [("early", "withhold s33(2)"), ("early", "withhold s42"), ("early", "withhold s33(2)"), ("later", "release")];
    let (said, letter) = letter_of(&case, &decided(&case, &rows));
    assert!(letter.is_final(), "{:?}", letter.lints);
    for words in [
        "applies to two of the three documents that we are withholding and to the comments",
        "applies to one of the three documents that we are withholding.",
        "These exemptions are qualified.",
        "## For maintaining the exemptions",
        "drafts after the fact check (one document) and drafts from the stage before the report was circulated for fact check (two documents).",
    ] {
        assert!(said.contains(words), "{words} not in {said}");
    }
    let (said, _) = letter_of(&case, &decided(&case, &rows[1..2]));
    assert!(said.contains(
        "We are withholding one document. It is of this kind: drafts after the fact check. It is listed in Annex A by number only."
    ));
}

#[test]
fn the_letter_says_how_withheld_drafts_are_listed() {
    for (rules, how) in [
        ("withheld_dates = true", "by number and date."),
        ("withheld_versions = true", "by number and version."),
        ("withheld_dates = true\nwithheld_versions = true", "by number, version and date."),
    ] {
        let case = shipped(&format!("[schedule]\n{rules}\n"));
        let record = sample::record(&read("early-withheld-later-released.documents.toml"), &case);
        let (said, _) = letter_of(&case, &record);
        assert!(said.contains(&format!("They are listed in Annex A {how}")), "{how}: {said}");
    }
}

#[test]
fn sentences_take_what_officers_write_in_the_usual_ways() {
    let text = include_str!("../../fixtures/case.toml").replace("role = \"Head of", "role = \"The Head of");
    let text =
        text.replace("with = \"the Chief Inspector\"", "with = \"our chief inspectors\"").replace("by = \"A senior", "by = \"a senior");
    let case = Case::parse(&text, "case.toml").unwrap();
    let (said, _) = letter_of(&case, &decided(&case, &[("early", "withhold s33(2)"), ("later", "release")]));
    for words in ["The Head of Inspection decided this", "you can meet our chief inspectors to discuss", "FOI-2018-0142. A senior officer"]
    {
        assert!(said.contains(words), "{words} not in {said}");
    }
    for (preset, code, harm) in [
        ("uk-foia-2000", "s38(1)(a)", "Disclosure would endanger our staff."),
        ("uk-eir-2004", "r12(5)(b)", "Disclosure would have an adverse effect on our staff."),
    ] {
        let case = format!(
            "[case]\npreset = \"{preset}\"\n[decision.early]\nexemption = \"{code}\"\ninterest = \"our staff\"\nlikelihood = \"would\"\n"
        );
        let case = Case::parse(&case, "case.toml").unwrap_or_else(|error| panic!("{error}"));
        let (said, _) = letter_of(&case, &decided(&case, &[("early", &format!("withhold {code}"))]));
        assert!(said.contains(harm), "{said}");
    }
}
