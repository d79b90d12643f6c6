//! Order records in blocks that never move: growth costs one block, whatever is stored already.

use crate::orders::{NONE, Order};

/// Records of a block: 256 KiB of them.
const BLOCK: usize = 4_096;

/// The records of open orders, by a number that stays an order's own until it is given back.
///
/// A slab would do but for two things: it moves everything when it grows, and to ask for a record's memory it has to read
/// the record first.
#[derive(Debug)]
pub(crate) struct Records {
    blocks: Vec<Vec<Order>>,
    /// How many numbers were ever given.
    given: u32,
    /// The first record given back; the others follow by `place`.
    free: u32,
    open: usize,
}

impl Default for Records {
    fn default() -> Records {
        Records { blocks: Vec::new(), given: 0, free: NONE, open: 0 }
    }
}

impl Records {
    /// How many records are kept.
    pub fn len(&self) -> usize {
        self.open
    }

    /// Makes room for so many records.
    pub fn reserve(&mut self, orders: usize) {
        while self.blocks.len() * BLOCK < orders {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
    }

    #[inline]
    pub fn get(&self, record: u32) -> &Order {
        &self.blocks[record as usize / BLOCK][record as usize % BLOCK]
    }

    #[inline]
    pub fn get_mut(&mut self, record: u32) -> &mut Order {
        &mut self.blocks[record as usize / BLOCK][record as usize % BLOCK]
    }

    /// The number that the next record will have.
    #[inline]
    pub fn next(&self) -> u32 {
        if self.free == NONE { self.given } else { self.free }
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
        let block = self.given as usize / BLOCK;
        if block == self.blocks.len() {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        self.blocks[block].push(order);
        self.given += 1;
        assert!(self.given < NONE, "fewer than 2^32 open orders");
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
