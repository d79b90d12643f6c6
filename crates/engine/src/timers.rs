//! What is due when. Timers fire before the command whose time has reached them, by (due, kind, id).

use crate::engine::Engine;
use crate::policy::TermsAt;
use std::collections::BTreeSet;
use unspent_model::{
    AccountId, CancelReason, Event, HoldingId, InstrumentId, OrderId, PermitKind, SettlementId, TimeInForce, Timestamp,
};

/// What happens at a timer. The variants stand in the order in which they fire at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// A DAY or GTD order expires.
    Order(OrderId),
    /// An order lowers its price.
    Decay(OrderId),
    /// An account's dead-man timer.
    DeadMan(AccountId),
    /// A volatility call, or the drawing of a call's random end, is over.
    CallEnd(InstrumentId),
    /// The next entry of an instrument's trading day.
    Entry(InstrumentId),
    /// An instrument trades for the last time.
    LastTrade(InstrumentId),
    /// A permit's last day is over.
    Permit(AccountId, TermsAt, PermitKind),
    /// An alert that an instrument's month ends soon, or that end.
    Expiry(InstrumentId),
    /// A holding's last month is over.
    Holding(HoldingId),
    /// A clock of a settlement has run out.
    Settlement(SettlementId),
}

/// Everything that is due some time.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    armed: BTreeSet<(Timestamp, Due)>,
}

impl Timers {
    pub fn arm(&mut self, due: Timestamp, what: Due) {
        let new = self.armed.insert((due, what));
        assert!(new, "{what:?} is armed twice");
    }

    pub fn disarm(&mut self, due: Timestamp, what: Due) {
        let was = self.armed.remove(&(due, what));
        assert!(was, "{what:?} is not armed");
    }

    /// When the next one is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.armed.first().map(|&(due, _)| due)
    }

    fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Due)> {
        if self.next()? <= now { self.armed.pop_first() } else { None }
    }

    /// Every timer, by (due, kind, id).
    pub fn iter(&self) -> impl Iterator<Item = (Timestamp, Due)> + '_ {
        self.armed.iter().copied()
    }
}

impl Engine {
    /// Fires what is due at or before the command's time.
    #[inline]
    pub(crate) fn fire_timers(&mut self, events: &mut Vec<Event>) {
        if self.timers.next().is_some_and(|due| due <= self.at) {
            self.fire_due(events);
        }
        self.now = self.at;
    }

    #[cold]
    fn fire_due(&mut self, events: &mut Vec<Event>) {
        while let Some((due, what)) = self.timers.pop(self.at) {
            // One set into the past fires at once, not before what was.
            self.now = self.now.max(due);
            match what {
                Due::Order(order) => {
                    let record = self.orders.find(order).expect("a closed order's timer is disarmed");
                    let more = self.orders.get(record).more;
                    self.orders.special_mut(more).expect("an order that expires is special").expires = None;
                    self.cancel_open(record, CancelReason::Expired, events);
                }
                Due::Decay(order) => self.decay_due(order, events),
                Due::DeadMan(account) => {
                    self.dead_men.remove(&account);
                    events.push(Event::DeadMan { account, due: None });
                    self.cancel_where(account, CancelReason::DeadMan, events, |_, _| true);
                }
                Due::CallEnd(instrument) => self.call_end(instrument, due, events),
                Due::Entry(instrument) => self.next_entry(instrument, due, events),
                Due::LastTrade(instrument) => {
                    self.trade_last(instrument, events);
                }
                Due::Permit(account, at, kind) => self.permit_over(account, at, kind, events),
                Due::Expiry(instrument) => self.expiry_due(instrument, due, events),
                Due::Holding(holding) => self.holding_over(holding, events),
                Due::Settlement(settlement) => self.settlement_due(settlement, events),
            }
        }
    }

    /// When an order of this time in force expires.
    pub(crate) fn expiry(&self, time_in_force: TimeInForce) -> Option<Timestamp> {
        const DAY: u64 = 86_400_000_000_000;
        match time_in_force {
            TimeInForce::Gtd(until) => Some(until),
            TimeInForce::Day => Some(Timestamp((self.now.0 / DAY + 1).saturating_mul(DAY))),
            _ => None,
        }
    }
}
