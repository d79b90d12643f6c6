//! Random flows: what happens next, drawn so that everything happens often, and carried out on both venues.
//!
//! A step names orders by a number that picks among those there are, so that it hits, and shrinks to a story.

use crate::reference::Reference;
use crate::story::{World, fees, plain};
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt;
use unspent_model::{
    AccountId, AccountName, AddOrder, AmendOrder, CancelFilter, Cash, ClOrdId, Command, CommandSeq, Event, Instrument,
    InstrumentId, Lots, OrderId, OrderKind, OrderRef, OwnerGroup, Phase, Price, Reply, SelfTrade, Sequenced, Side,
    TimeInForce, Timestamp, limits,
};

const SECOND: u64 = 1_000_000_000;
const HOUR: u64 = 3_600 * SECOND;

/// A flow, told as a story when it fails.
#[derive(Clone)]
pub struct Flow {
    pub steps: Vec<Step>,
}

/// What happens next, and how long after what happened before.
#[derive(Clone, Debug)]
pub struct Step {
    after: u64,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Add(AddOrder),
    /// One of the latest new orders again; with another quantity, or another deadline.
    Resend {
        pick: usize,
        other: bool,
        deadline: Option<i64>,
    },
    Amend {
        by: By,
        lots: Option<Target>,
        price: Option<i64>,
        post_only: Option<bool>,
        deadline: Option<i64>,
    },
    Cancel(By),
    CancelAll(AccountId, CancelFilter),
    Cash(AccountId, u64),
    Credits(AccountId, InstrumentId, u64),
    Phase(InstrumentId, Phase),
    Clock,
    List(usize),
    Open(&'static str),
}

/// A new total quantity.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// So much more or less than now.
    By(i64),
    /// So much more or less than what is filled.
    Filled(i64),
    Huge,
}

/// Names an order: mostly one that is open, by its owner.
#[derive(Clone, Copy, Debug)]
enum By {
    Open { pick: usize, by_name: bool },
    Foreign { pick: usize, account: AccountId },
    Raw(AccountId, OrderId),
    Name(AccountId, ClOrdId),
}

/// The instruments of a flow: fees that round, a coarse tick and a dear lot, and the widest domain there is.
fn instruments() -> [Instrument; 3] {
    let fine = Instrument { fees: fees(10, 25), collar: 3, ..plain("X") };
    let coarse =
        Instrument { face_dollars: 7, tick: 10, price_max: Price(1_000), collar: 15, fees: fees(90, 0), ..plain("Y") };
    let wide = Instrument { tick: 5, price_max: Price(u32::MAX), collar: 200, fees: fees(10_000, 1), ..plain("Z") };
    [fine, coarse, wide]
}

const OWNERS: [(&str, u32); 4] = [("a.1", 0), ("a.2", 0), ("b", 1), ("c", 2)];

fn cl_ord_id(number: u8) -> ClOrdId {
    ClOrdId::parse(&format!("id{number}")).unwrap()
}

fn accounts() -> impl Strategy<Value = AccountId> {
    prop_oneof![60 => 0..4_u32, 1 => Just(9)].prop_map(AccountId)
}

fn places() -> impl Strategy<Value = InstrumentId> {
    prop_oneof![40 => Just(0_u32), 12 => Just(1), 8 => Just(2), 1 => Just(9)].prop_map(InstrumentId)
}

/// A price near the middle of its instrument, seldom an impossible one.
fn price_at(instrument: InstrumentId, step: i64) -> Price {
    let (middle, tick) = match instrument.0 {
        1 => (500, 10),
        2 => (i64::from(u32::MAX) - 25, 5),
        _ => (100, 1),
    };
    let price = match step {
        100 => 0,
        101 => middle + tick * 2 + 3,
        102 => 10_001,
        step => middle + step * tick,
    };
    Price(u32::try_from(price.max(0)).unwrap())
}

fn steps_of_price() -> impl Strategy<Value = i64> {
    prop_oneof![60 => -4..=4_i64, 4 => -60..=5_i64, 1 => 100..=102_i64]
}

fn deadlines() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![14 => Just(None), 1 => (-2..=2_i64).prop_map(Some)]
}

fn lots() -> impl Strategy<Value = Lots> {
    prop_oneof![60 => 1..=9_u32, 10 => 10..=40_u32, 1 => Just(0), 1 => Just(u32::MAX)].prop_map(Lots)
}

fn kinds(instrument: InstrumentId) -> impl Strategy<Value = OrderKind> {
    let unit = match instrument.0 {
        1 => 7 * 500,
        2 => u64::from(u32::MAX),
        _ => 100,
    };
    let most = (0..=900_u64).prop_map(move |percent| OrderKind::Market { max_total: Some(Cash(unit * percent / 100)) });
    prop_oneof![
        9 => steps_of_price().prop_map(move |step| OrderKind::Limit(price_at(instrument, step))),
        1 => Just(OrderKind::Market { max_total: None }),
        1 => most,
    ]
}

