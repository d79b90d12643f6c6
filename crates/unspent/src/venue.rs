//! A whole venue in one process: road and gateway, started and stopped together.

use crate::road::{self, Found, Road, StartOptions, Threads};
use crate::venue_file::VenueFile;
use anyhow::{Context, Result, anyhow, ensure};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use unspent_gateway::{Gateway, KeyFile, KeyOptions, Keys, MasterKey, Options, Port, PortOptions, Stats, Tls};

/// How long connections may take to hear the venue's last words.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// How to start a venue.
#[derive(Debug, Clone)]
pub struct VenueOptions {
    /// The data directory.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the operator is listened to, if anywhere.
    pub admin_listen: Option<SocketAddr>,
    /// The file of the keys, which is followed while the venue runs.
    pub keys: PathBuf,
    /// What seals the secrets of HMAC keys.
    pub master_key: Option<PathBuf>,
    /// The port's certificate.
    pub tls: Option<Tls>,
    /// Pages elsewhere that may connect.
    pub origins: Vec<String>,
    /// Instruments, accounts and keys.
    pub file: VenueFile,
    /// Bytes of a journal segment.
    pub segment_bytes: u64,
    /// A snapshot is made whenever so many segments are full; never for 0.
    pub snapshot_segments: usize,
    /// Use no snapshot.
    pub replay_all: bool,
}

/// A running venue.
#[derive(Debug)]
pub struct Venue {
    gateway: Gateway,
    threads: Threads,
    found: Found,
    secure: bool,
}

impl Venue {
    /// Replays the journal, opens the port and starts every thread. Must run inside a tokio runtime.
    ///
    /// # Errors
    /// A port or a directory in use, damage in the journal, a replay that does not agree.
    pub async fn start(options: VenueOptions, mut progress: impl FnMut(u64) + Send + 'static) -> Result<Venue> {
        // First: a port that is taken should not cost a replay.
        let listener = TcpListener::bind(options.listen).await.with_context(|| {
            format!("listening on {}; choose another address with --listen, such as 127.0.0.1:0", options.listen)
        })?;
        let admin = match options.admin_listen {
            None => None,
            Some(address) => Some(TcpListener::bind(address).await.with_context(|| {
                format!("listening for the operator on {address}; choose another address with --admin-listen")
            })?),
        };
        // So should keys that are of no use.
        let keys = keys(&options)?;
        let secure = options.tls.is_some();
        let port = Port::open(
            listener,
            PortOptions { tls: options.tls, origins: options.origins, rates: options.file.limits, admin },
        )?;
        let replayed = port.progress();
        let progress = move |seq| {
            replayed(seq);
            progress(seq);
        };
        let start = StartOptions {
            data: options.data.clone(),
            clock: unspent_gateway::now,
            venue: options.file.clone(),
            segment_bytes: options.segment_bytes,
            snapshot_segments: options.snapshot_segments,
            replay_all: options.replay_all,
        };
        let road = tokio::task::spawn_blocking(move || road::start(start, progress)).await??;
        let Road { inbound, released, announcer, found, seeded_seq, threads, room } = road;
        let gateway = Gateway::start(Options { port, keys, inbound, released, announcer, disk_short: room.short() })?;
        let venue = Venue { gateway, threads, found, secure };
        // Ready means that whoever connects now finds every instrument and account of the venue file.
        let stats = venue.stats();
        while Stats::get(&stats.seq) < seeded_seq && !venue.threads.any_finished() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(venue)
    }

    /// What the start found.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// Where clients connect.
    pub fn url(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}/ws", self.gateway.address())
    }

    /// Where the operator's requests go, if anywhere.
    pub fn admin_url(&self) -> Option<String> {
        let scheme = if self.secure { "https" } else { "http" };
        self.gateway.admin_address().map(|address| format!("{scheme}://{address}"))
    }

    /// The venue's counters.
    pub fn stats(&self) -> Arc<Stats> {
        self.gateway.stats()
    }

    /// Ends when one of the venue's threads does, though nobody asked it to.
    pub async fn failed(&self) {
        while !self.threads.any_finished() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Stops taking requests, carries out and writes what was taken, tells it, and closes.
    ///
    /// # Errors
    /// What stopped a thread before.
    pub async fn stop(self) -> Result<Stopped> {
        self.gateway.stop();
        let stats = self.stats();
        let Venue { gateway, threads, .. } = self;
        let ended = tokio::task::spawn_blocking(move || {
            let engine = threads.join()?;
            gateway.join().map_err(|_| anyhow!("the publisher thread panicked: an invariant is broken"))?;
            Ok(Stopped { last_seq: engine.seq().0, state_hash: engine.state_hash(), open_orders: engine.open_orders() })
        });
        let stopped = ended.await?;
        // Everything is told; let those who listen hear it.
        let hear = async {
            while Stats::get(&stats.connections) > 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        // Who does not listen has had its time.
        let _ = tokio::time::timeout(LAST_WORDS, hear).await;
        stopped
    }
}

/// Who may come in.
fn keys(options: &VenueOptions) -> Result<Keys> {
    let master = options.master_key.as_deref().map(MasterKey::read).transpose().context("the master key")?;
    let keys = Keys::open(KeyOptions {
        fixed: options.file.keys.clone(),
        file: Some(KeyFile::at(&options.keys)),
        master,
        clock: unspent_gateway::now,
    })?;
    let closed = keys.sealed_for_good();
    ensure!(
        closed.is_empty(),
        "the secret of key {} cannot be opened: say --master-key FILE, with the file that it was made with",
        closed[0]
    );
    Ok(keys)
}

/// Where a venue stood when it stopped.
#[derive(Debug, Clone, Copy)]
pub struct Stopped {
    /// The last command.
    pub last_seq: u64,
    /// The state hash after it.
    pub state_hash: u64,
    /// Orders open then.
    pub open_orders: usize,
}

/// What a person is told about a start.
pub fn describe(found: &Found) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(torn) = &found.torn {
        lines.push(format!(
            "cut a torn tail of {} bytes at byte {} of {}: a crash left an unfinished batch, of which nobody was told",
            torn.bytes,
            torn.offset,
            torn.file.display()
        ));
    }
    if let Some((seq, took)) = &found.restored {
        lines.push(format!("restored the snapshot of command {} in {took:.2?}", crate::money::count(*seq)));
    }
    let replayed = &found.replayed;
    if replayed.commands == 0 && found.restored.is_none() {
        lines.push("nothing to replay: a new journal".to_owned());
    } else {
        lines.push(format!(
            "replayed {} commands and {} fills in {:.2?}, {} state hashes matched; {} orders are open{}",
            crate::money::count(replayed.commands),
            crate::money::count(replayed.fills),
            replayed.took,
            replayed.marks,
            crate::money::count(found.open_orders as u64),
            replayed.state_hash.map_or(String::new(), |hash| format!("; state {hash:016x}"))
        ));
    }
    lines
}
