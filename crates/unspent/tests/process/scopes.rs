//! Every method and every route, for every set of scopes and for nobody; and another account's ids, which are as good as none.
//!
//! What there is comes from the code's own lists: a method, channel, route or name of Kraken's without a line here fails.

use crate::keys::{Owned, greeted, login, make};
use crate::place::{Place, SYMBOL, Server, json_of, runtime};
use crate::raw::{Raw, assert_refused, http};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use unspent_gateway::signed_message;
use unspent_model::Reject;
use unspent_protocol::{Channel, Method, Vocabulary};

const SCOPES: [&str; 4] = ["read", "trade", "transfer", "admin"];

/// Every set of scopes that a key may have.
fn sets() -> Vec<Vec<&'static str>> {
    let set = |bits: usize| (0..SCOPES.len()).filter(|i| bits >> i & 1 == 1).map(|i| SCOPES[i]).collect();
    (1..1 << SCOPES.len()).map(set).collect()
}

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Whoever asks.
    Nothing,
    /// Whoever is logged in.
    Login,
    /// A key with this scope.
    Scope(&'static str),
    /// Nobody: it is not offered.
    Never,
}

/// A request of a method, and who may send it.
fn method(name: &str) -> (Value, Need) {
    let order = json!({"symbol": SYMBOL, "side": "sell", "order_type": "limit", "order_qty": 1000, "limit_price": 0.9, "time_in_force": "ioc"});
    let book = json!({"channel": "ticker", "symbol": SYMBOL});
    let trade = Need::Scope("trade");
    match name {
        "ping" => (json!({}), Need::Nothing),
        "subscribe" | "unsubscribe" => (book, Need::Nothing),
        "logout" => (json!({}), Need::Login),
        "add_order" => (order, trade),
        "amend_order" => (json!({"order_id": "O-9", "order_qty": 1000}), trade),
        "cancel_order" => (json!({"order_id": "O-9"}), trade),
        "cancel_all" => (json!({}), trade),
        "cancel_all_orders_after" => (json!({"timeout": 0}), trade),
        "mass_quote" => (json!({"quotes": {"symbol": SYMBOL, "bid": {"qty": 0}}}), trade),
        "set_group" => (json!({"group": "g", "lots": 1, "window": 1}), trade),
        "reset_group" => (json!({"group": "g"}), trade),
        "open_account" | "set_account" | "withdraw_cash" | "withdraw_credits" | "decide_withdrawal"
        | "set_funding_rules" | "bust_trade" | "adjust_trade" => (json!({}), Need::Never),
        "deposit_cash" | "deposit_credits" | "set_phase" | "set_rules" | "set_schedule" | "set_reference"
        | "set_limits" | "kill" | "connect" | "disconnect" | "clock" => (json!({}), Need::Never),
        "deliver" | "dispute" => (json!({"settlement_id": 9, "evidence": "none"}), trade),
        "accept" => (json!({"settlement_id": 9}), trade),
        "register_lots" | "withdraw_lots" | "rule" | "claw_back" | "contribute" | "set_terms" | "list_instrument"
        | "set_programme" | "permit" | "revoke_permit" | "watch_expiry" | "register_holding" | "set_holding_level"
        | "list_holding" | "delist_holding" | "withdraw_holding" => (json!({}), Need::Never),
        "batch_add" => (json!({"orders": [order]}), trade),
        "query_order" => (json!({"order_id": "O-9"}), Need::Scope("read")),
        _ => panic!("say here who may call {name}"),
    }
}

/// Who may listen to a channel.
fn channel(name: &str) -> Need {
    match name {
        "executions" | "balances" | "holdings" | "groups" | "settlements" => Need::Scope("read"),
        "instrument" | "status" | "heartbeat" | "curve" | "book" | "level3" | "trade" | "ticker" | "ohlc"
        | "auction" => Need::Nothing,
        _ => panic!("say here who may listen to {name}"),
    }
}

