//! What participants ask for.

use super::{FieldError, body, cl_ord_id, group_name, order_kind, order_ref, pad, pad_id, self_trade, side, split_ref};
use unspent_model as model;
use unspent_model::{
    AccountId, GroupName, GroupRule, InstrumentId, Lots, OrderKind, PostOnly, Price, SessionId, TimeInForce, Timestamp,
    limits,
};

body! {
    /// What few orders have. Of none of it nothing is written.
    ExtrasV2 { stop: Option<u32>, display: Option<u32>, min_lots: Option<u32>, expiry: Option<u64> }
}
body! {
    /// Kind 7, version 2. As version 1, with `post_only` 0 no, 1 reject, 2 slide, and `expiry` with time in force 6 only.
    AddOrderV2 {
        account: u32, instrument: u32, side: u8, order_type: u8, price: u32, max_total_cents: Option<u64>, lots: u32,
        time_in_force: u8, post_only: u8, self_trade: u8, cl_ord_id: [u8; 36], session: Option<u64>,
        deadline: Option<u64>, extras: Option<ExtrasV2>,
    }
}
body! {
    /// Kind 8, version 2.
    AmendOrderV2 {
        account: u32, order_id: u64, cl_ord_id: [u8; 36], lots: Option<u32>, price: Option<u32>,
        post_only: Option<bool>, stop: Option<u32>, display: Option<u32>, deadline: Option<u64>,
    }
}
body! {
    /// Kind 9. Names the order as kind 8 does.
    CancelOrderV1 { account: u32, order_id: u64, cl_ord_id: [u8; 36] }
}
body! {
    /// Kind 10, version 2.
    CancelAllV2 {
        account: u32, instrument: Option<u32>, side: Option<u8>, programme: Option<[u8; 32]>, group: Option<[u8; 16]>,
    }
}
body! {
    /// One side of a quote.
    QuoteSideV1 { price: u32, lots: u32 }
}
body! {
    /// One instrument's quote.
    QuoteV1 { instrument: u32, bid: Option<QuoteSideV1>, ask: Option<QuoteSideV1> }
}
body! {
    /// Kind 11.
    MassQuoteV1 {
        account: u32, session: u64, group: Option<[u8; 16]>, quote_id: u64, post_only: u8, deadline: Option<u64>,
        quotes: Vec<QuoteV1>,
    }
}
body! {
    /// Kind 12.
    SetGroupV1 { account: u32, group: [u8; 16], lots: u32, window_seconds: u32 }
}
body! {
    /// Kind 13.
    ResetGroupV1 { account: u32, group: [u8; 16] }
}
body! {
    /// Kind 14.
    CancelAllAfterV1 { account: u32, seconds: u32 }
}
body! {
    /// Kind 15.
    ConnectV1 { account: u32 }
}
body! {
    /// Kind 16.
    DisconnectV1 { session: u64 }
}

pub(super) fn post_only(code: u8) -> Result<PostOnly, FieldError> {
    let all = [PostOnly::No, PostOnly::Reject, PostOnly::Slide];
    all.into_iter().find(|&mode| mode as u8 == code).ok_or("post_only")
}

pub(super) fn time_in_force(code: u8, expiry: Option<u64>) -> Result<TimeInForce, FieldError> {
    if let Some(expiry) = expiry {
        let date = TimeInForce::Gtd(Timestamp(expiry));
        return if date.code() == code { Ok(date) } else { Err("expiry") };
    }
    let all = [TimeInForce::Gtc, TimeInForce::Ioc, TimeInForce::Fok, TimeInForce::Day, TimeInForce::Auction];
    all.into_iter().find(|tif| tif.code() == code).ok_or("time_in_force")
}

