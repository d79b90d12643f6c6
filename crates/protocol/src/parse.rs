//! Reading requests.
//!
//! The order of checks is part of the protocol: the message is JSON, its fields are known and there once, `req_id`,
//! `method`, `account`, `time`, then the fields of `params` as their table lists them, then how they go together.

use crate::fields::{Fields, FromRaw, Wrong, missing, one_or_many, text};
use crate::funding;
use crate::operating::{self, SetReferenceParams};
use crate::orders;
use crate::params::{
    AddOrderParams, AmendOrderParams, CancelAllParams, CancelOrderParams, LoginParams, MAX_CANCELS, SetPhaseParams,
    SubscribeParams, Triggers, UnsubscribeParams,
};
use crate::programmes::{self, WatchExpiryParams};
use crate::quoting::{self, CancelAfterParams, ResetGroupParams, SetGroupParams};
use crate::refusal::{Refusal, RequestError, clipped};
use crate::registry;
use crate::request::{Call, Request};
use crate::settling::{self, AcceptParams, ClawBackParams, ContributeParams};
use crate::words::{BookDepth, Channel, Method, OrderType, TimeInForceWord};
use std::borrow::Cow;
use unspent_model::{AccountName, ClOrdId, Interval, OrderId, OrderRef, Reason, Reject, Symbol};

/// The most symbols of one subscription.
const MAX_SYMBOLS: usize = 1_000;

/// The fields of `add_order`. `validate` and `token` are its alone; a `batch_add` lists orders with the others.
pub(crate) const ADD_ORDER: &[&str] = &[
    "symbol",
    "side",
    "order_type",
    "order_qty",
    "limit_price",
    "max_total",
    "triggers",
    "display_qty",
    "decay",
    "any_of",
    "min_qty",
    "time_in_force",
    "expire_time",
    "post_only",
    "post_only_mode",
    "stp_type",
    "cl_ord_id",
    "deadline",
    "validate",
    "token",
];

/// Reads a request as a connection sends it.
///
/// # Errors
/// [`RequestError`]: what could be read of it, and what was wrong.
pub fn parse_request(text: &str) -> Result<Request, RequestError> {
    read(text, false)
}

/// Reads a request of the filter: with the operator's methods, and `account` and `time` beside `method`.
///
/// # Errors
/// [`RequestError`]: what could be read of it, and what was wrong.
pub fn parse_filter_request(text: &str) -> Result<Request, RequestError> {
    read(text, true)
}

/// Reads the `params` of a connection's method, for a request that names its method and its sender in another way: over
/// HTTP. A `token` is not taken.
///
/// # Errors
/// As [`parse_request`], from the third step of the order of checks on.
pub fn parse_params(method: Method, params: &str) -> Result<Call, Refusal> {
    match call(method, params, None, None)? {
        (call, None) => Ok(call),
        (_, Some(_)) => Err(Refusal::field("token", "is not taken over HTTP; sign the request")),
    }
}

/// Reads the `params` of what an operator asks over HTTP: those of the method, and beside them `reason`, which must be there.
///
/// # Errors
/// As [`parse_params`].
pub fn parse_operator(method: Method, params: &str) -> Result<(Call, Reason), Refusal> {
    let (call, reason) = call(method, params, None, Some("reason"))?;
    let reason = reason.ok_or_else(|| missing("reason"))?;
    let reason = Reason::parse(&reason).map_err(|error| Refusal::field("reason", error))?;
    Ok((call, reason))
}

fn read(message: &str, filter: bool) -> Result<Request, RequestError> {
    let known: &[&str] =
        if filter { &["method", "params", "req_id", "account", "time"] } else { &["method", "params", "req_id"] };
    let mut fields = Fields::new(known, &[]);
    let scanned = fields.scan(message);
    checked(&mut fields, scanned, filter).map_err(|refusal| {
        let method = fields.raw("method").and_then(|raw| text(raw).ok()).map(|name| match Method::find(&name, true) {
            Ok(method) => Cow::Borrowed(method.name()),
            Err(_) => Cow::Owned(clipped(&name).to_owned()),
        });
        let req_id = fields.raw("req_id").and_then(|raw| i64::from_raw(raw).ok());
        RequestError { method, req_id, refusal: Box::new(refusal) }
    })
}

