//! An accepted order meets the book: fills, self-trade prevention, bands, then rest or cancel.

use crate::ahead::LOOK_AT;
use crate::engine::Engine;
use crate::orders::Order;
use unspent_book::{End, Step, Taker};
use unspent_model::{
    CancelReason, Canceled, Cash, Event, Lots, OrderAnswer, OrderStatus, OwnerGroup, Phase, PhaseReason, Price, Rested,
    Side, TimeInForce,
};

/// How an order is executed.
pub(crate) struct Course {
    /// Where it is kept when it was open before.
    pub record: Option<u32>,
    /// How many lots it takes to the book, when not all.
    pub budgeted: Option<Lots>,
    pub time_in_force: TimeInForce,
}

/// What an execution came to.
pub(crate) struct Done {
    /// Where the order stands; without its client order id.
    pub answer: OrderAnswer,
    /// Its record, when it is open.
    pub record: Option<u32>,
    /// The lowest and highest price that it traded at.
    pub traded: Option<(Price, Price)>,
}

/// What meeting the other side came to.
pub(crate) struct Met {
    /// The lowest and highest price that it traded at in its own instrument.
    pub traded: Option<(Price, Price)>,
    pub end: End,
    /// Whether the last thing that happened was a decrement.
    pub decremented: bool,
    /// Whether the bands of its own instrument stopped it.
    pub breached: bool,
}

impl Met {
    pub const NOBODY: Met = Met { traded: None, end: End::Exhausted, decremented: false, breached: false };
}

impl Engine {
    /// Lets `order` trade, then rests or cancels what is left. Its reserve is set aside already. In a call it rests
    /// without trading.
    ///
    /// Inlined into the path of a new order, where what it returns need not go through memory; elsewhere
    /// [`Engine::execute_again`] serves.
    #[inline(always)]
    pub(crate) fn execute(&mut self, mut order: Order, course: Course, events: &mut Vec<Event>) -> Done {
        let listed = &self.listed[order.instrument.0 as usize];
        let owner = self.accounts.get(order.account).expect("an order's account is open").group;
        let Met { traded, end, decremented, breached } = if listed.related {
            if self.would_meet(order.instrument, order.side, order.limit) {
                self.meet_relatives(&mut order, owner, course.budgeted, events)
            } else {
                Met::NOBODY
            }
        } else if !listed.phase.collects() && listed.book.would_take(order.side, order.limit) {
            self.meet(&mut order, owner, course.budgeted, events)
        } else {
            Met::NOBODY
        };

        let canceled = if order.leaves().is_zero() {
            // Decremented to nothing is an end without a fill.
            decremented.then_some(CancelReason::SelfTrade)
        } else if end == End::SelfTrade {
            Some(CancelReason::SelfTrade)
        } else if course.time_in_force.rests() {
            None
        } else if breached {
            Some(CancelReason::Volatility)
        } else {
            Some(CancelReason::TimeInForce)
        };
        let mut answer = self.answer(&order);
        answer.canceled = canceled;
        let rests = canceled.is_none() && !order.leaves().is_zero();
        let mut record = course.record;
        if rests {
            record = Some(self.rest(order, course.record, owner, events));
        } else {
            match record.take() {
                Some(record) => {
                    self.close(record);
                }
                None => self.forget_special(&order),
            }
            if let Some(reason) = canceled {
                answer.status = OrderStatus::Canceled;
                answer.leaves = Lots::ZERO;
                events.push(canceled_event(&order, reason, Lots::ZERO));
                self.release(&order);
            } else {
                debug_assert_eq!(order.reserved, Cash::ZERO);
            }
        }
        Done { answer, record, traded }
    }

