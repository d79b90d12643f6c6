//! Connections opened and reset, a thousand a second.

use crate::row::Row;
use crate::venue::Venue;
use crate::{Plan, crowd, probe};
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// How many a second.
const RESETS: u32 = 1_000;
/// What an acknowledgement may take meanwhile, in milliseconds.
const MOST: f64 = 25.0;

/// A connection that goes without a word: closing it sends a reset. A third says nothing before, a third part of a request, a
/// third becomes a websocket.
async fn one(address: String, turn: u32) -> Result<()> {
    let mut stream = match turn % 3 {
        2 => crowd::enter(&address).await?,
        _ => TcpStream::connect(&address).await?,
    };
    if turn % 3 == 1 {
        stream.write_all(b"GET /v1/instruments HTTP/1.1\r\nHost: x\r\nX-Cut: o").await?;
    }
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
    Ok(())
}

pub async fn show(plan: &Plan) -> Result<Vec<Row>> {
    let venue = Venue::start(plan)?;
    let seconds = plan.seconds.min(10);
    let before = probe::probe(&venue, plan.rate, seconds).await?;
    let (resident_before, _) = venue.resident()?;
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let storm = tokio::spawn({
        let (stop, done, address) = (Arc::clone(&stop), Arc::clone(&done), venue.address().to_owned());
        async move {
            let mut ticks = tokio::time::interval(Duration::from_secs(1) / RESETS);
            for turn in 0.. {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                ticks.tick().await;
                let (address, done) = (address.clone(), Arc::clone(&done));
                tokio::spawn(async move {
                    if one(address, turn).await.is_ok() {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        }
    });
    let during = probe::probe(&venue, plan.rate, seconds).await?;
    stop.store(true, Ordering::Relaxed);
    storm.await?;
    venue.deserted(0.0).await?;
    let (resident_after, _) = venue.resident()?;
    venue.sane()?;
    let under = "1,000 connections opened and reset a second";
    let grown = resident_after as f64 - resident_before as f64;
    Ok(vec![
        Row::told(under, "reset", done.load(Ordering::Relaxed) as f64, ""),
        Row::told(under, "acknowledgement p99 of others before", before.p99, "ms"),
        Row::below(under, "acknowledgement p99 of others during", during.p99, "ms", MOST),
        Row::below(under, "resident more than before", grown / f64::from(1 << 20), "MiB", 64.0),
    ])
}
