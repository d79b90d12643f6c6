//! Trades that settle later: from the match to the end, step by step.
//!
//! docs/settlement.md says where each cent and each lot is in every state; [`Engine::settlements_add_up`] checks it.

use crate::calendar::{before_month_end, business_days_after};
use crate::engine::Engine;
use crate::promises::{Sold, basis_points, share};
use crate::timers::Due;
use std::collections::BTreeMap;
use unspent_ledger::{Changed, Promise, Purse, Settlement as Deal, Shelf};
use unspent_model::{
    AccountId, Cash, Event, InstrumentId, Level, Lots, Movement, MovementKind, Price, Reject, Rejection, Reply, Ruling,
    Settlement, SettlementCommand, SettlementId, SettlementState, SettlementStep, SettlementTold, Timestamp, TradeId,
};

const DAY_SECONDS: u64 = 86_400;

/// A sale whose buyer's money is in escrow.
pub(crate) struct Sale {
    pub buyer: AccountId,
    pub instrument: InstrumentId,
    pub price: Price,
    pub lots: Lots,
    pub notional: Cash,
    pub buyer_fee: Cash,
    pub seller_fee: Cash,
}

/// Tells what moved, when anything did: cents and lots as what the account owns more or, below zero, less.
pub(crate) fn moved(
    account: AccountId,
    kind: MovementKind,
    cash: i128,
    lots: (InstrumentId, i64),
    trade: TradeId,
    events: &mut Vec<Event>,
) {
    if cash != 0 || lots.1 != 0 {
        let cash = i64::try_from(cash).expect("what the venue may have fits");
        let (instrument, lots) = (Some(lots.0), lots.1);
        events.push(Event::Moved(Movement { account, kind, cash, instrument, lots, trade: Some(trade) }));
    }
}

impl Engine {
    pub(crate) fn settlement(
        &mut self,
        command: &SettlementCommand,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        match *command {
            SettlementCommand::Deliver { account, settlement, evidence } => {
                let mut it = self.own_settlement(account, settlement)?;
                if it.seller != account {
                    return Err(Reject::WrongParty.into());
                }
                if !matches!(it.state, SettlementState::Delivering | SettlementState::Late) {
                    return Err(Reject::WrongState.into());
                }
                (it.state, it.evidence) = (SettlementState::Verifying, Some(evidence));
                let seconds = u64::from(self.settlements.terms.acceptance_seconds);
                self.wait(&mut it, Some(self.now.plus_seconds(seconds)));
                self.tell_step(it, SettlementStep::Delivered, events);
            }
            SettlementCommand::Accept { account, settlement } => {
                let it = self.to_verify(account, settlement)?;
                self.settle_part(it, it.open(), SettlementStep::Accepted, events);
            }
            SettlementCommand::Dispute { account, settlement, evidence } => {
                let mut it = self.to_verify(account, settlement)?;
                (it.state, it.dispute) = (SettlementState::Disputed, Some(evidence));
                self.wait(&mut it, None);
                self.tell_step(it, SettlementStep::Disputed, events);
            }
            SettlementCommand::Rule { settlement, ruling } => {
                let it = *self.settlements.get(settlement).ok_or(Reject::UnknownSettlement)?;
                if it.state != SettlementState::Disputed {
                    return Err(Reject::WrongState.into());
                }
                let lots = match ruling {
                    Ruling::Delivered => it.open(),
                    Ruling::Refund => Lots::ZERO,
                    Ruling::Partial(lots) if !lots.is_zero() && lots < it.open() => lots,
                    Ruling::Partial(_) => {
                        let available = Some(u64::from(it.open().0));
                        return Err(Rejection { reject: Reject::InvalidRuling, available });
                    }
                };
                self.settle_part(it, lots, SettlementStep::Ruled(ruling), events);
            }
            SettlementCommand::ClawBack { settlement, lots } => {
                let it = *self.settlements.get(settlement).ok_or(Reject::UnknownSettlement)?;
                if it.state != SettlementState::HeldBack {
                    return Err(Reject::WrongState.into());
                }
                if lots.is_zero() || lots > it.delivered {
                    let available = Some(u64::from(it.delivered.0));
                    return Err(Rejection { reject: Reject::InvalidRuling, available });
                }
                self.claw_back(it, lots, events);
            }
            SettlementCommand::Contribute { amount } => self.ledger.contribute(amount)?,
            SettlementCommand::SetTerms(terms) => {
                if !terms.fit() {
                    return Err(Reject::InvalidTerms.into());
                }
                self.settlements.terms = terms;
                events.push(Event::TermsSet(Box::new(terms)));
            }
        }
        Ok(Reply::Done)
    }

