//! What one client was told, and whether what is there agrees with it.

use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use unspent_model::{ClOrdId, OrderId, Side};
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
    /// Two orders have one client order id.
    Twice(ClOrdId),
    /// Everything that happened was told, and the open orders are not those that it leaves.
    OrdersDiffer {
        /// By order: filled and open quantity as told.
        told: Option<(OrderId, u64, u64)>,
        /// What there is.
        is: Option<(OrderId, u64, u64)>,
    },
    /// Everything that happened was told, and the account's money or credits are not what it comes to.
    PurseDiffers {
        /// As told.
        told: Purse,
        /// What there is.
        is: Purse,
    },
    /// Rows are missing, or came twice, within one connection.
    ExecSeqGap {
        /// The last one told before.
        told: u64,
        /// How many rows came.
        rows: u64,
        /// The number they came with.
        is: u64,
    },
    /// One execution was told with two contents.
    ExecutionChanged(String),
    /// The credits of all accounts are not what came in.
    CreditsNotConserved {
        /// Which.
        symbol: String,
        /// Dollars of face that all accounts have.
        is: i128,
        /// Dollars of face that came in.
        came_in: i128,
    },
    /// The cash of all accounts and the fees told are more than came in.
    CashNotConserved {
        /// Dollars that all accounts have.
        is: Decimal,
        /// Dollars of fees told.
        fees: Decimal,
        /// Dollars that came in.
        came_in: Decimal,
    },
    /// The venue did not come up after a cut.
    DidNotStart(String),
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

/// What an account has, reserved or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purse {
    /// Dollars.
    pub cash: Decimal,
    /// Dollars of face by symbol; nothing is not listed.
    pub credits: BTreeMap<String, i128>,
}

/// What is there after a restart, before anything new happens.
#[derive(Clone, Debug, Default)]
pub struct There {
    /// Open orders.
    pub open: Vec<Execution>,
    /// The account's `exec_seq`.
    pub exec_seq: u64,
    /// What it has.
    pub purse: Purse,
}

/// Filled and open quantity of open orders.
type Open = BTreeMap<OrderId, (u64, u64)>;

fn open_orders(rows: &[Execution]) -> Open {
    rows.iter().map(|row| (row.order_id, (row.cum_qty, row.leaves_qty))).collect()
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
    /// How often everything was told, so that what is there had to be exactly that.
    pub exact: u64,
    /// Fees told, in dollars.
    pub fees: Decimal,
    /// The order that was told under a name.
    named: BTreeMap<ClOrdId, OrderId>,
    /// Open orders and what the account has, as the last start found them and the rows since have changed them.
    now: Option<(Open, Purse)>,
}

impl History {
    /// Notes the answer to an order.
    pub fn accepted(&mut self, name: ClOrdId, result: OrderResult) {
        self.name(name, result.order_id);
        let cum = self.cum.entry(result.order_id).or_default();
        *cum = (*cum).max(result.cum_qty);
        if let Some(sent) = self.orders.get_mut(&name) {
            sent.told = Told::Accepted(Box::new(OrderResult { duplicate: false, ..result }));
        }
    }

    fn name(&mut self, name: ClOrdId, order: OrderId) {
        if *self.named.entry(name).or_insert(order) != order {
            self.problems.push(Problem::Twice(name));
        }
    }

    /// Starts a connection with what is there: from here on every row counts.
    pub fn begin(&mut self, there: &There) {
        self.exec_seq = there.exec_seq;
        self.now = Some((open_orders(&there.open), there.purse.clone()));
    }

