//! Numbers by days left, between knots on straight lines.

/// A curve over days left until a credit ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curve(Vec<(i64, i64)>);

impl Curve {
    /// Through these knots, days ascending; constant beyond the first and the last.
    ///
    /// # Panics
    /// When there is no knot, or days do not ascend.
    #[must_use]
    pub fn new(knots: &[(i64, i64)]) -> Curve {
        assert!(!knots.is_empty() && knots.is_sorted_by(|a, b| a.0 < b.0), "a curve's knots ascend");
        Curve(knots.to_vec())
    }

    /// Its value with so many days left, rounded towards zero.
    #[must_use]
    pub fn at(&self, days: i64) -> i64 {
        let after = self.0.partition_point(|&(knot, _)| knot <= days);
        match (after.checked_sub(1).map(|before| self.0[before]), self.0.get(after)) {
            (Some((from, low)), Some(&(to, high))) => low + (high - low) * (days - from) / (to - from),
            (Some((_, last)), None) => last,
            (None, _) => self.0[0].1,
        }
    }

    /// Its knots.
    #[must_use]
    pub fn knots(&self) -> &[(i64, i64)] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_straight_between_its_knots_and_flat_beyond() {
        let curve = Curve::new(&[(10, 100), (20, 200), (40, 0)]);
        let at = [0, 10, 15, 20, 30, 40, 99].map(|days| curve.at(days));
        assert_eq!(at, [100, 100, 150, 200, 100, 0, 0]);
    }
}
