//! Claims about data that is not understood, and about names, maps and links: what no page shows does not reach a copy unseen.

use std::io::Write as _;

use super::fixture::{Fixture, text};
use super::tests::{Copy, clean, holding, holds, inspect, kinds, look};
use crate::model::{FindingKind as K, Wanted};

const PICTURE: &str = "/Type /XObject /Subtype /Image /Width 8 /Height 4 /BitsPerComponent 8 /ColorSpace /DeviceGray";
const SIMPLE: &str = "/Type /Font /Subtype /Type1";

/// A page that paints a picture.
fn with_picture(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut file = Fixture::new();
    let picture = file.stream(entries, data);
    file.resources = format!("/XObject <</X {picture} 0 R>>");
    file.page("q 200 0 0 100 72 300 cm /X Do Q").build()
}

/// A page that shows a letter in a font.
fn with_font(mut file: Fixture, font: &str, shown: &str) -> Vec<u8> {
    let font = file.object(format!("<<{font}>>"));
    file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
    file.page(&format!("{} BT /F2 12 Tf 72 500 Td {shown} Tj ET", text("approved", 72, 700))).build()
}

#[test]
fn pictures_that_do_not_read_as_their_format_wait_for_a_person() {
    for filter in ["/JPXDecode", "/JBIG2Decode", "/DCTDecode", "/CCITTFaxDecode /DecodeParms <</K 0 /Columns 8>>"] {
        let copy = clean(&with_picture(&format!("{PICTURE} /Filter {filter}"), b"garbage CANARY"));
        assert_eq!(kinds(&copy), [K::Unknown], "{filter}");
        assert!(!holds(&copy.bytes, "CANARY"), "{filter}");
    }
    let sizeless = PICTURE.replace("/Width 8", "");
    let copy = clean(&with_picture(&sizeless, b"samples CANARY"));
    assert!(kinds(&copy) == [K::Unknown] && !holds(&copy.bytes, "CANARY"));
    assert_eq!(kinds(&clean(&with_picture(&sizeless, b""))), []);
}

#[test]
fn deflated_samples_stay_as_they_are_where_nothing_else_is_in_their_stream() {
    let stored = |samples: &[u8]| {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::none());
        packer.write_all(samples).unwrap();
        packer.finish().unwrap()
    };
    let stays = |entries: &str, data: &[u8]| {
        let copy = clean(&with_picture(&format!("{PICTURE} {entries}"), data));
        assert!(kinds(&copy).is_empty() && !holds(&copy.bytes, "CANARY"), "{entries}");
        memchr::memmem::find(&copy.bytes, data).is_some()
    };
    let flate = "/Filter /FlateDecode";
    let plain = stored(&[7; 32]);
    assert!(stays(flate, &plain));
    assert!(stays("/Filter [/FlateDecode] /DecodeParms [null]", &plain));
    assert!(!stays(flate, &[&plain[..], b"CANARY"].concat()));
    assert!(!stays(flate, &stored(&[&[7; 32][..], b"CANARY"].concat())));
    let mut wrong = plain.clone();
    *wrong.last_mut().unwrap() ^= 1;
    assert!(!stays(flate, &wrong));
    assert!(!stays("/Filter [/FlateDecode /FlateDecode]", &stored(&plain)));
    // A row of a picture, after the kind of its prediction.
    let rows = |kind: u8| [kind, 1, 2, 3, 4, 5, 6, 7, 8].repeat(4);
    let predicted = |parameters: &str| format!("{flate} /DecodeParms <<{parameters}>>");
    for kind in 0..=4 {
        assert!(stays(&predicted("/Predictor 15 /Columns 8 /CANARY (CANARY)"), &stored(&rows(kind))));
    }
    assert!(!stays(&predicted("/Predictor 15 /Columns 8"), &stored(&rows(5))));
    assert!(!stays(&predicted("/Predictor 15 /Columns 8"), &stored(&[&rows(1)[..], b"\0CANARY"].concat())));
    assert!(!stays(&predicted("/Predictor 15 /Columns 8 /Colors 0"), &stored(&rows(1))));
    assert!(!stays(&predicted("/Predictor 2 /Columns 8"), &plain));
}

