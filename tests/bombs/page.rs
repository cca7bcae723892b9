//! PDF files.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::{Bomb, letters, noise};

const MIB: usize = 1 << 20;

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dict}/Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A file of the objects 1, 2, 3 …; 1 is the catalog.
fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", out.len());
        out.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend_from_slice(table.as_bytes());
    out.extend_from_slice(format!("trailer\n<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).as_bytes());
    out
}

/// One page with this content stream (object 4), these resources, and objects from 5 on.
fn page(content: Vec<u8>, resources: &str, more: Vec<Vec<u8>>) -> Vec<u8> {
    page_with(content, resources, "", "", more)
}

fn page_with(content: Vec<u8>, resources: &str, of_page: &str, of_catalog: &str, more: Vec<Vec<u8>>) -> Vec<u8> {
    let font = "/Font<</F0<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>";
    let resources = if resources.contains("/Font") { resources.to_owned() } else { format!("{font}{resources}") };
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R{of_catalog}>>").into_bytes(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<{resources}>>/Contents 4 0 R{of_page}>>").into_bytes(),
        content,
    ];
    objects.extend(more);
    file(&objects, "")
}

fn words(operators: &str) -> Vec<u8> {
    stream("", operators.as_bytes())
}

const SHOW: &str = "BT /F0 12 Tf 72 720 Td (Words.) Tj ET\n";

fn plain(operators: &str) -> Vec<u8> {
    page(words(operators), "", vec![])
}

fn filters(count: usize, bytes: &[u8]) -> Vec<u8> {
    let data = (0..count).fold(bytes.to_vec(), |data, _| zlib(&data));
    page(stream(&format!("/Filter[{}]", "/FlateDecode".repeat(count)), &data), "", vec![])
}

/// Drawings that each draw the next `width` times, `depth` deep; the last one draws `back`.
fn forms(depth: usize, width: usize, back: Option<usize>) -> Vec<u8> {
    let form = |level: usize| {
        let next = if level + 1 < depth { Some(level + 6) } else { back.map(|to| to + 5) };
        let resources = next.map_or_else(String::new, |object| format!("/Resources<</XObject<</X {object} 0 R>>>>"));
        let operators = next.map_or_else(|| SHOW.to_owned(), |_| "/X Do ".repeat(width));
        stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 595 842]{resources}"), operators.as_bytes())
    };
    page(words(&format!("{SHOW}/X Do")), "/XObject<</X 5 0 R>>", (0..depth).map(form).collect())
}

/// A page that shows a picture.
fn picture(dict: &str, data: &[u8]) -> Vec<u8> {
    let image = stream(&format!("/Type/XObject/Subtype/Image{dict}"), data);
    page(words(&format!("{SHOW}q 200 0 0 200 72 72 cm /X Do Q")), "/XObject<</X 5 0 R>>", vec![image])
}

/// A composite font whose `ToUnicode` map is this.
fn to_unicode(cmap: &str) -> Vec<u8> {
    let font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>".to_vec();
    let below =
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 500>>".to_vec();
    let text = words("BT /F0 12 Tf 72 720 Td <00410042> Tj ET");
    let map =
        format!("/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange {cmap} endcmap end");
    page(text, "/Font<</F0 5 0 R>>", vec![font, below, stream("/UseCMap 7 0 R", map.as_bytes())])
}

/// A file whose table of objects is a stream: `dict` says how it is to be read.
fn table_stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n".to_vec();
    let start = out.len();
    out.extend_from_slice(b"4 0 obj\n");
    out.extend_from_slice(&stream(&format!("/Type/XRef/Root 1 0 R{dict}"), data));
    out.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

/// A sound file with an update behind it whose `/Prev` is `previous`; `count` times.
fn updates(count: usize, previous: impl Fn(usize, usize) -> usize) -> Vec<u8> {
    let mut out = plain(SHOW);
    let mut last = memchr::memmem::rfind(&out, b"xref\n0 ").unwrap();
    for number in 0..count {
        let start = out.len();
        let previous = previous(last, start);
        out.extend_from_slice(
            format!(
                "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 5/Root 1 0 R/Prev {previous}/N {number}>>\nstartxref\n{start}\n%%EOF\n"
            )
            .as_bytes(),
        );
        last = start;
    }
    out
}

