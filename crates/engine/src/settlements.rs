//! The settlements that have not ended, and what is known of sellers.

use std::collections::{BTreeMap, BTreeSet};
use unspent_model::{AccountId, Settlement, SettlementId, SettlementTerms};

/// All of it. A settlement that has ended is not kept: its last event told everything.
#[derive(Debug, Default)]
pub(crate) struct Settlements {
    pub terms: SettlementTerms,
    /// The last number given.
    pub last: SettlementId,
    live: BTreeMap<SettlementId, Settlement>,
    by_seller: BTreeSet<(AccountId, SettlementId)>,
    /// How many there are of each seller that has any.
    counts: BTreeMap<AccountId, u32>,
    /// How many of a seller's became final.
    pub good: BTreeMap<AccountId, u32>,
}

impl Settlements {
    pub fn get(&self, id: SettlementId) -> Option<&Settlement> {
        self.live.get(&id)
    }

    /// All of them by number.
    pub fn iter(&self) -> impl Iterator<Item = &Settlement> {
        self.live.values()
    }

    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// Whether there has been anything: then it is part of the state hash and of snapshots.
    pub fn used(&self) -> bool {
        self.last != SettlementId(0) || self.terms != SettlementTerms::default()
    }

    /// How many of a seller's have not ended.
    pub fn count(&self, seller: AccountId) -> u32 {
        self.counts.get(&seller).copied().unwrap_or(0)
    }

    /// A seller's, oldest first.
    pub fn of_seller(&self, seller: AccountId) -> impl Iterator<Item = &Settlement> {
        let all = (seller, SettlementId(0))..=(seller, SettlementId(u64::MAX));
        self.by_seller.range(all).map(|(_, id)| &self.live[id])
    }

    /// Keeps a settlement as it stands now; one that has ended is let go.
    pub fn put(&mut self, settlement: Settlement) {
        let (id, seller) = (settlement.settlement, settlement.seller);
        if settlement.state.is_end() {
            if self.live.remove(&id).is_some() {
                self.by_seller.remove(&(seller, id));
                let count = self.counts.get_mut(&seller).expect("it was counted");
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&seller);
                }
            }
            return;
        }
        if self.live.insert(id, settlement).is_none() {
            self.by_seller.insert((seller, id));
            *self.counts.entry(seller).or_insert(0) += 1;
        }
    }
}
