//! The depth of one instrument: what the book shows at each price, without saying whose it is.
//!
//! # Invariants
//! - A level exists only while orders show lots on it; its lots are the sum of what they show. An iceberg whose shown
//!   lots are gone is no part of its level until it shows the next.
//! - Nothing is assumed of the two sides: in a call they may cross.

use crate::rank::Rank;
use crate::touched::Touches;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use unspent_model::{Lots, Price, Side};

/// All orders at one price of one side, as far as they show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The price, in price units.
    pub price: Price,
    /// The lots that the orders there show, above zero.
    pub lots: u64,
    /// How many orders show any, above zero.
    pub orders: u32,
}

/// What is shown at a price.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Total {
    pub(crate) lots: u64,
    orders: u32,
}

/// One side of a book, best first.
pub(crate) type Ladder = BTreeMap<Rank, Total>;

/// Price levels of one instrument.
#[derive(Clone, Debug, Default)]
pub struct Depth {
    bids: Ladder,
    asks: Ladder,
    touches: Touches<Rank>,
}

impl Depth {
    /// A book without orders.
    #[must_use]
    pub fn new() -> Depth {
        Depth::default()
    }

    /// A book of orders, each with what it shows, above zero. Costs a sort, where one change after the other would look
    /// for each level anew.
    pub(crate) fn of(mut shown: Vec<(Side, Price, Lots)>) -> Depth {
        shown.sort_unstable_by_key(|&(side, price, _)| (side, Rank::of(side, price)));
        let ladder = |side: Side| {
            let of_side = shown.iter().filter(move |order| order.0 == side);
            let mut levels: Vec<(Rank, Total)> = Vec::new();
            for &(_, price, lots) in of_side {
                let rank = Rank::of(side, price);
                match levels.last_mut() {
                    Some((last, total)) if *last == rank => {
                        *total = Total { lots: total.lots + u64::from(lots.0), orders: total.orders + 1 };
                    }
                    _ => levels.push((rank, Total { lots: u64::from(lots.0), orders: 1 })),
                }
            }
            levels.into_iter().collect()
        };
        Depth { bids: ladder(Side::Buy), asks: ladder(Side::Sell), touches: Touches::forgotten() }
    }

    /// An order at `price` that showed `before` lots shows `after` now; zero is an order that is not there, or shows
    /// nothing.
    ///
    /// # Panics
    /// When more lots or orders leave a level than are shown there: these are not the orders of one whole book.
    pub fn change(&mut self, side: Side, price: Price, before: Lots, after: Lots) {
        if before == after {
            return;
        }
        let rank = Rank::of(side, price);
        let (ladder, touches) = match side {
            Side::Buy => (&mut self.bids, &mut self.touches),
            Side::Sell => (&mut self.asks, &mut self.touches),
        };
        touches.push(side, rank);
        let (enters, leaves) = (u32::from(before.is_zero()), u32::from(after.is_zero()));
        match ladder.entry(rank) {
            Entry::Vacant(level) => {
                assert!(before.is_zero(), "{before} lots leave {side:?} at {price}, where nothing rests");
                level.insert(Total { lots: u64::from(after.0), orders: 1 });
            }
            Entry::Occupied(mut level) => {
                let total = *level.get();
                let rest = total.lots.checked_sub(u64::from(before.0)).unwrap_or_else(|| {
                    panic!("{before} lots leave {side:?} at {price}, where only {} rest", total.lots);
                });
                let (lots, orders) = (rest + u64::from(after.0), total.orders + enters - leaves);
                assert_eq!(lots == 0, orders == 0, "{side:?} at {price} is left with {lots} lots in {orders} orders");
                if orders == 0 {
                    level.remove();
                } else {
                    *level.get_mut() = Total { lots, orders };
                }
            }
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

    pub(crate) fn touches(&self) -> &Touches<Rank> {
        &self.touches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of an order: side, price, lots that it showed and shows.
    type Change = (Side, u32, u32, u32);

    fn shown(changes: &[Change]) -> String {
        let mut depth = Depth::new();
        for &(side, price, before, after) in changes {
            depth.change(side, Price(price), Lots(before), Lots(after));
        }
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
        let changes = [
            (Side::Buy, 98, 0, 5),
            (Side::Buy, 99, 0, 1),
            (Side::Sell, 103, 0, 2),
            (Side::Sell, 101, 0, 4),
            (Side::Sell, 101, 0, 3),
        ];
        assert_eq!(shown(&changes), "99x1 in 1, 98x5 in 1 | 101x7 in 2, 103x2 in 1");
    }

    #[test]
    fn an_order_counts_while_it_shows_anything() {
        let two = [(Side::Sell, 101, 0, 5), (Side::Sell, 101, 0, 4)];
        let then = |changes: &[Change]| shown(&[&two[..], changes].concat());
        assert_eq!(then(&[(Side::Sell, 101, 5, 2)]), " | 101x6 in 2");
        assert_eq!(then(&[(Side::Sell, 101, 5, 5)]), " | 101x9 in 2");
        assert_eq!(then(&[(Side::Sell, 101, 5, 0)]), " | 101x4 in 1");
        // An iceberg's next slice.
        assert_eq!(then(&[(Side::Sell, 101, 5, 0), (Side::Sell, 101, 0, 3)]), " | 101x7 in 2");
        assert_eq!(then(&[(Side::Sell, 101, 5, 0), (Side::Sell, 101, 4, 0)]), " | ");
    }

    #[test]
    fn sides_may_cross() {
        assert_eq!(shown(&[(Side::Buy, 105, 0, 5), (Side::Sell, 101, 0, 4)]), "105x5 in 1 | 101x4 in 1");
    }

    #[test]
    #[should_panic(expected = "6 lots leave Buy at 98, where only 5 rest")]
    fn a_level_never_goes_below_zero() {
        let _ = shown(&[(Side::Buy, 98, 0, 5), (Side::Buy, 98, 6, 1)]);
    }

    #[test]
    #[should_panic(expected = "1 lots leave Sell at 98, where nothing rests")]
    fn nothing_leaves_an_empty_price() {
        let _ = shown(&[(Side::Buy, 98, 0, 5), (Side::Sell, 98, 1, 0)]);
    }

    #[test]
    #[should_panic(expected = "Buy at 98 is left with 1 lots in 0 orders")]
    fn lots_without_an_order_are_a_bug() {
        let _ = shown(&[(Side::Buy, 98, 0, 5), (Side::Buy, 98, 4, 0)]);
    }
}
