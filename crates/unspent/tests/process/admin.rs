//! The operator's listener: what is done over it reaches the market and the journal, and nobody else can do it.

use crate::place::{Place, SYMBOL, Server, json_of, runtime};
use crate::raw::{Raw, http};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;
use unspent_client::SigningSeed;
use unspent_gateway::{now, signed_message};
use unspent_model::Reject;

pub const LISTEN: &[&str] = &["--admin-listen", "127.0.0.1:0"];
const PHASE: &str = "/admin/v1/instruments/AWS-ACT-1K-202706/phase";

/// Where a server listens to its operator: `127.0.0.1:PORT`.
fn desk(server: &Server) -> String {
    let line = server.said.lines().find_map(|line| line.strip_prefix("listening to the operator on http://"));
    line.unwrap_or_else(|| panic!("{}", server.said)).to_owned()
}

/// A key, and the file of it.
pub struct Key {
    pub id: String,
    seed: SigningSeed,
    file: PathBuf,
}

pub fn key(place: &Place, name: &str, scope: &str) -> Key {
    let arguments = ["keys", "create", "--account", "ops", "--scope", scope, "--address", "127.0.0.1", "--json"];
    let made = json_of(&place.unspent(&arguments));
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let (id, private, file) = (text("id"), text("private_key"), place.beside(name));
    std::fs::write(&file, format!("api_key = \"{id}\"\nprivate_key = \"{private}\"\n")).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    Key { id, seed: SigningSeed::from_base64(&private).unwrap(), file }
}

/// A request with the four headers of `key`.
fn signed(key: &Key, nonce: &str, verb: &str, target: &str, body: &str) -> String {
    let time = (now().0 / 1_000_000).to_string();
    let signature = key.seed.sign(signed_message(&key.id, &time, nonce, verb, target, body.as_bytes()).as_bytes());
    let id = &key.id;
    let headers = format!(
        "X-Unspent-Key: {id}\r\nX-Unspent-Timestamp: {time}\r\nX-Unspent-Nonce: {nonce}\r\nX-Unspent-Signature: {signature}\r\n"
    );
    plain(verb, target, &headers, body)
}

fn plain(verb: &str, target: &str, headers: &str, body: &str) -> String {
    let (json, length) = ("Content-Type: application/json", body.len());
    format!(
        "{verb} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}{json}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// The status and body of an answer.
async fn told(address: &str, request: &str) -> (u16, Value) {
    let answer = http(address, request, Duration::from_secs(5)).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|why| panic!("{why}: {answer}")))
}

/// A refusal with its number.
fn is_refused((status, body): &(u16, Value), expected: u16, reject: Reject) {
    assert_eq!((*status, &body["code"]), (expected, &json!(reject.code())), "{body}");
}

pub fn admin(server: &Server, key: &Key, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.arg("admin").args(arguments).args(["--url", &format!("http://{}", desk(server)), "--key-file"]);
    command.arg(&key.file).output().unwrap()
}

fn order(name: &str) -> String {
    format!(
        r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9,"cl_ord_id":"{name}"}}}}"#
    )
}

