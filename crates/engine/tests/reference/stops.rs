//! Orders that wait for a trade at their stop.

use super::Reference;
use super::accounts::Thing;
use super::orders::{Waits, further};
use unspent_model::{CancelReason, Event, InstrumentId, OrderId, Phase, Price, Side};

impl Reference {
    /// Queues the waiting orders whose stop an execution reached.
    pub(super) fn reach_stops(&mut self, instrument: InstrumentId, lowest: u32, highest: u32) {
        let mut ids: Vec<OrderId> = Vec::new();
        for order in &mut self.open {
            let Waits::For(stop) = order.waits else { continue };
            let reached = if order.terms.side == Side::Buy { stop <= highest } else { stop >= lowest };
            if order.is_in(instrument) && reached {
                order.waits = Waits::Reached(stop);
                ids.push(order.id);
            }
        }
        ids.sort();
        self.at_mut(instrument).reached.extend(ids);
    }

    /// Triggers queued stops one after the other, each with all that follows from it.
    pub(super) fn trigger_stops(&mut self) {
        while let Some(next) = self.listed.iter_mut().find(|it| it.phase == Phase::Continuous && !it.reached.is_empty())
        {
            let id = next.reached.remove(0);
            self.trigger(id);
        }
    }

    fn trigger(&mut self, id: OrderId) {
        let waiting = self.find(id).expect("a queued stop is open");
        let (instrument, side) = (waiting.terms.instrument, waiting.terms.side);
        let mut price = waiting.price;
        if waiting.market() {
            let Some(limit) = self.collared(instrument, side) else {
                self.pull(id, CancelReason::NoOppositePrice);
                return;
            };
            price = limit;
        }
        let mut order = self.take_out(id);
        let had = self.needs(&order);
        order.waits = Waits::No;
        order.price = price;
        let plan = self.plan(&order);
        if order.max_total().is_some() && had > self.spends(&order, &plan) {
            self.change(Thing::of(&order));
        }
        self.tell(Event::Triggered { order: id, account: order.terms.account, instrument, price: Price(price) });
        self.execute(order, &plan);
        self.follow_up();
    }

    /// The limit of a market order now: so far from the best opposite price as the collar says.
    pub(super) fn collared(&self, instrument: InstrumentId, side: Side) -> Option<u32> {
        let best = self.best_opposite(instrument, side)?;
        let spec = &self.at(instrument).spec;
        Some(further(side, best, spec.collar).clamp(1, i128::from(spec.price_max.0)) as u32)
    }
}
