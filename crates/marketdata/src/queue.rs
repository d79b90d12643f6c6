//! The queue of every price of one instrument: which orders show how many lots there, in the order in which they trade.
//!
//! # Invariants
//! - An order is here while it shows lots in the book, with what it shows and never with what it hides.
//! - At one price, who took a place earlier stands before who took one later. An order takes a place when it comes to
//!   rest, when an amend that loses its priority lets it rest anew, and when it is an iceberg that shows its next slice.

use crate::rank::Rank;
use crate::touched::Touches;
use std::collections::BTreeMap;
use unspent_model::{Lots, OrderId, Price, Side, ViewPlace};

/// Where an order stands on its side. Every map keyed by it iterates in the order in which orders trade.
///
/// Of two orders with the same place, which only those have whose place was not saved, the older id is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) rank: Rank,
    pub(crate) place: ViewPlace,
    pub(crate) order: OrderId,
}

impl Key {
    pub(crate) fn of(side: Side, price: Price, place: ViewPlace, order: OrderId) -> Key {
        Key { rank: Rank::of(side, price), place, order }
    }

    /// Before every order at this rank.
    pub(crate) fn first(rank: Rank) -> Key {
        Key { rank, place: ViewPlace::default(), order: OrderId(0) }
    }
}

/// An order as the book shows it to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The order.
    pub order: OrderId,
    /// Its price, in price units.
    pub price: Price,
    /// The lots that it shows, above zero.
    pub lots: Lots,
    /// Since when, and in which command, it stands where it stands.
    pub place: ViewPlace,
}

/// One side of the queue.
pub(crate) type Line = BTreeMap<Key, Lots>;

/// The orders that one instrument's book shows.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    bids: Line,
    asks: Line,
    touches: Touches<OrderId>,
}

impl Queue {
    /// The orders of a side in the order in which they would trade: best price first, and at a price the oldest place.
    pub fn orders(&self, side: Side) -> impl Iterator<Item = Queued> + '_ {
        self.line(side).iter().map(move |(key, &lots)| queued(side, key, lots))
    }

    /// How many orders a side shows.
    #[must_use]
    pub fn len(&self, side: Side) -> usize {
        self.line(side).len()
    }

    /// Whether no order is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bids.is_empty() && self.asks.is_empty()
    }

    /// A queue of orders, each with what it shows, above zero.
    pub(crate) fn of(mut shown: Vec<(Side, Key, Lots)>) -> Queue {
        shown.sort_unstable_by_key(|&(side, key, _)| (side, key));
        let line =
            |side| shown.iter().filter(move |order| order.0 == side).map(|&(_, key, lots)| (key, lots)).collect();
        Queue { bids: line(Side::Buy), asks: line(Side::Sell), touches: Touches::forgotten() }
    }

    /// The order at `key` shows so many lots; zero when it shows none, or is not there.
    pub(crate) fn set(&mut self, side: Side, key: Key, lots: Lots) {
        let line = match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        if lots.is_zero() {
            line.remove(&key);
        } else {
            line.insert(key, lots);
        }
        self.touches.push(side, key.order);
    }

    pub(crate) fn line(&self, side: Side) -> &Line {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    pub(crate) fn touches(&self) -> &Touches<OrderId> {
        &self.touches
    }
}

pub(crate) fn queued(side: Side, key: &Key, lots: Lots) -> Queued {
    Queued { order: key.order, price: key.rank.price(side), lots, place: key.place }
}