#[test]
fn pictures_of_other_samples_than_their_entries_say_wait_for_a_person() {
    let mut grey = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut grey).encode(&[90; 32], 8, 4, image::ExtendedColorType::L8).unwrap();
    for (was, is, held) in [
        ("", "", false),
        ("/BitsPerComponent 8", "", false),
        ("/BitsPerComponent 8", "/BitsPerComponent 1", true),
        ("/DeviceGray", "[/Indexed /DeviceRGB 255 9 0 R]", false),
        ("/DeviceGray", "/DeviceRGB", true),
        ("/DeviceGray", "/DeviceCMYK", true),
        ("/BitsPerComponent 8 /ColorSpace /DeviceGray", "/ImageMask true", true),
    ] {
        let entries = PICTURE.replace(was, is).replace("9 0 R", &format!("<{}>", "00".repeat(768)));
        let copy = clean(&with_picture(&format!("{entries} /Filter /DCTDecode"), &grey));
        assert_eq!(kinds(&copy).contains(&K::Unknown), held, "{was} {is}");
    }
}

#[test]
fn parameters_in_a_list_beside_a_filter_in_none_wait_for_a_person() {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::none());
    packer.write_all(&[2, 1, 2, 3, 4, 5, 6, 7, 8].repeat(4)).unwrap();
    let data = packer.finish().unwrap();
    for (filter, parameters, held) in [
        ("/FlateDecode", "<</Predictor 15 /Columns 8>>", &[][..]),
        ("[/FlateDecode]", "[<</Predictor 15 /Columns 8>>]", &[]),
        ("[/FlateDecode]", "<<>>", &[]),
        ("/FlateDecode", "[]", &[]),
        ("[/FlateDecode]", "<</Predictor 15 /Columns 8>>", &[K::Unknown]),
        ("/FlateDecode", "[<</Predictor 15 /Columns 8>>]", &[K::Unknown]),
    ] {
        let copy = clean(&with_picture(&format!("{PICTURE} /Filter {filter} /DecodeParms {parameters}"), &data));
        assert_eq!(kinds(&copy), held, "{filter} {parameters}");
    }
}

#[test]
fn profiles_functions_and_meshes_that_do_not_read_wait_for_a_person() {
    let held = |colour: &dyn Fn(&mut Fixture) -> String| {
        let mut file = Fixture::new();
        file.resources = colour(&mut file);
        let shades = if file.resources.contains("/Shading") { "/S sh" } else { "" };
        let paints = if file.resources.contains("/C ") { "/C cs 0.5 scn 72 300 90 90 re f" } else { "" };
        let copy = clean(&file.page(&format!("{paints} {shades}")).build());
        assert!(!holds(&copy.bytes, "CANARY"));
        kinds(&copy)
    };
    let profile = |file: &mut Fixture| {
        let profile = file.stream("/N 1", b"no profile CANARY");
        format!("/ColorSpace <</C [/ICCBased {profile} 0 R]>>")
    };
    assert_eq!(held(&profile), [K::Unknown]);
    let profile = |space: &'static [u8; 4], entries: &'static str| {
        move |file: &mut Fixture| {
            let mut data = [0; 132];
            data[16..20].copy_from_slice(space);
            data[36..40].copy_from_slice(b"acsp");
            let profile = file.stream(entries, &data);
            format!("/ColorSpace <</C [/ICCBased {profile} 0 R]>>")
        }
    };
    assert_eq!(held(&profile(b"GRAY", "/N 1")), []);
    assert_eq!(held(&profile(b"GRAY", "/N 1 /Alternate /DeviceGray")), []);
    assert_eq!(held(&profile(b"GRAY", "/N 1 /Alternate /DeviceRGB")), [K::Unknown]);
    assert_eq!(held(&profile(b"RGB ", "/N 1")), []);
    let axial =
        |function: String| format!("/Shading <</S <</ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 9 9] /Function {function}>>>>");
    let function = |kind: &'static str, data: &'static [u8]| {
        move |file: &mut Fixture| {
            let function = file.stream(&format!("{kind} /Domain [0 1]"), data);
            axial(format!("{function} 0 R"))
        }
    };
    assert_eq!(held(&function("/FunctionType 9", b"CANARY")), [K::Unknown]);
    assert_eq!(held(&function("/FunctionType 0 /Range [0 1] /BitsPerSample 8", b"\0\xffCANARY")), [K::Unknown]);
    assert_eq!(held(&function("/FunctionType 0 /Range [0 1] /BitsPerSample 8 /Size [2]", b"\0\xffCANARY")), []);
    assert_eq!(held(&function("/FunctionType 2 /N 1", b"CANARY")), []);
    // Vertices of six bytes, the first of which is the flag.
    let mesh = |tail: &'static [u8]| {
        move |file: &mut Fixture| {
            let vertices = [&b"\0\0\0\xff\0\0\0\xff\0\0\xff\0\0\0\xff\0\0\xff"[..], tail].concat();
            let entries = "/ShadingType 4 /ColorSpace /DeviceRGB /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8";
            let shading = file.stream(&format!("{entries} /Decode [0 90 0 90 0 1 0 1 0 1]"), &vertices);
            format!("/Shading <</S {shading} 0 R>>")
        }
    };
    assert_eq!(held(&mesh(b"\x09CANARY")), [K::Unknown]);
    assert_eq!(held(&mesh(b"\0CANA")), []);
}

