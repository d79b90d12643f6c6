//! What trades that settle later have set aside, and what is owed when they fail.
//!
//! Cash has three more places: an account's escrow, the default fund, and nothing else: a debt is no money but a claim, kept
//! beside it. Lots that their owner keeps are *promised*: registered from outside at a level, then free, set aside for an
//! order, or in escrow for a sale that has not settled; a sale that settles moves them to the buyer at their level, one
//! that fails writes them off.

use crate::Ledger;
use crate::balance::Changed;
use std::collections::{BTreeMap, BTreeSet};
use unspent_model::{AccountId, Cash, Claim, EscrowBalance, InstrumentId, Level, PromisedBalance, SettlementId};

/// Where money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purse {
    /// An account's free cash.
    Available(AccountId),
    /// An account's cash set aside for its open orders.
    Reserved(AccountId),
    /// An account's cash in escrow for trades that settle later.
    Escrow(AccountId),
    /// What the venue earned.
    Fees,
    /// The default fund.
    Fund,
}

/// Where promised lots are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Free to sell.
    Available,
    /// Set aside for open sell orders.
    Reserved,
    /// Sold and not settled.
    Escrow,
}

/// Whose promised lots, of what, at which level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Promise {
    /// Whose.
    pub account: AccountId,
    /// Of what.
    pub instrument: InstrumentId,
    /// Documented or attested.
    pub level: Level,
}

/// Promised lots in their three places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shelves {
    pub available: u64,
    pub reserved: u64,
    pub escrow: u64,
}

impl Shelves {
    pub fn sum(self) -> u64 {
        self.available + self.reserved + self.escrow
    }

    fn on(&mut self, shelf: Shelf) -> &mut u64 {
        match shelf {
            Shelf::Available => &mut self.available,
            Shelf::Reserved => &mut self.reserved,
            Shelf::Escrow => &mut self.escrow,
        }
    }
}

/// What a buyer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waits {
    pub debtor: AccountId,
    pub creditor: AccountId,
    pub amount: u64,
}

/// A balance that the current command changed. They are told in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TouchAside {
    Escrow(AccountId),
    Promised(Promise),
    Fund,
    /// What a debtor owes to a settlement's buyer.
    Buyer(SettlementId, AccountId, AccountId),
    /// What a debtor owes to the fund.
    ToFund(AccountId),
}

/// All of it. Entries that are nothing are not kept.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    pub escrow: BTreeMap<AccountId, u64>,
    pub fund: u64,
    pub promised: BTreeMap<Promise, Shelves>,
    /// Promised lots that were registered, and those that were withdrawn or written off, by instrument.
    pub registered: BTreeMap<InstrumentId, (u64, u64)>,
    /// What buyers wait for, oldest settlement first.
    pub waiting: BTreeMap<SettlementId, Waits>,
    /// The same by who owes it.
    pub owing: BTreeSet<(AccountId, SettlementId)>,
    /// What is owed to the fund, by who owes it.
    pub to_fund: BTreeMap<AccountId, u64>,
    pub touched: BTreeSet<TouchAside>,
}

/// Adds to an entry that is kept only while it is something.
fn change<K: Ord + Copy>(map: &mut BTreeMap<K, u64>, key: K, change: impl FnOnce(u64) -> u64) {
    let after = change(map.get(&key).copied().unwrap_or(0));
    if after == 0 {
        map.remove(&key);
    } else {
        map.insert(key, after);
    }
}

impl Ledger {
    /// An account's cash in escrow.
    #[must_use]
    pub fn escrow(&self, account: AccountId) -> Cash {
        Cash(self.aside.escrow.get(&account).copied().unwrap_or(0))
    }

    /// What the default fund has.
    #[must_use]
    pub fn fund(&self) -> Cash {
        Cash(self.aside.fund)
    }

    /// What an account owes, to buyers and to the fund.
    #[must_use]
    pub fn debt(&self, account: AccountId) -> Cash {
        let to_buyers = self.owed_by(account).map(|(_, waits)| waits.amount).sum::<u64>();
        Cash(to_buyers + self.aside.to_fund.get(&account).copied().unwrap_or(0))
    }

