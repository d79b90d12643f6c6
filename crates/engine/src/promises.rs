//! Lots that their owner keeps: registered, offered with a bond, and sold.

use crate::add::Decided;
use crate::engine::Engine;
use crate::orders::Order;
use unspent_ledger::{Promise, Shelf};
use unspent_model::{
    AccountId, AccountState, AddOrder, Cash, Event, FeeRate, InstrumentId, Level, Lots, Movement, MovementKind, Price,
    PromisedBalance, Reject, Rejection, Reply, Settlement, SettlementTerms, limits,
};

/// What a fill takes of a sell of promised lots.
pub(crate) struct Sold {
    pub promise: Promise,
    /// Its share of the order's bond.
    pub bond: Cash,
}

impl Sold {
    /// Takes the share of the bond of `lots` that an order has just sold. The last lots take the rest.
    pub fn of(order: &mut Order, lots: Lots) -> Sold {
        let bond = share(order.reserved, lots, order.leaves() + lots);
        order.reserved = order.reserved - bond;
        Sold { promise: order.promise(), bond }
    }
}

/// The share of `part` lots out of `all` in an amount, rounded down; all of it when the part is all.
pub(crate) fn share(amount: Cash, part: Lots, all: Lots) -> Cash {
    let product = u128::from(amount.0) * u128::from(part.0);
    Cash(u64::try_from(product / u128::from(all.0.max(1))).expect("a share is at most the whole"))
}

/// Basis points of an amount, rounded up.
pub(crate) fn basis_points(bp: u16, of: Cash) -> Cash {
    FeeRate::round_up(FeeRate(bp).product(of))
}

impl Engine {
    pub(crate) fn register_lots(
        &mut self,
        promise: Promise,
        lots: u64,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.promisable(promise)?;
        self.ledger.register_lots(promise, lots)?;
        let lots = i64::try_from(lots).expect("what an account may have fits");
        events.push(Event::Moved(Movement::lots(promise.account, MovementKind::Deposit, promise.instrument, lots)));
        Ok(Reply::Done)
    }

    pub(crate) fn withdraw_lots(
        &mut self,
        promise: Promise,
        lots: u64,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.promisable(promise)?;
        let (available, _, _) = self.ledger.promised(promise);
        self.ledger
            .unregister_lots(promise, lots)
            .map_err(|reject| Rejection { reject, available: Some(available) })?;
        let lots = -i64::try_from(lots).expect("what an account may have fits");
        events.push(Event::Moved(Movement::lots(promise.account, MovementKind::Withdrawal, promise.instrument, lots)));
        Ok(Reply::Done)
    }

    fn promisable(&self, promise: Promise) -> Result<(), Rejection> {
        self.known(promise.account)?;
        if self.accounts.get(promise.account).is_some_and(|held| held.state() == AccountState::Closed) {
            return Err(Reject::AccountClosed.into());
        }
        self.listed(promise.instrument)?;
        if promise.level.is_promised() { Ok(()) } else { Err(Reject::InvalidLevel.into()) }
    }

    /// An account's promised lots of an instrument at a level: available, reserved and in escrow.
    #[must_use]
    pub fn promised(&self, account: AccountId, instrument: InstrumentId, level: Level) -> (u64, u64, u64) {
        self.ledger.promised(Promise { account, instrument, level })
    }

    /// An account's cash in escrow for trades that settle later.
    #[must_use]
    pub fn escrow(&self, account: AccountId) -> Cash {
        self.ledger.escrow(account)
    }

    /// What an account owes to buyers and to the default fund.
    #[must_use]
    pub fn debt(&self, account: AccountId) -> Cash {
        self.ledger.debt(account)
    }

    /// What the default fund has.
    #[must_use]
    pub fn default_fund(&self) -> Cash {
        self.ledger.fund()
    }

    /// The cents that came in from outside and did not leave, those contributed to the default fund too.
    #[must_use]
    pub fn cash_in(&self) -> Cash {
        self.ledger.cash_in()
    }

    /// The settlements that have not ended, by number.
    pub fn settlements(&self) -> impl Iterator<Item = &Settlement> {
        self.settlements.iter()
    }

    /// The terms of settlement.
    #[must_use]
    pub fn settlement_terms(&self) -> &SettlementTerms {
        &self.settlements.terms
    }

