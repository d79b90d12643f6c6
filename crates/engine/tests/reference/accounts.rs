//! What accounts own, have set aside, and may do.

use super::{Answer, Open, Reference, no};
use unspent_model::{
    AccountId, AccountLimits, AccountName, Cash, CashBalance, Event, HoldingBalance, InstrumentId, Movement,
    MovementKind, OwnerGroup, Reject, Rejection, Reply, Side, limits,
};

#[derive(Clone, Debug)]
pub struct Account {
    pub name: AccountName,
    pub owner: OwnerGroup,
    pub cash: i128,
    pub limits: AccountLimits,
    /// When its next order would arrive if it sent them evenly.
    pub arrival: u64,
    pub dead_man: Option<u64>,
}

/// A balance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Thing {
    Cash(AccountId),
    Lots(AccountId, InstrumentId),
}

impl Thing {
    /// What an order sets aside from.
    pub fn of(order: &Open) -> Thing {
        match order.terms.side {
            Side::Buy => Thing::Cash(order.terms.account),
            Side::Sell => Thing::Lots(order.terms.account, order.terms.instrument),
        }
    }
}

impl Reference {
    pub(super) fn open_account(&mut self, name: AccountName, owner: OwnerGroup) -> Answer {
        if self.accounts.iter().any(|account| account.name == name) {
            return no(Reject::AccountExists);
        }
        let account = AccountId(self.accounts.len() as u32);
        let limits = AccountLimits::default();
        self.accounts.push(Account { name, owner, cash: 0, limits, arrival: 0, dead_man: None });
        self.tell(Event::AccountOpened { account, name, group: owner });
        Ok(Reply::Done)
    }

    pub(super) fn deposit_cash(&mut self, account: AccountId, amount: i128) -> Answer {
        self.known(account)?;
        let after = self.account(account).cash + self.escrow(account) + amount;
        if amount == 0 || after > i128::from(limits::ACCOUNT_CASH_CENTS) {
            return no(Reject::AmountOutOfRange);
        }
        self.accounts[account.0 as usize].cash += amount;
        self.cash_in += amount;
        self.tell(Event::Moved(Movement::cash(account, MovementKind::Deposit, amount as i64)));
        self.change(Thing::Cash(account));
        Ok(Reply::Done)
    }

    pub(super) fn deposit_lots(&mut self, account: AccountId, instrument: InstrumentId, lots: i128) -> Answer {
        self.known(account)?;
        self.listed(instrument)?;
        let held = self.holding(account, instrument);
        let after = i128::from(held.available) + i128::from(held.reserved) + lots;
        if lots == 0 || after > i128::from(limits::ACCOUNT_LOTS) {
            return no(Reject::AmountOutOfRange);
        }
        self.own(account, instrument, lots);
        self.lots_in[instrument.0 as usize] += lots;
        self.tell(Event::Moved(Movement::lots(account, MovementKind::Deposit, instrument, lots as i64)));
        self.change(Thing::Lots(account, instrument));
        Ok(Reply::Done)
    }

    pub(super) fn set_limits(&mut self, account: AccountId, new: AccountLimits) -> Answer {
        self.known(account)?;
        let paced = new.orders_per_second == 0 || (new.orders_per_second <= 1_000_000_000 && new.burst >= 1);
        if new.open_orders > limits::OPEN_ORDERS_PER_ACCOUNT || !paced {
            return no(Reject::InvalidLimits);
        }
        let held = &mut self.accounts[account.0 as usize];
        // The rate is counted anew.
        (held.limits, held.arrival) = (new, 0);
        self.tell(Event::LimitsSet { account, limits: new });
        Ok(Reply::Done)
    }

    pub(super) fn account(&self, account: AccountId) -> &Account {
        &self.accounts[account.0 as usize]
    }

    pub(super) fn own(&mut self, account: AccountId, instrument: InstrumentId, lots: i128) {
        match self.owned.iter_mut().find(|(who, what, _)| (*who, *what) == (account, instrument)) {
            Some((_, _, owned)) => *owned += lots,
            None => self.owned.push((account, instrument, lots)),
        }
    }

    pub(super) fn change(&mut self, thing: Thing) {
        if !self.changed.contains(&thing) {
            self.changed.push(thing);
        }
    }

    pub(super) fn tell_balances(&mut self) {
        for thing in std::mem::take(&mut self.changed) {
            let event = match thing {
                Thing::Cash(account) => Event::Cash(self.cash(account)),
                Thing::Lots(account, instrument) => Event::Holding(self.holding(account, instrument)),
            };
            self.tell(event);
        }
    }

