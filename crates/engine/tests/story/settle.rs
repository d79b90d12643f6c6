//! Trades that settle later, in a story's words.

use super::World;
use super::time::say_moment;
use unspent_model::{Claim, EscrowBalance, PromisedBalance, Ruling, SettlementStep, SettlementTold};

impl World {
    pub(super) fn escrow(&self, it: &EscrowBalance) -> String {
        let debt = if it.debt.0 == 0 { String::new() } else { format!(" debt {}", it.debt.0) };
        format!("{} escrow {}{debt}", self.who(it.account), it.escrow.0)
    }

    pub(super) fn promised(&self, it: &PromisedBalance) -> String {
        let symbol = self.symbol(it.instrument);
        let lots = format!("{}+{}+{}", it.available, it.reserved, it.escrow);
        format!("{} {symbol} {} {lots}", self.who(it.account), it.level.name())
    }

    pub(super) fn claim(&self, it: &Claim) -> String {
        let whom = it.creditor.map_or("the fund".to_owned(), |creditor| self.who(creditor));
        let why = it.settlement.map_or(String::new(), |settlement| format!(" for s{settlement}"));
        format!("{} owes {whom} {}{why}", self.who(it.debtor), it.amount.0)
    }

    /// What happened, then where it stands: lots open, delivered, covered and refunded, what is in escrow for it, when its
    /// timer is due.
    pub(super) fn settlement(&self, told: &SettlementTold) -> String {
        let it = &told.settlement;
        let step = match told.step {
            SettlementStep::Ruled(Ruling::Delivered) => "ruled delivered".to_owned(),
            SettlementStep::Ruled(Ruling::Partial(lots)) => format!("ruled {lots} delivered"),
            SettlementStep::Ruled(Ruling::Refund) => "ruled refund".to_owned(),
            SettlementStep::Covered { instrument, price, lots, .. } => {
                format!("covered {lots}@{price} {}", self.symbol(instrument))
            }
            SettlementStep::ClawedBack { lots } => format!("clawed back {lots}"),
            SettlementStep::Drawn { settlement } => format!("drawn for s{settlement}"),
            step => step.name().to_owned(),
        };
        let mut text = format!("s{} {step}: {}", it.settlement, it.state.name());
        if told.step == SettlementStep::Matched {
            let (buyer, seller) = (self.who(it.buyer), self.who(it.seller));
            text += &format!(" {buyer}/{seller} {}@{} {}", it.lots, it.price, it.level.name());
        }
        for (word, lots) in
            [("open", it.open()), ("delivered", it.delivered), ("covered", it.covered), ("refunded", it.refunded)]
        {
            if lots.0 > 0 {
                text += &format!(" {word} {lots}");
            }
        }
        for (word, cash) in [("escrow", it.escrow), ("bond", it.bond), ("held", it.held_back)] {
            if cash.0 > 0 {
                text += &format!(" {word} {}", cash.0);
            }
        }
        text + &it.due.map_or(String::new(), |due| format!(" due {}", say_moment(due)))
    }
}
