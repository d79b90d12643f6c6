//! What a venue asks of makers, and how it scores them: one rule, for the maker and for the venue.
//!
//! Once a second, at an offset within the second that nobody can know before, each maker's best bid and ask of an instrument are
//! looked at. The sample's score is `((v − s) ÷ v)² × min(bid, ask)`, with the spread `s` between the two, the widest spread that
//! counts `v`, and both quantities in dollars of face; it is none unless both sides are there, each at least the least quantity.
//! Only the continuous phase counts.

use unspent_model::{Price, Timestamp};

const SECOND: u64 = 1_000_000_000;

/// What is asked of a maker in one instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// The widest spread that counts, in price units. Above zero.
    pub spread_max: u32,
    /// The least quantity a side, in dollars of face.
    pub face_min: u64,
}

impl Default for Obligation {
    fn default() -> Obligation {
        Obligation { spread_max: 400, face_min: 5_000 }
    }
}

impl Obligation {
    /// One sample's score, in dollars of face, rounded down: from none to the smaller side. Each side is its best price and the
    /// dollars of face there.
    #[must_use]
    pub fn score(&self, bid: Option<(Price, u64)>, ask: Option<(Price, u64)>) -> u64 {
        let (Some((bid, bid_face)), Some((ask, ask_face))) = (bid, ask) else { return 0 };
        let face = bid_face.min(ask_face);
        let spread = ask.0.saturating_sub(bid.0);
        if face < self.face_min || spread > self.spread_max || ask <= bid {
            return 0;
        }
        let (left, whole) = (u128::from(self.spread_max - spread), u128::from(self.spread_max));
        u64::try_from(left * left * u128::from(face) / (whole * whole)).expect("at most the face")
    }
}

/// When samples are taken: once in every second since 1970, at an offset drawn from a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampler(u64);

impl Sampler {
    /// Samples drawn from this seed.
    #[must_use]
    pub fn new(seed: u64) -> Sampler {
        Sampler(seed)
    }

    /// The instant of the sample of a second that is counted from 1970.
    ///
    /// The offset is SplitMix64 of seed and second. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
    #[must_use]
    pub fn instant(self, second: u64) -> Timestamp {
        let mut z = self.0.wrapping_add(second.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let offset = (u128::from(z) * u128::from(SECOND)) >> 64;
        Timestamp(second * SECOND + u64::try_from(offset).expect("below a second"))
    }

    /// How many samples fall after `from`, up to and including `to`.
    #[must_use]
    pub fn between(self, from: Timestamp, to: Timestamp) -> u64 {
        if to <= from {
            return 0;
        }
        let (first, last) = (from.0 / SECOND, to.0 / SECOND);
        if first == last {
            let at = self.instant(first);
            return u64::from(at > from && at <= to);
        }
        // Of the seconds between, every sample; at the ends, one that is inside.
        (last - first - 1) + u64::from(self.instant(first) > from) + u64::from(self.instant(last) <= to)
    }
}

/// What samples came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many were taken in the continuous phase.
    pub samples: u64,
    /// How many found both sides there, large and near enough.
    pub present: u64,
    /// The sum of their scores.
    pub score: u128,
}

impl Standing {
    /// Counts some samples that found the same.
    pub fn count(&mut self, samples: u64, score: u64) {
        self.samples += samples;
        self.present += if score > 0 { samples } else { 0 };
        self.score += u128::from(samples) * u128::from(score);
    }

    /// The share of samples that counted, in hundredths of a percent, rounded down.
    #[must_use]
    pub fn presence_bp(&self) -> u64 {
        (self.present * 10_000).checked_div(self.samples).unwrap_or(0)
    }

    /// The score of an average sample, rounded down.
    #[must_use]
    pub fn average(&self) -> u64 {
        let average = self.score.checked_div(u128::from(self.samples)).unwrap_or(0);
        u64::try_from(average).expect("no larger than the largest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_scores_by_the_square_of_what_is_left_of_the_spread() {
        let rule = Obligation::default();
        let side = |price, face| Some((Price(price), face));
        assert_eq!(rule.score(side(6_500, 10_000), side(6_500 + 200, 8_000)), 2_000);
        assert_eq!(rule.score(side(6_500, 10_000), side(6_510, 10_000)), 9_506);
        assert_eq!(rule.score(side(6_500, 10_000), side(6_900, 10_000)), 0, "the widest spread is worth nothing");
        assert_eq!(rule.score(side(6_500, 10_000), side(6_901, 10_000)), 0);
        assert_eq!(rule.score(side(6_500, 4_999), side(6_510, 10_000)), 0, "too little");
        assert_eq!(rule.score(None, side(6_510, 10_000)), 0, "one side");
        assert_eq!(rule.score(side(6_510, 10_000), side(6_510, 10_000)), 0, "no spread is no quote");
    }

    #[test]
    fn every_second_has_one_sample_inside_it() {
        let sampler = Sampler::new(7);
        let mut offsets = Vec::new();
        for second in 1_000..1_200 {
            let at = sampler.instant(second);
            assert_eq!(at.0 / SECOND, second);
            offsets.push(at.0 % SECOND);
        }
        let early = offsets.iter().filter(|&&offset| offset < SECOND / 2).count();
        assert!((70..130).contains(&early), "{early} of 200 in the first half");
        assert_ne!(sampler.instant(5), Sampler::new(8).instant(5));
    }

    #[test]
    fn counting_between_is_counting_one_by_one() {
        let sampler = Sampler::new(3);
        let slow = |from: u64, to: u64| {
            (0..10).filter(|&s| sampler.instant(s).0 > from && sampler.instant(s).0 <= to).count() as u64
        };
        for from in (0..4 * SECOND).step_by(SECOND as usize / 7) {
            for to in (from..9 * SECOND).step_by(SECOND as usize / 5) {
                assert_eq!(sampler.between(Timestamp(from), Timestamp(to)), slow(from, to), "{from} {to}");
            }
        }
    }
}