/// What the reader says of a text may hold all of the text: an answer must not be as long as whatever was asked.
fn no_object(what: &str, error: &serde_json::Error) -> Refusal {
    let error = error.to_string();
    let said = &error[..error.floor_char_boundary(200)];
    Refusal::new(Reject::MalformedMessage, format!("{what} is no JSON object: {said}"))
}

fn checked(fields: &mut Fields<'_>, scanned: Result<(), serde_json::Error>, filter: bool) -> Result<Request, Refusal> {
    scanned.map_err(|error| no_object("the message", &error))?;
    if let Some(wrong) = fields.wrong.take() {
        return Err(wrong);
    }
    let req_id = fields.option("req_id")?;
    let method = fields.option_with("method", |raw| {
        let name = text(raw)?;
        Method::find(&name, filter).map_err(|message| Wrong { reject: Reject::UnknownMethod, message })
    })?;
    let method = method.ok_or_else(|| missing("method"))?;
    let (account, time) = if filter { (fields.option("account")?, fields.option("time")?) } else { (None, None) };
    let params = fields.raw("params").unwrap_or("{}");
    let (call, token) = call(method, params, account, None)?;
    Ok(Request { call, req_id, token, account, time })
}

/// What is asked, and the text that stands beside it: the token that it is asked with, or the field `beside` when there is one.
fn call(
    method: Method,
    params: &str,
    account: Option<AccountName>,
    beside: Option<&'static str>,
) -> Result<(Call, Option<String>), Refusal> {
    let (known, later): (&[&str], &[&str]) = match method {
        Method::Ping | Method::Logout | Method::Clock => (&[], &[]),
        Method::Login => (&["api_key", "signature", "cancel_on_disconnect"], &[]),
        Method::Subscribe => (
            &[
                "channel",
                "symbol",
                "depth",
                "interval",
                "snapshot",
                "snap_orders",
                "snap_trades",
                "from_seq",
                "from_exec_seq",
                "token",
            ],
            &[],
        ),
        Method::Unsubscribe => (&["channel", "symbol", "depth", "interval", "token"], &[]),
        Method::AddOrder => (ADD_ORDER, &[]),
        Method::BatchAdd => (&["orders", "token"], &["symbol", "deadline", "validate"]),
        Method::QueryOrder => (&["order_id", "cl_ord_id", "token"], &[]),
        Method::AmendOrder => (
            &[
                "order_id",
                "cl_ord_id",
                "order_qty",
                "limit_price",
                "trigger_price",
                "display_qty",
                "post_only",
                "deadline",
                "token",
            ],
            &["validate"],
        ),
        Method::CancelOrder => (&["order_id", "cl_ord_id", "token"], &[]),
        Method::CancelAll => (&["symbol", "side", "programme", "group", "token"], &[]),
        Method::CancelAllOrdersAfter => (&["timeout", "token"], &[]),
        Method::MassQuote => {
            (&["group", "quote_id", "post_only", "post_only_mode", "quotes", "deadline", "token"], &["validate"])
        }
        Method::SetGroup => (&["group", "lots", "window", "token"], &[]),
        Method::ResetGroup => (&["group", "token"], &[]),
        Method::Deliver | Method::Dispute => (&["settlement_id", "evidence", "token"], &[]),
        Method::Accept => (&["settlement_id", "token"], &[]),
        Method::RegisterLots | Method::WithdrawLots => (&["account", "symbol", "level", "qty"], &[]),
        Method::Rule => (&["settlement_id", "ruling", "lots"], &[]),
        Method::ClawBack => (&["settlement_id", "lots"], &[]),
        Method::Contribute => (&["amount"], &[]),
        Method::SetTerms => (settling::TERMS, &[]),
        Method::SetRules => (
            &[
                "symbol",
                "auction_tick",
                "auction_bp",
                "dynamic_range",
                "static_range",
                "entry_range",
                "volatility_seconds",
                "random_end_seconds",
                "dominance",
            ],
            &[],
        ),
        Method::SetSchedule => (&["symbol", "entries", "last_trade"], &[]),
        Method::SetReference => (&["symbol", "price"], &[]),
        Method::SetLimits => (&["account", "open_orders", "open_notional", "orders_per_second", "burst"], &[]),
        Method::Kill => (&["programme", "account", "engaged"], &[]),
        Method::ListInstrument => (programmes::LIST_INSTRUMENT, &[]),
        Method::SetProgramme => (programmes::SET_PROGRAMME, &[]),
        Method::Permit => (programmes::PERMIT, &[]),
        Method::RevokePermit => (programmes::REVOKE_PERMIT, &[]),
        Method::WatchExpiry => (&["symbol"], &[]),
        Method::RegisterHolding => (registry::REGISTER, &[]),
        Method::SetHoldingLevel => (&["holding_id", "level"], &[]),
        Method::ListHolding | Method::DelistHolding => (registry::LOTS, &[]),
        Method::WithdrawHolding => (&["account", "holding_id"], &[]),
        Method::Connect | Method::Disconnect => (&[], &[]),
        Method::DepositCash => (funding::FUND_CASH, &[]),
        Method::DepositCredits => (funding::FUND_CREDITS, &[]),
        Method::OpenAccount => (&["account", "owner_group"], &[]),
        Method::SetAccount => (&["account", "state"], &[]),
        Method::WithdrawCash => (funding::FUND_CASH, &[]),
        Method::WithdrawCredits => (funding::FUND_CREDITS, &[]),
        Method::DecideWithdrawal => (&["withdrawal", "approve"], &[]),
        Method::SetFundingRules => (funding::FUNDING_RULES, &[]),
        Method::BustTrade => (&["symbol", "trade_id"], &[]),
        Method::AdjustTrade => (&["symbol", "trade_id", "price"], &[]),
        Method::SetPhase => (&["symbol", "phase"], &[]),
    };
    if !params.starts_with('{') {
        return Err(Refusal::field("params", "must be an object"));
    }
    let mut fields = Fields::new(known, later).beside(beside);
    fields.scan(params).map_err(|error| no_object("params", &error))?;
    if let Some(wrong) = fields.wrong.take() {
        return Err(wrong);
    }
    let f = &fields;
    let call = match method {
        Method::Ping => Call::Ping,
        Method::Logout => Call::Logout,
        Method::Clock => Call::Clock,
        Method::Login => Call::Login(LoginParams {
            api_key: f.required("api_key")?,
            signature: f.option("signature")?,
            cancel_on_disconnect: f.option("cancel_on_disconnect")?,
        }),
        Method::Subscribe => Call::Subscribe(subscribe(f)?),
        Method::Unsubscribe => Call::Unsubscribe(unsubscribe(f)?),
        Method::AddOrder => {
            let params = add_order(f)?;
            if f.option("validate")?.unwrap_or(false) { Call::Validate(params) } else { Call::AddOrder(params) }
        }
        Method::BatchAdd => Call::BatchAdd(orders::batch_add(f)?),
        Method::QueryOrder => Call::QueryOrder(orders::query_order(f)?),
        Method::AmendOrder => Call::AmendOrder(amend_order(f)?),
        Method::CancelOrder => Call::CancelOrder(cancel_order(f)?),
        Method::CancelAll => Call::CancelAll(CancelAllParams {
            symbol: f.option("symbol")?,
            side: f.option("side")?,
            programme: f.option("programme")?,
            group: f.option("group")?,
        }),
        Method::CancelAllOrdersAfter => {
            Call::CancelAllOrdersAfter(CancelAfterParams { timeout: f.required("timeout")? })
        }
        Method::MassQuote => Call::MassQuote(quoting::mass_quote(f)?),
        Method::SetGroup => Call::SetGroup(SetGroupParams {
            group: f.required("group")?,
            lots: f.required("lots")?,
            window: f.required("window")?,
        }),
        Method::ResetGroup => Call::ResetGroup(ResetGroupParams { group: f.required("group")? }),
        Method::Deliver => Call::Deliver(settling::evidence(f)?),
        Method::Accept => Call::Accept(AcceptParams { settlement_id: f.required("settlement_id")? }),
        Method::Dispute => Call::Dispute(settling::evidence(f)?),
        Method::RegisterLots => Call::RegisterLots(settling::promise(f, whose(f, account)?)?),
        Method::WithdrawLots => Call::WithdrawLots(settling::promise(f, whose(f, account)?)?),
        Method::Rule => Call::Rule(settling::rule(f)?),
        Method::ClawBack => {
            Call::ClawBack(ClawBackParams { settlement_id: f.required("settlement_id")?, lots: f.required("lots")? })
        }
        Method::Contribute => Call::Contribute(ContributeParams { amount: f.required("amount")? }),
        Method::SetTerms => Call::SetTerms(Box::new(settling::terms(f)?)),
        Method::SetRules => Call::SetRules(operating::set_rules(f)?),
        Method::SetSchedule => Call::SetSchedule(operating::set_schedule(f)?),
        Method::SetReference => Call::SetReference(SetReferenceParams {
            symbol: f.required("symbol")?,
            price: f.amount("price", Reject::InvalidPrice)?.ok_or_else(|| missing("price"))?,
        }),
        Method::SetLimits => Call::SetLimits(operating::set_limits(f, whose(f, account)?)?),
        Method::Kill => Call::Kill(operating::kill(f)?),
        Method::ListInstrument => Call::ListInstrument(programmes::list_instrument(f)?),
        Method::SetProgramme => Call::SetProgramme(programmes::set_programme(f)?),
        Method::Permit => Call::Permit(programmes::permit(f, whose(f, account)?)?),
        Method::RevokePermit => Call::RevokePermit(programmes::revoke_permit(f, whose(f, account)?)?),
        Method::WatchExpiry => Call::WatchExpiry(WatchExpiryParams { symbol: f.required("symbol")? }),
        Method::RegisterHolding => Call::RegisterHolding(Box::new(registry::register(f, whose(f, account)?)?)),
        Method::SetHoldingLevel => Call::SetHoldingLevel(registry::level(f)?),
        Method::ListHolding => Call::ListHolding(registry::lots(f, whose(f, account)?)?),
        Method::DelistHolding => Call::DelistHolding(registry::lots(f, whose(f, account)?)?),
        Method::WithdrawHolding => Call::WithdrawHolding(registry::withdraw(f, whose(f, account)?)?),
        Method::Connect => Call::Connect,
        Method::Disconnect => Call::Disconnect,
        Method::DepositCash => Call::DepositCash(funding::fund_cash(f, whose(f, account)?)?),
        Method::DepositCredits => Call::DepositCredits(funding::fund_credits(f, whose(f, account)?)?),
        Method::OpenAccount => Call::OpenAccount(funding::open_account(f, whose(f, account)?)?),
        Method::SetAccount => Call::SetAccount(funding::set_account(f, whose(f, account)?)?),
        Method::WithdrawCash => Call::WithdrawCash(funding::fund_cash(f, whose(f, account)?)?),
        Method::WithdrawCredits => Call::WithdrawCredits(funding::fund_credits(f, whose(f, account)?)?),
        Method::DecideWithdrawal => Call::DecideWithdrawal(funding::decide_withdrawal(f)?),
        Method::SetFundingRules => Call::SetFundingRules(funding::set_funding_rules(f)?),
        Method::BustTrade => Call::BustTrade(funding::bust_trade(f)?),
        Method::AdjustTrade => Call::AdjustTrade(funding::adjust_trade(f)?),
        Method::SetPhase => {
            Call::SetPhase(SetPhaseParams { symbol: f.required("symbol")?, phase: f.required("phase")? })
        }
    };
    // The last of the fields, as in the tables.
    let text = match beside {
        Some(_) if known.contains(&"token") && f.raw("token").is_some() => {
            return Err(Refusal::field("token", "is not taken over HTTP; sign the request"));
        }
        Some(field) => f.option(field)?,
        None if known.contains(&"token") => f.option("token")?,
        None => None,
    };
    Ok((call, text))
}

