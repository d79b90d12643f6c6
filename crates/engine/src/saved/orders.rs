//! Open orders and remembered answers, taken.

use super::error::Wrong;
use super::restore::Restore;
use crate::fees::Remainder;
use crate::orders::{More, NONE, Order, Special, Wait, Waiting};
use crate::timers::Due;
use unspent_book::Resting;
use unspent_ledger::{HoldingRef, Shelf};
use unspent_model::{
    AnswerFact, Cash, DecayFact, Level, LinkFact, Lots, OrderFact, OrderId, OrderKind, OrderPlace, Phase, Price,
    Recalled, Side, SpecialFact, TimeInForce, limits,
};

/// No open order has seen so many come after it: the index of open orders would not fit in memory.
const ORDERS_SINCE: u64 = 1 << 40;

/// Where an order stands among those of its instrument: kind of place, then what orders it there.
fn rank(fact: &OrderFact) -> (u8, u32, OrderId) {
    match (fact.place, fact.side) {
        (OrderPlace::Resting { .. }, Side::Buy) => (0, !fact.limit.0, OrderId(0)),
        (OrderPlace::Resting { .. }, Side::Sell) => (1, fact.limit.0, OrderId(0)),
        (OrderPlace::Waiting { stop, reached: false, .. }, Side::Buy) => (2, stop.0, fact.order),
        (OrderPlace::Waiting { stop, reached: false, .. }, Side::Sell) => (3, stop.0, fact.order),
        (OrderPlace::Waiting { reached: true, .. }, _) => (4, 0, OrderId(0)),
    }
}

impl Restore {
    pub(super) fn order(&mut self, fact: &OrderFact) -> Result<(), Wrong> {
        let (place, by, id) = rank(fact);
        let here = (fact.instrument, place, by, id);
        if here < self.last_order {
            return Err(Wrong::OutOfOrder);
        }
        self.last_order = here;
        let fee = self.check_order(fact)?;
        let holding = self.engine.ledger.find_holding(fact.account, fact.instrument);
        let holding = holding.ok_or(Wrong::Unknown("holding"))?;
        let promised = self.promised_order.take();
        if promised.is_some_and(|(order, _)| order != fact.order || fact.side != Side::Sell) {
            return Err(Wrong::Contradiction("promised lots of another order"));
        }
        let link = self.links.remove(&fact.order);
        if link.is_some() && fact.special.is_none() {
            return Err(Wrong::Contradiction("a leg of a linked bid is special"));
        }
        let more = match &fact.special {
            Some(special) => self.special(fact, special)?,
            None if matches!(fact.place, OrderPlace::Waiting { .. }) => {
                return Err(Wrong::Contradiction("a waiting order is special"));
            }
            None => More::NOTHING,
        };
        let order = Order {
            id: fact.order,
            reserved: fact.reserved,
            account: fact.account,
            instrument: fact.instrument,
            limit: fact.limit,
            lots: fact.lots,
            cum: fact.cum,
            holding,
            slot: None,
            place: NONE,
            more,
            fee,
            fees: fact.fees,
            side: fact.side,
            self_trade: fact.self_trade,
            post_only: fact.post_only,
            level: promised.map_or(Level::Custody, |(_, level)| level),
        };
        if let Some(special) = self.engine.orders.special_mut(order.more) {
            special.link = link;
        }
        self.set_aside(&order, holding)?;
        self.put(fact, order)
    }

