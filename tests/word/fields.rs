//! Fields, and content controls that show what is stored elsewhere.

use crate::support::cli::Folder;
use crate::support::docx::{Docx, R, escape, field, run};
use crate::support::places_of;
use crate::support::zip;
use crate::{CANARY, base, body_text, sanitise, sanitised, status, with_namespaces, wml};

#[test]
fn what_a_field_draws_from_its_instruction_is_still_shown() {
    let bare = |instruction: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let copy = sanitised(
        &base()
            .inline(&bare("SYMBOL 211 \\f &quot;Symbol&quot;"))
            .inline(&bare(&format!("MACROBUTTON {CANARY} Press here")))
            .inline("<w:fldSimple w:instr=\"SYMBOL 169\"/>")
            .inline(&bare("EQ \\f(1,2)"))
            .build(),
        "accept",
    );
    let document = String::from_utf8(zip::read(&copy).into_iter().find(|(name, _)| name == "word/document.xml").unwrap().1).unwrap();
    for shown in ["SYMBOL 211 \\f \"Symbol\"", "MACROBUTTON NoMacro Press here", "SYMBOL 169", "EQ \\f(1,2)"] {
        let escaped = shown.replace('"', "&quot;");
        assert!(document.contains(shown) || document.contains(&escaped), "{shown}: {document}");
    }
    assert!(places_of(&copy, CANARY).is_empty());
}

#[test]
fn an_instruction_that_nobody_sees_is_no_hiding_place() {
    let bare = |properties: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:rPr>{properties}</w:rPr><w:instrText>EQ \\x({CANARY})</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    // With a stored result the instruction is not drawn; hidden, it is not seen.
    for place in [field(&format!("EQ \\x({CANARY})"), "5"), bare("<w:vanish/>")] {
        assert!(places_of(&sanitised(&base().inline(&place).build(), "accept"), CANARY).is_empty(), "{place}");
    }
    let folder = Folder::new();
    folder.write("in/a.docx", &base().inline(&bare("<w:color w:val=\"FFFFFF\"/>")).build());
    assert_eq!(sanitise(&folder, "accept").files().remove(0)["status"], "review");
}

#[test]
fn contents_and_running_titles_by_style_keep_working_under_neutral_names() {
    let style = format!(
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"X1\"><w:name w:val=\"{CANARY} Title\"/><w:rPr><w:b/></w:rPr></w:style>\
         <w:style><w:name w:val=\"{CANARY} Plain\"/><w:rPr><w:sz w:val=\"60\"/></w:rPr></w:style>"
    );
    let copy = sanitised(
        &base()
            .styles(&style)
            .styled("X1", "A title.")
            .styled(&format!("{CANARY} Plain"), "By the name of its style.")
            .inline(&field(&format!("TOC \\h \\t \"{CANARY} Title,2,{CANARY} Other,3\""), "A title. 1"))
            .inline(&field(&format!("STYLEREF \"{CANARY} Title\""), "A title."))
            .build(),
        "accept",
    );
    let part = |name: &str| String::from_utf8(zip::read(&copy).into_iter().find(|(found, _)| found == name).unwrap().1).unwrap();
    let (document, styles) = (part("word/document.xml"), part("word/styles.xml"));
    assert!(
        document.contains("TOC \\h \\t &quot;Style1,2,Unused1,3&quot;") || document.contains("TOC \\h \\t \"Style1,2,Unused1,3\""),
        "{document}"
    );
    assert!(document.contains("STYLEREF &quot;Style1&quot;") || document.contains("STYLEREF \"Style1\""), "{document}");
    // A style without an identifier goes by its name, and keeps its look.
    assert!(document.contains("<w:pStyle w:val=\"Style2\"/>") && styles.contains("w:styleId=\"Style2\""), "{document}\n{styles}");
    assert!(places_of(&copy, CANARY).is_empty());
}

#[test]
fn page_numbers_of_contents_that_become_text_are_seen_in_every_view() {
    let numbered = |instruction: &str| {
        let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
        let number = "<w:r><w:rPr><w:webHidden/></w:rPr><w:t>12</w:t></w:r>";
        let code = format!("{}<w:r><w:instrText>{instruction}</w:instrText></w:r>", mark("begin"));
        let outside = "<w:r><w:rPr><w:webHidden/></w:rPr><w:t>outside</w:t></w:r>";
        let copy = sanitised(&base().inline(&format!("{code}{}{number}{}{outside}", mark("separate"), mark("end"))).build(), "accept");
        let document = String::from_utf8(zip::read(&copy).into_iter().find(|(name, _)| name == "word/document.xml").unwrap().1).unwrap();
        assert!(document.contains("<w:t>12</w:t>"), "{document}");
        (document.contains("TOC"), document.matches("<w:webHidden/>").count())
    };
    assert_eq!(numbered("TOC \\h \\u"), (true, 2));
    // Single quotes are none.
    assert_eq!(numbered("TOC \\h \\o '1-3' \\u"), (false, 1));
}

