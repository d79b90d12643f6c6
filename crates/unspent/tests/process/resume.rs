//! Who was cut off comes back and misses nothing, or is told that it did.

use crate::place::{Place, SYMBOL, runtime};
use crate::raw::{Raw, assert_refused};
use serde_json::Value;
use std::time::Duration;
use unspent_model::Reject;

fn add(side: &str, qty: u64, price: &str) -> String {
    format!(
        r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}","side":"{side}","order_type":"limit","order_qty":{qty},"limit_price":{price}}}}}"#
    )
}

fn subscribe(channel: &str, more: &str) -> String {
    let symbol = if channel == "executions" { String::new() } else { format!(r#","symbol":"{SYMBOL}""#) };
    format!(r#"{{"method":"subscribe","params":{{"channel":"{channel}"{symbol}{more}}}}}"#)
}

/// What one listener has seen of two streams, without the snapshots: each row or message once, in order.
#[derive(Default)]
struct Seen {
    executions: Vec<Value>,
    trades: Vec<Value>,
    exec_seq: u64,
    trade_seq: u64,
}

impl Seen {
    fn take(&mut self, message: &Value) {
        let number = |field: &str| message[field].as_u64().unwrap();
        let update = message["type"] == "update";
        match message["channel"].as_str().unwrap() {
            "executions" => {
                if update {
                    let rows = message["data"].as_array().unwrap();
                    assert_eq!(number("exec_seq"), self.exec_seq + rows.len() as u64, "a gap: {message}");
                    self.executions.extend(rows.iter().cloned());
                }
                self.exec_seq = number("exec_seq");
            }
            "trade" => {
                if update {
                    assert_eq!(number("prev_seq"), self.trade_seq, "a gap: {message}");
                    self.trades.push(message["data"].clone());
                }
                self.trade_seq = number("seq");
            }
            other => panic!("nobody asked for {other}"),
        }
    }

    /// Reads until a client order of the account's is told that only the last command has.
    async fn read_to(&mut self, raw: &mut Raw, last: &str) {
        while !self.executions.iter().any(|row| row["cl_ord_id"] == last && row["exec_type"] == "new") {
            let message = raw.next_json().await;
            if message.get("channel").is_some() {
                self.take(&message);
            } else {
                assert_eq!(message["success"], true, "{message}");
            }
        }
    }

    /// Listens for a while, from what was seen last.
    async fn listen(&mut self, address: &str, fresh: bool, time: Option<Duration>, last: &str) {
        let mut raw = Raw::login(address, "uk_acme_test").await;
        let from = |name: &str, number: u64| if fresh { String::new() } else { format!(r#","{name}":{number}"#) };
        // Trades first: when the last execution is there, so is every trade.
        raw.send_text(&subscribe("trade", &from("from_seq", self.trade_seq))).await;
        raw.send_text(&subscribe("executions", &from("from_exec_seq", self.exec_seq))).await;
        match time {
            // Dropped in the middle of whatever is under way.
            Some(time) => drop(tokio::time::timeout(time, self.read_to(&mut raw, last)).await),
            None => self.read_to(&mut raw, last).await,
        }
    }
}

#[test]
fn who_comes_back_has_seen_what_one_has_who_never_left() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let address = server.address().to_owned();
        let mut stays = Seen::default();
        let mut raw = Raw::login(&address, "uk_acme_test").await;
        raw.send_text(&subscribe("trade", "")).await;
        raw.send_text(&subscribe("executions", "")).await;
        let mut leaves = Seen::default();
        // Both begin before anything happens.
        leaves.listen(&address, true, Some(Duration::from_millis(300)), "last").await;
        let trading = tokio::spawn({
            let address = address.clone();
            async move {
                let mut acme = Raw::login(&address, "uk_acme_test").await;
                let mut bull = Raw::login(&address, "uk_bull_test").await;
                for i in 0..600 {
                    acme.ask(&add("sell", 1_000 * (1 + i % 3), "0.66")).await;
                    bull.ask(&add("buy", 1_000 * (1 + i % 4), "0.66")).await;
                    if i % 7 == 0 {
                        acme.ask(r#"{"method":"cancel_all"}"#).await;
                        bull.ask(r#"{"method":"cancel_all"}"#).await;
                    }
                }
                let last = add("sell", 1_000, "0.99").replace(r#""side""#, r#""cl_ord_id":"last","side""#);
                assert_eq!(acme.ask(&last).await["success"], true);
            }
        });
        let watching = tokio::spawn(async move {
            stays.read_to(&mut raw, "last").await;
            stays
        });
        // Gone and back at times that have nothing to do with what is told.
        for cut in 0..25_u64 {
            leaves.listen(&address, false, Some(Duration::from_millis(7 + cut * 37 % 61)), "last").await;
            tokio::time::sleep(Duration::from_millis(cut * 29 % 23)).await;
        }
        trading.await.unwrap();
        leaves.listen(&address, false, None, "last").await;
        let stays = watching.await.unwrap();
        assert!(stays.executions.len() > 1_000 && stays.trades.len() > 400, "{}", stays.executions.len());
        assert_eq!(leaves.executions, stays.executions);
        assert_eq!(leaves.trades, stays.trades);
    });
}

#[test]
fn what_is_not_remembered_is_a_gap() {
    let place = Place::new();
    let server = place.start();
    let runtime = runtime();
    let (exec_seq, trade_seq) = runtime.block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let mut bull = Raw::login(server.address(), "uk_bull_test").await;
        acme.ask(&add("sell", 2_000, "0.66")).await;
        let trade = bull.ask(&add("buy", 1_000, "0.66")).await;
        // Nobody listened.
        for number in [0, 1, 3, u64::MAX] {
            let reply = acme.ask(&subscribe("executions", &format!(r#","from_exec_seq":{number}"#))).await;
            assert_refused(&reply, Reject::Gap, None, &format!("{number} of 2"));
        }
        let trade = trade["result"]["seq"].as_u64().unwrap();
        for number in [0, trade - 1, trade + 10] {
            let reply = acme.ask(&subscribe("trade", &format!(r#","from_seq":{number}"#))).await;
            assert_refused(&reply, Reject::Gap, None, &format!("{number} of {trade}"));
        }
        for channel in ["balances", "holdings"] {
            let text = format!(r#"{{"method":"subscribe","params":{{"channel":"{channel}","from_seq":{trade}}}}}"#);
            assert_refused(&acme.ask(&text).await, Reject::Gap, None, channel);
        }
        // A refused subscription is none; and whoever has seen all has missed nothing.
        let reply = acme.ask(&subscribe("executions", r#","from_exec_seq":2"#)).await;
        assert_eq!(reply["result"]["snapshot"], false, "{reply}");
        let reply = acme.ask(&subscribe("trade", &format!(r#","from_seq":{trade}"#))).await;
        assert_eq!(reply["success"], true, "{reply}");
        bull.ask(&add("buy", 1_000, "0.66")).await;
        let (mut exec_seq, mut trade_seq) = (0, 0);
        while exec_seq == 0 || trade_seq == 0 {
            let message = acme.next_json().await;
            match message["channel"].as_str().unwrap() {
                "executions" => exec_seq = message["exec_seq"].as_u64().unwrap(),
                _ => {
                    assert_eq!(message["prev_seq"], trade, "{message}");
                    trade_seq = message["seq"].as_u64().unwrap();
                }
            }
        }
        assert_eq!(exec_seq, 3);
        (exec_seq, trade_seq)
    });
    // The memory does not outlive the process; what the account knows is still all there is.
    assert!(server.terminate().success());
    let server = place.start();
    runtime.block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let reply = acme.ask(&subscribe("executions", &format!(r#","from_exec_seq":{}"#, exec_seq - 1))).await;
        assert_refused(&reply, Reject::Gap, None, "one behind");
        let reply = acme.ask(&subscribe("executions", &format!(r#","from_exec_seq":{exec_seq}"#))).await;
        assert_eq!(reply["success"], true, "{reply}");
        let reply = acme.ask(&subscribe("trade", &format!(r#","from_seq":{}"#, trade_seq - 1))).await;
        assert_refused(&reply, Reject::Gap, None, "one behind");
        let reply = acme.ask(&subscribe("trade", &format!(r#","from_seq":{trade_seq}"#))).await;
        assert_eq!(reply["success"], true, "{reply}");
    });
}
