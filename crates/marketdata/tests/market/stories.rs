//! Stories of events written by hand: what the view shows after each of them.

use unspent_marketdata::{OpenOrder, View};
use unspent_model::{
    AccountId, AddOrder, Amended, AuctionId, CallEnded, CancelReason, Canceled, Cash, CommandSeq, Event, Fill,
    Indicative, Instrument, InstrumentId, Leg, Lots, Opened, OrderId, OrderKind, Phase, PhaseReason, PostOnly, Price,
    Reduced, Refilled, Rested, Side, Symbol, Timestamp, TradeId,
};

const HERE: InstrumentId = InstrumentId(0);
const SOMEBODY: AccountId = AccountId(0);

/// A view that follows one event a command.
struct Story {
    view: View,
    seq: u64,
}

impl Story {
    fn new() -> Story {
        let mut story = Story { view: View::new(), seq: 0 };
        let spec = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
        story.tell(Event::InstrumentListed { instrument: HERE, spec: Box::new(spec) });
        story
    }

    fn tell(&mut self, event: Event) -> Option<OpenOrder> {
        self.seq += 1;
        self.view.apply(Timestamp(self.seq), CommandSeq(self.seq), &event).order
    }

    fn open(&mut self, order: u64, side: Side, price: u32, lots: u32, more: impl Fn(&mut AddOrder)) {
        let mut terms = AddOrder::limit(SOMEBODY, HERE, side, Price(price), Lots(lots));
        more(&mut terms);
        self.tell(Event::Opened(Opened { order: OrderId(order), price: Price(price), terms }));
    }

    fn rest(&mut self, order: u64, shown: u32) {
        let OpenOrder { order, side, price, leaves, .. } = *self.order(order);
        self.tell(Event::Rested(Rested { order, instrument: HERE, side, price, leaves, shown: Lots(shown) }));
    }

    fn refill(&mut self, order: u64, shown: u32) {
        let OpenOrder { order, side, price, leaves, .. } = *self.order(order);
        self.tell(Event::Refilled(Refilled { order, instrument: HERE, side, price, shown: Lots(shown), leaves }));
    }

    /// `(maker, its hidden lots)` trades with `(taker, its hidden lots)`.
    fn fill(&mut self, auction: bool, price: u32, lots: u32, maker: (u64, u32), taker: (u64, u32)) {
        let leg = |story: &Story, (order, hidden): (u64, u32)| {
            let known = story.order(order);
            let (account, leaves) = (known.account, known.leaves - Lots(lots));
            Leg { order: known.order, account, leaves, fee: Cash(0), hidden: Lots(hidden) }
        };
        let taker_side = self.order(taker.0).side;
        let (maker, taker) = (leg(self, maker), leg(self, taker));
        let (trade, price, lots) = (TradeId(self.seq), Price(price), Lots(lots));
        self.tell(Event::Fill(Fill {
            trade,
            instrument: HERE,
            taker_side,
            auction,
            price,
            lots,
            maker,
            taker,
            across: None,
        }));
    }

    fn cancel(&mut self, order: u64) {
        let OpenOrder { order, account, side, price, leaves, shown, .. } = *self.order(order);
        let reason = CancelReason::User;
        self.tell(Event::Canceled(Canceled {
            order,
            account,
            instrument: HERE,
            side,
            price,
            lots: leaves,
            shown,
            reason,
        }));
    }

    fn amended(&self, order: u64, price: u32, leaves: u32, shown: u32) -> Amended {
        let known = self.order(order);
        Amended {
            order: known.order,
            account: known.account,
            instrument: HERE,
            side: known.side,
            old_price: known.price,
            old_leaves: known.leaves,
            old_shown: known.shown,
            price: Price(price),
            lots: known.cum + Lots(leaves),
            leaves: Lots(leaves),
            shown: Lots(shown),
            stop: None,
            kept_priority: shown > 0,
        }
    }

    fn phase(&mut self, phase: Phase, reason: PhaseReason) {
        let from = self.view.market(HERE).unwrap().phase;
        self.tell(Event::PhaseChanged { instrument: HERE, from, phase, reason });
    }

    fn order(&self, order: u64) -> &OpenOrder {
        self.view.orders().get(OrderId(order)).unwrap()
    }

    /// Both sides, best first: price x lots in orders.
    fn depth(&self) -> String {
        let depth = &self.view.market(HERE).unwrap().depth;
        let side = |side| {
            let levels: Vec<_> =
                depth.levels(side, 9).map(|l| format!("{}x{} in {}", l.price, l.lots, l.orders)).collect();
            levels.join(", ")
        };
        format!("{} | {}", side(Side::Buy), side(Side::Sell))
    }
}

fn plain(_: &mut AddOrder) {}

fn iceberg(display: u32) -> impl Fn(&mut AddOrder) {
    move |terms| terms.display = Some(Lots(display))
}

