//! Version, draft and copy numbers.

use super::VersionLabel;
use super::tokens::{Tokens, Use};

/// Takes all numbers of the label out of the tokens, the most explicit spelling first.
pub(super) fn take(tokens: &mut Tokens, label: &mut VersionLabel) {
    copies(tokens, label);
    title_numbers(tokens);
    each(tokens, label, explicit_version);
    each(tokens, label, revision);
    each(tokens, label, draft_number);
    each(tokens, label, issue);
    each(tokens, label, bare_version);
    each(tokens, label, compact_version);
}

type Reader = fn(&Tokens, usize, &mut VersionLabel) -> Option<(usize, usize)>;

/// Runs a reader at every token; what it reads belongs to the label even where a field is already filled.
fn each(tokens: &mut Tokens, label: &mut VersionLabel, read: Reader) {
    for at in 0..tokens.len() {
        if let Some((from, to)) = read(tokens, at, label) {
            tokens.mark(from, to, Use::Number);
        }
    }
}

/// "(2)", "- Copy", "- Copy (2)", "Copy of".
fn copies(tokens: &mut Tokens, label: &mut VersionLabel) {
    const OF: &[(&str, &str)] = &[
        ("copy", "of"),
        ("kopie", "von"),
        ("kopie", "van"),
        ("copie", "de"),
        ("copia", "de"),
        ("copia", "di"),
        ("kopia", "av"),
        ("kopi", "av"),
        ("kopi", "af"),
    ];
    let numbered = tokens.number(1).filter(|_| tokens.gap(1) == Some("("));
    let of = if numbered.is_some() { 2 } else { 1 };
    if OF.iter().any(|(copy, word)| tokens.word(0) == Some(copy) && tokens.word(of) == Some(word)) {
        label.copy = Some(numbered.unwrap_or(1));
        tokens.mark(0, of + 1, Use::Number);
    }
    for at in 1..tokens.len() {
        let in_brackets = tokens.gap(at).is_some_and(|gap| gap.ends_with('(')) && tokens.gap_after(at + 1).trim_start().starts_with(')');
        let digits = tokens.get(at).map_or(0, |token| token.text.len());
        if let Some(number) = tokens.number(at).filter(|number| in_brackets && digits <= 3 && *number > 0) {
            label.copy = Some(number);
            tokens.mark(at, at + 1, Use::Number);
        }
    }
    for at in 1..tokens.len() {
        if !matches!(tokens.word(at), Some("copy" | "kopie" | "copie" | "copia" | "kopia" | "kopi")) {
            continue;
        }
        let set_off = tokens.gap(at).is_some_and(|gap| matches!(gap.trim_start_matches([')', ']']).trim(), "-" | "–" | "("));
        let number = tokens.number(at + 1).filter(|number| *number < 100);
        let last = at + if number.is_some() { 2 } else { 1 } == tokens.len();
        // "Report_copy", "Report copy 2", "Report v1 Kopie"; "Report copy" may be about copies.
        let is_kind = |word: &str| {
            matches!(word, "review" | "publication" | "consultation" | "clean" | "final" | "off" | "hard" | "fair" | "working" | "master")
        };
        let joined = tokens
            .before(at)
            .is_some_and(|before| before.digits || (!is_kind(&before.lower) && (number.is_some() || tokens.gap(at) == Some("_"))));
        if let Some(number) = number.filter(|_| set_off || (last && joined)) {
            label.copy = Some(number);
            tokens.mark(at, at + 2, Use::Number);
        } else if (set_off && tokens.label_or_end(at + 1)) || (last && joined) {
            label.copy = label.copy.or(Some(1));
            tokens.mark(at, at + 1, Use::Number);
        }
    }
}

/// Words whose number belongs to the title.
const BEFORE_NUMBERS: &[&str] = &[
    "part",
    "section",
    "chapter",
    "annex",
    "appendix",
    "volume",
    "vol",
    "phase",
    "table",
    "figure",
    "fig",
    "article",
    "schedule",
    "paragraph",
    "para",
    "page",
    "week",
    "day",
    "year",
    "quarter",
    "q",
    "no",
    "nr",
    "number",
    "iso",
    "iec",
    "en",
    "bs",
    "din",
    "covid",
    "stage",
    "step",
    "tranche",
    "band",
    "tier",
    "level",
    "module",
    "unit",
    "item",
    "action",
    "question",
    "recommendation",
    "objective",
    "goal",
    "article",
    "form",
    "room",
    "area",
    "zone",
    "group",
    "lot",
    "package",
    "teil",
    "kapitel",
    "anlage",
    "anhang",
    "band",
    "partie",
    "chapitre",
    "annexe",
    "grade",
    "key",
    "ks",
    "type",
    "class",
    "category",
    "world",
    "top",
    "windows",
    "rule",
    "clause",
    "standard",
    "session",
    "wcag",
    "tls",
    "ssl",
    "web",
    "industrie",
    "industry",
    "usb",
    "bluetooth",
    "python",
    "pren",
];

