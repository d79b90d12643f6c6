//! Depth, open orders, trades and balances are those of the venue, after every command.

use crate::venue::{ACCOUNTS, Action, INSTRUMENTS, Order, Traded, Venue, actions, name, spec};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use unspent_marketdata::{BUCKET_SECONDS, BUCKETS, OpenOrder, TAPE_TRADES, View};
use unspent_model::{AccountId, Event, InstrumentId, Lots, OrderId, OrderStatus, Price, Side, Timestamp};

/// What both sides say of an order.
type Said = (OrderId, AccountId, Price, Lots, Lots, Lots, u128, u64, Timestamp, OrderStatus);

fn told(order: &OpenOrder) -> Said {
    let OpenOrder { account, price, lots, cum, leaves, notional, fees, opened_at, .. } = *order;
    (order.order, account, price, lots, cum, leaves, notional, fees.0, opened_at, order.status())
}

fn meant(order: &Order, leaves: Lots, status: OrderStatus) -> Said {
    let Order { id, price, lots, cum, notional, fees, at, .. } = *order;
    (id, order.terms.account, price, lots, cum, leaves, notional, fees.0, at, status)
}

fn check_orders(view: &View, venue: &Venue) {
    let open = |order: &Order| {
        let status = if order.cum.is_zero() { OrderStatus::Open } else { OrderStatus::PartiallyFilled };
        meant(order, order.leaves, status)
    };
    for account in (0..ACCOUNTS).map(AccountId) {
        let mut expected: Vec<_> =
            venue.resting.iter().filter(|order| order.terms.account == account).map(open).collect();
        expected.sort_by_key(|said| said.0);
        assert_eq!(view.orders().of_account(account).map(told).collect::<Vec<_>>(), expected);
    }
    assert_eq!(view.orders().len(), venue.resting.len());
    for order in &venue.resting {
        let known = view.orders().get(order.id).expect("a resting order is open");
        assert!(known.resting && !known.waiting && known.canceled.is_none());
        assert_eq!((known.shown, known.display, known.stop), (order.leaves, None, None));
        assert_eq!((known.cl_ord_id, known.opened_seq), (order.terms.cl_ord_id, order.seq));
        assert_eq!(known.average_price().is_some(), !order.cum.is_zero());
    }
}

fn check_market(view: &View, venue: &Venue, instrument: InstrumentId) {
    let market = view.market(instrument).unwrap();
    assert_eq!((&market.spec, market.phase), (&spec(instrument.0), venue.phases[&instrument]));
    for side in [Side::Buy, Side::Sell] {
        let levels: Vec<_> = market.depth.levels(side, usize::MAX).map(|l| (l.price, l.lots, l.orders)).collect();
        assert_eq!(levels, venue.levels(instrument, side));
        assert_eq!(market.depth.best(side).map(|l| l.price), levels.first().map(|l| l.0));
    }
    let trades: Vec<_> = venue.trades.iter().filter(|trade| trade.0 == instrument).copied().collect();
    let tape: Vec<_> = market
        .tape
        .recent(TAPE_TRADES)
        .map(|t| (instrument, t.trade, t.price, t.lots, t.taker_side, t.taker_market, t.at, t.seq))
        .collect();
    assert_eq!(tape, trades[trades.len().saturating_sub(TAPE_TRADES)..]);

    let begins = (venue.at.0 / 1_000_000_000 / BUCKET_SECONDS + 1).saturating_sub(BUCKETS) * BUCKET_SECONDS;
    let (older, inside): (Vec<&Traded>, Vec<&Traded>) =
        trades.iter().partition(|trade| trade.6 < Timestamp(0).plus_seconds(begins));
    let ticker = market.ticker(venue.at);
    let day = ticker.day;
    assert_eq!(ticker.last_lots, trades.last().map(|trade| trade.3));
    assert_eq!(day.last, trades.last().map(|trade| trade.2));
    assert_eq!(day.open, older.last().or(inside.first()).map(|trade| trade.2));
    assert_eq!(day.high, inside.iter().map(|trade| trade.2).max());
    assert_eq!(day.low, inside.iter().map(|trade| trade.2).min());
    assert_eq!((day.trades, day.lots), (inside.len() as u64, inside.iter().map(|trade| u64::from(trade.3.0)).sum()));
    let value: u128 = inside.iter().map(|trade| u128::from(trade.2.0) * u128::from(trade.3.0)).sum();
    assert_eq!(day.vwap(), (day.lots > 0).then_some((value, day.lots)));
}

fn check_balances(view: &View, venue: &Venue) {
    for account in (0..ACCOUNTS).map(AccountId) {
        let known = view.balances().named(&name(account.0)).unwrap();
        assert_eq!((known.account, known.group.0), (account, account.0));
        if let Some(cash) = venue.cash.get(&account) {
            assert_eq!(view.balances().cash(account), *cash);
        }
        let held: Vec<_> =
            venue.holdings.values().filter(|held| held.account == account && held.available > 0).copied().collect();
        assert_eq!(view.balances().holdings(account).copied().collect::<Vec<_>>(), held);
    }
}

/// What an execution report of the event says beside what every report says.
fn check_report(event: &Event, order: Option<OpenOrder>) {
    let said = order.map(|order| (order.resting, order.status() == OrderStatus::Canceled));
    match event {
        Event::Opened(_) => assert_eq!(said, Some((false, false))),
        Event::Reduced(e) => assert_eq!(said, Some((e.resting, e.leaves.is_zero()))),
        Event::Amended(e) => assert_eq!(said, Some((e.kept_priority, false))),
        Event::Rested(_) => assert_eq!(said, Some((true, false))),
        Event::Canceled(_) => assert!(said.is_some_and(|(_, canceled)| canceled)),
        Event::Fill(_) => assert_eq!(said, Some((false, false))),
        _ => assert_eq!(said, None),
    }
}

fn check(flow: &[Action]) {
    let (mut venue, mut view) = (Venue::open(), View::new());
    let mut last_said: BTreeMap<OrderId, Said> = BTreeMap::new();
    let mut seen: BTreeSet<OrderId> = BTreeSet::new();
    for action in std::iter::once(None).chain(flow.iter().map(Some)) {
        if let Some(action) = action {
            venue.run(action);
        }
        for event in &venue.events {
            let touched = view.apply(venue.at, venue.seq, event);
            assert_eq!((view.at(), view.seq()), (venue.at, venue.seq));
            check_report(event, touched.order);
            for order in [touched.order, touched.maker].into_iter().flatten() {
                last_said.insert(order.order, told(&order));
            }
        }
        check_orders(&view, &venue);
        check_balances(&view, &venue);
        (0..INSTRUMENTS).for_each(|instrument| check_market(&view, &venue, InstrumentId(instrument)));
        for (&id, (order, status)) in &venue.closed {
            if seen.insert(id) {
                assert_eq!(last_said[&id], meant(order, Lots::ZERO, *status), "the last word on order {id}");
                assert!(view.orders().get(id).is_none());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn the_view_is_the_venue_after_every_command(flow in actions(150)) {
        check(&flow);
    }
}
