//! Backups of a venue that trades on, and what a restore makes of them.

use crate::place::{Place, Server, json_of, limit, runtime};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use unspent_model::Side;

fn restore(from: &Path, to: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.args(["journal", "restore", "--json", "--from"]).arg(from).arg("--data").arg(to);
    command.args(more).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Many orders at a time from two accounts that trade with each other, until `stop`.
fn load(
    server: &Server,
    runtime: &tokio::runtime::Runtime,
    stop: &Arc<AtomicBool>,
) -> Vec<tokio::task::JoinHandle<()>> {
    let accounts = [("uk_acme_test", Side::Sell, "0.66"), ("uk_bull_test", Side::Buy, "0.67")];
    let connected = runtime.block_on(async {
        let mut connected = Vec::new();
        for (key, side, price) in accounts {
            connected.push((server.login(key).await, side, price));
        }
        connected
    });
    let spawn =
        |((client, mut inbox), side, price): ((unspent_client::Client, unspent_client::Inbox), Side, &'static str)| {
            let stop = Arc::clone(stop);
            runtime.spawn(async move {
                tokio::spawn(async move { while inbox.next().await.is_some() {} });
                for round in 0.. {
                    let orders = (0..20).map(|i| {
                        let client = client.clone();
                        let order = limit(side, 1_000 * (1 + i % 3), price, &format!("{price}-{round}-{i}"));
                        tokio::spawn(async move { client.add_order(order).await })
                    });
                    for order in orders.collect::<Vec<_>>() {
                        // Refusals are journalled too.
                        let answer = order.await.unwrap();
                        assert!(matches!(answer, Ok(_) | Err(unspent_client::ClientError::Refused(_))), "{answer:?}");
                    }
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
            })
        };
    connected.into_iter().map(spawn).collect()
}

#[test]
fn a_backup_under_load_restores_to_the_same_state() {
    let place = Place::new();
    let server = place.start();
    let (runtime, stop) = (runtime(), Arc::new(AtomicBool::new(false)));
    let busy = load(&server, &runtime, &stop);
    let to = place.beside("backup");
    let backup = || place.journal_json(&["backup", "--to", to.to_str().unwrap()]);
    let mut saved = Vec::new();
    for _ in 0..4 {
        // None of them sees damage in a journal that is being written.
        place.journal_json(&["verify", "--replay"]);
        place.journal_json(&["head"]);
        place.journal_json(&["stat"]);
        place.journal_json(&["replay"]);
        assert!(place.journal(&["dump"]).status.success());
        saved.push(backup());
    }
    stop.store(true, Ordering::Relaxed);
    runtime.block_on(async {
        for busy in busy {
            busy.await.unwrap();
        }
    });
    assert!(server.terminate().success());
    let seqs: Vec<u64> = saved.iter().map(|saved| saved["last_seq"].as_u64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "the venue went on: {seqs:?}");
    // What was published beside each backup is still the journal's.
    for saved in &saved {
        let (seq, head) = (saved["last_seq"].to_string(), saved["head"].as_str().unwrap());
        assert!(place.journal(&["verify", "--expect", head, "--at", &seq]).status.success());
    }

    let last = backup();
    let whole = place.journal_json(&["verify", "--replay"]);
    assert_eq!((&last["last_seq"], &last["head"]), (&whole["last_seq"], &whole["head"]));
    let again = backup();
    assert_eq!((&again["copied_segments"], &again["kept_segments"]), (&0.into(), &1.into()), "nothing is copied twice");
    assert_eq!(again["beside"], serde_json::json!(["auction.secret"]));
    let secret = std::fs::metadata(to.join("auction.secret")).unwrap();
    assert_eq!(secret.permissions().mode() & 0o777, 0o600);

    let restored = place.beside("restored");
    let all = json_of(&restore(&to, &restored, &[]));
    assert_eq!((&all["state_hash"], &all["head"]), (&whole["state_hash"], &whole["head"]));
    assert_eq!(
        std::fs::read(restored.join("auction.secret")).unwrap(),
        std::fs::read(place.data().join("auction.secret")).unwrap()
    );
    let taken = restore(&to, &restored, &[]);
    assert_eq!(taken.status.code(), Some(2));
    assert!(text(&taken.stderr).contains("is not empty"), "{}", text(&taken.stderr));
}

#[test]
fn a_restore_may_end_behind_any_command() {
    let place = Place::new();
    let server = place.start();
    let (runtime, stop) = (runtime(), Arc::new(AtomicBool::new(true)));
    // One round of many orders at once: batches of several commands.
    let busy = load(&server, &runtime, &stop);
    runtime.block_on(async {
        for busy in busy {
            busy.await.unwrap();
        }
    });
    assert!(server.terminate().success());
    let to = place.beside("backup");
    let saved = place.journal_json(&["backup", "--to", to.to_str().unwrap()]);
    let last = saved["last_seq"].as_u64().unwrap();
    let mut inside = 0;
    for seq in (last - 20..=last).step_by(3) {
        let seq = seq.to_string();
        let then = place.journal_json(&["replay", "--at", &seq]);
        let restored = place.beside(&format!("restored-{seq}"));
        let made = json_of(&restore(&to, &restored, &["--until", &seq]));
        assert_eq!((&made["state_hash"], &made["last_time"]), (&then["state_hash"], &then["time"]), "command {seq}");
        let head = place.journal_json(&["head", "--at", &seq]);
        inside += usize::from(head["seq"] != made["last_seq"]);
        // By its time it is the same, or a later one of the same time.
        let time = then["time"].as_str().unwrap();
        assert!(place.journal_json(&["replay", "--time", time])["seq"].as_u64() <= seq.parse().ok());
    }
    assert!(inside > 0, "no batch had more than one command");
    let early = restore(&to, &place.beside("early"), &["--until-time", "2000-01-01T00:00:00Z"]);
    assert_eq!(early.status.code(), Some(2), "{}", text(&early.stderr));
    let late = restore(&to, &place.beside("late"), &["--until", "1000000"]);
    assert_eq!(late.status.code(), Some(2));
    assert!(text(&late.stderr).contains(&format!("ends at command {last}")), "{}", text(&late.stderr));

    // A venue goes on from there.
    let half = Place::new();
    json_of(&restore(&to, &half.data(), &["--until", &(last - 7).to_string()]));
    let server = half.start();
    assert!(server.said.contains("replayed"), "{}", server.said);
    assert!(server.terminate().success());
}

#[test]
fn a_backup_is_of_one_journal() {
    let (place, other) = (Place::new(), Place::new());
    for place in [&place, &other] {
        assert!(place.start().terminate().success());
    }
    let to = place.beside("backup");
    place.journal_json(&["backup", "--to", to.to_str().unwrap()]);
    let refused = other.journal(&["backup", "--to", to.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("another journal"), "{}", text(&refused.stderr));
    // One that was damaged since is made good.
    let segment = to.join("journal/00000000000000000001.journal");
    let good = std::fs::read(&segment).unwrap();
    let mut bad = good.clone();
    bad[200] ^= 1;
    std::fs::write(&segment, bad).unwrap();
    let mended = place.journal_json(&["backup", "--to", to.to_str().unwrap()]);
    assert_eq!(mended["copied_segments"], 1);
    assert_eq!(std::fs::read(&segment).unwrap(), good);
    let nothing = other.journal(&["restore", "--from", other.beside("none").to_str().unwrap()]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(text(&nothing.stderr).contains("--from"), "{}", text(&nothing.stderr));
}
