//! Flows of commands of every kind for the real engine.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use unspent_engine::Engine;
use unspent_model::{
    AccountId, AccountName, AddDecay, AddLinked, AddOrder, AmendOrder, CancelFilter, Cash, Command, CommandSeq, Decay,
    Event, FeeRate, GroupName, GroupRule, Instrument, InstrumentId, KillScope, LinkedLeg, Lots, MassQuote, OrderId,
    OrderKind, OrderRef, OwnerGroup, Phase, PostOnly, Price, Quote, QuoteSide, Schedule, ScheduleEntry, SelfTrade,
    Sequenced, SessionId, Side, Symbol, TimeInForce, Timestamp, TradingRules,
};

pub const INSTRUMENTS: u32 = 3;
pub const ACCOUNTS: u32 = 4;

/// A command, as far as it can be said before the flow runs.
#[derive(Clone, Debug)]
pub enum Step {
    Add(AddOrder),
    /// A sell that falls by so many ticks every so many seconds, so often.
    Decay(AddOrder, u32, u64, u32),
    /// A buy of any of both instruments, and its limit in the other.
    Linked(AddOrder, Price),
    /// A group of this account quotes in the account's newest live session.
    Quote(u32, PostOnly, Vec<Quote>),
    /// Changes one of the open orders.
    Amend(prop::sample::Index, AmendOrder),
    Cancel(prop::sample::Index),
    Disconnect(prop::sample::Index),
    /// Commits to a running call, or reveals its seed when its end is being drawn.
    Auction(prop::sample::Index),
    Command(Command),
    /// Time passes.
    Wait(u64),
}

fn account() -> impl Strategy<Value = AccountId> {
    (0..ACCOUNTS).prop_map(AccountId)
}

fn instrument() -> impl Strategy<Value = InstrumentId> {
    (0..INSTRUMENTS).prop_map(InstrumentId)
}

fn side() -> impl Strategy<Value = Side> {
    select(vec![Side::Buy, Side::Sell])
}

/// A few ticks around the middle; now and then one that only a call takes.
fn price() -> impl Strategy<Value = Price> {
    prop_oneof![
        12 => (490..511_u32).prop_map(|tick| Price(tick * 10)),
        1 => (4_900..5_101_u32).prop_map(Price)
    ]
}

fn lots() -> impl Strategy<Value = Lots> {
    (1..40_u32).prop_map(Lots)
}

fn post_only() -> impl Strategy<Value = PostOnly> {
    select(vec![PostOnly::No, PostOnly::No, PostOnly::Reject, PostOnly::Slide])
}

fn add() -> impl Strategy<Value = AddOrder> {
    let kind = prop_oneof![
        12 => price().prop_map(OrderKind::Limit),
        1 => Just(OrderKind::Market { max_total: None })
    ];
    let tif = prop_oneof![
        12 => Just(TimeInForce::Gtc),
        2 => Just(TimeInForce::Ioc),
        1 => Just(TimeInForce::Fok),
        1 => Just(TimeInForce::Day),
        1 => (1..100_u64).prop_map(|seconds| TimeInForce::Gtd(Timestamp(0).plus_seconds(seconds))),
        2 => Just(TimeInForce::Auction),
    ];
    let self_trade =
        select(vec![SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::CancelBoth, SelfTrade::Decrement]);
    let extras = (
        prop_oneof![5 => Just(None), 1 => price().prop_map(Some)],
        prop_oneof![2 => Just(None), 1 => (1..8_u32).prop_map(|lots| Some(Lots(lots)))],
        prop_oneof![9 => Just(None), 1 => (1..8_u32).prop_map(|lots| Some(Lots(lots)))],
        prop_oneof![4 => Just(PostOnly::No), 1 => post_only()],
    );
    (account(), instrument(), side(), kind, lots(), tif, self_trade, extras).prop_map(
        |(account, instrument, side, kind, lots, time_in_force, self_trade, (stop, display, min_lots, post_only))| {
            let market = matches!(kind, OrderKind::Market { .. });
            let rests = time_in_force.rests();
            let time_in_force = if market && stop.is_none() { TimeInForce::Ioc } else { time_in_force };
            let max_total = (side == Side::Buy).then_some(Cash(2_000_000));
            AddOrder {
                kind: if market { OrderKind::Market { max_total } } else { kind },
                stop: stop.filter(|_| rests),
                display: display.filter(|_| rests && !market),
                min_lots,
                time_in_force,
                post_only,
                self_trade,
                ..AddOrder::limit(account, instrument, side, Price(0), lots)
            }
        },
    )
}

