//! What the subscribers of one depth of a book are told, and what of it is news.
//!
//! # Invariants
//! - What was told last is the `n` best levels of each side, as they were when the window was last asked.
//! - A subscriber that applies the changes in order and then keeps its `n` best levels (Kraken's rule) has the same.
//!
//! Source: Kraken WebSocket v2, channel `book`: levels that fall out of scope are not deleted explicitly.

use crate::depth::{Depth, Ladder};
use crate::rank::Rank;
use std::collections::BTreeMap;
use std::ops::Bound;
use unspent_model::{Price, Side};

/// One level as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelChange {
    /// The price, in price units.
    pub price: Price,
    /// The lots shown there now; zero deletes the level.
    pub lots: u64,
}

/// The levels that changed, best first on each side, each price at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Levels of the buy side.
    pub bids: Vec<LevelChange>,
    /// Levels of the sell side.
    pub asks: Vec<LevelChange>,
}

impl Changes {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bids.is_empty() && self.asks.is_empty()
    }

    /// One side of them.
    #[must_use]
    pub fn side(&self, side: Side) -> &[LevelChange] {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }
}

/// Levels as they were told, in lots.
type Told = BTreeMap<Rank, u64>;

/// Remembers what the subscribers of one depth of one book were told. One serves all of them.
#[derive(Clone, Debug)]
pub struct Window {
    n: usize,
    /// A level that is in scope no longer is told with zero, though it still rests.
    explicit: bool,
    /// The place in the book's touches up to which everything was told.
    seen: u64,
    bids: Told,
    asks: Told,
}

impl Window {
    /// A window of the `n` best levels a side, of which nothing was told yet: the first changes are the snapshot.
    ///
    /// # Panics
    /// When `n` is zero.
    #[must_use]
    pub fn new(n: usize) -> Window {
        assert!(n > 0, "a window shows at least one level");
        Window { n, explicit: false, seen: 0, bids: Told::new(), asks: Told::new() }
    }

    /// A window of the whole book.
    #[must_use]
    pub fn full() -> Window {
        Window::new(usize::MAX)
    }

    /// A window of the best level a side that tells a level that is the best no longer with an explicit zero, so that
    /// its subscribers need not truncate.
    #[must_use]
    pub fn top() -> Window {
        Window { explicit: true, ..Window::new(1) }
    }

    /// How many levels a side it shows.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// What changed since it was last asked, and remembers it as told.
    ///
    /// These are the levels in scope whose lots are not those last told, those that came into scope, and with zero lots
    /// those that were told and are gone from the book. A level that is merely pushed out of scope is not among them
    /// ([`Window::top`] excepted). Costs the levels touched since, not the book, unless more than 1,024 touches lie
    /// between: then it compares every level in scope.
    ///
    /// It must always be asked about the same book.
    pub fn changes(&mut self, depth: &Depth) -> Changes {
        let mut touched = depth.touches().since(self.seen).map(|touches| {
            let (mut bids, mut asks) = (Vec::new(), Vec::new());
            for (side, rank) in touches {
                match side {
                    Side::Buy => bids.push(rank),
                    Side::Sell => asks.push(rank),
                }
            }
            (bids, asks)
        });
        self.seen = depth.touches().count();
        let mut changes = Changes::default();
        for side in [Side::Buy, Side::Sell] {
            let ranks = touched.as_mut().map(|(bids, asks)| match side {
                Side::Buy => std::mem::take(bids),
                Side::Sell => std::mem::take(asks),
            });
            let (told, out) = match side {
                Side::Buy => (&mut self.bids, &mut changes.bids),
                Side::Sell => (&mut self.asks, &mut changes.asks),
            };
            let book = depth.ladder(side);
            let news = match ranks {
                _ if self.explicit => retell_best(told, book),
                Some(ranks) => retell_touched(told, book, self.n, ranks),
                None => retell_all(told, book, self.n),
            };
            out.extend(news.into_iter().map(|(rank, lots)| LevelChange { price: rank.price(side), lots }));
        }
        changes
    }

    /// What was told last, best first: the snapshot for a subscriber who joins those that were told.
    pub fn told(&self, side: Side) -> impl Iterator<Item = LevelChange> + '_ {
        let told = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        told.iter().map(move |(rank, &lots)| LevelChange { price: rank.price(side), lots })
    }
}

/// Moves `told` to the best level of `book`; what was the best before is told with zero.
fn retell_best(told: &mut Told, book: &Ladder) -> Vec<(Rank, u64)> {
    let before = told.pop_first();
    let now = book.first_key_value().map(|(&rank, total)| (rank, total.lots));
    told.extend(now);
    let left = before.filter(|&(rank, _)| now.is_none_or(|(best, _)| best != rank)).map(|(rank, _)| (rank, 0));
    let mut news: Vec<_> = left.into_iter().chain(now.filter(|_| now != before)).collect();
    news.sort_unstable();
    news
}

/// Moves `told` to the `n` best levels of `book`, of which only those at `ranks` changed.
fn retell_touched(told: &mut Told, book: &Ladder, n: usize, mut ranks: Vec<Rank>) -> Vec<(Rank, u64)> {
    ranks.sort_unstable();
    ranks.dedup();
    // Everything at or better than the edge was told; without an edge, everything.
    let edge = if told.len() < n { None } else { told.last_key_value().map(|(&rank, _)| rank) };
    let mut changed = Vec::new();
    for rank in ranks.into_iter().filter(|&rank| edge.is_none_or(|edge| rank <= edge)) {
        let now = book.get(&rank).map(|total| total.lots);
        let before = match now {
            Some(lots) => told.insert(rank, lots),
            None => told.remove(&rank),
        };
        if now != before {
            changed.push(rank);
        }
    }
    if let Some(edge) = edge {
        let room = n.saturating_sub(told.len());
        for (&rank, total) in book.range((Bound::Excluded(edge), Bound::Unbounded)).take(room) {
            told.insert(rank, total.lots);
            changed.push(rank);
        }
    }
    while told.len() > n {
        told.pop_last();
    }
    news(told, book, changed)
}

/// Moves `told` to the `n` best levels of `book`.
fn retell_all(told: &mut Told, book: &Ladder, n: usize) -> Vec<(Rank, u64)> {
    let now: Told = book.iter().take(n).map(|(&rank, total)| (rank, total.lots)).collect();
    let before = std::mem::replace(told, now);
    let mut changed: Vec<_> =
        told.iter().filter(|(rank, lots)| before.get(rank) != Some(lots)).map(|(&r, _)| r).collect();
    changed.extend(before.keys().filter(|rank| !told.contains_key(rank)));
    changed.sort_unstable();
    news(told, book, changed)
}

/// What to say of the changed levels: their lots, zero when they are gone, nothing when they are only out of scope.
fn news(told: &Told, book: &Ladder, changed: Vec<Rank>) -> Vec<(Rank, u64)> {
    let say = |rank: Rank| match told.get(&rank) {
        Some(&lots) => Some((rank, lots)),
        None => (!book.contains_key(&rank)).then_some((rank, 0)),
    };
    changed.into_iter().filter_map(say).collect()
}
