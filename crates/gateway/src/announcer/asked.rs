//! Answers to what is no single command: an order looked up, an order checked, orders entered together.

#![expect(clippy::result_large_err, reason = "a reply holds what it came to by value, and is written at once")]

use super::Announcer;
use crate::rows;
use unspent_marketdata::OpenOrder;
use unspent_model::{AccountId, OrderId, OrderRef, Reject, Rejection, Timestamp};
use unspent_protocol::{
    Asked, BatchResult, BatchRow, ErrorBody, MAX_QUERY_FILLS, PastFill, QueryResult, Refusal, ReplyResult, ValidResult,
};

impl Announcer {
    /// Takes in what one order of a batch came to; the whole answer with the last.
    pub(super) fn part(
        &mut self,
        outcome: Result<ReplyResult, ErrorBody>,
        last: bool,
    ) -> Option<Result<ReplyResult, ErrorBody>> {
        let row = match outcome {
            Ok(ReplyResult::AddOrder(result)) => Ok(result),
            Ok(other) => panic!("a batch enters orders, and one came to {other:?}"),
            Err(error) => Err(error),
        };
        self.batch.push(BatchRow::from(row));
        last.then(|| Ok(ReplyResult::Batch(BatchResult { orders: std::mem::take(&mut self.batch) })))
    }

    pub(super) fn checked(&self, checked: Result<(), Rejection>, asked: Asked) -> Result<ReplyResult, ErrorBody> {
        match checked {
            Ok(()) => Ok(ReplyResult::Valid(ValidResult { valid: true })),
            Err(rejection) => Err(self.explained(rejection, asked).into()),
        }
    }

    /// Where an order stands: open, or over and remembered. Another account's order is as unknown as one that never was.
    pub(super) fn order_state(
        &self,
        account: AccountId,
        order: OrderRef,
        known: Option<OrderId>,
    ) -> Result<ReplyResult, ErrorBody> {
        let (id, field) = match order {
            OrderRef::Id(id) => (Some(id), "order_id"),
            OrderRef::ClOrdId(_) => (known, "cl_ord_id"),
        };
        let found = id.and_then(|id| self.find(account, id)).or_else(|| match &order {
            OrderRef::Id(_) => None,
            // The engine may have forgotten a name that is still told here.
            OrderRef::ClOrdId(name) => {
                self.view.history().closed_named(account, name).map(|closed| (&closed.order, closed.at))
            }
        });
        let Some((order, at)) = found else {
            let message = "the account has no open order of this id, and none among those that closed lately";
            return Err(Refusal::at(Reject::UnknownOrder, field, message).into());
        };
        Ok(ReplyResult::Order(Box::new(QueryResult {
            order: rows::order_at(&self.catalogue, self.view.orders(), order, at),
            fills: self.past_fills(account, order.order),
            seq: self.seq.0,
        })))
    }

    /// An order of an account, and since when it stands so: its acceptance or its end.
    fn find(&self, account: AccountId, id: OrderId) -> Option<(&OpenOrder, Timestamp)> {
        let open = self.view.orders().get(id).filter(|order| order.account == account);
        match open {
            Some(order) => Some((order, order.opened_at)),
            None => self.view.history().closed(account, id).map(|closed| (&closed.order, closed.at)),
        }
    }

    fn past_fills(&self, account: AccountId, order: OrderId) -> Vec<PastFill> {
        let fills = self.view.history().fills_of(account).filter(|fill| fill.order == order);
        fills.take(MAX_QUERY_FILLS).map(|fill| rows::past_fill(&self.catalogue, fill)).collect()
    }
}