/// Who may ask for an operation of `/openapi.json`.
fn operation(id: &str) -> Need {
    match id {
        "getAccount" | "listHoldings" | "listOrders" | "getOrder" | "listFills" | "getStatement"
        | "listSettlements" | "listRegistry" => Need::Scope("read"),
        "addOrder" | "cancelOrders" | "amendOrder" | "cancelOrder" | "deliver" | "dispute" | "accept"
        | "registerHolding" | "listHolding" | "delistHolding" | "withdrawHolding" => Need::Scope("trade"),
        "listInstruments" | "getInstrument" | "getDepth" | "listTrades" | "listCandles" | "listTickers"
        | "listAuctions" | "getStatus" | "listErrors" | "isAlive" | "isReady" | "getVersion" | "getMetrics"
        | "getOpenApi" | "getAsyncApi" | "getCurve" | "listProgrammes" | "getCalendar" => Need::Nothing,
        _ => panic!("say here who may ask for {id}"),
    }
}

/// Who may call a name of Kraken's, and with what beside the nonce.
fn kraken(name: &str) -> (&'static str, Need) {
    match name {
        "GetWebSocketsToken" | "Balance" | "BalanceEx" | "OpenOrders" | "ClosedOrders" | "TradesHistory" => {
            ("", Need::Scope("read"))
        }
        "QueryOrders" => ("&txid=O-9", Need::Scope("read")),
        "AddOrder" => {
            let order = "&pair=AWS-ACT-1K-202706/USD&type=sell&ordertype=limit&volume=1000&price=0.9&timeinforce=IOC";
            (order, Need::Scope("trade"))
        }
        "AmendOrder" => ("&txid=O-9&order_qty=1000", Need::Scope("trade")),
        "CancelOrder" => ("&txid=O-9", Need::Scope("trade")),
        "CancelAll" => ("", Need::Scope("trade")),
        "CancelAllOrdersAfter" => ("&timeout=0", Need::Scope("trade")),
        _ => panic!("say here who may call {name}"),
    }
}

/// Kraken's names that the gateway's code has.
fn kraken_names() -> Vec<&'static str> {
    let code = include_str!("../../../gateway/src/http/kraken/private.rs");
    let names: Vec<&str> = code
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" => Envelope(").map(|(name, _)| name))
        .collect();
    assert!(names.len() >= 9, "the names are written otherwise now: {names:?}");
    names
}

/// How a request must be refused to a key with these scopes, or to nobody; `None` when it may be sent.
fn refusal(need: Need, scopes: Option<&[&str]>, nobody: Reject) -> Option<Reject> {
    match (need, scopes) {
        (Need::Never, _) => Some(Reject::UnknownMethod),
        (Need::Nothing, _) | (Need::Login, Some(_)) => None,
        (_, None) => Some(nobody),
        (Need::Scope(scope), Some(scopes)) => (!scopes.contains(&scope)).then_some(Reject::NotPermitted),
    }
}

/// Refusals that say that one may not.
const BARRED: [Reject; 4] = [Reject::LoginRequired, Reject::LoginFailed, Reject::NotPermitted, Reject::UnknownMethod];

fn create(place: &Place, scopes: &[&str]) -> Owned {
    let list = scopes.join(",");
    let near: &[&str] = if scopes.contains(&"admin") { &["--address", "127.0.0.0/8"] } else { &[] };
    make(place, &[&["create", "--account", "acme", "--scope", &list], near].concat())
}

async fn seated(server: &Server, key: &Owned) -> Raw {
    let (mut raw, challenge) = greeted(server).await;
    let reply = raw.ask(&login(&key.id, &key.seed.sign_login(&key.id, &challenge), "")).await;
    assert_eq!(reply["success"], true, "{reply}");
    raw
}

