//! A view made of another's facts says what the other says, and facts that are not those of one view are refused.

use crate::engine;
use crate::flow::{ACCOUNTS, Exchange, INSTRUMENTS, Step, steps};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use unspent_marketdata::{OrderWindow, RestoreError, Restoring, TAPE_TRADES, Touched, View, Window};
use unspent_model::{
    AccountId, AddOrder, CommandSeq, Event, InstrumentId, Interval, Lots, OrderId, Phase, Price, Side, Timestamp,
    TradeId, ViewAccountPart, ViewBucket, ViewFact, ViewFactName, ViewMarket, ViewMarketPart, ViewOrder, ViewPlace,
    ViewTrade,
};

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

fn facts(view: &View) -> Vec<ViewFact> {
    let mut facts = Vec::new();
    view.facts(|fact| facts.push(fact.clone()));
    facts
}

fn restore(facts: impl IntoIterator<Item = ViewFact>) -> Result<View, RestoreError> {
    let mut restoring = Restoring::new();
    facts.into_iter().try_for_each(|fact| restoring.take(fact))?;
    restoring.finish()
}

/// A second of the flow is a quarter of an hour, so that flows run through days.
fn stretched(at: Timestamp) -> Timestamp {
    Timestamp(at.0 * 900)
}

fn follow(view: &mut View, exchange: &Exchange) -> Vec<Touched> {
    let at = stretched(exchange.at);
    exchange.events.iter().map(|event| view.apply(at, exchange.seq, event)).collect()
}

/// Everything that can be asked of a view.
fn everything(view: &View, now: Timestamp) -> Vec<String> {
    let mut said = vec![format!("{} {:?} {}", view.seq(), view.at(), view.orders().len())];
    for (instrument, market) in view.markets() {
        said.push(format!("{:?} {:?} {:?} {:?}", market.spec, market.phase, market.reason, market.call));
        for side in SIDES {
            let levels = market.depth.levels(side, usize::MAX);
            said.extend(levels.map(|level| format!("{instrument} {side:?} {level:?}")));
        }
        for side in SIDES {
            said.extend(market.queue.orders(side).map(|queued| format!("{instrument} {side:?} {queued:?}")));
        }
        for interval in Interval::ALL {
            said.extend(market.candles(interval).map(|candle| format!("{instrument} {candle:?}")));
        }
        said.extend(market.tape.recent(usize::MAX).map(|trade| format!("{trade:?}")));
        said.push(format!("{:?}", market.tape.after(CommandSeq(30)).map(Iterator::count)));
        // As buckets leave the day one after the other.
        said.extend((0..60).map(|hours| format!("{:?}", market.ticker(now.plus_seconds(hours * 1_800)))));
    }
    said.extend(view.orders().iter().map(|order| format!("{order:?}")));
    for account in (0..=ACCOUNTS).map(AccountId) {
        let known = view.balances().account(account);
        said.push(format!("{known:?} {:?}", view.balances().cash(account)));
        said.push(format!("{:?}", known.map(|known| view.balances().named(&known.name))));
        said.extend(view.balances().holdings(account).map(|holding| format!("{holding:?}")));
        said.extend(view.groups().of_account(account).map(|group| format!("{group:?}")));
        said.extend(view.orders().of_account(account).map(|order| format!("{}", order.order)));
        said.extend(view.history().closed_of(account).map(|closed| format!("{closed:?}")));
        said.extend(view.history().fills_of(account).map(|fill| format!("{fill:?}")));
    }
    said
}

fn order_windows() -> Vec<OrderWindow> {
    (0..INSTRUMENTS).map(|_| OrderWindow::new(3)).collect()
}

fn ask_orders(windows: &mut [OrderWindow], view: &View) -> Vec<String> {
    let changes = windows
        .iter_mut()
        .zip(view.markets())
        .map(|(window, (_, market))| format!("{:?}", window.changes(&market.queue, view.orders())));
    changes.collect()
}

fn windows() -> Vec<Window> {
    let one = || [Window::top(), Window::full(), Window::new(1), Window::new(10)];
    (0..INSTRUMENTS).flat_map(|_| one()).collect()
}