fn orders() -> impl Strategy<Value = AddOrder> {
    let sides = select(vec![Side::Buy, Side::Sell]);
    let ways = (0..100_u32, prop_oneof![8 => Just(false), 1 => Just(true)]);
    let stp =
        select(vec![SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::CancelBoth, SelfTrade::Decrement]);
    let ids = prop_oneof![2 => Just(None), 1 => (0..12_u8).prop_map(|number| Some(cl_ord_id(number)))];
    (places().prop_flat_map(|place| (Just(place), kinds(place))), accounts(), sides, lots(), ways, stp, ids).prop_map(
        |((instrument, kind), account, side, lots, (way, post_only), self_trade, cl_ord_id)| {
            let market = matches!(kind, OrderKind::Market { .. });
            // A market order that may rest, or is post-only, means nothing: seldom. So does max_total on a sell.
            let time_in_force = match way {
                0..=69 if !market || way == 0 => TimeInForce::Gtc,
                0..=84 => TimeInForce::Ioc,
                _ => TimeInForce::Fok,
            };
            let post_only = post_only && !(40..=97).contains(&way);
            let side = if way % 10 != 9 && matches!(kind, OrderKind::Market { max_total: Some(_) }) {
                Side::Buy
            } else {
                side
            };
            let deadline = None;
            AddOrder {
                account,
                instrument,
                side,
                kind,
                lots,
                time_in_force,
                post_only,
                self_trade,
                cl_ord_id,
                deadline,
            }
        },
    )
}

fn by() -> impl Strategy<Value = By> {
    prop_oneof![
        20 => (any::<usize>(), any::<bool>()).prop_map(|(pick, by_name)| By::Open { pick, by_name }),
        1 => (any::<usize>(), accounts()).prop_map(|(pick, account)| By::Foreign { pick, account }),
        1 => (accounts(), 0..40_u64).prop_map(|(account, id)| By::Raw(account, OrderId(id))),
        2 => (accounts(), 0..12_u8).prop_map(|(account, number)| By::Name(account, cl_ord_id(number))),
    ]
}

fn targets() -> impl Strategy<Value = Option<Target>> {
    prop_oneof![
        3 => Just(None),
        8 => (-4..=4_i64).prop_map(|by| Some(Target::By(by))),
        2 => (-2..=1_i64).prop_map(|by| Some(Target::Filled(by))),
        1 => Just(Some(Target::By(60))),
        1 => Just(Some(Target::Huge)),
    ]
}

