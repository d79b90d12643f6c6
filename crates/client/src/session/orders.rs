//! Orders: entered, changed and cancelled, and an order's fate when its answer was lost.

use super::Session;
use crate::back_off::Waits;
use crate::client::unexpected;
use crate::{BackOff, ClientError};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};
use unspent_model::{ClOrdId, OrderRef, Reject, Timestamp};
use unspent_protocol::{
    AddOrderParams, AmendOrderParams, Call, CancelAllParams, CancelAllResult, CancelOrderParams, CancelResult,
    OrderResult, QueryOrderParams, QueryResult, ReplyResult,
};

/// The most that one order is sent, first time included.
const TRIES: u32 = 32;

impl Session {
    /// Enters an order, once.
    ///
    /// # Errors
    /// As for [`Session::call`].
    pub async fn add_order(&self, params: AddOrderParams) -> Result<OrderResult, ClientError> {
        match self.call(Call::AddOrder(params)).await? {
            ReplyResult::AddOrder(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Enters an order and learns what became of it, over as many connections as that takes.
    ///
    /// It is given a `cl_ord_id` if it has none, and a deadline `within` from now by the venue's clock. When an answer is lost the
    /// identical order is sent again: the venue answers as the first time (`duplicate`), accepts it now, or says that its
    /// deadline has passed, and then none of those sent before is accepted any more. A refusal after a lost answer proves
    /// nothing of the order sent before, so it counts only once the deadline has passed.
    ///
    /// It is sent at most 32 times, and given up `within` and the session's patience and 10 s after the first.
    ///
    /// # Errors
    /// [`ClientError::Refused`]: there is no such order, and there will be none. [`ClientError::Closed`], [`ClientError::Over`] when it was
    /// never sent. [`ClientError::OutcomeUnknown`] when it was given up: ask for it by its `cl_ord_id` with [`Session::query_order`].
    pub async fn add_order_surely(
        &self,
        mut params: AddOrderParams,
        within: Duration,
    ) -> Result<OrderResult, ClientError> {
        let connected = Instant::now() + self.patience;
        let client = timeout_at(connected, self.connection(None)).await.map_err(|_| ClientError::Closed)??;
        params.cl_ord_id.get_or_insert_with(any_name);
        let now = client.venue_time().unwrap_or_else(own_time);
        let deadline = Timestamp(now.0.saturating_add(u64::try_from(within.as_nanos()).unwrap_or(u64::MAX)));
        let deadline = *params.deadline.get_or_insert(deadline);
        let left = Duration::from_nanos(deadline.0.saturating_sub(now.0));
        let passed = Instant::now() + left;
        let give_up = passed + self.patience + Duration::from_secs(10);
        let mut waits = Waits::new(BackOff { cap: Duration::from_secs(1), ..self.back_off });
        // Whether one was sent whose answer is not known, and a refusal since.
        let (mut unknown, mut refused) = (false, None);
        for _ in 0..TRIES {
            match timeout_at(give_up, self.add_order(params.clone())).await {
                Ok(Ok(result)) => return Ok(result),
                Ok(Err(error @ (ClientError::Closed | ClientError::Over(_)))) => {
                    return Err(if unknown { ClientError::OutcomeUnknown } else { error });
                }
                Ok(Err(error @ ClientError::Refused(_))) => {
                    if !unknown {
                        return Err(error);
                    }
                    if error.reject() == Some(Reject::DeadlinePassed) {
                        return Err(refused.unwrap_or(error));
                    }
                    let later = matches!(&error, ClientError::Refused(body) if body.detail.retryable)
                        || error.reject() == Some(Reject::ShuttingDown);
                    refused = Some(error);
                    if !later {
                        // Until then it could only be refused again, or be accepted after all.
                        sleep_until(passed.min(give_up)).await;
                    }
                }
                Ok(Err(ClientError::OutcomeUnknown)) => unknown = true,
                Ok(Err(error)) => return Err(if unknown { ClientError::OutcomeUnknown } else { error }),
                Err(_) => return Err(ClientError::OutcomeUnknown),
            }
            sleep_until((Instant::now() + waits.next()).min(give_up)).await;
        }
        Err(ClientError::OutcomeUnknown)
    }

    /// Where an order stands. That a query may be asked twice harms nobody, so it is asked again when its answer is lost.
    ///
    /// 2113 to a query on another connection than the order's is final only when the order's deadline has passed.
    ///
    /// # Errors
    /// As for [`Session::call`].
    pub async fn query_order(&self, order: OrderRef) -> Result<QueryResult, ClientError> {
        for _ in 0..TRIES {
            match self.call(Call::QueryOrder(QueryOrderParams { order })).await {
                Ok(ReplyResult::Order(result)) => return Ok(*result),
                Ok(other) => return Err(unexpected(&other)),
                Err(ClientError::OutcomeUnknown) => {}
                Err(error) => return Err(error),
            }
        }
        Err(ClientError::OutcomeUnknown)
    }

    /// Changes an open order, once.
    ///
    /// # Errors
    /// As for [`Session::call`].
    pub async fn amend_order(&self, params: AmendOrderParams) -> Result<OrderResult, ClientError> {
        match self.call(Call::AmendOrder(params)).await? {
            ReplyResult::AmendOrder(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Cancels one open order, once.
    ///
    /// # Errors
    /// As for [`Session::call`].
    pub async fn cancel_order(&self, order: OrderRef) -> Result<CancelResult, ClientError> {
        match self.call(Call::CancelOrder(CancelOrderParams { orders: vec![order] })).await? {
            ReplyResult::CancelOrder(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Cancels many open orders, once.
    ///
    /// # Errors
    /// As for [`Session::call`].
    pub async fn cancel_all(&self, params: CancelAllParams) -> Result<CancelAllResult, ClientError> {
        match self.call(Call::CancelAll(params)).await? {
            ReplyResult::CancelAll(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }
}

/// A name that no other order has.
fn any_name() -> ClOrdId {
    let random = || RandomState::new().hash_one(own_time());
    ClOrdId::parse(&format!("{:016x}{:016x}", random(), random())).expect("32 letters and digits are a name")
}

/// This machine's time.
fn own_time() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}
