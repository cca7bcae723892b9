//! Claims about what is in a file and on no page: letters and pictures that some way of painting leaves nothing of.

use super::fixture::{Fixture, text};
use super::tests::{clean, holds, kinds, sanitise};
use crate::limits::Limits;
use crate::model::FindingKind as K;
use crate::policy::Orders;

const WORDS: &str = "BT /F1 12 Tf 72 600 Td (CANARY) Tj ET ";
const COVER: &str = "60 590 200 30 re f ";

fn held(file: Fixture, content: &str) -> Vec<K> {
    kinds(&clean(&file.page(&format!("{} {content}", text("Report of the committee", 72, 700))).build()))
}

fn with(resources: &str, content: &str) -> Vec<K> {
    let mut file = Fixture::new();
    file.resources = resources.to_owned();
    held(file, content)
}

#[test]
fn a_clip_that_encloses_nothing_leaves_nothing() {
    for clip in ["0 0 m 600 800 l W n", "0 0 m 600 800 l h W n", "0 0 m 300 400 l 600 800 l W n", "W n"] {
        assert_eq!(with("", &format!("q {clip} {WORDS} Q")), [K::OffPageContent], "{clip}");
    }
    assert_eq!(with("", &format!("q 0 0 m 600 0 l 600 800 l 0 800 l W n {WORDS} Q")), []);
}

#[test]
fn states_that_are_saved_too_deeply_wait_for_a_person() {
    let deep = |depth: usize| format!("{} 1 g {} {WORDS}", "q ".repeat(depth), "Q ".repeat(depth));
    assert_eq!(with("", &deep(100)), []);
    assert_eq!(with("", &deep(600)), [K::Unknown]);
}

#[test]
fn operators_that_are_read_in_two_ways_wait_for_a_person() {
    let placed = |place: &str| with("", &format!("{place} BT /F1 12 Tf 1 0 0 1 72 600 Tm (CANARY) Tj ET"));
    assert_eq!(placed("0 1 0 0 1 0 0 cm"), [K::Unknown]);
    assert_eq!(placed("BT 0 0 0 0 0 0 1 0 0 1 72 600 Tm (CANARY) Tj ET"), [K::Unknown]);
    for place in [
        "1 0 0 1 0 cm",
        "BT 700 Td ET",
        "BT /x Tz ET",
        "Tr",
        "/F1 9 12 Tf",
        "12 Tf",
        "/F1 Tf",
        "BT /F1 9 Tf (a) Tj 9 9 9 9 re f (b) Tj ET",
        "BT TL ET",
        "-340290000000000000000000000000000000000 w",
    ] {
        assert_eq!(placed(place), [K::Unknown], "{place}");
    }
    for place in ["1 0 0 1 0 0 cm", "9 q 7 Q"] {
        assert_eq!(placed(place), [], "{place}");
    }
}

#[test]
fn letters_that_are_mixed_away_wait_for_a_person() {
    let mixed = |mode: &str, content: &str| with(&format!("/ExtGState <</G <</BM /{mode}>> /N <</BM /Normal>>>>"), content);
    for mode in ["Overlay", "SoftLight", "Hue", "Saturation", "Color", "ColorDodge"] {
        assert_eq!(mixed(mode, &format!("0 g {COVER} 1 g /G gs {WORDS}")), [K::InvisibleText], "white on black: {mode}");
    }
    for mode in ["Multiply", "Darken", "HardLight"] {
        assert_eq!(mixed(mode, &format!("1 0 0 rg {COVER} /N gs 0 g /G gs {WORDS}")), [], "black on red: {mode}");
    }
    // On bare paper a paint shows as it is in most viewers, and the letters under it are mixed with it.
    for mode in ["Screen", "Lighten", "Difference", "Exclusion"] {
        assert_eq!(mixed(mode, &format!("0 g {WORDS} /G gs 0 0 1 rg {COVER}")), [K::CoveringShape], "blue over black: {mode}");
    }
    for (mode, colour) in [("Multiply", "1 1 0"), ("Darken", "1 1 0"), ("Multiply", ".6 .6 .6"), ("ColorBurn", "1 1 0")] {
        assert_eq!(mixed(mode, &format!("0 g {WORDS} /G gs {colour} rg {COVER}")), [], "a marker: {mode}");
    }
}

