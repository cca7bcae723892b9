//! Shapes and pictures that are drawn over words.

use crate::support::docx::{Docx, R, run};
use crate::{BLACK_BOX, CANARY, PLAIN, are_released, base, floating_shape, picture_of, png, text_box, wait_for_a_person};

#[test]
fn a_shape_drawn_over_text_waits_for_a_person() {
    let shape = |behind: &str, wrap: &str, fill: &str, y: i64| {
        format!(
            "<w:r><w:drawing><wp:anchor behindDoc=\"{behind}\"><wp:simplePos x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"column\"><wp:posOffset>0</wp:posOffset></wp:positionH>\
             <wp:positionV relativeFrom=\"paragraph\"><wp:posOffset>{y}</wp:posOffset></wp:positionV><wp:extent cx=\"3000000\" cy=\"200000\"/><{wrap}/><wp:docPr id=\"1\" name=\"Box\"/><a:graphic>\
             <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr/><wps:spPr><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>{fill}</wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
        )
    };
    let black = "<a:solidFill><a:srgbClr val=\"000000\"/></a:solidFill>";
    let over = |drawing: &str| base().raw(&format!("<w:p>{}{drawing}</w:p>", run(CANARY)));
    let vml = |style: &str| {
        format!(
            "<w:r><w:pict><v:rect fillcolor=\"black\" style=\"position:absolute;margin-left:0;margin-top:0;width:200pt;height:14pt;{style}\"/></w:pict></w:r>"
        )
    };
    // Nine rows of nine pixels: all of one grey, or of many.
    let many: Vec<Vec<u8>> = (0..9).map(|row| (0..9).map(|column| row * 28 + column).collect()).collect();
    let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
    let picture = |rows: &[&[u8]]| {
        let mut document = base();
        let id = document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
        let xml = shape("0", "wp:wrapNone", "", 0);
        let (start, end) = (xml.find("<a:graphicData").unwrap(), xml.find("</a:graphic>").unwrap());
        let drawn = format!(
            "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"Picture\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr/></pic:pic></a:graphicData>"
        );
        let xml = format!("{}{drawn}{}", &xml[..start], &xml[end..]);
        document.part("word/media/image1.png", "image/png", &png(rows, &[])).raw(&format!("<w:p>{}{xml}</w:p>", run(CANARY)))
    };
    let labelled = |words: &str, y: i64| {
        let label = format!("<wps:txbx><w:txbxContent><w:p>{}</w:p></w:txbxContent></wps:txbx><wps:bodyPr/>", run(words));
        shape("0", "wp:wrapNone", "<a:solidFill><a:srgbClr val=\"EEEEEE\"/></a:solidFill>", y)
            .replace("cy=\"200000\"", "cy=\"900000\"")
            .replace("<wps:bodyPr/>", &label)
    };
    let blank = "<w:p><w:pPr><w:rPr><w:sz w:val=\"22\"/></w:rPr></w:pPr></w:p>";
    let above = |between: &str, y: i64| {
        base().raw(&format!("<w:p>{}</w:p>{between}<w:p>{}</w:p>", shape("0", "wp:wrapNone", black, y), run(CANARY)))
    };
    let room = text_box("", "", "");
    wait_for_a_person(vec![
        ("a picture of one colour", picture(PLAIN)),
        ("a picture of many colours", picture(&many)),
        ("over a line below", above(blank, 400_000)),
        ("over its own line", over(&shape("0", "wp:wrapNone", black, 0))),
        ("over the lines above", base().para(CANARY).raw(&format!("<w:p>{}</w:p>", shape("0", "wp:wrapNone", black, -200_000)))),
        ("with a label on it", over(&labelled("[redacted: s.40(2)]", 0))),
        ("a white one", over(&shape("0", "wp:wrapNone", "<a:solidFill><a:schemeClr val=\"bg1\"/></a:solidFill>", 0))),
        ("in VML", over(&vml("z-index:5"))),
    ]);
    are_released(vec![
        ("behind the text", over(&shape("1", "wp:wrapNone", black, 0))),
        ("beside the text", over(&shape("0", "wp:wrapSquare wrapText=\"bothSides\"", black, 0))),
        ("without fill", over(&shape("0", "wp:wrapNone", "<a:noFill/>", 0))),
        ("over blank lines", above(&blank.repeat(3), 100_000)),
        ("beside a drawing that makes room", above(&format!("<w:p>{room}</w:p>"), 250_000)),
        ("a text box of many words", over(&labelled(&"words ".repeat(20), 0))),
        ("a label beside its own blank lines", over(&labelled("Figure 1", 900_000))),
        ("far below its line", over(&shape("0", "wp:wrapNone", black, 900_000))),
        ("behind the text, in VML", over(&vml("z-index:-5"))),
    ]);
}

