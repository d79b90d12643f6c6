//! Rows become commands, commands go through the engine, the engine's book is compared with the file's.

use crate::report::Report;
use crate::rule::{Counts, Rule};
use crate::tape::{Action, Level, Message, Tape, What};
use std::collections::BTreeMap;
use std::fmt;
use unspent_engine::Engine;
use unspent_model::{
    AccountId, AccountName, AddOrder, AmendOrder, Cash, Command, CommandSeq, Event, FeeSchedule, Instrument,
    InstrumentId, Lots, OrderId, OrderRef, OwnerGroup, PostOnly, Price, Reject, Rejection, Reply, Sequenced, Side,
    Symbol, TimeInForce, Timestamp, limits,
};

/// The highest price of the share, in cents: far more than the 10,000 prices of a credit.
pub const PRICE_MAX: Price = Price(1_000_000);

const INSTRUMENT: InstrumentId = InstrumentId(0);
/// Owns everything that rests.
const MAKER: AccountId = AccountId(0);
/// Owns the IOC orders that stand for the tape's executions.
const TAKER: AccountId = AccountId(1);
/// How many rows lie between two checks of every invariant.
const CHECKED_EVERY: usize = 1_000;

/// What names an order that was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The tape.
    Id(u64),
    /// Its level in the seed.
    Seed(Side, Price),
}

/// An order in the engine.
#[derive(Clone, Copy, Debug)]
struct Entered {
    key: Key,
    order: OrderId,
    side: Side,
    price: Price,
    /// Its total by the engine's count, filled part included.
    total: Lots,
}

/// The engine refused a command that no rule expects to be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The row, counted from 0.
    pub row: usize,
    /// The command.
    pub command: Box<Command>,
    /// The engine's reason.
    pub rejection: Rejection,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reject = self.rejection.reject;
        write!(f, "row {}: the engine refused {:?}: {} {}", self.row, self.command, reject.code(), reject.text())
    }
}

impl std::error::Error for Refused {}

/// An engine with one instrument and two accounts, fed from a tape.
#[derive(Debug)]
pub struct Replay {
    engine: Engine,
    events: Vec<Event>,
    /// Every command so far, where they are kept.
    commands: Option<Vec<Sequenced>>,
    row: usize,
    at: Timestamp,
    entered: BTreeMap<Key, Entered>,
    counts: Counts,
    executions: u64,
    on_named: u64,
    prices: Option<(Price, Price)>,
}

impl Replay {
    /// Replays a tape and compares up to `depth` levels a side where the tape has them.
    ///
    /// # Errors
    /// [`Refused`] when the engine refuses what it must take.
    pub fn run(tape: &Tape, depth: usize) -> Result<Report, Refused> {
        let mut replay = Replay::open(false)?;
        let depth = tape.full.first().map_or(0, |[asks, _]| asks.len()).min(depth);
        let mut report = Report { rows: tape.messages.len(), depth, full_rows: tape.full.len(), ..Report::default() };
        for (row, message) in tape.messages.iter().enumerate() {
            replay.next(tape, row, message)?;
            report.compared += 1;
            if replay.tops() != tape.tops[row] {
                report.differ += 1;
                report.first_differ.get_or_insert(row);
            }
            if tape.full.get(row).is_some_and(|full| !replay.has_levels(full, depth)) {
                report.full_differ += 1;
            }
            if row % CHECKED_EVERY == 0 {
                replay.engine.check_invariants();
            }
        }
        replay.engine.check_invariants();
        Ok(Report {
            executions: replay.executions,
            on_named: replay.on_named,
            prices: replay.prices,
            commands: replay.engine.seq().0,
            open_orders: replay.engine.open_orders(),
            state_hash: replay.engine.state_hash(),
            counts: replay.counts,
            ..report
        })
    }

    /// The commands of a tape, setup first: applied in order to a new engine they do what [`Replay::run`] did.
    ///
    /// # Errors
    /// As [`Replay::run`].
    pub fn commands(tape: &Tape) -> Result<Vec<Sequenced>, Refused> {
        let mut replay = Replay::open(true)?;
        for (row, message) in tape.messages.iter().enumerate() {
            replay.next(tape, row, message)?;
        }
        Ok(replay.commands.unwrap_or_default())
    }

    fn open(keep: bool) -> Result<Replay, Refused> {
        let mut replay = Replay {
            engine: Engine::new(0),
            events: Vec::new(),
            commands: keep.then(Vec::new),
            row: 0,
            at: Timestamp(0),
            entered: BTreeMap::new(),
            counts: Counts::default(),
            executions: 0,
            on_named: 0,
            prices: None,
        };
        replay.must(Command::ListInstrument(Instrument {
            symbol: Symbol::parse("AAPL").expect("a good symbol"),
            face_dollars: 1,
            price_decimals: 2,
            price_unit: 1,
            tick: 1,
            price_max: PRICE_MAX,
            collar: 0,
            fees: FeeSchedule::default(),
        }))?;
        for (account, name) in [(MAKER, "lobster-maker"), (TAKER, "lobster-taker")] {
            let name = AccountName::parse(name).expect("a good name");
            replay.must(Command::OpenAccount { name, group: OwnerGroup(account.0) })?;
            replay.must(Command::DepositCash { account, amount: Cash(limits::ACCOUNT_CASH_CENTS / 2) })?;
            let lots = limits::ACCOUNT_LOTS / 2;
            replay.must(Command::DepositCredits { account, instrument: INSTRUMENT, lots })?;
        }
        Ok(replay)
    }