#[test]
fn colours_that_paint_nothing_are_told() {
    let none = "/ColorSpace <</C [/DeviceN [/None] /DeviceGray <</FunctionType 2 /Domain [0 1] /N 1>>]>>";
    assert_eq!(with(none, &format!("/C cs 1 scn {WORDS}")), [K::InvisibleText]);
    let two = none.replace("[/None]", "[/None /None]");
    assert_eq!(with(&two, &format!("/C cs 1 1 scn {WORDS}")), [K::InvisibleText, K::Unknown], "the function is for one ink");
    let table = "/ColorSpace <</C [/Indexed /DeviceGray 1 <00FF>]>>";
    assert_eq!(with(table, &format!("/C cs 9 sc {WORDS}")), [K::InvisibleText, K::Unknown]);
    assert_eq!(with(table, &format!("/C cs 0 sc {WORDS}")), []);
    assert_eq!(with("", &format!("/Pattern cs {WORDS}")), [K::InvisibleText]);
    let white = "[/Separation /Ink /DeviceGray <</FunctionType 2 /Domain [0 1] /N 1 /C0 [0] /C1 [1]>>]";
    assert_eq!(with(&format!("/ColorSpace <</DefaultGray {white}>>"), &format!("0 g {WORDS}")), [K::Unknown]);
    assert_eq!(with("/ColorSpace <</DefaultGray [/CalGray <</WhitePoint [.9 1 1]>>]>>", &format!("0 g {WORDS}")), []);
    let transfer = |first: &str, last: &str| {
        let function = format!("<</FunctionType 2 /Domain [0 1] /N 1 /C0 [{first}] /C1 [{last}]>>");
        format!("/ExtGState <</G <</TR [/Identity {function} /Identity /Default]>>>>")
    };
    for (first, last) in [("1", "1"), ("1", "0"), ("0", ".7"), (".3", "1")] {
        assert_eq!(with(&transfer(first, last), &format!("/G gs {WORDS}")), [K::Unknown], "{first} {last}");
    }
    assert_eq!(with(&transfer(".1", ".9"), &format!("/G gs {WORDS}")), []);
}

#[test]
fn drawn_letters_of_which_nothing_is_seen_wait_for_a_person() {
    let drawn = |draws: &str, matrix: &str, content: &str| {
        let mut file = Fixture::new();
        let letters: String = "CANRY".chars().map(|letter| format!("/{letter} {} 0 R ", file.stream("", draws.as_bytes()))).collect();
        let font = file.object(format!(
            "<</Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [{matrix}] /FirstChar 65 /Widths [{}] \
             /Encoding /WinAnsiEncoding /CharProcs <<{letters}>> /Resources <<>>>>",
            "500 ".repeat(26)
        ));
        file.resources = format!("/Font <</F1 3 0 R /F3 {font} 0 R>>");
        held(file, &format!("{content} BT /F3 20 Tf 72 600 Td (CANARY) Tj ET"))
    };
    let thousandth = ".001 0 0 .001 0 0";
    for draws in ["500 0 d0 1 g 0 0 500 500 re f", "500 0 d0 90000 90000 9 9 re f", "500 0 d0 0 0 .01 .01 re f"] {
        assert_eq!(drawn(draws, thousandth, ""), [K::InvisibleText], "{draws}");
    }
    assert_eq!(drawn("500 0 d0 0 0 500 500 re f", "0 0 0 0 0 0", ""), [K::InvisibleText]);
    assert_eq!(drawn("500 0 d0 0 0 500 500 re f", thousandth, ""), []);
    assert_eq!(drawn("500 0 d0 1 g 0 0 500 500 re f", thousandth, &format!("0 g {COVER}")), [], "white on black");
    // A shape has the colour of the text, whatever it sets; not for all viewers.
    assert_eq!(drawn("500 0 0 0 500 500 d1 1 g 0 0 500 500 re f", thousandth, ""), [K::Unknown]);
    assert_eq!(drawn("1 g 500 0 0 0 500 500 d1 0 0 500 500 re f", thousandth, ""), [K::Unknown]);
    assert_eq!(drawn("500 0 0 0 500 500 d1 0 0 500 500 re f", thousandth, ""), []);
}

