//! The real process under a clock that jumps, killed and started again.

use unspent_crashloop::clock::{library, times};
use unspent_crashloop::server::{Server, build};
use unspent_crashloop::{Options, run};

#[test]
fn a_clock_that_jumps_forwards_and_back_loses_nothing_and_time_never_goes_back() {
    if let Err(error) = library() {
        eprintln!("not tested here: {error:#}; `cargo kills 20 --clock` says the same and fails");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let mut machine = Server::new(&build().unwrap()).unwrap().jumping(seed).unwrap();
    let options = Options { kills: 8, seed, load: 100..=400, talk: false };
    let summary =
        runtime.block_on(run(&mut machine, &options)).unwrap_or_else(|error| panic!("seed {seed}: {error:#}"));
    assert_eq!(summary.problems, [], "seed {seed}");
    assert_eq!(summary.kills, 8);
    assert!(summary.acknowledged > 100, "seed {seed}: {summary:?}");
    let times = times(&machine.data().join("journal")).unwrap();
    assert_eq!(times.back, 0, "seed {seed}");
    // The venue saw both kinds of jump.
    assert!(times.ahead > 0 && times.still > 10, "seed {seed}: {times:?}");
}
