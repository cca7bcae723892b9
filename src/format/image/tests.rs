//! Pictures built here, each with a canary in every place where one can hide.

use std::io::{Cursor, Write as _};

use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, RgbaImage};
use proptest::prelude::*;

use super::bytes::le32i;
use super::*;
use crate::model::FindingKind as K;

const CANARY: &str = "CANARY-hidden-words";

fn limits() -> Limits {
    Limits::default()
}

fn has(haystack: &[u8], needle: &str) -> bool {
    let wide: Vec<u8> = needle.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(haystack, needle.as_bytes()).is_some() || memchr::memmem::find(haystack, &wide).is_some()
}

/// Cleans, checks that cleaning again changes nothing, and returns the result.
fn cleaned(bytes: &[u8], crop: Option<Crop>) -> CleanImage {
    let first = clean(bytes, crop, &limits()).unwrap();
    let again = clean(&first.bytes, first.crop, &limits()).unwrap();
    assert_eq!(again.bytes, first.bytes, "cleaning twice is cleaning once");
    assert_eq!(again.crop, first.crop);
    assert_eq!(sniff(&first.bytes), Some(first.kind));
    first
}

fn gone(bytes: &[u8]) -> CleanImage {
    assert!(has(bytes, CANARY), "the sample holds the canary");
    let clean = cleaned(bytes, None);
    assert!(!has(&clean.bytes, CANARY));
    assert!(clean.removed.iter().any(|(_, count)| *count > 0));
    clean
}

fn picture() -> RgbImage {
    RgbImage::from_fn(40, 30, |x, y| image::Rgb([(x * 6) as u8, (y * 8) as u8, ((x * y) % 251) as u8]))
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let picture: DynamicImage = picture.into();
    match format {
        ImageFormat::Jpeg => image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 90).encode_image(&picture).unwrap(),
        _ => picture.write_to(&mut out, format).unwrap(),
    }
    out.into_inner()
}

fn pixels(bytes: &[u8]) -> RgbaImage {
    image::load_from_memory(bytes).unwrap().into_rgba8()
}

