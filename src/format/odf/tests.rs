use super::*;
use crate::format::zip::Writer;

fn odt(body: &str) -> Vec<u8> {
    let mut zip = Writer::new();
    zip.add("mimetype", b"application/vnd.oasis.opendocument.text");
    let namespaces = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:officeooo="http://openoffice.org/2009/office""#;
    zip.add(
        "content.xml",
        format!(
            "<office:document-content {namespaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
        )
        .as_bytes(),
    );
    zip.add(
        "meta.xml",
        format!("<office:document-meta {namespaces}><office:meta><meta:creation-date>2017-01-01T08:00:00</meta:creation-date><dc:date>2018-03-01T10:00:00.5</dc:date><meta:editing-cycles>4</meta:editing-cycles></office:meta></office:document-meta>").as_bytes(),
    );
    zip.finish()
}

fn inspect(body: &str) -> Inspection {
    Odt.inspect(&odt(body).into(), Wanted::Facts, &Limits::default()).unwrap()
}

fn facts(body: &str) -> DraftFacts {
    inspect(body).facts.unwrap()
}

const CHANGED: &str = r#"<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info><dc:creator>A</dc:creator><dc:date>2018-02-01T09:00:00</dc:date></office:change-info><text:p>stop</text:p></text:deletion></text:changed-region><text:changed-region text:id="c2"><text:insertion><office:change-info><dc:creator>B</dc:creator><dc:date>2018-02-03T09:00:00</dc:date></office:change-info></text:insertion></text:changed-region></text:tracked-changes><text:p>We must <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>go<text:change-end text:change-id="c2"/><office:annotation><dc:creator>C</dc:creator><dc:date>2018-02-05T09:00:00</dc:date><text:p>why</text:p></office:annotation> on</text:p>"#;

#[test]
fn both_wordings_are_known_and_comments_are_no_text() {
    let changed = inspect(CHANGED);
    let text = facts(CHANGED).text;
    assert_eq!(text.digest, facts("<text:p>We must go on</text:p>").text.digest);
    assert_eq!(text.digest_before, facts("<text:p>We must stop on</text:p>").text.digest);
    let marks = &changed.marks;
    assert_eq!((marks.insertions, marks.deletions, marks.comments), (1, 1, 1));
    assert_eq!((marks.inserted_chars, marks.deleted_chars), (2, 4));
    assert_eq!(marks.authors, ["A", "B", "C"]);
    assert!(changed.findings.iter().any(|finding| finding.kind == FindingKind::Comment && finding.count == 1));
}

#[test]
fn properties_are_read() {
    let facts = facts("<text:p>Text</text:p>");
    assert_eq!((facts.modified, facts.revision), (Some(1_519_898_400), Some(4)));
    assert!(facts.created < facts.modified);
}

#[test]
fn nothing_is_cleaned() {
    let bytes = odt("<text:p>Text</text:p>");
    let fault = Odt.sanitise(&bytes.clone().into(), &Orders::default(), &Limits::default(), &Spool::in_memory()).unwrap_err();
    assert_eq!(fault.fault.code(), "format-unsupported");
    assert!(Odt.reread(&bytes.into(), &Orders::default(), &Limits::default()).is_err());
}
