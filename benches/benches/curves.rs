//! `cargo curves`: what a command costs as the book, the number of instruments or the sweep grows.

use unspent_benches::{Args, Report, curves};

const HELP: &str = "\
cargo curves: cost of a command against resting orders, instruments, and levels swept

Timed are, in processor time of the thread: one call a command with commands made before, and a look at every fill or
event. Making the flow, building the opening book and dropping anything are outside. 10,000,000 resting orders need
about 8 GiB of memory and two minutes: --max 1000000 leaves them out.
";

fn main() {
    let args = Args::read(HELP);
    let max = args.max.unwrap_or(if args.quick { 1_000 } else { usize::MAX });
    let upto = |sizes: &[usize]| -> Vec<usize> { sizes.iter().copied().filter(|&size| size <= max).collect() };
    let (chunks, chunk) = if args.quick { (2, 1_000) } else { (args.rounds.unwrap_or(11), 20_000) };
    let mut report = Report::new("curves");
    report.table(curves::resting(&upto(&[1_000, 10_000, 100_000, 1_000_000, 10_000_000]), chunks, chunk));
    let resting = if args.quick { 1_000 } else { 100_000 };
    report.table(curves::instruments(&upto(&[1, 10, 100, 1_000, 10_000]), resting, chunks, chunk));
    let levels = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
    report.table(curves::swept(&upto(&levels), if args.quick { 1 } else { args.rounds.unwrap_or(11) }));
    report.note(format!("Medians of {chunks} chunks of {chunk} commands, book and engine in turn on the same core."));
    report.print(&args);
}
