//! The account's open orders, and each instrument's book without them.

use crate::input::{Level, OwnOrder};
use std::collections::BTreeMap;
use unspent_model::{InstrumentId, OrderId, Side};

/// The account's open orders, by place and then by id: one place is asked for far more often than all.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnOrders(BTreeMap<(InstrumentId, Side, OrderId), OwnOrder>);

impl OwnOrders {
    /// An order is so now.
    pub(crate) fn take(&mut self, order: OwnOrder) {
        let place = (order.instrument, order.side, order.order);
        if order.leaves.is_zero() {
            self.0.remove(&place);
        } else {
            self.0.insert(place, order);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Those of one side of an instrument, oldest first.
    pub(crate) fn of(&self, instrument: InstrumentId, side: Side) -> impl Iterator<Item = &OwnOrder> {
        let place = (instrument, side, OrderId(0))..=(instrument, side, OrderId(u64::MAX));
        self.0.range(place).map(|(_, order)| order)
    }

    /// The quote of a side: the one order without a name.
    pub(crate) fn quote(&self, instrument: InstrumentId, side: Side) -> Option<&OwnOrder> {
        self.of(instrument, side).find(|order| order.name.is_none())
    }

    /// The order of a name.
    pub(crate) fn named(&self, name: u64) -> Option<&OwnOrder> {
        self.0.values().find(|order| order.name == Some(name))
    }

    /// Whether a side has more quotes than the one that an account may have: then somebody else enters orders.
    pub(crate) fn has_foreign(&self, instrument: InstrumentId, side: Side) -> bool {
        self.of(instrument, side).filter(|order| order.name.is_none()).count() > 1
    }

    /// The best level of a side that others have lots at.
    pub(crate) fn best_of_others(&self, instrument: InstrumentId, side: Side, levels: &[Level]) -> Option<Level> {
        levels.iter().find_map(|level| {
            let own: u64 = self
                .of(instrument, side)
                .filter(|order| order.price == level.price)
                .map(|order| u64::from(order.leaves.0))
                .sum();
            let lots = level.lots.saturating_sub(own);
            (lots > 0).then_some(Level { price: level.price, lots })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::{Lots, Price};

    #[test]
    fn a_book_without_own_orders() {
        let mut own = OwnOrders::default();
        let order = |id, price, leaves| OwnOrder {
            order: OrderId(id),
            instrument: InstrumentId(0),
            side: Side::Buy,
            price: Price(price),
            leaves: Lots(leaves),
            name: None,
        };
        own.take(order(1, 6_600, 5));
        own.take(order(2, 6_590, 5));
        let level = |price, lots| Level { price: Price(price), lots };
        let book = [level(6_600, 5), level(6_590, 7), level(6_580, 9)];
        assert_eq!(own.best_of_others(InstrumentId(0), Side::Buy, &book), Some(level(6_590, 2)));
        assert_eq!(own.best_of_others(InstrumentId(0), Side::Sell, &book), Some(level(6_600, 5)));
        assert!(own.has_foreign(InstrumentId(0), Side::Buy));
        own.take(order(2, 6_590, 0));
        assert_eq!(own.best_of_others(InstrumentId(0), Side::Buy, &book), Some(level(6_590, 7)));
        assert!(!own.has_foreign(InstrumentId(0), Side::Buy));
    }
}
