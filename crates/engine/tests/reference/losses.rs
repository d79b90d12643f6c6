//! What a seller that fails pays, from where, and what it owes afterwards.

use super::Reference;
use super::accounts::Thing;
use super::aside::Aside;
use unspent_model::{
    AccountId, Cash, Claim, Event, Lots, Movement, MovementKind, Settlement, SettlementId, SettlementState,
    SettlementStep,
};

/// Who is paid by a seller that failed.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum To {
    /// What the buyer has in escrow.
    BuyersEscrow,
    /// What the buyer has free.
    Buyer,
    Fund,
}

impl Reference {
    pub(super) fn penalty(&self, failed: i128) -> i128 {
        Self::bp(self.terms().penalty_bp, failed).max(i128::from(self.terms().penalty_min.0))
    }

    /// Takes from the seller, then the fund, then makes it a debt. Returns what is owed.
    pub(super) fn charge(&mut self, id: SettlementId, amount: i128, to: To, kind: MovementKind) -> i128 {
        let row = *self.row(id);
        let (buyer, seller) = (row.buyer, row.seller);
        let mut left = amount;
        let bond = i128::from(row.bond.0).min(left);
        self.row(id).bond = Cash((i128::from(row.bond.0) - bond) as u64);
        self.escrow_by(seller, bond);
        self.paid(&row, to, bond);
        left -= bond;
        let free = i128::from(self.cash(seller).available.0).min(left);
        if !(to == To::Buyer && buyer == seller) {
            self.cash_by(seller, -free);
            self.paid(&row, to, free);
        }
        left -= free;
        let mut others: Vec<SettlementId> = self.settling.live.iter().map(|other| other.settlement).collect();
        others.sort();
        for other in others {
            let before = *self.row(other);
            let taken = i128::from(before.held_back.0).min(left);
            if other == id || before.seller != seller || taken == 0 {
                continue;
            }
            self.row(other).held_back = Cash(before.held_back.0 - taken as u64);
            left -= taken;
            if !(to == To::BuyersEscrow && buyer == seller) {
                self.escrow_by(seller, taken);
                self.paid(&row, to, taken);
            }
            self.tell_row(other, SettlementStep::Drawn { settlement: id });
        }
        let by_seller = amount - left;
        self.moved(seller, kind, -by_seller, (row.instrument, 0), row.trade);
        if to == To::Fund {
            self.owe(seller, None, left);
            return left;
        }
        let by_fund = self.settling.fund.min(left);
        self.fund_by(-by_fund);
        self.paid(&row, to, by_fund);
        self.owe(seller, None, by_fund);
        left -= by_fund;
        self.moved(buyer, kind, by_seller + by_fund, (row.instrument, 0), row.trade);
        self.owe(seller, Some((id, buyer)), left);
        left
    }

    fn paid(&mut self, row: &Settlement, to: To, amount: i128) {
        match to {
            To::Buyer => self.cash_by(row.buyer, amount),
            To::BuyersEscrow => self.escrow_by(row.buyer, amount),
            To::Fund => self.fund_by(amount),
        }
    }

    fn owe(&mut self, debtor: AccountId, buyer: Option<(SettlementId, AccountId)>, amount: i128) {
        if amount == 0 || buyer.is_some_and(|(_, creditor)| creditor == debtor) {
            return;
        }
        let settlement = buyer.map(|(settlement, _)| settlement);
        let same = |claim: &&mut Claim| (claim.debtor, claim.settlement) == (debtor, settlement);
        match self.settling.claims.iter_mut().find(same) {
            Some(claim) => claim.amount = Cash(claim.amount.0 + amount as u64),
            None => {
                let creditor = buyer.map(|(_, creditor)| creditor);
                self.settling.claims.push(Claim { debtor, settlement, creditor, amount: Cash(amount as u64) });
            }
        }
        self.touch_claim(debtor, settlement);
        self.change(Thing::Cash(debtor));
    }

