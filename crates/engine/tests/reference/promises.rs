//! Promised lots: what is registered, offered and sold, and the bond of an order that sells them.

use super::accounts::Thing;
use super::aside::{Aside, Key};
use super::orders::Open;
use super::{Answer, Reference, no};
use unspent_model::{
    AccountState, Event, Level, Movement, MovementKind, Reject, Rejection, Reply, Settlement, Side, limits,
};

impl Reference {
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

    fn may_promise(&self, key: Key) -> Result<(), Rejection> {
        self.known(key.0)?;
        if self.state(key.0) == AccountState::Closed {
            return no(Reject::AccountClosed);
        }
        self.listed(key.1)?;
        if matches!(key.2, Level::Documented | Level::Attested) { Ok(()) } else { no(Reject::InvalidLevel) }
    }

    /// Gives or takes promised lots that are not sold.
    pub(super) fn promise(&mut self, key: Key, lots: i128) {
        if lots != 0 {
            self.settling.promised.push((key, lots));
            self.touch(Aside::Promised(key));
        }
    }

    /// Lots offered by open orders.
    pub(super) fn offered(&self, key: Key) -> i128 {
        let mine = |order: &&Open| (order.terms.account, order.terms.instrument, order.level) == key;
        self.open.iter().filter(mine).filter(|order| order.promised()).map(|order| i128::from(order.leaves())).sum()
    }

    /// Lots sold and not settled.
    pub(super) fn sold(&self, key: Key) -> i128 {
        let mine = |row: &&Settlement| (row.seller, row.instrument, row.level) == key;
        self.settling.live.iter().filter(mine).map(|row| i128::from(row.open().0)).sum()
    }

    pub(super) fn free(&self, key: Key) -> i128 {
        let owned: i128 = self.settling.promised.iter().filter(|(it, _)| *it == key).map(|(_, lots)| lots).sum();
        owned - self.offered(key)
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
}
