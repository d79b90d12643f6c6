//! `cargo cost`: what everything around the bare book costs, on the same flow.

use unspent_benches::{Args, Case, MIX_OPS, Report, cases, curves, mixes, recorded};

const HELP: &str = "\
cargo cost: the same flow on the bare book and on the engine with everything on

Timed are, in processor time of the thread: one call a command with commands made before, and a look at every fill (of
the book) or event (of the engine). Building the opening book and dropping anything are outside. Book and engine are
compared first: the same fills, the same levels after.
";

fn main() {
    let args = Args::read(HELP);
    let (mut all, rounds): (Vec<Case>, usize) =
        if args.quick { (mixes(MIX_OPS / 100), 1) } else { (cases(), args.rounds.unwrap_or(9)) };
    all.push(recorded());
    let mut report = Report::new("cost");
    report.table(curves::everything_on(&all, rounds));
    report.note(format!(
        "Medians of {rounds} rounds, book and engine in turn; the ratio is the median of the rounds' own."
    ));
    report.note("An IOC of the case sweep is one command of 200 fills.");
    report.print(&args);
}
