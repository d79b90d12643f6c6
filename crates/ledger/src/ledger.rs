//! All balances and the movements between them.

use crate::aside::Aside;
use crate::balance::{Balance, Changed, Holding, HoldingRef};
use crate::posting::Posting;
use unspent_model::{AccountId, Cash, InstrumentId, Lots, Reject, limits};

/// The most cents that may ever come in: every sum of balances then fits a `u64`.
const VENUE_CASH_CENTS: u64 = 1 << 62;
/// The most lots of one instrument that may ever come in.
pub(crate) const VENUE_LOTS: u64 = 1 << 62;

/// A fill's movements: credits one way, money the other, fees to the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Pays out of its reserved cash.
    pub buyer: AccountId,
    /// Delivers out of its reserved lots.
    pub seller: AccountId,
    /// The seller's holding.
    pub delivers: HoldingRef,
    /// The buyer's holding.
    pub receives: HoldingRef,
    /// How many lots.
    pub lots: Lots,
    /// What they cost.
    pub notional: Cash,
    /// The buyer's fee, on top.
    pub buyer_fee: Cash,
    /// The seller's fee, out of the proceeds; never above `notional`.
    pub seller_fee: Cash,
    /// What the buyer's order had set aside and needs no longer, besides what it pays.
    pub buyer_release: Cash,
}

/// A fill to be moved back: what [`Settlement`] moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// Gives the credits back.
    pub buyer: AccountId,
    /// Gives the proceeds back.
    pub seller: AccountId,
    /// Of what.
    pub instrument: InstrumentId,
    /// How many lots.
    pub lots: Lots,
    /// What they cost.
    pub notional: Cash,
    /// The buyer's fee, which the venue gives back.
    pub buyer_fee: Cash,
    /// The seller's fee, which the venue gives back; never above `notional`.
    pub seller_fee: Cash,
}

#[derive(Debug, Default)]
struct Account {
    cash: Balance,
    /// Its holdings by instrument, ascending.
    holdings: Vec<(InstrumentId, HoldingRef)>,
}

#[derive(Clone, Copy, Debug)]
enum Touch {
    Cash(AccountId),
    Holding(HoldingRef),
}

/// Every balance of the venue. See the crate for its invariants.
#[derive(Debug, Default)]
pub struct Ledger {
    accounts: Vec<Account>,
    pub(crate) holdings: Vec<Holding>,
    fees: u64,
    cash_in: u64,
    /// Lots that came in, by instrument.
    lots_in: Vec<u64>,
    /// Lots that were written off, by instrument; those of none that are not there.
    pub(crate) lots_out: Vec<u64>,
    epoch: u64,
    touched: Vec<Touch>,
    /// What trades that settle later have set aside.
    pub(crate) aside: Aside,
}

impl Ledger {
    /// A ledger without accounts.
    #[must_use]
    pub fn new() -> Ledger {
        // Epoch 0 marks "never changed".
        Ledger { epoch: 1, ..Ledger::default() }
    }

    /// Opens the next account, with nothing in it.
    pub fn open_account(&mut self) {
        self.accounts.push(Account::default());
    }

    /// An account's cash: available and reserved.
    #[must_use]
    #[inline]
    pub fn cash(&self, account: AccountId) -> (Cash, Cash) {
        let cash = self.accounts[account.0 as usize].cash;
        (Cash(cash.available), Cash(cash.reserved))
    }

    /// An account's lots of an instrument: available and reserved; zero when it never had any.
    #[must_use]
    #[inline]
    pub fn lots(&self, account: AccountId, instrument: InstrumentId) -> (u64, u64) {
        let holdings = &self.accounts[account.0 as usize].holdings;
        match holdings.binary_search_by_key(&instrument, |&(held, _)| held) {
            Ok(at) => {
                let lots = self.holdings[holdings[at].1.0 as usize].lots;
                (lots.available, lots.reserved)
            }
            Err(_) => (0, 0),
        }
    }

    /// An account's holding of an instrument, when it ever had one.
    #[must_use]
    pub fn find_holding(&self, account: AccountId, instrument: InstrumentId) -> Option<HoldingRef> {
        let holdings = &self.accounts[account.0 as usize].holdings;
        let at = holdings.binary_search_by_key(&instrument, |&(held, _)| held).ok()?;
        Some(holdings[at].1)
    }

