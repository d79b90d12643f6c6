//! The levels of one side, best first: a 64-way radix tree of bitmaps over leaves of 64 adjacent prices.
//!
//! A price becomes a *rank*, the distance from the best possible price, so that on both sides the best level is the
//! one of the lowest rank. The tree's height follows from the instrument's price domain: three tiers for the 10,000
//! prices of a credit, six for all of `u32`; leaves and inner nodes exist only where orders rest, so an empty ladder
//! owns no memory and a wide domain costs nothing by itself.
//!
//! ```text
//!            root   bits ....1..1........   children of 64² prices
//!                        |  |
//!            inner  bits 1.......1.......   children of 64 prices
//!                        |
//!            leaf   bits ..1.11..........   64 levels: head, tail, total
//! ```
//!
//! A leaf is found without a descent by a table of those used last, whose entries are checked before they are believed;
//! it grows with the leaves. A new leaf finds its inner node the same way. The best level's rank is kept.
//!
//! Where the book is thin, prices come and go with every order. So a leaf that empties stays where it is, out of sight
//! for want of a bit; only when too many have been made are the empty ones taken out together.
//!
//! # Invariants
//! - A bit is set exactly where the level, or some level below the child, has orders.
//! - An inner node has at least one child. What an unoccupied level holds means nothing: it is neither read nor cleared,
//!   since it is often far away.

use unspent_model::{Price, Side};

/// No order, no level, no node.
pub(crate) const NIL: u32 = u32::MAX;

const FAN_BITS: u32 = 6;
const FAN: usize = 1 << FAN_BITS;
/// The bits of a rank that say the place in the leaf.
const LOW: u32 = FAN as u32 - 1;

/// The queue of one price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    /// First order to trade, a slab key; [`NIL`] when empty.
    pub head: u32,
    /// Last order to trade.
    pub tail: u32,
    /// The sum of the orders' leaves, in lots.
    pub total: u64,
}

const EMPTY: Level = Level { head: NIL, tail: NIL, total: 0 };

/// Where a level is: leaf index × 64 + place in the leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LevelRef(pub u32);

impl LevelRef {
    fn new(leaf: u32, place: u32) -> LevelRef {
        LevelRef((leaf << FAN_BITS) | place)
    }
    fn leaf(self) -> usize {
        (self.0 >> FAN_BITS) as usize
    }
    fn place(self) -> u32 {
        self.0 & LOW
    }
}

/// What is known of a leaf but its levels, which are kept apart.
#[derive(Debug)]
struct Leaf {
    bits: u64,
    /// The rank of place 0; [`NIL`], which no leaf begins with, while on the free list.
    base: u32,
    /// The inner node above, or the next free leaf while on the free list.
    parent: u32,
}

#[derive(Debug)]
struct Inner {
    /// Children below which orders rest.
    bits: u64,
    /// Children that there are.
    made: u64,
    /// The lowest rank below; [`NIL`] while on the free list.
    base: u32,
    parent: u32,
    /// Its place in the parent.
    place: u8,
    /// How far it is above the leaves.
    tier: u8,
    children: [u32; FAN],
}

/// Worse than every rank, and far enough from the end that a price may be added.
const NO_RANK: u64 = 1 << 32;
/// The table of leaves used last has at most so many entries: 65,536 adjacent prices.
const NEAR_MAX: usize = 1024;
/// So many leaves are made before the empty ones are looked for.
const MADE_MAX: usize = 1024;
/// Inner nodes above leaves that are remembered: half as many prices.
const PARENTS: usize = 8;

