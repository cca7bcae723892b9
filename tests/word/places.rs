//! Every place where words can hide: whatever stands there is gone from the copy, and what is shown is in it.

use crate::support::cli::{Folder, tree};
use crate::support::docx::{R, escape, field, paragraph, run};
use crate::support::places_of;
use crate::support::zip::{Around, Member};
use crate::{
    CANARY, PLAIN, Place, SHOWN, base, body_text, category, chart, item, level, list, marked, part_of, png, sanitise, sanitised,
    with_namespaces, wml,
};

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
