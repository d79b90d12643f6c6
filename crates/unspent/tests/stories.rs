//! `unspent match`: every kind of order, auctions, quotes, timers and switches, each as a story on the wire.
//!
//! A story's lines are `[time] account method [params]`, with `$` for the symbol; `-` is nobody. What comes out is
//! told shortly, with every field that differs from one story to another.

use expect_test::{Expect, expect};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

const CREDIT: &str = r#"{"symbol":"AWS-ACT-1K-202706/USD","face":1000,"tick":0.001,"price_max":1.0,"fees":{"maker_bp":0,"taker_bp":100}}"#;

/// One line of a story as a request.
fn request(line: &str) -> String {
    let (time, rest) = match line.split_once(' ') {
        Some((time, rest)) if time.contains(':') => (Some(time), rest),
        _ => (None, line),
    };
    let mut words = rest.splitn(3, ' ');
    let (account, method) = (words.next().unwrap(), words.next().unwrap());
    let mut text = format!(r#"{{"method":"{method}""#);
    if let Some(time) = time {
        let day = if time.contains('T') { "" } else { "2026-01-01T" };
        write!(text, r#","time":"{day}{time}Z""#).unwrap();
    }
    if account != "-" {
        write!(text, r#","account":"{account}""#).unwrap();
    }
    if let Some(params) = words.next() {
        let params = params.replace('$', r#""symbol":"AWS-ACT-1K-202706/USD""#);
        write!(text, r#","params":{{{params}}}"#).unwrap();
    }
    text + "}"
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `name value` of each of these fields that is there.
fn fields(row: &Value, names: &[&str]) -> String {
    let mut text = String::new();
    for name in names {
        match &row[*name] {
            Value::Null => {}
            value => {
                write!(text, " {name} {}", plain(value).replace("2026-01-01T", "").replace(".000000Z", "")).unwrap()
            }
        }
    }
    text
}

fn told(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).unwrap();
    let row = &message["data"][0];
    Some(match message["channel"].as_str() {
        None if message["method"].as_str().is_some_and(|method| method.starts_with("deposit_")) => return None,
        None if message["success"] == true => {
            let result = &message["result"];
            let kept = ["order_id", "status", "leaves_qty", "cum_qty", "reason", "priority", "count", "trigger_time"];
            let quotes = ["quote_id", "placed", "unchanged", "pulled", "rejects"];
            format!("{}{}{}", plain(&message["method"]), fields(result, &kept), fields(result, &quotes))
        }
        None => {
            let detail = &message["error_detail"];
            format!(
                "{} {} {}{} - {}",
                plain(&message["method"]),
                detail["code"],
                plain(&detail["reason"]),
                fields(detail, &["field", "available", "retry_after_ms"]),
                plain(&detail["message"])
            )
        }
        Some("executions") => {
            let rows = message["data"].as_array().unwrap().iter().map(|row| {
                let head = ["order_id", "side", "order_type"].map(|name| plain(&row[name])).join(" ");
                let tail = [
                    "order_qty",
                    "limit_price",
                    "triggers",
                    "display_qty",
                    "time_in_force",
                    "expire_time",
                    "post_only",
                    "last_qty",
                    "last_price",
                    "liquidity_ind",
                    "cum_qty",
                    "leaves_qty",
                    "order_status",
                    "reason",
                    "timestamp",
                ];
                let (account, what) = (plain(&message["account"]), plain(&row["exec_type"]));
                format!("  {account} {what} {head}{}", fields(row, &tail))
            });
            rows.collect::<Vec<_>>().join("\n")
        }
        Some("auction") => {
            let names =
                ["auction_id", "phase", "indicative_price", "indicative_qty", "imbalance_side", "imbalance_qty"];
            format!("  auction{}{}", fields(row, &names), fields(row, &["timestamp"]))
        }
        Some("book") => {
            let side = |name: &str| {
                let levels = row[name].as_array().unwrap().iter();
                let levels = levels.map(|level| format!("{}x{}", level["qty"], level["price"]));
                levels.collect::<Vec<_>>().join(" ")
            };
            format!("  book [{}] [{}]", side("bids"), side("asks"))
        }
        Some(_) => line.to_owned(),
    })
}

/// Two accounts have all they need before every story.
fn story(book: &str, lines: &str, expected: Expect) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(CREDIT.as_bytes()).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["match", "--book", book, "--instruments"])
        .arg(file.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for account in ["acme", "bull"] {
        writeln!(stdin, "{}", request(&format!(r#"{account} deposit_cash "amount":1000000"#))).unwrap();
        writeln!(stdin, "{}", request(&format!(r#"{account} deposit_credits $,"qty":1000000"#))).unwrap();
    }
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        writeln!(stdin, "{}", request(line)).unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    expected.assert_eq(&text.lines().filter_map(told).map(|line| line + "\n").collect::<String>());
}

#[test]
fn a_stop_loss_waits_in_no_book_until_a_trade_reaches_its_trigger() {
    story(
        "top",
        r#"
        acme add_order $,"side":"sell","order_type":"stop-loss","order_qty":5000,"triggers":{"price":0.65}
        acme amend_order "order_id":"O-1","trigger_price":0.655
        acme amend_order "order_id":"O-1","limit_price":0.6
        bull add_order $,"side":"buy","order_type":"limit","order_qty":20000,"limit_price":0.655
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.655
        acme add_order $,"side":"sell","order_type":"stop-loss","order_qty":1000,"triggers":{"price":0.655}
        bull add_order $,"side":"buy","order_type":"stop-loss","order_qty":1000,"triggers":{"price":0.66}
        bull add_order $,"side":"buy","order_type":"stop-loss","order_qty":1000,"triggers":{"price":0.66},"max_total":700
        bull add_order $,"side":"buy","order_type":"stop-loss","order_qty":1000,"triggers":{"price":0.6605},"max_total":700
        "#,
        expect![[r#"
            add_order order_id O-1 status open leaves_qty 5000 cum_qty 0
              acme new O-1 sell stop-loss order_qty 5000 triggers {"price":0.65} time_in_force gtc cum_qty 0 leaves_qty 5000 order_status new timestamp 00:00:00
            amend_order order_id O-1 status open leaves_qty 5000 cum_qty 0 priority kept
              acme amended O-1 sell stop-loss order_qty 5000 triggers {"price":0.655} time_in_force gtc cum_qty 0 leaves_qty 5000 order_status new timestamp 00:00:00
            amend_order 2118 invalid_combination field limit_price - the order has no such term: limit_price is not taken by a waiting stop-loss, trigger_price only by an order that waits for its trigger, display_qty only by an iceberg
            add_order order_id O-2 status open leaves_qty 20000 cum_qty 0
              bull new O-2 buy limit order_qty 20000 limit_price 0.655 time_in_force gtc cum_qty 0 leaves_qty 20000 order_status new timestamp 00:00:00
              book [20000x0.655] []
            add_order order_id O-3 status filled leaves_qty 0 cum_qty 1000
              acme new O-3 sell limit order_qty 1000 limit_price 0.655 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
              acme trade O-3 sell limit order_qty 1000 limit_price 0.655 time_in_force gtc last_qty 1000 last_price 0.655 liquidity_ind t cum_qty 1000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme triggered O-1 sell stop-loss order_qty 5000 limit_price 0.625 triggers {"price":0.655} time_in_force gtc cum_qty 0 leaves_qty 5000 order_status new timestamp 00:00:00
              acme trade O-1 sell stop-loss order_qty 5000 limit_price 0.625 triggers {"price":0.655} time_in_force gtc last_qty 5000 last_price 0.655 liquidity_ind t cum_qty 5000 leaves_qty 0 order_status filled timestamp 00:00:00
              bull trade O-2 buy limit order_qty 20000 limit_price 0.655 time_in_force gtc last_qty 1000 last_price 0.655 liquidity_ind m cum_qty 1000 leaves_qty 19000 order_status partially_filled timestamp 00:00:00
              bull trade O-2 buy limit order_qty 20000 limit_price 0.655 time_in_force gtc last_qty 5000 last_price 0.655 liquidity_ind m cum_qty 6000 leaves_qty 14000 order_status partially_filled timestamp 00:00:00
              book [14000x0.655] []
            add_order 2120 stop_reached field triggers - the last trade has reached the trigger already; send the order without it
            add_order 2118 invalid_combination field time_in_force - this combination of order_type, time_in_force and flags has no meaning: a market order is ioc or fok; a stop order is gtc, day or gtd, and a stop-loss buy has a max_total; post_only and display_qty go with gtc, day and gtd limits; min_qty not with fok, post_only or a trigger; auction with nothing else; max_total is for market buys
            add_order order_id O-4 status open leaves_qty 1000 cum_qty 0
              bull new O-4 buy stop-loss order_qty 1000 triggers {"price":0.66} time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            add_order 2119 invalid_stop_price field triggers - the price of triggers must be a multiple of 0.001 between 0.001 and 1.000
        "#]],
    );
}

#[test]
fn a_stop_loss_limit_rests_at_its_limit_once_it_is_triggered() {
    story(
        "top",
        r#"
        bull add_order $,"side":"buy","order_type":"stop-loss-limit","order_qty":3000,"limit_price":0.67,"triggers":{"price":0.66},"time_in_force":"day"
        acme add_order $,"side":"sell","order_type":"limit","order_qty":2000,"limit_price":0.66
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.66
        bull amend_order "order_id":"O-1","trigger_price":0.7
        bull add_order $,"side":"buy","order_type":"stop-loss-limit","order_qty":1000,"limit_price":0.67,"triggers":{"price":0.7},"time_in_force":"ioc"
        "#,
        expect![[r#"
            add_order order_id O-1 status open leaves_qty 3000 cum_qty 0
              bull new O-1 buy stop-loss-limit order_qty 3000 limit_price 0.67 triggers {"price":0.66} time_in_force day cum_qty 0 leaves_qty 3000 order_status new timestamp 00:00:00
            add_order order_id O-2 status open leaves_qty 2000 cum_qty 0
              acme new O-2 sell limit order_qty 2000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 2000 order_status new timestamp 00:00:00
              book [] [2000x0.66]
            add_order order_id O-3 status filled leaves_qty 0 cum_qty 1000
              bull new O-3 buy limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
              bull trade O-3 buy limit order_qty 1000 limit_price 0.66 time_in_force gtc last_qty 1000 last_price 0.66 liquidity_ind t cum_qty 1000 leaves_qty 0 order_status filled timestamp 00:00:00
              bull triggered O-1 buy stop-loss-limit order_qty 3000 limit_price 0.67 triggers {"price":0.66} time_in_force day cum_qty 0 leaves_qty 3000 order_status new timestamp 00:00:00
              bull trade O-1 buy stop-loss-limit order_qty 3000 limit_price 0.67 triggers {"price":0.66} time_in_force day last_qty 1000 last_price 0.66 liquidity_ind t cum_qty 1000 leaves_qty 2000 order_status partially_filled timestamp 00:00:00
              acme trade O-2 sell limit order_qty 2000 limit_price 0.66 time_in_force gtc last_qty 1000 last_price 0.66 liquidity_ind m cum_qty 1000 leaves_qty 1000 order_status partially_filled timestamp 00:00:00
              acme trade O-2 sell limit order_qty 2000 limit_price 0.66 time_in_force gtc last_qty 1000 last_price 0.66 liquidity_ind m cum_qty 2000 leaves_qty 0 order_status filled timestamp 00:00:00
              book [2000x0.67] [0x0.66]
            amend_order 2118 invalid_combination field trigger_price - the order has no such term: limit_price is not taken by a waiting stop-loss, trigger_price only by an order that waits for its trigger, display_qty only by an iceberg
            add_order 2118 invalid_combination field time_in_force - this combination of order_type, time_in_force and flags has no meaning: a market order is ioc or fok; a stop order is gtc, day or gtd, and a stop-loss buy has a max_total; post_only and display_qty go with gtc, day and gtd limits; min_qty not with fok, post_only or a trigger; auction with nothing else; max_total is for market buys
        "#]],
    );
}

#[test]
fn an_iceberg_shows_a_slice_at_a_time_behind_the_others() {
    story(
        "top",
        r#"
        acme add_order $,"side":"sell","order_type":"iceberg","order_qty":10000,"limit_price":0.66,"display_qty":4000
        acme add_order $,"side":"sell","order_type":"limit","order_qty":2000,"limit_price":0.66
        bull add_order $,"side":"buy","order_type":"limit","order_qty":7000,"limit_price":0.66
        bull add_order $,"side":"buy","order_type":"limit","order_qty":9000,"limit_price":0.66,"time_in_force":"fok"
        bull add_order $,"side":"buy","order_type":"limit","order_qty":5000,"limit_price":0.66,"time_in_force":"fok"
        acme add_order $,"side":"sell","order_type":"iceberg","order_qty":300000,"limit_price":0.66,"display_qty":2000
        acme add_order $,"side":"sell","order_type":"iceberg","order_qty":200000,"limit_price":0.66,"display_qty":2000
        acme amend_order "order_id":"O-5","display_qty":1000
        acme amend_order "order_id":"O-5","display_qty":3000
        acme amend_order "order_id":"O-5","order_qty":100000
        "#,
        expect![[r#"
            add_order order_id O-1 status open leaves_qty 10000 cum_qty 0
              acme new O-1 sell iceberg order_qty 10000 limit_price 0.66 display_qty 4000 time_in_force gtc cum_qty 0 leaves_qty 10000 order_status new timestamp 00:00:00
              book [] [4000x0.66]
            add_order order_id O-2 status open leaves_qty 2000 cum_qty 0
              acme new O-2 sell limit order_qty 2000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 2000 order_status new timestamp 00:00:00
              book [] [6000x0.66]
            add_order order_id O-3 status filled leaves_qty 0 cum_qty 7000
              bull new O-3 buy limit order_qty 7000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 7000 order_status new timestamp 00:00:00
              bull trade O-3 buy limit order_qty 7000 limit_price 0.66 time_in_force gtc last_qty 4000 last_price 0.66 liquidity_ind t cum_qty 4000 leaves_qty 3000 order_status partially_filled timestamp 00:00:00
              bull trade O-3 buy limit order_qty 7000 limit_price 0.66 time_in_force gtc last_qty 2000 last_price 0.66 liquidity_ind t cum_qty 6000 leaves_qty 1000 order_status partially_filled timestamp 00:00:00
              bull trade O-3 buy limit order_qty 7000 limit_price 0.66 time_in_force gtc last_qty 1000 last_price 0.66 liquidity_ind t cum_qty 7000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme trade O-1 sell iceberg order_qty 10000 limit_price 0.66 display_qty 4000 time_in_force gtc last_qty 4000 last_price 0.66 liquidity_ind m cum_qty 4000 leaves_qty 6000 order_status partially_filled timestamp 00:00:00
              acme iceberg_refill O-1 sell iceberg order_qty 10000 limit_price 0.66 display_qty 4000 time_in_force gtc cum_qty 4000 leaves_qty 6000 order_status partially_filled timestamp 00:00:00
              acme trade O-2 sell limit order_qty 2000 limit_price 0.66 time_in_force gtc last_qty 2000 last_price 0.66 liquidity_ind m cum_qty 2000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme trade O-1 sell iceberg order_qty 10000 limit_price 0.66 display_qty 4000 time_in_force gtc last_qty 1000 last_price 0.66 liquidity_ind m cum_qty 5000 leaves_qty 5000 order_status partially_filled timestamp 00:00:00
              book [] [3000x0.66]
            add_order 2111 fill_or_kill_not_filled field order_qty available 5000 - the order cannot be filled whole; available are 5000 dollars of face
            add_order order_id O-4 status filled leaves_qty 0 cum_qty 5000
              bull new O-4 buy limit order_qty 5000 limit_price 0.66 time_in_force fok cum_qty 0 leaves_qty 5000 order_status new timestamp 00:00:00
              bull trade O-4 buy limit order_qty 5000 limit_price 0.66 time_in_force fok last_qty 3000 last_price 0.66 liquidity_ind t cum_qty 3000 leaves_qty 2000 order_status partially_filled timestamp 00:00:00
              bull trade O-4 buy limit order_qty 5000 limit_price 0.66 time_in_force fok last_qty 2000 last_price 0.66 liquidity_ind t cum_qty 5000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme trade O-1 sell iceberg order_qty 10000 limit_price 0.66 display_qty 4000 time_in_force gtc last_qty 3000 last_price 0.66 liquidity_ind m cum_qty 8000 leaves_qty 2000 order_status partially_filled timestamp 00:00:00
              acme iceberg_refill O-1 sell iceberg order_qty 10000 limit_price 0.66 display_qty 4000 time_in_force gtc cum_qty 8000 leaves_qty 2000 order_status partially_filled timestamp 00:00:00
              acme trade O-1 sell iceberg order_qty 10000 limit_price 0.66 display_qty 4000 time_in_force gtc last_qty 2000 last_price 0.66 liquidity_ind m cum_qty 10000 leaves_qty 0 order_status filled timestamp 00:00:00
              book [] [0x0.66]
            add_order 2121 invalid_display field display_qty - display_qty must be at least a lot and a 100th of order_qty, and at most order_qty
            add_order order_id O-5 status open leaves_qty 200000 cum_qty 0
              acme new O-5 sell iceberg order_qty 200000 limit_price 0.66 display_qty 2000 time_in_force gtc cum_qty 0 leaves_qty 200000 order_status new timestamp 00:00:00
              book [] [2000x0.66]
            amend_order 2121 invalid_display field display_qty - display_qty must be at least a lot and a 100th of order_qty, and at most order_qty
            amend_order order_id O-5 status open leaves_qty 200000 cum_qty 0 priority lost
              acme amended O-5 sell iceberg order_qty 200000 limit_price 0.66 display_qty 2000 time_in_force gtc cum_qty 0 leaves_qty 200000 order_status new timestamp 00:00:00
              book [] [3000x0.66]
            amend_order order_id O-5 status open leaves_qty 100000 cum_qty 0 priority kept
              acme amended O-5 sell iceberg order_qty 100000 limit_price 0.66 display_qty 3000 time_in_force gtc cum_qty 0 leaves_qty 100000 order_status new timestamp 00:00:00
        "#]],
    );
}

#[test]
fn orders_end_when_their_time_is_over() {
    story(
        "none",
        r#"
        22:00:00 acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66,"time_in_force":"gtd","expire_time":"2026-01-01T22:30:00Z"
        acme add_order $,"side":"sell","order_type":"limit","order_qty":2000,"limit_price":0.67,"time_in_force":"day"
        acme add_order $,"side":"sell","order_type":"limit","order_qty":3000,"limit_price":0.68,"time_in_force":"gtd","expire_time":"2026-01-01T22:00:00Z"
        22:29:59 - clock
        22:45:00 - clock
        23:59:59 - clock
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.67
        acme cancel_order "order_id":"O-1"
        2026-01-02T00:00:00 - clock
        "#,
        expect![[r#"
            add_order order_id O-1 status open leaves_qty 1000 cum_qty 0
              acme new O-1 sell limit order_qty 1000 limit_price 0.66 time_in_force gtd expire_time 22:30:00 cum_qty 0 leaves_qty 1000 order_status new timestamp 22:00:00
            add_order order_id O-2 status open leaves_qty 2000 cum_qty 0
              acme new O-2 sell limit order_qty 2000 limit_price 0.67 time_in_force day cum_qty 0 leaves_qty 2000 order_status new timestamp 22:00:00
            add_order 2123 invalid_expiry field expire_time - expire_time must be later than now
            clock
            clock
              acme expired O-1 sell limit order_qty 1000 limit_price 0.66 time_in_force gtd expire_time 22:30:00 cum_qty 0 leaves_qty 0 order_status canceled reason expired timestamp 22:45:00
            clock
            add_order order_id O-3 status filled leaves_qty 0 cum_qty 1000
              bull new O-3 buy limit order_qty 1000 limit_price 0.67 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 23:59:59
              bull trade O-3 buy limit order_qty 1000 limit_price 0.67 time_in_force gtc last_qty 1000 last_price 0.67 liquidity_ind t cum_qty 1000 leaves_qty 0 order_status filled timestamp 23:59:59
              acme trade O-2 sell limit order_qty 2000 limit_price 0.67 time_in_force day last_qty 1000 last_price 0.67 liquidity_ind m cum_qty 1000 leaves_qty 1000 order_status partially_filled timestamp 23:59:59
            cancel_order 2113 unknown_order field order_id - order O-1 is no order of this account
            clock
              acme expired O-2 sell limit order_qty 2000 limit_price 0.67 time_in_force day cum_qty 1000 leaves_qty 0 order_status canceled reason expired timestamp 2026-01-02T00:00:00
        "#]],
    );
}

#[test]
fn a_minimum_trades_on_arrival_or_the_order_is_refused() {
    story(
        "top",
        r#"
        acme add_order $,"side":"sell","order_type":"limit","order_qty":3000,"limit_price":0.66
        bull add_order $,"side":"buy","order_type":"limit","order_qty":8000,"limit_price":0.66,"min_qty":5000
        bull add_order $,"side":"buy","order_type":"limit","order_qty":8000,"limit_price":0.66,"min_qty":3000
        bull add_order $,"side":"buy","order_type":"limit","order_qty":8000,"limit_price":0.66,"min_qty":9000
        bull add_order $,"side":"buy","order_type":"limit","order_qty":8000,"limit_price":0.66,"min_qty":3000,"post_only":true
        "#,
        expect![[r#"
            add_order order_id O-1 status open leaves_qty 3000 cum_qty 0
              acme new O-1 sell limit order_qty 3000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 3000 order_status new timestamp 00:00:00
              book [] [3000x0.66]
            add_order 2122 minimum_not_met field min_qty available 3000 - min_qty cannot be traded on arrival; available are 3000 dollars of face
            add_order order_id O-2 status partially_filled leaves_qty 5000 cum_qty 3000
              bull new O-2 buy limit order_qty 8000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 8000 order_status new timestamp 00:00:00
              bull trade O-2 buy limit order_qty 8000 limit_price 0.66 time_in_force gtc last_qty 3000 last_price 0.66 liquidity_ind t cum_qty 3000 leaves_qty 5000 order_status partially_filled timestamp 00:00:00
              acme trade O-1 sell limit order_qty 3000 limit_price 0.66 time_in_force gtc last_qty 3000 last_price 0.66 liquidity_ind m cum_qty 3000 leaves_qty 0 order_status filled timestamp 00:00:00
              book [5000x0.66] [0x0.66]
            add_order 2130 invalid_minimum field min_qty - min_qty must be from one lot to order_qty
            add_order 2118 invalid_combination field time_in_force - this combination of order_type, time_in_force and flags has no meaning: a market order is ioc or fok; a stop order is gtc, day or gtd, and a stop-loss buy has a max_total; post_only and display_qty go with gtc, day and gtd limits; min_qty not with fok, post_only or a trigger; auction with nothing else; max_total is for market buys
        "#]],
    );
}

#[test]
fn a_post_only_order_is_refused_or_slides_short_of_the_other_side() {
    story(
        "top",
        r#"
        acme add_order $,"side":"sell","order_type":"limit","order_qty":3000,"limit_price":0.66
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.67,"post_only":true
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.67,"post_only":true,"post_only_mode":"slide"
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.65,"post_only":true,"post_only_mode":"slide"
        "#,
        expect![[r#"
            add_order order_id O-1 status open leaves_qty 3000 cum_qty 0
              acme new O-1 sell limit order_qty 3000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 3000 order_status new timestamp 00:00:00
              book [] [3000x0.66]
            add_order 2107 post_only_would_take field limit_price - the order would trade on arrival and is post_only; use a price further away
            add_order order_id O-2 status open leaves_qty 1000 cum_qty 0
              bull new O-2 buy limit order_qty 1000 limit_price 0.659 time_in_force gtc post_only true cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
              book [1000x0.659] []
            add_order order_id O-3 status open leaves_qty 1000 cum_qty 0
              bull new O-3 buy limit order_qty 1000 limit_price 0.65 time_in_force gtc post_only true cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
        "#]],
    );
}

#[test]
fn a_call_collects_orders_and_clears_them_at_one_price() {
    story(
        "full",
        r#"
        - set_phase $,"phase":"call"
        bull add_order $,"side":"buy","order_type":"limit","order_qty":30000,"limit_price":0.70
        bull add_order $,"side":"buy","order_type":"limit","order_qty":40000,"limit_price":0.69
        bull add_order $,"side":"buy","order_type":"limit","order_qty":50000,"limit_price":0.68
        bull add_order $,"side":"buy","order_type":"limit","order_qty":80000,"limit_price":0.66
        acme add_order $,"side":"sell","order_type":"limit","order_qty":20000,"limit_price":0.64
        acme add_order $,"side":"sell","order_type":"limit","order_qty":60000,"limit_price":0.665
        acme add_order $,"side":"sell","order_type":"limit","order_qty":30000,"limit_price":0.68
        acme add_order $,"side":"sell","order_type":"limit","order_qty":50000,"limit_price":0.695
        acme add_order $,"side":"sell","order_type":"market","order_qty":1000
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9,"time_in_force":"auction"
        - set_phase $,"phase":"no_cancel"
        bull cancel_order "order_id":"O-1"
        bull cancel_all
        - set_phase $,"phase":"continuous"
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9,"time_in_force":"auction"
        "#,
        expect![[r#"
            set_phase
              auction auction_id 1 phase call indicative_qty 0 imbalance_qty 0 timestamp 00:00:00
            add_order order_id O-1 status open leaves_qty 30000 cum_qty 0
              bull new O-1 buy limit order_qty 30000 limit_price 0.7 time_in_force gtc cum_qty 0 leaves_qty 30000 order_status new timestamp 00:00:00
              book [30000x0.7] []
            add_order order_id O-2 status open leaves_qty 40000 cum_qty 0
              bull new O-2 buy limit order_qty 40000 limit_price 0.69 time_in_force gtc cum_qty 0 leaves_qty 40000 order_status new timestamp 00:00:00
              book [40000x0.69] []
            add_order order_id O-3 status open leaves_qty 50000 cum_qty 0
              bull new O-3 buy limit order_qty 50000 limit_price 0.68 time_in_force gtc cum_qty 0 leaves_qty 50000 order_status new timestamp 00:00:00
              book [50000x0.68] []
            add_order order_id O-4 status open leaves_qty 80000 cum_qty 0
              bull new O-4 buy limit order_qty 80000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 80000 order_status new timestamp 00:00:00
              book [80000x0.66] []
            add_order order_id O-5 status open leaves_qty 20000 cum_qty 0
              acme new O-5 sell limit order_qty 20000 limit_price 0.64 time_in_force gtc cum_qty 0 leaves_qty 20000 order_status new timestamp 00:00:00
              auction auction_id 1 phase call indicative_price 0.7 indicative_qty 20000 imbalance_side buy imbalance_qty 10000 timestamp 00:00:00
              book [] [20000x0.64]
            add_order order_id O-6 status open leaves_qty 60000 cum_qty 0
              acme new O-6 sell limit order_qty 60000 limit_price 0.665 time_in_force gtc cum_qty 0 leaves_qty 60000 order_status new timestamp 00:00:00
              auction auction_id 1 phase call indicative_price 0.68 indicative_qty 80000 imbalance_side buy imbalance_qty 40000 timestamp 00:00:00
              book [] [60000x0.665]
            add_order order_id O-7 status open leaves_qty 30000 cum_qty 0
              acme new O-7 sell limit order_qty 30000 limit_price 0.68 time_in_force gtc cum_qty 0 leaves_qty 30000 order_status new timestamp 00:00:00
              auction auction_id 1 phase call indicative_price 0.68 indicative_qty 110000 imbalance_side buy imbalance_qty 10000 timestamp 00:00:00
              book [] [30000x0.68]
            add_order order_id O-8 status open leaves_qty 50000 cum_qty 0
              acme new O-8 sell limit order_qty 50000 limit_price 0.695 time_in_force gtc cum_qty 0 leaves_qty 50000 order_status new timestamp 00:00:00
              book [] [50000x0.695]
            add_order 2110 wrong_phase field symbol - AWS-ACT-1K-202706/USD is in a phase that does not allow this; the instrument channel says which
            add_order order_id O-9 status open leaves_qty 1000 cum_qty 0
              acme new O-9 sell limit order_qty 1000 limit_price 0.9 time_in_force auction cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
              book [] [1000x0.9]
            set_phase
            cancel_order 2110 wrong_phase field symbol - the instrument is in a phase that does not allow this; the instrument channel says which
            cancel_all count 0
            set_phase
              acme trade O-5 sell limit order_qty 20000 limit_price 0.64 time_in_force gtc last_qty 20000 last_price 0.68 liquidity_ind a cum_qty 20000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme trade O-6 sell limit order_qty 60000 limit_price 0.665 time_in_force gtc last_qty 10000 last_price 0.68 liquidity_ind a cum_qty 10000 leaves_qty 50000 order_status partially_filled timestamp 00:00:00
              acme trade O-6 sell limit order_qty 60000 limit_price 0.665 time_in_force gtc last_qty 40000 last_price 0.68 liquidity_ind a cum_qty 50000 leaves_qty 10000 order_status partially_filled timestamp 00:00:00
              acme trade O-6 sell limit order_qty 60000 limit_price 0.665 time_in_force gtc last_qty 10000 last_price 0.68 liquidity_ind a cum_qty 60000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme trade O-7 sell limit order_qty 30000 limit_price 0.68 time_in_force gtc last_qty 30000 last_price 0.68 liquidity_ind a cum_qty 30000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme canceled O-9 sell limit order_qty 1000 limit_price 0.9 time_in_force auction cum_qty 0 leaves_qty 0 order_status canceled reason auction_over timestamp 00:00:00
              bull trade O-1 buy limit order_qty 30000 limit_price 0.7 time_in_force gtc last_qty 20000 last_price 0.68 liquidity_ind a cum_qty 20000 leaves_qty 10000 order_status partially_filled timestamp 00:00:00
              bull trade O-1 buy limit order_qty 30000 limit_price 0.7 time_in_force gtc last_qty 10000 last_price 0.68 liquidity_ind a cum_qty 30000 leaves_qty 0 order_status filled timestamp 00:00:00
              bull trade O-2 buy limit order_qty 40000 limit_price 0.69 time_in_force gtc last_qty 40000 last_price 0.68 liquidity_ind a cum_qty 40000 leaves_qty 0 order_status filled timestamp 00:00:00
              bull trade O-3 buy limit order_qty 50000 limit_price 0.68 time_in_force gtc last_qty 10000 last_price 0.68 liquidity_ind a cum_qty 10000 leaves_qty 40000 order_status partially_filled timestamp 00:00:00
              bull trade O-3 buy limit order_qty 50000 limit_price 0.68 time_in_force gtc last_qty 30000 last_price 0.68 liquidity_ind a cum_qty 40000 leaves_qty 10000 order_status partially_filled timestamp 00:00:00
              auction auction_id 1 phase continuous indicative_price 0.68 indicative_qty 110000 imbalance_side buy imbalance_qty 10000 timestamp 00:00:00
              book [0x0.7 0x0.69 10000x0.68] [0x0.64 0x0.665 0x0.68 0x0.9]
            add_order 2110 wrong_phase field symbol - AWS-ACT-1K-202706/USD is in a phase that does not allow this; the instrument channel says which
        "#]],
    );
}

#[test]
fn mass_quotes_belong_to_a_session_and_go_with_it() {
    story(
        "top",
        r#"
        acme mass_quote "quotes":[{$,"bid":{"price":0.65,"qty":5000},"ask":{"price":0.66,"qty":5000}}]
        acme connect
        acme add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.6
        acme mass_quote "quote_id":1,"quotes":[{$,"bid":{"price":0.65,"qty":5000},"ask":{"price":0.66,"qty":5000}}]
        acme mass_quote "quote_id":2,"quotes":[{$,"bid":{"price":0.65,"qty":4000},"ask":{"price":0.661,"qty":5000}}]
        acme mass_quote "quote_id":3,"quotes":[{$,"bid":{"price":0.65,"qty":4000},"ask":{"price":0.661,"qty":2000000}}]
        acme mass_quote "quote_id":4,"quotes":[{$,"bid":{"qty":0}}]
        acme mass_quote "quote_id":5,"quotes":[{$,"bid":{"price":0.64,"qty":1000}},{$,"bid":{"price":0.63,"qty":1000}}]
        acme mass_quote "quote_id":6,"group":"g","quotes":[{$,"bid":{"price":0.64,"qty":1000}}]
        acme mass_quote "quote_id":7,"quotes":[{$,"bid":{"price":0.64,"qty":1000},"ask":{"price":0.662,"qty":3000}}]
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.662
        acme disconnect
        acme disconnect
        acme add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.6
        "#,
        expect![[r#"
            mass_quote 2124 session_closed - the session of this connection is over; connect again
            connect
            add_order order_id O-1 status open leaves_qty 1000 cum_qty 0
              acme new O-1 buy limit order_qty 1000 limit_price 0.6 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
              book [1000x0.6] []
            mass_quote quote_id 1 placed 2 unchanged 0 pulled 0 rejects []
              acme new O-2 buy limit order_qty 5000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 5000 order_status new timestamp 00:00:00
              acme new O-3 sell limit order_qty 5000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 5000 order_status new timestamp 00:00:00
              book [5000x0.65 0x0.6] [5000x0.66]
            mass_quote quote_id 2 placed 1 unchanged 1 pulled 0 rejects []
              acme amended O-2 buy limit order_qty 4000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 4000 order_status new timestamp 00:00:00
              acme canceled O-3 sell limit order_qty 5000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason requoted timestamp 00:00:00
              acme new O-4 sell limit order_qty 5000 limit_price 0.661 time_in_force gtc cum_qty 0 leaves_qty 5000 order_status new timestamp 00:00:00
              book [4000x0.65] [0x0.66 5000x0.661]
            mass_quote quote_id 3 placed 0 unchanged 1 pulled 0 rejects [{"code":2104,"message":"too few credits are free for this; available are 1000000 dollars of face","reason":"insufficient_credits","side":"sell","symbol":"AWS-ACT-1K-202706/USD"}]
              acme canceled O-4 sell limit order_qty 5000 limit_price 0.661 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason requoted timestamp 00:00:00
              book [] [0x0.661]
            mass_quote quote_id 4 placed 0 unchanged 0 pulled 1 rejects []
              acme canceled O-2 buy limit order_qty 4000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason requoted timestamp 00:00:00
              book [0x0.65 1000x0.6] []
            mass_quote 2131 invalid_quotes field quotes - quotes must name 1 to 100 instruments, each once
            mass_quote 2129 unknown_group field group - the account has no protection group of this name; set_group makes one
            mass_quote quote_id 7 placed 2 unchanged 0 pulled 0 rejects []
              acme new O-5 buy limit order_qty 1000 limit_price 0.64 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
              acme new O-6 sell limit order_qty 3000 limit_price 0.662 time_in_force gtc cum_qty 0 leaves_qty 3000 order_status new timestamp 00:00:00
              book [1000x0.64 0x0.6] [3000x0.662]
            add_order order_id O-7 status filled leaves_qty 0 cum_qty 1000
              bull new O-7 buy limit order_qty 1000 limit_price 0.662 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
              bull trade O-7 buy limit order_qty 1000 limit_price 0.662 time_in_force gtc last_qty 1000 last_price 0.662 liquidity_ind t cum_qty 1000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme trade O-6 sell limit order_qty 3000 limit_price 0.662 time_in_force gtc last_qty 1000 last_price 0.662 liquidity_ind m cum_qty 1000 leaves_qty 2000 order_status partially_filled timestamp 00:00:00
              book [] [2000x0.662]
            disconnect
              acme canceled O-1 buy limit order_qty 1000 limit_price 0.6 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason disconnect timestamp 00:00:00
              acme canceled O-5 buy limit order_qty 1000 limit_price 0.64 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason disconnect timestamp 00:00:00
              acme canceled O-6 sell limit order_qty 3000 limit_price 0.662 time_in_force gtc cum_qty 1000 leaves_qty 0 order_status canceled reason disconnect timestamp 00:00:00
              book [0x0.64] [0x0.662]
            disconnect 2124 session_closed - the session of this connection is over; connect again
            add_order order_id O-8 status open leaves_qty 1000 cum_qty 0
              acme new O-8 buy limit order_qty 1000 limit_price 0.6 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
              book [1000x0.6] []
        "#]],
    );
}

#[test]
fn a_protection_group_trips_and_is_reset() {
    story(
        "none",
        r#"
        acme connect
        acme set_group "group":"aws","lots":5,"window":10
        acme mass_quote "group":"aws","quotes":[{$,"bid":{"price":0.65,"qty":9000},"ask":{"price":0.66,"qty":9000}}]
        bull add_order $,"side":"buy","order_type":"limit","order_qty":4000,"limit_price":0.66
        00:00:10 bull add_order $,"side":"buy","order_type":"limit","order_qty":4000,"limit_price":0.66
        00:00:11 bull add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.65
        acme mass_quote "group":"aws","quotes":[{$,"bid":{"price":0.65,"qty":9000}}]
        acme set_group "group":"aws","lots":50,"window":10
        acme mass_quote "group":"aws","quotes":[{$,"bid":{"price":0.65,"qty":9000}}]
        acme reset_group "group":"aws"
        acme reset_group "group":"other"
        acme mass_quote "group":"aws","quotes":[{$,"bid":{"price":0.65,"qty":9000}}]
        acme cancel_all "group":"aws"
        acme cancel_all "group":"other"
        acme set_group "group":"aws","lots":5,"window":0
        "#,
        expect![[r#"
            connect
            set_group
            mass_quote quote_id 0 placed 2 unchanged 0 pulled 0 rejects []
              acme new O-1 buy limit order_qty 9000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 9000 order_status new timestamp 00:00:00
              acme new O-2 sell limit order_qty 9000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 9000 order_status new timestamp 00:00:00
            add_order order_id O-3 status filled leaves_qty 0 cum_qty 4000
              bull new O-3 buy limit order_qty 4000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 4000 order_status new timestamp 00:00:00
              bull trade O-3 buy limit order_qty 4000 limit_price 0.66 time_in_force gtc last_qty 4000 last_price 0.66 liquidity_ind t cum_qty 4000 leaves_qty 0 order_status filled timestamp 00:00:00
              acme trade O-2 sell limit order_qty 9000 limit_price 0.66 time_in_force gtc last_qty 4000 last_price 0.66 liquidity_ind m cum_qty 4000 leaves_qty 5000 order_status partially_filled timestamp 00:00:00
            add_order order_id O-4 status filled leaves_qty 0 cum_qty 4000
              bull new O-4 buy limit order_qty 4000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 4000 order_status new timestamp 00:00:10
              bull trade O-4 buy limit order_qty 4000 limit_price 0.66 time_in_force gtc last_qty 4000 last_price 0.66 liquidity_ind t cum_qty 4000 leaves_qty 0 order_status filled timestamp 00:00:10
              acme trade O-2 sell limit order_qty 9000 limit_price 0.66 time_in_force gtc last_qty 4000 last_price 0.66 liquidity_ind m cum_qty 8000 leaves_qty 1000 order_status partially_filled timestamp 00:00:10
            add_order order_id O-5 status filled leaves_qty 0 cum_qty 1000
              bull new O-5 sell limit order_qty 1000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:11
              bull trade O-5 sell limit order_qty 1000 limit_price 0.65 time_in_force gtc last_qty 1000 last_price 0.65 liquidity_ind t cum_qty 1000 leaves_qty 0 order_status filled timestamp 00:00:11
              acme trade O-1 buy limit order_qty 9000 limit_price 0.65 time_in_force gtc last_qty 1000 last_price 0.65 liquidity_ind m cum_qty 1000 leaves_qty 8000 order_status partially_filled timestamp 00:00:11
              acme canceled O-1 buy limit order_qty 9000 limit_price 0.65 time_in_force gtc cum_qty 1000 leaves_qty 0 order_status canceled reason group timestamp 00:00:11
              acme canceled O-2 sell limit order_qty 9000 limit_price 0.66 time_in_force gtc cum_qty 8000 leaves_qty 0 order_status canceled reason group timestamp 00:00:11
            mass_quote 2126 group_tripped field group - the protection group has tripped; reset_group lets it quote again
            set_group
            mass_quote 2126 group_tripped field group - the protection group has tripped; reset_group lets it quote again
            reset_group
            reset_group 2129 unknown_group field group - the account has no protection group of this name; set_group makes one
            mass_quote quote_id 0 placed 1 unchanged 0 pulled 0 rejects []
              acme new O-6 buy limit order_qty 9000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 9000 order_status new timestamp 00:00:11
            cancel_all count 1
              acme canceled O-6 buy limit order_qty 9000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason user timestamp 00:00:11
            cancel_all 2129 unknown_group field group - the account has no protection group of this name; set_group makes one
            set_group 2132 invalid_timeout field window - a group counts 1 to 1000000 lots within 1 to 3600 seconds; a dead-man timer runs 0 to 86400 seconds
        "#]],
    );
}

#[test]
fn a_dead_mans_timer_cancels_everything_unless_it_is_set_anew() {
    story(
        "none",
        r#"
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66
        acme add_order $,"side":"sell","order_type":"stop-loss","order_qty":1000,"triggers":{"price":0.6}
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.65
        acme cancel_all_orders_after "timeout":60
        00:00:59 acme cancel_all_orders_after "timeout":60
        00:01:58 - clock
        00:01:59 - clock
        bull cancel_all_orders_after "timeout":60
        bull cancel_all_orders_after "timeout":0
        bull cancel_all_orders_after "timeout":86401
        00:10:00 - clock
        "#,
        expect![[r#"
            add_order order_id O-1 status open leaves_qty 1000 cum_qty 0
              acme new O-1 sell limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            add_order order_id O-2 status open leaves_qty 1000 cum_qty 0
              acme new O-2 sell stop-loss order_qty 1000 triggers {"price":0.6} time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            add_order order_id O-3 status open leaves_qty 1000 cum_qty 0
              bull new O-3 buy limit order_qty 1000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            cancel_all_orders_after trigger_time 00:01:00
            cancel_all_orders_after trigger_time 00:01:59
            clock
            clock
              acme canceled O-1 sell limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason dead_man timestamp 00:01:59
              acme canceled O-2 sell stop-loss order_qty 1000 triggers {"price":0.6} time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason dead_man timestamp 00:01:59
            cancel_all_orders_after trigger_time 00:02:59
            cancel_all_orders_after
            cancel_all_orders_after 2132 invalid_timeout field timeout - a group counts 1 to 1000000 lots within 1 to 3600 seconds; a dead-man timer runs 0 to 86400 seconds
            clock
        "#]],
    );
}

#[test]
fn a_kill_switch_cancels_and_refuses_within_its_scope() {
    story(
        "none",
        r#"
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.65
        - kill "account":"acme","engaged":true
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66
        - kill "account":"acme","engaged":false
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66
        - kill "programme":"OAI-API","engaged":true
        - kill "programme":"AWS-ACT","engaged":true
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.65
        - kill "programme":"AWS-ACT","engaged":false
        - kill "engaged":true
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.65
        "#,
        expect![[r#"
            add_order order_id O-1 status open leaves_qty 1000 cum_qty 0
              acme new O-1 sell limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            add_order order_id O-2 status open leaves_qty 1000 cum_qty 0
              bull new O-2 buy limit order_qty 1000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            kill
              acme canceled O-1 sell limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason kill timestamp 00:00:00
            add_order 2125 kill_switch - a kill switch is engaged for the account, the programme or the venue; ask the operator
            kill
            add_order order_id O-3 status open leaves_qty 1000 cum_qty 0
              acme new O-3 sell limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            kill
            kill
              acme canceled O-3 sell limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason kill timestamp 00:00:00
              bull canceled O-2 buy limit order_qty 1000 limit_price 0.65 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason kill timestamp 00:00:00
            add_order 2125 kill_switch - a kill switch is engaged for the account, the programme or the venue; ask the operator
            kill
            kill
            add_order 2125 kill_switch - a kill switch is engaged for the account, the programme or the venue; ask the operator
        "#]],
    );
}

#[test]
fn a_trade_outside_the_bands_becomes_a_volatility_call() {
    story(
        "none",
        r#"
        - set_rules $,"dynamic_range":0.02,"static_range":0.1,"entry_range":0.05,"volatility_seconds":120,"random_end_seconds":0
        - set_rules $,"volatility_seconds":0
        - set_reference $,"price":0.66
        acme add_order $,"side":"sell","order_type":"limit","order_qty":2000,"limit_price":0.67
        acme add_order $,"side":"sell","order_type":"limit","order_qty":3000,"limit_price":0.70
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.72
        bull add_order $,"side":"buy","order_type":"limit","order_qty":4000,"limit_price":0.70
        bull add_order $,"side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.7,"time_in_force":"ioc"
        00:01:59 - clock
        00:02:00 - clock
        "#,
        expect![[r#"
            set_rules
            set_rules 6007 invalid_rules field volatility_seconds - the rules do not fit together: auction_tick and ranges are above zero and at most price_max, auction_bp at most 10000, volatility_seconds 1 to 86400, random_end_seconds at most 86400; an instrument has had at most 255 fee schedules; dominance is for credits, at most 64 of one family
            set_reference
            add_order order_id O-1 status open leaves_qty 2000 cum_qty 0
              acme new O-1 sell limit order_qty 2000 limit_price 0.67 time_in_force gtc cum_qty 0 leaves_qty 2000 order_status new timestamp 00:00:00
            add_order order_id O-2 status open leaves_qty 3000 cum_qty 0
              acme new O-2 sell limit order_qty 3000 limit_price 0.7 time_in_force gtc cum_qty 0 leaves_qty 3000 order_status new timestamp 00:00:00
            add_order 2108 outside_band field limit_price - limit_price is further through the last trade or the reference of AWS-ACT-1K-202706/USD than its rules allow; use a price nearer to it
            add_order order_id O-3 status partially_filled leaves_qty 2000 cum_qty 2000
              bull new O-3 buy limit order_qty 4000 limit_price 0.7 time_in_force gtc cum_qty 0 leaves_qty 4000 order_status new timestamp 00:00:00
              bull trade O-3 buy limit order_qty 4000 limit_price 0.7 time_in_force gtc last_qty 2000 last_price 0.67 liquidity_ind t cum_qty 2000 leaves_qty 2000 order_status partially_filled timestamp 00:00:00
              acme trade O-1 sell limit order_qty 2000 limit_price 0.67 time_in_force gtc last_qty 2000 last_price 0.67 liquidity_ind m cum_qty 2000 leaves_qty 0 order_status filled timestamp 00:00:00
              auction auction_id 1 phase volatility_call indicative_price 0.7 indicative_qty 2000 imbalance_side sell imbalance_qty 1000 timestamp 00:00:00
            add_order 2110 wrong_phase field symbol - AWS-ACT-1K-202706/USD is in a phase that does not allow this; the instrument channel says which
            clock
            clock
              acme trade O-2 sell limit order_qty 3000 limit_price 0.7 time_in_force gtc last_qty 2000 last_price 0.7 liquidity_ind a cum_qty 2000 leaves_qty 1000 order_status partially_filled timestamp 00:02:00
              bull trade O-3 buy limit order_qty 4000 limit_price 0.7 time_in_force gtc last_qty 2000 last_price 0.7 liquidity_ind a cum_qty 4000 leaves_qty 0 order_status filled timestamp 00:02:00
              auction auction_id 1 phase continuous indicative_price 0.7 indicative_qty 2000 imbalance_side sell imbalance_qty 1000 timestamp 00:02:00
        "#]],
    );
}

#[test]
fn a_trading_day_moves_the_instrument_by_the_clock() {
    story(
        "none",
        r#"
        - set_rules $,"random_end_seconds":0
        - set_schedule $,"entries":[{"second":28800,"phase":"call"},{"second":29000,"phase":"no_cancel"},{"second":29100,"phase":"continuous"},{"second":61200,"phase":"closed"}],"last_trade":"2026-01-01T18:00:00Z"
        - set_schedule $,"entries":[{"second":2,"phase":"call"},{"second":1,"phase":"closed"}]
        08:00:00 bull add_order $,"side":"buy","order_type":"limit","order_qty":4000,"limit_price":0.66
        acme add_order $,"side":"sell","order_type":"limit","order_qty":3000,"limit_price":0.66
        08:03:20 bull cancel_order "order_id":"O-1"
        08:05:00 - clock
        17:00:00 acme add_order $,"side":"sell","order_type":"limit","order_qty":3000,"limit_price":0.66
        18:00:00 - clock
        acme add_order $,"side":"sell","order_type":"limit","order_qty":3000,"limit_price":0.66
        - set_phase $,"phase":"continuous"
        "#,
        expect![[r#"
            set_rules
            set_schedule
            set_schedule 6008 invalid_schedule field entries - a trading day has at most 96 entries, ascending by second, below 86400, of call, no_cancel, continuous, cancel_only and closed
            add_order order_id O-1 status open leaves_qty 4000 cum_qty 0
              bull new O-1 buy limit order_qty 4000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 4000 order_status new timestamp 08:00:00
              auction auction_id 1 phase call indicative_qty 0 imbalance_qty 0 timestamp 08:00:00
            add_order order_id O-2 status open leaves_qty 3000 cum_qty 0
              acme new O-2 sell limit order_qty 3000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 3000 order_status new timestamp 08:00:00
              auction auction_id 1 phase call indicative_price 0.66 indicative_qty 3000 imbalance_side buy imbalance_qty 1000 timestamp 08:00:00
            cancel_order 2110 wrong_phase field symbol - the instrument is in a phase that does not allow this; the instrument channel says which
            clock
              acme trade O-2 sell limit order_qty 3000 limit_price 0.66 time_in_force gtc last_qty 3000 last_price 0.66 liquidity_ind a cum_qty 3000 leaves_qty 0 order_status filled timestamp 08:05:00
              bull trade O-1 buy limit order_qty 4000 limit_price 0.66 time_in_force gtc last_qty 3000 last_price 0.66 liquidity_ind a cum_qty 3000 leaves_qty 1000 order_status partially_filled timestamp 08:05:00
              auction auction_id 1 phase continuous indicative_price 0.66 indicative_qty 3000 imbalance_side buy imbalance_qty 1000 timestamp 08:05:00
            add_order 2110 wrong_phase field symbol - AWS-ACT-1K-202706/USD is in a phase that does not allow this; the instrument channel says which
            clock
              bull expired O-1 buy limit order_qty 4000 limit_price 0.66 time_in_force gtc cum_qty 3000 leaves_qty 0 order_status canceled reason expiry timestamp 18:00:00
            add_order 2110 wrong_phase field symbol - AWS-ACT-1K-202706/USD is in a phase that does not allow this; the instrument channel says which
            set_phase 2110 wrong_phase field symbol - AWS-ACT-1K-202706/USD is in a phase that does not allow this; the instrument channel says which
        "#]],
    );
}

#[test]
fn an_account_keeps_within_its_bounds() {
    story(
        "none",
        r#"
        - set_limits "account":"acme","open_orders":2,"open_notional":2000,"orders_per_second":10,"burst":3
        acme add_order $,"side":"sell","order_type":"limit","order_qty":4000,"limit_price":0.66
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.66
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.1
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.1
        acme cancel_all
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.1
        acme add_order $,"side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.1
        - set_limits "account":"acme","open_orders":100001
        - set_limits "account":"acme","orders_per_second":1,"burst":0
        "#,
        expect![[r#"
            set_limits
            add_order 2127 notional_limit field order_qty available 2000.0 - the account's open orders would be worth more than they may; available are 2000.00 dollars
            add_order order_id O-1 status open leaves_qty 1000 cum_qty 0
              acme new O-1 sell limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            add_order order_id O-2 status open leaves_qty 1000 cum_qty 0
              acme new O-2 sell limit order_qty 1000 limit_price 0.1 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            add_order 2109 too_many_open_orders - the account has as many open orders as it may, at most 100000; cancel some first
            cancel_all count 2
              acme canceled O-1 sell limit order_qty 1000 limit_price 0.66 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason user timestamp 00:00:00
              acme canceled O-2 sell limit order_qty 1000 limit_price 0.1 time_in_force gtc cum_qty 0 leaves_qty 0 order_status canceled reason user timestamp 00:00:00
            add_order order_id O-3 status open leaves_qty 1000 cum_qty 0
              acme new O-3 sell limit order_qty 1000 limit_price 0.1 time_in_force gtc cum_qty 0 leaves_qty 1000 order_status new timestamp 00:00:00
            add_order 4002 order_rate retry_after_ms 100 - the account sends orders faster than it may; wait 0.1 seconds
            set_limits 6010 invalid_limits field open_orders - open_orders must be at most 100000, orders_per_second at most 1000000000, and burst at least 1
            set_limits 6010 invalid_limits field burst - open_orders must be at most 100000, orders_per_second at most 1000000000, and burst at least 1
        "#]],
    );
}
