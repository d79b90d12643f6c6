//! Books through gaps, corruption and lost connections.

use crate::soon;
use crate::venue::{Line, Venue};
use unspent_client::{BookEvent, BookLoss, BookStream, ClientError};
use unspent_model::{Reject, Symbol};
use unspent_protocol::{BookDepth, book_checksum};

const SYMBOL: &str = "AWS-ACT-1K-202706";

/// A message with one bid of `qty` at 0.6600, as the whole book.
fn message(kind: &str, seq: u64, prev_seq: Option<u64>, qty: u64, checksum: Option<u32>) -> String {
    let price = unspent_protocol::parse_decimal("0.6600").unwrap();
    let checksum = checksum.unwrap_or_else(|| book_checksum([(price, 1_u64); 0], [(price, qty)]));
    let prev_seq = prev_seq.map_or_else(String::new, |seq| format!(r#""prev_seq":{seq},"#));
    format!(
        r#"{{"channel":"book","type":"{kind}","seq":{seq},{prev_seq}"data":[{{"symbol":"{SYMBOL}/USD","bids":[{{"price":0.6600,"qty":{qty}}}],"asks":[],"checksum":{checksum},"timestamp":"2026-01-01T00:00:00.000000Z"}}]}}"#
    )
}

async fn follow(venue: &Venue) -> (Line, BookStream) {
    let session = venue.start();
    let mut line = venue.line().await;
    let symbol = Symbol::parse(SYMBOL).unwrap();
    let (asked, stream) = tokio::join!(line.subscribed("book"), session.book(symbol, BookDepth::D10));
    assert!(asked.contains(r#""depth":10"#), "{asked}");
    (line, stream.unwrap())
}

/// The quantity of the one bid, or the loss.
async fn next(stream: &mut BookStream) -> Result<u64, BookLoss> {
    match soon(stream.next()).await.unwrap() {
        BookEvent::Changed(book) => Ok(book.bids().next().unwrap().qty),
        BookEvent::Lost(why) => Err(why),
    }
}

/// Answers the end and the beginning of the subscription.
async fn renewed(line: &mut Line) {
    let asked = line.asked().await;
    assert!(asked.is("unsubscribe"), "{}", asked.text);
    line.answer("unsubscribe", &asked, r#"{"channel":"book"}"#).await;
    line.subscribed("book").await;
}

#[tokio::test]
async fn messages_in_order_are_the_book_and_those_told_twice_are_not() {
    let venue = Venue::open().await;
    let (mut line, mut stream) = follow(&venue).await;
    line.say(&message("snapshot", 5, None, 1_000, None)).await;
    assert_eq!(next(&mut stream).await, Ok(1_000));
    for _ in 0..2 {
        line.say(&message("update", 7, Some(5), 2_000, None)).await;
    }
    assert_eq!(next(&mut stream).await, Ok(2_000));
    line.say(&message("update", 9, Some(7), 3_000, None)).await;
    assert_eq!(next(&mut stream).await, Ok(3_000));
}

#[tokio::test]
async fn whoever_reads_seldom_is_given_the_newest() {
    let venue = Venue::open().await;
    let (mut line, mut stream) = follow(&venue).await;
    line.say(&message("snapshot", 1, None, 1, None)).await;
    for seq in 2..=20_000 {
        line.say(&message("update", seq, Some(seq - 1), seq, None)).await;
    }
    let mut events = 0;
    while next(&mut stream).await != Ok(20_000) {
        events += 1;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(events < 2_000, "{events} of 20,000 books were given to a slow reader");
}

#[tokio::test]
async fn a_gap_and_a_wrong_checksum_are_said_once_and_mended() {
    let gap = message("update", 9, Some(8), 2_000, None);
    let corrupt = message("update", 9, Some(5), 2_000, Some(1));
    for (bad, why) in [(gap, BookLoss::Gap), (corrupt, BookLoss::Checksum)] {
        let venue = Venue::open().await;
        let (mut line, mut stream) = follow(&venue).await;
        line.say(&message("snapshot", 5, None, 1_000, None)).await;
        assert_eq!(next(&mut stream).await, Ok(1_000));
        line.say(&bad).await;
        line.say(&message("update", 11, Some(9), 3_000, None)).await;
        assert_eq!(next(&mut stream).await, Err(why));
        renewed(&mut line).await;
        line.say(&message("snapshot", 11, None, 4_000, None)).await;
        assert_eq!(next(&mut stream).await, Ok(4_000));
    }
}

#[tokio::test]
async fn a_lost_connection_is_told_and_the_next_one_brings_the_book_back() {
    let venue = Venue::open().await;
    let (mut line, mut stream) = follow(&venue).await;
    line.say(&message("snapshot", 5, None, 1_000, None)).await;
    assert_eq!(next(&mut stream).await, Ok(1_000));
    drop(line);
    assert_eq!(next(&mut stream).await, Err(BookLoss::Connection));
    let mut line = venue.line().await;
    line.subscribed("book").await;
    line.say(&message("snapshot", 6, None, 2_000, None)).await;
    assert_eq!(next(&mut stream).await, Ok(2_000));
}

#[tokio::test]
async fn a_refused_book_and_a_second_one_are_answered() {
    let venue = Venue::open().await;
    let session = venue.start();
    let mut line = venue.line().await;
    let symbol = Symbol::parse(SYMBOL).unwrap();
    let server = async {
        let asked = line.asked().await;
        line.refuse("subscribe", &asked, 2101, "rejected").await;
        line.subscribed("book").await;
    };
    let client = async {
        let refused: Result<_, ClientError> = session.book(symbol, BookDepth::D10).await;
        assert_eq!(refused.err().and_then(|error| error.reject()), Some(Reject::UnknownSymbol));
        let _stream = session.book(symbol, BookDepth::D10).await.unwrap();
        let refused = session.book(symbol, BookDepth::D25).await;
        assert_eq!(refused.err().and_then(|error| error.reject()), Some(Reject::AlreadySubscribed));
    };
    soon(async { tokio::join!(server, client) }).await;
}
