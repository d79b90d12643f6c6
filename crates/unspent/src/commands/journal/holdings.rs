//! What is asked about the registry of holdings, by field.

use super::fields::Fields;
use unspent_model::HoldingCommand;

impl Fields<'_> {
    pub(super) fn holding(&mut self, command: &HoldingCommand) {
        if let Some(account) = command.account() {
            self.account(account);
        }
        match command {
            HoldingCommand::Register(terms) => {
                self.put("programme", terms.programme.to_string());
                self.put("credit_id", terms.credit.to_string());
                self.put("provenance", terms.provenance.to_string());
                self.put("dated", terms.dated.to_string());
                if let Some(ends) = terms.ends {
                    self.put("ends", unspent_protocol::print_time(ends));
                }
                self.cash("amount", terms.amount);
                self.put("pieces", terms.pieces);
            }
            HoldingCommand::SetLevel { holding, level } => {
                self.put("holding", holding.0);
                self.put("level", level.name());
            }
            HoldingCommand::List { holding, instrument, lots, .. }
            | HoldingCommand::Delist { holding, instrument, lots, .. } => {
                self.put("holding", holding.0);
                self.instrument(*instrument);
                self.lots("lots", *instrument, *lots);
            }
            HoldingCommand::Withdraw { holding, .. } => self.put("holding", holding.0),
        }
    }
}
