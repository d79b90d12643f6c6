//! A subscriber's queue of orders, rebuilt from a snapshot and the changes after it.

use crate::order_window::{QueueChanges, QueueEvent};
use crate::rank::Rank;
use std::collections::BTreeMap;
use unspent_model::{Lots, OrderId, Price, Side};

/// The orders at the `n` best prices of each side as a subscriber of depth `n` knows them.
#[derive(Clone, Debug)]
pub struct RebuiltQueue {
    n: usize,
    bids: BTreeMap<Rank, Vec<(OrderId, Lots)>>,
    asks: BTreeMap<Rank, Vec<(OrderId, Lots)>>,
}

/// Why a message does not fit the queue that it is applied to: something was missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebuildError {
    /// An order is added that is there already.
    Known(OrderId),
    /// An order is changed or deleted that is not there.
    Unknown(OrderId),
}

impl std::fmt::Display for RebuildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RebuildError::Known(order) => write!(f, "order {order} is added and was there"),
            RebuildError::Unknown(order) => write!(f, "order {order} is changed or deleted and was not there"),
        }
    }
}

impl std::error::Error for RebuildError {}

impl RebuiltQueue {
    /// A queue of `n` prices a side, empty until the snapshot is applied.
    #[must_use]
    pub fn new(n: usize) -> RebuiltQueue {
        RebuiltQueue { n, bids: BTreeMap::new(), asks: BTreeMap::new() }
    }

    /// Forgets everything: a snapshot follows.
    pub fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
    }

    /// Takes one message, then cuts each side down to its `n` best prices.
    ///
    /// # Errors
    /// [`RebuildError`] when the message is not of this queue; what came before the error is taken.
    pub fn apply(&mut self, changes: &QueueChanges) -> Result<(), RebuildError> {
        for side in [Side::Buy, Side::Sell] {
            for (event, queued) in changes.side(side) {
                self.set(side, *event, queued.order, queued.price, queued.lots)?;
            }
        }
        self.truncate();
        Ok(())
    }

    /// Takes one row of a message, without cutting: after the last one, [`RebuiltQueue::truncate`].
    ///
    /// # Errors
    /// [`RebuildError`] when the row is not of this queue, which is as it was.
    pub fn set(
        &mut self,
        side: Side,
        event: QueueEvent,
        order: OrderId,
        price: Price,
        lots: Lots,
    ) -> Result<(), RebuildError> {
        let (rank, prices) = (Rank::of(side, price), self.side_mut(side));
        let at = prices.get(&rank).and_then(|orders| orders.iter().position(|&(known, _)| known == order));
        match (event, at) {
            (QueueEvent::Add, None) => prices.entry(rank).or_default().push((order, lots)),
            (QueueEvent::Add, Some(_)) => return Err(RebuildError::Known(order)),
            (_, None) => return Err(RebuildError::Unknown(order)),
            (QueueEvent::Modify, Some(at)) => {
                if let Some(orders) = prices.get_mut(&rank) {
                    orders[at].1 = lots;
                }
            }
            (QueueEvent::Delete, Some(at)) => {
                if let Some(orders) = prices.get_mut(&rank) {
                    orders.remove(at);
                    if orders.is_empty() {
                        prices.remove(&rank);
                    }
                }
            }
        }
        Ok(())
    }

    /// Cuts each side down to its `n` best prices.
    pub fn truncate(&mut self) {
        let n = self.n;
        for side in [Side::Buy, Side::Sell] {
            let prices = self.side_mut(side);
            while prices.len() > n {
                prices.pop_last();
            }
        }
    }

    /// The orders of a side in the order in which they would trade.
    pub fn orders(&self, side: Side) -> impl Iterator<Item = (OrderId, Price, Lots)> + '_ {
        let prices = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        prices
            .iter()
            .flat_map(move |(rank, orders)| orders.iter().map(move |&(order, lots)| (order, rank.price(side), lots)))
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<Rank, Vec<(OrderId, Lots)>> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}
