//! Open orders are taken out: one by one, or many by scope.

use crate::engine::Engine;
use crate::execute::canceled_event;
use crate::orders::Order;
use unspent_model::{
    AccountId, CancelFilter, CancelReason, CommandSeq, Event, Lots, OrderAnswer, OrderRef, OrderStatus, Rejection,
    Reply,
};

impl Engine {
    pub(crate) fn cancel_order(
        &mut self,
        account: AccountId,
        order: OrderRef,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        let record = self.own_order(account, order)?;
        let order = self.cancel_open(record, CancelReason::User, events);
        Ok(Reply::Canceled { order: order.id, cl_ord_id: order.cl_ord_id })
    }

    pub(crate) fn cancel_all(
        &mut self,
        account: AccountId,
        filter: &CancelFilter,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(account)?;
        if let Some(instrument) = filter.instrument {
            self.listed(instrument)?;
        }
        let mut count = 0;
        let mut next = self.orders.of(&self.accounts, account).next().map(|(record, _)| record);
        while let Some(record) = next {
            let order = *self.orders.get(record);
            next = self.orders.next_of(record);
            let instrument = filter.instrument.is_none_or(|instrument| instrument == order.instrument);
            if instrument && filter.side.is_none_or(|side| side == order.side) {
                self.cancel_open(record, CancelReason::User, events);
                count += 1;
            }
        }
        Ok(Reply::CanceledAll { count })
    }

    /// Takes an open order out of its book and frees what it had set aside.
    pub(crate) fn cancel_open(&mut self, record: u32, reason: CancelReason, events: &mut Vec<Event>) -> Order {
        let order = self.orders.remove(record, &mut self.accounts);
        let slot = order.slot.expect("an open order rests");
        let leaves = self.listed[order.instrument.0 as usize].book.remove(slot);
        assert_eq!(leaves, order.leaves, "book and order disagree about {}", order.id);
        events.push(canceled_event(&order, reason, true));
        self.release(&order);
        order
    }
}

/// Where an order stands that its owner ended.
pub(crate) fn closed_answer(order: &Order, seq: CommandSeq) -> OrderAnswer {
    OrderAnswer {
        order: order.id,
        cl_ord_id: order.cl_ord_id,
        instrument: order.instrument,
        status: OrderStatus::Canceled,
        cum: order.cum,
        leaves: Lots::ZERO,
        canceled: Some(CancelReason::User),
        seq,
        duplicate: false,
    }
}
