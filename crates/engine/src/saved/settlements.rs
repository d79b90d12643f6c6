//! What trades that settle later have set aside, said and taken.

use super::error::Wrong;
use super::restore::Restore;
use crate::engine::Engine;
use crate::timers::Due;
use unspent_ledger::{Changed, Promise};
use unspent_model::{
    AccountId, Cash, Claim, EngineFact, InstrumentId, Level, OrderId, PromisedBalance, Settlement, SettlementId,
    SettlementState, SettlementTerms,
};

impl Engine {
    /// Everything of it but the bonds, which come with their orders.
    pub(super) fn settlement_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        let terms = self.settlements.used().then(|| EngineFact::Terms {
            terms: Box::new(self.settlements.terms),
            last_settlement: self.settlements.last,
        });
        let registered = self.ledger.registered();
        let registered =
            registered.map(|(instrument, registered, gone)| EngineFact::Registered { instrument, registered, gone });
        let balances = |chosen: fn(Changed) -> Option<EngineFact>| self.ledger.balances().filter_map(chosen);
        let promised = balances(|balance| match balance {
            Changed::Promised(balance) => Some(EngineFact::Promised(balance)),
            _ => None,
        });
        let escrow = balances(|balance| match balance {
            Changed::Escrow(balance) if balance.escrow != Cash::ZERO => {
                Some(EngineFact::Escrow { account: balance.account, escrow: balance.escrow })
            }
            _ => None,
        });
        let fund = (self.ledger.fund() != Cash::ZERO).then(|| EngineFact::Fund(self.ledger.fund()));
        let good = self.settlements.good.iter();
        let good = good.map(|(&account, &count)| EngineFact::GoodDeliveries { account, count });
        let live = self.settlements.iter().map(|settlement| EngineFact::Settlement(Box::new(*settlement)));
        terms
            .into_iter()
            .chain(registered)
            .chain(promised)
            .chain(escrow)
            .chain(fund)
            .chain(self.ledger.claims().map(EngineFact::Claim))
            .chain(good)
            .chain(live)
    }
}

/// Where the last of these facts stands among them: kind, then what orders it there.
type Place = (u8, u64, u64, u8);

impl Restore {
    /// Takes one of them; nothing when it is of another kind.
    pub(super) fn settlement_fact(&mut self, fact: &EngineFact) -> Result<(), Wrong> {
        let place = place(fact);
        if place <= self.last_settlement_fact {
            return Err(Wrong::OutOfOrder);
        }
        self.last_settlement_fact = place;
        match fact {
            EngineFact::Terms { terms, last_settlement } => self.settlement_terms(terms, *last_settlement),
            EngineFact::Registered { instrument, registered, gone } => self.registered(*instrument, *registered, *gone),
            EngineFact::Promised(promised) => self.promised(promised),
            EngineFact::Escrow { account, escrow } => self.escrow(*account, *escrow),
            EngineFact::Fund(fund) => self.fund(*fund),
            EngineFact::Claim(claim) => self.claim(claim),
            EngineFact::GoodDeliveries { account, count } => self.good_deliveries(*account, *count),
            EngineFact::Settlement(settlement) => self.settlement(settlement),
            _ => unreachable!("a fact of another kind"),
        }
    }

    fn settlement_terms(&mut self, terms: &SettlementTerms, last: SettlementId) -> Result<(), Wrong> {
        if !terms.fit() || last.0 > self.engine.last_trade {
            return Err(Wrong::Contradiction("no venue settles on these terms"));
        }
        (self.engine.settlements.terms, self.engine.settlements.last) = (*terms, last);
        Ok(())
    }

    fn registered(&mut self, instrument: InstrumentId, registered: u64, gone: u64) -> Result<(), Wrong> {
        self.instrument_known(instrument)?;
        let taken = self.engine.ledger.restore_registered(instrument, registered, gone);
        if taken { Ok(()) } else { Err(Wrong::Contradiction("more promised lots are gone than came, or than may")) }
    }

    fn promised(&mut self, balance: &PromisedBalance) -> Result<(), Wrong> {
        self.known(balance.account)?;
        self.instrument_known(balance.instrument)?;
        let PromisedBalance { account, instrument, level, available, reserved, escrow } = *balance;
        let free = available.checked_add(reserved).ok_or(Wrong::Contradiction("more lots than there are"))?;
        // What orders set aside is set aside again when they come.
        if !self.engine.ledger.restore_promised(Promise { account, instrument, level }, free, escrow) {
            return Err(Wrong::Contradiction("no such lots are promised"));
        }
        self.promised_reserved.push(reserved);
        Ok(())
    }

    fn escrow(&mut self, account: AccountId, escrow: Cash) -> Result<(), Wrong> {
        self.known(account)?;
        let taken = self.engine.ledger.restore_escrow(account, escrow);
        if taken { Ok(()) } else { Err(Wrong::Contradiction("nothing in escrow, or said before")) }
    }

    fn fund(&mut self, fund: Cash) -> Result<(), Wrong> {
        if fund == Cash::ZERO {
            return Err(Wrong::Contradiction("a fund of nothing"));
        }
        self.engine.ledger.restore_fund(fund);
        Ok(())
    }

