//! What a view and its announcer know, piece by piece.

use super::operator::{ListInstrumentV1, OpenAccountV1};
use super::{FieldError, body, group_name, pad, phase, side};
use unspent_model as model;
use unspent_model::{
    AccountId, AuctionId, Cash, Command, CommandSeq, GroupChange, GroupRule, InstrumentId, Interval, Lots, OrderId,
    PhaseReason, Price, Side, Timestamp, TradeId, ViewFact,
};

body! {
    /// Kind 400.
    ViewVenueV2 {
        seq: u64, at: u64, stopped: bool, markets: u64, calls: u64, trades: u64, buckets: u64, accounts: u64, cash: u64,
        holdings: u64, orders: u64, candles: u64, groups: u64,
    }
}
body! {
    /// Kind 400, version 3: with orders that lower their own price. Without any version 2 is written.
    ViewVenueV3 { venue: ViewVenueV2, decays: u64 }
}
body! {
    /// Kind 430.
    ViewDecayV1 {
        order_id: u64, account: u32, instrument: u32, overdue: Option<u32>, next_at: u64, next_price: Option<u32>, left: u32,
    }
}
body! {
    /// Kind 411. `bucket` is the body of kind 404, version 1.
    ViewCandleV1 { minutes: u32, bucket: ViewBucketV1 }
}
body! {
    /// Kind 412.
    ViewGroupV1 {
        account: u32, name: [u8; 16], lots: u32, window_seconds: u32, change: u8, tripped: Option<u64>, at: u64,
    }
}
body! {
    /// Kind 400, version 1: read and never written again.
    ViewVenueV1 {
        seq: u64, at: u64, markets: u64, calls: u64, trades: u64, buckets: u64, accounts: u64, cash: u64,
        holdings: u64, orders: u64,
    }
}
body! {
    /// Kind 401. `spec` is the body of kind 1, version 1.
    ViewMarketV1 { instrument: u32, spec: ListInstrumentV1, phase: u8, reason: Option<u8>, before: Option<u32> }
}
body! {
    /// Kind 401, version 2: of an instrument that trades across months. Of others version 1 is written.
    ViewMarketV2 { market: ViewMarketV1, dominance: bool }
}
body! {
    /// The side that an uncross would leave with lots.
    ViewSurplusV1 { side: u8, lots: u64 }
}
body! {
    /// A call's end while it is being drawn.
    ViewEndingV1 { scheduled: u64, latest: u64 }
}
body! {
    /// Kind 402.
    ViewCallV1 {
        instrument: u32, auction: u64, price: Option<u32>, lots: u64, surplus: Option<ViewSurplusV1>,
        commitment: Option<[u8; 32]>, ending: Option<ViewEndingV1>,
    }
}
body! {
    /// Kind 403.
    ViewTradeV1 {
        instrument: u32, trade_id: u64, price: u32, lots: u32, taker_side: u8, taker_market: bool, auction: bool,
        at: u64, seq: u64,
    }
}
body! {
    /// Kind 403, version 2: of a trade across months. Of others version 1 is written.
    ViewTradeV2 { trade: ViewTradeV1, bid_instrument: u32 }
}
body! {
    /// Kind 404.
    ViewBucketV1 {
        instrument: u32, number: u64, first: u32, last: u32, high: u32, low: u32, lots: u64, value: u128,
        trades: u64,
    }
}
body! {
    /// Kind 405. `opened` is the body of kind 2, version 1.
    ViewAccountV1 { account: u32, opened: OpenAccountV1 }
}
body! {
    /// Kind 406.
    ViewCashV1 { account: u32, available_cents: u64, reserved_cents: u64 }
}
body! {
    /// Kind 407.
    ViewHoldingV1 { account: u32, instrument: u32, available: u64, reserved: u64 }
}
body! {
    /// Kind 409.
    ViewAnnouncerV1 { seq: u64, exec_seqs: u64 }
}
body! {
    /// Kind 410.
    ViewExecSeqV1 { account: u32, exec_seq: u64 }
}

