//! Accounts by id and name, with what bounds them.

use crate::lists::List;
use std::collections::BTreeMap;
use unspent_model::{AccountId, AccountLimits, AccountName, Cash, OwnerGroup, Timestamp};

/// One account.
#[derive(Debug)]
pub(crate) struct Account {
    pub name: AccountName,
    pub group: OwnerGroup,
    /// How many orders it has open.
    pub open: u32,
    /// How many of its client order ids are remembered.
    pub remembered: u32,
    /// Its open orders by id, ascending.
    pub list: List,
    /// What its open orders are worth at their limits.
    pub open_notional: Cash,
    pub limits: AccountLimits,
    /// When its next order would arrive if it sent them evenly at its rate.
    pub next_arrival: Timestamp,
    /// How many sessions it has.
    pub sessions: u32,
    /// How many protection groups it has.
    pub groups: u32,
    /// How many of its open orders lower their own price.
    pub decays: u32,
    pub killed: bool,
}

/// All accounts.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    by_id: Vec<Account>,
    by_name: BTreeMap<AccountName, AccountId>,
}

impl Accounts {
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn get(&self, id: AccountId) -> Option<&Account> {
        self.by_id.get(id.0 as usize)
    }

    pub fn get_mut(&mut self, id: AccountId) -> &mut Account {
        &mut self.by_id[id.0 as usize]
    }

    pub fn find(&self, name: &AccountName) -> Option<AccountId> {
        self.by_name.get(name).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = (AccountId, &Account)> {
        (0..).map(AccountId).zip(&self.by_id)
    }

    /// Adds an account whose name is new.
    pub fn open(&mut self, name: AccountName, group: OwnerGroup) -> AccountId {
        let id = AccountId(u32::try_from(self.by_id.len()).expect("the bound on accounts fits"));
        self.by_id.push(Account {
            name,
            group,
            open: 0,
            remembered: 0,
            list: List::default(),
            open_notional: Cash::ZERO,
            limits: AccountLimits::default(),
            next_arrival: Timestamp(0),
            sessions: 0,
            groups: 0,
            decays: 0,
            killed: false,
        });
        let before = self.by_name.insert(name, id);
        assert!(before.is_none(), "account {name} opened twice");
        id
    }
}
