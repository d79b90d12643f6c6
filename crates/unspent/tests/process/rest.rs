//! `/v1` of the real process: what the document promises, an order's life, who may do what, and bodies that are none.

use crate::place::{Place, SYMBOL, Server, json_of, runtime};
use crate::raw::http;
use serde_json::{Value, json};
use std::time::Duration;
use unspent_client::SigningSeed;
use unspent_gateway::signed_message;

const ACME: &str = "Authorization: Bearer uk_acme_test\r\n";
const LOOK: &str = "Authorization: Bearer uk_acme_look\r\n";
const BULL: &str = "Authorization: Bearer uk_bull_test\r\n";
const JSON: &str = "Content-Type: application/json\r\n";

/// An answer taken apart.
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

async fn ask(server: &Server, method: &str, target: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    let answer = http(server.address(), &request, Duration::from_secs(5)).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{method} {target}: {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let body = serde_json::from_str(body).unwrap_or(Value::Null);
    Answer { status, head: head.to_ascii_lowercase(), body }
}

async fn get(server: &Server, target: &str, headers: &str) -> Answer {
    ask(server, "GET", target, headers, "").await
}

fn order(side: &str, qty: u64, price: &str, name: &str) -> Value {
    json!({"symbol": SYMBOL, "side": side, "order_type": "limit", "order_qty": qty, "limit_price": price, "cl_ord_id": name})
}

async fn enter(server: &Server, who: &str, order: &Value) -> Answer {
    ask(server, "POST", "/v1/orders", &format!("{who}{JSON}"), &order.to_string()).await
}

/// Every operation of the document: its path with something in its variable parts, its method, and what it says.
async fn documented(server: &Server) -> Vec<(String, String, Value)> {
    let document = get(server, "/openapi.json", "").await;
    assert_eq!((document.status, &document.body["openapi"]), (200, &json!("3.1.0")));
    let mut operations = Vec::new();
    for (path, verbs) in document.body["paths"].as_object().unwrap() {
        let path =
            path.replace("{symbol}", "AWS-ACT-1K-202706").replace("{order}", "O-1").replace("{curve}", "AWS-ACT-1K");
        for (verb, operation) in verbs.as_object().unwrap() {
            operations.push((path.clone(), verb.to_ascii_uppercase(), operation.clone()));
        }
    }
    assert!(operations.len() > 20, "{operations:?}");
    operations
}

#[test]
fn every_documented_path_answers_as_documented_to_nobody_and_to_every_scope() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        for (path, verb, operation) in documented(&server).await {
            let private = operation.get("security").is_some();
            let trades = private && verb != "GET";
            let body = if operation.get("requestBody").is_some() { "{}" } else { "" };
            let media = if body.is_empty() { "" } else { JSON };
            for (who, expected) in [
                ("", private.then_some((401, 1006))),
                ("Authorization: Bearer uk_nobody\r\n", private.then_some((401, 1007))),
                ("Authorization: Basic dWs6eA==\r\n", private.then_some((401, 1007))),
                ("X-Unspent-Key: uk_acme_test\r\n", private.then_some((401, 1007))),
                (LOOK, trades.then_some((403, 1008))),
                (ACME, None),
            ] {
                let answer = ask(&server, &verb, &path, &format!("{who}{media}"), body).await;
                let status = answer.status.to_string();
                assert!(operation["responses"].get(&status).is_some(), "{verb} {path} {who}: {status} {}", answer.body);
                match expected {
                    Some((status, code)) => {
                        assert_eq!(
                            (answer.status, &answer.body["code"]),
                            (status, &json!(code)),
                            "{verb} {path} {who}"
                        );
                        assert!(answer.head.contains("content-type: application/problem+json"), "{}", answer.head);
                        assert_eq!(status == 401, answer.head.contains("www-authenticate: bearer"), "{}", answer.head);
                    }
                    None => assert!(![401, 403].contains(&answer.status), "{verb} {path} {who}: {}", answer.body),
                }
            }
            // What is not documented is not there.
            let wrong = ask(&server, "PUT", &path, ACME, "").await;
            assert!(wrong.status == 405 && wrong.head.contains("\r\nallow: "), "{path} {}", wrong.head);
            let head = ask(&server, "HEAD", &path, ACME, "").await;
            assert!(verb != "GET" || [200, 404].contains(&head.status), "{path} {}", head.head);
            if verb == "GET" && operation["responses"].get("400").is_some() {
                let unknown = get(&server, &format!("{path}?nothing=1"), ACME).await;
                assert_eq!((unknown.status, &unknown.body["field"]), (400, &json!("nothing")), "{path}");
            }
        }
    });
}

