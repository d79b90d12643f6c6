//! What is asked about trades that settle later, by field.

use super::fields::Fields;
use unspent_model::{Ruling, SettlementCommand, SettlementTerms};

impl Fields<'_> {
    pub(super) fn settlement(&mut self, command: &SettlementCommand) {
        if let Some(account) = command.account() {
            self.account(account);
        }
        if let Some(settlement) = command.settlement() {
            self.put("settlement", settlement.0);
        }
        match command {
            SettlementCommand::Deliver { evidence, .. } | SettlementCommand::Dispute { evidence, .. } => {
                self.put("evidence", evidence.to_string());
            }
            SettlementCommand::Accept { .. } => {}
            SettlementCommand::Rule { ruling, .. } => match ruling {
                Ruling::Delivered => self.put("ruling", "delivered"),
                Ruling::Partial(lots) => {
                    self.put("ruling", "partial");
                    self.put("lots", lots.0);
                }
                Ruling::Refund => self.put("ruling", "refund"),
            },
            SettlementCommand::ClawBack { lots, .. } => self.put("lots", lots.0),
            SettlementCommand::Contribute { amount } => self.cash("amount", *amount),
            SettlementCommand::SetTerms(terms) => self.terms_of_settlement(terms),
        }
    }

    fn terms_of_settlement(&mut self, terms: &SettlementTerms) {
        self.put("bond_bp", terms.bond_bp);
        self.cash("bond_min", terms.bond_min);
        self.put("documented_days", terms.documented_days);
        self.put("attested_days", terms.attested_days);
        self.put("grace_seconds", terms.grace_seconds);
        self.put("acceptance_seconds", terms.acceptance_seconds);
        self.put("hold_back_bp", terms.hold_back_bp);
        self.put("new_hold_back_bp", terms.new_hold_back_bp);
        self.put("trusted_after", terms.trusted_after);
        self.put("hold_back_days", terms.hold_back_days);
        self.put("penalty_bp", terms.penalty_bp);
        self.cash("penalty_min", terms.penalty_min);
        self.put("penalty_buyer_bp", terms.penalty_buyer_bp);
        self.put("cap_bp", terms.cap_bp);
        self.put("retry_seconds", terms.retry_seconds);
        self.put("tries", terms.tries);
        self.put("cutoff_days", terms.cutoff_days);
        self.put("fund_fee_bp", terms.fund_fee_bp);
    }
}
