//! Words about stage, marks and people.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::VersionLabel;
use super::tokens::{Token, Tokens, Use};

/// Where a word counts as part of the label and not of the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    /// Anywhere.
    Anywhere,
    /// Beside another part of the label, at the end, in brackets, or in capitals in a name that has small letters.
    Beside,
    /// After another part of the label.
    After,
    /// Beside the initials of a person.
    People,
    /// A short form in capitals that touches another part of the label.
    Short,
}

use Where::{After, Anywhere, Beside, People, Short};

/// Words of a phrase, what they say, where they count.
type Phrase = (&'static str, &'static str, Where);

/// Phrases about the stage, strongest first: where a label holds several, the first of this table wins.
const STAGES: &[Phrase] = &[
    ("superseded", "superseded", Anywhere),
    ("obsolete", "superseded", Beside),
    ("do not use", "superseded", Anywhere),
    ("old version", "superseded", Anywhere),
    ("old", "superseded", Beside),
    ("withdrawn", "superseded", Beside),
    ("archived", "superseded", Beside),
    ("archive", "superseded", After),
    ("as published", "published", Anywhere),
    ("published version", "published", Anywhere),
    ("for publication", "published", Anywhere),
    ("publication version", "published", Anywhere),
    ("publication copy", "published", Anywhere),
    ("web version", "published", Anywhere),
    ("published", "published", Beside),
    ("veröffentlicht", "published", Beside),
    ("sign off copy", "approved", Anywhere),
    ("sign off version", "approved", Anywhere),
    ("for sign off", "approved", Anywhere),
    ("signed off", "approved", Anywhere),
    ("sign off", "approved", Beside),
    ("signed", "approved", Beside),
    ("approved by", "approved", Anywhere),
    ("approved version", "approved", Anywhere),
    ("approved", "approved", Beside),
    ("cleared", "approved", Beside),
    ("agreed by", "approved", Anywhere),
    ("agreed", "approved", Beside),
    ("freigegeben", "approved", Beside),
    ("genehmigt", "approved", Beside),
    ("approuvé", "approved", Beside),
    ("aprobado", "approved", Beside),
    ("approvata", "approved", Beside),
    ("approvato", "approved", Beside),
    ("goedgekeurd", "approved", Beside),
    ("godkänd", "approved", Beside),
    ("godkendt", "approved", Beside),
    ("godkjent", "approved", Beside),
    ("zatwierdzony", "approved", Beside),
    ("factual accuracy", "fact-check", Anywhere),
    ("factual accuracy check", "fact-check", Anywhere),
    ("for factual accuracy", "fact-check", Anywhere),
    ("fact checking", "fact-check", Anywhere),
    ("fact checked", "fact-check", Anywhere),
    ("fact check", "fact-check", Anywhere),
    ("for public consultation", "consultation", Anywhere),
    ("for consultation", "consultation", Anywhere),
    ("consultation draft", "consultation", Anywhere),
    ("consultation version", "consultation", Anywhere),
    ("consultation copy", "consultation", Anywhere),
    ("for comments", "consultation", Anywhere),
    ("for comment", "consultation", Anywhere),
    ("consultation", "consultation", After),
    ("post public comment", "post-review", Anywhere),
    ("post consultation", "post-review", Anywhere),
    ("post review", "post-review", Anywhere),
    ("post factual accuracy", "post-review", Anywhere),
    ("post fact check", "post-review", Anywhere),
    ("post pc", "post-review", Anywhere),
    ("for public review", "public-review", Anywhere),
    ("public review draft", "public-review", Anywhere),
    ("public review", "public-review", Beside),
    ("public comment", "public-review", Beside),
    ("csprd", "public-review", Beside),
    ("csdpr", "public-review", Beside),
    ("pc", "public-review", Short),
    ("e ballot", "ballot", Beside),
    ("for ballot", "ballot", Anywhere),
    ("ballot", "ballot", After),
    ("for proofreading", "proof", Anywhere),
    ("proof read", "proof", Anywhere),
    ("proofreading", "proof", Beside),
    ("for proofing", "proof", Anywhere),
    ("proofing", "proof", Beside),
    ("to be proofed", "proof", Anywhere),
    ("proofed", "proof", Beside),
    ("page proofs", "proof", Anywhere),
    ("page proof", "proof", Anywhere),
    ("proofs", "proof", Beside),
    ("proof", "proof", Beside),
    ("for clearance", "clearance", Anywhere),
    ("legal clearance", "clearance", Anywhere),
    ("for approval", "approval", Anywhere),
    ("for review", "review", Anywhere),
    ("for peer review", "review", Anywhere),
    ("for internal review", "review", Anywhere),
    ("review copy", "review", Anywhere),
    ("review version", "review", Anywhere),
    ("review draft", "review", Anywhere),
    ("provisional", "provisional", Beside),
    ("vorläufig", "provisional", Beside),
    ("version provisoire", "provisional", Anywhere),
    ("provisoire", "provisional", Beside),
    ("voorlopig", "provisional", Beside),
    ("trial implementation", "trial", Beside),
    ("ti", "trial", Short),
    ("release candidate", "release-candidate", Beside),
    ("candidate standard", "candidate-standard", Beside),
    ("final draft", "draft", Anywhere),
    ("final version", "final", Beside),
    ("final report", "final", Beside),
    ("final text", "final", After),
    ("final copy", "final", Beside),
    ("version finale", "final", Anywhere),
    ("finalised", "final", Beside),
    ("finalized", "final", Beside),
    ("version définitive", "final", Anywhere),
    ("schlussfassung", "final", Beside),
    ("eindversie", "final", Beside),
    ("definitivo", "final", Beside),
    ("definitiva", "final", Beside),
    ("endelig utgave", "final", Beside),
    ("endelig", "final", Beside),
    ("slutlig version", "final", Anywhere),
    ("slutversion", "final", Beside),
    ("slutlig", "final", Beside),
    ("ostateczny", "final", Beside),
    ("endfassung", "final", Beside),
    ("endgültig", "final", Beside),
    ("définitif", "final", Beside),
    ("definitief", "final", Beside),
    ("finale", "final", Beside),
    ("final", "final", Beside),
    ("fnl", "final", Beside),
    ("ft", "final", Short),
    ("oasis standard", "standard", Anywhere),
    ("os", "standard", After),
    ("submitted", "submitted", Beside),
    ("revised draft", "revised", Anywhere),
    ("revised version", "revised", Anywhere),
    ("revised", "revised", Beside),
    ("überarbeitet", "revised", Beside),
    ("committee specification draft", "committee-draft", Anywhere),
    ("committee draft", "committee-draft", Anywhere),
    ("csd", "committee-draft", Beside),
    ("committee specification", "committee-specification", Beside),
    ("working draft", "working-draft", Anywhere),
    ("wd", "working-draft", Beside),
    ("template", "template", Beside),
    ("vorlage", "template", Beside),
    ("plantilla", "template", Anywhere),
    ("alpha", "alpha", After),
    ("beta", "beta", After),
    ("work in progress", "draft", Anywhere),
    ("wip", "draft", Beside),
    ("drft", "draft", Beside),
    ("entwurfsfassung", "draft", Anywhere),
    ("vorentwurf", "draft", Anywhere),
    ("entwurf", "draft", Anywhere),
    ("brouillon", "draft", Anywhere),
    ("ébauche", "draft", Anywhere),
    ("borrador", "draft", Anywhere),
    ("bozza", "draft", Anywhere),
    ("utkast", "draft", Anywhere),
    ("udkast", "draft", Anywhere),
    ("luonnos", "draft", Anywhere),
    ("szkic", "draft", Beside),
    ("brudnopis", "draft", Beside),
    ("rascunho", "draft", Anywhere),
    ("kladde", "draft", Beside),
    ("ontwerp", "draft", Beside),
    ("draft", "draft", Anywhere),
];

