//! Streams of chance: each thing that is drawn has its own, so that drawing more of one changes no other.

use unspent_flow::Random;
use unspent_model::Timestamp;

/// Nanoseconds of a day.
pub const DAY: u64 = 86_400_000_000_000;
/// Nanoseconds of a second.
pub const SECOND: u64 = 1_000_000_000;

/// What a stream is for.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Topic {
    Values = 1,
    Arrivals = 2,
    StartUp = 3,
    Buyer = 4,
    Need = 5,
    Attention = 6,
    Hunter = 7,
    Maker = 8,
    Informed = 9,
    Sample = 10,
}

/// The stream of one thing: `seed` of the world, what it is for, and which.
#[must_use]
pub fn stream(seed: u64, topic: Topic, which: u64) -> Random {
    // One step of the generator spreads each part over all bits before the next is mixed in.
    let mut key = Random::new(seed);
    let mut key = Random::new(key.bits() ^ (topic as u64));
    Random::new(key.bits() ^ which)
}

/// A whole number from a range, both ends included.
pub fn within(random: &mut Random, (low, high): (u32, u32)) -> u32 {
    random.between(low, high)
}

/// One of several by weight.
///
/// # Panics
/// When there is none, or all weights are zero.
pub fn weighed<T: Copy>(random: &mut Random, choices: &[(T, u32)]) -> T {
    let sum: u32 = choices.iter().map(|&(_, weight)| weight).sum();
    let mut left = random.below(sum);
    for &(choice, weight) in choices {
        if left < weight {
            return choice;
        }
        left -= weight;
    }
    unreachable!("it was below the sum")
}

/// Whether something happens that does so `share` times in 10,000.
pub fn happens(random: &mut Random, share: u32) -> bool {
    random.below(10_000) < share
}

/// When somebody looks again who looks every so many days, at some second of a day from 08:00 to 20:00 UTC.
pub fn looks_again(random: &mut Random, after: Timestamp, days: (u32, u32)) -> Timestamp {
    let day = after.0 / DAY + u64::from(within(random, days));
    let second = u64::from(random.between(8 * 3_600, 20 * 3_600));
    Timestamp((day * DAY + second * SECOND).max(after.0 + 60 * SECOND))
}
