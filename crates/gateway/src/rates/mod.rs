//! How much is let in: token buckets by key, by connection and by address.
//!
//! # Invariants
//! - Cancels have a bucket of their own, larger than that of orders: a maker can always pull its quotes.
//! - A refusal takes nothing and says how long to wait.
//! - Whoever goes on all the same is closed with 4009.

mod addresses;
mod bucket;
mod meter;

pub(crate) use addresses::{Address, Addresses};
pub use bucket::Rate;
pub(crate) use meter::{Meter, refusal};

use crate::keys::KeyId;
use bucket::Bucket;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// The venue's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// New and amended orders and quoted sides, of one key.
    pub orders: Rate,
    /// Orders named in cancels, amends that change nothing but the quantity, and timers, of one key.
    pub cancels: Rate,
    /// Everything else: messages of one connection; requests over HTTP of one address.
    pub requests: Rate,
    /// Logins that fail, of one address.
    pub failures: Rate,
    /// Connections of one address at a time.
    pub connections_per_address: u32,
    /// Whether addresses of this machine are bounded too. Usually not: a proxy stands there.
    pub loopback: bool,
}

impl Default for RateLimits {
    fn default() -> RateLimits {
        RateLimits {
            orders: Rate { per_second: 10_000, burst: 20_000 },
            cancels: Rate { per_second: 50_000, burst: 100_000 },
            requests: Rate { per_second: 100, burst: 1_000 },
            failures: Rate { per_second: 1, burst: 20 },
            connections_per_address: 256,
            loopback: false,
        }
    }
}

/// What a key may do, over all its connections.
#[derive(Debug)]
pub(crate) struct KeyRates {
    orders: Bucket,
    cancels: Bucket,
}

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Rates {
    limits: RateLimits,
    pub addresses: Addresses,
    keys: Mutex<HashMap<KeyId, Arc<KeyRates>>>,
}

impl Rates {
    pub fn new(limits: RateLimits) -> Rates {
        Rates { limits, addresses: Addresses::new(limits), keys: Mutex::default() }
    }

    /// What is counted of a key. There are no more of them than keys.
    pub fn key(&self, key: &KeyId) -> Arc<KeyRates> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock();
        // Revoked ones go when they have nothing to be remembered for.
        if keys.len() > 1_024 {
            keys.retain(|_, rates| {
                Arc::strong_count(rates) > 1 || !rates.orders.is_full(now) || !rates.cancels.is_full(now)
            });
        }
        let fresh = || {
            let (orders, cancels) = (Bucket::new(self.limits.orders), Bucket::new(self.limits.cancels));
            Arc::new(KeyRates { orders, cancels })
        };
        Arc::clone(keys.entry(key.clone()).or_insert_with(fresh))
    }

    /// A meter for a new connection.
    pub fn meter(&self) -> Meter {
        Meter::new(self.limits.requests)
    }
}

/// Nanoseconds of a clock that only goes forward.
pub(crate) fn clock() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    // A second ahead, so that a bucket that was never used is full.
    1_000_000_000 + u64::try_from(start.elapsed().as_nanos()).expect("584 years")
}
