//! What every account owns, kept from events alone: the second set of books.
//!
//! # Invariants
//! - An account owns what came to it and did not leave: the sum of its entries, set aside or not.
//! - What accounts own and what the venue earned is what came in from outside, in money and in each instrument.
//!
//! # Not here
//! What is free and what is set aside (`balances`): a reserve moves nothing. No code is shared with `ledger`, which this checks.

use std::collections::BTreeMap;
use unspent_model::{AccountId, Cash, Event, Fill, InstrumentId, Leg, MovementKind, Price, Side, TradeId};

/// Why something came to an account or left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// It bought credits.
    Bought,
    /// It sold credits.
    Sold,
    /// Anything else.
    Moved(MovementKind),
}

impl EntryKind {
    /// The stable name for machines, `bought`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EntryKind::Bought => "bought",
            EntryKind::Sold => "sold",
            EntryKind::Moved(kind) => kind.name(),
        }
    }
}

/// One line of an account's books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub account: AccountId,
    /// Why.
    pub kind: EntryKind,
    /// How many cents more it owns, its fee taken off; negative when it owns less.
    pub cash: i64,
    /// The fee within `cash`.
    pub fee: Cash,
    /// The instrument that it is about.
    pub instrument: Option<InstrumentId>,
    /// How many lots more it owns; negative when it owns less.
    pub lots: i64,
    /// The trade that it belongs to.
    pub trade: Option<TradeId>,
    /// The price of a trade.
    pub price: Option<Price>,
}

/// What an account owns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owned {
    /// Cents.
    pub cash: i128,
    /// Lots by instrument; none of those of which it has none.
    pub lots: BTreeMap<InstrumentId, i128>,
}

/// Everybody's books.
#[derive(Clone, Debug, Default)]
pub struct Accounting {
    owned: BTreeMap<AccountId, Owned>,
    /// What one lot costs at a price of one unit, by instrument.
    unit_values: Vec<Cash>,
    earned: i128,
    cash_in: i128,
    lots_in: BTreeMap<InstrumentId, i128>,
}

impl Accounting {
    /// Books without an entry.
    #[must_use]
    pub fn new() -> Accounting {
        Accounting::default()
    }

    /// Follows one event and gives each entry that it makes, a buyer's before a seller's.
    ///
    /// # Panics
    /// When the events are not all those of one venue from its first on.
    pub fn apply(&mut self, event: &Event, mut each: impl FnMut(&Entry)) {
        match event {
            Event::InstrumentListed { spec, .. } => self.unit_values.push(spec.unit_value()),
            Event::AccountOpened { account, .. } => {
                self.owned.entry(*account).or_default();
            }
            Event::Fill(fill) => {
                let (bought, sold) = self.sides(fill);
                self.earned += i128::from(bought.fee.0) + i128::from(sold.fee.0);
                for entry in [bought, sold] {
                    self.enter(&entry);
                    each(&entry);
                }
            }
            Event::Moved(moved) => {
                let entry = Entry {
                    account: moved.account,
                    kind: EntryKind::Moved(moved.kind),
                    cash: moved.cash,
                    fee: Cash::ZERO,
                    instrument: moved.instrument,
                    lots: moved.lots,
                    trade: moved.trade,
                    price: None,
                };
                match moved.kind {
                    // What is listed comes to the venue's books out of a holding, and goes back to it.
                    MovementKind::Deposit
                    | MovementKind::Withdrawal
                    | MovementKind::Listed
                    | MovementKind::Delisted
                    | MovementKind::ExpiredUnused => {
                        self.cash_in += i128::from(moved.cash);
                        if let Some(instrument) = moved.instrument {
                            *self.lots_in.entry(instrument).or_default() += i128::from(moved.lots);
                        }
                    }
                    // Of a trade undone the fees go back: what its two sides gain is what the venue loses.
                    // Of one that settles later all goes back until then. What its sides lose is the venue's fees and the
                    // default fund's part; lots that are written off or that the provider took back are nobody's.
                    MovementKind::Bust
                    | MovementKind::Deferred
                    | MovementKind::Settled
                    | MovementKind::BoughtIn
                    | MovementKind::Penalty
                    | MovementKind::WrittenOff
                    | MovementKind::ClawedBack
                    | MovementKind::DebtPaid => {
                        self.earned -= i128::from(moved.cash);
                        let gone = matches!(moved.kind, MovementKind::WrittenOff | MovementKind::ClawedBack);
                        if let (Some(instrument), true) = (moved.instrument, gone) {
                            *self.lots_in.entry(instrument).or_default() += i128::from(moved.lots);
                        }
                    }
                    MovementKind::Adjustment => {}
                }
                self.enter(&entry);
                each(&entry);
            }
            _ => {}
        }
    }

