//! Keys that sign: made, used, replaced and taken back while the venue runs, and every way to come in without one.

use crate::place::{Place, SYMBOL, Server, json_of, runtime};
use crate::raw::{End, Raw, SOON, assert_refused, http};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;
use unspent_client::{Client, SigningSeed};
use unspent_model::Reject;

/// A key as its owner has it.
pub struct Owned {
    pub id: String,
    pub seed: SigningSeed,
}

/// `unspent keys create` or `rotate` with what else there is to say.
pub fn make(place: &Place, arguments: &[&str]) -> Owned {
    let made = json_of(&place.unspent(&[&["keys"], arguments, &["--json"]].concat()));
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    Owned { id: text("id"), seed: SigningSeed::from_base64(&text("private_key")).unwrap() }
}

pub fn create(place: &Place, more: &[&str]) -> Owned {
    make(place, &[&["create", "--account", "acme", "--scope", "read,trade"], more].concat())
}

/// A new connection and what it is given to sign.
pub async fn greeted(server: &Server) -> (Raw, String) {
    let mut raw = Raw::connect(server.address()).await;
    let Some(Ok(Message::Text(text))) = raw.next().await else { panic!("no greeting") };
    let status: Value = serde_json::from_str(&text).unwrap();
    let challenge = status["data"][0]["challenge"].as_str().unwrap().to_owned();
    assert_eq!(challenge.len(), 64, "{status}");
    (raw, challenge)
}

pub fn login(id: &str, signature: &str, more: &str) -> String {
    format!(r#"{{"method":"login","params":{{"api_key":"{id}","signature":"{signature}"{more}}}}}"#)
}

/// A connection that is logged in.
async fn seated(server: &Server, key: &Owned, more: &str) -> Raw {
    let (mut raw, challenge) = greeted(server).await;
    let reply = raw.ask(&login(&key.id, &key.seed.sign_login(&key.id, &challenge), more)).await;
    assert_eq!(reply["success"], true, "{reply}");
    assert_eq!(reply["result"]["account"], "acme", "{reply}");
    raw
}

/// A key that is refused, and how.
async fn refused(server: &Server, key: &Owned) -> Value {
    let (mut raw, challenge) = greeted(server).await;
    let mut reply = raw.ask(&login(&key.id, &key.seed.sign_login(&key.id, &challenge), "")).await;
    assert_refused(&reply, Reject::LoginFailed, Some("api_key"), "a key that opens nothing");
    for time in ["time_in", "time_out"] {
        reply[time] = Value::Null;
    }
    reply
}

/// How a connection ends. Heartbeats go on for ever: they do not count as something that comes.
async fn end(raw: &mut Raw) -> End {
    tokio::time::timeout(SOON, raw.rest()).await.expect("the connection is closed").1
}

fn order(name: &str) -> String {
    format!(
        r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9,"cl_ord_id":"{name}"}}}}"#
    )
}

