//! An account's open orders, a page at a time.

use super::Announcer;
use crate::rows;
use unspent_model::{AccountId, OrderId};
use unspent_protocol::{Channel, Execution, Kind};

/// Orders in a page: some 64 KiB at most.
pub(crate) const PAGE_ROWS: usize = 128;

impl Announcer {
    /// The open orders of an account now, in the order of their ids.
    pub(crate) fn open_orders(&self, account: AccountId) -> Vec<OrderId> {
        self.view.orders().of_account(account).map(|order| order.order).collect()
    }

    /// A page of a snapshot: those of these orders that are still open, as they are now. The last one is the snapshot, the others
    /// are parts of it.
    pub(crate) fn orders_page(&self, account: AccountId, orders: &[OrderId], last: bool) -> Vec<u8> {
        let open = orders.iter().filter_map(|&order| self.view.orders().get(order));
        let rows: Vec<Execution> =
            open.map(|order| rows::open_order(&self.catalogue, self.view.orders(), order)).collect();
        let kind = if last { Kind::Snapshot } else { Kind::Part };
        let mut text = Vec::with_capacity(rows.len() * 400 + 100);
        let stream = self.private(account, kind, Some(self.exec_seq(account)), self.seq, rows);
        stream.write(Channel::Executions, &mut text);
        text
    }
}
