//! `/0/private`: what a key may see and do, signed with HMAC-SHA512.

use super::order::{self, FillText, OrderText, Params};
use super::public::nanoseconds;
use super::{Answer, Envelope, venue};
use crate::announcer::Announcer;
use crate::asking::ask_of;
use crate::clock::now;
use crate::http::arguments::{Arguments, wrong};
use crate::http::{Front, HANDSHAKE, Peer};
use crate::keys::{Denied, Grant, Scope, TOKEN_SECONDS};
use crate::rates::{clock, refusal};
use crate::server::{MAX_MESSAGE_BYTES, Shared};
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use unspent_marketdata::{AccountFill, ClosedOrder};
use unspent_model::{AccountId, Cash, ClOrdId, OrderId, Reject, Timestamp};
use unspent_protocol::{Call, Refusal, ReplyResult, dollars, parse_order_id};

/// A signed request, proved.
struct Caller {
    shared: Arc<Shared>,
    grant: Grant,
    account: AccountId,
    arguments: Arguments,
}

impl Caller {
    fn may(&self, scope: Scope) -> Answer<()> {
        if self.grant.may(scope) {
            return Ok(());
        }
        Err(Refusal::new(Reject::NotPermitted, format!("this key lacks the scope {}", scope.name())))
    }

    /// Gives the command of a request that the websocket takes too.
    async fn carry_out(&self, call: Call) -> Answer<ReplyResult> {
        let time_in = now();
        let method = call.method();
        self.shared.rates.key(self.grant.id()).count(&call)?;
        let ask = ask_of(&self.shared, self.account, call)?;
        let reply = self.shared.carry_out(method, ask, time_in).await?;
        reply.outcome.map_err(|error| {
            let reject = Reject::from_code(error.detail.code).unwrap_or(Reject::InvalidField);
            Refusal {
                available: error.detail.available,
                field: error.detail.field,
                ..Refusal::new(reject, error.detail.message)
            }
        })
    }
}

/// `POST /0/private/{name}`.
pub(super) async fn private(
    State(front): State<Arc<Front>>,
    Extension(peer): Extension<Peer>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let caller = match identify(&front, peer, head.uri.path(), &head.headers, body).await {
        Ok(caller) => caller,
        Err(refusal) => return Envelope::<()>(Err(refusal)).into_response(),
    };
    match name.as_str() {
        "GetWebSocketsToken" => Envelope(token(caller)).into_response(),
        "Balance" => Envelope(balance(caller).await).into_response(),
        "BalanceEx" => Envelope(extended_balance(caller).await).into_response(),
        "OpenOrders" => Envelope(open_orders(caller).await).into_response(),
        "ClosedOrders" => Envelope(closed_orders(caller).await).into_response(),
        "QueryOrders" => Envelope(query_orders(caller).await).into_response(),
        "TradesHistory" => Envelope(trades_history(caller).await).into_response(),
        "AddOrder" => Envelope(add_order(caller).await).into_response(),
        "AmendOrder" => Envelope(amend_order(caller).await).into_response(),
        "CancelOrder" => Envelope(cancel_order(caller).await).into_response(),
        "CancelAll" => Envelope(cancel_all(caller).await).into_response(),
        "CancelAllOrdersAfter" => Envelope(cancel_after(caller).await).into_response(),
        _ => Envelope::<()>(Err(Refusal::new(Reject::UnknownMethod, "this is not offered here"))).into_response(),
    }
}

/// Proves who sent a request.
async fn identify(front: &Front, peer: Peer, path: &str, headers: &HeaderMap, body: Body) -> Answer<Caller> {
    let shared = venue(front)?;
    let body = tokio::time::timeout(HANDSHAKE, axum::body::to_bytes(body, MAX_MESSAGE_BYTES)).await;
    let body: Bytes = body
        .map_err(|_| {
            let message = format!("the body took longer than {} seconds", HANDSHAKE.as_secs());
            Refusal::new(Reject::MalformedMessage, message)
        })?
        .map_err(|_| {
            let message = format!("a request must be whole and have at most {MAX_MESSAGE_BYTES} bytes");
            Refusal::new(Reject::MessageTooLarge, message)
        })?;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let failed = || Refusal::new(Reject::LoginFailed, "API-Key and API-Sign do not prove a key of this venue");
    let (Some(key), Some(sign)) = (header("api-key"), header("api-sign")) else { return Err(failed()) };
    let mut arguments = Arguments::read(&body)?;
    let nonce = arguments.take("nonce").unwrap_or_default();
    // One-time passwords are not asked for.
    arguments.take("otp");
    let address = front.rates.addresses.of(peer.0, clock());
    address.may_log_in(clock()).map_err(|wait| refusal("failed logins of this address", wait))?;
    let proved = shared.keys.verify_kraken(key, path, &nonce, &body, sign, peer.0);
    if proved.is_err() {
        address.failed(clock());
    }
    let grant = proved.map_err(|denied| match denied {
        Denied::Nonce => Refusal::at(Reject::LoginFailed, "nonce", "nonce must be greater than the key's last"),
        Denied::Busy => {
            Refusal::new(Reject::Busy, "too many requests of this key are remembered; try again in a second")
        }
        Denied::Credentials | Denied::Late => failed(),
    })?;
    let account = shared.directory.read().account(grant.account()).ok_or_else(failed)?;
    Ok(Caller { shared, grant, account, arguments })
}

