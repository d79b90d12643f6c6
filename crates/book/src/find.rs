//! Orders by slot *and* id: for callers that may hold a slot after its order has left.

use crate::{Book, Resting, Slot};
use unspent_model::OrderId;

impl Slot {
    /// A slot in which no order ever rests: what a table holds before it is told better.
    pub const NOWHERE: Slot = Slot(u32::MAX);
}

impl Book {
    /// The order in `slot`, if it is still the one called `id`.
    ///
    /// A table from id to slot so needs no clean-up when orders trade away: a slot that has been given to another
    /// order answers `None`.
    #[must_use]
    pub fn find(&self, slot: Slot, id: OrderId) -> Option<Resting> {
        let node = self.orders.get(slot.0 as usize).filter(|node| node.id == id)?;
        let price = self.ladder(node.side).price(node.at());
        Some(Resting { id, side: node.side, price, leaves: node.leaves, owner: node.owner })
    }

    /// Takes the order in `slot` out, if it is still the one called `id`, and returns what rested.
    pub fn remove_if(&mut self, slot: Slot, id: OrderId) -> Option<Resting> {
        let resting = self.find(slot, id)?;
        self.remove(slot);
        Some(resting)
    }

    /// The lots that rest at a price of a side.
    #[must_use]
    pub fn depth(&self, side: unspent_model::Side, price: unspent_model::Price) -> u64 {
        self.ladder(side).at(price).map_or(0, |at| self.ladder(side).level(at).total)
    }
}
