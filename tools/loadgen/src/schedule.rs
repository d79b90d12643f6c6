//! When each request is meant to leave: fixed in advance, whatever the server does.

use std::time::{Duration, Instant};

const SECOND: u128 = 1_000_000_000;

/// Slots at a fixed rate from a start. Slot `n` is meant to leave at `start + n / rate`.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    start: Instant,
    rate: u32,
    warmup: u64,
    slots: u64,
}

impl Schedule {
    /// A schedule of `rate` slots a second, `warmup` seconds of them unmeasured and `seconds` measured.
    #[must_use]
    pub fn new(start: Instant, rate: u32, warmup: u32, seconds: u32) -> Schedule {
        let warmup = u64::from(rate) * u64::from(warmup);
        Schedule { start, rate, warmup, slots: warmup + u64::from(rate) * u64::from(seconds) }
    }

    /// How many slots there are.
    #[must_use]
    pub fn slots(&self) -> u64 {
        self.slots
    }

    /// The first slot that counts.
    #[must_use]
    pub fn first_measured(&self) -> u64 {
        self.warmup
    }

    /// When a slot is meant to leave.
    #[must_use]
    pub fn intended(&self, slot: u64) -> Instant {
        let nanos = u128::from(slot) * SECOND / u128::from(self.rate);
        self.start + Duration::from_nanos(u64::try_from(nanos).expect("a run lasts less than centuries"))
    }

    /// How many slots should have left at `now`: all those before the answer are due.
    #[must_use]
    pub fn due(&self, now: Instant) -> u64 {
        let Some(elapsed) = now.checked_duration_since(self.start) else { return 0 };
        // The first slot meant to leave after `now`, exactly: the least n with floor(n × SECOND / rate) > elapsed.
        let due = ((elapsed.as_nanos() + 1) * u128::from(self.rate)).div_ceil(SECOND);
        u64::try_from(due).map_or(self.slots, |due| due.min(self.slots))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_spread_evenly_and_never_drift() {
        let start = Instant::now();
        let schedule = Schedule::new(start, 3, 1, 2);
        assert_eq!((schedule.slots(), schedule.first_measured()), (9, 3));
        assert_eq!(schedule.intended(0), start);
        assert_eq!(schedule.intended(1), start + Duration::from_nanos(333_333_333));
        assert_eq!(schedule.intended(3), start + Duration::from_secs(1));
        assert_eq!(schedule.intended(9), start + Duration::from_secs(3));
    }

    #[test]
    fn a_slot_is_due_at_its_time_and_not_a_nanosecond_before() {
        let start = Instant::now();
        for rate in [1, 3, 7, 1_000, 20_000, 300_007] {
            let schedule = Schedule::new(start, rate, 0, 10);
            for slot in 0..schedule.slots().min(500) {
                let intended = schedule.intended(slot);
                assert_eq!(schedule.due(intended), slot + 1, "rate {rate}");
                if slot > 0 {
                    assert_eq!(schedule.due(intended - Duration::from_nanos(1)), slot, "rate {rate}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_due_before_the_start_nor_after_the_end() {
        let start = Instant::now() + Duration::from_secs(10);
        let schedule = Schedule::new(start, 100, 1, 1);
        assert_eq!(schedule.due(start - Duration::from_secs(1)), 0);
        assert_eq!(schedule.due(start + Duration::from_secs(100)), 200);
    }
}