    /// A settlement that has not ended, of which an account is a party. Another's is as unknown as one that never was.
    fn own_settlement(&self, account: AccountId, settlement: SettlementId) -> Result<Settlement, Reject> {
        self.known(account)?;
        let own = self.settlements.get(settlement).filter(|it| it.buyer == account || it.seller == account);
        own.copied().ok_or(Reject::UnknownSettlement)
    }

    /// A settlement that waits for this buyer's word.
    fn to_verify(&self, account: AccountId, settlement: SettlementId) -> Result<Settlement, Reject> {
        let it = self.own_settlement(account, settlement)?;
        if it.buyer != account {
            return Err(Reject::WrongParty);
        }
        if it.state == SettlementState::Verifying { Ok(it) } else { Err(Reject::WrongState) }
    }

    /// A fill whose seller's lots are promised: the buyer's money goes to its escrow, and the seller's clock begins.
    #[cold]
    pub(crate) fn settle_later(&mut self, deal: &Deal, sold: &Sold, price: Price, events: &mut Vec<Event>) {
        let buyer = deal.buyer;
        self.ledger.shift(Purse::Reserved(buyer), Purse::Escrow(buyer), deal.notional + deal.buyer_fee);
        self.ledger.shift(Purse::Reserved(buyer), Purse::Available(buyer), deal.buyer_release);
        let sale = Sale {
            buyer,
            instrument: sold.promise.instrument,
            price,
            lots: deal.lots,
            notional: deal.notional,
            buyer_fee: deal.buyer_fee,
            seller_fee: deal.seller_fee,
        };
        self.keep_later(sold.promise.account, &sale);
        // What the fill told is not so yet.
        let (instrument, lots) = (sale.instrument, i64::from(sale.lots.0));
        let trade = TradeId(self.last_trade);
        let paid = i128::from((deal.notional + deal.buyer_fee).0);
        let proceeds = i128::from((deal.notional - deal.seller_fee).0);
        moved(buyer, MovementKind::Deferred, paid, (instrument, -lots), trade, events);
        moved(deal.seller, MovementKind::Deferred, -proceeds, (instrument, lots), trade, events);
        self.begin(&sale, sold, events);
    }

    /// Begins the settlement of the last trade. The buyer's money is in its escrow already; the seller's bond and lots are
    /// still set aside for its order.
    pub(crate) fn begin(&mut self, sale: &Sale, sold: &Sold, events: &mut Vec<Event>) {
        let promise = sold.promise;
        let seller = promise.account;
        self.ledger.shift(Purse::Reserved(seller), Purse::Escrow(seller), sold.bond);
        let lots = u64::from(sale.lots.0);
        self.ledger.move_lots((promise, Shelf::Reserved), (promise, Shelf::Escrow), lots);
        let terms = &self.settlements.terms;
        let days = if promise.level == Level::Attested { terms.attested_days } else { terms.documented_days };
        self.settlements.last = SettlementId(self.settlements.last.0 + 1);
        let mut it = Settlement {
            settlement: self.settlements.last,
            trade: TradeId(self.last_trade),
            buyer: sale.buyer,
            seller,
            instrument: sale.instrument,
            level: promise.level,
            price: sale.price,
            lots: sale.lots,
            delivered: Lots::ZERO,
            covered: Lots::ZERO,
            refunded: Lots::ZERO,
            escrow: sale.notional,
            buyer_fee: sale.buyer_fee,
            seller_fee: sale.seller_fee,
            bond: sold.bond,
            held_back: Cash::ZERO,
            state: SettlementState::Delivering,
            due: None,
            tries: 0,
            evidence: None,
            dispute: None,
        };
        self.wait(&mut it, Some(business_days_after(self.now, days)));
        self.tell_step(it, SettlementStep::Matched, events);
    }

    /// Sets when the next timer of a settlement is due, in place of the one that was.
    fn wait(&mut self, it: &mut Settlement, due: Option<Timestamp>) {
        if let Some(due) = it.due.take() {
            self.timers.disarm(due, Due::Settlement(it.settlement));
        }
        if let Some(due) = due {
            self.timers.arm(due, Due::Settlement(it.settlement));
        }
        it.due = due;
    }

