//! The real process, killed twenty times under load.

use std::path::PathBuf;
use std::process::Command;
use unspent_crashloop::{Options, run};

/// The server beside this test's own program, built when it is not there yet or older than its sources.
fn server() -> PathBuf {
    let mut arguments = vec!["build", "--quiet", "--package", "unspent"];
    if !cfg!(debug_assertions) {
        arguments.push("--release");
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    assert!(Command::new(cargo).args(&arguments).status().unwrap().success(), "the server builds");
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(|deps| deps.parent()).unwrap().join("unspent")
}

#[test]
fn twenty_kills_under_load_lose_nothing_that_was_acknowledged() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let options = Options { server: server(), kills: 20, seed, talk: true, lying_disk: false };
    let summary = runtime.block_on(run(&options)).unwrap_or_else(|error| panic!("seed {seed}: {error:#}"));
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
    let options = Options { server: server(), kills: 3, seed: 5, talk: false, lying_disk: true };
    let summary = runtime.block_on(run(&options)).unwrap();
    assert!(summary.kills > 0, "it was wrong before anything was lost: {summary:?}");
    assert!(!summary.problems.is_empty(), "the loss went unnoticed: {summary:?}");
}
