//! Which instruments are of one family, and the order of their months.

use std::collections::BTreeMap;
use unspent_model::{Expiry, Family, Instrument, InstrumentId};

/// The families of what is listed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Families {
    members: BTreeMap<Family, Vec<(Expiry, InstrumentId)>>,
    of: BTreeMap<InstrumentId, Family>,
}

impl Families {
    /// Takes in an instrument; of what is no credit nothing.
    pub fn list(&mut self, instrument: InstrumentId, spec: &Instrument) {
        let Some((family, expiry)) = spec.family() else { return };
        let members = self.members.entry(family).or_default();
        let at = members.partition_point(|&(other, _)| other < expiry);
        members.insert(at, (expiry, instrument));
        self.of.insert(instrument, family);
    }

    /// The instruments of a family by their month, those that do not trade across months too.
    pub fn of(&self, instrument: InstrumentId) -> &[(Expiry, InstrumentId)] {
        self.of.get(&instrument).and_then(|family| self.members.get(family)).map_or(&[], Vec::as_slice)
    }
}