    /// Lets an order trade with what it crosses.
    fn meet(&mut self, order: &mut Order, owner: OwnerGroup, budgeted: Option<Lots>, events: &mut Vec<Event>) -> Met {
        let listed = &mut self.listed[order.instrument.0 as usize];
        let permitted = listed.permitted(order.side, order.limit);
        let lots = budgeted.unwrap_or(order.leaves());
        let (mut open, mut met) = (lots, Met::NOBODY);
        if let Some(limit) = permitted {
            let taker = Taker { side: order.side, limit, lots, owner, self_trade: order.self_trade };
            let mut steps = std::mem::take(&mut self.steps);
            (open, met.end) = listed.book.take(&taker, |step| steps.push(step));
            for (at, &step) in steps.iter().enumerate() {
                if let Some(ahead) = steps.get(at + LOOK_AT) {
                    self.look_at(ahead.maker());
                }
                if let Step::Fill { price, .. } = step {
                    let (low, high) = met.traded.unwrap_or((price, price));
                    met.traded = Some((price.min(low), price.max(high)));
                }
                if !matches!(step, Step::Refilled { .. }) {
                    met.decremented = matches!(step, Step::Decremented { .. });
                }
                self.step(order, step, events);
            }
            steps.clear();
            self.steps = steps;
        }
        let listed = &mut self.listed[order.instrument.0 as usize];
        if let Some((low, high)) = met.traded {
            // Prices only get worse for the aggressor: the last is the furthest.
            let last = if order.side == Side::Buy { high } else { low };
            (listed.last, listed.anchor) = (Some(last), Some(last));
        }
        met.breached = permitted != Some(order.limit)
            && met.end == End::Exhausted
            && !open.is_zero()
            && listed.book.would_take(order.side, order.limit);
        if met.breached {
            self.change_phase(order.instrument, Phase::VolatilityCall, PhaseReason::Volatility, events);
        }
        met
    }

    /// As [`Engine::execute`], for an order that was open before.
    #[inline(never)]
    pub(crate) fn execute_again(&mut self, order: Order, course: Course, events: &mut Vec<Event>) -> Done {
        self.execute(order, course, events)
    }

    /// Puts what is left of an order into its book and among the open orders.
    #[inline(always)]
    fn rest(&mut self, mut order: Order, record: Option<u32>, owner: OwnerGroup, events: &mut Vec<Event>) -> u32 {
        let leaves = order.leaves();
        let display = self.orders.special(&order).and_then(|special| special.display);
        let listed = &mut self.listed[order.instrument.0 as usize];
        let slot = match display {
            None => listed.book.rest(order.id, order.side, order.limit, leaves, owner),
            Some(display) => listed.book.rest_iceberg(order.id, order.side, order.limit, leaves, display, owner),
        };
        order.slot = Some(slot);
        let unit_value = listed.unit_value;
        if listed.related {
            self.note_best(order.instrument, order.side);
        }
        self.touch(order.instrument);
        events.push(Event::Rested(Rested {
            order: order.id,
            instrument: order.instrument,
            side: order.side,
            price: order.limit,
            leaves,
            shown: display.map_or(leaves, |display| display.min(leaves)),
        }));
        match record {
            Some(record) => {
                self.orders.put_back(record, order, unit_value, &mut self.accounts);
                record
            }
            None => self.orders.insert(order, unit_value, &mut self.accounts),
        }
    }

    /// Where an order stands now, without its client order id.
    #[inline(always)]
    pub(crate) fn answer(&self, order: &Order) -> OrderAnswer {
        OrderAnswer {
            order: order.id,
            cl_ord_id: None,
            instrument: order.instrument,
            status: order.status(),
            cum: order.cum,
            leaves: order.leaves(),
            canceled: None,
            seq: self.seq,
            duplicate: false,
        }
    }
}

/// The end of `order` with its leaves still open, of which the book showed so many.
pub(crate) fn canceled_event(order: &Order, reason: CancelReason, shown: Lots) -> Event {
    Event::Canceled(Canceled {
        order: order.id,
        account: order.account,
        instrument: order.instrument,
        side: order.side,
        price: order.limit,
        lots: order.leaves(),
        shown,
        reason,
    })
}
