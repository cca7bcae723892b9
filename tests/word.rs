//! Word documents end to end: what hides goes, what shows stays, what is broken is refused by name.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::collections::BTreeMap;

use cleardraft::Limits;
use cleardraft::format::Spool;
use cleardraft::pipeline::{self, Outcome};
use cleardraft::policy::{Policy, TrackedChanges};
use support::cli::{Folder, Ran, cleardraft, tree};
use support::docx::{Docx, R, escape, field, paragraph, run};
use support::text::paragraphs;
use support::zip::{self, Around, Member};
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

fn deleted_run() -> String {
    format!("<w:r><w:delText>{CANARY}</w:delText></w:r>")
}

fn comments_and_changes() -> Vec<Place> {
    let people = with_namespaces(
        "w15:people",
        &format!("<w15:person w15:author=\"{CANARY}\"><w15:presenceInfo w15:providerId=\"AD\" w15:userId=\"{CANARY}\"/></w15:person>"),
    );
    let property = |at: &str| at.replace("CHANGE", &format!("w:id=\"7\" w:author=\"{CANARY}\" w:date=\"2026-03-04T05:06:07Z\""));
    vec![
        ("comment text", base().comment(CANARY)),
        ("comment author", base().by(CANARY, "2026-03-04T05:06:07Z").comment("a remark")),
        ("list of people", base().related("word/document.xml", "http://schemas.microsoft.com/office/2011/relationships/people", "word/people.xml", &wml("people"), people.as_bytes())),
        ("deletion", base().deleted(CANARY)),
        ("author of an insertion", base().by(CANARY, "2026-03-04T05:06:07Z").inserted("Inserted.")),
        ("moved text at its old place", base().inline(&format!("<w:moveFromRangeStart w:id=\"5\" w:name=\"{CANARY}\" w:author=\"a\" w:date=\"2026-03-04T05:06:07Z\"/>{}<w:moveFromRangeEnd w:id=\"5\"/>", marked("moveFrom", &run(CANARY))))),
        ("deleted paragraph mark", base().raw(&format!("<w:p><w:pPr><w:rPr>{}</w:rPr></w:pPr>{}</w:p><w:p>{}</w:p>", marked("del", ""), marked("del", &deleted_run()), run("Behind.")))),
        ("deleted table row", base().raw(&format!(
            "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr><w:tr><w:trPr>{}</w:trPr><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>",
            run("Row."), marked("del", ""), marked("del", &deleted_run())))),
        ("deleted instruction of a field", base().inline(&marked("del", &format!("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:delInstrText>QUOTE {CANARY}</w:delInstrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>")))),
        ("deletion in a header", base().header(&paragraph(&format!("{}{}", run("Head."), marked("del", &deleted_run()))))),
        ("deletion in a footer", base().footer(&paragraph(&marked("del", &deleted_run())))),
        ("deletion in a footnote", base().footnote_raw(&paragraph(&format!("{}{}", run("Note."), marked("del", &deleted_run()))))),
        ("deletion inside an insertion", base().inline(&marked("ins", &marked("del", &deleted_run())))),
        ("old paragraph properties", base().raw(&format!("<w:p><w:pPr>{}</w:pPr>{}</w:p>", property("<w:pPrChange CHANGE><w:pPr><w:pStyle w:val=\"Normal\"/></w:pPr></w:pPrChange>"), run("Body.")))),
        ("old run properties", base().inline(&format!("<w:r><w:rPr>{}</w:rPr><w:t>Body.</w:t></w:r>", property("<w:rPrChange CHANGE><w:rPr><w:b/></w:rPr></w:rPrChange>")))),
        ("old numbering", base().raw(&format!("<w:p><w:pPr>{}</w:pPr>{}</w:p>", property("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"0\"/><w:ins CHANGE/></w:numPr>"), run("Body.")))),
        ("text box, deletion in the fallback", base().inline(&format!(
            "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wp:inline><wp:extent cx=\"900000\" cy=\"900000\"/><wp:docPr id=\"1\" name=\"Box\"/><a:graphic>\
             <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr/><wps:spPr/><wps:txbx><w:txbxContent><w:p>{}</w:p></w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>\
             <mc:Fallback><w:pict><v:rect style=\"width:90pt;height:90pt\"><v:textbox><w:txbxContent><w:p>{}{}</w:p></w:txbxContent></v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            run("Boxed."), run("Boxed."), marked("del", &deleted_run())))),
    ]
}

fn hidden_text() -> Vec<Place> {
    let vanish_style = "<w:style w:type=\"character\" w:styleId=\"Ghost\"><w:name w:val=\"Ghost\"/><w:rPr><w:vanish/></w:rPr></w:style>\
                        <w:style w:type=\"character\" w:styleId=\"Heir\"><w:name w:val=\"Heir\"/><w:basedOn w:val=\"Ghost\"/></w:style>\
                        <w:style w:type=\"paragraph\" w:styleId=\"Unseen\"><w:name w:val=\"Unseen\"/><w:rPr><w:vanish/></w:rPr></w:style>";
    vec![
        ("hidden run", base().hidden(CANARY)),
        ("hidden by a character style", base().styles(vanish_style).inline(&format!("{}<w:r><w:rPr><w:rStyle w:val=\"Ghost\"/></w:rPr><w:t>{CANARY}</w:t></w:r>", run("Body.")))),
        ("hidden by an inherited style", base().styles(vanish_style).inline(&format!("{}<w:r><w:rPr><w:rStyle w:val=\"Heir\"/></w:rPr><w:t>{CANARY}</w:t></w:r>", run("Body.")))),
        ("hidden by a paragraph style", base().styles(vanish_style).styled("Unseen", CANARY).para("Body.")),
        ("hidden in a header", base().header(&paragraph(&format!("{}<w:r><w:rPr><w:vanish w:val=\"1\"/></w:rPr><w:t>{CANARY}</w:t></w:r>", run("Head."))))),
        ("hidden table row", base().raw(&format!(
            "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{CANARY}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", run("Row.")))),
    ]
}

fn properties_and_names() -> Vec<Place> {
    let custom = format!(
        "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\">\
         <property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"2\" name=\"Label\"><vt:lpwstr>{CANARY}</vt:lpwstr></property></Properties>"
    );
    let mut template = base().settings("<w:attachedTemplate r:id=\"rId1\"/>");
    template.relate("word/settings.xml", &format!("{R}/attachedTemplate"), &format!("file:///S:/{CANARY}.dotm"), true);
    vec![
        ("author property", base().core(&format!("<dc:creator>{CANARY}</dc:creator><cp:lastModifiedBy>{CANARY}</cp:lastModifiedBy><dc:description>{CANARY}</dc:description>"))),
        ("title property", base().core(&format!("<dc:title>{CANARY}</dc:title><cp:keywords>{CANARY}</cp:keywords>"))),
        ("company and manager", base().app(&format!("<Company>{CANARY}</Company><Manager>{CANARY}</Manager><Template>{CANARY}</Template>"))),
        ("custom property", base().related("", &format!("{R}/custom-properties"), "docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml", custom.as_bytes())),
        ("document variable", base().settings(&format!("<w:docVars><w:docVar w:name=\"{CANARY}\" w:val=\"{CANARY}\"/></w:docVars>"))),
        ("path of the template", template),
        ("password hash", base().settings(&format!("<w:documentProtection w:edit=\"readOnly\" w:hash=\"{CANARY}\"/>"))),
        ("bookmark name", base().inline(&format!("<w:bookmarkStart w:id=\"3\" w:name=\"{CANARY}\"/>{}<w:bookmarkEnd w:id=\"3\"/>", run("Body.")))),
        ("style name", base().styles(&format!("<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{CANARY}\"><w:name w:val=\"{CANARY}\"/><w:basedOn w:val=\"Normal\"/></w:style>")).styled(CANARY, "Body.")),
        ("name of a font", base().inline(&format!(
            "<w:r><w:rPr><w:rFonts w:ascii=\"{CANARY}\" w:cs=\"@{CANARY} Sans\"/></w:rPr><w:t>Body.</w:t></w:r><w:r><w:sym w:font=\"{CANARY}\" w:char=\"F0B7\"/></w:r>"))),
        ("name of a font in a shape alone", base().inline(&format!(
            "<w:r><w:pict><v:rect style=\"width:90pt;height:40pt\"><v:textpath on=\"t\" style=\"font-family:&quot;{CANARY}&quot;;font-size:9pt\" string=\"Shown.\"/></v:rect></w:pict></w:r>{}", run("Body.")))),
        ("content control", base().inline(&format!("<w:sdt><w:sdtPr><w:alias w:val=\"{CANARY}\"/><w:tag w:val=\"{CANARY}\"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>", run("Body.")))),
        ("choices of a content control", base().inline(&format!("<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText=\"{CANARY}\" w:value=\"1\"/></w:dropDownList></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>", run("Body.")))),
        ("custom XML", base().related("word/document.xml", &format!("{R}/customXml"), "customXml/item1.xml", "application/xml", format!("<a>{CANARY}</a>").as_bytes())),
        ("way of keeping spaces", base().inline(&format!("<w:r><w:t xml:space=\"{CANARY}\">Body.</w:t></w:r>"))),
        ("offset and share of a drawing", base().inline(&format!(
            "<w:r><w:drawing><wp:anchor simplePos=\"0\" relativeHeight=\"1\" behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" y=\"0\"/>\
             <wp:positionH relativeFrom=\"column\"><wp:posOffset>0{CANARY}</wp:posOffset></wp:positionH><wp:positionV relativeFrom=\"paragraph\"><wp:align>{CANARY}</wp:align></wp:positionV>\
             <wp:extent cx=\"900000\" cy=\"900000\"/><wp:wrapNone/><wp:docPr id=\"1\" name=\"Box\"/><a:graphic><a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\">\
             <wps:wsp><wps:cNvSpPr/><wps:spPr/><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>{}", run("Body.")))),
        ("smart tag", base().inline(&format!("<w:smartTag w:uri=\"urn:{CANARY}\" w:element=\"{CANARY}\">{}</w:smartTag>", run("Body.")))),
        ("form field", base().inline(&format!("<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:name w:val=\"{CANARY}\"/><w:helpText w:type=\"text\" w:val=\"{CANARY}\"/></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>", run("Body.")))),
    ]
}

fn fields_links_and_pictures() -> Vec<Place> {
    let link = |target: &str| {
        let mut docx = base();
        let id = docx.relate("word/document.xml", &format!("{R}/hyperlink"), target, true);
        docx.inline(&format!("<w:hyperlink r:id=\"{id}\" w:tooltip=\"{CANARY}\">{}</w:hyperlink>", run("Link.")))
    };
    let mut unused = base();
    unused.relate("word/document.xml", &format!("{R}/hyperlink"), &format!("https://www.example.org/{CANARY}"), true);
    let image = |bytes: Vec<u8>, crop: &str, attributes: &str| base().picture(&bytes, "png", "image/png", crop, attributes);
    let mut tail = png(PLAIN, &[]);
    tail.extend_from_slice(CANARY.as_bytes());
    let mut rows = vec![[0x99u8; 11]; 4];
    rows.push(CANARY.as_bytes().try_into().unwrap());
    let rows: Vec<&[u8]> = rows.iter().map(<[u8; 11]>::as_slice).collect();
    vec![
        ("path in a field", base().inline(&field(&format!("INCLUDETEXT \"S:\\\\{CANARY}.docx\""), "Body."))),
        ("user name in a field", base().inline(&field(&format!("AUTHOR {CANARY}"), "Body."))),
        ("simple field", base().inline(&format!("<w:fldSimple w:instr=\" FILENAME {CANARY} \">{}</w:fldSimple>", run("Body.")))),
        ("link to a file", link(&format!("file:///S:/{CANARY}.docx"))),
        ("link into the intranet", link(&format!("http://intranet.example/{CANARY}"))),
        ("link with a query", link(&format!("https://www.example.org/?user={CANARY}"))),
        ("mail link", link(&format!("mailto:{CANARY}@example.org"))),
        ("link that no text uses", unused),
        ("picture: text chunk", image(png(PLAIN, &[(b"tEXt", format!("Author\0{CANARY}").as_bytes())]), "", "")),
        ("picture: bytes behind it", image(tail, "", "")),
        ("picture: cropped rows", image(png(&rows, &[]), "b=\"40000\"", "")),
        ("picture: alternative text", image(png(PLAIN, &[]), "", &format!("descr=\"{CANARY}\" title=\"{CANARY}\""))),
        (
            "picture that no text uses",
            base().related(
                "word/document.xml",
                &format!("{R}/image"),
                "word/media/image9.png",
                "image/png",
                &png(&[CANARY.as_bytes()], &[]),
            ),
        ),
    ]
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

fn package_and_container() -> Vec<Place> {
    let member = |change: &dyn Fn(&mut Member)| {
        let mut member = Member { name: "word/extra.xml".into(), bytes: b"<a/>".to_vec(), ..Member::default() };
        change(&mut member);
        base().member(member)
    };
    let canary = || CANARY.as_bytes().to_vec();
    vec![
        ("comment in the XML", base().raw(&format!("<!-- {CANARY} -->"))),
        ("instruction in the XML", base().raw(&format!("<?x {CANARY}?>"))),
        ("foreign markup", base().raw(&format!("<w:p><x:y xmlns:x=\"urn:{CANARY}\" z=\"{CANARY}\"/>{}</w:p>", run("Body.")))),
        ("part that nothing refers to", base().part("word/old.xml", "application/xml", format!("<a>{CANARY}</a>").as_bytes())),
        ("name of a part", base().part(&format!("word/{CANARY}.xml"), "application/xml", b"<a/>")),
        ("thumbnail", base().related("", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail", "docProps/thumbnail.png", "image/png", &png(&[CANARY.as_bytes()], &[]))),
        ("embedded file", base().related("word/document.xml", &format!("{R}/package"), "word/embeddings/a.bin", "application/octet-stream", CANARY.as_bytes())),
        ("printer settings", base().related("word/document.xml", &format!("{R}/printerSettings"), "word/printerSettings1.bin", &wml("printerSettings"), CANARY.as_bytes())),
        ("glossary", base().related("word/document.xml", &format!("{R}/glossaryDocument"), "word/glossary/document.xml", &wml("document.glossary"), with_namespaces("w:glossaryDocument", &format!("<w:docParts><w:docPart><w:docPartPr><w:name w:val=\"a\"/></w:docPartPr><w:docPartBody><w:p>{}</w:p></w:docPartBody></w:docPart></w:docParts>", run(CANARY))).as_bytes())),
        ("archive comment", base().around(Around { comment: canary(), ..Around::default() })),
        ("comment of a member", member(&|member| member.comment = canary())),
        ("extra field of a member", member(&|member| member.extra = [&b"\xff\xca\x0b\0"[..], CANARY.as_bytes()].concat())),
        ("gap between members", member(&|member| member.gap = canary())),
        ("bytes behind a deflate stream", member(&|member| member.behind = canary())),
        ("folder entry", base().member(Member { name: format!("{CANARY}/"), stored: true, ..Member::default() })),
    ]
}

/// Elements that hold text, where no reader looks for any.
fn text_out_of_place() -> Vec<Place> {
    let with_properties = |properties: &str| base().raw(&format!("<w:p>{properties}{}</w:p>", run("Body.")));
    vec![
        ("text in paragraph properties", with_properties(&format!("<w:pPr><w:t>{CANARY}</w:t></w:pPr>"))),
        ("a run in section properties", with_properties(&format!("<w:pPr><w:sectPr>{}</w:sectPr></w:pPr>", run(CANARY)))),
        (
            "a run deep in the properties of a control",
            base().inline(&format!("<w:sdt><w:sdtPr><w:text>{}</w:text></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>", run(CANARY), run("Control."))),
        ),
        ("text beside the runs", with_properties(&format!("<w:t>{CANARY}</w:t>"))),
        ("text of a drawing in a paragraph", with_properties(&format!("<a:t>{CANARY}</a:t><a:r><a:t>{CANARY}</a:t></a:r>").replace("<a:r>", "<a:r xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">").replacen("<a:t>", "<a:t xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">", 1))),
        ("value of a chart in a paragraph", with_properties(&format!("<c:v xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">{CANARY}</c:v>"))),
        ("a paragraph among the styles", base().styles(&format!("<w:p>{}</w:p>", run(CANARY)))),
        ("what an alternative asks for", base().inline(&format!("<w:r><mc:AlternateContent mc:Requires=\"{CANARY}\" Requires=\"{CANARY}\"><mc:Choice Requires=\"w14\"><w:t>Chosen.</w:t></mc:Choice></mc:AlternateContent></w:r>"))),
        ("how to sign a line", base().inline(&format!("<w:r><w:pict><v:rect style=\"width:90pt;height:90pt\"><o:signatureline v:ext=\"edit\" signinginstructions=\"{CANARY}\"/></v:rect></w:pict></w:r>"))),
    ]
}

/// A field whose code holds something between its words, and whose result is shown.
fn field_around(before: &str, inside: &str, after: &str, result: &str) -> String {
    let code = |text: &str| format!("<w:r><w:instrText xml:space=\"preserve\">{}</w:instrText></w:r>", escape(text));
    format!(
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>{}{inside}{}<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
        code(before),
        code(after),
        run(result)
    )
}

fn equation(inner: &str) -> String {
    format!("<m:oMath>{inner}</m:oMath>")
}

fn letters(text: &str) -> String {
    format!("<m:r><m:t>{text}</m:t></m:r>")
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

fn code_and_results_that_nobody_sees() -> Vec<Place> {
    let place = |inner: &str| base().inline(&format!("{}{inner}", run("Body.")));
    let bookmarked = format!("<w:bookmarkStart w:id=\"3\" w:name=\"Deal\"/>{}<w:bookmarkEnd w:id=\"3\"/>", run(CANARY));
    let set = field("SET Deal \"x\"", "@").replace(&run("@"), &bookmarked);
    let branch = |inside: &str| field_around("IF 1 = 1 \"Body.\" \"", inside, "\"", "Body.");
    let rule = list(&level(0, "", &format!("{CANARY} %1.")), "");
    vec![
        ("answer that a field stores", place(&set)),
        ("answer that a question stores", place(&field("ASK Deal \"Who?\"", CANARY))),
        ("answer in a simple field", place(&format!("<w:fldSimple w:instr=\" SET Deal x \">{}</w:fldSimple>", run(CANARY)))),
        ("result of an entry of the index", place(&field("XE \"x\"", CANARY))),
        ("result of a condition on records", place(&field("NEXTIF 1 = 2", CANARY))),
        ("equation in a branch not taken", place(&branch(&equation(&letters(CANARY))))),
        ("equation in a field in a branch", place(&branch(&field("REF x", "@").replace(&run("@"), &equation(&letters(CANARY)))))),
        ("equation in the code of a field that stays", place(&field_around(" PAGE ", &equation(&letters(CANARY)), "", "1"))),
        ("deleted words in code", place(&field_around(" PAGE ", &marked("del", &deleted_run()), "", "1"))),
        ("list in code", rule.raw(&format!(
            "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>IF 1 = 1 \"Body.\" \"</w:instrText></w:r></w:p>{}<w:p><w:r><w:instrText>\"</w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
            item(1, 0, "<w:r><w:instrText>other</w:instrText></w:r>"), run("Body.")))),
        ("table in code", base().raw(&format!(
            "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>IF 1 = 1 \"Body.\" \"</w:instrText></w:r></w:p><w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid>\
             <w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:instrText>\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
            equation(&letters(CANARY)), run("Body.")))),
        ("degree that is switched off", place(&equation(&format!(
            "<m:rad><m:radPr><m:degHide m:val=\"1\"/></m:radPr><m:deg>{}</m:deg><m:e>{}</m:e></m:rad>", letters(CANARY), letters("x"))))),
        ("limits that are switched off", place(&equation(&format!(
            "<m:nary><m:naryPr><m:subHide m:val=\"on\"/><m:supHide/></m:naryPr><m:sub>{0}</m:sub><m:sup>{0}</m:sup><m:e>{1}</m:e></m:nary>", letters(CANARY), letters("x"))))),
    ]
}

fn stories_and_lists_that_no_page_shows() -> Vec<Place> {
    let edge = |xml: &str| base().footer(&paragraph(&run("The office"))).even_footer(xml);
    let cells = |properties: &str, inner: &str| {
        base().raw(&format!(
            "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr><w:p>{}</w:p></w:tc></w:tr>\
             <w:tr><w:tc><w:tcPr>{properties}</w:tcPr><w:p>{inner}</w:p></w:tc></w:tr></w:tbl>", run("Row.")))
    };
    let numbered = "<w:style w:type=\"paragraph\" w:styleId=\"Rule\"><w:name w:val=\"Rule\"/><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style>";
    let secret = level(0, "", &format!("{CANARY} %1."));
    let replaced = "<w:lvlOverride w:ilvl=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1)\"/></w:lvl></w:lvlOverride>";
    let endnotes =
        with_namespaces("w:endnotes", &format!("<w:endnote w:type=\"separator\" w:id=\"0\"><w:p>{}</w:p></w:endnote>", run(CANARY)));
    let notices = |kind: &str| {
        let note = format!(
            "<w:footnote w:type=\"{kind}\" w:id=\"7\"><w:p>{}</w:p></w:footnote><w:footnote w:id=\"8\"><w:p>{}</w:p></w:footnote>",
            run(CANARY),
            run("Note.")
        );
        base()
            .inline(&format!("{}<w:r><w:footnoteReference w:id=\"8\"/></w:r>", run("Body.")))
            .related(
                "word/document.xml",
                &format!("{R}/footnotes"),
                "word/footnotes.xml",
                &wml("footnotes"),
                with_namespaces("w:footnotes", &note).as_bytes(),
            )
            .settings("<w:footnotePr><w:footnote w:id=\"0\"/></w:footnotePr>")
    };
    let word_art = format!(
        "<w:r><w:pict><v:shape style=\"width:90pt;height:40pt\"><v:textpath on=\"t\" string=\"{CANARY}\"/></v:shape></w:pict></w:r>"
    );
    vec![
        ("link in a footer that no page shows", edge(&paragraph(&field("HYPERLINK \"https://www.example.org/\"", CANARY)))),
        ("title in a footer that no page shows", edge(&paragraph(&field("STYLEREF \"heading 1\"", CANARY)))),
        (
            "date in a footer that no page shows",
            edge(&paragraph(&format!("<w:fldSimple w:instr=\" DATE \">{}</w:fldSimple>", run(CANARY)))),
        ),
        (
            "list in a footer that no page shows",
            list(&secret, "").footer(&paragraph(&run("The office"))).even_footer(&item(1, 0, &run("The office"))),
        ),
        (
            "separator of notes that are not there",
            base().related("word/document.xml", &format!("{R}/endnotes"), "word/endnotes.xml", &wml("endnotes"), endnotes.as_bytes()),
        ),
        ("separator that no setting names", notices("separator")),
        ("notice that no setting names", notices("continuationNotice")),
        ("drawn words in a cell that a merge hides", cells("<w:vMerge/>", &word_art)),
        ("cell that an accepted merge hides", cells("<w:cellMerge w:id=\"9\" w:author=\"A\" w:vMerge=\"cont\"/>", &run(CANARY))),
        ("level that no paragraph is at", list(&format!("{secret}{}", level(1, "", "%2.")), "").raw(&item(1, 1, &run("Item.")))),
        (
            "level of a list that another list is at",
            list(&format!("{}{}", level(0, "", "%1."), level(1, "", &format!("{CANARY} %2"))), "")
                .raw(&item(1, 0, &run("Item.")))
                .raw(&item(2, 1, &run("Item."))),
        ),
        ("level that an instance replaces", list(&secret, replaced).raw(&item(1, 0, &run("Item.")))),
        (
            "list of a style that its paragraphs switch off",
            list(&secret, "").styles(numbered).raw(&format!(
                "<w:p><w:pPr><w:pStyle w:val=\"Rule\"/><w:numPr><w:numId w:val=\"0\"/></w:numPr></w:pPr>{}</w:p>",
                run("Item.")
            )),
        ),
    ]
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

fn words_of_charts_and_alternatives() -> Vec<Place> {
    let flags = |separator: &str, more: &str| {
        let flags: String = ["showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"]
            .iter()
            .map(|flag| format!("<c:{flag} val=\"0\"/>"))
            .collect();
        format!("<c:dLbls>{more}{flags}{separator}</c:dLbls>")
    };
    let rich = format!("<c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{CANARY}</a:t></a:r></a:p></c:rich></c:tx>");
    let either = |choice: &str, fallback: &str| {
        base().inline(&format!(
            "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\">{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r>"))
    };
    let signs: String = CANARY.chars().map(|sign| format!("<w:sym w:font=\"{CANARY}\" w:char=\"F0{:02X}\"/>", u32::from(sign))).collect();
    vec![
        ("categories of a deleted axis", chart("A", "", &category(CANARY), "<c:delete val=\"1\"/>", "")),
        ("name of a series without a legend", chart(CANARY, "", &category("B"), "", "")),
        (
            "name of a series whose entry the legend leaves out",
            chart(
                CANARY,
                "",
                &category("B"),
                "",
                "<c:legend><c:legendEntry><c:idx val=\"0\"/><c:delete val=\"1\"/></c:legendEntry></c:legend>",
            )
            .change_part("word/charts/chart1.xml", "<c:ser>", "<c:varyColors val=\"0\"/><c:ser>"),
        ),
        (
            "name of a series of a pie",
            chart(CANARY, "", &category("B"), "", "<c:legend><c:legendPos val=\"r\"/></c:legend>")
                .change_part("word/charts/chart1.xml", "<c:barChart><c:barDir val=\"col\"/>", "<c:pieChart>")
                .change_part("word/charts/chart1.xml", "</c:barChart>", "</c:pieChart>"),
        ),
        (
            "name of a trend without a legend",
            chart(
                "A",
                &format!("<c:trendline><c:name>{CANARY}</c:name><c:trendlineType val=\"linear\"/></c:trendline>"),
                &category("B"),
                "",
                "",
            ),
        ),
        (
            "separator of labels that are not shown",
            chart("A", &flags(&format!("<c:separator>{CANARY}</c:separator>"), ""), &category("B"), "", ""),
        ),
        ("point past the end", chart("A", "", &format!("{}<c:pt idx=\"7\"><c:v>{CANARY}</c:v></c:pt>", category("B")), "", "")),
        (
            "label that is deleted",
            chart("A", &flags("", &format!("<c:dLbl><c:idx val=\"0\"/><c:delete val=\"1\"/>{rich}</c:dLbl>")), &category("B"), "", ""),
        ),
        (
            "drawn words in a fallback",
            either(
                "<w:t>x</w:t>",
                &format!(
                    "<w:t>x</w:t><w:pict><v:shape style=\"width:90pt;height:40pt\"><v:textpath on=\"t\" string=\"{CANARY}\"/></v:shape></w:pict>"
                ),
            ),
        ),
        ("symbols in a fallback", either("<w:t>x</w:t>", &format!("<w:t>x</w:t>{signs}"))),
        (
            "note in a fallback",
            either("<w:t>x</w:t>", "<w:t>x</w:t><w:footnoteReference w:id=\"8\"/>").related(
                "word/document.xml",
                &format!("{R}/footnotes"),
                "word/footnotes.xml",
                &wml("footnotes"),
                with_namespaces("w:footnotes", &format!("<w:footnote w:id=\"8\"><w:p>{}</w:p></w:footnote>", run(CANARY))).as_bytes(),
            ),
        ),
    ]
}

fn places() -> Vec<Place> {
    [
        comments_and_changes(),
        hidden_text(),
        properties_and_names(),
        fields_links_and_pictures(),
        package_and_container(),
        text_out_of_place(),
        code_and_results_that_nobody_sees(),
        stories_and_lists_that_no_page_shows(),
        words_of_charts_and_alternatives(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn text_stays_in_runs_however_they_are_wrapped() {
    let math = "<m:oMath xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"><m:r><w:ins w:id=\"9\" w:author=\"a\"><m:t>Equation</m:t></w:ins></m:r></m:oMath>";
    let alternative = "<w:r><mc:AlternateContent><mc:Choice Requires=\"w14\"><w:t>Chosen</w:t></mc:Choice></mc:AlternateContent></w:r>";
    let document = base().inline(&format!("{math}{alternative}{}", marked("ins", &run("Inserted")))).build();
    for treatment in ["accept", "keep"] {
        let text = part_of(&sanitised(&document, treatment), "word/document.xml").unwrap();
        for words in ["Equation", "Chosen", "Inserted"] {
            assert!(text.contains(&format!(">{words}<")), "{treatment}: {words}");
        }
    }
}

#[test]
fn no_hiding_place_survives_and_the_shown_words_do() {
    let folder = Folder::new();
    let names: Vec<&str> = places()
        .into_iter()
        .enumerate()
        .map(|(number, (name, docx))| {
            let bytes = docx.build();
            assert!(!places_of(&bytes, CANARY).is_empty(), "{name}: the canary is in the source");
            folder.write(&format!("in/{number:02}.docx"), &bytes);
            name
        })
        .collect();
    let ran = sanitise(&folder, "accept");
    let mut failures = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let path = folder.path(&format!("out-accept/{number:02}.docx"));
        let Ok(bytes) = std::fs::read(&path) else {
            let file = ran.files().into_iter().find(|file| file["path"] == format!("{number:02}.docx")).unwrap_or_default();
            failures.push(format!("{name}: no copy: {file}"));
            continue;
        };
        let left = places_of(&bytes, CANARY);
        if !left.is_empty() {
            failures.push(format!("{name}: still in {left:?}"));
        }
        if !body_text(&bytes).iter().any(|paragraph| paragraph.contains(SHOWN)) {
            failures.push(format!("{name}: the shown words are lost"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn cleaning_a_copy_changes_not_one_byte() {
    let folder = Folder::new();
    for (number, (_, docx)) in places().into_iter().enumerate() {
        folder.write(&format!("in/{number:02}.docx"), &docx.build());
    }
    sanitise(&folder, "accept");
    let first = tree(&folder.path("out-accept"));
    let again = Folder::new();
    for (name, bytes) in &first {
        again.write(&format!("in/{name}"), bytes);
    }
    sanitise(&again, "accept").expect(0);
    let second = tree(&again.path("out-accept"));
    for (name, bytes) in &first {
        assert!(second.get(name) == Some(bytes), "{name} differs");
    }
}

/// A draft with every kind of tracked change on text.
fn tracked() -> Vec<u8> {
    let mut docx = Docx::new().by("Samir Osei", "2026-05-01T10:00:00Z");
    let (inserted, deleted) = (docx.insertion("new"), docx.deletion("old"));
    let moved = |element: &str, at: u32| {
        format!(
            "<w:{element}RangeStart w:id=\"{at}\" w:name=\"move1\" w:author=\"Samir Osei\" w:date=\"2026-05-01T10:00:00Z\"/><w:{element} w:id=\"{}\" w:author=\"Samir Osei\" \
             w:date=\"2026-05-01T10:00:00Z\">{}</w:{element}><w:{element}RangeEnd w:id=\"{at}\"/>",
            at + 1,
            run("moved")
        )
    };
    docx.inline(&format!("{}{deleted}{inserted}{}", run("The "), run(" word.")))
        .inline(&format!("{}{}", run("From "), moved("moveFrom", 60)))
        .inline(&format!("{}{}", run("To "), moved("moveTo", 70)))
        .raw(&format!(
            "<w:p><w:pPr><w:rPr><w:ins w:id=\"80\" w:author=\"Samir Osei\" w:date=\"2026-05-01T10:00:00Z\"/></w:rPr></w:pPr>{}</w:p>{}",
            run("split "),
            paragraph(&run("here"))
        ))
        .raw(&format!(
            "<w:p><w:pPr><w:rPr><w:del w:id=\"81\" w:author=\"Samir Osei\" w:date=\"2026-05-01T10:00:00Z\"/></w:rPr></w:pPr>{}</w:p>{}",
            run("join "),
            paragraph(&run("there"))
        ))
        .build()
}

#[test]
fn accepting_keeps_the_new_wording_and_rejecting_the_old() {
    assert_eq!(body_text(&sanitised(&tracked(), "accept")), ["The new word.", "From ", "To moved", "split ", "here", "join there"]);
    assert_eq!(body_text(&sanitised(&tracked(), "reject")), ["The old word.", "From moved", "To ", "split here", "join ", "there"]);
}

#[test]
fn keeping_shows_the_redline_without_names_and_dates() {
    let copy = sanitised(&tracked(), "keep");
    let all: Vec<u8> = zip::read(&copy).into_iter().flat_map(|(_, bytes)| bytes).collect();
    for words in ["<w:ins ", "<w:del ", "<w:moveFrom ", "<w:moveTo ", "old", "new", "moved"] {
        assert!(holds(&all, words), "{words}");
    }
    assert!(!holds(&all, "Samir") && !holds(&all, "2026-05-01"));
}

#[test]
fn without_a_treatment_a_tracked_draft_waits_for_a_person() {
    let folder = Folder::new();
    folder.write("in/a.docx", &tracked());
    folder.write("in/b.docx", &Docx::new().para(SHOWN).comment("a remark").build());
    let (source, out) = (folder.path("in"), folder.path("out"));
    let ran = cleardraft(&["sanitise", source.to_str().unwrap(), "--out", out.to_str().unwrap(), "--format", "json"]).expect(1);
    let status: Vec<String> = ran.files().iter().map(|file| format!("{} {}", file["path"], file["status"])).collect();
    assert_eq!(status, ["\"a.docx\" \"review\"", "\"b.docx\" \"sanitised\""]);
    assert_eq!(tree(&out).keys().filter(|name| name.contains("docx")).collect::<Vec<_>>(), ["b.docx"]);
}

#[test]
fn white_text_is_never_released_in_silence() {
    let folder = Folder::new();
    let white = format!("<w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:t>{CANARY}</w:t></w:r>");
    folder.write("in/a.docx", &base().inline(&format!("{}{white}", run("Body."))).build());
    let ran = sanitise(&folder, "accept").expect(1);
    assert_eq!(ran.files()[0]["status"], "review");
    assert!(!ran.stdout.contains(CANARY) && !ran.stderr.contains(CANARY), "reports never carry the words");
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

fn with_properties(properties: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{CANARY}</w:t></w:r>")
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

/// A text box in `DrawingML` without an alternative.
fn text_box(shape: &str, style: &str, run: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:inline><wp:extent cx=\"2900000\" cy=\"900000\"/><wp:docPr id=\"1\" name=\"Box\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr/><wps:spPr>{shape}</wps:spPr>{style}<wps:txbx><w:txbxContent><w:p>{run}</w:p></w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
}

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
fn a_row_marked_as_hidden_whose_words_are_not_waits_for_a_person() {
    let folder = Folder::new();
    let row = format!("<w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p>{}</w:p></w:tc></w:tr>", run(CANARY));
    let table = format!("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"4000\"/></w:tblGrid>{row}</w:tbl>");
    folder.write("in/a.docx", &base().raw(&table).build());
    assert_eq!(sanitise(&folder, "accept").files().remove(0)["status"], "review");
}

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

fn part_of(copy: &[u8], part: &str) -> Option<String> {
    zip::read(copy).into_iter().find(|(name, _)| name == part).map(|(_, bytes)| String::from_utf8(bytes).unwrap())
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
fn text_hidden_by_a_style_without_an_identifier_goes() {
    let style = "<w:style><w:name w:val=\"Unseen\"/><w:rPr><w:vanish/></w:rPr></w:style>";
    let copy = sanitised(&base().styles(style).styled("Unseen", CANARY).build(), "accept");
    assert!(places_of(&copy, CANARY).is_empty());
}

#[test]
fn the_tags_of_an_inserted_control_go_when_it_is_rejected_and_its_text_stays() {
    let range = |which: &str, id: u32| {
        format!(
            "<w:customXmlInsRange{which} w:id=\"{id}\"{}/>",
            if which == "Start" { " w:author=\"a\" w:date=\"2026-03-04T05:06:07Z\"" } else { "" }
        )
    };
    let control = format!(
        "{}<w:sdt><w:sdtPr><w:id w:val=\"5\"/><w:dropDownList><w:listItem w:displayText=\"One\" w:value=\"1\"/><w:listItem w:displayText=\"{CANARY}\" w:value=\"2\"/></w:dropDownList></w:sdtPr><w:sdtContent>{}{}{}</w:sdtContent></w:sdt>{}",
        range("Start", 1),
        range("End", 1),
        run("One"),
        range("Start", 2),
        range("End", 2)
    );
    let document = base().inline(&control).build();
    for (treatment, has) in [("accept", true), ("reject", false)] {
        let copy = sanitised(&document, treatment);
        let main = String::from_utf8(zip::read(&copy).into_iter().find(|(name, _)| name == "word/document.xml").unwrap().1).unwrap();
        assert_eq!((main.contains("<w:sdt>"), main.contains("sdtPr"), main.contains("sdtContent")), (has, has, has), "{main}");
        // A list without choices would show nothing.
        assert!(!main.contains("dropDownList") && main.contains(">One<"), "{main}");
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

/// What becomes of one document.
fn status(docx: Docx) -> String {
    let folder = Folder::new();
    folder.write("in/a.docx", &docx.build());
    sanitise(&folder, "accept").files().remove(0)["status"].as_str().unwrap().to_owned()
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