    /// What an order says by itself and of its instrument; returns what its fees have left over of a cent.
    fn check_order(&self, fact: &OrderFact) -> Result<Remainder, Wrong> {
        let engine = &self.engine;
        let listed = engine.listed.get(fact.instrument.0 as usize).ok_or(Wrong::Unknown("instrument"))?;
        engine.accounts.get(fact.account).ok_or(Wrong::Unknown("account"))?;
        let age = engine.last_order.0.checked_sub(fact.order.0).filter(|_| fact.order.0 > 0);
        if age.is_none_or(|age| age >= ORDERS_SINCE) {
            return Err(Wrong::Contradiction("an open order of this id"));
        }
        if engine.orders.find(fact.order).is_some() {
            return Err(Wrong::Twice("order"));
        }
        let fees = *listed.fees.get(usize::from(fact.fees)).ok_or(Wrong::Unknown("auction fee"))?;
        let fee = Remainder::again(fact.fee_owed).ok_or(Wrong::Contradiction("it owes more than a cent"))?;
        if fact.cum >= fact.lots {
            return Err(Wrong::Contradiction("it has no lots open"));
        }
        let priced = |price: Price| price.0 >= 1 && price <= listed.spec.price_max;
        if listed.phase == Phase::Expired || !priced(fact.limit) {
            return Err(Wrong::Contradiction("its instrument takes no such order"));
        }
        let leaves = fact.lots - fact.cum;
        let needed = match fact.side {
            Side::Buy => fees.required(fee, fact.limit, leaves, listed.unit_value),
            Side::Sell => fact.limit.notional(leaves, listed.unit_value).map(|_| Cash::ZERO),
        };
        let mut needed = needed.ok_or(Wrong::Contradiction("it is worth more than an order may be"))?;
        if let OrderPlace::Waiting { stop, kind, .. } = fact.place {
            let mut sensible = priced(stop) && listed.stops.len() < limits::STOPS_PER_INSTRUMENT;
            if let OrderKind::Market { max_total } = kind {
                sensible &= fact.limit == stop && !listed.too_large(listed.spec.price_max, fact.lots);
                sensible &= max_total.is_some() == (fact.side == Side::Buy);
                needed = max_total.unwrap_or(needed);
            }
            if !sensible {
                return Err(Wrong::Contradiction("no order waits like this"));
            }
        }
        if self.links.contains_key(&fact.order) {
            needed = Cash::ZERO;
        }
        // What a promised sell's bond must be depends on what its terms once were.
        if fact.reserved != needed && self.promised_order.is_none() {
            return Err(Wrong::Contradiction("it set aside too much or too little"));
        }
        Ok(fee)
    }

    /// Keeps what is special about an order.
    fn special(&mut self, order: &OrderFact, fact: &SpecialFact) -> Result<More, Wrong> {
        let engine = &mut self.engine;
        let dated = match fact.time_in_force {
            TimeInForce::Gtd(until) => fact.expires == Some(until),
            TimeInForce::Day => fact.expires.is_some(),
            _ => fact.expires.is_none(),
        };
        if !dated || !fact.time_in_force.rests() {
            return Err(Wrong::Contradiction("its time in force says something else"));
        }
        if fact.session.is_some_and(|session| engine.sessions.get(&session) != Some(&order.account)) {
            return Err(Wrong::Unknown("session of its account"));
        }
        let owner = |group: u32| engine.groups.iter().nth(group as usize).map(|group| group.account);
        if fact.group.is_some_and(|group| owner(group) != Some(order.account)) {
            return Err(Wrong::Unknown("group of its account"));
        }
        if fact.display.is_some_and(Lots::is_zero) {
            return Err(Wrong::Contradiction("an iceberg shows something"));
        }
        let rests = matches!(order.place, OrderPlace::Resting { .. });
        if (fact.quote && (!rests || fact.display.is_some())) || (fact.group.is_some() && !fact.quote) {
            return Err(Wrong::Contradiction("no quote is like this"));
        }
        if fact.quote && !engine.quotes.keep_again(order.account, order.instrument, order.side, order.order) {
            return Err(Wrong::Twice("quote"));
        }
        if let Some(due) = fact.expires {
            engine.timers.arm(due, Due::Order(order.order));
        }
        let waiting = match order.place {
            OrderPlace::Resting { .. } => None,
            OrderPlace::Waiting { stop, kind, reached } => {
                Some(Waiting { stop, kind, state: if reached { Wait::Queued } else { Wait::Armed } })
            }
        };
        Ok(engine.orders.keep_special(Special {
            display: fact.display,
            time_in_force: fact.time_in_force,
            expires: fact.expires,
            session: fact.session,
            waiting,
            quote: fact.quote,
            group: fact.group,
            decay: false,
            link: None,
            answer: NONE,
        }))
    }

    fn set_aside(&mut self, order: &Order, holding: HoldingRef) -> Result<(), Wrong> {
        if order.is_promised() {
            return self.set_aside_promised(order);
        }
        let ledger = &mut self.engine.ledger;
        let there = match order.side {
            Side::Buy => order.reserved <= ledger.cash(order.account).0,
            Side::Sell => u64::from(order.leaves().0) <= ledger.lots(order.account, order.instrument).0,
        };
        if !there {
            return Err(Wrong::Contradiction("it set aside more than there is"));
        }
        match order.side {
            Side::Buy => ledger.reserve_cash(order.account, order.reserved),
            Side::Sell => ledger.reserve_lots(holding, order.leaves()),
        }
        Ok(())
    }

    fn set_aside_promised(&mut self, order: &Order) -> Result<(), Wrong> {
        let ledger = &mut self.engine.ledger;
        let (promise, lots) = (order.promise(), u64::from(order.leaves().0));
        if lots > ledger.promised(promise).0 || order.reserved > ledger.cash(order.account).0 {
            return Err(Wrong::Contradiction("it set aside more than there is"));
        }
        ledger.move_lots((promise, Shelf::Available), (promise, Shelf::Reserved), lots);
        ledger.reserve_cash(order.account, order.reserved);
        Ok(())
    }

