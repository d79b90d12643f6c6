//! Days of the calendar (proleptic Gregorian, UTC), for terms that are dated and permits that end.

use crate::{TextError, Timestamp};
use std::fmt;

/// Nanoseconds of a day.
pub(crate) const DAY_NS: u64 = 86_400_000_000_000;

/// A day, 1970-01-01 to 2499-12-31: every instant of it is a [`Timestamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The last year.
    pub const LAST_YEAR: u16 = 2_499;

    /// A day that there is, in the years from 1970 to [`Date::LAST_YEAR`].
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let there = (1970..=Date::LAST_YEAR).contains(&year)
            && (1..=12).contains(&month)
            && (1..=last_day(year, month)).contains(&day);
        there.then_some(Date { year, month, day })
    }

    /// Reads `2026-11-21`.
    ///
    /// # Errors
    /// [`TextError`] when it is not written so, or there is no such day.
    pub fn parse(text: &str) -> Result<Date, TextError> {
        let wrong = |found| TextError::Character { found, allowed: "a day such as 2026-11-21" };
        if text.len() != 10 {
            return Err(TextError::Length { max: 10 });
        }
        let odd = text.char_indices().find(|&(at, c)| if matches!(at, 4 | 7) { c != '-' } else { !c.is_ascii_digit() });
        if let Some((_, found)) = odd {
            return Err(wrong(found));
        }
        let number = |from: usize, to: usize| text[from..to].parse::<u16>().expect("digits");
        let small = |from, to| u8::try_from(number(from, to)).expect("two digits");
        Date::new(number(0, 4), small(5, 7), small(8, 10)).ok_or_else(|| wrong('-'))
    }

    /// The day that an instant is of; the last one for instants beyond it.
    #[must_use]
    pub fn of(at: Timestamp) -> Date {
        // Days since 0000-03-01, by eras of 400 years. Source: H. Hinnant, chrono-compatible low-level date algorithms.
        let days = at.0 / DAY_NS + 719_468;
        let era = days / 146_097;
        let of_era = days % 146_097;
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        let small = |value: u64| u8::try_from(value).expect("a month or a day");
        match u16::try_from(year) {
            Ok(year) if year <= Date::LAST_YEAR => Date { year, month: small(month), day: small(day) },
            _ => Date { year: Date::LAST_YEAR, month: 12, day: 31 },
        }
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(self.number() * DAY_NS)
    }

    /// The first instant after it.
    #[must_use]
    pub fn end(self) -> Timestamp {
        Timestamp((self.number() + 1) * DAY_NS)
    }

    /// Days since 1970-01-01.
    fn number(self) -> u64 {
        let (month, day) = (u64::from(self.month), u64::from(self.day));
        let year = u64::from(self.year) - u64::from(month <= 2);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let of_year = (153 * shifted + 2) / 5 + day - 1;
        let (era, of_era) = (year / 400, year % 400);
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1..=12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }
}

/// How many days a month has.
pub(crate) fn last_day(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_itself_again_and_follows_the_one_before() {
        let mut at = Timestamp(0);
        let mut before = None;
        for number in 0..194_000 {
            let date = Date::of(at);
            if date == Date::new(2_499, 12, 31).unwrap() {
                assert_eq!(number, 193_578);
                break;
            }
            assert_eq!((date.start(), date.number()), (at, number), "{date}");
            assert_eq!(Date::of(Timestamp(date.end().0 - 1)), date);
            assert!(before < Some(date));
            assert_eq!(Date::parse(&date.to_string()), Ok(date));
            (before, at) = (Some(date), date.end());
        }
        assert_eq!(Date::of(Timestamp(1_795_219_200_000_000_000)).to_string(), "2026-11-21");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for bad in ["2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-11-00", "1969-12-31", "2500-01-01"] {
            assert!(Date::parse(bad).is_err(), "{bad}");
        }
        assert!(Date::parse("2028-02-29").is_ok());
        assert!(matches!(Date::parse("2026/11/21"), Err(TextError::Character { found: '/', .. })));
        assert_eq!(Date::parse("26-11-21"), Err(TextError::Length { max: 10 }));
    }
}
