//! New orders and amends, naively.

use super::{Answer, Listed, Open, Reference, Thing, ceil, no, rate, reserved_thing};
use unspent_model::{
    AddOrder, AmendOrder, Amended, CancelReason, Cash, Event, Fill, Leg, Lots, Opened, OrderAnswer, OrderId, OrderKind,
    OrderStatus, Phase, Price, Reduced, Reject, Rejection, Reply, Rested, SelfTrade, Side, TimeInForce, TradeId,
    limits,
};

/// What an order came to on a copy of the venue.
struct Trial {
    traded: u32,
    /// What it paid or would get, and the fee it owes.
    notional: i128,
    fee: i128,
}

impl Reference {
    pub(super) fn add(&mut self, add: &AddOrder) -> Answer {
        if add.account.0 as usize >= self.accounts.len() {
            return no(Reject::UnknownAccount);
        }
        if let Some(answer) = self.recall(add) {
            return answer;
        }
        if add.deadline.is_some_and(|deadline| deadline < self.now()) {
            return no(Reject::DeadlinePassed);
        }
        let Some(listed) = self.listed.get(add.instrument.0 as usize).cloned() else {
            return no(Reject::UnknownSymbol);
        };
        if listed.phase != Phase::Continuous {
            return no(Reject::WrongPhase);
        }
        if let OrderKind::Limit(price) = add.kind
            && !may_be_entered(&listed, price)
        {
            return no(Reject::InvalidPrice);
        }
        let dearest = match add.kind {
            OrderKind::Limit(price) => price,
            OrderKind::Market { .. } => listed.spec.price_max,
        };
        if !self.sensible_quantity(add, dearest, add.lots) {
            return no(Reject::InvalidQuantity);
        }
        let meaningless = match add.kind {
            OrderKind::Limit(_) => add.post_only && add.time_in_force != TimeInForce::Gtc,
            OrderKind::Market { max_total } => {
                add.post_only
                    || add.time_in_force == TimeInForce::Gtc
                    || (max_total.is_some() && add.side == Side::Sell)
            }
        };
        if meaningless {
            return no(Reject::InvalidCombination);
        }
        let opposite = self.levels(add.instrument, add.side.opposite());
        let price = match (add.kind, opposite.first()) {
            (OrderKind::Limit(price), _) => price.0,
            (OrderKind::Market { .. }, None) => return no(Reject::NoOppositePrice),
            (OrderKind::Market { .. }, Some(&(Price(best), _))) => {
                let (best, collar) = (i128::from(best), i128::from(listed.spec.collar));
                let edge = if add.side == Side::Buy { best + collar } else { best - collar };
                edge.clamp(1, i128::from(listed.spec.price_max.0)) as u32
            }
        };
        if add.post_only && opposite.iter().any(|&(other, _)| within(add.side, price, other.0)) {
            return no(Reject::PostOnlyWouldTake);
        }
        self.orders += 1;
        self.places += 1;
        let order = Open {
            id: OrderId(self.orders),
            terms: *add,
            price,
            total: add.lots.0,
            filled: 0,
            fees: listed.spec.fees,
            paid: Vec::new(),
            place: self.places,
        };
        let (walk, needs) = match self.afford(&order) {
            Ok(decided) => decided,
            Err(rejection) => {
                self.orders -= 1;
                return Err(rejection);
            }
        };
        if needs > 0 {
            self.change(reserved_thing(&order));
        }
        self.events.push(Event::Opened(Opened { order: order.id, price: Price(price), terms: *add }));
        let answer = self.run(order, walk, add.time_in_force == TimeInForce::Gtc);
        self.remember(add, answer);
        Ok(Reply::Added(answer))
    }

