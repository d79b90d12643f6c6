//! The facts of an engine's state.

use super::operator::ScheduleEntryV1;
use super::orders::{expiry, post_only, time_in_force};
use super::{
    AddOrderV2, FieldError, ListInstrumentV1, account_name, body, group_name, order_kind, pad, phase, programme,
    self_trade, side, split_kind,
};
use unspent_model as model;
use unspent_model::{
    AccountId, AccountLimits, AuctionId, CancelReason, Cash, CommandSeq, EngineFact, FeeRate, GroupRule, InstrumentId,
    Lots, OrderId, OrderPlace, OrderStatus, OwnerGroup, PhaseReason, Price, Recalled, SessionId, Timestamp, TradeId,
    TradingRules, limits,
};

body! {
    /// Kind 300.
    VenueV1 {
        seq: u64, at: u64, last_order: u64, last_trade: u64, last_auction: u64, killed: bool, fees_cents: u64,
        cash_in_cents: u64,
    }
}
body! {
    /// Kind 301.
    KilledProgrammeV1 { programme: [u8; 32] }
}
body! {
    /// Kind 302.
    InstrumentV1 {
        instrument: u32, spec: ListInstrumentV1, phase: u8, auction_tick: u32, auction_fee_bp: u16,
        dynamic_range: Option<u32>, static_range: Option<u32>, entry_range: Option<u32>, volatility_seconds: u32,
        random_end_seconds: u32, auction_fees_bp: Vec<u16>, last_trade: Option<u64>, entries: Vec<ScheduleEntryV1>,
        last: Option<u32>, anchor: Option<u32>, reference: Option<u32>, lots_in: u64,
    }
}
body! {
    /// Kind 302, version 2: of an instrument that trades across months. Of others version 1 is written.
    InstrumentV2 { instrument: InstrumentV1, dominance: bool }
}
body! {
    /// A call's end that is being drawn.
    EndingV1 { scheduled: u64, latest: u64, then: u8, reason: u8 }
}
body! {
    /// The side that an uncross leaves with lots.
    SurplusV1 { side: u8, lots: u64 }
}
body! {
    /// An indication.
    IndicationV1 { price: u32, lots: u64, surplus: Option<SurplusV1> }
}
body! {
    /// Kind 303.
    CallV1 {
        instrument: u32, auction: u64, commitment: Option<[u8; 32]>, due: Option<u64>, ending: Option<EndingV1>,
        extended: bool, told: Option<IndicationV1>,
    }
}
body! {
    /// Kind 304.
    AccountV1 {
        account: u32, name: [u8; 32], group: u32, open_orders: u32, open_notional_cents: Option<u64>,
        orders_per_second: u32, burst: u32, next_arrival: u64, killed: bool, available_cents: u64,
        reserved_cents: u64,
    }
}
body! {
    /// Kind 305.
    HoldingV1 { account: u32, instrument: u32, available: u64, reserved: u64 }
}
body! {
    /// Kind 306.
    SessionV1 { session: u64, account: u32 }
}
body! {
    /// Kind 307.
    DeadManV1 { account: u32, due: u64 }
}
body! {
    /// Kind 308.
    GroupV1 { account: u32, name: [u8; 16], lots: u32, window_seconds: u32, tripped: bool }
}
body! {
    /// Kind 309.
    GroupFillV1 { at: u64, lots: u64 }
}
body! {
    /// Where a waiting order is on its way into the book.
    WaitingV1 { stop: u32, order_type: u8, price: u32, max_total_cents: Option<u64>, reached: bool }
}
body! {
    /// What few orders have. `expiry` with good till date only, `expires` of day and good till date.
    SpecialV1 {
        display: Option<u32>, time_in_force: u8, expiry: Option<u64>, expires: Option<u64>, session: Option<u64>,
        quote: bool, group: Option<u32>,
    }
}
body! {
    /// Kind 310. `shown` is 0 while it waits.
    OrderV1 {
        order_id: u64, account: u32, instrument: u32, side: u8, limit: u32, lots: u32, cum: u32, reserved_cents: u64,
        fees: u8, fee_owed: u16, self_trade: u8, post_only: u8, shown: u32, waiting: Option<WaitingV1>,
        special: Option<SpecialV1>,
    }
}
body! {
    /// Kind 311. `canceled` 0 is none.
    AnswerV1 {
        order_id: u64, status: u8, cum: u32, leaves: u32, canceled: u8, seq: u64, expires: u64, due: u64, fills: u32,
        terms: AddOrderV2,
    }
}
body! {
    /// Kind 311, version 2: of an order that lowers its own price. Of others version 1 is written.
    AnswerV2 { answer: AnswerV1, decay: u64 }
}
body! {
    /// Kind 312.
    AnswerFillV1 { trade_id: u64, price: u32, lots: u32, fee_cents: u64 }
}

