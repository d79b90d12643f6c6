//! How much the venue lets in: orders and cancels of a key, messages of a connection, connections and requests of an address.

use crate::place::{Place, SYMBOL, VENUE, runtime};
use crate::raw::{End, Raw, assert_refused, http};
use serde_json::{Value, json};
use std::time::Duration;
use unspent_model::Reject;

/// Limits that a test reaches.
const LIMITS: &str = r#"
[limits]
orders_per_second = 1
orders_burst = 5
cancels_per_second = 5
cancels_burst = 20
requests_per_second = 1
requests_burst = 30
connections_per_address = 3
loopback = true
"#;

fn place() -> Place {
    Place::with(&format!("{VENUE}{LIMITS}"))
}

fn order(name: &str) -> String {
    let order = json!({"symbol": SYMBOL, "side": "sell", "order_type": "limit", "order_qty": 1000, "limit_price": 0.9, "cl_ord_id": name});
    json!({"method": "add_order", "params": order}).to_string()
}

fn waits(reply: &Value) {
    assert_refused(reply, Reject::RateLimited, None, "too fast");
    let wait = reply["error_detail"]["retry_after_ms"].as_u64().unwrap();
    assert!((1..=60_000).contains(&wait), "{reply}");
    assert!(reply["error_detail"].get("available").is_none(), "{reply}");
}

#[test]
fn orders_of_a_key_run_out_over_all_its_connections_while_cancels_and_others_go_on() {
    let place = place();
    let server = place.start();
    runtime().block_on(async {
        let address = server.address();
        let mut one = Raw::login(address, "uk_acme_test").await;
        let mut two = Raw::login(address, "uk_acme_test").await;
        let mut other = Raw::login(address, "uk_bull_test").await;
        for i in 0..3 {
            assert_eq!(one.ask(&order(&format!("one-{i}"))).await["success"], true);
        }
        for i in 0..2 {
            assert_eq!(two.ask(&order(&format!("two-{i}"))).await["success"], true);
        }
        waits(&one.ask(&order("one-late")).await);
        waits(&two.ask(&order("two-late")).await);
        assert_eq!(other.ask(&order("other")).await["success"], true, "another key");
        for i in 0..3 {
            let cancel = json!({"method": "cancel_order", "params": {"cl_ord_id": format!("one-{i}")}}).to_string();
            assert_eq!(one.ask(&cancel).await["success"], true);
        }
        let all = two.ask(r#"{"method":"cancel_all"}"#).await;
        assert_eq!(all["result"]["count"], 2, "refused orders left no trace: {all}");
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        assert_eq!(one.ask(&order("one-again")).await["success"], true);
    });
}

#[test]
fn who_goes_on_all_the_same_is_closed_with_4009() {
    let place = place();
    let server = place.start();
    runtime().block_on(async {
        let mut raw = Raw::connect(server.address()).await;
        for _ in 0..1_100 {
            raw.send_text(r#"{"method":"ping"}"#).await;
        }
        let (said, end) = raw.rest().await;
        assert_eq!(end, End::Close(4009));
        let (good, refused): (Vec<&Value>, Vec<&Value>) =
            said.iter().filter(|value| value.get("channel").is_none()).partition(|value| value["success"] == true);
        assert!((30..40).contains(&good.len()), "{}", good.len());
        refused.iter().for_each(|reply| waits(reply));
        // Its key is not at fault, and neither is its address.
        let mut again = Raw::login(server.address(), "uk_acme_test").await;
        assert_eq!(again.ask(&order("after")).await["success"], true);
    });
}

#[test]
fn an_address_has_so_many_connections_and_requests() {
    let place = place();
    let server = place.start();
    runtime().block_on(async {
        let address = server.address();
        let upgrade = format!(
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(Raw::connect(address).await);
        }
        let refused = http(address, &upgrade, Duration::from_millis(500)).await;
        assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
        held.pop();
        let mut tries = 0;
        while !http(address, &upgrade, Duration::from_millis(300)).await.starts_with("HTTP/1.1 101 ") {
            tries += 1;
            assert!(tries < 20, "the place of a connection that is gone is not given back");
        }
        let time = "GET /0/public/Time HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let health = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let mut answered = 0;
        let late = loop {
            let answer = http(address, time, Duration::from_secs(2)).await;
            if !answer.starts_with("HTTP/1.1 200 ") {
                break answer;
            }
            answered += 1;
            assert!(answered < 200, "requests are not bounded");
        };
        assert!(answered >= 30, "{answered}");
        assert!(late.starts_with("HTTP/1.1 429 ") && late.contains("retry-after: "), "{late}");
        assert!(late.contains(r#""code":4001"#), "{late}");
        assert!(http(address, health, Duration::from_secs(2)).await.starts_with("HTTP/1.1 200 "));
    });
}
