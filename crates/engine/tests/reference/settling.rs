//! Promised lots and trades that settle later, from docs/settlement.md: rows searched from end to end. What is in escrow is
//! never kept: it is what the rows say.

use super::accounts::Thing;
use super::orders::{Open, Waits, ceil};
use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, AccountState, AddOrder, Cash, Claim, EscrowBalance, Event, Expiry, Fill, InstrumentId, Leg, Level, Lots,
    Movement, MovementKind, Opened, OrderId, Phase, Price, PromisedBalance, Reject, Rejection, Reply, Ruling,
    SelfTrade, Settlement, SettlementCommand, SettlementId, SettlementState, SettlementStep, SettlementTerms,
    SettlementTold, Side, TimeInForce, Timestamp, TradeId, limits,
};

const DAY: u64 = 86_400 * 1_000_000_000;

/// Whose, of what, at which level.
pub type Key = (AccountId, InstrumentId, Level);

/// What else a command may change, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Aside {
    Escrow(AccountId),
    Promised(Key),
    Fund,
    Buyer(SettlementId),
    ToFund(AccountId),
}

#[derive(Clone, Debug, Default)]
pub struct Settling {
    pub terms: SettlementTerms,
    last: u64,
    pub live: Vec<Settlement>,
    good: Vec<AccountId>,
    /// Promised lots that were not sold.
    pub promised: Vec<(Key, i128)>,
    registered: Vec<(InstrumentId, i128)>,
    fund: i128,
    claims: Vec<Claim>,
    changed: Vec<Aside>,
}

/// Who is paid by a seller that failed.
#[derive(Clone, Copy, PartialEq)]
enum To {
    /// What the buyer has in escrow.
    BuyersEscrow,
    /// What the buyer has free.
    Buyer,
    Fund,
}

impl Reference {
    fn terms(&self) -> &SettlementTerms {
        &self.settling.terms
    }

    pub(super) fn register(&mut self, key: Key, lots: i128) -> Answer {
        self.may_promise(key)?;
        let had = self.free(key) + self.offered(key) + self.sold(key);
        let ever: i128 = self.settling.registered.iter().filter(|(it, _)| *it == key.1).map(|(_, lots)| lots).sum();
        if lots == 0 || had + lots > i128::from(limits::ACCOUNT_LOTS) || ever + lots > 1 << 62 {
            return no(Reject::AmountOutOfRange);
        }
        self.settling.registered.push((key.1, lots));
        self.promise(key, lots);
        self.tell(Event::Moved(Movement::lots(key.0, MovementKind::Deposit, key.1, lots as i64)));
        Ok(Reply::Done)
    }

    pub(super) fn withdraw(&mut self, key: Key, lots: i128) -> Answer {
        self.may_promise(key)?;
        let free = self.free(key);
        if lots == 0 || lots > free {
            return Err(Rejection { reject: Reject::AmountOutOfRange, available: Some(free as u64) });
        }
        self.promise(key, -lots);
        self.tell(Event::Moved(Movement::lots(key.0, MovementKind::Withdrawal, key.1, -lots as i64)));
        Ok(Reply::Done)
    }

    /// Whether an account has promised lots, rows or claims.
    pub(super) fn settles(&self, account: AccountId) -> bool {
        let keys: Vec<Key> =
            self.settling.promised.iter().map(|(key, _)| *key).filter(|key| key.0 == account).collect();
        keys.into_iter().any(|key| self.free(key) + self.offered(key) + self.sold(key) > 0)
            || self.settling.live.iter().any(|row| row.buyer == account || row.seller == account)
            || self.settling.claims.iter().any(|it| it.debtor == account || it.creditor == Some(account))
    }

    fn may_promise(&self, key: Key) -> Result<(), Rejection> {
        self.known(key.0)?;
        if self.state(key.0) == AccountState::Closed {
            return no(Reject::AccountClosed);
        }
        self.listed(key.1)?;
        if matches!(key.2, Level::Documented | Level::Attested) { Ok(()) } else { no(Reject::InvalidLevel) }
    }

    /// Gives or takes promised lots that are not sold.
    fn promise(&mut self, key: Key, lots: i128) {
        if lots != 0 {
            self.settling.promised.push((key, lots));
            self.touch(Aside::Promised(key));
        }
    }

    /// Lots offered by open orders.
    fn offered(&self, key: Key) -> i128 {
        let mine = |order: &&Open| (order.terms.account, order.terms.instrument, order.level) == key;
        self.open.iter().filter(mine).filter(|order| order.promised()).map(|order| i128::from(order.leaves())).sum()
    }

