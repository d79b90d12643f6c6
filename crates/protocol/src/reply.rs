//! Replies: the answer to one request.

use crate::funding::FundedResult;
use crate::ids::ExecId;
use crate::orders::{BatchResult, QueryResult, ValidResult};
use crate::private::Fee;
use crate::quoting::{QuoteResult, TimerResult};
use crate::refusal::{Refusal, RequestError};
use crate::registry::RegisteredResult;
use crate::words::{BookDepth, Channel, Liquidity, Method, Outcome, Priority, Reason};
use crate::{form, number};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use unspent_model::{AccountName, ClOrdId, Interval, OrderId, OrderStatus, Reject, Symbol, Timestamp};

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The request's method as it was written; absent when it could not be read. A `ping` is answered by `pong`.
    pub method: Option<Cow<'static, str>>,
    /// The request's number, if it had one that could be read.
    pub req_id: Option<i64>,
    /// What came of it.
    pub outcome: Result<ReplyResult, ErrorBody>,
    /// When the request was read.
    pub time_in: Timestamp,
    /// When the reply was sent.
    pub time_out: Timestamp,
}

/// What a carried-out request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyResult {
    /// `ping`.
    Pong,
    /// `login`.
    Login(LoginResult),
    /// `logout`.
    Logout(LogoutResult),
    /// `subscribe`, one reply for each symbol.
    Subscribe(SubscribeResult),
    /// `unsubscribe`, one reply for each symbol.
    Unsubscribe(SubscribeResult),
    /// `add_order`.
    AddOrder(OrderResult),
    /// `add_order` with `validate`.
    Valid(ValidResult),
    /// `batch_add`.
    Batch(BatchResult),
    /// `query_order`.
    Order(Box<QueryResult>),
    /// `amend_order`.
    AmendOrder(OrderResult),
    /// `cancel_order`, one reply for each order.
    CancelOrder(CancelResult),
    /// `cancel_all`.
    CancelAll(CancelAllResult),
    /// `mass_quote`.
    Quotes(QuoteResult),
    /// `cancel_all_orders_after`.
    Timer(TimerResult),
    /// `deposit_cash` and `deposit_credits` with a reference, `withdraw_cash`, `withdraw_credits`.
    Funded(FundedResult),
    /// `register_holding`.
    Registered(RegisteredResult),
    /// `set_group`, `reset_group`, and the operator's other methods.
    Done,
}

/// The result of `login`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginResult {
    /// Whose connection it is now.
    #[serde(with = "form")]
    pub account: AccountName,
    /// What the key may do.
    pub scopes: Vec<Cow<'static, str>>,
    /// The account's last `exec_seq`.
    pub exec_seq: u64,
}

/// The result of `logout`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutResult {
    /// What the connection's next login signs.
    pub challenge: Cow<'static, str>,
}

/// The result of `subscribe` and `unsubscribe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscribeResult {
    /// Which stream.
    #[serde(with = "form")]
    pub channel: Channel,
    /// Of which instrument.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<Symbol>,
    /// Of `book` and `level3`: how deep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<BookDepth>,
    /// Of `ohlc`: how long a candle is, in minutes.
    #[serde(with = "crate::interval::option", default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Whether a snapshot comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<bool>,
}

/// The result of `add_order` and `amend_order`. Quantities in dollars of face.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderResult {
    /// The exchange's id.
    #[serde(with = "form")]
    pub order_id: OrderId,
    /// The owner's id.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub cl_ord_id: Option<ClOrdId>,
    /// Where it stands.
    #[serde(with = "form")]
    pub status: OrderStatus,
    /// Still open.
    pub leaves_qty: u64,
    /// Filled so far.
    pub cum_qty: u64,
    /// Why the rest is gone, when it is.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Of an amend: whether it kept its place in the queue.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// What it traded at once.
    pub fills: Vec<FillReport>,
    /// The engine's sequence of the command.
    pub seq: u64,
    /// Whether this is the first answer, given again for a `cl_ord_id` that was sent again; absent: false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

/// One fill in a reply; the names are those of `executions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillReport {
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
    /// `t`: a reply's fills are the taker's.
    #[serde(with = "form")]
    pub liquidity_ind: Liquidity,
    /// What it cost.
    pub fees: Fee,
}

/// The result of `cancel_order`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelResult {
    /// The exchange's id.
    #[serde(with = "form")]
    pub order_id: OrderId,
    /// The owner's id.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub cl_ord_id: Option<ClOrdId>,
}

/// The result of `cancel_all`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelAllResult {
    /// How many orders were cancelled.
    pub count: u32,
}

/// A refusal as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBody {
    /// For people and existing clients: `EOrder:Insufficient credits`.
    pub error: Cow<'static, str>,
    /// For machines.
    pub detail: ErrorDetail,
}