#[test]
fn every_method_and_channel_asks_for_its_scope() {
    let place = Place::new();
    let keys: Vec<(Vec<&str>, Owned)> = sets().into_iter().map(|set| (set.clone(), create(&place, &set))).collect();
    let server = place.start();
    let methods = Method::VOCABULARY.iter().copied();
    runtime().block_on(async {
        let everyone = keys.iter().map(|(set, key)| (Some(&set[..]), Some(key))).chain([(None, None)]);
        for (scopes, key) in everyone {
            let enter = async || match key {
                Some(key) => seated(&server, key).await,
                None => Raw::connect(server.address()).await,
            };
            let mut raw = enter().await;
            for name in methods.clone() {
                if name == "login" {
                    let reply = raw.ask(r#"{"method":"login","params":{"api_key":"uk_nobody"}}"#).await;
                    let reject = if scopes.is_some() { Reject::AlreadyLoggedIn } else { Reject::LoginFailed };
                    assert_refused(&reply, reject, None, name);
                    continue;
                }
                let (params, need) = method(name);
                let request = match params.as_object().is_some_and(|params| params.is_empty()) {
                    true => json!({"method": name}),
                    false => json!({"method": name, "params": params}),
                };
                let what = format!("{name} with {scopes:?}");
                let reply = raw.ask(&request.to_string()).await;
                match refusal(need, scopes, Reject::LoginRequired) {
                    Some(reject) => assert_refused(&reply, reject, None, &what),
                    None => {
                        let code = reply["error_detail"]["code"].as_u64();
                        let barred = BARRED.iter().any(|reject| Some(u64::from(reject.code())) == code);
                        assert!(!barred, "{what}: {reply}");
                    }
                }
                if name == "logout" && scopes.is_some() {
                    raw = enter().await;
                }
            }
            for name in Channel::VOCABULARY {
                let mut params = json!({"channel": name});
                if ["book", "level3", "trade", "ticker", "ohlc", "auction"].contains(name) {
                    params["symbol"] = json!(SYMBOL);
                } else if *name == "curve" {
                    params["symbol"] = json!("AWS-ACT-1K");
                }
                let what = format!("{name} with {scopes:?}");
                let reply = raw.ask(&json!({"method": "subscribe", "params": params}).to_string()).await;
                match refusal(channel(name), scopes, Reject::LoginRequired) {
                    Some(reject) => assert_refused(&reply, reject, None, &what),
                    None => assert_eq!(reply["success"], true, "{what}: {reply}"),
                }
            }
        }
    });
}

/// A request's status and body.
pub async fn ask(server: &Server, verb: &str, target: &str, headers: &str, body: &str) -> (u16, Value) {
    let media = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let length = body.len();
    let request = format!(
        "{verb} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{media}Content-Length: {length}\r\n{headers}\r\n{body}"
    );
    let answer = http(server.address(), &request, Duration::from_secs(10)).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{verb} {target}: {answer}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{head}"));
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

fn fresh() -> u64 {
    static NONCE: AtomicU64 = AtomicU64::new(1);
    NONCE.fetch_add(1, Ordering::Relaxed)
}

/// The four headers.
fn signed(key: &Owned, verb: &str, target: &str, body: &str) -> String {
    signed_at(key, verb, target, body, 0, None)
}

/// The same, so many milliseconds from now, with this nonce or a new one.
pub fn signed_at(key: &Owned, verb: &str, target: &str, body: &str, skew: i64, nonce: Option<&str>) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let time = i64::try_from(now).unwrap().saturating_add(skew).to_string();
    let nonce = nonce.map_or_else(|| format!("n-{}", fresh()), str::to_owned);
    let signature = key.seed.sign(signed_message(&key.id, &time, &nonce, verb, target, body.as_bytes()).as_bytes());
    format!(
        "X-Unspent-Key: {}\r\nX-Unspent-Timestamp: {time}\r\nX-Unspent-Nonce: {nonce}\r\nX-Unspent-Signature: {signature}\r\n",
        key.id
    )
}

/// A route of the document with values for what is variable in it.
struct Route {
    verb: String,
    target: String,
    id: String,
    body: &'static str,
    private: bool,
}

async fn routes(server: &Server) -> Vec<Route> {
    let (status, document) = ask(server, "GET", "/openapi.json", "", "").await;
    assert_eq!(status, 200);
    let mut routes = Vec::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        for (verb, operation) in verbs.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let target = path.replace("{symbol}", "AWS-ACT-1K-202706").replace("{order}", "O-9");
            let target = target.replace("{curve}", "AWS-ACT-1K").replace("{settlement}", "9").replace("{holding}", "9");
            assert!(!target.contains('{'), "say here what stands for the variable of {path}");
            let body = match id.as_str() {
                "addOrder" => {
                    r#"{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9,"time_in_force":"ioc"}"#
                }
                "amendOrder" => r#"{"order_qty":1000}"#,
                "deliver" | "dispute" => r#"{"evidence":"none"}"#,
                "registerHolding" => {
                    r#"{"programme":"AWS-ACT","credit_id":"c1","provenance":"none","dated":"2026-01-01","amount":0,"pieces":1}"#
                }
                "listHolding" | "delistHolding" => r#"{"symbol":"AWS-ACT-1K-202706/USD","qty":1000}"#,
                _ => {
                    assert!(operation.get("requestBody").is_none(), "say here what the body of {id} is");
                    ""
                }
            };
            let private = operation.get("security").is_some();
            routes.push(Route { verb: verb.to_ascii_uppercase(), target, id, body, private });
        }
    }
    routes
}

