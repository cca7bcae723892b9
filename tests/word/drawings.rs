//! Charts, diagrams, pictures and text boxes.

use crate::support::cli::Folder;
use crate::support::docx::{R, run};
use crate::support::places_of;
use crate::support::zip;
use crate::{
    CANARY, PLAIN, are_released, base, category, chart, item, level, list, part_of, png, sanitise, sanitised, text_box, wait_for_a_person,
};

#[test]
fn words_of_charts_that_nobody_sees_wait_for_a_person() {
    let white = "<a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill>";
    let red = "<a:solidFill><a:srgbClr val=\"FF0000\"/></a:solidFill>";
    let text = |properties: &str| format!("<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr>{properties}</a:defRPr></a:pPr></a:p></c:txPr>");
    let tiny = "<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"100\"/></a:pPr></a:p></c:txPr>";
    let title = |inner: &str, properties: &str| {
        format!("<c:title><c:tx><c:rich><a:bodyPr/><a:p>{properties}<a:r><a:t>{inner}</a:t></a:r></a:p></c:rich></c:tx></c:title>")
    };
    let axis = |text: &str| chart("A", "", &category(CANARY), text, "");
    let titled = |deleted: &str, title: &str| {
        let built = chart("A", "", &category(CANARY), "", "");
        built.change_part(
            "word/charts/chart1.xml",
            "<c:autoTitleDeleted val=\"1\"/>",
            &format!("{title}<c:autoTitleDeleted val=\"{deleted}\"/>"),
        )
    };
    let white_default = format!("<a:pPr><a:defRPr>{white}</a:defRPr></a:pPr>");
    let whole = |properties: &str| {
        chart("A", "", &category(CANARY), "", "").change_part(
            "word/charts/chart1.xml",
            "</c:chartSpace>",
            &format!("{properties}</c:chartSpace>"),
        )
    };
    let dark = "<c:spPr><a:solidFill><a:srgbClr val=\"203040\"/></a:solidFill></c:spPr>";
    let legend = |entry: &str| chart(CANARY, "", &category("B"), "", &format!("<c:legend><c:legendPos val=\"r\"/>{entry}</c:legend>"));
    let blank_label = format!(
        "<c:dLbls><c:dLbl><c:idx val=\"0\"/><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{CANARY}</a:t></a:r></a:p></c:rich></c:tx><c:showVal val=\"0\"/><c:showCatName val=\"0\"/><c:showSerName val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/></c:dLbl></c:dLbls>"
    );
    wait_for_a_person(vec![
        ("an axis in white", axis(&text(white))),
        ("an axis without fill", axis(&text("<a:noFill/>"))),
        ("an axis in letters of a point", axis(tiny)),
        ("an axis in white with a white line", axis(&text(&format!("<a:ln w=\"9525\">{white}</a:ln>{white}")))),
        ("an axis in white with a line too thin to be seen", axis(&text(&format!("<a:ln w=\"100\">{red}</a:ln>{white}")))),
        ("an axis without fill, with a white line", axis(&text(&format!("<a:ln w=\"9525\">{white}</a:ln><a:noFill/>")))),
        ("an axis in letters over each other", axis(&tiny.replace("sz=\"100\"", "sz=\"1000\" spc=\"-1000\""))),
        ("all of the chart in white", whole(&text(white))),
        ("a title in white by its paragraph", titled("0", &title("Title", &white_default))),
        ("black words on a black chart", whole("<c:spPr><a:solidFill><a:srgbClr val=\"000000\"/></a:solidFill></c:spPr>")),
        ("a legend in white", legend(&text(white))),
        (
            "an entry of a legend that is deleted, of one cannot tell which series",
            legend("<c:legendEntry><c:idx val=\"0\"/><c:delete val=\"1\"/></c:legendEntry>").change_part(
                "word/charts/chart1.xml",
                "<c:ser><c:idx val=\"0\"/>",
                "<c:ser><c:idx val=\"5\"/>",
            ),
        ),
        ("a title where there is to be none", titled("1", &title("Title", ""))),
        ("a label of its own that shows nothing", chart("A", &blank_label, &category("B"), "", "")),
    ]);
    are_released(vec![
        ("an axis in white with a red line", axis(&text(&format!("<a:ln w=\"9525\">{red}</a:ln>{white}")))),
        ("an axis in letters that are a little closer", axis(&tiny.replace("sz=\"100\"", "sz=\"1000\" spc=\"-50\""))),
        ("an axis in grey", axis(&text("<a:solidFill><a:srgbClr val=\"595959\"/></a:solidFill>"))),
        ("all of a dark chart in white", whole(&format!("{dark}{}", text(white)))),
        ("a title", titled("0", &title("Title", ""))),
        ("a legend", legend("")),
    ]);
}

