//! Curves: what a command costs as the book, the number of instruments or the sweep grows.

use crate::{
    Bare, Books, Cell, Prepared, Script, Table, Tally, Terms, Venue, deep, interleaved, median_each, median_ratio,
    sweep, sweep_apart, thread_ns,
};
use crate::{Case, Matcher};
use std::hint::black_box;
use unspent_flow::{Flow, Mix, Op, Random};
use unspent_model::{InstrumentId, OrderId, Price, Sequenced};

const SEED: u64 = 11;
const PRICE_MAX: Price = Price(10_000);

/// Nanoseconds of two things by chunk, measured in turn.
#[derive(Debug, Default)]
struct Turns {
    book: Vec<u64>,
    engine: Vec<u64>,
}

impl Turns {
    /// Per command: the book's time, the engine's, and how many times as long that is.
    fn cells(&self, chunk: usize) -> [Cell; 3] {
        let each = |times| Cell::Number(median_each(times, chunk as u64), 1);
        [each(&self.book), each(&self.engine), Cell::Number(median_ratio(&self.engine, &self.book), 2)]
    }
}

fn clocked(run: impl FnOnce()) -> u64 {
    let start = thread_ns();
    run();
    thread_ns() - start
}

/// Cost of a command against resting orders, through the book and through the engine: the deep mix (half cancels by
/// chance) around each size over 2 × 1,000 levels. Both stand at the same time; chunks of their timed parts alternate.
///
/// # Panics
/// When an operation is refused.
#[must_use]
pub fn resting(sizes: &[usize], chunks: usize, chunk: usize) -> Table {
    let mut table = Table::new(
        "Cost of a command by resting orders (50 % cancels, 48 % adds, 2 % IOC; 2 × 1,000 levels)",
        &[("resting", "orders"), ("book", "ns/command"), ("engine", "ns/command"), ("engine/book", "ratio")],
    );
    for &size in sizes {
        let case = deep(size, chunks * chunk);
        let terms = Terms::one(case.price_max, size);
        let mut script = Script::new(terms);
        let (mut bare, mut venue) = (Bare::open(&case), Venue::new(&terms));
        for op in &case.opening {
            bare.apply(op);
            venue.apply(&script.command(op));
            assert!(!venue.was_rejected(), "{op:?} is refused");
        }
        let commands: Vec<Sequenced> = case.timed.iter().map(|op| script.command(op)).collect();
        let mut turns = Turns::default();
        for (ops, commands) in case.timed.chunks(chunk).zip(commands.chunks(chunk)) {
            turns.book.push(clocked(|| ops.iter().for_each(|op| bare.apply(op))));
            turns.engine.push(clocked(|| commands.iter().for_each(|command| venue.apply(command))));
        }
        assert_eq!(bare.fills(), venue.fills(), "book and engine disagree");
        let [book, engine, ratio] = turns.cells(chunk);
        table.row(vec![size.into(), book, engine, ratio]);
    }
    table
}

/// Flow over many instruments, ids counted over all.
#[derive(Debug)]
pub struct Spread {
    /// What builds the books.
    pub opening: Vec<(u32, Op)>,
    /// What is timed.
    pub timed: Vec<(u32, Op)>,
    /// The highest id.
    pub ids: usize,
}

impl Spread {
    /// The deep mix around `resting` orders in all, shared out evenly; each command is for an instrument by chance.
    ///
    /// # Panics
    /// When there are more than 2^32 instruments.
    #[must_use]
    pub fn new(instruments: usize, resting: usize, ops: usize) -> Spread {
        let count = u32::try_from(instruments).expect("few instruments");
        let mut flows: Vec<Flow> =
            (0..count).map(|at| Flow::sized(Mix::Deep, SEED + u64::from(at), resting / instruments)).collect();
        // By instrument and its own id: the id over all.
        let mut names: Vec<Vec<OrderId>> = vec![vec![OrderId(0)]; instruments];
        let mut last = 0;
        let mut named = |at: u32, op: Op| {
            let names = &mut names[at as usize];
            let mut new = |id: OrderId| {
                assert_eq!(id.0, names.len() as u64, "ids count from 1 without a gap");
                last += 1;
                names.push(OrderId(last));
                OrderId(last)
            };
            let op = match op {
                Op::Add { id, side, price, lots } => Op::Add { id: new(id), side, price, lots },
                Op::Ioc { id, side, price, lots } => Op::Ioc { id: new(id), side, price, lots },
                Op::Cancel { id } => Op::Cancel { id: names[id.0 as usize] },
                Op::Reduce { id, lots } => Op::Reduce { id: names[id.0 as usize], lots },
            };
            (at, op)
        };
        let mut opening = Vec::new();
        for nth in 0..resting / instruments {
            opening.extend((0..count).map(|at| named(at, flows[at as usize].opening()[nth])));
        }
        let mut random = Random::new(SEED);
        let mut timed = Vec::with_capacity(ops);
        for _ in 0..ops {
            let at = random.below(count);
            let op = flows[at as usize].next().expect("a flow never ends");
            timed.push(named(at, op));
        }
        let ids = usize::try_from(last).expect("few orders");
        Spread { opening, timed, ids }
    }
}

