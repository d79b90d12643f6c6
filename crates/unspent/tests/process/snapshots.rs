//! Snapshots of the real process: made beside it, started from, passed over when they are bad.

use crate::place::{Place, Server, limit, runtime};
use crate::restart::{picture, text};
use std::time::{Duration, Instant};
use unspent_client::Client;
use unspent_model::{OrderRef, Side};

/// Small segments, and a snapshot for each that is full.
const OFTEN: [&str; 4] = ["--segment-mib", "1", "--snapshot-segments", "1"];

/// Orders that come and go, `count` of them and one in a hundred that stays, at prices that do not meet.
async fn trade(client: &Client, side: Side, round: usize, count: usize) {
    let price = if side == Side::Sell { "0.9" } else { "0.1" };
    let one = |number: usize| async move {
        let order = client.add_order(limit(side, 1_000, price, &format!("{round}-{number}"))).await.unwrap();
        if !number.is_multiple_of(100) {
            client.cancel_order(OrderRef::Id(order.order_id)).await.unwrap();
        }
    };
    for first in (0..count).step_by(200) {
        futures_util::future::join_all((first..count.min(first + 200)).map(one)).await;
    }
}

/// Trades until the journal has so many segments and there are so many snapshots.
async fn fill(place: &Place, server: &Server, segments: usize, snapshots: usize) {
    let (acme, _a) = server.login("uk_acme_test").await;
    let (bull, _b) = server.login("uk_bull_test").await;
    let mut round = place.segments().len() * 1_000;
    while place.segments().len() < segments {
        tokio::join!(trade(&acme, Side::Sell, round, 400), trade(&bull, Side::Buy, round, 400));
        round += 1;
    }
    let patience = Instant::now() + Duration::from_secs(60);
    while place.files("snapshots", ".snapshot").len() < snapshots {
        assert!(Instant::now() < patience, "no snapshot is made");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn pictures(server: &Server) -> [Vec<unspent_protocol::Data>; 2] {
    [picture(server, "uk_acme_test").await, picture(server, "uk_bull_test").await]
}

#[test]
fn a_venue_comes_back_from_its_snapshots_as_it_was() {
    let place = Place::new();
    let server = place.start_with(&OFTEN);
    let before = runtime().block_on(async {
        fill(&place, &server, 2, 1).await;
        fill(&place, &server, 3, 2).await;
        // Some of it trades, behind the last snapshot.
        let (acme, _a) = server.login("uk_acme_test").await;
        let (bull, _b) = server.login("uk_bull_test").await;
        acme.add_order(limit(Side::Sell, 50_000, "0.5", "meets")).await.unwrap();
        let met = bull.add_order(limit(Side::Buy, 30_000, "0.5", "met")).await.unwrap();
        assert_eq!(met.fills.len(), 1);
        pictures(&server).await
    });
    assert!(server.terminate().success());
    let listed = text(&place.unspent(&["snapshot", "list"]).stdout);
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let verified = place.unspent(&["snapshot", "verify"]);
    assert!(verified.status.success(), "{}", text(&verified.stderr));
    assert!(text(&verified.stdout).starts_with("ok: "), "{}", text(&verified.stdout));

    // From the newest; then that is damaged, and it comes from the one before; then from the journal alone.
    for (round, from) in ["the newest", "an older one", "none"].into_iter().enumerate() {
        let newest = place.files("snapshots", ".snapshot").pop().unwrap();
        if from == "an older one" {
            let mut bytes = std::fs::read(&newest).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(&newest, bytes).unwrap();
            let refused = place.unspent(&["snapshot", "verify"]);
            assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stdout));
        }
        let server = if from == "none" { place.start_with(&["--replay-all"]) } else { place.start() };
        let restored = server.said.lines().find(|line| line.starts_with("restored the snapshot of command"));
        assert_eq!(restored.is_some(), from != "none", "{}", server.said);
        if let Some(restored) = restored {
            let number = newest.file_stem().unwrap().to_str().unwrap().trim_start_matches('0').to_owned();
            let told = restored.replace(',', "");
            assert_eq!(told.contains(&format!("command {number} ")), from == "the newest", "{told}");
        }
        runtime().block_on(async {
            assert!(pictures(&server).await == before, "it is not as it was: from {from}");
            if from != "none" {
                return;
            }
            let (bull, _b) = server.login("uk_bull_test").await;
            let again = bull.add_order(limit(Side::Buy, 30_000, "0.5", "met")).await.unwrap();
            assert!(again.duplicate, "{again:?}");
        });
        // However it ends.
        if round == 0 { server.kill() } else { assert!(server.terminate().success()) }
    }
}

#[test]
fn archived_segments_are_not_needed_while_there_are_snapshots() {
    let place = Place::new();
    let away = tempfile::tempdir().unwrap();
    let to = away.path().to_str().unwrap();
    let server = place.start_with(&OFTEN);
    let nothing = place.unspent(&["snapshot", "archive", "--to", to]);
    assert!(text(&nothing.stdout).starts_with("nothing is moved"), "{}", text(&nothing.stdout));
    let before = runtime().block_on(async {
        // Beside the venue, until the oldest of the three that are kept no longer needs the first segment.
        for segments in 2.. {
            fill(&place, &server, segments, 1).await;
            let moved = place.unspent(&["snapshot", "archive", "--to", to]);
            let (told, why) = (text(&moved.stdout), text(&moved.stderr));
            if told.starts_with("moved ") && !told.starts_with("moved 0 ") {
                break;
            }
            assert!(segments < 20, "{told} {why}");
        }
        pictures(&server).await
    });
    assert!(server.terminate().success());
    let server = place.start();
    runtime().block_on(async { assert!(pictures(&server).await == before, "it is not as it was") });
    assert!(server.terminate().success());

    // Now nothing covers them, and that is said.
    for snapshot in place.files("snapshots", ".snapshot") {
        std::fs::remove_file(snapshot).unwrap();
    }
    let refused = place.fail_to_start();
    assert_eq!(refused.status.code(), Some(1));
    let why = text(&refused.stderr);
    assert!(why.contains("bring back the older segments") && why.contains("the journal begins at command"), "{why}");
    for segment in std::fs::read_dir(away.path()).unwrap() {
        let segment = segment.unwrap();
        std::fs::copy(segment.path(), place.data().join("journal").join(segment.file_name())).unwrap();
    }
    let server = place.start();
    runtime().block_on(async { assert!(pictures(&server).await == before, "it is not as it was") });
}
