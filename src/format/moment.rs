//! Times as documents write them.

/// Seconds since 1970 of a date and time of XML Schema, with or without zone (read as UTC), or of a date alone.
///
/// `None` for anything else, and for years that no draft can have (before 1985, after 2100): clocks that were never set.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let seconds = text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_second).ok().or_else(|| {
        let local = text.parse::<jiff::civil::DateTime>().ok()?;
        Some(jiff::tz::TimeZone::UTC.to_timestamp(local).ok()?.as_second())
    })?;
    let (earliest, latest) = (473_385_600, 4_102_444_800);
    (earliest..latest).contains(&seconds).then_some(seconds)
}

/// Reads times of which many in a row are the same.
#[derive(Debug, Default)]
pub struct Moments {
    /// At first an empty text, which is no time.
    last: (String, Option<i64>),
}

impl Moments {
    /// As [`parse`].
    pub fn parse(&mut self, text: &str) -> Option<i64> {
        if self.last.0 != text {
            self.last.0.clear();
            self.last.0.push_str(text);
            self.last.1 = parse(text);
        }
        self.last.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_and_fractions_are_read_and_unset_clocks_are_not() {
        assert_eq!(parse("2018-03-01T10:00:00Z"), Some(1_519_898_400));
        assert_eq!(parse("2018-03-01T12:00:00+02:00"), Some(1_519_898_400));
        assert_eq!(parse("2018-03-01T10:00:00.123456789"), Some(1_519_898_400));
        assert_eq!(parse("2018-03-01"), Some(1_519_862_400));
        assert_eq!(parse("1601-01-01T00:00:00Z"), None);
        assert_eq!(parse("yesterday"), None);
    }

    #[test]
    fn times_in_a_row_are_told_apart() {
        let mut moments = Moments::default();
        for text in ["2018-03-01T10:00:00Z", "2018-03-01T10:00:00Z", "yesterday", "yesterday", "2018-03-01", "2018-03-01T10:00:00Z"] {
            assert_eq!(moments.parse(text), parse(text));
        }
    }
}
