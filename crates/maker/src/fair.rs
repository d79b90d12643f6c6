//! What a credit is worth: a curve by days left, moved by trades.

use crate::config::{Curve, Family};
use unspent_model::{Lots, Price, Timestamp};

impl Curve {
    /// The price at so many days left, in price units; `None`: it never ends.
    pub(crate) fn at(&self, days: Option<f64>) -> f64 {
        match self {
            Curve::Parametric { near, far, half_days } => {
                let (near, far, half) = (f64::from(near.0), f64::from(far.0), f64::from(*half_days));
                days.map_or(far, |days| far - (far - near) * half / (half + days))
            }
            Curve::Knots(knots) => {
                let last = knots[knots.len() - 1];
                let Some(days) = days else { return f64::from(last.price.0) };
                let Some(after) = knots.iter().position(|knot| f64::from(knot.days) >= days) else {
                    return f64::from(last.price.0);
                };
                let right = knots[after];
                let Some(left) = after.checked_sub(1).map(|at| knots[at]) else { return f64::from(right.price.0) };
                let along = (days - f64::from(left.days)) / f64::from(right.days - left.days);
                f64::from(left.price.0) + along * (f64::from(right.price.0) - f64::from(left.price.0))
            }
        }
    }
}

/// How far trades have moved a family's curve, in price units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Anchor {
    shift: f64,
    at: Timestamp,
}

impl Anchor {
    /// The shift at a time: what there was, less what has faded.
    ///
    /// It fades hyperbolically, `1 ÷ (1 + t ÷ half-life)`, which needs no exponential and is the same on every machine.
    pub(crate) fn shift(&self, family: &Family, now: Timestamp) -> f64 {
        if family.anchor_half_life_seconds == 0 {
            return self.shift;
        }
        let half_life = f64::from(family.anchor_half_life_seconds) * 1e9;
        self.shift * half_life / (half_life + now.0.saturating_sub(self.at.0) as f64)
    }

    /// A trade at a price where the curve alone says `curve`.
    pub(crate) fn trade(&mut self, family: &Family, now: Timestamp, curve: f64, price: Price, lots: Lots) {
        let shift = self.shift(family, now);
        let max = f64::from(family.anchor_max);
        let share = f64::from(lots.0.min(family.anchor_lots)) / f64::from(family.anchor_lots);
        let weight = f64::from(family.anchor_permille) / 1_000.0 * share;
        let seen = (f64::from(price.0) - curve).clamp(-max, max);
        *self = Anchor { shift: shift + weight * (seen - shift), at: now };
    }

    /// Faded up to now, so that another configuration's half-life counts from now on only.
    pub(crate) fn settle(&mut self, family: &Family, now: Timestamp) {
        *self = Anchor { shift: self.shift(family, now), at: now };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Knot;

    #[test]
    fn a_parametric_curve_is_half_way_up_at_its_half_days() {
        let curve = Curve::Parametric { near: Price(5_000), far: Price(8_000), half_days: 60 };
        assert_eq!([Some(0.0), Some(60.0), None].map(|days| curve.at(days)), [5_000.0, 6_500.0, 8_000.0]);
    }

    #[test]
    fn knots_are_joined_by_lines_and_flat_outside() {
        let knot = |days, price| Knot { days, price: Price(price) };
        let curve = Curve::Knots(vec![knot(10, 5_000), knot(30, 6_000), knot(90, 7_500)]);
        let at = [0.0, 10.0, 20.0, 30.0, 60.0, 90.0, 400.0].map(|days| curve.at(Some(days)));
        assert_eq!(at, [5_000.0, 5_000.0, 5_500.0, 6_000.0, 6_750.0, 7_500.0, 7_500.0]);
    }

    #[test]
    fn trades_move_the_curve_by_their_size_up_to_a_bound_and_it_fades() {
        let family = Family { anchor_permille: 500, anchor_lots: 10, ..Family::usual("AWS-ACT-1K") };
        let mut anchor = Anchor::default();
        let now = Timestamp(1_000_000_000_000);
        anchor.trade(&family, now, 7_000.0, Price(6_800), Lots(5));
        assert_eq!(anchor.shift(&family, now), -50.0);
        anchor.trade(&family, now, 7_000.0, Price(6_800), Lots(1_000));
        assert_eq!(anchor.shift(&family, now), -125.0);
        anchor.trade(&family, now, 7_000.0, Price(1), Lots(1_000));
        assert_eq!(anchor.shift(&family, now), -562.5, "a trade far away counts as one at the bound");
        let later = now.plus_seconds(u64::from(family.anchor_half_life_seconds));
        assert_eq!(anchor.shift(&family, later), -281.25);
    }
}
