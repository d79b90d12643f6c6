//! A price as its side sorts it: the smaller rank is the better price, for bids as for asks.

use unspent_model::{Price, Side};

/// How good a price is on its side. Every map keyed by it iterates best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank(u32);

impl Rank {
    pub(crate) fn of(side: Side, price: Price) -> Rank {
        match side {
            Side::Buy => Rank(u32::MAX - price.0),
            Side::Sell => Rank(price.0),
        }
    }

    /// The next worse one.
    pub(crate) fn worse(self) -> Option<Rank> {
        self.0.checked_add(1).map(Rank)
    }

    pub(crate) fn price(self, side: Side) -> Price {
        match side {
            Side::Buy => Price(u32::MAX - self.0),
            Side::Sell => Price(self.0),
        }
    }
}