/// Four windows of each book, asked.
fn ask(windows: &mut [Window], view: &View) -> Vec<String> {
    let changes = windows.iter_mut().enumerate().map(|(place, window)| {
        let market = view.market(InstrumentId(place as u32 / 4)).unwrap();
        format!("{:?}", window.changes(&market.depth))
    });
    changes.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn a_restored_view_says_what_the_saved_one_says(
        flow in steps(300),
        saved_at in any::<prop::sample::Index>(),
        every in 1..10_usize,
    ) {
        let saved_at = saved_at.index(flow.len());
        let (mut exchange, mut view) = (Exchange::open(), View::new());
        follow(&mut view, &exchange);
        for step in &flow[..saved_at] {
            exchange.run(step);
            follow(&mut view, &exchange);
        }
        let saved = facts(&view);
        prop_assert!(saved.windows(2).all(|pair| pair[0].name() < pair[1].name()));
        let mut restored = restore(saved.iter().cloned()).unwrap();
        prop_assert_eq!(&facts(&restored), &saved);
        engine::check(&restored, &exchange);
        let now = stretched(exchange.at);
        prop_assert_eq!(everything(&restored, now), everything(&view, now));
        let (mut one, mut other) = (windows(), windows());
        let (mut first, mut second) = (order_windows(), order_windows());
        for (i, step) in flow[saved_at..].iter().enumerate() {
            if i % every == 0 {
                prop_assert_eq!(ask(&mut one, &view), ask(&mut other, &restored));
                prop_assert_eq!(ask_orders(&mut first, &view), ask_orders(&mut second, &restored));
            }
            exchange.run(step);
            prop_assert_eq!(follow(&mut restored, &exchange), follow(&mut view, &exchange));
        }
        let now = stretched(exchange.at);
        prop_assert_eq!(everything(&restored, now), everything(&view, now));
        prop_assert_eq!(facts(&restored), facts(&view));
        engine::check(&restored, &exchange);
    }

    #[test]
    fn facts_that_are_not_those_of_one_view_are_refused(
        flow in steps(200),
        which in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let view = after(&flow);
        let saved = facts(&view);
        let (which, other) = (which.index(saved.len()), other.index(saved.len()));
        let mut dropped = saved.clone();
        dropped.remove(which);
        prop_assert!(restore(dropped).is_err(), "without {}", saved[which].name());
        let mut doubled = saved.clone();
        doubled.insert(which, saved[which].clone());
        let out_of_order = RestoreError::OutOfOrder { fact: saved[which].name(), after: Some(saved[which].name()) };
        prop_assert_eq!(restore(doubled).unwrap_err(), out_of_order);
        let mut swapped = saved.clone();
        swapped.swap(which, other);
        prop_assert_eq!(restore(swapped).is_ok(), which == other);
        let cut = restore(saved[..which].iter().cloned());
        // A view of before there was a history ends there, and so does one of before there were programmes.
        let former = matches!(saved[which], ViewFact::History { .. } | ViewFact::Programmes(_));
        prop_assert_eq!(cut.is_ok(), former, "only {} facts", which);
    }

    /// Whatever they say: a fact of another moment in the place of one of the same name, or of the one that it follows.
    #[test]
    fn facts_of_different_moments_never_panic(
        flow in steps(200),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6),
    ) {
        let (early, late) = (facts(&after(&flow[..flow.len() / 2])), facts(&after(&flow)));
        let mut mixed = late.clone();
        for (which, other) in changes {
            let which = which.index(mixed.len());
            let name = mixed[which].name();
            match early.iter().find(|fact| fact.name() == name) {
                Some(fact) => mixed[which] = fact.clone(),
                None => mixed[which] = other.get(&early).clone(),
            }
        }
        if let Ok(view) = restore(mixed.clone()) {
            prop_assert_eq!(facts(&view), mixed);
        }
    }
}

fn after(flow: &[Step]) -> View {
    let (mut exchange, mut view) = (Exchange::open(), View::new());
    follow(&mut view, &exchange);
    for step in flow {
        exchange.run(step);
        follow(&mut view, &exchange);
    }
    view
}

