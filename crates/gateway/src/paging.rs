//! Snapshots that are given a page at a time, as fast as their connection takes them.
//!
//! Nothing is copied but the orders' ids: a page is made when there is room for it, of what its orders are then. What happens
//! meanwhile is told between the pages.

use crate::announcer::{Announcer, PAGE_ROWS};
use crate::outbox::Outbox;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use unspent_model::{AccountId, OrderId};

/// How soon a connection that had no room is looked at again.
pub(crate) const SOON: Duration = Duration::from_millis(2);
/// Pages that are made before anything else is looked at.
pub(crate) const PAGES_AT_ONCE: usize = 8;

/// How far a snapshot of an account's open orders is told.
#[derive(Debug)]
pub(crate) struct Paging {
    account: AccountId,
    /// Those that were open when it began; later ones are told as they come.
    orders: Vec<OrderId>,
    told: usize,
}

impl Paging {
    pub fn begin(announcer: &Announcer, account: AccountId) -> Paging {
        Paging { account, orders: announcer.open_orders(account), told: 0 }
    }

    /// Gives at most `most` pages as long as there is room; how many it gave, and whether the last was among them.
    pub fn go_on(&mut self, announcer: &Announcer, outbox: &Outbox, most: usize) -> (usize, bool) {
        let mut given = 0;
        while given < most && !outbox.lags() {
            let rest = &self.orders[self.told..];
            let page = &rest[..rest.len().min(PAGE_ROWS)];
            let last = page.len() == rest.len();
            let message = announcer.orders_page(self.account, page, last);
            outbox.push(Utf8Bytes::try_from(message).expect("JSON is text"));
            self.told += page.len();
            given += 1;
            if last {
                return (given, true);
            }
        }
        (given, false)
    }
}