    /// Puts an order where it was, and among the open ones.
    fn put(&mut self, fact: &OrderFact, mut order: Order) -> Result<(), Wrong> {
        let engine = &mut self.engine;
        let listed = &mut engine.listed[order.instrument.0 as usize];
        match fact.place {
            OrderPlace::Resting { shown } => {
                let owner = engine.accounts.get(order.account).ok_or(Wrong::Unknown("account"))?.group;
                let (price, leaves) = (order.limit, order.leaves());
                let resting = Resting { id: order.id, side: order.side, price, leaves, shown, owner };
                let display = fact.special.and_then(|special| special.display);
                let slot = listed.book.rest_again(&resting, display);
                order.slot = Some(slot.ok_or(Wrong::Contradiction("no book has it like this"))?);
            }
            OrderPlace::Waiting { stop, reached: false, .. } => listed.stops.arm(order.side, stop, order.id),
            OrderPlace::Waiting { reached: true, .. } => listed.stops.queue_again(order.id),
        }
        let unit_value = listed.unit_value;
        let record = engine.orders.insert_again(order, unit_value, &mut engine.accounts);
        record.map(|_| ()).ok_or(Wrong::Contradiction("its account's orders are worth too much"))
    }

    /// A linked bid: its legs come with the orders.
    pub(super) fn link(&mut self, fact: &LinkFact) -> Result<(), Wrong> {
        if self.linked.last().is_some_and(|before| before.link >= fact.link) {
            return Err(Wrong::OutOfOrder);
        }
        let bounded = !fact.legs.is_empty() && fact.legs.len() <= limits::LINKED_LEGS;
        if !bounded || !fact.legs.is_sorted_by(|one, next| one < next) || fact.legs[0] < fact.link {
            return Err(Wrong::Contradiction("no linked bid is like this"));
        }
        for &leg in &fact.legs {
            if self.links.insert(leg, fact.link).is_some() {
                return Err(Wrong::Twice("leg"));
            }
        }
        self.linked.push(fact.clone());
        Ok(())
    }

    /// Joins the legs of linked bids, once all orders are there.
    pub(super) fn link_legs(&mut self) -> Result<(), Wrong> {
        for fact in std::mem::take(&mut self.linked) {
            let account = self.engine.link_again(&fact).map_err(Wrong::Contradiction)?;
            if fact.purse > self.engine.ledger.cash(account).0 {
                return Err(Wrong::Contradiction("it set aside more than there is"));
            }
            self.engine.ledger.reserve_cash(account, fact.purse);
        }
        Ok(())
    }

    pub(super) fn decay(&mut self, fact: &DecayFact) -> Result<(), Wrong> {
        let engine = &mut self.engine;
        if engine.decays.last_key_value().is_some_and(|(&before, _)| before >= fact.order) {
            return Err(Wrong::OutOfOrder);
        }
        engine.decay_again(fact).map_err(Wrong::Contradiction)
    }

    pub(super) fn answer(&mut self, fact: &AnswerFact) -> Result<(), Wrong> {
        let engine = &mut self.engine;
        let terms = &fact.terms;
        engine.accounts.get(terms.account).ok_or(Wrong::Unknown("account"))?;
        engine.listed.get(terms.instrument.0 as usize).ok_or(Wrong::Unknown("instrument"))?;
        let id = terms.cl_ord_id.ok_or(Wrong::Contradiction("only orders with an id are remembered"))?;
        if engine.memory.youngest().is_some_and(|before| before > fact.due) {
            return Err(Wrong::OutOfOrder);
        }
        let given = fact.order.0 > 0 && fact.order <= engine.last_order && fact.seq <= engine.seq;
        if !given || fact.expires > fact.due {
            return Err(Wrong::Contradiction("no order was answered so"));
        }
        let open = engine.orders.find(fact.order);
        if let Some(record) = open {
            let order = engine.orders.get(record);
            if (order.account, order.instrument) != (terms.account, terms.instrument) {
                return Err(Wrong::Contradiction("its order is another's"));
            }
            if engine.orders.answer(order).is_some() {
                return Err(Wrong::Twice("answer"));
            }
        }
        let key = engine.memory.remember_again(fact, id, &mut engine.accounts);
        if let Some(record) = open {
            engine.orders.set_answer(record, key);
        }
        self.fills = fact.fills;
        Ok(())
    }

    pub(super) fn answer_fill(&mut self, fill: Recalled) -> Result<(), Wrong> {
        self.fills = self.fills.checked_sub(1).ok_or(Wrong::OutOfOrder)?;
        self.engine.memory.recall_again(fill);
        Ok(())
    }
}
