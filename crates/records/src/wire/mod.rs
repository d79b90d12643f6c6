//! The bodies as they stand in the journal: plain integers, written in field order. A change is a new version beside.

mod decay;
mod engine;
mod facts;
mod former;
mod funding;
pub(crate) mod holdings;
mod linked;
mod operator;
mod orders;
mod programmes;
pub(crate) mod settlement;
pub(crate) mod settlement_facts;
pub(crate) mod view;
pub(crate) mod view_history;
pub(crate) mod view_order;
pub(crate) mod view_settlements;

pub(crate) use decay::{AddDecayV1, DecayV1};
pub(crate) use engine::{
    AccountV1, AnswerFillV1, AnswerV1, AnswerV2, CallV1, DeadManV1, GroupFillV1, GroupV1, HoldingV1, InstrumentV1,
    InstrumentV2, KilledProgrammeV1, OrderV1, SessionV1, VenueV1,
};
pub(crate) use facts::{FillV2, FillV3, StateMarkV1};
pub(crate) use former::{AddOrderV1, AmendOrderV1, CancelAllV1, FillV1, SetPhaseV1};
pub(crate) use funding::{
    AccountStateV1, AdjustTradeV1, AskedV1, BustTradeV1, DecideWithdrawalV1, FundV1, FundedV1, FundingRulesV1, TradeV1,
    TradesSinceV1, ViewFundingsV1, WithdrawalV1,
};
pub(crate) use linked::{AddLinkedV1, LinkV1};
pub(crate) use operator::{
    ByOperatorV1, ClockV1, CommitAuctionV1, DepositCashV1, DepositCreditsV1, KillV1, ListInstrumentV1, OpenAccountV1,
    RevealAuctionV1, SetLimitsV1, SetPhaseV2, SetReferenceV1, SetRulesV1, SetRulesV2, SetScheduleV1,
};
pub(crate) use orders::{
    AddOrderV2, AmendOrderV2, CancelAllAfterV1, CancelAllV2, CancelOrderV1, ConnectV1, DisconnectV1, MassQuoteV1,
    ResetGroupV1, SetGroupV1,
};

pub(crate) use programmes::{
    ExpiredV1, MonthV1, PermitV1, RevokePermitV1, TermsV1, ViewMonthV1, ViewProgrammesV1, ViewTermsV1, WatchExpiryV1,
};

use unspent_model as model;
use unspent_model::{
    AccountName, Cash, ClOrdId, GroupName, OrderId, OrderKind, Phase, Price, Programme, SelfTrade, Side,
};

/// A value outside what its field allows: the field's name.
pub(crate) type FieldError = &'static str;

macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
        #[cfg_attr(test, derive(wincode::SchemaRead, wincode::SchemaWrite))]
        pub(crate) struct $name { $(pub $field: $type),* }
    };
}
use body;

body! {
    /// Every command's first bytes: `command_seq` and nanoseconds since 1970.
    Stamps { seq: u64, at: u64 }
}

pub(crate) fn pad<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    bytes
}

fn unpad(bytes: &[u8]) -> Option<&str> {
    let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (text, rest) = bytes.split_at(len);
    if rest.iter().any(|&byte| byte != 0) {
        return None;
    }
    std::str::from_utf8(text).ok()
}

fn cl_ord_id(bytes: &[u8; 36]) -> Result<Option<ClOrdId>, FieldError> {
    match unpad(bytes) {
        Some("") => Ok(None),
        Some(text) => ClOrdId::parse(text).map(Some).map_err(|_| "cl_ord_id"),
        None => Err("cl_ord_id"),
    }
}

fn pad_id(id: Option<ClOrdId>) -> [u8; 36] {
    id.map_or([0; 36], |id| pad(id.as_str()))
}

fn account_name(bytes: &[u8; 32]) -> Result<AccountName, FieldError> {
    unpad(bytes).and_then(|text| AccountName::parse(text).ok()).ok_or("name")
}

fn group_name(bytes: &[u8; 16]) -> Result<GroupName, FieldError> {
    unpad(bytes).and_then(|text| GroupName::parse(text).ok()).ok_or("group")
}

fn programme(bytes: &[u8; 32]) -> Result<Programme, FieldError> {
    let text = unpad(bytes).ok_or("programme")?;
    // As with a symbol: a currency is never written.
    Programme::parse(text).ok().filter(|programme| programme.as_str() == text).ok_or("programme")
}

fn side(code: u8) -> Result<Side, FieldError> {
    [Side::Buy, Side::Sell].into_iter().find(|&side| side as u8 == code).ok_or("side")
}

fn phase(code: u8) -> Result<Phase, FieldError> {
    Phase::ALL.iter().copied().find(|&phase| phase as u8 == code).ok_or("phase")
}

fn self_trade(code: u8) -> Result<SelfTrade, FieldError> {
    let all = [SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::CancelBoth, SelfTrade::Decrement];
    all.into_iter().find(|&mode| mode as u8 == code).ok_or("self_trade")
}

fn order_kind(order_type: u8, price: u32, max_total_cents: Option<u64>) -> Result<OrderKind, FieldError> {
    match (order_type, price, max_total_cents) {
        (1, price, None) => Ok(OrderKind::Limit(Price(price))),
        (2, 0, max_total) => Ok(OrderKind::Market { max_total: max_total.map(Cash) }),
        _ => Err("order_type"),
    }
}

fn split_kind(kind: OrderKind) -> (u8, u32, Option<u64>) {
    match kind {
        OrderKind::Limit(price) => (1, price.0, None),
        OrderKind::Market { max_total } => (2, 0, max_total.map(|cash| cash.0)),
    }
}

fn order_ref(order_id: u64, name: &[u8; 36]) -> Result<model::OrderRef, FieldError> {
    match (order_id, cl_ord_id(name)?) {
        (0, Some(name)) => Ok(model::OrderRef::ClOrdId(name)),
        (id, None) => Ok(model::OrderRef::Id(OrderId(id))),
        (_, Some(_)) => Err("cl_ord_id"),
    }
}

fn split_ref(order: model::OrderRef) -> (u64, [u8; 36]) {
    match order {
        model::OrderRef::Id(id) => (id.0, [0; 36]),
        model::OrderRef::ClOrdId(name) => (0, pad(name.as_str())),
    }
}

#[cfg(test)]
mod tests;