#[test]
fn a_halt_reaches_the_market_and_the_journal_and_survives_a_restart() {
    let place = Place::new();
    let ops = key(&place, "ops.key", "admin");
    let server = place.start_with(LISTEN);
    let reason = "the provider changed its terms";
    runtime().block_on(async {
        let mut client = Raw::login(server.address(), "uk_acme_test").await;
        client.send_text(r#"{"method":"subscribe","params":{"channel":"instrument","snapshot":false}}"#).await;
        assert_eq!(client.next_json().await["success"], true);
        let said = admin(&server, &ops, &["halt", "AWS-ACT-1K-202706", "--reason", reason]);
        assert!(said.status.success(), "{said:?}");
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(said.ends_with(&format!("by {}: {reason}\n", ops.id)), "{said}");
        loop {
            let value = client.next_json().await;
            if value["channel"] == "instrument" {
                let row = &value["data"]["pairs"][0];
                assert_eq!((&row["symbol"], &row["phase"]), (&json!(SYMBOL), &json!("halted")), "{value}");
                break;
            }
        }
    });
    assert!(server.terminate().success());

    let dumped = place.journal(&["dump", "--kind", "set_phase"]);
    let dumped = String::from_utf8(dumped.stdout).unwrap();
    assert!(dumped.contains(&format!("AWS-ACT-1K-202706 to halted; by {}: {reason}", ops.id)), "{dumped}");
    let rows = place.journal(&["dump", "--json", "--kind", "set_phase,open_account"]);
    let rows = String::from_utf8(rows.stdout).unwrap();
    let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows[0]["actor"], "venue-file", "{rows:?}");
    assert_eq!(rows[0]["reason"], "venue.toml");
    let halt = rows.last().unwrap();
    assert_eq!((&halt["actor"], &halt["reason"], &halt["phase"]), (&json!(ops.id), &json!(reason), &json!("halted")));
    assert!(place.unspent(&["journal", "verify", "--replay"]).status.success());

    let server = place.start_with(LISTEN);
    let shown = admin(&server, &ops, &["instruments"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.lines().any(|line| line.starts_with("AWS-ACT-1K-202706") && line.contains("halted")), "{shown}");
    assert!(admin(&server, &ops, &["resume", "AWS-ACT-1K-202706", "--reason", "settled"]).status.success());
    runtime().block_on(async {
        let mut client = Raw::login(server.address(), "uk_acme_test").await;
        assert_eq!(client.ask(&order("again")).await["success"], true);
    });
    assert!(server.terminate().success());
}

#[test]
fn an_operator_endows_bounds_and_stops_an_account() {
    let place = Place::new();
    let ops = key(&place, "ops.key", "admin");
    let server = place.start_with(LISTEN);
    let done = |arguments: &[&str]| {
        let said = admin(&server, &ops, &[arguments, &["--reason", "ticket 17"]].concat());
        assert!(said.status.success(), "{arguments:?} {said:?}");
    };
    let one = || json_of(&admin(&server, &ops, &["account", "acme", "--json"]));
    let before = one()["cash"]["balance"].as_f64().unwrap();
    done(&["deposit", "acme", "--cash", "12.50"]);
    assert!((one()["cash"]["balance"].as_f64().unwrap() - before - 12.5).abs() < 0.001);
    done(&["deposit", "acme", "--credits", "AWS-ACT-1K-202706", "--qty", "2000"]);
    assert_eq!(one()["holdings"][0]["balance"], 150_002_000);
    done(&["reference", "AWS-ACT-1K-202706", "0.66"]);
    done(&["rules", "AWS-ACT-1K-202706", "--dynamic-range", "0.05"]);
    done(&["schedule", "AWS-ACT-1K-202706", "--last-trade", "2099-06-15T20:00:00Z"]);
    done(&["limits", "acme", "--open-orders", "1"]);
    runtime().block_on(async {
        let mut client = Raw::login(server.address(), "uk_acme_test").await;
        assert_eq!(client.ask(&order("one")).await["success"], true);
        assert_eq!(client.ask(&order("two")).await["error_detail"]["code"], Reject::TooManyOpenOrders.code());
        done(&["cancel-all", "acme"]);
        assert_eq!(client.ask(&order("three")).await["success"], true);
        done(&["kill", "--account", "acme"]);
        assert_eq!(client.ask(&order("four")).await["error_detail"]["code"], Reject::KillSwitch.code());
        done(&["unkill", "--account", "acme"]);
        assert_eq!(client.ask(&order("five")).await["success"], true);
    });
    assert!(server.terminate().success());
    assert!(place.unspent(&["journal", "verify", "--replay"]).status.success());
}

#[test]
fn nobody_else_operates_the_venue() {
    let place = Place::new();
    let (ops, trader) = (key(&place, "ops.key", "admin"), key(&place, "trader.key", "read,trade"));
    let server = place.start_with(LISTEN);
    let address = desk(&server);
    let good = r#"{"phase":"halted","reason":"why not"}"#;
    runtime().block_on(async {
        is_refused(&told(&address, &plain("POST", PHASE, "", good)).await, 401, Reject::LoginRequired);
        let said = "Authorization: Bearer uk_acme_test\r\n";
        is_refused(&told(&address, &plain("POST", PHASE, said, good)).await, 401, Reject::LoginRequired);
        is_refused(&told(&address, &signed(&trader, "n1", "POST", PHASE, good)).await, 403, Reject::NotPermitted);
        let forger = Key { id: ops.id.clone(), seed: SigningSeed::new([7; 32]), file: PathBuf::new() };
        is_refused(&told(&address, &signed(&forger, "n2", "POST", PHASE, good)).await, 401, Reject::LoginFailed);
        // What was signed is what is done: another reason under the same signature is none.
        let other = signed(&ops, "n3", "POST", PHASE, good).replace("why not", "because");
        is_refused(&told(&address, &other).await, 401, Reject::LoginFailed);
        for what in ["instruments", "accounts", "journal"] {
            let target = format!("/admin/v1/{what}");
            is_refused(&told(&address, &signed(&trader, what, "GET", &target, "")).await, 403, Reject::NotPermitted);
        }
        for (body, nonce) in [(r#"{"phase":"halted"}"#, "n4"), (r#"{"phase":"halted","reason":" "}"#, "n5")] {
            let answer = told(&address, &signed(&ops, nonce, "POST", PHASE, body)).await;
            is_refused(&answer, 400, Reject::InvalidField);
            assert_eq!(answer.1["field"], "reason", "{}", answer.1);
        }
        let nowhere = "/admin/v1/instruments/NOPE-ACT-1K-202706/phase";
        is_refused(&told(&address, &signed(&ops, "n6", "POST", nowhere, good)).await, 404, Reject::UnknownSymbol);
        let nobody = "/admin/v1/accounts/nobody/deposits/cash";
        let deposit = r#"{"amount":1,"reason":"x"}"#;
        is_refused(&told(&address, &signed(&ops, "n7", "POST", nobody, deposit)).await, 404, Reject::UnknownAccount);
        // Nothing of all that was done; this is, once.
        let once = signed(&ops, "n8", "POST", PHASE, good);
        let (status, body) = told(&address, &once).await;
        assert_eq!((status, &body["actor"]), (200, &json!(ops.id)), "{body}");
        is_refused(&told(&address, &once).await, 401, Reject::LoginFailed);
        // The public port has none of it, and this one no orders.
        for (address, request) in [
            (server.address(), signed(&ops, "n9", "POST", PHASE, good)),
            (server.address(), plain("GET", "/admin/v1/journal", "", "")),
            (&address, plain("GET", "/v1/instruments", "", "")),
            (&address, plain("GET", "/ws", "", "")),
        ] {
            assert_eq!(told(address, &request).await.0, 404, "{request}");
        }
        let (status, document) = told(&address, &plain("GET", "/openapi.json", "", "")).await;
        assert_eq!((status, &document["openapi"]), (200, &json!("3.1.0")));
        let metrics = http(server.address(), &plain("GET", "/metrics", "", ""), Duration::from_secs(2)).await;
        assert!(metrics.contains(r#"unspent_refusals_total{reason="not_permitted"} 4"#), "{metrics}");
    });
    assert!(server.terminate().success());
    let dumped = place.journal(&["dump", "--kind", "set_phase"]);
    assert_eq!(String::from_utf8(dumped.stdout).unwrap().lines().count(), 1);
}

#[test]
fn the_command_line_says_what_is_missing() {
    let place = Place::new();
    let (ops, trader) = (key(&place, "ops.key", "admin"), key(&place, "trader.key", "read,trade"));
    let server = place.start_with(LISTEN);
    let says = |key: &Key, arguments: &[&str], code: i32, what: &str| {
        let said = admin(&server, key, arguments);
        let error = String::from_utf8(said.stderr).unwrap();
        assert!(said.status.code() == Some(code) && error.contains(what), "{arguments:?} {:?} {error}", said.status);
    };
    says(&ops, &["halt", "AWS-ACT-1K-202706"], 2, "--reason is missing");
    says(&ops, &["halt", "AWS-ACT-1K-202706", "--reason", "a\nb"], 2, "--reason has '\\n'");
    says(&ops, &["halt", "NOPE-ACT-1K-202706", "--reason", "x"], 3, "NOPE-ACT-1K-202706");
    says(&ops, &["kill", "--reason", "x"], 2, "--venue");
    says(&trader, &["halt", "AWS-ACT-1K-202706", "--reason", "x"], 4, "scope admin");
    assert!(server.terminate().success());
    let refused = place.fail_to_start_with(&["--admin-listen", "0.0.0.0:0"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}