fn map(entries: &str) -> String {
    format!("1 begincodespacerange <00> <FF> endcodespacerange {entries} endbfchar")
}

#[test]
fn spaces_that_are_said_to_be_letters_wait_for_a_person() {
    let spaced = |encoding: &str| {
        let mut file = Fixture::new();
        let says = file.stream("", map("4 beginbfchar <61> <0043> <62> <0041> <63> <004E> <64> <0041>").as_bytes());
        let font = file.object(format!("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica {encoding} /ToUnicode {says} 0 R>>"));
        file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
        held(file, "BT /F2 12 Tf 72 600 Td (abcd) Tj ET")
    };
    assert_eq!(spaced("/Encoding <</Differences [97 /space /space /space /space]>>"), [K::InvisibleText]);
    assert_eq!(spaced("/Encoding /WinAnsiEncoding"), []);
}

/// A TrueType font of eight glyphs, of which glyph 1 has an outline. It is for the code of `a`, glyph 2 for all other letters; another map
/// may have a glyph of its own for `a`.
fn hollow(other: Option<u8>) -> Vec<u8> {
    let outline = [&[0u8, 1, 0, 0, 0, 0, 1, 244, 1, 244, 0, 2, 0, 0][..], &[1, 1, 1], &[0, 0, 1, 244, 1, 12], &[0, 0, 0, 0, 1, 244], &[0]];
    let outline = outline.concat();
    let end = outline.len() as u16;
    let codes = |glyph: u8| {
        let letters = (0..=255u8).map(move |code| if code == b'a' { glyph } else { u8::from(code.is_ascii_lowercase()) * 2 });
        [0, 0, 1, 6, 0, 0].into_iter().chain(letters)
    };
    let cmap: Vec<u8> = match other {
        None => [0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 12].into_iter().chain(codes(1)).collect(),
        Some(other) => {
            let places = [0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 20, 0, 3, 0, 0, 0, 0, 1, 26];
            places.into_iter().chain(codes(1)).chain(codes(other)).collect()
        }
    };
    let mut head = vec![0; 54];
    head[19] = 232;
    head[18] = 3;
    let words: Vec<u8> = [0, 0].into_iter().chain([end / 2; 7]).flat_map(u16::to_be_bytes).collect();
    let tables: [(&[u8; 4], Vec<u8>); 5] =
        [(b"cmap", cmap), (b"glyf", outline), (b"head", head), (b"loca", words), (b"maxp", [&[0, 1, 0, 0, 0, 8][..], &[0; 26]].concat())];
    let mut out = vec![0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0];
    let mut body = Vec::new();
    for (tag, table) in tables {
        out.extend_from_slice(tag);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&(12 + 5 * 16 + body.len() as u32).to_be_bytes());
        out.extend_from_slice(&(table.len() as u32).to_be_bytes());
        body.extend_from_slice(&table);
    }
    [out, body].concat()
}

