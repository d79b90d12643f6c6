//! The lengths of candles.

/// How long a candle is. Every length divides into whole ones of the lengths before it, except the last two, which both are
/// whole days. Candles begin at whole multiples of their length since 1970, so a week begins on a Thursday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interval {
    /// A minute.
    Minute,
    /// Five minutes.
    Minutes5,
    /// A quarter of an hour.
    Minutes15,
    /// Half an hour.
    Minutes30,
    /// An hour.
    Hour,
    /// Four hours.
    Hours4,
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// Fifteen days.
    Days15,
}

impl Interval {
    /// Every length, shortest first.
    pub const ALL: [Interval; 9] = [
        Interval::Minute,
        Interval::Minutes5,
        Interval::Minutes15,
        Interval::Minutes30,
        Interval::Hour,
        Interval::Hours4,
        Interval::Day,
        Interval::Week,
        Interval::Days15,
    ];

    /// The length in minutes. Source: Kraken WebSocket v2 `ohlc`, `interval`.
    #[must_use]
    pub fn minutes(self) -> u32 {
        match self {
            Interval::Minute => 1,
            Interval::Minutes5 => 5,
            Interval::Minutes15 => 15,
            Interval::Minutes30 => 30,
            Interval::Hour => 60,
            Interval::Hours4 => 240,
            Interval::Day => 1_440,
            Interval::Week => 10_080,
            Interval::Days15 => 21_600,
        }
    }

    /// The length of so many minutes; `None` when there is none.
    #[must_use]
    pub fn from_minutes(minutes: u32) -> Option<Interval> {
        Interval::ALL.into_iter().find(|interval| interval.minutes() == minutes)
    }

    /// The length in nanoseconds.
    #[must_use]
    pub fn nanoseconds(self) -> u64 {
        u64::from(self.minutes()) * 60_000_000_000
    }
}
