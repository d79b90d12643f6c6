//! Any record at all, whether or not the engine would take it: refused commands are journalled too.

use proptest::array::uniform32;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use unspent_model::{
    AccountId, AccountLimits, AccountName, Across, Actor, AddOrder, AmendOrder, AuctionId, ByOperator, CancelFilter,
    Cash, ClOrdId, Command, CommandSeq, FeeRate, FeeSchedule, Fill, GroupName, GroupRule, Instrument, InstrumentId,
    KillScope, Leg, Lots, MassQuote, OrderId, OrderKind, OrderRef, OwnerGroup, Phase, PostOnly, Price, Programme,
    Quote, QuoteSide, Reason, Schedule, ScheduleEntry, SelfTrade, Sequenced, SessionId, Side, Symbol, TimeInForce,
    Timestamp, TradeId, TradingRules, limits,
};
use unspent_records::{Record, StateMark};

fn account() -> impl Strategy<Value = AccountId> {
    any::<u32>().prop_map(AccountId)
}

fn instrument() -> impl Strategy<Value = InstrumentId> {
    any::<u32>().prop_map(InstrumentId)
}

fn price() -> impl Strategy<Value = Price> {
    any::<u32>().prop_map(Price)
}

fn lots() -> impl Strategy<Value = Lots> {
    any::<u32>().prop_map(Lots)
}

fn cash() -> impl Strategy<Value = Cash> {
    any::<u64>().prop_map(Cash)
}

fn at() -> impl Strategy<Value = Timestamp> {
    any::<u64>().prop_map(Timestamp)
}

fn session() -> impl Strategy<Value = SessionId> {
    any::<u64>().prop_map(SessionId)
}

fn side() -> impl Strategy<Value = Side> {
    select(vec![Side::Buy, Side::Sell])
}

fn phase() -> impl Strategy<Value = Phase> {
    select(Phase::ALL)
}

fn post_only() -> impl Strategy<Value = PostOnly> {
    select(vec![PostOnly::No, PostOnly::Reject, PostOnly::Slide])
}

fn cl_ord_id() -> impl Strategy<Value = ClOrdId> {
    "[-A-Za-z0-9_.:]{1,36}".prop_map(|text| ClOrdId::parse(&text).unwrap())
}

fn group() -> impl Strategy<Value = GroupName> {
    "[-A-Za-z0-9_.]{1,16}".prop_map(|text| GroupName::parse(&text).unwrap())
}

fn programme() -> impl Strategy<Value = Programme> {
    "[-A-Z0-9._]{1,32}".prop_map(|text| Programme::parse(&text).unwrap())
}

fn order() -> impl Strategy<Value = OrderRef> {
    // No order has the id 0, and no reader of requests lets one through.
    prop_oneof![(1..=u64::MAX).prop_map(|id| OrderRef::Id(OrderId(id))), cl_ord_id().prop_map(OrderRef::ClOrdId)]
}

fn time_in_force() -> impl Strategy<Value = TimeInForce> {
    let plain = vec![TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok, TimeInForce::Day, TimeInForce::Auction];
    prop_oneof![4 => select(plain), 1 => at().prop_map(TimeInForce::Gtd)]
}

fn add() -> impl Strategy<Value = AddOrder> {
    let kind = prop_oneof![
        price().prop_map(OrderKind::Limit),
        option::of(cash()).prop_map(|max_total| OrderKind::Market { max_total })
    ];
    let self_trade =
        select(vec![SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::CancelBoth, SelfTrade::Decrement]);
    let who = (account(), instrument(), side(), kind, lots());
    let how = (time_in_force(), post_only(), self_trade);
    let extras = (option::of(price()), option::of(lots()), option::of(lots()));
    let names = (option::of(cl_ord_id()), option::of(session()), option::of(at()));
    (who, how, extras, names).prop_map(|(who, how, extras, names)| AddOrder {
        account: who.0,
        instrument: who.1,
        side: who.2,
        kind: who.3,
        lots: who.4,
        time_in_force: how.0,
        post_only: how.1,
        self_trade: how.2,
        stop: extras.0,
        display: extras.1,
        min_lots: extras.2,
        cl_ord_id: names.0,
        session: names.1,
        deadline: names.2,
    })
}

