//! Counters that the venue's own display reads.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the process started; read and written without order, for people to look at.
#[derive(Debug, Default)]
pub struct Stats {
    /// Commands told.
    pub commands: AtomicU64,
    /// New orders accepted.
    pub orders: AtomicU64,
    /// Fills.
    pub fills: AtomicU64,
    /// Requests refused.
    pub rejects: AtomicU64,
    /// Bytes in the journal.
    pub journal_bytes: AtomicU64,
    /// Batches in the journal.
    pub journal_batches: AtomicU64,
    /// The last `command_seq` on disk.
    pub seq: AtomicU64,
    /// Open connections.
    pub connections: AtomicU64,
}

impl Stats {
    /// Adds to a counter.
    pub(crate) fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Ordering::Relaxed);
    }

    /// Sets a gauge.
    pub(crate) fn set(gauge: &AtomicU64, n: u64) {
        gauge.store(n, Ordering::Relaxed);
    }

    /// Reads one.
    #[must_use]
    pub fn get(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }
}
