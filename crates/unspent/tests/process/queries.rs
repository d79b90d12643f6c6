//! Where orders stand, orders checked, and orders entered together.

use crate::place::{Place, SYMBOL, runtime};
use crate::raw::{Raw, assert_refused};
use serde_json::Value;
use unspent_model::{ClOrdId, Reject};
use unspent_protocol::{Data, Kind, OpenRows, ServerMessage};

fn order(side: &str, qty: u64, price: &str, more: &str) -> String {
    format!(
        r#"{{"symbol":"{SYMBOL}","side":"{side}","order_type":"limit","order_qty":{qty},"limit_price":{price}{more}}}"#
    )
}

fn add(side: &str, qty: u64, price: &str, more: &str) -> String {
    format!(r#"{{"method":"add_order","params":{}}}"#, order(side, qty, price, more))
}

fn query(what: &str) -> String {
    format!(r#"{{"method":"query_order","params":{{{what}}}}}"#)
}

/// A refusal without what differs between two requests of the same kind.
fn refusal(mut reply: Value) -> Value {
    let reply = reply.as_object_mut().unwrap();
    for time in ["time_in", "time_out"] {
        reply.remove(time);
    }
    Value::Object(std::mem::take(reply))
}

#[test]
fn an_order_is_told_open_filled_and_cancelled_and_after_a_restart() {
    let place = Place::new();
    let server = place.start();
    let runtime = runtime();
    let before = runtime.block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let mut look = Raw::login(server.address(), "uk_acme_look").await;
        let mut bull = Raw::login(server.address(), "uk_bull_test").await;
        let sell = acme.ask(&add("sell", 5_000, "0.66", r#","cl_ord_id":"s-1""#)).await;
        let id = sell["result"]["order_id"].as_str().unwrap().to_owned();
        let open = look.ask(&query(r#""cl_ord_id":"s-1""#)).await;
        assert_eq!(open["result"]["order"]["order_status"], "new", "{open}");
        assert_eq!(open["result"]["order"]["leaves_qty"], 5_000, "{open}");
        assert_eq!(open["result"]["fills"], Value::Array(Vec::new()));
        assert_eq!(open["result"]["seq"], sell["result"]["seq"]);
        bull.ask(&add("buy", 2_000, "0.66", "")).await;
        bull.ask(&add("buy", 1_000, "0.66", "")).await;
        acme.ask(r#"{"method":"cancel_order","params":{"cl_ord_id":"s-1"}}"#).await;
        let gone = acme.ask(&query(&format!(r#""order_id":"{id}""#))).await["result"].clone();
        assert_eq!(gone["order"]["order_status"], "canceled", "{gone}");
        assert_eq!((&gone["order"]["reason"], &gone["order"]["cum_qty"]), (&"user".into(), &3_000.into()));
        let fills: Vec<_> = gone["fills"].as_array().unwrap().iter().map(|fill| &fill["last_qty"]).collect();
        assert_eq!(fills, [1_000, 2_000], "the newest first: {gone}");
        assert_eq!(gone["fills"][0]["liquidity_ind"], "m");
        // Another account's order, one that never was, and a name that never was, are equally unknown.
        let other = bull.ask(&query(&format!(r#""order_id":"{id}""#))).await;
        assert_refused(&other, Reject::UnknownOrder, Some("order_id"), "another account's");
        let never = bull.ask(&query(r#""order_id":"O-999999""#)).await;
        assert_eq!(refusal(other), refusal(never));
        let name = bull.ask(&query(r#""cl_ord_id":"s-1""#)).await;
        assert_refused(&name, Reject::UnknownOrder, Some("cl_ord_id"), "another account's name");
        assert_eq!(refusal(name), refusal(bull.ask(&query(r#""cl_ord_id":"never""#)).await));
        // Not without a login.
        let mut nobody = Raw::connect(server.address()).await;
        assert_refused(&nobody.ask(&query(r#""order_id":"O-1""#)).await, Reject::LoginRequired, None, "nobody");
        gone
    });
    let read = |server: &crate::place::Server| {
        runtime.block_on(async {
            let mut acme = Raw::login(server.address(), "uk_acme_test").await;
            acme.ask(&query(r#""cl_ord_id":"s-1""#)).await["result"].clone()
        })
    };
    assert!(server.terminate().success());
    let server = place.start();
    let mut after = read(&server);
    assert!(after["seq"].as_u64() >= before["seq"].as_u64());
    after["seq"] = before["seq"].clone();
    assert_eq!(after, before, "replayed");
    server.kill();
}

/// Whatever was sent before on the same connection is in the answer, however fast it follows.
#[test]
fn a_query_comes_after_everything_before_it() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        for i in 0..200 {
            acme.send_text(&add("sell", 1_000, "0.9", &format!(r#","cl_ord_id":"q-{i}""#))).await;
            acme.send_text(&query(&format!(r#""cl_ord_id":"q-{i}""#))).await;
        }
        for i in 0..200 {
            let added = acme.next_reply().await;
            let told = acme.next_reply().await;
            assert_eq!(told["method"], "query_order", "in order: {told}");
            assert_eq!(told["result"]["order"]["order_id"], added["result"]["order_id"], "{i}: {told}");
        }
    });
}

#[test]
fn a_checked_order_leaves_no_trace() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let first = acme.ask(&add("sell", 1_000, "0.9", "")).await;
        let valid = acme.ask(&add("sell", 1_000, "0.9", r#","cl_ord_id":"v-1","validate":true"#)).await;
        assert_eq!(valid["result"], serde_json::json!({"valid": true}), "{valid}");
        let unknown = acme.ask(&query(r#""cl_ord_id":"v-1""#)).await;
        assert_refused(&unknown, Reject::UnknownOrder, None, "it was only checked");
        for (more, qty, price, reject) in [
            (r#","validate":true"#, 1_500, "0.9", Reject::InvalidQuantity),
            (r#","validate":true"#, 900_000_000, "0.9", Reject::InsufficientCredits),
            (r#","validate":true"#, 1_000, "0.00001", Reject::InvalidPrice),
            (r#","validate":true,"deadline":"2020-01-01T00:00:00Z""#, 1_000, "0.9", Reject::DeadlinePassed),
        ] {
            let refused = acme.ask(&add("sell", qty, price, more)).await;
            assert_refused(&refused, reject, None, more);
            let real = acme.ask(&add("sell", qty, price, &more.replace(r#","validate":true"#, ""))).await;
            assert_eq!(refusal(refused), refusal(real), "as the order itself would be");
        }
        let next = acme.ask(&add("sell", 1_000, "0.9", "")).await;
        // The three that reached the engine are commands, what was checked is none: and no id is lost.
        assert_eq!(next["result"]["order_id"], "O-2", "{first} {next}");
        let mut look = Raw::login(server.address(), "uk_acme_look").await;
        let refused = look.ask(&add("sell", 1_000, "0.9", r#","validate":true"#)).await;
        assert_refused(&refused, Reject::NotPermitted, None, "a key that may only read");
    });
    assert!(server.terminate().success());
    assert_eq!(place.verify().status.code(), Some(0));
}

#[test]
fn a_batch_is_answered_once_and_in_order() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let batch = |orders: &[String]| {
            format!(r#"{{"method":"batch_add","req_id":9,"params":{{"orders":[{}]}}}}"#, orders.join(","))
        };
        let orders = [
            order("sell", 1_000, "0.66", r#","cl_ord_id":"b-1""#),
            order("sell", 900_000_000, "0.66", ""),
            order("sell", 2_000, "0.67", r#","cl_ord_id":"b-3""#),
            order("sell", 3_000, "0.67", r#","cl_ord_id":"b-3""#),
        ];
        let reply = acme.ask(&batch(&orders)).await;
        assert_eq!((&reply["req_id"], &reply["success"]), (&9.into(), &true.into()), "{reply}");
        let rows = reply["result"]["orders"].as_array().unwrap();
        let told: Vec<String> = rows
            .iter()
            .map(|row| match row["success"].as_bool().unwrap() {
                true => format!("{} {}", row["result"]["cl_ord_id"], row["result"]["seq"]),
                false => row["error_detail"]["code"].to_string(),
            })
            .collect();
        let first = rows[0]["result"]["seq"].as_u64().unwrap();
        let expected =
            [format!("\"b-1\" {first}"), "2104".to_owned(), format!("\"b-3\" {}", first + 2), "2106".to_owned()];
        assert_eq!(told, expected, "{reply}");
        // One that cannot be read: nothing is done.
        let bad = [order("sell", 1_000, "0.66", r#","cl_ord_id":"c-1""#), order("sell", 1_500, "0.66", "")];
        let refused = acme.ask(&batch(&bad)).await;
        assert_refused(&refused, Reject::InvalidQuantity, None, "the second order");
        assert!(refused["error_detail"]["message"].as_str().unwrap().contains("order number 2"), "{refused}");
        let unknown = acme.ask(&query(r#""cl_ord_id":"c-1""#)).await;
        assert_refused(&unknown, Reject::UnknownOrder, None, "nothing was done");
        let many = vec![order("sell", 1_000, "0.9", ""); 51];
        assert_refused(&acme.ask(&batch(&many)).await, Reject::InvalidField, Some("orders"), "51 orders");
        let reply = acme.ask(&batch(&many[..50])).await;
        assert_eq!(reply["result"]["orders"].as_array().unwrap().len(), 50);
    });
    assert!(server.terminate().success());
    assert_eq!(place.verify().status.code(), Some(0));
}

async fn fill_up(raw: &mut Raw, batches: usize) {
    for _ in 0..batches {
        let orders = vec![order("sell", 1_000, "0.9", ""); 50].join(",");
        let reply = raw.ask(&format!(r#"{{"method":"batch_add","params":{{"orders":[{orders}]}}}}"#)).await;
        assert_eq!(reply["success"], true, "{reply}");
    }
}

#[test]
fn many_open_orders_are_told_in_pages() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        fill_up(&mut acme, 20).await;
        acme.send_text(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await;
        let mut kinds = Vec::new();
        let mut ids = Vec::new();
        while kinds.last() != Some(&"snapshot".to_owned()) {
            let message = acme.next_json().await;
            if message.get("channel").is_none() {
                assert!(kinds.is_empty() && message["result"]["snapshot"] == true, "the reply comes first: {message}");
                continue;
            }
            assert!(message.to_string().len() <= 64 * 1_024);
            assert_eq!(message["exec_seq"], 1_000);
            kinds.push(message["type"].as_str().unwrap().to_owned());
            ids.extend(message["data"].as_array().unwrap().iter().map(|row| row["order_id"].to_string()));
        }
        assert_eq!(kinds.len(), 8, "{kinds:?}");
        assert!(kinds[..7].iter().all(|kind| kind == "part"), "{kinds:?}");
        assert_eq!(ids, (1..=1_000).map(|id| format!("\"O-{id}\"")).collect::<Vec<_>>());
    });
}

/// Whatever happens while the pages are told, who follows them knows what is open.
#[test]
fn what_happens_between_pages_is_told() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        fill_up(&mut acme, 120).await;
        let mut other = Raw::login(server.address(), "uk_acme_test").await;
        acme.send_text(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await;
        let canceling = tokio::spawn(async move {
            for id in (1..=6_000).step_by(60) {
                let ids: Vec<String> = (id..id + 50).map(|id| format!("\"O-{id}\"")).collect();
                let cancel = format!(r#"{{"method":"cancel_order","params":{{"order_id":[{}]}}}}"#, ids.join(","));
                other.send_text(&cancel).await;
                for _ in 0..50 {
                    let reply = other.next_reply().await;
                    assert_eq!(reply["success"], true, "{reply}");
                }
            }
            let last = add("sell", 1_000, "0.9", r#","cl_ord_id":"last""#);
            assert_eq!(other.ask(&last).await["success"], true);
        });
        let mut open = OpenRows::default();
        let (mut done, mut between) = (false, 0);
        while !done || !open.is_whole() {
            let Data::Executions(stream) = executions(&mut acme).await else { panic!("another channel") };
            between += usize::from(!open.is_whole() && stream.kind == Kind::Update);
            let last = ClOrdId::parse("last").unwrap();
            done |= stream.data.iter().any(|row| row.cl_ord_id == Some(last));
            open.take(&stream);
        }
        canceling.await.unwrap();
        let ids: Vec<u64> = open.rows().map(|row| row.order_id.0).collect();
        let expected: Vec<u64> = (1..=6_000).filter(|id| (id - 1) % 60 >= 50).chain([6_001]).collect();
        assert_eq!(ids, expected, "{between} updates came between the pages");
    });
}

async fn executions(raw: &mut Raw) -> Data {
    loop {
        let message = raw.next_json().await;
        if message["channel"] == "executions" {
            let Ok(ServerMessage::Data(data)) = ServerMessage::parse(&message.to_string()) else { panic!("{message}") };
            return data;
        }
    }
}
