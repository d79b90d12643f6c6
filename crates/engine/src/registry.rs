//! The live holdings, by number, credit and account, and the lots that are listed out of each.
//!
//! # Invariants
//! - A provider's credit is here once.
//! - What is listed out of an account's holdings of an instrument at a level is never more than it owns of that.

use std::collections::{BTreeMap, BTreeSet};
use unspent_model::{AccountId, CreditId, Holding, HoldingId, HoldingLots, InstrumentId, Level, Programme};

/// Lots of an account that are alike: of one instrument, at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stock {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub level: Level,
}

/// All of it. A holding that has ended is not kept: its last event told everything.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// The last number given.
    pub last: HoldingId,
    live: BTreeMap<HoldingId, Holding>,
    /// By provider and the provider's id.
    credits: BTreeMap<(Programme, CreditId), HoldingId>,
    by_account: BTreeSet<(AccountId, HoldingId)>,
    /// How many an account has that has any.
    counts: BTreeMap<AccountId, u32>,
    /// Lots listed out of a holding; entries of none are not kept.
    listed: BTreeMap<(HoldingId, InstrumentId, Level), u64>,
    /// The same by what they are, oldest holding first.
    by_stock: BTreeSet<(Stock, HoldingId)>,
    /// Their sums by what they are.
    sums: BTreeMap<Stock, u64>,
}

fn credit_of(holding: &Holding) -> (Programme, CreditId) {
    let provider =
        Programme::parse(holding.terms.programme.provider()).expect("a programme of two parts has a provider");
    (provider, holding.terms.credit)
}

impl Registry {
    /// Whether there has been anything: then it is part of the state hash and of snapshots.
    pub fn used(&self) -> bool {
        self.last != HoldingId(0)
    }

    pub fn get(&self, id: HoldingId) -> Option<&Holding> {
        self.live.get(&id)
    }

    /// All of them by number.
    pub fn iter(&self) -> impl Iterator<Item = &Holding> {
        self.live.values()
    }

    /// An account's, oldest first.
    pub fn of_account(&self, account: AccountId) -> impl Iterator<Item = &Holding> {
        let all = (account, HoldingId(0))..=(account, HoldingId(u64::MAX));
        self.by_account.range(all).map(|(_, id)| &self.live[id])
    }

    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// How many an account has.
    pub fn count(&self, account: AccountId) -> u32 {
        self.counts.get(&account).copied().unwrap_or(0)
    }

    /// The live holding of the same provider's credit.
    pub fn of_credit(&self, holding: &Holding) -> Option<HoldingId> {
        self.credits.get(&credit_of(holding)).copied()
    }

    /// Keeps a holding as it stands now.
    pub fn put(&mut self, holding: Holding) {
        let (id, account) = (holding.holding, holding.terms.account);
        if self.live.insert(id, holding).is_none() {
            let before = self.credits.insert(credit_of(&holding), id);
            assert_eq!(before, None, "a credit is registered twice");
            self.by_account.insert((account, id));
            *self.counts.entry(account).or_insert(0) += 1;
        }
    }

    /// Lets a holding go, with what is listed out of it.
    pub fn remove(&mut self, id: HoldingId) -> Holding {
        let holding = self.live.remove(&id).expect("a live holding");
        let account = holding.terms.account;
        for lots in self.listed_of(id).collect::<Vec<_>>() {
            self.note(&holding, lots, |_| 0);
        }
        self.credits.remove(&credit_of(&holding));
        self.by_account.remove(&(account, id));
        let count = self.counts.get_mut(&account).expect("it was counted");
        *count -= 1;
        if *count == 0 {
            self.counts.remove(&account);
        }
        holding
    }

    /// What is listed out of a holding, by instrument and level.
    pub fn listed_of(&self, id: HoldingId) -> impl Iterator<Item = HoldingLots> + '_ {
        let all = (id, InstrumentId(0), Level::Declared)..=(id, InstrumentId(u32::MAX), Level::Custody);
        self.listed.range(all).map(|(&(_, instrument, level), &lots)| HoldingLots { instrument, level, lots })
    }

    /// What is listed of a stock, oldest holding first.
    pub fn listed_as(&self, stock: Stock) -> impl Iterator<Item = (HoldingId, u64)> + '_ {
        let all = (stock, HoldingId(0))..=(stock, HoldingId(u64::MAX));
        self.by_stock.range(all).map(move |&(_, id)| (id, self.listed[&(id, stock.instrument, stock.level)]))
    }

    /// Everything that is listed of an instrument, by account, level and holding.
    pub fn listed_in(&self, instrument: InstrumentId) -> Vec<(Stock, HoldingId)> {
        self.by_stock.iter().filter(|(stock, _)| stock.instrument == instrument).copied().collect()
    }

    /// How many lots of a stock are listed out of its owner's holdings.
    pub fn sum(&self, stock: Stock) -> u64 {
        self.sums.get(&stock).copied().unwrap_or(0)
    }

    /// Every stock that is listed, and how many lots of it.
    pub fn sums(&self) -> &BTreeMap<Stock, u64> {
        &self.sums
    }

    /// Changes how many lots are listed out of a holding.
    pub fn note(&mut self, holding: &Holding, what: HoldingLots, change: impl FnOnce(u64) -> u64) {
        let HoldingLots { instrument, level, .. } = what;
        let id = holding.holding;
        let stock = Stock { account: holding.terms.account, instrument, level };
        let before = self.listed.get(&(id, instrument, level)).copied().unwrap_or(0);
        let after = change(before);
        let sum = self.sum(stock) - before + after;
        if after == 0 {
            self.listed.remove(&(id, instrument, level));
            self.by_stock.remove(&(stock, id));
        } else {
            self.listed.insert((id, instrument, level), after);
            self.by_stock.insert((stock, id));
        }
        if sum == 0 {
            self.sums.remove(&stock);
        } else {
            self.sums.insert(stock, sum);
        }
    }
}
