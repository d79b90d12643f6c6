//! Orders that wait for a trade at their stop, and what wakes them.

use crate::engine::Engine;
use crate::execute::{Course, canceled_event};
use crate::orders::Wait;
use crate::terms::spendable;
use std::collections::{BTreeSet, VecDeque};
use unspent_book::Taker;
use unspent_model::{CancelReason, Event, InstrumentId, OrderId, OrderKind, Phase, Price, Side, TimeInForce};

/// The waiting orders of one instrument.
#[derive(Debug, Default)]
pub(crate) struct Stops {
    buys: BTreeSet<(Price, OrderId)>,
    sells: BTreeSet<(Price, OrderId)>,
    /// Those whose stop was reached, in the order of their turn.
    queued: VecDeque<OrderId>,
}

impl Stops {
    /// How many orders wait, those whose turn has not come included.
    pub fn len(&self) -> usize {
        self.buys.len() + self.sells.len() + self.queued.len()
    }

    fn armed(&mut self, side: Side) -> &mut BTreeSet<(Price, OrderId)> {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }

    pub fn arm(&mut self, side: Side, stop: Price, order: OrderId) {
        let new = self.armed(side).insert((stop, order));
        assert!(new, "order {order} waits twice");
    }

    pub fn disarm(&mut self, side: Side, stop: Price, order: OrderId) {
        let was = self.armed(side).remove(&(stop, order));
        assert!(was, "order {order} does not wait");
    }

    pub fn unqueue(&mut self, order: OrderId) {
        self.queued.retain(|&queued| queued != order);
    }

    pub fn queued(&self) -> impl Iterator<Item = OrderId> + '_ {
        self.queued.iter().copied()
    }

    /// Those whose stop was not reached: buys and then sells, each ascending by stop and id.
    pub fn waiting(&self) -> impl Iterator<Item = OrderId> + '_ {
        self.buys.iter().chain(&self.sells).map(|&(_, order)| order)
    }

    /// Queues an order that was queued before, behind the others.
    pub fn queue_again(&mut self, order: OrderId) {
        self.queued.push_back(order);
    }

    /// Every waiting order, ascending by id.
    pub fn all(&self) -> Vec<OrderId> {
        let armed = self.buys.iter().chain(&self.sells).map(|&(_, order)| order);
        let mut all: Vec<OrderId> = armed.chain(self.queued.iter().copied()).collect();
        all.sort();
        all
    }

    /// Queues the orders that trades between `low` and `high` reach, ascending by id, and returns them.
    fn reach(&mut self, low: Price, high: Price) -> Vec<OrderId> {
        let buys = self.buys.first().is_some_and(|&(stop, _)| stop <= high);
        let sells = self.sells.last().is_some_and(|&(stop, _)| stop >= low);
        if !buys && !sells {
            return Vec::new();
        }
        let above = high.0.checked_add(1).map(|price| (Price(price), OrderId(0)));
        let waiting = above.map_or_else(BTreeSet::new, |bound| self.buys.split_off(&bound));
        let buys = std::mem::replace(&mut self.buys, waiting);
        let sells = self.sells.split_off(&(low, OrderId(0)));
        let mut reached: Vec<OrderId> = buys.iter().chain(&sells).map(|&(_, order)| order).collect();
        reached.sort();
        self.queued.extend(&reached);
        reached
    }
}

impl Engine {
    /// What follows an execution: tripped groups are pulled, stops that `traded` reached are queued, and the first of
    /// them is triggered, which is an execution again; until nothing follows. A loop, not a recursion: a cascade is as
    /// long as there are stops.
    #[inline]
    pub(crate) fn settle_down(
        &mut self,
        instrument: InstrumentId,
        traded: Option<(Price, Price)>,
        events: &mut Vec<Event>,
    ) {
        if self.groups.quiet() && self.listed[instrument.0 as usize].stops.len() == 0 {
            return;
        }
        self.follow(instrument, traded, events);
    }

    #[inline(never)]
    fn follow(&mut self, instrument: InstrumentId, mut traded: Option<(Price, Price)>, events: &mut Vec<Event>) {
        loop {
            self.pull_tripped(events);
            let listed = &mut self.listed[instrument.0 as usize];
            if let Some((low, high)) = traded.take() {
                for order in listed.stops.reach(low, high) {
                    let record = self.orders.find(order).expect("a waiting order is open");
                    let more = self.orders.get(record).more;
                    let special = self.orders.special_mut(more).expect("a waiting order is special");
                    special.waiting.as_mut().expect("it waits").state = Wait::Queued;
                }
            }
            if listed.phase != Phase::Continuous {
                return;
            }
            let Some(order) = listed.stops.queued.pop_front() else { return };
            traded = self.trigger(order, events);
        }
    }

    /// A waiting order's turn has come. Returns the lowest and highest price that it traded at.
    fn trigger(&mut self, order: OrderId, events: &mut Vec<Event>) -> Option<(Price, Price)> {
        let record = self.orders.find(order).expect("a queued order is open");
        let mut order = *self.orders.get(record);
        let special = self.orders.special_mut(order.more).expect("a waiting order is special");
        let waiting = special.waiting.as_mut().expect("a queued order waits");
        waiting.state = Wait::Triggered;
        let (kind, mut time_in_force) = (waiting.kind, special.time_in_force);
        let mut budgeted = None;
        match kind {
            // A limit counts for its limit as before, so it need not be told apart any more.
            OrderKind::Limit(_) => special.waiting = None,
            OrderKind::Market { max_total } => {
                let listed = &self.listed[order.instrument.0 as usize];
                let Ok(limit) = listed.collared(order.side) else {
                    let order = self.close(record);
                    events.push(canceled_event(&order, CancelReason::NoOppositePrice, unspent_model::Lots::ZERO));
                    self.release(&order);
                    return None;
                };
                order.limit = limit;
                time_in_force = TimeInForce::Ioc;
                if let (Side::Buy, Some(max_total)) = (order.side, max_total) {
                    let owner = self.accounts.get(order.account).expect("an order's account is open").group;
                    let taker =
                        Taker { side: order.side, limit, lots: order.leaves(), owner, self_trade: order.self_trade };
                    let rate = listed.fees[usize::from(order.fees)].taker;
                    let budget = spendable(listed, max_total, rate, &taker);
                    budgeted = Some(budget.walk);
                    let surplus = max_total - budget.cost;
                    order.reserved = budget.cost;
                    self.ledger.release_cash(order.account, surplus);
                }
            }
        }
        events.push(Event::Triggered {
            order: order.id,
            account: order.account,
            instrument: order.instrument,
            price: order.limit,
        });
        let course = Course { record: Some(record), budgeted, time_in_force };
        self.execute_again(order, course, events).traded
    }
}
