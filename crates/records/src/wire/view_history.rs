//! What a view remembers of what accounts did.

use super::view_order::ViewOrderV1;
use super::{FieldError, body, cl_ord_id, pad, side};
use unspent_model as model;
use unspent_model::{
    AccountId, CancelReason, Cash, CommandSeq, InstrumentId, Lots, OrderId, Price, Timestamp, TradeId, ViewFact,
};

body! {
    /// Kind 420.
    ViewHistoryV1 { closed: u64, fills: u64 }
}
body! {
    /// Kind 421. `order` is the body of kind 408, version 1.
    ViewClosedV1 {
        number: u64, order: ViewOrderV1, lots: u32, rested: bool, waited: bool, reason: Option<u8>, closed_at: u64,
        closed_seq: u64,
    }
}
body! {
    /// Kind 421, version 2: of a leg of a linked bid. Of others version 1 is written.
    ViewClosedV2 { closed: ViewClosedV1, link: u64 }
}
body! {
    /// Kind 422.
    ViewFillV1 {
        number: u64, account: u32, trade_id: u64, order_id: u64, instrument: u32, side: u8, price: u32, lots: u32,
        fee_cents: u64, taker: bool, auction: bool, at: u64, seq: u64, cl_ord_id: Option<[u8; 36]>,
    }
}

body! {
    /// Kind 422, version 2: of a trade across months. Of others version 1 is written.
    ViewFillV2 { fill: ViewFillV1, bid_instrument: u32 }
}

impl TryFrom<ViewHistoryV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewHistoryV1) -> Result<Self, FieldError> {
        Ok(ViewFact::History { closed: body.closed, fills: body.fills })
    }
}

impl From<&model::ViewClosed> for ViewClosedV1 {
    fn from(closed: &model::ViewClosed) -> Self {
        ViewClosedV1 {
            number: closed.number,
            order: (&closed.order).into(),
            lots: closed.lots.0,
            rested: closed.rested,
            waited: closed.waited,
            reason: closed.reason.map(|reason| reason as u8),
            closed_at: closed.closed_at.0,
            closed_seq: closed.closed_seq.0,
        }
    }
}

impl TryFrom<ViewClosedV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewClosedV1) -> Result<Self, FieldError> {
        let ViewFact::Order(order) = body.order.try_into()? else { return Err("order") };
        Ok(ViewFact::Closed(model::ViewClosed {
            number: body.number,
            order,
            lots: Lots(body.lots),
            rested: body.rested,
            waited: body.waited,
            reason: body.reason.map(cancel_reason).transpose()?,
            closed_at: Timestamp(body.closed_at),
            closed_seq: CommandSeq(body.closed_seq),
        }))
    }
}

fn cancel_reason(code: u8) -> Result<CancelReason, FieldError> {
    CancelReason::numbered(code).ok_or("reason")
}

impl TryFrom<ViewClosedV2> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewClosedV2) -> Result<Self, FieldError> {
        let ViewFact::Closed(closed) = body.closed.try_into()? else { return Err("closed") };
        let order = model::ViewOrder { link: Some(OrderId(body.link)), ..closed.order };
        Ok(ViewFact::Closed(model::ViewClosed { order, ..closed }))
    }
}

impl From<&model::ViewFill> for ViewFillV1 {
    fn from(fill: &model::ViewFill) -> Self {
        ViewFillV1 {
            number: fill.number,
            account: fill.account.0,
            trade_id: fill.trade.0,
            order_id: fill.order.0,
            instrument: fill.instrument.0,
            side: fill.side as u8,
            price: fill.price.0,
            lots: fill.lots.0,
            fee_cents: fill.fee.0,
            taker: fill.taker,
            auction: fill.auction,
            at: fill.at.0,
            seq: fill.seq.0,
            cl_ord_id: fill.cl_ord_id.map(|id| pad(id.as_str())),
        }
    }
}

impl TryFrom<ViewFillV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewFillV1) -> Result<Self, FieldError> {
        let named = |bytes: [u8; 36]| cl_ord_id(&bytes)?.ok_or("cl_ord_id");
        Ok(ViewFact::Fill(model::ViewFill {
            number: body.number,
            account: AccountId(body.account),
            trade: TradeId(body.trade_id),
            order: OrderId(body.order_id),
            cl_ord_id: body.cl_ord_id.map(named).transpose()?,
            instrument: InstrumentId(body.instrument),
            side: side(body.side)?,
            price: Price(body.price),
            lots: Lots(body.lots),
            fee: Cash(body.fee_cents),
            taker: body.taker,
            auction: body.auction,
            at: Timestamp(body.at),
            seq: CommandSeq(body.seq),
            bid: None,
        }))
    }
}

impl TryFrom<ViewFillV2> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewFillV2) -> Result<Self, FieldError> {
        let ViewFact::Fill(fill) = body.fill.try_into()? else { return Err("fill") };
        Ok(ViewFact::Fill(model::ViewFill { bid: Some(InstrumentId(body.bid_instrument)), ..fill }))
    }
}
