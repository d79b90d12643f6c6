//! The whole engine: accounts, reserves, fees.

use crate::{Case, Fill, Matcher};
use std::hint::black_box;
use unspent_engine::Engine;
use unspent_flow::Op;
use unspent_model::{
    AccountId, AccountName, AddOrder, AmendOrder, Cash, ClOrdId, Command, CommandSeq, Event, FeeRate, FeeSchedule,
    Instrument, InstrumentId, Lots, OrderId, OrderRef, OwnerGroup, Price, Reply, Sequenced, Side, Symbol, TimeInForce,
    Timestamp, TradingRules, limits,
};

/// How many open orders room is made for, as for the bare book.
const ROOM: usize = 1 << 17;
const MAKER_FEE: FeeRate = FeeRate(10);
const TAKER_FEE: FeeRate = FeeRate(25);
/// How many events there is room for: those of a command with 10,000 fills.
const EVENTS: usize = 1 << 17;

/// What a venue is opened with.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How many instruments are listed.
    pub instruments: u32,
    /// Their highest price.
    pub price_max: Price,
    /// How many accounts own the bids, and how many others the asks. One more owns every IOC: no order meets its own.
    pub makers: u32,
    /// Whether every order has a client order id.
    pub cl_ord_ids: bool,
    /// How many other months of the first instrument trade with it, 0 to 11; nothing rests in them.
    pub months: u32,
}

impl Terms {
    /// One instrument, and for each side two accounts or as many more as so many resting orders need.
    #[must_use]
    pub fn one(price_max: Price, resting: usize) -> Terms {
        // Half as many as allowed, for the sides are not exactly even.
        let most = limits::OPEN_ORDERS_PER_ACCOUNT as usize / 2;
        let makers = u32::try_from(resting / 2 / most + 2).expect("few accounts");
        Terms { instruments: 1, price_max, makers, cl_ord_ids: false, months: 0 }
    }

    fn takers(&self) -> AccountId {
        AccountId(2 * self.makers)
    }

    fn accounts(&self) -> impl Iterator<Item = AccountId> + use<> {
        (0..=2 * self.makers).map(AccountId)
    }

    /// The commands that come before the first order.
    #[must_use]
    pub fn setup(&self) -> Vec<Command> {
        let mut commands = Vec::new();
        for account in self.accounts() {
            let name = AccountName::parse(&format!("bench-{}", account.0)).expect("a good name");
            commands.push(Command::OpenAccount { name, group: OwnerGroup(account.0) });
            commands.push(Command::DepositCash { account, amount: Cash(limits::ACCOUNT_CASH_CENTS / 2) });
        }
        for instrument in (0..self.instruments).map(InstrumentId) {
            let symbol = Symbol::parse("AWS-ACT-1K-202706").expect("a good symbol");
            let mut credit = Instrument::credit(symbol).expect("a credit");
            if instrument.0 > 0 {
                credit.symbol = Symbol::parse(&format!("BENCH{}", instrument.0)).expect("a good symbol");
            }
            credit.tick = 1;
            credit.price_max = self.price_max;
            credit.fees = FeeSchedule { maker: MAKER_FEE, taker: TAKER_FEE };
            commands.push(Command::ListInstrument(credit));
            for account in self.accounts() {
                let lots = limits::ACCOUNT_LOTS / 2;
                commands.push(Command::DepositCredits { account, instrument, lots });
            }
        }
        if self.months > 0 {
            self.relatives(&mut commands);
        }
        commands
    }

    /// Lists the other months behind all other instruments, and lets them and the first trade with one another.
    fn relatives(&self, commands: &mut Vec<Command>) {
        let others = (1..=12).filter(|&month| month != 6).take(self.months as usize);
        for (number, month) in (0..).zip(others) {
            let instrument = InstrumentId(self.instruments + number);
            let mut credit =
                Instrument::credit(Symbol::parse(&format!("AWS-ACT-1K-2027{month:02}")).expect("a good symbol"))
                    .expect("a credit");
            (credit.tick, credit.price_max) = (1, self.price_max);
            commands.push(Command::ListInstrument(credit));
            let account = self.takers();
            commands.push(Command::DepositCredits { account, instrument, lots: 1 });
        }
        let all =
            [InstrumentId(0)].into_iter().chain((0..self.months).map(|number| InstrumentId(self.instruments + number)));
        for instrument in all {
            let rules = TradingRules { dominance: true, ..TradingRules::new(MAKER_FEE) };
            commands.push(Command::SetRules { instrument, rules });
        }
    }
}

/// Operations as the commands of a [`Venue`], whose order ids are then the operations'.
#[derive(Debug)]
pub struct Script {
    terms: Terms,
    seq: u64,
    /// By order id: the owner, and the total that an amend counts from.
    orders: Vec<(AccountId, Lots)>,
}

impl Script {
    /// The script of a venue with these terms.
    #[must_use]
    pub fn new(terms: Terms) -> Script {
        Script { terms, seq: terms.setup().len() as u64, orders: vec![(terms.takers(), Lots::ZERO)] }
    }

    /// The next command, for the only instrument.
    pub fn command(&mut self, op: &Op) -> Sequenced {
        self.command_in(InstrumentId(0), op)
    }