fn quote() -> impl Strategy<Value = Vec<Quote>> {
    let side = |from: u32| {
        option::weighted(0.8, (0..8_u32, prop_oneof![1 => Just(0), 6 => 1..30_u32])).prop_map(move |side| {
            side.map(|(tick, lots)| QuoteSide { price: Price(from + tick * 10), lots: Lots(lots) })
        })
    };
    let quote = move |at| (side(4_930), side(5_000)).prop_map(move |(bid, ask)| Quote { instrument: at, bid, ask });
    prop_oneof![
        quote(InstrumentId(0)).prop_map(|quote| vec![quote]),
        (quote(InstrumentId(1)), quote(InstrumentId(0))).prop_map(|(a, b)| vec![a, b]),
    ]
}

fn of_the_operator() -> impl Strategy<Value = Command> {
    let phase = prop_oneof![
        6 => Just(Phase::Continuous),
        6 => Just(Phase::Call),
        2 => select(vec![Phase::NoCancel, Phase::Halted, Phase::CancelOnly, Phase::Closed]),
    ];
    let across = prop::bool::weighted(0.8);
    let rules = (option::of(20..120_u32), option::of(10..90_u32), prop_oneof![Just(0), 1..20_u32], across).prop_map(
        |(near, far, random, dominance)| TradingRules {
            dynamic_range: near,
            static_range: far,
            volatility_seconds: 4,
            random_end_seconds: random,
            dominance,
            ..TradingRules::new(FeeRate(5))
        },
    );
    let kill = (prop_oneof![Just(KillScope::Venue), account().prop_map(KillScope::Account)], prop::bool::weighted(0.3));
    prop_oneof![
        12 => (instrument(), phase).prop_map(|(instrument, phase)| Command::SetPhase { instrument, phase }),
        4 => (instrument(), rules).prop_map(|(instrument, rules)| Command::SetRules { instrument, rules }),
        2 => (instrument(), price()).prop_map(|(instrument, price)| Command::SetReference { instrument, price }),
        3 => kill.prop_map(|(scope, engaged)| Command::Kill { scope, engaged }),
        3 => account().prop_map(|account| Command::Connect { account }),
        2 => (account(), 0..30_u32).prop_map(|(account, seconds)| Command::CancelAllAfter { account, seconds }),
        2 => account().prop_map(|account| Command::ResetGroup { account, group: group() }),
        2 => (account(), option::of(instrument()), option::of(side())).prop_map(|(account, instrument, side)| {
            Command::CancelAll { account, filter: CancelFilter { instrument, side, ..CancelFilter::default() } }
        }),
    ]
}

pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let changes = (
        option::weighted(0.6, lots()),
        option::weighted(0.4, price()),
        option::weighted(0.1, price()),
        option::weighted(0.1, (1..8_u32).prop_map(Lots)),
    );
    let amend = changes.prop_map(|(lots, price, stop, display)| AmendOrder {
        account: AccountId(0),
        order: OrderRef::Id(OrderId(0)),
        lots,
        price,
        post_only: Some(false),
        stop,
        display,
        deadline: None,
    });
    let step = prop_oneof![
        60 => add().prop_map(Step::Add),
        4 => (account(), instrument(), 490..511_u32, lots(), 1..9_u32, 1..9_u64, 1..5_u32).prop_map(
            |(account, instrument, tick, lots, ticks, seconds, steps)| {
                let add = AddOrder::limit(account, instrument, Side::Sell, Price(tick * 10), lots);
                Step::Decay(add, ticks, seconds, steps)
            },
        ),
        5 => (account(), instrument(), price(), price(), lots()).prop_map(|(account, instrument, here, there, lots)| {
            Step::Linked(AddOrder::limit(account, instrument, Side::Buy, here, lots), there)
        }),
        10 => (0..ACCOUNTS, post_only(), quote()).prop_map(|(who, post_only, quotes)| Step::Quote(who, post_only, quotes)),
        16 => (any::<prop::sample::Index>(), amend).prop_map(|(which, amend)| Step::Amend(which, amend)),
        10 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        1 => any::<prop::sample::Index>().prop_map(Step::Disconnect),
        4 => any::<prop::sample::Index>().prop_map(Step::Auction),
        10 => of_the_operator().prop_map(Step::Command),
        8 => (0..20_u64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..most)
}

