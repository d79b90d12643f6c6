//! Trades that settle later, taken.

use super::Restoring;
use super::error::RestoreError;
use unspent_model::{Cash, ViewFact, ViewFactName, ViewSettling};

impl Restoring {
    /// Takes a fact about trades that settle later.
    pub(super) fn settling(&mut self, name: ViewFactName, fact: &ViewFact) -> Result<(), RestoreError> {
        let contradiction = |why| RestoreError::Contradiction { fact: name, why };
        if let ViewFact::Settling(said) = fact {
            if **said == ViewSettling::default() || !said.terms.fit() {
                return Err(contradiction("it is nothing, or its terms do not fit"));
            }
            self.settling = Some(**said);
            self.view.settlements_mut().stand(said.fund, said.terms);
            return Ok(());
        }
        if self.settling.is_none() {
            let missing = ViewFactName::Settling(unspent_model::ViewSettlingPart::Itself);
            return Err(RestoreError::Unknown { fact: name, missing });
        }
        match fact {
            ViewFact::Promised(it) => {
                self.known_account(name, it.account)?;
                self.known_market(name, it.instrument)?;
                if !it.level.is_promised() || (it.available, it.reserved, it.escrow) == (0, 0, 0) {
                    return Err(contradiction("nobody promises it"));
                }
                self.view.settlements_mut().put_promised(*it);
            }
            ViewFact::Escrow(it) => {
                self.known_account(name, it.account)?;
                if (it.escrow, it.debt) == (Cash::ZERO, Cash::ZERO) {
                    return Err(contradiction("it is nothing"));
                }
                self.view.settlements_mut().put_escrow(*it);
            }
            ViewFact::Settlement(it) => {
                self.known_account(name, it.settlement.buyer)?;
                self.known_account(name, it.settlement.seller)?;
                self.known_market(name, it.settlement.instrument)?;
                if it.at > self.venue.at {
                    return Err(contradiction("it is changed after the venue's last event"));
                }
                self.view.settlements_mut().put(**it);
            }
            ViewFact::Claim(it) => {
                self.known_account(name, it.debtor)?;
                it.creditor.map_or(Ok(()), |creditor| self.known_account(name, creditor))?;
                if it.amount == Cash::ZERO || it.settlement.is_some() != it.creditor.is_some() {
                    return Err(contradiction("nobody waits for it"));
                }
                self.view.settlements_mut().put_claim(*it);
            }
            _ => unreachable!("a fact of another kind"),
        }
        Ok(())
    }

    /// Whether all that was said to follow did.
    pub(super) fn settling_complete(&self) -> Result<(), RestoreError> {
        let Some(said) = self.settling else { return Ok(()) };
        let expected = [said.promised, said.escrow, said.rows, said.claims];
        for ((what, told), expected) in self.view.settlements().counts().into_iter().zip(expected) {
            if expected != told {
                return Err(RestoreError::Incomplete { what, expected, told });
            }
        }
        Ok(())
    }
}
