//! Dates in names and titles. As much as is known, in ISO order; numeric dates are read day first unless that cannot be.

use super::numbers;
use super::tokens::{Tokens, Use};

/// In which order the parts of a date in digits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// 12.03.2018 is the twelfth of March.
    DayFirst,
    /// 03/12/2018 is the twelfth of March.
    MonthFirst,
    /// 18-03-12 is the twelfth of March.
    YearFirst,
}

/// A date found, and what may be wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// `2018`, `2018-03` or `2018-03-12`.
    pub(super) iso: String,
    /// The days that the same digits can be; the first is `iso`. None where the order of its parts is beyond doubt.
    pub(super) readings: Vec<(DateOrder, String)>,
}

impl Found {
    fn day(year: u32, month: u32, day: u32) -> Self {
        Self::certain(iso(year, month, day))
    }
    fn month(year: u32, month: u32) -> Self {
        Self::certain(format!("{year:04}-{month:02}"))
    }
    fn certain(iso: String) -> Self {
        Self { iso, readings: Vec::new() }
    }

    /// The first (year, month, day) that is a day, or any of the others that are.
    fn of_readings(readings: impl IntoIterator<Item = (DateOrder, (u32, u32, u32))>) -> Option<Self> {
        let days = readings.into_iter().filter(|(_, (year, month, day))| valid(*year, *month, *day));
        let readings: Vec<(DateOrder, String)> = days.map(|(order, (year, month, day))| (order, iso(year, month, day))).collect();
        readings.first().map(|(_, first)| first.clone()).map(|iso| Self { iso, readings })
    }
}

fn iso(year: u32, month: u32, day: u32) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// Takes every date out of the tokens and returns the most exact one; of equals the first.
pub(super) fn take(tokens: &mut Tokens) -> Option<Found> {
    let mut best: Option<Found> = None;
    let mut at = 0;
    while at < tokens.len() {
        match read(tokens, at) {
            Some((end, found)) => {
                let used = if found.is_some() { Use::Number } else { Use::Title };
                tokens.mark(at, end, used);
                if let Some(found) = found
                    && best.as_ref().is_none_or(|best| best.iso.len() < found.iso.len())
                {
                    best = Some(found);
                }
                at = end;
            }
            None => at += 1,
        }
    }
    best.or_else(|| bare_year(tokens))
}

/// A date at an index: where it ends, and what it says (`None` for a span of years, which is no date).
fn read(tokens: &Tokens, at: usize) -> Option<(usize, Option<Found>)> {
    span_of_years(tokens, at)
        .map(|end| (end, None))
        .or_else(|| year_first(tokens, at).map(some))
        .or_else(|| with_month_name(tokens, at))
        .or_else(|| day_between_blanks(tokens, at).map(some))
        .or_else(|| day_first(tokens, at).map(some))
        .or_else(|| month_and_year(tokens, at).map(some))
        .or_else(|| compact(tokens, at).map(some))
}

fn some((end, found): (usize, Found)) -> (usize, Option<Found>) {
    (end, Some(found))
}

fn year(tokens: &Tokens, at: usize) -> Option<u32> {
    let token = tokens.free(at)?;
    let year = token.number()?;
    (token.text.len() == 4 && (1980..2040).contains(&year)).then_some(year)
}

/// A year of four digits, or of two that stand for 1990 to 2039.
fn long_or_short_year(tokens: &Tokens, at: usize) -> Option<u32> {
    year(tokens, at).or_else(|| {
        let token = tokens.free(at)?;
        if token.text.len() != 2 {
            return None;
        }
        match token.number()? {
            short @ 0..=39 => Some(2000 + short),
            short @ 90..=99 => Some(1900 + short),
            _ => None,
        }
    })
}

fn one_or_two_digits(tokens: &Tokens, at: usize, most: u32) -> Option<u32> {
    let token = tokens.free(at)?;
    let number = token.number()?;
    (token.text.len() <= 2 && (1..=most).contains(&number)).then_some(number)
}

/// Years in which names with years of two digits are found.
fn is_likely(year: u32) -> bool {
    (2013..2030).contains(&year)
}

