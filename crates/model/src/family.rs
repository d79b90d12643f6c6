//! Which instruments may stand in for one another: those of one family, a later month for an earlier one.

use crate::{Expiry, Instrument, Price, Programme};

/// What credits share that differ only in their month: programme, face value and how they are quoted.
///
/// An ask in a later month may fill a bid in an earlier one of the same family, for a later expiry is never worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family {
    programme: Programme,
    face_dollars: u32,
    price_decimals: u8,
    price_unit: u32,
    price_max: Price,
}

impl Instrument {
    /// A credit's family and its month in it; `None` of what is no credit.
    #[must_use]
    pub fn family(&self) -> Option<(Family, Expiry)> {
        let credit = self.symbol.credit()?;
        let programme = Programme::parse(&format!("{}-{}", credit.provider, credit.programme)).ok()?;
        let &Instrument { face_dollars, price_decimals, price_unit, price_max, .. } = self;
        Some((Family { programme, face_dollars, price_decimals, price_unit, price_max }, credit.expiry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Symbol;

    fn credit(symbol: &str) -> Instrument {
        Instrument::credit(Symbol::parse(symbol).unwrap()).unwrap()
    }

    #[test]
    fn months_of_one_programme_and_face_are_a_family_in_the_order_of_their_end() {
        let (family, december) = credit("AWS-ACT-1K-202612").family().unwrap();
        let (same, march) = credit("AWS-ACT-1K-202703").family().unwrap();
        let (perpetual, never) = credit("AWS-ACT-1K-PERP").family().unwrap();
        assert_eq!((family, family), (same, perpetual));
        assert!(december < march && march < never);
        for other in ["AWS-ACT-100-202612", "AWS-POC-1K-202612", "GCP-ACT-1K-202612"] {
            assert_ne!(credit(other).family().unwrap().0, family, "{other}");
        }
        let finer = Instrument { price_max: Price(9_000), ..credit("AWS-ACT-1K-202612") };
        assert_ne!(finer.family().unwrap().0, family);
    }

    #[test]
    fn what_is_no_credit_has_no_family() {
        let share = Instrument { symbol: Symbol::parse("AAPL").unwrap(), ..credit("AWS-ACT-1K-202612") };
        assert_eq!(share.family(), None);
    }
}
