//! Parts and the package: what is written, what is refused, and by which name.

use crate::support::cli::{Folder, tree};
use crate::support::docx::{R, escape, field, paragraph, run};
use crate::support::zip::{self, Around, Member};
use crate::support::{holds, places_of};
use crate::{
    CANARY, PLAIN, SHOWN, are_released, base, body_text, category, chart, item, level, list, marked, part_of, picture_of, png, sanitise,
    sanitised, status, wml,
};
use cleardraft::Limits;
use cleardraft::format::Spool;
use cleardraft::pipeline::{self, Outcome};
use cleardraft::policy::{Policy, TrackedChanges};

#[test]
fn a_large_document_is_read_piece_by_piece_and_its_copy_is_the_same() {
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let mut docx = base();
    for _ in 0..5 {
        let rows: Vec<Vec<u8>> = (0..1_900).map(|_| (0..1_900).map(|_| noise()).collect()).collect();
        let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
        docx = docx.picture(&png(&rows, &[(b"tEXt", format!("Author\0{CANARY}").as_bytes())]), "png", "image/png", "", "");
    }
    let document = docx.build();
    assert!(document.len() as u64 > 2 * cleardraft::format::content::IN_MEMORY_BYTES);
    let from_file = sanitised(&document, "accept");
    assert_eq!(places_of(&from_file, CANARY), Vec::<String>::new());
    let orders = Policy { tracked_changes: TrackedChanges::Accept, ..Policy::default() }.orders();
    let in_memory = pipeline::sanitise("a.docx", &document, &orders, &Limits::default(), &Spool::in_memory()).unwrap();
    let Outcome::Clean(clean) = in_memory else { panic!("held: {in_memory:?}") };
    assert!(clean.removed.iter().any(|removed| removed.kind.as_str() == "image-metadata"), "{:?}", clean.removed);
    assert!(*clean.copy.bytes().unwrap() == *from_file, "the copies differ");
}

#[test]
fn what_a_copy_says_anyway_is_no_residue() {
    let address = "https://www.gov.uk/guidance/inspection-rules";
    let link = base().inline(&field(&format!("HYPERLINK \"{address}\""), CANARY)).app(&format!(
        "<HLinks><vt:vector size=\"6\" baseType=\"variant\" xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\"><vt:variant><vt:lpwstr>{address}</vt:lpwstr></vt:variant></vt:vector></HLinks>"
    ));
    let mut described = base();
    let picture = picture_of(&mut described, false).replace("name=\"Picture\"", "name=\"Picture\" descr=\"./media/image1.png\"");
    let described = described.part("word/media/image1.png", "image/png", &png(PLAIN, &[])).inline(&picture).para(CANARY);
    are_released(vec![("an address that a field keeps", link), ("a description like the name of a part", described)]);
}

#[test]
fn declarations_that_only_what_goes_needed_go_with_it() {
    let document = base().raw(&format!(
        "<w:p xmlns:wp14=\"http://schemas.microsoft.com/office/word/2010/wordml\" wp14:paraId=\"12345678\">{}</w:p>\
         <w:p xmlns:ve=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><w:r><ve:AlternateContent><ve:Choice xmlns:ma=\"urn:ma\" Requires=\"ma\"><w:t>Other</w:t></ve:Choice><ve:Fallback><w:t>Chosen</w:t></ve:Fallback></ve:AlternateContent></w:r></w:p>",
        run(CANARY)
    ));
    let copy = sanitised(&document.build(), "accept");
    let text = part_of(&copy, "word/document.xml").unwrap();
    assert!(text.contains("Chosen") && !text.contains("xmlns:ve") && !text.contains("<w:p xmlns:wp14"), "{text}");
    assert!(sanitised(&copy, "accept") == copy, "cleaning twice is cleaning once");
}