/// Words before the number of a standard, whose parts stand behind hyphens.
pub(super) fn is_standard(word: &str) -> bool {
    matches!(word, "en" | "pren" | "iso" | "iec" | "bs" | "din")
}

/// Words that are counted: versions, drafts, issues and parts.
pub(super) fn is_counted(word: &str) -> bool {
    VERSION_WORDS.contains(&word)
        || ISSUE_WORDS.contains(&word)
        || BEFORE_NUMBERS.contains(&word)
        || COUNTED.iter().any(|(phrase, _)| *phrase == word)
        || matches!(word, "rev" | "revision" | "révision" | "revisión")
}

/// Words for a draft.
pub(super) fn is_draft_word(word: &str) -> bool {
    COUNTED.iter().any(|(phrase, stage)| *phrase == word && *stage == "draft")
}

/// "Part 3", "Section 2.1", "ISO 27001", "Q3": numbers that belong to the title.
fn title_numbers(tokens: &mut Tokens) {
    for at in 0..tokens.len() {
        if !tokens.word(at).is_some_and(|word| BEFORE_NUMBERS.contains(&word)) || tokens.number(at + 1).is_none() {
            continue;
        }
        let draft_number = matches!(tokens.word(at), Some("no" | "nr" | "number"))
            && tokens
                .before(at)
                .is_some_and(|before| matches!(before.lower.as_str(), "draft" | "version" | "revision" | "issue" | "entwurf"));
        if draft_number {
            continue;
        }
        let separators: &[&str] = if tokens.word(at).is_some_and(is_standard) { &["-"] } else { &["."] };
        let end = Numbers::read(tokens, at + 1, separators).map_or(at + 2, |numbers| numbers.end);
        tokens.mark(at, end, Use::Title);
    }
}

/// Up to three numbers with one separator: a version.
struct Numbers {
    parts: [Option<u32>; 3],
    end: usize,
    letter: Option<String>,
}

impl Numbers {
    fn read(tokens: &Tokens, at: usize, separators: &[&str]) -> Option<Self> {
        let first = tokens.number(at).filter(|number| *number < 10_000)?;
        let mut numbers = Self { parts: [Some(first), None, None], end: at + 1, letter: None };
        let separator = tokens.gap(at + 1).filter(|gap| separators.contains(gap)).map(str::to_owned);
        if let Some(separator) = separator {
            for place in 1..3 {
                let next = tokens.number(numbers.end).filter(|number| *number < 1000);
                let joined = tokens.gap(numbers.end) == Some(separator.as_str())
                    && (separator == "." || tokens.get(numbers.end).is_some_and(|token| token.gap.len() == 1));
                let Some(next) = next.filter(|_| joined) else { break };
                if let Some(part) = numbers.parts.get_mut(place) {
                    *part = Some(next);
                }
                numbers.end += 1;
            }
            // "2.0.x", and a fourth number that no field holds.
            while tokens.gap(numbers.end) == Some(".") && (tokens.word(numbers.end) == Some("x") || tokens.number(numbers.end).is_some()) {
                numbers.end += 1;
            }
        }
        let letter =
            tokens.word(numbers.end).filter(|word| word.len() == 1 && tokens.touches(numbers.end) && !tokens.touches(numbers.end + 1));
        if let Some(letter) = letter.filter(|letter| *letter != "x") {
            numbers.letter = Some(letter.to_uppercase());
            numbers.end += 1;
        }
        Some(numbers)
    }

    fn is_pair(&self) -> bool {
        self.parts.get(1).is_some_and(Option::is_some)
    }

    fn into_label(self, label: &mut VersionLabel) {
        if label.major.is_some() {
            return;
        }
        let [major, minor, patch] = self.parts;
        (label.major, label.minor, label.patch) = (major, minor, patch);
        if label.rev.is_none() {
            label.rev = self.letter;
        }
    }
}

