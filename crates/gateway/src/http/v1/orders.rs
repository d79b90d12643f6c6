//! An account's orders, looked at.

use super::asked::Asked;
use super::entry::carry_out;
use super::instruments::market;
use super::market::ONLY_SYMBOL;
use super::page::{CURSOR, LIMIT, Paging};
use super::who::identify;
use super::{Answer, found, symbol};
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::arguments::wrong;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag};
use crate::http::problem::Problem;
use crate::keys::Scope;
use crate::rows;
use axum::extract::State;
use std::cmp::Reverse;
use std::sync::Arc;
use unspent_marketdata::{ClosedOrder, OpenOrder};
use unspent_model::{ClOrdId, OrderRef, Reject};
use unspent_protocol::{Call, QueryOrderParams, Refusal, ReplyResult, parse_order_id};

/// What stands before a client order id where an order id may stand too.
const BY_NAME: &str = "cl:";

/// The order of a path.
pub(super) const ORDER: Parameter = Parameter {
    name: "order",
    place: Place::Path,
    needed: true,
    about: "An order by the exchange's id, `O-42`, or by its owner's after `cl:`, `cl:acme-0001`.",
    schema: Schema::Text { pattern: "^(O-[1-9][0-9]{0,17}|cl:[-A-Za-z0-9_.:]{1,36})$" },
    example: "\"O-17\"",
};

/// Reads [`ORDER`]. Whatever is no id is no order either.
pub(super) fn order(text: &str) -> Result<OrderRef, Problem> {
    let read = match text.strip_prefix(BY_NAME) {
        Some(name) => ClOrdId::parse(name).map(OrderRef::ClOrdId).map_err(|error| error.to_string()),
        None => parse_order_id(text).map(OrderRef::Id),
    };
    read.map_err(|error| {
        let message = format!("an order is named as O-42 or cl:acme-0001, and this one {error}");
        Refusal::at(Reject::UnknownOrder, "order", message).into()
    })
}

pub(super) const LIST: Operation = Operation {
    path: "/v1/orders",
    id: "listOrders",
    tag: Tag::Orders,
    summary: "The account's orders.",
    about: "Open ones, oldest first; or those of its last 1,000 that are over, newest first.",
    parameters: &[
        Parameter {
            name: "state",
            place: Place::Query,
            needed: false,
            about: "Which; `open` by default.",
            schema: Schema::Word(&["open", "closed"]),
            example: "\"open\"",
        },
        ONLY_SYMBOL,
        LIMIT,
        CURSOR,
    ],
    good: &[Good::json("A page of orders.", "OrderPage")],
    bad: &[404],
    ..Operation::READ
};

pub(super) async fn list(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    let closed = match asked.arguments.take("state").as_deref() {
        None | Some("open") => false,
        Some("closed") => true,
        Some(_) => return Err(wrong("state", "must be one of: open, closed").into()),
    };
    let only = asked.arguments.take("symbol").map(|text| symbol(&text)).transpose()?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let only = only.map(|symbol| market(announcer, &symbol)).transpose()?.map(|(id, _)| id);
        let wanted = |order: &OpenOrder| only.is_none_or(|only| order.instrument == only);
        let catalogue = announcer.catalogue();
        if !closed {
            let rows = announcer.view().orders().of_account(account).map(|order| (order.order.0, order));
            let rows = rows.filter(|(number, order)| paging.ascends_to(*number) && wanted(order));
            return Ok(paging
                .page(announcer.seq(), rows, |order| rows::open_order(catalogue, announcer.view().orders(), order)));
        }
        let over = announcer.view().history().closed_of(account).map(|over| (over.order.order.0, over));
        let mut over: Vec<_> =
            over.filter(|(number, over)| paging.descends_to(*number) && wanted(&over.order)).collect();
        // Orders do not end in the order in which they began.
        over.sort_unstable_by_key(|(number, _)| Reverse(*number));
        let row = |over: &ClosedOrder| rows::order_at(catalogue, announcer.view().orders(), &over.order, over.at);
        Ok::<_, Refusal>(paging.page(announcer.seq(), over.into_iter(), row))
    };
    found(&caller.shared.look(look).await??)
}

pub(super) const ONE: Operation = Operation {
    path: "/v1/orders/{order}",
    id: "getOrder",
    tag: Tag::Orders,
    summary: "Where an order stands: one that is open, or one of the account's last 1,000 that are over.",
    about: "The question takes its turn behind every order that was taken in before it: 404 means that there was no such order.",
    parameters: &[ORDER],
    good: &[Good::json("The order, and its fills as far as they are remembered.", "OrderState")],
    bad: &[404, 504],
    ..Operation::READ
};

pub(super) async fn one(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    asked.end()?;
    let call = Call::QueryOrder(QueryOrderParams { order: order(&asked.name)? });
    let ReplyResult::Order(result) = carry_out(&caller, call, &asked).await? else {
        unreachable!("a query is answered by the order");
    };
    found(&*result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::OrderId;

    #[test]
    fn an_order_is_named_by_either_id() {
        assert_eq!(order("O-42").unwrap(), OrderRef::Id(OrderId(42)));
        assert_eq!(order("cl:O-42").unwrap(), OrderRef::ClOrdId(ClOrdId::parse("O-42").unwrap()));
        assert_eq!(order("cl:cl:a").unwrap(), OrderRef::ClOrdId(ClOrdId::parse("cl:a").unwrap()));
        for bad in ["", "42", "O-", "O-042", "O-0", "cl:", "cl:a b", "acme-0001"] {
            assert_eq!(order(bad).unwrap_err().status().as_u16(), 404, "{bad}");
        }
    }
}
