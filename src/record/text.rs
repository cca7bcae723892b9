//! The words of a Word file, marks and all, for the comparison that the internal page shows.
//!
//! Source and copy go through the same reading, so what differs is what was done. It is a reading for people: it takes no part in
//! any decision and in no proof.

use quick_xml::events::Event;
use quick_xml::{NsReader, name::ResolveResult};

use crate::format::Content;
use crate::format::xml::{decode, unescape};
use crate::format::zip::{Archive, Budget};
use crate::limits::Limits;

/// Characters past which a text is not kept: the page is for reading.
const CHARS_MAX: usize = 8 << 20;

/// Namespaces of WordprocessingML, transitional and strict (ECMA-376-1 Annex A.1, ISO/IEC 29500-4).
const W: &[&str] = &["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"];

/// The parts that hold words, in the order in which a person looks: text, notes, headers and footers, comments.
fn place(name: &str) -> Option<(usize, &str)> {
    const ORDER: &[&str] = &["document", "footnotes", "endnotes", "header", "footer", "comments"];
    let stem = name.strip_prefix("word/")?.strip_suffix(".xml")?;
    let stem = stem.trim_end_matches(|character: char| character.is_ascii_digit());
    ORDER.iter().position(|known| *known == stem).map(|position| (position, name))
}

/// All words of a Word file in paragraphs, a line each: insertions, deletions and comments included. `None` when it cannot be read.
pub(super) fn text_of_word<'a>(file: impl Into<Content<'a>>, limits: &Limits) -> Option<String> {
    let archive = Archive::open(file, limits).ok()?;
    let mut budget = Budget::new(limits);
    let mut parts: Vec<_> = archive.entries.iter().filter_map(|entry| Some((place(&entry.name)?, entry))).collect();
    parts.sort_by_key(|(place, _)| *place);
    let mut out = String::new();
    for ((_, name), entry) in parts {
        let part = entry.inflate(&mut budget).ok()?;
        words(&decode(name, &part.bytes).ok()?, &mut out)?;
    }
    Some(out).filter(|text| text.len() <= CHARS_MAX)
}

fn words(xml: &str, out: &mut String) -> Option<()> {
    let mut reader = NsReader::from_str(xml);
    let mut in_text = false;
    // Inside `mc:Fallback` the words of the choice stand once more.
    let mut fallback_depth = 0_usize;
    loop {
        let (namespace, event) = reader.read_resolved_event().ok()?;
        let word = matches!(namespace, ResolveResult::Bound(namespace) if W.contains(&namespace.as_ref()));
        match event {
            Event::Start(tag) if fallback_depth > 0 || tag.local_name().as_ref() == "Fallback" => fallback_depth += 1,
            Event::End(_) if fallback_depth > 0 => fallback_depth -= 1,
            _ if fallback_depth > 0 => {}
            Event::Start(tag) if word => match tag.local_name().as_ref() {
                "p" => out.push('\n'),
                "t" | "delText" => in_text = true,
                _ => {}
            },
            Event::Empty(tag) if word && matches!(tag.local_name().as_ref(), "tab" | "br" | "cr" | "noBreakHyphen") => out.push(' '),
            Event::End(_) => in_text = false,
            Event::Text(text) if in_text => out.push_str(&unescape(&text)),
            Event::CData(text) if in_text => out.push_str(&text),
            Event::GeneralRef(reference) if in_text => out.push_str(&unescape(&format!("&{};", reference.as_ref() as &str))),
            Event::Eof => return Some(()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::zip::Writer;

    #[test]
    fn words_are_read_with_what_was_deleted_and_what_was_said_about_them() {
        let body = "<w:p><w:r><w:t>One &amp; </w:t><w:tab/></w:r><w:del><w:r><w:delText>two</w:delText></w:r></w:del></w:p>\
                    <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>";
        let part = |root: &str, inner: &str| format!("<w:{root} xmlns:w=\"{}\" xmlns:mc=\"m\">{inner}</w:{root}>", W[0]);
        let mut archive = Writer::new();
        archive.add("word/comments.xml", part("comments", "<w:comment><w:p><w:r><w:t>said</w:t></w:r></w:p></w:comment>").as_bytes());
        archive.add("word/document.xml", part("document", body).as_bytes());
        archive.add("word/styles.xml", part("styles", "<w:t>no words</w:t>").as_bytes());
        assert_eq!(text_of_word(archive.finish(), &Limits::default()).unwrap(), "\nOne &  two\nbox\nsaid");
        assert_eq!(text_of_word(b"PK", &Limits::default()), None);
    }
}