/// Phrases about marks and the handling of a copy.
const MARKS: &[Phrase] = &[
    ("no comments", "clean", Anywhere),
    ("no track changes", "clean", Anywhere),
    ("no tracked changes", "clean", Anywhere),
    ("comments removed", "clean", Anywhere),
    ("comments deleted", "clean", Anywhere),
    ("without comments", "clean", Anywhere),
    ("without track changes", "clean", Anywhere),
    ("without tracked changes", "clean", Anywhere),
    ("no changes", "clean", After),
    ("tc accepted", "clean", Anywhere),
    ("tcs accepted", "clean", Anywhere),
    ("tc removed", "clean", Anywhere),
    ("tc off", "clean", Anywhere),
    ("tcs off", "clean", Anywhere),
    ("track changes off", "clean", Anywhere),
    ("tcs removed", "clean", Anywhere),
    ("track changes removed", "clean", Anywhere),
    ("tracked changes removed", "clean", Anywhere),
    ("track changes accepted", "clean", Anywhere),
    ("tracked changes accepted", "clean", Anywhere),
    ("changes accepted", "clean", Anywhere),
    ("all changes accepted", "clean", Anywhere),
    ("clean copy", "clean", Anywhere),
    ("clean version", "clean", Anywhere),
    ("clean", "clean", Beside),
    ("bereinigt", "clean", Beside),
    ("tracked changes version", "tracked", Anywhere),
    ("tracked changes", "tracked", Anywhere),
    ("track changes", "tracked", Anywhere),
    ("tracked", "tracked", Beside),
    ("trackchanges", "tracked", Anywhere),
    ("change tracked", "tracked", Anywhere),
    ("changetracked", "tracked", Anywhere),
    ("change barred", "tracked", Anywhere),
    ("change bars", "tracked", Anywhere),
    ("change marks", "tracked", Anywhere),
    ("change marked", "tracked", Anywhere),
    ("changemarks", "tracked", Anywhere),
    ("with changes", "tracked", Anywhere),
    ("showing changes", "tracked", Anywhere),
    ("marked up", "tracked", Anywhere),
    ("mark up", "tracked", Beside),
    ("markup", "tracked", Beside),
    ("marked", "tracked", After),
    ("redlined", "tracked", Beside),
    ("redline", "tracked", Beside),
    ("blackline", "tracked", Beside),
    ("comparison", "tracked", After),
    ("compared", "tracked", After),
    ("compare", "tracked", After),
    ("tcs", "tracked", After),
    ("tc", "tracked", After),
    ("änderungsmodus", "tracked", Anywhere),
    ("comments only", "comments", Anywhere),
    ("with comments", "comments", Anywhere),
    ("commented", "comments", Beside),
    ("comments", "comments", Beside),
    ("comment", "comments", People),
    ("kommentare", "comments", Beside),
    ("mit kommentaren", "comments", Anywhere),
    ("commentaires", "comments", Beside),
    ("comentarios", "comments", Beside),
    ("commenti", "comments", Beside),
    ("kommentarer", "comments", Beside),
    ("opmerkingen", "comments", Beside),
    ("uwagi", "comments", Beside),
    ("con comentarios", "comments", Anywhere),
    ("con commenti", "comments", Anywhere),
    ("med kommentarer", "comments", Anywhere),
    ("z komentarzami", "comments", Anywhere),
    ("avec commentaires", "comments", Anywhere),
    ("annoté", "comments", Beside),
    ("with edits", "edits", Anywhere),
    ("edits", "edits", Beside),
    ("edited", "edits", Beside),
    ("edit", "edits", People),
    ("amends", "edits", Beside),
    ("amended", "edits", Beside),
    ("amendments", "edits", People),
    ("changes", "edits", People),
    ("merged", "merged", Beside),
    ("combined", "merged", Beside),
    ("consolidated", "merged", Beside),
    ("updated", "updated", Beside),
    ("update", "updated", After),
    ("temp", "temp", Beside),
    ("tmp", "temp", Beside),
];

