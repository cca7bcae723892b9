//! Accepting and rejecting tracked changes against a small model that knows nothing of XML.

#![allow(clippy::format_push_string, clippy::format_collect, reason = "small documents, built once")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use cleardraft::Limits;
use cleardraft::format::Spool;
use cleardraft::pipeline::{Outcome, clean, inspect};
use cleardraft::policy::{Policy, TrackedChanges};
use proptest::prelude::*;
use support::docx::{Docx, escape};
use support::text::paragraphs;
use support::zip;

/// A mark on a piece of text, on the end of a paragraph, or on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Plain,
    Inserted,
    Deleted,
    /// Inserted by one person, deleted by another.
    Both,
    MovedFrom,
    MovedTo,
}

#[derive(Debug, Clone)]
struct Piece {
    text: String,
    mark: Mark,
    /// Carries a tracked change of formatting.
    reformatted: bool,
}

#[derive(Debug, Clone)]
struct Paragraph {
    pieces: Vec<Piece>,
    end: Mark,
}

#[derive(Debug, Clone)]
enum Block {
    Paragraph(Paragraph),
    /// Rows of cells; a cell is one paragraph whose end carries no mark.
    Table(Vec<(Mark, Vec<Paragraph>)>),
}

impl Mark {
    /// Whether what carries the mark is there after all changes are accepted, or rejected.
    fn stays(self, accepted: bool) -> bool {
        match self {
            Self::Plain => true,
            Self::Inserted | Self::MovedTo => accepted,
            Self::Deleted | Self::MovedFrom => !accepted,
            Self::Both => false,
        }
    }
}

/// The paragraphs that a reader sees afterwards. A paragraph whose end goes runs on into the next.
fn expected(blocks: &[Block], accepted: bool) -> Vec<String> {
    let words = |paragraph: &Paragraph| -> String {
        paragraph.pieces.iter().filter(|piece| piece.mark.stays(accepted)).map(|piece| piece.text.as_str()).collect()
    };
    let (mut out, mut carried) = (Vec::new(), String::new());
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => {
                carried.push_str(&words(paragraph));
                if paragraph.end.stays(accepted) {
                    out.push(std::mem::take(&mut carried));
                }
            }
            Block::Table(rows) => {
                for (_, cells) in rows.iter().filter(|(mark, _)| mark.stays(accepted)) {
                    out.extend(cells.iter().map(words));
                }
            }
        }
    }
    out
}

/// Writes the model as `WordprocessingML`, with a new id for every mark.
struct Writer {
    id: u32,
}

impl Writer {
    fn attributes(&mut self) -> String {
        self.id += 1;
        format!("w:id=\"{}\" w:author=\"Reviewer {}\" w:date=\"2026-03-0{}T08:00:00Z\"", self.id, self.id % 3, 1 + self.id % 9)
    }

    fn wrapped(&mut self, element: &str, inner: &str) -> String {
        format!("<w:{element} {}>{inner}</w:{element}>", self.attributes())
    }

    fn piece(&mut self, piece: &Piece) -> String {
        let tag = if matches!(piece.mark, Mark::Deleted | Mark::Both) { "delText" } else { "t" };
        let properties = if piece.reformatted {
            format!("<w:rPr><w:b/><w:rPrChange {}><w:rPr/></w:rPrChange></w:rPr>", self.attributes())
        } else {
            String::new()
        };
        let run = format!("<w:r>{properties}<w:{tag} xml:space=\"preserve\">{}</w:{tag}></w:r>", escape(&piece.text));
        match piece.mark {
            Mark::Plain => run,
            Mark::Inserted => self.wrapped("ins", &run),
            Mark::Deleted => self.wrapped("del", &run),
            Mark::Both => {
                let inner = self.wrapped("del", &run);
                self.wrapped("ins", &inner)
            }
            Mark::MovedFrom | Mark::MovedTo => {
                let element = if piece.mark == Mark::MovedFrom { "moveFrom" } else { "moveTo" };
                let start = self.attributes();
                let range = self.id;
                let inner = self.wrapped(element, &run);
                format!("<w:{element}RangeStart {start} w:name=\"m{range}\"/>{inner}<w:{element}RangeEnd w:id=\"{range}\"/>")
            }
        }
    }