/// Words for an issue or edition.
const ISSUE_WORDS: &[&str] = &["issue", "iss", "edition", "ed", "ausgabe", "édition", "edición"];

const VERSION_WORDS: &[&str] =
    &["v", "ver", "vers", "version", "versions", "versión", "versione", "versie", "versão", "wersja", "versio", "verze", "fassung", "vs"];

/// "v0.3", "Version 2", "v 1 . 4", "v02_03", "version1-0".
fn explicit_version(tokens: &Tokens, at: usize, label: &mut VersionLabel) -> Option<(usize, usize)> {
    let word = tokens.word(at)?;
    if !VERSION_WORDS.contains(&word) {
        return None;
    }
    if word.len() > 3
        && let Some((from, number)) = ordinal_before(tokens, at).filter(|_| tokens.number(at + 1).is_none())
    {
        label.major = label.major.or(Some(number));
        return Some((from, at + 1));
    }
    if tokens.touches(at) && (word != "v" || tokens.before(at).is_some_and(|before| !before.digits && before.text.chars().count() < 4)) {
        return None;
    }
    let number_at = if matches!(tokens.word(at + 1), Some("no" | "nr" | "number")) { at + 2 } else { at + 1 };
    if !matches!(tokens.gap(number_at)?, "" | "." | "-" | ":" | "#") {
        return None;
    }
    if let Some(number) = tokens.word(number_at).and_then(number_word).filter(|_| word.len() > 2) {
        label.major = label.major.or(Some(number));
        return Some((at, number_at + 1));
    }
    let numbers = Numbers::read(tokens, number_at, &[".", "-", "_", ","])?;
    let end = numbers.end;
    // "V2G", "V2X": from vehicle to grid.
    if tokens.get(at)?.text == "V" && !numbers.is_pair() && matches!(numbers.letter.as_deref(), Some("G" | "X" | "H" | "L" | "I")) {
        let capital = tokens.before(end).is_some_and(super::tokens::Token::is_capitals);
        if capital {
            return None;
        }
    }
    numbers.into_label(label);
    Some((at, end))
}

/// "Rev1.2", "Rev2-1" (a version); "rev B", "Rev C2", "rev02" (a revision).
fn revision(tokens: &Tokens, at: usize, label: &mut VersionLabel) -> Option<(usize, usize)> {
    if !matches!(tokens.word(at)?, "rev" | "revision" | "révision" | "revisión") || (tokens.touches(at) && !tokens.before(at)?.digits) {
        return None;
    }
    if !matches!(tokens.gap(at + 1)?, "" | "." | "-" | ":" | "#" | "_") {
        return None;
    }
    if let Some(numbers) = Numbers::read(tokens, at + 1, &[".", "-", "_"]) {
        let end = numbers.end;
        if numbers.is_pair() {
            numbers.into_label(label);
        } else if label.rev.is_none() {
            label.rev = tokens.get(at + 1).map(|token| format!("{}{}", token.text, numbers.letter.unwrap_or_default()));
        }
        return Some((at, end));
    }
    let letter = tokens.free(at + 1).filter(|token| !token.digits && token.text.chars().count() == 1)?;
    let number = tokens.free(at + 2).filter(|token| token.digits && tokens.touches(at + 2) && token.text.len() <= 2);
    if number.is_none() && letter.text != letter.text.to_uppercase() && !tokens.label_or_end(at + 2) {
        return None; // "rev a bit"
    }
    label.rev = Some(format!("{}{}", letter.text.to_uppercase(), number.map_or("", |token| &token.text)));
    Some((at, if number.is_some() { at + 3 } else { at + 2 }))
}

/// Words that are counted: what they say about the stage, in the order of [`super::words::STAGES`].
const COUNTED: &[(&str, &str)] = &[
    ("working draft", "working-draft"),
    ("wd", "working-draft"),
    ("committee specification public review draft", "public-review"),
    ("public review draft", "public-review"),
    ("csprd", "public-review"),
    ("prd", "public-review"),
    ("committee specification draft", "committee-draft"),
    ("committee draft", "committee-draft"),
    ("committee note draft", "committee-draft"),
    ("csd", "committee-draft"),
    ("csdpr", "public-review"),
    ("cnd", "committee-draft"),
    ("committee specification", "committee-specification"),
    ("cs", "committee-specification"),
    ("cos", "candidate-standard"),
    ("release candidate", "release-candidate"),
    ("rc", "release-candidate"),
    ("e ballot", "ballot"),
    ("ballot", "ballot"),
    ("alpha", "alpha"),
    ("beta", "beta"),
    ("final draft", "draft"),
    ("draft", "draft"),
    ("drft", "draft"),
    ("entwurf", "draft"),
    ("brouillon", "draft"),
    ("ébauche", "draft"),
    ("luonnos", "draft"),
    ("szkic", "draft"),
    ("brudnopis", "draft"),
    ("rascunho", "draft"),
    ("borrador", "draft"),
    ("bozza", "draft"),
    ("utkast", "draft"),
    ("udkast", "draft"),
    ("ontwerp", "draft"),
    ("projet", "draft"),
];

