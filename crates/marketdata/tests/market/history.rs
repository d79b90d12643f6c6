//! What is remembered of accounts is what happened to their orders, the newest first.

use crate::flow::{ACCOUNTS, Exchange, steps};
use proptest::prelude::*;
use std::collections::BTreeMap;
use unspent_marketdata::{FILLS_PER_ACCOUNT, View};
use unspent_model::{AccountId, AddOrder, Event, InstrumentId, Lots, OrderId, OrderStatus, Price, Side, TradeId};

/// The fills and the ends of orders of one account, oldest first.
#[derive(Default)]
struct Happened {
    fills: Vec<(TradeId, OrderId, Lots)>,
    closed: Vec<OrderId>,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn fills_and_closed_orders_are_remembered(flow in steps(300)) {
        let (mut exchange, mut view) = (Exchange::open(), View::new());
        let mut happened: BTreeMap<AccountId, Happened> = BTreeMap::new();
        let mut follow = |exchange: &Exchange| {
            for event in &exchange.events {
                view.apply(exchange.at, exchange.seq, event);
                match event {
                    Event::Fill(fill) => {
                        for leg in [&fill.maker, &fill.taker] {
                            let of = happened.entry(leg.account).or_default();
                            of.fills.push((fill.trade, leg.order, fill.lots));
                            if leg.leaves.is_zero() {
                                of.closed.push(leg.order);
                            }
                        }
                    }
                    Event::Canceled(canceled) => happened.entry(canceled.account).or_default().closed.push(canceled.order),
                    _ => {}
                }
            }
        };
        follow(&exchange);
        for step in &flow {
            exchange.run(step);
            follow(&exchange);
        }
        for account in (0..ACCOUNTS).map(AccountId) {
            let (history, of) = (view.history(), happened.remove(&account).unwrap_or_default());
            let fills: Vec<_> = history.fills_of(account).map(|fill| (fill.trade, fill.order, fill.lots)).collect();
            prop_assert!(fills.iter().eq(of.fills.iter().rev().take(fills.len())), "{:?}", fills);
            prop_assert_eq!(fills.len(), of.fills.len().min(FILLS_PER_ACCOUNT as usize));
            let closed: Vec<_> = history.closed_of(account).map(|closed| closed.order.order).collect();
            prop_assert!(closed.iter().eq(of.closed.iter().rev().take(closed.len())), "{:?}", closed);
            for &order in &closed {
                let found = history.closed(account, order).unwrap();
                prop_assert!(view.orders().get(order).is_none(), "{} is over and open", order);
                prop_assert!(matches!(found.order.status(), OrderStatus::Filled | OrderStatus::Canceled));
                let cum = of.fills.iter().filter(|fill| fill.1 == order).map(|fill| fill.2.0).sum();
                prop_assert_eq!(found.order.cum, Lots(cum));
                let other = AccountId((account.0 + 1) % ACCOUNTS);
                prop_assert!(history.closed(other, order).is_none());
            }
        }
    }
}

#[test]
fn an_account_that_trades_much_forgets_its_own_and_nobody_elses() {
    let (mut exchange, mut view) = (Exchange::open(), View::new());
    let run = |exchange: &mut Exchange, view: &mut View, account, side| {
        let add = AddOrder::limit(AccountId(account), InstrumentId(0), side, Price(5_000), Lots(1));
        exchange.run(&crate::flow::Step::Add(add));
        for event in &exchange.events {
            view.apply(exchange.at, exchange.seq, event);
        }
    };
    for event in &exchange.events {
        view.apply(exchange.at, exchange.seq, event);
    }
    run(&mut exchange, &mut view, 1, Side::Sell);
    run(&mut exchange, &mut view, 2, Side::Buy);
    for _ in 0..1_100 {
        run(&mut exchange, &mut view, 0, Side::Buy);
        run(&mut exchange, &mut view, 2, Side::Sell);
    }
    let count = |account| {
        (view.history().fills_of(AccountId(account)).count(), view.history().closed_of(AccountId(account)).count())
    };
    assert_eq!([0, 1, 2].map(count), [(1_000, 1_000), (1, 1), (1_000, 1_000)]);
}
