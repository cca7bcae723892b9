//! XML parts of documents.

use std::fmt::Write as _;

use crate::support::docx::{Docx, R, W, paragraph, run};
use crate::support::zip::{Around, Member, write};
use crate::{Bomb, letters};

/// A document whose main part is replaced.
fn main_part(xml: Vec<u8>) -> Vec<u8> {
    let mut members = Docx::new().para("Words.").members();
    for member in &mut members {
        if member.name == "word/document.xml" {
            member.bytes = xml.clone();
        }
    }
    write(&members, &Around::default())
}

fn typed(declaration: &str, body: &str) -> Vec<u8> {
    main_part(format!("<?xml version=\"1.0\"?>{declaration}<w:document xmlns:w=\"{W}\"><w:body>{body}</w:body></w:document>").into_bytes())
}

fn body(xml: &str) -> Vec<u8> {
    Docx::new().raw(xml).build()
}

/// `open`, `count` times, then `inner`, then `close` as often.
fn nest(open: &str, close: &str, count: usize, inner: &str) -> String {
    format!("{}{inner}{}", open.repeat(count), close.repeat(count))
}

fn entities() -> String {
    let mut out = String::from("<!DOCTYPE lolz [<!ENTITY a0 \"lol\">");
    for level in 1..30 {
        let _ = write!(out, "<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10));
    }
    out + "]>"
}

fn numbered(count: usize, each: impl Fn(usize) -> String) -> String {
    (0..count).map(each).collect()
}

fn attributes(count: usize) -> String {
    let list = numbered(count, |n| format!(" w:a{n}=\"{n}\""));
    format!("<w:p{list}>{}</w:p>", run("Words."))
}

fn declarations(depth: usize, width: usize) -> String {
    let open = numbered(depth, |level| {
        format!("<w:sdt{}><w:sdtContent>", numbered(width, |n| format!(" xmlns:p{level}x{n}=\"urn:{level}:{n}\"")))
    });
    format!("{open}{}{}", paragraph(&run("Words.")), "</w:sdtContent></w:sdt>".repeat(depth))
}

/// Each level holds the next one twice: in the choice and in the fallback.
fn choices(depth: usize) -> String {
    if depth == 0 {
        return run("Words.");
    }
    let inner = choices(depth - 1);
    format!("<mc:AlternateContent><mc:Choice Requires=\"w14\">{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent>")
}

fn text_boxes(depth: usize) -> String {
    let open = "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>";
    nest(open, "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>", depth, &paragraph(&run("Words.")))
}

fn fields(count: usize, ended: bool) -> String {
    let begin = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> IF </w:instrText></w:r>";
    let end = "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>x</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
    paragraph(&format!("{}{}", begin.repeat(count), if ended { end.repeat(count) } else { String::new() }))
}

fn joined(count: usize) -> String {
    numbered(count, |n| {
        format!(
            "<w:p><w:pPr><w:rPr><w:del w:id=\"{n}\" w:author=\"A\" w:date=\"2020-01-01T00:00:00Z\"/></w:rPr></w:pPr><w:r><w:t>w{n} </w:t></w:r></w:p>"
        )
    })
}

fn changes(depth: usize) -> String {
    let pair = "<w:ins w:id=\"1\" w:author=\"A\" w:date=\"2020-01-01T00:00:00Z\"><w:del w:id=\"2\" w:author=\"A\" w:date=\"2020-01-01T00:00:00Z\">";
    paragraph(&nest(pair, "</w:del></w:ins>", depth, "<w:r><w:delText>x</w:delText></w:r>"))
}

fn style_chain(count: usize, closed: bool) -> Vec<u8> {
    let style = |n: usize| {
        let based = if n + 1 == count && !closed { String::new() } else { format!("<w:basedOn w:val=\"s{}\"/>", (n + 1) % count) };
        format!("<w:style w:type=\"paragraph\" w:styleId=\"s{n}\"><w:name w:val=\"s{n}\"/>{based}</w:style>")
    };
    let uses = numbered(200, |n| format!("<w:p><w:pPr><w:pStyle w:val=\"s{n}\"/></w:pPr>{}</w:p>", run("Words.")));
    Docx::new().styles(&numbered(count, style)).raw(&uses).build()
}

fn header_circle() -> Vec<u8> {
    let mut docx = Docx::new().header(&paragraph(&run("Head")));
    for _ in 0..50 {
        docx.relate("word/header1.xml", &format!("{R}/header"), "header1.xml", false);
        docx.relate("word/header1.xml", &format!("{R}/officeDocument"), "document.xml", false);
    }
    docx.para("Words.").build()
}

fn many_relationships(count: usize) -> Vec<u8> {
    let mut docx = Docx::new().para("Words.");
    for number in 0..count {
        docx.relate("word/document.xml", &format!("{R}/hyperlink"), &format!("https://example.org/{number}"), true);
    }
    docx.build()
}

fn wide_table() -> String {
    let cell = format!("<w:tc><w:tcPr><w:gridSpan w:val=\"2147483647\"/></w:tcPr>{}</w:tc>", paragraph(&run("x")));
    format!("<w:tbl><w:tblPr/><w:tblGrid>{}</w:tblGrid><w:tr>{}</w:tr></w:tbl>", "<w:gridCol w:w=\"1\"/>".repeat(60_000), cell.repeat(63))
}

/// `count` paragraphs with `width` attributes each, no two alike.
fn many_attributes(count: usize, width: usize) -> String {
    let list = numbered(width, |n| format!(" a{n}=\"\""));
    numbered(count, |n| format!("<w:p{list} zz=\"{n}{}\"/>", "y".repeat(n % 300)))
}

/// Headers that each have as many elements as a part may have.
fn large_headers(count: usize, elements: usize) -> Vec<u8> {
    let (mut docx, mut references) = (Docx::new().para("Words."), String::new());
    let xml = format!("<w:hdr xmlns:w=\"{W}\">{}</w:hdr>", "<w:p/>".repeat(elements));
    for number in 0..count {
        let name = format!("word/header9{number}.xml");
        let content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml";
        docx = docx.part(&name, content_type, xml.as_bytes());
        let id = docx.relate("word/document.xml", &format!("{R}/header"), &format!("header9{number}.xml"), false);
        let _ = write!(references, "<w:headerReference w:type=\"default\" r:id=\"{id}\"/>");
    }
    docx.raw(&format!("<w:p><w:pPr><w:sectPr>{references}</w:sectPr></w:pPr></w:p>")).build()
}

/// A chart whose shapes hold a chart, and so on.
fn chart_chain(count: usize) -> Vec<u8> {
    const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";
    let spaces = format!("xmlns:a=\"{DRAWING}/main\" xmlns:c=\"{DRAWING}/chart\" xmlns:r=\"{R}\"");
    let frame = |id: &str| {
        format!("<a:graphic {spaces}><a:graphicData uri=\"{DRAWING}/chart\"><c:chart r:id=\"{id}\"/></a:graphicData></a:graphic>")
    };
    let mut docx = Docx::new();
    for number in 0..count {
        let name = format!("word/charts/chart{number}.xml");
        let kind = if number % 2 == 0 { "chartUserShapes" } else { "chart" };
        let next = docx.relate(&name, &format!("{R}/{kind}"), &format!("chart{}.xml", number + 1), false);
        let (xml, content_type) = if number % 2 == 0 {
            let xml = format!("<c:chartSpace {spaces}><c:chart/><c:userShapes r:id=\"{next}\"/></c:chartSpace>");
            (xml, "application/vnd.openxmlformats-officedocument.drawingml.chart+xml")
        } else {
            let anchor = format!(
                "<cdr:relSizeAnchor xmlns:cdr=\"{DRAWING}/chartDrawing\"><cdr:graphicFrame>{}</cdr:graphicFrame></cdr:relSizeAnchor>",
                frame(&next)
            );
            let xml = format!("<c:userShapes {spaces}>{anchor}</c:userShapes>");
            (xml, "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml")
        };
        docx = docx.part(&name, content_type, xml.as_bytes());
    }
    let id = docx.relate("word/document.xml", &format!("{R}/chart"), "charts/chart0.xml", false);
    docx.raw(&format!(
        "<w:p><w:r><w:drawing><wp:inline><wp:extent cx=\"999999\" cy=\"999999\"/>{}</wp:inline></w:drawing></w:r></w:p>",
        frame(&id)
    ))
    .build()
}

/// As many links as there are relationships.
fn links(count: usize) -> Vec<u8> {
    let (mut docx, mut text) = (Docx::new(), String::new());
    for number in 0..count {
        let id = docx.relate("word/document.xml", &format!("{R}/hyperlink"), &format!("https://example.org/{number}"), true);
        let _ = write!(text, "<w:hyperlink r:id=\"{id}\">{}</w:hyperlink>", run("x"));
    }
    docx.raw(&paragraph(&text)).build()
}

/// Styles each of which rests on the one before it; the last is used.
fn style_chain_backwards(count: usize) -> Vec<u8> {
    let style = |n: usize| {
        let based = if n == 0 { String::new() } else { format!("<w:basedOn w:val=\"s{}\"/>", n - 1) };
        format!("<w:style w:type=\"paragraph\" w:styleId=\"s{n}\"><w:name w:val=\"s{n}\"/>{based}</w:style>")
    };
    let text = format!("<w:p><w:pPr><w:pStyle w:val=\"s{}\"/></w:pPr>{}</w:p>", count - 1, run("Words."));
    Docx::new().styles(&numbered(count, style)).raw(&text).build()
}

/// Fields in the results of others, with words in their code.
fn fields_in_results(count: usize) -> String {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let open = format!("{}<w:r><w:t>x</w:t></w:r>{}", mark("begin"), mark("separate"));
    format!("<w:p>{}{}</w:p>", open.repeat(count), mark("end").repeat(count))
}

/// Fields whose results hold fields in whose instructions there are fields.
fn fields_by_turns(count: usize) -> String {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let open = format!("{0}{0}{1}{2}", mark("begin"), mark("separate"), run("y"));
    paragraph(&format!("{}{}", nest(&open, &mark("end").repeat(2), count, ""), run("x")))
}

fn table(properties: &str, rows: &str) -> String {
    format!("<w:tbl>{properties}<w:tblGrid/>{rows}</w:tbl>{}", paragraph(""))
}

/// Tables without properties, or cells, in which each of many runs asks what is behind it.
fn coloured(rows: usize, paragraphs: usize) -> String {
    let run = "<w:p><w:r><w:rPr><w:color w:val=\"FF0000\"/></w:rPr><w:t>x</w:t></w:r></w:p>";
    table("", &format!("<w:tr><w:tc>{}</w:tc></w:tr>", run.repeat(paragraphs)).repeat(rows))
}

/// Properties given again and again, each of which is about all that they apply to.
fn repeated(open: &str, property: &str, close: &str, count: usize, text: &str) -> String {
    format!("{open}{}{close}{text}", property.repeat(count))
}

fn extensions(count: usize) -> String {
    const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";
    let list = "<a:ext uri=\"{28A0092B-C50C-407E-A947-70E740481C1C}\"/>".repeat(count);
    let blip = format!("<pic:pic><pic:blipFill><a:blip><a:extLst>{list}</a:extLst></a:blip></pic:blipFill></pic:pic>");
    let graphic = format!(
        "<a:graphic xmlns:a=\"{DRAWING}/main\" xmlns:pic=\"{DRAWING}/picture\"><a:graphicData uri=\"x\">{blip}</a:graphicData></a:graphic>"
    );
    paragraph(&format!("<w:r><w:drawing><wp:inline><wp:extent cx=\"999999\" cy=\"999999\"/>{graphic}</wp:inline></w:drawing></w:r>"))
}

/// A shape that floats, without a fill, so far below its paragraph.
fn floating(points: u32) -> String {
    const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
    const SHAPE: &str = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape";
    let place = |axis: &str, from: &str, emu: u32| {
        format!("<wp:position{axis} relativeFrom=\"{from}\"><wp:posOffset>{emu}</wp:posOffset></wp:position{axis}>")
    };
    format!(
        "<w:r><w:drawing><wp:anchor behindDoc=\"0\">{}{}<wp:extent cx=\"2000000\" cy=\"200000\"/><wp:wrapNone/><a:graphic xmlns:a=\"{DRAWING}\">\
         <a:graphicData uri=\"{SHAPE}\"><wps:wsp xmlns:wps=\"{SHAPE}\"><wps:spPr><a:prstGeom prst=\"rect\"/><a:noFill/></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>",
        place("H", "column", 0),
        place("V", "paragraph", points * 12_700)
    )
}

/// As many references to a header in the first section as there are sections.
fn sections(count: usize) -> Vec<u8> {
    let mut docx = Docx::new().header(&paragraph(&run("Head")));
    let id = docx.relate("word/document.xml", &format!("{R}/header"), "header1.xml", false);
    let references = format!("<w:headerReference w:type=\"first\" r:id=\"{id}\"/>").repeat(count);
    let section = |inner: &str| format!("<w:p><w:pPr><w:sectPr>{inner}</w:sectPr></w:pPr></w:p>");
    docx.raw(&format!("{}{}", section(&references), section("").repeat(count))).build()
}

/// Elements that nobody knows, under a list of all that may be ignored.
fn ignorable(count: usize) -> Vec<u8> {
    let mc = "http://schemas.openxmlformats.org/markup-compatibility/2006";
    let list = "w ".repeat(count);
    let body = format!("<w:p>{}{}</w:p>", "<q:z/>".repeat(count), run("Words."));
    main_part(
        format!(
            "<w:document xmlns:w=\"{W}\" xmlns:q=\"urn:q\" xmlns:mc=\"{mc}\" mc:Ignorable=\"{list}q\"><w:body>{body}</w:body></w:document>"
        )
        .into_bytes(),
    )
}

/// Paragraphs of styles in one chain, each in a list of its own.
fn lists_of_styles(count: usize) -> Vec<u8> {
    let style = |n: usize| {
        let numbered = if n + 1 == count { "<w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr>" } else { "" };
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"s{n}\"><w:name w:val=\"s{n}\"/><w:basedOn w:val=\"s{}\"/>{numbered}</w:style>",
            n + 1
        )
    };
    let uses = numbered(count, |n| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"s{n}\"/><w:numPr><w:numId w:val=\"{n}\"/></w:numPr></w:pPr>{}</w:p>", run("Words."))
    });
    let lists = format!(
        "<w:numbering xmlns:w=\"{W}\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:lvlText w:val=\"Part %1\"/></w:lvl></w:abstractNum>{}</w:numbering>",
        numbered(count, |n| format!("<w:num w:numId=\"{n}\"><w:abstractNumId w:val=\"0\"/></w:num>"))
    );
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml";
    let docx = Docx::new().styles(&numbered(count, style)).raw(&uses);
    docx.related("word/document.xml", &format!("{R}/numbering"), "word/numbering.xml", kind, lists.as_bytes()).build()
}

