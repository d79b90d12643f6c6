//! The other books fill the same orders as ours on small flows of every kind.

#[path = "../others/mod.rs"]
mod others;

use others::contenders;
use unspent_benches::{Case, mixes, recorded, sweep};

fn small() -> Vec<Case> {
    let recorded = recorded().shortened(5_000);
    let without = recorded.without_reductions("recorded_without");
    let mut cases: Vec<Case> = mixes(2_000);
    cases.extend([sweep(20), recorded, without]);
    cases
}

/// Leaves a partly filled order as large as it was: equal only while every fill takes all of its maker.
const DIFFERS: &str = "limitbook 0.1";

#[test]
fn every_book_but_one_fills_the_same_orders_at_the_same_prices_in_the_same_order() {
    for case in small() {
        let expected = (contenders()[0].check)(&case).expect("the book agrees with itself");
        assert!(expected > 0, "{}: a flow without fills compares nothing", case.name);
        for contender in contenders().iter().filter(|contender| (contender.runs)(&case)) {
            let found = (contender.check)(&case);
            if contender.name == DIFFERS && !["sweep", "mix_sweeps"].contains(&case.name) {
                assert!(found.is_err(), "{}: {} no longer differs: say so in README.md", case.name, contender.name);
            } else {
                assert_eq!(found, Ok(expected), "{}: {}", case.name, contender.name);
            }
        }
    }
}

#[test]
fn every_book_can_be_timed() {
    let case = mixes(500).swap_remove(0);
    for contender in contenders() {
        assert!((contender.timer)(&case)() > 0, "{}", contender.name);
    }
}