#[test]
fn a_font_in_which_viewers_find_different_letters_waits_for_a_person() {
    let shown = |other: Option<u8>, flags: u8, encoding: &str| {
        let mut file = Fixture::new();
        let program = file.stream("", &hollow(other));
        let descriptor = file.object(format!("<</Type /FontDescriptor /FontName /Own /Flags {flags} /FontFile2 {program} 0 R>>"));
        let font = file.object(format!(
            "<</Type /Font /Subtype /TrueType /BaseFont /Own /FirstChar 97 /LastChar 98 /Widths [500 500] {encoding} \
             /FontDescriptor {descriptor} 0 R>>"
        ));
        file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
        held(file, "BT /F2 12 Tf 72 600 Td (a) Tj ET")
    };
    let latin = "/Encoding /WinAnsiEncoding";
    for (other, flags, encoding, expected) in [
        (None, 4, "", &[][..]),
        (Some(1), 4, "", &[]),
        (Some(2), 4, "", &[K::Unknown]),
        (Some(2), 4, latin, &[K::Unknown]),
        (Some(2), 32, "", &[K::Unknown]),
        (Some(2), 32, latin, &[]),
        (None, 32, "/Encoding <</BaseEncoding /WinAnsiEncoding /Differences [97 /Nope]>>", &[K::Unknown]),
        (None, 32, "/Encoding <</BaseEncoding /WinAnsiEncoding /Differences [97 /a /Nope]>>", &[]),
    ] {
        assert_eq!(shown(other, flags, encoding), expected, "{other:?} {flags} {encoding}");
    }
}

#[test]
fn a_font_of_many_characters_without_what_it_must_have_waits_for_a_person() {
    const SOUND: &str = "/Encoding /Identity-H /DescendantFonts [<</Type /Font /Subtype /CIDFontType2 /BaseFont /Own \
        /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor DESC 0 R /CIDToGIDMap GLYPHS 0 R \
        /W [0 [500 500 500]]>>]";
    let shown = |from: &str, to: &str| {
        let mut file = Fixture::new();
        let program = file.stream("", &hollow(None));
        let descriptor = file.object(format!("<</Type /FontDescriptor /FontName /Own /Flags 4 /FontFile2 {program} 0 R>>"));
        let glyphs = file.stream("", &[0, 0, 0, 1, 0, 1]);
        let says = file.stream("", map("2 beginbfchar <0001> <0043> <0002> <0041>").as_bytes());
        let sound = SOUND.replace(from, to).replace("DESC", &descriptor.to_string()).replace("GLYPHS", &glyphs.to_string());
        let font = file.object(format!("<</Type /Font /Subtype /Type0 /BaseFont /Own {sound} /ToUnicode {says} 0 R>>"));
        file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
        let shown = if to == "SHOWN" { "<00010003>" } else { "<00010002>" };
        let file = file.page(&format!("{} BT /F2 12 Tf 72 600 Td {shown} Tj ET", text("approved", 72, 700))).build();
        sanitise(&file, &Orders::default(), &Limits::default()).map_or(true, |copy| kinds(&copy).contains(&K::Unknown))
    };
    assert!(!shown("/W", "/W"));
    for (from, to) in [
        ("/Encoding /Identity-H", ""),
        ("/Encoding /Identity-H", "/Encoding /Nope"),
        ("/Encoding /Identity-H", "/Encoding /UniGB-UCS2-H"),
        (">>]", ">> 3 0 R]"),
        ("/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>", ""),
        ("/Ordering (Identity)", "/Ordering /Identity"),
        ("/CIDToGIDMap GLYPHS 0 R", "/CIDToGIDMap /Other"),
        ("nothing: a character behind the end of the map", "SHOWN"),
        ("[500 500 500]", "[500 500 500] 1"),
        ("[500 500 500]", "[500 500 500] 1 2"),
        ("[500 500 500]", "[500 500 500] 0 2 600"),
        ("[500 500 500]", "[500 500 500] 2 [900]"),
    ] {
        assert!(shown(from, to), "{from} {to}");
    }
}

