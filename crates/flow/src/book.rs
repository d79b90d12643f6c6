//! A plain price-time book, so that what is generated names orders that rest. Simple before fast.

use crate::random::Random;
use std::collections::{BTreeMap, VecDeque};
use unspent_model::{Lots, OrderId, Price, Side};

/// An order in the book.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resting {
    pub(crate) side: Side,
    pub(crate) price: Price,
    pub(crate) lots: Lots,
    /// Where it stands in `Book::live`.
    place: usize,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    bids: BTreeMap<Price, VecDeque<OrderId>>,
    asks: BTreeMap<Price, VecDeque<OrderId>>,
    orders: BTreeMap<OrderId, Resting>,
    /// Every order, in no order that means anything: to pick one by chance.
    live: Vec<OrderId>,
}

impl Book {
    pub(crate) fn len(&self) -> usize {
        self.live.len()
    }

    pub(crate) fn get(&self, order: OrderId) -> Resting {
        self.orders[&order]
    }

    /// An order by chance; `None` when nothing rests.
    pub(crate) fn pick(&self, random: &mut Random) -> Option<OrderId> {
        let count = u32::try_from(self.live.len()).expect("fewer than 2^32 orders");
        (count > 0).then(|| self.live[random.below(count) as usize])
    }

    pub(crate) fn rest(&mut self, order: OrderId, side: Side, price: Price, lots: Lots) {
        let known = self.orders.insert(order, Resting { side, price, lots, place: self.live.len() });
        assert!(known.is_none() && !lots.is_zero(), "order {order} cannot rest");
        self.live.push(order);
        self.side_mut(side).entry(price).or_default().push_back(order);
    }

    pub(crate) fn remove(&mut self, order: OrderId) -> Resting {
        let resting = self.orders.remove(&order).expect("only what rests is removed");
        self.live.swap_remove(resting.place);
        if let Some(moved) = self.live.get(resting.place) {
            self.orders.get_mut(moved).expect("what is live is known").place = resting.place;
        }
        let side = self.side_mut(resting.side);
        let queue = side.get_mut(&resting.price).expect("a resting order has a level");
        let place = queue.iter().position(|&other| other == order).expect("a resting order is in its queue");
        queue.remove(place);
        if queue.is_empty() {
            side.remove(&resting.price);
        }
        resting
    }

    /// Takes `lots` from an order; at its last lot it leaves.
    pub(crate) fn reduce(&mut self, order: OrderId, lots: Lots) {
        let resting = self.orders.get_mut(&order).expect("only what rests is reduced");
        resting.lots = resting.lots - lots;
        if resting.lots.is_zero() {
            self.remove(order);
        }
    }

    /// The best price of a side with its lots.
    pub(crate) fn best(&self, side: Side) -> Option<(Price, u64)> {
        self.levels(side).next()
    }

    /// The levels of a side with their lots, best first.
    pub(crate) fn levels(&self, side: Side) -> impl Iterator<Item = (Price, u64)> + '_ {
        let (asks, bids) = match side {
            Side::Sell => (Some(self.asks.iter()), None),
            Side::Buy => (None, Some(self.bids.iter().rev())),
        };
        let levels = asks.into_iter().flatten().chain(bids.into_iter().flatten());
        levels.map(|(&price, queue)| (price, queue.iter().map(|order| u64::from(self.orders[order].lots.0)).sum()))
    }

    /// The oldest order at the best price of a side.
    pub(crate) fn first(&self, side: Side) -> Option<OrderId> {
        let queue = match side {
            Side::Sell => self.asks.first_key_value()?.1,
            Side::Buy => self.bids.last_key_value()?.1,
        };
        queue.front().copied()
    }

    /// Trades an order of `side` up to `limit` and returns the lots left of it.
    pub(crate) fn take(&mut self, side: Side, limit: Price, lots: Lots) -> Lots {
        let mut leaves = lots;
        while let Some(maker) = self.first(side.opposite()).filter(|_| !leaves.is_zero()) {
            let resting = self.get(maker);
            let crosses = match side {
                Side::Buy => resting.price <= limit,
                Side::Sell => resting.price >= limit,
            };
            if !crosses {
                break;
            }
            let lots = leaves.min(resting.lots);
            self.reduce(maker, lots);
            leaves = leaves - lots;
        }
        leaves
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<Price, VecDeque<OrderId>> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}