    fn apply(&mut self, command: Command) -> Result<Reply, Refused> {
        let command = Sequenced { seq: CommandSeq(self.engine.seq().0 + 1), at: self.at, command };
        self.events.clear();
        let reply = self.engine.apply(&command, &mut self.events);
        let refused = match reply {
            // A refused command is a command of the sequence too.
            Reply::Rejected(rejection) if rejection.reject != Reject::PostOnlyWouldTake => Some(rejection),
            _ => None,
        };
        if let Some(rejection) = refused {
            return Err(Refused { row: self.row, command: Box::new(command.command), rejection });
        }
        if let Some(commands) = &mut self.commands {
            commands.push(command);
        }
        Ok(reply)
    }

    /// Applies a command that nothing may refuse.
    fn must(&mut self, command: Command) -> Result<(), Refused> {
        self.apply(command).map(|reply| assert!(!matches!(reply, Reply::Rejected(_)), "only submissions are post-only"))
    }

    fn next(&mut self, tape: &Tape, row: usize, message: &Message) -> Result<(), Refused> {
        (self.row, self.at) = (row, message.at);
        if row == 0 {
            self.enter_seed(tape, message)?;
            if !matches!(message.what, What::Order { action: Action::Submit, .. }) {
                self.counts.add(Rule::InSeed);
                return Ok(());
            }
        }
        let rule = match message.what {
            What::Hidden => Rule::SkipHidden,
            What::Cross => Rule::SkipCross,
            What::Halt => Rule::SkipHalt,
            What::Order { action, id, lots, price, side } => {
                let named = self.find(Key::Id(id));
                if named.is_some_and(|named| (named.side, named.price) != (side, price)) {
                    self.counts.add(Rule::OtherTerms);
                }
                match (action, named) {
                    (Action::Submit, Some(_)) => Rule::SkipOpenId,
                    (Action::Submit, None) => self.submit(id, side, price, lots)?,
                    (Action::Reduce, Some(named)) => self.reduce(named, lots)?,
                    (Action::Delete, Some(named)) => self.delete(named, lots)?,
                    (Action::Execute, Some(named)) => self.execute(named, side, price, lots)?,
                    (Action::Reduce | Action::Delete, None) => match self.find(Key::Seed(side, price)) {
                        Some(seed) => {
                            self.reduce(seed, lots)?;
                            Rule::CancelFromSeed
                        }
                        None => Rule::SkipUnknownCancel,
                    },
                    (Action::Execute, None) => self.execute_seed(side, price, lots)?,
                }
            }
        };
        self.counts.add(rule);
        Ok(())
    }

    /// Enters the book after row 0, less what row 0's own submission added, one order a level.
    fn enter_seed(&mut self, tape: &Tape, message: &Message) -> Result<(), Refused> {
        let own = match message.what {
            What::Order { action: Action::Submit, lots, price, side, .. } => Some((side, price, lots)),
            _ => None,
        };
        let [asks, bids] = match tape.full.first() {
            Some([asks, bids]) => [asks.as_slice(), bids.as_slice()],
            None => {
                let [ask, bid] = &tape.tops[0];
                [std::slice::from_ref(ask), std::slice::from_ref(bid)]
            }
        };
        for (side, levels) in [(Side::Sell, asks), (Side::Buy, bids)] {
            for &(price, size) in levels.iter().flatten() {
                let mut lots = Lots(u32::try_from(size).expect("a level's size was checked"));
                if let Some((own_side, own_price, own_lots)) = own
                    && (own_side, own_price) == (side, price)
                {
                    self.counts.add(Rule::SeedLessSubmission);
                    // A level smaller than the order that has just joined it will differ on row 0.
                    lots = Lots(lots.0.saturating_sub(own_lots.0));
                }
                if !lots.is_zero() && self.enter(Key::Seed(side, price), side, price, lots)? {
                    self.counts.add(Rule::SeedLevel);
                }
            }
        }
        Ok(())
    }

    /// Enters a resting order, unless it would trade on arrival; says whether it did.
    fn enter(&mut self, key: Key, side: Side, price: Price, lots: Lots) -> Result<bool, Refused> {
        let add = Command::AddOrder(order(MAKER, side, price, lots, TimeInForce::Gtc));
        let Reply::Added(answer) = self.apply(add)? else { return Ok(false) };
        let (low, high) = self.prices.unwrap_or((price, price));
        self.prices = Some((low.min(price), high.max(price)));
        self.entered.insert(key, Entered { key, order: answer.order, side, price, total: lots });
        Ok(true)
    }

