//! Kill switches.

use super::{Answer, Reference, no};
use unspent_model::{AccountId, AccountState, CancelReason, Event, InstrumentId, KillScope, Reject, Rejection, Reply};

impl Reference {
    pub(super) fn kill(&mut self, scope: KillScope, engaged: bool) -> Answer {
        if let KillScope::Account(account) = scope {
            self.known(account)?;
        }
        if self.kills.contains(&scope) == engaged {
            return Ok(Reply::Done);
        }
        self.tell(Event::KillSwitch { scope, engaged });
        if !engaged {
            self.kills.retain(|other| *other != scope);
            return Ok(Reply::Done);
        }
        self.kills.push(scope);
        for account in (0..self.accounts.len() as u32).map(AccountId) {
            let stopped: Vec<bool> =
                (0..self.listed.len() as u32).map(|at| self.covers(scope, account, InstrumentId(at))).collect();
            self.pull_all(CancelReason::Kill, |order| {
                order.terms.account == account && stopped[order.terms.instrument.0 as usize]
            });
        }
        Ok(Reply::Done)
    }

    /// Whether an account may send orders to an instrument.
    pub(super) fn not_barred(&self, account: AccountId, instrument: InstrumentId) -> Result<(), Rejection> {
        match self.state(account) {
            AccountState::Suspended => return no(Reject::AccountSuspended),
            AccountState::Closed => return no(Reject::AccountClosed),
            AccountState::Open => (),
        }
        if self.kills.iter().any(|&scope| self.covers(scope, account, instrument)) {
            return no(Reject::KillSwitch);
        }
        Ok(())
    }

    /// What is engaged, for those who release it.
    pub fn kills(&self) -> &[KillScope] {
        &self.kills
    }

    fn covers(&self, scope: KillScope, account: AccountId, instrument: InstrumentId) -> bool {
        match scope {
            KillScope::Venue => true,
            KillScope::Programme(programme) => programme.covers(&self.at(instrument).spec.symbol),
            KillScope::Account(whose) => whose == account,
        }
    }
}
