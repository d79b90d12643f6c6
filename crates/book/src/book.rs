//! Resting orders and what may be done to them.

use crate::iceberg::{Hidden, Icebergs};
use crate::ladder::{Ladder, Level, LevelRef, NIL};
use crate::{End, Preview, Step, Taker};
use slab::Slab;
use std::collections::VecDeque;
use std::num::NonZeroU32;
use unspent_model::{Lots, OrderId, OwnerGroup, Price, SelfTrade, Side};

/// Where a resting order is stored. Valid from [`Book::rest`] until the order leaves the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(NonZeroU32);

impl Slot {
    // A slot is a key plus one, so that no slot takes no room of its own.
    pub(crate) const fn new(key: u32) -> Slot {
        Slot(NonZeroU32::MIN.saturating_add(key))
    }

    pub(crate) fn key(self) -> u32 {
        self.0.get() - 1
    }
}

/// A resting order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub id: OrderId,
    /// The lots it shows; an iceberg has more in [`Icebergs`].
    pub shown: Lots,
    pub level: u32,
    pub prev: u32,
    pub next: u32,
    pub owner: OwnerGroup,
    pub side: Side,
    pub iceberg: bool,
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
    /// Its open lots, hidden ones included.
    pub leaves: Lots,
    /// Those of them that it shows.
    pub shown: Lots,
    /// Its owner.
    pub owner: OwnerGroup,
}

/// One instrument's order book. See the crate for its shape and invariants.
#[derive(Debug)]
pub struct Book {
    pub(crate) orders: Slab<Node>,
    pub(crate) bids: Ladder,
    pub(crate) asks: Ladder,
    pub(crate) icebergs: Icebergs,
    /// Whether bids may meet asks.
    pub(crate) collecting: bool,
}

impl Book {
    /// An empty book for prices `1..=price_max`. It owns no memory until an order rests.
    ///
    /// # Panics
    /// When `price_max` is zero.
    #[must_use]
    pub fn new(price_max: Price) -> Book {
        assert!(price_max.0 > 0, "a book needs at least one price");
        Book {
            orders: Slab::new(),
            bids: Ladder::new(Side::Buy, price_max),
            asks: Ladder::new(Side::Sell, price_max),
            icebergs: Icebergs::default(),
            collecting: false,
        }
    }

    /// Whether orders are collected for an uncross: bids may then rest above asks, and nothing may be taken.
    ///
    /// # Panics
    /// When collecting ends and the book is crossed: it is uncrossed first.
    pub fn collect(&mut self, collecting: bool) {
        self.collecting = collecting;
        if !collecting && let Some((bid, _)) = self.best(Side::Buy) {
            assert!(!self.would_take(Side::Buy, bid), "a crossed book cannot trade continuously");
        }
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

    pub(crate) fn ladder_mut(&mut self, side: Side) -> &mut Ladder {
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

    /// The best price of a side and the lots shown there.
    #[must_use]
    #[inline]
    pub fn best(&self, side: Side) -> Option<(Price, u64)> {
        let ladder = self.ladder(side);
        ladder.best().map(|at| (ladder.price(at), ladder.level(at).total))
    }

    /// Whether an order of `side` with this limit would meet a resting order.
    #[must_use]
    #[inline]
    pub fn would_take(&self, side: Side, limit: Price) -> bool {
        self.ladder(side.opposite()).reaches(limit)
    }

    /// The levels of a side, best first: price and lots shown there.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (Price, u64)> + '_ {
        let ladder = self.ladder(side);
        std::iter::successors(ladder.best(), |&at| ladder.after(at))
            .map(|at| (ladder.price(at), ladder.level(at).total))
    }

    /// The next worse price of a side after one at which orders rest.
    #[must_use]
    pub fn after(&self, side: Side, price: Price) -> Option<Price> {
        let ladder = self.ladder(side);
        ladder.at(price).and_then(|at| ladder.after(at)).map(|at| ladder.price(at))
    }

    /// The resting orders of a side in the order in which they would trade.
    pub fn queue(&self, side: Side) -> impl Iterator<Item = Resting> + '_ {
        let ladder = self.ladder(side);
        std::iter::successors(ladder.best(), |&at| ladder.after(at)).flat_map(move |at| {
            let price = ladder.price(at);
            std::iter::successors(self.keyed(ladder.level(at).head), |(_, node)| self.keyed(node.next))
                .map(move |(key, node)| self.resting(key, &node, price))
        })
    }