/// One side's levels. See the module for its shape.
#[derive(Debug)]
pub(crate) struct Ladder {
    /// What makes a price a rank: all bits for bids, none for asks, and then what to add.
    flip: u32,
    shift: u32,
    /// The highest price of the domain.
    max: u32,
    /// Inner tiers above the leaves, at least one.
    height: u32,
    /// The root; [`NIL`] while there is no leaf.
    root: u32,
    best: Option<LevelRef>,
    /// The rank of the best level, [`NO_RANK`] without one.
    best_rank: u64,
    leaves: Vec<Leaf>,
    /// 64 of each leaf.
    levels: Vec<Level>,
    inners: Vec<Inner>,
    free_leaf: u32,
    free_inner: u32,
    /// Leaves that are not on the free list, and how many there may be before the empty ones are taken out.
    made: usize,
    made_max: usize,
    /// By base: a leaf that may be the one.
    near: Vec<u32>,
    /// By base: an inner node that may be the one above the leaf.
    parents: [u32; PARENTS],
}

impl Ladder {
    pub(crate) fn new(side: Side, max: Price) -> Ladder {
        let mut height = 1;
        while (u64::from(max.0) >> (FAN_BITS * (height + 1))) != 0 {
            height += 1;
        }
        let (flip, shift) = match side {
            Side::Buy => (u32::MAX, max.0.wrapping_add(1)),
            Side::Sell => (0, 0),
        };
        Ladder {
            flip,
            shift,
            max: max.0,
            height,
            root: NIL,
            best: None,
            best_rank: NO_RANK,
            leaves: Vec::new(),
            levels: Vec::new(),
            inners: Vec::new(),
            free_leaf: NIL,
            free_inner: NIL,
            made: 0,
            made_max: MADE_MAX,
            near: Vec::new(),
            parents: [NIL; PARENTS],
        }
    }

    pub(crate) fn max(&self) -> Price {
        Price(self.max)
    }

    // The sides come as they like, so nothing here branches on them.

    /// For a price of the domain: `max − price` for bids, the price itself for asks.
    #[inline]
    fn rank(&self, price: Price) -> u32 {
        (price.0 ^ self.flip).wrapping_add(self.shift)
    }

    /// The price of a level.
    #[inline]
    pub(crate) fn price(&self, at: LevelRef) -> Price {
        let rank = self.leaves[at.leaf()].base + at.place();
        Price(rank.wrapping_sub(self.shift) ^ self.flip)
    }

    /// The level of the best price.
    #[inline]
    pub(crate) fn best(&self) -> Option<LevelRef> {
        self.best
    }

    /// Whether an order of the other side with this limit would meet the best level.
    #[inline]
    pub(crate) fn reaches(&self, limit: Price) -> bool {
        let limit = u64::from(limit.0);
        let (added, bound) = if self.flip == 0 { (0, limit) } else { (limit, u64::from(self.max)) };
        self.best_rank + added <= bound
    }

    #[inline]
    pub(crate) fn level(&self, at: LevelRef) -> &Level {
        &self.levels[at.0 as usize]
    }

    #[inline]
    pub(crate) fn level_mut(&mut self, at: LevelRef) -> &mut Level {
        &mut self.levels[at.0 as usize]
    }

    /// The leaf that begins at `base`, if it is among those used last.
    #[inline]
    fn near(&self, base: u32) -> Option<u32> {
        let place = (base >> FAN_BITS) as usize & self.near.len().wrapping_sub(1);
        let leaf = *self.near.get(place)?;
        (self.leaves.get(leaf as usize)?.base == base).then_some(leaf)
    }

    /// Where `price`'s level is, if its leaf is the one remembered in its place: unchecked, for a hint.
    #[inline]
    pub(crate) fn guess(&self, price: Price) -> Option<&Level> {
        let rank = self.rank(price);
        let leaf = *self.near.get((rank >> FAN_BITS) as usize & self.near.len().wrapping_sub(1))?;
        self.levels.get(((leaf as usize) << FAN_BITS) | (rank & LOW) as usize)
    }

    /// The level of `price`, when orders rest there.
    pub(crate) fn at(&self, price: Price) -> Option<LevelRef> {
        if price.0 > self.max {
            return None;
        }
        let rank = self.rank(price);
        let leaf = self.near(rank & !LOW).or_else(|| self.find(rank))?;
        let at = LevelRef::new(leaf, rank & LOW);
        (self.leaves[leaf as usize].bits & (1 << at.place()) != 0).then_some(at)
    }

