//! Claims about files that viewers read in different ways: an entry, an operand or an object that is not what the standard has there.

use super::fixture::{Fixture, text};
use super::tests::{Copy, clean, holds, kinds, sanitise};
use crate::limits::Limits;
use crate::model::FindingKind as K;
use crate::policy::Orders;

/// A page with one thing of each kind, where the words of `wrong.0` give way to those of `wrong.1`.
fn page(wrong: (&str, &str)) -> Vec<u8> {
    let mut file = Fixture::new();
    let swap = |words: &str| words.replace(wrong.0, wrong.1);
    let tints = file.object(swap("<</FunctionType 2 /Domain [0 1] /C0 [0 0 0] /C1 [0 1 0] /N 1>>"));
    let sums = file.stream(&swap("/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]"), swap("{2 copy add 2 div}").as_bytes());
    let grey =
        file.stream(&swap("/Type /XObject /Subtype /Image /Width 4 /Height 4 /BitsPerComponent 8 /ColorSpace /DeviceGray"), &[9; 16]);
    let form = file.stream(
        &swap("/Type /XObject /Subtype /Form /BBox [0 0 60 20] /Matrix [1 0 0 1 400 400]"),
        swap("0.1 0.2 0.3 rg 0 0 50 10 re f").as_bytes(),
    );
    let tile = file.stream(
        &swap("/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 8 8] /XStep 8 /YStep 8 /Resources <<>>"),
        b"0 0.5 0.5 rg 0 0 4 4 re f",
    );
    let ramp = file.object(swap(&format!("<</ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 90 0] /Function {tints} 0 R>>")));
    let group = file
        .stream("/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group <</S /Transparency /CS /DeviceGray>>", b"1 g 0 0 600 800 re f");
    let state = file.object(swap(&format!("<</LW 2 /ca 0.5 /SMask <</S /Luminosity /G {group} 0 R>>>>")));
    let bold = file.object(swap("<</Type /Font /Subtype /Type1 /BaseFont /Courier-Bold>>"));
    let own = file.stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"1 0 0 RG 1 1 7 7 re S");
    let stamp = file.object(swap(&format!("<</Type /Annot /Subtype /Stamp /Rect [500 20 520 40] /F 4 /AP <</N {own} 0 R>>>>")));
    file.page = format!("/Annots [{stamp} 0 R]");
    file.resources = swap(&format!(
        "/XObject <</I {grey} 0 R /X {form} 0 R>> /Pattern <</T {tile} 0 R>> /Shading <</S {ramp} 0 R>> /ExtGState <</G {state} 0 R>> \
         /ColorSpace <</A [/Separation /Spot /DeviceRGB {tints} 0 R] /B [/DeviceN [/One /Two] /DeviceRGB {sums} 0 R] \
         /C [/Indexed /DeviceRGB 1 <000000FF0000>]>>"
    ));
    file.resources.push_str(&format!(" /Font <</F1 3 0 R /F9 {bold} 0 R>>"));
    let drawn = [
        &text("approved", 72, 700)[..],
        "q 40 0 0 40 72 600 cm /I Do Q q /X Do Q q /Pattern cs /T scn 150 600 40 40 re f Q",
        "q 200 600 90 40 re W n 1 0 0 1 200 600 cm /S sh Q q /G gs 0 0 1 rg 300 600 40 40 re f Q",
        "q /A cs 0.5 scn 72 500 40 40 re f Q q /B cs 0.5 0.2 scn 150 500 40 40 re f Q q /C cs 1 sc 200 500 40 40 re f Q",
        "q 4 w 0 0.4 0 RG 72 450 m 80 470 90 470 99 450 c S Q BT /F9 14 Tf 72 660 Td (second) Tj ET",
        "q 20 0 0 20 400 500 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q",
    ];
    file.page(&swap(&drawn.join("\n"))).build()
}

