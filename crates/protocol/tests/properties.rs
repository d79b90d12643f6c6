//! Whatever arrives is answered, and whatever is printed is read as it was.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use std::borrow::Cow;
use unspent_model::{
    AccountName, AccountState, CancelReason, ClOrdId, Date, FundingRef, GroupChange, GroupName, Interval, Note,
    OrderId, OrderRef, OrderStatus, PermitKind, Phase, PhaseReason, PolicyClass, Programme, Reject, SelfTrade, Side,
    Symbol, Timestamp, TradeId,
};
use unspent_protocol::*;

mod samples;

fn symbol() -> impl Strategy<Value = Symbol> {
    "[-A-Z0-9._]{1,32}".prop_map(|text| Symbol::parse(&text).unwrap())
}

fn cl_ord_id() -> impl Strategy<Value = ClOrdId> {
    "[-A-Za-z0-9_.:]{1,36}".prop_map(|text| ClOrdId::parse(&text).unwrap())
}

fn account() -> impl Strategy<Value = AccountName> {
    "[-A-Za-z0-9_.]{1,32}".prop_map(|text| AccountName::parse(&text).unwrap())
}

/// Whole microseconds: finer digits are not printed.
fn time() -> impl Strategy<Value = Timestamp> {
    (0..u64::MAX / 1_000).prop_map(|micros| Timestamp(micros * 1_000))
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0..=18_u32).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
}

fn side() -> impl Strategy<Value = Side> {
    select(vec![Side::Buy, Side::Sell])
}

fn order_id() -> impl Strategy<Value = OrderId> {
    (1..=u64::MAX).prop_map(OrderId)
}

fn group() -> impl Strategy<Value = GroupName> {
    "[-A-Za-z0-9_.]{1,16}".prop_map(|text| GroupName::parse(&text).unwrap())
}

fn programme() -> impl Strategy<Value = Programme> {
    "[-A-Z0-9._]{1,32}".prop_map(|text| Programme::parse(&text).unwrap())
}

fn phase() -> impl Strategy<Value = Phase> {
    select(samples::PHASES.to_vec())
}

/// Every one but `gtd`, which needs an `expire_time`.
fn time_in_force() -> impl Strategy<Value = TimeInForceWord> {
    use TimeInForceWord::{Auction, Day, Fok, Gtc, Ioc};
    select(vec![Gtc, Day, Ioc, Fok, Auction])
}

/// A time in force with its `expire_time`.
fn stay() -> impl Strategy<Value = (Option<TimeInForceWord>, Option<Timestamp>)> {
    let gtd = time().prop_map(|until| (Some(TimeInForceWord::Gtd), Some(until)));
    prop_oneof![option::of(time_in_force()).prop_map(|word| (word, None)), gtd]
}

fn post_only() -> impl Strategy<Value = (bool, Option<PostOnlyMode>)> {
    let mode = option::of(select(vec![PostOnlyMode::Reject, PostOnlyMode::Slide]));
    prop_oneof![Just((false, None)), mode.prop_map(|mode| (true, mode))]
}

fn self_trade() -> impl Strategy<Value = SelfTrade> {
    select(vec![SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::CancelBoth, SelfTrade::Decrement])
}

fn reason() -> impl Strategy<Value = CancelReason> {
    select(unspent_model::CancelReason::ALL.to_vec())
}

fn depth() -> impl Strategy<Value = Option<BookDepth>> {
    option::of(select(BookDepth::ALL.to_vec()))
}

fn add_order() -> impl Strategy<Value = Call> {
    use OrderType::{Decay, Iceberg, Limit, Market, StopLoss, StopLossLimit};
    let kind = select(vec![Limit, Market, StopLoss, StopLossLimit, Iceberg, Decay]);
    let head = (symbol(), side(), kind, decimal(), decimal(), option::of(decimal()), decimal(), option::of(decimal()));
    let tail = (stay(), post_only(), option::of(self_trade()), option::of(cl_ord_id()), option::of(time()));
    (head, tail).prop_map(|((symbol, side, order_type, order_qty, price, total, other, min_qty), tail)| {
        let ((time_in_force, expire_time), (post_only, post_only_mode), stp_type, cl_ord_id, deadline) = tail;
        Call::AddOrder(AddOrderParams {
            symbol,
            side,
            order_type,
            order_qty,
            limit_price: order_type.has_limit().then_some(price),
            max_total: total.filter(|_| !order_type.has_limit()),
            triggers: order_type.has_trigger().then_some(Triggers { price: other }),
            display_qty: (order_type == Iceberg).then_some(other),
            decay: (order_type == Decay).then(|| match deadline {
                Some(from) => DecayParams::Line { floor: other, from, until: from, steps: 7 },
                None => DecayParams::Table {
                    table: vec![DecayStepParams { time: samples::execution().timestamp, price: other }; 2],
                },
            }),
            any_of: if order_type == Limit && min_qty.is_some() {
                vec![LegParams { symbol, limit_price: other }; 3]
            } else {
                Vec::new()
            },
            min_qty,
            time_in_force,
            expire_time,
            post_only,
            post_only_mode,
            stp_type,
            cl_ord_id,
            deadline,
        })
    })
}