    pub(crate) fn tell_step(&mut self, it: Settlement, step: SettlementStep, events: &mut Vec<Event>) {
        self.settlements.put(it);
        events.push(Event::Settlement(Box::new(SettlementTold { step, settlement: it })));
    }

    /// A settlement's timer is due.
    pub(crate) fn settlement_due(&mut self, settlement: SettlementId, events: &mut Vec<Event>) {
        let mut it = *self.settlements.get(settlement).expect("an ended settlement's timer is disarmed");
        it.due = None;
        match it.state {
            SettlementState::Delivering => {
                it.state = SettlementState::Late;
                let grace = u64::from(self.settlements.terms.grace_seconds);
                self.wait(&mut it, Some(self.now.plus_seconds(grace)));
                self.tell_step(it, SettlementStep::Late, events);
            }
            SettlementState::Late => {
                it.state = SettlementState::BuyIn;
                self.tell_step(it, SettlementStep::BuyIn, events);
                self.try_buy_in(it, events);
            }
            SettlementState::BuyIn => self.try_buy_in(it, events),
            SettlementState::Verifying => self.settle_part(it, it.open(), SettlementStep::Unanswered, events),
            SettlementState::HeldBack => self.release_held_back(it, events),
            state => unreachable!("a settlement that is {} waits for nothing", state.name()),
        }
    }

    /// Settles so many lots of a delivery and refunds the others, with the penalty for them.
    fn settle_part(&mut self, mut it: Settlement, lots: Lots, step: SettlementStep, events: &mut Vec<Event>) {
        self.wait(&mut it, None);
        self.settle_lots(&mut it, lots, events);
        let rest = it.open();
        if !rest.is_zero() {
            let failed = self.sale_of(&it, rest);
            self.refund(&mut it, rest, events);
            let penalty = self.penalty(failed);
            let buyer = Purse::Available(it.buyer);
            self.charge(&mut it, penalty, buyer, MovementKind::Penalty, events);
        }
        self.free_bond(&mut it);
        if it.delivered.is_zero() {
            it.state = SettlementState::Refunded;
        } else {
            it.state = SettlementState::HeldBack;
            let seconds = u64::from(self.settlements.terms.hold_back_days) * DAY_SECONDS;
            self.wait(&mut it, Some(self.now.plus_seconds(seconds)));
        }
        self.tell_step(it, step, events);
    }

    /// What so many lots cost at a settlement's price.
    pub(crate) fn sale_of(&self, it: &Settlement, lots: Lots) -> Cash {
        let unit_value = self.listed[it.instrument.0 as usize].unit_value;
        it.price.notional(lots, unit_value).expect("a settlement's notional is bounded")
    }

    fn settle_lots(&mut self, it: &mut Settlement, lots: Lots, events: &mut Vec<Event>) {
        if lots.is_zero() {
            return;
        }
        let (notional, open) = (self.sale_of(it, lots), it.open());
        let (buyer_fee, seller_fee) = (share(it.buyer_fee, lots, open), share(it.seller_fee, lots, open));
        let proceeds = notional - seller_fee;
        let terms = &self.settlements.terms;
        let good = self.settlements.good.get(&it.seller).copied().unwrap_or(0);
        let bp = if good >= u32::from(terms.trusted_after) { terms.hold_back_bp } else { terms.new_hold_back_bp };
        let held_back = basis_points(bp, notional).min(proceeds);
        let escrow = Purse::Escrow(it.buyer);
        self.ledger.shift(escrow, Purse::Escrow(it.seller), held_back);
        self.ledger.shift(escrow, Purse::Available(it.seller), proceeds - held_back);
        self.earn(escrow, buyer_fee + seller_fee);
        let promise = |account| Promise { account, instrument: it.instrument, level: it.level };
        let (from, to) = ((promise(it.seller), Shelf::Escrow), (promise(it.buyer), Shelf::Available));
        self.ledger.move_lots(from, to, u64::from(lots.0));
        it.delivered = it.delivered + lots;
        it.escrow = it.escrow - notional;
        it.buyer_fee = it.buyer_fee - buyer_fee;
        it.seller_fee = it.seller_fee - seller_fee;
        it.held_back = it.held_back + held_back;
        let amount = i64::from(lots.0);
        let paid = i128::from((notional + buyer_fee).0);
        moved(it.buyer, MovementKind::Settled, -paid, (it.instrument, amount), it.trade, events);
        moved(it.seller, MovementKind::Settled, i128::from(proceeds.0), (it.instrument, -amount), it.trade, events);
    }

