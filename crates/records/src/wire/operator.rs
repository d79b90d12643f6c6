//! What the operator and the venue itself ask for.

use super::{FieldError, account_name, body, pad, phase, programme, unpad};
use crate::record::Inner;
use unspent_model as model;
use unspent_model::{
    AccountId, AccountLimits, AccountName, Actor, AuctionId, ByOperator, Cash, FeeRate, FeeSchedule, InstrumentId,
    KillScope, OwnerGroup, Price, Reason, Schedule, ScheduleEntry, Symbol, Timestamp, TradingRules, limits,
};

body! {
    /// Kind 1. Text is ASCII, filled up with zeros.
    ListInstrumentV1 {
        symbol: [u8; 32], face_dollars: u32, price_decimals: u8, price_unit: u32, tick: u32, price_max: u32,
        collar: u32, maker_fee_bp: u16, taker_fee_bp: u16,
    }
}
body! {
    /// Kind 2.
    OpenAccountV1 { name: [u8; 32], group: u32 }
}
body! {
    /// Kind 3.
    DepositCashV1 { account: u32, cents: u64 }
}
body! {
    /// Kind 4.
    DepositCreditsV1 { account: u32, instrument: u32, lots: u64 }
}
body! {
    /// Kind 5, version 2.
    SetPhaseV2 { instrument: u32, phase: u8 }
}
body! {
    /// Kind 6.
    ClockV1 {}
}
body! {
    /// Kind 17.
    SetRulesV1 {
        instrument: u32, auction_tick: u32, auction_fee_bp: u16, dynamic_range: Option<u32>,
        static_range: Option<u32>, entry_range: Option<u32>, volatility_seconds: u32, random_end_seconds: u32,
    }
}
body! {
    /// Kind 17, version 2: of an instrument that trades across months. Of others version 1 is written.
    SetRulesV2 { rules: SetRulesV1, dominance: bool }
}
body! {
    /// One change of phase in a trading day.
    ScheduleEntryV1 { second_of_day: u32, phase: u8 }
}
body! {
    /// Kind 18.
    SetScheduleV1 { instrument: u32, last_trade: Option<u64>, entries: Vec<ScheduleEntryV1> }
}
body! {
    /// Kind 19.
    SetReferenceV1 { instrument: u32, price: u32 }
}
body! {
    /// Kind 20.
    SetLimitsV1 {
        account: u32, open_orders: u32, open_notional_cents: Option<u64>, orders_per_second: u32, burst: u32,
    }
}
body! {
    /// Kind 21. `scope` 1 is the venue, 2 `programme`, 3 `account`; what is not named is zeros.
    KillV1 { scope: u8, programme: [u8; 32], account: u32, engaged: bool }
}
body! {
    /// Kind 22.
    CommitAuctionV1 { auction: u64, instrument: u32, commitment: [u8; 32] }
}
body! {
    /// Kind 23.
    RevealAuctionV1 { auction: u64, instrument: u32, seed: [u8; 32] }
}
body! {
    /// Kind 24. `kind`, `version` and `body` are those of the command's own frame, without its stamps.
    ByOperatorV1 { actor: [u8; 64], reason: Vec<u8>, kind: u16, version: u16, body: Vec<u8> }
}

impl ByOperatorV1 {
    pub fn new(by: &ByOperator, inner: Inner) -> Self {
        let Inner { kind, version, body } = inner;
        let reason = by.reason().as_str().as_bytes().to_vec();
        ByOperatorV1 { actor: pad(by.actor().as_str()), reason, kind, version, body }
    }

    pub fn who_and_why(&self) -> Result<(Actor, Reason), FieldError> {
        let actor = unpad(&self.actor).and_then(|text| Actor::parse(text).ok()).ok_or("actor")?;
        let reason = std::str::from_utf8(&self.reason).ok().and_then(|text| Reason::parse(text).ok());
        Ok((actor, reason.ok_or("reason")?))
    }
}

