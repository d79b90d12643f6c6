//! Open orders by id: a row of pages that leads to their places, and per account a queue in the order of ids.
//!
//! Ids only grow and most orders are young, so a page of adjacent ids is nearly always found at once. A page whose orders are
//! all closed gives its memory back; what is left of it is cleared away when half of the row is like that.

use crate::orders::OpenOrder;
use std::collections::VecDeque;
use unspent_model::{AccountId, OrderId};

/// No place.
const NONE: u32 = u32::MAX;
/// Ids in a page. An order that is alone in its page costs 1 KiB.
const PAGE: u64 = 256;
/// A row this short is never cleared.
const SHORT: usize = 64;

#[derive(Clone, Debug)]
struct Page {
    number: u64,
    /// Orders of it that are open.
    open: u32,
    /// `None` when none is.
    places: Option<Box<[u32; PAGE as usize]>>,
}

/// An open order and its neighbours in its account's queue; of a free place the next free one.
#[derive(Clone, Debug)]
struct Place {
    order: OpenOrder,
    older: u32,
    newer: u32,
}

#[derive(Clone, Copy, Debug)]
struct Queue {
    oldest: u32,
    newest: u32,
}

/// The open orders.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    /// In the order of their numbers.
    pages: VecDeque<Page>,
    /// Pages without an open order.
    closed_pages: usize,
    places: Vec<Place>,
    /// The first free place.
    free: u32,
    accounts: Vec<Queue>,
    len: usize,
}

impl Default for Slots {
    fn default() -> Slots {
        let (pages, places, accounts) = (VecDeque::new(), Vec::new(), Vec::new());
        Slots { pages, closed_pages: 0, places, free: NONE, accounts, len: 0 }
    }
}

impl Slots {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn get(&self, order: OrderId) -> Option<&OpenOrder> {
        self.place(order).map(|at| &self.places[at as usize].order)
    }

    pub fn get_mut(&mut self, order: OrderId) -> Option<&mut OpenOrder> {
        self.place(order).map(|at| &mut self.places[at as usize].order)
    }

    /// Adds an order; false when it is there already.
    pub fn insert(&mut self, order: OpenOrder) -> bool {
        let page = self.page_for(order.order.0 / PAGE);
        let at = if self.free == NONE {
            u32::try_from(self.places.len()).expect("fewer open orders than places")
        } else {
            self.free
        };
        let page = &mut self.pages[page];
        let places = page.places.get_or_insert_with(|| Box::new([NONE; PAGE as usize]));
        let index = &mut places[(order.order.0 % PAGE) as usize];
        if *index != NONE {
            return false;
        }
        *index = at;
        if page.open == 0 {
            self.closed_pages -= 1;
        }
        page.open += 1;
        let place = Place { order, older: NONE, newer: NONE };
        match self.places.get_mut(at as usize) {
            Some(free) => {
                self.free = free.newer;
                *free = place;
            }
            None => self.places.push(place),
        }
        self.enqueue(at, order.account, order.order);
        self.len += 1;
        true
    }

    /// Takes an order out.
    pub fn remove(&mut self, order: OrderId) {
        let Some(found) = self.page(order.0 / PAGE) else { return };
        let page = &mut self.pages[found];
        let Some(places) = &mut page.places else { return };
        let at = std::mem::replace(&mut places[(order.0 % PAGE) as usize], NONE);
        if at == NONE {
            return;
        }
        page.open -= 1;
        if page.open == 0 {
            page.places = None;
            self.closed_pages += 1;
            self.clear_pages();
        }
        let Place { older, newer, order } = &self.places[at as usize];
        let (older, newer, account) = (*older, *newer, order.account);
        let queue = &mut self.accounts[account.0 as usize];
        match older {
            NONE => queue.oldest = newer,
            older => self.places[older as usize].newer = newer,
        }
        match newer {
            NONE => queue.newest = older,
            newer => self.places[newer as usize].older = older,
        }
        self.places[at as usize].newer = self.free;
        self.free = at;
        self.len -= 1;
    }

    /// An account's orders in the order of their ids.
    pub fn of_account(&self, account: AccountId) -> impl Iterator<Item = &OpenOrder> + '_ {
        let oldest = self.accounts.get(account.0 as usize).map_or(NONE, |queue| queue.oldest);
        std::iter::successors(self.places.get(oldest as usize), |place| self.places.get(place.newer as usize))
            .map(|place| &place.order)
    }

    /// All orders in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &OpenOrder> + '_ {
        let places = self.pages.iter().filter_map(|page| page.places.as_deref()).flatten();
        places.filter(|&&at| at != NONE).map(|&at| &self.places[at as usize].order)
    }

    fn place(&self, order: OrderId) -> Option<u32> {
        let page = &self.pages[self.page(order.0 / PAGE)?];
        let at = page.places.as_ref()?[(order.0 % PAGE) as usize];
        (at != NONE).then_some(at)
    }

    /// Where a page stands in the row.
    fn page(&self, number: u64) -> Option<usize> {
        let first = self.pages.front()?.number;
        // Where it would stand if none were missing; the ones that are missing can only move it to the front.
        let guess = usize::try_from(number.checked_sub(first)?).unwrap_or(usize::MAX).min(self.pages.len() - 1);
        if self.pages[guess].number == number {
            return Some(guess);
        }
        self.pages.binary_search_by_key(&number, |page| page.number).ok()
    }

    /// Where a page stands in the row, put there if it was missing.
    fn page_for(&mut self, number: u64) -> usize {
        if let Some(found) = self.page(number) {
            return found;
        }
        let at = self.pages.partition_point(|page| page.number < number);
        self.pages.insert(at, Page { number, open: 0, places: None });
        self.closed_pages += 1;
        at
    }

    fn clear_pages(&mut self) {
        while self.pages.front().is_some_and(|page| page.open == 0) {
            self.pages.pop_front();
            self.closed_pages -= 1;
        }
        if self.pages.len() > SHORT && self.closed_pages > self.pages.len() / 2 {
            self.pages.retain(|page| page.open > 0);
            self.closed_pages = 0;
        }
    }

    /// Puts an order into its account's queue: at the end, but for an id that is below others.
    fn enqueue(&mut self, at: u32, account: AccountId, order: OrderId) {
        let account = account.0 as usize;
        if self.accounts.len() <= account {
            self.accounts.resize(account + 1, Queue { oldest: NONE, newest: NONE });
        }
        let (mut older, mut newer) = (self.accounts[account].newest, NONE);
        while older != NONE && self.places[older as usize].order.order > order {
            (older, newer) = (self.places[older as usize].older, older);
        }
        (self.places[at as usize].older, self.places[at as usize].newer) = (older, newer);
        match older {
            NONE => self.accounts[account].oldest = at,
            older => self.places[older as usize].newer = at,
        }
        match newer {
            NONE => self.accounts[account].newest = at,
            newer => self.places[newer as usize].older = at,
        }
    }
}