#[test]
fn the_life_of_an_order() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let placed = enter(&server, ACME, &order("sell", 5_000, "0.66", "a-1")).await;
        assert_eq!(placed.status, 201, "{}", placed.body);
        assert!(placed.head.contains("\r\nlocation: /v1/orders/o-1"), "{}", placed.head);
        let again = enter(&server, ACME, &order("sell", 5_000, "0.66", "a-1")).await;
        assert_eq!(
            (again.status, &again.body["duplicate"], &again.body["order_id"]),
            (200, &json!(true), &json!("O-1"))
        );
        let other = enter(&server, ACME, &order("sell", 6_000, "0.66", "a-1")).await;
        assert_eq!((other.status, &other.body["code"]), (409, &json!(2106)));

        // The header names an order that has no name, and may not name one otherwise.
        let headers = format!("{ACME}{JSON}Idempotency-Key: a-2\r\n");
        let mut unnamed = order("sell", 1_000, "0.67", "");
        unnamed.as_object_mut().unwrap().remove("cl_ord_id");
        for expected in [201, 200] {
            let named = ask(&server, "POST", "/v1/orders", &headers, &unnamed.to_string()).await;
            assert_eq!((named.status, &named.body["cl_ord_id"]), (expected, &json!("a-2")));
        }
        let both = ask(&server, "POST", "/v1/orders", &headers, &order("sell", 1_000, "0.67", "a-3").to_string()).await;
        assert_eq!((both.status, &both.body["field"]), (400, &json!("Idempotency-Key")));

        let less = ask(&server, "PATCH", "/v1/orders/cl:a-1", &format!("{ACME}{JSON}"), r#"{"order_qty":4000}"#).await;
        assert_eq!((less.status, &less.body["priority"]), (200, &json!("kept")), "{}", less.body);
        let bought = enter(&server, BULL, &order("buy", 1_000, "0.66", "b-1")).await;
        assert_eq!((bought.status, &bought.body["status"]), (201, &json!("filled")));

        let depth = get(&server, "/v1/instruments/AWS-ACT-1K-202706/depth?levels=1", "").await.body;
        assert_eq!((&depth["asks"], &depth["bids"]), (&json!([{"price": 0.66, "qty": 3000}]), &json!([])));
        let trades = get(&server, "/v1/instruments/AWS-ACT-1K-202706/trades", "").await.body;
        assert_eq!((&trades["data"][0]["trade_id"], &trades["data"][0]["qty"]), (&json!(1), &json!(1_000)));
        let candles = get(&server, "/v1/instruments/AWS-ACT-1K-202706/candles?interval=60", "").await.body;
        assert_eq!((&candles["data"][0]["close"], &candles["data"][0]["interval"]), (&json!(0.66), &json!(60)));
        let ticker = get(&server, "/v1/ticker?symbol=AWS-ACT-1K-202706", "").await.body;
        assert_eq!((ticker["data"].as_array().unwrap().len(), &ticker["data"][0]["last"]), (1, &json!(0.66)));

        let one = get(&server, "/v1/orders/O-1", LOOK).await.body;
        assert_eq!(one["order"]["order_status"], json!("partially_filled"));
        assert_eq!((&one["fills"][0]["exec_id"], &one["fills"][0]["last_qty"]), (&json!("E-1m"), &json!(1_000)));
        assert_eq!(get(&server, "/v1/orders/cl:a-1", ACME).await.body, one);
        let first = get(&server, "/v1/orders?limit=1", ACME).await.body;
        assert_eq!((&first["data"][0], &first["next_cursor"]), (&one["order"], &json!("1")));
        let second = get(&server, "/v1/orders?limit=1&cursor=1", ACME).await.body;
        assert_eq!((&second["data"][0]["cl_ord_id"], second.get("next_cursor")), (&json!("a-2"), None));
        assert_eq!(get(&server, "/v1/orders?symbol=OAI-API-100-202706", ACME).await.body["data"], json!([]));

        let cancelled = ask(&server, "DELETE", "/v1/orders/O-1", ACME, "").await;
        assert_eq!(cancelled.body, json!({"order_id": "O-1", "cl_ord_id": "a-1"}));
        let all = ask(&server, "DELETE", "/v1/orders?side=buy", ACME, "").await;
        assert_eq!(all.body, json!({"count": 0}));
        let all = ask(&server, "DELETE", "/v1/orders?programme=AWS-ACT", ACME, "").await;
        assert_eq!(all.body, json!({"count": 1}));

        // What is over is told from the other end.
        let over = get(&server, "/v1/orders?state=closed&limit=1", ACME).await.body;
        assert_eq!((&over["data"][0]["cl_ord_id"], &over["data"][0]["reason"]), (&json!("a-2"), &json!("user")));
        let cursor = over["next_cursor"].as_str().unwrap();
        let over = get(&server, &format!("/v1/orders?state=closed&cursor={cursor}"), ACME).await.body;
        assert_eq!((&over["data"][0]["order_id"], over.get("next_cursor")), (&json!("O-1"), None));
        let one = get(&server, "/v1/orders/O-1", ACME).await.body;
        assert_eq!((&one["order"]["order_status"], &one["order"]["leaves_qty"]), (&json!("canceled"), &json!(0)));
        let fills = get(&server, "/v1/fills", ACME).await.body;
        let fill = &fills["data"][0];
        assert_eq!(
            (&fill["order_id"], &fill["side"], &fill["liquidity_ind"]),
            (&json!("O-1"), &json!("sell"), &json!("m"))
        );
        assert_eq!(get(&server, "/v1/fills?cursor=2", ACME).await.body["data"], json!([]));
        let statement = get(&server, "/v1/statements", ACME).await.body;
        assert_eq!((&statement["fills"], &statement["account"]), (&fills["data"], &json!("acme")));
        let request = format!("GET /v1/statements?format=csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{ACME}\r\n");
        let csv = http(server.address(), &request, Duration::from_secs(5)).await;
        let (_, csv) = csv.split_once("\r\n\r\n").unwrap();
        let columns: Vec<usize> = csv.lines().map(|line| line.split(',').count()).collect();
        assert_eq!(columns, [13; 5], "{csv}");
        assert!(csv.contains(",E-1m,O-1,a-1,AWS-ACT-1K-202706/USD,sell,1000,0.6600,1.65,,,\r\n"), "{csv}");

        // Checked, and nothing done.
        let mut checked = order("sell", 1_000, "0.70", "c-1");
        checked["validate"] = json!(true);
        let valid = enter(&server, ACME, &checked).await;
        assert_eq!((valid.status, valid.body), (200, json!({"valid": true})));
        assert_eq!(get(&server, "/v1/orders/cl:c-1", ACME).await.status, 404);
        let holdings = get(&server, "/v1/holdings", ACME).await.body;
        assert_eq!(holdings["data"][0]["balance"], json!(149_999_000));
        let account = get(&server, "/v1/account", ACME).await.body;
        assert_eq!((&account["account"], &account["balances"][0]["reserved"]), (&json!("acme"), &json!(0.0)));
    });
}