    /// The order that would trade first on a side.
    #[must_use]
    pub fn front(&self, side: Side) -> Option<Resting> {
        let ladder = self.ladder(side);
        ladder.best().map(|at| self.get(Slot::new(ladder.level(at).head)))
    }

    fn keyed(&self, key: u32) -> Option<(u32, Node)> {
        self.node(key).map(|node| (key, node))
    }

    pub(crate) fn resting(&self, key: u32, node: &Node, price: Price) -> Resting {
        let hidden = if node.iceberg { self.icebergs.hidden(key) } else { Lots::ZERO };
        let leaves = node.shown + hidden;
        Resting { id: node.id, side: node.side, price, leaves, shown: node.shown, owner: node.owner }
    }

    pub(crate) fn node(&self, key: u32) -> Option<Node> {
        (key != NIL).then(|| self.orders[key as usize])
    }

    /// The resting order in `slot`.
    ///
    /// # Panics
    /// When the order has left the book.
    #[must_use]
    pub fn get(&self, slot: Slot) -> Resting {
        let node = self.orders[slot.key() as usize];
        let price = self.ladder(node.side).price(LevelRef(node.level));
        self.resting(slot.key(), &node, price)
    }

    /// Puts an order at the back of its price's queue.
    ///
    /// # Panics
    /// When the price is outside the domain, the order has no lots, or it would cross in a book that does not collect:
    /// the caller takes first.
    #[inline]
    pub fn rest(&mut self, id: OrderId, side: Side, price: Price, leaves: Lots, owner: OwnerGroup) -> Slot {
        self.enter(price, Node { id, shown: leaves, level: 0, prev: NIL, next: NIL, owner, side, iceberg: false })
    }

    /// Puts an iceberg at the back of its price's queue: it shows at most `display` of its leaves at a time.
    ///
    /// # Panics
    /// As [`Book::rest`], and when `display` is no lots.
    pub fn rest_iceberg(
        &mut self,
        id: OrderId,
        side: Side,
        price: Price,
        leaves: Lots,
        display: Lots,
        owner: OwnerGroup,
    ) -> Slot {
        assert!(!display.is_zero(), "an iceberg shows something");
        let shown = leaves.min(display);
        let slot = self.enter(price, Node { id, shown, level: 0, prev: NIL, next: NIL, owner, side, iceberg: true });
        self.icebergs.insert(slot.key(), Hidden { lots: leaves - shown, display });
        slot
    }

    /// Puts an order that rested before at the back of its price's queue, showing what it showed; with `display` it is an
    /// iceberg. `None`, and nothing is changed, when no book could have it so.
    pub fn rest_again(&mut self, resting: &Resting, display: Option<Lots>) -> Option<Slot> {
        let Resting { id, side, price, leaves, shown, owner } = *resting;
        let within = price.0 >= 1 && price <= self.bids.max();
        let shows = !shown.is_zero()
            && match display {
                None => shown == leaves,
                Some(display) => shown <= leaves && shown <= display,
            };
        if !within || !shows || (!self.collecting && self.would_take(side, price)) {
            return None;
        }
        let iceberg = display.is_some();
        let slot = self.enter(price, Node { id, shown, level: 0, prev: NIL, next: NIL, owner, side, iceberg });
        if let Some(display) = display {
            self.icebergs.insert(slot.key(), Hidden { lots: leaves - shown, display });
        }
        Some(slot)
    }

    #[inline]
    fn enter(&mut self, price: Price, node: Node) -> Slot {
        assert!(price.0 >= 1 && price <= self.bids.max(), "price {price} outside 1..={}", self.bids.max());
        assert!(!node.shown.is_zero(), "an order without lots cannot rest");
        assert!(self.collecting || !self.would_take(node.side, price), "order {} would cross the book", node.id);
        let ladder = match node.side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        let (at, fresh) = ladder.enter(price);
        let prev = if fresh { NIL } else { ladder.level(at).tail };
        let lots = u64::from(node.shown.0);
        let entry = Node { level: at.0, prev, ..node };
        let key = u32::try_from(self.orders.insert(entry)).expect("fewer than 2^32 resting orders");
        if fresh {
            *ladder.level_mut(at) = Level { head: key, tail: key, total: lots };
        } else {
            let level = ladder.level_mut(at);
            (level.tail, level.total) = (key, level.total + lots);
            self.orders[prev as usize].next = key;
        }
        Slot::new(key)
    }