impl From<&model::ViewVenue> for ViewVenueV2 {
    fn from(venue: &model::ViewVenue) -> Self {
        let counts = venue.counts;
        let model::ViewCounts {
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
            ..
        } = counts;
        let (seq, at, stopped) = (venue.seq.0, venue.at.0, venue.stopped);
        ViewVenueV2 {
            seq,
            at,
            stopped,
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
        }
    }
}

impl TryFrom<ViewVenueV2> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewVenueV2) -> Result<Self, FieldError> {
        Ok(ViewFact::Venue(model::ViewVenue {
            seq: CommandSeq(body.seq),
            at: Timestamp(body.at),
            stopped: body.stopped,
            counts: model::ViewCounts {
                markets: body.markets,
                calls: body.calls,
                trades: body.trades,
                buckets: body.buckets,
                accounts: body.accounts,
                cash: body.cash,
                holdings: body.holdings,
                orders: body.orders,
                candles: body.candles,
                groups: body.groups,
                decays: 0,
            },
        }))
    }
}

impl TryFrom<ViewVenueV3> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewVenueV3) -> Result<Self, FieldError> {
        match body.venue.try_into()? {
            ViewFact::Venue(venue) if body.decays > 0 => {
                let counts = model::ViewCounts { decays: body.decays, ..venue.counts };
                Ok(ViewFact::Venue(model::ViewVenue { counts, ..venue }))
            }
            // Two spellings of one fact.
            _ => Err("decays"),
        }
    }
}

impl From<&model::Decaying> for ViewDecayV1 {
    fn from(decay: &model::Decaying) -> Self {
        ViewDecayV1 {
            order_id: decay.order.0,
            account: decay.account.0,
            instrument: decay.instrument.0,
            overdue: decay.overdue.map(|price| price.0),
            next_at: decay.next.map_or(0, |step| step.at.0),
            next_price: decay.next.map(|step| step.price.0),
            left: decay.left,
        }
    }
}

impl TryFrom<ViewDecayV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewDecayV1) -> Result<Self, FieldError> {
        if body.next_price.is_none() && body.next_at != 0 {
            return Err("next_at");
        }
        let at = Timestamp(body.next_at);
        Ok(ViewFact::Decay(model::Decaying {
            order: OrderId(body.order_id),
            account: AccountId(body.account),
            instrument: InstrumentId(body.instrument),
            overdue: body.overdue.map(Price),
            next: body.next_price.map(|price| model::DecayStep { at, price: Price(price) }),
            left: body.left,
        }))
    }
}

impl TryFrom<ViewVenueV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewVenueV1) -> Result<Self, FieldError> {
        let ViewVenueV1 { seq, at, markets, calls, trades, buckets, accounts, cash, holdings, orders } = body;
        let counts = model::ViewCounts {
            markets,
            calls,
            trades,
            buckets,
            accounts,
            cash,
            holdings,
            orders,
            ..model::ViewCounts::default()
        };
        Ok(ViewFact::Venue(model::ViewVenue { seq: CommandSeq(seq), at: Timestamp(at), stopped: false, counts }))
    }
}

impl From<&model::ViewMarket> for ViewMarketV1 {
    fn from(market: &model::ViewMarket) -> Self {
        ViewMarketV1 {
            instrument: market.instrument.0,
            spec: (&market.spec).into(),
            phase: market.phase as u8,
            reason: market.reason.map(|reason| reason as u8),
            before: market.before.map(|price| price.0),
        }
    }
}

impl TryFrom<ViewMarketV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewMarketV1) -> Result<Self, FieldError> {
        let Command::ListInstrument(spec) = body.spec.try_into()? else { return Err("spec") };
        Ok(ViewFact::Market(model::ViewMarket {
            instrument: InstrumentId(body.instrument),
            spec,
            phase: phase(body.phase)?,
            reason: body.reason.map(phase_reason).transpose()?,
            before: body.before.map(Price),
            dominance: false,
        }))
    }
}