fn amend_order() -> impl Strategy<Value = Call> {
    let order = prop_oneof![order_id().prop_map(OrderRef::Id), cl_ord_id().prop_map(OrderRef::ClOrdId)];
    let changes = vec(option::of(decimal()), 3);
    let tail = (decimal(), any::<bool>(), option::of(any::<bool>()), option::of(time()));
    (order, changes, tail).prop_map(|(order, changes, (price, both, post_only, deadline))| {
        let limit_price = (both || changes.iter().all(Option::is_none)).then_some(price);
        let [order_qty, trigger_price, display_qty] = changes.try_into().unwrap();
        Call::AmendOrder(AmendOrderParams {
            order,
            order_qty,
            limit_price,
            trigger_price,
            display_qty,
            post_only,
            deadline,
        })
    })
}

fn mass_quote() -> impl Strategy<Value = Call> {
    let side = || {
        prop_oneof![
            (option::of(decimal()), Just(Decimal::ZERO)).prop_map(|(price, qty)| QuoteSideParams { price, qty }),
            (decimal(), decimal()).prop_map(|(price, qty)| QuoteSideParams { price: Some(price), qty }),
        ]
    };
    let sides = prop_oneof![
        side().prop_map(|bid| (Some(bid), None)),
        side().prop_map(|ask| (None, Some(ask))),
        (side(), side()).prop_map(|(bid, ask)| (Some(bid), Some(ask))),
    ];
    let quote = (symbol(), sides).prop_map(|(symbol, (bid, ask))| QuoteParams { symbol, bid, ask });
    (option::of(group()), any::<u64>(), post_only(), vec(quote, 1..5), option::of(time())).prop_map(
        |(group, quote_id, (post_only, post_only_mode), quotes, deadline)| {
            Call::MassQuote(MassQuoteParams { group, quote_id, post_only, post_only_mode, quotes, deadline })
        },
    )
}

fn set_rules() -> impl Strategy<Value = Call> {
    let seconds =
        (option::of(any::<u16>()), option::of(any::<u32>()), option::of(any::<u32>()), option::of(any::<bool>()));
    (symbol(), vec(option::of(decimal()), 4), seconds).prop_map(|(symbol, prices, seconds)| {
        let [auction_tick, dynamic_range, static_range, entry_range] = prices.try_into().unwrap();
        let (auction_bp, volatility_seconds, random_end_seconds, dominance) = seconds;
        Call::SetRules(SetRulesParams {
            symbol,
            auction_tick,
            auction_bp,
            dynamic_range,
            static_range,
            entry_range,
            volatility_seconds,
            random_end_seconds,
            dominance,
        })
    })
}

fn set_schedule() -> impl Strategy<Value = Call> {
    let entry = (any::<u32>(), phase()).prop_map(|(second, phase)| EntryParams { second, phase });
    (symbol(), vec(entry, 0..5), option::of(time()))
        .prop_map(|(symbol, entries, last_trade)| Call::SetSchedule(SetScheduleParams { symbol, entries, last_trade }))
}

fn kill() -> impl Strategy<Value = Call> {
    let scope = prop_oneof![
        Just((None, None)),
        programme().prop_map(|programme| (Some(programme), None)),
        account().prop_map(|account| (None, Some(account))),
    ];
    (scope, any::<bool>())
        .prop_map(|((programme, account), engaged)| Call::Kill(KillParams { programme, account, engaged }))
}

fn plain_order() -> impl Strategy<Value = AddOrderParams> {
    (symbol(), side(), decimal(), decimal(), option::of(cl_ord_id())).prop_map(
        |(symbol, side, qty, price, cl_ord_id)| AddOrderParams {
            cl_ord_id,
            ..AddOrderParams::limit(symbol, side, qty, price)
        },
    )
}

