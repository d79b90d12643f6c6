//! Order records by numbers that are given again.

use crate::blocks::Blocks;
use crate::orders::{NONE, Order};

/// The records of open orders, by a number that stays an order's own until it is given back.
///
/// A slab would do but for two things: it moves everything when it grows, and to ask for a record's memory it has to read
/// the record first.
#[derive(Debug)]
pub(crate) struct Records {
    /// Records, open and given back.
    all: Blocks<Order>,
    /// The first record given back; the others follow by `place`.
    free: u32,
    open: usize,
}

impl Default for Records {
    fn default() -> Records {
        Records { all: Blocks::default(), free: NONE, open: 0 }
    }
}

impl Records {
    /// How many records are kept.
    pub fn len(&self) -> usize {
        self.open
    }

    /// Makes room for so many records.
    pub fn reserve(&mut self, orders: usize) {
        self.all.reserve(orders);
    }

    #[inline]
    pub fn get(&self, record: u32) -> &Order {
        &self.all[record]
    }

    #[inline]
    pub fn get_mut(&mut self, record: u32) -> &mut Order {
        &mut self.all[record]
    }

    /// The number that the next record will have.
    #[inline]
    pub fn next(&self) -> u32 {
        if self.free == NONE { u32::try_from(self.all.len()).expect("fewer than 2^32 open orders") } else { self.free }
    }

    /// Keeps a record under [`Records::next`].
    #[inline]
    pub fn insert(&mut self, order: Order) {
        self.open += 1;
        if self.free != NONE {
            let free = self.free;
            let kept = self.get_mut(free);
            let next = kept.place;
            *kept = order;
            self.free = next;
            return;
        }
        self.all.push(order);
        assert!(self.all.len() < NONE as usize, "fewer than 2^32 open orders");
    }

    /// Gives a record back and returns what it was.
    #[inline]
    pub fn remove(&mut self, record: u32) -> Order {
        let free = self.free;
        let kept = self.get_mut(record);
        let order = *kept;
        kept.place = free;
        self.free = record;
        self.open -= 1;
        order
    }
}
