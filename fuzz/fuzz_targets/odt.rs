//! OpenDocument texts: whole packages, or the body of one.
#![no_main]

mod common;

use cleardraft::format::zip::Writer;
use libfuzzer_sys::fuzz_target;

const NAMES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";
const MANIFEST: &str = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>";

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let treatment = common::treatment(*choice);
    if rest.starts_with(b"PK") {
        common::round("a.odt", rest, treatment);
    } else if let Ok(body) = std::str::from_utf8(rest) {
        let mut archive = Writer::new();
        archive.add("mimetype", b"application/vnd.oasis.opendocument.text");
        archive.add("META-INF/manifest.xml", MANIFEST.as_bytes());
        archive.add(
            "content.xml",
            format!(
                "<office:document-content {NAMES}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
            )
            .as_bytes(),
        );
        common::round("a.odt", &archive.finish(), treatment);
    }
});
