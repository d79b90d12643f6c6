//! The aggressor's terms and what its walk through the other side does.

use unspent_model::{Lots, OrderId, OwnerGroup, Price, SelfTrade, Side};

/// An incoming order as the book sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taker {
    /// Its side; it trades with the other.
    pub side: Side,
    /// The worst price it accepts.
    pub limit: Price,
    /// How many lots it wants.
    pub lots: Lots,
    /// Its owner: it never trades with a resting order of the same group.
    pub owner: OwnerGroup,
    /// What happens instead.
    pub self_trade: SelfTrade,
}

/// One thing that happened to a resting order while a taker walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It traded.
    Fill {
        /// The resting order.
        maker: OrderId,
        /// Its price.
        price: Price,
        /// How many lots.
        lots: Lots,
        /// What it has open now, hidden lots included; at zero it has left the book.
        maker_leaves: Lots,
    },
    /// An iceberg whose shown lots were all taken shows its next slice, at the back of its price's queue.
    Refilled {
        /// The resting order.
        maker: OrderId,
        /// Its price.
        price: Price,
        /// What it shows now.
        shown: Lots,
        /// What it has open, hidden lots included.
        leaves: Lots,
    },
    /// Self-trade prevention took it out of the book.
    MakerCanceled {
        /// The resting order.
        maker: OrderId,
        /// Its price.
        price: Price,
        /// What it had open, hidden lots included.
        lots: Lots,
        /// Those of them that it showed.
        shown: Lots,
    },
    /// Self-trade prevention took the same quantity from both ([`SelfTrade::Decrement`]).
    Decremented {
        /// The resting order.
        maker: OrderId,
        /// Its price.
        price: Price,
        /// What both lost.
        lots: Lots,
        /// What it has open now, hidden lots included; at zero it has left the book.
        maker_leaves: Lots,
    },
}

impl Step {
    /// The resting order that it happened to.
    #[must_use]
    pub fn maker(&self) -> OrderId {
        match *self {
            Step::Fill { maker, .. }
            | Step::Refilled { maker, .. }
            | Step::MakerCanceled { maker, .. }
            | Step::Decremented { maker, .. } => maker,
        }
    }
}

/// Why a taker stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It has no lots left, or nothing more rests within its limit: the leaves may rest.
    Exhausted,
    /// Self-trade prevention ended it: the leaves are cancelled.
    SelfTrade,
}

/// What a taker would do ([`crate::Book::preview_used`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The lots that would trade.
    pub traded: Lots,
    /// The lots used up with the last fill, those lost to self-trade prevention before it included.
    pub used: Lots,
    /// The lots that would be left.
    pub open: Lots,
    /// Why it would stop.
    pub end: End,
}

impl Preview {
    /// What a taker would do before it meets anybody.
    #[must_use]
    pub fn of(taker: &Taker) -> Preview {
        Preview { traded: Lots::ZERO, used: Lots::ZERO, open: taker.lots, end: End::Exhausted }
    }
}
