//! A short soak: everybody is killed at least once in half a minute or so.

use std::time::Duration;
use unspent_soak::{Options, run};

#[test]
fn nothing_is_missing_after_a_few_kills() {
    let program = unspent_crashloop::server::build().unwrap();
    let report = run(&program, &Options { lasts: Duration::from_secs(20), seed: 5, every: 1..=2 }).unwrap();
    assert!(report.problems.is_empty(), "{report}");
    assert!(report.kills.iter().all(|&kills| kills > 0), "{report}");
    assert!(report.commands > 100, "{report}");
}