    /// What an account owes to buyers, oldest settlement first.
    fn owed_by(&self, debtor: AccountId) -> impl Iterator<Item = (SettlementId, Waits)> + '_ {
        let all = (debtor, SettlementId(0))..=(debtor, SettlementId(u64::MAX));
        self.aside.owing.range(all).map(|&(_, settlement)| (settlement, self.aside.waiting[&settlement]))
    }

    /// What is owed: to buyers, oldest settlement first, then to the fund, by who owes it.
    pub fn claims(&self) -> impl Iterator<Item = Claim> + '_ {
        let to_buyers = self.aside.waiting.iter().map(|(&settlement, waits)| Claim {
            debtor: waits.debtor,
            settlement: Some(settlement),
            creditor: Some(waits.creditor),
            amount: Cash(waits.amount),
        });
        let to_fund = self.aside.to_fund.iter().map(|(&debtor, &amount)| Claim {
            debtor,
            settlement: None,
            creditor: None,
            amount: Cash(amount),
        });
        to_buyers.chain(to_fund)
    }

    /// Moves money from one place to another.
    ///
    /// # Panics
    /// When it is not there: the engine decided wrongly, and nothing may go on.
    pub fn shift(&mut self, from: Purse, to: Purse, amount: Cash) {
        if amount == Cash::ZERO || from == to {
            return;
        }
        let before = self.purse(from);
        let after = before.checked_sub(amount).unwrap_or_else(|| panic!("{from:?} has {before} and pays {amount}"));
        self.set_purse(from, after);
        self.set_purse(to, self.purse(to) + amount);
    }

    /// What is in a place.
    #[must_use]
    pub fn purse(&self, purse: Purse) -> Cash {
        match purse {
            Purse::Available(account) => self.cash(account).0,
            Purse::Reserved(account) => self.cash(account).1,
            Purse::Escrow(account) => self.escrow(account),
            Purse::Fees => self.fees(),
            Purse::Fund => self.fund(),
        }
    }

    fn set_purse(&mut self, purse: Purse, amount: Cash) {
        match purse {
            Purse::Available(account) => {
                self.cash_of(account).available = amount.0;
                self.touch_cash(account);
            }
            Purse::Reserved(account) => {
                self.cash_of(account).reserved = amount.0;
                self.touch_cash(account);
            }
            Purse::Escrow(account) => {
                change(&mut self.aside.escrow, account, |_| amount.0);
                self.aside.touched.insert(TouchAside::Escrow(account));
            }
            Purse::Fees => self.set_fees(amount),
            Purse::Fund => {
                self.aside.fund = amount.0;
                self.aside.touched.insert(TouchAside::Fund);
            }
        }
    }

    /// Money for the default fund arrives from outside.
    ///
    /// # Errors
    /// [`unspent_model::Reject::AmountOutOfRange`] when it is nothing, or beyond what the venue may have.
    pub fn contribute(&mut self, amount: Cash) -> Result<(), unspent_model::Reject> {
        self.money_in(amount)?;
        self.set_purse(Purse::Fund, self.fund() + amount);
        Ok(())
    }

    /// Promised lots: available, reserved and in escrow; zero when there never were any.
    #[must_use]
    pub fn promised(&self, promise: Promise) -> (u64, u64, u64) {
        let lots = self.aside.promised.get(&promise).copied().unwrap_or_default();
        (lots.available, lots.reserved, lots.escrow)
    }

    /// An account's promised lots of every instrument and level, in that order.
    pub fn promises(&self, account: AccountId) -> impl Iterator<Item = PromisedBalance> + '_ {
        let bound = |instrument, level| Promise { account, instrument, level };
        let all = bound(InstrumentId(0), Level::Declared)..=bound(InstrumentId(u32::MAX), Level::Custody);
        self.aside.promised.range(all).map(|(&promise, &lots)| told(promise, lots))
    }

    /// Credits that their owner keeps are registered: they may be sold, and are delivered later.
    ///
    /// # Errors
    /// [`unspent_model::Reject::AmountOutOfRange`] as for a deposit of lots.
    ///
    /// # Panics
    /// When the level is not one of promised lots.
    pub fn register_lots(&mut self, promise: Promise, lots: u64) -> Result<(), unspent_model::Reject> {
        assert!(promise.level.is_promised(), "{:?} lots are not promised", promise.level);
        let held = self.aside.promised.get(&promise).copied().unwrap_or_default().sum();
        let (registered, gone) = self.aside.registered.get(&promise.instrument).copied().unwrap_or((0, 0));
        let fits = |sum: Option<u64>, most: u64| sum.is_some_and(|sum| sum <= most);
        if lots == 0
            || !fits(lots.checked_add(held), unspent_model::limits::ACCOUNT_LOTS)
            || !fits(lots.checked_add(registered), crate::ledger::VENUE_LOTS)
        {
            return Err(unspent_model::Reject::AmountOutOfRange);
        }
        self.aside.registered.insert(promise.instrument, (registered + lots, gone));
        self.put(promise, Shelf::Available, lots);
        Ok(())
    }

    /// Takes back a registration of lots that are free.
    ///
    /// # Errors
    /// [`unspent_model::Reject::AmountOutOfRange`] when that is none or more than are free.
    pub fn unregister_lots(&mut self, promise: Promise, lots: u64) -> Result<(), unspent_model::Reject> {
        if lots == 0 || lots > self.promised(promise).0 {
            return Err(unspent_model::Reject::AmountOutOfRange);
        }
        self.lose_promised(promise, Shelf::Available, lots);
        Ok(())
    }

    /// Promised lots are no longer there.
    ///
    /// # Panics
    /// When they are not where they are taken from.
    pub fn lose_promised(&mut self, promise: Promise, shelf: Shelf, lots: u64) {
        self.take(promise, shelf, lots);
        self.aside.registered.entry(promise.instrument).or_default().1 += lots;
    }

    /// Moves promised lots from one place to another, of the same instrument and level.
    ///
    /// # Panics
    /// When they are not there.
    pub fn move_lots(&mut self, from: (Promise, Shelf), to: (Promise, Shelf), lots: u64) {
        assert_eq!(
            (from.0.instrument, from.0.level),
            (to.0.instrument, to.0.level),
            "promised lots are of another instrument or level"
        );
        self.take(from.0, from.1, lots);
        self.put(to.0, to.1, lots);
    }

    fn put(&mut self, promise: Promise, shelf: Shelf, lots: u64) {
        if lots == 0 {
            return;
        }
        *self.aside.promised.entry(promise).or_default().on(shelf) += lots;
        self.aside.touched.insert(TouchAside::Promised(promise));
    }

    fn take(&mut self, promise: Promise, shelf: Shelf, lots: u64) {
        if lots == 0 {
            return;
        }
        let mut held = self.aside.promised.get(&promise).copied().unwrap_or_default();
        let there = held.on(shelf);
        assert!(lots <= *there, "taking {lots} of {there} promised lots");
        *there -= lots;
        if held.sum() == 0 {
            self.aside.promised.remove(&promise);
        } else {
            self.aside.promised.insert(promise, held);
        }
        self.aside.touched.insert(TouchAside::Promised(promise));
    }

    /// A debtor owes a settlement's buyer, or with no buyer the fund, so much more.
    ///
    /// # Panics
    /// When another settlement's buyer or debtor is named than before.
    pub fn owe(&mut self, debtor: AccountId, buyer: Option<(SettlementId, AccountId)>, amount: Cash) {
        // Nobody owes anything to itself: an uncross may have one account on both sides.
        if amount == Cash::ZERO || buyer.is_some_and(|(_, creditor)| creditor == debtor) {
            return;
        }
        let touch = match buyer {
            Some((settlement, creditor)) => {
                let waits = self.aside.waiting.entry(settlement).or_insert(Waits { debtor, creditor, amount: 0 });
                assert_eq!((waits.debtor, waits.creditor), (debtor, creditor), "a claim of another's");
                waits.amount += amount.0;
                self.aside.owing.insert((debtor, settlement));
                TouchAside::Buyer(settlement, debtor, creditor)
            }
            None => {
                change(&mut self.aside.to_fund, debtor, |owed| owed + amount.0);
                TouchAside::ToFund(debtor)
            }
        };
        self.aside.touched.extend([touch, TouchAside::Escrow(debtor)]);
        // What it has free is looked at at the command's end.
        self.touch_cash(debtor);
    }

    /// Less is owed to a settlement's buyer.
    fn less_to_buyer(&mut self, settlement: SettlementId, amount: u64) {
        let waits = self.aside.waiting.get_mut(&settlement).expect("a claim that is paid is there");
        waits.amount -= amount;
        let Waits { debtor, creditor, amount: left } = *waits;
        if left == 0 {
            self.aside.waiting.remove(&settlement);
            self.aside.owing.remove(&(debtor, settlement));
        }
        self.aside.touched.extend([TouchAside::Buyer(settlement, debtor, creditor), TouchAside::Escrow(debtor)]);
    }

    /// Ends a command: what debtors have free pays what they owe, to buyers by the age of their settlements and then to the
    /// fund; what the fund has pays the buyers that wait, by the age of their settlements, and is owed to it instead.
    /// Afterwards no debtor has free cash, and while a buyer waits the fund has nothing.
    ///
    /// The debtor with the smallest number pays first. Each payment is told: from where to where, and how much.
    pub fn collect(&mut self, mut tell: impl FnMut(Purse, Purse, Cash)) {
        let mut looked_at: BTreeSet<AccountId> = self.touched_cash().into_iter().collect();
        loop {
            while let Some(debtor) = looked_at.pop_first() {
                self.pay_debts(debtor, &mut looked_at, &mut tell);
            }
            let Some((&settlement, &waits)) = self.aside.waiting.first_key_value() else { return };
            let paid = waits.amount.min(self.aside.fund);
            if paid == 0 {
                return;
            }
            self.shift(Purse::Fund, Purse::Available(waits.creditor), Cash(paid));
            tell(Purse::Fund, Purse::Available(waits.creditor), Cash(paid));
            self.less_to_buyer(settlement, paid);
            self.owe(waits.debtor, None, Cash(paid));
            looked_at.insert(waits.creditor);
        }
    }

    /// Whether anybody owes anything.
    #[must_use]
    #[inline]
    pub fn has_debts(&self) -> bool {
        !self.aside.to_fund.is_empty() || !self.aside.waiting.is_empty()
    }

    fn pay_debts(
        &mut self,
        debtor: AccountId,
        paid_now: &mut BTreeSet<AccountId>,
        tell: &mut impl FnMut(Purse, Purse, Cash),
    ) {
        loop {
            let oldest = self.owed_by(debtor).next();
            let Some((settlement, waits)) = oldest else { break };
            let paid = waits.amount.min(self.cash(debtor).0.0);
            if paid == 0 {
                return;
            }
            self.less_to_buyer(settlement, paid);
            self.shift(Purse::Available(debtor), Purse::Available(waits.creditor), Cash(paid));
            tell(Purse::Available(debtor), Purse::Available(waits.creditor), Cash(paid));
            paid_now.insert(waits.creditor);
        }
        let owed = self.aside.to_fund.get(&debtor).copied().unwrap_or(0);
        let paid = owed.min(self.cash(debtor).0.0);
        if paid > 0 {
            change(&mut self.aside.to_fund, debtor, |owed| owed - paid);
            self.shift(Purse::Available(debtor), Purse::Fund, Cash(paid));
            tell(Purse::Available(debtor), Purse::Fund, Cash(paid));
            self.aside.touched.extend([TouchAside::ToFund(debtor), TouchAside::Escrow(debtor)]);
        }
    }

    /// Tells what the command changed here, once each.
    #[inline]
    pub(crate) fn drain_aside(&mut self, each: impl FnMut(Changed)) {
        if !self.aside.touched.is_empty() {
            self.drain_touched(each);
        }
    }

    #[cold]
    fn drain_touched(&mut self, mut each: impl FnMut(Changed)) {
        for touch in std::mem::take(&mut self.aside.touched) {
            each(match touch {
                TouchAside::Escrow(account) => Changed::Escrow(self.escrow_of(account)),
                TouchAside::Promised(promise) => {
                    Changed::Promised(told(promise, self.aside.promised.get(&promise).copied().unwrap_or_default()))
                }
                TouchAside::Fund => Changed::Fund(self.fund()),
                TouchAside::Buyer(settlement, debtor, creditor) => {
                    let amount = self.aside.waiting.get(&settlement).map_or(0, |waits| waits.amount);
                    let (settlement, creditor) = (Some(settlement), Some(creditor));
                    Changed::Claim(Claim { debtor, settlement, creditor, amount: Cash(amount) })
                }
                TouchAside::ToFund(debtor) => {
                    let amount = Cash(self.aside.to_fund.get(&debtor).copied().unwrap_or(0));
                    Changed::Claim(Claim { debtor, settlement: None, creditor: None, amount })
                }
            });
        }
    }

    fn escrow_of(&self, account: AccountId) -> EscrowBalance {
        EscrowBalance { account, escrow: self.escrow(account), debt: self.debt(account) }
    }

    /// Everything that is not nothing: escrow and debt by account, promised lots, the fund, what is owed.
    pub(crate) fn balances_aside(&self) -> impl Iterator<Item = Changed> + '_ {
        let mut accounts: BTreeSet<AccountId> = self.aside.escrow.keys().copied().collect();
        accounts.extend(self.aside.to_fund.keys().copied());
        accounts.extend(self.aside.owing.iter().map(|&(debtor, _)| debtor));
        let escrow = accounts.into_iter().map(|account| Changed::Escrow(self.escrow_of(account)));
        let promised = self.aside.promised.iter().map(|(&promise, &lots)| Changed::Promised(told(promise, lots)));
        let fund = (self.aside.fund > 0).then(|| Changed::Fund(self.fund()));
        escrow.chain(promised).chain(fund).chain(self.claims().map(Changed::Claim))
    }

    /// Promised lots of an instrument that were ever registered, and those that are gone again.
    pub fn registered(&self) -> impl Iterator<Item = (InstrumentId, u64, u64)> + '_ {
        self.aside.registered.iter().map(|(&instrument, &(registered, gone))| (instrument, registered, gone))
    }

    /// Money in escrow and in the fund, for who adds everything up.
    pub(crate) fn cash_aside(&self) -> u128 {
        self.aside.escrow.values().map(|&cents| u128::from(cents)).sum::<u128>() + u128::from(self.aside.fund)
    }

    /// Whether promised lots are what was registered less what is gone, and every claim has its two sides.
    pub(crate) fn conserved_aside(&self) -> Result<(), &'static str> {
        let mut held: BTreeMap<InstrumentId, u128> = BTreeMap::new();
        for (promise, lots) in &self.aside.promised {
            *held.entry(promise.instrument).or_default() += u128::from(lots.sum());
        }
        for (instrument, &(registered, gone)) in &self.aside.registered {
            let left = registered.checked_sub(gone).ok_or("more promised lots are gone than were registered")?;
            if held.remove(instrument).unwrap_or(0) != u128::from(left) {
                return Err("promised lots were made or lost");
            }
        }
        if !held.is_empty() {
            return Err("promised lots that were never registered");
        }
        let both = self.aside.waiting.iter().map(|(&settlement, waits)| (waits.debtor, settlement));
        if !both.collect::<BTreeSet<_>>().eq(&self.aside.owing) {
            return Err("a claim without its debtor");
        }
        Ok(())
    }

    /// Whether the last command was ended by [`Ledger::collect`]: no debtor has free cash, and while a buyer waits the fund has
    /// nothing.
    #[must_use]
    pub fn is_collected(&self) -> bool {
        let mut debtors = self.claims().map(|claim| claim.debtor);
        debtors.all(|debtor| self.cash(debtor).0 == Cash::ZERO)
            && (self.aside.waiting.is_empty() || self.aside.fund == 0)
    }

    /// Says what is in escrow of an account's, and nothing else of it, to a ledger that is being restored. `false`, and nothing
    /// is changed, when it was said.
    #[must_use]
    pub fn restore_escrow(&mut self, account: AccountId, escrow: Cash) -> bool {
        let new = escrow != Cash::ZERO && !self.aside.escrow.contains_key(&account);
        if new {
            self.aside.escrow.insert(account, escrow.0);
        }
        new
    }

    /// Says what the fund has, as [`Ledger::restore_escrow`] does.
    pub fn restore_fund(&mut self, fund: Cash) {
        self.aside.fund = fund.0;
    }

    /// Says what was registered of an instrument and what of that is gone, as [`Ledger::restore_escrow`] does.
    #[must_use]
    pub fn restore_registered(&mut self, instrument: InstrumentId, registered: u64, gone: u64) -> bool {
        let fits = gone <= registered && registered > 0 && registered <= crate::ledger::VENUE_LOTS;
        fits && self.aside.registered.insert(instrument, (registered, gone)).is_none()
    }

    /// Says what is promised, with nothing set aside for orders, as [`Ledger::restore_escrow`] does.
    #[must_use]
    pub fn restore_promised(&mut self, promise: Promise, available: u64, escrow: u64) -> bool {
        let lots = Shelves { available, reserved: 0, escrow };
        let some = available.checked_add(escrow).is_some_and(|sum| sum > 0);
        some && promise.level.is_promised() && self.aside.promised.insert(promise, lots).is_none()
    }

    /// Says what is owed, as [`Ledger::restore_escrow`] does.
    #[must_use]
    pub fn restore_claim(&mut self, claim: &Claim) -> bool {
        let new = match (claim.settlement, claim.creditor) {
            (Some(settlement), Some(_)) => !self.aside.waiting.contains_key(&settlement),
            (None, None) => !self.aside.to_fund.contains_key(&claim.debtor),
            _ => false,
        };
        if new && claim.amount != Cash::ZERO {
            self.owe(claim.debtor, claim.settlement.zip(claim.creditor), claim.amount);
        }
        new && claim.amount != Cash::ZERO
    }
}

