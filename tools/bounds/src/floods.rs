//! Floods over the rates, beside traffic.

use crate::row::Row;
use crate::venue::{BAD, SYMBOL, Venue};
use crate::{Plan, crowd, probe};
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections of a flood.
const FLOODERS: usize = 16;
/// Messages a second of all of them.
const MESSAGES: usize = 20_000;
/// A flood goes in waves, so many a second.
const WAVES: usize = 50;
/// What an acknowledgement may take beside a flood, in milliseconds.
const MOST: f64 = 25.0;

/// What floods.
#[derive(Clone, Copy, Debug)]
enum Flood {
    Pings,
    Frames,
    Subscriptions,
    Orders,
}

impl Flood {
    const ALL: [Flood; 4] = [Flood::Pings, Flood::Frames, Flood::Subscriptions, Flood::Orders];

    fn under(self) -> &'static str {
        match self {
            Flood::Pings => "20,000 pings a second",
            Flood::Frames => "20,000 ping frames a second",
            Flood::Subscriptions => "20,000 subscriptions a second",
            Flood::Orders => "20,000 orders a second of a key",
        }
    }

    /// The bytes of one wave of one connection.
    fn wave(self) -> Vec<u8> {
        let one = match self {
            Flood::Pings => crowd::frame(r#"{"method":"ping"}"#),
            Flood::Frames => crowd::control(0x89, b"are you there?"),
            Flood::Subscriptions => {
                let ask = |method| {
                    format!(r#"{{"method":"{method}","params":{{"channel":"book","symbol":"{SYMBOL}/USD"}}}}"#)
                };
                [crowd::frame(&ask("subscribe")), crowd::frame(&ask("unsubscribe"))].concat()
            }
            Flood::Orders => crowd::frame(&format!(
                r#"{{"method":"add_order","params":{{"symbol":"{SYMBOL}/USD","side":"buy","order_type":"limit","order_qty":1000,"limit_price":0.1,"time_in_force":"ioc"}}}}"#
            )),
        };
        let messages = if matches!(self, Flood::Subscriptions) { 2 } else { 1 };
        one.repeat(MESSAGES / FLOODERS / WAVES / messages)
    }
}

/// What came of a flood.
#[derive(Debug, Default)]
struct Met {
    sent: AtomicU64,
    closed: AtomicU64,
}

async fn flooder(flood: Flood, address: String, key: String, met: Arc<Met>, stop: Arc<AtomicBool>) -> Result<()> {
    let (wave, messages) = (flood.wave(), (MESSAGES / FLOODERS / WAVES) as u64);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(WAVES).expect("a few"));
    let enter = async || -> Result<TcpStream> {
        match flood {
            Flood::Orders => crowd::log_in(&address, &key).await,
            _ => crowd::enter(&address).await,
        }
    };
    let mut stream = enter().await?;
    let mut buffer = vec![0; 64 << 10];
    while !stop.load(Ordering::Relaxed) {
        let (mut read, mut write) = stream.split();
        let ended = async { while read.read(&mut buffer).await.is_ok_and(|count| count > 0) {} };
        let flooding = async {
            loop {
                ticks.tick().await;
                if stop.load(Ordering::Relaxed) || write.write_all(&wave).await.is_err() {
                    return;
                }
                met.sent.fetch_add(messages, Ordering::Relaxed);
            }
        };
        tokio::select! {
            () = ended => {}
            () = flooding => {}
        }
        if !stop.load(Ordering::Relaxed) {
            met.closed.fetch_add(1, Ordering::Relaxed);
            stream = enter().await?;
        }
    }
    Ok(())
}

pub async fn show(plan: &Plan) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for flood in Flood::ALL {
        let venue = Venue::start(plan)?;
        let seconds = plan.seconds.min(10);
        let before = probe::probe(&venue, plan.rate, seconds).await?;
        let (met, stop) = (Arc::new(Met::default()), Arc::new(AtomicBool::new(false)));
        let mut flooders = tokio::task::JoinSet::new();
        for _ in 0..FLOODERS {
            let key = venue.keys()[BAD].clone();
            let (met, stop) = (Arc::clone(&met), Arc::clone(&stop));
            flooders.spawn(flooder(flood, venue.address().to_owned(), key, met, stop));
        }
        let during = probe::probe(&venue, plan.rate, seconds).await?;
        let (resident, _) = venue.resident()?;
        stop.store(true, Ordering::Relaxed);
        while let Some(one) = flooders.join_next().await {
            one??;
        }
        venue.deserted(0.0).await?;
        venue.sane()?;
        let under = flood.under();
        rows.extend([
            Row::told(under, "sent", met.sent.load(Ordering::Relaxed) as f64, ""),
            Row::told(under, "connections closed for it", met.closed.load(Ordering::Relaxed) as f64, ""),
            Row::told(under, "resident", resident as f64 / f64::from(1 << 20), "MiB"),
            Row::told(under, "acknowledgement p99 of others before", before.p99, "ms"),
            Row::below(under, "acknowledgement p99 of others during", during.p99, "ms", MOST),
        ]);
    }
    Ok(rows)
}