#[derive(Serialize)]
struct TokenText {
    token: String,
    expires: u64,
}

/// `GetWebSocketsToken`.
fn token(caller: Caller) -> Answer<TokenText> {
    caller.may(Scope::Read)?;
    let token = caller.shared.keys.tokens().issue(caller.grant.id());
    caller.arguments.end()?;
    Ok(TokenText { token, expires: TOKEN_SECONDS })
}

/// Everything of an account that is held: the asset, what there is of it, and how much of that is set aside.
async fn held(caller: &Caller) -> Answer<Vec<(String, String, String)>> {
    caller.may(Scope::Read)?;
    let account = caller.account;
    let found = caller.shared.look(move |announcer| {
        let balances = announcer.view().balances();
        let cash = balances.cash(account);
        let money = |cash: Cash| dollars(cash).to_string();
        let mut held = vec![("USD".to_owned(), money(cash.available + cash.reserved), money(cash.reserved))];
        held.extend(balances.holdings(account).map(|holding| {
            let catalogue = announcer.catalogue();
            let face = |lots| catalogue.face(holding.instrument, lots).to_string();
            let symbol = catalogue.get(holding.instrument).expect("what is held is listed").symbol;
            (symbol.to_string(), face(holding.available + holding.reserved), face(holding.reserved))
        }));
        held
    });
    found.await
}

/// `Balance`.
async fn balance(mut caller: Caller) -> Answer<BTreeMap<String, String>> {
    let held = held(&caller).await?;
    std::mem::take(&mut caller.arguments).end()?;
    Ok(held.into_iter().map(|(asset, balance, _)| (asset, balance)).collect())
}

#[derive(Serialize)]
struct BalanceText {
    balance: String,
    hold_trade: String,
}

/// `BalanceEx`.
async fn extended_balance(mut caller: Caller) -> Answer<BTreeMap<String, BalanceText>> {
    let held = held(&caller).await?;
    std::mem::take(&mut caller.arguments).end()?;
    let text = |(asset, balance, hold_trade)| (asset, BalanceText { balance, hold_trade });
    Ok(held.into_iter().map(text).collect())
}

#[derive(Serialize)]
struct OpenOrders {
    open: BTreeMap<String, OrderText>,
}

/// `OpenOrders`.
async fn open_orders(mut caller: Caller) -> Answer<OpenOrders> {
    caller.may(Scope::Read)?;
    let wanted = caller.arguments.take("cl_ord_id");
    for ignored in ["trades", "userref"] {
        caller.arguments.take(ignored);
    }
    std::mem::take(&mut caller.arguments).end()?;
    let account = caller.account;
    let open = caller.shared.look(move |announcer| {
        let orders = announcer.view().orders().of_account(account);
        let named = orders.filter(|order| {
            wanted.as_deref().is_none_or(|wanted| order.cl_ord_id.is_some_and(|id| id.as_str() == wanted))
        });
        named.map(|order| order::row(announcer, order)).collect()
    });
    Ok(OpenOrders { open: open.await? })
}

/// Orders and fills that one answer holds at most.
const PAGE: usize = 50;

/// Whether a time lies in what `start` and `end` ask for, both in seconds since 1970.
struct Span {
    start: Timestamp,
    end: Timestamp,
}

impl Span {
    fn take(arguments: &mut Arguments) -> Answer<Span> {
        let start = arguments.take("start").map(|text| nanoseconds("start", &text)).transpose()?;
        let end = arguments.take("end").map(|text| nanoseconds("end", &text)).transpose()?;
        Ok(Span { start: start.unwrap_or(Timestamp(0)), end: end.unwrap_or(Timestamp(u64::MAX)) })
    }

    /// Kraken's start is exclusive, its end inclusive.
    fn holds(&self, at: Timestamp) -> bool {
        at > self.start && at <= self.end
    }
}

/// The ids of an order's fills, newest first.
fn trades_of(announcer: &Announcer, account: AccountId, order: OrderId) -> Vec<String> {
    let fills = announcer.view().history().fills_of(account);
    fills.filter(|fill| fill.order == order).map(order::fill_id).collect()
}