#[test]
fn two_styles_of_one_identifier_wait_for_a_person() {
    let style =
        |look: &str| format!("<w:style w:type=\"paragraph\" w:styleId=\"X1\"><w:name w:val=\"X1\"/><w:rPr>{look}</w:rPr></w:style>");
    let folder = Folder::new();
    folder.write("in/a.docx", &base().styles(&format!("{}{}", style("<w:vanish/>"), style("<w:b/>"))).styled("X1", CANARY).build());
    assert_eq!(sanitise(&folder, "accept").files().remove(0)["status"], "review");
    // The same style written twice leaves nothing to choose.
    let copy = sanitised(&base().styles(&format!("{0}{0}", style("<w:b/>"))).styled("X1", "Shown.").build(), "accept");
    assert!(!places_of(&copy, "Shown.").is_empty());
}

#[test]
fn a_footer_that_no_page_shows_keeps_only_what_another_shows() {
    let boxed = |text: &str, more: &str| {
        format!(
            "<w:p><w:r><w:pict><v:rect style=\"width:100pt;height:50pt\">{more}<v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>",
            run(text)
        )
    };
    let copy_of = |unshown: &str| sanitised(&base().footer(&boxed("The office", "")).even_footer(unshown).build(), "accept");
    let footers = |copy: &[u8]| places_of(copy, "The office").len();
    assert_eq!(footers(&copy_of(&boxed("The office", ""))), 2);
    let copy = copy_of(&boxed(&format!("The office {CANARY}"), ""));
    assert_eq!((footers(&copy), places_of(&copy, CANARY).len()), (1, 0));
    // Drawn words and outlines say something of their own beside the text that is shown elsewhere.
    let copy = copy_of(&boxed("The office", &format!("<v:textpath on=\"t\" string=\"{CANARY}\"/>")));
    assert_eq!((footers(&copy), places_of(&copy, CANARY).len()), (1, 0));
}

#[test]
fn a_rule_on_line_breaks_stays_whole_or_goes() {
    let settings = |lang: &str, characters: &str| {
        let rule = format!("<w:noLineBreaksAfter w:lang=\"{lang}\" w:val=\"{characters}\"/>");
        part_of(&sanitised(&base().settings(&rule).build(), "accept"), "word/settings.xml").unwrap()
    };
    assert!(settings("zh-CN", "([{").contains("<w:noLineBreaksAfter w:lang=\"zh-CN\" w:val=\"([{\"/>"));
    for settings in [settings("English", "([{"), settings("zh-CN", CANARY)] {
        assert!(!settings.contains("noLineBreaks"), "{settings}");
    }
}

#[test]
fn words_of_list_levels_that_nothing_shows_go() {
    let level = |number: u32, properties: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{number}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/>{properties}<w:lvlText w:val=\"{text}\"/></w:lvl>"
        )
    };
    let numbering = format!(
        "<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:abstractNum w:abstractNumId=\"0\">{}{}{}</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>",
        level(0, "", "Rule %1."),
        level(1, "<w:rPr><w:vanish/></w:rPr>", &format!("{CANARY} %2")),
        level(4, "", &format!("{CANARY} %5)"))
    );
    let item = |level: u32| {
        format!("<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>{}</w:p>", run("Item."))
    };
    let copy = sanitised(
        &base()
            .raw(&item(0))
            .raw(&item(1))
            .related("word/document.xml", &format!("{R}/numbering"), "word/numbering.xml", &wml("numbering"), numbering.as_bytes())
            .build(),
        "accept",
    );
    assert!(places_of(&copy, CANARY).is_empty());
    assert!(!places_of(&copy, "Rule %1.").is_empty() && !places_of(&copy, " %5)").is_empty());
}

