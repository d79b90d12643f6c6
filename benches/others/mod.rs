//! Other books from the package registry, driven by the same operations.
//!
//! Each is told in its own words, made before anything is timed; its answer is read while it is. Where it lacks an
//! immediate-or-cancel order, a limit order and a cancel of its rest stand for one. Those that cannot take lots from a
//! resting order in its place do not run flow with such reductions, and everybody runs that flow without them instead.

mod limitbook;
mod lobster;
mod matchcore;
mod orderbook_rs;

pub use limitbook::LimitBook;
pub use lobster::Lobster;
pub use matchcore::MatchCore;
pub use orderbook_rs::OrderBookRs;

use unspent_benches::{Bare, Case, Matcher, Prepared, Venue, compare};

/// One matcher as the tables need it.
pub struct Contender {
    /// Its name.
    pub name: &'static str,
    /// Whether it can run a case at all.
    pub runs: fn(&Case) -> bool,
    /// How its fills compare with ours: how many there are, or where they differ.
    pub check: fn(&Case) -> Result<usize, String>,
    /// Something that times it: builds, runs, returns the nanoseconds of the timed part.
    pub timer: for<'a> fn(&'a Case) -> Box<dyn Fn() -> u64 + 'a>,
}

fn contender<M: Matcher + 'static>() -> Contender {
    Contender {
        name: M::name(),
        runs: |case| M::reduces() || !case.reduces(),
        check: |case| compare::<M>(case).map_err(|differs| differs.to_string()),
        timer: |case| {
            let prepared = Prepared::<M>::new(case);
            Box::new(move || prepared.time())
        },
    }
}

/// Ours first.
pub fn contenders() -> Vec<Contender> {
    vec![
        contender::<Bare>(),
        contender::<Venue>(),
        contender::<MatchCore>(),
        contender::<Lobster>(),
        contender::<LimitBook>(),
        contender::<OrderBookRs>(),
    ]
}
