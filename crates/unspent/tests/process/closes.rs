//! Frames that end a connection, requests that never become one, and connections that end in the middle.

use crate::bystander::beside;
use crate::place::Place;
use crate::raw::{End, Raw, assert_refused, frame, http};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use unspent_model::Reject;

const PING: &[u8] = br#"{"method":"ping"}"#;

/// The refusal, then the close with 4000, and nothing else.
async fn closed(raw: &mut Raw, reject: Reject, what: &str) {
    let (said, end) = raw.rest().await;
    assert_eq!(end, End::Close(4000), "{what}: {said:?}");
    let replies: Vec<_> = said.iter().filter(|value| value.get("channel").is_none()).collect();
    let [reply] = &replies[..] else { panic!("{what}: {said:?}") };
    assert_refused(reply, reject, None, what);
}

#[test]
fn a_bad_frame_is_named_and_closes_with_4000() {
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        for round in 0..3 {
            let mut raw = Raw::connect(&address).await;
            raw.send(Message::binary(PING)).await;
            closed(&mut raw, Reject::BinaryFrame, "binary").await;

            for length in [64 * 1024 + 1, 100_000, 4 << 20] {
                let mut raw = Raw::connect(&address).await;
                // The venue may close before it has taken all of it.
                let _ = raw.send_bytes(&frame(0x81, true, &vec![b' '; length])).await;
                closed(&mut raw, Reject::MessageTooLarge, &format!("{length} bytes, round {round}")).await;
            }

            // Fragments, each small, too large together.
            let mut raw = Raw::connect(&address).await;
            let _ = raw.send_bytes(&frame(0x01, true, &[b' '; 40_000])).await;
            let _ = raw.send_bytes(&frame(0x80, true, &[b' '; 40_000])).await;
            closed(&mut raw, Reject::MessageTooLarge, "fragments").await;

            let mut raw = Raw::connect(&address).await;
            raw.send_bytes(&frame(0x81, true, b"{\"method\":\"\xff\xfe\"}")).await.unwrap();
            closed(&mut raw, Reject::MalformedMessage, "invalid UTF-8").await;
        }
    });
}

#[test]
fn a_frame_that_breaks_the_websocket_protocol_closes_with_4000() {
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        for (what, bytes) in [
            ("unmasked", frame(0x81, false, PING)),
            ("a reserved opcode", frame(0x83, true, PING)),
            ("a reserved bit", frame(0xc1, true, PING)),
            ("a fragmented ping", frame(0x09, true, b"x")),
            ("a long ping", frame(0x89, true, &[b'x'; 200])),
            ("a continuation of nothing", frame(0x80, true, PING)),
        ] {
            let mut raw = Raw::connect(&address).await;
            raw.send_bytes(&bytes).await.unwrap();
            closed(&mut raw, Reject::MalformedMessage, what).await;
        }
    });
}