/// Puts a stage into the label unless a stronger one is there already.
pub(super) fn raise_stage(label: &mut VersionLabel, stage: &str) {
    let strength = |stage: &str| STAGES.iter().position(|(_, known, _)| *known == stage).unwrap_or(STAGES.len());
    if label.stage.as_deref().is_none_or(|present| strength(stage) < strength(present)) {
        label.stage = Some(stage.to_owned());
    }
}

fn add_mark(label: &mut VersionLabel, mark: &str) {
    if !label.marks.iter().any(|present| present == mark) {
        label.marks.push(mark.to_owned());
        label.marks.sort();
    }
}

/// Takes stage words, marks and initials. One of them can make its neighbour count, so this runs until nothing changes.
pub(super) fn take(tokens: &mut Tokens, label: &mut VersionLabel) {
    let mixed = tokens.iter().any(|token| !token.digits && token.text.chars().any(char::is_lowercase));
    title_words(tokens);
    contained(tokens, label);
    loop {
        let mut changed = false;
        for at in 0..tokens.len() {
            changed |= mark_at(tokens, at, label, mixed) || stage_at(tokens, at, label, mixed) || initials_at(tokens, at, label);
        }
        if !changed {
            break;
        }
    }
    label.initials.sort();
    label.initials.dedup();
}

