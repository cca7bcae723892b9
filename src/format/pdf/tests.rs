//! Claims about the backend as a whole. Every hidden string is a canary; proving it gone takes a byte search.

use proptest::prelude::*;

use super::Pdf;
use super::fixture::{Fixture, text};
use crate::error::DocError;
use crate::format::{Backend as _, Content, Spool};
use crate::limits::Limits;
use crate::model::{Cleaned, Finding, FindingKind as K, Inspection, Removed, Reread, Secret, Wanted};
use crate::policy::{Action, Orders, Policy};

const KEEP: &str = "Report of the committee";

/// A copy that was made, in memory.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) bytes: Vec<u8>,
    removed: Vec<Removed>,
    pub(super) holds: Vec<Finding>,
    secrets: Vec<Secret>,
}

pub(super) fn sanitise(bytes: &[u8], orders: &Orders, limits: &Limits) -> Result<Copy, DocError> {
    let Cleaned { copy, removed, holds, secrets, .. } = Pdf.sanitise(&bytes.into(), orders, limits, &Spool::in_memory())?;
    Ok(Copy { bytes: copy.into_bytes()?, removed, holds, secrets })
}

pub(super) fn inspect(bytes: &[u8], wanted: Wanted) -> Inspection {
    Pdf.inspect(&bytes.into(), wanted, &Limits::default()).expect("a sound fixture")
}

/// What the second look saw, with all byte strings.
pub(super) struct Seen {
    pub(super) residue: Vec<Finding>,
    streams: Vec<Vec<u8>>,
    visible: String,
}

fn reread(bytes: &[u8], orders: &Orders, limits: &Limits) -> Result<Seen, DocError> {
    let copy = bytes.into();
    let Reread { residue, streams: all, visible, .. } = Pdf.reread(&copy, orders, limits)?;
    let mut streams = Vec::new();
    all.each(&mut |stream| streams.push(stream.to_vec()))?;
    Ok(Seen { residue, streams, visible })
}

pub(super) fn clean(bytes: &[u8]) -> Copy {
    sanitise(bytes, &Orders::default(), &Limits::default()).expect("a sound fixture")
}

pub(super) fn look(bytes: &[u8]) -> Seen {
    reread(bytes, &Orders::default(), &Limits::default()).expect("a sound copy")
}

/// Whether a text is anywhere in a file: raw, in decoded streams, in UTF-16 or as hexadecimal digits.
pub(super) fn holds(bytes: &[u8], canary: &str) -> bool {
    let wide: Vec<u8> = canary.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let digits: String = canary.bytes().map(|byte| format!("{byte:02X}")).collect();
    look(bytes)
        .streams
        .iter()
        .any(|stream| [canary.as_bytes(), &wide, digits.as_bytes()].iter().any(|form| memchr::memmem::find(stream, form).is_some()))
}

/// What a copy is held for.
pub(super) fn kinds(copy: &Copy) -> Vec<K> {
    copy.holds.iter().map(|finding| finding.kind).collect()
}

/// What a copy is held for, and how often.
pub(super) fn holding(copy: &Copy) -> Vec<(K, u64)> {
    copy.holds.iter().map(|finding| (finding.kind, finding.count)).collect()
}

fn hold_kinds(content: &str) -> Vec<K> {
    kinds(&clean(&Fixture::new().page(content).build()))
}

pub(super) fn refusal(result: Result<Copy, DocError>) -> &'static str {
    result.err().map_or("none", |fault| fault.fault.code())
}

#[test]
fn a_copy_holds_what_the_pages_show_and_nothing_else() {
    let mut file = Fixture::new();
    let canaries: Vec<String> = (0..22).map(|index| format!("CANARY{index:02}X")).collect();
    let c = |index: usize| canaries[index].as_str();
    let info = file.object(format!("<</Author ({}) /Custom ({})>>", c(0), c(1)));
    let xmp = file.stream("/Type /Metadata /Subtype /XML", format!("<x>{}</x>", c(2)).as_bytes());
    let attached = file.stream("/Type /EmbeddedFile", c(3).as_bytes());
    let note = file.object(format!("<</Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents ({}) /T ({})>>", c(4), c(5)));
    let outline = file.object(format!("<</First <</Title ({})>>>>", c(6)));
    let unused = file.stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", text(c(7), 1, 1).as_bytes());
    let drawn = file.stream(
        &format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /PieceInfo <</A <</Private ({})>>>> /Resources <</Font <</F1 3 0 R>>>>",
            c(8)
        ),
        format!("% {}\n{}", c(9), text("inside a form", 72, 500)).as_bytes(),
    );
    file.object(format!("({})", c(10)));
    let script = file.stream("", c(11).as_bytes());
    let field = file.object(format!("<</FT /Tx /T ({}) /V ({}) /Subtype /Widget /Rect [0 0 9 9] /F 2>>", c(12), c(13)));
    file.catalog = format!(
        "/Metadata {xmp} 0 R /Outlines {outline} 0 R /OpenAction <</S /JavaScript /JS {script} 0 R>> /PageLabels <</Nums [0 <</P ({})>>]>> \
         /Names <</EmbeddedFiles <</Names [({}) <</EF <</F {attached} 0 R>>>>]>> /Dests <</Names [({}) [null /Fit]]>>>> \
         /AcroForm <</Fields [{field} 0 R]>> /ACME ({}) /StructTreeRoot <</K <</Alt ({})>>>>",
        c(14),
        c(15),
        c(16),
        c(17),
        c(18)
    );
    file.trailer = format!("/Info {info} 0 R /ID [({}) ({})] /Secret ({})", c(19), c(19), c(20));
    file.page = format!("/Annots [{note} 0 R {field} 0 R] /Thumb {unused} 0 R");
    file.resources = format!("/XObject <</{} {drawn} 0 R /Unused {unused} 0 R>>", c(21));
    let content = format!("{}% comment\n/{} Do\n/Span <</Private ({})>> BDC EMC\n", text(KEEP, 72, 700), c(21), c(0));
    let bytes = file.page(&content).build();
    let mut with_slack = b"leading line\n".to_vec();
    with_slack.extend_from_slice(&bytes);
    with_slack.extend_from_slice(b"trailing TAILCANARY\n");
    let copy = clean(&with_slack);
    assert!(copy.holds.is_empty(), "{:?}", copy.holds);
    for canary in canaries.iter().map(String::as_str).chain(["TAILCANARY", "leading line"]) {
        assert!(!holds(&copy.bytes, canary), "{canary} is in the copy");
    }
    let seen = look(&copy.bytes);
    assert!(seen.residue.is_empty(), "{:?}", seen.residue);
    assert!(seen.visible.contains(KEEP) && seen.visible.contains("inside a form"));
    let kinds: Vec<K> = copy.removed.iter().map(|removed| removed.kind).collect();
    for kind in [
        K::AuthorName,
        K::CustomProperty,
        K::DocumentProperty,
        K::EmbeddedObject,
        K::Comment,
        K::Outline,
        K::UnusedResource,
        K::CustomXml,
        K::UnreachablePart,
        K::ActiveContent,
        K::FormField,
        K::ForeignMarkup,
        K::StructureText,
        K::FileId,
        K::ContainerSlack,
        K::Thumbnail,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} was not reported");
    }
    assert!(copy.secrets.iter().any(|secret| secret.text == c(4)));
}

#[test]
fn text_that_nobody_sees_holds_the_file() {
    let canary = "secret words here";
    for (content, kind) in [
        (format!("3 Tr {}", text(canary, 72, 500)), K::InvisibleText),
        (format!("1 g {}", text(canary, 72, 500)), K::InvisibleText),
        (format!("0.2 g 0 0 600 800 re f {}", text(canary, 72, 500)), K::InvisibleText),
        (text(canary, 540, 500), K::OffPageContent),
        (text(canary, 72, 1200), K::OffPageContent),
        (format!("{}0 g 60 490 300 30 re f", text(canary, 72, 500)), K::CoveringShape),
        (format!("{}0 g 60 490 m 360 490 l 360 520 l 60 520 l h f", text(canary, 72, 500)), K::CoveringShape),
        (format!("{}0 g 60 490 m 300 480 l 370 505 l 300 530 l 60 520 l f", text(canary, 72, 500)), K::CoveringShape),
        (format!("{}20 w 60 505 m 360 505 l S", text(canary, 72, 500)), K::CoveringShape),
        (format!("q 0 0 50 50 re W n {}Q", text(canary, 72, 500)), K::OffPageContent),
        (format!("BT /F1 0.4 Tf 72 500 Td ({canary}) Tj ET"), K::InvisibleText),
    ] {
        assert_eq!(hold_kinds(&content), [kind], "{content}");
    }
    assert_eq!(hold_kinds(&format!("BT /Missing 12 Tf 72 500 Td ({canary}) Tj ET")), [K::InvisibleText, K::Unknown]);
}

#[test]
fn text_whose_place_hangs_on_widths_is_a_persons_to_judge() {
    // The second string starts where the first ends, which is far off the page if its letters are as wide as the font says.
    let mut file = Fixture::new();
    let wide = file
        .object("<</Type /Font /Subtype /TrueType /BaseFont /Odd /FirstChar 97 /LastChar 97 /Widths [60000] /Encoding /WinAnsiEncoding>>");
    file.resources = format!("/Font <</F1 3 0 R /F2 {wide} 0 R>>");
    let content = "BT /F2 12 Tf 72 500 Td (a) Tj /F1 12 Tf 5 Ts (the next words) Tj ET";
    let kinds: Vec<K> = clean(&file.page(content).build()).holds.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [K::OffPageContent]);
}