#[test]
fn names_of_fonts_and_glyphs_tell_nothing() {
    for font in [
        "/BaseFont /ArialCANARY",
        "/BaseFont /Helvetica-CANARY",
        "/BaseFont /Helvetica /FontDescriptor <</Type /FontDescriptor /FontName /Helvetica /FontFamily (Arial CANARY) /Flags 32>>",
    ] {
        let copy = clean(&with_font(Fixture::new(), &format!("{SIMPLE} {font}"), "(A)"));
        assert!(copy.holds.is_empty() && !holds(&copy.bytes, "CANARY"), "{font}");
    }
    let named = clean(&with_font(Fixture::new(), &format!("{SIMPLE} /BaseFont /Helvetica /Encoding <</Differences [65 /CANARY]>>"), "(A)"));
    assert!(kinds(&named) == [K::Unknown] && !holds(&named.bytes, "CANARY"), "which letter it is nobody knows");
    let kept = clean(&with_font(Fixture::new(), &format!("{SIMPLE} /BaseFont /ArialRoundedMTBold"), "(A)"));
    assert!(kept.holds.is_empty() && holds(&kept.bytes, "ArialRoundedMTBold"));
    let mut file = Fixture::new();
    let drawing = file.stream("", b"500 0 d0 0 0 9 9 re f");
    let font = format!(
        "/Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 65 /Widths [500] \
         /Encoding <</Differences [65 /CANARY]>> /CharProcs <</CANARY {drawing} 0 R>>"
    );
    let copy = clean(&with_font(file, &font, "(A)"));
    assert!(copy.holds.is_empty() && !holds(&copy.bytes, "CANARY"));
}

/// A font of many characters with a character map and a map to text, each as it stands or by its number.
fn composite(encoding: &str, more: &str) -> String {
    format!(
        "/Type /Font /Subtype /Type0 /BaseFont /Arial /Encoding {encoding} {more} /DescendantFonts [<</Type /Font /Subtype /CIDFontType2 \
         /BaseFont /Arial /CIDSystemInfo <</Registry (Adobe) /Ordering (Japan1) /Supplement 0>>>>]"
    )
}

#[test]
fn a_font_whose_codes_are_not_told_apart_waits_for_a_person() {
    let copied = |map: &str, shown: &str| {
        let mut file = Fixture::new();
        let map = file.stream("/Type /CMap", map.as_bytes());
        clean(&with_font(file, &composite(&format!("{map} 0 R"), ""), shown))
    };
    let held = |map: &str, shown: &str| kinds(&copied(map, shown));
    let mixed = "2 begincodespacerange <41> <5A> <0000> <00FF> endcodespacerange 2 begincidchar <41> 7 <0041> 9 endcidchar";
    assert_eq!(held(mixed, "<410041>"), [K::Unknown]);
    assert_eq!(copied(mixed, "<410041>").holds[0].note, "fonts in which viewers find different letters, or none");
    assert_eq!(held(mixed, "<410042>"), []);
    assert_eq!(held("/Own usecmap", "<0041>"), [K::Unknown]);
    assert_eq!(held("/Identity-H usecmap", "<0041>"), [K::Unknown]);
    assert_eq!(held("1 begincidchar <0041> 9 endcidchar", "<0041>"), [K::Unknown]);
    for (entry, mode, waits) in [("", "1", false), ("/WMode 1", "1", false), ("/WMode 0", "1", true), ("/WMode 1", "0", true)] {
        let mut file = Fixture::new();
        let map = format!("/WMode {mode} def 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 begincidchar <0041> 9 endcidchar");
        let map = file.stream(&format!("/Type /CMap {entry}"), map.as_bytes());
        let copy = clean(&with_font(file, &composite(&format!("{map} 0 R"), ""), "<0041>"));
        assert_eq!(kinds(&copy) == [K::Unknown], waits, "{entry} {mode}");
    }
    let entries = |entries: &str| format!("1 begincodespacerange <0000> <FFFF> endcodespacerange {entries}");
    assert_eq!(held(&entries("1 begincidchar <0041> 9 endcidchar"), "<0041>"), []);
    // Entries of a map to text, which some viewers read as identifiers, and no entries.
    assert_eq!(held(&entries("1 beginbfchar <0041> <0009> endbfchar"), "<0041>"), [K::Unknown]);
    assert_eq!(held(&entries("1 beginbfrange <0041> <0043> <0009> endbfrange 1 begincidchar <0041> 9 endcidchar"), "<0041>"), [K::Unknown]);
    assert_eq!(held(&entries(""), "<0041>"), [K::Unknown]);
    let copy = clean(&with_font(Fixture::new(), &composite("/CANARY-H", ""), "<0041>"));
    assert!(kinds(&copy) == [K::Unknown] && !holds(&copy.bytes, "CANARY"), "a map that nobody has");
}