fn phase_reason(code: u8) -> Result<PhaseReason, FieldError> {
    let all = [
        PhaseReason::Operator,
        PhaseReason::Schedule,
        PhaseReason::Volatility,
        PhaseReason::CallEnded,
        PhaseReason::Extended,
        PhaseReason::Unresolved,
        PhaseReason::LastTrade,
        PhaseReason::Policy,
    ];
    all.into_iter().find(|&reason| reason as u8 == code).ok_or("reason")
}

fn status(code: u8) -> Result<OrderStatus, FieldError> {
    let all = [OrderStatus::Open, OrderStatus::PartiallyFilled, OrderStatus::Filled, OrderStatus::Canceled];
    all.into_iter().find(|&status| status as u8 == code).ok_or("status")
}

fn canceled(code: u8) -> Result<Option<CancelReason>, FieldError> {
    match code {
        0 => Ok(None),
        code => CancelReason::numbered(code).map(Some).ok_or("canceled"),
    }
}

impl From<&model::VenueFact> for VenueV1 {
    fn from(fact: &model::VenueFact) -> Self {
        VenueV1 {
            seq: fact.seq.0,
            at: fact.at.0,
            last_order: fact.last_order.0,
            last_trade: fact.last_trade,
            last_auction: fact.last_auction.0,
            killed: fact.killed,
            fees_cents: fact.fees.0,
            cash_in_cents: fact.cash_in.0,
        }
    }
}

impl TryFrom<VenueV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: VenueV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Venue(model::VenueFact {
            seq: CommandSeq(body.seq),
            at: Timestamp(body.at),
            last_order: OrderId(body.last_order),
            last_trade: body.last_trade,
            last_auction: AuctionId(body.last_auction),
            killed: body.killed,
            fees: Cash(body.fees_cents),
            cash_in: Cash(body.cash_in_cents),
        }))
    }
}

impl TryFrom<KilledProgrammeV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: KilledProgrammeV1) -> Result<Self, FieldError> {
        programme(&body.programme).map(EngineFact::KilledProgramme)
    }
}

impl From<&model::InstrumentFact> for InstrumentV1 {
    fn from(fact: &model::InstrumentFact) -> Self {
        let (rules, fees) = (&fact.rules, &fact.auction_fees);
        assert!(fees.len() <= limits::FEE_SCHEDULES, "{} auction fees cannot be recorded", fees.len());
        InstrumentV1 {
            instrument: fact.instrument.0,
            spec: (&fact.spec).into(),
            phase: fact.phase as u8,
            auction_tick: rules.auction_tick,
            auction_fee_bp: rules.auction_fee.0,
            dynamic_range: rules.dynamic_range,
            static_range: rules.static_range,
            entry_range: rules.entry_range,
            volatility_seconds: rules.volatility_seconds,
            random_end_seconds: rules.random_end_seconds,
            auction_fees_bp: fees.iter().map(|fee| fee.0).collect(),
            last_trade: fact.schedule.last_trade.map(|at| at.0),
            entries: ScheduleEntryV1::all(&fact.schedule),
            last: fact.last.map(|price| price.0),
            anchor: fact.anchor.map(|price| price.0),
            reference: fact.reference.map(|price| price.0),
            lots_in: fact.lots_in,
        }
    }
}

