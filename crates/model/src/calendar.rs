//! Which months are listed on which day, and what happens when in the life of one.
//!
//! Everything here is a function of its arguments: a date in, months and instants out. What is listed is decided by the
//! commands that follow from it, never by the calendar itself.

use crate::date::{DAY_NS, last_day};
use crate::{Date, Expiry, Programme, Symbol, TextError, Timestamp};

/// How many month-ends from now on are listed, one after the other.
pub const MONTHS: u32 = 6;
/// How many months ahead the last quarter-end is at most.
pub const QUARTERS_TO: u32 = 24;
/// How many days before the month's last an instrument trades for the last time, and at which second of that day.
const LAST_TRADE: (u64, u64) = (10, 16 * 3_600 + 30 * 60);
/// How many days before the month's last its holders are alerted, the first alert first.
pub const ALERT_DAYS: [u16; 5] = [90, 60, 30, 14, 7];

/// Months since the year 0.
fn index(year: u16, month: u8) -> u32 {
    u32::from(year) * 12 + u32::from(month) - 1
}

fn month_of(index: u32) -> Expiry {
    let part = |value: u32| u16::try_from(value).expect("a year or a month");
    Expiry::Month { year: part(index / 12), month: u8::try_from(index % 12 + 1).expect("a month") }
}

/// What is listed on a day: the next [`MONTHS`] month-ends whose last trade is not before it, then the quarter-ends up to
/// [`QUARTERS_TO`] months after the day's own month, ascending. With `perpetual` also what never expires, last.
///
/// What is listed on one day is listed on every later one up to its last trade: nothing ever moves between books.
#[must_use]
pub fn listed_months(today: Date, perpetual: bool) -> Vec<Expiry> {
    let this = index(today.year(), today.month());
    let trades = |month: u32| month_of(month).last_trade().is_some_and(|at| at >= today.start());
    let first = if trades(this) { this } else { this + 1 };
    let quarters = (first + MONTHS..=this + QUARTERS_TO).filter(|month| month % 3 == 2);
    let months = (first..first + MONTHS).chain(quarters).map(month_of);
    // The last years of the calendar are no months that end within it.
    let months = months.filter(|month| month.ends().is_some());
    months.chain(perpetual.then_some(Expiry::Perpetual)).collect()
}

impl Expiry {
    /// The first instant after the month's last second; `None` for what never expires, and beyond the calendar.
    #[must_use]
    pub fn ends(self) -> Option<Timestamp> {
        self.last_date().map(Date::end)
    }

    /// The month's last day.
    fn last_date(self) -> Option<Date> {
        match self {
            Expiry::Month { year, month } => Date::new(year, month, last_day(year, month)),
            Expiry::Perpetual => None,
        }
    }

    /// When an instrument of the month trades for the last time: ten days before the month's last day, at 16:30 UTC.
    #[must_use]
    pub fn last_trade(self) -> Option<Timestamp> {
        let (days, second) = LAST_TRADE;
        let day = self.days_before(days)?;
        Some(day.plus_seconds(second))
    }

    /// The first instant of the day so many days before the month's last.
    fn days_before(self, days: u64) -> Option<Timestamp> {
        self.last_date()?.start().0.checked_sub(days * DAY_NS).map(Timestamp)
    }

    /// The alerts of the month after an instant, each with how many days before the month's last day it comes.
    pub fn alerts_after(self, now: Timestamp) -> impl Iterator<Item = (Timestamp, u16)> {
        let at = move |days: u16| self.days_before(u64::from(days)).map(|at| (at, days));
        ALERT_DAYS.into_iter().filter_map(at).filter(move |&(at, _)| at > now)
    }

    /// The last month that a credit which really ends then still outlives: its end rounded down.
    ///
    /// A credit is good for a month when it is usable until 23:59:59 of the month's last day, as providers write the end
    /// of a day: one that ends at that second is, one that ends before is not. `None` when it outlives no month.
    #[must_use]
    pub fn outlived_by(end: Timestamp) -> Option<Expiry> {
        let end = end.plus_seconds(1);
        let date = Date::of(end);
        let this = month_of(index(date.year(), date.month()));
        if this.ends().is_some_and(|ends| ends <= end) {
            return Some(this);
        }
        let before = month_of(index(date.year(), date.month()) - 1);
        before.ends().is_some().then_some(before)
    }

    /// As a symbol says it: `202706`, `PERP`.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Expiry::Month { year, month } => format!("{year:04}{month:02}"),
            Expiry::Perpetual => "PERP".to_owned(),
        }
    }
}

/// As a symbol says a face value: `100`, `1K`, `25K`, `1500`.
#[must_use]
pub fn face_text(dollars: u32) -> String {
    if dollars > 0 && dollars.is_multiple_of(1_000) { format!("{}K", dollars / 1_000) } else { dollars.to_string() }
}

impl Symbol {
    /// The symbol of a credit.
    ///
    /// # Errors
    /// [`TextError`] when it would be too long.
    pub fn of_credit(programme: &Programme, face_dollars: u32, expiry: Expiry) -> Result<Symbol, TextError> {
        Symbol::parse(&format!("{programme}-{}-{}", face_text(face_dollars), expiry.text()))
    }

    /// The programme, when it names a credit.
    #[must_use]
    pub fn programme(&self) -> Option<Programme> {
        let credit = self.credit()?;
        let len = credit.provider.len() + 1 + credit.programme.len();
        Programme::parse(&self.as_str()[..len]).ok()
    }