#[test]
fn an_iceberg_shows_a_slice_at_a_time() {
    let mut story = Story::new();
    story.open(1, Side::Sell, 101, 25, iceberg(10));
    story.rest(1, 10);
    story.open(2, Side::Sell, 101, 5, plain);
    story.rest(2, 5);
    assert_eq!(story.depth(), " | 101x15 in 2");
    story.open(3, Side::Buy, 101, 18, plain);
    story.fill(false, 101, 10, (1, 0), (3, 0));
    assert_eq!(story.depth(), " | 101x5 in 1");
    story.refill(1, 10);
    assert_eq!(story.depth(), " | 101x15 in 2");
    story.fill(false, 101, 5, (2, 0), (3, 0));
    story.fill(false, 101, 3, (1, 0), (3, 0));
    assert_eq!(story.depth(), " | 101x7 in 1");
    let known = story.order(1);
    assert_eq!((known.leaves, known.shown, known.display), (Lots(12), Lots(7), Some(Lots(10))));
    // An amend takes what is hidden first.
    story.tell(Event::Amended(story.amended(1, 101, 9, 7)));
    assert_eq!(story.depth(), " | 101x7 in 1");
    story.tell(Event::Amended(story.amended(1, 101, 4, 4)));
    assert_eq!(story.depth(), " | 101x4 in 1");
    story.cancel(1);
    assert_eq!(story.depth(), " | ");
}

#[test]
fn what_an_iceberg_shows_tells_what_an_amend_made_of_its_display() {
    let mut story = Story::new();
    story.open(1, Side::Buy, 99, 25, iceberg(10));
    story.rest(1, 10);
    story.tell(Event::Amended(story.amended(1, 99, 25, 0)));
    assert_eq!(story.depth(), " | ");
    story.rest(1, 4);
    assert_eq!(story.order(1).display, Some(Lots(4)));
    assert_eq!(story.depth(), "99x4 in 1 | ");
}

#[test]
fn self_trade_prevention_takes_the_last_lots_before_the_cancel_does() {
    let mut story = Story::new();
    for order in [1, 2] {
        story.open(order, Side::Buy, 98, 5, iceberg(4));
        story.rest(order, 4);
    }
    let reduce = |leaves: u32, lots: u32| {
        let (order, account, side, price) = (OrderId(1), SOMEBODY, Side::Buy, Price(98));
        let (lots, leaves) = (Lots(lots), Lots(leaves));
        Event::Reduced(Reduced {
            order,
            account,
            instrument: HERE,
            side,
            price,
            lots,
            leaves,
            resting: true,
            reason: CancelReason::SelfTrade,
        })
    };
    story.tell(reduce(1, 4));
    assert_eq!(story.depth(), "98x4 in 1 | ");
    story.refill(1, 1);
    assert_eq!(story.depth(), "98x5 in 2 | ");
    story.tell(reduce(0, 1));
    assert_eq!(story.depth(), "98x4 in 1 | ");
    story.cancel(1);
    assert_eq!(story.depth(), "98x4 in 1 | ");
}

#[test]
fn a_stop_waits_in_no_book() {
    let mut story = Story::new();
    story.open(1, Side::Buy, 105, 5, |terms| terms.stop = Some(Price(103)));
    let known = story.order(1);
    assert_eq!((known.waiting, known.resting, known.stop, known.shown), (true, false, Some(Price(103)), Lots(0)));
    story.tell(Event::Amended(Amended { stop: Some(Price(104)), kept_priority: true, ..story.amended(1, 106, 4, 0) }));
    let known = story.order(1);
    assert_eq!((known.waiting, known.resting, known.stop, known.price), (true, false, Some(Price(104)), Price(106)));
    assert_eq!(story.depth(), " | ");
    story.tell(Event::Triggered { order: OrderId(1), account: SOMEBODY, instrument: HERE, price: Price(106) });
    story.rest(1, 4);
    let known = story.order(1);
    assert_eq!((known.waiting, known.resting, known.stop), (false, true, Some(Price(104))));
    assert_eq!(story.depth(), "106x4 in 1 | ");
    // One that is cancelled while it waits.
    story.open(2, Side::Sell, 90, 5, |terms| terms.stop = Some(Price(91)));
    story.cancel(2);
    assert_eq!(story.depth(), "106x4 in 1 | ");
    assert_eq!(story.view.orders().len(), 1);
}

#[test]
fn an_order_that_slid_is_known_at_the_price_it_has() {
    let mut story = Story::new();
    let mut terms = AddOrder::limit(SOMEBODY, HERE, Side::Buy, Price(110), Lots(5));
    terms.post_only = PostOnly::Slide;
    story.tell(Event::Opened(Opened { order: OrderId(1), price: Price(100), terms }));
    story.rest(1, 5);
    assert_eq!((story.order(1).price, story.order(1).kind), (Price(100), OrderKind::Limit(Price(110))));
    assert_eq!(story.depth(), "100x5 in 1 | ");
}