impl From<&model::AddOrder> for AddOrderV2 {
    fn from(add: &model::AddOrder) -> Self {
        let (order_type, price, max_total) = match add.kind {
            OrderKind::Limit(price) => (1, price.0, None),
            OrderKind::Market { max_total } => (2, 0, max_total),
        };
        let expiry = match add.time_in_force {
            TimeInForce::Gtd(at) => Some(at.0),
            _ => None,
        };
        let extras = ExtrasV2 {
            stop: add.stop.map(|price| price.0),
            display: add.display.map(|lots| lots.0),
            min_lots: add.min_lots.map(|lots| lots.0),
            expiry,
        };
        AddOrderV2 {
            account: add.account.0,
            instrument: add.instrument.0,
            side: add.side as u8,
            order_type,
            price,
            max_total_cents: max_total.map(|cash| cash.0),
            lots: add.lots.0,
            time_in_force: add.time_in_force.code(),
            post_only: add.post_only as u8,
            self_trade: add.self_trade as u8,
            cl_ord_id: pad_id(add.cl_ord_id),
            session: add.session.map(|session| session.0),
            deadline: add.deadline.map(|at| at.0),
            extras: (extras != ExtrasV2::NONE).then_some(extras),
        }
    }
}

impl ExtrasV2 {
    const NONE: ExtrasV2 = ExtrasV2 { stop: None, display: None, min_lots: None, expiry: None };
}

impl TryFrom<AddOrderV2> for model::Command {
    type Error = FieldError;
    fn try_from(body: AddOrderV2) -> Result<Self, FieldError> {
        if body.extras == Some(ExtrasV2::NONE) {
            return Err("extras"); // two spellings of one order
        }
        let extras = body.extras.unwrap_or(ExtrasV2::NONE);
        Ok(model::Command::AddOrder(model::AddOrder {
            account: AccountId(body.account),
            instrument: InstrumentId(body.instrument),
            side: side(body.side)?,
            kind: order_kind(body.order_type, body.price, body.max_total_cents)?,
            stop: extras.stop.map(Price),
            lots: Lots(body.lots),
            display: extras.display.map(Lots),
            min_lots: extras.min_lots.map(Lots),
            time_in_force: time_in_force(body.time_in_force, extras.expiry)?,
            post_only: post_only(body.post_only)?,
            self_trade: self_trade(body.self_trade)?,
            cl_ord_id: cl_ord_id(&body.cl_ord_id)?,
            session: body.session.map(SessionId),
            deadline: body.deadline.map(Timestamp),
        }))
    }
}

impl From<&model::AmendOrder> for AmendOrderV2 {
    fn from(amend: &model::AmendOrder) -> Self {
        let (order_id, cl_ord_id) = split_ref(amend.order);
        AmendOrderV2 {
            account: amend.account.0,
            order_id,
            cl_ord_id,
            lots: amend.lots.map(|lots| lots.0),
            price: amend.price.map(|price| price.0),
            post_only: amend.post_only,
            stop: amend.stop.map(|price| price.0),
            display: amend.display.map(|lots| lots.0),
            deadline: amend.deadline.map(|at| at.0),
        }
    }
}

impl TryFrom<AmendOrderV2> for model::Command {
    type Error = FieldError;
    fn try_from(body: AmendOrderV2) -> Result<Self, FieldError> {
        Ok(model::Command::AmendOrder(model::AmendOrder {
            account: AccountId(body.account),
            order: order_ref(body.order_id, &body.cl_ord_id)?,
            lots: body.lots.map(Lots),
            price: body.price.map(Price),
            post_only: body.post_only,
            stop: body.stop.map(Price),
            display: body.display.map(Lots),
            deadline: body.deadline.map(Timestamp),
        }))
    }
}

impl CancelOrderV1 {
    pub fn new(account: AccountId, order: model::OrderRef) -> Self {
        let (order_id, cl_ord_id) = split_ref(order);
        CancelOrderV1 { account: account.0, order_id, cl_ord_id }
    }
}

impl TryFrom<CancelOrderV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: CancelOrderV1) -> Result<Self, FieldError> {
        let order = order_ref(body.order_id, &body.cl_ord_id)?;
        Ok(model::Command::CancelOrder { account: AccountId(body.account), order })
    }
}

impl CancelAllV2 {
    pub fn new(account: AccountId, filter: &model::CancelFilter) -> Self {
        CancelAllV2 {
            account: account.0,
            instrument: filter.instrument.map(|instrument| instrument.0),
            side: filter.side.map(|side| side as u8),
            programme: filter.programme.map(|programme| pad(programme.as_str())),
            group: filter.group.map(|group| pad(group.as_str())),
        }
    }
}

