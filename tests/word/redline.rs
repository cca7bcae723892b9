//! Tracked changes: accepted, rejected, kept, or left to a person.

use crate::support::cli::{Folder, cleardraft, tree};
use crate::support::docx::{Docx, paragraph, run};
use crate::support::holds;
use crate::support::zip;
use crate::{CANARY, SHOWN, base, body_text, sanitised};

/// A draft with every kind of tracked change on text.
fn tracked() -> Vec<u8> {
    let mut docx = Docx::new().by("Samir Osei", "2026-05-01T10:00:00Z");
    let (inserted, deleted) = (docx.insertion("new"), docx.deletion("old"));
    let moved = |element: &str, at: u32| {
        format!(
            "<w:{element}RangeStart w:id=\"{at}\" w:name=\"move1\" w:author=\"Samir Osei\" w:date=\"2026-05-01T10:00:00Z\"/><w:{element} w:id=\"{}\" w:author=\"Samir Osei\" \
             w:date=\"2026-05-01T10:00:00Z\">{}</w:{element}><w:{element}RangeEnd w:id=\"{at}\"/>",
            at + 1,
            run("moved")
        )
    };
    docx.inline(&format!("{}{deleted}{inserted}{}", run("The "), run(" word.")))
        .inline(&format!("{}{}", run("From "), moved("moveFrom", 60)))
        .inline(&format!("{}{}", run("To "), moved("moveTo", 70)))
        .raw(&format!(
            "<w:p><w:pPr><w:rPr><w:ins w:id=\"80\" w:author=\"Samir Osei\" w:date=\"2026-05-01T10:00:00Z\"/></w:rPr></w:pPr>{}</w:p>{}",
            run("split "),
            paragraph(&run("here"))
        ))
        .raw(&format!(
            "<w:p><w:pPr><w:rPr><w:del w:id=\"81\" w:author=\"Samir Osei\" w:date=\"2026-05-01T10:00:00Z\"/></w:rPr></w:pPr>{}</w:p>{}",
            run("join "),
            paragraph(&run("there"))
        ))
        .build()
}

#[test]
fn accepting_keeps_the_new_wording_and_rejecting_the_old() {
    assert_eq!(body_text(&sanitised(&tracked(), "accept")), ["The new word.", "From ", "To moved", "split ", "here", "join there"]);
    assert_eq!(body_text(&sanitised(&tracked(), "reject")), ["The old word.", "From moved", "To ", "split here", "join ", "there"]);
}

#[test]
fn keeping_shows_the_redline_without_names_and_dates() {
    let copy = sanitised(&tracked(), "keep");
    let all: Vec<u8> = zip::read(&copy).into_iter().flat_map(|(_, bytes)| bytes).collect();
    for words in ["<w:ins ", "<w:del ", "<w:moveFrom ", "<w:moveTo ", "old", "new", "moved"] {
        assert!(holds(&all, words), "{words}");
    }
    assert!(!holds(&all, "Samir") && !holds(&all, "2026-05-01"));
}

#[test]
fn without_a_treatment_a_tracked_draft_waits_for_a_person() {
    let folder = Folder::new();
    folder.write("in/a.docx", &tracked());
    folder.write("in/b.docx", &Docx::new().para(SHOWN).comment("a remark").build());
    let (source, out) = (folder.path("in"), folder.path("out"));
    let ran = cleardraft(&["sanitise", source.to_str().unwrap(), "--out", out.to_str().unwrap(), "--format", "json"]).expect(1);
    let status: Vec<String> = ran.files().iter().map(|file| format!("{} {}", file["path"], file["status"])).collect();
    assert_eq!(status, ["\"a.docx\" \"review\"", "\"b.docx\" \"sanitised\""]);
    assert_eq!(tree(&out).keys().filter(|name| name.contains("docx")).collect::<Vec<_>>(), ["b.docx"]);
}

#[test]
fn the_tags_of_an_inserted_control_go_when_it_is_rejected_and_its_text_stays() {
    let range = |which: &str, id: u32| {
        format!(
            "<w:customXmlInsRange{which} w:id=\"{id}\"{}/>",
            if which == "Start" { " w:author=\"a\" w:date=\"2026-03-04T05:06:07Z\"" } else { "" }
        )
    };
    let control = format!(
        "{}<w:sdt><w:sdtPr><w:id w:val=\"5\"/><w:dropDownList><w:listItem w:displayText=\"One\" w:value=\"1\"/><w:listItem w:displayText=\"{CANARY}\" w:value=\"2\"/></w:dropDownList></w:sdtPr><w:sdtContent>{}{}{}</w:sdtContent></w:sdt>{}",
        range("Start", 1),
        range("End", 1),
        run("One"),
        range("Start", 2),
        range("End", 2)
    );
    let document = base().inline(&control).build();
    for (treatment, has) in [("accept", true), ("reject", false)] {
        let copy = sanitised(&document, treatment);
        let main = String::from_utf8(zip::read(&copy).into_iter().find(|(name, _)| name == "word/document.xml").unwrap().1).unwrap();
        assert_eq!((main.contains("<w:sdt>"), main.contains("sdtPr"), main.contains("sdtContent")), (has, has, has), "{main}");
        // A list without choices would show nothing.
        assert!(!main.contains("dropDownList") && main.contains(">One<"), "{main}");
    }
}
