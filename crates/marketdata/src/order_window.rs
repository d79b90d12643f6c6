//! What the subscribers of one depth of a book's orders are told, and what of it is news.
//!
//! # Invariants
//! - What was told last is every order at the `n` best prices of each side, as they were when the window was last asked.
//! - A subscriber that removes what is deleted, changes what is modified, puts what is added behind everything at its
//!   price, and then keeps its `n` best prices, has the same orders in the same order.
//!
//! Source: Kraken WebSocket v2, channel `level3`: orders at prices that fall out of scope are not deleted explicitly, and
//! when a price comes into scope all its orders are added.

use crate::orders::OpenOrders;
use crate::queue::{Key, Line, Queue, Queued, queued};
use crate::rank::Rank;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use unspent_model::{Lots, OrderId, Side};

/// What happened to an order that the book shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueueEvent {
    /// It left its place.
    Delete,
    /// It shows other lots, at the same place.
    Modify,
    /// It took its place, behind everything at its price; or its price came into scope.
    Add,
}

/// News of one side: what left, then what changed, then what came; each best price first and at a price oldest first.
pub type QueueNews = Vec<(QueueEvent, Queued)>;

/// News of both sides. An order that took another place is deleted and added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueChanges {
    /// Of the buy side.
    pub bids: QueueNews,
    /// Of the sell side.
    pub asks: QueueNews,
}

impl QueueChanges {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bids.is_empty() && self.asks.is_empty()
    }

    /// One side of them.
    #[must_use]
    pub fn side(&self, side: Side) -> &[(QueueEvent, Queued)] {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }
}

/// Orders as they were told.
#[derive(Clone, Debug, Default)]
struct Told {
    line: Line,
    keys: BTreeMap<OrderId, Key>,
    /// How many orders were told at each price.
    prices: BTreeMap<Rank, u32>,
}

impl Told {
    fn insert(&mut self, key: Key, lots: Lots) {
        self.line.insert(key, lots);
        self.keys.insert(key.order, key);
        *self.prices.entry(key.rank).or_default() += 1;
    }

    fn remove(&mut self, order: OrderId) -> Option<(Key, Lots)> {
        let key = self.keys.remove(&order)?;
        let lots = self.line.remove(&key).expect("what is told of has a place");
        let count = self.prices.get_mut(&key.rank).expect("a price is counted while an order is told there");
        *count -= 1;
        if *count == 0 {
            self.prices.remove(&key.rank);
        }
        Some((key, lots))
    }

    /// Forgets the price that is worst.
    fn forget_last(&mut self) {
        let Some((rank, _)) = self.prices.pop_last() else { return };
        for (key, _) in self.line.split_off(&Key::first(rank)) {
            self.keys.remove(&key.order);
        }
    }
}

/// Remembers which orders the subscribers of one depth of one book were told. One serves all of them.
#[derive(Clone, Debug)]
pub struct OrderWindow {
    n: usize,
    /// The place in the queue's touches up to which everything was told.
    seen: u64,
    bids: Told,
    asks: Told,
}

impl OrderWindow {
    /// A window of the orders at the `n` best prices a side, of which nothing was told yet: the first changes are the
    /// snapshot.
    ///
    /// # Panics
    /// When `n` is zero.
    #[must_use]
    pub fn new(n: usize) -> OrderWindow {
        assert!(n > 0, "a window shows at least one price");
        OrderWindow { n, seen: 0, bids: Told::default(), asks: Told::default() }
    }

    /// How many prices a side it shows.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// What changed since it was last asked, and remembers it as told. `orders` are those of the venue, as of the same
    /// event as the queue.
    ///
    /// Costs the orders touched since and those at prices that came into scope or left it, not the book, unless more than
    /// 1,024 touches lie between: then it compares every order in scope.
    ///
    /// It must always be asked about the same book.
    pub fn changes(&mut self, queue: &Queue, orders: &OpenOrders) -> QueueChanges {
        let touched = queue.touches().since(self.seen).map(|touches| {
            let (mut bids, mut asks) = (BTreeSet::new(), BTreeSet::new());
            for (side, order) in touches {
                match side {
                    Side::Buy => bids.insert(order),
                    Side::Sell => asks.insert(order),
                };
            }
            (bids, asks)
        });
        self.seen = queue.touches().count();
        let mut changes = QueueChanges::default();
        let (bids, asks) = touched.unzip();
        for (side, touched, told, out) in [
            (Side::Buy, bids, &mut self.bids, &mut changes.bids),
            (Side::Sell, asks, &mut self.asks, &mut changes.asks),
        ] {
            *out = match touched {
                Some(touched) => retell_touched(side, self.n, told, queue.line(side), orders, touched),
                None => retell_all(side, self.n, told, queue.line(side)),
            };
        }
        changes
    }

