//! What the core said, as rows and results of the wire.

use crate::catalogue::{Catalogue, dollars, price_in_dollars};
use crate::ids::ExecId;
use crate::market::{Asset, BookLevel, Instruments, Pair, TradeRow};
use crate::private::{BalanceRow, Execution, Fee, HoldingRow};
use crate::reply::{FillReport, OrderResult};
use crate::words::{ExecType, Liquidity, OrderType, Priority};
use std::borrow::Cow;
use unspent_model::{
    CancelReason, CashBalance, ClOrdId, Fill, HoldingBalance, InstrumentId, Lots, OrderAnswer, OrderId, OrderKind,
    OrderStatus, Phase, Price, Recalled, SelfTrade, Side, TimeInForce, Timestamp,
};

impl From<OrderKind> for OrderType {
    fn from(kind: OrderKind) -> OrderType {
        match kind {
            OrderKind::Limit(_) => OrderType::Limit,
            OrderKind::Market { .. } => OrderType::Market,
        }
    }
}

/// One order as its owner is told of it, after what happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderView {
    /// The exchange's id.
    pub order: OrderId,
    /// The owner's id.
    pub cl_ord_id: Option<ClOrdId>,
    /// Where.
    pub instrument: InstrumentId,
    /// Its side.
    pub side: Side,
    /// Limit or market, as it was entered.
    pub kind: OrderKind,
    /// How long it stays.
    pub time_in_force: TimeInForce,
    /// Whether it may only rest.
    pub post_only: bool,
    /// What happens when it meets its own owner group, where that is known.
    pub self_trade: Option<SelfTrade>,
    /// The worst price it accepts now.
    pub price: Price,
    /// Total quantity, filled part included.
    pub lots: Lots,
    /// Lots filled.
    pub cum: Lots,
    /// Lots open.
    pub leaves: Lots,
    /// The sum of price units times lots over its fills.
    pub notional: u128,
    /// Where it stands.
    pub status: OrderStatus,
}

/// Each panics when its instrument is not listed here: the ids are the engine's own.
impl Catalogue {
    /// The taker's leg of a fill, for the reply to its order.
    #[must_use]
    pub fn taker_fill(&self, fill: &Fill) -> FillReport {
        FillReport {
            exec_id: ExecId { trade: fill.trade, leg: Liquidity::Taker },
            trade_id: fill.trade.0,
            last_qty: self.face(fill.instrument, u64::from(fill.lots.0)),
            last_price: self.price(fill.instrument, fill.price),
            liquidity_ind: Liquidity::Taker,
            fees: Fee(dollars(fill.taker.fee)),
        }
    }

    /// A fill of a first answer, said again.
    #[must_use]
    pub fn recalled_fill(&self, instrument: InstrumentId, recalled: &Recalled) -> FillReport {
        FillReport {
            exec_id: ExecId { trade: recalled.trade, leg: Liquidity::Taker },
            trade_id: recalled.trade.0,
            last_qty: self.face(instrument, u64::from(recalled.lots.0)),
            last_price: self.price(instrument, recalled.price),
            liquidity_ind: Liquidity::Taker,
            fees: Fee(dollars(recalled.fee)),
        }
    }

    /// The result of an `add_order`, or of an `amend_order` with what became of its place in the queue.
    #[must_use]
    pub fn order_result(&self, answer: &OrderAnswer, fills: Vec<FillReport>, kept: Option<bool>) -> OrderResult {
        OrderResult {
            order_id: answer.order,
            cl_ord_id: answer.cl_ord_id,
            status: answer.status,
            leaves_qty: self.face(answer.instrument, u64::from(answer.leaves.0)),
            cum_qty: self.face(answer.instrument, u64::from(answer.cum.0)),
            reason: answer.canceled,
            priority: kept.map(|kept| if kept { Priority::Kept } else { Priority::Lost }),
            fills,
            seq: answer.seq.0,
            duplicate: answer.duplicate,
        }
    }

    /// What happened to an order other than a trade; in a snapshot, with [`ExecType::New`], that it is open.
    #[must_use]
    pub fn execution(
        &self,
        exec_type: ExecType,
        order: &OrderView,
        reason: Option<CancelReason>,
        timestamp: Timestamp,
    ) -> Execution {
        let face = |lots: Lots| self.face(order.instrument, u64::from(lots.0));
        Execution {
            exec_type,
            order_id: order.order,
            cl_ord_id: order.cl_ord_id,
            symbol: self.spec(order.instrument).symbol,
            side: order.side,
            order_type: Some(order.kind.into()),
            order_qty: face(order.lots),
            limit_price: Some(self.price(order.instrument, order.price)),
            time_in_force: Some(order.time_in_force),
            post_only: order.post_only,
            stp_type: order.self_trade,
            last_qty: None,
            last_price: None,
            cum_qty: face(order.cum),
            leaves_qty: face(order.leaves),
            avg_price: self.average_price(order.instrument, order.notional, u64::from(order.cum.0)),
            order_status: order.status.into(),
            liquidity_ind: None,
            fees: None,
            exec_id: None,
            trade_id: None,
            reason,
            timestamp,
        }
    }

