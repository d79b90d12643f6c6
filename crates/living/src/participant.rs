//! What a participant is told, and what it may do: the same in a world of its own and over sockets.

use crate::market::Market;
use unspent_model::{InstrumentId, Lots, OrderId, Price, Quote, Side, Timestamp};

/// How long an order stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// Good till cancelled.
    Rests,
    /// Trades at once or is gone.
    AtOnce,
    /// Takes part in the auction that is being called, and is gone.
    Auction,
}

/// One thing that a participant does. Books are numbered as in [`Market`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A limit order.
    Add {
        /// The participant's own number for it, not used before.
        tag: u32,
        /// Where.
        instrument: InstrumentId,
        /// Buy or sell.
        side: Side,
        /// Its limit.
        price: Price,
        /// How many lots, above zero.
        lots: Lots,
        /// How long it stays.
        lasts: Lasts,
    },
    /// A sell that lowers its own price in equal steps to a floor below its limit.
    Decay {
        /// The participant's own number for it.
        tag: u32,
        /// Where.
        instrument: InstrumentId,
        /// Its first limit.
        price: Price,
        /// How many lots, above zero.
        lots: Lots,
        /// Its last.
        floor: Price,
        /// How long it takes to get there, in nanoseconds of the participants' time.
        over: u64,
        /// In how many steps.
        steps: u32,
    },
    /// Another limit for an open order.
    Amend {
        /// Which.
        order: OrderId,
        /// Its limit.
        price: Price,
    },
    /// An open order goes.
    Cancel {
        /// Which.
        order: OrderId,
    },
    /// All its open orders of a book go.
    CancelAll {
        /// Where.
        instrument: InstrumentId,
    },
    /// Credits are used up: they leave the venue.
    Use {
        /// What.
        instrument: InstrumentId,
        /// How many lots.
        lots: u64,
    },
}

/// What a participant does when it is asked, in order; quotes come last, as one message. Kept to be filled again.
#[derive(Debug, Default)]
pub struct Acts {
    /// Everything but quotes.
    pub acts: Vec<Act>,
    /// A maker's new quotes, each book once; they only add liquidity.
    pub quotes: Vec<Quote>,
}

/// What a participant is told of its own doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was given credits at the venue.
    Received {
        /// What.
        instrument: InstrumentId,
        /// How many lots.
        lots: u64,
    },
    /// An order was accepted.
    Opened {
        /// Its own number for it.
        tag: u32,
        /// The exchange's.
        order: OrderId,
    },
    /// An order was refused, or nobody knows what became of it.
    Refused {
        /// Its own number for it.
        tag: u32,
    },
    /// An order or a quote traded.
    Filled {
        /// Which.
        order: OrderId,
        /// Where it was.
        book: InstrumentId,
        /// Whose credits changed hands: across months the ask's.
        instrument: InstrumentId,
        /// What it did.
        side: Side,
        /// At which price.
        price: Price,
        /// How many lots.
        lots: Lots,
        /// Lots still open.
        leaves: Lots,
    },
    /// What was left of an order is gone.
    Gone {
        /// Which.
        order: OrderId,
    },
    /// A side of a quote was refused or is gone.
    Unquoted {
        /// Where.
        instrument: InstrumentId,
        /// Which.
        side: Side,
    },
    /// The month of what it held has ended.
    WrittenOff {
        /// What.
        instrument: InstrumentId,
    },
}

/// Somebody who trades: a function of what it was drawn with and what it has been told.
pub trait Participant: Send {
    /// Looks at the market and acts. Returns when it wants to be asked again, later than [`Market::now`]; the end of time
    /// for never.
    fn wake(&mut self, market: &Market, acts: &mut Acts) -> Timestamp;

    /// Takes note of something. Returns whether it wants to be asked at once.
    fn told(&mut self, told: &Told) -> bool;
}
