//! Trades that settle later: a row from its match over delivery and acceptance to its end.

use super::aside::{Aside, DAY};
use super::losses::To;
use super::orders::Open;
use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, Cash, Event, Leg, Level, Lots, MovementKind, Price, Reject, Rejection, Reply, Ruling, Settlement,
    SettlementCommand, SettlementId, SettlementState, SettlementStep, SettlementTold, Timestamp, TradeId,
};

impl Reference {
    /// A fill of promised lots.
    pub(super) fn sell_promised(&mut self, sold: &mut Open, buyer: Leg, seller: Leg, price: u32, lots: u32) {
        let instrument = sold.terms.instrument;
        let notional = self.worth(instrument, price, lots);
        let paid = notional + i128::from(buyer.fee.0);
        let trade = TradeId(self.trades);
        self.cash_by(buyer.account, -paid);
        self.escrow_by(buyer.account, paid);
        self.moved(buyer.account, MovementKind::Deferred, paid, (instrument, -i64::from(lots)), trade);
        let proceeds = notional - i128::from(seller.fee.0);
        self.moved(seller.account, MovementKind::Deferred, -proceeds, (instrument, i64::from(lots)), trade);
        self.begin(sold, buyer.account, price, lots, (buyer.fee, seller.fee));
    }

    /// A row for the last trade. The buyer's money has left its free cash.
    pub(super) fn begin(&mut self, sold: &mut Open, buyer: AccountId, price: u32, lots: u32, fees: (Cash, Cash)) {
        let (seller, instrument, level) = (sold.terms.account, sold.terms.instrument, sold.level);
        let bond = sold.bond * i128::from(lots) / i128::from(sold.leaves() + lots);
        sold.bond -= bond;
        self.cash_by(seller, -bond);
        self.escrow_by(seller, bond);
        self.promise((seller, instrument, level), -i128::from(lots));
        self.settling.last += 1;
        let days = if level == Level::Attested { self.terms().attested_days } else { self.terms().documented_days };
        let mut due = self.at;
        let mut left = days;
        while left > 0 {
            due += DAY;
            // The first of January 1970 was a Thursday.
            let weekday = (due / DAY + 4) % 7;
            if weekday != 0 && weekday != 6 {
                left -= 1;
            }
        }
        let row = Settlement {
            settlement: SettlementId(self.settling.last),
            trade: TradeId(self.trades),
            buyer,
            seller,
            instrument,
            level,
            price: Price(price),
            lots: Lots(lots),
            delivered: Lots(0),
            covered: Lots(0),
            refunded: Lots(0),
            escrow: Cash(self.worth(instrument, price, lots) as u64),
            buyer_fee: fees.0,
            seller_fee: fees.1,
            bond: Cash(bond as u64),
            held_back: Cash(0),
            state: SettlementState::Delivering,
            due: Some(Timestamp(due)),
            tries: 0,
            evidence: None,
            dispute: None,
        };
        self.settling.live.push(row);
        self.tell_row(row.settlement, SettlementStep::Matched);
    }

    pub(super) fn row(&mut self, id: SettlementId) -> &mut Settlement {
        self.settling.live.iter_mut().find(|row| row.settlement == id).expect("a live row")
    }

    pub(super) fn tell_row(&mut self, id: SettlementId, step: SettlementStep) {
        let settlement = *self.row(id);
        self.settling.live.retain(|row| !row.state.is_end());
        self.tell(Event::Settlement(Box::new(SettlementTold { step, settlement })));
    }

