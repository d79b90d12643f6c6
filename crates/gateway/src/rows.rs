//! The view's records as rows of the wire.

use std::borrow::Cow;
use unspent_marketdata::{AccountFill, Call, Market, OpenOrder, OpenOrders, Touched, Trade};
use unspent_model::{
    AccountId, CancelReason, Decaying, Event, Fill, Indicative, InstrumentId, OrderKind, PostOnly, Symbol, TimeInForce,
    Timestamp,
};
use unspent_protocol::{
    AuctionRow, Catalogue, DecayRow, ExecId, ExecType, Execution, Liquidity, OrderType, PastFill, Reason, TickerRow,
    TradeRow, Triggers,
};

/// One thing that happened to one order, with the order as it is after it.
pub(crate) struct Fact<'a> {
    what: What<'a>,
    order: &'a OpenOrder,
}

enum What<'a> {
    New,
    Trade(&'a Fill, Liquidity),
    Amended(Option<Reason>),
    Canceled(Reason),
    Triggered,
    Refilled,
    Decaying(&'a Decaying),
    Linked,
}

/// Gives every fact of an event, with the account that it concerns. An order's resting is no fact: it follows.
pub(crate) fn each<'a>(event: &'a Event, touched: &'a Touched, mut each: impl FnMut(AccountId, Fact<'a>)) {
    let mut tell = |what, order: Option<&'a OpenOrder>| {
        let order = order.expect("an event about an order touches it");
        each(order.account, Fact { what, order });
    };
    match event {
        Event::Opened(_) => tell(What::New, touched.order.as_ref()),
        Event::Fill(fill) => {
            tell(What::Trade(fill, Liquidity::Maker), touched.maker.as_ref());
            tell(What::Trade(fill, Liquidity::Taker), touched.order.as_ref());
        }
        Event::Linked(_) => tell(What::Linked, touched.order.as_ref()),
        Event::Reduced(reduced) => tell(What::Amended(Some(reduced.reason)), touched.order.as_ref()),
        Event::Amended(_) => tell(What::Amended(None), touched.order.as_ref()),
        Event::Canceled(canceled) => tell(What::Canceled(canceled.reason), touched.order.as_ref()),
        Event::Triggered { .. } => tell(What::Triggered, touched.order.as_ref()),
        Event::Refilled(_) => tell(What::Refilled, touched.order.as_ref()),
        Event::Decaying(decay) => tell(What::Decaying(decay), touched.order.as_ref()),
        Event::InstrumentListed { .. }
        | Event::AccountOpened { .. }
        | Event::PhaseChanged { .. }
        | Event::RulesSet { .. }
        | Event::ScheduleSet { .. }
        | Event::ReferenceSet { .. }
        | Event::LimitsSet { .. }
        | Event::KillSwitch { .. }
        | Event::CallOpened { .. }
        | Event::AuctionCommitted { .. }
        | Event::CallEnding { .. }
        | Event::AuctionRevealed { .. }
        | Event::Indicative(_)
        | Event::CallEnded(_)
        | Event::QuoteRefused { .. }
        | Event::GroupSet { .. }
        | Event::GroupTripped { .. }
        | Event::GroupReset { .. }
        | Event::DeadMan { .. }
        | Event::SessionOpened { .. }
        | Event::SessionClosed { .. }
        | Event::Rested(_)
        | Event::ProgrammeSet(_)
        | Event::Permitted(_)
        | Event::PermitEnded { .. }
        | Event::ExpiryWatched { .. }
        | Event::ExpiryAlert { .. }
        | Event::NextMonth { .. }
        | Event::Recalled(_)
        | Event::AccountSet { .. }
        | Event::FundingRulesSet(_)
        | Event::WithdrawalAsked(_)
        | Event::WithdrawalDecided { .. }
        | Event::TradeCorrected(_)
        | Event::Moved(_)
        | Event::Cash(_)
        | Event::Holding(_)
        | Event::Escrow(_)
        | Event::Promised(_)
        | Event::Fund(_)
        | Event::Claim(_)
        | Event::Settlement(_)
        | Event::Registry(_)
        | Event::TermsSet(_) => {}
    }
}

