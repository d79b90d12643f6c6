//! Input made to harm: heads, bodies, targets and texts that no client of good will sends. Each is answered or cut off, nothing
//! panics (every [`Server`] is looked at when it ends), nothing is kept of it, and whoever trades beside it notices nothing.

use crate::bystander::beside;
use crate::keys::{create, greeted, login};
use crate::place::{Place, SYMBOL, Server, runtime};
use crate::raw::{Raw, http};
use crate::scopes::{ask, hmacked, private_with_nonce, signed_at};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use unspent_model::{ClOrdId, Reject};

/// An answer that comes at once comes within this.
const SOON: Duration = Duration::from_secs(3);
/// When whoever does not finish a request is gone.
const GONE: Duration = Duration::from_secs(14);

/// Sends bytes and gives everything that comes back until the server closes; panics when it does not in time.
async fn to_the_end(address: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // It may be cut off before it has said everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(GONE, stream.read_to_end(&mut answer)).await;
    let said = String::from_utf8_lossy(bytes);
    assert!(read.is_ok(), "held for ever: {}", &said[..said.floor_char_boundary(200)]);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The statuses of all answers in what came back.
fn statuses(answer: &str) -> Vec<u16> {
    let heads = answer.split("HTTP/1.").skip(1);
    heads.map(|head| head[2..5].parse().unwrap_or_else(|_| panic!("no status: {answer}"))).collect()
}

/// Waits until the server holds as many sockets as before.
async fn deserted(server: &Server, before: usize) {
    let until = Instant::now() + Duration::from_secs(20);
    while server.sockets() > before {
        assert!(Instant::now() < until, "{} sockets, and {before} before", server.sockets());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn heads_that_are_bombs_or_smuggle_are_refused() {
    let place = Place::new();
    let server = place.start();
    let before = server.sockets();
    beside(&server, async |address| {
        let order = "POST /v1/orders HTTP/1.1\r\nHost: x\r\n";
        let hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        let bombs = [
            format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20)),
            format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(1 << 20)),
            format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(10_000)),
            format!("GET / HTTP/1.1\r\n{}: y\r\n\r\n", "X".repeat(100_000)),
            // Two lengths, and two ways to tell one.
            format!("{order}Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345{hidden}"),
            format!("{order}Content-Length: 5, 6\r\n\r\n12345{hidden}"),
            format!("{order}Content-Length: +5\r\n\r\n12345{hidden}"),
            format!("{order}Content-Length: -1\r\n\r\n{hidden}"),
            format!("{order}Content-Length: 99999999999999999999\r\n\r\n{hidden}"),
            format!("{order}Content-Length: 0x5\r\n\r\n12345{hidden}"),
            format!("{order}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
            format!("{order}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
            format!("{order}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}"),
            // A folded line, a bare line feed in a value, a NUL, a name with a blank.
            "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n".to_owned(),
            "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n".to_owned(),
            "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n".to_owned(),
            "GET /healthz HTTP/1.1\r\nHost: x\r\nX Y: a\r\n\r\n".to_owned(),
            "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            "GET /heal\0thz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n".to_owned(),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            "\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03".to_owned(),
            "<policy-file-request/>\0\r\n\r\n".to_owned(),
        ];
        for bomb in &bombs {
            let answer = to_the_end(&address, bomb.as_bytes()).await;
            let what = &bomb[..bomb.floor_char_boundary(120)];
            let statuses = statuses(&answer);
            // What was hidden behind is never answered.
            assert!(statuses.len() <= 1, "{what}: {answer}");
            assert!(statuses.iter().all(|status| (400..500).contains(status) || *status == 505), "{what}: {answer}");
        }
        // With a length and chunks the chunks count, and the connection ends.
        let both = format!("{order}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5c\r\n{hidden}");
        let answer = to_the_end(&address, both.as_bytes()).await;
        assert!(statuses(&answer).len() <= 1, "{answer}");
    });
    runtime().block_on(deserted(&server, before));
}

#[test]
fn targets_of_every_form_lead_nowhere_they_should_not() {
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let close = "Host: x\r\nConnection: close\r\n\r\n";
        for (request, expected) in [
            ("GET /healthz HTTP/1.0\r\n\r\n", 200),
            ("GET http://evil.example/healthz HTTP/1.1\r\n", 200),
            ("GET http://evil.example/nowhere HTTP/1.1\r\n", 404),
            ("OPTIONS * HTTP/1.1\r\n", 404),
            ("CONNECT evil.example:80 HTTP/1.1\r\n", 404),
            ("GET /v1/orders%2fO-1 HTTP/1.1\r\n", 404),
            ("GET /v1%2forders HTTP/1.1\r\n", 404),
            ("GET /v1/orders/O-1%2f..%2f..%2fhealthz HTTP/1.1\r\n", 401),
            ("GET /v1/../v1/account HTTP/1.1\r\n", 404),
            ("GET //v1/account HTTP/1.1\r\n", 404),
            ("GET /v1/account/ HTTP/1.1\r\n", 404),
            ("GET /V1/ACCOUNT HTTP/1.1\r\n", 404),
            ("GET /v1/instruments/%00 HTTP/1.1\r\n", 404),
            ("GET /v1/instruments/%ff%fe HTTP/1.1\r\n", 404),
            ("GET /v1/instruments/%c0%af HTTP/1.1\r\n", 404),
            ("GET /v1/instruments/%E2%80%AEACT HTTP/1.1\r\n", 404),
            ("GET /v1/instruments/AWS-ACT-1K-202706%2FUSD HTTP/1.1\r\n", 200),
            ("GET /v1/instruments/%zz HTTP/1.1\r\n", 404),
            ("GET /v1/instruments?limit=-1 HTTP/1.1\r\n", 400),
            ("GET /v1/instruments?limit=1e3 HTTP/1.1\r\n", 400),
            ("GET /v1/instruments?limit=99999999999999999999999 HTTP/1.1\r\n", 400),
            ("GET /v1/instruments?limit=1&limit=2 HTTP/1.1\r\n", 400),
            ("GET /v1/instruments?%00=1 HTTP/1.1\r\n", 400),
            ("GET /v1/instruments?cursor=%F0%9F%98%80 HTTP/1.1\r\n", 400),
            ("TRACE /healthz HTTP/1.1\r\n", 405),
            ("PROPFIND /v1/account HTTP/1.1\r\n", 405),
        ] {
            let request = if request.ends_with("\r\n\r\n") { request.to_owned() } else { format!("{request}{close}") };
            let answer = to_the_end(&address, request.as_bytes()).await;
            assert_eq!(statuses(&answer), [expected], "{request}{answer}");
            assert!(!answer.contains('\u{202e}'), "{answer}");
        }
    });
}

