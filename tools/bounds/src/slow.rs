//! A thousand connections that send a byte a second.

use crate::row::Row;
use crate::venue::Venue;
use crate::{Plan, crowd};
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// How many.
const SLOW: usize = 1_000;
/// Logins meanwhile.
const LOGINS: u32 = 40;

/// Sends a request of which no end comes, a byte a second; again when it is thrown out. Every other one has become a websocket
/// and does the same with a message.
async fn drip(number: usize, address: String, thrown_out: Arc<AtomicU64>) -> Result<()> {
    loop {
        let (mut stream, bytes) = if number.is_multiple_of(2) {
            (TcpStream::connect(&address).await?, crowd::upgrade(&address).into_bytes())
        } else {
            (crowd::enter(&address).await?, crowd::frame(&" ".repeat(1_000)))
        };
        for byte in bytes {
            if stream.write_all(&[byte]).await.is_err() {
                thrown_out.fetch_add(1, Ordering::Relaxed);
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

pub async fn show(plan: &Plan) -> Result<Vec<Row>> {
    let venue = Venue::start(plan)?;
    let thrown_out = Arc::new(AtomicU64::new(0));
    let mut drips = tokio::task::JoinSet::new();
    for number in 0..SLOW {
        drips.spawn(drip(number, venue.address().to_owned(), Arc::clone(&thrown_out)));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut slowest = Duration::ZERO;
    for _ in 0..LOGINS {
        let started = Instant::now();
        crowd::log_in(venue.address(), &venue.keys()[0]).await?;
        slowest = slowest.max(started.elapsed());
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    drips.abort_all();
    venue.sane()?;
    let under = "1,000 connections, a byte a second";
    Ok(vec![
        Row::told(under, "of them thrown out, and back again", thrown_out.load(Ordering::Relaxed) as f64, ""),
        Row::below(under, "slowest of 40 logins, from connecting", slowest.as_secs_f64() * 1e3, "ms", 1_000.0),
    ])
}