/// Controls each of which shows what stands somewhere in a store of many elements.
fn bound(controls: usize, elements: usize) -> Vec<u8> {
    let control =
        "<w:sdt><w:sdtPr><w:dataBinding w:xpath=\"//a//a//b\" w:storeItemID=\"{1}\"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>";
    let store = format!("<a>{}</a>", "<a><a/></a>".repeat(elements));
    let docx = Docx::new().para("Words.").raw(&control.repeat(controls));
    docx.related("word/document.xml", &format!("{R}/customXml"), "customXml/item1.xml", "application/xml", store.as_bytes()).build()
}

/// The same deletion in many places.
fn deleted_again(count: usize) -> String {
    let words = "word ".repeat(400_000);
    let region = format!(
        "<text:tracked-changes><text:changed-region text:id=\"c\"><text:deletion><text:p>{words}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    );
    format!("{region}{}", "<text:p><text:change text:change-id=\"c\"/></text:p>".repeat(count))
}

fn odt(content: &str) -> Vec<u8> {
    let name = "application/vnd.oasis.opendocument.text";
    let manifest = format!(
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{name}\"/>\
         <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    let member = |name: &str, bytes: &[u8], stored| Member { name: name.into(), bytes: bytes.to_vec(), stored, ..Member::default() };
    let members = [
        member("mimetype", name.as_bytes(), true),
        member("META-INF/manifest.xml", manifest.as_bytes(), false),
        member("content.xml", content.as_bytes(), false),
    ];
    write(&members, &Around::default())
}

fn odt_body(declaration: &str, body: &str) -> Vec<u8> {
    odt(&format!(
        "<?xml version=\"1.0\"?>{declaration}<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\">\
         <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    ))
}

pub fn bombs() -> Vec<Bomb> {
    let external = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///dev/zero\">]>";
    let quadratic = format!("<!DOCTYPE a [<!ENTITY x \"{}\">]>", "x".repeat(60_000));
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(nest("<a>", "</a>", 200_000, "").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let tables = |depth| nest("<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>", "</w:tc></w:tr></w:tbl><w:p/>", depth, &paragraph(&run("x")));
    vec![
        Bomb::new("xml-deep.docx", "xml-too-deep", body(&nest("<w:smartTag>", "</w:smartTag>", 100_000, ""))),
        Bomb::new("xml-deep-unclosed.docx", "xml-too-deep", typed("", &"<w:p>".repeat(2_000_000))),
        Bomb::new("xml-deep-tables.docx", "sanitised", body(&tables(110))),
        Bomb::new("xml-deeper-tables.docx", "xml-too-deep", body(&tables(20_000))),
        Bomb::new("xml-deep-utf16.docx", "xml-too-deep", main_part(utf16)),
        Bomb::new("xml-giant-attribute.docx", "sanitised", body(&format!("<w:p w:rsidR=\"{}\">{}</w:p>", letters(30 << 20), run("x")))),
        Bomb::new("xml-giant-text.docx", "sanitised", body(&paragraph(&run(&letters(30 << 20))))),
        Bomb::new("xml-giant-name.docx", "sanitised", body(&format!("<{}/>", letters(10 << 20)))),
        Bomb::new("xml-many-attributes.docx", "xml-malformed", body(&attributes(100_000))),
        Bomb::new("xml-many-namespaces.docx", "sanitised", body(&declarations(100, 500))),
        Bomb::new("xml-entities.docx", "xml-dtd", typed(&entities(), "<w:p><w:r><w:t>&a29;</w:t></w:r></w:p>")),
        Bomb::new("xml-entities-quadratic.docx", "xml-dtd", typed(&quadratic, &"&x;".repeat(60_000))),
        Bomb::new("xml-entities-external.docx", "xml-dtd", typed(external, "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>")),
        Bomb::new(
            "xml-many-comments.docx",
            "sanitised",
            body(&format!("{}{}", numbered(600_000, |n| format!("<!--{n}-->")), paragraph(""))),
        ),
        Bomb::new("xml-many-runs.docx", "sanitised", body(&paragraph(&numbered(400_000, |n| format!("<w:r><w:t>{n} </w:t></w:r>"))))),
        // As much as the limits let through: of small elements, and with long tags.
        Bomb::new(
            "xml-many-paragraphs.docx",
            "sanitised",
            body(&numbered(1_900_000, |n| format!("<w:p/><w:p/><w:p><!--{}--></w:p>", n % 9))),
        ),
        Bomb::new(
            "xml-many-indents.docx",
            "sanitised",
            body(&numbered(2_200_000, |n| {
                format!("<w:p><w:pPr><w:ind w:left=\"{}\" w:right=\"0000000000\"/></w:pPr></w:p>", n * 7919 % 997)
            })),
        ),
        Bomb::new("xml-many-choices.docx", "sanitised", body(&paragraph(&choices(12)))),
        Bomb::new("xml-deep-text-boxes.docx", "sanitised", body(&text_boxes(60))),
        Bomb::new("xml-open-fields.docx", "review", body(&fields(20_000, false))),
        Bomb::new("xml-nested-fields.docx", "sanitised", body(&fields(20_000, true))),
        Bomb::new("xml-joined-paragraphs.docx", "review", body(&joined(60_000))),
        Bomb::new("xml-nested-changes.docx", "review", body(&changes(200))),
        Bomb::new("xml-style-chain.docx", "sanitised", style_chain(30_000, false)),
        Bomb::new("xml-style-circle.docx", "sanitised", style_chain(3_000, true)),
        Bomb::new("xml-part-circle.docx", "sanitised", header_circle()),
        Bomb::new("xml-many-relationships.docx", "sanitised", many_relationships(100_000)),
        Bomb::new("xml-wide-table.docx", "sanitised", body(&wide_table())),
        Bomb::new("xml-attributes-compared.docx", "sanitised", body(&many_attributes(6_000, 990))),
        Bomb::new("xml-attributes-kept.docx", "xml-too-many-nodes", body(&many_attributes(150_000, 60))),
        Bomb::new("xml-large-headers.docx", "xml-too-many-nodes", large_headers(6, 2_500_000)),
        Bomb::new("xml-style-chain-backwards.docx", "sanitised", style_chain_backwards(40_000)),
        Bomb::new("xml-part-chain.docx", "review", chart_chain(9_000)),
        Bomb::new("xml-many-links.docx", "sanitised", links(90_000)),
        Bomb::new("xml-fields-in-results.docx", "sanitised", body(&fields_in_results(100_000))),
        Bomb::new("xml-fields-by-turns.docx", "sanitised", body(&fields_by_turns(60_000))),
        Bomb::new("xml-many-extensions.docx", "sanitised", body(&extensions(200_000))),
        Bomb::new("xml-coloured-rows.docx", "sanitised", body(&coloured(100_000, 1))),
        Bomb::new("xml-coloured-paragraphs.docx", "sanitised", body(&coloured(1, 100_000))),
        Bomb::new(
            "xml-merged-again.docx",
            "review",
            body(&table(
                "<w:tblPr/>",
                &repeated(
                    "<w:tr><w:tc><w:tcPr>",
                    "<w:cellMerge w:id=\"1\" w:author=\"A\" w:vMerge=\"cont\"/>",
                    "</w:tcPr>",
                    100_000,
                    "<w:p/></w:tc></w:tr>",
                ),
            )),
        ),
        Bomb::new(
            "xml-heights-again.docx",
            "review",
            body(&table(
                "<w:tblPr/>",
                &repeated(
                    "<w:tr><w:trPr>",
                    "<w:trHeight w:val=\"30000\" w:hRule=\"exact\"/>",
                    "</w:trPr><w:tc><w:tcPr/>",
                    30_000,
                    &format!("{}</w:tc></w:tr>", "<w:p/>".repeat(300_000)),
                ),
            )),
        ),
        Bomb::new(
            "xml-fitted-again.docx",
            "review",
            body(&repeated(
                "<w:p><w:r><w:rPr>",
                "<w:fitText w:val=\"999999\"/>",
                "</w:rPr>",
                60_000,
                &format!("{}</w:r></w:p>", "<w:t>x</w:t>".repeat(60_000)),
            )),
        ),
        Bomb::new(
            "xml-shapes-in-header.docx",
            // No page shows all of it.
            "review",
            Docx::new().header(&paragraph(&format!("{}{}", run("x"), floating(20))).repeat(30_000)).para("Words.").build(),
        ),
        Bomb::new(
            "xml-shapes-in-cells.docx",
            "sanitised",
            body(&table(
                "<w:tblPr/>",
                &format!(
                    "<w:tr>{}</w:tr>",
                    format!("<w:tc><w:tcPr><w:tcW w:w=\"1000\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", paragraph(&floating(0))).repeat(30_000)
                ),
            )),
        ),
        Bomb::new(
            "xml-shapes-in-rows.docx",
            "sanitised",
            body(&table("<w:tblPr/>", &format!("<w:tr><w:tc><w:tcPr/>{}</w:tc></w:tr>", paragraph(&floating(90))).repeat(30_000))),
        ),
        Bomb::new("xml-frames.docx", "review", body(&framed("<w:framePr w:w=\"3000\" w:h=\"9000\" w:hRule=\"exact\"/>").repeat(60_000))),
        Bomb::new("xml-low-rows-in-rows.docx", "review", body(&low_rows(40, &paragraph(&run("x")).repeat(40_000)))),
        Bomb::new("xml-many-sections.docx", "sanitised", sections(80_000)),
        Bomb::new("xml-many-ignorable.docx", "sanitised", ignorable(100_000)),
        Bomb::new("xml-lists-of-styles.docx", "sanitised", lists_of_styles(20_000)),
        Bomb::new("xml-many-bindings.docx", "review", bound(20_000, 20_000)),
        Bomb::new("odt-deleted-again.odt", "format-unsupported", odt_body("", &deleted_again(1_500))),
        Bomb::new("odt-deep.odt", "xml-too-deep", odt_body("", &nest("<text:section>", "</text:section>", 100_000, ""))),
        Bomb::new("odt-entities.odt", "xml-dtd", odt_body(&entities(), "<text:p>&a29;</text:p>")),
        Bomb::new("odt-spaces.odt", "format-unsupported", odt_body("", "<text:p>a<text:s text:c=\"2147483647\"/>b</text:p>")),
        Bomb::new(
            "odt-repeated-cells.odt",
            "format-unsupported",
            odt_body(
                "",
                "<table:table><table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row></table:table>",
            ),
        ),
        Bomb::new("odt-ratio.odt", "zip-bomb", odt(&" ".repeat(300 << 20))),
    ]
}

fn framed(frame: &str) -> String {
    format!("<w:p><w:pPr>{frame}</w:pPr>{}</w:p>", run("x"))
}

/// Blocks in a cell of a row of an exact height, which stands in such a cell, and so on.
fn low_rows(depth: usize, blocks: &str) -> String {
    let start = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:trPr><w:trHeight w:val=\"9000\" w:hRule=\"exact\"/></w:trPr>\
                 <w:tc><w:tcPr><w:tcW w:w=\"4000\" w:type=\"dxa\"/></w:tcPr>";
    format!("{}{blocks}{}", start.repeat(depth), "</w:tc></w:tr></w:tbl><w:p/>".repeat(depth))
}
