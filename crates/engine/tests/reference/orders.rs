//! One open order, and the queues that orders stand in.

use super::Reference;
use unspent_model::{
    AddOrder, Cash, DecayStep, GroupName, InstrumentId, Level, Lots, OrderId, OrderKind, Price, SessionId, Side,
    TimeInForce,
};

/// Whether an order waits for a stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Waits {
    No,
    /// For a trade at this price.
    For(u32),
    /// For its turn: its stop, at this price, was reached.
    Reached(u32),
}

/// Fee rates in basis points, as they were when the order was accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fees {
    pub maker: u16,
    pub taker: u16,
    pub auction: u16,
}

/// An open order.
#[derive(Clone, Debug)]
pub struct Open {
    pub id: OrderId,
    pub terms: AddOrder,
    /// Its limit; while a market order waits, its stop.
    pub price: u32,
    pub total: u32,
    pub filled: u32,
    /// The lots that the book shows of it.
    pub shown: u32,
    /// The lots that an iceberg shows at a time.
    pub display: Option<u32>,
    pub waits: Waits,
    pub fees: Fees,
    /// The exact fee so far in ten-thousandths of a cent.
    pub exact_fee: i128,
    /// When it came to its place in the queue: the smaller the earlier.
    pub place: u64,
    pub expires: Option<u64>,
    pub session: Option<SessionId>,
    /// Whether a mass quote placed it, and the group that counts its fills.
    pub quote: bool,
    pub group: Option<GroupName>,
    /// The steps to come of an order that lowers its own price, and one that is overdue.
    pub falls: Vec<DecayStep>,
    pub overdue: Option<u32>,
    /// Which lots a sell sells, and the bond of a sell of promised ones.
    pub level: Level,
    pub bond: i128,
    /// The linked bid that it is a leg of.
    pub link: Option<OrderId>,
}

impl Open {
    pub fn leaves(&self) -> u32 {
        self.total - self.filled
    }

    pub fn is_in(&self, instrument: InstrumentId) -> bool {
        self.terms.instrument == instrument
    }

    /// Whether it sells promised lots.
    pub fn promised(&self) -> bool {
        self.level != Level::Custody
    }

    pub fn waiting(&self) -> bool {
        self.waits != Waits::No
    }

    pub fn market(&self) -> bool {
        matches!(self.terms.kind, OrderKind::Market { .. })
    }

    pub fn max_total(&self) -> Option<i128> {
        match self.terms.kind {
            OrderKind::Market { max_total: Some(Cash(cents)) } => Some(i128::from(cents)),
            _ => None,
        }
    }

    /// Whether it may rest when it does not trade.
    pub fn rests(&self) -> bool {
        !self.market() && self.terms.time_in_force.rests()
    }

    /// The lots that a new slice of it shows.
    pub fn slice(&self) -> u32 {
        self.display.unwrap_or(u32::MAX).min(self.leaves())
    }

    pub fn fee(&self) -> i128 {
        ceil(self.exact_fee)
    }
}

/// Ten-thousandths of a cent in whole cents.
pub fn ceil(ten_thousandths: i128) -> i128 {
    (ten_thousandths + 9_999) / 10_000
}

/// Whether an order of `side` limited to `limit` may trade at `price`.
pub fn within(side: Side, limit: u32, price: u32) -> bool {
    if side == Side::Buy { price <= limit } else { price >= limit }
}

/// The price `steps` to the worse for an order of `side`: what a buy pays more, a sell takes less.
pub fn further(side: Side, price: u32, steps: u32) -> i128 {
    if side == Side::Buy { i128::from(price) + i128::from(steps) } else { i128::from(price) - i128::from(steps) }
}

impl Reference {
    /// What an order has set aside: cents for a buy, lots for a sell.
    pub(super) fn needs(&self, order: &Open) -> i128 {
        if order.terms.side == Side::Sell {
            return i128::from(order.leaves());
        }
        if order.link.is_some() {
            return 0;
        }
        if let Some(most) = order.max_total() {
            // What it will spend is gone as soon as it enters the book.
            return if order.waiting() { most } else { 0 };
        }
        let notional = self.worth(order.terms.instrument, order.price, order.leaves());
        let Fees { maker, taker, auction } = order.fees;
        let rate = i128::from(maker.max(taker).max(auction));
        notional + ceil(order.exact_fee + notional * rate) - order.fee()
    }

    /// An order's share of its account's open notional.
    pub(super) fn notional(&self, order: &Open) -> i128 {
        match order.max_total() {
            Some(most) if order.waiting() => most,
            _ => self.worth(order.terms.instrument, order.price, order.leaves()),
        }
    }

    pub(super) fn worth(&self, instrument: InstrumentId, price: u32, lots: u32) -> i128 {
        i128::from(price) * i128::from(lots) * self.at(instrument).unit()
    }

    /// A side's orders in the book, the first to trade first.
    pub(super) fn queue(&self, instrument: InstrumentId, side: Side) -> Vec<&Open> {
        let in_book = |order: &&Open| order.is_in(instrument) && order.terms.side == side && !order.waiting();
        let mut orders: Vec<&Open> = self.open.iter().filter(in_book).collect();
        orders.sort_by_key(|order| {
            let price = i64::from(order.price);
            (if side == Side::Buy { -price } else { price }, order.place)
        });
        orders
    }

    /// The order that trades first, and its leaves.
    pub fn front(&self, instrument: InstrumentId, side: Side) -> Option<(OrderId, Lots)> {
        self.queue(instrument, side).first().map(|order| (order.id, Lots(order.leaves())))
    }

    /// Shown lots by price, best first.
    pub fn levels(&self, instrument: InstrumentId, side: Side) -> Vec<(Price, u64)> {
        let mut levels: Vec<(Price, u64)> = Vec::new();
        for order in self.queue(instrument, side) {
            match levels.last_mut() {
                Some((price, lots)) if price.0 == order.price => *lots += u64::from(order.shown),
                _ => levels.push((Price(order.price), u64::from(order.shown))),
            }
        }
        levels
    }

    pub(super) fn find(&self, id: OrderId) -> Option<&Open> {
        self.open.iter().find(|order| order.id == id)
    }

    /// Takes an order out of the list, to change it and put it back or not.
    pub(super) fn take_out(&mut self, id: OrderId) -> Open {
        let at = self.open.iter().position(|order| order.id == id).expect("open");
        self.open.remove(at)
    }

    pub(super) fn next_place(&mut self) -> u64 {
        self.places += 1;
        self.places
    }

    /// When an order of this time in force is gone, if it is accepted now.
    pub(super) fn expiry(&self, time_in_force: TimeInForce) -> Option<u64> {
        const DAY: u64 = 86_400 * 1_000_000_000;
        match time_in_force {
            TimeInForce::Day => Some((self.at / DAY + 1) * DAY),
            TimeInForce::Gtd(until) => Some(until.0),
            _ => None,
        }
    }
}