fn valid(year: u32, month: u32, day: u32) -> bool {
    jiff::civil::Date::new(year as i16, month as i8, day as i8).is_ok()
}

/// "2022-23", "2019/2020": a reporting year, which belongs to the title.
fn span_of_years(tokens: &Tokens, at: usize) -> Option<usize> {
    let first = year(tokens, at)?;
    let last = if matches!(tokens.word(at + 1), Some("to" | "until" | "bis" | "till" | "tot")) { at + 2 } else { at + 1 };
    let next = tokens.free(last)?;
    let is_apart = last == at + 1 && tokens.gap(last) == Some("") && !tokens.touches(last) && next.text.len() == 2;
    let is_joined = last == at + 2 || is_apart || matches!(tokens.gap(last), Some("-" | "/" | "–" | "_"));
    if !is_joined || more_date(tokens, last + 1) || tokens.word(last + 1).and_then(month).is_some() {
        return None;
    }
    let second = next.number()?;
    let is_span = match next.text.len() {
        4 => second > first && second < first + 20,
        2 => second == (first + 1) % 100 && second > 12,
        _ => false,
    };
    is_span.then_some(last + 1)
}

/// Whether another part of a numeric date follows.
fn more_date(tokens: &Tokens, at: usize) -> bool {
    matches!(tokens.gap(at), Some("-" | "." | "/" | "_")) && tokens.free(at).is_some_and(|token| token.digits && token.text.len() <= 2)
}

/// "2018-03-12", "2018.03", "2018 Mar 12", "2019-02-xx".
fn year_first(tokens: &Tokens, at: usize) -> Option<(usize, Found)> {
    let year = year(tokens, at)?;
    if tokens.gap(at + 1) == Some("-") && tokens.before(at).is_some_and(|before| numbers::is_standard(&before.lower)) {
        return None; // "EN 1992-1-1"
    }
    let gap = tokens.gap(at + 1)?;
    if let Some(month) = tokens.word(at + 1).and_then(month) {
        return match one_or_two_digits(tokens, at + 2, 31).filter(|day| valid(year, month, *day)) {
            Some(day) => Some((at + 3, Found::day(year, month, day))),
            None => Some((at + 2, Found::month(year, month))),
        };
    }
    if !matches!(gap, "-" | "." | "/" | "_" | "") || tokens.touches(at + 1) {
        return None;
    }
    if tokens.word(at + 1).is_some_and(is_blank) {
        let end = if tokens.word(at + 2).is_some_and(is_blank) { at + 3 } else { at + 2 };
        return Some((end, Found::certain(format!("{year:04}"))));
    }
    let month = one_or_two_digits(tokens, at + 1, 12)?;
    if tokens.word(at + 2).is_some_and(is_blank) {
        return Some((at + 3, Found::month(year, month)));
    }
    let two_digits = |at| tokens.get(at).is_some_and(|token| token.text.len() == 2);
    if tokens.gap(at + 2) == Some(gap)
        && !tokens.touches(at + 2)
        && (!gap.is_empty() || (two_digits(at + 1) && two_digits(at + 2)))
        && let Some(day) = one_or_two_digits(tokens, at + 2, 31).filter(|day| valid(year, month, *day))
    {
        return Some((at + 3, Found::day(year, month, day)));
    }
    (matches!(gap, "-" | "." | "_" | "/") && two_digits(at + 1)).then(|| (at + 2, Found::month(year, month)))
}

/// "xx", "mm", "dd": a part of a date that is still open.
fn is_blank(word: &str) -> bool {
    matches!(word, "xx" | "yy" | "zz" | "mm" | "dd" | "tbc" | "tbd")
}

