//! Lots that are worth nothing any more leave the ledger.

use crate::ledger::Ledger;
use unspent_model::{AccountId, InstrumentId};

impl Ledger {
    /// Takes all free lots of an instrument out of the ledger; `each` is told whose and how many, by account. What is set
    /// aside stays. O(holdings).
    pub fn write_off(&mut self, instrument: InstrumentId, mut each: impl FnMut(AccountId, u64)) {
        let of_it = |at: &usize| self.holdings[*at].instrument == instrument && self.holdings[*at].lots.available > 0;
        let mut places: Vec<usize> = (0..self.holdings.len()).filter(of_it).collect();
        places.sort_unstable_by_key(|&at| self.holdings[at].account);
        for at in places {
            let holding = &mut self.holdings[at];
            let (account, lots) = (holding.account, std::mem::take(&mut holding.lots.available));
            self.note_out(instrument, lots);
            self.touch_at(at);
            each(account, lots);
        }
    }

    fn note_out(&mut self, instrument: InstrumentId, lots: u64) {
        if self.lots_out.len() <= instrument.0 as usize {
            self.lots_out.resize(instrument.0 as usize + 1, 0);
        }
        self.lots_out[instrument.0 as usize] += lots;
    }

    /// All lots of an instrument that were ever written off.
    #[must_use]
    pub fn lots_out(&self, instrument: InstrumentId) -> u64 {
        self.lots_out.get(instrument.0 as usize).copied().unwrap_or(0)
    }

    /// Says what was ever written off of an instrument. `false`, and nothing is changed, when more left than came in.
    #[must_use]
    pub fn restore_lots_out(&mut self, instrument: InstrumentId, lots: u64) -> bool {
        let fits = lots <= self.lots_in(instrument) && self.lots_out(instrument) == 0;
        if fits {
            self.note_out(instrument, lots);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::Lots;

    #[test]
    fn what_is_free_leaves_and_is_told_and_counted() {
        let mut ledger = Ledger::new();
        for _ in 0..3 {
            ledger.open_account();
        }
        let (one, other) = (InstrumentId(0), InstrumentId(1));
        for (account, instrument, lots) in [(2, one, 5), (0, one, 7), (1, other, 9)] {
            ledger.deposit_lots(AccountId(account), instrument, lots).unwrap();
        }
        let aside = ledger.holding(AccountId(0), one);
        ledger.reserve_lots(aside, Lots(3));
        ledger.drain_changed(|_| ());
        let mut told = Vec::new();
        ledger.write_off(one, |account, lots| told.push((account.0, lots)));
        assert_eq!(told, [(0, 4), (2, 5)]);
        assert_eq!((ledger.lots(AccountId(0), one), ledger.lots(AccountId(1), other)), ((0, 3), (9, 0)));
        assert_eq!((ledger.lots_out(one), ledger.lots_out(other)), (9, 0));
        ledger.check_conservation();
        let mut changed = 0;
        ledger.drain_changed(|_| changed += 1);
        assert_eq!(changed, 2);
        ledger.write_off(one, |account, _| panic!("account {account} had nothing more"));
    }
}