/// The names of the account's open orders.
async fn open_orders(server: &Server) -> Vec<String> {
    let mut raw = Raw::login(server.address(), "uk_acme_test").await;
    raw.send_text(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await;
    loop {
        let value = raw.next_json().await;
        if value["channel"] == "executions" {
            let rows = value["data"].as_array().unwrap().iter();
            return rows.map(|row| row["cl_ord_id"].as_str().unwrap().to_owned()).collect();
        }
    }
}

const SESSION: &str = r#","cancel_on_disconnect":"connection""#;

#[test]
fn a_revocation_closes_the_sessions_of_its_key_within_a_second_and_no_others() {
    let place = Place::new();
    let server = place.start();
    // Made while the venue runs.
    let (key, other) = (create(&place, &["--label", "bot"]), create(&place, &[]));
    runtime().block_on(async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut live = seated(&server, &key, SESSION).await;
        let mut idle = seated(&server, &key, "").await;
        let mut stays = seated(&server, &other, "").await;
        assert_eq!(live.ask(&order("goes")).await["success"], true);
        assert_eq!(stays.ask(&order("stays")).await["success"], true);

        let said = place.unspent(&["keys", "revoke", &key.id]);
        let revoked = Instant::now();
        assert!(said.status.success(), "{said:?}");
        for raw in [&mut live, &mut idle] {
            assert_eq!(end(raw).await, End::Close(4003));
        }
        assert!(revoked.elapsed() < Duration::from_secs(1), "{:?}", revoked.elapsed());
        refused(&server, &key).await;
        assert_eq!(stays.ask(r#"{"method":"ping"}"#).await["method"], "pong");
        assert_eq!(stays.ask(&order("still")).await["success"], true);
        assert_eq!(open_orders(&server).await, ["stays", "still"]);
    });
    assert!(server.terminate().success());
    let listed = place.unspent(&["keys", "list"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    let line = |id: &str| listed.lines().find(|line| line.starts_with(id)).unwrap().to_owned();
    assert!(line(&key.id).contains("revoked") && line(&key.id).ends_with("bot"), "{listed}");
    assert!(line(&other.id).contains("live"), "{listed}");
    // What was revoked stays so.
    let server = place.start();
    runtime().block_on(async {
        refused(&server, &key).await;
        seated(&server, &other, "").await;
    });
}

#[test]
fn a_login_is_for_one_connection_and_once() {
    let place = Place::new();
    let (key, other) = (create(&place, &[]), create(&place, &[]));
    let server = place.start();
    runtime().block_on(async {
        let (mut raw, challenge) = greeted(&server).await;
        let signature = key.seed.sign_login(&key.id, &challenge);
        let said = login(&key.id, &signature, "");

        // Overheard, and said on another connection; then forged in other ways. All are one answer, and the third closes.
        let (mut thief, other_challenge) = greeted(&server).await;
        assert_ne!(challenge, other_challenge);
        let unknown = login("uk_00000000000000000000", &signature, "");
        let forged = login(&key.id, &other.seed.sign_login(&key.id, &other_challenge), "");
        let mut answers = Vec::new();
        for attempt in [&said, &unknown, &forged] {
            let reply = thief.ask(attempt).await;
            assert_refused(&reply, Reject::LoginFailed, Some("api_key"), attempt);
            answers.push(reply["error_detail"].clone());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(end(&mut thief).await, End::Close(4001));

        // A failure leaves the challenge, a success uses it up.
        assert_eq!(raw.ask(&forged).await["success"], false);
        let reply = raw.ask(&said).await;
        assert_eq!(reply["success"], true, "{reply}");
        assert_refused(&raw.ask(&said).await, Reject::AlreadyLoggedIn, None, "twice");
        let reply = raw.ask(r#"{"method":"logout"}"#).await;
        let fresh = reply["result"]["challenge"].as_str().unwrap().to_owned();
        assert_ne!(fresh, challenge);
        assert_refused(&raw.ask(&said).await, Reject::LoginFailed, None, "with the old challenge");
        let again = raw.ask(&login(&key.id, &key.seed.sign_login(&key.id, &fresh), "")).await;
        assert_eq!(again["success"], true, "{again}");

        // A public name alone is no key, and a static key has no signature.
        let (mut raw, _) = greeted(&server).await;
        let bare = format!(r#"{{"method":"login","params":{{"api_key":"{}"}}}}"#, key.id);
        assert_refused(&raw.ask(&bare).await, Reject::LoginFailed, None, "no signature");
        assert_refused(&raw.ask(&login("uk_acme_test", "AAAA", "")).await, Reject::LoginFailed, None, "a signature");
        raw.log_in("uk_acme_test").await;
    });
}

#[test]
fn logging_out_ends_what_the_login_began_and_nothing_else() {
    let place = Place::new();
    let key = create(&place, &[]);
    let server = place.start();
    runtime().block_on(async {
        let mut raw = seated(&server, &key, SESSION).await;
        let book = format!(r#"{{"method":"subscribe","params":{{"channel":"book","symbol":"{SYMBOL}"}}}}"#);
        for subscribe in [book.as_str(), r#"{"method":"subscribe","params":{"channel":"executions"}}"#] {
            assert_eq!(raw.ask(subscribe).await["success"], true);
        }
        assert_eq!(raw.ask(&order("mine")).await["success"], true);
        assert_eq!(raw.ask(r#"{"method":"logout"}"#).await["success"], true);
        assert_refused(&raw.ask(r#"{"method":"logout"}"#).await, Reject::LoginRequired, None, "twice");
        assert_refused(&raw.ask(&order("late")).await, Reject::LoginRequired, None, "nobody's");
        let deadline = Instant::now() + Duration::from_secs(5);
        while !open_orders(&server).await.is_empty() {
            assert!(Instant::now() < deadline, "the session's order stays");
        }
        // The book goes on, the executions do not.
        let mut stranger = Raw::login(server.address(), "uk_acme_test").await;
        raw.ask(r#"{"method":"ping"}"#).await;
        assert_eq!(stranger.ask(&order("seen")).await["success"], true);
        loop {
            let value = raw.next_json().await;
            assert_ne!(value["channel"], "executions", "{value}");
            if value["channel"] == "book" {
                break;
            }
        }
        // As a stranger it may log in again, as somebody else.
        raw.log_in("uk_bull_test").await;
        assert_eq!(raw.ask(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await["success"], true);
    });
}

#[test]
fn a_key_that_expires_or_is_replaced_closes_its_sessions() {
    let place = Place::new();
    let server = place.start();
    let old = create(&place, &[]);
    runtime().block_on(async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut before = seated(&server, &old, "").await;
        let new = make(&place, &["rotate", &old.id, "--overlap", "2s"]);
        let rotated = Instant::now();
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut after = seated(&server, &new, "").await;
        seated(&server, &old, "").await;
        assert_eq!(end(&mut before).await, End::Close(4003));
        let took = rotated.elapsed();
        assert!((Duration::from_millis(1_500)..Duration::from_secs(3)).contains(&took), "{took:?}");
        let expired = refused(&server, &old).await;
        let nobody = Owned { id: "uk_00000000000000000000".to_owned(), seed: old.seed.clone() };
        assert_eq!(expired, refused(&server, &nobody).await, "an expired key is as good as none");
        assert_eq!(after.ask(r#"{"method":"ping"}"#).await["method"], "pong");
    });
    let again = place.unspent(&["keys", "rotate", &old.id]);
    assert_eq!(again.status.code(), Some(2), "{again:?}");
}

#[test]
fn a_key_does_what_its_scopes_say_from_where_it_may() {
    let place = Place::new();
    let read = make(&place, &["create", "--account", "acme"]);
    let trade = make(&place, &["create", "--account", "acme", "--scope", "trade"]);
    let far = create(&place, &["--address", "10.0.0.0/8,192.0.2.7"]);
    let near = create(&place, &["--address", "10.0.0.0/8", "--address", "127.0.0.0/8"]);
    let nobody = make(&place, &["create", "--account", "nobody"]);
    let server = place.start();
    let amend = r#"{"method":"amend_order","params":{"order_id":"O-9","order_qty":1000}}"#;
    runtime().block_on(async {
        let mut raw = seated(&server, &read, "").await;
        let trading = [
            order("x"),
            amend.to_owned(),
            r#"{"method":"cancel_order","params":{"order_id":"O-9"}}"#.to_owned(),
            r#"{"method":"cancel_all"}"#.to_owned(),
            r#"{"method":"cancel_all_orders_after","params":{"timeout":0}}"#.to_owned(),
            format!(r#"{{"method":"mass_quote","params":{{"quotes":{{"symbol":"{SYMBOL}","bid":{{"qty":0}}}}}}}}"#),
            r#"{"method":"set_group","params":{"group":"g","lots":1,"window":1}}"#.to_owned(),
            r#"{"method":"reset_group","params":{"group":"g"}}"#.to_owned(),
        ];
        for request in &trading {
            assert_refused(&raw.ask(request).await, Reject::NotPermitted, None, request);
        }
        let mut raw = seated(&server, &trade, "").await;
        for channel in ["executions", "balances", "holdings"] {
            let request = format!(r#"{{"method":"subscribe","params":{{"channel":"{channel}"}}}}"#);
            assert_refused(&raw.ask(&request).await, Reject::NotPermitted, None, channel);
        }
        assert_eq!(raw.ask(&order("x")).await["success"], true);
        seated(&server, &near, "").await;
        assert_eq!(refused(&server, &far).await, refused(&server, &nobody).await);
    });
}

/// Kraken's `GetWebSocketsToken`, signed as its clients sign.
async fn token(server: &Server, key: &Value, nonce: u64) -> String {
    let path = "/0/private/GetWebSocketsToken";
    let body = format!("nonce={nonce}");
    let inner = Sha256::digest(format!("{nonce}{body}"));
    let secret = STANDARD.decode(key["secret"].as_str().unwrap()).unwrap();
    let mut mac = Hmac::<Sha512>::new_from_slice(&secret).unwrap();
    mac.update(path.as_bytes());
    mac.update(&inner);
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAPI-Key: {}\r\nAPI-Sign: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        server.address(),
        key["id"].as_str().unwrap(),
        STANDARD.encode(mac.finalize().into_bytes()),
        body.len(),
    );
    let answer = http(server.address(), &request, Duration::from_secs(5)).await;
    let (_, json) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    let value: Value = serde_json::from_str(json).unwrap_or_else(|_| panic!("{answer}"));
    value["result"]["token"].as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

#[test]
fn a_token_logs_in_for_its_account_and_ends_with_its_key() {
    let place = Place::new();
    let master = place.beside("master.key");
    let hmac = |account: &str| {
        let master = master.to_str().unwrap();
        let arguments = ["keys", "create", "--account", account, "--scope", "read,trade", "--hmac", "--json"];
        json_of(&place.unspent(&[&arguments[..], &["--master-key", master]].concat()))
    };
    let (acme, bull) = (hmac("acme"), hmac("bull"));
    let server = place.start_with(&["--master-key", master.to_str().unwrap()]);
    runtime().block_on(async {
        let with =
            |text: &str, token: &str| text.replacen(r#""params":{"#, &format!(r#""params":{{"token":"{token}","#), 1);
        let executions = r#"{"method":"subscribe","params":{"channel":"executions"}}"#;
        let (mine, again) = (token(&server, &acme, 1).await, token(&server, &acme, 2).await);
        let theirs = token(&server, &bull, 1).await;
        let mut raw = Raw::connect(server.address()).await;
        assert_refused(&raw.ask(&order("a")).await, Reject::LoginRequired, None, "no token");
        assert_refused(&raw.ask(&with(&order("a"), "guess")).await, Reject::LoginFailed, None, "a guess");
        assert_eq!(raw.ask(&with(executions, &mine)).await["success"], true);
        assert_eq!(raw.next_json().await["channel"], "executions");
        for token in [&mine, &again, &mine] {
            assert_eq!(raw.ask(&with(&order(&token[..8].replace(['-', '_'], "x")), token)).await["success"], true);
        }
        assert_eq!(raw.ask(&order("without")).await["success"], true, "the connection is logged in");
        assert_refused(&raw.ask(&with(&order("b"), &theirs)).await, Reject::NotPermitted, Some("token"), "another's");
        let quote =
            format!(r#"{{"method":"mass_quote","params":{{"quotes":{{"symbol":"{SYMBOL}","bid":{{"qty":0}}}}}}}}"#);
        assert_refused(&raw.ask(&quote).await, Reject::SessionClosed, None, "a token begins no session");
        let mut other = Raw::connect(server.address()).await;
        assert_eq!(other.ask(&with(executions, &theirs)).await["success"], true);

        assert!(place.unspent(&["keys", "revoke", acme["id"].as_str().unwrap()]).status.success());
        assert_eq!(end(&mut raw).await, End::Close(4003));
        let mut late = Raw::connect(server.address()).await;
        assert_refused(&late.ask(&with(executions, &again)).await, Reject::LoginFailed, None, "of a revoked key");
        assert_eq!(other.ask(r#"{"method":"ping"}"#).await["method"], "pong");
    });
}

/// A command that must be refused with `code`, and say this.
fn says(output: &Output, code: i32, what: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
    assert!(error.contains(what), "{error}");
}

#[test]
fn secrets_that_others_may_read_refuse_the_start() {
    let place = Place::new();
    create(&place, &[]);
    let file = place.data().join("keys.toml");
    let mode = |mode: u32| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    for open in [0o640, 0o604, 0o644] {
        mode(open);
        says(&place.fail_to_start(), 1, "chmod 600");
        says(&place.unspent(&["keys", "list"]), 1, "chmod 600");
    }
    mode(0o600);
    let good = std::fs::read_to_string(&file).unwrap();
    assert!(!good.contains("private"), "the venue keeps no private key: {good}");
    std::fs::write(&file, good.replace("[[key]]", "[[kee]]")).unwrap();
    says(&place.fail_to_start(), 1, "unknown field");
    std::fs::write(&file, &good).unwrap();

    // A secret that the venue must know is sealed, and useless without what seals it.
    let inside = place.data().join("master.key");
    let outside = place.beside("master.key");
    let hmac = |master: &std::path::Path| {
        place.unspent(&[
            "keys",
            "create",
            "--account",
            "acme",
            "--hmac",
            "--master-key",
            master.to_str().unwrap(),
            "--json",
        ])
    };
    says(&hmac(&inside), 2, "keep it elsewhere");
    let made = json_of(&hmac(&outside));
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 88, "64 bytes in base64");
    assert!(!std::fs::read_to_string(&file).unwrap().contains(secret));
    says(&place.fail_to_start(), 1, "--master-key");
    let server = place.start_with(&["--master-key", outside.to_str().unwrap()]);
    assert!(server.terminate().success());
    says(&hmac(&place.beside("another.key")), 2, "no master key at");
    std::fs::set_permissions(&outside, std::fs::Permissions::from_mode(0o644)).unwrap();
    says(&hmac(&outside), 1, "chmod 600");
}

#[test]
fn keys_that_need_no_signature_stay_on_loopback() {
    let place = Place::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.args(["serve", "--plaintext", "--listen", "0.0.0.0:0", "--data"]).arg(place.data());
    command.arg("--venue").arg(place.beside("venue.toml"));
    says(&command.output().unwrap(), 2, "they are for loopback");
}

#[test]
fn the_command_line_logs_in_with_a_key_file() {
    let place = Place::new();
    let path = place.beside("acme.key");
    let path = path.to_str().unwrap();
    let said = place.unspent(&["keys", "create", "--account", "acme", "--to", path]);
    let shown = String::from_utf8(said.stdout).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let secret = text.lines().find_map(|line| line.strip_prefix("private_key = ")).unwrap().trim_matches('"');
    assert!(shown.contains(path) && !shown.contains(secret), "{shown}");
    let server = place.start();
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        command.args(["account", "--url", &server.url, "--json"]).args(arguments);
        command.env_remove("UNSPENT_KEY").env_remove("UNSPENT_KEY_FILE").output().unwrap()
    };
    assert_eq!(json_of(&ask(&["--key-file", path]))["balances"][0]["asset"], "USD");
    says(&ask(&[]), 4, "--key-file");
    says(&ask(&["--key-file", path, "--key", "uk_acme_test"]), 2, "pass one of");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    says(&ask(&["--key-file", path]), 4, "chmod 600");
    // The library, after a logout too.
    let seed = SigningSeed::from_base64(secret).unwrap();
    let id = text.lines().find_map(|line| line.strip_prefix("api_key = ")).unwrap().trim_matches('"');
    runtime().block_on(async {
        let (client, _inbox) = Client::connect(&server.url).await.unwrap();
        for _ in 0..3 {
            assert_eq!(client.login_signed(id, &seed).await.unwrap().account.as_str(), "acme");
            client.logout().await.unwrap();
        }
        assert!(client.login_signed(id, &SigningSeed::new([1; 32])).await.is_err());
    });
}
