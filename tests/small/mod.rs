//! Small documents made by the tests, and a way to run the command on them.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::path::Path;
use std::process::{Command, Output};

use cleardraft::format::zip::Writer;

/// Runs the command with arguments, away from any terminal.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cleardraft")).args(arguments).env("NO_COLOR", "1").output().expect("the binary runs")
}

/// The exit code.
pub fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal")
}

/// The standard output as JSON.
pub fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

/// A path as an argument.
pub fn arg(path: &Path) -> &str {
    path.to_str().expect("a Unicode path")
}

/// Builds a `.docx`.
#[derive(Default)]
pub struct Docx {
    body: String,
    comments: String,
    title: String,
    author: String,
    modified: String,
}

impl Docx {
    /// A document by an author, last saved at a moment (`2018-02-12T10:00:00Z`).
    pub fn new(title: &str, author: &str, modified: &str) -> Self {
        Self { title: title.into(), author: author.into(), modified: modified.into(), ..Self::default() }
    }

    /// A paragraph.
    pub fn para(mut self, text: &str) -> Self {
        self.body.push_str(&format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"));
        self
    }

    /// A paragraph in which `old` is deleted and `new` inserted.
    pub fn changed(mut self, old: &str, new: &str) -> Self {
        let author = &self.author;
        self.body.push_str(&format!(
            "<w:p><w:del w:id=\"901\" w:author=\"{author}\" w:date=\"2018-02-01T09:00:00Z\"><w:r><w:delText>{old}</w:delText></w:r></w:del>\
             <w:ins w:id=\"902\" w:author=\"{author}\" w:date=\"2018-02-01T09:00:00Z\"><w:r><w:t>{new}</w:t></w:r></w:ins></w:p>"
        ));
        self
    }

    /// A paragraph with a comment on it.
    pub fn commented(mut self, text: &str, comment: &str) -> Self {
        self.body.push_str(&format!(
            "<w:p><w:commentRangeStart w:id=\"0\"/><w:r><w:t>{text}</w:t></w:r><w:commentRangeEnd w:id=\"0\"/><w:r><w:commentReference w:id=\"0\"/></w:r></w:p>"
        ));
        let author = &self.author;
        self.comments.push_str(&format!(
            "<w:comment w:id=\"0\" w:author=\"{author}\" w:date=\"2018-02-01T09:00:00Z\" w:initials=\"XX\"><w:p><w:r><w:t>{comment}</w:t></w:r></w:p></w:comment>"
        ));
        self
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
        const WML: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
        const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const PKG: &str = "http://schemas.openxmlformats.org/package/2006";
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
        let mut zip = Writer::new();
        zip.add(
            "[Content_Types].xml",
            format!(
                "{head}<Types xmlns=\"{PKG}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Override PartName=\"/word/document.xml\" ContentType=\"{WML}.document.main+xml\"/>\
                 <Override PartName=\"/word/comments.xml\" ContentType=\"{WML}.comments+xml\"/>\
                 <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>"
            )
            .as_bytes(),
        );
        zip.add(
            "_rels/.rels",
            format!(
                "{head}<Relationships xmlns=\"{PKG}/relationships\"><Relationship Id=\"rId1\" Type=\"{REL}/officeDocument\" Target=\"word/document.xml\"/>\
                 <Relationship Id=\"rId2\" Type=\"{PKG}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
            )
            .as_bytes(),
        );
        zip.add(
            "word/_rels/document.xml.rels",
            format!("{head}<Relationships xmlns=\"{PKG}/relationships\"><Relationship Id=\"rId1\" Type=\"{REL}/comments\" Target=\"comments.xml\"/></Relationships>").as_bytes(),
        );
        let section = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/></w:sectPr>";
        zip.add("word/document.xml", format!("{head}<w:document {W}><w:body>{}{section}</w:body></w:document>", self.body).as_bytes());
        zip.add("word/comments.xml", format!("{head}<w:comments {W}>{}</w:comments>", self.comments).as_bytes());
        zip.add(
            "docProps/core.xml",
            format!(
                "{head}<cp:coreProperties xmlns:cp=\"{PKG}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
                 xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
                 <cp:lastModifiedBy>{}</cp:lastModifiedBy><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{}</dcterms:modified></cp:coreProperties>",
                self.title, self.author, self.author, self.modified
            )
            .as_bytes(),
        );
        zip.finish()
    }
}

/// Writes a file below a folder, making the folders between.
pub fn put(dir: &Path, name: &str, bytes: &[u8]) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().expect("a name below the folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

/// Every file below a folder with its bytes, sorted.
pub fn tree(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(dir)
        .into_iter()
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(dir).expect("below").to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).expect("a readable file"))
        })
        .collect();
    files.sort();
    files
}