/// Words that look like a label and are none: "not final", "Draft Finance Bill".
fn title_words(tokens: &mut Tokens) {
    const INSTRUMENTS: &[&str] = &[
        "bill",
        "act",
        "regulations",
        "regulation",
        "order",
        "directive",
        "legislation",
        "instrument",
        "treaty",
        "constitution",
        "budget",
        "clauses",
        "charter",
        "convention",
        "statute",
        "code",
        "rules",
        "byelaws",
    ];
    for at in 0..tokens.len() {
        let next = tokens.word(at + 1);
        match tokens.word(at) {
            Some("not" | "non" | "never" | "pre" | "semi" | "penultimate" | "near" | "nearly" | "almost")
                if matches!(next, Some("final" | "published" | "approved" | "agreed" | "yet")) =>
            {
                let end = if next == Some("yet") { at + 3 } else { at + 2 };
                tokens.mark(at, end, Use::Title);
            }
            Some("draft") if at == 0 && tokens.gap(1) == Some("") && !tokens.touches(1) => {
                let is_instrument = (1..=4).filter_map(|step| tokens.word(step)).any(|word| INSTRUMENTS.contains(&word));
                if is_instrument {
                    tokens.mark(0, 1, Use::Title);
                }
            }
            _ => {}
        }
    }
}

/// "docforproofing": a phrase run together with the word before.
fn contained(tokens: &mut Tokens, label: &mut VersionLabel) {
    const ENDINGS: &[(&str, &str)] = &[
        ("forproofing", "proof"),
        ("forreview", "review"),
        ("forcomment", "consultation"),
        ("finaldraft", "draft"),
        ("finalversion", "final"),
    ];
    for at in 0..tokens.len() {
        let found = tokens.word(at).and_then(|word| ENDINGS.iter().find(|(ending, _)| word.len() > ending.len() && word.ends_with(ending)));
        if let Some((_, stage)) = found {
            raise_stage(label, stage);
            tokens.mark(at, at + 1, Use::Word);
        }
    }
}

