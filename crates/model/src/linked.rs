//! Bids for any of several instruments that share one quantity.

use crate::{AccountId, AddOrder, InstrumentId, OrderId, Price};

/// Another instrument that a linked bid would take instead, and its limit there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkedLeg {
    /// Where.
    pub instrument: InstrumentId,
    /// The most it pays there.
    pub price: Price,
}

/// A buy of so many lots of any of several instruments: an order in each, its *legs*, and every lot that one of them buys is
/// taken from all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLinked {
    /// The first leg, with what holds for all: a plain buy limit, good till cancelled, for the day or till a date.
    pub order: AddOrder,
    /// The other legs in the order in which they are entered, 1..[`crate::limits::LINKED_LEGS`]: no instrument twice, all of one
    /// face value.
    pub others: Vec<LinkedLeg>,
}

impl AddLinked {
    /// The legs in the order in which they are entered.
    pub fn legs(&self) -> impl Iterator<Item = LinkedLeg> + Clone + '_ {
        let price = match self.order.kind {
            crate::OrderKind::Limit(price) => price,
            crate::OrderKind::Market { .. } => Price(0),
        };
        std::iter::once(LinkedLeg { instrument: self.order.instrument, price }).chain(self.others.iter().copied())
    }

    /// A number for the other legs that those of another bid hardly have: what is remembered of them under a client order id.
    /// Never zero.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let legs = self.others.iter().flat_map(|leg| [u64::from(leg.instrument.0), u64::from(leg.price.0)]);
        crate::digest::of(std::iter::once(3).chain(legs))
    }
}

/// That an order which was just opened is a leg of a linked bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// The bid: the id of its first leg.
    pub link: OrderId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Lots, OrderKind, PostOnly, SelfTrade, Side, TimeInForce};

    fn bid(others: &[(u32, u32)]) -> AddLinked {
        let order = AddOrder {
            account: AccountId(0),
            instrument: InstrumentId(7),
            side: Side::Buy,
            kind: OrderKind::Limit(Price(66)),
            lots: Lots(5),
            time_in_force: TimeInForce::Gtc,
            post_only: PostOnly::No,
            self_trade: SelfTrade::CancelNewest,
            stop: None,
            display: None,
            min_lots: None,
            cl_ord_id: None,
            deadline: None,
            session: None,
        };
        let leg =
            |&(instrument, price): &(u32, u32)| LinkedLeg { instrument: InstrumentId(instrument), price: Price(price) };
        AddLinked { order, others: others.iter().map(leg).collect() }
    }

    #[test]
    fn the_first_leg_is_the_orders_own() {
        let legs: Vec<_> = bid(&[(3, 70)]).legs().map(|leg| (leg.instrument.0, leg.price.0)).collect();
        assert_eq!(legs, [(7, 66), (3, 70)]);
    }

    #[test]
    fn other_legs_have_another_digest() {
        let all =
            [bid(&[(3, 70)]), bid(&[(3, 71)]), bid(&[(4, 70)]), bid(&[(3, 70), (4, 70)]), bid(&[(4, 70), (3, 70)])];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| other.digest() != one.digest()));
        }
    }
}
