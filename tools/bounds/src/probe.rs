//! Orders and cancels at a fixed rate, and how long their acknowledgements took.

use crate::venue::{TIMED, Venue};
use crate::{Plan, venue};
use anyhow::{Result, ensure};
use rust_decimal::Decimal;
use std::time::Duration;
use unspent_loadgen::mix::Mix;
use unspent_loadgen::run::{self, Outcome, run};
use unspent_model::Symbol;

/// Seconds before the clock counts.
const WARMUP: u32 = 1;

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    /// The median.
    pub p50: f64,
    /// Of a hundred, 99 were as fast.
    pub p99: f64,
}

/// Sends at `rate` for `seconds` and waits for every acknowledgement.
///
/// # Errors
/// When an answer is missing or a refusal: then no number counts.
pub async fn probe(venue: &Venue, rate: u32, seconds: u32) -> Result<Latency> {
    let plan = run::Plan {
        url: venue.url().to_owned(),
        keys: venue.keys()[..TIMED].to_vec(),
        connections: TIMED,
        rate,
        warmup: WARMUP,
        seconds,
        mix: Mix {
            symbol: Symbol::parse(venue::SYMBOL).expect("a symbol"),
            qty: Decimal::from(1_000),
            bid: Decimal::new(1, 1),
            ask: Decimal::new(9, 1),
            cross: Decimal::new(5, 1),
            crossing: 0,
        },
        late: Duration::from_millis(1),
        drain: Duration::from_secs(10),
    };
    let outcome: Outcome = tokio::task::spawn_blocking(move || run(&plan)).await??;
    let faults = outcome.faults(&[]);
    ensure!(faults.is_empty(), "the timed connections were disturbed: {}", faults.join("; "));
    let of = |percent| outcome.tally.percentile(percent) / 1_000.0;
    Ok(Latency { p50: of(50.0), p99: of(99.0) })
}

/// The same at the plan's rate and length.
pub async fn planned(venue: &Venue, plan: &Plan) -> Result<Latency> {
    let latency = probe(venue, plan.rate, plan.seconds).await?;
    eprintln!("   p50 {:.2} ms, p99 {:.2} ms", latency.p50, latency.p99);
    Ok(latency)
}
