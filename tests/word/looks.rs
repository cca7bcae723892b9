//! What a reader sees of letters, by colours, styles and themes.

use crate::support::cli::Folder;
use crate::support::docx::{Docx, R, run};
use crate::support::places_of;
use crate::{BLACK_BOX, CANARY, are_released, base, floating_shape, sanitise, sanitised, text_box, wait_for_a_person, with_properties};

#[test]
fn white_text_is_never_released_in_silence() {
    let folder = Folder::new();
    let white = format!("<w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:t>{CANARY}</w:t></w:r>");
    folder.write("in/a.docx", &base().inline(&format!("{}{white}", run("Body."))).build());
    let ran = sanitise(&folder, "accept").expect(1);
    assert_eq!(ran.files()[0]["status"], "review");
    assert!(!ran.stdout.contains(CANARY) && !ran.stderr.contains(CANARY), "reports never carry the words");
}

#[test]
fn a_style_of_another_kind_hides_nothing() {
    let styles = "<w:style w:type=\"paragraph\" w:styleId=\"P1\"><w:name w:val=\"P1\"/><w:rPr><w:vanish/></w:rPr></w:style>\
                  <w:style w:type=\"character\" w:styleId=\"C1\"><w:name w:val=\"C1\"/><w:rPr><w:vanish/></w:rPr></w:style>\
                  <w:style w:type=\"character\" w:styleId=\"C2\"><w:name w:val=\"C2\"/><w:basedOn w:val=\"P1\"/></w:style>";
    let with_run_style = |style: &str| format!("<w:r><w:rPr><w:rStyle w:val=\"{style}\"/></w:rPr><w:t>{CANARY}</w:t></w:r>");
    are_released(vec![
        ("a run names a style of paragraphs", base().styles(styles).inline(&with_run_style("P1"))),
        ("a run names a style that rests on one of paragraphs", base().styles(styles).inline(&with_run_style("C2"))),
        ("a paragraph names a style of characters", base().styles(styles).styled("C1", CANARY)),
        ("a paragraph names no style that there is", base().styles(styles).styled("None", CANARY)),
    ]);
}

#[test]
fn a_long_chain_of_styles_hides_what_its_root_hides() {
    let link = |at: usize| {
        format!("<w:style w:type=\"paragraph\" w:styleId=\"B{at}\"><w:name w:val=\"B{at}\"/><w:basedOn w:val=\"B{}\"/></w:style>", at - 1)
    };
    let root = "<w:style w:type=\"paragraph\" w:styleId=\"B0\"><w:name w:val=\"B0\"/><w:rPr><w:vanish/></w:rPr></w:style>";
    let styles = format!("{root}{}", (1..60).map(link).collect::<String>());
    assert!(places_of(&sanitised(&base().styles(&styles).styled("B59", CANARY).build(), "accept"), CANARY).is_empty());
    let ring = "<w:style w:type=\"paragraph\" w:styleId=\"A\"><w:name w:val=\"A\"/><w:basedOn w:val=\"B\"/></w:style>\
                <w:style w:type=\"paragraph\" w:styleId=\"B\"><w:name w:val=\"B\"/><w:basedOn w:val=\"A\"/></w:style>";
    are_released(vec![("styles that rest on each other", base().styles(ring).styled("A", CANARY))]);
}

fn themed(document: Docx, accent: &str) -> Docx {
    let slot = |name: &str, colour: &str| format!("<a:{name}><a:srgbClr val=\"{colour}\"/></a:{name}>");
    let colours: String = [
        ("dk1", "000000"),
        ("lt1", "FFFFFF"),
        ("dk2", "44546A"),
        ("lt2", "E7E6E6"),
        ("accent1", accent),
        ("accent2", "ED7D31"),
        ("accent3", "A5A5A5"),
        ("accent4", "FFC000"),
        ("accent5", "5B9BD5"),
        ("accent6", "70AD47"),
        ("hlink", "0563C1"),
        ("folHlink", "954F72"),
    ]
    .iter()
    .map(|(name, colour)| slot(name, colour))
    .collect();
    let theme = format!(
        "<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"Office Theme\"><a:themeElements><a:clrScheme name=\"Office\">{colours}</a:clrScheme></a:themeElements></a:theme>"
    );
    document.related(
        "word/document.xml",
        &format!("{R}/theme"),
        "word/theme/theme1.xml",
        "application/vnd.openxmlformats-officedocument.theme+xml",
        theme.as_bytes(),
    )
}

/// A table of two rows and a column in a style; the properties of the runs of each row.
fn two_rows(style: &str, first: &str, second: &str) -> String {
    let row = |run: &str| format!("<w:tr><w:tc><w:tcPr><w:tcW w:w=\"4000\" w:type=\"dxa\"/></w:tcPr><w:p>{run}</w:p></w:tc></w:tr>");
    format!(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"{style}\"/><w:tblLook w:val=\"0420\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid>{}{}</w:tbl>",
        row(first),
        row(second)
    )
}