    /// How many lots the order may walk through the book, and what it sets aside before.
    fn afford(&self, order: &Open) -> Result<(u32, i128), Rejection> {
        let add = order.terms;
        let whole = self.trial(order, order.total);
        let (mut walk, mut best) = (order.total, whole);
        let mut needs = match add.side {
            Side::Buy => order.need(self.unit(add.instrument)),
            Side::Sell => i128::from(order.total),
        };
        if let OrderKind::Market { max_total: Some(Cash(most)) } = add.kind {
            // Not all of it: as much as the money pays for, and not a step further than that.
            if best.notional + best.fee > i128::from(most) {
                for lots in 0..=order.total {
                    let trial = self.trial(order, lots);
                    if trial.notional + trial.fee > i128::from(most) {
                        break;
                    }
                    if lots == 0 || trial.traded > best.traded {
                        (walk, best) = (lots, trial);
                    }
                }
            }
            needs = best.notional + best.fee;
        }
        if add.time_in_force == TimeInForce::Fok && best.traded < order.total {
            let available = Some(u64::from(best.traded));
            return Err(Rejection { reject: Reject::FillOrKillNotFilled, available });
        }
        let (reject, free) = match add.side {
            Side::Buy => (Reject::InsufficientFunds, self.cash(add.account).available.0),
            Side::Sell => (Reject::InsufficientCredits, self.holding(add.account, add.instrument).available),
        };
        if needs > i128::from(free) {
            return Err(Rejection { reject, available: Some(free) });
        }
        Ok((walk, needs))
    }

    /// Lets an order of `lots` trade on a copy where money is no object.
    fn trial(&self, order: &Open, lots: u32) -> Trial {
        let mut copy = self.clone();
        let account = order.terms.account;
        copy.accounts[account.0 as usize].cash += i128::MAX / 4;
        copy.own(account, order.terms.instrument, i128::MAX / 4);
        let mut order = order.clone();
        copy.walk(&mut order, lots);
        Trial {
            traded: order.filled,
            notional: order.paid.iter().map(|&(notional, _)| notional).sum(),
            fee: ceil(order.paid.iter().map(|&(notional, rate)| notional * i128::from(rate)).sum()),
        }
    }

    /// Lets the order trade, then rests it or cancels what is left.
    fn run(&mut self, mut order: Open, walk: u32, may_rest: bool) -> OrderAnswer {
        let met_itself = self.walk(&mut order, walk);
        let ended_by_decrement = order.leaves() == 0 && matches!(self.events.last(), Some(Event::Reduced(_)));
        let canceled = if met_itself || ended_by_decrement {
            Some(CancelReason::SelfTrade)
        } else if order.leaves() > 0 && !may_rest {
            Some(CancelReason::TimeInForce)
        } else {
            None
        };
        let status = match (canceled, order.leaves(), order.filled) {
            (Some(_), _, _) => OrderStatus::Canceled,
            (None, 0, _) => OrderStatus::Filled,
            (None, _, 0) => OrderStatus::Open,
            (None, _, _) => OrderStatus::PartiallyFilled,
        };
        let answer = OrderAnswer {
            order: order.id,
            cl_ord_id: order.terms.cl_ord_id,
            instrument: order.terms.instrument,
            status,
            cum: Lots(order.filled),
            leaves: Lots(if canceled.is_some() { 0 } else { order.leaves() }),
            canceled,
            seq: self.seq(),
            duplicate: false,
        };
        match canceled {
            Some(reason) => {
                self.say_canceled(&order, reason, false);
                if order.leaves() > 0 && sets_aside_all(&order) {
                    self.change(reserved_thing(&order));
                }
            }
            None if order.leaves() > 0 => {
                self.events.push(Event::Rested(Rested {
                    order: order.id,
                    instrument: order.terms.instrument,
                    side: order.terms.side,
                    price: Price(order.price),
                    leaves: Lots(order.leaves()),
                }));
                self.open.push(order);
            }
            None => (),
        }
        answer
    }

