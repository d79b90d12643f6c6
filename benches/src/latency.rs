//! Single commands: percentiles, and the worst with what it was.

use crate::{Case, Cell, Matcher, Prepared, Table};
use hdrhistogram::Histogram;
use quanta::Clock;
use std::fs;
use std::hint::black_box;
use unspent_flow::Op;

/// What single commands took over some rounds of the same flow from the same state.
///
/// A round's slowest command may have met an interrupt or another tenant of the machine; what the program itself does (a
/// table that grows, a long sweep) it does in every round at the same command. So each command's *least* time over the
/// rounds is what is its own.
#[derive(Debug)]
struct Singles {
    /// Nanoseconds of every command of every round.
    all: Histogram<u64>,
    /// By command: the least over the rounds.
    least: Vec<u32>,
    /// By command: its fills.
    fills: Vec<u32>,
    /// Page faults in the timed part of the first round, where the system tells.
    faults: Option<u64>,
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 10_000_000_000, 3).expect("good bounds")
}

impl Singles {
    fn new(commands: usize) -> Singles {
        Singles { all: histogram(), least: vec![u32::MAX; commands], fills: vec![0; commands], faults: None }
    }

    fn record(&mut self, at: usize, ns: u64) {
        self.all.record(ns.max(1)).expect("below ten seconds");
        self.least[at] = self.least[at].min(u32::try_from(ns).unwrap_or(u32::MAX));
    }

    fn round<M: Matcher>(&mut self, clock: &Clock, prepared: &Prepared<'_, M>) {
        let mut matcher = prepared.build();
        let faults = page_faults();
        // Kept apart from the histogram, so that recording is not between two commands, and written once before, so that
        // its pages are there.
        let mut spans = vec![(1, 1); prepared.timed().len()];
        for (at, command) in prepared.timed().iter().enumerate() {
            let mut fills = 0;
            let start = clock.raw();
            matcher.apply_each(command, &mut |_| fills += 1);
            let end = clock.raw();
            spans[at] = (start, end);
            self.fills[at] = fills;
        }
        let after = page_faults();
        if self.faults.is_none() {
            self.faults = faults.zip(after).map(|(before, after)| after - before);
        }
        for (at, (start, end)) in spans.into_iter().enumerate() {
            self.record(at, clock.delta_as_nanos(start, end));
        }
    }

    /// As many readings of the clock with nothing between.
    fn empty_round(&mut self, clock: &Clock) {
        let mut spans = vec![(1, 1); self.least.len()];
        for span in &mut spans {
            let start = clock.raw();
            black_box(&span);
            *span = (start, clock.raw());
        }
        for (at, (start, end)) in spans.into_iter().enumerate() {
            self.record(at, clock.delta_as_nanos(start, end));
        }
    }

    fn row(&self, case: &str, on: &str, what: String) -> Vec<Cell> {
        let at = |share: f64| Cell::Count(self.all.value_at_quantile(share));
        vec![
            case.into(),
            on.into(),
            at(0.5),
            at(0.99),
            at(0.999),
            self.all.max().into(),
            u64::from(self.least.iter().copied().max().unwrap_or(0)).into(),
            self.faults.map_or(Cell::Nothing, Cell::Count),
            what.into(),
        ]
    }

    /// The command whose least time is the longest.
    fn worst(&self) -> usize {
        (0..self.least.len()).max_by_key(|&at| self.least[at]).unwrap_or(0)
    }
}

/// Minor page faults of this process so far. Source: proc(5), `/proc/pid/stat`, field 10.
fn page_faults() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(7)?.parse().ok()
}

/// Words for an operation.
fn words(op: &Op, at: usize, fills: u32) -> String {
    let what = match op {
        Op::Add { lots, .. } => format!("an add of {lots} lots"),
        Op::Ioc { lots, .. } => format!("an IOC of {lots} lots"),
        Op::Cancel { .. } => "a cancel".to_owned(),
        Op::Reduce { .. } => "a reduction".to_owned(),
    };
    match fills {
        0 => format!("{what} (command {at})"),
        1 => format!("{what}, 1 fill (command {at})"),
        _ => format!("{what}, {fills} fills (command {at})"),
    }
}

/// The smallest step in which the clock moves, in nanoseconds: no single time is finer.
#[must_use]
pub fn clock_step_ns() -> u64 {
    let clock = Clock::new();
    let mut steps = Vec::new();
    let mut last = clock.raw();
    while steps.len() < 100_000 {
        let now = clock.raw();
        if now != last {
            steps.push(clock.delta_as_nanos(last, now));
        }
        last = now;
    }
    // A step can be finer than a nanosecond; then the counter says nothing finer than one.
    steps.into_iter().filter(|&step| step > 0).min().unwrap_or(1)
}

/// The table that [`rows`] fills.
#[must_use]
pub fn table(title: impl Into<String>) -> Table {
    Table::new(
        title,
        &[
            ("case", ""),
            ("on", ""),
            ("p50", "ns"),
            ("p99", "ns"),
            ("p99.9", "ns"),
            ("worst", "ns, any round"),
            ("own worst", "ns, every round"),
            ("faults", "pages"),
            ("what the own worst was", ""),
        ],
    )
}

/// Times every command of a case's timed part by itself, on two matchers, and as many empty readings of the clock, round
/// by round in turn; adds a row for each.
pub fn rows<A: Matcher, B: Matcher>(table: &mut Table, case: &Case, rounds: usize) {
    let clock = Clock::new();
    let (one, other) = (Prepared::<A>::new(case), Prepared::<B>::new(case));
    let mut of_one = Singles::new(case.timed.len());
    let mut of_other = Singles::new(case.timed.len());
    let mut of_nothing = Singles::new(case.timed.len());
    for _ in 0..rounds {
        of_one.round(&clock, &one);
        of_nothing.empty_round(&clock);
        of_other.round(&clock, &other);
    }
    table.row(of_nothing.row(case.name, "nothing: the clock alone", String::new()));
    for (singles, on) in [(&of_one, A::name()), (&of_other, B::name())] {
        let worst = singles.worst();
        table.row(singles.row(case.name, on, words(&case.timed[worst], worst, singles.fills[worst])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bare, Venue};

    #[test]
    fn single_commands_are_timed_on_book_and_engine() {
        let mut table = table("few");
        for case in crate::mixes(2_000) {
            rows::<Bare, Venue>(&mut table, &case.warmed(500), 2);
        }
        assert_eq!(table.len(), 9);
    }
}
