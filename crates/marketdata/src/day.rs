//! What traded in the last 24 hours, in bounded memory.
//!
//! Trades are summed in buckets of five minutes, aligned to the epoch; the last 288 are the day, the one that has begun
//! among them. So the day is between 23:55 and 24:00 hours long, and an instrument costs at most 288 buckets; one that
//! seldom trades has only the buckets that it traded in.

use std::collections::VecDeque;
use unspent_model::{InstrumentId, Lots, Price, Timestamp, ViewBucket};

/// The length of a bucket in seconds.
pub const BUCKET_SECONDS: u64 = 300;

/// How many buckets make a day.
pub const BUCKETS: u64 = 24 * 60 * 60 / BUCKET_SECONDS;

/// What traded in one stretch of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    pub(crate) first: Price,
    pub(crate) last: Price,
    pub(crate) high: Price,
    pub(crate) low: Price,
    pub(crate) lots: u64,
    pub(crate) value: u128,
    pub(crate) trades: u64,
}

impl Sum {
    pub(crate) fn one(price: Price, lots: Lots) -> Sum {
        let value = u128::from(price.0) * u128::from(lots.0);
        Sum { first: price, last: price, high: price, low: price, lots: u64::from(lots.0), value, trades: 1 }
    }

    /// What a fact says.
    ///
    /// # Errors
    /// What in it cannot be.
    pub(crate) fn of(bucket: &ViewBucket) -> Result<Sum, &'static str> {
        let ViewBucket { instrument: _, number: _, first, last, high, low, lots, value, trades } = *bucket;
        if trades == 0 || lots < trades {
            return Err("it has fewer lots than trades, or none");
        }
        let prices = low..=high;
        let (least, most) = (u128::from(low.0) * u128::from(lots), u128::from(high.0) * u128::from(lots));
        if !(prices.contains(&first) && prices.contains(&last) && (least..=most).contains(&value)) {
            return Err("its prices do not fit each other");
        }
        Ok(Sum { first, last, high, low, lots, value, trades })
    }

    /// Its fact.
    pub(crate) fn fact(&self, instrument: InstrumentId, number: u64) -> ViewBucket {
        let Sum { first, last, high, low, lots, value, trades } = *self;
        ViewBucket { instrument, number, first, last, high, low, lots, value, trades }
    }

    /// This stretch and the `later` one.
    pub(crate) fn then(self, later: Sum) -> Sum {
        Sum {
            first: self.first,
            last: later.last,
            high: self.high.max(later.high),
            low: self.low.min(later.low),
            lots: self.lots + later.lots,
            value: self.value + later.value,
            trades: self.trades + later.trades,
        }
    }
}

/// A summary of the last 24 hours. Prices in price units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// The last price, however old.
    pub last: Option<Price>,
    /// The price 24 hours ago; the first price ever when there is no older one.
    pub open: Option<Price>,
    /// The highest price of the day; `None` when nothing traded in it.
    pub high: Option<Price>,
    /// The lowest price of the day; `None` when nothing traded in it.
    pub low: Option<Price>,
    /// Lots traded.
    pub lots: u64,
    /// The sum of price × lots over the trades, in price units × lots.
    pub value: u128,
    /// How many trades.
    pub trades: u64,
}

impl Day {
    /// Last minus open, in price units.
    #[must_use]
    pub fn change(&self) -> Option<i64> {
        Some(i64::from(self.last?.0) - i64::from(self.open?.0))
    }

    /// The volume-weighted average price as the exact ratio `.0 ÷ .1`, in price units; `None` when nothing traded.
    #[must_use]
    pub fn vwap(&self) -> Option<(u128, u64)> {
        (self.lots > 0).then_some((self.value, self.lots))
    }
}

/// Sums the trades of one instrument over a sliding day.
#[derive(Clone, Debug, Default)]
pub struct RollingDay {
    /// The price before the oldest bucket kept.
    before: Option<Price>,
    /// Buckets that have trades, each with its number since the epoch, oldest first, at most [`BUCKETS`].
    buckets: VecDeque<(u64, Sum)>,
    /// All buckets together.
    all: Option<Sum>,
}

impl RollingDay {
    /// Adds a trade. Times never go back.
    ///
    /// # Panics
    /// When `at` is in a bucket before that of the last trade.
    pub fn record(&mut self, at: Timestamp, price: Price, lots: Lots) {
        let (number, trade) = (bucket_of(at), Sum::one(price, lots));
        match self.buckets.back_mut() {
            Some((last, sum)) if *last == number => *sum = sum.then(trade),
            last => {
                assert!(last.is_none_or(|last| last.0 < number), "time goes back to {}", at.0);
                self.buckets.push_back((number, trade));
            }
        }
        if self.buckets.front().is_some_and(|&(oldest, _)| is_over(oldest, number)) {
            while let Some((_, sum)) = self.buckets.pop_front_if(|(oldest, _)| is_over(*oldest, number)) {
                self.before = Some(sum.last);
            }
            self.all = self.buckets.iter().map(|&(_, sum)| sum).reduce(Sum::then);
        } else {
            self.all = Some(self.all.map_or(trade, |all| all.then(trade)));
        }
    }

    /// The day that ends `now`, which is not before the last trade.
    #[must_use]
    pub fn day(&self, now: Timestamp) -> Day {
        let number = bucket_of(now);
        let over = self.buckets.partition_point(|&(oldest, _)| is_over(oldest, number));
        let before = over.checked_sub(1).map(|last| self.buckets[last].1.last).or(self.before);
        let sum = match over {
            0 => self.all,
            _ => self.buckets.range(over..).map(|&(_, sum)| sum).reduce(Sum::then),
        };
        Day {
            last: sum.map(|sum| sum.last).or(before),
            open: before.or(sum.map(|sum| sum.first)),
            high: sum.map(|sum| sum.high),
            low: sum.map(|sum| sum.low),
            lots: sum.map_or(0, |sum| sum.lots),
            value: sum.map_or(0, |sum| sum.value),
            trades: sum.map_or(0, |sum| sum.trades),
        }
    }
}

