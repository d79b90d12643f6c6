//! Open orders: the record of each, and where to find it by id.
//!
//! A record is one cache line: what every order has. What few orders have (a stop, a display, a date, a session, a
//! group) is a [`Special`] beside it. Ids only grow, so the index is a row of pages, each 4,096 ids; a page whose
//! orders are all closed is given back.

use crate::accounts::Accounts;
use crate::fees::{Fees, Remainder};
use crate::lists::Lists;
use crate::records::Records;
use slab::Slab;
use std::collections::VecDeque;
use unspent_book::Slot;
use unspent_ledger::{HoldingRef, Promise};
use unspent_model::{
    AccountId, Cash, InstrumentId, Level, Lots, OrderId, OrderKind, OrderStatus, PostOnly, Price, SelfTrade, SessionId,
    Side, TimeInForce, Timestamp,
};

/// No record.
pub(crate) const NONE: u32 = u32::MAX;

/// An accepted order with lots open.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Order {
    pub id: OrderId,
    /// What a buy has set aside, or the bond of a sell of promised lots; zero for any other sell, which sets aside its
    /// leaves only.
    pub reserved: Cash,
    pub account: AccountId,
    pub instrument: InstrumentId,
    /// The worst price it accepts; of a waiting market order its stop.
    pub limit: Price,
    /// Total quantity, filled part included; self-trade prevention's decrement lowers it.
    pub lots: Lots,
    /// Filled so far.
    pub cum: Lots,
    /// The account's holding of the instrument.
    pub holding: HoldingRef,
    /// Where it rests; set while it is in the book.
    pub slot: Option<Slot>,
    /// Where it stands in its account's list.
    pub place: u32,
    pub more: More,
    /// What its fees so far have left over of a cent.
    pub fee: Remainder,
    /// Which of its instrument's schedules was pinned at entry.
    pub fees: u8,
    pub side: Side,
    pub self_trade: SelfTrade,
    pub post_only: PostOnly,
    /// Which of its account's lots a sell sells: those in custody, or promised ones. In custody for a buy.
    pub level: Level,
}

const _: () = assert!(std::mem::size_of::<Order>() == 64);

impl Order {
    /// Open lots.
    pub fn leaves(&self) -> Lots {
        self.lots - self.cum
    }

    pub fn status(&self) -> OrderStatus {
        match (self.leaves().is_zero(), self.cum.is_zero()) {
            (true, _) => OrderStatus::Filled,
            (false, true) => OrderStatus::Open,
            (false, false) => OrderStatus::PartiallyFilled,
        }
    }

    /// Whether it sells promised lots.
    #[inline(always)]
    pub fn is_promised(&self) -> bool {
        self.level != Level::Custody
    }

    /// The promised lots that it sells.
    pub fn promise(&self) -> Promise {
        Promise { account: self.account, instrument: self.instrument, level: self.level }
    }

    /// What this order, a buy, must set aside for `leaves` at `limit`; `None` when it does not fit.
    pub fn required(&self, fees: Fees, limit: Price, leaves: Lots, unit_value: Cash) -> Option<Cash> {
        fees.required(self.fee, limit, leaves, unit_value)
    }
}

/// What an order has beside its record: nothing, a remembered first answer, or a [`Special`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct More(u32);

impl More {
    pub const NOTHING: More = More(NONE);
    const SPECIAL: u32 = 1 << 31;

    fn special(self) -> Option<usize> {
        (self != More::NOTHING && self.0 & More::SPECIAL != 0).then_some((self.0 & !More::SPECIAL) as usize)
    }

    pub fn is_special(self) -> bool {
        self.special().is_some()
    }
}

/// Where an order with a stop is on its way into the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// No trade has reached its stop.
    Armed,
    /// One has, and its turn has not come.
    Queued,
    /// Its turn has come.
    Triggered,
}

/// A stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub stop: Price,
    pub kind: OrderKind,
    pub state: Wait,
}