#[test]
fn words_that_stay_are_not_taken_for_those_that_went() {
    const WORDS: &str = "yearly budget figures";
    let deleted = format!("<w:p>{}</w:p>", marked("del", &format!("<w:r><w:delText>{WORDS}</w:delText></w:r>")));
    let code = |code: &str| {
        base().inline(&format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        ))
    };
    let legend = "<c:legend><c:legendPos val=\"r\"/></c:legend>";
    let levels = [level(0, "", &format!("{WORDS} %1.")), level(3, "", &format!("{WORDS} %1"))].concat();
    for document in [
        list(&levels, "").raw(&item(1, 0, &run("Item."))),
        chart(WORDS, "", &category("Spring"), "", legend),
        chart("Sales", "", &category(WORDS), "", legend),
        code(&format!("EQ \\x({WORDS})")),
        code(&format!("MACROBUTTON NoMacro {WORDS}")),
    ] {
        assert_eq!(places_of(&sanitised(&document.raw(&deleted).build(), "accept"), WORDS).len(), 1);
    }
}

#[test]
fn names_of_parts_and_prefixes_do_not_matter() {
    let odd = "<?xml version=\"1.0\"?><x:document xmlns:x=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><x:body><x:p><x:r><x:t>Shown words.</x:t></x:r>\
               <x:del x:id=\"1\" x:author=\"QUILLCANARY\"><x:r><x:delText>QUILLCANARY</x:delText></x:r></x:del></x:p></x:body></x:document>";
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(odd.replace("?>", " encoding=\"UTF-16\"?>").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [odd.as_bytes().to_vec(), utf16] {
        let members = [
            ("[Content_Types].xml", format!("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/strange/main.part\" ContentType=\"{}\"/></Types>", wml("document.main")).into_bytes()),
            ("_rels/.rels", format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"{R}/officeDocument\" Target=\"/strange/main.part\"/></Relationships>").into_bytes()),
            ("strange/main.part", bytes),
        ];
        let members = members.map(|(name, bytes)| Member { name: name.into(), bytes, ..Member::default() });
        let copy = sanitised(&zip::write(&members, &Around::default()), "accept");
        let all: Vec<u8> = zip::read(&copy).into_iter().flat_map(|(_, bytes)| bytes).collect();
        assert!(holds(&all, SHOWN) && !holds(&all, CANARY));
    }
}

fn renamed(members: Vec<Member>, from: &str, to: &str) -> Vec<Member> {
    members.into_iter().map(|member| if member.name == from { Member { name: to.into(), ..member } } else { member }).collect()
}

#[test]
fn a_copy_that_no_word_processor_could_open_is_not_made() {
    let folder = Folder::new();
    // Without the comment the text is `]]>`, which stands at the end of CDATA sections and nowhere else.
    let split = |inside: &str| base().raw(&format!("<w:p><w:r><w:t>{inside}</w:t></w:r></w:p>")).build();
    folder.write("in/a.docx", &split("a[b[0]]<!-- note -->&gt;1"));
    folder.write("in/b.docx", &split("a[b[0]]<!-- note -->>1"));
    let files = sanitise(&folder, "accept").files();
    assert_eq!(files[0]["status"], "sanitised", "{files:#?}");
    assert_ne!(files[1]["status"], "sanitised", "{files:#?}");
    assert!(!folder.path("out-accept/b.docx").exists());
}

