//! Days of the week and ends of months, in UTC.

use unspent_model::{Expiry, Timestamp};

const DAY: u64 = 86_400_000_000_000;

/// The instant that is so many business days (Monday to Friday) later, at the same time of day.
pub(crate) fn business_days_after(from: Timestamp, days: u8) -> Timestamp {
    let (mut at, mut left) = (from.0, days);
    while left > 0 {
        at = at.saturating_add(DAY);
        // 1970-01-01 was a Thursday: 0 is Monday.
        if (at / DAY + 3) % 7 < 5 {
            left -= 1;
        }
    }
    Timestamp(at)
}

/// The instant so many days before the end of a credit's month; `None` for one that never ends.
pub(crate) fn before_month_end(expiry: Expiry, days: u8) -> Option<Timestamp> {
    let Expiry::Month { year, month } = expiry else { return None };
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    Some(Timestamp(first_of_month(year, month).saturating_sub(u64::from(days)).saturating_mul(DAY)))
}

/// Days from 1970-01-01 to the first of a month, from 2000 on. Source: Howard Hinnant, days_from_civil.
fn first_of_month(year: u16, month: u8) -> u64 {
    let year = u64::from(year) - u64::from(month <= 2);
    let (era, month) = (year / 400, u64::from(month));
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000_000_000;

    #[test]
    fn weekends_are_no_business_days() {
        // 2027-01-15 was a Friday.
        let friday = Timestamp(20_833 * DAY + 8 * HOUR);
        let days_later = |from: Timestamp, days| (business_days_after(from, days).0 - from.0) / DAY;
        assert_eq!([1, 2, 5, 6].map(|days| days_later(friday, days)), [3, 4, 7, 10]);
        let saturday = Timestamp(friday.0 + DAY);
        assert_eq!(days_later(saturday, 1), 2);
        assert_eq!(days_later(Timestamp(saturday.0 + DAY), 1), 1);
    }

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let of = |year, month, days| before_month_end(Expiry::Month { year, month }, days).unwrap().0 / DAY;
        assert_eq!(of(2027, 6, 0), 21_000);
        assert_eq!(of(2026, 12, 0), 20_819);
        assert_eq!(of(2027, 12, 0) - of(2026, 12, 0), 365);
        assert_eq!(of(2028, 2, 0) - of(2028, 1, 0), 29);
        assert_eq!(of(2028, 1, 3), of(2028, 1, 0) - 3);
        assert_eq!(before_month_end(Expiry::Perpetual, 3), None);
    }
}