impl From<&model::Instrument> for ListInstrumentV1 {
    fn from(spec: &model::Instrument) -> Self {
        ListInstrumentV1 {
            symbol: pad(spec.symbol.as_str()),
            face_dollars: spec.face_dollars,
            price_decimals: spec.price_decimals,
            price_unit: spec.price_unit,
            tick: spec.tick,
            price_max: spec.price_max.0,
            collar: spec.collar,
            maker_fee_bp: spec.fees.maker.0,
            taker_fee_bp: spec.fees.taker.0,
        }
    }
}

impl TryFrom<ListInstrumentV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: ListInstrumentV1) -> Result<Self, FieldError> {
        body.try_into().map(model::Command::ListInstrument)
    }
}

impl TryFrom<ListInstrumentV1> for model::Instrument {
    type Error = FieldError;
    fn try_from(body: ListInstrumentV1) -> Result<Self, FieldError> {
        let text = unpad(&body.symbol).ok_or("symbol")?;
        // `Symbol::parse` would drop a currency, which is never written.
        let symbol = Symbol::parse(text).ok().filter(|symbol| symbol.as_str() == text).ok_or("symbol")?;
        Ok(model::Instrument {
            symbol,
            face_dollars: body.face_dollars,
            price_decimals: body.price_decimals,
            price_unit: body.price_unit,
            tick: body.tick,
            price_max: Price(body.price_max),
            collar: body.collar,
            fees: FeeSchedule { maker: FeeRate(body.maker_fee_bp), taker: FeeRate(body.taker_fee_bp) },
        })
    }
}

impl OpenAccountV1 {
    pub fn new(name: AccountName, group: OwnerGroup) -> Self {
        OpenAccountV1 { name: pad(name.as_str()), group: group.0 }
    }
}

impl TryFrom<OpenAccountV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: OpenAccountV1) -> Result<Self, FieldError> {
        let name = account_name(&body.name)?;
        Ok(model::Command::OpenAccount { name, group: OwnerGroup(body.group) })
    }
}

impl TryFrom<DepositCashV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: DepositCashV1) -> Result<Self, FieldError> {
        Ok(model::Command::DepositCash { account: AccountId(body.account), amount: Cash(body.cents) })
    }
}

impl TryFrom<DepositCreditsV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: DepositCreditsV1) -> Result<Self, FieldError> {
        let (account, instrument) = (AccountId(body.account), InstrumentId(body.instrument));
        Ok(model::Command::DepositCredits { account, instrument, lots: body.lots })
    }
}

impl TryFrom<SetPhaseV2> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetPhaseV2) -> Result<Self, FieldError> {
        Ok(model::Command::SetPhase { instrument: InstrumentId(body.instrument), phase: phase(body.phase)? })
    }
}

impl TryFrom<ClockV1> for model::Command {
    type Error = FieldError;
    fn try_from(ClockV1 {}: ClockV1) -> Result<Self, FieldError> {
        Ok(model::Command::Clock)
    }
}

impl SetRulesV1 {
    pub fn new(instrument: InstrumentId, rules: &TradingRules) -> Self {
        SetRulesV1 {
            instrument: instrument.0,
            auction_tick: rules.auction_tick,
            auction_fee_bp: rules.auction_fee.0,
            dynamic_range: rules.dynamic_range,
            static_range: rules.static_range,
            entry_range: rules.entry_range,
            volatility_seconds: rules.volatility_seconds,
            random_end_seconds: rules.random_end_seconds,
        }
    }
}

impl TryFrom<SetRulesV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetRulesV1) -> Result<Self, FieldError> {
        let rules = TradingRules {
            auction_tick: body.auction_tick,
            auction_fee: FeeRate(body.auction_fee_bp),
            dynamic_range: body.dynamic_range,
            static_range: body.static_range,
            entry_range: body.entry_range,
            volatility_seconds: body.volatility_seconds,
            random_end_seconds: body.random_end_seconds,
            dominance: false,
        };
        Ok(model::Command::SetRules { instrument: InstrumentId(body.instrument), rules })
    }
}

impl TryFrom<SetRulesV2> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetRulesV2) -> Result<Self, FieldError> {
        match body.rules.try_into()? {
            model::Command::SetRules { instrument, rules } if body.dominance => {
                Ok(model::Command::SetRules { instrument, rules: TradingRules { dominance: true, ..rules } })
            }
            // Two spellings of one command.
            _ => Err("dominance"),
        }
    }
}

