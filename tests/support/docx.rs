//! A builder of small `WordprocessingML` packages in raw XML, so that a test can hide a word anywhere.

use std::collections::BTreeMap;

use super::zip::{Around, Member, write};

pub const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
pub const PACKAGE_RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const WML: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

const NAMESPACES: &str = concat!(
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" ",
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" ",
    "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" ",
    "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" ",
    "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" ",
    "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" ",
    "xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\" ",
    "xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" ",
    "xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" ",
    "xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\" ",
    "xmlns:v=\"urn:schemas-microsoft-com:vml\" ",
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\" ",
    "mc:Ignorable=\"w14 w15\"",
);

/// Text as element content or attribute value.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// One run of text.
pub fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
}

/// One paragraph around runs.
pub fn paragraph(inner: &str) -> String {
    format!("<w:p>{inner}</w:p>")
}

/// A complex field with its instruction and its result.
pub fn field(instruction: &str, result: &str) -> String {
    let code = escape(instruction);
    format!(
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {code} </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
        run(result)
    )
}

struct Relationship {
    source: String,
    id: String,
    kind: String,
    target: String,
    external: bool,
}

/// A package in the making. Every method takes and returns it.
pub struct Docx {
    background: String,
    body: String,
    section: String,
    comments: String,
    footnotes: String,
    settings: String,
    styles: String,
    core: String,
    app: String,
    author: String,
    date: String,
    next_id: u32,
    parts: BTreeMap<String, (String, Vec<u8>)>,
    relationships: Vec<Relationship>,
    stamp: (u16, u16),
    around: Around,
    members: Vec<Member>,
}

impl Default for Docx {
    fn default() -> Self {
        Self::new()
    }
}

impl Docx {
    /// An empty document.
    pub fn new() -> Self {
        Self {
            background: String::new(),
            body: String::new(),
            section: String::new(),
            comments: String::new(),
            footnotes: String::new(),
            settings: String::new(),
            styles: String::new(),
            core: String::new(),
            app: String::new(),
            author: "A. Reviewer".into(),
            date: "2026-03-02T09:30:00Z".into(),
            next_id: 1,
            parts: BTreeMap::new(),
            relationships: Vec::new(),
            stamp: (0, 0x21),
            around: Around::default(),
            members: Vec::new(),
        }
    }

    /// Author and date of the marks that follow.
    pub fn by(mut self, author: &str, date: &str) -> Self {
        self.author = author.into();
        self.date = date.into();
        self
    }

    /// A paragraph.
    pub fn para(self, text: &str) -> Self {
        self.raw(&paragraph(&run(text)))
    }

