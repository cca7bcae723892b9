//! The private part of a Type 1 font (Adobe Type 1 Font Format §2.3, §7): its text without comments, strings and unknown entries.

/// Keys of a private dictionary that somebody asks for (§5, §7.2, and what programs for making fonts add).
const KEYS: &[&[u8]] = &[
    b"Private",
    b"RD",
    b"ND",
    b"NP",
    b"-|",
    b"|-",
    b"|",
    b"BlueValues",
    b"OtherBlues",
    b"FamilyBlues",
    b"FamilyOtherBlues",
    b"BlueScale",
    b"BlueShift",
    b"BlueFuzz",
    b"StdHW",
    b"StdVW",
    b"StemSnapH",
    b"StemSnapV",
    b"ForceBold",
    b"ForceBoldThreshold",
    b"LanguageGroup",
    b"password",
    b"lenIV",
    b"MinFeature",
    b"RndStemUp",
    b"UniqueID",
    b"Subrs",
    b"OtherSubrs",
    b"CharStrings",
    b"ExpansionFactor",
    b"Erode",
    b"Metrics",
];
/// Bytes before the text: they are there to be skipped.
const LEAD: usize = 4;
const KEY: u16 = 55_665;

/// Where the bytes of a private part stand, past the white space before them, and whether they are written in digits.
fn body(rest: &[u8]) -> (usize, bool) {
    let start = rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len());
    (start, rest.iter().skip(start).take(LEAD).all(u8::is_ascii_hexdigit))
}

fn next(key: u16, cipher: u8) -> u16 {
    u16::from(cipher).wrapping_add(key).wrapping_mul(52_845).wrapping_add(22_719)
}

/// The bytes of a private part, out of their digits where it is written in these.
fn bytes(rest: &[u8]) -> Vec<u8> {
    let (start, is_hex) = body(rest);
    let rest = rest.get(start..).unwrap_or_default();
    if !is_hex {
        return rest.to_vec();
    }
    let digits: Vec<u8> = rest.iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | digit)).collect()
}

/// A private part as it is before it is encrypted.
pub(super) fn decrypted(rest: &[u8]) -> Vec<u8> {
    let mut key = KEY;
    let decrypt = |byte| {
        let plain = byte ^ (key >> 8) as u8;
        key = next(key, byte);
        plain
    };
    bytes(rest).into_iter().map(decrypt).collect()
}

/// A private part as it stands in a font, in bytes.
pub(super) fn encrypted(plain: &[u8]) -> Vec<u8> {
    let mut key = KEY;
    let encrypt = |byte: &u8| {
        let cipher = byte ^ (key >> 8) as u8;
        key = next(key, cipher);
        cipher
    };
    plain.iter().map(encrypt).collect()
}

/// Whether something reads as a private part: nobody draws with another one, and it may hold anything.
pub(super) fn is_one(rest: &[u8]) -> bool {
    memchr::memmem::find(&decrypted(rest), b"/CharStrings").is_some()
}

/// Overwrites what no reader needs of a private part.
///
/// `None` when it does not read as one, or its text cannot be followed.
pub(super) fn blank(rest: &mut [u8]) -> Option<()> {
    let mut plain = decrypted(rest);
    memchr::memmem::find(&plain, b"/CharStrings")?;
    let before = plain.clone();
    let (start, is_hex) = body(rest);
    // Readers end at what is no digit, and words could stand between the digits.
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace();
    if is_hex && !rest.get(start..)?.iter().all(is_digit) {
        return None;
    }
    let mut cipher = bytes(rest);
    // White space may follow, and zeros that are not encrypted; anything else is for nobody.
    let read = LEAD + blank_text(plain.get_mut(LEAD..)?)?;
    let space = plain.iter().skip(read).take_while(|byte| byte.is_ascii_whitespace()).count();
    let is_zero = |byte: &u8| if is_hex { *byte == 0 } else { *byte == b'0' || byte.is_ascii_whitespace() };
    let end = if cipher.iter().skip(read + space).all(is_zero) { read + space } else { plain.len() };
    if end == plain.len() {
        plain.get_mut(read + space..)?.fill(b' ');
    }
    if plain == before {
        return Some(());
    }
    let rest = rest.get_mut(start..)?;
    cipher.get_mut(..end)?.copy_from_slice(&encrypted(plain.get(..end)?));
    if is_hex {
        let digits = cipher.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| b"0123456789abcdef".get(usize::from(digit)));
        for (cell, digit) in rest.iter_mut().filter(|byte| byte.is_ascii_hexdigit()).zip(digits) {
            *cell = *digit?;
        }
    } else {
        rest.get_mut(..cipher.len())?.copy_from_slice(&cipher);
    }
    Some(())
}