#[test]
fn a_few_cut_letters_are_listed_and_hold_nothing() {
    let content = format!("q 60 480 30 40 re W n {}Q", text("Area 1", 72, 500));
    let bytes = Fixture::new().page(&content).build();
    assert!(clean(&bytes).holds.is_empty());
    let seen = inspect(&bytes, Wanted::Findings);
    assert!(seen.findings.iter().any(|finding| finding.kind == K::UnseenScrap), "{:?}", seen.findings);
    let mut policy = Policy::default();
    policy.rulings.insert("unseen-scrap".to_owned(), Action::Hold);
    let held = sanitise(&bytes, &policy.orders(), &Limits::default()).expect("a sound fixture");
    assert_eq!(held.holds.iter().map(|finding| finding.kind).collect::<Vec<_>>(), [K::UnseenScrap]);
}

#[test]
fn a_short_name_under_a_shape_or_in_white_waits_for_a_person() {
    let name = text("Ann 42", 72, 500);
    assert_eq!(hold_kinds(&format!("{name} 0 g 60 480 100 40 re f")), [K::CoveringShape]);
    assert_eq!(hold_kinds(&format!("1 g {name} 0 g")), [K::InvisibleText]);
    assert_eq!(hold_kinds(&name.replace("BT", "BT 3 Tr")), [K::InvisibleText]);
}

/// Kinds of what a page holds the file for, with pictures and states at hand: `A` is a black picture with an opaque soft mask, `B` a black one
/// without, `C` a black stencil, `N` a grey scan, `W` a white picture, `Z` one that its soft mask hides, `S` a dark shading; the states `M`
/// darkens, `T3`, `T10` and `T60` let so many per cent through.
fn hold_kinds_with_pictures(content: &str) -> Vec<K> {
    let mut file = Fixture::new();
    let image = |file: &mut Fixture, entries: &str, samples: &[u8]| {
        file.stream(
            &format!("/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray {entries}"),
            samples,
        )
    };
    let noise: Vec<u8> = (0..64u8).map(|step| step.wrapping_mul(37) | 0x80).collect();
    let (opaque, clear) = (image(&mut file, "", &[255; 64]), image(&mut file, "", &[0; 64]));
    let a = image(&mut file, &format!("/SMask {opaque} 0 R"), &[0; 64]);
    let b = image(&mut file, "", &[0; 64]);
    let c = file.stream("/Type /XObject /Subtype /Image /Width 8 /Height 8 /ImageMask true /BitsPerComponent 1", &[0; 8]);
    let n = image(&mut file, "", &noise);
    let w = image(&mut file, "", &[255; 64]);
    let z = image(&mut file, &format!("/SMask {clear} 0 R"), &noise);
    let shading = "<</ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 600 0] /Extend [true true] \
                   /Function <</FunctionType 2 /Domain [0 1] /C0 [0 0 0] /C1 [0 0 .2] /N 1>>>>";
    let ink = file.stream("/FunctionType 4 /Domain [0 1] /Range [0 1 0 1 0 1 0 1]", b"{pop 0 0 0 0}");
    file.resources = format!(
        "/XObject <</A {a} 0 R /B {b} 0 R /C {c} 0 R /N {n} 0 R /W {w} 0 R /Z {z} 0 R>> /Shading <</S {shading}>> \
         /Pattern <</P <</PatternType 2 /Shading {shading}>>>> /ColorSpace <</I [/Separation /Ink /DeviceCMYK {ink} 0 R]>> \
         /ExtGState <</M <</BM /Multiply>> /T3 <</ca .97>> /T10 <</ca .9>> /T60 <</ca .4>>>>"
    );
    clean(&file.page(content).build()).holds.iter().map(|finding| finding.kind).collect()
}

#[test]
fn words_wait_for_a_person_under_whatever_leaves_nothing_of_them() {
    let words = text("secret words here", 72, 500);
    let strips: String = (0..15).map(|step| format!("70 {} 300 2 re f ", 490 + 2 * step)).collect();
    for cover in [
        "q /M gs 0 g 70 490 300 30 re f Q",
        "q /T3 gs 0 g 70 490 300 30 re f Q",
        "q /T10 gs 1 g 70 490 300 30 re f Q",
        "q 70 490 300 30 re W n /S sh Q",
        "/Pattern cs /P scn 70 490 300 30 re f",
        "q 300 0 0 30 70 490 cm /A Do Q",
        "q 300 6 -6 40 70 482 cm /B Do Q",
        "q 0 g 300 0 0 30 70 490 cm /C Do Q",
        "0 G 24 w 70 504 m 150 505 250 503 370 504 c S",
        "0 G 24 w 60 500 m 380 508 l S",
        "q 60 480 m 400 480 l 400 540 l 230 550 l 60 540 l h W n 62 482 m 398 482 l 398 538 l 230 545 l 62 538 l h W n 0 g 70 490 300 30 re f Q",
        &format!("0 g {strips}"),
    ] {
        assert_eq!(hold_kinds_with_pictures(&format!("{words}{cover}")), [K::CoveringShape], "{cover}");
    }
    for mark in [
        "q /M gs 1 1 0 rg 70 490 300 30 re f Q",
        "q /M gs 300 0 0 30 70 490 cm /W Do Q",
        "q /T60 gs 1 1 0 rg 70 490 300 30 re f Q",
        "0 G 1 w 70 504 m 370 504 l S",
        "1 0 0 RG 2 w 70 498 m 150 499 250 497 370 498 c S",
        "q 300 0 0 30 70 490 cm /Z Do Q 0 g",
        "0 g 70 520 300 30 re f",
    ] {
        let kinds = hold_kinds_with_pictures(&format!("{words}{mark}"));
        assert!(!kinds.contains(&K::CoveringShape), "{mark}");
    }
}

#[test]
fn words_are_judged_by_the_colour_they_have_in_the_end() {
    let words = text("secret words here", 72, 500);
    for (before, held) in [
        ("/I cs 1 scn", true),
        (".97 g", true),
        ("q 300 0 0 40 70 490 cm /W Do Q 1 g", true),
        (".7 g 70 490 300 30 re f /M gs 1 g", true),
        ("0 G 30 w 60 504 m 400 504 l S 0 g", true),
        ("0 G 30 w 60 504 m 400 504 l S 1 g", false),
        ("1 g 0 G 2 Tr", false),
        ("1 g 1 G 2 Tr", true),
        ("q 300 0 0 40 70 490 cm /N Do Q 0 g", false),
        (".5 g", false),
    ] {
        let kinds = hold_kinds_with_pictures(&format!("{before} {words}"));
        assert_eq!(kinds, if held { vec![K::InvisibleText] } else { vec![] }, "{before}");
    }
}

#[test]
fn a_clip_of_any_shape_hides_what_is_outside_of_it() {
    let words = text("secret words here", 72, 500);
    for clip in ["0 0 20 20 re 500 700 20 20 re W n", "0 0 m 595 0 l 595 800 l W n", "0 0 600 800 re 60 480 400 60 re W* n"] {
        assert_eq!(hold_kinds(&format!("q {clip} {words} Q")), [K::OffPageContent], "{clip}");
        let picture = format!("q {clip} 200 0 0 40 80 490 cm /N Do Q");
        assert!(!hold_kinds_with_pictures(&picture).is_empty(), "{clip}");
    }
    assert_eq!(hold_kinds(&format!("q 0 800 m 595 800 l 0 0 l W n {words} Q")), []);
}

#[test]
fn words_as_far_away_as_numbers_go_are_off_the_page() {
    for times in 0..5 {
        for far in ["1 0 0 1 1000000000 1000000000 cm", "1 0 0 1 -1000000000 -1000000000 cm"] {
            let (wide, narrow) = ("1000000000 0 0 1000000000 0 0 cm ".repeat(times), ".000000001 0 0 .000000001 0 0 cm ".repeat(times));
            let kinds = hold_kinds(&format!("q {wide} {far} {narrow} {} Q", text("secret words here", 72, 500)));
            assert!(kinds.contains(&K::OffPageContent), "{times} times {far}");
        }
    }
}

#[test]
fn pictures_that_nobody_sees_hold_the_file() {
    let place = "q 200 0 0 200 100 300 cm";
    for content in [
        format!("{place} /N Do Q {place} /B Do Q"),
        format!("{place} /N Do Q 0 g 100 300 100 200 re f 200 300 100 200 re f"),
        format!("{place} /Z Do Q"),
        "q .01 0 0 .01 100 300 cm /N Do Q".to_owned(),
        "q 3 0 0 3 -100 -300 cm /N Do Q".to_owned(),
        // A black box over part of a scan, with and without recognised words under it.
        "q 600 0 0 800 0 0 cm /N Do Q 0 g 300 300 200 140 re f".to_owned(),
        format!("q 600 0 0 800 0 0 cm /N Do Q 3 Tr {} 0 Tr 0 g 70 490 300 30 re f", text("secret words here", 72, 500)),
    ] {
        assert!(!hold_kinds_with_pictures(&content).is_empty(), "{content}");
    }
    for content in [
        format!("{place} /N Do Q"),
        format!("{place} /N Do Q {place} /N Do Q"),
        format!("{place} /N Do Q 0 g 150 350 50 50 re f"),
        format!("q 600 0 0 800 0 0 cm /N Do Q 1 g 60 480 300 60 re f 0 g {}", text("on a panel", 72, 500)),
        format!("q 600 0 0 800 0 0 cm /N Do Q 3 Tr {}", text("recognised words", 72, 500)),
    ] {
        assert_eq!(hold_kinds_with_pictures(&content), [], "{content}");
    }
}

#[test]
fn recognised_words_need_a_picture_that_may_be_a_scan_of_them() {
    let words = format!("3 Tr {}", text("secret", 72, 500));
    assert_eq!(hold_kinds_with_pictures(&format!("q 40 0 0 40 70 490 cm /N Do Q {words}")), [K::InvisibleText]);
    assert_eq!(hold_kinds_with_pictures(&format!("q 600 0 0 800 0 0 cm /Z Do Q {words}")).first(), Some(&K::InvisibleText));
}

