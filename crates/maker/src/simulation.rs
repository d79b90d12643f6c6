//! A small market from a seed, with the real engine and a maker in it.
//!
//! Sellers who must sell and buyers who would like to, around values that wander: enough to try a configuration, to hold the maker to what
//! it promises, and to repeat a run to the byte. It says nothing of what a maker would earn.

use crate::config::{Config, ConfigError};
use crate::input::{Input, Level, OwnFill};
use crate::reference::Reference;
use crate::seat::Seat;
use crate::strategy::Strategy;
use crate::transcript::Transcript;
use std::collections::{BTreeSet, VecDeque};
use unspent_engine::Engine;
use unspent_model::{
    AccountId, AccountName, AddOrder, Cash, Command, CommandSeq, Event, FeeRate, FeeSchedule, Instrument, InstrumentId,
    Lots, OwnerGroup, Price, Reply, Schedule, Sequenced, SessionId, Side, TimeInForce, Timestamp, TradingRules,
};

/// Levels of a side that the maker is shown: more than it can have orders at.
const LEVELS: usize = 20;
const MAKER: AccountId = AccountId(0);
const CROWD: AccountId = AccountId(1);

/// What a simulated market is made of.
#[derive(Clone, Copy, Debug)]
pub struct SimulationSettings {
    /// What chance is drawn from.
    pub seed: u64,
    /// When it begins.
    pub start: Timestamp,
    /// The seconds between two steps, each with at most one visitor an instrument. With a dead-man timer that is shorter the venue
    /// cancels everything before they come.
    pub step_seconds: u32,
    /// The maker's money.
    pub cash: Cash,
    /// The maker's lots of each instrument.
    pub lots: u64,
    /// What each instrument charges.
    pub fees: FeeSchedule,
}

impl SimulationSettings {
    /// As usual, from a seed: every ten seconds from 2026-12-01, a million dollars and 20 lots of each, 25 and 100 bp.
    #[must_use]
    pub fn new(seed: u64) -> SimulationSettings {
        SimulationSettings {
            seed,
            start: Timestamp(1_796_083_200_000_000_000),
            step_seconds: 10,
            cash: Cash(100_000_000),
            lots: 20,
            fees: FeeSchedule { maker: FeeRate(25), taker: FeeRate(100) },
        }
    }
}

/// Chance: SplitMix64. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
#[derive(Clone, Debug)]
struct Chance(u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From none to below `bound`.
    fn below(&mut self, bound: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(bound)) >> 32) as u32 // below `bound`
    }

    /// From −`range` to `range`, the middle likelier.
    fn around(&mut self, range: u32) -> i64 {
        i64::from(self.below(range + 1)) - i64::from(self.below(range + 1))
    }
}

/// A market with a maker in it.
pub struct Simulation {
    engine: Engine,
    seat: Seat,
    strategy: Strategy,
    transcript: Transcript,
    references: Vec<Reference>,
    chance: Chance,
    seq: u64,
    now: Timestamp,
    step: u32,
    /// How far the crowd's idea of value is from the maker's curve, in price units.
    wander: i64,
    /// Inputs that the strategy has not been given.
    waiting: VecDeque<Input>,
    touched: BTreeSet<InstrumentId>,
    /// Fills and actions, a line each.
    lines: Vec<String>,
    /// The maker's fills.
    fills: Vec<OwnFill>,
    /// Whether the connection holds; without it nothing is asked and nothing heard.
    connected: bool,
}