#[derive(Serialize)]
struct ClosedOrders {
    closed: BTreeMap<String, OrderText>,
    count: usize,
}

/// `ClosedOrders`: of those that are remembered, the last closed first.
async fn closed_orders(mut caller: Caller) -> Answer<ClosedOrders> {
    caller.may(Scope::Read)?;
    let mut arguments = std::mem::take(&mut caller.arguments);
    let span = Span::take(&mut arguments)?;
    let offset = usize::try_from(arguments.number("ofs", 0, 1_000_000, 0)?).expect("a million");
    let wanted = arguments.take("cl_ord_id");
    let trades = arguments.take("trades").is_some_and(|trades| trades.eq_ignore_ascii_case("true"));
    for ignored in ["userref", "closetime", "consolidate_taker", "without_count"] {
        arguments.take(ignored);
    }
    arguments.end()?;
    let account = caller.account;
    let found = caller.shared.look(move |announcer| {
        let named = |closed: &&ClosedOrder| {
            let name = closed.order.cl_ord_id;
            span.holds(closed.at) && wanted.as_deref().is_none_or(|wanted| name.is_some_and(|id| id.as_str() == wanted))
        };
        let known: Vec<&ClosedOrder> = announcer.view().history().closed_of(account).filter(named).collect();
        let row = |closed: &&ClosedOrder| {
            let (id, text) = order::closed_row(announcer, closed);
            let ids = if trades { trades_of(announcer, account, closed.order.order) } else { Vec::new() };
            (id, text.with_trades(ids))
        };
        let closed = known.iter().skip(offset).take(PAGE).map(row).collect();
        ClosedOrders { closed, count: known.len() }
    });
    found.await
}

/// `QueryOrders`: open ones, and those that are over and remembered. One that is not there is left out, whoever's it may be.
async fn query_orders(mut caller: Caller) -> Answer<BTreeMap<String, OrderText>> {
    caller.may(Scope::Read)?;
    let mut arguments = std::mem::take(&mut caller.arguments);
    let ids = arguments.take("txid").unwrap_or_default();
    let names = arguments.take("cl_ord_id").unwrap_or_default();
    let trades = arguments.take("trades").is_some_and(|trades| trades.eq_ignore_ascii_case("true"));
    for ignored in ["userref", "consolidate_taker"] {
        arguments.take(ignored);
    }
    arguments.end()?;
    let listed = |text: &str| text.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (ids, names) = (listed(&ids), listed(&names));
    if ids.len() + names.len() > PAGE || ids.is_empty() && names.is_empty() {
        return Err(wrong("txid", &format!("and cl_ord_id must name from 1 to {PAGE} orders together")));
    }
    let ids: Vec<OrderId> = ids.iter().filter_map(|id| parse_order_id(id).ok()).collect();
    let names: Vec<ClOrdId> = names.iter().filter_map(|name| ClOrdId::parse(name).ok()).collect();
    let account = caller.account;
    let found = caller.shared.look(move |announcer| {
        let (orders, history) = (announcer.view().orders(), announcer.view().history());
        let mut rows = BTreeMap::new();
        let open = ids.iter().filter_map(|id| orders.get(*id)).filter(|order| order.account == account);
        let named = orders.of_account(account);
        let named = named.filter(|order| order.cl_ord_id.is_some_and(|id| names.contains(&id)));
        for order in open.chain(named) {
            let (id, text) = order::row(announcer, order);
            let ids = if trades { trades_of(announcer, account, order.order) } else { Vec::new() };
            rows.insert(id, text.with_trades(ids));
        }
        let closed = ids.iter().filter_map(|id| history.closed(account, *id));
        for closed in closed.chain(names.iter().filter_map(|name| history.closed_named(account, name))) {
            let (id, text) = order::closed_row(announcer, closed);
            let ids = if trades { trades_of(announcer, account, closed.order.order) } else { Vec::new() };
            rows.entry(id).or_insert_with(|| text.with_trades(ids));
        }
        rows
    });
    found.await
}

#[derive(Serialize)]
struct Trades {
    trades: BTreeMap<String, FillText>,
    count: usize,
}

/// `TradesHistory`: of the fills that are remembered, the newest first.
async fn trades_history(mut caller: Caller) -> Answer<Trades> {
    caller.may(Scope::Read)?;
    let mut arguments = std::mem::take(&mut caller.arguments);
    let span = Span::take(&mut arguments)?;
    let offset = usize::try_from(arguments.number("ofs", 0, 1_000_000, 0)?).expect("a million");
    for ignored in ["type", "trades", "consolidate_taker", "without_count", "ledgers"] {
        arguments.take(ignored);
    }
    arguments.end()?;
    let account = caller.account;
    let found = caller.shared.look(move |announcer| {
        let fills = announcer.view().history().fills_of(account).filter(|fill| span.holds(fill.at));
        let known: Vec<&AccountFill> = fills.collect();
        let rows = known.iter().skip(offset).take(PAGE).map(|fill| order::fill_row(announcer, account, fill));
        Trades { trades: rows.collect(), count: known.len() }
    });
    found.await
}

