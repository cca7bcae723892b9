//! The words of a draft, reduced to what comparison needs.

use unicode_normalization::char::is_combining_mark;

use crate::model::{Shingle, TextFacts};

const SHINGLE_WORDS: usize = 5;

/// Reduces paragraphs to shingles and digests.
///
/// `paragraphs`: body text, tracked insertions in and deletions out, in document order.
/// `before`: the same with deletions in and insertions out, when it differs.
pub fn text_facts<S: AsRef<str>>(paragraphs: &[S], before: Option<&[S]>) -> TextFacts {
    let (words, signs) = read(paragraphs);
    let shingles = shingles_of(&words);
    let digest = digest_of(&words);
    let mut facts =
        TextFacts { words: u32::try_from(words.len()).unwrap_or(u32::MAX), digest, digest_before: digest, signs, ..TextFacts::default() };
    if let Some(before) = before {
        let (words_before, _) = read(before);
        let shingles_before = shingles_of(&words_before);
        facts.digest_before = digest_of(&words_before);
        facts.added = difference(&shingles, &shingles_before);
        facts.removed = difference(&shingles_before, &shingles);
    }
    facts.shingles = shingles;
    facts
}

/// One hash for what stands outside of the body, as in [`TextFacts::beyond`]. `paragraphs`: in any order, repeated or not.
pub fn beyond<S: AsRef<str>>(paragraphs: &[S]) -> u64 {
    let mut seen: Vec<u64> = paragraphs
        .iter()
        .map(|paragraph| read(&[paragraph.as_ref()]))
        .filter_map(|(words, signs)| {
            (signs != 0 || !words.is_empty()).then(|| words.iter().fold(mix(SEED, signs), |sum, word| mix(sum, *word)))
        })
        .collect();
    seen.sort_unstable();
    seen.dedup();
    seen.iter().fold(0, |sum, paragraph| mix(sum, *paragraph))
}

/// Hashes of the distinct five-word sequences, ascending.
fn shingles_of(words: &[u64]) -> Vec<Shingle> {
    let hash = |window: &[u64]| window.iter().fold(SEED, |sum, word| mix(sum, *word));
    let leading_bits = |hash: u64| (hash >> (u64::BITS - Shingle::BITS)) as Shingle;
    let mut shingles: Vec<Shingle> = words.windows(SHINGLE_WORDS).map(|window| leading_bits(hash(window))).collect();
    sort_hashes(&mut shingles);
    shingles.dedup();
    // They are kept until every draft is read; a text says many things twice.
    shingles.shrink_to_fit();
    shingles
}

/// Sorts values that are spread evenly, as hashes are: first into places by their leading bits, then each place.
fn sort_hashes(hashes: &mut Vec<Shingle>) {
    const PER_PLACE: usize = 8;
    let places = (hashes.len() / PER_PLACE).next_power_of_two();
    if places < 2 {
        return hashes.sort_unstable();
    }
    let place = |hash: Shingle| (hash >> (Shingle::BITS - places.ilog2())) as usize;
    let mut next = vec![0_usize; places];
    hashes.iter().for_each(|hash| next[place(*hash)] += 1);
    let mut total = 0;
    for start in &mut next {
        total += std::mem::replace(start, total);
    }
    let mut sorted = vec![0; hashes.len()];
    for hash in &*hashes {
        let at = &mut next[place(*hash)];
        sorted[*at] = *hash;
        *at += 1;
    }
    sorted.chunk_by_mut(|one, other| place(*one) == place(*other)).for_each(<[Shingle]>::sort_unstable);
    *hashes = sorted;
}

/// What `one` has and `other` has not; both ascending.
fn difference(one: &[Shingle], other: &[Shingle]) -> Vec<Shingle> {
    let mut rest = other;
    let mut other_has = |shingle: Shingle| {
        let smaller = rest.iter().take_while(|hash| **hash < shingle).count();
        rest = &rest[smaller..];
        rest.first() == Some(&shingle)
    };
    let mut only: Vec<Shingle> = one.iter().copied().filter(|shingle| !other_has(*shingle)).collect();
    only.shrink_to_fit();
    only
}

