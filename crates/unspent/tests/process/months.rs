//! Trades across months and orders that lower their own price, over real sockets and across a restart.

use crate::place::{Place, Server, runtime};
use crate::raw::{Raw, http};
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};
use unspent_model::Timestamp;
use unspent_protocol::print_time;

const JUNE: &str = "AWS-ACT-1K-202706/USD";
const DECEMBER: &str = "AWS-ACT-1K-202712/USD";

const VENUE: &str = r#"
[[instrument]]
symbol = "AWS-ACT-1K-202706"
dominance = true
[[instrument]]
symbol = "AWS-ACT-1K-202712"
dominance = true
[[account]]
name = "acme"
cash = 10000000
credits = { "AWS-ACT-1K-202706" = 1000000, "AWS-ACT-1K-202712" = 1000000 }
[[account]]
name = "bull"
cash = 10000000
[[key]]
api_key = "uk_acme_test"
account = "acme"
[[key]]
api_key = "uk_bull_test"
account = "bull"
"#;

async fn get(server: &Server, target: &str) -> Value {
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer uk_acme_test\r\n\r\n");
    let answer = http(server.address(), &request, Duration::from_secs(5)).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{target}: {answer}");
    serde_json::from_str(body).unwrap()
}

async fn order(raw: &mut Raw, symbol: &str, side: &str, qty: u64, price: &str, more: &str) -> Value {
    let text = format!(
        r#"{{"method":"add_order","params":{{"symbol":"{symbol}","side":"{side}","order_qty":{qty},"limit_price":{price},{more}}}}}"#
    );
    let reply = raw.ask(&text).await;
    assert_eq!(reply["success"], true, "{text}\n{reply}");
    reply["result"].clone()
}

