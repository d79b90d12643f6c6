//! A naive venue: orders in a `Vec`, scanned for everything. It makes the events and knows what should come of them.

use proptest::prelude::*;
use std::collections::BTreeMap;
use unspent_model::{
    AccountId, AccountName, AddOrder, Amended, CancelReason, Canceled, Cash, CashBalance, ClOrdId, CommandSeq, Event,
    Fill, HoldingBalance, Instrument, InstrumentId, Leg, Lots, Opened, OrderId, OrderKind, OrderStatus, OwnerGroup,
    Phase, PhaseReason, Price, Reduced, Rested, SelfTrade, Side, Symbol, TimeInForce, Timestamp, TradeId,
};

pub const INSTRUMENTS: u32 = 2;
pub const ACCOUNTS: u32 = 3;

#[derive(Clone, Debug)]
pub enum Action {
    Add {
        account: u32,
        instrument: u32,
        side: Side,
        price: u32,
        lots: u32,
        tif: TimeInForce,
        market: bool,
        stp: SelfTrade,
    },
    Cancel {
        pick: usize,
    },
    Amend {
        pick: usize,
        price: Option<u32>,
        lots: u32,
    },
    Wait {
        seconds: u64,
    },
    Expire {
        instrument: u32,
    },
}

pub fn actions(most: usize) -> impl Strategy<Value = Vec<Action>> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    // Most orders are passive, so that there is depth; some cross.
    let offset = prop_oneof![8 => 0..60_i32, 1 => -12..0_i32];
    let tif = prop_oneof![6 => Just(TimeInForce::Gtc), 1 => Just(TimeInForce::Ioc)];
    let stp = prop_oneof![
        Just(SelfTrade::CancelNewest),
        Just(SelfTrade::CancelOldest),
        Just(SelfTrade::CancelBoth),
        Just(SelfTrade::Decrement)
    ];
    let add = (0..ACCOUNTS, 0..INSTRUMENTS, side, offset, 1..30_u32, tif, prop::bool::weighted(0.05), stp).prop_map(
        |(account, instrument, side, offset, lots, tif, market, stp)| {
            let tif = if market { TimeInForce::Ioc } else { tif };
            let price = if side == Side::Buy { 100 - offset } else { 101 + offset }.unsigned_abs();
            Action::Add { account, instrument, side, price, lots, tif, market, stp }
        },
    );
    let amend = (any::<usize>(), prop::option::of(60..140_u32), 1..30_u32)
        .prop_map(|(pick, price, lots)| Action::Amend { pick, price, lots });
    let action = prop_oneof![
        160 => add,
        60 => any::<usize>().prop_map(|pick| Action::Cancel { pick }),
        40 => amend,
        10 => (0..10_000_u64).prop_map(|seconds| Action::Wait { seconds }),
        1 => (0..INSTRUMENTS).prop_map(|instrument| Action::Expire { instrument }),
    ];
    prop::collection::vec(action, 1..most)
}

#[derive(Clone, Debug)]
pub struct Order {
    pub id: OrderId,
    pub terms: AddOrder,
    pub price: Price,
    pub lots: Lots,
    pub cum: Lots,
    pub leaves: Lots,
    pub notional: u128,
    pub fees: Cash,
    pub at: Timestamp,
    pub seq: CommandSeq,
}

/// A trade: instrument, id, price, lots, taker side, whether the taker was a market order, when, in which command.
pub type Traded = (InstrumentId, TradeId, Price, Lots, Side, bool, Timestamp, CommandSeq);

#[derive(Default)]
pub struct Venue {
    pub at: Timestamp,
    pub seq: CommandSeq,
    /// The events of the last command.
    pub events: Vec<Event>,
    /// Resting orders, oldest priority first.
    pub resting: Vec<Order>,
    pub trades: Vec<Traded>,
    pub closed: BTreeMap<OrderId, (Order, OrderStatus)>,
    pub cash: BTreeMap<AccountId, CashBalance>,
    pub holdings: BTreeMap<(AccountId, InstrumentId), HoldingBalance>,
    pub phases: BTreeMap<InstrumentId, Phase>,
    last_order: u64,
}

pub fn spec(instrument: u32) -> Instrument {
    let symbol = Symbol::parse(&format!("AWS-ACT-1K-20270{}", instrument + 1)).unwrap();
    Instrument::credit(symbol).unwrap()
}

pub fn name(account: u32) -> AccountName {
    AccountName::parse(&format!("account-{account}")).unwrap()
}

impl Venue {
    pub fn open() -> Venue {
        let mut venue = Venue { seq: CommandSeq(1), at: Timestamp(1_000_000_000_000), ..Venue::default() };
        for instrument in 0..INSTRUMENTS {
            let spec = Box::new(spec(instrument));
            venue.events.push(Event::InstrumentListed { instrument: InstrumentId(instrument), spec });
            venue.phases.insert(InstrumentId(instrument), Phase::Continuous);
        }
        for account in 0..ACCOUNTS {
            let group = OwnerGroup(account);
            venue.events.push(Event::AccountOpened { account: AccountId(account), name: name(account), group });
        }
        venue
    }