fn amend() -> impl Strategy<Value = AmendOrder> {
    let changes =
        (option::of(lots()), option::of(price()), option::of(any::<bool>()), option::of(price()), option::of(lots()));
    (account(), order(), changes, option::of(at())).prop_map(|(account, order, changes, deadline)| {
        let (lots, price, post_only, stop, display) = changes;
        AmendOrder { account, order, lots, price, post_only, stop, display, deadline }
    })
}

fn mass_quote() -> impl Strategy<Value = MassQuote> {
    let side = || option::of((price(), lots()).prop_map(|(price, lots)| QuoteSide { price, lots }));
    let quote = (instrument(), side(), side()).prop_map(|(instrument, bid, ask)| Quote { instrument, bid, ask });
    let quotes = vec(quote, 0..=limits::QUOTES_PER_COMMAND);
    (account(), session(), option::of(group()), any::<u64>(), post_only(), quotes, option::of(at())).prop_map(
        |(account, session, group, quote_id, post_only, quotes, deadline)| MassQuote {
            account,
            session,
            group,
            quote_id,
            post_only,
            quotes,
            deadline,
        },
    )
}

fn spec() -> impl Strategy<Value = Instrument> {
    let numbers = (any::<u32>(), any::<u8>(), any::<u32>(), any::<u32>(), any::<u32>(), any::<u32>());
    let fees = (any::<u16>(), any::<u16>())
        .prop_map(|(maker, taker)| FeeSchedule { maker: FeeRate(maker), taker: FeeRate(taker) });
    ("[-A-Z0-9._]{1,32}", numbers, fees).prop_map(|(symbol, numbers, fees)| Instrument {
        symbol: Symbol::parse(&symbol).unwrap(),
        face_dollars: numbers.0,
        price_decimals: numbers.1,
        price_unit: numbers.2,
        tick: numbers.3,
        price_max: Price(numbers.4),
        collar: numbers.5,
        fees,
    })
}

fn rules() -> impl Strategy<Value = TradingRules> {
    let range = any::<Option<u32>>;
    let fields = (any::<u32>(), any::<u16>(), range(), range(), range(), any::<u32>(), any::<u32>(), any::<bool>());
    fields.prop_map(|rules| TradingRules {
        auction_tick: rules.0,
        auction_fee: FeeRate(rules.1),
        dynamic_range: rules.2,
        static_range: rules.3,
        entry_range: rules.4,
        volatility_seconds: rules.5,
        random_end_seconds: rules.6,
        dominance: rules.7,
    })
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let entry = (any::<u32>(), phase()).prop_map(|(second_of_day, phase)| ScheduleEntry { second_of_day, phase });
    (vec(entry, 0..=limits::SCHEDULE_ENTRIES), option::of(at()))
        .prop_map(|(entries, last_trade)| Schedule { entries, last_trade })
}

fn account_limits() -> impl Strategy<Value = AccountLimits> {
    (any::<u32>(), option::of(cash()), any::<u32>(), any::<u32>()).prop_map(
        |(open_orders, open_notional, orders_per_second, burst)| AccountLimits {
            open_orders,
            open_notional,
            orders_per_second,
            burst,
        },
    )
}

fn of_participants() -> impl Strategy<Value = Command> {
    let filter = (option::of(instrument()), option::of(side()), option::of(programme()), option::of(group()))
        .prop_map(|(instrument, side, programme, group)| CancelFilter { instrument, side, programme, group });
    let rule = (lots(), any::<u32>()).prop_map(|(lots, window_seconds)| GroupRule { lots, window_seconds });
    prop_oneof![
        4 => add().prop_map(Command::AddOrder),
        2 => amend().prop_map(Command::AmendOrder),
        1 => (account(), order()).prop_map(|(account, order)| Command::CancelOrder { account, order }),
        1 => (account(), filter).prop_map(|(account, filter)| Command::CancelAll { account, filter }),
        2 => mass_quote().prop_map(Command::MassQuote),
        1 => (account(), group(), rule).prop_map(|(account, group, rule)| Command::SetGroup { account, group, rule }),
        1 => (account(), group()).prop_map(|(account, group)| Command::ResetGroup { account, group }),
        1 => (account(), any::<u32>()).prop_map(|(account, seconds)| Command::CancelAllAfter { account, seconds }),
        1 => account().prop_map(|account| Command::Connect { account }),
        1 => session().prop_map(|session| Command::Disconnect { session }),
    ]
}