impl TryFrom<CancelAllV2> for model::Command {
    type Error = FieldError;
    fn try_from(body: CancelAllV2) -> Result<Self, FieldError> {
        let filter = model::CancelFilter {
            instrument: body.instrument.map(InstrumentId),
            side: body.side.map(side).transpose()?,
            programme: body.programme.as_ref().map(super::programme).transpose()?,
            group: body.group.as_ref().map(group_name).transpose()?,
        };
        Ok(model::Command::CancelAll { account: AccountId(body.account), filter })
    }
}

impl From<&model::QuoteSide> for QuoteSideV1 {
    fn from(side: &model::QuoteSide) -> Self {
        QuoteSideV1 { price: side.price.0, lots: side.lots.0 }
    }
}

impl From<&QuoteSideV1> for model::QuoteSide {
    fn from(side: &QuoteSideV1) -> Self {
        model::QuoteSide { price: Price(side.price), lots: Lots(side.lots) }
    }
}

impl From<&model::MassQuote> for MassQuoteV1 {
    fn from(mass: &model::MassQuote) -> Self {
        assert!(mass.quotes.len() <= limits::QUOTES_PER_COMMAND, "{} quotes cannot be recorded", mass.quotes.len());
        let quotes = mass.quotes.iter().map(|quote| QuoteV1 {
            instrument: quote.instrument.0,
            bid: quote.bid.as_ref().map(Into::into),
            ask: quote.ask.as_ref().map(Into::into),
        });
        MassQuoteV1 {
            account: mass.account.0,
            session: mass.session.0,
            group: mass.group.map(|group| pad(group.as_str())),
            quote_id: mass.quote_id,
            post_only: mass.post_only as u8,
            deadline: mass.deadline.map(|at| at.0),
            quotes: quotes.collect(),
        }
    }
}

impl TryFrom<MassQuoteV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: MassQuoteV1) -> Result<Self, FieldError> {
        if body.quotes.len() > limits::QUOTES_PER_COMMAND {
            return Err("quotes");
        }
        let quotes = body.quotes.iter().map(|quote| model::Quote {
            instrument: InstrumentId(quote.instrument),
            bid: quote.bid.as_ref().map(Into::into),
            ask: quote.ask.as_ref().map(Into::into),
        });
        Ok(model::Command::MassQuote(model::MassQuote {
            account: AccountId(body.account),
            session: SessionId(body.session),
            group: body.group.as_ref().map(group_name).transpose()?,
            quote_id: body.quote_id,
            post_only: post_only(body.post_only)?,
            quotes: quotes.collect(),
            deadline: body.deadline.map(Timestamp),
        }))
    }
}

impl SetGroupV1 {
    pub fn new(account: AccountId, group: GroupName, rule: GroupRule) -> Self {
        let (lots, window_seconds) = (rule.lots.0, rule.window_seconds);
        SetGroupV1 { account: account.0, group: pad(group.as_str()), lots, window_seconds }
    }
}

impl TryFrom<SetGroupV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: SetGroupV1) -> Result<Self, FieldError> {
        let (account, group) = (AccountId(body.account), group_name(&body.group)?);
        let rule = GroupRule { lots: Lots(body.lots), window_seconds: body.window_seconds };
        Ok(model::Command::SetGroup { account, group, rule })
    }
}

impl TryFrom<ResetGroupV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: ResetGroupV1) -> Result<Self, FieldError> {
        Ok(model::Command::ResetGroup { account: AccountId(body.account), group: group_name(&body.group)? })
    }
}

impl TryFrom<CancelAllAfterV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: CancelAllAfterV1) -> Result<Self, FieldError> {
        Ok(model::Command::CancelAllAfter { account: AccountId(body.account), seconds: body.seconds })
    }
}

impl TryFrom<ConnectV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: ConnectV1) -> Result<Self, FieldError> {
        Ok(model::Command::Connect { account: AccountId(body.account) })
    }
}

impl TryFrom<DisconnectV1> for model::Command {
    type Error = FieldError;
    fn try_from(body: DisconnectV1) -> Result<Self, FieldError> {
        Ok(model::Command::Disconnect { session: SessionId(body.session) })
    }
}
