//! One of each row with every field there.

#![allow(dead_code, reason = "each test file uses a part of it")]

use rust_decimal::Decimal;
use std::borrow::Cow;
use unspent_model::{
    CancelReason, ClOrdId, Evidence, GroupChange, GroupName, Interval, Level, OrderId, OrderStatus, Phase, PhaseReason,
    SelfTrade, SettlementState, Side, Symbol, Timestamp, TradeId,
};
use unspent_protocol::*;

const AT: Timestamp = Timestamp(1_767_225_600_000_001_000);

pub const PHASES: [Phase; 8] = [
    Phase::Continuous,
    Phase::Call,
    Phase::NoCancel,
    Phase::VolatilityCall,
    Phase::Halted,
    Phase::CancelOnly,
    Phase::Closed,
    Phase::Expired,
];

pub const PHASE_REASONS: [PhaseReason; 7] = [
    PhaseReason::Operator,
    PhaseReason::Schedule,
    PhaseReason::Volatility,
    PhaseReason::CallEnded,
    PhaseReason::Extended,
    PhaseReason::Unresolved,
    PhaseReason::LastTrade,
];

pub fn symbol() -> Symbol {
    Symbol::parse("AWS-ACT-1K-202706").unwrap()
}

pub fn price(units: i64) -> Decimal {
    Decimal::new(units, 4)
}

