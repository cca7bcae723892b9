//! Word documents end to end: what hides goes, what shows stays, what is broken is refused by name.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

mod cover;
mod drawings;
mod fields;
mod looks;
mod parts;
mod places;
mod redline;
mod room;

use std::collections::BTreeMap;

use support::cli::{Folder, Ran, cleardraft};
use support::docx::{Docx, R};
use support::text::paragraphs;
use support::zip;
use support::{holds, places_of};

const CANARY: &str = "QUILLCANARY";

const SHOWN: &str = "Shown words.";

/// `sanitise` over a folder, with a treatment for tracked changes.
fn sanitise(folder: &Folder, treatment: &str) -> Ran {
    let (source, out) = (folder.path("in"), folder.path(&format!("out-{treatment}")));
    cleardraft(&[
        "sanitise",
        source.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--tracked-changes",
        treatment,
        "--format",
        "json",
        "--no-progress",
    ])
}

/// Sanitises one document; fails unless there is a copy.
fn sanitised(document: &[u8], treatment: &str) -> Vec<u8> {
    let folder = Folder::new();
    folder.write("in/a.docx", document);
    let ran = sanitise(&folder, treatment);
    let file = ran.files().remove(0);
    assert_eq!(file["status"], "sanitised", "{file:#}\n{}", ran.stderr);
    std::fs::read(folder.path(&format!("out-{treatment}/a.docx"))).unwrap()
}

/// The text of the document part, paragraph by paragraph.
fn body_text(archive: &[u8]) -> Vec<String> {
    let members: BTreeMap<String, Vec<u8>> = zip::read(archive).into_iter().collect();
    let main = members.values().find(|bytes| holds(bytes, "<w:body>") || holds(bytes, ":body>")).expect("a document part");
    paragraphs(main)
}

/// Pixels of a picture that hides nothing.
const PLAIN: &[&[u8]] = &[&[7u8; 9] as &[u8]; 9];

/// A hiding place: what it is, and a document that uses it beside the shown words.
type Place = (&'static str, Docx);

fn base() -> Docx {
    Docx::new().para(SHOWN)
}

fn wml(kind: &str) -> String {
    format!("application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml")
}

fn with_namespaces(tag: &str, inner: &str) -> String {
    format!(
        "<{tag} xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\" \
         xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" xmlns:w16cid=\"http://schemas.microsoft.com/office/word/2016/wordml/cid\" \
         xmlns:r=\"{R}\">{inner}</{tag}>"
    )
}

fn marked(element: &str, inner: &str) -> String {
    format!("<w:{element} w:id=\"900\" w:author=\"{CANARY}\" w:date=\"2026-03-04T05:06:07Z\">{inner}</w:{element}>")
}

/// A grey PNG of 8 bits: rows, and chunks before the pixels. Stored without compression, so that a byte search sees the pixels.
fn png(rows: &[&[u8]], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let chunk = |out: &mut Vec<u8>, name: &[u8; 4], body: &[u8]| {
        out.extend_from_slice(&(body.len() as u32).to_be_bytes());
        out.extend_from_slice(name);
        out.extend_from_slice(body);
        out.extend_from_slice(&crc32fast::hash(&[name, body].concat()).to_be_bytes());
    };
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [(rows[0].len() as u32).to_be_bytes(), (rows.len() as u32).to_be_bytes()].concat();
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    for (name, body) in chunks {
        chunk(&mut out, name, body);
    }
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::none());
    for row in rows {
        encoder.write_all(&[0]).unwrap();
        encoder.write_all(row).unwrap();
    }
    chunk(&mut out, b"IDAT", &encoder.finish().unwrap());
    chunk(&mut out, b"IEND", b"");
    out
}

/// A list of one instance; `levels` are the levels of its definition, `own` what the instance has in their place.
fn list(levels: &str, own: &str) -> Docx {
    let numbering = format!(
        "<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:abstractNum w:abstractNumId=\"0\">{levels}</w:abstractNum>\
         <w:abstractNum w:abstractNumId=\"1\">{}{}</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/>{own}</w:num>\
         <w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num></w:numbering>",
        level(0, "", "%1."),
        level(1, "", "%2.")
    );
    base().related("word/document.xml", &format!("{R}/numbering"), "word/numbering.xml", &wml("numbering"), numbering.as_bytes())
}

fn level(number: u32, properties: &str, text: &str) -> String {
    format!(
        "<w:lvl w:ilvl=\"{number}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"{text}\"/>{properties}</w:lvl>"
    )
}

fn item(number: u32, level: u32, inner: &str) -> String {
    format!("<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{number}\"/></w:numPr></w:pPr>{inner}</w:p>")
}

const CHART: &str = "http://schemas.openxmlformats.org/drawingml/2006/chart";