#[test]
fn what_viewers_read_in_different_ways_waits_for_a_person() {
    let sound = clean(&page(("", "")));
    assert_eq!(kinds(&sound), []);
    assert!(holds(&sound.bytes, "second"));
    for wrong in [
        // Colour spaces that are none.
        ("/ColorSpace /DeviceGray", "/ColorSpace /Nope"),
        ("/ColorSpace /DeviceGray", ""),
        ("/ColorSpace /DeviceGray", "/ColorSpace 99 0 R"),
        ("/Separation /Spot /DeviceRGB", "/Separation /Spot /Nope"),
        ("/Indexed /DeviceRGB 1 <000000FF0000>", "/Indexed /DeviceRGB <000000FF0000>"),
        ("/Indexed /DeviceRGB 1 <000000FF0000>", "/DeviceRGB 1 <000000FF0000>"),
        ("2 div}", "2 halve}"),
        ("BI /W 1 /H 1 /BPC 8 /CS /G", "BI /W 1 /H 1 /BPC 8 /CS [/Nope]"),
        ("BI /W 1 /H 1 /BPC 8 /CS /G", "BI /W 1 /H 1 /BPC 8 /CS /Nope"),
        // Entries of another kind than they must be.
        ("/BBox [0 0 60 20]", "/BBox [0 0 /N 20]"),
        ("/BBox [0 0 60 20]", "/BBox null"),
        ("/BBox [0 0 8 8]", "/BBox false"),
        ("/Matrix [1 0 0 1 400 400]", "/Matrix [1 0 0 1 (x) 400]"),
        ("/Coords [0 0 90 0]", "/Coords [0 0 /X 0]"),
        ("/C1 [0 1 0]", "/C1 1"),
        ("/Width 4", "/Width /Height"),
        ("/Width 4", "/Width 4 /Filter false"),
        ("/Width 4", "/Width 4 /Filter [7]"),
        ("/Width 4", "/Width 4 /Filter <<>>"),
        ("/ca 0.5", "/ca (x)"),
        ("/S /Luminosity", "/S /Pattern"),
        ("/MediaBox [0 0 600 800]", "/MediaBox [0 0 0 0]"),
        ("/Width 4", "/Width 4.5"),
        ("/BitsPerComponent 8", "/BitsPerComponent 3"),
        ("/BitsPerComponent 8", ""),
        ("/BitsPerComponent 8", "/BitsPerComponent 16"),
        ("/BitsPerComponent 8 /ColorSpace /DeviceGray", "/BitsPerComponent 8 /ImageMask true"),
        ("/Height 4", "/Height 5"),
        ("/XStep 8", "/XStep 0"),
        ("/YStep 8", ""),
        ("/PaintType 1", "/PaintType 3"),
        ("/Coords [0 0 90 0]", "/Coords [0 0 90 0] /Extend [true]"),
        ("/Separation /Spot /DeviceRGB", "/Separation /Spot [/Lab <<>>]"),
        ("/LW 2", "/LW 2 /Font [3 0 R]"),
        ("/MediaBox [0 0 600 800]", "/MediaBox [0 0 60 80 9]"),
        ("/MediaBox [0 0 600 800]", "/Rotate 45"),
        ("/MediaBox [0 0 600 800]", "/Rotate 90.5"),
        ("/Type /Page ", "/Type /Pane "),
        ("/BaseFont /Courier-Bold", ""),
        ("/BaseFont /Courier-Bold", "/BaseFont (Courier-Bold)"),
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /FirstChar 65 /Widths [600]"),
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /FirstChar 9223372036854775807 /Widths [600 600]"),
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /FirstChar -9223372036854775808 /Widths [600 600]"),
        ("/BaseFont /Courier-Bold", "/BaseFont /Symbol /Encoding /WinAnsiEncoding"),
        ("/XStep 8", "/XStep 8 /F /FlateDecode"),
        ("/C1 [0 1 0]", "/C1 [0 1]"),
        ("/Separation /Spot /DeviceRGB", "/Separation /Spot /DeviceCMYK"),
        ("/Indexed /DeviceRGB 1 <", "/Indexed /DeviceRGB 2 <"),
        ("/Indexed /DeviceRGB 1 <", "/Indexed /DeviceRGB 300 <"),
        ("/C cs 1 sc", "/C cs 1 1 sc"),
        ("0.5 0.2 scn", "0.5 scn"),
        // Things that say of themselves that they are something else.
        ("/Subtype /Form /BBox [0 0 60 20]", "/Subtype /Fond /BBox [0 0 60 20]"),
        ("/Subtype /Form /BBox [0 0 60 20]", "/BBox [0 0 60 20]"),
        ("/Subtype /Type1 /BaseFont /Courier-Bold", "/Subtype /Type9 /BaseFont /Courier-Bold"),
        ("/Subtype /Stamp", "/Subtype /Stomp"),
        // Operators with other operands than they take.
        ("0.1 0.2 0.3 rg", "0.1 0.2 rg"),
        ("0.1 0.2 0.3 rg", "0.1 /N 0.3 rg"),
        ("0 0 50 10 re", "0 50 10 re"),
        ("72 450 m", "72 450 9 m"),
        ("0 0 1 rg", "1 0 0 1 rg"),
        ("/A cs", "cs"),
        ("/G gs", "/G 1 gs"),
        ("0.5 scn", "0.5 (x) scn"),
        ("/F9 14 Tf", "14 Tf"),
        ("4 w", "--4 w"),
        ("4 w", "0.00-35 w"),
        ("4 w", "-4 w"),
        ("4 w", "[0 0] 0 d"),
        ("4 w", "[3 -2] 0 d"),
        ("4 w", "Q Q"),
        ("(second) Tj", "8 Tr (second) Tj"),
        ("(second) Tj", "1.5 Tr (second) Tj"),
        ("(second) Tj", "[(sec) [(ond)]] TJ"),
        // Numbers of which viewers keep as much as they have room for, and drawings that reach as far.
        ("0 0 50 10 re", "0 0 4294967346 10 re"),
        ("0 0 50 10 re", "0 0 50 10.5 re W n 0 0 4294967296.5 90 re W n"),
        ("0 0 50 10 re", "q 100000 0 0 100000 0 0 cm 0 0 99999 99999 re W n Q 0 0 50 10 re"),
        ("/X Do", "100000000 0 0 100000000 0 0 cm /X Do"),
        ("0.1 0.2 0.3 rg", "0.1 0.2 4294967296 rg"),
        ("/ca 0.5", "/ca 4294967296"),
        ("/Subtype /Form /BBox [0 0 60 20]", "/Subtype /Form /BBox [0 0 4294967296 20]"),
        ("/C1 [0 1 0]", "/C1 [0 1 4294967296]"),
        // Values and words on which viewers do not agree.
        ("4 w", "5 J 4 w"),
        ("4 w", "1.5 j 4 w"),
        ("/LW 2", "/LW 2 /LC 7"),
        ("(second) Tj", "<7365g63> Tj"),
        ("0 0 50 10 re", "0 0 50 10re"),
        ("0 0 50 10 re", "BX 0 0 50 10re EX"),
        ("4 w", "4 w 0 0 1 RG0"),
        ("/ca 0.5", "/ca 0.5 /BM [/Nope /Multiply]"),
        ("/Separation /Spot", "/Separation /None"),
        ("/C cs 1 sc", "/C cs 2 sc"),
        ("/C cs 1 sc", "/C cs -1 sc"),
        ("/Domain [0 1 0 1]", "/Domain [0 1]"),
        ("/ShadingType 2 /ColorSpace /DeviceRGB", "/ShadingType 2 /ColorSpace /DeviceGray"),
        ("/Coords [0 0 90 0]", "/Coords [9 9 9 9]"),
        ("/ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 90 0]", "/ShadingType 3 /ColorSpace /DeviceRGB /Coords [0 0 -1 0 0 9]"),
        ("/ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 90 0]", "/ShadingType 3 /ColorSpace /DeviceRGB /Coords [0 0 9 0 0 9]"),
        ("/PaintType 1", "/PaintType 2"),
        ("/ColorSpace <</A", "/ColorSpace <</DeviceGray /DeviceRGB /A"),
        ("/ColorSpace /DeviceGray", "/ColorSpace [/Indexed /DeviceRGB 1 <000000FF0000>]"),
        ("/BitsPerComponent 8 /ColorSpace /DeviceGray", "/BitsPerComponent 4 /ColorSpace [/Indexed /DeviceGray 8 <000102030405060708>]"),
        (
            "/Width 4 /Height 4 /BitsPerComponent 8 /ColorSpace /DeviceGray",
            "/Width 2 /Height 16 /BitsPerComponent 4 /ColorSpace [/Indexed /DeviceGray 8 <000102030405060708>]",
        ),
        ("/ColorSpace /DeviceGray", "/Decode [0 255] /ColorSpace [/Indexed /DeviceRGB 1 <000000FF0000>]"),
        ("/ColorSpace /DeviceGray", "/Decode [0 2] /ColorSpace [/Indexed /DeviceRGB 1 <000000FF0000>]"),
        ("/Separation /Spot /DeviceRGB", "/Separation /Spot [/CalRGB <</WhitePoint [1 1 1] /Gamma [9 9 9]>>]"),
        ("/Separation /Spot /DeviceRGB", "/Separation /Spot [/CalRGB <</WhitePoint [1 1 1] /Matrix [0 0 1 0 1 0 1 0 0]>>]"),
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /Encoding <</Differences [115 /g42]>>"),
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /FirstChar 115 /LastChar 115 /Widths [-600]"),
        // Names that nothing has: some viewers leave out all that follows.
        ("/G gs", "/Nope gs"),
        ("/I Do", "/Nope Do"),
        ("/S sh", "/Nope sh"),
        ("/T scn", "/Nope scn"),
        ("/A cs", "/Nope cs"),
        ("/ExtGState <</G", "/ExtGState <</G null /H"),
        // What a font or a page says of itself.
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /FontDescriptor 7"),
        (
            "/BaseFont /Courier-Bold",
            "/BaseFont /Courier-Bold /FontDescriptor <</Type /FontDescriptor /FontName /Courier-Bold /FontFile2 null>>",
        ),
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /FirstChar 115 /LastChar 116 /Widths [600 (x)]"),
        ("/Coords [0 0 90 0] /Function", "/Coords [0 0 90 0] /Function true /Of"),
        ("/ca 0.5", "/ca 0.5 /BM /Off"),
        ("/Annots [", "/Annots 7 /Notes ["),
        // Objects that are not written as PDF has them.
        ("/ca 0.5", "/ca 0.5 0.5"),
        ("/ca 0.5", "/ca /ca 0.5"),
        ("/N 1>>", "/N 1"),
        ("<</Type /Font /Subtype /Type1 /BaseFont /Courier-Bold>>", "3 0 R"),
        ("<</Type /Font /Subtype /Type1 /BaseFont /Courier-Bold>>", "3 0 R /Rest"),
    ] {
        // The fixture itself writes the size of its pages.
        let whole = page(wrong);
        let whole = if wrong.0.starts_with("/MediaBox") || wrong.0.starts_with("/Annots") || wrong.0.starts_with("/Type /Page") {
            replaced(&whole, wrong)
        } else {
            whole
        };
        let waits = |copy: Copy| kinds(&copy).contains(&K::Unknown);
        let held = sanitise(&whole, &Orders::default(), &Limits::default()).map_or(true, waits);
        assert!(held, "{wrong:?}");
    }
}

