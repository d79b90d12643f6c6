//! The public market data of a real server, over a socket that has not logged in, across a restart.

use crate::place::{Place, SYMBOL, Server, runtime};
use crate::raw::{Raw, assert_refused};
use serde_json::{Value, json};
use unspent_model::Reject;

async fn order(raw: &mut Raw, side: &str, qty: u64, price: &str, name: &str, more: &str) {
    let text = format!(
        r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}","side":"{side}","order_qty":{qty},"limit_price":{price},"cl_ord_id":"{name}",{more}}}}}"#
    );
    let reply = raw.ask(&text).await;
    assert_eq!(reply["success"], true, "{text}\n{reply}");
}

/// Subscribes and gives the snapshot.
async fn subscribe(raw: &mut Raw, channel: &str, more: &str) -> Value {
    let reply = raw.ask(&format!(r#"{{"method":"subscribe","params":{{"channel":"{channel}"{more}}}}}"#)).await;
    assert_eq!(reply["success"], true, "{channel}: {reply}");
    let snapshot = raw.next_json().await;
    assert_eq!((&snapshot["channel"], &snapshot["type"]), (&channel.into(), &"snapshot".into()), "{snapshot}");
    snapshot["data"].clone()
}

/// The next message of a channel.
async fn next(raw: &mut Raw, channel: &str) -> Value {
    loop {
        let value = raw.next_json().await;
        if value["channel"] == channel {
            assert_eq!(value["type"], "update", "{value}");
            return value["data"][0].clone();
        }
    }
}

/// Event, name of the order, quantity in lots of the rows of a side; without what differs from run to run.
fn rows(row: &Value, side: &str) -> Vec<String> {
    let orders = row[side].as_array().unwrap().iter();
    orders
        .map(|order| {
            let word = |field: &str| order[field].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", word("event"), word("order_id"), order["order_qty"])
        })
        .collect()
}

fn of_symbol(more: &str) -> String {
    format!(r#","symbol":"{SYMBOL}"{more}"#)
}

async fn everything(server: &Server) -> Vec<Value> {
    let mut raw = Raw::connect(server.address()).await;
    let level3 = subscribe(&mut raw, "level3", &of_symbol(r#","depth":100"#)).await;
    let candles = subscribe(&mut raw, "ohlc", &of_symbol(r#","interval":10080"#)).await;
    let mut curve = subscribe(&mut raw, "curve", r#","symbol":"AWS-ACT-1K""#).await;
    curve[0].as_object_mut().unwrap().remove("timestamp");
    raw.log_in("uk_acme_test").await;
    let groups = subscribe(&mut raw, "groups", "").await;
    vec![level3, candles, curve, groups]
}

#[test]
fn anybody_may_see_the_queue_the_candles_and_the_curve_and_a_restart_changes_none() {
    let place = Place::new();
    let server = place.start();
    let before = runtime().block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let mut bull = Raw::login(server.address(), "uk_bull_test").await;
        let mut ears = Raw::connect(server.address()).await;
        let empty = subscribe(&mut ears, "level3", &of_symbol("")).await;
        assert_eq!(empty[0]["asks"], json!([]));
        assert_eq!(subscribe(&mut ears, "ohlc", &of_symbol(r#","interval":60"#)).await, json!([]));
        let curve = subscribe(&mut ears, "curve", r#","symbol":"AWS-ACT-1K/USD""#).await;
        assert_eq!((&curve[0]["expiry"], &curve[0]["ask_qty"]), (&"202706".into(), &0.into()));

        let limit = r#""order_type":"limit""#;
        order(&mut acme, "sell", 9_000, "0.66", "hides", r#""order_type":"iceberg","display_qty":2000"#).await;
        order(&mut acme, "sell", 5_000, "0.66", "first", limit).await;
        order(&mut acme, "sell", 4_000, "0.66", "second", limit).await;
        let told: Vec<_> =
            [next(&mut ears, "level3").await, next(&mut ears, "level3").await, next(&mut ears, "level3").await]
                .iter()
                .map(|row| rows(row, "asks").join(", "))
                .collect();
        assert_eq!(told, ["add O-1 2000", "add O-2 5000", "add O-3 4000"], "what the iceberg hides is not told");

        // Less keeps its place; more loses it; a slice that is taken comes again behind all.
        let amend = |name: &str, qty: u64| {
            format!(r#"{{"method":"amend_order","params":{{"cl_ord_id":"{name}","order_qty":{qty}}}}}"#)
        };
        assert_eq!(acme.ask(&amend("first", 3_000)).await["result"]["priority"], "kept");
        assert_eq!(rows(&next(&mut ears, "level3").await, "asks"), ["modify O-2 3000"]);
        assert_eq!(acme.ask(&amend("second", 6_000)).await["result"]["priority"], "lost");
        assert_eq!(rows(&next(&mut ears, "level3").await, "asks"), ["delete O-3 4000", "add O-3 6000"]);
        order(&mut bull, "buy", 3_000, "0.66", "takes", limit).await;
        let traded = next(&mut ears, "level3").await;
        assert_eq!(rows(&traded, "asks"), ["delete O-1 2000", "modify O-2 2000", "add O-1 2000"]);
        let candle = next(&mut ears, "ohlc").await;
        assert_eq!((&candle["volume"], &candle["trades"]), (&3_000.into(), &2.into()), "{candle}");
        assert_eq!((&candle["interval"], &candle["vwap"]), (&60.into(), &json!(0.66)), "{candle}");
        let point = next(&mut ears, "curve").await;
        assert_eq!((&point["symbol"], &point["ask_qty"]), (&SYMBOL.into(), &10_000.into()), "{point}");

        let group = r#"{"method":"set_group","params":{"group":"aws","lots":100,"window":5}}"#;
        assert_eq!(acme.ask(group).await["success"], true);
        let again = everything(&server).await;
        assert_eq!(rows(&again[0][0], "asks"), ["- O-2 2000", "- O-3 6000", "- O-1 2000"]);
        assert_eq!(again[3][0]["event"], "set");
        again
    });
    assert!(server.terminate().success());
    let server = place.start();
    assert_eq!(runtime().block_on(everything(&server)), before);
}

#[test]
fn what_comes_unasked_may_be_asked_for_and_does_not_end() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let mut raw = Raw::connect(server.address()).await;
        for channel in ["status", "heartbeat", "status"] {
            let ask = |method: &str| format!(r#"{{"method":"{method}","params":{{"channel":"{channel}"}}}}"#);
            let reply = raw.ask(&ask("subscribe")).await;
            assert_eq!(reply["result"], json!({"channel": channel, "snapshot": false}), "{reply}");
            assert_refused(&raw.ask(&ask("unsubscribe")).await, Reject::NotSubscribed, None, channel);
        }
        let groups = raw.ask(r#"{"method":"subscribe","params":{"channel":"groups"}}"#).await;
        assert_refused(&groups, Reject::LoginRequired, None, "groups are an account's");
        let curve =
            |symbol: &str| format!(r#"{{"method":"subscribe","params":{{"channel":"curve","symbol":"{symbol}"}}}}"#);
        for unknown in ["AWS-ACT-10K", "AWS-ACT-1K-202706", "AAPL"] {
            assert_refused(&raw.ask(&curve(unknown)).await, Reject::UnknownSymbol, Some("symbol"), unknown);
        }
        // Two lengths of candle are two subscriptions.
        for (interval, there) in [(1, true), (5, true), (5, false)] {
            let more = of_symbol(&format!(r#","interval":{interval},"snapshot":false"#));
            let reply = raw.ask(&format!(r#"{{"method":"subscribe","params":{{"channel":"ohlc"{more}}}}}"#)).await;
            assert_eq!(reply["success"], there, "{reply}");
        }
        let end = format!(r#"{{"method":"unsubscribe","params":{{"channel":"ohlc","symbol":"{SYMBOL}"}}}}"#);
        assert_eq!(raw.ask(&end).await["result"]["interval"], 1);
        assert_refused(&raw.ask(&end).await, Reject::NotSubscribed, None, "a minute is over");
    });
}