/// "Draft 2", "draft two", "second draft", "wd02", "WD-02A", "csd01", "e-ballot-3", "RC1", "Draft 0.3".
fn draft_number(tokens: &Tokens, at: usize, label: &mut VersionLabel) -> Option<(usize, usize)> {
    let (end, stage) = COUNTED.iter().find_map(|(phrase, stage)| Some((tokens.phrase_end(at, phrase)?, *stage)))?;
    if tokens.touches(at) && tokens.before(at).is_some_and(|before| !before.digits && before.is_capitals()) {
        return None;
    }
    // The words before say which one: "second draft", "2nd draft".
    if let Some((from, number)) = ordinal_before(tokens, at) {
        label.number = label.number.or(Some(number));
        let consultation = (from..at).any(|at| tokens.word(at) == Some("consultation"));
        set_stage(label, if consultation { "consultation" } else { stage });
        return Some((from, end));
    }
    let is_word = matches!(tokens.word(end), Some("no" | "nr" | "number" | "version"))
        || (tokens.word(end) == Some("n") && tokens.gap(end + 1) == Some("°"));
    let number_at = if is_word { end + 1 } else { end };
    if !matches!(tokens.gap(number_at)?, "" | "-" | "." | ":" | "#" | "_" | "°") {
        return None;
    }
    if number_at == end && tokens.get(end)?.gap == " " && counts_a_noun(tokens, end + 1) {
        return None; // "Draft 10 year plan"
    }
    if let Some(numbers) = Numbers::read(tokens, number_at, &["."]) {
        let first = numbers.parts.first().copied().flatten().filter(|number| *number < 100)?;
        let end = numbers.end;
        if numbers.is_pair() {
            numbers.into_label(label);
        } else {
            label.number = label.number.or(Some(first));
            label.rev = label.rev.take().or(numbers.letter);
        }
        set_stage(label, stage);
        return Some((at, end));
    }
    let token = tokens.free(number_at).filter(|token| !token.gap.is_empty())?;
    if let Some(number) =
        number_word(&token.lower).or_else(|| roman(&token.text.to_uppercase()).filter(|_| token.text.len() > 1 || token.is_capitals()))
    {
        label.number = label.number.or(Some(number));
        set_stage(label, stage);
        return Some((at, number_at + 1));
    }
    let step = tokens.free(number_at + 1).filter(|next| next.digits && next.text.len() <= 2 && tokens.touches(number_at + 1));
    if let Some(step) = step.filter(|_| token.text.len() == 1 && token.is_capitals() && tokens.label_or_end(number_at + 2)) {
        label.rev = label.rev.take().or(Some(format!("{}{}", token.text, step.text)));
        set_stage(label, stage);
        return Some((at, number_at + 2)); // "Draft B2"
    }
    if token.text.len() == 1 && token.is_capitals() && tokens.label_or_end(number_at + 1) {
        label.rev = label.rev.take().or(Some(token.text.clone()));
        set_stage(label, stage);
        return Some((at, number_at + 1));
    }
    None
}

/// Whether the number before an index counts what is written about: "10 year plan", "3 page summary", "2nd quarter".
fn counts_a_noun(tokens: &Tokens, at: usize) -> bool {
    const NOUNS: &[&str] = &[
        "page", "pages", "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "point", "points", "step",
        "steps", "bed", "bedroom", "tier", "star", "way",
    ];
    let ordinal = tokens.touches(at) && matches!(tokens.word(at), Some("st" | "nd" | "rd" | "th"));
    ordinal
        || (!tokens.touches(at) && tokens.get(at).is_some_and(|token| token.gap == " " || token.gap == "-"))
            && tokens.word(at).is_some_and(|word| NOUNS.contains(&word))
}

fn set_stage(label: &mut VersionLabel, stage: &str) {
    super::words::raise_stage(label, stage);
}

