//! Instruments and their calls, said and taken.

use super::error::Wrong;
use super::restore::Restore;
use crate::calls::{Call, Ending};
use crate::listed::Listed;
use crate::timers::Due;
use unspent_book::Clearing;
use unspent_model::{
    CallFact, EndingFact, IndicationFact, InstrumentFact, InstrumentId, Phase, PhaseReason, Timestamp, limits,
};

impl Call {
    /// What a snapshot says of it.
    pub fn fact(&self, instrument: InstrumentId) -> CallFact {
        let ending = |Ending { scheduled, latest, then, reason }| EndingFact { scheduled, latest, then, reason };
        let told = |Clearing { price, lots, surplus }| IndicationFact { price, lots, surplus };
        CallFact {
            instrument,
            auction: self.auction,
            commitment: self.commitment,
            due: self.due,
            ending: self.ending.map(ending),
            extended: self.extended,
            told: self.told.map(told),
        }
    }

    /// A call as it was.
    fn again(fact: &CallFact) -> Call {
        let ending = |EndingFact { scheduled, latest, then, reason }| Ending { scheduled, latest, then, reason };
        let told = |IndicationFact { price, lots, surplus }| Clearing { price, lots, surplus };
        Call {
            auction: fact.auction,
            commitment: fact.commitment,
            due: fact.due,
            ending: fact.ending.map(ending),
            extended: fact.extended,
            told: fact.told.map(told),
        }
    }
}

impl Restore {
    pub(super) fn instrument(&mut self, fact: &InstrumentFact) -> Result<(), Wrong> {
        let engine = &mut self.engine;
        let instrument = fact.instrument;
        if instrument.0 as usize != engine.listed.len() {
            return Err(Wrong::OutOfOrder);
        }
        if instrument.0 >= limits::INSTRUMENTS {
            return Err(Wrong::Contradiction("more instruments than a venue has"));
        }
        if engine.symbols.contains_key(&fact.spec.symbol) {
            return Err(Wrong::Twice("symbol"));
        }
        let killed = engine.killed_programmes.iter().any(|programme| programme.covers(&fact.spec.symbol));
        let listed = Listed::again(fact, killed, engine.at).map_err(Wrong::Contradiction)?;
        if !engine.ledger.restore_lots_in(fact.lots_in) {
            return Err(Wrong::Contradiction("more lots came in than may"));
        }
        if let Some(due) = listed.next_entry {
            engine.timers.arm(due, Due::Entry(instrument));
        }
        if let Some(due) = listed.schedule.last_trade {
            engine.timers.arm(due, Due::LastTrade(instrument));
        }
        engine.symbols.insert(fact.spec.symbol, instrument);
        engine.listed.push(listed);
        Ok(())
    }

    pub(super) fn call(&mut self, fact: &CallFact) -> Result<(), Wrong> {
        let engine = &mut self.engine;
        let last = engine.listed.len().wrapping_sub(1);
        let Some(listed) = engine.listed.last_mut() else { return Err(Wrong::Unknown("instrument")) };
        if fact.instrument.0 as usize != last {
            return Err(Wrong::OutOfOrder);
        }
        if listed.call.is_some() {
            return Err(Wrong::Twice("call"));
        }
        if matches!(listed.phase, Phase::Continuous | Phase::Closed | Phase::Expired) {
            return Err(Wrong::Contradiction("no call in this phase"));
        }
        if fact.auction.0 == 0 || fact.auction > engine.last_auction {
            return Err(Wrong::Contradiction("an auction whose number was not given"));
        }
        if (fact.due.is_some() && listed.phase != Phase::VolatilityCall)
            || (fact.ending.is_some() && !listed.phase.collects())
            || (fact.due.is_some() && fact.ending.is_some())
        {
            return Err(Wrong::Contradiction("an end in this phase"));
        }
        if fact.ending.is_some_and(|ending| fact.commitment.is_none() || !drawn(&ending)) {
            return Err(Wrong::Contradiction("an end that is not drawn so"));
        }
        let price_max = listed.spec.price_max;
        let sensible = |told: IndicationFact| {
            let surplus = told.surplus.is_none_or(|(_, lots)| lots > 0);
            told.price.0 > 0 && told.price <= price_max && told.lots > 0 && surplus
        };
        if !fact.told.is_none_or(sensible) {
            return Err(Wrong::Contradiction("an indication of nothing"));
        }
        if let Some(due) = fact.ending.map(|ending| ending.latest).or(fact.due) {
            engine.timers.arm(due, Due::CallEnd(fact.instrument));
        }
        listed.book.collect(true);
        listed.call = Some(Call::again(fact));
        Ok(())
    }
}

/// Whether a call's end is drawn like this.
fn drawn(ending: &EndingFact) -> bool {
    let EndingFact { scheduled: Timestamp(scheduled), latest: Timestamp(latest), then, reason } = *ending;
    let most = u64::from(limits::CALL_SECONDS) * 1_000_000_000;
    latest.checked_sub(scheduled).is_some_and(|span| span <= most)
        && matches!(then, Phase::Continuous | Phase::Closed)
        && matches!(reason, PhaseReason::Schedule | PhaseReason::CallEnded)
}
