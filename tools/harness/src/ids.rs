//! Where an order is, by its id. Entries are never cleaned up: the book knows whether a slot still holds that order.

use std::collections::HashMap;
use unspent_book::{Slot, prefetch};

/// Ids below this are indexed directly; the benchmark's count from 1 without a gap.
const DENSE: u64 = 1 << 26;
/// How many of the orders that came last are kept at hand: who cancels, cancels soon.
const LAST: usize = 64;

/// A table from id to slot.
#[derive(Debug)]
pub struct Ids {
    /// By the id's low bits: small enough to stay in the nearest cache, where the table's entry has yet to arrive.
    last: [(u64, Slot); LAST],
    dense: Vec<Slot>,
    sparse: HashMap<u64, Slot>,
}

impl Ids {
    /// A table with room for so many ids before it grows.
    pub fn new(room: usize) -> Ids {
        Ids { last: [(0, Slot::NOWHERE); LAST], dense: vec![Slot::NOWHERE; room], sparse: HashMap::new() }
    }

    /// Where the order was last put.
    #[inline]
    pub fn get(&self, id: u64) -> Slot {
        let (last, slot) = self.last[id as usize % LAST];
        if last == id { slot } else { self.look_up(id) }
    }

    fn look_up(&self, id: u64) -> Slot {
        match self.dense.get(id as usize) {
            Some(slot) => *slot,
            None => self.sparse.get(&id).copied().unwrap_or(Slot::NOWHERE),
        }
    }

    /// The order is soon put somewhere or looked up.
    #[inline]
    pub fn prefetch(&self, id: u64) {
        if let Some(slot) = self.dense.get(id as usize) {
            prefetch(slot);
        }
    }

    /// The order is put there; [`Slot::NOWHERE`] when it came and does not rest.
    #[inline]
    pub fn set(&mut self, id: u64, slot: Slot) {
        self.last[id as usize % LAST] = (id, slot);
        match self.dense.get_mut(id as usize) {
            Some(entry) => *entry = slot,
            None => self.set_far(id, slot),
        }
    }

    #[cold]
    fn set_far(&mut self, id: u64, slot: Slot) {
        if slot == Slot::NOWHERE {
            self.sparse.remove(&id);
        } else if id < DENSE {
            self.dense.resize((id as usize + 1).next_power_of_two(), Slot::NOWHERE);
            self.dense[id as usize] = slot;
        } else {
            self.sparse.insert(id, slot);
        }
    }
}
