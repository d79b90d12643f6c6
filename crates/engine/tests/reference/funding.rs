//! Deposits and withdrawals under references, accounts that are suspended or closed.

use super::accounts::Thing;
use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, AccountState, Actor, Asset, CancelReason, Event, Funding, FundingRules, FundingSide, Movement,
    MovementKind, PendingWithdrawal, Reject, Rejection, Reply, WithdrawalId, limits,
};

/// Everything that ever came or went under a reference, and what follows.
#[derive(Clone, Debug, Default)]
pub struct Fundings {
    rules: FundingRules,
    /// Every funding that was taken, with its day and the withdrawal that it became when it had to wait.
    taken: Vec<(Funding, u64, Option<WithdrawalId>)>,
    pub waiting: Vec<PendingWithdrawal>,
    suspended: Vec<AccountId>,
    closed: Vec<AccountId>,
}

impl Reference {
    pub(super) fn state(&self, account: AccountId) -> AccountState {
        if self.fundings.closed.contains(&account) {
            AccountState::Closed
        } else if self.fundings.suspended.contains(&account) {
            AccountState::Suspended
        } else {
            AccountState::Open
        }
    }

    pub(super) fn set_account(&mut self, account: AccountId, state: AccountState) -> Answer {
        self.known(account)?;
        let was = self.state(account);
        if was == AccountState::Closed {
            return no(Reject::AccountClosed);
        }
        if state == AccountState::Closed {
            let owns = self.owned.iter().any(|&(whose, _, lots)| whose == account && lots > 0);
            let open = self.open.iter().any(|order| order.terms.account == account);
            let waits = self.fundings.waiting.iter().any(|it| it.funding.account == account);
            if owns
                || open
                || waits
                || self.has_holding(account)
                || self.settles(account)
                || self.account(account).cash > 0
            {
                return no(Reject::AccountNotEmpty);
            }
        }
        if was == state {
            return Ok(Reply::Done);
        }
        self.fundings.suspended.retain(|&other| other != account);
        self.tell(Event::AccountSet { account, state });
        match state {
            AccountState::Open => (),
            AccountState::Closed => self.fundings.closed.push(account),
            AccountState::Suspended => {
                self.fundings.suspended.push(account);
                self.pull_all(CancelReason::Operator, |order| order.terms.account == account);
            }
        }
        Ok(Reply::Done)
    }

    pub(super) fn set_funding_rules(&mut self, rules: FundingRules) -> Answer {
        self.fundings.rules = rules;
        self.tell(Event::FundingRulesSet(rules));
        Ok(Reply::Done)
    }

    pub(super) fn fund(&mut self, funding: Funding, actor: Option<Actor>) -> Answer {
        self.known(funding.account)?;
        let remembered = self.fundings.taken.iter().rev().take(limits::FUNDING_REFERENCES);
        let same = |other: &Funding| (other.account, other.reference) == (funding.account, funding.reference);
        if let Some(&(first, _, withdrawal)) = remembered.into_iter().find(|(other, ..)| same(other)) {
            if first != funding {
                return no(Reject::ReferenceUsed);
            }
            let waits = withdrawal.filter(|id| self.fundings.waiting.iter().any(|it| it.id == *id));
            return Ok(Reply::Funded { waits, duplicate: true });
        }
        let state = self.state(funding.account);
        if state == AccountState::Closed {
            return no(Reject::AccountClosed);
        }
        if let Asset::Credits { instrument, .. } = funding.asset {
            self.listed(instrument)?;
        }
        let day = self.at / 86_400_000_000_000;
        let mut waits = None;
        match (funding.side, funding.asset) {
            (FundingSide::Deposit, Asset::Cash(cash)) => {
                self.deposit_cash(funding.account, i128::from(cash.0))?;
            }
            (FundingSide::Deposit, Asset::Credits { instrument, lots }) => {
                self.deposit_lots(funding.account, instrument, i128::from(lots))?;
            }
            (FundingSide::Withdrawal, asset) => {
                if state == AccountState::Suspended {
                    return no(Reject::AccountSuspended);
                }
                let worth = self.size(asset);
                if worth == 0 || worth > i128::from(u64::MAX) {
                    return no(Reject::AmountOutOfRange);
                }
                self.is_free(&funding)?;
                let is_cash = |asset| matches!(asset, Asset::Cash(_));
                let today: i128 = self
                    .fundings
                    .taken
                    .iter()
                    .filter(|(other, when, _)| other.account == funding.account && *when == day)
                    .filter(|(other, ..)| other.side == FundingSide::Withdrawal)
                    .filter(|(other, ..)| is_cash(other.asset) == is_cash(asset))
                    .map(|(other, ..)| self.size(other.asset))
                    .sum();
                let FundingRules { approval_cash, approval_face, daily_cash, daily_face } = self.fundings.rules;
                let (bound, approval) = match asset {
                    Asset::Cash(_) => (daily_cash.map(|cash| cash.0), approval_cash.0),
                    Asset::Credits { .. } => (daily_face, approval_face),
                };
                if let Some(bound) = bound.map(i128::from).filter(|bound| today + worth > *bound) {
                    let available = Some((bound - today).max(0) as u64);
                    return Err(Rejection { reject: Reject::WithdrawalLimit, available });
                }
                if worth > i128::from(approval) {
                    if self.fundings.waiting.len() >= limits::PENDING_WITHDRAWALS {
                        return no(Reject::TooManyWithdrawals);
                    }
                    let pending = PendingWithdrawal { id: WithdrawalId(self.seq), funding, asked_by: actor };
                    self.fundings.waiting.push(pending);
                    self.tell(Event::WithdrawalAsked(pending));
                    self.change(thing(&funding));
                    waits = Some(pending.id);
                } else {
                    self.pay_out(&funding);
                }
            }
        }
        self.fundings.taken.push((funding, day, waits));
        Ok(Reply::Funded { waits, duplicate: false })
    }

