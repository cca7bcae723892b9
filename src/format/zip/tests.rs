use super::write::deflate;
use super::*;

fn sample() -> Vec<u8> {
    let mut writer = Writer::new();
    writer.add("a.txt", b"hello hello hello hello hello hello");
    writer.add("dir/b.bin", &[1, 2, 3]);
    writer.finish()
}

#[test]
fn what_is_written_is_read_back_without_slack() {
    let bytes = sample();
    let limits = Limits::default();
    let archive = Archive::open(&bytes, &limits).unwrap();
    let mut budget = Budget::new(&limits);
    let contents: Vec<_> = archive.entries.iter().map(|entry| (entry.name.clone(), entry.inflate(&mut budget).unwrap())).collect();
    assert_eq!(contents[0].0, "a.txt");
    assert_eq!(contents[0].1, Inflated { bytes: b"hello hello hello hello hello hello".to_vec(), tail: 0 });
    assert_eq!(contents[1].1.bytes, [1, 2, 3]);
    assert_eq!(archive.slack, Slack::default());
}

#[test]
fn bytes_before_after_and_between_are_counted() {
    let limits = Limits::default();
    let mut after = sample();
    after.extend_from_slice(b"CANARY");
    assert_eq!(Archive::open(&after, &limits).unwrap().slack.bytes, 6);
}

#[test]
fn unsafe_and_doubled_names_are_refused() {
    let limits = Limits::default();
    for (names, code) in [
        (vec!["../a"], "zip-unsafe-name"),
        (vec!["/a"], "zip-unsafe-name"),
        (vec!["a\\b"], "zip-unsafe-name"),
        (vec!["a", "a"], "zip-duplicate-entry"),
        (vec!["a", "A"], "zip-case-twins"),
    ] {
        let mut writer = Writer::new();
        for name in names {
            writer.add(name, b"x");
        }
        let bytes = writer.finish();
        assert_eq!(Archive::open(&bytes, &limits).unwrap_err().fault.code(), code);
    }
}

#[test]
fn a_bomb_stops_at_the_ratio_and_a_cut_stream_is_damaged() {
    let limits = Limits { ratio: 100, ..Limits::default() };
    let mut writer = Writer::new();
    writer.add("bomb", &vec![0; 64 << 20]);
    let bytes = writer.finish();
    let archive = Archive::open(&bytes, &limits).unwrap();
    let error = archive.entries[0].inflate(&mut Budget::new(&limits)).unwrap_err();
    assert_eq!(error.fault.code(), "zip-bomb");
    assert_eq!(inflate_raw(&deflate(&mut None, b"some words, some words")[..5], 100, 1000), Err(InflateFault::Damaged));
}

#[test]
fn one_state_gives_the_bytes_of_a_new_one_whatever_came_before() {
    let texts: Vec<Vec<u8>> =
        (0..6).map(|number| (0..number * 30_000_u32).flat_map(|at| (at.wrapping_mul(at) % (number + 3)).to_le_bytes()).collect()).collect();
    let (mut state, limits) = (None, Limits::default());
    let mut budget = Budget::new(&limits);
    for text in &texts {
        let deflated = deflate(&mut state, text);
        assert_eq!(deflated, deflate(&mut None, text));
        let entry = |raw: &[u8]| Entry {
            name: String::new(),
            raw: Raw { content: Content::from(raw.to_vec()), range: 0..raw.len() as u64 },
            method: Method::Deflated,
            crc32: crc32fast::hash(text),
            dos_time: 0,
            untrusted_len: 0,
        };
        assert!(entry(&deflated[..deflated.len() - 1]).inflate(&mut budget).is_err());
        assert_eq!(entry(&deflated).inflate(&mut budget).unwrap().bytes, *text);
    }
}

#[test]
fn a_member_is_the_same_from_memory_and_from_a_file_piece_by_piece() {
    let limits = Limits { part_bytes: 3 << 20, total_bytes: 16 << 20, ratio: 100, ..Limits::default() };
    let text: Vec<u8> = (0..800_000_u32).flat_map(|at| (at.wrapping_mul(at) >> 7).to_le_bytes()).take(2 << 20).collect();
    let mut writer = Writer::new();
    writer.add("text", &text);
    writer.add("noise", &text.iter().enumerate().map(|(at, byte)| byte ^ ((at * at) >> 3) as u8).collect::<Vec<_>>());
    writer.add("zeros", &vec![0; 2 << 20]);
    writer.add("too large", &text.repeat(2));
    writer.add("nothing", b"");
    let whole = writer.finish();
    let codes = |archive: &Archive<'_>| -> Vec<Result<(u64, usize), &'static str>> {
        let mut budget = Budget::new(&limits);
        let checks = archive.entries.iter().map(|entry| entry.check(&mut budget).map_err(|error| error.fault.code()));
        let checks: Vec<_> = checks.collect();
        let mut budget = Budget::new(&limits);
        for (entry, check) in archive.entries.iter().zip(&checks) {
            let inflated = entry.inflate(&mut budget).map_err(|error| error.fault.code());
            assert_eq!(inflated.map(|inflated| (inflated.bytes.len() as u64, inflated.tail)), *check, "{}", entry.name);
        }
        checks
    };
    let mut faults = std::collections::BTreeSet::new();
    // Whole, and with one byte of the members changed.
    for at in std::iter::once(None).chain((60..whole.len() - 600).step_by(whole.len() / 40).map(Some)) {
        let mut bytes = whole.clone();
        at.iter().for_each(|at| bytes[*at] ^= 0x10);
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        let (memory, file) = (Content::from(&bytes), Content::of_file(file, bytes.len() as u64));
        let opened = [&memory, &file].map(|content| Archive::open(content, &limits).map_err(|error| error.fault.code()));
        let [Ok(memory), Ok(file)] = &opened else {
            assert_eq!(opened[0].as_ref().err(), opened[1].as_ref().err());
            continue;
        };
        let said = codes(memory);
        assert_eq!(said, codes(file));
        faults.extend(said.into_iter().filter_map(Result::err));
    }
    assert_eq!(faults.into_iter().collect::<Vec<_>>(), ["zip-bomb", "zip-checksum", "zip-damaged", "zip-entry-too-large"]);
}

#[test]
fn a_tail_after_the_deflate_stream_is_told() {
    let mut raw = deflate(&mut None, b"some words, some words, some words");
    raw.extend_from_slice(b"CANARY");
    assert_eq!(inflate_raw(&raw, 34, 1000).unwrap().tail, 6);
}
