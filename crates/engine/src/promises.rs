//! Lots that their owner keeps, registered to be sold and delivered later.

use crate::engine::Engine;
use unspent_ledger::Promise;
use unspent_model::{AccountId, InstrumentId, Level, PromisedBalance, Reject, Rejection, Reply};

impl Engine {
    pub(crate) fn register_lots(&mut self, promise: Promise, lots: u64) -> Result<Reply, Rejection> {
        self.promisable(promise)?;
        self.ledger.register_lots(promise, lots)?;
        Ok(Reply::Done)
    }

    pub(crate) fn withdraw_lots(&mut self, promise: Promise, lots: u64) -> Result<Reply, Rejection> {
        self.promisable(promise)?;
        let (available, _, _) = self.ledger.promised(promise);
        self.ledger.withdraw_lots(promise, lots).map_err(|reject| Rejection { reject, available: Some(available) })?;
        Ok(Reply::Done)
    }

    fn promisable(&self, promise: Promise) -> Result<(), Rejection> {
        self.known(promise.account)?;
        self.listed(promise.instrument)?;
        if promise.level.is_promised() { Ok(()) } else { Err(Reject::InvalidLevel.into()) }
    }

    /// An account's promised lots of an instrument at a level: available, reserved and in escrow.
    #[must_use]
    pub fn promised(&self, account: AccountId, instrument: InstrumentId, level: Level) -> (u64, u64, u64) {
        self.ledger.promised(Promise { account, instrument, level })
    }

    /// All promised lots of an account, by instrument and level.
    pub fn promises(&self, account: AccountId) -> impl Iterator<Item = PromisedBalance> + '_ {
        self.ledger.promises(account)
    }
}
