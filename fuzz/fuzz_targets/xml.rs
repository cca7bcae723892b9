//! One XML part as a tape.
#![no_main]

use cleardraft::Limits;
use cleardraft::format::xml::{Kind, Tape};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { depth: 64, nodes: 100_000, ..Limits::default() };
    if let Ok(tape) = Tape::read("part.xml", bytes, &limits) {
        for index in 0..tape.nodes.len() {
            let node = tape.node(index);
            let (inner, inner_end) = (tape.inner(index), tape.inner_end(index));
            assert!(node.start <= inner && inner <= inner_end && inner_end <= node.end);
            let tag = &tape.text[inner_end as usize..node.end as usize];
            assert!(node.kind != Kind::Element || tag.is_empty() || tag.starts_with("</") && tag.ends_with('>'));
            assert!(tape.text.is_char_boundary(node.start as usize) && tape.text.is_char_boundary(node.end as usize));
            if let Some(parent) = tape.parent(index) {
                assert!(tape.inner(parent) <= node.start && node.end <= tape.inner_end(parent));
            }
            let _ = (tape.characters(index), tape.inside(index), tape.source(index));
            assert!(node.kind == Kind::Element || tape.character_count(index) == tape.characters(index).chars().count() as u64);
        }
    }
});
