//! How time is taken, and how noise is kept out of ratios.

use crate::{Case, Fill, Matcher};
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use unspent_engine::{LOOK_FAR, LOOK_NEAR};

/// The processor time that this thread has had, in nanoseconds: other programs' turns on the processor are not in it.
#[must_use]
pub fn thread_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec).expect("time goes on") * 1_000_000_000
        + u64::try_from(time.tv_nsec).expect("below a second")
}

/// What is done with a fill while it is timed: it is looked at and counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    fills: u64,
    lots: u64,
}

impl Tally {
    /// Counts one.
    #[inline]
    pub fn count(&mut self, fill: Fill) {
        self.fills += 1;
        self.lots += u64::from(fill.lots.0);
    }

    /// How many there were.
    #[must_use]
    pub fn fills(&self) -> u64 {
        self.fills
    }
}

/// A case, ready to be run again and again on one matcher.
#[derive(Debug)]
pub struct Prepared<'a, M: Matcher> {
    case: &'a Case,
    commands: Vec<M::Command>,
}

impl<'a, M: Matcher> Prepared<'a, M> {
    /// Makes the commands.
    #[must_use]
    pub fn new(case: &'a Case) -> Self {
        Prepared { case, commands: M::prepare(case) }
    }

    /// A matcher with the opening carried out.
    #[must_use]
    pub fn build(&self) -> M {
        let mut matcher = M::open(self.case);
        let mut tally = Tally::default();
        for command in &self.commands[..self.case.opening.len()] {
            matcher.apply_each(command, &mut |fill| tally.count(fill));
        }
        black_box(tally);
        matcher
    }

    /// The commands that are timed.
    #[must_use]
    pub fn timed(&self) -> &[M::Command] {
        &self.commands[self.case.opening.len()..]
    }

    /// The timed part.
    #[inline]
    pub fn run(&self, matcher: &mut M) -> Tally {
        let mut tally = Tally::default();
        let timed = self.timed();
        for (at, command) in timed.iter().enumerate() {
            matcher.look_ahead(timed.get(at + LOOK_FAR), timed.get(at + LOOK_NEAR));
            matcher.apply_each(command, &mut |fill| tally.count(fill));
        }
        tally
    }

    /// Builds, runs, and returns the nanoseconds of the timed part. What was built is dropped after.
    #[must_use]
    pub fn time(&self) -> u64 {
        let mut matcher = self.build();
        let start = thread_ns();
        let tally = black_box(self.run(&mut matcher));
        let spent = thread_ns() - start;
        drop(matcher);
        assert!(tally.fills() < u64::MAX);
        spent
    }
}

/// Runs everything once a round, each round beginning one further, and returns the nanoseconds by runner and round: what
/// the machine does to one of them in a minute it does to all.
pub fn interleaved(rounds: usize, runners: &[Box<dyn Fn() -> u64 + '_>]) -> Vec<Vec<u64>> {
    let mut times = vec![Vec::with_capacity(rounds); runners.len()];
    for round in 0..rounds {
        for step in 0..runners.len() {
            let at = (round + step) % runners.len();
            times[at].push(runners[at]());
        }
    }
    times
}

/// The middle one, or the mean of the middle two.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}

/// The median of `times` divided by the `elements` each was for.
#[must_use]
pub fn median_each(times: &[u64], elements: u64) -> f64 {
    median(times.iter().map(|&time| time as f64)) / elements as f64
}

/// The median over rounds of how many times as long as `base` it took.
#[must_use]
pub fn median_ratio(times: &[u64], base: &[u64]) -> f64 {
    median(times.iter().zip(base).map(|(&time, &base)| time as f64 / base as f64))
}
