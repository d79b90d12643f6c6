//! A row of values in blocks that never move: growth costs one block, whatever is stored already.

/// Values of a block.
const BLOCK: usize = 4_096;

/// Values by the number of their coming.
#[derive(Debug)]
pub(crate) struct Blocks<T> {
    blocks: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Blocks<T> {
    fn default() -> Blocks<T> {
        Blocks { blocks: Vec::new(), len: 0 }
    }
}

impl<T> Blocks<T> {
    /// How many values there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Makes room for so many values.
    pub fn reserve(&mut self, values: usize) {
        while self.blocks.len() * BLOCK < values {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
    }

    /// Adds the next value.
    #[inline]
    pub fn push(&mut self, value: T) {
        let block = self.len / BLOCK;
        if block == self.blocks.len() {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        self.blocks[block].push(value);
        self.len += 1;
    }

    /// The value at a place; the memory may be asked for by its address without reading it.
    #[inline]
    pub fn get(&self, at: u32) -> Option<&T> {
        self.blocks.get(at as usize / BLOCK)?.get(at as usize % BLOCK)
    }
}

impl<T> std::ops::Index<u32> for Blocks<T> {
    type Output = T;
    #[inline]
    fn index(&self, at: u32) -> &T {
        &self.blocks[at as usize / BLOCK][at as usize % BLOCK]
    }
}

impl<T> std::ops::IndexMut<u32> for Blocks<T> {
    #[inline]
    fn index_mut(&mut self, at: u32) -> &mut T {
        &mut self.blocks[at as usize / BLOCK][at as usize % BLOCK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_where_they_are_while_the_row_grows() {
        let mut blocks = Blocks::default();
        blocks.push(0_usize);
        let first = std::ptr::from_ref(&blocks[0]);
        for value in 1..3 * BLOCK {
            blocks.push(value);
        }
        assert_eq!(std::ptr::from_ref(&blocks[0]), first);
        assert!((0..3 * BLOCK).all(|at| blocks[at as u32] == at));
        assert_eq!((blocks.len(), blocks.get(3 * BLOCK as u32)), (3 * BLOCK, None));
    }
}
