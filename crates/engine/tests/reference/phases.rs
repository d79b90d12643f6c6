//! Changes of phase and what they bring with them.

use super::auction::Leads;
use super::{Answer, Open, Reference, no};
use unspent_model::{CancelReason, Event, InstrumentId, OrderId, Phase, PhaseReason, Reject, Reply, Side, Timestamp};

impl Reference {
    pub(super) fn set_phase(&mut self, instrument: InstrumentId, phase: Phase) -> Answer {
        self.listed(instrument)?;
        let now = self.phase(instrument);
        if phase == now {
            return Ok(Reply::Done);
        }
        if now == Phase::Expired || phase == Phase::VolatilityCall {
            return no(Reject::WrongPhase);
        }
        if self.prohibited(instrument) && !matches!(phase, Phase::Halted | Phase::Expired) {
            return no(Reject::PolicyForbids);
        }
        self.change_phase(instrument, phase, PhaseReason::Operator);
        Ok(Reply::Done)
    }

    pub(super) fn change_phase(&mut self, instrument: InstrumentId, phase: Phase, reason: PhaseReason) {
        if let Some(call) = &mut self.at_mut(instrument).call {
            (call.ends, call.ending) = (None, None);
        }
        let unfinished = self.at(instrument).call.is_some();
        if matches!(phase, Phase::Continuous | Phase::Closed) && unfinished {
            self.end_call(instrument);
        }
        if phase == Phase::Expired {
            self.tell_next_month(instrument);
        }
        let from = std::mem::replace(&mut self.at_mut(instrument).phase, phase);
        self.tell(Event::PhaseChanged { instrument, from, phase, reason });
        if phase.collects() && !unfinished {
            self.open_call(instrument);
        }
        match phase {
            Phase::VolatilityCall => self.end_volatility_after(instrument, 1),
            Phase::Continuous => {
                if self.takes_part(instrument) {
                    self.sweep(instrument, reason);
                }
                self.follow_up();
            }
            Phase::Expired => self.expire(instrument, reason),
            _ => (),
        }
        if reason != PhaseReason::Volatility {
            self.take_overdue(instrument);
        }
    }

    fn expire(&mut self, instrument: InstrumentId, reason: PhaseReason) {
        self.at_mut(instrument).call = None;
        let reason = if reason == PhaseReason::LastTrade { CancelReason::LastTrade } else { CancelReason::Operator };
        for side in [Side::Buy, Side::Sell] {
            let ids: Vec<OrderId> = self.queue(instrument, side).into_iter().map(|order| order.id).collect();
            for id in ids {
                self.pull(id, reason);
            }
        }
        self.pull_all(reason, |order: &Open| order.is_in(instrument));
    }

    fn end_volatility_after(&mut self, instrument: InstrumentId, turns: u64) {
        let now = Timestamp(self.at);
        let listed = self.at_mut(instrument);
        let ends = now.plus_seconds(turns * u64::from(listed.rules.volatility_seconds)).0;
        listed.call.as_mut().expect("a call").ends = Some(ends);
    }

    /// The end of a call has come.
    pub(super) fn conclude(&mut self, instrument: InstrumentId, leads: Leads) {
        if let Leads::Entry(phase) = leads {
            return self.change_phase(instrument, phase, PhaseReason::Schedule);
        }
        let price = self.indication(instrument).price;
        let listed = self.at_mut(instrument);
        if price.is_none_or(|price| listed.inside_static(price)) {
            return self.change_phase(instrument, Phase::Continuous, PhaseReason::CallEnded);
        }
        let call = listed.call.as_mut().expect("a call");
        if call.extended {
            return self.change_phase(instrument, Phase::Halted, PhaseReason::Unresolved);
        }
        (call.extended, call.ending) = (true, None);
        let phase = Phase::VolatilityCall;
        self.tell(Event::PhaseChanged { instrument, from: phase, phase, reason: PhaseReason::Extended });
        self.end_volatility_after(instrument, 2);
    }

    /// An entry of the trading day.
    pub(super) fn enter_day(&mut self, instrument: InstrumentId, phase: Phase) {
        let now = self.phase(instrument);
        let stays = match now {
            Phase::Halted | Phase::Expired => true,
            Phase::VolatilityCall => phase == Phase::Continuous,
            _ => phase == now,
        };
        if stays {
            return;
        }
        if matches!(phase, Phase::Continuous | Phase::Closed) {
            self.end_or_draw(instrument, Leads::Entry(phase));
        } else {
            self.change_phase(instrument, phase, PhaseReason::Schedule);
        }
    }

    pub(super) fn last_trade(&mut self, instrument: InstrumentId) {
        if self.phase(instrument) == Phase::Expired {
            return;
        }
        if self.phase(instrument).collects() {
            self.end_call(instrument);
        }
        self.change_phase(instrument, Phase::Expired, PhaseReason::LastTrade);
    }
}
