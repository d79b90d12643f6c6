//! The registry of holdings, taken.

use super::Restoring;
use super::error::RestoreError;
use unspent_model::{ViewFact, ViewFactName, ViewRegistry, ViewRegistryPart};

impl Restoring {
    /// Takes a fact about holdings.
    pub(super) fn registry(&mut self, name: ViewFactName, fact: &ViewFact) -> Result<(), RestoreError> {
        let contradiction = |why| RestoreError::Contradiction { fact: name, why };
        if let ViewFact::Registry(said) = fact {
            if *said == ViewRegistry::default() {
                return Err(contradiction("it is nothing"));
            }
            self.registry = Some(*said);
            return Ok(());
        }
        if self.registry.is_none() {
            let missing = ViewFactName::Registry(ViewRegistryPart::Itself);
            return Err(RestoreError::Unknown { fact: name, missing });
        }
        match fact {
            ViewFact::Registered(row) => {
                self.known_account(name, row.holding.terms.account)?;
                if row.at > self.venue.at {
                    return Err(contradiction("it is changed after the venue's last event"));
                }
                if !row.holding.adds_up() || !row.holding.terms.fit() {
                    return Err(contradiction("it does not add up"));
                }
                self.view.holdings_mut().put(**row);
            }
            ViewFact::ListedOut { holding, listed } => {
                self.known_market(name, listed.instrument)?;
                if !self.view.holdings_mut().restore_listed(*holding, *listed) {
                    return Err(contradiction("no live holding is listed so"));
                }
            }
            _ => unreachable!("a fact of another kind"),
        }
        Ok(())
    }

    /// Whether all that was said to follow did.
    pub(super) fn registry_complete(&self) -> Result<(), RestoreError> {
        let (expected, told) = (self.registry.unwrap_or_default(), self.view.holdings().counts());
        for (what, expected, told) in
            [("holdings of the registry", expected.holdings, told.holdings), ("listings", expected.listed, told.listed)]
        {
            if expected != told {
                return Err(RestoreError::Incomplete { what, expected, told });
            }
        }
        Ok(())
    }
}
