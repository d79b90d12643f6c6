//! A thousand subscribers that never read.

use crate::row::{Row, median};
use crate::venue::Venue;
use crate::{Plan, crowd, probe};
use anyhow::Result;

/// How many.
const SILENT: usize = 1_000;

pub async fn show(plan: &Plan) -> Result<Vec<Row>> {
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let venue = Venue::start(plan)?;
    // The first round fills caches and makes files.
    probe::probe(&venue, plan.rate, 2).await?;
    for round in 0..plan.rounds {
        // In turn, and each first as often: whatever the machine does besides falls on both.
        for both in [round % 2 == 0, round % 2 != 0] {
            let guests = if both { crowd::subscribers(venue.address(), SILENT).await? } else { Vec::new() };
            let latency = probe::planned(&venue, plan).await?;
            if both {
                with.push(latency)
            } else {
                without.push(latency)
            };
            drop(guests);
            venue.deserted(0.0).await?;
        }
    }
    let cut = venue.metric("unspent_closed_connections_total{code=\"4008\"}").await?;
    venue.sane()?;
    let under = "1,000 subscribers that never read";
    let p50 = |all: &[probe::Latency]| median(all.iter().map(|latency| latency.p50).collect());
    let p99 = |all: &[probe::Latency]| median(all.iter().map(|latency| latency.p99).collect());
    Ok(vec![
        Row::told(under, "of them cut off with 4008 in all rounds", cut, ""),
        Row::told(under, "acknowledgement p50 without", p50(&without), "ms"),
        Row::told(under, "acknowledgement p50 with", p50(&with), "ms"),
        Row::told(under, "acknowledgement p99 without", p99(&without), "ms"),
        Row::told(under, "acknowledgement p99 with", p99(&with), "ms"),
        Row::below(under, "rise of the p99", (p99(&with) / p99(&without) - 1.0) * 100.0, "%", 10.0),
    ])
}
