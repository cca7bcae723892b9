//! The letter as blocks: composed once, printed as text or as a Word document.

use std::collections::BTreeMap;

/// One block of the letter, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Name of the authority at the head.
    Authority(String),
    /// Lines of an address or of reference and date.
    Lines(Vec<String>),
    /// A visible mark over a letter that is not ready.
    DraftMark(String),
    /// The subject line.
    Subject(String),
    /// A line without number: salutation, close.
    Plain(String),
    /// A heading; level 1 or 2.
    Heading(u8, String),
    /// A numbered paragraph.
    Paragraph(u32, String),
    /// The words of the requester.
    Quote(String),
    /// One bullet.
    Bullet(String),
    /// A table with a header row.
    Table(Table),
    /// A new page; annexes begin on one.
    NewPage,
}

/// A table with a header row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// What it shows; printed above.
    pub caption: String,
    /// Header cells.
    pub header: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
    /// Width of each column in hundredths of the text width.
    pub widths: Vec<usize>,
    /// Whether it is set in small type.
    pub small: bool,
}

/// A composed letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composed {
    /// Blocks in reading order.
    pub blocks: Vec<Block>,
    /// First and last paragraph of each section, by the stable id of the section.
    pub anchors: BTreeMap<&'static str, (u32, u32)>,
    /// Keys that are missing, sorted.
    pub gaps: Vec<String>,
}

/// Collects blocks and numbers paragraphs.
#[derive(Default)]
pub(super) struct Draft {
    blocks: Vec<Block>,
    anchors: BTreeMap<&'static str, (u32, u32)>,
    section: &'static str,
    number: u32,
}

impl Draft {
    pub(super) fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Starts a section under a stable id.
    pub(super) fn section(&mut self, id: &'static str, heading: &str) {
        self.section = id;
        self.push(Block::Heading(1, heading.to_owned()));
    }

    /// Gives the paragraphs that follow another stable id, under the same heading.
    pub(super) fn anchor(&mut self, id: &'static str) {
        self.section = id;
    }

    pub(super) fn subheading(&mut self, id: &'static str, heading: &str) {
        self.section = id;
        self.push(Block::Heading(2, heading.to_owned()));
    }

    /// Adds a numbered paragraph; white space is made single.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.number += 1;
        let number = self.number;
        self.anchors.entry(self.section).or_insert((number, number)).1 = number;
        self.push(Block::Paragraph(number, tidy(text)));
    }

    pub(super) fn bullet(&mut self, text: &str) {
        self.push(Block::Bullet(tidy(text)));
    }

    pub(super) fn anchors(&self) -> &BTreeMap<&'static str, (u32, u32)> {
        &self.anchors
    }

    /// Puts a table in the place of the mark left by [`Draft::reserve`].
    pub(super) fn fill(&mut self, place: usize, block: Block) {
        if let Some(slot) = self.blocks.get_mut(place) {
            *slot = block;
        }
    }

    /// Leaves a place for a block that is known later.
    pub(super) fn reserve(&mut self) -> usize {
        self.push(Block::Plain(String::new()));
        self.blocks.len() - 1
    }

    pub(super) fn finish(self) -> Composed {
        let mut gaps: Vec<String> = Vec::new();
        for text in self.blocks.iter().flat_map(texts) {
            gaps.extend(gaps_of(text));
        }
        gaps.sort();
        gaps.dedup();
        Composed { blocks: self.blocks, anchors: self.anchors, gaps }
    }
}

/// The texts of a block.
pub(super) fn texts(block: &Block) -> Vec<&str> {
    match block {
        Block::Authority(text)
        | Block::DraftMark(text)
        | Block::Subject(text)
        | Block::Plain(text)
        | Block::Heading(_, text)
        | Block::Paragraph(_, text)
        | Block::Quote(text)
        | Block::Bullet(text) => vec![text],
        Block::Lines(lines) => lines.iter().map(String::as_str).collect(),
        Block::Table(table) => {
            std::iter::once(&table.caption).chain(&table.header).chain(table.rows.iter().flatten()).map(String::as_str).collect()
        }
        Block::NewPage => Vec::new(),
    }
}

const GAP: &str = "[GAP: ";

/// The names of the gaps in a text.
pub fn gaps_of(text: &str) -> Vec<String> {
    text.match_indices(GAP).filter_map(|(at, _)| text.get(at + GAP.len()..)?.split(']').next().map(str::to_owned)).collect()
}

/// The words of a key, or its named gap.
pub(super) fn or_gap(value: Option<&str>, key: &str) -> String {
    value.map_or_else(|| format!("{GAP}{key}]"), tidy)
}

/// White space made single, ends cut.
pub(super) fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text that ends like a sentence.
pub(super) fn sentence(text: &str) -> String {
    let text = tidy(text);
    if text.ends_with(['.', '!', '?', ':', ']']) || text.is_empty() { text } else { format!("{text}.") }
}

/// A role or an office without the article that the sentence around it has.
pub(super) fn without_article(text: &str) -> &str {
    match text.split_once(' ') {
        Some((article, rest)) if article.eq_ignore_ascii_case("the") => rest,
        _ => text,
    }
}

/// A text that begins in upper case.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A number as a sentence writes it: words up to twelve.
pub(super) fn number(count: usize) -> String {
    const WORDS: [&str; 13] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// A number with its noun.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// A list as a sentence writes it: `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
