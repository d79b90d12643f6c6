//! The real process, killed twenty times under load.

use unspent_crashloop::server::{Server, build};
use unspent_crashloop::{Options, run};

#[test]
fn twenty_kills_under_load_lose_nothing_that_was_acknowledged() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let options = Options { kills: 20, seed, load: 20..=250, talk: true };
    let mut machine = Server::new(&build().unwrap()).unwrap();
    let summary =
        runtime.block_on(run(&mut machine, &options)).unwrap_or_else(|error| panic!("seed {seed}: {error:#}"));
    println!("seed {seed}: {summary:?}");
    assert_eq!(summary.problems, [], "seed {seed}");
    assert_eq!(summary.kills, 20);
    // A run that told and compared nothing would prove nothing.
    assert!(summary.acknowledged > 200, "seed {seed}: {summary:?}");
    assert!(summary.compared > 200, "seed {seed}: {summary:?}");
    assert!(summary.exact > 3, "seed {seed}: {summary:?}");
    assert!(summary.unknown > 0, "seed {seed}: {summary:?}");
}

#[test]
fn a_disk_that_loses_what_it_said_was_written_is_found_out() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let options = Options { kills: 3, seed: 5, load: 20..=250, talk: false };
    let mut machine = Server::new(&build().unwrap()).unwrap().lying();
    let summary = runtime.block_on(run(&mut machine, &options)).unwrap();
    assert!(summary.kills > 0, "it was wrong before anything was lost: {summary:?}");
    assert!(!summary.problems.is_empty(), "the loss went unnoticed: {summary:?}");
}