impl TryFrom<InstrumentV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: InstrumentV1) -> Result<Self, FieldError> {
        if body.auction_fees_bp.len() > limits::FEE_SCHEDULES {
            return Err("auction_fees");
        }
        Ok(EngineFact::Instrument(Box::new(model::InstrumentFact {
            instrument: InstrumentId(body.instrument),
            spec: body.spec.try_into()?,
            phase: phase(body.phase)?,
            rules: TradingRules {
                auction_tick: body.auction_tick,
                auction_fee: FeeRate(body.auction_fee_bp),
                dynamic_range: body.dynamic_range,
                static_range: body.static_range,
                entry_range: body.entry_range,
                volatility_seconds: body.volatility_seconds,
                random_end_seconds: body.random_end_seconds,
                dominance: false,
            },
            auction_fees: body.auction_fees_bp.into_iter().map(FeeRate).collect(),
            schedule: ScheduleEntryV1::schedule(body.entries, body.last_trade)?,
            last: body.last.map(Price),
            anchor: body.anchor.map(Price),
            reference: body.reference.map(Price),
            lots_in: body.lots_in,
        })))
    }
}

impl TryFrom<InstrumentV2> for EngineFact {
    type Error = FieldError;
    fn try_from(body: InstrumentV2) -> Result<Self, FieldError> {
        match body.instrument.try_into()? {
            EngineFact::Instrument(mut fact) if body.dominance => {
                fact.rules.dominance = true;
                Ok(EngineFact::Instrument(fact))
            }
            // Two spellings of one fact.
            _ => Err("dominance"),
        }
    }
}

impl From<&model::CallFact> for CallV1 {
    fn from(fact: &model::CallFact) -> Self {
        let ending = |ending: model::EndingFact| EndingV1 {
            scheduled: ending.scheduled.0,
            latest: ending.latest.0,
            then: ending.then as u8,
            reason: ending.reason as u8,
        };
        let told = |told: model::IndicationFact| IndicationV1 {
            price: told.price.0,
            lots: told.lots,
            surplus: told.surplus.map(|(side, lots)| SurplusV1 { side: side as u8, lots }),
        };
        CallV1 {
            instrument: fact.instrument.0,
            auction: fact.auction.0,
            commitment: fact.commitment,
            due: fact.due.map(|at| at.0),
            ending: fact.ending.map(ending),
            extended: fact.extended,
            told: fact.told.map(told),
        }
    }
}

impl TryFrom<CallV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: CallV1) -> Result<Self, FieldError> {
        let ending = |ending: EndingV1| -> Result<_, FieldError> {
            Ok(model::EndingFact {
                scheduled: Timestamp(ending.scheduled),
                latest: Timestamp(ending.latest),
                then: phase(ending.then)?,
                reason: phase_reason(ending.reason)?,
            })
        };
        let told = |told: IndicationV1| -> Result<_, FieldError> {
            let surplus =
                told.surplus.map(|surplus| Ok::<_, FieldError>((side(surplus.side)?, surplus.lots))).transpose()?;
            Ok(model::IndicationFact { price: Price(told.price), lots: told.lots, surplus })
        };
        Ok(EngineFact::Call(model::CallFact {
            instrument: InstrumentId(body.instrument),
            auction: AuctionId(body.auction),
            commitment: body.commitment,
            due: body.due.map(Timestamp),
            ending: body.ending.map(ending).transpose()?,
            extended: body.extended,
            told: body.told.map(told).transpose()?,
        }))
    }
}

impl From<&model::AccountFact> for AccountV1 {
    fn from(fact: &model::AccountFact) -> Self {
        let limits = fact.limits;
        AccountV1 {
            account: fact.account.0,
            name: pad(fact.name.as_str()),
            group: fact.group.0,
            open_orders: limits.open_orders,
            open_notional_cents: limits.open_notional.map(|cash| cash.0),
            orders_per_second: limits.orders_per_second,
            burst: limits.burst,
            next_arrival: fact.next_arrival.0,
            killed: fact.killed,
            available_cents: fact.available.0,
            reserved_cents: fact.reserved.0,
        }
    }
}