fn sort(fact: &ViewFact) -> &'static str {
    match fact {
        ViewFact::Venue(_) => "venue",
        ViewFact::Market(market) if market.before.is_some() => "instrument of more than a day",
        ViewFact::Market(_) => "instrument",
        ViewFact::Call(call) if call.ending.is_some() => "call that is ending",
        ViewFact::Call(call) if call.surplus.is_some() => "call with a surplus",
        ViewFact::Call(_) => "call",
        ViewFact::Trade(trade) if trade.bid.is_some() => "trade across months",
        ViewFact::Trade(_) => "trade",
        ViewFact::Bucket(_) => "bucket",
        ViewFact::Candle(_) => "candle",
        ViewFact::Group(group) if group.tripped.is_some() => "group that tripped",
        ViewFact::Group(_) => "group",
        ViewFact::Account { .. } => "account",
        ViewFact::Cash(_) => "cash",
        ViewFact::Holding(_) => "holding",
        ViewFact::Decay(decay) if decay.overdue.is_some() => "overdue step",
        ViewFact::Decay(_) => "schedule",
        ViewFact::Order(order) if order.shown.is_zero() => "order that waits",
        ViewFact::Order(order) if order.shown < order.leaves => "order that hides",
        ViewFact::Order(order) if !order.cum.is_zero() => "order partly filled",
        ViewFact::Order(_) => "order",
        ViewFact::History { .. } => "what is remembered",
        ViewFact::Closed(closed) if closed.waited => "closed order that waited",
        ViewFact::Closed(closed) if closed.reason.is_some() => "cancelled order",
        ViewFact::Closed(_) => "filled order",
        ViewFact::Fill(fill) if fill.bid.is_some() => "fill across months",
        ViewFact::Fill(fill) if fill.auction => "fill of an uncross",
        ViewFact::Fill(_) => "fill",
        ViewFact::Fundings { .. } => "what the operator did to accounts",
        ViewFact::AccountState { .. } => "account that is not open",
        ViewFact::Withdrawal(_) => "withdrawal that waits",
        ViewFact::Programmes(_) => "how much there is of programmes",
        ViewFact::Rules { .. } => "rules",
        ViewFact::Schedule { .. } => "trading day",
        ViewFact::Terms { .. } => "terms",
        ViewFact::Permit(_) => "permit",
        ViewFact::Month(_) => "month",
        ViewFact::Expired { .. } => "what expired",
        // Of trades that settle later, which these flows do not have.
        ViewFact::Settling(_)
        | ViewFact::Promised(_)
        | ViewFact::Escrow(_)
        | ViewFact::Settlement(_)
        | ViewFact::Claim(_) => "what settles later",
        // Nor these.
        ViewFact::Registry(_) | ViewFact::Registered(_) | ViewFact::ListedOut { .. } => "the registry",
        ViewFact::Announcer { .. } | ViewFact::ExecSeq { .. } => panic!("{} is not the view's", fact.name()),
    }
}

/// The flows above are worth what they leave behind.
#[test]
fn the_flows_leave_facts_of_every_sort() {
    let mut runner = TestRunner::deterministic();
    let strategy = steps(300);
    let mut met = BTreeSet::new();
    for _ in 0..300 {
        let flow = strategy.new_tree(&mut runner).unwrap().current();
        met.extend(facts(&after(&flow)).iter().map(sort));
    }
    let all = [
        "account",
        "bucket",
        "call",
        "call that is ending",
        "call with a surplus",
        "cancelled order",
        "candle",
        "cash",
        "closed order that waited",
        "fill",
        "fill across months",
        "fill of an uncross",
        "filled order",
        "group",
        "group that tripped",
        "holding",
        "how much there is of programmes",
        "instrument",
        "instrument of more than a day",
        "order",
        "order partly filled",
        "order that hides",
        "order that waits",
        "overdue step",
        "rules",
        "schedule",
        "trade",
        "trade across months",
        "trading day",
        "venue",
        "what is remembered",
    ];
    assert_eq!(met.into_iter().collect::<Vec<_>>(), all);
}

/// While it opens: instruments before there are accounts, accounts before they have anything.
#[test]
fn a_venue_is_saved_while_it_opens_too() {
    let (exchange, mut view) = (Exchange::open(), View::new());
    for event in &exchange.events {
        let saved = facts(&view);
        let mut restored = restore(saved.iter().cloned()).unwrap();
        assert_eq!(facts(&restored), saved);
        view.apply(exchange.at, exchange.seq, event);
        restored.apply(exchange.at, exchange.seq, event);
        assert_eq!(everything(&restored, exchange.at), everything(&view, exchange.at));
    }
}