/// "12 March 2018", "12th Mar 18", "March 12, 2018", "Mar 2018", "12Jun21". A day and month without year is no date.
fn with_month_name(tokens: &Tokens, at: usize) -> Option<(usize, Option<Found>)> {
    let after_point = tokens.gap(at) == Some(".") && tokens.before(at).is_some_and(|before| before.digits);
    if let Some(day) = one_or_two_digits(tokens, at, 31).filter(|_| !after_point && !counts_before(tokens, at)) {
        let mut next = at + 1;
        if tokens.touches(next) && matches!(tokens.word(next), Some("st" | "nd" | "rd" | "th" | "er")) {
            next += 1;
        }
        if tokens.word(next) == Some("of") || tokens.word(next) == Some("de") {
            next += 1;
        }
        let close =
            tokens.get(next).is_some_and(|token| token.gap.trim().is_empty() || token.gap.chars().count() == 1 || token.gap == ". ");
        let month = tokens.word(next).and_then(month).filter(|_| close)?;
        let mut last = next + 1;
        if tokens.word(last) == Some("de") {
            last += 1;
        }
        return Some(match long_or_short_year(tokens, last).filter(|year| valid(*year, month, day)) {
            Some(year) => (last + 1, Some(Found::day(year, month, day))),
            None => (next + 1, None),
        });
    }
    let month = tokens.word(at).and_then(month)?;
    if let Some(day) = one_or_two_digits(tokens, at + 1, 31) {
        let next = if matches!(tokens.word(at + 2), Some("st" | "nd" | "rd" | "th")) { at + 3 } else { at + 2 };
        if let Some(year) = year(tokens, next).filter(|year| valid(*year, month, day)) {
            return Some((next + 1, Some(Found::day(year, month, day))));
        }
    }
    let year = year(tokens, at + 1).or_else(|| long_or_short_year(tokens, at + 1).filter(|year| *year > 2012))?;
    Some((at + 2, Some(Found::month(year, month))))
}

/// Whether a number belongs to the word before it and is no day: "v2 May 2019", "wd05 June 2018", "Part 2 June 2018", "A4 June 2018".
fn counts_before(tokens: &Tokens, at: usize) -> bool {
    let Some(before) = tokens.before(at).filter(|before| !before.digits) else { return false };
    let counted = numbers::is_counted(&before.lower);
    if tokens.touches(at) {
        return counted || before.text.chars().count() <= 3;
    }
    // "Draft 12 March 2018" is a draft of that day.
    matches!(tokens.gap(at), Some("" | "." | ":" | "#" | "-" | "_")) && counted && !numbers::is_draft_word(&before.lower)
}

/// "Draft 12 02 18": blanks part a day of two digits each only behind a word that says what was written then.
fn day_between_blanks(tokens: &Tokens, at: usize) -> Option<(usize, Found)> {
    let blank = |at: usize| tokens.get(at).is_some_and(|token| token.gap == " " && token.text.len() == 2);
    let dated = tokens.before(at).is_some_and(|before| numbers::is_draft_word(&before.lower));
    if !(dated && blank(at) && blank(at + 1) && blank(at + 2)) {
        return None;
    }
    let (day, month) = (one_or_two_digits(tokens, at, 31)?, one_or_two_digits(tokens, at + 1, 12)?);
    let year = long_or_short_year(tokens, at + 2).filter(|year| valid(*year, month, day))?;
    Some((at + 3, Found::of_readings([(DateOrder::DayFirst, (year, month, day)), (DateOrder::MonthFirst, (year, day, month))])?))
}

