//! An open order as a view knows it.

use super::orders::{post_only, time_in_force};
use super::{FieldError, body, order_kind, pad, side};
use unspent_model as model;
use unspent_model::{
    AccountId, Cash, ClOrdId, CommandSeq, InstrumentId, Lots, OrderId, OrderKind, Price, TimeInForce, Timestamp,
    ViewFact, ViewPlace,
};

body! {
    /// What of an order is filled. Of nothing nothing is written.
    FilledV1 { cum: u32, notional: u128, fees_cents: u64 }
}
body! {
    /// Where an order stands in the queue of its price.
    PlaceV1 { seq: u64, number: u32, at: u64 }
}
body! {
    /// Kind 408. `terms` is its version 1.
    ViewOrderV2 { terms: ViewOrderV1, place: Option<PlaceV1> }
}
body! {
    /// Kind 408, version 3: of a leg of a linked bid. Of others version 2 is written.
    ViewOrderV3 { order: ViewOrderV2, link: u64 }
}
body! {
    /// Kind 408, version 1: alone it is read and never written again.
    ViewOrderV1 {
        order_id: u64, account: u32, instrument: u32, side: u8, order_type: u8, entered_price: u32,
        max_total_cents: Option<u64>, stop: Option<u32>, time_in_force: u8, expiry: Option<u64>, post_only: u8,
        price: u32, leaves: u32, shown: u32, display: Option<u32>, filled: Option<FilledV1>, opened_at: u64,
        opened_seq: u64, cl_ord_id: Option<[u8; 36]>,
    }
}

impl FilledV1 {
    const NONE: FilledV1 = FilledV1 { cum: 0, notional: 0, fees_cents: 0 };
}

impl From<&model::ViewOrder> for ViewOrderV1 {
    fn from(order: &model::ViewOrder) -> Self {
        let (order_type, entered_price, max_total) = match order.kind {
            OrderKind::Limit(price) => (1, price.0, None),
            OrderKind::Market { max_total } => (2, 0, max_total),
        };
        let expiry = match order.time_in_force {
            TimeInForce::Gtd(at) => Some(at.0),
            _ => None,
        };
        let filled = FilledV1 { cum: order.cum.0, notional: order.notional, fees_cents: order.fees.0 };
        ViewOrderV1 {
            order_id: order.order.0,
            account: order.account.0,
            instrument: order.instrument.0,
            side: order.side as u8,
            order_type,
            entered_price,
            max_total_cents: max_total.map(|cash| cash.0),
            stop: order.stop.map(|price| price.0),
            time_in_force: order.time_in_force.code(),
            expiry,
            post_only: order.post_only as u8,
            price: order.price.0,
            leaves: order.leaves.0,
            shown: order.shown.0,
            display: order.display.map(|lots| lots.0),
            filled: (filled != FilledV1::NONE).then_some(filled),
            opened_at: order.opened_at.0,
            opened_seq: order.opened_seq.0,
            cl_ord_id: order.cl_ord_id.map(|id| pad(id.as_str())),
        }
    }
}

impl From<&model::ViewOrder> for ViewOrderV2 {
    fn from(order: &model::ViewOrder) -> Self {
        let place = |place: ViewPlace| PlaceV1 { seq: place.seq.0, number: place.number, at: place.at.0 };
        ViewOrderV2 { terms: order.into(), place: order.place.map(place) }
    }
}

impl TryFrom<ViewOrderV2> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewOrderV2) -> Result<Self, FieldError> {
        let order: model::ViewOrder = body.terms.try_into()?;
        let place = |PlaceV1 { seq, number, at }| ViewPlace { seq: CommandSeq(seq), number, at: Timestamp(at) };
        Ok(ViewFact::Order(model::ViewOrder { place: body.place.map(place), ..order }))
    }
}

impl TryFrom<ViewOrderV3> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewOrderV3) -> Result<Self, FieldError> {
        let ViewFact::Order(order) = body.order.try_into()? else { return Err("order") };
        Ok(ViewFact::Order(model::ViewOrder { link: Some(OrderId(body.link)), ..order }))
    }
}

impl TryFrom<ViewOrderV1> for ViewFact {
    type Error = FieldError;
    fn try_from(body: ViewOrderV1) -> Result<Self, FieldError> {
        body.try_into().map(ViewFact::Order)
    }
}

impl TryFrom<ViewOrderV1> for model::ViewOrder {
    type Error = FieldError;
    fn try_from(body: ViewOrderV1) -> Result<Self, FieldError> {
        if body.filled == Some(FilledV1::NONE) {
            return Err("filled"); // two spellings of one order
        }
        let filled = body.filled.unwrap_or(FilledV1::NONE);
        let cl_ord_id =
            |bytes: [u8; 36]| -> Result<ClOrdId, FieldError> { super::cl_ord_id(&bytes)?.ok_or("cl_ord_id") };
        Ok(model::ViewOrder {
            order: OrderId(body.order_id),
            account: AccountId(body.account),
            cl_ord_id: body.cl_ord_id.map(cl_ord_id).transpose()?,
            instrument: InstrumentId(body.instrument),
            side: side(body.side)?,
            kind: order_kind(body.order_type, body.entered_price, body.max_total_cents)?,
            stop: body.stop.map(Price),
            time_in_force: time_in_force(body.time_in_force, body.expiry)?,
            post_only: post_only(body.post_only)?,
            price: Price(body.price),
            cum: Lots(filled.cum),
            leaves: Lots(body.leaves),
            shown: Lots(body.shown),
            display: body.display.map(Lots),
            notional: filled.notional,
            fees: Cash(filled.fees_cents),
            opened_at: Timestamp(body.opened_at),
            opened_seq: CommandSeq(body.opened_seq),
            place: None,
            link: None,
        })
    }
}
