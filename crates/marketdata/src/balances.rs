//! Who there is and what each of them has.

use std::collections::BTreeMap;
use unspent_model::{AccountId, AccountName, Cash, CashBalance, Event, HoldingBalance, InstrumentId, OwnerGroup};

/// An account as it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub account: AccountId,
    /// Its name, unique.
    pub name: AccountName,
    /// Its owner.
    pub group: OwnerGroup,
}

/// Accounts, their cash and their holdings.
#[derive(Clone, Debug, Default)]
pub struct Balances {
    accounts: Vec<Account>,
    by_name: BTreeMap<AccountName, AccountId>,
    cash: BTreeMap<AccountId, CashBalance>,
    /// Only holdings that are not nothing.
    holdings: BTreeMap<(AccountId, InstrumentId), HoldingBalance>,
}

impl Balances {
    /// Follows one event.
    ///
    /// # Panics
    /// When an account's id is not the number of accounts before it.
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::AccountOpened { account, name, group } => {
                assert_eq!(account.0 as usize, self.accounts.len(), "accounts are numbered as they are opened");
                self.accounts.push(Account { account, name, group });
                self.by_name.insert(name, account);
            }
            Event::Cash(balance) => {
                self.cash.insert(balance.account, balance);
            }
            Event::Holding(balance) => {
                let key = (balance.account, balance.instrument);
                if balance.available == 0 && balance.reserved == 0 {
                    self.holdings.remove(&key);
                } else {
                    self.holdings.insert(key, balance);
                }
            }
            _ => {}
        }
    }

    /// An account.
    #[must_use]
    pub fn account(&self, account: AccountId) -> Option<&Account> {
        self.accounts.get(account.0 as usize)
    }

    /// An account by its name.
    #[must_use]
    pub fn named(&self, name: &AccountName) -> Option<&Account> {
        self.account(*self.by_name.get(name)?)
    }

    /// All accounts in the order of their ids.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// An account's money in cents; nothing when it never had any.
    #[must_use]
    pub fn cash(&self, account: AccountId) -> CashBalance {
        let nothing = CashBalance { account, available: Cash::ZERO, reserved: Cash::ZERO };
        self.cash.get(&account).copied().unwrap_or(nothing)
    }

    /// An account's money, `None` when nothing was ever said of it.
    pub(crate) fn known_cash(&self, account: AccountId) -> Option<CashBalance> {
        self.cash.get(&account).copied()
    }

    /// Of how many accounts' money something was said.
    pub(crate) fn known_cash_count(&self) -> usize {
        self.cash.len()
    }

    /// How many holdings are not nothing.
    pub(crate) fn holdings_count(&self) -> usize {
        self.holdings.len()
    }

    /// An account's lots of one instrument; nothing when it has none.
    #[must_use]
    pub fn holding(&self, account: AccountId, instrument: InstrumentId) -> HoldingBalance {
        let nothing = HoldingBalance { account, instrument, available: 0, reserved: 0 };
        self.holdings.get(&(account, instrument)).copied().unwrap_or(nothing)
    }

    /// An account's holdings that are not nothing, in the order of their instruments.
    pub fn holdings(&self, account: AccountId) -> impl Iterator<Item = &HoldingBalance> + '_ {
        let range = (account, InstrumentId(0))..=(account, InstrumentId(u32::MAX));
        self.holdings.range(range).map(|(_, balance)| balance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(account: u32, instrument: u32, available: u64, reserved: u64) -> Event {
        let (account, instrument) = (AccountId(account), InstrumentId(instrument));
        Event::Holding(HoldingBalance { account, instrument, available, reserved })
    }

    fn open(account: u32, name: &str) -> Event {
        let name = AccountName::parse(name).unwrap();
        Event::AccountOpened { account: AccountId(account), name, group: OwnerGroup(9) }
    }

    #[test]
    fn holdings_are_listed_by_instrument_and_end_at_nothing() {
        let mut balances = Balances::default();
        for event in [hold(1, 7, 5, 0), hold(0, 3, 1, 1), hold(1, 2, 0, 4), hold(2, 0, 9, 9), hold(1, 7, 2, 3)] {
            balances.apply(&event);
        }
        let held = |balances: &Balances| balances.holdings(AccountId(1)).map(|h| h.instrument.0).collect::<Vec<_>>();
        assert_eq!(held(&balances), [2, 7]);
        assert_eq!(balances.holding(AccountId(1), InstrumentId(7)).available, 2);
        balances.apply(&hold(1, 2, 0, 0));
        assert_eq!(held(&balances), [7]);
        assert_eq!(balances.holding(AccountId(1), InstrumentId(2)).reserved, 0);
    }

    #[test]
    fn accounts_are_found_by_name_and_begin_without_money() {
        let mut balances = Balances::default();
        balances.apply(&open(0, "acme"));
        balances.apply(&open(1, "maker-1"));
        assert_eq!(balances.named(&AccountName::parse("maker-1").unwrap()).unwrap().account, AccountId(1));
        assert_eq!(balances.named(&AccountName::parse("nobody").unwrap()), None);
        assert_eq!(balances.cash(AccountId(1)).available, Cash::ZERO);
        let cash = CashBalance { account: AccountId(1), available: Cash(5), reserved: Cash(7) };
        balances.apply(&Event::Cash(cash));
        assert_eq!(balances.cash(AccountId(1)), cash);
    }

    #[test]
    #[should_panic(expected = "accounts are numbered as they are opened")]
    fn a_missing_account_is_a_bug() {
        Balances::default().apply(&open(1, "acme"));
    }
}