impl ScheduleEntryV1 {
    pub fn all(schedule: &Schedule) -> Vec<ScheduleEntryV1> {
        let entries = &schedule.entries;
        assert!(entries.len() <= limits::SCHEDULE_ENTRIES, "{} entries cannot be recorded", entries.len());
        let entry =
            |entry: &ScheduleEntry| ScheduleEntryV1 { second_of_day: entry.second_of_day, phase: entry.phase as u8 };
        entries.iter().map(entry).collect()
    }

    pub fn schedule(entries: Vec<ScheduleEntryV1>, last_trade: Option<u64>) -> Result<Schedule, FieldError> {
        if entries.len() > limits::SCHEDULE_ENTRIES {
            return Err("entries");
        }
        let entry = |entry: ScheduleEntryV1| {
            Ok(ScheduleEntry { second_of_day: entry.second_of_day, phase: phase(entry.phase)? })
        };
        let entries = entries.into_iter().map(entry).collect::<Result<Vec<_>, FieldError>>()?;
        Ok(Schedule { entries, last_trade: last_trade.map(Timestamp) })
    }
}

impl SetScheduleV1 {
    pub fn new(instrument: InstrumentId, schedule: &Schedule) -> Self {
        let entries = ScheduleEntryV1::all(schedule);
        SetScheduleV1 { instrument: instrument.0, last_trade: schedule.last_trade.map(|at| at.0), entries }
    }
}

impl TryFrom<SetScheduleV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetScheduleV1) -> Result<Self, FieldError> {
        let schedule = ScheduleEntryV1::schedule(body.entries, body.last_trade)?;
        Ok(model::Command::SetSchedule { instrument: InstrumentId(body.instrument), schedule })
    }
}

impl TryFrom<SetReferenceV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetReferenceV1) -> Result<Self, FieldError> {
        Ok(model::Command::SetReference { instrument: InstrumentId(body.instrument), price: Price(body.price) })
    }
}

impl SetLimitsV1 {
    pub fn new(account: AccountId, limits: &AccountLimits) -> Self {
        SetLimitsV1 {
            account: account.0,
            open_orders: limits.open_orders,
            open_notional_cents: limits.open_notional.map(|cash| cash.0),
            orders_per_second: limits.orders_per_second,
            burst: limits.burst,
        }
    }
}

impl TryFrom<SetLimitsV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetLimitsV1) -> Result<Self, FieldError> {
        let limits = AccountLimits {
            open_orders: body.open_orders,
            open_notional: body.open_notional_cents.map(Cash),
            orders_per_second: body.orders_per_second,
            burst: body.burst,
        };
        Ok(model::Command::SetLimits { account: AccountId(body.account), limits })
    }
}

impl KillV1 {
    pub fn new(scope: KillScope, engaged: bool) -> Self {
        let (scope, programme, account) = match scope {
            KillScope::Venue => (1, [0; 32], 0),
            KillScope::Programme(programme) => (2, pad(programme.as_str()), 0),
            KillScope::Account(account) => (3, [0; 32], account.0),
        };
        KillV1 { scope, programme, account, engaged }
    }
}

impl TryFrom<KillV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: KillV1) -> Result<Self, FieldError> {
        const NONE: [u8; 32] = [0; 32];
        let scope = match (body.scope, body.programme, body.account) {
            (1, NONE, 0) => KillScope::Venue,
            (2, name, 0) => KillScope::Programme(programme(&name)?),
            (3, NONE, account) => KillScope::Account(AccountId(account)),
            _ => return Err("scope"),
        };
        Ok(model::Command::Kill { scope, engaged: body.engaged })
    }
}

impl TryFrom<CommitAuctionV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: CommitAuctionV1) -> Result<Self, FieldError> {
        let (auction, instrument) = (AuctionId(body.auction), InstrumentId(body.instrument));
        Ok(model::Command::CommitAuction { auction, instrument, commitment: body.commitment })
    }
}

impl TryFrom<RevealAuctionV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: RevealAuctionV1) -> Result<Self, FieldError> {
        let (auction, instrument) = (AuctionId(body.auction), InstrumentId(body.instrument));
        Ok(model::Command::RevealAuction { auction, instrument, seed: body.seed })
    }
}