/// What few orders have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Special {
    /// The lots an iceberg shows at a time.
    pub display: Option<Lots>,
    pub time_in_force: TimeInForce,
    /// When it is cancelled: of DAY and GTD.
    pub expires: Option<Timestamp>,
    pub session: Option<SessionId>,
    /// Set until the order has entered the book.
    pub waiting: Option<Waiting>,
    /// Whether it is its account's quote.
    pub quote: bool,
    /// The protection group that counts its fills.
    pub group: Option<u32>,
    /// Whether it lowers its own price.
    pub decay: bool,
    /// The linked bid that it is a leg of.
    pub link: Option<OrderId>,
    /// Its first answer's key.
    pub answer: u32,
}

impl Special {
    /// Nothing special.
    pub const PLAIN: Special = Special {
        display: None,
        time_in_force: TimeInForce::Gtc,
        expires: None,
        session: None,
        waiting: None,
        quote: false,
        group: None,
        decay: false,
        link: None,
        answer: NONE,
    };
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
    records: Records,
    specials: Slab<Special>,
    lists: Lists,
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

    /// Makes room for so many open orders.
    pub fn reserve(&mut self, orders: usize) {
        self.records.reserve(orders);
        self.lists.reserve(orders);
    }

    pub fn get(&self, record: u32) -> &Order {
        self.records.get(record)
    }

    pub fn get_mut(&mut self, record: u32) -> &mut Order {
        self.records.get_mut(record)
    }

    /// Keeps what is special about an order that is about to be opened.
    pub fn keep_special(&mut self, special: Special) -> More {
        let key = u32::try_from(self.specials.insert(special)).expect("fewer than 2^31 special orders");
        assert!(key < More::SPECIAL, "fewer than 2^31 special orders");
        More(key | More::SPECIAL)
    }

    #[inline]
    pub fn special(&self, order: &Order) -> Option<&Special> {
        order.more.special().map(|key| &self.specials[key])
    }

    pub fn special_mut(&mut self, more: More) -> Option<&mut Special> {
        more.special().map(|key| &mut self.specials[key])
    }

    /// Forgets what was special about an order that has ended.
    pub fn drop_special(&mut self, more: More) -> Option<Special> {
        more.special().map(|key| self.specials.remove(key))
    }

    /// The stop that an order waits for.
    pub fn waiting(&self, order: &Order) -> Option<Waiting> {
        self.special(order).and_then(|special| special.waiting)
    }

    /// The key of an order's first answer.
    pub fn answer(&self, order: &Order) -> Option<u32> {
        let key = match self.special(order) {
            Some(special) => special.answer,
            None => order.more.0,
        };
        (key != NONE).then_some(key)
    }

    /// Says which first answer an open order has.
    pub fn set_answer(&mut self, record: u32, answer: u32) {
        assert!(answer < More::SPECIAL, "fewer than 2^31 first answers");
        let more = self.records.get(record).more;
        match self.special_mut(more) {
            Some(special) => special.answer = answer,
            None => self.records.get_mut(record).more = More(answer),
        }
    }

    /// How many open orders are legs of linked bids.
    pub fn linked(&self) -> usize {
        self.specials.iter().filter(|(_, special)| special.link.is_some()).count()
    }

    /// What an order counts for in its account's open notional.
    #[inline]
    pub fn share(&self, order: &Order, unit_value: Cash) -> Cash {
        if order.more.is_special()
            && order.side == Side::Buy
            && let Some(Waiting { kind: OrderKind::Market { .. }, .. }) = self.waiting(order)
        {
            return order.reserved;
        }
        order.limit.notional(order.leaves(), unit_value).expect("an order's notional is bounded")
    }

    /// Puts back an order that a copy was taken of.
    pub fn put_back(&mut self, record: u32, order: Order, unit_value: Cash, accounts: &mut Accounts) {
        let kept = *self.records.get(record);
        debug_assert_eq!(kept.id, order.id);
        let notional = &mut accounts.get_mut(order.account).open_notional;
        *notional = *notional + self.share(&order, unit_value) - self.share(&kept, unit_value);
        *self.records.get_mut(record) = order;
    }

    /// The record of an open order.
    #[inline]
    pub fn find(&self, id: OrderId) -> Option<u32> {
        let page = (id.0 / PAGE).checked_sub(self.first_page)?;
        let page = self.pages.get(usize::try_from(page).ok()?)?.as_ref()?;
        let record = page.records[(id.0 % PAGE) as usize];
        (record != NONE).then_some(record)
    }