/// A chart of one series; `labels` stand in it, `after` behind the axes.
fn chart(name: &str, labels: &str, category: &str, axis: &str, after: &str) -> Docx {
    let words = |tag: &str, points: &str| {
        format!("<c:{tag}><c:strRef><c:f>Sheet1!$A$1</c:f><c:strCache><c:ptCount val=\"1\"/>{points}</c:strCache></c:strRef></c:{tag}>")
    };
    let point = |at: u32, text: &str| format!("<c:pt idx=\"{at}\"><c:v>{text}</c:v></c:pt>");
    let xml = format!(
        "<c:chartSpace xmlns:c=\"{CHART}\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><c:chart><c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/><c:barChart>\
         <c:barDir val=\"col\"/><c:ser><c:idx val=\"0\"/><c:order val=\"0\"/>{}{labels}{}<c:val><c:numRef><c:f>Sheet1!$A$2</c:f><c:numCache><c:ptCount val=\"1\"/>{}</c:numCache></c:numRef></c:val></c:ser>\
         <c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart><c:catAx><c:axId val=\"1\"/>{axis}<c:crossAx val=\"2\"/></c:catAx><c:valAx><c:axId val=\"2\"/><c:crossAx val=\"1\"/></c:valAx></c:plotArea>{after}</c:chart></c:chartSpace>",
        words("tx", &point(0, name)),
        words("cat", category),
        point(0, "3")
    );
    let mut docx =
        base().part("word/charts/chart1.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml", xml.as_bytes());
    let id = docx.relate("word/document.xml", &format!("{R}/chart"), "charts/chart1.xml", false);
    docx.inline(&format!(
        "<w:r><w:drawing><wp:inline><wp:extent cx=\"4000000\" cy=\"3000000\"/><wp:docPr id=\"1\" name=\"a\"/><a:graphic><a:graphicData uri=\"{CHART}\">\
         <c:chart xmlns:c=\"{CHART}\" r:id=\"{id}\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    ))
}

fn category(text: &str) -> String {
    format!("<c:pt idx=\"0\"><c:v>{text}</c:v></c:pt>")
}

/// Documents that must wait for a person.
fn wait_for_a_person(places: Vec<Place>) {
    for (what, document) in places {
        let folder = Folder::new();
        folder.write("in/a.docx", &document.build());
        let file = sanitise(&folder, "accept").files().remove(0);
        assert_eq!(file["status"], "review", "{what}: {file:#}");
    }
}

/// Documents whose words are all seen, and must be there in the copy.
fn are_released(places: Vec<Place>) {
    for (what, document) in places {
        assert!(!places_of(&sanitised(&document.build(), "accept"), CANARY).is_empty(), "{what}");
    }
}

fn with_properties(properties: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{CANARY}</w:t></w:r>")
}

/// A text box in `DrawingML` without an alternative.
fn text_box(shape: &str, style: &str, run: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:inline><wp:extent cx=\"2900000\" cy=\"900000\"/><wp:docPr id=\"1\" name=\"Box\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr/><wps:spPr>{shape}</wps:spPr>{style}<wps:txbx><w:txbxContent><w:p>{run}</w:p></w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
}

/// A floating shape in `DrawingML` that is counted from its column and paragraph: left, top, width and height in points.
fn floating_shape(order: u32, [left, top, width, height]: [i64; 4], properties: &str, inside: &str) -> String {
    let emu = |points: i64| points * 12_700;
    format!(
        "<w:r><w:drawing><wp:anchor behindDoc=\"0\" relativeHeight=\"{order}\"><wp:simplePos x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"column\"><wp:posOffset>{}</wp:posOffset></wp:positionH>\
         <wp:positionV relativeFrom=\"paragraph\"><wp:posOffset>{}</wp:posOffset></wp:positionV><wp:extent cx=\"{}\" cy=\"{}\"/><wp:wrapNone/><wp:docPr id=\"{order}\" name=\"Box\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr/><wps:spPr>{properties}</wps:spPr>{inside}<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>",
        emu(left),
        emu(top),
        emu(width),
        emu(height)
    )
}

const BLACK_BOX: &str =
    "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val=\"000000\"/></a:solidFill><a:ln><a:noFill/></a:ln>";

/// A picture in a line of its own, or floating at the corner of its paragraph; 200 points wide and high.
fn picture_of(document: &mut Docx, floats: bool) -> String {
    let id = document.relate("word/document.xml", &format!("{R}/image"), "media/image1.png", false);
    let drawn = format!(
        "<wp:extent cx=\"2540000\" cy=\"2540000\"/>{}<wp:docPr id=\"90\" name=\"Picture\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"Picture\"/><pic:cNvPicPr/></pic:nvPicPr>\
         <pic:blipFill><a:blip r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic>",
        if floats { "<wp:wrapSquare wrapText=\"bothSides\"/>" } else { "" }
    );
    if floats {
        format!(
            "<w:r><w:drawing><wp:anchor behindDoc=\"0\" relativeHeight=\"5\"><wp:simplePos x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"column\"><wp:posOffset>0</wp:posOffset></wp:positionH>\
             <wp:positionV relativeFrom=\"paragraph\"><wp:posOffset>0</wp:posOffset></wp:positionV>{drawn}</wp:anchor></w:drawing></w:r>"
        )
    } else {
        format!("<w:r><w:drawing><wp:inline>{drawn}</wp:inline></w:drawing></w:r>")
    }
}

fn part_of(copy: &[u8], part: &str) -> Option<String> {
    zip::read(copy).into_iter().find(|(name, _)| name == part).map(|(_, bytes)| String::from_utf8(bytes).unwrap())
}

/// What becomes of one document.
fn status(docx: Docx) -> String {
    let folder = Folder::new();
    folder.write("in/a.docx", &docx.build());
    sanitise(&folder, "accept").files().remove(0)["status"].as_str().unwrap().to_owned()
}