fn subscribe(f: &Fields<'_>) -> Result<SubscribeParams, Refusal> {
    let UnsubscribeParams { channel, symbols, depth, interval } = unsubscribe(f)?;
    let snapshot = f.option("snapshot")?;
    // Kraken's words for executions: the first is `snapshot`, the second asks for fills of before, which are REST's here.
    let snap_orders: Option<bool> = f.option("snap_orders")?;
    let snap_trades: Option<bool> = f.option("snap_trades")?;
    for (field, given) in [("snap_orders", snap_orders), ("snap_trades", snap_trades)] {
        if given.is_some() && channel != Channel::Executions {
            let name = crate::form::Shown(&channel);
            return Err(Refusal::field(field, format_args!("is not taken by {name}, only by executions")));
        }
    }
    if snapshot.is_some() && snap_orders.is_some() {
        return Err(Refusal::field("snap_orders", "says the same as snapshot; give one of the two"));
    }
    let snapshot = snapshot.or(snap_orders);
    let from_seq = f.option("from_seq")?;
    let from_exec_seq = f.option("from_exec_seq")?;
    let name = crate::form::Shown(&channel);
    if from_seq.is_some() && (channel.has_depth() || channel == Channel::Executions) {
        let instead = if channel.has_depth() { "a book starts with a snapshot" } else { "use from_exec_seq" };
        return Err(Refusal::field("from_seq", format_args!("is not taken by {name}: {instead}")));
    }
    if from_exec_seq.is_some() && channel != Channel::Executions {
        return Err(Refusal::field("from_exec_seq", format_args!("is not taken by {name}, only by executions")));
    }
    Ok(SubscribeParams { channel, symbols, depth, interval, snapshot, from_seq, from_exec_seq })
}

