//! The view of flows through the real engine: after every command it is what the engine is, in calls too.

use crate::flow::{ACCOUNTS, Exchange, INSTRUMENTS, Step, steps};
use crate::windows::{QueueSubscription, Subscription, queue_subscriptions, subscriptions};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use unspent_marketdata::View;
use unspent_model::{AccountId, CancelReason, Event, Fill, InstrumentId, Phase, Price, Side};

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

fn follow(view: &mut View, exchange: &Exchange) {
    for event in &exchange.events {
        view.apply(exchange.at, exchange.seq, event);
    }
}

fn check_market(view: &View, exchange: &Exchange, instrument: InstrumentId) {
    let market = view.market(instrument).unwrap();
    assert_eq!(market.phase, exchange.engine.phase(instrument));
    for side in SIDES {
        let levels: Vec<_> = market.depth.levels(side, usize::MAX).map(|l| (l.price, l.lots)).collect();
        assert_eq!(levels, exchange.engine.levels(instrument, side).collect::<Vec<_>>(), "{instrument} {side:?}");
        let queue: Vec<_> = market.queue.orders(side).map(|queued| (queued.order, queued.price, queued.lots)).collect();
        assert_eq!(queue, exchange.engine.queue(instrument, side).collect::<Vec<_>>(), "{instrument} {side:?}");
        // The orders that are known, added up.
        let mut shown: BTreeMap<Price, (u64, u32)> = BTreeMap::new();
        for order in view.orders().iter().filter(|order| (order.instrument, order.side) == (instrument, side)) {
            assert_eq!((order.waiting, order.resting), (order.shown.is_zero(), !order.shown.is_zero()));
            if order.resting {
                let expected = order.display.map_or(order.leaves, |display| display.min(order.leaves));
                assert!(order.shown <= expected, "order {} shows {} of {expected}", order.order, order.shown);
                let level = shown.entry(order.price).or_default();
                *level = (level.0 + u64::from(order.shown.0), level.1 + 1);
            }
        }
        let mut levels: Vec<_> = market.depth.levels(side, usize::MAX).map(|l| (l.price, (l.lots, l.orders))).collect();
        levels.sort();
        assert_eq!(levels, shown.into_iter().collect::<Vec<_>>());
    }
    let ticker = market.ticker(exchange.at);
    let best = |side| exchange.engine.best(instrument, side);
    assert_eq!(ticker.bid.map(|level| (level.price, level.lots)), best(Side::Buy));
    assert_eq!(ticker.ask.map(|level| (level.price, level.lots)), best(Side::Sell));
    if market.phase == Phase::Continuous
        && let Some((bid, ask)) = best(Side::Buy).zip(best(Side::Sell))
    {
        assert!(bid.0 < ask.0);
    }
    // What an order would meet, here or in another month.
    for side in SIDES {
        let native = exchange.engine.best(instrument, side.opposite()).map(|(price, _)| price);
        let implied = view.implied(instrument, side.opposite(), 1).pop().map(|level| level.price);
        let both = native.into_iter().chain(implied);
        let nearest = if side == Side::Buy { both.min() } else { both.max() };
        assert_eq!(exchange.engine.best_across(instrument, side), nearest, "{instrument} {side:?}");
    }
    let call = exchange.engine.calls().find(|call| call.instrument == instrument);
    let known = market.call.map(|call| (call.auction, call.commitment.is_some(), call.ending));
    assert_eq!(known, call.map(|call| (call.auction, call.committed, call.ending)));
    assert!(market.call.is_some() || !market.phase.collects());
}

