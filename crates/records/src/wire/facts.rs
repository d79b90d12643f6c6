//! What the engine made of commands: fills and state hashes.

use super::{FieldError, body, side};
use unspent_model as model;
use unspent_model::{AccountId, Cash, InstrumentId, Lots, OrderId, Price, TradeId};

body! {
    /// One side of kind 100, version 2.
    LegV2 { order_id: u64, account: u32, leaves: u32, fee_cents: u64 }
}
body! {
    /// The lots of a fill that the book did not show, if any: of the maker and of the taker.
    HiddenV2 { maker: u32, taker: u32 }
}
body! {
    /// Kind 100, version 2.
    FillV2 {
        trade_id: u64, instrument: u32, taker_side: u8, auction: bool, price: u32, lots: u32, maker: LegV2,
        taker: LegV2, hidden: Option<HiddenV2>,
    }
}
body! {
    /// Kind 100, version 3: of a trade across months. Of others version 2 is written. The fill's instrument is the ask's.
    FillV3 { fill: FillV2, bid_instrument: u32, swept: bool }
}
body! {
    /// Kinds 200 and 201.
    StateMarkV1 { seq: u64, hash: u64 }
}

impl From<&model::Leg> for LegV2 {
    fn from(leg: &model::Leg) -> Self {
        LegV2 { order_id: leg.order.0, account: leg.account.0, leaves: leg.leaves.0, fee_cents: leg.fee.0 }
    }
}

impl LegV2 {
    fn with_hidden(&self, hidden: u32) -> model::Leg {
        model::Leg {
            order: OrderId(self.order_id),
            account: AccountId(self.account),
            leaves: Lots(self.leaves),
            fee: Cash(self.fee_cents),
            hidden: Lots(hidden),
        }
    }
}

impl HiddenV2 {
    const NONE: HiddenV2 = HiddenV2 { maker: 0, taker: 0 };
}

impl From<&model::Fill> for FillV2 {
    fn from(fill: &model::Fill) -> Self {
        let hidden = HiddenV2 { maker: fill.maker.hidden.0, taker: fill.taker.hidden.0 };
        FillV2 {
            trade_id: fill.trade.0,
            instrument: fill.instrument.0,
            taker_side: fill.taker_side as u8,
            auction: fill.auction,
            price: fill.price.0,
            lots: fill.lots.0,
            maker: (&fill.maker).into(),
            taker: (&fill.taker).into(),
            hidden: (hidden != HiddenV2::NONE).then_some(hidden),
        }
    }
}

impl TryFrom<FillV2> for model::Fill {
    type Error = FieldError;
    fn try_from(body: FillV2) -> Result<Self, FieldError> {
        if body.hidden == Some(HiddenV2::NONE) {
            return Err("hidden"); // two spellings of one fill
        }
        let hidden = body.hidden.unwrap_or(HiddenV2::NONE);
        Ok(model::Fill {
            trade: TradeId(body.trade_id),
            instrument: InstrumentId(body.instrument),
            taker_side: side(body.taker_side)?,
            auction: body.auction,
            price: Price(body.price),
            lots: Lots(body.lots),
            maker: body.maker.with_hidden(hidden.maker),
            taker: body.taker.with_hidden(hidden.taker),
            across: None,
        })
    }
}

impl FillV3 {
    /// A fill across months; `None` of another, which version 2 says.
    pub fn of(fill: &model::Fill) -> Option<FillV3> {
        let model::Across { bid, swept } = fill.across?;
        Some(FillV3 { fill: fill.into(), bid_instrument: bid.0, swept })
    }
}

impl TryFrom<FillV3> for model::Fill {
    type Error = FieldError;
    fn try_from(body: FillV3) -> Result<Self, FieldError> {
        let across = model::Across { bid: InstrumentId(body.bid_instrument), swept: body.swept };
        Ok(model::Fill { across: Some(across), ..body.fill.try_into()? })
    }
}