impl TryFrom<ViewMarketV2> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewMarketV2) -> Result<Self, FieldError> {
        match body.market.try_into()? {
            ViewFact::Market(market) if body.dominance => {
                Ok(ViewFact::Market(model::ViewMarket { dominance: true, ..market }))
            }
            // Two spellings of one fact.
            _ => Err("dominance"),
        }
    }
}

fn phase_reason(code: u8) -> Result<PhaseReason, FieldError> {
    use PhaseReason::{CallEnded, Extended, LastTrade, Operator, Schedule, Unresolved, Volatility};
    let all = [Operator, Schedule, Volatility, CallEnded, Extended, Unresolved, LastTrade];
    all.into_iter().find(|&reason| reason as u8 == code).ok_or("reason")
}

impl From<&model::ViewCall> for ViewCallV1 {
    fn from(call: &model::ViewCall) -> Self {
        let surplus = |(side, lots): (Side, u64)| ViewSurplusV1 { side: side as u8, lots };
        let ending =
            |(scheduled, latest): (Timestamp, Timestamp)| ViewEndingV1 { scheduled: scheduled.0, latest: latest.0 };
        ViewCallV1 {
            instrument: call.instrument.0,
            auction: call.auction.0,
            price: call.price.map(|price| price.0),
            lots: call.lots,
            surplus: call.surplus.map(surplus),
            commitment: call.commitment,
            ending: call.ending.map(ending),
        }
    }
}

impl TryFrom<ViewCallV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewCallV1) -> Result<Self, FieldError> {
        let surplus = body.surplus.map(|surplus| Ok((side(surplus.side)?, surplus.lots))).transpose()?;
        Ok(ViewFact::Call(model::ViewCall {
            instrument: InstrumentId(body.instrument),
            auction: AuctionId(body.auction),
            price: body.price.map(Price),
            lots: body.lots,
            surplus,
            commitment: body.commitment,
            ending: body.ending.map(|ending| (Timestamp(ending.scheduled), Timestamp(ending.latest))),
        }))
    }
}

impl From<&model::ViewTrade> for ViewTradeV1 {
    fn from(trade: &model::ViewTrade) -> Self {
        ViewTradeV1 {
            instrument: trade.instrument.0,
            trade_id: trade.trade.0,
            price: trade.price.0,
            lots: trade.lots.0,
            taker_side: trade.taker_side as u8,
            taker_market: trade.taker_market,
            auction: trade.auction,
            at: trade.at.0,
            seq: trade.seq.0,
        }
    }
}

impl TryFrom<ViewTradeV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewTradeV1) -> Result<Self, FieldError> {
        Ok(ViewFact::Trade(model::ViewTrade {
            instrument: InstrumentId(body.instrument),
            trade: TradeId(body.trade_id),
            price: Price(body.price),
            lots: Lots(body.lots),
            taker_side: side(body.taker_side).map_err(|_| "taker_side")?,
            taker_market: body.taker_market,
            auction: body.auction,
            at: Timestamp(body.at),
            seq: CommandSeq(body.seq),
            bid: None,
        }))
    }
}

impl TryFrom<ViewTradeV2> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewTradeV2) -> Result<Self, FieldError> {
        let ViewFact::Trade(trade) = body.trade.try_into()? else { return Err("trade") };
        Ok(ViewFact::Trade(model::ViewTrade { bid: Some(InstrumentId(body.bid_instrument)), ..trade }))
    }
}

impl From<&model::ViewBucket> for ViewBucketV1 {
    fn from(bucket: &model::ViewBucket) -> Self {
        let model::ViewBucket { instrument, number, first, last, high, low, lots, value, trades } = *bucket;
        let (first, last, high, low) = (first.0, last.0, high.0, low.0);
        ViewBucketV1 { instrument: instrument.0, number, first, last, high, low, lots, value, trades }
    }
}