    /// Takes an order out and returns what it had open, hidden lots included.
    ///
    /// # Panics
    /// When the order has left the book.
    pub fn remove(&mut self, slot: Slot) -> Lots {
        let node = self.orders.remove(slot.key() as usize);
        self.unlink(&node);
        if node.iceberg { node.shown + self.icebergs.remove(slot.key()) } else { node.shown }
    }

    /// Lowers what an order has open to `leaves`; it keeps its place in the queue. An iceberg loses hidden lots first.
    ///
    /// # Panics
    /// When the order has left the book, or `leaves` is zero or not below what it has open.
    pub fn reduce(&mut self, slot: Slot, leaves: Lots) {
        let open = self.get(slot).leaves;
        assert!(!leaves.is_zero() && leaves < open, "{open} lots cannot be reduced to {leaves}");
        let node = &mut self.orders[slot.key() as usize];
        let shown = node.shown.min(leaves);
        let fall = node.shown - shown;
        node.shown = shown;
        let (side, at, iceberg) = (node.side, LevelRef(node.level), node.iceberg);
        self.ladder_mut(side).level_mut(at).total -= u64::from(fall.0);
        if iceberg {
            self.icebergs.set(slot.key(), leaves - shown);
        }
    }

    pub(crate) fn unlink(&mut self, node: &Node) {
        let at = LevelRef(node.level);
        let ladder = match node.side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        if node.prev == NIL && node.next == NIL {
            debug_assert_eq!(ladder.level(at).total, u64::from(node.shown.0));
            ladder.leave(at);
            return;
        }
        let level = ladder.level_mut(at);
        level.total -= u64::from(node.shown.0);
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
        self.preview_used(taker, each).traded
    }

    /// As [`Book::preview`], and how many lots the taker has used up with its last fill: those that traded, and those
    /// that it lost before to its own owner's orders ([`SelfTrade::Decrement`]). A taker of so many lots does the same
    /// up to that fill, and no more. And what it would have left, and why it
    /// would stop.
    pub fn preview_used(&self, taker: &Taker, mut each: impl FnMut(Price, Lots) -> Lots) -> Preview {
        let ladder = self.ladder(taker.side.opposite());
        let mut preview = Preview::of(taker);
        let mut at = ladder.best();
        while let Some(level) = at {
            if !crosses(taker.side, taker.limit, ladder.price(level))
                || !self.preview_at(level, taker, &mut preview, |_| false, &mut each)
            {
                break;
            }
            at = ladder.after(level);
        }
        preview
    }

    /// As [`Book::preview_used`], for the one level at `price`, within a walk that has come to `preview`; says whether the
    /// walk goes on. For walks through the levels of several books: an order that is `gone` by then is passed over.
    pub fn preview_level(
        &self,
        taker: &Taker,
        price: Price,
        preview: &mut Preview,
        gone: impl FnMut(OrderId) -> bool,
        mut each: impl FnMut(Price, Lots) -> Lots,
    ) -> bool {
        match self.ladder(taker.side.opposite()).at(price) {
            Some(level) => self.preview_at(level, taker, preview, gone, &mut each),
            None => true,
        }
    }

    #[inline]
    fn preview_at(
        &self,
        level: LevelRef,
        taker: &Taker,
        preview: &mut Preview,
        mut gone: impl FnMut(OrderId) -> bool,
        each: &mut impl FnMut(Price, Lots) -> Lots,
    ) -> bool {
        let ladder = self.ladder(taker.side.opposite());
        let price = ladder.price(level);
        // Icebergs whose shown lots are gone come again behind the queue, in the order in which they refilled.
        let mut again: VecDeque<(Lots, Hidden, OwnerGroup)> = VecDeque::new();
        let mut next = ladder.level(level).head;
        loop {
            let (shown, hidden, owner) = match self.keyed(next) {
                Some((key, maker)) => {
                    next = maker.next;
                    if !preview.open.is_zero() && gone(maker.id) {
                        continue;
                    }
                    let hidden = if maker.iceberg { self.icebergs.get(key) } else { Hidden::NONE };
                    (maker.shown, hidden, maker.owner)
                }
                None => match again.pop_front() {
                    Some(slice) => slice,
                    None => return true,
                },
            };
            if preview.open.is_zero() {
                return false;
            }
            let lots = preview.open.min(shown);
            if owner != taker.owner {
                let wanted = each(price, lots).min(lots);
                preview.traded = preview.traded + wanted;
                if !wanted.is_zero() {
                    preview.used = taker.lots - preview.open + wanted;
                }
                if wanted < lots {
                    return false;
                }
                preview.open = preview.open - lots;
            } else {
                match taker.self_trade {
                    SelfTrade::CancelNewest | SelfTrade::CancelBoth => {
                        preview.end = End::SelfTrade;
                        return false;
                    }
                    SelfTrade::CancelOldest => continue,
                    SelfTrade::Decrement => preview.open = preview.open - lots,
                }
            }
            if !hidden.lots.is_zero() {
                let shown = hidden.lots.min(hidden.display);
                again.push_back((shown, Hidden { lots: hidden.lots - shown, ..hidden }, owner));
            }
        }
    }

