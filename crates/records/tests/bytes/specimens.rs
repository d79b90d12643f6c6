//! One record of every kind, with every optional field once there and once not. The golden files hold them.

use unspent_model::{
    AccountId, AccountLimits, AccountName, Across, Actor, AddOrder, AmendOrder, AuctionId, ByOperator, CancelFilter,
    Cash, ClOrdId, Command, CommandSeq, FeeRate, Fill, GroupName, GroupRule, Instrument, InstrumentId, KillScope, Leg,
    Lots, MassQuote, OrderId, OrderKind, OrderRef, OwnerGroup, Phase, PostOnly, Price, Programme, Quote, QuoteSide,
    Reason, Schedule, ScheduleEntry, SelfTrade, Sequenced, SessionId, Side, Symbol, TimeInForce, Timestamp, TradeId,
    TradingRules,
};
use unspent_records::{Record, StateMark};

const ACCOUNT: AccountId = AccountId(7);
const HERE: InstrumentId = InstrumentId(3);

fn name() -> ClOrdId {
    ClOrdId::parse("acme-0001").unwrap()
}

fn group() -> GroupName {
    GroupName::parse("front-months").unwrap()
}

fn limit() -> AddOrder {
    AddOrder {
        post_only: PostOnly::Reject,
        self_trade: SelfTrade::Decrement,
        cl_ord_id: Some(name()),
        deadline: Some(Timestamp(1_800_000_000_000_000_000)),
        ..AddOrder::limit(ACCOUNT, HERE, Side::Sell, Price(6_600), Lots(150))
    }
}

fn market() -> AddOrder {
    AddOrder {
        kind: OrderKind::Market { max_total: Some(Cash(1_000_001)) },
        time_in_force: TimeInForce::Fok,
        self_trade: SelfTrade::CancelOldest,
        ..AddOrder::limit(ACCOUNT, HERE, Side::Buy, Price(0), Lots(150))
    }
}

fn amend() -> AmendOrder {
    AmendOrder {
        account: ACCOUNT,
        order: OrderRef::Id(OrderId(99)),
        lots: Some(Lots(10)),
        price: None,
        post_only: Some(true),
        stop: None,
        display: None,
        deadline: None,
    }
}

fn fill() -> Fill {
    let leg = |order, fee| Leg {
        order: OrderId(order),
        account: ACCOUNT,
        leaves: Lots(5),
        fee: Cash(fee),
        hidden: Lots::ZERO,
    };
    Fill {
        trade: TradeId(551),
        instrument: HERE,
        taker_side: Side::Sell,
        auction: false,
        price: Price(6_600),
        lots: Lots(2),
        maker: leg(99, 3),
        taker: leg(100, 11),
        across: None,
    }
}

/// The commands that there were when the first versions were written.
fn first() -> Vec<Command> {
    let mut instrument = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
    (instrument.fees.maker, instrument.fees.taker) = (FeeRate(25), FeeRate(100));
    let only = CancelFilter { instrument: Some(HERE), side: Some(Side::Buy), ..CancelFilter::default() };
    vec![
        Command::ListInstrument(instrument),
        Command::OpenAccount { name: AccountName::parse("acme").unwrap(), group: OwnerGroup(2) },
        Command::DepositCash { account: ACCOUNT, amount: Cash(123_456_789) },
        Command::DepositCredits { account: ACCOUNT, instrument: HERE, lots: 1 << 40 },
        Command::SetPhase { instrument: HERE, phase: Phase::Halted },
        Command::Clock,
        Command::AddOrder(limit()),
        Command::AddOrder(market()),
        Command::AddOrder(AddOrder { kind: OrderKind::Market { max_total: None }, ..market() }),
        Command::AmendOrder(amend()),
        Command::AmendOrder(AmendOrder {
            order: OrderRef::ClOrdId(name()),
            price: Some(Price(1)),
            lots: None,
            ..amend()
        }),
        Command::CancelOrder { account: ACCOUNT, order: OrderRef::ClOrdId(name()) },
        Command::CancelOrder { account: ACCOUNT, order: OrderRef::Id(OrderId(u64::MAX)) },
        Command::CancelAll { account: ACCOUNT, filter: CancelFilter::default() },
        Command::CancelAll { account: ACCOUNT, filter: only },
    ]
}

