//! What a file says about its own age and place: first lines, headers and footers, properties, dates.

use lopdf::{Dictionary, Object};

use super::analysis::{self, Analysis};
use super::open::Source;
use super::strings::text_string;
use crate::lineage::shingles::text_facts;
use crate::model::DraftFacts;

/// Lines and characters of the front matter, as for other formats.
const FRONT_LINES: usize = 40;
const FRONT_CHARS: usize = 300;

/// Gathers the facts.
pub(super) fn draft(source: &Source, analysis: &Analysis) -> DraftFacts {
    let running = analysis::running(&analysis.facts);
    let mut body: Vec<&str> = Vec::new();
    let mut heads: Vec<String> = Vec::new();
    for page in &analysis.facts {
        for line in &page.lines {
            let in_margin = analysis::in_margin(page, line);
            let number = in_margin && analysis::bare(&line.text).chars().all(|character| !character.is_alphabetic());
            if in_margin && (number || running.contains_key(&analysis::bare(&line.text))) {
                if !heads.contains(&line.text) && heads.len() < 200 && !number {
                    heads.push(line.text.clone());
                }
            } else {
                body.push(&line.text);
            }
        }
    }
    let mut facts = DraftFacts {
        front_matter: body.iter().take(FRONT_LINES).map(|line| line.chars().take(FRONT_CHARS).collect()).collect(),
        running_text: heads,
        text: text_facts(&body, None),
        ..DraftFacts::default()
    };
    // The lines of a page are all that a reader sees.
    facts.text.beyond = Some(0);
    properties(source, &mut facts);
    facts
}

fn properties(source: &Source, facts: &mut DraftFacts) {
    let empty = Dictionary::new();
    let info = source.sub(&source.doc.trailer, b"Info").unwrap_or(&empty);
    let text = |key: &[u8]| match source.entry(info, key) {
        Object::String(bytes, _) => Some(text_string(bytes).trim().to_owned()).filter(|text| !text.is_empty()),
        _ => None,
    };
    let moment = |key: &[u8]| match source.entry(info, key) {
        Object::String(bytes, _) => date(bytes),
        _ => None,
    };
    facts.title = text(b"Title");
    facts.created = moment(b"CreationDate");
    facts.modified = moment(b"ModDate");
    facts.application = text(b"Creator").or_else(|| text(b"Producer"));
    for (key, value) in info {
        let name = String::from_utf8_lossy(key).to_ascii_lowercase();
        if (name.contains("version") || name.contains("status") || name.contains("draft"))
            && let Object::String(bytes, _) = source.get(value)
        {
            facts.version_properties.push(text_string(bytes));
        }
    }
    facts.version_properties.sort();
}

/// A PDF date as seconds since 1970 (ISO 32000-2 §7.9.4).
pub(super) fn date(bytes: &[u8]) -> Option<i64> {
    let text = text_string(bytes);
    let text = text.trim().trim_start_matches("D:");
    let digits = |from: usize, count: usize| -> Option<i64> {
        let part = text.get(from..from + count)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let year = digits(0, 4)?;
    let month = digits(4, 2).unwrap_or(1);
    let day = digits(6, 2).unwrap_or(1);
    let (hour, minute, second) = (digits(8, 2).unwrap_or(0), digits(10, 2).unwrap_or(0), digits(12, 2).unwrap_or(0));
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = match text.as_bytes().get(14) {
        Some(sign @ (b'+' | b'-')) => {
            let minutes = digits(15, 2).unwrap_or(0) * 60 + digits(18, 2).unwrap_or(0);
            if *sign == b'+' { minutes } else { -minutes }
        }
        _ => 0,
    };
    Some(days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60)
}

/// Days since 1970-01-01 of a date in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_count_from_1970_in_universal_time() {
        assert_eq!(date(b"D:19700101000000Z"), Some(0));
        assert_eq!(date(b"D:20240229120000+01'30'"), Some(1_709_202_600));
        assert_eq!(date(b"2024"), Some(1_704_067_200));
        assert_eq!(date(b"yesterday"), None);
    }
}