pub fn check(view: &View, exchange: &Exchange) {
    (0..INSTRUMENTS).for_each(|instrument| check_market(view, exchange, InstrumentId(instrument)));
    assert_eq!(view.orders().len(), exchange.engine.open_orders());
    for order in view.orders().iter() {
        assert_eq!(exchange.engine.leaves(order.order), Some(order.leaves), "order {}", order.order);
    }
    for account in (0..ACCOUNTS).map(AccountId) {
        let cash = view.balances().cash(account);
        assert_eq!((cash.available, cash.reserved), exchange.engine.cash(account));
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            let held = view.balances().holding(account, instrument);
            assert_eq!((held.available, held.reserved), exchange.engine.lots(account, instrument));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn the_view_is_the_engine_after_every_command(flow in steps(300)) {
        let (mut exchange, mut view) = (Exchange::open(), View::new());
        follow(&mut view, &exchange);
        check(&view, &exchange);
        for step in &flow {
            exchange.run(step);
            follow(&mut view, &exchange);
            check(&view, &exchange);
        }
    }

    #[test]
    fn a_subscriber_has_the_true_top_through_icebergs_and_calls(flow in steps(300), every in 1..20_usize) {
        let (mut exchange, mut view) = (Exchange::open(), View::new());
        follow(&mut view, &exchange);
        let all = || (0..INSTRUMENTS).map(|_| subscriptions()).collect::<Vec<Vec<Subscription>>>();
        // One set is asked after every command, the other seldom.
        let (mut often, mut seldom) = (all(), all());
        for (i, step) in flow.iter().enumerate() {
            exchange.run(step);
            follow(&mut view, &exchange);
            for (instrument, market) in view.markets() {
                let place = instrument.0 as usize;
                let asked = often[place].iter_mut().chain(seldom[place].iter_mut().filter(|_| i % every == 0));
                asked.for_each(|subscription| {
                    subscription.ask(&market.depth);
                });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// From messages alone, and order by order: amends, refills, auctions, quotes and stops.
    #[test]
    fn a_subscriber_has_the_queue_of_the_engine(flow in steps(300), every in 1..20_usize) {
        let (mut exchange, mut view) = (Exchange::open(), View::new());
        follow(&mut view, &exchange);
        let all = || (0..INSTRUMENTS).map(|_| queue_subscriptions()).collect::<Vec<Vec<QueueSubscription>>>();
        // One set is asked after every command, the other seldom.
        let (mut often, mut seldom) = (all(), all());
        for (i, step) in flow.iter().enumerate() {
            exchange.run(step);
            follow(&mut view, &exchange);
            for (instrument, market) in view.markets() {
                let place = instrument.0 as usize;
                let asked = often[place].iter_mut().chain(seldom[place].iter_mut().filter(|_| i % every == 0));
                let truth = SIDES.map(|side| exchange.engine.queue(instrument, side).collect::<Vec<_>>());
                asked.for_each(|subscription| subscription.ask(&market.queue, view.orders(), &truth));
            }
        }
    }
}

fn say(event: &Event) -> String {
    match event {
        Event::Fill(Fill { auction: true, maker, taker, .. }) => {
            let hidden = !maker.hidden.is_zero() || !taker.hidden.is_zero();
            let own = if hidden { ", of what was hidden" } else { "" };
            format!("uncrossed{own}")
        }
        Event::Amended(amended) => {
            let iceberg = amended.old_shown < amended.old_leaves && !amended.old_shown.is_zero();
            let waits = amended.stop.is_some();
            format!("amended, kept {}, iceberg {iceberg}, waits {waits}", amended.kept_priority)
        }
        Event::Fill(Fill { across: Some(across), .. }) => format!("filled across months, swept {}", across.swept),
        Event::Reduced(reduced) => format!("reduced, resting {}", reduced.resting),
        Event::Canceled(canceled) => {
            let iceberg = canceled.shown < canceled.lots && !canceled.shown.is_zero();
            format!("canceled {:?}, iceberg {iceberg}", canceled.reason)
        }
        Event::PhaseChanged { phase, reason, .. } => format!("{phase:?} by {reason:?}"),
        Event::Opened(opened) if opened.terms.stop.is_some() => "opened a stop".to_owned(),
        other => format!("{other:?}").split([' ', '(']).next().unwrap().to_owned(),
    }
}

/// The flows above are worth what happens in them.
#[test]
fn the_flows_meet_everything_that_can_happen() {
    let mut runner = TestRunner::deterministic();
    let strategy = steps(300);
    let (mut met, mut crossed) = (BTreeSet::new(), 0);
    for _ in 0..200 {
        let flow: Vec<Step> = strategy.new_tree(&mut runner).unwrap().current();
        let mut exchange = Exchange::open();
        for step in &flow {
            exchange.run(step);
            met.extend(exchange.events.iter().map(say));
            let best = |side| exchange.engine.best(InstrumentId(0), side).map(|(price, _)| price);
            crossed += usize::from(best(Side::Buy).zip(best(Side::Sell)).is_some_and(|(bid, ask)| bid > ask));
        }
    }
    assert!(crossed > 1_000, "{crossed} crossed books");
    let mut missed = Vec::new();
    let expected = [
        "Fill",
        "filled across months, swept false",
        "filled across months, swept true",
        "Decaying",
        "Linked",
        "Refilled",
        "Triggered",
        "Indicative",
        "CallOpened",
        "CallEnding",
        "AuctionCommitted",
        "AuctionRevealed",
        "CallEnded",
        "QuoteRefused",
        "GroupTripped",
        "DeadMan",
        "SessionClosed",
        "KillSwitch",
        "opened a stop",
        "uncrossed",
        "uncrossed, of what was hidden",
        "reduced, resting true",
        "reduced, resting false",
        "amended, kept true, iceberg false, waits false",
        "amended, kept true, iceberg true, waits false",
        "amended, kept false, iceberg true, waits false",
        "amended, kept true, iceberg false, waits true",
        "Continuous by Schedule",
        "VolatilityCall by Volatility",
        "VolatilityCall by Extended",
        "Halted by Unresolved",
        "Continuous by CallEnded",
        "Expired by LastTrade",
        "CancelOnly by Schedule",
        "Call by Operator",
    ];
    missed.extend(expected.into_iter().filter(|&wanted| !met.contains(wanted)).map(str::to_owned));
    use CancelReason::{
        AuctionOver, DeadMan, Disconnect, Expired, Group, Kill, LastTrade, Linked, Requoted, SelfTrade, TimeInForce,
        User, Volatility,
    };
    for reason in [
        User,
        TimeInForce,
        SelfTrade,
        Expired,
        DeadMan,
        Disconnect,
        Group,
        Kill,
        LastTrade,
        Volatility,
        AuctionOver,
        Requoted,
        Linked,
    ] {
        let wanted = format!("canceled {reason:?}, iceberg false");
        missed.extend((!met.contains(&wanted)).then_some(wanted));
    }
    assert!(missed.is_empty(), "never happened: {missed:?}; met {met:?}");
}