#[test]
fn each_kind_of_broken_file_is_refused_by_its_own_name_and_the_rest_goes_on() {
    let sound = base().build();
    let plain = Around::default();
    let mut bomb = base().members();
    bomb.push(Member { name: "word/media/bomb.bin".into(), bytes: vec![0; 8 << 20], ..Member::default() });
    let mut twice = base().members();
    twice.push(Member { name: "word/document.xml".into(), bytes: b"<a/>".to_vec(), ..Member::default() });
    let mut leaving = base().members();
    leaving.push(Member { name: "../../evil.xml".into(), bytes: b"<a/>".to_vec(), ..Member::default() });
    let with_document = |xml: String| {
        let members = base()
            .members()
            .into_iter()
            .map(|member| if member.name == "word/document.xml" { Member { bytes: xml.clone().into_bytes(), ..member } } else { member });
        zip::write(&members.collect::<Vec<_>>(), &plain)
    };
    let document = base().document_xml();
    let dtd = with_document(document.replacen("<w:document", "<!DOCTYPE a [<!ENTITY b \"c\">]><w:document", 1));
    let cut = with_document(document[..document.len() / 2].to_owned());
    let mut crc = base().members();
    crc[3].bad_crc = true;
    let mut locked = base().members();
    locked[3].encrypted = true;
    let ole: Vec<u8> = [
        &b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..],
        &[0; 504],
        &"EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
    ]
    .concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("zip-cut", sound[..sound.len() / 2].to_vec()),
        ("xml-malformed", cut),
        ("xml-dtd", dtd),
        ("zip-bomb", zip::write(&bomb, &plain)),
        ("zip-duplicate-entry", zip::write(&twice, &plain)),
        ("zip-unsafe-name", zip::write(&leaving, &plain)),
        ("zip-checksum", zip::write(&crc, &plain)),
        ("zip-encrypted-entry", zip::write(&locked, &plain)),
        ("file-password-protected", ole),
        ("file-empty", Vec::new()),
        ("ooxml-no-main-part", zip::write(&renamed(base().members(), "_rels/.rels", "_rels/other.rels"), &plain)),
    ];
    let folder = Folder::new();
    for (code, bytes) in &cases {
        folder.write(&format!("in/{code}.docx"), bytes);
    }
    folder.write("in/sound.docx", &sound);
    folder.write("in/text.docx", b"This is no document at all, just words.");
    let ran = sanitise(&folder, "accept").expect(1);
    for file in ran.files() {
        let path = file["path"].as_str().unwrap();
        let refusal = &file["refusal"];
        if path == "sound.docx" {
            assert_eq!(file["status"], "sanitised");
            continue;
        }
        assert_eq!(file["status"], "refused", "{path}: {file:#}");
        assert!(!refusal["message"].as_str().unwrap().is_empty() && !refusal["help"].as_str().unwrap().is_empty());
        if path != "text.docx" {
            assert_eq!(format!("{}.docx", refusal["code"].as_str().unwrap()), path, "{refusal}");
        }
    }
    assert_eq!(ran.files().len(), cases.len() + 2);
    assert_eq!(tree(&folder.path("out-accept")).len(), 1);
}

#[test]
fn a_document_that_others_write_comes_through() {
    use docx_rs::{Docx as Theirs, Paragraph, Run, Table, TableCell, TableRow};
    let cell = |text: &str| TableCell::new().add_paragraph(Paragraph::new().add_run(Run::new().add_text(text)));
    let mut bytes = std::io::Cursor::new(Vec::new());
    Theirs::new()
        .add_paragraph(Paragraph::new().add_run(Run::new().add_text(SHOWN).bold()))
        .add_table(Table::new(vec![TableRow::new(vec![cell("left"), cell("right")])]))
        .build()
        .pack(&mut bytes)
        .unwrap();
    let text = body_text(&sanitised(&bytes.into_inner(), "accept"));
    for words in [SHOWN, "left", "right"] {
        assert!(text.iter().any(|paragraph| paragraph == words), "{words}: {text:?}");
    }
    assert_eq!(escape("<&>"), "&lt;&amp;&gt;");
}

