//! `cargo worst`: single commands, from the median to the worst, and what the worst was.

use unspent_benches::{Args, Bare, Case, MIX_OPS, Report, Venue, latency, mixes, recorded};

const HELP: &str = "\
cargo worst: p50, p99, p99.9 and the worst of single commands over the mixes, on the book and on the whole engine

Timed is each call by itself, between two readings of the time stamp counter: the command's own work and a count of its
fills or a look at its events. The clock alone is timed as often, in the same run, and is not taken off. Each mix is
warmed up first. All rounds run the same commands from the same state, so what the program itself does it does in every
round: the \"own worst\" is the largest of each command's least time, the \"worst\" has the machine's interrupts and
neighbours in it, as the clock alone has. Page faults are those of the first round's timed part.
";

fn main() {
    let args = Args::read(HELP);
    let (ops, warm, rounds) =
        if args.quick { (2_000, 500, 2) } else { (2 * MIX_OPS, MIX_OPS, args.rounds.unwrap_or(7)) };
    let hour = recorded();
    let hour = if args.quick { hour.shortened(ops) } else { hour };
    let tenth = hour.timed.len() / 10;
    let cases: Vec<Case> = mixes(ops).into_iter().map(|case| case.warmed(warm)).chain([hour.warmed(tenth)]).collect();
    let mut report = Report::new("worst");
    let mut table = latency::table(format!("Single commands after the warm-up, {rounds} rounds of the same commands"));
    for case in &cases {
        latency::rows::<Bare, Venue>(&mut table, case, rounds);
    }
    report.table(table);
    report.note(format!("The time stamp counter moves in steps of {} ns here.", latency::clock_step_ns()));
    report.note("Percentiles and the worst are over all rounds, the clock's own time in them.");
    report.print(&args);
}