#[test]
fn words_written_over_covered_ones_do_not_stand_for_them() {
    let content = format!("{}1 g 70 490 300 30 re f 0 g {}", text("payrise of 5aaaa", 72, 500), text("payrise of 5bbbb", 72, 500));
    assert_eq!(hold_kinds(&content), [K::CoveringShape]);
    let same = format!("{}1 g 70 490 300 30 re f 0 g {}", text("the same words", 72, 500), text("the same words", 72, 500));
    assert_eq!(hold_kinds(&same), []);
}

#[test]
fn a_few_letters_far_from_the_page_are_no_scrap() {
    assert_eq!(hold_kinds(&text("Bob", -400, 500)), [K::OffPageContent]);
    assert_eq!(hold_kinds(&text("Bob", -20, 500)), []);
    assert_eq!(hold_kinds(&format!("1 g {}", text("Sea", 72, 500))), [K::InvisibleText]);
}

#[test]
fn replacement_text_goes_with_the_words_that_a_policy_takes_out() {
    let mut policy = Policy::default();
    policy.rulings.insert("invisible-text".to_owned(), Action::Remove);
    for content in [
        format!("/Span <</ActualText (CANARYWHITE)>> BDC 1 g {} 0 g EMC", text("CANARYWHITE", 72, 500)),
        format!("/Span <</ActualText (seen CANARYWHITE)>> BDC {} 1 g {} 0 g EMC", text("seen", 72, 500), text("CANARYWHITE", 172, 500)),
    ] {
        let bytes = Fixture::new().page(&format!("{}{content}", text(KEEP, 72, 700))).build();
        let copy = sanitise(&bytes, &policy.orders(), &Limits::default()).expect("a sound fixture");
        assert!(copy.holds.is_empty() && !holds(&copy.bytes, "CANARYWHITE"), "{content}");
    }
}

#[test]
fn marks_that_were_the_redaction_wait_for_a_person_and_markers_do_not() {
    let appearance = |file: &mut Fixture, body: &str| {
        let entries = "/Type /XObject /Subtype /Form /BBox [60 680 400 730] /Resources <</ExtGState <</M <</BM /Multiply>>>>>>";
        file.stream(entries, body.as_bytes())
    };
    let held = |annotation: &str, body: Option<&str>, content: &str| {
        let mut file = Fixture::new();
        let drawn = body.map(|body| format!("/AP <</N {} 0 R>>", appearance(&mut file, body))).unwrap_or_default();
        let picture = "/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray";
        let picture = file.stream(picture, &[200; 64]);
        file.resources = format!("/XObject <</N {picture} 0 R>>");
        let note = file.object(format!("<</Type /Annot /Rect [60 680 400 730] /Contents (x) {annotation} {drawn}>>"));
        file.page = format!("/Annots [{note} 0 R]");
        clean(&file.page(content).build()).holds.iter().any(|hold| hold.kind == K::CoveringShape)
    };
    let words = text(KEEP, 72, 700);
    let words = words.as_str();
    let picture = "q 300 0 0 40 70 685 cm /N Do Q";
    let quad = "/QuadPoints [60 730 400 730 60 680 400 680]";
    let (bar, line) = ("0 g 60 680 340 50 re f", "0 G 30 w 60 704 m 400 704 l S");
    let (dark, yellow) = ("/M gs 0 g 60 680 340 50 re f", "/M gs 1 1 0 rg 60 680 340 50 re f");
    for (annotation, body, content) in [
        ("/Subtype /Highlight /C [0 0 0]", Some(dark), words),
        (&*format!("/Subtype /Highlight /C [0 0 0] {quad}"), None, words),
        ("/Subtype /Ink /C [0 0 0]", Some(line), words),
        ("/Subtype /Ink /C [0 0 0] /BS <</W 30>> /InkList [[60 704 400 704]]", None, words),
        ("/Subtype /StrikeOut /C [0 0 0]", Some(line), words),
        ("/Subtype /Square /C [0 0 0] /BS <</W 60>>", None, words),
        ("/Subtype /Text", Some(bar), words),
        ("/Subtype /Link /A <</S /URI /URI (https://www.gov.uk/)>>", Some(bar), words),
        ("/Subtype /Square", Some(bar), picture),
        ("/Subtype /Redact", None, picture),
        ("/Subtype /Redact", Some("1 0 0 RG 61 681 338 48 re S"), words),
    ] {
        assert!(held(annotation, body, content), "{annotation}");
    }
    for (annotation, body, content) in [
        ("/Subtype /Highlight /C [1 1 0]", Some(yellow), words),
        (&*format!("/Subtype /Highlight /C [1 1 0] {quad}"), None, words),
        ("/Subtype /StrikeOut /C [1 0 0]", Some("1 0 0 RG 1 w 60 704 m 400 704 l S"), words),
        ("/Subtype /Square /C [1 0 0]", Some("1 0 0 RG 61 681 338 48 re S"), words),
        ("/Subtype /Square /C [1 0 0]", None, picture),
    ] {
        assert!(!held(annotation, body, content), "{annotation}");
    }
}

#[test]
fn a_cover_that_its_clip_cuts_to_another_place_covers_nothing() {
    // A triangle far below the words, filled by painting a rectangle as large as the page through it.
    let clip = "q 60 60 m 560 60 l 560 560 l h W n 0 g 0 0 600 800 re f Q\n";
    assert_eq!(hold_kinds(&format!("{}{clip}", text("Report text", 72, 500))), []);
    assert_eq!(hold_kinds(&format!("{}{clip}", text("secret text", 400, 100))), [K::CoveringShape]);
}

#[test]
fn text_is_as_wide_as_viewers_draw_it() {
    // 120 letters of Helvetica, 268 thousandths of an em wide on average: at half an em each they would run off the page.
    let narrow = "filial lilt ".repeat(10);
    assert_eq!(hold_kinds(&text(&narrow, 72, 500)), []);
    assert_eq!(hold_kinds(&text(&"WAVE ".repeat(20), 72, 500)), [K::OffPageContent]);
}

#[test]
fn a_large_copy_waits_in_a_file_and_is_the_same_one() {
    let mut file = Fixture::new();
    let mut state = 3u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for number in 4..7 {
        let data: Vec<u8> = (0..4 << 20).map(|_| noise()).collect();
        file.stream("/Type /XObject /Subtype /Image /Width 2048 /Height 2048 /BitsPerComponent 8 /ColorSpace /DeviceGray", &data);
        file.resources += &format!("/I{number} {number} 0 R ");
    }
    file.resources = format!("/XObject <<{}>>", file.resources);
    let pictures = "q 300 0 0 300 0 0 cm /I4 Do /I5 Do /I6 Do Q";
    let bytes = file.page(&format!("{pictures} {}", text("on the page", 72, 500))).build();
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::beside(&folder.path().join("out"));
    let (orders, limits) = (Orders::default(), Limits::default());
    let made = Pdf.sanitise(&(&bytes).into(), &orders, &limits, &spool).expect("a sound fixture");
    assert!(matches!(made.copy, Content::File(_)));
    let copy = sanitise(&bytes, &orders, &limits).expect("a sound fixture");
    assert_eq!(*made.copy.whole().unwrap(), copy.bytes);
    // More is inflated than is kept; each stream is swept all the same.
    let reread = Pdf.reread(&made.copy, &orders, &limits).expect("a sound copy");
    let mut lengths = Vec::new();
    reread.streams.each(&mut |stream| lengths.push(stream.len())).unwrap();
    assert_eq!(lengths.iter().filter(|length| **length == 4 << 20).count(), 3);
    assert!(lengths.contains(&copy.bytes.len()) && reread.visible.contains("on the page"));
}

#[test]
fn a_drawing_inside_itself_is_left_out_as_viewers_do() {
    let mut file = Fixture::new();
    let body = format!("/A Do {}", text("drawn once", 72, 500));
    file.stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources <</XObject <</A 4 0 R>> /Font <</F1 3 0 R>>>>",
        body.as_bytes(),
    );
    file.resources = "/XObject <</A 4 0 R>>".to_owned();
    let copy = clean(&file.page("/A Do").build());
    assert!(copy.holds.is_empty());
    assert!(look(&copy.bytes).visible.contains("drawn once"));
    assert_eq!(clean(&copy.bytes).bytes, copy.bytes);
}

#[test]
fn what_only_some_readers_draw_waits_for_a_person() {
    let held = |file: Fixture, content: &str| !clean(&file.page(content).build()).holds.is_empty();
    // A drawing that a form has only from the form around it.
    let borrowed = |own: &str| {
        let mut file = Fixture::new();
        file.stream("/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources <<>>", b"0 0 9 9 re f");
        file.stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources <<{own}>>"), b"/C Do");
        file.stream("/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources <</XObject <</B 5 0 R /C 4 0 R>>>>", b"/B Do");
        file.resources = "/XObject <</A 6 0 R>>".to_owned();
        held(file, "/A Do")
    };
    assert!(borrowed("") && !borrowed("/XObject <</C 4 0 R>>"));
    // A form without a box, or with a matrix that is none; one that paints nothing is no matter.
    let form = |entries: &str, body: &str| {
        let mut file = Fixture::new();
        file.stream(&format!("/Type /XObject /Subtype /Form {entries} /Resources <</Font <</F1 3 0 R>>>>"), body.as_bytes());
        file.resources = "/XObject <</A 4 0 R>>".to_owned();
        held(file, "/A Do")
    };
    let words = text("in a form", 72, 500);
    assert!(form("", &words) && form("/BBox [0 0 600]", &words) && form("/BBox [0 0 600 800] /Matrix [2 0 0]", &words));
    assert!(!form("/BBox [0 0 600 800] /Matrix [1 0 0 1 9 9]", &words) && !form("", "q Q"));
    // An inline image with fewer bytes than it draws.
    assert!(held(Fixture::new(), "BI /W 4 /H 2 /BPC 8 /CS /G ID abc EI Q"));
    assert!(!held(Fixture::new(), "BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI"));
    // One that says twice what it is.
    assert!(held(Fixture::new(), "BI /W 2 /H 2 /BPC 8 /CS /G /D [0 1] /Decode [1 0] ID abcd EI"));
    assert!(!held(Fixture::new(), "BI /W 2 /H 2 /Height 2 /BPC 8 /CS /G ID abcd EI"));
}