    /// Adds an open order at the end of its account's list. Ids of one account are added in ascending order.
    #[inline]
    pub fn insert(&mut self, mut order: Order, unit_value: Cash, accounts: &mut Accounts) -> u32 {
        let share = self.share(&order, unit_value);
        let account = accounts.get_mut(order.account);
        account.open_notional = account.open_notional + share;
        account.open += 1;
        let record = self.records.next();
        order.place = self.lists.push(&mut account.list, record);
        let id = order.id;
        self.records.insert(order);
        let page = self.page(id);
        page.records[(id.0 % PAGE) as usize] = record;
        page.open += 1;
        record
    }

    /// Adds an order that was open before and leaves it out of its account's list: [`Orders::list_again`] follows, for ids
    /// may come in any order. `None` when what its account's orders are worth does not fit.
    pub fn insert_again(&mut self, order: Order, unit_value: Cash, accounts: &mut Accounts) -> Option<u32> {
        let id = order.id;
        let share = self.share(&order, unit_value);
        let account = accounts.get_mut(order.account);
        account.open_notional = account.open_notional.checked_add(share)?;
        account.open += 1;
        let record = self.records.next();
        self.records.insert(order);
        let page = self.page(id);
        page.records[(id.0 % PAGE) as usize] = record;
        page.open += 1;
        Some(record)
    }

    /// Makes every account's list, of orders that are in none.
    pub fn list_again(&mut self, accounts: &mut Accounts) {
        let Orders { records, lists, pages, .. } = self;
        for page in pages.iter().flatten() {
            for &record in page.records.iter().filter(|&&record| record != NONE) {
                let order = records.get_mut(record);
                order.place = lists.push(&mut accounts.get_mut(order.account).list, record);
            }
        }
    }

    /// Takes out an order that is closed. What was special about it is still kept.
    #[inline]
    pub fn remove(&mut self, record: u32, unit_value: Cash, accounts: &mut Accounts) -> Order {
        debug_assert_eq!(self.find(self.records.get(record).id), Some(record), "a record that was given back");
        let order = self.records.remove(record);
        let share = self.share(&order, unit_value);
        let account = accounts.get_mut(order.account);
        account.open_notional = account.open_notional - share;
        account.open -= 1;
        self.lists.remove(&mut account.list, order.place);
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
        let first = accounts.get(account).and_then(|account| self.lists.first(account.list));
        std::iter::successors(first, |&record| self.next_of(record)).map(|record| (record, self.get(record)))
    }

    /// Asks for the array of a place.
    #[inline]
    pub fn prefetch_place(&self, place: u32) {
        self.lists.prefetch(place);
    }

    /// The record after this one in its account's list.
    pub fn next_of(&self, record: u32) -> Option<u32> {
        self.lists.after(self.get(record).place)
    }

    #[inline]
    fn page(&mut self, id: OrderId) -> &mut Page {
        let number = id.0 / PAGE;
        let at = number.wrapping_sub(self.first_page) as usize;
        if !matches!(self.pages.get(at), Some(Some(_))) {
            self.make_page(number);
        }
        let at = (number - self.first_page) as usize;
        self.pages[at].as_mut().expect("it was made")
    }

    #[cold]
    fn make_page(&mut self, number: u64) {
        if self.pages.is_empty() {
            self.first_page = number;
        }
        // An id may come back to a page before the first: of an order that was opened but rested later than others.
        while number < self.first_page {
            self.pages.push_front(None);
            self.first_page -= 1;
        }
        let at = usize::try_from(number - self.first_page).expect("pages fit in memory");
        while self.pages.len() <= at {
            self.pages.push_back(None);
        }
        let spare = &mut self.spare;
        self.pages[at].get_or_insert_with(|| {
            spare.take().unwrap_or_else(|| Page { open: 0, records: vec![NONE; PAGE as usize].into_boxed_slice() })
        });
    }

    #[cold]
    fn give_back(&mut self, number: u64) {
        let at = usize::try_from(number - self.first_page).expect("pages fit in memory");
        self.spare = self.pages[at].take();
        while self.pages.front().is_some_and(Option::is_none) {
            self.pages.pop_front();
            self.first_page += 1;
        }
    }
}