/// A fact as its owner is told it.
///
/// `next` gives the month to trade instead of an instrument that is over.
pub(crate) fn execution(
    catalogue: &Catalogue,
    at: Timestamp,
    fact: Fact<'_>,
    next: &dyn Fn(InstrumentId) -> Option<Symbol>,
) -> Execution {
    let mut row = row(catalogue, fact.order, at);
    match fact.what {
        What::New => row.exec_type = ExecType::New,
        What::Trade(fill, leg) => {
            row.exec_type = ExecType::Trade;
            row.last_qty = Some(catalogue.face(fill.instrument, u64::from(fill.lots.0)));
            row.last_price = Some(catalogue.price(fill.instrument, fill.price));
            row.liquidity_ind = Some(if fill.auction { Liquidity::Auction } else { leg });
            let fee = if leg == Liquidity::Maker { fill.maker.fee } else { fill.taker.fee };
            row.fees = Some(fee.into());
            row.exec_id = Some(ExecId { trade: fill.trade, leg });
            row.trade_id = Some(fill.trade.0);
            (row.implied, row.delivered) = across(catalogue, fill.across.map(|across| across.bid), fill.instrument);
        }
        What::Amended(reason) => {
            row.exec_type = ExecType::Amended;
            row.reason = reason;
        }
        What::Canceled(reason) => {
            let over = matches!(reason, CancelReason::Expired | CancelReason::LastTrade);
            row.exec_type = if over { ExecType::Expired } else { ExecType::Canceled };
            row.reason = Some(reason);
            row.next_symbol = next(fact.order.instrument);
        }
        What::Linked => row.exec_type = ExecType::Linked,
        What::Triggered => row.exec_type = ExecType::Triggered,
        What::Refilled => row.exec_type = ExecType::IcebergRefill,
        What::Decaying(decay) => {
            row.exec_type = ExecType::Decay;
            row.decay = Some(schedule(catalogue, decay));
        }
    }
    row
}

/// An open order in a snapshot, among the open ones.
pub(crate) fn open_order(catalogue: &Catalogue, open: &OpenOrders, order: &OpenOrder) -> Execution {
    order_at(catalogue, open, order, order.opened_at)
}

/// An order, open or over, as it stands since `at`.
pub(crate) fn order_at(catalogue: &Catalogue, open: &OpenOrders, order: &OpenOrder, at: Timestamp) -> Execution {
    let decay = open.decay(order.order).map(|decay| schedule(catalogue, decay));
    Execution { reason: order.canceled, decay, ..row(catalogue, order, at) }
}

/// What is to come of an order's schedule.
fn schedule(catalogue: &Catalogue, decay: &Decaying) -> DecayRow {
    let price = |price| catalogue.price(decay.instrument, price);
    DecayRow {
        overdue_price: decay.overdue.map(price),
        next_time: decay.next.map(|step| step.at),
        next_price: decay.next.map(|step| price(step.price)),
        steps: decay.left,
    }
}

/// A remembered fill.
pub(crate) fn past_fill(catalogue: &Catalogue, fill: &AccountFill) -> PastFill {
    let leg = if fill.taker { Liquidity::Taker } else { Liquidity::Maker };
    let (implied, delivered) = across(catalogue, fill.bid, fill.instrument);
    PastFill {
        exec_id: ExecId { trade: fill.trade, leg },
        trade_id: fill.trade.0,
        last_qty: catalogue.face(fill.instrument, u64::from(fill.lots.0)),
        last_price: catalogue.price(fill.instrument, fill.price),
        liquidity_ind: if fill.auction { Liquidity::Auction } else { leg },
        fees: fill.fee.into(),
        implied,
        delivered,
        timestamp: fill.at,
    }
}

/// Of a trade across months the symbols of the bid's instrument and of the ask's.
fn across(catalogue: &Catalogue, bid: Option<InstrumentId>, ask: InstrumentId) -> (Option<Symbol>, Option<Symbol>) {
    let symbol = |id| catalogue.get(id).expect("a fill's instruments are listed").symbol;
    (bid.map(symbol), bid.map(|_| symbol(ask)))
}

