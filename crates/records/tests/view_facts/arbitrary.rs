//! Any fact at all, whether or not it can be of a view.

use proptest::array::uniform32;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use unspent_model::{
    AccountId, AccountName, AuctionId, CancelReason, Cash, CashBalance, ClOrdId, CommandSeq, FeeRate, FeeSchedule,
    GroupChange, GroupName, GroupRule, HoldingBalance, Instrument, InstrumentId, Interval, Lots, OrderId, OrderKind,
    OwnerGroup, Phase, PhaseReason, PostOnly, Price, Side, Symbol, TimeInForce, Timestamp, TradeId, ViewBucket,
    ViewCall, ViewCandle, ViewClosed, ViewCounts, ViewFact, ViewFill, ViewGroup, ViewMarket, ViewOrder, ViewPlace,
    ViewTrade, ViewVenue,
};

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

fn seq() -> impl Strategy<Value = CommandSeq> {
    any::<u64>().prop_map(CommandSeq)
}

fn side() -> impl Strategy<Value = Side> {
    select(vec![Side::Buy, Side::Sell])
}

fn venue() -> impl Strategy<Value = ViewFact> {
    (seq(), at(), any::<bool>(), any::<[u64; 10]>()).prop_map(|(seq, at, stopped, counts)| {
        let [markets, calls, trades, buckets, accounts, cash, holdings, orders, candles, groups] = counts;
        let counts = ViewCounts {
            markets,
            calls,
            trades,
            buckets,
            accounts,
            cash,
            holdings,
            orders,
            candles,
            groups,
            decays: 0,
        };
        ViewFact::Venue(ViewVenue { seq, at, stopped, counts })
    })
}

fn market() -> impl Strategy<Value = ViewFact> {
    use PhaseReason::{CallEnded, Extended, LastTrade, Operator, Schedule, Unresolved, Volatility};
    let reason = select(vec![Operator, Schedule, Volatility, CallEnded, Extended, Unresolved, LastTrade]);
    let spec = ("[-A-Z0-9._]{1,32}", any::<[u32; 5]>(), any::<u8>(), any::<[u16; 2]>()).prop_map(
        |(symbol, numbers, price_decimals, fees)| {
            let [face_dollars, price_unit, tick, price_max, collar] = numbers;
            let fees = FeeSchedule { maker: FeeRate(fees[0]), taker: FeeRate(fees[1]) };
            let (symbol, price_max) = (Symbol::parse(&symbol).unwrap(), Price(price_max));
            Instrument { symbol, face_dollars, price_decimals, price_unit, tick, price_max, collar, fees }
        },
    );
    (instrument(), spec, select(Phase::ALL), option::of(reason), option::of(price()), any::<bool>()).prop_map(
        |(instrument, spec, phase, reason, before, dominance)| {
            ViewFact::Market(ViewMarket { instrument, spec, phase, reason, before, dominance })
        },
    )
}

fn call() -> impl Strategy<Value = ViewFact> {
    let comes_to = (option::of(price()), any::<u64>(), option::of((side(), any::<u64>())));
    (instrument(), any::<u64>(), comes_to, option::of(uniform32(any::<u8>())), option::of((at(), at()))).prop_map(
        |(instrument, auction, (price, lots, surplus), commitment, ending)| {
            let auction = AuctionId(auction);
            ViewFact::Call(ViewCall { instrument, auction, price, lots, surplus, commitment, ending })
        },
    )
}

fn trade() -> impl Strategy<Value = ViewFact> {
    let bid = option::of(instrument());
    (instrument(), any::<u64>(), price(), lots(), side(), any::<[bool; 2]>(), at(), seq(), bid).prop_map(
        |(instrument, trade, price, lots, taker_side, [taker_market, auction], at, seq, bid)| {
            let trade = TradeId(trade);
            ViewFact::Trade(ViewTrade {
                instrument,
                trade,
                price,
                lots,
                taker_side,
                taker_market,
                auction,
                at,
                seq,
                bid,
            })
        },
    )
}

fn bucket() -> impl Strategy<Value = ViewBucket> {
    (instrument(), any::<[u64; 3]>(), any::<[u32; 4]>(), any::<u128>()).prop_map(
        |(instrument, [number, lots, trades], prices, value)| {
            let [first, last, high, low] = prices.map(Price);
            ViewBucket { instrument, number, first, last, high, low, lots, value, trades }
        },
    )
}

fn candle() -> impl Strategy<Value = ViewFact> {
    (select(Interval::ALL.to_vec()), bucket())
        .prop_map(|(interval, bucket)| ViewFact::Candle(ViewCandle { interval, bucket }))
}

fn group() -> impl Strategy<Value = ViewFact> {
    let name = "[-A-Za-z0-9_.]{1,16}".prop_map(|text| GroupName::parse(&text).unwrap());
    let change = select(vec![GroupChange::Set, GroupChange::Tripped, GroupChange::Reset]);
    (account(), name, lots(), any::<u32>(), change, option::of(any::<u64>()), at()).prop_map(
        |(account, group, lots, window_seconds, change, tripped, at)| {
            let rule = GroupRule { lots, window_seconds };
            ViewFact::Group(ViewGroup { account, group, rule, change, tripped, at })
        },
    )
}