    /// Notes rows of the executions stream.
    pub fn executions(&mut self, exec_seq: u64, rows: &[Execution]) {
        let count = rows.len() as u64;
        if self.now.is_some() && exec_seq != self.exec_seq + count {
            self.problems.push(Problem::ExecSeqGap { told: self.exec_seq, rows: count, is: exec_seq });
        }
        self.exec_seq = self.exec_seq.max(exec_seq);
        for row in rows {
            if let Some(name) = row.cl_ord_id {
                self.name(name, row.order_id);
            }
            self.follow(row);
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

    /// Changes what must be there by one row.
    fn follow(&mut self, row: &Execution) {
        let fee = row.fees.map_or(Decimal::ZERO, |fee| fee.0);
        self.fees += fee;
        let Some((open, purse)) = &mut self.now else { return };
        if row.exec_type == ExecType::Canceled || row.leaves_qty == 0 {
            open.remove(&row.order_id);
        } else {
            open.insert(row.order_id, (row.cum_qty, row.leaves_qty));
        }
        if let (ExecType::Trade, Some(qty), Some(price)) = (row.exec_type, row.last_qty, row.last_price) {
            let sign = if row.side == Side::Buy { 1 } else { -1 };
            purse.cash -= Decimal::from(sign) * price * Decimal::from(qty) + fee;
            let held = purse.credits.entry(row.symbol.to_string()).or_default();
            *held += i128::from(sign) * i128::from(qty);
            purse.credits.retain(|_, held| *held != 0);
        }
    }

    /// Compares with what is there after a restart.
    #[must_use]
    pub fn check(&mut self, there: &There) -> Vec<Problem> {
        let mut problems = self.loose(&there.open, there.exec_seq);
        let Some((open, purse)) = &self.now else { return problems };
        if there.exec_seq != self.exec_seq {
            // Something was done that nobody was told of before the end.
            return problems;
        }
        self.exact += 1;
        let is = open_orders(&there.open);
        let row = |(order, (cum, leaves)): (&OrderId, &(u64, u64))| (*order, *cum, *leaves);
        for (order, &(cum, leaves)) in open {
            if is.get(order) != Some(&(cum, leaves)) {
                let is = is.get_key_value(order).map(row);
                problems.push(Problem::OrdersDiffer { told: Some((*order, cum, leaves)), is });
            }
        }
        let untold = is.iter().filter(|(order, _)| !open.contains_key(order));
        problems.extend(untold.map(|found| Problem::OrdersDiffer { told: None, is: Some(row(found)) }));
        if *purse != there.purse {
            problems.push(Problem::PurseDiffers { told: purse.clone(), is: there.purse.clone() });
        }
        problems
    }

    /// What must hold whether everything was told or not.
    fn loose(&mut self, open: &[Execution], exec_seq: u64) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
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
    use unspent_model::{OrderStatus, Symbol, Timestamp};
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
            link_id: None,
            time_in_force: None,
            triggers: None,
            display_qty: None,
            expire_time: None,
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
            next_symbol: None,
            implied: None,
            delivered: None,
            decay: None,
            reason: None,
            timestamp: Timestamp(0),
        }
    }

    fn history() -> History {
        let mut history = History::default();
        let params = AddOrderParams {
            cl_ord_id: Some(name("a")),
            ..AddOrderParams::limit(
                Symbol::parse("OAI-API-100-202706").unwrap(),
                Side::Buy,
                Decimal::from(1_000),
                Decimal::ONE,
            )
        };
        history.orders.insert(name("a"), Sent { params, told: Told::Nothing });
        history.accepted(name("a"), result(1));
        history.executions(5, &[open(1, 300)]);
        history
    }

    fn there(open: Vec<Execution>, exec_seq: u64) -> There {
        There { open, exec_seq, purse: Purse::default() }
    }