    fn submit(&mut self, id: u64, side: Side, price: Price, lots: Lots) -> Result<Rule, Refused> {
        let entered = self.enter(Key::Id(id), side, price, lots)?;
        Ok(if entered { Rule::Submit } else { Rule::SkipCrossing })
    }

    /// The open order of this name. One that has closed since is forgotten.
    fn find(&mut self, key: Key) -> Option<Entered> {
        let entered = self.entered.get(&key).copied()?;
        if self.engine.leaves(entered.order).is_none() {
            self.entered.remove(&key);
            return None;
        }
        Some(entered)
    }

    fn leaves(&self, entered: Entered) -> Lots {
        self.engine.leaves(entered.order).expect("only open orders are found")
    }

    /// Takes lots from an order, which keeps its place; all of them is a cancel.
    fn reduce(&mut self, entered: Entered, lots: Lots) -> Result<Rule, Refused> {
        let leaves = self.leaves(entered);
        if lots > leaves {
            self.counts.add(Rule::BeyondOpen);
        }
        if lots >= leaves {
            self.cancel(entered)?;
            return Ok(Rule::ReduceWhole);
        }
        let total = entered.total - lots;
        self.must(Command::AmendOrder(AmendOrder {
            account: MAKER,
            order: OrderRef::Id(entered.order),
            lots: Some(total),
            price: None,
            post_only: None,
            stop: None,
            display: None,
            deadline: None,
        }))?;
        self.entered.insert(entered.key, Entered { total, ..entered });
        Ok(Rule::Amend)
    }

    fn delete(&mut self, entered: Entered, lots: Lots) -> Result<Rule, Refused> {
        if lots != self.leaves(entered) {
            self.counts.add(Rule::DeletedOtherSize);
        }
        self.cancel(entered)?;
        Ok(Rule::Cancel)
    }

    fn cancel(&mut self, entered: Entered) -> Result<(), Refused> {
        self.must(Command::CancelOrder { account: MAKER, order: OrderRef::Id(entered.order) })
    }

    fn execute(&mut self, named: Entered, side: Side, price: Price, lots: Lots) -> Result<Rule, Refused> {
        self.executions += 1;
        if !self.at_front(named) {
            self.reduce(named, lots)?;
            return Ok(Rule::ExecuteBehind);
        }
        if self.ioc(named, side, price, lots)? {
            self.on_named += 1;
        }
        Ok(Rule::Execute)
    }

    fn execute_seed(&mut self, side: Side, price: Price, lots: Lots) -> Result<Rule, Refused> {
        self.executions += 1;
        let Some(seed) = self.find(Key::Seed(side, price)) else { return Ok(Rule::SkipUnknownExecution) };
        if !self.at_front(seed) {
            self.reduce(seed, lots)?;
            return Ok(Rule::ExecuteSeedBehind);
        }
        self.ioc(seed, side, price, lots)?;
        Ok(Rule::ExecuteSeed)
    }

    fn at_front(&self, entered: Entered) -> bool {
        self.engine.front(INSTRUMENT, entered.side).is_some_and(|(front, _)| front == entered.order)
    }

    /// An IOC against a resting order of `side`; says whether all of it traded with the one meant.
    fn ioc(&mut self, meant: Entered, side: Side, price: Price, lots: Lots) -> Result<bool, Refused> {
        if lots > self.leaves(meant) {
            self.counts.add(Rule::BeyondOpen);
        }
        self.must(Command::AddOrder(order(TAKER, side.opposite(), price, lots, TimeInForce::Ioc)))?;
        let mut with_meant = 0;
        for event in &self.events {
            if let Event::Fill(fill) = event
                && fill.maker.order == meant.order
            {
                with_meant += fill.lots.0;
            }
        }
        Ok(with_meant == lots.0)
    }

    /// Best ask and best bid.
    fn tops(&self) -> [Level; 2] {
        [Side::Sell, Side::Buy].map(|side| self.engine.best(INSTRUMENT, side))
    }

    fn has_levels(&self, [asks, bids]: &[Vec<Level>; 2], depth: usize) -> bool {
        let same = |side, levels: &[Level]| {
            let mut ours = self.engine.levels(INSTRUMENT, side);
            levels[..depth].iter().all(|&level| level == ours.next())
        };
        same(Side::Sell, asks) && same(Side::Buy, bids)
    }
}

fn order(account: AccountId, side: Side, price: Price, lots: Lots, time_in_force: TimeInForce) -> AddOrder {
    AddOrder {
        time_in_force,
        post_only: if time_in_force == TimeInForce::Gtc { PostOnly::Reject } else { PostOnly::No },
        ..AddOrder::limit(account, INSTRUMENT, side, price, lots)
    }
}