impl Simulation {
    /// A market with every instrument of a configuration, open, with books that trade across months.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration does not hold together.
    pub fn new(config: Config, settings: SimulationSettings) -> Result<Simulation, ConfigError> {
        config.check()?;
        let mut engine = Engine::new(settings.seed);
        let mut references = Vec::new();
        let (mut seq, mut events, now) = (0, Vec::new(), settings.start);
        let mut give = |command: Command| {
            seq += 1;
            let reply = engine.apply(&Sequenced { seq: CommandSeq(seq), at: now, command }, &mut events);
            assert!(!matches!(reply, Reply::Rejected(_)), "the market's own commands are in order: {reply:?}");
        };
        for (name, group) in [("maker", 1), ("crowd", 2)] {
            let name = AccountName::parse(name).expect("letters");
            give(Command::OpenAccount { name, group: OwnerGroup(group) });
        }
        give(Command::DepositCash { account: MAKER, amount: settings.cash });
        give(Command::DepositCash { account: CROWD, amount: Cash(1_000_000_000_000) });
        for (at, quoted) in config.instruments.iter().enumerate() {
            let instrument = InstrumentId(u32::try_from(at).expect("at most a hundred"));
            let spec = Instrument::credit(quoted.symbol).expect("a checked configuration has credits");
            let spec = Instrument { fees: settings.fees, ..spec };
            let reference = Reference::of(instrument, &spec).expect("a credit");
            give(Command::ListInstrument(spec));
            let rules = TradingRules { dominance: true, ..TradingRules::new(settings.fees.maker) };
            give(Command::SetRules { instrument, rules });
            if reference.last_trade.is_some_and(|last| last > now) {
                let schedule = Schedule { entries: Vec::new(), last_trade: reference.last_trade };
                give(Command::SetSchedule { instrument, schedule });
            }
            give(Command::DepositCredits { account: CROWD, instrument, lots: 1_000_000 });
            if settings.lots > 0 {
                give(Command::DepositCredits { account: MAKER, instrument, lots: settings.lots });
            }
            references.push(reference);
        }
        give(Command::Connect { account: MAKER });
        let session = SessionId(seq);
        let mut simulation = Simulation {
            engine,
            seat: Seat::new(MAKER, session),
            strategy: Strategy::new(config, references.clone())?,
            transcript: Transcript::new(&references),
            references,
            chance: Chance(settings.seed),
            seq,
            now,
            step: settings.step_seconds.max(1),
            wander: 0,
            waiting: VecDeque::new(),
            touched: BTreeSet::new(),
            lines: Vec::new(),
            fills: Vec::new(),
            connected: true,
        };
        simulation.introduce();
        Ok(simulation)
    }

    /// Tells the strategy all that there is, as a connection's first snapshots do.
    fn introduce(&mut self) {
        let (available, reserved) = self.engine.cash(MAKER);
        self.waiting.extend([Input::Up, Input::Cash { available, reserved }]);
        for reference in &self.references {
            let instrument = reference.instrument;
            let (available, reserved) = self.engine.lots(MAKER, instrument);
            self.waiting.push_back(Input::Holding { instrument, available, reserved });
            self.waiting.push_back(Input::Phase { instrument, phase: self.engine.phase(instrument) });
            self.touched.insert(instrument);
        }
        self.tell_books();
        self.waiting.push_back(Input::Reconciled);
        self.deliver();
    }

    /// One step: time passes, visitors come, the maker answers.
    pub fn step(&mut self) {
        self.now = self.now.plus_seconds(u64::from(self.step));
        self.give(Command::Clock);
        self.wander += self.chance.around(6);
        self.wander = self.wander.clamp(-600, 600);
        for at in 0..self.references.len() {
            if self.chance.below(4) == 0 {
                self.visit(at);
            }
        }
        if self.connected {
            self.waiting.push_front(Input::Confirmed);
        }
        self.waiting.push_back(Input::Clock);
        self.deliver();
    }

    /// Somebody comes to one instrument with an idea of its value.
    fn visit(&mut self, at: usize) {
        let reference = &self.references[at];
        if reference.last_trade.is_some_and(|last| self.now >= last) {
            return;
        }
        let (instrument, tick, max) = (reference.instrument, reference.tick, i64::from(reference.price_max.0));
        let curve = self.strategy.explain(self.now).swap_remove(at).terms;
        let curve = curve.iter().find(|term| term.name == "curve").map_or(0.0, |term| term.value);
        let value = curve as i64 + self.wander + self.chance.around(250);
        let price = value.clamp(i64::from(tick), max);
        let price = Price(u32::try_from(price).expect("within the domain") / tick * tick);
        let side = if self.chance.below(2) == 0 { Side::Buy } else { Side::Sell };
        let lots = Lots(1 + self.chance.below(8));
        let rests = self.chance.below(4) == 0;
        let time_in_force = if rests { TimeInForce::Gtd(self.now.plus_seconds(3_600)) } else { TimeInForce::Ioc };
        self.give(Command::AddOrder(AddOrder {
            time_in_force,
            ..AddOrder::limit(CROWD, instrument, side, price, lots)
        }));
    }