#[test]
fn a_letter_that_a_map_calls_a_sentence_waits_for_a_person() {
    for (says, held) in [("00660066", &[][..]), ("0061006700720065006500640020006F006E", &[K::Unknown])] {
        let mut file = Fixture::new();
        let map = file.stream("", format!("1 beginbfchar <41> <{says}> endbfchar").as_bytes());
        let font = format!("{SIMPLE} /BaseFont /Helvetica /ToUnicode {map} 0 R");
        let copy = clean(&with_font(file, &font, "(A)"));
        assert_eq!(kinds(&copy), held, "{says}");
        assert!(copy.holds.iter().all(|hold| hold.note == "fonts with a letter that stands for more text than one draws"));
    }
}

#[test]
fn links_that_nobody_can_follow_go_and_thick_borders_wait_for_a_person() {
    let file = |entries: &str| {
        let mut file = Fixture::new();
        let action = "/A <</S /URI /URI (https://example.org/CANARY)>>";
        file.page = format!("/Annots [<</Type /Annot /Subtype /Link {entries} {action}>>]");
        file.page(&text("approved", 72, 700)).build()
    };
    let copy = clean(&file("/Rect [72 690 200 720]"));
    assert!(copy.holds.is_empty() && holds(&copy.bytes, "CANARY"));
    for entries in ["/Rect [72 690 200 720] /F 2", "/Rect [72 690 200 720] /F 32", "/Rect [72 690 72 690]", "/Rect [900 690 950 720]"] {
        let bytes = file(entries);
        let copy = clean(&bytes);
        assert!(copy.holds.is_empty() && !holds(&copy.bytes, "CANARY"), "{entries}");
        let told = inspect(&bytes, Wanted::Findings).findings;
        assert!(told.iter().any(|finding| finding.kind == K::LinkTarget), "{entries}");
    }
    assert_eq!(kinds(&clean(&file("/Rect [72 690 200 720] /Border [0 0 30]"))), [K::CoveringShape]);
}