    /// One leg of a fill, told to its owner; `order` is as it stands after the fill.
    #[must_use]
    pub fn trade_execution(&self, order: &OrderView, fill: &Fill, leg: Liquidity, timestamp: Timestamp) -> Execution {
        let fee = if leg == Liquidity::Maker { fill.maker.fee } else { fill.taker.fee };
        Execution {
            last_qty: Some(self.face(fill.instrument, u64::from(fill.lots.0))),
            last_price: Some(self.price(fill.instrument, fill.price)),
            liquidity_ind: Some(leg),
            fees: Some(Fee(dollars(fee))),
            exec_id: Some(ExecId { trade: fill.trade, leg }),
            trade_id: Some(fill.trade.0),
            ..self.execution(ExecType::Trade, order, None, timestamp)
        }
    }

    /// One price of a book; no lots delete it.
    #[must_use]
    pub fn level(&self, instrument: InstrumentId, price: Price, lots: u64) -> BookLevel {
        BookLevel { price: self.price(instrument, price), qty: self.face(instrument, lots) }
    }

    /// A fill as the public sees it.
    #[must_use]
    pub fn trade(&self, fill: &Fill, taker: Option<OrderType>, timestamp: Timestamp) -> TradeRow {
        TradeRow {
            symbol: self.spec(fill.instrument).symbol,
            side: fill.taker_side,
            price: self.price(fill.instrument, fill.price),
            qty: self.face(fill.instrument, u64::from(fill.lots.0)),
            ord_type: taker,
            trade_id: fill.trade.0,
            timestamp,
        }
    }

    /// An account's money.
    #[must_use]
    pub fn balance(&self, cash: &CashBalance) -> BalanceRow {
        BalanceRow {
            asset: Cow::Borrowed("USD"),
            balance: dollars(cash.available + cash.reserved),
            available: dollars(cash.available),
            reserved: dollars(cash.reserved),
        }
    }

    /// An account's credits of one instrument.
    #[must_use]
    pub fn holding(&self, holding: &HoldingBalance) -> HoldingRow {
        HoldingRow {
            symbol: self.spec(holding.instrument).symbol,
            balance: self.face(holding.instrument, holding.available + holding.reserved),
            available: self.face(holding.instrument, holding.available),
            reserved: self.face(holding.instrument, holding.reserved),
        }
    }

    /// An instrument as the `instrument` channel shows it.
    #[must_use]
    pub fn pair(&self, instrument: InstrumentId, phase: Phase) -> Pair {
        let spec = self.spec(instrument);
        Pair {
            symbol: spec.symbol,
            base: Cow::Owned(spec.symbol.to_string()),
            quote: Cow::Borrowed("USD"),
            price_precision: spec.price_decimals,
            price_increment: price_in_dollars(spec, Price(spec.tick)),
            qty_precision: 0,
            qty_increment: u64::from(spec.face_dollars),
            qty_min: u64::from(spec.face_dollars),
            cost_precision: 2,
            status: Cow::Borrowed(match phase {
                Phase::Continuous => "online",
                Phase::Halted => "cancel_only",
                Phase::Closed => "maintenance",
            }),
            phase,
            price_max: price_in_dollars(spec, spec.price_max),
            collar: price_in_dollars(spec, Price(spec.collar)),
            maker_bp: spec.fees.maker.0,
            taker_bp: spec.fees.taker.0,
        }
    }

    /// Everything listed, with the phase that `phase_of` says each is in.
    #[must_use]
    pub fn instruments(&self, phase_of: impl Fn(InstrumentId) -> Phase) -> Instruments {
        let usd = Asset { id: Cow::Borrowed("USD"), status: Cow::Borrowed("enabled"), precision: 2 };
        let credits = self.iter().map(|(_, spec)| Asset {
            id: Cow::Owned(spec.symbol.to_string()),
            status: Cow::Borrowed("enabled"),
            precision: 0,
        });
        Instruments {
            assets: std::iter::once(usd).chain(credits).collect(),
            pairs: self.iter().map(|(id, _)| self.pair(id, phase_of(id))).collect(),
        }
    }
}