impl From<ViewBucketV1> for model::ViewBucket {
    fn from(body: ViewBucketV1) -> Self {
        let ViewBucketV1 { instrument, number, first, last, high, low, lots, value, trades } = body;
        let (first, last, high, low) = (Price(first), Price(last), Price(high), Price(low));
        let instrument = InstrumentId(instrument);
        model::ViewBucket { instrument, number, first, last, high, low, lots, value, trades }
    }
}

impl TryFrom<ViewBucketV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewBucketV1) -> Result<Self, FieldError> {
        Ok(ViewFact::Bucket(body.into()))
    }
}

impl From<&model::ViewCandle> for ViewCandleV1 {
    fn from(candle: &model::ViewCandle) -> Self {
        ViewCandleV1 { minutes: candle.interval.minutes(), bucket: (&candle.bucket).into() }
    }
}

impl TryFrom<ViewCandleV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewCandleV1) -> Result<Self, FieldError> {
        let interval = Interval::from_minutes(body.minutes).ok_or("minutes")?;
        Ok(ViewFact::Candle(model::ViewCandle { interval, bucket: body.bucket.into() }))
    }
}

impl From<&model::ViewGroup> for ViewGroupV1 {
    fn from(group: &model::ViewGroup) -> Self {
        ViewGroupV1 {
            account: group.account.0,
            name: pad(group.group.as_str()),
            lots: group.rule.lots.0,
            window_seconds: group.rule.window_seconds,
            change: group.change as u8,
            tripped: group.tripped,
            at: group.at.0,
        }
    }
}

impl TryFrom<ViewGroupV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewGroupV1) -> Result<Self, FieldError> {
        let all = [GroupChange::Set, GroupChange::Tripped, GroupChange::Reset];
        Ok(ViewFact::Group(model::ViewGroup {
            account: AccountId(body.account),
            group: group_name(&body.name)?,
            rule: GroupRule { lots: Lots(body.lots), window_seconds: body.window_seconds },
            change: all.into_iter().find(|&change| change as u8 == body.change).ok_or("change")?,
            tripped: body.tripped,
            at: Timestamp(body.at),
        }))
    }
}

impl TryFrom<ViewAccountV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewAccountV1) -> Result<Self, FieldError> {
        let Command::OpenAccount { name, group } = body.opened.try_into()? else { return Err("opened") };
        Ok(ViewFact::Account { account: AccountId(body.account), name, group })
    }
}

impl From<&model::CashBalance> for ViewCashV1 {
    fn from(cash: &model::CashBalance) -> Self {
        let (available_cents, reserved_cents) = (cash.available.0, cash.reserved.0);
        ViewCashV1 { account: cash.account.0, available_cents, reserved_cents }
    }
}

impl TryFrom<ViewCashV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewCashV1) -> Result<Self, FieldError> {
        let (available, reserved) = (Cash(body.available_cents), Cash(body.reserved_cents));
        Ok(ViewFact::Cash(model::CashBalance { account: AccountId(body.account), available, reserved }))
    }
}

impl From<&model::HoldingBalance> for ViewHoldingV1 {
    fn from(holding: &model::HoldingBalance) -> Self {
        let model::HoldingBalance { account, instrument, available, reserved } = *holding;
        ViewHoldingV1 { account: account.0, instrument: instrument.0, available, reserved }
    }
}

impl TryFrom<ViewHoldingV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewHoldingV1) -> Result<Self, FieldError> {
        let ViewHoldingV1 { account, instrument, available, reserved } = body;
        let (account, instrument) = (AccountId(account), InstrumentId(instrument));
        Ok(ViewFact::Holding(model::HoldingBalance { account, instrument, available, reserved }))
    }
}

impl TryFrom<ViewAnnouncerV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewAnnouncerV1) -> Result<Self, FieldError> {
        Ok(ViewFact::Announcer { seq: CommandSeq(body.seq), exec_seqs: body.exec_seqs })
    }
}

impl TryFrom<ViewExecSeqV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewExecSeqV1) -> Result<Self, FieldError> {
        Ok(ViewFact::ExecSeq { account: AccountId(body.account), exec_seq: body.exec_seq })
    }
}
