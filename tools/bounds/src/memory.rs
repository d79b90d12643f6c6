//! Ten thousand websockets, each with a book.

use crate::row::Row;
use crate::venue::Venue;
use crate::{Plan, crowd, probe};
use anyhow::Result;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// How many.
const GUESTS: usize = 10_000;
/// Orders and cancels a second meanwhile: each is a message to everyone.
const TRAFFIC: u32 = 3;
/// For so many seconds.
const SECONDS: u32 = 15;
const MIB: f64 = (1 << 20) as f64;

pub async fn show(plan: &Plan) -> Result<Vec<Row>> {
    let venue = Venue::start(plan)?;
    let (empty, _) = venue.resident()?;
    let guests = crowd::subscribers(venue.address(), GUESTS).await?;
    let connected = venue.metric("unspent_connections").await?;
    let (idle, _) = venue.resident()?;
    // A third reads at once, a third every other second, a third never.
    for (i, mut guest) in guests.into_iter().enumerate() {
        tokio::spawn(async move {
            let mut buffer = vec![0; 1_024];
            loop {
                match i % 3 {
                    0 => {}
                    1 => tokio::time::sleep(Duration::from_secs(2)).await,
                    _ => std::future::pending().await,
                }
                if guest.read(&mut buffer).await.is_ok_and(|count| count == 0) {
                    return;
                }
            }
        });
    }
    probe::probe(&venue, TRAFFIC, SECONDS).await?;
    let (_, most) = venue.resident()?;
    venue.sane()?;
    let under = "10,000 websockets, a book each";
    let mib = |bytes: u64| bytes as f64 / MIB;
    Ok(vec![
        Row::told(under, "connected", connected, ""),
        Row::told(under, "resident before them", mib(empty), "MiB"),
        Row::told(under, "resident when all are idle", mib(idle), "MiB"),
        Row::told(under, "resident for each, idle", (idle - empty) as f64 / 1_024.0 / GUESTS as f64, "KiB"),
        Row::below(under, "resident at most, with traffic", mib(most), "MiB", 200.0),
    ])
}
