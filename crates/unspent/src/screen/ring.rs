//! The newest of something, and no more than so many.

use std::collections::VecDeque;

/// Keeps the newest; the oldest goes when there is no room.
#[derive(Clone, Debug)]
pub struct Ring<T> {
    kept: VecDeque<T>,
    most: usize,
}

impl<T> Ring<T> {
    /// With room for so many, at least one.
    pub fn new(most: usize) -> Ring<T> {
        Ring { kept: VecDeque::new(), most: most.max(1) }
    }

    /// Takes one more.
    pub fn push(&mut self, item: T) {
        if self.kept.len() == self.most {
            self.kept.pop_back();
        }
        self.kept.push_front(item);
    }

    /// The newest.
    pub fn newest(&mut self) -> Option<&mut T> {
        self.kept.front_mut()
    }

    /// Keeps those only.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.kept.retain(keep);
    }

    /// Puts them in another order.
    pub fn sort_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.kept.make_contiguous().sort_by_key(key);
    }

    /// Newest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.kept.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes() {
        let mut ring = Ring::new(2);
        assert!(ring.is_empty());
        for item in [1, 2, 3] {
            ring.push(item);
        }
        assert_eq!(ring.iter().copied().collect::<Vec<_>>(), [3, 2]);
    }
}