#[test]
fn pictures_and_fonts_with_damaged_data_wait_for_a_person() {
    let noise: Vec<u8> = (0..6_000_u32).map(|step| (step.wrapping_mul(2_654_435_761) >> 13) as u8 & 15).collect();
    let whole = super::fixture::deflated(&noise);
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 40].fill(0xff);
    let held = |height: usize, data: &[u8]| {
        let mut file = Fixture::new();
        let entries = "/Type /XObject /Subtype /Image /Width 20 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode";
        file.stream(&format!("{entries} /Height {height}"), data);
        file.resources = "/XObject <</A 4 0 R>>".to_owned();
        !clean(&file.page("90 0 0 90 72 500 cm /A Do").build()).holds.is_empty()
    };
    assert!(!held(100, &whole) && held(100, &damaged));
    // Damage after the last row is not in the picture; rows that are not there are of any colour.
    assert!(!held(8, &damaged) && held(100, &whole[..middle]));
    let font = |data: &[u8]| {
        let mut file = Fixture::new();
        file.stream("/Filter /FlateDecode", data);
        file.object("<</Type /FontDescriptor /FontName /A /FontFile 4 0 R>>");
        file.object("<</Type /Font /Subtype /Type1 /BaseFont /A /FontDescriptor 5 0 R /Encoding /WinAnsiEncoding>>");
        let words = b"BT /F2 12 Tf 72 500 Td (words) Tj ET";
        file.stream("/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources <</Font <</F2 6 0 R>>>>", words);
        file.resources = "/XObject <</A 7 0 R>>".to_owned();
        !clean(&file.page("/A Do").build()).holds.is_empty()
    };
    let head = &b"%!PS-AdobeFont-1.0\ncurrentfile eexec\n"[..];
    let letters = [b"abcd/Private 8 dict /CharStrings 1 dict dup begin /a 2000 RD ", &noise[..2000], b" closefile"].concat();
    let program = [head, &super::private::encrypted(&letters), &[b'0'; 512]].concat();
    // What is in place of letters may be anything.
    assert!(font(&super::fixture::deflated(&[head, &noise].concat())));
    let whole = super::fixture::deflated(&program);
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 40].fill(0xff);
    assert!(!font(&whole) && font(&damaged));
    // What is no font program may hold anything.
    let odd = super::fixture::deflated(b"garbage CANARY");
    assert!(font(&odd));
}

#[test]
fn a_copy_that_hides_text_is_not_the_page_of_its_source() {
    let (orders, limits) = (Orders::default(), Limits::default());
    let compared = |clip: &str, held: bool| {
        let bytes = Fixture::new().page(&format!("{clip} {}", text("a name on a page", 72, 500))).build();
        let source = super::open::open(&bytes, &limits).expect("a sound fixture");
        let layers = super::layers::Layers::read(&source);
        let shown: Vec<[u8; 32]> =
            super::analysis::digests(&source, &layers, &orders).expect("a page").into_iter().map(|(digest, _)| digest).collect();
        let holds = if held { vec![Finding::new(K::InvisibleText, "page 1", 1, "")] } else { Vec::new() };
        let cleaned =
            Cleaned { copy: bytes.into(), removed: Vec::new(), holds, secrets: Vec::new(), beside_text: Vec::new(), rearranged: false };
        super::compare(&shown, &cleaned, &orders, &limits).err().map(|fault| fault.fault.code())
    };
    assert_eq!(compared("0 0 9 9 re W n", false), Some("pdf-copy-differs"));
    assert_eq!([compared("0 0 9 9 re W n", true), compared("0 0 600 800 re W n", false)], [None, None]);
}

#[test]
fn objects_that_the_table_misses_are_found_in_the_file() {
    let sound = Fixture::new().page(&text(KEEP, 72, 700)).build();
    let text_of = |bytes: &[u8]| look(&clean(bytes).bytes).visible;
    let lines = String::from_utf8(sound).expect("ASCII");
    let end = lines.find("xref\n").expect("a table");
    for broken in [
        // No table, no trailer.
        lines.get(..end).expect("ASCII").to_owned(),
        // Numbers on lines of their own.
        lines.replace(" 0 obj", "\n0\nobj"),
        // An entry that makes no sense.
        lines.replace("/Type /Page /Parent", "/Odd nonsense /Type /Page /Parent"),
        // A length that is wrong.
        lines.replace("/Length ", "/Length 9"),
    ] {
        assert!(text_of(broken.as_bytes()).contains(KEEP), "{broken}");
    }
}

#[test]
fn bookmarks_stay_with_clean_titles_where_the_policy_keeps_them() {
    let mut file = Fixture::new();
    let second = file.object("<</Title (Web chapter) /Parent 6 0 R /Prev 5 0 R /A <</S /URI /URI (http://server/CANARYA)>> /CANARYB (x)>>");
    let first = file.object("<</Title <FEFF00C401> /Parent 6 0 R /Next 4 0 R /Dest [8 0 R /Fit] /SE (CANARYC)>>");
    let root = file.object(format!("<</Type /Outlines /First {first} 0 R /Last {second} 0 R /Count 2>>"));
    file.catalog = format!("/Outlines {root} 0 R /PageLabels <</Nums [0 <</S /D /P (A-) /X (CANARYD)>>]>>");
    let bytes = file.page(&text(KEEP, 72, 700)).build();
    let mut policy = Policy::default();
    policy.rulings.insert("outline".to_owned(), Action::Keep);
    let orders = policy.orders();
    let limits = Limits::default();
    let copy = sanitise(&bytes, &orders, &limits).expect("a sound fixture");
    let seen = reread(&copy.bytes, &orders, &limits).expect("a sound copy");
    assert!(seen.residue.is_empty(), "{:?}", seen.residue);
    assert!(seen.visible.contains("Web chapter"));
    for canary in ["CANARYA", "CANARYB", "CANARYC", "CANARYD"] {
        assert!(!holds(&copy.bytes, canary), "{canary}");
    }
    let doc = lopdf::Document::load_mem(&copy.bytes).expect("a sound copy");
    assert_eq!(doc.get_toc().map(|toc| toc.toc.len()).ok(), Some(1), "one bookmark has a place in the document");
    assert_eq!(sanitise(&copy.bytes, &orders, &limits).expect("a sound copy").bytes, copy.bytes);
    let closed = clean(&bytes);
    assert!(!holds(&closed.bytes, "Web chapter"));
    assert!(!look(&copy.bytes).residue.is_empty(), "without the order to keep them they are residue");
}

/// Objects from the next number on, each of which names the one after it `width` times; the last is `last`. Gives the first number.
fn chain(file: &mut Fixture, depth: usize, width: usize, last: &str, object: impl Fn(&str) -> String) -> usize {
    let first = file.object("null") + 1;
    for number in first + 1..=first + depth {
        file.object(object(&format!("{number} 0 R ").repeat(width)));
    }
    file.object(last);
    first
}

#[test]
fn page_labels_that_many_nodes_lead_to_are_read_once() {
    let mut policy = Policy::default();
    policy.rulings.insert("outline".to_owned(), Action::Keep);
    let mut file = Fixture::new();
    let root = chain(&mut file, 32, 4, "<</Nums [0 <</S /D /P (A-)>>]>>", |kids| format!("<</Kids [{kids}]>>"));
    file.catalog = format!("/PageLabels {root} 0 R");
    let copy = sanitise(&file.page(&text(KEEP, 72, 700)).build(), &policy.orders(), &Limits::default()).expect("a sound fixture");
    assert!(holds(&copy.bytes, "A-"));
}

#[test]
fn what_one_text_that_many_share_would_make_is_counted() {
    let shared = |count: usize, text: usize| {
        let mut file = Fixture::new();
        let title = file.object(format!("({})", "x".repeat(text)));
        let first = file.object("null") + 1;
        for number in first..first + count {
            file.object(format!("<</Title {title} 0 R /Next {} 0 R>>", number + 1));
        }
        let root = file.object(format!("<</Type /Outlines /First {first} 0 R>>"));
        file.catalog = format!("/Outlines {root} 0 R");
        file.page(&text_of_page()).build()
    };
    let mut policy = Policy::default();
    policy.rulings.insert("outline".to_owned(), Action::Keep);
    let limits = Limits { values: 200_000, ..Limits::default() };
    let made = |count, text| sanitise(&shared(count, text), &policy.orders(), &limits).map_or_else(|fault| fault.fault.code(), |_| "made");
    assert_eq!((made(1_000, 100), made(1_000, 100_000)), ("made", "pdf-values"));
}

fn text_of_page() -> String {
    text(KEEP, 72, 700)
}