#[test]
fn letters_in_empty_glyphs_of_an_embedded_font_wait_for_a_person() {
    let shown = |font: &dyn Fn(usize) -> String, content: &str| {
        let mut file = Fixture::new();
        let program = file.stream("", &hollow(None));
        let descriptor = file.object(format!("<</Type /FontDescriptor /FontName /Own /Flags 4 /FontFile2 {program} 0 R>>"));
        let says = file.stream("", map("5 beginbfchar <0001> <0043> <0002> <0041> <0003> <004E> <0004> <0041> <0005> <0052>").as_bytes());
        let font = file.object(font(descriptor).replace("SAYS", &says.to_string()));
        file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
        held(file, &format!("BT /F2 12 Tf 72 600 Td {content} Tj ET"))
    };
    let simple = |descriptor: usize| {
        format!(
            "<</Type /Font /Subtype /TrueType /BaseFont /Own /FirstChar 97 /LastChar 122 /Widths [{}] /FontDescriptor {descriptor} 0 R>>",
            "500 ".repeat(26)
        )
    };
    assert_eq!(shown(&simple, "(bcdefg)"), [K::InvisibleText]);
    assert_eq!(shown(&simple, "(aaabaaa)"), [], "a joint between letters");
    let composite = |descriptor: usize| {
        format!(
            "<</Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /DescendantFonts [<</Type /Font /Subtype /CIDFontType2 \
             /BaseFont /Own /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor {descriptor} 0 R \
             /CIDToGIDMap /Identity>>] /ToUnicode SAYS 0 R>>"
        )
    };
    assert_eq!(shown(&composite, "<00010001000100010001>"), []);
    assert_eq!(shown(&composite, "<0002000300040005>"), [K::InvisibleText]);
}

#[test]
fn pictures_of_which_nothing_is_seen_wait_for_a_person() {
    const PICTURE: &str = "/Type /XObject /Subtype /Image /Width 48 /Height 48";
    let grey = format!("{PICTURE} /BitsPerComponent 8 /ColorSpace /DeviceGray");
    let samples: Vec<u8> = (0..48 * 48).map(|index| (index % 200) as u8).collect();
    let shown = |entries: &str, data: &[u8], mask: Option<(&str, &[u8])>, place: &str| {
        let mut file = Fixture::new();
        let mask = mask.map(|(key, data)| format!("/{key} {} 0 R", file.stream(&grey, data))).unwrap_or_default();
        let picture = file.stream(&format!("{entries} {mask}"), data);
        file.resources = format!("/XObject <</X {picture} 0 R>>");
        held(file, &format!("q {place} cm /X Do Q"))
    };
    let place = "100 0 0 100 72 300";
    assert_eq!(shown(&grey, &samples, None, place), []);
    assert_eq!(shown(&grey, &samples, Some(("SMask", &[0; 48 * 48])), place), [K::OffPageContent]);
    let mut thin = vec![0; 48 * 48];
    thin[48 * 20 + 7..48 * 20 + 40].fill(255);
    assert_eq!(shown(&grey, &samples, Some(("SMask", &thin)), place), [], "a line of it is seen");
    assert_eq!(shown(&format!("{grey} /Mask [0 255]"), &samples, None, place), [K::OffPageContent]);
    assert_eq!(shown(&format!("{grey} /Mask [0 9]"), &samples, None, place), []);
    assert_eq!(shown(&format!("{grey} /Decode [1 1]"), &samples, None, place), [K::Unknown]);
    let stencil = format!("{PICTURE} /ImageMask true /BitsPerComponent 1");
    assert_eq!(shown(&stencil, &samples[..288], None, place), []);
    assert_eq!(shown(&stencil, &[255; 288], None, place), [K::OffPageContent]);
    assert_eq!(shown(&grey, &samples, None, "100 100 100 100 72 300"), [K::OffPageContent]);
}

#[test]
fn pictures_beside_a_cell_or_a_letter_wait_for_a_person() {
    let inline = "BI /W 6 /H 1 /BPC 8 /CS /G ID CANARY EI";
    for (place, expected) in [("9 0 0 9 0 0", &[][..]), ("9 0 0 9 50 50", &[K::Unknown]), ("0 0 0 0 0 0", &[K::Unknown])] {
        let mut file = Fixture::new();
        let cell = "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10] /XStep 10 /YStep 10 /Resources <<>>";
        let pattern = file.stream(cell, format!("0 0 5 5 re f q {place} cm {inline} Q").as_bytes());
        file.resources = format!("/Pattern <</P {pattern} 0 R>>");
        assert_eq!(held(file, "/Pattern cs /P scn 72 300 100 100 re f"), expected, "{place}");
    }
}

