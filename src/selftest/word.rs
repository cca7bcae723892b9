//! Word documents for the self-test, one hiding place each, from raw XML.

use std::collections::BTreeMap;

use super::{Specimen, VISIBLE, canary};
use crate::format::zip::Writer;
use crate::model::FindingKind as K;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const REL: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const WML: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const BY: &str = r#"w:id="7" w:author="A" w:date="2020-01-02T03:04:05Z""#;

/// A package under construction: a sound document that a place adds to.
struct Package {
    /// Extra XML after the visible paragraph.
    body: String,
    /// Attributes of the root element of the main part.
    root: String,
    /// Other parts: name, content type, bytes.
    parts: Vec<(String, String, Vec<u8>)>,
    /// Relationships of the main part: id, type (last segment or full), target, whether it is outside.
    relationships: Vec<(String, String, String, bool)>,
    /// Relationships of the package.
    package_relationships: Vec<(String, String)>,
    /// Relationships of other parts: source part name to (id, type, target, whether it is outside).
    part_relationships: BTreeMap<String, (String, String, String, bool)>,
    /// Content type of the main part.
    main_type: String,
    /// Bytes after the last member.
    tail: Vec<u8>,
}

impl Package {
    fn new() -> Self {
        Self {
            body: String::new(),
            root: String::new(),
            parts: Vec::new(),
            relationships: Vec::new(),
            package_relationships: Vec::new(),
            part_relationships: BTreeMap::new(),
            main_type: format!("{WML}.document.main+xml"),
            tail: Vec::new(),
        }
    }

    fn body(mut self, xml: impl AsRef<str>) -> Self {
        self.body += xml.as_ref();
        self
    }

    /// A part that the main part refers to by a relationship of the standard namespace (`kind`), as `rId` and its number.
    fn part(mut self, name: &str, content_type: &str, kind: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.parts.push((format!("word/{name}"), content_type.to_string(), bytes.as_ref().to_vec()));
        self.link(kind, name, false)
    }

    fn link(mut self, kind: &str, target: &str, outside: bool) -> Self {
        let id = format!("rId{}", self.relationships.len() + 1);
        self.relationships.push((id, kind.to_string(), target.to_string(), outside));
        self
    }

    /// A part that the package refers to.
    fn top(mut self, name: &str, content_type: &str, kind: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.parts.push((name.to_string(), content_type.to_string(), bytes.as_ref().to_vec()));
        self.package_relationships.push((kind.to_string(), name.to_string()));
        self
    }

    fn loose(mut self, name: &str, content_type: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.parts.push((name.to_string(), content_type.to_string(), bytes.as_ref().to_vec()));
        self
    }