#[test]
fn what_names_itself_twice_over_and_over_is_refused_or_read_once() {
    let code = |entries: &dyn Fn(&mut Fixture) -> (String, String, &'static str)| {
        let mut file = Fixture::new();
        let (resources, catalog, operators) = entries(&mut file);
        (file.resources, file.catalog) = (resources, catalog);
        let limits = Limits { values: 200_000, operators: 100_000, ..Limits::default() };
        sanitise(&file.page(&format!("{operators}{}", text_of_page())).build(), &Orders::default(), &limits)
            .map_or_else(|fault| fault.fault.code(), |_| "made")
    };
    let array = |kids: &str| format!("[{kids}]");
    let circle = |file: &mut Fixture| {
        let array = file.object("null") + 1;
        file.object(format!("[{array} 0 R]"));
        (format!("/ExtGState <</G <</D {array} 0 R>>>>"), String::new(), "/G gs ")
    };
    let plain = |file: &mut Fixture| {
        let first = chain(file, 6, 10, "1", array);
        (format!("/ExtGState <</G <</D {first} 0 R>>>>"), String::new(), "/G gs ")
    };
    let functions = |file: &mut Fixture| {
        let first = chain(file, 8, 6, "1", |kids| format!("<</FunctionType 3 /Functions [{kids}]>>"));
        (format!("/ExtGState <</G <</TR {first} 0 R>>>>"), String::new(), "/G gs ")
    };
    let layers = |file: &mut Fixture| {
        let group = file.object("<</Type /OCG /Name (a)>>");
        let first = chain(file, 20, 4, "[]", |kids| format!("[/And {kids}]"));
        let properties = format!("/OCProperties <</OCGs [{group} 0 R] /D <<>>>>");
        (format!("/Properties <</P <</Type /OCMD /VE {first} 0 R>>>>"), properties, "/OC /P BDC EMC ")
    };
    let strings = |file: &mut Fixture| {
        let first = chain(file, 12, 20, "(x)", array);
        (String::new(), format!("/X {first} 0 R"), "")
    };
    let found = [code(&circle), code(&plain), code(&functions), code(&layers), code(&strings)];
    assert_eq!(found, ["made", "pdf-values", "pdf-values", "pdf-steps", "made"]);
}

#[test]
fn a_hold_names_the_page_and_the_box() {
    let file = Fixture::new().page(&text(KEEP, 72, 700)).page(&format!("3 Tr {}", text("secret words", 72, 500))).build();
    let copy = clean(&file);
    let hold = copy.holds.first().expect("invisible text is held");
    assert_eq!(hold.part, "page 2");
    assert!(hold.note.contains("box 72 "), "{}", hold.note);
    assert!(!hold.note.contains("secret"));
}

#[test]
fn text_that_a_reader_sees_holds_nothing() {
    for content in [
        text(KEEP, 72, 700),
        format!("0 0 0.4 rg 60 690 400 30 re f 1 g {}", text(KEEP, 72, 700)),
        format!("0.9 g 60 690 400 30 re f 0 g {}", text(KEEP, 72, 700)),
        format!("{}0.9 g 0 0 10 10 re f", text(KEEP, 72, 700)),
        // Redrawn over its own cover.
        format!("{}1 g 60 690 400 30 re f 0 g {}", text(KEEP, 72, 700), text(KEEP, 72, 700)),
        // Inside a frame drawn as one shape in another.
        format!("{}0 g 60 690 400 30 re 62 692 396 26 re f*", text(KEEP, 72, 700)),
        // Under a line.
        format!("{}72 698 m 300 698 l S", text(KEEP, 72, 700)),
    ] {
        assert_eq!(hold_kinds(&content), [], "{content}");
    }
}

#[test]
fn recognised_text_under_its_scan_is_kept() {
    let mut file = Fixture::new();
    let image = file.stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", &[200]);
    file.resources = format!("/XObject <</Im {image} 0 R>>");
    let copy = clean(&file.page(&format!("q 600 0 0 800 0 0 cm /Im Do Q 3 Tr {}", text(KEEP, 72, 700))).build());
    assert!(copy.holds.is_empty(), "{:?}", copy.holds);
    assert!(look(&copy.bytes).visible.contains(KEEP));
}

#[test]
fn an_order_to_remove_takes_invisible_text_out_and_leaves_the_rest_in_place() {
    let mut policy = Policy::default();
    policy.rulings.insert("invisible-text".to_owned(), Action::Remove);
    let content = "BT /F1 12 Tf 72 700 Td [(Report ) 0 (of) -250 (the)] TJ 3 Tr (secret words) Tj 0 Tr (committee) Tj ET";
    let bytes = Fixture::new().page(content).build();
    let copy = sanitise(&bytes, &policy.orders(), &Limits::default()).expect("a sound fixture");
    assert!(copy.holds.is_empty());
    assert!(!holds(&copy.bytes, "secret"));
    assert!(copy.removed.iter().any(|removed| removed.kind == K::InvisibleText));
    assert!(look(&copy.bytes).visible.contains("committee"));
    let end = |bytes: &[u8]| {
        let limits = Limits::default();
        let source = super::open::open(bytes, &limits).expect("opens");
        let layers = super::layers::Layers::default();
        let facts = super::analysis::analyse(&source, &layers, &Orders::default(), false).expect("runs");
        facts.facts[0].lines.last().map(|line| line.rect.x1)
    };
    let (before, after) = (end(&bytes).expect("a line"), end(&copy.bytes).expect("a line"));
    assert!((before - after).abs() < 0.01, "{before} {after}");
}

#[test]
fn a_layer_that_is_off_goes_with_its_name_and_one_that_is_on_stays_without() {
    let mut file = Fixture::new();
    let off = file.object("<</Type /OCG /Name (CANARYOFF)>>");
    let on = file.object("<</Type /OCG /Name (CANARYON)>>");
    file.catalog = format!("/OCProperties <</OCGs [{off} 0 R {on} 0 R] /D <</OFF [{off} 0 R]>>>>");
    file.resources = format!("/Properties <</A {off} 0 R /B {on} 0 R>>");
    let content = format!("/OC /A BDC {}10 10 5 5 re f EMC /OC /B BDC {}EMC", text("hidden layer text", 72, 500), text(KEEP, 72, 700));
    let copy = clean(&file.page(&content).build());
    assert!(copy.holds.is_empty(), "{:?}", copy.holds);
    for canary in ["CANARYOFF", "CANARYON", "hidden layer text", "10 10 5 5 re"] {
        assert!(!holds(&copy.bytes, canary), "{canary}");
    }
    assert!(look(&copy.bytes).visible.contains(KEEP));
    assert!(copy.removed.iter().any(|removed| removed.kind == K::HiddenObject && removed.part == "page 1"));
}

#[test]
fn a_field_value_that_shows_becomes_page_text_and_the_form_goes() {
    let mut file = Fixture::new();
    let shape = file.stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources <</Font <</F1 3 0 R>>>>",
        text("shown value", 2, 5).as_bytes(),
    );
    let shown = file
        .object(format!("<</FT /Tx /T (CANARYNAME) /V (CANARYVALUE) /Subtype /Widget /Rect [100 400 300 420] /AP <</N {shape} 0 R>>>>"));
    let bare = file.object("<</FT /Tx /T (b) /V (drawn by viewers) /Subtype /Widget /Rect [100 300 300 320] /DA (/F1 10 Tf 0 g)>>");
    file.catalog = format!("/AcroForm <</Fields [{shown} 0 R {bare} 0 R] /DR <</Font <</F1 3 0 R>>>>>>");
    file.page = format!("/Annots [{shown} 0 R {bare} 0 R]");
    let copy = clean(&file.page(&text(KEEP, 72, 700)).build());
    assert!(copy.holds.is_empty(), "{:?}", copy.holds);
    assert!(!holds(&copy.bytes, "CANARYNAME") && !holds(&copy.bytes, "CANARYVALUE"));
    let visible = look(&copy.bytes).visible;
    assert!(visible.contains("shown value") && visible.contains("drawn by viewers"), "{visible}");
}

#[test]
fn letters_of_a_field_have_the_codes_of_its_font_or_hold_the_file() {
    for (value, size, held) in [("O’Brien – é", 10, false), ("Łódź", 10, true), ("O’Brien", -10, true)] {
        let mut file = Fixture::new();
        let wide: String = std::iter::once(0xfeff).chain(value.encode_utf16()).map(|unit| format!("{unit:04X}")).collect();
        // Nothing in the form leads to it; viewers draw it all the same.
        let stray = file.object(format!("<</FT /Tx /T (b) /V <{wide}> /Subtype /Widget /Rect [100 300 300 320] /DA (/F1 {size} Tf 0 g)>>"));
        file.catalog = "/AcroForm <</Fields /none /DR <</Font <</F1 3 0 R>>>>>>".to_owned();
        file.page = format!("/Annots [{stray} 0 R]");
        let copy = clean(&file.page(&text(KEEP, 72, 700)).build());
        assert_eq!(!copy.holds.is_empty(), held, "{value} {size}: {:?}", copy.holds);
        assert!(held || holds(&copy.bytes, "Brien "), "{value}");
        assert_eq!(clean(&copy.bytes).bytes, copy.bytes);
    }
}

#[test]
fn boxes_and_lines_that_viewers_draw_for_fields_are_in_the_copy() {
    let mut file = Fixture::new();
    let looks = "/MK <</BC [1 0 0] /BG [0.9]>>";
    let list = file.object(format!(
        "<</FT /Ch /T (l) /Opt [(first line) [(stored) (second line)] (third line)] /V (stored) /TI 1 /Subtype /Widget \
         /Rect [100 400 300 440] /DA (/F1 10 Tf 0 g) {looks}>>"
    ));
    let empty = file.object(format!("<</FT /Tx /T (e) /Subtype /Widget /Rect [100 300 300 320] {looks}>>"));
    let tick = file.object(format!("<</FT /Btn /T (b) /AS /Yes /Subtype /Widget /Rect [100 200 120 220] {looks}>>"));
    let button = file.object("<</FT /Btn /Ff 65536 /T (p) /Subtype /Widget /Rect [100 100 200 120] /MK <</CA (Press)>>>>");
    let all = format!("{list} 0 R {empty} 0 R {tick} 0 R {button} 0 R");
    file.catalog = format!("/AcroForm <</Fields [{all}] /DR <</Font <</F1 3 0 R>>>>>>");
    file.page = format!("/Annots [{all}]");
    let copy = clean(&file.page(&text(KEEP, 72, 700)).build());
    assert!(copy.holds.is_empty(), "{:?}", copy.holds);
    let visible = look(&copy.bytes).visible;
    assert!(visible.contains("second line") && visible.contains("third line") && visible.contains("Press"), "{visible}");
    assert!(!holds(&copy.bytes, "first line") && !holds(&copy.bytes, "stored"));
    let borders = look(&copy.bytes).streams.iter().filter(|stream| memchr::memmem::find(stream, b"1 0 0 RG").is_some()).count();
    assert_eq!(borders, 3, "the box of each field");
}