    pub(super) fn decide_withdrawal(&mut self, id: WithdrawalId, approve: bool, actor: Option<Actor>) -> Answer {
        let Some(at) = self.fundings.waiting.iter().position(|it| it.id == id) else {
            return no(Reject::UnknownWithdrawal);
        };
        let PendingWithdrawal { funding, asked_by, .. } = self.fundings.waiting[at];
        if approve && (actor.is_none() || actor == asked_by) {
            return no(Reject::SecondApprover);
        }
        if approve && self.state(funding.account) != AccountState::Open {
            return no(Reject::AccountSuspended);
        }
        self.fundings.waiting.remove(at);
        self.tell(Event::WithdrawalDecided { withdrawal: id, account: funding.account, approved: approve });
        self.change(thing(&funding));
        if approve {
            self.pay_out(&funding);
        }
        Ok(Reply::Done)
    }

    /// Cents, or dollars of face.
    fn size(&self, asset: Asset) -> i128 {
        match asset {
            Asset::Cash(cash) => i128::from(cash.0),
            Asset::Credits { instrument, lots } => i128::from(lots) * i128::from(self.at(instrument).spec.face_dollars),
        }
    }

    fn is_free(&self, funding: &Funding) -> Result<(), Rejection> {
        let (reject, wanted, available) = match funding.asset {
            Asset::Cash(cash) => (Reject::InsufficientFunds, cash.0, self.cash(funding.account).available.0),
            Asset::Credits { instrument, lots } => {
                (Reject::InsufficientCredits, lots, self.holding(funding.account, instrument).available)
            }
        };
        if wanted > available { Err(Rejection { reject, available: Some(available) }) } else { Ok(()) }
    }

    fn pay_out(&mut self, funding: &Funding) {
        let (account, kind) = (funding.account, MovementKind::Withdrawal);
        match funding.asset {
            Asset::Cash(cash) => {
                self.accounts[account.0 as usize].cash -= i128::from(cash.0);
                self.cash_in -= i128::from(cash.0);
                self.tell(Event::Moved(Movement::cash(account, kind, -(cash.0 as i64))));
            }
            Asset::Credits { instrument, lots } => {
                self.own(account, instrument, -i128::from(lots));
                self.lots_in[instrument.0 as usize] -= i128::from(lots);
                self.tell(Event::Moved(Movement::lots(account, kind, instrument, -(lots as i64))));
            }
        }
        self.change(thing(funding));
    }

    /// What withdrawals of an account that wait have set aside of something.
    pub(super) fn waiting_for(&self, thing_of: Thing) -> i128 {
        let waiting = self.fundings.waiting.iter().filter(|it| thing(&it.funding) == thing_of);
        waiting
            .map(|it| match it.funding.asset {
                Asset::Cash(cash) => i128::from(cash.0),
                Asset::Credits { lots, .. } => i128::from(lots),
            })
            .sum()
    }
}

fn thing(funding: &Funding) -> Thing {
    match funding.asset {
        Asset::Cash(_) => Thing::Cash(funding.account),
        Asset::Credits { instrument, .. } => Thing::Lots(funding.account, instrument),
    }
}