    /// What of it all months of one programme and face value have in common, `AWS-ACT-1K-`, when it names a credit.
    #[must_use]
    pub fn family(&self) -> Option<&str> {
        self.credit()?;
        self.as_str().rfind('-').map(|at| &self.as_str()[..=at])
    }
}

impl Programme {
    /// The provider: what comes before its first '-', `AWS`; all of it when there is none.
    #[must_use]
    pub fn provider(&self) -> &str {
        self.as_str().split('-').next().unwrap_or_default()
    }

    /// Whether it is spelled as a credit's symbol spells one: two parts that are not empty, `AWS-ACT`.
    #[must_use]
    pub fn is_of_two_parts(&self) -> bool {
        let mut parts = self.as_str().split('-');
        let two = [parts.next(), parts.next()];
        two.iter().all(|part| part.is_some_and(|part| !part.is_empty())) && parts.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn on(text: &str) -> Vec<String> {
        listed_months(Date::parse(text).unwrap(), true).into_iter().map(Expiry::text).collect()
    }

    fn at(text: &str, second: u64) -> Timestamp {
        Date::parse(text).unwrap().start().plus_seconds(second)
    }

    #[test]
    fn six_months_then_quarters_to_two_years_then_what_never_expires() {
        let months = "202612 202701 202702 202703 202704 202705 202706 202709 202712 202803 202806 202809 PERP";
        assert_eq!(on("2026-11-21").join(" "), months);
        let months = "202611 202612 202701 202702 202703 202704 202706 202709 202712 202803 202806 202809 PERP";
        assert_eq!(on("2026-11-20").join(" "), months);
        assert_eq!(
            on("2026-12-01").join(" "),
            months.replace("202611 ", "").replace("202706", "202705 202706").replace(" PERP", " 202812 PERP")
        );
    }

    #[test]
    fn what_is_listed_stays_listed_until_its_last_trade() {
        let mut day = Date::parse("2026-01-01").unwrap();
        let mut before: BTreeSet<Expiry> = BTreeSet::new();
        for _ in 0..4_000 {
            let listed: BTreeSet<Expiry> = listed_months(day, true).into_iter().collect();
            let months = listed.iter().filter(|month| **month != Expiry::Perpetual).count();
            assert!((11..=13).contains(&months), "{day}: {listed:?}");
            for gone in before.difference(&listed) {
                assert!(gone.last_trade().unwrap() < day.start(), "{gone:?} left on {day}");
            }
            for new in listed.difference(&before) {
                assert!(new.last_trade().is_none_or(|at| at >= day.start()), "{new:?} is listed on {day}, too late");
            }
            (before, day) = (listed, Date::of(day.end()));
        }
    }

    #[test]
    fn an_instrument_trades_last_ten_days_before_its_month_ends() {
        let month = |year, month| Expiry::Month { year, month };
        assert_eq!(month(2027, 6).last_trade(), Some(at("2027-06-20", 59_400)));
        assert_eq!(month(2027, 2).last_trade(), Some(at("2027-02-18", 59_400)));
        assert_eq!(month(2027, 12).ends(), Some(at("2028-01-01", 0)));
        assert_eq!((Expiry::Perpetual.ends(), Expiry::Perpetual.last_trade()), (None, None));
        let alerts: Vec<_> = month(2027, 6).alerts_after(at("2027-05-31", 0)).collect();
        assert_eq!(alerts, [(at("2027-06-16", 0), 14), (at("2027-06-23", 0), 7)]);
        assert_eq!(month(2027, 6).alerts_after(at("2027-04-01", 0)).next(), Some((at("2027-05-01", 0), 60)));
    }

    #[test]
    fn a_real_end_is_rounded_down_to_a_month_that_it_outlives() {
        let text = |end| Expiry::outlived_by(end).unwrap().text();
        assert_eq!(text(at("2027-01-20", 0)), "202612");
        assert_eq!(text(at("2027-01-31", 0)), "202612");
        assert_eq!(text(at("2027-01-31", 86_398)), "202612");
        assert_eq!(text(at("2027-01-31", 86_399)), "202701");
        assert_eq!(text(at("2027-02-01", 0)), "202701");
        assert_eq!(text(at("2027-03-01", 0)), "202702");
        assert_eq!(text(Timestamp(1_800_403_200_000_000_000)), "202612");
        assert_eq!(Expiry::outlived_by(Timestamp(5)), None);
    }

    #[test]
    fn a_symbol_is_made_of_its_parts_and_taken_apart_again() {
        let programme = Programme::parse("AWS-ACT").unwrap();
        let symbol = Symbol::of_credit(&programme, 1_000, Expiry::Month { year: 2027, month: 6 }).unwrap();
        assert_eq!(symbol.as_str(), "AWS-ACT-1K-202706");
        assert_eq!((symbol.programme(), symbol.family()), (Some(programme), Some("AWS-ACT-1K-")));
        assert_eq!(Symbol::of_credit(&programme, 1_500, Expiry::Perpetual).unwrap().as_str(), "AWS-ACT-1500-PERP");
        assert_eq!(Symbol::parse("AAPL").unwrap().programme(), None);
        for (text, good) in [("AWS-ACT", true), ("AWS", false), ("AWS-", false), ("-ACT", false), ("A-B-C", false)] {
            assert_eq!(Programme::parse(text).unwrap().is_of_two_parts(), good, "{text}");
        }
    }
}