#[test]
fn what_a_drawing_hides_goes_or_waits_for_a_person() {
    let shape = |inner: &str, attributes: &str| {
        base().inline(&format!("<w:r><w:pict><v:shape style=\"width:100pt;height:30pt\" {attributes}>{inner}</v:shape></w:pict></w:r>"))
    };
    let boxed = format!("<v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox>", run(CANARY));
    let template =
        |inner: &str| base().inline(&format!("<w:r><w:pict><v:shapetype id=\"_x0000_t136\">{inner}</v:shapetype></w:pict></w:r>"));
    let floating = |attributes: &str| {
        text_box("", "", &run(CANARY)).replace("<wp:inline>", &format!("<wp:anchor {attributes}>")).replace("</wp:inline>", "</wp:anchor>")
    };
    let canvas = |properties: &str| {
        format!(
            "<w:r><w:drawing><wp:inline><wp:extent cx=\"2900000\" cy=\"900000\"/><wp:docPr id=\"1\" name=\"Box\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas\">\
             <lc:lockedCanvas xmlns:lc=\"http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas\"><a:nvGrpSpPr><a:cNvPr id=\"0\" name=\"\"/><a:cNvGrpSpPr/></a:nvGrpSpPr><a:grpSpPr/>\
             <a:sp><a:nvSpPr><a:cNvPr id=\"3\" name=\"t\"/><a:cNvSpPr/></a:nvSpPr><a:spPr/><a:txSp><a:txBody><a:bodyPr/><a:p><a:r>{properties}<a:t>{CANARY}</a:t></a:r></a:p></a:txBody><a:useSpRect/></a:txSp></a:sp>\
             </lc:lockedCanvas></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )
    };
    let inset = |insets: &str| text_box("", "", &run(CANARY)).replace("<wps:bodyPr/>", &format!("<wps:bodyPr {insets}/>"));
    let picture = |change: &dyn Fn(String) -> String| {
        let mut document = base();
        let id = document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
        let xml = format!(
            "<w:r><w:drawing><wp:inline><wp:extent cx=\"400000\" cy=\"400000\"/><wp:docPr id=\"1\" name=\"Picture\"/><a:graphic>\
             <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"Picture\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        );
        document.part("word/media/image1.png", "image/png", &png(PLAIN, &[])).inline(&change(xml))
    };
    wait_for_a_person(vec![
        ("a drawing hidden to some readers", base().inline(&floating("hidden=\"1\""))),
        ("a shape hidden by its reader's menu", shape(&boxed, "o:userhidden=\"t\"")),
        ("a template with words", template(&format!("<v:textpath on=\"t\" string=\"{CANARY}\"/>"))),
        ("a template with a text box", template(&boxed)),
        ("a transparent picture", picture(&|xml| xml.replace("/><a:stretch>", "><a:alphaModFix amt=\"0\"/></a:blip><a:stretch>"))),
        ("a picture that reaches out of its shape", picture(&|xml| xml.replace("<a:fillRect/>", "<a:fillRect b=\"-400000\"/>"))),
        ("white words in a locked drawing", base().inline(&canvas("<a:rPr><a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill></a:rPr>"))),
        ("tiny words in a locked drawing", base().inline(&canvas("<a:rPr sz=\"100\"/>"))),
        ("margins that leave no room", base().inline(&inset("tIns=\"9000000\""))),
        ("a corner off the page", base().inline(&floating("simplePos=\"1\"").replace("<wp:extent", "<wp:simplePos x=\"90000000\" y=\"90000000\"/><wp:extent"))),
        ("lines over each other", base().raw(&format!("<w:p><w:pPr><w:spacing w:line=\"1\" w:lineRule=\"auto\"/></w:pPr>{}</w:p>", run(CANARY)))),
        ("an indent of many letters", base().raw(&format!("<w:p><w:pPr><w:ind w:leftChars=\"50000\" w:left=\"0\"/></w:pPr>{}</w:p>", run(CANARY)))),
        ("a share of the page", base().inline(&format!("<w:r><w:pict><v:rect style=\"position:absolute;width:100pt;height:30pt;mso-left-percent:9000;mso-position-horizontal-relative:page\">{boxed}</v:rect></w:pict></w:r>"))),
        ("a member of a group far off", base().inline(&format!("<w:r><w:pict><v:group style=\"position:absolute;width:100pt;height:100pt\" coordsize=\"1000,1000\"><v:rect style=\"position:absolute;left:900000;top:900000;width:1000;height:300\">{boxed}</v:rect></v:group></w:pict></w:r>"))),
        ("a cell without width", base().raw(&format!("<w:tbl><w:tblPr><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"4000\"/><w:gridCol w:w=\"1\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w=\"4000\" w:type=\"dxa\"/></w:tcPr><w:p/></w:tc><w:tc><w:tcPr><w:tcW w:w=\"1\" w:type=\"dxa\"/></w:tcPr><w:p>{}</w:p></w:tc></w:tr></w:tbl>", run(CANARY)))),
    ]);
    are_released(vec![
        ("a shape", shape(&boxed, "")),
        ("a drawing", base().inline(&floating("hidden=\"0\""))),
        ("words in a locked drawing", base().inline(&canvas("<a:rPr sz=\"1000\"/>"))),
        ("usual margins", base().inline(&inset("lIns=\"91440\" tIns=\"45720\" rIns=\"91440\" bIns=\"45720\""))),
        ("single lines", base().raw(&format!("<w:p><w:pPr><w:spacing w:line=\"240\" w:lineRule=\"auto\"/></w:pPr>{}</w:p>", run(CANARY)))),
        ("a member of a group", base().inline(&format!("<w:r><w:pict><v:group style=\"position:absolute;width:100pt;height:100pt\" coordsize=\"1000,1000\"><v:rect style=\"position:absolute;left:0;top:0;width:1000;height:300\">{boxed}</v:rect></v:group></w:pict></w:r>"))),
    ]);
    // What is switched off is not drawn, and goes.
    let switched_off = sanitised(&shape(&format!("<v:textpath on=\"f\" string=\"{CANARY}\"/>"), "").build(), "accept");
    assert!(places_of(&switched_off, CANARY).is_empty());
    let small = sanitised(&picture(&|xml| xml.replace("400000", "1")).build(), "accept");
    assert!(!zip::read(&small).iter().any(|(name, _)| name.starts_with("word/media/")), "a picture of no size goes");
    let pictures = |inner: &str, attributes: &str| {
        let mut document = base();
        let id = document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
        let other = document.relate("word/document.xml", &format!("{R}/image"), "media/image2.png", false);
        let inner = inner.replace("ONE", &id).replace("TWO", &other);
        let shape = format!("<w:r><w:pict><v:shape style=\"width:100pt;height:30pt\" {attributes}>{inner}</v:shape></w:pict></w:r>");
        let rows: Vec<&[u8]> = vec![&[9u8; 9]; 9];
        let document = document.part("word/media/image1.png", "image/png", &png(PLAIN, &[])).part(
            "word/media/image2.png",
            "image/png",
            &png(&rows, &[]),
        );
        zip::read(&sanitised(&document.inline(&shape).build(), "accept")).iter().filter(|(name, _)| name.starts_with("word/media/")).count()
    };
    assert_eq!(pictures("<v:fill r:id=\"ONE\" type=\"frame\"/>", ""), 1);
    assert_eq!(pictures("<v:fill on=\"f\" r:id=\"ONE\" type=\"frame\"/>", ""), 0);
    assert_eq!(pictures("<v:fill r:id=\"ONE\" type=\"frame\"/>", "filled=\"f\""), 0);
    assert_eq!(pictures("<v:stroke on=\"f\" r:id=\"ONE\"/>", ""), 0);
    assert_eq!(pictures("<v:imagedata r:id=\"ONE\" r:pict=\"TWO\"/>", ""), 1);
}

#[test]
fn a_symbol_keeps_the_text_that_older_readers_show_for_it() {
    let symbol = |fallback: &str| {
        format!(
            "<w:r><mc:AlternateContent xmlns:w16se=\"http://schemas.microsoft.com/office/word/2015/wordml/symex\"><mc:Choice Requires=\"w16se\">\
             <w16se:symEx w16se:font=\"Segoe UI Emoji\" w16se:char=\"1F60F\"/></mc:Choice><mc:Fallback><w:t>{fallback}</w:t></mc:Fallback></mc:AlternateContent></w:r>"
        )
    };
    let document = |fallback: &str| part_of(&sanitised(&base().inline(&symbol(fallback)).build(), "accept"), "word/document.xml").unwrap();
    assert!(document("\u{1f60f}").contains("<w:t>\u{1f60f}</w:t>"));
    let other = document(&format!("\u{1f60f}{CANARY}"));
    assert!(!other.contains(CANARY) && other.contains("w16se:char=\"1F60F\""));
}

#[test]
fn a_fallback_stays_when_it_shows_the_picture_of_the_choice_from_a_part_of_its_own() {
    let document = |other: &[u8]| {
        let mut docx = base();
        for (name, bytes) in [("one", &png(PLAIN, &[])[..]), ("two", other)] {
            let name = format!("word/media/{name}.png");
            docx = docx.related("word/document.xml", &format!("{R}/image"), &name, "image/png", bytes);
        }
        let alternatives = "<w:r><mc:AlternateContent><mc:Choice Requires=\"v\"><w:pict><v:shape style=\"width:40pt;height:40pt\"><v:imagedata r:id=\"rId1\"/></v:shape></w:pict></mc:Choice>\
             <mc:Fallback><w:drawing><wp:inline><wp:extent cx=\"508000\" cy=\"508000\"/><wp:docPr id=\"1\" name=\"a\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
             <pic:pic><pic:nvPicPr><pic:cNvPr id=\"0\" name=\"a\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rId2\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr/></pic:pic>\
             </a:graphicData></a:graphic></wp:inline></w:drawing></mc:Fallback></mc:AlternateContent></w:r>";
        part_of(&sanitised(&docx.inline(alternatives).build(), "accept"), "word/document.xml").unwrap()
    };
    assert!(document(&png(PLAIN, &[])).contains("<mc:Fallback>"));
    assert!(!document(&png(&[&[0x11; 8]], &[])).contains("Fallback"));
}

#[test]
fn a_diagram_finds_its_layout_under_neutral_names() {
    const DIAGRAM: &str = "http://schemas.openxmlformats.org/drawingml/2006/diagram";
    let named = |part: &str, content: &str| {
        format!(
            "<dgm:{part} xmlns:dgm=\"{DIAGRAM}\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">{content}</dgm:{part}>"
        )
    };
    let data = named(
        "dataModel",
        &format!(
            "<dgm:ptLst><dgm:pt modelId=\"1\"><dgm:prSet/><dgm:t><a:bodyPr/><a:p><a:r><a:t>Shown.</a:t></a:r></a:p></dgm:t></dgm:pt>\
             <dgm:pt modelId=\"2\" type=\"pres\"><dgm:prSet presAssocID=\"1\" presName=\"{CANARY}\"/></dgm:pt></dgm:ptLst><dgm:cxnLst/>"
        ),
    );
    let layout = named(
        "layoutDef",
        &format!(
            "<dgm:layoutNode name=\"root\"><dgm:constrLst><dgm:constr type=\"w\" for=\"ch\" forName=\"{CANARY}\"/></dgm:constrLst>\
             <dgm:layoutNode name=\"{CANARY}\"/></dgm:layoutNode>"
        ),
    );
    let mut docx = base();
    let mut ids = Vec::new();
    for (kind, name, content) in [("diagramData", "data1", data), ("diagramLayout", "layout1", layout)] {
        docx = docx.part(
            &format!("word/diagrams/{name}.xml"),
            &format!("application/vnd.openxmlformats-officedocument.drawingml.{kind}+xml"),
            content.as_bytes(),
        );
        ids.push(docx.relate("word/document.xml", &format!("{R}/{kind}"), &format!("diagrams/{name}.xml"), false));
    }
    let copy = sanitised(
        &docx
            .inline(&format!(
                "<w:r><w:drawing><wp:inline><wp:extent cx=\"400000\" cy=\"400000\"/><wp:docPr id=\"1\" name=\"a\"/><a:graphic><a:graphicData uri=\"{DIAGRAM}\">\
                 <dgm:relIds xmlns:dgm=\"{DIAGRAM}\" r:dm=\"{}\" r:lo=\"{}\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
                ids[0], ids[1]
            ))
            .build(),
        "accept",
    );
    assert!(places_of(&copy, CANARY).is_empty());
    let (data, layout) = (part_of(&copy, "word/diagrams/data1.xml").unwrap(), part_of(&copy, "word/diagrams/layout1.xml").unwrap());
    let name = data.split("presName=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert!(
        layout.contains(&format!("forName=\"{name}\"")) && layout.contains(&format!("<dgm:layoutNode name=\"{name}\"")),
        "{name}: {layout}"
    );
}

#[test]
fn charts_of_word_2007_are_still_drawn_as_word_2007_meant_them() {
    let properties = |version: &str| {
        format!(
            "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Company>{CANARY}</Company><Application>Microsoft Office Word</Application><AppVersion>{version}</AppVersion></Properties>"
        )
    };
    let with = |version: &str, chart: bool| {
        let mut docx = base().related(
            "",
            &format!("{R}/extended-properties"),
            "docProps/app.xml",
            &format!("application/vnd.openxmlformats-officedocument.extended-properties+xml;{CANARY}"),
            properties(version).as_bytes(),
        );
        if chart {
            const CHART: &str = "http://schemas.openxmlformats.org/drawingml/2006/chart";
            let xml = format!("<c:chartSpace xmlns:c=\"{CHART}\"><c:chart><c:plotArea/></c:chart></c:chartSpace>");
            docx = docx.part("word/charts/chart1.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml", xml.as_bytes());
            let id = docx.relate("word/document.xml", &format!("{R}/chart"), "charts/chart1.xml", false);
            docx = docx.inline(&format!(
                "<w:r><w:drawing><wp:inline><wp:extent cx=\"400000\" cy=\"400000\"/><wp:docPr id=\"1\" name=\"a\"/><a:graphic><a:graphicData uri=\"{CHART}\">\
                 <c:chart xmlns:c=\"{CHART}\" r:id=\"{id}\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
            ));
        }
        let copy = sanitised(&docx.build(), "accept");
        assert!(places_of(&copy, CANARY).is_empty());
        assert_eq!(sanitised(&copy, "accept"), copy);
        part_of(&copy, "docProps/app.xml")
    };
    assert!(
        with("12.0000", true).unwrap().ends_with(
            "extended-properties\"><Application>Microsoft Office Word</Application><AppVersion>12.0000</AppVersion></Properties>"
        )
    );
    assert_eq!((with("12.0000", false), with("16.0000", true)), (None, None));
}

#[test]
fn what_is_drawn_stays_with_its_words() {
    let bare = |instruction: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let legend = "<c:legend><c:legendPos val=\"r\"/></c:legend>";
    let drop_down = "<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:ddList><w:result w:val=\"1\"/><w:listEntry w:val=\"One\"/><w:listEntry w:val=\"Two\"/></w:ddList></w:ffData></w:fldChar></w:r>\
                     <w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>Two</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
    let (rule, styled) = (level(0, "", "Rule %1."), level(1, "<w:pStyle w:val=\"Rule\"/>", "Part %2."));
    let style = "<w:style w:type=\"paragraph\" w:styleId=\"Rule\"><w:name w:val=\"Rule\"/><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style>";
    for (docx, part, shown) in [
        (chart("Sales", "", &category("North"), "", legend), "word/charts/chart1.xml", "<c:v>Sales</c:v>"),
        (chart("Sales", "", &category("North"), "", legend), "word/charts/chart1.xml", "<c:v>North</c:v>"),
        (base().inline(&bare("LISTNUM LegalDefault \\l 2")), "word/document.xml", "LISTNUM LegalDefault \\l 2"),
        (base().inline(&bare("SYMBOL A \\f Wingdings")), "word/document.xml", "SYMBOL A"),
        (list(&rule, "").raw(&item(1, 0, &run("Item."))), "word/numbering.xml", "Rule %1."),
        (list(&format!("{rule}{styled}"), "").styles(style).styled("Rule", "Item."), "word/numbering.xml", "Part %2."),
        // A field may number by any level, and its name may be split over runs.
        (
            list(&format!("{rule}{}", level(1, "", "Part %2.")), "")
                .raw(&item(1, 0, &run("Item.")))
                .inline(&bare("LIST</w:instrText></w:r><w:r><w:instrText>NUM \\l 2")),
            "word/numbering.xml",
            "Part %2.",
        ),
        (
            base().inline(&format!(
                "<zz:wrap xmlns:zz=\"urn:zz\" mc:Ignorable=\"zz\" mc:ProcessContent=\"zz:wrap\">{}</zz:wrap>",
                run("Wrapped.")
            )),
            "word/document.xml",
            "Wrapped.",
        ),
        (base().inline(drop_down), "word/document.xml", "Two"),
    ] {
        let text = part_of(&sanitised(&docx.build(), "accept"), part).unwrap();
        assert_eq!(text.matches(shown).count(), 1, "{shown}: {text}");
    }
}

/// A drawing with a pen, as Word stores it; `fallback` is what readers show that know no ink.
fn ink(properties: &str, fallback: &str) -> String {
    let drawing = format!(
        "<w:drawing><wp:inline><wp:extent cx=\"400000\" cy=\"400000\"/><wp:docPr id=\"7\" name=\"Ink 7\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingInk\"><w14:contentPart bwMode=\"auto\" r:id=\"rId1\">\
         <w14:nvContentPartPr><w14:cNvContentPartPr {properties}/></w14:nvContentPartPr><w14:xfrm><a:off x=\"0\" y=\"0\"/>\
         <a:ext cx=\"400000\" cy=\"400000\"/></w14:xfrm></w14:contentPart></a:graphicData></a:graphic></wp:inline></w:drawing>"
    );
    let drawn = match fallback {
        "" => drawing,
        _ => format!(
            "<mc:AlternateContent xmlns:wpi=\"http://schemas.microsoft.com/office/word/2010/wordprocessingInk\"><mc:Choice Requires=\"wpi\">{drawing}</mc:Choice>\
             <mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
        ),
    };
    format!("<w:r>{drawn}</w:r>")
}

#[test]
fn comments_in_ink_go_with_their_pictures_and_drawings_in_ink_stay_or_wait() {
    let shape = |inside: &str| {
        format!(
            "<w:pict><v:shapetype id=\"_x0000_t75\"/><v:shape type=\"#_x0000_t75\" style=\"width:30pt;height:30pt\">\
             <v:imagedata r:id=\"rId2\"/>{inside}</v:shape></w:pict>"
        )
    };
    let picture = shape("");
    let others = "<w:pict><v:group style=\"width:60pt;height:30pt\"><v:shape style=\"width:30pt;height:30pt\"><v:imagedata r:id=\"rId2\"/>\
                  <o:ink i=\"AAAA\" annotation=\"t\"/></v:shape><v:rect style=\"width:9pt;height:9pt\"/></v:group></w:pict>";
    for (what, drawn, status, pictures, told) in [
        ("a comment", ink("", &picture), "sanitised", 0, true),
        ("a comment that says so", ink("isComment=\"1\"", &picture), "sanitised", 0, true),
        ("a comment without a picture", ink("", ""), "sanitised", 0, true),
        ("a drawing", ink("isComment=\"0\"", &picture), "sanitised", 1, false),
        ("a drawing without a picture", ink("isComment=\"false\"", ""), "review", 0, true),
        ("a comment of an older version", format!("<w:r>{}</w:r>", shape("<o:ink i=\"AAAA\" annotation=\"t\"/>")), "sanitised", 0, true),
        ("a drawing of an older version", format!("<w:r>{}</w:r>", shape("<o:ink i=\"AAAA\"/>")), "sanitised", 1, false),
        ("a comment among other drawings", format!("<w:r>{others}</w:r>"), "review", 0, true),
    ] {
        let mut document = base().inline(&drawn);
        document.relate("word/document.xml", &format!("{R}/customXml"), "ink/ink1.xml", false);
        document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
        let strokes = format!("<ink xmlns=\"http://www.w3.org/2003/InkML\"><trace>1 2, 3 4</trace><note>{CANARY}</note></ink>");
        let document = document.part("word/ink/ink1.xml", "application/inkml+xml", strokes.as_bytes()).part(
            "word/media/image1.png",
            "image/png",
            &png(PLAIN, &[]),
        );
        let folder = Folder::new();
        folder.write("in/a.docx", &document.build());
        let ran = sanitise(&folder, "accept");
        let file = ran.files().remove(0);
        assert_eq!(file["status"], status, "{what}: {file:#}");
        let removed = file["removed"].as_array().is_some_and(|removed| removed.iter().any(|removed| removed["kind"] == "ink"));
        assert_eq!(removed || status == "review", told, "{what}: {file:#}");
        if status == "sanitised" {
            let copy = std::fs::read(folder.path("out-accept/a.docx")).unwrap();
            assert!(places_of(&copy, CANARY).is_empty(), "{what}");
            let names: Vec<String> = zip::read(&copy).into_iter().map(|(name, _)| name).collect();
            assert_eq!(names.iter().filter(|name| name.contains("/media/")).count(), pictures, "{what}: {names:?}");
        }
    }
}

#[test]
fn a_title_without_words_keeps_the_name_of_the_one_series_that_a_pie_draws() {
    let series = |name: &str| {
        format!(
            "<c:ser><c:idx val=\"1\"/><c:order val=\"1\"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val=\"1\"/>{}</c:strCache></c:strRef></c:tx>\
             <c:val><c:numRef><c:f>Sheet1!$B$2</c:f><c:numCache><c:ptCount val=\"1\"/>{}</c:numCache></c:numRef></c:val></c:ser>",
            category(name),
            category("3")
        )
    };
    let part = "word/charts/chart1.xml";
    let of_two = |first: &str, second: &str, title: &str| {
        chart(first, "", &category("B"), "", "").change_part(part, "<c:autoTitleDeleted val=\"1\"/>", title).change_part(
            part,
            "</c:ser>",
            &format!("</c:ser>{}", series(second)),
        )
    };
    let pie = |kind: &str, chart: crate::support::docx::Docx| {
        chart.change_part(part, "<c:barChart><c:barDir val=\"col\"/>", &format!("<c:{kind}>")).change_part(
            part,
            "</c:barChart>",
            &format!("</c:{kind}>"),
        )
    };
    let titled = "<c:title><c:overlay val=\"0\"/></c:title><c:autoTitleDeleted val=\"0\"/>";
    let untitled = "<c:title><c:overlay val=\"0\"/></c:title><c:autoTitleDeleted val=\"1\"/>";
    are_released(vec![("the first series of a pie", pie("pie3DChart", of_two(CANARY, "other", titled)))]);
    for (what, document) in [
        ("the second series of a pie", pie("pieChart", of_two("first", CANARY, titled))),
        ("the first series of a pie without a title", pie("pieChart", of_two(CANARY, "other", untitled))),
        ("the first of several series that are all drawn", pie("doughnutChart", of_two(CANARY, "other", titled))),
    ] {
        assert!(places_of(&sanitised(&document.build(), "accept"), CANARY).is_empty(), "{what}");
    }
}
