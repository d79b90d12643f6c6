//! Orders that wait for a trade at their stop, and what wakes them.

use crate::across::Prints;
use crate::engine::Engine;
use crate::execute::{Course, canceled_event};
use crate::orders::Wait;
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
    /// What follows an execution: tripped groups are pulled, stops that `traded` reached are queued, those of other months
    /// that it printed in too, and the first of the continuous instrument with the lowest id is triggered, which is an
    /// execution again; until nothing follows. A loop, not a recursion: a cascade is as long as there are stops.
    #[inline]
    pub(crate) fn settle_down(
        &mut self,
        instrument: InstrumentId,
        traded: Option<(Price, Price)>,
        events: &mut Vec<Event>,
    ) {
        let stops = self.listed[instrument.0 as usize].stops.len();
        if self.groups.quiet() && stops == 0 && self.reached.is_empty() {
            return;
        }
        self.follow(instrument, traded, events);
    }

    #[inline(never)]
    fn follow(&mut self, mut instrument: InstrumentId, mut traded: Option<(Price, Price)>, events: &mut Vec<Event>) {
        let mut woken = std::mem::take(&mut self.woken);
        woken.push(instrument);
        loop {
            self.pull_tripped(events);
            if let Some(traded) = traded.take() {
                self.queue_reached(instrument, traded);
            }
            while let Some(Prints { instrument, low, high, .. }) = self.reached.pop() {
                self.queue_reached(instrument, (low, high));
                if !woken.contains(&instrument) {
                    woken.push(instrument);
                }
            }
            let turns = woken.iter().copied().filter(|&woken| {
                let listed = &self.listed[woken.0 as usize];
                listed.phase == Phase::Continuous && !listed.stops.queued.is_empty()
            });
            let Some(next) = turns.min() else { break };
            instrument = next;
            let queued = &mut self.listed[next.0 as usize].stops.queued;
            let order = queued.pop_front().expect("its queue is not empty");
            traded = self.trigger(order, events);
        }
        woken.clear();
        self.woken = woken;
    }

    /// Queues the stops of an instrument that an execution reached.
    fn queue_reached(&mut self, instrument: InstrumentId, (low, high): (Price, Price)) {
        for order in self.listed[instrument.0 as usize].stops.reach(low, high) {
            let record = self.orders.find(order).expect("a waiting order is open");
            let more = self.orders.get(record).more;
            let special = self.orders.special_mut(more).expect("a waiting order is special");
            special.waiting.as_mut().expect("it waits").state = Wait::Queued;
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
                let best = self.opposite(order.instrument, order.side);
                let Ok(limit) = listed.collared(order.side, best) else {
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
                    let budget = self.spendable(order.instrument, max_total, rate, &taker);
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