fn row(catalogue: &Catalogue, order: &OpenOrder, timestamp: Timestamp) -> Execution {
    let face = |lots: unspent_model::Lots| catalogue.face(order.instrument, u64::from(lots.0));
    Execution {
        exec_type: ExecType::New,
        order_id: order.order,
        cl_ord_id: order.cl_ord_id,
        symbol: catalogue.get(order.instrument).expect("an order's instrument is listed").symbol,
        side: order.side,
        order_type: Some(order_type(order)),
        order_qty: face(order.lots),
        limit_price: (!order.waiting || matches!(order.kind, OrderKind::Limit(_)))
            .then(|| catalogue.price(order.instrument, order.price)),
        triggers: order.stop.map(|stop| Triggers { price: catalogue.price(order.instrument, stop) }),
        display_qty: order.display.map(face),
        decay: None,
        link_id: order.link,
        time_in_force: Some(order.time_in_force.into()),
        expire_time: match order.time_in_force {
            TimeInForce::Gtd(until) => Some(until),
            _ => None,
        },
        post_only: order.post_only != PostOnly::No,
        stp_type: None,
        last_qty: None,
        last_price: None,
        cum_qty: face(order.cum),
        leaves_qty: face(order.leaves),
        avg_price: order
            .average_price()
            .and_then(|(sum, lots)| catalogue.average_price(order.instrument, sum, u64::from(lots.0))),
        order_status: order.status().into(),
        liquidity_ind: None,
        fees: None,
        exec_id: None,
        trade_id: None,
        implied: None,
        delivered: None,
        reason: None,
        next_symbol: None,
        timestamp,
    }
}

/// What an order is called that was entered so.
fn order_type(order: &OpenOrder) -> OrderType {
    match (order.kind, order.stop) {
        (OrderKind::Limit(_), Some(_)) => OrderType::StopLossLimit,
        (OrderKind::Market { .. }, Some(_)) => OrderType::StopLoss,
        (OrderKind::Limit(_), None) if order.decay => OrderType::Decay,
        (OrderKind::Limit(_), None) if order.display.is_some() => OrderType::Iceberg,
        (OrderKind::Limit(_), None) => OrderType::Limit,
        (OrderKind::Market { .. }, None) => OrderType::Market,
    }
}

/// What kind of order took in a trade.
pub(crate) fn taker_type(trade: &Trade) -> OrderType {
    if trade.taker_market { OrderType::Market } else { OrderType::Limit }
}

/// A remembered trade as the public sees it.
pub(crate) fn trade(catalogue: &Catalogue, instrument: InstrumentId, trade: &Trade) -> TradeRow {
    TradeRow {
        symbol: catalogue.get(instrument).expect("a market is listed").symbol,
        side: trade.taker_side,
        price: catalogue.price(instrument, trade.price),
        qty: catalogue.face(instrument, u64::from(trade.lots.0)),
        ord_type: Some(taker_type(trade)),
        trade_id: trade.trade.0,
        implied: trade.bid.map(|bid| catalogue.get(bid).expect("a trade's instruments are listed").symbol),
        timestamp: trade.at,
    }
}

/// An instrument at a glance.
pub(crate) fn ticker(catalogue: &Catalogue, instrument: InstrumentId, market: &Market, at: Timestamp) -> TickerRow {
    let ticker = market.ticker(at);
    let day = ticker.day;
    let price = |price| catalogue.price(instrument, price);
    let (open, last) = (day.open.map(price), day.last.map(price));
    TickerRow {
        symbol: market.spec.symbol,
        bid: ticker.bid.map(|level| price(level.price)),
        bid_qty: ticker.bid.map_or(0, |level| catalogue.face(instrument, level.lots)),
        ask: ticker.ask.map(|level| price(level.price)),
        ask_qty: ticker.ask.map_or(0, |level| catalogue.face(instrument, level.lots)),
        last,
        volume: catalogue.face(instrument, day.lots),
        vwap: day.vwap().and_then(|(sum, lots)| catalogue.average_price(instrument, sum, lots)),
        low: day.low.map(price),
        high: day.high.map(price),
        change: last.zip(open).map(|(last, open)| last - open),
        timestamp: at,
    }
}

/// What an instrument's uncross would come to; `None` without an unfinished call. `drawn`: with what is known of its end.
pub(crate) fn auction(
    catalogue: &Catalogue,
    instrument: InstrumentId,
    market: &Market,
    at: Timestamp,
    drawn: bool,
) -> Option<AuctionRow> {
    let call = market.call.as_ref()?;
    let Call { auction, price, lots, surplus, commitment, ending } = *call;
    let row = catalogue.auction(&Indicative { instrument, auction, price, lots, surplus }, market.phase, at);
    if !drawn {
        return Some(row);
    }
    let (scheduled_end, latest_end) = ending.unzip();
    Some(AuctionRow { commitment: commitment.as_ref().map(hexadecimal), scheduled_end, latest_end, ..row })
}

/// Bytes as text.
pub(crate) fn hexadecimal(bytes: &[u8; 32]) -> Cow<'static, str> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Cow::Owned(digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect())
}
