//! What one client was told, and whether what is there agrees with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use unspent_model::{ClOrdId, OrderId};
use unspent_protocol::{AddOrderParams, ExecType, Execution, OrderResult};

/// What became of an order's sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Sent; no answer came.
    Nothing,
    /// Accepted, with its first answer.
    Accepted(Box<OrderResult>),
    /// Refused: it left no trace, and may be accepted when it is sent again.
    Refused,
}

/// An order as it was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its request.
    pub params: AddOrderParams,
    /// What its sender was told.
    pub told: Told,
}

/// Something that was told and is not so, or is so twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// An accepted order is not known any more: sent again it was accepted anew, or refused.
    Lost(ClOrdId),
    /// An accepted order, sent again, got another answer than the first.
    AnswerChanged(ClOrdId),
    /// An order whose cancel was confirmed is open.
    CancelLost(OrderId),
    /// An open order has less filled than was told.
    FillLost(OrderId),
    /// An order that was told to be filled whole is open.
    FilledButOpen(OrderId),
    /// Two open orders have one client order id.
    Twice(ClOrdId),
    /// One execution was told with two contents.
    ExecutionChanged(String),
    /// The account's `exec_seq` went back.
    ExecSeqBack {
        /// The last one told.
        told: u64,
        /// The one there is.
        is: u64,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Everything one client was told since the beginning.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Orders by their client order id.
    pub orders: BTreeMap<ClOrdId, Sent>,
    /// Orders whose cancel was confirmed.
    pub canceled: BTreeSet<OrderId>,
    /// The most that was told to be filled of an order, in dollars of face.
    pub cum: BTreeMap<OrderId, u64>,
    /// Orders that were told to be filled whole.
    pub filled: BTreeSet<OrderId>,
    /// Every trade leg told, with what it said.
    legs: BTreeMap<String, String>,
    /// The last `exec_seq` told.
    pub exec_seq: u64,
    /// What was found while listening.
    pub problems: Vec<Problem>,
}

impl History {
    /// Notes the answer to an order.
    pub fn accepted(&mut self, name: ClOrdId, result: OrderResult) {
        let cum = self.cum.entry(result.order_id).or_default();
        *cum = (*cum).max(result.cum_qty);
        if let Some(sent) = self.orders.get_mut(&name) {
            sent.told = Told::Accepted(Box::new(OrderResult { duplicate: false, ..result }));
        }
    }

    /// Notes rows of the executions stream.
    pub fn executions(&mut self, exec_seq: u64, rows: &[Execution]) {
        self.exec_seq = self.exec_seq.max(exec_seq);
        for row in rows {
            let cum = self.cum.entry(row.order_id).or_default();
            *cum = (*cum).max(row.cum_qty);
            if row.exec_type == ExecType::Trade {
                if row.leaves_qty == 0 {
                    self.filled.insert(row.order_id);
                }
                let leg = format!("{:?}", row.exec_id);
                let says = format!("{} {:?} {:?} {:?}", row.order_id, row.last_qty, row.last_price, row.fees);
                let before = self.legs.insert(leg.clone(), says.clone());
                if before.is_some_and(|before| before != says) {
                    self.problems.push(Problem::ExecutionChanged(leg));
                }
            }
        }
    }