/// "12.03.2018", "3-4-19", "14/03/22": day first, unless the second number can be no month or the year is none of a draft.
fn day_first(tokens: &Tokens, at: usize) -> Option<(usize, Found)> {
    let (first, second) = (one_or_two_digits(tokens, at, 31)?, one_or_two_digits(tokens, at + 1, 31)?);
    let gap = tokens.gap(at + 1)?;
    if !matches!(gap, "-" | "." | "/" | "_") && tokens.get(at + 1)?.gap != " " || tokens.gap(at + 2) != Some(gap) {
        return None;
    }
    if tokens.touches(at) && tokens.before(at).is_some_and(|before| !before.digits) {
        return None;
    }
    let year = if gap.is_empty() { year(tokens, at + 2)? } else { long_or_short_year(tokens, at + 2)? };
    let length = |at| tokens.get(at).map_or(0, |token| token.text.len());
    if gap == "." && length(at + 2) == 2 && length(at) == 1 && length(at + 1) == 1 && !counts_elsewhere(tokens, at) {
        return None; // "1.2.10" is a version
    }
    if tokens.before(at).is_some_and(|before| matches!(before.lower.as_str(), "v" | "version" | "ver" | "rev" | "revision")) {
        return None;
    }
    // "18-03-12" may be written as "2018-03-12" is.
    let short = [at, at + 1, at + 2].into_iter().all(|at| length(at) == 2);
    let year_first = long_or_short_year(tokens, at).zip(tokens.number(at + 2)).filter(|(year, _)| short && is_likely(*year));
    let year_first = year_first.map(|(year, day)| (DateOrder::YearFirst, (year, second, day)));
    let year_last = [(DateOrder::DayFirst, (year, second, first)), (DateOrder::MonthFirst, (year, first, second))];
    // A year to come is that of no draft.
    let found =
        Found::of_readings(year_first.filter(|_| year >= 2030)).or_else(|| Found::of_readings(year_last.into_iter().chain(year_first)));
    found.map(|found| (at + 3, found))
}

/// Whether the version is told by other numbers than those at an index: "Draft 3 5.3.19", "3rd draft 5.3.19", "v2 5.3.19".
fn counts_elsewhere(tokens: &Tokens, at: usize) -> bool {
    (0..tokens.len()).any(|word| match tokens.word(word) {
        Some("v" | "ver" | "version" | "draft" | "rev" | "revision" | "wd") => {
            let ordinal = tokens.before(word).is_some_and(|before| {
                matches!(before.lower.as_str(), "st" | "nd" | "rd" | "th" | "first" | "second" | "third" | "fourth" | "fifth")
            });
            ordinal || (word + 1 != at && tokens.number(word + 1).is_some())
        }
        _ => false,
    })
}

/// "09-2020".
fn month_and_year(tokens: &Tokens, at: usize) -> Option<(usize, Found)> {
    let month = one_or_two_digits(tokens, at, 12)?;
    let joined = matches!(tokens.gap(at + 1)?, "-" | "/" | "." | "_") && tokens.get(at + 1)?.gap.len() == 1;
    let alone = tokens.get(at)?.text.len() == 2 && !tokens.touches(at) && !tokens.before(at).is_some_and(|before| before.digits);
    let year = year(tokens, at + 1).filter(|_| joined && alone)?;
    Some((at + 2, Found::month(year, month)))
}

/// "20180312", "20180312143015", "12032018", "120318" and "180312".
fn compact(tokens: &Tokens, at: usize) -> Option<(usize, Found)> {
    let token = tokens.free(at)?;
    if matches!(token.text.len(), 12 | 14) && token.digits {
        let part = |from: usize, to: usize| token.text.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
        let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
        let is_time = part(8, 10)? < 24 && part(10, 12)? < 60;
        return (is_time && (1980..2040).contains(&year) && valid(year, month, day)).then(|| (at + 1, Found::day(year, month, day)));
    }
    let number = token.number()?;
    let (high, middle, low) = (number / 10_000, number / 100 % 100, number % 100);
    match token.text.len() {
        8 if (1980..2040).contains(&high) && valid(high, middle, low) => Some((at + 1, Found::day(high, middle, low))),
        8 => {
            let (day, month, year) = (number / 1_000_000, high % 100, number % 10_000);
            let plausible = (1980..2040).contains(&year) && valid(year, month, day);
            let readings = [(DateOrder::DayFirst, (year, month, day)), (DateOrder::MonthFirst, (year, day, month))];
            Found::of_readings(readings).filter(|_| plausible).map(|found| (at + 1, found))
        }
        6 => {
            let year_first = (DateOrder::YearFirst, (2000 + high, middle, low));
            let day_first = (DateOrder::DayFirst, (2000 + low, middle, high));
            let order = if at == 0 { [year_first, day_first] } else { [day_first, year_first] };
            // Where both are days, those of the years in which such names are found.
            let likely = order.into_iter().filter(|(_, (year, ..))| is_likely(*year));
            let possible = order.into_iter().filter(|(_, (year, ..))| (1995..2040).contains(year));
            Found::of_readings(likely).or_else(|| Found::of_readings(possible)).map(|found| (at + 1, found))
        }
        _ => None,
    }
}