pub fn money(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

pub fn execution() -> Execution {
    Execution {
        exec_type: ExecType::Trade,
        order_id: OrderId(17),
        cl_ord_id: Some(ClOrdId::parse("acme-0001").unwrap()),
        symbol: symbol(),
        side: Side::Sell,
        order_type: Some(OrderType::StopLossLimit),
        order_qty: 150_000,
        limit_price: Some(price(6_600)),
        triggers: Some(Triggers { price: price(6_500) }),
        display_qty: Some(10_000),
        decay: Some(decay()),
        link_id: Some(OrderId(16)),
        time_in_force: Some(TimeInForceWord::Gtd),
        expire_time: Some(AT),
        post_only: true,
        stp_type: Some(SelfTrade::Decrement),
        last_qty: Some(2_000),
        last_price: Some(price(6_600)),
        cum_qty: 2_000,
        leaves_qty: 148_000,
        avg_price: Some(price(6_600)),
        order_status: OrderState::PartiallyFilled,
        liquidity_ind: Some(Liquidity::Maker),
        fees: Some(Fee(money(330))),
        exec_id: Some(ExecId { trade: TradeId(551), leg: Liquidity::Maker }),
        trade_id: Some(551),
        implied: Some(symbol()),
        delivered: Some(symbol()),
        reason: Some(CancelReason::SelfTrade),
        next_symbol: Some(symbol()),
        timestamp: AT,
    }
}

pub fn balance() -> BalanceRow {
    BalanceRow { asset: Cow::Borrowed("USD"), balance: money(100), available: money(99), reserved: money(1) }
}

pub fn holding() -> HoldingRow {
    HoldingRow { symbol: symbol(), balance: 5_000, available: 3_000, reserved: 2_000 }
}

pub fn decay() -> DecayRow {
    DecayRow { overdue_price: Some(price(6_550)), next_time: Some(AT), next_price: Some(price(6_500)), steps: 3 }
}

pub fn book() -> Book {
    Book {
        symbol: symbol(),
        bids: vec![BookLevel { price: price(6_600), qty: 7_000 }],
        asks: vec![BookLevel { price: price(6_700), qty: 150_000 }],
        phase: Some(Phase::Call),
        implied_bids: Some(vec![BookLevel { price: price(6_500), qty: 50_000 }]),
        implied_asks: Some(vec![BookLevel { price: price(6_800), qty: 30_000 }]),
        checksum: Some(u32::MAX),
        timestamp: AT,
    }
}

pub fn group() -> GroupRow {
    GroupRow {
        group: GroupName::parse("aws-curve").unwrap(),
        event: GroupChange::Tripped,
        tripped: true,
        lots: 100,
        window: 5,
        filled_lots: Some(104),
        timestamp: AT,
    }
}

pub fn settlement() -> SettlementRow {
    SettlementRow {
        settlement_id: 41,
        trade_id: 551,
        symbol: symbol(),
        side: Side::Sell,
        level: Level::Attested,
        state: SettlementState::Disputed,
        price: price(6_600),
        qty: 40_000,
        delivered_qty: 0,
        covered_qty: 0,
        refunded_qty: 0,
        escrow: price(6_600),
        bond: price(6_600),
        held_back: price(6_600),
        due: Some(AT),
        evidence: Some(Evidence::parse("transfer 17").unwrap()),
        dispute: Some(Evidence::parse("nothing came").unwrap()),
        timestamp: AT,
    }
}

pub fn level3_order() -> Level3Order {
    Level3Order {
        event: Some(OrderEvent::Modify),
        order_id: OrderId(17),
        limit_price: price(6_600),
        order_qty: 7_000,
        timestamp: AT,
    }
}

pub fn level3() -> Level3 {
    Level3 { symbol: symbol(), bids: vec![level3_order()], asks: Vec::new(), checksum: u32::MAX }
}

pub fn ohlc() -> OhlcRow {
    OhlcRow {
        symbol: symbol(),
        open: price(6_600),
        high: price(6_700),
        low: price(6_500),
        close: price(6_650),
        vwap: Some(price(6_610)),
        trades: 3,
        volume: 12_000,
        interval_begin: Timestamp(1_767_225_600_000_000_000),
        interval: Interval::Minutes5,
        timestamp: Timestamp(1_767_225_900_000_000_000),
    }
}

pub fn curve() -> CurveRow {
    CurveRow {
        symbol: symbol(),
        expiry: Cow::Borrowed("202706"),
        bid: Some(price(6_550)),
        bid_qty: 20_000,
        ask: Some(price(6_701)),
        ask_qty: 5_000,
        implied_bid: Some(price(6_500)),
        implied_bid_qty: Some(50_000),
        implied_ask: Some(price(6_800)),
        implied_ask_qty: Some(30_000),
        mid: Some(Decimal::new(66_255, 5)),
        last: Some(price(6_600)),
        annual_discount: Some(Decimal::new(3_291, 4)),
        timestamp: AT,
    }
}

pub fn trade() -> TradeRow {
    TradeRow {
        symbol: symbol(),
        side: Side::Buy,
        price: price(6_600),
        qty: 2_000,
        ord_type: Some(OrderType::Market),
        trade_id: 551,
        implied: Some(symbol()),
        timestamp: AT,
    }
}

pub fn ticker() -> TickerRow {
    TickerRow {
        symbol: symbol(),
        bid: Some(price(6_550)),
        bid_qty: 20_000,
        ask: Some(price(6_700)),
        ask_qty: 150_000,
        last: Some(price(6_600)),
        volume: 2_000,
        vwap: Some(price(6_600)),
        low: Some(price(6_600)),
        high: Some(price(6_600)),
        change: Some(price(-100)),
        timestamp: AT,
    }
}

pub fn auction() -> AuctionRow {
    AuctionRow {
        symbol: symbol(),
        auction_id: 12,
        phase: Phase::Call,
        indicative_price: Some(price(6_800)),
        indicative_qty: 110_000,
        imbalance_side: Some(Side::Buy),
        imbalance_qty: 10_000,
        commitment: Some(Cow::Borrowed("ab")),
        seed: Some(Cow::Borrowed("cd")),
        scheduled_end: Some(AT),
        latest_end: Some(AT),
        timestamp: AT,
    }
}

pub fn quote_result() -> QuoteResult {
    let reason = Cow::Borrowed("insufficient_credits");
    let message = "too few credits are free for this; available: 20000 dollars of face".to_owned();
    let reject = QuoteReject { symbol: symbol(), side: Side::Sell, code: 2104, reason, message };
    QuoteResult { quote_id: 7, placed: 1, unchanged: 2, pulled: 3, rejects: vec![reject] }
}

pub fn pair() -> Pair {
    Pair {
        symbol: symbol(),
        base: Cow::Borrowed("AWS-ACT-1K-202706"),
        quote: Cow::Borrowed("USD"),
        price_precision: 4,
        price_increment: price(10),
        qty_precision: 0,
        qty_increment: 1_000,
        qty_min: 1_000,
        cost_precision: 2,
        status: Cow::Borrowed("online"),
        phase: Phase::Continuous,
        phase_reason: Some(PhaseReason::CallEnded),
        price_max: price(10_000),
        collar: price(300),
        maker_bp: 0,
        taker_bp: 25,
    }
}

pub fn status() -> Status {
    Status {
        system: SystemState::Online,
        api_version: Cow::Borrowed("v2"),
        version: Cow::Borrowed("0.1.0"),
        connection_id: 12,
        challenge: Some(Cow::Borrowed("000102030405060708090a0b0c0d0e0f")),
        server_time: AT,
        limits: Some(Limits {
            message_bytes: 65_536,
            subscriptions: 1_000,
            cancels_per_request: 50,
            open_orders: 100_000,
        }),
    }
}

pub fn order_result() -> OrderResult {
    OrderResult {
        order_id: OrderId(17),
        cl_ord_id: Some(ClOrdId::parse("acme-0001").unwrap()),
        status: OrderStatus::Canceled,
        leaves_qty: 0,
        cum_qty: 2_000,
        reason: Some(CancelReason::TimeInForce),
        priority: Some(Priority::Lost),
        fills: vec![FillReport {
            exec_id: ExecId { trade: TradeId(551), leg: Liquidity::Taker },
            trade_id: 551,
            last_qty: 2_000,
            last_price: price(6_600),
            liquidity_ind: Liquidity::Taker,
            fees: Fee(money(330)),
        }],
        seq: 918_273,
        duplicate: true,
    }
}

pub fn past_fill() -> PastFill {
    let FillReport { exec_id, trade_id, last_qty, last_price, liquidity_ind, fees } = order_result().fills[0].clone();
    let Execution { implied, delivered, timestamp, .. } = execution();
    PastFill { exec_id, trade_id, last_qty, last_price, liquidity_ind, fees, implied, delivered, timestamp }
}

pub fn error_detail() -> ErrorDetail {
    ErrorDetail {
        code: 2104,
        reason: Cow::Borrowed("insufficient_credits"),
        field: Some(Cow::Borrowed("order_qty")),
        message: "too few".to_owned(),
        available: Some(Decimal::from(3_000)),
        retryable: false,
        outcome: Outcome::Rejected,
        retry_after_ms: Some(20),
        order_id: Some(OrderId(17)),
        cl_ord_id: Some(ClOrdId::parse("acme-0001").unwrap()),
    }
}