/// A document with such a picture, of many colours, and a drawing in the same paragraph; the words stand above.
fn over_picture(floats: bool, drawing: &str) -> Docx {
    let many: Vec<Vec<u8>> = (0..9).map(|row| (0..9).map(|column| row * 28 + column).collect()).collect();
    let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
    let mut document = base();
    let picture = picture_of(&mut document, floats);
    document.part("word/media/image1.png", "image/png", &png(&many, &[])).para(CANARY).raw(&format!("<w:p>{picture}{drawing}</w:p>"))
}

#[test]
fn a_shape_drawn_over_a_picture_or_a_box_waits_for_a_person() {
    let boxed = |words: &str| format!("<wps:txbx><w:txbxContent><w:p>{}</w:p></w:txbxContent></wps:txbx>", run(words));
    let outlined = "<a:prstGeom prst=\"ellipse\"><a:avLst/></a:prstGeom><a:noFill/><a:ln w=\"25400\"><a:solidFill><a:srgbClr val=\"FF0000\"/></a:solidFill></a:ln>";
    let clear = "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/>";
    let arrow = BLACK_BOX.replace("\"rect\"", "\"rightArrow\"");
    let bar = floating_shape(9, [20, 50, 120, 20], BLACK_BOX, "");
    let two_boxes = |order: u32, place: [i64; 4]| {
        base().inline(&format!(
            "{}{}",
            floating_shape(5, [0, 100, 200, 60], clear, &boxed(CANARY)),
            floating_shape(order, place, BLACK_BOX, "")
        ))
    };
    let group = |members: &str| {
        format!(
            "<w:r><w:drawing><wp:anchor behindDoc=\"0\" relativeHeight=\"9\"><wp:simplePos x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"page\"><wp:posOffset>0</wp:posOffset></wp:positionH>\
             <wp:positionV relativeFrom=\"page\"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx=\"2540000\" cy=\"2540000\"/><wp:wrapSquare wrapText=\"bothSides\"/><wp:docPr id=\"7\" name=\"Group\"/><a:graphic>\
             <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup\"><wpg:wgp xmlns:wpg=\"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup\"><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"2540000\" cy=\"2540000\"/><a:chOff x=\"0\" y=\"0\"/><a:chExt cx=\"2540000\" cy=\"2540000\"/></a:xfrm></wpg:grpSpPr>{members}</wpg:wgp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
        )
    };
    let member = |x: u32, y: u32, fill: &str, inside: &str| {
        format!(
            "<wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"1500000\" cy=\"500000\"/></a:xfrm>{fill}</wps:spPr>{inside}<wps:bodyPr/></wps:wsp>"
        )
    };
    let (words, cover) = (member(0, 0, clear, &boxed(CANARY)), member(0, 0, BLACK_BOX, ""));
    let second = |left: u32| {
        let drawn = over_picture(true, "").document_xml();
        let drawn = &drawn[drawn.find("<w:r><w:drawing>").unwrap()..drawn.find("</w:drawing></w:r>").unwrap()];
        let above = drawn.replace("relativeHeight=\"5\"", "relativeHeight=\"9\"");
        above.replacen("<wp:posOffset>0<", &format!("<wp:posOffset>{left}<"), 1) + "</w:drawing></w:r>"
    };
    let vml = |z: i32| {
        base().inline(&format!(
            "<w:r><w:pict><v:rect filled=\"f\" style=\"position:absolute;margin-left:0;margin-top:50pt;width:200pt;height:40pt;z-index:5\"><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r>\
             <w:r><w:pict><v:rect fillcolor=\"black\" style=\"position:absolute;margin-left:0;margin-top:50pt;width:200pt;height:30pt;z-index:{z}\"/></w:pict></w:r>",
            run(CANARY)
        ))
    };
    // Letters that run downwards keep away from the ends of their box as far as it says.
    let downwards = |inset: &str| {
        base().inline(&format!(
            "<w:r><w:pict><v:rect filled=\"f\" style=\"position:absolute;margin-left:0;margin-top:50pt;width:90pt;height:400pt;z-index:5\"><v:textbox style=\"layout-flow:vertical\" {inset}><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r>\
             <w:r><w:pict><v:oval fillcolor=\"black\" style=\"position:absolute;margin-left:10pt;margin-top:380pt;width:60pt;height:60pt;z-index:9\"/></w:pict></w:r>",
            run(CANARY)
        ))
    };
    wait_for_a_person(vec![
        ("where letters that run downwards may be", downwards("inset=\"4pt,54pt,4pt,60pt\"")),
        ("over a picture in a line", over_picture(false, &bar)),
        ("over a picture that floats", over_picture(true, &bar)),
        ("a label over all of a picture", over_picture(true, &floating_shape(9, [0, 0, 200, 200], BLACK_BOX, &boxed("A")))),
        ("a picture over all of a picture", over_picture(true, &second(0))),
        ("a box over all of a box", base().inline(&group(&format!("{words}{}", member(0, 0, BLACK_BOX, &boxed("A")))))),
        ("over a box", two_boxes(9, [0, 100, 150, 30])),
        ("over a box in a group", base().inline(&group(&format!("{words}{cover}")))),
        ("over a box, in VML", vml(9)),
    ]);
    are_released(vec![
        ("an outlined circle over a picture", over_picture(false, &floating_shape(9, [20, 50, 60, 60], outlined, ""))),
        ("an arrow over a picture", over_picture(true, &floating_shape(9, [20, 50, 60, 60], &arrow, ""))),
        ("a label over a picture", over_picture(true, &floating_shape(9, [20, 50, 60, 60], BLACK_BOX, &boxed("A")))),
        ("a clear label over all of a picture", over_picture(true, &floating_shape(9, [0, 0, 200, 200], clear, &boxed("A")))),
        ("a picture over some of a picture", over_picture(true, &second(635_000))),
        ("a shape beside a picture", over_picture(true, &floating_shape(9, [220, 50, 60, 60], BLACK_BOX, ""))),
        ("a shape below a box", two_boxes(9, [0, 170, 150, 30])),
        ("a shape behind a box", two_boxes(3, [0, 100, 150, 30])),
        ("a shape behind a box in a group", base().inline(&group(&format!("{cover}{words}")))),
        ("a shape beside a box in a group", base().inline(&group(&format!("{words}{}", member(0, 600_000, BLACK_BOX, ""))))),
        ("behind a box, in VML", vml(3)),
        ("where letters that run downwards are not", downwards("inset=\"4pt,54pt,4pt,180pt\"")),
    ]);
}

