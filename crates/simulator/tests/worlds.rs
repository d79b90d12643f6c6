//! Worlds that go through crashes, and defects that they must find.

use std::sync::atomic::{AtomicU64, Ordering};
use unspent_simulator::{Fault, Plant, Tally, run, sweep};

/// Starts to judge; `SIM_RECOVERIES` says otherwise.
const RECOVERIES: u64 = 200_000;

#[test]
fn nothing_is_lost_and_nothing_happens_twice() {
    let wanted = std::env::var("SIM_RECOVERIES").ok().and_then(|text| text.parse().ok()).unwrap_or(RECOVERIES);
    let seeds = AtomicU64::new(1);
    let judged = AtomicU64::new(0);
    let work = || {
        let mut sum = Tally::default();
        while judged.load(Ordering::Relaxed) < wanted {
            let seed = seeds.fetch_add(1, Ordering::Relaxed);
            let tally = run(seed, None).unwrap_or_else(|why| panic!("seed {seed}: {why}\nagain: cargo sim 1 {seed}"));
            judged.fetch_add(tally.recoveries, Ordering::Relaxed);
            sum += tally;
        }
        sum
    };
    let mut sum = Tally::default();
    std::thread::scope(|scope| {
        let halves = [scope.spawn(work), scope.spawn(work)];
        for half in halves {
            sum += half.join().expect("every seed holds");
        }
    });
    // A campaign in which nothing goes wrong shows nothing.
    assert!(sum.crashes > wanted / 5, "{sum:?}");
    assert!(sum.errors > wanted / 10, "{sum:?}");
    assert!(sum.refused > wanted / 50 && sum.refused < sum.damages, "{sum:?}");
    assert!(sum.acknowledged > wanted, "{sum:?}");
    assert!(sum.archived > wanted / 100, "{sum:?}");
    assert!(sum.snapshots > wanted / 10 && sum.spared > wanted, "{sum:?}");
}

#[test]
fn the_same_seed_gives_the_same_world() {
    for seed in [3, 77, 1_000_001] {
        assert_eq!(run(seed, None).unwrap(), run(seed, None).unwrap());
    }
}

#[test]
fn every_storage_call_fails_once() {
    let mut failed = 0;
    for seed in 1..=20 {
        for fault in [Fault::Eio, Fault::Full, Fault::Short] {
            failed += sweep(seed, fault).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        }
    }
    assert!(failed > 3_000, "only {failed} calls");
}

/// In how many worlds a planted defect is found, of so many.
fn found(plant: Plant, worlds: u64) -> Vec<String> {
    (1..=worlds).filter_map(|seed| run(seed, Some(plant)).err()).collect()
}

#[test]
fn telling_before_the_batch_is_on_disk_is_found() {
    let found = found(Plant::TellFirst, 20);
    assert!(found.len() > 10, "{found:#?}");
    assert!(found.iter().all(|why| why.contains("was acknowledged")), "{found:#?}");
}

#[test]
fn skipping_the_sync_is_found() {
    let found = found(Plant::SkipSync, 20);
    assert!(found.len() > 10, "{found:#?}");
}

#[test]
fn dropping_the_check_of_sequence_and_chain_is_found() {
    let found = found(Plant::DropChain, 100);
    assert!(found.len() > 5, "{found:#?}");
    assert!(found.iter().all(|why| why.contains("was not found")), "{found:#?}");
}
