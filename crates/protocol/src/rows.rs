//! What the core said, as rows and results of the wire.

use crate::catalogue::{Catalogue, dollars, price_in_dollars};
use crate::ids::ExecId;
use crate::market::{Asset, AuctionRow, BookLevel, Instruments, Pair, TradeRow};
use crate::private::{BalanceRow, Fee, HoldingRow};
use crate::reply::{FillReport, OrderResult};
use crate::words::{Liquidity, OrderType, Priority};
use std::borrow::Cow;
use unspent_model::{
    CashBalance, Fill, HoldingBalance, Indicative, InstrumentId, OrderAnswer, Phase, PhaseReason, Price, Recalled,
    Timestamp,
};

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
            implied: fill.across.map(|across| self.spec(across.bid).symbol),
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
    pub fn pair(&self, instrument: InstrumentId, phase: Phase, reason: Option<PhaseReason>) -> Pair {
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
                Phase::Call | Phase::NoCancel | Phase::VolatilityCall => "limit_only",
                Phase::Halted | Phase::CancelOnly | Phase::Closed => "cancel_only",
                Phase::Expired => "delisted",
            }),
            phase,
            phase_reason: reason,
            price_max: price_in_dollars(spec, spec.price_max),
            collar: price_in_dollars(spec, Price(spec.collar)),
            maker_bp: spec.fees.maker.0,
            taker_bp: spec.fees.taker.0,
        }
    }

    /// What an uncross of an instrument in this phase would come to, or came to.
    #[must_use]
    pub fn auction(&self, uncross: &Indicative, phase: Phase, timestamp: Timestamp) -> AuctionRow {
        let Indicative { instrument, auction, price, lots, surplus } = *uncross;
        AuctionRow {
            symbol: self.spec(instrument).symbol,
            auction_id: auction.0,
            phase,
            indicative_price: price.map(|price| self.price(instrument, price)),
            indicative_qty: self.face(instrument, lots),
            imbalance_side: surplus.map(|(side, _)| side),
            imbalance_qty: self.face(instrument, surplus.map_or(0, |(_, lots)| lots)),
            commitment: None,
            seed: None,
            scheduled_end: None,
            latest_end: None,
            timestamp,
        }
    }

    /// Everything listed, with the phase that `phase_of` says each is in, and why.
    #[must_use]
    pub fn instruments(&self, phase_of: impl Fn(InstrumentId) -> (Phase, Option<PhaseReason>)) -> Instruments {
        let usd = Asset { id: Cow::Borrowed("USD"), status: Cow::Borrowed("enabled"), precision: 2 };
        let credits = self.iter().map(|(_, spec)| Asset {
            id: Cow::Owned(spec.symbol.to_string()),
            status: Cow::Borrowed("enabled"),
            precision: 0,
        });
        Instruments {
            assets: std::iter::once(usd).chain(credits).collect(),
            pairs: self
                .iter()
                .map(|(id, _)| {
                    let (phase, reason) = phase_of(id);
                    self.pair(id, phase, reason)
                })
                .collect(),
        }
    }
}
