//! What accounts did lately: their orders that are over, and their fills.
//!
//! # Invariants
//! - An order is here from its last lot on, an open one is not.
//! - A fill has one entry for each of its two sides.
//! - Each is bounded by account and over the venue; the oldest is forgotten.

use crate::orders::{OpenOrder, Touched};
use crate::remembered::{Bounds, Remembered};
use unspent_model::{
    AccountId, Cash, ClOrdId, CommandSeq, Event, Fill, InstrumentId, Leg, Lots, OrderId, Price, Side, Timestamp,
    TradeId,
};

/// Most orders that are over and remembered of one account.
pub const CLOSED_PER_ACCOUNT: u32 = 1_000;
/// Most fills remembered of one account.
pub const FILLS_PER_ACCOUNT: u32 = 1_000;
/// Most orders that are over and remembered, of all accounts together.
pub const CLOSED_ORDERS: u32 = 1 << 17;
/// Most fills remembered, of all accounts together; each trade counts for both its sides.
pub const FILLS: u32 = 1 << 17;

/// An order that is over, as it was then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedOrder {
    /// The order; no lots of it are open.
    pub order: OpenOrder,
    /// When its last lot was filled or cancelled.
    pub at: Timestamp,
    /// The command that did it.
    pub seq: CommandSeq,
}

/// One side of a trade, as the one whose it is may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountFill {
    /// The trade.
    pub trade: TradeId,
    /// The order.
    pub order: OrderId,
    /// The owner's id of the order.
    pub cl_ord_id: Option<ClOrdId>,
    /// Where.
    pub instrument: InstrumentId,
    /// The side of the order.
    pub side: Side,
    /// The price, in price units.
    pub price: Price,
    /// How many lots.
    pub lots: Lots,
    /// The fee.
    pub fee: Cash,
    /// Whether the order was the aggressor; of an uncross, whether it was the buy.
    pub taker: bool,
    /// Whether it is of an uncross.
    pub auction: bool,
    /// When.
    pub at: Timestamp,
    /// The command that made it.
    pub seq: CommandSeq,
    /// Of a trade across months the bid's instrument; `instrument` is the ask's, whose credits changed hands.
    pub bid: Option<InstrumentId>,
}

/// What every account did lately.
#[derive(Clone, Debug)]
pub struct History {
    pub(crate) closed: Remembered<ClosedOrder>,
    pub(crate) fills: Remembered<AccountFill>,
}

impl Default for History {
    fn default() -> History {
        let closed = Bounds { an_account: CLOSED_PER_ACCOUNT, over_all: CLOSED_ORDERS };
        let fills = Bounds { an_account: FILLS_PER_ACCOUNT, over_all: FILLS };
        History { closed: Remembered::new(closed), fills: Remembered::new(fills) }
    }
}

impl History {
    /// Follows one event, of which `touched` are the orders as they are after it.
    pub(crate) fn apply(&mut self, at: Timestamp, seq: CommandSeq, event: &Event, touched: &Touched) {
        let order = || touched.order.as_ref().expect("an event about an order touches it");
        match event {
            Event::Fill(fill) => {
                let maker = touched.maker.as_ref().expect("a fill changes two orders");
                for (leg, order) in [(&fill.maker, maker), (&fill.taker, order())] {
                    let taker = leg.order == fill.taker.order;
                    self.fills.push(order.account, side_of(at, seq, fill, leg, order, taker));
                    if order.leaves.is_zero() {
                        self.close(at, seq, order);
                    }
                }
            }
            Event::Canceled(_) => self.close(at, seq, order()),
            _ => {}
        }
    }

    fn close(&mut self, at: Timestamp, seq: CommandSeq, order: &OpenOrder) {
        self.closed
            .push(order.account, ClosedOrder { order: OpenOrder { place: None, decay: false, ..*order }, at, seq });
    }

    /// A remembered order of an account that is over. Costs a look at each that the account has.
    #[must_use]
    pub fn closed(&self, account: AccountId, order: OrderId) -> Option<&ClosedOrder> {
        self.closed_of(account).find(|closed| closed.order.order == order)
    }

    /// The newest remembered order of an account that is over and has this id of its owner's.
    #[must_use]
    pub fn closed_named(&self, account: AccountId, cl_ord_id: &ClOrdId) -> Option<&ClosedOrder> {
        self.closed_of(account).find(|closed| closed.order.cl_ord_id.as_ref() == Some(cl_ord_id))
    }

    /// The remembered orders of an account that are over, the last closed first.
    pub fn closed_of(&self, account: AccountId) -> impl Iterator<Item = &ClosedOrder> + '_ {
        self.closed.of_account(account)
    }

    /// The remembered fills of an account, newest first.
    pub fn fills_of(&self, account: AccountId) -> impl Iterator<Item = &AccountFill> + '_ {
        self.fills.of_account(account)
    }
}

fn side_of(at: Timestamp, seq: CommandSeq, fill: &Fill, leg: &Leg, order: &OpenOrder, taker: bool) -> AccountFill {
    AccountFill {
        trade: fill.trade,
        order: leg.order,
        cl_ord_id: order.cl_ord_id,
        instrument: fill.instrument,
        side: order.side,
        price: fill.price,
        lots: fill.lots,
        fee: leg.fee,
        taker,
        auction: fill.auction,
        at,
        seq,
        bid: fill.across.map(|across| across.bid),
    }
}
