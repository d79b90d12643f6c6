//! Orders entered, changed and cancelled.

use super::asked::Asked;
use super::orders::{ORDER, order};
use super::who::{Caller, identify};
use super::{Answer, found, json, symbol};
use crate::asking::ask_of;
use crate::http::Front;
use crate::http::arguments::wrong;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag, Verb};
use crate::http::problem::Problem;
use crate::keys::Scope;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use std::sync::Arc;
use unspent_model::{ClOrdId, GroupName, OrderRef, Programme, Reject, Side};
use unspent_protocol::{
    Call, CancelAllParams, CancelOrderParams, Method, Refusal, ReplyResult, Vocabulary, parse_params, print_order_id,
};

/// A name for the order where other venues' clients put it.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

pub(super) const ADD: Operation = Operation {
    verb: Verb::Post,
    path: "/v1/orders",
    id: "addOrder",
    tag: Tag::Orders,
    summary: "Enter an order.",
    about: "The answer is sent when the order is on disk. An accepted order that is sent again under its `cl_ord_id`, identical, \
            is answered as it was the first time, with `duplicate` and status 200; another body under that name is refused \
            with 409. So a request whose answer was lost is sent again as it was.",
    parameters: &[Parameter {
        name: "Idempotency-Key",
        place: Place::Header,
        needed: false,
        about: "The order's `cl_ord_id`, when the body has none; with both they must be the same.",
        schema: Schema::CL_ORD_ID,
        example: "\"acme-0001\"",
    }],
    body: Some("AddOrder"),
    good: &[
        Good { status: 201, location: true, ..Good::json("The order was accepted.", "OrderResult") },
        Good {
            schema: Schema::Either(&[Schema::Shape("OrderResult"), Schema::Shape("Valid")]),
            ..Good::json(
                "The order was accepted before: its first answer, again. Or, with `validate`, it would be accepted.",
                "",
            )
        },
    ],
    bad: &[404, 409, 415, 422, 504],
    ..Operation::TRADE
};

pub(super) async fn add(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Trade)?;
    let key = idempotency_key(&asked)?;
    let (mut params, validate) = match parse_params(Method::AddOrder, asked.object()?)? {
        Call::AddOrder(params) => (params, false),
        Call::Validate(params) => (params, true),
        _ => unreachable!("the method of the parameters is add_order"),
    };
    match (key, params.cl_ord_id) {
        (Some(key), Some(named)) if key != named => {
            let message = format!("Idempotency-Key is {key}, and cl_ord_id {named}; leave one out, or send the same");
            return Err(Refusal::at(Reject::InvalidField, "Idempotency-Key", message).into());
        }
        (key, named) => params.cl_ord_id = named.or(key),
    }
    let call = if validate { Call::Validate(params) } else { Call::AddOrder(params) };
    let result = match carry_out(&caller, call, &asked).await? {
        ReplyResult::AddOrder(result) => result,
        ReplyResult::Valid(valid) => return found(&valid),
        _ => unreachable!("an order is answered by its result"),
    };
    let status = if result.duplicate { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = json(status, &result);
    if status == StatusCode::CREATED {
        let at = HeaderValue::try_from(format!("/v1/orders/{}", print_order_id(result.order_id)));
        response.headers_mut().insert(header::LOCATION, at.expect("an id is plain text"));
    }
    Ok(response)
}

fn idempotency_key(asked: &Asked) -> Result<Option<ClOrdId>, Problem> {
    if !asked.headers.contains_key(IDEMPOTENCY_KEY) {
        return Ok(None);
    }
    let key = asked.header(IDEMPOTENCY_KEY).and_then(|text| ClOrdId::parse(text).ok());
    let refusal = || wrong("Idempotency-Key", "must be a cl_ord_id, once: 1 to 36 of [-A-Za-z0-9_.:]");
    key.map(Some).ok_or_else(|| refusal().into())
}

pub(super) const AMEND: Operation = Operation {
    verb: Verb::Patch,
    path: "/v1/orders/{order}",
    id: "amendOrder",
    tag: Tag::Orders,
    summary: "Change an open order.",
    about: "Less quantity alone keeps its place in the queue.",
    parameters: &[ORDER],
    body: Some("AmendOrder"),
    good: &[Good::json("The order was changed.", "OrderResult")],
    bad: &[404, 415, 422, 504],
    ..Operation::TRADE
};

pub(super) async fn amend(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Trade)?;
    let named = order(&asked.name)?;
    let changes = asked.object()?;
    let Call::AmendOrder(params) = parse_params(Method::AmendOrder, &naming(named, changes))? else {
        unreachable!("the method of the parameters is amend_order");
    };
    let ReplyResult::AmendOrder(result) = carry_out(&caller, Call::AmendOrder(params), &asked).await? else {
        unreachable!("an amend is answered by its result");
    };
    found(&result)
}

