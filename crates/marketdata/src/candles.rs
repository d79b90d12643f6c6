//! What an instrument traded in intervals of nine lengths, in bounded memory.
//!
//! Each length has its own candles: a year of days cannot be made of a tape of minutes that is short enough to keep, and a
//! tape that every length could be made of would hold a minute for each that it traded in. An interval without a trade
//! has no candle, so that an instrument costs what it traded: nothing before its first trade, nine candles after it, and
//! at most [`CANDLES`] of each length, 64 bytes each (415 KB in all, after 720 times fifteen days).

use crate::day::Sum;
use std::collections::VecDeque;
use unspent_model::{InstrumentId, Interval, Lots, Price, Timestamp, ViewBucket, ViewCandle};

/// Most candles of one length that an instrument remembers. Source: Kraken REST `OHLC` returns as many.
pub const CANDLES: usize = 720;

/// What traded in one interval. Prices in price units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candle {
    /// How long it is.
    pub interval: Interval,
    /// When it began.
    pub begin: Timestamp,
    /// When it ends: the first nanosecond of the next one.
    pub end: Timestamp,
    /// The first price.
    pub open: Price,
    /// The highest price.
    pub high: Price,
    /// The lowest price.
    pub low: Price,
    /// The last price.
    pub close: Price,
    /// Lots traded, above zero.
    pub lots: u64,
    /// The sum of price × lots over the trades, in price units × lots: ÷ `lots` is the average price.
    pub value: u128,
    /// How many trades, above zero.
    pub trades: u64,
}

impl Candle {
    fn of(interval: Interval, number: u64, sum: &Sum) -> Candle {
        let length = interval.nanoseconds();
        let Sum { first, last, high, low, lots, value, trades } = *sum;
        let begin = Timestamp(number.saturating_mul(length));
        let end = Timestamp(begin.0.saturating_add(length));
        Candle { interval, begin, end, open: first, high, low, close: last, lots, value, trades }
    }
}

/// The candles of one length, oldest first, each with its number since 1970.
type Ring = VecDeque<(u64, Sum)>;

/// The last candles of one instrument.
#[derive(Clone, Debug, Default)]
pub struct Candles {
    /// By length; nothing before the first trade.
    rings: Vec<Ring>,
}

impl Candles {
    /// Adds a trade to the candle of each length. Times never go back.
    pub fn record(&mut self, at: Timestamp, price: Price, lots: Lots) {
        let trade = Sum::one(price, lots);
        for interval in Interval::ALL {
            let number = number_of(interval, at);
            let ring = self.ring_mut(interval);
            match ring.back_mut() {
                Some((last, sum)) if *last == number => *sum = sum.then(trade),
                _ => {
                    if ring.len() == CANDLES {
                        ring.pop_front();
                    }
                    ring.push_back((number, trade));
                }
            }
        }
    }

    /// The remembered candles of one length, oldest first; the last one may not be over. An interval without a trade has
    /// none.
    pub fn of(&self, interval: Interval) -> impl DoubleEndedIterator<Item = Candle> + '_ {
        let ring = self.rings.get(interval as usize).into_iter().flatten();
        ring.map(move |(number, sum)| Candle::of(interval, *number, sum))
    }

    /// The candle of one length that the last trade is in.
    #[must_use]
    pub fn last(&self, interval: Interval) -> Option<Candle> {
        let (number, sum) = self.rings.get(interval as usize)?.back()?;
        Some(Candle::of(interval, *number, sum))
    }

    /// How many are remembered, of all lengths.
    pub(crate) fn len(&self) -> usize {
        self.rings.iter().map(VecDeque::len).sum()
    }

    /// All of them, by length and then oldest first.
    pub(crate) fn facts(&self, instrument: InstrumentId) -> impl Iterator<Item = ViewCandle> + '_ {
        Interval::ALL.into_iter().zip(&self.rings).flat_map(move |(interval, ring)| {
            ring.iter().map(move |(number, sum)| ViewCandle { interval, bucket: sum.fact(instrument, *number) })
        })
    }

    /// Adds a candle behind the others of its length.
    ///
    /// # Errors
    /// What in it cannot be; the candles are as they were.
    pub(crate) fn take(&mut self, interval: Interval, bucket: &ViewBucket) -> Result<(), &'static str> {
        let sum = Sum::of(bucket)?;
        let ring = self.ring_mut(interval);
        if ring.back().is_some_and(|&(before, _)| before >= bucket.number) {
            return Err("it is not later than the candle before it");
        }
        if ring.len() == CANDLES {
            return Err("as many of its length are remembered as can be");
        }
        ring.push_back((bucket.number, sum));
        Ok(())
    }

    fn ring_mut(&mut self, interval: Interval) -> &mut Ring {
        if self.rings.is_empty() {
            self.rings.resize_with(Interval::ALL.len(), Ring::new);
        }
        &mut self.rings[interval as usize]
    }
}

