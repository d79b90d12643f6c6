//! An account's orders, looked at.

use super::asked::Asked;
use super::instruments::market;
use super::market::ONLY_SYMBOL;
use super::page::{CURSOR, LIMIT, Paging};
use super::who::identify;
use super::{Answer, found, symbol};
use crate::announcer::Announcer;
use crate::http::Front;
use crate::http::openapi::{Good, Operation, Parameter, Place, Schema, Tag};
use crate::http::problem::Problem;
use crate::keys::Scope;
use crate::rows;
use axum::extract::State;
use std::sync::Arc;
use unspent_model::{AccountId, ClOrdId, OrderRef, Reject};
use unspent_protocol::{Asked as Command, ErrorBody, Execution, Refusal, parse_order_id};

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
    summary: "The account's open orders.",
    about: "Oldest first.",
    parameters: &[ONLY_SYMBOL, LIMIT, CURSOR],
    good: &[Good::json("A page of orders.", "OrderPage")],
    bad: &[404],
    ..Operation::READ
};

pub(super) async fn list(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    let only = asked.arguments.take("symbol").map(|text| symbol(&text)).transpose()?;
    let paging = Paging::take(&mut asked.arguments)?;
    asked.end()?;
    let look = move |announcer: &Announcer| {
        let only = only.map(|symbol| market(announcer, &symbol)).transpose()?.map(|(id, _)| id);
        let rows = announcer.view().orders().of_account(account).map(|order| (order.order.0, order));
        let rows = rows.filter(|(number, _)| paging.ascends_to(*number));
        let rows = rows.filter(|(_, order)| only.is_none_or(|only| order.instrument == only));
        let row = |order| rows::open_order(announcer.catalogue(), order);
        Ok::<_, Refusal>(paging.page(announcer.seq(), rows, row))
    };
    found(&caller.shared.look(look).await??)
}

pub(super) const ONE: Operation = Operation {
    path: "/v1/orders/{order}",
    id: "getOrder",
    tag: Tag::Orders,
    summary: "One open order of the account.",
    parameters: &[ORDER],
    good: &[Good::json("The order.", "Order")],
    bad: &[404],
    ..Operation::READ
};

pub(super) async fn one(State(front): State<Arc<Front>>, mut asked: Asked) -> Answer {
    let caller = identify(&front, &asked, Scope::Read)?;
    let account = caller.account;
    asked.end()?;
    let named = order(&asked.name)?;
    let look = move |announcer: &Announcer| find(announcer, account, named);
    found(&caller.shared.look(look).await??)
}

/// An order of the account. Another's is not there.
fn find(announcer: &Announcer, account: AccountId, named: OrderRef) -> Result<Execution, ErrorBody> {
    let orders = announcer.view().orders();
    let open = match named {
        OrderRef::Id(order) => orders.get(order).filter(|order| order.account == account),
        OrderRef::ClOrdId(name) => orders.of_account(account).find(|order| order.cl_ord_id == Some(name)),
    };
    let catalogue = announcer.catalogue();
    open.map(|order| rows::open_order(catalogue, order)).ok_or_else(|| {
        let asked = Command { order: Some(named), ..Command::default() };
        ErrorBody::from(catalogue.explain(Reject::UnknownOrder.into(), asked)).about(named)
    })
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
