//! Hiding places that only some readers see into: what stands at no place of the standard, what is given twice, what is drawn at random.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use support::cli::{Folder, cleardraft, tree};
use support::docx::{Docx, R, field, paragraph, run};
use support::{holds, places_of, zip};

const CANARY: &str = "QUILLCANARY";
const RANDOM: &str = "731846290";

fn base() -> Docx {
    Docx::new().para("Shown words.")
}

/// The status of a document, and its copy where there is one.
fn sanitised(document: Docx, treatment: &str) -> (String, Vec<u8>) {
    let folder = Folder::new();
    folder.write("in/a.docx", &document.build());
    again(&folder, treatment)
}

fn again(folder: &Folder, treatment: &str) -> (String, Vec<u8>) {
    let (source, out) = (folder.path("in"), folder.path("out"));
    let (source, out) = (source.to_str().unwrap(), out.to_str().unwrap());
    let ran = cleardraft(&["sanitise", source, "--out", out, "--tracked-changes", treatment, "--format", "json", "--no-progress"]);
    let status = ran.files()[0]["status"].as_str().unwrap().to_owned();
    (status, std::fs::read(folder.path("out/a.docx")).unwrap_or_default())
}

fn wait_for_a_person(places: Vec<(&str, Docx)>) {
    for (place, document) in places {
        assert_eq!(sanitised(document, "accept").0, "review", "{place}");
    }
}

/// The copies hold the shown words, and nothing of what is to go.
fn lose(gone: &str, places: Vec<(&str, Docx, &str)>) {
    for (place, document, treatment) in places {
        let (status, copy) = sanitised(document, treatment);
        assert_eq!(status, "sanitised", "{place}");
        assert!(places_of(&copy, gone).is_empty(), "{place}: {:?}", places_of(&copy, gone));
        assert!(!places_of(&copy, "Shown words.").is_empty(), "{place}");
    }
}

fn part(copy: &[u8], name: &str) -> String {
    let found = zip::read(copy).into_iter().find(|(member, _)| member == name);
    found.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).unwrap_or_default()
}