    /// The level of `price`, and whether nothing rests there yet: then the caller writes all of it.
    #[inline]
    pub(crate) fn enter(&mut self, price: Price) -> (LevelRef, bool) {
        let rank = self.rank(price);
        let leaf = match self.near(rank & !LOW) {
            Some(leaf) => leaf,
            None => self.make(rank),
        };
        let at = LevelRef::new(leaf, rank & LOW);
        let leaf = &mut self.leaves[leaf as usize];
        let fresh = leaf.bits & (1 << at.place()) == 0;
        leaf.bits |= 1 << at.place();
        let inner = &mut self.inners[leaf.parent as usize];
        let before = inner.bits;
        inner.bits |= 1 << ((rank >> FAN_BITS) & LOW);
        if before == 0 {
            self.show(self.leaves[at.leaf()].parent);
        }
        if u64::from(rank) < self.best_rank {
            (self.best, self.best_rank) = (Some(at), u64::from(rank));
        }
        (at, fresh)
    }

    /// Takes out a level whose last order has left.
    #[inline]
    pub(crate) fn leave(&mut self, at: LevelRef) {
        let index = at.leaf();
        let leaf = &mut self.leaves[index];
        leaf.bits &= !(1 << at.place());
        // Whether the leaf empties is hard to foretell, so its bit above is written in any case.
        let inner = &mut self.inners[leaf.parent as usize];
        inner.bits &= !(u64::from(leaf.bits == 0) << ((leaf.base >> FAN_BITS) & LOW));
        if inner.bits == 0 {
            self.hide(self.leaves[at.leaf()].parent);
        }
        if self.best == Some(at) {
            self.next_best(at);
        }
    }

    /// Finds the best level after the best, which was at `at`, has left.
    fn next_best(&mut self, at: LevelRef) {
        let leaf = &self.leaves[at.leaf()];
        self.best = if leaf.bits != 0 {
            Some(LevelRef::new(at.leaf() as u32, leaf.bits.trailing_zeros()))
        } else {
            // All that is left is worse: the best of it is below the lowest ancestor that has any.
            let mut node = leaf.parent;
            while self.inners.get(node as usize).is_some_and(|inner| inner.bits == 0) {
                node = self.inners[node as usize].parent;
            }
            self.inners.get(node as usize).map(|inner| self.first_from(node, u32::from(inner.tier)))
        };
        self.best_rank = self.best.map_or(NO_RANK, |best| u64::from(self.leaves[best.leaf()].base + best.place()));
    }

    /// Sets the bits above an inner node that has its first one.
    fn show(&mut self, mut node: u32) {
        loop {
            let Inner { parent, place, .. } = self.inners[node as usize];
            let Some(inner) = self.inners.get_mut(parent as usize) else { return };
            let before = inner.bits;
            inner.bits |= 1 << place;
            if before != 0 {
                return;
            }
            node = parent;
        }
    }

    /// Clears the bits above an inner node that has none left.
    fn hide(&mut self, mut node: u32) {
        loop {
            let Inner { parent, place, .. } = self.inners[node as usize];
            let Some(inner) = self.inners.get_mut(parent as usize) else { return };
            inner.bits &= !(1 << place);
            if inner.bits != 0 {
                return;
            }
            node = parent;
        }
    }

    /// The next worse level after `at`, which is occupied.
    pub(crate) fn after(&self, at: LevelRef) -> Option<LevelRef> {
        let leaf = &self.leaves[at.leaf()];
        if let Some(place) = next_bit(leaf.bits, at.place()) {
            return Some(LevelRef::new(at.leaf() as u32, place));
        }
        let mut place = (leaf.base >> FAN_BITS) & LOW;
        let mut node = leaf.parent;
        let mut tier = 1;
        while node != NIL {
            let inner = &self.inners[node as usize];
            if let Some(next) = next_bit(inner.bits, place) {
                return Some(self.first_from(inner.children[next as usize], tier - 1));
            }
            place = u32::from(inner.place);
            node = inner.parent;
            tier += 1;
        }
        None
    }