/// Which candle of a length a time is in, counted since 1970.
pub(crate) fn number_of(interval: Interval, at: Timestamp) -> u64 {
    at.0 / interval.nanoseconds()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Timestamp {
        Timestamp(0).plus_seconds(seconds)
    }

    #[test]
    fn an_instrument_that_never_traded_has_none_and_owns_nothing() {
        let candles = Candles::default();
        assert!(candles.rings.is_empty());
        assert_eq!((candles.len(), candles.last(Interval::Day)), (0, None));
        assert_eq!(candles.of(Interval::Minute).count(), 0);
    }

    #[test]
    fn every_length_is_what_a_naive_sum_of_the_trades_is() {
        let trades: Vec<(u64, u32, u32)> =
            (0..4_000_u64).map(|i| (i * i * 7 + i * 13, 100 + (i * 7_919 % 500) as u32, 1 + (i % 9) as u32)).collect();
        let mut candles = Candles::default();
        for &(at, price, lots) in &trades {
            candles.record(seconds(at), Price(price), Lots(lots));
        }
        for interval in Interval::ALL {
            let length = u64::from(interval.minutes()) * 60;
            let mut numbers: Vec<u64> = trades.iter().map(|trade| trade.0 / length).collect();
            numbers.dedup();
            let kept = &numbers[numbers.len().saturating_sub(CANDLES)..];
            let expected: Vec<Candle> = kept
                .iter()
                .map(|&number| {
                    let inside: Vec<_> = trades.iter().filter(|trade| trade.0 / length == number).collect();
                    Candle {
                        interval,
                        begin: seconds(number * length),
                        end: seconds((number + 1) * length),
                        open: Price(inside[0].1),
                        high: inside.iter().map(|trade| Price(trade.1)).max().unwrap(),
                        low: inside.iter().map(|trade| Price(trade.1)).min().unwrap(),
                        close: Price(inside[inside.len() - 1].1),
                        lots: inside.iter().map(|trade| u64::from(trade.2)).sum(),
                        value: inside.iter().map(|trade| u128::from(trade.1) * u128::from(trade.2)).sum(),
                        trades: inside.len() as u64,
                    }
                })
                .collect();
            assert_eq!(candles.of(interval).collect::<Vec<_>>(), expected, "{interval:?}");
            assert_eq!(candles.last(interval), expected.last().copied());
        }
        assert_eq!(candles.of(Interval::Minute).count(), CANDLES);
        assert!(candles.of(Interval::Week).count() < 200);
    }

    #[test]
    fn every_length_is_whole_minutes_and_has_its_place() {
        for (place, interval) in Interval::ALL.into_iter().enumerate() {
            assert_eq!(interval as usize, place);
            assert_eq!(Interval::from_minutes(interval.minutes()), Some(interval));
        }
        assert_eq!(Interval::from_minutes(2), None);
    }
}