    /// Trades up to `lots` of the order. Returns whether self-trade prevention ended it with lots open.
    fn walk(&mut self, order: &mut Open, mut lots: u32) -> bool {
        let (instrument, side) = (order.terms.instrument, order.terms.side);
        let group = |of: &Reference, order: &Open| of.accounts[order.terms.account.0 as usize].group;
        let mine = group(self, order);
        while lots > 0 {
            let Some(id) = self.first(instrument, side.opposite()) else { return false };
            let at = self.open.iter().position(|open| open.id == id).unwrap();
            let maker = self.open[at].clone();
            if !within(side, order.price, maker.price) {
                return false;
            }
            let size = lots.min(maker.leaves());
            if group(self, &maker) == mine {
                match order.terms.self_trade {
                    SelfTrade::CancelNewest => return true,
                    SelfTrade::CancelOldest => _ = self.pull(id, CancelReason::SelfTrade),
                    SelfTrade::CancelBoth => {
                        self.pull(id, CancelReason::SelfTrade);
                        return true;
                    }
                    SelfTrade::Decrement => {
                        self.open[at].total -= size;
                        self.change(reserved_thing(&maker));
                        let left = self.open[at].clone();
                        self.say_reduced(&left, size, true);
                        if left.leaves() == 0 {
                            self.pull(id, CancelReason::SelfTrade);
                        }
                        order.total -= size;
                        if sets_aside_all(order) {
                            self.change(reserved_thing(order));
                        }
                        self.say_reduced(order, size, false);
                        lots -= size;
                    }
                }
                continue;
            }
            lots -= size;
            self.trade(order, at, size);
        }
        false
    }

    fn say_reduced(&mut self, order: &Open, lots: u32, resting: bool) {
        self.events.push(Event::Reduced(Reduced {
            order: order.id,
            account: order.terms.account,
            instrument: order.terms.instrument,
            side: order.terms.side,
            price: Price(order.price),
            lots: Lots(lots),
            leaves: Lots(order.leaves()),
            resting,
        }));
    }

    fn trade(&mut self, taker: &mut Open, maker_at: usize, size: u32) {
        let instrument = taker.terms.instrument;
        let price = self.open[maker_at].price;
        let notional = i128::from(price) * i128::from(size) * self.unit(instrument);
        let mut legs = Vec::new();
        let maker = &mut self.open[maker_at];
        for (order, is_maker) in [(&mut *maker, true), (&mut *taker, false)] {
            let before = order.fee();
            order.filled += size;
            order.paid.push((notional, rate(order.fees, is_maker)));
            let fee = Cash((order.fee() - before) as u64);
            legs.push(Leg { order: order.id, account: order.terms.account, leaves: Lots(order.leaves()), fee });
        }
        let (maker, taker_leg) = (legs[0], legs[1]);
        let (buyer, seller) = if taker.terms.side == Side::Buy { (taker_leg, maker) } else { (maker, taker_leg) };
        self.accounts[buyer.account.0 as usize].cash -= notional + i128::from(buyer.fee.0);
        let proceeds = notional - i128::from(seller.fee.0);
        self.accounts[seller.account.0 as usize].cash += proceeds;
        self.earned += i128::from(buyer.fee.0) + i128::from(seller.fee.0);
        self.own(seller.account, instrument, -i128::from(size));
        self.own(buyer.account, instrument, i128::from(size));
        self.change(Thing::Cash(buyer.account));
        if proceeds > 0 {
            self.change(Thing::Cash(seller.account));
        }
        self.change(Thing::Lots(seller.account, instrument));
        self.change(Thing::Lots(buyer.account, instrument));
        self.trades += 1;
        self.events.push(Event::Fill(Fill {
            trade: TradeId(self.trades),
            instrument,
            taker_side: taker.terms.side,
            price: Price(price),
            lots: Lots(size),
            maker,
            taker: taker_leg,
        }));
        if maker.leaves == Lots(0) {
            self.open.remove(maker_at);
        }
    }

