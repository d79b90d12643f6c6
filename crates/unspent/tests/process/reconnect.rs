//! A session over connections that are cut under load knows what the venue knows, and the command line comes back too.

use crate::place::{Place, limit, runtime};
use crate::proxy::Proxy;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;
use unspent_client::{BackOff, BookEvent, Credential, ExecutionEvent, Executions, Session, SessionConfig};
use unspent_model::{OrderStatus, Reject, Side};
use unspent_protocol::{BookDepth, Execution, OrderResult};

/// Orders of each account.
const ORDERS: usize = 300;
/// What no order needs, on a slow machine either.
const WITHIN: Duration = Duration::from_secs(30);

fn session(url: &str, key: &str) -> Session {
    Session::start(SessionConfig {
        credential: Some(Credential::Static { api_key: key.to_owned() }),
        back_off: BackOff { base: Duration::from_millis(5), cap: Duration::from_millis(40), seed: 3 },
        patience: Duration::from_secs(60),
        ..SessionConfig::new(url).unwrap()
    })
}

/// Every execution from the beginning to that of the order of this name, by its number; the snapshot is of nothing.
async fn told(mut stream: Executions, last: &str) -> BTreeMap<u64, Execution> {
    let mut told = BTreeMap::new();
    loop {
        match stream.next().await.unwrap() {
            ExecutionEvent::Open(open) => assert!(!open.missed && told.is_empty(), "something was missed: {open:?}"),
            ExecutionEvent::Happened { exec_seq, execution } => {
                let done = execution.cl_ord_id.is_some_and(|name| name.to_string() == last);
                assert!(told.insert(exec_seq, *execution).is_none(), "{exec_seq} was told twice");
                if done {
                    return told;
                }
            }
        }
    }
}

/// Enters orders from four tasks at once, each learning its fate before the next.
async fn trade(session: &Session, name: &'static str, side: Side) -> Vec<OrderResult> {
    let mut tasks = Vec::new();
    for task in 0..4 {
        let session = session.clone();
        tasks.push(tokio::spawn(async move {
            let mut results = Vec::new();
            for i in (task..ORDERS).step_by(4) {
                let price = ["0.65", "0.66", "0.67"][i % 3];
                let order = limit(side, 1_000 * (1 + i as u64 % 4), price, &format!("{name}-{i}"));
                results.push(session.add_order_surely(order, WITHIN).await.unwrap());
            }
            results
        }));
    }
    let mut results = Vec::new();
    for task in tasks {
        results.extend(task.await.unwrap());
    }
    results
}

#[test]
fn what_a_client_knows_over_cut_connections_is_what_the_venue_knows() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let proxy = Proxy::to(server.address()).await;
        let direct = session(&server.url, "uk_acme_test");
        let (acme, bull) = (session(&proxy.url(), "uk_acme_test"), session(&proxy.url(), "uk_bull_test"));
        let symbol = limit(Side::Buy, 1, "1", "x").symbol;
        let truth = tokio::spawn(told(direct.executions().await.unwrap(), "last"));
        let known = tokio::spawn(told(acme.executions().await.unwrap(), "last"));
        let mut book = acme.book(symbol, BookDepth::D10).await.unwrap();
        let (sold, bought) = tokio::select! {
            both = async { tokio::join!(trade(&acme, "a", Side::Sell), trade(&bull, "b", Side::Buy)) } => both,
            () = proxy.cut_for_ever(60) => unreachable!("it never ends"),
        };
        let last = limit(Side::Sell, 1_000, "0.99", "last");
        acme.add_order_surely(last, WITHIN).await.unwrap();
        let (truth, known) = (truth.await.unwrap(), known.await.unwrap());
        assert_eq!(known, truth);
        assert!(proxy.made.load(Ordering::Relaxed) > 20, "it was hardly cut");
        let again = sold.iter().chain(&bought).filter(|result| result.duplicate).count();
        assert!(again > 0, "no answer was lost, so nothing was shown");

        // Every order was accepted once, and stands where its executions say.
        let mut accepted: BTreeMap<String, u64> = BTreeMap::new();
        let mut filled: BTreeMap<u64, u64> = BTreeMap::new();
        for row in truth.values() {
            if row.exec_type == unspent_protocol::ExecType::New {
                *accepted.entry(row.cl_ord_id.unwrap().to_string()).or_default() += 1;
            }
            *filled.entry(row.order_id.0).or_default() += row.last_qty.unwrap_or(0);
        }
        assert_eq!(accepted.len(), ORDERS + 1);
        assert!(accepted.values().all(|&times| times == 1), "{accepted:?}");
        for result in &sold {
            let at_once: u64 = result.fills.iter().map(|fill| fill.last_qty).sum();
            assert_eq!(at_once, result.cum_qty);
            let now = direct.query_order(unspent_model::OrderRef::Id(result.order_id)).await.unwrap();
            assert_eq!(now.order.cum_qty, filled[&result.order_id.0], "{result:?}");
            assert!(result.status != OrderStatus::Canceled);
        }

        // The book came back, and is the venue's.
        let mut other = direct.book(symbol, BookDepth::D10).await.unwrap();
        let BookEvent::Changed(there) = other.next().await.unwrap() else { panic!() };
        loop {
            if let BookEvent::Changed(here) = book.next().await.unwrap()
                && here.bids().eq(there.bids())
                && here.asks().eq(there.asks())
            {
                break;
            }
        }
    });
}

#[test]
fn a_revoked_or_wrong_key_is_not_tried_for_ever() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let error = session(&server.url, "uk_nobody").live().await.unwrap_err();
        let unspent_client::ClientError::Over(unspent_client::SessionEnd::LoginRefused(body)) = error else { panic!() };
        assert_eq!(body.detail.reject(), Some(Reject::LoginFailed));
    });
}

#[test]
fn a_session_and_unspent_watch_survive_a_restart_of_the_server() {
    let place = Place::new();
    let server = place.start();
    let runtime = runtime();
    let proxy = runtime.block_on(Proxy::to(server.address()));
    let mut watch = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["watch", "AWS-ACT-1K-202706", "--json", "--url", &proxy.url()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains(r#""channel":"ticker""#)));
    let acme = runtime.block_on(async {
        let acme = session(&proxy.url(), "uk_acme_test");
        acme.add_order_surely(limit(Side::Sell, 3_000, "0.66", "before"), WITHIN).await.unwrap();
        acme
    });
    assert!(lines.any(|line| line.contains(r#""ask":0.6600"#)));
    assert!(server.terminate().success());
    let server = place.start();
    proxy.turn_to(server.address());
    runtime.block_on(async {
        let again = acme.add_order_surely(limit(Side::Sell, 3_000, "0.66", "before"), WITHIN).await.unwrap();
        assert!(again.duplicate);
        acme.add_order_surely(limit(Side::Sell, 2_000, "0.64", "after"), WITHIN).await.unwrap();
    });
    assert!(lines.any(|line| line.contains(r#""ask":0.6400"#)));
    watch.kill().unwrap();
    watch.wait().unwrap();
}
