//! Which accounts are not open, and which withdrawals wait for a second operator.

use std::collections::BTreeMap;
use unspent_model::{AccountId, AccountState, Event, PendingWithdrawal, ViewFact, WithdrawalId};

/// What the operator did to accounts, as far as it lasts.
#[derive(Clone, Debug, Default)]
pub struct Fundings {
    states: BTreeMap<AccountId, AccountState>,
    pending: BTreeMap<WithdrawalId, PendingWithdrawal>,
}

impl Fundings {
    /// Follows one event.
    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::AccountSet { account, state: AccountState::Open } => {
                self.states.remove(account);
            }
            Event::AccountSet { account, state } => {
                self.states.insert(*account, *state);
            }
            Event::WithdrawalAsked(pending) => {
                self.pending.insert(pending.id, *pending);
            }
            Event::WithdrawalDecided { withdrawal, .. } => {
                self.pending.remove(withdrawal);
            }
            _ => {}
        }
    }

    /// What an account may do.
    #[must_use]
    pub fn state(&self, account: AccountId) -> AccountState {
        self.states.get(&account).copied().unwrap_or_default()
    }

    /// The withdrawals that wait, oldest first.
    pub fn pending(&self) -> impl Iterator<Item = &PendingWithdrawal> + '_ {
        self.pending.values()
    }

    /// How many accounts are not open, and how many withdrawals wait.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.states.len() as u64, self.pending.len() as u64)
    }

    /// What a saved view says of it: nothing when there is nothing.
    pub(crate) fn facts(&self, mut each: impl FnMut(&ViewFact)) {
        let (states, withdrawals) = self.counts();
        if (states, withdrawals) != (0, 0) {
            each(&ViewFact::Fundings { states, withdrawals });
        }
        for (&account, &state) in &self.states {
            each(&ViewFact::AccountState { account, state });
        }
        for &pending in self.pending.values() {
            each(&ViewFact::Withdrawal(pending));
        }
    }

    /// Takes a state that was saved; what is wrong with it otherwise.
    pub(crate) fn restore_state(&mut self, account: AccountId, state: AccountState) -> Result<(), &'static str> {
        if state == AccountState::Open {
            return Err("an open account needs no word of it");
        }
        let later = self.states.last_key_value().is_none_or(|(&before, _)| before < account);
        self.states.insert(account, state);
        if later { Ok(()) } else { Err("it is out of order") }
    }

    /// Takes a withdrawal that was saved; what is wrong with it otherwise.
    pub(crate) fn restore_pending(&mut self, pending: PendingWithdrawal) -> Result<(), &'static str> {
        let later = self.pending.last_key_value().is_none_or(|(&before, _)| before < pending.id);
        self.pending.insert(pending.id, pending);
        if later { Ok(()) } else { Err("it is out of order") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RestoreError, Restoring, View};
    use unspent_model::{
        AccountName, Actor, Asset, Cash, CommandSeq, Funding, FundingRef, FundingSide, OwnerGroup, Timestamp,
    };

    fn restored(facts: &[ViewFact]) -> Result<View, RestoreError> {
        let mut restoring = Restoring::new();
        facts.iter().try_for_each(|fact| restoring.take(fact.clone()))?;
        restoring.finish()
    }

    #[test]
    fn states_and_withdrawals_are_known_again_and_none_is_missed() {
        let (mut view, account) = (View::new(), AccountId(0));
        let reference = FundingRef::parse("wire-1").unwrap();
        let funding = Funding { account, side: FundingSide::Withdrawal, asset: Asset::Cash(Cash(500)), reference };
        let asked_by = Some(Actor::parse("ann").unwrap());
        let withdrawal = WithdrawalId(3);
        let name = AccountName::parse("acme").unwrap();
        let waiting = PendingWithdrawal { id: withdrawal, funding, asked_by };
        let events = [
            Event::AccountOpened { account, name, group: OwnerGroup(1) },
            Event::AccountSet { account, state: AccountState::Suspended },
            Event::WithdrawalAsked(waiting),
        ];
        for (event, seq) in events.iter().zip(1..) {
            view.apply(Timestamp(seq), CommandSeq(seq), event);
        }
        let mut facts = Vec::new();
        view.facts(|fact| facts.push(fact.clone()));
        let again = restored(&facts).unwrap();
        assert_eq!(again.fundings().state(account), AccountState::Suspended);
        assert_eq!(again.fundings().pending().collect::<Vec<_>>(), [&waiting]);
        for at in (0..facts.len()).filter(|&at| !matches!(facts[at], ViewFact::Venue(_))) {
            let mut fewer = facts.clone();
            fewer.remove(at);
            assert!(restored(&fewer).is_err(), "without {}", facts[at].name());
        }
        for (event, seq) in [
            (Event::AccountSet { account, state: AccountState::Open }, 4),
            (Event::WithdrawalDecided { withdrawal, account, approved: false }, 5),
        ] {
            view.apply(Timestamp(seq), CommandSeq(seq), &event);
        }
        assert_eq!(view.fundings().counts(), (0, 0));
    }
}