#[test]
fn bodies_that_never_end_are_given_up() {
    let place = Place::new();
    let server = place.start();
    let before = server.sockets();
    beside(&server, async |address| {
        let paths = ["/v1/orders", "/0/private/AddOrder", "/v1/status", "/healthz", "/ws", "/nowhere"];
        let endings = [
            "Content-Length: 1000\r\n\r\n{",
            "Content-Length: 65537\r\n\r\n{",
            "Content-Length: 18446744073709551615\r\n\r\n{",
            "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
            "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{",
            "Transfer-Encoding: chunked\r\n\r\n1;ext=",
            "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
        ];
        let mut waiting = Vec::new();
        for path in paths {
            for ending in endings {
                let verb = if path.contains("orders") || path.contains("private") { "POST" } else { "GET" };
                let request = format!("{verb} {path} HTTP/1.1\r\nHost: x\r\nAPI-Key: x\r\nAPI-Sign: x\r\n{ending}");
                let address = address.clone();
                waiting.push(tokio::spawn(async move { to_the_end(&address, request.as_bytes()).await }));
            }
        }
        for one in waiting {
            one.await.unwrap();
        }
        // Chunks that keep coming are no better.
        let endless = async |path: &str| {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\nAPI-Key: x\r\nAPI-Sign: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            let until = Instant::now() + GONE;
            while stream.write_all(b"1\r\n \r\n").await.is_ok() {
                assert!(Instant::now() < until, "{path}: an endless body is read for ever");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        tokio::join!(endless("/v1/orders"), endless("/0/private/AddOrder"));
    });
    runtime().block_on(deserted(&server, before));
}

#[test]
fn who_asks_and_never_reads_is_let_go() {
    let place = Place::new();
    let server = place.start();
    let before = server.sockets();
    beside(&server, async |address| {
        let mut held = Vec::new();
        for _ in 0..20 {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            let asks = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500);
            let _ = tokio::time::timeout(Duration::from_millis(200), stream.write_all(asks.as_bytes())).await;
            held.push(stream);
        }
        let until = Instant::now() + Duration::from_secs(40);
        while server.sockets() > before + 5 {
            assert!(Instant::now() < until, "{} sockets, and {before} before", server.sockets());
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    });
}

/// JSON texts that are hostile wherever they stand.
fn values() -> Vec<String> {
    let mut values: Vec<String> = [
        "1e999",
        "-1e999",
        "1e-999",
        "1e1000000000",
        "NaN",
        "Infinity",
        "-0",
        "0e0",
        "00",
        "01",
        "1.",
        ".5",
        "+1",
        "0x10",
        "1_000",
        "null",
        "true",
        "[]",
        "{}",
        "[[]]",
        r#""""#,
        r#""\u0000""#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""\uD83D\uDE00""#,
        r#""\u202e""#,
        "\"\u{202e}order\"",
        "\"\u{feff}\"",
        "\"a\u{300}\"",
        r#""\x""#,
        "\"\t\"",
        "\"\n\"",
        r#""1000000000000000000000000000000""#,
        r#""0.00000000000000000000000000000000000001""#,
        r#""1e5""#,
        r#"" 1""#,
    ]
    .map(str::to_owned)
    .into();
    values.push("9".repeat(10_000));
    values.push(format!("0.{}", "0".repeat(10_000)));
    values.push(format!("-{}", "9".repeat(400)));
    values.push(format!("\"{}\"", "x".repeat(10_000)));
    values.push("[".repeat(30_000));
    values.push(format!("{}{}", "[".repeat(30_000), "]".repeat(30_000)));
    values.push(r#"{"a":"#.repeat(10_000));
    values
}

#[test]
fn numbers_depths_and_texts_are_refused_everywhere() {
    let place = Place::new();
    let key = create(&place, &[]);
    let server = place.start();
    let resident = server.resident();
    beside(&server, async |address| {
        let fields =
            ["symbol", "side", "order_type", "order_qty", "limit_price", "cl_ord_id", "display_qty", "expire_time"];
        let order = |field: &str, value: &str| {
            let mut text = "{".to_owned();
            for (name, usual) in [
                ("symbol", "\"AWS-ACT-1K-202706/USD\""),
                ("side", "\"sell\""),
                ("order_type", "\"limit\""),
                ("order_qty", "1000"),
                ("limit_price", "0.9"),
            ] {
                if name != field {
                    text.push_str(&format!("\"{name}\":{usual},"));
                }
            }
            text.push_str(&format!("\"{field}\":{value}}}"));
            text
        };
        let mut raw = Raw::login(&address, "uk_acme_test").await;
        for value in values() {
            for field in fields {
                let what = format!("{field}: {}", &value[..value.floor_char_boundary(60)]);
                let request = format!(r#"{{"method":"add_order","params":{}}}"#, order(field, &value));
                if field == "cl_ord_id" && ClOrdId::parse(value.trim_matches('"')).is_ok() && value.starts_with('"') {
                    continue;
                }
                let reply = raw.ask(&request).await;
                assert_eq!(reply["success"], false, "{what}: {reply}");
                let code = reply["error_detail"]["code"].as_u64().unwrap();
                assert!((1_000..4_000).contains(&code), "{what}: {reply}");
                assert!(reply.to_string().len() < 2_000, "{what}: {reply}");
            }
            for request in [
                format!(r#"{{"method":{value}}}"#),
                format!(r#"{{"method":"ping","req_id":{value}x}}"#),
                format!(r#"{{"method":"ping","params":{value}}}"#),
                format!(r#"{{"method":"ping",{value}:1}}"#),
                value.clone(),
            ] {
                // Some of these are no worse than strange.
                let reply = raw.ask(&request).await;
                assert!(reply.to_string().len() < 2_000, "{reply}");
            }
        }
        // A million deep, where it fits and where it does not.
        let deep = "[".repeat(1_000_000);
        let long = format!(
            "POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer uk_acme_test\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{deep}",
            deep.len()
        );
        let answer = to_the_end(&address, long.as_bytes()).await;
        assert!(answer.is_empty() || statuses(&answer) == [413], "{answer}");
        let mut bomb = Raw::connect(&address).await;
        let _ = bomb.send_bytes(&crate::raw::frame(0x81, true, deep.as_bytes())).await;
        bomb.rest().await;

        // The same over HTTP, signed, and with what is not UTF-8.
        for value in values() {
            for field in ["order_qty", "limit_price", "cl_ord_id"] {
                if field == "cl_ord_id" && ClOrdId::parse(value.trim_matches('"')).is_ok() && value.starts_with('"') {
                    continue;
                }
                let body = order(field, &value);
                let headers = signed_at(&key, "POST", "/v1/orders", &body, 0, None);
                let (status, said) = ask(&server, "POST", "/v1/orders", &headers, &body).await;
                let what = format!("{field}: {}: {said}", &value[..value.floor_char_boundary(60)]);
                assert!([400, 413, 422].contains(&status), "{status} {what}");
                assert!(said.to_string().len() < 2_000, "{what}");
            }
        }
        for bad in [&b"\xff\xfe"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x80"] {
            let mut body = br#"{"symbol":""#.to_vec();
            body.extend_from_slice(bad);
            body.extend_from_slice(b"\"}");
            let head = format!(
                "POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer uk_acme_test\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let answer = to_the_end(&address, &[head.as_bytes(), &body].concat()).await;
            assert_eq!(statuses(&answer), [400], "{answer}");
            let mut raw = Raw::connect(&address).await;
            raw.send_bytes(&crate::raw::frame(0x81, true, &body)).await.unwrap();
            assert_eq!(raw.rest().await.1, crate::raw::End::Close(4000));
        }
        // Nothing of all this has become an order.
        let (status, said) = ask(&server, "GET", "/v1/orders", "Authorization: Bearer uk_acme_test\r\n", "").await;
        assert_eq!(
            (status, said["data"].as_array().or(said["orders"].as_array()).map(Vec::len)),
            (200, Some(0)),
            "{said}"
        );
    });
    let grown = server.resident().saturating_sub(resident);
    assert!(grown < 64 << 20, "{grown} bytes are kept of it");
}

#[test]
fn what_was_signed_once_is_not_taken_again_nor_late_nor_elsewhere() {
    let place = Place::new();
    let (key, other) = (create(&place, &[]), create(&place, &[]));
    let kraken = hmacked(&place, "acme", &["read", "trade"]);
    let server = place.start_with(&["--master-key", place.beside("master.key").to_str().unwrap()]);
    let failed = |answer: &(u16, Value), what: &str| {
        assert_eq!((answer.0, &answer.1["code"]), (401, &Reject::LoginFailed.code().into()), "{what}: {answer:?}");
    };
    runtime().block_on(async {
        let get = async |headers: &str| ask(&server, "GET", "/v1/account", headers, "").await;
        let good = signed_at(&key, "GET", "/v1/account", "", 0, None);
        assert_eq!(get(&good).await.0, 200);
        failed(&get(&good).await, "replayed");
        // On another route, with another verb, query or body, or under another's name.
        let fresh = || signed_at(&key, "GET", "/v1/account", "", 0, None);
        failed(&ask(&server, "GET", "/v1/orders", &fresh(), "").await, "another route");
        failed(&ask(&server, "GET", "/v1/account?a=b", &fresh(), "").await, "another query");
        failed(
            &ask(&server, "DELETE", "/v1/orders", &signed_at(&key, "GET", "/v1/orders", "", 0, None), "").await,
            "verb",
        );
        let order =
            format!(r#"{{"symbol":"{SYMBOL}","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9}}"#);
        let headers = signed_at(&key, "POST", "/v1/orders", &order, 0, None);
        failed(&ask(&server, "POST", "/v1/orders", &headers, &order.replace("0.9", "0.1")).await, "another body");
        failed(&get(&fresh().replace(&key.id, &other.id)).await, "another's name");
        // Late and early, and what is no time.
        for skew in [-6_000, -3_600_000, 6_000, 3_600_000] {
            failed(&get(&signed_at(&key, "GET", "/v1/account", "", skew, None)).await, &skew.to_string());
        }
        // What was signed before the venue started is late too: it does not know what it has seen.
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        let slow = get(&signed_at(&key, "GET", "/v1/account", "", -3_000, None)).await;
        assert_eq!(slow.0, 200, "{slow:?}");
        for nonce in ["", "a b", "\u{e9}", &"n".repeat(37), "a|b", "a%00"] {
            failed(&get(&signed_at(&key, "GET", "/v1/account", "", 0, Some(nonce))).await, nonce);
        }
        // Each of the headers missing, twice, or junk.
        let lines: Vec<String> = fresh().split_inclusive("\r\n").map(str::to_owned).collect();
        for i in 0..4 {
            let without: String =
                lines.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, line)| line.as_str()).collect();
            assert_eq!(get(&without).await.0, 401, "without {}", lines[i]);
            failed(&get(&format!("{}{}", lines.concat(), lines[i])).await, "twice");
        }
    });
    // Failed logins of this address are not counted on loopback; a nonce of Kraken's only rises.
    runtime().block_on(async {
        let code = async |nonce: &str| {
            let said = private_with_nonce(&server, &kraken, "Balance", nonce).await;
            (said["error_detail"]["code"].as_u64(), said["error"][0].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(code("100").await.0, None);
        for nonce in ["100", "99", "1", "0"] {
            assert_eq!(code(nonce).await, (Some(1_007), "EAPI:Invalid nonce".to_owned()), "{nonce}");
        }
        for nonce in ["", "-1", "1e9", "0x7f", "18446744073709551616", "１０１", "101 "] {
            assert_eq!(code(nonce).await.0, Some(1_007), "{nonce}");
        }
        assert_eq!(code("101").await.0, None);
        assert_eq!(code("18446744073709551615").await.0, None);
        assert_eq!(code("18446744073709551615").await.0, Some(1_007));

        // A login is for its connection and its challenge.
        let (mut one, challenge) = greeted(&server).await;
        let (mut two, _) = greeted(&server).await;
        let said = login(&key.id, &key.seed.sign_login(&key.id, &challenge), "");
        assert_eq!(two.ask(&said).await["success"], false);
        assert_eq!(one.ask(&said).await["success"], true);
        assert_eq!(two.ask(&said).await["success"], false);
    });
    let http_late = runtime().block_on(http(
        server.address(),
        "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        SOON,
    ));
    assert!(http_late.starts_with("HTTP/1.1 200 "));
}