    /// An account's cash.
    pub fn cash(&self, account: AccountId) -> CashBalance {
        let mine = self.open.iter().filter(|order| order.terms.account == account);
        let needed = |order: &Open| if order.terms.side == Side::Buy { self.needs(order) } else { order.bond };
        let reserved: i128 = mine.map(needed).sum();
        let reserved = reserved + self.purses(account) + self.waiting_for(Thing::Cash(account));
        let available = self.account(account).cash - reserved;
        assert!(available >= 0, "account {account} has set aside more than it has");
        CashBalance { account, available: Cash(available as u64), reserved: Cash(reserved as u64) }
    }

    /// An account's lots.
    pub fn holding(&self, account: AccountId, instrument: InstrumentId) -> HoldingBalance {
        let of_it = |&&(who, what, _): &&(AccountId, InstrumentId, i128)| (who, what) == (account, instrument);
        let owned: i128 = self.owned.iter().filter(of_it).map(|&(_, _, lots)| lots).sum();
        let mine = self.open.iter().filter(|order| order.terms.account == account && order.is_in(instrument));
        let custody = |order: &&Open| order.terms.side == Side::Sell && !order.promised();
        let reserved: i128 = mine.filter(custody).map(|order| self.needs(order)).sum();
        let reserved = reserved + self.waiting_for(Thing::Lots(account, instrument));
        assert!(owned >= reserved, "account {account} offers more than it has");
        HoldingBalance { account, instrument, available: (owned - reserved) as u64, reserved: reserved as u64 }
    }

    /// What the venue earned.
    pub fn fees(&self) -> Cash {
        Cash(self.earned as u64)
    }

    /// How many accounts and instruments there are.
    pub fn counts(&self) -> (u32, u32) {
        (self.accounts.len() as u32, self.listed.len() as u32)
    }

    /// Cash in accounts and fees is what came in, and so are lots.
    pub fn check_conservation(&self) {
        let held: i128 = self.accounts.iter().map(|account| account.cash).sum();
        assert_eq!(held + self.earned + self.aside(), self.cash_in);
        for (instrument, lots_in) in self.lots_in.iter().enumerate() {
            let of_it = self.owned.iter().filter(|(_, what, _)| what.0 as usize == instrument);
            assert_eq!(of_it.map(|(_, _, lots)| lots).sum::<i128>(), *lots_in);
        }
    }

    pub(super) fn count_open(&self, account: AccountId) -> usize {
        self.open.iter().filter(|order| order.terms.account == account).count()
    }

    /// Whether an order may be worth so much beside its account's other open orders.
    pub(super) fn within_notional(&self, order: &Open) -> Result<(), Rejection> {
        let Some(Cash(bound)) = self.account(order.terms.account).limits.open_notional else { return Ok(()) };
        let others =
            self.open.iter().filter(|other| other.terms.account == order.terms.account && other.id != order.id);
        let free = i128::from(bound) - others.map(|other| self.notional(other)).sum::<i128>();
        if self.notional(order) > free {
            let available = Some(free.max(0) as u64);
            return Err(Rejection { reject: Reject::NotionalLimit, available });
        }
        Ok(())
    }

    /// When the order after one that is accepted now would arrive.
    pub(super) fn next_arrival(&self, account: AccountId) -> Result<u64, Rejection> {
        let Account { limits, arrival, .. } = *self.account(account);
        if limits.orders_per_second == 0 {
            return Ok(arrival);
        }
        let increment = 1_000_000_000 / u64::from(limits.orders_per_second);
        let tolerance = increment * u64::from(limits.burst - 1);
        if arrival > self.at + tolerance {
            let available = Some(arrival - self.at - tolerance);
            return Err(Rejection { reject: Reject::OrderRate, available });
        }
        Ok(arrival.max(self.at) + increment)
    }

    /// What an account has free for an order of this side, and how it is refused when that is too little.
    pub(super) fn afford(&self, order: &Open, more: i128) -> Result<(), Rejection> {
        let (reject, free) = match order.terms.side {
            Side::Buy => (Reject::InsufficientFunds, self.cash(order.terms.account).available.0),
            Side::Sell => {
                let held = self.holding(order.terms.account, order.terms.instrument);
                (Reject::InsufficientCredits, held.available)
            }
        };
        if more > i128::from(free) { Err(Rejection { reject, available: Some(free) }) } else { Ok(()) }
    }
}

/// Questions of those who tell a story.
impl Reference {
    /// Every account's name and every symbol, by number.
    pub fn names(&self) -> (Vec<String>, Vec<String>) {
        let accounts = self.accounts.iter().map(|account| account.name.to_string());
        let symbols = self.listed.iter().map(|listed| listed.spec.symbol.to_string());
        (accounts.collect(), symbols.collect())
    }
}
