//! The open orders of every account.
//!
//! # Invariants
//! - An order is here from its acceptance until its last lot is filled or cancelled, and no longer.
//! - `lots` = `cum` + `leaves` while it is open.
//! - It shows lots only while it rests: all its leaves, or of an iceberg a slice.

use crate::slots::Slots;
use std::collections::BTreeMap;
use unspent_model::{
    AccountId, CancelReason, Cash, ClOrdId, CommandSeq, Decaying, Event, InstrumentId, Leg, Lots, Opened, OrderId,
    OrderKind, OrderStatus, PostOnly, Price, Side, TimeInForce, Timestamp, ViewPlace,
};

/// One order as its owner may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOrder {
    /// The exchange's id.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// The owner's id.
    pub cl_ord_id: Option<ClOrdId>,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Limit or market, as it was entered; the price it has now is `price`.
    pub kind: OrderKind,
    /// The price at which it enters the book, or did: as it was entered or last amended. `None` for no stop order.
    pub stop: Option<Price>,
    /// Whether it still waits for its stop, in no book.
    pub waiting: bool,
    /// How long it stays.
    pub time_in_force: TimeInForce,
    /// What was to happen when it would have traded on arrival.
    pub post_only: PostOnly,
    /// Its limit price now; for a market order the collar's, and while that waits its stop. In price units.
    pub price: Price,
    /// Total quantity, filled part included: as entered or last amended, less what self-trade prevention took.
    pub lots: Lots,
    /// Lots filled.
    pub cum: Lots,
    /// Lots open; zero once it is filled or cancelled.
    pub leaves: Lots,
    /// Those of them that the book shows.
    pub shown: Lots,
    /// The most lots that an iceberg shows at a time, as entered; after an amend, as far as what it shows tells.
    pub display: Option<Lots>,
    /// The sum of price × lots over its fills, in price units × lots: ÷ `cum` is the average price.
    pub notional: u128,
    /// The fees of its fills.
    pub fees: Cash,
    /// Whether it rests in the book; of a closed order, whether it did.
    pub resting: bool,
    /// Whether it lowers its own price: steps are to come ([`OpenOrders::decay`]).
    pub decay: bool,
    /// Why its rest is gone, when it is.
    pub canceled: Option<CancelReason>,
    /// When it was accepted.
    pub opened_at: Timestamp,
    /// The command that accepted it.
    pub opened_seq: CommandSeq,
    /// The linked bid that it is a leg of: the id of its first leg.
    pub link: Option<OrderId>,
    /// Its place in the queue of its price, or the last that it had; `None` of one that never rested.
    pub place: Option<ViewPlace>,
}

