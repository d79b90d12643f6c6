//! New terms for an open order: quantity down keeps priority, a new price or quantity up goes to the back.

use crate::engine::Engine;
use crate::execute::Course;
use crate::listed::Listed;
use crate::orders::{Order, Wait};
use crate::terms::shows_enough;
use unspent_model::{
    AmendOrder, Amended, CancelReason, Event, Lots, OrderAnswer, OrderKind, Phase, PostOnly, Price, Reject, Rejection,
    Reply, Side, TimeInForce,
};

/// An amend as its order and its instrument see it.
struct Change {
    price: Price,
    lots: Lots,
    leaves: Lots,
    stop: Option<Price>,
    display: Option<Lots>,
    keeps_place: bool,
    waits: bool,
}

impl Engine {
    pub(crate) fn amend_order(&mut self, amend: &AmendOrder, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.known(amend.account)?;
        self.in_time(amend.deadline)?;
        let record = self.own_order(amend.account, amend.order)?;
        let old = *self.orders.get(record);
        let change = self.change(amend, &old);
        let listed = self.listed(old.instrument)?;
        let ends = change.leaves.is_zero();
        if !change.keeps_place && !ends {
            self.not_killed(amend.account, listed)?;
            self.permitted(amend.account, listed, old.side)?;
        }
        listed.takes_change(&old, &change, ends)?;
        let cl_ord_id = self.cl_ord_id(&old);
        let waited_for = self.orders.waiting(&old).map(|waiting| waiting.stop);
        listed.check_prices(amend, &old, waited_for)?;
        self.check_change(amend, &old, &change)?;
        if ends {
            let order = self.cancel_open(record, CancelReason::User, events);
            let answer = OrderAnswer { cl_ord_id, ..self.closed_answer(&order) };
            return Ok(Reply::Amended { answer, kept_priority: false });
        }
        if !change.keeps_place {
            self.arrives_evenly(amend.account)?;
        }
        let unit_value = listed.unit_value;
        let fees = listed.fees[usize::from(old.fees)];
        let market = self.waiting_market(&old);
        let mut new = old;
        (new.limit, new.lots) = (change.price, change.lots);
        if market && let Some(stop) = change.stop {
            new.limit = stop;
        }
        let (share, asked) = (self.orders.share(&old, unit_value), self.orders.share(&new, unit_value));
        if asked > share {
            self.within_notional(amend.account, share, asked)?;
        }
        if let Some(stop) = change.stop.filter(|&stop| Some(stop) != waited_for)
            && listed.reached(old.side, stop)
        {
            return Err(Reject::StopReached.into());
        }
        if change.price != old.limit && !change.waits && listed.beyond_entry(old.side, change.price) {
            return Err(Reject::OutsideBand.into());
        }
        let post_only = amend.post_only.unwrap_or(old.post_only != PostOnly::No);
        let trades = !change.keeps_place && !change.waits && listed.phase == Phase::Continuous;
        if post_only && trades && self.would_meet(old.instrument, old.side, change.price) {
            return Err(Reject::PostOnlyWouldTake.into());
        }
        match old.side {
            Side::Sell if old.is_promised() => new.reserved = self.afford_promised(&old, &new)?,
            Side::Sell => {
                let (available, _) = self.ledger.lots(old.account, old.instrument);
                if u64::from(change.leaves.0) > available + u64::from(old.leaves().0) {
                    return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(available) });
                }
            }
            // A waiting market buy keeps what it may spend.
            Side::Buy if market => {}
            Side::Buy => {
                let (available, _) = self.ledger.cash(old.account);
                match old.required(fees, change.price, change.leaves, unit_value) {
                    Some(needed) if needed <= available + old.reserved => new.reserved = needed,
                    _ => return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(available.0) }),
                }
            }
        }

        // Decided. From here on everything succeeds.
        if !change.keeps_place {
            self.arrived(amend.account);
        }
        self.move_reserve(&old, &new);
        if change.waits {
            self.amend_waiting(record, &old, new, &change, events);
            let answer = OrderAnswer { cl_ord_id, ..self.answer(&new) };
            return Ok(Reply::Amended { answer, kept_priority: true });
        }
        if change.price != old.limit && self.orders.special(&old).is_some_and(|special| special.decay) {
            // Whoever names another price has another plan.
            self.end_decay(&old, events);
        }
        let slot = old.slot.expect("an open order that does not wait rests");
        let book = &mut self.listed[old.instrument.0 as usize].book;
        let old_shown = book.get(slot).shown;
        if change.keeps_place {
            if change.leaves < old.leaves() {
                book.reduce(slot, change.leaves);
            }
            let shown = book.get(slot).shown;
            events.push(amended(&old, &new, old_shown, shown, None, true));
            self.touch(old.instrument);
            self.orders.put_back(record, new, unit_value, &mut self.accounts);
            let answer = OrderAnswer { cl_ord_id, ..self.answer(&new) };
            return Ok(Reply::Amended { answer, kept_priority: true });
        }
        book.remove(slot);
        new.slot = None;
        if self.listed[old.instrument.0 as usize].related {
            self.note_best(old.instrument, old.side);
        }
        events.push(amended(&old, &new, old_shown, Lots::ZERO, None, false));
        let mut time_in_force = TimeInForce::Gtc;
        if let Some(special) = self.orders.special_mut(old.more) {
            special.display = change.display;
            time_in_force = special.time_in_force;
        }
        self.touch(old.instrument);
        let course = Course { record: Some(record), budgeted: None, time_in_force };
        let done = self.execute_again(new, course, events);
        self.settle_down(old.instrument, done.traded, events);
        Ok(Reply::Amended { answer: OrderAnswer { cl_ord_id, ..done.answer }, kept_priority: false })
    }

    fn change(&self, amend: &AmendOrder, old: &Order) -> Change {
        let waiting = self.orders.waiting(old);
        let display = self.orders.special(old).and_then(|special| special.display);
        let price = amend.price.unwrap_or(old.limit);
        let lots = amend.lots.unwrap_or(old.lots);
        let leaves = Lots(lots.0.saturating_sub(old.cum.0));
        let stop = amend.stop.or(waiting.map(|waiting| waiting.stop));
        let same = price == old.limit
            && stop == waiting.map(|waiting| waiting.stop)
            && amend.display.is_none_or(|new| Some(new) == display);
        Change {
            price,
            lots,
            leaves,
            stop,
            display: amend.display.or(display),
            keeps_place: same && leaves <= old.leaves(),
            waits: waiting.is_some(),
        }
    }

    /// Quantity, display and combination.
    fn check_change(&self, amend: &AmendOrder, old: &Order, change: &Change) -> Result<(), Reject> {
        let listed = &self.listed[old.instrument.0 as usize];
        let market = self.waiting_market(old);
        let dearest = if market { listed.spec.price_max } else { change.price };
        if change.lots.is_zero() || listed.too_large(dearest, change.lots) {
            return Err(Reject::InvalidQuantity);
        }
        if change.display.is_some_and(|display| !shows_enough(display.min(change.lots), change.lots))
            || amend.display.is_some_and(|display| !shows_enough(display, change.lots))
        {
            return Err(Reject::InvalidDisplay);
        }
        // The legs of a linked bid change together or not at all.
        if self.link_of(old).is_some() && !change.leaves.is_zero() {
            return Err(Reject::InvalidCombination);
        }
        let waiting = self.orders.waiting(old);
        let iceberg = self.orders.special(old).is_some_and(|special| special.display.is_some());
        let price_for_market = market && amend.price.is_some();
        let stop_for_none = amend.stop.is_some() && waiting.is_none_or(|waiting| waiting.state != Wait::Armed);
        if price_for_market || stop_for_none || (amend.display.is_some() && !iceberg) {
            return Err(Reject::InvalidCombination);
        }
        Ok(())
    }

    fn waiting_market(&self, order: &Order) -> bool {
        self.orders.waiting(order).is_some_and(|waiting| matches!(waiting.kind, OrderKind::Market { .. }))
    }

    fn move_reserve(&mut self, old: &Order, new: &Order) {
        let (before, after) = (old.leaves(), new.leaves());
        match old.side {
            Side::Sell if old.is_promised() => self.move_promised_reserve(old, new),
            Side::Sell if after > before => self.ledger.reserve_lots(old.holding, after - before),
            Side::Sell => self.ledger.release_lots(old.holding, before - after),
            Side::Buy if new.reserved > old.reserved => {
                self.ledger.reserve_cash(old.account, new.reserved - old.reserved);
            }
            Side::Buy => self.ledger.release_cash(old.account, old.reserved - new.reserved),
        }
    }

    fn amend_waiting(&mut self, record: u32, old: &Order, new: Order, change: &Change, events: &mut Vec<Event>) {
        let listed = &mut self.listed[old.instrument.0 as usize];
        let unit_value = listed.unit_value;
        let stop = change.stop.expect("a waiting order has a stop");
        events.push(amended(old, &new, Lots::ZERO, Lots::ZERO, Some(stop), true));
        self.orders.put_back(record, new, unit_value, &mut self.accounts);
        let special = self.orders.special_mut(old.more).expect("a waiting order is special");
        special.display = change.display;
        let waiting = special.waiting.as_mut().expect("it waits");
        if stop != waiting.stop {
            listed.stops.disarm(old.side, waiting.stop, old.id);
            listed.stops.arm(old.side, stop, old.id);
            waiting.stop = stop;
        }
    }
}

