//! Accounts by id and name, with what bounds them.

use crate::lists::List;
use std::collections::BTreeMap;
use unspent_model::{AccountId, AccountLimits, AccountName, AccountState, Cash, OwnerGroup, Reject, Timestamp};

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
    /// Why it may not trade, if anything: [`KILLED`], [`SUSPENDED`], [`CLOSED`], together. One comparison on every order's way.
    pub barred: u8,
}

/// Its kill switch is engaged.
pub(crate) const KILLED: u8 = 1;
/// The operator suspended it.
pub(crate) const SUSPENDED: u8 = 2;
/// It is closed for ever.
pub(crate) const CLOSED: u8 = 4;

impl Account {
    pub fn killed(&self) -> bool {
        self.barred & KILLED != 0
    }

    /// Engages or releases its kill switch, and returns whether it was engaged.
    pub fn set_killed(&mut self, engaged: bool) -> bool {
        let was = self.killed();
        self.barred = if engaged { self.barred | KILLED } else { self.barred & !KILLED };
        was
    }

    pub fn state(&self) -> AccountState {
        match self.barred & (SUSPENDED | CLOSED) {
            0 => AccountState::Open,
            SUSPENDED => AccountState::Suspended,
            _ => AccountState::Closed,
        }
    }

    pub fn set_state(&mut self, state: AccountState) {
        let bit = match state {
            AccountState::Open => 0,
            AccountState::Suspended => SUSPENDED,
            AccountState::Closed => CLOSED,
        };
        self.barred = (self.barred & KILLED) | bit;
    }

    /// Why it may not trade: its state, or its kill switch.
    #[cold]
    pub fn why_barred(&self) -> Reject {
        match self.state() {
            AccountState::Suspended => Reject::AccountSuspended,
            AccountState::Closed => Reject::AccountClosed,
            AccountState::Open => Reject::KillSwitch,
        }
    }
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
            barred: 0,
        });
        let before = self.by_name.insert(name, id);
        assert!(before.is_none(), "account {name} opened twice");
        id
    }
}