    fn mark(&mut self, mark: Mark) -> String {
        let one = |writer: &mut Self, element: &str| format!("<w:{element} {}/>", writer.attributes());
        match mark {
            Mark::Plain | Mark::MovedFrom | Mark::MovedTo => String::new(),
            Mark::Inserted => one(self, "ins"),
            Mark::Deleted => one(self, "del"),
            Mark::Both => format!("{}{}", one(self, "ins"), one(self, "del")),
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) -> String {
        let end = self.mark(paragraph.end);
        let properties = if end.is_empty() { String::new() } else { format!("<w:pPr><w:rPr>{end}</w:rPr></w:pPr>") };
        let inner: String = paragraph.pieces.iter().map(|piece| self.piece(piece)).collect();
        format!("<w:p>{properties}{inner}</w:p>")
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Paragraph(paragraph) => self.paragraph(paragraph),
            Block::Table(rows) => {
                let mut out = "<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"2000\"/><w:gridCol w:w=\"2000\"/></w:tblGrid>".to_owned();
                for (mark, cells) in rows {
                    let mark = self.mark(*mark);
                    let cells: String = cells.iter().map(|cell| format!("<w:tc>{}</w:tc>", self.paragraph(cell))).collect();
                    out.push_str(&format!("<w:tr><w:trPr>{mark}</w:trPr>{cells}</w:tr>"));
                }
                out + "</w:tbl>"
            }
        }
    }
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let marks = prop_oneof![
        4 => Just(Mark::Plain), 2 => Just(Mark::Inserted), 2 => Just(Mark::Deleted), 1 => Just(Mark::Both), 1 => Just(Mark::MovedFrom), 1 => Just(Mark::MovedTo)
    ];
    let piece =
        ("[a-z][a-z &<é]{0,5}", marks, prop::bool::weighted(0.2)).prop_map(|(text, mark, reformatted)| Piece { text, mark, reformatted });
    prop::collection::vec(piece, 0..5)
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let end = prop_oneof![4 => Just(Mark::Plain), 1 => Just(Mark::Inserted), 1 => Just(Mark::Deleted), 1 => Just(Mark::Both)];
    let paragraph = (pieces(), end).prop_map(|(pieces, end)| Block::Paragraph(Paragraph { pieces, end }));
    let cell = pieces().prop_map(|pieces| Paragraph { pieces, end: Mark::Plain });
    let row_mark = prop_oneof![3 => Just(Mark::Plain), 1 => Just(Mark::Inserted), 1 => Just(Mark::Deleted)];
    let table = prop::collection::vec((row_mark, prop::collection::vec(cell, 2)), 1..4).prop_map(Block::Table);
    prop::collection::vec(prop_oneof![5 => paragraph, 1 => table], 1..8).prop_map(settled)
}

/// A paragraph cannot run on into a table or past the end, so the end of one that stands there carries no mark.
fn settled(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.push(Block::Paragraph(Paragraph { pieces: Vec::new(), end: Mark::Plain }));
    let before_table: Vec<bool> = blocks.windows(2).map(|pair| matches!(pair[1], Block::Table(_))).collect();
    for (block, fixed) in blocks.iter_mut().zip(before_table) {
        if let (Block::Paragraph(paragraph), true) = (block, fixed) {
            paragraph.end = Mark::Plain;
        }
    }
    blocks
}

fn outcome(document: &[u8], treatment: TrackedChanges) -> Result<Vec<u8>, Vec<String>> {
    let policy = Policy { tracked_changes: treatment, ..Policy::default() };
    let limits = Limits::default();
    match clean(document, &inspect("a.docx", document, &limits), &policy.orders(), &limits, &Spool::in_memory()).unwrap() {
        Outcome::Clean(clean) => Ok(clean.copy.bytes().unwrap().into_owned()),
        Outcome::Held(held) => Err(held.reasons),
    }
}

fn copy_of(document: &[u8], treatment: TrackedChanges) -> Vec<u8> {
    outcome(document, treatment).unwrap()
}

