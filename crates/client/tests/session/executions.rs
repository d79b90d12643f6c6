//! Executions: each once, in order, over lost connections, or the snapshot says that some are missing.

use crate::soon;
use crate::venue::{Line, Venue};
use unspent_client::{ExecutionEvent, Executions};

fn row(order: u64, cum_qty: u64) -> String {
    format!(
        r#"{{"exec_type":"new","order_id":"O-{order}","symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_qty":9000,"cum_qty":{cum_qty},"leaves_qty":1000,"order_status":"new","timestamp":"2026-01-01T00:00:00.000000Z"}}"#
    )
}

fn message(kind: &str, exec_seq: u64, orders: &[u64]) -> String {
    let rows: Vec<String> = orders.iter().map(|&order| row(order, 0)).collect();
    let rows = rows.join(",");
    format!(r#"{{"channel":"executions","type":"{kind}","exec_seq":{exec_seq},"seq":{exec_seq},"data":[{rows}]}}"#)
}

async fn follow(venue: &Venue) -> (Line, Executions) {
    let session = venue.start_as("uk_1");
    let mut line = venue.line_logged_in().await;
    let (_, stream) = tokio::join!(line.subscribed("executions"), session.executions());
    (line, stream.unwrap())
}

/// An event in a few letters.
async fn next(stream: &mut Executions) -> String {
    match soon(stream.next()).await.unwrap() {
        ExecutionEvent::Happened { exec_seq, execution } => format!("{exec_seq} {}", execution.order_id),
        ExecutionEvent::Open(open) => {
            let orders: Vec<String> = open.orders.iter().map(|row| row.order_id.to_string()).collect();
            let flags = [(open.first, " first"), (open.last, " last"), (open.missed, " missed")];
            let flags: String = flags.into_iter().filter_map(|(set, word)| set.then_some(word)).collect();
            format!("open at {}{flags}: {}", open.exec_seq, orders.join(" "))
        }
    }
}

#[tokio::test]
async fn what_is_told_twice_or_in_part_before_is_told_once() {
    let venue = Venue::open().await;
    let (mut line, mut stream) = follow(&venue).await;
    line.say(&message("snapshot", 3, &[1])).await;
    line.say(&message("update", 5, &[11, 12])).await;
    line.say(&message("update", 5, &[11, 12])).await;
    line.say(&message("update", 6, &[12, 13])).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(next(&mut stream).await);
    }
    assert_eq!(seen, ["open at 3 first last: 1", "4 11", "5 12", "6 13"]);
}

#[tokio::test]
async fn a_new_connection_goes_on_where_the_last_one_was_lost() {
    let venue = Venue::open().await;
    let (mut line, mut stream) = follow(&venue).await;
    line.say(&message("snapshot", 3, &[1])).await;
    line.say(&message("update", 4, &[2])).await;
    assert_eq!(next(&mut stream).await, "open at 3 first last: 1");
    assert_eq!(next(&mut stream).await, "4 2");
    drop(line);
    let mut line = venue.line_logged_in().await;
    let asked = line.subscribed("executions").await;
    assert!(asked.contains(r#""from_exec_seq":4"#), "{asked}");
    line.say(&message("update", 6, &[3, 4])).await;
    assert_eq!(next(&mut stream).await, "5 3");
    assert_eq!(next(&mut stream).await, "6 4");
}

#[tokio::test]
async fn a_missing_message_is_asked_for_again() {
    let venue = Venue::open().await;
    let (mut line, mut stream) = follow(&venue).await;
    line.say(&message("snapshot", 3, &[])).await;
    line.say(&message("update", 5, &[5])).await;
    let mut line = venue.line_logged_in().await;
    let asked = line.subscribed("executions").await;
    assert!(asked.contains(r#""from_exec_seq":3"#), "{asked}");
    line.say(&message("update", 4, &[4])).await;
    line.say(&message("update", 5, &[5])).await;
    assert_eq!(next(&mut stream).await, "open at 3 first last: ");
    assert_eq!(next(&mut stream).await, "4 4");
    assert_eq!(next(&mut stream).await, "5 5");
}

#[tokio::test]
async fn what_the_venue_forgot_is_flagged_and_what_it_did_not_is_not() {
    for (exec_seq, expected) in [(9, "open at 9 first last missed: 7"), (3, "open at 3 first last: 7")] {
        let venue = Venue::open().await;
        let (mut line, mut stream) = follow(&venue).await;
        line.say(&message("snapshot", 3, &[])).await;
        assert_eq!(next(&mut stream).await, "open at 3 first last: ");
        drop(line);
        let mut line = venue.line_logged_in().await;
        let asked = line.asked().await;
        line.refuse("subscribe", &asked, 3004, "rejected").await;
        let asked = line.subscribed("executions").await;
        assert!(!asked.contains("from_exec_seq"), "{asked}");
        line.say(&message("snapshot", exec_seq, &[7])).await;
        assert_eq!(next(&mut stream).await, expected);
    }
}

#[tokio::test]
async fn a_snapshot_in_parts_is_told_in_parts_and_begun_anew_when_it_was_cut() {
    let venue = Venue::open().await;
    let (mut line, mut stream) = follow(&venue).await;
    line.say(&message("part", 3, &[1, 2])).await;
    line.say(&message("update", 4, &[9])).await;
    assert_eq!(next(&mut stream).await, "open at 3 first: 1 2");
    assert_eq!(next(&mut stream).await, "4 9");
    drop(line);
    let mut line = venue.line_logged_in().await;
    let asked = line.subscribed("executions").await;
    assert!(!asked.contains("from_exec_seq"), "it was not whole: {asked}");
    line.say(&message("part", 6, &[1])).await;
    line.say(&message("update", 7, &[2])).await;
    line.say(&message("snapshot", 7, &[3])).await;
    assert_eq!(next(&mut stream).await, "open at 6 first missed: 1");
    assert_eq!(next(&mut stream).await, "7 2");
    assert_eq!(next(&mut stream).await, "open at 7 last missed: 3");
}
