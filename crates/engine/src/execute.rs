//! An accepted order meets the book: fills, self-trade prevention, then rest or cancel.

use crate::engine::{Engine, Listed};
use crate::orders::Order;
use unspent_book::{End, Step, Taker};
use unspent_ledger::Settlement;
use unspent_model::{
    CancelReason, Canceled, Cash, Event, Fill, Leg, Lots, OrderAnswer, OrderStatus, Price, Reduced, Rested, Side,
    TimeInForce, TradeId,
};

impl Engine {
    /// Lets `order` take up to `budgeted` lots to the book, then rests or cancels what is left. Its reserve is set aside already.
    /// `record` is where it is kept when it was open before.
    pub(crate) fn execute(
        &mut self,
        mut order: Order,
        record: Option<u32>,
        budgeted: Option<Lots>,
        time_in_force: TimeInForce,
        events: &mut Vec<Event>,
    ) -> OrderAnswer {
        let listed = &mut self.listed[order.instrument.0 as usize];
        let owner = self.accounts.get(order.account).expect("an order's account is open").group;
        let taker = Taker {
            side: order.side,
            limit: order.limit,
            lots: budgeted.unwrap_or(order.leaves),
            owner,
            self_trade: order.self_trade,
        };
        let mut steps = std::mem::take(&mut self.steps);
        let (_, end) = listed.book.take(&taker, |step| steps.push(step));
        let mut decremented = false;
        for step in steps.drain(..) {
            decremented = matches!(step, Step::Decremented { .. });
            self.step(&mut order, step, events);
        }
        self.steps = steps;

        let canceled = if order.leaves.is_zero() {
            // Decremented to nothing is an end without a fill.
            decremented.then_some(CancelReason::SelfTrade)
        } else if end == End::SelfTrade {
            Some(CancelReason::SelfTrade)
        } else if time_in_force != TimeInForce::Gtc {
            Some(CancelReason::TimeInForce)
        } else {
            None
        };
        let mut answer = OrderAnswer {
            order: order.id,
            cl_ord_id: order.cl_ord_id,
            instrument: order.instrument,
            status: order.status(),
            cum: order.cum,
            leaves: order.leaves,
            canceled,
            seq: self.seq,
            duplicate: false,
        };
        let rests = canceled.is_none() && !order.leaves.is_zero();
        if let (false, Some(record)) = (rests, record) {
            self.orders.remove(record, &mut self.accounts);
        }
        if let Some(reason) = canceled {
            answer.status = OrderStatus::Canceled;
            answer.leaves = Lots::ZERO;
            events.push(canceled_event(&order, reason, false));
            self.release(&order);
        } else if order.leaves.is_zero() {
            debug_assert_eq!(order.reserved, Cash::ZERO);
        } else {
            let listed = &mut self.listed[order.instrument.0 as usize];
            order.slot = Some(listed.book.rest(order.id, order.side, order.limit, order.leaves, owner));
            let (id, instrument, side) = (order.id, order.instrument, order.side);
            events.push(Event::Rested(Rested {
                order: id,
                instrument,
                side,
                price: order.limit,
                leaves: order.leaves,
            }));
            match record {
                Some(record) => self.orders.put_back(record, order),
                None => {
                    self.orders.insert(order, &mut self.accounts);
                }
            }
        }
        answer
    }

    /// Frees what an order that ends has set aside.
    pub(crate) fn release(&mut self, order: &Order) {
        match order.side {
            Side::Buy => self.ledger.release_cash(order.account, order.reserved),
            Side::Sell => self.ledger.release_lots(order.holding, order.leaves),
        }
    }

    fn step(&mut self, taker: &mut Order, step: Step, events: &mut Vec<Event>) {
        match step {
            Step::Fill { maker, price, lots, maker_leaves } => {
                let record = self.orders.find(maker).expect("a resting order is open");
                self.fill(taker, record, price, lots, events);
                debug_assert_eq!(self.orders.get(record).leaves, maker_leaves);
                if maker_leaves.is_zero() {
                    self.orders.remove(record, &mut self.accounts);
                }
            }
            Step::MakerCanceled { maker, .. } => {
                let record = self.orders.find(maker).expect("a resting order is open");
                let order = self.orders.remove(record, &mut self.accounts);
                events.push(canceled_event(&order, CancelReason::SelfTrade, true));
                self.release(&order);
            }
            Step::Decremented { maker, lots, maker_leaves, .. } => {
                let record = self.orders.find(maker).expect("a resting order is open");
                self.decrement_maker(record, lots, events);
                if maker_leaves.is_zero() {
                    let order = self.orders.remove(record, &mut self.accounts);
                    events.push(canceled_event(&order, CancelReason::SelfTrade, true));
                }
                let listed = &self.listed[taker.instrument.0 as usize];
                let freed = decrement(taker, lots, listed, false, events);
                self.free(taker, lots, freed);
            }
        }
    }