#[test]
fn boxes_and_round_buttons_are_drawn_anew_where_the_form_asks_for_it() {
    for (entries, stays) in [("", true), ("/NeedAppearances true", false), ("/NeedAppearances false", true)] {
        for (kind, round) in [("", false), ("/Ff 32768", true)] {
            let mut file = Fixture::new();
            let mark = |words: &str| text(words, 2, 5).into_bytes();
            let form = "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources <</Font <</F1 3 0 R>>>>";
            let (off, on) = (file.stream(form, &mark("unticked")), file.stream(form, &mark("ticked")));
            let tick = |state: &str, y: u32| {
                format!(
                    "<</FT /Btn {kind} /T (b{y}) /V /{state} /AS /{state} /MK <</BC [1 0 0]>> /Subtype /Widget /Rect [100 {y} 300 {}] /AP <</N <</Off {off} 0 R /Yes {on} 0 R>>>>>>",
                    y + 20
                )
            };
            let (first, second) = (file.object(tick("Off", 200)), file.object(tick("Yes", 300)));
            file.catalog = format!("/AcroForm <</Fields [{first} 0 R {second} 0 R] {entries}>>");
            file.page = format!("/Annots [{first} 0 R {second} 0 R]");
            let copy = clean(&file.page(&text(KEEP, 72, 700)).build());
            assert!(copy.holds.is_empty(), "{:?}", copy.holds);
            let look = look(&copy.bytes);
            assert_eq!(
                (look.visible.contains("unticked"), look.visible.matches("ticked").count()),
                (stays, if stays { 2 } else { 0 }),
                "{entries}"
            );
            let drawn = |words: &str| look.streams.iter().filter(|stream| memchr::memmem::find(stream, words.as_bytes()).is_some()).count();
            // A border each, round or not, and one mark.
            assert_eq!(
                (drawn("1 0 0 RG"), drawn("re\nS"), drawn("c\nh\ns")),
                if stays {
                    (0, 0, 0)
                } else if round {
                    (2, 0, 2)
                } else {
                    (2, 2, 0)
                },
                "{entries} {kind}"
            );
            assert_eq!(drawn("(4) Tj"), usize::from(!stays && !round), "{entries} {kind}");
            assert_eq!(drawn("c\nh\nf"), usize::from(!stays && round), "{entries} {kind}");
        }
    }
}

#[test]
fn a_text_without_a_size_is_as_large_as_its_field_lets_it_be() {
    let drawn = |rect: &str, entries: &str, value: &str| {
        let mut file = Fixture::new();
        let field = file.object(format!("<</FT /Tx /T (b) /V ({value}) /Subtype /Widget /Rect [{rect}] /DA (/F1 0 Tf 0 g) {entries}>>"));
        file.catalog = format!("/AcroForm <</Fields [{field} 0 R] /DR <</Font <</F1 3 0 R>>>>>>");
        file.page = format!("/Annots [{field} 0 R]");
        let streams = look(&clean(&file.page("").build()).bytes).streams;
        let content = streams.into_iter().find(|stream| memchr::memmem::find(stream, b" Tf").is_some()).expect("a text");
        String::from_utf8(content).expect("operators")
    };
    let size = |content: &str| -> f64 {
        content.split(" Tf").next().and_then(|head| head.split_whitespace().last()).and_then(|size| size.parse().ok()).expect("a size")
    };
    let (tall, wide) = (drawn("100 300 500 342", "", "short"), drawn("100 300 200 342", "", "a rather long line of words"));
    assert!((34.0..36.0).contains(&size(&tall)) && (7.0..9.5).contains(&size(&wide)), "{tall} {wide}");
    let lines = drawn("100 300 200 342", "/Ff 4096", &"several words ".repeat(10));
    let steps = lines.matches("Tj").count() as f64;
    assert!(steps > 2.0 && size(&lines) < 12.0 && steps * size(&lines) < 42.0, "{lines}");
    // A cell for each letter.
    let cells = drawn("100 300 200 320", "/Ff 16777216 /MaxLen 10", "abc");
    let places: Vec<f64> = cells.split(" Td").filter_map(|head| head.split_whitespace().rev().nth(1)?.parse().ok()).collect();
    assert!(cells.matches("Tj").count() == 3 && (places[1] - 10.0).abs() < 2.0 && (places[2] - 10.0).abs() < 2.0, "{cells}");
}

#[test]
fn a_collection_of_another_registry_and_a_program_under_another_key_are_no_loss() {
    let mut file = Fixture::new();
    // The head of a bare CFF font under the key of a Type 1 font: percent signs in it begin no comments.
    let program = file.stream("/Length1 5", b"\x01\x00\x04\x01\x00\x00\x00\x01\x01\x01\x02\x8b\x00\x00\x00\x01\x01\x01\x0b%keep this");
    let descriptor = file.object(format!("<</Type /FontDescriptor /FontName /Own /Flags 4 /FontFile {program} 0 R>>"));
    let inner = file.object(format!(
        "<</Type /Font /Subtype /CIDFontType0 /BaseFont /Own /FontDescriptor {descriptor} 0 R \
         /CIDSystemInfo <</Registry (Unidocs) /Ordering (Korea1) /Supplement 2>>>>"
    ));
    let font = file.object(format!("<</Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /DescendantFonts [{inner} 0 R]>>"));
    file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
    let content = format!("{} BT /F2 12 Tf 72 500 Td <0001> Tj ET", text(KEEP, 72, 700));
    let copy = clean(&file.page(&content).build());
    assert!(holds(&copy.bytes, "%keep this") && holds(&copy.bytes, "Ordering (Identity)"));
    assert!(!holds(&copy.bytes, "Korea1"));
}

#[test]
fn what_is_no_font_program_or_colour_space_is_copied_as_it_is_judged() {
    let mut file = Fixture::new();
    let odd = file.object("<</Type /FontDescriptor /FontName /Odd /Flags 4 /FontFile 999 0 R>>");
    let font = file.object(format!("<</Type /Font /Subtype /Type1 /BaseFont /Odd /FontDescriptor {odd} 0 R>>"));
    let picture = file.stream("/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace 999 0 R", b"abcdCANARY");
    file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>> /XObject <</X {picture} 0 R>> /ColorSpace <</C 999 0 R>>");
    let content = format!("{} BT /F2 12 Tf 72 500 Td (odd) Tj ET q 50 0 0 50 72 300 cm /X Do Q", text(KEEP, 72, 700));
    let once = clean(&file.clone().page(&content).build()).bytes;
    assert!(!holds(&once, "CANARY"));
    assert_eq!(clean(&once).bytes, once);
    assert_eq!(clean(&file.clone().page(&content).build()).holds.iter().map(|finding| finding.kind).collect::<Vec<_>>(), [K::Unknown]);
    // White in the copy, whatever it was meant to be.
    let kinds = |content: &str| -> Vec<K> { clean(&file.clone().page(content).build()).holds.iter().map(|finding| finding.kind).collect() };
    assert_eq!(kinds(&format!("/C cs 1 scn {}", text("secret words", 72, 500))), [K::InvisibleText, K::Unknown]);
    assert_eq!(kinds(&format!("/Nowhere cs {}", text(KEEP, 72, 500))), [K::Unknown]);
}

#[test]
fn a_font_of_a_private_name_stays_as_wide_as_its_name_tells() {
    for name in ["Nightingale-Roman", "NightingaleMono", "Nightingale-Demi"] {
        let mut file = Fixture::new();
        let font = file.object(format!("<</Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding>>"));
        file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
        let copy = clean(&file.page("BT /F2 12 Tf 72 500 Td (some words) Tj ET").build());
        assert!(copy.holds.is_empty() && !holds(&copy.bytes, "Nightingale"), "{name}");
    }
}

#[test]
fn a_page_whose_tree_lacks_brackets_is_found() {
    let bytes = Fixture::new().page(&text(KEEP, 72, 700)).build();
    let bytes = String::from_utf8(bytes).expect("the fixture is text").replace("/Kids [5 0 R]", "/Kids 5 0 R  ");
    assert!(look(&clean(bytes.as_bytes()).bytes).visible.contains(KEEP));
}

#[test]
fn a_layer_that_no_list_names_is_shown() {
    let mut file = Fixture::new();
    let group = file.object("<</Type /OCG /Name (n)>>");
    file.resources = format!("/Properties <</L <</Type /OCMD /OCGs {group} 0 R /P /AllOff>>>>");
    let content = format!("/OC /L BDC {} EMC", text(KEEP, 72, 700));
    assert!(look(&clean(&file.page(&content).build()).bytes).visible.contains(KEEP));
}

#[test]
fn only_links_inside_and_to_the_public_web_stay() {
    let mut file = Fixture::new().page(&text(KEEP, 72, 700));
    let page = file.page_object(0);
    let link = |file: &mut Fixture, target: &str| {
        file.object(format!("<</Type /Annot /Subtype /Link /Rect [0 0 9 9] /Contents (NOTE) {target}>>"))
    };
    let links = [
        link(&mut file, &format!("/Dest [{page} 0 R /XYZ 0 700 null]")),
        link(&mut file, "/A <</S /GoTo /D (CANARYDEST)>>"),
        link(&mut file, "/A <</S /URI /URI (https://www.gov.uk/guidance)>>"),
        link(&mut file, "/A <</S /URI /URI (http://intranet.dept.example/CANARYHOST)>>"),
        link(&mut file, "/A <</S /Launch /F (CANARYFILE)>>"),
    ];
    let list: Vec<String> = links.iter().map(|link| format!("{link} 0 R")).collect();
    file.page = format!("/Annots [{}]", list.join(" "));
    file.catalog = format!("/Dests <</CANARYDEST [{page} 0 R /Fit]>>");
    let copy = clean(&file.page(&text("second page", 72, 700)).build());
    for canary in ["CANARYDEST", "CANARYHOST", "CANARYFILE", "NOTE"] {
        assert!(!holds(&copy.bytes, canary), "{canary}");
    }
    assert!(holds(&copy.bytes, "https://www.gov.uk/guidance"));
    let links = memchr::memmem::find_iter(&copy.bytes, b"/Subtype /Link").count();
    assert_eq!(links, 3);
}