fn order() -> impl Strategy<Value = ViewFact> {
    let kind = prop_oneof![
        price().prop_map(OrderKind::Limit),
        option::of(cash()).prop_map(|max_total| OrderKind::Market { max_total })
    ];
    let plain = vec![TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok, TimeInForce::Day, TimeInForce::Auction];
    let time_in_force = prop_oneof![4 => select(plain), 1 => at().prop_map(TimeInForce::Gtd)];
    let post_only = select(vec![PostOnly::No, PostOnly::Reject, PostOnly::Slide]);
    let name = "[-A-Za-z0-9_.:]{1,36}".prop_map(|text| ClOrdId::parse(&text).unwrap());
    let who = (any::<u64>().prop_map(OrderId), account(), option::of(name), instrument(), side());
    let how = (kind, option::of(price()), time_in_force, post_only, option::of(lots()));
    let filled = prop_oneof![Just((Lots::ZERO, 0, Cash::ZERO)), (lots(), any::<u128>(), cash())];
    let place = option::of((seq(), any::<u32>(), at()).prop_map(|(seq, number, at)| ViewPlace { seq, number, at }));
    let place = (place, option::of(any::<u64>().prop_map(OrderId)));
    (who, how, price(), lots(), lots(), filled, (at(), seq()), place).prop_map(
        |(who, how, price, leaves, shown, (cum, notional, fees), (opened_at, opened_seq), (place, link))| {
            let (order, account, cl_ord_id, instrument, side) = who;
            let (kind, stop, time_in_force, post_only, display) = how;
            ViewFact::Order(ViewOrder {
                order,
                account,
                cl_ord_id,
                instrument,
                side,
                kind,
                stop,
                time_in_force,
                post_only,
                price,
                cum,
                leaves,
                shown,
                display,
                notional,
                fees,
                opened_at,
                opened_seq,
                place,
                link,
            })
        },
    )
}

fn closed() -> impl Strategy<Value = ViewFact> {
    let reason = select(CancelReason::ALL.to_vec());
    let how = (any::<[bool; 2]>(), option::of(reason), at(), seq());
    (order(), any::<u64>(), lots(), how).prop_map(|(order, number, lots, how)| {
        let ViewFact::Order(order) = order else { panic!("{} is no order", order.name()) };
        let order = ViewOrder { place: None, ..order };
        let ([rested, waited], reason, closed_at, closed_seq) = how;
        ViewFact::Closed(ViewClosed { number, order, lots, rested, waited, reason, closed_at, closed_seq })
    })
}

fn fill() -> impl Strategy<Value = ViewFact> {
    let name = "[-A-Za-z0-9_.:]{1,36}".prop_map(|text| ClOrdId::parse(&text).unwrap());
    let who = (account(), option::of(name), instrument(), side());
    let bid = option::of(instrument());
    (who, any::<[u64; 3]>(), price(), lots(), cash(), any::<[bool; 2]>(), at(), seq(), bid).prop_map(
        |((account, cl_ord_id, instrument, side), ids, price, lots, fee, [taker, auction], at, seq, bid)| {
            let [number, trade, order] = ids;
            ViewFact::Fill(ViewFill {
                number,
                account,
                trade: TradeId(trade),
                order: OrderId(order),
                cl_ord_id,
                instrument,
                side,
                price,
                lots,
                fee,
                taker,
                auction,
                at,
                seq,
                bid,
            })
        },
    )
}

pub fn fact() -> impl Strategy<Value = ViewFact> {
    let name = "[-A-Za-z0-9_.]{1,32}".prop_map(|text| AccountName::parse(&text).unwrap());
    prop_oneof![
        venue(),
        market(),
        call(),
        trade(),
        bucket().prop_map(ViewFact::Bucket),
        candle(),
        group(),
        (account(), name, any::<u32>())
            .prop_map(|(account, name, group)| { ViewFact::Account { account, name, group: OwnerGroup(group) } }),
        (account(), cash(), cash()).prop_map(|(account, available, reserved)| ViewFact::Cash(CashBalance {
            account,
            available,
            reserved
        })),
        (account(), instrument(), any::<[u64; 2]>()).prop_map(|(account, instrument, [available, reserved])| {
            ViewFact::Holding(HoldingBalance { account, instrument, available, reserved })
        }),
        order(),
        any::<[u64; 2]>().prop_map(|[closed, fills]| ViewFact::History { closed, fills }),
        closed(),
        fill(),
        (seq(), any::<u64>()).prop_map(|(seq, exec_seqs)| ViewFact::Announcer { seq, exec_seqs }),
        (account(), any::<u64>()).prop_map(|(account, exec_seq)| ViewFact::ExecSeq { account, exec_seq }),
    ]
}
