//! What happens when nobody asks for it: connections that drop, a venue that dies with them, timers without traffic.

use crate::place::{Place, SYMBOL, Server, runtime};
use crate::raw::{Raw, SOON};
use serde_json::Value;
use std::time::{Duration, Instant};

const KEY: &str = "uk_acme_test";

fn order(name: &str, more: &str) -> String {
    format!(
        r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9,"cl_ord_id":"{name}"{more}}}}}"#
    )
}

/// A connection whose orders go with it.
async fn with_session(server: &Server) -> Raw {
    let mut raw = Raw::connect(server.address()).await;
    let login = format!(r#"{{"method":"login","params":{{"api_key":"{KEY}","cancel_on_disconnect":"connection"}}}}"#);
    let reply = raw.ask(&login).await;
    assert_eq!(reply["success"], true, "{reply}");
    raw
}

/// A connection that listens to the account's executions, and the names of the orders that are open.
async fn listening(server: &Server) -> (Raw, Vec<String>) {
    let mut raw = Raw::login(server.address(), KEY).await;
    raw.send_text(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await;
    loop {
        let value = raw.next_json().await;
        if value["channel"] == "executions" {
            assert_eq!(value["type"], "snapshot");
            let rows = value["data"].as_array().unwrap().iter();
            return (raw, rows.map(|row| row["cl_ord_id"].as_str().unwrap_or("quote").to_owned()).collect());
        }
    }
}

/// The next rows, as many as `count`. Heartbeats go on for ever: they do not count as something that comes.
async fn rows(raw: &mut Raw, count: usize) -> Vec<Value> {
    let mut rows = Vec::new();
    let all = async {
        while rows.len() < count {
            let value = raw.next_json().await;
            if value["channel"] == "executions" {
                rows.extend(value["data"].as_array().unwrap().iter().cloned());
            }
        }
    };
    let came = tokio::time::timeout(SOON, all).await;
    assert!(came.is_ok(), "{count} rows do not come: {rows:?}");
    rows
}

async fn accepted(raw: &mut Raw, text: &str) -> Value {
    let reply = raw.ask(text).await;
    assert_eq!(reply["success"], true, "{text}\n{reply}");
    reply["result"].clone()
}

#[test]
fn the_orders_of_a_connection_that_drops_are_cancelled_at_once() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let (mut ears, open) = listening(&server).await;
        assert!(open.is_empty());
        let mut stays = Raw::login(server.address(), KEY).await;
        accepted(&mut stays, &order("stays", "")).await;
        let quote = format!(
            r#"{{"method":"mass_quote","params":{{"quotes":[{{"symbol":"{SYMBOL}","ask":{{"price":0.91,"qty":2000}}}}]}}}}"#
        );
        let refused = stays.ask(&quote).await;
        assert_eq!(refused["error_detail"]["code"], 2124, "{refused}");

        let mut other = with_session(&server).await;
        accepted(&mut other, &order("other", "")).await;
        let mut drops = with_session(&server).await;
        accepted(&mut drops, &order("drops-1", "")).await;
        accepted(&mut drops, &order("drops-2", r#","post_only":true"#)).await;
        let result = accepted(&mut drops, &quote).await;
        assert_eq!(result["placed"], 1, "{result}");
        rows(&mut ears, 5).await;

        let dropped = Instant::now();
        drop(drops);
        let gone = rows(&mut ears, 3).await;
        assert!(dropped.elapsed() < Duration::from_secs(1), "{:?}", dropped.elapsed());
        for row in &gone {
            assert_eq!((&row["exec_type"], &row["reason"]), (&"canceled".into(), &"disconnect".into()), "{row}");
        }
        let names: Vec<_> = gone.iter().map(|row| row["cl_ord_id"].as_str().unwrap_or("quote")).collect();
        assert_eq!(names, ["drops-1", "drops-2", "quote"]);
        // The others' are untouched.
        assert_eq!(listening(&server).await.1, ["stays", "other"]);
        drop(stays);
        drop(other);
        assert_eq!(rows(&mut ears, 1).await[0]["cl_ord_id"], "other");
        assert_eq!(listening(&server).await.1, ["stays"]);
    });
    assert!(server.terminate().success());
    assert_eq!(place.verify().status.code(), Some(0));
}

#[test]
fn sessions_that_die_with_the_venue_leave_no_orders_behind() {
    let place = Place::new();
    let server = place.start();
    let runtime = runtime();
    let alive = runtime.block_on(async {
        let mut stays = Raw::login(server.address(), KEY).await;
        accepted(&mut stays, &order("stays", "")).await;
        let mut session = with_session(&server).await;
        accepted(&mut session, &order("goes", "")).await;
        assert_eq!(listening(&server).await.1, ["stays", "goes"]);
        (stays, session)
    });
    server.kill();
    drop(alive);

    let server = place.start();
    runtime.block_on(async {
        let deadline = Instant::now() + Duration::from_secs(5);
        // Cancelled before anything else is done, and told when that is on disk.
        while listening(&server).await.1 != ["stays"] {
            assert!(Instant::now() < deadline, "{:?}", listening(&server).await.1);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut raw = Raw::login(server.address(), KEY).await;
        let reply = raw.ask(r#"{"method":"cancel_order","params":{"cl_ord_id":"goes"}}"#).await;
        assert_eq!(reply["success"], false, "{reply}");
        // A new session is as good as the first.
        let mut session = with_session(&server).await;
        accepted(&mut session, &order("again", "")).await;
    });
    assert!(server.terminate().success());
    assert_eq!(place.verify().status.code(), Some(0));
}

#[test]
fn a_dead_mans_timer_fires_without_traffic() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let (mut ears, _) = listening(&server).await;
        let mut raw = Raw::login(server.address(), KEY).await;
        accepted(&mut raw, &order("a", "")).await;
        accepted(&mut raw, &order("b", "")).await;
        let armed = Instant::now();
        let result = accepted(&mut raw, r#"{"method":"cancel_all_orders_after","params":{"timeout":2}}"#).await;
        assert!(result["trigger_time"].is_string(), "{result}");
        rows(&mut ears, 2).await;
        // Nobody says anything more.
        let gone = rows(&mut ears, 2).await;
        assert!(
            (Duration::from_millis(1_900)..Duration::from_secs(4)).contains(&armed.elapsed()),
            "{:?}",
            armed.elapsed()
        );
        for (row, name) in gone.iter().zip(["a", "b"]) {
            assert_eq!((&row["cl_ord_id"], &row["reason"]), (&name.into(), &"dead_man".into()), "{row}");
        }
    });
    assert!(server.terminate().success());
    assert_eq!(place.verify().status.code(), Some(0));
}

#[test]
fn an_order_expires_without_traffic() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let (mut ears, _) = listening(&server).await;
        let mut raw = Raw::login(server.address(), KEY).await;
        let pong = raw.ask(r#"{"method":"ping"}"#).await;
        let now = unspent_protocol::parse_time(pong["time_out"].as_str().unwrap()).unwrap();
        let until = unspent_protocol::print_time(unspent_model::Timestamp(now.0 + 2_000_000_000));
        accepted(&mut raw, &order("gtc", "")).await;
        let entered = Instant::now();
        accepted(&mut raw, &order("gtd", &format!(r#","time_in_force":"gtd","expire_time":"{until}""#))).await;
        rows(&mut ears, 2).await;
        let gone = rows(&mut ears, 1).await.remove(0);
        assert!(
            (Duration::from_millis(1_500)..Duration::from_secs(4)).contains(&entered.elapsed()),
            "{:?}",
            entered.elapsed()
        );
        assert_eq!((&gone["cl_ord_id"], &gone["exec_type"]), (&"gtd".into(), &"expired".into()), "{gone}");
        assert_eq!(gone["reason"], "expired", "{gone}");
        assert_eq!(gone["expire_time"], until, "{gone}");
        assert_eq!(listening(&server).await.1, ["gtc"]);
    });
    assert!(server.terminate().success());
    assert_eq!(place.verify().status.code(), Some(0));
}
