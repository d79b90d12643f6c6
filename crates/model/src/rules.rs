//! What the operator sets for an instrument or an account besides listing it.

use crate::{Cash, FeeRate, Lots, Phase, Price, Timestamp, limits};

/// How an instrument is protected and how its auctions run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TradingRules {
    /// The tick during a call, in price units. 1 unless set.
    pub auction_tick: u32,
    /// What each side of a trade in an uncross pays. The maker's rate unless set.
    pub auction_fee: FeeRate,
    /// How far from the last trade a continuous trade may print, in price units; `None` for any distance.
    pub dynamic_range: Option<u32>,
    /// How far from the reference a continuous trade may print, in price units; `None` for any distance.
    pub static_range: Option<u32>,
    /// How far through the reference a limit may be entered, in price units, [`crate::Reject::OutsideBand`] beyond;
    /// `None` for any distance.
    pub entry_range: Option<u32>,
    /// How long a volatility call lasts, in seconds, above zero.
    pub volatility_seconds: u32,
    /// The most seconds that a call goes on beyond its scheduled end, when its random end was committed to.
    pub random_end_seconds: u32,
    /// Whether its book trades across months with those of its [`crate::Family`] that do too. Only a credit's can.
    pub dominance: bool,
}

impl TradingRules {
    /// The rules of an instrument for which none were set.
    #[must_use]
    pub fn new(auction_fee: FeeRate) -> TradingRules {
        TradingRules {
            auction_tick: 1,
            auction_fee,
            dynamic_range: None,
            static_range: None,
            entry_range: None,
            volatility_seconds: 300,
            random_end_seconds: 30,
            dominance: false,
        }
    }

    /// Whether the fields fit together, for an instrument with this highest price.
    #[must_use]
    pub fn fit(&self, price_max: Price) -> bool {
        let ranges = [self.dynamic_range, self.static_range, self.entry_range];
        (1..=price_max.0).contains(&self.auction_tick)
            && self.auction_fee <= FeeRate::MAX
            && ranges.iter().flatten().all(|&range| range > 0)
            && (1..=limits::CALL_SECONDS).contains(&self.volatility_seconds)
            && self.random_end_seconds <= limits::CALL_SECONDS
    }
}

/// One change of phase in an instrument's trading day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScheduleEntry {
    /// Seconds since midnight UTC, below 86,400.
    pub second_of_day: u32,
    /// The phase that begins then. Not [`Phase::Expired`], [`Phase::VolatilityCall`] or [`Phase::Halted`].
    pub phase: Phase,
}

/// An instrument's trading day, every day, and its last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// The changes of phase, ascending by time.
    pub entries: Vec<ScheduleEntry>,
    /// When it trades for the last time: a call ends with its uncross, then the instrument expires.
    pub last_trade: Option<Timestamp>,
}

impl Schedule {
    /// Whether the entries are in order, within bounds, and name phases that a day may have.
    #[must_use]
    pub fn fits(&self) -> bool {
        let allowed = [Phase::Continuous, Phase::Call, Phase::NoCancel, Phase::CancelOnly, Phase::Closed];
        self.entries.len() <= limits::SCHEDULE_ENTRIES
            && self.entries.iter().all(|entry| entry.second_of_day < 86_400 && allowed.contains(&entry.phase))
            && self.entries.is_sorted_by(|a, b| a.second_of_day < b.second_of_day)
    }

    /// The first entry whose time comes after `after`, and when that is.
    #[must_use]
    pub fn next(&self, after: Timestamp) -> Option<(Timestamp, Phase)> {
        const SECOND: u64 = 1_000_000_000;
        let midnight = after.0 - after.0 % (86_400 * SECOND);
        let at = |day: u64, entry: &ScheduleEntry| {
            Timestamp(midnight + (day * 86_400 + u64::from(entry.second_of_day)) * SECOND)
        };
        let today = self.entries.iter().map(|entry| (at(0, entry), entry.phase)).find(|&(due, _)| due > after);
        today.or_else(|| self.entries.first().map(|entry| (at(1, entry), entry.phase)))
    }
}

/// What one account may do, below the venue's own bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountLimits {
    /// Most open orders, [`crate::Reject::TooManyOpenOrders`] beyond.
    pub open_orders: u32,
    /// The largest sum of limit × leaves over open orders, [`crate::Reject::NotionalLimit`] beyond; `None` for no bound.
    pub open_notional: Option<Cash>,
    /// Most new and amended orders a second on average, [`crate::Reject::OrderRate`] beyond; zero for no bound. Cancels are free.
    pub orders_per_second: u32,
    /// Most new and amended orders at once, saved up while quieter; at least 1 when `orders_per_second` is set.
    pub burst: u32,
}

impl Default for AccountLimits {
    fn default() -> AccountLimits {
        AccountLimits {
            open_orders: limits::OPEN_ORDERS_PER_ACCOUNT,
            open_notional: None,
            orders_per_second: 0,
            burst: 0,
        }
    }
}

/// When a protection group trips: its fills within any window of this length reach this many lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupRule {
    /// How many lots trip it, 1..=[`limits::GROUP_LOTS`].
    pub lots: Lots,
    /// The window in seconds, 1..=[`limits::GROUP_WINDOW_SECONDS`].
    pub window_seconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u32 = 3_600;
    const SECOND: u64 = 1_000_000_000;

    fn day(entries: &[(u32, Phase)]) -> Schedule {
        let entries = entries.iter().map(|&(second_of_day, phase)| ScheduleEntry { second_of_day, phase }).collect();
        Schedule { entries, last_trade: None }
    }

    #[test]
    fn the_next_entry_is_today_or_the_first_of_tomorrow() {
        let day = day(&[(HOUR, Phase::Call), (2 * HOUR, Phase::Continuous)]);
        assert!(day.fits());
        let at = |seconds: u64| Timestamp(seconds * SECOND);
        assert_eq!(day.next(at(0)), Some((at(3_600), Phase::Call)));
        assert_eq!(day.next(at(3_600)), Some((at(7_200), Phase::Continuous)));
        assert_eq!(day.next(at(7_200)), Some((at(86_400 + 3_600), Phase::Call)));
        assert_eq!(Schedule::default().next(at(0)), None);
    }

    #[test]
    fn a_day_out_of_order_or_with_a_phase_that_no_day_has_does_not_fit() {
        assert!(!day(&[(2, Phase::Call), (1, Phase::Continuous)]).fits());
        assert!(!day(&[(1, Phase::Call), (1, Phase::Continuous)]).fits());
        assert!(!day(&[(86_400, Phase::Call)]).fits());
        assert!(!day(&[(1, Phase::Expired)]).fits());
    }
}
