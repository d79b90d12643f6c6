//! Open orders are taken out: one by one, or many by scope.

use crate::engine::Engine;
use crate::execute::canceled_event;
use crate::orders::{Order, Special, Wait};
use crate::timers::Due;
use unspent_model::{
    AccountId, CancelFilter, CancelReason, Event, Lots, OrderAnswer, OrderRef, OrderStatus, Phase, Reject, Rejection,
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
        let open = self.orders.get(record);
        if self.listed[open.instrument.0 as usize].phase == Phase::NoCancel {
            return Err(Reject::WrongPhase.into());
        }
        let (order, cl_ord_id) = (open.id, self.cl_ord_id(open));
        self.cancel_open(record, CancelReason::User, events);
        Ok(Reply::Canceled { order, cl_ord_id })
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
        let group = filter.group.map(|group| self.group(account, group)).transpose()?;
        let count = self.cancel_where(account, CancelReason::User, events, |engine, order| {
            let listed = &engine.listed[order.instrument.0 as usize];
            let of_group = |group| engine.orders.special(order).is_some_and(|special| special.group == Some(group));
            listed.phase != Phase::NoCancel
                && filter.instrument.is_none_or(|instrument| instrument == order.instrument)
                && filter.side.is_none_or(|side| side == order.side)
                && filter.programme.is_none_or(|programme| programme.covers(&listed.spec.symbol))
                && group.is_none_or(of_group)
        });
        Ok(Reply::CanceledAll { count })
    }

    /// Cancels an account's open orders that `chosen` chooses, ascending by id, and returns how many.
    pub(crate) fn cancel_where(
        &mut self,
        account: AccountId,
        reason: CancelReason,
        events: &mut Vec<Event>,
        chosen: impl Fn(&Engine, &Order) -> bool,
    ) -> u32 {
        let mut count = 0;
        let mut next = self.orders.of(&self.accounts, account).next().map(|(record, _)| record);
        while let Some(record) = next {
            next = self.orders.next_of(record);
            if chosen(self, self.orders.get(record)) {
                self.cancel_open(record, reason, events);
                count += 1;
            }
        }
        count
    }

    /// Takes an open order out of its book, or from waiting, and frees what it had set aside.
    pub(crate) fn cancel_open(&mut self, record: u32, reason: CancelReason, events: &mut Vec<Event>) -> Order {
        let open = *self.orders.get(record);
        let mut shown = Lots::ZERO;
        if let Some(slot) = open.slot {
            let book = &mut self.listed[open.instrument.0 as usize].book;
            shown = if open.more.is_special() { book.get(slot).shown } else { open.leaves() };
            let leaves = book.remove(slot);
            assert_eq!(leaves, open.leaves(), "book and order disagree about {}", open.id);
            if self.listed[open.instrument.0 as usize].related {
                self.note_best(open.instrument, open.side);
            }
            self.touch(open.instrument);
        }
        let order = self.close(record);
        events.push(canceled_event(&order, reason, shown));
        self.release(&order);
        order
    }

    /// Takes an order that has left its book from among the open ones, with everything that refers to it.
    pub(crate) fn close(&mut self, record: u32) -> Order {
        let instrument = self.orders.get(record).instrument;
        let unit_value = self.listed[instrument.0 as usize].unit_value;
        let order = self.orders.remove(record, unit_value, &mut self.accounts);
        self.forget_special(&order);
        order
    }

    /// Forgets what was special about an order that has ended.
    pub(crate) fn forget_special(&mut self, order: &Order) {
        let Some(special) = self.orders.drop_special(order.more) else { return };
        let Special { expires, waiting, quote, decay, link, .. } = special;
        if decay {
            self.forget_decay(order);
        }
        if let Some(link) = link {
            self.unlink(link, order.id);
        }
        if let Some(due) = expires {
            self.timers.disarm(due, Due::Order(order.id));
        }
        if let Some(waiting) = waiting {
            let stops = &mut self.listed[order.instrument.0 as usize].stops;
            match waiting.state {
                Wait::Armed => stops.disarm(order.side, waiting.stop, order.id),
                Wait::Queued => stops.unqueue(order.id),
                Wait::Triggered => {}
            }
        }
        if quote {
            self.quotes.forget(order.account, order.instrument, order.side, order.id);
        }
    }

    /// The owner's id of an open order.
    pub(crate) fn cl_ord_id(&self, order: &Order) -> Option<unspent_model::ClOrdId> {
        self.orders.answer(order).and_then(|key| self.memory.cl_ord_id(key))
    }

    /// Where an order stands that its owner ended.
    pub(crate) fn closed_answer(&self, order: &Order) -> OrderAnswer {
        OrderAnswer {
            status: OrderStatus::Canceled,
            leaves: Lots::ZERO,
            canceled: Some(CancelReason::User),
            ..self.answer(order)
        }
    }
}