#[derive(Serialize)]
struct Described {
    order: String,
}

#[derive(Serialize)]
struct Added {
    descr: Described,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    txid: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cl_ord_id: Option<String>,
}

/// `AddOrder`.
async fn add_order(mut caller: Caller) -> Answer<Added> {
    caller.may(Scope::Trade)?;
    let mut arguments = std::mem::take(&mut caller.arguments);
    let order = order::add_order(&mut arguments)?;
    arguments.end()?;
    let Call::AddOrder(params) = &order else { unreachable!("an add_order is read as one") };
    let words = order::Words::of(params);
    match caller.carry_out(order).await? {
        ReplyResult::AddOrder(result) => Ok(Added {
            descr: Described { order: words.describe() },
            txid: vec![unspent_protocol::print_order_id(result.order_id)],
            cl_ord_id: result.cl_ord_id.map(|id| id.as_str().to_owned()),
        }),
        other => unreachable!("an add_order is answered as one, not by {other:?}"),
    }
}

#[derive(Serialize)]
struct Amended {
    amend_id: String,
}

/// `AmendOrder`.
async fn amend_order(mut caller: Caller) -> Answer<Amended> {
    caller.may(Scope::Trade)?;
    let mut arguments = std::mem::take(&mut caller.arguments);
    let mut params = Params::default();
    if let Some(order) = arguments.take("txid") {
        params.text("order_id", &order);
    }
    for name in ["cl_ord_id", "order_qty", "limit_price", "trigger_price", "display_qty", "deadline"] {
        if let Some(value) = arguments.take(name) {
            params.text(name, &value);
        }
    }
    if let Some(post_only) = arguments.take("post_only") {
        match post_only.as_str() {
            "true" | "false" => params.raw("post_only", &post_only),
            _ => return Err(wrong("post_only", "must be true or false")),
        }
    }
    arguments.end()?;
    match caller.carry_out(params.request("amend_order")?).await? {
        // An amend has no name of its own: the order's is what a client looks for.
        ReplyResult::AmendOrder(result) => Ok(Amended { amend_id: unspent_protocol::print_order_id(result.order_id) }),
        other => unreachable!("an amend_order is answered as one, not by {other:?}"),
    }
}

#[derive(Serialize)]
struct Count {
    count: u32,
}

/// `CancelOrder`.
async fn cancel_order(mut caller: Caller) -> Answer<Count> {
    caller.may(Scope::Trade)?;
    let mut arguments = std::mem::take(&mut caller.arguments);
    let mut params = Params::default();
    match (arguments.take("txid"), arguments.take("cl_ord_id")) {
        // Clients that send one name as if it were the exchange's mean their own.
        (Some(order), None) if parse_order_id(&order).is_ok() => params.text("order_id", &order),
        (Some(name), None) | (None, Some(name)) => params.text("cl_ord_id", &name),
        _ => return Err(wrong("txid", "or cl_ord_id is needed, one of the two")),
    }
    arguments.end()?;
    caller.carry_out(params.request("cancel_order")?).await?;
    Ok(Count { count: 1 })
}

/// `CancelAll`.
async fn cancel_all(mut caller: Caller) -> Answer<Count> {
    caller.may(Scope::Trade)?;
    std::mem::take(&mut caller.arguments).end()?;
    match caller.carry_out(Params::default().request("cancel_all")?).await? {
        ReplyResult::CancelAll(result) => Ok(Count { count: result.count }),
        other => unreachable!("a cancel_all is answered as one, not by {other:?}"),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Timer {
    current_time: String,
    trigger_time: String,
}

/// `CancelAllOrdersAfter`.
async fn cancel_after(mut caller: Caller) -> Answer<Timer> {
    caller.may(Scope::Trade)?;
    let mut arguments = std::mem::take(&mut caller.arguments);
    let mut params = Params::default();
    // What is absent must not disarm the timer.
    let seconds = arguments.need("timeout")?.parse::<u32>();
    let seconds = seconds.map_err(|_| wrong("timeout", "must be a whole number of seconds; 0 disarms the timer"))?;
    params.raw("timeout", &seconds.to_string());
    arguments.end()?;
    match caller.carry_out(params.request("cancel_all_orders_after")?).await? {
        ReplyResult::Timer(timer) => Ok(Timer {
            current_time: unspent_protocol::print_time(now()),
            trigger_time: timer.trigger_time.map_or("0".to_owned(), unspent_protocol::print_time),
        }),
        other => unreachable!("a timer is answered as one, not by {other:?}"),
    }
}
