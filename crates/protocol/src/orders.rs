//! Asking about orders, and entering many at once.

use crate::catalogue::Catalogue;
use crate::fields::{Fields, Wrong, missing, one_or_many};
use crate::form;
use crate::ids::ExecId;
use crate::params::AddOrderParams;
use crate::private::{Execution, Fee, Stream};
use crate::quoting::inner;
use crate::refusal::Refusal;
use crate::reply::{ErrorBody, ErrorDetail, OrderResult};
use crate::words::{Kind, Liquidity};
use crate::{number, parse};
use rust_decimal::Decimal;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use unspent_model::{AccountId, Command, OrderId, OrderRef, Symbol, Timestamp};

/// The most orders of one `batch_add`.
pub const MAX_BATCH: usize = 50;
/// The most fills in the answer to a `query_order`: the newest.
pub const MAX_QUERY_FILLS: usize = 100;

/// `query_order`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryOrderParams {
    /// Which order.
    pub order: OrderRef,
}

impl Serialize for QueryOrderParams {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("query_order", 1)?;
        match &self.order {
            OrderRef::Id(order) => fields.serialize_field("order_id", &form::Text(order))?,
            OrderRef::ClOrdId(cl_ord_id) => fields.serialize_field("cl_ord_id", &form::Text(cl_ord_id))?,
        }
        fields.end()
    }
}

/// `batch_add`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BatchAddParams {
    /// The orders, 1 to [`MAX_BATCH`], entered in this order.
    pub orders: Vec<AddOrderParams>,
}

/// An account's open orders, put together from what `executions` tells: the parts of a snapshot, and what happens between and
/// after them.
#[derive(Clone, Debug, Default)]
pub struct OpenRows {
    rows: BTreeMap<OrderId, Execution>,
    whole: bool,
}

impl OpenRows {
    /// Takes in the next message of the stream.
    pub fn take(&mut self, stream: &Stream<Vec<Execution>>) {
        if self.whole && stream.kind != Kind::Update {
            // Another snapshot begins.
            *self = OpenRows::default();
        }
        for row in &stream.data {
            // The last row about an order is what it is; one that is over is not open.
            if row.leaves_qty == 0 {
                self.rows.remove(&row.order_id);
            } else {
                self.rows.insert(row.order_id, row.clone());
            }
        }
        self.whole |= stream.kind == Kind::Snapshot;
    }

    /// Whether the snapshot is there whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The open orders in the order of their ids, each as it was told last.
    pub fn rows(self) -> impl Iterator<Item = Execution> {
        self.rows.into_values()
    }
}

/// The result of `query_order`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct QueryResult {
    /// The order as a row of `executions`, as in a snapshot.
    pub order: Execution,
    /// Its remembered fills, newest first, at most [`MAX_QUERY_FILLS`].
    pub fills: Vec<PastFill>,
    /// The last command that the answer knows of.
    pub seq: u64,
}

/// A fill of an order, as it was; the names are those of `executions`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PastFill {
    /// This leg.
    #[serde(with = "form")]
    pub exec_id: ExecId,
    /// Both legs.
    pub trade_id: u64,
    /// Dollars of face.
    pub last_qty: u64,
    /// The price.
    #[serde(with = "number")]
    pub last_price: Decimal,
    /// Whether it rested or arrived.
    #[serde(with = "form")]
    pub liquidity_ind: Liquidity,
    /// What it cost.
    pub fees: Fee,
    /// Of a trade across months the bid's instrument.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub implied: Option<Symbol>,
    /// Of a trade across months the ask's instrument, whose credits changed hands.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Symbol>,
    /// When.
    #[serde(with = "form")]
    pub timestamp: Timestamp,
}

/// The result of `add_order` with `validate`: the order would have been accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidResult {
    /// True; an order that would be refused is answered by the refusal.
    pub valid: bool,
}

/// The result of `batch_add`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BatchResult {
    /// One for each order, as they were listed.
    pub orders: Vec<BatchRow>,
}

/// What one order of a batch came to: the parts of a reply that are about it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BatchRow {
    /// Whether it was accepted.
    pub success: bool,
    /// When it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<OrderResult>,
    /// When it was not: for people and existing clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Cow<'static, str>>,
    /// When it was not: for machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_detail: Option<ErrorDetail>,
}

impl From<Result<OrderResult, ErrorBody>> for BatchRow {
    fn from(outcome: Result<OrderResult, ErrorBody>) -> BatchRow {
        match outcome {
            Ok(result) => BatchRow { success: true, result: Some(result), error: None, error_detail: None },
            Err(ErrorBody { error, detail }) => {
                BatchRow { success: false, result: None, error: Some(error), error_detail: Some(detail) }
            }
        }
    }
}

/// An `add_order` with `validate`, as it is printed.
#[derive(serde::Serialize)]
pub(crate) struct Validated<'a> {
    #[serde(flatten)]
    pub order: &'a AddOrderParams,
    pub validate: bool,
}

impl Catalogue {
    /// The commands of a `batch_add`, in order.
    ///
    /// # Errors
    /// As [`Catalogue::add_order`], of the first order that cannot be read; the message says which.
    pub fn batch_add(&self, account: AccountId, params: &BatchAddParams) -> Result<Vec<Command>, Refusal> {
        let mut orders = Vec::with_capacity(params.orders.len());
        for (number, order) in (1..).zip(&params.orders) {
            let numbered = |refusal: Refusal| {
                let message = format!("nothing was done; order number {number}: {}", refusal.message);
                Refusal { message, ..refusal }
            };
            orders.push(self.enter(account, order).map_err(numbered)?);
        }
        Ok(orders)
    }
}

pub(crate) fn query_order(f: &Fields<'_>) -> Result<QueryOrderParams, Refusal> {
    Ok(QueryOrderParams { order: named(f)? })
}

/// The order that a request names: by one of its two ids.
pub(crate) fn named(f: &Fields<'_>) -> Result<OrderRef, Refusal> {
    match (f.option("order_id")?, f.option("cl_ord_id")?) {
        (Some(order), None) => Ok(OrderRef::Id(order)),
        (None, Some(cl_ord_id)) => Ok(OrderRef::ClOrdId(cl_ord_id)),
        (None, None) => Err(Refusal::field("order_id", "is missing; name the order by order_id or cl_ord_id")),
        (Some(_), Some(_)) => {
            Err(Refusal::field("cl_ord_id", "is one too many; name the order by order_id or cl_ord_id"))
        }
    }
}

pub(crate) fn batch_add(f: &Fields<'_>) -> Result<BatchAddParams, Refusal> {
    let count = std::cell::Cell::new(0);
    let order = |raw: &str| {
        count.set(count.get() + 1);
        let told = |refusal: Refusal| Wrong {
            reject: refusal.reject,
            message: format!("has an order in error, number {}: {}", count.get(), refusal.message),
        };
        let mut f = Fields::new(parse::ADD_ORDER, &[]);
        inner(&mut f, raw)?;
        for own in ["validate", "token"] {
            if f.raw(own).is_some() {
                return Err(told(Refusal::field(own, "is not taken by an order of a list")));
            }
        }
        parse::add_order(&f).map_err(told)
    };
    let orders = f.option_with("orders", |raw| one_or_many(raw, MAX_BATCH, order))?;
    Ok(BatchAddParams { orders: orders.ok_or_else(|| missing("orders"))? })
}