    /// Lots sold and not settled.
    fn sold(&self, key: Key) -> i128 {
        let mine = |row: &&Settlement| (row.seller, row.instrument, row.level) == key;
        self.settling.live.iter().filter(mine).map(|row| i128::from(row.open().0)).sum()
    }

    fn free(&self, key: Key) -> i128 {
        let owned: i128 = self.settling.promised.iter().filter(|(it, _)| *it == key).map(|(_, lots)| lots).sum();
        owned - self.offered(key)
    }

    /// Cash in escrow.
    pub(super) fn escrow(&self, account: AccountId) -> i128 {
        let rows = self.settling.live.iter();
        rows.map(|row| {
            let bought = if row.buyer == account { row.escrow.0 + row.buyer_fee.0 } else { 0 };
            let sold = if row.seller == account { row.bond.0 + row.held_back.0 } else { 0 };
            i128::from(bought + sold)
        })
        .sum()
    }

    /// Cash that is in no account and no fees.
    pub(super) fn aside(&self) -> i128 {
        let rows = self.settling.live.iter();
        let rows = rows.map(|row| row.escrow.0 + row.buyer_fee.0 + row.bond.0 + row.held_back.0);
        rows.map(i128::from).sum::<i128>() + self.settling.fund
    }

    fn touch(&mut self, aside: Aside) {
        self.settling.changed.push(aside);
    }

    /// Says that an order set aside, or freed, so many lots or cents and so much of a bond.
    pub(super) fn change_for(&mut self, order: &Open, needs: i128, bond: i128) {
        if !order.promised() {
            self.change(Thing::of(order));
            return;
        }
        if needs != 0 {
            self.touch(Aside::Promised((order.terms.account, order.terms.instrument, order.level)));
        }
        if bond != 0 {
            self.change(Thing::Cash(order.terms.account));
        }
    }

    fn bp(bp: u16, of: i128) -> i128 {
        ceil(of * i128::from(bp))
    }