    pub fn run(&mut self, action: &Action) {
        self.events.clear();
        self.seq.0 += 1;
        self.at.0 += 1_000_000;
        match *action {
            Action::Add { account, instrument, side, price, lots, tif, market, stp } => {
                self.last_order += 1;
                let (account, instrument) = (AccountId(account), InstrumentId(instrument));
                let terms = AddOrder {
                    kind: if market { OrderKind::Market { max_total: None } } else { OrderKind::Limit(Price(price)) },
                    time_in_force: tif,
                    self_trade: stp,
                    cl_ord_id: Some(ClOrdId::parse(&format!("c{}", self.last_order)).unwrap()),
                    ..AddOrder::limit(account, instrument, side, Price(price), Lots(lots))
                };
                let order = Order {
                    id: OrderId(self.last_order),
                    terms,
                    price: Price(price),
                    lots: terms.lots,
                    cum: Lots::ZERO,
                    leaves: terms.lots,
                    notional: 0,
                    fees: Cash::ZERO,
                    at: self.at,
                    seq: self.seq,
                };
                self.events.push(Event::Opened(Opened { order: order.id, price: order.price, terms }));
                self.execute(order, tif);
                self.pay(account, instrument);
            }
            Action::Cancel { pick } => {
                if let Some(place) = self.pick(pick) {
                    let order = self.resting.remove(place);
                    self.cancel(order, true, CancelReason::User);
                }
            }
            Action::Amend { pick, price, lots } => {
                if let Some(place) = self.pick(pick) {
                    self.amend(place, price.map(Price), Lots(lots));
                }
            }
            Action::Wait { seconds } => self.at = self.at.plus_seconds(seconds),
            Action::Expire { instrument } => {
                let (instrument, phase, reason) = (InstrumentId(instrument), Phase::Expired, PhaseReason::Operator);
                let from = self.phases.insert(instrument, phase).unwrap();
                self.events.push(Event::PhaseChanged { instrument, from, phase, reason });
                while let Some(place) = self.resting.iter().position(|order| order.terms.instrument == instrument) {
                    let order = self.resting.remove(place);
                    self.cancel(order, true, CancelReason::Operator);
                }
            }
        }
    }

    fn pick(&self, pick: usize) -> Option<usize> {
        (!self.resting.is_empty()).then(|| pick % self.resting.len())
    }

    fn amend(&mut self, place: usize, price: Option<Price>, lots: Lots) {
        let mut order = self.resting[place].clone();
        let (old_price, old_leaves) = (order.price, order.leaves);
        if lots <= order.cum {
            self.resting.remove(place);
            return self.cancel(order, true, CancelReason::User);
        }
        order.price = price.unwrap_or(old_price);
        (order.lots, order.leaves) = (lots, lots - order.cum);
        let kept_priority = order.price == old_price && order.leaves <= old_leaves;
        self.events.push(Event::Amended(Amended {
            order: order.id,
            account: order.terms.account,
            instrument: order.terms.instrument,
            side: order.terms.side,
            old_price,
            old_leaves,
            old_shown: old_leaves,
            price: order.price,
            lots,
            leaves: order.leaves,
            shown: if kept_priority { order.leaves } else { Lots::ZERO },
            stop: None,
            kept_priority,
        }));
        if kept_priority {
            self.resting[place] = order;
        } else {
            self.resting.remove(place);
            self.execute(order, TimeInForce::Gtc);
        }
    }

    /// The place of the maker that comes first for this taker.
    fn maker(&self, taker: &Order) -> Option<usize> {
        let side = taker.terms.side;
        let better = |a: Price, b: Price| if side == Side::Buy { a < b } else { a > b };
        let mut first: Option<usize> = None;
        for (place, order) in self.resting.iter().enumerate() {
            let there = order.terms.instrument == taker.terms.instrument && order.terms.side != side;
            if there
                && !better(taker.price, order.price)
                && first.is_none_or(|f| better(order.price, self.resting[f].price))
            {
                first = Some(place);
            }
        }
        first
    }

