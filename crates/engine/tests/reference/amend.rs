//! Amends: the checks in the order of RULES.md §4.

use super::orders::{Open, Waits};
use super::plan::Plan;
use super::{Answer, Reference, no};
use unspent_model::{AmendOrder, Amended, CancelReason, Event, Lots, Phase, PostOnly, Price, Reject, Reply, Side};

impl Reference {
    pub(super) fn amend(&mut self, amend: &AmendOrder) -> Answer {
        self.known(amend.account)?;
        self.in_time(amend.deadline)?;
        let id = self.named(amend.account, amend.order)?;
        let old = self.find(id).expect("a named order is open").clone();
        let (instrument, side) = (old.terms.instrument, old.terms.side);
        let listed = self.at(instrument);

        let old_stop = stop_of(&old);
        let stop = amend.stop.map(|stop| stop.0).or(old_stop);
        let price = match amend.price {
            Some(price) => price.0,
            None if old.waiting() && old.market() => stop.expect("it waits"),
            None => old.price,
        };
        let total = amend.lots.map_or(old.total, |lots| lots.0);
        let display = amend.display.map(|lots| lots.0).or(old.display);
        let new_price = amend.price.is_some_and(|price| price.0 != old.price);
        let keeps = !new_price && stop == old_stop && display == old.display && total <= old.total;
        let cancels = total <= old.filled;

        if !keeps && !cancels {
            self.not_barred(amend.account, instrument)?;
        }
        if !keeps && !cancels && !self.permits(amend.account, instrument, side) {
            return no(Reject::PolicyForbids);
        }
        let no_worse = if side == Side::Buy { price >= old.price } else { price <= old.price };
        let takes = match listed.phase {
            Phase::Continuous | Phase::Call | Phase::VolatilityCall => true,
            Phase::NoCancel => (no_worse || !new_price) && total >= old.total,
            Phase::Halted | Phase::Closed => keeps || cancels,
            Phase::CancelOnly => cancels,
            Phase::Expired => false,
        };
        if !takes {
            return no(Reject::WrongPhase);
        }
        if new_price && !listed.may_be_limit(Price(price)) {
            return no(Reject::InvalidPrice);
        }
        if stop != old_stop && stop.is_some_and(|stop| !listed.may_be_stop(Price(stop))) {
            return no(Reject::InvalidStopPrice);
        }
        let waiting_market = old.waiting() && old.market();
        let dearest = if waiting_market { listed.spec.price_max } else { Price(price) };
        if !self.sensible(&old.terms, dearest, Lots(total)) {
            return no(Reject::InvalidQuantity);
        }
        let new_display = amend.display.is_some_and(|display| display.0 < 1 || display.0 > total);
        let slices = display.is_some_and(|display| u64::from(total) > 100 * u64::from(display));
        if new_display || slices {
            return no(Reject::InvalidDisplay);
        }
        let stop_is_settled = !matches!(old.waits, Waits::For(_));
        if (amend.price.is_some() && waiting_market)
            || (amend.stop.is_some() && stop_is_settled)
            || (amend.display.is_some() && old.display.is_none())
            || (old.link.is_some() && !cancels)
        {
            return no(Reject::InvalidCombination);
        }
        if cancels {
            let gone = self.pull(id, CancelReason::User);
            return Ok(Reply::Amended {
                answer: self.answer(&gone, 0, Some(CancelReason::User)),
                kept_priority: false,
            });
        }
        let arrival = if keeps { self.account(amend.account).arrival } else { self.next_arrival(amend.account)? };

        let mut new = old.clone();
        (new.price, new.total, new.display) = (price, total, display);
        if let (Waits::For(_), Some(stop)) = (old.waits, stop) {
            new.waits = Waits::For(stop);
        }
        if self.notional(&new) > self.notional(&old) {
            self.within_notional(&new)?;
        }
        if amend.stop.is_some_and(|stop| self.stop_reached(&new, stop.0)) {
            return no(Reject::StopReached);
        }
        if new_price && !old.waiting() && self.outside_entry_band(&new) {
            return no(Reject::OutsideBand);
        }
        let enters_anew = !keeps && !old.waiting();
        let continuous = listed.phase == Phase::Continuous;
        let post_only = amend.post_only.unwrap_or(old.terms.post_only != PostOnly::No);
        if continuous && enters_anew && post_only && self.meets(&new) {
            return no(Reject::PostOnlyWouldTake);
        }
        let (had, needs) = (self.needs(&old), self.needs(&new));
        if old.promised() {
            new.bond = self.afford_promised(&old, &new)?;
        } else {
            self.afford(&new, needs - had)?;
        }

        self.accounts[amend.account.0 as usize].arrival = arrival;
        self.take_out(id);
        new.shown = if enters_anew || new.waiting() { 0 } else { old.shown.min(new.leaves()) };
        if needs != had || new.bond != old.bond {
            self.change_for(&new, needs - had, new.bond - old.bond);
        }
        if new_price && (!old.falls.is_empty() || old.overdue.is_some()) {
            (new.falls, new.overdue) = (Vec::new(), None);
            self.tell_decay(&new);
        }
        self.tell_amended(&old, &new, !enters_anew);
        if !enters_anew {
            let answer = self.answer(&new, new.leaves(), None);
            self.open.push(new);
            return Ok(Reply::Amended { answer, kept_priority: true });
        }
        let plan = if continuous { self.plan(&new) } else { Plan::none() };
        let answer = self.execute(new, &plan);
        self.follow_up();
        Ok(Reply::Amended { answer, kept_priority: false })
    }

    pub(super) fn tell_amended(&mut self, old: &Open, new: &Open, kept_priority: bool) {
        self.tell(Event::Amended(Amended {
            order: new.id,
            account: new.terms.account,
            instrument: new.terms.instrument,
            side: new.terms.side,
            old_price: Price(old.price),
            old_leaves: Lots(old.leaves()),
            old_shown: Lots(old.shown),
            price: Price(new.price),
            lots: Lots(new.total),
            leaves: Lots(new.leaves()),
            shown: Lots(new.shown),
            stop: stop_of(new).map(Price),
            kept_priority,
        }));
    }
}

fn stop_of(order: &Open) -> Option<u32> {
    match order.waits {
        Waits::No => None,
        Waits::For(stop) | Waits::Reached(stop) => Some(stop),
    }
}