/// A year that stands alone and is not part of a law, a standard or a reporting period.
fn bare_year(tokens: &mut Tokens) -> Option<Found> {
    let at = (0..tokens.len()).find(|at| {
        year(tokens, *at).is_some()
            && !tokens.touches(*at)
            && !tokens.touches(at + 1)
            && !matches!(tokens.gap(*at), Some("/" | "." | ":"))
            && (in_brackets(tokens, *at)
                || !tokens.before(*at).is_some_and(|before| {
                    before.digits && before.used == Use::Free && !behind_version(tokens, *at)
                        || names_a_year(&before.lower)
                        || numbers::is_standard(&before.lower)
                }))
    })?;
    let year = year(tokens, at)?;
    tokens.mark(at, at + 1, Use::Number);
    Some(Found::certain(format!("{year:04}")))
}

/// "v0.6 (2018)".
fn in_brackets(tokens: &Tokens, at: usize) -> bool {
    tokens.before(at).is_some_and(|before| before.digits)
        && tokens.gap(at).is_some_and(|gap| gap.ends_with('('))
        && tokens.gap_after(at + 1).trim_start().starts_with(')')
}

/// "v3 2018", "version 0.6-2018": the numbers before belong to a version.
fn behind_version(tokens: &Tokens, at: usize) -> bool {
    let mut first = at;
    while first > 0 && tokens.before(first).is_some_and(|before| before.digits) && (first == at || tokens.gap(first) == Some(".")) {
        first -= 1;
    }
    tokens.before(first).is_some_and(|before| numbers::is_counted(&before.lower))
}

/// Words whose year belongs to a name: "Equality Act 2010", "ISO 2015", "Agenda 2030".
fn names_a_year(word: &str) -> bool {
    const NAMES: &[&str] = &[
        "act",
        "bill",
        "acts",
        "regulations",
        "regulation",
        "order",
        "directive",
        "rules",
        "iso",
        "iec",
        "agenda",
        "vision",
        "horizon",
        "gesetz",
        "loi",
        "q",
        "fy",
        "windows",
        "office",
        "word",
        "excel",
        "olympics",
        "expo",
        "cop",
        "strategy",
    ];
    NAMES.contains(&word)
}