/// The changes as the websocket has them, with the order beside them. An id in the body is one too many, and refused there.
fn naming(order: OrderRef, changes: &str) -> String {
    let rest = changes.strip_prefix('{').expect("the body is an object");
    let named = match order {
        OrderRef::Id(order) => format!(r#"{{"order_id":"{}""#, print_order_id(order)),
        OrderRef::ClOrdId(name) => format!(r#"{{"cl_ord_id":"{name}""#),
    };
    let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
    format!("{named}{comma}{rest}")
}

pub(super) const CANCEL: Operation = Operation {
    verb: Verb::Delete,
    path: "/v1/orders/{order}",
    id: "cancelOrder",
    tag: Tag::Orders,
    summary: "Cancel an open order.",
    parameters: &[ORDER],
    good: &[Good::json("The order is cancelled.", "CancelResult")],
    bad: &[404, 422, 504],
    ..Operation::TRADE
};

pub(super) async fn cancel(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Trade)?;
    asked.end()?;
    let call = Call::CancelOrder(CancelOrderParams { orders: vec![order(&asked.name)?] });
    let ReplyResult::CancelOrder(result) = carry_out(&caller, call, &asked).await? else {
        unreachable!("a cancel is answered by its result");
    };
    found(&result)
}

pub(super) const CANCEL_ALL: Operation = Operation {
    verb: Verb::Delete,
    path: "/v1/orders",
    id: "cancelOrders",
    tag: Tag::Orders,
    summary: "Cancel open orders, all or some.",
    about: "Without a filter all of the account's.",
    parameters: &[
        super::market::ONLY_SYMBOL,
        Parameter {
            name: "side",
            place: Place::Query,
            needed: false,
            about: "Only on this side.",
            schema: Schema::Word(Side::VOCABULARY),
            example: "\"sell\"",
        },
        Parameter {
            name: "programme",
            place: Place::Query,
            needed: false,
            about: "Only in credits of this programme.",
            schema: Schema::SYMBOL_NAME,
            example: "\"AWS-ACT\"",
        },
        Parameter {
            name: "group",
            place: Place::Query,
            needed: false,
            about: "Only quotes of this protection group.",
            schema: Schema::Text { pattern: "^[-A-Za-z0-9_.]{1,16}$" },
            example: "\"front\"",
        },
    ],
    good: &[Good::json("How many were cancelled.", "CancelAllResult")],
    bad: &[404, 422, 504],
    ..Operation::TRADE
};

pub(super) async fn cancel_all(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Trade)?;
    let arguments = &mut asked.arguments;
    let side = |text: String| match text.as_str() {
        "buy" => Ok(Side::Buy),
        "sell" => Ok(Side::Sell),
        _ => Err(wrong("side", "must be one of: buy, sell")),
    };
    let params = CancelAllParams {
        symbol: arguments.take("symbol").map(|text| symbol(&text)).transpose()?,
        side: arguments.take("side").map(side).transpose()?,
        programme: named(arguments.take("programme"), "programme", Programme::parse)?,
        group: named(arguments.take("group"), "group", GroupName::parse)?,
    };
    asked.end()?;
    let ReplyResult::CancelAll(result) = carry_out(&caller, Call::CancelAll(params), &asked).await? else {
        unreachable!("a cancel of all is answered by its result");
    };
    found(&result)
}

/// A name of the query.
fn named<T>(
    text: Option<String>,
    field: &'static str,
    parse: impl Fn(&str) -> Result<T, unspent_model::TextError>,
) -> Result<Option<T>, Refusal> {
    text.map(|text| parse(&text).map_err(|error| wrong(field, &error.to_string()))).transpose()
}

/// What a request came to, when it was carried out: as the websocket would have.
pub(super) async fn carry_out(caller: &Caller, call: Call, asked: &Asked) -> Result<ReplyResult, Problem> {
    let (shared, method) = (&caller.shared, call.method());
    shared.rates.key(caller.grant.id()).count(&call)?;
    let ask = ask_of(shared, caller.account, call)?;
    Ok(shared.carry_out(method, ask, asked.time_in).await?.outcome?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::OrderId;

    #[test]
    fn the_order_of_the_path_joins_the_changes_of_the_body() {
        let amend = |order, body: &str| parse_params(Method::AmendOrder, &naming(order, body));
        let id = OrderRef::Id(OrderId(42));
        let Call::AmendOrder(params) = amend(id, r#"{ "order_qty": 1000 }"#).unwrap() else { panic!() };
        assert_eq!((params.order, params.order_qty), (id, Some(1_000.into())));
        let name = OrderRef::ClOrdId(ClOrdId::parse("a.b:c").unwrap());
        let Call::AmendOrder(params) = amend(name, r#"{"limit_price":"0.66"}"#).unwrap() else { panic!() };
        assert_eq!(params.order, name);
        assert!(amend(id, "{ }").unwrap_err().message.starts_with("order_qty is missing"));
        assert_eq!(amend(id, r#"{"order_id":"O-7"}"#).unwrap_err().message, "order_id appears twice");
        assert!(amend(id, r#"{"cl_ord_id":"x"}"#).unwrap_err().message.starts_with("cl_ord_id is one too many"));
        for bad in ["{", "{}}", r#"{"order_qty":1},"#, r#"{,}"#, r#"{"a""#] {
            assert_eq!(amend(id, bad).unwrap_err().reject, Reject::MalformedMessage, "{bad}");
        }
    }
}