/// Subscribes and gives the snapshot.
async fn subscribe(raw: &mut Raw, channel: &str, more: &str) -> Value {
    let reply = raw.ask(&format!(r#"{{"method":"subscribe","params":{{"channel":"{channel}"{more}}}}}"#)).await;
    assert_eq!(reply["success"], true, "{channel}: {reply}");
    let snapshot = raw.next_json().await;
    assert_eq!((&snapshot["channel"], &snapshot["type"]), (&channel.into(), &"snapshot".into()), "{snapshot}");
    snapshot["data"].clone()
}

/// The next row of a channel.
async fn next(raw: &mut Raw, channel: &str) -> Value {
    loop {
        let value = raw.next_json().await;
        if value["channel"] == channel {
            return value["data"][0].clone();
        }
    }
}

/// So many milliseconds from now, as a text.
fn later(millis: u64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    print_time(Timestamp(u64::try_from(now.as_nanos()).unwrap() + millis * 1_000_000))
}

#[test]
fn an_ask_of_december_is_seen_and_taken_in_june() {
    let place = Place::with(VENUE);
    let server = place.start();
    runtime().block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let mut bull = Raw::login(server.address(), "uk_bull_test").await;
        let mut ears = Raw::connect(server.address()).await;
        let book = subscribe(&mut ears, "book", &format!(r#","symbol":"{JUNE}""#)).await;
        assert_eq!((&book[0]["asks"], &book[0]["implied_asks"]), (&json!([]), &json!([])), "{book}");

        let limit = r#""order_type":"limit""#;
        order(&mut acme, DECEMBER, "sell", 5_000, "0.64", limit).await;
        let told = next(&mut ears, "book").await;
        assert_eq!(told["implied_asks"], json!([{"price": 0.64, "qty": 5_000}]), "{told}");
        let depth = get(&server, "/v1/instruments/AWS-ACT-1K-202706/depth").await;
        assert_eq!(depth["implied_asks"], json!([{"price": 0.64, "qty": 5_000}]), "{depth}");
        let curve = get(&server, "/v1/curves/AWS-ACT-1K").await;
        let row = |at: usize| curve["data"][at].clone();
        assert_eq!((&row(0)["implied_ask"], &row(0)["implied_ask_qty"]), (&json!(0.64), &json!(5_000)), "{curve}");
        assert_eq!((&row(1)["ask"], &row(1)["implied_ask"]), (&json!(0.64), &Value::Null), "{curve}");
        assert_eq!(row(0)["last"], Value::Null, "{curve}");
        // June ends earlier: the same ask gains more a year.
        let rate = |at: usize| row(at)["annual_discount"].as_f64().unwrap();
        assert!(rate(0) > rate(1) && rate(1) > 0.0, "{curve}");

        // The trade is December's, told as June's bid's.
        subscribe(&mut ears, "trade", &format!(r#","symbol":"{DECEMBER}""#)).await;
        subscribe(&mut bull, "executions", "").await;
        let bought = order(&mut bull, JUNE, "buy", 3_000, "0.65", limit).await;
        assert_eq!((&bought["status"], &bought["cum_qty"]), (&json!("filled"), &json!(3_000)), "{bought}");
        let trade = next(&mut ears, "trade").await;
        assert_eq!((&trade["symbol"], &trade["implied"]), (&json!(DECEMBER), &json!(JUNE)), "{trade}");
        let statement = get(&server, "/v1/fills").await;
        let fill = &statement["data"][0];
        assert_eq!((&fill["implied"], &fill["delivered"]), (&json!(JUNE), &json!(DECEMBER)), "{statement}");
    });
    assert!(server.terminate().success());
    assert!(place.verify().status.success(), "the journal's fills are the engine's");
    let server = place.start();
    runtime().block_on(async {
        let curve = get(&server, "/v1/curves/AWS-ACT-1K").await;
        assert_eq!(curve["data"][0]["implied_ask_qty"], json!(2_000), "{curve}");
        assert_eq!(curve["data"][1]["last"], json!(0.64), "{curve}");
        let url = format!("http://{}", server.address());
        let drawn =
            Command::new(env!("CARGO_BIN_EXE_unspent")).args(["curve", "AWS-ACT-1K", "--url", &url]).output().unwrap();
        let drawn = String::from_utf8(drawn.stdout).unwrap();
        let june = drawn.lines().find(|line| line.starts_with("2027-06")).unwrap_or_else(|| panic!("{drawn}"));
        assert!(june.contains("$2,000 x 0.6400*") && june.contains('┤'), "{drawn}");
        let mut bull = Raw::login(server.address(), "uk_bull_test").await;
        let owned = subscribe(&mut bull, "holdings", "").await;
        let text = owned.to_string();
        assert!(text.contains("AWS-ACT-1K-202712"), "the buyer of June has December's credits: {text}");
    });
}

#[test]
fn a_decaying_order_steps_on_after_a_restart() {
    let place = Place::with(VENUE);
    let server = place.start();
    let entered = runtime().block_on(async {
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let table =
            format!(r#"[{{"time":"{}","price":0.68}},{{"time":"{}","price":0.60}}]"#, later(1_500), later(3_600_000));
        let decay = format!(r#""order_type":"decay","decay":{{"table":{table}}}"#);
        order(&mut acme, JUNE, "sell", 5_000, "0.70", &decay).await
    });
    assert!(server.terminate().success());
    let server = place.start();
    runtime().block_on(async {
        let target = format!("/v1/orders/{}", entered["order_id"].as_str().unwrap());
        let began = Instant::now();
        loop {
            let order = get(&server, &target).await["order"].clone();
            let price = order["limit_price"].as_f64().unwrap_or_else(|| panic!("{order}"));
            if price < 0.70 {
                assert!((price - 0.68).abs() < 1e-9, "one step is due: {order}");
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "no step was taken: {order}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let orders = subscribe(&mut acme, "executions", "").await;
        assert_eq!(orders[0]["order_type"], "decay", "{orders}");
        assert_eq!(
            (&orders[0]["decay"]["next_price"], &orders[0]["decay"]["steps"]),
            (&json!(0.60), &json!(1)),
            "{orders}"
        );
    });
    assert!(server.terminate().success());
    assert!(place.verify().status.success());
}

#[test]
fn a_bid_for_any_of_two_months_is_one_after_a_restart_too() {
    let place = Place::with(VENUE);
    let server = place.start();
    let others = format!(r#""order_type":"limit","any_of":[{{"symbol":"{DECEMBER}","limit_price":0.64}}]"#);
    let entered = runtime().block_on(async {
        let mut bull = Raw::login(server.address(), "uk_bull_test").await;
        let entered = order(&mut bull, JUNE, "buy", 60_000, "0.60", &others).await;
        let legs = subscribe(&mut bull, "executions", "").await;
        assert_eq!(legs.as_array().map(Vec::len), Some(2), "{legs}");
        for leg in legs.as_array().unwrap() {
            assert_eq!((&leg["link_id"], &leg["leaves_qty"]), (&entered["order_id"], &json!(60_000)), "{leg}");
        }
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        // Both months' books would buy: the bid does so once.
        let sold = order(&mut acme, DECEMBER, "sell", 20_000, "0.60", r#""order_type":"limit""#).await;
        assert_eq!((&sold["status"], &sold["fills"][0]["last_price"]), (&json!("filled"), &json!(0.64)), "{sold}");
        let told = bull.next_json().await;
        assert_eq!(told["data"][0]["exec_type"], "trade", "{told}");
        let rows: Vec<Value> = told["data"].as_array().unwrap().clone();
        let rows = if rows.len() > 1 { rows } else { vec![rows[0].clone(), bull.next_json().await["data"][0].clone()] };
        assert_eq!((&rows[1]["exec_type"], &rows[1]["reason"]), (&json!("amended"), &json!("linked")), "{rows:?}");
        assert_eq!(rows[1]["leaves_qty"], 40_000, "{rows:?}");
        entered
    });
    assert!(server.terminate().success());
    let server = place.start();
    runtime().block_on(async {
        let mut bull = Raw::login(server.address(), "uk_bull_test").await;
        let legs = subscribe(&mut bull, "executions", "").await;
        for leg in legs.as_array().unwrap() {
            assert_eq!((&leg["link_id"], &leg["leaves_qty"]), (&entered["order_id"], &json!(40_000)), "{leg}");
        }
        let mut acme = Raw::login(server.address(), "uk_acme_test").await;
        let sold =
            order(&mut acme, JUNE, "sell", 50_000, "0.60", r#""order_type":"limit","time_in_force":"ioc""#).await;
        assert_eq!((&sold["cum_qty"], &sold["leaves_qty"]), (&json!(40_000), &json!(0)), "{sold}");
        let balances = subscribe(&mut bull, "balances", "").await;
        assert_eq!(balances[0]["reserved"], 0.0, "nothing is left of the bid: {balances}");
    });
    assert!(server.terminate().success());
    assert!(place.verify().status.success());
}
