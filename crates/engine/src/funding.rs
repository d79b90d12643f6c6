//! What comes in and leaves: deposits and withdrawals under references, second approvals, daily bounds.
//!
//! # Invariants
//! - A reference of an account that is remembered was carried out once, or waits.
//! - A withdrawal that waits has set aside what it takes; it is decided by another operator than the one who asked.

use crate::engine::Engine;
use std::collections::{BTreeMap, VecDeque};
use unspent_model::{
    AccountId, AccountState, Actor, Asset, Cash, Event, Funding, FundingRef, FundingRules, FundingSide, Lots, Movement,
    MovementKind, PendingWithdrawal, Reject, Rejection, Reply, WithdrawalId, limits,
};

const DAY_NS: u64 = 86_400_000_000_000;

/// What an account has asked for in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Days since 1970 (UTC).
    pub day: u64,
    pub cents: u64,
    pub face: u64,
}

/// What was done under which reference, what waits, and what may leave.
#[derive(Debug, Default)]
pub(crate) struct Fundings {
    /// `None` until the operator says otherwise than the default.
    pub rules: Option<FundingRules>,
    pub pending: BTreeMap<WithdrawalId, PendingWithdrawal>,
    pub asked: BTreeMap<AccountId, Asked>,
    /// What was done under a reference, and the withdrawal it became when it had to wait.
    done: BTreeMap<(AccountId, FundingRef), (Funding, Option<WithdrawalId>)>,
    /// The references, oldest first.
    oldest: VecDeque<(AccountId, FundingRef)>,
}

impl Fundings {
    fn find(&self, funding: &Funding) -> Option<&(Funding, Option<WithdrawalId>)> {
        self.done.get(&(funding.account, funding.reference))
    }

    /// Remembers what was done under a reference that was not remembered; the oldest is forgotten.
    pub fn remember(&mut self, funding: Funding, withdrawal: Option<WithdrawalId>) -> bool {
        let key = (funding.account, funding.reference);
        let new = self.done.insert(key, (funding, withdrawal)).is_none();
        if new {
            self.oldest.push_back(key);
        }
        if self.oldest.len() > limits::FUNDING_REFERENCES {
            let oldest = self.oldest.pop_front().expect("there are many");
            self.done.remove(&oldest);
        }
        new
    }

    /// How many references are remembered.
    pub fn len(&self) -> usize {
        self.oldest.len()
    }

    /// What is remembered, oldest first.
    pub fn remembered(&self) -> impl Iterator<Item = (Funding, Option<WithdrawalId>)> + '_ {
        self.oldest.iter().map(|key| self.done[key])
    }

    /// What the account has asked for on this day.
    fn asked_on(&self, account: AccountId, day: u64) -> Asked {
        let nothing = Asked { day, cents: 0, face: 0 };
        self.asked.get(&account).copied().filter(|asked| asked.day == day).unwrap_or(nothing)
    }
}

/// How much of what: cents, or dollars of face.
#[derive(Clone, Copy)]
enum Amount {
    Cents(u64),
    Face(u64),
}

impl Engine {
    pub(crate) fn set_funding_rules(&mut self, rules: FundingRules, events: &mut Vec<Event>) -> Reply {
        self.fundings.rules = Some(rules);
        events.push(Event::FundingRulesSet(rules));
        Reply::Done
    }

    /// A deposit or withdrawal, by an operator or the venue itself.
    pub(crate) fn fund(
        &mut self,
        funding: &Funding,
        actor: Option<Actor>,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(funding.account)?;
        if let Some((first, withdrawal)) = self.fundings.find(funding) {
            if first != funding {
                return Err(Reject::ReferenceUsed.into());
            }
            let waits = withdrawal.filter(|id| self.fundings.pending.contains_key(id));
            return Ok(Reply::Funded { waits, duplicate: true });
        }
        let state = self.accounts.get(funding.account).expect("known").state();
        if state == AccountState::Closed {
            return Err(Reject::AccountClosed.into());
        }
        if let Asset::Credits { instrument, .. } = funding.asset {
            self.listed(instrument)?;
        }
        let waits = match funding.side {
            FundingSide::Deposit => {
                self.take_in(funding, events)?;
                None
            }
            FundingSide::Withdrawal => self.withdraw(funding, actor, events)?,
        };
        self.fundings.remember(*funding, waits);
        Ok(Reply::Funded { waits, duplicate: false })
    }

