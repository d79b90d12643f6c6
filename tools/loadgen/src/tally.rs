//! What came back, and how long after it was meant to leave.

use crate::schedule::Schedule;
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::time::Instant;

/// Latencies beyond an hour count as an hour.
const LONGEST_NANOS: u64 = 3_600_000_000_000;

/// The replies of one connection, or of all after [`Tally::merge`].
#[derive(Clone, Debug)]
pub struct Tally {
    latencies: Histogram<u64>,
    /// Replies to measured slots.
    pub measured: u64,
    /// Replies to any slot, each slot once.
    pub replies: u64,
    /// Of the measured replies, those that said yes.
    pub acks: u64,
    /// Refusals, warm-up included: how many for each code.
    pub rejects: BTreeMap<u16, u64>,
    /// Replies that answer no open request.
    pub strays: u64,
    /// When the last measured reply came.
    pub last: Option<Instant>,
}

/// Answers that a tally keeps apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done, and durable.
    Ack,
    /// Refused with this code.
    Reject(u16),
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            latencies: Histogram::new_with_bounds(1, LONGEST_NANOS, 3).expect("constant bounds"),
            measured: 0,
            replies: 0,
            acks: 0,
            rejects: BTreeMap::new(),
            strays: 0,
            last: None,
        }
    }
}

impl Tally {
    /// Counts the answer to a slot. Its latency runs from when the request was meant to leave, so whatever kept it from
    /// leaving (a server that stalls, a full socket, this program) is part of it.
    pub fn record(&mut self, schedule: &Schedule, slot: u64, answer: Answer, at: Instant) {
        self.replies += 1;
        if let Answer::Reject(code) = answer {
            *self.rejects.entry(code).or_default() += 1;
        }
        if slot < schedule.first_measured() {
            return;
        }
        let latency = at.saturating_duration_since(schedule.intended(slot)).as_nanos();
        self.latencies.saturating_record(u64::try_from(latency).unwrap_or(LONGEST_NANOS));
        self.measured += 1;
        self.acks += u64::from(answer == Answer::Ack);
        self.last = self.last.max(Some(at));
    }

    /// Adds another connection's replies.
    pub fn merge(&mut self, other: &Tally) {
        self.latencies.add(&other.latencies).expect("the same bounds");
        self.measured += other.measured;
        self.replies += other.replies;
        self.acks += other.acks;
        self.strays += other.strays;
        self.last = self.last.max(other.last);
        for (code, count) in &other.rejects {
            *self.rejects.entry(*code).or_default() += count;
        }
    }

    /// The latency in microseconds that `percent` of the measured replies did not exceed.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> f64 {
        micros(self.latencies.value_at_percentile(percent))
    }

    /// The longest latency in microseconds.
    #[must_use]
    pub fn max(&self) -> f64 {
        micros(self.latencies.max())
    }
}

fn micros(nanos: u64) -> f64 {
    nanos as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// A server that answers in 100 µs but stands still from 2 s to 3 s, as a sender that never waits sees it.
    fn stalled(sender_waits: bool) -> Tally {
        let start = Instant::now();
        let schedule = Schedule::new(start, 1_000, 0, 5);
        let (stall, resume) = (start + Duration::from_secs(2), start + Duration::from_secs(3));
        let service = Duration::from_micros(100);
        let mut tally = Tally::default();
        let mut free = start;
        for slot in 0..schedule.slots() {
            // A sender that waits for each answer sends late after the stall; its requests still count from the schedule.
            let sent = if sender_waits { schedule.intended(slot).max(free) } else { schedule.intended(slot) };
            let begun = if sent >= stall && sent < resume { resume } else { sent };
            free = begun + service;
            tally.record(&schedule, slot, Answer::Ack, free);
        }
        tally
    }

    #[test]
    fn a_stall_of_a_second_shows_in_every_request_that_was_meant_to_leave_during_it() {
        let tally = stalled(false);
        assert_eq!(tally.measured, 5_000);
        assert!((99.0..102.0).contains(&tally.percentile(50.0)), "{}", tally.percentile(50.0));
        assert!((99.0..102.0).contains(&tally.percentile(79.0)), "a fifth was stalled: {}", tally.percentile(79.0));
        assert!((495_000.0..505_000.0).contains(&tally.percentile(90.0)), "{}", tally.percentile(90.0));
        assert!((945_000.0..955_000.0).contains(&tally.percentile(99.0)), "{}", tally.percentile(99.0));
        assert!((999_000.0..1_002_000.0).contains(&tally.max()), "{}", tally.max());
    }

    #[test]
    fn a_sender_held_up_by_the_stall_does_not_hide_it() {
        // A closed loop that timed from its own sends would have one slow request in 5,000 and a p99 of 100 µs.
        let tally = stalled(true);
        assert!(tally.percentile(99.0) > 900_000.0, "{}", tally.percentile(99.0));
        assert!(tally.max() > 999_000.0, "{}", tally.max());
    }

    #[test]
    fn the_warm_up_counts_refusals_but_no_latency() {
        let start = Instant::now();
        let schedule = Schedule::new(start, 10, 1, 1);
        let mut tally = Tally::default();
        tally.record(&schedule, 9, Answer::Reject(2107), start + Duration::from_secs(60));
        assert_eq!((tally.replies, tally.measured, tally.acks, tally.max()), (1, 0, 0, 0.0));
        tally.record(&schedule, 10, Answer::Ack, start + Duration::from_millis(1_002));
        let mut all = Tally::default();
        all.merge(&tally);
        all.merge(&tally);
        assert_eq!((all.replies, all.measured, all.acks, all.rejects[&2107]), (4, 2, 2, 2));
        assert!((1_999.0..2_002.0).contains(&all.max()), "{}", all.max());
    }
}
