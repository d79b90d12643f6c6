//! `unspent maker run --mode replay`: the market that a journal tells of, and fills that would have been.

use super::{account, read, report::Report};
use crate::cli::{MakerAccountArgs, MakerBacktestArgs, MakerRunArgs};
use crate::commands::journal::common::journal_of;
use crate::failure::Failure;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use unspent_engine::Engine;
use unspent_journal::Reader;
use unspent_maker::{Backtest, File, Input, Level, Obligation, Paper, Reference, Status, Strategy, public};
use unspent_marketdata::View;
use unspent_model::{CommandSeq, Event, Instrument, InstrumentId, Sequenced, Side, Symbol, Timestamp};
use unspent_recovery::{Replay, Until};

/// Levels of a side that the maker is shown.
const LEVELS: usize = 25;
/// The strategy is told of time at least so often, in nanoseconds of the journal.
const TICK: u64 = 100_000_000;

/// A maker beside a journal.
struct Beside {
    view: View,
    places: BTreeMap<Symbol, InstrumentId>,
    strategy: Strategy,
    paper: Paper,
    report: Report,
    backtest: Backtest,
    waiting: VecDeque<Input>,
    last: Timestamp,
    failed: Option<anyhow::Error>,
}

/// Replays a journal once to learn what is listed, and again with the maker beside it.
pub fn run(args: &MakerRunArgs, json: bool) -> Result<(), Failure> {
    let data = args.data.as_ref().ok_or_else(|| Failure::Usage("--mode replay needs --data DIRECTORY".to_owned()))?;
    let file = read(&args.file.file)?;
    let dir = journal_of(data, "--data")?;
    let references = listed(&dir, &file)?;
    let report = Report::new(&references, args.transcript.as_deref(), json, "replay")?;
    let mut beside = through(&dir, file, references, &args.account, args.seed, report)?;
    beside.report.flush()?;
    beside.report.status(beside.last, &beside.strategy.status());
    Ok(())
}

/// The same for a backtest: how it ended, and what was seen of it.
pub fn backtest(args: &MakerBacktestArgs, data: &Path) -> Result<(Status, Backtest), Failure> {
    let file = read(&args.file.file)?;
    let dir = journal_of(data, "--data")?;
    let references = listed(&dir, &file)?;
    let report = Report::new(&references, None, true, "backtest")?;
    let beside = through(&dir, file, references, &args.account, args.seed, report)?;
    Ok((beside.strategy.status(), beside.backtest))
}

/// A whole journal, with a maker beside it.
fn through(
    dir: &Path,
    file: File,
    references: Vec<Reference>,
    args: &MakerAccountArgs,
    seed: u64,
    report: Report,
) -> Result<Beside, Failure> {
    let (cash, held) = account(&references, args)?;
    let mut strategy =
        Strategy::new(file.config, references.clone()).map_err(|error| Failure::Usage(error.to_string()))?;
    strategy.score_by(Obligation::default(), seed);
    let mut beside = Beside {
        places: references.iter().map(|reference| (reference.symbol, reference.instrument)).collect(),
        paper: Paper::new(&references, cash, &held),
        backtest: Backtest::new(&references),
        view: View::new(),
        strategy,
        report,
        waiting: VecDeque::new(),
        last: Timestamp(0),
        failed: None,
    };
    let mut reader = Reader::open(dir)?;
    let mut replay = Replay::new(Engine::new(0));
    replay.run(&mut reader, Until::End, |command, events| beside.command(command, events), |_| {})?;
    match beside.failed.take() {
        Some(error) => Err(error.into()),
        None => Ok(beside),
    }
}

/// What the journal's venue lists of a configuration's instruments, with the ids that it gave them.
fn listed(dir: &Path, file: &File) -> Result<Vec<Reference>, Failure> {
    let mut reader = Reader::open(dir)?;
    let mut replay = Replay::new(Engine::new(0));
    let mut found: BTreeMap<Symbol, (InstrumentId, Instrument)> = BTreeMap::new();
    let mut lasts = BTreeMap::new();
    replay.run(
        &mut reader,
        Until::End,
        |_, events| {
            for event in events {
                match event {
                    Event::InstrumentListed { instrument, spec } => {
                        found.insert(spec.symbol, (*instrument, (**spec).clone()));
                    }
                    Event::ScheduleSet { instrument, schedule } => {
                        lasts.entry(*instrument).or_insert(schedule.last_trade);
                    }
                    _ => {}
                }
            }
        },
        |_| {},
    )?;
    let one = |symbol: Symbol| {
        let (instrument, spec) = found.get(&symbol)?;
        let mut reference = Reference::of(*instrument, spec)?;
        if let Some(Some(last)) = lasts.get(instrument) {
            reference.last_trade = Some(*last);
        }
        Some(reference)
    };
    let symbols = file.config.instruments.iter().map(|quoted| quoted.symbol);
    symbols
        .map(|symbol| one(symbol).ok_or_else(|| Failure::Usage(format!("{symbol} is not listed in this journal"))))
        .collect()
}