    pub(super) fn amend(&mut self, amend: &AmendOrder) -> Answer {
        if amend.account.0 as usize >= self.accounts.len() {
            return no(Reject::UnknownAccount);
        }
        if amend.deadline.is_some_and(|deadline| deadline < self.now()) {
            return no(Reject::DeadlinePassed);
        }
        let id = self.find(amend.account, amend.order)?;
        let at = self.open.iter().position(|order| order.id == id).unwrap();
        let old = self.open[at].clone();
        let instrument = old.terms.instrument;
        let listed = self.listed[instrument.0 as usize].clone();
        let price = amend.price.map_or(old.price, |price| price.0);
        let total = amend.lots.map_or(old.total, |lots| lots.0);
        let kept = price == old.price && total <= old.total;
        if listed.phase != Phase::Continuous && !kept {
            return no(Reject::WrongPhase);
        }
        // An order off today's tick may stay where it is.
        if price != old.price && !may_be_entered(&listed, Price(price)) {
            return no(Reject::InvalidPrice);
        }
        if !self.sensible_quantity(&old.terms, Price(price), Lots(total)) {
            return no(Reject::InvalidQuantity);
        }
        if total <= old.filled {
            let gone = self.pull(id, CancelReason::User);
            let answer = self.amend_answer(&gone, OrderStatus::Canceled, 0);
            return Ok(Reply::Amended { answer, kept_priority: false });
        }
        let mut new = old.clone();
        (new.price, new.total) = (price, total);
        let side = old.terms.side;
        let post_only = amend.post_only.unwrap_or(old.terms.post_only);
        let crosses = self.levels(instrument, side.opposite()).iter().any(|&(other, _)| within(side, price, other.0));
        if post_only && crosses {
            return no(Reject::PostOnlyWouldTake);
        }
        let unit = self.unit(instrument);
        let (reject, free, had, needs) = match side {
            Side::Buy => {
                let free = self.cash(amend.account).available.0;
                (Reject::InsufficientFunds, free, old.need(unit), new.need(unit))
            }
            Side::Sell => {
                let free = self.holding(amend.account, instrument).available;
                (Reject::InsufficientCredits, free, i128::from(old.leaves()), i128::from(new.leaves()))
            }
        };
        if needs - had > i128::from(free) {
            return Err(Rejection { reject, available: Some(free) });
        }
        if needs != had {
            self.change(reserved_thing(&new));
        }
        self.events.push(Event::Amended(Amended {
            order: id,
            account: amend.account,
            instrument,
            side,
            old_price: Price(old.price),
            old_leaves: Lots(old.leaves()),
            price: Price(price),
            lots: Lots(total),
            leaves: Lots(new.leaves()),
            kept_priority: kept,
        }));
        if kept {
            self.open[at] = new.clone();
            let status = if new.filled == 0 { OrderStatus::Open } else { OrderStatus::PartiallyFilled };
            let answer = self.amend_answer(&new, status, new.leaves());
            return Ok(Reply::Amended { answer, kept_priority: true });
        }
        self.open.remove(at);
        self.places += 1;
        new.place = self.places;
        let walk = new.leaves();
        let answer = self.run(new, walk, true);
        Ok(Reply::Amended { answer, kept_priority: false })
    }

    fn amend_answer(&self, order: &Open, status: OrderStatus, leaves: u32) -> OrderAnswer {
        OrderAnswer {
            order: order.id,
            cl_ord_id: order.terms.cl_ord_id,
            instrument: order.terms.instrument,
            status,
            cum: Lots(order.filled),
            leaves: Lots(leaves),
            canceled: (status == OrderStatus::Canceled).then_some(CancelReason::User),
            seq: self.seq(),
            duplicate: false,
        }
    }

    fn sensible_quantity(&self, add: &AddOrder, price: Price, lots: Lots) -> bool {
        let notional = i128::from(price.0) * i128::from(lots.0) * self.unit(add.instrument);
        lots.0 > 0 && notional <= i128::from(limits::ORDER_NOTIONAL_CENTS)
    }
}

/// Whether the order set aside what all its lots may cost, not only what it will spend.
fn sets_aside_all(order: &Open) -> bool {
    !matches!(order.terms.kind, OrderKind::Market { max_total: Some(_) })
}

fn may_be_entered(listed: &Listed, price: Price) -> bool {
    price.0 > 0 && price <= listed.spec.price_max && price.0.is_multiple_of(listed.spec.tick)
}

/// Whether an order of `side` limited to `limit` may trade at `price`.
fn within(side: Side, limit: u32, price: u32) -> bool {
    if side == Side::Buy { price <= limit } else { price >= limit }
}
