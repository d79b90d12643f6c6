//! What the engine says happened. Events are facts in order; the reply answers the one who asked.
//!
//! Whoever reads every event from the first can rebuild depth, open orders and balances without an engine.

use crate::{
    AccountId, AccountName, AddOrder, Cash, ClOrdId, CommandSeq, Instrument, InstrumentId, Lots, OrderId, OwnerGroup,
    Phase, Price, Rejection, Side, TradeId,
};

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An instrument was listed.
    InstrumentListed {
        /// Its id.
        instrument: InstrumentId,
        /// What it is.
        spec: Box<Instrument>,
    },
    /// An account was opened.
    AccountOpened {
        /// Its id.
        account: AccountId,
        /// Its name.
        name: AccountName,
        /// Its owner.
        group: OwnerGroup,
    },
    /// An instrument is in another phase now.
    PhaseChanged {
        /// Which.
        instrument: InstrumentId,
        /// The phase it is in.
        phase: Phase,
    },
    /// An order was accepted; what it trades and whether it rests follows.
    Opened(Opened),
    /// One maker traded with one taker.
    Fill(Fill),
    /// Self-trade prevention took quantity from an order without a trade.
    Reduced(Reduced),
    /// An order's terms changed; what it trades on them and whether it rests follows.
    Amended(Amended),
    /// What is left of an order rests in the book now, behind everything at its price.
    Rested(Rested),
    /// What was left of an order is gone.
    Canceled(Canceled),
    /// A fill of the first answer, said again for a client order id that was sent again.
    Recalled(Recalled),
    /// An account's cash after this command. Once a command for an account whose cash it changed.
    Cash(CashBalance),
    /// An account's holding after this command. Once a command for a holding that it changed.
    Holding(HoldingBalance),
}

/// An accepted order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The exchange's id.
    pub order: OrderId,
    /// The price it will pay or take at worst: its limit, or for a market order the collar's.
    pub price: Price,
    /// As it was sent.
    pub terms: AddOrder,
}

/// One side of a fill, after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Lots still open.
    pub leaves: Lots,
    /// The fee of this fill in cents.
    pub fee: Cash,
}

/// One match of one maker with one taker, at the maker's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The trade.
    pub trade: TradeId,
    /// Where.
    pub instrument: InstrumentId,
    /// The side of the taker.
    pub taker_side: Side,
    /// The maker's price.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The resting order.
    pub maker: Leg,
    /// The aggressor.
    pub taker: Leg,
}

/// Quantity taken from an order by self-trade prevention ([`crate::SelfTrade::Decrement`]), without a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduced {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Its limit price.
    pub price: Price,
    /// How many lots it lost.
    pub lots: Lots,
    /// Lots still open.
    pub leaves: Lots,
    /// Whether the lots were resting in the book (the maker's) or not (the taker's).
    pub resting: bool,
}

/// New terms of an open order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amended {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// The price it rested at.
    pub old_price: Price,
    /// The lots it had open.
    pub old_leaves: Lots,
    /// Its limit price now.
    pub price: Price,
    /// Its total quantity now, filled part included.
    pub lots: Lots,
    /// Its open lots now.
    pub leaves: Lots,
    /// Whether it kept its place in the queue. Otherwise it left the book and a [`Event::Rested`] says that it is back.
    pub kept_priority: bool,
}

/// An order that rests from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rested {
    /// The order.
    pub order: OrderId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Its limit price.
    pub price: Price,
    /// Its open lots.
    pub leaves: Lots,
}

/// Why what was left of an order is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum CancelReason {
    /// Its owner cancelled it, or amended its total down to what was filled.
    User = 1,
    /// Its time in force allowed no resting.
    TimeInForce = 2,
    /// Self-trade prevention.
    SelfTrade = 3,
    /// The operator closed the instrument.
    Operator = 4,
}

/// The end of an order with lots still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canceled {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Its limit price.
    pub price: Price,
    /// The lots that were open; zero when self-trade prevention had taken the last of them.
    pub lots: Lots,
    /// Whether those lots were resting in the book.
    pub resting: bool,
    /// Why.
    pub reason: CancelReason,
}

/// A fill of an order's first answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// The trade.
    pub trade: TradeId,
    /// At which price.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The order's fee for it.
    pub fee: Cash,
}

/// An account's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CashBalance {
    /// Whose.
    pub account: AccountId,
    /// Free to use.
    pub available: Cash,
    /// Set aside for open buy orders, their largest possible fee included.
    pub reserved: Cash,
}

/// An account's lots of one instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldingBalance {
    /// Whose.
    pub account: AccountId,
    /// What.
    pub instrument: InstrumentId,
    /// Free to sell, in lots.
    pub available: u64,
    /// Set aside for open sell orders, in lots.
    pub reserved: u64,
}

/// Where an order stands. Source: FIX OrdStatus(39); Kraken WebSocket v2 `order_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum OrderStatus {
    /// Rests, nothing filled.
    Open = 1,
    /// Rests, partly filled.
    PartiallyFilled = 2,
    /// Filled whole.
    Filled = 3,
    /// Gone with lots unfilled.
    Canceled = 4,
}

/// What a new order came to when it was accepted. Its fills are the command's [`Event::Fill`]s as taker, or its
/// [`Event::Recalled`]s when `duplicate` is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderAnswer {
    /// The exchange's id.
    pub order: OrderId,
    /// The owner's id.
    pub cl_ord_id: Option<ClOrdId>,
    /// Where.
    pub instrument: InstrumentId,
    /// Where it stood after its command.
    pub status: OrderStatus,
    /// Lots filled.
    pub cum: Lots,
    /// Lots open.
    pub leaves: Lots,
    /// Why the rest is gone, when it is.
    pub canceled: Option<CancelReason>,
    /// The command that accepted it.
    pub seq: CommandSeq,
    /// Whether this is the first answer, given again.
    pub duplicate: bool,
}

/// The answer to the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// An operator's command was carried out.
    Done,
    /// A new order was accepted, now or before.
    Added(OrderAnswer),
    /// An order was amended.
    Amended {
        /// Where it stands; `cl_ord_id`, fills and `seq` are this command's.
        answer: OrderAnswer,
        /// Whether it kept its place in the queue.
        kept_priority: bool,
    },
    /// An order was cancelled.
    Canceled {
        /// The exchange's id.
        order: OrderId,
        /// The owner's id.
        cl_ord_id: Option<ClOrdId>,
    },
    /// That many orders were cancelled.
    CanceledAll {
        /// How many.
        count: u32,
    },
    /// Nothing was done.
    Rejected(Rejection),
}