#[test]
fn what_cannot_be_told_to_be_shown_waits_for_a_person() {
    let bare = |instruction: &str| {
        let code = escape(instruction);
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let labels = "<c:dLbls><c:dLbl><c:idx val=\"0\"/><c:extLst><c:ext uri=\"{CE6537A1-D6FC-4f65-9D91-7224C49458BB}\" xmlns:c15=\"http://schemas.microsoft.com/office/drawing/2012/chart\">\
                  <c15:showDataLabelsRange val=\"1\"/></c:ext></c:extLst></c:dLbl></c:dLbls>";
    let merged = format!(
        "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:hMerge w:val=\"restart\"/></w:tcPr><w:p>{}</w:p></w:tc>\
         <w:tc><w:tcPr><w:hMerge/></w:tcPr><w:p>{}</w:p></w:tc></w:tr></w:tbl>",
        run("Cell."),
        run(CANARY)
    );
    let title = format!(
        "<c:delete val=\"1\"/><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{CANARY}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    );
    let white = level(0, "<w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr>", "Rule %1.");
    let tiny = level(0, "<w:rPr><w:sz w:val=\"2\"/></w:rPr>", "Rule %1.");
    for (name, docx) in [
        ("barcode drawn from code", base().inline(&bare("DISPLAYBARCODE \"12345\" QR \\q 3"))),
        ("number of a list that goes", base().inline(&bare("LISTNUM Clauses \\l 2"))),
        ("labels from cells", chart("A", labels, &category("B"), "", "")),
        ("a second body", base().raw(&format!("</w:body><w:body><w:p>{}</w:p>", run(CANARY)))),
        ("a paragraph before the body", base().background(&format!("<w:p>{}</w:p>", run(CANARY)))),
        (
            "tiny words over others",
            base().inline(&format!(
                "<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val=\"center\"/><w:hps w:val=\"1\"/><w:hpsRaise w:val=\"1\"/><w:hpsBaseText w:val=\"22\"/></w:rubyPr>\
                 <w:rt>{}</w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>",
                run(CANARY),
                run("base")
            )),
        ),
        ("title of a deleted axis", chart("A", "", &category("B"), &title, "")),
        ("cell in a horizontal merge", base().raw(&merged)),
        ("white words of a level", list(&white, "").raw(&item(1, 0, &run("Item.")))),
        ("tiny words of a level", list(&tiny, "").raw(&item(1, 0, &run("Item.")))),
    ] {
        assert_eq!(status(docx), "review", "{name}");
    }
}

#[test]
fn what_would_lose_a_part_that_it_needs_goes_whole() {
    let setting = |name: &str, uri: &str| format!("<w:compatSetting w:name=\"{name}\" w:uri=\"{uri}\" w:val=\"15\"/>");
    let word = "http://schemas.microsoft.com/office/word";
    let settings = format!(
        "<w:compat>{}{}{}</w:compat><w:decimalSymbol w:val=\"{CANARY}\"/>",
        setting("compatibilityMode", word),
        setting(CANARY, word),
        setting("compatibilityMode", "urn:other")
    );
    let mut document = base().settings(&settings);
    let embedded = document.relate("word/document.xml", &format!("{R}/package"), "embeddings/sheet.xlsx", false);
    let object = format!("<w:r><w:object><w:objectEmbed w:drawAspect=\"content\" r:id=\"{embedded}\"/></w:object></w:r>");
    let copy = sanitised(&document.inline(&object).build(), "accept");
    let settings = part_of(&copy, "word/settings.xml").unwrap();
    assert_eq!(settings.matches("<w:compatSetting").count(), 1, "{settings}");
    assert!(settings.contains(&setting("compatibilityMode", word)) && !settings.contains("decimalSymbol"), "{settings}");
    assert!(!part_of(&copy, "word/document.xml").unwrap().contains("objectEmbed"));
    assert_eq!(sanitised(&copy, "accept"), copy);
}

#[test]
fn a_header_that_is_none_waits_for_a_person() {
    let referred = |kind: &str| {
        let mut document = base();
        let id = document.relate("word/document.xml", &format!("{R}/{kind}"), "other.xml", false);
        let header =
            format!("<w:hdr xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{}</w:hdr>", paragraph(&run("Head.")));
        document
            .part("word/other.xml", &wml("header"), header.as_bytes())
            .raw(&format!("<w:p><w:pPr><w:sectPr><w:headerReference w:type=\"default\" r:id=\"{id}\"/></w:sectPr></w:pPr></w:p>"))
    };
    assert_eq!(status(referred("header")), "sanitised");
    assert_eq!(status(referred("customXml")), "review");
}
