//! Connections that ask for more than they read.

use crate::bystander::{BookCopy, beside};
use crate::place::{Place, limit, runtime, snapshot};
use crate::raw::{End, Raw};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use unspent_model::Side;
use unspent_protocol::{Channel, Data, ServerMessage};

const BOOK: &str = r#"{"method":"subscribe","params":{"channel":"book","symbol":"AWS-ACT-1K-202706/USD"}}"#;

/// A request with fifty answers, some 16 KiB together.
fn fifty() -> String {
    let ids: Vec<String> = (1..=50).map(|i| format!("\"O-{}\"", 1_000_000 + i)).collect();
    format!(r#"{{"method":"cancel_order","params":{{"order_id":[{}]}}}}"#, ids.join(","))
}

#[test]
fn one_who_never_reads_is_cut_off_and_costs_the_others_nothing() {
    let place = Place::new();
    let server = place.start();
    let before = server.resident();
    let seen = beside(&server, async |address| {
        let mut raw = Raw::connect_with(&address, Some(4_096)).await;
        raw.log_in("uk_bull_test").await;
        raw.send_text(BOOK).await;
        let request = fifty();
        // Much more than the venue lets wait: in the end it takes nothing more of this connection.
        let sending = async {
            for _ in 0..4_000 {
                raw.send_text(&request).await;
            }
        };
        let sent_all = tokio::time::timeout(
            Duration::from_secs(20),
            futures_util::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(sending)),
        )
        .await;
        println!("sent all: {:?}", sent_all.map(|sent| sent.is_ok()));
        let (said, end) = raw.rest().await;
        assert!(said.len() < 200_000, "it was told everything");
        assert!(matches!(end, End::Close(4008) | End::Cut), "{end:?}");
        // Its account is not locked out.
        let mut again = Raw::login(&address, "uk_bull_test").await;
        assert_eq!(again.ask(r#"{"method":"ping"}"#).await["method"], "pong");
    });
    let grown = server.resident().saturating_sub(before);
    assert!(grown < 200 << 20, "{grown} bytes for one connection");
    println!("{seen:?}, {grown} bytes more");
}

#[test]
fn one_who_falls_behind_gets_a_fresh_book_and_everything_else() {
    let place = Place::new();
    let server = place.start();
    beside(&server, async |address| {
        let mut raw = Raw::connect_with(&address, Some(4_096)).await;
        raw.log_in("uk_bull_test").await;
        raw.send_text(BOOK).await;
        // Nearly as much as may wait, so that it is far behind; the bystander changes the book all the time.
        let requests = 400;
        for _ in 0..requests {
            raw.send_text(&fifty()).await;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        let (mut replies, mut book) = (0, BookCopy::default());
        let mut fresh = 0;
        while replies < requests * 50 || fresh < 20 {
            match raw.next().await {
                Some(Ok(Message::Text(text))) => match ServerMessage::parse(&text).unwrap() {
                    ServerMessage::Reply(reply) => replies += usize::from(reply.outcome.is_err()),
                    ServerMessage::Data(Data::Book(stream)) => {
                        book.take(&stream);
                        fresh = if replies < requests * 50 { 0 } else { fresh + 1 };
                    }
                    _ => {}
                },
                Some(Ok(_)) => {}
                other => panic!("{other:?} after {replies} replies and {book:?}"),
            }
        }
        assert_eq!(replies, requests * 50, "no answer is left out");
        assert!(book.snapshots >= 2, "it was never behind: {book:?}");
    });
}

#[test]
fn an_account_with_thousands_of_open_orders_is_shown_them_all() {
    const MANY: usize = 6_000;
    let place = Place::new();
    let server = place.start();
    let data = runtime().block_on(async {
        let (client, mut inbox) = server.login("uk_acme_test").await;
        let one = |number: usize| {
            let (client, order) = (&client, limit(Side::Sell, 1_000, "0.9", &format!("one-of-many-orders-{number}")));
            async move { client.add_order(order).await.unwrap() }
        };
        for first in (0..MANY).step_by(500) {
            futures_util::future::join_all((first..first + 500).map(one)).await;
        }
        snapshot(&client, &mut inbox, Channel::Executions).await
    });
    let Data::Executions(stream) = data else { panic!("another channel") };
    assert_eq!(stream.data.len(), MANY);
}