    #[test]
    fn what_agrees_is_no_problem() {
        assert_eq!(history().check(&there(vec![open(1, 300)], 5)), []);
        // More may have happened than was told, never less.
        assert_eq!(history().check(&there(vec![open(1, 400)], 6)), []);
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

        assert_eq!(history().check(&there(vec![open(1, 200)], 5)), [Problem::FillLost(OrderId(1))]);
        assert_eq!(history().check(&there(vec![], 4)), [Problem::ExecSeqBack { told: 5, is: 4 }]);
        let two = there(vec![open(1, 300), open(2, 0)], 5);
        assert_eq!(history().check(&two), [Problem::Twice(name("a"))]);
        let mut canceled = history();
        canceled.canceled.insert(OrderId(1));
        assert_eq!(canceled.check(&there(vec![open(1, 300)], 5)), [Problem::CancelLost(OrderId(1))]);
        let mut filled = history();
        filled.filled.insert(OrderId(1));
        assert_eq!(filled.check(&there(vec![open(1, 300)], 5)), [Problem::FilledButOpen(OrderId(1))]);
        let mut changed = history();
        changed.executions(6, &[trade(1, 100)]);
        changed.executions(6, &[trade(1, 200)]);
        assert_eq!(changed.check(&there(vec![], 6)).len(), 1);
        let mut twice = history();
        twice.executions(6, &[open(2, 0)]);
        assert_eq!(twice.check(&there(vec![], 6)), [Problem::Twice(name("a"))]);
    }

    fn trade(order: u64, qty: u64) -> Execution {
        let fees = Some(unspent_protocol::Fee(Decimal::new(330, 2)));
        let last_price = Some(Decimal::new(66, 2));
        Execution { exec_type: ExecType::Trade, last_qty: Some(qty), last_price, fees, ..open(order, 300) }
    }

    /// A connection that found order 1 open and was told one trade of 100 since: `exec_seq` 8.
    fn exact() -> (History, There) {
        let purse = |cash, held| Purse {
            cash: Decimal::new(cash, 2),
            credits: BTreeMap::from([("OAI-API-100-202706".to_owned(), held)]),
        };
        let mut history = history();
        history.begin(&There { open: vec![open(1, 200)], exec_seq: 7, purse: purse(10_000, 500) });
        history.executions(8, &[trade(1, 100)]);
        (history, There { open: vec![open(1, 300)], exec_seq: 8, purse: purse(3_070, 600) })
    }

    #[test]
    fn when_everything_was_told_what_is_there_is_exactly_that() {
        let (mut history, there) = exact();
        assert_eq!(history.check(&there), []);
        assert_eq!((history.exact, history.fees), (1, Decimal::new(330, 2)));

        let vanished = There { open: Vec::new(), ..there.clone() };
        let told = Some((OrderId(1), 300, 700));
        assert_eq!(exact().0.check(&vanished), [Problem::OrdersDiffer { told, is: None }]);
        let amended = Execution { leaves_qty: 600, ..open(1, 300) };
        let amended = There { open: vec![amended], ..there.clone() };
        assert_eq!(exact().0.check(&amended), [Problem::OrdersDiffer { told, is: Some((OrderId(1), 300, 600)) }]);
        let other = Execution { cl_ord_id: Some(name("b")), ..open(2, 0) };
        let untold = There { open: vec![open(1, 300), other], ..there.clone() };
        assert_eq!(exact().0.check(&untold), [Problem::OrdersDiffer { told: None, is: Some((OrderId(2), 0, 1_000)) }]);
        let mut cent = there.clone();
        cent.purse.cash += Decimal::new(1, 2);
        assert!(matches!(exact().0.check(&cent)[..], [Problem::PurseDiffers { .. }]));
        let mut lot = there.clone();
        lot.purse.credits.clear();
        assert!(matches!(exact().0.check(&lot)[..], [Problem::PurseDiffers { .. }]));

        // With something untold, it may be anything that loses nothing.
        assert_eq!(exact().0.check(&There { exec_seq: 9, ..vanished }), []);
    }

    #[test]
    fn a_gap_within_a_connection_is_seen() {
        let (mut history, mut there) = exact();
        history.executions(10, &[open(1, 300)]);
        there.exec_seq = 10;
        assert_eq!(history.check(&there), [Problem::ExecSeqGap { told: 8, rows: 1, is: 10 }]);
    }
}