fn ordinal_before(tokens: &Tokens, at: usize) -> Option<(usize, u32)> {
    let before = at.checked_sub(1)?;
    if let Some(number) = tokens.word(before).and_then(ordinal_word) {
        return Some((before, number));
    }
    let kind = tokens
        .word(before)
        .is_some_and(|word| matches!(word, "consultation" | "full" | "working" | "complete" | "revised" | "public" | "clean"));
    if let Some(earlier) = before.checked_sub(1).filter(|_| kind)
        && let Some(number) = tokens.word(earlier).and_then(ordinal_word)
    {
        return Some((earlier, number));
    }
    // "2. Entwurf"
    if tokens.gap(at) == Some(".") && !matches!(tokens.word(at), Some("draft" | "version" | "issue" | "edition")) {
        return tokens.number(before).filter(|number| (1..100).contains(number)).map(|number| (before, number));
    }
    let digits = before.checked_sub(1)?;
    let number = tokens.number(digits).filter(|number| *number < 100)?;
    (tokens.touches(before) && matches!(tokens.word(before)?, "st" | "nd" | "rd" | "th" | "e" | "er" | "ème")).then_some((digits, number))
}

fn ordinal_word(word: &str) -> Option<u32> {
    const WORDS: &[&str] = &["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if word == "zero" {
        return Some(0);
    }
    const OTHERS: &[&[&str]] = &[
        &["erster", "erste", "premier", "première", "primer", "primera", "primo", "prima", "første", "första", "eerste"],
        &["zweiter", "zweite", "deuxième", "seconde", "segundo", "segunda", "secondo", "seconda", "tweede"],
        &["dritter", "dritte", "troisième", "tercer", "tercera", "terzo", "terza", "tredje", "derde"],
        &["vierter", "vierte", "quatrième", "cuarto", "cuarta", "quarto", "quarta", "fjerde", "fjärde", "vierde"],
    ];
    let other = || OTHERS.iter().position(|words| words.contains(&word)).map(|index| index as u32 + 1);
    WORDS.iter().position(|known| *known == word).map(|index| index as u32).or_else(other)
}

fn number_word(word: &str) -> Option<u32> {
    const WORDS: &[&str] = &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.iter().position(|known| *known == word).map(|index| index as u32)
}