pub fn group() -> GroupName {
    GroupName::parse("front").unwrap()
}

/// The engine, and what it said of the last command.
pub struct Exchange {
    pub engine: Engine,
    pub at: Timestamp,
    pub seq: CommandSeq,
    pub events: Vec<Event>,
    open: Vec<(AccountId, OrderId)>,
    sessions: Vec<Option<SessionId>>,
}

impl Exchange {
    /// An exchange whose accounts have money and credits; everything said so far is in `events`.
    pub fn open() -> Exchange {
        let mut exchange = Exchange {
            engine: Engine::new(7),
            at: Timestamp(1_000_000_000),
            seq: CommandSeq(0),
            events: Vec::new(),
            open: Vec::new(),
            sessions: vec![None; ACCOUNTS as usize],
        };
        let mut commands = Vec::new();
        for number in 0..INSTRUMENTS {
            let symbol = Symbol::parse(&format!("AWS-ACT-1K-20270{}", number + 1)).unwrap();
            commands.push(Command::ListInstrument(Instrument::credit(symbol).unwrap()));
        }
        // Most of the time they trade with one another.
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            let rules = TradingRules { dominance: true, ..TradingRules::new(FeeRate(0)) };
            commands.push(Command::SetRules { instrument, rules });
        }
        for number in 0..ACCOUNTS {
            let name = AccountName::parse(&format!("account-{number}")).unwrap();
            let account = AccountId(number);
            // Two of them are of one owner.
            commands.push(Command::OpenAccount { name, group: OwnerGroup(number / 2) });
            commands.push(Command::DepositCash { account, amount: Cash(1_000_000_000_000) });
            for instrument in (0..INSTRUMENTS).map(InstrumentId) {
                commands.push(Command::DepositCredits { account, instrument, lots: 1_000_000 });
            }
            let rule = GroupRule { lots: Lots(12), window_seconds: 60 };
            commands.push(Command::SetGroup { account, group: group(), rule });
            commands.push(Command::Connect { account });
        }
        // A short day, so that flows run through it.
        let entry = |second_of_day, phase| ScheduleEntry { second_of_day, phase };
        let entries = vec![
            entry(30, Phase::Call),
            entry(45, Phase::NoCancel),
            entry(60, Phase::Continuous),
            entry(120, Phase::CancelOnly),
            entry(130, Phase::Closed),
            entry(140, Phase::Call),
            entry(150, Phase::Continuous),
        ];
        let schedule = Schedule { entries, last_trade: Some(Timestamp(0).plus_seconds(155)) };
        commands.push(Command::SetSchedule { instrument: InstrumentId(1), schedule });
        let mut events = Vec::new();
        for command in commands {
            exchange.apply(command);
            events.append(&mut exchange.events);
        }
        exchange.events = events;
        exchange
    }

    fn apply(&mut self, command: Command) {
        self.seq.0 += 1;
        self.at.0 += 1_000_000;
        self.events.clear();
        self.engine.apply(&Sequenced { seq: self.seq, at: self.at, command }, &mut self.events);
        for event in &self.events {
            match event {
                Event::Opened(opened) => self.open.push((opened.terms.account, opened.order)),
                Event::SessionOpened { session, account } => self.sessions[account.0 as usize] = Some(*session),
                Event::SessionClosed { session, account } => {
                    let live = &mut self.sessions[account.0 as usize];
                    *live = live.filter(|known| known != session);
                }
                _ => {}
            }
        }
        let engine = &self.engine;
        self.open.retain(|&(_, order)| engine.leaves(order).is_some());
    }

    /// Runs one step; `events` is what came of it.
    pub fn run(&mut self, step: &Step) {
        let pick =
            |which: &prop::sample::Index, open: &[(AccountId, OrderId)]| (!open.is_empty()).then(|| *which.get(open));
        let command = match step {
            Step::Command(command) => command.clone(),
            Step::Add(add) => {
                let time_in_force = match add.time_in_force {
                    TimeInForce::Gtd(later) => TimeInForce::Gtd(Timestamp(self.at.0 + later.0)),
                    other => other,
                };
                let session = self.sessions[add.account.0 as usize].filter(|_| add.lots.0.is_multiple_of(3));
                Command::AddOrder(AddOrder { time_in_force, session, ..*add })
            }
            &Step::Decay(order, ticks, seconds, steps) => {
                let OrderKind::Limit(price) = order.kind else { unreachable!("a decaying order has a limit") };
                let from = self.at.plus_seconds(1);
                let until = from.plus_seconds(seconds * u64::from(steps));
                let decay = Decay::Linear { floor: Price(price.0 - 10 * ticks * steps), from, until, steps };
                Command::AddDecay(Box::new(AddDecay { order, decay }))
            }
            &Step::Linked(order, price) => {
                let instrument = InstrumentId(order.instrument.0 ^ 1);
                let others = vec![LinkedLeg { instrument, price }];
                Command::AddLinked(Box::new(AddLinked { order, others }))
            }
            &Step::Quote(who, post_only, ref quotes) => Command::MassQuote(MassQuote {
                account: AccountId(who),
                session: self.sessions[who as usize].unwrap_or(SessionId(0)),
                group: Some(group()).filter(|_| quotes.len() == 1),
                quote_id: 1,
                post_only,
                quotes: quotes.clone(),
                deadline: None,
            }),
            Step::Amend(which, amend) => match pick(which, &self.open) {
                Some((account, order)) => {
                    Command::AmendOrder(AmendOrder { account, order: OrderRef::Id(order), ..*amend })
                }
                None => Command::Clock,
            },
            Step::Cancel(which) => match pick(which, &self.open) {
                Some((account, order)) => Command::CancelOrder { account, order: OrderRef::Id(order) },
                None => Command::Clock,
            },
            Step::Disconnect(which) => {
                let live: Vec<_> = self.engine.sessions().collect();
                if live.is_empty() { Command::Clock } else { Command::Disconnect { session: *which.get(&live) } }
            }
            Step::Auction(which) => {
                let calls: Vec<_> = self.engine.calls().collect();
                if calls.is_empty() {
                    Command::Clock
                } else {
                    let call = *which.get(&calls);
                    let (auction, instrument) = (call.auction, call.instrument);
                    if call.ending.is_some() {
                        Command::RevealAuction { auction, instrument, seed: SEED }
                    } else {
                        Command::CommitAuction { auction, instrument, commitment: COMMITMENT }
                    }
                }
            }
            Step::Wait(seconds) => {
                self.at = self.at.plus_seconds(*seconds);
                Command::Clock
            }
        };
        self.apply(command);
    }
}

/// A seed that ends a call at its scheduled end.
const SEED: [u8; 32] = [0; 32];
/// Its SHA-256.
const COMMITMENT: [u8; 32] = [
    0x66, 0x68, 0x7a, 0xad, 0xf8, 0x62, 0xbd, 0x77, 0x6c, 0x8f, 0xc1, 0x8b, 0x8e, 0x9f, 0x8e, 0x20, 0x08, 0x97, 0x14,
    0x85, 0x6e, 0xe2, 0x33, 0xb3, 0x90, 0x2a, 0x59, 0x1d, 0x0d, 0x5f, 0x29, 0x25,
];
