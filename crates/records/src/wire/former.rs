//! Bodies that are read and never written again. What their time did not know gets the value that means the same.

use super::{FieldError, body, cl_ord_id, order_ref, self_trade, side};
use unspent_model as model;
use unspent_model::{
    AccountId, Cash, InstrumentId, Lots, OrderId, Phase, PostOnly, Price, TimeInForce, Timestamp, TradeId,
};

body! {
    /// Kind 5, version 1. Phase 3 was called "closed"; it cancelled everything, as `expired` does.
    SetPhaseV1 { instrument: u32, phase: u8 }
}
body! {
    /// Kind 7, version 1. `order_type` 1 is a limit at `price`; 2 a market order with `max_total_cents`, if any.
    AddOrderV1 {
        account: u32, instrument: u32, side: u8, order_type: u8, price: u32, max_total_cents: Option<u64>, lots: u32,
        time_in_force: u8, post_only: bool, self_trade: u8, cl_ord_id: [u8; 36], deadline: Option<u64>,
    }
}
body! {
    /// Kind 8, version 1. `order_id` 0 means that the order is named by `cl_ord_id`.
    AmendOrderV1 {
        account: u32, order_id: u64, cl_ord_id: [u8; 36], lots: Option<u32>, price: Option<u32>,
        post_only: Option<bool>, deadline: Option<u64>,
    }
}
body! {
    /// Kind 10, version 1.
    CancelAllV1 { account: u32, instrument: Option<u32>, side: Option<u8> }
}
body! {
    /// One side of kind 100, version 1.
    LegV1 { order_id: u64, account: u32, leaves: u32, fee_cents: u64 }
}
body! {
    /// Kind 100, version 1.
    FillV1 { trade_id: u64, instrument: u32, taker_side: u8, price: u32, lots: u32, maker: LegV1, taker: LegV1 }
}

impl TryFrom<SetPhaseV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetPhaseV1) -> Result<Self, FieldError> {
        let all = [Phase::Continuous, Phase::Halted, Phase::Expired];
        let phase = all.into_iter().find(|&phase| phase as u8 == body.phase).ok_or("phase")?;
        Ok(model::Command::SetPhase { instrument: InstrumentId(body.instrument), phase })
    }
}

impl TryFrom<AddOrderV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: AddOrderV1) -> Result<Self, FieldError> {
        let all = [TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok];
        let time_in_force = all.into_iter().find(|tif| tif.code() == body.time_in_force).ok_or("time_in_force")?;
        Ok(model::Command::AddOrder(model::AddOrder {
            account: AccountId(body.account),
            instrument: InstrumentId(body.instrument),
            side: side(body.side)?,
            kind: super::order_kind(body.order_type, body.price, body.max_total_cents)?,
            stop: None,
            lots: Lots(body.lots),
            display: None,
            min_lots: None,
            time_in_force,
            post_only: if body.post_only { PostOnly::Reject } else { PostOnly::No },
            self_trade: self_trade(body.self_trade)?,
            cl_ord_id: cl_ord_id(&body.cl_ord_id)?,
            session: None,
            deadline: body.deadline.map(Timestamp),
        }))
    }
}

impl TryFrom<AmendOrderV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: AmendOrderV1) -> Result<Self, FieldError> {
        Ok(model::Command::AmendOrder(model::AmendOrder {
            account: AccountId(body.account),
            order: order_ref(body.order_id, &body.cl_ord_id)?,
            lots: body.lots.map(Lots),
            price: body.price.map(Price),
            post_only: body.post_only,
            stop: None,
            display: None,
            deadline: body.deadline.map(Timestamp),
        }))
    }
}

impl TryFrom<CancelAllV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: CancelAllV1) -> Result<Self, FieldError> {
        let filter = model::CancelFilter {
            instrument: body.instrument.map(InstrumentId),
            side: body.side.map(side).transpose()?,
            programme: None,
            group: None,
        };
        Ok(model::Command::CancelAll { account: AccountId(body.account), filter })
    }
}

impl From<LegV1> for model::Leg {
    fn from(body: LegV1) -> Self {
        let (order, account) = (OrderId(body.order_id), AccountId(body.account));
        model::Leg { order, account, leaves: Lots(body.leaves), fee: Cash(body.fee_cents), hidden: Lots::ZERO }
    }
}

impl TryFrom<FillV1> for model::Fill {
    type Error = FieldError;
    fn try_from(body: FillV1) -> Result<Self, FieldError> {
        Ok(model::Fill {
            trade: TradeId(body.trade_id),
            instrument: InstrumentId(body.instrument),
            taker_side: side(body.taker_side)?,
            auction: false,
            price: Price(body.price),
            lots: Lots(body.lots),
            maker: body.maker.into(),
            taker: body.taker.into(),
            across: None,
        })
    }
}
