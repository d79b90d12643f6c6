//! Feeds: resumed where the venue remembers, flagged where it does not, and never in the way of others.

use crate::soon;
use crate::venue::{Line, Venue};
use unspent_client::{Feed, FeedEvent, Session};
use unspent_model::Symbol;
use unspent_protocol::{Call, Channel, Data, SubscribeParams};

fn message(kind: &str, seq: u64, prev_seq: Option<u64>) -> String {
    let prev_seq = prev_seq.map_or_else(String::new, |seq| format!(r#""prev_seq":{seq},"#));
    format!(
        r#"{{"channel":"trade","type":"{kind}","seq":{seq},{prev_seq}"data":[{{"symbol":"AWS-ACT-1K-202706/USD","side":"buy","price":0.6600,"qty":1000,"trade_id":{seq},"timestamp":"2026-01-01T00:00:00.000000Z"}}]}}"#
    )
}

async fn follow(venue: &Venue) -> (Line, Session, Feed) {
    let session = venue.start();
    let mut line = venue.line().await;
    let params = SubscribeParams {
        channel: Channel::Trade,
        symbols: vec![Symbol::parse("AWS-ACT-1K-202706").unwrap()],
        depth: None,
        interval: None,
        snapshot: None,
        from_seq: None,
        from_exec_seq: None,
    };
    let (_, feed) = tokio::join!(line.subscribed("trade"), session.feed(params));
    (line, session, feed.unwrap())
}

async fn next(feed: &mut Feed) -> Option<u64> {
    match soon(feed.next()).await.unwrap() {
        FeedEvent::Data(data) => match *data {
            Data::Trade(stream) => stream.seq,
            other => panic!("{other:?}"),
        },
        FeedEvent::Missed => None,
    }
}

#[tokio::test]
async fn a_feed_goes_on_where_it_was_lost_or_says_that_it_cannot() {
    let venue = Venue::open().await;
    let (mut line, _session, mut feed) = follow(&venue).await;
    line.say(&message("snapshot", 5, None)).await;
    line.say(&message("update", 8, Some(5))).await;
    line.say(&message("update", 8, Some(5))).await;
    assert_eq!((next(&mut feed).await, next(&mut feed).await), (Some(5), Some(8)));
    drop(line);
    let mut line = venue.line().await;
    let asked = line.subscribed("trade").await;
    assert!(asked.contains(r#""from_seq":8"#), "{asked}");
    line.say(&message("update", 9, Some(8))).await;
    assert_eq!(next(&mut feed).await, Some(9));
    // One is missing: what is remembered is asked for.
    line.say(&message("update", 12, Some(10))).await;
    let mut line = venue.line().await;
    let asked = line.asked().await;
    assert!(asked.text.contains(r#""from_seq":9"#), "{}", asked.text);
    line.refuse("subscribe", &asked, 3004, "rejected").await;
    let asked = line.subscribed("trade").await;
    assert!(!asked.contains("from_seq"), "{asked}");
    line.say(&message("snapshot", 12, None)).await;
    assert_eq!((next(&mut feed).await, next(&mut feed).await), (None, Some(12)));
}

#[tokio::test]
async fn a_reader_that_does_not_read_misses_some_and_holds_nobody_up() {
    let venue = Venue::open().await;
    let (mut line, session, mut feed) = follow(&venue).await;
    line.say(&message("snapshot", 1, None)).await;
    for seq in 2..=8_000 {
        line.say(&message("update", seq, Some(seq - 1))).await;
    }
    let (pong, ()) = soon(async {
        tokio::join!(session.call(Call::Ping), async {
            let asked = line.asked().await;
            line.answer("pong", &asked, "{}").await;
        })
    })
    .await;
    pong.unwrap();
    for seq in 1..=1_000 {
        assert_eq!(next(&mut feed).await, Some(seq));
    }
    let asked = line.asked().await;
    assert!(asked.is("unsubscribe"), "{}", asked.text);
    line.answer("unsubscribe", &asked, r#"{"channel":"trade"}"#).await;
    line.subscribed("trade").await;
    line.say(&message("snapshot", 8_000, None)).await;
    let mut last = 1_000;
    while let Some(seq) = next(&mut feed).await {
        last = seq;
    }
    assert!(last < 8_000, "nothing was missed");
    assert_eq!(next(&mut feed).await, Some(8_000));
}
