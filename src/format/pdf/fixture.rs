//! A small PDF writer for tests: numbered objects, one cross-reference table.

/// A file under construction.
#[derive(Debug, Clone, Default)]
pub(super) struct Fixture {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
    /// Entries of the catalog.
    pub(super) catalog: String,
    /// Entries of every page.
    pub(super) page: String,
    /// Entries of the page's resources, font aside.
    pub(super) resources: String,
    /// Entries of the trailer.
    pub(super) trailer: String,
}

/// Shows a text at a place in 12 points.
pub(super) fn text(words: &str, x: i32, y: i32) -> String {
    format!("BT /F1 12 Tf {x} {y} Td ({words}) Tj ET\n")
}

/// Deflated data (RFC 1950).
pub(super) fn deflated(data: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(data).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

impl Fixture {
    /// An empty file: objects 1 to 3 are the catalog, the page tree and a font.
    pub(super) fn new() -> Self {
        let mut fixture = Self::default();
        fixture.objects = vec![Vec::new(), Vec::new(), Vec::new()];
        fixture.set(3, "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>");
        fixture
    }
    fn set(&mut self, number: usize, body: impl Into<Vec<u8>>) {
        self.objects[number - 1] = body.into();
    }
    /// Adds an object and gives its number.
    pub(super) fn object(&mut self, body: impl Into<Vec<u8>>) -> usize {
        self.objects.push(body.into());
        self.objects.len()
    }
    /// Adds a stream and gives its number.
    pub(super) fn stream(&mut self, entries: &str, data: &[u8]) -> usize {
        let mut body = format!("<<{entries} /Length {}>>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.object(body)
    }
    /// Adds a page; its number is that of the object.
    pub(super) fn page(mut self, content: &str) -> Self {
        let stream = self.stream("", content.as_bytes());
        let page = self.object(format!(
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {stream} 0 R /Resources <</Font <</F1 3 0 R>> {}>> {}>>",
            self.resources, self.page
        ));
        self.pages.push(page);
        self
    }
    /// Number of the page object with an index.
    pub(super) fn page_object(&self, index: usize) -> usize {
        self.pages[index]
    }
    /// The bytes.
    pub(super) fn build(mut self) -> Vec<u8> {
        self.set(1, format!("<</Type /Catalog /Pages 2 0 R {}>>", self.catalog));
        let kids: Vec<String> = self.pages.iter().map(|page| format!("{page} 0 R")).collect();
        self.set(2, format!("<</Type /Pages /Kids [{}] /Count {}>>", kids.join(" "), kids.len()));
        let mut out = b"%PDF-1.7\n".to_vec();
        let mut offsets = Vec::new();
        for (index, body) in self.objects.iter().enumerate() {
            offsets.push(out.len());
            out.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", self.objects.len() + 1).as_bytes());
        for offset in offsets {
            out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
        }
        let size = self.objects.len() + 1;
        out.extend_from_slice(format!("trailer\n<</Size {size} /Root 1 0 R {}>>\nstartxref\n{start}\n%%EOF\n", self.trailer).as_bytes());
        out
    }
}