impl Listed {
    /// Whether the phase takes an amend.
    fn takes_change(&self, old: &Order, change: &Change, ends: bool) -> Result<(), Reject> {
        let taken = match self.phase {
            Phase::Continuous | Phase::Call | Phase::VolatilityCall => true,
            Phase::NoCancel => {
                let better = match old.side {
                    Side::Buy => change.price >= old.limit,
                    Side::Sell => change.price <= old.limit,
                };
                better && change.leaves >= old.leaves()
            }
            Phase::Halted | Phase::Closed => change.keeps_place || ends,
            Phase::CancelOnly => ends,
            Phase::Expired => false,
        };
        if taken { Ok(()) } else { Err(Reject::WrongPhase) }
    }

    /// The prices that differ from before.
    fn check_prices(&self, amend: &AmendOrder, old: &Order, stop: Option<Price>) -> Result<(), Reject> {
        if let Some(price) = amend.price.filter(|&price| price != old.limit) {
            self.quoted(price)?;
        }
        if let Some(new) = amend.stop.filter(|&new| Some(new) != stop) {
            self.quoted_stop(new)?;
        }
        Ok(())
    }
}

pub(crate) fn amended(
    old: &Order,
    new: &Order,
    old_shown: Lots,
    shown: Lots,
    stop: Option<Price>,
    kept_priority: bool,
) -> Event {
    Event::Amended(Amended {
        order: old.id,
        account: old.account,
        instrument: old.instrument,
        side: old.side,
        old_price: old.limit,
        old_leaves: old.leaves(),
        old_shown,
        price: new.limit,
        lots: new.lots,
        leaves: new.leaves(),
        shown,
        stop,
        kept_priority,
    })
}