fn with_properties(properties: &str) -> Docx {
    base().inline(&format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{CANARY}</w:t></w:r>"))
}

fn picture(inside: &str) -> String {
    format!("<w:r><w:pict>{inside}</w:pict></w:r>")
}

#[test]
fn what_stands_at_no_place_of_the_standard_waits_for_a_person() {
    let secret = run(CANARY);
    let block = paragraph(&secret);
    let table = format!("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr>{block}<w:tc><w:p/></w:tc></w:tr></w:tbl>");
    let boxed = format!("<v:textbox><w:txbxContent>{block}</w:txbxContent></v:textbox>");
    wait_for_a_person(vec![
        ("a run of the body", base().raw(&secret)),
        ("a paragraph of a paragraph", base().inline(&block)),
        ("a run of a run", base().inline(&format!("<w:r>{secret}</w:r>"))),
        ("a run of a control, beside its content", base().inline(&format!("<w:sdt>{secret}<w:sdtContent/></w:sdt>"))),
        ("a paragraph of a row", base().raw(&table)),
        ("a header in the body", base().raw(&format!("<w:hdr>{block}</w:hdr>"))),
        ("a note in the body", base().raw(&format!("<w:footnote w:id=\"7\">{block}</w:footnote>"))),
        ("a block in the body", base().raw(&format!("<w:docPart><w:docPartBody>{block}</w:docPartBody></w:docPart>"))),
        ("a paragraph of a picture", base().inline(&picture(&block))),
        ("a text box of a line", base().inline(&picture(&format!("<v:line from=\"0,0\" to=\"90,0\">{boxed}</v:line>")))),
        ("the content of a text box without one", base().inline(&format!("<w:r><w:txbxContent>{block}</w:txbxContent></w:r>"))),
        ("letters of equations in a run", base().inline(&format!("<w:r><m:t>{CANARY}</m:t></w:r>"))),
        ("a run of equations in a paragraph", base().inline(&format!("<m:r><m:t>{CANARY}</m:t></m:r>"))),
        ("the text of a level in a run", base().inline(&format!("<w:r><w:lvlText w:val=\"{CANARY}\"/></w:r>"))),
        (
            "words along no path",
            base().inline(&picture(&format!("<v:rect style=\"width:90pt;height:9pt\"><v:textpath string=\"{CANARY}\"/></v:rect>"))),
        ),
        (
            "properties among alternatives",
            with_properties("<mc:AlternateContent><mc:Choice Requires=\"w14\"><w:vanish/></mc:Choice></mc:AlternateContent>"),
        ),
    ]);
    lose(
        CANARY,
        vec![
            ("a run of properties", base().raw(&format!("<w:p><w:pPr>{secret}</w:pPr></w:p>")), "accept"),
            ("a block of a style", base().styles(&format!("<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Text\"><w:name w:val=\"Text\"/>{block}</w:style>")), "accept"),
            ("the text of a level in a style", base().styles(&format!("<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Text\"><w:name w:val=\"Text\"/><w:pPr><w:lvlText w:val=\"{CANARY}\"/></w:pPr></w:style>")), "accept"),
        ],
    );
}

#[test]
fn what_readers_guess_at_waits_for_a_person() {
    let code = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let words = run(CANARY);
    let instruction = format!("<w:r><w:instrText>{CANARY}</w:instrText></w:r>");
    let misspelt = [code("begin"), "<w:r><w:instrText>AUTHOR</w:instrText></w:r>".to_owned(), code("separated"), words, code("end")];
    let to_note = |id: &str| format!("<w:r><w:footnoteReference w:id=\"{id}\"/></w:r>");
    let deleted = format!("<w:r><w:delText>{CANARY}</w:delText></w:r>");
    wait_for_a_person(vec![
        ("a field whose result begins with a misspelt character", base().inline(&misspelt.concat())),
        ("a truth value that is none", with_properties("<w:vanish w:val=\"no\"/>")),
        ("a colour that is none", with_properties("<w:color w:val=\"white\"/>")),
        ("properties behind their text", base().inline(&format!("<w:r><w:t>{CANARY}</w:t><w:rPr><w:vanish/></w:rPr></w:r>"))),
        ("an instruction of no field", base().inline(&instruction)),
        ("a note of no reference's number", base().footnote("Note.").inline(&to_note("77"))),
        ("a note in a document of none", base().inline(&to_note("2"))),
        ("deleted text that nothing deletes", base().inline(&deleted)),
    ]);
    let moved = format!("<w:moveFrom w:id=\"1\" w:author=\"A\">{deleted}</w:moveFrom>");
    for treatment in ["accept", "reject", "keep"] {
        assert_eq!(sanitised(base().footnote("Note.").inline(&moved), treatment).0, "sanitised");
        assert_eq!(sanitised(base().inline(&deleted), treatment).0, "review");
    }
}

#[test]
fn what_is_given_twice_waits_for_a_person() {
    let secret = run(CANARY);
    let hidden = "<w:style w:type=\"character\" w:styleId=\"H\"><w:name w:val=\"H\"/><w:rPr><w:vanish/></w:rPr></w:style>\
                  <w:style w:type=\"character\" w:styleId=\"N\"><w:name w:val=\"N\"/><w:rPr><w:b/></w:rPr></w:style>";
    let two =
        "<w:style w:type=\"character\" w:styleId=\"T\"><w:name w:val=\"T\"/><w:rPr><w:b/></w:rPr><w:rPr><w:vanish/></w:rPr></w:style>";
    let boxes = |words: &str| format!("<v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox>", paragraph(&run(words)));
    let ruby = |over: &str| format!("<w:rt>{}</w:rt>", run(over));
    wait_for_a_person(vec![
        ("white and black", with_properties("<w:color w:val=\"FFFFFF\"/><w:color w:val=\"000000\"/>")),
        ("tiny and not", with_properties("<w:sz w:val=\"1\"/><w:sz w:val=\"22\"/>")),
        ("a style that hides, behind one that does not", with_properties("<w:rStyle w:val=\"N\"/><w:rStyle w:val=\"H\"/>").styles(hidden)),
        ("properties of a style", with_properties("<w:rStyle w:val=\"T\"/>").styles(two)),
        (
            "properties of a paragraph",
            base().raw(&format!("<w:p><w:pPr><w:jc w:val=\"left\"/></w:pPr><w:pPr><w:framePr w:w=\"90\"/></w:pPr>{secret}</w:p>")),
        ),
        (
            "content of a control",
            base().inline(&format!("<w:sdt><w:sdtContent>{}</w:sdtContent><w:sdtContent>{secret}</w:sdtContent></w:sdt>", run("a"))),
        ),
        (
            "text boxes of a shape",
            base().inline(&picture(&format!("<v:rect style=\"width:90pt;height:90pt\">{}{}</v:rect>", boxes("a"), boxes(CANARY)))),
        ),
        (
            "words over words",
            base().inline(&format!(
                "<w:r><w:ruby><w:rubyPr/>{}{}<w:rubyBase>{}</w:rubyBase></w:ruby></w:r>",
                ruby("a"),
                ruby(CANARY),
                run("b")
            )),
        ),
        (
            "a note under the number of another",
            base().footnote_raw(&format!("{}</w:footnote><w:footnote w:id=\"2\"><w:p>{secret}</w:p>", paragraph(&run("Note.")))),
        ),
    ]);
}

#[test]
fn a_link_without_words_goes_with_its_address() {
    let address = format!("https://www.gov.uk/{CANARY}");
    let linked = |mark: &str, inner: &str| {
        let shown = field(&format!("HYPERLINK \"{address}\""), "x");
        let changed = format!("<w:{mark} w:id=\"9\" w:author=\"A\"><w:r>{inner}</w:r></w:{mark}>");
        base().inline(&shown.replace(&run("x"), &changed))
    };
    let bare = format!("<w:fldSimple w:instr=\" HYPERLINK {address} \"/>");
    lose(
        CANARY,
        vec![
            ("deleted words", linked("del", "<w:delText>gone</w:delText>"), "accept"),
            ("inserted words", linked("ins", "<w:t>gone</w:t>"), "reject"),
            ("no words", base().inline(&bare), "accept"),
        ],
    );
    // Where there are words, the policy on links decides.
    let (_, copy) = sanitised(linked("ins", "<w:t>kept</w:t>"), "accept");
    assert!(holds(part(&copy, "word/document.xml").as_bytes(), "kept"));
}

#[test]
fn identifiers_that_were_drawn_at_random_become_neutral() {
    let bookmark = format!("<w:bookmarkStart w:id=\"{RANDOM}\" w:name=\"there\"/>{}<w:bookmarkEnd w:id=\"{RANDOM}\"/>", run("place"));
    let (status, copy) = sanitised(
        base()
            .inline(&format!("{bookmark}{}", field("REF there", "place")))
            .inline(&picture(&format!("<v:rect style=\"width:90pt;height:90pt\"><v:imagedata o:title=\"{RANDOM}\"/><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:rect>", run("box"))))
            .inline(&format!("<w:r><w:rPr><w:fitText w:val=\"2000\" w:id=\"-{RANDOM}\"/></w:rPr><w:t>fitted</w:t></w:r>")),
        "accept",
    );
    assert_eq!(status, "sanitised");
    assert!(places_of(&copy, RANDOM).is_empty(), "{:?}", places_of(&copy, RANDOM));
    let text = part(&copy, "word/document.xml");
    assert!(
        text.contains("<w:bookmarkStart w:id=\"100000\" w:name=\"_Place1\"/>") && text.contains("<w:bookmarkEnd w:id=\"100000\"/>"),
        "{text}"
    );
    let folder = Folder::new();
    folder.write("in/a.docx", &copy);
    assert_eq!(again(&folder, "accept").1, copy);
}

#[test]
fn a_long_text_is_cleaned_to_its_end_and_only_once() {
    const PARAGRAPHS: usize = 9_000;
    let mut document = base();
    for number in 0..PARAGRAPHS {
        document = document.inline(&format!(
            "{}<w:del w:author=\"{CANARY}\"><w:r><w:delText>{CANARY}</w:delText></w:r></w:del>",
            run(&format!("word {number}."))
        ));
    }
    let (status, copy) = sanitised(document, "accept");
    assert_eq!(status, "sanitised");
    assert!(places_of(&copy, CANARY).is_empty());
    let text = part(&copy, "word/document.xml");
    assert!(text.len() > 512 << 10, "{} bytes", text.len());
    let shown: Vec<&str> = text
        .split("</w:t>")
        .filter_map(|before| before.rsplit_once('>'))
        .map(|(_, words)| words)
        .filter(|words| !words.is_empty())
        .collect();
    let wanted: Vec<String> =
        ["Shown words.".to_owned()].into_iter().chain((0..PARAGRAPHS).map(|number| format!("word {number}."))).collect();
    assert!(shown == wanted, "{} of {}", shown.len(), wanted.len());
    let folder = Folder::new();
    folder.write("in/a.docx", &copy);
    assert!(again(&folder, "accept").1 == copy);
}

#[test]
fn a_style_that_only_a_careless_reader_finds_waits_for_a_person() {
    let hides = |kind: &str| {
        format!("<w:style w:type=\"{kind}\" w:styleId=\"Hide\"><w:name w:val=\"Hidden words\"/><w:rPr><w:vanish/></w:rPr></w:style>")
    };
    let runs = |reference: &str| with_properties(&format!("<w:rStyle w:val=\"{reference}\"/>")).styles(&hides("character"));
    wait_for_a_person(vec![
        ("other capitals", runs("hide")),
        ("its name", runs("Hidden words")),
        ("of a paragraph", base().styled("HIDE", CANARY).styles(&hides("paragraph"))),
    ]);
    assert_eq!(sanitised(runs("Another"), "accept").0, "sanitised");
    assert!(places_of(&sanitised(runs("Hide"), "accept").1, CANARY).is_empty());
}

fn numbered(style: &str, level: &str, item: &str) -> Docx {
    let numbering = format!(
        "<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/>{level}</w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>"
    );
    base()
        .related(
            "word/document.xml",
            &format!("{R}/numbering"),
            "numbering.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml",
            numbering.as_bytes(),
        )
        .styles(style)
        .raw(item)
}

#[test]
fn numbers_that_nobody_sees_say_nothing() {
    let hidden = "<w:style w:type=\"character\" w:styleId=\"H\"><w:name w:val=\"H\"/><w:rPr><w:vanish/></w:rPr></w:style>";
    let text = format!("<w:lvlText w:val=\"{CANARY} %1\"/>");
    let in_style = format!("{text}<w:rPr><w:rStyle w:val=\"H\"/></w:rPr>");
    let null = format!("<w:lvlText w:val=\"{CANARY} %1\" w:null=\"1\"/>");
    let list = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>";
    let item = format!("<w:p><w:pPr>{list}</w:pPr>{}</w:p>", run("Item."));
    let unseen =
        format!("<w:p><w:pPr>{list}<w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>{CANARY}</w:t></w:r></w:p>");
    let named = numbered("", &text, &unseen).inline(&field("REF LISTNUM", "there"));
    lose(
        CANARY,
        vec![
            ("a hidden paragraph", numbered("", &text, &unseen), "accept"),
            ("a field that is called otherwise than one that numbers", named, "accept"),
        ],
    );
    wait_for_a_person(vec![
        ("a level that its style hides", numbered(hidden, &in_style, &item)),
        ("a level that is to say nothing", numbered("", &null, &item)),
    ]);
    assert_eq!(sanitised(numbered("", &text, &item), "accept").0, "sanitised");
}

#[test]
fn numbers_are_looked_at_with_all_that_says_how_they_look() {
    let text = format!("<w:lvlText w:val=\"{CANARY} %1\"/>");
    let item = |style: &str, shading: &str, mark: &str| {
        let list = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>";
        let plain = "<w:vanish w:val=\"0\"/><w:color w:val=\"000000\"/><w:spacing w:val=\"0\"/><w:w w:val=\"100\"/><w:sz w:val=\"22\"/>";
        let words = format!("<w:r><w:rPr>{plain}</w:rPr><w:t>Item.</w:t></w:r>");
        format!("<w:p><w:pPr>{style}{list}{shading}<w:rPr>{mark}</w:rPr></w:pPr>{words}</w:p>")
    };
    let style = |kind: &str, looks: &str| {
        format!("<w:style w:type=\"{kind}\" w:styleId=\"S\"><w:name w:val=\"S\"/><w:rPr>{looks}</w:rPr></w:style>")
    };
    let shaded = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"800000\"/>";
    let hiding = [
        "<w:color w:val=\"FFFFFF\"/>",
        "<w:sz w:val=\"2\"/>",
        "<w:w w:val=\"1\"/>",
        "<w:spacing w:val=\"-200\"/>",
        "<w:position w:val=\"-3000\"/>",
        "<w:highlight w:val=\"black\"/>",
    ];
    let in_level = |looks: &str| format!("{text}<w:rPr>{looks}</w:rPr>");
    for looks in hiding {
        wait_for_a_person(vec![
            (looks, numbered("", &in_level(looks), &item("", "", ""))),
            (looks, numbered(&style("character", looks), &in_level("<w:rStyle w:val=\"S\"/>"), &item("", "", ""))),
            (looks, numbered("", &text, &item("", "", looks))),
            (looks, numbered(&style("character", looks), &text, &item("", "", "<w:rStyle w:val=\"S\"/>"))),
            (looks, numbered(&style("paragraph", looks), &text, &item("<w:pStyle w:val=\"S\"/>", "", ""))),
        ]);
    }
    wait_for_a_person(vec![
        ("the colour of the shading", numbered("", &text, &item("", shaded, "<w:color w:val=\"800000\"/>"))),
        ("a hidden mark", numbered("", &text, &item("", "", "<w:vanish/>"))),
        ("a field in white letters", numbered("", &text, &item("", "", "")).inline("<w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> LISTNUM </w:instrText></w:r><w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:fldChar w:fldCharType=\"end\"/></w:r>")),
    ]);
    for (seen, document) in [
        ("white on a shading", numbered("", &text, &item("", shaded, "<w:color w:val=\"FFFFFF\"/>"))),
        ("a level in black", numbered("", &in_level("<w:color w:val=\"000000\"/>"), &item("", "", "<w:color w:val=\"FFFFFF\"/>"))),
        ("a line that goes on", numbered("", &text, &item("", "", "<w:vanish/><w:specVanish/>"))),
    ] {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!(status, "sanitised", "{seen}");
        assert!(part(&copy, "word/numbering.xml").contains(CANARY), "{seen}");
    }
}

#[test]
fn lines_and_cells_that_begin_off_the_page_wait_for_a_person() {
    let indented = |indent: &str| base().raw(&format!("<w:p><w:pPr><w:ind {indent}/></w:pPr>{}</w:p>", run(CANARY)));
    let table = |grid: &str, properties: &str, cells: &str| {
        base().raw(&format!("<w:tbl><w:tblPr><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr>{properties}{cells}</w:tr></w:tbl><w:p/>"))
    };
    let row = |properties: &str, cells: &str| table("<w:gridCol w:w=\"4000\"/>", properties, cells);
    let bare = |runs: &str| format!("<w:tc><w:tcPr/><w:p>{runs}</w:p></w:tc>");
    let cell =
        |width: u32, text: &str| format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr><w:p>{}</w:p></w:tc>", run(text));
    wait_for_a_person(vec![
        ("a first line far out", indented("w:hanging=\"20000\"")),
        ("a paragraph that the margin puts off the page", indented("w:left=\"11000\"")),
        ("letters to the right", indented("w:leftChars=\"20000\"")),
        ("letters to the left", indented("w:hangingChars=\"20000\"")),
        (
            "a row that starts off the page",
            row("<w:trPr><w:gridBefore w:val=\"1\"/><w:wBefore w:w=\"30000\" w:type=\"dxa\"/></w:trPr>", &cell(4000, CANARY)),
        ),
        (
            "a cell behind a wide column of the grid",
            table("<w:gridCol w:w=\"30000\"/><w:gridCol w:w=\"4000\"/>", "", &format!("{}{}", bare(""), bare(&run(CANARY)))),
        ),
        ("a cell behind a wide one", row("", &format!("{}{}", cell(30000, "a"), cell(4000, CANARY)))),
    ]);
    assert_eq!(sanitised(indented("w:left=\"720\" w:hanging=\"720\""), "accept").0, "sanitised");
    assert_eq!(sanitised(row("", &format!("{}{}", cell(4000, "a"), cell(4000, "b"))), "accept").0, "sanitised");
}

/// A text box of 3,000 by 800 twentieths of a point.
fn text_box(across: (&str, i32), down: (&str, i32), words: &str) -> String {
    let place = |name: &str, (from, at): (&str, i32)| {
        format!("<wp:position{name} relativeFrom=\"{from}\"><wp:posOffset>{}</wp:posOffset></wp:position{name}>", at * 635)
    };
    format!(
        "<w:r><w:drawing><wp:anchor behindDoc=\"0\" relativeHeight=\"2\"><wp:simplePos x=\"0\" y=\"0\"/>{}{}<wp:extent cx=\"1905000\" cy=\"508000\"/>\
         <wp:wrapNone/><wp:docPr id=\"7\" name=\"Box\"/><a:graphic><a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp>\
         <wps:spPr><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent><w:p>{}</w:p></w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>\
         </a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>",
        place("H", across),
        place("V", down),
        run(words)
    )
}

#[test]
fn what_lies_off_the_page_by_the_margins_of_its_section_waits_for_a_person() {
    let boxed = |across: (&str, i32), down: (&str, i32)| base().inline(&text_box(across, down, CANARY));
    let here = ("paragraph", 0);
    let long = format!("{CANARY} {}", "words that go on for a while ".repeat(4));
    let indented = |indent: &str| base().raw(&format!("<w:p><w:pPr><w:ind {indent}/></w:pPr>{}</w:p>", run(&long)));
    let framed = |place: &str| base().raw(&format!("<w:p><w:pPr><w:framePr w:w=\"3000\" {place}/></w:pPr>{}</w:p>", run(CANARY)));
    let table = |properties: &str, widths: [u32; 2], cells: [&str; 2]| {
        let column = |width: &u32| format!("<w:gridCol w:w=\"{width}\"/>");
        let grid: String = widths.iter().map(column).collect();
        let cell = |(width, text): (u32, &str)| {
            format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr><w:p>{}</w:p></w:tc>", run(text))
        };
        let row: String = widths.into_iter().zip(cells).map(cell).collect();
        base().raw(&format!("<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr>{row}</w:tr></w:tbl><w:p/>"))
    };
    let fixed = "<w:tblLayout w:type=\"fixed\"/>";
    let indent = |by: i32| format!("<w:tblInd w:w=\"{by}\" w:type=\"dxa\"/>");
    let level = |indent: &str| format!("<w:lvlText w:val=\"%1.\"/><w:pPr><w:ind {indent}/></w:pPr>");
    let item = format!("<w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr>{}</w:p>", run("Item."));
    let fourth = format!(
        "<w:lvlText w:val=\"%1.\"/></w:lvl><w:lvl w:ilvl=\"3\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/>{}",
        level("w:left=\"0\" w:hanging=\"3000\"")
    );
    let style = |indent: &str| {
        let looks =
            format!("<w:style w:type=\"paragraph\" w:styleId=\"S\"><w:name w:val=\"S\"/><w:pPr><w:ind {indent}/></w:pPr></w:style>");
        base().styles(&looks).styled("S", CANARY)
    };
    let tabbed_at = |named: &str, stops: &[u32]| {
        let stops: String = stops.iter().map(|stop| format!("<w:tab w:val=\"left\" w:pos=\"{stop}\"/>")).collect();
        let stops = format!("<w:pPr><w:tabs>{stops}</w:tabs></w:pPr>");
        let style =
            |id: &str, inside: &str| format!("<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{id}\"/>{inside}</w:style>");
        let styles = format!("{}{}", style("S", &stops), style("T", "<w:basedOn w:val=\"S\"/>"));
        let words = format!("{}<w:r><w:tab/></w:r>{}", run("a"), run(CANARY));
        base().styles(&styles).raw(&format!("<w:p><w:pPr><w:pStyle w:val=\"{named}\"/></w:pPr>{words}</w:p>"))
    };
    let tabbed = |named: &str, stop: u32| tabbed_at(named, &[stop]);
    let vml = |style: &str| {
        base().inline(&picture(&format!("<v:shape style=\"position:absolute;width:150pt;height:40pt;{style}\" filled=\"f\"><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:shape>", run(CANARY))))
    };
    wait_for_a_person(vec![
        ("before the margin", boxed(("margin", -4600), here)),
        ("before the column", boxed(("column", -4600), here)),
        ("behind the margin", boxed(("margin", 10_500), here)),
        ("behind the right margin", boxed(("rightMargin", 1500), here)),
        ("before the inside margin", boxed(("insideMargin", -3100), here)),
        ("above the margin", boxed(("column", 0), ("margin", -2300))),
        ("below the bottom margin", boxed(("column", 0), ("bottomMargin", 1500))),
        ("a page below its paragraph", boxed(("column", 0), ("paragraph", 17_000))),
        ("with its first letters before the page", boxed(("page", -400), here)),
        ("with the ends of its lines behind the page", base().inline(&text_box(("page", 11_000), here, &long))),
        ("with its last lines below the page", base().inline(&text_box(("page", 1000), ("page", 16_700), &long.repeat(2)))),
        ("a shape before the text", vml("margin-left:-230pt")),
        ("a shape behind it", vml("margin-left:525pt")),
        ("a paragraph before the page", indented("w:left=\"-3000\"")),
        ("lines behind the page", indented("w:right=\"-3000\"")),
        ("a first line before it", indented("w:left=\"0\" w:hanging=\"3000\"")),
        ("a style that begins before it", style("w:left=\"-3000\"")),
        ("a number before it", numbered("", &level("w:left=\"0\" w:hanging=\"3000\""), &item)),
        ("a frame before the text", framed("w:hAnchor=\"text\" w:x=\"-4600\" w:y=\"1\"")),
        ("a frame behind the margin", framed("w:hAnchor=\"margin\" w:x=\"10600\" w:y=\"1\"")),
        ("a table behind the page, whatever its columns", table(&indent(20_000), [4000, 4000], ["a", CANARY])),
        (
            "a floating one",
            table("<w:tblpPr w:horzAnchor=\"page\" w:tblpX=\"20000\" w:vertAnchor=\"text\" w:tblpY=\"1\"/>", [4000, 4000], ["a", CANARY]),
        ),
        (
            "a level that a field may number by",
            numbered("", &fourth, &item).inline(&field("LISTNUM", "")),
        ),
        (
            "lines by a margin before the page",
            base().raw(&format!("<w:p>{}</w:p><w:p><w:pPr><w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"-3000\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/></w:sectPr></w:pPr></w:p>", run(CANARY))),
        ),
        ("a table before the page", table(&indent(-9600), [4000, 4000], ["a", CANARY])),
        ("a first column before it", table(&indent(-5600), [4000, 4000], [CANARY, "b"])),
        ("a last column behind it", table(fixed, [9500, 1500], ["a", &long])),
        ("a column wholly behind it", table(fixed, [11_000, 1500], ["a", CANARY])),
        ("a tab stop of a style", tabbed("S", 10600)),
        ("a tab stop of what a style is based on", tabbed("T", 10600)),
        (
            "a tab stop of a level",
            numbered("", "<w:lvlText w:val=\"%1.\"/><w:pPr><w:tabs><w:tab w:val=\"num\" w:pos=\"10600\"/></w:tabs></w:pPr>", &item),
        ),
        (
            "a tab stop behind the margin",
            base().raw(&format!(
                "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\" w:pos=\"10600\"/></w:tabs></w:pPr>{}<w:r><w:tab/></w:r>{}</w:p>",
                run("a"),
                run(CANARY)
            )),
        ),
    ]);
    for (place, document) in [
        ("a tab stop of a style in the text", tabbed("T", 9000)),
        ("stops of preformatted text", tabbed_at("S", &(1..=16).map(|stop| stop * 916).collect::<Vec<_>>())),
        ("in the margin", boxed(("margin", -1300), here)),
        ("in the right margin", boxed(("rightMargin", -1500), here)),
        ("near the edge", boxed(("page", -100), here)),
        ("a paragraph in the margin", indented("w:left=\"-1400\" w:right=\"-1400\"")),
        ("a table in the margin", table(&indent(-1000), [4000, 4000], ["a", CANARY])),
        ("columns that fit their content", table("", [9500, 3000], ["a", &long])),
        ("a number before the page, of a level that nothing is at", numbered("", &fourth, &item)),
        ("a number in the margin", numbered("", &level("w:left=\"0\" w:hanging=\"1000\""), &item)),
    ] {
        assert_eq!(sanitised(document, "accept").0, "sanitised", "{place}");
    }
}

#[test]
fn a_place_is_on_the_pages_of_its_own_section() {
    let landscape = "<w:p><w:pPr><w:sectPr><w:pgSz w:w=\"16838\" w:h=\"11906\"/><w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/></w:sectPr></w:pPr></w:p>";
    let wide = format!("<w:p>{}</w:p>", text_box(("margin", 11_000), ("paragraph", 0), CANARY));
    assert_eq!(sanitised(base().raw(&format!("{wide}{landscape}")), "accept").0, "sanitised");
    wait_for_a_person(vec![("the section after", base().raw(&format!("{landscape}{wide}")))]);
}

#[test]
fn words_along_a_path_of_which_nothing_is_seen_wait_for_a_person() {
    let art = |size: &str, attributes: &str, inside: &str, path: &str| {
        base().inline(&picture(&format!(
            "<v:shapetype id=\"t136\" coordsize=\"21600,21600\" path=\"m,l21600,m,21600l21600,21600e\"><v:path textpathok=\"t\"/><v:textpath on=\"t\" fitshape=\"t\"/></v:shapetype>\
             <v:shape type=\"#t136\" style=\"{size}\" {attributes}>{inside}<v:textpath {path} string=\"{CANARY}\"/></v:shape>"
        )))
    };
    let usual = "width:200pt;height:50pt";
    wait_for_a_person(vec![
        ("white without a line", art(usual, "fillcolor=\"white\" stroked=\"f\"", "", "")),
        ("white by its fill", art(usual, "stroked=\"f\"", "<v:fill color=\"white\"/>", "")),
        ("white with a white line", art(usual, "fillcolor=\"white\" strokecolor=\"white\"", "", "")),
        ("from white to white", art(usual, "stroked=\"f\"", "<v:fill type=\"gradient\" color2=\"#fffffe\"/>", "")),
        ("without a fill", art(usual, "filled=\"f\" stroked=\"f\"", "", "")),
        ("with a fill that is off", art(usual, "fillcolor=\"red\" stroked=\"f\"", "<v:fill on=\"f\"/>", "")),
        ("transparent", art(usual, "fillcolor=\"red\" stroked=\"f\"", "<v:fill opacity=\"0\"/>", "")),
        ("with a thin line", art(usual, "fillcolor=\"white\" strokeweight=\"0.1pt\"", "", "")),
        ("twice", art(usual, "fillcolor=\"red\"", "<v:textpath string=\"a\"/>", "")),
        ("white before its shadow", art(usual, "stroked=\"f\"", "<v:shadow on=\"t\" color=\"#4d4d4d\" offset=\"0pt,0pt\"/>", "")),
        ("low", art("width:200pt;height:3pt", "fillcolor=\"red\"", "", "")),
        ("narrow", art("width:9pt;height:50pt", "fillcolor=\"red\"", "", "")),
    ]);
    for (seen, document) in [
        ("silver", art(usual, "fillcolor=\"silver\" stroked=\"f\"", "<v:fill opacity=\".5\"/>", "style=\"font-size:1pt\"")),
        ("white with a line", art(usual, "fillcolor=\"white\"", "", "")),
        ("from white to grey", art(usual, "stroked=\"f\"", "<v:fill type=\"gradient\" color2=\"#aaa\"/>", "")),
        ("white with a shadow", art(usual, "stroked=\"f\"", "<v:shadow on=\"t\" color=\"#4d4d4d\" offset=\",3pt\"/>", "")),
    ] {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!(status, "sanitised", "{seen}");
        assert!(!places_of(&copy, CANARY).is_empty(), "{seen}");
    }
}

#[test]
fn the_words_that_hold_a_draft_are_on_the_internal_page_alone() {
    let folder = Folder::new();
    folder.write("in/report v2.docx", &with_properties("<w:color w:val=\"FFFFFF\"/>").build());
    let path = |name: &str| folder.path(name).to_str().unwrap().to_owned();
    let (drafts, plan, out) = (path("in"), path("plan.json"), path("bundle"));
    cleardraft(&["plan", &drafts, "--out", &plan, "--no-progress"]).expect(1);
    let proposed = std::fs::read_to_string(&plan).unwrap();
    let why = "text in the colour of its background, in word/document.xml";
    assert!(proposed.contains(why) && !proposed.contains(CANARY), "{proposed}");
    let mut rows: serde_json::Value = serde_json::from_str(&proposed).unwrap();
    rows["rows"][0]["decision"] = "release".into();
    rows["rows"][0]["decided_by"] = "A. Officer".into();
    std::fs::write(&plan, rows.to_string()).unwrap();
    let ran = cleardraft(&["bundle", &drafts, "--plan", &plan, "--out", &out, "--no-progress"]).expect(1);
    assert!(!ran.stdout.contains(CANARY) && !ran.stderr.contains(CANARY), "{} {}", ran.stdout, ran.stderr);
    let record = tree(&folder.path("bundle-record"));
    let page = String::from_utf8(record["record.html"].clone()).unwrap();
    assert!(page.contains("Words that a person must look at") && page.contains(CANARY) && page.contains(why), "{page}");
    let elsewhere = record.into_iter().filter(|(name, _)| name != "record.html").chain(tree(&folder.path("bundle")));
    for (name, bytes) in elsewhere {
        assert!(!holds(&bytes, CANARY), "{name}");
        assert!(!bytes.starts_with(b"PK") || places_of(&bytes, CANARY).is_empty(), "{name}");
    }
}

#[test]
fn words_that_are_spelled_by_characters_which_no_reader_draws_wait_for_a_person() {
    let tags: String = CANARY.chars().filter_map(|letter| char::from_u32(0xe_0000 + letter as u32)).collect();
    let references: String = CANARY.bytes().map(|letter| format!("&#{};", 0xe_0100 + u32::from(letter))).collect();
    let in_bits = |one: char, other: char| -> Vec<char> {
        CANARY.bytes().flat_map(|byte| (0..8).map(move |bit| if byte >> bit & 1 == 1 { one } else { other })).collect()
    };
    let in_one_run: String = in_bits('\u{200b}', '\u{200d}').into_iter().collect();
    let by_pictures: String = in_bits('\u{fe00}', '\u{fe01}').into_iter().collect();
    let by_hyphens: String = in_bits('\u{ad}', '\u{34f}').into_iter().collect();
    let in_many: String = in_bits('\u{2060}', '\u{2063}').into_iter().map(|sign| run(&sign.to_string())).collect();
    wait_for_a_person(vec![
        ("tags", base().inline(&run(&format!("Minutes{tags}")))),
        ("selectors of variants, as references", base().inline(&format!("<w:r><w:t>Minutes{references}</w:t></w:r>"))),
        ("signs of no width", base().inline(&run(&format!("Minutes{in_one_run}")))),
        ("one sign in each run", base().inline(&in_many)),
        ("selectors of pictures", base().inline(&run(&format!("Minutes{by_pictures}")))),
        ("hyphens and joiners", base().inline(&run(&format!("Minutes{by_hyphens}")))),
    ]);
    let plain = "می\u{200c}خواهم \u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} 葛\u{e0100} \u{2764}\u{fe0f}\u{200d}\u{1f525} a\u{ad}b";
    let (status, copy) = sanitised(base().inline(&run(plain)), "accept");
    assert_eq!(status, "sanitised");
    assert!(part(&copy, "word/document.xml").contains(plain));
}

#[test]
fn text_that_is_squeezed_together_or_tabbed_off_the_page_waits_for_a_person() {
    let tab = |position: u32, value: &str| {
        let stops = format!("<w:tabs><w:tab w:val=\"{value}\" w:pos=\"{position}\"/></w:tabs>");
        base().raw(&format!("<w:p><w:pPr>{stops}</w:pPr><w:r><w:tab/><w:t>{CANARY}</w:t></w:r></w:p>"))
    };
    let lines = |height: u32| {
        let exact = format!("<w:spacing w:line=\"{height}\" w:lineRule=\"exact\"/>");
        base().raw(&format!("<w:p><w:pPr>{exact}</w:pPr>{}</w:p>", run(CANARY)))
    };
    let of_style = |own: &str, more: &str| {
        let style = |id: &str, says: &str| {
            format!(
                "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{id}\"/>{says}<w:rPr>{}</w:rPr></w:style>",
                if id == "Close" { own } else { more }
            )
        };
        base().styled("Close", CANARY).styles(&(style("Base", "") + &style("Close", "<w:basedOn w:val=\"Base\"/>")))
    };
    wait_for_a_person(vec![
        ("closer than letters are wide, by a style", of_style("<w:spacing w:val=\"-120\"/>", "")),
        ("closer than letters are wide, by what a style is based on", of_style("<w:sz w:val=\"20\"/>", "<w:spacing w:val=\"-120\"/>")),
        ("closer than letters are wide", with_properties("<w:spacing w:val=\"-120\"/>")),
        ("a fifth of the width, at 4 points", with_properties("<w:w w:val=\"20\"/><w:sz w:val=\"8\"/>")),
        ("a tenth of the width", with_properties("<w:w w:val=\"10\"/>")),
        ("behind a tab", tab(20_000, "left")),
        ("lines of a third of the letters", lines(60)),
    ]);
    let shown = [
        with_properties("<w:spacing w:val=\"-20\"/>"),
        with_properties("<w:spacing w:val=\"-120\"/><w:sz w:val=\"72\"/>"),
        with_properties("<w:w w:val=\"66\"/>"),
        of_style("<w:spacing w:val=\"-120\"/>", "<w:sz w:val=\"72\"/>"),
        of_style("<w:spacing w:val=\"0\"/>", "<w:spacing w:val=\"-120\"/>"),
        tab(9_026, "right"),
        lines(100),
        tab(20_000, "clear"),
    ];
    for document in shown {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!((status.as_str(), places_of(&copy, CANARY).is_empty()), ("sanitised", false));
    }
}

/// Four pixels of grey.
const PNG: &str = "89504e470d0a1a0a0000000d494844520000000200000002080000000057dd52f80000000e49444154789c63e03ac110250700042a014bcecb66b10000000049454e44ae426082";

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

fn with_picture(effects: &str, room: &str, shape: &str) -> Docx {
    let mut document = base();
    let id = document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
    document.part("word/media/image1.png", "image/png", &bytes_of(PNG)).inline(&format!(
        "<w:r><w:drawing><wp:inline><wp:extent cx=\"400000\" cy=\"400000\"/><wp:docPr id=\"1\" name=\"P\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"P\"/><pic:cNvPicPr/></pic:nvPicPr>\
         <pic:blipFill><a:blip r:embed=\"{id}\">{effects}</a:blip><a:stretch><a:fillRect {room}/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>\
         <a:ext cx=\"400000\" cy=\"400000\"/></a:xfrm>{shape}</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    ))
}

/// A picture that fills a shape or its line; `how` it does.
fn with_filled(shape: impl Fn(&str) -> String) -> Docx {
    let mut document = base();
    let id = document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
    document.part("word/media/image1.png", "image/png", &bytes_of(PNG)).inline(&format!(
        "<w:r><w:drawing><wp:inline><wp:extent cx=\"400000\" cy=\"400000\"/><wp:docPr id=\"1\" name=\"P\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>\
         <a:ext cx=\"400000\" cy=\"400000\"/></a:xfrm>{}</wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
        shape(&format!("<a:blip r:embed=\"{id}\"/>"))
    ))
}

fn with_fill(name: &str, how: &str) -> Docx {
    with_filled(|blip| format!("<a:prstGeom prst=\"{name}\"><a:avLst/></a:prstGeom><a:blipFill>{blip}{how}</a:blipFill>"))
}

fn with_line(how: &str) -> Docx {
    let rectangle = "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/>";
    with_filled(|blip| format!("{rectangle}<a:ln w=\"12700\"><a:blipFill>{blip}{how}</a:blipFill></a:ln>"))
}

/// The same in VML; `ID` stands for the identifier of the picture.
fn with_vml(inside: &str) -> Docx {
    let mut document = base();
    let id = document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
    let shape = format!("<v:rect style=\"width:90pt;height:90pt\">{}</v:rect>", inside.replace("ID", &id));
    document.part("word/media/image1.png", "image/png", &bytes_of(PNG)).inline(&picture(&shape))
}

#[test]
fn pictures_of_which_nothing_is_seen_wait_for_a_person() {
    let rectangle = "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>";
    let by_effect = |effect: &str| with_picture(effect, "", rectangle);
    let in_shape = |name: &str| with_picture("", "", &format!("<a:prstGeom prst=\"{name}\"><a:avLst/></a:prstGeom>"));
    let along = |points: [[u32; 2]; 4]| {
        let points: String = points.iter().map(|[x, y]| format!("<a:lnTo><a:pt x=\"{x}\" y=\"{y}\"/></a:lnTo>")).collect();
        let path =
            format!("<a:pathLst><a:path w=\"100\" h=\"100\">{}<a:close/></a:path></a:pathLst>", points.replacen("lnTo", "moveTo", 2));
        with_picture(
            "",
            "",
            &format!("<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l=\"0\" t=\"0\" r=\"0\" b=\"0\"/>{path}</a:custGeom>"),
        )
    };
    let turned = |longitude: u32| {
        let scene = format!(
            "<a:camera prst=\"orthographicFront\"><a:rot lat=\"0\" lon=\"{longitude}\" rev=\"0\"/></a:camera><a:lightRig rig=\"threePt\" dir=\"t\"/>"
        );
        with_picture("", "", &format!("{rectangle}<a:scene3d>{scene}</a:scene3d>"))
    };
    let soft = |radius: u32| with_picture("", "", &format!("{rectangle}<a:effectLst><a:softEdge rad=\"{radius}\"/></a:effectLst>"));
    let stretched = "<a:stretch><a:fillRect/></a:stretch>";
    let tile = |scale: u32| format!("<a:tile tx=\"0\" ty=\"0\" sx=\"{scale}\" sy=\"{scale}\" flip=\"none\" algn=\"tl\"/>");
    let two = |one: &str, other: &str| by_effect(&format!("<a:duotone><a:srgbClr val=\"{one}\"/><a:srgbClr val=\"{other}\"/></a:duotone>"));
    wait_for_a_person(vec![
        ("all light", by_effect("<a:lum bright=\"100000\"/>")),
        ("no contrast", by_effect("<a:lum contrast=\"-100000\"/>")),
        ("all above the threshold", by_effect("<a:biLevel thresh=\"0\"/>")),
        ("two colours that are one", two("FFFFFF", "FEFEFE")),
        ("an effect that is not offered", by_effect("<a:alphaRepl a=\"0\"/>")),
        ("beside its shape", with_picture("", "l=\"100000\"", rectangle)),
        ("cut out by a line", in_shape("line")),
        ("cut out by a ring", in_shape("donut")),
        ("cut out by a path", along([[0, 0], [9, 0], [9, 9], [0, 9]])),
        ("turned away", turned(5_400_000)),
        ("nothing but edge", soft(200_000)),
        ("tiny pieces", with_fill("rect", &tile(1_000))),
        ("huge pieces", with_fill("rect", &tile(9_000_000))),
        ("in a shape that is a line", with_fill("line", stretched)),
        ("in a line", with_line(stretched)),
        ("a faint fill of VML", with_vml("<v:fill r:id=\"ID\" type=\"frame\" opacity=\"0\"/>")),
        ("tiny pieces, in VML", with_vml("<v:fill r:id=\"ID\" type=\"tile\" size=\"1pt,1pt\"/>")),
        ("a line of VML", with_vml("<v:stroke r:id=\"ID\" filltype=\"frame\"/>")),
        ("a second edge", with_picture("", "", &format!("{rectangle}<a:effectLst>{0}{0}</a:effectLst>", "<a:softEdge rad=\"9\"/>"))),
    ]);
    let shown = [
        by_effect("<a:lum bright=\"70000\" contrast=\"-70000\"/>"),
        with_fill("rect", stretched),
        with_fill("rect", &tile(100_000)),
        with_vml("<v:fill r:id=\"ID\" type=\"frame\" opacity=\".5\"/>"),
        by_effect("<a:biLevel thresh=\"50000\"/>"),
        two("000000", "FFFFFF"),
        in_shape("ellipse"),
        in_shape("roundRect"),
        along([[0, 0], [100, 0], [100, 100], [0, 100]]),
        turned(1_800_000),
        soft(50_000),
    ];
    for (number, document) in shown.into_iter().enumerate() {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!((status.as_str(), places_of(&copy, "image1.png").is_empty()), ("sanitised", false), "{number}");
    }
}

#[test]
fn boxes_and_cells_without_room_for_their_text_wait_for_a_person() {
    let content = format!("<w:txbxContent>{}</w:txbxContent>", paragraph(&run(CANARY)));
    let shape = |style: &str, path: &str, text: &str, more: &str| {
        let style = format!("width:150pt;height:80pt;{style}");
        let path = format!("coordsize=\"21600,21600\" path=\"m,l,21600r21600,l21600,xe\"><v:path {path}/>");
        base().inline(&picture(&format!("<v:shape style=\"{style}\" {path}<v:textbox {text}>{content}</v:textbox>{more}</v:shape>")))
    };
    let template = format!(
        "<v:shapetype id=\"t\" coordsize=\"21600,21600\" path=\"m,l,21600r21600,l21600,xe\"><v:path textboxrect=\"99000,0,99900,9000\"/></v:shapetype>\
         <v:shape type=\"#t\" style=\"width:150pt;height:80pt\"><v:textbox>{content}</v:textbox></v:shape>"
    );
    let table = |properties: &str, cells: &str, width: u32| {
        let row =
            format!("<w:tr>{cells}<w:tc><w:tcPr><w:tcW w:w=\"3000\" w:type=\"dxa\"/></w:tcPr>{}</w:tc></w:tr>", paragraph(&run(CANARY)));
        let grid = format!("<w:tblGrid><w:gridCol w:w=\"{width}\"/><w:gridCol w:w=\"3000\"/></w:tblGrid>");
        let row = format!("<w:sdt><w:sdtPr/><w:sdtContent>{row}</w:sdtContent></w:sdt>");
        base().raw(&format!("<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/>{properties}</w:tblPr>{grid}{row}</w:tbl><w:p/>"))
    };
    let cell = |width: u32| format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr><w:p/></w:tc>");
    let fixed = "<w:tblLayout w:type=\"fixed\"/>";
    let margins = |width: u32| {
        let sides = ["left", "right"].map(|side| format!("<w:{side} w:w=\"{width}\" w:type=\"dxa\"/>")).concat();
        format!("{fixed}<w:tblCellMar>{sides}</w:tblCellMar>")
    };
    let spacing = |width: u32| format!("<w:tblCellSpacing w:w=\"{width}\" w:type=\"dxa\"/>");
    let turn = |angle: u32| format!("<o:extrusion v:ext=\"view\" on=\"t\" rotationangle=\"0,{angle}\"/>");
    wait_for_a_person(vec![
        ("margins of a box", shape("", "", "inset=\"140pt,0,140pt,0\"", "")),
        ("a share of the page", shape("mso-width-percent:1", "", "", "")),
        ("a rectangle beside the shape", shape("", "textboxrect=\"99000,0,99900,9000\"", "", "")),
        ("a rectangle without room", shape("", "textboxrect=\"0,0,10,10\"", "", "")),
        ("a second rectangle", shape("", "", "", "<v:path textboxrect=\"99000,0,99900,9000\"/>")),
        ("turned away", shape("", "", "", &turn(90))),
        ("a rectangle that a template has", base().inline(&picture(&template))),
        ("margins of all cells", table(&margins(2_000), &cell(3_000), 3_000)),
        ("cells far apart", table(&spacing(9_000), &cell(3_000), 3_000)),
        ("a cell off the page, in a row of a control", table(fixed, &cell(30_000), 30_000)),
        ("a tab that every line has", base().settings("<w:defaultTabStop w:val=\"20000\"/>")),
    ]);
    let shown = [
        shape("", "textboxrect=\"0,0,21600,21600\"", "inset=\"0,0,0,0\"", &turn(30)),
        shape("mso-width-percent:400", "", "inset=\",7.2pt,,7.2pt\"", ""),
        table(&margins(108), &cell(3_000), 3_000),
        table(&spacing(20), &cell(3_000), 3_000),
    ];
    for (number, document) in shown.into_iter().enumerate() {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!((status.as_str(), places_of(&copy, CANARY).is_empty()), ("sanitised", false), "{number}");
    }
}

/// A box of 140 by 30 points around blocks; `body` are its `a:bodyPr` attributes and content.
fn small_box(blocks: &str, body: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:inline><wp:extent cx=\"1778000\" cy=\"381000\"/><wp:docPr id=\"7\" name=\"Box\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:spPr><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>\
         </wps:spPr><wps:txbx><w:txbxContent>{blocks}</w:txbxContent></wps:txbx><wps:bodyPr {body}</wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
}

/// A table of one row that is as high as said.
fn low_row(blocks: &str, height: &str) -> String {
    format!(
        "<w:tbl><w:tblPr><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"3000\"/></w:tblGrid><w:tr><w:trPr><w:trHeight {height}/></w:trPr>\
         <w:tc><w:tcPr><w:tcW w:w=\"3000\" w:type=\"dxa\"/></w:tcPr>{blocks}</w:tc></w:tr></w:tbl>"
    )
}

/// A table of rows of exact heights, of two columns; the blocks stand in the first cell, which goes on in the rows below where it says so.
fn low_cells(before: &str, blocks: &str, after: &str, merge: &str, heights: &[u32]) -> Docx {
    let row = |(number, height): (usize, &u32)| {
        let (blocks, merge) = if number == 0 { (blocks, merge) } else { ("<w:p/>", "<w:vMerge/>") };
        let cell = format!("{before}<w:tc><w:tcPr><w:tcW w:w=\"3000\" w:type=\"dxa\"/>{merge}</w:tcPr>{blocks}</w:tc>{after}");
        let height = format!("<w:trPr><w:trHeight w:val=\"{height}\" w:hRule=\"exact\"/></w:trPr>");
        format!("<w:tr>{height}{cell}<w:tc><w:p/></w:tc></w:tr>")
    };
    let rows: String = heights.iter().enumerate().map(row).collect();
    base().raw(&format!("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"3000\"/><w:gridCol w:w=\"900\"/></w:tblGrid>{rows}</w:tbl>"))
}

#[test]
fn words_below_the_edge_of_what_they_stand_in_wait_for_a_person() {
    let secret = paragraph(&run(CANARY));
    let with = |properties: &str, inner: &str| format!("<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>");
    let empty = |lines: usize| format!("{}{secret}", "<w:p/>".repeat(lines));
    let broken = |lines: usize| paragraph(&format!("<w:r>{}<w:t>{CANARY}</w:t></w:r>", "<w:br/>".repeat(lines)));
    let spaced = with("<w:spacing w:before=\"4000\"/>", &run(CANARY));
    let high = with("<w:rPr><w:sz w:val=\"144\"/></w:rPr>", "");
    let apart = with("<w:spacing w:line=\"1200\" w:lineRule=\"auto\"/>", &run("Shown."));
    let boxed = |blocks: &str, body: &str| base().inline(&small_box(blocks, body));
    let shape = |blocks: &str, text: &str| {
        let content = format!("<v:textbox {text}><w:txbxContent>{blocks}</w:txbxContent></v:textbox>");
        base().inline(&picture(&format!("<v:rect style=\"width:140pt;height:30pt\">{content}</v:rect>")))
    };
    let exact = "w:val=\"400\" w:hRule=\"exact\"";
    let row = |blocks: &str, height: &str| base().raw(&low_row(blocks, height));
    let frame = "<w:framePr w:w=\"3000\" w:h=\"400\" w:hRule=\"exact\" w:wrap=\"around\"/>";
    let framed_by = |frame: &str, lines: usize| format!("{}{}", with(frame, "").repeat(lines), with(frame, &run(CANARY)));
    let framed = |lines: usize| base().raw(&framed_by(frame, lines));
    let title = |blocks: &str| base().header(blocks);
    let (start, rest) = small_box("", ">").split_once("<wps:txbx>").map(|(start, rest)| (start.to_owned(), rest.to_owned())).unwrap();
    let next = format!("{start}<wps:linkedTxbx id=\"3\" seq=\"1\"/>{}", rest.split_once("</wps:txbx>").unwrap().1);
    let linked = small_box("<w:p/>", ">").replace("<wps:txbx>", "<wps:txbx id=\"3\">");
    let floating = low_row(&paragraph(&run(&format!("{CANARY} ").repeat(30))), "w:val=\"1\"").replacen(
        "<w:tblPr>",
        "<w:tblPr><w:tblpPr w:horzAnchor=\"text\" w:vertAnchor=\"text\" w:tblpX=\"1\" w:tblpY=\"1\"/>",
        1,
    );
    wait_for_a_person(vec![
        ("empty paragraphs in a box", boxed(&empty(6), ">")),
        ("breaks in a box", boxed(&broken(6), ">")),
        ("room before", boxed(&spaced, ">")),
        ("a high empty line", boxed(&format!("{high}{secret}"), ">")),
        ("lines far apart", boxed(&format!("{apart}{secret}"), ">")),
        ("a table in a box", boxed(&format!("{}<w:p/>", low_row(&empty(6), "w:val=\"1\"")), ">")),
        ("a row of a table in a box", boxed(&format!("{}{secret}", low_row("<w:p/>", "w:val=\"2000\"")), ">")),
        ("columns of a box", boxed(&empty(12), "numCol=\"2\">")),
        ("a box of letters that go up", boxed(&empty(40), "vert=\"vert270\">")),
        ("empty paragraphs in a shape", shape(&empty(6), "")),
        ("a shape that goes on in none", shape(&empty(6), "style=\"mso-next-textbox:#next\"")),
        ("a box that goes on in none", base().inline(&small_box(&empty(6), ">").replace("<wps:txbx>", "<wps:txbx id=\"3\">"))),
        ("empty paragraphs in a row", row(&empty(3), exact)),
        ("breaks in a row", row(&broken(3), exact)),
        ("room before, in a row", row(&spaced, exact)),
        (
            "a table in many tables, in a row",
            row(&(0..20).fold(secret.clone(), |inner, _| low_row(&inner, "w:val=\"1\"") + "<w:p/>"), exact),
        ),
        ("a table that floats, in a row", row(&format!("{floating}<w:p/>"), exact)),
        ("sizes with a unit", row(&(with("<w:rPr><w:sz w:val=\"72pt\"/></w:rPr>", "") + &secret), exact)),
        ("a row that holds linked boxes", row(&format!("{}{}{}", empty(3), paragraph(&linked), paragraph(&next)), exact)),
        ("a cell in a control, in a row", low_cells("<w:sdt><w:sdtPr/><w:sdtContent>", &empty(3), "</w:sdtContent></w:sdt>", "", &[400])),
        ("a cell that goes on nowhere", low_cells("", &empty(3), "", "<w:vMerge w:val=\"restart\"/>", &[400])),
        ("a cell that goes on in a low row", low_cells("", &empty(6), "", "<w:vMerge w:val=\"restart\"/>", &[400, 400])),
        ("a table in a row", row(&format!("{}<w:p/>", low_row(&empty(6), "w:val=\"1\"")), exact)),
        ("empty paragraphs of a frame", framed(3)),
        ("empty paragraphs of a header", title(&empty(100))),
        ("empty paragraphs of a footer", base().footer(&format!("{secret}{}", "<w:p/>".repeat(100)))),
        ("a box that grows higher than its page", boxed(&empty(100), "><a:spAutoFit/>")),
        ("a frame that grows higher than its page", base().raw(&framed_by("<w:framePr w:w=\"3000\" w:wrap=\"around\"/>", 100))),
        ("a row that is higher than its page", row(&empty(100), "w:val=\"31000\" w:hRule=\"exact\"")),
    ]);
    for (number, document) in [
        boxed(&empty(1), ">"),
        boxed(&empty(6), "><a:spAutoFit/>"),
        boxed(&format!("{secret}{}", "<w:p/>".repeat(20)), ">"),
        boxed(&empty(3), "numCol=\"2\">"),
        boxed(&empty(6), "vert=\"vert270\">"),
        boxed(&format!("{}{secret}", with("<w:spacing w:line=\"20\" w:lineRule=\"exact\"/>", "").repeat(6)), ">"),
        boxed(&format!("{}{secret}", with("<w:rPr><w:vanish/></w:rPr>", "").repeat(6)), ">"),
        shape(&empty(6), "style=\"mso-fit-shape-to-text:t\""),
        shape(&empty(6), "style=\"mso-next-textbox:#next\"").inline(&picture("<v:rect id=\"next\" style=\"width:140pt;height:300pt\"/>")),
        base().inline(&small_box(&empty(6), ">").replace("<wps:txbx>", "<wps:txbx id=\"3\">")).inline(&next),
        row(&empty(6), "w:val=\"400\""),
        row(&secret, exact),
        low_cells("", &empty(3), "", "<w:vMerge w:val=\"restart\"/>", &[400, 400, 400]),
        framed(0),
        title(&empty(6)),
        base().raw(&framed_by("<w:framePr w:w=\"3000\" w:wrap=\"around\"/>", 20)),
        base().footer(&format!("{secret}{}", "<w:p/>".repeat(9))),
    ]
    .into_iter()
    .enumerate()
    {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!((status.as_str(), places_of(&copy, CANARY).is_empty()), ("sanitised", false), "{number}");
    }
}

#[test]
fn words_beside_the_box_they_stand_in_wait_for_a_person() {
    let with = |properties: &str, inner: &str| format!("<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>");
    let boxed = |blocks: &str, body: &str| base().inline(&small_box(blocks, body));
    let indented = |indent: &str| boxed(&with(&format!("<w:ind {indent}/>"), &run(CANARY)), "><a:spAutoFit/>");
    let table = |properties: &str, first: u32| {
        let cell = |width: u32, text: &str| {
            format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", paragraph(&run(text)))
        };
        let grid = format!("<w:gridCol w:w=\"{first}\"/><w:gridCol w:w=\"900\"/>");
        let row = format!("<w:tr>{}{}</w:tr>", cell(first, "One"), cell(900, CANARY));
        let properties = format!("<w:tblPr>{properties}<w:tblLayout w:type=\"fixed\"/></w:tblPr>");
        boxed(&format!("<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{row}</w:tbl><w:p/>"), ">")
    };
    let indent = |by: i32| format!("<w:tblInd w:w=\"{by}\" w:type=\"dxa\"/>");
    let stop = |at: u32| {
        let stops = format!("<w:tabs><w:tab w:val=\"left\" w:pos=\"{at}\"/></w:tabs>");
        boxed(&with(&stops, &format!("<w:r><w:tab/><w:t>{CANARY}</w:t></w:r>")), ">")
    };
    wait_for_a_person(vec![
        ("an indent", indented("w:left=\"4000\"")),
        ("an indent of the first line", indented("w:firstLine=\"4000\"")),
        ("an indent at the right", indented("w:right=\"4000\"")),
        ("a wide cell before", table("", 4000)),
        ("a table that is indented", table(&indent(4000), 900)),
        ("a table before the box", table(&indent(-4000), 900)),
        ("a tab stop", stop(4000)),
        ("margins outside of the box", boxed(&paragraph(&run(CANARY)), "lIns=\"-2000000\">")),
    ]);
    let shown = [indented("w:left=\"400\" w:firstLine=\"200\""), table("", 900), table(&indent(-100), 900), stop(1000)];
    for (number, document) in shown.into_iter().enumerate() {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!((status.as_str(), places_of(&copy, CANARY).is_empty()), ("sanitised", false), "{number}");
    }
}

#[test]
fn pictures_of_no_size_go() {
    let mut document = base();
    let id = document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
    let shape = format!("<v:shape style=\"width:0;height:0\"><v:imagedata r:id=\"{id}\"/></v:shape>");
    let tiny = document.part("word/media/image1.png", "image/png", &bytes_of(PNG)).inline(&picture(&shape));
    let filled = with_fill("rect", "<a:stretch><a:fillRect/></a:stretch>");
    let small = filled.document_xml().replace("400000", "100");
    let (start, end) = ("<w:p><w:r><w:drawing>", "</w:drawing></w:r></w:p>");
    let part_of = |xml: &str| xml[xml.find(start).unwrap()..xml.find(end).unwrap() + end.len()].to_owned();
    let filled =
        with_fill("rect", "<a:stretch><a:fillRect/></a:stretch>").replace_in_body(&part_of(&filled.document_xml()), &part_of(&small));
    for document in [tiny, filled] {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!((status.as_str(), places_of(&copy, "image1.png").is_empty()), ("sanitised", true));
    }
}

#[test]
fn pictures_that_what_they_stand_in_hides_wait_for_a_person() {
    let picture = with_picture("", "", "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>");
    let document = picture.document_xml();
    let run = &document[document.rfind("<w:r><w:drawing>").unwrap()..document.rfind("</w:p>").unwrap()];
    let around = |before: &str, after: &str| {
        with_picture("", "", "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>")
            .replace_in_body(&format!("<w:p>{run}</w:p>"), &format!("{before}{run}{after}"))
    };
    let line = |properties: &str| around(&format!("<w:p><w:pPr>{properties}</w:pPr>"), "</w:p>");
    let row = |height: &str, before: &str| {
        let row = low_row("CELL", height);
        let (start, end) = row.split_once("CELL").unwrap();
        around(&format!("{start}{before}<w:p>"), &format!("</w:p>{end}"))
    };
    let boxed = |before: &str| {
        let drawn = small_box("CONTENT", ">");
        let (start, end) = drawn.split_once("CONTENT").unwrap();
        around(&format!("<w:p>{start}{before}<w:p>"), &format!("</w:p>{end}</w:p>"))
    };
    let stops = "<w:tabs><w:tab w:val=\"left\" w:pos=\"20000\"/></w:tabs>";
    wait_for_a_person(vec![
        ("a line of a point", line("<w:spacing w:line=\"20\" w:lineRule=\"exact\"/>")),
        ("a line of six points", line("<w:spacing w:line=\"120\" w:lineRule=\"exact\"/>")),
        ("an indent off the page", line("<w:ind w:left=\"20000\"/>")),
        ("an indent before the page", line("<w:ind w:left=\"-9000\"/>")),
        ("a frame off the page", line("<w:framePr w:w=\"2000\" w:hAnchor=\"page\" w:x=\"-4000\" w:y=\"1\"/>")),
        ("a tab stop off the page", around(&format!("<w:p><w:pPr>{stops}</w:pPr><w:r><w:tab/></w:r>"), "</w:p>")),
        (
            "joined to an indent off the page",
            around("<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>", "</w:p><w:p><w:pPr><w:ind w:left=\"20000\"/></w:pPr></w:p>"),
        ),
        ("a row without height", row("w:val=\"1\" w:hRule=\"exact\"", "")),
        ("a low row", row("w:val=\"120\" w:hRule=\"exact\"", "")),
        ("below a row", row("w:val=\"1000\" w:hRule=\"exact\"", &"<w:p/>".repeat(5))),
        ("below a box", boxed(&"<w:p/>".repeat(5))),
    ]);
    let shown = [
        line("<w:spacing w:line=\"400\" w:lineRule=\"exact\"/>"),
        line("<w:spacing w:line=\"20\" w:lineRule=\"atLeast\"/>"),
        line("<w:ind w:left=\"-1500\"/>"),
        row("w:val=\"400\" w:hRule=\"exact\"", ""),
        row("w:val=\"1\"", "<w:p/>"),
        boxed(""),
    ];
    for (number, document) in shown.into_iter().enumerate() {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!((status.as_str(), places_of(&copy, "image1.png").is_empty()), ("sanitised", false), "{number}");
    }
}

/// A shape with words, in a group or canvas; in the units of the page.
fn member(name: &str, [left, top, width, height]: [i64; 4], words: &str) -> String {
    let place = format!("<a:xfrm><a:off x=\"{left}\" y=\"{top}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>");
    let shape = format!("{place}<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>");
    match name {
        "a" => format!(
            "<a:sp><a:nvSpPr><a:cNvPr id=\"2\" name=\"T\"/><a:cNvSpPr/></a:nvSpPr><a:spPr>{shape}</a:spPr><a:txSp><a:txBody><a:bodyPr/><a:lstStyle/>\
             <a:p><a:r><a:rPr lang=\"en-GB\"/><a:t>{words}</a:t></a:r></a:p></a:txBody><a:useSpRect/></a:txSp></a:sp>"
        ),
        _ => format!(
            "<wps:wsp><wps:cNvSpPr/><wps:spPr>{shape}</wps:spPr><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>",
            paragraph(&run(words))
        ),
    }
}

#[test]
fn shapes_outside_of_their_canvas_wait_for_a_person() {
    const OFFICE: &str = "http://schemas.microsoft.com/office/word/2010/wordprocessing";
    let drawn = |uri: &str, inner: &str| {
        base().inline(&format!(
            "<w:r><w:drawing><wp:inline><wp:extent cx=\"1800000\" cy=\"1800000\"/><wp:docPr id=\"1\" name=\"C\"/><a:graphic>\
             <a:graphicData uri=\"{uri}\">{inner}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        ))
    };
    let first = member("wps", [0, 0, 900_000, 300_000], "Shown.");
    let canvas = |members: &str| {
        let uri = format!("{OFFICE}Canvas");
        drawn(&uri, &format!("<wpc:wpc xmlns:wpc=\"{uri}\"><wpc:bg/><wpc:whole/>{first}{members}</wpc:wpc>"))
    };
    let room = "<a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"1800000\" cy=\"1800000\"/><a:chOff x=\"0\" y=\"0\"/><a:chExt cx=\"1800000\" cy=\"1800000\"/></a:xfrm>";
    let group = |left: u32, members: &str| {
        let room = room.replacen("x=\"0\"", &format!("x=\"{left}\""), 1);
        format!("<wpg:wgp xmlns:wpg=\"{OFFICE}Group\"><wpg:cNvGrpSpPr/><wpg:grpSpPr>{room}</wpg:grpSpPr>{members}</wpg:wgp>")
    };
    let locked = |members: &str| {
        let uri = "http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas";
        let own = "<a:nvGrpSpPr><a:cNvPr id=\"0\" name=\"\"/><a:cNvGrpSpPr/></a:nvGrpSpPr>";
        drawn(uri, &format!("<lc:lockedCanvas xmlns:lc=\"{uri}\">{own}<a:grpSpPr>{room}</a:grpSpPr>{members}</lc:lockedCanvas>"))
    };
    let place = |left: i64, top: i64| [left, top, 1_800_000, 400_000];
    let shape = |place: [i64; 4]| member("wps", place, CANARY);
    let old = |place: [i64; 4]| locked(&member("a", place, CANARY));
    let in_line = |members: &str| drawn(&format!("{OFFICE}Group"), &group(0, members));
    wait_for_a_person(vec![
        ("at the right", canvas(&shape(place(9_000_000, 0)))),
        ("at the left", canvas(&shape(place(-1_900_000, 0)))),
        ("below", canvas(&shape(place(0, 1_900_000)))),
        ("half of it at the right", canvas(&shape(place(1_500_000, 0)))),
        ("no room", canvas(&shape([0, 0, 1, 1]))),
        ("a group at the right", canvas(&group(9_000_000, &shape(place(0, 0))))),
        ("a member of a group in a line, off the page", in_line(&format!("{first}{}", shape(place(90_000_000, 0))))),
        ("of a locked canvas, off the page", old(place(-9_000_000, 0))),
        ("of a locked canvas, without room", old([0, 0, 1, 1])),
    ]);
    let shown = [
        canvas(&shape(place(0, 900_000))),
        canvas(&group(0, &shape(place(0, 900_000)))),
        in_line(&format!("{first}{}", shape(place(0, 900_000)))),
        old(place(0, 0)),
    ];
    for (number, document) in shown.into_iter().enumerate() {
        let (status, copy) = sanitised(document, "accept");
        assert_eq!((status.as_str(), places_of(&copy, CANARY).is_empty()), ("sanitised", false), "{number}");
    }
}

/// The status of a document under a policy, and its copy where there is one.
fn sanitised_under(policy: &str, document: Docx) -> (String, Vec<u8>) {
    let folder = Folder::new();
    folder.write("policy.toml", policy.as_bytes());
    folder.write("in/a.docx", &document.build());
    let [policy, source, out] = ["policy.toml", "in", "out"].map(|name| folder.path(name).to_str().unwrap().to_owned());
    let ran = cleardraft(&["sanitise", &source, "--out", &out, "--policy", &policy, "--format", "json", "--no-progress"]);
    let status = ran.files()[0]["status"].as_str().unwrap().to_owned();
    (status, std::fs::read(folder.path("out/a.docx")).unwrap_or_default())
}

#[test]
fn what_is_seen_in_part_stays_or_waits_whatever_the_policy_says() {
    let exact = "w:val=\"400\" w:hRule=\"exact\"";
    let blocks = |lines: usize| format!("{}{}", paragraph(&run("Shown in part.")), paragraph(&run("Below.")).repeat(lines));
    for (document, status) in [
        (base().raw(&low_row(&blocks(6), exact)), "review"),
        (base().inline(&small_box(&blocks(9), ">")), "review"),
        (base().raw(&low_row(&blocks(6), "w:val=\"1\" w:hRule=\"exact\"")), "sanitised"),
    ] {
        assert_eq!(sanitised_under("[rulings]\ninvisible-text = \"remove\"\n", document).0, status);
    }
}

#[test]
fn letters_that_are_symbols_of_a_font_are_letters() {
    let spelt: String = CANARY.chars().map(|letter| format!("<w:sym w:font=\"Arial\" w:char=\"{:04X}\"/>", u32::from(letter))).collect();
    let styled = |properties: &str| format!("<w:r><w:rPr>{properties}</w:rPr>{spelt}</w:r>");
    let placed = |properties: &str| base().raw(&format!("<w:p><w:pPr>{properties}</w:pPr><w:r>{spelt}</w:r></w:p>"));
    let place = "position:absolute;margin-left:0;margin-top:0;width:200pt;height:14pt;z-index:5";
    let over = format!("<w:r><w:pict><v:rect fillcolor=\"black\" style=\"{place}\"/></w:pict></w:r>");
    assert_eq!(sanitised(base().inline(&styled("")), "accept").0, "sanitised");
    wait_for_a_person(vec![
        ("white", base().inline(&styled("<w:color w:val=\"FFFFFF\"/>"))),
        ("tiny", base().inline(&styled("<w:sz w:val=\"2\"/>"))),
        ("on a heap", base().inline(&styled("<w:spacing w:val=\"-400\"/>"))),
        ("off the page", placed("<w:ind w:left=\"-30000\"/>")),
        ("in low lines", placed("<w:spacing w:line=\"1\" w:lineRule=\"exact\"/>")),
        ("below a low row", base().raw(&low_row(&format!("<w:p/><w:p><w:r>{spelt}</w:r></w:p>"), "w:val=\"200\" w:hRule=\"exact\""))),
        ("under a shape", base().raw(&format!("<w:p><w:r>{spelt}</w:r>{over}</w:p>"))),
    ]);
}

#[test]
fn words_that_a_hidden_mark_joins_to_a_paragraph_that_nobody_sees_wait_for_a_person() {
    let hidden = "<w:rPr><w:vanish/></w:rPr>";
    let words = |mark: &str| format!("<w:p><w:pPr>{mark}</w:pPr>{}</w:p>", run(CANARY));
    let bare = |properties: &str| format!("<w:p><w:pPr>{properties}</w:pPr></w:p>");
    let off = "<w:ind w:left=\"-30000\"/>";
    let style = "<w:style w:type=\"paragraph\" w:styleId=\"H\"><w:name w:val=\"H\"/><w:rPr><w:vanish/></w:rPr></w:style>";
    let styled =
        format!("<w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>{CANARY}</w:t></w:r></w:p>");
    let tabbed = words(hidden).replace("<w:r>", "<w:r><w:tab/>");
    assert!(tabbed.contains("<w:tab/>"));
    wait_for_a_person(vec![
        ("off the page", base().raw(&format!("{}{}", words(hidden), bare(off)))),
        ("before the words", base().raw(&format!("{}{}", bare(&format!("{off}{hidden}")), words("")))),
        ("two marks on", base().raw(&format!("{}{}{}", words(hidden), bare(hidden), bare(off)))),
        ("in a control", base().raw(&format!("{}<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", words(hidden), bare(off)))),
        ("by its style", base().styles(style).raw(&format!("{styled}{}", bare(off)))),
        ("low lines", base().raw(&format!("{}{}", words(hidden), bare("<w:spacing w:line=\"1\" w:lineRule=\"exact\"/>")))),
        (
            "lines too low for the letters",
            base().raw(&format!("{}{}", words(hidden), bare("<w:spacing w:line=\"60\" w:lineRule=\"exact\"/>"))),
        ),
        ("a far tab stop", base().raw(&format!("{}{}", tabbed, bare("<w:tabs><w:tab w:val=\"left\" w:pos=\"30000\"/></w:tabs>")))),
        ("a frame", base().raw(&format!("{}{}", words(hidden), bare("<w:framePr w:w=\"2000\" w:h=\"200\" w:hRule=\"exact\"/>")))),
    ]);
    for paragraphs in [[words(""), bare(off)], [words(hidden), bare("<w:ind w:left=\"720\"/>")]] {
        assert_eq!(sanitised(base().raw(&paragraphs.concat()), "accept").0, "sanitised");
    }
}

#[test]
fn what_is_drawn_among_letters_that_nobody_sees_stays() {
    let boxed = small_box(&paragraph(&run("In the box.")), ">");
    for (properties, letters, status) in [
        ("<w:color w:val=\"FFFFFF\"/>", "", "sanitised"),
        ("<w:spacing w:val=\"-400\"/>", "", "sanitised"),
        ("<w:color w:val=\"FFFFFF\"/>", "<w:t>White.</w:t>", "review"),
        ("<w:spacing w:val=\"-400\"/>", "<w:t>On a heap.</w:t>", "review"),
    ] {
        let drawn = boxed.replacen("<w:r>", &format!("<w:r><w:rPr>{properties}</w:rPr>{letters}"), 1);
        assert!(drawn.contains(properties));
        let (found, copy) = sanitised_under("[rulings]\ninvisible-text = \"remove\"\n", base().inline(&drawn));
        assert_eq!(found, status, "{properties}{letters}");
        assert!(status == "review" || !places_of(&copy, "In the box.").is_empty(), "{properties}");
    }
}

#[test]
fn where_a_policy_removes_what_is_off_the_page_all_of_it_goes() {
    let cell =
        |width: u32, text: &str| format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", paragraph(&run(text)));
    let row = format!("<w:tr>{}{}{}</w:tr>", cell(20_000, "Wide."), cell(900, CANARY), cell(900, CANARY));
    let grid = "<w:gridCol w:w=\"20000\"/><w:gridCol w:w=\"900\"/><w:gridCol w:w=\"900\"/>";
    let properties = "<w:tblPr><w:tblLayout w:type=\"fixed\"/></w:tblPr>";
    let document = base().raw(&format!("<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{row}</w:tbl><w:p/>"));
    let (status, copy) = sanitised_under("[rulings]\noff-page-content = \"remove\"\n", document);
    assert_eq!(status, "sanitised");
    assert!(places_of(&copy, CANARY).is_empty() && !places_of(&copy, "Wide.").is_empty());
}

#[test]
fn a_drawing_with_many_places_is_looked_through_a_few_times() {
    let place = "<wp:positionH relativeFrom=\"column\"><wp:posOffset>5715000</wp:posOffset></wp:positionH>";
    let drawn =
        text_box(("column", 9000), ("paragraph", 0), "ab").replacen("<wp:positionV", &format!("{}<wp:positionV", place.repeat(30_000)), 1);
    let drawn = drawn.replacen("<w:txbxContent>", &format!("<w:txbxContent>{}", "<w:p/>".repeat(30_000)), 1);
    assert_eq!(sanitised(base().inline(&drawn), "accept").0, "review");
}

#[test]
fn a_paragraph_with_many_lists_of_properties_is_looked_through_a_few_times() {
    let properties = "<w:pPr><w:framePr w:w=\"9000\" w:h=\"9000\" w:hRule=\"exact\"/><w:spacing w:line=\"60\" w:lineRule=\"exact\"/><w:ind w:left=\"31000\"/></w:pPr>";
    let many = format!("{properties}<w:r><w:t>a</w:t></w:r>").repeat(30_000);
    let (status, _) = sanitised(base().raw(&format!("<w:p>{many}</w:p>")), "accept");
    assert_eq!(status, "review");
}
