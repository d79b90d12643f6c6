//! New terms for an open order: quantity down keeps priority, a new price or quantity up goes to the back.

use crate::cancel::closed_answer;
use crate::engine::Engine;
use unspent_model::{
    AmendOrder, Amended, CancelReason, Event, Lots, OrderAnswer, OrderStatus, Phase, Reject, Rejection, Reply, Side,
    TimeInForce, limits,
};

impl Engine {
    pub(crate) fn amend_order(&mut self, amend: &AmendOrder, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.known(amend.account)?;
        self.in_time(amend.deadline)?;
        let record = self.own_order(amend.account, amend.order)?;
        let old = *self.orders.get(record);
        let price = amend.price.unwrap_or(old.limit);
        let lots = amend.lots.unwrap_or(old.lots);
        let leaves = Lots(lots.0.saturating_sub(old.cum.0));
        let kept_priority = price == old.limit && leaves <= old.leaves;
        let listed = self.listed(old.instrument)?;
        if listed.phase != Phase::Continuous && !kept_priority {
            return Err(Reject::WrongPhase.into());
        }
        if price != old.limit {
            listed.quoted(price)?;
        }
        let notional = price.notional(lots, listed.unit_value);
        if lots.is_zero() || notional.is_none_or(|cash| cash.0 > limits::ORDER_NOTIONAL_CENTS) {
            return Err(Reject::InvalidQuantity.into());
        }
        if leaves.is_zero() {
            let order = self.cancel_open(record, CancelReason::User, events);
            return Ok(Reply::Amended { answer: closed_answer(&order, self.seq), kept_priority: false });
        }
        let post_only = amend.post_only.unwrap_or(old.post_only);
        if post_only && !kept_priority && listed.book.would_take(old.side, price) {
            return Err(Reject::PostOnlyWouldTake.into());
        }
        let unit_value = listed.unit_value;
        let mut new = old;
        (new.limit, new.lots, new.leaves) = (price, lots, leaves);
        match old.side {
            Side::Sell => {
                let (available, _) = self.ledger.lots(old.account, old.instrument);
                if u64::from(leaves.0) > available + u64::from(old.leaves.0) {
                    return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(available) });
                }
            }
            Side::Buy => {
                let (available, _) = self.ledger.cash(old.account);
                match old.required(price, leaves, unit_value) {
                    Some(needed) if needed <= available + old.reserved => new.reserved = needed,
                    _ => return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(available.0) }),
                }
            }
        }

        // Decided. From here on everything succeeds.
        match old.side {
            Side::Sell if leaves > old.leaves => self.ledger.reserve_lots(old.holding, leaves - old.leaves),
            Side::Sell => self.ledger.release_lots(old.holding, old.leaves - leaves),
            Side::Buy if new.reserved > old.reserved => {
                self.ledger.reserve_cash(old.account, new.reserved - old.reserved);
            }
            Side::Buy => self.ledger.release_cash(old.account, old.reserved - new.reserved),
        }
        events.push(Event::Amended(Amended {
            order: old.id,
            account: old.account,
            instrument: old.instrument,
            side: old.side,
            old_price: old.limit,
            old_leaves: old.leaves,
            price,
            lots,
            leaves,
            kept_priority,
        }));
        let slot = old.slot.expect("an open order rests");
        let book = &mut self.listed[old.instrument.0 as usize].book;
        if kept_priority {
            if leaves < old.leaves {
                book.reduce(slot, leaves);
            }
            self.orders.put_back(record, new);
            let answer = OrderAnswer {
                order: old.id,
                cl_ord_id: old.cl_ord_id,
                instrument: old.instrument,
                status: if old.cum.is_zero() { OrderStatus::Open } else { OrderStatus::PartiallyFilled },
                cum: old.cum,
                leaves,
                canceled: None,
                seq: self.seq,
                duplicate: false,
            };
            return Ok(Reply::Amended { answer, kept_priority });
        }
        book.remove(slot);
        new.slot = None;
        let answer = self.execute(new, Some(record), None, TimeInForce::Gtc, events);
        Ok(Reply::Amended { answer, kept_priority })
    }
}