/// Phrases by their first byte, which is nearly always enough to know that a word begins none.
struct ByFirstByte(BTreeMap<u8, Vec<&'static Phrase>>);

impl ByFirstByte {
    fn of(table: &'static [Phrase]) -> Self {
        let mut phrases: BTreeMap<u8, Vec<&'static Phrase>> = BTreeMap::new();
        for entry in table {
            phrases.entry(entry.0.as_bytes().first().copied().unwrap_or_default()).or_default().push(entry);
        }
        Self(phrases)
    }

    /// The longest phrase that begins at an index: where it ends, and what it says.
    fn longest(&self, tokens: &Tokens, at: usize) -> Option<(usize, &'static str, Where)> {
        let phrases = self.0.get(tokens.word(at)?.as_bytes().first()?)?;
        let found = phrases.iter().filter_map(|(phrase, value, place)| Some((tokens.phrase_end(at, phrase)?, *value, *place)));
        found.max_by_key(|(end, _, _)| *end)
    }
}

static STAGE_PHRASES: LazyLock<ByFirstByte> = LazyLock::new(|| ByFirstByte::of(STAGES));
static MARK_PHRASES: LazyLock<ByFirstByte> = LazyLock::new(|| ByFirstByte::of(MARKS));

fn counts(tokens: &Tokens, at: usize, end: usize, place: Where, mixed: bool) -> bool {
    if tokens.touches(at) && tokens.before(at).is_some_and(super::tokens::Token::is_capitals) {
        return false;
    }
    let capitals = mixed && end == at + 1 && tokens.get(at).is_some_and(|token| token.text.chars().count() >= 3 && token.is_capitals());
    let bracketed =
        tokens.gap(at).is_some_and(|gap| gap.ends_with(['(', '['])) && tokens.gap_after(end).trim_start().starts_with([')', ']']);
    // "Clean - Report v0.5"
    let heading = at == 0 && matches!(tokens.gap_after(end), " - " | " – " | ": ");
    match place {
        Anywhere => true,
        Beside => tokens.follows_label(at) || tokens.label_or_end(end) || capitals || bracketed || heading,
        After => tokens.follows_label(at) || bracketed,
        People => false,
        Short => {
            let beside = tokens.follows_label(at) || tokens.get(end).is_some_and(|token| token.used.is_label());
            beside && tokens.get(at).is_some_and(Token::is_capitals)
        }
    }
}

fn stage_at(tokens: &mut Tokens, at: usize, label: &mut VersionLabel, mixed: bool) -> bool {
    let Some((end, stage, place)) = STAGE_PHRASES.longest(tokens, at) else { return false };
    if !counts(tokens, at, end, place, mixed) {
        return false;
    }
    raise_stage(label, stage);
    tokens.mark(at, end, Use::Word);
    true
}

fn mark_at(tokens: &mut Tokens, at: usize, label: &mut VersionLabel, mixed: bool) -> bool {
    let Some((end, mark, place)) = MARK_PHRASES.longest(tokens, at) else { return false };
    let (from, people) = people_before(tokens, at);
    let by_people = !people.is_empty() && matches!(mark, "comments" | "edits" | "tracked" | "clean");
    let from_people = !people_after(tokens, end).1.is_empty();
    if !by_people && !from_people && !counts(tokens, at, end, place, mixed) {
        return false;
    }
    // A longer stage phrase may begin at the word before: "for comments".
    if at > 0 && STAGE_PHRASES.longest(tokens, at - 1).is_some_and(|(stage_end, _, _)| stage_end > at) {
        return false;
    }
    add_mark(label, mark);
    tokens.mark(at, end, Use::Word);
    if by_people {
        label.initials.extend(people);
        tokens.mark(from, at, Use::Initials);
    }
    let (end, people) = people_after(tokens, end);
    if let Some(from) = end.checked_sub(people.len()).filter(|_| !people.is_empty()) {
        label.initials.extend(people);
        tokens.mark(from.saturating_sub(1), end, Use::Initials);
    }
    true
}

/// "KM comments", "KM+JS edits", "KM and JS edits", "K.M. comments", "KM's comments".
fn people_before(tokens: &Tokens, at: usize) -> (usize, Vec<String>) {
    let mut from = at;
    if from > 0 && tokens.word(from - 1) == Some("s") && tokens.gap(from - 1).is_some_and(|gap| matches!(gap, "'" | "’")) {
        from -= 1;
    }
    if let Some((from, person)) = dotted_before(tokens, from) {
        return (from, vec![person]);
    }
    let mut people = Vec::new();
    while let Some(before) = from.checked_sub(1) {
        let and = !people.is_empty() && is_and(tokens, before);
        let last = if and { before.checked_sub(1) } else { Some(before) };
        let Some((last, token)) = last.and_then(|last| Some((last, tokens.free(last)?))) else { break };
        let joined = people.is_empty() || and || matches!(tokens.gap(from), Some("+" | "&" | "," | "/" | "-"));
        if !joined || !is_initials(token.text.as_str()) || tokens.touches(last) {
            break;
        }
        people.push(token.text.clone());
        from = last;
    }
    if people.is_empty() { (at, people) } else { (from, people) }
}

fn is_and(tokens: &Tokens, at: usize) -> bool {
    matches!(tokens.word(at), Some("and" | "und" | "et" | "y" | "en" | "og" | "och"))
}

/// "K.M." before an index: two or three capitals with points.
fn dotted_before(tokens: &Tokens, at: usize) -> Option<(usize, String)> {
    let is_letter = |at: usize| tokens.free(at).is_some_and(|token| token.is_capitals() && token.text.chars().count() == 1);
    let mut from = at;
    while from > 0 && is_letter(from - 1) && tokens.gap_after(from).starts_with('.') && at - from < 3 {
        from -= 1;
    }
    let person: String = (from..at).filter_map(|at| tokens.get(at)).map(|token| token.text.as_str()).collect();
    (at - from >= 2 && !tokens.touches(from)).then_some((from, person))
}

/// "comments from KM", "edits by JS", "comments (KM)".
fn people_after(tokens: &Tokens, at: usize) -> (usize, Vec<String>) {
    let mut here = at;
    if matches!(tokens.word(here), Some("from" | "by")) {
        here += 1;
    } else {
        return (at, Vec::new());
    }
    let mut people = Vec::new();
    while let Some(token) = tokens.free(here).filter(|token| is_initials(&token.text)) {
        people.push(token.text.clone());
        here += 1;
    }
    (here, people)
}

/// Initials beside a label: one or several people, in capitals and followed by the rest of the label or the end, or in small letters
/// behind a hyphen or underscore.
fn initials_at(tokens: &mut Tokens, at: usize, label: &mut VersionLabel) -> bool {
    const PEOPLE_MOST: usize = 6;
    if !tokens.follows_label(at) || tokens.touches(at) {
        return false;
    }
    let from = if tokens.word(at) == Some("from") { at + 1 } else { at };
    let (mut people, mut end) = (Vec::new(), from);
    let small = tokens.free(from).is_some_and(|token| !token.is_capitals());
    while people.len() < PEOPLE_MOST {
        let here = if !people.is_empty() && is_and(tokens, end) { end + 1 } else { end };
        let Some(token) = tokens.free(here).filter(|_| !tokens.touches(here) && !tokens.touches(here + 1)) else { break };
        let joined = people.is_empty() || here > end || matches!(tokens.gap(here), Some("" | "+" | "&" | "," | "/" | "-" | "_"));
        let fits = if small { is_small_initials(&token.text) && is_set_off(tokens, here) } else { is_initials(&token.text) };
        if !joined || !fits {
            break;
        }
        people.push(token.text.to_uppercase());
        end = here + 1;
    }
    let next = tokens.get(end).filter(|token| token.used.is_label());
    let is_body = people.len() == 1
        && people.iter().all(|name| name.chars().count() == 3)
        && next.is_some_and(|next| matches!(next.lower.as_str(), "cleared" | "approved" | "agreed" | "signed"));
    let before_mark = next.is_some_and(|next| matches!(next.lower.as_str(), "comments" | "edits" | "changes" | "tracked" | "amends"));
    let signed = people.len() > 1 && matches!(tokens.gap(from + 1), Some("+" | "&" | "/" | ","));
    let closed = if small { end == tokens.len() || before_mark } else { signed || tokens.label_or_end(end) };
    if people.is_empty() || !closed || is_body {
        return false;
    }
    label.initials.extend(people);
    tokens.mark(at, end, Use::Initials);
    true
}

/// Whether small letters stand where people put initials: behind a hyphen or underscore, or before what they did.
fn is_set_off(tokens: &Tokens, at: usize) -> bool {
    let did = tokens.get(at + 1).is_some_and(|next| matches!(next.lower.as_str(), "comments" | "edits" | "changes" | "amends"));
    tokens.get(at).is_some_and(|token| matches!(token.gap.as_str(), "_" | "-") || (did && token.text.chars().count() == 2))
}

/// Two or three capitals that are no well-known short form.
fn is_initials(text: &str) -> bool {
    const SHORT_FORMS: &[&str] = &[
        "FT", "TI", "PC", "TC", "WD", "CS", "CSD", "OS", "FW", "FWD", "RE", "OK", "UK", "EU", "US", "USA", "UN", "FOI", "EIR", "HR", "IT",
        "QA", "PDF", "DOC", "EN", "FR", "DE", "ES", "NL", "PT", "PL", "CY", "XX", "YY", "TBC", "TBD", "NEW", "OLD", "ONE", "TWO", "THE",
        "AND", "FOR", "OF", "TO", "IN", "ON", "BY", "NO", "NOT", "RC", "MP", "MPS", "CEO", "CFO", "COO", "ISO", "IEC", "WIP", "EOF", "VS",
        "VER", "REV", "II", "III", "IV", "VI", "AM", "PM", "A", "WEB",
    ];
    let length = text.chars().count();
    (2..=3).contains(&length)
        && text.chars().all(|character| character.is_alphabetic() && character.is_uppercase())
        && !SHORT_FORMS.contains(&text)
}

/// Two or three small letters that are no word of a name and no language.
fn is_small_initials(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "the", "and", "for", "new", "old", "one", "two", "six", "ten", "doc", "pdf", "txt", "all", "not", "now", "web", "end", "wip",
        "tbc", "tbd", "yes", "no", "ok", "to", "of", "in", "on", "by", "as", "is", "it", "at", "an", "or", "en", "fr", "de", "es", "nl",
        "pt", "pl", "cy", "ga", "da", "sv", "fi", "cs", "sk", "sl", "hu", "ro", "bg", "el", "et", "lv", "lt", "mt", "hr", "eng", "fra",
        "deu", "cym", "wip", "rev", "ver", "tc", "wd", "csd", "ti", "ft", "pc", "os", "eu", "uk", "us", "un", "log", "map", "max", "min",
        "top", "low", "out", "off", "via", "per", "pre", "tab", "fig", "int", "ext", "bis", "dev", "ita", "spa", "por", "nld", "pol",
        "swe", "dan", "fin", "ell", "gle", "var", "tmp", "src", "img", "pic", "app", "ref", "sub", "sup", "box", "mid", "big", "raw", "sm",
        "md", "lg", "pp", "vol", "add", "cut", "fix", "mod", "opt", "std", "sec", "art", "alt", "bio", "faq", "toc", "abc",
    ];
    let length = text.chars().count();
    (2..=3).contains(&length)
        && text.chars().all(|character| character.is_alphabetic() && character.is_lowercase())
        && !WORDS.contains(&text)
}
