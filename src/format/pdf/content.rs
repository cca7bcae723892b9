//! Content streams, operator by operator (ISO 32000-2 §7.8.2).

mod lexer;

use std::borrow::Cow;

pub(super) use lexer::{AGREED_MAX, ITEMS_MAX, Lexer, Token, is_delimiter, is_space};
use lexer::{Lexed, constant};

use super::value::Value;

/// Operands kept for one operator; Annex C of ISO 32000-1 knows no operator with more, DeviceN allows 32 colorants.
const OPERANDS_MAX: usize = 512;

/// One operator with its operands.
#[derive(Debug)]
pub(super) struct Op<'o, 'd> {
    /// The operator; `BI` stands for a whole inline image.
    pub(super) name: &'d [u8],
    /// Its operands; for `BI` the dictionary and the data.
    pub(super) operands: &'o [Value<'d>],
    /// Offset of the end of the operator.
    pub(super) offset: usize,
}

/// Reads the operators of a content stream.
pub(super) struct Ops<'d> {
    lexer: Lexer<'d>,
    operands: Vec<Value<'d>>,
}

impl<'d> Ops<'d> {
    /// Starts at the first byte.
    pub(super) fn new(data: &'d [u8]) -> Self {
        Self { lexer: Lexer::new(data), operands: Vec::new() }
    }

    /// The next operator; `None` at the end. Operands without operator are dropped.
    pub(super) fn next(&mut self) -> Option<Op<'_, 'd>> {
        self.lexer.recycle(&mut self.operands);
        if !self.is_crowded() {
            self.lexer.items = 0;
        }
        loop {
            match self.lexer.lex(&mut self.operands)? {
                Lexed::Value => {}
                Lexed::Word(b"BI") => return Some(self.inline_image()),
                Lexed::Word(name) => match constant(name) {
                    Some(value) => self.operands.push(value),
                    None => return Some(Op { name, operands: &self.operands, offset: self.lexer.at }),
                },
                Lexed::Open(bracket) => self.lexer.nested(bracket, 0, &mut self.operands),
                Lexed::Close(_) => {}
            }
            if self.operands.len() > OPERANDS_MAX {
                self.operands.truncate(OPERANDS_MAX);
            }
        }
    }

    /// Whether an operator had too many operands, so that nothing behind it was read.
    pub(super) fn is_crowded(&self) -> bool {
        self.lexer.items > ITEMS_MAX
    }

    /// Whether some number so far is written so that readers differ in its value.
    pub(super) fn is_disputed(&self) -> bool {
        self.lexer.is_disputed()
    }

    fn inline_image(&mut self) -> Op<'_, 'd> {
        let offset = self.lexer.at;
        let dict = self.lexer.dict(1);
        // One white-space character follows `ID`.
        if self.lexer.peek().is_some_and(is_space) {
            if self.lexer.peek() == Some(b'\r') && self.lexer.ahead(1) == Some(b'\n') {
                self.lexer.at += 1;
            }
            self.lexer.at += 1;
        }
        let rest = self.lexer.data.get(self.lexer.at..).unwrap_or_default();
        let length = plain_length(&dict).filter(|length| closes(rest, *length)).unwrap_or_else(|| image_end(rest));
        let data = rest.get(..length).unwrap_or(rest);
        self.lexer.at += length;
        // Past `EI` itself.
        self.lexer.skip_space();
        if self.lexer.data.get(self.lexer.at..).is_some_and(|rest| rest.starts_with(b"EI")) {
            self.lexer.at += 2;
        }
        self.operands.clear();
        self.operands.extend([dict, Value::Text(Cow::Borrowed(data))]);
        Op { name: b"BI", operands: &self.operands, offset }
    }
}

/// Whether an unfiltered inline image has fewer bytes than it draws: where its data ends, each reader guesses for itself.
pub(super) fn is_short(op: &Op<'_, '_>) -> bool {
    let [dict, Value::Text(data)] = op.operands else { return false };
    plain_length(dict).is_some_and(|length| data.len() < length)
}

/// Bytes of an unfiltered inline image, when its dictionary says enough.
fn plain_length(dict: &Value<'_>) -> Option<usize> {
    let get = |long: &[u8], short: &[u8]| dict.get(long).or_else(|| dict.get(short));
    if get(b"Filter", b"F").is_some() {
        return None;
    }
    let size =
        |value: Option<&Value<'_>>| value.and_then(Value::number).filter(|value| (1.0..=1e6).contains(value)).map(|value| value as usize);
    let (width, height) = (size(get(b"Width", b"W"))?, size(get(b"Height", b"H"))?);
    let mask = matches!(get(b"ImageMask", b"IM"), Some(Value::Bool(true)));
    let bits = if mask { 1 } else { size(get(b"BitsPerComponent", b"BPC"))? };
    let parts = match get(b"ColorSpace", b"CS").and_then(Value::name) {
        _ if mask => 1,
        Some(b"DeviceGray" | b"G") => 1,
        Some(b"DeviceRGB" | b"RGB") => 3,
        Some(b"DeviceCMYK" | b"CMYK") => 4,
        _ => return None,
    };
    (width * parts * bits).div_ceil(8).checked_mul(height)
}

