//! The bodies as they stand in the journal: plain integers, written in field order. A change is a new version beside.

use bincode::{Decode, Encode};
use unspent_model as model;
use unspent_model::{
    AccountId, AccountName, Cash, ClOrdId, FeeRate, FeeSchedule, InstrumentId, Lots, OrderId, OwnerGroup, Phase, Price,
    SelfTrade, Side, Symbol, TimeInForce, Timestamp, TradeId,
};

/// A value outside what its field allows: the field's name.
pub(crate) type FieldError = &'static str;

macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
        #[cfg_attr(test, derive(wincode::SchemaRead, wincode::SchemaWrite))]
        pub(crate) struct $name { $(pub $field: $type),* }
    };
}

body! {
    /// Every command's first bytes: `command_seq` and nanoseconds since 1970.
    Stamps { seq: u64, at: u64 }
}
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
    /// Kind 5.
    SetPhaseV1 { instrument: u32, phase: u8 }
}
body! {
    /// Kind 6.
    ClockV1 {}
}
body! {
    /// Kind 7. `order_type` 1 is a limit at `price`; 2 a market order with `max_total_cents`, if any.
    AddOrderV1 {
        account: u32, instrument: u32, side: u8, order_type: u8, price: u32, max_total_cents: Option<u64>, lots: u32,
        time_in_force: u8, post_only: bool, self_trade: u8, cl_ord_id: [u8; 36], deadline: Option<u64>,
    }
}
body! {
    /// Kind 8. `order_id` 0 means that the order is named by `cl_ord_id`.
    AmendOrderV1 {
        account: u32, order_id: u64, cl_ord_id: [u8; 36], lots: Option<u32>, price: Option<u32>,
        post_only: Option<bool>, deadline: Option<u64>,
    }
}
body! {
    /// Kind 9. Names the order as kind 8 does.
    CancelOrderV1 { account: u32, order_id: u64, cl_ord_id: [u8; 36] }
}
body! {
    /// Kind 10.
    CancelAllV1 { account: u32, instrument: Option<u32>, side: Option<u8> }
}
body! {
    /// One side of kind 100.
    LegV1 { order_id: u64, account: u32, leaves: u32, fee_cents: u64 }
}
body! {
    /// Kind 100.
    FillV1 { trade_id: u64, instrument: u32, taker_side: u8, price: u32, lots: u32, maker: LegV1, taker: LegV1 }
}
body! {
    /// Kind 200.
    StateMarkV1 { seq: u64, hash: u64 }
}

