//! Trades that settle later, and what they set aside.

use std::collections::{BTreeMap, BTreeSet};
use unspent_model::{
    AccountId, Cash, Claim, EscrowBalance, Event, InstrumentId, Level, PromisedBalance, SettlementId, SettlementTerms,
    Timestamp, ViewFact, ViewSettlement, ViewSettling,
};

/// How many settlements that have ended are remembered over the venue; the oldest ends are forgotten first.
pub const ENDED_SETTLEMENTS: usize = 10_000;

/// Every settlement that has not ended, the last that have, and what accounts have promised, in escrow and owe.
#[derive(Clone, Debug, Default)]
pub struct Settlements {
    rows: BTreeMap<SettlementId, ViewSettlement>,
    /// Whose they are: of each its buyer and its seller.
    of: BTreeSet<(AccountId, SettlementId)>,
    /// Those that have ended, by when.
    ended: BTreeSet<(Timestamp, SettlementId)>,
    /// Only what is not nothing.
    promised: BTreeMap<(AccountId, InstrumentId, Level), PromisedBalance>,
    escrow: BTreeMap<AccountId, EscrowBalance>,
    claims: BTreeMap<(Option<SettlementId>, AccountId), Claim>,
    fund: Cash,
    terms: SettlementTerms,
}

impl Settlements {
    /// Follows one event.
    pub(crate) fn apply(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Settlement(told) => self.put(ViewSettlement { settlement: told.settlement, at }),
            Event::Promised(balance) => self.put_promised(*balance),
            Event::Escrow(balance) => self.put_escrow(*balance),
            Event::Claim(claim) => self.put_claim(*claim),
            Event::Fund(fund) => self.fund = *fund,
            Event::TermsSet(terms) => self.terms = **terms,
            _ => {}
        }
    }

    pub(crate) fn put(&mut self, row: ViewSettlement) {
        let it = &row.settlement;
        self.of.extend([(it.buyer, it.settlement), (it.seller, it.settlement)]);
        if it.state.is_end() {
            self.ended.insert((row.at, it.settlement));
        }
        self.rows.insert(it.settlement, row);
        if self.ended.len() > ENDED_SETTLEMENTS
            && let Some((_, oldest)) = self.ended.pop_first()
            && let Some(gone) = self.rows.remove(&oldest)
        {
            self.of.remove(&(gone.settlement.buyer, oldest));
            self.of.remove(&(gone.settlement.seller, oldest));
        }
    }

    pub(crate) fn put_promised(&mut self, balance: PromisedBalance) {
        let key = (balance.account, balance.instrument, balance.level);
        if balance.available == 0 && balance.reserved == 0 && balance.escrow == 0 {
            self.promised.remove(&key);
        } else {
            self.promised.insert(key, balance);
        }
    }

    pub(crate) fn put_escrow(&mut self, balance: EscrowBalance) {
        if balance.escrow == Cash::ZERO && balance.debt == Cash::ZERO {
            self.escrow.remove(&balance.account);
        } else {
            self.escrow.insert(balance.account, balance);
        }
    }

    pub(crate) fn put_claim(&mut self, claim: Claim) {
        let key = (claim.settlement, claim.debtor);
        if claim.amount == Cash::ZERO {
            self.claims.remove(&key);
        } else {
            self.claims.insert(key, claim);
        }
    }

    /// Says what the fund has and on which terms trades settle.
    pub(crate) fn stand(&mut self, fund: Cash, terms: SettlementTerms) {
        (self.fund, self.terms) = (fund, terms);
    }

    /// A settlement, when it has not ended or is remembered.
    #[must_use]
    pub fn get(&self, settlement: SettlementId) -> Option<&ViewSettlement> {
        self.rows.get(&settlement)
    }

    /// An account's settlements as buyer or seller, newest first.
    pub fn of(&self, account: AccountId) -> impl Iterator<Item = &ViewSettlement> + '_ {
        let all = (account, SettlementId(0))..=(account, SettlementId(u64::MAX));
        self.of.range(all).rev().filter_map(|(_, id)| self.rows.get(id))
    }

    /// All that are known, newest first.
    pub fn all(&self) -> impl Iterator<Item = &ViewSettlement> + '_ {
        self.rows.values().rev()
    }

    /// An account's promised lots, by instrument and level.
    pub fn promised(&self, account: AccountId) -> impl Iterator<Item = &PromisedBalance> + '_ {
        let bound = |instrument, level| (account, instrument, level);
        let all = bound(InstrumentId(0), Level::Declared)..=bound(InstrumentId(u32::MAX), Level::Custody);
        self.promised.range(all).map(|(_, balance)| balance)
    }

    /// What an account has in escrow and owes.
    #[must_use]
    pub fn escrow(&self, account: AccountId) -> EscrowBalance {
        let nothing = EscrowBalance { account, escrow: Cash::ZERO, debt: Cash::ZERO };
        self.escrow.get(&account).copied().unwrap_or(nothing)
    }

    /// What the default fund has.
    #[must_use]
    pub fn fund(&self) -> Cash {
        self.fund
    }

    /// What is waited for, what is owed to the fund first, then by settlement.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> + '_ {
        self.claims.values()
    }

    /// The terms of settlement.
    #[must_use]
    pub fn terms(&self) -> &SettlementTerms {
        &self.terms
    }

    /// Gives all that is known as facts; nothing when that is nothing.
    pub(crate) fn facts(&self, mut each: impl FnMut(&ViewFact)) {
        let said = ViewSettling {
            fund: self.fund,
            terms: self.terms,
            promised: self.promised.len() as u64,
            escrow: self.escrow.len() as u64,
            rows: self.rows.len() as u64,
            claims: self.claims.len() as u64,
        };
        if said == ViewSettling::default() {
            return;
        }
        each(&ViewFact::Settling(Box::new(said)));
        self.promised.values().for_each(|it| each(&ViewFact::Promised(*it)));
        self.escrow.values().for_each(|it| each(&ViewFact::Escrow(*it)));
        self.rows.values().for_each(|it| each(&ViewFact::Settlement(Box::new(*it))));
        self.claims.values().for_each(|it| each(&ViewFact::Claim(*it)));
    }

    /// What is known in numbers, for who compares it with what was said to follow.
    pub(crate) fn counts(&self) -> [(&'static str, u64); 4] {
        [
            ("promised lots", self.promised.len() as u64),
            ("escrows", self.escrow.len() as u64),
            ("settlements", self.rows.len() as u64),
            ("claims", self.claims.len() as u64),
        ]
    }
}