#[test]
fn what_all_viewers_read_alike_needs_nobody() {
    for other in [
        ("4 w", "2 J 1 j 4 w BX EX /A MP /A /B DP"),
        ("(second) Tj", "<73 65\n63> Tj"),
        ("/ca 0.5", "/ca 0.5 /BM [/Multiply /Normal]"),
        ("/Separation /Spot /DeviceRGB", "/Separation /Spot [/CalRGB <</WhitePoint [.95 1 1.09] /Gamma [2.2 2.2 2.2]>>]"),
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /Encoding <</Differences [115 /t /uni0042 /.notdef /g9]>>"),
        ("/BaseFont /Courier-Bold", "/BaseFont /Courier-Bold /FirstChar 0 /LastChar 115 /Widths [-1 -1 -1]"),
        ("/ColorSpace <</A", "/ColorSpace <</DeviceGray /DeviceGray /A"),
        ("/BitsPerComponent 8 /ColorSpace /DeviceGray", "/BitsPerComponent 4 /ColorSpace [/Indexed /DeviceGray 9 <00010203040506070809>]"),
        (
            "/Width 4 /Height 4 /BitsPerComponent 8 /ColorSpace /DeviceGray",
            "/Width 1 /Height 16 /BitsPerComponent 4 /ColorSpace [/Indexed /DeviceGray 1 <0001>]",
        ),
        ("/ColorSpace /DeviceGray", "/Decode [0 1] /ColorSpace [/Indexed /DeviceRGB 1 <000000FF0000>]"),
        ("0 0 50 10 re", "0 0 999990000 10 re"),
    ] {
        assert!(!kinds(&clean(&page(other))).contains(&K::Unknown), "{other:?}");
    }
}