    fn decrement_maker(&mut self, record: u32, lots: Lots, events: &mut Vec<Event>) {
        let order = self.orders.get_mut(record);
        let listed = &self.listed[order.instrument.0 as usize];
        let freed = decrement(order, lots, listed, true, events);
        let order = *order;
        self.free(&order, lots, freed);
    }

    /// Frees what `lots` that an order lost without a trade had set aside: `cash` for a buy.
    fn free(&mut self, order: &Order, lots: Lots, cash: Cash) {
        match order.side {
            Side::Buy => self.ledger.release_cash(order.account, cash),
            Side::Sell => self.ledger.release_lots(order.holding, lots),
        }
    }

    fn fill(&mut self, taker: &mut Order, record: u32, price: Price, lots: Lots, events: &mut Vec<Event>) {
        let maker = self.orders.get_mut(record);
        let listed = &self.listed[taker.instrument.0 as usize];
        let unit_value = listed.unit_value;
        let notional = price.notional(lots, unit_value).expect("an order's notional is bounded");
        let maker_fee = maker.charge(maker.fees.maker, notional);
        let taker_fee = taker.charge(taker.fees.taker, notional);
        for order in [&mut *maker, &mut *taker] {
            order.cum = order.cum + lots;
            order.leaves = order.leaves - lots;
        }
        let (buyer, seller, buyer_fee, seller_fee) = match taker.side {
            Side::Buy => (&mut *taker, &mut *maker, taker_fee, maker_fee),
            Side::Sell => (&mut *maker, &mut *taker, maker_fee, taker_fee),
        };
        let remaining = buyer.reserved - notional - buyer_fee;
        // A market buy with a bound on money has set aside less than its limit would ask for.
        let needed = buyer_requirement(buyer, unit_value).min(remaining);
        let buyer_release = remaining - needed;
        buyer.reserved = needed;
        let settlement = Settlement {
            buyer: buyer.account,
            seller: seller.account,
            delivers: seller.holding,
            receives: buyer.holding,
            lots,
            notional,
            buyer_fee,
            seller_fee,
            buyer_release,
        };
        self.last_trade += 1;
        let leg = |order: &Order, fee| Leg { order: order.id, account: order.account, leaves: order.leaves, fee };
        events.push(Event::Fill(Fill {
            trade: TradeId(self.last_trade),
            instrument: taker.instrument,
            taker_side: taker.side,
            price,
            lots,
            maker: leg(maker, maker_fee),
            taker: leg(taker, taker_fee),
        }));
        self.ledger.settle(&settlement);
    }
}

/// What a buy needs for its leaves.
fn buyer_requirement(order: &Order, unit_value: Cash) -> Cash {
    order.required(order.limit, order.leaves, unit_value).expect("less than at entry")
}

/// Takes `lots` from an order without a trade, tells so, and returns the cash that a buy needs no longer.
fn decrement(order: &mut Order, lots: Lots, listed: &Listed, resting: bool, events: &mut Vec<Event>) -> Cash {
    order.leaves = order.leaves - lots;
    order.lots = order.lots - lots;
    let freed = match order.side {
        Side::Buy => {
            let needed = buyer_requirement(order, listed.unit_value).min(order.reserved);
            let freed = order.reserved - needed;
            order.reserved = needed;
            freed
        }
        Side::Sell => Cash::ZERO,
    };
    events.push(Event::Reduced(Reduced {
        order: order.id,
        account: order.account,
        instrument: order.instrument,
        side: order.side,
        price: order.limit,
        lots,
        leaves: order.leaves,
        resting,
    }));
    freed
}

/// The end of `order` with its leaves still open.
pub(crate) fn canceled_event(order: &Order, reason: CancelReason, resting: bool) -> Event {
    Event::Canceled(Canceled {
        order: order.id,
        account: order.account,
        instrument: order.instrument,
        side: order.side,
        price: order.limit,
        lots: order.leaves,
        resting,
        reason,
    })
}
