//! The registry of holdings, said and taken.

use super::error::Wrong;
use super::restore::Restore;
use crate::engine::Engine;
use crate::holdings::part;
use crate::registry::Stock;
use unspent_model::{AccountState, Cash, EngineFact, Holding, HoldingId, HoldingLots, HoldingState, Level, limits};

impl Engine {
    /// Nothing when there never was a holding.
    pub(super) fn registry_facts(&self) -> impl Iterator<Item = EngineFact> + '_ {
        let last = self.registry.used().then_some(EngineFact::Registry { last: self.registry.last });
        let holdings = self.registry.iter().map(|holding| EngineFact::RegisteredHolding(Box::new(*holding)));
        let listed = self.registry.iter().flat_map(|holding| {
            let holding = holding.holding;
            self.registry.listed_of(holding).map(move |listed| EngineFact::ListedOut { holding, listed })
        });
        last.into_iter().chain(holdings).chain(listed)
    }
}

impl Restore {
    pub(super) fn registry(&mut self, last: HoldingId) -> Result<(), Wrong> {
        if self.engine.registry.used() || last == HoldingId(0) || last.0 > u64::MAX / 2 {
            return Err(Wrong::Contradiction("no registry begins so"));
        }
        self.engine.registry.last = last;
        Ok(())
    }

    pub(super) fn registered_holding(&mut self, holding: &Holding) -> Result<(), Wrong> {
        self.known(holding.terms.account)?;
        if holding.holding <= self.last_holding {
            return Err(Wrong::OutOfOrder);
        }
        self.last_holding = holding.holding;
        let engine = &mut self.engine;
        let lasts = holding.terms.month().is_some() && holding.terms.over().is_none_or(|over| over > engine.at);
        let closed = |account| engine.accounts.get(account).is_some_and(|held| held.state() == AccountState::Closed);
        let sensible = holding.holding <= engine.registry.last
            && !closed(holding.terms.account)
            && holding.state == HoldingState::Live
            && holding.terms.fit()
            && holding.adds_up()
            && lasts
            && engine.registry.of_credit(holding).is_none()
            && engine.registry.count(holding.terms.account) < limits::HOLDINGS_PER_ACCOUNT
            && engine.registry.len() < limits::HOLDINGS;
        if !sensible {
            return Err(Wrong::Contradiction("no holding is like this, or not beside the others"));
        }
        engine.keep_holding(*holding);
        Ok(())
    }

    pub(super) fn listed_out(&mut self, id: HoldingId, listed: HoldingLots) -> Result<(), Wrong> {
        // Of one instrument and level they come once.
        let place = Some((id, HoldingLots { lots: 0, ..listed }));
        if self.last_listed >= place {
            return Err(Wrong::OutOfOrder);
        }
        self.last_listed = place;
        let engine = &mut self.engine;
        let holding = *engine.registry.get(id).ok_or(Wrong::Unknown("holding"))?;
        let instrument = engine.listed.get(listed.instrument.0 as usize).ok_or(Wrong::Unknown("instrument"))?;
        let symbol = &instrument.spec.symbol;
        let backed = symbol.credit().is_some_and(|credit| holding.backs(credit.expiry));
        let sensible = symbol.programme() == Some(holding.terms.programme)
            && backed
            && listed.level != Level::Declared
            && (1..=u64::from(holding.pieces_listed)).contains(&listed.lots);
        if !sensible {
            return Err(Wrong::Contradiction("no holding is listed so"));
        }
        engine.registry.note(&holding, listed, |_| listed.lots);
        let stock = Stock { account: holding.terms.account, instrument: listed.instrument, level: listed.level };
        if engine.registry.sum(stock) > engine.in_stock(stock).1 {
            return Err(Wrong::Contradiction("more is listed out of holdings than there is"));
        }
        Ok(())
    }

    /// Whether what is listed is what holdings say, once everything was said.
    pub(super) fn registry_complete(&self) -> Result<(), Wrong> {
        let engine = &self.engine;
        for holding in engine.registry.iter() {
            let (mut pieces, mut cents) = (0_u64, Cash::ZERO);
            for listed in engine.registry.listed_of(holding.holding) {
                let (these, worth) = part(listed.lots, engine.listed[listed.instrument.0 as usize].spec.face_dollars);
                (pieces, cents) = (pieces + u64::from(these), Cash(cents.0.saturating_add(worth.0)));
            }
            if (pieces, cents) != (u64::from(holding.pieces_listed), holding.listed) {
                return Err(Wrong::Contradiction("what is listed out of a holding is not what it says"));
            }
        }
        Ok(())
    }
}
