//! Lengths as the standard writes them, in twentieths of a point.

use crate::format::xml::{Ns, Sym, Tape, sym};

/// No number is taken for larger, so that sums stay sums.
pub const BOUND: i64 = 100_000_000_000;

/// How far text is raised, in half points (ECMA-376-1 §17.3.2.24).
pub fn raised(tape: &Tape<'_>, index: usize) -> Option<i64> {
    let value = tape.attr(index, Ns::W, sym::VAL)?;
    value.parse::<i64>().ok().map(|half_points| half_points.clamp(-BOUND, BOUND)).or_else(|| css_length(&value).map(|twips| twips / 10))
}

/// An attribute in twentieths of a point, whether or not it names a unit (ECMA-376-1 §22.9.2.14).
pub fn measure(tape: &Tape<'_>, index: usize, name: &str) -> Option<i64> {
    let value = tape.attr(index, Ns::W, Sym::of(name.as_bytes()))?;
    let value = value.trim();
    value.parse::<f64>().ok().map(bounded).or_else(|| css_length(value))
}

/// A length that stays a length in sums.
pub fn bounded(twips: f64) -> i64 {
    (twips as i64).clamp(-BOUND, BOUND)
}

/// A length with its unit, in twentieths of a point; pixels where it names none.
pub fn css_length(value: &str) -> Option<i64> {
    let digits = value.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let number: f64 = digits.trim().parse().ok()?;
    let twips = match &value[digits.len()..] {
        "pt" => 20.0,
        "in" => 1440.0,
        "cm" => 1440.0 / 2.54,
        "mm" => 144.0 / 2.54,
        "pc" | "pi" => 240.0,
        "px" | "" => 15.0,
        _ => return None,
    };
    Some(bounded(number * twips))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        assert_eq!(
            ["12pt", "1in", "2.54cm", "25.4mm", "1pi", "96px", "96"].map(css_length),
            [Some(240), Some(1440), Some(1440), Some(1440), Some(240), Some(1440), Some(1440)]
        );
        assert_eq!(["", "auto", "50%", "1e999pt"].map(css_length), [None, None, None, Some(BOUND)]);
    }
}
