//! What the operator did to accounts, funds and trades, said and taken.

use super::error::Wrong;
use super::restore::Restore;
use crate::engine::Engine;
use crate::funding::Asked;
use crate::trades::{Fate, Kept};
use unspent_model::{
    AccountId, AccountState, Asset, EngineFact, Funding, FundingRules, FundingSide, PendingWithdrawal, TradeFact,
    TradeId, WithdrawalId, limits,
};

impl Engine {
    pub(super) fn funding_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        let states = self.accounts.iter().map(|(account, held)| (account, held.state()));
        let states = states.filter(|&(_, state)| state != AccountState::Open);
        let states = states.map(|(account, state)| EngineFact::AccountState { account, state });
        let rules = self.fundings.rules.map(EngineFact::FundingRules);
        let pending = self.fundings.pending.values().map(|&pending| EngineFact::Withdrawal(pending));
        let asked = self.fundings.asked.iter().map(|(&account, &Asked { day, cents, face })| EngineFact::Asked {
            account,
            day,
            cents,
            face,
        });
        let done = self.fundings.remembered();
        let done = done.map(|(funding, withdrawal)| EngineFact::Funded { funding, withdrawal });
        states.chain(rules).chain(pending).chain(asked).chain(done)
    }
}

impl Kept {
    pub(super) fn fact(&self) -> TradeFact {
        TradeFact {
            trade: TradeId(self.trade),
            instrument: self.instrument,
            buyer: self.buyer,
            seller: self.seller,
            price: self.price,
            lots: self.lots,
            buyer_fee: self.buyer_fee,
            seller_fee: self.seller_fee,
            adjusted: matches!(self.fate, Fate::Adjusted | Fate::Later),
            busted: matches!(self.fate, Fate::Busted | Fate::Later),
        }
    }
}

impl Restore {
    pub(super) fn account_state(&mut self, account: AccountId, state: AccountState) -> Result<(), Wrong> {
        self.known(account)?;
        if self.last_barred.replace(account).is_some_and(|before| before >= account) {
            return Err(Wrong::OutOfOrder);
        }
        if state == AccountState::Open {
            return Err(Wrong::Contradiction("an open account needs no word of it"));
        }
        self.engine.accounts.get_mut(account).set_state(state);
        Ok(())
    }

    pub(super) fn funding_rules(&mut self, rules: FundingRules) -> Result<(), Wrong> {
        match self.engine.fundings.rules.replace(rules) {
            None => Ok(()),
            Some(_) => Err(Wrong::Twice("funding rules")),
        }
    }

    fn funding(&self, funding: &Funding) -> Result<(), Wrong> {
        self.known(funding.account)?;
        match funding.asset {
            Asset::Credits { instrument, .. } if instrument.0 as usize >= self.engine.listed.len() => {
                Err(Wrong::Unknown("instrument"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn withdrawal(&mut self, pending: &PendingWithdrawal) -> Result<(), Wrong> {
        self.funding(&pending.funding)?;
        let engine = &mut self.engine;
        if engine.fundings.pending.last_key_value().is_some_and(|(&before, _)| before >= pending.id) {
            return Err(Wrong::OutOfOrder);
        }
        let Funding { account, side, asset, .. } = pending.funding;
        let there = match asset {
            Asset::Cash(cash) => cash <= engine.ledger.cash(account).0,
            Asset::Credits { instrument, lots } => lots <= engine.ledger.lots(account, instrument).0,
        };
        let room = engine.fundings.pending.len() < limits::PENDING_WITHDRAWALS;
        if side != FundingSide::Withdrawal || !there || !room || pending.id.0 > engine.seq.0 {
            return Err(Wrong::Contradiction("nobody could have asked for it"));
        }
        engine.set_aside(&pending.funding);
        engine.fundings.pending.insert(pending.id, *pending);
        Ok(())
    }

    pub(super) fn asked(&mut self, account: AccountId, day: u64, cents: u64, face: u64) -> Result<(), Wrong> {
        self.known(account)?;
        let asked = &mut self.engine.fundings.asked;
        if asked.last_key_value().is_some_and(|(&before, _)| before >= account) {
            return Err(Wrong::OutOfOrder);
        }
        asked.insert(account, Asked { day, cents, face });
        Ok(())
    }

    pub(super) fn funded(&mut self, funding: Funding, withdrawal: Option<WithdrawalId>) -> Result<(), Wrong> {
        self.funding(&funding)?;
        if self.engine.fundings.len() >= limits::FUNDING_REFERENCES {
            return Err(Wrong::Contradiction("more references than are remembered"));
        }
        if self.engine.fundings.remember(funding, withdrawal) { Ok(()) } else { Err(Wrong::Twice("reference")) }
    }

    pub(super) fn trades_since(&mut self, since: u64) -> Result<(), Wrong> {
        if std::mem::replace(&mut self.since_said, true) {
            return Err(Wrong::Twice("trades since"));
        }
        if since == 0 || since > self.engine.last_trade {
            return Err(Wrong::Contradiction("it is not among the last trades"));
        }
        self.engine.trades.set_since(since);
        Ok(())
    }

    pub(super) fn trade(&mut self, fact: &TradeFact) -> Result<(), Wrong> {
        self.known(fact.buyer)?;
        self.known(fact.seller)?;
        let engine = &mut self.engine;
        let listed = engine.listed.get(fact.instrument.0 as usize).ok_or(Wrong::Unknown("instrument"))?;
        let last = engine.last_trade;
        if fact.trade.0 == 0 || fact.trade.0 > last || last - fact.trade.0 >= limits::CORRECTABLE_TRADES as u64 {
            return Err(Wrong::Contradiction("it is not among the last trades"));
        }
        if self.last_kept >= fact.trade.0 || !self.since_said {
            return Err(Wrong::OutOfOrder);
        }
        let worth = fact.price.notional(fact.lots, listed.unit_value);
        let fits = worth.is_some_and(|worth| worth.0 <= limits::ORDER_NOTIONAL_CENTS && worth >= fact.seller_fee);
        let fits = fits && fact.buyer_fee.0 <= limits::ORDER_NOTIONAL_CENTS;
        let held = [fact.buyer, fact.seller].map(|of| engine.ledger.find_holding(of, fact.instrument));
        let later = fact.adjusted && fact.busted;
        if !fits || (held.contains(&None) && !later) {
            return Err(Wrong::Contradiction("nobody could have made it"));
        }
        let fate = match (fact.adjusted, fact.busted) {
            (true, true) => Fate::Later,
            (false, false) => Fate::Stands,
            (true, _) => Fate::Adjusted,
            (_, true) => Fate::Busted,
        };
        self.last_kept = fact.trade.0;
        engine.trades.keep(Kept {
            trade: fact.trade.0,
            buyer_fee: fact.buyer_fee,
            seller_fee: fact.seller_fee,
            buyer: fact.buyer,
            seller: fact.seller,
            instrument: fact.instrument,
            price: fact.price,
            lots: fact.lots,
            fate,
        });
        Ok(())
    }
}
