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
    let open = numbered(depth, |level| format!("<w:sdt{}>", numbered(width, |n| format!(" xmlns:p{level}x{n}=\"urn:{level}:{n}\""))));
    format!("{open}{}{}", paragraph(&run("Words.")), "</w:sdt>".repeat(depth))
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
    let table = |depth| nest("<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", depth, &paragraph(&run("x")));
    vec![
        Bomb::new("xml-deep.docx", "xml-too-deep", body(&nest("<w:smartTag>", "</w:smartTag>", 100_000, ""))),
        Bomb::new("xml-deep-unclosed.docx", "xml-too-deep", typed("", &"<w:p>".repeat(2_000_000))),
        Bomb::new("xml-deep-tables.docx", "sanitised", body(&table(110))),
        Bomb::new("xml-deeper-tables.docx", "xml-too-deep", body(&table(20_000))),
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
            body(&numbered(2_600_000, |n| {
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