fn roman(text: &str) -> Option<u32> {
    const WORDS: &[&str] = &["II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];
    WORDS.iter().position(|known| *known == text).map(|index| index as u32 + 2)
}

/// "Issue 3", "2nd edition", "Edition 4".
fn issue(tokens: &Tokens, at: usize, label: &mut VersionLabel) -> Option<(usize, usize)> {
    let word = tokens.word(at)?;
    if !ISSUE_WORDS.contains(&word) || label.major.is_some() {
        return None;
    }
    let is_issue = matches!(word, "issue" | "iss");
    let (from, end) = if let Some((from, number)) = ordinal_before(tokens, at) {
        label.major = Some(number);
        (from, at + 1)
    } else {
        let number_at = if matches!(tokens.word(at + 1), Some("no" | "nr" | "number")) { at + 2 } else { at + 1 };
        let numbers = Numbers::read(tokens, number_at, &["."])?;
        if !matches!(tokens.gap(number_at)?, "" | "." | ":" | "#" | "_") || numbers.parts.first().copied().flatten()? > 99 {
            return None;
        }
        let end = numbers.end;
        numbers.into_label(label);
        (at, end)
    };
    if is_issue {
        set_stage(label, "issue");
    }
    Some((from, end))
}

/// "1.1", "2.0.3", "2.0.x", "mqtt-sn-2-0-wd": numbers without a word, when no explicit version stands beside them.
fn bare_version(tokens: &Tokens, at: usize, label: &mut VersionLabel) -> Option<(usize, usize)> {
    if label.major.is_some() || tokens.touches(at) || matches!(tokens.gap(at), Some("." | "/" | ":" | "£" | "$" | "€")) {
        return None;
    }
    let dotted = Numbers::read(tokens, at, &["."]).filter(Numbers::is_pair);
    let numbers = match dotted {
        Some(numbers) => numbers,
        None => hyphenated(tokens, at)?,
    };
    if numbers.parts.first().copied().flatten()? > 99
        || matches!(
            tokens.word(numbers.end),
            Some("am" | "pm" | "m" | "bn" | "k" | "percent" | "million" | "billion" | "ghz" | "mhz" | "khz" | "gb" | "mb" | "kw" | "mw")
        )
        || is_time(tokens, at, &numbers)
        || is_no_day(tokens, at, &numbers)
        || tokens.before(numbers.end).is_some_and(|last| last.text == "C")
    {
        return None;
    }
    if tokens.gap_after(numbers.end).trim_start().starts_with('%') {
        return None;
    }
    let end = numbers.end;
    numbers.into_label(label);
    Some((at, end))
}

/// "2018-02-12 14.30", "Meeting 10.30": a time of the day.
fn is_time(tokens: &Tokens, at: usize, numbers: &Numbers) -> bool {
    let [Some(hour), Some(minute), None] = numbers.parts else { return false };
    let two_digits = |at: usize| tokens.get(at).is_some_and(|token| token.text.len() == 2);
    let announced = tokens.before(at).is_some_and(|before| {
        (before.digits && before.used.is_label()) || matches!(before.lower.as_str(), "meeting" | "at" | "um" | "t" | "from")
    });
    announced && two_digits(at) && two_digits(at + 1) && hour < 24 && minute < 60
}

/// "30.02.2018", "31.4.19": somebody meant a day that does not exist.
fn is_no_day(tokens: &Tokens, at: usize, numbers: &Numbers) -> bool {
    let [Some(first), Some(second), third] = numbers.parts else { return false };
    let year = tokens.number(at + 2).filter(|_| tokens.gap(at + 2) == Some("."));
    let Some(third) = third.or(year) else { return false };
    first > 28 && first < 32 && second <= 12 && (10..40).contains(&(third % 100))
}

/// "name-2-0-wd", where hyphens stand for every separator of the name.
fn hyphenated(tokens: &Tokens, at: usize) -> Option<Numbers> {
    let set_off = tokens.get(at)?.gap.as_str();
    if at == 0 || !matches!(set_off, "-" | "_") {
        return None;
    }
    let numbers = Numbers::read(tokens, at, &["-"]).filter(Numbers::is_pair)?;
    if set_off == "_" {
        // "SDMX_3-0-0_SECTION"
        let closed = tokens.get(numbers.end).is_none_or(|token| token.gap == "_");
        let short = (at..numbers.end).all(|at| tokens.get(at).is_none_or(|token| token.text.len() <= 2));
        return (closed && short && numbers.parts.iter().all(Option::is_some)).then_some(numbers);
    }
    let short = (at..numbers.end).all(|at| tokens.get(at).is_none_or(|token| token.text.len() <= 2));
    let closed = tokens
        .get(numbers.end)
        .is_none_or(|token| token.gap == "-" && (token.used.is_label() || COUNTED.iter().any(|(phrase, _)| token.lower == *phrase)));
    (short && closed).then_some(numbers)
}

/// "SERIES_5a-401": major and two-digit minor written together at the end of a document number.
fn compact_version(tokens: &Tokens, at: usize, label: &mut VersionLabel) -> Option<(usize, usize)> {
    let token = tokens.free(at)?;
    let number = token.number()?;
    let series = tokens.touches(at.checked_sub(1)?) && tokens.before(at).is_some_and(|before| before.text.len() == 1 && !before.digits);
    if label.major.is_some()
        || token.gap != "-"
        || token.text.len() != 3
        || number % 100 >= 10
        || number < 100
        || !series
        || !tokens.label_or_end(at + 1)
    {
        return None;
    }
    (label.major, label.minor) = (Some(number / 100), Some(number % 100));
    Some((at, at + 1))
}

/// "Report_D2": a draft number behind a bare D, when nothing of the title follows.
pub(super) fn short_draft(tokens: &mut Tokens, label: &mut VersionLabel) {
    let Some(at) = (1..tokens.len()).rev().find(|at| {
        tokens.word(*at) == Some("d")
            && !tokens.touches(*at)
            && tokens.touches(at + 1)
            && tokens.number(at + 1).is_some_and(|number| number < 100)
    }) else {
        return;
    };
    let dotted = tokens.gap(at + 2) == Some(".");
    const PLACES: &[&str] = &["vitamin", "building", "block", "gate", "wing", "hall", "site", "plot", "ward", "road", "bus", "route"];
    let is_place = tokens.before(at).is_some_and(|before| PLACES.contains(&before.lower.as_str()));
    if label.number.is_some() || label.major.is_some() || dotted || is_place || !tokens.label_or_end(at + 2) {
        return;
    }
    label.number = tokens.number(at + 1);
    set_stage(label, "draft");
    tokens.mark(at, at + 2, Use::Number);
}
