//! Type 1 fonts without the words in them (Adobe Type 1 Font Format): comments, notices, and names that no reader asks for.

/// Bytes of the last part of a Type 1 font: 512 zeros in lines, and a few words.
const TRAILER_MAX: usize = 600;

/// The name of the key that every private part has.
const ENCRYPTED: &[u8] = b"eexec";

/// A Type 1 font: what no reader needs of its clear part overwritten in place, nothing after its three parts; `None` for what is none.
pub(super) fn strip(
    mut data: Vec<u8>,
    length1: Option<usize>,
    length2: Option<usize>,
    length3: Option<usize>,
) -> Option<(Vec<u8>, [usize; 3])> {
    let (length1, length2, length3) = match unwrapped(&data) {
        Some((bare, [one, two, three])) => {
            data = bare;
            (Some(one), Some(two), Some(three))
        }
        None => (length1, length2, length3),
    };
    let clear = clear_end(&data)?;
    // White space and nothing else stands between the word and the private part.
    let is_gap = |length: &usize| data.get(clear..*length).is_some_and(|gap| gap.iter().all(u8::is_ascii_whitespace));
    let first = length1.filter(is_gap).unwrap_or(clear);
    let rest = data.get(first..)?;
    let zeros = rest.windows(ZEROS).position(|run| run.iter().all(is_zero)).unwrap_or(rest.len());
    // Readers go on to the zeros, whatever the stream says.
    let second = length2.filter(|length| (zeros..=zeros + ZEROS).contains(length)).map_or(zeros, |length| length.min(rest.len()));
    let third = length3.map_or(0, |length| length.min(data.len() - first - second));
    // Some producers count wrongly; then everything stays, and the last part holds what is left.
    let trailer = data.get(first + second..).unwrap_or_default();
    let is_trailer = trailer.iter().take(TRAILER_MAX).all(|byte| byte.is_ascii_whitespace() || byte.is_ascii_digit());
    let third = if third == 0 && is_trailer { trailer.len().min(TRAILER_MAX) } else { third };
    data.truncate(first + second + third);
    blank_words(data.get_mut(..clear)?)?;
    super::private::blank(data.get_mut(first..first + second)?)?;
    blank_trailer(data.get_mut(first + second..)?);
    Some((data, [first, second, third]))
}

/// Zeros in a row that no private part has.
const ZEROS: usize = 32;

fn is_zero(byte: &u8) -> bool {
    *byte == b'0' || byte.is_ascii_whitespace()
}

/// Where the clear part ends: behind the word that a private part follows. In a comment or a notice the word may stand before, and in the
/// private part by chance.
fn clear_end(data: &[u8]) -> Option<usize> {
    const STARTS_MAX: usize = 16;
    let ends = memchr::memmem::find_iter(data, ENCRYPTED).map(|at| at + ENCRYPTED.len());
    ends.take(STARTS_MAX).find(|end| super::private::is_one(data.get(*end..).unwrap_or_default()))
}

/// Overwrites in the last part what is neither one of its zeros nor one of its words (Adobe Type 1 Font Format §2.3).
fn blank_trailer(trailer: &mut [u8]) {
    const WORDS: &[&[u8]] = &[b"cleartomark", b"mark", b"restore", b"if", b"currentfile", b"closefile"];
    let is_letter = |byte: &u8| !byte.is_ascii_whitespace() && !b"{}".contains(byte);
    for word in trailer.split_mut(|byte| !is_letter(byte)) {
        if !WORDS.contains(&&*word) && !word.iter().all(|byte| *byte == b'0') {
            word.fill(b' ');
        }
    }
}

/// The names of glyphs in the private part of a Type 1 font, as they stand there (Adobe Type 1 Font Format §7).
pub(super) fn private(data: &[u8]) -> Vec<u8> {
    clear_end(data).map(|end| super::private::decrypted(data.get(end..).unwrap_or_default())).unwrap_or_default()
}

/// A Type 1 font without the headers of its segments, as printers' files have them, and the lengths of its three parts.
fn unwrapped(data: &[u8]) -> Option<(Vec<u8>, [usize; 3])> {
    let mut bare = Vec::with_capacity(data.len());
    let mut lengths = [0; 3];
    let mut rest = data;
    while let [0x80, kind @ (1 | 2), a, b, c, d, tail @ ..] = rest {
        let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        let segment = tail.get(..length.min(tail.len()))?;
        let part = match (kind, lengths) {
            (2, _) => 1,
            (_, [_, 0, _]) => 0,
            _ => 2,
        };
        *lengths.get_mut(part)? += segment.len();
        bare.extend_from_slice(segment);
        rest = tail.get(segment.len()..)?;
    }
    (lengths[0] > 0).then_some((bare, lengths))
}

