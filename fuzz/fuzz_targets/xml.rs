//! One XML part as a tape.
#![no_main]

use cleardraft::Limits;
use cleardraft::format::xml::Tape;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { depth: 64, nodes: 100_000, ..Limits::default() };
    if let Ok(tape) = Tape::read("part.xml", bytes, &limits) {
        for index in 0..tape.nodes.len() {
            let node = tape.node(index);
            assert!(node.start <= node.inner && node.inner <= node.end && node.inner_end <= node.end);
            assert!(tape.text.is_char_boundary(node.start as usize) && tape.text.is_char_boundary(node.end as usize));
            if let Some(parent) = tape.parent(index) {
                let parent = tape.node(parent);
                assert!(parent.inner <= node.start && node.end <= parent.inner_end);
            }
            let _ = (tape.characters(index), tape.source(index));
        }
    }
});