const DARK_HEAD: &str = "<w:style w:type=\"table\" w:styleId=\"Dark\"><w:name w:val=\"Dark\"/><w:tblStylePr w:type=\"firstRow\"><w:rPr><w:color w:val=\"FFFFFF\" w:themeColor=\"background1\"/></w:rPr><w:tcPr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"4472C4\" w:themeFill=\"accent1\"/></w:tcPr></w:tblStylePr></w:style>\
    <w:style w:type=\"table\" w:styleId=\"Black\"><w:name w:val=\"Black\"/><w:tcPr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"000000\"/></w:tcPr></w:style>\
    <w:style w:type=\"table\" w:styleId=\"Unseen\"><w:name w:val=\"Unseen\"/><w:rPr><w:vanish/></w:rPr></w:style>\
    <w:style w:type=\"table\" w:styleId=\"White\"><w:name w:val=\"White\"/><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr></w:style>";

#[test]
fn colours_are_followed_through_theme_styles_tables_and_shapes() {
    let white = "<w:color w:val=\"FFFFFF\"/>";
    let black = "<w:color w:val=\"000000\"/>";
    let run_in = |properties: &str| base().inline(&with_properties(properties));
    let filled = |fill: &str| format!("<a:solidFill><a:schemeClr val=\"{fill}\"/></a:solidFill>");
    let text_fill = |inner: &str| format!("<w14:textFill>{inner}</w14:textFill>");
    let swapped = "<w:clrSchemeMapping w:bg1=\"dark1\" w:t1=\"light1\" w:bg2=\"light2\" w:t2=\"dark2\" w:accent1=\"accent1\"/>";
    let font_reference = "<wps:style><a:lnRef idx=\"0\"/><a:fillRef idx=\"0\"/><a:effectRef idx=\"0\"/><a:fontRef idx=\"minor\"><a:schemeClr val=\"lt1\"/></a:fontRef></wps:style>";
    wait_for_a_person(vec![
        ("letters without a colour on a black highlight", run_in("<w:highlight w:val=\"black\"/>")),
        ("black letters on a dark blue highlight", run_in(&format!("{black}<w:highlight w:val=\"darkBlue\"/>"))),
        ("letters filled with the colour of the page", run_in(&text_fill("<w14:solidFill><w14:schemeClr w14:val=\"bg1\"/></w14:solidFill>"))),
        ("letters filled with nothing to be seen", run_in(&text_fill("<w14:solidFill><w14:schemeClr w14:val=\"tx1\"><w14:alpha w14:val=\"100000\"/></w14:schemeClr></w14:solidFill>"))),
        ("letters filled with a run from white to white", run_in(&text_fill("<w14:gradFill><w14:gsLst><w14:gs w14:pos=\"0\"><w14:srgbClr w14:val=\"FFFFFF\"/></w14:gs><w14:gs w14:pos=\"100000\"><w14:srgbClr w14:val=\"FFFFFF\"/></w14:gs></w14:gsLst></w14:gradFill>"))),
        ("an accent that is white", themed(run_in("<w:color w:val=\"4472C4\" w:themeColor=\"accent1\"/>"), "FFFFFF")),
        ("a colour of text that is mapped to white", themed(run_in("<w:color w:val=\"000000\" w:themeColor=\"text1\"/>").settings(swapped), "4472C4")),
        ("white on a dark page that is not shown", run_in(white).background("<w:background w:color=\"000000\"/>")),
        ("white in a text box of the colour of the page", base().inline(&text_box(&filled("bg1"), "", &with_properties(white)))),
        ("black in a black text box", base().inline(&text_box(&filled("tx1"), "", &with_properties(black)))),
        ("the colour of a shape's style on no fill", base().inline(&text_box("<a:noFill/>", font_reference, &run(CANARY)))),
        ("hidden by a table style", base().styles(DARK_HEAD).raw(&two_rows("Unseen", &run(CANARY), &run("Row.")))),
        ("white by a table style", base().styles(DARK_HEAD).raw(&two_rows("White", &run(CANARY), &run("Row.")))),
        ("white below a dark head", base().styles(DARK_HEAD).raw(&two_rows("Dark", &run("Head."), &with_properties(white)))),
        ("black in a table of black cells", base().styles(DARK_HEAD).raw(&two_rows("Black", &run("Head."), &with_properties(black)))),
        ("tiny letters of a complex script", run_in("<w:cs/><w:szCs w:val=\"1\"/>")),
        ("a size with a unit", run_in("<w:sz w:val=\"0.5pt\"/>")),
        ("properties given twice", base().inline(&format!("<w:r><w:rPr><w:b/></w:rPr><w:rPr><w:vanish/></w:rPr><w:t>{CANARY}</w:t></w:r>"))),
        ("the default style of characters", base().styles("<w:style w:type=\"character\" w:default=\"1\" w:styleId=\"Letters\"><w:name w:val=\"Letters\"/><w:rPr><w:vanish/></w:rPr></w:style>").para(CANARY)),
    ]);
    are_released(vec![
        ("the colour of text", themed(run_in("<w:color w:val=\"000000\" w:themeColor=\"text1\"/>"), "4472C4")),
        ("automatic", run_in("<w:color w:val=\"auto\"/>")),
        ("an accent", themed(run_in("<w:color w:val=\"4472C4\" w:themeColor=\"accent1\" w:themeShade=\"BF\"/>"), "4472C4")),
        ("white in a dark head", themed(base().styles(DARK_HEAD).raw(&two_rows("Dark", &run(CANARY), &run("Row."))), "4472C4")),
        (
            "white in a cell of black cells",
            base().styles(DARK_HEAD).raw(&two_rows("Black", &with_properties(white), &with_properties(white))),
        ),
        ("white in a coloured title box", themed(base().inline(&text_box(&filled("accent1"), "", &with_properties(white))), "4472C4")),
        (
            "the colour of a shape's style on its fill",
            themed(base().inline(&text_box(&filled("accent1"), font_reference, &run(CANARY))), "4472C4"),
        ),
        (
            "a run of colours",
            run_in(&text_fill(
                "<w14:gradFill><w14:gsLst><w14:gs w14:pos=\"0\"><w14:srgbClr w14:val=\"FFFFFF\"/></w14:gs><w14:gs w14:pos=\"100000\"><w14:srgbClr w14:val=\"4472C4\"/></w14:gs></w14:gsLst></w14:gradFill>",
            )),
        ),
        ("black letters on a bright highlight", run_in("<w:highlight w:val=\"yellow\"/>")),
        ("light letters on a dark highlight", run_in(&format!("{white}<w:highlight w:val=\"black\"/>"))),
        ("letters without a colour on a dark shading", run_in("<w:shd w:val=\"clear\" w:fill=\"000000\"/>")),
        ("small letters of a script that it has none of", run_in("<w:szCs w:val=\"1\"/>")),
        ("white on a dark page", run_in(white).background("<w:background w:color=\"000000\"/>").settings("<w:displayBackgroundShape/>")),
    ]);
}