    /// Takes out every leaf without orders, and the inner nodes that this leaves without children.
    fn sweep(&mut self) {
        for index in 0..self.leaves.len() {
            let leaf = &mut self.leaves[index];
            if leaf.bits != 0 || leaf.base == NIL {
                continue;
            }
            let (mut node, mut place) = (leaf.parent, (leaf.base >> FAN_BITS) & LOW);
            (leaf.base, leaf.parent) = (NIL, self.free_leaf);
            self.free_leaf = index as u32;
            self.made -= 1;
            while let Some(inner) = self.inners.get_mut(node as usize) {
                inner.made &= !(1 << place);
                if inner.made != 0 {
                    break;
                }
                let above = (inner.parent, u32::from(inner.place));
                (inner.base, inner.parent) = (NIL, self.free_inner);
                self.free_inner = node;
                if node == self.root {
                    self.root = NIL;
                }
                (node, place) = above;
            }
        }
        self.made_max = self.made_max.max(2 * self.made);
    }

    /// The best level below `node`, which is `tier` tiers above the leaves and not empty.
    fn first_from(&self, mut node: u32, mut tier: u32) -> LevelRef {
        while tier > 0 {
            let inner = &self.inners[node as usize];
            node = inner.children[inner.bits.trailing_zeros() as usize];
            tier -= 1;
        }
        LevelRef::new(node, self.leaves[node as usize].bits.trailing_zeros())
    }

    /// The leaf that covers `rank`, by descent.
    fn find(&self, rank: u32) -> Option<u32> {
        let mut node = self.root;
        for tier in (1..=self.height).rev() {
            let inner = self.inners.get(node as usize)?;
            let place = (rank >> (FAN_BITS * tier)) & LOW;
            node = if inner.made & (1 << place) == 0 { NIL } else { inner.children[place as usize] };
        }
        (node != NIL).then_some(node)
    }

    /// The leaf that covers `rank`, made with the nodes above it where they are missing, and remembered.
    fn make(&mut self, rank: u32) -> u32 {
        if self.made == self.made_max {
            self.sweep();
        }
        let remembered = self.parents[parent_place(rank)];
        let parent = match self.inners.get(remembered as usize) {
            Some(inner) if inner.tier == 1 && inner.base == base_above(rank, 1) => remembered,
            _ => self.descend(rank),
        };
        self.parents[parent_place(rank)] = parent;
        let place = (rank >> FAN_BITS) & LOW;
        let found = self.child(parent, place);
        let leaf = if found == NIL { self.new_leaf(parent, rank & !LOW) } else { found };
        self.adopt(parent, place, leaf);
        if self.near.len() < self.leaves.len().min(NEAR_MAX) {
            self.near = vec![NIL; self.leaves.len().next_power_of_two()];
        }
        let last = self.near.len() - 1;
        self.near[(rank >> FAN_BITS) as usize & last] = leaf;
        leaf
    }

    /// The inner node above the leaf that covers `rank`, made where it is missing.
    fn descend(&mut self, rank: u32) -> u32 {
        let mut parent = NIL;
        let mut place = 0;
        for tier in (1..=self.height).rev() {
            let found = self.child(parent, place);
            let node = if found == NIL { self.new_inner(parent, place, tier, rank) } else { found };
            self.adopt(parent, place, node);
            parent = node;
            place = (rank >> (FAN_BITS * tier)) & LOW;
        }
        parent
    }

    fn child(&self, parent: u32, place: u32) -> u32 {
        if parent == NIL {
            return self.root;
        }
        let inner = &self.inners[parent as usize];
        if inner.made & (1 << place) == 0 { NIL } else { inner.children[place as usize] }
    }

    fn adopt(&mut self, parent: u32, place: u32, child: u32) {
        if parent == NIL {
            self.root = child;
            return;
        }
        let inner = &mut self.inners[parent as usize];
        inner.made |= 1 << place;
        inner.children[place as usize] = child;
    }