    /// Compares with the account's open orders and `exec_seq` after a restart.
    #[must_use]
    pub fn check(&self, open: &[Execution], exec_seq: u64) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        if exec_seq < self.exec_seq {
            problems.push(Problem::ExecSeqBack { told: self.exec_seq, is: exec_seq });
        }
        let mut names = BTreeSet::new();
        for row in open {
            if self.canceled.contains(&row.order_id) {
                problems.push(Problem::CancelLost(row.order_id));
            }
            if self.filled.contains(&row.order_id) {
                problems.push(Problem::FilledButOpen(row.order_id));
            }
            if self.cum.get(&row.order_id).is_some_and(|told| row.cum_qty < *told) {
                problems.push(Problem::FillLost(row.order_id));
            }
            if let Some(name) = row.cl_ord_id
                && !names.insert(name)
            {
                problems.push(Problem::Twice(name));
            }
        }
        problems
    }

    /// Compares an accepted order's first answer with what it got when it was sent again; `None` is a refusal.
    #[must_use]
    pub fn check_again(&self, name: ClOrdId, again: Option<&OrderResult>) -> Option<Problem> {
        let Told::Accepted(first) = &self.orders.get(&name)?.told else { return None };
        match again {
            Some(again) if again.duplicate && again.order_id == first.order_id => {
                let same = OrderResult { duplicate: false, ..again.clone() } == **first;
                (!same).then_some(Problem::AnswerChanged(name))
            }
            _ => Some(Problem::Lost(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;
    use unspent_model::{OrderStatus, Side, Symbol, Timestamp};
    use unspent_protocol::{OrderState, OrderType};

    fn name(text: &str) -> ClOrdId {
        ClOrdId::parse(text).unwrap()
    }

    fn result(order: u64) -> OrderResult {
        OrderResult {
            order_id: OrderId(order),
            cl_ord_id: Some(name("a")),
            status: OrderStatus::Open,
            leaves_qty: 100,
            cum_qty: 0,
            reason: None,
            priority: None,
            fills: Vec::new(),
            seq: 7,
            duplicate: false,
        }
    }

    fn open(order: u64, cum_qty: u64) -> Execution {
        Execution {
            exec_type: ExecType::New,
            order_id: OrderId(order),
            cl_ord_id: Some(name("a")),
            symbol: Symbol::parse("OAI-API-100-202706").unwrap(),
            side: Side::Buy,
            order_type: Some(OrderType::Limit),
            order_qty: 1_000,
            limit_price: Some(Decimal::ONE),
            time_in_force: None,
            post_only: false,
            stp_type: None,
            last_qty: None,
            last_price: None,
            cum_qty,
            leaves_qty: 1_000 - cum_qty,
            avg_price: None,
            order_status: OrderState::New,
            liquidity_ind: None,
            fees: None,
            exec_id: None,
            trade_id: None,
            reason: None,
            timestamp: Timestamp(0),
        }
    }

    fn history() -> History {
        let mut history = History::default();
        let params = AddOrderParams {
            symbol: Symbol::parse("OAI-API-100-202706").unwrap(),
            side: Side::Buy,
            order_type: OrderType::Limit,
            order_qty: Decimal::from(1_000),
            limit_price: Some(Decimal::ONE),
            max_total: None,
            time_in_force: None,
            post_only: false,
            stp_type: None,
            cl_ord_id: Some(name("a")),
            deadline: None,
        };
        history.orders.insert(name("a"), Sent { params, told: Told::Nothing });
        history.accepted(name("a"), result(1));
        history.executions(5, &[open(1, 300)]);
        history
    }

    #[test]
    fn what_agrees_is_no_problem() {
        assert_eq!(history().check(&[open(1, 300)], 5), []);
        // More may have happened than was told, never less.
        assert_eq!(history().check(&[open(1, 400)], 6), []);
        let again = OrderResult { duplicate: true, ..result(1) };
        assert_eq!(history().check_again(name("a"), Some(&again)), None);
    }

    #[test]
    fn every_kind_of_loss_is_seen() {
        let again = |result: Option<OrderResult>| history().check_again(name("a"), result.as_ref());
        assert_eq!(again(None), Some(Problem::Lost(name("a"))));
        assert_eq!(again(Some(result(2))), Some(Problem::Lost(name("a"))));
        let other = OrderResult { duplicate: true, cum_qty: 100, ..result(1) };
        assert_eq!(again(Some(other)), Some(Problem::AnswerChanged(name("a"))));

        assert_eq!(history().check(&[open(1, 200)], 5), [Problem::FillLost(OrderId(1))]);
        assert_eq!(history().check(&[], 4), [Problem::ExecSeqBack { told: 5, is: 4 }]);
        assert_eq!(history().check(&[open(1, 300), open(2, 0)], 5), [Problem::Twice(name("a"))]);
        let mut canceled = history();
        canceled.canceled.insert(OrderId(1));
        assert_eq!(canceled.check(&[open(1, 300)], 5), [Problem::CancelLost(OrderId(1))]);
        let mut filled = history();
        filled.filled.insert(OrderId(1));
        assert_eq!(filled.check(&[open(1, 300)], 5), [Problem::FilledButOpen(OrderId(1))]);
        let mut changed = history();
        let trade = |qty| Execution { exec_type: ExecType::Trade, last_qty: Some(qty), ..open(1, 300) };
        changed.executions(6, &[trade(100)]);
        changed.executions(6, &[trade(200)]);
        assert_eq!(changed.check(&[], 6).len(), 1);
    }
}
