//! How many lots may be bid for, so that nothing that is owned can come to exceed its bounds.

use crate::Reference;
use crate::config::Config;
use std::collections::BTreeMap;
use unspent_model::{Cash, FeeRate, Price};

/// What is left of the bounds while bids are handed out, in order of the instruments.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    face: u64,
    providers: BTreeMap<String, u64>,
    cash: u64,
}

impl Budget {
    /// With what is owned, as (instrument, lots), and all money, that set aside for own bids too.
    pub(crate) fn new<'a>(
        config: &Config,
        cash: Cash,
        held: impl Iterator<Item = (&'a Reference, u64)> + Clone,
    ) -> Budget {
        let face_of = |lots: u64, reference: &Reference| lots.saturating_mul(u64::from(reference.face_dollars));
        let owned: u64 = held.clone().map(|(reference, lots)| face_of(lots, reference)).sum();
        let bound = |provider: &str, face: u64| {
            let of_it = held.clone().filter(|(reference, _)| reference.provider() == provider);
            face.saturating_sub(of_it.map(|(reference, lots)| face_of(lots, reference)).sum())
        };
        Budget {
            face: config.bounds.face.saturating_sub(owned),
            providers: config
                .providers
                .iter()
                .map(|entry| (entry.provider.clone(), bound(&entry.provider, entry.face)))
                .collect(),
            cash: cash.0.saturating_sub(config.bounds.keep.0),
        }
    }

    /// Takes at most so many lots at a price out of what is left; the lots that it gave, and which bound was short.
    pub(crate) fn take(&mut self, reference: &Reference, price: Price, lots: u64) -> (u64, Option<&'static str>) {
        let face = u64::from(reference.face_dollars);
        // The largest fee on one lot more than covers its share of the fee on many.
        let lot = u64::from(price.0) * reference.unit_value.0;
        let fee = FeeRate::round_up(reference.fees.largest().product(Cash(lot))).0;
        let cost = (lot + fee).max(1);
        let mut given = (lots, None);
        let mut at_most = |bound: u64, why| {
            if bound < given.0 {
                given = (bound, Some(why));
            }
        };
        at_most(self.face / face, "the bound in total");
        if let Some(&left) = self.providers.get(reference.provider()) {
            at_most(left / face, "the provider's bound");
        }
        at_most(self.cash / cost, "money");
        self.face -= given.0 * face;
        if let Some(left) = self.providers.get_mut(reference.provider()) {
            *left -= given.0 * face;
        }
        self.cash -= given.0 * cost;
        given
    }
}
