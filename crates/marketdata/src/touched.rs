//! What of one book changed lately, prices or orders, so that a window need not look at the whole book.

use std::collections::VecDeque;
use unspent_model::Side;

/// Most touches remembered, 8 bytes each of a price and 16 of an order; whoever asks later than that compares everything once.
const MEMORY: usize = 1_024;

/// The last [`MEMORY`] touches, each with its place in the count of all touches.
///
/// Readers keep their own place, so any number of them may ask at any time and none has to be told of another.
#[derive(Clone, Debug)]
pub(crate) struct Touches<T> {
    /// How many were forgotten: the place of the oldest one kept.
    forgotten: u64,
    recent: VecDeque<(Side, T)>,
}

impl<T> Default for Touches<T> {
    fn default() -> Touches<T> {
        Touches { forgotten: 0, recent: VecDeque::new() }
    }
}

impl<T: Copy> Touches<T> {
    /// Touches of which none is remembered, though there were some: whoever asks from the beginning compares everything.
    pub(crate) fn forgotten() -> Touches<T> {
        Touches { forgotten: 1, recent: VecDeque::new() }
    }

    pub(crate) fn push(&mut self, side: Side, what: T) {
        if self.recent.len() == MEMORY {
            self.recent.pop_front();
            self.forgotten += 1;
        }
        self.recent.push_back((side, what));
    }

    /// How many there ever were: the place to ask from next time.
    pub(crate) fn count(&self) -> u64 {
        self.forgotten + self.recent.len() as u64
    }

    /// The touches from place `from` on, oldest first; `None` when some of them are forgotten.
    pub(crate) fn since(&self, from: u64) -> Option<impl Iterator<Item = (Side, T)> + '_> {
        let skip = usize::try_from(from.checked_sub(self.forgotten)?).ok()?;
        Some(self.recent.iter().copied().skip(skip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rank::Rank;
    use unspent_model::Price;

    #[test]
    fn what_was_forgotten_is_said_to_be() {
        let mut touches = Touches::default();
        for price in 1..=MEMORY as u32 {
            touches.push(Side::Sell, Rank::of(Side::Sell, Price(price)));
        }
        assert_eq!(touches.since(0).unwrap().count(), MEMORY);
        touches.push(Side::Buy, Rank::of(Side::Buy, Price(9)));
        assert!(touches.since(0).is_none());
        assert_eq!(touches.since(1).unwrap().count(), MEMORY);
        let last: Vec<_> = touches.since(touches.count() - 1).unwrap().collect();
        assert_eq!(last, [(Side::Buy, Rank::of(Side::Buy, Price(9)))]);
        assert_eq!(touches.since(touches.count()).unwrap().count(), 0);
        assert_eq!(touches.recent.len(), MEMORY);
    }
}