    fn sides(&self, fill: &Fill) -> (Entry, Entry) {
        let unit_value = self.unit_values[fill.instrument.0 as usize];
        let notional = fill.price.notional(fill.lots, unit_value).expect("a trade's notional is bounded");
        let cents = i64::try_from(notional.0).expect("a trade's notional is bounded");
        let (buyer, seller) = match fill.taker_side {
            Side::Buy => (&fill.taker, &fill.maker),
            Side::Sell => (&fill.maker, &fill.taker),
        };
        let entry = |leg: &Leg, kind, cash: i64, lots: i64| Entry {
            account: leg.account,
            kind,
            cash: cash - i64::try_from(leg.fee.0).expect("a fee is at most the notional"),
            fee: leg.fee,
            instrument: Some(fill.instrument),
            lots,
            trade: Some(fill.trade),
            price: Some(fill.price),
        };
        let lots = i64::from(fill.lots.0);
        (entry(buyer, EntryKind::Bought, -cents, lots), entry(seller, EntryKind::Sold, cents, -lots))
    }

    fn enter(&mut self, entry: &Entry) {
        let owned = self.owned.get_mut(&entry.account).expect("who owns has an account");
        owned.cash += i128::from(entry.cash);
        if let (Some(instrument), true) = (entry.instrument, entry.lots != 0) {
            let lots = owned.lots.entry(instrument).or_default();
            *lots += i128::from(entry.lots);
            if *lots == 0 {
                owned.lots.remove(&instrument);
            }
        }
    }

    /// What an account owns; `None` when it is not open.
    #[must_use]
    pub fn owned(&self, account: AccountId) -> Option<&Owned> {
        self.owned.get(&account)
    }

    /// What every account owns, by account.
    pub fn all(&self) -> impl Iterator<Item = (AccountId, &Owned)> + '_ {
        self.owned.iter().map(|(&account, owned)| (account, owned))
    }

    /// What the venue earned, in cents: its fees, and what the default fund has of defaults and fees, without what was
    /// contributed to it. Below zero when the fund paid out more.
    #[must_use]
    pub fn earned(&self) -> i128 {
        self.earned
    }

    /// The cents that came in from outside and did not leave.
    #[must_use]
    pub fn cash_in(&self) -> i128 {
        self.cash_in
    }

    /// The lots of an instrument that came in from outside and did not leave.
    #[must_use]
    pub fn lots_in(&self, instrument: InstrumentId) -> i128 {
        self.lots_in.get(&instrument).copied().unwrap_or_default()
    }

    /// What does not add up, in words: nothing when everything does.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let cash: i128 = self.owned.values().map(|owned| owned.cash).sum();
        if cash + self.earned != self.cash_in {
            let (held, earned, came_in) = (cash, self.earned, self.cash_in);
            wrong.push(format!("accounts have {held} cents and the venue {earned}, but {came_in} came in"));
        }
        for instrument in (0..self.unit_values.len()).map(|at| InstrumentId(u32::try_from(at).unwrap_or(u32::MAX))) {
            let held: i128 = self.owned.values().filter_map(|owned| owned.lots.get(&instrument)).sum();
            let came_in = self.lots_in(instrument);
            if held != came_in {
                wrong.push(format!("accounts have {held} lots of instrument {instrument}, but {came_in} came in"));
            }
        }
        for (account, owned) in &self.owned {
            if owned.cash < 0 || owned.lots.values().any(|&lots| lots < 0) {
                wrong.push(format!("account {account} owns less than nothing"));
            }
        }
        wrong
    }
}
