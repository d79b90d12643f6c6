//! Resting orders and what may be done to them.

use crate::ladder::{Ladder, Level, LevelRef, NIL};
use crate::{End, Step, Taker};
use slab::Slab;
use unspent_model::{Lots, OrderId, OwnerGroup, Price, SelfTrade, Side};

/// Where a resting order is stored. Valid from [`Book::rest`] until the order leaves the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(pub(crate) u32);

/// A resting order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) id: OrderId,
    pub(crate) leaves: Lots,
    level: u32,
    prev: u32,
    next: u32,
    pub(crate) owner: OwnerGroup,
    pub(crate) side: Side,
}

impl Node {
    pub(crate) fn at(&self) -> LevelRef {
        LevelRef(self.level)
    }
}

// `Side` leaves the slab room to say "vacant" inside the same 32 bytes.
const _: () = assert!(std::mem::size_of::<Option<Node>>() == 32);

/// What rests at one place, as the book shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resting {
    /// The order.
    pub id: OrderId,
    /// Its side.
    pub side: Side,
    /// Its limit price.
    pub price: Price,
    /// Its open lots.
    pub leaves: Lots,
    /// Its owner.
    pub owner: OwnerGroup,
}

/// One instrument's order book. See the crate for its shape and invariants.
#[derive(Debug)]
pub struct Book {
    pub(crate) orders: Slab<Node>,
    bids: Ladder,
    asks: Ladder,
}

impl Book {
    /// An empty book for prices `1..=price_max`. It owns no memory until an order rests.
    ///
    /// # Panics
    /// When `price_max` is zero.
    #[must_use]
    pub fn new(price_max: Price) -> Book {
        assert!(price_max.0 > 0, "a book needs at least one price");
        Book { orders: Slab::new(), bids: Ladder::new(Side::Buy, price_max), asks: Ladder::new(Side::Sell, price_max) }
    }

    /// Makes room for `orders` resting orders, so that none of the next ones pays for growth.
    pub fn reserve(&mut self, orders: usize) {
        self.orders.reserve(orders.saturating_sub(self.orders.len()));
    }

    pub(crate) fn ladder(&self, side: Side) -> &Ladder {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn ladder_mut(&mut self, side: Side) -> &mut Ladder {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    /// How many orders rest.
    #[must_use]
    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// Whether no order rests.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// The best price of a side and the lots resting there.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<(Price, u64)> {
        let ladder = self.ladder(side);
        ladder.best().map(|at| (ladder.price(at), ladder.level(at).total))
    }

    /// Whether an order of `side` with this limit would meet a resting order.
    #[must_use]
    pub fn would_take(&self, side: Side, limit: Price) -> bool {
        self.ladder(side.opposite()).reaches(limit)
    }

    /// The levels of a side, best first: price and lots resting there.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (Price, u64)> + '_ {
        let ladder = self.ladder(side);
        std::iter::successors(ladder.best(), |&at| ladder.after(at))
            .map(|at| (ladder.price(at), ladder.level(at).total))
    }

