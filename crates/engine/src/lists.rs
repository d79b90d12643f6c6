//! Each account's open orders in the order of their ids: lists of small arrays.
//!
//! An order that ends is crossed out in its array, which touches no other order's record; an array without live entries
//! is given back. So a list costs at most one array, two cache lines, an order, and an add or a removal a constant.

use crate::blocks::Blocks;
use crate::orders::NONE;

const ENTRIES: usize = 29;
/// A place is an array's number times this, and the entry in it.
const STRIDE: u32 = 32;

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Array {
    records: [u32; ENTRIES],
    prev: u32,
    next: u32,
    used: u8,
    live: u8,
}

const _: () = assert!(std::mem::size_of::<Array>() == 128);

/// One account's list: its first and last array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List {
    first: u32,
    last: u32,
}

impl Default for List {
    fn default() -> List {
        List { first: NONE, last: NONE }
    }
}

/// The arrays of all lists.
#[derive(Debug)]
pub(crate) struct Lists {
    arrays: Blocks<Array>,
    /// The first array given back; the others follow by `next`.
    free: u32,
}

impl Default for Lists {
    fn default() -> Lists {
        Lists { arrays: Blocks::default(), free: NONE }
    }
}

impl Lists {
    /// Adds a record at the end of a list and returns its place.
    #[inline]
    pub fn push(&mut self, list: &mut List, record: u32) -> u32 {
        if list.last == NONE || usize::from(self.arrays[list.last].used) == ENTRIES {
            self.extend(list);
        }
        let array = &mut self.arrays[list.last];
        let entry = usize::from(array.used);
        array.records[entry] = record;
        array.used += 1;
        array.live += 1;
        list.last * STRIDE + u32::from(array.used - 1)
    }

    #[cold]
    fn extend(&mut self, list: &mut List) {
        let fresh = Array { records: [NONE; ENTRIES], prev: list.last, next: NONE, used: 0, live: 0 };
        let new = if self.free == NONE {
            let new = u32::try_from(self.arrays.len()).ok().filter(|&new| new < u32::MAX / STRIDE);
            self.arrays.push(fresh);
            new.expect("fewer than 2^27 arrays")
        } else {
            let new = self.free;
            self.free = self.arrays[new].next;
            self.arrays[new] = fresh;
            new
        };
        match list.last {
            NONE => list.first = new,
            last => self.arrays[last].next = new,
        }
        list.last = new;
    }

    /// Crosses out the record at a place.
    #[inline]
    pub fn remove(&mut self, list: &mut List, place: u32) {
        let at = place / STRIDE;
        let array = &mut self.arrays[at];
        array.records[(place % STRIDE) as usize] = NONE;
        array.live -= 1;
        if array.live == 0 {
            self.give_back(list, at);
        }
    }

    #[cold]
    fn give_back(&mut self, list: &mut List, at: u32) {
        let Array { prev, next, .. } = self.arrays[at];
        match prev {
            NONE => list.first = next,
            prev => self.arrays[prev].next = next,
        }
        match next {
            NONE => list.last = prev,
            next => self.arrays[next].prev = prev,
        }
        self.arrays[at].next = self.free;
        self.free = at;
    }

    /// Makes room for the lists of so many orders.
    pub fn reserve(&mut self, orders: usize) {
        self.arrays.reserve(orders.div_ceil(ENTRIES));
    }

    /// Asks for the array of a place.
    #[inline]
    pub fn prefetch(&self, place: u32) {
        if let Some(array) = self.arrays.get(place / STRIDE) {
            unspent_book::prefetch(array);
        }
    }

    /// The first record of a list.
    pub fn first(&self, list: List) -> Option<u32> {
        self.from(list.first, 0)
    }

    /// The record after a place.
    pub fn after(&self, place: u32) -> Option<u32> {
        self.from(place / STRIDE, (place % STRIDE) as usize + 1)
    }

    fn from(&self, mut at: u32, mut entry: usize) -> Option<u32> {
        while at != NONE {
            let array = &self.arrays[at];
            let found = array.records[entry..usize::from(array.used)].iter().find(|&&record| record != NONE);
            if let Some(&record) = found {
                return Some(record);
            }
            (at, entry) = (array.next, 0);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(lists: &Lists, list: List, places: &[(u32, u32)]) -> Vec<u32> {
        let place_of = |record| places.iter().find(|&&(other, _)| other == record).expect("it was pushed").1;
        std::iter::successors(lists.first(list), |&record| lists.after(place_of(record))).collect()
    }

    #[test]
    fn a_list_keeps_its_order_and_gives_its_arrays_back() {
        let (mut lists, mut one, mut other) = (Lists::default(), List::default(), List::default());
        let mut places = Vec::new();
        for record in 0..200 {
            let list = if record % 3 == 0 { &mut other } else { &mut one };
            places.push((record, lists.push(list, record)));
        }
        let arrays = lists.arrays.len();
        for record in (0..200).filter(|record| record % 5 != 0) {
            let list = if record % 3 == 0 { &mut other } else { &mut one };
            lists.remove(list, places[record as usize].1);
        }
        let expected: Vec<u32> = (0..200).filter(|record| record % 5 == 0 && record % 3 != 0).collect();
        assert_eq!(records(&lists, one, &places), expected);
        for record in expected {
            lists.remove(&mut one, places[record as usize].1);
        }
        assert_eq!(lists.first(one), None);
        for record in 0..100 {
            lists.push(&mut one, record);
        }
        assert_eq!(lists.arrays.len(), arrays, "arrays given back are used again");
    }
}