    /// All promised lots of an account, by instrument and level.
    pub fn promises(&self, account: AccountId) -> impl Iterator<Item = PromisedBalance> + '_ {
        self.ledger.promises(account)
    }

    /// Which promised lots a sell sells that those in custody, `custody`, do not suffice for, and its bond at `limit`.
    #[cold]
    pub(crate) fn promised_source(
        &self,
        add: &AddOrder,
        limit: Price,
        custody: u64,
    ) -> Result<(Level, Cash), Rejection> {
        let mut most = custody;
        let mut found = None;
        for level in [Level::Attested, Level::Documented] {
            let (free, _, _) =
                self.ledger.promised(Promise { account: add.account, instrument: add.instrument, level });
            most = most.max(free);
            if found.is_none() && u64::from(add.lots.0) <= free {
                found = Some(level);
            }
        }
        let Some(level) = found else {
            return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(most) });
        };
        if self.settlements.count(add.account) >= limits::SETTLEMENTS_PER_SELLER {
            return Err(Reject::TooManySettlements.into());
        }
        let unit_value = self.listed[add.instrument.0 as usize].unit_value;
        let notional = limit.notional(add.lots, unit_value).expect("an order's notional is bounded");
        let terms = &self.settlements.terms;
        let bond = basis_points(terms.bond_bp, notional).max(terms.bond_min);
        let (available, _) = self.ledger.cash(add.account);
        if bond > available {
            return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(available.0) });
        }
        Ok((level, bond))
    }

    /// Sets aside what a decided sell of promised lots offers, and its bond.
    #[cold]
    pub(crate) fn reserve_promised(&mut self, add: &AddOrder, decided: &Decided) {
        let promise = Promise { account: add.account, instrument: add.instrument, level: decided.level };
        let lots = u64::from(add.lots.0);
        self.ledger.move_lots((promise, Shelf::Available), (promise, Shelf::Reserved), lots);
        self.ledger.reserve_cash(add.account, decided.reserved);
    }

    /// Frees `lots` that an order offers no longer, and `bond` of its bond.
    #[cold]
    pub(crate) fn release_promised(&mut self, order: &Order, lots: Lots, bond: Cash) {
        let promise = order.promise();
        self.ledger.move_lots((promise, Shelf::Reserved), (promise, Shelf::Available), u64::from(lots.0));
        self.ledger.release_cash(order.account, bond);
    }

    /// The bond of an order on new terms: what the terms of now ask for, where the least bond binds at most what it had set
    /// aside; and no more than that while it is worth no more than it was. Zero for what is not promised.
    pub(crate) fn bond_again(&self, old: &Order, new: &Order) -> Cash {
        if !old.is_promised() || new.leaves().is_zero() {
            return Cash::ZERO;
        }
        let unit_value = self.listed[old.instrument.0 as usize].unit_value;
        let worth =
            |order: &Order| order.limit.notional(order.leaves(), unit_value).expect("an order's notional is bounded");
        let terms = &self.settlements.terms;
        let asked = basis_points(terms.bond_bp, worth(new)).max(terms.bond_min.min(old.reserved));
        if worth(new) <= worth(old) { asked.min(old.reserved) } else { asked }
    }

    /// The bond of an amended order, when its owner has the lots and the cash.
    pub(crate) fn afford_promised(&self, old: &Order, new: &Order) -> Result<Cash, Rejection> {
        let (free, _, _) = self.ledger.promised(old.promise());
        if u64::from(new.leaves().0) > free + u64::from(old.leaves().0) {
            return Err(Rejection { reject: Reject::InsufficientCredits, available: Some(free) });
        }
        let bond = self.bond_again(old, new);
        let (available, _) = self.ledger.cash(old.account);
        if bond > available + old.reserved {
            return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(available.0) });
        }
        Ok(bond)
    }

    /// Sets aside for `new` what `old` had not, or frees what it needs no longer.
    #[cold]
    pub(crate) fn move_promised_reserve(&mut self, old: &Order, new: &Order) {
        let (promise, before, after) = (old.promise(), u64::from(old.leaves().0), u64::from(new.leaves().0));
        let (free, kept) = ((promise, Shelf::Available), (promise, Shelf::Reserved));
        if after > before {
            self.ledger.move_lots(free, kept, after - before);
        } else {
            self.ledger.move_lots(kept, free, before - after);
        }
        if new.reserved > old.reserved {
            self.ledger.reserve_cash(old.account, new.reserved - old.reserved);
        } else {
            self.ledger.release_cash(old.account, old.reserved - new.reserved);
        }
    }
}