impl OpenOrder {
    fn opened(at: Timestamp, seq: CommandSeq, &Opened { order, price, terms }: &Opened) -> OpenOrder {
        OpenOrder {
            order,
            account: terms.account,
            cl_ord_id: terms.cl_ord_id,
            instrument: terms.instrument,
            side: terms.side,
            kind: terms.kind,
            stop: terms.stop,
            waiting: terms.stop.is_some(),
            time_in_force: terms.time_in_force,
            post_only: terms.post_only,
            price,
            lots: terms.lots,
            cum: Lots::ZERO,
            leaves: terms.lots,
            shown: Lots::ZERO,
            display: terms.display,
            notional: 0,
            fees: Cash::ZERO,
            resting: false,
            decay: false,
            canceled: None,
            opened_at: at,
            opened_seq: seq,
            link: None,
            place: None,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> OrderStatus {
        match self {
            OpenOrder { canceled: Some(_), .. } => OrderStatus::Canceled,
            OpenOrder { leaves: Lots::ZERO, .. } => OrderStatus::Filled,
            OpenOrder { cum: Lots::ZERO, .. } => OrderStatus::Open,
            _ => OrderStatus::PartiallyFilled,
        }
    }

    /// The average price of its fills as the exact ratio `.0 ÷ .1`, in price units; `None` before the first.
    #[must_use]
    pub fn average_price(&self) -> Option<(u128, Lots)> {
        (!self.cum.is_zero()).then_some((self.notional, self.cum))
    }

    fn fill(&mut self, leg: &Leg, price: Price, lots: Lots) {
        assert_eq!(leg.account, self.account, "order {} is filled for another account", self.order);
        assert_eq!(self.leaves, leg.leaves + lots, "a fill of {lots} lots does not fit order {}", self.order);
        self.cum = self.cum + lots;
        self.leaves = leg.leaves;
        assert!(leg.hidden <= lots, "a fill of {lots} lots of order {} has {} hidden ones", self.order, leg.hidden);
        if self.resting {
            self.hide(lots - leg.hidden);
        }
        self.notional += u128::from(price.0) * u128::from(lots.0);
        self.fees = self.fees + leg.fee;
    }

    /// The book shows so many lots less of it.
    fn hide(&mut self, lots: Lots) {
        assert!(lots <= self.shown, "{lots} shown lots of order {} go, where it shows {}", self.order, self.shown);
        self.shown = self.shown - lots;
    }

    /// The book shows so many lots of it now, where it showed none.
    fn show(&mut self, shown: Lots) {
        assert!(self.shown.is_zero(), "order {} is shown twice", self.order);
        assert!(!shown.is_zero() && shown <= self.leaves, "order {} shows {shown} of {}", self.order, self.leaves);
        self.shown = shown;
        // An amend may change what an iceberg shows at a time, and its event does not say to what.
        self.display = self.display.map(|display| if shown < self.leaves { shown } else { display.max(shown) });
    }
}

/// The orders that an event changed, as they are after it: what an execution report of it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The order it names; of a fill the taker.
    pub order: Option<OpenOrder>,
    /// The maker of a fill.
    pub maker: Option<OpenOrder>,
}

/// Every open order, by id and by account.
#[derive(Clone, Debug, Default)]
pub struct OpenOrders {
    slots: Slots,
    /// What is to come of those that lower their own price.
    decays: BTreeMap<OrderId, Decaying>,
    /// The last command in which orders took places in queues, and how many.
    placed: (CommandSeq, u32),
}

impl OpenOrders {
    /// Follows one event and gives the orders it changed as they are after it, the closed ones for the last time.
    ///
    /// # Panics
    /// When the event names an order that is not open or does not fit what is known of it.
    pub fn apply(&mut self, at: Timestamp, seq: CommandSeq, event: &Event) -> Touched {
        let (order, maker) = match event {
            Event::Opened(e) => (Some(self.open(OpenOrder::opened(at, seq, e))), None),
            Event::Fill(e) => {
                let taker = self.change(e.taker.order, |order| order.fill(&e.taker, e.price, e.lots));
                let maker = self.change(e.maker.order, |order| order.fill(&e.maker, e.price, e.lots));
                for order in [&taker, &maker] {
                    if order.leaves.is_zero() {
                        self.close(order);
                    }
                }
                (Some(taker), Some(maker))
            }
            Event::Reduced(e) => {
                let order = self.change(e.order, |order| {
                    assert_eq!(order.leaves, e.leaves + e.lots, "{} lots cannot leave order {}", e.lots, e.order);
                    order.leaves = e.leaves;
                    order.lots = order.lots - e.lots;
                    if e.resting {
                        order.hide(e.lots);
                    }
                    // The cancel of no lots that follows says so too.
                    order.canceled = e.leaves.is_zero().then_some(e.reason);
                });
                (Some(order), None)
            }
            Event::Amended(e) => {
                let order = self.change(e.order, |order| {
                    assert_eq!(order.leaves, e.old_leaves, "order {} is amended from other lots", e.order);
                    assert_eq!(e.lots, order.cum + e.leaves, "order {} is amended to lots that do not add up", e.order);
                    assert_eq!(order.shown, e.old_shown, "order {} is amended from other shown lots", e.order);
                    let moved = e.kept_priority && !order.waiting && e.price != e.old_price;
                    assert!(!moved, "order {} kept its priority at another price", e.order);
                    order.price = e.price;
                    order.lots = e.lots;
                    order.leaves = e.leaves;
                    order.shown = if e.kept_priority { e.shown } else { Lots::ZERO };
                    order.resting = e.kept_priority && !order.waiting;
                    if order.waiting {
                        order.stop = e.stop;
                    }
                });
                (Some(order), None)
            }
            Event::Rested(e) => {
                let place = self.place(at, seq);
                let order = self.change(e.order, |order| {
                    order.place = Some(place);
                    assert_eq!(order.leaves, e.leaves, "order {} rests with other lots", e.order);
                    order.price = e.price;
                    order.resting = true;
                    order.show(e.shown);
                });
                (Some(order), None)
            }
            Event::Refilled(e) => {
                let place = self.place(at, seq);
                let order = self.change(e.order, |order| {
                    order.place = Some(place);
                    assert_eq!(order.leaves, e.leaves, "order {} shows more of other lots", e.order);
                    assert!(order.resting, "order {} shows more and does not rest", e.order);
                    order.show(e.shown);
                });
                (Some(order), None)
            }
            Event::Linked(e) => (Some(self.change(e.order, |order| order.link = Some(e.link))), None),
            Event::Decaying(e) => (Some(self.decaying(e)), None),
            &Event::Triggered { order, price, .. } => {
                let order = self.change(order, |order| {
                    assert!(order.waiting, "order {} is triggered and does not wait", order.order);
                    order.waiting = false;
                    order.price = price;
                });
                (Some(order), None)
            }
            Event::Canceled(e) => {
                let order = self.change(e.order, |order| {
                    assert_eq!(order.leaves, e.lots, "order {} is cancelled with other lots", e.order);
                    assert_eq!(order.shown, e.shown, "order {} is cancelled with other shown lots", e.order);
                    (order.leaves, order.shown) = (Lots::ZERO, Lots::ZERO);
                    order.canceled = Some(e.reason);
                });
                self.close(&order);
                (Some(order), None)
            }
            Event::InstrumentListed { .. }
            | Event::AccountOpened { .. }
            | Event::PhaseChanged { .. }
            | Event::RulesSet { .. }
            | Event::ScheduleSet { .. }
            | Event::ReferenceSet { .. }
            | Event::LimitsSet { .. }
            | Event::KillSwitch { .. }
            | Event::CallOpened { .. }
            | Event::AuctionCommitted { .. }
            | Event::CallEnding { .. }
            | Event::AuctionRevealed { .. }
            | Event::Indicative(_)
            | Event::CallEnded(_)
            | Event::QuoteRefused { .. }
            | Event::GroupSet { .. }
            | Event::GroupTripped { .. }
            | Event::GroupReset { .. }
            | Event::DeadMan { .. }
            | Event::SessionOpened { .. }
            | Event::SessionClosed { .. }
            | Event::ProgrammeSet(_)
            | Event::Permitted(_)
            | Event::PermitEnded { .. }
            | Event::ExpiryWatched { .. }
            | Event::ExpiryAlert { .. }
            | Event::NextMonth { .. }
            | Event::Recalled(_)
            | Event::AccountSet { .. }
            | Event::FundingRulesSet(_)
            | Event::WithdrawalAsked(_)
            | Event::WithdrawalDecided { .. }
            | Event::TradeCorrected(_)
            | Event::Moved(_)
            | Event::Cash(_)
            | Event::Holding(_)
            | Event::Escrow(_)
            | Event::Promised(_)
            | Event::Fund(_)
            | Event::Claim(_)
            | Event::Settlement(_)
            | Event::Registry(_)
            | Event::TermsSet(_) => (None, None),
        };
        Touched { order, maker }
    }

