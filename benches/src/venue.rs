//! The whole engine: accounts, reserves, fees.

use unspent_engine::Engine;
use unspent_flow::Op;
use unspent_model::{
    AccountId, AccountName, AddOrder, AmendOrder, Cash, Command, CommandSeq, Event, FeeRate, FeeSchedule, Instrument,
    InstrumentId, Lots, OrderId, OrderRef, OwnerGroup, Price, Reply, Sequenced, Side, Symbol, TimeInForce, Timestamp,
    limits,
};

const INSTRUMENT: InstrumentId = InstrumentId(0);
/// Two accounts own the bids, two the asks, and the last every IOC: no order meets its own.
const ACCOUNTS: u32 = 5;
const IOCS: AccountId = AccountId(4);
/// How many commands ahead the engine's thread looks, as `unspent serve` does.
const FAR: usize = 12;
const NEAR: usize = 6;
/// How many open orders room is made for, as for the bare book.
const ROOM: usize = 1 << 17;
const MAKER_FEE: FeeRate = FeeRate(10);
const TAKER_FEE: FeeRate = FeeRate(25);

/// An engine with one credit listed and five accounts that can pay for everything.
#[derive(Debug)]
pub struct Venue {
    engine: Engine,
    events: Vec<Event>,
    fills: u64,
    rejected: bool,
}

/// The commands that come before the first order.
fn setup() -> Vec<Command> {
    let symbol = Symbol::parse("AWS-ACT-1K-202706").expect("a good symbol");
    let mut credit = Instrument::credit(symbol).expect("a credit");
    credit.tick = 1;
    credit.fees = FeeSchedule { maker: MAKER_FEE, taker: TAKER_FEE };
    let mut commands = vec![Command::ListInstrument(credit)];
    for account in (0..ACCOUNTS).map(AccountId) {
        let name = AccountName::parse(&format!("bench-{account}")).expect("a good name");
        commands.push(Command::OpenAccount { name, group: OwnerGroup(account.0) });
        commands.push(Command::DepositCash { account, amount: Cash(limits::ACCOUNT_CASH_CENTS / 2) });
        let lots = limits::ACCOUNT_LOTS / 2;
        commands.push(Command::DepositCredits { account, instrument: INSTRUMENT, lots });
    }
    commands
}

/// Operations as the commands of a [`Venue`], whose order ids are then the operations'.
#[must_use]
pub fn commands<'a>(ops: impl Iterator<Item = &'a Op>) -> Vec<Sequenced> {
    let first = setup().len() as u64 + 1;
    // By order id: the owner, and the total that an amend counts from.
    let mut orders = vec![(IOCS, Lots::ZERO)];
    let mut commands = Vec::new();
    for (seq, op) in (first..).zip(ops) {
        let command = match *op {
            Op::Add { id, side, price, lots } => {
                let account = AccountId(2 * u32::from(side == Side::Sell) + u32::from(id.0 % 2 == 1));
                assert_eq!(orders.len() as u64, id.0, "ids count from 1 without a gap");
                orders.push((account, lots));
                add(account, side, price, lots, TimeInForce::Gtc)
            }
            Op::Ioc { id, side, price, lots } => {
                assert_eq!(orders.len() as u64, id.0, "ids count from 1 without a gap");
                orders.push((IOCS, lots));
                add(IOCS, side, price, lots, TimeInForce::Ioc)
            }
            Op::Cancel { id } => Command::CancelOrder { account: orders[id.0 as usize].0, order: by_id(id) },
            Op::Reduce { id, lots } => {
                let (account, total) = &mut orders[id.0 as usize];
                *total = *total - lots;
                Command::AmendOrder(AmendOrder {
                    account: *account,
                    order: by_id(id),
                    lots: Some(*total),
                    price: None,
                    post_only: None,
                    stop: None,
                    display: None,
                    deadline: None,
                })
            }
        };
        commands.push(Sequenced { seq: CommandSeq(seq), at: Timestamp(seq * 1_000), command });
    }
    commands
}

fn by_id(id: OrderId) -> OrderRef {
    OrderRef::Id(id)
}

fn add(account: AccountId, side: Side, price: Price, lots: Lots, time_in_force: TimeInForce) -> Command {
    Command::AddOrder(AddOrder { time_in_force, ..AddOrder::limit(account, INSTRUMENT, side, price, lots) })
}

impl Default for Venue {
    fn default() -> Venue {
        Venue::new()
    }
}

impl Venue {
    /// A venue ready for the first order.
    #[must_use]
    pub fn new() -> Venue {
        let mut venue =
            Venue { engine: Engine::new(0), events: Vec::with_capacity(1 << 12), fills: 0, rejected: false };
        for (seq, command) in (1..).zip(setup()) {
            venue.apply(&Sequenced { seq: CommandSeq(seq), at: Timestamp(seq * 1_000), command });
            assert!(!venue.rejected, "the setup is taken");
        }
        venue.engine.reserve(INSTRUMENT, ROOM);
        venue
    }

    /// Carries out one command; its events are there until the next.
    #[inline]
    pub fn apply(&mut self, command: &Sequenced) {
        self.events.clear();
        self.rejected = matches!(self.engine.apply(command, &mut self.events), Reply::Rejected(_));
        // A look at every event stands for whoever takes them from here.
        for event in &self.events {
            self.fills += u64::from(matches!(event, Event::Fill(_)));
        }
    }

    /// Carries out commands that are all at hand, as the engine's thread does with what its channel holds: while one is
    /// carried out the memory for the next ones is asked for.
    pub fn apply_all(&mut self, commands: &[Sequenced]) {
        for (at, command) in commands.iter().enumerate() {
            if let Some(far) = commands.get(at + FAR) {
                self.engine.look_far(&far.command);
            }
            if let Some(near) = commands.get(at + NEAR) {
                self.engine.look_near(&near.command);
            }
            self.apply(command);
        }
    }

    /// Whether the last command was refused.
    #[must_use]
    pub fn was_rejected(&self) -> bool {
        self.rejected
    }

    /// How many fills there were.
    #[must_use]
    pub fn fills(&self) -> u64 {
        self.fills
    }

    /// A side's levels, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (Price, u64)> + '_ {
        self.engine.levels(INSTRUMENT, side)
    }

    /// Checks every invariant of the engine.
    pub fn check_invariants(&self) {
        self.engine.check_invariants();
    }
}