    /// The venue earns a fee of a trade that settles later; the default fund has its share.
    pub(crate) fn earn(&mut self, from: Purse, fee: Cash) {
        let bp = self.settlements.terms.fund_fee_bp;
        let part = Cash(u64::try_from(u128::from(fee.0) * u128::from(bp) / 10_000).expect("a share of a fee"));
        self.ledger.shift(from, Purse::Fund, part);
        self.ledger.shift(from, Purse::Fees, fee - part);
    }

    /// The buyer has its money back for lots that were not delivered: price and fee. The lots are written off.
    pub(crate) fn refund(&mut self, it: &mut Settlement, lots: Lots, events: &mut Vec<Event>) {
        let (notional, open) = (self.sale_of(it, lots), it.open());
        let (buyer_fee, seller_fee) = (share(it.buyer_fee, lots, open), share(it.seller_fee, lots, open));
        self.ledger.shift(Purse::Escrow(it.buyer), Purse::Available(it.buyer), notional + buyer_fee);
        it.refunded = it.refunded + lots;
        it.escrow = it.escrow - notional;
        it.buyer_fee = it.buyer_fee - buyer_fee;
        it.seller_fee = it.seller_fee - seller_fee;
        self.write_off(it, lots, events);
    }

    /// Lots that were sold and not delivered are not there.
    pub(crate) fn write_off(&mut self, it: &Settlement, lots: Lots, events: &mut Vec<Event>) {
        let promise = Promise { account: it.seller, instrument: it.instrument, level: it.level };
        self.ledger.lose_promised(promise, Shelf::Escrow, u64::from(lots.0));
        moved(it.seller, MovementKind::WrittenOff, 0, (it.instrument, -i64::from(lots.0)), it.trade, events);
    }

    /// The penalty for what failed.
    pub(crate) fn penalty(&self, failed: Cash) -> Cash {
        let terms = &self.settlements.terms;
        basis_points(terms.penalty_bp, failed).max(terms.penalty_min)
    }

    /// What is left of a bond is the seller's again.
    pub(crate) fn free_bond(&mut self, it: &mut Settlement) {
        let bond = std::mem::take(&mut it.bond);
        self.ledger.shift(Purse::Escrow(it.seller), Purse::Available(it.seller), bond);
    }

    fn release_held_back(&mut self, mut it: Settlement, events: &mut Vec<Event>) {
        let held_back = std::mem::take(&mut it.held_back);
        self.ledger.shift(Purse::Escrow(it.seller), Purse::Available(it.seller), held_back);
        it.state = SettlementState::Final;
        if it.refunded.is_zero() {
            let good = self.settlements.good.entry(it.seller).or_insert(0);
            *good = good.saturating_add(1);
        }
        self.tell_step(it, SettlementStep::Released, events);
    }

    /// The provider took delivered lots back: the buyer has their price back, out of what is held back first.
    fn claw_back(&mut self, mut it: Settlement, lots: Lots, events: &mut Vec<Event>) {
        let price = self.sale_of(&it, lots);
        let buyer = Purse::Available(it.buyer);
        let held_back = it.held_back.min(price);
        it.held_back = it.held_back - held_back;
        self.ledger.shift(Purse::Escrow(it.seller), buyer, held_back);
        let (kind, none) = (MovementKind::ClawedBack, (it.instrument, 0));
        moved(it.seller, kind, -i128::from(held_back.0), none, it.trade, events);
        moved(it.buyer, kind, i128::from(held_back.0), none, it.trade, events);
        let owed = self.charge(&mut it, price - held_back, buyer, kind, events);
        let promise = Promise { account: it.buyer, instrument: it.instrument, level: it.level };
        let gone = self.ledger.promised(promise).0.min(u64::from(lots.0));
        self.ledger.lose_promised(promise, Shelf::Available, gone);
        let gone = i64::try_from(gone).expect("at most the settlement's lots");
        moved(it.buyer, kind, 0, (it.instrument, -gone), it.trade, events);
        it.delivered = it.delivered - lots;
        it.refunded = it.refunded + lots;
        if it.delivered.is_zero() {
            self.wait(&mut it, None);
            let held_back = std::mem::take(&mut it.held_back);
            self.ledger.shift(Purse::Escrow(it.seller), Purse::Available(it.seller), held_back);
            it.state = if owed == Cash::ZERO { SettlementState::ClawedBack } else { SettlementState::Lost };
        }
        self.tell_step(it, SettlementStep::ClawedBack { lots }, events);
    }

