//! Terms, permits and the ends of months, said and taken.

use super::error::Wrong;
use super::restore::Restore;
use crate::engine::Engine;
use unspent_model::{EngineFact, InstrumentId, Permit, Programme, ProgrammeTerms};

impl Engine {
    pub(super) fn programme_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        let terms = self.policies.terms().iter().map(|terms| EngineFact::Programme(Box::new(*terms)));
        let permits = self.policies.permits().map(|permit| EngineFact::Permit(Box::new(*permit)));
        let expired = self.expired.iter().map(|(&programme, &dollars)| EngineFact::Expired { programme, dollars });
        terms.chain(permits).chain(self.month_facts()).chain(expired)
    }

    fn month_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        (0..).map(InstrumentId).zip(&self.listed).filter_map(|(instrument, listed)| {
            let (watched, lots_out) = (listed.ends.is_some(), self.ledger.lots_out(instrument));
            (watched || lots_out > 0).then_some(EngineFact::Month { instrument, watched, lots_out })
        })
    }
}

impl Restore {
    pub(super) fn terms(&mut self, terms: &ProgrammeTerms) -> Result<(), Wrong> {
        if !self.engine.terms_again(terms) {
            return Err(Wrong::Contradiction("no venue has it beside the others"));
        }
        let halted = |listed: &crate::listed::Listed| self.engine.may_be(listed, listed.phase).is_ok();
        if !self.engine.listed.iter().all(halted) {
            return Err(Wrong::Contradiction("an instrument that it prohibits is traded"));
        }
        Ok(())
    }

    pub(super) fn permit(&mut self, permit: &Permit) -> Result<(), Wrong> {
        if self.engine.permit_again(permit) {
            Ok(())
        } else {
            Err(Wrong::Contradiction("no account has it beside the others"))
        }
    }

    pub(super) fn month(&mut self, instrument: InstrumentId, watched: bool, lots_out: u64) -> Result<(), Wrong> {
        let engine = &mut self.engine;
        let Some(listed) = engine.listed.get(instrument.0 as usize) else { return Err(Wrong::Unknown("instrument")) };
        if self.month.is_some_and(|before| before >= instrument) {
            return Err(Wrong::OutOfOrder);
        }
        self.month = Some(instrument);
        let ends = listed.spec.symbol.credit().and_then(|credit| credit.expiry.ends());
        let to_come = ends.is_some_and(|ends| ends > engine.at);
        if watched != to_come || ends.is_none() || (!watched && lots_out == 0) {
            return Err(Wrong::Contradiction("its month is not so"));
        }
        if lots_out > 0 && !engine.ledger.restore_lots_out(instrument, lots_out) {
            return Err(Wrong::Contradiction("more lots were written off than came in"));
        }
        if let Some(ends) = ends.filter(|_| watched) {
            engine.watch(instrument, ends);
        }
        Ok(())
    }

    pub(super) fn expired(&mut self, programme: Programme, dollars: u64) -> Result<(), Wrong> {
        let expired = &mut self.engine.expired;
        if expired.last_key_value().is_some_and(|(&before, _)| before >= programme) {
            return Err(Wrong::OutOfOrder);
        }
        if dollars == 0 || !programme.is_of_two_parts() {
            return Err(Wrong::Contradiction("nothing of it expired"));
        }
        expired.insert(programme, dollars);
        Ok(())
    }

    /// Whether every open order is permitted, once all facts are there.
    pub(super) fn permitted(&self) -> Result<(), Wrong> {
        let engine = &self.engine;
        if engine.policies.terms().is_empty() {
            return Ok(());
        }
        for (account, _) in engine.accounts.iter() {
            for (_, order) in engine.orders.of(&engine.accounts, account) {
                let listed = &engine.listed[order.instrument.0 as usize];
                if engine.permitted(account, listed, order.side).is_err() {
                    return Err(Wrong::Contradiction("an order that the terms of its programme forbid"));
                }
            }
        }
        Ok(())
    }
}