fn told(promise: Promise, lots: Shelves) -> PromisedBalance {
    let Promise { account, instrument, level } = promise;
    let Shelves { available, reserved, escrow } = lots;
    PromisedBalance { account, instrument, level, available, reserved, escrow }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::Reject;

    const A: AccountId = AccountId(0);
    const B: AccountId = AccountId(1);
    const C: AccountId = AccountId(2);

    fn ledger() -> Ledger {
        let mut ledger = Ledger::new();
        for cents in [1_000, 500, 0] {
            ledger.open_account();
            let account = AccountId(ledger.accounts_count() - 1);
            if cents > 0 {
                ledger.deposit_cash(account, Cash(cents)).unwrap();
            }
        }
        ledger
    }

    fn lots(account: AccountId) -> Promise {
        Promise { account, instrument: InstrumentId(3), level: Level::Attested }
    }

    #[test]
    fn money_moves_between_places_and_stays_the_same() {
        let mut ledger = ledger();
        ledger.shift(Purse::Available(A), Purse::Escrow(A), Cash(300));
        ledger.shift(Purse::Escrow(A), Purse::Available(B), Cash(100));
        ledger.shift(Purse::Escrow(A), Purse::Fund, Cash(40));
        ledger.shift(Purse::Escrow(A), Purse::Fees, Cash(2));
        ledger.check_conservation();
        assert_eq!((ledger.escrow(A), ledger.fund(), ledger.fees()), (Cash(158), Cash(40), Cash(2)));
        assert_eq!((ledger.cash(A).0, ledger.cash(B).0), (Cash(700), Cash(600)));
    }

    #[test]
    #[should_panic(expected = "and pays")]
    fn money_that_is_not_there_stops_the_venue() {
        ledger().shift(Purse::Escrow(A), Purse::Available(B), Cash(1));
    }

    #[test]
    fn promised_lots_are_registered_sold_delivered_and_written_off() {
        let mut ledger = ledger();
        assert_eq!(ledger.register_lots(lots(A), 0), Err(Reject::AmountOutOfRange));
        ledger.register_lots(lots(A), 10).unwrap();
        ledger.move_lots((lots(A), Shelf::Available), (lots(A), Shelf::Reserved), 6);
        ledger.move_lots((lots(A), Shelf::Reserved), (lots(A), Shelf::Escrow), 5);
        ledger.move_lots((lots(A), Shelf::Escrow), (lots(B), Shelf::Available), 4);
        ledger.lose_promised(lots(A), Shelf::Escrow, 1);
        ledger.check_conservation();
        assert_eq!((ledger.promised(lots(A)), ledger.promised(lots(B))), ((4, 1, 0), (4, 0, 0)));
        assert_eq!(ledger.unregister_lots(lots(A), 5), Err(Reject::AmountOutOfRange));
        ledger.unregister_lots(lots(A), 4).unwrap();
        ledger.check_conservation();
        assert_eq!(ledger.registered().collect::<Vec<_>>(), [(InstrumentId(3), 10, 5)]);
    }

    #[test]
    fn a_debtor_pays_buyers_by_age_and_then_the_fund() {
        let mut ledger = ledger();
        ledger.owe(C, Some((SettlementId(7), B)), Cash(50));
        ledger.owe(C, Some((SettlementId(4), A)), Cash(60));
        ledger.owe(C, None, Cash(30));
        ledger.collect(|_, _, _| ());
        assert_eq!(ledger.debt(C), Cash(140));
        ledger.deposit_cash(C, Cash(75)).unwrap();
        ledger.collect(|_, _, _| ());
        assert!(ledger.is_collected());
        assert_eq!((ledger.cash(A).0, ledger.cash(B).0, ledger.debt(C)), (Cash(1_060), Cash(515), Cash(65)));
        ledger.deposit_cash(C, Cash(100)).unwrap();
        ledger.collect(|_, _, _| ());
        assert_eq!((ledger.cash(B).0, ledger.fund(), ledger.debt(C)), (Cash(550), Cash(30), Cash(0)));
        assert_eq!(ledger.cash(C).0, Cash(35));
        ledger.check_conservation();
    }

    #[test]
    fn the_fund_pays_who_waits_and_is_owed_instead() {
        let mut ledger = ledger();
        ledger.owe(C, Some((SettlementId(7), B)), Cash(50));
        ledger.owe(C, Some((SettlementId(4), A)), Cash(60));
        ledger.contribute(Cash(70)).unwrap();
        ledger.collect(|_, _, _| ());
        let claims: Vec<Claim> = ledger.claims().collect();
        assert_eq!(claims.iter().map(|claim| claim.amount.0).collect::<Vec<_>>(), [40, 70]);
        assert_eq!((ledger.fund(), ledger.debt(C)), (Cash(0), Cash(110)));
        assert_eq!((ledger.cash(A).0, ledger.cash(B).0), (Cash(1_060), Cash(510)));
        ledger.check_conservation();
    }

    #[test]
    fn a_creditor_that_is_paid_pays_what_it_owes_itself() {
        let mut ledger = Ledger::new();
        (0..3).for_each(|_| ledger.open_account());
        ledger.owe(A, Some((SettlementId(1), B)), Cash(50));
        ledger.owe(B, Some((SettlementId(2), C)), Cash(20));
        ledger.collect(|_, _, _| ());
        ledger.drain_changed(|_| ());
        ledger.deposit_cash(A, Cash(50)).unwrap();
        ledger.collect(|_, _, _| ());
        assert_eq!((ledger.cash(B).0, ledger.cash(C).0), (Cash(30), Cash(20)));
        let mut told = Vec::new();
        ledger.drain_changed(|changed| told.push(changed));
        let claims =
            told.iter().filter(|changed| matches!(changed, Changed::Claim(claim) if claim.amount == Cash::ZERO));
        assert_eq!(claims.count(), 2);
    }
}
