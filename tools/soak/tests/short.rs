//! A short soak: everybody is killed once.

use std::time::Duration;
use unspent_soak::{Options, run};

#[test]
fn nothing_is_missing_after_a_few_kills() {
    let program = unspent_crashloop::server::build().unwrap();
    let report = run(&program, &Options { lasts: Duration::ZERO, seed: 5, every: 1..=2 }).unwrap();
    assert!(report.problems.is_empty(), "{report}");
    assert_eq!((report.kills, report.resumed), ([1; 3], 3), "{report}");
    assert!(report.commands > 100, "{report}");
}
