//! One fact of every kind, with every optional field once there and once not. The golden file holds them.

use unspent_model::{
    AccountId, AccountName, AuctionId, CancelReason, Cash, CashBalance, ClOrdId, CommandSeq, GroupChange, GroupName,
    GroupRule, HoldingBalance, Instrument, InstrumentId, Interval, Lots, OrderId, OrderKind, OwnerGroup, Phase,
    PhaseReason, PostOnly, Price, Side, Symbol, TimeInForce, Timestamp, TradeId, ViewBucket, ViewCall, ViewCandle,
    ViewClosed, ViewCounts, ViewFact, ViewFill, ViewGroup, ViewMarket, ViewOrder, ViewPlace, ViewTrade, ViewVenue,
};

const ACCOUNT: AccountId = AccountId(7);
const HERE: InstrumentId = InstrumentId(3);
const AT: Timestamp = Timestamp(1_800_000_000_000_000_000);

fn venue() -> ViewVenue {
    let counts = ViewCounts {
        markets: 1,
        calls: 2,
        trades: 3,
        buckets: 4,
        accounts: 5,
        cash: 6,
        holdings: 7,
        orders: 8_000_000_000,
        ..ViewCounts::default()
    };
    ViewVenue { seq: CommandSeq(918_274), at: AT, stopped: false, counts }
}

fn market() -> ViewMarket {
    let spec = Instrument::credit(Symbol::parse("AWS-ACT-1K-202706").unwrap()).unwrap();
    ViewMarket { instrument: HERE, spec, phase: Phase::Continuous, reason: None, before: None, dominance: false }
}

fn call() -> ViewCall {
    let auction = AuctionId(21);
    ViewCall { instrument: HERE, auction, price: None, lots: 0, surplus: None, commitment: None, ending: None }
}

fn trade() -> ViewTrade {
    ViewTrade {
        instrument: HERE,
        trade: TradeId(41),
        price: Price(6_600),
        lots: Lots(150),
        taker_side: Side::Sell,
        taker_market: true,
        auction: false,
        at: AT,
        seq: CommandSeq(918_274),
        bid: None,
    }
}

fn bucket() -> ViewBucket {
    ViewBucket {
        instrument: HERE,
        number: 6_000_000,
        first: Price(6_600),
        last: Price(6_590),
        high: Price(6_610),
        low: Price(6_580),
        lots: 300,
        value: (1 << 64) + 5,
        trades: 2,
    }
}

fn order() -> ViewOrder {
    ViewOrder {
        order: OrderId(99),
        account: ACCOUNT,
        cl_ord_id: None,
        instrument: HERE,
        side: Side::Buy,
        kind: OrderKind::Limit(Price(6_600)),
        stop: None,
        time_in_force: TimeInForce::Gtc,
        post_only: PostOnly::No,
        price: Price(6_600),
        cum: Lots::ZERO,
        leaves: Lots(150),
        shown: Lots(150),
        display: None,
        notional: 0,
        fees: Cash::ZERO,
        opened_at: AT,
        opened_seq: CommandSeq(918_000),
        place: None,
        link: None,
    }
}

/// What the first golden file has: facts of the time before there were places, candles and groups.
pub fn first() -> Vec<ViewFact> {
    let name = AccountName::parse("acme").unwrap();
    vec![
        ViewFact::Venue(venue()),
        ViewFact::Market(market()),
        ViewFact::Market(ViewMarket {
            phase: Phase::NoCancel,
            reason: Some(PhaseReason::Schedule),
            before: Some(Price(6_570)),
            ..market()
        }),
        ViewFact::Call(call()),
        ViewFact::Call(ViewCall {
            price: Some(Price(6_600)),
            lots: 5_000_000_000,
            surplus: Some((Side::Sell, 12)),
            commitment: Some([0xab; 32]),
            ending: Some((AT, AT.plus_seconds(30))),
            ..call()
        }),
        ViewFact::Trade(trade()),
        ViewFact::Trade(ViewTrade { taker_side: Side::Buy, taker_market: false, auction: true, ..trade() }),
        ViewFact::Bucket(bucket()),
        ViewFact::Account { account: ACCOUNT, name, group: OwnerGroup(2) },
        ViewFact::Cash(CashBalance { account: ACCOUNT, available: Cash(1_000_001), reserved: Cash(99) }),
        ViewFact::Holding(HoldingBalance { account: ACCOUNT, instrument: HERE, available: 500, reserved: 20 }),
        ViewFact::Order(order()),
        ViewFact::Order(ViewOrder {
            cl_ord_id: Some(ClOrdId::parse("acme-0001").unwrap()),
            side: Side::Sell,
            kind: OrderKind::Limit(Price(6_590)),
            stop: Some(Price(6_580)),
            time_in_force: TimeInForce::Gtd(AT.plus_seconds(60)),
            post_only: PostOnly::Slide,
            cum: Lots(50),
            shown: Lots(20),
            display: Some(Lots(40)),
            notional: (1 << 64) + 7,
            fees: Cash(825),
            ..order()
        }),
        ViewFact::Order(ViewOrder {
            kind: OrderKind::Market { max_total: Some(Cash(1_000_001)) },
            stop: Some(Price(6_700)),
            time_in_force: TimeInForce::Day,
            price: Price(6_700),
            shown: Lots::ZERO,
            ..order()
        }),
        ViewFact::Announcer { seq: CommandSeq(918_275), exec_seqs: 1 },
        ViewFact::ExecSeq { account: ACCOUNT, exec_seq: 41_000 },
    ]
}

