//! Working days: the calendars are data, the counting is here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

/// The days on which an authority does not work, beside Saturdays and Sundays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Stable id, named by presets.
    pub id: String,
    /// What it counts.
    pub title: String,
    /// Where the days were taken from.
    pub source: String,
    /// First year with data.
    pub first_year: i16,
    /// Last year with data.
    pub last_year: i16,
    /// Holidays by region; a holiday in any region counts.
    pub holidays: BTreeMap<String, BTreeMap<String, String>>,
}

/// All calendars that ship.
pub fn calendars() -> &'static [Calendar] {
    static ALL: LazyLock<Vec<Calendar>> = LazyLock::new(|| {
        [
            include_str!("../../presets/calendars/uk.toml"),
            include_str!("../../presets/calendars/scotland.toml"),
            include_str!("../../presets/calendars/us-federal.toml"),
            include_str!("../../presets/calendars/weekdays.toml"),
        ]
        .iter()
        .map(|text| toml::from_str(text).expect("embedded calendars parse: tested below"))
        .collect()
    });
    &ALL
}

impl Calendar {
    /// The calendar of an id.
    pub fn by_id(id: &str) -> Option<&'static Calendar> {
        calendars().iter().find(|calendar| calendar.id == id)
    }

    /// Whether work is done on a day.
    pub fn is_working_day(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let name = day.to_string();
        !weekend && !self.holidays.values().any(|region| region.contains_key(&name))
    }

    /// The `count`-th working day after a day, which itself is not counted.
    ///
    /// `None` when the date leaves the range of the calendar library, which no deadline does.
    pub fn working_days_after(&self, day: Date, count: u32) -> Option<Date> {
        let mut day = day;
        let mut left = count;
        while left > 0 {
            day = day.tomorrow().ok()?;
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        Some(day)
    }

    /// Whether there is data for every day between two dates.
    pub fn covers(&self, from: Date, to: Date) -> bool {
        from.year() >= self.first_year && to.year() <= self.last_year
    }
}

/// A date as a letter writes it: `3 March 2026`.
pub fn in_words(day: Date) -> String {
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let month = usize::try_from(day.month() - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn twenty_working_days_skip_weekends_and_bank_holidays_of_any_part() {
        let uk = Calendar::by_id("uk").unwrap();
        // 12 February 2018 to 12 March: no bank holiday between.
        assert_eq!(uk.working_days_after(date(2018, 2, 12), 20), Some(date(2018, 3, 12)));
        // St Patrick's Day counts for everybody: substitute Monday 19 March 2018.
        assert_eq!(uk.working_days_after(date(2018, 3, 16), 1), Some(date(2018, 3, 20)));
        // Good Friday, Easter Monday.
        assert_eq!(uk.working_days_after(date(2018, 3, 29), 1), Some(date(2018, 4, 3)));
        // 2 January and its substitutes are Scottish, and count.
        assert_eq!(uk.working_days_after(date(2022, 12, 30), 1), Some(date(2023, 1, 4)));
        // The moved May holiday of 2020, the funeral of 2022, the coronation of 2023.
        assert!(uk.is_working_day(date(2020, 5, 4)) && !uk.is_working_day(date(2020, 5, 8)));
        assert!(!uk.is_working_day(date(2022, 9, 19)) && !uk.is_working_day(date(2023, 5, 8)));
    }

    #[test]
    fn scotland_counts_its_own_holidays_only() {
        let scotland = Calendar::by_id("scotland").unwrap();
        assert!(scotland.is_working_day(date(2018, 3, 19)), "St Patrick's Day is no Scottish holiday");
        assert!(scotland.is_working_day(date(2018, 4, 2)), "Easter Monday is no Scottish bank holiday");
        assert!(!scotland.is_working_day(date(2018, 11, 30)), "St Andrew's Day");
    }

    #[test]
    fn every_calendar_parses_and_every_date_is_one() {
        for calendar in calendars() {
            for day in calendar.holidays.values().flat_map(BTreeMap::keys) {
                assert!(day.parse::<Date>().is_ok(), "{} {day}", calendar.id);
            }
        }
    }

    #[test]
    fn dates_are_written_in_words() {
        assert_eq!(in_words(date(2026, 3, 3)), "3 March 2026");
    }
}