/// The PNG with chunks put in before its first IDAT chunk.
fn with_chunks(png: &[u8], chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let at = memchr::memmem::find(png, b"IDAT").unwrap() - 4;
    let mut out = png[..at].to_vec();
    for (name, body) in chunks {
        png::chunk(&mut out, *name, body);
    }
    out.extend_from_slice(&png[at..]);
    out
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn png_keeps_its_pixels_and_loses_texts_profiles_and_what_follows() {
    let plain = encoded(picture(), ImageFormat::Png);
    let mut text = b"Author\0".to_vec();
    text.extend_from_slice(CANARY.as_bytes());
    let mut packed = b"Comment\0\0".to_vec();
    packed.extend(zlib(CANARY.as_bytes()));
    let mut profile = CANARY.as_bytes().to_vec();
    profile.extend_from_slice(b"\0\0");
    profile.extend(zlib(b"profile"));
    let chunks = [
        (*b"tEXt", text),
        (*b"zTXt", packed),
        (*b"iCCP", profile),
        (*b"eXIf", CANARY.as_bytes().to_vec()),
        (*b"prVt", CANARY.as_bytes().to_vec()),
        (*b"pHYs", vec![0, 0, 14, 196, 0, 0, 14, 196, 1]),
    ];
    let mut bytes = with_chunks(&plain, &chunks);
    bytes.extend_from_slice(CANARY.as_bytes());
    let clean = gone(&bytes);
    assert_eq!(pixels(&clean.bytes), pixels(&plain));
    assert!(has(&clean.bytes, "pHYs") && !has(&clean.bytes, "iCCP"));
    assert!(clean.secrets.iter().any(|word| word.contains(CANARY)), "{:?}", clean.secrets);
}

#[test]
fn png_pixel_data_ends_with_the_last_row() {
    let rows: Vec<u8> = (0..16u8).flat_map(|y| std::iter::once(0).chain((0..16).map(move |x| x * y))).collect();
    let header = png::Header { width: 16, height: 16, depth: 8, colour: 0, interlaced: false };
    let plain = png::write_rows(header, &(0..16u8).flat_map(|y| (0..16).map(move |x| x * y)).collect::<Vec<u8>>()).unwrap();
    let at = memchr::memmem::find(&plain, b"IDAT").unwrap() - 4;
    for (more_rows, behind) in [(CANARY.as_bytes(), &b""[..]), (b"", CANARY.as_bytes())] {
        let mut data = zlib(&[&rows, more_rows].concat());
        data.extend_from_slice(behind);
        let mut bytes = plain[..at].to_vec();
        png::chunk(&mut bytes, *b"IDAT", &data);
        png::chunk(&mut bytes, *b"IEND", b"");
        let clean = cleaned(&bytes, None);
        assert_eq!(clean.removed, [(K::PictureOriginal, 1)]);
        assert_eq!(pixels(&clean.bytes), pixels(&plain));
        assert!(!has(&clean.bytes, CANARY));
        assert_eq!(clean.bytes, plain);
    }
}

#[test]
fn png_shows_nothing_under_transparent_pixels() {
    let hidden = RgbaImage::from_fn(20, 20, |x, y| image::Rgba([(x * 12) as u8, y as u8, 7, if x < 10 { 0 } else { 255 }]));
    let clean = cleaned(&encoded(hidden.clone(), ImageFormat::Png), None);
    for (x, y, pixel) in pixels(&clean.bytes).enumerate_pixels() {
        let seen = hidden.get_pixel(x.max(10), y).0;
        assert_eq!(pixel.0, if x < 10 { [seen[0], seen[1], seen[2], 0] } else { seen });
    }
    let one_colour = RgbaImage::from_fn(20, 20, |x, y| if x < 10 { image::Rgba([255, 255, 255, 0]) } else { *hidden.get_pixel(x, y) });
    assert!(cleaned(&encoded(one_colour, ImageFormat::Png), None).removed.is_empty());
}

#[test]
fn png_palettes_hold_only_colours_that_are_seen() {
    let header = png::Header { width: 4, height: 2, depth: 8, colour: 3, interlaced: false };
    let mut palette = vec![10, 20, 30, 40, 50, 60, 70, 80, 90];
    palette.extend_from_slice(CANARY.as_bytes());
    palette.resize(palette.len().next_multiple_of(3), 0);
    let mut bytes = png::SIGNATURE.to_vec();
    let rows = [1, 2, 1, 0, 2, 0, 1, 1];
    let plain = png::write_rows(png::Header { colour: 0, ..header }, &rows).unwrap();
    let data = &plain[memchr::memmem::find(&plain, b"IDAT").unwrap() + 4..];
    let length = u32::from_be_bytes(plain[memchr::memmem::find(&plain, b"IDAT").unwrap() - 4..][..4].try_into().unwrap()) as usize;
    png::chunk(&mut bytes, *b"IHDR", &[0, 0, 0, 4, 0, 0, 0, 2, 8, 3, 0, 0, 0]);
    png::chunk(&mut bytes, *b"PLTE", &palette);
    // Entries 0 and 2 are invisible: which of them a pixel uses must not be told.
    png::chunk(&mut bytes, *b"tRNS", &[0, 255, 0]);
    png::chunk(&mut bytes, *b"IDAT", &data[..length]);
    png::chunk(&mut bytes, *b"IEND", b"");
    let clean = cleaned(&bytes, None);
    assert!(!has(&clean.bytes, CANARY));
    let seen: Vec<[u8; 4]> = pixels(&clean.bytes).pixels().map(|pixel| pixel.0).collect();
    let opaque = [40, 50, 60, 255];
    let unseen = [10, 20, 30, 0];
    assert_eq!(seen, [opaque, unseen, opaque, unseen, unseen, unseen, opaque, opaque]);
}

#[test]
fn cropped_png_loses_the_pixels_and_nothing_that_is_seen() {
    let source = picture();
    let clean = cleaned(&encoded(source.clone(), ImageFormat::Png), Some(Crop { left: 26_000, bottom: 50_000, ..Crop::default() }));
    let kept = pixels(&clean.bytes);
    // 26 % of 40 pixels are 10.4: ten go, four tenths of the next stay cropped.
    assert_eq!(kept.dimensions(), (30, 15));
    assert_eq!(kept.get_pixel(0, 0).0[..3], source.get_pixel(10, 0).0);
    assert_eq!(clean.crop, Some(Crop { left: 1333, ..Crop::default() }));
    assert!(clean.removed.contains(&(K::CroppedPixels, 1)));
}

#[test]
fn cropped_png_of_one_bit_is_cut_inside_bytes() {
    let rows: Vec<u8> = (0..8u8).flat_map(|y| [y.wrapping_mul(37), 0b1010_0000 ^ (y << 5)]).collect();
    let header = png::Header { width: 11, height: 8, depth: 1, colour: 0, interlaced: false };
    let source = png::write_rows(header, &rows.chunks(2).flat_map(|row| [row[0], row[1] & 0xe0]).collect::<Vec<u8>>()).unwrap();
    let clean = cleaned(&source, Some(Crop { left: 100_000 * 3 / 11 + 1, top: 25_000, ..Crop::default() }));
    let (all, kept) = (pixels(&source), pixels(&clean.bytes));
    assert_eq!(kept.dimensions(), (8, 6));
    for (x, y, pixel) in kept.enumerate_pixels() {
        assert_eq!(pixel, all.get_pixel(x + 3, y + 2));
    }
}

#[test]
fn damaged_and_huge_pictures_are_refused() {
    let plain = encoded(picture(), ImageFormat::Png);
    let mut broken = plain.clone();
    broken[20] ^= 1;
    let fault = |bytes: &[u8], limits: &Limits| clean(bytes, None, limits).unwrap_err().fault.code();
    assert_eq!(fault(&broken, &limits()), "image-damaged");
    assert_eq!(fault(&plain[..plain.len() - 20], &limits()), "image-damaged");
    assert_eq!(fault(&plain, &Limits { pixels: 100, ..limits() }), "image-too-large");
    assert_eq!(fault(b"II\xbc\x01abcdef", &limits()), "image-unsupported");
    assert_eq!(fault(b"hello", &limits()), "image-unsupported");
}

/// The JPEG with segments put in behind its start.
fn with_segments(jpeg: &[u8], segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = jpeg[..2].to_vec();
    for (marker, body) in segments {
        out.extend_from_slice(&[0xff, *marker]);
        out.extend_from_slice(&u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        out.extend_from_slice(body);
    }
    out.extend_from_slice(&jpeg[2..]);
    out
}

#[test]
fn jpeg_keeps_its_pixels_and_loses_metadata_previews_and_what_follows() {
    let plain = encoded(picture(), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x3b\0\x02\0\0\0\x13\0\0\0\x1a\0\0\0\0".to_vec();
    exif.extend_from_slice(CANARY.as_bytes());
    let mut thumbnail = b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x06".to_vec();
    thumbnail.extend_from_slice(&CANARY.as_bytes()[..18]);
    let words = |head: &[u8]| [head, CANARY.as_bytes()].concat();
    let segments = [
        (0xe0, thumbnail),
        (0xe1, exif),
        (0xe1, words(b"http://ns.adobe.com/xap/1.0/\0")),
        (0xe2, words(b"ICC_PROFILE\0\x01\x01")),
        (0xe2, words(b"MPF\0")),
        (0xed, words(b"Photoshop 3.0\0")),
        (0xfe, words(b"")),
    ];
    let mut bytes = with_segments(&plain, &segments);
    bytes.extend_from_slice(&words(b"\xff\xd8\xff"));
    let clean = gone(&bytes);
    assert_eq!(pixels(&clean.bytes), pixels(&plain));
    assert!(clean.secrets.iter().any(|word| word.contains(CANARY)));
}

#[test]
fn cropped_jpeg_becomes_a_png_of_the_same_pixels() {
    let source = encoded(picture(), ImageFormat::Jpeg);
    let clean = cleaned(&source, Some(Crop { right: 50_000, ..Crop::default() }));
    assert_eq!(clean.kind, ImageKind::Png);
    let (all, kept) = (pixels(&source), pixels(&clean.bytes));
    assert_eq!(kept.dimensions(), (20, 30));
    assert!(kept.enumerate_pixels().all(|(x, y, pixel)| pixel == all.get_pixel(x, y)));
}

/// A GIF of one or two frames with extensions.
fn gif(extensions: &[u8], second: bool) -> Vec<u8> {
    let mut out = b"GIF89a\x04\0\x04\0\x81\0\0".to_vec();
    out.extend_from_slice(&[0, 0, 0, 255, 0, 0, 0, 255, 0]);
    out.extend_from_slice(&CANARY.as_bytes()[..3]);
    out.extend_from_slice(extensions);
    for frame in 0..=u8::from(second) {
        let indexes = [0, 1, 2, frame, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1];
        out.extend_from_slice(&[0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 4, 0, 4, 0, 0, 2]);
        let mut data = weezl::encode::Encoder::new(weezl::BitOrder::Lsb, 2).encode(&indexes).unwrap();
        data.extend_from_slice(CANARY.as_bytes());
        out.push(data.len() as u8);
        out.extend_from_slice(&data);
        out.push(0);
    }
    out.extend_from_slice(b"\x3b");
    out.extend_from_slice(CANARY.as_bytes());
    out
}

#[test]
fn gif_keeps_its_frames_and_loses_comments_and_slack() {
    let mut extensions = vec![0x21, 0xfe, CANARY.len() as u8];
    extensions.extend_from_slice(CANARY.as_bytes());
    extensions.extend_from_slice(b"\0\x21\xff\x0bXMP DataXMP\x05aaaaa\0");
    let bytes = gif(&extensions, false);
    let clean = gone(&bytes);
    assert_eq!(pixels(&clean.bytes), pixels(&bytes));
    assert!(!has(&clean.bytes, "XMP") && !has(&clean.bytes, "CAN"));
}

#[test]
fn gif_frames_behind_the_first_stay_only_in_an_animation() {
    let still = cleaned(&gif(&[], true), None);
    let moving = cleaned(&gif(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", true), None);
    let frames = |bytes: &[u8]| memchr::memmem::find_iter(bytes, b"\x21\xf9\x04").count();
    assert_eq!((frames(&still.bytes), frames(&moving.bytes)), (1, 2));
}

#[test]
fn bitmaps_and_tiffs_become_png_of_the_same_pixels() {
    for format in [ImageFormat::Bmp, ImageFormat::Tiff] {
        let mut bytes = encoded(picture(), format);
        bytes.extend_from_slice(CANARY.as_bytes());
        let clean = cleaned(&bytes, None);
        assert_eq!(clean.kind, ImageKind::Png);
        assert!(!has(&clean.bytes, CANARY));
        assert_eq!(pixels(&clean.bytes), DynamicImage::from(picture()).into_rgba8());
    }
    let grey = GrayImage::from_fn(9, 9, |x, y| image::Luma([(x * y) as u8]));
    let clean = cleaned(&encoded(grey.clone(), ImageFormat::Tiff), Some(Crop { top: 50_000, ..Crop::default() }));
    assert_eq!(pixels(&clean.bytes).dimensions(), (9, 5));
}

fn record(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut out = kind.to_le_bytes().to_vec();
    let length = (8 + body.len()).next_multiple_of(4);
    out.extend_from_slice(&(length as u32).to_le_bytes());
    out.extend_from_slice(body);
    out.resize(length, 0);
    out
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn fields(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// `EMR_EXTTEXTOUTW` at a point, with bytes that no field covers.
fn text_record(text: &str, x: u32, slack: &[u8]) -> Vec<u8> {
    let count = text.encode_utf16().count() as u32;
    let at = 76 + slack.len().next_multiple_of(4) as u32;
    let mut body = fields(&[0, 0, 100, 100, 1, 0, 0, x, 5, count, at, 0, 0, 0, 0, 0, at + (count * 2).next_multiple_of(4)]);
    body.extend_from_slice(slack);
    body.resize(at as usize - 8, 0);
    body.extend(utf16(text));
    body.resize(body.len().next_multiple_of(4), 0);
    body.extend(fields(&vec![10; count as usize]));
    record(84, &body)
}

fn emf(records: &[Vec<u8>], description: &str) -> Vec<u8> {
    let words = utf16(description);
    let mut out = fields(&[1, 88 + words.len().next_multiple_of(4) as u32, 0, 0, 100, 100, 0, 0, 2000, 2000]);
    out.extend_from_slice(b" EMF");
    out.extend(fields(&[0x10000, 0, records.len() as u32 + 2]));
    out.extend_from_slice(&[1, 0, 0, 0]);
    out.extend(fields(&[(words.len() / 2) as u32, if words.is_empty() { 0 } else { 88 }, 0, 1000, 1000, 300, 300]));
    out.extend_from_slice(&words);
    out.resize(out.len().next_multiple_of(4), 0);
    out.extend(records.concat());
    out.extend(record(14, &fields(&[0, 16, 20])));
    out
}

#[test]
fn metafiles_keep_their_drawing_and_lose_comments_descriptions_and_slack() {
    let mut font = fields(&[1, 12, 0, 0, 0, 400, 0, 0]);
    font.extend(utf16("Arial\0"));
    font.extend(utf16(CANARY));
    font.resize(324, 0);
    let records = [
        record(70, &[&fields(&[20])[..], CANARY.as_bytes()].concat()),
        record(105, CANARY.as_bytes()),
        record(82, &font),
        text_record("Shown words", 5, CANARY.as_bytes()),
        text_record(CANARY, 90_000, b""),
        record(33, CANARY.as_bytes()),
    ];
    let mut bytes = emf(&records, &format!("drawing\0{CANARY}\0\0"));
    bytes.extend_from_slice(CANARY.as_bytes());
    let clean = gone(&bytes);
    assert!(has(&clean.bytes, "Shown words") && has(&clean.bytes, "Arial"));
    assert_eq!(bytes::le32(&clean.bytes, 48), Some(clean.bytes.len() as u32));
    assert_eq!(bytes::le32(&clean.bytes, 52), Some(5));
    assert!(clean.removed.iter().any(|(kind, _)| *kind == K::OffPageContent));
}

#[test]
fn fonts_that_somebody_named_are_neutral_in_every_drawing() {
    let enhanced = |name: &str| {
        let mut font = fields(&[1, 12, 0, 0, 0, 400, 0, 0]);
        font.extend(utf16(name));
        font.resize(324, 0);
        emf(&[record(82, &font), text_record("Shown words", 5, b"")], "")
    };
    let plain = |charset: u8, name: &[u8], room: usize| {
        let mut font = vec![0; 18];
        font[13] = charset;
        font.extend_from_slice(name);
        font.resize(18 + room, 0);
        wmf(&[(0x02fb, font), (0x0213, vec![1, 0, 2, 0])])
    };
    let drawn = |font: &str| svg(&format!("<text font-family=\"{font}\" x=\"1\" y=\"9\">Shown</text>"));
    for bytes in
        [enhanced(&format!("{CANARY} Sans")), enhanced(&CANARY.repeat(4)), plain(0, format!("{CANARY} Bold").as_bytes(), 32), drawn(CANARY)]
    {
        let clean = gone(&bytes);
        assert!(has(&clean.bytes, "Font1"));
    }
    let short = clean(&plain(0, b"Qy Bold", 8), None, &limits()).unwrap();
    assert!(has(&short.bytes, "Font1\0\0\0") && !has(&short.bytes, "Qy"));
    // "SimSun" in GBK under the character set of that code page.
    for bytes in [enhanced("Arial Narrow"), enhanced("宋体"), plain(134, b"\xcb\xce\xcc\xe5", 8), drawn("Arial, sans-serif")] {
        assert_eq!(clean(&bytes, None, &limits()).unwrap().removed, [], "a known font was taken for another one");
    }
}

#[test]
fn no_value_of_a_drawing_holds_words_of_a_writer() {
    for attribute in
        ["font-weight", "text-anchor", "preserveAspectRatio", "fill", "stroke", "display", "orient", "mask", "d", "transform", "width"]
    {
        for words in ["canary7f3", "canary seven", "url(#a) canary7f3 url(#b)", "bold canary7f3"] {
            let clean = clean(&svg(&format!("<rect {attribute}=\"{words}\" height=\"4\"/>")), None, &limits()).unwrap();
            assert!(!has(&clean.bytes, "canary"), "{attribute}={words}");
        }
    }
    let kept = svg("<text font-weight=\"700\" text-anchor=\"middle\" fill=\"DarkRed\" stroke=\"none\">Shown</text>");
    let clean = clean(&kept, None, &limits()).unwrap();
    assert!(["\"700\"", "\"middle\"", "\"DarkRed\"", "\"none\""].iter().all(|value| has(&clean.bytes, value)));
}

#[test]
fn what_a_metafile_draws_and_we_do_not_know_refuses_it() {
    let fault = |bytes: &[u8], crop| clean(bytes, crop, &limits()).unwrap_err().fault.code();
    assert_eq!(fault(&emf(&[record(199, b"")], ""), None), "image-unsupported");
    assert_eq!(fault(&emf(&[], ""), Some(Crop { left: 1000, ..Crop::default() })), "image-cannot-cut");
}

/// 19 by 11 pixels in ten scans with restart markers and chroma of half the size, as libjpeg writes it.
const PROGRESSIVE: &str = "\
     /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4\
     x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wgARCAAL\
     ABMDASIAAhEBAxEB/8QAGAAAAgMAAAAAAAAAAAAAAAAAAAQBAwX/xAAVAQEBAAAAAAAAAAAAAAAAAAADBP/dAAQAAf/aAAwDAQACEAMQAAABSu\
     bYnP8A/9CDTBo//8QAGBABAQEBAQAAAAAAAAAAAAAAAAEDERP/2gAIAQEAAQUCmb//0Jm//9Hzf//Skf/Tkf/U4//EABcRAAMBAAAAAAAAAAAA\
     AAAAAAABAxP/2gAIAQMBAT8BnZn/0Nmf/8QAFxEBAAMAAAAAAAAAAAAAAAAAAAECEf/aAAgBAgEBPwGLa//Qf//EABQQAQAAAAAAAAAAAAAAAA\
     AAAAD/2gAIAQEABj8Cf//Qf//Rf//Sf//Tf//Uf//EABkQAQACAwAAAAAAAAAAAAAAAAABURFhcf/aAAgBAQABPyFf/9DW/9Hl/9KKn//Tip//\
     1MKf/9oADAMBAAIAAwAAABBH/9AD/8QAFREBAQAAAAAAAAAAAAAAAAAAAAH/2gAIAQMBAT8QT//Qj//EABYRAQEBAAAAAAAAAAAAAAAAAAABEf\
     /aAAgBAgEBPxCp/9DH/8QAGRABAAMBAQAAAAAAAAAAAAAAAAEhURFh/9oACAEBAAE/EPF//9AP/9GKn//SwH//08J//9SOMUf/2Q==\
     ";

fn jpeg_samples() -> [Vec<u8>; 3] {
    [
        encoded(picture(), ImageFormat::Jpeg),
        encoded(GrayImage::from_fn(33, 9, |x, y| image::Luma([(x * y) as u8])), ImageFormat::Jpeg),
        svg::values::from_base64(PROGRESSIVE).unwrap(),
    ]
}

#[test]
fn scans_of_a_jpeg_end_with_their_last_block_and_tables_are_those_in_use() {
    for plain in jpeg_samples() {
        let kept = cleaned(&plain, None);
        let shown = pixels(&plain);
        assert_eq!(pixels(&kept.bytes), shown);
        let end = plain.len() - 2;
        let behind = [&plain[..end], CANARY.as_bytes(), &[0xff, 0xd3], CANARY.as_bytes(), &plain[end..]].concat();
        assert_eq!(gone(&behind).bytes, kept.bytes);
        // Tables for quantisation and codes that a later one replaces or nothing asks for, and an interval that is set again.
        let frame = memchr::memmem::find(&plain, &[0xff, 0xdb]).unwrap();
        let quantiser = [&[0xff, 0xdb, 0, 67, 3][..], &CANARY.repeat(4).as_bytes()[..64]].concat();
        let codes = [&[0xff, 0xc4, 0, 19 + 19, 0x13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19, 0, 0, 0, 0, 0][..], CANARY.as_bytes()].concat();
        let interval = [0xff, 0xdd, 0, 4, b'C', b'A'];
        let free = [&plain[..frame], &quantiser, &codes, &interval, &interval, &[0xff, 0xdd, 0, 4, 0, 0], &plain[frame..]].concat();
        let clean = gone(&free);
        assert!(clean.bytes.len() <= kept.bytes.len() + 6 && pixels(&clean.bytes) == shown);
    }
}

#[test]
fn codes_of_a_jpeg_that_no_block_has_mean_nothing() {
    let plain = encoded(RgbImage::from_pixel(16, 16, image::Rgb([9, 99, 200])), ImageFormat::Jpeg);
    let mut bytes = plain.clone();
    // The last codes of the first table of 162.
    let table = memchr::memmem::find(&plain, &[0x7d, 1, 2, 3, 0, 4]).unwrap() + 1;
    bytes[table + 162 - CANARY.len()..table + 162].copy_from_slice(CANARY.as_bytes());
    assert_eq!(pixels(&gone(&bytes).bytes), pixels(&plain));
}

#[test]
fn a_jpeg_over_a_jpeg_and_codes_that_are_none_are_refused() {
    let fault = |bytes: &[u8]| clean(bytes, None, &limits()).unwrap_err().fault.code();
    for plain in jpeg_samples() {
        let scan = memchr::memmem::find(&plain, &[0xff, 0xda]).unwrap();
        let again = [&plain[..plain.len() - 2], &plain[scan..]].concat();
        assert_eq!(fault(&again), "image-damaged");
        let inside = [&plain[..scan + 20], &[0xff, 0xd0], CANARY.as_bytes(), &[0xff, 0xd9]].concat();
        assert_eq!(fault(&inside), "image-damaged");
        let missing = [&plain[..scan], &[0xff, 0xdd, 0, 4, 0, 1], &plain[scan..]].concat();
        assert!(plain.len() == svg::values::from_base64(PROGRESSIVE).unwrap().len() || fault(&missing) == "image-damaged");
    }
}

/// A record of EMF+ (§2.3.1).
fn plus_record(kind: u16, flags: u16, data: &[u8]) -> Vec<u8> {
    let mut out = [kind.to_le_bytes(), flags.to_le_bytes()].concat();
    let padded = data.len().next_multiple_of(4);
    out.extend(fields(&[12 + padded as u32, data.len() as u32]));
    out.extend_from_slice(data);
    out.resize(12 + padded, 0);
    out
}

fn plus_comment(records: &[u8]) -> Vec<u8> {
    let mut body = fields(&[4 + records.len() as u32]);
    body.extend_from_slice(b"EMF+");
    body.extend_from_slice(records);
    record(70, &body)
}

#[test]
fn a_comment_that_says_it_holds_nothing_is_no_drawing() {
    for said in [0, 3] {
        let comment = record(70, &[&fields(&[said])[..], b"EMF+", CANARY.as_bytes()].concat());
        let clean = gone(&emf(&[text_record("Shown words", 5, b""), comment], ""));
        assert_eq!(cleaned(&clean.bytes, None).bytes, clean.bytes, "{said}");
    }
}

#[test]
fn nothing_lies_behind_the_fields_of_a_drawing_in_comments() {
    let version = 0xdbc0_1002;
    let slack = || CANARY.as_bytes().to_vec();
    let with = |numbers: &[u32], more: Vec<u8>| [fields(numbers), more].concat();
    // Two points, their types, and a byte more than fills the word.
    let path = |tail: Vec<u8>| [with(&[version, 2, 0, 1, 2, 3, 4], vec![0, 1]), tail].concat();
    let sized = |object: Vec<u8>| [fields(&[object.len() as u32]), object].concat();
    let name: Vec<u16> = "Canary Sans".encode_utf16().collect();
    let family = [fields(&[name.len() as u32]), name.iter().flat_map(|unit| unit.to_le_bytes()).collect()].concat();
    let objects: [(u16, Vec<u8>); 11] = [
        (1, with(&[version, 0, 0xff00_0000], slack())),
        (1, with(&[version, 1, 2, 3, 4], slack())),
        (1, with(&[version, 4, 2, 0, 0, 0, 9, 9, 5, 6, 0, 0, 1, 0, 0, 1, 0, 0], slack())),
        (2, with(&[version, 0, 0x120, 0, 1, 1, 2, 7, 8, version, 0, 5], slack())),
        (3, path(slack())),
        (4, with(&[version, 2, 1, 0x1000_0000, 1, 2, 3, 4, 0x1000_0001], sized(path(slack())))),
        (4, with(&[version, 0, 0x1000_0003], slack())),
        (5, with(&[version, 1, 2, 2, 8, 0x0002_1808, 0, 1, 0, 2, 0], slack())),
        (6, [fields(&[version, 1, 0, 0, 0]), family, slack()].concat()),
        (7, with(&[version, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 6, 7], slack())),
        (9, [fields(&[version, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), sized(path(vec![0, 0])), slack()].concat()),
    ];
    for (kind, object) in objects {
        let bytes = emf(&[plus_comment(&plus_record(0x4008, kind << 8, &object))], "");
        let clean = gone(&bytes);
        assert!(kind != 6 || has(&clean.bytes, "Font1 Sans"), "{kind}");
    }
    let records = [
        (0x400a, 0, fields(&[1, 1, 0, 0, 9, 9])),
        (0x400a, 0x4000, fields(&[1, 1, 0, 9])),
        (0x400d, 0x0800, [fields(&[2]), vec![1, 0x81, 2, 3, 4]].concat()),
        (0x4015, 0, fields(&[1])),
        (0x401c, 0, [fields(&[1, 0, 5, 0, 0, 9, 9]), utf16("Shown")].concat()),
        (0x401e, 0, vec![]),
        (0x402a, 0, fields(&[0; 6])),
        (0x4036, 0, fields(&[0, 1, 0, 2, 0x0002_0001, 1, 1, 2, 1])),
    ];
    for (kind, flags, data) in records {
        let clean = gone(&emf(&[plus_comment(&plus_record(kind, flags, &[data.clone(), slack()].concat()))], ""));
        let whole = cleaned(&emf(&[plus_comment(&plus_record(kind, flags, &data))], ""), None);
        assert!(whole.removed.is_empty(), "{kind:#x}: fields were taken for slack");
        assert!(has(&clean.bytes, "EMF+"));
    }
    for object in [fields(&[version, 2, 0]), fields(&[version, 7]), fields(&[1, 0, 5])] {
        let bytes = emf(&[plus_comment(&plus_record(0x4008, 1 << 8, &object))], "");
        assert_eq!(clean(&bytes, None, &limits()).unwrap_err().fault.code(), "image-unsupported");
    }
}

#[test]
fn nothing_lies_behind_the_parameters_of_a_plain_metafile() {
    let words = |numbers: &[u16]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    // Two pixels of a byte, of which the second of three colours is not seen.
    let bitmap = |tail: &[u8]| {
        let mut out = fields(&[40, 2, 1, 0x0008_0001, 0, 0, 0, 0, 3, 0, 0x00aa_0000, 0x00bb_0000, 0x00cc_0000]);
        out.extend_from_slice(&[0, 2, 0, 0]);
        out.extend_from_slice(tail);
        out
    };
    let head = |count: usize| vec![1_u16; count];
    let records: [(u16, Vec<u8>); 9] = [
        (0x0325, words(&[2, 1, 2, 3, 4])),
        (0x0538, words(&[2, 1, 1, 1, 2, 3, 4])),
        (0x0a32, [words(&[1, 1, 6, 0]), b"Shown!".to_vec(), words(&head(6))].concat()),
        (0x0a32, [words(&[1, 1, 6, 4, 0, 0, 9, 9]), b"Shown!".to_vec(), words(&head(6))].concat()),
        (0x00f7, [words(&[0x300, 1]), vec![1, 2, 3, 0]].concat()),
        (0x06ff, words(&[0, 6, 0, 0, 0, 1, 1, 0, 0, 9, 9, 2, 0, 9, 0, 9, 2])),
        (0x0f43, [words(&[1, 1, 0]), words(&head(8)), bitmap(b"")].concat()),
        (0x0142, [words(&[5, 0]), bitmap(b"")].concat()),
        (0x0922, [words(&head(8)), words(&[0, 8, 1, 2, 0x0101, 0x55])].concat()),
    ];
    for (function, body) in records {
        let with = |tail: &[u8]| wmf(&[(function, [&body[..], tail].concat()), (0x0213, vec![1, 0, 2, 0])]);
        let clean = gone(&with(CANARY.as_bytes()));
        assert!(!has(&clean.bytes, "CANA"), "{function:#06x}");
        let kept = cleaned(&with(b""), None);
        assert_eq!(kept.bytes, clean.bytes, "{function:#06x}");
        assert!(!kept.bytes.contains(&0xbb), "a colour that no pixel has stays");
    }
}

#[test]
fn drawings_in_comments_stay_and_their_pictures_are_cleaned() {
    let inside = with_chunks(&encoded(picture(), ImageFormat::Png), &[(*b"tEXt", format!("Author\0{CANARY}").into_bytes())]);
    let mut object = fields(&[0xdbc0_1002, 1, 0, 0, 0, 0, 1]);
    object.extend_from_slice(&inside);
    object.resize(object.len().next_multiple_of(4), 0);
    let (first, second) = object.split_at(400);
    let texture = [&fields(&[0xdbc0_1002, 2, 2, 4])[..], &[0; 24], &object].concat();
    let textured = gone(&emf(&[plus_comment(&plus_record(0x4008, 1 << 8, &texture))], ""));
    assert!(has(&textured.bytes, "IHDR"));
    let total = (object.len() as u32).to_le_bytes();
    let comment = plus_comment;
    let drawing = [
        plus_record(0x4001, 1, &fields(&[0xdbc0_1002, 0, 96, 96])),
        plus_record(0x4003, 0, CANARY.as_bytes()),
        plus_record(0x4008, 0x8500, &[&total, first].concat()),
    ];
    let bytes = emf(&[comment(&drawing.concat()), comment(&plus_record(0x4008, 0x8500, &[&total, second].concat())), record(33, b"")], "");
    let clean = gone(&bytes);
    assert!(has(&clean.bytes, "EMF+") && has(&clean.bytes, "IHDR"));
    let unknown = emf(&[comment(&plus_record(0x40ff, 0, b""))], "");
    assert_eq!(super::clean(&unknown, None, &limits()).unwrap_err().fault.code(), "image-unsupported");
}

/// The code of the fault of a picture; `None` where it is released.
fn fault_of(bytes: &[u8]) -> Option<&'static str> {
    clean(bytes, None, &limits()).err().map(|error| error.fault.code())
}

#[test]
fn text_of_an_enhanced_metafile_that_nobody_sees_refuses_it() {
    let text = |options: u32, frame: [u32; 4]| {
        let mut record = text_record(CANARY, 20, b"");
        record[52..56].copy_from_slice(&options.to_le_bytes());
        record[56..72].copy_from_slice(&frame.map(u32::to_le_bytes).concat());
        record
    };
    let plain = || text(0, [0; 4]);
    let place = |record: &[u8]| (le32i(record, 36).unwrap(), le32i(record, 40).unwrap());
    let (x, y) = place(&plain());
    let around = |by: i32| [x - by, y - by, x + 400 + by, y + 30 + by].map(i32::cast_unsigned);
    let brush = |colour: u32| [record(39, &fields(&[1, 0, colour, 0])), record(37, &fields(&[1]))].concat();
    let rectangle = |by: i32| record(43, &fields(&around(by)));
    let ink = |colour: u32| record(24, &fields(&[colour]));
    let clear = || record(18, &fields(&[1]));
    let far = [9000, 9000, 9100, 9100];
    let hidden: [(&str, Vec<Vec<u8>>); 9] = [
        ("under a rectangle", vec![plain(), brush(0), rectangle(50)]),
        (
            "under a polygon",
            vec![plain(), brush(0xff_ffff), {
                let [left, top, right, bottom] = around(50);
                record(3, &fields(&[0, 0, 0, 0, 4, left, top, right, top, right, bottom, left, bottom]))
            }],
        ),
        ("under a box that a text brings", vec![plain(), blanked(text(2, around(50)))]),
        ("white on nothing", vec![clear(), ink(0xff_ffff), plain()]),
        ("white on the white that it brings", vec![ink(0xff_ffff), plain()]),
        ("black on black", vec![clear(), brush(0), rectangle(50), ink(0), plain()]),
        ("clipped away", vec![record(30, &fields(&far)), plain()]),
        ("cut to a box that is elsewhere", vec![text(4, far)]),
        ("a path that nothing paints", vec![record(59, b""), plain(), record(60, b""), record(68, b"")]),
    ];
    for (what, records) in hidden {
        assert_eq!(fault_of(&emf(&records, "")), Some("image-unsafe"), "{what}");
    }
    let seen: [(&str, Vec<Vec<u8>>); 9] = [
        ("alone", vec![plain()]),
        ("on a rectangle", vec![brush(0xff_ffff), rectangle(50), plain()]),
        ("white on black", vec![clear(), brush(0), rectangle(50), ink(0xff_ffff), plain()]),
        ("beside a rectangle", vec![plain(), brush(0), record(43, &fields(&far))]),
        ("in a frame", vec![plain(), record(37, &fields(&[0x8000_0005])), rectangle(50)]),
        ("under hatching", vec![plain(), record(39, &fields(&[1, 2, 0, 0])), record(37, &fields(&[1])), rectangle(50)]),
        ("clipped to where it is", vec![record(30, &fields(&around(50))), plain()]),
        ("after what was clipped", vec![record(33, b""), record(30, &fields(&far)), record(34, &fields(&[u32::MAX])), plain()]),
        ("cut to its own box", vec![text(4, around(50))]),
    ];
    for (what, records) in seen {
        assert_eq!(fault_of(&emf(&records, "")), None, "{what}");
    }
}

/// A text record with blanks in place of its letters.
fn blanked(mut record: Vec<u8>) -> Vec<u8> {
    let wide: Vec<u8> = CANARY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at = memchr::memmem::find(&record, &wide).unwrap();
    record[at..at + wide.len()].chunks_exact_mut(2).for_each(|letter| letter.copy_from_slice(&[b' ', 0]));
    record
}

#[test]
fn text_of_a_windows_metafile_that_nobody_sees_refuses_it() {
    let words = |numbers: &[i16]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let window = || vec![(0x020b, words(&[0, 0])), (0x020c, words(&[1000, 1000]))];
    let text = |x: i16, y: i16| (0x0521, [&words(&[6])[..], b"Shown!", &words(&[y, x])].concat());
    let brush = |style: i16, colour: u32| {
        vec![(0x02fc, [&words(&[style])[..], &colour.to_le_bytes(), &words(&[0])].concat()), (0x012d, words(&[0]))]
    };
    let rectangle = || vec![(0x041b, words(&[900, 900, 10, 10]))];
    let ink = |colour: u32| vec![(0x0209, colour.to_le_bytes().to_vec())];
    let clear = || vec![(0x0102, words(&[1]))];
    let clip = |edges: [i16; 4]| vec![(0x0416, words(&edges))];
    let drawing = |parts: &[Vec<(u16, Vec<u8>)>]| wmf(&[window(), parts.concat()].concat());
    let line = || vec![text(100, 100)];
    for (what, parts) in [
        ("under a rectangle", vec![line(), brush(0, 0), rectangle()]),
        ("white on nothing", vec![clear(), ink(0xff_ffff), line()]),
        ("black on black", vec![clear(), brush(0, 0), rectangle(), line()]),
        ("clipped away", vec![clip([900, 900, 800, 800]), line()]),
        ("outside of the window", vec![vec![text(3000, 3000)]]),
    ] {
        assert_eq!(fault_of(&drawing(&parts)), Some("image-unsafe"), "{what}");
    }
    for (what, parts) in [
        ("alone", vec![line()]),
        ("on a rectangle", vec![brush(0, 0xff_ffff), rectangle(), line()]),
        ("white on black", vec![clear(), brush(0, 0), rectangle(), ink(0xff_ffff), line()]),
        ("in a frame", vec![line(), brush(1, 0), rectangle()]),
        ("clipped to where it is", vec![clip([900, 900, 10, 10]), line()]),
    ] {
        assert_eq!(fault_of(&drawing(&parts)), None, "{what}");
    }
}

#[test]
fn zipped_metafiles_are_unzipped() {
    let mut gzip = flate2::GzBuilder::new().filename(CANARY).write(Vec::new(), flate2::Compression::default());
    gzip.write_all(&emf(&[text_record("Shown words", 5, b"")], "")).unwrap();
    let clean = gone_or_kept(&gzip.finish().unwrap());
    assert_eq!(clean.kind, ImageKind::Emf);
    assert!(has(&clean.bytes, "Shown words"));
}

fn gone_or_kept(bytes: &[u8]) -> CleanImage {
    let clean = cleaned(bytes, None);
    assert!(!has(&clean.bytes, CANARY));
    clean
}

fn wmf(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut out = b"\xd7\xcd\xc6\x9a\x07\x07\0\0\0\0\x64\0\x64\0\xa0\x05CANA\0\0".to_vec();
    out.extend_from_slice(&[1, 0, 9, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    for (function, body) in records {
        let length = (6 + body.len()).next_multiple_of(2);
        out.extend_from_slice(&((length / 2) as u32).to_le_bytes());
        out.extend_from_slice(&function.to_le_bytes());
        out.extend_from_slice(body);
        out.resize(out.len().next_multiple_of(2), 0);
    }
    out.extend_from_slice(&[3, 0, 0, 0, 0, 0]);
    out
}

#[test]
fn windows_metafiles_lose_escapes_and_keep_their_drawing() {
    let mut escape = vec![15, 0, CANARY.len() as u8, 0];
    escape.extend_from_slice(CANARY.as_bytes());
    let mut font = vec![0; 18];
    font.extend_from_slice(b"Arial\0");
    font.extend_from_slice(CANARY.as_bytes());
    let mut text = vec![11, 0];
    text.extend_from_slice(b"Shown words\0\x05\0\x05\0");
    let mut bytes = wmf(&[(0x0626, escape), (0x02fb, font), (0x0521, text), (0x0213, vec![1, 0, 2, 0])]);
    bytes.extend_from_slice(CANARY.as_bytes());
    let clean = gone(&bytes);
    assert!(has(&clean.bytes, "Shown words") && has(&clean.bytes, "Arial") && !has(&clean.bytes, "CANA"));
}

#[test]
fn an_enhanced_metafile_in_a_plain_one_takes_its_place() {
    let drawing = emf(&[text_record("Shown words", 11, b"")], CANARY);
    let pieces: Vec<(u16, Vec<u8>)> = drawing
        .chunks(40)
        .map(|piece| {
            let mut body = [15_u16, 34 + piece.len() as u16].map(u16::to_le_bytes).concat();
            body.extend_from_slice(b"WMFC\x01\0\0\0\0\0\x01\0\0\0\0\0\0\0");
            body.extend(fields(&[drawing.len().div_ceil(40) as u32, piece.len() as u32, 0, drawing.len() as u32]));
            body.extend_from_slice(piece);
            (0x0626, body)
        })
        .collect();
    let plain = || (0x0521, [&[6, 0][..], CANARY.as_bytes()].concat());
    let whole = gone(&wmf(&[&pieces[..], &[plain()]].concat()));
    assert!(whole.kind == ImageKind::Emf && has(&whole.bytes, "Shown words"));
    // A drawing of which a piece is missing is none.
    let cut = wmf(&[&pieces[1..], &[(0x0213, vec![1, 0, 2, 0])]].concat());
    assert_eq!(clean(&cut, None, &limits()).unwrap().kind, ImageKind::Wmf);
}

fn svg(inner: &str) -> Vec<u8> {
    let head =
        "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">";
    format!(
        "{head}<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 40 40\">{inner}</svg>"
    )
    .into_bytes()
}

#[test]
fn svg_keeps_what_is_drawn_and_loses_every_hiding_place() {
    let inside = with_chunks(&encoded(picture(), ImageFormat::Png), &[(*b"tEXt", format!("Author\0{CANARY}").into_bytes())]);
    let picture_href = format!("data:image/png;base64,{}", svg_base64(&inside));
    for hidden in [
        format!("<!-- {CANARY} -->"),
        format!("<?pi {CANARY}?>"),
        format!("<title>{CANARY}</title>"),
        format!("<metadata><x xmlns=\"urn:x\">{CANARY}</x></metadata>"),
        format!("<text display=\"none\">{CANARY}</text>"),
        format!("<g style=\"display : none\"><text>{CANARY}</text></g>"),
        format!("<g visibility=\"hidden\"><text>{CANARY}</text></g>"),
        format!("<text opacity=\"0\">{CANARY}</text>"),
        format!("<defs><g id=\"{CANARY}\"><text>{CANARY}</text></g></defs>"),
        format!("<symbol id=\"s\"><text>{CANARY}</text></symbol>"),
        format!(
            "<rect class=\"{CANARY}\" width=\"4\" height=\"4\" data-name=\"{CANARY}\" fill=\"url(#{CANARY})\"/><linearGradient id=\"{CANARY}\"/>"
        ),
        format!("<style>/* {CANARY} */ .{CANARY}{{fill:red}}</style>"),
        format!("<script>{CANARY}</script>"),
        format!("<a xlink:href=\"http://{CANARY}/\"><rect width=\"4\" height=\"4\"/></a>"),
        format!("<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">{CANARY}</p></foreignObject>"),
        format!("<g>{CANARY}</g>"),
        format!("<image xlink:href=\"file:///{CANARY}.png\"/>"),
        format!("<rect width=\"4\" height=\"4\" fill=\"red {CANARY}\"/>"),
        format!("<image width=\"4\" height=\"4\" xlink:href=\"{picture_href}\"/>"),
        format!("<x:y xmlns:x=\"urn:{CANARY}\"/>"),
    ] {
        let bytes = svg(&format!(
            "<rect width=\"40\" height=\"40\" fill=\"#999\"/><text x=\"4\" y=\"9\">Shown &amp; <tspan>kept</tspan></text>{hidden}"
        ));
        let clean = cleaned(&bytes, None);
        let text = String::from_utf8(clean.bytes.clone()).unwrap();
        assert!(!text.contains(CANARY), "{hidden} -> {text}");
        assert!(text.contains("Shown &amp; <tspan>kept</tspan>") && text.contains("fill=\"#999\""), "{text}");
    }
}

fn svg_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut word = [0; 3];
        word[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, word[0], word[1], word[2]]);
        for place in 0..4 {
            out.push(if place > chunk.len() { '=' } else { ALPHABET[((bits >> (18 - 6 * place)) & 63) as usize] as char });
        }
    }
    out
}

#[test]
fn svg_references_and_styles_stay_whole() {
    let clean = cleaned(
        &svg(
            "<style>.cls-1, .cls-2{fill:#0f0;stroke:url(#grad)}</style><defs><linearGradient id=\"grad\"><stop offset=\"0\" stop-color=\"red\"/></linearGradient>\
              <path id=\"shape\" d=\"M0 0L4 4z\"/></defs><use href=\"#shape\" class=\"cls-1\"/><rect fill=\"url(#grad)\" width=\"4\" height=\"4\"/>",
        ),
        None,
    );
    let text = String::from_utf8(clean.bytes).unwrap();
    for piece in [
        ".c1",
        "stroke:url(#i1)",
        "id=\"i1\"",
        "id=\"i2\"",
        "xlink:href=\"#i2\"",
        "class=\"c1\"",
        "fill=\"url(#i1)\"",
        "stop-color=\"red\"",
        "M0 0L4 4z",
    ] {
        assert!(text.contains(piece), "{piece}: {text}");
    }
}

#[test]
fn svg_with_entities_or_hiding_styles_is_refused() {
    let fault = |bytes: &[u8]| clean(bytes, None, &limits()).unwrap_err().fault.code();
    assert_eq!(fault(b"<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "image-unsafe");
    assert_eq!(fault(&svg("<style>.a{display:none}</style>")), "image-unsupported");
    assert_eq!(fault(&svg("<filter id=\"f\"/>")), "image-unsupported");
}

#[test]
fn svg_with_text_that_is_not_seen_is_refused() {
    let text = |attributes: &str| svg(&format!("<text x=\"1\" y=\"20\" {attributes}>words</text>"));
    let unseen = [
        text("font-size=\"0.01\""),
        text("fill=\"white\""),
        text("fill=\"rgba(0,0,0,0)\""),
        text("fill=\"#00000000\""),
        text("transform=\"translate(9000,0)\""),
        text("transform=\"scale(0)\""),
        text("textLength=\"0.1\" lengthAdjust=\"spacingAndGlyphs\""),
        text("systemLanguage=\"xx\""),
        svg("<style>.a{fill:#fff}</style><text class=\"a\" y=\"20\">words</text>"),
        svg("<text x=\"5000\" y=\"10\">words</text>"),
        svg("<text x=\"1\" y=\"9\">seen<tspan dx=\"9000\">words</tspan></text>"),
        svg(
            "<clipPath id=\"q\"><rect width=\"1\" height=\"1\" x=\"900\"/></clipPath><text x=\"1\" y=\"20\" clip-path=\"url(#q)\">words</text>",
        ),
        svg("<clipPath id=\"q\"><rect width=\"0\" height=\"0\"/></clipPath><text x=\"1\" y=\"20\" clip-path=\"url(#q)\">words</text>"),
        svg("<clipPath id=\"q\"/><text x=\"1\" y=\"20\" clip-path=\"url(#q)\">words</text>"),
        svg("<clipPath id=\"q\"><text x=\"1\" y=\"9\">words</text></clipPath><rect width=\"9\" height=\"9\" clip-path=\"url(#q)\"/>"),
        svg("<switch><rect width=\"1\" height=\"1\"/><text x=\"1\" y=\"9\">words</text></switch>"),
        svg("<text x=\"1\" y=\"9\">words</text><rect width=\"40\" height=\"40\" fill=\"#999\"/>"),
        svg("<text x=\"1\" y=\"20\">words</text><path d=\"M0 8 h40 l0 14 L0 22 z\"/>"),
        svg("<text x=\"1\" y=\"20\">words</text><g transform=\"scale(2)\"><circle cx=\"9\" cy=\"8\" r=\"6\" fill=\"#111\"/></g>"),
        svg("<text x=\"40\" y=\"20\" text-anchor=\"end\">words</text><polygon points=\"0,8 40,8 40,22 0,22\"/>"),
        svg("<path d=\"M0 0h40v40z\"/><text x=\"1\" y=\"20\" fill=\"white\">words</text>"),
        svg("<text x=\"1\" y=\"20\">words</text><rect width=\"100%\" height=\"100%\" fill=\"white\"/>"),
        text("transform=\"translate(1-9000)\""),
        svg("<svg width=\"0\" height=\"0\"><text x=\"1\" y=\"9\">words</text></svg>"),
        svg("<symbol id=\"s\"><text x=\"1\" y=\"9\">words</text></symbol><use xlink:href=\"#s\" width=\"0\" height=\"0\"/>"),
    ];
    for picture in unseen {
        let fault = clean(&picture, None, &limits()).err().map(|error| error.fault.code());
        assert_eq!(fault, Some("image-unsupported"), "{}", String::from_utf8_lossy(&picture));
    }
    let seen = [
        text(""),
        text("fill=\"none\" stroke=\"black\""),
        text("fill=\"white\" stroke=\"black\""),
        text("transform=\"rotate(-90 1 20)\""),
        svg("<rect width=\"40\" height=\"40\" fill=\"#00f\"/><text x=\"1\" y=\"20\" fill=\"#fff\">words</text>"),
        svg("<path d=\"M0 0h40v40h-40z\"/><text x=\"1\" y=\"20\" fill=\"white\">words</text>"),
        svg("<text x=\"1\" y=\"9\">words</text><path d=\"M0 20h40v9H0z\"/><circle cx=\"20\" cy=\"30\" r=\"8\"/>"),
        svg("<text x=\"20\" y=\"9\" text-anchor=\"middle\">words</text><rect x=\"20\" y=\"12\" width=\"20\" height=\"9\"/>"),
        svg(
            "<rect width=\"40\" height=\"40\" fill=\"none\"/><text x=\"1\" y=\"20\">words</text><rect width=\"40\" height=\"40\" fill=\"none\"/>",
        ),
        svg(
            "<clipPath id=\"q\"><rect width=\"40\" height=\"40\"/></clipPath><g clip-path=\"url(#q)\"><text x=\"1\" y=\"20\">words</text></g>",
        ),
        svg("<switch><text x=\"1\" y=\"9\">words</text></switch>"),
    ];
    for picture in seen {
        let copy = clean(&picture, None, &limits()).unwrap().bytes;
        assert!(String::from_utf8_lossy(&copy).contains("words"), "{}", String::from_utf8_lossy(&picture));
    }
}

fn samples() -> Vec<Vec<u8>> {
    let rgba = RgbaImage::from_fn(9, 7, |x, y| image::Rgba([x as u8 * 20, y as u8, 3, (x * y) as u8]));
    vec![
        encoded(picture(), ImageFormat::Png),
        encoded(rgba, ImageFormat::Png),
        encoded(picture(), ImageFormat::Jpeg),
        encoded(picture(), ImageFormat::Bmp),
        encoded(picture(), ImageFormat::Tiff),
        gif(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", true),
        emf(&[text_record("Shown words", 5, b"slack"), record(33, b"")], "some description"),
        wmf(&[(0x0521, b"\x05\0Shown\0\x05\0\x05\0".to_vec()), (0x0213, vec![1, 0, 2, 0])]),
        svg("<g id=\"a\"><text x=\"4\">Shown</text></g><use href=\"#a\"/>"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic_and_what_is_accepted_is_stable(
        which in 0usize..9, edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), cut in any::<prop::sample::Index>(), keep in any::<bool>(),
        crop in prop::option::of((0u32..120_000, 0u32..60_000, 0u32..60_000, 0u32..120_000)),
    ) {
        let mut bytes = samples().swap_remove(which);
        for (at, value) in edits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if !keep {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        let crop = crop.map(|(left, top, right, bottom)| Crop { left, top, right, bottom });
        let limits = Limits { pixels: 1_000_000, total_bytes: 8 << 20, ..Limits::default() };
        if let Ok(first) = clean(&bytes, crop, &limits) {
            let again = clean(&first.bytes, first.crop, &limits).unwrap();
            prop_assert_eq!(again.bytes, first.bytes);
            prop_assert_eq!(again.crop, first.crop);
        }
    }
}
