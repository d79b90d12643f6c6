//! Fills that would have been: an account beside a market that does not know of it.
//!
//! What the market does is told as inputs; the account's orders are kept here. An order stands behind everything that its book shows at
//! its price when it is placed. A trade through its price fills it, one at its price fills it once what stood before it has traded or
//! gone; both with no more lots than traded. What the market would have done otherwise had the order been there is not known.

use crate::action::Action;
use crate::input::{Input, Level, OwnFill, OwnOrder, SideRefused};
use crate::reference::Reference;
use std::collections::BTreeMap;
use unspent_model::{Cash, FeeRate, InstrumentId, Lots, OrderId, Price, Quote, QuoteSide, Reject, Side};

#[derive(Clone, Copy, Debug)]
struct Order {
    instrument: InstrumentId,
    side: Side,
    price: Price,
    leaves: Lots,
    name: Option<u64>,
    /// Lots of others that trade before it.
    ahead: u64,
}

/// An account that trades on paper.
#[derive(Clone, Debug)]
pub struct Paper {
    references: BTreeMap<InstrumentId, Reference>,
    books: BTreeMap<InstrumentId, (Vec<Level>, Vec<Level>)>,
    orders: BTreeMap<OrderId, Order>,
    next: u64,
    cash: Cash,
    held: BTreeMap<InstrumentId, u64>,
}

impl Paper {
    /// An account with money and lots.
    #[must_use]
    pub fn new(references: &[Reference], cash: Cash, held: &[(InstrumentId, u64)]) -> Paper {
        Paper {
            references: references.iter().map(|reference| (reference.instrument, reference.clone())).collect(),
            books: BTreeMap::new(),
            orders: BTreeMap::new(),
            next: 1,
            cash,
            held: held.iter().copied().collect(),
        }
    }

    /// What the account has, as the inputs that follow [`Input::Up`]; [`Input::Reconciled`] is the host's to say.
    #[must_use]
    pub fn has(&self) -> Vec<Input> {
        let holdings = self.held.keys().map(|&instrument| self.holding(instrument));
        std::iter::once(self.money()).chain(holdings).collect()
    }

    fn money(&self) -> Input {
        Input::Cash { available: self.cash, reserved: Cash::ZERO }
    }

    fn holding(&self, instrument: InstrumentId) -> Input {
        Input::Holding { instrument, available: self.held.get(&instrument).copied().unwrap_or(0), reserved: 0 }
    }

    /// Carries an action out, and appends what the account is told of it.
    pub fn act(&mut self, action: &Action, inputs: &mut Vec<Input>) {
        match action {
            Action::Quote { id, quotes, .. } => {
                let refused = self.quote(quotes, inputs);
                inputs.push(Input::Quoted { id: *id, refused });
            }
            &Action::Place { name, instrument, side, price, lots } => {
                if let Err(reject) = self.place(instrument, side, price, lots, Some(name), inputs) {
                    inputs.push(Input::Refused { name, reject: Some(reject) });
                }
            }
            Action::Cancel { name } => self.cancel(|order| order.name == Some(*name), inputs),
            Action::CancelAll => self.cancel(|_| true, inputs),
            Action::DeadMan { .. } => inputs.push(Input::Confirmed),
            _ => {}
        }
    }

    /// Sees what happened in the market, and appends what that comes to for the account, before the input itself.
    pub fn see(&mut self, input: &Input, inputs: &mut Vec<Input>) {
        match input {
            Input::Book { instrument, bids, asks } => {
                self.books.insert(*instrument, (bids.clone(), asks.clone()));
                for order in self.orders.values_mut().filter(|order| order.instrument == *instrument) {
                    let levels = if order.side == Side::Buy { bids } else { asks };
                    let there = levels.iter().find(|level| level.price == order.price).map_or(0, |level| level.lots);
                    order.ahead = order.ahead.min(there);
                }
            }
            Input::Trade { instrument, price, lots } => self.trade(*instrument, *price, *lots, inputs),
            Input::Phase { instrument, phase: unspent_model::Phase::Expired } => {
                self.cancel(|order| order.instrument == *instrument, inputs);
            }
            _ => {}
        }
    }