/// What makers ask beside orders, and what the operator sets.
fn quoting_and_operating() -> impl Strategy<Value = Call> {
    let bounds = (option::of(any::<u32>()), option::of(decimal()), option::of(any::<u32>()), option::of(any::<u32>()));
    prop_oneof![
        mass_quote(),
        (group(), any::<u32>(), any::<u32>()).prop_map(|(group, lots, window)| Call::SetGroup(SetGroupParams {
            group,
            lots,
            window
        })),
        group().prop_map(|group| Call::ResetGroup(ResetGroupParams { group })),
        vec(plain_order(), 1..5).prop_map(|orders| Call::BatchAdd(BatchAddParams { orders })),
        plain_order().prop_map(Call::Validate),
        prop_oneof![order_id().prop_map(OrderRef::Id), cl_ord_id().prop_map(OrderRef::ClOrdId)]
            .prop_map(|order| Call::QueryOrder(QueryOrderParams { order })),
        any::<u32>().prop_map(|timeout| Call::CancelAllOrdersAfter(CancelAfterParams { timeout })),
        set_rules(),
        set_schedule(),
        (symbol(), decimal()).prop_map(|(symbol, price)| Call::SetReference(SetReferenceParams { symbol, price })),
        of_programmes(),
        (account(), bounds).prop_map(|(account, (open_orders, open_notional, orders_per_second, burst))| {
            Call::SetLimits(SetLimitsParams { account, open_orders, open_notional, orders_per_second, burst })
        }),
        kill(),
        Just(Call::Connect),
        Just(Call::Disconnect),
    ]
}

fn subscription() -> impl Strategy<Value = Call> {
    use Channel::{
        Auction, Balances, Book, Curve, Executions, Groups, Heartbeat, Holdings, Instrument, Level3, Ohlc, Status,
        Ticker, Trade,
    };
    let public = select(vec![Book, Level3, Trade, Ticker, Ohlc, Curve, Auction]);
    let other = select(vec![Executions, Balances, Holdings, Groups, Instrument, Status, Heartbeat]);
    let which = prop_oneof![(public, vec(symbol(), 1..4)), (other, Just(Vec::new()))];
    let interval = option::of(select(Interval::ALL.to_vec()));
    (which, depth(), interval, option::of(any::<bool>()), option::of(any::<u64>()), any::<bool>()).prop_map(
        |((channel, symbols), depth, interval, snapshot, from, unsubscribe)| {
            let depth = depth.filter(|depth| channel.has_depth() && BookDepth::of(channel).contains(depth));
            let interval = interval.filter(|_| channel == Ohlc);
            if unsubscribe {
                return Call::Unsubscribe(UnsubscribeParams { channel, symbols, depth, interval });
            }
            let from_exec_seq = from.filter(|_| channel == Channel::Executions);
            let from_seq = from.filter(|_| !matches!(channel, Executions | Book | Level3));
            Call::Subscribe(SubscribeParams { channel, symbols, depth, interval, snapshot, from_seq, from_exec_seq })
        },
    )
}

