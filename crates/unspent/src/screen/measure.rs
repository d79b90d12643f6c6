//! How long answers take, and what the venue's rate leaves.

use super::ring::Ring;
use std::time::Duration;

/// Answers that quantiles are of.
const ANSWERS: usize = 512;
/// New and amended orders and quoted sides that a key usually has a second, and at once (PROTOCOL.md, rates).
const RATE: u64 = 10_000;
const BURST: u64 = 20_000;
const SECOND: u64 = 1_000_000_000;

/// How long the last answers took.
#[derive(Clone, Debug)]
pub struct Latencies(Ring<u64>);

/// Quantiles, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantiles {
    /// Half took no longer.
    pub p50: u64,
    /// 99 of 100 took no longer.
    pub p99: u64,
    /// None took longer.
    pub max: u64,
}

impl Default for Latencies {
    fn default() -> Latencies {
        Latencies(Ring::new(ANSWERS))
    }
}

impl Latencies {
    /// An answer came after so long.
    pub fn record(&mut self, took: Duration) {
        self.0.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Of the last answers; `None` before the first.
    pub fn quantiles(&self) -> Option<Quantiles> {
        let mut sorted: Vec<u64> = self.0.iter().copied().collect();
        sorted.sort_unstable();
        // The smallest value that so many of a hundred do not exceed.
        let at = |percent: usize| sorted.get((sorted.len() * percent).div_ceil(100).checked_sub(1)?).copied();
        Some(Quantiles { p50: at(50)?, p99: at(99)?, max: at(100)? })
    }
}

/// A bucket like the venue's, counted here: the venue does not say what is left of its own.
#[derive(Clone, Debug)]
pub struct Budget {
    /// What is left, in billionths.
    left: u64,
    at: u64,
    /// When the second that is counted began, what it has used, and what the one before it used.
    second: u64,
    using: u64,
    used: u64,
}

/// Where a budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Used in the last whole second.
    pub used: u64,
    /// What a second has.
    pub rate: u64,
    /// What is left at once.
    pub left: u64,
    /// The most that can be left.
    pub burst: u64,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { left: BURST * SECOND, at: 0, second: 0, using: 0, used: 0 }
    }
}

impl Budget {
    fn pass(&mut self, now: u64) {
        let passed = now.saturating_sub(self.at);
        self.left = self.left.saturating_add(passed.saturating_mul(RATE)).min(BURST * SECOND);
        self.at = self.at.max(now);
        let second = self.at / SECOND;
        if second != self.second {
            self.used = if second == self.second + 1 { self.using } else { 0 };
            (self.second, self.using) = (second, 0);
        }
    }

    /// So many were sent, at a time in nanoseconds.
    pub fn spend(&mut self, now: u64, sent: u64) {
        self.pass(now);
        self.left = self.left.saturating_sub(sent.saturating_mul(SECOND));
        self.using = self.using.saturating_add(sent);
    }

    /// Where it stands.
    pub fn rate(&mut self, now: u64) -> Rate {
        self.pass(now);
        Rate { used: self.used, rate: RATE, left: self.left / SECOND, burst: BURST }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_last_answers() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.quantiles(), None);
        latencies.record(Duration::from_secs(9));
        assert_eq!(latencies.quantiles(), Some(Quantiles { p50: 9_000_000, p99: 9_000_000, max: 9_000_000 }));
        for millis in 1..=512 {
            latencies.record(Duration::from_millis(millis));
        }
        assert_eq!(latencies.quantiles(), Some(Quantiles { p50: 256_000, p99: 507_000, max: 512_000 }));
    }

    #[test]
    fn a_budget_is_spent_and_filled() {
        let mut budget = Budget::default();
        let start = 5 * SECOND;
        assert_eq!(budget.rate(start), Rate { used: 0, rate: 10_000, left: 20_000, burst: 20_000 });
        budget.spend(start, 15_000);
        assert_eq!(budget.rate(start).left, 5_000);
        let half = budget.rate(start + SECOND / 2);
        assert_eq!((half.left, half.used), (10_000, 0));
        let next = budget.rate(start + SECOND);
        assert_eq!((next.left, next.used), (15_000, 15_000));
        let later = budget.rate(start + 3 * SECOND);
        assert_eq!((later.left, later.used), (20_000, 0));
        budget.spend(start + 3 * SECOND, 50_000);
        assert_eq!(budget.rate(start).left, 0, "time does not go back");
    }
}
