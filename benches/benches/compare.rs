//! `cargo compare`: our book and engine beside other books on the same flow, round by round in turn.

#[path = "../others/mod.rs"]
mod others;

use others::{Contender, contenders};
use unspent_benches::{
    Args, Case, Cell, MIX_OPS, Report, Table, interleaved, median_each, median_ratio, mixes, recorded,
};

const HELP: &str = "\
cargo compare: our book and engine beside other books on the same flow, in the same run

Every book carries out the same operations; each round runs all of them in turn. Timed are, in processor time of the
thread: one call a command with commands made before, the matching, and a look at every fill that comes back. Making
the flow, building the opening book and dropping anything are outside. Fills are compared with our book's first.
";

/// The row of one contender.
fn row(case: &Case, contender: &Contender, times: Option<(&[u64], &[u64])>) -> Vec<Cell> {
    let mut cells = vec![case.name.into(), contender.name.into()];
    let Some((times, ours)) = times else {
        cells.extend([Cell::Nothing, Cell::Nothing, Cell::Nothing, "cannot reduce an order in its place".into()]);
        return cells;
    };
    let each = median_each(times, case.timed.len() as u64);
    cells.push(Cell::Number(each, 1));
    cells.push(Cell::Number(1_000.0 / each, 2));
    cells.push(Cell::Number(median_ratio(times, ours), 2));
    cells.push(match (contender.check)(case) {
        Ok(fills) => format!("the same {fills}").into(),
        Err(how) => format!("DIFFERS: {how}").into(),
    });
    cells
}

fn main() {
    let args = Args::read(HELP);
    let (ops, rounds) = if args.quick { (2_000, 1) } else { (MIX_OPS, args.rounds.unwrap_or(7)) };
    let recorded = if args.quick { recorded().shortened(ops) } else { recorded() };
    let without = recorded.without_reductions("same, no reductions");
    let cases: Vec<Case> = mixes(ops).into_iter().chain([recorded, without]).collect();
    let mut report = Report::new("compare");
    let mut table = Table::new(
        format!("Books beside one another, medians of {rounds} rounds"),
        &[("case", ""), ("book", ""), ("time", "ns/command"), ("rate", "M/s"), ("of ours", "times"), ("fills", "")],
    );
    for case in &cases {
        let contenders = contenders();
        let timers: Vec<_> = contenders
            .iter()
            .filter(|contender| (contender.runs)(case))
            .map(|contender| (contender.timer)(case))
            .collect();
        let times = interleaved(rounds, &timers);
        let mut measured = times.iter();
        for contender in &contenders {
            let of_this = if (contender.runs)(case) { measured.next() } else { None };
            table.row(row(case, contender, of_this.map(|of_this| (of_this.as_slice(), times[0].as_slice()))));
        }
    }
    report.table(table);
    report.note("An IOC in lobster and limitbook is a limit order and, where something rests of it, a cancel.");
    report.note("unspent-engine does more than the others: accounts, reserves, a ledger, fees, events.");
    report.print(&args);
}