fn orders() -> Vec<Command> {
    let stop = AddOrder {
        stop: Some(Price(6_500)),
        min_lots: Some(Lots(7)),
        time_in_force: TimeInForce::Gtd(Timestamp(1_800_000_000_000_000_001)),
        post_only: PostOnly::No,
        session: Some(SessionId(41)),
        ..limit()
    };
    let iceberg = AddOrder { display: Some(Lots(15)), time_in_force: TimeInForce::Day, deadline: None, ..limit() };
    let quote = |price, lots| Some(QuoteSide { price: Price(price), lots: Lots(lots) });
    let mass = MassQuote {
        account: ACCOUNT,
        session: SessionId(41),
        group: Some(group()),
        quote_id: 17,
        post_only: PostOnly::Slide,
        quotes: vec![
            Quote { instrument: HERE, bid: quote(6_590, 5), ask: quote(6_610, 0) },
            Quote { instrument: InstrumentId(4), bid: None, ask: quote(6_700, 9) },
            Quote { instrument: InstrumentId(5), bid: None, ask: None },
        ],
        deadline: Some(Timestamp(1_800_000_000_000_000_000)),
    };
    let named = CancelFilter {
        programme: Some(Programme::parse("AWS-ACT").unwrap()),
        group: Some(group()),
        ..Default::default()
    };
    vec![
        Command::AddOrder(stop),
        Command::AddOrder(iceberg),
        Command::AddOrder(AddOrder { time_in_force: TimeInForce::Auction, cl_ord_id: None, ..limit() }),
        Command::AddOrder(AddOrder { post_only: PostOnly::Slide, ..limit() }),
        Command::AddOrder(AddOrder { time_in_force: TimeInForce::Ioc, ..market() }),
        Command::AmendOrder(AmendOrder {
            stop: Some(Price(6_400)),
            display: Some(Lots(3)),
            post_only: None,
            ..amend()
        }),
        Command::CancelAll { account: ACCOUNT, filter: named },
        Command::MassQuote(MassQuote { group: None, deadline: None, quotes: Vec::new(), ..mass.clone() }),
        Command::MassQuote(mass),
        Command::SetGroup { account: ACCOUNT, group: group(), rule: GroupRule { lots: Lots(500), window_seconds: 10 } },
        Command::ResetGroup { account: ACCOUNT, group: group() },
        Command::CancelAllAfter { account: ACCOUNT, seconds: 60 },
        Command::Connect { account: ACCOUNT },
        Command::Disconnect { session: SessionId(41) },
    ]
}

fn operator() -> Vec<Command> {
    let rules = TradingRules {
        dynamic_range: Some(200),
        static_range: Some(800),
        entry_range: Some(2_000),
        ..TradingRules::new(FeeRate(10))
    };
    let entry = |second_of_day, phase| ScheduleEntry { second_of_day, phase };
    let entries = vec![entry(28_800, Phase::Call), entry(32_400, Phase::Continuous), entry(61_200, Phase::Closed)];
    let limits = AccountLimits { open_notional: Some(Cash(5_000_000)), ..AccountLimits::default() };
    let mut commands = vec![
        Command::SetRules { instrument: HERE, rules },
        Command::SetRules { instrument: HERE, rules: TradingRules::new(FeeRate(0)) },
        Command::SetSchedule { instrument: HERE, schedule: Schedule::default() },
        Command::SetSchedule {
            instrument: HERE,
            schedule: Schedule { entries, last_trade: Some(Timestamp(1_900_000_000_000_000_000)) },
        },
        Command::SetReference { instrument: HERE, price: Price(6_000) },
        Command::SetLimits { account: ACCOUNT, limits },
        Command::SetLimits {
            account: ACCOUNT,
            limits: AccountLimits { orders_per_second: 50, burst: 100, ..AccountLimits::default() },
        },
        Command::Kill { scope: KillScope::Venue, engaged: true },
        Command::Kill { scope: KillScope::Programme(Programme::parse("AWS-ACT").unwrap()), engaged: true },
        Command::Kill { scope: KillScope::Account(ACCOUNT), engaged: false },
        Command::CommitAuction { auction: AuctionId(9), instrument: HERE, commitment: [0xc0; 32] },
        Command::RevealAuction { auction: AuctionId(9), instrument: HERE, seed: [0x5e; 32] },
    ];
    commands.extend(Phase::ALL.iter().map(|&phase| Command::SetPhase { instrument: HERE, phase }));
    commands
}

fn stamped(commands: Vec<Command>) -> impl Iterator<Item = Record> {
    (1..).zip(commands).map(|(seq, command)| {
        Record::Command(Sequenced { seq: CommandSeq(seq), at: Timestamp(1_767_225_600_000_000_000 + seq), command })
    })
}

const MARK: StateMark = StateMark { seq: CommandSeq(15), hash: 0x0123_4567_89ab_cdef };

/// What `golden/v1.hex` says.
pub fn of_the_first_versions() -> Vec<Record> {
    stamped(first()).chain([Record::Fill(fill()), Record::FormerStateMark(MARK)]).collect()
}

/// What `golden/by-operator-v1.hex` says: every command of an operator, given by one.
pub fn by_operator() -> Vec<Record> {
    let actor = Actor::parse("uk_4f0e9c1b2d3a4e5f6071").unwrap();
    let reason = Reason::parse("the provider's systems are down: see ticket 17").unwrap();
    let by = |command| ByOperator::new(actor, reason, command).map(|by| Command::ByOperator(Box::new(by)));
    let commands = [first(), orders(), operator()].concat();
    stamped(commands.into_iter().filter_map(by).collect()).collect()
}

/// What `golden/v2.hex` says: every kind in its newest version.
pub fn newest() -> Vec<Record> {
    let mut uncross = Fill { auction: true, taker_side: Side::Buy, ..fill() };
    let plain = uncross;
    (uncross.maker.hidden, uncross.taker.hidden) = (Lots(1), Lots(2));
    let commands = [first(), orders(), operator()].concat();
    let facts = [fill(), plain, uncross].map(Record::Fill).into_iter();
    stamped(commands).chain(facts).chain([Record::StateMark(MARK)]).collect()
}

/// What `golden/across-months.hex` says.
pub fn across_months() -> Vec<Record> {
    let rules = TradingRules { dominance: true, static_range: Some(800), ..TradingRules::new(FeeRate(10)) };
    let command = Command::SetRules { instrument: HERE, rules };
    let across = |swept| Record::Fill(Fill { across: Some(Across { bid: InstrumentId(2), swept }), ..fill() });
    stamped(vec![command]).chain([across(false), across(true)]).collect()
}
