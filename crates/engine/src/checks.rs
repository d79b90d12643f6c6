//! Questions that several commands ask before they change anything.

use crate::engine::Engine;
use crate::listed::Listed;
use unspent_model::{AccountId, InstrumentId, OrderRef, Reject, Timestamp};

impl Engine {
    pub(crate) fn known(&self, account: AccountId) -> Result<(), Reject> {
        self.accounts.get(account).map(|_| ()).ok_or(Reject::UnknownAccount)
    }

    pub(crate) fn listed(&self, instrument: InstrumentId) -> Result<&Listed, Reject> {
        self.listed.get(instrument.0 as usize).ok_or(Reject::UnknownSymbol)
    }

    pub(crate) fn in_time(&self, deadline: Option<Timestamp>) -> Result<(), Reject> {
        match deadline {
            Some(deadline) if self.at > deadline => Err(Reject::DeadlinePassed),
            _ => Ok(()),
        }
    }

    /// The record of an account's open order. Another account's order is as unknown as one that never was.
    pub(crate) fn own_order(&self, account: AccountId, order: OrderRef) -> Result<u32, Reject> {
        let (id, closed) = match order {
            OrderRef::Id(id) => (id, Reject::UnknownOrder),
            OrderRef::ClOrdId(name) => {
                let first = self.memory.find(account, name, self.at, &self.orders).ok_or(Reject::UnknownOrder)?;
                (first.answer.order, Reject::TooLateToCancel)
            }
        };
        let record = self.orders.find(id).ok_or(closed)?;
        if self.orders.get(record).account == account { Ok(record) } else { Err(Reject::UnknownOrder) }
    }
}