#[test]
fn numbers_beyond_those_of_a_key_are_no_part_of_it() {
    let mut file = Fixture::new();
    file.resources = "/ExtGState <</G <</LW [67 65 78]>>>> /ColorSpace <</C [/CalRGB <</WhitePoint [.9 1 1 67 65 78 65]>>]>>".to_owned();
    let font =
        file.object("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 97 /LastChar 97 /Widths [500 67 65 78 (CANARY)]>>");
    file.resources += &format!(" /Font <</F1 3 0 R /F2 {font} 0 R>>");
    let content = format!("/G gs /C cs 0 0 0 sc {} BT /F2 12 Tf 72 600 Td (a) Tj ET", text("Report", 72, 700));
    let copy = clean(&file.page(&content).build());
    assert!(copy.holds.is_empty(), "{:?}", copy.holds);
    assert!(!holds(&copy.bytes, "67 65 78") && !holds(&copy.bytes, "CANARY") && holds(&copy.bytes, "0.9 1 1"));
}

#[test]
fn inks_keep_apart_under_their_new_names() {
    let mut file = Fixture::new();
    let ink =
        |name: &str, tint: &str| format!("[/Separation /{name} /DeviceGray <</FunctionType 2 /Domain [0 1] /N 1 /C0 [1] /C1 [{tint}]>>]");
    file.resources = format!("/ColorSpace <</A {} /B {} /C {}>>", ink("CANARYRED", "0"), ink("CANARYBLUE", ".2"), ink("CANARYRED", "0"));
    let content = format!("/A cs 1 scn 9 9 9 9 re f /B cs 1 scn 29 9 9 9 re f /C cs 1 scn 49 9 9 9 re f {}", text("Report", 72, 700));
    let copy = clean(&file.page(&content).build());
    let written = String::from_utf8_lossy(&copy.bytes).into_owned();
    assert!(!holds(&copy.bytes, "CANARY"));
    assert_eq!([written.matches("/Spot1").count(), written.matches("/Spot2").count(), written.matches("/Spot3").count()], [2, 1, 0]);
    assert_eq!(clean(&copy.bytes).bytes, copy.bytes);
}

/// A font that is not in the file, whose codes are numbers of glyphs, with more entries for it and for what it descends to.
fn numbered(entries: &str, below: &str) -> String {
    format!(
        "<</Type /Font /Subtype /Type0 /BaseFont /Arial {entries} /DescendantFonts [<</Type /Font /Subtype /CIDFontType2 /BaseFont /Arial \
         {below} /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>>>]>>"
    )
}

#[test]
fn numbers_of_glyphs_of_a_font_that_is_not_in_the_file_wait_for_a_person_unless_a_map_spells_them() {
    let spelled = map("2 beginbfchar <0052> <0052> <0065> <0065>").replace("<00> <FF>", "<0000> <FFFF>");
    let partly = spelled.replace("<0065> <0065>", "<0066> <0066>");
    let numbers = spelled
        .replace("beginbfchar", "begincidchar")
        .replace("endbfchar", "endcidchar")
        .replace("<0052> <0052> <0065> <0065>", "<0052> 82 <0065> 101");
    for (map, entries, below, held) in [
        (&spelled, "/ToUnicode 99 0 R", "", false),
        (&spelled, "/ToUnicode 99 0 R", "/CIDToGIDMap /Identity", false),
        (&spelled, "/ToUnicode 99 0 R", "/CIDToGIDMap 99 0 R", true),
        (&spelled, "/ToUnicode /Identity-H", "", true),
        (&spelled, "", "", true),
        (&partly, "/ToUnicode 99 0 R", "", true),
        (&numbers, "/ToUnicode 99 0 R", "", true),
    ] {
        let mut file = Fixture::new();
        let map = file.stream("", map.as_bytes());
        let with_map = |words: &str| words.replace("99", &map.to_string());
        let font = file.object(numbered(&with_map(&format!("/Encoding /Identity-H {entries}")), &with_map(below)));
        file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
        let copy = clean(&file.page(&format!("{} BT /F2 12 Tf 72 600 Td <00520065> Tj ET", text("Report", 72, 700))).build());
        assert_eq!(kinds(&copy) == [K::Unknown], held, "{entries} {below} {:?}", copy.holds);
    }
}