fn seen(archive: &[u8]) -> Vec<String> {
    let members = zip::read(archive);
    let main = members.iter().find(|(_, bytes)| support::holds(bytes, ":body>")).unwrap();
    paragraphs(&main.1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn accepting_and_rejecting_agree_with_the_model(blocks in blocks()) {
        let mut writer = Writer { id: 0 };
        let body: String = blocks.iter().map(|block| writer.block(block)).collect();
        let document = Docx::new().raw(&body).build();
        for (treatment, accepted) in [(TrackedChanges::Accept, true), (TrackedChanges::Reject, false)] {
            let copy = copy_of(&document, treatment);
            prop_assert_eq!(seen(&copy), expected(&blocks, accepted), "{:?}", treatment);
            prop_assert!(copy_of(&copy, treatment) == copy, "cleaning twice is cleaning once");
        }
        let redline = copy_of(&document, TrackedChanges::Keep);
        prop_assert!(copy_of(&redline, TrackedChanges::Keep) == redline, "a kept redline is kept again");
        for (treatment, accepted) in [(TrackedChanges::Accept, true), (TrackedChanges::Reject, false)] {
            prop_assert_eq!(seen(&copy_of(&redline, treatment)), expected(&blocks, accepted), "{:?} of the kept redline", treatment);
        }
    }
}

/// A tracked change: an element, and what it is around.
fn change(element: &str, inner: &str) -> String {
    format!("<w:{element} w:id=\"9\" w:author=\"Ann\" w:date=\"2026-03-01T08:00:00Z\">{inner}</w:{element}>")
}

fn words(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

/// Properties of which nobody sees the words, each with the element that holds it and what a tracked change of it is called.
const OUT_OF_SIGHT: &[(&str, &str, &str)] = &[
    ("white", "r", "<w:color w:val=\"FFFFFF\"/>"),
    ("tiny", "r", "<w:sz w:val=\"2\"/>"),
    ("indented off the page", "p", "<w:ind w:left=\"-30000\"/>"),
    ("in low lines", "p", "<w:spacing w:line=\"1\" w:lineRule=\"exact\"/>"),
    (
        "in a frame off the page",
        "p",
        "<w:framePr w:w=\"2000\" w:wrap=\"around\" w:vAnchor=\"page\" w:hAnchor=\"page\" w:x=\"-9000\" w:y=\"-9000\"/>",
    ),
];

#[test]
fn properties_that_a_rejection_brings_back_are_judged() {
    for (what, holder, unseen) in OUT_OF_SIGHT {
        let old = change(&format!("{holder}PrChange"), &format!("<w:{holder}Pr>{unseen}</w:{holder}Pr>"));
        let properties = format!("<w:{holder}Pr>{old}</w:{holder}Pr>");
        let (of_paragraph, of_run) = if *holder == "p" { (properties, String::new()) } else { (String::new(), properties) };
        let body = format!("<w:p>{of_paragraph}<w:r>{of_run}<w:t>Words.</w:t></w:r></w:p>");
        let document = Docx::new().raw(&body).build();
        assert_eq!(seen(&copy_of(&document, TrackedChanges::Accept)), ["Words."], "{what}");
        assert!(outcome(&document, TrackedChanges::Reject).is_err(), "{what}");
    }
    // What was hidden goes, and what a change hid comes back.
    let run = |new: &str, old: &str| {
        format!("<w:r><w:rPr>{new}{}</w:rPr><w:t>Words.</w:t></w:r>", change("rPrChange", &format!("<w:rPr>{old}</w:rPr>")))
    };
    let document = |run: &str| Docx::new().raw(&format!("<w:p>{}{run}</w:p>", words("Seen. "))).build();
    let (was, is) = (document(&run("", "<w:vanish/>")), document(&run("<w:vanish/>", "")));
    assert_eq!(seen(&copy_of(&was, TrackedChanges::Accept)), ["Seen. Words."]);
    assert_eq!(seen(&copy_of(&was, TrackedChanges::Reject)), ["Seen. "]);
    assert_eq!(seen(&copy_of(&is, TrackedChanges::Accept)), ["Seen. "]);
    assert_eq!(seen(&copy_of(&is, TrackedChanges::Reject)), ["Seen. Words."]);
}

#[test]
fn words_that_join_another_paragraph_are_judged_where_they_come_to_stand() {
    for (what, _, unseen) in OUT_OF_SIGHT.iter().filter(|(_, holder, _)| *holder == "p") {
        for (mark, joins, stays) in
            [("del", TrackedChanges::Accept, TrackedChanges::Reject), ("ins", TrackedChanges::Reject, TrackedChanges::Accept)]
        {
            let mark = change(mark, "");
            let pair = |first: &str, second: &str| {
                let body = format!(
                    "<w:p><w:pPr>{first}<w:rPr>{mark}</w:rPr></w:pPr>{}</w:p><w:p><w:pPr>{second}</w:pPr></w:p><w:p>{}</w:p>",
                    words("Words."),
                    words("After.")
                );
                Docx::new().raw(&body).build()
            };
            // The paragraph that is left is the last.
            assert!(outcome(&pair("", unseen), joins).is_err(), "{what}");
            assert!(outcome(&pair(unseen, ""), stays).is_err(), "{what}");
            if stays == TrackedChanges::Accept {
                assert_eq!(seen(&copy_of(&pair("", unseen), stays)).concat(), "Words.After.", "{what}");
            }
            assert_eq!(seen(&copy_of(&pair("", "<w:jc w:val=\"center\"/>"), joins)).concat(), "Words.After.", "{what}");
        }
    }
    // The last paragraph of a part has none to join, and stays.
    let last = format!("<w:p><w:pPr><w:rPr>{}</w:rPr></w:pPr>{}</w:p>", change("del", ""), words("Words."));
    let copy = copy_of(&Docx::new().raw(&format!("<w:p>{}</w:p>", words("Body."))).header(&last).build(), TrackedChanges::Accept);
    assert!(zip::read(&copy).iter().any(|(name, bytes)| name.contains("header") && paragraphs(bytes) == ["Words."]));
    // So it is with the section that ends with a paragraph.
    let wide = "<w:sectPr><w:pgSz w:w=\"31000\" w:h=\"16838\"/></w:sectPr>";
    let body = format!(
        "<w:p><w:pPr><w:ind w:left=\"14000\"/></w:pPr>{}</w:p><w:p><w:pPr><w:rPr>{}</w:rPr>{wide}</w:pPr></w:p><w:p>{}</w:p>",
        words("Words."),
        change("del", ""),
        words("After.")
    );
    assert!(outcome(&Docx::new().raw(&body).build(), TrackedChanges::Accept).is_err());
    assert_eq!(seen(&copy_of(&Docx::new().raw(&body.replace("w:del", "w:ins")).build(), TrackedChanges::Accept)).concat(), "Words.After.");
}

#[test]
fn a_field_that_a_change_cuts_keeps_what_it_shows() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let (begin, separate, end) = (mark("begin"), mark("separate"), mark("end"));
    let code = "<w:r><w:instrText>REF a</w:instrText></w:r>";
    let (del, ins) = (|inner: &str| change("del", inner), |inner: &str| change("ins", inner));
    let (result, after) = (words("shown"), format!("{}{begin}{code}{separate}{}{end}", words(" between "), words("after")));
    let all = "shown between after";
    for (what, field, accepted, rejected) in [
        ("without what separates", format!("{begin}{code}{}{result}{end}", del(&separate)), all, all),
        ("without an end", format!("{begin}{code}{separate}{result}{}", del(&end)), all, all),
        ("without a begin", format!("{}{code}{separate}{result}{end}", del(&begin)), all, all),
        ("without its code", format!("{begin}{}{separate}{result}{end}", del(&code.replace("instrText", "delInstrText"))), all, all),
        ("whose result was inserted", format!("{begin}{code}{}", ins(&format!("{separate}{result}{end}"))), all, " between after"),
        (
            "with another instruction",
            format!("{begin}{}{}{separate}{result}{end}", del(&code.replace("instrText", "delInstrText")), ins(code)),
            all,
            all,
        ),
    ] {
        let document = Docx::new().raw(&format!("<w:p>{field}{after}</w:p>")).build();
        assert_eq!(seen(&copy_of(&document, TrackedChanges::Accept)), [accepted], "{what}");
        assert_eq!(seen(&copy_of(&document, TrackedChanges::Reject)), [rejected], "{what}");
    }
    // Where the marks were never whole nobody knows what is code.
    let document = Docx::new().raw(&format!("<w:p>{begin}{code}{begin}{end}{result}{after}</w:p><w:p>{end}{end}</w:p>")).build();
    assert!(outcome(&document, TrackedChanges::Accept).is_err());
}