#[test]
fn an_earlier_version_is_reported_and_gone() {
    let mut bytes = Fixture::new().page(&text("old CANARYOLD text", 72, 700)).build();
    let start = bytes.len();
    let content = text(KEEP, 72, 700);
    let update = format!("4 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n", content.len());
    bytes.extend_from_slice(update.as_bytes());
    let prev = memchr::memmem::rfind(&bytes[..start], b"xref\n0").expect("a table");
    let table = bytes.len();
    bytes.extend_from_slice(
        format!("xref\n4 1\n{start:010} 00000 n \ntrailer\n<</Size 6 /Root 1 0 R /Prev {prev}>>\nstartxref\n{table}\n%%EOF\n").as_bytes(),
    );
    let copy = clean(&bytes);
    assert!(copy.removed.iter().any(|removed| removed.kind == K::EarlierVersion));
    assert!(!holds(&copy.bytes, "CANARYOLD"));
    assert!(look(&copy.bytes).visible.contains(KEEP));
}

/// A file whose page was written anew in an update, with its first table as `first` makes it.
fn updated(first: impl Fn(&str) -> String) -> Vec<u8> {
    let bytes = Fixture::new().page(&text("old CANARYOLD text", 72, 700)).build();
    let mut bytes = first(&String::from_utf8(bytes).expect("the fixture is text")).into_bytes();
    let start = bytes.len();
    let content = text(KEEP, 72, 700);
    bytes.extend_from_slice(format!("4 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n", content.len()).as_bytes());
    let prev = memchr::memmem::rfind(&bytes[..start], b"xref\n")
        .map(|at| at - "start".len())
        .and_then(|end| memchr::memmem::rfind(&bytes[..end], b"xref\n"));
    let (prev, table) = (prev.expect("a table"), bytes.len());
    bytes.extend_from_slice(
        format!("xref\n4 1\n{start:010} 00000 n \ntrailer\n<</Size 6 /Root 1 0 R /Prev {prev}>>\nstartxref\n{table}\n%%EOF\n").as_bytes(),
    );
    bytes
}

#[test]
fn the_last_state_is_the_one_that_counts_whatever_its_end_looks_like() {
    let whole = updated(str::to_owned);
    let cut = |count: usize| whole[..whole.len() - count].to_vec();
    let misspelt = [&cut(6)[..], b"%%EoF\n"].concat();
    // A first table that counts its entries from one gives the old content a number of its own.
    let miscounted = updated(|first| first.replace("xref\n0 6", "xref\n1 6"));
    for (index, bytes) in [whole.clone(), cut(6), cut(7), cut(8), cut(9), misspelt, miscounted].into_iter().enumerate() {
        let copy = clean(&bytes);
        let is_last = look(&copy.bytes).visible.contains(KEEP) && !holds(&copy.bytes, "CANARYOLD");
        assert!(is_last || !copy.holds.is_empty(), "{index}");
        assert!(is_last, "{index}");
    }
}

#[test]
fn an_object_written_again_behind_the_last_table_waits_for_a_person() {
    let mut bytes = updated(str::to_owned);
    assert!(clean(&bytes).holds.is_empty());
    let content = text("saved later", 72, 700);
    bytes.extend_from_slice(format!("4 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n", content.len()).as_bytes());
    assert!(!clean(&bytes).holds.is_empty());
}

/// Of several generations of a number some viewers take the last, and others the one that is asked for, or none (ISO 32000-2 §7.3.10).
#[test]
fn an_object_of_another_generation_than_what_refers_to_it_waits_for_a_person() {
    let bytes = String::from_utf8(Fixture::new().page(&text(KEEP, 72, 700)).build()).expect("ASCII");
    let saved_again = |referred: &str| {
        let content = text("saved again", 72, 700);
        let (page, table) = (bytes.find("\n5 0 obj").expect("the page") + 1, bytes.find("xref\n0").expect("a table"));
        let page = bytes[page..table].replace("4 0 R", referred);
        let stream = format!("4 1 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n", content.len());
        let places = [bytes.len(), bytes.len() + stream.len(), bytes.len() + stream.len() + page.len()];
        let entries = format!("xref\n4 2\n{:010} 00001 n \n{:010} 00000 n \n", places[0], places[1]);
        format!("{bytes}{stream}{page}{entries}trailer\n<</Size 6 /Root 1 0 R /Prev {table}>>\nstartxref\n{}\n%%EOF\n", places[2])
    };
    for (bytes, words) in [
        (bytes.clone(), Some(KEEP)),
        (saved_again("4 1 R"), Some("saved again")),
        // The earlier words are in the file, and most viewers show the later ones.
        (saved_again("4 0 R"), None),
        (bytes.replace("\n4 0 obj", "\n4 1 obj"), None),
        (bytes.replace("4 0 R", "4 1 R"), None),
        (bytes.replace("/Root 1 0 R", "/Root 1 1 R"), None),
    ] {
        let copy = clean(bytes.as_bytes());
        assert_eq!(copy.holds.is_empty(), words.is_some(), "{bytes}");
        assert!(words.is_none_or(|words| look(&copy.bytes).visible.contains(words)), "{bytes}");
    }
}

/// Some viewers look for an object where the table leads to none, or to one of another generation, or says that there is none.
#[test]
fn an_object_whose_entry_does_not_lead_to_it_waits_for_a_person() {
    let bytes = String::from_utf8(Fixture::new().page(&text(KEEP, 72, 700)).build()).expect("ASCII");
    let place = bytes.find("\n4 0 obj").expect("the content") + 1;
    let entry = format!("{place:010} 00000 n");
    assert!(clean(bytes.as_bytes()).holds.is_empty() && bytes.contains(&entry));
    let renewed = entry.replace(" 00000 n", " 00001 n");
    for other in ["0000000000 00000 n", "0000099999 00000 n", "0000000000 00001 f", &entry.replace('n', "f"), &renewed] {
        assert!(!clean(bytes.replace(&entry, other).as_bytes()).holds.is_empty(), "{other}");
    }
    let table = bytes.find("xref\n0").expect("a table");
    let trailer = format!("trailer\n<</Size 6 /Root 1 0 R /Prev {table}>>\nstartxref\n{}\n%%EOF\n", bytes.len());
    // The content, and the page: without it no page is left, and the file is read without its table.
    for number in [4, 5] {
        let freed = format!("{bytes}xref\n{number} 1\n0000000000 00001 f \n{trailer}");
        assert!(!clean(freed.as_bytes()).holds.is_empty(), "{number}");
    }
}

#[test]
fn an_object_that_the_tables_leave_out_waits_for_a_person() {
    let updated = |table: &dyn Fn([usize; 3]) -> String| {
        let mut bytes = Fixture::new().page(&text("before", 72, 700)).build();
        let prev = memchr::memmem::rfind(&bytes, b"xref\n0").expect("a table");
        let stream =
            |number: usize, content: &str| format!("{number} 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n", content.len());
        let objects = ["4 0 obj\n[6 0 R 7 0 R]\nendobj\n".to_owned(), stream(6, &text(KEEP, 72, 700)), stream(7, &text("second", 72, 600))];
        let starts = objects.map(|object| {
            bytes.extend_from_slice(object.as_bytes());
            bytes.len() - object.len()
        });
        let start = bytes.len();
        let end = format!("trailer\n<</Size 8 /Root 1 0 R /Prev {prev}>>\nstartxref\n{start}\n%%EOF\n");
        bytes.extend_from_slice(format!("xref\n{}{end}", table(starts)).as_bytes());
        bytes
    };
    let entry = |start: usize| format!("{start:010} 00000 n \n");
    let whole = updated(&|[a, b, c]| format!("4 1\n{}6 2\n{}{}", entry(a), entry(b), entry(c)));
    let breaks_off = updated(&|[a, b, _]| format!("4 1\n{}6 2\n{}", entry(a), entry(b)));
    let freed = updated(&|[a, b, _]| format!("4 1\n{}6 2\n{}0000000000 00001 f \n", entry(a), entry(b)));
    let unlisted = updated(&|[a, b, _]| format!("4 1\n{}6 1\n{}", entry(a), entry(b)));
    // Of contents with something that is none some viewers show nothing.
    for (bytes, second, held) in [(whole, true, false), (breaks_off, false, true), (freed, false, true), (unlisted, false, true)] {
        let copy = clean(&bytes);
        let visible = look(&copy.bytes).visible;
        assert!(visible.contains(KEEP) && visible.contains("second") == second, "{visible}");
        assert_eq!(!copy.holds.is_empty(), held, "{visible}");
    }
}

#[test]
fn a_comment_that_covers_text_holds_the_file_and_one_beside_it_does_not() {
    for (area, held) in [("60 690 400 720", true), ("60 90 400 120", false)] {
        let mut file = Fixture::new();
        let note = file.object(format!("<</Type /Annot /Subtype /Square /Rect [{area}] /IC [0 0 0] /Contents (x)>>"));
        file.page = format!("/Annots [{note} 0 R]");
        let copy = clean(&file.page(&text(KEEP, 72, 700)).build());
        assert_eq!(copy.holds.iter().any(|hold| hold.kind == K::CoveringShape), held, "{area}");
    }
}