#[test]
fn every_route_asks_for_its_scope() {
    let place = Place::new();
    let keys: Vec<(Vec<&str>, Owned)> = sets().into_iter().map(|set| (set.clone(), create(&place, &set))).collect();
    let server = place.start();
    runtime().block_on(async {
        let routes = routes(&server).await;
        assert!(routes.len() >= 21, "{}", routes.len());
        let everyone = keys.iter().map(|(set, key)| (Some(&set[..]), Some(key))).chain([(None, None)]);
        for (scopes, key) in everyone {
            for Route { verb, target, id, body, private } in &routes {
                let need = operation(id);
                assert_eq!(*private, need != Need::Nothing, "what the document says of {id}");
                let headers = key.map(|key| signed(key, verb, target, body)).unwrap_or_default();
                let (status, said) = ask(&server, verb, target, &headers, body).await;
                let what = format!("{id} with {scopes:?}: {status} {said}");
                match refusal(need, scopes, Reject::LoginRequired) {
                    Some(Reject::NotPermitted) => {
                        assert_eq!((status, &said["code"]), (403, &json!(Reject::NotPermitted.code())), "{what}");
                    }
                    Some(reject) => assert_eq!((status, &said["code"]), (401, &json!(reject.code())), "{what}"),
                    None => assert!(status < 500 && ![401, 403].contains(&status), "{what}"),
                }
            }
        }
    });
}

pub struct Hmacked {
    id: String,
    secret: Vec<u8>,
}

pub fn hmacked(place: &Place, account: &str, scopes: &[&str]) -> Hmacked {
    let (master, list) = (place.beside("master.key"), scopes.join(","));
    let mut arguments = vec!["keys", "create", "--account", account, "--scope", &list, "--hmac", "--json"];
    arguments.extend(["--master-key", master.to_str().unwrap()]);
    if scopes.contains(&"admin") {
        arguments.extend(["--address", "127.0.0.0/8"]);
    }
    let made = json_of(&place.unspent(&arguments));
    let secret = STANDARD.decode(made["secret"].as_str().unwrap()).unwrap();
    Hmacked { id: made["id"].as_str().unwrap().to_owned(), secret }
}

/// What Kraken's route says to this nonce.
pub async fn private_with_nonce(server: &Server, key: &Hmacked, name: &str, nonce: &str) -> Value {
    private_of(server, Some(key), name, nonce, "").await
}

