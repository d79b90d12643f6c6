//! Orders by slot *and* id: for callers that may hold a slot after its order has left.

use crate::{Book, Resting, Slot};
use unspent_model::{OrderId, Price, Side};

impl Slot {
    /// A slot in which no order ever rests: what a table holds before it is told better.
    pub const NOWHERE: Slot = Slot::new(u32::MAX - 1);
}

impl Book {
    /// The order in `slot`, if it is still the one called `id`.
    ///
    /// A table from id to slot so needs no clean-up when orders trade away: a slot that has been given to another
    /// order answers `None`.
    #[must_use]
    pub fn find(&self, slot: Slot, id: OrderId) -> Option<Resting> {
        let node = self.orders.get(slot.key() as usize).filter(|node| node.id == id)?;
        Some(self.resting(slot.key(), node, self.ladder(node.side).price(node.at())))
    }

    /// Takes the order in `slot` out, if it is still the one called `id`, and returns what rested.
    pub fn remove_if(&mut self, slot: Slot, id: OrderId) -> Option<Resting> {
        let resting = self.find(slot, id)?;
        self.remove(slot);
        Some(resting)
    }

    /// The lots that rest at a price of a side.
    #[must_use]
    pub fn depth(&self, side: Side, price: Price) -> u64 {
        self.ladder(side).at(price).map_or(0, |at| self.ladder(side).level(at).total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::{Lots, OwnerGroup};

    #[test]
    fn a_slot_answers_only_for_the_order_it_was_given_to() {
        let mut book = Book::new(Price(100));
        let slot = book.rest(OrderId(1), Side::Buy, Price(40), Lots(5), OwnerGroup(1));
        assert_eq!(book.find(slot, OrderId(1)), Some(book.get(slot)));
        assert_eq!(book.find(slot, OrderId(2)), None);
        assert_eq!(book.find(Slot::NOWHERE, OrderId(1)), None);
        assert_eq!(book.remove_if(slot, OrderId(2)), None);
        assert_eq!(book.len(), 1);

        assert_eq!(book.remove_if(slot, OrderId(1)).map(|gone| gone.leaves), Some(Lots(5)));
        assert_eq!(book.remove_if(slot, OrderId(1)), None);
        let again = book.rest(OrderId(2), Side::Sell, Price(41), Lots(6), OwnerGroup(1));
        assert_eq!(again, slot, "a slot is given again");
        assert_eq!(book.find(slot, OrderId(1)), None);
        book.check_invariants();
    }

    #[test]
    fn depth_is_what_rests_at_a_price_of_a_side() {
        let mut book = Book::new(Price(10_000));
        for (id, lots) in [(1, 5), (2, 6)] {
            book.rest(OrderId(id), Side::Buy, Price(4_000), Lots(lots), OwnerGroup(1));
        }
        assert_eq!(book.depth(Side::Buy, Price(4_000)), 11);
        assert_eq!(book.depth(Side::Sell, Price(4_000)), 0);
        assert_eq!(book.depth(Side::Buy, Price(4_001)), 0);
        for outside in [0, 10_001, u32::MAX] {
            assert_eq!(book.depth(Side::Buy, Price(outside)), 0);
        }
    }
}