    fn touch_claim(&mut self, debtor: AccountId, settlement: Option<SettlementId>) {
        self.touch(settlement.map_or(Aside::ToFund(debtor), Aside::Buyer));
        self.touch(Aside::Escrow(debtor));
    }

    pub(super) fn claw_back(&mut self, id: SettlementId, lots: u32) {
        let row = *self.row(id);
        let price = self.worth(row.instrument, row.price.0, lots);
        let held = i128::from(row.held_back.0).min(price);
        self.row(id).held_back = Cash(row.held_back.0 - held as u64);
        self.escrow_by(row.seller, held);
        self.cash_by(row.buyer, held);
        let kind = MovementKind::ClawedBack;
        self.moved(row.seller, kind, -held, (row.instrument, 0), row.trade);
        self.moved(row.buyer, kind, held, (row.instrument, 0), row.trade);
        let owed = self.charge(id, price - held, To::Buyer, kind);
        let key = (row.buyer, row.instrument, row.level);
        let gone = self.free(key).min(i128::from(lots));
        self.promise(key, -gone);
        self.moved(row.buyer, kind, 0, (row.instrument, -gone as i64), row.trade);
        let row = self.row(id);
        row.delivered = Lots(row.delivered.0 - lots);
        row.refunded = Lots(row.refunded.0 + lots);
        if row.delivered.0 == 0 {
            let (seller, rest) = (row.seller, i128::from(row.held_back.0));
            (row.held_back, row.due) = (Cash(0), None);
            row.state = if owed == 0 { SettlementState::ClawedBack } else { SettlementState::Lost };
            self.escrow_by(seller, rest);
            self.cash_by(seller, rest);
        }
        self.tell_row(id, SettlementStep::ClawedBack { lots: Lots(lots) });
    }

    /// Debtors pay with what they have free, the smallest number first; then the fund pays the oldest that waits.
    pub(super) fn collect(&mut self) {
        loop {
            let owing = self.settling.claims.iter().filter(|claim| claim.amount.0 > 0);
            let able = owing.filter(|claim| self.cash(claim.debtor).available.0 > 0);
            // Buyers by age, then the fund.
            let order = |claim: &Claim| (claim.debtor, claim.settlement.map_or(u64::MAX, |id| id.0));
            if let Some(claim) = able.min_by_key(|claim| order(claim)).copied() {
                let amount = i128::from(claim.amount.0.min(self.cash(claim.debtor).available.0));
                self.lower(&claim, amount);
                self.cash_by(claim.debtor, -amount);
                match claim.creditor {
                    Some(creditor) => self.cash_by(creditor, amount),
                    None => self.fund_by(amount),
                }
                self.told_paid(claim.debtor, -amount);
                if let Some(creditor) = claim.creditor {
                    self.told_paid(creditor, amount);
                }
                continue;
            }
            let waiting = self.settling.claims.iter().filter(|claim| claim.creditor.is_some() && claim.amount.0 > 0);
            let Some(claim) = waiting.min_by_key(|claim| claim.settlement).copied() else { return };
            let amount = i128::from(claim.amount.0).min(self.settling.fund);
            if amount == 0 {
                return;
            }
            let creditor = claim.creditor.expect("a buyer waits");
            self.fund_by(-amount);
            self.cash_by(creditor, amount);
            self.told_paid(creditor, amount);
            self.lower(&claim, amount);
            self.owe(claim.debtor, None, amount);
        }
    }

    fn told_paid(&mut self, account: AccountId, cents: i128) {
        self.tell(Event::Moved(Movement::cash(account, MovementKind::DebtPaid, cents as i64)));
    }

    fn lower(&mut self, claim: &Claim, amount: i128) {
        let same = |it: &&mut Claim| (it.debtor, it.settlement) == (claim.debtor, claim.settlement);
        let it = self.settling.claims.iter_mut().find(same).expect("a claim");
        it.amount = Cash(it.amount.0 - amount as u64);
        self.touch_claim(claim.debtor, claim.settlement);
    }
}