fn unsubscribe(f: &Fields<'_>) -> Result<UnsubscribeParams, Refusal> {
    let channel = f.option_with("channel", |raw| {
        let name = text(raw)?;
        Channel::find(&name).map_err(|message| Wrong { reject: Reject::UnknownChannel, message })
    })?;
    let channel = channel.ok_or_else(|| missing("channel"))?;
    let symbols = f.option_with("symbol", |raw| one_or_many(raw, MAX_SYMBOLS, Symbol::from_raw))?.unwrap_or_default();
    let depth = f.option_with("depth", |raw| {
        let offered = BookDepth::of(channel);
        let levels = u64::from_raw(raw).ok().and_then(BookDepth::from_levels).filter(|depth| offered.contains(depth));
        let all = || offered.iter().map(|depth| depth.levels().to_string()).collect::<Vec<_>>().join(", ");
        levels.ok_or_else(|| Wrong { reject: Reject::InvalidDepth, message: format!("must be one of: {}", all()) })
    })?;
    let interval = f.option_with("interval", |raw| {
        let interval = u32::from_raw(raw).ok().and_then(Interval::from_minutes);
        interval.ok_or_else(|| crate::interval::choices().into())
    })?;
    let name = crate::form::Shown(&channel);
    match (channel.takes_symbols(), symbols.is_empty()) {
        (true, true) => return Err(Refusal::field("symbol", format_args!("is missing; {name} needs at least one"))),
        (false, false) => return Err(Refusal::field("symbol", format_args!("is not taken by {name}"))),
        _ => {}
    }
    if depth.is_some() && !channel.has_depth() {
        return Err(Refusal::field("depth", format_args!("is not taken by {name}, only by book and level3")));
    }
    if interval.is_some() && channel != Channel::Ohlc {
        return Err(Refusal::field("interval", format_args!("is not taken by {name}, only by ohlc")));
    }
    Ok(UnsubscribeParams { channel, symbols, depth, interval })
}