    /// Tries to buy in what is open, and decides what comes next.
    fn try_buy_in(&mut self, mut it: Settlement, events: &mut Vec<Event>) {
        let terms = self.settlements.terms;
        let symbol = &self.listed[it.instrument.0 as usize].spec.symbol;
        let cutoff = symbol.credit().and_then(|credit| before_month_end(credit.expiry, terms.cutoff_days));
        it.tries += 1;
        let in_time = cutoff.is_none_or(|cutoff| self.now < cutoff);
        if in_time {
            self.cover(&mut it, events);
        }
        if it.open().is_zero() || !in_time || it.tries >= terms.tries {
            self.end_buy_in(it, events);
            return;
        }
        let next = self.now.plus_seconds(u64::from(terms.retry_seconds));
        self.wait(&mut it, Some(cutoff.map_or(next, |cutoff| cutoff.min(next))));
        self.tell_step(it, SettlementStep::Uncovered, events);
    }

    /// What was not bought in is refunded, and the penalty is charged: of what was bought in the buyer has its share and the
    /// fund the rest, of what was not the buyer has all.
    fn end_buy_in(&mut self, mut it: Settlement, events: &mut Vec<Event>) {
        let (open, failed) = (it.open(), it.open() + it.covered);
        let penalty = self.penalty(self.sale_of(&it, failed));
        let compensation = share(penalty, open, failed);
        let of_covered = penalty - compensation;
        let bp = u128::from(self.settlements.terms.penalty_buyer_bp);
        let buyers = Cash(u64::try_from(u128::from(of_covered.0) * bp / 10_000).expect("a share of a penalty"));
        if !open.is_zero() {
            self.refund(&mut it, open, events);
        }
        let (buyer, kind) = (Purse::Available(it.buyer), MovementKind::Penalty);
        self.charge(&mut it, compensation + buyers, buyer, kind, events);
        self.charge(&mut it, of_covered - buyers, Purse::Fund, kind, events);
        self.free_bond(&mut it);
        let (state, step) = if open.is_zero() {
            (SettlementState::Covered, SettlementStep::Closed)
        } else {
            (SettlementState::Compensated, SettlementStep::Compensated)
        };
        it.state = state;
        self.tell_step(it, step, events);
    }

    /// Whether what is in escrow is what the settlements say. O(n): for tests, the simulator and snapshots.
    ///
    /// # Errors
    /// What does not add up.
    pub(crate) fn settlements_add_up(&self) -> Result<(), &'static str> {
        let (mut cash, mut lots) = (BTreeMap::<AccountId, u128>::new(), BTreeMap::<Promise, u64>::new());
        for it in self.settlements.iter() {
            let unit_value = self.listed[it.instrument.0 as usize].unit_value;
            if it.price.notional(it.open(), unit_value) != Some(it.escrow) {
                return Err("a buyer's escrow is not the price of what is open");
            }
            *cash.entry(it.buyer).or_default() += u128::from(it.escrow.0) + u128::from(it.buyer_fee.0);
            *cash.entry(it.seller).or_default() += u128::from(it.bond.0) + u128::from(it.held_back.0);
            let promise = Promise { account: it.seller, instrument: it.instrument, level: it.level };
            *lots.entry(promise).or_default() += u64::from(it.open().0);
            if it.state.is_end() {
                return Err("a settlement that has ended is kept");
            }
        }
        for balance in self.ledger.balances() {
            match balance {
                Changed::Escrow(it) if cash.remove(&it.account).unwrap_or(0) != u128::from(it.escrow.0) => {
                    return Err("cash in escrow is not what settlements say");
                }
                Changed::Promised(it) => {
                    let promise = Promise { account: it.account, instrument: it.instrument, level: it.level };
                    if lots.remove(&promise).unwrap_or(0) != it.escrow {
                        return Err("lots in escrow are not what settlements say");
                    }
                }
                _ => {}
            }
        }
        let nothing_left = cash.values().all(|&cents| cents == 0) && lots.values().all(|&lots| lots == 0);
        if nothing_left { Ok(()) } else { Err("a settlement's escrow is not there") }
    }
}
