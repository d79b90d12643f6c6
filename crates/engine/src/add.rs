//! A new order: every check, then the change.

use crate::engine::{Engine, Listed, taker_fills};
use crate::orders::{NONE, Order, required};
use unspent_book::Taker;
use unspent_model::{
    AddOrder, Cash, Event, FeeRate, Lots, Opened, OrderAnswer, OrderId, OrderKind, Phase, Price, Recalled, Reject,
    Rejection, Reply, Side, TimeInForce, limits,
};

impl Engine {
    pub(crate) fn add_order(&mut self, add: &AddOrder, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.known(add.account)?;
        if let Some(reply) = self.first_answer(add, events)? {
            return Ok(reply);
        }
        self.in_time(add.deadline)?;
        let listed = self.listed(add.instrument)?;
        if listed.phase != Phase::Continuous {
            return Err(Reject::WrongPhase.into());
        }
        check_terms(listed, add)?;
        let account = self.accounts.get(add.account).expect("known");
        if add.time_in_force == TimeInForce::Gtc && account.open >= limits::OPEN_ORDERS_PER_ACCOUNT {
            return Err(Reject::TooManyOpenOrders.into());
        }
        if add.cl_ord_id.is_some() && account.remembered >= limits::CL_ORD_IDS_PER_ACCOUNT {
            return Err(Reject::TooManyClOrdIds.into());
        }
        let limit = worst_price(listed, add)?;
        if add.post_only && listed.book.would_take(add.side, limit) {
            return Err(Reject::PostOnlyWouldTake.into());
        }
        let taker = Taker { side: add.side, limit, lots: add.lots, owner: account.group, self_trade: add.self_trade };
        let budget = spendable(listed, add, &taker);
        if add.time_in_force == TimeInForce::Fok {
            let lots = match budget {
                Some(budget) => budget.lots,
                None => listed.book.preview(&taker, |_, lots| lots),
            };
            if lots < add.lots {
                let available = Some(u64::from(lots.0));
                return Err(Rejection { reject: Reject::FillOrKillNotFilled, available });
            }
        }
        let mut reserved = Cash::ZERO;
        match add.side {
            Side::Sell => {
                let (available, _) = self.ledger.lots(add.account, add.instrument);
                if u64::from(add.lots.0) > available {
                    return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(available) });
                }
            }
            Side::Buy => {
                let (available, _) = self.ledger.cash(add.account);
                let needed = match budget {
                    Some(budget) => Some(budget.cost),
                    None => required(listed.spec.fees, 0, limit, add.lots, listed.unit_value),
                };
                match needed {
                    Some(needed) if needed <= available => reserved = needed,
                    _ => return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(available.0) }),
                }
            }
        }
        let fees = listed.spec.fees;

        // Decided. From here on everything succeeds.
        let holding = self.ledger.holding(add.account, add.instrument);
        match add.side {
            Side::Buy => self.ledger.reserve_cash(add.account, reserved),
            Side::Sell => self.ledger.reserve_lots(holding, add.lots),
        }
        let order = Order {
            id: OrderId(self.last_order.0 + 1),
            account: add.account,
            instrument: add.instrument,
            side: add.side,
            post_only: add.post_only,
            self_trade: add.self_trade,
            limit,
            lots: add.lots,
            cum: Lots::ZERO,
            leaves: add.lots,
            fees,
            fee_product: 0,
            reserved,
            holding,
            cl_ord_id: add.cl_ord_id,
            slot: None,
            prev: NONE,
            next: NONE,
        };
        self.last_order = order.id;
        events.push(Event::Opened(Opened { order: order.id, price: limit, terms: *add }));
        let first = events.len();
        let budgeted = budget.map(|budget| budget.walk);
        let answer = self.execute(order, None, budgeted, add.time_in_force, events);
        let fills = taker_fills(&events[first..], answer.order).map(|fill| Recalled {
            trade: fill.trade,
            price: fill.price,
            lots: fill.lots,
            fee: fill.taker.fee,
        });
        self.memory.remember(*add, answer, fills, self.at, &mut self.accounts);
        Ok(Reply::Added(answer))
    }

    /// The answer that this client order id got before, if it did.
    fn first_answer(&self, add: &AddOrder, events: &mut Vec<Event>) -> Result<Option<Reply>, Reject> {
        let Some(id) = add.cl_ord_id else { return Ok(None) };
        let Some(first) = self.memory.find(add.account, id, self.at, &self.orders) else { return Ok(None) };
        // A deadline belongs to the sending, not to the order.
        if (AddOrder { deadline: None, ..first.terms }) != (AddOrder { deadline: None, ..*add }) {
            return Err(Reject::DuplicateClOrdId);
        }
        events.extend(self.memory.fills(first).map(Event::Recalled));
        Ok(Some(Reply::Added(OrderAnswer { duplicate: true, ..first.answer })))
    }
}