/// What words of the text are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Name,
    Number,
    Dup,
    Other,
}

/// The word that a font has for reading bytes (§2.4): the name of the procedure that does it.
fn reader(text: &[u8]) -> Option<Vec<u8>> {
    let does = memchr::memmem::find(text, b"readstring")?;
    let start = memchr::memrchr(b'/', text.get(..does)?)? + 1;
    let length = text.get(start..)?.iter().take_while(|byte| is_name(**byte)).count();
    text.get(start..start + length).filter(|name| !name.is_empty()).map(<[u8]>::to_vec)
}

fn is_name(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"()<>[]{}/%".contains(&byte)
}

/// Overwrites comments, strings, and names that are given a value and are no key; the bytes of subroutines and letters are passed over.
///
/// Returns where it ends: behind the word that ends it, or all that there is. `None` where bytes seem to follow by another word than those
/// that read them: they would be taken for text.
fn blank_text(text: &mut [u8]) -> Option<usize> {
    let reader = reader(text);
    let mut at = 0;
    let mut number: Option<usize> = None;
    let mut in_letters = false;
    let mut last = [Token::Other; 3];
    while let Some(byte) = text.get(at).copied() {
        match byte {
            b'%' => {
                let length = text.iter().skip(at).take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
                text.get_mut(at..at + length)?.fill(b' ');
                at += length;
            }
            b'(' => {
                let mut depth = 0;
                let length = text.iter().skip(at).position(|byte| {
                    depth += match byte {
                        b'(' => 1,
                        b')' => -1,
                        _ => 0,
                    };
                    depth == 0
                })?;
                text.get_mut(at + 1..at + length)?.fill(b' ');
                at += length + 1;
            }
            b'/' => {
                let length = text.iter().skip(at + 1).take_while(|byte| is_name(**byte)).count();
                let end = at + 1 + length;
                let name = text.get(at + 1..end)?;
                in_letters |= name == b"CharStrings";
                if !in_letters && !KEYS.contains(&name) && is_value(text.get(end..)?) {
                    text.get_mut(at + 1..end)?.fill(b'x');
                }
                at = end;
                number = None;
                last = [last[1], last[2], Token::Name];
            }
            byte if is_name(byte) => {
                let length = text.iter().skip(at).take_while(|byte| is_name(**byte)).count();
                let word = text.get(at..at + length)?;
                // `23 RD ` and so many bytes.
                let is_data = matches!(word, b"RD" | b"-|") || reader.as_deref() == Some(word);
                // Behind the letters nothing is text any more.
                if in_letters && word == b"closefile" {
                    return Some(at + length);
                }
                let digits = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
                let is_entry = match last {
                    [Token::Dup, Token::Number, Token::Number] => true,
                    [_, Token::Name, Token::Number] => in_letters,
                    _ => false,
                };
                if is_entry && digits.is_none() && !is_data && !matches!(word, b"array" | b"def" | b"dict" | b"put") {
                    return None;
                }
                let token = match digits {
                    Some(_) => Token::Number,
                    None if word == b"dup" => Token::Dup,
                    None => Token::Other,
                };
                last = [last[1], last[2], token];
                at += length;
                if let Some(bytes) = number.filter(|_| is_data) {
                    at += 1 + bytes;
                    if at > text.len() {
                        return None;
                    }
                }
                number = digits;
            }
            _ => at += 1,
        }
    }
    Some(at)
}