#[test]
fn an_uncross_takes_each_order_from_its_own_price() {
    let mut story = Story::new();
    story.phase(Phase::Call, PhaseReason::Schedule);
    story.tell(Event::CallOpened { instrument: HERE, auction: AuctionId(1) });
    story.open(1, Side::Buy, 105, 20, iceberg(5));
    story.rest(1, 5);
    story.open(2, Side::Buy, 103, 4, plain);
    story.rest(2, 4);
    story.open(3, Side::Sell, 99, 18, plain);
    story.rest(3, 18);
    assert_eq!(story.depth(), "105x5 in 1, 103x4 in 1 | 99x18 in 1");
    let ticker = story.view.market(HERE).unwrap().ticker(Timestamp(99));
    assert_eq!((ticker.bid.unwrap().price, ticker.ask.unwrap().price), (Price(105), Price(99)));
    let surplus = Some((Side::Buy, 6));
    let price = Some(Price(103));
    story.tell(Event::Indicative(Indicative { instrument: HERE, auction: AuctionId(1), price, lots: 18, surplus }));
    let call = story.view.market(HERE).unwrap().call.unwrap();
    assert_eq!((call.auction, call.price, call.lots, call.surplus), (AuctionId(1), price, 18, surplus));

    // All five shown lots of the iceberg and thirteen hidden ones.
    story.fill(true, 103, 18, (3, 0), (1, 13));
    assert_eq!(story.depth(), "103x4 in 1 | ");
    story.refill(1, 2);
    assert_eq!(story.depth(), "105x2 in 1, 103x4 in 1 | ");
    story.tell(Event::CallEnded(CallEnded { instrument: HERE, auction: AuctionId(1), price, lots: 18, surplus }));
    story.phase(Phase::Continuous, PhaseReason::CallEnded);

    let market = story.view.market(HERE).unwrap();
    assert_eq!((market.phase, market.reason, market.call), (Phase::Continuous, Some(PhaseReason::CallEnded), None));
    let trade = market.tape.last().unwrap();
    assert_eq!((trade.price, trade.lots, trade.auction, trade.taker_side), (Price(103), Lots(18), true, Side::Buy));
    let ticker = market.ticker(Timestamp(99));
    assert_eq!((ticker.last_lots, ticker.day.last, ticker.day.lots), (Some(Lots(18)), price, 18));

    story.open(4, Side::Sell, 105, 2, plain);
    story.fill(false, 105, 2, (1, 0), (4, 0));
    let market = story.view.market(HERE).unwrap();
    assert!(!market.tape.last().unwrap().auction);
    assert_eq!(story.depth(), "103x4 in 1 | ");
}

#[test]
fn an_iceberg_that_gives_less_than_it_shows_shows_so_much_less() {
    let mut story = Story::new();
    story.phase(Phase::Call, PhaseReason::Operator);
    story.open(1, Side::Sell, 99, 20, iceberg(5));
    story.rest(1, 5);
    story.open(2, Side::Buy, 100, 3, plain);
    story.rest(2, 3);
    story.fill(true, 99, 3, (1, 0), (2, 0));
    assert_eq!(story.depth(), " | 99x2 in 1");
}

#[test]
fn a_phase_has_no_reason_until_one_is_told() {
    let mut story = Story::new();
    let known = |story: &Story| story.view.market(HERE).map(|market| (market.phase, market.reason)).unwrap();
    assert_eq!(known(&story), (Phase::Continuous, None));
    story.phase(Phase::VolatilityCall, PhaseReason::Volatility);
    assert_eq!(known(&story), (Phase::VolatilityCall, Some(PhaseReason::Volatility)));
}

#[test]
#[should_panic(expected = "6 shown lots of order 1 go, where it shows 5")]
fn an_order_gives_no_more_than_it_shows_unless_it_is_said_to_be_hidden() {
    let mut story = Story::new();
    story.open(1, Side::Sell, 99, 20, iceberg(5));
    story.rest(1, 5);
    story.open(2, Side::Buy, 99, 6, plain);
    story.fill(false, 99, 6, (1, 0), (2, 0));
}

#[test]
#[should_panic(expected = "order 1 is amended from other shown lots")]
fn an_amend_of_what_was_not_shown_is_a_bug() {
    let mut story = Story::new();
    story.open(1, Side::Sell, 99, 20, iceberg(5));
    story.rest(1, 5);
    story.tell(Event::Amended(Amended { old_shown: Lots(6), ..story.amended(1, 99, 4, 4) }));
}

#[test]
#[should_panic(expected = "order 1 is triggered and does not wait")]
fn an_order_is_triggered_once() {
    let mut story = Story::new();
    story.open(1, Side::Buy, 99, 5, plain);
    story.tell(Event::Triggered { order: OrderId(1), account: SOMEBODY, instrument: HERE, price: Price(99) });
}