/// What Kraken's route says, signed by a key or by nobody.
async fn private(server: &Server, key: Option<&Hmacked>, name: &str, more: &str) -> Value {
    private_of(server, key, name, &fresh().to_string(), more).await
}

async fn private_of(server: &Server, key: Option<&Hmacked>, name: &str, nonce: &str, more: &str) -> Value {
    let path = format!("/0/private/{name}");
    let body = format!("nonce={nonce}{more}");
    let headers = key.map(|key| {
        let mut mac = Hmac::<Sha512>::new_from_slice(&key.secret).unwrap();
        mac.update(path.as_bytes());
        mac.update(&Sha256::digest(format!("{nonce}{body}")));
        format!("API-Key: {}\r\nAPI-Sign: {}\r\n", key.id, STANDARD.encode(mac.finalize().into_bytes()))
    });
    let (status, said) = ask(server, "POST", &path, &headers.unwrap_or_default(), &body).await;
    assert_eq!(status, 200, "{name}: {said}");
    said
}

#[test]
fn every_private_name_of_krakens_asks_for_its_scope() {
    let place = Place::new();
    let keys: Vec<(Vec<&str>, Hmacked)> =
        sets().into_iter().map(|set| (set.clone(), hmacked(&place, "acme", &set))).collect();
    let server = place.start_with(&["--master-key", place.beside("master.key").to_str().unwrap()]);
    runtime().block_on(async {
        let everyone = keys.iter().map(|(set, key)| (Some(&set[..]), Some(key))).chain([(None, None)]);
        for (scopes, key) in everyone {
            for name in kraken_names() {
                let (more, need) = kraken(name);
                let said = private(&server, key, name, more).await;
                let code = said["error_detail"]["code"].as_u64();
                match refusal(need, scopes, Reject::LoginFailed) {
                    Some(reject) => {
                        assert_eq!(code, Some(u64::from(reject.code())), "{name} with {scopes:?}: {said}");
                        assert!(said.get("result").is_none(), "{said}");
                    }
                    None => {
                        let barred = BARRED.iter().any(|reject| Some(u64::from(reject.code())) == code);
                        assert!(!barred, "{name} with {scopes:?}: {said}");
                    }
                }
            }
            let code = if key.is_some() { Reject::UnknownMethod } else { Reject::LoginFailed }.code();
            for name in ["Withdraw", "DepositMethods", "addorder", "AddOrder2"] {
                let said = private(&server, key, name, "").await;
                assert_eq!(said["error_detail"]["code"], code, "{name}: {said}");
            }
        }
    });
}

/// The text without the times and with one word for the id that was asked for.
fn without(mut said: Value, id: &str) -> String {
    for time in ["time_in", "time_out"] {
        if let Some(said) = said.as_object_mut() {
            said.remove(time);
        }
    }
    said.to_string().replace(id, "THIS")
}

