//! Accounts and what they have besides orders, taken.

use super::error::Wrong;
use super::restore::Restore;
use crate::bounds;
use crate::timers::Due;
use unspent_model::{AccountFact, AccountId, GroupFact, HoldingFact, SessionId, Timestamp, limits};

impl Restore {
    pub(super) fn known(&self, account: AccountId) -> Result<(), Wrong> {
        self.engine.accounts.get(account).map(|_| ()).ok_or(Wrong::Unknown("account"))
    }

    pub(super) fn account(&mut self, fact: &AccountFact) -> Result<(), Wrong> {
        let engine = &mut self.engine;
        if fact.account.0 as usize != engine.accounts.len() {
            return Err(Wrong::OutOfOrder);
        }
        if fact.account.0 >= limits::ACCOUNTS {
            return Err(Wrong::Contradiction("more accounts than a venue has"));
        }
        if engine.accounts.find(&fact.name).is_some() {
            return Err(Wrong::Twice("account name"));
        }
        if !bounds::fit(&fact.limits) {
            return Err(Wrong::Contradiction("its bounds do not fit"));
        }
        let cash = fact.available.checked_add(fact.reserved).ok_or(Wrong::Contradiction("more cash than there is"))?;
        engine.ledger.restore_account(cash);
        self.reserved.push(fact.reserved.0);
        let id = engine.accounts.open(fact.name, fact.group);
        let account = engine.accounts.get_mut(id);
        (account.limits, account.next_arrival) = (fact.limits, fact.next_arrival);
        account.set_killed(fact.killed);
        Ok(())
    }

    pub(super) fn holding(&mut self, fact: &HoldingFact) -> Result<(), Wrong> {
        self.known(fact.account)?;
        if fact.instrument.0 as usize >= self.engine.listed.len() {
            return Err(Wrong::Unknown("instrument"));
        }
        let lots = fact.available.checked_add(fact.reserved);
        let lots = lots.ok_or(Wrong::Contradiction("more lots than there are"))?;
        if !self.engine.ledger.restore_holding(fact.account, fact.instrument, lots) {
            return Err(Wrong::Twice("holding"));
        }
        self.reserved.push(fact.reserved);
        Ok(())
    }

    pub(super) fn session(&mut self, session: SessionId, account: AccountId) -> Result<(), Wrong> {
        self.known(account)?;
        let engine = &mut self.engine;
        if engine.sessions.last_key_value().is_some_and(|(&before, _)| before >= session) {
            return Err(Wrong::OutOfOrder);
        }
        let held = engine.accounts.get_mut(account);
        if session.0 == 0 || session.0 > engine.seq.0 || held.sessions as usize >= limits::SESSIONS_PER_ACCOUNT {
            return Err(Wrong::Contradiction("no account could have opened it"));
        }
        held.sessions += 1;
        engine.sessions.insert(session, account);
        Ok(())
    }

    pub(super) fn dead_man(&mut self, account: AccountId, due: Timestamp) -> Result<(), Wrong> {
        self.known(account)?;
        let engine = &mut self.engine;
        if engine.dead_men.last_key_value().is_some_and(|(&before, _)| before >= account) {
            return Err(Wrong::OutOfOrder);
        }
        engine.timers.arm(due, Due::DeadMan(account));
        engine.dead_men.insert(account, due);
        Ok(())
    }

    pub(super) fn group(&mut self, fact: &GroupFact) -> Result<(), Wrong> {
        self.known(fact.account)?;
        let held = self.engine.accounts.get_mut(fact.account);
        if held.groups as usize >= limits::GROUPS_PER_ACCOUNT || !self.engine.groups.make_again(fact) {
            return Err(Wrong::Contradiction("its account cannot have it"));
        }
        held.groups += 1;
        Ok(())
    }

    pub(super) fn group_fill(&mut self, at: Timestamp, lots: u64) -> Result<(), Wrong> {
        if at <= self.engine.at && self.engine.groups.fill_again(at, lots) {
            Ok(())
        } else {
            Err(Wrong::Contradiction("no window has it here"))
        }
    }
}
