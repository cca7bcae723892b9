//! A name or title as words and numbers, with what stands between them.

/// What a token has been recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Nothing yet: a word of the title.
    Free,
    /// A number or word that belongs to the title ("Part 3", "2022-23") and can be no label.
    Title,
    /// A version, draft number, date or copy number.
    Number,
    /// A word about stage or marks.
    Word,
    /// Initials of a person.
    Initials,
}

impl Use {
    /// Whether the token is part of the version label.
    pub(super) fn is_label(self) -> bool {
        matches!(self, Self::Number | Self::Word | Self::Initials)
    }
}

/// One run of letters or one run of digits.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// As written.
    pub(super) text: String,
    /// In lower case.
    pub(super) lower: String,
    /// What stands between the token before and this one; empty when they touch.
    pub(super) gap: String,
    /// Digits rather than letters.
    pub(super) digits: bool,
    /// What it has been recognised as.
    pub(super) used: Use,
}

impl Token {
    /// The number, when it is one of at most nine digits.
    pub(super) fn number(&self) -> Option<u32> {
        if self.digits && self.text.len() <= 9 { self.text.parse().ok() } else { None }
    }

    /// Whether every letter is a capital.
    pub(super) fn is_capitals(&self) -> bool {
        !self.digits && self.text.chars().all(char::is_uppercase)
    }
}

/// The tokens of a text and what follows the last one.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    tokens: Vec<Token>,
    /// Characters after the last token.
    pub(super) tail: String,
}

impl Tokens {
    /// Cuts at separators, between letters and digits, and between a small and a capital letter ("ReportDraft2").
    pub(super) fn of(text: &str) -> Self {
        let mut tokens: Vec<Token> = Vec::new();
        let (mut gap, mut run, mut before) = (String::new(), String::new(), Class::Gap);
        let mut finish = |run: &mut String, gap: &mut String, digits: bool| {
            if !run.is_empty() {
                let text = std::mem::take(run);
                tokens.push(Token { lower: text.to_lowercase(), text, gap: std::mem::take(gap), digits, used: Use::Free });
            }
        };
        for character in text.chars() {
            let class = Class::of(character);
            if class.starts_after(before) {
                finish(&mut run, &mut gap, before == Class::Digit);
            }
            if class == Class::Gap {
                gap.push(character);
            } else {
                run.push(character);
            }
            before = class;
        }
        finish(&mut run, &mut gap, before == Class::Digit);
        Self { tokens: split_off_v(tokens), tail: gap }
    }

    /// Number of tokens.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The token at an index.
    pub(super) fn get(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    /// The token at an index that is still free.
    pub(super) fn free(&self, at: usize) -> Option<&Token> {
        self.get(at).filter(|token| token.used == Use::Free)
    }

    /// The token before an index.
    pub(super) fn before(&self, at: usize) -> Option<&Token> {
        at.checked_sub(1).and_then(|at| self.get(at))
    }

    /// The number at an index, if the token there is a free number.
    pub(super) fn number(&self, at: usize) -> Option<u32> {
        self.free(at).and_then(Token::number)
    }

    /// The word at an index in lower case, if the token there is a free word.
    pub(super) fn word(&self, at: usize) -> Option<&str> {
        self.free(at).filter(|token| !token.digits).map(|token| token.lower.as_str())
    }

    /// The separator before an index without its blanks; `None` past the end.
    pub(super) fn gap(&self, at: usize) -> Option<&str> {
        self.get(at).map(|token| token.gap.trim())
    }

    /// The separator after a range that ends before `at`, blanks kept.
    pub(super) fn gap_after(&self, at: usize) -> &str {
        self.get(at).map_or(self.tail.as_str(), |token| token.gap.as_str())
    }

    /// Whether a token touches the one before.
    pub(super) fn touches(&self, at: usize) -> bool {
        at > 0 && self.get(at).is_some_and(|token| token.gap.is_empty())
    }

    /// Marks a range.
    pub(super) fn mark(&mut self, from: usize, to: usize, used: Use) {
        for token in self.tokens.iter_mut().take(to).skip(from) {
            token.used = used;
        }
    }

    /// Whether the token before is part of the label.
    pub(super) fn follows_label(&self, at: usize) -> bool {
        self.before(at).is_some_and(|token| token.used.is_label())
    }

    /// Whether nothing, or another part of the label, comes at an index.
    pub(super) fn label_or_end(&self, at: usize) -> bool {
        self.get(at).is_none_or(|token| token.used.is_label())
    }

    /// Where a phrase that starts at an index ends. Its words may be written together.
    pub(super) fn phrase_end(&self, at: usize, phrase: &str) -> Option<usize> {
        if self.word(at)?.as_bytes().first() != phrase.as_bytes().first() {
            return None; // nearly always
        }
        let mut rest = phrase.split(' ').peekable();
        let mut here = at;
        while rest.peek().is_some() {
            if here > at && !matches!(self.gap(here), Some("" | "-" | "_" | "." | "'" | "’")) {
                return None;
            }
            let mut word = self.word(here)?;
            while !word.is_empty() {
                word = word.strip_prefix(rest.next()?)?;
            }
            here += 1;
        }
        Some(here)
    }

    /// The tokens with their indices.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter()
    }
}

/// "FINALv2", "reportv2": the v goes with the number.
fn split_off_v(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let joins = token.digits && token.gap.is_empty() && token.text.len() < 4;
        if let Some(before) = out.last_mut().filter(|before| joins && !before.digits && before.text.chars().count() >= 5)
            && before.text.ends_with(['v', 'V'])
            && !before.lower.ends_with("rev")
        {
            before.text.pop();
            before.lower.pop();
            out.push(Token { text: "v".to_owned(), lower: "v".to_owned(), gap: String::new(), digits: false, used: Use::Free });
        }
        out.push(token);
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    Small,
    Capital,
    Digit,
}

impl Class {
    fn of(character: char) -> Self {
        if character.is_ascii_digit() {
            Self::Digit
        } else if character.is_uppercase() {
            Self::Capital
        } else if character.is_alphabetic() {
            Self::Small
        } else {
            Self::Gap
        }
    }

    fn starts_after(self, before: Self) -> bool {
        match (before, self) {
            (Self::Capital, Self::Small | Self::Capital) | (Self::Small, Self::Small) => false,
            (before, now) => before != now || now == Self::Gap,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        Tokens::of(text).iter().map(|token| token.text.clone()).collect()
    }

    #[test]
    fn letters_digits_and_capitals_are_cut_apart() {
        assert_eq!(texts("HousingReview_v02.3b (2)"), ["Housing", "Review", "v", "02", "3", "b", "2"]);
        assert_eq!(texts("12Jun21 FINAL"), ["12", "Jun", "21", "FINAL"]);
        assert!(texts(" -- ").is_empty());
    }

    #[test]
    fn phrases_may_be_written_together() {
        for text in ["for fact check", "for_fact-check", "for FactCheck", "for factcheck"] {
            let tokens = Tokens::of(text);
            assert_eq!(tokens.phrase_end(1, "fact check"), Some(tokens.len()), "{text}");
        }
        assert_eq!(Tokens::of("fact (check)").phrase_end(0, "fact check"), None);
    }
}