/// Cost of a command against the number of instruments, through plain books and through the engine, at the same number of
/// resting orders in all. Both stand at the same time; chunks of their timed parts alternate.
///
/// # Panics
/// When an operation is refused.
#[must_use]
pub fn instruments(counts: &[usize], resting: usize, chunks: usize, chunk: usize) -> Table {
    let mut table = Table::new(
        format!("Cost of a command by instruments ({resting} orders rest in all; each command is for one by chance)"),
        &[("instruments", ""), ("books", "ns/command"), ("engine", "ns/command"), ("engine/books", "ratio")],
    );
    for &count in counts {
        let spread = Spread::new(count, resting, chunks * chunk);
        let listed = u32::try_from(count).expect("few instruments");
        let terms = Terms { instruments: listed, ..Terms::one(PRICE_MAX, resting) };
        let mut script = Script::new(terms);
        let mut books = Books::new(count, PRICE_MAX, spread.ids);
        let mut venue = Venue::new(&terms);
        let mut command = |&(at, op): &(u32, Op)| script.command_in(InstrumentId(at), &op);
        let mut fills = 0;
        for entry in &spread.opening {
            fills += books.apply(entry.0 as usize, &entry.1);
            venue.apply(&command(entry));
            assert!(!venue.was_rejected(), "{entry:?} is refused");
        }
        let commands: Vec<Sequenced> = spread.timed.iter().map(command).collect();
        let mut turns = Turns::default();
        for (ops, commands) in spread.timed.chunks(chunk).zip(commands.chunks(chunk)) {
            turns.book.push(clocked(|| ops.iter().for_each(|(at, op)| fills += books.apply(*at as usize, op))));
            turns.engine.push(clocked(|| commands.iter().for_each(|command| venue.apply(command))));
        }
        assert_eq!(fills, venue.fills(), "books and engine disagree");
        let [book, engine, ratio] = turns.cells(chunk);
        table.row(vec![count.into(), book, engine, ratio]);
    }
    table
}

/// Cost of a sweep against the levels that it takes, of 10 orders on adjacent prices and of one order on every 64th.
#[must_use]
pub fn swept(levels: &[usize], rounds: usize) -> Table {
    let mut table = Table::new(
        "Cost of an IOC that takes exactly so many levels",
        &[
            ("levels", ""),
            ("shape", ""),
            ("fills", "a sweep"),
            ("book", "ns/sweep"),
            ("book", "ns/fill"),
            ("engine", "ns/sweep"),
            ("engine", "ns/fill"),
            ("engine/book", "ratio"),
        ],
    );
    for (shape, make) in
        [("10 orders, adjacent", sweep as fn(usize) -> Case), ("1 order, 64 apart", sweep_apart as fn(usize) -> Case)]
    {
        for &levels in levels {
            let case = make(levels);
            let (book, engine) = (Prepared::<Bare>::new(&case), Prepared::<Venue>::new(&case));
            let times = interleaved(rounds, &[Box::new(|| book.time()), Box::new(|| engine.time())]);
            let sweeps = case.timed.len() as u64;
            let each = |times, of| Cell::Number(median_each(times, of), 1);
            table.row(vec![
                levels.into(),
                shape.into(),
                (case.elements / sweeps).into(),
                each(&times[0], sweeps),
                each(&times[0], case.elements),
                each(&times[1], sweeps),
                each(&times[1], case.elements),
                Cell::Number(median_ratio(&times[1], &times[0]), 2),
            ]);
        }
    }
    table
}

/// Cost of each case on the book and on the whole engine, rounds alternating.
#[must_use]
pub fn everything_on(cases: &[Case], rounds: usize) -> Table {
    let mut table = Table::new(
        "The same flow on the bare book and on the engine with accounts, ledger, fees, self-trade prevention and events",
        &[
            ("case", ""),
            ("timed", "commands"),
            ("fills", ""),
            ("book", "ns/command"),
            ("engine", "ns/command"),
            ("book", "M/s"),
            ("engine", "M/s"),
            ("engine/book", "ratio"),
        ],
    );
    for case in cases {
        case.check();
        let (book, engine) = (Prepared::<Bare>::new(case), Prepared::<Venue>::new(case));
        let fills: Tally = black_box(book.run(&mut book.build()));
        let times = interleaved(rounds, &[Box::new(|| book.time()), Box::new(|| engine.time())]);
        let commands = case.timed.len() as u64;
        let each = |times: &[u64]| median_each(times, commands);
        table.row(vec![
            case.name.into(),
            commands.into(),
            fills.fills().into(),
            Cell::Number(each(&times[0]), 1),
            Cell::Number(each(&times[1]), 1),
            Cell::Number(1_000.0 / each(&times[0]), 1),
            Cell::Number(1_000.0 / each(&times[1]), 1),
            Cell::Number(median_ratio(&times[1], &times[0]), 2),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_runs_on_small_sizes_and_book_and_engine_agree() {
        assert_eq!(resting(&[100, 1_000], 2, 500).len(), 2);
        assert_eq!(instruments(&[1, 7, 100], 1_000, 2, 500).len(), 3);
        assert_eq!(swept(&[1, 20], 1).len(), 4);
        assert_eq!(everything_on(&crate::mixes(2_000), 1).len(), 3);
    }
}
