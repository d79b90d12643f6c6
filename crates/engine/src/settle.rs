//! Trades that settle later.

use crate::engine::Engine;
use unspent_model::{Event, Reject, Rejection, Reply, SettlementCommand, SettlementId};

impl Engine {
    pub(crate) fn settlement(
        &mut self,
        command: &SettlementCommand,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        match *command {
            SettlementCommand::Contribute { amount } => {
                self.ledger.contribute(amount)?;
                Ok(Reply::Done)
            }
            SettlementCommand::SetTerms(terms) => {
                if !terms.fit() {
                    return Err(Reject::InvalidTerms.into());
                }
                self.settlements.terms = terms;
                events.push(Event::TermsSet(Box::new(terms)));
                Ok(Reply::Done)
            }
            _ => Err(Reject::UnknownSettlement.into()),
        }
    }

    pub(crate) fn settlement_due(&mut self, _settlement: SettlementId, _events: &mut Vec<Event>) {
        unreachable!("no trade settles later yet");
    }

    pub(crate) fn settlements_add_up(&self) -> Result<(), &'static str> {
        Ok(())
    }
}