#[test]
fn what_is_anothers_is_as_good_as_not_there() {
    const SET: &str = r#"{"method":"set_group","params":{"group":"theirs","lots":1,"window":1}}"#;
    let place = Place::new();
    let all = create(&place, &SCOPES);
    let kraken = hmacked(&place, "acme", &["read", "trade"]);
    let server = place.start_with(&["--master-key", place.beside("master.key").to_str().unwrap()]);
    runtime().block_on(async {
        let mut bull = Raw::login(server.address(), "uk_bull_test").await;
        let order = json!({"symbol": SYMBOL, "side": "sell", "order_type": "limit", "order_qty": 1000, "limit_price": 0.9, "cl_ord_id": "theirs"});
        let order = json!({"method": "add_order", "params": order}).to_string();
        let placed = bull.ask(&order).await;
        let theirs = placed["result"]["order_id"].as_str().unwrap_or_else(|| panic!("{placed}")).to_owned();
        assert_eq!(bull.ask(SET).await["success"], true);
        // As long as theirs, so that nothing but the id may differ.
        let nobodys = format!("O-{}", theirs[2..].parse::<u64>().unwrap() + 7);
        assert_eq!(theirs.len(), nobodys.len());

        let mut raw = seated(&server, &all).await;
        let mut seen = BTreeSet::new();
        let requests = [
            r#"{"method":"cancel_order","params":{"order_id":"ID"}}"#,
            r#"{"method":"cancel_order","params":{"cl_ord_id":"NAME"}}"#,
            r#"{"method":"cancel_order","params":{"order_id":["ID","O-7"]}}"#,
            r#"{"method":"amend_order","params":{"order_id":"ID","order_qty":500}}"#,
            r#"{"method":"amend_order","params":{"order_id":"ID","limit_price":0.8}}"#,
            r#"{"method":"amend_order","params":{"cl_ord_id":"NAME","order_qty":500}}"#,
            r#"{"method":"reset_group","params":{"group":"NAME"}}"#,
            r#"{"method":"cancel_all","params":{"group":"NAME"}}"#,
        ];
        for request in requests {
            let mut answers = Vec::new();
            for (id, name) in [(theirs.as_str(), "theirs"), (nobodys.as_str(), "nobody")] {
                let mut said = without(raw.ask(&request.replace("ID", id).replace("NAME", name)).await, id);
                if request.contains("O-7") {
                    said.push_str(&without(raw.next_reply().await, id));
                }
                answers.push(said.replace(name, "THIS"));
            }
            assert_eq!(answers[0], answers[1], "{request}");
            seen.insert(answers.remove(0));
        }
        assert!(seen.len() >= 4, "the answers say nothing: {seen:?}");

        for route in routes(&server).await.iter().filter(|route| route.target.contains("O-9")) {
            for (there, not) in [(theirs.as_str(), nobodys.as_str()), ("cl:theirs", "cl:nobody")] {
                let mut answers = Vec::new();
                for id in [there, not] {
                    let target = route.target.replace("O-9", id);
                    let headers = signed(&all, &route.verb, &target, route.body);
                    let (status, said) = ask(&server, &route.verb, &target, &headers, route.body).await;
                    assert_eq!(status, 404, "{} {target}: {said}", route.verb);
                    answers.push(without(said, id).replace(id.trim_start_matches("cl:"), "THIS"));
                }
                assert_eq!(answers[0], answers[1], "{} {}", route.verb, route.id);
            }
        }

        for (name, more) in [
            ("CancelOrder", "&txid=ID"),
            ("CancelOrder", "&cl_ord_id=NAME"),
            ("AmendOrder", "&txid=ID&order_qty=500"),
            ("AmendOrder", "&cl_ord_id=NAME&order_qty=500"),
            ("OpenOrders", "&cl_ord_id=NAME"),
        ] {
            let mut answers = Vec::new();
            for (id, cl_ord_id) in [(theirs.as_str(), "theirs"), (nobodys.as_str(), "nobody")] {
                let more = more.replace("ID", id).replace("NAME", cl_ord_id);
                let said = private(&server, Some(&kraken), name, &more).await;
                answers.push(without(said, id).replace(cl_ord_id, "THIS"));
            }
            assert_eq!(answers[0], answers[1], "{name}{more}");
        }

        // Another's name is free, and nothing of theirs was touched.
        let mine = raw.ask(&order).await;
        assert_eq!((&mine["success"], mine["result"].get("duplicate")), (&json!(true), placed["result"].get("duplicate")), "{mine}");
        bull.send_text(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await;
        let snapshot = loop {
            let value = bull.next_json().await;
            if value["channel"] == "executions" {
                break value;
            }
        };
        let rows = snapshot["data"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{snapshot}");
        assert_eq!((&rows[0]["order_id"], &rows[0]["leaves_qty"]), (&json!(theirs), &json!(1000)), "{snapshot}");
    });
}