/// Number of a month by its name or short name, in the languages of the administrations around us.
fn month(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "january", "januar", "jänner", "janvier", "janv", "enero", "gennaio", "januari", "janeiro", "styczeń", "stycznia"],
        &["feb", "february", "februar", "février", "févr", "febrero", "febbraio", "februari", "fevereiro", "luty", "lutego"],
        &["mar", "march", "märz", "mrz", "mars", "marzo", "maart", "março", "marts", "marzec", "marca"],
        &["apr", "april", "avril", "avr", "abril", "aprile", "kwiecień", "kwietnia"],
        &["may", "mai", "mayo", "maggio", "mei", "maj", "maio", "maja"],
        &["jun", "june", "juni", "juin", "junio", "giugno", "junho", "czerwiec", "czerwca"],
        &["jul", "july", "juli", "juillet", "juil", "julio", "luglio", "julho", "lipiec", "lipca"],
        &["aug", "august", "août", "agosto", "augustus", "augusti", "sierpień", "sierpnia"],
        &["sep", "sept", "september", "septembre", "septiembre", "settembre", "setembro", "wrzesień", "września"],
        &["oct", "october", "okt", "oktober", "octobre", "octubre", "ottobre", "outubro", "październik", "października"],
        &["nov", "november", "novembre", "noviembre", "novembro", "listopad", "listopada"],
        &["dec", "december", "dez", "dezember", "décembre", "déc", "diciembre", "dicembre", "dezembro", "desember", "grudzień", "grudnia"],
    ];
    MONTHS.iter().position(|names| names.contains(&word)).map(|index| index as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<String> {
        take(&mut Tokens::of(text)).map(|found| found.iso)
    }

    #[test]
    fn dates_as_people_write_them() {
        for (text, iso) in [
            ("note 2017-06-30", "2017-06-30"),
            ("note 30.06.2017", "2017-06-30"),
            ("note 30.6.17", "2017-06-30"),
            ("note 06/30/2017", "2017-06-30"),
            ("note 30th June 2017", "2017-06-30"),
            ("note June 30, 2017", "2017-06-30"),
            ("note 30Jun17", "2017-06-30"),
            ("note_30062017", "2017-06-30"),
            ("170630 note", "2017-06-30"),
            ("note 300617", "2017-06-30"),
            ("note 30. Juni 2017", "2017-06-30"),
            ("note 2017 06", "2017"),
            ("note Jun 2017", "2017-06"),
            ("note 2017-06", "2017-06"),
            ("note 2017-06-xx", "2017-06"),
            ("note 2017", "2017"),
            ("note 30 June", ""),
            ("note 2017-18", ""),
            ("note 2017/18", ""),
            ("Data Act 2017 note", ""),
            ("note 1.2.17", ""),
            ("note draft 4 1.2.17", "2017-02-01"),
            ("note 2nd draft 1.2.17", "2017-02-01"),
            ("note draft 1.2.17", ""),
            ("note 31.02.2017", ""),
            ("may the note stand", ""),
            ("note v2 May 2017", "2017-05"),
            ("note wd05 June 2017", "2017-06"),
            ("note issue 2 June 2017", "2017-06"),
            ("Part 2 June 2017", "2017-06"),
            ("A4 June 2017", "2017-06"),
            ("Draft 12 June 2017", "2017-06-12"),
            ("draft3_12Jun17", "2017-06-12"),
            ("Draft 12 06 17 note", "2017-06-12"),
            ("note v2 Jun17", "2017-06"),
            ("note v3 2017", "2017"),
            ("note v3-2017", "2017"),
            ("note v0.6 (2017)", "2017"),
            ("note 2015 to 2017 v2", ""),
            ("note 2017 18 v2", ""),
            ("note 06_2017", "2017-06"),
            ("note 170630", "2017-06-30"),
            ("note 20170630143015", "2017-06-30"),
            ("prEN 1992-1-1 note", ""),
        ] {
            assert_eq!(date(text).unwrap_or_default(), iso, "{text}");
        }
    }

    #[test]
    fn a_date_that_can_be_read_two_ways_says_so() {
        for (text, iso, others) in [
            ("note 03.04.2017", "2017-04-03", &["2017-03-04"][..]),
            ("note 13.04.2017", "2017-04-13", &[]),
            ("note 04.04.2017", "2017-04-04", &["2017-04-04"]),
            ("note 2017-04-03", "2017-04-03", &[]),
            ("note 3-4-19", "2019-04-03", &["2019-03-04"]),
            ("note 18-03-12", "2012-03-18", &["2018-03-12"]),
            ("note 17-03-18", "2018-03-17", &["2017-03-18"]),
            ("note 17-03-08", "2008-03-17", &["2017-03-08"]),
            ("note 18-03-31", "2018-03-31", &[]),
            ("note 18-03-32", "2032-03-18", &[]),
            ("note 17_04_05", "2005-04-17", &["2017-04-05"]),
            ("note 03-04-19", "2019-04-03", &["2019-03-04"]),
            ("note 170318", "2018-03-17", &["2017-03-18"]),
            ("170318 note", "2017-03-18", &["2018-03-17"]),
            ("note 03042017", "2017-04-03", &["2017-03-04"]),
        ] {
            let found = take(&mut Tokens::of(text)).unwrap_or_else(|| panic!("{text}"));
            let readings: Vec<&str> = found.readings.iter().skip(1).map(|(_, day)| day.as_str()).collect();
            assert_eq!((found.iso.as_str(), readings.as_slice()), (iso, others), "{text}");
        }
    }
}