/// Price, quantity and combination.
fn check_terms(listed: &Listed, add: &AddOrder) -> Result<(), Reject> {
    let dearest = match add.kind {
        OrderKind::Limit(price) => {
            listed.quoted(price)?;
            price
        }
        OrderKind::Market { .. } => listed.spec.price_max,
    };
    let notional = dearest.notional(add.lots, listed.unit_value);
    if add.lots.is_zero() || notional.is_none_or(|cash| cash.0 > limits::ORDER_NOTIONAL_CENTS) {
        return Err(Reject::InvalidQuantity);
    }
    let immediate = add.time_in_force != TimeInForce::Gtc;
    let sensible = match add.kind {
        OrderKind::Limit(_) => !(add.post_only && immediate),
        OrderKind::Market { max_total } => {
            immediate && !add.post_only && !(add.side == Side::Sell && max_total.is_some())
        }
    };
    if sensible { Ok(()) } else { Err(Reject::InvalidCombination) }
}

/// The limit, or for a market order the best opposite price ± the collar, within the domain.
fn worst_price(listed: &Listed, add: &AddOrder) -> Result<Price, Reject> {
    match add.kind {
        OrderKind::Limit(price) => Ok(price),
        OrderKind::Market { .. } => {
            let (best, _) = listed.book.best(add.side.opposite()).ok_or(Reject::NoOppositePrice)?;
            let collar = listed.spec.collar;
            Ok(match add.side {
                Side::Buy => Price(best.0.saturating_add(collar)).min(listed.spec.price_max),
                Side::Sell => Price(best.0.saturating_sub(collar).max(1)),
            })
        }
    }
}

/// What a market buy with a bound on money will do.
#[derive(Clone, Copy)]
struct Budget {
    /// The lots it will trade.
    lots: Lots,
    /// The lots it takes to the book: all of them, unless the money ends first. Then those used up by the last trade
    /// that it pays for, so that an order whose money is spent touches nothing more.
    walk: Lots,
    /// What they cost, fees included.
    cost: Cash,
}

/// The most lots that a market buy's `max_total` pays for, fees included, walking the book as the order will.
fn spendable(listed: &Listed, add: &AddOrder, taker: &Taker) -> Option<Budget> {
    let OrderKind::Market { max_total: Some(max_total) } = add.kind else { return None };
    let rate = listed.spec.fees.taker;
    let total = |notional: Cash| notional + FeeRate::round_up(rate.product(notional));
    let (mut spent, mut bound) = (Cash::ZERO, false);
    let (lots, used) = listed.book.preview_used(taker, |price, lots| {
        let notional =
            |lots: Lots| spent + price.notional(lots, listed.unit_value).expect("an order's notional is bounded");
        let count = |lots: u64| Lots(u32::try_from(lots).expect("at most the maker's lots"));
        // The cost grows with the lots: find the first count that is too dear.
        let (mut fits, mut too_many) = (0, u64::from(lots.0) + 1);
        while too_many - fits > 1 {
            let middle = fits + (too_many - fits) / 2;
            if total(notional(count(middle))) <= max_total { fits = middle } else { too_many = middle }
        }
        let fits = count(fits);
        spent = notional(fits);
        bound = fits < lots;
        fits
    });
    Some(Budget { lots, walk: if bound { used } else { add.lots }, cost: total(spent) })
}