impl TryFrom<AccountV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: AccountV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Account(model::AccountFact {
            account: AccountId(body.account),
            name: account_name(&body.name)?,
            group: OwnerGroup(body.group),
            limits: AccountLimits {
                open_orders: body.open_orders,
                open_notional: body.open_notional_cents.map(Cash),
                orders_per_second: body.orders_per_second,
                burst: body.burst,
            },
            next_arrival: Timestamp(body.next_arrival),
            killed: body.killed,
            available: Cash(body.available_cents),
            reserved: Cash(body.reserved_cents),
        }))
    }
}

impl From<&model::HoldingFact> for HoldingV1 {
    fn from(fact: &model::HoldingFact) -> Self {
        let model::HoldingFact { account, instrument, available, reserved } = *fact;
        HoldingV1 { account: account.0, instrument: instrument.0, available, reserved }
    }
}

impl TryFrom<HoldingV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: HoldingV1) -> Result<Self, FieldError> {
        let HoldingV1 { account, instrument, available, reserved } = body;
        let (account, instrument) = (AccountId(account), InstrumentId(instrument));
        Ok(EngineFact::Holding(model::HoldingFact { account, instrument, available, reserved }))
    }
}

impl TryFrom<SessionV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: SessionV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Session { session: SessionId(body.session), account: AccountId(body.account) })
    }
}

impl TryFrom<DeadManV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: DeadManV1) -> Result<Self, FieldError> {
        Ok(EngineFact::DeadMan { account: AccountId(body.account), due: Timestamp(body.due) })
    }
}

impl From<&model::GroupFact> for GroupV1 {
    fn from(fact: &model::GroupFact) -> Self {
        GroupV1 {
            account: fact.account.0,
            name: pad(fact.name.as_str()),
            lots: fact.rule.lots.0,
            window_seconds: fact.rule.window_seconds,
            tripped: fact.tripped,
        }
    }
}

impl TryFrom<GroupV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: GroupV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Group(model::GroupFact {
            account: AccountId(body.account),
            name: group_name(&body.name)?,
            rule: GroupRule { lots: Lots(body.lots), window_seconds: body.window_seconds },
            tripped: body.tripped,
        }))
    }
}

impl TryFrom<GroupFillV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: GroupFillV1) -> Result<Self, FieldError> {
        Ok(EngineFact::GroupFill { at: Timestamp(body.at), lots: body.lots })
    }
}

impl From<&model::SpecialFact> for SpecialV1 {
    fn from(fact: &model::SpecialFact) -> Self {
        SpecialV1 {
            display: fact.display.map(|lots| lots.0),
            time_in_force: fact.time_in_force.code(),
            expiry: expiry(fact.time_in_force),
            expires: fact.expires.map(|at| at.0),
            session: fact.session.map(|session| session.0),
            quote: fact.quote,
            group: fact.group,
        }
    }
}

impl TryFrom<SpecialV1> for model::SpecialFact {
    type Error = FieldError;
    fn try_from(body: SpecialV1) -> Result<Self, FieldError> {
        Ok(model::SpecialFact {
            display: body.display.map(Lots),
            time_in_force: time_in_force(body.time_in_force, body.expiry)?,
            expires: body.expires.map(Timestamp),
            session: body.session.map(SessionId),
            quote: body.quote,
            group: body.group,
        })
    }
}