    /// Matches `taker` against the other side and tells `each` what happened, in order.
    ///
    /// Fills print at the maker's price, oldest maker first. Returns the lots still open and why the walk ended; with
    /// [`End::Exhausted`] the caller may rest them.
    pub fn take(&mut self, taker: &Taker, mut each: impl FnMut(Step)) -> (Lots, End) {
        debug_assert!(!self.collecting, "nothing is taken while orders are collected");
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
                let (maker, maker_shown, next, iceberg) = (node.id, node.shown, node.next, node.iceberg);
                let own = node.owner == taker.owner;
                if own && taker.self_trade != SelfTrade::Decrement {
                    if taker.self_trade == SelfTrade::CancelNewest {
                        end = Some(End::SelfTrade);
                        break;
                    }
                    self.orders.remove(head as usize);
                    let hidden = if iceberg { self.icebergs.remove(head) } else { Lots::ZERO };
                    (head, total) = (next, total - u64::from(maker_shown.0));
                    each(Step::MakerCanceled { maker, price, lots: maker_shown + hidden, shown: maker_shown });
                    if taker.self_trade == SelfTrade::CancelBoth {
                        end = Some(End::SelfTrade);
                        break;
                    }
                    continue;
                }
                let lots = open.min(maker_shown);
                let left = maker_shown - lots;
                open = open - lots;
                total -= u64::from(lots.0);
                let hidden = if iceberg { self.icebergs.hidden(head) } else { Lots::ZERO };
                let maker_leaves = left + hidden;
                each(if own {
                    Step::Decremented { maker, price, lots, maker_leaves }
                } else {
                    Step::Fill { maker, price, lots, maker_leaves }
                });
                if !left.is_zero() {
                    node.shown = left;
                } else if hidden.is_zero() {
                    self.orders.remove(head as usize);
                    if iceberg {
                        self.icebergs.remove(head);
                    }
                    head = next;
                } else {
                    let shown = self.icebergs.refill(head);
                    total += u64::from(shown.0);
                    node.shown = shown;
                    if next != NIL {
                        let level = ladder.level_mut(at);
                        (node.prev, node.next) = (level.tail, NIL);
                        let last = std::mem::replace(&mut level.tail, head);
                        self.orders[last as usize].next = head;
                        head = next;
                    }
                    each(Step::Refilled { maker, price, shown, leaves: maker_leaves });
                }
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
            assert!(self.collecting || bid < ask, "crossed: bid {bid}, ask {ask}");
        }
        let (mut seen, mut icebergs) = (0, 0);
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
                    assert!(!node.shown.is_zero(), "order {} rests without lots", node.id);
                    total += u64::from(node.shown.0);
                    seen += 1;
                    icebergs += usize::from(node.iceberg);
                    (prev, key) = (key, node.next);
                }
                assert_eq!(level.tail, prev, "the tail is not the last order");
                assert_eq!(level.total, total, "a level's total is not the sum of its orders");
                at = ladder.after(level_ref);
            }
        }
        assert_eq!(seen, self.orders.len(), "an order in the slab is in no queue");
        assert_eq!(icebergs, self.icebergs.len(), "hidden lots of an order that is gone");
    }
}

#[inline]
pub(crate) fn crosses(side: Side, limit: Price, opposite: Price) -> bool {
    match side {
        Side::Buy => opposite <= limit,
        Side::Sell => opposite >= limit,
    }
}
