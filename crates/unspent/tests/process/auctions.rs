//! A call from the venue file's day, with an end that nobody can know, across a SIGKILL.

use crate::place::{Place, SYMBOL, VENUE, limit, runtime};
use crate::raw::Raw;
use crate::restart::text;
use sha2::{Digest, Sha256};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use unspent_model::{OrderStatus, Side};

/// Seconds since 1970, far enough from midnight for a day of a few seconds.
fn now() -> u64 {
    loop {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        if now % 86_400 < 86_400 - 30 {
            return now;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

fn time_of_day(second: u64) -> String {
    let second = second % 86_400;
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

/// Records of one kind in the journal: the command's number and its line.
fn records(place: &Place, kind: &str) -> Vec<(u64, serde_json::Value)> {
    let dump = text(&place.unspent(&["journal", "dump", "--json"]).stdout);
    let records = dump.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    records.filter(|record| record["kind"] == kind).map(|record| (record["seq"].as_u64().unwrap(), record)).collect()
}

#[test]
fn a_call_ends_at_a_time_that_was_committed_to_and_is_revealed() {
    let begun = now();
    let (call, end) = (time_of_day(begun + 3), time_of_day(begun + 6));
    let rules = format!(
        "taker_fee_bp = 100\nday = [\"{call} call\", \"{end} continuous\"]\nrandom_end_seconds = 3\ndynamic_range_bp = 2000\n"
    );
    let place = Place::with(&VENUE.replacen("taker_fee_bp = 100\n", &rules, 1));
    let server = place.start();
    let until =
        |second: u64| Duration::from_secs(second).saturating_sub(SystemTime::now().duration_since(UNIX_EPOCH).unwrap());
    std::thread::sleep(until(begun + 4));
    runtime().block_on(async {
        let (acme, _a) = server.login("uk_acme_test").await;
        let (bull, _b) = server.login("uk_bull_test").await;
        acme.add_order(limit(Side::Sell, 50_000, "0.66", "offered")).await.unwrap();
        let bid = bull.add_order(limit(Side::Buy, 30_000, "0.68", "wanted")).await.unwrap();
        assert_eq!((bid.status, bid.fills.len()), (OrderStatus::Open, 0), "a call collects");
    });
    server.kill();
    // The commitment is on disk before the end can be near.
    let committed = records(&place, "commit_auction");
    assert_eq!((committed.len(), records(&place, "reveal_auction").len()), (1, 0));
    let server = place.start();
    let (commitment, seed) = runtime().block_on(async {
        let mut ears = Raw::connect(server.address()).await;
        let subscribe = format!(r#"{{"method":"subscribe","params":{{"channel":"auction","symbol":"{SYMBOL}"}}}}"#);
        assert_eq!(ears.ask(&subscribe).await["success"], true);
        let (mut commitment, mut window) = (None, None);
        loop {
            let message = ears.next_json().await;
            for row in message["data"].as_array().unwrap() {
                if let Some(seed) = row["seed"].as_str() {
                    assert!(window.is_some(), "the window was told before its end");
                    assert_eq!((&row["phase"], &row["indicative_qty"]), (&"continuous".into(), &30_000.into()));
                    return (commitment.expect("told before the end"), seed.to_owned());
                }
                commitment = row["commitment"].as_str().map(str::to_owned);
                window = row["scheduled_end"].as_str().zip(row["latest_end"].as_str()).map(|_| ()).or(window);
            }
        }
    });
    let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&seed[at..at + 2], 16).unwrap()).collect();
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, commitment, "what was told before is the hash of what is told after");
    std::thread::sleep(until(begun + 6 + 3 + 1));
    runtime().block_on(async {
        let (bull, _b) = server.login("uk_bull_test").await;
        let again = bull.add_order(limit(Side::Buy, 30_000, "0.68", "wanted")).await.unwrap();
        assert!(again.duplicate, "{again:?}");
    });
    assert!(server.terminate().success());
    let (revealed, fills) = (records(&place, "reveal_auction"), records(&place, "fill"));
    assert_eq!((records(&place, "commit_auction"), revealed.len(), fills.len()), (committed, 1, 1));
    assert_eq!(revealed[0].0, fills[0].0, "the seed comes with the end");
    assert_eq!(records(&place, "set_rules").len(), 1, "the rules are said once, whatever the number of starts");
    let verified = place.unspent(&["journal", "verify", "--replay"]);
    assert!(verified.status.success(), "{}", text(&verified.stderr));
}
