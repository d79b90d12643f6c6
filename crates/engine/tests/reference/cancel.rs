//! Orders that end before they are filled.

use super::memory::Remembered;
use super::{Answer, Open, Reference, no};
use unspent_model::{
    AccountId, CancelFilter, CancelReason, Canceled, Event, Lots, OrderId, OrderRef, Phase, Price, Reject, Rejection,
    Reply,
};

impl Reference {
    pub(super) fn cancel(&mut self, account: AccountId, order: OrderRef) -> Answer {
        self.known(account)?;
        let id = self.named(account, order)?;
        let found = self.find(id).expect("a named order is open");
        if self.phase(found.terms.instrument) == Phase::NoCancel {
            return no(Reject::WrongPhase);
        }
        let gone = self.pull(id, CancelReason::User);
        Ok(Reply::Canceled { order: gone.id, cl_ord_id: gone.terms.cl_ord_id })
    }

    pub(super) fn cancel_all(&mut self, account: AccountId, filter: CancelFilter) -> Answer {
        self.known(account)?;
        if let Some(instrument) = filter.instrument {
            self.listed(instrument)?;
        }
        if let Some(group) = filter.group {
            self.group(account, group)?;
        }
        let phases: Vec<Phase> = self.listed.iter().map(|listed| listed.phase).collect();
        let symbols: Vec<_> = self.listed.iter().map(|listed| listed.spec.symbol).collect();
        let count = self.pull_all(CancelReason::User, |order| {
            let place = order.terms.instrument.0 as usize;
            order.terms.account == account
                && phases[place] != Phase::NoCancel
                && filter.instrument.is_none_or(|it| it == order.terms.instrument)
                && filter.side.is_none_or(|side| side == order.terms.side)
                && filter.programme.is_none_or(|programme| programme.covers(&symbols[place]))
                && filter.group.is_none_or(|group| order.group == Some(group))
        });
        Ok(Reply::CanceledAll { count })
    }

    /// An account's open order of this name.
    pub(super) fn named(&self, account: AccountId, order: OrderRef) -> Result<OrderId, Rejection> {
        match order {
            OrderRef::Id(id) => match self.find(id) {
                Some(found) if found.terms.account == account => Ok(id),
                _ => no(Reject::UnknownOrder),
            },
            OrderRef::ClOrdId(name) => {
                let same = |first: &&Remembered| first.terms.account == account && first.terms.cl_ord_id == Some(name);
                let Some(first) = self.memory.iter().find(same) else { return no(Reject::UnknownOrder) };
                let id = first.answer.order;
                if self.find(id).is_some() { Ok(id) } else { no(Reject::TooLateToCancel) }
            }
        }
    }

    /// Cancels all open orders of which `which` holds, by ascending id.
    pub(super) fn pull_all(&mut self, reason: CancelReason, which: impl Fn(&Open) -> bool) -> u32 {
        let mut ids: Vec<OrderId> = self.open.iter().filter(|order| which(order)).map(|order| order.id).collect();
        ids.sort();
        for &id in &ids {
            self.pull(id, reason);
        }
        ids.len() as u32
    }

    /// Takes an open order out and says why.
    pub(super) fn pull(&mut self, id: OrderId, reason: CancelReason) -> Open {
        let order = self.take_out(id);
        self.at_mut(order.terms.instrument).reached.retain(|&queued| queued != id);
        self.tell_canceled(&order, reason);
        self.end_leg(&order);
        let needed = self.needs(&order);
        if needed > 0 {
            self.change_for(&order, needed, order.bond);
        }
        order
    }

    pub(super) fn tell_canceled(&mut self, order: &Open, reason: CancelReason) {
        self.tell(Event::Canceled(Canceled {
            order: order.id,
            account: order.terms.account,
            instrument: order.terms.instrument,
            side: order.terms.side,
            price: Price(order.price),
            lots: Lots(order.leaves()),
            shown: Lots(order.shown),
            reason,
        }));
    }
}