fn pad<const N: usize>(text: &str) -> [u8; N] {
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

fn side(code: u8) -> Result<Side, FieldError> {
    [Side::Buy, Side::Sell].into_iter().find(|&side| side as u8 == code).ok_or("side")
}

fn phase(code: u8) -> Result<Phase, FieldError> {
    [Phase::Continuous, Phase::Halted, Phase::Closed].into_iter().find(|&phase| phase as u8 == code).ok_or("phase")
}

fn time_in_force(code: u8) -> Result<TimeInForce, FieldError> {
    let all = [TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok];
    all.into_iter().find(|&tif| tif as u8 == code).ok_or("time_in_force")
}

fn self_trade(code: u8) -> Result<SelfTrade, FieldError> {
    let all = [SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::CancelBoth, SelfTrade::Decrement];
    all.into_iter().find(|&mode| mode as u8 == code).ok_or("self_trade")
}

fn order_ref(order_id: u64, name: &[u8; 36]) -> Result<model::OrderRef, FieldError> {
    match (order_id, cl_ord_id(name)?) {
        (0, Some(name)) => Ok(model::OrderRef::ClOrdId(name)),
        (0, None) => Err("order_id"),
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

    pub fn command(&self) -> Result<model::Command, FieldError> {
        let name = unpad(&self.name).and_then(|text| AccountName::parse(text).ok()).ok_or("name")?;
        Ok(model::Command::OpenAccount { name, group: OwnerGroup(self.group) })
    }
}

impl SetPhaseV1 {
    pub fn command(&self) -> Result<model::Command, FieldError> {
        let (instrument, phase) = (InstrumentId(self.instrument), phase(self.phase)?);
        Ok(model::Command::SetPhase { instrument, phase })
    }
}

impl From<&model::AddOrder> for AddOrderV1 {
    fn from(add: &model::AddOrder) -> Self {
        let (order_type, price, max_total) = match add.kind {
            model::OrderKind::Limit(price) => (1, price.0, None),
            model::OrderKind::Market { max_total } => (2, 0, max_total),
        };
        AddOrderV1 {
            account: add.account.0,
            instrument: add.instrument.0,
            side: add.side as u8,
            order_type,
            price,
            max_total_cents: max_total.map(|cash| cash.0),
            lots: add.lots.0,
            time_in_force: add.time_in_force as u8,
            post_only: add.post_only,
            self_trade: add.self_trade as u8,
            cl_ord_id: pad_id(add.cl_ord_id),
            deadline: add.deadline.map(|at| at.0),
        }
    }
}

impl TryFrom<AddOrderV1> for model::AddOrder {
    type Error = FieldError;
    fn try_from(body: AddOrderV1) -> Result<Self, FieldError> {
        let kind = match (body.order_type, body.price, body.max_total_cents) {
            (1, price, None) => model::OrderKind::Limit(Price(price)),
            (2, 0, max_total) => model::OrderKind::Market { max_total: max_total.map(Cash) },
            _ => return Err("order_type"),
        };
        Ok(model::AddOrder {
            account: AccountId(body.account),
            instrument: InstrumentId(body.instrument),
            side: side(body.side)?,
            kind,
            lots: Lots(body.lots),
            time_in_force: time_in_force(body.time_in_force)?,
            post_only: body.post_only,
            self_trade: self_trade(body.self_trade)?,
            cl_ord_id: cl_ord_id(&body.cl_ord_id)?,
            deadline: body.deadline.map(Timestamp),
        })
    }
}

impl From<&model::AmendOrder> for AmendOrderV1 {
    fn from(amend: &model::AmendOrder) -> Self {
        let (order_id, cl_ord_id) = split_ref(amend.order);
        AmendOrderV1 {
            account: amend.account.0,
            order_id,
            cl_ord_id,
            lots: amend.lots.map(|lots| lots.0),
            price: amend.price.map(|price| price.0),
            post_only: amend.post_only,
            deadline: amend.deadline.map(|at| at.0),
        }
    }
}

impl TryFrom<AmendOrderV1> for model::AmendOrder {
    type Error = FieldError;
    fn try_from(body: AmendOrderV1) -> Result<Self, FieldError> {
        Ok(model::AmendOrder {
            account: AccountId(body.account),
            order: order_ref(body.order_id, &body.cl_ord_id)?,
            lots: body.lots.map(Lots),
            price: body.price.map(Price),
            post_only: body.post_only,
            deadline: body.deadline.map(Timestamp),
        })
    }
}

impl CancelOrderV1 {
    pub fn new(account: AccountId, order: model::OrderRef) -> Self {
        let (order_id, cl_ord_id) = split_ref(order);
        CancelOrderV1 { account: account.0, order_id, cl_ord_id }
    }

    pub fn command(&self) -> Result<model::Command, FieldError> {
        let order = order_ref(self.order_id, &self.cl_ord_id)?;
        Ok(model::Command::CancelOrder { account: AccountId(self.account), order })
    }
}

impl CancelAllV1 {
    pub fn new(account: AccountId, filter: &model::CancelFilter) -> Self {
        let instrument = filter.instrument.map(|instrument| instrument.0);
        CancelAllV1 { account: account.0, instrument, side: filter.side.map(|side| side as u8) }
    }

    pub fn command(&self) -> Result<model::Command, FieldError> {
        let filter = model::CancelFilter {
            instrument: self.instrument.map(InstrumentId),
            side: self.side.map(side).transpose()?,
        };
        Ok(model::Command::CancelAll { account: AccountId(self.account), filter })
    }
}

impl From<&model::Leg> for LegV1 {
    fn from(leg: &model::Leg) -> Self {
        LegV1 { order_id: leg.order.0, account: leg.account.0, leaves: leg.leaves.0, fee_cents: leg.fee.0 }
    }
}

impl From<LegV1> for model::Leg {
    fn from(body: LegV1) -> Self {
        let (order, account) = (OrderId(body.order_id), AccountId(body.account));
        model::Leg { order, account, leaves: Lots(body.leaves), fee: Cash(body.fee_cents) }
    }
}

impl From<&model::Fill> for FillV1 {
    fn from(fill: &model::Fill) -> Self {
        FillV1 {
            trade_id: fill.trade.0,
            instrument: fill.instrument.0,
            taker_side: fill.taker_side as u8,
            price: fill.price.0,
            lots: fill.lots.0,
            maker: (&fill.maker).into(),
            taker: (&fill.taker).into(),
        }
    }
}

impl TryFrom<FillV1> for model::Fill {
    type Error = FieldError;
    fn try_from(body: FillV1) -> Result<Self, FieldError> {
        Ok(model::Fill {
            trade: TradeId(body.trade_id),
            instrument: InstrumentId(body.instrument),
            taker_side: side(body.taker_side)?,
            price: Price(body.price),
            lots: Lots(body.lots),
            maker: body.maker.into(),
            taker: body.taker.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;
    use std::fmt::Debug;

    /// bincode and wincode write the same bytes and read each other's.
    fn same<T>(value: &T)
    where
        T: Encode + Decode<()> + PartialEq + Debug + wincode::SchemaWrite<wincode::config::DefaultConfig, Src = T>,
        T: for<'de> wincode::SchemaRead<'de, wincode::config::DefaultConfig, Dst = T>,
    {
        let mut ours = Vec::new();
        codec::put(value, &mut ours);
        assert_eq!(wincode::serialize(value).unwrap(), ours);
        assert_eq!(&wincode::deserialize::<T>(&ours).unwrap(), value);
        assert_eq!(&codec::take::<T>(&ours).unwrap(), value);
    }

    #[test]
    fn another_crate_reads_and_writes_the_same_bytes() {
        same(&Stamps { seq: u64::MAX, at: 1 });
        same(&ListInstrumentV1 {
            symbol: pad("AWS-ACT-1K-202706"),
            face_dollars: 1_000,
            price_decimals: 4,
            price_unit: 1,
            tick: 10,
            price_max: 10_000,
            collar: 300,
            maker_fee_bp: 25,
            taker_fee_bp: 100,
        });
        for (max_total_cents, deadline) in [(None, None), (Some(7), None), (None, Some(u64::MAX))] {
            same(&AddOrderV1 {
                account: 1,
                instrument: 2,
                side: 1,
                order_type: 2,
                price: 3,
                max_total_cents,
                lots: 4,
                time_in_force: 3,
                post_only: true,
                self_trade: 4,
                cl_ord_id: pad("acme-0001"),
                deadline,
            });
        }
        same(&AmendOrderV1 {
            account: 1,
            order_id: 2,
            cl_ord_id: [0; 36],
            lots: Some(3),
            price: None,
            post_only: Some(false),
            deadline: None,
        });
        same(&CancelAllV1 { account: 1, instrument: None, side: Some(2) });
        let leg = LegV1 { order_id: 1, account: 2, leaves: 3, fee_cents: 4 };
        same(&FillV1 { trade_id: 1, instrument: 2, taker_side: 1, price: 3, lots: 4, maker: leg.clone(), taker: leg });
        same(&StateMarkV1 { seq: 1, hash: 2 });
    }
}
