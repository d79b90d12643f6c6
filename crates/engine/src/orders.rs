//! Open orders: the record of each, and where to find it by id.
//!
//! Ids only grow, so the index is a row of pages, each 4,096 ids; a page whose orders are all closed is given back.

use crate::accounts::Accounts;
use slab::Slab;
use std::collections::VecDeque;
use unspent_book::Slot;
use unspent_ledger::HoldingRef;
use unspent_model::{
    AccountId, Cash, ClOrdId, FeeRate, FeeSchedule, InstrumentId, Lots, OrderId, OrderStatus, Price, SelfTrade, Side,
};

/// No record.
pub(crate) const NONE: u32 = u32::MAX;

/// An accepted order with lots open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub id: OrderId,
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub side: Side,
    pub post_only: bool,
    pub self_trade: SelfTrade,
    pub limit: Price,
    /// Total quantity, filled part included; self-trade prevention's decrement lowers it.
    pub lots: Lots,
    /// Filled so far.
    pub cum: Lots,
    /// Open: always `lots - cum`.
    pub leaves: Lots,
    /// The fees pinned at entry.
    pub fees: FeeSchedule,
    /// The exact fee so far, see [`FeeRate::product`].
    pub fee_product: u128,
    /// What a buy has set aside; zero for a sell, which sets aside its leaves.
    pub reserved: Cash,
    /// The account's holding of the instrument.
    pub holding: HoldingRef,
    pub cl_ord_id: Option<ClOrdId>,
    /// Where it rests; set while it is in the book.
    pub slot: Option<Slot>,
    /// Neighbours in its account's list.
    pub prev: u32,
    pub next: u32,
}

impl Order {
    pub fn status(&self) -> OrderStatus {
        match (self.leaves.is_zero(), self.cum.is_zero()) {
            (true, _) => OrderStatus::Filled,
            (false, true) => OrderStatus::Open,
            (false, false) => OrderStatus::PartiallyFilled,
        }
    }

    /// What this order, a buy, must set aside for `leaves` at `limit`; `None` when it does not fit.
    pub fn required(&self, limit: Price, leaves: Lots, unit_value: Cash) -> Option<Cash> {
        required(self.fees, self.fee_product, limit, leaves, unit_value)
    }

    /// Adds a fill's fee and returns what it costs now.
    pub fn charge(&mut self, rate: FeeRate, notional: Cash) -> Cash {
        let before = FeeRate::round_up(self.fee_product);
        self.fee_product += rate.product(notional);
        FeeRate::round_up(self.fee_product) - before
    }
}

/// What a buy with `fee_product` charged so far must set aside for `leaves` at `limit`: their notional and the largest
/// fee that they can add. `None` when it does not fit.
pub(crate) fn required(
    fees: FeeSchedule,
    fee_product: u128,
    limit: Price,
    leaves: Lots,
    unit_value: Cash,
) -> Option<Cash> {
    let notional = limit.notional(leaves, unit_value)?;
    let fee = fees.largest().product(notional) + fee_product;
    notional.checked_add(FeeRate::round_up(fee) - FeeRate::round_up(fee_product))
}

const PAGE: u64 = 4_096;

#[derive(Debug)]
struct Page {
    open: u32,
    records: Box<[u32]>,
}

/// All open orders.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    records: Slab<Order>,
    pages: VecDeque<Option<Page>>,
    /// The number of the first page in `pages`.
    first_page: u64,
    /// A page given back, kept for the next one.
    spare: Option<Page>,
}

impl Orders {
    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn get(&self, record: u32) -> &Order {
        &self.records[record as usize]
    }

    pub fn get_mut(&mut self, record: u32) -> &mut Order {
        &mut self.records[record as usize]
    }

    /// Puts back an order that a copy was taken of. Its neighbours are those of now: they may have been closed since.
    pub fn put_back(&mut self, record: u32, order: Order) {
        let kept = &mut self.records[record as usize];
        debug_assert_eq!(kept.id, order.id);
        *kept = Order { prev: kept.prev, next: kept.next, ..order };
    }

    /// The record of an open order.
    pub fn find(&self, id: OrderId) -> Option<u32> {
        let page = (id.0 / PAGE).checked_sub(self.first_page)?;
        let page = self.pages.get(usize::try_from(page).ok()?)?.as_ref()?;
        let record = page.records[(id.0 % PAGE) as usize];
        (record != NONE).then_some(record)
    }

    /// Adds an open order at the end of its account's list. Ids of one account are added in ascending order.
    pub fn insert(&mut self, mut order: Order, accounts: &mut Accounts) -> u32 {
        let account = accounts.get_mut(order.account);
        (order.prev, order.next) = (account.last, NONE);
        let record = u32::try_from(self.records.insert(order)).expect("fewer than 2^32 open orders");
        if account.last == NONE {
            account.first = record;
        } else {
            self.records[account.last as usize].next = record;
        }
        account.last = record;
        account.open += 1;
        let page = self.page(order.id);
        page.records[(order.id.0 % PAGE) as usize] = record;
        page.open += 1;
        record
    }

    /// Takes out an order that is closed.
    pub fn remove(&mut self, record: u32, accounts: &mut Accounts) -> Order {
        let order = self.records.remove(record as usize);
        let account = accounts.get_mut(order.account);
        account.open -= 1;
        match order.prev {
            NONE => account.first = order.next,
            prev => self.records[prev as usize].next = order.next,
        }
        match order.next {
            NONE => account.last = order.prev,
            next => self.records[next as usize].prev = order.prev,
        }
        let page = self.page(order.id);
        page.records[(order.id.0 % PAGE) as usize] = NONE;
        page.open -= 1;
        if page.open == 0 {
            self.give_back(order.id.0 / PAGE);
        }
        order
    }

    /// An account's open orders by id, ascending.
    pub fn of<'a>(
        &'a self,
        accounts: &Accounts,
        account: AccountId,
    ) -> impl Iterator<Item = (u32, &'a Order)> + use<'a> {
        let first = accounts.get(account).map_or(NONE, |account| account.first);
        std::iter::successors(self.entry(first), |&(_, order)| self.entry(order.next))
    }

    /// The record after this one in its account's list.
    pub fn next_of(&self, record: u32) -> Option<u32> {
        self.entry(self.get(record).next).map(|(next, _)| next)
    }

    fn entry(&self, record: u32) -> Option<(u32, &Order)> {
        (record != NONE).then(|| (record, &self.records[record as usize]))
    }

    fn page(&mut self, id: OrderId) -> &mut Page {
        let number = id.0 / PAGE;
        if self.pages.is_empty() {
            self.first_page = number;
        }
        let at = usize::try_from(number - self.first_page).expect("pages fit in memory");
        while self.pages.len() <= at {
            self.pages.push_back(None);
        }
        let spare = &mut self.spare;
        self.pages[at].get_or_insert_with(|| {
            spare.take().unwrap_or_else(|| Page { open: 0, records: vec![NONE; PAGE as usize].into_boxed_slice() })
        })
    }

    fn give_back(&mut self, number: u64) {
        let at = usize::try_from(number - self.first_page).expect("pages fit in memory");
        self.spare = self.pages[at].take();
        while self.pages.front().is_some_and(Option::is_none) {
            self.pages.pop_front();
            self.first_page += 1;
        }
    }
}