impl RollingDay {
    /// A day that has no bucket yet, and the price before its first.
    pub(crate) fn since(before: Option<Price>) -> RollingDay {
        RollingDay { before, ..RollingDay::default() }
    }

    /// The price before the oldest bucket kept.
    pub(crate) fn before(&self) -> Option<Price> {
        self.before
    }

    /// How many buckets are kept.
    pub(crate) fn len(&self) -> usize {
        self.buckets.len()
    }

    /// The bucket of the last trade, and its price.
    pub(crate) fn last(&self) -> Option<(u64, Price)> {
        self.buckets.back().map(|(number, sum)| (*number, sum.last))
    }

    /// The buckets kept, oldest first.
    pub(crate) fn buckets(&self, instrument: InstrumentId) -> impl Iterator<Item = ViewBucket> + '_ {
        self.buckets.iter().map(move |(number, sum)| sum.fact(instrument, *number))
    }

    /// Adds a bucket behind the others.
    ///
    /// # Errors
    /// What in it cannot be; the day is as it was.
    pub(crate) fn take(&mut self, bucket: &ViewBucket) -> Result<(), &'static str> {
        let ViewBucket { number, lots, value, trades, .. } = *bucket;
        if self.buckets.back().is_some_and(|&(before, _)| before >= number) {
            return Err("it is not later than the bucket before it");
        }
        if self.buckets.front().is_some_and(|&(oldest, _)| is_over(oldest, number)) {
            return Err("the oldest bucket is more than a day before it");
        }
        let sum = Sum::of(bucket)?;
        let fits = |all: &Sum| {
            all.lots.checked_add(lots).is_some()
                && all.value.checked_add(value).is_some()
                && all.trades.checked_add(trades).is_some()
        };
        if !self.all.as_ref().is_none_or(fits) {
            return Err("its sums are too large");
        }
        self.buckets.push_back((number, sum));
        self.all = Some(self.all.map_or(sum, |all| all.then(sum)));
        Ok(())
    }
}

pub(crate) fn bucket_of(at: Timestamp) -> u64 {
    at.0 / (BUCKET_SECONDS * 1_000_000_000)
}

fn is_over(bucket: u64, now: u64) -> bool {
    bucket + BUCKETS <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60;

    fn day(trades: &[(u64, u32, u32)], now: u64) -> (RollingDay, Day) {
        let mut rolling = RollingDay::default();
        for &(seconds, price, lots) in trades {
            rolling.record(Timestamp(0).plus_seconds(seconds), Price(price), Lots(lots));
        }
        let day = rolling.day(Timestamp(0).plus_seconds(now));
        (rolling, day)
    }

    #[test]
    fn a_day_opens_at_its_first_trade_and_then_at_the_last_before_it() {
        let trades = [(0, 100, 5), (MINUTE, 90, 1), (6 * MINUTE, 120, 4), (7 * MINUTE, 110, 10)];
        let (_, first) = day(&trades, 10 * MINUTE);
        let value = 500 + 90 + 480 + 1_100;
        let all = Day {
            last: Some(Price(110)),
            open: Some(Price(100)),
            high: Some(Price(120)),
            low: Some(Price(90)),
            lots: 20,
            value,
            trades: 4,
        };
        assert_eq!(first, all);
        assert_eq!(first.change(), Some(10));
        assert_eq!(first.vwap(), Some((2_170, 20)));
        assert_eq!(day(&trades, 24 * 60 * MINUTE - 1).1, all);

        let (_, second) = day(&trades, 24 * 60 * MINUTE);
        assert_eq!((second.open, second.low, second.lots), (Some(Price(90)), Some(Price(110)), 14));
        assert_eq!(second.change(), Some(20));

        let (_, third) = day(&trades, 24 * 60 * MINUTE + 5 * MINUTE);
        let quiet = Day { last: Some(Price(110)), open: Some(Price(110)), ..Day::default() };
        assert_eq!(third, quiet);
        assert_eq!(third.vwap(), None);
        assert_eq!(day(&[], 0).1, Day::default());
    }

    #[test]
    fn memory_is_bounded_and_the_sums_are_those_of_the_day() {
        let trades: Vec<_> =
            (0..5_000).map(|i| (i * MINUTE, 100 + (i * 7_919 % 500) as u32, 1 + (i % 9) as u32)).collect();
        for upto in (1..=trades.len()).step_by(97) {
            let now = trades[upto - 1].0;
            let (rolling, day) = day(&trades[..upto], now);
            assert!(rolling.buckets.len() <= BUCKETS as usize);
            let begins = (now / BUCKET_SECONDS + 1).saturating_sub(BUCKETS) * BUCKET_SECONDS;
            let inside = || trades[..upto].iter().filter(|&&(seconds, ..)| seconds >= begins);
            assert_eq!(day.lots, inside().map(|trade| u64::from(trade.2)).sum::<u64>());
            assert_eq!(day.value, inside().map(|trade| u128::from(trade.1) * u128::from(trade.2)).sum::<u128>());
            assert_eq!(day.high, inside().map(|trade| Price(trade.1)).max());
            assert_eq!(day.low, inside().map(|trade| Price(trade.1)).min());
            let before = trades[..upto].iter().rfind(|&&(seconds, ..)| seconds < begins);
            assert_eq!(day.open, before.or(trades.first()).map(|trade| Price(trade.1)));
        }
    }
}