pub(crate) fn add_order(f: &Fields<'_>) -> Result<AddOrderParams, Refusal> {
    let params = AddOrderParams {
        symbol: f.required("symbol")?,
        side: f.required("side")?,
        order_type: f.required("order_type")?,
        order_qty: f.amount("order_qty", Reject::InvalidQuantity)?.ok_or_else(|| missing("order_qty"))?,
        limit_price: f.amount("limit_price", Reject::InvalidPrice)?,
        max_total: f.option("max_total")?,
        triggers: f.option_with("triggers", triggers)?,
        display_qty: f.amount("display_qty", Reject::InvalidDisplay)?,
        decay: f.option_with("decay", crate::decay::params)?,
        any_of: f.option_with("any_of", crate::linked::params)?.unwrap_or_default(),
        min_qty: f.amount("min_qty", Reject::InvalidMinimum)?,
        time_in_force: f.option("time_in_force")?,
        expire_time: f.option("expire_time")?,
        post_only: f.option("post_only")?.unwrap_or(false),
        post_only_mode: f.option("post_only_mode")?,
        stp_type: f.option("stp_type")?,
        cl_ord_id: f.option("cl_ord_id")?,
        deadline: f.option("deadline")?,
    };
    let kind = params.order_type;
    let name = crate::form::Shown(&kind);
    let gtd = params.time_in_force == Some(TimeInForceWord::Gtd);
    // What a type needs and what it does not take, field by field.
    let fields = [
        ("limit_price", kind.has_limit(), params.limit_price.is_some()),
        ("triggers", kind.has_trigger(), params.triggers.is_some()),
        ("display_qty", kind == OrderType::Iceberg, params.display_qty.is_some()),
        ("decay", kind == OrderType::Decay, params.decay.is_some()),
    ];
    for (field, needed, given) in fields {
        match (needed, given) {
            (true, false) => return Err(Refusal::field(field, format_args!("is missing; order_type {name} needs it"))),
            (false, true) => return Err(Refusal::field(field, format_args!("is not taken by order_type {name}"))),
            _ => {}
        }
    }
    if !params.any_of.is_empty() && kind != OrderType::Limit {
        return Err(Refusal::field("any_of", format_args!("is not taken by order_type {name}, only by limit")));
    }
    if params.max_total.is_some() && kind.has_limit() {
        return Err(Refusal::field(
            "max_total",
            format_args!("is not taken by order_type {name}, only by a market buy"),
        ));
    }
    match (gtd, params.expire_time.is_some()) {
        (true, false) => return Err(Refusal::field("expire_time", "is missing; time_in_force gtd needs it")),
        (false, true) => return Err(Refusal::field("expire_time", "is taken with time_in_force gtd only")),
        _ => {}
    }
    quoting::post_only(params.post_only, params.post_only_mode)?;
    Ok(params)
}