/// Objects 5 and 6 are object streams; what 5 is said to hold is itself and 6, and 6 extends 5.
fn object_streams() -> Vec<u8> {
    let one = stream("/Type/ObjStm/N 2/First 10/Extends 6 0 R", b"5 0 6 3   <<>><<>>");
    let two = stream("/Type/ObjStm/N 2/First 10/Extends 5 0 R", b"5 0 6 3   <<>><<>>");
    let mut entries = Vec::new();
    for (kind, value, index) in [(0_u8, 0_u32, 0_u8), (2, 5, 0), (2, 6, 0), (2, 5, 1), (2, 6, 1), (2, 6, 0), (2, 5, 0)] {
        entries.push(kind);
        entries.extend_from_slice(&value.to_be_bytes());
        entries.push(index);
    }
    let mut out = b"%PDF-1.7\n".to_vec();
    for (number, object) in [(5, one), (6, two)] {
        out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        out.extend_from_slice(&object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend_from_slice(b"7 0 obj\n");
    out.extend_from_slice(&stream("/Type/XRef/Root 1 0 R/Size 7/W[1 4 1]", &entries));
    out.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

/// An object stream with one array of numbers, deflated no better than a writer's.
fn dense_stream(size: usize) -> Vec<u8> {
    let noise: String = letters(size / 100).bytes().map(|byte| char::from(b'0' + byte % 10)).collect();
    let body = format!("9 0 [{}{noise}]", "0 ".repeat(size / 2));
    let holder = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &zlib(body.as_bytes()));
    page_with(words(SHOW), "", "/X 9 0 R", "", vec![holder])
}

/// Arrays each of which holds all that follow: their first words stand in comments of the ones before.
fn overlapping_arrays(count: usize) -> Vec<u8> {
    let mut out = plain(SHOW);
    let mut table = format!("xref\n5 {count}\n");
    out.push(b'\n');
    for number in 0..count {
        let _ = writeln!(table, "{:010} 00000 n ", out.len());
        out.extend_from_slice(format!("{} 0 obj [\n0 0 0 0 0 0 0 0 %", number + 5).as_bytes());
    }
    let before = out.windows(9).rposition(|word| word == b"startxref").unwrap();
    let before = String::from_utf8_lossy(&out[before + 10..]).lines().next().unwrap().to_owned();
    out.extend_from_slice(b"\n]\nendobj\n");
    let start = out.len();
    out.extend_from_slice(table.as_bytes());
    out.extend_from_slice(format!("trailer\n<</Size {}/Root 1 0 R/Prev {before}>>\nstartxref\n{start}\n%%EOF\n", count + 5).as_bytes());
    out
}

/// An object stream that says it holds a million objects, all of them the same place.
fn crowded_stream() -> Vec<u8> {
    let heads: String = (0..200_000).map(|number| format!("{} 0 ", number + 10)).collect();
    let body = format!("{heads}[{}]", "0 ".repeat(1_000));
    let holder = stream(&format!("/Type/ObjStm/N 200000/First {}/Filter/FlateDecode", heads.len()), &zlib(body.as_bytes()));
    let mut entries = vec![0_u8; 6 * 10];
    for number in 0..200_000_u32 {
        entries.push(2);
        entries.extend_from_slice(&4_u32.to_be_bytes());
        entries.push(number as u8);
    }
    for (number, at) in [(1_usize, 9_usize), (2, 54), (3, 109)] {
        entries[number * 6] = 1;
        entries[number * 6 + 1..][..4].copy_from_slice(&(at as u32).to_be_bytes());
    }
    let mut out = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n".to_vec();
    let holder_at = out.len();
    entries[24] = 1;
    entries[25..29].copy_from_slice(&(holder_at as u32).to_be_bytes());
    out.extend_from_slice(b"4 0 obj\n");
    out.extend_from_slice(&holder);
    let start = out.len() + 8;
    out.extend_from_slice(b"\nendobj\n5 0 obj\n");
    out.extend_from_slice(&stream("/Type/XRef/Root 1 0 R/Size 200010/W[1 4 1]/Filter/FlateDecode", &zlib(&entries)));
    out.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

fn tree(kids_of_root: &str, more: Vec<Vec<u8>>) -> Vec<u8> {
    let mut objects = vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), format!("<</Type/Pages/Kids[{kids_of_root}]/Count 1>>").into_bytes()];
    objects.extend(more);
    file(&objects, "")
}

fn deep_tree(depth: usize) -> Vec<u8> {
    let level = |number: usize| {
        if number + 1 == depth {
            format!("<</Type/Page/Parent {} 0 R/MediaBox[0 0 9 9]>>", number + 2).into_bytes()
        } else {
            format!("<</Type/Pages/Parent {} 0 R/Count 1/Kids[{} 0 R]>>", number + 2, number + 4).into_bytes()
        }
    };
    tree("3 0 R", (0..depth).map(level).collect())
}

/// Fonts whose glyphs are drawn with the same font.
fn type3_circle() -> Vec<u8> {
    let font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 65/LastChar 65/Widths[9]/Encoding<</Differences[65/a]>>/CharProcs<</a 6 0 R>>/Resources<</Font<</F0 5 0 R>>>>>>".to_vec();
    page(words("BT /F0 12 Tf (AAAA) Tj ET"), "/Font<</F0 5 0 R>>", vec![font, words("9 0 d0 BT /F0 1 Tf (AA) Tj ET")])
}

/// Patterns that paint with each other.
fn pattern_circle() -> Vec<u8> {
    let dict =
        "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 0.0001/YStep 0.0001/Resources<</Pattern<</P 5 0 R>>>>";
    let pattern = stream(dict, b"/Pattern cs /P scn 0 0 9 9 re f");
    page(words(&format!("{SHOW}/Pattern cs /P scn 0 0 500 500 re f")), "/Pattern<</P 5 0 R>>", vec![pattern])
}

fn many_ranges() -> String {
    (0..60_000).map(|n| format!("1 beginbfrange <{n:04X}> <FFFF> <0041> endbfrange ")).collect()
}

fn lzw_zeros(count: usize) -> Vec<u8> {
    let mut encoder = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    encoder.encode(&vec![0; count]).unwrap()
}

/// Objects from `first` on, each of which names the next `width` times; the last is `last`.
fn chain(first: usize, depth: usize, last: &str, object: impl Fn(&str) -> String, width: usize) -> Vec<Vec<u8>> {
    let links = (0..depth).map(|level| object(&format!("{} 0 R ", first + level + 1).repeat(width)).into_bytes());
    links.chain([last.as_bytes().to_vec()]).collect()
}

/// A page that paints a shading whose entries are these.
fn shading(entries: &str, more: Vec<Vec<u8>>) -> Vec<u8> {
    let shading = format!("<</ShadingType 2/ColorSpace/DeviceGray{entries}>>").into_bytes();
    page(words(&format!("/S sh {SHOW}")), "/Shading<</S 5 0 R>>", [vec![shading], more].concat())
}

/// Streams of which none says where it ends but the last.
fn lost_streams(count: usize) -> Vec<u8> {
    let lost = "<</Length 99999 0 R>>\nstream\nx";
    let mut objects = vec![lost.as_bytes().to_vec(); count];
    objects.push(format!("{lost}{}\nendstream", "y ".repeat(MIB)).into_bytes());
    page(words(SHOW), "", objects)
}

/// Fields of one form that share their value.
fn fields(count: usize) -> Vec<u8> {
    let kids: String = (6..count + 6).map(|number| format!("{number} 0 R ")).collect();
    let parent = format!("<</FT/Tx/V({})/Kids[{kids}]>>", "x ".repeat(250_000));
    let kid = b"<</Parent 5 0 R/Rect[0 0 99 99]>>".to_vec();
    page_with(words(SHOW), "", "", "/AcroForm<</Fields[5 0 R]>>", [vec![parent.into_bytes()], vec![kid; count]].concat())
}

/// A composite font with this encoding, these widths and this `ToUnicode` map; a page that shows codes in it.
fn composite(encoding: &str, widths: &str, map: &str, codes: &str) -> Vec<u8> {
    let font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding 8 0 R/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>".to_vec();
    let below = format!(
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/W[{widths}]>>"
    );
    let text = stream("/Filter/FlateDecode", &zlib(format!("BT /F0 12 Tf 1 0 0 1 72 720 Tm {codes} ET").as_bytes()));
    page(text, "/Font<</F0 5 0 R>>", vec![font, below.into_bytes(), words(map), words(encoding)])
}

/// One page of many letters that stands in the tree again and again.
fn full_page_again(count: usize) -> Vec<u8> {
    let line = format!("({}) Tj 0 -12 Td ", "ab cd efg ".repeat(100));
    let text = zlib(format!("BT /F0 12 Tf 72 720 Td {}ET", line.repeat(900)).as_bytes());
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F0<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Contents 4 0 R>>";
    let objects = vec![page.as_bytes().to_vec(), stream("/Filter/FlateDecode", &text), stream("", &noise(64 << 10))];
    tree(&"3 0 R ".repeat(count), objects)
}

/// Remarks that all show one drawing, which takes long and shows nothing.
fn remarks(count: usize) -> Vec<u8> {
    let remark = b"<</Type/Annot/Subtype/Square/Rect[0 0 100 100]/AP<</N 6 0 R>>>>".to_vec();
    let drawing = stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Filter/FlateDecode", &zlib(&b"q Q ".repeat(100_000)));
    page_with(words(SHOW), "", &format!("/Annots[{}]", "5 0 R ".repeat(count)), "", vec![remark, drawing])
}

/// Objects that name one another or a long text many times: small files that make much of little.
fn shared() -> Vec<Bomb> {
    let packed = |operators: &str| stream("/Filter/FlateDecode", &zlib(operators.as_bytes()));
    let array = |kids: &str| format!("[{kids}]");
    let expression = |kids: &str| format!("[/And {kids}]");
    let function = |kids: &str| format!("<</FunctionType 3/Domain[0 1]/Bounds[]/Encode[0 1]/Functions[{kids}]>>");
    let members = vec![b"<</Type/OCG/Name(a)>>".to_vec(), b"<</Type/OCMD/VE 7 0 R>>".to_vec()];
    let many_members = format!("<</Type/OCMD/OCGs[{}]>>", "5 0 R ".repeat(50_000)).into_bytes();
    let groups = "/OCProperties<</OCGs[5 0 R]/D<<>>>>";
    let actual = format!("<</ActualText({})>>", "ab ".repeat(350_000)).into_bytes();
    let border = |border: &str| format!("<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Border {border}/A<</S/URI/URI(https://example.org/)>>>>");
    let all = "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange endcmap";
    let letter = "begincmap 1 beginbfrange <0000> <FFFF> <0041> endbfrange endcmap";
    let codes: String = (0..4_000).map(|code| format!("1 0 0 1 72 720 Tm <{code:04X}> Tj ")).collect();
    let again = "1 0 0 1 72 720 Tm <00010001000100010001> Tj ".repeat(2_000);
    let many: String = (0..60_000).map(|code| format!("1 begincidrange <{code:04X}> <{code:04X}> 9 endcidrange ")).collect();
    let spaces = |code: &dyn Fn(usize) -> usize| -> String {
        let spaces = (0..70_000).map(|number| format!("1 begincodespacerange <{0:04X}> <{0:04X}> endcodespacerange ", code(number)));
        format!("begincmap {}1 begincodespacerange <0000> <0001> endcodespacerange endcmap", spaces.collect::<String>())
    };
    vec![
        Bomb::new("pdf-plain-circle.pdf", "review", shading("/Coords 6 0 R", vec![b"[6 0 R]".to_vec()])),
        Bomb::new(
            "pdf-plain-circle-link.pdf",
            "sanitised",
            page_with(words(SHOW), "", "/Annots[5 0 R]", "", vec![border("6 0 R").into_bytes(), b"[6 0 R]".to_vec()]),
        ),
        Bomb::new(
            "pdf-plain-circle-state.pdf",
            "sanitised",
            page(words(&format!("/S gs {SHOW}")), "/ExtGState<</S<</D 5 0 R>>>>", vec![b"[5 0 R]".to_vec()]),
        ),
        Bomb::new("pdf-plain-powers.pdf", "review", shading("/Coords 6 0 R", chain(6, 60, "1", array, 2))),
        Bomb::new("pdf-plain-shared.pdf", "pdf-values", shading("/Domain 6 0 R", chain(6, 3, "1", array, 200))),
        Bomb::new("pdf-functions-shared.pdf", "pdf-values", shading("/Function 6 0 R", chain(6, 8, "1", function, 6))),
        Bomb::new("pdf-lost-streams.pdf", "pdf-overlap", lost_streams(1_000)),
        Bomb::new(
            "pdf-spans-one-text.pdf",
            "pdf-steps",
            page(packed(&format!("{}{SHOW}", "/Span /P BDC ".repeat(3_000))), "/Properties<</P 5 0 R>>", vec![actual]),
        ),
        Bomb::new(
            "pdf-spans-open.pdf",
            "pdf-steps",
            plain(&format!("{}{}{}", "/Span <</ActualText(a)>> BDC ".repeat(40_000), SHOW.repeat(2_000), "EMC ".repeat(40_000))),
        ),
        Bomb::new("pdf-fields-one-value.pdf", "pdf-steps", fields(1_000)),
        Bomb::new(
            "pdf-fields-in-themselves.pdf",
            "sanitised",
            page_with(
                words(SHOW),
                "",
                "",
                "/AcroForm<</Fields[5 0 R]>>",
                vec![format!("<</FT/Tx/Kids[{}]>>", "5 0 R ".repeat(20_000)).into_bytes()],
            ),
        ),
        Bomb::new(
            "pdf-layers-powers.pdf",
            "pdf-steps",
            page_with(
                words(&format!("/OC /P BDC {SHOW}EMC")),
                "/Properties<</P 6 0 R>>",
                "",
                groups,
                [members.clone(), chain(7, 20, "[]", expression, 4)].concat(),
            ),
        ),
        Bomb::new(
            "pdf-layers-asked-often.pdf",
            "sanitised",
            page_with(
                packed(&format!("{}{SHOW}", "/OC /P BDC EMC ".repeat(100_000))),
                "/Properties<</P 6 0 R>>",
                "",
                groups,
                vec![members[0].clone(), many_members],
            ),
        ),
        Bomb::new("pdf-strings-powers.pdf", "sanitised", page_with(words(SHOW), "", "", "/X 5 0 R", chain(5, 12, "1", array, 20))),
        Bomb::new(
            "pdf-cmap-shared-target.pdf",
            "review",
            composite(all, "", &format!("begincmap 1 beginbfrange <0000> <FFFF> <{}> endbfrange endcmap", "0041".repeat(200_000)), &codes),
        ),
        Bomb::new("pdf-widths-again.pdf", "sanitised", composite(all, &"0 65535 500 ".repeat(10_000), letter, "<0041> Tj")),
        Bomb::new("pdf-code-spaces-again.pdf", "sanitised", composite(&spaces(&|_| 0xff00), "", letter, &again)),
        Bomb::new("pdf-code-spaces.pdf", "pdf-damaged", composite(&spaces(&|number| number), "", letter, &again)),
        Bomb::new("pdf-characters.pdf", "sanitised", composite(&format!("{all} {many}"), "", letter, &again)),
        Bomb::new("pdf-same-full-page.pdf", "pdf-steps", full_page_again(50)),
        Bomb::new("pdf-remarks-one-drawing.pdf", "pdf-operators", remarks(200)),
        Bomb::new("pdf-long-operand.pdf", "pdf-operators", page(packed(&format!("{SHOW}[{}] TJ", "0 ".repeat(7_000_000))), "", vec![])),
    ]
}

pub fn bombs() -> Vec<Bomb> {
    [single(), shared()].into_iter().flatten().collect()
}

fn single() -> Vec<Bomb> {
    let zeros = |count: usize| zlib(&vec![b' '; count]);
    let thin: Vec<u8> = {
        let mut bytes = vec![b' '; 280 * MIB];
        for (at, byte) in noise(bytes.len() / 512).into_iter().enumerate() {
            bytes[at * 512] = if byte < 128 { b'q' } else { b'Q' };
        }
        bytes
    };
    let nest = |open: &str, close: &str, count: usize| format!("{}{}", open.repeat(count), close.repeat(count));
    let circle = "/Outlines 5 0 R/Names<</Dests 5 0 R/EmbeddedFiles 5 0 R>>/StructTreeRoot 5 0 R/OCProperties<</OCGs[5 0 R]/D<</Order 6 0 R/OFF 6 0 R>>>>/AcroForm<</Fields[5 0 R]>>";
    let circles = vec![
        b"<</Type/OCG/First 5 0 R/Last 5 0 R/Next 5 0 R/Kids[5 0 R 5 0 R]/K[5 0 R 5 0 R]/Parent 5 0 R/Limits[(a)(b)]/Names[(a) 5 0 R]/T(a)/FT/Tx/V 5 0 R>>".to_vec(),
        b"[6 0 R 6 0 R [6 0 R]]".to_vec(),
    ];
    let gray = "/ColorSpace/DeviceGray/BitsPerComponent 8";
    vec![
        Bomb::new("pdf-ratio.pdf", "pdf-bomb", page(stream("/Filter/FlateDecode", &zeros(400 * MIB)), "", vec![])),
        Bomb::new("pdf-large-stream.pdf", "pdf-stream-too-large", page(stream("/Filter/FlateDecode", &zlib(&thin)), "", vec![])),
        Bomb::new("pdf-filters.pdf", "pdf-filters", filters(40, SHOW.as_bytes())),
        Bomb::new("pdf-filters-squared.pdf", "pdf-bomb", filters(3, &vec![b' '; 400 * MIB])),
        Bomb::new("pdf-lzw.pdf", "pdf-bomb", page(stream("/Filter/LZWDecode", &lzw_zeros(300 * MIB)), "", vec![])),
        Bomb::new("pdf-run-length.pdf", "sanitised", page(stream("/Filter/RunLengthDecode", &[129, b' '].repeat(MIB)), "", vec![])),
        Bomb::new(
            "pdf-predictor.pdf",
            "pdf-bomb",
            page(
                stream(
                    "/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 2147483647/BitsPerComponent 16>>",
                    &zeros(MIB),
                ),
                "",
                vec![],
            ),
        ),
        Bomb::new("pdf-object-streams.pdf", "pdf-no-pages", object_streams()),
        Bomb::new("pdf-crowded-stream.pdf", "pdf-bomb", crowded_stream()),
        Bomb::new("pdf-dense-stream.pdf", "pdf-values", dense_stream(40 * MIB)),
        Bomb::new("pdf-overlapping-arrays.pdf", "pdf-values", overlapping_arrays(20_000)),
        Bomb::new("pdf-page-circle.pdf", "pdf-page-tree-loop", tree("2 0 R 2 0 R", vec![])),
        Bomb::new(
            "pdf-page-circle-below.pdf",
            "pdf-page-tree-loop",
            tree("3 0 R", vec![b"<</Type/Pages/Kids[4 0 R]/Count 1>>".to_vec(), b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 9>>".to_vec()]),
        ),
        Bomb::new("pdf-page-tree-deep.pdf", "pdf-page-tree-loop", deep_tree(100_000)),
        Bomb::new(
            "pdf-same-page.pdf",
            "pdf-pages",
            tree(&"3 0 R ".repeat(60_000), vec![b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>".to_vec()]),
        ),
        Bomb::new("pdf-xref-circle.pdf", "sanitised", updates(1, |_, start| start)),
        Bomb::new("pdf-xref-far-circle.pdf", "sanitised", updates(3, |last, start| if last % 2 == 0 { start } else { last })),
        Bomb::new("pdf-xref-chain.pdf", "sanitised", updates(4_000, |last, _| last)),
        Bomb::new(
            "pdf-xref-stream-ratio.pdf",
            "pdf-stream-too-large",
            table_stream("/Size 5/W[1 4 1]/Filter/FlateDecode", &zlib(&vec![0; 400 * MIB])),
        ),
        Bomb::new("pdf-xref-huge-widths.pdf", "sanitised", table_stream("/Size 5/W[2147483647 2147483647 2147483647]", &[0; 64])),
        Bomb::new("pdf-xref-negative-widths.pdf", "sanitised", table_stream("/Size 5/W[-1 -4 -1]", &[0; 64])),
        Bomb::new("pdf-xref-many-widths.pdf", "sanitised", table_stream(&format!("/Size 5/W[{}]", "1 ".repeat(500_000)), &[0; 64])),
        Bomb::new("pdf-xref-huge-size.pdf", "sanitised", table_stream("/Size 4294967295/W[1 0 0]/Index[0 4294967295]", &[1; 64])),
        Bomb::new("pdf-xref-empty-rows.pdf", "sanitised", table_stream("/Size 2147483647/W[0 0 0]/Index[0 2147483647]", &[1; 64])),
        Bomb::new("pdf-deep-arrays.pdf", "review", page_with(words(SHOW), "", &format!("/X {}", nest("[", "]", 500_000)), "", vec![])),
        Bomb::new(
            "pdf-deep-dictionaries.pdf",
            "review",
            page_with(words(SHOW), "", &format!("/X {}", nest("<</a", ">>", 200_000)), "", vec![]),
        ),
        Bomb::new("pdf-deep-content.pdf", "sanitised", plain(&format!("{SHOW}{} TJ", nest("[", "]", 500_000)))),
        Bomb::new("pdf-deep-strings.pdf", "pdf-operators", plain(&format!("{SHOW}BT /F0 9 Tf {} Tj ET", nest("(", ")", 2_000_000)))),
        Bomb::new("pdf-long-array.pdf", "pdf-values", page_with(words(SHOW), "", &format!("/X[{}]", "0 ".repeat(5_000_000)), "", vec![])),
        Bomb::new("pdf-long-string.pdf", "sanitised", page_with(words(SHOW), "", &format!("/X({})", letters(40 * MIB)), "", vec![])),
        Bomb::new("pdf-long-name.pdf", "sanitised", page_with(words(SHOW), "", &format!("/{} 1", letters(20 * MIB)), "", vec![])),
        Bomb::new("pdf-nested-states.pdf", "review", plain(&format!("{SHOW}{}", nest("q ", "Q ", 3_000_000)))),
        Bomb::new("pdf-open-states.pdf", "review", plain(&format!("{}{SHOW}", "q ".repeat(3_000_000)))),
        Bomb::new(
            "pdf-many-operators.pdf",
            "pdf-operators",
            page(stream("/Filter/FlateDecode", &zlib(&b"n\n0 0 m ".repeat(11_000_000))), "", vec![]),
        ),
        Bomb::new("pdf-form-circle.pdf", "sanitised", forms(1, 2, Some(0))),
        Bomb::new("pdf-form-far-circle.pdf", "sanitised", forms(12, 1, Some(3))),
        Bomb::new("pdf-form-powers.pdf", "pdf-operators", forms(12, 10, None)),
        Bomb::new("pdf-form-chain.pdf", "pdf-form-loop", forms(5_000, 1, None)),
        Bomb::new("pdf-type3-circle.pdf", "review", type3_circle()),
        Bomb::new("pdf-pattern-circle.pdf", "sanitised", pattern_circle()),
        Bomb::new("pdf-cmap-range.pdf", "sanitised", to_unicode("1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange")),
        Bomb::new("pdf-cmap-many-ranges.pdf", "sanitised", to_unicode(&many_ranges())),
        Bomb::new(
            "pdf-cmap-long-target.pdf",
            "review",
            to_unicode(&format!("1 beginbfrange <0000> <FFFF> <{}> endbfrange", "0041".repeat(200_000))),
        ),
        Bomb::new(
            "pdf-image-size.pdf",
            "review",
            picture(&format!("/Width 2000000000/Height 2000000000{gray}/Filter/FlateDecode"), &zeros(1_000)),
        ),
        // Each of the words could be that of an object, for all that stands before it.
        Bomb::new(
            "pdf-image-of-objects.pdf",
            "sanitised",
            picture("/Width 10000/Height 2000/ColorSpace/DeviceGray/BitsPerComponent 8", &b"% obj".repeat(4_000_000)),
        ),
        // As large as scans of a report are: what looks like values in its data is none.
        Bomb::new(
            "pdf-image-large.pdf",
            "sanitised",
            picture(
                "/Width 10000/Height 2000/ColorSpace/DeviceRGB/BitsPerComponent 8",
                &[&b"obj "[..], &crate::noise(60_000_000 - 4)].concat(),
            ),
        ),
        // Far more pixels than anybody scans, and none of them there.
        Bomb::new(
            "pdf-image-jpeg-size.pdf",
            "review",
            picture(
                "/Width 65500/Height 65500/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode",
                &crate::other::jpeg(65_500, 65_500),
            ),
        ),
        Bomb::new(
            "pdf-image-jpx.pdf",
            "review",
            picture("/Width 9/Height 9/Filter/JPXDecode", b"\0\0\0\x0cjP  \r\n\x87\n\xff\xff\xff\xff"),
        ),
        Bomb::new("pdf-inline-images.pdf", "sanitised", plain(&format!("{SHOW}{}", "BI /W 1 /H 1 /BPC 8 /CS /G ID x EI ".repeat(20_000)))),
        // Each draws far more than it has: readers do not agree on what.
        Bomb::new(
            "pdf-inline-images-short.pdf",
            "review",
            plain(&format!("{SHOW}{}", "BI /W 99999 /H 99999 /BPC 8 /CS /G ID x EI ".repeat(20_000))),
        ),
        // Letters, pictures and lines without end, each of which may lie under or beside each other.
        Bomb::new(
            "pdf-same-letters.pdf",
            "sanitised",
            plain(&format!("BT /F0 8 Tf -4.448 Tc 9 400 Td ({0}) Tj ET BT 1 g /F0 8 Tf 9 300 Td ({0}) Tj ET", "a".repeat(480_000))),
        ),
        Bomb::new("pdf-many-pictures.pdf", "sanitised", {
            let image = stream(&format!("/Type/XObject/Subtype/Image/Width 8/Height 8{gray}"), &[0xe0; 64]);
            let paints = format!("q 9 0 0 9 300 300 cm {}Q {}", "/X Do ".repeat(120_000), "1 1 1 1 re f ".repeat(250_000));
            page(words(&paints), "/XObject<</X 5 0 R>>", vec![image])
        }),
        Bomb::new("pdf-many-rules.pdf", "sanitised", {
            let lines: String = (0..20_000).map(|line| format!("BT /F0 5 Tf 450 {} Td (Formatted: x) Tj ET ", line % 130 * 6)).collect();
            plain(&format!("0 g {}{lines}", "400 1 50 2 re f ".repeat(150_000)))
        }),
        Bomb::new("pdf-many-corners.pdf", "pdf-operators", {
            let corners: String = (0..3_900).map(|step| format!("{} {} l ", step * 37 % 590, step * 91 % 800)).collect();
            let letters = "a".repeat(200_000);
            plain(&format!("BT /F0 8 Tf -4.448 Tc 9 400 Td ({letters}) Tj ET {}", format!("0 0 m {corners}f* ").repeat(400)))
        }),
        // What is painted past what is remembered could be a cover.
        Bomb::new("pdf-many-paints.pdf", "pdf-operators", plain(&format!("{SHOW}{}", "1 1 1 1 re f\n".repeat(400_001)))),
        Bomb::new("pdf-circles.pdf", "sanitised", page_with(words(SHOW), "", "/Annots[5 0 R 6 0 R]", circle, circles)),
        Bomb::new("pdf-length-circle.pdf", "sanitised", page(words(SHOW), "", vec![b"<</Length 5 0 R>>\nstream\nx\nendstream".to_vec()])),
        Bomb::new("pdf-many-objects.pdf", "sanitised", page(words(SHOW), "", (0..400_000).map(|_| b"null".to_vec()).collect())),
        Bomb::new("pdf-no-table.pdf", "pdf-values", [b"%PDF-1.7\n".to_vec(), b"1 0 obj ".repeat(2_000_000)].concat()),
        Bomb::new(
            "pdf-encrypted.pdf",
            "file-password-protected",
            file(
                &[b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), b"<</Type/Pages/Kids[]/Count 0>>".to_vec()],
                "/Encrypt<</Filter/Standard/V 5/R 6/Length 2147483647/P -4/O(a)/U(b)>>/ID[(a)(b)]",
            ),
        ),
    ]
}