    pub(super) fn settlement_timers(&self) -> impl Iterator<Item = (u64, SettlementId)> + '_ {
        self.settling.live.iter().filter_map(|row| Some((row.due?.0, row.settlement)))
    }

    pub(super) fn settlement(&mut self, command: &SettlementCommand) -> Answer {
        let later = |at: u64, seconds: u32| Some(Timestamp(at + u64::from(seconds) * 1_000_000_000));
        match *command {
            SettlementCommand::Deliver { account, settlement, evidence } => {
                self.known(account)?;
                let row = self.of_party(account, settlement)?;
                if row.seller != account {
                    return no(Reject::WrongParty);
                }
                if row.state != SettlementState::Delivering && row.state != SettlementState::Late {
                    return no(Reject::WrongState);
                }
                let due = later(self.at, self.terms().acceptance_seconds);
                let row = self.row(settlement);
                (row.state, row.evidence, row.due) = (SettlementState::Verifying, Some(evidence), due);
                self.tell_row(settlement, SettlementStep::Delivered);
            }
            SettlementCommand::Accept { account, settlement } => {
                self.known(account)?;
                let row = self.verified_by(account, settlement)?;
                self.settle(settlement, row.open().0, SettlementStep::Accepted);
            }
            SettlementCommand::Dispute { account, settlement, evidence } => {
                self.known(account)?;
                self.verified_by(account, settlement)?;
                let row = self.row(settlement);
                (row.state, row.dispute, row.due) = (SettlementState::Disputed, Some(evidence), None);
                self.tell_row(settlement, SettlementStep::Disputed);
            }
            SettlementCommand::Rule { settlement, ruling } => {
                let row = self.any(settlement)?;
                if row.state != SettlementState::Disputed {
                    return no(Reject::WrongState);
                }
                let open = row.open().0;
                let lots = match ruling {
                    Ruling::Delivered => open,
                    Ruling::Refund => 0,
                    Ruling::Partial(lots) if lots.0 > 0 && lots.0 < open => lots.0,
                    Ruling::Partial(_) => {
                        return Err(Rejection { reject: Reject::InvalidRuling, available: Some(u64::from(open)) });
                    }
                };
                self.settle(settlement, lots, SettlementStep::Ruled(ruling));
            }
            SettlementCommand::ClawBack { settlement, lots } => {
                let row = self.any(settlement)?;
                if row.state != SettlementState::HeldBack {
                    return no(Reject::WrongState);
                }
                if lots.0 == 0 || lots > row.delivered {
                    let available = Some(u64::from(row.delivered.0));
                    return Err(Rejection { reject: Reject::InvalidRuling, available });
                }
                self.claw_back(settlement, lots.0);
            }
            SettlementCommand::Contribute { amount } => {
                if amount.0 == 0 || self.cash_in + i128::from(amount.0) > 1 << 62 {
                    return no(Reject::AmountOutOfRange);
                }
                self.cash_in += i128::from(amount.0);
                self.fund_by(i128::from(amount.0));
            }
            SettlementCommand::SetTerms(terms) => {
                if !terms.fit() {
                    return no(Reject::InvalidTerms);
                }
                self.settling.terms = terms;
                self.tell(Event::TermsSet(Box::new(terms)));
            }
        }
        Ok(Reply::Done)
    }

    pub(super) fn any(&self, id: SettlementId) -> Result<Settlement, Rejection> {
        let found = self.settling.live.iter().find(|row| row.settlement == id).copied();
        found.map_or_else(|| no(Reject::UnknownSettlement), Ok)
    }

    fn of_party(&self, account: AccountId, id: SettlementId) -> Result<Settlement, Rejection> {
        let row = self.any(id)?;
        if row.buyer == account || row.seller == account { Ok(row) } else { no(Reject::UnknownSettlement) }
    }

    fn verified_by(&self, account: AccountId, id: SettlementId) -> Result<Settlement, Rejection> {
        let row = self.of_party(account, id)?;
        if row.buyer != account {
            return no(Reject::WrongParty);
        }
        if row.state == SettlementState::Verifying { Ok(row) } else { no(Reject::WrongState) }
    }

    pub(super) fn settlement_due(&mut self, id: SettlementId) {
        let at = self.at;
        let row = *self.row(id);
        match row.state {
            SettlementState::Delivering => {
                let due = at + u64::from(self.terms().grace_seconds) * 1_000_000_000;
                let row = self.row(id);
                (row.state, row.due) = (SettlementState::Late, Some(Timestamp(due)));
                self.tell_row(id, SettlementStep::Late);
            }
            SettlementState::Late => {
                let row = self.row(id);
                (row.state, row.due) = (SettlementState::BuyIn, None);
                self.tell_row(id, SettlementStep::BuyIn);
                self.buy_in(id);
            }
            SettlementState::BuyIn => {
                self.row(id).due = None;
                self.buy_in(id);
            }
            SettlementState::Verifying => self.settle(id, row.open().0, SettlementStep::Unanswered),
            SettlementState::HeldBack => {
                let held = i128::from(row.held_back.0);
                let row = self.row(id);
                (row.state, row.due, row.held_back) = (SettlementState::Final, None, Cash(0));
                let (seller, whole) = (row.seller, row.refunded.0 == 0);
                self.escrow_by(seller, -held);
                self.cash_by(seller, held);
                if whole {
                    self.settling.good.push(seller);
                }
                self.tell_row(id, SettlementStep::Released);
            }
            other => panic!("a timer of a row that is {other:?}"),
        }
    }

    /// So many lots settle, the other open ones are refunded with a penalty.
    fn settle(&mut self, id: SettlementId, lots: u32, step: SettlementStep) {
        let at = self.at;
        if lots > 0 {
            let row = *self.row(id);
            let open = row.open().0;
            let notional = self.worth(row.instrument, row.price.0, lots);
            let (buyers, sellers) = (Self::part(row.buyer_fee, lots, open), Self::part(row.seller_fee, lots, open));
            let good = self.settling.good.iter().filter(|it| **it == row.seller).count();
            let terms = *self.terms();
            let trusted = good >= usize::from(terms.trusted_after);
            let bp = if trusted { terms.hold_back_bp } else { terms.new_hold_back_bp };
            let held = Self::bp(bp, notional).min(notional - sellers);
            let kept = self.row(id);
            kept.delivered = Lots(kept.delivered.0 + lots);
            kept.escrow = Cash(kept.escrow.0 - notional as u64);
            kept.buyer_fee = Cash(kept.buyer_fee.0 - buyers as u64);
            kept.seller_fee = Cash(kept.seller_fee.0 - sellers as u64);
            kept.held_back = Cash(held as u64);
            self.escrow_by(row.buyer, notional);
            self.escrow_by(row.seller, held);
            self.cash_by(row.seller, notional - sellers - held);
            self.earn(buyers + sellers);
            let (key, count) = ((row.instrument, i64::from(lots)), i128::from(lots));
            self.touch(Aside::Promised((row.seller, row.instrument, row.level)));
            self.promise((row.buyer, row.instrument, row.level), count);
            self.moved(row.buyer, MovementKind::Settled, -notional - buyers, key, row.trade);
            self.moved(row.seller, MovementKind::Settled, notional - sellers, (key.0, -key.1), row.trade);
        }
        let row = *self.row(id);
        let rest = row.open().0;
        if rest > 0 {
            let failed = self.worth(row.instrument, row.price.0, rest);
            self.refund(id, rest);
            self.charge(id, self.penalty(failed), To::Buyer, MovementKind::Penalty);
        }
        self.free_bond(id);
        let days = u64::from(self.terms().hold_back_days);
        let row = self.row(id);
        if row.delivered.0 > 0 {
            (row.state, row.due) = (SettlementState::HeldBack, Some(Timestamp(at + days * DAY)));
        } else {
            (row.state, row.due) = (SettlementState::Refunded, None);
        }
        self.tell_row(id, step);
    }

    /// The part of a fee of a row that so many of its open lots have.
    pub(super) fn part(fee: Cash, lots: u32, open: u32) -> i128 {
        i128::from(fee.0) * i128::from(lots) / i128::from(open)
    }

    pub(super) fn earn(&mut self, fee: i128) {
        let funds = fee * i128::from(self.terms().fund_fee_bp) / 10_000;
        self.fund_by(funds);
        self.earned += fee - funds;
    }

    pub(super) fn free_bond(&mut self, id: SettlementId) {
        let row = self.row(id);
        let (seller, bond) = (row.seller, i128::from(row.bond.0));
        row.bond = Cash(0);
        self.escrow_by(seller, -bond);
        self.cash_by(seller, bond);
    }

    pub(super) fn refund(&mut self, id: SettlementId, lots: u32) {
        let row = *self.row(id);
        let open = row.open().0;
        let notional = self.worth(row.instrument, row.price.0, lots);
        let (buyers, sellers) = (Self::part(row.buyer_fee, lots, open), Self::part(row.seller_fee, lots, open));
        let kept = self.row(id);
        kept.refunded = Lots(kept.refunded.0 + lots);
        kept.escrow = Cash(kept.escrow.0 - notional as u64);
        kept.buyer_fee = Cash(kept.buyer_fee.0 - buyers as u64);
        kept.seller_fee = Cash(kept.seller_fee.0 - sellers as u64);
        self.escrow_by(row.buyer, notional);
        self.cash_by(row.buyer, notional + buyers);
        self.write_off(&row, lots);
    }

    pub(super) fn write_off(&mut self, row: &Settlement, lots: u32) {
        self.touch(Aside::Promised((row.seller, row.instrument, row.level)));
        self.moved(row.seller, MovementKind::WrittenOff, 0, (row.instrument, -i64::from(lots)), row.trade);
    }
}