#[test]
fn a_colour_space_that_there_is_not_leaves_the_pattern_that_was_set() {
    let copy = clean(&page(("/Pattern cs /T scn 150 600", "/Pattern cs /T scn /Nope cs 150 600")));
    assert_eq!(kinds(&copy), [K::Unknown]);
    assert!(holds(&copy.bytes, "0 0.5 0.5 rg"), "the cell of the pattern");
}

#[test]
fn a_page_tree_counts_the_pages_that_there_are() {
    let file = page(("", ""));
    for wrong in [("/Count 1", "/Count 2"), ("/Count 1", "/Count"), ("/Count 1", ""), ("/Kids [", "/Kids[7 ")] {
        assert!(kinds(&clean(&replaced(&file, wrong))).contains(&K::Unknown), "{wrong:?}");
    }
}

/// A file with other bytes, and as many.
fn replaced(file: &[u8], (from, to): (&str, &str)) -> Vec<u8> {
    let to = format!("{to:<length$}", length = from.len());
    let at = memchr::memmem::find(file, from.as_bytes()).expect("it is there");
    [&file[..at], to.as_bytes(), &file[at + from.len()..]].concat()
}

#[test]
fn contents_that_are_no_streams_wait_for_a_person() {
    for (contents, held) in
        [("[7 0 R]", false), ("[7 0 R 99 0 R]", true), ("[7 0 R null]", true), ("[7 0 R 1 0 R]", true), ("(words)", true), ("null", false)]
    {
        let mut file = Fixture::new();
        let number = file.object(format!("<<>>\nstream\n{}\nendstream", text("approved", 72, 700)));
        file.page = format!("/Contents {}", contents.replace('7', &number.to_string()));
        let bytes = file.page("").build();
        let copy = clean(&replaced(&bytes, (&format!("/Contents {} 0 R", number + 1), "")));
        assert_eq!(kinds(&copy) == [K::Unknown], held, "{contents}");
    }
}

