//! Where choices come from: a seed, or bytes that somebody else chose.

/// A source of numbers.
pub enum Chance<'a> {
    /// Splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
    Seed(u64),
    /// One byte a choice, more for a choice among many; zeros when there are none left.
    Bytes(&'a [u8]),
}

impl Chance<'_> {
    /// Whether the bytes are used up.
    pub fn is_over(&self) -> bool {
        matches!(self, Chance::Bytes([]))
    }

    pub fn number(&mut self) -> u64 {
        match self {
            Chance::Seed(state) => {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                z ^ (z >> 31)
            }
            Chance::Bytes(bytes) => {
                let (now, later) = bytes.split_at(bytes.len().min(8));
                *bytes = later;
                now.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
            }
        }
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        match self {
            Chance::Seed(_) => ((u128::from(self.number()) * u128::from(bound)) >> 64) as u64,
            Chance::Bytes(bytes) => {
                let length = if bound <= 256 { 1 } else { 2 };
                let (now, later) = bytes.split_at(bytes.len().min(length));
                *bytes = later;
                now.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)) % bound
            }
        }
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == times - 1
    }

    pub fn percent(&mut self, percent: u32) -> bool {
        self.below(100) >= 100 - u64::from(percent.min(100))
    }

    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// One of the weighted values.
    pub fn weighed<T: Copy>(&mut self, of: &[(u32, T)]) -> T {
        let sum: u64 = of.iter().map(|&(weight, _)| u64::from(weight)).sum();
        let mut left = self.below(sum);
        for &(weight, value) in of {
            match left.checked_sub(u64::from(weight)) {
                Some(less) => left = less,
                None => return value,
            }
        }
        unreachable!("below the sum of the weights")
    }
}
