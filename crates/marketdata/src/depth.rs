//! The depth of one instrument: what rests at each price, without saying whose it is.
//!
//! # Invariants
//! - A level exists only while orders rest on it; its lots are the sum of their leaves.
//! - Nothing is assumed of the two sides: in a call they may cross.

use crate::rank::Rank;
use crate::touched::Touches;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use unspent_model::{Event, Lots, Price, Side};

/// All orders at one price of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The price, in price units.
    pub price: Price,
    /// The open lots of all orders there, above zero.
    pub lots: u64,
    /// How many orders, above zero.
    pub orders: u32,
}

/// What rests at a price.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Total {
    pub(crate) lots: u64,
    orders: u32,
}

/// One side of a book, best first.
pub(crate) type Ladder = BTreeMap<Rank, Total>;

/// Price levels of one instrument, kept up from its events.
#[derive(Clone, Debug, Default)]
pub struct Depth {
    bids: Ladder,
    asks: Ladder,
    touches: Touches,
}

impl Depth {
    /// A book without orders.
    #[must_use]
    pub fn new() -> Depth {
        Depth::default()
    }

    /// Follows one event of this instrument. Events that move no resting lots change nothing.
    ///
    /// An order's lots leave with the event that takes them: a [`Event::Reduced`] to zero removes the order, and the
    /// [`Event::Canceled`] of zero lots after it has nothing left to do.
    ///
    /// # Panics
    /// When more lots or orders leave a level than rest there: the events are not those of one whole book.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Rested(e) => self.enter(e.side, e.price, e.leaves),
            Event::Fill(e) => self.leave(e.taker_side.opposite(), e.price, e.lots, e.maker.leaves.is_zero()),
            Event::Reduced(e) if e.resting => self.leave(e.side, e.price, e.lots, e.leaves.is_zero()),
            Event::Amended(e) if e.kept_priority => {
                assert_eq!(e.price, e.old_price, "order {} kept its priority at another price", e.order);
                assert!(e.leaves <= e.old_leaves, "order {} kept its priority and grew", e.order);
                if e.leaves < e.old_leaves {
                    self.leave(e.side, e.price, e.old_leaves - e.leaves, e.leaves.is_zero());
                }
            }
            Event::Amended(e) => self.leave(e.side, e.old_price, e.old_leaves, true),
            Event::Canceled(e) if e.resting && !e.lots.is_zero() => self.leave(e.side, e.price, e.lots, true),
            _ => {}
        }
    }

    /// The best level of a side.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<Level> {
        self.levels(side, 1).next()
    }

    /// The `n` best levels of a side, best first.
    pub fn levels(&self, side: Side, n: usize) -> impl Iterator<Item = Level> + '_ {
        self.ladder(side).iter().take(n).map(move |(rank, total)| Level {
            price: rank.price(side),
            lots: total.lots,
            orders: total.orders,
        })
    }

    /// The level at a price, `None` when nothing rests there.
    #[must_use]
    pub fn level(&self, side: Side, price: Price) -> Option<Level> {
        let total = self.ladder(side).get(&Rank::of(side, price))?;
        Some(Level { price, lots: total.lots, orders: total.orders })
    }

    /// How many levels a side has.
    #[must_use]
    pub fn len(&self, side: Side) -> usize {
        self.ladder(side).len()
    }

    /// Whether nothing rests.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bids.is_empty() && self.asks.is_empty()
    }

    pub(crate) fn ladder(&self, side: Side) -> &Ladder {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    pub(crate) fn touches(&self) -> &Touches {
        &self.touches
    }

    fn touch(&mut self, side: Side, rank: Rank) -> &mut Ladder {
        self.touches.push(side, rank);
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    fn enter(&mut self, side: Side, price: Price, lots: Lots) {
        assert!(!lots.is_zero(), "an order of no lots rests: {side:?} at {price}");
        let rank = Rank::of(side, price);
        let total = self.touch(side, rank).entry(rank).or_default();
        total.lots += u64::from(lots.0);
        total.orders += 1;
    }

    fn leave(&mut self, side: Side, price: Price, lots: Lots, whole_order: bool) {
        let rank = Rank::of(side, price);
        let Entry::Occupied(mut level) = self.touch(side, rank).entry(rank) else {
            panic!("{lots} lots leave {side:?} at {price}, where nothing rests");
        };
        let before = *level.get();
        let after = Total {
            lots: before.lots.checked_sub(u64::from(lots.0)).unwrap_or_else(|| {
                panic!("{lots} lots leave {side:?} at {price}, where only {} rest", before.lots);
            }),
            orders: before.orders - u32::from(whole_order), // a level has at least one
        };
        assert_eq!(
            after.lots == 0,
            after.orders == 0,
            "{side:?} at {price} is left with {} lots in {} orders",
            after.lots,
            after.orders
        );
        if after.orders == 0 {
            level.remove();
        } else {
            *level.get_mut() = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::{AccountId, Amended, CancelReason, Canceled, InstrumentId, OrderId, Reduced, Rested};

    const HERE: InstrumentId = InstrumentId(0);

    fn rest(order: u64, side: Side, price: u32, lots: u32) -> Event {
        let (order, price, leaves) = (OrderId(order), Price(price), Lots(lots));
        Event::Rested(Rested { order, instrument: HERE, side, price, leaves })
    }

    fn cancel(order: u64, side: Side, price: u32, lots: u32) -> Event {
        let (order, price, lots) = (OrderId(order), Price(price), Lots(lots));
        let (account, reason) = (AccountId(0), CancelReason::User);
        Event::Canceled(Canceled { order, account, instrument: HERE, side, price, lots, resting: true, reason })
    }

    fn reduce(order: u64, side: Side, price: u32, lots: u32, leaves: u32) -> Event {
        let (order, price, lots, leaves) = (OrderId(order), Price(price), Lots(lots), Lots(leaves));
        let (account, resting) = (AccountId(0), true);
        Event::Reduced(Reduced { order, account, instrument: HERE, side, price, lots, leaves, resting })
    }

    fn amend(order: u64, old: (u32, u32), new: (u32, u32), kept_priority: bool) -> Event {
        Event::Amended(Amended {
            order: OrderId(order),
            account: AccountId(0),
            instrument: HERE,
            side: Side::Sell,
            old_price: Price(old.0),
            old_leaves: Lots(old.1),
            price: Price(new.0),
            lots: Lots(new.1),
            leaves: Lots(new.1),
            kept_priority,
        })
    }

    fn shown(events: &[Event]) -> String {
        let mut depth = Depth::new();
        events.iter().for_each(|event| depth.apply(event));
        let side = |side| {
            let levels: Vec<_> = depth
                .levels(side, usize::MAX)
                .map(|level| format!("{}x{} in {}", level.price, level.lots, level.orders))
                .collect();
            levels.join(", ")
        };
        format!("{} | {}", side(Side::Buy), side(Side::Sell))
    }

    #[test]
    fn levels_are_told_best_first() {
        let events = [
            rest(1, Side::Buy, 98, 5),
            rest(2, Side::Buy, 99, 1),
            rest(3, Side::Sell, 103, 2),
            rest(4, Side::Sell, 101, 4),
            rest(5, Side::Sell, 101, 3),
        ];
        assert_eq!(shown(&events), "99x1 in 1, 98x5 in 1 | 101x7 in 2, 103x2 in 1");
    }

    #[test]
    fn a_kept_amend_shrinks_the_level_and_a_lost_one_leaves_it() {
        let down = [rest(1, Side::Sell, 101, 5), amend(1, (101, 5), (101, 2), true)];
        assert_eq!(shown(&down), " | 101x2 in 1");
        let away = [rest(1, Side::Sell, 101, 5), amend(1, (101, 5), (102, 5), false)];
        assert_eq!(shown(&away), " | ");
        let back = [&away[..], &[rest(1, Side::Sell, 102, 5)]].concat();
        assert_eq!(shown(&back), " | 102x5 in 1");
    }

    #[test]
    fn self_trade_prevention_takes_the_last_lots_before_the_cancel_does() {
        let events = [
            rest(1, Side::Buy, 98, 5),
            rest(2, Side::Buy, 98, 1),
            reduce(1, Side::Buy, 98, 5, 0),
            cancel(1, Side::Buy, 98, 0),
        ];
        assert_eq!(shown(&events), "98x1 in 1 | ");
    }

    #[test]
    #[should_panic(expected = "6 lots leave Buy at 98, where only 5 rest")]
    fn a_level_never_goes_below_zero() {
        let _ = shown(&[rest(1, Side::Buy, 98, 5), cancel(1, Side::Buy, 98, 6)]);
    }

    #[test]
    #[should_panic(expected = "1 lots leave Sell at 98, where nothing rests")]
    fn nothing_leaves_an_empty_price() {
        let _ = shown(&[rest(1, Side::Buy, 98, 5), cancel(1, Side::Sell, 98, 1)]);
    }

    #[test]
    #[should_panic(expected = "Buy at 98 is left with 1 lots in 0 orders")]
    fn lots_without_an_order_are_a_bug() {
        let _ = shown(&[rest(1, Side::Buy, 98, 5), cancel(1, Side::Buy, 98, 4)]);
    }
}
