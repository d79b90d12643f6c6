//! How long to wait before the next try.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The bounds of the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackOff {
    /// The most that the first wait takes.
    pub base: Duration,
    /// The most that any wait takes.
    pub cap: Duration,
    /// Where the chance comes from: the same seed waits the same.
    pub seed: u64,
}

impl Default for BackOff {
    /// 100 ms, 10 s, and a seed of the process's own.
    fn default() -> BackOff {
        let (base, cap) = (Duration::from_millis(100), Duration::from_secs(10));
        BackOff { base, cap, seed: RandomState::new().hash_one(0_u8) }
    }
}

/// Exponential, with full jitter: the n-th wait is anything from nothing to `base` × 2ⁿ, at most `cap`, so that clients
/// that lost a venue together do not come back together.
#[derive(Debug)]
pub(crate) struct Waits {
    bounds: BackOff,
    failures: u32,
    chance: u64,
}

impl Waits {
    pub(crate) fn new(bounds: BackOff) -> Waits {
        Waits { bounds, failures: 0, chance: bounds.seed }
    }

    /// The next wait.
    pub(crate) fn next(&mut self) -> Duration {
        let most = self.bounds.base.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX));
        let most = most.min(self.bounds.cap);
        self.failures = (self.failures + 1).min(31);
        // Half a 64-bit number's bits are plenty for milliseconds, and a product that fits.
        let part = self.draw() >> 32;
        let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(((u128::from(nanos) * u128::from(part)) >> 32) as u64)
    }

    /// A wait as long as waits become.
    pub(crate) fn longest(&mut self) -> Duration {
        self.failures = 31;
        self.bounds.cap / 2 + self.next() / 2
    }

    /// What worked for a while begins anew.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// SplitMix64. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
    fn draw(&mut self) -> u64 {
        self.chance = self.chance.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_never_beyond() {
        let bounds = BackOff { seed: 7, ..BackOff::default() };
        let mut waits = Waits::new(bounds);
        let mut long = 0;
        for failures in 0..200_u32 {
            let most = bounds.base.saturating_mul(1 << failures.min(20)).min(bounds.cap);
            let wait = waits.next();
            assert!(wait <= most, "wait {failures} is {wait:?}, more than {most:?}");
            long += u32::from(wait > bounds.cap / 2);
        }
        assert!((60..140).contains(&long), "{long} of 200 waits were longer than half the cap");
        waits.reset();
        assert!(waits.next() <= bounds.base);
        assert!(waits.longest() >= bounds.cap / 2);
    }

    #[test]
    fn the_same_seed_waits_the_same() {
        let waits = |seed| {
            let mut waits = Waits::new(BackOff { seed, ..BackOff::default() });
            [waits.next(), waits.next(), waits.next()]
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }
}
