//! What every connection shares.

use crate::control::Control;
use crate::directory::Directory;
use crate::keys::Keys;
use crate::metrics::Metrics;
use crate::rates::Rates;
use crate::road::{ConnectionId, Inbound};
use crate::stats::Stats;
use crossbeam_channel::Sender;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The largest message taken in, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Bytes that a websocket may hold unwritten. The outbox has its own bound and closes before; this is only beyond the largest
/// message, the open orders of an account that has as many as it may.
pub(crate) const MAX_UNWRITTEN: usize = 64 << 20;
/// Websockets at a time; beyond, one is told 503.
const MAX_CONNECTIONS: u64 = 20_000;

/// What every connection needs.
#[derive(Debug)]
pub(crate) struct Shared {
    /// To the engine. Dropped with the last connection that reads: then the engine stops.
    pub inbound: Sender<Inbound>,
    /// To the publisher.
    pub control: Sender<Control>,
    pub directory: Directory,
    pub keys: Keys,
    pub rates: Arc<Rates>,
    pub metrics: Arc<Metrics>,
    pub stats: Arc<Stats>,
    pub connections: AtomicU64,
    /// The disk is nearly full.
    pub disk_short: Arc<AtomicBool>,
}

/// One connection's place among those that may be; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    /// Which connection.
    pub connection: ConnectionId,
    stats: Arc<Stats>,
}

impl Shared {
    /// A place for another websocket; `None` when all are taken.
    pub fn place(&self) -> Option<Place> {
        if self.stats.connections.fetch_add(1, Ordering::Relaxed) >= MAX_CONNECTIONS {
            self.stats.connections.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Place { connection: self.next_connection(), stats: Arc::clone(&self.stats) })
    }

    /// A number that no connection had before.
    pub fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.stats.connections.fetch_sub(1, Ordering::Relaxed);
    }
}
