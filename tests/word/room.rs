//! Words without room on their page, in their section, cell or box.

use crate::support::cli::Folder;
use crate::support::docx::{R, run};
use crate::support::places_of;
use crate::{CANARY, are_released, base, sanitise, sanitised, wait_for_a_person, wml};

#[test]
fn sections_and_cells_without_room_for_text_wait_for_a_person() {
    let section = |inner: &str| base().raw(&format!("<w:p><w:pPr><w:sectPr>{inner}</w:sectPr></w:pPr>{}</w:p>", run(CANARY)));
    let page = "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>";
    let margins = |changed: &str, value: i32| {
        let of = |name: &str, usual: i32| format!("w:{name}=\"{}\" ", if name == changed { value } else { usual });
        let all: String =
            [("top", 1440), ("right", 1440), ("bottom", 1440), ("left", 1440), ("header", 708), ("footer", 708), ("gutter", 0)]
                .map(|(name, usual)| of(name, usual))
                .concat();
        section(&format!("{page}<w:pgMar {all}/>"))
    };
    let cell = |left: u32| {
        base().raw(&format!(
            "<w:tbl><w:tblPr><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w=\"4000\" w:type=\"dxa\"/><w:tcMar><w:left w:w=\"{left}\" w:type=\"dxa\"/></w:tcMar></w:tcPr><w:p>{}</w:p></w:tc></w:tr></w:tbl>",
            run(CANARY)
        ))
    };
    wait_for_a_person(vec![
        ("a page of a point", section("<w:pgSz w:w=\"20\" w:h=\"20\"/>")),
        ("a left margin as wide as the page", margins("left", 20_000)),
        ("a left margin far off the page", margins("left", -12_000)),
        ("a top margin as high as the page", margins("top", -20_000)),
        ("a gutter as wide as the page", margins("gutter", 20_000)),
        ("a header below the page", margins("header", 20_000)),
        ("a footer above the page", margins("footer", -3000)),
        (
            "a column without width",
            section(&format!("{page}<w:cols w:num=\"2\" w:equalWidth=\"0\"><w:col w:w=\"10\"/><w:col w:w=\"9000\"/></w:cols>")),
        ),
        (
            "characters over each other",
            section(&format!("{page}<w:docGrid w:type=\"linesAndChars\" w:linePitch=\"360\" w:charSpace=\"-50000\"/>")),
        ),
        ("a cell that is all margin", cell(20_000)),
    ]);
    are_released(vec![
        ("usual margins", margins("left", 1440)),
        ("a top margin that does not grow", margins("top", -1440)),
        (
            "two columns",
            section(&format!("{page}<w:cols w:num=\"2\" w:equalWidth=\"0\"><w:col w:w=\"3000\"/><w:col w:w=\"5000\"/></w:cols>")),
        ),
        (
            "a grid of an eastern script",
            section(&format!("{page}<w:docGrid w:type=\"linesAndChars\" w:linePitch=\"360\" w:charSpace=\"-2000\"/>")),
        ),
        ("a cell with a margin", cell(400)),
    ]);
}

#[test]
fn a_text_box_that_grows_with_its_text_has_room() {
    let drawn = |fit: &str| {
        format!(
            "<w:p><w:r><w:drawing><wp:inline><wp:extent cx=\"2518410\" cy=\"635\"/><wp:docPr id=\"1\" name=\"a\"/>\
             <a:graphic><a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr txBox=\"1\"/>\
             <wps:spPr><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent><w:p>{}</w:p></w:txbxContent></wps:txbx>\
             <wps:bodyPr>{fit}</wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>",
            run("A caption.")
        )
    };
    let shape = |fit: &str| {
        format!(
            "<w:p><w:r><w:pict><v:rect style=\"width:100pt;height:.05pt\"><v:textbox style=\"{fit}\"><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>",
            run("A caption.")
        )
    };
    for (place, status) in [
        (drawn("<a:spAutoFit/>"), "sanitised"),
        (drawn("<a:noAutofit/>"), "review"),
        (shape("mso-fit-shape-to-text:t"), "sanitised"),
        (shape(""), "review"),
    ] {
        let folder = Folder::new();
        folder.write("in/a.docx", &base().raw(&place).build());
        let file = sanitise(&folder, "accept").files().remove(0);
        assert_eq!(file["status"], status, "{place}: {file:#}");
    }
}