#[test]
fn a_stream_ends_where_its_end_is_whatever_its_length_says() {
    for length in ["5", "5.", "5.0", "9 0 R", "99999", "/Five"] {
        let mut file = Fixture::new();
        let number = file.object(format!("<</Length {length}>>\nstream\n{}\nendstream", text("approved", 72, 700)));
        file.page = format!("/Contents {number} 0 R");
        let bytes = file.page("").build();
        let bytes = replaced(&bytes, (&format!("/Contents {} 0 R", number + 1), ""));
        let copy = clean(&bytes);
        assert!(kinds(&copy).is_empty() && holds(&copy.bytes, "approved"), "{length}");
    }
}

/// Some viewers take what a page inherits from the node that leads to it, others from the one that it names as its parent.
#[test]
fn a_page_that_inherits_something_else_from_the_parent_it_names_waits_for_a_person() {
    for (parent, other, held) in [
        ("/Parent 2 0 R", "/MediaBox [0 0 600 800] /Rotate 90", false),
        ("/Parent 5 0 R", "/MediaBox [0 0 600 800] /Rotate 90", true),
        ("/Parent 5 0 R", "/MediaBox [0 0 600 800] /Rotate 0", false),
        ("/Parent 5 0 R", "/MediaBox [0 0 600 800] /CropBox [0 0 300 800]", true),
        ("/Parent 5 0 R", "/MediaBox [0 0 600 800]", false),
        ("/Parent 5 0 R", "/MediaBox [0 0 800 600]", true),
        ("", "", true),
    ] {
        let objects = [
            "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
            "<</Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 600 800]>>".to_owned(),
            "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>".to_owned(),
            format!("<</Type /Page {parent} /Resources <</Font <</F1 3 0 R>>>> /Contents 6 0 R>>"),
            format!("<</Type /Pages /Kids [4 0 R] /Count 1 {other}>>"),
            format!("<</Length 99>>stream\n{}endstream", text("words", 72, 500)),
        ];
        let mut bytes = b"%PDF-1.7\n".to_vec();
        for (index, object) in objects.iter().enumerate() {
            bytes.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
        }
        bytes.extend_from_slice(b"trailer\n<</Size 7 /Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
        assert_eq!(kinds(&clean(&bytes)).contains(&K::Unknown), held, "{parent} {other}");
    }
}

/// A table may say of an object that it is in an object stream (ISO 32000-2 §7.5.8): no viewer looks for it elsewhere.
#[test]
fn an_object_that_is_not_where_the_table_says_waits_for_a_person() {
    for (is_listed_as_packed, held) in [(false, false), (true, true)] {
        let objects = [
            "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
            "<</Type /Pages /Kids [4 0 R] /Count 1>>".to_owned(),
            "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>".to_owned(),
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources <</Font <</F1 3 0 R>>>> /Contents 6 0 R>>".to_owned(),
            "<</Type /ObjStm /N 1 /First 4 /Length 9>>stream\n8 0 <<>> \nendstream".to_owned(),
            format!("<</Length 99>>stream\n{}endstream", text("words", 72, 500)),
        ];
        let mut bytes = b"%PDF-1.7\n".to_vec();
        let mut table = vec![0, 0, 0, 0];
        for (index, object) in objects.iter().enumerate() {
            let place = u16::try_from(bytes.len()).unwrap().to_be_bytes();
            table.extend(if index == 5 && is_listed_as_packed { [2, 0, 5, 1] } else { [1, place[0], place[1], 0] });
            bytes.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
        }
        let start = bytes.len();
        bytes.extend_from_slice(b"7 0 obj\n<</Type /XRef /Root 1 0 R /Size 7 /W [1 2 1] /Length 28>>stream\n");
        bytes.extend_from_slice(&table);
        bytes.extend_from_slice(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
        let copy = clean(&bytes);
        assert_eq!(!copy.holds.is_empty(), held, "{:?}", copy.holds);
        assert!(holds(&copy.bytes, "words") || held);
    }
}

#[test]
fn what_looks_like_a_field_and_is_none_waits_for_a_person() {
    let form = "/AcroForm <<>>";
    for (catalog, entries, held) in [
        (form, "/FT /Tx /T (name)", false),
        ("/AcroForm <</Fields []>>", "/FT /Tx /T (name)", false),
        (form, "/Parent 99 0 R", false),
        ("", "/FT /Tx /T (name)", true),
        (form, "/T (name)", true),
        (form, "/FT /Tx", true),
        (form, "/FT /Tx /T ()", true),
    ] {
        let mut file = Fixture::new();
        let shape = file
            .stream("/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources <</Font <</F1 3 0 R>>>>", text("value", 2, 5).as_bytes());
        let above = file.object("<</FT /Tx /T (name)>>");
        let entries = entries.replace("99", &above.to_string());
        let field = file.object(format!("<</Subtype /Widget {entries} /Rect [100 400 300 420] /AP <</N {shape} 0 R>>>>"));
        file.page = format!("/Annots [{field} 0 R]");
        file.catalog = catalog.to_owned();
        let copy = clean(&file.page(&text("approved", 72, 700)).build());
        assert_eq!((kinds(&copy) == [K::Unknown], holds(&copy.bytes, "value")), (held, !held), "{catalog} {entries}");
    }
}

#[test]
fn a_page_that_shows_nothing_of_its_paper_waits_for_a_person() {
    for (shown, held) in [("0 0 600 800", false), ("300 0 900 800", false), ("600 0 900 800", true), ("700 0 900 800", true)] {
        let mut file = Fixture::new();
        file.page = format!("/CropBox [{shown}] /MediaBox [0 0 600 800]");
        let copy = clean(&file.page(&text("approved", 372, 700)).build());
        assert_eq!(kinds(&copy) == [K::Unknown], held, "{shown}");
    }
}

#[test]
fn a_box_in_a_state_without_a_drawing_waits_for_a_person() {
    for (state, held) in [("/AS /On", false), ("/AS /Off", false), ("/AS /Yes", true), ("/V /On", true), ("/AS /On /F 1", true)] {
        let mut file = Fixture::new();
        let shape = file.stream("/Type /XObject /Subtype /Form /BBox [0 0 20 20]", b"2 2 9 9 re f");
        let field =
            file.object(format!("<</Subtype /Widget /FT /Btn /T (name) {state} /Rect [100 400 120 420] /AP <</N <</On {shape} 0 R>>>>>>"));
        file.page = format!("/Annots [{field} 0 R]");
        file.catalog = "/AcroForm <<>>".to_owned();
        assert_eq!(kinds(&clean(&file.page(&text("approved", 72, 700)).build())) == [K::Unknown], held, "{state}");
    }
}

#[test]
fn a_field_without_a_style_waits_for_a_person_unless_it_is_hidden() {
    for (entries, held) in [("/DA (/F1 9 Tf 0 g)", false), ("", true), ("/F 2", false)] {
        let mut file = Fixture::new();
        let field = file.object(format!("<</Subtype /Widget /FT /Tx /T (name) /V (value) {entries} /Rect [100 400 220 420]>>"));
        file.page = format!("/Annots [{field} 0 R]");
        file.catalog = "/AcroForm <</DR <</Font <</F1 3 0 R>>>>>>".to_owned();
        assert_eq!(!clean(&file.page(&text("approved", 72, 700)).build()).holds.is_empty(), held, "{entries}");
    }
}

#[test]
fn a_mark_of_a_field_without_a_form_waits_for_a_person_and_an_empty_one_does_not() {
    for (drawing, held) in [("2 2 9 9 re f", true), ("2 2 m 9 9 l S", true), ("q Q", false)] {
        let mut file = Fixture::new();
        let shape = file.stream("/Type /XObject /Subtype /Form /BBox [0 0 20 20]", drawing.as_bytes());
        let field =
            file.object(format!("<</Subtype /Widget /FT /Btn /T (name) /AS /On /Rect [100 400 120 420] /AP <</N <</On {shape} 0 R>>>>>>"));
        file.page = format!("/Annots [{field} 0 R]");
        assert_eq!(kinds(&clean(&file.page(&text("approved", 72, 700)).build())) == [K::Unknown], held, "{drawing}");
    }
}
