//! Who pays when a seller fails: its bond, what it has free, what is held back of its other sales, the default fund, and
//! then nobody yet: a debt.

use crate::engine::Engine;
use crate::settle::moved;
use unspent_ledger::Purse;
use unspent_model::{AccountId, Cash, Event, Movement, MovementKind, Settlement, SettlementId, SettlementStep};

impl Engine {
    /// What could be paid now for a seller that fails in a settlement, the fund included.
    pub(crate) fn means(&self, it: &Settlement) -> Cash {
        let others = self.settlements.of_seller(it.seller).filter(|other| other.settlement != it.settlement);
        let held_back = others.map(|other| other.held_back.0).sum::<u64>();
        let (free, _) = self.ledger.cash(it.seller);
        it.bond + free + Cash(held_back) + self.ledger.fund()
    }

    /// Makes the seller of a settlement pay so much to `to`: a place of its buyer's, or the fund. In this order: the
    /// settlement's bond; the seller's free cash; what is held back of its other settlements, oldest first; for a buyer the
    /// fund, to which the seller then owes it; and what is left is the seller's debt to the buyer, or to the fund. Returns
    /// what is owed to `to` still.
    pub(crate) fn charge(
        &mut self,
        it: &mut Settlement,
        amount: Cash,
        to: Purse,
        kind: MovementKind,
        events: &mut Vec<Event>,
    ) -> Cash {
        let (seller, mut left) = (it.seller, amount);
        let bond = it.bond.min(left);
        it.bond = it.bond - bond;
        self.ledger.shift(Purse::Escrow(seller), to, bond);
        left = left - bond;
        let free = self.ledger.cash(seller).0.min(left);
        self.ledger.shift(Purse::Available(seller), to, free);
        left = left - free;
        if left != Cash::ZERO {
            left = self.draw(it.settlement, seller, left, to, events);
        }
        let paid = amount - left;
        let nothing = (it.instrument, 0);
        moved(seller, kind, -i128::from(paid.0), nothing, it.trade, events);
        let buyer = it.buyer;
        if to == Purse::Fund {
            self.ledger.owe(seller, None, left);
            return left;
        }
        let from_fund = self.ledger.fund().min(left);
        self.ledger.shift(Purse::Fund, to, from_fund);
        self.ledger.owe(seller, None, from_fund);
        left = left - from_fund;
        moved(buyer, kind, i128::from((paid + from_fund).0), nothing, it.trade, events);
        self.ledger.owe(seller, Some((it.settlement, buyer)), left);
        left
    }

    /// Takes from what is held back of a seller's other settlements, oldest first. Returns what is missing.
    fn draw(
        &mut self,
        settlement: SettlementId,
        seller: AccountId,
        mut left: Cash,
        to: Purse,
        events: &mut Vec<Event>,
    ) -> Cash {
        let others = self.settlements.of_seller(seller);
        let others = others.filter(|other| other.settlement != settlement && other.held_back != Cash::ZERO);
        let others: Vec<Settlement> = others.copied().collect();
        for mut other in others {
            let taken = other.held_back.min(left);
            if taken == Cash::ZERO {
                break;
            }
            other.held_back = other.held_back - taken;
            left = left - taken;
            self.ledger.shift(Purse::Escrow(seller), to, taken);
            self.tell_step(other, SettlementStep::Drawn { settlement }, events);
        }
        left
    }

    /// Ends a command in which somebody owes something.
    #[cold]
    pub(crate) fn collect_debts(&mut self, events: &mut Vec<Event>) {
        self.ledger.collect(|from, to, amount| {
            let cents = i64::try_from(amount.0).expect("what the venue may have fits");
            for (purse, cents) in [(from, -cents), (to, cents)] {
                if let Purse::Available(account) = purse {
                    events.push(Event::Moved(Movement::cash(account, MovementKind::DebtPaid, cents)));
                }
            }
        });
    }
}