    fn new_inner(&mut self, parent: u32, place: u32, tier: u32, rank: u32) -> u32 {
        let base = base_above(rank, tier);
        let place = u8::try_from(place).expect("a place is below 64");
        let tier = u8::try_from(tier).expect("six tiers cover every price");
        let index = self.free_inner;
        if index != NIL {
            let inner = &mut self.inners[index as usize];
            self.free_inner = inner.parent;
            (inner.base, inner.parent, inner.place, inner.tier) = (base, parent, place, tier);
            return index;
        }
        self.inners.push(Inner { bits: 0, made: 0, base, parent, place, tier, children: [NIL; FAN] });
        u32::try_from(self.inners.len() - 1).expect("2^26 inner nodes cover every price")
    }

    fn new_leaf(&mut self, parent: u32, base: u32) -> u32 {
        self.made += 1;
        let index = self.free_leaf;
        if index != NIL {
            let leaf = &mut self.leaves[index as usize];
            self.free_leaf = leaf.parent;
            (leaf.parent, leaf.base) = (parent, base);
            return index;
        }
        self.leaves.push(Leaf { bits: 0, base, parent });
        self.levels.resize(self.leaves.len() * FAN, EMPTY);
        u32::try_from(self.leaves.len() - 1).expect("2^26 leaves cover every price")
    }
}

/// The lowest rank below the node `tier` tiers above the leaf that covers `rank`.
fn base_above(rank: u32, tier: u32) -> u32 {
    let low = u64::MAX << (FAN_BITS * (tier + 1));
    rank & low as u32
}

/// Where the inner node above the leaf that covers `rank` is remembered.
fn parent_place(rank: u32) -> usize {
    (rank >> (2 * FAN_BITS)) as usize % PARENTS
}

/// The lowest set bit above `place`.
fn next_bit(bits: u64, place: u32) -> Option<u32> {
    let above = bits & u64::MAX.checked_shl(place + 1).unwrap_or(0);
    (above != 0).then(|| above.trailing_zeros())
}

const _: () = assert!(std::mem::size_of::<Level>() == 16);
const _: () = assert!(std::mem::size_of::<Leaf>() == 16);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn prices(ladder: &Ladder) -> Vec<u32> {
        let mut found = Vec::new();
        let mut at = ladder.best();
        while let Some(level) = at {
            found.push(ladder.price(level).0);
            at = ladder.after(level);
        }
        found
    }

    proptest! {
        #[test]
        fn levels_come_best_first_whatever_the_domain(
            domain in prop::sample::select(vec![40_u32, 63, 64, 4_095, 4_096, 10_000, 262_144, u32::MAX - 1, u32::MAX]),
            seeds in prop::collection::vec((any::<u32>(), any::<bool>()), 1..200),
            buy in any::<bool>(),
            clean in any::<bool>(),
        ) {
            let side = if buy { Side::Buy } else { Side::Sell };
            let mut ladder = Ladder::new(side, Price(domain));
            // Some are cleaned up now and then, some never.
            ladder.made_max = if clean { 3 } else { MADE_MAX };
            let mut model = BTreeSet::new();
            for (seed, spread) in seeds {
                // Half the prices cluster, so that levels are entered again and left again.
                let price = if spread { 1 + seed % domain } else { 1 + seed % 40.min(domain) };
                let (at, fresh) = ladder.enter(Price(price));
                prop_assert_eq!(ladder.price(at), Price(price));
                prop_assert_eq!(fresh, !model.contains(&price));
                if !model.insert(price) {
                    model.remove(&price);
                    ladder.leave(at);
                }
                let mut expected: Vec<u32> = model.iter().copied().collect();
                if buy {
                    expected.reverse();
                }
                prop_assert_eq!(prices(&ladder), expected);
            }
            for price in model {
                let (at, _) = ladder.enter(Price(price));
                ladder.leave(at);
            }
            ladder.sweep();
            prop_assert_eq!(ladder.made, 0);
            prop_assert_eq!(ladder.root, NIL);
            prop_assert_eq!(ladder.best(), None);
        }
    }
}