impl From<&model::OrderFact> for OrderV1 {
    fn from(fact: &model::OrderFact) -> Self {
        let (shown, waiting) = match fact.place {
            OrderPlace::Resting { shown } => (shown.0, None),
            OrderPlace::Waiting { stop, kind, reached } => {
                let (order_type, price, max_total_cents) = split_kind(kind);
                (0, Some(WaitingV1 { stop: stop.0, order_type, price, max_total_cents, reached }))
            }
        };
        OrderV1 {
            order_id: fact.order.0,
            account: fact.account.0,
            instrument: fact.instrument.0,
            side: fact.side as u8,
            limit: fact.limit.0,
            lots: fact.lots.0,
            cum: fact.cum.0,
            reserved_cents: fact.reserved.0,
            fees: fact.fees,
            fee_owed: fact.fee_owed,
            self_trade: fact.self_trade as u8,
            post_only: fact.post_only as u8,
            shown,
            waiting,
            special: fact.special.as_ref().map(Into::into),
        }
    }
}

impl TryFrom<OrderV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: OrderV1) -> Result<Self, FieldError> {
        let place = match body.waiting {
            None => OrderPlace::Resting { shown: Lots(body.shown) },
            Some(_) if body.shown > 0 => return Err("shown"),
            Some(waiting) => OrderPlace::Waiting {
                stop: Price(waiting.stop),
                kind: order_kind(waiting.order_type, waiting.price, waiting.max_total_cents)?,
                reached: waiting.reached,
            },
        };
        Ok(EngineFact::Order(model::OrderFact {
            order: OrderId(body.order_id),
            account: AccountId(body.account),
            instrument: InstrumentId(body.instrument),
            side: side(body.side)?,
            limit: Price(body.limit),
            lots: Lots(body.lots),
            cum: Lots(body.cum),
            reserved: Cash(body.reserved_cents),
            fees: body.fees,
            fee_owed: body.fee_owed,
            self_trade: self_trade(body.self_trade)?,
            post_only: post_only(body.post_only)?,
            place,
            special: body.special.map(TryInto::try_into).transpose()?,
        }))
    }
}

impl From<&model::AnswerFact> for AnswerV1 {
    fn from(fact: &model::AnswerFact) -> Self {
        AnswerV1 {
            order_id: fact.order.0,
            status: fact.status as u8,
            cum: fact.cum.0,
            leaves: fact.leaves.0,
            canceled: fact.canceled.map_or(0, |reason| reason as u8),
            seq: fact.seq.0,
            expires: fact.expires.0,
            due: fact.due.0,
            fills: fact.fills,
            terms: (&fact.terms).into(),
        }
    }
}

impl TryFrom<AnswerV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: AnswerV1) -> Result<Self, FieldError> {
        Ok(EngineFact::Answer(model::AnswerFact {
            order: OrderId(body.order_id),
            status: status(body.status)?,
            cum: Lots(body.cum),
            leaves: Lots(body.leaves),
            canceled: canceled(body.canceled)?,
            seq: CommandSeq(body.seq),
            expires: Timestamp(body.expires),
            due: Timestamp(body.due),
            fills: body.fills,
            terms: body.terms.try_into()?,
            decay: 0,
        }))
    }
}

impl TryFrom<AnswerV2> for EngineFact {
    type Error = FieldError;
    fn try_from(body: AnswerV2) -> Result<Self, FieldError> {
        match body.answer.try_into()? {
            EngineFact::Answer(answer) if body.decay != 0 => {
                Ok(EngineFact::Answer(model::AnswerFact { decay: body.decay, ..answer }))
            }
            // Two spellings of one fact.
            _ => Err("decay"),
        }
    }
}

impl From<&Recalled> for AnswerFillV1 {
    fn from(fill: &Recalled) -> Self {
        AnswerFillV1 { trade_id: fill.trade.0, price: fill.price.0, lots: fill.lots.0, fee_cents: fill.fee.0 }
    }
}

impl TryFrom<AnswerFillV1> for EngineFact {
    type Error = FieldError;
    fn try_from(body: AnswerFillV1) -> Result<Self, FieldError> {
        Ok(EngineFact::AnswerFill(Recalled {
            trade: TradeId(body.trade_id),
            price: Price(body.price),
            lots: Lots(body.lots),
            fee: Cash(body.fee_cents),
        }))
    }
}
