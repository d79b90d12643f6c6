//! Everything that happens because its time has come.

use super::auction::Leads;
use super::programmes::Month;
use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, CancelReason, Event, HoldingId, InstrumentId, OrderId, PermitKind, Phase, Reject, Reply, SettlementId,
    Timestamp, limits,
};

/// What fires, in the order in which timers due at one time do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Expiry(OrderId),
    Decay(OrderId),
    DeadMan(AccountId),
    CallEnds(InstrumentId),
    Entry(InstrumentId),
    LastTrade(InstrumentId),
    Permit((AccountId, usize, PermitKind)),
    Month(InstrumentId, Month),
    Holding(HoldingId),
    Settlement(SettlementId),
}

impl Reference {
    /// Fires what is due until `until`, each at its own time.
    pub(super) fn fire_timers(&mut self, until: u64) {
        while let Some((due, timer)) = self.timers().into_iter().min().filter(|&(due, _)| due <= until) {
            self.at = due;
            self.fire(timer);
        }
    }

    /// When the next timer is due.
    pub fn next_timer(&self) -> Option<Timestamp> {
        self.timers().into_iter().min().map(|(due, _)| Timestamp(due))
    }

    fn timers(&self) -> Vec<(u64, Timer)> {
        let mut timers: Vec<(u64, Timer)> = Vec::new();
        for order in &self.open {
            timers.extend(order.expires.map(|due| (due, Timer::Expiry(order.id))));
            timers.extend(order.falls.first().map(|step| (step.at.0, Timer::Decay(order.id))));
        }
        for (account, it) in (0..).map(AccountId).zip(&self.accounts) {
            timers.extend(it.dead_man.map(|due| (due, Timer::DeadMan(account))));
        }
        for (instrument, it) in (0..).map(InstrumentId).zip(&self.listed) {
            if let Some(call) = &it.call {
                let due = call.ending.map(|ending| ending.latest).or(call.ends);
                timers.extend(due.map(|due| (due, Timer::CallEnds(instrument))));
            }
            // Nothing follows the end.
            if it.phase == Phase::Expired {
                continue;
            }
            timers.extend(it.next_entry.map(|(due, _)| (due.0, Timer::Entry(instrument))));
            timers.extend(it.last_trade.map(|due| (due, Timer::LastTrade(instrument))));
        }
        timers.extend(self.permit_ends().map(|(due, whose)| (due, Timer::Permit(whose))));
        timers.extend(self.months().into_iter().map(|(due, instrument, what)| (due, Timer::Month(instrument, what))));
        timers.extend(self.holding_ends().into_iter().map(|(due, id)| (due, Timer::Holding(id))));
        timers.extend(self.settlement_timers().map(|(due, id)| (due, Timer::Settlement(id))));
        timers
    }

    fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::Expiry(order) => _ = self.pull(order, CancelReason::Expired),
            Timer::Decay(order) => self.decay_due(order),
            Timer::DeadMan(account) => {
                self.accounts[account.0 as usize].dead_man = None;
                self.tell(Event::DeadMan { account, due: None });
                self.pull_all(CancelReason::DeadMan, |order| order.terms.account == account);
            }
            Timer::CallEnds(instrument) => {
                let call = self.at(instrument).call.as_ref().expect("a call");
                match call.ending {
                    Some(ending) => self.conclude(instrument, ending.leads),
                    None => self.end_or_draw(instrument, Leads::OutOfVolatility),
                }
            }
            Timer::Entry(instrument) => {
                let listed = self.at_mut(instrument);
                let (due, phase) = listed.next_entry.expect("an entry");
                listed.next_entry = listed.schedule.next(due);
                self.enter_day(instrument, phase);
            }
            Timer::LastTrade(instrument) => {
                self.at_mut(instrument).last_trade = None;
                self.last_trade(instrument);
            }
            Timer::Permit((account, place, kind)) => self.end_permit(account, self.programme_at(place), kind, true),
            Timer::Month(instrument, what) => self.month(instrument, what),
            Timer::Holding(holding) => self.holding_over(holding),
            Timer::Settlement(settlement) => self.settlement_due(settlement),
        }
    }

    pub(super) fn cancel_all_after(&mut self, account: AccountId, seconds: u32) -> Answer {
        self.known(account)?;
        if seconds > limits::DEAD_MAN_SECONDS {
            return no(Reject::InvalidTimeout);
        }
        let due = (seconds > 0).then(|| Timestamp(self.at).plus_seconds(u64::from(seconds)));
        self.accounts[account.0 as usize].dead_man = due.map(|due| due.0);
        self.tell(Event::DeadMan { account, due });
        Ok(Reply::Timer { due })
    }
}
