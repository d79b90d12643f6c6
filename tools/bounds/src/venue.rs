//! The server under test, and what can be seen of it from outside.

use crate::Plan;
use crate::crowd;
use anyhow::{Context, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::time::{Duration, Instant};
use unspent_loadgen::server::Server;
use unspent_model::Symbol;

/// Sockets of the largest crowd, on either side, and some more.
const DESCRIPTORS: u64 = 16_384;
/// What is traded.
pub const SYMBOL: &str = "AWS-ACT-1K-202706";
/// The accounts whose acknowledgements are timed.
pub const TIMED: usize = 4;
/// An account more, which misbehaves.
pub const BAD: usize = 4;

/// Lets this process and the server that it starts have enough sockets.
///
/// # Errors
/// When the machine does not allow it; says what would help.
pub fn raise_descriptors() -> Result<()> {
    let now = getrlimit(Resource::Nofile);
    if now.current.is_none_or(|current| current >= DESCRIPTORS) {
        return Ok(());
    }
    let maximum = now.maximum.map(|maximum| maximum.max(DESCRIPTORS));
    setrlimit(Resource::Nofile, Rlimit { current: Some(DESCRIPTORS), maximum })
        .with_context(|| format!("{DESCRIPTORS} open files are needed: raise the hard limit (ulimit -Hn)"))
}

/// A fresh server.
pub struct Venue {
    server: Server,
    address: String,
}

impl Venue {
    /// Starts it on a directory of its own.
    pub fn start(plan: &Plan) -> Result<Venue> {
        let symbol = Symbol::parse(SYMBOL).expect("a symbol");
        let server = Server::venue(&plan.bin, &plan.data, symbol, TIMED + 1)?;
        let address = server.url.trim_start_matches("ws://").trim_end_matches("/ws").to_owned();
        Ok(Venue { server, address })
    }

    /// `HOST:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where its websocket is.
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// The keys of all accounts.
    pub fn keys(&self) -> &[String] {
        &self.server.keys
    }

    /// Memory that it holds, in bytes: now, and the most it ever held.
    pub fn resident(&self) -> Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.pid()))?;
        let bytes = |name: &str| -> Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
            Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1_024)
        };
        Ok((bytes("VmRSS:")?, bytes("VmHWM:")?))
    }

    /// One of its metrics; 0 when it has not been counted yet.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let text = crowd::get(&self.address, "/metrics").await?;
        ensure!(text.contains("# EOF"), "/metrics is cut short");
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map_or(Ok(0.0), |value| value.parse().with_context(|| format!("{name} is {value}")))
    }

    /// Waits until it has no more websockets than these.
    pub async fn deserted(&self, most: f64) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let connections = self.metric("unspent_connections").await?;
            if connections <= most {
                return Ok(());
            }
            ensure!(Instant::now() < until, "{connections} connections are left of those that are gone");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Nothing in it may have panicked.
    pub fn sane(&self) -> Result<()> {
        let log = self.server.log();
        ensure!(!log.contains("panicked"), "the server panicked: {log}");
        Ok(())
    }
}