    fn take_in(&mut self, funding: &Funding, events: &mut Vec<Event>) -> Result<(), Rejection> {
        match funding.asset {
            Asset::Cash(amount) => self.deposit_cash(funding.account, amount, events)?,
            Asset::Credits { instrument, lots } => self.deposit_lots(funding.account, instrument, lots, events)?,
        };
        Ok(())
    }

    fn withdraw(
        &mut self,
        funding: &Funding,
        actor: Option<Actor>,
        events: &mut Vec<Event>,
    ) -> Result<Option<WithdrawalId>, Rejection> {
        if self.accounts.get(funding.account).expect("known").state() != AccountState::Open {
            return Err(Reject::AccountSuspended.into());
        }
        let rules = self.fundings.rules.unwrap_or_default();
        let amount = self.amount(funding)?;
        self.is_free(funding)?;
        let day = self.now.0 / DAY_NS;
        let mut asked = self.fundings.asked_on(funding.account, day);
        let (so_far, bound, more, approval) = match amount {
            Amount::Cents(cents) => {
                (&mut asked.cents, rules.daily_cash.map(|bound| bound.0), cents, rules.approval_cash.0)
            }
            Amount::Face(face) => (&mut asked.face, rules.daily_face, face, rules.approval_face),
        };
        if let Some(bound) = bound
            && so_far.saturating_add(more) > bound
        {
            let available = Some(bound.saturating_sub(*so_far));
            return Err(Rejection { reject: Reject::WithdrawalLimit, available });
        }
        let waits = more > approval;
        if waits && self.fundings.pending.len() >= limits::PENDING_WITHDRAWALS {
            return Err(Reject::TooManyWithdrawals.into());
        }

        // Decided.
        *so_far = so_far.saturating_add(more);
        self.fundings.asked.insert(funding.account, asked);
        // Those of other days count for nothing any more.
        self.fundings.asked.retain(|_, asked| asked.day == day);
        if !waits {
            self.pay_out(funding, events);
            return Ok(None);
        }
        let id = WithdrawalId(self.seq.0);
        let pending = PendingWithdrawal { id, funding: *funding, asked_by: actor };
        self.set_aside(funding);
        self.fundings.pending.insert(id, pending);
        events.push(Event::WithdrawalAsked(pending));
        Ok(Some(id))
    }

    /// How much a withdrawal is of, when it is of something.
    fn amount(&self, funding: &Funding) -> Result<Amount, Reject> {
        let amount = match funding.asset {
            Asset::Cash(cash) if cash != Cash::ZERO => Some(Amount::Cents(cash.0)),
            Asset::Credits { instrument, lots } if lots > 0 => {
                let face = u64::from(self.listed[instrument.0 as usize].spec.face_dollars);
                lots.checked_mul(face).map(Amount::Face)
            }
            _ => None,
        };
        amount.ok_or(Reject::AmountOutOfRange)
    }

    fn is_free(&self, funding: &Funding) -> Result<(), Rejection> {
        let (reject, wanted, available) = match funding.asset {
            Asset::Cash(cash) => (Reject::InsufficientFunds, cash.0, self.ledger.cash(funding.account).0.0),
            Asset::Credits { instrument, lots } => {
                (Reject::InsufficientCredits, lots, self.ledger.lots(funding.account, instrument).0)
            }
        };
        if wanted <= available { Ok(()) } else { Err(Rejection { reject, available: Some(available) }) }
    }

    pub(crate) fn set_aside(&mut self, funding: &Funding) {
        match funding.asset {
            Asset::Cash(cash) => self.ledger.reserve_cash(funding.account, cash),
            Asset::Credits { instrument, lots } => {
                let holding = self.ledger.holding(funding.account, instrument);
                in_parts(lots, |part| self.ledger.reserve_lots(holding, part));
            }
        }
    }