#[test]
fn a_font_named_in_another_script_waits_for_a_person() {
    for (name, codes, held) in
        [("#CB#CE#CC", "CEC4", true), ("#CB#CE#CC", "4142", false), ("#CB#CE#CC#E5", "CEC4", false), ("Arial", "CEC4", false)]
    {
        let mut file = Fixture::new();
        let font = file.object(format!("<</Type /Font /Subtype /TrueType /BaseFont /{name} /Encoding /WinAnsiEncoding>>"));
        file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
        let copy = clean(&file.page(&format!("{} BT /F2 12 Tf 72 600 Td <{codes}> Tj ET", text("Report", 72, 700))).build());
        assert_eq!(kinds(&copy) == [K::Unknown], held, "{name} {codes}");
    }
}

#[test]
fn the_name_of_a_map_says_still_that_codes_are_glyphs() {
    for (name, kept) in [("CANARY-Identity-H", "/CMapName /Embedded-Identity-H"), ("CANARY-Codes-H", "/CMapName /Embedded ")] {
        let mut file = Fixture::new();
        let map =
            format!("/CMapName /{name} def 1 begincodespacerange <00> <7F> endcodespacerange 1 begincidrange <00> <7F> 0 endcidrange");
        let map = file.stream(&format!("/Type /CMap /CMapName /{name}"), map.as_bytes());
        let texts = file.stream("", self::map("2 beginbfchar <52> <0052> <65> <0065>").as_bytes());
        let font = file.object(numbered(&format!("/Encoding {map} 0 R /ToUnicode {texts} 0 R"), ""));
        file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
        let copy = clean(&file.page(&format!("{} BT /F2 12 Tf 72 600 Td <5265> Tj ET", text("Report", 72, 700))).build());
        assert!(copy.holds.is_empty(), "{:?}", copy.holds);
        assert!(holds(&copy.bytes, kept) && !holds(&copy.bytes, "CANARY"), "{name}");
    }
}

#[test]
fn a_table_that_is_off_by_a_digit_is_not_followed() {
    let file = Fixture::new();
    // Enough objects for one of which the number ends with that of the page.
    let mut file = file.page(&text("Report of the committee", 72, 700));
    while file.object("(filler)") < 15 {}
    let bytes = file.build();
    let bytes = String::from_utf8(bytes).expect("a fixture of text");
    let page = bytes.find("5 0 obj").expect("the page");
    let twin = bytes.find("15 0 obj").expect("a filler");
    assert!(bytes.get(page..page + 40).is_some_and(|head| head.contains("/Page")));
    // The entry of object 15 leads behind the first digit of its number.
    let shifted = bytes.replace(&format!("{twin:010} 00000 n"), &format!("{:010} 00000 n", twin + 1));
    assert_ne!(shifted, bytes);
    let copy = clean(shifted.as_bytes());
    assert!(holds(&copy.bytes, "(Report of the committee) Tj"));
}

#[test]
fn a_word_in_a_notice_names_no_glyph() {
    let mut file = Fixture::new();
    let program = file.stream("/Length1 60 /Length2 0 /Length3 0", b"%!FontType1 CANARY\n/Notice (CANARY) def /FontName /F def eexec");
    let descriptor = file.object(format!("<</Type /FontDescriptor /FontName /Own /Flags 4 /FontFile {program} 0 R>>"));
    let font = file.object(format!(
        "<</Type /Font /Subtype /Type1 /BaseFont /Own /FirstChar 97 /Widths [500] /FontDescriptor {descriptor} 0 R \
         /Encoding <</Differences [97 /CANARY]>>>>"
    ));
    file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
    let copy = clean(&file.page(&format!("{} BT /F2 12 Tf 72 600 Td (a) Tj ET", text("Report", 72, 700))).build());
    assert!(!holds(&copy.bytes, "CANARY"));
}