/// The machine's part of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// The stable number ([`Reject::code`]).
    pub code: u16,
    /// The stable name ([`Reject::name`]).
    pub reason: Cow<'static, str>,
    /// The request's field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'static, str>>,
    /// What was wrong and what would be right. For people: its wording may change.
    pub message: String,
    /// What there was: dollars of cash with two decimals, or dollars of face.
    #[serde(with = "number::option", default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Decimal>,
    /// Whether the same request may succeed later without a change.
    pub retryable: bool,
    /// Whether it is known that nothing was done.
    #[serde(with = "form")]
    pub outcome: Outcome,
    /// Of a rate limit: how long to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// Of a `cancel_order`: which order of its list.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// Of a `cancel_order`: which order of its list.
    #[serde(with = "form::option", default, skip_serializing_if = "Option::is_none")]
    pub cl_ord_id: Option<ClOrdId>,
}

impl ErrorDetail {
    /// The refusal; `None` when the server knows more of them than this program does.
    #[must_use]
    pub fn reject(&self) -> Option<Reject> {
        Reject::from_code(self.code)
    }
}

impl From<Refusal> for ErrorBody {
    fn from(refusal: Refusal) -> ErrorBody {
        let reject = refusal.reject;
        // Of a rate there is a time to wait, told in its own field: no quantity.
        let (available, wait) = if matches!(reject, Reject::OrderRate | Reject::RateLimited) {
            (None, refusal.available)
        } else {
            (refusal.available, None)
        };
        let retry_after_ms = wait.and_then(|seconds| (seconds * Decimal::ONE_THOUSAND).ceil().to_u64());
        ErrorBody {
            error: Cow::Borrowed(reject.text()),
            detail: ErrorDetail {
                code: reject.code(),
                reason: Cow::Borrowed(reject.name()),
                field: refusal.field,
                message: refusal.message,
                available,
                retryable: reject.retryable(),
                outcome: if reject == Reject::OutcomeUnknown { Outcome::Unknown } else { Outcome::Rejected },
                retry_after_ms,
                order_id: None,
                cl_ord_id: None,
            },
        }
    }
}

impl Reply {
    /// The answer to a request that was carried out. `ping` is answered by `pong`.
    #[must_use]
    pub fn done(method: Method, req_id: Option<i64>, result: ReplyResult, time_in: Timestamp) -> Reply {
        let method = if result == ReplyResult::Pong { "pong" } else { method.name() };
        Reply { method: Some(Cow::Borrowed(method)), req_id, outcome: Ok(result), time_in, time_out: time_in }
    }

    /// The answer to a request that was refused.
    #[must_use]
    pub fn refused(method: Method, req_id: Option<i64>, refusal: Refusal, time_in: Timestamp) -> Reply {
        let method = Some(Cow::Borrowed(method.name()));
        Reply { method, req_id, outcome: Err(refusal.into()), time_in, time_out: time_in }
    }

    /// The answer to a request that could not be read.
    #[must_use]
    pub fn unreadable(error: RequestError, time_in: Timestamp) -> Reply {
        let RequestError { method, req_id, refusal } = error;
        Reply { method, req_id, outcome: Err((*refusal).into()), time_in, time_out: time_in }
    }

    /// Appends its JSON text to `out`, as sent at `time_out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        match &self.outcome {
            Err(error) => self.write_with(None::<&()>, Some(error), out),
            Ok(ReplyResult::Pong | ReplyResult::Done) => self.write_with(Some(&Empty {}), None, out),
            Ok(ReplyResult::Login(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::Logout(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::Subscribe(result) | ReplyResult::Unsubscribe(result)) => {
                self.write_with(Some(result), None, out);
            }
            Ok(ReplyResult::AddOrder(result) | ReplyResult::AmendOrder(result)) => {
                self.write_with(Some(result), None, out);
            }
            Ok(ReplyResult::Funded(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::Registered(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::Valid(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::Batch(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::Order(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::CancelOrder(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::CancelAll(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::Quotes(result)) => self.write_with(Some(result), None, out),
            Ok(ReplyResult::Timer(result)) => self.write_with(Some(result), None, out),
        }
    }

    fn write_with<R: Serialize>(&self, result: Option<&R>, error: Option<&ErrorBody>, out: &mut Vec<u8>) {
        #[derive(Serialize)]
        struct Frame<'a, R> {
            #[serde(skip_serializing_if = "Option::is_none")]
            method: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            req_id: Option<i64>,
            success: bool,
            #[serde(skip_serializing_if = "Option::is_none")]
            result: Option<&'a R>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error_detail: Option<&'a ErrorDetail>,
            #[serde(with = "form")]
            time_in: Timestamp,
            #[serde(with = "form")]
            time_out: Timestamp,
        }
        let frame = Frame {
            method: self.method.as_deref(),
            req_id: self.req_id,
            success: error.is_none(),
            result,
            error: error.map(|error| &*error.error),
            error_detail: error.map(|error| &error.detail),
            time_in: self.time_in,
            time_out: self.time_out,
        };
        serde_json::to_writer(out, &frame).expect("a reply serialises into memory");
    }
}

#[derive(Serialize)]
struct Empty {}