    fn free_again(&mut self, funding: &Funding) {
        match funding.asset {
            Asset::Cash(cash) => self.ledger.release_cash(funding.account, cash),
            Asset::Credits { instrument, lots } => {
                let holding = self.ledger.holding(funding.account, instrument);
                in_parts(lots, |part| self.ledger.release_lots(holding, part));
            }
        }
    }

    fn pay_out(&mut self, funding: &Funding, events: &mut Vec<Event>) {
        let gone = |amount: u64| -i64::try_from(amount).expect("what an account may have fits");
        let (account, kind) = (funding.account, MovementKind::Withdrawal);
        events.push(Event::Moved(match funding.asset {
            Asset::Cash(cash) => {
                self.ledger.withdraw_cash(account, cash);
                Movement::cash(account, kind, gone(cash.0))
            }
            Asset::Credits { instrument, lots } => {
                let holding = self.ledger.holding(account, instrument);
                self.ledger.withdraw_lots(holding, lots);
                Movement::lots(account, kind, instrument, gone(lots))
            }
        }));
    }

    pub(crate) fn decide_withdrawal(
        &mut self,
        id: WithdrawalId,
        approve: bool,
        actor: Option<Actor>,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        let pending = *self.fundings.pending.get(&id).ok_or(Reject::UnknownWithdrawal)?;
        // Whoever asked may give it up, and nobody may approve alone.
        if approve && (actor.is_none() || actor == pending.asked_by) {
            return Err(Reject::SecondApprover.into());
        }
        let account = pending.funding.account;
        if approve && self.accounts.get(account).expect("known").state() != AccountState::Open {
            return Err(Reject::AccountSuspended.into());
        }
        self.fundings.pending.remove(&id);
        events.push(Event::WithdrawalDecided { withdrawal: id, account, approved: approve });
        self.free_again(&pending.funding);
        if approve {
            self.pay_out(&pending.funding, events);
        }
        Ok(Reply::Done)
    }

    /// The withdrawals that wait for a second operator, oldest first.
    pub fn pending_withdrawals(&self) -> impl Iterator<Item = &PendingWithdrawal> + '_ {
        self.fundings.pending.values()
    }

    pub(crate) fn set_account(
        &mut self,
        account: AccountId,
        state: AccountState,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        let held = self.accounts.get(account).expect("known");
        let was = held.state();
        if was == AccountState::Closed {
            return Err(Reject::AccountClosed.into());
        }
        if state == AccountState::Closed && !self.is_empty(account) {
            return Err(Reject::AccountNotEmpty.into());
        }
        if was == state {
            return Ok(Reply::Done);
        }
        self.accounts.get_mut(account).set_state(state);
        events.push(Event::AccountSet { account, state });
        if state == AccountState::Suspended {
            self.cancel_where(account, unspent_model::CancelReason::Operator, events, |_, _| true);
        }
        Ok(Reply::Done)
    }

    /// Whether an account has nothing and nothing open.
    fn is_empty(&self, account: AccountId) -> bool {
        let cash = self.ledger.cash(account);
        self.accounts.get(account).is_some_and(|held| held.open == 0)
            && cash == (Cash::ZERO, Cash::ZERO)
            && self.ledger.holdings_of(account).all(|(_, free, aside)| free == 0 && aside == 0)
            && self.ledger.escrow(account) == Cash::ZERO
            && self.ledger.debt(account) == Cash::ZERO
            && self.ledger.promises(account).next().is_none()
            && self.ledger.claims().all(|claim| claim.creditor != Some(account))
            && self.settlements.iter().all(|it| it.buyer != account && it.seller != account)
            && self.fundings.pending.values().all(|pending| pending.funding.account != account)
            && self.registry.count(account) == 0
    }
}

/// Lots are set aside as an order's are, by at most as many as one order has.
fn in_parts(mut lots: u64, mut each: impl FnMut(Lots)) {
    while lots > 0 {
        let part = u32::try_from(lots).unwrap_or(u32::MAX);
        each(Lots(part));
        lots -= u64::from(part);
    }
}