/// Whether `EI` follows at `length`, white space before it allowed.
fn closes(data: &[u8], length: usize) -> bool {
    let Some(rest) = data.get(length..) else { return false };
    let skip = rest.iter().take_while(|byte| is_space(**byte)).count();
    rest.get(skip..).is_some_and(|rest| rest.starts_with(b"EI"))
}

/// Length of inline image data up to the `EI` that most readers would take.
fn image_end(data: &[u8]) -> usize {
    let mut from = 0;
    while let Some(found) = data.get(from..).and_then(|rest| memchr::memmem::find(rest, b"EI")) {
        let at = from + found;
        let before = at == 0 || data.get(at - 1).is_some_and(|byte| is_space(*byte));
        let after = data.get(at + 2..).unwrap_or_default();
        let ends = after.first().is_none_or(|byte| is_space(*byte));
        let plain = after.iter().take(12).all(|byte| matches!(byte, 9 | 10 | 13 | 32..=126));
        if before && ends && plain {
            return at.saturating_sub(1);
        }
        from = at + 2;
    }
    data.len()
}

#[cfg(test)]
mod tests {
    use super::super::value::write_value;
    use super::*;

    fn rewritten(data: &[u8]) -> String {
        let mut ops = Ops::new(data);
        let mut out = Vec::new();
        while let Some(op) = ops.next() {
            for operand in op.operands {
                write_value(&mut out, operand);
                out.push(b' ');
            }
            out.extend_from_slice(op.name);
            out.push(b'\n');
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn comments_and_spellings_go_and_meaning_stays() {
        assert_eq!(rewritten(b"% note\n/F#31 12.50 Tf (a\\050\\)b\\\nc) Tj"), "/F1 12.5 Tf\n(a\\(\\)bc) Tj\n");
        assert_eq!(rewritten(b"[(a) -.5 <62>]TJ"), "[(a) -0.5 (b)] TJ\n");
        assert_eq!(rewritten(b"0.00-35 --5 m"), "0 -5 m\n");
    }

    #[test]
    fn numbers_are_read_in_all_their_forms() {
        let numbers = "1 -2 +3 .5 -.5 5. 1.25 -0 0.00-35 --5 123456789012345 1234567890123456 0.1234567890123456 1e5 1.2.3 - . 4a";
        let mut ops = Ops::new(numbers.as_bytes());
        let mut seen = Vec::new();
        while let Some(op) = ops.next() {
            seen.extend(op.operands.iter().filter_map(Value::number).map(|number| number.to_string()));
            seen.push(String::from_utf8_lossy(op.name).into_owned());
        }
        let expected = [
            "1",
            "-2",
            "3",
            "0.5",
            "-0.5",
            "5",
            "1.25",
            "-0",
            "0",
            "-5",
            "123456789012345",
            "1000000000000000",
            "0.1234567890123456",
            "1e5",
            "1.2.3",
            "-0",
            "0",
            "4a",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn strings_are_read_whether_they_can_be_lent_or_not() {
        for (written, meant) in
            [("(a)", "a"), ("()", ""), ("(a(b)c)", "a(b)c"), ("(a\\051)", "a)"), ("(a\r\nb)", "a\nb"), ("<4 1 4>", "A@"), ("(open", "open")]
        {
            let mut lexer = Lexer::new(written.as_bytes());
            assert_eq!(lexer.token(), Some(Token::Value(Value::Text(meant.as_bytes().into()))), "{written}");
            assert_eq!(lexer.token(), None);
        }
    }

    #[test]
    fn an_inline_image_ends_where_its_size_says() {
        let mut ops = Ops::new(b"BI /W 2 /H 2 /BPC 8 /CS /G ID a EI EI Q");
        let image = ops.next().expect("an image");
        assert_eq!(image.operands.get(1), Some(&Value::Text(Cow::Borrowed(b"a EI"))));
        assert_eq!(ops.next().map(|op| op.name.to_vec()), Some(b"Q".to_vec()));
    }

    #[test]
    fn nesting_and_open_ends_do_not_run_away() {
        assert_eq!(rewritten(&b"[".repeat(100_000)), "");
        assert_eq!(rewritten(b"<< /A (open"), "");
    }
}