#[test]
fn a_scan_over_its_words_needs_nobody_and_a_photograph_does() {
    let held = |entries: &str, data: &[u8]| {
        let mut file = Fixture::new();
        let picture =
            file.stream(&format!("/Type /XObject /Subtype /Image /Width 640 /Height 640 /ColorSpace /DeviceGray {entries}"), data);
        file.resources = format!("/XObject <</X {picture} 0 R>>");
        kinds(&clean(&file.page(&format!("{} q 600 0 0 800 0 0 cm /X Do Q", text("secret words", 72, 500))).build()))
    };
    let noise: Vec<u8> = (0..640 * 640u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert_eq!(held("/BitsPerComponent 1", &noise[..640 * 80]), []);
    assert_eq!(held("/BitsPerComponent 8", &noise), [K::CoveringShape]);
    // Of one colour.
    assert_eq!(held("/BitsPerComponent 1 /Filter /FlateDecode", &super::fixture::deflated(&vec![255; 640 * 80])), [K::CoveringShape]);
}

#[test]
fn procedures_of_letters_keep_apart_and_are_copied_once() {
    let mut file = Fixture::new();
    let drawings: Vec<usize> = ["1", "2"].map(|width| file.stream("", format!("500 0 d0 0 0 {width} 999 re f").as_bytes())).to_vec();
    let font = file.object(format!(
        "<</Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 65 /Widths [500 500 500 500] \
         /Encoding <</Differences [65 /CANARY /g65 /CANARY /A]>> /CharProcs <</CANARY {} 0 R /g65 {} 0 R /A {} 0 R>>>>",
        drawings[0], drawings[1], drawings[0]
    ));
    file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
    let copy = clean(&file.page("BT /F2 40 Tf 72 600 Td (ABCD) Tj ET").build());
    assert!(copy.holds.is_empty() && !holds(&copy.bytes, "CANARY"));
    assert!(holds(&copy.bytes, "[65 /g65 /g66 /g65 /A]"));
    assert!(look(&copy.bytes).residue.is_empty());
    assert_eq!(clean(&copy.bytes).bytes, copy.bytes);
}

#[test]
fn letters_are_drawn_with_what_any_page_lends_them() {
    let mut file = Fixture::new();
    let drawings = ["/F1", "/F9"].map(|font| file.stream("", format!("500 0 d0 BT {font} 1000 Tf (a) Tj ET").as_bytes()));
    let font = file.object(format!(
        "<</Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 97 /Widths [500 500] \
         /Encoding <</Differences [97 /a /b]>> /CharProcs <</a {} 0 R /b {} 0 R>>>>",
        drawings[0], drawings[1]
    ));
    let second = file.object("<</Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding <</Differences [97 /b]>>>>");
    file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
    let mut file = file.page("BT /F2 40 Tf 72 600 Td (a) Tj ET");
    file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R /F9 {second} 0 R>>");
    let copy = clean(&file.page("BT /F2 40 Tf 72 600 Td (ab) Tj ET").build());
    assert!(copy.holds.is_empty() && holds(&copy.bytes, "/BaseFont /Courier"));
    assert_eq!(clean(&copy.bytes).bytes, copy.bytes);
}

#[test]
fn the_border_of_a_link_stays_where_its_target_goes() {
    let file = |entries: &str| {
        let mut file = Fixture::new();
        file.page = format!(
            "/Annots [<</Type /Annot /Subtype /Link /Rect [72 690 200 720] {entries} /A <</S /URI /URI (mailto:CANARY@example.org)>>>>]"
        );
        clean(&file.page(&text("approved", 72, 700)).build())
    };
    let has_link = |copy: &Copy| holds(&copy.bytes, "/Subtype /Link");
    for entries in ["/Border [0 0 1] /C [1 0 0]", "/Border [0 0 1]", "/BS <</W 2 /S /U>>", "/BS <<>>"] {
        let copy = file(entries);
        assert!(copy.holds.is_empty() && has_link(&copy) && !holds(&copy.bytes, "CANARY"), "{entries}");
        assert!(look(&copy.bytes).residue.is_empty(), "{entries}");
    }
    for entries in ["", "/Border [0 0 0]", "/BS <</W 0>>", "/Border [0 0 1] /C []", "/Border [0 0 1] /F 2"] {
        let copy = file(entries);
        assert!(copy.holds.is_empty() && !has_link(&copy) && !holds(&copy.bytes, "CANARY"), "{entries}");
    }
}

#[test]
fn what_a_link_draws_itself_is_drawn_into_the_page_and_nothing_around_it() {
    for (target, has_link) in [("https://example.org/", true), ("mailto:CANARY@example.org", false)] {
        let mut file = Fixture::new();
        let form = file.stream("/Type /XObject /Subtype /Form /BBox [0 0 128 30]", b"0 0 1 RG 1 1 126 28 re S");
        file.page = format!(
            "/Annots [<</Type /Annot /Subtype /Link /Rect [72 690 200 720] /Border [0 0 1] /BS <</W 2>> /AP <</N {form} 0 R>> \
             /A <</S /URI /URI ({target})>>>>]"
        );
        let copy = clean(&file.page(&text("approved", 72, 700)).build());
        assert!(copy.holds.is_empty() && holds(&copy.bytes, "126 28 re") && !holds(&copy.bytes, "CANARY"), "{target}");
        assert_eq!(holds(&copy.bytes, "/Subtype /Link"), has_link);
        assert_eq!(memchr::memmem::find(&copy.bytes, b"/Border [0 0 0]").is_some(), has_link);
        assert!(memchr::memmem::find(&copy.bytes, b"/BS").is_none(), "{target}");
    }
}

#[test]
fn private_entries_of_pages_are_told_once_each() {
    let mut file = Fixture::new();
    file.page = "/ACME (CANARY)".to_owned();
    let bytes = file.page(&text("approved", 72, 700)).page(&text("approved", 72, 700)).build();
    let told = inspect(&bytes, Wanted::Findings).findings;
    let private: Vec<(&str, u64)> =
        told.iter().filter(|finding| finding.kind == K::ForeignMarkup).map(|finding| (finding.part.as_str(), finding.count)).collect();
    assert_eq!(private, [("page 1", 1), ("page 2", 1)]);
    let copy = clean(&bytes);
    assert!(holding(&copy).is_empty() && !holds(&copy.bytes, "CANARY"));
}