fn of_the_operator() -> impl Strategy<Value = Command> {
    let name = "[-A-Za-z0-9_.]{1,32}".prop_map(|text| AccountName::parse(&text).unwrap());
    let scope = prop_oneof![
        Just(KillScope::Venue),
        programme().prop_map(KillScope::Programme),
        account().prop_map(KillScope::Account)
    ];
    let auction = || (any::<u64>().prop_map(AuctionId), instrument(), uniform32(any::<u8>()));
    prop_oneof![
        spec().prop_map(Command::ListInstrument),
        (name, any::<u32>()).prop_map(|(name, group)| Command::OpenAccount { name, group: OwnerGroup(group) }),
        (account(), cash()).prop_map(|(account, amount)| Command::DepositCash { account, amount }),
        (account(), instrument(), any::<u64>()).prop_map(|(account, instrument, lots)| Command::DepositCredits {
            account,
            instrument,
            lots
        }),
        (instrument(), phase()).prop_map(|(instrument, phase)| Command::SetPhase { instrument, phase }),
        Just(Command::Clock),
        (instrument(), rules()).prop_map(|(instrument, rules)| Command::SetRules { instrument, rules }),
        (instrument(), schedule()).prop_map(|(instrument, schedule)| Command::SetSchedule { instrument, schedule }),
        (instrument(), price()).prop_map(|(instrument, price)| Command::SetReference { instrument, price }),
        (account(), account_limits()).prop_map(|(account, limits)| Command::SetLimits { account, limits }),
        (scope, any::<bool>()).prop_map(|(scope, engaged)| Command::Kill { scope, engaged }),
        auction().prop_map(|(auction, instrument, commitment)| {
            Command::CommitAuction { auction, instrument, commitment }
        }),
        auction().prop_map(|(auction, instrument, seed)| Command::RevealAuction { auction, instrument, seed }),
    ]
}

fn fill() -> impl Strategy<Value = Fill> {
    let leg = || {
        let hidden = prop_oneof![Just(Lots::ZERO), lots()];
        (any::<u64>().prop_map(OrderId), account(), lots(), cash(), hidden)
            .prop_map(|(order, account, leaves, fee, hidden)| Leg { order, account, leaves, fee, hidden })
    };
    let across = option::of((instrument(), any::<bool>()).prop_map(|(bid, swept)| Across { bid, swept }));
    (any::<u64>().prop_map(TradeId), instrument(), side(), any::<bool>(), price(), lots(), leg(), leg(), across)
        .prop_map(|(trade, instrument, taker_side, auction, price, lots, maker, taker, across)| Fill {
            trade,
            instrument,
            taker_side,
            auction,
            price,
            lots,
            maker,
            taker,
            across,
        })
}

fn by_operator() -> impl Strategy<Value = Command> {
    let words = ("[-A-Za-z0-9_.:]{1,64}", "[!-~]([ -~]{0,198}[!-~])?");
    (words, of_the_operator()).prop_map(|((actor, reason), command)| {
        let (actor, reason) = (Actor::parse(&actor).unwrap(), Reason::parse(&reason).unwrap());
        match ByOperator::new(actor, reason, command.clone()) {
            Some(by) => Command::ByOperator(Box::new(by)),
            None => command,
        }
    })
}

/// Any record that may be written.
pub fn record() -> impl Strategy<Value = Record> {
    let command = prop_oneof![of_participants(), of_the_operator(), by_operator()];
    prop_oneof![
        8 => (any::<u64>().prop_map(CommandSeq), at(), command)
            .prop_map(|(seq, at, command)| Record::Command(Sequenced { seq, at, command })),
        1 => fill().prop_map(Record::Fill),
        1 => (any::<u64>().prop_map(CommandSeq), any::<u64>()).prop_map(|(seq, hash)| Record::StateMark(StateMark { seq, hash })),
    ]
}