    fn claim(&mut self, claim: &Claim) -> Result<(), Wrong> {
        self.known(claim.debtor)?;
        claim.creditor.map_or(Ok(()), |creditor| self.known(creditor))?;
        let bounded = claim.amount <= self.engine.ledger.cash_in();
        let given = claim.settlement.is_none_or(|id| id.0 > 0 && id <= self.engine.settlements.last);
        if bounded && given && claim.creditor != Some(claim.debtor) && self.engine.ledger.restore_claim(claim) {
            Ok(())
        } else {
            Err(Wrong::Contradiction("nobody waits for this"))
        }
    }

    fn good_deliveries(&mut self, account: AccountId, count: u32) -> Result<(), Wrong> {
        self.known(account)?;
        if count == 0 || u64::from(count) > self.engine.settlements.last.0 {
            return Err(Wrong::Contradiction("no seller delivered so often"));
        }
        self.engine.settlements.good.insert(account, count);
        Ok(())
    }

    fn settlement(&mut self, it: &Settlement) -> Result<(), Wrong> {
        self.known(it.buyer)?;
        self.known(it.seller)?;
        self.instrument_known(it.instrument)?;
        let engine = &mut self.engine;
        let given = it.settlement.0 > 0 && it.settlement <= engine.settlements.last && it.trade.0 <= engine.last_trade;
        if !given || it.state.is_end() || !it.level.is_promised() || it.lots.is_zero() {
            return Err(Wrong::Contradiction("no settlement is like this"));
        }
        let open = it.open();
        let unit_value = engine.listed[it.instrument.0 as usize].unit_value;
        let held_back = it.state == SettlementState::HeldBack;
        let sensible = it.price.0 > 0
            && it.price.notional(it.lots, unit_value).is_some()
            && it.price.notional(open, unit_value) == Some(it.escrow)
            && open.is_zero() == held_back
            && it.delivered.is_zero() != held_back
            && (held_back || it.held_back == Cash::ZERO)
            && (!held_back || (it.bond, it.buyer_fee, it.seller_fee) == (Cash::ZERO, Cash::ZERO, Cash::ZERO))
            && (it.due.is_none() == (it.state == SettlementState::Disputed))
            && it.evidence.is_some()
                == matches!(it.state, SettlementState::Verifying | SettlementState::Disputed)
                    | (held_back && it.evidence.is_some());
        if !sensible {
            return Err(Wrong::Contradiction("no settlement is like this"));
        }
        if let Some(due) = it.due {
            engine.timers.arm(due, Due::Settlement(it.settlement));
        }
        engine.settlements.put(*it);
        Ok(())
    }

    /// Keeps the level of the order that comes next.
    pub(super) fn promised_order(&mut self, order: OrderId, level: Level) -> Result<(), Wrong> {
        if self.promised_order.is_some() {
            return Err(Wrong::OutOfOrder);
        }
        if !level.is_promised() {
            return Err(Wrong::Contradiction("an order of lots that are not promised"));
        }
        self.promised_order = Some((order, level));
        Ok(())
    }

    fn instrument_known(&self, instrument: InstrumentId) -> Result<(), Wrong> {
        let known = (instrument.0 as usize) < self.engine.listed.len();
        if known { Ok(()) } else { Err(Wrong::Unknown("instrument")) }
    }

    /// Whether what was said adds up, once everything was.
    pub(super) fn settlements_complete(&self) -> Result<(), Wrong> {
        if self.promised_order.is_some() {
            return Err(Wrong::Contradiction("the order of promised lots is missing"));
        }
        let reserved = self.engine.ledger.balances().filter_map(|balance| match balance {
            Changed::Promised(balance) => Some(balance.reserved),
            _ => None,
        });
        if !reserved.eq(self.promised_reserved.iter().copied()) {
            return Err(Wrong::Contradiction("promised lots that are set aside are not what orders need"));
        }
        if !self.engine.ledger.is_collected() {
            return Err(Wrong::Contradiction("a debtor has free cash, or a buyer waits beside the fund"));
        }
        self.engine.settlements_add_up().map_err(Wrong::Contradiction)
    }
}

fn place(fact: &EngineFact) -> Place {
    match fact {
        EngineFact::Terms { .. } => (1, 0, 0, 0),
        EngineFact::Registered { instrument, .. } => (2, u64::from(instrument.0), 0, 0),
        EngineFact::Promised(it) => (3, u64::from(it.account.0), u64::from(it.instrument.0), it.level as u8),
        EngineFact::Escrow { account, .. } => (4, u64::from(account.0), 0, 0),
        EngineFact::Fund(_) => (5, 0, 0, 0),
        EngineFact::Claim(claim) => match claim.settlement {
            Some(settlement) => (6, 0, settlement.0, 0),
            None => (6, 1, u64::from(claim.debtor.0), 0),
        },
        EngineFact::GoodDeliveries { account, .. } => (7, u64::from(account.0), 0, 0),
        EngineFact::Settlement(settlement) => (8, settlement.settlement.0, 0, 0),
        _ => unreachable!("a fact of another kind"),
    }
}