/// How many values two ascending lists share.
pub fn shared(one: &[Shingle], other: &[Shingle]) -> usize {
    let (mut count, mut at, mut to) = (0, 0, 0);
    while let (Some(left), Some(right)) = (one.get(at), other.get(to)) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => to += 1,
            std::cmp::Ordering::Equal => (count, at, to) = (count + 1, at + 1, to + 1),
        }
    }
    count
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(sum: u64, value: u64) -> u64 {
    let mixed = (sum ^ value).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xc4ce_b9fe_1a85_ec53) ^ sum.rotate_left(23)
}

fn digest_of(words: &[u64]) -> Option<u64> {
    (!words.is_empty()).then(|| words.iter().fold(SEED, |sum, word| mix(sum, *word)))
}

/// The characters of words among those of ASCII, in lower case; 0 for those that end one.
const ASCII_FOLDED: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0;
    while byte < 128_u8 {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// One hash a word: a run of letters, marks on them, digits and underscores, in lower case; a letter of a script without spaces is one of its
/// own. A paragraph ends a word; a soft hyphen or another character without width does not. And one hash for all signs, 0 for none.
fn read<S: AsRef<str>>(paragraphs: &[S]) -> (Vec<u64>, u64) {
    let (mut words, mut signs) = (Vec::new(), 0);
    for paragraph in paragraphs {
        let mut hash: Option<u64> = None;
        let mut characters = paragraph.as_ref().chars();
        while let Some(character) = characters.next() {
            let sum = hash.unwrap_or(SEED);
            if let Some(folded) = ASCII_FOLDED.get(character as usize) {
                if *folded != 0 {
                    hash = Some(mix(sum, u64::from(*folded)));
                    continue;
                }
            } else if is_word_alone(character) {
                words.extend(hash.take());
                words.push(mix(SEED, u64::from(character as u32)));
                continue;
            } else if character.is_alphanumeric() {
                hash = Some(character.to_lowercase().fold(sum, |sum, lower| mix(sum, u64::from(lower as u32))));
                continue;
            } else if is_without_width(character) {
                continue;
            } else if is_combining_mark(character) {
                hash = Some(mix(sum, u64::from(character as u32)));
                continue;
            }
            let touches_word = hash.is_some();
            words.extend(hash.take());
            if character != ' '
                && let Some(sign) = sign(character, touches_word, characters.as_str())
            {
                signs = mix(mix(signs, words.len() as u64), u64::from(sign as u32));
            }
        }
        words.extend(hash);
    }
    (words, signs)
}

/// A letter of a script that puts no spaces between words: what a change leaves of a sentence is still to be found then.
fn is_word_alone(character: char) -> bool {
    matches!(character,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{31f0}'..='\u{31ff}' // kana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' // ideographs
        | '\u{0e01}'..='\u{0e30}' | '\u{0e40}'..='\u{0e46}' | '\u{0e81}'..='\u{0eb0}' | '\u{0ec0}'..='\u{0ec6}' // Thai and Lao
        | '\u{1000}'..='\u{102a}' | '\u{1780}'..='\u{17b3}') // Myanmar and Khmer
}

/// Soft hyphens, joiners and other characters that no reader sees.
fn is_without_width(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// A sign that carries meaning, in one spelling. Punctuation, quotes and bullets carry none that an application would not change;
/// a dash does where it makes a number negative. `touches_word`: whether it follows a word without a gap; `after`: what follows it.
fn sign(character: char, touches_word: bool, after: &str) -> Option<char> {
    match character {
        '-' | '\u{2010}'..='\u{2013}' | '\u{2212}' => {
            (!touches_word && after.starts_with(|next: char| next.is_ascii_digit())).then_some('-')
        }
        '<' | '>' | '=' | '+' | '%' | '$' | '^' | '~' | '£' | '¥' | '¢' | '±' | '×' | '÷' | '¬' | '°' | '‰' => Some(character),
        '\u{20a0}'..='\u{20cf}' | '\u{2100}'..='\u{2bff}' | '\u{e000}'..='\u{f8ff}' | '\u{1f000}'..='\u{1faff}' => Some(character),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_punctuation_do_not_matter_but_word_order_does() {
        let one = text_facts(&["The quick, brown fox", "jumps over it."], None);
        let same = text_facts(&["the QUICK brown fox jumps – over it"], None);
        let other = text_facts(&["the brown quick fox jumps over it"], None);
        assert_eq!(one, same);
        assert_ne!(one.digest, other.digest);
        assert_eq!(one.words, 7);
        assert_eq!(one.shingles.len(), 3);
    }

    #[test]
    fn hashes_are_sorted_whatever_their_number_and_spread() {
        for length in (0..70).chain([1000, 4097]) {
            for spread in [Shingle::MAX, 3, 1 << 28] {
                let mut hashes: Vec<Shingle> = (0..length).map(|number| mix(SEED, number) as Shingle & spread).collect();
                let mut expected = hashes.clone();
                expected.sort_unstable();
                sort_hashes(&mut hashes);
                assert_eq!(hashes, expected);
            }
        }
    }

    #[test]
    fn a_difference_is_what_one_list_has_alone() {
        assert_eq!(difference(&[1, 2, 5, 9], &[0, 2, 3, 9, 10]), [1, 5]);
        assert_eq!(difference(&[1, 2], &[]), [1, 2]);
        assert_eq!(difference(&[], &[1]), [0; 0]);
    }

    #[test]
    fn signs_that_carry_meaning_are_seen_and_punctuation_is_not() {
        let signs = |text: &str| text_facts(&[text], None).signs;
        assert_eq!(signs("He said: “so – or so”, 2010–15, page-turner…"), 0);
        assert_ne!(signs("a balance of -5"), signs("a balance of 5"));
        assert_eq!(signs("a balance of -5"), signs("a balance of \u{2212}5"));
        assert_ne!(signs("more than >3"), signs("more than <3"));
        assert_ne!(signs("approved ☒ rejected ☐"), signs("approved ☐ rejected ☒"));
        assert_ne!(signs("approved ☒ rejected"), signs("approved rejected ☒"));
    }

    #[test]
    fn characters_without_width_divide_no_word() {
        assert_eq!(text_facts(&["in\u{ad}spec\u{200b}tion re\u{2060}port"], None), text_facts(&["inspection report"], None));
    }

    #[test]
    fn accents_and_tones_tell_words_apart_however_they_are_coded() {
        let digest = |text: &str| text_facts(&[text], None).digest;
        assert_ne!(digest("re\u{301}sume"), digest("re\u{300}sume"));
        assert_ne!(digest("\u{e21}\u{e49}\u{e32}"), digest("\u{e21}\u{e48}\u{e32}"));
    }

    #[test]
    fn a_change_in_a_sentence_without_spaces_leaves_the_rest_of_it() {
        let one = text_facts(&["检查组认为在本案中没有使用的材料已经全部披露给被告"], None);
        let other = text_facts(&["检查组认为在本案中没有使用的证据已经全部披露给被告"], None);
        assert_eq!(one.words, 25);
        assert_eq!((one.shingles.len(), shared(&one.shingles, &other.shingles)), (21, 15));
    }

    #[test]
    fn what_stands_beyond_the_body_counts_once_in_any_order() {
        assert_eq!(beyond(&["A note.", "Page head", "Page head"]), beyond(&["Page head", "A note."]));
        assert_ne!(beyond(&["A note."]), beyond(&["Another note."]));
        assert_eq!(beyond(&["", " – "]), 0);
    }

    #[test]
    fn no_words_no_digest() {
        assert_eq!(text_facts::<&str>(&["", " – "], None).digest, None);
    }
}