fn whats() -> impl Strategy<Value = What> {
    let filter = (
        prop_oneof![2 => Just(None), 2 => places().prop_map(Some)],
        prop_oneof![2 => Just(None), 1 => Just(Some(Side::Buy)), 1 => Just(Some(Side::Sell))],
    )
        .prop_map(|(instrument, side)| CancelFilter { instrument, side });
    let prices = prop_oneof![1 => Just(None), 2 => steps_of_price().prop_map(Some)];
    let posts = prop_oneof![8 => Just(None), 1 => Just(Some(true)), 1 => Just(Some(false))];
    let amend = (by(), targets(), prices, posts, deadlines())
        .prop_map(|(by, lots, price, post_only, deadline)| What::Amend { by, lots, price, post_only, deadline });
    let resend = (0..6_usize, select(vec![false, false, true]), deadlines())
        .prop_map(|(pick, other, deadline)| What::Resend { pick, other, deadline });
    let cents = prop_oneof![
        6 => 1..400_u64, 1 => Just(0), 1 => Just(20_000_000_000), 1 => Just(limits::ACCOUNT_CASH_CENTS)
    ];
    let credits = prop_oneof![6 => 1..20_u64, 1 => Just(0), 1 => Just(limits::ACCOUNT_LOTS), 1 => Just(u64::MAX)];
    let phases = prop_oneof![8 => Just(Phase::Continuous), 1 => Just(Phase::Halted), 1 => Just(Phase::Closed)];
    prop_oneof![
        160 => (orders(), deadlines()).prop_map(|(add, deadline)| {
            // Counted from the start of the flow here, from the command's time when it is sent.
            What::Add(AddOrder { deadline: deadline.map(|by| Timestamp((by + 10) as u64)), ..add })
        }),
        12 => resend,
        50 => amend,
        14 => by().prop_map(What::Cancel),
        2 => (accounts(), filter).prop_map(|(account, filter)| What::CancelAll(account, filter)),
        3 => (accounts(), cents).prop_map(|(account, cents)| What::Cash(account, cents)),
        3 => (accounts(), places(), credits).prop_map(|(account, place, lots)| What::Credits(account, place, lots)),
        6 => (places(), phases).prop_map(|(place, phase)| What::Phase(place, phase)),
        2 => Just(What::Clock),
        1 => (0..5_usize).prop_map(What::List),
        1 => select(vec!["b", "d", "e"]).prop_map(What::Open),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let after = prop_oneof![
        20 => Just(0), 20 => Just(SECOND), 2 => Just(HOUR), 1 => Just(12 * HOUR), 1 => Just(24 * HOUR), 1 => Just(25 * HOUR)
    ];
    (after, whats()).prop_map(|(after, what)| Step { after, what })
}

/// Flows of `length` steps on average; a short one is where shrinking leads.
pub fn flows(length: usize) -> impl Strategy<Value = Flow> {
    prop::collection::vec(steps(), 1..2 * length).prop_map(|steps| Flow { steps })
}

/// Flows of exactly `length` steps.
pub fn long_flows(length: usize) -> impl Strategy<Value = Flow> {
    prop::collection::vec(steps(), length).prop_map(|steps| Flow { steps })
}

/// One command and whether it was refused.
pub struct Told {
    pub command: Sequenced,
    pub refused: bool,
}

/// Both venues, and what was asked of them.
pub struct Run {
    pub world: World,
    pub reference: Reference,
    pub told: Vec<Told>,
    /// Everything that happened, for those who count.
    pub events: Vec<Event>,
    pub replies: Vec<Reply>,
    adds: Vec<AddOrder>,
    /// Whether the engine takes part.
    both: bool,
}

impl Default for Run {
    fn default() -> Run {
        Run::new(true)
    }
}

impl Run {
    fn new(both: bool) -> Run {
        let mut run = Run {
            world: World::empty(),
            reference: Reference::default(),
            told: Vec::new(),
            events: Vec::new(),
            replies: Vec::new(),
            adds: Vec::new(),
            both,
        };
        for spec in instruments() {
            run.command(Command::ListInstrument(spec));
        }
        for (name, group) in OWNERS {
            run.command(Command::OpenAccount { name: AccountName::parse(name).unwrap(), group: OwnerGroup(group) });
        }
        for account in (0..4).map(AccountId) {
            run.command(Command::DepositCash { account, amount: Cash(60_000_000_000) });
            // Not so much that nobody ever runs out.
            for (instrument, lots) in [(0, 60), (1, 20), (2, 30)] {
                run.command(Command::DepositCredits { account, instrument: InstrumentId(instrument), lots });
            }
        }
        run
    }

    /// Makes the command of a step and carries it out.
    pub fn step(&mut self, step: &Step) {
        self.world.at.0 += step.after;
        let command = self.make(&step.what);
        self.command(command);
    }

    fn deadline(&self, seconds: Option<i64>) -> Option<Timestamp> {
        let now = i64::try_from(self.world.at.0).unwrap();
        seconds.map(|by| Timestamp(u64::try_from(now + by * SECOND as i64).unwrap()))
    }

    fn make(&mut self, what: &What) -> Command {
        match what {
            What::Add(add) => {
                let seconds = add.deadline.map(|at| at.0 as i64 - 10);
                let add = AddOrder { deadline: self.deadline(seconds), ..*add };
                self.adds.push(add);
                Command::AddOrder(add)
            }
            What::Resend { pick, other, deadline } => {
                let named = self.adds.iter().rev().filter(|add| add.cl_ord_id.is_some());
                let Some(add) = named.clone().nth(*pick).or(named.clone().next()).copied() else {
                    return Command::Clock;
                };
                let lots = if *other { Lots(add.lots.0.saturating_add(1)) } else { add.lots };
                let deadline = deadline.map_or(add.deadline, |by| self.deadline(Some(by)));
                Command::AddOrder(AddOrder { lots, deadline, ..add })
            }
            What::Amend { by, lots, price, post_only, deadline } => {
                let (account, order) = self.pick(*by);
                let target = self.target(account, order);
                let (filled, total, place) = target.unwrap_or((0, 5, InstrumentId(0)));
                let lots = lots.map(|target| match target {
                    Target::By(by) => Lots(u32::try_from((i64::from(total) + by).max(0)).unwrap()),
                    Target::Filled(by) => Lots(u32::try_from((i64::from(filled) + by).max(0)).unwrap()),
                    Target::Huge => Lots(u32::MAX),
                });
                let price = price.map(|step| price_at(place, step));
                let (post_only, deadline) = (*post_only, self.deadline(*deadline));
                Command::AmendOrder(AmendOrder { account, order, lots, price, post_only, deadline })
            }
            What::Cancel(by) => {
                let (account, order) = self.pick(*by);
                Command::CancelOrder { account, order }
            }
            What::CancelAll(account, filter) => Command::CancelAll { account: *account, filter: *filter },
            What::Cash(account, cents) => Command::DepositCash { account: *account, amount: Cash(*cents) },
            What::Credits(account, instrument, lots) => {
                Command::DepositCredits { account: *account, instrument: *instrument, lots: *lots }
            }
            What::Phase(instrument, phase) => Command::SetPhase { instrument: *instrument, phase: *phase },
            What::Clock => Command::Clock,
            What::List(number) => {
                let spec = match number {
                    0 => plain("X"),
                    1 => Instrument { tick: 0, ..plain("V") },
                    2 => Instrument { price_max: Price(0), ..plain("X") },
                    _ => plain("W"),
                };
                Command::ListInstrument(spec)
            }
            What::Open(name) => Command::OpenAccount { name: AccountName::parse(name).unwrap(), group: OwnerGroup(3) },
        }
    }

    fn pick(&self, by: By) -> (AccountId, OrderRef) {
        let open = &self.reference.open;
        let nobody = (AccountId(0), OrderRef::Id(OrderId(0)));
        match by {
            By::Open { pick, by_name } => {
                let Some(order) = open.get(pick % open.len().max(1)) else { return nobody };
                let named = order.terms.cl_ord_id.filter(|_| by_name).map(OrderRef::ClOrdId);
                (order.terms.account, named.unwrap_or(OrderRef::Id(order.id)))
            }
            By::Foreign { pick, account } => {
                let Some(order) = open.get(pick % open.len().max(1)) else { return nobody };
                (account, OrderRef::Id(order.id))
            }
            By::Raw(account, id) => (account, OrderRef::Id(id)),
            By::Name(account, name) => (account, OrderRef::ClOrdId(name)),
        }
    }

    /// What is filled of an order, its total quantity, and where it is.
    fn target(&self, account: AccountId, order: OrderRef) -> Option<(u32, u32, InstrumentId)> {
        let named = |id: OrderId, name: Option<ClOrdId>| match order {
            OrderRef::Id(wanted) => id == wanted,
            OrderRef::ClOrdId(wanted) => name == Some(wanted),
        };
        let mut open = self.reference.open.iter().filter(|open| open.terms.account == account);
        let found = open.find(|open| named(open.id, open.terms.cl_ord_id))?;
        Some((found.filled, found.total, found.terms.instrument))
    }

    /// Carries out a command on both venues and compares all that can be seen.
    fn command(&mut self, command: Command) {
        let sequenced = Sequenced { seq: CommandSeq(self.world.seq + 1), at: self.world.at, command: command.clone() };
        let (expected, reply) = self.reference.apply(&sequenced);
        if self.both {
            let said = self.world.say(&command);
            let (events, engine_reply) = self.world.apply(command);
            if events != expected || engine_reply != reply {
                let engine = self.world.answer(&events, &engine_reply);
                let naive = self.world.answer(&expected, &reply);
                // What reads the same differs in a field that the story leaves out.
                let exact = format!("\n{events:?} {engine_reply:?}\n{expected:?} {reply:?}");
                let exact = if engine == naive { exact } else { String::new() };
                panic!("{said}\n  engine: {engine}\n  naive:  {naive}{exact}");
            }
            self.compare_state();
        } else {
            self.world.note(&expected);
        }
        let refused = matches!(reply, Reply::Rejected(_));
        self.told.push(Told { command: sequenced, refused });
        self.events.extend(expected);
        self.replies.push(reply);
    }

    fn compare_state(&self) {
        let (engine, reference) = (&self.world.engine, &self.reference);
        let (accounts, instruments) = reference.counts();
        for instrument in (0..instruments).map(InstrumentId) {
            for side in [Side::Buy, Side::Sell] {
                assert!(engine.levels(instrument, side).eq(reference.levels(instrument, side)), "depth differs");
            }
            for account in (0..accounts).map(AccountId) {
                let held = reference.holding(account, instrument);
                assert_eq!(engine.lots(account, instrument), (held.available, held.reserved));
            }
        }
        for account in (0..accounts).map(AccountId) {
            let cash = reference.cash(account);
            assert_eq!(engine.cash(account), (cash.available, cash.reserved));
        }
        assert_eq!(engine.fees(), reference.fees());
        assert_eq!(engine.open_orders(), reference.open.len());
        reference.check_conservation();
    }
}

/// The flow as a story: the commands that it comes to on the naive venue, so that it can be told of any engine.
impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut run = Run::new(false);
        for step in &self.steps {
            run.step(step);
            let told = run.told.last().expect("a step was told");
            let said = run.world.say(&told.command.command);
            let mark = if told.refused { " (refused)" } else { "" };
            write!(f, "\n    +{}s {said}{mark}", step.after / SECOND)?;
        }
        Ok(())
    }
}
