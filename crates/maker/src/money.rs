//! What was made and lost, and by what.

use unspent_model::{Cash, Lots, Price, Side};

/// Money with sign, in thousandths of a cent: a fair price is kept in thousandths of a unit.
type Fine = i64;

/// What was made (positive) or lost, in cents, rounded toward zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Bought below the fair price and sold above it.
    pub spread: i64,
    /// The fair price moved by trades while lots were owned.
    pub inventory: i64,
    /// The fair price fell as the last trade came nearer.
    pub decay: i64,
    /// Lots that were not sold before their last trade.
    pub waste: i64,
    /// Fees paid.
    pub fees: i64,
    /// All of it.
    pub total: i64,
}

/// Money made and lost since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    spread: Fine,
    inventory: Fine,
    decay: Fine,
    waste: Fine,
    fees: Fine,
}

/// Price units in thousandths, as a fair price is kept for money.
pub(crate) fn milli(units: f64) -> i64 {
    // At most ten million, exactly rounded.
    (units * 1_000.0 + 0.5).floor() as i64
}

impl Money {
    /// A fill at a price where the fair one was `fair` thousandths of a unit.
    pub(crate) fn fill(&mut self, fair: i64, side: Side, price: Price, lots: Lots, unit: Cash, fee: Cash) {
        let better = match side {
            Side::Buy => fair - i64::from(price.0) * 1_000,
            Side::Sell => i64::from(price.0) * 1_000 - fair,
        };
        self.spread += worth(better, u64::from(lots.0), unit);
        self.fees -= i64::try_from(fee.0).unwrap_or(i64::MAX).saturating_mul(1_000);
    }

    /// The fair price of lots that are owned moved, by the calendar and by trades, in thousandths of a unit.
    pub(crate) fn mark(&mut self, by_days: i64, by_trades: i64, held: u64, unit: Cash) {
        self.decay += worth(by_days, held, unit);
        self.inventory += worth(by_trades, held, unit);
    }

    /// Lots had their last trade: of their fair price the salvage is left.
    pub(crate) fn waste(&mut self, lost: i64, held: u64, unit: Cash) {
        self.waste -= worth(lost, held, unit);
    }

    /// All of it, in cents, rounded toward zero.
    #[must_use]
    pub fn total(&self) -> i64 {
        (self.spread + self.inventory + self.decay + self.waste + self.fees) / 1_000
    }

    /// By what.
    #[must_use]
    pub fn parts(&self) -> Parts {
        Parts {
            spread: self.spread / 1_000,
            inventory: self.inventory / 1_000,
            decay: self.decay / 1_000,
            waste: self.waste / 1_000,
            fees: self.fees / 1_000,
            total: self.total(),
        }
    }
}

/// So many thousandths of a price unit on so many lots, in thousandths of a cent.
fn worth(units: i64, lots: u64, unit: Cash) -> Fine {
    let product = i128::from(units) * i128::from(lots) * i128::from(unit.0);
    i64::try_from(product).unwrap_or(if product < 0 { i64::MIN / 8 } else { i64::MAX / 8 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_trip_makes_what_it_sold_for_less_what_it_paid_and_fees() {
        let mut money = Money::default();
        let (unit, lots) = (Cash(10), Lots(5));
        money.fill(6_600_000, Side::Buy, Price(6_550), lots, unit, Cash(30));
        money.mark(-2_000, -8_000, 5, unit);
        money.fill(6_590_000, Side::Sell, Price(6_640), lots, unit, Cash(40));
        let parts = money.parts();
        assert_eq!((parts.spread, parts.inventory, parts.decay, parts.fees), (5_000, -400, -100, -70));
        assert_eq!(parts.total, (6_640 - 6_550) * 5 * 10 - 70);
    }
}
