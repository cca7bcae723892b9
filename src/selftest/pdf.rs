//! PDF files for the self-test, one hiding place each, from raw objects.

use super::{Specimen, VISIBLE, canary};
use crate::model::FindingKind as K;

/// A file under construction: a page with the visible words, and what a place adds.
#[derive(Default)]
struct File {
    /// Entries of the catalogue.
    catalogue: String,
    /// Entries of the page.
    page: String,
    /// Entries of the page's resources.
    resources: String,
    /// More operators of the page.
    content: String,
    /// Entries of the trailer.
    trailer: String,
    /// Objects from number 6 on: each a dictionary or a stream, as it stands between `obj` and `endobj`.
    objects: Vec<String>,
    /// A second body and cross-reference section: object 4, the content of the page, as it replaces the first.
    update: bool,
    /// Bytes after the end marker.
    tail: String,
}

fn stream(dictionary: &str, data: &str) -> String {
    format!("<<{dictionary} /Length {}>>\nstream\n{data}\nendstream", data.len())
}

impl File {
    fn finish(self) -> Vec<u8> {
        let visible = format!("BT /F1 12 Tf 72 720 Td ({VISIBLE}) Tj ET");
        let first = format!("{visible}\n{}", self.content);
        let mut objects = vec![
            format!("<</Type /Catalog /Pages 2 0 R {}>>", self.catalogue),
            "<</Type /Pages /Kids [3 0 R] /Count 1>>".to_string(),
            format!(
                "<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>> {}>> {}>>",
                self.resources, self.page
            ),
            stream("", &first),
            "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>".to_string(),
        ];
        objects.extend(self.objects);
        let mut out = String::from("%PDF-1.7\n");
        let mut offsets = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            offsets.push(out.len());
            out += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
        }
        let size = objects.len() + 1;
        let table = out.len();
        out += &format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &offsets {
            out += &format!("{offset:010} 00000 n \n");
        }
        out += &format!("trailer\n<</Size {size} /Root 1 0 R {}>>\nstartxref\n{table}\n%%EOF\n", self.trailer);
        if self.update {
            let replaced = out.len();
            out += &format!("4 0 obj\n{}\nendobj\n", stream("", &visible));
            let second = out.len();
            out += &format!(
                "xref\n4 1\n{replaced:010} 00000 n \ntrailer\n<</Size {size} /Root 1 0 R /Prev {table}>>\nstartxref\n{second}\n%%EOF\n"
            );
        }
        out += &self.tail;
        out.into_bytes()
    }
}

type Row = (&'static str, &'static [K], fn(&str) -> File);

const ROWS: &[Row] = &[
    ("the author property", &[K::DocumentProperty, K::AuthorName], |c| File {
        trailer: "/Info 6 0 R".into(),
        objects: vec![format!("<</Author ({c})>>")],
        ..File::default()
    }),
    ("the XMP metadata", &[K::DocumentProperty, K::AuthorName, K::CustomProperty], |c| {
        let xmp = format!(
            "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator><rdf:Seq><rdf:li>{c}</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
        );
        File { catalogue: "/Metadata 6 0 R".into(), objects: vec![stream("/Type /Metadata /Subtype /XML", &xmp)], ..File::default() }
    }),
    ("a note on the page", &[K::Comment], |c| File {
        page: "/Annots [6 0 R]".into(),
        objects: vec![format!("<</Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents ({c}) /T (A)>>")],
        ..File::default()
    }),
    ("an attached file", &[K::EmbeddedObject], |c| File {
        catalogue: "/Names <</EmbeddedFiles <</Names [(a.txt) 6 0 R]>>>>".into(),
        objects: vec!["<</Type /Filespec /F (a.txt) /EF <</F 7 0 R>>>>".into(), stream("/Type /EmbeddedFile", c)],
        ..File::default()
    }),
    ("a script", &[K::ActiveContent], |c| File {
        catalogue: format!("/OpenAction <</S /JavaScript /JS (app.alert\\('{c}'\\))>>"),
        ..File::default()
    }),
    ("an outline entry", &[K::Outline], |c| File {
        catalogue: "/Outlines 6 0 R".into(),
        objects: vec![
            "<</Type /Outlines /First 7 0 R /Last 7 0 R /Count 1>>".into(),
            format!("<</Title ({c}) /Parent 6 0 R /Dest [3 0 R /Fit]>>"),
        ],
        ..File::default()
    }),
    ("an earlier version of the page", &[K::EarlierVersion], |c| File {
        content: format!("BT /F1 12 Tf 72 600 Td ({c}) Tj ET"),
        update: true,
        ..File::default()
    }),
    ("an object that nothing uses", &[K::UnreachablePart, K::UnusedResource, K::EarlierVersion], |c| File {
        objects: vec![format!("({c})")],
        ..File::default()
    }),
    ("bytes after the end of the file", &[K::ContainerSlack, K::EarlierVersion], |c| File { tail: format!("{c}\n"), ..File::default() }),
    ("a hidden layer", &[K::HiddenObject], |c| File {
        catalogue: "/OCProperties <</OCGs [6 0 R] /D <</OFF [6 0 R] /Order [6 0 R]>>>>".into(),
        resources: "/Properties <</L1 6 0 R>>".into(),
        content: format!("/OC /L1 BDC BT /F1 12 Tf 72 600 Td ({c}) Tj ET EMC"),
        objects: vec!["<</Type /OCG /Name (Layer)>>".into()],
        ..File::default()
    }),
    ("invisible text", &[K::InvisibleText], |c| File { content: format!("BT 3 Tr /F1 12 Tf 72 600 Td ({c}) Tj ET"), ..File::default() }),
    ("text outside the page", &[K::OffPageContent], |c| File {
        content: format!("BT /F1 12 Tf 72 5000 Td ({c}) Tj ET"),
        ..File::default()
    }),
    ("private data of a program", &[K::CustomProperty, K::DocumentProperty, K::CustomXml, K::UnusedResource, K::EarlierVersion], |c| {
        File { page: format!("/PieceInfo <</App <</LastModified (D:20200102) /Private ({c})>>>>"), ..File::default() }
    }),
];

/// All of them, each with a canary of its own.
pub(super) fn specimens() -> Vec<Specimen> {
    ROWS.iter()
        .enumerate()
        .map(|(index, (place, kinds, build))| {
            let canary = canary(100 + index);
            Specimen { place, kinds, bytes: build(&canary).finish(), canary }
        })
        .collect()
}
