//! The words of a Word file, marks and all, for the comparison that the internal page shows.
//!
//! Source and copy go through the same reading, so what differs is what was done. It is a reading for people: it takes no part in
//! any decision and in no proof.

use crate::format::Content;
use crate::format::xml::{Ns, Sym, Tape, sym};
use crate::format::zip::{Archive, Budget};
use crate::limits::Limits;

/// Characters past which a text is not kept: the page is for reading.
const CHARS_MAX: usize = 8 << 20;

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
        words(&Tape::read(name, &part.bytes, limits).ok()?, &mut out);
        if out.len() > CHARS_MAX {
            return None;
        }
    }
    Some(out)
}

fn words(tape: &Tape<'_>, out: &mut String) {
    const NAMES: &[Sym] = &[sym::P, sym::T, sym::DEL_TEXT, sym::TAB, sym::BR, sym::CR, sym::NO_BREAK_HYPHEN, sym::FALLBACK];
    // In a `mc:Fallback` the words of the choice stand once more.
    let mut fallback_end = 0;
    for index in tape.named_any(NAMES) {
        let node = tape.node(index);
        let is_in_run = || tape.parent(index).is_some_and(|parent| tape.is(parent, Ns::W, sym::R));
        match (node.ns, node.name) {
            _ if index < fallback_end => {}
            (_, sym::FALLBACK) => fallback_end = node.next as usize,
            (Ns::W, sym::P) => out.push('\n'),
            (Ns::W, sym::T | sym::DEL_TEXT) => tape.inner_text_into(index, out),
            (Ns::W, _) if is_in_run() => out.push(' '),
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
        let part = |root: &str, inner: &str| format!("<w:{root} xmlns:w=\"{}\" xmlns:mc=\"m\">{inner}</w:{root}>", Ns::W.uri());
        let mut archive = Writer::new();
        archive.add("word/comments.xml", part("comments", "<w:comment><w:p><w:r><w:t>said</w:t></w:r></w:p></w:comment>").as_bytes());
        archive.add("word/document.xml", part("document", body).as_bytes());
        archive.add("word/styles.xml", part("styles", "<w:t>no words</w:t>").as_bytes());
        assert_eq!(text_of_word(archive.finish(), &Limits::default()).unwrap(), "\nOne &  two\nbox\nsaid");
        assert_eq!(text_of_word(b"PK", &Limits::default()), None);
    }
}