#[test]
fn another_accounts_order_is_not_there() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        assert_eq!(enter(&server, ACME, &order("sell", 5_000, "0.66", "mine")).await.status, 201);
        let changes = format!("{BULL}{JSON}");
        for (theirs, nobodys) in [("O-1", "O-999"), ("cl:mine", "cl:nobodys")] {
            for (verb, headers, body) in
                [("GET", BULL, ""), ("DELETE", BULL, ""), ("PATCH", changes.as_str(), r#"{"order_qty":1000}"#)]
            {
                let answer = async |name: &str| {
                    let answer = ask(&server, verb, &format!("/v1/orders/{name}"), headers, body).await;
                    let id = name.strip_prefix("cl:").unwrap_or(name);
                    (answer.status, answer.body.to_string().replace(id, "THE-ORDER"))
                };
                let told = answer(theirs).await;
                assert_eq!(told.0, 404, "{verb} {theirs}: {}", told.1);
                assert!(told.1.contains(r#""code":2113"#), "{}", told.1);
                assert_eq!(told, answer(nobodys).await, "{verb} {theirs}");
            }
        }
        assert_eq!(get(&server, "/v1/orders", BULL).await.body["data"], json!([]));
        assert_eq!(get(&server, "/v1/orders/O-1", ACME).await.body["order"]["leaves_qty"], json!(5_000));
    });
}

#[test]
fn bodies_that_are_none_are_refused_and_say_why() {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let post = async |headers: &str, body: &str| {
            let answer = ask(&server, "POST", "/v1/orders", &format!("{ACME}{headers}"), body).await;
            (answer.status, answer.body["code"].as_u64(), answer.body["field"].as_str().map(str::to_owned))
        };
        let good = order("sell", 1_000, "0.66", "x").to_string();
        assert_eq!(post("", &good).await.0, 415);
        assert_eq!(post("Content-Type: text/plain\r\n", &good).await.0, 415);
        assert_eq!(post("Content-Type: application/json; charset=latin1\r\n", &good).await.0, 415);
        assert_eq!(post(JSON, &format!("{good}{}", " ".repeat(70_000))).await, (413, Some(1004), None));
        for bad in ["", "null", "[]", "{", "{}{}", r#"{"a":1},"b":{"#, "\u{feff}{}"] {
            assert_eq!(post(JSON, bad).await, (400, Some(1001), None), "{bad}");
        }
        let field = |name: &str| (400, Some(1003), Some(name.to_owned()));
        assert_eq!(post(JSON, "{}").await, field("symbol"));
        assert_eq!(post(JSON, r#"{"symbol":"A","size":1}"#).await, field("size"));
        assert_eq!(post(JSON, r#"{"symbol":"A","symbol":"B"}"#).await, field("symbol"));
        assert_eq!(post(JSON, &good.replace('{', r#"{"token":"t","#)).await, field("token"));
        let twice = format!("{JSON}Idempotency-Key: a\r\nIdempotency-Key: a\r\n");
        assert_eq!(post(&twice, &good).await, field("Idempotency-Key"));
        let deep = format!(r#"{{"symbol":{}1{}}}"#, "[".repeat(30_000), "]".repeat(30_000));
        assert_eq!(post(JSON, &deep).await, field("symbol"));
        assert_eq!(get(&server, "/v1/orders", ACME).await.body["data"], json!([]));
        let body = ask(&server, "GET", "/v1/orders", ACME, "{}").await;
        assert_eq!(body.status, 400);
        for (target, status) in [
            ("/v1/orders?limit=1&limit=2", 400),
            ("/v1/orders?cursor=%F0%9F%98%80", 400),
            ("/v1/orders/%00", 404),
            ("/v1/orders/%FF", 404),
            ("/v1/orders/O-1/", 404),
            ("/v1/instruments/%2e%2e", 404),
            ("/v1/instruments/AWS-ACT-1K-202706%2FUSD", 200),
            ("/v1/nothing", 404),
        ] {
            let answer = get(&server, target, ACME).await;
            assert_eq!(answer.status, status, "{target}: {}", answer.body);
        }
    });
}

#[test]
fn a_signed_request_is_taken_once_and_only_as_it_was_signed() {
    let place = Place::new();
    let server = place.start();
    let made = json_of(&place.unspent(&["keys", "create", "--account", "acme", "--scope", "read,trade", "--json"]));
    let id = made["id"].as_str().unwrap().to_owned();
    let seed = SigningSeed::from_base64(made["private_key"].as_str().unwrap()).unwrap();
    runtime().block_on(async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let headers = |nonce: &str, late: u64, method: &str, target: &str, body: &str| {
            let at = (unspent_gateway::now().0 / 1_000_000 - late).to_string();
            let signature = seed.sign(signed_message(&id, &at, nonce, method, target, body.as_bytes()).as_bytes());
            format!(
                "X-Unspent-Key: {id}\r\nX-Unspent-Timestamp: {at}\r\nX-Unspent-Nonce: {nonce}\r\nX-Unspent-Signature: {signature}\r\n"
            )
        };
        let target = "/v1/orders?limit=5";
        let signed = headers("n-1", 0, "GET", target, "");
        assert_eq!(get(&server, target, &signed).await.status, 200);
        let replayed = get(&server, target, &signed).await;
        assert_eq!((replayed.status, &replayed.body["field"]), (401, &json!("X-Unspent-Nonce")));
        // Another target, another method, another body, too late.
        assert_eq!(get(&server, "/v1/orders?limit=6", &headers("n-2", 0, "GET", target, "")).await.status, 401);
        let moved = ask(&server, "DELETE", target, &headers("n-3", 0, "GET", target, ""), "").await;
        assert_eq!(moved.status, 401);
        let late = get(&server, target, &headers("n-4", 60_000, "GET", target, "")).await;
        assert_eq!((late.status, &late.body["field"]), (401, &json!("X-Unspent-Timestamp")));
        let body = order("sell", 1_000, "0.66", "s-1").to_string();
        let signed = headers("n-5", 0, "POST", "/v1/orders", &body);
        let forged = body.replace("1000", "9000");
        let forged = ask(&server, "POST", "/v1/orders", &format!("{signed}{JSON}"), &forged).await;
        assert_eq!((forged.status, &forged.body["code"]), (401, &json!(1007)));
        let placed = ask(&server, "POST", "/v1/orders", &format!("{signed}{JSON}"), &body).await;
        assert_eq!(placed.status, 201, "{}", placed.body);
        // One header too few, and one twice.
        let signed = headers("n-6", 0, "GET", target, "");
        let less: String = signed.lines().skip(1).map(|line| format!("{line}\r\n")).collect();
        assert_eq!(get(&server, target, &less).await.status, 401);
        let twice = format!("{signed}X-Unspent-Nonce: n-7\r\n");
        assert_eq!(get(&server, target, &twice).await.status, 401);
    });
}
