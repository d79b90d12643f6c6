//! What is neither free nor in open orders, from docs/settlement.md: promised lots, rows that settle later, the fund and
//! claims, as lists searched from end to end. What is in escrow is never kept: it is what the rows say.

use super::Reference;
use super::accounts::Thing;
use super::orders::ceil;
use unspent_model::{
    AccountId, Cash, Claim, EscrowBalance, Event, InstrumentId, Level, Movement, MovementKind, PromisedBalance,
    Settlement, SettlementId, SettlementTerms, TradeId,
};

pub(super) const DAY: u64 = 86_400 * 1_000_000_000;

/// Whose, of what, at which level.
pub type Key = (AccountId, InstrumentId, Level);

/// What else a command may change, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aside {
    Escrow(AccountId),
    Promised(Key),
    Fund,
    Buyer(SettlementId),
    ToFund(AccountId),
}

#[derive(Clone, Debug, Default)]
pub struct Settling {
    pub terms: SettlementTerms,
    pub(super) last: u64,
    pub live: Vec<Settlement>,
    pub(super) good: Vec<AccountId>,
    /// Promised lots that were not sold.
    pub promised: Vec<(Key, i128)>,
    pub(super) registered: Vec<(InstrumentId, i128)>,
    pub(super) fund: i128,
    pub(super) claims: Vec<Claim>,
    pub(super) changed: Vec<Aside>,
}

impl Reference {
    pub(super) fn terms(&self) -> &SettlementTerms {
        &self.settling.terms
    }

    /// Whether an account has promised lots, rows or claims.
    pub(super) fn settles(&self, account: AccountId) -> bool {
        let keys: Vec<Key> =
            self.settling.promised.iter().map(|(key, _)| *key).filter(|key| key.0 == account).collect();
        keys.into_iter().any(|key| self.free(key) + self.offered(key) + self.sold(key) > 0)
            || self.settling.live.iter().any(|row| row.buyer == account || row.seller == account)
            || self.settling.claims.iter().any(|it| it.debtor == account || it.creditor == Some(account))
    }

    /// Cash in escrow.
    pub(super) fn escrow(&self, account: AccountId) -> i128 {
        let rows = self.settling.live.iter();
        rows.map(|row| {
            let bought = if row.buyer == account { row.escrow.0 + row.buyer_fee.0 } else { 0 };
            let sold = if row.seller == account { row.bond.0 + row.held_back.0 } else { 0 };
            i128::from(bought + sold)
        })
        .sum()
    }

    /// Cash that is in no account and no fees.
    pub(super) fn aside(&self) -> i128 {
        let rows = self.settling.live.iter();
        let rows = rows.map(|row| row.escrow.0 + row.buyer_fee.0 + row.bond.0 + row.held_back.0);
        rows.map(i128::from).sum::<i128>() + self.settling.fund
    }

    pub(super) fn touch(&mut self, aside: Aside) {
        self.settling.changed.push(aside);
    }

    pub(super) fn bp(bp: u16, of: i128) -> i128 {
        ceil(of * i128::from(bp))
    }

    pub(super) fn moved(
        &mut self,
        account: AccountId,
        kind: MovementKind,
        cash: i128,
        row: (InstrumentId, i64),
        trade: TradeId,
    ) {
        if cash != 0 || row.1 != 0 {
            let (instrument, lots) = (Some(row.0), row.1);
            let trade = Some(trade);
            self.tell(Event::Moved(Movement { account, kind, cash: cash as i64, instrument, lots, trade }));
        }
    }

    /// Free cash comes or goes.
    pub(super) fn cash_by(&mut self, account: AccountId, cents: i128) {
        if cents != 0 {
            self.accounts[account.0 as usize].cash += cents;
            self.change(Thing::Cash(account));
        }
    }

    pub(super) fn escrow_by(&mut self, account: AccountId, cents: i128) {
        if cents != 0 {
            self.touch(Aside::Escrow(account));
        }
    }

    pub(super) fn fund_by(&mut self, cents: i128) {
        if cents != 0 {
            self.settling.fund += cents;
            self.touch(Aside::Fund);
        }
    }

    pub(super) fn tell_aside(&mut self) {
        let mut changed = std::mem::take(&mut self.settling.changed);
        changed.sort();
        changed.dedup();
        for aside in changed {
            let event = match aside {
                Aside::Escrow(account) => {
                    let claims = self.settling.claims.iter().filter(|claim| claim.debtor == account);
                    let debt = Cash(claims.map(|claim| claim.amount.0).sum());
                    Event::Escrow(EscrowBalance { account, escrow: Cash(self.escrow(account) as u64), debt })
                }
                Aside::Promised(key) => Event::Promised(PromisedBalance {
                    account: key.0,
                    instrument: key.1,
                    level: key.2,
                    available: self.free(key) as u64,
                    reserved: self.offered(key) as u64,
                    escrow: self.sold(key) as u64,
                }),
                Aside::Fund => Event::Fund(Cash(self.settling.fund as u64)),
                Aside::Buyer(id) => {
                    let its = |claim: &&Claim| claim.settlement == Some(id);
                    Event::Claim(*self.settling.claims.iter().find(its).expect("a claim"))
                }
                Aside::ToFund(debtor) => {
                    let its = |claim: &&Claim| (claim.debtor, claim.settlement) == (debtor, None);
                    Event::Claim(*self.settling.claims.iter().find(its).expect("a claim"))
                }
            };
            self.tell(event);
        }
        self.settling.claims.retain(|claim| claim.amount.0 > 0);
    }
}