/// A control whose text stands beside a value that is stored elsewhere.
fn bound(properties: &str, path: &str, value: &str, shown: &str) -> Docx {
    let item = format!("<root xmlns=\"urn:x\"><a>{}</a></root>", escape(value));
    let properties_of_item = "<ds:datastoreItem xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\" ds:itemID=\"{5b1f2c7e-0000-4000-8000-0123456789ab}\"/>";
    base()
        .related("word/document.xml", &format!("{R}/customXml"), "customXml/item1.xml", "application/xml", item.as_bytes())
        .related(
            "customXml/item1.xml",
            &format!("{R}/customXmlProps"),
            "customXml/itemProps1.xml",
            "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
            properties_of_item.as_bytes(),
        )
        .inline(&format!(
            "<w:sdt><w:sdtPr><w:dataBinding w:prefixMappings=\"xmlns:n='urn:x'\" w:xpath=\"{path}\" w:storeItemID=\"{{5B1F2C7E-0000-4000-8000-0123456789AB}}\"/>{properties}</w:sdtPr>\
             <w:sdtContent>{}</w:sdtContent></w:sdt>",
            run(shown)
        ))
}

#[test]
fn a_control_that_shows_what_is_stored_elsewhere_is_released_with_that_text_alone() {
    const PATH: &str = "/n:root[1]/n:a[1]";
    let list = "<w:dropDownList><w:listItem w:displayText=\"Body of text.\" w:value=\"7\"/></w:dropDownList>";
    let date = "<w:date><w:dateFormat w:val=\"d MMMM yyyy\"/></w:date>";
    for (properties, path, value, shown) in [
        ("<w:text/>", PATH, "Body of\n text.", "Body of text."),
        ("<w:text/>", "//n:a", "Body of text.", "Body of text."),
        ("<w:text/>", PATH, "", ""),
        ("<w:showingPlcHdr/><w:text/>", PATH, "", "Click here."),
        ("<w:text/>", "/n:root[1]/n:other[1]", "Another.", "Body of text."),
        (list, PATH, "7", "Body of text."),
        (date, PATH, "2024-03-09T00:00:00", "9 March 2024"),
        ("<w:date/>", PATH, "2024-03-09", "09/03/2024"),
        ("<w:date><w:dateFormat w:val=\"MMMM yyyy\"/></w:date>", PATH, "9 March 2024", "9 March 2024"),
        ("<w:showingPlcHdr/><w:date/>", PATH, "", "Click to enter a date."),
    ] {
        let copy = sanitised(&bound(properties, path, value, shown).build(), "accept");
        assert!(body_text(&copy).iter().any(|text| text == shown), "{properties} {path} {value}");
    }
    for (properties, path, value, shown) in [
        ("<w:text/>", PATH, "Body of text.", CANARY),
        ("<w:text/>", PATH, "Body of text.", ""),
        ("<w:text/>", PATH, "", CANARY),
        ("<w:showingPlcHdr/><w:text/>", PATH, "Body of text.", "Click here."),
        ("<w:text/>", "/n:root/*[last()]", "Body of text.", "Body of text."),
        (list, PATH, "8", CANARY),
        (date, PATH, "2024-03-09T00:00:00", "8 March 2024"),
    ] {
        assert_eq!(status(bound(properties, path, value, shown)), "review", "{properties} {path} {value} {shown}");
    }
}

#[test]
fn a_control_of_nothing_that_keeps_its_placeholder_is_released_with_it() {
    let block = |text: &str| {
        with_namespaces(
            "w:glossaryDocument",
            &format!(
                "<w:docParts><w:docPart><w:docPartPr><w:name w:val=\"14478E85\"/></w:docPartPr><w:docPartBody><w:p>{}</w:p></w:docPartBody></w:docPart></w:docParts>",
                run(text)
            ),
        )
    };
    let control = |block_text: &str, shown: &str| {
        let kind = "<w:placeholder><w:docPart w:val=\"14478E85\"/></w:placeholder><w:date><w:dateFormat w:val=\"M.d.yyyy\"/></w:date>";
        bound(kind, "/n:root[1]/n:a[1]", "", shown).related(
            "word/document.xml",
            &format!("{R}/glossaryDocument"),
            "word/glossary/document.xml",
            &wml("document.glossary"),
            block(block_text).as_bytes(),
        )
    };
    assert_eq!(status(control("[Pick the date]", "[Pick the date]")), "sanitised");
    assert_eq!(status(control("[Pick the date]", CANARY)), "review");
}

#[test]
fn a_field_of_a_header_that_differs_from_page_to_page_stays_or_waits() {
    let begin = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>";
    let (separate, end) = ("<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>", "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>");
    let code = |text: &str| format!("<w:r><w:instrText xml:space=\"preserve\">{text}</w:instrText></w:r>");
    let page = format!("{begin}{}{separate}{}{end}", code(" PAGE "), run("2"));
    let sum = format!("<w:p>{begin}{}{page}{}{separate}{}{end}</w:p>", code(" = "), code(" - 1 "), run("1"));
    assert_eq!(status(base().footer(&sum)), "review");
    assert_eq!(status(base().raw(&sum)), "sanitised");
    // By its name in the language of the program, as files with the English one have it.
    for (name, stays) in [("\u{dc}berschrift 1", true), ("Titre 2", true), (CANARY, false)] {
        let reference = format!("<w:p>{begin}{}{separate}{}{end}</w:p>", code(&format!(" STYLEREF \"{name}\" ")), run("Heading"));
        let copy = sanitised(&base().header(&reference).build(), "accept");
        let header = zip::read(&copy).into_iter().find(|(name, _)| name.starts_with("word/header")).map(|(_, bytes)| bytes).unwrap();
        assert_eq!(String::from_utf8(header).unwrap().contains(name), stays, "{name}");
    }
}