impl Beside {
    /// One command of the journal, with its events.
    fn command(&mut self, command: &Sequenced, events: &[Event]) {
        if self.failed.is_some() {
            return;
        }
        let at = command.at;
        if self.last == Timestamp(0) {
            self.begin(at);
        }
        self.pass(at);
        let (mut touched, mut inputs) = (BTreeSet::new(), Vec::new());
        for event in events {
            touched.extend(self.apply(at, command.seq, event));
            public(event, &mut inputs);
        }
        for input in inputs {
            self.see(at, input);
        }
        for instrument in touched {
            self.book(at, instrument);
        }
    }

    fn apply(&mut self, at: Timestamp, seq: CommandSeq, event: &Event) -> Vec<InstrumentId> {
        self.view.apply(at, seq, event);
        let all = match event {
            Event::Rested(rested) => vec![rested.instrument],
            Event::Amended(amended) => vec![amended.instrument],
            Event::Reduced(reduced) => vec![reduced.instrument],
            Event::Refilled(refilled) => vec![refilled.instrument],
            Event::Canceled(canceled) => vec![canceled.instrument],
            Event::Fill(fill) => vec![fill.maker_instrument(), fill.taker_instrument()],
            Event::InstrumentListed { instrument, .. } => vec![*instrument],
            _ => Vec::new(),
        };
        all.into_iter().filter(|instrument| self.places.values().any(|place| place == instrument)).collect()
    }

    /// The maker's first pictures: the journal begins with nothing.
    fn begin(&mut self, at: Timestamp) {
        self.last = at;
        self.take(at, Input::Up);
        for input in self.paper.has() {
            self.take(at, input);
        }
        self.take(at, Input::Reconciled);
        self.take(at, Input::Confirmed);
    }

    /// Time passes up to an instant: the venue is heard and confirms, and the strategy has its clock.
    fn pass(&mut self, to: Timestamp) {
        while to.0.saturating_sub(self.last.0) >= TICK {
            // A long silence is passed in steps that grow with it, at most ten thousand of them.
            let step = TICK.max((to.0 - self.last.0) / 10_000);
            let at = Timestamp(self.last.0 + step);
            self.take(at, Input::Confirmed);
            self.take(at, Input::Clock);
            self.backtest.see(at, &self.strategy);
            self.last = at;
        }
    }

    fn book(&mut self, at: Timestamp, instrument: InstrumentId) {
        let Some(market) = self.view.market(instrument) else { return };
        let levels = |side| {
            let levels = market.depth.levels(side, LEVELS);
            levels.map(|level| Level { price: level.price, lots: level.lots }).collect()
        };
        let (bids, asks) = (levels(Side::Buy), levels(Side::Sell));
        let phase = market.phase;
        self.take(at, Input::Phase { instrument, phase });
        self.see(at, Input::Book { instrument, bids, asks });
    }

    fn see(&mut self, at: Timestamp, input: Input) {
        let mut filled = Vec::new();
        self.paper.see(&input, &mut filled);
        self.waiting.extend(filled);
        self.take(at, input);
    }

    fn take(&mut self, at: Timestamp, input: Input) {
        self.waiting.push_back(input);
        let mut actions = Vec::new();
        while let Some(input) = self.waiting.pop_front() {
            let mut told = self.report.input(at, &input);
            if let Input::Fill(fill) = &input {
                self.backtest.fill(at, fill, &self.strategy);
            }
            self.strategy.take(at, input, &mut actions);
            for action in actions.drain(..) {
                told = told.and_then(|()| self.report.action(at, &action));
                let mut inputs = Vec::new();
                self.paper.act(&action, &mut inputs);
                self.waiting.extend(inputs);
            }
            if let Err(error) = told {
                self.failed = Some(error);
            }
        }
    }
}
