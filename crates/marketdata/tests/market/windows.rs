//! A subscriber that applies what a window tells has the true best levels, and is told nothing it knew.

use crate::flow::{Exchange, Step};
use crate::venue::{INSTRUMENTS, Venue, actions};
use proptest::prelude::*;
use unspent_flow::Random;
use unspent_marketdata::{
    Changes, Depth, LevelChange, OpenOrders, OrderWindow, Queue, QueueEvent, Rebuilt, RebuiltQueue, View, Window,
};
use unspent_model::{AccountId, AddOrder, InstrumentId, Lots, OrderId, Price, Side};

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

fn true_top(depth: &Depth, side: Side, n: usize) -> Vec<LevelChange> {
    depth.levels(side, n).map(|level| LevelChange { price: level.price, lots: level.lots }).collect()
}

/// A window and a subscriber who started with it.
pub struct Subscription {
    window: Window,
    client: Rebuilt,
    explicit: bool,
}

impl Subscription {
    fn new(n: usize) -> Subscription {
        Subscription { window: Window::new(n), client: Rebuilt::new(n), explicit: false }
    }

    /// The subscriber of the top keeps whatever it is not told to delete.
    fn top() -> Subscription {
        Subscription { window: Window::top(), client: Rebuilt::new(usize::MAX), explicit: true }
    }

    pub fn ask(&mut self, depth: &Depth) -> Changes {
        let changes = self.window.changes(depth);
        for side in SIDES {
            let told = changes.side(side);
            let better = |a: Price, b: Price| if side == Side::Buy { a > b } else { a < b };
            assert!(told.windows(2).all(|pair| better(pair[0].price, pair[1].price)), "not best first: {told:?}");
            for change in told {
                assert_ne!(self.client.lots(side, change.price), change.lots, "{change:?} was known");
                let rests = depth.level(side, change.price).map_or(0, |level| level.lots);
                assert!(change.lots == rests || (self.explicit && change.lots == 0), "{change:?}, but {rests} rest");
            }
        }
        self.client.apply(&changes);
        for side in SIDES {
            let truth = true_top(depth, side, self.window.n());
            assert_eq!(self.client.levels(side).collect::<Vec<_>>(), truth, "{side:?} of {}", self.window.n());
            assert_eq!(self.window.told(side).collect::<Vec<_>>(), truth);
            assert_eq!(self.client.best(side), truth.first().copied());
        }
        assert!(self.window.changes(depth).is_empty(), "told twice");
        changes
    }
}

pub fn subscriptions() -> Vec<Subscription> {
    [1, 2, 10, 25, usize::MAX].map(Subscription::new).into_iter().chain([Subscription::top()]).collect()
}

/// A window of orders and a subscriber who started with it.
pub struct QueueSubscription {
    window: OrderWindow,
    client: RebuiltQueue,
}

/// Orders of a side as they would trade.
pub type Truth = Vec<(OrderId, Price, Lots)>;

/// Those at the `n` best prices.
fn nearest(truth: &Truth, n: usize) -> Truth {
    let mut prices: Vec<Price> = truth.iter().map(|order| order.1).collect();
    prices.dedup();
    prices.truncate(n);
    truth.iter().copied().filter(|order| prices.contains(&order.1)).collect()
}

impl QueueSubscription {
    pub fn ask(&mut self, queue: &Queue, orders: &OpenOrders, truth: &[Truth; 2]) {
        let changes = self.window.changes(queue, orders);
        for (side, truth) in SIDES.into_iter().zip(truth) {
            let known: Truth = self.client.orders(side).collect();
            for (event, told) in changes.side(side) {
                let before = known.iter().find(|order| order.0 == told.order);
                match event {
                    QueueEvent::Delete => assert_eq!(before, Some(&(told.order, told.price, told.lots))),
                    QueueEvent::Modify => assert_ne!(before.map(|order| order.2), Some(told.lots), "known"),
                    QueueEvent::Add => assert!(truth.contains(&(told.order, told.price, told.lots)), "{told:?}"),
                }
            }
        }
        self.client.apply(&changes).unwrap();
        for (side, truth) in SIDES.into_iter().zip(truth) {
            let truth = nearest(truth, self.window.n());
            assert_eq!(self.client.orders(side).collect::<Truth>(), truth, "{side:?} of {}", self.window.n());
            let told: Truth = self.window.told(side).map(|told| (told.order, told.price, told.lots)).collect();
            assert_eq!(told, truth);
        }
        assert!(self.window.changes(queue, orders).is_empty(), "told twice");
    }
}

pub fn queue_subscriptions() -> Vec<QueueSubscription> {
    let of = |n| QueueSubscription { window: OrderWindow::new(n), client: RebuiltQueue::new(n) };
    [1, 2, 10, usize::MAX].map(of).into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn a_subscriber_always_has_the_true_top(flow in actions(400), every in 1..20_usize) {
        let (mut venue, mut view) = (Venue::open(), View::new());
        // One set is asked after every command, the other seldom.
        let mut often: Vec<_> = (0..INSTRUMENTS).map(|_| subscriptions()).collect();
        let mut seldom: Vec<_> = (0..INSTRUMENTS).map(|_| subscriptions()).collect();
        for event in &venue.events {
            view.apply(venue.at, venue.seq, event);
        }
        for (i, action) in flow.iter().enumerate() {
            venue.run(action);
            for event in &venue.events {
                view.apply(venue.at, venue.seq, event);
            }
            for (instrument, market) in view.markets() {
                let place = instrument.0 as usize;
                for subscription in &mut often[place] {
                    subscription.ask(&market.depth);
                }
                for subscription in seldom[place].iter_mut().filter(|_| i % every == 0) {
                    subscription.ask(&market.depth);
                }
            }
        }
    }
}