#[test]
fn boxes_in_boxes_are_gone_through_a_few_times_only() {
    let open = "<w:r><w:pict><v:rect filled=\"f\" style=\"position:absolute;width:200pt;height:40pt\"><v:textbox><w:txbxContent><w:p>";
    let close = "</w:p></w:txbxContent></v:textbox></v:rect></w:pict></w:r>";
    let nested = |depth: usize| base().inline(&format!("{}{}{}", open.repeat(depth), run(CANARY).repeat(depth), close.repeat(depth)));
    are_released(vec![("a box in a box", nested(2)), ("thirty of them", nested(30))]);
}

#[test]
fn a_shape_over_the_next_cell_a_header_a_number_or_a_thick_line_waits_for_a_person() {
    let bar = |left: i64| floating_shape(9, [left, 0, 100, 20], BLACK_BOX, "");
    let cell = |inner: &str| format!("<w:tc><w:tcPr><w:tcW w:w=\"2000\" w:type=\"dxa\"/></w:tcPr><w:p>{inner}</w:p></w:tc>");
    let table = |left: i64| {
        base().raw(&format!(
            "<w:tbl><w:tblGrid><w:gridCol w:w=\"2000\"/><w:gridCol w:w=\"2000\"/></w:tblGrid><w:tr>{}{}</w:tr></w:tbl>",
            cell(&bar(left)),
            cell(&run(CANARY))
        ))
    };
    let header = |left: i64| base().header(&format!("<w:p>{}{}</w:p>", run(CANARY), bar(left)));
    let line = |width: u32, colour: &str| {
        let properties = format!(
            "<a:prstGeom prst=\"line\"><a:avLst/></a:prstGeom><a:ln w=\"{width}\"><a:solidFill><a:srgbClr val=\"FFFF00\">{colour}</a:srgbClr></a:solidFill></a:ln>"
        );
        base().inline(&format!("{}{}", run(CANARY), floating_shape(9, [0, 7, 200, 0], &properties, "")))
    };
    let vml_line = |weight: &str| {
        base().inline(&format!(
            "{}<w:r><w:pict><v:line style=\"position:absolute;z-index:5\" from=\"0,7pt\" to=\"200pt,7pt\" strokeweight=\"{weight}\"/></w:pict></w:r>",
            run(CANARY)
        ))
    };
    wait_for_a_person(vec![
        ("over the next cell", table(105)),
        ("over the words of a header", header(0)),
        ("a thick line", line(180_000, "")),
        ("a thick line in VML", vml_line("14pt")),
    ]);
    are_released(vec![
        ("in its own cell", table(0)),
        ("beside the words of a header", header(300)),
        ("a thin line", line(12_700, "")),
        ("the line of a marker that is seen through", line(180_000, "<a:alpha val=\"40000\"/>")),
        ("a thin line in VML", vml_line("1pt")),
    ]);
}