    /// The next command.
    ///
    /// # Panics
    /// When order ids have a gap.
    pub fn command_in(&mut self, instrument: InstrumentId, op: &Op) -> Sequenced {
        let command = match *op {
            Op::Add { id, side, price, lots } => {
                let makers = self.terms.makers;
                let nth = u32::try_from(id.0 % u64::from(makers)).expect("fewer than the makers");
                let account = AccountId(makers * u32::from(side == Side::Sell) + nth);
                self.enter(account, instrument, id, side, price, lots, TimeInForce::Gtc)
            }
            Op::Ioc { id, side, price, lots } => {
                self.enter(self.terms.takers(), instrument, id, side, price, lots, TimeInForce::Ioc)
            }
            Op::Cancel { id } => Command::CancelOrder { account: self.orders[id.0 as usize].0, order: by_id(id) },
            Op::Reduce { id, lots } => {
                let (account, total) = &mut self.orders[id.0 as usize];
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
        self.seq += 1;
        Sequenced { seq: CommandSeq(self.seq), at: Timestamp(self.seq * 1_000), command }
    }

    #[allow(clippy::too_many_arguments, reason = "the one place where an order is made")]
    fn enter(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        id: OrderId,
        side: Side,
        price: Price,
        lots: Lots,
        time_in_force: TimeInForce,
    ) -> Command {
        assert_eq!(self.orders.len() as u64, id.0, "ids count from 1 without a gap");
        self.orders.push((account, lots));
        let named = |id: OrderId| ClOrdId::parse(&format!("bench-client-order-{:017}", id.0)).expect("a good id");
        Command::AddOrder(AddOrder {
            time_in_force,
            cl_ord_id: self.terms.cl_ord_ids.then(|| named(id)),
            ..AddOrder::limit(account, instrument, side, price, lots)
        })
    }
}

fn by_id(id: OrderId) -> OrderRef {
    OrderRef::Id(id)
}

/// An engine with its instruments listed and accounts that can pay for everything.
#[derive(Debug)]
pub struct Venue {
    engine: Engine,
    events: Vec<Event>,
    fills: u64,
    rejected: bool,
}

impl Venue {
    /// A venue ready for the first order.
    ///
    /// # Panics
    /// When the engine refuses the terms.
    #[must_use]
    pub fn new(terms: &Terms) -> Venue {
        let engine = Engine::new(0);
        let mut venue = Venue { engine, events: Vec::new(), fills: 0, rejected: false };
        for (seq, command) in (1..).zip(terms.setup()) {
            venue.apply(&Sequenced { seq: CommandSeq(seq), at: Timestamp(seq * 1_000), command });
            assert!(!venue.rejected, "the setup is taken");
        }
        // The buffer of a running engine's caller has been written before: no page of it is new when time counts.
        let any = venue.events.pop().expect("the setup has events");
        venue.events.resize(EVENTS, any);
        venue.events.clear();
        venue
    }

    /// As [`Venue::new`], with room for many orders. As the bare book: growth is measured by the curves and by `memory`.
    pub(crate) fn with_room(terms: &Terms) -> Venue {
        let mut venue = Venue::new(terms);
        venue.engine.reserve(InstrumentId(0), ROOM);
        venue
    }

    /// Carries out one command; its events are there until the next.
    #[inline]
    pub fn apply(&mut self, command: &Sequenced) {
        let mut fills = 0;
        self.apply_each(command, &mut |_| fills += 1);
        self.fills += fills;
    }

    /// Whether the last command was refused.
    #[must_use]
    pub fn was_rejected(&self) -> bool {
        self.rejected
    }

    /// How many fills [`Venue::apply`] made.
    #[must_use]
    pub fn fills(&self) -> u64 {
        self.fills
    }

    /// A side's levels of the first instrument, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (Price, u64)> + '_ {
        self.engine.levels(InstrumentId(0), side)
    }

    /// The bytes of the buffer for events, which is the engine's caller's and not its own.
    #[must_use]
    pub fn event_bytes(&self) -> usize {
        self.events.capacity() * size_of::<Event>()
    }

    /// How many orders are open.
    #[must_use]
    pub fn open_orders(&self) -> usize {
        self.engine.open_orders()
    }

    /// Checks every invariant of the engine.
    pub fn check_invariants(&self) {
        self.engine.check_invariants();
    }
}

/// The commands carry their stamps and are made before; the events are read, as by whoever takes them from here.
impl Matcher for Venue {
    type Command = Sequenced;

    fn name() -> &'static str {
        "unspent-engine"
    }

    fn prepare(case: &Case) -> Vec<Sequenced> {
        let mut script = Script::new(Terms::one(case.price_max, case.opening.len()));
        case.ops().map(|op| script.command(op)).collect()
    }

    fn open(case: &Case) -> Venue {
        Venue::with_room(&Terms::one(case.price_max, case.opening.len()))
    }

    #[inline]
    fn look_ahead(&self, far: Option<&Sequenced>, near: Option<&Sequenced>) {
        if let Some(far) = far {
            self.engine.look_far(&far.command);
        }
        if let Some(near) = near {
            self.engine.look_near(&near.command);
        }
    }

    #[inline]
    fn apply_each(&mut self, command: &Sequenced, each: &mut impl FnMut(Fill)) {
        self.events.clear();
        let reply = black_box(self.engine.apply(command, &mut self.events));
        self.rejected = matches!(reply, Reply::Rejected(_));
        for event in &self.events {
            if let Event::Fill(fill) = event {
                each(Fill { maker: fill.maker.order, price: fill.price, lots: fill.lots });
            }
        }
    }
}