    fn trade(&mut self, instrument: InstrumentId, price: Price, lots: Lots, inputs: &mut Vec<Input>) {
        let mut left = u64::from(lots.0);
        let mut ids: Vec<OrderId> = self.orders.keys().copied().collect();
        let better = |order: &Order| match order.side {
            Side::Buy => std::cmp::Reverse(order.price.0),
            Side::Sell => std::cmp::Reverse(u32::MAX - order.price.0),
        };
        ids.sort_by_key(|id| better(&self.orders[id]));
        for id in ids {
            let order = self.orders.get_mut(&id).expect("it was there a moment ago");
            let through = if order.side == Side::Buy { price < order.price } else { price > order.price };
            if order.instrument != instrument || !(through || price == order.price) || left == 0 {
                continue;
            }
            let ahead = if through { 0 } else { order.ahead.min(left) };
            order.ahead -= ahead.min(order.ahead);
            let filled = (left - ahead).min(u64::from(order.leaves.0));
            if filled == 0 {
                continue;
            }
            left -= filled;
            self.fill(id, Lots(u32::try_from(filled).expect("at most the leaves")), inputs);
        }
    }

    /// At the order's own price, as a maker.
    fn fill(&mut self, id: OrderId, lots: Lots, inputs: &mut Vec<Input>) {
        let order = self.orders.get_mut(&id).expect("an open order");
        order.leaves = order.leaves - lots;
        let Order { instrument, side, price, leaves, name, .. } = *order;
        if leaves.is_zero() {
            self.orders.remove(&id);
        }
        let reference = &self.references[&instrument];
        let cost = price.notional(lots, reference.unit_value).unwrap_or(Cash::ZERO);
        let fee = FeeRate::round_up(reference.fees.maker.product(cost));
        let held = self.held.entry(instrument).or_insert(0);
        match side {
            Side::Buy => {
                self.cash = Cash(self.cash.0.saturating_sub(cost.0 + fee.0));
                *held += u64::from(lots.0);
            }
            Side::Sell => {
                self.cash = Cash((self.cash.0 + cost.0).saturating_sub(fee.0));
                *held = held.saturating_sub(u64::from(lots.0));
            }
        }
        inputs.push(Input::Fill(OwnFill { instrument, delivered: instrument, side, price, lots, fee }));
        inputs.push(Input::Order(OwnOrder { order: id, instrument, side, price, leaves, name }));
        inputs.push(self.money());
        inputs.push(self.holding(instrument));
    }

    fn quote(&mut self, quotes: &[Quote], inputs: &mut Vec<Input>) -> Vec<SideRefused> {
        let sides = || {
            quotes.iter().flat_map(|quote| {
                let side = |side, wanted: Option<QuoteSide>| wanted.map(|wanted| (quote.instrument, side, wanted));
                [side(Side::Buy, quote.bid), side(Side::Sell, quote.ask)].into_iter().flatten()
            })
        };
        let mut placed = Vec::new();
        for (instrument, side, wanted) in sides() {
            let open = self
                .orders
                .iter()
                .find(|(_, order)| (order.instrument, order.side, order.name) == (instrument, side, None));
            let keeps = open.is_some_and(|(_, order)| {
                order.price == wanted.price && order.leaves >= wanted.lots && !wanted.lots.is_zero()
            });
            match (open.map(|(&id, _)| id), keeps) {
                (Some(id), true) => {
                    let order = self.orders.get_mut(&id).expect("it was found");
                    order.leaves = wanted.lots;
                    let Order { price, leaves, name, .. } = *order;
                    inputs.push(Input::Order(OwnOrder { order: id, instrument, side, price, leaves, name }));
                }
                (Some(id), false) => {
                    self.end(id, inputs);
                    placed.push((instrument, side, wanted));
                }
                (None, _) => placed.push((instrument, side, wanted)),
            }
        }
        let mut refused = Vec::new();
        for (instrument, side, QuoteSide { price, lots }) in placed.into_iter().filter(|(.., side)| side.lots.0 > 0) {
            if let Err(reject) = self.place(instrument, side, price, lots, None, inputs) {
                refused.push(SideRefused { instrument, side, reject: Some(reject) });
            }
        }
        refused
    }

    fn place(
        &mut self,
        instrument: InstrumentId,
        side: Side,
        price: Price,
        lots: Lots,
        name: Option<u64>,
        inputs: &mut Vec<Input>,
    ) -> Result<(), Reject> {
        if !self.references.contains_key(&instrument) {
            return Err(Reject::UnknownSymbol);
        }
        let (bids, asks) = self.books.get(&instrument).cloned().unwrap_or_default();
        let meets = match side {
            Side::Buy => asks.first().is_some_and(|ask| ask.price <= price),
            Side::Sell => bids.first().is_some_and(|bid| bid.price >= price),
        };
        if meets {
            return Err(Reject::PostOnlyWouldTake);
        }
        self.affords(instrument, side, price, lots)?;
        let levels = if side == Side::Buy { &bids } else { &asks };
        let ahead = levels.iter().find(|level| level.price == price).map_or(0, |level| level.lots);
        let order = OrderId(self.next);
        self.next += 1;
        self.orders.insert(order, Order { instrument, side, price, leaves: lots, name, ahead });
        inputs.push(Input::Order(OwnOrder { order, instrument, side, price, leaves: lots, name }));
        Ok(())
    }

