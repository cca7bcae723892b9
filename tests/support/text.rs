//! What a reader of a `WordprocessingML` part sees, told by a plain pull parser that shares nothing with the product.

use quick_xml::Reader;
use quick_xml::events::Event;

/// The words of each paragraph, in document order; deleted text and instructions of fields are not words.
pub fn paragraphs(xml: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(xml).expect("UTF-8");
    let mut reader = Reader::from_str(text);
    let (mut out, mut open, mut in_text) = (Vec::new(), Vec::<String>::new(), false);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "p" => open.push(String::new()),
                "t" => in_text = true,
                _ => {}
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "p" => out.push(String::new()),
            Event::End(tag) => match tag.local_name().as_ref() {
                "p" => out.extend(open.pop()),
                "t" => in_text = false,
                _ => {}
            },
            Event::Text(words) if in_text => add(&mut open, &words.xml10_content()),
            Event::CData(words) if in_text => add(&mut open, &words.xml10_content()),
            Event::GeneralRef(reference) if in_text => {
                let character = match reference.xml10_content().as_ref() {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => reference.resolve_char_ref().expect("a reference").expect("a character"),
                };
                add(&mut open, &character.to_string());
            }
            Event::Eof => return out,
            _ => {}
        }
    }
}

fn add(open: &mut [String], words: &str) {
    if let Some(paragraph) = open.last_mut() {
        paragraph.push_str(words);
    }
}