fn funding() -> impl Strategy<Value = Call> {
    let reference = || option::of("[-A-Za-z0-9_.:/#]{1,64}".prop_map(|text| FundingRef::parse(&text).unwrap()));
    let state = select(AccountState::ALL.to_vec());
    prop_oneof![
        (account(), decimal(), reference(), any::<bool>()).prop_map(|(account, amount, reference, out)| {
            let params = FundCashParams { account, amount, reference };
            if out { Call::WithdrawCash(params) } else { Call::DepositCash(params) }
        }),
        (account(), symbol(), decimal(), reference(), any::<bool>()).prop_map(
            |(account, symbol, qty, reference, out)| {
                let params = FundCreditsParams { account, symbol, qty, reference };
                if out { Call::WithdrawCredits(params) } else { Call::DepositCredits(params) }
            }
        ),
        (account(), any::<u32>())
            .prop_map(|(account, owner_group)| Call::OpenAccount(OpenAccountParams { account, owner_group })),
        (account(), state).prop_map(|(account, state)| Call::SetAccount(SetAccountParams { account, state })),
        (any::<u64>(), any::<bool>()).prop_map(|(withdrawal, approve)| {
            Call::DecideWithdrawal(DecideWithdrawalParams { withdrawal, approve })
        }),
        (option::of(decimal()), option::of(any::<u64>()), option::of(decimal()), option::of(any::<u64>())).prop_map(
            |(approval_cash, approval_face, daily_cash, daily_face)| {
                Call::SetFundingRules(SetFundingRulesParams { approval_cash, approval_face, daily_cash, daily_face })
            }
        ),
        (symbol(), any::<u64>(), option::of(decimal())).prop_map(|(symbol, trade_id, price)| {
            let params = CorrectTradeParams { symbol, trade_id, price };
            if price.is_some() { Call::AdjustTrade(params) } else { Call::BustTrade(params) }
        }),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let scope = option::of(select(vec![DisconnectScope::Connection, DisconnectScope::None]));
    prop_oneof![
        Just(Call::Ping),
        Just(Call::Logout),
        Just(Call::Clock),
        (any::<String>(), option::of(any::<String>()), scope).prop_map(|(api_key, signature, cancel_on_disconnect)| {
            Call::Login(LoginParams { api_key, signature, cancel_on_disconnect })
        }),
        subscription(),
        add_order(),
        amend_order(),
        (vec(order_id(), 0..25), vec(cl_ord_id(), 1..25)).prop_map(|(ids, names)| {
            let orders = ids.into_iter().map(OrderRef::Id).chain(names.into_iter().map(OrderRef::ClOrdId)).collect();
            Call::CancelOrder(CancelOrderParams { orders })
        }),
        (option::of(symbol()), option::of(side()), option::of(programme()), option::of(group())).prop_map(
            |(symbol, side, programme, group)| Call::CancelAll(CancelAllParams { symbol, side, programme, group })
        ),
        quoting_and_operating(),
        funding(),
        (symbol(), phase()).prop_map(|(symbol, phase)| Call::SetPhase(SetPhaseParams { symbol, phase })),
    ]
}

/// Whether a request of a private method may carry one.
fn takes_token(call: &Call) -> bool {
    let open = matches!(call, Call::Ping | Call::Login(_) | Call::Logout);
    !open && !call.method().is_operators()
}

fn request() -> impl Strategy<Value = Request> {
    (call(), option::of(any::<i64>()), option::of(any::<String>()), option::of(account()), option::of(time())).prop_map(
        |(call, req_id, token, account, time)| {
            let token = token.filter(|_| takes_token(&call));
            let account = match &call {
                Call::DepositCash(params) => account.and(Some(params.account)),
                Call::DepositCredits(params) => account.and(Some(params.account)),
                Call::WithdrawCash(params) => account.and(Some(params.account)),
                Call::WithdrawCredits(params) => account.and(Some(params.account)),
                Call::OpenAccount(params) => account.and(Some(params.account)),
                Call::SetAccount(params) => account.and(Some(params.account)),
                Call::SetLimits(params) => account.and(Some(params.account)),
                Call::Permit(params) => account.and(Some(params.account)),
                Call::RevokePermit(params) => account.and(Some(params.account)),
                _ => account,
            };
            Request { call, req_id, token, account, time }
        },
    )
}

fn printed(write: impl Fn(&mut Vec<u8>)) -> String {
    let mut out = b"before".to_vec();
    write(&mut out);
    String::from_utf8(out).unwrap().strip_prefix("before").unwrap().to_owned()
}

fn execution() -> impl Strategy<Value = Execution> {
    let exec = select(vec![
        ExecType::New,
        ExecType::Trade,
        ExecType::Amended,
        ExecType::Canceled,
        ExecType::Expired,
        ExecType::Triggered,
        ExecType::IcebergRefill,
        ExecType::Decay,
    ]);
    let state = select(vec![OrderState::New, OrderState::PartiallyFilled, OrderState::Filled, OrderState::Canceled]);
    let leg = select(vec![Liquidity::Maker, Liquidity::Taker, Liquidity::Auction]);
    let terms = (option::of(decimal()), option::of(any::<u64>()));
    let head = (exec, order_id(), option::of(cl_ord_id()), symbol(), side(), any::<u64>(), option::of(decimal()));
    let middle = (stay(), terms, any::<bool>(), option::of(self_trade()), option::of(any::<u64>()));
    let tail = (any::<u64>(), any::<u64>(), option::of(decimal()), state, option::of((leg, decimal(), 1..=u64::MAX)));
    (head, middle, tail, option::of(reason()), time()).prop_map(|(head, middle, tail, reason, timestamp)| {
        let (exec_type, order_id, cl_ord_id, symbol, side, order_qty, limit_price) = head;
        let ((time_in_force, expire_time), (trigger, display_qty), post_only, stp_type, last_qty) = middle;
        let (cum_qty, leaves_qty, avg_price, order_status, trade) = tail;
        Execution {
            exec_type,
            order_id,
            cl_ord_id,
            symbol,
            side,
            order_type: time_in_force.map(|_| OrderType::Market),
            order_qty,
            limit_price,
            triggers: trigger.map(|price| Triggers { price }),
            display_qty,
            decay: expire_time.map(|_| samples::decay()),
            link_id: last_qty.map(OrderId),
            time_in_force,
            expire_time,
            post_only,
            stp_type,
            last_qty,
            last_price: avg_price,
            cum_qty,
            leaves_qty,
            avg_price,
            order_status,
            liquidity_ind: trade.map(|(leg, ..)| leg),
            fees: trade.map(|(_, fee, _)| Fee(fee)),
            exec_id: trade.map(|(leg, _, id)| {
                // An id says only which of the two legs.
                let leg = if leg == Liquidity::Maker { leg } else { Liquidity::Taker };
                ExecId { trade: TradeId(id), leg }
            }),
            trade_id: trade.map(|(_, _, id)| id),
            implied: trade.filter(|(_, _, id)| id % 2 == 0).map(|_| symbol),
            delivered: trade.filter(|(_, _, id)| id % 2 == 0).map(|_| symbol),
            next_symbol: reason.map(|_| symbol),
            reason,
            timestamp,
        }
    })
}

fn stream<D: std::fmt::Debug>(data: impl Strategy<Value = D>) -> impl Strategy<Value = Stream<D>> {
    let kind = select(vec![Kind::Snapshot, Kind::Update, Kind::Part]);
    (kind, option::of(account()), option::of(any::<u64>()), option::of(any::<u64>()), option::of(any::<u64>()), data)
        .prop_map(|(kind, account, exec_seq, seq, prev_seq, data)| Stream {
            kind,
            account,
            exec_seq,
            seq,
            prev_seq,
            data,
        })
}

fn book() -> impl Strategy<Value = Book> {
    let levels = || vec((decimal(), any::<u64>()).prop_map(|(price, qty)| BookLevel { price, qty }), 0..4);
    let implied = option::of((levels(), levels()));
    (symbol(), levels(), levels(), option::of(phase()), option::of(any::<u32>()), time(), implied).prop_map(
        |(symbol, bids, asks, phase, checksum, timestamp, implied)| {
            let (implied_bids, implied_asks) = implied.unzip();
            Book { symbol, bids, asks, phase, implied_bids, implied_asks, checksum, timestamp }
        },
    )
}

fn level3() -> impl Strategy<Value = Level3> {
    let event = || option::of(select(vec![OrderEvent::Add, OrderEvent::Modify, OrderEvent::Delete]));
    let order = || {
        (event(), order_id(), decimal(), any::<u64>(), time()).prop_map(
            |(event, order_id, limit_price, order_qty, timestamp)| Level3Order {
                event,
                order_id,
                limit_price,
                order_qty,
                timestamp,
            },
        )
    };
    (symbol(), vec(order(), 0..4), vec(order(), 0..4), any::<u32>()).prop_map(|(symbol, bids, asks, checksum)| Level3 {
        symbol,
        bids,
        asks,
        checksum,
    })
}

fn ohlc() -> impl Strategy<Value = OhlcRow> {
    let prices = (decimal(), decimal(), decimal(), decimal(), option::of(decimal()));
    let interval = select(Interval::ALL.to_vec());
    (symbol(), prices, any::<u64>(), any::<u64>(), time(), interval, time()).prop_map(
        |(symbol, (open, high, low, close, vwap), trades, volume, interval_begin, interval, timestamp)| OhlcRow {
            symbol,
            open,
            high,
            low,
            close,
            vwap,
            trades,
            volume,
            interval_begin,
            interval,
            timestamp,
        },
    )
}

fn curve() -> impl Strategy<Value = CurveRow> {
    let expiry = "[0-9]{6}|PERP".prop_map(Cow::Owned);
    (symbol(), expiry, vec(option::of(decimal()), 7), any::<[u64; 4]>(), time()).prop_map(
        |(symbol, expiry, prices, [bid_qty, ask_qty, below, above], timestamp)| {
            let [bid, ask, mid, implied_bid, implied_ask, last, annual_discount] = prices.try_into().unwrap();
            CurveRow {
                symbol,
                expiry,
                bid,
                bid_qty,
                ask,
                ask_qty,
                implied_bid,
                implied_bid_qty: implied_bid.map(|_| below),
                implied_ask,
                implied_ask_qty: implied_ask.map(|_| above),
                mid,
                last,
                annual_discount,
                timestamp,
            }
        },
    )
}

fn group_row() -> impl Strategy<Value = GroupRow> {
    let event = select(vec![GroupChange::Set, GroupChange::Tripped, GroupChange::Reset]);
    (group(), event, any::<[u32; 2]>(), option::of(any::<u64>()), time()).prop_map(
        |(group, event, [lots, window], filled_lots, timestamp)| GroupRow {
            group,
            event,
            tripped: filled_lots.is_some(),
            lots,
            window,
            filled_lots,
            timestamp,
        },
    )
}

fn ticker() -> impl Strategy<Value = TickerRow> {
    (symbol(), vec(option::of(decimal()), 7), any::<[u64; 3]>(), time()).prop_map(
        |(symbol, prices, sizes, timestamp)| {
            let [bid_qty, ask_qty, volume] = sizes;
            let [bid, ask, last, vwap, low, high, change] = prices.try_into().unwrap();
            TickerRow { symbol, bid, bid_qty, ask, ask_qty, last, volume, vwap, low, high, change, timestamp }
        },
    )
}

fn auction() -> impl Strategy<Value = AuctionRow> {
    let found = (option::of(decimal()), any::<u64>(), option::of(side()), any::<u64>());
    let hex = || option::of("[0-9a-f]{64}".prop_map(Cow::Owned));
    let drawn = (hex(), hex(), option::of(time()), option::of(time()));
    (symbol(), any::<u64>(), phase(), found, drawn, time()).prop_map(
        |(symbol, auction_id, phase, found, drawn, timestamp)| {
            let (commitment, seed, scheduled_end, latest_end) = drawn;
            let (indicative_price, indicative_qty, imbalance_side, imbalance_qty) = found;
            AuctionRow {
                symbol,
                auction_id,
                phase,
                indicative_price,
                indicative_qty,
                imbalance_side,
                imbalance_qty,
                commitment,
                seed,
                scheduled_end,
                latest_end,
                timestamp,
            }
        },
    )
}

fn phase_reason() -> impl Strategy<Value = PhaseReason> {
    select(samples::PHASE_REASONS.to_vec())
}

fn data() -> impl Strategy<Value = Data> {
    let trade = (time(), any::<u64>(), option::of(Just(OrderType::Limit)), decimal()).prop_map(
        |(timestamp, trade_id, ord_type, price)| TradeRow { timestamp, trade_id, ord_type, price, ..samples::trade() },
    );
    let balance = (decimal(), decimal(), decimal()).prop_map(|(balance, available, reserved)| BalanceRow {
        asset: Cow::Borrowed("USD"),
        balance,
        available,
        reserved,
    });
    let holding = (symbol(), any::<[u64; 3]>()).prop_map(|(symbol, [balance, available, reserved])| HoldingRow {
        symbol,
        balance,
        available,
        reserved,
    });
    let pair = (symbol(), any::<String>(), phase(), option::of(phase_reason()));
    let pair = pair.prop_map(|(symbol, base, phase, phase_reason)| Instruments {
        assets: vec![Asset { id: Cow::Owned(base.clone()), status: Cow::Borrowed("enabled"), precision: 0 }],
        pairs: vec![Pair { symbol, base: Cow::Owned(base), phase, phase_reason, ..samples::pair() }],
    });
    let status = (any::<u64>(), any::<bool>(), time()).prop_map(|(connection_id, first, server_time)| {
        let all = samples::status();
        let (challenge, limits) = if first { (all.challenge.clone(), all.limits) } else { (None, None) };
        Status { connection_id, challenge, limits, server_time, ..all }
    });
    prop_oneof![
        stream(vec(execution(), 0..3)).prop_map(Data::Executions),
        stream(vec(balance, 0..3)).prop_map(Data::Balances),
        stream(vec(holding, 0..3)).prop_map(Data::Holdings),
        stream(vec(group_row(), 0..3)).prop_map(Data::Groups),
        stream(vec(level3(), 0..3)).prop_map(Data::Level3),
        stream(vec(ohlc(), 0..3)).prop_map(Data::Ohlc),
        stream(vec(curve(), 0..3)).prop_map(Data::Curve),
        stream(vec(book(), 0..3)).prop_map(Data::Book),
        stream(vec(trade, 0..3)).prop_map(Data::Trade),
        stream(vec(ticker(), 0..3)).prop_map(Data::Ticker),
        stream(vec(auction(), 0..3)).prop_map(Data::Auction),
        stream(pair).prop_map(Data::Instrument),
        stream(vec(status, 0..3)).prop_map(Data::Status),
        Just(Data::Heartbeat),
    ]
}

fn outcome() -> impl Strategy<Value = (Method, Result<ReplyResult, ErrorBody>)> {
    let interval = option::of(select(Interval::ALL.to_vec()));
    let subscribed = (option::of(symbol()), depth(), interval, option::of(any::<bool>())).prop_map(
        |(symbol, depth, interval, snapshot)| SubscribeResult {
            channel: Channel::Book,
            symbol,
            depth,
            interval,
            snapshot,
        },
    );
    let status =
        select(vec![OrderStatus::Open, OrderStatus::PartiallyFilled, OrderStatus::Filled, OrderStatus::Canceled]);
    let order = (order_id(), option::of(cl_ord_id()), status, option::of(reason()), any::<bool>(), any::<bool>())
        .prop_map(|(order_id, cl_ord_id, status, reason, duplicate, fills)| {
            let all = samples::order_result();
            let fills = if fills { all.fills.clone() } else { Vec::new() };
            OrderResult { order_id, cl_ord_id, status, reason, duplicate, fills, ..all }
        });
    let refused = (select(Reject::ALL.to_vec()), any::<String>(), option::of(decimal()), option::of(cl_ord_id()))
        .prop_map(|(reject, message, available, cl_ord_id)| {
            let mut error: ErrorBody = Refusal { available, ..Refusal::new(reject, message) }.into();
            error.detail.cl_ord_id = cl_ord_id;
            (Method::CancelOrder, Err(error))
        });
    let reject = (symbol(), side(), select(Reject::ALL.to_vec()), any::<String>());
    let reject = reject.prop_map(|(symbol, side, reject, message)| QuoteReject {
        symbol,
        side,
        code: reject.code(),
        reason: Cow::Borrowed(reject.name()),
        message,
    });
    let quotes = (any::<u64>(), any::<[u32; 3]>(), vec(reject, 0..3)).prop_map(|(quote_id, counts, rejects)| {
        let [placed, unchanged, pulled] = counts;
        QuoteResult { quote_id, placed, unchanged, pulled, rejects }
    });
    let done = select(vec![
        Method::SetGroup,
        Method::ResetGroup,
        Method::SetPhase,
        Method::SetRules,
        Method::SetSchedule,
        Method::SetReference,
        Method::SetLimits,
        Method::Kill,
        Method::ListInstrument,
        Method::SetProgramme,
        Method::Permit,
        Method::RevokePermit,
        Method::WatchExpiry,
        Method::Connect,
        Method::Disconnect,
    ]);
    let row = prop_oneof![
        Just(BatchRow::from(Ok(samples::order_result()))),
        (select(Reject::ALL.to_vec()), any::<String>())
            .prop_map(|(reject, message)| BatchRow::from(Err(Refusal::new(reject, message).into()))),
    ];
    let query = (any::<u64>(), vec(time(), 0..3)).prop_map(|(seq, times)| {
        let fill = |timestamp| PastFill { timestamp, ..samples::past_fill() };
        QueryResult { order: samples::execution(), fills: times.into_iter().map(fill).collect(), seq }
    });
    prop_oneof![
        vec(row, 0..4).prop_map(|orders| (Method::BatchAdd, Ok(ReplyResult::Batch(BatchResult { orders })))),
        query.prop_map(|result| (Method::QueryOrder, Ok(ReplyResult::Order(Box::new(result))))),
        Just((Method::AddOrder, Ok(ReplyResult::Valid(ValidResult { valid: true })))),
        Just((Method::Ping, Ok(ReplyResult::Pong))),
        done.prop_map(|method| (method, Ok(ReplyResult::Done))),
        quotes.prop_map(|result| (Method::MassQuote, Ok(ReplyResult::Quotes(result)))),
        option::of(time()).prop_map(|trigger_time| {
            (Method::CancelAllOrdersAfter, Ok(ReplyResult::Timer(TimerResult { trigger_time })))
        }),
        (account(), any::<u64>()).prop_map(|(account, exec_seq)| {
            let scopes = vec![Cow::Borrowed("trade")];
            (Method::Login, Ok(ReplyResult::Login(LoginResult { account, scopes, exec_seq })))
        }),
        any::<String>().prop_map(|challenge| {
            let challenge = Cow::Owned(challenge);
            (Method::Logout, Ok(ReplyResult::Logout(LogoutResult { challenge })))
        }),
        subscribed.prop_map(|result| (Method::Unsubscribe, Ok(ReplyResult::Unsubscribe(result)))),
        order.prop_map(|result| (Method::AmendOrder, Ok(ReplyResult::AmendOrder(result)))),
        (order_id(), option::of(cl_ord_id())).prop_map(|(order_id, cl_ord_id)| {
            (Method::CancelOrder, Ok(ReplyResult::CancelOrder(CancelResult { order_id, cl_ord_id })))
        }),
        any::<u32>().prop_map(|count| (Method::CancelAll, Ok(ReplyResult::CancelAll(CancelAllResult { count })))),
        refused,
    ]
}

proptest! {
    #[test]
    fn any_text_is_answered(bytes in vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = parse_request(&text);
        let _ = parse_filter_request(&text);
        let _ = parse_instrument(&text);
        let _ = ServerMessage::parse(&text);
        let _ = parse_decimal(&text);
        let _ = parse_time(&text);
    }

    /// Texts that are nearly right go deeper than noise does.
    #[test]
    fn a_damaged_message_is_answered(
        request in request(), data in data(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        for text in [printed(|out| request.write(out)), printed(|out| data.write(out))] {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
            }
            let text = String::from_utf8_lossy(&bytes);
            if let Err(error) = parse_filter_request(&text) {
                prop_assert!(!error.refusal.message.is_empty());
            }
            let _ = ServerMessage::parse(&text);
        }
    }

    #[test]
    fn a_request_is_read_as_it_was_printed(request in request()) {
        let text = printed(|out| request.write(out));
        let read = parse_filter_request(&text).map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
        prop_assert_eq!(&read, &request);
        // Equal decimals may differ in scale: the text must not.
        prop_assert_eq!(printed(|out| read.write(out)), text);
    }

    #[test]
    fn data_is_read_as_it_was_printed(data in data()) {
        let text = printed(|out| data.write(out));
        let read = ServerMessage::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
        let ServerMessage::Data(read) = read else { return Err(TestCaseError::fail(text)) };
        prop_assert_eq!(&read, &data);
        prop_assert_eq!(printed(|out| read.write(out)), text);
    }

    #[test]
    fn a_reply_is_read_as_it_was_printed(
        (method, outcome) in outcome(), req_id in option::of(any::<i64>()), time_in in time(), time_out in time(),
    ) {
        let reply = match outcome {
            Ok(result) => Reply { time_out, ..Reply::done(method, req_id, result, time_in) },
            Err(error) => Reply {
                outcome: Err(error), time_out, ..Reply::done(method, req_id, ReplyResult::Done, time_in)
            },
        };
        let text = printed(|out| reply.write(out));
        let read = ServerMessage::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
        prop_assert_eq!(&read, &ServerMessage::Reply(reply));
        let ServerMessage::Reply(read) = read else { unreachable!() };
        prop_assert_eq!(printed(|out| read.write(out)), text);
    }

    /// A decimal's text is the value: no digit is lost or made up on the way.
    #[test]
    fn numbers_survive_to_the_last_digit(mantissa in any::<i64>(), scale in 0..=18_u32) {
        let value = Decimal::new(mantissa, scale);
        let read = parse_decimal(&value.to_string()).map_err(TestCaseError::fail)?;
        prop_assert_eq!((read.mantissa(), read.scale()), (value.mantissa(), value.scale()));
    }

    #[test]
    fn times_and_ids_survive(time in time(), order in order_id()) {
        prop_assert_eq!(parse_time(&print_time(time)), Ok(time));
        prop_assert_eq!(parse_order_id(&print_order_id(order)), Ok(order));
    }
}

#[test]
fn a_client_ignores_what_it_does_not_know() {
    let text = printed(|out| Data::Book(frame(vec![samples::book()])).write(out));
    let more =
        text.replace(r#""symbol":"#, r#""new":{"a":[1]},"symbol":"#).replace(r#""seq":"#, r#""new":null,"seq":"#);
    assert_eq!(ServerMessage::parse(&more).unwrap(), ServerMessage::parse(&text).unwrap());
    assert_eq!(ServerMessage::parse(r#"{"channel":"to_come","data":[]}"#).unwrap(), ServerMessage::Unknown);
}

fn frame<D>(data: D) -> Stream<D> {
    Stream { kind: Kind::Snapshot, account: None, exec_seq: None, seq: Some(1), prev_seq: None, data }
}

fn of_programmes() -> impl Strategy<Value = Call> {
    let programme = || "[A-Z]{1,8}-[A-Z0-9]{1,8}".prop_map(|text| Programme::parse(&text).unwrap());
    let note = || "[!-~]([ -~]{0,198}[!-~])?".prop_map(|text| Note::parse(&text).unwrap());
    let day = || (0..190_000_u64).prop_map(|day| Date::of(Timestamp(day * 86_400_000_000_000)));
    let kind = || select(PermitKind::ALL.to_vec());
    let terms = (programme(), select(PolicyClass::ALL.to_vec()), note(), day(), any::<u32>(), decimal());
    let name = || "[-A-Za-z0-9_.]{1,32}".prop_map(|text| AccountName::parse(&text).unwrap());
    prop_oneof![
        (symbol(), option::of(decimal()), option::of(any::<u32>()), option::of(any::<u32>()), option::of(decimal()))
            .prop_map(|(symbol, tick, maker_bp, taker_bp, collar)| {
                Call::ListInstrument(ListInstrumentParams { symbol, tick, maker_bp, taker_bp, collar })
            }),
        terms.prop_map(|(programme, class, source, dated, most_pieces, smallest_piece)| {
            Call::SetProgramme(SetProgrammeParams { programme, class, source, dated, most_pieces, smallest_piece })
        }),
        (name(), programme(), kind(), note(), option::of(day())).prop_map(
            |(account, programme, kind, reference, until)| {
                Call::Permit(PermitParams { account, programme, kind, reference, until })
            }
        ),
        (name(), programme(), kind()).prop_map(|(account, programme, kind)| {
            Call::RevokePermit(RevokePermitParams { account, programme, kind })
        }),
        symbol().prop_map(|symbol| Call::WatchExpiry(WatchExpiryParams { symbol })),
    ]
}
