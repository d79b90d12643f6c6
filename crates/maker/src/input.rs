//! What the strategy is told.

use crate::Config;
use unspent_model::{Cash, InstrumentId, Lots, OrderId, Phase, Price, Reject, Side, Timestamp};

/// Lots at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The price.
    pub price: Price,
    /// All lots there.
    pub lots: u64,
}

/// One of the account's orders as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnOrder {
    /// The exchange's id.
    pub order: OrderId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Its limit.
    pub price: Price,
    /// Lots open; none: it is over.
    pub leaves: Lots,
    /// The name of the [`crate::Action::Place`] that it is of; `None` of a quote, and of what somebody else entered.
    pub name: Option<u64>,
}

/// One of the account's fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnFill {
    /// Where the account's order was; its price moves the money.
    pub instrument: InstrumentId,
    /// Whose credits changed hands: another instrument of the family when an ask of a later month filled the bid.
    pub delivered: InstrumentId,
    /// What the account did.
    pub side: Side,
    /// At which price.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The fee in cents.
    pub fee: Cash,
}

/// A side of a quote that was refused; nothing of it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SideRefused {
    /// Where.
    pub instrument: InstrumentId,
    /// Which side.
    pub side: Side,
    /// Why; `None` for a refusal that the host does not know.
    pub reject: Option<Reject>,
}

/// What people say.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// Pull everything and wait.
    Pause,
    /// Go on: ends a pause, and what waits for a person (a tripped group, the loss limit, another's order).
    Resume,
    /// Whether the file of the pause is there: it pauses as long as it is.
    PauseFile(bool),
    /// Go on with another configuration: boxed, it is large. Its instruments must be those that there are, but for which are quoted.
    Reload(Box<Config>),
    /// Pull everything, and quote no more.
    Quit,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Time passed.
    Clock,
    /// The venue is connected and the account logged in. What is known of the account and of books is forgotten.
    Up,
    /// It is not any more. Orders of the session are the venue's to cancel.
    Down,
    /// Everything about the account and its orders was told since [`Input::Up`].
    Reconciled,
    /// The venue has acknowledged the dead-man timer: it heard us, and we it.
    Confirmed,
    /// Something came from the venue, whatever it was: a heartbeat does.
    Heard,
    /// A book's best levels, best first, own orders included: at least those within reach, more do no harm.
    Book {
        /// Where.
        instrument: InstrumentId,
        /// Highest first.
        bids: Vec<Level>,
        /// Lowest first.
        asks: Vec<Level>,
    },
    /// A book is not known any more.
    BookLost {
        /// Where.
        instrument: InstrumentId,
    },
    /// A trade that everybody sees, own ones too.
    Trade {
        /// Where.
        instrument: InstrumentId,
        /// The price.
        price: Price,
        /// How many lots.
        lots: Lots,
    },
    /// One of the account's orders changed, or is told at the start.
    Order(OwnOrder),
    /// One of the account's orders was filled. [`Input::Order`] says what is left of it.
    Fill(OwnFill),
    /// A quote was answered.
    Quoted {
        /// Its number.
        id: u64,
        /// The sides that were refused. A quote refused as a whole names every side.
        refused: Vec<SideRefused>,
    },
    /// A placed order was refused; there is none of this name.
    Refused {
        /// The name.
        name: u64,
        /// Why; `None` for a refusal that the host does not know.
        reject: Option<Reject>,
    },
    /// It is not known what became of something that was asked.
    Unknown,
    /// The account's money.
    Cash {
        /// Free to use.
        available: Cash,
        /// Set aside for open buys.
        reserved: Cash,
    },
    /// The account's lots of an instrument.
    Holding {
        /// Which.
        instrument: InstrumentId,
        /// Free to sell.
        available: u64,
        /// Set aside for open sells.
        reserved: u64,
    },
    /// An instrument is in this phase now.
    Phase {
        /// Which.
        instrument: InstrumentId,
        /// Its phase.
        phase: Phase,
    },
    /// An instrument's last trade is another than was thought.
    LastTrade {
        /// Which.
        instrument: InstrumentId,
        /// When; `None`: never.
        at: Option<Timestamp>,
    },
    /// The protection group tripped: the venue has pulled its quotes and takes none.
    Tripped,
    /// Somebody says something.
    Control(Control),
}
