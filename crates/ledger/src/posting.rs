//! A movement of one thing between places: legs that sum to zero.

/// Signed amounts that are about to be applied together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Posting {
    sum: i128,
}

impl Posting {
    /// Adds what a place gains.
    pub fn gain(&mut self, amount: u64) {
        self.sum += i128::from(amount);
    }

    /// Adds what a place loses.
    pub fn lose(&mut self, amount: u64) {
        self.sum -= i128::from(amount);
    }

    /// Ends the posting.
    ///
    /// # Panics
    /// When the legs do not sum to zero: something would be made or lost.
    pub fn balanced(self) {
        assert!(self.sum == 0, "a posting is off by {}", self.sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a posting is off by 1")]
    fn a_posting_that_makes_money_stops_the_venue() {
        let mut posting = Posting::default();
        posting.lose(99);
        posting.gain(100);
        posting.balanced();
    }
}