    /// What an account has of every instrument that it ever had: available and reserved, ascending by instrument.
    pub fn holdings_of(&self, account: AccountId) -> impl Iterator<Item = (InstrumentId, u64, u64)> + '_ {
        let held = self.accounts[account.0 as usize].holdings.iter();
        held.map(|&(instrument, at)| {
            let lots = self.holdings[at.0 as usize].lots;
            (instrument, lots.available, lots.reserved)
        })
    }

    /// What the venue earned in fees.
    #[must_use]
    pub fn fees(&self) -> Cash {
        Cash(self.fees)
    }

    /// An account's holding of an instrument, made empty when it never had one.
    #[inline]
    pub fn holding(&mut self, account: AccountId, instrument: InstrumentId) -> HoldingRef {
        let holdings = &mut self.accounts[account.0 as usize].holdings;
        match holdings.binary_search_by_key(&instrument, |&(held, _)| held) {
            Ok(at) => holdings[at].1,
            Err(at) => {
                let new = HoldingRef(u32::try_from(self.holdings.len()).expect("fewer than 2^32 holdings"));
                holdings.insert(at, (instrument, new));
                self.holdings.push(Holding { account, instrument, lots: Balance::default() });
                new
            }
        }
    }

    /// Money arrives from outside.
    ///
    /// # Errors
    /// [`Reject::AmountOutOfRange`] when it is nothing, or beyond what the account or the venue may have. Nothing has
    /// changed then.
    pub fn deposit_cash(&mut self, account: AccountId, amount: Cash) -> Result<(), Reject> {
        let cash = self.accounts[account.0 as usize].cash;
        let after = amount.0.checked_add(cash.available + cash.reserved + self.escrow(account).0);
        if after.is_none_or(|sum| sum > limits::ACCOUNT_CASH_CENTS) {
            return Err(Reject::AmountOutOfRange);
        }
        self.money_in(amount)?;
        self.accounts[account.0 as usize].cash.available += amount.0;
        self.touch_cash(account);
        Ok(())
    }

    /// Counts money that arrives from outside.
    pub(crate) fn money_in(&mut self, amount: Cash) -> Result<(), Reject> {
        let venue = amount.0.checked_add(self.cash_in);
        if amount == Cash::ZERO || venue.is_none_or(|sum| sum > VENUE_CASH_CENTS) {
            return Err(Reject::AmountOutOfRange);
        }
        self.cash_in += amount.0;
        Ok(())
    }

    pub(crate) fn cash_of(&mut self, account: AccountId) -> &mut Balance {
        &mut self.accounts[account.0 as usize].cash
    }

    pub(crate) fn set_fees(&mut self, fees: Cash) {
        self.fees = fees.0;
    }

    /// The accounts whose cash the current command changed so far.
    pub(crate) fn touched_cash(&self) -> Vec<AccountId> {
        let cash = |touch: &Touch| match *touch {
            Touch::Cash(account) => Some(account),
            Touch::Holding(_) => None,
        };
        self.touched.iter().filter_map(cash).collect()
    }

    /// How many accounts there are.
    #[cfg(test)]
    pub(crate) fn accounts_count(&self) -> u32 {
        self.accounts.len() as u32
    }

    /// Credits are taken into custody.
    ///
    /// # Errors
    /// [`Reject::AmountOutOfRange`] as for cash.
    pub fn deposit_lots(&mut self, account: AccountId, instrument: InstrumentId, lots: u64) -> Result<(), Reject> {
        let (available, reserved) = self.lots(account, instrument);
        let after = lots.checked_add(available + reserved);
        let came_in = self.lots_in.get(instrument.0 as usize).copied().unwrap_or(0);
        let venue = lots.checked_add(came_in);
        if lots == 0 || after.is_none_or(|sum| sum > limits::ACCOUNT_LOTS) || venue.is_none_or(|sum| sum > VENUE_LOTS) {
            return Err(Reject::AmountOutOfRange);
        }
        if self.lots_in.len() <= instrument.0 as usize {
            self.lots_in.resize(instrument.0 as usize + 1, 0);
        }
        self.lots_in[instrument.0 as usize] += lots;
        let holding = self.holding(account, instrument);
        self.holdings[holding.0 as usize].lots.available += lots;
        self.touch_holding(holding);
        Ok(())
    }

    /// Sets cash aside for an order. The caller has checked that it is there.
    #[inline]
    pub fn reserve_cash(&mut self, account: AccountId, amount: Cash) {
        self.accounts[account.0 as usize].cash.reserve(amount.0);
        if amount != Cash::ZERO {
            self.touch_cash(account);
        }
    }

    /// Frees cash that an order had set aside.
    #[inline]
    pub fn release_cash(&mut self, account: AccountId, amount: Cash) {
        self.accounts[account.0 as usize].cash.release(amount.0);
        if amount != Cash::ZERO {
            self.touch_cash(account);
        }
    }

    /// Sets lots aside for an order. The caller has checked that they are there.
    #[inline]
    pub fn reserve_lots(&mut self, holding: HoldingRef, lots: Lots) {
        self.holdings[holding.0 as usize].lots.reserve(u64::from(lots.0));
        if !lots.is_zero() {
            self.touch_holding(holding);
        }
    }

    /// Frees lots that an order had set aside.
    #[inline]
    pub fn release_lots(&mut self, holding: HoldingRef, lots: Lots) {
        self.holdings[holding.0 as usize].lots.release(u64::from(lots.0));
        if !lots.is_zero() {
            self.touch_holding(holding);
        }
    }

    /// Moves credits and money of one fill at once. In an uncross one account may be on both sides.
    ///
    /// # Panics
    /// When a leg is not there or the legs do not balance: the engine decided wrongly, and nothing may go on.
    pub fn settle(&mut self, fill: &Settlement) {
        let paid = fill.notional + fill.buyer_fee;
        let proceeds = fill.notional - fill.seller_fee;
        let earned = fill.buyer_fee + fill.seller_fee;
        let mut money = Posting::default();
        let buyer = &mut self.accounts[fill.buyer.0 as usize].cash;
        assert!(paid + fill.buyer_release <= Cash(buyer.reserved), "a fill beyond what the buyer has set aside");
        buyer.reserved -= paid.0;
        money.lose(paid.0);
        buyer.release(fill.buyer_release.0);
        self.accounts[fill.seller.0 as usize].cash.available += proceeds.0;
        money.gain(proceeds.0);
        self.fees += earned.0;
        money.gain(earned.0);
        money.balanced();

        let lots = u64::from(fill.lots.0);
        let mut credits = Posting::default();
        let delivers = &mut self.holdings[fill.delivers.0 as usize];
        assert_eq!(delivers.account, fill.seller, "the delivering holding is not the seller's");
        assert!(lots <= delivers.lots.reserved, "a fill beyond what the seller has set aside");
        delivers.lots.reserved -= lots;
        credits.lose(lots);
        let instrument = delivers.instrument;
        let receives = &mut self.holdings[fill.receives.0 as usize];
        assert_eq!(receives.account, fill.buyer, "the receiving holding is not the buyer's");
        assert_eq!(receives.instrument, instrument, "the two holdings are of different instruments");
        receives.lots.available += lots;
        credits.gain(lots);
        credits.balanced();

        self.touch_cash(fill.buyer);
        // A fee of all the proceeds leaves the seller's cash as it was.
        if proceeds != Cash::ZERO {
            self.touch_cash(fill.seller);
        }
        self.touch_holding(fill.delivers);
        self.touch_holding(fill.receives);
    }

    /// Moves lots in custody that were set aside for an order to another account, without money: that goes its own way
    /// ([`Ledger::shift`]).
    ///
    /// # Panics
    /// When they are not there.
    pub fn hand_over(&mut self, from: HoldingRef, to: HoldingRef, lots: Lots) {
        let delivers = &mut self.holdings[from.0 as usize];
        let amount = u64::from(lots.0);
        assert!(amount <= delivers.lots.reserved, "handing over {amount} of {} set aside", delivers.lots.reserved);
        delivers.lots.reserved -= amount;
        let instrument = delivers.instrument;
        let receives = &mut self.holdings[to.0 as usize];
        assert_eq!(receives.instrument, instrument, "the two holdings are of different instruments");
        receives.lots.available += amount;
        self.touch_holding(from);
        self.touch_holding(to);
    }

    /// Money leaves the venue, out of what is free. The caller has checked that it is there.
    pub fn withdraw_cash(&mut self, account: AccountId, amount: Cash) {
        let cash = &mut self.accounts[account.0 as usize].cash;
        assert!(amount.0 <= cash.available, "withdrawing {amount} of {} cents", cash.available);
        cash.available -= amount.0;
        self.cash_in -= amount.0;
        self.touch_cash(account);
    }

    /// Credits leave the venue, out of what is free. The caller has checked that they are there.
    pub fn withdraw_lots(&mut self, holding: HoldingRef, lots: u64) {
        let held = &mut self.holdings[holding.0 as usize];
        assert!(lots <= held.lots.available, "withdrawing {lots} of {} lots", held.lots.available);
        held.lots.available -= lots;
        self.lots_in[held.instrument.0 as usize] -= lots;
        self.touch_holding(holding);
    }

    /// Moves back what a fill moved. The caller has checked that the buyer still has the lots free, the seller the
    /// proceeds, and the venue the fees.
    ///
    /// # Panics
    /// When a leg is not there or the legs do not balance.
    pub fn reverse(&mut self, trade: &Reversal) {
        let proceeds = trade.notional - trade.seller_fee;
        let paid = trade.notional + trade.buyer_fee;
        let earned = trade.buyer_fee + trade.seller_fee;
        let mut money = Posting::default();
        let seller = &mut self.accounts[trade.seller.0 as usize].cash;
        assert!(proceeds.0 <= seller.available, "a trade undone beyond what the seller has free");
        seller.available -= proceeds.0;
        money.lose(proceeds.0);
        assert!(earned.0 <= self.fees, "a trade undone beyond what the venue earned");
        self.fees -= earned.0;
        money.lose(earned.0);
        self.accounts[trade.buyer.0 as usize].cash.available += paid.0;
        money.gain(paid.0);
        money.balanced();

        let lots = u64::from(trade.lots.0);
        let mut credits = Posting::default();
        let from = self.find_holding(trade.buyer, trade.instrument).expect("who bought has a holding");
        let held = &mut self.holdings[from.0 as usize].lots;
        assert!(lots <= held.available, "a trade undone beyond what the buyer has free");
        held.available -= lots;
        credits.lose(lots);
        let to = self.find_holding(trade.seller, trade.instrument).expect("who sold has a holding");
        self.holdings[to.0 as usize].lots.available += lots;
        credits.gain(lots);
        credits.balanced();

        self.touch_cash(trade.buyer);
        self.touch_cash(trade.seller);
        self.touch_holding(from);
        self.touch_holding(to);
    }

    /// Moves money from one account to another, out of what is free. The caller has checked that it is there.
    pub fn pay(&mut self, from: AccountId, to: AccountId, amount: Cash) {
        let mut money = Posting::default();
        let payer = &mut self.accounts[from.0 as usize].cash;
        assert!(amount.0 <= payer.available, "paying {amount} of {} cents", payer.available);
        payer.available -= amount.0;
        money.lose(amount.0);
        self.accounts[to.0 as usize].cash.available += amount.0;
        money.gain(amount.0);
        money.balanced();
        self.touch_cash(from);
        self.touch_cash(to);
    }

    #[inline]
    pub(crate) fn touch_cash(&mut self, account: AccountId) {
        let cash = &mut self.accounts[account.0 as usize].cash;
        if cash.epoch != self.epoch {
            cash.epoch = self.epoch;
            self.touched.push(Touch::Cash(account));
        }
    }

    /// Notes that the holding at a place has changed.
    pub(crate) fn touch_at(&mut self, at: usize) {
        self.touch_holding(HoldingRef(u32::try_from(at).expect("fewer than 2^32 holdings")));
    }

    #[inline]
    fn touch_holding(&mut self, holding: HoldingRef) {
        let lots = &mut self.holdings[holding.0 as usize].lots;
        if lots.epoch != self.epoch {
            lots.epoch = self.epoch;
            self.touched.push(Touch::Holding(holding));
        }
    }

    /// Tells every balance changed since the last call, once each, in the order of the first change.
    #[inline]
    pub fn drain_changed(&mut self, mut each: impl FnMut(Changed)) {
        for touch in self.touched.drain(..) {
            each(match touch {
                Touch::Cash(account) => {
                    let cash = self.accounts[account.0 as usize].cash;
                    Changed::Cash { account, available: cash.available, reserved: cash.reserved }
                }
                Touch::Holding(at) => {
                    let holding = self.holdings[at.0 as usize];
                    Changed::Holding {
                        account: holding.account,
                        instrument: holding.instrument,
                        available: holding.lots.available,
                        reserved: holding.lots.reserved,
                    }
                }
            });
        }
        self.epoch += 1;
        self.drain_aside(each);
    }

    /// Every balance: cash by account, then holdings in the order in which they were first made, then what trades that
    /// settle later have set aside and what is owed, as far as it is not nothing.
    pub fn balances(&self) -> impl Iterator<Item = Changed> + '_ {
        let cash = (0..).map(AccountId).zip(&self.accounts).map(|(account, held)| Changed::Cash {
            account,
            available: held.cash.available,
            reserved: held.cash.reserved,
        });
        let holdings = self.holdings.iter().map(|holding| Changed::Holding {
            account: holding.account,
            instrument: holding.instrument,
            available: holding.lots.available,
            reserved: holding.lots.reserved,
        });
        cash.chain(holdings).chain(self.balances_aside())
    }

    /// All money that ever came in.
    #[must_use]
    pub fn cash_in(&self) -> Cash {
        Cash(self.cash_in)
    }

    /// All lots of an instrument that ever came in.
    #[must_use]
    pub fn lots_in(&self, instrument: InstrumentId) -> u64 {
        self.lots_in.get(instrument.0 as usize).copied().unwrap_or(0)
    }

    /// Says what the venue earned and what ever came in, to a ledger without accounts. `false`, and nothing is changed,
    /// when more came in than may.
    #[must_use]
    pub fn restore_venue(&mut self, fees: Cash, cash_in: Cash) -> bool {
        let fits = cash_in.0 <= VENUE_CASH_CENTS && fees <= cash_in;
        if fits {
            (self.fees, self.cash_in) = (fees.0, cash_in.0);
        }
        fits
    }

    /// Says what ever came in of the next instrument, as [`Ledger::restore_venue`] does.
    #[must_use]
    pub fn restore_lots_in(&mut self, lots: u64) -> bool {
        let fits = lots <= VENUE_LOTS;
        if fits {
            self.lots_in.push(lots);
        }
        fits
    }

    /// Opens the next account with cash in it, none of it set aside.
    pub fn restore_account(&mut self, cash: Cash) {
        self.open_account();
        let cash = Balance { available: cash.0, ..Balance::default() };
        self.accounts.last_mut().expect("it was opened").cash = cash;
    }

    /// Makes the next holding with lots in it, none of them set aside. `false`, and nothing is changed, when there is one.
    #[must_use]
    pub fn restore_holding(&mut self, account: AccountId, instrument: InstrumentId, lots: u64) -> bool {
        let new = self.find_holding(account, instrument).is_none();
        if new {
            let holding = self.holding(account, instrument);
            self.holdings[holding.0 as usize].lots.available = lots;
        }
        new
    }

    /// Checks conservation by adding up every balance. O(n): for tests and the simulator.
    ///
    /// # Panics
    /// When cash or lots were made or lost.
    pub fn check_conservation(&self) {
        if let Err(broken) = self.conserved() {
            panic!("{broken}");
        }
    }

    /// Adds up every balance. O(n).
    ///
    /// # Errors
    /// What was made or lost.
    pub fn conserved(&self) -> Result<(), &'static str> {
        let mut cash = u128::from(self.fees) + self.cash_aside();
        let mut lots = vec![0_u128; self.lots_in.len()];
        for balance in self.balances() {
            match balance {
                Changed::Cash { available, reserved, .. } => cash += u128::from(available) + u128::from(reserved),
                Changed::Holding { instrument, available, reserved, .. } => {
                    let held = u128::from(available) + u128::from(reserved);
                    match lots.get_mut(instrument.0 as usize) {
                        Some(sum) => *sum += held,
                        None if held == 0 => {}
                        None => return Err("lots of an instrument that never came in"),
                    }
                }
                // Counted above, or no money and no custody.
                Changed::Escrow(_) | Changed::Promised(_) | Changed::Fund(_) | Changed::Claim(_) => {}
            }
        }
        if cash != u128::from(self.cash_in) {
            return Err("cash was made or lost");
        }
        for (sum, &out) in lots.iter_mut().zip(&self.lots_out) {
            *sum += u128::from(out);
        }
        let same = lots.iter().zip(&self.lots_in).all(|(sum, &came_in)| *sum == u128::from(came_in));
        if !same {
            return Err("credits were made or lost");
        }
        self.conserved_aside()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_accounts() -> (Ledger, Settlement) {
        let mut ledger = Ledger::new();
        ledger.open_account();
        ledger.open_account();
        let (buyer, seller, instrument) = (AccountId(0), AccountId(1), InstrumentId(0));
        ledger.deposit_cash(buyer, Cash(1_000)).unwrap();
        ledger.deposit_lots(seller, instrument, 10).unwrap();
        let settlement = Settlement {
            buyer,
            seller,
            delivers: ledger.holding(seller, instrument),
            receives: ledger.holding(buyer, instrument),
            lots: Lots(4),
            notional: Cash(400),
            buyer_fee: Cash(4),
            seller_fee: Cash(1),
            buyer_release: Cash(6),
        };
        ledger.reserve_cash(buyer, Cash(410));
        ledger.reserve_lots(settlement.delivers, Lots(4));
        (ledger, settlement)
    }

    #[test]
    fn a_fill_moves_credits_one_way_and_money_the_other() {
        let (mut ledger, fill) = two_accounts();
        ledger.settle(&fill);
        ledger.check_conservation();
        assert_eq!(ledger.cash(AccountId(0)), (Cash(596), Cash(0)));
        assert_eq!(ledger.cash(AccountId(1)), (Cash(399), Cash(0)));
        assert_eq!(ledger.lots(AccountId(0), InstrumentId(0)), (4, 0));
        assert_eq!(ledger.lots(AccountId(1), InstrumentId(0)), (6, 0));
        assert_eq!(ledger.fees(), Cash(5));
    }

    #[test]
    fn what_a_fill_moved_is_moved_back() {
        let (mut ledger, fill) = two_accounts();
        let everything = |ledger: &Ledger| {
            let both = [fill.buyer, fill.seller];
            let total = |(free, aside): (Cash, Cash)| free + aside;
            let all = |(free, aside): (u64, u64)| free + aside;
            (both.map(|of| total(ledger.cash(of))), both.map(|of| all(ledger.lots(of, InstrumentId(0)))), ledger.fees())
        };
        let before = everything(&ledger);
        ledger.settle(&fill);
        assert_ne!(everything(&ledger), before);
        let Settlement { buyer, seller, lots, notional, buyer_fee, seller_fee, .. } = fill;
        let instrument = InstrumentId(0);
        ledger.reverse(&Reversal { buyer, seller, instrument, lots, notional, buyer_fee, seller_fee });
        ledger.check_conservation();
        assert_eq!(everything(&ledger), before);
    }

    #[test]
    fn what_leaves_is_no_longer_counted_as_come_in() {
        let (mut ledger, fill) = two_accounts();
        let (cash_in, lots_in) = (ledger.cash_in(), ledger.lots_in(InstrumentId(0)));
        let (free, _) = ledger.cash(fill.buyer);
        ledger.withdraw_cash(fill.buyer, free);
        let (free_lots, _) = ledger.lots(fill.seller, InstrumentId(0));
        ledger.withdraw_lots(fill.delivers, free_lots);
        ledger.check_conservation();
        assert_eq!((ledger.cash_in(), ledger.lots_in(InstrumentId(0))), (cash_in - free, lots_in - free_lots));
    }

    #[test]
    fn a_command_tells_each_changed_balance_once() {
        let (mut ledger, fill) = two_accounts();
        ledger.drain_changed(|_| ());
        ledger.settle(&fill);
        ledger.release_cash(AccountId(0), Cash(0));
        let mut told = Vec::new();
        ledger.drain_changed(|changed| told.push(changed));
        assert_eq!(told.len(), 4);
        ledger.drain_changed(|changed| panic!("told again: {changed:?}"));
    }

    #[test]
    fn nothing_moved_is_nothing_told() {
        let (mut ledger, fill) = two_accounts();
        ledger.drain_changed(|_| ());
        ledger.reserve_cash(fill.buyer, Cash(0));
        ledger.release_cash(fill.seller, Cash(0));
        ledger.reserve_lots(fill.receives, Lots(0));
        ledger.release_lots(fill.delivers, Lots(0));
        ledger.drain_changed(|changed| panic!("told without a change: {changed:?}"));
    }

    #[test]
    #[should_panic(expected = "beyond what the buyer has set aside")]
    fn a_fill_beyond_the_reserve_stops_the_venue() {
        let (mut ledger, mut fill) = two_accounts();
        fill.notional = Cash(407);
        ledger.settle(&fill);
    }

    #[test]
    fn a_refused_deposit_leaves_no_trace() {
        let (mut ledger, _) = two_accounts();
        ledger.drain_changed(|_| ());
        for amount in [0, limits::ACCOUNT_CASH_CENTS, u64::MAX] {
            assert_eq!(ledger.deposit_cash(AccountId(0), Cash(amount)), Err(Reject::AmountOutOfRange));
        }
        for lots in [0, limits::ACCOUNT_LOTS, u64::MAX] {
            assert_eq!(ledger.deposit_lots(AccountId(1), InstrumentId(0), lots), Err(Reject::AmountOutOfRange));
        }
        ledger.drain_changed(|changed| panic!("a trace: {changed:?}"));
        ledger.check_conservation();
    }
}