    /// A paragraph in a style.
    pub fn styled(self, style: &str, text: &str) -> Self {
        self.raw(&format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(text)))
    }

    /// Anything that may stand in the body.
    pub fn raw(mut self, xml: &str) -> Self {
        self.body.push_str(xml);
        self
    }

    /// A paragraph around anything that may stand in it.
    pub fn inline(self, xml: &str) -> Self {
        self.raw(&paragraph(xml))
    }

    fn mark(&mut self) -> String {
        self.next_id += 1;
        format!("w:id=\"{}\" w:author=\"{}\" w:date=\"{}\"", self.next_id, escape(&self.author), self.date)
    }

    /// The XML of a tracked insertion.
    pub fn insertion(&mut self, text: &str) -> String {
        format!("<w:ins {}>{}</w:ins>", self.mark(), run(text))
    }

    /// The XML of a tracked deletion.
    pub fn deletion(&mut self, text: &str) -> String {
        format!("<w:del {}><w:r><w:delText xml:space=\"preserve\">{}</w:delText></w:r></w:del>", self.mark(), escape(text))
    }

    /// A paragraph with a tracked insertion in it.
    pub fn inserted(mut self, text: &str) -> Self {
        let inner = self.insertion(text);
        self.inline(&inner)
    }

    /// A tracked deletion in a paragraph of its own that stays.
    pub fn deleted(mut self, text: &str) -> Self {
        let inner = format!("{}{}", run("Shown beside it. "), self.deletion(text));
        self.inline(&inner)
    }

    /// A comment on a word of its own paragraph.
    pub fn comment(mut self, text: &str) -> Self {
        let inner = self.commented("Commented word.", text);
        self.inline(&inner)
    }

    /// The XML of a commented run; the comment itself goes into its part.
    pub fn commented(&mut self, anchor: &str, text: &str) -> String {
        self.next_id += 1;
        let id = self.next_id;
        let initials: String = self.author.split(' ').filter_map(|word| word.chars().next()).collect();
        self.comments.push_str(&format!(
            "<w:comment w:id=\"{id}\" w:author=\"{}\" w:date=\"{}\" w:initials=\"{}\">{}</w:comment>",
            escape(&self.author),
            self.date,
            escape(&initials),
            paragraph(&run(text))
        ));
        format!(
            "<w:commentRangeStart w:id=\"{id}\"/>{}<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>",
            run(anchor)
        )
    }

    /// A paragraph with hidden text (`w:vanish`) behind shown text.
    pub fn hidden(self, text: &str) -> Self {
        let vanished = format!("<w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r>", escape(text));
        self.inline(&format!("{}{vanished}", run("Shown beside it. ")))
    }

    /// A paragraph with a footnote.
    pub fn footnote(self, text: &str) -> Self {
        self.footnote_raw(&paragraph(&run(text)))
    }

    /// A paragraph with a footnote of raw content.
    pub fn footnote_raw(mut self, xml: &str) -> Self {
        self.next_id += 1;
        let id = self.next_id;
        self.footnotes.push_str(&format!("<w:footnote w:id=\"{id}\">{xml}</w:footnote>"));
        self.inline(&format!("{}<w:r><w:footnoteReference w:id=\"{id}\"/></w:r>", run("With a note.")))
    }

    /// A header for all pages.
    pub fn header(self, xml: &str) -> Self {
        self.edge("header", "default", xml)
    }

    /// A footer for all pages.
    pub fn footer(self, xml: &str) -> Self {
        self.edge("footer", "default", xml)
    }

    /// A footer for even pages, which no page shows as long as the settings do not tell odd and even pages apart.
    pub fn even_footer(self, xml: &str) -> Self {
        self.edge("footer", "even", xml)
    }

    fn edge(mut self, which: &str, pages: &str, xml: &str) -> Self {
        let tag = if which == "header" { "hdr" } else { "ftr" };
        let number = if pages == "default" { 1 } else { 2 };
        let part = format!("word/{which}{number}.xml");
        let xml = format!("<w:{tag} {NAMESPACES}>{xml}</w:{tag}>");
        self = self.part(&part, &format!("{WML}.{which}+xml"), xml.as_bytes());
        let id = self.relate("word/document.xml", &format!("{R}/{which}"), &format!("{which}{number}.xml"), false);
        self.section.push_str(&format!("<w:{which}Reference w:type=\"{pages}\" r:id=\"{id}\"/>"));
        self
    }

    /// Elements for `w:settings`.
    pub fn settings(mut self, xml: &str) -> Self {
        self.settings.push_str(xml);
        self
    }

    /// A `w:background` of the document.
    pub fn background(mut self, xml: &str) -> Self {
        self.background.push_str(xml);
        self
    }

    /// Elements for `w:styles`.
    pub fn styles(mut self, xml: &str) -> Self {
        self.styles.push_str(xml);
        self
    }

    /// Elements for the core properties.
    pub fn core(mut self, xml: &str) -> Self {
        self.core.push_str(xml);
        self
    }

    /// Elements for the extended properties.
    pub fn app(mut self, xml: &str) -> Self {
        self.app.push_str(xml);
        self
    }

    /// Revision session ids; the first is the root.
    pub fn rsids(self, ids: &[u32]) -> Self {
        let list: String = ids.iter().map(|id| format!("<w:rsid w:val=\"{id:08X}\"/>")).collect();
        let root = ids.first().map(|id| format!("<w:rsidRoot w:val=\"{id:08X}\"/>")).unwrap_or_default();
        self.settings(&format!("<w:rsids>{root}{list}</w:rsids>"))
    }

    /// A part that nothing refers to yet.
    pub fn part(mut self, name: &str, content_type: &str, bytes: &[u8]) -> Self {
        self.parts.insert(name.into(), (content_type.into(), bytes.to_vec()));
        self
    }

    /// Puts other text into a part that was added, in place of what stands there.
    pub fn change_part(mut self, name: &str, from: &str, to: &str) -> Self {
        let (_, bytes) = self.parts.get_mut(name).expect("a part of that name");
        *bytes = String::from_utf8_lossy(bytes).replace(from, to).into_bytes();
        self
    }

    /// A part that another refers to (`""` is the package).
    pub fn related(mut self, source: &str, kind: &str, name: &str, content_type: &str, bytes: &[u8]) -> Self {
        self.relate(source, kind, &format!("/{name}"), false);
        self.part(name, content_type, bytes)
    }

    /// A relationship; returns its id.
    pub fn relate(&mut self, source: &str, kind: &str, target: &str, external: bool) -> String {
        let id = format!("rId{}", self.relationships.len() + 1);
        self.relationships.push(Relationship { source: source.into(), id: id.clone(), kind: kind.into(), target: target.into(), external });
        id
    }

    /// A picture in a paragraph; `crop` are attributes of `a:srcRect`, `attributes` those of `wp:docPr`.
    pub fn picture(mut self, bytes: &[u8], extension: &str, content_type: &str, crop: &str, attributes: &str) -> Self {
        let number = self.parts.keys().filter(|name| name.contains("/media/")).count() + 1;
        let id = self.relate("word/document.xml", &format!("{R}/image"), &format!("media/image{number}.{extension}"), false);
        self = self.part(&format!("word/media/image{number}.{extension}"), content_type, bytes);
        self.inline(&format!(
            "<w:r><w:drawing><wp:inline><wp:extent cx=\"400000\" cy=\"400000\"/><wp:docPr id=\"{number}\" name=\"Picture\" {attributes}/><a:graphic>\
             <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"Picture\"/>\
             <pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"{id}\"/><a:srcRect {crop}/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"400000\" cy=\"400000\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>\
             </pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        ))
    }

    /// Other blocks in the place of some.
    pub fn replace_in_body(mut self, blocks: &str, others: &str) -> Self {
        assert!(self.body.contains(blocks));
        self.body = self.body.replace(blocks, others);
        self
    }

    /// DOS time and date of all members.
    pub fn stamp(mut self, time: u16, date: u16) -> Self {
        self.stamp = (time, date);
        self
    }

    /// The bytes around the members of the archive.
    pub fn around(mut self, around: Around) -> Self {
        self.around = around;
        self
    }

    /// One more member of the archive, written as it is.
    pub fn member(mut self, member: Member) -> Self {
        self.members.push(member);
        self
    }

    /// The document part as XML.
    pub fn document_xml(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document {NAMESPACES}>{}<w:body>{}<w:sectPr>{}<w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
             <w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
            self.background, self.body, self.section
        )
    }

    /// The members of the archive, in order.
    pub fn members(mut self) -> Vec<Member> {
        let document = self.document_xml();
        self = self.part("word/document.xml", &format!("{WML}.document.main+xml"), document.as_bytes());
        self.relate("", &format!("{R}/officeDocument"), "word/document.xml", false);
        let styles = format!("<w:styles {NAMESPACES}>{DEFAULT_STYLES}{}</w:styles>", self.styles);
        self.relate("word/document.xml", &format!("{R}/styles"), "styles.xml", false);
        self = self.part("word/styles.xml", &format!("{WML}.styles+xml"), styles.as_bytes());
        if !self.settings.is_empty() {
            let xml = format!("<w:settings {NAMESPACES}>{}</w:settings>", self.settings);
            self.relate("word/document.xml", &format!("{R}/settings"), "settings.xml", false);
            self = self.part("word/settings.xml", &format!("{WML}.settings+xml"), xml.as_bytes());
        }
        if !self.comments.is_empty() {
            let xml = format!("<w:comments {NAMESPACES}>{}</w:comments>", self.comments);
            self.relate("word/document.xml", &format!("{R}/comments"), "comments.xml", false);
            self = self.part("word/comments.xml", &format!("{WML}.comments+xml"), xml.as_bytes());
        }
        if !self.footnotes.is_empty() {
            let xml = format!(
                "<w:footnotes {NAMESPACES}><w:footnote w:type=\"separator\" w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>\
                 <w:footnote w:type=\"continuationSeparator\" w:id=\"0\"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>{}</w:footnotes>",
                self.footnotes
            );
            self.relate("word/document.xml", &format!("{R}/footnotes"), "footnotes.xml", false);
            self = self.part("word/footnotes.xml", &format!("{WML}.footnotes+xml"), xml.as_bytes());
        }
        if !self.core.is_empty() {
            let xml = format!(
                "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
                 xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{}</cp:coreProperties>",
                self.core
            );
            let kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
            self =
                self.related("", kind, "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", xml.as_bytes());
        }
        if !self.app.is_empty() {
            let xml = format!(
                "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">{}</Properties>",
                self.app
            );
            let kind = format!("{R}/extended-properties");
            self = self.related(
                "",
                &kind,
                "docProps/app.xml",
                "application/vnd.openxmlformats-officedocument.extended-properties+xml",
                xml.as_bytes(),
            );
        }
        let mut out = vec![self.file("[Content_Types].xml", self.content_types().into_bytes())];
        let sources: std::collections::BTreeSet<String> =
            self.relationships.iter().map(|relationship| relationship.source.clone()).collect();
        for source in sources {
            out.push(self.file(&rels_name(&source), self.rels_xml(&source).into_bytes()));
        }
        out.extend(self.parts.iter().map(|(name, (_, bytes))| self.file(name, bytes.clone())));
        out.extend(self.members);
        out
    }

    /// The finished file.
    pub fn build(self) -> Vec<u8> {
        let around = self.around.clone();
        write(&self.members(), &around)
    }

    fn file(&self, name: &str, bytes: Vec<u8>) -> Member {
        Member { name: name.into(), bytes, stamp: self.stamp, ..Member::default() }
    }

    fn content_types(&self) -> String {
        let overrides: String = self
            .parts
            .iter()
            .map(|(name, (kind, _))| format!("<Override PartName=\"/{}\" ContentType=\"{kind}\"/>", escape(name)))
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             {overrides}</Types>"
        )
    }

    fn rels_xml(&self, source: &str) -> String {
        let list: String = self
            .relationships
            .iter()
            .filter(|relationship| relationship.source == source)
            .map(|relationship| {
                format!(
                    "<Relationship Id=\"{}\" Type=\"{}\" Target=\"{}\"{}/>",
                    relationship.id,
                    relationship.kind,
                    escape(&relationship.target),
                    if relationship.external { " TargetMode=\"External\"" } else { "" }
                )
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"{PACKAGE_RELS}\">{list}</Relationships>"
        )
    }
}

const DEFAULT_STYLES: &str = concat!(
    "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" w:cs=\"Calibri\"/><w:sz w:val=\"22\"/><w:lang w:val=\"en-GB\"/></w:rPr></w:rPrDefault>",
    "<w:pPrDefault><w:pPr><w:spacing w:after=\"160\" w:line=\"259\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>",
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>",
    "<w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:rPr><w:sz w:val=\"44\"/></w:rPr></w:style>",
    "<w:style w:type=\"paragraph\" w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:qFormat/>",
    "<w:pPr><w:keepNext/><w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:b/><w:sz w:val=\"28\"/></w:rPr></w:style>",
);

fn rels_name(source: &str) -> String {
    match source.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{source}.rels"),
    }
}