#[test]
fn text_that_its_box_cuts_off_waits_for_a_person() {
    let drawn = |lines: usize, fit: &str| {
        let text = format!("<w:p>{}</w:p>", run("A line of text in a box that does not grow.")).repeat(lines);
        format!(
            "<w:p><w:r><w:drawing><wp:inline><wp:extent cx=\"1800000\" cy=\"900000\"/><wp:docPr id=\"1\" name=\"a\"/>\
             <a:graphic><a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr txBox=\"1\"/>\
             <wps:spPr><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx>\
             <wps:bodyPr>{fit}</wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        )
    };
    let shape = |lines: usize, size: u32| {
        let text = format!("<w:p><w:r><w:rPr><w:sz w:val=\"{size}\"/></w:rPr><w:t>Words.</w:t></w:r></w:p>").repeat(lines);
        format!(
            "<w:p><w:r><w:pict><v:rect style=\"width:150pt;height:60pt\"><v:textbox><w:txbxContent>{text}</w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>"
        )
    };
    let row = |text: &str, cell: &str| {
        format!(
            "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"2000\"/></w:tblGrid><w:tr><w:trPr><w:trHeight w:val=\"300\" w:hRule=\"exact\"/></w:trPr>\
             <w:tc><w:tcPr><w:tcW w:w=\"2000\" w:type=\"dxa\"/>{cell}</w:tcPr><w:p>{}</w:p></w:tc></w:tr></w:tbl>",
            run(text)
        )
    };
    let frame = |text: &str| format!("<w:p><w:pPr><w:framePr w:w=\"2000\" w:h=\"300\" w:hRule=\"exact\"/></w:pPr>{}</w:p>", run(text));
    let below = "</w:tr><w:tr><w:tc><w:tcPr><w:tcW w:w=\"2000\" w:type=\"dxa\"/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>";
    let long = "Much more text than a row of this height can ever show. ".repeat(3);
    for (place, status) in [
        (drawn(2, "<a:noAutofit/>"), "sanitised"),
        (drawn(40, "<a:noAutofit/>"), "review"),
        (drawn(20, "<a:spAutoFit/>"), "sanitised"),
        // Higher than the page.
        (drawn(40, "<a:spAutoFit/>"), "review"),
        (shape(3, 24), "sanitised"),
        (shape(30, 24), "review"),
        (shape(3, 240), "review"),
        (row("A short text.", ""), "sanitised"),
        (row(&long, ""), "review"),
        // The cell goes on below, or says so where there is nothing below.
        (row(&long, "<w:vMerge w:val=\"restart\"/>").replace("</w:tr></w:tbl>", below), "sanitised"),
        (row(&long, "<w:vMerge w:val=\"restart\"/>"), "review"),
        (frame("A short text."), "sanitised"),
        (frame(&long), "review"),
    ] {
        let folder = Folder::new();
        folder.write("in/a.docx", &base().raw(&place).build());
        let file = sanitise(&folder, "accept").files().remove(0);
        assert_eq!(file["status"], status, "{place}: {file:#}");
    }
}

#[test]
fn text_without_a_place_on_the_page_waits_for_a_person() {
    let run_with = |properties: &str| format!("<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{CANARY}</w:t></w:r></w:p>");
    let paragraph_with = |properties: &str| format!("<w:p><w:pPr>{properties}</w:pPr>{}</w:p>", run(CANARY));
    let table_with = |table: &str, row: &str| {
        format!(
            "<w:tbl><w:tblPr>{table}</w:tblPr><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:trPr>{row}</w:trPr><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>",
            run(CANARY)
        )
    };
    let shape_with = |style: &str| {
        format!(
            "<w:p><w:r><w:pict><v:rect style=\"{style}\"><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>",
            run(CANARY)
        )
    };
    let places = [
        run_with("<w:position w:val=\"-3000\"/>"),
        run_with("<w:spacing w:val=\"-400\"/>"),
        run_with("<w:fitText w:val=\"1\"/>"),
        paragraph_with("<w:spacing w:line=\"1\" w:lineRule=\"exact\"/>"),
        paragraph_with("<w:ind w:left=\"-20000\"/>"),
        paragraph_with("<w:ind w:left=\"31000\"/>"),
        paragraph_with("<w:framePr w:w=\"2000\" w:hAnchor=\"page\" w:vAnchor=\"page\" w:x=\"-4000\" w:y=\"1\"/>"),
        paragraph_with("<w:framePr w:w=\"1\" w:h=\"1\" w:hRule=\"exact\" w:x=\"1\" w:y=\"1\"/>"),
        table_with("", "<w:trHeight w:val=\"1\" w:hRule=\"exact\"/>"),
        table_with("<w:tblpPr w:horzAnchor=\"page\" w:vertAnchor=\"page\" w:tblpX=\"-40000\" w:tblpY=\"1\"/>", ""),
        table_with("<w:tblInd w:w=\"-40000\" w:type=\"dxa\"/>", ""),
        shape_with("position:absolute;margin-left:-3000pt;width:100pt;height:50pt"),
        shape_with("position:absolute;left:10pt;top:-300pt;width:100pt;height:50pt;mso-position-vertical-relative:page"),
        shape_with("width:0;height:0"),
    ];
    for place in places {
        let folder = Folder::new();
        folder.write("in/a.docx", &base().raw(&place).build());
        let file = sanitise(&folder, "accept").files().remove(0);
        assert_eq!(file["status"], "review", "{place}: {file:#}");
    }
    // A level of a list can do the same.
    let numbering = "<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"none\"/><w:lvlText w:val=\"\"/><w:pPr><w:ind w:left=\"-20000\"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
    let listed = base().raw(&paragraph_with("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>")).related(
        "word/document.xml",
        &format!("{R}/numbering"),
        "word/numbering.xml",
        &wml("numbering"),
        numbering.as_bytes(),
    );
    let folder = Folder::new();
    folder.write("in/a.docx", &listed.build());
    assert_eq!(sanitise(&folder, "accept").files().remove(0)["status"], "review");
    // The same properties in common use release.
    let common = [
        run_with("<w:position w:val=\"-6\"/><w:spacing w:val=\"-10\"/>"),
        paragraph_with("<w:spacing w:line=\"240\" w:lineRule=\"exact\"/><w:ind w:left=\"720\" w:hanging=\"720\"/>"),
        table_with("<w:tblInd w:w=\"-108\" w:type=\"dxa\"/>", "<w:trHeight w:val=\"400\" w:hRule=\"exact\"/>"),
        shape_with("position:absolute;margin-left:-30pt;margin-top:10pt;width:100pt;height:50pt"),
        shape_with("position:absolute;margin-left:-3000pt;width:100pt;height:50pt;mso-position-horizontal:right"),
    ];
    for place in common {
        assert!(!places_of(&sanitised(&base().raw(&place).build(), "accept"), CANARY).is_empty(), "{place}");
    }
}