/// Overwrites comments but the version of the first line, strings, and names that no reader asks for.
///
/// `None` where the last word is in one of these, so that readers do not find what follows it, or where something else than text is out of them.
fn blank_words(head: &mut [u8]) -> Option<()> {
    /// Keys of fonts (Adobe Type 1 Font Format §2, Technical Note 5015); glyphs are named in the encoding.
    const KEYS: &[&[u8]] = &[
        b"FontInfo",
        b"version",
        b"Notice",
        b"Copyright",
        b"FullName",
        b"FamilyName",
        b"Weight",
        b"ItalicAngle",
        b"isFixedPitch",
        b"UnderlinePosition",
        b"UnderlineThickness",
        b"FontName",
        b"Encoding",
        b"PaintType",
        b"FontType",
        b"FontMatrix",
        b"FontBBox",
        b"UniqueID",
        b"XUID",
        b"Metrics",
        b"StrokeWidth",
        b"WeightVector",
        b"DesignVector",
        b"NormDesignVector",
        b"NDV",
        b"CDV",
        b"Blend",
        b"BlendDesignPositions",
        b"BlendDesignMap",
        b"BlendAxisTypes",
        b"Width",
        b"OpticalSize",
        b"Private",
        b"CharStrings",
        b"FSType",
        b"fsType",
        b"ascent",
        b"descent",
        b"Ascender",
        b"Descender",
        b"BaseFontName",
        b"FID",
        b"Font",
        b"ProcSet",
        b"FontDirectory",
        b"eexec",
        b"StandardEncoding",
        b"Erode",
    ];
    /// Words of the language that fonts have in their clear part (PostScript Language Reference §8.2).
    const OPERATORS: &[&[u8]] = &[
        b"dup",
        b"put",
        b"def",
        b"readonly",
        b"executeonly",
        b"noaccess",
        b"true",
        b"false",
        b"null",
        b"dict",
        b"begin",
        b"end",
        b"if",
        b"ifelse",
        b"for",
        b"forall",
        b"loop",
        b"repeat",
        b"exit",
        b"exch",
        b"pop",
        b"index",
        b"copy",
        b"roll",
        b"clear",
        b"count",
        b"known",
        b"get",
        b"getinterval",
        b"putinterval",
        b"length",
        b"maxlength",
        b"array",
        b"string",
        b"matrix",
        b"packedarray",
        b"aload",
        b"astore",
        b"eq",
        b"ne",
        b"lt",
        b"le",
        b"gt",
        b"ge",
        b"and",
        b"or",
        b"xor",
        b"not",
        b"add",
        b"sub",
        b"mul",
        b"div",
        b"idiv",
        b"mod",
        b"neg",
        b"abs",
        b"round",
        b"floor",
        b"ceiling",
        b"truncate",
        b"cvi",
        b"cvr",
        b"cvn",
        b"cvs",
        b"cvx",
        b"cvlit",
        b"type",
        b"xcheck",
        b"bind",
        b"exec",
        b"load",
        b"store",
        b"where",
        b"stopped",
        b"stop",
        b"undef",
        b"definefont",
        b"findfont",
        b"makefont",
        b"scalefont",
        b"setfont",
        b"save",
        b"restore",
        b"gsave",
        b"grestore",
        b"mark",
        b"cleartomark",
        b"counttomark",
        b"currentfile",
        b"closefile",
        b"readstring",
        b"readhexstring",
        b"currentdict",
        b"userdict",
        b"systemdict",
        b"globaldict",
        b"statusdict",
        b"errordict",
        b"internaldict",
        b"setpacking",
        b"currentpacking",
        b"setglobal",
        b"currentglobal",
        b"languagelevel",
        b"product",
        b"version",
        b"ISOLatin1Encoding",
    ];
    let is_known = |word: &[u8]| {
        let is_number = word.iter().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(byte)) && word.iter().any(u8::is_ascii_digit);
        is_number || OPERATORS.contains(&word) || KEYS.contains(&word)
    };
    let is_name = |byte: u8| !byte.is_ascii_whitespace() && !b"()<>[]{}/%".contains(&byte);
    // The kind of font and the version of the format, which readers look for at the start.
    let start = [&b"%!PS-AdobeFont-"[..], b"%!FontType", b"%!"].into_iter().find(|start| head.starts_with(start)).map_or(0, <[u8]>::len);
    let version = head.iter().skip(start).take(5).take_while(|byte| byte.is_ascii_digit() || b".-".contains(byte)).count();
    let mut at = if start > 0 { start + version } else { 0 };
    let mut depth = 0usize;
    let mut comment = at > 0;
    // The names of glyphs stay; a font without them draws others.
    let mut in_encoding = false;
    let mut last = 0..0;
    while let Some(byte) = head.get(at).copied() {
        let mut next = at + 1;
        match byte {
            b'\r' | b'\n' if depth == 0 => comment = false,
            _ if comment => blank(head, at..next),
            b'\\' if depth > 0 => {
                next += 1;
                blank(head, at..next);
            }
            b'(' => {
                depth += 1;
                if depth > 1 {
                    blank(head, at..next);
                }
            }
            b')' => {
                if depth > 1 {
                    blank(head, at..next);
                }
                depth = depth.saturating_sub(1);
            }
            _ if depth > 0 => blank(head, at..next),
            b'%' => {
                comment = true;
                blank(head, at..next);
            }
            b'/' => {
                let length = head.iter().skip(next).take_while(|byte| is_name(**byte)).count();
                let name = head.get_mut(next..next + length).unwrap_or_default();
                in_encoding |= *name == *b"Encoding";
                if !in_encoding && !KEYS.contains(&&*name) {
                    name.fill(b'x');
                }
                next += length;
            }
            byte if is_name(byte) => {
                let length = head.iter().skip(at).take_while(|byte| is_name(**byte)).count();
                let word = head.get_mut(at..at + length)?;
                if !word.iter().all(u8::is_ascii_graphic) {
                    return None;
                }
                if !is_known(word) {
                    word.fill(b'x');
                }
                in_encoding &= *word != *b"def";
                next = at + length;
                last = at..next;
            }
            _ => {}
        }
        at = next;
    }
    (last.end == head.len() && head.get(last) == Some(ENCRYPTED)).then_some(())
}