    /// Notes what is to come of an open order's schedule, and returns the order.
    fn decaying(&mut self, decay: &Decaying) -> OpenOrder {
        let falls = decay.next.is_some() || decay.overdue.is_some();
        if falls {
            self.decays.insert(decay.order, *decay);
        } else {
            self.decays.remove(&decay.order);
        }
        self.change(decay.order, |order| order.decay = falls)
    }

    /// What is to come of the schedule of an open order that lowers its own price.
    #[must_use]
    pub fn decay(&self, order: OrderId) -> Option<&Decaying> {
        self.decays.get(&order)
    }

    /// What is to come of each, in the order of ids.
    pub(crate) fn decays(&self) -> impl ExactSizeIterator<Item = &Decaying> + '_ {
        self.decays.values()
    }

    /// Gives an open order the schedule that it had; false when it can have none.
    pub(crate) fn restore_decay(&mut self, decay: &Decaying) -> bool {
        let known = self.slots.get(decay.order).is_some_and(|order| {
            let its = (order.account, order.instrument) == (decay.account, decay.instrument);
            its && order.side == Side::Sell && order.resting && !order.decay
        });
        let falls = (decay.next.is_some() == (decay.left > 0)) && (decay.next.is_some() || decay.overdue.is_some());
        if known && falls {
            self.decaying(decay);
        }
        known && falls
    }

    /// Adds an order that was open before; false when it is there already.
    pub(crate) fn restore(&mut self, order: OpenOrder) -> bool {
        self.slots.insert(order)
    }

    /// An open order.
    #[must_use]
    pub fn get(&self, order: OrderId) -> Option<&OpenOrder> {
        self.slots.get(order)
    }

    /// The open orders of an account in the order of their ids.
    pub fn of_account(&self, account: AccountId) -> impl Iterator<Item = &OpenOrder> + '_ {
        self.slots.of_account(account)
    }

    /// All open orders in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &OpenOrder> + '_ {
        self.slots.iter()
    }

    /// How many are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether none is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.len() == 0
    }

    /// The next place in a queue, whichever.
    fn place(&mut self, at: Timestamp, seq: CommandSeq) -> ViewPlace {
        if self.placed.0 != seq {
            self.placed = (seq, 0);
        }
        let number = self.placed.1;
        self.placed.1 += 1;
        ViewPlace { seq, number, at }
    }

    fn open(&mut self, order: OpenOrder) -> OpenOrder {
        assert!(self.slots.insert(order), "order {} is opened twice", order.order);
        order
    }

    fn change(&mut self, order: OrderId, change: impl FnOnce(&mut OpenOrder)) -> OpenOrder {
        let open = self.slots.get_mut(order).unwrap_or_else(|| panic!("order {order} is not open"));
        change(open);
        *open
    }

    fn close(&mut self, order: &OpenOrder) {
        self.slots.remove(order.order);
        if order.decay {
            self.decays.remove(&order.order);
        }
    }
}