/// Those that came later, with a golden file of their own.
pub fn history() -> Vec<ViewFact> {
    let over = ViewOrder { leaves: Lots::ZERO, shown: Lots::ZERO, ..order() };
    let filled = ViewOrder { cum: Lots(150), notional: 990_000, fees: Cash(99), ..over };
    let closed = ViewClosed {
        number: 900_001,
        order: filled,
        lots: Lots(150),
        rested: false,
        waited: false,
        reason: None,
        closed_at: AT.plus_seconds(1),
        closed_seq: CommandSeq(918_273),
    };
    let named = ViewOrder { cl_ord_id: Some(ClOrdId::parse("acme-0001").unwrap()), display: Some(Lots(40)), ..over };
    let canceled = ViewClosed { rested: true, reason: Some(CancelReason::Requoted), order: named, ..closed };
    let fill = ViewFill {
        number: 1_800_000,
        account: ACCOUNT,
        trade: TradeId(41),
        order: OrderId(99),
        cl_ord_id: None,
        instrument: HERE,
        side: Side::Sell,
        price: Price(6_600),
        lots: Lots(150),
        fee: Cash(99),
        taker: true,
        auction: false,
        at: AT,
        seq: CommandSeq(918_274),
        bid: None,
    };
    let auction = ViewFill { cl_ord_id: named.cl_ord_id, side: Side::Buy, taker: false, auction: true, ..fill };
    vec![
        ViewFact::History { closed: 2, fills: 3 },
        ViewFact::Closed(closed),
        ViewFact::Closed(canceled),
        ViewFact::Closed(ViewClosed { waited: true, reason: Some(CancelReason::User), ..closed }),
        ViewFact::Fill(fill),
        ViewFact::Fill(auction),
    ]
}

/// What came later.
pub fn second() -> Vec<ViewFact> {
    let counts = ViewCounts { candles: 9, groups: 10, ..venue().counts };
    let group = ViewGroup {
        account: ACCOUNT,
        group: GroupName::parse("aws-curve").unwrap(),
        rule: GroupRule { lots: Lots(100), window_seconds: 5 },
        change: GroupChange::Set,
        tripped: None,
        at: AT,
    };
    let place = ViewPlace { seq: CommandSeq(918_001), number: 3, at: AT.plus_seconds(1) };
    vec![
        ViewFact::Venue(ViewVenue { stopped: true, counts, ..venue() }),
        ViewFact::Candle(ViewCandle { interval: Interval::Days15, bucket: bucket() }),
        ViewFact::Group(group),
        ViewFact::Group(ViewGroup { change: GroupChange::Tripped, tripped: Some(104), ..group }),
        ViewFact::Group(ViewGroup { change: GroupChange::Reset, ..group }),
        ViewFact::Order(ViewOrder { place: Some(place), ..order() }),
        ViewFact::Order(order()),
    ]
}

pub fn all() -> Vec<ViewFact> {
    [first(), second(), history()].concat()
}

/// What `golden/view-across-months.hex` says.
pub fn across_months() -> Vec<ViewFact> {
    let bid = Some(InstrumentId(2));
    let fills = history().into_iter().filter_map(|fact| match fact {
        ViewFact::Fill(fill) => Some(ViewFact::Fill(ViewFill { bid, ..fill })),
        _ => None,
    });
    let market = ViewFact::Market(ViewMarket { dominance: true, ..market() });
    [market, ViewFact::Trade(ViewTrade { bid, ..trade() })].into_iter().chain(fills).collect()
}
