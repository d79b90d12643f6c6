//! One token bucket, as the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371, annex A).

use std::sync::atomic::{AtomicU64, Ordering};

/// How much is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In the long run, each second. At least 1.
    pub per_second: u32,
    /// At once, after a rest. At least 1.
    pub burst: u32,
}

impl Rate {
    /// Nanoseconds that one takes.
    fn each(self) -> u64 {
        1_000_000_000 / u64::from(self.per_second.max(1))
    }

    fn whole(self) -> u64 {
        self.each().saturating_mul(u64::from(self.burst.max(1)))
    }
}

/// A bucket that starts full. Eight bytes of state, no lock.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    full_at: AtomicU64,
}

impl Bucket {
    pub fn new(rate: Rate) -> Bucket {
        Bucket { rate, full_at: AtomicU64::new(0) }
    }

    /// Takes `n` at `now`, in nanoseconds of a clock that only goes forward. What is more than a whole bucket counts as one.
    ///
    /// # Errors
    /// Nothing is taken: there will be enough after so many nanoseconds.
    pub fn take(&self, n: u32, now: u64) -> Result<(), u64> {
        let cost = self.rate.each().saturating_mul(u64::from(n)).min(self.rate.whole());
        let taken = self.full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            let then = full_at.max(now) + cost;
            (then - now <= self.rate.whole()).then_some(then)
        });
        taken.map(|_| ()).map_err(|full_at| full_at.max(now) + cost - now - self.rate.whole())
    }

    /// Whether one could be taken at `now`; otherwise after how many nanoseconds.
    pub fn look(&self, now: u64) -> Result<(), u64> {
        let then = self.full_at.load(Ordering::Relaxed).max(now) + self.rate.each();
        (then - now).checked_sub(self.rate.whole()).filter(|wait| *wait > 0).map_or(Ok(()), Err)
    }

    /// Whether it is full: nothing is lost when it is forgotten.
    pub fn is_full(&self, now: u64) -> bool {
        self.full_at.load(Ordering::Relaxed) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_burst_then_the_rate_and_a_wait_that_is_exact() {
        let bucket = Bucket::new(Rate { per_second: 10, burst: 5 });
        let now = 7 * SECOND;
        for _ in 0..5 {
            assert_eq!(bucket.look(now), Ok(()));
            assert_eq!(bucket.take(1, now), Ok(()));
        }
        assert_eq!(bucket.take(1, now), Err(SECOND / 10));
        assert_eq!(bucket.look(now), Err(SECOND / 10));
        assert_eq!(bucket.take(1, now + SECOND / 10 - 1), Err(1));
        assert_eq!(bucket.take(1, now + SECOND / 10), Ok(()), "a refused one took nothing");
        assert_eq!(bucket.take(3, now + SECOND / 10), Err(3 * SECOND / 10));
        assert!(!bucket.is_full(now + SECOND / 2));
        assert!(bucket.is_full(now + 6 * SECOND / 10));
    }

    #[test]
    fn more_than_a_whole_bucket_waits_for_a_whole_bucket() {
        let bucket = Bucket::new(Rate { per_second: 10, burst: 5 });
        assert_eq!(bucket.take(100, 0), Ok(()));
        assert_eq!(bucket.take(100, 0), Err(SECOND / 2));
        assert_eq!(bucket.take(100, SECOND / 2), Ok(()));
    }
}