    /// Gives the venue one command, of whoever it is.
    pub fn give(&mut self, command: Command) -> Reply {
        let (reply, inputs) = self.apply(command);
        self.waiting.extend(inputs);
        reply
    }

    fn apply(&mut self, command: Command) -> (Reply, Vec<Input>) {
        self.seq += 1;
        let (mut events, mut inputs) = (Vec::new(), Vec::new());
        let command = Sequenced { seq: CommandSeq(self.seq), at: self.now, command };
        let reply = self.engine.apply(&command, &mut events);
        for event in &events {
            if let Event::Fill(fill) = event {
                assert_ne!(fill.maker.account, fill.taker.account, "nobody trades with itself: {fill:?}");
            }
            self.touched.extend(touches(event));
            self.seat.hear(event, &mut inputs);
        }
        if !self.connected {
            inputs.clear();
        }
        for input in &inputs {
            self.lines.extend(self.transcript.fill(self.now, input));
            if let Input::Fill(fill) = input {
                self.fills.push(*fill);
            }
        }
        (reply, inputs)
    }

    fn tell_books(&mut self) {
        for instrument in std::mem::take(&mut self.touched) {
            let levels = |side| {
                let levels = self.engine.levels(instrument, side).take(LEVELS);
                levels.map(|(price, lots)| Level { price, lots }).collect()
            };
            let input = Input::Book { instrument, bids: levels(Side::Buy), asks: levels(Side::Sell) };
            self.waiting.push_back(input);
        }
    }

    /// Gives the strategy what waits, and carries out what it wants, until nothing is left.
    fn deliver(&mut self) {
        if self.connected {
            self.tell_books();
        }
        let mut actions = Vec::new();
        while let Some(input) = self.waiting.pop_front() {
            self.strategy.take(self.now, input, &mut actions);
            for action in std::mem::take(&mut actions) {
                self.lines.push(self.transcript.action(self.now, &action));
                let Some(command) = self.seat.command(&action).filter(|_| self.connected) else { continue };
                let (reply, inputs) = self.apply(command);
                self.waiting.extend(inputs);
                self.waiting.extend(self.seat.answered(&action, &reply));
            }
            if self.waiting.is_empty() && self.connected && !self.touched.is_empty() {
                self.tell_books();
            }
        }
    }

    /// Tells the strategy something that is not the market's: what a person says, or that something is not known.
    pub fn say(&mut self, input: Input) {
        self.waiting.push_back(input);
        self.deliver();
    }

    /// Cuts the maker's connection: the venue ends its session, and nothing reaches anybody.
    pub fn cut(&mut self, session: SessionId) {
        self.connected = false;
        self.give(Command::Disconnect { session });
        self.waiting.clear();
        self.say(Input::Down);
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The maker.
    #[must_use]
    pub fn strategy(&self) -> &Strategy {
        &self.strategy
    }

    /// The maker's instruments.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The maker's fills since they were taken last.
    pub fn take_fills(&mut self) -> Vec<OwnFill> {
        std::mem::take(&mut self.fills)
    }

    /// The lines since they were taken last.
    pub fn take_lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }
}

/// The instruments whose books an event changes.
pub(crate) fn touches(event: &Event) -> Vec<InstrumentId> {
    match event {
        Event::Rested(rested) => vec![rested.instrument],
        Event::Amended(amended) => vec![amended.instrument],
        Event::Reduced(reduced) => vec![reduced.instrument],
        Event::Refilled(refilled) => vec![refilled.instrument],
        Event::Canceled(canceled) => vec![canceled.instrument],
        Event::Fill(fill) => vec![fill.maker_instrument(), fill.taker_instrument()],
        _ => Vec::new(),
    }
}