#[test]
fn runs_that_are_spelled_alike_are_each_looked_at_where_they_stand() {
    let white = "<w:color w:val=\"FFFFFF\"/>";
    let run_of = |properties: &str, text: &str| format!("<w:r>{properties}<w:t>{text}</w:t></w:r>");
    let list = |properties: &str| format!("<w:rPr>{properties}</w:rPr>");
    let paragraph = |properties: &str, runs: &str| format!("<w:p>{properties}{runs}</w:p>");
    let dark = "<w:pPr><w:shd w:val=\"clear\" w:fill=\"000000\"/></w:pPr>";
    let filled = |inner: &str| list(&format!("<w14:textFill>{inner}</w14:textFill>"));
    let hidden_style =
        "<w:style w:type=\"paragraph\" w:styleId=\"Unseen\"><w:name w:val=\"Unseen\"/><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr></w:style>";
    let unseen = "<w:pPr><w:pStyle w:val=\"Unseen\"/></w:pPr>";
    let on_dark = paragraph(dark, &run_of(&list(white), "Seen."));
    wait_for_a_person(vec![
        ("white behind a dark paragraph", base().raw(&format!("{on_dark}{}", paragraph("", &run_of(&list(white), CANARY))))),
        (
            "another fill of letters",
            base().raw(&paragraph(
                "",
                &format!(
                    "{}{}",
                    run_of(&filled("<w14:solidFill><w14:srgbClr w14:val=\"000000\"/></w14:solidFill>"), "Seen."),
                    run_of(&filled("<w14:noFill/>"), CANARY)
                ),
            )),
        ),
        (
            "another list beside the same one",
            base().raw(&paragraph(
                "",
                &format!(
                    "{}{}",
                    run_of(&list("<w:sz w:val=\"24\"/>"), "Seen."),
                    run_of(&format!("{}{}", list("<w:sz w:val=\"24\"/>"), list("<w:vanish/>")), CANARY)
                ),
            )),
        ),
        (
            "a paragraph of another style",
            base().styles(hidden_style).raw(&format!(
                "{}{}",
                paragraph("", &run_of(&list("<w:sz w:val=\"24\"/>"), "Seen.")),
                paragraph(unseen, &run_of(&list("<w:sz w:val=\"24\"/>"), CANARY))
            )),
        ),
    ]);
    are_released(vec![("dark paragraphs", base().raw(&format!("{on_dark}{}", paragraph(dark, &run_of(&list(white), CANARY)))))]);
}

