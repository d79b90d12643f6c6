//! What trades cost: the schedule pinned at entry, and the part of a cent that is still owed.

use unspent_model::{Cash, FeeRate, FeeSchedule, Lots, Price};

/// One in so many is the unit of [`FeeRate::product`].
const SCALE: u64 = 10_000;

/// What an order pays, by how it trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fees {
    pub maker: FeeRate,
    pub taker: FeeRate,
    pub auction: FeeRate,
}

impl Fees {
    pub fn new(continuous: FeeSchedule, auction: FeeRate) -> Fees {
        Fees { maker: continuous.maker, taker: continuous.taker, auction }
    }

    /// The largest of them: what a buy sets aside.
    fn largest(self) -> FeeRate {
        self.maker.max(self.taker).max(self.auction)
    }

    /// What a buy that has paid fees down to `fee` must set aside for `leaves` at `limit`: their notional and the
    /// largest fee that they can add. `None` when it does not fit.
    #[inline]
    pub fn required(self, fee: Remainder, limit: Price, leaves: Lots, unit_value: Cash) -> Option<Cash> {
        let notional = limit.notional(leaves, unit_value)?;
        let product = notional.0.checked_mul(u64::from(self.largest().0))?;
        notional.checked_add(fee.next(product)?.0)
    }
}

/// The running total of an order's fee products, less the whole cents in it. Rounding up the total once is charging, at
/// each fill, what the rounded total grows by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remainder(u16);

impl Remainder {
    /// The cents that `product` more ten-thousandths add to the rounded total, and the remainder then.
    #[inline]
    fn next(self, product: u64) -> Option<(Cash, Remainder)> {
        let total = product.checked_add(u64::from(self.0))?;
        let fee = total.div_ceil(SCALE) - u64::from(self.0 > 0);
        Some((Cash(fee), Remainder(u16::try_from(total % SCALE).expect("below 10,000"))))
    }

    /// Adds a fill's fee and returns what it costs now.
    ///
    /// # Panics
    /// When the product does not fit: a fill's notional is within the buy order's, which is bounded.
    #[inline]
    pub fn charge(&mut self, rate: FeeRate, notional: Cash) -> Cash {
        let product = notional.0.checked_mul(u64::from(rate.0)).expect("a fill's notional is bounded");
        let (fee, after) = self.next(product).expect("a fill's notional is bounded");
        *self = after;
        fee
    }

    /// What was owed before; `None` for a cent or more.
    pub fn again(ten_thousandths: u16) -> Option<Remainder> {
        (u64::from(ten_thousandths) < SCALE).then_some(Remainder(ten_thousandths))
    }

    /// What is owed.
    pub fn ten_thousandths(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charges_sum_to_the_rounded_total() {
        for rate in [0, 1, 25, 33, 9_999, 10_000] {
            let (rate, mut remainder, mut charged, mut product) = (FeeRate(rate), Remainder::default(), 0, 0);
            for notional in [1, 33, 0, 199, 1_000_000_000_000, 7, 401, 9_999, 10_001] {
                charged += remainder.charge(rate, Cash(notional)).0;
                product += rate.product(Cash(notional));
                assert_eq!(Cash(charged), FeeRate::round_up(product));
            }
        }
    }

    #[test]
    fn what_is_set_aside_covers_the_fees_to_come() {
        let fees = Fees { maker: FeeRate(25), taker: FeeRate(100), auction: FeeRate(50) };
        let mut remainder = Remainder::default();
        let mut reserved = fees.required(remainder, Price(6_601), Lots(7), Cash(10)).unwrap();
        for leaves in (0..7).rev() {
            let notional = Price(6_601).notional(Lots(1), Cash(10)).unwrap();
            let spent = notional + remainder.charge(FeeRate(100), notional);
            let needed = fees.required(remainder, Price(6_601), Lots(leaves), Cash(10)).unwrap();
            reserved = reserved.checked_sub(spent).unwrap();
            assert!(needed <= reserved);
        }
        assert_eq!(fees.required(remainder, Price(u32::MAX), Lots(u32::MAX), Cash(2)), None);
    }
}