    /// What was told last, in the order of the queue: the snapshot for a subscriber who joins those that were told.
    pub fn told(&self, side: Side) -> impl Iterator<Item = Queued> + '_ {
        let told = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        told.line.iter().map(move |(key, &lots)| queued(side, key, lots))
    }
}

/// Where an order stands now, when the book shows it.
fn now(orders: &OpenOrders, side: Side, order: OrderId) -> Option<(Key, Lots)> {
    let open = orders.get(order).filter(|open| open.resting && !open.shown.is_zero())?;
    Some((Key::of(side, open.price, open.place?, order), open.shown))
}

/// Moves `told` to the `n` best prices of a side, of which only these orders changed.
fn retell_touched(
    side: Side,
    n: usize,
    told: &mut Told,
    line: &Line,
    orders: &OpenOrders,
    touched: BTreeSet<OrderId>,
) -> QueueNews {
    // Everything at or better than the edge was told; without an edge, everything.
    let edge = if told.prices.len() < n { None } else { told.prices.last_key_value().map(|(&rank, _)| rank) };
    let (mut left, mut changed, mut came) = (Vec::new(), Vec::new(), Vec::new());
    for order in touched {
        let new = now(orders, side, order);
        match (told.keys.get(&order).copied(), new) {
            (Some(old), Some((key, lots))) if old == key => {
                if told.line.insert(key, lots) != Some(lots) {
                    changed.push(key);
                }
            }
            (_, new) => {
                left.extend(told.remove(order));
                if let Some((key, lots)) = new.filter(|(key, _)| edge.is_none_or(|edge| key.rank <= edge)) {
                    told.insert(key, lots);
                    came.push(key);
                }
            }
        }
    }
    if let Some(edge) = edge
        && told.prices.len() < n
        && let Some(beyond) = edge.worse()
    {
        for (&key, &lots) in line.range((Bound::Included(Key::first(beyond)), Bound::Unbounded)) {
            if told.prices.len() == n && !told.prices.contains_key(&key.rank) {
                break;
            }
            told.insert(key, lots);
            came.push(key);
        }
    }
    while told.prices.len() > n {
        told.forget_last();
    }
    news(side, told, left, changed, came)
}

/// Moves `told` to the `n` best prices of a side.
fn retell_all(side: Side, n: usize, told: &mut Told, line: &Line) -> QueueNews {
    let before = std::mem::take(told);
    for (&key, &lots) in line {
        if told.prices.len() == n && !told.prices.contains_key(&key.rank) {
            break;
        }
        told.insert(key, lots);
    }
    // What is only out of scope is not told.
    let left = before.line.iter().filter(|(key, _)| !line.contains_key(key)).map(|(&key, &lots)| (key, lots)).collect();
    let known = |key: &Key| before.line.get(key);
    let changed = told.line.iter().filter(|(key, lots)| known(key).is_some_and(|before| before != *lots));
    let changed = changed.map(|(&key, _)| key).collect();
    let came = told.line.keys().filter(|key| known(key).is_none()).copied().collect();
    news(side, told, left, changed, came)
}

/// Says it, each sort in the order of the queue. What left again before it was told is not told.
fn news(side: Side, told: &Told, mut left: Vec<(Key, Lots)>, mut changed: Vec<Key>, mut came: Vec<Key>) -> QueueNews {
    left.sort_unstable();
    changed.sort_unstable();
    came.sort_unstable();
    let there = |event: QueueEvent, keys: Vec<Key>| {
        let still = keys.into_iter().filter_map(move |key| Some((key, *told.line.get(&key)?)));
        still.map(move |(key, lots)| (event, queued(side, &key, lots)))
    };
    let left = left.iter().map(|(key, lots)| (QueueEvent::Delete, queued(side, key, *lots)));
    left.chain(there(QueueEvent::Modify, changed)).chain(there(QueueEvent::Add, came)).collect()
}