/// A tape that has forgotten trades, and a day that has forgotten buckets.
#[test]
fn what_is_forgotten_stays_forgotten() {
    let (mut exchange, mut view) = (Exchange::open(), View::new());
    follow(&mut view, &exchange);
    for number in 0..1_100_u32 {
        for (account, side) in [(0, Side::Buy), (2, Side::Sell)] {
            let price = Price(5_000 + number % 7 * 10);
            exchange.run(&Step::Add(AddOrder::limit(AccountId(account), InstrumentId(0), side, price, Lots(1))));
            follow(&mut view, &exchange);
        }
        exchange.run(&Step::Wait(1));
        follow(&mut view, &exchange);
    }
    let saved = facts(&view);
    let of = |sort: fn(&ViewFact) -> bool| saved.iter().filter(|fact| sort(fact)).count();
    assert_eq!(of(|fact| matches!(fact, ViewFact::Trade(_))), TAPE_TRADES);
    assert_eq!(of(|fact| matches!(fact, ViewFact::Bucket(_))), 96);
    let restored = restore(saved.iter().cloned()).unwrap();
    let now = stretched(exchange.at);
    assert_eq!(everything(&restored, now), everything(&view, now));
    assert!(restored.market(InstrumentId(0)).unwrap().tape.after(CommandSeq(0)).is_none());
    // One more than a tape remembers, or a bucket of more than a day ago.
    let after_first = |sort: fn(&ViewFact) -> bool, change: fn(&mut ViewFact)| {
        let at = saved.iter().position(sort).unwrap();
        let mut more = saved.clone();
        more.insert(at, saved[at].clone());
        change(&mut more[at]);
        restore(more).map(|_| ()).unwrap_err().to_string()
    };
    let trade = after_first(
        |fact| matches!(fact, ViewFact::Trade(_)),
        |fact| {
            if let ViewFact::Trade(trade) = fact {
                trade.trade.0 -= 1;
            }
        },
    );
    assert_eq!(trade, "trade 1100 of instrument 0: its tape remembers as many as it can");
    let bucket = after_first(
        |fact| matches!(fact, ViewFact::Bucket(_)),
        |fact| {
            if let ViewFact::Bucket(bucket) = fact {
                bucket.number -= 3;
            }
        },
    );
    assert!(bucket.ends_with("the oldest bucket is more than a day before it"), "{bucket}");
}