    /// The resting orders of a side in the order in which they would trade.
    pub fn queue(&self, side: Side) -> impl Iterator<Item = Resting> + '_ {
        let ladder = self.ladder(side);
        std::iter::successors(ladder.best(), |&at| ladder.after(at)).flat_map(move |at| {
            let price = ladder.price(at);
            std::iter::successors(self.node(ladder.level(at).head), |node| self.node(node.next)).map(move |node| {
                Resting { id: node.id, side: node.side, price, leaves: node.leaves, owner: node.owner }
            })
        })
    }

    /// The order that would trade first on a side.
    #[must_use]
    pub fn front(&self, side: Side) -> Option<Resting> {
        let ladder = self.ladder(side);
        ladder.best().map(|at| self.get(Slot(ladder.level(at).head)))
    }

    fn node(&self, key: u32) -> Option<Node> {
        (key != NIL).then(|| self.orders[key as usize])
    }

    /// The resting order in `slot`.
    ///
    /// # Panics
    /// When the order has left the book.
    #[must_use]
    pub fn get(&self, slot: Slot) -> Resting {
        let node = self.orders[slot.0 as usize];
        let price = self.ladder(node.side).price(LevelRef(node.level));
        Resting { id: node.id, side: node.side, price, leaves: node.leaves, owner: node.owner }
    }

    /// Puts an order at the back of its price's queue.
    ///
    /// # Panics
    /// When the price is outside the domain, the order has no lots, or it would cross: the caller takes first.
    pub fn rest(&mut self, id: OrderId, side: Side, price: Price, leaves: Lots, owner: OwnerGroup) -> Slot {
        assert!(price.0 >= 1 && price <= self.bids.max(), "price {price} outside 1..={}", self.bids.max());
        assert!(!leaves.is_zero(), "an order without lots cannot rest");
        assert!(!self.would_take(side, price), "order {id} would cross the book");
        let ladder = match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        let (at, fresh) = ladder.enter(price);
        let prev = if fresh { NIL } else { ladder.level(at).tail };
        let node = Node { id, leaves, level: at.0, prev, next: NIL, owner, side };
        let key = u32::try_from(self.orders.insert(node)).expect("fewer than 2^32 resting orders");
        let lots = u64::from(leaves.0);
        if fresh {
            *ladder.level_mut(at) = Level { head: key, tail: key, total: lots };
        } else {
            let level = ladder.level_mut(at);
            (level.tail, level.total) = (key, level.total + lots);
            self.orders[prev as usize].next = key;
        }
        Slot(key)
    }

    /// Takes an order out and returns what it had open.
    ///
    /// # Panics
    /// When the order has left the book.
    pub fn remove(&mut self, slot: Slot) -> Lots {
        let node = self.orders.remove(slot.0 as usize);
        self.unlink(&node);
        node.leaves
    }

    /// Lowers what an order has open; it keeps its place in the queue.
    ///
    /// # Panics
    /// When the order has left the book, or `leaves` is zero or not below what it has open.
    pub fn reduce(&mut self, slot: Slot, leaves: Lots) {
        let node = &mut self.orders[slot.0 as usize];
        assert!(!leaves.is_zero() && leaves < node.leaves, "{} lots cannot be reduced to {leaves}", node.leaves);
        let fall = node.leaves - leaves;
        node.leaves = leaves;
        let (side, at) = (node.side, LevelRef(node.level));
        self.ladder_mut(side).level_mut(at).total -= u64::from(fall.0);
    }

    fn unlink(&mut self, node: &Node) {
        let at = LevelRef(node.level);
        let ladder = match node.side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        if node.prev == NIL && node.next == NIL {
            debug_assert_eq!(ladder.level(at).total, u64::from(node.leaves.0));
            ladder.leave(at);
            return;
        }
        let level = ladder.level_mut(at);
        level.total -= u64::from(node.leaves.0);
        if node.prev == NIL {
            level.head = node.next;
        } else {
            self.orders[node.prev as usize].next = node.next;
        }
        if node.next == NIL {
            level.tail = node.prev;
        } else {
            self.orders[node.next as usize].prev = node.prev;
        }
    }

    /// What `taker` would trade, without doing it: `each` hears every fill's price and lots and answers how many of
    /// them it wants; the walk ends where it wants fewer. Returns the lots that would trade.
    ///
    /// Fill-or-kill and a market buy's bound on money are decided with this before anything is changed.
    pub fn preview(&self, taker: &Taker, each: impl FnMut(Price, Lots) -> Lots) -> Lots {
        self.preview_used(taker, each).0
    }

    /// As [`Book::preview`], and how many lots the taker has used up with its last fill: those that traded, and those
    /// that it lost before to its own owner's orders ([`SelfTrade::Decrement`]). A taker of so many lots does the same
    /// up to that fill, and no more.
    pub fn preview_used(&self, taker: &Taker, mut each: impl FnMut(Price, Lots) -> Lots) -> (Lots, Lots) {
        let ladder = self.ladder(taker.side.opposite());
        let (mut open, mut traded, mut used) = (taker.lots, Lots::ZERO, Lots::ZERO);
        let mut at = ladder.best();
        while let Some(level_ref) = at {
            let price = ladder.price(level_ref);
            if !crosses(taker.side, taker.limit, price) {
                break;
            }
            let mut next = ladder.level(level_ref).head;
            while let Some(maker) = self.node(next) {
                if open.is_zero() {
                    return (traded, used);
                }
                let lots = open.min(maker.leaves);
                if maker.owner != taker.owner {
                    let wanted = each(price, lots).min(lots);
                    traded = traded + wanted;
                    if !wanted.is_zero() {
                        used = taker.lots - open + wanted;
                    }
                    if wanted < lots {
                        return (traded, used);
                    }
                    open = open - lots;
                } else {
                    match taker.self_trade {
                        SelfTrade::CancelNewest | SelfTrade::CancelBoth => return (traded, used),
                        SelfTrade::CancelOldest => {}
                        SelfTrade::Decrement => open = open - lots,
                    }
                }
                next = maker.next;
            }
            at = ladder.after(level_ref);
        }
        (traded, used)
    }

    /// Matches `taker` against the other side and tells `each` what happened, in order.
    ///
    /// Fills print at the maker's price, oldest maker first. Returns the lots still open and why the walk ended; with
    /// [`End::Exhausted`] the caller may rest them.
    pub fn take(&mut self, taker: &Taker, mut each: impl FnMut(Step)) -> (Lots, End) {
        let mut open = taker.lots;
        let ladder = match taker.side {
            Side::Buy => &mut self.asks,
            Side::Sell => &mut self.bids,
        };
        while !open.is_zero() {
            let Some(at) = ladder.best() else { break };
            let price = ladder.price(at);
            if !ladder.reaches(taker.limit) {
                break;
            }
            // The level's head and total are kept here while its queue is walked, and written once.
            let Level { mut head, mut total, .. } = *ladder.level(at);
            let mut end = None;
            while head != NIL && !open.is_zero() {
                let node = &mut self.orders[head as usize];
                let (maker, maker_open, next) = (node.id, node.leaves, node.next);
                let own = node.owner == taker.owner;
                if own && taker.self_trade != SelfTrade::Decrement {
                    if taker.self_trade == SelfTrade::CancelNewest {
                        end = Some(End::SelfTrade);
                        break;
                    }
                    self.orders.remove(head as usize);
                    (head, total) = (next, total - u64::from(maker_open.0));
                    each(Step::MakerCanceled { maker, price, lots: maker_open });
                    if taker.self_trade == SelfTrade::CancelBoth {
                        end = Some(End::SelfTrade);
                        break;
                    }
                    continue;
                }
                let lots = open.min(maker_open);
                let maker_leaves = maker_open - lots;
                open = open - lots;
                total -= u64::from(lots.0);
                if maker_leaves.is_zero() {
                    self.orders.remove(head as usize);
                    head = next;
                } else {
                    node.leaves = maker_leaves;
                }
                each(if own {
                    Step::Decremented { maker, price, lots, maker_leaves }
                } else {
                    Step::Fill { maker, price, lots, maker_leaves }
                });
            }
            let level = ladder.level_mut(at);
            (level.head, level.total) = (head, total);
            if head == NIL {
                debug_assert_eq!(total, 0);
                ladder.leave(at);
            } else {
                self.orders[head as usize].prev = NIL;
            }
            if let Some(end) = end {
                return (open, end);
            }
        }
        (open, End::Exhausted)
    }

    /// Checks every invariant of the crate by looking at every order. O(n): for tests and the simulator.
    ///
    /// # Panics
    /// At the first one that does not hold.
    pub fn check_invariants(&self) {
        let bid = self.best(Side::Buy).map(|(price, _)| price);
        let ask = self.best(Side::Sell).map(|(price, _)| price);
        if let (Some(bid), Some(ask)) = (bid, ask) {
            assert!(bid < ask, "crossed: bid {bid}, ask {ask}");
        }
        let mut seen = 0;
        for side in [Side::Buy, Side::Sell] {
            let ladder = self.ladder(side);
            let mut at = ladder.best();
            while let Some(level_ref) = at {
                let level = ladder.level(level_ref);
                let (mut total, mut prev, mut key) = (0, NIL, level.head);
                assert_ne!(key, NIL, "an empty level in the ladder");
                while let Some(node) = self.node(key) {
                    assert_eq!(node.prev, prev, "order {} is linked wrongly", node.id);
                    assert_eq!((node.side, node.level), (side, level_ref.0), "order {} is misplaced", node.id);
                    assert!(!node.leaves.is_zero(), "order {} rests without lots", node.id);
                    total += u64::from(node.leaves.0);
                    seen += 1;
                    (prev, key) = (key, node.next);
                }
                assert_eq!(level.tail, prev, "the tail is not the last order");
                assert_eq!(level.total, total, "a level's total is not the sum of its orders");
                at = ladder.after(level_ref);
            }
        }
        assert_eq!(seen, self.orders.len(), "an order in the slab is in no queue");
    }
}

fn crosses(side: Side, limit: Price, opposite: Price) -> bool {
    match side {
        Side::Buy => opposite <= limit,
        Side::Sell => opposite >= limit,
    }
}