fn rest(depth: &mut Depth, side: Side, price: u32, lots: u32) {
    depth.change(side, Price(price), Lots::ZERO, Lots(lots));
}

fn cancel(depth: &mut Depth, side: Side, price: u32, lots: u32) {
    depth.change(side, Price(price), Lots(lots), Lots::ZERO);
}

#[test]
fn a_window_that_was_asked_too_seldom_compares_the_whole_scope() {
    for every in [3, 900, 1_500, 4_000] {
        let (mut random, mut depth, mut orders) = (Random::new(11), Depth::new(), Vec::new());
        let mut subscriptions = subscriptions();
        for i in 1..=12_000 {
            if orders.len() > 300 || (orders.len() > 100 && random.below(2) == 0) {
                let (side, price, lots) = orders.swap_remove(random.below(orders.len() as u32) as usize);
                cancel(&mut depth, side, price, lots);
            } else {
                let side = SIDES[random.below(2) as usize];
                let order = (side, random.between(1, 400), random.between(1, 9));
                rest(&mut depth, order.0, order.1, order.2);
                orders.push(order);
            }
            if i % every == 0 {
                for subscription in &mut subscriptions {
                    subscription.ask(&depth);
                }
            }
        }
    }
}

fn shown(changes: &Changes) -> String {
    let side = |side: &[LevelChange]| {
        let levels: Vec<_> = side.iter().map(|change| format!("{}x{}", change.price, change.lots)).collect();
        levels.join(" ")
    };
    format!("{} | {}", side(&changes.bids), side(&changes.asks))
}

#[test]
fn what_is_pushed_out_of_scope_is_told_only_at_the_top() {
    let mut depth = Depth::new();
    let (mut two, mut one, mut top) = (Window::new(2), Window::new(1), Window::top());
    let mut ask = |depth: &Depth| [&mut two, &mut one, &mut top].map(|window| shown(&window.changes(depth)));
    rest(&mut depth, Side::Buy, 98, 5);
    rest(&mut depth, Side::Buy, 97, 4);
    assert_eq!(ask(&depth), ["98x5 97x4 | ", "98x5 | ", "98x5 | "]);
    rest(&mut depth, Side::Buy, 99, 1);
    assert_eq!(ask(&depth), ["99x1 | ", "99x1 | ", "99x1 98x0 | "]);
    // 97 is out of every scope; that it goes is nobody's business.
    cancel(&mut depth, Side::Buy, 97, 4);
    assert_eq!(ask(&depth), [" | ", " | ", " | "]);
    rest(&mut depth, Side::Buy, 96, 7);
    cancel(&mut depth, Side::Buy, 99, 1);
    assert_eq!(ask(&depth), ["99x0 96x7 | ", "99x0 98x5 | ", "99x0 98x5 | "]);
    rest(&mut depth, Side::Sell, 101, 1);
    rest(&mut depth, Side::Buy, 98, 2);
    assert_eq!(ask(&depth), ["98x7 | 101x1", "98x7 | 101x1", "98x7 | 101x1"]);
    // Here and gone between two questions.
    rest(&mut depth, Side::Sell, 100, 1);
    cancel(&mut depth, Side::Sell, 100, 1);
    assert_eq!(ask(&depth), [" | ", " | ", " | "]);
}

#[test]
#[should_panic(expected = "a window shows at least one level")]
fn a_window_of_nothing_is_refused() {
    let _ = Window::new(0);
}

#[test]
fn a_window_of_orders_that_was_asked_too_seldom_compares_the_whole_scope() {
    for every in [7, 900, 1_600] {
        let (mut random, mut exchange, mut view) = (Random::new(5), Exchange::open(), View::new());
        let mut subscriptions = queue_subscriptions();
        let follow = |view: &mut View, exchange: &Exchange| {
            for event in &exchange.events {
                view.apply(exchange.at, exchange.seq, event);
            }
        };
        follow(&mut view, &exchange);
        for i in 1..=4_000 {
            let (account, here) = (AccountId(random.below(2) * 2), InstrumentId(0));
            let side = SIDES[random.below(2) as usize];
            let from = if side == Side::Buy { 4_900 } else { 4_990 };
            let price = Price(from + random.below(11) * 10);
            let add = AddOrder::limit(account, here, side, price, Lots(random.between(1, 9)));
            let display = Some(Lots(2)).filter(|_| i % 5 == 0 && add.lots.0 > 2);
            exchange.run(&Step::Add(AddOrder { display, ..add }));
            follow(&mut view, &exchange);
            if i % every == 0 {
                let market = view.market(here).unwrap();
                let truth = SIDES.map(|side| exchange.engine.queue(here, side).collect());
                subscriptions.iter_mut().for_each(|one| one.ask(&market.queue, view.orders(), &truth));
            }
        }
    }
}
