//! Every request ends once, and an order's fate is learnt.

use crate::soon;
use crate::venue::{Asked, Venue};
use std::time::Duration;
use unspent_client::ClientError;
use unspent_model::{ClOrdId, Reject, Side, Symbol};
use unspent_protocol::{AddOrderParams, Call};

const WITHIN: Duration = Duration::from_millis(300);

fn order() -> AddOrderParams {
    let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
    let cl_ord_id = Some(ClOrdId::parse("acme-1").unwrap());
    AddOrderParams { cl_ord_id, ..AddOrderParams::limit(symbol, Side::Sell, 1_000.into(), 1.into()) }
}

fn accepted(duplicate: bool) -> String {
    format!(
        r#"{{"order_id":"O-1","cl_ord_id":"acme-1","status":"open","leaves_qty":1000,"cum_qty":0,"fills":[],"seq":7,"duplicate":{duplicate}}}"#
    )
}

/// Without its number.
fn body(asked: &Asked) -> String {
    asked.text.replace(&format!(r#""req_id":{}"#, asked.req_id), "")
}

#[tokio::test]
async fn answers_may_come_late_twice_and_in_any_order() {
    let venue = Venue::open().await;
    let session = venue.start();
    let mut line = venue.line().await;
    let server = async {
        let first = line.asked().await;
        let second = line.asked().await;
        let (ping, add) = if first.is("ping") { (first, second) } else { (second, first) };
        line.answer("add_order", &add, &accepted(false)).await;
        line.answer("add_order", &add, &accepted(true)).await;
        line.answer("pong", &ping, "{}").await;
        line.answer("pong", &ping, "{}").await;
        // Nobody asked this.
        line.answer("pong", &Asked { req_id: 99, ..ping }, "{}").await;
        let again = line.asked().await;
        line.answer("pong", &again, "{}").await;
        line
    };
    let client = async {
        let (ping, add) = tokio::join!(session.call(Call::Ping), session.add_order(order()));
        ping.unwrap();
        assert!(!add.unwrap().duplicate, "the first answer is the answer");
        session.call(Call::Ping).await.unwrap();
    };
    soon(async { tokio::join!(server, client) }).await;
}

#[tokio::test]
async fn a_refusal_is_typed_and_a_lost_answer_is_unknown() {
    let venue = Venue::open().await;
    let session = venue.start();
    let mut line = venue.line().await;
    let server = async {
        let asked = line.asked().await;
        line.refuse("add_order", &asked, 2104, "rejected").await;
        let asked = line.asked().await;
        line.refuse("add_order", &asked, 5002, "unknown").await;
        line.asked().await;
        drop(line);
        venue.line().await
    };
    let client = async {
        let refused = session.add_order(order()).await.unwrap_err();
        assert_eq!(refused.reject(), Some(Reject::InsufficientCredits));
        assert!(matches!(session.add_order(order()).await, Err(ClientError::OutcomeUnknown)), "the venue says so");
        assert!(matches!(session.add_order(order()).await, Err(ClientError::OutcomeUnknown)), "nobody says so");
    };
    soon(async { tokio::join!(server, client) }).await;
}

#[tokio::test]
async fn an_order_whose_answer_is_lost_is_sent_again_and_is_the_same() {
    let venue = Venue::open().await;
    let session = venue.start();
    let server = async {
        let mut line = venue.line().await;
        let first = line.asked().await;
        drop(line);
        let mut line = venue.line().await;
        let second = line.asked().await;
        assert_eq!(body(&first), body(&second));
        assert!(first.text.contains(r#""deadline":"2026-01-01T00:00:0"#), "by the venue's clock: {}", first.text);
        line.answer("add_order", &second, &accepted(true)).await;
        line
    };
    let (_line, result) = soon(async { tokio::join!(server, session.add_order_surely(order(), WITHIN)) }).await;
    assert!(result.unwrap().duplicate);
}

#[tokio::test]
async fn a_refusal_after_a_lost_answer_counts_when_the_deadline_has_passed() {
    let venue = Venue::open().await;
    let session = venue.start();
    let server = async {
        let mut line = venue.line().await;
        line.asked().await;
        drop(line);
        let mut line = venue.line().await;
        // The order sent first may still be on its way to the engine.
        let asked = line.asked().await;
        line.refuse("add_order", &asked, 2105, "rejected").await;
        let asked = line.asked().await;
        line.refuse("add_order", &asked, 2112, "rejected").await;
        line
    };
    let (_line, result) = soon(async { tokio::join!(server, session.add_order_surely(order(), WITHIN)) }).await;
    assert_eq!(result.unwrap_err().reject(), Some(Reject::InsufficientFunds));
}

#[tokio::test]
async fn an_order_that_overtakes_its_refusal_is_found() {
    let venue = Venue::open().await;
    let session = venue.start();
    let server = async {
        let mut line = venue.line().await;
        line.asked().await;
        drop(line);
        let mut line = venue.line().await;
        let asked = line.asked().await;
        line.refuse("add_order", &asked, 2105, "rejected").await;
        let asked = line.asked().await;
        line.answer("add_order", &asked, &accepted(true)).await;
        line
    };
    let (_line, result) = soon(async { tokio::join!(server, session.add_order_surely(order(), WITHIN)) }).await;
    assert!(result.unwrap().duplicate);
}

#[tokio::test]
async fn a_first_refusal_is_final() {
    let venue = Venue::open().await;
    let session = venue.start();
    let mut line = venue.line().await;
    let server = async {
        let asked = line.asked().await;
        line.refuse("add_order", &asked, 2105, "rejected").await;
        line
    };
    let (_line, result) = soon(async { tokio::join!(server, session.add_order_surely(order(), WITHIN)) }).await;
    assert_eq!(result.unwrap_err().reject(), Some(Reject::InsufficientFunds));
}