    fn settings(self, xml: impl AsRef<str>) -> Self {
        let part = format!(r#"<w:settings xmlns:w="{W}" xmlns:r="{R}">{}</w:settings>"#, xml.as_ref());
        self.part("settings.xml", &format!("{WML}.settings+xml"), "settings", part)
    }

    fn finish(self) -> Vec<u8> {
        let mut types = String::from(
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>"#,
        );
        types += &format!(r#"<Override PartName="/word/document.xml" ContentType="{}"/>"#, self.main_type);
        for (name, content_type, _) in &self.parts {
            types += &format!(r#"<Override PartName="/{name}" ContentType="{content_type}"/>"#);
        }
        types += "</Types>";
        let relationship = |id: &str, kind: &str, target: &str, outside: bool| {
            let kind = if kind.contains("://") { kind.to_string() } else { format!("{R}/{kind}") };
            let mode = if outside { r#" TargetMode="External""# } else { "" };
            format!(r#"<Relationship Id="{id}" Type="{kind}" Target="{target}"{mode}/>"#)
        };
        let list = |inner: String| format!(r#"<Relationships xmlns="{REL}">{inner}</Relationships>"#);
        let mut top = relationship("rId1", "officeDocument", "word/document.xml", false);
        for (index, (kind, name)) in self.package_relationships.iter().enumerate() {
            top += &relationship(&format!("rId{}", index + 2), kind, name, false);
        }
        let main: String = self.relationships.iter().map(|(id, kind, target, outside)| relationship(id, kind, target, *outside)).collect();
        let document = format!(
            r#"<w:document xmlns:w="{W}" xmlns:r="{R}" {}><w:body><w:p><w:r><w:t>{VISIBLE}</w:t></w:r></w:p>{}<w:sectPr/></w:body></w:document>"#,
            self.root, self.body
        );
        let mut writer = Writer::new();
        let mut add = |name: &str, text: String| {
            writer.add(name, format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{text}").as_bytes());
        };
        add("[Content_Types].xml", types);
        add("_rels/.rels", list(top));
        add("word/document.xml", document);
        add("word/_rels/document.xml.rels", list(main));
        for (source, (id, kind, target, outside)) in &self.part_relationships {
            let (folder, file) = source.rsplit_once('/').unwrap_or(("", source));
            add(&format!("{folder}/_rels/{file}.rels"), list(relationship(id, kind, target, *outside)));
        }
        for (name, _, bytes) in &self.parts {
            writer.add(name, bytes);
        }
        let mut bytes = writer.finish();
        bytes.extend(self.tail);
        bytes
    }
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

fn paragraph(inner: &str) -> String {
    format!("<w:p>{inner}</w:p>")
}

fn comments(author: &str, text: &str) -> Package {
    let part = format!(
        r#"<w:comments xmlns:w="{W}"><w:comment w:id="1" w:author="{author}" w:initials="A" w:date="2020-01-02T03:04:05Z"><w:p>{}</w:p></w:comment></w:comments>"#,
        run(text)
    );
    let anchored = r#"<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>Noted.</w:t></w:r><w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r></w:p>"#;
    Package::new().body(anchored).part("comments.xml", &format!("{WML}.comments+xml"), "comments", part)
}

fn part_of(root: &str, inner: &str) -> String {
    format!(r#"<w:{root} xmlns:w="{W}" xmlns:r="{R}">{inner}</w:{root}>"#)
}

/// An inline picture that shows the part of relationship `rId1`.
fn picture(name: &str, description: &str, png: &[u8]) -> Package {
    let drawing = format!(
        r#"<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="952500" cy="952500"/><wp:docPr id="1" name="{name}" descr="{description}"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="Picture 1"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="952500" cy="952500"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"#
    );
    Package::new().body(paragraph(&format!("<w:r>{drawing}</w:r>"))).part("media/image1.png", "image/png", "image", png)
}

/// A picture of one grey pixel, with a text chunk when there is something to hide.
fn png(hidden: Option<&str>) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [kind.as_slice(), data].concat();
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(&body);
        out.extend(crc32fast::hash(&body).to_be_bytes());
    };
    chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    if let Some(text) = hidden {
        chunk(b"tEXt", &[b"Comment\0", text.as_bytes()].concat());
    }
    // zlib, stored block of two bytes: filter 0, grey 0x80.
    chunk(b"IDAT", &[0x78, 0x01, 0x01, 0x02, 0x00, 0xfd, 0xff, 0x00, 0x80, 0x00, 0x82, 0x00, 0x81]);
    chunk(b"IEND", &[]);
    out
}

/// One row of the table: place, kinds of which one must be reported, the document around a canary.
type Row = (&'static str, &'static [K], fn(&str) -> Package);

const MARKS: &[Row] = &[
    ("the text of a comment", &[K::Comment], |c| comments("A", c)),
    ("the author of a comment", &[K::AuthorName, K::Comment], |c| comments(c, "x")),
    ("the list of people", &[K::AuthorName], |c| {
        let part = format!(
            r#"<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"><w15:person w15:author="{c}"/></w15:people>"#
        );
        Package::new().part(
            "people.xml",
            &format!("{WML}.people+xml"),
            "http://schemas.microsoft.com/office/2011/relationships/people",
            part,
        )
    }),
    ("a tracked deletion", &[K::TrackedDeletion], |c| {
        Package::new().body(paragraph(&format!("<w:del {BY}><w:r><w:delText>{c}</w:delText></w:r></w:del>")))
    }),
    ("the author of a tracked insertion", &[K::AuthorName, K::TrackedInsertion], |c| {
        Package::new().body(paragraph(&format!(r#"<w:ins w:id="7" w:author="{c}" w:date="2020-01-02T03:04:05Z">{}</w:ins>"#, run("New."))))
    }),
    ("the source of a tracked move", &[K::TrackedMove], |c| {
        Package::new().body(paragraph(&format!(
            r#"<w:moveFromRangeStart w:id="8" w:name="move1" w:author="A"/><w:moveFrom {BY}>{}</w:moveFrom><w:moveFromRangeEnd w:id="8"/>"#,
            run(c)
        )))
    }),
    ("the author of a tracked format change", &[K::AuthorName, K::TrackedFormat], |c| {
        Package::new().body(paragraph(&format!(
            r#"<w:r><w:rPr><w:b/><w:rPrChange w:id="7" w:author="{c}"><w:rPr/></w:rPrChange></w:rPr><w:t>Bold.</w:t></w:r>"#
        )))
    }),
    ("a deletion in a footnote", &[K::TrackedDeletion], |c| {
        let note = format!(
            r#"<w:footnote w:id="2"><w:p>{}<w:del {BY}><w:r><w:delText>{c}</w:delText></w:r></w:del></w:p></w:footnote>"#,
            run("Note.")
        );
        Package::new().body(r#"<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>"#).part(
            "footnotes.xml",
            &format!("{WML}.footnotes+xml"),
            "footnotes",
            part_of("footnotes", &note),
        )
    }),
    ("hidden text", &[K::HiddenText], |c| Package::new().body(paragraph(&format!("<w:r><w:rPr><w:vanish/></w:rPr><w:t>{c}</w:t></w:r>")))),
    ("a header that no section uses", &[K::UnusedText, K::UnreachablePart], |c| {
        Package::new().part("header1.xml", &format!("{WML}.header+xml"), "header", part_of("hdr", &paragraph(&run(c))))
    }),
    ("a building block", &[K::BuildingBlock], |c| {
        let part = part_of(
            "glossaryDocument",
            &format!(
                r#"<w:docParts><w:docPart><w:docPartPr><w:name w:val="x"/></w:docPartPr><w:docPartBody>{}</w:docPartBody></w:docPart></w:docParts>"#,
                paragraph(&run(c))
            ),
        );
        Package::new().part("glossary/document.xml", &format!("{WML}.document.glossary+xml"), "glossaryDocument", part)
    }),
];

const IDENTITIES: &[Row] = &[
    ("the creator property", &[K::DocumentProperty, K::AuthorName], |c| {
        let part = format!(
            r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{c}</dc:creator></cp:coreProperties>"#
        );
        Package::new().top(
            "docProps/core.xml",
            "application/vnd.openxmlformats-package.core-properties+xml",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
            part,
        )
    }),
    ("the company property", &[K::DocumentProperty], |c| {
        let part = format!(
            r#"<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Company>{c}</Company></Properties>"#
        );
        Package::new().top(
            "docProps/app.xml",
            "application/vnd.openxmlformats-officedocument.extended-properties+xml",
            "extended-properties",
            part,
        )
    }),
    ("a custom property", &[K::CustomProperty], |c| {
        let part = format!(
            r#"<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="Label"><vt:lpwstr>{c}</vt:lpwstr></property></Properties>"#
        );
        Package::new().top(
            "docProps/custom.xml",
            "application/vnd.openxmlformats-officedocument.custom-properties+xml",
            "custom-properties",
            part,
        )
    }),
    ("the preview picture", &[K::Thumbnail], |c| {
        let bytes = [b"\xff\xd8\xff\xfe".as_slice(), &((c.len() as u16) + 2).to_be_bytes(), c.as_bytes(), b"\xff\xd9"].concat();
        Package::new().top(
            "docProps/thumbnail.jpeg",
            "image/jpeg",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
            bytes,
        )
    }),
    ("a document variable", &[K::DocumentVariable], |c| {
        Package::new().settings(format!(r#"<w:docVars><w:docVar w:name="x" w:val="{c}"/></w:docVars>"#))
    }),
    ("the path of the template", &[K::TemplatePath], |c| {
        let mut package = Package::new().settings(r#"<w:attachedTemplate r:id="rId1"/>"#);
        package
            .part_relationships
            .insert("word/settings.xml".into(), ("rId1".into(), "attachedTemplate".into(), format!("file:///C:/{c}/x.dotx"), true));
        package
    }),
    ("a mail merge query", &[K::MailMerge], |c| {
        Package::new().settings(format!(r#"<w:mailMerge><w:mainDocumentType w:val="formLetters"/><w:dataType w:val="native"/><w:query w:val="SELECT * FROM {c}"/></w:mailMerge>"#))
    }),
    ("stored data behind the text", &[K::CustomXml], |c| {
        Package::new().loose("customXml/item1.xml", "application/xml", format!("<x>{c}</x>")).link(
            "customXml",
            "../customXml/item1.xml",
            false,
        )
    }),
    ("the tag of a content control", &[K::ContentControl], |c| {
        Package::new().body(format!(
            r#"<w:sdt><w:sdtPr><w:alias w:val="{c}"/><w:tag w:val="{c}"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"#,
            paragraph(&run("Chosen."))
        ))
    }),
    ("the help text of a form field", &[K::FormField, K::FieldCode], |c| {
        Package::new().body(paragraph(&format!(
            r#"<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="F"/><w:enabled/><w:helpText w:type="text" w:val="{c}"/><w:textInput/></w:ffData></w:fldChar></w:r><w:r><w:instrText xml:space="preserve"> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>"#,
            run("Filled.")
        )))
    }),
    ("a field instruction", &[K::FieldCode], |c| {
        Package::new().body(paragraph(&format!(
            r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> DOCPROPERTY {c} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>"#,
            run("Result.")
        )))
    }),
    ("a smart tag", &[K::SmartTag], |c| {
        Package::new().body(paragraph(&format!(
            r#"<w:smartTag w:uri="urn:x" w:element="person"><w:smartTagPr><w:attr w:name="id" w:val="{c}"/></w:smartTagPr>{}</w:smartTag>"#,
            run("Somebody.")
        )))
    }),
    ("the target of an internal link", &[K::LinkTarget], |c| {
        Package::new()
            .link("hyperlink", &format!("file://server/{c}/x.docx"), true)
            .body(paragraph(&format!(r#"<w:hyperlink r:id="rId1">{}</w:hyperlink>"#, run("Link."))))
    }),
    ("a bookmark name", &[K::BookmarkName], |c| {
        Package::new().body(paragraph(&format!(r#"<w:bookmarkStart w:id="3" w:name="{c}"/>{}<w:bookmarkEnd w:id="3"/>"#, run("Marked."))))
    }),
    ("the name of a font", &[K::FontName], |c| {
        Package::new()
            .body(paragraph(&format!(r#"<w:r><w:rPr><w:rFonts w:ascii="{c}" w:hAnsi="{c} Light"/></w:rPr><w:t>Set in it.</w:t></w:r>"#)))
    }),
    ("an alternative text", &[K::AltText], |c| picture("Picture 1", c, &png(None))),
    ("the name of a picture", &[K::ObjectName], |c| picture(c, "", &png(None))),
    ("the metadata of a picture", &[K::ImageMetadata], |c| picture("Picture 1", "", &png(Some(c)))),
    ("the name of a style", &[K::StyleName, K::UnusedStyle], |c| {
        Package::new()
            .part(
                "styles.xml",
                &format!("{WML}.styles+xml"),
                "styles",
                part_of(
                    "styles",
                    &format!(r#"<w:style w:type="paragraph" w:customStyle="1" w:styleId="S1"><w:name w:val="{c}"/></w:style>"#),
                ),
            )
            .body(paragraph(&format!(r#"<w:pPr><w:pStyle w:val="S1"/></w:pPr>{}"#, run("Styled."))))
    }),
];

const CONTAINER: &[Row] = &[
    ("printer settings", &[K::PrinterSettings], |c| {
        Package::new().part("printerSettings1.bin", &format!("{WML}.printerSettings"), "printerSettings", c)
    }),
    ("an embedded file", &[K::EmbeddedObject], |c| {
        Package::new().part("embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.oleObject", "oleObject", c)
    }),
    ("a macro project", &[K::ActiveContent], |c| {
        let mut package = Package::new().part(
            "vbaProject.bin",
            "application/vnd.ms-office.vbaProject",
            "http://schemas.microsoft.com/office/2006/relationships/vbaProject",
            c,
        );
        package.main_type = "application/vnd.ms-word.document.macroEnabled.main+xml".into();
        package
    }),
    ("a part that nothing refers to", &[K::UnreachablePart], |c| {
        Package::new().loose("word/old.xml", "application/xml", format!("<x>{c}</x>"))
    }),
    ("a part of an unknown kind", &[K::UnknownPart, K::Unknown], |c| {
        Package::new().part("x.bin", "application/x-unheard-of", "http://example.org/relationships/unheard-of", c)
    }),
    ("a comment in the XML", &[K::XmlComment], |c| Package::new().body(format!("<!-- {c} -->"))),
    ("markup that no reader shows", &[K::ForeignMarkup], |c| {
        let mut package = Package::new().body(paragraph(&format!(r#"<w:r x:note="{c}"><w:t>Seen.</w:t></w:r>"#)));
        package.root =
            r#"xmlns:x="http://example.org/x" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x""#
                .into();
        package
    }),
    ("the name of a part", &[K::PartName], |c| {
        Package::new().part(&format!("media/{c}.png"), "image/png", "image", png(None)).body(picture("Picture 1", "", &[]).body)
    }),
    ("bytes after the end of the container", &[K::ContainerSlack], |c| {
        let mut package = Package::new();
        // An archive comment: its length stands in the last two bytes of the end record.
        package.tail = c.as_bytes().to_vec();
        package
    }),
];

/// All of them, each with a canary of its own.
pub(super) fn specimens() -> Vec<Specimen> {
    let rows = MARKS.iter().chain(IDENTITIES).chain(CONTAINER);
    rows.enumerate()
        .map(|(index, (place, kinds, build))| {
            let canary = canary(index);
            let package = build(&canary);
            let comment_len = package.tail.len();
            let mut bytes = package.finish();
            if comment_len > 0 {
                set_comment_len(&mut bytes, comment_len);
            }
            Specimen { place, kinds, canary, bytes }
        })
        .collect()
}

/// Declares the last bytes of a container as its comment (APPNOTE §4.3.16), so that it stays a sound container.
fn set_comment_len(bytes: &mut [u8], comment_len: usize) {
    let at = bytes.len().saturating_sub(comment_len + 2);
    if let Some(field) = bytes.get_mut(at..at + 2) {
        field.copy_from_slice(&(comment_len as u16).to_le_bytes());
    }
}
