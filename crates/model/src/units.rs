//! Units as types: what may be added, multiplied or compared is what has a meaning.

use std::fmt;

/// A price in whole price units of its instrument, the finest step it will ever quote.
///
/// For credits one unit is a basis point of face, 1..=10,000. Zero is never a price. The coarser tick of the day is a
/// check on entry ([`crate::Instrument::tick`]), not a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(pub u32);

impl Price {
    /// What `lots` cost at this price; `unit_value` is one price unit on one lot.
    ///
    /// `None` when the product does not fit, so that no caller rounds or wraps by accident.
    #[must_use]
    pub fn notional(self, lots: Lots, unit_value: Cash) -> Option<Cash> {
        let units = u64::from(self.0) * u64::from(lots.0); // u32 × u32 always fits u64
        units.checked_mul(unit_value.0).map(Cash)
    }
}

/// A quantity in whole lots of its instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lots(pub u32);

impl Lots {
    /// No lots.
    pub const ZERO: Lots = Lots(0);

    /// Whether nothing is left.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl std::ops::Add for Lots {
    type Output = Lots;
    fn add(self, other: Lots) -> Lots {
        Lots(self.0 + other.0)
    }
}

impl std::ops::Sub for Lots {
    type Output = Lots;
    fn sub(self, other: Lots) -> Lots {
        Lots(self.0 - other.0)
    }
}

/// An amount of money in US cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cash(pub u64);

impl Cash {
    /// No money.
    pub const ZERO: Cash = Cash(0);

    /// The sum, or `None` when it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Cash) -> Option<Cash> {
        self.0.checked_add(other.0).map(Cash)
    }

    /// The difference, or `None` when it would be negative.
    #[must_use]
    pub fn checked_sub(self, other: Cash) -> Option<Cash> {
        self.0.checked_sub(other.0).map(Cash)
    }
}

impl std::ops::Add for Cash {
    type Output = Cash;
    fn add(self, other: Cash) -> Cash {
        Cash(self.0 + other.0)
    }
}

impl std::ops::Sub for Cash {
    type Output = Cash;
    fn sub(self, other: Cash) -> Cash {
        Cash(self.0 - other.0)
    }
}

/// A fee in basis points of notional, at most 10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeeRate(pub u16);

impl FeeRate {
    /// The largest rate: all of the notional.
    pub const MAX: FeeRate = FeeRate(10_000);

    /// The exact product `notional × rate`, in ten-thousandths of a cent.
    ///
    /// Fees are accumulated in this unit per order and the running total is rounded up once ([`FeeRate::round_up`]),
    /// so that many small fills never cost more than one large one.
    #[must_use]
    pub fn product(self, notional: Cash) -> u128 {
        u128::from(notional.0) * u128::from(self.0)
    }

    /// A running total of [`FeeRate::product`] in whole cents, rounded up.
    ///
    /// # Panics
    /// When the total exceeds `u64::MAX` cents: the bound on an order's notional keeps it far below.
    #[must_use]
    pub fn round_up(product: u128) -> Cash {
        Cash(u64::try_from(product.div_ceil(10_000)).expect("a fee is at most the bounded notional"))
    }
}

/// Nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The instant `seconds` later, saturating at the end of time.
    #[must_use]
    pub fn plus_seconds(self, seconds: u64) -> Timestamp {
        Timestamp(self.0.saturating_add(seconds.saturating_mul(1_000_000_000)))
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Lots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Dollars and cents, without a currency sign: `1234.05`.
impl fmt::Display for Cash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notional_is_exact_or_none() {
        assert_eq!(Price(6_600).notional(Lots(150), Cash(10)), Some(Cash(9_900_000)));
        assert_eq!(Price(u32::MAX).notional(Lots(u32::MAX), Cash(2)), None);
    }

    #[test]
    fn many_small_fees_cost_no_more_than_one_large_one() {
        let rate = FeeRate(25);
        let mut running = 0;
        let mut charged = Cash::ZERO;
        for _ in 0..7 {
            let before = FeeRate::round_up(running);
            running += rate.product(Cash(33));
            charged = charged + (FeeRate::round_up(running) - before);
        }
        assert_eq!(charged, FeeRate::round_up(rate.product(Cash(7 * 33))));
        assert_eq!(charged, Cash(1));
    }

    #[test]
    fn cash_prints_in_dollars() {
        assert_eq!(Cash(123_405).to_string(), "1234.05");
        assert_eq!(Cash(5).to_string(), "0.05");
    }
}
