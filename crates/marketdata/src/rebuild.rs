//! A subscriber's book, rebuilt from a snapshot and the changes after it.

use crate::rank::Rank;
use crate::window::{Changes, LevelChange};
use std::collections::BTreeMap;
use unspent_model::{Price, Side};

/// The `n` best levels of each side as a subscriber of depth `n` knows them.
#[derive(Clone, Debug)]
pub struct Rebuilt {
    n: usize,
    bids: BTreeMap<Rank, u64>,
    asks: BTreeMap<Rank, u64>,
}

impl Rebuilt {
    /// A book of `n` levels a side, empty until the snapshot is applied.
    #[must_use]
    pub fn new(n: usize) -> Rebuilt {
        Rebuilt { n, bids: BTreeMap::new(), asks: BTreeMap::new() }
    }

    /// Forgets everything: a snapshot follows.
    pub fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
    }

    /// Takes one message, then cuts each side down to its `n` best levels.
    pub fn apply(&mut self, changes: &Changes) {
        for side in [Side::Buy, Side::Sell] {
            for &change in changes.side(side) {
                self.set(side, change);
            }
        }
        self.truncate();
    }

    /// Takes one level of a message, without cutting: after the last one, [`Rebuilt::truncate`].
    pub fn set(&mut self, side: Side, LevelChange { price, lots }: LevelChange) {
        let (rank, levels) = (Rank::of(side, price), self.side_mut(side));
        if lots == 0 {
            levels.remove(&rank);
        } else {
            levels.insert(rank, lots);
        }
    }

    /// Cuts each side down to its `n` best levels.
    pub fn truncate(&mut self) {
        let n = self.n;
        for side in [Side::Buy, Side::Sell] {
            let levels = self.side_mut(side);
            while levels.len() > n {
                levels.pop_last();
            }
        }
    }

    /// The levels of a side, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = LevelChange> + '_ {
        self.side(side).iter().map(move |(rank, &lots)| LevelChange { price: rank.price(side), lots })
    }

    /// The best level of a side.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<LevelChange> {
        self.levels(side).next()
    }

    /// The lots at a price, zero when none are known there.
    #[must_use]
    pub fn lots(&self, side: Side, price: Price) -> u64 {
        self.side(side).get(&Rank::of(side, price)).copied().unwrap_or(0)
    }

    fn side(&self, side: Side) -> &BTreeMap<Rank, u64> {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<Rank, u64> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}