/// Whether a number or a string follows, and `def`.
fn is_value(rest: &[u8]) -> bool {
    let start = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    rest.get(start).is_some_and(|byte| byte.is_ascii_digit() || b"(-.".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_part_loses_its_words_and_keeps_its_letters() {
        let letters: &[u8] = b"/Subrs 1 array dup 0 6 RD %(/\x01\xff) NP /CharStrings 2 dict dup begin /own 6 -| (%/ )( |- end";
        let head = b"RND!dup /Private 9 dict dup begin % CANARY\n/Notice (CANARY (in) CANARY) def /CANARY 7 def /BlueValues [0 9] def ";
        let plain = [&head[..], letters, b" mark currentfile closefile"].concat();
        let digits: Vec<u8> = encrypted(&plain).iter().flat_map(|byte| format!("{byte:02X}").into_bytes()).collect();
        for (mut data, what) in [(encrypted(&plain), "bytes"), ([b"\n", &digits[..40], b"\n", &digits[40..]].concat(), "digits")] {
            let length = data.len();
            blank(&mut data).expect("a private part");
            let copy = decrypted(&data);
            let finds = |what: &[u8]| memchr::memmem::find(&copy, what).is_some();
            assert!(!finds(b"CANARY") && finds(letters) && finds(b"/BlueValues [0 9]") && finds(b"/xxxxxx 7 def"), "{what}");
            assert_eq!(data.len(), length);
            let again = data.clone();
            blank(&mut data).expect("a private part");
            assert_eq!(data, again);
        }
        let mixed = [&digits[..40], b" SIN ", &digits[40..]].concat();
        assert!(is_one(&mixed) && blank(&mut mixed.clone()).is_none());
        // A word of its own for reading bytes, and one that nothing says what it does.
        for (what, is_told) in [("/R {string currentfile exch readstring pop} def ", true), ("", false)] {
            for letters in [&b"/Subrs 1 array dup 0 4 R %(/) NP /CharStrings 1 dict"[..], b"/CharStrings 2 dict /own 4 R (%)( ND"] {
                let plain = [b"RND!/Private 9 dict ", what.as_bytes(), letters, b" closefile"].concat();
                let mut data = encrypted(&plain);
                assert_eq!(blank(&mut data).is_some(), is_told, "{what}");
                assert!(memchr::memmem::find(&decrypted(&data), letters).is_some());
            }
        }
        let mut cut = encrypted(b"RND!/Subrs 1 array dup 0 900 RD x /CharStrings");
        assert_eq!(blank(&mut cut), None);
    }

    #[test]
    fn what_does_not_read_as_a_private_part_is_none() {
        for mut data in [Vec::new(), b"CANARY CANARY".to_vec(), encrypted(b"RND!/Private 9 dict CANARY")] {
            assert_eq!((is_one(&data), blank(&mut data)), (false, None));
        }
    }

    #[test]
    fn nothing_but_space_and_zeros_stands_behind_the_end() {
        let text = b"RND!/Private 9 dict /CharStrings 1 dict /a 2 -| (( |- end closefile";
        let after = |tail: &[u8], plain: &[u8]| {
            let own = encrypted(&[text, plain].concat());
            let mut data = [&own, tail].concat();
            blank(&mut data).expect("a private part");
            assert!(decrypted(&data).starts_with(&[text, plain].concat()));
            assert_eq!(data.len(), own.len() + tail.len());
            data[own.len()..].to_vec()
        };
        assert_eq!(after(b"\n0000 0000\n", b"\n"), b"\n0000 0000\n");
        assert_eq!(after(b"", b"\n"), b"");
        for tail in [&b"0000 CANARY"[..], b"CANARY"] {
            assert!(memchr::memmem::find(&after(tail, b"\n"), b"CANARY").is_none());
        }
        let mut secret = encrypted(&[&text[..], b" CANARY"].concat());
        blank(&mut secret).expect("a private part");
        assert!(decrypted(&secret).ends_with(b" closefile       "));
    }
}