    fn execute(&mut self, mut taker: Order, tif: TimeInForce) {
        while let Some(place) = self.maker(&taker).filter(|_| !taker.leaves.is_zero()) {
            let lots = taker.leaves.min(self.resting[place].leaves);
            if self.resting[place].terms.account == taker.terms.account {
                match taker.terms.self_trade {
                    SelfTrade::CancelNewest => return self.cancel(taker, false, CancelReason::SelfTrade),
                    SelfTrade::CancelOldest => {
                        let maker = self.resting.remove(place);
                        self.cancel(maker, true, CancelReason::SelfTrade);
                    }
                    SelfTrade::CancelBoth => {
                        let maker = self.resting.remove(place);
                        self.cancel(maker, true, CancelReason::SelfTrade);
                        return self.cancel(taker, false, CancelReason::SelfTrade);
                    }
                    SelfTrade::Decrement => {
                        let mut maker = self.resting[place].clone();
                        self.reduce(&mut maker, lots, true);
                        if maker.leaves.is_zero() {
                            self.resting.remove(place);
                            self.cancel(maker, true, CancelReason::SelfTrade);
                        } else {
                            self.resting[place] = maker;
                        }
                        self.reduce(&mut taker, lots, false);
                        if taker.leaves.is_zero() {
                            return self.cancel(taker, false, CancelReason::SelfTrade);
                        }
                    }
                }
                continue;
            }
            self.fill(&mut taker, place, lots);
        }
        if taker.leaves.is_zero() {
            self.closed.insert(taker.id, (taker, OrderStatus::Filled));
        } else if tif == TimeInForce::Ioc {
            self.cancel(taker, false, CancelReason::TimeInForce);
        } else {
            self.events.push(Event::Rested(Rested {
                order: taker.id,
                instrument: taker.terms.instrument,
                side: taker.terms.side,
                price: taker.price,
                leaves: taker.leaves,
                shown: taker.leaves,
            }));
            self.resting.push(taker);
        }
    }

    fn fill(&mut self, taker: &mut Order, place: usize, lots: Lots) {
        let (trade, price) = (TradeId(self.trades.len() as u64 + 1), self.resting[place].price);
        let leg = |order: &mut Order, fee: Cash| {
            order.cum = order.cum + lots;
            order.leaves = order.leaves - lots;
            order.notional += u128::from(price.0) * u128::from(lots.0);
            order.fees = order.fees + fee;
            Leg { order: order.id, account: order.terms.account, leaves: order.leaves, fee, hidden: Lots::ZERO }
        };
        let maker_leg = leg(&mut self.resting[place], Cash(u64::from(lots.0)));
        let taker_leg = leg(taker, Cash(2 * u64::from(lots.0)));
        let (instrument, taker_side) = (taker.terms.instrument, taker.terms.side);
        self.events.push(Event::Fill(Fill {
            trade,
            instrument,
            taker_side,
            auction: false,
            price,
            lots,
            maker: maker_leg,
            taker: taker_leg,
            across: None,
        }));
        let market = matches!(taker.terms.kind, OrderKind::Market { .. });
        self.trades.push((instrument, trade, price, lots, taker_side, market, self.at, self.seq));
        if self.resting[place].leaves.is_zero() {
            let maker = self.resting.remove(place);
            self.closed.insert(maker.id, (maker, OrderStatus::Filled));
        }
    }

    fn reduce(&mut self, order: &mut Order, lots: Lots, resting: bool) {
        order.lots = order.lots - lots;
        order.leaves = order.leaves - lots;
        self.events.push(Event::Reduced(Reduced {
            order: order.id,
            account: order.terms.account,
            instrument: order.terms.instrument,
            side: order.terms.side,
            price: order.price,
            lots,
            leaves: order.leaves,
            resting,
            reason: CancelReason::SelfTrade,
        }));
    }

    fn cancel(&mut self, order: Order, resting: bool, reason: CancelReason) {
        self.events.push(Event::Canceled(Canceled {
            order: order.id,
            account: order.terms.account,
            instrument: order.terms.instrument,
            side: order.terms.side,
            price: order.price,
            lots: order.leaves,
            shown: if resting { order.leaves } else { Lots::ZERO },
            reason,
        }));
        self.closed.insert(order.id, (order, OrderStatus::Canceled));
    }

    /// Some balances, never the same twice, now and then nothing at all.
    fn pay(&mut self, account: AccountId, instrument: InstrumentId) {
        let cash = CashBalance { account, available: Cash(self.seq.0), reserved: Cash(self.seq.0 * 3) };
        let available = if self.seq.0.is_multiple_of(4) { 0 } else { self.seq.0 };
        let holding = HoldingBalance { account, instrument, available, reserved: available / 2 };
        self.cash.insert(account, cash);
        self.holdings.insert((account, instrument), holding);
        self.events.extend([Event::Cash(cash), Event::Holding(holding)]);
    }

    /// The levels of a side, best first: price, lots, orders.
    pub fn levels(&self, instrument: InstrumentId, side: Side) -> Vec<(Price, u64, u32)> {
        let mut levels: BTreeMap<Price, (u64, u32)> = BTreeMap::new();
        for order in &self.resting {
            if (order.terms.instrument, order.terms.side) == (instrument, side) {
                let level = levels.entry(order.price).or_default();
                level.0 += u64::from(order.leaves.0);
                level.1 += 1;
            }
        }
        let mut levels: Vec<_> = levels.into_iter().map(|(price, (lots, orders))| (price, lots, orders)).collect();
        if side == Side::Buy {
            levels.reverse();
        }
        levels
    }
}