#[test]
fn watermarks_and_fields_are_part_of_what_the_page_shows() {
    for (subtype, entries, shown, held) in [
        ("Watermark", "/F 4", true, false),
        ("Watermark", "", true, false),
        ("Watermark", "/F 2", false, false),
        ("Watermark", "/F 36", false, true),
        ("Watermark", "/F 4 /FixedPrint <</Type /FixedPrint /H 0.5>>", false, true),
        ("PrinterMark", "/F 4", false, false),
        ("Widget", "/F 36", false, true),
        ("Widget", "/F 34", false, false),
        ("Screen", "/F 4", true, false),
        ("RichMedia", "/F 68", true, false),
        ("3D", "/F 2", false, false),
        ("Movie", "/F 36", false, true),
        ("Sound", "/F 4", false, false),
    ] {
        let mut file = Fixture::new();
        let drawing = "BT /F1 40 Tf 0 5 Td (SPECIMEN) Tj ET";
        let form = file.stream("/Type /XObject /Subtype /Form /BBox [0 0 300 50] /Resources <</Font <</F1 3 0 R>>>>", drawing.as_bytes());
        let mark = file
            .object(format!("<</Type /Annot /Subtype /{subtype} /Rect [72 300 372 350] {entries} /T (CANARYNAME) /Contents (SPECIMEN) /AP <</N {form} 0 R>>>>"));
        file.page = format!("/Annots [{mark} 0 R]");
        let copy = clean(&file.page(&text(KEEP, 72, 700)).build());
        assert_eq!(!copy.holds.is_empty(), held, "{subtype} {entries}");
        let visible = look(&copy.bytes).visible;
        assert!(visible.contains(KEEP) && visible.contains("SPECIMEN") == shown, "{subtype} {entries}: {visible}");
        assert!(!holds(&copy.bytes, "CANARYNAME"));
    }
}

#[test]
fn printed_markup_is_found_and_prose_about_it_is_not() {
    let body =
        format!("{}{}", text("The body of the report stands here and is long", 72, 700), text("and goes on with a second line", 72, 680));
    let small = |words: &str, y: i32| format!("BT /F1 7 Tf 470 {y} Td ({words}) Tj ET\n");
    for (content, found) in [
        (format!("{body}{}", small("Commented [AB1]: not for the minister", 700)), true),
        (format!("{body}{}", small("Deleted: rather high", 700)), true),
        (format!("{body}{}{}{}", small("not for the minister", 700), small("A. Bee", 690), small("12/03/2024 14:05", 680)), true),
        (format!("{body}1 0 0 rg 1 0 0 RG {}0.8 w 72 604 m 200 604 l S", text("struck out words", 72, 600)), true),
        (format!("{body}{}", text("Deleted: three clauses. Comment [on this] by May.", 72, 600)), false),
        (format!("{body}0 0 1 rg 0 0 1 RG {}72 598 m 200 598 l S", text("a blue heading", 72, 600)), false),
        (format!("{body}{}0.8 w 72 604 m 200 604 l S", text("struck by the author", 72, 600)), false),
    ] {
        let held = hold_kinds(&content).contains(&K::PrintedMarkup);
        assert_eq!(held, found, "{content}");
    }
}

#[test]
fn a_password_refuses_and_owner_protection_comes_off() {
    use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};
    let id = "00112233445566778899AABBCCDDEEFF";
    let mut file = Fixture::new();
    file.trailer = format!("/ID [<{id}> <{id}>]");
    let plain = file.page(&text(KEEP, 72, 700)).build();
    for (user, refused) in [("", false), ("open sesame", true)] {
        let mut doc = Document::load_mem(&plain).expect("a sound fixture");
        let version = EncryptionVersion::V2 {
            document: &doc,
            owner_password: "owner",
            user_password: user,
            key_length: 128,
            permissions: Permissions::empty(),
        };
        let state = EncryptionState::try_from(version).expect("a known version");
        doc.encrypt(&state).expect("encrypts");
        let mut bytes = Vec::new();
        doc.save_to(&mut bytes).expect("saves");
        let result = sanitise(&bytes, &Orders::default(), &Limits::default());
        if refused {
            assert_eq!(refusal(result), "file-password-protected");
        } else {
            let copy = result.expect("opens without password");
            assert!(look(&copy.bytes).visible.contains(KEEP));
            assert!(copy.removed.iter().any(|removed| removed.kind == K::Encryption));
        }
    }
}

#[test]
fn attacks_are_refused_with_a_reason() {
    let limits = Limits { part_bytes: 1 << 20, operators: 1000, ..Limits::default() };
    let mut bomb = Fixture::new();
    let packed = super::fixture::deflated(&vec![b' '; 4 << 20]);
    let stream = bomb.stream("/Filter /FlateDecode", &packed);
    bomb.page = format!("/Contents {stream} 0 R");
    let mut deep = Fixture::new();
    for number in 4..40 {
        let next = number + 1;
        deep.stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</A {next} 0 R>>>>"), b"/A Do");
    }
    deep.resources = "/XObject <</A 4 0 R>>".to_owned();
    let mut filters = Fixture::new();
    let stream = filters.stream("/Filter [/AHx /AHx /AHx /AHx /AHx /AHx /AHx /AHx /AHx]", b"00>");
    filters.page = format!("/Contents {stream} 0 R");
    let tree = String::from_utf8(Fixture::new().page("").build()).expect("ASCII").replace("/Kids [5 0 R]", "/Kids [2 0 R]");
    let busy = Fixture::new().page(&"0 g ".repeat(2000)).build();
    for (bytes, code) in [
        (bomb.page("").build(), "pdf-stream-too-large"),
        (deep.page("/A Do").build(), "pdf-form-loop"),
        (filters.page("").build(), "pdf-filters"),
        (tree.into_bytes(), "pdf-page-tree-loop"),
        (busy, "pdf-operators"),
        (b"%PDF-1.7\n%%EOF\n".to_vec(), "pdf-xref"),
        (b"hello".to_vec(), "pdf-no-header"),
        (Fixture::new().build(), "pdf-no-pages"),
    ] {
        assert_eq!(refusal(sanitise(&bytes, &Orders::default(), &limits)), code);
    }
}

#[test]
fn the_second_look_sees_what_a_copy_must_not_hold() {
    let mut file = Fixture::new();
    let note = file.object("<</Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents (x)>>");
    file.object("(lost)");
    file.page = format!("/Annots [{note} 0 R]");
    file.catalog = "/OpenAction <</S /JavaScript /JS (x)>>".to_owned();
    let kinds: Vec<K> = look(&file.page("").build()).residue.iter().map(|finding| finding.kind).collect();
    for kind in [K::Comment, K::UnreachablePart, K::ActiveContent] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
}

#[test]
fn facts_tell_front_matter_from_running_text() {
    let mut file = Fixture::new();
    let info = file.object("<</Title (Working paper) /CreationDate (D:20180212101500+01'00') /Creator (Writer)>>");
    file.trailer = format!("/Info {info} 0 R");
    for number in 1..=3 {
        let content = format!(
            "{}{}{}",
            text("Draft 3, 12 March", 72, 780),
            text(&format!("Body of page {number} goes here"), 72, 500),
            text(&number.to_string(), 300, 20)
        );
        file = file.page(&content);
    }
    let seen = inspect(&file.build(), Wanted::Facts).facts.unwrap();
    assert_eq!(seen.front_matter.first().map(String::as_str), Some("Body of page 1 goes here"));
    assert_eq!(seen.running_text, ["Draft 3, 12 March"]);
    assert_eq!(seen.title.as_deref(), Some("Working paper"));
    assert_eq!(seen.created, Some(1_518_426_900));
    assert_eq!(seen.text.words, 18);
}

/// The lines that a reader sees, page by page.
fn seen(bytes: &[u8]) -> Vec<Vec<String>> {
    let limits = Limits::default();
    let source = super::open::open(bytes, &limits).expect("opens");
    let layers = super::layers::Layers::default();
    let facts = super::analysis::analyse(&source, &layers, &Orders::default(), false).expect("runs").facts;
    facts.into_iter().map(|page| page.lines.into_iter().map(|line| line.text).collect()).collect()
}

/// Words, a place, a size and a colour.
fn piece() -> impl Strategy<Value = String> {
    ("[A-Za-z ]{1,20}", 0..620i32, 0..820i32, 1..30i32, 0..4i32).prop_map(|(words, x, y, size, kind)| match kind {
        0 => format!("BT /F1 {size} Tf {x} {y} Td ({words}) Tj ET\n"),
        1 => format!("0.{size} g {x} {y} {size} {size} re f 0 g\n"),
        2 => format!("q 0.5 0 0 0.5 {x} {y} cm BT /F1 {size} Tf [({words}) -200 (x)] TJ ET\n"),
        _ => format!("BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({words}) ' ET Q\n"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_twice_is_cleaning_once_and_pages_and_text_stay(pages in proptest::collection::vec(proptest::collection::vec(piece(), 0..6), 1..4)) {
        let mut file = Fixture::new();
        for page in &pages {
            file = file.page(&page.concat());
        }
        let bytes = file.build();
        let once = clean(&bytes);
        let twice = clean(&once.bytes);
        prop_assert_eq!(&once.bytes, &twice.bytes);
        prop_assert_eq!(seen(&bytes), seen(&once.bytes));
        prop_assert_eq!(lopdf::Document::load_mem(&once.bytes).map(|doc| doc.get_pages().len()).ok(), Some(pages.len()));
    }

    #[test]
    fn damaged_bytes_never_panic(at in 0..1000usize, with in proptest::collection::vec(any::<u8>(), 0..12), cut in 0..1200usize) {
        let mut bytes = Fixture::new().page(&text(KEEP, 72, 700)).build();
        let at = at.min(bytes.len());
        let end = (at + with.len()).min(bytes.len());
        bytes.splice(at..end, with);
        bytes.truncate(cut.max(10));
        let limits = Limits::default();
        if let Ok(copy) = sanitise(&bytes, &Orders::default(), &limits) {
            prop_assert!(reread(&copy.bytes, &Orders::default(), &limits).is_ok());
        }
    }
}