    /// Whether all open orders of the side and this one could be filled.
    fn affords(&self, instrument: InstrumentId, side: Side, price: Price, lots: Lots) -> Result<(), Reject> {
        let open = self.orders.values().filter(|order| order.side == side);
        match side {
            Side::Buy => {
                let cost = |instrument: InstrumentId, price: Price, lots: Lots| {
                    let reference = &self.references[&instrument];
                    let cost = price.notional(lots, reference.unit_value).map_or(u64::MAX / 4, |cost| cost.0);
                    cost.saturating_add(FeeRate::round_up(reference.fees.largest().product(Cash(cost))).0)
                };
                let others: u64 = open.map(|order| cost(order.instrument, order.price, order.leaves)).sum();
                let all = others.saturating_add(cost(instrument, price, lots));
                if all <= self.cash.0 { Ok(()) } else { Err(Reject::InsufficientFunds) }
            }
            Side::Sell => {
                let others = open.filter(|order| order.instrument == instrument);
                let all = others.map(|order| u64::from(order.leaves.0)).sum::<u64>() + u64::from(lots.0);
                let held = self.held.get(&instrument).copied().unwrap_or(0);
                if all <= held { Ok(()) } else { Err(Reject::InsufficientCredits) }
            }
        }
    }

    fn cancel(&mut self, which: impl Fn(&Order) -> bool, inputs: &mut Vec<Input>) {
        let ids: Vec<OrderId> = self.orders.iter().filter(|(_, order)| which(order)).map(|(&id, _)| id).collect();
        for id in ids {
            self.end(id, inputs);
        }
    }

    fn end(&mut self, id: OrderId, inputs: &mut Vec<Input>) {
        if let Some(Order { instrument, side, price, name, .. }) = self.orders.remove(&id) {
            inputs.push(Input::Order(OwnOrder { order: id, instrument, side, price, leaves: Lots::ZERO, name }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::{Instrument, Symbol};

    fn paper() -> Paper {
        let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
        let reference = Reference::of(InstrumentId(0), &Instrument::credit(symbol).unwrap()).unwrap();
        Paper::new(&[reference], Cash(10_000_000), &[(InstrumentId(0), 8)])
    }

    fn book(paper: &mut Paper, bids: &[(u32, u64)], asks: &[(u32, u64)]) {
        let levels = |side: &[(u32, u64)]| side.iter().map(|&(p, lots)| Level { price: Price(p), lots }).collect();
        let input = Input::Book { instrument: InstrumentId(0), bids: levels(bids), asks: levels(asks) };
        paper.see(&input, &mut Vec::new());
    }

    fn filled(paper: &mut Paper, price: u32, lots: u32) -> Vec<u32> {
        let mut inputs = Vec::new();
        paper.see(&Input::Trade { instrument: InstrumentId(0), price: Price(price), lots: Lots(lots) }, &mut inputs);
        let fill = |input: &Input| match input {
            Input::Fill(fill) => Some(fill.lots.0),
            _ => None,
        };
        inputs.iter().filter_map(fill).collect()
    }

    #[test]
    fn an_order_waits_for_what_stood_before_it() {
        let mut paper = paper();
        book(&mut paper, &[(6_500, 7)], &[(6_700, 9)]);
        paper.place(InstrumentId(0), Side::Buy, Price(6_500), Lots(5), None, &mut Vec::new()).unwrap();
        assert_eq!(filled(&mut paper, 6_500, 4), []);
        book(&mut paper, &[(6_500, 1)], &[(6_700, 9)]);
        assert_eq!(filled(&mut paper, 6_500, 3), [2], "two of those before it have gone, one trades first");
        assert_eq!(filled(&mut paper, 6_490, 100), [3], "through its price");
        assert_eq!(filled(&mut paper, 6_490, 100), []);
        assert_eq!(paper.cash, Cash(10_000_000 - 5 * 65_000));
    }

    #[test]
    fn it_sells_what_it_has_and_meets_nobody() {
        let mut paper = paper();
        book(&mut paper, &[(6_500, 7)], &[]);
        let mut sell =
            |price, lots| paper.place(InstrumentId(0), Side::Sell, Price(price), Lots(lots), Some(1), &mut Vec::new());
        assert_eq!(sell(6_500, 1), Err(Reject::PostOnlyWouldTake));
        assert_eq!(sell(6_510, 9), Err(Reject::InsufficientCredits));
        assert_eq!(sell(6_510, 6), Ok(()));
        assert_eq!(sell(6_520, 3), Err(Reject::InsufficientCredits));
    }
}