fn blank(head: &mut [u8], range: std::ops::Range<usize>) {
    for cell in head.iter_mut().take(range.end).skip(range.start) {
        *cell = b' ';
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::pdf::private::encrypted;

    fn private_part() -> Vec<u8> {
        encrypted(b"abcddup /Private 8 dict dup begin /CharStrings 1 dict dup begin end")
    }

    fn holds(data: &[u8], what: &[u8]) -> bool {
        memchr::memmem::find(data, what).is_some()
    }

    #[test]
    fn a_type_1_font_loses_comments_and_notices_in_place() {
        let head = b"%!PS-AdobeFont-1.0: F\n% CANARYLINE\n/Notice (CANARY \\(NOTICE\\)) def /FontName /CANARY def \
            /Author (CANARY) def /CANARY 3 def /Encoding 256 array dup 65 /kept put def\ncurrentfile eexec";
        let private = private_part();
        let zeros = [b'0'; 512];
        let data = [&head[..], &private, &zeros, b"\ncleartomark\nCANARYTAIL"].concat();
        let lengths = [Some(head.len()), Some(private.len()), Some(zeros.len() + 12)];
        let (copy, made) = strip(data, lengths[0], lengths[1], lengths[2]).expect("a font");
        assert!(!holds(&copy, b"CANARY"), "{}", String::from_utf8_lossy(&copy));
        assert!(holds(&copy, b"dup 65 /kept put") && holds(&copy, b"%!PS-AdobeFont") && holds(&copy, b"/FontName /xxxxxx def"));
        assert_eq!(made.map(Some), lengths);
        assert_eq!(strip(copy.clone(), lengths[0], lengths[1], lengths[2]).expect("a font").0, copy);
        assert!(strip(b"%!PS-AdobeFont\n(CANARY) pop".to_vec(), None, None, None).is_none());
    }

    #[test]
    fn a_clear_part_in_which_readers_do_not_find_its_end_is_none() {
        let font = |head: &[u8], private: &[u8]| {
            let data = [head, private, &[b'0'; 512]].concat();
            strip(data, Some(head.len()), Some(private.len()), Some(512)).map(|(copy, _)| copy)
        };
        let private = private_part();
        assert!(font(b"%!FontType1\n/Notice (a) def currentfile eexec\n", &private).is_some());
        for head in
            ["/Notice (a def currentfile eexec\n", "% currentfile eexec\n", "currentfile/eexec\n", "/A \u{fc} def currentfile eexec\n"]
        {
            assert!(font(format!("%!FontType1\n{head}").as_bytes(), &private).is_none(), "{head}");
        }
        assert!(font(b"%!FontType1\ncurrentfile eexec\n", b"CANARY CANARY CANARY").is_none());
        assert!(font(b"%!FontType1\ncurrentfile eexec\n", b"").is_none());
        let copy = font(b"%!FontType1\n/FontType 1 def CANARY /FontMatrix [1e-3 0 0 -.5 0 0] readonly def currentfile eexec\n", &private);
        let copy = copy.expect("a font");
        assert!(holds(&copy, b"\n/FontType 1 def xxxxxx /FontMatrix [1e-3 0 0 -.5 0 0] readonly def currentfile eexec\n"));
    }

    #[test]
    fn the_private_part_goes_on_to_the_zeros_whatever_the_stream_says() {
        let head = b"%!FontType1\ncurrentfile eexec\n";
        let private = encrypted(b"abcd/Private 8 dict /Notice (CANARY) def /CharStrings 1 dict closefile");
        let data = [&head[..], &private, &[b'0'; 512]].concat();
        for length in [0, 9, private.len() - 1, private.len(), private.len() + 400, 9999] {
            let (copy, lengths) = strip(data.clone(), Some(head.len()), Some(length), Some(512)).expect("a font");
            assert!(!holds(&super::private(&copy), b"CANARY"), "{length}");
            assert_eq!((lengths[0], lengths[1], copy.len()), (head.len(), private.len(), data.len()), "{length}");
        }
        // What follows the zeros is no trailer, whatever it is and however the stream counts.
        let odd = [&head[..], &private, &[b'0'; 32], &b"\xff CANARY\n".repeat(99)].concat();
        for length in [private.len(), private.len() + 32] {
            let (copy, _) = strip(odd.clone(), Some(head.len()), Some(length), Some(9999)).expect("a font");
            assert!(!holds(&copy, b"CANARY") && !copy.ends_with(b"\xff\n"), "{length}");
        }
    }

    #[test]
    fn a_type_1_font_with_segment_headers_keeps_all_of_its_parts() {
        let (clear, secret, zeros) = (b"%!Font\n% CANARY\n/x currentfile eexec", private_part(), [b'0'; 520]);
        let segment = |kind: u8, body: &[u8]| [&[0x80, kind][..], &(body.len() as u32).to_le_bytes(), body].concat();
        let data = [segment(1, clear), segment(2, &secret), segment(1, &zeros), vec![0x80, 3]].concat();
        let (copy, lengths) = strip(data, Some(clear.len()), Some(secret.len()), Some(0)).expect("a font");
        assert_eq!(lengths, [clear.len(), secret.len(), 520]);
        assert_eq!(copy.len(), lengths.iter().sum::<usize>());
        assert!(copy.ends_with(&[secret.as_slice(), &zeros].concat()) && !holds(&copy, b"CANARY"));
        assert_eq!(strip(copy.clone(), Some(lengths[0]), Some(lengths[1]), Some(520)), Some((copy, lengths)));
    }

    #[test]
    fn a_word_in_a_comment_does_not_end_the_clear_part() {
        let head = b"%!PS-AdobeFont-1.0: F\n% eexec\n/Notice (CANARY eexec) def currentfile eexec\n";
        let private = encrypted(b"abcddup /Private 8 dict dup begin /CharStrings");
        let trailer = [&[b'0'; 64][..], b"\ncleartomark CANARY {restore}if"].concat();
        let data = [&head[..], &private, &trailer].concat();
        let (copy, [first, second, third]) = strip(data, Some(head.len()), Some(private.len()), Some(trailer.len())).expect("a font");
        assert!(!holds(&copy, b"CANARY") && holds(&copy, &private) && holds(&copy, b"cleartomark        {restore}if"));
        assert_eq!((first, second, third), (head.len(), private.len(), trailer.len()));
    }
}