#[test]
fn white_words_in_a_box_are_seen_where_it_lies_on_something_dark() {
    let white = with_properties("<w:color w:val=\"FFFFFF\"/>");
    let boxed = format!("<wps:txbx><w:txbxContent><w:p>{white}</w:p></w:txbxContent></wps:txbx>");
    let clear = "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/>";
    let pale = BLACK_BOX.replace("000000", "F8F8F8");
    let on = |below: &[String]| base().inline(&format!("{}{}", floating_shape(9, [20, 20, 200, 60], clear, &boxed), below.concat()));
    let rectangle = |order: u32, place: [i64; 4], properties: &str| floating_shape(order, place, properties, "");
    let whole = [0, 0, 300, 300];
    let vml = |fill: &str| {
        base().inline(&format!(
            "<w:r><w:pict><v:rect fillcolor=\"{fill}\" style=\"position:absolute;margin-left:0;margin-top:0;width:300pt;height:300pt;z-index:-5\"/></w:pict></w:r>\
             <w:r><w:pict><v:rect filled=\"f\" style=\"position:absolute;margin-left:20pt;margin-top:20pt;width:200pt;height:60pt;z-index:5\"><v:textbox><w:txbxContent><w:p>{white}</w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r>"
        ))
    };
    are_released(vec![("on a black rectangle", on(&[rectangle(3, whole, BLACK_BOX)])), ("on a black rectangle in VML", vml("black"))]);
    wait_for_a_person(vec![
        ("on nothing", on(&[])),
        ("on a pale rectangle", on(&[rectangle(3, whole, &pale)])),
        ("on one that is too small", on(&[rectangle(3, [0, 0, 150, 300], BLACK_BOX)])),
        ("on one that is no rectangle", on(&[rectangle(3, whole, &BLACK_BOX.replace("\"rect\"", "\"ellipse\""))])),
        ("with a pale one between", on(&[rectangle(3, whole, BLACK_BOX), rectangle(4, [0, 0, 150, 300], &pale)])),
        ("below the black rectangle", on(&[rectangle(12, whole, BLACK_BOX)])),
        ("on a pale rectangle in VML", vml("#f8f8f8")),
    ]);
}

#[test]
fn white_letters_with_a_line_around_them_are_seen() {
    let outlined =
        |width: &str, fill: &str| format!("<w:color w:val=\"FFFFFF\"/><w14:textOutline w14:w=\"{width}\">{fill}</w14:textOutline>");
    let solid = |colour: &str| format!("<w14:solidFill><w14:srgbClr w14:val=\"{colour}\"/></w14:solidFill>");
    let run_in = |properties: &str| base().inline(&with_properties(properties));
    let hollow = format!("<w14:textOutline w14:w=\"9525\">{}</w14:textOutline><w14:textFill><w14:noFill/></w14:textFill>", solid("FF0000"));
    are_released(vec![("a red line", run_in(&outlined("9525", &solid("FF0000")))), ("letters that are a line alone", run_in(&hollow))]);
    wait_for_a_person(vec![
        ("a white line", run_in(&outlined("9525", &solid("FFFFFF")))),
        ("no line", run_in(&outlined("9525", "<w14:noFill/>"))),
        ("a line too thin to be seen", run_in(&outlined("100", &solid("FF0000")))),
        ("a line of which no width is told", run_in(&outlined("9525", &solid("FF0000")).replace(" w14:w=\"9525\"", ""))),
        ("a line that is the old effect, which takes the colour of the letters", run_in("<w:outline/><w:color w:val=\"FFFFFF\"/>")),
    ]);
}

#[test]
fn a_row_marked_as_hidden_whose_words_are_not_waits_for_a_person() {
    let folder = Folder::new();
    let row = format!("<w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p>{}</w:p></w:tc></w:tr>", run(CANARY));
    let table = format!("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid>{row}</w:tbl>");
    folder.write("in/a.docx", &base().raw(&table).build());
    assert_eq!(sanitise(&folder, "accept").files().remove(0)["status"], "review");
}

#[test]
fn text_hidden_by_a_style_without_an_identifier_goes() {
    let style = "<w:style><w:name w:val=\"Unseen\"/><w:rPr><w:vanish/></w:rPr></w:style>";
    let copy = sanitised(&base().styles(style).styled("Unseen", CANARY).build(), "accept");
    assert!(places_of(&copy, CANARY).is_empty());
}