fn triggers(raw: &str) -> Result<Triggers, Wrong> {
    let mut f = Fields::new(&["price"], &["reference", "price_type"]);
    quoting::inner(&mut f, raw)?;
    let price = f.amount("price", Reject::InvalidStopPrice).map_err(quoting::told)?;
    Ok(Triggers { price: price.ok_or("must have a price")? })
}

fn amend_order(f: &Fields<'_>) -> Result<AmendOrderParams, Refusal> {
    let order = orders::named(f)?;
    let params = AmendOrderParams {
        order,
        order_qty: f.amount("order_qty", Reject::InvalidQuantity)?,
        limit_price: f.amount("limit_price", Reject::InvalidPrice)?,
        trigger_price: f.amount("trigger_price", Reject::InvalidStopPrice)?,
        display_qty: f.amount("display_qty", Reject::InvalidDisplay)?,
        post_only: f.option("post_only")?,
        deadline: f.option("deadline")?,
    };
    let changes = [params.order_qty, params.limit_price, params.trigger_price, params.display_qty];
    if changes.iter().all(Option::is_none) {
        let message = "is missing; an amend changes order_qty, limit_price, trigger_price or display_qty";
        return Err(Refusal::field("order_qty", message));
    }
    Ok(params)
}

fn cancel_order(f: &Fields<'_>) -> Result<CancelOrderParams, Refusal> {
    let ids = f.option_with("order_id", |raw| one_or_many(raw, MAX_CANCELS, OrderId::from_raw))?.unwrap_or_default();
    let names = f.option_with("cl_ord_id", |raw| one_or_many(raw, MAX_CANCELS, ClOrdId::from_raw))?.unwrap_or_default();
    let mut orders: Vec<OrderRef> = ids.into_iter().map(OrderRef::Id).collect();
    orders.extend(names.into_iter().map(OrderRef::ClOrdId));
    match orders.len() {
        0 => Err(Refusal::field("order_id", "is missing; name the orders by order_id or cl_ord_id")),
        1..=MAX_CANCELS => Ok(CancelOrderParams { orders }),
        _ => Err(Refusal::field(
            "cl_ord_id",
            format_args!("is too long; a request cancels at most {MAX_CANCELS} orders"),
        )),
    }
}

/// The account of an operator's deposit: in `params`, or else beside `method`; in both places it must be the same.
fn whose(f: &Fields<'_>, beside: Option<AccountName>) -> Result<AccountName, Refusal> {
    match (f.option("account")?, beside) {
        (Some(account), Some(beside)) if account != beside => {
            Err(Refusal::field("account", format_args!("is {account} in params but {beside} beside method")))
        }
        (Some(account), _) | (None, Some(account)) => Ok(account),
        (None, None) => Err(missing("account")),
    }
}