    /// For a sell that the lots in custody do not suffice for: which promised ones it sells, and its bond.
    pub(super) fn promised_instead(&self, order: &Open, needs: i128) -> Result<Option<(Level, i128)>, Rejection> {
        let (account, instrument) = (order.terms.account, order.terms.instrument);
        if order.terms.side == Side::Buy {
            return Ok(None);
        }
        let custody = i128::from(self.holding(account, instrument).available);
        if needs <= custody {
            return Ok(None);
        }
        let free = |level| self.free((account, instrument, level));
        let level = [Level::Attested, Level::Documented].into_iter().find(|&level| needs <= free(level));
        let Some(level) = level else {
            let most = custody.max(free(Level::Attested)).max(free(Level::Documented));
            return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(most as u64) });
        };
        let live = self.settling.live.iter().filter(|row| row.seller == account).count();
        if live >= limits::SETTLEMENTS_PER_SELLER as usize {
            return no(Reject::TooManySettlements);
        }
        let worth = self.worth(instrument, order.price, order.leaves());
        let bond = Self::bp(self.terms().bond_bp, worth).max(i128::from(self.terms().bond_min.0));
        let cash = self.cash(account).available.0;
        if bond > i128::from(cash) {
            return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(cash) });
        }
        Ok(Some((level, bond)))
    }

    pub(super) fn bond_again(&self, old: &Open, new: &Open) -> i128 {
        if !old.promised() || new.leaves() == 0 {
            return 0;
        }
        let worth = |order: &Open| self.worth(order.terms.instrument, order.price, order.leaves());
        let least = i128::from(self.terms().bond_min.0).min(old.bond);
        let asked = Self::bp(self.terms().bond_bp, worth(new)).max(least);
        if worth(new) > worth(old) { asked } else { asked.min(old.bond) }
    }

    pub(super) fn afford_promised(&self, old: &Open, new: &Open) -> Result<i128, Rejection> {
        let free = self.free((old.terms.account, old.terms.instrument, old.level));
        if i128::from(new.leaves()) - i128::from(old.leaves()) > free {
            return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(free as u64) });
        }
        let bond = self.bond_again(old, new);
        let cash = self.cash(old.terms.account).available.0;
        if bond - old.bond > i128::from(cash) {
            return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(cash) });
        }
        Ok(bond)
    }

    fn moved(&mut self, account: AccountId, kind: MovementKind, cash: i128, row: (InstrumentId, i64), trade: TradeId) {
        if cash != 0 || row.1 != 0 {
            let (instrument, lots) = (Some(row.0), row.1);
            let trade = Some(trade);
            self.tell(Event::Moved(Movement { account, kind, cash: cash as i64, instrument, lots, trade }));
        }
    }

    /// Free cash comes or goes.
    fn cash_by(&mut self, account: AccountId, cents: i128) {
        if cents != 0 {
            self.accounts[account.0 as usize].cash += cents;
            self.change(Thing::Cash(account));
        }
    }

    fn escrow_by(&mut self, account: AccountId, cents: i128) {
        if cents != 0 {
            self.touch(Aside::Escrow(account));
        }
    }

    fn fund_by(&mut self, cents: i128) {
        if cents != 0 {
            self.settling.fund += cents;
            self.touch(Aside::Fund);
        }
    }

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
    fn begin(&mut self, sold: &mut Open, buyer: AccountId, price: u32, lots: u32, fees: (Cash, Cash)) {
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

    fn row(&mut self, id: SettlementId) -> &mut Settlement {
        self.settling.live.iter_mut().find(|row| row.settlement == id).expect("a live row")
    }

    fn tell_row(&mut self, id: SettlementId, step: SettlementStep) {
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

    fn any(&self, id: SettlementId) -> Result<Settlement, Rejection> {
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

    /// The part of a fee of a row that so many of its open lots have.
    fn part(fee: Cash, lots: u32, open: u32) -> i128 {
        i128::from(fee.0) * i128::from(lots) / i128::from(open)
    }

    fn earn(&mut self, fee: i128) {
        let funds = fee * i128::from(self.terms().fund_fee_bp) / 10_000;
        self.fund_by(funds);
        self.earned += fee - funds;
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

    fn penalty(&self, failed: i128) -> i128 {
        Self::bp(self.terms().penalty_bp, failed).max(i128::from(self.terms().penalty_min.0))
    }

    fn free_bond(&mut self, id: SettlementId) {
        let row = self.row(id);
        let (seller, bond) = (row.seller, i128::from(row.bond.0));
        row.bond = Cash(0);
        self.escrow_by(seller, -bond);
        self.cash_by(seller, bond);
    }

    fn refund(&mut self, id: SettlementId, lots: u32) {
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

    fn write_off(&mut self, row: &Settlement, lots: u32) {
        self.touch(Aside::Promised((row.seller, row.instrument, row.level)));
        self.moved(row.seller, MovementKind::WrittenOff, 0, (row.instrument, -i64::from(lots)), row.trade);
    }

    /// Takes from the seller, then the fund, then makes it a debt. Returns what is owed.
    fn charge(&mut self, id: SettlementId, amount: i128, to: To, kind: MovementKind) -> i128 {
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

    fn claw_back(&mut self, id: SettlementId, lots: u32) {
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

    /// When it is too late to buy in.
    fn cutoff(&self, instrument: InstrumentId) -> Option<u64> {
        let symbol = self.at(instrument).spec.symbol;
        let Expiry::Month { year, month } = symbol.credit()?.expiry else { return None };
        let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let mut days: u64 = (1970..u64::from(year)).map(|year| if leap(year) { 366 } else { 365 }).sum();
        for number in 1..=month {
            days += match number {
                2 => 28 + u64::from(leap(u64::from(year))),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
        }
        Some((days - u64::from(self.terms().cutoff_days)) * DAY)
    }

    fn buy_in(&mut self, id: SettlementId) {
        let at = self.at;
        let terms = *self.terms();
        let row = self.row(id);
        row.tries += 1;
        let (instrument, tries) = (row.instrument, row.tries);
        let cutoff = self.cutoff(instrument);
        let too_late = cutoff.is_some_and(|cutoff| at >= cutoff);
        if !too_late {
            self.cover(id);
        }
        let row = *self.row(id);
        let open = row.open().0;
        if open > 0 && !too_late && tries < terms.tries {
            let next = at + u64::from(terms.retry_seconds) * 1_000_000_000;
            self.row(id).due = Some(Timestamp(cutoff.map_or(next, |cutoff| next.min(cutoff))));
            self.tell_row(id, SettlementStep::Uncovered);
            return;
        }
        let failed = open + row.covered.0;
        let penalty = self.penalty(self.worth(instrument, row.price.0, failed));
        let whole = penalty * i128::from(open) / i128::from(failed);
        let split = penalty - whole;
        let buyers = split * i128::from(terms.penalty_buyer_bp) / 10_000;
        if open > 0 {
            self.refund(id, open);
        }
        self.charge(id, whole + buyers, To::Buyer, MovementKind::Penalty);
        self.charge(id, split - buyers, To::Fund, MovementKind::Penalty);
        self.free_bond(id);
        let row = self.row(id);
        (row.state, row.due) = (SettlementState::Compensated, None);
        if open == 0 {
            row.state = SettlementState::Covered;
        }
        self.tell_row(id, if open == 0 { SettlementStep::Closed } else { SettlementStep::Compensated });
    }

    /// Buys the best ask of all dominating instruments, again and again.
    fn cover(&mut self, id: SettlementId) {
        let mut barred: Vec<InstrumentId> = Vec::new();
        loop {
            let row = *self.row(id);
            let cap = i128::from(row.price.0) + i128::from(row.price.0) * i128::from(self.terms().cap_bp) / 10_000;
            let all = (0..self.listed.len() as u32).map(InstrumentId);
            let choices = all.filter(|it| !barred.contains(it) && self.phase(*it) == Phase::Continuous);
            let choices = choices.filter_map(|it| {
                let expiry = self.dominates(it, row.instrument)?;
                Some((self.queue(it, Side::Sell).first()?.price, it != row.instrument, expiry, it))
            });
            let Some((price, _, _, instrument)) = choices.min() else { return };
            if row.open().0 == 0 || i128::from(price) > cap {
                return;
            }
            let held = self.settling.live.iter().filter(|other| other.seller == row.seller && other.settlement != id);
            let held: i128 = held.map(|other| i128::from(other.held_back.0)).sum();
            let free = i128::from(self.cash(row.seller).available.0);
            let means = i128::from(row.bond.0) + free + held + self.settling.fund;
            let dearer = (i128::from(price) - i128::from(row.price.0)).max(0) * self.at(instrument).unit();
            let open = i128::from(row.open().0);
            let lots = if dearer == 0 { open } else { open.min(means / dearer) };
            if lots == 0 {
                return;
            }
            let terms = AddOrder {
                time_in_force: TimeInForce::Ioc,
                ..AddOrder::limit(row.buyer, instrument, Side::Buy, Price(price), Lots(lots as u32))
            };
            let order = self.taker(terms);
            let plan = self.plan_at_home(&order);
            let traded = plan.traded();
            if traded == 0 {
                barred.push(instrument);
                continue;
            }
            self.orders += 1;
            let order = OrderId(self.orders);
            let terms = AddOrder { lots: Lots(traded), ..terms };
            self.tell(Event::Opened(Opened { order, price: Price(price), terms }));
            let mut leaves = traded;
            for deed in plan.deeds {
                if let super::plan::Deed::Fill { maker, price, lots } = deed {
                    leaves -= lots;
                    self.cover_fill(id, (order, Lots(leaves)), maker, price, lots);
                }
            }
            self.follow_up();
        }
    }

    fn taker(&self, terms: AddOrder) -> Open {
        let price = match terms.kind {
            unspent_model::OrderKind::Limit(price) => price.0,
            unspent_model::OrderKind::Market { .. } => unreachable!("a limit"),
        };
        Open {
            id: OrderId(0),
            terms: AddOrder { self_trade: SelfTrade::CancelNewest, ..terms },
            price,
            total: terms.lots.0,
            filled: 0,
            shown: 0,
            display: None,
            waits: Waits::No,
            fees: self.at(terms.instrument).fees(),
            exact_fee: 0,
            place: 0,
            expires: None,
            session: None,
            quote: false,
            group: None,
            level: Level::Custody,
            bond: 0,
            falls: Vec::new(),
            overdue: None,
        }
    }

    /// When an instrument ends that is as good as another, in the same units.
    fn dominates(&self, it: InstrumentId, other: InstrumentId) -> Option<Expiry> {
        let (mine, its) = (&self.at(it).spec, &self.at(other).spec);
        if it == other {
            return Some(mine.symbol.credit().map_or(Expiry::Perpetual, |credit| credit.expiry));
        }
        let (one, two) = (mine.symbol.credit()?, its.symbol.credit()?);
        let same = (one.provider, one.programme, one.face_dollars) == (two.provider, two.programme, two.face_dollars)
            && mine.unit_value() == its.unit_value()
            && (mine.price_decimals, mine.price_unit) == (its.price_decimals, its.price_unit);
        (same && one.expiry >= two.expiry).then_some(one.expiry)
    }

    fn cover_fill(&mut self, id: SettlementId, order: (OrderId, Lots), maker: OrderId, price: u32, lots: u32) {
        let row = *self.row(id);
        let mut ask = self.take_out(maker);
        let (seller, instrument) = (ask.terms.account, ask.terms.instrument);
        let notional = self.worth(instrument, price, lots);
        let before = ask.fee();
        ask.filled += lots;
        ask.shown -= lots;
        ask.exact_fee += notional * i128::from(ask.fees.maker);
        let fee = ask.fee() - before;
        self.trades += 1;
        let trade = TradeId(self.trades);
        let none = Cash(0);
        let fill = Fill {
            trade,
            instrument,
            taker_side: Side::Buy,
            auction: false,
            price: Price(price),
            lots: Lots(lots),
            maker: Leg {
                order: maker,
                account: seller,
                leaves: Lots(ask.leaves()),
                fee: Cash(fee as u64),
                hidden: Lots(0),
            },
            taker: Leg { order: order.0, account: row.buyer, leaves: order.1, fee: none, hidden: Lots(0) },
            across: None,
        };
        self.tell(Event::Fill(fill));
        self.keep_trade(fill, true);
        let sale = self.worth(row.instrument, row.price.0, lots);
        if notional > sale {
            // The ask may be of the seller that pays: its bond is not free.
            self.open.push(ask);
            assert_eq!(self.charge(id, notional - sale, To::BuyersEscrow, MovementKind::BoughtIn), 0);
            ask = self.take_out(maker);
        } else {
            self.escrow_by(row.buyer, sale - notional);
            self.fund_by(sale - notional);
            self.moved(row.buyer, MovementKind::BoughtIn, notional - sale, (instrument, 0), row.trade);
        }
        let open = row.open().0;
        let (buyers, sellers) = (Self::part(row.buyer_fee, lots, open), Self::part(row.seller_fee, lots, open));
        let kept = self.row(id);
        kept.covered = Lots(kept.covered.0 + lots);
        kept.escrow = Cash(kept.escrow.0 - sale as u64);
        kept.buyer_fee = Cash(kept.buyer_fee.0 - buyers as u64);
        kept.seller_fee = Cash(kept.seller_fee.0 - sellers as u64);
        self.write_off(&row, lots);
        let count = i64::from(lots);
        if ask.promised() {
            self.moved(row.buyer, MovementKind::Deferred, notional, (instrument, -count), trade);
            self.moved(seller, MovementKind::Deferred, fee - notional, (instrument, count), trade);
            self.begin(&mut ask, row.buyer, price, lots, (Cash(buyers as u64), Cash(fee as u64)));
        } else {
            self.escrow_by(row.buyer, notional);
            self.cash_by(seller, notional - fee);
            self.earned += fee;
            self.own(seller, instrument, -i128::from(lots));
            self.own(row.buyer, instrument, i128::from(lots));
            self.change(Thing::Lots(seller, instrument));
            self.change(Thing::Lots(row.buyer, instrument));
            self.earn(buyers);
            self.moved(row.buyer, MovementKind::BoughtIn, -buyers, (instrument, 0), row.trade);
        }
        self.tell_row(id, SettlementStep::Covered { trade, instrument, price: Price(price), lots: Lots(lots) });
        self.prints.push((instrument, price));
        let listed = self.at_mut(instrument);
        (listed.last, listed.anchor) = (Some(price), Some(price));
        self.count_fill(&ask, lots);
        if ask.leaves() > 0 {
            if ask.shown == 0 {
                self.refill(&mut ask);
            }
            self.open.push(ask);
        }
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

    pub(super) fn tell_aside(&mut self) {
        let mut changed = std::mem::take(&mut self.settling.changed);
        changed.sort();
        changed.dedup();
        for aside in changed {
            let event = match aside {
                Aside::Escrow(account) => {
                    let claims = self.settling.claims.iter().filter(|claim| claim.debtor == account);
                    let debt = Cash(claims.map(|claim| claim.amount.0).sum());
                    Event::Escrow(EscrowBalance { account, escrow: Cash(self.escrow(account) as u64), debt })
                }
                Aside::Promised(key) => Event::Promised(PromisedBalance {
                    account: key.0,
                    instrument: key.1,
                    level: key.2,
                    available: self.free(key) as u64,
                    reserved: self.offered(key) as u64,
                    escrow: self.sold(key) as u64,
                }),
                Aside::Fund => Event::Fund(Cash(self.settling.fund as u64)),
                Aside::Buyer(id) => {
                    let its = |claim: &&Claim| claim.settlement == Some(id);
                    Event::Claim(*self.settling.claims.iter().find(its).expect("a claim"))
                }
                Aside::ToFund(debtor) => {
                    let its = |claim: &&Claim| (claim.debtor, claim.settlement) == (debtor, None);
                    Event::Claim(*self.settling.claims.iter().find(its).expect("a claim"))
                }
            };
            self.tell(event);
        }
        self.settling.claims.retain(|claim| claim.amount.0 > 0);
    }
}