#[test]
fn the_largest_message_and_fragments_and_single_bytes_are_taken() {
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let mut raw = Raw::connect(&address).await;
        let mut largest = PING.to_vec();
        largest.resize(64 * 1024, b' ');
        raw.send_bytes(&frame(0x81, true, &largest)).await.unwrap();
        assert_eq!(raw.next_reply().await["method"], "pong");

        raw.send_bytes(&frame(0x01, true, &PING[..5])).await.unwrap();
        // A ping between fragments is answered at once.
        raw.send_bytes(&frame(0x89, true, b"between")).await.unwrap();
        let pong = loop {
            match raw.next().await {
                Some(Ok(Message::Pong(payload))) => break payload,
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(pong, Bytes::from_static(b"between"));
        raw.send_bytes(&frame(0x80, true, &PING[5..])).await.unwrap();
        assert_eq!(raw.next_reply().await["method"], "pong");

        for byte in frame(0x81, true, PING) {
            raw.send_bytes(&[byte]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(raw.next_reply().await["method"], "pong");
    });
}

#[test]
fn what_is_no_websocket_is_answered_in_http_or_dropped() {
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let upgrade = format!(
            "Host: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        for (line, more, status) in [
            ("GET /ws", String::new(), "101 "),
            ("GET /v2", String::new(), "101 "),
            ("GET /ws/v2", String::new(), "101 "),
            ("GET /ws", format!("Origin: http://{address}\r\n"), "101 "),
            ("GET /", String::new(), "404 "),
            ("GET /v1", String::new(), "404 "),
            ("GET /ws/", String::new(), "404 "),
            ("GET /ws?version=3", String::new(), "400 "),
            ("GET /v2?token=x", String::new(), "400 "),
            ("GET /ws", "Origin: https://evil.example\r\n".to_owned(), "403 "),
            ("GET /ws", "Origin: null\r\n".to_owned(), "403 "),
        ] {
            let answer =
                http(&address, &format!("{line} HTTP/1.1\r\n{upgrade}{more}\r\n"), Duration::from_millis(500)).await;
            let what = format!("{line} {more}: {answer}");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{what}");
            if status != "101 " {
                let (_, body) = answer.split_once("\r\n\r\n").expect(&what);
                let body: serde_json::Value = serde_json::from_str(body).expect(&what);
                assert_eq!(body["status"].to_string(), status.trim(), "{what}");
            }
        }
        // No websocket at all: the connection ends, soon.
        for text in ["POST /ws HTTP/1.1\r\n\r\n", "GET /ws HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n", "x\r\n\r\n"] {
            let started = std::time::Instant::now();
            let answer = http(&address, text, Duration::from_secs(8)).await;
            assert!(!answer.starts_with("HTTP/1.1 101"), "{text}: {answer}");
            assert!(started.elapsed() < Duration::from_secs(7), "{text} is kept open");
        }
        // One who never asks to the end.
        let started = std::time::Instant::now();
        http(&address, "GET /ws HTTP/1.1\r\nHost:", Duration::from_secs(9)).await;
        assert!(started.elapsed() < Duration::from_secs(8), "kept open");
    });
}

#[test]
fn connections_that_end_in_the_middle_take_nothing_with_them() {
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let order = |i: usize| {
            format!(
                r#"{{"method":"add_order","params":{{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.95,"cl_ord_id":"mid-{i}"}}}}"#
            )
        };
        for i in 0..40 {
            let mut raw = Raw::login(&address, "uk_acme_test").await;
            for channel in ["executions", "balances", "holdings", "instrument"] {
                raw.send_text(&format!(r#"{{"method":"subscribe","params":{{"channel":"{channel}"}}}}"#)).await;
            }
            raw.send_text(r#"{"method":"subscribe","params":{"channel":"book","symbol":"AWS-ACT-1K-202706/USD"}}"#)
                .await;
            raw.send_text(&order(i)).await;
            // A reset may take with it what was sent and not yet read, but nothing that was acknowledged.
            while i % 2 == 0 && raw.next_json().await["method"] != "add_order" {}
            let whole = frame(0x81, true, order(1_000 + i).as_bytes());
            raw.send_bytes(&whole[..i * 3 + 1]).await.unwrap();
            match i % 3 {
                // Unread bytes make this a reset.
                0 => drop(raw),
                1 => {
                    raw.send_bytes(&[0x88]).await.unwrap();
                    drop(raw);
                }
                _ => {
                    let mut stream = TcpStream::connect(&address).await.unwrap();
                    stream.write_all(b"GET /ws").await.unwrap();
                    drop((raw, stream));
                }
            }
        }
        // What was acknowledged is there, what was cut is not.
        let mut raw = Raw::login(&address, "uk_acme_test").await;
        raw.send_text(r#"{"method":"subscribe","params":{"channel":"executions"}}"#).await;
        let snapshot = loop {
            let value = raw.next_json().await;
            if value["type"] == "snapshot" {
                break value;
            }
        };
        let open: BTreeSet<&str> =
            snapshot["data"].as_array().unwrap().iter().map(|row| row["cl_ord_id"].as_str().unwrap()).collect();
        for i in (0..40).step_by(2) {
            assert!(open.contains(format!("mid-{i}").as_str()), "mid-{i} was acknowledged: {open:?}");
        }
        assert!(open.iter().all(|name| name.len() < "mid-1000".len()), "{open:?}");
    });
}