/// The facts of a short flow, one of them changed.
fn refused(change: impl Fn(&mut ViewFact)) -> String {
    let mut exchange = Exchange::open();
    let mut view = View::new();
    follow(&mut view, &exchange);
    for (account, side, lots) in [(0, Side::Buy, 9), (2, Side::Sell, 4), (2, Side::Sell, 1)] {
        let (account, price) = (AccountId(account), Price(5_000));
        let order = AddOrder::limit(account, InstrumentId(0), side, price, Lots(lots));
        exchange.run(&Step::Add(order));
        assert!(exchange.events.iter().any(|event| matches!(event, Event::Opened(_))));
        follow(&mut view, &exchange);
    }
    let mut facts = facts(&view);
    facts.iter_mut().for_each(change);
    restore(facts).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_is_named() {
    let of_order = |change: fn(&mut ViewOrder)| {
        refused(|fact| {
            if let ViewFact::Order(order) = fact {
                change(order);
            }
        })
    };
    assert_eq!(of_order(|order| order.leaves = Lots(0)), "order 1: no lots of it are open");
    assert_eq!(of_order(|order| order.shown = Lots(5)), "order 1: it shows more lots than are open");
    assert_eq!(of_order(|order| order.shown = Lots(0)), "order 1: it neither rests nor has a stop to wait for");
    assert_eq!(of_order(|order| order.cum = Lots(0)), "order 1: nothing of it is filled, and it has paid");
    assert_eq!(of_order(|order| order.cum = Lots(u32::MAX)), "order 1: its lots are too many");
    assert_eq!(of_order(|order| order.opened_seq.0 = 999), "order 1: it is accepted after the venue's last event");
    assert_eq!(of_order(|order| order.account.0 = 9), "order 1 is told, and account 9 was not");
    assert_eq!(of_order(|order| order.instrument.0 = 9), "order 1 is told, and instrument 9 was not");
    assert_eq!(
        of_order(|order| order.place = order.place.map(|place| ViewPlace { seq: CommandSeq(999), ..place })),
        "order 1: it took its place before it was accepted, or after the venue's last event"
    );
    let of_candle = |change: fn(&mut ViewBucket)| {
        refused(|fact| match fact {
            ViewFact::Candle(candle) if candle.interval == Interval::Hour => change(&mut candle.bucket),
            _ => {}
        })
    };
    let candle = "candle 900 of 60 minutes of instrument 0: it is later than the venue's last event";
    assert_eq!(of_candle(|bucket| bucket.number = 900), candle);
    assert!(of_candle(|bucket| bucket.low = Price(9_999)).ends_with("its prices do not fit each other"));
    let of_market = |change: fn(&mut ViewMarket)| {
        refused(|fact| match fact {
            ViewFact::Market(market) if market.instrument.0 == 0 => change(market),
            _ => {}
        })
    };
    assert_eq!(
        of_market(|market| market.phase = Phase::Call),
        "instrument 0: it is in another phase than it was listed in, and nobody said why"
    );
    assert_eq!(of_market(|market| market.instrument.0 = 1), "instrument 1 is told, and instrument 0 was not");
    let of_trade = |change: fn(&mut ViewTrade)| {
        refused(|fact| match fact {
            ViewFact::Trade(trade) if trade.trade == TradeId(2) => change(trade),
            _ => {}
        })
    };
    assert_eq!(of_trade(|trade| trade.lots = Lots(0)), "trade 2 of instrument 0: it is of no lots");
    assert_eq!(of_trade(|trade| trade.at.0 = 1), "trade 2 of instrument 0: it is earlier than the trade before it");
    assert_eq!(of_trade(|trade| trade.at.0 *= 2), "trade 2 of instrument 0: it is later than the venue's last event");
    assert_eq!(of_trade(|trade| trade.trade.0 = 1), "trade 1 of instrument 0 comes after trade 1 of instrument 0");
    let another = "instrument 0: its tape and its day do not end with the same trade";
    assert_eq!(of_trade(|trade| trade.price = Price(4_990)), another);
    let of_bucket = |change: fn(&mut ViewBucket)| {
        refused(|fact| {
            if let ViewFact::Bucket(bucket) = fact {
                change(bucket);
            }
        })
    };
    let bucket = |what: &str| format!("bucket 3 of instrument 0: {what}");
    assert_eq!(of_bucket(|bucket| bucket.high = Price(1)), bucket("its prices do not fit each other"));
    assert_eq!(of_bucket(|bucket| bucket.value += 1), bucket("its prices do not fit each other"));
    assert_eq!(of_bucket(|bucket| bucket.trades = 0), bucket("it has fewer lots than trades, or none"));
    let later = "bucket 4 of instrument 0: it is later than the venue's last event";
    assert_eq!(of_bucket(|bucket| bucket.number = 4), later);
    assert_eq!(of_bucket(|bucket| bucket.number = 2), another);
    let other = refused(|fact| {
        if let ViewFact::Account { name, .. } = fact {
            *name = crate::venue::name(0);
        }
    });
    assert_eq!(other, "account 1: another account has its name");
    let other = refused(|fact| {
        if let ViewFact::Venue(venue) = fact {
            venue.counts.holdings += 1;
        }
    });
    assert_eq!(other, "12 holdings are told of 13");
}

#[test]
fn nothing_and_what_is_not_a_views_are_refused() {
    assert_eq!(restore([]).unwrap_err().to_string(), "where the view stands is not told");
    let account = AccountId(0);
    let foreign = ViewFact::ExecSeq { account, exec_seq: 1 };
    let mut restoring = Restoring::new();
    let first = RestoreError::OutOfOrder { fact: foreign.name(), after: None };
    assert_eq!(restoring.take(foreign.clone()), Err(first));
    restoring.take(ViewFact::Venue(Default::default())).unwrap();
    assert_eq!(restoring.take(foreign.clone()), Err(RestoreError::Foreign { fact: foreign.name() }));
    assert_eq!(facts(&restoring.finish().unwrap()), facts(&View::new()));
}

#[test]
fn names_stand_in_the_order_of_the_facts() {
    let market = |instrument, part| ViewFactName::Market(InstrumentId(instrument), part);
    let account = |account, part| ViewFactName::Account(AccountId(account), part);
    let ordered = [
        ViewFactName::Venue,
        market(0, ViewMarketPart::Itself),
        market(0, ViewMarketPart::Call),
        market(0, ViewMarketPart::Trade(TradeId(9))),
        market(0, ViewMarketPart::Bucket(1)),
        market(1, ViewMarketPart::Itself),
        account(0, ViewAccountPart::Itself),
        account(0, ViewAccountPart::Cash),
        account(0, ViewAccountPart::Holding(InstrumentId(3))),
        account(1, ViewAccountPart::Itself),
        ViewFactName::Order(OrderId(1)),
        ViewFactName::Announcer,
        ViewFactName::ExecSeq(AccountId(0)),
    ];
    assert!(ordered.windows(2).all(|pair| pair[0] < pair[1]));
}
