//! Runs against servers in this process.

use rust_decimal::Decimal;
use std::time::Duration;
use tokio::net::TcpListener;
use unspent_loadgen::echo::{self, Stall};
use unspent_loadgen::mix::Mix;
use unspent_loadgen::run::{Outcome, Plan, run};
use unspent_model::Symbol;

/// Runs against an echo.
fn against(stall: Option<Stall>, change: impl FnOnce(&mut Plan)) -> Outcome {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let mut plan = Plan {
        url: format!("ws://{}/ws", listener.local_addr().unwrap()),
        keys: vec!["uk_0".to_owned(), "uk_1".to_owned()],
        connections: 2,
        rate: 500,
        warmup: 0,
        seconds: 2,
        mix: Mix {
            symbol: Symbol::parse("AWS-ACT-1K-202706").unwrap(),
            qty: Decimal::from(1_000),
            bid: Decimal::new(1, 1),
            ask: Decimal::new(9, 1),
            cross: Decimal::new(5, 1),
            crossing: 0,
        },
        late: Duration::from_millis(1),
        drain: Duration::from_secs(5),
    };
    change(&mut plan);
    runtime.spawn(echo::serve(listener, stall));
    let outcome = run(&plan).unwrap();
    runtime.shutdown_background();
    outcome
}

#[test]
fn every_request_of_the_schedule_is_answered() {
    let outcome = against(None, |plan| (plan.warmup, plan.seconds, plan.mix.crossing) = (1, 1, 20));
    assert_eq!(outcome.faults(&[]), Vec::<String>::new());
    assert_eq!((outcome.slots, outcome.sent, outcome.tally.replies), (1_000, 1_000, 1_000));
    assert_eq!((outcome.tally.measured, outcome.tally.acks), (500, 500));
    assert!(outcome.tally.percentile(50.0) > 0.0);
}

#[test]
fn a_server_that_stands_still_shows_in_the_tail() {
    // Half a second of each connection's two seconds, from request 250 of 500 on.
    let stall = Stall { after: 250, lasts: Duration::from_millis(500) };
    let outcome = against(Some(stall), |_| ());
    assert_eq!(outcome.faults(&[]), Vec::<String>::new());
    assert!(outcome.tally.max() >= 490_000.0, "{}", outcome.tally.max());
    // A quarter of the requests fell into the stall, the slowest percent of all waited for nearly all of it.
    assert!(outcome.tally.percentile(99.0) > 400_000.0, "{}", outcome.tally.percentile(99.0));
    assert!(outcome.tally.percentile(90.0) > 200_000.0, "{}", outcome.tally.percentile(90.0));
}

#[test]
fn a_server_that_never_answers_again_is_a_fault() {
    let stall = Stall { after: 100, lasts: Duration::from_secs(3_600) };
    let outcome = against(Some(stall), |plan| (plan.seconds, plan.drain) = (1, Duration::from_millis(100)));
    // The login was a request too.
    assert_eq!(outcome.missing(), 500 - 2 * 99);
    let faults = outcome.faults(&[]);
    assert!(faults.iter().any(|fault| fault.contains("302 of 500 requests have no reply")), "{faults:?}");
}

#[test]
fn a_refusal_is_a_fault_unless_it_was_expected() {
    // A number of too many digits is refused by the parser.
    let outcome = against(None, |plan| (plan.seconds, plan.mix.qty) = (1, Decimal::MAX));
    let codes: Vec<u16> = outcome.tally.rejects.keys().copied().collect();
    assert_eq!((codes.len(), outcome.tally.acks), (1, 0), "{codes:?}");
    assert_eq!(outcome.faults(&[]).len(), 1);
    assert_eq!(outcome.faults(&codes), Vec::<String>::new());
}

#[test]
fn one_account_does_not_trade_with_itself() {
    let plan = |plan: &mut Plan| (plan.keys.truncate(1), plan.mix.crossing = 10).1;
    let refused = std::panic::catch_unwind(|| against(None, plan));
    assert!(refused.is_err(), "crossing with a single key must be refused before anything is sent");
}
