//! What one account has of one thing.

use unspent_model::{AccountId, Cash, Claim, EscrowBalance, InstrumentId, PromisedBalance};

/// Where a holding is stored; stays valid, and never names another holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldingRef(pub(crate) u32);

/// An amount in its two places: cents for cash, lots for a holding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Balance {
    pub available: u64,
    pub reserved: u64,
    /// The epoch of the command that changed it last, so that one command tells it once.
    pub epoch: u64,
}

impl Balance {
    /// Moves `amount` from available to reserved.
    pub fn reserve(&mut self, amount: u64) {
        assert!(amount <= self.available, "reserving {amount} of {} available", self.available);
        self.available -= amount;
        self.reserved += amount;
    }

    /// Moves `amount` from reserved to available.
    pub fn release(&mut self, amount: u64) {
        assert!(amount <= self.reserved, "releasing {amount} of {} reserved", self.reserved);
        self.reserved -= amount;
        self.available += amount;
    }
}

/// A holding and whose it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holding {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub lots: Balance,
}

/// A balance that the current command changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// An account's cash, in cents.
    Cash {
        /// Whose.
        account: AccountId,
        /// Free.
        available: u64,
        /// Set aside.
        reserved: u64,
    },
    /// An account's holding, in lots.
    Holding {
        /// Whose.
        account: AccountId,
        /// Of what.
        instrument: InstrumentId,
        /// Free.
        available: u64,
        /// Set aside.
        reserved: u64,
    },
    /// An account's cash in escrow, and what it owes.
    Escrow(EscrowBalance),
    /// An account's promised lots.
    Promised(PromisedBalance),
    /// What the default fund has.
    Fund(Cash),
    /// What somebody waits for.
    Claim(Claim),
}
